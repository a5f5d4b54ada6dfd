/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/opt.h"
#include "cli/term.h"

static struct poptOption options[] = {
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
help_run(const struct cmd *cmd, const char **words, size_t count)
{
	const struct cmd *found;
	int taken = 0;

	if (count == 0) {
		help_overview();
		return EXIT_OK;
	}
	if (count == 1 && help_group(words[0]) > 0)
		return EXIT_OK;
	found = cmd_find((int)count, words, &taken);
	if (found == NULL)
		return EXIT_USAGE;
	if ((size_t)taken < count)
		return say_usage(NULL, _("%s: too many arguments"), cmd->name);
	help_command(found);
	return EXIT_OK;
}

const struct cmd cmd_help = {
	.name = "help",
	.args = N_("[COMMAND]"),
	.summary = N_("Explain a command, or list them."),
	.options = options,
	.run = help_run,
	.min = 0,
	.max = 2,
};
