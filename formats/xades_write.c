/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades_write.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"
#include "formats/asic.h"
#include "formats/c14n.h"
#include "formats/reference.h"
#include "formats/uri.h"
#include "formats/xades.h"
#include "formats/xades_new.h"
#include "formats/xml.h"
#include "formats/xml_stream.h"
#include "formats/xmldsig.h"

#include <stdlib.h>
#include <string.h>

#define EXC_C14N SG_NS_EXC_C14N
#define ENVELOPED_TRANSFORM SG_NS_DS "enveloped-signature"
#define BASE64_TRANSFORM SG_NS_DS "base64"
#define NS_FILTER2 "http://www.w3.org/2002/06/xmldsig-filter2"
#define TYPE_PROPERTIES "http://uri.etsi.org/01903#SignedProperties"
#define TYPE_COUNTER "http://uri.etsi.org/01903#CountersignedSignature"

static const char *
make_id(struct sg_xades_new *made, const char *what)
{
	return sg_pool_printf(made->build.pool, "%s-%s", what, made->tag);
}

/* Is an Id that this signature would take in use? */
static int
tag_taken(struct sg_xades_new *made)
{
	static const char *const kinds[] = { "sig", "value", "props", "object",
		"stamp", "token" };
	const struct sg_build *build = &made->build;
	const char *id;
	size_t i, count = sizeof(kinds) / sizeof(kinds[0]);

	for (i = 0; i <= count; i++) {
		id = i < count
		    ? make_id(made, kinds[i])
		    : sg_pool_printf(build->pool, "ref-%s-1", made->tag);
		if (id == NULL)
			return sg_err_nomem(build->env);
		if (sg_xml_is_stream(build->xml) &&
		    sg_xml_stream_forbid(build->xml, id) < 0)
			return sg_err_nomem(build->env);
		if (sg_xml_has_id(build->xml, id) ||
		    (made->content != NULL && sg_xml_has_id(made->content, id)))
			return 1;
	}
	return 0;
}

/* The Ids follow from signer, time and place in the file: the same wishes
 * give the same octets, and two signatures never share one. */
static int
make_tag(struct sg_xades_new *made)
{
	const struct sg_xades_want *want = made->want;
	struct sg_build *build = &made->build;
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_buf seed = { 0 };
	unsigned number;
	int ret;

	ret = sg_buf_printf(build->env, &seed, "%lld %d %zu %s",
	    (long long)want->props->signing_time, (int)want->packaging,
	    want->counter_index, want->entry != NULL ? want->entry : "");
	if (ret == 0)
		ret = sg_buf_append_view(build->env, &seed, want->signer->cert);
	if (ret == 0)
		ret = sg_hash_once(build->env, sg_digest_by_option("sha256"),
		    sg_buf_view(&seed), hash);
	sg_buf_free(&seed);
	for (number = 1; ret == 0; number++) {
		made->tag = sg_pool_printf(build->pool,
		    "%02x%02x%02x%02x%02x%02x-%u", hash[0], hash[1], hash[2],
		    hash[3], hash[4], hash[5], number);
		if (made->tag == NULL)
			return sg_err_nomem(build->env);
		ret = tag_taken(made);
		if (ret <= 0)
			break;
		ret = 0;
	}
	return ret;
}

/* ---- enveloping: the document becomes an Object */

/* In a signature nobody could tell which of them is meant. */
static int
check_ids(struct sg_env *env, const struct sg_xml *content)
{
	const char *id = sg_xml_doubled_id(content);

	if (id == NULL)
		return 0;
	return sg_err_set(env, SIGN_E_FORMAT,
	    N_("XML, 3.3.1: want one element with the Id %s, "
	       "have several"),
	    id);
}

/* XML without a signature stands as it is, everything else as base64 of its
 * octets: what another signature says would be lost in a new document. */
static int
load_object(struct sg_xades_new *made)
{
	struct sg_env *env = made->build.env;
	int ret =
	    sg_read_all(env, made->want->in, SG_MAX_XML_OBJECT, &made->octets);

	if (ret < 0 || sg_format_xades.probe(sg_buf_view(&made->octets)) != 2)
		return ret;
	ret = sg_xml_parse_view(
	    env, sg_buf_view(&made->octets), "XML", &made->content);
	if (ret == SIGN_E_NOMEM)
		return ret;
	sg_err_clear(env);
	if (ret == 0 && sg_xml_nth_signature(made->content, 0) != NULL) {
		sg_xml_free(made->content);
		made->content = NULL;
	}
	return made->content != NULL ? check_ids(env, made->content) : 0;
}

