/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/lib/authority_int.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <string.h>

#define DAY AUTHORITY_DAY
#define WEEK (7 * DAY)

const struct authority_fault authority_crl_faults[] = {
	{ "stale", AUTHORITY_CRL_STALE, "a nextUpdate of yesterday" },
	{ "future", AUTHORITY_CRL_FUTURE, "a thisUpdate of tomorrow" },
	{ "bad-signature", AUTHORITY_CRL_BAD_SIGNATURE,
	    "a signature that does not verify" },
	{ "other-issuer", AUTHORITY_CRL_OTHER_ISSUER, "another CA's CRL" },
	{ "garbage", AUTHORITY_CRL_GARBAGE, "a page of HTML" },
	{ "truncated", AUTHORITY_CRL_TRUNCATED, "the first half" },
	{ "empty", AUTHORITY_CRL_EMPTY, "nobody on it" },
	{ "critical", AUTHORITY_CRL_CRITICAL, "an unknown critical extension" },
	{ NULL, 0, NULL },
};

/* Who signs it and when, with the faults done. */
struct crl_plan {
	const struct authority_crl *how;
	struct lab_cert *issuer;
	const char *of;
	int64_t now, next;
};

static const char *
issuer_id(struct authority *lab, const struct authority_crl *how)
{
	const char *id = how->issuer != NULL ? how->issuer : "ca";
	size_t i;

	if ((how->faults & AUTHORITY_CRL_OTHER_ISSUER) == 0)
		return id;
	for (i = 0; i < lab->cert_count; i++)
		if (lab->certs[i]->row.role == AUTHORITY_CA &&
		    strcmp(lab->certs[i]->row.id, id) != 0)
			return lab->certs[i]->row.id;
	mk_must(0, "no other CA");
	return NULL;
}

static struct crl_plan
plan_make(struct authority *lab, const struct authority_crl *how)
{
	struct crl_plan plan = { .how = how };

	plan.issuer = lab_get(lab, issuer_id(lab, how));
	plan.of = plan.issuer->row.id;
	if (how->flags & AUTHORITY_CRL_INDIRECT)
		plan.of = how->of != NULL ? how->of : "ca";
	plan.now = how->time;
	if (how->faults & AUTHORITY_CRL_STALE)
		plan.now -= DAY + WEEK;
	if (how->faults & AUTHORITY_CRL_FUTURE)
		plan.now += DAY;
	plan.next = plan.now + WEEK;
	if (plan.now == how->time && how->next != 0)
		plan.next = how->next < 0 ? 0 : how->next;
	return plan;
}

/* ---- entries */

/* A certificate stays until one CRL after its expiry (RFC 5280, 3.3), or for
 * good where the CRL says so. */
static int
still_listed(const struct crl_plan *plan, const struct lab_cert *cert)
{
	if (plan->how->expired_since != 0)
		return cert->row.until >= plan->how->expired_since;
	return cert->row.until + WEEK >= plan->now;
}

/* What changed since the base: 8 takes an entry back (RFC 5280, 5.3.1). */
static const struct lab_revoked *
delta_entry(const struct authority *lab, const struct crl_plan *plan,
    const char *id, struct lab_revoked *taken_back)
{
	const struct lab_revoked *then = lab_status(lab, id, plan->how->base);
	const struct lab_revoked *now = lab_status(lab, id, plan->now);

	if (now == then)
		return NULL;
	if (now != NULL)
		return now;
	*taken_back = *then;
	taken_back->reason = 8;
	return taken_back;
}

static void
entry_put(struct authority *lab, const struct crl_plan *plan, X509_CRL *crl,
    const struct lab_cert *cert)
{
	const struct lab_revoked *row;
	struct lab_revoked taken_back;
	struct mk_crl_entry entry = { 0 };

	row = plan->how->base != 0
	    ? delta_entry(lab, plan, cert->row.id, &taken_back)
	    : lab_status(lab, cert->row.id, plan->now);
	if (row == NULL)
		return;
	entry.serial = X509_get0_serialNumber(cert->x509);
	entry.when = row->when;
	entry.reason = row->reason;
	if (plan->how->flags & AUTHORITY_CRL_INDIRECT)
		entry.issuer = X509_get_issuer_name(cert->x509);
	mk_crl_add(crl, &entry);
}

