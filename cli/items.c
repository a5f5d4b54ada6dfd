/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "cli/items.h"
#include "cli/opt.h"
#include "cli/prompt.h"
#include "sign/ctx.h"
#include "cli/term.h"

static struct {
	const char **module, **pin_source;
	int login;
} opts;

struct poptOption opt_items[] = {
	OPT_VALUE("module", '\0', &opts.module,
	    N_("a PKCS#11 module beside those that p11-kit knows"), N_("LIB")),
	OPT_FLAG("login", '\0', &opts.login,
	    N_("log in to see private keys that have no certificate")),
	OPT_VALUE("pin-source", '\0', &opts.pin_source,
	    N_("where the PIN comes from: env:VAR, file:PATH, fd:N or prompt"),
	    N_("SOURCE")),
	OPT_END,
};

int
items_list(const struct cmd *cmd, struct sign_items **out)
{
	const char *module = opt_value(opts.module);
	int rc;

	app_lock_down();
	rc = prompt_set_source(cmd->name, opt_value(opts.pin_source));
	if (rc != 0)
		return rc;
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	if (module == NULL)
		module = app.config.module;
	return app_result(sign_items_list(app_ctx(), module, opts.login, out));
}
