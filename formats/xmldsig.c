/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xmldsig.h"

#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/time.h"
#include "formats/c14n.h"
#include "formats/reference.h"
#include "formats/xml.h"
#include "formats/xml_stream.h"

#include <stdlib.h>
#include <string.h>

#define NS_MORE_2007 "http://www.w3.org/2007/05/xmldsig-more#"

/* The structure of this signature is refused: said once, reading goes on. */
static int
fault(struct sg_xml_reading *r, const struct sg_xml_sig *sig)
{
	int code = r->env->code;
	int ret;

	if (code == SIGN_E_NOMEM || code == SIGN_E_IO || code == SIGN_E_CANCEL)
		return code;
	ret = sg_facts_fault(r->facts, &r->facts->sigs[sig->index], N_("%1$s"),
	    r->env->english, NULL);
	sg_err_clear(r->env);
	return ret;
}

static int
put_buffer(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	struct sg_buf *buf = payload;

	if (len > SG_MAX_CMS_META - buf->len)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("SignedInfo is larger than %d octets"), SG_MAX_CMS_META);
	return sg_buf_append(env, buf, ptr, len);
}

/* ---- documents */

/* A document that is given: found by its number, for there may be many. */
static int
source_row(struct sg_xml_reading *r, size_t source, const char *uri)
{
	struct sg_facts *facts = r->facts;
	struct sg_doc_fact *row;

	if (r->doc_rows == NULL)
		r->doc_rows = sg_pool_array(
		    facts->pool, r->docs->count, sizeof(*r->doc_rows));
	if (r->doc_rows == NULL)
		return sg_err_nomem(r->env);
	if (r->doc_rows[source] != 0)
		return r->doc_rows[source] - 1;
	row = sg_pool_push(
	    facts->pool, &facts->docs, &facts->doc_count, sizeof(*row));
	if (row == NULL)
		return sg_err_nomem(r->env);
	row->name = sg_pool_str(facts->pool, r->docs->list[source].name);
	row->uri = uri;
	row->source = (int)source;
	r->doc_rows[source] = (int)facts->doc_count;
	return (int)facts->doc_count - 1;
}

/* The row of the XML file itself (-1) or of what is missing; made once. */
static int
doc_row(struct sg_xml_reading *r, int source, const char *uri, int missing)
{
	struct sg_facts *facts = r->facts;
	struct sg_doc_fact *row;
	const char *name = NULL;
	size_t i;

	if (source >= 0 && !missing)
		return source_row(r, (size_t)source, uri);
	if (!missing)
		name = r->name;
	for (i = 0; i < facts->doc_count; i++) {
		row = &facts->docs[i];
		if (row->missing == missing && row->source == source &&
		    (!missing || strcmp(row->uri, uri) == 0))
			return (int)i;
	}
	row = sg_pool_push(
	    facts->pool, &facts->docs, &facts->doc_count, sizeof(*row));
	if (row == NULL)
		return sg_err_nomem(r->env);
	row->name = sg_pool_str(facts->pool, name);
	row->uri = missing ? uri : NULL;
	row->source = source;
	row->missing = missing;
	return (int)facts->doc_count - 1;
}

/* ---- references */

/* DigestMethod and DigestValue (XMLDSig 1.1, 4.4.3.5 and 4.4.3.6). */
static int
read_digest(
    struct sg_xml_reading *r, const xmlNode *reference, struct sg_ref_fact *ref)
{
	const xmlNode *method =
	    sg_xml_child(reference, SG_NS_DS, "DigestMethod");
	const xmlNode *value = sg_xml_child(reference, SG_NS_DS, "DigestValue");

	if (method == NULL || value == NULL)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("XMLDSig, 4.4.3: want DigestMethod and DigestValue in "
		       "a reference"));
	ref->digest_oid = sg_xml_attr(r->facts->pool, method, "Algorithm");
	if (ref->digest_oid == NULL)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("XMLDSig, 4.4.3.5: a digest without algorithm"));
	ref->digest = sg_digest_by_uri(ref->digest_oid);
	return sg_xml_base64(r->env, r->facts->pool, value, &ref->found);
}

