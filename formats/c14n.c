/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/c14n.h"

#include "base/err.h"
#include "base/pool.h"
#include "formats/canon.h"
#include "formats/xml.h"
#include "formats/xml_stream.h"

#include <libxml/c14n.h>

#include <stdlib.h>
#include <string.h>

#define C14N10 "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define C14N11 "http://www.w3.org/2006/12/xml-c14n11"
#define EXC10 "http://www.w3.org/2001/10/xml-exc-c14n#"

static const struct sg_c14n rows[] = {
	{ C14N10, XML_C14N_1_0, 0 },
	{ C14N10 "#WithComments", XML_C14N_1_0, 1 },
	{ C14N11, XML_C14N_1_1, 0 },
	{ C14N11 "#WithComments", XML_C14N_1_1, 1 },
	{ EXC10, XML_C14N_EXCLUSIVE_1_0, 0 },
	{ EXC10 "WithComments", XML_C14N_EXCLUSIVE_1_0, 1 },
};

const struct sg_c14n *
sg_c14n_find(const char *uri)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].uri, uri) == 0)
			return &rows[i];
	return NULL;
}

const struct sg_c14n *
sg_c14n_default(void)
{
	return &rows[0];
}

/* Exclusive XML Canonicalization 1.0, 4: PrefixList, white space between. */
int
sg_c14n_prefixes(struct sg_env *env, struct sg_pool *pool,
    const xmlNode *element, const char *const **out)
{
	const xmlNode *child = element != NULL
	    ? sg_xml_child(element, SG_NS_EXC_C14N, "InclusiveNamespaces")
	    : NULL;
	const char *text;
	const char **list;
	size_t count = 0, len;

	*out = NULL;
	if (child == NULL)
		return 0;
	text = sg_xml_attr(pool, child, "PrefixList");
	if (text == NULL)
		return 0;
	list = sg_pool_array(pool, strlen(text) / 2 + 2, sizeof(*list));
	if (list == NULL)
		return sg_err_nomem(env);
	for (;;) {
		text += strspn(text, " \t\r\n");
		len = strcspn(text, " \t\r\n");
		if (len == 0)
			break;
		list[count] = sg_pool_strn(pool, text, len);
		if (list[count++] == NULL)
			return sg_err_nomem(env);
		text += len;
	}
	*out = list;
	return 0;
}

/* A walk over a tree that feeds the canonicaliser. */
struct walk {
	struct sg_env *env;
	struct sg_pool *pool;
	const struct sg_nodes *nodes;
	struct sg_canon *canon;
	/* of the element at hand */
	struct sg_canon_ns *spaces;
	struct sg_canon_attr *attrs;
	size_t space_room, attr_room;
};

static int
left_out(const struct walk *walk, const void *private)
{
	return walk->nodes->mark != 0 &&
	    (uintptr_t) private == walk->nodes->mark;
}

static int
need_room(struct walk *walk, size_t spaces, size_t attrs)
{
	void *ptr;

	if (spaces > walk->space_room) {
		ptr = reallocarray(
		    walk->spaces, spaces * 2, sizeof(*walk->spaces));
		if (ptr == NULL)
			return sg_err_nomem(walk->env);
		walk->spaces = ptr;
		walk->space_room = spaces * 2;
	}
	if (attrs > walk->attr_room) {
		ptr =
		    reallocarray(walk->attrs, attrs * 2, sizeof(*walk->attrs));
		if (ptr == NULL)
			return sg_err_nomem(walk->env);
		walk->attrs = ptr;
		walk->attr_room = attrs * 2;
	}
	return 0;
}

/* As a rule a value is one piece of text. */
static const char *
attr_value(struct walk *walk, const xmlAttr *attr)
{
	const xmlNode *text = attr->children;
	xmlChar *joined;
	const char *copy;

	if (text == NULL)
		return "";
	if (text->next == NULL && text->type == XML_TEXT_NODE)
		return text->content != NULL ? (const char *)text->content : "";
	joined = xmlNodeListGetString(attr->doc, text, 1);
	if (joined == NULL)
		return "";
	copy = sg_pool_str(walk->pool, (const char *)joined);
	xmlFree(joined);
	return copy;
}

static int
take_attr(struct walk *walk, const xmlAttr *attr, struct sg_canon_attr *out)
{
	memset(out, 0, sizeof(*out));
	out->name = (const char *)attr->name;
	if (attr->ns != NULL) {
		out->prefix = (const char *)attr->ns->prefix;
		out->uri = (const char *)attr->ns->href;
	}
	out->left_out = left_out(walk, attr->_private);
	out->value = attr_value(walk, attr);
	if (out->value == NULL)
		return sg_err_nomem(walk->env);
	out->len = strlen(out->value);
	return 0;
}

static int
take_element(
    struct walk *walk, const xmlNode *node, struct sg_canon_element *out)
{
	const xmlAttr *attr;
	const xmlNs *ns;
	size_t spaces = 0, attrs = 0;
	int ret;

