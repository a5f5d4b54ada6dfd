/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xml.h"

#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"

#include <libxml/SAX2.h>
#include <libxml/hash.h>
#include <libxml/parser.h>
#include <openssl/evp.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define XML_OPTIONS \
	(XML_PARSE_NONET | XML_PARSE_HUGE | XML_PARSE_NOERROR | \
	    XML_PARSE_NOWARNING | XML_PARSE_BIG_LINES)

#define NS_WSU \
	"http://docs.oasis-open.org/wss/2004/01/" \
	"oasis-200401-wss-wssecurity-utility-1.0.xsd"

struct sg_xml {
	xmlDoc *doc;
	xmlHashTable *ids; /* name -> element, or &doubled */
	uintptr_t mark;
	int comments;
};

static const char doubled;

/* The parser's state beside libxml2's own. */
struct parse {
	struct sg_xml *xml;
	uint64_t nodes;
	const char *fault; /* what was refused, NULL */
	int code;
};

static void
parse_stop(xmlParserCtxt *ctxt, int code, const char *fault)
{
	struct parse *parse = ctxt->_private;

	if (parse->fault == NULL) {
		parse->fault = fault;
		parse->code = code;
	}
	xmlStopParser(ctxt);
}

/* A DTD can define entities and default attributes: none is taken. */
static void
parse_doctype(void *ctx, const xmlChar *name, const xmlChar *external,
    const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	parse_stop(ctx, SIGN_E_FORMAT, N_("a DOCTYPE stands in it"));
}

/* Id, ID, id without namespace; xml:id; wsu:Id of WS-Security. */
static int
is_id(const xmlChar *name, const xmlChar *uri)
{
	const char *text = (const char *)name;

	if (uri != NULL && strcmp((const char *)uri, NS_WSU) == 0)
		return strcmp(text, "Id") == 0;
	if (uri != NULL)
		return xmlStrEqual(uri, XML_XML_NAMESPACE) &&
		    strcmp(text, "id") == 0;
	return strcmp(text, "Id") == 0 || strcmp(text, "ID") == 0 ||
	    strcmp(text, "id") == 0;
}

/* Remember an element under its Id; one that comes twice is not to be used. */
static int
remember_id(struct sg_xml *xml, xmlNode *node, const xmlChar *value, size_t len)
{
	xmlChar *id = xmlStrndup(value, (int)len);
	xmlNode *other;
	int ret = -1;

	if (id == NULL)
		return -1;
	other = xmlHashLookup(xml->ids, id);
	if (other == NULL)
		ret = xmlHashAddEntry(xml->ids, id, node);
	else if (other == node)
		ret = 0; /* one element, two spellings of the attribute */
	else
		ret = xmlHashUpdateEntry(
		    xml->ids, id, (void *)(uintptr_t)&doubled, NULL);
	xmlFree(id);
	return ret;
}

/* libxml2's own tree builder, with our bounds and Ids around it. The array of
 * attributes has five entries for each: name, prefix, URI, value, its end. */
static void
parse_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int ns_count, const xmlChar **ns, int attr_count,
    int defaulted, const xmlChar **attrs)
{
	xmlParserCtxt *ctxt = ctx;
	struct parse *parse = ctxt->_private;
	int i;

	parse->nodes += 1 + (uint64_t)ns_count + (uint64_t)attr_count;
	if (parse->nodes > SG_MAX_XML_NODES) {
		parse_stop(ctxt, SIGN_E_LIMIT, N_("too many elements"));
		return;
	}
	if (ctxt->nameNr > SG_MAX_XML_DEPTH) {
		parse_stop(ctxt, SIGN_E_LIMIT, N_("nested too deeply"));
		return;
	}
	if (attr_count > SG_MAX_XML_ATTRS || ns_count > SG_MAX_XML_ATTRS) {
		parse_stop(ctxt, SIGN_E_LIMIT, N_("too many attributes"));
		return;
	}
	xmlSAX2StartElementNs(
	    ctx, name, prefix, uri, ns_count, ns, attr_count, defaulted, attrs);
	for (i = 0; i < attr_count; i++, attrs += 5)
		if (is_id(attrs[0], attrs[2]) && ctxt->node != NULL &&
		    remember_id(parse->xml, ctxt->node, attrs[3],
			(size_t)(attrs[4] - attrs[3])) < 0)
			parse_stop(ctxt, SIGN_E_NOMEM, "out of memory");
}

