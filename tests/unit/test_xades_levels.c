/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/xadeskit.h"

#include "base/err.h"
#include "base/io.h"
#include "formats/xml.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/*
 * XAdES signatures raised level by level and read back: each time-stamp's
 * imprint is right, nothing that was there has changed.
 */
static const char lease[] =
    "<?xml version=\"1.0\"?>\n<l:lease xmlns:l=\"urn:lease\" "
    "xmlns=\"urn:other\">\n  <l:flat a=\"&lt;&#10;x\">Sadovaya &amp; 10"
    "</l:flat><![CDATA[<raw>]]>\r\n<!-- c --><sigs/></l:lease>\n";

static const struct {
	const char *steps, *level;
	size_t stamps;
} rows[] = {
	{ "T", "B-T", 1 },
	{ "TT", "B-T", 2 },
	{ "TL", "B-LT", 1 },
	{ "TWLW", "B-LT", 1 },
	{ "TLA", "B-LTA", 2 },
	{ "TLAWRA", "B-LTA", 3 },
	{ "TLWAWRWAWRA", "B-LTA", 4 },
	{ "TC", "C", 1 },
	{ "TC1", "X1", 2 },
	{ "TCW1W", "X1", 2 },
	{ "TC2", "X2", 2 },
	{ "TC1V", "XLT1", 2 },
	{ "TC2V", "XLT2", 2 },
	{ "TC12V", "XLT1", 3 },
	{ "TC1VA", "A", 3 },
	{ "TCW1WVWAWRWA", "A", 4 },
};

static void
raise_all(struct xadeskit *kit, const struct sg_buf *base, size_t sig)
{
	struct sg_facts *facts;
	struct sg_buf xml = { 0 };
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
		    sg_buf_append(&kit->env, &xml, base->ptr, base->len + 1),
		    0);
		xml.len--;
		xadeskit_raise(kit, &xml, sig, rows[i].steps);
		facts = xadeskit_read(kit, &xml);
		xadeskit_sound(kit, facts);
		if (strcmp(facts->sigs[sig].level, rows[i].level) != 0)
			fail_msg("%s: want level %s, have %s", rows[i].steps,
			    rows[i].level, facts->sigs[sig].level);
		assert_int_equal(facts->sigs[sig].stamp_count, rows[i].stamps);
		sg_facts_free(facts);
		sg_buf_free(&xml);
	}
}

static struct sg_source file = { .name = "lease.txt" };

static struct xadeskit *
kit_for(const char *kind)
{
	struct xadeskit *kit = xadeskit_open(kind);

	if (kit == NULL)
		skip();
	sg_in_free(file.in);
	file.in = NULL;
	assert_int_equal(sg_in_memory(&kit->env, "lease.txt",
			     sg_view_str("I let you the flat.\n"), &file.in),
	    0);
	kit->docs.list = &file;
	kit->docs.count = 1;
	return kit;
}

static void
test_packaging(const char *kind, enum sg_packaging packaging)
{
	struct xadeskit *kit = kit_for(kind);
	struct sg_buf xml = { 0 };

	xadeskit_sign(kit, lease, packaging, 0, &xml);
	raise_all(kit, &xml, 0);
	sg_buf_free(&xml);
	xadeskit_close(kit);
}

