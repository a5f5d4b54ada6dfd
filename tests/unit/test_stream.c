/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/*
 * A large XML file is read in passes, a small one as a tree: both must say the
 * same, of sound files and of all others. Every XML file at hand is read in
 * both ways, and thousands of made-up ones.
 */
#include "config.h"

#include "factkit.h"
#include "srckit.h"

#include "base/env.h"
#include "base/io.h"
#include "tests/unit/xmlkit.h"
#include "tests/lib/mkkey.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define MAX_FILE (8 * 1024 * 1024)
#define NS_DS "http://www.w3.org/2000/09/xmldsig#"
#define FILTER2 "http://www.w3.org/2002/06/xmldsig-filter2"
#define C14N "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define C14N11 "http://www.w3.org/2006/12/xml-c14n11"
#define WITH(uri, inside) \
	"<ds:Transform Algorithm=\"" uri "\">" inside "</ds:Transform>"
#define XPATH(text) \
	WITH("http://www.w3.org/TR/1999/REC-xpath-19991116", \
	    "<ds:XPath>" text "</ds:XPath>")
#define FILTER(word, text) \
	WITH(FILTER2, \
	    "<f:XPath xmlns:f=\"" FILTER2 "\" Filter=\"" word "\">" text \
	    "</f:XPath>")

static struct sg_env env;
static struct sg_buf text;

/* ---- what must not need a tree, and what may not do without */

static const struct {
	const char *name, *text;
	int in_passes;
} shapes[] = {
	{ "enveloped",
	    "<a><b>1</b>" KIT_SIGNATURE(KIT_REF(
		"Id=\"r\" URI=\"\"", KIT_ENVELOPED KIT_T(KIT_EXC))) "</a>",
	    1 },
	{ "enveloped, nothing said of canonicalisation",
	    "<a><b>1</b>" KIT_SIGNATURE(
		KIT_REF("Id=\"r\" URI=\"\"", KIT_ENVELOPED)) "</a>",
	    1 },
	{ "parallel",
	    "<a><b>1</b>" KIT_SIGNATURE(KIT_REF("Id=\"r\" URI=\"\"",
		FILTER("subtract", "/descendant::ds:Signature")
		    KIT_T(KIT_EXC))) "</a>",
	    1 },
	{ "XPath without signatures",
	    "<a><b>1</b>" KIT_SIGNATURE(KIT_REF("Id=\"r\" URI=\"\"",
		XPATH(" not(ancestor-or-self::ds:Signature)\n")
		    KIT_T(C14N11))) "</a>",
	    1 },
	{ "an element by its Id",
	    "<a xml:lang=\"ru\"><b Id=\"b\">1</b>" KIT_SIGNATURE(
		KIT_REF("Id=\"r\" URI=\"#b\"", KIT_T(C14N))) "</a>",
	    1 },
	{ "the root by its Id",
	    "<a Id=\"b\">1" KIT_SIGNATURE(
		KIT_REF("Id=\"r\" URI=\"#b\"", KIT_ENVELOPED)) "</a>",
	    1 },
	{ "two signatures",
	    "<a>1" KIT_SIGNATURE(KIT_REF("Id=\"r\" URI=\"\"",
		FILTER("subtract", "//ds:Signature") KIT_T(KIT_EXC)))
		KIT_SIGNATURE_OF("t",
		    KIT_REF("Id=\"r2\" URI=\"\"",
			FILTER("subtract", "here()/ancestor::ds:Signature[1]")
			    KIT_T(KIT_EXC)),
		    "") "</a>",
	    1 },
	{ "a signature at the root",
	    KIT_SIGNATURE_OF("s",
		KIT_REF("Id=\"r\" URI=\"#o\"", KIT_T(KIT_EXC)),
		"<ds:Object Id=\"o\">1</ds:Object>"),
	    1 },
	{ "without a signature", "<a><b/></a>", 1 },
	{ "not well-formed", "<a><b></a>", 1 },
	{ "a DOCTYPE", "<!DOCTYPE a><a/>", 1 },
	{ "an Id that nothing has",
	    "<a>1" KIT_SIGNATURE(KIT_REF("Id=\"r\" URI=\"#none\"", "")) "</a>",
	    0 },
	{ "an Id that two have",
	    "<a><b Id=\"b\"/><c ID=\"b\"/>" KIT_SIGNATURE(
		KIT_REF("Id=\"r\" URI=\"#b\"", "")) "</a>",
	    0 },
	{ "an Id within the signature that stands outside too",
	    "<a><b Id=\"ps\"/>" KIT_SIGNATURE(
		KIT_REF("Id=\"r\" URI=\"\"", KIT_ENVELOPED)) "</a>",
	    0 },
	{ "a comment within a text",
	    "<a><b>1<!-- -->000</b>" KIT_SIGNATURE(
		KIT_REF("Id=\"r\" URI=\"\"", KIT_ENVELOPED)) "</a>",
	    0 },
	{ "another expression",
	    "<a><b>1</b>" KIT_SIGNATURE(
		KIT_REF("Id=\"r\" URI=\"\"", XPATH("not(self::b)"))) "</a>",
	    0 },
	{ "a prefix that is not XMLDSig's",
	    "<a><b>1</b>" KIT_SIGNATURE(KIT_REF("Id=\"r\" URI=\"\"",
		WITH(FILTER2,
		    "<f:XPath xmlns:f=\"" FILTER2
		    "\" xmlns:ds=\"urn:x\" Filter=\"subtract\">"
		    "/descendant::ds:Signature</f:XPath>"))) "</a>",
	    0 },
	{ "a relative namespace",
	    "<a xmlns=\"rel\"><b>1</b>" KIT_SIGNATURE(
		KIT_REF("Id=\"r\" URI=\"\"", KIT_ENVELOPED)) "</a>",
	    0 },
	{ "base64",
	    "<a><b Id=\"b\">MTIz</b>" KIT_SIGNATURE(
		KIT_REF("Id=\"r\" URI=\"#b\"", KIT_T(NS_DS "base64"))) "</a>",
	    0 },
};

