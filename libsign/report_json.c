/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "libsign/contract.h"
#include "libsign/ctx.h"
#include "libsign/json.h"
#include "libsign/key.h"
#include "libsign/report.h"
#include "sign/verify.h"

/* The keys and their order are those of podpis(1), "JSON report". */

static struct json_t *
json_check(const struct sign_report *report, const struct sg_check *check)
{
	static const char *const words[] = { "passed", "failed",
		"indeterminate", "skipped", "warning" };
	const char *detail = sg_msg_text(NULL, report->pool, &check->detail, 0);
	struct sg_json row = sg_json_object();

	sg_json_text(&row, "id", check->id);
	sg_json_text(&row, "status", words[check->status]);
	sg_json_text(&row, "clause", check->clause);
	sg_json_text(&row, "detail", detail);
	return sg_json_done(&row);
}

static struct json_t *
json_doc(const struct sg_report_doc *doc)
{
	struct sg_json row = sg_json_object();

	sg_json_text(&row, "name", doc->name);
	sg_json_text(&row, "uri", doc->uri);
	sg_json_text(&row, "element", doc->element);
	sg_json_texts(
	    &row, "transforms", doc->transforms, doc->transform_count);
	sg_json_text(&row, "coverage", doc->coverage);
	sg_json_text(&row, "digest_algorithm", doc->digest_algorithm);
	sg_json_tri(&row, "digest_ok", doc->digest_ok);
	return sg_json_done(&row);
}

static struct json_t *
json_stamp(
    const struct sign_report *report, const struct sg_report_stamp *stamp)
{
	struct sg_json row = sg_json_object();
	size_t i;

	sg_json_text(&row, "id", stamp->id);
	sg_json_text(&row, "kind", stamp->kind);
	sg_json_time(&row, "time", stamp->time);
	sg_json_tri(&row, "imprint_ok", stamp->imprint_ok);
	sg_json_tri(&row, "signature_ok", stamp->signature_ok);
	sg_json_text(&row, "indication", stamp->indication);
	sg_json_text(&row, "sub_indication", stamp->sub_indication);
	sg_json_text(&row, "form", stamp->form);
	sg_json_text(&row, "certificate", stamp->certificate);
	if (stamp->docs != NULL) {
		sg_json_list(&row, "documents");
		for (i = 0; i < stamp->doc_count; i++)
			sg_json_push(&row, json_doc(&stamp->docs[i]));
	}
	sg_json_list(&row, "checks");
	for (i = 0; i < stamp->check_count; i++)
		sg_json_push(&row, json_check(report, &stamp->checks[i]));
	return sg_json_done(&row);
}

static struct json_t *
json_signer(const struct sg_report_signer *signer)
{
	struct sg_json row = sg_json_object();

	sg_json_text(&row, "subject", signer->subject);
	sg_json_text(&row, "common_name", signer->common_name);
	sg_json_text(&row, "inn", signer->inn);
	sg_json_text(&row, "inn_le", signer->inn_le);
	sg_json_text(&row, "snils", signer->snils);
	sg_json_text(&row, "ogrn", signer->ogrn);
	sg_json_text(&row, "ogrnip", signer->ogrnip);
	sg_json_texts(&row, "roles", signer->roles, signer->role_count);
	return sg_json_done(&row);
}

static struct json_t *
json_signature(
    const struct sign_report *report, const struct sg_report_sig *sig)
{
	struct sg_json row = sg_json_object();
	size_t i;

	sg_json_text(&row, "id", sig->id);
	sg_json_text(&row, "parent", sig->parent);
	sg_json_text(&row, "format", sig->format);
	sg_json_text(&row, "level", sig->level);
	sg_json_text(&row, "packaging", sig->packaging);
	if (report->is_container)
		sg_json_text(&row, "entry", sig->entry);
	sg_json_text(&row, "algorithm", sig->algorithm);
	sg_json_text(&row, "indication", sig->indication);
	sg_json_text(&row, "sub_indication", sig->sub_indication);
	sg_json_tri(&row, "digest_ok", sig->digest_ok);
	sg_json_tri(&row, "signature_ok", sig->signature_ok);
	sg_json_tri(
	    &row, "signing_certificate_ok", sig->signing_certificate_ok);
	sg_json_text(&row, "control_code", sig->control_code);
	sg_json_time(&row, "signing_time", sig->signing_time);
	sg_json_time(&row, "best_signature_time", sig->best_signature_time);
	sg_json_text(&row, "proven_by", sig->proven_by);
	sg_json_time(&row, "valid_until", sig->valid_until);
	sg_json_text(&row, "next_level", sig->next_level);
	sg_json_text(&row, "certificate", sig->certificate);
	sg_json_text(&row, "signature_file", sig->file);
	sg_json_put(&row, "signer", json_signer(&sig->signer));
	sg_json_list(&row, "documents");
	for (i = 0; i < sig->doc_count; i++)
		sg_json_push(&row, json_doc(&sig->docs[i]));
	sg_json_list(&row, "timestamps");
	for (i = 0; i < sig->stamp_count; i++)
		sg_json_push(&row, json_stamp(report, &sig->stamps[i]));
	sg_json_list(&row, "checks");
	for (i = 0; i < sig->check_count; i++)
		sg_json_push(&row, json_check(report, &sig->checks[i]));
	return sg_json_done(&row);
}

