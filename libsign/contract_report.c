/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/env.h"
#include "base/time.h"
#include "libsign/json.h"
#include "libsign/page.h"

#include <inttypes.h>
#include <string.h>

/* What is said of a contract, for programs and for people. Nothing is decided
 * here. */

static const char *const party_words[] = {
	[SG_PARTY_SIGNED] = "signed",
	[SG_PARTY_UNCONFIRMED] = "unconfirmed",
	[SG_PARTY_MISSING] = "missing",
	[SG_PARTY_FAILED] = "failed",
	[SG_PARTY_OTHER_VERSION] = "other-version",
	[SG_PARTY_INCOMPLETE] = "incomplete",
	[SG_PARTY_WRONG_ROLE] = "wrong-role",
	[SG_PARTY_OUT_OF_TURN] = "out-of-turn",
	[SG_PARTY_LATE] = "late",
};

const char *
sg_party_word(enum sg_party_state state)
{
	return party_words[state];
}

/* ---- JSON: the keys are those of podpis-contract(1) */

static const char *
proof_word(enum sg_proof proof)
{
	static const char *const words[] = { NULL, "claimed", "proven" };

	return words[proof];
}

static struct json_t *
json_party(const struct sign_report *report,
    const struct sg_contract_done *done, const struct sg_party_done *party)
{
	struct sg_json row = sg_json_object();
	const struct sg_report_sig *sig = party->sig;
	int asked = party->state == SG_PARTY_SIGNED ||
	    party->state == SG_PARTY_UNCONFIRMED;

	sg_json_text(&row, "role", party->party->role);
	sg_json_text(&row, "name", party->party->name);
	sg_json_text(&row, "state", party_words[party->state]);
	sg_json_text(&row, "signature", sig != NULL ? sig->id : NULL);
	sg_json_text(
	    &row, "signer", sig != NULL ? sig->signer.common_name : NULL);
	sg_json_time(&row, "time", party->time);
	sg_json_text(&row, "time_is", proof_word(party->when));
	sg_json_time(&row, "not_before", party->not_before);
	sg_json_text(&row, "order",
	    asked && done->contract.ordered ? proof_word(party->turn) : NULL);
	sg_json_text(
	    &row, "deadline", asked ? proof_word(party->deadline) : NULL);
	sg_json_text(
	    &row, "detail", sg_msg_text(NULL, report->pool, &party->detail, 0));
	return sg_json_done(&row);
}

static struct json_t *
json_other(const struct sign_report *report, const struct sg_other_done *other)
{
	static const char *const words[] = { "stranger", "twice",
		"counter-signature", "invalid", "untrusted" };
	struct sg_json row = sg_json_object();

	sg_json_text(&row, "signature", other->sig->id);
	sg_json_text(&row, "state", words[other->state]);
	sg_json_text(
	    &row, "role", other->party != NULL ? other->party->role : NULL);
	sg_json_text(&row, "signer", other->sig->signer.common_name);
	sg_json_text(
	    &row, "detail", sg_msg_text(NULL, report->pool, &other->detail, 0));
	return sg_json_done(&row);
}

static struct json_t *
json_doc(const struct sg_contract_doc *doc)
{
	static const char *const words[] = { "fits", "changed", "missing" };
	struct sg_json row = sg_json_object();
	char digest[SG_CONTRACT_HEX];

	sg_json_text(&row, "name", doc->name);
	sg_json_int(&row, "size", (int64_t)doc->size);
	sg_contract_hex(doc->value, digest);
	sg_json_text(&row, "digest_algorithm",
	    doc->value.len != 0 ? doc->digest->option : NULL);
	sg_json_text(&row, "digest", doc->value.len != 0 ? digest : NULL);
	sg_json_text(&row, "state", words[doc->state]);
	return sg_json_done(&row);
}

static struct json_t *
json_about(const struct sg_contract_done *done)
{
	struct sg_json row = sg_json_object();

	sg_json_text(&row, "name", done->contract.about_name);
	sg_json_text(&row, "digest_algorithm", "sha256");
	sg_json_text(&row, "digest", done->about_digest);
	return sg_json_done(&row);
}

static void
json_lists(const struct sign_report *report,
    const struct sg_contract_done *done, struct sg_json *top)
{
	const struct sg_contract *c = &done->contract;
	size_t i;

	sg_json_list(top, "documents");
	for (i = 0; i < c->doc_count; i++)
		sg_json_push(top, json_doc(&c->docs[i]));
	sg_json_texts(top, "unlisted", c->unlisted, c->unlisted_count);
	sg_json_list(top, "parties");
	for (i = 0; i < done->party_count; i++)
		sg_json_push(top, json_party(report, done, &done->parties[i]));
	sg_json_list(top, "others");
	for (i = 0; i < done->other_count; i++)
		sg_json_push(top, json_other(report, &done->others[i]));
	sg_json_list(top, "remarks");
	for (i = 0; i < c->remark_count; i++)
		sg_json_push_text(
		    top, sg_msg_text(NULL, report->pool, &c->remarks[i], 0));
}