/* Dereference, transform, digest. A digest that is not to be had leaves
 * ref->computed empty: the judge says so. */
static int
digest_reference(struct sg_xml_reading *r, const struct sg_xml_sig *sig,
    const xmlNode *reference, struct sg_ref_fact *ref,
    struct sg_reference *found)
{
	struct sg_reference_input input = { r->xml, sig->node, r->docs };
	int ret = sg_reference_digest(
	    r->env, r->facts->pool, &input, reference, ref->digest, found);

	ref->computed = found->digest;
	return ret;
}

static void
describe_reference(struct sg_xml_reading *r, const struct sg_reference *found,
    struct sg_ref_fact *ref)
{
	const xmlNode *root = sg_xml_root(r->xml);

	ref->transforms = found->transforms;
	ref->transform_count = found->transform_count;
	ref->coverage = found->coverage;
	if (found->node != NULL && found->node != root) {
		ref->element = sg_xml_path(r->facts->pool, found->node);
		if (found->element[0] == '#')
			ref->element = sg_pool_printf(r->facts->pool, "%s %s",
			    found->element, ref->element);
		if (strcmp(found->coverage, "whole") == 0)
			ref->coverage = "part";
	} else if (found->node != NULL) {
		ref->element = found->element;
	}
}

/* Files of a container cost one look each, everything else costs work. */
static int
check_count(const struct sg_xml_reading *r, const struct sg_xml_sig *sig,
    const struct sg_sig_fact *fact)
{
	int boxed =
	    r->docs != NULL && r->docs->count != 0 && r->docs->list[0].box;
	size_t worked = boxed ? sig->worked : fact->ref_count;

	if (worked < SG_MAX_REFERENCES &&
	    fact->ref_count < SG_MAX_ASIC_MANIFEST_REFS)
		return 0;
	return sg_err_set(r->env, SIGN_E_LIMIT,
	    N_("want at most %d references"),
	    worked < SG_MAX_REFERENCES ? SG_MAX_ASIC_MANIFEST_REFS
				       : SG_MAX_REFERENCES);
}

/* One ds:Reference, of SignedInfo or of a Manifest. */
static int
read_reference(struct sg_xml_reading *r, struct sg_xml_sig *sig,
    const xmlNode *reference, int counts)
{
	struct sg_sig_fact *fact = &r->facts->sigs[sig->index];
	struct sg_pool *pool = r->facts->pool;
	struct sg_reference found = { .source = -1 };
	struct sg_ref_fact *ref;
	struct sg_xml_target *target;
	int ret;

	ret = check_count(r, sig, fact);
	if (ret < 0)
		return ret;
	ref = sg_pool_push(pool, &fact->refs, &fact->ref_count, sizeof(*ref));
	target = sg_pool_push(
	    pool, &sig->targets, &sig->target_count, sizeof(*target));
	if (ref == NULL || target == NULL)
		return sg_err_nomem(r->env);
	ref->doc = -1;
	ref->counts = counts;
	ref->coverage = "none";
	target->reference = reference;
	target->type = sg_xml_attr(pool, reference, "Type");
	ret = read_digest(r, reference, ref);
	if (ret == 0)
		ret = digest_reference(r, sig, reference, ref, &found);
	if (ret < 0)
		return ret;
	target->node = found.node;
	target->coverage = found.coverage;
	ref->internal = sg_xml_is(found.node, SG_NS_DS, "KeyInfo") &&
	    found.node->parent == sig->node;
	sig->worked += found.source < 0 || found.transform_count != 0;
	ret = doc_row(r, found.source, found.uri, found.missing);
	if (ret < 0)
		return ret;
	ref->doc = ret;
	if (found.missing)
		return 0;
	describe_reference(r, &found, ref);
	return sg_xml_find_covered(r, &found, ref);
}

/* A reference to a Manifest: its own references are looked at too, and do not
 * count (XMLDSig 1.1, 5.1). */
