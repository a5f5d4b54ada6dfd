/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "envkit.h"
#include "srckit.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"
#include "sign/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static int
parse(const void *ptr, size_t len)
{
	struct sg_xml *xml = NULL;
	int ret = sg_xml_parse_view(&env, sg_view_of(ptr, len), "x.xml", &xml);

	assert_true((ret == 0) == (xml != NULL));
	sg_xml_free(xml);
	return ret;
}

/* Octets and not text: encodings. */
#define OCTETS(text) text, sizeof(text) - 1

static const struct {
	const char *name;
	const char *octets;
	size_t len;
	int code;
	const char *says;
} inputs[] = {
	{ "plain", OCTETS("<a/>"), 0, NULL },
	{ "UTF-8 with a mark", OCTETS("\xef\xbb\xbf<a>\xd0\xb9</a>"), 0, NULL },
	{ "windows-1251",
	    OCTETS("<?xml version='1.0' encoding='windows-1251'?><a>\xe9</a>"),
	    0, NULL },
	{ "UTF-16 LE", OCTETS("\xff\xfe<\0a\0/\0>\0"), 0, NULL },
	{ "UTF-16 BE", OCTETS("\xfe\xff\0<\0a\0/\0>"), 0, NULL },
	{ "white space around", OCTETS("\n<a/>\n<!-- c -->\n"), 0, NULL },
	{ "nothing", "", 0, SIGN_E_FORMAT, NULL },
	{ "no element", OCTETS("<!-- c -->"), SIGN_E_FORMAT, NULL },
	{ "broken UTF-8", OCTETS("<a>\xff</a>"), SIGN_E_FORMAT, "line 1" },
	{ "overlong UTF-8", OCTETS("<a>\xc0\xbc</a>"), SIGN_E_FORMAT, NULL },
	{ "unknown encoding",
	    OCTETS("<?xml version='1.0' encoding='klingon'?><a/>"),
	    SIGN_E_FORMAT, NULL },
	{ "no octet of its encoding",
	    OCTETS("<?xml version='1.0' encoding='windows-1251'?><a>\x98</a>"),
	    SIGN_E_FORMAT, "encoding" },
	{ "no octet of its encoding, behind",
	    OCTETS("<?xml version='1.0' encoding='windows-1251'?><a/>\n\x98"),
	    SIGN_E_FORMAT, "encoding" },
	{ "half a character", OCTETS("\xff\xfe<\0a\0/\0>\0<"), SIGN_E_FORMAT,
	    NULL },
	{ "two roots", OCTETS("<a/><b/>"), SIGN_E_FORMAT, NULL },
	{ "text behind", OCTETS("<a/>x"), SIGN_E_FORMAT, NULL },
	{ "zero octet", OCTETS("<a>\0</a>"), SIGN_E_FORMAT, NULL },
	{ "attribute twice", OCTETS("<a b='1' b='2'/>"), SIGN_E_FORMAT, NULL },
	{ "attribute twice by namespace",
	    OCTETS("<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>"),
	    SIGN_E_FORMAT, NULL },
	{ "prefix without namespace", OCTETS("<p:a/>"), SIGN_E_FORMAT, NULL },
	{ "DOCTYPE", OCTETS("<!DOCTYPE a><a/>"), SIGN_E_FORMAT, "DOCTYPE" },
	{ "DOCTYPE of a file",
	    OCTETS("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"),
	    SIGN_E_FORMAT, "DOCTYPE" },
	{ "entities",
	    OCTETS("<!DOCTYPE a [<!ENTITY e 'x'><!ENTITY f '&e;&e;'>]>"
		   "<a>&f;</a>"),
	    SIGN_E_FORMAT, "DOCTYPE" },
	{ "parameter entity",
	    OCTETS("<!DOCTYPE a [<!ENTITY % e SYSTEM 'http://localhost/'>%e;]>"
		   "<a/>"),
	    SIGN_E_FORMAT, "DOCTYPE" },
	{ "entity without DTD", OCTETS("<a>&e;</a>"), SIGN_E_FORMAT, NULL },
	{ "entity in an attribute", OCTETS("<a b='&e;'/>"), SIGN_E_FORMAT,
	    NULL },
	{ "XInclude is left alone",
	    OCTETS("<a xmlns:i='http://www.w3.org/2001/XInclude'>"
		   "<i:include href='/etc/passwd' parse='text'/></a>"),
	    0, NULL },
};

static void
test_inputs(void **state)
{
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		sg_err_clear(&env);
		ret = parse(inputs[i].octets, inputs[i].len);
		if (ret != inputs[i].code)
			fail_msg(
			    "%s: %d: %s", inputs[i].name, ret, env.english);
		if (inputs[i].says != NULL &&
		    strstr(env.english, inputs[i].says) == NULL)
			fail_msg("%s: %s", inputs[i].name, env.english);
	}
}

/* "<a>" so many times, and back. */
static int
parse_nested(size_t depth)
{
	char *text = malloc(depth * 7 + 1);
	size_t i;
	int ret;

	assert_non_null(text);
	for (i = 0; i < depth; i++) {
		memcpy(text + i * 3, "<a>", 3);
		memcpy(text + depth * 3 + i * 4, "</a>", 4);
	}
	ret = parse(text, depth * 7);
	free(text);
	return ret;
}