static void
parse_comment(void *ctx, const xmlChar *text)
{
	const xmlParserCtxt *ctxt = ctx;
	struct parse *parse = ctxt->_private;

	parse->xml->comments = 1;
	xmlSAX2Comment(ctx, text);
}

static pthread_once_t xml_once = PTHREAD_ONCE_INIT;

static xmlParserCtxt *
parse_new(struct parse *parse, const char *name)
{
	xmlParserCtxt *ctxt;

	pthread_once(&xml_once, xmlInitParser);
	ctxt = xmlCreatePushParserCtxt(NULL, NULL, NULL, 0, name);
	if (ctxt == NULL)
		return NULL;
	xmlCtxtUseOptions(ctxt, XML_OPTIONS);
	ctxt->_private = parse;
	ctxt->sax->internalSubset = parse_doctype;
	ctxt->sax->startElementNs = parse_start;
	ctxt->sax->comment = parse_comment;
	return ctxt;
}

/* Some complaints go around the options: none is for standard error. */
static void
parse_silent(void *data, const char *format, ...)
{
	(void)data;
	(void)format;
}

static int
parse_feed(struct sg_env *env, xmlParserCtxt *ctxt, struct sg_in *in)
{
	struct parse *parse = ctxt->_private;
	xmlGenericErrorFunc loud = xmlGenericError;
	void *loud_data = xmlGenericErrorContext;
	char *chunk = malloc(SG_XML_CHUNK);
	uint64_t size = 0;
	size_t got = 1;
	int ret = 0;

	if (chunk == NULL)
		return sg_err_nomem(env);
	xmlSetGenericErrorFunc(NULL, parse_silent);
	while (
	    ret == 0 && got != 0 && parse->fault == NULL && ctxt->wellFormed) {
		ret = sg_in_read(env, in, chunk, SG_XML_CHUNK, &got);
		size += got;
		if (ret == 0 && size > SG_MAX_XML_SIZE)
			parse_stop(ctxt, SIGN_E_LIMIT, N_("too large"));
		else if (ret == 0)
			xmlParseChunk(ctxt, chunk, (int)got, got == 0);
	}
	xmlSetGenericErrorFunc(loud_data, loud);
	free(chunk);
	return ret;
}

/* What libxml2 or our bounds have to say against the document. */
static int
parse_verdict(struct sg_env *env, const xmlParserCtxt *ctxt, const char *name)
{
	const struct parse *parse = ctxt->_private;
	const xmlError *error = &ctxt->lastError;
	const char *text = error->message;

	if (parse->fault != NULL)
		return sg_err_set(env, parse->code, N_("%s: XML refused: %s"),
		    name, sg_tr(env, parse->fault));
	if (ctxt->wellFormed && ctxt->nsWellFormed && ctxt->myDoc != NULL &&
	    xmlDocGetRootElement(ctxt->myDoc) != NULL)
		return 0;
	if (error->code == XML_ERR_NO_MEMORY)
		return sg_err_nomem(env);
	if (text == NULL)
		text = "";
	return sg_err_set(env, SIGN_E_FORMAT,
	    N_("%s: not well-formed XML: line %d: %.*s"), name, error->line,
	    (int)strcspn(text, "\n"), text);
}

int
sg_xml_parse(struct sg_env *env, struct sg_in *in, struct sg_xml **out)
{
	struct sg_xml *xml = calloc(1, sizeof(*xml));
	struct parse parse = { .xml = xml };
	const char *name = sg_in_name(in);
	xmlParserCtxt *ctxt = NULL;
	int ret = SIGN_E_NOMEM;

	if (xml == NULL)
		return sg_err_nomem(env);
	xml->ids = xmlHashCreate(0);
	ctxt = parse_new(&parse, NULL);
	if (xml->ids == NULL || ctxt == NULL) {
		sg_err_nomem(env);
		goto out;
	}
	ret = parse_feed(env, ctxt, in);
	if (ret == 0)
		ret = parse_verdict(env, ctxt, name != NULL ? name : "XML");
	if (ret < 0)
		goto out;
	xml->doc = ctxt->myDoc;
	ctxt->myDoc = NULL;
	*out = xml;
	xml = NULL;
out:
	if (ctxt != NULL) {
		xmlFreeDoc(ctxt->myDoc);
		xmlFreeParserCtxt(ctxt);
	}
	sg_xml_free(xml);
	return ret;
}

