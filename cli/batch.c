/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/batch.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "cli/term.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_JOBS 256
#define MAX_LINE 65536

static const char **list, **jobs;

struct poptOption opt_batch[] = {
	OPT_VALUE("batch", '\0', &list,
	    N_("the files that this list names, a line each; one line of JSON "
	       "for each; '-' is standard input"),
	    N_("LIST")),
	OPT_VALUE("jobs", '\0', &jobs,
	    N_("so many at a time; default: as many as there are processors"),
	    N_("NUMBER")),
	OPT_END,
};

struct batch {
	const struct cmd *cmd;
	const struct batch_ops *ops;
	FILE *list;
	pthread_mutex_t lock;
	pthread_cond_t printed;
	unsigned long taken, done; /* lines */
	int stop, exit;
};

int
batch_given(void)
{
	return opt_value(list) != NULL || opt_value(jobs) != NULL;
}

int
batch_write(const char *text, size_t len, void *file)
{
	return fwrite(text, 1, len, file) == len ? 0 : -1;
}

/* ---- one line after the other */

static void
batch_stop(struct batch *batch, int code)
{
	pthread_mutex_lock(&batch->lock);
	batch->stop = 1;
	batch->exit = exit_worst(batch->exit, code);
	pthread_cond_broadcast(&batch->printed);
	pthread_mutex_unlock(&batch->lock);
}

/* The next line that is not empty, without its end; its number, 0: none. Under
 * the lock. */
static unsigned long
batch_line(struct batch *batch, char **line, size_t *room)
{
	ssize_t len;

	while (!batch->stop && (len = getline(line, room, batch->list)) > 0) {
		while (len > 0 &&
		    ((*line)[len - 1] == '\n' || (*line)[len - 1] == '\r'))
			(*line)[--len] = '\0';
		if (len > MAX_LINE || strlen(*line) != (size_t)len) {
			say_error(_("line %lu of the list: want names of "
				    "files, with a tab between them"),
			    batch->taken + 1);
			batch->stop = 1;
			batch->exit = exit_worst(batch->exit, EXIT_USAGE);
			return 0;
		}
		if (len > 0)
			return ++batch->taken;
	}
	return 0;
}

/* The names of a line; 0: one is empty, standard input (which may be the list),
 * or they are too many. */
static size_t
batch_split(char *line, const char **fields)
{
	size_t count = 0;
	char *next;

	for (; line != NULL && count < BATCH_FIELDS; line = next) {
		next = strchr(line, '\t');
		if (next != NULL)
			*next++ = '\0';
		if (line[0] == '\0' || strcmp(line, "-") == 0)
			return 0;
		fields[count++] = line;
	}
	return line != NULL ? 0 : count;
}

/* Wait for those before it, then print. */
static void
batch_print(struct batch *batch, unsigned long number, const char *text,
    size_t len, int code)
{
	pthread_mutex_lock(&batch->lock);
	while (batch->done + 1 != number)
		pthread_cond_wait(&batch->printed, &batch->lock);
	if (len != 0)
		out_write(text, len, NULL);
	batch->exit = exit_worst(batch->exit, code);
	batch->done = number;
	pthread_cond_broadcast(&batch->printed);
	pthread_mutex_unlock(&batch->lock);
}

static int
batch_one(struct batch *batch, void *worker, unsigned long number, char *line)
{
	const char *fields[BATCH_FIELDS];
	size_t count = batch_split(line, fields), len = 0;
	int code, stop = 0;
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL) {
		say_error(_("out of memory"));
		code = EXIT_OTHER;
		stop = 1;
	} else if (count == 0) {
		say_error(_("line %lu of the list: want names of files, with "
			    "a tab between them"),
		    number);
		code = EXIT_USAGE;
		stop = 1;
	} else {
		code = batch->ops->one(worker, fields, count, out, &stop);
	}
	if (out != NULL)
		fclose(out);
	batch_print(batch, number, text, text != NULL ? len : 0, code);
	free(text);
	if (stop)
		batch_stop(batch, code);
	return code;
}

