/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "formats/hashed.h"
#include "formats/revdata.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

#include <string.h>

/*
 * What the time-stamps of a file prove the existence of. Done when all is
 * read: a reference may name what stands behind it.
 */

/* Certificates, or revocation data, by their digests of one algorithm. */
struct digests {
	struct sg_hashed set;
	int of_certs;
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

/* A digest that cannot be computed matches nothing. */
static int
add_digest(struct covering *c, struct sg_hashed *set, struct sg_view hashed,
    struct sg_view octets)
{
	const struct sg_view pieces[2] = { hashed, { NULL, 0 } };
	int ret = sg_hashed_add(c->env, set, pieces, octets, 0);

	if (ret < 0 && ret != SIGN_E_NOMEM) {
		sg_err_clear(c->env);
		ret = 0;
	}
	return ret;
}

/* Some producers reference the BasicOCSPResponse in an OCSPResponse. */
static int
add_response(struct covering *c, struct sg_hashed *set, struct sg_view ocsp)
{
	struct sg_view basic;
	int ret = add_digest(c, set, ocsp, ocsp);

	if (ret < 0)
		return ret;
	if (sg_revdata_basic(c->env, c->pool, ocsp, &basic) == 0)
		return sg_view_equal(basic, ocsp)
		    ? 0
		    : add_digest(c, set, basic, ocsp);
	ret = c->env->code == SIGN_E_NOMEM ? SIGN_E_NOMEM : 0;
	sg_err_clear(c->env);
	return ret;
}

static int
digest_all(struct covering *c, struct digests *to)
{
	const struct sg_facts *facts = c->facts;
	struct sg_hashed *set = &to->set;
	size_t i;
	int ret = 0;

	for (i = 0; to->of_certs && i < facts->cert_count && ret == 0; i++)
		ret = add_digest(c, set, facts->certs[i], facts->certs[i]);
	for (i = 0; !to->of_certs && i < facts->crl_count && ret == 0; i++)
		ret = add_digest(c, set, facts->crls[i], facts->crls[i]);
	for (i = 0; !to->of_certs && i < facts->ocsp_count && ret == 0; i++)
		ret = add_response(c, set, facts->ocsps[i]);
	sg_hashed_sort(set);
	return ret;
}

static int
make_digests(struct covering *c, const struct sg_digest *digest, int of_certs,
    struct digests **out)
{
	struct digests *to = c->digests;

	while (to != NULL &&
	    (to->set.digest != digest || to->of_certs != of_certs))
		to = to->next;
	*out = to;
	if (to != NULL)
		return 0;
	to = sg_pool_alloc(c->pool, sizeof(*to));
	if (to == NULL)
		return sg_err_nomem(c->env);
	to->set.digest = digest;
	to->set.pool = c->pool;
	to->of_certs = of_certs;
	to->next = c->digests;
	c->digests = to;
	*out = to;
	return digest_all(c, to);
}

static int
resolve_ref(struct covering *c, struct sg_xades_item *item)
{
	const struct sg_hashed_item *found;
	struct digests *from;
	int ret;

	if (item->digest == NULL || item->hash.len != item->digest->size)
		return 0;
	ret = make_digests(
	    c, item->digest, item->kind == SG_XADES_ITEM_CERT_REF, &from);
	if (ret < 0)
		return ret;
	found = sg_hashed_find(&from->set, item->hash);
	if (found != NULL)
		item->octets = found->octets;
	return 0;
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

/* No more than so much: less is then taken for proved. */
static int
stop(struct covering *c)
{
	c->total = SG_MAX_COVERS;
	return sg_facts_warn(c->facts, NULL,
	    N_("time-stamps cover too much: not all of it is counted as "
	       "proved"),
	    NULL, NULL);
}

static int
add_cover(struct covering *c, struct sg_stamp_fact *stamp,
    const struct sg_cover_fact *cover)
{
	struct sg_cover_fact *slot;

	if (c->total == SG_MAX_COVERS)
		return 0;
	slot = sg_pool_push(
	    c->facts->pool, &stamp->covers, &stamp->cover_count, sizeof(*slot));
	if (slot == NULL)
		return sg_err_nomem(c->env);
	*slot = *cover;
	return ++c->total == SG_MAX_COVERS ? stop(c) : 0;
}

static int
cover_octets(struct covering *c, struct sg_stamp_fact *stamp,
    struct sg_view octets, const struct sg_digest *via)
{
	struct sg_cover_fact cover = { .octets = octets, .via = via };

	return octets.len != 0 ? add_cover(c, stamp, &cover) : 0;
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
	struct sg_cover_fact cover = { .is_signature = 1, .sig = sig };

	return add_cover(c, stamp, &cover);
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
	if (c->steps > SG_MAX_COVER_STEPS && c->total != SG_MAX_COVERS)
		return stop(c);
	for (i = 0; i < work->item_count && ret == 0; i++) {
		if (c->total == SG_MAX_COVERS)
			return 0;
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
