/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/nodeset.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "formats/xml.h"

#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <stdlib.h>
#include <string.h>

#define NS_FILTER2 "http://www.w3.org/2002/06/xmldsig-filter2"

static uintptr_t
need_mark(struct sg_nodes *nodes)
{
	if (nodes->mark == 0)
		nodes->mark = sg_xml_new_mark(nodes->xml);
	return nodes->mark;
}

static xmlNode *
set_root(const struct sg_nodes *nodes)
{
	return nodes->apex != NULL ? nodes->apex
				   : (xmlNode *)sg_xml_doc(nodes->xml);
}

static void
mark_node(xmlNode *node, uintptr_t mark)
{
	xmlAttr *attr;

	node->_private = (void *)mark;
	if (node->type != XML_ELEMENT_NODE)
		return;
	for (attr = node->properties; attr != NULL; attr = attr->next)
		attr->_private = (void *)mark;
}

static void
mark_subtree(xmlNode *root, uintptr_t mark)
{
	xmlNode *node;

	for (node = root; node != NULL; node = sg_xml_step(node, root))
		mark_node(node, mark);
}

int
sg_nodes_enveloped(
    struct sg_env *env, struct sg_nodes *nodes, xmlNode *signature)
{
	if (signature->doc != sg_xml_doc(nodes->xml))
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("XMLDSig, 6.6.4: the enveloped-signature transform "
		       "stands over a document that does not contain the "
		       "signature"));
	/* of a node-set within the signature nothing is left; one beside it
	 * stays as it is */
	if (sg_xml_inside(set_root(nodes), signature))
		mark_subtree(set_root(nodes), need_mark(nodes));
	else if (sg_xml_inside(signature, set_root(nodes)))
		mark_subtree(signature, need_mark(nodes));
	return 0;
}

/* What our functions in an expression need. */
struct xpath_data {
	struct sg_env *env;
	struct sg_xml *xml;
	xmlNode *element; /* bears the expression */
};

/* here(): the element that bears the expression (XMLDSig 1.1, 6.6.3). */
static void
xpath_here(xmlXPathParserContext *parser, int count)
{
	const struct xpath_data *data = parser->context->userData;

	if (count != 0) {
		xmlXPathSetArityError(parser);
		return;
	}
	valuePush(parser, xmlXPathNewNodeSet(data->element));
}

/* id(): by the Ids of sg_xml, where doubles name nothing, and not by what a
 * DTD would say. */
static void
xpath_id(xmlXPathParserContext *parser, int count)
{
	const struct xpath_data *data = parser->context->userData;
	xmlXPathObject *result = xmlXPathNewNodeSet(NULL);
	xmlNode *node;
	xmlChar *id;

	if (count != 1) {
		xmlXPathFreeObject(result);
		xmlXPathSetArityError(parser);
		return;
	}
	id = xmlXPathPopString(parser);
	if (id != NULL && result != NULL &&
	    sg_xml_by_id(data->env, data->xml, (const char *)id, &node) == 0)
		xmlXPathNodeSetAdd(result->nodesetval, node);
	sg_err_clear(data->env);
	xmlFree(id);
	valuePush(parser, result);
}

static void
xpath_quiet(void *data, xmlError *error)
{
	(void)data;
	(void)error;
}

struct xpath {
	struct xpath_data data;
	xmlXPathContext *context;
	xmlXPathCompExpr *expr;
	xmlNs **namespaces;
	xmlGenericErrorFunc loud; /* as it was found, and is left */
	void *loud_data;
};

/* Some complaints go around the context's handler. */
static void
xpath_silent(void *data, const char *format, ...)
{
	(void)data;
	(void)format;
}

static void
xpath_clear(struct xpath *xpath)
{
	xmlXPathFreeCompExpr(xpath->expr);
	xmlXPathFreeContext(xpath->context);
	xmlFree(xpath->namespaces);
	xmlSetGenericErrorFunc(xpath->loud_data, xpath->loud);
}

