/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_STATE_H
#define SIGN_CLI_STATE_H

#include <popt.h>

#include "cli/octets.h"
#include "sign/job.h"

struct cmd;

/* --state-key */
extern struct poptOption opt_state_key[];

int state_key_given(void);
/* The key out of that option, which "out" borrows from "key"; to be wiped in any
 * case. 0 or an exit code after a message. */
int state_key(
    const struct cmd *cmd, struct octets *key, struct sign_state_options *out);
/* The job in a file; 0 or an exit code. */
int state_load(const char *path, const struct sign_state_options *set,
    struct sign_job **out);

#endif
