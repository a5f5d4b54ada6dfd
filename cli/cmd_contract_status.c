/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "cli/exit.h"
#include "cli/net.h"
#include "cli/opt.h"
#include "cli/term.h"
#include "cli/verdict.h"
#include "sign/contract.h"
#include "sign/ctx.h"
#include "sign/verify.h"

static struct poptOption options[] = {
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_chain, NULL),
	OPT_INCLUDE(opt_verdict, NULL),
	OPT_INCLUDE(opt_net, N_("Network:")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
show_status(const char *file, const struct sign_trust *trust,
    const struct sign_verify_options *set)
{
	struct sign_report *report = NULL;
	int rc = app_result(sign_verify(app_ctx(), file, trust, set, &report));

	if (rc != 0)
		return rc;
	verdict_print(report, file);
	rc = sign_report_exit(report);
	if (sign_report_contract(report) == NULL &&
	    sign_report_error(report) == NULL) {
		say_error(_("%s is no contract"), file);
		rc = exit_worst(EXIT_FORMAT, rc);
	}
	sign_report_free(report);
	return rc;
}

static int
contract_status_run(const struct cmd *cmd, const char **files, size_t count)
{
	struct sign_verify_options set = SIGN_VERIFY_OPTIONS_INIT;
	struct sign_trust *trust = NULL;
	size_t i;
	int rc;

	if (app_ctx() == NULL)
		return EXIT_OTHER;
	set.policy = app.config.policy;
	set.find_content = 1;
	rc = verdict_options(cmd, &set);
	if (rc == 0)
		rc = evidence_load(&trust);
	if (rc == 0)
		rc = net_setup(cmd->name, NET_IF_ASKED);
	if (rc == 0)
		for (i = 0; i < count; i++)
			rc = exit_worst(rc, show_status(files[i], trust, &set));
	sign_trust_free(trust);
	return rc;
}

const struct cmd cmd_contract_status = {
	.name = "contract status",
	.args = N_("[option]... FILE..."),
	.summary = N_("Say who has signed a contract and who is missing."),
	.text = N_("The same as podpis verify for a contract. Exit status: 0 "
		   "concluded, 8 all signatures are valid but somebody is "
		   "missing, 5 a signature is not valid, 6 one could not be "
		   "confirmed, 4 no contract."),
	.options = options,
	.run = contract_status_run,
	.min = 1,
	.max = OPT_ANY,
};
