/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/revdata.h"

#include "base/alg.h"
#include "base/crypt.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/pool.h"
#include "base/text.h"

#include <string.h>

/* Into the next element, a SEQUENCE. */
static int
enter_sequence(struct sg_env *env, struct sg_der *der, const char *what,
    struct sg_der *inside)
{
	struct sg_tlv tlv;
	int rc = sg_der_want(env, der, V_ASN1_SEQUENCE, what, &tlv);

	return rc < 0 ? rc : sg_der_enter(env, der, &tlv, inside);
}

/* Over the next element, whatever it is. */
static int
pass_over(struct sg_env *env, struct sg_der *der, const char *what,
    struct sg_view *all)
{
	struct sg_tlv tlv;
	int rc = sg_der_next(env, der, what, &tlv);

	if (rc == 0)
		*all = tlv.all;
	return rc;
}

/* ---- CRL (RFC 5280, 5.1) */

/* An Extension; the number, if it is that one. */
static int
read_extension(struct sg_env *env, struct sg_der *list, struct sg_crl_ids *out)
{
	static const unsigned char number[] = { 0x55, 0x1d, 0x14 };
	struct sg_tlv oid, value;
	struct sg_der der, inside;
	int rc;

	if ((rc = enter_sequence(env, list, "crlExtensions", &der)) < 0 ||
	    (rc = sg_der_want(
		 env, &der, V_ASN1_OBJECT, "crlExtensions", &oid)) < 0)
		return rc;
	if (!sg_view_equal(oid.body, sg_view_of(number, sizeof(number))))
		return 0;
	while (rc == 0 && !sg_der_end(&der))
		rc = sg_der_next(env, &der, "cRLNumber", &value);
	if (rc < 0)
		return rc;
	inside = sg_der_of(value.body);
	rc = sg_der_want(env, &inside, V_ASN1_INTEGER, "cRLNumber", &value);
	if (rc == 0)
		out->number = value.all;
	return rc;
}

/* What follows thisUpdate: nextUpdate, revoked certificates, [0]. */
static int
read_after_update(
    struct sg_env *env, struct sg_der *tbs, struct sg_crl_ids *out)
{
	struct sg_der inside, list;
	struct sg_tlv tlv;
	int rc = 0;

	while (rc == 0 && !sg_der_end(tbs) && !sg_der_is_context(tbs, 0))
		rc = sg_der_next(env, tbs, "TBSCertList", &tlv);
	if (rc < 0 || sg_der_end(tbs))
		return rc;
	if ((rc = sg_der_next(env, tbs, "crlExtensions", &tlv)) < 0 ||
	    (rc = sg_der_enter(env, tbs, &tlv, &inside)) < 0 ||
	    (rc = enter_sequence(env, &inside, "crlExtensions", &list)) < 0)
		return rc;
	while (rc == 0 && !sg_der_end(&list))
		rc = read_extension(env, &list, out);
	return rc;
}

int
sg_revdata_crl(struct sg_env *env, struct sg_view crl, struct sg_crl_ids *out)
{
	static const char what[] = "CertificateList";
	struct sg_der top = sg_der_of(crl), der, tbs;
	struct sg_view ignored;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = enter_sequence(env, &top, what, &der)) < 0 ||
	    (rc = enter_sequence(env, &der, what, &tbs)) < 0)
		return rc;
	if (sg_der_is(&tbs, V_ASN1_UNIVERSAL, V_ASN1_INTEGER) &&
	    (rc = pass_over(env, &tbs, what, &ignored)) < 0)
		return rc;
	if ((rc = pass_over(env, &tbs, what, &ignored)) < 0 ||
	    (rc = pass_over(env, &tbs, what, &out->issuer)) < 0 ||
	    (rc = pass_over(env, &tbs, what, &out->this_update)) < 0)
		return rc;
	return read_after_update(env, &tbs, out);
}

/* ---- OCSP (RFC 6960, 4.2.1) */