/* Compile the expression in the element's text, with its namespaces. */
static int
xpath_open(struct sg_env *env, const struct sg_nodes *nodes, xmlNode *element,
    struct xpath *xpath)
{
	xmlDoc *doc = sg_xml_doc(nodes->xml);
	xmlChar *text = xmlNodeGetContent(element);
	int apart, count = 0;

	memset(xpath, 0, sizeof(*xpath));
	xpath->loud = xmlGenericError;
	xpath->loud_data = xmlGenericErrorContext;
	xmlSetGenericErrorFunc(NULL, xpath_silent);
	xpath->context = xmlXPathNewContext(doc);
	if (text == NULL || xpath->context == NULL) {
		xmlFree(text);
		return sg_err_nomem(env);
	}
	xpath->context->error = xpath_quiet;
	xpath->context->opLimit = SG_MAX_XPATH_STEPS;
	xpath->data.env = env;
	xpath->data.xml = nodes->xml;
	xpath->data.element = element;
	xpath->context->userData = &xpath->data;
	/* what is there cannot be replaced, only removed */
	xmlXPathRegisterFunc(xpath->context, (const xmlChar *)"id", NULL);
	xmlXPathRegisterFunc(xpath->context, (const xmlChar *)"id", xpath_id);
	xmlXPathRegisterFunc(
	    xpath->context, (const xmlChar *)"here", xpath_here);
	xpath->namespaces = xmlGetNsList(element->doc, element);
	while (xpath->namespaces != NULL && xpath->namespaces[count] != NULL)
		count++;
	xpath->context->namespaces = xpath->namespaces;
	xpath->context->nsNr = count;
	/* namespace nodes go with their elements here */
	apart = strstr((const char *)text, "namespace") != NULL;
	if (!apart)
		xpath->expr = xmlXPathCtxtCompile(xpath->context, text);
	xmlFree(text);
	if (apart)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("XMLDSig, 6.6.3: an XPath expression that selects "
		       "namespace nodes is refused"));
	if (xpath->expr == NULL)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("XMLDSig, 6.6.3: the XPath expression cannot be read"));
	return 0;
}

static int
xpath_failed(struct sg_env *env, const struct xpath *xpath)
{
	if (xpath->context->opCount >= xpath->context->opLimit)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("XMLDSig, 6.6.3: the XPath expression takes too long"));
	return sg_err_set(env, SIGN_E_FORMAT,
	    N_("XMLDSig, 6.6.3: the XPath expression fails"));
}

/* 1, 0 or an error: is the expression true for this node? */
static int
xpath_true(struct sg_env *env, struct xpath *xpath, xmlNode *node)
{
	int value;

	xpath->context->node = node;
	value = xmlXPathCompiledEvalToBoolean(xpath->expr, xpath->context);
	return value >= 0 ? value : xpath_failed(env, xpath);
}

static int
xpath_filter_node(
    struct sg_env *env, struct xpath *xpath, xmlNode *node, uintptr_t mark)
{
	xmlAttr *attr;
	int keep = xpath_true(env, xpath, node);

	if (keep == 0)
		node->_private = (void *)mark;
	if (keep < 0 || node->type != XML_ELEMENT_NODE)
		return keep < 0 ? keep : 0;
	for (attr = node->properties; attr != NULL; attr = attr->next) {
		keep = xpath_true(env, xpath, (xmlNode *)attr);
		if (keep < 0)
			return keep;
		if (keep == 0)
			attr->_private = (void *)mark;
	}
	return 0;
}

int
sg_nodes_xpath(
    struct sg_env *env, struct sg_nodes *nodes, const xmlNode *transform)
{
	xmlNode *element = sg_xml_child(transform, SG_NS_DS, "XPath");
	xmlNode *root = set_root(nodes);
	uintptr_t mark = need_mark(nodes);
	struct xpath xpath;
	xmlNode *node;
	int ret;

	if (element == NULL || sg_xml_next(element, SG_NS_DS, "XPath") != NULL)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("XMLDSig, 6.6.3: want one XPath element"));
	ret = xpath_open(env, nodes, element, &xpath);
	for (node = root; node != NULL && ret == 0;
	     node = sg_xml_step(node, root))
		if ((uintptr_t)node->_private != mark)
			ret = xpath_filter_node(env, &xpath, node, mark);
	xpath_clear(&xpath);
	return ret;
}

