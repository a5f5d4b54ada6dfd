/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/net.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/secret.h"
#include "cli/term.h"
#include "cli/tty.h"
#include "sign/ctx.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct {
	const char **proxy, **tsa, **user, **source, **policy;
	int online, offline, allow_private;
} given;

struct poptOption opt_net[] = {
	OPT_FLAG("online", '\0', &given.online,
	    N_("look up on the network what is missing")),
	OPT_FLAG(
	    "offline", '\0', &given.offline, N_("ask nothing of the network")),
	OPT_VALUE("proxy", '\0', &given.proxy,
	    N_("go to the network through this proxy"), "URL"),
	OPT_FLAG("insecure-allow-private", '\0', &given.allow_private,
	    N_("addresses in certificates may lead to this computer and "
	       "private networks")),
	OPT_END,
};

struct poptOption opt_tsa[] = {
	OPT_LIST("tsa", '\0', &given.tsa,
	    N_("time-stamp authority; several: in order of fallback"), "URL"),
	OPT_VALUE("tsa-user", '\0', &given.user,
	    N_("name for authorities that ask for one"), N_("NAME")),
	OPT_VALUE("tsa-pin-source", '\0', &given.source,
	    N_("its password: env:VAR, file:PATH, fd:N or prompt"),
	    N_("SOURCE")),
	OPT_VALUE("tsa-policy", '\0', &given.policy,
	    N_("policy that the authority must apply"), "OID"),
	OPT_END,
};

static const char *
either(const char **option, const char *configured)
{
	return opt_value(option) != NULL ? opt_value(option) : configured;
}

/* ---- transport and cache */

/* Offline what is kept from before serves too, but nothing is made. A cache
 * that cannot be used is no reason to stop. */
static void
cache_setup(int online)
{
	char *dir = config_xdg_dir("XDG_CACHE_HOME", ".cache");

	if (dir != NULL && (online || file_is_dir(dir)) &&
	    sign_ctx_set_cache(app_ctx(), dir, NULL) != 0)
		say_note("%s", sign_ctx_message(app_ctx()));
	free(dir);
}

static int
is_online(enum net_use use)
{
	if (given.online || given.offline)
		return given.online;
	return use == NET_NEEDED ||
	    (app.config.online != NULL &&
		strcasecmp(app.config.online, "yes") == 0);
}

int
net_setup(const char *command, enum net_use use)
{
	struct sign_net_options options = SIGN_NET_OPTIONS_INIT;
	int online = is_online(use);

	if (given.online && given.offline)
		return say_usage(
		    command, _("--online and --offline exclude each other"));
	cache_setup(online);
	if (!online)
		return 0;
	options.proxy = either(given.proxy, app.config.proxy);
	options.insecure_allow_private = given.allow_private;
	return app_result(sign_ctx_use_network(app_ctx(), &options));
}

/* ---- time-stamp authorities */

static struct secret password;

static int
password_ask(const char *user)
{
	char *name = escaped(user);
	char *question =
	    formatted(_("Password of %s at the time-stamp authority: "), name);
	int len = TTY_NONE;

	if (question != NULL && !app.no_input)
		len = tty_ask(question, password.octets, SECRET_ROOM - 1, 0);
	free(question);
	free(name);
	if (len == TTY_NONE) {
		say_error(_("a password for the time-stamp authority is needed "
			    "and cannot be asked for"));
		say_hint(_("give it with --tsa-pin-source env:VAR, file:PATH "
			   "or fd:N"));
		return EXIT_PIN;
	}
	if (len < 0) {
		say_error(_("cancelled"));
		return EXIT_CANCEL;
	}
	password.octets[len] = '\0';
	password.len = (size_t)len;
	password.set = 1;
	return 0;
}

static int
password_get(const char *command, const char *user)
{
	int rc;

	if (user == NULL || password.set)
		return 0;
	app_lock_down();
	rc = secret_read(command, "--tsa-pin-source",
	    either(given.source, app.config.tsa_pin_source), &password);
	if (rc == 0 && !password.set)
		rc = password_ask(user);
	return rc;
}

int
net_tsa_given(void)
{
	return opt_count(given.tsa) != 0;
}

int
net_tsas(const char *command, struct net_tsas *out)
{
	const struct sign_tsa empty = SIGN_TSA_INIT;
	const char *const *urls = (const char *const *)given.tsa;
	const char *user = either(given.user, app.config.tsa_user);
	size_t i, count = opt_count(urls);
	int rc;

	out->count = 0;
	if (count == 0) {
		urls = (const char *const *)app.config.tsa.list;
		count = app.config.tsa.count;
	}
	out->list = calloc(count + 1, sizeof(*out->list));
	if (out->list == NULL) {
		say_error(_("out of memory"));
		return EXIT_OTHER;
	}
	rc = count != 0 ? password_get(command, user) : 0;
	for (i = 0; i < count && rc == 0; i++) {
		out->list[i] = empty;
		out->list[i].url = urls[i];
		out->list[i].user = user;
		out->list[i].password = password.set ? password.octets : NULL;
		out->list[i].policy =
		    either(given.policy, app.config.tsa_policy);
		out->count++;
	}
	return rc;
}

void
net_tsas_clear(struct net_tsas *tsas)
{
	free(tsas->list);
	tsas->list = NULL;
	tsas->count = 0;
}

void
net_forget(void)
{
	secret_forget(&password);
}