static int
read_manifest(
    struct sg_xml_reading *r, struct sg_xml_sig *sig, const xmlNode *manifest)
{
	const xmlNode *reference =
	    sg_xml_child(manifest, SG_NS_DS, "Reference");
	int ret = 0;

	for (; reference != NULL && ret == 0;
	     reference = sg_xml_next(reference, SG_NS_DS, "Reference")) {
		ret = read_reference(r, sig, reference, 0);
		if (ret == SIGN_E_FORMAT || ret == SIGN_E_UNSUPPORTED) {
			sg_err_clear(r->env);
			ret = sg_facts_warn(r->facts,
			    &r->facts->sigs[sig->index],
			    N_("a reference of the Manifest cannot be read"),
			    NULL, NULL);
		}
	}
	return ret;
}

static int
read_references(
    struct sg_xml_reading *r, struct sg_xml_sig *sig, const xmlNode *info)
{
	const xmlNode *reference = sg_xml_child(info, SG_NS_DS, "Reference");
	size_t i, count;
	int ret = 0;

	if (reference == NULL) {
		sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("XMLDSig, 4.4: want a reference in SignedInfo"));
		return fault(r, sig);
	}
	for (; reference != NULL && ret == 0;
	     reference = sg_xml_next(reference, SG_NS_DS, "Reference")) {
		ret = read_reference(r, sig, reference, 1);
		if (ret < 0)
			ret = fault(r, sig);
	}
	count = sig->target_count;
	for (i = 0; i < count && ret == 0; i++)
		if (sg_xml_is(sig->targets[i].node, SG_NS_DS, "Manifest"))
			ret = read_manifest(r, sig, sig->targets[i].node);
	return ret;
}

/* ---- what a reference says it is over, it must be over */

/* A child of an Object of this signature, not of something wrapped in it. */
static int
in_own_object(const xmlNode *node, const xmlNode *signature)
{
	return node != NULL && sg_xml_is(node->parent, SG_NS_DS, "Object") &&
	    node->parent->parent == signature;
}

static int
type_fits(const struct sg_xml_sig *sig, const struct sg_xml_target *target)
{
	const char *type = target->type;

	if (type == NULL || target->node == NULL)
		return 1;
	if (strcmp(type, SG_NS_DS "Object") == 0)
		return sg_xml_is(target->node, SG_NS_DS, "Object") ||
		    sg_xml_inside(target->node, sig->node);
	if (strcmp(type, SG_NS_DS "Manifest") == 0)
		return sg_xml_is(target->node, SG_NS_DS, "Manifest") &&
		    in_own_object(target->node, sig->node);
	return 1;
}

/* A counter-signature is over its parent's value (EN 319 132-1, 5.2.7). */
static int
counters_parent(const struct sg_xml_sig *sig)
{
	size_t i;

	for (i = 0; i < sig->target_count; i++)
		if (sg_xml_is(
			sig->targets[i].node, SG_NS_DS, "SignatureValue") &&
		    sig->targets[i].node->parent == sig->over)
			return 1;
	return 0;
}

static int
check_targets(struct sg_xml_reading *r, const struct sg_xml_sig *sig)
{
	struct sg_sig_fact *fact = &r->facts->sigs[sig->index];
	size_t i;
	int ret = 0;

	for (i = 0; i < sig->target_count && ret == 0; i++)
		if (fact->refs[i].counts && !type_fits(sig, &sig->targets[i]))
			ret = sg_facts_fault(r->facts, fact,
			    N_("a reference of type %1$s is over something "
			       "else"),
			    sig->targets[i].type, NULL);
	if (ret == 0 && sig->over != NULL && !counters_parent(sig))
		ret = sg_facts_fault(r->facts, fact,
		    N_("a counter-signature that is not over the value of the "
		       "signature it stands in"),
		    NULL, NULL);
	return ret;
}

/* ---- algorithms and value */

