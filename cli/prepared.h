/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_PREPARED_H
#define SIGN_CLI_PREPARED_H

#include <popt.h>

#include "sign/job.h"

struct cmd;

/* What the commands that write a state have in common. */
extern struct poptOption opt_prepared[]; /* --deadline --state-key ... */

/* 1: an option was given that wants to know the certificate. */
int prepared_wants_cert(void);
/* 1: any of the options was given. */
int prepared_any(void);
/* *out stays where there is no --deadline; 0 or an exit code. */
int prepared_deadline(const struct cmd *cmd, int64_t *out);
/* Nothing is done before it is sure that it can be written. state NULL: none;
 * document NULL: there is none that could be hit. 0 or an exit code. */
int prepared_check(
    const struct cmd *cmd, const char *state, const char *document);
/* The state, and what else was asked for; 0 or an exit code. */
int prepared_save(struct sign_job *job, const struct sign_state_options *seal,
    const char *state);

#endif