#define PACKED(kind, word, packaging) \
	static void word##_##kind(void **state) \
	{ \
		(void)state; \
		test_packaging(#kind, packaging); \
	}
PACKED(p256, enveloped, SG_PACK_ENVELOPED)
PACKED(p256, enveloping, SG_PACK_ENVELOPING)
PACKED(p256, detached, SG_PACK_DETACHED)
PACKED(rsa, enveloped, SG_PACK_ENVELOPED)
PACKED(rsa, enveloping, SG_PACK_ENVELOPING)
PACKED(gost256, enveloped, SG_PACK_ENVELOPED)
PACKED(gost256, detached, SG_PACK_DETACHED)
PACKED(gost512, enveloped, SG_PACK_ENVELOPED)
PACKED(gost512, enveloping, SG_PACK_ENVELOPING)

/* ---- several signatures */

/* Signed, signed again, the first countersigned. */
static void
make_several(struct xadeskit *kit, struct sg_buf *xml)
{
	struct sg_buf one = { 0 }, two = { 0 };

	xadeskit_sign(kit, lease, SG_PACK_ENVELOPED, 0, &one);
	xadeskit_sign(kit, (const char *)one.ptr, SG_PACK_ENVELOPED, 0, &two);
	xadeskit_sign(kit, (const char *)two.ptr, SG_PACK_COUNTER, 0, xml);
	sg_buf_free(&one);
	sg_buf_free(&two);
}

static void
want_levels(struct xadeskit *kit, const struct sg_buf *xml, const char *want)
{
	struct sg_facts *facts = xadeskit_read(kit, xml);
	char have[128] = "";
	size_t i;

	xadeskit_sound(kit, facts);
	for (i = 0; i < facts->sig_count; i++) {
		strcat(have, i != 0 ? " " : "");
		strcat(have, facts->sigs[i].level);
	}
	assert_string_equal(have, want);
	sg_facts_free(facts);
}

static void
each_of_several(void **state)
{
	struct xadeskit *kit = kit_for("p256");
	struct sg_buf xml = { 0 };

	(void)state;
	make_several(kit, &xml);
	want_levels(kit, &xml, "B-B B-B B-B");
	xadeskit_raise(kit, &xml, 1, "TL");
	xadeskit_raise(kit, &xml, 2, "TLA");
	xadeskit_raise(kit, &xml, 0, "TC1V");
	want_levels(kit, &xml, "XLT1 B-LT B-LTA");
	xadeskit_raise(kit, &xml, 0, "A");
	xadeskit_raise(kit, &xml, 2, "RA");
	want_levels(kit, &xml, "A B-LT B-LTA");
	sg_buf_free(&xml);
	xadeskit_close(kit);
}

/* An archive time-stamp covers the counter-signatures before it. */
static void
frozen(void **state)
{
	struct xadeskit *kit = kit_for("p256");
	const struct sg_stamp_fact *stamp;
	struct sg_buf xml = { 0 };
	struct sg_facts *facts;
	size_t i, sigs = 0;

	(void)state;
	make_several(kit, &xml);
	xadeskit_raise(kit, &xml, 1, "T");
	xadeskit_raise(kit, &xml, 0, "TLA");
	assert_int_equal(xadeskit_try(kit, &xml, 1, "L"), SIGN_E_UNSUPPORTED);
	assert_non_null(strstr(kit->env.english, "counter-signature"));
	facts = xadeskit_read(kit, &xml);
	stamp = &facts->sigs[0].stamps[1];
	for (i = 0; i < stamp->cover_count; i++)
		sigs += stamp->covers[i].is_signature;
	assert_int_equal(sigs, 2);
	sg_facts_free(facts);
	sg_buf_free(&xml);
	xadeskit_close(kit);
}

/* A signature over the place where something would be added. */
static void
covered(void **state)
{
	static const char filter[] =
	    "<ds:Transform Algorithm=\"http://www.w3.org/2002/06/"
	    "xmldsig-filter2\"><dsig-filter2:XPath "
	    "xmlns:dsig-filter2=\"http://www.w3.org/2002/06/xmldsig-filter2\""
	    " Filter=\"subtract\">/descendant::ds:Signature"
	    "</dsig-filter2:XPath></ds:Transform>";
	struct xadeskit *kit = kit_for("p256");
	struct sg_buf one = { 0 }, two = { 0 };

	(void)state;
	xadeskit_sign(kit, lease, SG_PACK_ENVELOPED, 0, &one);
	assert_non_null(strstr((const char *)one.ptr, filter));
	kit->whole = 1;
	xadeskit_sign(kit, (const char *)one.ptr, SG_PACK_ENVELOPED, 0, &two);
	assert_int_equal(xadeskit_try(kit, &two, 0, "T"), SIGN_E_UNSUPPORTED);
	assert_non_null(strstr(kit->env.english, "S-2"));
	xadeskit_raise(kit, &two, 1, "TLA");
	want_levels(kit, &two, "B-B B-LTA");
	sg_buf_free(&one);
	sg_buf_free(&two);
	xadeskit_close(kit);
}

/* ---- what others make */

static const struct {
	const char *name, *from, *to;
	int rc;
} shapes[] = {
	{ "properties for data objects",
	    "</xades:SignedProperties></xades:QualifyingProperties>",
	    "</xades:SignedProperties><xades:UnsignedProperties>"
	    "<xades:UnsignedDataObjectProperties/></xades:UnsignedProperties>"
	    "</xades:QualifyingProperties>",
	    0 },
	{ "empty containers", "</xades:QualifyingProperties>",
	    "<xades:UnsignedProperties>\n <xades:UnsignedSignatureProperties/>"
	    "\n</xades:UnsignedProperties>\n</xades:QualifyingProperties>",
	    0 },
	{ "prefixes that mean something else", "</xades:QualifyingProperties>",
	    "<xades:UnsignedProperties xmlns:ds=\"urn:a\" "
	    "xmlns:ds1=\"urn:b\" xmlns:xades141=\"urn:c\">"
	    "<xades:UnsignedSignatureProperties/>"
	    "</xades:UnsignedProperties></xades:QualifyingProperties>",
	    0 },
	{ "1.4.1 by default", "</xades:QualifyingProperties>",
	    "<xades:UnsignedProperties xmlns=\"" SG_NS_XADES141 "\">"
	    "<xades:UnsignedSignatureProperties>"
	    "</xades:UnsignedSignatureProperties>"
	    "</xades:UnsignedProperties></xades:QualifyingProperties>",
	    0 },
	{ "old containers", "</xades:QualifyingProperties>",
	    "<xades:UnsignedProperties>"
	    "<o:UnsignedSignatureProperties xmlns:o=\"" SG_NS_XADES122 "\"/>"
	    "</xades:UnsignedProperties></xades:QualifyingProperties>",
	    SIGN_E_UNSUPPORTED },
	{ "an old version", "http://uri.etsi.org/01903/v1.3.2#", SG_NS_XADES111,
	    SIGN_E_UNSUPPORTED },
	{ "no properties", "QualifyingProperties ", "UnqualifiedProperties ",
	    SIGN_E_UNSUPPORTED },
};

static void
from_others(void **state)
{
	struct xadeskit *kit = kit_for("p256");
	struct sg_buf xml = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		print_message("# %s\n", shapes[i].name);
		xadeskit_sign(kit, lease, SG_PACK_ENVELOPED, 0, &xml);
		xadeskit_replace(kit, &xml, shapes[i].from, shapes[i].to);
		if (strstr(shapes[i].to, "Unqualified") != NULL)
			xadeskit_replace(kit, &xml, "/xades:QualifyingProp",
			    "/xades:UnqualifiedProp");
		if (shapes[i].rc == 0) {
			xadeskit_raise(kit, &xml, 0, "TLWAWRA");
			want_levels(kit, &xml, "B-LTA");
		} else {
			assert_int_equal(
			    xadeskit_try(kit, &xml, 0, "T"), shapes[i].rc);
		}
		sg_buf_free(&xml);
	}
	xadeskit_close(kit);
}

