/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_NET_H
#define SIGN_CLI_NET_H

#include <stddef.h>

#include "cli/opt.h"
#include "sign/net.h"

/* --online --offline --proxy --insecure-allow-private */
extern struct poptOption opt_net[];
/* --tsa --tsa-user --tsa-pin-source --tsa-policy */
extern struct poptOption opt_tsa[];

enum net_use {
	NET_IF_ASKED, /* --online, or configured so */
	NET_NEEDED,   /* the command is about it: unless --offline */
};

/* The transport and the cache of the context, as the options and the
 * configuration say. 0 or an exit code after a message. */
int net_setup(const char *command, enum net_use use);

/* Was --tsa on the command line? */
int net_tsa_given(void);

/* The authorities in order of fallback: of the options, else configured. */
struct net_tsas {
	struct sign_tsa *list; /* strings are the options' */
	size_t count;
};
/* Reads or asks for the password where a name is given. To be cleared in any
 * case; 0 or an exit code after a message. None at all is no error here. */
int net_tsas(const char *command, struct net_tsas *out);
void net_tsas_clear(struct net_tsas *tsas);
/* Wipe the password. */
void net_forget(void);

#endif
