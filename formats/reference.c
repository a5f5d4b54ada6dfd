/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/reference.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"
#include "formats/filter.h"
#include "formats/nodeset.h"
#include "formats/uri.h"
#include "formats/xml.h"
#include "formats/xml_stream.h"

#include <stdlib.h>
#include <string.h>

/*
 * The data on its way through the transforms: a node-set, which a
 * canonicalisation may have been laid over, or an external file; then octet
 * filters behind one another. Nothing runs before it must.
 */
struct flow {
	struct sg_env *env;
	struct sg_pool *pool;
	const struct sg_reference_input *input;
	struct sg_reference *out;

	int is_nodes;
	struct sg_nodes nodes;
	const struct sg_c14n *c14n; /* NULL: still a node-set */
	const xmlNode *c14n_element;
	struct sg_in *file; /* borrowed */

	int (*filters[SG_MAX_TRANSFORMS])(struct sg_env *env,
	    const struct sg_sink *to, struct sg_filter **out);
	size_t filter_count;

	struct sg_xml *parsed; /* octets that became a document again */
	int left_out;          /* something was, before they did */
};

/* ---- from URI to data (XMLDSig 1.1, 4.4.3.2) */

static const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* -1: there is none. */
static long
find_by_name(const struct sg_sources *docs, const char *name)
{
	size_t i;

	for (i = 0; docs != NULL && i < docs->count; i++)
		if (strcmp(base_name(docs->list[i].name), base_name(name)) == 0)
			return (long)i;
	return -1;
}

static const struct sg_box *
box_of(const struct sg_sources *docs)
{
	return docs != NULL && docs->count != 0 ? docs->list[0].box : NULL;
}

static void
take_source(struct flow *flow, size_t index)
{
	const struct sg_source *source = &flow->input->docs->list[index];

	flow->out->source = (int)index;
	flow->file = source->in;
	flow->out->known = source->in == NULL ? source->known : NULL;
}

/* A file among those that were given, by its bare name, or of a container, by
 * its path in it. Never fetched. */
static int
open_external(struct flow *flow, const char *uri)
{
	const struct sg_sources *docs = flow->input->docs;
	const struct sg_box *box = box_of(docs);
	char *name;
	long at;

	if (strstr(uri, "://") != NULL || strncmp(uri, "file:", 5) == 0)
		return sg_err_set(flow->env, SIGN_E_UNSUPPORTED,
		    N_("the reference names %s: nothing is fetched from "
		       "outside"),
		    uri);
	if (strncmp(uri, "./", 2) == 0)
		uri += 2;
	name = sg_pool_alloc(flow->pool, strlen(uri) + 1);
	if (name == NULL)
		return sg_err_nomem(flow->env);
	if (sg_uri_decode(uri, name, strlen(uri) + 1) < 0)
		return sg_err_set(flow->env, SIGN_E_FORMAT,
		    N_("RFC 3986, 2.1: broken escapes in the URI %s"), uri);
	at = box != NULL ? box->find(flow->env, box, uri, name)
			 : find_by_name(docs, name);
	if (at == SG_BOX_REFUSED)
		return flow->env->code;
	if (at < 0)
		flow->out->missing = 1;
	else
		take_source(flow, (size_t)at);
	return 0;
}

/* XMLDSig 1.1, 4.4.3.1: one reference may leave its URI out where the
 * application knows what is meant: here, that one document was given. */
static int
open_unnamed(struct flow *flow)
{
	const struct sg_sources *docs = flow->input->docs;

	if (docs == NULL || docs->count != 1 || box_of(docs) != NULL) {
		flow->out->uri = "";
		flow->out->missing = 1;
		return 0;
	}
	take_source(flow, 0);
	return 0;
}

static int
open_element(struct flow *flow, const char *id, int comments)
{
	struct sg_xml *xml = flow->input->xml;
	int ret = sg_xml_target(flow->env, xml, id, &flow->out->node);

	if (ret < 0)
		return ret;
	flow->is_nodes = 1;
	flow->nodes.xml = xml;
	flow->nodes.apex = flow->out->node;
	flow->nodes.comments = comments;
	flow->out->element = sg_pool_printf(flow->pool, "#%s", id);
	return 0;
}

static void
open_document(struct flow *flow, int comments)
{
	flow->is_nodes = 1;
	flow->nodes.xml = flow->input->xml;
	flow->nodes.comments = comments;
	flow->out->element = "/";
}

/* #xpointer(/), #xpointer(id('x')): the two forms that XMLDSig names; they
 * keep comments. Everything else is refused. */
