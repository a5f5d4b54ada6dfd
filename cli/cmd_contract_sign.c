/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "cli/exit.h"
#include "cli/job.h"
#include "cli/net.h"
#include "cli/opt.h"
#include "cli/raise.h"
#include "cli/signer.h"
#include "cli/term.h"
#include "sign/contract.h"
#include "sign/ctx.h"
#include "sign/verify.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CARD_COLUMN 16
#define MAX_STEPS 64 /* documents of the portal's layout */

static const char **as;

static struct poptOption options[] = {
	OPT_VALUE("as", '\0', &as,
	    N_("sign in this role, if the certificate fits it"), N_("ROLE")),
	OPT_INCLUDE(opt_key, NULL),
	OPT_INCLUDE(opt_output, NULL),
	OPT_INCLUDE(opt_later, NULL),
	OPT_INCLUDE(opt_props, N_("What the signature says:")),
	OPT_INCLUDE(opt_content_stamp, N_("Time-stamps and the network:")),
	OPT_INCLUDE(opt_tsa, NULL),
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_raise, NULL),
	OPT_INCLUDE(opt_net, NULL),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

struct signing {
	const char *file, *output; /* output NULL: the contract itself */
	struct sign_job_options set;
	struct sign_report *report;
	struct signer signer;
	struct sign_job *jobs[MAX_STEPS];
	size_t count;
};

/* ---- the card: what the contract says, before what the jobs say */

static void
card_line(const char *label, const char *text)
{
	char *safe = escaped(text != NULL ? text : "");

	fprintf(stderr, "  %s%*s%s\n", label, text_pad(label, CARD_COLUMN), "",
	    safe);
	free(safe);
}

static const char *
state_text(const char *state)
{
	static const struct {
		const char *word, *text;
	} rows[] = {
		{ "signed", N_("has signed") },
		{ "unconfirmed", N_("has signed, not confirmed") },
		{ "missing", N_("has not signed yet") },
	};
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].word, state) == 0)
			return _(rows[i].text);
	return _("its signature does not count");
}

static void
card_party(const struct sign_party_status *party)
{
	const char *name = party->name != NULL ? party->name : party->signer;
	const char *role = _(party->role); /* a usual one has a translation */
	char *text = name != NULL
	    ? formatted("%s, %s: %s", role, name, state_text(party->state))
	    : formatted("%s: %s", role, state_text(party->state));

	card_line(_("Party"), text);
	free(text);
}

static void
card_contract(const struct sign_contract_status *contract)
{
	char time[SIGN_TIME_TEXT];
	char *title;
	size_t i;

	if (app.quiet)
		return;
	title = escaped(contract->title != NULL ? contract->title : "");
	fprintf(stderr, _("Contract \"%s\":\n"), title);
	free(title);
	for (i = 0; i < contract->party_count; i++)
		card_party(contract->parties[i]);
	if (contract->deadline != INT64_MIN)
		card_line(
		    _("Deadline"), sign_time_text(contract->deadline, time));
}

/* ---- steps */

/* Who has signed already; nobody needs to be trusted for that. */
static int
look(struct signing *s, const struct sign_trust *trust)
{
	struct sign_verify_options set = SIGN_VERIFY_OPTIONS_INIT;
	const char *error;
	int rc;

	set.find_content = 1;
	rc = app_result(
	    sign_verify(app_ctx(), s->file, trust, &set, &s->report));
	if (rc != 0)
		return rc;
	if (sign_report_contract(s->report) != NULL)
		return 0;
	error = sign_report_error(s->report);
	if (error != NULL)
		say_error("%s", error);
	say_error(_("%s is no contract that can be signed"), s->file);
	say_hint(_("podpis verify %s says what is in it"), s->file);
	rc = sign_report_exit(s->report);
	return rc == EXIT_FILE ? rc : EXIT_FORMAT;
}