/* Whether a digest is right is of no matter here. */
static void
fill(const char *template)
{
	size_t len;

	text.len = 0;
	while (*template != '\0') {
		len = strcspn(template, "@");
		assert_int_equal(sg_buf_append(&env, &text, template, len), 0);
		template += len;
		if (*template == '\0')
			break;
		assert_int_equal(sg_buf_append(&env, &text, "AAAA", 4), 0);
		template += 1 + strcspn(template + 1, "@") + 1;
	}
}

static void
test_shapes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		fill(shapes[i].text);
		if (factkit_same(&env, shapes[i].name, sg_buf_view(&text)) ==
		    shapes[i].in_passes)
			continue;
		fail_msg("%s: %s", shapes[i].name,
		    shapes[i].in_passes ? "a tree was needed"
					: "no tree was needed");
	}
}

/* ---- files */

static size_t files, files_in_passes;

static void
try_file(const char *path)
{
	struct sg_buf octets = { 0 };

	if (sg_read_file(&env, path, MAX_FILE, &octets) == 0) {
		files++;
		files_in_passes +=
		    (size_t)factkit_same(&env, path, sg_buf_view(&octets));
	}
	sg_buf_free(&octets);
}

static int
is_xml(const char *path, int any)
{
	size_t len = strlen(path);

	return any || (len > 4 && strcmp(path + len - 4, ".xml") == 0);
}

static void
try_folder(const char *path, int any)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;
	char below[4096];
	struct stat st;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (entry->d_name[0] == '.' || stat(below, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			try_folder(below, any);
		else if (is_xml(below, any))
			try_file(below);
	}
	if (dir != NULL)
		closedir(dir);
}

