/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/* The published vectors of canonicalisation, where they are at hand. They use
 * DTDs, which the product refuses: so the parser is one of the test's own. */
#include "config.h"

#include "envkit.h"
#include "srckit.h"

#include "formats/c14n.h"
#include "formats/xml.h"
#include "tests/lib/mkkey.h"

#include <libxml/c14n.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define C14N10 "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define C14N11 "http://www.w3.org/2006/12/xml-c14n11"
#define EXC "http://www.w3.org/2001/10/xml-exc-c14n#"

static const struct folder {
	const char *name, *uri;
	/* vectors that select namespace nodes apart from their elements: here
	 * a namespace node always goes with its element */
	const char *apart;
} folders[] = {
	{ "without-comments", C14N10,
	    "merlin-c14n-two-01 merlin-c14n-two-02 merlin-c14n-two-03 merlin-c14n-two-04 merlin-c14n-two-05 merlin-c14n-two-06 merlin-c14n-two-07 merlin-c14n-two-08" },
	{ "with-comments", C14N10 "#WithComments", "" },
	{ "1-1-without-comments", C14N11, "" },
	{ "exc-without-comments", EXC,
	    "merlin-c14n-two-13 merlin-c14n-two-14 merlin-c14n-two-17 merlin-c14n-two-19 merlin-c14n-two-20 merlin-c14n-two-21 merlin-c14n-two-22 merlin-c14n-two-23 merlin-c14n-two-24 merlin-c14n-two-26" },
};

static int
put(struct sg_env *e, const void *ptr, size_t len, void *payload)
{
	return sg_buf_append(e, payload, ptr, len);
}

static const char *
path_of(const char *kind, const char *folder, const char *name, const char *end)
{
	return src_path(
	    "../shared/vectors/c14n/%s/c14n/%s/%s%s", kind, folder, name, end);
}

static size_t
read_file(const char *path, char *out, size_t room)
{
	FILE *file = fopen(path, "rb");
	size_t len;

	if (file == NULL)
		return 0;
	len = fread(out, 1, room - 1, file);
	out[len] = '\0';
	fclose(file);
	return len;
}

static xmlNode *
next_node(xmlNode *node)
{
	if (node->children != NULL && node->type != XML_ENTITY_REF_NODE &&
	    node->type != XML_DTD_NODE)
		return node->children;
	while (node != NULL && node->next == NULL)
		node = node->parent;
	return node != NULL ? node->next : NULL;
}

/* Mark what is not in the set. */
static void
mark_others(xmlDoc *doc, xmlNodeSet *set, uintptr_t mark)
{
	xmlNode *node = (xmlNode *)doc;
	xmlAttr *attr;

	for (; node != NULL; node = next_node(node)) {
		if (!xmlXPathNodeSetContains(set, node))
			node->_private = (void *)mark;
		if (node->type != XML_ELEMENT_NODE)
			continue;
		for (attr = node->properties; attr != NULL; attr = attr->next)
			if (!xmlXPathNodeSetContains(set, (xmlNode *)attr))
				attr->_private = (void *)mark;
	}
}

static void
select_nodes(struct sg_nodes *nodes, const char *path)
{
	xmlDoc *doc = sg_xml_doc(nodes->xml);
	xmlDoc *file = xmlReadFile(path, NULL,
	    XML_PARSE_DTDATTR | XML_PARSE_NOENT | XML_PARSE_NONET |
		XML_PARSE_NOWARNING);
	xmlNode *element = xmlDocGetRootElement(file);
	xmlXPathContext *context = xmlXPathNewContext(doc);
	xmlXPathObject *result;
	xmlChar *text;
	xmlNs *ns;

	for (ns = element->nsDef; ns != NULL; ns = ns->next)
		if (ns->prefix != NULL)
			xmlXPathRegisterNs(context, ns->prefix, ns->href);
	text = xmlNodeGetContent(element);
	result = xmlXPathEvalExpression(text, context);
	assert_non_null(result);
	nodes->mark = sg_xml_new_mark(nodes->xml);
	mark_others(doc, result->nodesetval, nodes->mark);
	xmlXPathFreeObject(result);
	xmlXPathFreeContext(context);
	xmlFree(text);
	xmlFreeDoc(file);
}

