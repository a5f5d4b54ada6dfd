/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/der.h"
#include "base/env.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/put.h"
#include "base/time.h"
#include "formats/cms.h"

#include <openssl/asn1.h>

#include <string.h>

#define ATTR_MAX 16 /* attributes that we ever write */

/* The attributes so far, one after another, and where each begins. */
struct attr_list {
	struct sg_put put;
	size_t begin[ATTR_MAX];
	size_t count;
};

/* Attribute ::= SEQUENCE { attrType, attrValues SET OF } with one value:
 * RFC 5652, 5.3. The value is written between attr_open() and attr_close(). */
static size_t
attr_open(struct attr_list *list, const char *oid)
{
	list->begin[list->count++] = sg_put_mark(&list->put);
	sg_put_oid(&list->put, oid);
	return sg_put_mark(&list->put);
}

static void
attr_close(struct attr_list *list, size_t value)
{
	sg_put_set(&list->put, value);
	sg_put_seq(&list->put, list->begin[list->count - 1]);
}

/* RFC 5652, 11.1. */
static void
put_content_type(struct attr_list *list, const char *content_type)
{
	size_t value = attr_open(list, SG_OID_CONTENT_TYPE);

	sg_put_oid(
	    &list->put, content_type != NULL ? content_type : SG_OID_DATA);
	attr_close(list, value);
}

/* RFC 5652, 11.2. */
static void
put_message_digest(struct attr_list *list, struct sg_view digest)
{
	size_t value = attr_open(list, SG_OID_MESSAGE_DIGEST);

	sg_put_prim(&list->put, V_ASN1_OCTET_STRING, digest);
	attr_close(list, value);
}

/* RFC 5652, 11.3. */
static void
put_signing_time(struct attr_list *list, int64_t time)
{
	size_t value;

	if (time == SG_NO_TIME)
		return;
	value = attr_open(list, SG_OID_SIGNING_TIME);
	if (list->put.rc == 0)
		list->put.rc =
		    sg_der_put_time(list->put.env, &list->put.buf, time);
	attr_close(list, value);
}

/* IssuerSerial ::= SEQUENCE { GeneralNames, INTEGER }: RFC 5035, 5. One
 * directoryName, [4] EXPLICIT because Name is a CHOICE. */
static void
put_issuer_serial(struct sg_put *put, const struct sg_cert_ids *ids)
{
	size_t whole = sg_put_mark(put);

	sg_put_raw(put, ids->issuer);
	sg_put_context(put, whole, 4);
	sg_put_seq(put, whole);
	sg_put_raw(put, ids->serial);
	sg_put_seq(put, whole);
}

/* The signer's digest, except SHAKE256 with its length as a parameter, which
 * stands in Ed448 signatures (RFC 8419, 3.1): it is hardly known elsewhere, and
 * here every digest is allowed (RFC 5035, 4). */
static const struct sg_digest *
cert_digest(const struct sg_signer *signer)
{
	if (signer->digest->params == NULL)
		return signer->digest;
	return sg_digest_by_option("sha512");
}

/* signing-certificate-v2, RFC 5035, 3 and 4: the digest over the whole
 * certificate; DER leaves hashAlgorithm out when it is the default. */
static void
put_signing_cert(struct attr_list *list, const struct sg_signer *signer)
{
	const struct sg_digest *digest = cert_digest(signer);
	struct sg_put *put = &list->put;
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_cert_ids ids;
	size_t value, cert;

	if (put->rc == 0)
		put->rc = sg_der_cert_ids(put->env, signer->cert, &ids);
	if (put->rc == 0)
		put->rc = sg_hash_once(put->env, digest, signer->cert, hash);
	if (put->rc < 0)
		return;
	value = attr_open(list, SG_OID_SIGNING_CERTIFICATE_V2);
	cert = sg_put_mark(put);
	if (digest != sg_digest_by_option("sha256"))
		sg_put_digest_alg(put, digest);
	sg_put_prim(put, V_ASN1_OCTET_STRING, sg_view_of(hash, digest->size));
	put_issuer_serial(put, &ids);
	sg_put_seq(put, cert);
	sg_put_seq(put, cert);
	sg_put_seq(put, cert);
	attr_close(list, value);
}

