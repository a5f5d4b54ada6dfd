/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/*
 * Signature wrapping and its kin: each kind makes out of a sound signed
 * contract, or with a signer who signs what nobody should, a file that says
 * something else than what was signed. None may be shown as signing it.
 */
#include "config.h"

#include "tests/unit/xmlkit.h"

#include "base/pool.h"
#include "formats/xml.h"
#include "libsign/report.h"
#include "sign/verify.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define XPATH "http://www.w3.org/TR/1999/REC-xpath-19991116"
#define FILTER2 "http://www.w3.org/2002/06/xmldsig-filter2"
#define NS_DS "http://www.w3.org/2000/09/xmldsig#"
#define BODY "<price currency=\"RUB\">1000</price><tenant>Ivanova</tenant>"
#define FAKE "<price currency=\"RUB\">1</price><tenant>Ivanova</tenant>"
#define CONTRACT "<contract Id=\"c\">" BODY "</contract>"
#define WHOLE(signature) \
	"<contract xmlns=\"urn:flat\" Id=\"c\">" BODY signature "</contract>"
#define ENVELOPE(signature) "<envelope>" CONTRACT signature "</envelope>"
#define BY_ROOT KIT_REF("Id=\"r\" URI=\"\"", KIT_ENVELOPED KIT_T(KIT_EXC))
#define BY_ID KIT_REF("Id=\"r\" URI=\"#c\"", KIT_ENVELOPED KIT_T(KIT_EXC))
#define WITH(uri, inside) \
	"<ds:Transform Algorithm=\"" uri "\">" inside "</ds:Transform>"

static const char over_whole[] = WHOLE(KIT_SIGNATURE(BY_ROOT));
static const char over_root_id[] = WHOLE(KIT_SIGNATURE(BY_ID));
static const char over_element[] = ENVELOPE(KIT_SIGNATURE(BY_ID));

enum outcome {
	REFUSED, /* TOTAL-FAILED, INDETERMINATE, or no signature at all */
	WHOLLY,  /* valid, over all of the file */
	PARTLY,  /* valid, and said to be over a part */
};

struct edit {
	const char *from, *to;
};

struct wrap_case {
	const char *name;
	const char *template;
	struct edit edits[4]; /* after it was signed */
	enum outcome outcome;
	int exit;            /* REFUSED: 4, 5 or 6 */
	const char *element; /* PARTLY: what was signed */
	int holes;           /* PARTLY: how many entries of uncovered */
};

#define SIG_END "</ds:Signature>"

