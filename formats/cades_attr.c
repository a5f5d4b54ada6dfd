/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/text.h"

#include <openssl/err.h>

#include <string.h>

/* The attributes of one signature on their way into its facts. */
struct reader {
	struct sg_env *env;
	struct sg_pool *pool;
	struct sg_cades *cades;
	const struct sg_cms_signer *signer;
	struct sg_sig_fact *sig;
	size_t index;
	struct sg_view message_digest;
	int has_content_type, has_message_digest;
};

/* How a value is read; der stands before the value. FORMAT: it is broken. */
typedef int read_fn(struct reader *r, struct sg_der *der);

const struct sg_attr_fact *
sg_cades_find(const struct sg_attr_fact *list, size_t count, const char *oid)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(list[i].oid, oid) == 0)
			return &list[i];
	return NULL;
}

/* ---- pieces */

static int
is_counter(const struct reader *r)
{
	return r->sig->parent >= 0;
}

static int
fault(struct reader *r, const char *id, const char *a, const char *b)
{
	if (sg_facts_fault(r->cades->facts, r->sig, id, a, b) < 0)
		return sg_err_nomem(r->env);
	return 0;
}

static int
warn(struct reader *r, const char *id, const char *a, const char *b)
{
	if (sg_facts_warn(r->cades->facts, r->sig, id, a, b) < 0)
		return sg_err_nomem(r->env);
	return 0;
}

static int
read_oid(
    struct reader *r, struct sg_der *der, const char *what, const char **out)
{
	struct sg_tlv tlv;
	int rc = sg_der_want(r->env, der, V_ASN1_OBJECT, what, &tlv);

	return rc < 0 ? rc : sg_der_oid(r->env, r->pool, &tlv, out);
}

static int
read_octets(
    struct reader *r, struct sg_der *der, const char *what, struct sg_view *out)
{
	struct sg_tlv tlv;
	int rc = sg_der_want(r->env, der, V_ASN1_OCTET_STRING, what, &tlv);

	return rc < 0 ? rc : sg_der_octets(r->env, r->pool, &tlv, out);
}

#define TEXT_TYPES \
	(B_ASN1_UTF8STRING | B_ASN1_PRINTABLESTRING | B_ASN1_T61STRING | \
	    B_ASN1_IA5STRING | B_ASN1_NUMERICSTRING | B_ASN1_VISIBLESTRING | \
	    B_ASN1_BMPSTRING | B_ASN1_UNIVERSALSTRING)

/* UTF-8 of any string type; NULL: no string, or not in its own alphabet. */
static const char *
text_of(struct reader *r, const struct sg_tlv *tlv)
{
	const unsigned char *at = tlv->all.ptr;
	unsigned char *utf8 = NULL;
	const char *text = NULL;
	ASN1_TYPE *type = NULL;
	int len = -1;

	if (tlv->tag_class == V_ASN1_UNIVERSAL && !tlv->constructed &&
	    (ASN1_tag2bit(tlv->tag) & TEXT_TYPES) != 0)
		type = d2i_ASN1_TYPE(NULL, &at, (long)tlv->all.len);
	if (type != NULL)
		len = ASN1_STRING_to_UTF8(&utf8, type->value.asn1_string);
	if (len >= 0 && memchr(utf8, '\0', (size_t)len) == NULL)
		text = sg_pool_strn(r->pool, (char *)utf8, (size_t)len);
	OPENSSL_free(utf8);
	ASN1_TYPE_free(type);
	ERR_clear_error();
	return text;
}

static int
read_text(
    struct reader *r, struct sg_der *der, const char *what, const char **out)
{
	struct sg_tlv tlv;
	int rc = sg_der_next(r->env, der, what, &tlv);

	if (rc < 0)
		return rc;
	*out = text_of(r, &tlv);
	if (*out == NULL)
		return sg_err_set(
		    r->env, SIGN_E_FORMAT, N_("%s: want a text"), what);
	return 0;
}

/* ---- what RFC 5652, 11 defines */