/* signature-policy-identifier: EN 319 122-1, 5.2.9; RFC 5126, 5.8.1. */
static void
put_policy(struct attr_list *list, const struct sg_signed_props *props)
{
	struct sg_put *put = &list->put;
	size_t value, part, qualifier;

	if (props->policy_oid == NULL)
		return;
	value = attr_open(list, SG_OID_SIGNATURE_POLICY);
	sg_put_oid(put, props->policy_oid);
	part = sg_put_mark(put);
	sg_put_digest_alg(put, props->policy_digest);
	sg_put_prim(put, V_ASN1_OCTET_STRING, props->policy_hash);
	sg_put_seq(put, part);
	if (props->policy_uri != NULL) {
		qualifier = sg_put_mark(put);
		sg_put_oid(put, SG_OID_SP_URI);
		sg_put_prim(
		    put, V_ASN1_IA5STRING, sg_view_str(props->policy_uri));
		sg_put_seq(put, qualifier);
		sg_put_seq(put, qualifier);
	}
	sg_put_seq(put, value);
	attr_close(list, value);
}

static const char *
commitment_oid(const char *name)
{
	static const char *const words[][2] = {
		{ "origin", SG_OID_CTI_ORIGIN },
		{ "receipt", SG_OID_CTI_RECEIPT },
		{ "delivery", SG_OID_CTI_DELIVERY },
		{ "sender", SG_OID_CTI_SENDER },
		{ "approval", SG_OID_CTI_APPROVAL },
		{ "creation", SG_OID_CTI_CREATION },
	};
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i][0], name) == 0)
			return words[i][1];
	return name;
}

/* commitment-type-indication: EN 319 122-1, 5.2.3. */
static void
put_commitment(struct attr_list *list, const struct sg_signed_props *props)
{
	const char *oid;
	size_t value;

	if (props->commitment == NULL || list->put.rc < 0)
		return;
	oid = commitment_oid(props->commitment);
	if (oid == props->commitment && strchr(oid, '.') == NULL) {
		list->put.rc = sg_err_set(list->put.env, SIGN_E_ARG,
		    "commitment '%s': want origin, receipt, delivery, sender, "
		    "approval, creation or an object identifier",
		    oid);
		return;
	}
	value = attr_open(list, SG_OID_COMMITMENT_TYPE);
	sg_put_oid(&list->put, oid);
	sg_put_seq(&list->put, value);
	attr_close(list, value);
}

/* signer-location: EN 319 122-1, 5.2.5; RFC 5126, 5.11.2. The postal address
 * takes what has no field of its own. */
static void
put_location(struct attr_list *list, const struct sg_signed_props *props)
{
	struct sg_put *put = &list->put;
	size_t value, part;

	if (props->country == NULL && props->city == NULL &&
	    props->region == NULL && props->postal_code == NULL)
		return;
	value = attr_open(list, SG_OID_SIGNER_LOCATION);
	if (props->country != NULL) {
		part = sg_put_mark(put);
		sg_put_utf8(put, props->country);
		sg_put_context(put, part, 0);
	}
	if (props->city != NULL) {
		part = sg_put_mark(put);
		sg_put_utf8(put, props->city);
		sg_put_context(put, part, 1);
	}
	part = sg_put_mark(put);
	if (props->region != NULL)
		sg_put_utf8(put, props->region);
	if (props->postal_code != NULL)
		sg_put_utf8(put, props->postal_code);
	if (sg_put_mark(put) != part) {
		sg_put_seq(put, part);
		sg_put_context(put, part, 2);
	}
	sg_put_seq(put, value);
	attr_close(list, value);
}

/* signer-attributes-v2 with claimed roles: EN 319 122-1, 5.2.6.1. Each role is
 * an Attribute id-at-role with one UTF8String. */
static void
put_roles(struct attr_list *list, const struct sg_signed_props *props)
{
	struct sg_put *put = &list->put;
	size_t value, role, text, i;

	if (props->role_count == 0)
		return;
	value = attr_open(list, SG_OID_SIGNER_ATTRIBUTES_V2);
	for (i = 0; i < props->role_count; i++) {
		role = sg_put_mark(put);
		sg_put_oid(put, SG_OID_ROLE);
		text = sg_put_mark(put);
		sg_put_utf8(put, props->roles[i]);
		sg_put_set(put, text);
		sg_put_seq(put, role);
	}
	sg_put_seq(put, value);
	sg_put_context(put, value, 0);
	sg_put_seq(put, value);
	attr_close(list, value);
}