static const struct wrap_case cases[] = {
	{ "nothing, over the whole", over_whole, { { 0 } }, WHOLLY, 0, NULL,
	    0 },
	{ "nothing, over the root by its Id", over_root_id, { { 0 } }, WHOLLY,
	    0, NULL, 0 },
	{ "nothing, over an element", over_element, { { 0 } }, PARTLY, 0,
	    "#c /envelope/contract", 1 },
	{ "text changed", over_whole, { { "1000", "1" } }, REFUSED, 5, NULL,
	    0 },
	{ "attribute changed", over_whole, { { "RUB", "USD" } }, REFUSED, 5,
	    NULL, 0 },
	{ "element added", over_whole, { { "<tenant>", "<x/><tenant>" } },
	    REFUSED, 5, NULL, 0 },
	{ "white space added", over_whole, { { "<tenant>", " <tenant>" } },
	    REFUSED, 5, NULL, 0 },
	{ "instruction added", over_whole,
	    { { "<tenant>", "<?a b?><tenant>" } }, REFUSED, 5, NULL, 0 },
	{ "CDATA for text is the same text", over_whole,
	    { { "1000", "<![CDATA[1000]]>" } }, WHOLLY, 0, NULL, 0 },
	{ "character reference is the same text", over_whole,
	    { { "1000", "1&#48;00" } }, WHOLLY, 0, NULL, 0 },
	{ "element moved, fake with the Id in its place", over_element,
	    { { CONTRACT,
		"<contract Id=\"c\">" FAKE "</contract><x>" CONTRACT "</x>" } },
	    REFUSED, 5, NULL, 0 },
	{ "element moved, fake without Id in its place", over_element,
	    { { CONTRACT,
		"<contract>" FAKE "</contract><x>" CONTRACT "</x>" } },
	    PARTLY, 0, "#c /envelope/x/contract", 1 },
	{ "root moved into a fake root", over_root_id,
	    { { "<contract xmlns=\"urn:flat\" Id=\"c\">",
		  "<contract xmlns=\"urn:flat\">" FAKE "<contract Id=\"c\">" },
		{ SIG_END "</contract>", SIG_END "</contract></contract>" } },
	    PARTLY, 0, "#c /contract/contract", 1 },
	{ "whole document wrapped", over_whole,
	    { { "<contract xmlns=\"urn:flat\" Id=\"c\">",
		  "<x><contract xmlns=\"urn:flat\" Id=\"c\">" },
		{ SIG_END "</contract>", SIG_END "</contract></x>" } },
	    REFUSED, 5, NULL, 0 },
	{ "the same Id spelled ID", over_element,
	    { { CONTRACT, "<contract ID=\"c\">" FAKE "</contract>" CONTRACT } },
	    REFUSED, 5, NULL, 0 },
	{ "the same Id spelled id", over_element,
	    { { CONTRACT, "<contract id=\"c\">" FAKE "</contract>" CONTRACT } },
	    REFUSED, 5, NULL, 0 },
	{ "the same Id spelled xml:id", over_element,
	    { { CONTRACT,
		"<contract xml:id=\"c\">" FAKE "</contract>" CONTRACT } },
	    REFUSED, 5, NULL, 0 },
	{ "the same Id spelled wsu:Id", over_element,
	    { { CONTRACT,
		"<contract xmlns:w=\"http://docs.oasis-open.org/wss/2004/01/"
		"oasis-200401-wss-wssecurity-utility-1.0.xsd\" w:Id=\"c\">" FAKE
		"</contract>" CONTRACT } },
	    REFUSED, 5, NULL, 0 },
	{ "the same Id after the signature", over_element,
	    { { SIG_END, SIG_END "<contract Id=\"c\">" FAKE "</contract>" } },
	    REFUSED, 5, NULL, 0 },
	{ "the same Id inside an Object", over_element,
	    { { SIG_END,
		"<ds:Object><contract Id=\"c\">" FAKE
		"</contract></ds:Object>" SIG_END } },
	    REFUSED, 5, NULL, 0 },
	{ "unsigned sibling", over_element,
	    { { CONTRACT, CONTRACT "<contract>" FAKE "</contract>" } }, PARTLY,
	    0, "#c /envelope/contract", 1 },
	{ "signature moved into the payload", over_whole,
	    { { "<tenant>Ivanova</tenant>", "" },
		{ SIG_END, SIG_END "<tenant>Ivanova</tenant>" } },
	    WHOLLY, 0, NULL, 0 },
	{ "original hidden in an Object, enveloped", over_element,
	    { { CONTRACT, "<contract>" FAKE "</contract>" },
		{ SIG_END, "<ds:Object>" CONTRACT "</ds:Object>" SIG_END } },
	    REFUSED, 5, NULL, 0 },
	{ "original hidden in an Object, fake in its place",
	    ENVELOPE(KIT_SIGNATURE(KIT_REF("URI=\"#c\"", KIT_T(KIT_EXC)))),
	    { { CONTRACT, "<contract>" FAKE "</contract>" },
		{ SIG_END, "<ds:Object>" CONTRACT "</ds:Object>" SIG_END } },
	    PARTLY, 0, "#c /envelope/Signature/Object/contract", 1 },
	{ "Object added to an enveloped signature", over_whole,
	    { { SIG_END,
		"<ds:Object><contract>" FAKE
		"</contract></ds:Object>" SIG_END } },
	    PARTLY, 0, NULL, 1 },
	{ "payload beside the properties", over_whole,
	    { { "</xa:QualifyingProperties>",
		"</xa:QualifyingProperties><contract>" FAKE "</contract>" } },
	    PARTLY, 0, NULL, 1 },
	{ "Type Object over something else",
	    ENVELOPE(KIT_SIGNATURE(KIT_REF(
		"URI=\"#c\" Type=\"" NS_DS "Object\"", KIT_T(KIT_EXC)))),
	    { { 0 } }, REFUSED, 5, NULL, 0 },
	{ "Type Manifest over something else",
	    ENVELOPE(KIT_SIGNATURE(KIT_REF(
		"URI=\"#c\" Type=\"" NS_DS "Manifest\"", KIT_T(KIT_EXC)))),
	    { { 0 } }, REFUSED, 5, NULL, 0 },
	{ "Type SignedProperties over something else",
	    ENVELOPE(KIT_SIGNATURE(
		KIT_REF("URI=\"#c\" "
			"Type=\"http://uri.etsi.org/01903#SignedProperties\"",
		    KIT_T(KIT_EXC)))),
	    { { 0 } }, REFUSED, 5, NULL, 0 },
	{ "XPath that cuts everything",
	    WHOLE(KIT_SIGNATURE(KIT_REF("URI=\"\"",
		WITH(XPATH, "<ds:XPath>false()</ds:XPath>") KIT_T(KIT_EXC)))),
	    { { 0 } }, REFUSED, 6, NULL, 0 },
	{ "Filter 2 that cuts everything",
	    WHOLE(KIT_SIGNATURE(KIT_REF("URI=\"\"",
		WITH(FILTER2,
		    "<f:XPath xmlns:f=\"" FILTER2
		    "\" Filter=\"subtract\">/</f:XPath>") KIT_T(KIT_EXC)))),
	    { { 0 } }, REFUSED, 6, NULL, 0 },
	{ "XPath that cuts the price",
	    WHOLE(KIT_SIGNATURE(KIT_REF("URI=\"\"",
		KIT_ENVELOPED WITH(XPATH,
		    "<ds:XPath>not(ancestor-or-self::*[local-name()='price'])"
		    "</ds:XPath>") KIT_T(KIT_EXC)))),
	    { { "1000", "1" } }, PARTLY, 0, NULL, 1 },
	{ "XPath that cuts attributes",
	    WHOLE(KIT_SIGNATURE(KIT_REF("URI=\"\"",
		KIT_ENVELOPED WITH(XPATH,
		    "<ds:XPath>not(self::node()[local-name()='currency'])"
		    "</ds:XPath>") KIT_T(KIT_EXC)))),
	    { { "RUB", "USD" } }, PARTLY, 0, NULL, 1 },
	{ "XPath that keeps one element",
	    WHOLE(KIT_SIGNATURE(KIT_REF("URI=\"\"",
		WITH(XPATH,
		    "<ds:XPath>ancestor-or-self::*[local-name()="
		    "'tenant']</ds:XPath>") KIT_T(KIT_EXC)))),
	    { { "1000", "1" } }, PARTLY, 0, "/contract/tenant", 1 },
	{ "Filter 2 that keeps one element",
	    WHOLE(KIT_SIGNATURE(KIT_REF("URI=\"\"",
		WITH(FILTER2,
		    "<f:XPath xmlns:f=\"" FILTER2
		    "\" Filter=\"intersect\">//*[local-name()="
		    "'tenant']</f:XPath>") KIT_T(KIT_EXC)))),
	    { { "1000", "1" } }, PARTLY, 0, "/contract/tenant", 1 },
	{ "base64 takes the text and leaves the names",
	    "<contract><price Id=\"c\" currency=\"RUB\">MTAwMA==</price>" KIT_SIGNATURE(
		KIT_REF("URI=\"#c\"", KIT_T(NS_DS "base64"))) "</contract>",
	    { { "RUB", "USD" } }, PARTLY, 0, "#c /contract/price", 1 },
	{ "base64 of a root by its Id",
	    "<contract Id=\"c\" currency=\"RUB\"><a>MTAwMA==</a>" KIT_SIGNATURE(
		KIT_REF("URI=\"#c\"",
		    KIT_ENVELOPED KIT_T(NS_DS "base64"))) "</contract>",
	    { { "<a>MTAwMA==</a>", "MTAw<b/>MA==" } }, PARTLY, 0, "#c", 1 },
	{ "data behind the end of base64",
	    "<contract><price Id=\"c\">MTAwMA==</price>" KIT_SIGNATURE(
		KIT_REF("URI=\"#c\"", KIT_T(NS_DS "base64"))) "</contract>",
	    { { "MTAwMA==<", "MTAwMA==-and-more<" } }, REFUSED, 5, NULL, 0 },
	{ "comment within a text", over_whole, { { "1000", "1<!-- -->000" } },
	    REFUSED, 5, NULL, 0 },
	{ "comment and CDATA within a text", over_whole,
	    { { "1000", "1<!-- --><![CDATA[000]]>" } }, REFUSED, 5, NULL, 0 },
	{ "comment between elements", over_whole,
	    { { "<tenant>", "<!-- new --><tenant>" } }, WHOLLY, 0, NULL, 0 },
	{ "entity", over_whole,
	    { { "<contract xmlns",
		  "<!DOCTYPE a [<!ENTITY e \"1000\">]>"
		  "<contract xmlns" },
		{ "1000</price>", "&e;</price>" } },
	    REFUSED, 4, NULL, 0 },
	{ "attribute by default of a DTD", over_element,
	    { { "<envelope>",
		"<!DOCTYPE envelope [<!ATTLIST envelope a CDATA "
		"\"b\">]><envelope>" } },
	    REFUSED, 4, NULL, 0 },
	{ "Target of the properties names another signature", over_element,
	    { { "Target=\"#s\"", "Target=\"#t\"" } }, REFUSED, 5, NULL, 0 },
	{ "properties moved out of the signature", over_element,
	    { { "<ds:Object><xa", "<xa" },
		{ "</xa:QualifyingProperties></ds:Object>",
		    "</xa:QualifyingProperties>" } },
	    REFUSED, 6, NULL, 0 },
	{ "second properties before the signed ones", over_whole,
	    { { "<ds:Object><xa:Q",
		"<ds:Object><xa:QualifyingProperties xmlns:xa=\"http://"
		"uri.etsi.org/01903/v1.3.2#\" Target=\"#s\"><xa:SignedProperties>"
		"<xa:SignedSignatureProperties><xa:SigningTime>2001-01-01T"
		"00:00:00Z</xa:SigningTime></xa:SignedSignatureProperties>"
		"</xa:SignedProperties></xa:QualifyingProperties></ds:Object>"
		"<ds:Object><xa:Q" } },
	    REFUSED, 5, NULL, 0 },
	{ "unsigned properties before the signed ones", over_whole,
	    { { "<xa:SignedProperties Id=\"ps\">",
		"<xa:SignedProperties><xa:SignedSignatureProperties>"
		"<xa:SigningTime>2001-01-01T00:00:00Z</xa:SigningTime>"
		"</xa:SignedSignatureProperties></xa:SignedProperties>"
		"<xa:SignedProperties Id=\"ps\">" } },
	    REFUSED, 5, NULL, 0 },
	{ "signing time changed", over_whole,
	    { { "2026-11-01", "2026-10-01" } }, REFUSED, 5, NULL, 0 },
	{ "properties of another signature",
	    ENVELOPE(KIT_SIGNATURE_OF("s", BY_ID,
		"") "<ds:Signature xmlns:ds=\"" NS_DS
		    "\" Id=\"t\">" KIT_INFO(KIT_RSA,
			BY_ID KIT_PROPS_REF(
			    "ps")) "<ds:SignatureValue>@V@</ds:SignatureValue>" KIT_KEY
				   "</ds:Signature>"),
	    { { 0 } }, REFUSED, 5, NULL, 0 },
	{ "HMAC with the public key", over_whole,
	    { { KIT_RSA,
		"http://www.w3.org/2001/04/xmldsig-more#hmac-sha256" } },
	    REFUSED, 6, NULL, 0 },
	{ "no references",
	    WHOLE("<ds:Signature xmlns:ds=\"" NS_DS "\">" KIT_INFO(KIT_RSA,
		"") "<ds:SignatureValue>@V@</ds:SignatureValue>" KIT_KEY
		    "</ds:Signature>"),
	    { { 0 } }, REFUSED, 5, NULL, 0 },
	{ "nothing but the properties", WHOLE(KIT_SIGNATURE("")), { { 0 } },
	    REFUSED, 6, NULL, 0 },
	{ "nothing but the key",
	    WHOLE("<ds:Signature xmlns:ds=\"" NS_DS "\" Id=\"s\">" KIT_INFO(
		KIT_RSA,
		KIT_REF("URI=\"#k\"", KIT_T(KIT_EXC)) KIT_PROPS_REF(
		    "p")) "<ds:SignatureValue>@V@</ds:SignatureValue>"
			  "<ds:KeyInfo Id=\"k\"><ds:X509Data><ds:X509Certificate>@CERT@"
			  "</ds:X509Certificate></ds:X509Data></ds:KeyInfo><ds:Object>" KIT_PROPS(
			      "s", "p") "</ds:Object></ds:Signature>"),
	    { { 0 } }, REFUSED, 6, NULL, 0 },
	{ "reference of the Manifest does not fit",
	    ENVELOPE(KIT_SIGNATURE_OF("s",
		KIT_REF(
		    "URI=\"#m\" Type=\"" NS_DS "Manifest\"", KIT_T(KIT_EXC)),
		"<ds:Object><ds:Manifest Id=\"m\"><ds:Reference URI=\"#c\">" KIT_DIGEST(
		    "M") "</ds:Reference></ds:Manifest></ds:Object>")),
	    { { "1000", "1" } }, REFUSED, 5, NULL, 0 },
	{ "Manifest swapped for one over something else",
	    ENVELOPE("<x Id=\"x\"/>" KIT_SIGNATURE_OF("s",
		KIT_REF(
		    "URI=\"#m\" Type=\"" NS_DS "Manifest\"", KIT_T(KIT_EXC)),
		"<ds:Object><ds:Manifest Id=\"m\"><ds:Reference URI=\"#c\">" KIT_DIGEST(
		    "M") "</ds:Reference></ds:Manifest></ds:Object>")),
	    { { "URI=\"#c\"", "URI=\"#x\"" } }, REFUSED, 5, NULL, 0 },
	{ "xpointer to anything",
	    WHOLE(KIT_SIGNATURE(
		KIT_REF("URI=\"#xpointer(//*)\"", KIT_T(KIT_EXC)))),
	    { { 0 } }, REFUSED, 5, NULL, 0 },
	{ "xpointer with two parts",
	    ENVELOPE(KIT_SIGNATURE(
		KIT_REF("URI=\"#xpointer(id('x'))xpointer(id('c'))\"",
		    KIT_T(KIT_EXC)))),
	    { { 0 } }, REFUSED, 5, NULL, 0 },
	{ "scheme http",
	    WHOLE(KIT_SIGNATURE(KIT_REF(
		"URI=\"http://localhost/contract.xml\"", KIT_T(KIT_EXC)))),
	    { { 0 } }, REFUSED, 5, NULL, 0 },
	{ "scheme file",
	    WHOLE(KIT_SIGNATURE(
		KIT_REF("URI=\"file:///etc/passwd\"", KIT_T(KIT_EXC)))),
	    { { 0 } }, REFUSED, 5, NULL, 0 },
	{ "XSLT",
	    WHOLE(KIT_SIGNATURE(KIT_REF("URI=\"\"",
		KIT_T("http://www.w3.org/TR/1999/REC-xslt-19991116")))),
	    { { 0 } }, REFUSED, 5, NULL, 0 },
	{ "too many transforms",
	    WHOLE(KIT_SIGNATURE(KIT_REF("URI=\"\"",
		KIT_ENVELOPED KIT_T(KIT_EXC) KIT_T(KIT_EXC) KIT_T(KIT_EXC)
		    KIT_T(KIT_EXC) KIT_T(KIT_EXC) KIT_T(KIT_EXC) KIT_T(KIT_EXC)
			KIT_T(KIT_EXC)))),
	    { { 0 } }, REFUSED, 5, NULL, 0 },
	{ "sound signature in a hollow one", over_element,
	    { { "<ds:Signature xmlns",
		  "<ds:Signature xmlns:ds=\"" NS_DS
		  "\"><ds:Object><ds:Signature xmlns" },
		{ SIG_END, SIG_END "</ds:Object></ds:Signature>" } },
	    REFUSED, 5, NULL, 0 },
	{ "prefix of the contract bound anew",
	    "<f:contract xmlns:f=\"urn:flat\"><f:price>1</f:price>" KIT_SIGNATURE(
		BY_ROOT) "</f:contract>",
	    { { "urn:flat", "urn:house" } }, REFUSED, 5, NULL, 0 },
	{ "prefix of the signature bound anew", over_whole,
	    { { "xmlns:ds=\"" NS_DS "\" Id=\"s\"",
		"xmlns:ds=\"urn:x\" Id=\"s\"" } },
	    REFUSED, 4, NULL, 0 },
	{ "xml:lang from above an element, inclusive",
	    ENVELOPE(KIT_SIGNATURE(KIT_REF("URI=\"#c\"",
		KIT_T("http://www.w3.org/TR/2001/REC-xml-c14n-20010315")))),
	    { { "<envelope>", "<envelope xml:lang=\"en\">" } }, REFUSED, 5,
	    NULL, 0 },
	{ "xml:base from above an element, exclusive", over_element,
	    { { "<envelope>", "<envelope xml:base=\"http://a/\">" } }, PARTLY,
	    0, "#c /envelope/contract", 1 },
	{ "counter-signature of another signature put here",
	    ENVELOPE(KIT_SIGNATURE_OF("s", BY_ID, "")
		    KIT_SIGNATURE_OF("t", BY_ID, "") "<c>" KIT_SIGNATURE_OF("u",
			KIT_REF("URI=\"#vt\" Type=\"http://uri.etsi.org/01903#"
				"CountersignedSignature\"",
			    KIT_T(KIT_EXC)),
			"") "</c>"),
	    { { "</xa:SignedProperties></xa:QualifyingProperties></ds:Object>"
		"</ds:Signature><ds:Signature xmlns:ds=\"" NS_DS "\" Id=\"t\">",
		  "</xa:SignedProperties><xa:UnsignedProperties>"
		  "<xa:UnsignedSignatureProperties><xa:CounterSignature>"
		  "<!--here--></xa:CounterSignature></xa:UnsignedSignatureProperties>"
		  "</xa:UnsignedProperties></xa:QualifyingProperties></ds:Object>"
		  "</ds:Signature><ds:Signature xmlns:ds=\"" NS_DS
		  "\" Id=\"t\">" },
		{ "<c>", "<!--from-->" }, { "</c>", "<!--to-->" } },
	    REFUSED, 5, NULL, 0 },
};