int
sg_xml_parse_view(struct sg_env *env, struct sg_view octets, const char *name,
    struct sg_xml **out)
{
	struct sg_in *in = NULL;
	int ret = sg_in_memory(env, name, octets, &in);

	if (ret == 0)
		ret = sg_xml_parse(env, in, out);
	sg_in_free(in);
	return ret;
}

struct sg_xml *
sg_xml_adopt(xmlDoc *doc)
{
	struct sg_xml *xml = calloc(1, sizeof(*xml));

	if (xml == NULL)
		return NULL;
	xml->ids = xmlHashCreate(0);
	if (xml->ids == NULL) {
		free(xml);
		return NULL;
	}
	xml->doc = doc;
	xml->comments = 1;
	return xml;
}

void
sg_xml_free(struct sg_xml *xml)
{
	if (xml == NULL)
		return;
	xmlHashFree(xml->ids, NULL);
	xmlFreeDoc(xml->doc);
	free(xml);
}

xmlDoc *
sg_xml_doc(const struct sg_xml *xml)
{
	return xml->doc;
}

xmlNode *
sg_xml_root(const struct sg_xml *xml)
{
	return xmlDocGetRootElement(xml->doc);
}

int
sg_xml_by_id(
    struct sg_env *env, const struct sg_xml *xml, const char *id, xmlNode **out)
{
	xmlNode *node = xmlHashLookup(xml->ids, (const xmlChar *)id);

	if (node == NULL)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("XMLDSig, 4.4.3.2: no element has the Id %s"), id);
	if ((const void *)node == (const void *)&doubled)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("XML, 3.3.1: want one element with the Id %s, "
		       "have several"),
		    id);
	*out = node;
	return 0;
}

int
sg_xml_has_id(const struct sg_xml *xml, const char *id)
{
	return xmlHashLookup(xml->ids, (const xmlChar *)id) != NULL;
}

int
sg_xml_add_id(
    struct sg_env *env, struct sg_xml *xml, xmlNode *node, const char *id)
{
	if (sg_xml_has_id(xml, id))
		return sg_err_set(env, SIGN_E_ARG,
		    N_("the document has an element with the Id %s"), id);
	if (xmlHashAddEntry(xml->ids, (const xmlChar *)id, node) != 0)
		return sg_err_nomem(env);
	return 0;
}

int
sg_xml_is(const xmlNode *node, const char *ns, const char *name)
{
	if (node == NULL || node->type != XML_ELEMENT_NODE ||
	    strcmp((const char *)node->name, name) != 0)
		return 0;
	return node->ns != NULL && node->ns->href != NULL &&
	    strcmp((const char *)node->ns->href, ns) == 0;
}

