/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/progress.h"
#include "cli/term.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define BAR_WIDTH 40
#define BIG_DOCUMENT (64u * 1024 * 1024)
#define MEBIBYTE (1024u * 1024)

static _Thread_local int bar_shown;
static _Thread_local int64_t bar_start, bar_last;
static _Thread_local uint64_t bar_done;

static int64_t
milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
bar_draw(uint64_t done, uint64_t total)
{
	int filled, i;

	if (total == 0 || total < done) {
		fprintf(stderr, "\r%" PRIu64 " MiB ", done / MEBIBYTE);
		return;
	}
	filled = (int)(done / (total / BAR_WIDTH + 1));
	if (done == total)
		filled = BAR_WIDTH;
	fputs("\r[", stderr);
	for (i = 0; i < BAR_WIDTH; i++)
		fputc(i < filled ? '#' : '.', stderr);
	fprintf(stderr, "] %3d %% of %" PRIu64 " MiB ",
	    (int)(done / (total / 100 + 1)), total / MEBIBYTE);
}

int
progress_show(uint64_t done, uint64_t total, void *payload)
{
	int64_t now;

	(void)payload;
	if (app.quiet || !isatty(STDERR_FILENO))
		return 0;
	now = milliseconds();
	if (bar_start == 0 || done < bar_done)
		bar_start = now;
	bar_done = done;
	if (total < BIG_DOCUMENT && now - bar_start < 1000)
		return 0;
	if (now - bar_last < 100 && done != total)
		return 0;
	bar_last = now;
	bar_shown = 1;
	bar_draw(done, total);
	return 0;
}

void
progress_end(void)
{
	if (bar_shown)
		fprintf(stderr, "\r%*s\r", BAR_WIDTH + 30, "");
	bar_shown = 0;
	bar_start = 0;
}
