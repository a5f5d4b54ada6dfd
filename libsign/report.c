/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/report.h"

#include "base/err.h"
#include "base/time.h"
#include "certs/chain.h"
#include "formats/facts.h"
#include "libsign/judge_one.h"

#include <string.h>

struct sign_report *
sg_report_new(struct sign_ctx *ctx)
{
	struct sg_pool *pool = sg_pool_new();
	struct sign_report *report;

	if (pool == NULL)
		return NULL;
	report = sg_pool_alloc(pool, sizeof(*report));
	if (report == NULL) {
		sg_pool_free(pool);
		return NULL;
	}
	report->ctx = ctx;
	report->pool = pool;
	report->time = SG_NO_TIME;
	return report;
}

void
sign_report_free(struct sign_report *report)
{
	size_t i;

	if (report == NULL)
		return;
	for (i = 0; i < report->part_count; i++)
		sign_report_free(report->parts[i]);
	sg_pool_free(report->pool);
}

const char *
sign_report_indication(const struct sign_report *report)
{
	return report->indication;
}

int
sign_report_exit(const struct sign_report *report)
{
	return report->exit;
}

size_t
sign_report_signature_count(const struct sign_report *report)
{
	return report->sig_count;
}

static int
describe_doc(struct sign_report *report, struct sg_report_doc *to,
    const struct sg_facts *facts, const struct sg_ref_fact *ref)
{
	const struct sg_doc_fact *doc =
	    ref->doc >= 0 ? &facts->docs[ref->doc] : NULL;
	size_t i;
	const char **transforms;

	transforms = sg_pool_array(
	    report->pool, ref->transform_count, sizeof(*transforms));
	if (transforms == NULL)
		return SIGN_E_NOMEM;
	for (i = 0; i < ref->transform_count; i++)
		transforms[i] = sg_pool_str(report->pool, ref->transforms[i]);
	to->transforms = transforms;
	to->transform_count = ref->transform_count;
	if (doc != NULL) {
		to->name = sg_pool_str(report->pool, doc->name);
		to->uri = sg_pool_str(report->pool, doc->uri);
	}
	to->element = sg_pool_str(report->pool, ref->element);
	to->coverage = ref->coverage != NULL ? ref->coverage : "whole";
	to->digest_algorithm = ref->digest != NULL
	    ? ref->digest->name
	    : sg_pool_str(report->pool, ref->digest_oid);
	to->digest_ok = sg_ref_ok(ref);
	return 0;
}

int
sg_report_describe(struct sg_env *env, struct sign_report *report,
    struct sg_report_sig *to, const struct sg_facts *facts,
    const struct sg_sig_fact *sig)
{
	const char **roles;
	size_t i;

	to->entry = sg_pool_str(report->pool, sig->entry);
	to->docs =
	    sg_pool_array(report->pool, sig->ref_count, sizeof(*to->docs));
	roles = sg_pool_array(report->pool, sig->role_count, sizeof(*roles));
	if (to->docs == NULL || roles == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < sig->ref_count; i++) {
		if (sig->packaging == SG_PACK_COUNTER || sig->refs[i].internal)
			continue;
		if (describe_doc(report, &to->docs[to->doc_count++], facts,
			&sig->refs[i]) < 0)
			return sg_err_nomem(env);
	}
	/* without signed attributes the value alone tells */
	if (sig->tbs_count == 0 && to->doc_count == 1)
		to->docs[0].digest_ok = to->digest_ok;
	for (i = 0; i < sig->role_count; i++)
		roles[i] = sg_pool_str(report->pool, sig->roles[i]);
	to->signer.roles = roles;
	to->signer.role_count = sig->role_count;
	return 0;
}

int
sg_report_stamp_docs(struct sg_env *env, struct sign_report *report,
    struct sg_report_stamp *to, const struct sg_facts *facts,
    const struct sg_stamp_fact *stamp)
{
	size_t i;

	to->docs =
	    sg_pool_array(report->pool, stamp->ref_count, sizeof(*to->docs));
	if (to->docs == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < stamp->ref_count; i++)
		if (describe_doc(report, &to->docs[to->doc_count++], facts,
			&stamp->refs[i]) < 0)
			return sg_err_nomem(env);
	return 0;
}

