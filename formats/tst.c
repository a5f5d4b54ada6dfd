/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/tst.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/text.h"
#include "base/time.h"
#include "formats/cades.h"

#include <string.h>

#define MICROS 1000000u

/* ---- TSTInfo (RFC 3161, 2.4.2) */

struct info_reader {
	struct sg_env *env;
	struct sg_pool *pool;
	struct sg_tst_info *to;
};

static int
two_digits(const unsigned char *at)
{
	return (at[0] - '0') * 10 + (at[1] - '0');
}

static int
all_digits(const unsigned char *at, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (at[i] < '0' || at[i] > '9')
			return 0;
	return 1;
}

/* What follows the seconds: "Z", or a point, digits and "Z". */
static int
read_fraction(struct sg_view rest, uint32_t *micros)
{
	uint32_t unit = MICROS / 10;
	size_t i;

	*micros = 0;
	if (rest.len == 1)
		return rest.ptr[0] == 'Z';
	if (rest.len < 3 || rest.ptr[0] != '.' ||
	    rest.ptr[rest.len - 1] != 'Z' ||
	    !all_digits(rest.ptr + 1, rest.len - 2))
		return 0;
	for (i = 1; i < rest.len - 1; i++, unit /= 10)
		*micros += (uint32_t)(rest.ptr[i] - '0') * unit;
	return 1;
}

/* "YYYYMMDDhhmmss[.s...]Z": in UTC, seconds present. Zeros at the end of the
 * fraction are not DER, but met, and harmless. */
static int
read_gen_time(struct info_reader *r, struct sg_der *der)
{
	struct sg_view body;
	struct sg_tlv tlv;
	int rc;

	rc = sg_der_want(
	    r->env, der, V_ASN1_GENERALIZEDTIME, "TSTInfo.genTime", &tlv);
	if (rc < 0)
		return rc;
	body = tlv.body;
	if (tlv.constructed || body.len < 15 || !all_digits(body.ptr, 14) ||
	    two_digits(body.ptr + 12) > 59 ||
	    !read_fraction(
		sg_view_of(body.ptr + 14, body.len - 14), &r->to->micros))
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("TSTInfo.genTime: want YYYYMMDDhhmmss[.s]Z "
		       "(RFC 3161, 2.4.2)"));
	return sg_der_time(r->env, &tlv, &r->to->time);
}

/* MessageImprint: a digest of the length that its algorithm has. */
static int
read_imprint(struct info_reader *r, struct sg_der *der)
{
	static const char what[] = "TSTInfo.messageImprint";
	struct sg_algid algid;
	struct sg_der inside;
	struct sg_tlv tlv;
	int rc;

	if ((rc = sg_der_want(r->env, der, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(r->env, der, &tlv, &inside)) < 0 ||
	    (rc = sg_der_want(r->env, &inside, V_ASN1_SEQUENCE, what, &tlv)) <
		0 ||
	    (rc = sg_der_algid(r->env, r->pool, &tlv, &algid)) < 0 ||
	    (rc = sg_der_want(
		 r->env, &inside, V_ASN1_OCTET_STRING, what, &tlv)) < 0 ||
	    (rc = sg_der_octets(r->env, r->pool, &tlv, &r->to->imprint)) < 0 ||
	    (rc = sg_der_finish(r->env, &inside, what)) < 0)
		return rc;
	r->to->digest_oid = algid.oid;
	if (sg_digest_resolve(r->env, &algid, &r->to->digest) < 0) {
		sg_err_clear(r->env);
		r->to->digest = NULL;
		return 0;
	}
	if (r->to->imprint.len != r->to->digest->size)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("%s: want %zu octets, have %zu (RFC 3161, 2.4.1)"), what,
		    r->to->digest->size, r->to->imprint.len);
	return 0;
}

/* An INTEGER's value, bare or under an IMPLICIT tag. */
static int
read_part(struct info_reader *r, const struct sg_tlv *tlv, uint64_t max,
    uint64_t unit)
{
	uint64_t value;
	int rc = sg_der_uint(r->env, tlv, &value);

	if (rc < 0)
		return rc;
	if (tlv->constructed || value > max)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("TSTInfo.accuracy: out of range (RFC 3161, 2.4.2)"));
	r->to->accuracy += value * unit;
	return 0;
}