/* first: only until a line was done without a fault. */
static void
batch_work(struct batch *batch, void *worker, int first)
{
	unsigned long number;
	char *line = NULL;
	size_t room = 0;
	int code = -1;

	do {
		pthread_mutex_lock(&batch->lock);
		number = batch_line(batch, &line, &room);
		pthread_mutex_unlock(&batch->lock);
		if (number != 0)
			code = batch_one(batch, worker, number, line);
	} while (number != 0 && !(first && code == 0));
	free(line);
}

/* ---- threads */

static void *
batch_thread(void *payload)
{
	struct batch *batch = payload;
	void *worker = NULL;
	int rc = batch->ops->start(batch->cmd, &worker);

	if (rc == 0)
		batch_work(batch, worker, 0);
	else
		batch_stop(batch, rc);
	batch->ops->end(worker);
	app_ctx_end();
	return NULL;
}

/* This thread is the first worker. Where no more threads are to be had, fewer
 * do the work. */
static void
batch_threads(struct batch *batch, size_t count)
{
	pthread_t threads[MAX_JOBS];
	void *worker = NULL;
	size_t made = 0;
	int rc = batch->ops->start(batch->cmd, &worker);

	if (rc == 0 && batch->ops->careful)
		batch_work(batch, worker, 1);
	if (batch->stop) /* there is no other thread yet */
		count = 1;
	while (rc == 0 && made + 1 < count &&
	    pthread_create(&threads[made], NULL, batch_thread, batch) == 0)
		made++;
	if (rc == 0)
		batch_work(batch, worker, 0);
	else
		batch_stop(batch, rc);
	while (made > 0)
		pthread_join(threads[--made], NULL);
	batch->ops->end(worker);
}

static int
batch_jobs(const struct cmd *cmd, size_t *out)
{
	const char *text = opt_value(jobs);
	long count = sysconf(_SC_NPROCESSORS_ONLN);
	char *end;

	if (text != NULL) {
		errno = 0;
		count = strtol(text, &end, 10);
		if (errno != 0 || *end != '\0' || end == text || count < 1 ||
		    count > MAX_JOBS)
			return say_usage(cmd->name,
			    _("--jobs: want a number from 1 to %d, have '%s'"),
			    MAX_JOBS, text);
	}
	if (count < 1)
		count = 1;
	*out = count > MAX_JOBS ? MAX_JOBS : (size_t)count;
	return 0;
}

static int
batch_open(const struct cmd *cmd, size_t args, FILE **out)
{
	const char *name = opt_value(list);

	if (name == NULL)
		return say_usage(
		    cmd->name, _("--jobs: which files? --batch names a list"));
	if (args != 0)
		return say_usage(cmd->name,
		    _("--batch: the list names the files, the command line "
		      "does not"));
	*out = strcmp(name, "-") == 0 ? stdin : fopen(name, "re");
	if (*out != NULL)
		return 0;
	say_error(_("cannot open %s: %s"), name, strerror(errno));
	return EXIT_FILE;
}

int
batch_run(const struct cmd *cmd, const struct batch_ops *ops, size_t args)
{
	struct batch batch = { .cmd = cmd,
		.ops = ops,
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.printed = PTHREAD_COND_INITIALIZER };
	size_t count = 1;
	int rc = batch_jobs(cmd, &count);

	if (rc == 0)
		rc = batch_open(cmd, args, &batch.list);
	if (rc != 0)
		return rc;
	batch_threads(&batch, count);
	if (ferror(batch.list)) {
		say_error(_("cannot read the list: %s"), strerror(errno));
		batch.exit = exit_worst(batch.exit, EXIT_FILE);
	}
	if (batch.list != stdin)
		fclose(batch.list);
	return batch.exit;
}