static int
prepare(struct signing *s)
{
	struct sign_party_options set = SIGN_PARTY_OPTIONS_INIT;
	struct sign_job *job;
	int rc;

	set.role = opt_value(as);
	set.job = &s->set;
	set.cert = s->signer.cert.ptr;
	set.cert_len = s->signer.cert.len;
	set.content_timestamp = job_content_stamp(&set.trust);
	for (;;) {
		job = NULL;
		set.step = s->count;
		rc = app_result(sign_contract_prepare(
		    s->report, &set, s->signer.key, &job));
		if (rc != 0 || job == NULL)
			return rc;
		if (s->count == MAX_STEPS) {
			sign_job_free(job);
			say_error(_("more than %d documents"), MAX_STEPS);
			return EXIT_OTHER;
		}
		s->jobs[s->count++] = job;
	}
}

static const char *
output_of(const struct signing *s, size_t index)
{
	if (s->signer.state != NULL)
		return s->signer.state;
	return s->output != NULL ? s->output
				 : sign_job_card(s->jobs[index])->output;
}

static void
show(const struct signing *s)
{
	size_t i;

	card_contract(sign_report_contract(s->report));
	for (i = 0; i < s->count; i++)
		job_show(s->jobs[i], output_of(s, i));
}

static int
finish(struct signing *s)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < s->count; i++)
		rc = signer_put(&s->signer, s->jobs[i], output_of(s, i));
	return rc;
}

static void
signing_clear(struct signing *s)
{
	while (s->count > 0)
		sign_job_free(s->jobs[--s->count]);
	signer_clear(&s->signer);
	sign_report_free(s->report);
}

/* What the contract decides nobody else says. */
static int
check_options(const struct cmd *cmd, const struct sign_job_options *set)
{
	if (set->format != NULL || set->role_count != 0 ||
	    set->commitment != NULL || set->pem)
		return say_usage(cmd->name,
		    _("--format, --role, --commitment and --pem do not go with "
		      "a contract: it says what is signed, and --as in which "
		      "role"));
	return 0;
}

static int
contract_sign_run(const struct cmd *cmd, const char **files, size_t count)
{
	struct signing s = { .file = files[0] };
	struct sign_trust *trust = NULL;
	int rc = signer_begin(cmd, &s.signer);

	(void)count;
	if (rc == 0)
		rc = job_options(cmd, &s.set);
	if (rc == 0)
		rc = check_options(cmd, &s.set);
	if (rc == 0 && app_ctx() == NULL)
		rc = EXIT_OTHER;
	if (rc == 0)
		rc = signer_output(cmd, s.file, &s.set, &s.signer);
	if (rc == 0 && opt_value(job_output.output) != NULL)
		s.output = s.signer.output;
	if (rc == 0)
		rc = evidence_load(&trust);
	if (rc == 0)
		rc = look(&s, trust);
	if (rc == 0)
		rc = signer_load(cmd, &s.signer);
	if (rc == 0)
		rc = prepare(&s);
	if (rc == 0) {
		show(&s);
		rc = finish(&s);
	}
	signing_clear(&s);
	sign_trust_free(trust);
	return rc;
}

const struct cmd cmd_contract_sign = {
	.name = "contract sign",
	.args = N_("[option]... FILE\n"
		   "--cert FILE --state STATE [option]... FILE"),
	.summary = N_("Sign a contract as one of its parties."),
	.text =
	    N_("Finds out which party your certificate is. Whoever is no "
	       "party, has signed already, is not to sign yet or comes "
	       "after the deadline, is told so, and nothing is signed. "
	       "Before the PIN is asked for, you see the contract, its "
	       "parties and its documents. With --state the key is "
	       "elsewhere, on a phone: the value that it makes is put in "
	       "by 'podpis complete', until the contract's deadline; others "
	       "may sign meanwhile."),
	.options = options,
	.run = contract_sign_run,
	.min = 1,
	.max = 1,
};
