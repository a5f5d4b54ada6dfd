/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/opt.h"
#include "sign/ctx.h"
#include "sign/verify.h"
#include "cli/term.h"

static int json;

static struct poptOption options[] = {
	OPT_FLAG("json", '\0', &json, N_("one line of JSON for each file")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
show_run(const struct cmd *cmd, const char **files, size_t count)
{
	unsigned flags = (term_color() ? SIGN_TEXT_COLOR : 0) |
	    (app.verbose > 0 ? SIGN_TEXT_VERBOSE : 0);
	size_t i;
	int rc, worst = 0;

	(void)cmd;
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	for (i = 0; i < count; i++) {
		if (i > 0 && !json)
			out_text("\n");
		if (count > 1 && !json)
			out_text("%s:\n", files[i]);
		rc = sign_show(
		    app_ctx(), files[i], json, flags, out_write, NULL);
		worst = exit_worst(worst, app_result(rc));
	}
	return worst;
}

const struct cmd cmd_show = {
	.name = "show",
	.args = N_("[option]... FILE..."),
	.summary = N_("Show what is in a signature, certificate or list of "
		      "revoked certificates."),
	.text = N_("Nothing is judged here: a name that is shown may be "
		   "anybody's. 'podpis verify' gives the verdict."),
	.options = options,
	.run = show_run,
	.min = 1,
	.max = OPT_ANY,
};
