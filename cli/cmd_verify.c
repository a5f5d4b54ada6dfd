/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/inputs.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "sign/ctx.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

static struct {
	const char **content, **policy, **at, **level;
	int json, offline;
} opts;

static struct poptOption options[] = {
	OPT_LIST("content", '\0', &opts.content,
	    N_("document that was signed, for a detached signature"),
	    N_("DOC")),
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_chain, NULL),
	OPT_VALUE("policy", '\0', &opts.policy,
	    N_("rules of the verdict: ades (default), cms, 63fz or eidas"),
	    N_("NAME")),
	OPT_VALUE("at", '\0', &opts.at,
	    N_("judge as of this time: RFC 3339 or now"), N_("TIME")),
	OPT_VALUE("level", 'l', &opts.level,
	    N_("at least this level, else exit 7"), N_("LEVEL")),
	OPT_FLAG("offline", '\0', &opts.offline,
	    N_("ask nothing of the network (that is so anyway)")),
	OPT_FLAG("json", '\0', &opts.json,
	    N_("one line of JSON for each signature file")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

struct verify {
	struct sign_trust *trust;
	struct sign_verify_options set;
	size_t printed;
	int exit;
};

static void
verify_print(
    struct verify *run, const struct sign_report *report, const char *name)
{
	unsigned flags = (term_color() ? SIGN_TEXT_COLOR : 0) |
	    (app.verbose > 0 ? SIGN_TEXT_VERBOSE : 0);
	const char *error = sign_report_error(report);

	if (error != NULL && strstr(error, name) != NULL)
		say_error("%s", error);
	else if (error != NULL)
		say_error("%s: %s", name, error);
	if (error != NULL && sign_report_exit(report) == EXIT_FORMAT &&
	    !opts.json && sign_ctx_hint(app.ctx)[0] == '\0')
		say_hint(_("no signature is in this file, and none beside it "
			   "by the name of %s.sig"),
		    file_base(name));
	else if (error != NULL && sign_ctx_hint(app.ctx)[0] != '\0')
		say_hint("%s", sign_ctx_hint(app.ctx));
	if (opts.json)
		sign_report_json(report, out_write, NULL);
	if (opts.json || error != NULL || app.quiet)
		return;
	if (run->printed++ > 0)
		out_text("\n");
	sign_report_text(report, flags, out_write, NULL);
}

/* One signature file with its documents: one report. The library's
 * inputs_fn. */
static int
verify_one(const char *signature, const char *const *contents, size_t count,
    void *payload)
{
	struct sign_report *report = NULL;
	struct verify *run = payload;
	int rc;

	run->set.contents = contents;
	run->set.content_count = count;
	run->set.find_content = count == 0;
	rc = sign_verify(app.ctx, signature, run->trust, &run->set, &report);
	progress_end();
	if (rc != 0) {
		run->exit = exit_worst(run->exit, say_failed(app.ctx, rc));
		return rc == SIGN_E_CANCEL || rc == SIGN_E_ARG ? -1 : 0;
	}
	verify_print(run, report, signature);
	run->exit = exit_worst(run->exit, sign_report_exit(report));
	sign_report_free(report);
	return 0;
}

static int
verify_options(const struct cmd *cmd, struct sign_verify_options *set)
{
	static const char *const policies[] = { "ades", "cms", "63fz", "eidas",
		NULL };
	static const char *const levels[] = { "b-b", "b-t", "b-lt", "b-lta",
		"bes", "epes", "t", "c", "x1", "x2", "xlt1", "xlt2", "a",
		NULL };
	const char *at = opt_value(opts.at);

	set->policy = opt_value(opts.policy);
	if (set->policy == NULL)
		set->policy = app.config.policy;
	set->level = opt_value(opts.level);
	if (set->policy != NULL && opt_word(set->policy, policies) < 0)
		return say_usage(cmd->name,
		    _("--policy: want ades, cms, 63fz or eidas, have '%s'"),
		    set->policy);
	if (set->level != NULL && opt_word(set->level, levels) < 0)
		return say_usage(cmd->name,
		    _("--level: there is no level '%s'"), set->level);
	if (at != NULL && sign_time_parse(app.ctx, at, &set->at) != 0)
		return say_usage(cmd->name,
		    _("--at: want a time such as 2026-11-21T10:00:00Z or now, "
		      "have '%s'"),
		    at);
	return 0;
}

static int
verify_run(const struct cmd *cmd, const char **files, size_t count)
{
	struct sign_verify_options set = SIGN_VERIFY_OPTIONS_INIT;
	struct verify run = { .set = set };
	int rc;

	if (app_ctx() == NULL)
		return EXIT_OTHER;
	rc = verify_options(cmd, &run.set);
	if (rc == 0)
		rc = evidence_load(&run.trust);
	if (rc == 0) {
		inputs_each(files, count, opts.content, opt_count(opts.content),
		    verify_one, &run);
		rc = run.exit;
	}
	sign_trust_free(run.trust);
	return rc;
}

const struct cmd cmd_verify = {
	.name = "verify",
	.args = N_("[option]... FILE...\n[option]... DOC SIG\n"
		   "[option]... --content DOC... SIG"),
	.summary = N_("Check signatures and say what they are worth."),
	.text = N_("FILE is a signature, or a document with its signature "
		   "beside it (FILE.sig, .p7s, .sgn or .sign). What a file is "
		   "is told by what is in it, never by its name. Exit status: "
		   "0 all signatures are valid, 5 one is not, 6 one could not "
		   "be confirmed, 7 valid but below --level, 4 no signature, "
		   "3 a file is missing."),
	.options = options,
	.run = verify_run,
	.min = 1,
	.max = OPT_ANY,
};
