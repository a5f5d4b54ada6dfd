/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/facts.h"

#include "base/alg.h"
#include "base/env.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/cert.h"
#include "certs/x509.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <string.h>

#define FACTS_HEX_SHOWN 64 /* octets of an unknown extension */

/* ---- lines */

int
sg_facts_add(struct sg_facts_of *facts, const char *label, const char *text)
{
	struct sg_cert_fact *fact;

	if (text == NULL)
		return sg_err_nomem(facts->env);
	fact = sg_pool_push(
	    facts->pool, &facts->list, &facts->count, sizeof(*fact));
	if (fact == NULL)
		return sg_err_nomem(facts->env);
	fact->label = label != NULL ? label : facts->label;
	fact->text = text;
	fact->critical = facts->critical;
	return 0;
}

int
sg_facts_add_buf(
    struct sg_facts_of *facts, int ret, const char *label, struct sg_buf *buf)
{
	if (ret == 0)
		ret = sg_facts_add(facts, label,
		    sg_pool_strn(facts->pool,
			buf->len != 0 ? (const char *)buf->ptr : "", buf->len));
	sg_buf_free(buf);
	return ret;
}

int
sg_facts_item(struct sg_facts_of *facts, struct sg_buf *buf, const char *text)
{
	int ret = 0;

	if (text == NULL)
		return sg_err_nomem(facts->env);
	if (buf->len != 0)
		ret = sg_buf_append(facts->env, buf, "; ", 2);
	if (ret == 0)
		ret = sg_buf_append(facts->env, buf, text, strlen(text));
	return ret;
}

const char *
sg_facts_oid(struct sg_facts_of *facts, const char *dotted)
{
	const struct sg_oid *row;

	if (dotted == NULL)
		return NULL;
	row = sg_oid_find(dotted);
	return row != NULL ? sg_tr(facts->env, row->name) : dotted;
}

const char *
sg_facts_value(struct sg_facts_of *facts, const struct sg_tlv *tlv)
{
	const unsigned char *at = tlv->all.ptr;
	const char *text = NULL;
	ASN1_TYPE *value;
	char number[32];
	uint64_t small;

	if (tlv->tag_class == V_ASN1_UNIVERSAL && tlv->tag == V_ASN1_INTEGER &&
	    sg_der_uint(facts->env, tlv, &small) == 0) {
		snprintf(
		    number, sizeof(number), "%llu", (unsigned long long)small);
		return sg_pool_str(facts->pool, number);
	}
	sg_err_clear(facts->env);
	value = d2i_ASN1_TYPE(NULL, &at, (long)tlv->all.len);
	ERR_clear_error();
	if (value != NULL && value->type != V_ASN1_BOOLEAN &&
	    value->type != V_ASN1_NULL && value->type != V_ASN1_OBJECT)
		text = sg_x509_string(facts->pool, value->value.asn1_string);
	else
		text = sg_x509_hex(facts->pool, tlv->body.ptr, tlv->body.len);
	ASN1_TYPE_free(value);
	return text;
}

static int
broken(struct sg_facts_of *facts)
{
	return sg_err_set(facts->env, SIGN_E_FORMAT,
	    N_("a broken extension (RFC 5280, 4.2)"));
}

/* A whole structure or nothing. */
static void *
facts_decode(const ASN1_ITEM *item, struct sg_view value)
{
	const unsigned char *at = value.ptr;
	ASN1_VALUE *out = ASN1_item_d2i(NULL, &at, (long)value.len, item);

	if (out != NULL && at == value.ptr + value.len)
		return out;
	ASN1_item_free(out, item);
	return NULL;
}

/* ---- names */

static const char *
facts_ip(struct sg_facts_of *facts, const ASN1_OCTET_STRING *ip)
{
	const unsigned char *at = ASN1_STRING_get0_data(ip);

	if (ASN1_STRING_length(ip) == 4)
		return sg_pool_printf(
		    facts->pool, "IP %d.%d.%d.%d", at[0], at[1], at[2], at[3]);
	return sg_pool_printf(facts->pool, "IP %s",
	    sg_x509_hex(facts->pool, at, (size_t)ASN1_STRING_length(ip)));
}

