/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/verdict.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/raise.h"
#include "cli/term.h"
#include "sign/ctx.h"
#include "sign/verify.h"

#include <string.h>

static struct {
	const char **policy, **at, **level;
	int json;
} opts;

struct poptOption opt_verdict[] = {
	OPT_VALUE("policy", '\0', &opts.policy,
	    N_("rules of the verdict: ades (default), cms, 63fz, eidas, or a "
	       "file with rules, podpis-policy(5)"),
	    N_("NAME")),
	OPT_VALUE("at", '\0', &opts.at,
	    N_("judge as of this time: RFC 3339 or now"), N_("TIME")),
	OPT_VALUE("level", 'l', &opts.level,
	    N_("at least this level, else exit 7"), N_("LEVEL")),
	OPT_FLAG("json", '\0', &opts.json,
	    N_("one line of JSON for each signature file")),
	OPT_END,
};

void
verdict_print(const struct sign_report *report, const char *name)
{
	static size_t printed;
	unsigned flags = (term_color() ? SIGN_TEXT_COLOR : 0) |
	    (app.verbose > 0 ? SIGN_TEXT_VERBOSE : 0);
	const char *error = sign_report_error(report);

	if (error != NULL && strstr(error, name) != NULL)
		say_error("%s", error);
	else if (error != NULL)
		say_error("%s: %s", name, error);
	if (error != NULL && sign_report_exit(report) == EXIT_FORMAT &&
	    !opts.json && sign_ctx_hint(app_ctx())[0] == '\0')
		say_hint(_("no signature is in this file, and none beside it "
			   "by the name of %s.sig"),
		    file_base(name));
	else if (error != NULL && sign_ctx_hint(app_ctx())[0] != '\0')
		say_hint("%s", sign_ctx_hint(app_ctx()));
	if (opts.json)
		sign_report_json(report, out_write, NULL);
	if (opts.json || error != NULL || app.quiet)
		return;
	if (printed++ > 0)
		out_text("\n");
	sign_report_text(report, flags, out_write, NULL);
}

int
verdict_options(const struct cmd *cmd, struct sign_verify_options *set)
{
	static const char *const policies[] = { "ades", "cms", "63fz", "eidas",
		NULL };
	const char *at = opt_value(opts.at);

	if (opt_value(opts.policy) != NULL)
		set->policy = opt_value(opts.policy);
	set->level = opt_value(opts.level);
	if (set->policy != NULL && opt_word(set->policy, policies) < 0 &&
	    strpbrk(set->policy, "/.") == NULL)
		return say_usage(cmd->name,
		    _("--policy: want ades, cms, 63fz, eidas or a file, have "
		      "'%s'"),
		    set->policy);
	if (set->level != NULL && opt_word(set->level, raise_words) < 0)
		return say_usage(cmd->name,
		    _("--level: there is no level '%s'"), set->level);
	if (at != NULL && sign_time_parse(app_ctx(), at, &set->at) != 0)
		return say_usage(cmd->name,
		    _("--at: want a time such as 2026-11-21T10:00:00Z or now, "
		      "have '%s'"),
		    at);
	return 0;
}