static xmlNode *
element_from(xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

xmlNode *
sg_xml_first(const xmlNode *node)
{
	return node != NULL ? element_from(node->children) : NULL;
}

xmlNode *
sg_xml_sibling(const xmlNode *node)
{
	return node != NULL ? element_from(node->next) : NULL;
}

xmlNode *
sg_xml_next(const xmlNode *node, const char *ns, const char *name)
{
	xmlNode *next = sg_xml_sibling(node);

	while (next != NULL && !sg_xml_is(next, ns, name))
		next = sg_xml_sibling(next);
	return next;
}

xmlNode *
sg_xml_child(const xmlNode *node, const char *ns, const char *name)
{
	xmlNode *child = sg_xml_first(node);

	if (child == NULL || sg_xml_is(child, ns, name))
		return child;
	return sg_xml_next(child, ns, name);
}

xmlNode *
sg_xml_down(const xmlNode *node)
{
	if (node->type != XML_ELEMENT_NODE && node->type != XML_DOCUMENT_NODE)
		return NULL;
	return node->children;
}

xmlNode *
sg_xml_step_over(const xmlNode *node, const xmlNode *root)
{
	while (node != root && node->next == NULL)
		node = node->parent;
	return node != root ? node->next : NULL;
}

xmlNode *
sg_xml_step(const xmlNode *node, const xmlNode *root)
{
	xmlNode *down = sg_xml_down(node);

	return down != NULL ? down : sg_xml_step_over(node, root);
}

xmlNode *
sg_xml_next_signature(const struct sg_xml *xml, const xmlNode *after)
{
	const xmlNode *root = sg_xml_root(xml);
	xmlNode *node =
	    after != NULL ? sg_xml_step(after, root) : sg_xml_root(xml);

	while (node != NULL && !sg_xml_is(node, SG_NS_DS, "Signature"))
		node = sg_xml_step(node, root);
	return node;
}

xmlNode *
sg_xml_nth_signature(const struct sg_xml *xml, size_t index)
{
	xmlNode *node = sg_xml_next_signature(xml, NULL);

	while (node != NULL && index-- > 0)
		node = sg_xml_next_signature(xml, node);
	return node;
}

int
sg_xml_inside(const xmlNode *node, const xmlNode *ancestor)
{
	while (node != NULL && node != ancestor)
		node = node->parent;
	return node != NULL;
}

int
sg_xml_has_comments(const struct sg_xml *xml)
{
	return xml->comments;
}

int
sg_xml_blank(const xmlNode *text)
{
	const char *content = (const char *)text->content;

	return content == NULL || content[strspn(content, " \t\r\n")] == '\0';
}

const char *
sg_xml_attr(struct sg_pool *pool, const xmlNode *node, const char *name)
{
	xmlChar *value;
	char *copy;

	value = xmlGetNoNsProp(node, (const xmlChar *)name);
	if (value == NULL)
		return NULL;
	copy = sg_pool_str(pool, (const char *)value);
	xmlFree(value);
	return copy;
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

const char *
sg_xml_text(struct sg_pool *pool, const xmlNode *node)
{
	const xmlNode *child;
	size_t len = 0, used = 0, part;
	char *text;

	for (child = node->children; child != NULL; child = child->next) {
		if (child->type == XML_ELEMENT_NODE ||
		    child->type == XML_ENTITY_REF_NODE)
			return NULL;
		if (child->type == XML_TEXT_NODE ||
		    child->type == XML_CDATA_SECTION_NODE)
			len += strlen((const char *)child->content);
	}
	text = sg_pool_alloc(pool, len + 1);
	if (text == NULL)
		return NULL;
	for (child = node->children; child != NULL; child = child->next) {
		if (child->type != XML_TEXT_NODE &&
		    child->type != XML_CDATA_SECTION_NODE)
			continue;
		part = strlen((const char *)child->content);
		memcpy(text + used, child->content, part);
		used += part;
	}
	while (used > 0 && is_blank(text[used - 1]))
		text[--used] = '\0';
	while (is_blank(*text))
		text++;
	return text;
}

int
sg_xml_base64(struct sg_env *env, struct sg_pool *pool, const xmlNode *node,
    struct sg_view *out)
{
	const char *text = sg_xml_text(pool, node);
	EVP_ENCODE_CTX *ctx = NULL;
	unsigned char *octets;
	int got = 0, rest = 0;
	size_t len;

	if (text == NULL)
		goto bad;
	len = strlen(text);
	/* to OpenSSL a dash ends the data, whatever comes behind it */
	if (len > INT_MAX / 2 || strchr(text, '-') != NULL)
		goto bad;
	octets = sg_pool_alloc(pool, len + 4);
	ctx = EVP_ENCODE_CTX_new();
	if (octets == NULL || ctx == NULL) {
		EVP_ENCODE_CTX_free(ctx);
		return sg_err_nomem(env);
	}
	EVP_DecodeInit(ctx);
	if (EVP_DecodeUpdate(
		ctx, octets, &got, (const unsigned char *)text, (int)len) < 0 ||
	    EVP_DecodeFinal(ctx, octets + got, &rest) != 1)
		goto bad;
	EVP_ENCODE_CTX_free(ctx);
	*out = sg_view_of(octets, (size_t)(got + rest));
	return 0;
bad:
	EVP_ENCODE_CTX_free(ctx);
	return sg_err_set(env, SIGN_E_FORMAT,
	    N_("XMLDSig, 4.4.3.6: want base64 in %s"),
	    (const char *)node->name);
}

/* NOENT so that character references in attributes come as characters; with
 * every DOCTYPE refused there are no entities to expand. */
xmlParserCtxt *
sg_xml_new_sax(xmlSAXHandler *sax, void *payload)
{
	xmlParserCtxt *ctxt;

	pthread_once(&xml_once, xmlInitParser);
	ctxt = xmlCreatePushParserCtxt(sax, NULL, NULL, 0, NULL);
	if (ctxt == NULL)
		return NULL;
	xmlCtxtUseOptions(ctxt, XML_OPTIONS | XML_PARSE_NOENT);
	ctxt->_private = payload;
	return ctxt;
}

uintptr_t
sg_xml_new_mark(struct sg_xml *xml)
{
	return ++xml->mark;
}
