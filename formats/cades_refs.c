/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades_stamp.h"

#include "base/err.h"
#include "base/oid.h"
#include "base/put.h"
#include "base/text.h"
#include "formats/revdata.h"

#include <string.h>

/* complete-certificate-references and complete-revocation-references (RFC
 * 5126, 6.2.1 and 6.2.2; EN 319 122-1, A.1.1), read and written. */

struct reader {
	struct sg_env *env;
	struct sg_pool *pool;
	sg_cades_ref_fn *found;
	void *payload;
};

/* How the elements of a SEQUENCE OF are read. */
typedef int item_fn(struct reader *r, struct sg_der *der);

/* SEQUENCE OF SEQUENCE, each to "item". */
static int
each_of(struct reader *r, struct sg_der *der, const char *what, item_fn *item)
{
	struct sg_der list, one;
	int rc = sg_der_want_sequence(r->env, der, what, &list);

	while (rc == 0 && !sg_der_end(&list)) {
		rc = sg_der_want_sequence(r->env, &list, what, &one);
		if (rc == 0)
			rc = item(r, &one);
	}
	return rc;
}

/* OtherHash: an OCTET STRING alone is SHA-1 (RFC 5126, 6.2.1). */
static int
read_hash(struct reader *r, struct sg_der *der, enum sg_cades_ref_kind kind)
{
	static const char what[] = "OtherHash";
	struct sg_cades_ref ref;
	struct sg_algid algid;
	struct sg_der inside;
	struct sg_tlv tlv;
	int rc;

	memset(&ref, 0, sizeof(ref));
	ref.kind = kind;
	ref.digest = sg_digest_by_option("sha1");
	if (sg_der_is(der, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE)) {
		if ((rc = sg_der_want_sequence(r->env, der, what, &inside)) <
			0 ||
		    (rc = sg_der_want(
			 r->env, &inside, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
		    (rc = sg_der_algid(r->env, r->pool, &tlv, &algid)) < 0)
			return rc;
		ref.digest = sg_digest_by_oid(algid.oid);
		der = &inside;
	}
	rc = sg_der_want(r->env, der, V_ASN1_OCTET_STRING, what, &tlv);
	if (rc == 0)
		rc = sg_der_octets(r->env, r->pool, &tlv, &ref.hash);
	return rc < 0 ? rc : r->found(r->env, &ref, r->payload);
}

/* OtherCertID */
static int
read_cert_ref(struct reader *r, struct sg_der *der)
{
	return read_hash(r, der, SG_REF_CERT);
}

/* CrlValidatedID */
static int
read_crl_ref(struct reader *r, struct sg_der *der)
{
	return read_hash(r, der, SG_REF_CRL);
}

/* OcspResponsesID: one without a hash names no response for certain. */
static int
read_ocsp_ref(struct reader *r, struct sg_der *der)
{
	struct sg_der inside;
	int rc = sg_der_want_sequence(r->env, der, "OcspResponsesID", &inside);

	if (rc < 0 || sg_der_end(der))
		return rc;
	return read_hash(r, der, SG_REF_OCSP);
}

/* CrlOcspRef: [0] CRLListID, [1] OcspListID, [2] others; all EXPLICIT. */
static int
read_revocation_ref(struct reader *r, struct sg_der *der)
{
	static const char what[] = "CrlOcspRef";
	struct sg_der wrapper, list;
	struct sg_tlv tlv;
	int rc = 0;

	while (rc == 0 && !sg_der_end(der)) {
		rc = sg_der_next(r->env, der, what, &tlv);
		if (rc < 0 || tlv.tag > 1)
			continue;
		if ((rc = sg_der_enter(r->env, der, &tlv, &wrapper)) < 0 ||
		    (rc = sg_der_want_sequence(r->env, &wrapper, what, &list)) <
			0)
			return rc;
		rc = each_of(r, &list, what,
		    tlv.tag == 0 ? read_crl_ref : read_ocsp_ref);
	}
	return rc;
}

int
sg_cades_each_ref(struct sg_env *env, struct sg_pool *pool, const char *oid,
    struct sg_view value, sg_cades_ref_fn *found, void *payload)
{
	struct reader r = { env, pool, found, payload };
	struct sg_der der = sg_der_of(value);

	if (strcmp(oid, SG_OID_CERTIFICATE_REFS) == 0 ||
	    strcmp(oid, SG_OID_ATTRIBUTE_CERTIFICATE_REFS) == 0)
		return each_of(&r, &der, sg_oid_name(oid), read_cert_ref);
	if (strcmp(oid, SG_OID_REVOCATION_REFS) == 0 ||
	    strcmp(oid, SG_OID_ATTRIBUTE_REVOCATION_REFS) == 0)
		return each_of(&r, &der, sg_oid_name(oid), read_revocation_ref);
	return 0;
}

/* ---- writing */

/* What the references are made of. */
struct writer {
	struct sg_put *put;
	struct sg_pool *pool;
	const struct sg_values *values;
	const struct sg_digest *digest;
	struct sg_crl_ids *crls;
	struct sg_view *basics;
	struct sg_ocsp_ids *ocsps;
};

/* SHA-1 has a form of its own. */
static void
put_hash(struct writer *w, struct sg_view octets)
{
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_put *put = w->put;
	size_t mark = sg_put_mark(put);

	if (put->rc == 0)
		put->rc = sg_hash_once(put->env, w->digest, octets, hash);
	if (put->rc < 0)
		return;
	if (w->digest != sg_digest_by_option("sha1"))
		sg_put_digest_alg(put, w->digest);
	sg_put_prim(
	    put, V_ASN1_OCTET_STRING, sg_view_of(hash, w->digest->size));
	if (w->digest != sg_digest_by_option("sha1"))
		sg_put_seq(put, mark);
}

/* OtherCertID; issuerSerial must be present (RFC 5126, 6.2.1). */
static void
put_cert_ref(struct writer *w, struct sg_view cert)
{
	struct sg_put *put = w->put;
	size_t mark = sg_put_mark(put), serial;
	struct sg_cert_ids ids;

	if (put->rc == 0)
		put->rc = sg_der_cert_ids(put->env, cert, &ids);
	if (put->rc < 0)
		return;
	put_hash(w, cert);
	serial = sg_put_mark(put);
	sg_put_raw(put, ids.issuer);
	sg_put_context(put, serial, 4);
	sg_put_seq(put, serial);
	sg_put_raw(put, ids.serial);
	sg_put_seq(put, serial);
	sg_put_seq(put, mark);
}

/* CrlValidatedID. CrlIdentifier has a UTCTime alone: after 2049 it has to be
 * left out. */
static void
put_crl_ref(struct writer *w, size_t index)
{
	const struct sg_crl_ids *ids = &w->crls[index];
	struct sg_put *put = w->put;
	size_t mark = sg_put_mark(put), id;

	put_hash(w, w->values->crls[index]);
	if (ids->this_update.ptr[0] == V_ASN1_UTCTIME) {
		id = sg_put_mark(put);
		sg_put_raw(put, ids->issuer);
		sg_put_raw(put, ids->this_update);
		sg_put_raw(put, ids->number);
		sg_put_seq(put, id);
	}
	sg_put_seq(put, mark);
}

/* OcspResponsesID; the hash is over the BasicOCSPResponse. */
static void
put_ocsp_ref(struct writer *w, size_t index)
{
	struct sg_put *put = w->put;
	size_t mark = sg_put_mark(put);

	sg_put_raw(put, w->ocsps[index].responder);
	sg_put_raw(put, w->ocsps[index].produced_at);
	sg_put_seq(put, mark);
	put_hash(w, w->basics[index]);
	sg_put_seq(put, mark);
}

/* The list that was written since the mark, twice a SEQUENCE, under [number];
 * nothing where nothing was written. */
static void
close_list(struct sg_put *put, size_t mark, int number)
{
	if (sg_put_mark(put) == mark)
		return;
	sg_put_seq(put, mark);
	sg_put_seq(put, mark);
	sg_put_context(put, mark, number);
}

static int
crl_is_about(
    const struct writer *w, size_t index, const struct sg_cert_ids *cert)
{
	return sg_view_equal(w->crls[index].issuer, cert->issuer) &&
	    !sg_view_equal(cert->issuer, cert->subject);
}

static int
ocsp_is_about(
    const struct writer *w, size_t index, const struct sg_cert_ids *cert)
{
	return sg_revdata_is_about(
	    w->put->env, w->pool, &w->ocsps[index], cert);
}

/* CrlOcspRef of one certificate; empty where there is nothing, and for a root
 * (RFC 5126, 6.2.2). used: what is referenced so far. */
static void
put_refs_of(struct writer *w, const struct sg_cert_ids *cert, char *used)
{
	size_t mark = sg_put_mark(w->put), list = mark, i;

	for (i = 0; i < w->values->crl_count; i++)
		if (crl_is_about(w, i, cert)) {
			put_crl_ref(w, i);
			used[i] = 1;
		}
	close_list(w->put, list, 0);
	list = sg_put_mark(w->put);
	used += w->values->crl_count;
	for (i = 0; i < w->values->ocsp_count; i++)
		if (ocsp_is_about(w, i, cert)) {
			put_ocsp_ref(w, i);
			used[i] = 1;
		}
	close_list(w->put, list, 1);
	sg_put_seq(w->put, mark);
}

/* What is about none of these certificates, those of other authorities for
 * instance, in an entry of its own. */
static void
put_rest(struct writer *w, const char *used)
{
	size_t mark = sg_put_mark(w->put), list = mark, i;

	for (i = 0; i < w->values->crl_count; i++)
		if (!used[i])
			put_crl_ref(w, i);
	close_list(w->put, list, 0);
	list = sg_put_mark(w->put);
	used += w->values->crl_count;
	for (i = 0; i < w->values->ocsp_count; i++)
		if (!used[i])
			put_ocsp_ref(w, i);
	close_list(w->put, list, 1);
	if (sg_put_mark(w->put) != mark)
		sg_put_seq(w->put, mark);
}

/* What the data says of itself, once. */
static int
identify(struct writer *w)
{
	const struct sg_values *values = w->values;
	struct sg_env *env = w->put->env;
	size_t i;
	int rc = 0;

	w->crls = sg_pool_array(w->pool, values->crl_count, sizeof(*w->crls));
	w->basics =
	    sg_pool_array(w->pool, values->ocsp_count, sizeof(*w->basics));
	w->ocsps =
	    sg_pool_array(w->pool, values->ocsp_count, sizeof(*w->ocsps));
	if (w->crls == NULL || w->basics == NULL || w->ocsps == NULL)
		return sg_err_nomem(env);
	for (i = 0; rc == 0 && i < values->crl_count; i++)
		rc = sg_revdata_crl(env, values->crls[i], &w->crls[i]);
	for (i = 0; rc == 0 && i < values->ocsp_count; i++) {
		rc = sg_revdata_basic(
		    env, w->pool, values->ocsps[i], &w->basics[i]);
		if (rc == 0)
			rc = sg_revdata_ocsp(env, w->basics[i], &w->ocsps[i]);
	}
	return rc;
}

int
sg_cades_put_cert_refs(struct sg_put *put, const struct sg_values *values,
    const struct sg_digest *digest)
{
	struct writer w = { .put = put, .values = values, .digest = digest };
	size_t mark = sg_put_mark(put), i;

	for (i = 1; i < values->cert_count; i++)
		put_cert_ref(&w, values->certs[i]);
	sg_put_seq(put, mark);
	return put->rc;
}

int
sg_cades_put_revocation_refs(struct sg_put *put, struct sg_pool *pool,
    const struct sg_values *values, const struct sg_digest *digest)
{
	struct writer w = { put, pool, values, digest, NULL, NULL, NULL };
	size_t mark = sg_put_mark(put), i;
	struct sg_cert_ids ids;
	char *used =
	    sg_pool_array(pool, values->crl_count + values->ocsp_count, 1);

	if (used == NULL)
		put->rc = sg_err_nomem(put->env);
	if (put->rc == 0)
		put->rc = identify(&w);
	for (i = 0; put->rc == 0 && i < values->cert_count; i++) {
		put->rc = sg_der_cert_ids(put->env, values->certs[i], &ids);
		if (put->rc == 0)
			put_refs_of(&w, &ids, used);
	}
	if (put->rc == 0)
		put_rest(&w, used);
	sg_put_seq(put, mark);
	return put->rc;
}
