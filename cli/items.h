/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_ITEMS_H
#define SIGN_CLI_ITEMS_H

#include <popt.h>

#include "sign/key.h"

struct cmd;

/* Looking at tokens: --module --login --pin-source. */
extern struct poptOption opt_items[];

/* What is on the tokens; 0 or an exit code after a message. */
int items_list(const struct cmd *cmd, struct sign_items **out);

#endif
