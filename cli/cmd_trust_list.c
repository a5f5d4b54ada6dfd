/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/certline.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/opt.h"
#include "sign/verify.h"
#include "cli/term.h"
#include "cli/trustdir.h"

#include <stdlib.h>

static int json;

static struct poptOption options[] = {
	OPT_FLAG(
	    "json", '\0', &json, N_("one line of JSON for each certificate")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
trust_print(const char *file, const struct sign_cert_line *line, void *payload)
{
	size_t *count = payload;
	char *safe;

	(*count)++;
	if (json)
		return sign_show_cert(
		    app_ctx(), line->der, line->der_len, 1, 0, out_write, NULL);
	certline_out(line, NULL);
	safe = escaped(file);
	out_text("  %s%*s%s\n", _("File"), text_pad(_("File"), 14), "", safe);
	free(safe);
	return 0;
}

static int
trust_list_run(const struct cmd *cmd, const char **files, size_t count)
{
	size_t found = 0;
	int system, rc, worst = 0;
	char *dir;

	(void)cmd;
	(void)files;
	(void)count;
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	for (system = 0; system < 2; system++) {
		dir = config_trust_dir(system);
		if (dir == NULL)
			continue;
		rc = trust_each(dir, trust_print, &found);
		worst = exit_worst(worst, rc);
		free(dir);
	}
	if (found == 0 && !json) {
		say_note(_("No certification authority is trusted yet."));
		say_hint(_("'podpis trust add FILE' adds one"));
	}
	return worst;
}

const struct cmd cmd_trust_list = {
	.name = "trust list",
	.args = N_("[option]..."),
	.summary = N_("List the certification authorities that you trust."),
	.text = N_("They stand in ~/.config/podpis/trust (yours) and "
		   "/etc/podpis/trust (everybody's)."),
	.options = options,
	.run = trust_list_run,
	.min = 0,
	.max = 0,
};