int
sg_revdata_basic(struct sg_env *env, struct sg_pool *pool, struct sg_view ocsp,
    struct sg_view *out)
{
	static const char what[] = "OCSPResponse";
	struct sg_der top = sg_der_of(ocsp), der, bytes, inside;
	struct sg_tlv tlv;
	const char *oid;
	int rc = enter_sequence(env, &top, what, &der);

	if (rc < 0)
		return rc;
	if (!sg_der_is(&der, V_ASN1_UNIVERSAL, V_ASN1_ENUMERATED)) {
		*out = ocsp;
		return 0;
	}
	if ((rc = sg_der_next(env, &der, what, &tlv)) < 0 ||
	    (rc = sg_der_next(env, &der, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(env, &der, &tlv, &bytes)) < 0 ||
	    (rc = enter_sequence(env, &bytes, what, &inside)) < 0 ||
	    (rc = sg_der_want(env, &inside, V_ASN1_OBJECT, what, &tlv)) < 0 ||
	    (rc = sg_der_oid(env, pool, &tlv, &oid)) < 0)
		return rc;
	if (strcmp(oid, SG_OID_OCSP_BASIC) != 0)
		return sg_err_set(
		    env, SIGN_E_FORMAT, N_("%s: unknown kind %s"), what, oid);
	rc = sg_der_want(env, &inside, V_ASN1_OCTET_STRING, what, &tlv);
	return rc < 0 ? rc : sg_der_octets(env, pool, &tlv, out);
}

int
sg_revdata_ocsp(
    struct sg_env *env, struct sg_view basic, struct sg_ocsp_ids *out)
{
	static const char what[] = "BasicOCSPResponse";
	struct sg_der top = sg_der_of(basic), der, data;
	struct sg_view ignored;
	int rc;

	if ((rc = enter_sequence(env, &top, what, &der)) < 0 ||
	    (rc = enter_sequence(env, &der, what, &data)) < 0)
		return rc;
	if (sg_der_is_context(&data, 0) &&
	    (rc = pass_over(env, &data, what, &ignored)) < 0)
		return rc;
	if ((rc = pass_over(env, &data, what, &out->responder)) < 0 ||
	    (rc = pass_over(env, &data, what, &out->produced_at)) < 0)
		return rc;
	return pass_over(env, &data, what, &out->responses);
}

/* CertID: { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }. The
 * name has to do: the issuer's key is not at hand. */
static int
is_cert(struct sg_env *env, struct sg_pool *pool, struct sg_der *id,
    const struct sg_cert_ids *cert)
{
	static const char what[] = "CertID";
	unsigned char hash[SG_MAX_DIGEST];
	const struct sg_digest *digest;
	struct sg_tlv tlv, name;
	struct sg_algid algid;
	struct sg_view key;

	if (sg_der_want(env, id, V_ASN1_SEQUENCE, what, &tlv) < 0 ||
	    sg_der_algid(env, pool, &tlv, &algid) < 0 ||
	    sg_digest_resolve(env, &algid, &digest) < 0 ||
	    sg_der_want(env, id, V_ASN1_OCTET_STRING, what, &name) < 0 ||
	    pass_over(env, id, what, &key) < 0 ||
	    sg_der_want(env, id, V_ASN1_INTEGER, what, &tlv) < 0)
		return 0;
	if (!sg_view_equal(tlv.all, cert->serial) ||
	    sg_hash_once(env, digest, cert->issuer, hash) < 0)
		return 0;
	return sg_view_equal(name.body, sg_view_of(hash, digest->size));
}

int
sg_revdata_is_about(struct sg_env *env, struct sg_pool *pool,
    const struct sg_ocsp_ids *ids, const struct sg_cert_ids *cert)
{
	struct sg_der top = sg_der_of(ids->responses), list, one, id;
	int is = 0;

	if (enter_sequence(env, &top, "responses", &list) == 0)
		while (!is && !sg_der_end(&list) &&
		    enter_sequence(env, &list, "SingleResponse", &one) == 0 &&
		    enter_sequence(env, &one, "CertID", &id) == 0)
			is = is_cert(env, pool, &id, cert);
	sg_err_clear(env);
	return is;
}
