/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xml_stream.h"

#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"
#include "formats/xml_asked.h"
#include "formats/xml_parse.h"

#include <libxml/SAX2.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the first pass: what is kept */

/* Bits of an element's psvi while the pass is over it. */
enum { KEPT = 1, HAS_CHILD = 2 };

struct survey {
	struct sg_xml *xml;
	struct sg_xml_stream *stream;
	size_t in_signature; /* depth; 0: outside */
};

static struct survey *
survey_of(const xmlParserCtxt *ctxt)
{
	const struct sg_xml_pass *pass = ctxt->_private;

	return pass->owner;
}

static void
set_bit(xmlNode *node, uintptr_t bit)
{
	node->psvi = (void *)((uintptr_t)node->psvi | bit);
}

static int
has_bit(const xmlNode *node, uintptr_t bit)
{
	return ((uintptr_t)node->psvi & bit) != 0;
}

/* Of what stands above a signature only these matter to it. */
static int
is_kept_attr(const xmlChar **attr)
{
	return sg_xml_is_id(attr[0], attr[2]) ||
	    xmlStrEqual(attr[2], XML_XML_NAMESPACE);
}

/* The kept ones in a new array; NULL: there are none, or no memory. */
static const xmlChar **
kept_attrs(struct survey *survey, int *count, const xmlChar **attrs)
{
	const xmlChar **kept;
	int i, number = 0;

	for (i = 0; i < *count; i++) {
		number += is_kept_attr(attrs + 5 * i);
		if (strcasecmp((const char *)attrs[5 * i], "id") != 0)
			survey->stream->content = 1;
	}
	if (number == 0) {
		*count = 0;
		return NULL;
	}
	kept = calloc((size_t)number, 5 * sizeof(*kept));
	for (i = number = 0; i < *count && kept != NULL; i++)
		if (is_kept_attr(attrs + 5 * i))
			memcpy(&kept[5 * number++], attrs + 5 * i,
			    5 * sizeof(*kept));
	if (kept != NULL)
		*count = number;
	return kept;
}

static void
survey_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int ns_count, const xmlChar **ns, int attr_count,
    int defaulted, const xmlChar **attrs)
{
	xmlParserCtxt *ctxt = ctx;
	struct survey *survey = survey_of(ctxt);
	const xmlChar **kept = NULL;

	if (!sg_xml_pass_count(ctxt->_private, ns_count, attr_count))
		return;
	if (ctxt->node != NULL)
		set_bit(ctxt->node, HAS_CHILD);
	if (survey->in_signature != 0 || sg_xml_is_signature(name, uri)) {
		survey->in_signature++;
	} else {
		kept = kept_attrs(survey, &attr_count, attrs);
		if (kept == NULL && attr_count != 0) {
			sg_xml_pass_stop(ctxt->_private, SIGN_E_NOMEM, NULL);
			return;
		}
		attrs = kept;
	}
	xmlSAX2StartElementNs(
	    ctx, name, prefix, uri, ns_count, ns, attr_count, defaulted, attrs);
	free((void *)(uintptr_t)kept);
}

/* Where the end tag begins that the parser is behind; 0: it is not known. */
static uint64_t
end_tag_offset(xmlParserCtxt *ctxt)
{
	const xmlParserInput *input = ctxt->input;
	const xmlChar *at = input->cur;
	long consumed = xmlByteConsumed(ctxt);

	if (consumed < 0 || input->buf == NULL || input->buf->encoder != NULL)
		return 0;
	while (at > input->base && *at != '<')
		at--;
	if (*at != '<' || at[1] != '/')
		return 0;
	return (uint64_t)consumed - (uint64_t)(input->cur - at);
}

static void
survey_end(
    void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	xmlParserCtxt *ctxt = ctx;
	struct survey *survey = survey_of(ctxt);
	xmlNode *node = ctxt->node;

	xmlSAX2EndElementNs(ctx, name, prefix, uri);
	if (node == NULL)
		return;
	if (survey->in_signature != 0) {
		survey->in_signature--;
		for (node = node->parent;
		     survey->in_signature == 0 && node != NULL &&
		     node->type == XML_ELEMENT_NODE && !has_bit(node, KEPT);
		     node = node->parent)
			set_bit(node, KEPT);
		return;
	}
	if (!has_bit(node, HAS_CHILD))
		survey->stream->content = 1;
	if (node->parent == NULL || node->parent->type != XML_ELEMENT_NODE)
		survey->stream->end_tag = end_tag_offset(ctxt);
	else if (!has_bit(node, KEPT)) {
		xmlUnlinkNode(node);
		xmlFreeNode(node);
	}
}