/* RFC 5280, 4.2.1.6. */
static const char *
facts_general_name(struct sg_facts_of *facts, const GENERAL_NAME *name)
{
	struct sg_pool *pool = facts->pool;
	const char *text;

	switch (name->type) {
	case GEN_EMAIL:
	case GEN_DNS:
	case GEN_URI:
		return sg_x509_string(pool, name->d.ia5);
	case GEN_DIRNAME:
		return sg_x509_name_text(pool, name->d.directoryName);
	case GEN_IPADD:
		return facts_ip(facts, name->d.iPAddress);
	case GEN_RID:
		return sg_x509_oid(pool, name->d.registeredID);
	case GEN_OTHERNAME:
		text = sg_x509_oid(pool, name->d.otherName->type_id);
		return text != NULL ? sg_pool_printf(pool, "(%s)", text) : NULL;
	default:
		return "?";
	}
}

static int
facts_general_names(
    struct sg_facts_of *facts, struct sg_buf *buf, const GENERAL_NAMES *names)
{
	int i, ret = 0;

	for (i = 0; ret == 0 && i < sk_GENERAL_NAME_num(names); i++)
		ret = sg_facts_item(facts, buf,
		    facts_general_name(facts, sk_GENERAL_NAME_value(names, i)));
	return ret;
}

static int
facts_alt_name(struct sg_facts_of *facts, struct sg_view value)
{
	GENERAL_NAMES *names =
	    facts_decode(ASN1_ITEM_rptr(GENERAL_NAMES), value);
	struct sg_buf buf = { 0 };
	int ret;

	if (names == NULL)
		return broken(facts);
	ret = facts_general_names(facts, &buf, names);
	GENERAL_NAMES_free(names);
	return sg_facts_add_buf(facts, ret, NULL, &buf);
}

/* ---- keys and what they may do */

static int
facts_key_usage(struct sg_facts_of *facts, struct sg_view value)
{
	static const char *const words[] = { N_("digital signature"),
		N_("non-repudiation"), N_("key encipherment"),
		N_("data encipherment"), N_("key agreement"),
		N_("signing certificates"), N_("signing CRLs"),
		N_("enciphering only"), N_("deciphering only") };
	ASN1_BIT_STRING *bits =
	    facts_decode(ASN1_ITEM_rptr(ASN1_BIT_STRING), value);
	struct sg_buf buf = { 0 };
	int i, ret = 0;

	if (bits == NULL)
		return broken(facts);
	for (i = 0; ret == 0 && i < 9; i++)
		if (ASN1_BIT_STRING_get_bit(bits, i))
			ret = sg_facts_item(
			    facts, &buf, sg_tr(facts->env, words[i]));
	ASN1_BIT_STRING_free(bits);
	return sg_facts_add_buf(facts, ret, NULL, &buf);
}

static int
facts_ext_key_usage(struct sg_facts_of *facts, struct sg_view value)
{
	EXTENDED_KEY_USAGE *usage =
	    facts_decode(ASN1_ITEM_rptr(EXTENDED_KEY_USAGE), value);
	struct sg_buf buf = { 0 };
	int i, ret = 0;

	if (usage == NULL)
		return broken(facts);
	for (i = 0; ret == 0 && i < sk_ASN1_OBJECT_num(usage); i++)
		ret = sg_facts_item(facts, &buf,
		    sg_facts_oid(facts,
			sg_x509_oid(
			    facts->pool, sk_ASN1_OBJECT_value(usage, i))));
	EXTENDED_KEY_USAGE_free(usage);
	return sg_facts_add_buf(facts, ret, NULL, &buf);
}

static int
facts_basic_constraints(struct sg_facts_of *facts, struct sg_view value)
{
	BASIC_CONSTRAINTS *basic =
	    facts_decode(ASN1_ITEM_rptr(BASIC_CONSTRAINTS), value);
	const char *text;

	if (basic == NULL)
		return broken(facts);
	text = sg_tr(facts->env,
	    basic->ca ? N_("certification authority") : N_("end user"));
	if (basic->ca && basic->pathlen != NULL)
		text = sg_pool_printf(facts->pool,
		    sg_tr(facts->env,
			N_("certification authority, at most %ld below it")),
		    ASN1_INTEGER_get(basic->pathlen));
	BASIC_CONSTRAINTS_free(basic);
	ERR_clear_error();
	return sg_facts_add(facts, NULL, text);
}