/* RFC 9231, 2.3.9: RSAPSSParams; what is left out is SHA-1 and 20 octets. */
static int
read_pss_params(
    struct sg_xml_reading *r, const xmlNode *method, struct sg_pss *pss)
{
	static const char ns[] = NS_MORE_2007;
	struct sg_pool *pool = r->facts->pool;
	const xmlNode *params = sg_xml_child(method, ns, "RSAPSSParams");
	const xmlNode *digest, *salt, *mgf, *trailer;
	const char *uri = NULL;

	if (params == NULL)
		return 0;
	digest = sg_xml_child(params, SG_NS_DS, "DigestMethod");
	mgf = sg_xml_child(params, ns, "MaskGenerationFunction");
	salt = sg_xml_child(params, ns, "SaltLength");
	trailer = sg_xml_child(params, ns, "TrailerField");
	if (digest != NULL)
		uri = sg_xml_attr(pool, digest, "Algorithm");
	pss->hash = sg_digest_by_uri(uri != NULL ? uri : SG_NS_DS "sha1");
	pss->mgf = pss->hash;
	if (mgf != NULL) {
		mgf = sg_xml_child(mgf, SG_NS_DS, "DigestMethod");
		uri = mgf != NULL ? sg_xml_attr(pool, mgf, "Algorithm") : NULL;
		pss->mgf = sg_digest_by_uri(uri != NULL ? uri : "");
	}
	pss->salt = pss->hash != NULL ? (int)pss->hash->size : 20;
	if (salt != NULL && sg_xml_text(pool, salt) != NULL)
		pss->salt = (int)strtol(sg_xml_text(pool, salt), NULL, 10);
	if (trailer != NULL && sg_xml_text(pool, trailer) != NULL &&
	    strcmp(sg_xml_text(pool, trailer), "1") != 0)
		pss->hash = NULL;
	if (pss->hash == NULL || pss->mgf != pss->hash || pss->salt < 0 ||
	    pss->salt > 512)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("RFC 9231, 2.3.9: want one digest, a salt of at most "
		       "512 octets and trailer 1 in RSAPSSParams"));
	return 0;
}

/* RFC 9231, 2.3.9: the general name says its digest in the parameters; it is
 * known under the name that says so itself. */
static int
read_general_pss(
    struct sg_xml_reading *r, struct sg_sig_fact *fact, const xmlNode *method)
{
	int ret = read_pss_params(r, method, &fact->pss);

	if (ret == 0 && fact->pss.hash == NULL)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("RFC 9231, 2.3.9: want one digest, a salt of at most "
		       "512 octets and trailer 1 in RSAPSSParams"));
	if (ret == 0)
		fact->signature_alg.oid = sg_pool_printf(r->facts->pool,
		    NS_MORE_2007 "%s-rsa-MGF1", fact->pss.hash->option);
	return ret == 0 && fact->signature_alg.oid == NULL
	    ? sg_err_nomem(r->env)
	    : ret;
}

static int
read_method(
    struct sg_xml_reading *r, const struct sg_xml_sig *sig, const xmlNode *info)
{
	struct sg_sig_fact *fact = &r->facts->sigs[sig->index];
	const xmlNode *method = sg_xml_child(info, SG_NS_DS, "SignatureMethod");
	const struct sg_scheme *scheme;

	if (method != NULL)
		fact->signature_alg.oid =
		    sg_xml_attr(r->facts->pool, method, "Algorithm");
	if (fact->signature_alg.oid == NULL) {
		fact->signature_alg.oid = "";
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("XMLDSig, 4.4.2: want a SignatureMethod"));
	}
	if (strcmp(fact->signature_alg.oid, NS_MORE_2007 "rsa-pss") == 0)
		return read_general_pss(r, fact, method);
	scheme = sg_scheme_by_uri(fact->signature_alg.oid);
	if (scheme == NULL || !scheme->pss)
		return 0;
	fact->pss.hash = fact->pss.mgf = sg_scheme_digest(scheme);
	fact->pss.salt = (int)fact->pss.hash->size;
	return read_pss_params(r, method, &fact->pss);
}

/* The octets that the value stands over: SignedInfo, canonical, in its
 * document (XMLDSig 1.1, 3.2.2). */