static void
survey_text(void *ctx, const xmlChar *text, int len)
{
	const xmlParserCtxt *ctxt = ctx;
	struct survey *survey = survey_of(ctxt);

	if (survey->in_signature != 0)
		xmlSAX2Characters(ctx, text, len);
	else if (!survey->stream->content && ctxt->node != NULL &&
	    !sg_xml_blank_text((const char *)text, (size_t)len))
		survey->stream->content = 1;
}

static void
survey_cdata(void *ctx, const xmlChar *text, int len)
{
	if (survey_of(ctx)->in_signature != 0)
		xmlSAX2CDataBlock(ctx, text, len);
	else
		survey_text(ctx, text, len);
}

/* What stands beside the root is kept too. */
static int
keeps(const xmlParserCtxt *ctxt)
{
	return survey_of(ctxt)->in_signature != 0 || ctxt->node == NULL;
}

static void
survey_pi(void *ctx, const xmlChar *target, const xmlChar *data)
{
	if (keeps(ctx))
		xmlSAX2ProcessingInstruction(ctx, target, data);
}

static void
survey_comment(void *ctx, const xmlChar *text)
{
	survey_of(ctx)->xml->comments = 1;
	if (keeps(ctx))
		xmlSAX2Comment(ctx, text);
}

static void
survey_handlers(xmlSAXHandler *sax)
{
	sax->startElementNs = survey_start;
	sax->endElementNs = survey_end;
	sax->characters = survey_text;
	sax->ignorableWhitespace = survey_text;
	sax->cdataBlock = survey_cdata;
	sax->processingInstruction = survey_pi;
	sax->comment = survey_comment;
}

/* ---- Ids and signatures of the tree */

static int
index_ids(struct sg_xml *xml, xmlNode *node)
{
	const xmlAttr *attr;
	const xmlChar *value;

	if (node->type != XML_ELEMENT_NODE)
		return 0;
	for (attr = node->properties; attr != NULL; attr = attr->next) {
		if (!sg_xml_is_id(
			attr->name, attr->ns != NULL ? attr->ns->href : NULL))
			continue;
		value = attr->children != NULL ? attr->children->content : NULL;
		if (value == NULL)
			value = (const xmlChar *)"";
		if (sg_xml_remember_id(
			xml, node, value, (size_t)xmlStrlen(value)) < 0)
			return -1;
	}
	return 0;
}

static int
index_tree(struct sg_env *env, struct sg_xml *xml)
{
	struct sg_xml_stream *stream = xml->stream;
	xmlNode *root = sg_xml_root(xml), *node;
	xmlNode **slot;

	for (node = root; node != NULL; node = sg_xml_step(node, root)) {
		if (index_ids(xml, node) < 0)
			return sg_err_nomem(env);
		if (!sg_xml_is(node, SG_NS_DS, "Signature"))
			continue;
		slot = sg_pool_push(stream->pool, &stream->signatures,
		    &stream->signature_count, sizeof(*slot));
		if (slot == NULL)
			return sg_err_nomem(env);
		*slot = node;
	}
	return 0;
}

/* ---- opening, freeing */

static struct sg_xml_stream *
stream_new(void)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_xml_stream *stream = NULL;

	if (pool == NULL)
		return NULL;
	stream = sg_pool_alloc(pool, sizeof(*stream));
	if (stream == NULL) {
		sg_pool_free(pool);
		return NULL;
	}
	stream->pool = pool;
	stream->wants = xmlHashCreate(0);
	stream->nameless = xmlNewDoc(NULL);
	if (stream->wants != NULL && stream->nameless != NULL)
		return stream;
	sg_xml_stream_free(stream);
	return NULL;
}

void
sg_xml_stream_free(struct sg_xml_stream *stream)
{
	xmlNode *node;
	size_t i;

	if (stream == NULL)
		return;
	for (i = 0; i < stream->want_count; i++) {
		node = stream->want_list[i]->node;
		if (stream->want_list[i]->in_tree || node == NULL)
			continue;
		while (node->parent != NULL)
			node = node->parent;
		xmlFreeNode(node);
	}
	xmlHashFree(stream->wants, NULL);
	xmlFreeDoc(stream->nameless);
	sg_pool_free(stream->pool);
}