static void
entries_put(struct authority *lab, const struct crl_plan *plan, X509_CRL *crl)
{
	struct lab_cert *cert;
	size_t i;

	for (i = 0; i < lab->cert_count; i++) {
		cert = lab->certs[i];
		if (cert->row.issuer == NULL ||
		    strcmp(cert->row.issuer, plan->of) != 0 ||
		    !still_listed(plan, cert))
			continue;
		if (lab_status(lab, cert->row.id, INT64_MAX) != NULL ||
		    plan->how->base != 0)
			lab_get(lab, cert->row.id);
		if (cert->x509 != NULL)
			entry_put(lab, plan, crl, cert);
	}
}

/* ---- the list */

static void
exts_put(struct authority *lab, const struct crl_plan *plan, X509_CRL *crl)
{
	const struct authority_crl *how = plan->how;
	X509 *issuer = plan->issuer->x509;
	struct pki_ext ext = { "2.5.29.35", "keyid" };
	struct tm tm;
	time_t since = (time_t)how->expired_since;
	char text[64];

	mk_crl_ext(crl, issuer, NULL, &ext);
	if ((how->flags & AUTHORITY_CRL_NO_NUMBER) == 0)
		mk_crl_number(crl, NID_crl_number, plan->now);
	if (how->base != 0)
		mk_crl_number(crl, NID_delta_crl, how->base);
	ext.oid = "2.5.29.28";
	ext.value = how->idp != NULL ? lab_text(lab, "critical,%s", how->idp)
				     : "critical,indirectCRL:TRUE";
	if (how->idp != NULL || (how->flags & AUTHORITY_CRL_INDIRECT))
		mk_crl_ext(crl, issuer, NULL, &ext);
	if (since != 0) {
		gmtime_r(&since, &tm);
		strftime(text, sizeof(text), "ASN1:GENTIME:%Y%m%d%H%M%SZ", &tm);
		ext.oid = "2.5.29.60";
		ext.value = text;
		mk_crl_ext(crl, issuer, NULL, &ext);
	}
	ext.oid = "1.2.3.4.5";
	ext.value = "critical,DER:0500";
	if (how->faults & AUTHORITY_CRL_CRITICAL)
		mk_crl_ext(crl, issuer, NULL, &ext);
}

static void
crl_put(X509_CRL *crl, int pem, struct sg_buf *out)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *ptr;
	long len;

	mk_must(bio != NULL &&
		(pem ? PEM_write_bio_X509_CRL(bio, crl)
		     : i2d_X509_CRL_bio(bio, crl)) == 1,
	    "CRL");
	len = BIO_get_mem_data(bio, &ptr);
	lab_put(out, ptr, (size_t)len);
	BIO_free(bio);
}

void
authority_crl(
    struct authority *lab, const struct authority_crl *how, struct sg_buf *out)
{
	struct crl_plan plan = plan_make(lab, how);
	struct lab_cert *issuer = plan.issuer;
	const ASN1_BIT_STRING *value;
	size_t since = out->len;
	X509_CRL *crl;

	if (how->faults & AUTHORITY_CRL_GARBAGE) {
		lab_garbage(out);
		return;
	}
	crl = mk_crl(issuer->x509, plan.now, plan.next);
	exts_put(lab, &plan, crl);
	if ((how->faults & AUTHORITY_CRL_EMPTY) == 0)
		entries_put(lab, &plan, crl);
	mk_crl_sign(crl, issuer->key, lab_digest(how->digest, issuer->key));
	X509_CRL_get0_signature(crl, &value, NULL);
	if (how->faults & AUTHORITY_CRL_BAD_SIGNATURE)
		lab_spoil(value);
	crl_put(crl, (how->flags & AUTHORITY_CRL_PEM) != 0, out);
	if (how->faults & AUTHORITY_CRL_TRUNCATED)
		lab_truncate(out, since);
	X509_CRL_free(crl);
}
