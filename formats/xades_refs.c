/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

/* Validation data in unsigned properties: values go into the facts, and with
 * the references to them they are remembered for the time-stamps over them. */

/* How deep the elements of these properties are nested. */
#define VALUES_DEPTH 4

struct sg_xades_item *
sg_xades_add_item(
    struct sg_xades_props *p, enum sg_xades_item_kind kind, const xmlNode *node)
{
	struct sg_xml_reading *r = p->r;
	struct sg_xades_item *item;

	if (r->xades == NULL)
		r->xades = sg_pool_alloc(p->pool, sizeof(*r->xades));
	if (r->xades == NULL) {
		sg_err_nomem(p->env);
		return NULL;
	}
	if (r->xades->item_count >= SG_MAX_XML_ITEMS) {
		sg_err_set(p->env, SIGN_E_LIMIT,
		    N_("too many certificates or revocation data"));
		return NULL;
	}
	item = sg_pool_push(
	    p->pool, &r->xades->items, &r->xades->item_count, sizeof(*item));
	if (item == NULL) {
		sg_err_nomem(p->env);
		return NULL;
	}
	item->kind = kind;
	item->node = node;
	item->sig = p->sig->index;
	return item;
}

/* ---- values */

static int
is_full(const struct sg_facts *facts)
{
	return facts->cert_count >= SG_MAX_CERTS ||
	    facts->crl_count >= SG_MAX_CRLS || facts->ocsp_count >= SG_MAX_CRLS;
}

static int
add_value(struct sg_xades_props *p, const xmlNode *node,
    int (*add)(struct sg_facts *facts, struct sg_view der))
{
	struct sg_xades_item *item;
	struct sg_view der;
	int ret = sg_xml_base64(p->env, p->pool, node, &der);

	if (ret == SIGN_E_FORMAT) {
		sg_err_clear(p->env);
		return sg_facts_warn(p->r->facts, p->fact,
		    N_("%1$s is not base64 and is left out"),
		    (const char *)node->name, NULL);
	}
	if (ret < 0)
		return ret;
	if (is_full(p->r->facts))
		return sg_err_set(p->env, SIGN_E_LIMIT,
		    N_("too many certificates or revocation data"));
	item = sg_xades_add_item(p, SG_XADES_ITEM_VALUE, node);
	if (item == NULL)
		return p->env->code;
	item->octets = der;
	return add(p->r->facts, der) < 0 ? sg_err_nomem(p->env) : 0;
}

static int
read_values(struct sg_xades_props *p, const xmlNode *parent, int depth)
{
	const xmlNode *at = sg_xml_first(parent);
	int ret = 0;

	for (; at != NULL && ret == 0; at = sg_xml_sibling(at)) {
		if (sg_xades_is(at, "EncapsulatedX509Certificate"))
			ret = add_value(p, at, sg_facts_add_cert);
		else if (sg_xades_is(at, "EncapsulatedCRLValue"))
			ret = add_value(p, at, sg_facts_add_crl);
		else if (sg_xades_is(at, "EncapsulatedOCSPValue"))
			ret = add_value(p, at, sg_facts_add_ocsp);
		else if (depth < VALUES_DEPTH)
			ret = read_values(p, at, depth + 1);
	}
	return ret;
}

int
sg_xades_read_values(struct sg_xades_props *p, const xmlNode *property)
{
	return read_values(p, property, 0);
}

/* ---- references */

/* node has DigestMethod and DigestValue. A broken reference is none. */
static int
add_ref(
    struct sg_xades_props *p, const xmlNode *node, enum sg_xades_item_kind kind)
{
	struct sg_xades_item *item = sg_xades_add_item(p, kind, node);
	const char *uri;
	int ret;

	if (item == NULL)
		return p->env->code;
	ret = sg_xades_read_digest(p, node, &item->digest, &uri, &item->hash);
	if (ret != SIGN_E_FORMAT)
		return ret;
	p->r->xades->item_count--;
	sg_err_clear(p->env);
	return sg_facts_warn(p->r->facts, p->fact,
	    N_("a reference to validation data has no digest"), NULL, NULL);
}

static int
read_refs(struct sg_xades_props *p, const xmlNode *parent, int depth)
{
	const xmlNode *at = sg_xml_first(parent);
	int ret = 0;

	for (; at != NULL && ret == 0; at = sg_xml_sibling(at)) {
		if (sg_xades_is(at, "CertDigest"))
			ret = add_ref(p, at, SG_XADES_ITEM_CERT_REF);
		else if (sg_xades_is(at, "DigestAlgAndValue"))
			ret = add_ref(p, at, SG_XADES_ITEM_REVOCATION_REF);
		else if (depth < VALUES_DEPTH)
			ret = read_refs(p, at, depth + 1);
	}
	return ret;
}

int
sg_xades_read_refs(struct sg_xades_props *p, const xmlNode *property)
{
	return read_refs(p, property, 0);
}