/* Accuracy: seconds, [0] millis, [1] micros. */
static int
read_accuracy(struct info_reader *r, struct sg_der *der)
{
	static const char what[] = "TSTInfo.accuracy";
	struct sg_der inside;
	struct sg_tlv tlv;
	int rc;

	if (!sg_der_is(der, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE))
		return 0;
	if ((rc = sg_der_next(r->env, der, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(r->env, der, &tlv, &inside)) < 0)
		return rc;
	if (sg_der_is(&inside, V_ASN1_UNIVERSAL, V_ASN1_INTEGER) &&
	    ((rc = sg_der_next(r->env, &inside, what, &tlv)) < 0 ||
		(rc = read_part(r, &tlv, UINT32_MAX, MICROS)) < 0))
		return rc;
	if (sg_der_is_context(&inside, 0) &&
	    ((rc = sg_der_next(r->env, &inside, what, &tlv)) < 0 ||
		(rc = read_part(r, &tlv, 999, 1000)) < 0))
		return rc;
	if (sg_der_is_context(&inside, 1) &&
	    ((rc = sg_der_next(r->env, &inside, what, &tlv)) < 0 ||
		(rc = read_part(r, &tlv, 999, 1)) < 0))
		return rc;
	return sg_der_finish(r->env, &inside, what);
}

/* An unknown extension that is critical: the token must not be relied upon. */
static int
read_extensions(struct info_reader *r, struct sg_der *der)
{
	static const char what[] = "TSTInfo.extensions";
	struct sg_der list, one;
	struct sg_tlv tlv;
	const char *oid;
	int rc;

	if ((rc = sg_der_next(r->env, der, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(r->env, der, &tlv, &list)) < 0)
		return rc;
	while (!sg_der_end(&list)) {
		if ((rc = sg_der_want(
			 r->env, &list, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
		    (rc = sg_der_enter(r->env, &list, &tlv, &one)) < 0 ||
		    (rc = sg_der_want(
			 r->env, &one, V_ASN1_OBJECT, what, &tlv)) < 0 ||
		    (rc = sg_der_oid(r->env, r->pool, &tlv, &oid)) < 0 ||
		    (rc = sg_der_next(r->env, &one, what, &tlv)) < 0)
			return rc;
		if (tlv.tag_class == V_ASN1_UNIVERSAL &&
		    tlv.tag == V_ASN1_BOOLEAN && tlv.body.len == 1 &&
		    tlv.body.ptr[0] != 0)
			return sg_err_set(r->env, SIGN_E_FORMAT,
			    N_("%s: unknown critical extension %s "
			       "(RFC 3161, 2.4.2)"),
			    what, sg_oid_name(oid));
	}
	return 0;
}

/* ordering, nonce, tsa, extensions: each may be absent. */
static int
read_optional(struct info_reader *r, struct sg_der *der)
{
	struct sg_der tsa;
	struct sg_tlv tlv;
	int rc;

	if (sg_der_is(der, V_ASN1_UNIVERSAL, V_ASN1_BOOLEAN)) {
		rc = sg_der_next(r->env, der, "TSTInfo.ordering", &tlv);
		if (rc < 0)
			return rc;
		r->to->ordering = tlv.body.len == 1 && tlv.body.ptr[0] != 0;
	}
	if (sg_der_is(der, V_ASN1_UNIVERSAL, V_ASN1_INTEGER)) {
		rc = sg_der_next(r->env, der, "TSTInfo.nonce", &tlv);
		if (rc < 0)
			return rc;
		r->to->nonce = tlv.all;
	}
	if (sg_der_is_context(der, 0)) {
		if ((rc = sg_der_next(r->env, der, "TSTInfo.tsa", &tlv)) < 0 ||
		    (rc = sg_der_enter(r->env, der, &tlv, &tsa)) < 0 ||
		    (rc = sg_der_next(r->env, &tsa, "TSTInfo.tsa", &tlv)) < 0 ||
		    (rc = sg_der_finish(r->env, &tsa, "TSTInfo.tsa")) < 0)
			return rc;
		r->to->tsa = tlv.all;
	}
	if (sg_der_is_context(der, 1))
		return read_extensions(r, der);
	return 0;
}

static int
read_info(struct info_reader *r, struct sg_der *der)
{
	static const char what[] = "TSTInfo";
	uint64_t version;
	struct sg_tlv tlv;
	int rc;

	if ((rc = sg_der_want(r->env, der, V_ASN1_INTEGER, what, &tlv)) < 0 ||
	    (rc = sg_der_uint(r->env, &tlv, &version)) < 0)
		return rc;
	if (version != 1)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("TSTInfo: want version 1, have another "
		       "(RFC 3161, 2.4.2)"));
	if ((rc = sg_der_want(r->env, der, V_ASN1_OBJECT, what, &tlv)) < 0 ||
	    (rc = sg_der_oid(r->env, r->pool, &tlv, &r->to->policy)) < 0 ||
	    (rc = read_imprint(r, der)) < 0 ||
	    (rc = sg_der_want(r->env, der, V_ASN1_INTEGER, what, &tlv)) < 0)
		return rc;
	r->to->serial = tlv.all;
	if ((rc = read_gen_time(r, der)) < 0 ||
	    (rc = read_accuracy(r, der)) < 0 ||
	    (rc = read_optional(r, der)) < 0)
		return rc;
	return sg_der_finish(r->env, der, what);
}

int
sg_tst_info_read(struct sg_env *env, struct sg_pool *pool, struct sg_view der,
    struct sg_tst_info *out)
{
	struct sg_tst_info info;
	struct info_reader r = { env, pool, &info };
	struct sg_der top = sg_der_of(der), inside;
	struct sg_tlv tlv;
	int rc;

	memset(&info, 0, sizeof(info));
	info.time = SG_NO_TIME;
	if ((rc = sg_der_want(env, &top, V_ASN1_SEQUENCE, "TSTInfo", &tlv)) <
		0 ||
	    (rc = sg_der_finish(env, &top, "TSTInfo")) < 0 ||
	    (rc = sg_der_enter(env, &top, &tlv, &inside)) < 0 ||
	    (rc = read_info(&r, &inside)) < 0)
		return rc;
	*out = info;
	return 0;
}

/* ---- tokens */

static size_t
count_signers(const struct sg_facts *facts)
{
	size_t count = 0, i;

	for (i = 0; i < facts->sig_count; i++)
		count += facts->sigs[i].parent < 0;
	return count;
}

/* RFC 3161, 2.4.2: SignedData over a TSTInfo with one signer, the TSA. */
static int
check_token(struct sg_env *env, const struct sg_cades_token *token)
{
	if (strcmp(token->content_type, SG_OID_TST_INFO) != 0)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("want a time-stamp token, have signed %s "
		       "(RFC 3161, 2.4.2)"),
		    sg_oid_name(token->content_type));
	if (token->content.len == 0)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("a time-stamp token without its TSTInfo "
		       "(RFC 3161, 2.4.2)"));
	if (count_signers(token->facts) != 1)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("a time-stamp token has one signer, this one %zu "
		       "(RFC 3161, 2.4.2)"),
		    count_signers(token->facts));
	if (token->junk)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("other octets follow the end of the token"));
	return 0;
}