static int
open_xpointer(struct flow *flow, const char *uri)
{
	static const char start[] = "#xpointer(id(";
	const char *id = uri + sizeof(start) - 1;
	char quote;
	size_t len;

	if (strcmp(uri, "#xpointer(/)") == 0) {
		open_document(flow, 1);
		return 0;
	}
	if (strncmp(uri, start, sizeof(start) - 1) != 0 ||
	    (*id != '\'' && *id != '"'))
		goto bad;
	quote = *id++;
	len = strcspn(id, "'\"");
	if (len == 0 || id[len] != quote || strcmp(id + len + 1, "))") != 0)
		goto bad;
	return open_element(flow, sg_pool_strn(flow->pool, id, len), 1);
bad:
	return sg_err_set(flow->env, SIGN_E_UNSUPPORTED,
	    N_("XMLDSig, 4.4.3.2: want #xpointer(/) or #xpointer(id('...')), "
	       "have %s"),
	    uri);
}

static int
open_uri(struct flow *flow, const char *uri)
{
	if (uri == NULL)
		return open_unnamed(flow);
	if (uri[0] == '\0') {
		open_document(flow, 0);
		return 0;
	}
	if (strncmp(uri, "#xpointer(", 10) == 0)
		return open_xpointer(flow, uri);
	if (uri[0] == '#')
		return open_element(flow, uri + 1, 0);
	return open_external(flow, uri);
}

/* ---- running: source, canonicalisation, filters, sink */

/* The text of the nodes, as base64 wants it (XMLDSig 1.1, 6.6.2). */
static int
write_text(struct flow *flow, const struct sg_sink *sink)
{
	const struct sg_nodes *nodes = &flow->nodes;
	const xmlNode *root = nodes->apex != NULL
	    ? nodes->apex
	    : (const xmlNode *)sg_xml_doc(nodes->xml);
	const xmlNode *node = root;
	const char *text;
	int ret = 0;

	for (; node != NULL && ret == 0; node = sg_xml_step(node, root)) {
		text = (const char *)node->content;
		if ((node->type == XML_TEXT_NODE ||
			node->type == XML_CDATA_SECTION_NODE) &&
		    (nodes->mark == 0 ||
			(uintptr_t)node->_private != nodes->mark))
			ret = sink->put(
			    flow->env, text, strlen(text), sink->payload);
	}
	return ret;
}

static int
write_file(struct flow *flow, const struct sg_sink *sink)
{
	unsigned char *chunk = malloc(SG_IO_CHUNK);
	size_t got = 0;
	int ret;

	if (chunk == NULL)
		return sg_err_nomem(flow->env);
	ret = sg_in_rewind(flow->env, flow->file);
	while (ret == 0) {
		ret =
		    sg_in_read(flow->env, flow->file, chunk, SG_IO_CHUNK, &got);
		if (ret < 0 || got == 0)
			break;
		ret = sink->put(flow->env, chunk, got, sink->payload);
	}
	free(chunk);
	return ret;
}

static int
write_source(struct flow *flow, const struct sg_sink *sink)
{
	const struct sg_c14n *c14n = flow->c14n;

	if (!flow->is_nodes)
		return write_file(flow, sink);
	if (c14n == NULL && flow->filter_count != 0 &&
	    flow->filters[0] == sg_filter_base64)
		return write_text(flow, sink);
	if (c14n == NULL)
		c14n = sg_c14n_default();
	if (!(c14n->comments && flow->nodes.comments) &&
	    sg_nodes_split_text(&flow->nodes) != NULL)
		return sg_err_set(flow->env, SIGN_E_FORMAT,
		    N_("a comment that is not signed stands within a signed "
		       "text: programs differ in what they then read"));
	return sg_c14n_write(
	    flow->env, c14n, flow->c14n_element, &flow->nodes, sink);
}

/* Lays the filters before the sink, last first, and lets the data run. */
static int
run(struct flow *flow, const struct sg_sink *sink)
{
	struct sg_filter *filters[SG_MAX_TRANSFORMS] = { NULL };
	size_t i, count = flow->filter_count;
	int ret = 0;

	for (i = count; i > 0 && ret == 0; i--) {
		ret = flow->filters[i - 1](flow->env, sink, &filters[i - 1]);
		if (ret == 0)
			sink = &filters[i - 1]->in;
	}
	if (ret == 0)
		ret = write_source(flow, sink);
	for (i = 0; i < count && ret == 0; i++)
		ret = filters[i]->end(flow->env, filters[i]);
	for (i = 0; i < count; i++)
		if (filters[i] != NULL)
			filters[i]->free(filters[i]);
	return ret;
}