static int
read_signed_info(
    struct sg_xml_reading *r, const struct sg_xml_sig *sig, xmlNode *info)
{
	struct sg_sig_fact *fact = &r->facts->sigs[sig->index];
	struct sg_pool *pool = r->facts->pool;
	const xmlNode *method =
	    sg_xml_child(info, SG_NS_DS, "CanonicalizationMethod");
	const char *uri =
	    method != NULL ? sg_xml_attr(pool, method, "Algorithm") : NULL;
	const struct sg_c14n *c14n = uri != NULL ? sg_c14n_find(uri) : NULL;
	struct sg_nodes nodes = { .xml = r->xml, .apex = info, .comments = 1 };
	struct sg_buf octets = { 0 };
	struct sg_sink sink = { put_buffer, &octets };
	int ret;

	if (c14n == NULL)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("XMLDSig, 4.4.1: want a known CanonicalizationMethod, "
		       "have %s"),
		    uri != NULL ? uri : "");
	ret = sg_c14n_write(r->env, c14n, method, &nodes, &sink);
	if (ret == 0) {
		fact->tbs = sg_pool_alloc(pool, sizeof(*fact->tbs));
		if (fact->tbs != NULL)
			fact->tbs->octets =
			    sg_pool_dup(pool, sg_buf_view(&octets));
		if (fact->tbs == NULL || fact->tbs->octets.ptr == NULL)
			ret = sg_err_nomem(r->env);
		else
			fact->tbs_count = 1;
	}
	sg_buf_free(&octets);
	return ret;
}

static int
read_value(struct sg_xml_reading *r, const struct sg_xml_sig *sig)
{
	const xmlNode *value =
	    sg_xml_child(sig->node, SG_NS_DS, "SignatureValue");

	if (value == NULL)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("XMLDSig, 4.3: want a SignatureValue"));
	return sg_xml_base64(
	    r->env, r->facts->pool, value, &r->facts->sigs[sig->index].value);
}

/* ---- one signature */

/* Where the signature stands to what it signs. */
static void
find_packaging(struct sg_xml_reading *r, const struct sg_xml_sig *sig)
{
	struct sg_sig_fact *fact = &r->facts->sigs[sig->index];
	size_t i;

	if (fact->parent >= 0) {
		fact->packaging = SG_PACK_COUNTER;
		return;
	}
	fact->packaging = SG_PACK_DETACHED;
	for (i = 0; i < sig->target_count; i++) {
		const xmlNode *node = sig->targets[i].node;
		const struct sg_ref_fact *ref = &fact->refs[i];

		if (!ref->counts || ref->internal || ref->doc < 0 ||
		    r->facts->docs[ref->doc].source >= 0 ||
		    r->facts->docs[ref->doc].missing)
			continue;
		if (node == NULL || sg_xml_inside(sig->node, node)) {
			fact->packaging = SG_PACK_ENVELOPED;
			return;
		}
		if (sg_xml_inside(node, sig->node))
			fact->packaging = SG_PACK_ENVELOPING;
	}
}

/* An enveloped object is a document of its own: all of it is covered. */
static void
mark_objects(struct sg_xml_reading *r, const struct sg_xml_sig *sig)
{
	struct sg_sig_fact *fact = &r->facts->sigs[sig->index];
	size_t i;

	for (i = 0; i < sig->target_count; i++)
		if (sig->targets[i].node != NULL &&
		    sig->targets[i].node != sig->node &&
		    sg_xml_inside(sig->targets[i].node, sig->node))
			fact->refs[i].coverage = sig->targets[i].coverage;
}