static int
read_content_type(struct reader *r, struct sg_der *der)
{
	const char *want = r->cades->cms->content_type;
	int rc = read_oid(r, der, "content-type", &r->sig->content_type);

	if (rc < 0)
		return rc;
	r->has_content_type = 1;
	if (is_counter(r))
		return warn(r,
		    N_("a counter-signature with a content-type attribute "
		       "(RFC 5652, 11.4)"),
		    NULL, NULL);
	if (strcmp(r->sig->content_type, want) == 0)
		return 0;
	return fault(r,
	    N_("the signed content type is %1$s, that of the content %2$s "
	       "(RFC 5652, 11.1)"),
	    r->sig->content_type, want);
}

static int
read_message_digest(struct reader *r, struct sg_der *der)
{
	int rc = read_octets(r, der, "message-digest", &r->message_digest);

	r->has_message_digest = 1;
	if (rc == 0 && r->message_digest.len == 0)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("message-digest: want a digest, have nothing"));
	return rc;
}

static int
read_signing_time(struct reader *r, struct sg_der *der)
{
	struct sg_tlv tlv;
	int rc = sg_der_next(r->env, der, "signing-time", &tlv);

	return rc < 0 ? rc : sg_der_time(r->env, &tlv, &r->sig->signing_time);
}

/* Parameters that are absent or NULL mean the same here. */
static int
same_algid(const struct sg_algid *a, const struct sg_algid *b)
{
	static const struct sg_view null = { (const unsigned char *)"\5\0", 2 };
	struct sg_view left = a->params, right = b->params;

	if (left.len == 0)
		left = null;
	if (right.len == 0)
		right = null;
	return strcmp(a->oid, b->oid) == 0 && sg_view_equal(left, right);
}

/* RFC 6211, 2: the algorithms are signed too. signatureAlgorithm is [1]
 * IMPLICIT, so its fields follow directly. */
static int
read_protection(struct reader *r, struct sg_der *der)
{
	static const char what[] = "CMSAlgorithmProtection";
	struct sg_algid digest, signature = { NULL, { NULL, 0 }, { NULL, 0 } };
	struct sg_der inside, fields;
	struct sg_tlv tlv;
	int rc;

	if ((rc = sg_der_want_sequence(r->env, der, what, &inside)) < 0 ||
	    (rc = sg_der_want(r->env, &inside, V_ASN1_SEQUENCE, what, &tlv)) <
		0 ||
	    (rc = sg_der_algid(r->env, r->pool, &tlv, &digest)) < 0)
		return rc;
	if (!sg_der_is_context(&inside, 1))
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("%s: want a signature algorithm"), what);
	if ((rc = sg_der_next(r->env, &inside, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(r->env, &inside, &tlv, &fields)) < 0 ||
	    (rc = read_oid(r, &fields, what, &signature.oid)) < 0)
		return rc;
	signature.params = fields.rest;
	if (same_algid(&digest, &r->signer->digest) &&
	    same_algid(&signature, &r->signer->scheme))
		return 0;
	return fault(r,
	    N_("the signed algorithms are not those of the signature "
	       "(RFC 6211, 2)"),
	    NULL, NULL);
}

/* ---- the signing certificate (RFC 5035, 3 to 5) */

/* IssuerSerial: the directoryName among the names, and the number. */
static int
read_issuer_serial(
    struct reader *r, struct sg_der *der, struct sg_cert_ref *ref)
{
	static const char what[] = "issuerSerial";
	struct sg_der inside, names, name;
	struct sg_tlv tlv;
	int rc;

	if (sg_der_end(der))
		return 0;
	if ((rc = sg_der_want_sequence(r->env, der, what, &inside)) < 0 ||
	    (rc = sg_der_want_sequence(r->env, &inside, what, &names)) < 0)
		return rc;
	while (!sg_der_end(&names)) {
		rc = sg_der_next(r->env, &names, what, &tlv);
		if (rc < 0)
			return rc;
		if (tlv.tag_class != V_ASN1_CONTEXT_SPECIFIC || tlv.tag != 4)
			continue;
		if ((rc = sg_der_enter(r->env, &names, &tlv, &name)) < 0 ||
		    (rc = sg_der_want(
			 r->env, &name, V_ASN1_SEQUENCE, what, &tlv)) < 0)
			return rc;
		ref->issuer = tlv.all;
	}
	rc = sg_der_want(r->env, &inside, V_ASN1_INTEGER, what, &tlv);
	if (rc == 0)
		ref->serial = tlv.all;
	return rc;
}