static int
parse_attributes(size_t count)
{
	struct sg_buf text = { 0 };
	size_t i;
	int ret;

	assert_int_equal(sg_buf_append(&env, &text, "<a", 2), 0);
	for (i = 0; i < count; i++)
		assert_int_equal(sg_buf_printf(&env, &text, " a%zu='1'", i), 0);
	assert_int_equal(sg_buf_append(&env, &text, "/>", 2), 0);
	ret = parse(text.ptr, text.len);
	sg_buf_free(&text);
	return ret;
}

static void
test_limits(void **state)
{
	(void)state;
	assert_int_equal(parse_nested(SG_MAX_XML_DEPTH), 0);
	assert_int_equal(parse_nested(SG_MAX_XML_DEPTH + 2), SIGN_E_LIMIT);
	assert_int_equal(parse_nested(100000), SIGN_E_LIMIT);
	assert_int_equal(parse_attributes(SG_MAX_XML_ATTRS), 0);
	assert_int_equal(parse_attributes(SG_MAX_XML_ATTRS + 1), SIGN_E_LIMIT);
}

#define WSU \
	"xmlns:w='http://docs.oasis-open.org/wss/2004/01/" \
	"oasis-200401-wss-wssecurity-utility-1.0.xsd' "

static const struct {
	const char *text;
	const char *found; /* name of the element with the Id x; NULL */
} ids[] = {
	{ "<a><b Id='x'/></a>", "b" },
	{ "<a><b ID='x'/></a>", "b" },
	{ "<a><b id='x'/></a>", "b" },
	{ "<a><b xml:id='x'/></a>", "b" },
	{ "<a><b " WSU "w:Id='x'/></a>", "b" },
	{ "<a Id='x' id='x'/>", "a" },
	{ "<a Id='x' id='y'/>", "a" },
	{ "<a iD='x'/>", NULL },
	{ "<a xmlns:p='u' p:Id='x'/>", NULL },
	{ "<a " WSU "w:id='x'/>", NULL },
	{ "<a><b Id='x'/><c Id='x'/></a>", NULL },
	{ "<a><b Id='x'/><c ID='x'/></a>", NULL },
	{ "<a><b Id='x'/><c xml:id='x'/></a>", NULL },
	{ "<a><b Id='x'/><c " WSU "w:Id='x'/></a>", NULL },
	{ "<a Id='x'><b id='x'/></a>", NULL },
	{ "<a><b Id='x'/><c Id='x'/><d Id='x'/></a>", NULL },
	{ "<a><b Id='&#x78;'/><c Id='x'/></a>", NULL },
	{ "<a Id=''/>", NULL },
};

static void
test_ids(void **state)
{
	struct sg_xml *xml;
	xmlNode *node;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		node = NULL;
		assert_int_equal(sg_xml_parse_view(
				     &env, sg_view_str(ids[i].text), "x", &xml),
		    0);
		if (sg_xml_by_id(&env, xml, "x", &node) != 0)
			node = NULL;
		if ((node != NULL) != (ids[i].found != NULL) ||
		    (node != NULL &&
			strcmp((const char *)node->name, ids[i].found) != 0))
			fail_msg("%s", ids[i].text);
		sg_xml_free(xml);
	}
}

static const struct {
	const char *text;
	const char *want; /* NULL: refused */
} base64s[] = {
	{ "QUJD", "ABC" },
	{ " QU\n\tJD ", "ABC" },
	{ "QQ==", "A" },
	{ "Q<!-- -->UJD", "ABC" },
	{ "<![CDATA[QUJD]]>", "ABC" },
	{ "", "" },
	{ "QUJ", NULL },
	{ "QUJD-", NULL },
	{ "QUJD-more", NULL },
	{ "QQ==QUJD", NULL },
	{ "QU*D", NULL },
	{ "QU<b/>JD", NULL },
	{ "=", NULL },
};

static void
test_base64(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_view out;
	struct sg_xml *xml;
	char text[128];
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < sizeof(base64s) / sizeof(base64s[0]); i++) {
		snprintf(text, sizeof(text), "<a>%s</a>", base64s[i].text);
		assert_int_equal(
		    sg_xml_parse_view(&env, sg_view_str(text), "x", &xml), 0);
		ret = sg_xml_base64(&env, pool, sg_xml_root(xml), &out);
		if ((ret == 0) != (base64s[i].want != NULL) ||
		    (ret == 0 &&
			!sg_view_equal(out, sg_view_str(base64s[i].want))))
			fail_msg("%s: %d", text, ret);
		sg_xml_free(xml);
	}
	sg_pool_free(pool);
}

/* No beginning of a signed file is a signed file, and none breaks us. */
static void
test_truncation(void **state)
{
	static char text[16384];
	struct sg_facts *facts;
	struct sg_in *in;
	size_t i, len;
	FILE *file;
	int ret;

	(void)state;
	file = fopen(
	    src_path("tests/fuzz/corpus/xml/enveloped-gost2012-256.xml"), "rb");
	assert_non_null(file);
	len = fread(text, 1, sizeof(text), file);
	fclose(file);
	while (len > 0 && text[len - 1] == '\n')
		len--;
	for (i = 0; i <= len; i += i + 300 < len ? 7 : 1) {
		assert_int_equal(
		    sg_in_memory(&env, "x", sg_view_of(text, i), &in), 0);
		facts = NULL;
		ret = sg_format_xades.read(&env, in, NULL, &facts);
		if ((ret == 0) != (i == len))
			fail_msg("%zu of %zu octets: %d", i, len, ret);
		sg_facts_free(facts);
		sg_in_free(in);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_inputs),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_truncation),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