/* ---- XPath Filter 2.0: subtrees kept, taken out, or put back. */

#define MAX_FILTERS 32

enum filter_kind { INTERSECT, SUBTRACT, UNION };

static const struct {
	const char *word;
	enum filter_kind kind;
} filter_words[] = {
	{ "intersect", INTERSECT },
	{ "subtract", SUBTRACT },
	{ "union", UNION },
};

struct filter {
	enum filter_kind kind;
	xmlNode **roots; /* sorted by address */
	size_t count;
};

struct filters {
	struct filter list[MAX_FILTERS];
	size_t count;
};

static int
by_address(const void *a, const void *b)
{
	const xmlNode *const *left = a, *const *right = b;

	return (*left > *right) - (*left < *right);
}

static int
filter_holds(const struct filter *filter, const void *node)
{
	return bsearch(&node, filter->roots, filter->count,
		   sizeof(*filter->roots), by_address) != NULL;
}

static int
filter_kind(struct sg_env *env, const xmlNode *element, enum filter_kind *out)
{
	xmlChar *word = xmlGetNoNsProp(element, (const xmlChar *)"Filter");
	size_t i, count = sizeof(filter_words) / sizeof(filter_words[0]);

	for (i = 0; i < count && word != NULL; i++)
		if (strcmp((const char *)word, filter_words[i].word) == 0)
			break;
	xmlFree(word);
	if (word == NULL || i == count)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("XPath Filter 2, 3.1: want intersect, subtract or "
		       "union"));
	*out = filter_words[i].kind;
	return 0;
}

static int
filter_read(struct sg_env *env, const struct sg_nodes *nodes, xmlNode *element,
    struct filter *filter)
{
	struct xpath xpath;
	xmlXPathObject *result = NULL;
	xmlNodeSet *set;
	int ret = filter_kind(env, element, &filter->kind);

	if (ret < 0)
		return ret;
	ret = xpath_open(env, nodes, element, &xpath);
	if (ret < 0)
		goto out;
	xpath.context->node = (xmlNode *)sg_xml_doc(nodes->xml);
	result = xmlXPathCompiledEval(xpath.expr, xpath.context);
	if (result == NULL || result->type != XPATH_NODESET) {
		ret = xpath_failed(env, &xpath);
		goto out;
	}
	set = result->nodesetval;
	filter->count = set != NULL ? (size_t)set->nodeNr : 0;
	filter->roots = calloc(filter->count + 1, sizeof(*filter->roots));
	if (filter->roots == NULL) {
		ret = sg_err_nomem(env);
		goto out;
	}
	if (filter->count != 0) {
		memcpy(filter->roots, set->nodeTab,
		    filter->count * sizeof(*filter->roots));
		qsort(filter->roots, filter->count, sizeof(*filter->roots),
		    by_address);
	}
out:
	xmlXPathFreeObject(result);
	xpath_clear(&xpath);
	return ret;
}

/* The filters in which this node or an ancestor is named, as bits. */
static uint32_t
filter_bits(const struct filters *filters, const void *node, uint32_t inherited)
{
	size_t i;

	for (i = 0; i < filters->count; i++)
		if ((inherited >> i & 1) == 0 &&
		    filter_holds(&filters->list[i], node))
			inherited |= UINT32_C(1) << i;
	return inherited;
}

static int
filter_keeps(const struct filters *filters, uint32_t bits)
{
	int keep = 1, in;
	size_t i;

	for (i = 0; i < filters->count; i++) {
		in = bits >> i & 1;
		if (filters->list[i].kind == INTERSECT)
			keep = keep && in;
		else if (filters->list[i].kind == SUBTRACT)
			keep = keep && !in;
		else
			keep = keep || in;
	}
	return keep;
}