static int
read_cert_id(struct reader *r, struct sg_der *list, int v2)
{
	const char *what = v2 ? "ESSCertIDv2" : "ESSCertID";
	struct sg_algid algid = { NULL, { NULL, 0 }, { NULL, 0 } };
	struct sg_cert_ref ref, *to;
	struct sg_der der;
	struct sg_tlv tlv;
	int rc = sg_der_want_sequence(r->env, list, what, &der);

	if (rc < 0)
		return rc;
	memset(&ref, 0, sizeof(ref));
	ref.digest = sg_digest_by_option(v2 ? "sha256" : "sha1");
	if (v2 && sg_der_is(&der, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE)) {
		rc = sg_der_next(r->env, &der, what, &tlv);
		if (rc < 0 ||
		    (rc = sg_der_algid(r->env, r->pool, &tlv, &algid)) < 0)
			return rc;
		ref.digest = sg_digest_by_oid(algid.oid);
	}
	ref.digest_oid = algid.oid;
	if (algid.oid == NULL && ref.digest != NULL)
		ref.digest_oid = ref.digest->oid;
	if ((rc = read_octets(r, &der, what, &ref.hash)) < 0 ||
	    (rc = read_issuer_serial(r, &der, &ref)) < 0)
		return rc;
	to = sg_pool_push(
	    r->pool, &r->sig->cert_refs, &r->sig->cert_ref_count, sizeof(*to));
	if (to == NULL)
		return sg_err_nomem(r->env);
	*to = ref;
	return 0;
}

static int
read_signing_certificate(struct reader *r, struct sg_der *der, int v2)
{
	static const char what[] = "signing-certificate";
	struct sg_der inside, list;
	int rc;

	r->sig->cert_ref_v2 |= v2;
	if ((rc = sg_der_want_sequence(r->env, der, what, &inside)) < 0 ||
	    (rc = sg_der_want_sequence(r->env, &inside, what, &list)) < 0)
		return rc;
	if (sg_der_end(&list))
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("%s: names no certificate"), what);
	while (rc == 0 && !sg_der_end(&list))
		rc = read_cert_id(r, &list, v2);
	return rc;
}

static int
read_signing_certificate_v1(struct reader *r, struct sg_der *der)
{
	return read_signing_certificate(r, der, 0);
}

static int
read_signing_certificate_v2(struct reader *r, struct sg_der *der)
{
	return read_signing_certificate(r, der, 1);
}

/* ---- what EN 319 122-1, 5.2 defines */

static int
read_mime_type(struct reader *r, struct sg_der *der)
{
	return read_text(r, der, "mime-type", &r->sig->mime_type);
}

static int
read_content_hints(struct reader *r, struct sg_der *der)
{
	static const char what[] = "content-hints";
	struct sg_der inside;
	const char *oid;
	int rc = sg_der_want_sequence(r->env, der, what, &inside);

	if (rc < 0)
		return rc;
	if (!sg_der_is(&inside, V_ASN1_UNIVERSAL, V_ASN1_OBJECT))
		return read_text(r, &inside, what, &r->sig->content_hint);
	rc = read_oid(r, &inside, what, &oid);
	if (rc == 0)
		r->sig->content_hint = sg_oid_name(oid);
	return rc;
}

static int
read_commitment(struct reader *r, struct sg_der *der)
{
	static const char what[] = "commitment-type-indication";
	struct sg_der inside;
	int rc = sg_der_want_sequence(r->env, der, what, &inside);

	return rc < 0 ? rc : read_oid(r, &inside, what, &r->sig->commitment);
}