static void
test_files(void **state)
{
	static const struct {
		const char *path;
		int any;
	} folders[] = {
		{ "tests/data", 0 },
		{ "tests/fuzz/corpus/xml", 1 },
		{ "tests/fuzz/corpus/reference", 1 },
		{ "tests/fuzz/corpus/qualifying", 1 },
		{ "../shared/corpus", 0 },
		{ "../shared/vectors", 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		/* under valgrind our own */
		if (mk_step(2) > 1 && folders[i].path[0] == '.')
			continue;
		files = files_in_passes = 0;
		try_folder(src_path("%s", folders[i].path), folders[i].any);
		print_message("# %s: %zu files, %zu without a tree\n",
		    folders[i].path, files, files_in_passes);
	}
}

/* ---- made-up files */

static uint32_t dice_state;

static unsigned
dice(unsigned sides)
{
	dice_state = dice_state * UINT32_C(1664525) + UINT32_C(1013904223);
	return (dice_state >> 8) % sides;
}

static void
add(const char *part)
{
	assert_int_equal(sg_buf_append(&env, &text, part, strlen(part)), 0);
}

static void
add_one(const char *const *list)
{
	unsigned count = 0;

	while (list[count] != NULL)
		count++;
	add(list[dice(count)]);
}

static void
add_reference(void)
{
	static const char *const uris[] = { "", "", "", "#a", "#b", "#c", "#r",
		"#s1", "#o1", "#v2", "#none", "#xpointer(/)",
		"#xpointer(id('a'))", "#xpointer(id(\"s1\"))", "other.txt",
		NULL };
	static const char *const transforms[] = { KIT_ENVELOPED, KIT_ENVELOPED,
		KIT_ENVELOPED, KIT_T(KIT_EXC), KIT_T(KIT_EXC), KIT_T(C14N),
		KIT_T(C14N "#WithComments"), KIT_T(C14N11),
		KIT_T(KIT_EXC "WithComments"),
		WITH(KIT_EXC,
		    "<e:InclusiveNamespaces xmlns:e=\"" KIT_EXC
		    "\" PrefixList=\"#default y\"/>"),
		FILTER("subtract", "/descendant::ds:Signature"),
		FILTER("subtract", "here()/ancestor::ds:Signature[1]"),
		FILTER("intersect", "//*[@Id='a']"),
		XPATH("not(ancestor-or-self::ds:Signature)"),
		XPATH("self::text()"), KIT_T(NS_DS "base64"),
		KIT_T("urn:smev-gov-ru/xmldsig/transform"), NULL };
	unsigned i, count = dice(4);

	add("<ds:Reference URI='");
	add_one(uris);
	add("'><ds:Transforms>");
	for (i = 0; i < count; i++)
		add_one(transforms);
	add("</ds:Transforms><ds:DigestMethod Algorithm=\"" KIT_XMLENC
	    "sha256\"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>");
}

static void add_content(int depth);

static void
add_signature(int depth)
{
	static const char *const methods[] = { KIT_EXC, C14N, C14N11, NULL };
	unsigned i, number = dice(3), count = 1 + dice(3);
	char tag[64];

	snprintf(tag, sizeof(tag), "<ds:Signature Id='s%u' xmlns:ds='", number);
	add(tag);
	add(NS_DS "'><ds:SignedInfo><ds:CanonicalizationMethod Algorithm='");
	add_one(methods);
	add("'/><ds:SignatureMethod Algorithm='" KIT_RSA "'/>");
	for (i = 0; i < count; i++)
		add_reference();
	snprintf(tag, sizeof(tag),
	    "</ds:SignedInfo><ds:SignatureValue Id='v%u'>", number);
	add(tag);
	add("AAAA</ds:SignatureValue>");
	if (dice(3) == 0) {
		snprintf(tag, sizeof(tag), "<ds:Object Id='o%u'>", number);
		add(tag);
		add_content(depth - 1);
		add("</ds:Object>");
	}
	add("</ds:Signature>");
}

static void
add_content(int depth)
{
	static const char *const parts[] = { "text", " ", "\n", "<!-- c -->",
		"<?p q?>", "<![CDATA[x<]]>", "&amp;", "<row n='1'/>", "<a/>",
		NULL };
	static const char *const starts[] = { "<d>", "<d>", "<d k='&#13;'>",
		"<d Id='a'>", "<d id='b' xml:lang='ru'>", "<d ID='c'>",
		"<d xml:id='a'>", "<d xmlns='urn:2'>", "<d xmlns=''>",
		"<d xmlns:y='urn:y'>", "<d xml:base='x/'>", "<d Id='o1'>",
		"<d Id='a' xml:id='a'>", "<d Id='a' xml:id='b'>",
		"<d xmlns:z='relative'>", NULL };
	unsigned i, count = depth > 0 ? dice(4) : 0;

	for (i = 0; i < count; i++) {
		add_one(parts);
		if (dice(8) == 0)
			add_signature(depth);
		if (dice(2) == 0)
			continue;
		add_one(starts);
		add_content(depth - 1);
		add("</d>");
	}
}

static void
make_file(void)
{
	static const char *const before[] = { "", "", "",
		"<?xml version='1.0' encoding='UTF-8'?>\n", "<?p?><!-- c -->",
		NULL };
	static const char *const starts[] = { "<d>", "<d xmlns='urn:1' Id='r'>",
		"<d xmlns:y='urn:y' xml:space='preserve'>", "<d Id='a'>",
		NULL };
	static const char *const after[] = { "", "", "\n", "<!-- end -->",
		"<?end?>", NULL };

	text.len = 0;
	add_one(before);
	if (dice(10) == 0) {
		add_signature(4);
	} else {
		add_one(starts);
		add_content(4);
		if (dice(4) != 0)
			add_signature(4);
		if (dice(4) == 0)
			add_signature(4);
		add("</d>");
	}
	add_one(after);
}

static void
test_made(void **state)
{
	unsigned i, in_passes = 0, count = 4000 / (unsigned)mk_step(5);

	(void)state;
	for (i = 0; i < count; i++) {
		dice_state = i;
		make_file();
		in_passes +=
		    (unsigned)factkit_same(&env, "made", sg_buf_view(&text));
	}
	print_message("# %u files, %u without a tree\n", count, in_passes);
	assert_true(in_passes > count / 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_made),
	};
	int ret;

	if (sg_env_init(&env) < 0)
		return 99;
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	sg_buf_free(&text);
	sg_env_clear(&env);
	return ret;
}
