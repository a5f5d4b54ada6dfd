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
/* All of them, in one line; to be freed. */
char *raise_levels(void);

/* Everything as the options and the configuration say, for this level. To be
 * cleared in any case; 0 or an exit code after a message. */
int raise_load(const char *command, const char *level, struct raise *out);
void raise_clear(struct raise *raise);

#endif
