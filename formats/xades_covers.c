/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades.h"

#include "base/crypt.h"
#include "base/der.h"
#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

#include <string.h>

/*
 * What the time-stamps of a file prove the existence of. Done when all is
 * read: a reference may name what stands behind it.
 */

/* Digests of all certificates or revocation data under one algorithm. */
struct digests {
	const struct sg_digest *digest;
	int of_certs;
	unsigned char (*values)[SG_MAX_DIGEST];
	struct sg_view *octets;
	size_t count;
	struct digests *next;
};

struct covering {
	struct sg_xml_reading *r;
	struct sg_env *env;
	struct sg_facts *facts;
	struct sg_pool *pool; /* for this run alone */
	struct digests *digests;
	size_t total; /* covers so far */
	size_t steps; /* looks into counter-signatures */
};

/* ---- what a reference names */

/* The BasicOCSPResponse in an OCSPResponse (RFC 6960, 4.2.1): some producers
 * reference that instead. Empty: there is none. */
static struct sg_view
basic_response(struct sg_env *env, struct sg_view der)
{
	static const char what[] = "OCSPResponse";
	struct sg_der at = sg_der_of(der), in;
	struct sg_view none = { NULL, 0 };
	struct sg_tlv tlv;
	int ret;

	if (sg_der_want(env, &at, V_ASN1_SEQUENCE, what, &tlv) == 0 &&
	    sg_der_enter(env, &at, &tlv, &in) == 0 &&
	    sg_der_want(env, &in, V_ASN1_ENUMERATED, what, &tlv) == 0 &&
	    sg_der_is_context(&in, 0) &&
	    sg_der_next(env, &in, what, &tlv) == 0 &&
	    sg_der_enter(env, &in, &tlv, &at) == 0 &&
	    sg_der_want(env, &at, V_ASN1_SEQUENCE, what, &tlv) == 0 &&
	    sg_der_enter(env, &at, &tlv, &in) == 0 &&
	    sg_der_want(env, &in, V_ASN1_OBJECT, what, &tlv) == 0) {
		ret = sg_der_want(env, &in, V_ASN1_OCTET_STRING, what, &tlv);
		if (ret == 0 && !tlv.constructed)
			return tlv.body;
	}
	sg_err_clear(env);
	return none;
}

/* hashed: what is digested; octets: what it then stands for. */
static int
add_digest(struct covering *c, struct digests *to, struct sg_view hashed,
    struct sg_view octets)
{
	int ret =
	    sg_hash_once(c->env, to->digest, hashed, to->values[to->count]);

	if (ret == 0)
		to->octets[to->count++] = octets;
	else if (ret != SIGN_E_NOMEM)
		sg_err_clear(c->env);
	return ret == SIGN_E_NOMEM ? ret : 0;
}

static int
digest_all(struct covering *c, struct digests *to)
{
	const struct sg_facts *facts = c->facts;
	struct sg_view basic;
	size_t i;
	int ret = 0;

	for (i = 0; to->of_certs && i < facts->cert_count && ret == 0; i++)
		ret = add_digest(c, to, facts->certs[i], facts->certs[i]);
	for (i = 0; !to->of_certs && i < facts->crl_count && ret == 0; i++)
		ret = add_digest(c, to, facts->crls[i], facts->crls[i]);
	for (i = 0; !to->of_certs && i < facts->ocsp_count && ret == 0; i++) {
		ret = add_digest(c, to, facts->ocsps[i], facts->ocsps[i]);
		basic = basic_response(c->env, facts->ocsps[i]);
		if (ret == 0 && basic.len != 0)
			ret = add_digest(c, to, basic, facts->ocsps[i]);
	}
	return ret;
}

static int
make_digests(struct covering *c, const struct sg_digest *digest, int of_certs,
    struct digests **out)
{
	const struct sg_facts *facts = c->facts;
	size_t room = of_certs ? facts->cert_count
			       : facts->crl_count + 2 * facts->ocsp_count;
	struct digests *to = c->digests;

	while (to != NULL && (to->digest != digest || to->of_certs != of_certs))
		to = to->next;
	*out = to;
	if (to != NULL)
		return 0;
	to = sg_pool_alloc(c->pool, sizeof(*to));
	if (to == NULL)
		return sg_err_nomem(c->env);
	to->digest = digest;
	to->of_certs = of_certs;
	to->values = sg_pool_array(c->pool, room + 1, sizeof(*to->values));
	to->octets = sg_pool_array(c->pool, room + 1, sizeof(*to->octets));
	if (to->values == NULL || to->octets == NULL)
		return sg_err_nomem(c->env);
	to->next = c->digests;
	c->digests = to;
	*out = to;
	return digest_all(c, to);
}