/* content-hints or mime-type, never both: EN 319 122-1, 5.2.4. */
static void
put_content_kind(struct attr_list *list, const struct sg_cms_attrs *want)
{
	const struct sg_signed_props *props = want->props;
	struct sg_put *put = &list->put;
	size_t value;

	if (props->content_hint != NULL) {
		value = attr_open(list, SG_OID_CONTENT_HINTS);
		sg_put_utf8(put, props->content_hint);
		sg_put_oid(put,
		    want->content_type != NULL ? want->content_type
					       : SG_OID_DATA);
		sg_put_seq(put, value);
		attr_close(list, value);
	} else if (props->mime_type != NULL) {
		value = attr_open(list, SG_OID_MIME_TYPE);
		sg_put_utf8(put, props->mime_type);
		attr_close(list, value);
	}
}

/* content-time-stamp: EN 319 122-1, 5.2.8; RFC 5126, 5.11.4. */
static void
put_content_stamp(struct attr_list *list, struct sg_view token)
{
	size_t value;

	if (token.len == 0)
		return;
	value = attr_open(list, SG_OID_CONTENT_TIME_STAMP);
	sg_put_raw(&list->put, token);
	attr_close(list, value);
}

/* EN 319 122-1, 5.1 and 5.2; 6.3 table 1 for what stands in each level. */
static void
put_all(struct attr_list *list, const struct sg_cms_attrs *want)
{
	if (!want->counter)
		put_content_type(list, want->content_type);
	put_message_digest(list, want->message_digest);
	put_signing_time(list, want->props->signing_time);
	if (want->plain)
		return;
	put_signing_cert(list, want->signer);
	put_policy(list, want->props);
	put_commitment(list, want->props);
	put_location(list, want->props);
	put_roles(list, want->props);
	if (want->counter)
		return;
	put_content_kind(list, want);
	put_content_stamp(list, want->content_stamp);
}

int
sg_cms_make_attrs(
    struct sg_env *env, const struct sg_cms_attrs *want, struct sg_buf *out)
{
	struct attr_list list = { .put = SG_PUT_INIT(env) };
	struct sg_view items[ATTR_MAX];
	size_t i, end;
	int rc;

	if (want->props->mime_type != NULL && want->props->content_hint != NULL)
		return sg_err_set(env, SIGN_E_ARG,
		    "want a mime-type or a content-hints attribute, have both "
		    "(EN 319 122-1, 5.2.4)");
	put_all(&list, want);
	rc = list.put.rc;
	for (i = 0; rc == 0 && i < list.count; i++) {
		end = i + 1 < list.count ? list.begin[i + 1]
					 : sg_put_mark(&list.put);
		items[i] = sg_view_of(
		    list.put.buf.ptr + list.begin[i], end - list.begin[i]);
	}
	if (rc == 0)
		rc = sg_der_put_set_of(
		    env, out, V_ASN1_UNIVERSAL, V_ASN1_SET, items, list.count);
	sg_put_free(&list.put);
	return rc;
}

/* RFC 5652, 5.3: version 1, because of issuerAndSerialNumber. */
int
sg_cms_make_signer(struct sg_env *env, const struct sg_signer *signer,
    struct sg_view attrs, struct sg_view value, struct sg_buf *out)
{
	struct sg_put put = SG_PUT_INIT(env);
	struct sg_der der = sg_der_of(attrs);
	struct sg_cert_ids ids;
	struct sg_tlv set;
	size_t part;
	int rc;

	if ((rc = sg_der_cert_ids(env, signer->cert, &ids)) < 0 ||
	    (rc = sg_der_want(
		 env, &der, V_ASN1_SET, "signed attributes", &set)) < 0)
		return rc;
	sg_put_uint(&put, 1);
	part = sg_put_mark(&put);
	sg_put_raw(&put, ids.issuer);
	sg_put_raw(&put, ids.serial);
	sg_put_seq(&put, part);
	sg_put_digest_alg(&put, signer->digest);
	part = sg_put_mark(&put);
	sg_put_raw(&put, set.body);
	sg_put_context(&put, part, 0);
	if (put.rc == 0)
		put.rc = sg_scheme_put_algid(
		    env, &put.buf, signer->scheme, &signer->pss);
	sg_put_prim(&put, V_ASN1_OCTET_STRING, value);
	sg_put_seq(&put, 0);
	return sg_put_finish(&put, out);
}