static int
read_signature(struct sg_xml_reading *r, struct sg_xml_sig *sig)
{
	struct sg_sig_fact *fact = &r->facts->sigs[sig->index];
	xmlNode *info = sg_xml_child(sig->node, SG_NS_DS, "SignedInfo");
	int ret = 0;

	fact->format = "xmldsig";
	fact->level = "XMLDSIG";
	fact->value_form = SG_VALUE_RAW;
	fact->by_key_info = 1;
	fact->signing_time = SG_NO_TIME;
	if (info == NULL || sg_xml_next(info, SG_NS_DS, "SignedInfo") != NULL) {
		fact->signature_alg.oid = "";
		sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("XMLDSig, 4.2: want one SignedInfo"));
		return fault(r, sig);
	}
	if (read_method(r, sig, info) < 0 ||
	    read_signed_info(r, sig, info) < 0 || read_value(r, sig) < 0)
		ret = fault(r, sig);
	if (ret == 0)
		ret = read_references(r, sig, info);
	if (ret == 0)
		ret = check_targets(r, sig);
	if (ret == 0)
		ret = sg_xml_read_key_info(r, sig);
	if (ret == 0)
		ret = sg_xades_read(r, sig);
	find_packaging(r, sig);
	mark_objects(r, sig);
	return ret;
}

int
sg_xmldsig_check(
    struct sg_xml_reading *r, xmlNode *signature, struct sg_buf *bits)
{
	struct sg_facts *facts = sg_facts_new();
	struct sg_xml_sig sig = { .node = signature };
	const xmlNode *info = sg_xml_child(signature, SG_NS_DS, "SignedInfo");
	const struct sg_ref_fact *ref;
	char bit;
	size_t i;
	int ret = 0;

	if (facts == NULL || sg_facts_add_sig(facts) == NULL) {
		sg_facts_free(facts);
		return sg_err_nomem(r->env);
	}
	r->facts = facts;
	if (info != NULL)
		ret = read_references(r, &sig, info);
	for (i = 0; i < facts->sigs[0].ref_count && ret == 0; i++) {
		ref = &facts->sigs[0].refs[i];
		bit = ref->computed.len == 0                   ? '?'
		    : sg_view_equal(ref->computed, ref->found) ? '1'
							       : '0';
		ret = sg_buf_append(r->env, bits, &bit, 1);
	}
	r->facts = NULL;
	sg_facts_free(facts);
	return ret;
}

/* ---- all signatures of a document */

/* The signature over which this one is a counter-signature; NULL: none. */
static const xmlNode *
counter_parent(const xmlNode *node)
{
	if (!sg_xades_is(node->parent, "CounterSignature"))
		return NULL;
	for (node = node->parent; node != NULL; node = node->parent)
		if (sg_xml_is(node, SG_NS_DS, "Signature"))
			return node;
	return NULL;
}

/* Its number under its parent: "S-2", "S-2.1". */
static const char *
make_id(struct sg_facts *facts, int parent)
{
	size_t i, number = 0;

	for (i = 0; i < facts->sig_count; i++)
		number += facts->sigs[i].parent == parent;
	if (parent < 0)
		return sg_pool_printf(facts->pool, "S-%zu", number);
	return sg_pool_printf(
	    facts->pool, "%s.%zu", facts->sigs[parent].id, number);
}

struct found {
	xmlNode **nodes;
	size_t count;
};

static int
found_signature(struct sg_xml_reading *r, struct found *all, xmlNode *node)
{
	xmlNode **slot;

	if (all->count >= SG_MAX_XML_SIGNATURES)
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("want at most %d signatures"), SG_MAX_XML_SIGNATURES);
	slot = sg_pool_push(
	    r->facts->pool, &all->nodes, &all->count, sizeof(*slot));
	if (slot == NULL)
		return sg_err_nomem(r->env);
	*slot = node;
	return sg_xml_find_objects(r, node);
}

static int
find_signatures(struct sg_xml_reading *r, struct found *all)
{
	xmlNode *node = sg_xml_next_signature(r->xml, NULL);
	int ret = sg_xml_find_document(r);

	for (; node != NULL && ret == 0;
	     node = sg_xml_next_signature(r->xml, node))
		ret = found_signature(r, all, node);
	return ret;
}