struct json_t *
sg_contract_json(
    const struct sign_report *report, const struct sg_contract_done *done)
{
	const struct sg_contract *c = &done->contract;
	struct sg_json top = sg_json_object();

	sg_json_text(&top, "schema", "podpis-contract-status/1");
	sg_json_text(&top, "layout", c->layout->name);
	sg_json_text(&top, "kind", c->kind);
	sg_json_text(&top, "title", c->title);
	if (c->about.len != 0)
		sg_json_put(&top, "description", json_about(done));
	else
		sg_json_text(&top, "description", NULL);
	sg_json_time(&top, "created", c->created);
	sg_json_time(&top, "deadline", c->deadline);
	sg_json_bool(&top, "ordered", c->ordered);
	sg_json_tri(&top, "concluded", done->concluded);
	json_lists(report, done, &top);
	return sg_json_done(&top);
}

/* ---- for people */

static const char *
party_sign(enum sg_party_state state)
{
	if (state == SG_PARTY_SIGNED)
		return "+ ";
	return state == SG_PARTY_MISSING ? "- " : "! ";
}

/* "lessor, Ivanova Anna: signed on ..." */
static void
text_party(struct sg_page *page, const struct sg_party_done *party)
{
	const char *role = sg_contract_role_text(party->party->role);
	const char *name = party->party->name, *said;

	if (name == NULL && party->sig != NULL)
		name = party->sig->signer.common_name;
	role = sg_tr(page->env, role);
	said = sg_page_words(page, &party->detail);
	sg_page_item(page, 2, party_sign(party->state),
	    name != NULL
		? sg_page_say(page, "%1$s, %2$s: %3$s", role, name, said)
		: sg_page_say(page, "%1$s: %2$s", role, said, NULL));
}

static void
text_concluded(struct sg_page *page, const struct sg_contract_done *done)
{
	static const struct {
		enum sg_color color;
		const char *word;
	} rows[] = {
		[SG_NULL] = { SG_YELLOW,
		    N_("all have signed, but not all of it could be "
		       "confirmed") },
		[SG_FALSE] = { SG_YELLOW, N_("NOT CONCLUDED") },
		[SG_TRUE] = { SG_GREEN, N_("CONCLUDED") },
	};
	const char *title = done->contract.title;

	sg_page_color(page, SG_BOLD,
	    sg_page_say(page, N_("Contract \"%1$s\": "),
		title != NULL ? title : "", NULL, NULL));
	sg_page_color(page, rows[done->concluded].color,
	    sg_tr(page->env, rows[done->concluded].word));
	sg_page_line(page);
}

static void
text_docs(struct sg_page *page, const struct sg_contract *c)
{
	static const char *const texts[] = {
		[SG_DOC_FITS] = "%1$s",
		[SG_DOC_CHANGED] =
		    N_("%1$s: NOT the document that the contract describes"),
		[SG_DOC_MISSING] = N_("%1$s: MISSING"),
	};
	size_t i;

	for (i = 0; i < c->doc_count; i++)
		sg_page_row(page, 2, i == 0 ? N_("Documents") : "",
		    sg_page_say(page, texts[c->docs[i].state], c->docs[i].name,
			NULL, NULL));
	for (i = 0; i < c->unlisted_count; i++)
		sg_page_row(page, 2, N_("Note"),
		    sg_page_say(page,
			N_("%1$s is in the file, but the contract does not "
			   "name it"),
			c->unlisted[i], NULL, NULL));
}

/* What is known of order and deadline only by what the signers say. */
static void
text_claimed(struct sg_page *page, const struct sg_contract_done *done)
{
	const struct sg_contract *c = &done->contract;
	int order = 0, deadline = 0;
	size_t i;

	for (i = 0; i < done->party_count; i++) {
		if (done->parties[i].sig == NULL)
			continue;
		order |= done->parties[i].turn == SG_PROOF_CLAIMED;
		deadline |= done->parties[i].deadline == SG_PROOF_CLAIMED;
	}
	if (c->ordered && order)
		sg_page_row(page, 2, N_("Note"),
		    sg_tr(page->env,
			N_("the order is claimed by the signers, no "
			   "time-stamp proves it")));
	if (c->deadline != SG_NO_TIME && deadline)
		sg_page_row(page, 2, N_("Note"),
		    sg_tr(page->env,
			N_("that the deadline was kept is claimed by the "
			   "signers, no time-stamp proves it")));
}

void
sg_contract_text(struct sg_page *page, const struct sg_contract_done *done)
{
	const struct sg_contract *c = &done->contract;
	char time[SIGN_TIME_TEXT];
	size_t i;

	text_concluded(page, done);
	for (i = 0; i < done->party_count; i++)
		text_party(page, &done->parties[i]);
	for (i = 0; i < done->other_count; i++)
		sg_page_item(page, 2,
		    done->others[i].state == SG_OTHER_COUNTER ? "+ " : "! ",
		    sg_page_words(page, &done->others[i].detail));
	if (c->deadline != SG_NO_TIME)
		sg_page_row(
		    page, 2, N_("Deadline"), sign_time_text(c->deadline, time));
	if (c->ordered)
		sg_page_row(page, 2, N_("Order"),
		    sg_tr(page->env, N_("they sign one after the other")));
	text_docs(page, c);
	text_claimed(page, done);
	for (i = 0; i < c->remark_count; i++)
		sg_page_row(page, 2, N_("Note"),
		    sg_msg_text(page->env, page->pool, &c->remarks[i], 1));
	if (c->about.len == 0)
		sg_page_row(page, 2, N_("Note"),
		    sg_tr(page->env,
			N_("no signature covers who must sign what: in this "
			   "layout only the documents are signed")));
	else
		sg_page_row(page, 2, N_("Description"),
		    sg_pool_printf(
			page->pool, "SHA-256 %s", done->about_digest));
}
