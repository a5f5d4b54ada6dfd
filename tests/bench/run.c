/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/*
 * run [-s FILE] N -- OURS... [-- PEER...]: run two commands in turn, N times
 * each, and print the median of their time and the most memory they took:
 *   "ours_ms ours_kib peer_ms peer_kib ratio cpu", "-" where there is no peer
 *   and "failed" where a command did not end with 0.
 * cpu is the ratio of the time that the processor worked for them, which says
 * more where others use the machine too. -s: the peer's time ends when FILE,
 * which it wrote, is on the disk, as ours does.
 */
#include "config.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RUNS_MAX 1001

struct side {
	char **argv;      /* NULL: none */
	const char *sync; /* NULL: nothing */
	double ms[RUNS_MAX], cpu[RUNS_MAX];
	long kib;
	int failed;
};

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
side_spawn(pid_t *pid, char **argv)
{
	posix_spawn_file_actions_t act;
	int rc;

	posix_spawn_file_actions_init(&act);
	posix_spawn_file_actions_addopen(&act, 0, "/dev/null", 0, 0);
	posix_spawn_file_actions_addopen(&act, 1, "/dev/null", 1, 0);
	posix_spawn_file_actions_addopen(&act, 2, "/dev/null", 1, 0);
	rc = posix_spawnp(pid, argv[0], &act, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&act);
	return rc;
}

static void
sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

static double
timeval_ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static void
side_run(struct side *side, int index)
{
	double start = now_ms();
	struct rusage use;
	int status = -1;
	pid_t pid;

	if (side->argv == NULL)
		return;
	if (side_spawn(&pid, side->argv) != 0 ||
	    wait4(pid, &status, 0, &use) != pid || status != 0) {
		side->failed = 1;
		return;
	}
	if (side->sync != NULL) {
		sync_path(side->sync);
		sync_path(".");
	}
	side->ms[index] = now_ms() - start;
	side->cpu[index] = timeval_ms(use.ru_utime) + timeval_ms(use.ru_stime);
	if (use.ru_maxrss > side->kib)
		side->kib = use.ru_maxrss;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values, int runs)
{
	qsort(values, (size_t)runs, sizeof(values[0]), by_value);
	return values[runs / 2];
}

static void
side_print(struct side *side, int runs)
{
	if (side->argv == NULL)
		printf("- - ");
	else if (side->failed)
		printf("failed - ");
	else
		printf("%.2f %ld ", median(side->ms, runs), side->kib);
}

/* argv split at "--": the number of commands found. */
static int
split(char **argv, struct side *sides)
{
	int n = 0;

	for (; *argv != NULL; argv++) {
		if (strcmp(*argv, "--") != 0)
			continue;
		*argv = NULL;
		if (n < 2 && argv[1] != NULL)
			sides[n++].argv = argv + 1;
	}
	return n;
}

int
main(int argc, char **argv)
{
	static struct side sides[2];
	int i, runs;

	if (argc > 2 && strcmp(argv[1], "-s") == 0) {
		sides[1].sync = argv[2];
		argv += 2;
		argc -= 2;
	}
	runs = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0;
	if (runs < 1 || runs > RUNS_MAX || split(argv + 2, sides) < 1) {
		fprintf(
		    stderr, "usage: run [-s FILE] N -- OURS... [-- PEER...]\n");
		return 2;
	}
	for (i = 0; i < runs; i++) {
		side_run(&sides[0], i);
		side_run(&sides[1], i);
	}
	side_print(&sides[0], runs);
	side_print(&sides[1], runs);
	if (sides[1].argv == NULL || sides[0].failed || sides[1].failed)
		printf("- -\n");
	else
		printf("%.2f %.2f\n",
		    sides[0].ms[runs / 2] / sides[1].ms[runs / 2],
		    median(sides[0].cpu, runs) / median(sides[1].cpu, runs));
	return 0;
}
