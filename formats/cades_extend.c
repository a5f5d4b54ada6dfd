/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades_augment.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/text.h"
#include "formats/revdata.h"
#include "formats/tst.h"

#include <string.h>

/* Raising a CAdES signature: references and values. */

static int
has(const struct sg_cms_signer *signer, const char *oid)
{
	return sg_cades_find(
		   signer->unsigned_list, signer->unsigned_count, oid) != NULL;
}

/* ---- C: complete references (RFC 5126, 6.2) */

static int
add_ref_attrs(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values, const struct sg_digest *digest)
{
	struct sg_put certs = SG_PUT_INIT(env), data = SG_PUT_INIT(env);
	int rc = sg_cades_put_cert_refs(&certs, values, digest);

	if (rc == 0)
		rc = sg_cades_put_revocation_refs(
		    &data, aug->pool, values, digest);
	if (rc == 0)
		rc = sg_augment_add_attr(env, aug, sig, SG_OID_CERTIFICATE_REFS,
		    sg_buf_view(&certs.buf));
	if (rc == 0)
		rc = sg_augment_add_attr(env, aug, sig, SG_OID_REVOCATION_REFS,
		    sg_buf_view(&data.buf));
	sg_put_free(&certs);
	sg_put_free(&data);
	return rc;
}

int
sg_cades_add_refs(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values, const struct sg_digest *digest)
{
	struct sg_cms_signer signer;
	int rc = sg_augment_signer(env, aug, sig, &signer);

	if (rc < 0 || (rc = sg_augment_attrs_free(env, aug, sig)) < 0)
		return rc;
	if (has(&signer, SG_OID_CERTIFICATE_REFS) ||
	    has(&signer, SG_OID_REVOCATION_REFS))
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("signature %s has references to certificates or "
		       "revocation data already (RFC 5126, 6.2)"),
		    aug->facts->sigs[sig].id);
	return add_ref_attrs(env, aug, sig, values, digest);
}

/* ---- values as octets */

int
sg_values_put_certs(struct sg_put *put, const struct sg_values *values)
{
	size_t mark = sg_put_mark(put), i;

	if (values->cert_count == 0)
		return put->rc;
	for (i = 0; i < values->cert_count; i++)
		sg_put_raw(put, values->certs[i]);
	sg_put_seq(put, mark);
	return put->rc;
}

int
sg_values_put_revocation(
    struct sg_put *put, struct sg_pool *pool, const struct sg_values *values)
{
	size_t mark = sg_put_mark(put), list = mark, i;
	struct sg_view basic = { NULL, 0 };

	if (values->crl_count + values->ocsp_count == 0)
		return put->rc;
	for (i = 0; i < values->crl_count; i++)
		sg_put_raw(put, values->crls[i]);
	if (values->crl_count != 0) {
		sg_put_seq(put, list);
		sg_put_context(put, list, 0);
	}
	list = sg_put_mark(put);
	for (i = 0; put->rc == 0 && i < values->ocsp_count; i++) {
		put->rc =
		    sg_revdata_basic(put->env, pool, values->ocsps[i], &basic);
		sg_put_raw(put, basic);
	}
	if (values->ocsp_count != 0) {
		sg_put_seq(put, list);
		sg_put_context(put, list, 1);
	}
	sg_put_seq(put, mark);
	return put->rc;
}

/* OCSPResponse around a basic one (RFC 6960, 4.2.1). */
static void
put_response(struct sg_put *put, struct sg_view basic)
{
	static const unsigned char successful[] = { V_ASN1_ENUMERATED, 1, 0 };
	size_t mark = sg_put_mark(put), bytes;

	sg_put_raw(put, sg_view_of(successful, sizeof(successful)));
	bytes = sg_put_mark(put);
	sg_put_oid(put, SG_OID_OCSP_BASIC);
	sg_put_prim(put, V_ASN1_OCTET_STRING, basic);
	sg_put_seq(put, bytes);
	sg_put_context(put, bytes, 0);
	sg_put_seq(put, mark);
}

/* A RevocationInfoChoice for a response (RFC 5940, 2.1): [1] with the whole
 * OCSPResponse. */
static int
make_choice(struct sg_env *env, struct sg_pool *pool, struct sg_view ocsp,
    struct sg_view *out)
{
	struct sg_put put = SG_PUT_INIT(env);
	struct sg_view basic;
	int rc = sg_revdata_basic(env, pool, ocsp, &basic);

	if (rc < 0)
		return rc;
	sg_put_oid(&put, SG_OID_RI_OCSP_RESPONSE);
	if (basic.ptr != ocsp.ptr)
		sg_put_raw(&put, ocsp);
	else
		put_response(&put, basic);
	sg_put_context(&put, 0, 1);
	rc = put.rc;
	if (rc == 0)
		rc = sg_pool_copy(env, pool, sg_buf_view(&put.buf), out);
	sg_put_free(&put);
	return rc;
}