/* The token by itself; *inside is the caller's. */
static int
read_token(struct sg_env *env, struct sg_view octets, int depth,
    struct sg_facts **inside, struct sg_tst_info *info)
{
	struct sg_cades_token token = { NULL, NULL, { NULL, 0 }, 0 };
	int rc;

	if (depth >= SG_MAX_STAMP_DEPTH)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("time-stamps nested deeper than %d"),
		    SG_MAX_STAMP_DEPTH);
	if (octets.len > SG_MAX_TOKEN_SIZE)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("a time-stamp token larger than %d octets"),
		    SG_MAX_TOKEN_SIZE);
	rc = sg_cades_read_token(env, octets, depth + 1, &token);
	if (rc == 0)
		rc = check_token(env, &token);
	if (rc == 0)
		rc = sg_tst_info_read(
		    env, token.facts->pool, token.content, info);
	if (rc == 0)
		*inside = token.facts;
	else
		sg_facts_free(token.facts);
	return rc;
}

static int
add_all(struct sg_facts *facts, const struct sg_view *list, size_t count,
    int (*add)(struct sg_facts *, struct sg_view))
{
	size_t i;

	for (i = 0; i < count; i++)
		if (add(facts, list[i]) < 0)
			return SIGN_E_NOMEM;
	return 0;
}

