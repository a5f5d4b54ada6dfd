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
#include "sign/contract.h"
#include "sign/ctx.h"
#include "sign/verify.h"

static struct {
	const char **as, **policy;
} opts;

static struct poptOption options[] = {
	OPT_VALUE("as", '\0', &opts.as,
	    N_("whose signatures these are, where certificates do not tell"),
	    N_("ROLE")),
	OPT_VALUE("policy", '\0', &opts.policy,
	    N_("rules to verify by: 63fz (default), cms, ades, eidas, or a "
	       "file"),
	    N_("NAME")),
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_chain, NULL),
	OPT_INCLUDE(opt_net, N_("Network:")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
accept_run(const struct cmd *cmd, const char **files, size_t count)
{
	struct sign_accept_options set = SIGN_ACCEPT_OPTIONS_INIT;
	struct sign_verify_options how = SIGN_VERIFY_OPTIONS_INIT;
	struct sign_trust *trust = NULL;
	int rc;

	if (app_ctx() == NULL)
		return EXIT_OTHER;
	rc = evidence_load(&trust);
	if (rc == 0)
		rc = net_setup(cmd->name, NET_IF_ASKED);
	if (rc != 0) {
		sign_trust_free(trust);
		return rc;
	}
	how.policy = opt_value(opts.policy);
	set.role = opt_value(opts.as);
	set.trust = trust;
	set.verify = &how;
	rc = sign_contract_accept(
	    app_ctx(), files[0], files + 1, count - 1, &set);
	rc = app_result(rc);
	if (rc == 0)
		say_note(_("Accepted into %s"), files[0]);
	sign_trust_free(trust);
	return rc;
}

const struct cmd cmd_contract_accept = {
	.name = "contract accept",
	.args = N_("[option]... CONTRACT RESULT..."),
	.summary = N_("Put signatures made on a phone into a contract."),
	.text = N_("A RESULT is a detached signature, or an archive with such "
		   "files. Each is verified; its document is found by what it "
		   "signs, its party by the certificate. Then all of them "
		   "become part of the contract, or none."),
	.options = options,
	.run = accept_run,
	.min = 2,
	.max = OPT_ANY,
};