/* The certificate's row, made on first use; NULL: out of memory. */
static const char *
report_cert(struct sign_report *report, struct sg_cert *cert)
{
	struct sg_view der = sg_cert_der(cert);
	struct sg_pool *pool = report->pool;
	struct sg_report_cert *row;
	size_t i;

	for (i = 0; i < report->cert_count; i++)
		if (sg_view_equal(report->certs[i].der, der))
			return report->certs[i].id;
	row = sg_pool_push(
	    pool, &report->certs, &report->cert_count, sizeof(*row));
	if (row == NULL)
		return NULL;
	row->id = sg_pool_printf(pool, "C-%zu", report->cert_count);
	row->subject = sg_cert_name_text(pool, cert, 0);
	row->issuer = sg_cert_name_text(pool, cert, 1);
	row->common_name = sg_cert_name_get(pool, cert, "CN");
	row->serial = sg_cert_serial_text(pool, cert);
	row->not_before = sg_cert_not_before(cert);
	row->not_after = sg_cert_not_after(cert);
	row->der = sg_pool_dup(pool, der);
	return row->id;
}

void
sg_report_names(struct sg_pool *pool, struct sg_report_signer *to,
    const struct sg_cert *cert)
{
	to->subject = sg_cert_name_text(pool, cert, 0);
	to->common_name = sg_cert_name_get(pool, cert, "CN");
	to->organisation = sg_cert_name_get(pool, cert, "O");
	to->title = sg_cert_name_get(pool, cert, "title");
	to->inn = sg_cert_name_get(pool, cert, "INN");
	to->inn_le = sg_cert_name_get(pool, cert, "INNLE");
	to->snils = sg_cert_name_get(pool, cert, "SNILS");
	to->ogrn = sg_cert_name_get(pool, cert, "OGRN");
	to->ogrnip = sg_cert_name_get(pool, cert, "OGRNIP");
}

static const struct {
	enum sg_revocation revocation;
	const char *word;
} revocations[] = {
	{ SG_REV_UNKNOWN, "unknown" },
	{ SG_REV_GOOD, "good" },
	{ SG_REV_REVOKED, "revoked" },
	{ SG_REV_HELD, "hold" },
};

/* One row per certificate whose revocation data was used. */
static int
report_revocation(struct sign_report *report, const char *id,
    const struct sg_chain_link *link)
{
	struct sg_report_rev *row;
	size_t i;

	if (link->crl == NULL && link->ocsp == NULL)
		return 0;
	for (i = 0; i < report->rev_count; i++)
		if (strcmp(report->revs[i].certificate, id) == 0)
			return 0;
	row = sg_pool_push(
	    report->pool, &report->revs, &report->rev_count, sizeof(*row));
	if (row == NULL)
		return SIGN_E_NOMEM;
	row->certificate = id;
	row->source = link->ocsp != NULL ? "ocsp" : "crl";
	for (i = 0; i < sizeof(revocations) / sizeof(revocations[0]); i++)
		if (revocations[i].revocation == link->revocation)
			row->status = revocations[i].word;
	row->this_update = link->ocsp != NULL ? link->this_update
					      : sg_crl_this_update(link->crl);
	row->next_update = link->ocsp != NULL ? link->next_update
					      : sg_crl_next_update(link->crl);
	row->revoked_at = link->revocation == SG_REV_REVOKED ||
		link->revocation == SG_REV_HELD
	    ? link->revoked_at
	    : SG_NO_TIME;
	row->reason = sg_pool_str(report->pool, link->reason);
	return 0;
}

static int
report_links(struct sg_env *env, struct sign_report *report,
    const struct sg_chain *chain)
{
	const char *id;
	size_t i;

	for (i = 0; i < chain->count; i++) {
		id = report_cert(report, chain->links[i].cert);
		if (id == NULL ||
		    report_revocation(report, id, &chain->links[i]) < 0)
			return sg_err_nomem(env);
	}
	return 0;
}

int
sg_report_chain(struct sg_env *env, struct sign_report *report,
    struct sg_report_sig *to, struct sg_cert *cert,
    const struct sg_chain *chain)
{
	if (cert == NULL)
		return 0;
	sg_report_names(report->pool, &to->signer, cert);
	to->certificate = report_cert(report, cert);
	if (to->certificate == NULL)
		return sg_err_nomem(env);
	return report_links(env, report, chain);
}

int
sg_report_stamp_chain(struct sg_env *env, struct sign_report *report,
    struct sg_report_stamp *to, struct sg_cert *cert,
    const struct sg_chain *chain)
{
	if (cert == NULL)
		return 0;
	to->authority = sg_cert_name_get(report->pool, cert, "CN");
	if (to->authority == NULL)
		to->authority = sg_cert_name_text(report->pool, cert, 0);
	to->certificate = report_cert(report, cert);
	if (to->certificate == NULL)
		return sg_err_nomem(env);
	return report_links(env, report, chain);
}

int
sg_report_is_content(const char *kind)
{
	return strcmp(kind, "content") == 0 || strcmp(kind, "all-data") == 0 ||
	    strcmp(kind, "individual-data") == 0;
}