void
sg_xades_fill_object(struct sg_xades_new *made)
{
	struct sg_build *build = &made->build;
	xmlNode *copy;

	if (build->rc < 0)
		return;
	if (made->content == NULL) {
		sg_build_base64(
		    build, made->target, sg_buf_view(&made->octets));
		return;
	}
	copy = xmlDocCopyNode(
	    sg_xml_root(made->content), sg_xml_doc(build->xml), 1);
	if (copy == NULL || xmlAddChild(made->target, copy) == NULL) {
		xmlFreeNode(copy);
		build->rc = sg_err_nomem(build->env);
	}
}

static void
add_object(struct sg_xades_new *made)
{
	struct sg_build *build = &made->build;

	made->target =
	    sg_build_add(build, made->signature, build->ds, "Object", NULL);
	sg_build_id(build, made->target, make_id(made, "object"));
	if (build->rc == 0 && made->content == NULL)
		sg_build_attr(
		    build, made->target, "Encoding", BASE64_TRANSFORM);
	sg_xades_fill_object(made);
}

/* ---- references */

static void
add_transform(struct sg_build *build, xmlNode *parent, const char *uri)
{
	sg_build_algorithm(build, parent, "Transform", uri);
}

/* Every ds:Signature is left out: others may follow. */
static void
add_filter(struct sg_build *build, xmlNode *parent)
{
	xmlNode *node =
	    sg_build_algorithm(build, parent, "Transform", NS_FILTER2);
	xmlNs *ns;

	node = sg_build_add(
	    build, node, NULL, "XPath", "/descendant::ds:Signature");
	if (build->rc < 0)
		return;
	ns = xmlNewNs(
	    node, (const xmlChar *)NS_FILTER2, (const xmlChar *)"dsig-filter2");
	if (ns == NULL)
		build->rc = sg_err_nomem(build->env);
	xmlSetNs(node, ns);
	sg_build_attr(build, node, "Filter", "subtract");
}

struct reference {
	const char *uri, *type, *mime_type;
	int enveloped, parallel, base64, canonical;
	const struct sg_doc_fact *known; /* its digest is; NULL: to be taken */
};

static void
add_known(
    struct sg_xades_new *made, xmlNode *node, const struct reference *wish)
{
	const struct sg_digest *digest = made->want->signer->digest;
	struct sg_view value = sg_doc_digest(wish->known, digest);
	struct sg_build *build = &made->build;

	if (build->rc == 0 && value.len != digest->size)
		build->rc = sg_err_set(build->env, SIGN_E_ARG,
		    N_("the digest of %s is not known by %s"), wish->uri,
		    digest->name);
	sg_build_base64(build, node, value);
	if (build->rc == 0 && made->digest.ptr == NULL)
		build->rc =
		    sg_pool_copy(build->env, build->pool, value, &made->digest);
}

/* A Reference; its digest is taken when the tree is whole. */
static void
add_reference(struct sg_xades_new *made, const struct reference *wish)
{
	struct sg_build *build = &made->build;
	xmlNode *node =
	    sg_build_add(build, made->info, build->ds, "Reference", NULL);
	struct sg_build_object *object;
	xmlNode *list;

	if (wish->mime_type != NULL && build->rc == 0) {
		object = sg_pool_push(build->pool, &made->objects,
		    &made->object_count, sizeof(*object));
		if (object == NULL) {
			build->rc = sg_err_nomem(build->env);
			return;
		}
		object->reference_id = sg_pool_printf(
		    build->pool, "ref-%s-%zu", made->tag, made->object_count);
		object->mime_type = wish->mime_type;
		sg_build_id(build, node, object->reference_id);
	}
	if (wish->type != NULL)
		sg_build_attr(build, node, "Type", wish->type);
	sg_build_attr(build, node, "URI", wish->uri);
	if (wish->enveloped || wish->base64 || wish->canonical) {
		list = sg_build_add(build, node, build->ds, "Transforms", NULL);
		if (wish->parallel)
			add_filter(build, list);
		else if (wish->enveloped)
			add_transform(build, list, ENVELOPED_TRANSFORM);
		if (wish->base64)
			add_transform(build, list, BASE64_TRANSFORM);
		if (wish->canonical)
			add_transform(build, list, EXC_C14N);
	}
	sg_build_algorithm(build, node, "DigestMethod",
	    made->want->signer->digest->xml_uri[0]);
	node = sg_build_add(build, node, build->ds, "DigestValue", NULL);
	if (wish->known != NULL)
		add_known(made, node, wish);
}

