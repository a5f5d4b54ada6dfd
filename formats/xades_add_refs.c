/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades_augment.h"

#include "base/der.h"
#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/time.h"
#include "formats/revdata.h"
#include "formats/xml.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/x509.h>

/*
 * Complete references (EN 319 132-1, A.1): what validated the signature, by
 * hash and name.
 */

/* ---- names, times and numbers as text */

/* RFC 4514, in UTF-8. */
static const char *
name_text(struct sg_build *build, struct sg_view tlv)
{
	const unsigned char *at = tlv.ptr;
	X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)tlv.len);
	BIO *bio = BIO_new(BIO_s_mem());
	const char *text = NULL;
	char *data = NULL;
	long len;

	if (name != NULL && bio != NULL &&
	    X509_NAME_print_ex(bio, name, 0,
		XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) >= 0) {
		len = BIO_get_mem_data(bio, &data);
		text =
		    sg_pool_strn(build->pool, len > 0 ? data : "", (size_t)len);
	}
	X509_NAME_free(name);
	BIO_free(bio);
	if (text == NULL && build->rc == 0)
		build->rc = sg_err_ssl(build->env, SIGN_E_FORMAT,
		    N_("RFC 5280, 4.1.2.4: the name cannot be read"));
	return text;
}

static const char *
time_text(struct sg_build *build, struct sg_view tlv)
{
	struct sg_der der = sg_der_of(tlv);
	char text[SG_TIME_TEXT];
	struct sg_tlv time;
	int64_t seconds;

	if (build->rc == 0)
		build->rc = sg_der_next(build->env, &der, "Time", &time);
	if (build->rc == 0)
		build->rc = sg_der_time(build->env, &time, &seconds);
	return build->rc == 0
	    ? sg_pool_str(build->pool, sg_time_format(seconds, text))
	    : NULL;
}

static const char *
number_text(struct sg_build *build, struct sg_view tlv)
{
	const unsigned char *at = tlv.ptr;
	ASN1_INTEGER *integer = d2i_ASN1_INTEGER(NULL, &at, (long)tlv.len);
	BIGNUM *number =
	    integer != NULL ? ASN1_INTEGER_to_BN(integer, NULL) : NULL;
	char *digits = number != NULL ? BN_bn2dec(number) : NULL;
	const char *text =
	    digits != NULL ? sg_pool_str(build->pool, digits) : NULL;

	OPENSSL_free(digits);
	BN_free(number);
	ASN1_INTEGER_free(integer);
	if (text == NULL && build->rc == 0)
		build->rc = sg_err_ssl(build->env, SIGN_E_FORMAT,
		    N_("RFC 5280, 5.2.3: the CRL's number cannot be read"));
	return text;
}

/* ---- references */

static void
put_digest(struct sg_build *build, xmlNode *parent,
    const struct sg_digest *digest, struct sg_view octets)
{
	unsigned char hash[SG_MAX_DIGEST];

	if (build->rc == 0)
		build->rc = sg_hash_once(build->env, digest, octets, hash);
	if (build->rc == 0)
		sg_build_digest(
		    build, parent, digest, sg_view_of(hash, digest->size));
}

/* EN 319 132-1, A.1.1. */
static void
put_cert_ref(struct sg_build *build, xmlNode *parent,
    const struct sg_digest *digest, struct sg_view cert)
{
	xmlNode *node = sg_build_add(build, parent, build->xades, "Cert", NULL);
	xmlNode *inner =
	    sg_build_add(build, node, build->xades, "CertDigest", NULL);

	put_digest(build, inner, digest, cert);
	sg_build_issuer_serial(build, node, cert);
}

/* EN 319 132-1, A.1.2: CRLRef. */
static void
put_crl_ref(struct sg_build *build, xmlNode *parent,
    const struct sg_digest *digest, struct sg_view crl)
{
	struct sg_crl_ids ids;
	xmlNode *node, *inner;

	if (build->rc == 0)
		build->rc = sg_revdata_crl(build->env, crl, &ids);
	if (build->rc < 0)
		return;
	node = sg_build_add(build, parent, build->xades, "CRLRef", NULL);
	inner =
	    sg_build_add(build, node, build->xades, "DigestAlgAndValue", NULL);
	put_digest(build, inner, digest, crl);
	inner = sg_build_add(build, node, build->xades, "CRLIdentifier", NULL);
	sg_build_add(
	    build, inner, build->xades, "Issuer", name_text(build, ids.issuer));
	sg_build_add(build, inner, build->xades, "IssueTime",
	    time_text(build, ids.this_update));
	if (ids.number.len != 0)
		sg_build_add(build, inner, build->xades, "Number",
		    number_text(build, ids.number));
}

