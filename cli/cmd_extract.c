/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "sign/ctx.h"
#include "sign/job.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

static const char **output_option, **signer;
static int force;

static struct poptOption options[] = {
	OPT_VALUE("signer", '\0', &signer,
	    N_("what this signature is over, as 'podpis verify' numbers it"),
	    "N"),
	OPT_VALUE("output", 'o', &output_option,
	    N_("where to write, '-' is standard output"), N_("FILE")),
	OPT_FLAG("force", 'f', &force, N_("replace a file that exists")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
extract_to(const struct cmd *cmd, const char *file, const char *output)
{
	int rc;

	rc = file_check_output(cmd->name, output, file, force, 1);
	if (rc != 0)
		return rc;
	rc = sign_extract_signer(
	    app_ctx(), file, opt_value(signer), output, force);
	progress_end();
	if (rc != 0)
		return say_failed(app_ctx(), rc);
	if (strcmp(output, "-") != 0)
		say_note(
		    _("Written: %s (its signatures were not checked)"), output);
	return 0;
}

static int
extract_run(const struct cmd *cmd, const char **files, size_t count)
{
	const char *where = opt_value(output_option);
	char *stem = NULL, *output = NULL;
	int rc;

	(void)count;
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	if (where == NULL || (strcmp(where, "-") != 0 && file_is_dir(where)))
		stem = file_stem(files[0], ".p7m");
	else
		stem = strdup(files[0]);
	if (stem != NULL)
		output = file_output(where, stem);
	if (output == NULL)
		rc = say_usage(cmd->name,
		    _("%s does not end in .p7m: say where with --output"),
		    files[0]);
	else
		rc = extract_to(cmd, files[0], output);
	free(output);
	free(stem);
	return rc;
}

const struct cmd cmd_extract = {
	.name = "extract",
	.args = N_("[option]... SIG"),
	.summary = N_("Take the document out of an attached signature."),
	.text = N_("Without --output the document gets the name of the "
		   "signature without its ending. Out of signed XML come the "
		   "octets that the first signature is over, or the one that "
		   "--signer names, and no others. Whether the signatures are "
		   "valid is another question: see 'podpis verify'."),
	.options = options,
	.run = extract_run,
	.min = 1,
	.max = 1,
};