static int
put_buffer(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	struct sg_buf *buf = payload;

	if (len > SG_MAX_XML_AGAIN - buf->len)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("more than %d octets to parse again between "
		       "transforms"),
		    SG_MAX_XML_AGAIN);
	return sg_buf_append(env, buf, ptr, len);
}

/* base64 takes the text and leaves names and attributes: only of an Object,
 * which is a mere wrapper, that is all (XMLDSig 1.1, 4.6). */
static int
text_only(const struct flow *flow)
{
	const xmlNode *apex = flow->nodes.apex;

	if (!flow->is_nodes || flow->c14n != NULL || flow->filter_count == 0 ||
	    flow->filters[0] != sg_filter_base64)
		return 0;
	return !sg_xml_is(apex, SG_NS_DS, "Object") ||
	    sg_xml_first(apex) != NULL;
}

/* Of what the URI names, how much is left? An octet filter hands on all. */
static const char *
coverage(const struct flow *flow)
{
	const char *now = "whole";

	if (flow->is_nodes)
		now = sg_nodes_coverage(&flow->nodes);
	if (strcmp(now, "whole") == 0 && (flow->left_out || text_only(flow)))
		now = "part";
	return now;
}

/* Not all that it is over is in the tree. */
static int
needs_stream(const struct flow *flow)
{
	return flow->is_nodes && sg_xml_stream_needs(&flow->nodes);
}

/* What is said here is heard by nobody: it is read again from a whole tree. */
static int
starve(struct flow *flow)
{
	sg_xml_starve(flow->input->xml);
	return sg_err_set(flow->env, SIGN_E_INTERNAL, "not in the tree");
}

/* A transform of node-sets after octets: they are parsed (XMLDSig 1.1,
 * 4.4.3.2). */
static int
need_nodes(struct flow *flow)
{
	struct sg_buf octets = { 0 };
	struct sg_sink sink = { put_buffer, &octets };
	struct sg_xml *xml = NULL;
	int ret;

	if (flow->is_nodes && flow->c14n == NULL && flow->filter_count == 0)
		return 0;
	if (sg_xml_is_stream(flow->input->xml))
		return starve(flow);
	flow->left_out |= strcmp(coverage(flow), "whole") != 0;
	ret = run(flow, &sink);
	if (ret == 0)
		ret = sg_xml_parse_view(flow->env, sg_buf_view(&octets),
		    N_("result of a transform"), &xml);
	sg_buf_free(&octets);
	if (ret < 0)
		return ret;
	sg_xml_free(flow->parsed);
	flow->parsed = xml;
	flow->is_nodes = 1;
	flow->c14n = NULL;
	flow->c14n_element = NULL;
	flow->filter_count = 0;
	memset(&flow->nodes, 0, sizeof(flow->nodes));
	flow->nodes.xml = xml;
	flow->nodes.comments = 1;
	return 0;
}

/* ---- the table of transforms (XMLDSig 1.1, 6.6) */

static int
transform_enveloped(struct flow *flow, const xmlNode *element)
{
	int ret = need_nodes(flow);

	(void)element;
	if (ret < 0)
		return ret;
	return sg_nodes_enveloped(
	    flow->env, &flow->nodes, flow->input->signature);
}

static int
transform_xpath(struct flow *flow, const xmlNode *element)
{
	int ret = need_nodes(flow);

	if (ret == 0 && sg_xml_is_stream(flow->nodes.xml) &&
	    !sg_nodes_is_plain(element))
		ret = starve(flow);
	return ret < 0 ? ret : sg_nodes_xpath(flow->env, &flow->nodes, element);
}

static int
transform_filter2(struct flow *flow, const xmlNode *element)
{
	int ret = need_nodes(flow);

	if (ret == 0 && sg_xml_is_stream(flow->nodes.xml) &&
	    !sg_nodes_is_plain(element))
		ret = starve(flow);
	return ret < 0 ? ret
		       : sg_nodes_filter2(flow->env, &flow->nodes, element);
}

static int
transform_base64(struct flow *flow, const xmlNode *element)
{
	(void)element;
	flow->filters[flow->filter_count++] = sg_filter_base64;
	return 0;
}

static int
transform_smev(struct flow *flow, const xmlNode *element)
{
	(void)element;
	flow->filters[flow->filter_count++] = sg_filter_smev;
	return 0;
}

