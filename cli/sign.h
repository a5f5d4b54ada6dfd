/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_SIGN_H
#define SIGN_CLI_SIGN_H

#include <popt.h>
#include <stddef.h>

struct cmd;
struct sign_job_options;

/* --attached --detached ... --place-xpath */
extern struct poptOption opt_place[];

/* What the options of sign say; 0 or an exit code after a message. */
int sign_settings(const struct cmd *cmd, struct sign_job_options *set);
/* Where the signature of a document goes; to be freed, NULL: out of memory,
 * after a message. */
char *sign_output(const struct sign_job_options *set, const char *document);

/* --batch: many documents, each with a signature of its own. args: file names
 * on the command line. */
int sign_batch(const struct cmd *cmd, size_t args);

#endif
