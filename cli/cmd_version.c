/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/opt.h"
#include "sign/ctx.h"
#include "cli/term.h"

#include <string.h>

static struct poptOption options[] = {
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
version_run(const struct cmd *cmd, const char **files, size_t count)
{
	const char *name, *text;
	size_t i;

	(void)cmd;
	(void)files;
	(void)count;
	out_text("podpis %s\n", PACKAGE_VERSION);
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	for (i = 0; (name = sign_version_part(app_ctx(), i, &text)) != NULL;
	     i++)
		if (strcmp(name, "podpis") != 0)
			out_text("%s %s\n", name, text);
	return EXIT_OK;
}

const struct cmd cmd_version = {
	.name = "version",
	.args = "",
	.summary = N_("Versions of podpis and of what it stands on."),
	.options = options,
	.run = version_run,
	.min = 0,
	.max = 0,
};
