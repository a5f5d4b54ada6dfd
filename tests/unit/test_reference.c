/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "envkit.h"
#include "srckit.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/pool.h"
#include "formats/filter.h"
#include "formats/reference.h"
#include "formats/xml.h"
#include "sign/error.h"
#include "tests/lib/mkkey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define DS "http://www.w3.org/2000/09/xmldsig#"
#define C14N "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
#define EXC "http://www.w3.org/2001/10/xml-exc-c14n#"
#define XPATH "http://www.w3.org/TR/1999/REC-xpath-19991116"
#define FILTER2 "http://www.w3.org/2002/06/xmldsig-filter2"
#define SMEV "urn://smev-gov-ru/xmldsig/transform"
#define T(uri) "<Transform Algorithm='" uri "'/>"
#define TX(uri, inside) "<Transform Algorithm='" uri "'>" inside "</Transform>"
#define X(text) TX(XPATH, "<XPath>" text "</XPath>")
#define F(filter, text) \
	"<f:XPath xmlns:f='" FILTER2 "' Filter='" filter "'>" text "</f:XPath>"
#define ENVELOPED T(DS "enveloped-signature")
#define BASE64 T(DS "base64")
#define EIGHT(t) t t t t t t t t

struct ref_case {
	const char *name, *uri, *transforms;
	int code;
	const char *want; /* octets, or a piece of the message */
	const char *coverage;
};

/* The document; the Signature with the reference stands at the end. */
#define BODY \
	"<a Id='x' y='1'>t<!--c--><b>u</b></a><d Id='e'>PGE+QTwvYT4=</d>" \
	"<z Id='z'> QUJD </z>"
#define A "<a Id=\"x\" y=\"1\">t<b>u</b></a>"
#define DE "<d Id=\"e\">PGE+QTwvYT4=</d><z Id=\"z\"> QUJD </z>"