/* The element that a CanonicalizationMethod with this list would be. */
static xmlDoc *
make_method(char *prefixes)
{
	char text[2048];

	prefixes[strcspn(prefixes, "\n")] = '\0';
	snprintf(text, sizeof(text),
	    "<m><InclusiveNamespaces xmlns='" EXC "' PrefixList='%s'/></m>",
	    prefixes);
	return xmlReadMemory(text, (int)strlen(text), NULL, NULL, 0);
}

static int
try_one(const struct folder *folder, const char *name)
{
	static char want[65536], list[1024];
	struct sg_nodes nodes = { .comments = 1 };
	struct sg_buf have = { 0 };
	struct sg_sink sink = { put, &have };
	xmlDoc *method = NULL;
	const char *path = path_of("test", folder->name, name, ".xpath");
	FILE *file = fopen(path, "rb");
	size_t len;
	int same;

	nodes.xml = sg_xml_adopt(
	    xmlReadFile(path_of("test", folder->name, name, ".xml"), NULL,
		XML_PARSE_DTDATTR | XML_PARSE_NOENT | XML_PARSE_NONET |
		    XML_PARSE_NOWARNING));
	assert_non_null(nodes.xml);
	if (file != NULL) {
		fclose(file);
		select_nodes(
		    &nodes, path_of("test", folder->name, name, ".xpath"));
	}
	if (read_file(path_of("test", folder->name, name, ".ns"), list,
		sizeof(list)) != 0)
		method = make_method(list);
	assert_int_equal(
	    sg_c14n_write(&env, sg_c14n_find(folder->uri),
		method != NULL ? xmlDocGetRootElement(method) : NULL, &nodes,
		&sink),
	    0);
	len = read_file(
	    path_of("result", folder->name, name, ""), want, sizeof(want));
	same = len == have.len && memcmp(want, have.ptr, len) == 0;
	if (!same)
		print_message("# %s/%s differs\nwant:%s\nhave:%.*s\n",
		    folder->name, name, want, (int)have.len, (char *)have.ptr);
	xmlFreeDoc(method);
	sg_buf_free(&have);
	sg_xml_free(nodes.xml);
	return same;
}

static void
test_folder(void **state)
{
	const struct folder *folder = *state;
	DIR *dir = opendir(path_of("result", folder->name, "", ""));
	const struct dirent *entry;
	int count = 0, bad = 0;

	if (dir == NULL)
		skip();
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (strstr(folder->apart, entry->d_name) != NULL) {
			print_message("# left out: %s\n", entry->d_name);
			continue;
		}
		count++;
		bad += !try_one(folder, entry->d_name);
	}
	closedir(dir);
	print_message("# %s: %d vectors\n", folder->name, count);
	assert_true(count > 5);
	assert_int_equal(bad, 0);
}

/* A subtree of a document, without the vectors. */
static const struct {
	const char *uri, *text, *want;
} subtrees[] = {
	{ C14N10,
	    "<a xmlns='urn:a' xmlns:u='urn:u' xml:lang='ru' xml:id='i'>"
	    "<b Id='b' z=\"&lt;\" y='1'><!-- c -->&gt;<c/></b></a>",
	    "<b xmlns=\"urn:a\" xmlns:u=\"urn:u\" Id=\"b\" y=\"1\" z=\"&lt;\" "
	    "xml:id=\"i\" xml:lang=\"ru\">&gt;<c></c></b>" },
	{ C14N10 "#WithComments", "<a><b Id='b'><!-- c --><?p q?></b></a>",
	    "<b Id=\"b\"><!-- c --><?p q?></b>" },
	{ C14N11, "<a xml:lang='ru' xml:id='i'><b Id='b'>\r\n&#13;</b></a>",
	    "<b Id=\"b\" xml:lang=\"ru\">\n&#xD;</b>" },
	{ EXC,
	    "<a xmlns='urn:a' xmlns:u='urn:u' xml:lang='ru'>"
	    "<b Id='b' u:v='&#9;'/></a>",
	    "<b xmlns=\"urn:a\" xmlns:u=\"urn:u\" Id=\"b\" u:v=\"&#x9;\"></b>" },
};