/* ---- B-LT: into SignedData */

static int
is_in(const struct sg_view *list, size_t count, struct sg_view octets)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (sg_view_equal(list[i], octets))
			return 1;
	return 0;
}

/* Is that response among the choices, in whatever form? */
static int
has_ocsp(struct sg_env *env, const struct sg_cms *cms, struct sg_view ocsp)
{
	struct sg_view want, der, basic;
	enum sg_value_kind kind;
	int found = 0;
	size_t i;

	if (sg_revdata_basic(env, cms->pool, ocsp, &want) < 0)
		want = ocsp;
	for (i = 0; !found && i < cms->crl_count; i++) {
		if (sg_cms_revocation(
			env, cms->pool, cms->crls[i], &kind, &der) < 0 ||
		    kind != SG_VALUE_OCSP ||
		    sg_revdata_basic(env, cms->pool, der, &basic) < 0)
			continue;
		found = sg_view_equal(basic, want);
	}
	sg_err_clear(env);
	return found;
}

/* The octets are copied: the pool outlives them. */
static int
append(struct sg_env *env, struct sg_pool *pool, struct sg_view **list,
    size_t *count, struct sg_view octets)
{
	struct sg_view *item = sg_pool_push(pool, list, count, sizeof(*item));

	if (item != NULL)
		*item = sg_pool_dup(pool, octets);
	return item != NULL && item->ptr != NULL ? 0 : sg_err_nomem(env);
}

int
sg_values_into_cms(
    struct sg_env *env, struct sg_cms *cms, const struct sg_values *values)
{
	struct sg_view choice;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < values->cert_count; i++)
		if (!is_in(cms->certs, cms->cert_count, values->certs[i]))
			rc = append(env, cms->pool, &cms->certs,
			    &cms->cert_count, values->certs[i]);
	for (i = 0; rc == 0 && i < values->crl_count; i++)
		if (!is_in(cms->crls, cms->crl_count, values->crls[i]))
			rc = append(env, cms->pool, &cms->crls, &cms->crl_count,
			    values->crls[i]);
	for (i = 0; rc == 0 && i < values->ocsp_count; i++) {
		if (has_ocsp(env, cms, values->ocsps[i]))
			continue;
		rc = make_choice(env, cms->pool, values->ocsps[i], &choice);
		if (rc == 0)
			rc = append(env, cms->pool, &cms->crls, &cms->crl_count,
			    choice);
	}
	if (rc == 0 &&
	    (cms->cert_count > SG_MAX_CERTS || cms->crl_count > SG_MAX_CRLS))
		rc = sg_err_set(env, SIGN_E_LIMIT,
		    N_("too many certificates or revocation data"));
	return rc;
}

/* Would SignedData grow at all? */
static int
is_complete(struct sg_env *env, const struct sg_cms *cms,
    const struct sg_values *values)
{
	size_t i;

	for (i = 0; i < values->cert_count; i++)
		if (!is_in(cms->certs, cms->cert_count, values->certs[i]))
			return 0;
	for (i = 0; i < values->crl_count; i++)
		if (!is_in(cms->crls, cms->crl_count, values->crls[i]))
			return 0;
	for (i = 0; i < values->ocsp_count; i++)
		if (!has_ocsp(env, cms, values->ocsps[i]))
			return 0;
	return 1;
}

static int
add_to_root(
    struct sg_env *env, struct sg_augment *aug, const struct sg_values *values)
{
	int rc;

	if (is_complete(env, aug->cms, values))
		return 0;
	rc = sg_augment_root_free(env, aug);
	if (rc < 0)
		return rc;
	memset(&aug->last, 0, sizeof(aug->last));
	return sg_values_into_cms(env, aug->cms, values);
}

/* ---- XL: into attributes (RFC 5126, 6.3.3 and 6.3.4) */

/* What the attributes hold, and what is to be there. */
struct held {
	struct sg_pool *pool;
	struct sg_view *certs, *crls, *ocsps;
	size_t cert_count, crl_count, ocsp_count;
};

static int
hold(struct sg_env *env, enum sg_value_kind kind, struct sg_view der,
    void *payload)
{
	struct held *held = payload;
	struct sg_view basic = der;
	int rc = 0;

	switch (kind) {
	case SG_VALUE_CERT:
		if (!is_in(held->certs, held->cert_count, der))
			rc = append(env, held->pool, &held->certs,
			    &held->cert_count, der);
		break;
	case SG_VALUE_CRL:
		if (!is_in(held->crls, held->crl_count, der))
			rc = append(env, held->pool, &held->crls,
			    &held->crl_count, der);
		break;
	case SG_VALUE_OCSP:
		rc = sg_revdata_basic(env, held->pool, der, &basic);
		if (rc == 0 && !is_in(held->ocsps, held->ocsp_count, basic))
			rc = append(env, held->pool, &held->ocsps,
			    &held->ocsp_count, basic);
		break;
	}
	return rc;
}

