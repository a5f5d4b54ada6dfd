/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/opt.h"
#include "cli/term.h"
#include "sign/contract.h"
#include "sign/ctx.h"

/* A contract in the portal's layout into a container as data, and out. */
static struct {
	const char **output;
	int force;
} opts;

static struct poptOption options[] = {
	OPT_VALUE(
	    "output", 'o', &opts.output, N_("where to write"), N_("FILE")),
	OPT_FLAG("force", 'f', &opts.force, N_("replace a file that exists")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
carry(const struct cmd *cmd, const char *from, const char *layout)
{
	struct sign_contract_options set = SIGN_CONTRACT_OPTIONS_INIT;
	const char *output = opt_value(opts.output);
	int rc;

	if (output == NULL)
		return say_usage(
		    cmd->name, _("where to? --output FILE names it"));
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	rc = file_check_output(cmd->name, output, from, opts.force, 0);
	if (rc != 0)
		return rc;
	set.layout = layout;
	set.from = from;
	set.force = opts.force;
	return app_written(sign_contract_new(app_ctx(), &set, output), output);
}

static int
import_run(const struct cmd *cmd, const char **files, size_t count)
{
	(void)count;
	return carry(cmd, files[0], "container");
}

static int
export_run(const struct cmd *cmd, const char **files, size_t count)
{
	(void)count;
	return carry(cmd, files[0], "portal");
}

const struct cmd cmd_contract_import = {
	.name = "contract import",
	.args = N_("[option]... CONTRACT"),
	.summary =
	    N_("Carry a contract of the portal's layout in a container."),
	.text = N_("The container holds the folder's or archive's files as "
		   "data, with their signatures as they are. That does not "
		   "make it a contract of the other form: for that the parties "
		   "sign anew, see podpis contract new."),
	.options = options,
	.run = import_run,
	.min = 1,
	.max = 1,
};

const struct cmd cmd_contract_export = {
	.name = "contract export",
	.args = N_("[option]... CONTAINER"),
	.summary = N_("Take a contract of the portal's layout out again."),
	.text = N_("Writes the folder, or the archive where the name ends with "
		   ".zip, that contract import put into the container."),
	.options = options,
	.run = export_run,
	.min = 1,
	.max = 1,
};
