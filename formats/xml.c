/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xml.h"

#include "base/err.h"
#include "base/io.h"
#include "base/pool.h"
#include "formats/xml_parse.h"
#include "formats/xml_stream.h"

#include <libxml/SAX2.h>
#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

#define NS_WSU \
	"http://docs.oasis-open.org/wss/2004/01/" \
	"oasis-200401-wss-wssecurity-utility-1.0.xsd"

/* stands for the elements of an Id that several have */
static const char doubled;

int
sg_xml_is_id(const xmlChar *name, const xmlChar *uri)
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

int
sg_xml_remember_id(
    struct sg_xml *xml, xmlNode *node, const xmlChar *value, size_t len)
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
tree_start(void *ctx, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int ns_count, const xmlChar **ns, int attr_count,
    int defaulted, const xmlChar **attrs)
{
	xmlParserCtxt *ctxt = ctx;
	struct sg_xml_pass *pass = ctxt->_private;
	int i;

	if (!sg_xml_pass_count(pass, ns_count, attr_count))
		return;
	xmlSAX2StartElementNs(
	    ctx, name, prefix, uri, ns_count, ns, attr_count, defaulted, attrs);
	for (i = 0; i < attr_count; i++, attrs += 5)
		if (sg_xml_is_id(attrs[0], attrs[2]) && ctxt->node != NULL &&
		    sg_xml_remember_id(pass->owner, ctxt->node, attrs[3],
			(size_t)(attrs[4] - attrs[3])) < 0)
			sg_xml_pass_stop(pass, sg_err_nomem(pass->env), NULL);
}

static void
tree_comment(void *ctx, const xmlChar *text)
{
	const xmlParserCtxt *ctxt = ctx;
	struct sg_xml_pass *pass = ctxt->_private;
	struct sg_xml *xml = pass->owner;

	xml->comments = 1;
	xmlSAX2Comment(ctx, text);
}

struct sg_xml *
sg_xml_new(void)
{
	struct sg_xml *xml = calloc(1, sizeof(*xml));

	if (xml == NULL)
		return NULL;
	xml->ids = xmlHashCreate(0);
	if (xml->ids != NULL)
		return xml;
	free(xml);
	return NULL;
}

int
sg_xml_parse(struct sg_env *env, struct sg_in *in, struct sg_xml **out)
{
	struct sg_xml *xml = sg_xml_new();
	struct sg_xml_pass pass;
	int ret;

	if (xml == NULL)
		return sg_err_nomem(env);
	ret = sg_xml_pass_open(env, &pass);
	if (ret == 0) {
		pass.owner = xml;
		pass.ctxt->sax->startElementNs = tree_start;
		pass.ctxt->sax->comment = tree_comment;
		ret = sg_xml_pass_run(&pass, in);
	}
	if (ret == 0 && xmlDocGetRootElement(pass.ctxt->myDoc) == NULL)
		ret = sg_err_nomem(env);
	if (ret == 0) {
		xml->doc = pass.ctxt->myDoc;
		pass.ctxt->myDoc = NULL;
		*out = xml;
		xml = NULL;
	}
	sg_xml_pass_close(&pass);
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
	struct sg_xml *xml = sg_xml_new();

	if (xml == NULL)
		return NULL;
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
	sg_xml_stream_free(xml->stream);
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
sg_xml_target(
    struct sg_env *env, const struct sg_xml *xml, const char *id, xmlNode **out)
{
	xmlNode *node = xmlHashLookup(xml->ids, (const xmlChar *)id);

	if (xml->stream != NULL &&
	    (const void *)node != (const void *)&doubled) {
		node = sg_xml_stream_want(xml, id, node);
		if (node == NULL)
			return sg_err_nomem(env);
	}
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
sg_xml_by_id(
    struct sg_env *env, const struct sg_xml *xml, const char *id, xmlNode **out)
{
	int ret = sg_xml_target(env, xml, id, out);

	if (ret == 0 && xml->stream != NULL && !sg_xml_is_kept(*out))
		sg_xml_starve(xml);
	return ret;
}

int
sg_xml_has_id(const struct sg_xml *xml, const char *id)
{
	return xmlHashLookup(xml->ids, (const xmlChar *)id) != NULL;
}

static void
note_doubled(void *value, void *data, const xmlChar *name)
{
	const char **out = data;

	if (value == (const void *)&doubled)
		*out = (const char *)name;
}

const char *
sg_xml_doubled_id(const struct sg_xml *xml)
{
	const char *id = NULL;

	xmlHashScan(xml->ids, note_doubled, &id);
	return id;
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

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

int
sg_xml_is_signature(const xmlChar *name, const xmlChar *uri)
{
	return uri != NULL && strcmp((const char *)name, "Signature") == 0 &&
	    strcmp((const char *)uri, SG_NS_DS) == 0;
}

int
sg_xml_blank_text(const char *text, size_t len)
{
	while (len > 0 && is_blank(*text)) {
		text++;
		len--;
	}
	return len == 0;
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

uintptr_t
sg_xml_new_mark(struct sg_xml *xml)
{
	return ++xml->mark;
}