/* A signature at the root is all there is. */
static void
settle(struct sg_xml *xml)
{
	if (!sg_xml_is(sg_xml_root(xml), SG_NS_DS, "Signature"))
		return;
	sg_xml_stream_free(xml->stream);
	xml->stream = NULL;
}

static int
survey_run(struct sg_env *env, struct sg_in *in, struct survey *survey)
{
	struct sg_xml *xml = survey->xml;
	struct sg_xml_pass pass;
	int ret = sg_xml_pass_open(env, &pass);

	if (ret == 0)
		ret = sg_hash_new(
		    env, sg_digest_by_option("sha256"), &pass.octets);
	if (ret == 0) {
		pass.owner = survey;
		survey_handlers(pass.ctxt->sax);
		ret = sg_xml_pass_run(&pass, in);
	}
	if (ret == 0)
		ret = sg_hash_final(env, pass.octets, survey->stream->octets);
	if (ret == 0 && xmlDocGetRootElement(pass.ctxt->myDoc) == NULL)
		ret = sg_err_nomem(env);
	if (ret == 0) {
		xml->doc = pass.ctxt->myDoc;
		pass.ctxt->myDoc = NULL;
	}
	sg_hash_free(pass.octets);
	sg_xml_pass_close(&pass);
	return ret;
}

int
sg_xml_stream_open(struct sg_env *env, struct sg_in *in, struct sg_xml **out)
{
	struct survey survey = { .xml = sg_xml_new() };
	int ret;

	if (survey.xml != NULL)
		survey.xml->stream = survey.stream = stream_new();
	if (survey.stream == NULL) {
		sg_xml_free(survey.xml);
		return sg_err_nomem(env);
	}
	ret = survey_run(env, in, &survey);
	if (ret == 0)
		ret = index_tree(env, survey.xml);
	if (ret < 0) {
		sg_xml_free(survey.xml);
		return ret;
	}
	settle(survey.xml);
	*out = survey.xml;
	return 0;
}

/* ---- what is asked of it */

int
sg_xml_is_stream(const struct sg_xml *xml)
{
	return xml->stream != NULL;
}

void
sg_xml_starve(const struct sg_xml *xml)
{
	if (xml->stream != NULL)
		xml->stream->starves = 1;
}

int
sg_xml_starves(const struct sg_xml *xml)
{
	return xml->stream != NULL && xml->stream->starves;
}

size_t
sg_xml_stream_signatures(const struct sg_xml *xml)
{
	return xml->stream->signature_count;
}

int
sg_xml_stream_asks(const struct sg_xml *xml)
{
	return xml->stream != NULL && !xml->stream->answered;
}

int
sg_xml_stream_content(const struct sg_xml *xml)
{
	return xml->stream->content;
}

int
sg_xml_is_kept(const xmlNode *node)
{
	while (node != NULL && !sg_xml_is(node, SG_NS_DS, "Signature"))
		node = node->parent;
	return node != NULL;
}

int
sg_xml_stream_needs(const struct sg_nodes *nodes)
{
	return nodes->xml->stream != NULL && !sg_xml_is_kept(nodes->apex);
}

static struct sg_xml_want *
want_new(struct sg_xml_stream *stream, const char *id, xmlNode *found)
{
	struct sg_xml_want **slot, *want;

	want = sg_pool_alloc(stream->pool, sizeof(*want));
	slot = sg_pool_push(stream->pool, &stream->want_list,
	    &stream->want_count, sizeof(*slot));
	if (want == NULL || slot == NULL ||
	    xmlHashAddEntry(stream->wants, (const xmlChar *)id, want) != 0)
		return NULL;
	*slot = want;
	want->node = found;
	want->in_tree = found != NULL;
	want->expected = 1;
	if (found == NULL)
		want->node = xmlNewDocNode(
		    stream->nameless, NULL, (const xmlChar *)"nameless", NULL);
	return want->node != NULL ? want : NULL;
}