static void
test_subtree(void **state)
{
	struct sg_nodes nodes = { .comments = 1 };
	struct sg_buf have = { 0 };
	struct sg_sink sink = { put, &have };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(subtrees) / sizeof(subtrees[0]); i++) {
		have.len = 0;
		nodes.mark = 0;
		assert_int_equal(
		    sg_xml_parse_view(
			&env, sg_view_str(subtrees[i].text), "x", &nodes.xml),
		    0);
		assert_int_equal(
		    sg_xml_by_id(&env, nodes.xml, "b", &nodes.apex), 0);
		assert_int_equal(
		    sg_c14n_write(&env, sg_c14n_find(subtrees[i].uri), NULL,
			&nodes, &sink),
		    0);
		assert_int_equal(sg_buf_append(&env, &have, "", 1), 0);
		assert_string_equal((char *)have.ptr, subtrees[i].want);
		sg_xml_free(nodes.xml);
	}
	sg_buf_free(&have);
}

/* ---- made-up documents and node-sets, beside libxml2's own */

static uint32_t dice_state;

static unsigned
dice(unsigned sides)
{
	dice_state = dice_state * UINT32_C(1664525) + UINT32_C(1013904223);
	return (dice_state >> 8) % sides;
}

static const char *
one_of(const char *const *list)
{
	unsigned count = 0;

	while (list[count] != NULL)
		count++;
	return list[dice(count)];
}

static void
add_text(struct sg_buf *doc)
{
	static const char *const texts[] = { "text", "&amp;&lt;&gt;\"'", " \n",
		"&#13;&#9;", "<![CDATA[<&>]]>", "<!-- c&#13; -->", "<?p q r?>",
		"<?p?>", "\xd0\x96", NULL };

	assert_int_equal(sg_buf_printf(&env, doc, "%s", one_of(texts)), 0);
}

/* The prefixes a, b and c are declared by the root. */
static void
add_element(struct sg_buf *doc, int depth)
{
	static const char *const names[] = { "e", "a:e", "b:f", "c:g", "h",
		NULL };
	static const char *const spaces[] = { "", "", " xmlns='urn:1'",
		" xmlns=''", " xmlns:a='urn:2'", " xmlns:a='urn:1'",
		" xmlns:b='urn:2'", " xmlns:c='urn:3' xmlns='urn:3'",
		" xmlns:zz='urn:z'", NULL };
	static const char *const attrs[] = { "", "", " z='1' y='&lt;&quot;'",
		" a:x='2' m='&#10;'", " b:x='&#13;' c:w='5'", " xml:lang='ru'",
		" xml:space='preserve' a:q=''", " xml:id='i' n='&amp;'",
		" xml:base='b/'", " xml:base='http://x/y/..'", NULL };
	const char *name = one_of(names);
	unsigned i, count = depth > 0 ? dice(4) : 0;

	assert_int_equal(sg_buf_printf(&env, doc, "<%s%s%s%s>", name,
			     depth == 5 ? " xmlns:a='urn:a' xmlns:b='urn:b' "
					  "xmlns:c='urn:c'"
					: one_of(spaces),
			     one_of(attrs), ""),
	    0);
	for (i = 0; i < count; i++) {
		if (dice(2) == 0)
			add_text(doc);
		add_element(doc, depth - 1);
		if (dice(2) == 0)
			add_text(doc);
	}
	assert_int_equal(sg_buf_printf(&env, doc, "</%s>", name), 0);
}

static void
make_document(struct sg_buf *doc)
{
	doc->len = 0;
	assert_int_equal(
	    sg_buf_printf(&env, doc, "%s",
		dice(2) == 0 ? "<?top data?><!-- over --><?two?>" : ""),
	    0);
	add_element(doc, 5);
	if (dice(2) == 0)
		assert_int_equal(
		    sg_buf_printf(&env, doc, "<!-- under --><?end ?>"), 0);
}

/* What goes takes its attributes along: to libxml2 an attribute without its
 * element utilises a namespace. */
