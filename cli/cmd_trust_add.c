/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/certline.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/opt.h"
#include "cli/prompt.h"
#include "sign/ctx.h"
#include "sign/verify.h"
#include "cli/term.h"
#include "cli/trustdir.h"

#include <stdlib.h>

static int yes, system_wide;

static struct poptOption options[] = {
	OPT_FLAG("yes", 'y', &yes, N_("do not ask whether that is meant")),
	OPT_FLAG("system", '\0', &system_wide,
	    N_("for everybody on this computer: /etc/podpis/trust")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

struct trust_add {
	const char *dir;
	int exit;
};

static int
trust_write(const struct sign_cert_line *line, const char *path)
{
	int rc;

	if (file_exists(path)) {
		say_note(_("It is trusted already: %s"), path);
		return 0;
	}
	rc = app_result(
	    sign_cert_write(app_ctx(), line->der, line->der_len, path));
	if (rc == 0)
		say_note(_("Trusted from now on: %s"), path);
	return rc;
}

/* Show it, ask, copy it. */
static int
trust_add_one(const struct sign_cert_line *line, void *payload)
{
	struct trust_add *add = payload;
	char *name, *path = NULL;

	certline_out(line, NULL);
	if (!yes && prompt_possible()) {
		out_finish(0);
		if (!prompt_yes(_("Trust everything that this authority "
				  "vouches for? [y/N] "))) {
			say_error(_("cancelled: not added"));
			add->exit = exit_worst(add->exit, EXIT_CANCEL);
			return 0;
		}
	}
	name = trust_file_name(line);
	if (name != NULL)
		path = formatted("%s/%s", add->dir, name);
	add->exit = exit_worst(
	    add->exit, path != NULL ? trust_write(line, path) : EXIT_OTHER);
	free(path);
	free(name);
	return 0;
}

static int
trust_add_run(const struct cmd *cmd, const char **files, size_t count)
{
	char *dir = config_trust_dir(system_wide);
	struct trust_add add = { dir, 0 };
	size_t i;
	int rc;

	(void)cmd;
	if (dir == NULL) {
		say_error(_("there is no home directory to keep it in"));
		say_hint(_("set HOME or XDG_CONFIG_HOME, or use --system"));
		return EXIT_FILE;
	}
	add.exit = trust_make_dir(dir);
	if (add.exit == 0 && app_ctx() == NULL)
		add.exit = EXIT_OTHER;
	for (i = 0; add.exit == 0 && i < count; i++) {
		rc = sign_certs_each(app_ctx(), files[i], trust_add_one, &add);
		add.exit = exit_worst(add.exit, app_result(rc));
	}
	free(dir);
	return add.exit;
}

const struct cmd cmd_trust_add = {
	.name = "trust add",
	.args = N_("[option]... FILE..."),
	.summary = N_("Trust a certification authority from now on."),
	.text = N_("Compare the fingerprint with what the authority publishes "
		   "before you say yes: whoever holds its key can then sign "
		   "in anybody's name, as far as you are concerned."),
	.options = options,
	.run = trust_add_run,
	.min = 1,
	.max = OPT_ANY,
};