static int
resolve_ref(struct covering *c, struct sg_xades_item *item)
{
	struct digests *from;
	size_t i;
	int ret;

	if (item->digest == NULL || item->hash.len != item->digest->size)
		return 0;
	ret = make_digests(
	    c, item->digest, item->kind == SG_XADES_ITEM_CERT_REF, &from);
	for (i = 0; ret == 0 && i < from->count; i++)
		if (memcmp(from->values[i], item->hash.ptr, item->hash.len) ==
		    0) {
			item->octets = from->octets[i];
			break;
		}
	return ret;
}

/* ---- references without a value */

static int
has_values(const struct sg_sig_fact *sig, const char *name)
{
	size_t i;

	for (i = 0; i < sig->unsigned_attr_count; i++)
		if (strcmp(sig->unsigned_attrs[i].oid, name) == 0)
			return 1;
	return 0;
}

/* Where the values are there, each reference has to have one (TS 101 903,
 * 7.6). */
static int
check_ref(struct covering *c, const struct sg_xades_item *item)
{
	struct sg_sig_fact *sig = &c->facts->sigs[item->sig];

	if (item->octets.len != 0)
		return 0;
	if (item->kind == SG_XADES_ITEM_CERT_REF &&
	    has_values(sig, "CertificateValues"))
		return sg_facts_warn(c->facts, sig,
		    N_("a certificate that is referenced is not among the "
		       "values (TS 101 903, 7.6.1)"),
		    NULL, NULL);
	if (item->kind == SG_XADES_ITEM_REVOCATION_REF &&
	    has_values(sig, "RevocationValues"))
		return sg_facts_warn(c->facts, sig,
		    N_("revocation data that is referenced is not among the "
		       "values (TS 101 903, 7.6.2)"),
		    NULL, NULL);
	return 0;
}

static int
resolve_all(struct covering *c)
{
	struct sg_xades_work *work = c->r->xades;
	struct sg_xades_item *item;
	size_t i;
	int ret = 0;

	for (i = 0; i < work->item_count && ret == 0; i++) {
		item = &work->items[i];
		if (item->kind != SG_XADES_ITEM_CERT_REF &&
		    item->kind != SG_XADES_ITEM_REVOCATION_REF)
			continue;
		ret = resolve_ref(c, item);
		if (ret == 0)
			ret = check_ref(c, item);
	}
	return ret;
}

/* ---- covers */

static struct sg_cover_fact *
add_cover(struct covering *c, struct sg_stamp_fact *stamp)
{
	struct sg_cover_fact *cover = NULL;

	if (++c->total > SG_MAX_XML_COVERS) {
		sg_err_set(c->env, SIGN_E_LIMIT,
		    N_("too many certificates or revocation data"));
		return NULL;
	}
	cover = sg_pool_push(c->facts->pool, &stamp->covers,
	    &stamp->cover_count, sizeof(*cover));
	if (cover == NULL)
		sg_err_nomem(c->env);
	return cover;
}

static int
cover_octets(struct covering *c, struct sg_stamp_fact *stamp,
    struct sg_view octets, const struct sg_digest *via)
{
	struct sg_cover_fact *cover;

	if (octets.len == 0)
		return 0;
	cover = add_cover(c, stamp);
	if (cover == NULL)
		return c->env->code;
	cover->octets = octets;
	cover->via = via;
	return 0;
}

static int
cover_list(struct covering *c, struct sg_stamp_fact *stamp,
    const struct sg_view *list, size_t count)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < count && ret == 0; i++)
		ret = cover_octets(c, stamp, list[i], NULL);
	return ret;
}

static int
cover_signature(struct covering *c, struct sg_stamp_fact *stamp, size_t sig)
{
	struct sg_cover_fact *cover = add_cover(c, stamp);

	if (cover == NULL)
		return c->env->code;
	cover->is_signature = 1;
	cover->sig = sig;
	return 0;
}

/* Another token, and what it carries. */
static int
cover_token(struct covering *c, struct sg_stamp_fact *stamp,
    const struct sg_stamp_fact *other)
{
	const struct sg_facts *in = other->inside;
	int ret = cover_octets(c, stamp, other->token, NULL);

	if (ret == 0 && in != NULL)
		ret = cover_list(c, stamp, in->certs, in->cert_count);
	if (ret == 0 && in != NULL)
		ret = cover_list(c, stamp, in->crls, in->crl_count);
	if (ret == 0 && in != NULL)
		ret = cover_list(c, stamp, in->ocsps, in->ocsp_count);
	return ret;
}