/* Texts inside, one after another, each to "add"; depth is bounded by
 * sg_der_enter(). */
static int
each_text(struct reader *r, const struct sg_der *parent,
    const struct sg_tlv *tlv, int (*add)(struct reader *, const char *))
{
	const char *text = text_of(r, tlv);
	struct sg_tlv item;
	struct sg_der der;
	int rc;

	if (text != NULL)
		return add(r, text);
	if (!tlv->constructed)
		return 0;
	rc = sg_der_enter(r->env, parent, tlv, &der);
	while (rc == 0 && !sg_der_end(&der)) {
		rc = sg_der_next(r->env, &der, "attribute", &item);
		if (rc == 0)
			rc = each_text(r, &der, &item, add);
	}
	return rc;
}

static int
add_location(struct reader *r, const char *text)
{
	if (r->sig->location != NULL)
		text =
		    sg_pool_printf(r->pool, "%s, %s", r->sig->location, text);
	r->sig->location = text;
	return text != NULL ? 0 : sg_err_nomem(r->env);
}

static int
read_location(struct reader *r, struct sg_der *der)
{
	struct sg_der top = *der;
	struct sg_tlv tlv;
	int rc =
	    sg_der_want(r->env, der, V_ASN1_SEQUENCE, "signer-location", &tlv);

	if (rc == 0 && tlv.body.len > SG_MAX_LOCATION)
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("signer-location longer than %d octets"),
		    SG_MAX_LOCATION);
	return rc < 0 ? rc : each_text(r, &top, &tlv, add_location);
}

static int
add_role(struct reader *r, const char *text)
{
	const char *const *list = r->sig->roles;
	const char **role =
	    sg_pool_push(r->pool, &list, &r->sig->role_count, sizeof(*role));

	if (role == NULL)
		return sg_err_nomem(r->env);
	*role = text;
	r->sig->roles = list;
	return 0;
}

/* signer-attributes and -v2: [0] claimed attributes, whose texts are the
 * roles; [1] certified ones and [2] assertions stay unread. */
static int
read_roles(struct reader *r, struct sg_der *der)
{
	static const char what[] = "signer-attributes";
	struct sg_der inside;
	struct sg_tlv tlv;
	int rc = sg_der_want_sequence(r->env, der, what, &inside);

	while (rc == 0 && !sg_der_end(&inside)) {
		rc = sg_der_next(r->env, &inside, what, &tlv);
		if (rc == 0 && tlv.tag_class == V_ASN1_CONTEXT_SPECIFIC &&
		    tlv.tag == 0)
			rc = each_text(r, &inside, &tlv, add_role);
	}
	return rc;
}

static int
read_policy_hash(struct reader *r, struct sg_der *der)
{
	static const char what[] = "SigPolicyHash";
	struct sg_policy_fact *policy = &r->sig->policy;
	struct sg_algid algid;
	struct sg_der inside;
	struct sg_tlv tlv;
	int rc;

	if ((rc = sg_der_want_sequence(r->env, der, what, &inside)) < 0 ||
	    (rc = sg_der_want(r->env, &inside, V_ASN1_SEQUENCE, what, &tlv)) <
		0 ||
	    (rc = sg_der_algid(r->env, r->pool, &tlv, &algid)) < 0)
		return rc;
	policy->digest = sg_digest_by_oid(algid.oid);
	return read_octets(r, &inside, what, &policy->hash);
}

static int
read_policy_qualifiers(struct reader *r, struct sg_der *der)
{
	static const char what[] = "SigPolicyQualifierInfo";
	struct sg_der list, one;
	const char *oid;
	int rc = sg_der_want_sequence(r->env, der, what, &list);

	while (rc == 0 && !sg_der_end(&list)) {
		if ((rc = sg_der_want_sequence(r->env, &list, what, &one)) <
			0 ||
		    (rc = read_oid(r, &one, what, &oid)) < 0)
			return rc;
		if (strcmp(oid, SG_OID_SP_URI) == 0)
			rc = read_text(r, &one, what, &r->sig->policy.uri);
	}
	return rc;
}