/* The piece between the marks goes to where the third mark stands. */
static char *
move_piece(struct sg_pool *pool, char *text)
{
	char *from = strstr(text, "<!--from-->");
	char *to = strstr(text, "<!--to-->");
	char *piece;

	if (from == NULL || to == NULL || strstr(text, "<!--here-->") == NULL)
		return text;
	piece = sg_pool_printf(pool, "%.*s", (int)(to - from), from);
	text = sg_pool_printf(pool, "%.*s%s", (int)(from - text), text, to);
	return xmlkit_replace(pool, text, "<!--here-->", piece);
}

static void
check_whole(const struct wrap_case *c, const struct sign_report *report)
{
	const struct sg_report_sig *sig = &report->sigs[0];

	if (report->exit != 0 || report->uncovered_count != 0)
		fail_msg("%s: exit %d, %zu not covered: %s", c->name,
		    report->exit, report->uncovered_count,
		    report->sig_count != 0 && sig->reason.id != NULL
			? sig->reason.id
			: "");
	assert_true(sig->doc_count >= 1);
	assert_string_equal(sig->docs[0].coverage, "whole");
}

static int
has_warning(const struct sg_report_sig *sig)
{
	size_t i;

	for (i = 0; i < sig->check_count; i++)
		if (strcmp(sig->checks[i].id, "coverage") == 0)
			return sig->checks[i].status == SG_WARNING;
	return 0;
}

