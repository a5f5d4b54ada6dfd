/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "envkit.h"

#include "formats/sign_config.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "formats/markup.h"
#include "formats/sign_request.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* ---- the portal's list of signatures */

/* The portal's own example (API specification 1.13, appendix 5). */
static const char example[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
    "<signedAttachments\n"
    "                    "
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n"
    "  <signedDocument>\n"
    "   <documentFileName>edkpXml.xml</documentFileName>   \n"
    "   <documentDescription>ЭДКП</documentDescription>\n"
    "   <signData>\n"
    "    <signFileName>edkpXmlSellerSign.sig</signFileName>    \n"
    "    <signFileDescription>Подпись продавца</signFileDescription>\n"
    "   </signData>\n"
    "   <signData>\n"
    "    <signFileName>edkpXmlBuyerSign.sig</signFileName>    \n"
    "    <signFileDescription>Подпись покупателя</signFileDescription>\n"
    "   </signData>  \n"
    " </signedDocument> \n"
    "</signedAttachments>\n";

static int
config_read(const char *text, size_t len, struct sg_pool *pool,
    struct sg_sign_config *out)
{
	return sg_sign_config_read(&env, pool, sg_view_of(text, len), out);
}

static void
test_example(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_sign_config config, again;
	struct sg_buf text = { 0 }, twice = { 0 };

	(void)state;
	assert_int_equal(
	    config_read(example, sizeof(example) - 1, pool, &config), 0);
	assert_int_equal(config.doc_count, 1);
	assert_string_equal(config.docs[0].name, "edkpXml.xml");
	assert_string_equal(config.docs[0].about, "ЭДКП");
	assert_int_equal(config.docs[0].sig_count, 2);
	assert_string_equal(
	    config.docs[0].sigs[0].name, "edkpXmlSellerSign.sig");
	assert_string_equal(config.docs[0].sigs[1].about, "Подпись покупателя");
	assert_int_equal(sg_sign_config_write(&env, &config, &text), 0);
	assert_int_equal(
	    config_read((char *)text.ptr, text.len, pool, &again), 0);
	assert_int_equal(sg_sign_config_write(&env, &again, &twice), 0);
	assert_true(sg_view_equal(sg_buf_view(&text), sg_buf_view(&twice)));
	sg_buf_free(&text);
	sg_buf_free(&twice);
	sg_pool_free(pool);
}

/* White space may be missing at the end, and nothing else. */
static void
test_truncated(void **state)
{
	size_t len = sizeof(example) - 1, whole = len - 1, i;
	struct sg_sign_config config;
	struct sg_pool *pool;

	(void)state;
	for (i = 0; i < len; i++) {
		pool = sg_pool_new();
		if ((config_read(example, i, pool, &config) == 0) !=
		    (i >= whole))
			fail_msg("%zu of %zu octets", i, len);
		sg_pool_free(pool);
	}
}

#define DOC(inner) \
	"<signedAttachments><signedDocument>" inner \
	"</signedDocument></signedAttachments>"
#define NAME(name) "<documentFileName>" name "</documentFileName>"
#define SIG(name) "<signData><signFileName>" name "</signFileName></signData>"

static const struct {
	const char *name, *text;
	int want;
} configs[] = {
	{ "the least", DOC(NAME("a")), 0 },
	{ "one signature", DOC(NAME("a") SIG("b")), 0 },
	{ "comments", DOC("<!-- x -->" NAME("a") "<!-- y -->" SIG("b")), 0 },
	{ "entities of XML itself", DOC(NAME("a&amp;b")), 0 },
	{ "where a schema is",
	    "<signedAttachments "
	    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
	    "xsi:noNamespaceSchemaLocation=\"x.xsd\"><signedDocument>" NAME(
		"a") "</signedDocument></signedAttachments>",
	    0 },
	{ "no document", "<signedAttachments/>", SIGN_E_FORMAT },
	{ "another root", "<x/>", SIGN_E_FORMAT },
	{ "a namespace",
	    "<signedAttachments xmlns=\"urn:x\"><signedDocument>" NAME(
		"a") "</signedDocument></signedAttachments>",
	    SIGN_E_FORMAT },
	{ "a DTD", "<!DOCTYPE signedAttachments>" DOC(NAME("a")),
	    SIGN_E_FORMAT },
	{ "an entity", "<!DOCTYPE x [<!ENTITY e \"a\">]>" DOC(NAME("&e;")),
	    SIGN_E_FORMAT },
	{ "no name", DOC(SIG("b")), SIGN_E_FORMAT },
	{ "an empty name", DOC(NAME("")), SIGN_E_FORMAT },
	{ "two names", DOC(NAME("a") NAME("b")), SIGN_E_FORMAT },
	{ "a description first",
	    DOC("<documentDescription>x</documentDescription>" NAME("a")),
	    SIGN_E_FORMAT },
	{ "two descriptions",
	    DOC(NAME("a") "<documentDescription>x</documentDescription>"
			  "<documentDescription>x</documentDescription>"),
	    SIGN_E_FORMAT },
	{ "something unknown", DOC(NAME("a") "<x/>"), SIGN_E_FORMAT },
	{ "something unknown in a signature",
	    DOC(NAME("a") "<signData><signFileName>b</signFileName><x/>"
			  "</signData>"),
	    SIGN_E_FORMAT },
	{ "a signature without a name", DOC(NAME("a") "<signData/>"),
	    SIGN_E_FORMAT },
	{ "text between", DOC("x" NAME("a")), SIGN_E_FORMAT },
	{ "an attribute",
	    "<signedAttachments a=\"b\"><signedDocument>" NAME(
		"a") "</signedDocument></signedAttachments>",
	    SIGN_E_FORMAT },
	{ "an element in a name", DOC(NAME("a<b/>")), SIGN_E_FORMAT },
	{ "an attribute of a name",
	    DOC("<documentFileName x=\"y\">a</documentFileName>"),
	    SIGN_E_FORMAT },
	{ "a path", DOC(NAME("b/a")), SIGN_E_FORMAT },
	{ "out of the folder", DOC(NAME("../a")), SIGN_E_FORMAT },
	{ "an absolute path", DOC(NAME("/a")), SIGN_E_FORMAT },
	{ "the parent", DOC(NAME("..")), SIGN_E_FORMAT },
	{ "a drive", DOC(NAME("C:a")), SIGN_E_FORMAT },
	{ "a backslash", DOC(NAME("b\\a")), SIGN_E_FORMAT },
	{ "a line's end in a name", DOC(NAME("a&#10;b")), SIGN_E_FORMAT },
	{ "the list itself", DOC(NAME("sign_config.xml")), SIGN_E_FORMAT },
	{ "a signature's path", DOC(NAME("a") SIG("x/b")), SIGN_E_FORMAT },
	{ "a name twice", DOC(NAME("a") SIG("b") SIG("b")), SIGN_E_FORMAT },
	{ "a document as a signature", DOC(NAME("a") SIG("a")), SIGN_E_FORMAT },
	{ "behind the end", DOC(NAME("a")) "<x/>", SIGN_E_FORMAT },
	{ "nothing", "", SIGN_E_FORMAT },
};

static void
test_configs(void **state)
{
	struct sg_sign_config config;
	struct sg_pool *pool;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(configs) / sizeof(configs[0]); i++) {
		pool = sg_pool_new();
		rc = config_read(
		    configs[i].text, strlen(configs[i].text), pool, &config);
		if (rc != configs[i].want)
			fail_msg("%s: want %d, have %d: %s", configs[i].name,
			    configs[i].want, rc, env.message);
		sg_pool_free(pool);
	}
}

