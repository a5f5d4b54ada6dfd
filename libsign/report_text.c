/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/time.h"
#include "libsign/contract.h"
#include "libsign/ctx.h"
#include "libsign/judge_one.h"
#include "libsign/page.h"
#include "libsign/report.h"
#include "libsign/report_advice.h"
#include "sign/verify.h"

#include <ctype.h>
#include <string.h>

#define LABEL_COLUMN 18

/*
 * The verdict first, in one sentence; then who, what, when and why; then what
 * to do next. Nothing is decided here.
 */
struct text {
	struct sg_page page;
	const struct sign_report *report;
};

enum verdict {
	VERDICT_PASSED,
	VERDICT_INDETERMINATE,
	VERDICT_FAILED,
};

static enum verdict
verdict_of(const char *indication)
{
	if (indication != NULL && strcmp(indication, "TOTAL-PASSED") == 0)
		return VERDICT_PASSED;
	if (indication != NULL && strcmp(indication, "TOTAL-FAILED") == 0)
		return VERDICT_FAILED;
	return VERDICT_INDETERMINATE;
}

static const struct {
	enum sg_color color;
	const char *word;
} verdicts[] = {
	{ SG_GREEN, N_("VALID") },
	{ SG_YELLOW, N_("NOT CONFIRMED") },
	{ SG_RED, N_("NOT VALID") },
};

const char *
sign_report_error(const struct sign_report *report)
{
	if (report->error_code == NULL)
		return NULL;
	return report->error_local != NULL ? report->error_local
					   : report->error_message;
}

/* Words of the contract, for people. */
static const struct {
	const char *word, *text;
} words[] = {
	{ "detached", N_("detached") },
	{ "attached", N_("attached") },
	{ "enveloped", N_("enveloped") },
	{ "enveloping", N_("enveloping") },
	{ "counter", N_("counter-signature") },
	{ "good", N_("not revoked") },
	{ "revoked", N_("REVOKED") },
	{ "hold", N_("ON HOLD") },
	{ "unknown", N_("unknown") },
	{ "PASSED", N_("valid") },
	{ "FAILED", N_("NOT valid") },
	{ "INDETERMINATE", N_("not confirmed") },
};

static const char *
word_text(struct sg_page *page, const char *word)
{
	size_t i;

	for (i = 0; word != NULL && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].word, word) == 0)
			return sg_tr(page->env, words[i].text);
	return word != NULL ? word : "";
}