static int
add_signature(struct sg_xml_reading *r, const struct found *all, size_t index)
{
	struct sg_xml_sig sig = { .node = all->nodes[index],
		.over = counter_parent(all->nodes[index]),
		.index = index };
	struct sg_sig_fact *fact = sg_facts_add_sig(r->facts);
	size_t i;

	if (fact == NULL)
		return sg_err_nomem(r->env);
	fact->parent = -1;
	for (i = 0; sig.over != NULL && i < index; i++)
		if (all->nodes[i] == sig.over)
			fact->parent = (int)i;
	fact->id = make_id(r->facts, fact->parent);
	if (fact->id == NULL)
		return sg_err_nomem(r->env);
	return read_signature(r, &sig);
}

int
sg_xmldsig_read_all(struct sg_xml_reading *r)
{
	struct found all = { NULL, 0 };
	int ret = find_signatures(r, &all);
	size_t i;

	for (i = 0; i < all.count && ret == 0; i++)
		ret = add_signature(r, &all, i);
	if (ret == 0 && all.count == 0)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("%s: no signature in this XML"), r->name);
	if (ret == 0)
		ret = sg_xades_finish(r);
	return ret;
}

/* What the tree says; for a large document first what has to be asked. */
static int
read_tree(struct sg_env *env, struct sg_xml *xml, const char *name,
    const struct sg_sources *docs, struct sg_facts **out)
{
	struct sg_xml_reading reading = {
		.env = env, .xml = xml, .name = name, .docs = docs
	};
	int ret;

	reading.facts = sg_facts_new();
	if (reading.facts == NULL)
		return sg_err_nomem(env);
	reading.facts->format = "xades";
	reading.facts->encoding = "xml";
	ret = sg_xmldsig_read_all(&reading);
	if (ret < 0) {
		sg_facts_free(reading.facts);
		return ret;
	}
	*out = reading.facts;
	return 0;
}

int
sg_xades_read_stream(struct sg_env *env, struct sg_in *in,
    const struct sg_sources *docs, struct sg_facts **out)
{
	const char *name = sg_in_name(in);
	struct sg_facts *facts = NULL;
	struct sg_xml *xml = NULL;
	int ret = sg_xml_stream_open(env, in, &xml);

	if (ret == 0)
		ret = read_tree(env, xml, name, docs, &facts);
	if (ret == 0 && sg_xml_is_stream(xml) && !sg_xml_starves(xml)) {
		sg_facts_free(facts);
		facts = NULL;
		ret = sg_xml_stream_answer(env, xml, in);
		if (ret == 0 && !sg_xml_starves(xml))
			ret = read_tree(env, xml, name, docs, &facts);
	}
	if (xml != NULL && sg_xml_starves(xml)) {
		sg_facts_free(facts);
		sg_err_clear(env);
		facts = NULL;
		ret = 0;
	}
	sg_xml_free(xml);
	if (ret < 0 || facts == NULL)
		return ret;
	*out = facts;
	return 1;
}

int
sg_xades_read_tree(struct sg_env *env, struct sg_in *in,
    const struct sg_sources *docs, struct sg_facts **out)
{
	struct sg_xml *xml = NULL;
	int ret = sg_xml_parse(env, in, &xml);

	if (ret == 0)
		ret = read_tree(env, xml, sg_in_name(in), docs, out);
	sg_xml_free(xml);
	return ret;
}

static int
xades_read(struct sg_env *env, struct sg_in *in, const struct sg_sources *docs,
    struct sg_facts **out)
{
	int ret;

	if (!sg_in_can_rewind(in) || sg_in_size(in) == SG_SIZE_UNKNOWN ||
	    sg_in_size(in) < SG_MIN_XML_STREAM)
		return sg_xades_read_tree(env, in, docs, out);
	ret = sg_xades_read_stream(env, in, docs, out);
	if (ret == 0)
		ret = sg_in_rewind(env, in);
	else
		return ret < 0 ? ret : 0;
	return ret < 0 ? ret : sg_xades_read_tree(env, in, docs, out);
}

const struct sg_format sg_format_xades = {
	.name = "xades",
	.probe = sg_format_is_xml,
	.read = xades_read,
};