static const struct ref_case cases[] = {
	{ "element", "#x", "", 0, A, "whole" },
	{ "element with comments", "#xpointer(id('x'))",
	    T(C14N "#WithComments"), 0,
	    "<a Id=\"x\" y=\"1\">t<!--c--><b>u</b></a>", "whole" },
	{ "no comments by a bare name", "#x", T(C14N "#WithComments"), 0, A,
	    "whole" },
	{ "document, enveloped", "", ENVELOPED, 0, "<r>" A DE "</r>", "whole" },
	{ "document by xpointer", "#xpointer(/)",
	    ENVELOPED T(EXC "WithComments"), 0,
	    "<r><a Id=\"x\" y=\"1\">t<!--c--><b>u</b></a>" DE "</r>", "whole" },
	{ "enveloped over what is in the signature", "#v", ENVELOPED, 0, "",
	    "none" },
	{ "enveloped over what does not hold it", "#x", ENVELOPED, 0, A,
	    "whole" },
	{ "base64", "#z", BASE64, 0, "ABC", "part" },
	{ "base64, parsed again", "#e", BASE64 T(EXC), 0, "<a>A</a>", "part" },
	{ "base64 of no base64", "#x", BASE64, SIGN_E_FORMAT, "6.6.2", NULL },
	{ "canonical, then base64", "#z", T(C14N) BASE64, SIGN_E_FORMAT,
	    "6.6.2", NULL },
	{ "canonical twice", "#x", T(C14N) T(EXC), 0, A, "whole" },
	{ "enveloped after octets", "", T(C14N) ENVELOPED, SIGN_E_FORMAT,
	    "6.6.4", NULL },
	{ "XPath", "", X("ancestor-or-self::b"), 0, "<b>u</b>", "whole" },
	{ "XPath of text", "", X("self::text()[parent::b]"), 0, "u", "part" },
	{ "XPath, enveloped", "", X("not(ancestor-or-self::ds:Signature)"), 0,
	    "<r>" A DE "</r>", "whole" },
	{ "XPath, here()", "",
	    X("count(ancestor-or-self::ds:Signature | "
	      "here()/ancestor::ds:Signature[1]) > "
	      "count(ancestor-or-self::ds:Signature)"),
	    0, "<r>" A DE "</r>", "whole" },
	{ "XPath, id()", "", X("ancestor-or-self::node()[. = id('z')]"), 0,
	    "<z Id=\"z\"> QUJD </z>", NULL },
	{ "XPath, nothing", "", X("false()"), 0, "", "none" },
	{ "XPath that cannot be read", "", X("(("), SIGN_E_FORMAT, "6.6.3",
	    NULL },
	{ "XPath with an unknown function", "", X("document('x')"),
	    SIGN_E_FORMAT, "6.6.3", NULL },
	{ "XPath with an unknown prefix", "", X("self::nope:a"), SIGN_E_FORMAT,
	    "6.6.3", NULL },
	{ "no XPath", "", T(XPATH), SIGN_E_FORMAT, "6.6.3", NULL },
	{ "two XPath", "", TX(XPATH, "<XPath>1</XPath><XPath>1</XPath>"),
	    SIGN_E_FORMAT, "6.6.3", NULL },
	{ "XPath without end", "",
	    X("count(//node()[count(//node()[count(//node()[count(//node()["
	      "count(//node()) > 1]) > 1]) > 1]) > 1]) > 1"),
	    SIGN_E_LIMIT, "too long", NULL },
	{ "Filter 2, intersect", "", TX(FILTER2, F("intersect", "//b")), 0,
	    "<b>u</b>", "whole" },
	{ "Filter 2, subtract", "",
	    TX(FILTER2, F("subtract", "//ds:Signature")), 0, "<r>" A DE "</r>",
	    "whole" },
	{ "Filter 2, intersect, subtract, union", "",
	    TX(FILTER2,
		F("intersect", "//a") F("subtract", "//b") F("union", "//z")),
	    0, "<a Id=\"x\" y=\"1\">t</a><z Id=\"z\"> QUJD </z>", "part" },
	{ "Filter 2, attribute", "",
	    TX(FILTER2, F("intersect", "//a") F("subtract", "//@y")), 0,
	    "<a Id=\"x\">t<b>u</b></a>", "part" },
	{ "Filter 2, everything", "", TX(FILTER2, F("subtract", "/")), 0, "",
	    "none" },
	{ "Filter 2, no such word", "", TX(FILTER2, F("take", "/")),
	    SIGN_E_FORMAT, "Filter 2", NULL },
	{ "Filter 2, no node-set", "", TX(FILTER2, F("union", "1")),
	    SIGN_E_FORMAT, "6.6.3", NULL },
	{ "Filter 2, nothing in it", "", T(FILTER2), SIGN_E_FORMAT, "Filter 2",
	    NULL },
	{ "Filter 2, too many", "",
	    TX(FILTER2,
		EIGHT(F("union", "/")) EIGHT(F("union", "/")) EIGHT(
		    F("union", "/")) EIGHT(F("union", "/")) F("union", "/")),
	    SIGN_E_LIMIT, "Filter 2", NULL },
	{ "as many transforms as may be", "#x", EIGHT(T(EXC)), 0, A, "whole" },
	{ "one too many", "#x", EIGHT(T(EXC)) T(EXC), SIGN_E_LIMIT,
	    "transforms", NULL },
	{ "XSLT", "", T("http://www.w3.org/TR/1999/REC-xslt-19991116"),
	    SIGN_E_UNSUPPORTED, "REC-xslt", NULL },
	{ "unknown", "", T("urn:x"), SIGN_E_UNSUPPORTED, "urn:x", NULL },
	{ "no algorithm", "", "<Transform/>", SIGN_E_FORMAT, "4.4.3.4", NULL },
	{ "no such Id", "#q", "", SIGN_E_FORMAT, "Id q", NULL },
	{ "an empty Id", "#", "", SIGN_E_FORMAT, "4.4.3.2", NULL },
	{ "foreign scheme", "http://localhost/", "", SIGN_E_UNSUPPORTED,
	    "fetched", NULL },
	{ "other xpointer", "#xpointer(//a)", "", SIGN_E_UNSUPPORTED,
	    "xpointer", NULL },
	{ "xpointer of an open quote", "#xpointer(id('x))", "",
	    SIGN_E_UNSUPPORTED, "xpointer", NULL },
	{ "file", "doc.txt", "", 0, "abc", "whole" },
	{ "file, escaped", "d%6fc.txt", "", 0, "abc", "whole" },
	{ "file, broken escape", "d%6", "", SIGN_E_FORMAT, "2.1", NULL },
	{ "file, zero octet", "doc.txt%00", "", SIGN_E_FORMAT, "2.1", NULL },
	{ "file that is no XML, canonical", "doc.txt", T(C14N), SIGN_E_FORMAT,
	    "well-formed", NULL },
	{ "file, base64", "b64.txt", BASE64, 0, "ABC", "whole" },
	{ "SMEV", "#s", T(EXC) T(SMEV), SIGN_E_FORMAT, "s", NULL },
};