	for (ns = node->nsDef; ns != NULL; ns = ns->next)
		spaces++;
	for (attr = node->properties; attr != NULL; attr = attr->next)
		attrs++;
	ret = need_room(walk, spaces, attrs);
	memset(out, 0, sizeof(*out));
	out->name = (const char *)node->name;
	if (node->ns != NULL) {
		out->prefix = (const char *)node->ns->prefix;
		out->uri = (const char *)node->ns->href;
	}
	out->spaces = walk->spaces;
	out->attrs = walk->attrs;
	out->left_out = left_out(walk, node->_private);
	for (ns = node->nsDef; ns != NULL && ret == 0; ns = ns->next) {
		walk->spaces[out->space_count].prefix =
		    (const char *)ns->prefix;
		walk->spaces[out->space_count++].uri =
		    ns->href != NULL ? (const char *)ns->href : "";
	}
	for (attr = node->properties; attr != NULL && ret == 0;
	     attr = attr->next)
		ret = take_attr(walk, attr, &walk->attrs[out->attr_count++]);
	return ret;
}

static int
start_element(struct walk *walk, const xmlNode *node)
{
	struct sg_canon_element element;
	int ret = take_element(walk, node, &element);

	return ret < 0 ? ret : sg_canon_start(walk->canon, &element);
}

static int
end_element(struct walk *walk, const xmlNode *node)
{
	const char *prefix = NULL;

	if (node->type != XML_ELEMENT_NODE)
		return 0;
	if (node->ns != NULL)
		prefix = (const char *)node->ns->prefix;
	return sg_canon_end(walk->canon, prefix, (const char *)node->name);
}

static int
start_node(struct walk *walk, const xmlNode *node)
{
	const char *content = (const char *)node->content;

	if (node->type == XML_ELEMENT_NODE)
		return start_element(walk, node);
	if (left_out(walk, node->_private))
		return 0;
	switch (node->type) {
	case XML_TEXT_NODE:
	case XML_CDATA_SECTION_NODE:
		return content == NULL
		    ? 0
		    : sg_canon_text(walk->canon, content, strlen(content));
	case XML_PI_NODE:
		return sg_canon_pi(
		    walk->canon, (const char *)node->name, content);
	case XML_COMMENT_NODE:
		return sg_canon_comment(
		    walk->canon, content != NULL ? content : "");
	case XML_DOCUMENT_NODE:
	case XML_DTD_NODE:
		return 0;
	default:
		return sg_err_set(walk->env, SIGN_E_FORMAT,
		    N_("%s: the XML cannot be canonicalised"), "XML");
	}
}

/* Namespaces and xml:lang and the like come from there; outermost first. */
static int
start_ancestors(struct walk *walk, const xmlNode *node)
{
	struct sg_canon_element element;
	int ret;

	if (node == NULL || node->type != XML_ELEMENT_NODE)
		return 0;
	ret = start_ancestors(walk, node->parent);
	if (ret == 0)
		ret = take_element(walk, node, &element);
	return ret < 0 ? ret : sg_canon_above(walk->canon, &element);
}

static int
walk_nodes(struct walk *walk)
{
	const xmlNode *root = walk->nodes->apex, *node;
	const xmlNode *next;
	int ret = 0;

	if (root != NULL)
		ret = start_ancestors(walk, root->parent);
	else
		root = (const xmlNode *)sg_xml_doc(walk->nodes->xml);
	for (node = root; node != NULL && ret == 0; node = next) {
		ret = start_node(walk, node);
		next = sg_xml_down(node);
		while (next == NULL && node != NULL && ret == 0) {
			ret = end_element(walk, node);
			next = node != root ? node->next : NULL;
			node = node != root ? node->parent : NULL;
		}
	}
	return ret;
}

int
sg_c14n_write(struct sg_env *env, const struct sg_c14n *c14n,
    const xmlNode *element, const struct sg_nodes *nodes,
    const struct sg_sink *sink)
{
	struct walk walk = { .env = env, .nodes = nodes };
	const char *const *prefixes = NULL;
	int ret;

	if (sg_xml_stream_needs(nodes)) {
		sg_xml_starve(nodes->xml);
		return sg_err_set(env, SIGN_E_INTERNAL, "not in the tree");
	}
	walk.pool = sg_pool_new();
	if (walk.pool == NULL)
		return sg_err_nomem(env);
	ret = sg_c14n_prefixes(env, walk.pool, element, &prefixes);
	if (ret == 0)
		ret = sg_canon_new(
		    env, c14n, prefixes, nodes->comments, sink, &walk.canon);
	if (ret == 0)
		ret = walk_nodes(&walk);
	if (ret == 0)
		ret = sg_canon_finish(walk.canon);
	sg_canon_free(walk.canon);
	sg_pool_free(walk.pool);
	free(walk.spaces);
	free(walk.attrs);
	return ret;
}