static void
mark_some(struct sg_nodes *nodes)
{
	xmlDoc *doc = sg_xml_doc(nodes->xml);
	xmlNode *node = (xmlNode *)doc;
	xmlAttr *attr;

	nodes->mark = sg_xml_new_mark(nodes->xml);
	for (; node != NULL; node = next_node(node)) {
		int out = node != (xmlNode *)doc && dice(4) == 0;

		if (out)
			node->_private = (void *)nodes->mark;
		if (node->type != XML_ELEMENT_NODE)
			continue;
		for (attr = node->properties; attr != NULL; attr = attr->next)
			if (out || (attr->ns == NULL && dice(8) == 0))
				attr->_private = (void *)nodes->mark;
	}
}

static int
peer_visible(void *data, xmlNode *node, xmlNode *parent)
{
	const struct sg_nodes *nodes = data;

	if (node->type == XML_NAMESPACE_DECL)
		node = parent;
	return nodes->mark == 0 || node == NULL ||
	    (uintptr_t)node->_private != nodes->mark;
}

static void
same_as_peer(struct sg_nodes *nodes, const char *uri, const char *prefixes)
{
	const struct sg_c14n *c14n = sg_c14n_find(uri);
	xmlChar *list[] = { (xmlChar *)(uintptr_t) "a",
		(xmlChar *)(uintptr_t) "#default", NULL };
	char text[16];
	struct sg_buf have = { 0 };
	struct sg_sink sink = { put, &have };
	xmlBuffer *want = xmlBufferCreate();
	xmlOutputBuffer *out = xmlOutputBufferCreateBuffer(want, NULL);
	xmlDoc *method;

	snprintf(text, sizeof(text), "%s", prefixes != NULL ? prefixes : "");
	method = make_method(text);
	assert_int_equal(sg_c14n_write(&env, c14n, xmlDocGetRootElement(method),
			     nodes, &sink),
	    0);
	assert_true(xmlC14NExecute(sg_xml_doc(nodes->xml), peer_visible, nodes,
			c14n->mode, prefixes != NULL ? list : NULL,
			c14n->comments, out) >= 0);
	xmlOutputBufferFlush(out);
	if (!sg_view_equal(sg_buf_view(&have),
		sg_view_of(
		    xmlBufferContent(want), (size_t)xmlBufferLength(want))))
		fail_msg("%s:\nwant: %s\nhave: %.*s", uri,
		    (const char *)xmlBufferContent(want), (int)have.len,
		    (char *)have.ptr);
	xmlOutputBufferClose(out);
	xmlBufferFree(want);
	xmlFreeDoc(method);
	sg_buf_free(&have);
}

static void
test_peer(void **state)
{
	static const char *const uris[] = { C14N10, C14N10 "#WithComments",
		C14N11, C14N11 "#WithComments", EXC, EXC "WithComments" };
	struct sg_nodes nodes = { .comments = 1 };
	struct sg_buf doc = { 0 };
	unsigned i;
	size_t j;

	(void)state;
	for (i = 0; i < 500; i += mk_step(2)) {
		dice_state = i;
		make_document(&doc);
		assert_int_equal(sg_xml_parse_view(&env, sg_buf_view(&doc),
				     "made", &nodes.xml),
		    0);
		for (j = 0; j < sizeof(uris) / sizeof(uris[0]); j++) {
			nodes.mark = 0;
			same_as_peer(&nodes, uris[j], NULL);
			mark_some(&nodes);
			same_as_peer(&nodes, uris[j], NULL);
			if (j >= 4)
				same_as_peer(&nodes, uris[j], "a #default");
		}
		sg_xml_free(nodes.xml);
	}
	sg_buf_free(&doc);
}

int
main(void)
{
	struct CMUnitTest tests[6] = { cmocka_unit_test(test_subtree),
		cmocka_unit_test(test_peer) };
	size_t i;

	for (i = 0; i < 4; i++) {
		tests[i + 2].name = folders[i].name;
		tests[i + 2].test_func = test_folder;
		tests[i + 2].initial_state = (void *)(uintptr_t)&folders[i];
	}
	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