static const char *
base_name(const char *path)
{
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;

	if (path == NULL)
		return "";
	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* "S-1.1" as a person says it: "1.1". */
static const char *
short_id(const char *id)
{
	return strncmp(id, "S-", 2) == 0 ? id + 2 : id;
}

static const char *
signer_name(const struct sg_report_sig *sig)
{
	if (sig->signer.common_name != NULL)
		return sig->signer.common_name;
	return sig->signer.subject;
}

/* ---- the sentence on top */

static size_t
count_verdict(const struct sign_report *report, enum verdict verdict)
{
	size_t i, count = 0;

	for (i = 0; i < report->sig_count; i++)
		if (verdict_of(report->sigs[i].indication) == verdict)
			count++;
	return count;
}

/* Is the document what was signed, whoever signed it? */
static int
all_sound(const struct sign_report *report)
{
	size_t i;

	for (i = 0; i < report->sig_count; i++)
		if (report->sigs[i].digest_ok != SG_TRUE ||
		    report->sigs[i].signature_ok != SG_TRUE)
			return 0;
	return report->sig_count != 0;
}

/* The file holds more than what was signed of it. */
static const char *
sentence_part(const struct sign_report *report, enum verdict verdict)
{
	int one = report->sig_count == 1;

	if (verdict == VERDICT_PASSED && one)
		return N_("The signature is valid, but only for a part of "
			  "%1$s: what %2$s signed of it stands below.");
	if (verdict == VERDICT_PASSED)
		return N_("All %3$s signatures are valid, but only for parts "
			  "of %1$s: what was signed of it stands below.");
	if (all_sound(report))
		return N_("Only a part of %1$s was signed: it is unchanged, "
			  "but that could not be confirmed.");
	return N_("Only a part of %1$s was signed, and that could not be "
		  "confirmed.");
}

static const char *
sentence_one(const struct sign_report *report, enum verdict verdict)
{
	if (verdict == VERDICT_FAILED)
		return N_("The signature is NOT valid: do not rely on %1$s.");
	if (report->uncovered_count != 0)
		return sentence_part(report, verdict);
	if (verdict == VERDICT_PASSED && report->exit == 7)
		return N_("The signature of %1$s is valid, but of a lower "
			  "level than was asked for.");
	if (verdict == VERDICT_PASSED)
		return N_("The signature is valid: %1$s is unchanged since it "
			  "was signed by %2$s.");
	if (all_sound(report))
		return N_("%1$s is unchanged since it was signed, but the "
			  "signature could not be confirmed.");
	return N_("The signature of %1$s could not be confirmed.");
}

static const char *
sentence_many(const struct sign_report *report, enum verdict verdict)
{
	if (verdict == VERDICT_FAILED)
		return N_("Not valid: %2$s of %3$s signatures. Do not rely on "
			  "%1$s.");
	if (report->uncovered_count != 0)
		return sentence_part(report, verdict);
	if (verdict == VERDICT_PASSED && report->exit == 7)
		return N_("All %3$s signatures of %1$s are valid, but of a "
			  "lower level than was asked for.");
	if (verdict == VERDICT_PASSED)
		return N_("All %3$s signatures are valid: %1$s is unchanged "
			  "since it was signed.");
	if (all_sound(report))
		return N_("%1$s is unchanged since it was signed, but could "
			  "not be confirmed: %2$s of %3$s signatures.");
	return N_("Could not be confirmed: %2$s of %3$s signatures of %1$s.");
}

/* Of a file that is a time-stamp and nothing else. */
static const char *
sentence_stamp(const struct sign_report *report, enum verdict verdict)
{
	if (verdict == VERDICT_PASSED && report->is_container)
		return N_("Nobody has signed %1$s; the time-stamp on it is "
			  "valid.");
	if (verdict == VERDICT_INDETERMINATE && report->is_container)
		return N_("Nobody has signed %1$s, and the time-stamp on it "
			  "is not confirmed.");
	if (verdict == VERDICT_PASSED)
		return N_("The time-stamp is valid: %1$s existed at that time, "
			  "as it is now.");
	if (verdict == VERDICT_FAILED)
		return N_("The time-stamp is NOT valid for %1$s.");
	return N_("The time-stamp could not be confirmed.");
}

/* Of a document in which something is signed, only the rest is not. */
static const char *
text_uncovered(struct text *text, const char *what)
{
	const struct sign_report *report = text->report;
	const struct sg_report_doc *doc;
	size_t i, j;

	for (i = 0; i < report->sig_count; i++)
		for (j = 0; j < report->sigs[i].doc_count; j++) {
			doc = &report->sigs[i].docs[j];
			if (doc->name != NULL && strcmp(doc->name, what) == 0)
				return sg_page_say(&text->page,
				    N_("%1$s, apart from what stands below"),
				    base_name(what), NULL, NULL);
		}
	return what[0] == '#' || what[0] == '/' ? what : base_name(what);
}

/* By whom nobody has said anything. */
static void
text_unsigned(struct text *text)
{
	const struct sign_report *report = text->report;
	const char *what;
	size_t i;

	for (i = 0; i < report->uncovered_count; i++) {
		what = report->uncovered[i];
		if (!report->is_container)
			what = text_uncovered(text, what);
		sg_page_row(&text->page, 0, N_("Not signed"), what);
	}
}

static void
text_verdict(struct text *text)
{
	const struct sign_report *report = text->report;
	enum verdict verdict = verdict_of(report->indication);
	const char *file = base_name(report->file);
	struct sg_pool *pool = report->pool;
	const char *line, *name;

	if (report->sig_count == 0) {
		line = sg_page_say(&text->page, sentence_stamp(report, verdict),
		    file, NULL, NULL);
	} else if (report->sig_count == 1) {
		name = signer_name(&report->sigs[0]);
		line = sg_page_say(&text->page, sentence_one(report, verdict),
		    file, name != NULL ? name : "?", NULL);
	} else {
		line = sg_page_say(&text->page, sentence_many(report, verdict),
		    file,
		    sg_pool_printf(pool, "%zu", count_verdict(report, verdict)),
		    sg_pool_printf(pool, "%zu", report->sig_count));
	}
	sg_page_color(&text->page,
	    verdict == VERDICT_PASSED && report->uncovered_count != 0
		? SG_YELLOW
		: verdicts[verdict].color,
	    line);
	sg_page_line(&text->page);
	text_unsigned(text);
}

/* ---- one signature */

static const char *
text_time(struct text *text, int64_t time)
{
	char shown[SIGN_TIME_TEXT];

	return sg_pool_str(text->report->pool, sign_time_text(time, shown));
}

static void
text_title(struct text *text, const struct sg_report_sig *sig)
{
	enum verdict verdict = verdict_of(sig->indication);
	struct sg_page *page = &text->page;

	sg_page_line(page);
	if (sig->parent != NULL)
		sg_page_text(page,
		    sg_page_say(page,
			N_("Counter-signature %1$s, over signature %2$s: "),
			short_id(sig->id), short_id(sig->parent), NULL));
	else
		sg_page_text(page,
		    sg_page_say(page, N_("Signature %1$s: "), short_id(sig->id),
			NULL, NULL));
	sg_page_color(page, verdicts[verdict].color,
	    sg_tr(page->env, verdicts[verdict].word));
	sg_page_line(page);
	if (sig->reason.id != NULL)
		sg_page_row(page, 2, N_("Reason"),
		    sg_msg_text(page->env, page->pool, &sig->reason, 1));
}

static void
text_signer(struct text *text, const struct sg_report_sig *sig)
{
	const struct sg_report_signer *who = &sig->signer;
	struct sg_page *page = &text->page;
	size_t i;

	if (sig->certificate == NULL)
		sg_page_row(page, 2, N_("Signed by"),
		    sg_tr(page->env, N_("unknown: no certificate was found")));
	sg_page_row(page, 2, N_("Signed by"), signer_name(sig));
	sg_page_row(page, 2, N_("Title"), who->title);
	sg_page_row(page, 2, N_("Organisation"), who->organisation);
	sg_page_row(page, 2, N_("INN"), who->inn);
	sg_page_row(page, 2, N_("INN (company)"), who->inn_le);
	sg_page_row(page, 2, N_("SNILS"), who->snils);
	sg_page_row(page, 2, N_("OGRN"), who->ogrn);
	sg_page_row(page, 2, N_("OGRNIP"), who->ogrnip);
	for (i = 0; i < who->role_count; i++)
		sg_page_row(page, 2, N_("Role (claimed)"), who->roles[i]);
	if (sig->signing_time != SG_NO_TIME)
		sg_page_row(page, 2, N_("Time (claimed)"),
		    text_time(text, sig->signing_time));
}

/* Only this element of the document, or only some of it. */
static const char *
doc_part(struct text *text, const struct sg_report_doc *doc, const char *name)
{
	struct sg_page *page = &text->page;

	if (strcmp(doc->coverage, "none") == 0)
		return sg_page_say(page,
		    N_("%1$s, but nothing that stands in it"), name, NULL,
		    NULL);
	/* "#id" alone is the root */
	if (doc->element != NULL && strchr(doc->element, '/') != NULL)
		return sg_page_say(page, N_("%1$s, only the element %2$s"),
		    name, doc->element, NULL);
	if (strcmp(doc->coverage, "part") == 0)
		return sg_page_say(
		    page, N_("%1$s, but not all of it"), name, NULL, NULL);
	return name;
}

static const char *
doc_state(enum sg_tri ok)
{
	if (ok == SG_TRUE)
		return N_("%1$s: unchanged since it was signed");
	if (ok == SG_FALSE)
		return N_("%1$s: NOT what was signed");
	return N_("%1$s: could not be compared with what was signed");
}

/* In a container files are told apart by where they are in it. */
static const char *
doc_name(struct text *text, const char *name)
{
	return text->report->is_container ? name : base_name(name);
}

/* What the container is made of, apart from what people put in it. */
static int
is_inner(const struct text *text, const struct sg_report_doc *doc)
{
	static const char meta[] = "META-INF/";

	return text->report->is_container && doc->digest_ok == SG_TRUE &&
	    doc->name != NULL && strncmp(doc->name, meta, strlen(meta)) == 0 &&
	    (text->page.flags & SIGN_TEXT_VERBOSE) == 0;
}

static void
text_documents(struct text *text, const struct sg_report_sig *sig)
{
	struct sg_page *page = &text->page;
	const struct sg_report_doc *doc;
	const char *name;
	size_t i;

	for (i = 0; i < sig->doc_count; i++) {
		doc = &sig->docs[i];
		if (is_inner(text, doc))
			continue;
		name = doc->name != NULL ? doc_name(text, doc->name) : doc->uri;
		if (name == NULL)
			name = sg_tr(
			    page->env, N_("the document inside the signature"));
		sg_page_row(page, 2, N_("Document"),
		    sg_page_say(page, doc_state(doc->digest_ok),
			doc_part(text, doc, name), NULL, NULL));
	}
}

static const char *
value_state(enum sg_tri ok)
{
	if (ok == SG_TRUE)
		return N_("genuine: made with the key of this certificate");
	if (ok == SG_FALSE)
		return N_("NOT genuine: does not fit the certificate's key");
	return N_("could not be checked");
}

static const struct sg_report_cert *
cert_of(const struct sign_report *report, const char *id)
{
	size_t i;

	for (i = 0; id != NULL && i < report->cert_count; i++)
		if (strcmp(report->certs[i].id, id) == 0)
			return &report->certs[i];
	return NULL;
}

static const struct sg_check *
check_of(const struct sg_report_sig *sig, const char *id)
{
	size_t i;

	for (i = 0; i < sig->check_count; i++)
		if (strcmp(sig->checks[i].id, id) == 0)
			return &sig->checks[i];
	return NULL;
}

/* Who gets facts of somebody else has that one's anchors in them. */
static const char *
trust_text(const struct sign_report *report, const struct sg_check *chain)
{
	if (report->saved_anchors)
		return N_("valid by the trust anchors that were saved");
	if (strcmp(chain->detail.id, SG_CHAIN_ITSELF) == 0)
		return N_("valid, and you trust it itself; whether it was "
			  "revoked is not asked");
	return N_("valid, not revoked, leads to an authority that you trust");
}

static void
text_certificate(struct text *text, const struct sg_report_sig *sig)
{
	const struct sg_report_cert *cert =
	    cert_of(text->report, sig->certificate);
	const struct sg_check *chain = check_of(sig, "chain");
	struct sg_page *page = &text->page;
	const char *why;

	if (cert == NULL)
		return;
	sg_page_row(page, 2, N_("Certificate"),
	    sg_page_say(page, N_("No. %1$s, valid from %2$s to %3$s"),
		cert->serial, text_time(text, cert->not_before),
		text_time(text, cert->not_after)));
	sg_page_row(page, 2, N_("Issued by"), cert->issuer);
	if (chain == NULL)
		return;
	if (chain->status == SG_PASSED)
		why = sg_tr(page->env, trust_text(text->report, chain));
	else if (chain->detail.id == sig->reason.id)
		why = sg_tr(page->env, N_("not confirmed, see the reason"));
	else
		why = sg_msg_text(page->env, page->pool, &chain->detail, 1);
	sg_page_row(page, 2, N_("Trust"), why);
}

static void
text_kind(struct text *text, const struct sg_report_sig *sig)
{
	struct sg_page *page = &text->page;

	sg_page_row(page, 2, N_("Signature"),
	    sg_tr(page->env, value_state(sig->signature_ok)));
	sg_page_row(page, 2, N_("Algorithm"), sig->algorithm);
	if (sig->level != NULL)
		sg_page_row(page, 2, N_("Level"),
		    sg_pool_printf(text->report->pool, "%s, %s", sig->level,
			word_text(page, sig->packaging)));
	sg_page_row(page, 2, N_("Control code"), sig->control_code);
}

/* ---- time */

static void
text_stamp(struct text *text, const struct sg_report_stamp *stamp, int indent)
{
	struct sg_page *page = &text->page;
	const char *name = stamp->authority;
	const char *line = N_("%1$s of %2$s by %3$s");

	if (stamp->kind != NULL && sg_report_is_content(stamp->kind))
		line = N_("%1$s of %2$s by %3$s, on what was then signed");
	line = sg_page_say(page, line, stamp->id, text_time(text, stamp->time),
	    name != NULL ? name : sg_tr(page->env, N_("an unknown authority")));
	line = sg_pool_printf(text->report->pool, "%s: %s", line,
	    word_text(page, stamp->indication));
	if (stamp->reason.id != NULL)
		line = sg_pool_printf(text->report->pool, "%s (%s)", line,
		    sg_msg_text(page->env, page->pool, &stamp->reason, 1));
	sg_page_row(page, indent, N_("Time-stamp"), line);
}

/* "podpis extend FILE --level b-t" */
static const char *
extend_command(struct text *text, const struct sg_report_sig *sig)
{
	struct sg_pool *pool = text->report->pool;
	char *level = sg_pool_str(pool, sig->next_level);
	const char *command;
	char *at;

	for (at = level; at != NULL && *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	/* the level is there: one more archive time-stamp */
	command = sg_pool_printf(pool, "podpis extend %s --level %s%s",
	    base_name(text->report->signature_file), level != NULL ? level : "",
	    sig->level != NULL && strcmp(sig->next_level, sig->level) == 0
		? " --renew"
		: "");
	return command != NULL ? command : "";
}

/* Since when it is proven, until when that can be shown, and what to do. */
static void
text_proof(struct text *text, const struct sg_report_sig *sig)
{
	struct sg_page *page = &text->page;
	size_t i;

	for (i = 0; i < sig->stamp_count; i++)
		text_stamp(text, &sig->stamps[i], 2);
	if (sig->proven_by != NULL)
		sg_page_row(page, 2, N_("Signed"),
		    sg_page_say(page,
			N_("not later than %1$s, as time-stamp %2$s proves"),
			text_time(text, sig->best_signature_time),
			sig->proven_by, NULL));
	if (sig->valid_until == SG_NO_TIME)
		return;
	sg_page_row(page, 2, N_("Holds until"),
	    sig->next_level != NULL
		? sg_page_say(page, N_("%1$s; before that: %2$s"),
		      text_time(text, sig->valid_until),
		      extend_command(text, sig), NULL)
		: text_time(text, sig->valid_until));
}

static const struct {
	enum sg_color color;
	const char *word;
} statuses[] = {
	{ SG_GREEN, N_("passed") },
	{ SG_RED, N_("failed") },
	{ SG_YELLOW, N_("indeterminate") },
	{ SG_DIM, N_("skipped") },
	{ SG_YELLOW, N_("warning") },
};

static void
text_checks(struct text *text, const struct sg_report_sig *sig)
{
	struct sg_page *page = &text->page;
	const struct sg_check *check;
	size_t i;

	sg_page_text(page, "  ");
	sg_page_text(page, sg_tr(page->env, N_("Checks")));
	sg_page_text(page, ":\n");
	for (i = 0; i < sig->check_count; i++) {
		check = &sig->checks[i];
		sg_page_text(page, "    ");
		sg_page_color(page, statuses[check->status].color,
		    sg_tr(page->env, statuses[check->status].word));
		sg_page_text(page, "  ");
		sg_page_text(page, check->id);
		if (check->clause != NULL) {
			sg_page_text(page, " (");
			sg_page_text(page, check->clause);
			sg_page_text(page, ")");
		}
		sg_page_line(page);
		if (check->detail.id != NULL)
			sg_page_item(
			    page, 6, "", sg_page_words(page, &check->detail));
	}
}

/* Deviations that do not turn the verdict are said without being asked. */
static void
text_warnings(struct text *text, const struct sg_report_sig *sig)
{
	struct sg_page *page = &text->page;
	size_t i;

	for (i = 0; i < sig->check_count; i++)
		if (sig->checks[i].status == SG_WARNING &&
		    strcmp(sig->checks[i].id, "timestamp") != 0)
			sg_page_row(page, 2, N_("Note"),
			    sg_msg_text(page->env, page->pool,
				&sig->checks[i].detail, 1));
}

static void
text_signature(struct text *text, const struct sg_report_sig *sig)
{
	text_title(text, sig);
	text_signer(text, sig);
	text_documents(text, sig);
	sg_page_row(&text->page, 2, N_("Stands in"), sig->entry);
	text_kind(text, sig);
	text_certificate(text, sig);
	text_proof(text, sig);
	if ((text->page.flags & SIGN_TEXT_VERBOSE) != 0)
		text_checks(text, sig);
	else
		text_warnings(text, sig);
}

/* ---- the file */

static const char *
revocation_text(const struct sg_report_rev *rev)
{
	if (strcmp(rev->source, "ocsp") == 0)
		return N_("%1$s: %2$s, by the answer of %3$s");
	return N_("%1$s: %2$s, by the list of %3$s");
}

static void
text_certificates(struct text *text)
{
	const struct sign_report *report = text->report;
	struct sg_page *page = &text->page;
	const struct sg_report_cert *cert;
	const struct sg_report_rev *rev;
	size_t i;

	for (i = 0; i < report->cert_count; i++) {
		cert = &report->certs[i];
		sg_page_line(page);
		sg_page_text(page,
		    sg_page_say(
			page, N_("Certificate %1$s"), cert->id, NULL, NULL));
		sg_page_line(page);
		sg_page_row(page, 2, N_("Subject"), cert->subject);
		sg_page_row(page, 2, N_("Issuer"), cert->issuer);
		sg_page_row(page, 2, N_("Serial"), cert->serial);
		sg_page_row(page, 2, N_("Valid"),
		    sg_pool_printf(report->pool, "%s - %s",
			text_time(text, cert->not_before),
			text_time(text, cert->not_after)));
	}
	if (report->rev_count != 0)
		sg_page_line(page);
	for (i = 0; i < report->rev_count; i++) {
		rev = &report->revs[i];
		sg_page_row(page, 2, N_("Revocation"),
		    sg_page_say(page, revocation_text(rev), rev->certificate,
			word_text(page, rev->status),
			text_time(text, rev->this_update)));
	}
}

static void
text_notes(struct text *text, const struct sg_msg *list, size_t count)
{
	struct sg_page *page = &text->page;
	size_t i;

	if (count != 0)
		sg_page_line(page);
	for (i = 0; i < count; i++)
		sg_page_row(page, 0, N_("Note"),
		    sg_msg_text(page->env, page->pool, &list[i], 1));
}

/* What was asked of whom. */
static const char *
footer_text(const struct sign_report *report)
{
	if (report->saved_anchors)
		return N_("Checked %1$s as of %2$s by the rules \"%3$s\", from "
			  "saved facts: the digests of documents, and whom to "
			  "trust, are those that were saved.");
	if (report->from_facts)
		return N_("Checked %1$s as of %2$s by the rules \"%3$s\", from "
			  "saved facts: the digests of documents are those "
			  "that were saved.");
	if (report->note_count != 0)
		return N_("Checked %1$s as of %2$s by the rules \"%3$s\".");
	return N_("Checked %1$s as of %2$s by the rules \"%3$s\"; nothing was "
		  "asked of the network.");
}

static void
text_footer(struct text *text)
{
	const struct sign_report *report = text->report;
	struct sg_page *page = &text->page;

	text_notes(text, report->warnings, report->warning_count);
	text_notes(text, report->notes, report->note_count);
	sg_page_line(page);
	sg_page_item(page, 0, "",
	    sg_page_say(page, footer_text(report),
		base_name(report->signature_file),
		text_time(text, report->time), report->policy));
	if (report->qualification != NULL)
		sg_page_item(page, 0, "",
		    sg_tr(page->env,
			N_("Whether it is a qualified signature was not "
			   "determined.")));
}

int
sign_report_text(const struct sign_report *report, unsigned flags,
    sign_write_fn *fn, void *payload)
{
	struct text text = {
		.page = { &report->ctx->env, report->pool, flags, LABEL_COLUMN,
		    fn, payload, 0 },
		.report = report,
	};
	const char *error = sign_report_error(report);
	size_t i;

	if (error != NULL) {
		sg_page_row(&text.page, 0, N_("Error"), error);
		return sg_page_end(&text.page);
	}
	if (report->contract != NULL)
		sg_contract_text(&text.page, report->contract);
	if (report->contract != NULL && report->sig_count != 0)
		sg_page_line(&text.page);
	if (report->contract == NULL || report->sig_count != 0)
		text_verdict(&text);
	for (i = 0; i < report->sig_count; i++)
		text_signature(&text, &report->sigs[i]);
	if (report->sig_count != 0 && report->stamp_count != 0)
		sg_page_line(&text.page);
	for (i = 0; i < report->stamp_count; i++)
		text_stamp(&text, &report->stamps[i], 0);
	if ((flags & SIGN_TEXT_VERBOSE) != 0)
		text_certificates(&text);
	sg_report_advice(&text.page, report);
	text_footer(&text);
	return sg_page_end(&text.page);
}
