/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/c14n.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "formats/xml.h"

#include <libxml/c14n.h>

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

/* What the callbacks of one canonicalisation share. */
struct run {
	struct sg_env *env;
	const struct sg_nodes *nodes;
	const struct sg_sink *sink;
	int code;
};

static int
run_write(void *context, const char *ptr, int len)
{
	struct run *run = context;

	if (run->code == 0)
		run->code = run->sink->put(
		    run->env, ptr, (size_t)len, run->sink->payload);
	return run->code == 0 ? len : -1;
}

static int
run_close(void *context)
{
	(void)context;
	return 0;
}

/* A namespace node goes with its element; everything else has a mark of its
 * own. libxml2 hands a namespace as if it were a node: only type is safe. */
static int
run_visible(void *context, xmlNode *node, xmlNode *parent)
{
	const struct run *run = context;

	if (node->type == XML_NAMESPACE_DECL)
		node = parent;
	return node == NULL || (uintptr_t)node->_private != run->nodes->mark;
}

/* Exclusive XML Canonicalization 1.0, 4: PrefixList, white space between. */
static int
prefix_list(struct sg_env *env, struct sg_pool *pool, const xmlNode *element,
    xmlChar ***out)
{
	const xmlNode *child =
	    sg_xml_child(element, SG_NS_EXC_C14N, "InclusiveNamespaces");
	const char *text;
	xmlChar **list;
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
		list[count] = (xmlChar *)sg_pool_strn(pool, text, len);
		if (list[count++] == NULL)
			return sg_err_nomem(env);
		text += len;
	}
	*out = list;
	return 0;
}

/* The ancestors of the apex are not in the node-set: that is what makes
 * Canonical XML inherit xml:lang and the like from them. */
static void
mark_ancestors(const struct sg_nodes *nodes)
{
	xmlNode *node = nodes->apex->parent;

	for (; node != NULL; node = node->parent)
		node->_private = (void *)nodes->mark;
}

/* What goes wrong is said by our own errors: nothing is for the program's
 * standard error. */
static void
run_quiet(void *context, xmlError *error)
{
	(void)context;
	(void)error;
}

/*
 * libxml2 walks the document from its first child. For a subtree the document
 * is made to begin and end with it while it runs: so that the work grows with
 * the subtree, not with the document, however many references there are.
 */
static int
execute(struct run *run, const struct sg_c14n *c14n, xmlChar **prefixes)
{
	const struct sg_nodes *nodes = run->nodes;
	xmlDoc *doc = sg_xml_doc(nodes->xml);
	xmlNode *children = doc->children, *next = NULL;
	xmlStructuredErrorFunc loud = xmlStructuredError;
	void *loud_data = xmlStructuredErrorContext;
	xmlOutputBuffer *out =
	    xmlOutputBufferCreateIO(run_write, run_close, run, NULL);
	int ret;

	if (out == NULL)
		return sg_err_nomem(run->env);
	if (nodes->apex != NULL) {
		mark_ancestors(nodes);
		next = nodes->apex->next;
		nodes->apex->next = NULL;
		doc->children = nodes->apex;
	}
	xmlSetStructuredErrorFunc(NULL, run_quiet);
	ret = xmlC14NExecute(doc, nodes->mark != 0 ? run_visible : NULL, run,
	    c14n->mode, c14n->mode == XML_C14N_EXCLUSIVE_1_0 ? prefixes : NULL,
	    c14n->comments && nodes->comments, out);
	if (nodes->apex != NULL) {
		nodes->apex->next = next;
		doc->children = children;
	}
	if (xmlOutputBufferClose(out) < 0 && ret >= 0)
		ret = -1;
	xmlSetStructuredErrorFunc(loud_data, loud);
	if (run->code < 0)
		return run->code;
	if (ret < 0)
		return sg_err_set(run->env, SIGN_E_FORMAT,
		    N_("%s: the XML cannot be canonicalised"), c14n->uri);
	return 0;
}

int
sg_c14n_write(struct sg_env *env, const struct sg_c14n *c14n,
    const xmlNode *element, const struct sg_nodes *nodes,
    const struct sg_sink *sink)
{
	struct sg_nodes set = *nodes;
	struct run run = { .env = env, .nodes = &set, .sink = sink };
	struct sg_pool *pool = sg_pool_new();
	xmlChar **prefixes = NULL;
	int ret;

	if (pool == NULL)
		return sg_err_nomem(env);
	if (set.apex != NULL && set.mark == 0)
		set.mark = sg_xml_new_mark(set.xml);
	ret = element != NULL ? prefix_list(env, pool, element, &prefixes) : 0;
	if (ret == 0)
		ret = execute(&run, c14n, prefixes);
	sg_pool_free(pool);
	return ret;
}