static const char *
facts_hex(struct sg_facts_of *facts, const ASN1_STRING *string)
{
	return sg_x509_hex(facts->pool, ASN1_STRING_get0_data(string),
	    (size_t)ASN1_STRING_length(string));
}

static int
facts_subject_key_id(struct sg_facts_of *facts, struct sg_view value)
{
	ASN1_OCTET_STRING *id =
	    facts_decode(ASN1_ITEM_rptr(ASN1_OCTET_STRING), value);
	int ret;

	if (id == NULL)
		return broken(facts);
	ret = sg_facts_add(facts, NULL, facts_hex(facts, id));
	ASN1_OCTET_STRING_free(id);
	return ret;
}

static int
facts_authority_key_id(struct sg_facts_of *facts, struct sg_view value)
{
	AUTHORITY_KEYID *id =
	    facts_decode(ASN1_ITEM_rptr(AUTHORITY_KEYID), value);
	struct sg_buf buf = { 0 };
	int ret = 0;

	if (id == NULL)
		return broken(facts);
	if (id->keyid != NULL)
		ret = sg_facts_item(facts, &buf, facts_hex(facts, id->keyid));
	if (ret == 0 && id->issuer != NULL)
		ret = facts_general_names(facts, &buf, id->issuer);
	if (ret == 0 && id->serial != NULL)
		ret = sg_facts_item(facts, &buf, facts_hex(facts, id->serial));
	AUTHORITY_KEYID_free(id);
	return sg_facts_add_buf(facts, ret, NULL, &buf);
}

static int
facts_key_period(struct sg_facts_of *facts, struct sg_view value)
{
	PKEY_USAGE_PERIOD *period =
	    facts_decode(ASN1_ITEM_rptr(PKEY_USAGE_PERIOD), value);
	char from[SG_TIME_TEXT] = "", until[SG_TIME_TEXT] = "";
	int64_t time;

	if (period == NULL)
		return broken(facts);
	time = sg_x509_time(period->notBefore);
	if (time != SG_NO_TIME)
		sg_time_format(time, from);
	time = sg_x509_time(period->notAfter);
	if (time != SG_NO_TIME)
		sg_time_format(time, until);
	PKEY_USAGE_PERIOD_free(period);
	return sg_facts_add(
	    facts, NULL, sg_pool_printf(facts->pool, "%s .. %s", from, until));
}

/* ---- policies and addresses */

static int
facts_policy(
    struct sg_facts_of *facts, struct sg_buf *buf, const POLICYINFO *policy)
{
	const POLICYQUALINFO *info;
	const char *text;
	int i, ret;

	ret = sg_facts_item(facts, buf,
	    sg_facts_oid(facts, sg_x509_oid(facts->pool, policy->policyid)));
	for (i = 0; ret == 0 && i < sk_POLICYQUALINFO_num(policy->qualifiers);
	     i++) {
		info = sk_POLICYQUALINFO_value(policy->qualifiers, i);
		if (OBJ_obj2nid(info->pqualid) != NID_id_qt_cps)
			continue;
		text = sg_x509_string(facts->pool, info->d.cpsuri);
		ret = sg_buf_printf(
		    facts->env, buf, " (%s)", text != NULL ? text : "");
	}
	return ret;
}

static int
facts_policies(struct sg_facts_of *facts, struct sg_view value)
{
	CERTIFICATEPOLICIES *list =
	    facts_decode(ASN1_ITEM_rptr(CERTIFICATEPOLICIES), value);
	struct sg_buf buf = { 0 };
	int i, ret = 0;

	if (list == NULL)
		return broken(facts);
	for (i = 0; ret == 0 && i < sk_POLICYINFO_num(list); i++)
		ret = facts_policy(facts, &buf, sk_POLICYINFO_value(list, i));
	CERTIFICATEPOLICIES_free(list);
	return sg_facts_add_buf(facts, ret, NULL, &buf);
}