/* A document that is named. */
static void
add_document(struct sg_xades_new *made, const struct sg_source *doc)
{
	const struct sg_xades_want *want = made->want;
	struct sg_pool *pool = made->build.pool;
	const char *slash = strrchr(doc->name, '/');
	const char *name = slash != NULL ? slash + 1 : doc->name;
	struct reference wish = { .mime_type = want->props->mime_type };

	if (want->entry != NULL && doc->entry != NULL)
		name = doc->entry;
	wish.uri = want->entry != NULL ? sg_uri_encode_path(pool, name)
				       : sg_uri_encode(pool, name);
	if (wish.mime_type == NULL)
		wish.mime_type = want->entry != NULL
		    ? sg_asic_mime_type(name)
		    : "application/octet-stream";
	if (doc->in == NULL)
		wish.known = doc->known;
	add_reference(made, &wish);
}

static void
add_references(struct sg_xades_new *made)
{
	const struct sg_xades_want *want = made->want;
	const char *mime = want->props->mime_type;
	struct reference wish = { .canonical = 1 };
	int base64 = made->content == NULL;
	size_t i;

	switch (want->packaging) {
	case SG_PACK_ENVELOPED:
		wish.uri = "";
		wish.enveloped = 1;
		wish.parallel = want->parallel;
		wish.mime_type = mime != NULL ? mime : "text/xml";
		add_reference(made, &wish);
		break;
	case SG_PACK_ENVELOPING:
		wish.uri = sg_pool_printf(
		    made->build.pool, "#%s", make_id(made, "object"));
		wish.type = SG_NS_DS "Object";
		wish.base64 = base64;
		wish.canonical = !base64;
		wish.mime_type = mime != NULL ? mime
		    : base64                  ? "application/octet-stream"
					      : "text/xml";
		add_reference(made, &wish);
		break;
	case SG_PACK_COUNTER:
		wish.uri = sg_pool_printf(made->build.pool, "#%s",
		    sg_xml_attr(made->build.pool, made->target, "Id"));
		wish.type = TYPE_COUNTER;
		add_reference(made, &wish);
		break;
	case SG_PACK_DETACHED:
	case SG_PACK_ATTACHED:
		for (i = 0; i < want->docs->count; i++)
			add_document(made, &want->docs->list[i]);
		break;
	}
}

/* ---- the whole signature */

static void
add_key_info(struct sg_xades_new *made)
{
	const struct sg_signer *signer = made->want->signer;
	struct sg_build *build = &made->build;
	xmlNode *node, *data;
	size_t i;

	node = sg_build_add(build, made->signature, build->ds, "KeyInfo", NULL);
	data = sg_build_add(build, node, build->ds, "X509Data", NULL);
	node = sg_build_add(build, data, build->ds, "X509Certificate", NULL);
	sg_build_base64(build, node, signer->cert);
	for (i = 0; i < signer->chain_count; i++) {
		node = sg_build_add(
		    build, data, build->ds, "X509Certificate", NULL);
		sg_build_base64(build, node, signer->chain[i]);
	}
}

/*
 * EN 319 132-1, 5.2.8.1: over what the references give, in their order, all
 * but the one to the signed properties. These are not there yet: the time of
 * signing is no earlier than that of the time-stamp.
 */