/* RFC 5126, 5.8.1. */
static int
read_policy(struct reader *r, struct sg_der *der)
{
	static const char what[] = "signature-policy-identifier";
	struct sg_policy_fact *policy = &r->sig->policy;
	struct sg_der inside;
	int rc;

	policy->present = 1;
	if (sg_der_is(der, V_ASN1_UNIVERSAL, V_ASN1_NULL)) {
		policy->implied = 1;
		return 0;
	}
	if ((rc = sg_der_want_sequence(r->env, der, what, &inside)) < 0 ||
	    (rc = read_oid(r, &inside, what, &policy->oid)) < 0)
		return rc;
	if (!sg_der_end(&inside))
		rc = read_policy_hash(r, &inside);
	if (rc == 0 && !sg_der_end(&inside))
		rc = read_policy_qualifiers(r, &inside);
	return rc;
}

/* ---- signed attributes, as a table */

#define ROW_ESSENTIAL 1u /* broken or doubled: the signature is refused */
#define ROW_CERTIFICATE 2u

static const struct row {
	const char *oid;
	read_fn *read;
	unsigned flags;
} rows[] = {
	{ SG_OID_CONTENT_TYPE, read_content_type, ROW_ESSENTIAL },
	{ SG_OID_MESSAGE_DIGEST, read_message_digest, ROW_ESSENTIAL },
	{ SG_OID_SIGNING_TIME, read_signing_time, ROW_ESSENTIAL },
	{ SG_OID_SIGNING_CERTIFICATE, read_signing_certificate_v1,
	    ROW_ESSENTIAL | ROW_CERTIFICATE },
	{ SG_OID_SIGNING_CERTIFICATE_V2, read_signing_certificate_v2,
	    ROW_ESSENTIAL | ROW_CERTIFICATE },
	{ SG_OID_ALGORITHM_PROTECTION, read_protection, ROW_ESSENTIAL },
	{ SG_OID_MIME_TYPE, read_mime_type, 0 },
	{ SG_OID_CONTENT_HINTS, read_content_hints, 0 },
	{ SG_OID_COMMITMENT_TYPE, read_commitment, 0 },
	{ SG_OID_SIGNER_LOCATION, read_location, 0 },
	{ SG_OID_SIGNER_ATTRIBUTES, read_roles, 0 },
	{ SG_OID_SIGNER_ATTRIBUTES_V2, read_roles, 0 },
	{ SG_OID_SIGNATURE_POLICY, read_policy, 0 },
};

static const struct row *
row_find(const char *oid)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].oid, oid) == 0)
			return &rows[i];
	return NULL;
}

/* One value, and nothing behind it. The message of what is broken stays
 * English: it goes into a report that is put into words later. */
static int
read_value(struct reader *r, const struct row *row, struct sg_view value)
{
	const char *(*translate)(const char *, void *) = r->env->translate;
	struct sg_der der = sg_der_of(value);
	const char *name = sg_oid_name(row->oid);
	int rc;

	r->env->translate = NULL;
	rc = row->read(r, &der);
	r->env->translate = translate;
	if (rc != SIGN_E_FORMAT && rc != SIGN_E_LIMIT)
		return rc;
	if ((row->flags & ROW_ESSENTIAL) != 0)
		rc = fault(r, N_("broken signed attribute %1$s: %2$s"), name,
		    r->env->message);
	else
		rc = warn(r, N_("unreadable signed attribute %1$s: %2$s"), name,
		    r->env->message);
	sg_err_clear(r->env);
	return rc;
}