static int
facts_dist_points(struct sg_facts_of *facts, struct sg_view value)
{
	CRL_DIST_POINTS *points =
	    facts_decode(ASN1_ITEM_rptr(CRL_DIST_POINTS), value);
	const DIST_POINT *point;
	struct sg_buf buf = { 0 };
	int i, ret = 0;

	if (points == NULL)
		return broken(facts);
	for (i = 0; ret == 0 && i < sk_DIST_POINT_num(points); i++) {
		point = sk_DIST_POINT_value(points, i);
		if (point->distpoint != NULL && point->distpoint->type == 0)
			ret = facts_general_names(
			    facts, &buf, point->distpoint->name.fullname);
		if (ret == 0 && point->CRLissuer != NULL)
			ret =
			    facts_general_names(facts, &buf, point->CRLissuer);
	}
	CRL_DIST_POINTS_free(points);
	return sg_facts_add_buf(facts, ret, NULL, &buf);
}

static int
facts_info_access(struct sg_facts_of *facts, struct sg_view value)
{
	AUTHORITY_INFO_ACCESS *list =
	    facts_decode(ASN1_ITEM_rptr(AUTHORITY_INFO_ACCESS), value);
	const ACCESS_DESCRIPTION *item;
	const char *method, *where;
	struct sg_buf buf = { 0 };
	int i, ret = 0;

	if (list == NULL)
		return broken(facts);
	for (i = 0; ret == 0 && i < sk_ACCESS_DESCRIPTION_num(list); i++) {
		item = sk_ACCESS_DESCRIPTION_value(list, i);
		method =
		    sg_facts_oid(facts, sg_x509_oid(facts->pool, item->method));
		where = facts_general_name(facts, item->location);
		if (method == NULL || where == NULL)
			ret = sg_err_nomem(facts->env);
		else
			ret = sg_facts_item(facts, &buf,
			    sg_pool_printf(
				facts->pool, "%s: %s", method, where));
	}
	AUTHORITY_INFO_ACCESS_free(list);
	return sg_facts_add_buf(facts, ret, NULL, &buf);
}

/* ---- an extension */

/* That it is there is all it says. */
static int
facts_yes(struct sg_facts_of *facts, struct sg_view value)
{
	(void)value;
	return sg_facts_add(facts, NULL, sg_tr(facts->env, N_("yes")));
}

static const struct {
	const char *oid;
	sg_facts_fn *fn;
} facts_rows[] = {
	{ SG_OID_KEY_USAGE, facts_key_usage },
	{ SG_OID_EXT_KEY_USAGE, facts_ext_key_usage },
	{ SG_OID_BASIC_CONSTRAINTS, facts_basic_constraints },
	{ SG_OID_SUBJECT_KEY_ID, facts_subject_key_id },
	{ SG_OID_AUTHORITY_KEY_ID, facts_authority_key_id },
	{ SG_OID_SUBJECT_ALT_NAME, facts_alt_name },
	{ SG_OID_ISSUER_ALT_NAME, facts_alt_name },
	{ SG_OID_PRIVATE_KEY_USAGE_PERIOD, facts_key_period },
	{ SG_OID_CERTIFICATE_POLICIES, facts_policies },
	{ SG_OID_CRL_DISTRIBUTION_POINTS, facts_dist_points },
	{ SG_OID_FRESHEST_CRL, facts_dist_points },
	{ SG_OID_AUTHORITY_INFO_ACCESS, facts_info_access },
	{ SG_OID_SUBJECT_INFO_ACCESS, facts_info_access },
	{ SG_OID_OCSP_NOCHECK, facts_yes },
	{ SG_OID_NO_REV_AVAIL, facts_yes },
	{ SG_OID_VALIDITY_ASSURED, facts_yes },
	{ SG_OID_SUBJECT_SIGN_TOOL, sg_facts_subject_sign_tool },
	{ SG_OID_ISSUER_SIGN_TOOL, sg_facts_issuer_sign_tool },
	{ SG_OID_IDENTIFICATION_KIND, sg_facts_identification_kind },
	{ SG_OID_QC_STATEMENTS, sg_facts_qc_statements },
};