static const struct {
	const char *uri;
	int (*apply)(struct flow *flow, const xmlNode *element);
} transforms[] = {
	{ SG_NS_DS "enveloped-signature", transform_enveloped },
	{ SG_NS_DS "base64", transform_base64 },
	{ "http://www.w3.org/TR/1999/REC-xpath-19991116", transform_xpath },
	{ "http://www.w3.org/2002/06/xmldsig-filter2", transform_filter2 },
	{ "urn://smev-gov-ru/xmldsig/transform", transform_smev },
};

static int
apply_c14n(
    struct flow *flow, const struct sg_c14n *c14n, const xmlNode *element)
{
	int ret = need_nodes(flow);

	if (ret < 0)
		return ret;
	flow->c14n = c14n;
	flow->c14n_element = element;
	return 0;
}

static int
apply(struct flow *flow, const xmlNode *element)
{
	const char *uri = sg_xml_attr(flow->pool, element, "Algorithm");
	const struct sg_c14n *c14n;
	size_t i;

	if (uri == NULL)
		return sg_err_set(flow->env, SIGN_E_FORMAT,
		    N_("XMLDSig, 4.4.3.4: a transform without algorithm"));
	flow->out->transforms[flow->out->transform_count++] = uri;
	c14n = sg_c14n_find(uri);
	if (c14n != NULL)
		return apply_c14n(flow, c14n, element);
	for (i = 0; i < sizeof(transforms) / sizeof(transforms[0]); i++)
		if (strcmp(transforms[i].uri, uri) == 0)
			return transforms[i].apply(flow, element);
	return sg_err_set(flow->env, SIGN_E_UNSUPPORTED,
	    N_("the transform %s is refused: it is unknown, or could make "
	       "anything out of the document"),
	    uri);
}

static int
apply_all(struct flow *flow, const xmlNode *reference)
{
	const xmlNode *list = sg_xml_child(reference, SG_NS_DS, "Transforms");
	const xmlNode *element = list;
	int ret = 0;

	flow->out->transforms = sg_pool_array(
	    flow->pool, SG_MAX_TRANSFORMS, sizeof(*flow->out->transforms));
	if (flow->out->transforms == NULL)
		return sg_err_nomem(flow->env);
	if (list == NULL)
		return 0;
	element = sg_xml_child(list, SG_NS_DS, "Transform");
	for (; element != NULL && ret == 0;
	     element = sg_xml_next(element, SG_NS_DS, "Transform")) {
		if (flow->out->transform_count == SG_MAX_TRANSFORMS)
			return sg_err_set(flow->env, SIGN_E_LIMIT,
			    N_("want at most %d transforms in a reference"),
			    SG_MAX_TRANSFORMS);
		ret = apply(flow, element);
	}
	return ret;
}

/* Where filters leave one element of the document, that is what the reference
 * is over, whatever its URI says. */
static void
narrow(struct flow *flow)
{
	xmlNode *single;

	if (!flow->is_nodes || flow->nodes.mark == 0 || flow->left_out ||
	    text_only(flow) || flow->nodes.xml != flow->input->xml)
		return;
	single = sg_nodes_single(&flow->nodes);
	if (single == NULL)
		return;
	flow->out->node = single;
	flow->out->coverage = "whole";
}

/* Of what is known by its digests alone nothing can be transformed. */
static void
take_known(struct flow *flow, const xmlNode *reference)
{
	const xmlNode *list = sg_xml_child(reference, SG_NS_DS, "Transforms");

	flow->out->coverage = "whole";
	flow->out->missing =
	    list != NULL && sg_xml_child(list, SG_NS_DS, "Transform") != NULL;
	if (flow->out->missing)
		flow->out->known = NULL;
}

/* From the URI through all transforms, of which none has run yet. */
static int
resolve(struct flow *flow, const xmlNode *reference)
{
	struct sg_reference *out = flow->out;
	int ret;

	memset(out, 0, sizeof(*out));
	out->source = -1;
	out->uri = sg_xml_attr(flow->pool, reference, "URI");
	ret = open_uri(flow, out->uri);
	if (ret == 0 && out->known != NULL)
		take_known(flow, reference);
	else if (ret == 0 && !out->missing)
		ret = apply_all(flow, reference);
	return ret;
}

static int
write_resolved(struct flow *flow, const struct sg_sink *sink)
{
	struct sg_reference *out = flow->out;

	if (out->missing || out->known != NULL)
		return 0;
	if (needs_stream(flow))
		return starve(flow);
	out->coverage = coverage(flow);
	out->nodes = flow->nodes;
	out->exact = flow->is_nodes && !flow->left_out &&
	    flow->nodes.xml == flow->input->xml && !text_only(flow);
	narrow(flow);
	return run(flow, sink);
}

