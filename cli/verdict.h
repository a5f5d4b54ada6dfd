/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_VERDICT_H
#define SIGN_CLI_VERDICT_H

#include "cli/opt.h"

struct cmd;
struct sign_report;
struct sign_verify_options;

/* What verify and judge share: --policy --at --level --json. */
extern struct poptOption opt_verdict[];
/* Into set what was given; 0 or an exit code after a message. */
int verdict_options(const struct cmd *cmd, struct sign_verify_options *set);
/* One report, as text or JSON; name: of its file, for messages. */
void verdict_print(const struct sign_report *report, const char *name);

#endif