/* Known by name at most: its octets. */
static int
facts_other(struct sg_facts_of *facts, const char *oid, struct sg_view value)
{
	size_t shown =
	    value.len < FACTS_HEX_SHOWN ? value.len : FACTS_HEX_SHOWN;
	const char *hex = sg_x509_hex(facts->pool, value.ptr, shown);
	const char *dots = shown < value.len ? "..." : "";

	if (hex == NULL)
		return sg_err_nomem(facts->env);
	if (facts->label != NULL)
		return sg_facts_add(facts, NULL,
		    sg_pool_printf(facts->pool, "%s%s", hex, dots));
	return sg_facts_add(facts, N_("unknown extension"),
	    sg_pool_printf(facts->pool, "%s: %s%s", oid, hex, dots));
}

static int
facts_extension(struct sg_facts_of *facts, X509_EXTENSION *extension)
{
	const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(extension);
	struct sg_view value = sg_view_of(
	    ASN1_STRING_get0_data(data), (size_t)ASN1_STRING_length(data));
	const char *oid =
	    sg_x509_oid(facts->pool, X509_EXTENSION_get_object(extension));
	const struct sg_oid *row;
	size_t i;
	int ret;

	if (oid == NULL)
		return sg_err_nomem(facts->env);
	row = sg_oid_find(oid);
	facts->label = row != NULL ? row->name : NULL;
	facts->critical = X509_EXTENSION_get_critical(extension);
	for (i = 0; i < sizeof(facts_rows) / sizeof(facts_rows[0]); i++) {
		if (strcmp(facts_rows[i].oid, oid) != 0)
			continue;
		ret = facts_rows[i].fn(facts, value);
		ERR_clear_error();
		if (ret == 0 || ret == SIGN_E_NOMEM)
			return ret;
		sg_err_clear(facts->env); /* broken: its octets then */
	}
	return facts_other(facts, oid, value);
}

/* The digest that the certificate is signed with, NULL: not known. */
static const struct sg_digest *
facts_digest(struct sg_facts_of *facts, const struct sg_cert *cert)
{
	int md = NID_undef;
	const char *oid;

	if (X509_get_signature_info(
		sg_cert_x509(cert), &md, NULL, NULL, NULL) != 1 ||
	    md == NID_undef)
		return NULL;
	oid = sg_x509_oid(facts->pool, OBJ_nid2obj(md));
	return oid != NULL ? sg_digest_by_oid(oid) : NULL;
}

static int
facts_scheme_fits(const struct sg_scheme *scheme, const char *oid,
    const struct sg_digest *digest)
{
	int i, same = strcmp(scheme->oid, oid) == 0;

	for (i = 0; i < 3 && !same; i++)
		same = scheme->read_oid[i] != NULL &&
		    strcmp(scheme->read_oid[i], oid) == 0;
	return same && (digest == NULL || sg_scheme_digest(scheme) == digest);
}

/* The scheme's name where the table has it: X.509 and CMS use the same OIDs
 * for it (RFC 5754, 3; RFC 9215, 3). */
static int
facts_signature(struct sg_facts_of *facts, const struct sg_cert *cert)
{
	const struct sg_digest *digest = facts_digest(facts, cert);
	const struct sg_scheme *rows;
	const X509_ALGOR *algorithm;
	size_t i, count;
	const char *oid;

	X509_get0_signature(NULL, &algorithm, sg_cert_x509(cert));
	oid = sg_x509_oid(facts->pool, algorithm->algorithm);
	if (oid == NULL)
		return sg_err_nomem(facts->env);
	rows = sg_scheme_rows(&count);
	for (i = 0; i < count; i++)
		if (facts_scheme_fits(&rows[i], oid, digest))
			return sg_facts_add(
			    facts, N_("signature algorithm"), rows[i].name);
	return sg_facts_add(
	    facts, N_("signature algorithm"), sg_facts_oid(facts, oid));
}

int
sg_cert_facts(struct sg_env *env, struct sg_pool *pool,
    const struct sg_cert *cert, struct sg_cert_fact **out, size_t *count)
{
	struct sg_facts_of facts = { .env = env, .pool = pool };
	X509 *x509 = sg_cert_x509(cert);
	int i, extensions = X509_get_ext_count(x509);
	int ret = facts_signature(&facts, cert);

	for (i = 0; ret == 0 && i < extensions; i++)
		ret = facts_extension(&facts, X509_get_ext(x509, i));
	if (ret < 0)
		return ret;
	*out = facts.list;
	*count = facts.count;
	return 0;
}