/* ResponderID (RFC 6960, 4.2.1): [1] Name or [2] KeyHash. */
static void
put_responder(struct sg_build *build, xmlNode *parent, struct sg_view responder)
{
	static const char what[] = "ResponderID";
	struct sg_der der = sg_der_of(responder), inside;
	struct sg_tlv choice, tlv;
	xmlNode *node;
	int by_key = sg_der_is_context(&der, 2);

	if (build->rc == 0)
		build->rc = sg_der_next(build->env, &der, what, &choice);
	if (build->rc == 0)
		build->rc = sg_der_enter(build->env, &der, &choice, &inside);
	if (build->rc == 0)
		build->rc = sg_der_next(build->env, &inside, what, &tlv);
	if (build->rc < 0)
		return;
	node = sg_build_add(build, parent, build->xades, what, NULL);
	if (by_key)
		sg_build_base64(build,
		    sg_build_add(build, node, build->xades, "ByKey", NULL),
		    tlv.body);
	else
		sg_build_add(build, node, build->xades, "ByName",
		    name_text(build, tlv.all));
}

/* EN 319 132-1, A.1.2: OCSPRef; the digest is that of the whole response, as
 * it stands in OCSPValues. */
static void
put_ocsp_ref(struct sg_build *build, xmlNode *parent,
    const struct sg_digest *digest, struct sg_view ocsp)
{
	struct sg_ocsp_ids ids;
	struct sg_view basic;
	xmlNode *node, *inner;

	if (build->rc == 0)
		build->rc =
		    sg_revdata_basic(build->env, build->pool, ocsp, &basic);
	if (build->rc == 0)
		build->rc = sg_revdata_ocsp(build->env, basic, &ids);
	if (build->rc < 0)
		return;
	node = sg_build_add(build, parent, build->xades, "OCSPRef", NULL);
	inner = sg_build_add(build, node, build->xades, "OCSPIdentifier", NULL);
	put_responder(build, inner, ids.responder);
	sg_build_add(build, inner, build->xades, "ProducedAt",
	    time_text(build, ids.produced_at));
	inner =
	    sg_build_add(build, node, build->xades, "DigestAlgAndValue", NULL);
	put_digest(build, inner, digest, ocsp);
}

/* EN 319 132-1, A.1.1: CompleteCertificateRefsV2, without the signer's own. */
static void
put_cert_refs(struct sg_augment *aug, const struct sg_xades_place *place,
    const struct sg_values *values, const struct sg_digest *digest)
{
	struct sg_build *build = &aug->build;
	xmlNode *node = sg_augment_property(
	    aug, place, SG_NS_XADES141, "CompleteCertificateRefsV2");
	xmlNode *list = NULL;
	size_t i;

	if (node != NULL)
		list = sg_build_add(build, node, node->ns, "CertRefs", NULL);
	for (i = 1; i < values->cert_count; i++)
		put_cert_ref(build, list, digest, values->certs[i]);
}

/* EN 319 132-1, A.1.2: CompleteRevocationRefs. */
static void
put_revocation_refs(struct sg_augment *aug, const struct sg_xades_place *place,
    const struct sg_values *values, const struct sg_digest *digest)
{
	struct sg_build *build = &aug->build;
	xmlNode *node = sg_augment_property(
	    aug, place, SG_NS_XADES132, "CompleteRevocationRefs");
	xmlNode *list = NULL;
	size_t i;

	if (values->crl_count != 0)
		list = sg_build_add(build, node, build->xades, "CRLRefs", NULL);
	for (i = 0; i < values->crl_count; i++)
		put_crl_ref(build, list, digest, values->crls[i]);
	if (values->ocsp_count != 0)
		list =
		    sg_build_add(build, node, build->xades, "OCSPRefs", NULL);
	for (i = 0; i < values->ocsp_count; i++)
		put_ocsp_ref(build, list, digest, values->ocsps[i]);
}

void
sg_augment_refs(struct sg_augment *aug, const struct sg_xades_place *place,
    const struct sg_values *values, const struct sg_digest *digest)
{
	put_cert_refs(aug, place, values, digest);
	put_revocation_refs(aug, place, values, digest);
}