xmlNode *
sg_xml_stream_want(const struct sg_xml *xml, const char *id, xmlNode *found)
{
	struct sg_xml_stream *stream = xml->stream;
	struct sg_xml_want *want =
	    xmlHashLookup(stream->wants, (const xmlChar *)id);

	if (want == NULL) {
		if (stream->answered)
			stream->starves = 1;
		want = want_new(stream, id, found);
	}
	/* one that was made since */
	if (want != NULL && want->node == NULL) {
		want->node = found;
		want->in_tree = 1;
	}
	return want != NULL ? want->node : NULL;
}

int
sg_xml_stream_forbid(struct sg_xml *xml, const char *id)
{
	struct sg_xml_want *want = want_new(xml->stream, id, NULL);

	if (want == NULL)
		return -1;
	xmlFreeNode(want->node);
	want->node = NULL;
	want->expected = 0;
	return 0;
}

int
sg_xml_stream_has_end(const struct sg_xml *xml)
{
	return xml->stream->end_tag != 0;
}

int
sg_xml_stream_same(struct sg_env *env, const struct sg_xml *xml,
    struct sg_in *in, const unsigned char *octets)
{
	if (memcmp(octets, xml->stream->octets, 32) == 0)
		return 0;
	return sg_err_set(env, SIGN_E_IO,
	    N_("%s: somebody changed the file while it was read"),
	    sg_in_name(in) != NULL ? sg_in_name(in) : "XML");
}

/* Which signatures are left out of the node-set? */
static unsigned char *
take_marks(struct sg_xml_stream *stream, const struct sg_nodes *nodes)
{
	unsigned char *out =
	    sg_pool_alloc(stream->pool, stream->signature_count / 8 + 1);
	size_t i;

	for (i = 0; i < stream->signature_count && out != NULL; i++)
		if (nodes->mark != 0 &&
		    (uintptr_t)stream->signatures[i]->_private == nodes->mark)
			out[i / 8] |= (unsigned char)(1u << i % 8);
	return out;
}

static int
same_question(const struct sg_xml_question *a, const struct sg_xml_question *b)
{
	return a->reference == b->reference && a->digest == b->digest &&
	    a->c14n == b->c14n && a->c14n_element == b->c14n_element &&
	    a->nodes.apex == b->nodes.apex &&
	    a->nodes.comments == b->nodes.comments &&
	    (a->nodes.mark != 0) == (b->nodes.mark != 0);
}

static struct sg_xml_asked *
asked_new(struct sg_env *env, struct sg_xml_stream *stream,
    const struct sg_xml_question *question)
{
	struct sg_xml_asked *asked;
	size_t i;

	if (stream->asked_count >= SG_MAX_XML_QUESTIONS) {
		stream->starves = 1;
		sg_err_set(env, SIGN_E_LIMIT, N_("want at most %d references"),
		    SG_MAX_XML_QUESTIONS);
		return NULL;
	}
	asked = sg_pool_push(
	    stream->pool, &stream->asked, &stream->asked_count, sizeof(*asked));
	if (asked != NULL)
		asked->out = take_marks(stream, &question->nodes);
	if (asked == NULL || asked->out == NULL) {
		sg_err_nomem(env);
		return NULL;
	}
	asked->question = *question;
	asked->marked = question->nodes.mark != 0;
	for (i = 0; i < stream->want_count; i++)
		if (question->nodes.apex != NULL &&
		    stream->want_list[i]->node == question->nodes.apex)
			asked->want = stream->want_list[i];
	return asked;
}

int
sg_xml_stream_ask(struct sg_env *env, const struct sg_xml_question *question,
    const struct sg_xml_answer **out)
{
	struct sg_xml *xml = question->nodes.xml;
	struct sg_xml_stream *stream = xml->stream;
	struct sg_xml_asked *asked;
	size_t i;
	int ret;

	for (i = 0; i < stream->asked_count; i++) {
		if (!same_question(&stream->asked[i].question, question))
			continue;
		*out = &stream->asked[i].answer;
		return 0;
	}
	if (stream->answered)
		stream->starves = 1;
	asked = asked_new(env, stream, question);
	if (asked == NULL)
		return env->code;
	ret = sg_c14n_prefixes(
	    env, stream->pool, question->c14n_element, &asked->prefixes);
	if ((question->nodes.apex == NULL) != (asked->want == NULL))
		stream->starves = 1;
	*out = &asked->answer;
	return ret;
}
