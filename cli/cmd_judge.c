/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "cli/exit.h"
#include "cli/opt.h"
#include "cli/term.h"
#include "cli/verdict.h"
#include "sign/ctx.h"
#include "sign/verify.h"

static struct poptOption options[] = {
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_chain, NULL),
	OPT_INCLUDE(opt_verdict, NULL),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
judge_one(const char *facts, const struct sign_trust *trust,
    const struct sign_verify_options *set)
{
	struct sign_report *report = NULL;
	int rc = app_result(sign_judge(app_ctx(), facts, trust, set, &report));

	if (rc != 0)
		return rc;
	verdict_print(report, facts);
	rc = sign_report_exit(report);
	sign_report_free(report);
	return rc;
}

/* The configuration has no say here: what was recorded counts, and what is
 * given on the command line. */
static int
judge_run(const struct cmd *cmd, const char **files, size_t count)
{
	struct sign_verify_options set = SIGN_VERIFY_OPTIONS_INIT;
	struct sign_trust *trust = NULL;
	size_t i;
	int rc, worst = 0;

	if (app_ctx() == NULL)
		return EXIT_OTHER;
	rc = verdict_options(cmd, &set);
	if (rc == 0)
		rc = evidence_given(&trust);
	for (i = 0; i < count && rc == 0; i++)
		worst = exit_worst(worst, judge_one(files[i], trust, &set));
	sign_trust_free(trust);
	return rc != 0 ? rc : worst;
}

const struct cmd cmd_judge = {
	.name = "judge",
	.args = N_("[option]... FACTS..."),
	.summary = N_("Give the verdict again, from what verify --save-facts "
		      "saved."),
	.text = N_("No document and no network is needed. Without options the "
		   "report is the same, on any machine; --at and --policy "
		   "judge the same facts as of another time or by other rules, "
		   "--trust by other anchors. Exit status as of 'podpis "
		   "verify'."),
	.options = options,
	.run = judge_run,
	.min = 1,
	.max = OPT_ANY,
};