/* ---- steps that make no sense */

static const struct {
	const char *before, *steps, *said;
	int rc;
} wrong[] = {
	{ "TC", "C", "references already", SIGN_E_UNSUPPORTED },
	{ "T", "2", "nothing", SIGN_E_UNSUPPORTED },
	{ "TL", "R", "no archive time-stamp", SIGN_E_UNSUPPORTED },
};

static void
wrong_steps(void **state)
{
	struct xadeskit *kit = kit_for("p256");
	struct sg_buf xml = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		xadeskit_sign(kit, lease, SG_PACK_ENVELOPED, 0, &xml);
		xadeskit_raise(kit, &xml, 0, wrong[i].before);
		assert_int_equal(
		    xadeskit_try(kit, &xml, 0, wrong[i].steps), wrong[i].rc);
		assert_non_null(strstr(kit->env.english, wrong[i].said));
		sg_buf_free(&xml);
	}
	xadeskit_sign(kit, lease, SG_PACK_ENVELOPED, 0, &xml);
	assert_int_equal(xadeskit_try(kit, &xml, 7, "T"), SIGN_E_ARG);
	sg_buf_free(&xml);
	xadeskit_close(kit);
}

/* A token over anything else does not get in. */
static void
wrong_token(void **state)
{
	struct xadeskit *kit = kit_for("p256");
	struct sg_buf xml = { 0 };

	(void)state;
	xadeskit_sign(kit, lease, SG_PACK_ENVELOPED, 0, &xml);
	kit->faults = AUTHORITY_TSA_WRONG_IMPRINT;
	assert_int_equal(xadeskit_try(kit, &xml, 0, "T"), SIGN_E_VALUE);
	kit->faults = 0;
	kit->cut = 1;
	assert_int_equal(xadeskit_try(kit, &xml, 0, "T"), SIGN_E_FORMAT);
	sg_buf_free(&xml);
	xadeskit_close(kit);
}

