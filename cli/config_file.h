/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_CONFIG_FILE_H
#define SIGN_CLI_CONFIG_FILE_H

#include <stddef.h>

/*
 * The configuration file, podpis.conf(5) in podpis(1): lines "key = value".
 * The first that exists: $PODPIS_CONFIG, $XDG_CONFIG_HOME/podpis/podpis.conf,
 * /etc/podpis/podpis.conf.
 */
struct config_list {
	char **list;
	size_t count;
};

struct config {
	int loaded;
	char *lang, *color, *policy, *module;
	struct config_list trust, crl, chain;
	char *online; /* "yes" or "no" */
	char *proxy;
	char *tsa_user, *tsa_pin_source, *tsa_policy;
	struct config_list tsa;
};

/* 0 or an exit code after a message. */
int config_load(struct config *config);
void config_clear(struct config *config);

/* The person's directory of one kind (XDG): of the environment, else below the
 * home directory; to be freed, NULL: there is none. */
char *config_xdg_dir(const char *variable, const char *below_home);
/* The person's trust directory and the system's; to be freed, NULL: there is
 * no home directory. */
char *config_trust_dir(int system);

#endif
