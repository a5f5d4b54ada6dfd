/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_RAISE_H
#define SIGN_CLI_RAISE_H

#include "cli/net.h"
#include "cli/opt.h"
#include "sign/extend.h"

/* What raising signatures needs besides a level: whom to trust, time-stamp
 * authorities, the network. */
struct raise {
	struct sign_trust *trust;
	struct net_tsas tsas;
	struct sign_extend_options set;
};

/* --grace */
extern struct poptOption opt_raise[];

/* The names of all levels; NULL at the end. */
extern const char *const raise_words[];
/* "30m", "24h", "3d", "90s" in seconds; -1: nothing of that kind. */
int64_t raise_duration(const char *text);
/* Is it a level above those that a key alone makes? Any case; NULL: no. */
int raise_is_level(const char *level);
/* If it is not, a usage error that lists them; NULL: none was given. */
int raise_check_level(const struct cmd *cmd, const char *level);

/* Everything as the options and the configuration say, for this level. To be
 * cleared in any case; 0 or an exit code after a message. */
int raise_load(const char *command, const char *level, struct raise *out);
/* The same where there must be a time-stamp authority. */
int raise_load_tsas(const char *command, const char *level, struct raise *out);
void raise_clear(struct raise *raise);

#endif
