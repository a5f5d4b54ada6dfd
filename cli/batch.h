/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_BATCH_H
#define SIGN_CLI_BATCH_H

#include <stddef.h>
#include <stdio.h>

#include "cli/opt.h"

struct cmd;

/* --batch --jobs */
extern struct poptOption opt_batch[];

/* Was --batch given? */
int batch_given(void);

/*
 * What a batch does with each line of its list: file names with a tab between
 * them. Each thread has a worker of its own, with a context of its own.
 */
#define BATCH_FIELDS 16
struct batch_ops {
	/* Once in each thread, in the first one before any other begins, so
	 * that what is asked for is asked there. 0 or an exit code after a
	 * message. */
	int (*start)(const struct cmd *cmd, void **worker);
	/* One line: JSON lines to out; an exit code. *stop: the next ones
	 * would fare no better. */
	int (*one)(void *worker, const char *const *fields, size_t count,
	    FILE *out, int *stop);
	void (*end)(void *worker);
	/* until a line was done without a fault there is one thread: a wrong PIN
	 * is tried once */
	int careful;
};

/* The worst exit code of all. Output is in the order of the list, whatever is
 * done first. args: there must be none. */
int batch_run(const struct cmd *cmd, const struct batch_ops *ops, size_t args);

/* A sign_write_fn to a FILE. */
int batch_write(const char *text, size_t len, void *file);

#endif