/* What the token carries, among what the file carries; it lives as long, in
 * the facts of the token, which the outer ones own. */
static int
adopt(struct sg_env *env, struct sg_facts *facts, struct sg_facts *inside)
{
	if (inside->cert_count > SG_MAX_CERTS - facts->cert_count ||
	    inside->crl_count > SG_MAX_CRLS - facts->crl_count ||
	    inside->ocsp_count > SG_MAX_CRLS - facts->ocsp_count) {
		if (sg_facts_warn(facts, NULL,
			N_("too many certificates and revocation data: those "
			   "of a time-stamp are left out"),
			NULL, NULL) < 0)
			return sg_err_nomem(env);
		return 0;
	}
	if (add_all(facts, inside->certs, inside->cert_count,
		sg_facts_add_cert) < 0 ||
	    add_all(facts, inside->crls, inside->crl_count, sg_facts_add_crl) <
		0 ||
	    add_all(facts, inside->ocsps, inside->ocsp_count,
		sg_facts_add_ocsp) < 0)
		return sg_err_nomem(env);
	return 0;
}

/* The message stays English: it is put into words when it is shown. */
static int
read_untranslated(struct sg_env *env, struct sg_view octets, int depth,
    struct sg_facts **inside, struct sg_tst_info *info)
{
	const char *(*translate)(const char *, void *) = env->translate;
	int rc;

	env->translate = NULL;
	rc = read_token(env, octets, depth, inside, info);
	env->translate = translate;
	return rc;
}

int
sg_tst_read(struct sg_env *env, struct sg_facts *facts, struct sg_view token,
    int depth, struct sg_stamp_fact *stamp)
{
	struct sg_facts *inside = NULL;
	int rc = read_untranslated(env, token, depth, &inside, &stamp->info);

	stamp->token = token;
	if (rc == SIGN_E_FORMAT || rc == SIGN_E_LIMIT ||
	    rc == SIGN_E_UNSUPPORTED) {
		stamp->fault = sg_msg_make(facts->pool,
		    N_("broken time-stamp token: %1$s"), env->message, NULL,
		    NULL);
		sg_err_clear(env);
		return 0;
	}
	if (rc < 0)
		return rc;
	if (sg_facts_own(facts, inside) < 0) {
		sg_facts_free(inside);
		return sg_err_nomem(env);
	}
	stamp->inside = inside;
	return adopt(env, facts, inside);
}

int
sg_tst_is_over(struct sg_env *env, struct sg_view token,
    const struct sg_digest *digest, struct sg_view imprint)
{
	struct sg_facts *facts = sg_facts_new();
	struct sg_stamp_fact stamp = { .kind = NULL };
	int ret;

	if (facts == NULL)
		return sg_err_nomem(env);
	ret = sg_tst_read(env, facts, token, 0, &stamp);
	if (ret == 0 && stamp.inside == NULL)
		ret = sg_err_set(env, SIGN_E_FORMAT, "%s",
		    sg_msg_text(env, facts->pool, &stamp.fault, 1));
	else if (ret == 0 &&
	    (stamp.info.digest != digest ||
		!sg_view_equal(stamp.info.imprint, imprint)))
		ret = sg_err_set(env, SIGN_E_VALUE,
		    N_("the time-stamp has another imprint than was asked for "
		       "(RFC 3161, 2.4.2)"));
	sg_facts_free(facts);
	return ret;
}