static void
stamp_data(struct sg_xades_new *made)
{
	const struct sg_xades_want *want = made->want;
	struct sg_build *build = &made->build;
	struct sg_xades_imprint what = { .xml = build->xml,
		.signature = made->signature,
		.docs = want->octets != NULL ? want->octets : want->docs,
		.c14n = sg_c14n_default() };
	struct sg_view imprint;

	if (want->stamper.ask == NULL || build->rc < 0)
		return;
	build->rc = sg_xades_imprint_digest(build->env, build->pool, &what,
	    SG_XADES_OVER_ALL_DATA, want->signer->digest, &imprint);
	if (build->rc == 0 && what.missing != NULL)
		build->rc = sg_err_set(build->env, SIGN_E_UNSUPPORTED,
		    N_("a content time-stamp in XAdES is over the octets of "
		       "%s, and only its digest is given"),
		    what.missing);
	if (build->rc == 0)
		build->rc = want->stamper.ask(build->env, want->signer->digest,
		    imprint, &made->token, want->stamper.payload);
}

/* The last of SignedDataObjectProperties. */
static void
add_stamp(struct sg_xades_new *made, const xmlNode *properties)
{
	struct sg_build *build = &made->build;
	xmlNode *node, *inner;

	if (made->token.len == 0 || build->rc < 0)
		return;
	node = sg_xades_child(properties, "SignedDataObjectProperties");
	node = sg_build_add(
	    build, node, build->xades, "AllDataObjectsTimeStamp", NULL);
	sg_build_id(build, node, make_id(made, "stamp"));
	sg_build_algorithm(build, node, "CanonicalizationMethod", EXC_C14N);
	inner = sg_build_add(
	    build, node, build->xades, "EncapsulatedTimeStamp", NULL);
	sg_build_id(build, inner, make_id(made, "token"));
	sg_build_base64(build, inner, sg_buf_view(&made->token));
}

static void
add_properties(struct sg_xades_new *made)
{
	struct sg_build *build = &made->build;
	xmlNode *node =
	    sg_build_add(build, made->signature, build->ds, "Object", NULL);

	node = sg_build_add(build, node, NULL, "QualifyingProperties", NULL);
	if (build->rc < 0)
		return;
	build->xades = xmlNewNs(
	    node, (const xmlChar *)SG_NS_XADES132, (const xmlChar *)"xades");
	if (build->xades == NULL)
		build->rc = sg_err_nomem(build->env);
	xmlSetNs(node, build->xades);
	sg_build_attr(build, node, "Target",
	    sg_pool_printf(build->pool, "#%s", make_id(made, "sig")));
	node =
	    sg_build_add(build, node, build->xades, "SignedProperties", NULL);
	sg_build_id(build, node, make_id(made, "props"));
	sg_build_properties(build, node, made->want->signer, made->want->props,
	    made->objects, made->object_count);
	add_stamp(made, node);
}

static void
build_signature(struct sg_xades_new *made)
{
	struct sg_build *build = &made->build;
	struct reference props = { .type = TYPE_PROPERTIES, .canonical = 1 };

	sg_build_id(build, made->signature, make_id(made, "sig"));
	made->info =
	    sg_build_add(build, made->signature, build->ds, "SignedInfo", NULL);
	sg_build_algorithm(
	    build, made->info, "CanonicalizationMethod", EXC_C14N);
	sg_build_algorithm(build, made->info, "SignatureMethod",
	    made->want->signer->scheme->xml_uri[0]);
	made->value = sg_build_add(
	    build, made->signature, build->ds, "SignatureValue", NULL);
	sg_build_id(build, made->value, make_id(made, "value"));
	add_key_info(made);
	if (made->want->packaging == SG_PACK_ENVELOPING)
		add_object(made);
	add_references(made);
	props.uri = sg_pool_printf(build->pool, "#%s", make_id(made, "props"));
	add_reference(made, &props);
	stamp_data(made);
	add_properties(made);
}

/* ---- digests, once the tree is whole */

static int
put_buffer(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	return sg_buf_append(env, payload, ptr, len);
}

static int
digest_reference(struct sg_xades_new *made, xmlNode *reference)
{
	struct sg_build *build = &made->build;
	const struct sg_digest *digest = made->want->signer->digest;
	struct sg_reference_input input = { build->xml, made->signature,
		made->want->docs };
	struct sg_reference found;
	struct sg_hash *hash = NULL;
	int ret = sg_hash_new(build->env, digest, &hash);

	/* that there can be one */
	sg_hash_free(hash);
	if (ret == 0)
		ret = sg_reference_digest(
		    build->env, build->pool, &input, reference, digest, &found);
	if (ret < 0 || sg_xml_stream_asks(build->xml))
		return ret;
	if (made->digest.ptr == NULL)
		made->digest = found.digest;
	sg_build_base64(build, sg_xml_child(reference, SG_NS_DS, "DigestValue"),
	    found.digest);
	return build->rc;
}