/* A detached signature whose document is not there. */
static void
missing_document(void **state)
{
	struct xadeskit *kit = kit_for("p256");
	struct sg_buf xml = { 0 };
	struct sg_facts *facts;
	size_t count = kit->docs.count;

	(void)state;
	xadeskit_sign(kit, NULL, SG_PACK_DETACHED, 0, &xml);
	kit->docs.count = 0;
	assert_int_equal(xadeskit_try(kit, &xml, 0, "TLA"), SIGN_E_IO);
	assert_int_equal(xadeskit_try(kit, &xml, 0, "TL"), 0);
	kit->docs.count = count;
	xadeskit_raise(kit, &xml, 0, "TLA");
	kit->docs.count = 0;
	facts = xadeskit_read(kit, &xml);
	assert_string_equal(xadeskit_imprints(facts), "1 0 1");
	assert_non_null(facts->sigs[0].stamps[1].unknown.id);
	assert_string_equal(
	    facts->sigs[0].stamps[1].unknown.arg[0], "lease.txt");
	sg_facts_free(facts);
	kit->docs.count = count;
	sg_buf_free(&xml);
	xadeskit_close(kit);
}

/* ---- what a time-stamp proves the existence of */

static int
has_cover(const struct sg_stamp_fact *stamp, struct sg_view octets,
    const struct sg_digest *via)
{
	size_t i;

	for (i = 0; i < stamp->cover_count; i++)
		if (!stamp->covers[i].is_signature &&
		    stamp->covers[i].via == via &&
		    sg_view_equal(stamp->covers[i].octets, octets))
			return 1;
	return 0;
}

static int
covers_sig(const struct sg_stamp_fact *stamp)
{
	size_t i;

	for (i = 0; i < stamp->cover_count; i++)
		if (stamp->covers[i].is_signature && stamp->covers[i].sig == 0)
			return 1;
	return 0;
}

static void
covers(void **state)
{
	struct xadeskit *kit = kit_for("p256");
	struct sg_view ca = authority_cert(kit->lab, "ca");
	struct sg_view signer = authority_cert(kit->lab, "signer");
	struct sg_buf xml = { 0 };
	const struct sg_stamp_fact *at;
	struct sg_facts *facts;

	(void)state;
	xadeskit_sign(kit, lease, SG_PACK_ENVELOPED, 0, &xml);
	xadeskit_raise(kit, &xml, 0, "TC12VA");
	facts = xadeskit_read(kit, &xml);
	at = facts->sigs[0].stamps;
	assert_int_equal(facts->sigs[0].stamp_count, 4);
	assert_true(covers_sig(&at[0]));
	assert_int_equal(at[0].cover_count, 1);
	assert_true(covers_sig(&at[1]));
	assert_true(has_cover(&at[1], at[0].token, NULL));
	assert_true(has_cover(&at[1], ca, kit->digest));
	assert_false(has_cover(&at[1], ca, NULL));
	assert_true(has_cover(&at[1], facts->ocsps[0], kit->digest));
	assert_true(has_cover(&at[1], facts->crls[0], kit->digest));
	assert_false(covers_sig(&at[2]));
	assert_false(has_cover(&at[2], at[0].token, NULL));
	assert_true(has_cover(&at[2], ca, kit->digest));
	assert_true(covers_sig(&at[3]));
	assert_true(has_cover(&at[3], ca, NULL));
	assert_true(has_cover(&at[3], signer, NULL));
	assert_true(has_cover(&at[3], at[0].token, NULL));
	assert_true(has_cover(&at[3], at[2].token, NULL));
	assert_true(has_cover(&at[3], facts->ocsps[0], NULL));
	assert_false(has_cover(&at[3], at[3].token, NULL));
	sg_facts_free(facts);
	sg_buf_free(&xml);
	xadeskit_close(kit);
}

/* References that have no value among the values. */
static void
without_value(void **state)
{
	struct xadeskit *kit = kit_for("p256");
	struct sg_buf xml = { 0 };
	struct sg_facts *facts;

	(void)state;
	xadeskit_sign(kit, lease, SG_PACK_ENVELOPED, 0, &xml);
	xadeskit_raise(kit, &xml, 0, "TC1V");
	facts = xadeskit_read(kit, &xml);
	assert_int_equal(facts->sigs[0].warning_count, 0);
	sg_facts_free(facts);
	xadeskit_replace(kit, &xml, "<xades:EncapsulatedX509Certificate>",
	    "<xades:EncapsulatedX509Certificate>!");
	xadeskit_replace(kit, &xml, "</xades:EncapsulatedOCSPValue>",
	    "AAAA</xades:EncapsulatedOCSPValue>");
	facts = xadeskit_read(kit, &xml);
	assert_int_not_equal(facts->sigs[0].warning_count, 0);
	sg_facts_free(facts);
	sg_buf_free(&xml);
	xadeskit_close(kit);
}