static int
hold_all(struct sg_env *env, struct held *held, const struct sg_values *values)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < values->cert_count; i++)
		rc = hold(env, SG_VALUE_CERT, values->certs[i], held);
	for (i = 0; rc == 0 && i < values->crl_count; i++)
		rc = hold(env, SG_VALUE_CRL, values->crls[i], held);
	for (i = 0; rc == 0 && i < values->ocsp_count; i++)
		rc = hold(env, SG_VALUE_OCSP, values->ocsps[i], held);
	return rc;
}

static size_t
held_count(const struct held *held)
{
	return held->cert_count + held->crl_count + held->ocsp_count;
}

static int
is_values(const char *oid)
{
	return strcmp(oid, SG_OID_CERTIFICATE_VALUES) == 0 ||
	    strcmp(oid, SG_OID_REVOCATION_VALUES) == 0;
}

/* Both attributes as last ones, in place of those that were. */
static int
write_values(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_cms_signer *signer, const struct held *held)
{
	struct sg_values values = { held->certs, held->crls, held->ocsps,
		held->cert_count, held->crl_count, held->ocsp_count };
	struct sg_put certs = SG_PUT_INIT(env), data = SG_PUT_INIT(env);
	struct sg_view *attrs = sg_pool_array(
	    aug->pool, signer->unsigned_count + 2, sizeof(*attrs));
	size_t count = 0, i;
	int rc = attrs != NULL ? 0 : sg_err_nomem(env);

	for (i = 0; rc == 0 && i < signer->unsigned_count; i++)
		if (!is_values(signer->unsigned_list[i].oid))
			attrs[count++] = signer->unsigned_list[i].all;
	if (rc == 0)
		rc = sg_values_put_certs(&certs, &values);
	if (rc == 0)
		rc = sg_values_put_revocation(&data, aug->pool, &values);
	if (rc == 0 && certs.buf.len != 0)
		rc = sg_attr_make(env, aug->pool, SG_OID_CERTIFICATE_VALUES,
		    sg_buf_view(&certs.buf), &attrs[count++]);
	if (rc == 0 && data.buf.len != 0)
		rc = sg_attr_make(env, aug->pool, SG_OID_REVOCATION_VALUES,
		    sg_buf_view(&data.buf), &attrs[count++]);
	if (rc == 0)
		rc = sg_augment_set_attrs(env, aug, sig, attrs, count);
	sg_put_free(&certs);
	sg_put_free(&data);
	return rc;
}

/* An archive time-stamp lists attributes by hash: those that it lists must not
 * grow. */
static int
check_unlisted(struct sg_env *env, const struct sg_augment *aug, size_t sig,
    const struct sg_cms_signer *signer)
{
	if (!has(signer, SG_OID_ARCHIVE_TIME_STAMP_V3) ||
	    (!has(signer, SG_OID_CERTIFICATE_VALUES) &&
		!has(signer, SG_OID_REVOCATION_VALUES)))
		return 0;
	return sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("signature %s has an archive time-stamp over its certificate "
	       "and revocation values: new ones belong into SignedData, or "
	       "into that time-stamp (EN 319 122-1, 5.5.3)"),
	    aug->facts->sigs[sig].id);
}

static int
add_to_attrs(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values)
{
	struct held held = { aug->pool, NULL, NULL, NULL, 0, 0, 0 };
	struct sg_cms_signer signer;
	const struct sg_attr_fact *attr;
	size_t before, i, k;
	int rc = sg_augment_signer(env, aug, sig, &signer);

	for (i = 0; rc == 0 && i < signer.unsigned_count; i++) {
		attr = &signer.unsigned_list[i];
		for (k = 0; rc == 0 && k < attr->value_count; k++)
			rc = sg_cades_each_value(
			    env, attr->oid, attr->values[k], hold, &held);
	}
	before = held_count(&held);
	if (rc == 0)
		rc = hold_all(env, &held, values);
	if (rc < 0 || held_count(&held) == before)
		return rc;
	if ((rc = sg_augment_attrs_free(env, aug, sig)) < 0 ||
	    (rc = check_unlisted(env, aug, sig, &signer)) < 0)
		return rc;
	return write_values(env, aug, sig, &signer, &held);
}