/* What one item says, to a time-stamp that is over its octets. */
static int
cover_item(struct covering *c, struct sg_stamp_fact *stamp,
    const struct sg_xades_item *item)
{
	const struct sg_sig_fact *sig = &c->facts->sigs[item->sig];

	switch (item->kind) {
	case SG_XADES_ITEM_VALUE:
		return cover_octets(c, stamp, item->octets, NULL);
	case SG_XADES_ITEM_CERT_REF:
	case SG_XADES_ITEM_REVOCATION_REF:
		return cover_octets(c, stamp, item->octets, item->digest);
	case SG_XADES_ITEM_STAMP:
		return cover_token(c, stamp, &sig->stamps[item->stamp]);
	case SG_XADES_ITEM_COUNTER:
	case SG_XADES_ITEM_SIGNATURE:
		break;
	}
	return 0;
}

/* A counter-signature that stands before an archive time-stamp, with all that
 * is in it. */
static int
cover_counter(
    struct covering *c, struct sg_stamp_fact *stamp, const xmlNode *property)
{
	const struct sg_xades_work *work = c->r->xades;
	const struct sg_xades_item *item;
	const struct sg_sig_fact *sig;
	size_t i;
	int ret = 0;

	c->steps += work->item_count;
	if (c->steps > SG_MAX_COVER_STEPS)
		return sg_err_set(c->env, SIGN_E_LIMIT,
		    N_("too many time-stamps over counter-signatures"));
	for (i = 0; i < work->item_count && ret == 0; i++) {
		item = &work->items[i];
		if (!sg_xml_inside(item->node, property))
			continue;
		if (item->kind != SG_XADES_ITEM_SIGNATURE) {
			ret = cover_item(c, stamp, item);
			continue;
		}
		sig = &c->facts->sigs[item->sig];
		ret = cover_signature(c, stamp, item->sig);
		if (ret == 0)
			ret = cover_list(
			    c, stamp, sig->key_certs, sig->key_cert_count);
	}
	return ret;
}

/* The unsigned property that the item stands in; NULL: in none. */
static const xmlNode *
property_of(const xmlNode *node)
{
	while (node != NULL &&
	    !sg_xades_is(node->parent, "UnsignedSignatureProperties"))
		node = node->parent;
	return node;
}

/* Is an item before the time-stamp among what it is over? */
static int
is_over(const struct sg_xades_item *own, const struct sg_xades_item *item)
{
	const xmlNode *property = property_of(item->node);

	if (property == NULL || item->kind == SG_XADES_ITEM_SIGNATURE)
		return own->over == SG_XADES_OVER_ARCHIVE ||
		    own->over == SG_XADES_OVER_ARCHIVE_132;
	return sg_xades_is_over(
	    own->over, sg_xades_is_second(own->node), property);
}

/* Items of a signature are in document order: those before it count, except
 * other tokens in the same property. */
static int
cover_before(struct covering *c, struct sg_stamp_fact *stamp, size_t index)
{
	const struct sg_xades_item *items = c->r->xades->items;
	const struct sg_xades_item *own = &items[index];
	size_t i;
	int ret = 0;

	for (i = 0; i < index && ret == 0; i++) {
		if (items[i].sig != own->sig || items[i].node == own->node ||
		    !is_over(own, &items[i]))
			continue;
		if (items[i].kind == SG_XADES_ITEM_COUNTER)
			ret = cover_counter(c, stamp, items[i].node);
		else
			ret = cover_item(c, stamp, &items[i]);
	}
	return ret;
}

static int
cover_stamp(struct covering *c, size_t index)
{
	const struct sg_xades_item *item = &c->r->xades->items[index];
	struct sg_sig_fact *sig = &c->facts->sigs[item->sig];
	struct sg_stamp_fact *stamp = &sig->stamps[item->stamp];
	int ret = 0;

	switch (item->over) {
	case SG_XADES_OVER_ALL_DATA:
	case SG_XADES_OVER_SOME_DATA:
		return 0; /* made before the signature was */
	case SG_XADES_OVER_ARCHIVE:
	case SG_XADES_OVER_ARCHIVE_132:
		ret = cover_list(c, stamp, sig->key_certs, sig->key_cert_count);
		break;
	default:
		break;
	}
	if (ret == 0 && item->over != SG_XADES_OVER_REFS)
		ret = cover_signature(c, stamp, item->sig);
	return ret == 0 ? cover_before(c, stamp, index) : ret;
}

int
sg_xades_finish(struct sg_xml_reading *r)
{
	struct covering c = { .r = r, .env = r->env, .facts = r->facts };
	size_t i;
	int ret;

	if (r->xades == NULL)
		return 0;
	c.pool = sg_pool_new();
	if (c.pool == NULL)
		return sg_err_nomem(r->env);
	ret = resolve_all(&c);
	for (i = 0; i < r->xades->item_count && ret == 0; i++)
		if (r->xades->items[i].kind == SG_XADES_ITEM_STAMP)
			ret = cover_stamp(&c, i);
	sg_pool_free(c.pool);
	return ret;
}