/* So many signatures of one document. */
static int
many(size_t count, size_t padding)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_buf text = { 0 };
	struct sg_sign_config config;
	size_t i;
	int rc;

	sg_buf_printf(
	    &env, &text, "<signedAttachments><signedDocument>" NAME("a"));
	for (i = 0; i < count; i++)
		sg_buf_printf(&env, &text, SIG("s%zu"), i);
	sg_buf_printf(&env, &text, "</signedDocument></signedAttachments>");
	while (text.len < padding)
		sg_buf_append(&env, &text, "\n", 1);
	rc = config_read((char *)text.ptr, text.len, pool, &config);
	sg_buf_free(&text);
	sg_pool_free(pool);
	return rc;
}

static void
test_bounds(void **state)
{
	(void)state;
	assert_int_equal(many(SG_MAX_PORTAL_FILES - 1, 0), 0);
	assert_int_equal(many(SG_MAX_PORTAL_FILES, 0), SIGN_E_LIMIT);
	assert_int_equal(many(1, SG_MAX_SIGN_CONFIG), 0);
	assert_int_equal(many(1, SG_MAX_SIGN_CONFIG + 1), SIGN_E_LIMIT);
}

/* ---- the request to the phone service */

#define NOW INT64_C(1651144920) /* 2022-04-28T11:22:00Z */