int
sg_reference_write(struct sg_env *env, struct sg_pool *pool,
    const struct sg_reference_input *input, const xmlNode *reference,
    const struct sg_sink *sink, struct sg_reference *out)
{
	struct flow flow = {
		.env = env, .pool = pool, .input = input, .out = out
	};
	int ret = resolve(&flow, reference);

	if (ret == 0)
		ret = write_resolved(&flow, sink);
	sg_xml_free(flow.parsed);
	return ret;
}

/* ---- digests */

static int
put_hash(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	return payload != NULL ? sg_hash_update(env, payload, ptr, len) : 0;
}

/* A file as it is, of which digests are remembered. */
static int
digest_file(struct flow *flow, const struct sg_digest *digest)
{
	struct sg_reference *out = flow->out;

	out->coverage = "whole";
	if (digest == NULL)
		return 0;
	return sg_source_digest(flow->env,
	    &flow->input->docs->list[out->source], digest, flow->pool,
	    &out->digest);
}

static int
is_remembered(const struct flow *flow)
{
	const struct sg_reference *out = flow->out;

	return out->source >= 0 && !flow->is_nodes && flow->filter_count == 0 &&
	    flow->parsed == NULL &&
	    flow->input->docs->list[out->source].memo != NULL;
}

static int
digest_resolved(struct flow *flow, const struct sg_digest *digest)
{
	struct sg_sink sink = { put_hash, NULL };
	unsigned char value[SG_MAX_DIGEST];
	struct sg_hash *hash = NULL;
	int ret = 0;

	if (flow->out->known != NULL) {
		if (digest != NULL)
			flow->out->digest =
			    sg_doc_digest(flow->out->known, digest);
		return 0;
	}
	if (is_remembered(flow))
		return digest_file(flow, digest);
	if (digest != NULL)
		ret = sg_hash_new(flow->env, digest, &hash);
	if (ret == SIGN_E_MODULE || ret == SIGN_E_UNSUPPORTED) {
		sg_err_clear(flow->env);
		ret = 0;
	}
	sink.payload = hash;
	if (ret == 0)
		ret = write_resolved(flow, &sink);
	if (ret == 0 && hash != NULL && !flow->out->missing) {
		ret = sg_hash_final(flow->env, hash, value);
		flow->out->digest =
		    sg_pool_dup(flow->pool, sg_view_of(value, digest->size));
		if (ret == 0 && flow->out->digest.ptr == NULL)
			ret = sg_err_nomem(flow->env);
	}
	sg_hash_free(hash);
	return ret;
}

/* Of a large document: what write_resolved() finds in the tree. */
static int
digest_stream(
    struct flow *flow, const xmlNode *reference, const struct sg_digest *digest)
{
	struct sg_xml_question question = { .reference = reference,
		.nodes = flow->nodes,
		.c14n = flow->c14n != NULL ? flow->c14n : sg_c14n_default(),
		.c14n_element = flow->c14n_element,
		.digest = digest };
	const struct sg_xml_answer *answer;
	struct sg_reference *out = flow->out;
	int marked = flow->nodes.mark != 0;
	int ret;

	if (flow->filter_count != 0)
		return starve(flow);
	ret = sg_xml_stream_ask(flow->env, &question, &answer);
	if (ret < 0)
		return ret;
	out->coverage = !marked || answer->kept ? "whole" : "none";
	out->nodes = flow->nodes;
	out->exact = 1;
	if (marked && answer->single != NULL)
		out->node = answer->single;
	if (!answer->known)
		return 0;
	out->digest =
	    sg_pool_dup(flow->pool, sg_view_of(answer->value, digest->size));
	return out->digest.ptr != NULL ? 0 : sg_err_nomem(flow->env);
}

int
sg_reference_digest(struct sg_env *env, struct sg_pool *pool,
    const struct sg_reference_input *input, const xmlNode *reference,
    const struct sg_digest *digest, struct sg_reference *out)
{
	struct flow flow = {
		.env = env, .pool = pool, .input = input, .out = out
	};
	int ret = resolve(&flow, reference);

	if (ret == 0 && !out->missing && needs_stream(&flow))
		ret = digest_stream(&flow, reference, digest);
	else if (ret == 0 && (flow.is_nodes || !sg_xml_stream_asks(input->xml)))
		ret = digest_resolved(&flow, digest);
	else if (ret == 0 && !out->missing)
		out->coverage = "whole"; /* a file: it is read but once */
	sg_xml_free(flow.parsed);
	return ret;
}