static int
read_signed(struct reader *r, const struct sg_attr_fact *attr, size_t index)
{
	const struct row *row = row_find(attr->oid);
	const char *name = sg_oid_name(attr->oid);
	int essential;

	if (row == NULL)
		return 0;
	essential = (row->flags & ROW_ESSENTIAL) != 0;
	r->sig->cert_ref_attrs += (row->flags & ROW_CERTIFICATE) != 0;
	if (sg_cades_find(r->signer->attrs, index, attr->oid) != NULL) {
		if (essential)
			return fault(r,
			    N_("signed attribute %1$s more than once "
			       "(RFC 5652, 11)"),
			    name, NULL);
		return warn(
		    r, N_("signed attribute %1$s more than once"), name, NULL);
	}
	if (attr->value_count != 1) {
		if (essential)
			return fault(r,
			    N_("signed attribute %1$s with other than one "
			       "value (RFC 5652, 11)"),
			    name, NULL);
		return warn(r,
		    N_("signed attribute %1$s with other than one value"), name,
		    NULL);
	}
	return read_value(r, row, attr->values[0]);
}

/* RFC 5652, 5.3: with signed attributes these two must stand among them. */
static int
check_presence(struct reader *r)
{
	int rc = 0;

	if (r->signer->signed_attrs.len == 0)
		return 0;
	if (!r->has_message_digest)
		rc = fault(r,
		    N_("no message-digest among the signed attributes "
		       "(RFC 5652, 5.3)"),
		    NULL, NULL);
	if (rc == 0 && !r->has_content_type && !is_counter(r))
		rc = fault(r,
		    N_("no content-type among the signed attributes "
		       "(RFC 5652, 5.3)"),
		    NULL, NULL);
	if (rc == 0 && r->sig->cert_ref_attrs > 1)
		rc = fault(r,
		    N_("more than one signing-certificate attribute "
		       "(EN 319 122-1, 5.2.2)"),
		    NULL, NULL);
	return rc;
}

/* ---- unsigned attributes */

/* Evidence that is shown, and never counts. */
static int
is_unevaluated(const char *oid)
{
	return strcmp(oid, SG_OID_LONG_TERM_VALIDATION) == 0 ||
	    strcmp(oid, SG_OID_EVIDENCE_RECORD_INTERNAL) == 0 ||
	    strcmp(oid, SG_OID_EVIDENCE_RECORD_EXTERNAL) == 0;
}

static int
read_unsigned(struct reader *r, const struct sg_attr_fact *attr)
{
	int rc = sg_cades_stamps(r->cades, r->index, attr, 0);
	size_t i;

	if (rc == 0 && is_unevaluated(attr->oid))
		return warn(r, N_("unsigned attribute %1$s is not evaluated"),
		    sg_oid_name(attr->oid), NULL);

	for (i = 0; rc == 0 && i < attr->value_count; i++)
		rc = sg_cades_unsigned_value(
		    r->cades, r->index, attr->oid, attr->values[i]);
	if (rc != SIGN_E_FORMAT && rc != SIGN_E_LIMIT)
		return rc;
	sg_err_clear(r->env);
	return warn(r, N_("unreadable unsigned attribute %1$s"),
	    sg_oid_name(attr->oid), NULL);
}

int
sg_cades_attrs(
    struct sg_cades *cades, size_t index, struct sg_view *message_digest)
{
	struct sg_sig_fact *sig = &cades->facts->sigs[index];
	const struct sg_cms_signer *signer = &cades->signers[index];
	struct reader r = { .env = cades->env,
		.pool = cades->facts->pool,
		.cades = cades,
		.signer = signer,
		.sig = sig,
		.index = index };
	size_t i;
	int rc = 0;

	sig->signed_attrs = signer->attrs;
	sig->signed_attr_count = signer->attr_count;
	sig->unsigned_attrs = signer->unsigned_list;
	sig->unsigned_attr_count = signer->unsigned_count;
	for (i = 0; rc == 0 && i < signer->attr_count; i++) {
		rc = read_signed(&r, &signer->attrs[i], i);
		if (rc == 0)
			rc =
			    sg_cades_stamps(cades, index, &signer->attrs[i], 1);
	}
	if (rc == 0)
		rc = check_presence(&r);
	for (i = 0; rc == 0 && i < signer->unsigned_count; i++)
		rc = read_unsigned(&r, &signer->unsigned_list[i]);
	*message_digest = r.message_digest;
	return rc;
}