static int
digest_references(struct sg_xades_new *made)
{
	xmlNode *node = sg_xml_child(made->info, SG_NS_DS, "Reference");
	int ret = 0;

	for (; node != NULL && ret == 0;
	     node = sg_xml_next(node, SG_NS_DS, "Reference"))
		/* one that is known stands there */
		if (sg_xml_child(node, SG_NS_DS, "DigestValue")->children ==
		    NULL)
			ret = digest_reference(made, node);
	return ret;
}

static int
digest_all(struct sg_xades_new *made)
{
	struct sg_build *build = &made->build;
	const struct sg_c14n *c14n = sg_c14n_find(EXC_C14N);
	struct sg_nodes nodes = { .xml = build->xml, .apex = made->info };
	struct sg_sink sink = { put_buffer, &made->tbs };
	int asks = sg_xml_stream_asks(build->xml);

	build->rc = digest_references(made);
	if (asks && build->rc == 0 && !sg_xml_starves(build->xml))
		build->rc = sg_xml_stream_answer(
		    build->env, build->xml, made->want->in);
	if (asks && build->rc == 0 && !sg_xml_starves(build->xml))
		build->rc = digest_references(made);
	if (build->rc == 0)
		build->rc =
		    sg_c14n_write(build->env, c14n, NULL, &nodes, &sink);
	return build->rc;
}

/* ---- what stands there must stay sound */

/* Whether each reference of each signature holds, as bits in order. */
static int
check_others(struct sg_xades_new *made, struct sg_buf *bits)
{
	struct sg_build *build = &made->build;
	struct sg_xml_reading reading = { .env = build->env,
		.xml = build->xml };
	xmlNode *node = sg_xml_next_signature(build->xml, NULL);
	int ret = 0;

	for (; node != NULL && ret == 0;
	     node = sg_xml_next_signature(build->xml, node))
		if (node != made->signature)
			ret = sg_xmldsig_check(&reading, node, bits);
	return ret;
}

/* The signature at its place, all but its digests and value. */
static int
put_signature(struct sg_xades_new *made)
{
	int kept = made->want->kept.len != 0;
	int ret = kept ? 0 : make_tag(made);

	if (ret == 0)
		ret = sg_xades_place(made);
	if (ret < 0)
		return ret;
	if (kept)
		return sg_xades_load(made);
	build_signature(made);
	return made->build.rc;
}

static int
prepare(struct sg_xades_new *made)
{
	struct sg_buf before = { 0 }, after = { 0 };
	int ret = check_others(made, &before);

	if (ret == 0 && made->want->packaging == SG_PACK_ENVELOPING)
		ret = load_object(made);
	if (ret == 0)
		ret = put_signature(made);
	if (ret == 0)
		ret = digest_all(made);
	if (ret == 0)
		ret = check_others(made, &after);
	if (ret == 0 &&
	    !sg_view_equal(sg_buf_view(&before), sg_buf_view(&after)))
		ret = sg_err_set(made->build.env, SIGN_E_UNSUPPORTED,
		    N_("a signature in the document covers the place where "
		       "the new one would stand, and would break"));
	if (ret == SIGN_E_UNSUPPORTED &&
	    made->want->packaging == SG_PACK_ENVELOPED)
		sg_err_hint(made->build.env,
		    N_("the first signer has to sign with --parallel to leave "
		       "room for others; or sign detached, or "
		       "counter-sign"));
	sg_buf_free(&before);
	sg_buf_free(&after);
	return ret;
}

/* A large document, as yet without a signature, is signed without a tree. */
static int
wants_stream(const struct sg_xades_want *want)
{
	return want->packaging == SG_PACK_ENVELOPED &&
	    want->stamper.ask == NULL && want->place_id == NULL &&
	    want->place_xpath == NULL && sg_in_can_rewind(want->in) &&
	    sg_in_size(want->in) != SG_SIZE_UNKNOWN &&
	    sg_in_size(want->in) >= SG_MIN_XML_STREAM;
}