/* ---- what makes a level, and what spoils it */

static const struct {
	const char *steps, *from, *to, *level;
} changes[] = {
	{ "", "ObjectReference=\"#", "ObjectReference=\"#x", "XMLDSIG" },
	{ "", "ObjectReference=\"#", "ObjectReference=\"", "XMLDSIG" },
	{ "", "MimeType>", "Mime>", "BES" },
	{ "", "<xades:SigningTime>", "<xades:SigningTime>x", "BES" },
	{ "", "X509Certificate>", "X509Cert>", "BES" },
	{ "T", "</xades:EncapsulatedTimeStamp>",
	    "</xades:EncapsulatedTimeStamp>"
	    "<xades:EncapsulatedTimeStamp/>",
	    "T" },
	{ "TL", "RevocationValues>", "RevocationValue>", "B-T" },
	{ "TL", "<xades:CertificateValues>",
	    "<xades:CompleteRevocationRefs/><xades:CertificateValues>", "LT" },
	{ "TLA", "<xades141:ArchiveTimeStamp ", "<xades141:ArchiveStamp ",
	    "B-LT" },
	{ "TC", "<xades:CompleteRevocationRefs>",
	    "<xades:CompleteRevocationReferences>", "B-T" },
	{ "TC1V", "<xades:RevocationValues>", "<xades:RevocationValue>", "X1" },
	{ "TC1V", "SigAndRefsTimeStampV2", "RefsOnlyTimeStampV2", "XLT2" },
	{ "TC1VA", "SignatureTimeStamp", "SignatureStamp", "A" },
};

/* The same in the closing tag. */
static void
change_all(struct xadeskit *kit, struct sg_buf *xml, size_t row)
{
	const char *from = changes[row].from, *to = changes[row].to;

	xadeskit_replace(kit, xml, from, to);
	if (strncmp(from, "<xades", 6) == 0 && strstr(to, from) == NULL &&
	    strstr(from, "SigningTime") == NULL) {
		char old[64] = "</", now[64] = "</";

		strncat(old, from + 1, strcspn(from + 1, " >"));
		strncat(now, to + 1, strcspn(to + 1, " >"));
		strcat(old, ">");
		strcat(now, ">");
		xadeskit_replace(kit, xml, old, now);
	} else if (strchr(from, '<') == NULL &&
	    strstr((const char *)xml->ptr, from) != NULL &&
	    strstr(from, "ObjectReference") == NULL) {
		xadeskit_replace(kit, xml, from, to);
	}
}

static void
levels(void **state)
{
	struct xadeskit *kit = kit_for("p256");
	struct sg_buf xml = { 0 };
	struct sg_facts *facts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		xadeskit_sign(kit, lease, SG_PACK_ENVELOPED, 0, &xml);
		xadeskit_raise(kit, &xml, 0, changes[i].steps);
		change_all(kit, &xml, i);
		facts = xadeskit_read(kit, &xml);
		if (strcmp(facts->sigs[0].level, changes[i].level) != 0)
			fail_msg("%s: want %s, have %s", changes[i].to,
			    changes[i].level, facts->sigs[0].level);
		sg_facts_free(facts);
		sg_buf_free(&xml);
	}
	xadeskit_close(kit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(enveloped_p256),
		cmocka_unit_test(enveloping_p256),
		cmocka_unit_test(detached_p256),
		cmocka_unit_test(enveloped_rsa),
		cmocka_unit_test(enveloping_rsa),
		cmocka_unit_test(enveloped_gost256),
		cmocka_unit_test(detached_gost256),
		cmocka_unit_test(enveloped_gost512),
		cmocka_unit_test(enveloping_gost512),
		cmocka_unit_test(each_of_several),
		cmocka_unit_test(frozen),
		cmocka_unit_test(covered),
		cmocka_unit_test(from_others),
		cmocka_unit_test(wrong_steps),
		cmocka_unit_test(wrong_token),
		cmocka_unit_test(missing_document),
		cmocka_unit_test(covers),
		cmocka_unit_test(without_value),
		cmocka_unit_test(levels),
	};

	int ret = cmocka_run_group_tests(tests, NULL, NULL);

	sg_in_free(file.in);
	return ret;
}