int
sg_cades_add_values(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values, int baseline)
{
	if (baseline)
		return add_to_root(env, aug, values);
	return add_to_attrs(env, aug, sig, values);
}

/* ---- before the next archive time-stamp */

/* The newest archive time-stamp among attributes: which, and which value. */
struct newest {
	size_t attr, value;
	int found;
	int64_t time;
	uint32_t micros;
};

static int
look_at(struct sg_env *env, struct newest *newest, struct sg_view token,
    size_t attr, size_t value)
{
	struct sg_facts *facts = sg_facts_new();
	struct sg_stamp_fact stamp;
	int rc;

	if (facts == NULL)
		return sg_err_nomem(env);
	memset(&stamp, 0, sizeof(stamp));
	rc = sg_tst_read(env, facts, token, 0, &stamp);
	if (rc == 0 && stamp.inside != NULL &&
	    (!newest->found || stamp.info.time > newest->time ||
		(stamp.info.time == newest->time &&
		    stamp.info.micros >= newest->micros))) {
		newest->found = 1;
		newest->attr = attr;
		newest->value = value;
		newest->time = stamp.info.time;
		newest->micros = stamp.info.micros;
	}
	sg_facts_free(facts);
	return rc;
}

static int
is_archive(const char *oid)
{
	return strcmp(oid, SG_OID_ARCHIVE_TIME_STAMP) == 0 ||
	    strcmp(oid, SG_OID_ARCHIVE_TIME_STAMP_V2) == 0 ||
	    strcmp(oid, SG_OID_ARCHIVE_TIME_STAMP_V3) == 0;
}

static int
find_newest(
    struct sg_env *env, const struct sg_cms_signer *signer, struct newest *out)
{
	const struct sg_attr_fact *attr;
	size_t i, k;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	for (i = 0; rc == 0 && i < signer->unsigned_count; i++) {
		attr = &signer->unsigned_list[i];
		for (k = 0;
		     rc == 0 && is_archive(attr->oid) && k < attr->value_count;
		     k++)
			rc = look_at(env, out, attr->values[k], i, k);
	}
	return rc;
}

/* The attribute again with another token in the place of that value. */
static int
replace_value(struct sg_env *env, struct sg_pool *pool,
    const struct sg_attr_fact *attr, size_t value, struct sg_view token,
    struct sg_view *out)
{
	struct sg_put put = SG_PUT_INIT(env);
	size_t mark, i;
	int rc;

	sg_put_oid(&put, attr->oid);
	mark = sg_put_mark(&put);
	for (i = 0; i < attr->value_count; i++)
		sg_put_raw(&put, i == value ? token : attr->values[i]);
	sg_put_set(&put, mark);
	sg_put_seq(&put, 0);
	rc = put.rc;
	if (rc == 0)
		rc = sg_pool_copy(env, pool, sg_buf_view(&put.buf), out);
	sg_put_free(&put);
	return rc;
}

/* Into SignedData of the newest token: nothing is over that yet (EN 319 122-1,
 * 5.5.3). */
static int
renew_token(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_cms_signer *signer, const struct newest *newest,
    const struct sg_values *values)
{
	const struct sg_attr_fact *attr = &signer->unsigned_list[newest->attr];
	struct sg_view *attrs, token;
	size_t i;
	int rc;

	attrs =
	    sg_pool_array(aug->pool, signer->unsigned_count, sizeof(*attrs));
	if (attrs == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < signer->unsigned_count; i++)
		attrs[i] = signer->unsigned_list[i].all;
	rc = sg_token_add_values(
	    env, aug->pool, attr->values[newest->value], values, &token);
	if (rc == 0)
		rc = replace_value(env, aug->pool, attr, newest->value, token,
		    &attrs[newest->attr]);
	return rc < 0 ? rc
		      : sg_augment_set_attrs(
			    env, aug, sig, attrs, signer->unsigned_count);
}

int
sg_cades_renew_values(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values)
{
	struct sg_cms_signer signer;
	struct newest newest;
	int rc = sg_augment_signer(env, aug, sig, &signer);

	if (rc < 0 || is_complete(env, aug->cms, values) ||
	    (rc = sg_augment_evidence_free(env, aug)) < 0)
		return rc;
	if (sg_augment_root_free(env, aug) == 0)
		return add_to_root(env, aug, values);
	sg_err_clear(env);
	rc = find_newest(env, &signer, &newest);
	if (rc < 0)
		return rc;
	if (!newest.found)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("signature %s has no archive time-stamp that could take "
		       "validation data, and SignedData is time-stamped "
		       "already (EN 319 122-1, 5.5.3)"),
		    aug->facts->sigs[sig].id);
	return renew_token(env, aug, sig, &signer, &newest, values);
}