static struct sg_sign_request_doc docs[SG_MAX_REQUEST_DOCS_19 + 1];
static char names[SG_MAX_REQUEST_DOCS_19 + 1][16];

static struct sg_sign_request
request_18(void)
{
	struct sg_sign_request request = {
		.kind = SG_REQUEST_UNEP,
		.version = 18,
		.snils = "00072972938",
		.description = "Документ1",
		.backlink = "https://lk.gosuslugi.ru/notifications",
		.now = NOW,
		.expires = NOW + 3 * 3600,
		.mnemonics = "MNSV03",
		.service_name = "Отправка документов",
		.org_name = "ООО \"А & Б\"",
		.docs = docs,
		.doc_count = 1,
	};
	size_t i;

	for (i = 0; i < sizeof(docs) / sizeof(docs[0]); i++) {
		snprintf(names[i], sizeof(names[i]), "lease%zu.pdf", i);
		docs[i].name = names[i];
		docs[i].size = 1000;
	}
	return request;
}

static struct sg_sign_request
request_19(void)
{
	struct sg_sign_request request = request_18();

	request.version = 19;
	request.backlink = NULL;
	request.org_inn = "7707083893";
	return request;
}

static const char want_18[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<ns:SignRequest "
    "xmlns:ns=\"urn://mpkey.gosuslugi.ru/sign_document/1.0.0\">\n"
    "  <ns:Snils>000-729-729 38</ns:Snils>\n"
    "  <ns:Document>\n"
    "    <ns:DocumentId>lease0.pdf</ns:DocumentId>\n"
    "    <ns:MimeType>application/pdf</ns:MimeType>\n"
    "    <ns:Description>Документ1</ns:Description>\n"
    "    <ns:Backlink>https://lk.gosuslugi.ru/notifications</ns:Backlink>\n"
    "    <ns:SignExpiration>2022-04-28T17:22:00.000+03:00"
    "</ns:SignExpiration>\n"
    "    <ns:Attribute>\n"
    "      <ns:AttributeName>mnemonics</ns:AttributeName>\n"
    "      <ns:AttributeValue>MNSV03</ns:AttributeValue>\n"
    "    </ns:Attribute>\n"
    "    <ns:Attribute>\n"
    "      <ns:AttributeName>serviceName</ns:AttributeName>\n"
    "      <ns:AttributeValue>Отправка документов</ns:AttributeValue>\n"
    "    </ns:Attribute>\n"
    "    <ns:Attribute>\n"
    "      <ns:AttributeName>orgName</ns:AttributeName>\n"
    "      <ns:AttributeValue>ООО \"А &amp; Б\"</ns:AttributeValue>\n"
    "    </ns:Attribute>\n"
    "  </ns:Document>\n"
    "</ns:SignRequest>\n";

static const char want_legal[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<ns:SignRequest xmlns:ns=\"urn://mpkey.gosuslugi.ru/"
    "sign_document_ukep_legalperson/1.0.0\">\n"
    "  <ns:RFOrg>\n"
    "    <ns:OID>1000550738</ns:OID>\n"
    "    <ns:OGRN>1027700132195</ns:OGRN>\n"
    "  </ns:RFOrg>\n"
    "  <ns:SignExpiration>2022-04-28T17:22:00.000+03:00"
    "</ns:SignExpiration>\n"
    "  <ns:Description>Документ1</ns:Description>\n"
    "  <ns:Attribute>\n"
    "    <ns:AttributeName>orgName</ns:AttributeName>\n"
    "    <ns:AttributeValue>ООО \"А &amp; Б\"</ns:AttributeValue>\n"
    "  </ns:Attribute>\n"
    "  <ns:Attribute>\n"
    "    <ns:AttributeName>orgINN</ns:AttributeName>\n"
    "    <ns:AttributeValue>7707083893</ns:AttributeValue>\n"
    "  </ns:Attribute>\n"
    "</ns:SignRequest>\n";

static void
written(const struct sg_sign_request *request, const char *want)
{
	struct sg_buf text = { 0 };

	assert_int_equal(sg_sign_request_write(&env, request, &text), 0);
	assert_int_equal(sg_buf_append(&env, &text, "", 1), 0);
	assert_string_equal((char *)text.ptr, want);
	sg_buf_free(&text);
}

static void
test_requests(void **state)
{
	struct sg_sign_request request = request_18();

	(void)state;
	written(&request, want_18);
	request = request_19();
	request.kind = SG_REQUEST_UKEP_LEGAL;
	request.snils = NULL;
	request.oid = "1000550738";
	request.ogrn = "1027700132195";
	written(&request, want_legal);
}

/* A rule broken: a field of the request changed. */
struct rule {
	const char *name;
	int version, want;
	size_t at; /* of a text, when it is set or put to NULL */
	const char *text;
};
#define TEXT(member) offsetof(struct sg_sign_request, member)
#define X10 "xxxxxxxxxx"
#define X50 X10 X10 X10 X10 X10
#define X250 X50 X50 X50 X50 X50
#define YA10 "яяяяяяяяяя"
#define YA50 YA10 YA10 YA10 YA10 YA10
#define YA250 YA50 YA50 YA50 YA50 YA50

static const struct rule rules[] = {
	{ "as it should be", 18, 0, TEXT(org_name), "X" },
	{ "the same, 1.9", 19, 0, TEXT(org_name), "X" },
	{ "nobody", 18, SIGN_E_ARG, TEXT(snils), NULL },
	{ "two of them", 18, SIGN_E_ARG, TEXT(oid), "1" },
	{ "a short SNILS", 18, SIGN_E_ARG, TEXT(snils), "0007297293" },
	{ "a SNILS with letters", 18, SIGN_E_ARG, TEXT(snils), "0007297293x" },
	{ "no description", 18, SIGN_E_ARG, TEXT(description), NULL },
	{ "an empty description", 18, SIGN_E_ARG, TEXT(description), "" },
	{ "a description of 250", 18, 0, TEXT(description), X250 },
	{ "250 Russian letters", 18, 0, TEXT(description), YA250 },
	{ "a description of 251", 18, SIGN_E_LIMIT, TEXT(description),
	    X250 "x" },
	{ "251 Russian letters", 19, SIGN_E_LIMIT, TEXT(description),
	    YA250 "я" },
	{ "two lines", 18, SIGN_E_ARG, TEXT(description), "a\nb" },
	{ "no UTF-8", 18, SIGN_E_ARG, TEXT(description), "\xff" },
	{ "an address of 250", 18, 0, TEXT(backlink), X250 },
	{ "an address of 251", 18, SIGN_E_LIMIT, TEXT(backlink), X250 "x" },
	{ "no address", 18, SIGN_E_ARG, TEXT(backlink), NULL },
	{ "no address, 1.9", 19, 0, TEXT(backlink), NULL },
	{ "no mnemonic", 18, SIGN_E_ARG, TEXT(mnemonics), NULL },
	{ "no mnemonic, 1.9", 19, 0, TEXT(mnemonics), NULL },
	{ "no service", 18, SIGN_E_ARG, TEXT(service_name), NULL },
	{ "no organisation", 18, SIGN_E_ARG, TEXT(org_name), NULL },
	{ "no organisation, 1.9", 19, SIGN_E_ARG, TEXT(org_name), NULL },
	{ "no INN, 1.9", 19, SIGN_E_ARG, TEXT(org_inn), NULL },
	{ "an INN of 11", 19, SIGN_E_ARG, TEXT(org_inn), "77070838931" },
	{ "no such version", 20, SIGN_E_ARG, TEXT(org_name), "X" },
};

static void
expect(const char *name, const struct sg_sign_request *request, int want)
{
	int rc = sg_sign_request_check(&env, request);

	if (rc != want)
		fail_msg("%s: want %d, have %d: %s", name, want, rc,
		    rc != 0 ? env.message : "");
}

static void
test_rules(void **state)
{
	struct sg_sign_request request;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		request = rules[i].version == 18 ? request_18() : request_19();
		request.version = rules[i].version;
		*(const char **)(void *)((char *)&request + rules[i].at) =
		    rules[i].text;
		expect(rules[i].name, &request, rules[i].want);
	}
	request = request_18();
	request.snils = NULL;
	request.oid = "xxxxxxxxxxxxxxxxxxxx";
	expect("a number of 20", &request, 0);
	request.oid = "xxxxxxxxxxxxxxxxxxxxx";
	expect("a number of 21", &request, SIGN_E_LIMIT);
	request = request_18();
	request.expires = NOW;
	expect("over already", &request, SIGN_E_ARG);
	request.expires = NOW + 1;
	expect("a second", &request, 0);
	request.expires = NOW + 86400;
	expect("24 hours", &request, 0);
	request.expires = NOW + 86401;
	expect("a second more", &request, SIGN_E_LIMIT);
	request = request_18();
	request.kind = SG_REQUEST_UKEP_LEGAL;
	expect("an organisation in 1.8", &request, SIGN_E_ARG);
	request = request_19();
	request.kind = SG_REQUEST_UKEP_LEGAL;
	expect("an organisation without OGRN", &request, SIGN_E_ARG);
}

static const struct {
	const char *file;
	int want_18, want_19;
} files[] = {
	{ "a.pdf", 0, 0 },
	{ "a.PDF", 0, 0 },
	{ "a.tif", 0, 0 },
	{ "a.tiff", 0, 0 },
	{ "a.xml", 0, 0 },
	{ "a.txt", 0, 0 },
	{ "a.jpg", SIGN_E_ARG, 0 },
	{ "a.jpeg", SIGN_E_ARG, 0 },
	{ "a.doc", SIGN_E_ARG, SIGN_E_ARG },
	{ "a.pdf.sig", SIGN_E_ARG, SIGN_E_ARG },
	{ "pdf", SIGN_E_ARG, SIGN_E_ARG },
	{ "07_01 a.pdf", 0, 0 },
	{ "Договор.pdf", SIGN_E_ARG, 0 },
	{ "Ёё.pdf", SIGN_E_ARG, 0 },
	{ "a-b.pdf", SIGN_E_ARG, SIGN_E_ARG },
	{ "d/a.pdf", SIGN_E_ARG, SIGN_E_ARG },
	{ "req.xml", SIGN_E_ARG, SIGN_E_ARG },
	{ "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.pdf", 0, 0 },
	{ "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.pdf", SIGN_E_LIMIT,
	    SIGN_E_LIMIT },
};

static void
test_files(void **state)
{
	struct sg_sign_request request;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		request = request_18();
		docs[0].name = files[i].file;
		expect(files[i].file, &request, files[i].want_18);
		request = request_19();
		docs[0].name = files[i].file;
		expect(files[i].file, &request, files[i].want_19);
	}
	request = request_18();
	request.doc_count = 0;
	expect("no document", &request, SIGN_E_ARG);
	request.doc_count = SG_MAX_REQUEST_DOCS_18;
	expect("15 documents", &request, 0);
	request.doc_count++;
	expect("16 documents", &request, SIGN_E_LIMIT);
	request = request_19();
	request.doc_count = SG_MAX_REQUEST_DOCS_19;
	expect("20 documents", &request, 0);
	request.doc_count++;
	expect("21 documents", &request, SIGN_E_LIMIT);
	request = request_18();
	request.doc_count = 2;
	docs[0].size = SG_MAX_REQUEST_TOTAL - 1000;
	expect("100 MB", &request, 0);
	docs[0].size++;
	expect("an octet more", &request, SIGN_E_LIMIT);
	docs[0].size = UINT64_MAX;
	expect("much more", &request, SIGN_E_LIMIT);
	docs[0].size = 0;
	expect("an empty document", &request, SIGN_E_ARG);
	docs[0].size = 1;
	docs[1].name = "LEASE0.pdf";
	expect("names that differ by case", &request, SIGN_E_ARG);
}

/* ---- text */

static void
test_markup(void **state)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
	} cases[] = {
		{ "a<b>&c", "a&lt;b&gt;&amp;c" },
		{ "\r\n\t", "&#13;\n\t" },
		{ "я", "я" },
		{ "\x01", NULL },
		{ "\xff", NULL },
		{ "\xef\xbf\xbf", NULL },
	};
	struct sg_buf out = { 0 };
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		out.len = 0;
		rc = sg_markup_text(&env, &out, cases[i].text);
		assert_int_equal(rc, cases[i].want != NULL ? 0 : SIGN_E_ARG);
		if (cases[i].want == NULL)
			continue;
		assert_int_equal(sg_buf_append(&env, &out, "", 1), 0);
		assert_string_equal((char *)out.ptr, cases[i].want);
	}
	sg_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_example),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_configs),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_markup),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