static int
keep_text(const char *text, size_t len, void *payload)
{
	char *all = payload;

	strncat(all, text, len);
	return 0;
}

static void
check_part(const struct wrap_case *c, const struct sign_report *report)
{
	const struct sg_report_doc *doc;
	static char text[65536];

	if (report->exit != 0 || report->uncovered_count != (size_t)c->holes)
		fail_msg("%s: exit %d, %zu not covered: %s", c->name,
		    report->exit, report->uncovered_count,
		    report->sig_count != 0 && report->sigs[0].reason.id != NULL
			? report->sigs[0].reason.id
			: "");
	doc = &report->sigs[0].docs[0];
	if (c->element != NULL &&
	    (doc->element == NULL || strcmp(doc->element, c->element) != 0))
		fail_msg("%s: element %s", c->name, doc->element);
	/* the document is not covered: a warning says so */
	if (strchr("#/", report->uncovered[0][0]) == NULL) {
		assert_true(has_warning(&report->sigs[0]));
		assert_true(
		    c->element != NULL || strcmp(doc->coverage, "part") == 0);
	}
	text[0] = '\0';
	assert_int_equal(sign_report_text(report, 0, keep_text, text), 0);
	if (strstr(text, "only for a part of") == NULL ||
	    strstr(text, "is unchanged since it was signed by") != NULL)
		fail_msg("%s: %s", c->name, text);
}