static struct json_t *
json_cert(const struct sg_report_cert *cert)
{
	struct sg_json row = sg_json_object();

	sg_json_text(&row, "id", cert->id);
	sg_json_text(&row, "subject", cert->subject);
	sg_json_text(&row, "issuer", cert->issuer);
	sg_json_text(&row, "serial", cert->serial);
	sg_json_time(&row, "not_before", cert->not_before);
	sg_json_time(&row, "not_after", cert->not_after);
	return sg_json_done(&row);
}

static struct json_t *
json_revocation(const struct sg_report_rev *rev)
{
	struct sg_json row = sg_json_object();

	sg_json_text(&row, "certificate", rev->certificate);
	sg_json_text(&row, "source", rev->source);
	sg_json_text(&row, "status", rev->status);
	sg_json_time(&row, "this_update", rev->this_update);
	sg_json_time(&row, "next_update", rev->next_update);
	sg_json_time(&row, "revoked_at", rev->revoked_at);
	sg_json_text(&row, "reason", rev->reason);
	return sg_json_done(&row);
}

static void
json_error(const struct sign_report *report, struct sg_json *top)
{
	struct sg_json row;

	if (report->error_code == NULL) {
		sg_json_text(top, "error", NULL);
		return;
	}
	row = sg_json_object();
	sg_json_text(&row, "code", report->error_code);
	sg_json_text(&row, "message", report->error_message);
	sg_json_put(top, "error", sg_json_done(&row));
}

static void
json_messages(const struct sign_report *report, struct sg_json *top,
    const char *key, const struct sg_msg *list, size_t count)
{
	size_t i;

	sg_json_list(top, key);
	for (i = 0; i < count; i++)
		sg_json_push_text(
		    top, sg_msg_text(NULL, report->pool, &list[i], 0));
}

static void
json_lists(const struct sign_report *report, struct sg_json *top)
{
	size_t i;

	sg_json_list(top, "signatures");
	for (i = 0; i < report->sig_count; i++)
		sg_json_push(top, json_signature(report, &report->sigs[i]));
	sg_json_list(top, "timestamps");
	for (i = 0; i < report->stamp_count; i++)
		sg_json_push(top, json_stamp(report, &report->stamps[i]));
	sg_json_texts(
	    top, "uncovered", report->uncovered, report->uncovered_count);
	sg_json_list(top, "certificates");
	for (i = 0; i < report->cert_count; i++)
		sg_json_push(top, json_cert(&report->certs[i]));
	sg_json_list(top, "revocation");
	for (i = 0; i < report->rev_count; i++)
		sg_json_push(top, json_revocation(&report->revs[i]));
	json_messages(report, top, "notes", report->notes, report->note_count);
	json_messages(
	    report, top, "warnings", report->warnings, report->warning_count);
}

int
sign_report_json(
    const struct sign_report *report, sign_write_fn *fn, void *payload)
{
	struct sg_json top = sg_json_object();

	sg_json_text(&top, "schema", "podpis-report/1");
	sg_json_text(&top, "file", report->file);
	sg_json_text(&top, "signature_file", report->signature_file);
	sg_json_text(&top, "format", report->format);
	sg_json_time(&top, "time", report->time);
	sg_json_text(&top, "policy", report->policy);
	sg_json_text(&top, "qualification", report->qualification);
	sg_json_text(&top, "indication", report->indication);
	sg_json_int(&top, "exit", report->exit);
	json_error(report, &top);
	json_lists(report, &top);
	if (report->contract != NULL)
		sg_json_put(&top, "contract",
		    sg_contract_json(report, report->contract));
	else
		sg_json_text(&top, "contract", NULL);
	sg_json_text(
	    &top, "digests_from", report->from_facts ? "facts" : "documents");
	return sg_json_write(&report->ctx->env, &top, fn, payload);
}

static struct json_t *
json_item(const struct sign_item *item)
{
	static const char *const kinds[] = { "token", "key", "certificate" };
	struct sg_json row = sg_json_object();

	sg_json_text(&row, "kind", kinds[item->kind]);
	sg_json_text(&row, "uri", item->uri);
	sg_json_text(&row, "label", item->label);
	sg_json_text(&row, "manufacturer", item->manufacturer);
	sg_json_text(&row, "model", item->model);
	sg_json_text(&row, "serial", item->serial);
	sg_json_text(&row, "module", item->module);
	sg_json_text(&row, "algorithm", item->algorithm);
	sg_json_tri(&row, "usable",
	    item->kind != SIGN_ITEM_KEY ? SG_NULL
		: item->usable          ? SG_TRUE
					: SG_FALSE);
	sg_json_text(&row, "note", item->note);
	return sg_json_done(&row);
}

int
sign_items_json(
    const struct sign_items *items, sign_write_fn *fn, void *payload)
{
	struct sg_json top = sg_json_object();
	size_t i;

	sg_json_text(&top, "schema", "podpis-items/1");
	sg_json_list(&top, "items");
	for (i = 0; i < items->count; i++)
		sg_json_push(&top, json_item(&items->list[i]));
	return sg_json_write(NULL, &top, fn, payload);
}