static int
open_empty(struct sg_env *env, int container, struct sg_xml **xml)
{
	static const char bare[] = "<ds:Signature xmlns:ds=\"" SG_NS_DS "\"/>";
	static const char asic[] = "<asic:XAdESSignatures xmlns:asic="
				   "\"http://uri.etsi.org/02918/v1.2.1#\"/>";
	const char *text = container ? asic : bare;

	return sg_xml_parse_view(
	    env, sg_view_of(text, strlen(text)), "XML", xml);
}

static int
open_document(
    struct sg_env *env, const struct sg_xades_want *want, struct sg_xml **xml)
{
	if (want->packaging == SG_PACK_ENVELOPED ||
	    want->packaging == SG_PACK_COUNTER ||
	    (want->entry != NULL && want->in != NULL))
		return sg_xml_parse(env, want->in, xml);
	return open_empty(env, want->entry != NULL, xml);
}

static int
made_new(struct sg_env *env, const struct sg_xades_want *want,
    struct sg_xades_new **out)
{
	struct sg_xades_new *made = calloc(1, sizeof(*made));

	if (made != NULL)
		made->build.pool = sg_pool_new();
	if (made == NULL || made->build.pool == NULL) {
		free(made);
		return sg_err_nomem(env);
	}
	made->build.env = env;
	made->want = want;
	*out = made;
	return 0;
}

/* *out stays NULL where the document wants a tree. */
static int
prepare_stream(struct sg_env *env, const struct sg_xades_want *want,
    struct sg_xades_new **out)
{
	struct sg_xades_new *made = NULL;
	struct sg_xml *xml;
	int tree = 0, ret = made_new(env, want, &made);

	if (ret == 0)
		ret = sg_xml_stream_open(env, want->in, &made->build.xml);
	if (ret == 0) {
		xml = made->build.xml;
		tree = !sg_xml_is_stream(xml) || !sg_xml_stream_has_end(xml) ||
		    sg_xml_stream_signatures(xml) != 0;
		if (!tree)
			ret = prepare(made);
		tree |= sg_xml_starves(xml);
	}
	if (tree)
		ret = sg_in_rewind(env, want->in);
	if (ret < 0 || tree) {
		sg_xades_new_free(made);
		return ret;
	}
	*out = made;
	return 0;
}

int
sg_xades_prepare(struct sg_env *env, const struct sg_xades_want *want,
    struct sg_xades_new **out)
{
	struct sg_xades_new *made = NULL;
	int ret = wants_stream(want) ? prepare_stream(env, want, &made) : 0;

	if (ret < 0)
		return ret;
	if (made == NULL) {
		ret = made_new(env, want, &made);
		if (ret == 0)
			ret = open_document(env, want, &made->build.xml);
		if (ret == 0)
			ret = prepare(made);
	}
	if (ret < 0) {
		sg_xades_new_free(made);
		return ret;
	}
	*out = made;
	return 0;
}

void
sg_xades_new_free(struct sg_xades_new *made)
{
	if (made == NULL)
		return;
	sg_buf_free(&made->token);
	sg_buf_free(&made->tbs);
	sg_buf_free(&made->octets);
	sg_xml_free(made->content);
	sg_xml_free(made->build.xml);
	sg_pool_free(made->build.pool);
	free(made);
}

struct sg_view
sg_xades_tbs(const struct sg_xades_new *made)
{
	return sg_buf_view(&made->tbs);
}

struct sg_view
sg_xades_digest(const struct sg_xades_new *made)
{
	return made->digest;
}

/* ---- out */

int
sg_xades_write(struct sg_env *env, struct sg_xades_new *made,
    struct sg_view value, const struct sg_sink *sink)
{
	xmlNode *text = made->value->children;

	while (text != NULL) {
		xmlUnlinkNode(text);
		xmlFreeNode(text);
		text = made->value->children;
	}
	sg_build_base64(&made->build, made->value, value);
	if (made->build.rc < 0)
		return made->build.rc;
	if (sg_xml_is_stream(made->build.xml))
		return sg_xml_stream_splice(env, made->build.xml,
		    made->want->in, made->signature, sink);
	return sg_xml_save(env, made->build.xml, sink);
}