static void
test_case(void **state)
{
	const struct wrap_case *c = *state;
	struct sg_pool *pool = sg_pool_new();
	struct sign_report *report;
	char *text = xmlkit_sign(pool, c->template);
	size_t i;

	for (i = 0; i < 4 && c->edits[i].from != NULL; i++)
		text = xmlkit_replace(
		    pool, text, c->edits[i].from, c->edits[i].to);
	report = xmlkit_verify(move_piece(pool, text));
	if (c->outcome == WHOLLY)
		check_whole(c, report);
	else if (c->outcome == PARTLY)
		check_part(c, report);
	else if (report->exit != c->exit)
		fail_msg("%s: exit %d", c->name, report->exit);
	sign_report_free(report);
	sg_pool_free(pool);
}

/* Another person's certificate in KeyInfo. */
static void
test_key_info(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	struct sign_report *report;
	char *text = xmlkit_sign(pool, over_whole);

	(void)state;
	text = xmlkit_replace(
	    pool, text, xmlkit_cert(pool, "rsa"), xmlkit_cert(pool, "rsa3072"));
	report = xmlkit_verify(text);
	assert_int_not_equal(report->exit, 0);
	assert_int_not_equal(report->sigs[0].signature_ok, SG_TRUE);
	sign_report_free(report);
	sg_pool_free(pool);
}

int
main(void)
{
	size_t i, n = sizeof(cases) / sizeof(cases[0]);
	struct CMUnitTest tests[sizeof(cases) / sizeof(cases[0]) + 1];
	int ret;

	if (xmlkit_open() != 0) {
		printf("1..0 # SKIP no test world\n");
		return 0;
	}
	memset(tests, 0, sizeof(tests));
	for (i = 0; i < n; i++) {
		tests[i].name = cases[i].name;
		tests[i].test_func = test_case;
		tests[i].initial_state = (void *)(uintptr_t)&cases[i];
	}
	tests[n].name = "KeyInfo of another person";
	tests[n].test_func = test_key_info;
	ret = cmocka_run_group_tests(tests, NULL, NULL);
	xmlkit_close();
	return ret;
}