static int
put(struct sg_env *e, const void *ptr, size_t len, void *payload)
{
	return sg_buf_append(e, payload, ptr, len);
}

static int
write_case(const struct ref_case *c, struct sg_pool *pool, struct sg_buf *have,
    struct sg_reference *found)
{
	struct sg_source files[] = { { .name = "dir/doc.txt" },
		{ .name = "b64.txt" } };
	struct sg_sources docs = { files, 2 };
	struct sg_sink sink = { put, have };
	struct sg_xml *xml = NULL;
	xmlNode *signature;
	struct sg_reference_input input;
	char *text = sg_pool_printf(pool,
	    "<r>" BODY "<ds:Signature xmlns:ds='" DS "' xmlns='" DS
	    "'><Reference URI=\"%s\"><Transforms>%s</Transforms></Reference>"
	    "<SignatureValue Id='v'/>"
	    "</ds:Signature></r>",
	    c->uri, c->transforms);
	int ret;

	assert_int_equal(
	    sg_xml_parse_view(&env, sg_view_str(text), "x", &xml), 0);
	assert_int_equal(
	    sg_in_memory(&env, files[0].name, sg_view_str("abc"), &files[0].in),
	    0);
	assert_int_equal(sg_in_memory(&env, files[1].name, sg_view_str("QUJD"),
			     &files[1].in),
	    0);
	signature = sg_xml_child(sg_xml_root(xml), DS, "Signature");
	input = (struct sg_reference_input){ xml, signature, &docs };
	ret = sg_reference_write(&env, pool, &input,
	    sg_xml_child(signature, DS, "Reference"), &sink, found);
	sg_in_free(files[0].in);
	sg_in_free(files[1].in);
	sg_xml_free(xml);
	return ret;
}

static void
test_case(void **state)
{
	const struct ref_case *c = *state;
	struct sg_pool *pool = sg_pool_new();
	struct sg_buf have = { 0 };
	struct sg_reference found;
	clock_t start = clock();
	int ret;

	sg_err_clear(&env);
	ret = write_case(c, pool, &have, &found);
	if (ret != c->code)
		fail_msg("%d: %s", ret, env.english);
	if (ret != 0) {
		if (strstr(env.english, c->want) == NULL)
			fail_msg("%s", env.english);
	} else {
		assert_int_equal(sg_buf_append(&env, &have, "", 1), 0);
		assert_string_equal((char *)have.ptr, c->want);
		if (c->coverage != NULL)
			assert_string_equal(found.coverage, c->coverage);
	}
	/* whatever is asked for is bounded */
	assert_true((clock() - start) / CLOCKS_PER_SEC < 20);
	sg_buf_free(&have);
	sg_pool_free(pool);
}

/* ---- the SMEV transform: the guide's cases, in pieces of every size */

static struct sg_view
read_smev(struct sg_pool *pool, int number, const char *end)
{
	unsigned char *octets = sg_pool_alloc(pool, 4096);
	FILE *file;
	size_t len;

	file = fopen(src_path("tests/data/smev/case%d.%s", number, end), "rb");
	assert_non_null(file);
	len = fread(octets, 1, 4096, file);
	fclose(file);
	while (len > 0 && octets[len - 1] == '\n')
		len--;
	return sg_view_of(octets, len);
}