/* Depth is bounded by the parser (SG_MAX_XML_DEPTH). */
static void
filter_walk(const struct filters *filters, xmlNode *node, uint32_t inherited,
    uintptr_t mark)
{
	uint32_t bits = filter_bits(filters, node, inherited);
	xmlNode *child;
	xmlAttr *attr;

	if (!filter_keeps(filters, bits))
		node->_private = (void *)mark;
	if (node->type == XML_ELEMENT_NODE)
		for (attr = node->properties; attr != NULL; attr = attr->next)
			if (!filter_keeps(
				filters, filter_bits(filters, attr, bits)))
				attr->_private = (void *)mark;
	if (node->type != XML_ELEMENT_NODE && node->type != XML_DOCUMENT_NODE)
		return;
	for (child = node->children; child != NULL; child = child->next)
		filter_walk(filters, child, bits, mark);
}

int
sg_nodes_filter2(
    struct sg_env *env, struct sg_nodes *nodes, const xmlNode *transform)
{
	xmlNode *element = sg_xml_child(transform, NS_FILTER2, "XPath");
	struct filters filters = { .count = 0 };
	int ret = 0;
	size_t i;

	if (element == NULL)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("XPath Filter 2, 3: want an XPath element"));
	for (; element != NULL && ret == 0;
	     element = sg_xml_next(element, NS_FILTER2, "XPath")) {
		if (filters.count == MAX_FILTERS) {
			ret = sg_err_set(env, SIGN_E_LIMIT,
			    N_("XPath Filter 2: more than %d filters"),
			    MAX_FILTERS);
			break;
		}
		ret = filter_read(
		    env, nodes, element, &filters.list[filters.count++]);
	}
	if (ret == 0)
		filter_walk(&filters, (xmlNode *)sg_xml_doc(nodes->xml), 0,
		    need_mark(nodes));
	for (i = 0; i < filters.count; i++)
		free(filters.list[i].roots);
	return ret;
}

/* ---- expressions that are known by heart */

/* The same but for "%", which stands for the prefix of XMLDSig here. */
static int
is_expression(const xmlNode *element, const char *text, const char *pattern)
{
	size_t len = strcspn(pattern, "%"), prefix;
	xmlChar *name;
	const xmlNs *ns;

	if (strncmp(text, pattern, len) != 0)
		return 0;
	prefix = strcspn(text + len, ":");
	if (strcmp(text + len + prefix, pattern + len + 1) != 0)
		return 0;
	name = xmlStrndup((const xmlChar *)text + len, (int)prefix);
	ns = xmlSearchNs(element->doc, (xmlNode *)(uintptr_t)element, name);
	xmlFree(name);
	return ns != NULL && ns->href != NULL &&
	    strcmp((const char *)ns->href, SG_NS_DS) == 0;
}

static int
is_one_of(const xmlNode *element, const char *const *patterns)
{
	xmlChar *content = xmlNodeGetContent(element);
	char *text = (char *)content, *end;
	int found = 0;

	if (text == NULL)
		return 0;
	text += strspn(text, " \t\r\n");
	for (end = text + strlen(text);
	     end != text && strchr(" \t\r\n", end[-1]) != NULL; end--)
		end[-1] = '\0';
	for (; *patterns != NULL && !found; patterns++)
		found = is_expression(element, text, *patterns);
	xmlFree(content);
	return found;
}

static int
is_subtract(const xmlNode *element)
{
	xmlChar *word = xmlGetNoNsProp(element, (const xmlChar *)"Filter");
	int found = word != NULL && strcmp((char *)word, "subtract") == 0;

	xmlFree(word);
	return found;
}

int
sg_nodes_is_plain(const xmlNode *transform)
{
	static const char *const subtracted[] = {
		"/descendant::%:Signature",
		"//%:Signature",
		"here()/ancestor::%:Signature[1]",
		NULL,
	};
	static const char *const kept[] = {
		"not(ancestor-or-self::%:Signature)",
		NULL,
	};
	const xmlNode *element = sg_xml_child(transform, NS_FILTER2, "XPath");

	if (element == NULL) {
		element = sg_xml_child(transform, SG_NS_DS, "XPath");
		return element != NULL && is_one_of(element, kept);
	}
	for (; element != NULL;
	     element = sg_xml_next(element, NS_FILTER2, "XPath"))
		if (!is_subtract(element) || !is_one_of(element, subtracted))
			return 0;
	return 1;
}

/* Within a ds:Signature or the signature itself? */
static int
in_signature(const xmlNode *node)
{
	for (; node != NULL; node = node->parent)
		if (sg_xml_is(node, SG_NS_DS, "Signature"))
			return 1;
	return 0;
}

static int
attr_left_out(const xmlNode *node, uintptr_t mark)
{
	const xmlAttr *attr;

	if (node->type != XML_ELEMENT_NODE)
		return 0;
	for (attr = node->properties; attr != NULL; attr = attr->next)
		if ((uintptr_t)attr->_private == mark)
			return 1;
	return 0;
}

/* White space between elements and comments say nothing. */
static int
says_something(const xmlNode *node)
{
	switch (node->type) {
	case XML_ELEMENT_NODE:
	case XML_PI_NODE:
		return 1;
	case XML_TEXT_NODE:
	case XML_CDATA_SECTION_NODE:
		return !sg_xml_blank(node);
	default:
		return 0;
	}
}

const char *
sg_nodes_coverage(const struct sg_nodes *nodes)
{
	xmlNode *root = set_root(nodes);
	xmlNode *node;
	int kept = 0, gone = 0;

	if (nodes->mark == 0)
		return "whole";
	for (node = root; node != NULL; node = sg_xml_step(node, root)) {
		if (!says_something(node))
			continue;
		if ((uintptr_t)node->_private != nodes->mark) {
			kept = 1;
			gone |= attr_left_out(node, nodes->mark);
		} else if (!in_signature(node)) {
			gone = 1;
		}
	}
	if (!kept)
		return "none";
	return gone ? "part" : "whole";
}

xmlNode *
sg_nodes_single(const struct sg_nodes *nodes)
{
	xmlNode *root = set_root(nodes);
	xmlNode *single = NULL;
	xmlNode *node;
	int in;

	if (nodes->mark == 0)
		return nodes->apex;
	for (node = root; node != NULL; node = sg_xml_step(node, root)) {
		if (!says_something(node))
			continue;
		in = (uintptr_t)node->_private != nodes->mark;
		if (in && single == NULL && node->type == XML_ELEMENT_NODE)
			single = node;
		if (in != (single != NULL && sg_xml_inside(node, single)) ||
		    (in && attr_left_out(node, nodes->mark)))
			return NULL;
	}
	return single;
}

int
sg_nodes_hold(const struct sg_nodes *nodes, const xmlNode *element)
{
	xmlNode *root = (xmlNode *)(uintptr_t)element;
	xmlNode *node;

	if (!sg_xml_inside(element, set_root(nodes)))
		return 0;
	for (node = nodes->mark != 0 ? root : NULL; node != NULL;
	     node = sg_xml_step(node, root))
		if (says_something(node) &&
		    ((uintptr_t)node->_private == nodes->mark ||
			attr_left_out(node, nodes->mark)))
			return 0;
	return 1;
}

/* The text next to it in that direction, beyond other comments. */
static int
text_beside(const xmlNode *comment, int before)
{
	const xmlNode *node = comment;

	do {
		node = before ? node->prev : node->next;
		if (node == NULL)
			return 0;
		if ((node->type == XML_TEXT_NODE ||
			node->type == XML_CDATA_SECTION_NODE) &&
		    !sg_xml_blank(node))
			return 1;
	} while (node->type != XML_ELEMENT_NODE);
	return 0;
}

const xmlNode *
sg_nodes_split_text(const struct sg_nodes *nodes)
{
	xmlNode *root = set_root(nodes);
	xmlNode *node = root;

	if (!sg_xml_has_comments(nodes->xml))
		return NULL;
	for (; node != NULL; node = sg_xml_step(node, root))
		if (node->type == XML_COMMENT_NODE &&
		    (nodes->mark == 0 ||
			(uintptr_t)node->parent->_private != nodes->mark) &&
		    text_beside(node, 1) && text_beside(node, 0))
			return node;
	return NULL;
}