static int
smev(struct sg_view in, size_t piece, struct sg_buf *have)
{
	struct sg_sink sink = { put, have };
	struct sg_filter *filter = NULL;
	size_t i, part;
	int ret;

	assert_int_equal(sg_filter_smev(&env, &sink, &filter), 0);
	for (i = 0, ret = 0; i < in.len && ret == 0; i += part) {
		part = in.len - i < piece ? in.len - i : piece;
		ret =
		    filter->in.put(&env, in.ptr + i, part, filter->in.payload);
	}
	if (ret == 0)
		ret = filter->end(&env, filter);
	filter->free(filter);
	return ret;
}

static void
test_smev(void **state)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64, 4096 };
	struct sg_pool *pool = sg_pool_new();
	struct sg_buf have = { 0 };
	struct sg_view in, want;
	size_t i, n;

	(void)state;
	for (n = 1; n <= 4; n++) {
		in = read_smev(pool, (int)n, "xml");
		want = read_smev(pool, (int)n, "expected");
		for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
			have.len = 0;
			assert_int_equal(smev(in, pieces[i], &have), 0);
			if (!sg_view_equal(sg_buf_view(&have), want))
				fail_msg("case %zu: %.*s", n, (int)have.len,
				    (char *)have.ptr);
		}
		for (i = 0; i < in.len && in.len - i > 1; i += mk_step(3)) {
			have.len = 0;
			if (smev(sg_view_of(in.ptr, i), 4096, &have) == 0)
				fail_msg("case %zu: cut at %zu", n, i);
		}
	}
	sg_buf_free(&have);
	sg_pool_free(pool);
}

static const struct {
	const char *in, *want; /* NULL: refused */
} smevs[] = {
	{ "<a xmlns='u'/>", "<ns1:a xmlns:ns1=\"u\"></ns1:a>" },
	{ "<a xmlns='u'> <?p q?><!-- c --> x </a>",
	    "<ns1:a xmlns:ns1=\"u\"> x </ns1:a>" },
	{ "<a xmlns='u' z='&quot;&lt;&gt;&#9;' b='2'/>",
	    "<ns1:a xmlns:ns1=\"u\" b=\"2\" z=\"&quot;&lt;>&#x9;\"></ns1:a>" },
	{ "<a xmlns='u'>&gt;x&gt;]]&gt;&amp;</a>",
	    "<ns1:a xmlns:ns1=\"u\">&gt;x>]]&gt;&amp;</ns1:a>" },
	{ "<a xmlns='u'><b xmlns='v'/><b xmlns='v'/></a>",
	    "<ns1:a xmlns:ns1=\"u\"><ns2:b xmlns:ns2=\"v\"></ns2:b>"
	    "<ns3:b xmlns:ns3=\"v\"></ns3:b></ns1:a>" },
	{ "<a/>", NULL },
	{ "<a xmlns='u'><b xmlns=''/></a>", NULL },
	{ "<!DOCTYPE a><a xmlns='u'/>", NULL },
	{ "<a xmlns='u'>", NULL },
	{ "", NULL },
};

static void
test_smev_rules(void **state)
{
	struct sg_buf have = { 0 };
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < sizeof(smevs) / sizeof(smevs[0]); i++) {
		have.len = 0;
		ret = smev(sg_view_str(smevs[i].in), 3, &have);
		if ((ret == 0) != (smevs[i].want != NULL) ||
		    (ret == 0 &&
			!sg_view_equal(
			    sg_buf_view(&have), sg_view_str(smevs[i].want))))
			fail_msg("%s: %d: %.*s", smevs[i].in, ret,
			    (int)have.len, (char *)have.ptr);
	}
	sg_buf_free(&have);
}

int
main(void)
{
	size_t i, n = sizeof(cases) / sizeof(cases[0]);
	struct CMUnitTest tests[sizeof(cases) / sizeof(cases[0]) + 2] = {
		cmocka_unit_test(test_smev),
		cmocka_unit_test(test_smev_rules),
	};

	for (i = 0; i < n; i++) {
		tests[i + 2].name = cases[i].name;
		tests[i + 2].test_func = test_case;
		tests[i + 2].initial_state = (void *)(uintptr_t)&cases[i];
	}
	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
