/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/der.h"
#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"

#include <openssl/crypto.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sg_env env;

/* Octets of a hexadecimal text, in a block of exactly that size, so that a
 * sanitizer sees a read past the end. */
static struct sg_view
octets(const char *hex)
{
	size_t room = strlen(hex) / 2, len = 0;
	unsigned char *ptr = malloc(room != 0 ? room : 1);

	assert_non_null(ptr);
	if (room != 0)
		assert_int_equal(
		    OPENSSL_hexstr2buf_ex(ptr, room, &len, hex, '\0'), 1);
	return sg_view_of(ptr, len);
}

static void
release(struct sg_view view)
{
	void *ptr;

	memcpy(&ptr, &view.ptr, sizeof(ptr));
	free(ptr);
}

static void
check_octets(struct sg_view have, const char *hex)
{
	struct sg_view want = octets(hex);

	assert_int_equal(have.len, want.len);
	if (want.len != 0)
		assert_memory_equal(have.ptr, want.ptr, want.len);
	release(want);
}

struct next_case {
	const char *name, *hex;
	int rc, tag_class, tag;
	size_t body, all;
};

static const struct next_case next_cases[] = {
	{ "null", "0500", 0, V_ASN1_UNIVERSAL, V_ASN1_NULL, 0, 2 },
	{ "octets and more", "0402abcd0500", 0, V_ASN1_UNIVERSAL,
	    V_ASN1_OCTET_STRING, 2, 4 },
	{ "long length", "048103abcdef", 0, V_ASN1_UNIVERSAL,
	    V_ASN1_OCTET_STRING, 3, 6 },
	{ "length of 8 octets", "04880000000000000001ff", 0, V_ASN1_UNIVERSAL,
	    V_ASN1_OCTET_STRING, 1, 11 },
	{ "context", "a003020101", 0, V_ASN1_CONTEXT_SPECIFIC, 0, 3, 5 },
	{ "high tag", "bf8f7f00", 0, V_ASN1_CONTEXT_SPECIFIC, 2047, 0, 4 },
	{ "high tag 31", "5f1f00", 0, V_ASN1_APPLICATION, 31, 0, 3 },
	{ "indefinite", "3080020101000004", 0, V_ASN1_UNIVERSAL,
	    V_ASN1_SEQUENCE, 3, 7 },
	{ "nested indefinite", "30803080000024800401ff00000000", 0,
	    V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, 11, 15 },
	{ "zeros inside a definite one", "30800402000000000000", 0,
	    V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, 4, 8 },
	{ "empty", "", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "tag alone", "04", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "value cut", "0403abcd", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "length cut", "0482ff", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "huge length", "0488ffffffffffffffff00", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "largest length", "04887fffffffffffffff00", SIGN_E_FORMAT, 0, 0, 0,
	    0 },
	{ "length of 9 octets", "0489010000000000000000ff", SIGN_E_FORMAT, 0, 0,
	    0, 0 },
	{ "reserved length", "04ff00", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "indefinite primitive", "04800000", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "indefinite without end", "3080020101", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "half an end", "308002010100", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "end with a value", "3080000100", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "end in the long form", "30800081000000", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "inner value past the end", "308004050000", SIGN_E_FORMAT, 0, 0, 0,
	    0 },
	{ "end without begin", "0000", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "short tag in high form", "3f1000", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "high tag with zeros", "5f801f00", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "high tag cut", "5fff", SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "tag of 16 octets", "5fffffffffffffffffffffffffffffffffff",
	    SIGN_E_FORMAT, 0, 0, 0, 0 },
	{ "tag past int", "5fffffffffff7f00", SIGN_E_FORMAT, 0, 0, 0, 0 },
};

static void
test_next(void **state)
{
	const struct next_case *c;
	struct sg_view view;
	struct sg_tlv tlv;
	struct sg_der der;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(next_cases) / sizeof(next_cases[0]); i++) {
		c = &next_cases[i];
		view = octets(c->hex);
		der = sg_der_of(view);
		print_message("# %s\n", c->name);
		assert_int_equal(sg_der_next(&env, &der, "thing", &tlv), c->rc);
		if (c->rc == 0) {
			assert_int_equal(tlv.tag_class, c->tag_class);
			assert_int_equal(tlv.tag, c->tag);
			assert_int_equal(tlv.body.len, c->body);
			assert_int_equal(tlv.all.len, c->all);
			assert_int_equal(der.rest.len, view.len - c->all);
		} else {
			assert_non_null(strstr(env.message, "thing"));
		}
		release(view);
	}
}

static void
test_want(void **state)
{
	struct sg_view view = octets("02010130000480a5000103");
	struct sg_der der = sg_der_of(view), inner;
	struct sg_tlv tlv;

	(void)state;
	assert_int_equal(sg_der_is(&der, V_ASN1_UNIVERSAL, V_ASN1_INTEGER), 1);
	assert_int_equal(sg_der_is_context(&der, 2), 0);
	assert_int_equal(
	    sg_der_want(&env, &der, V_ASN1_INTEGER, "version", &tlv), 0);
	assert_int_equal(sg_der_enter(&env, &der, &tlv, &inner), SIGN_E_FORMAT);
	assert_int_equal(
	    sg_der_want(&env, &der, V_ASN1_SEQUENCE, "list", &tlv), 0);
	assert_int_equal(sg_der_enter(&env, &der, &tlv, &inner), 0);
	assert_int_equal(sg_der_end(&inner), 1);
	assert_int_equal(sg_der_is_context(&inner, 0), 0);
	assert_int_equal(
	    sg_der_want(&env, &inner, V_ASN1_NULL, "x", &tlv), SIGN_E_FORMAT);
	assert_string_equal(env.message, "x: want NULL, have nothing");
	assert_int_equal(sg_der_finish(&env, &der, "x"), SIGN_E_FORMAT);
	assert_string_equal(env.message, "x: want its end, have 6 more octets");
	release(view);

	view = octets("a500");
	der = sg_der_of(view);
	assert_int_equal(sg_der_is_context(&der, 5), 1);
	assert_int_equal(
	    sg_der_want(&env, &der, V_ASN1_SET, "x", &tlv), SIGN_E_FORMAT);
	assert_string_equal(env.message, "x: want SET, have tag [5]");
	release(view);

	view = octets("1000"); /* SEQUENCE, primitive */
	der = sg_der_of(view);
	assert_int_equal(
	    sg_der_want(&env, &der, V_ASN1_SEQUENCE, "x", &tlv), SIGN_E_FORMAT);
	assert_int_equal(sg_der_finish(&env, &der, "x"), 0);
	release(view);
}

/* depth constructed strings around two octets; indefinite ones or not. */
static struct sg_view
nest(struct sg_buf *buf, int depth, int indefinite)
{
	struct sg_buf inner = { NULL, 0, 0 };
	int i;

	assert_int_equal(sg_buf_append(&env, buf, "\x04\x02hi", 4), 0);
	for (i = 0; i < depth; i++) {
		inner = *buf;
		memset(buf, 0, sizeof(*buf));
		if (indefinite) {
			sg_buf_append(&env, buf, "\x24\x80", 2);
			sg_buf_append_view(&env, buf, sg_buf_view(&inner));
			sg_buf_append(&env, buf, "\0\0", 2);
		} else {
			sg_der_put(&env, buf, V_ASN1_UNIVERSAL,
			    V_ASN1_OCTET_STRING, 1, sg_buf_view(&inner));
		}
		sg_buf_free(&inner);
	}
	return sg_buf_view(buf);
}

static void
test_depth(void **state)
{
	static const struct {
		int depth, indefinite, rc;
	} cases[] = {
		{ 1, 0, 0 },
		{ SG_MAX_DER_DEPTH, 0, 0 },
		{ SG_MAX_DER_DEPTH + 1, 0, SIGN_E_LIMIT },
		{ SG_MAX_DER_DEPTH, 1, 0 },
		{ SG_MAX_DER_DEPTH + 1, 1, SIGN_E_LIMIT },
		{ 5000, 1, SIGN_E_LIMIT },
	};
	struct sg_pool *pool = sg_pool_new();
	struct sg_view out;
	struct sg_tlv tlv;
	struct sg_der der;
	struct sg_buf buf;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&buf, 0, sizeof(buf));
		der =
		    sg_der_of(nest(&buf, cases[i].depth, cases[i].indefinite));
		rc = sg_der_want(&env, &der, V_ASN1_OCTET_STRING, "x", &tlv);
		if (rc == 0)
			rc = sg_der_octets(&env, pool, &tlv, &out);
		assert_int_equal(rc, cases[i].rc);
		if (rc == 0)
			check_octets(out, "6869");
		sg_buf_free(&buf);
	}
	sg_pool_free(pool);
}

static void
test_octets(void **state)
{
	static const struct {
		const char *hex, *want; /* NULL: FORMAT */
	} cases[] = {
		{ "0403616263", "616263" },
		{ "0400", "" },
		{ "2480040161040262630000", "616263" },
		{ "2400", "" },
		{ "240a24800401610000040162", "6162" },
		{ "240924800401610000040162", NULL },
		{ "240b2480040161000004016200", NULL },
		{ "2403020161", NULL },
	};
	struct sg_pool *pool = sg_pool_new();
	struct sg_view view, out;
	struct sg_tlv tlv;
	struct sg_der der;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		view = octets(cases[i].hex);
		der = sg_der_of(view);
		rc = sg_der_want(&env, &der, V_ASN1_OCTET_STRING, "x", &tlv);
		if (rc == 0)
			rc = sg_der_octets(&env, pool, &tlv, &out);
		if (cases[i].want != NULL)
			assert_int_equal(rc, 0);
		else
			assert_int_equal(rc, SIGN_E_FORMAT);
		if (rc == 0)
			check_octets(out, cases[i].want);
		release(view);
	}
	sg_pool_free(pool);
}

static void
test_head(void **state)
{
	struct sg_view view = octets("30840000ffff");
	struct sg_tlv_head head;
	size_t len;

	(void)state;
	for (len = 0; len < view.len; len++) {
		assert_int_equal(
		    sg_der_head(&env, sg_view_of(view.ptr, len), &head), 0);
		assert_int_equal(head.need_more, 1);
	}
	assert_int_equal(sg_der_head(&env, view, &head), 0);
	assert_int_equal(head.need_more, 0);
	assert_int_equal(head.header, 6);
	assert_true(head.length == 0xffff);
	assert_int_equal(head.constructed, 1);
	release(view);
	view = octets("a080");
	assert_int_equal(sg_der_head(&env, view, &head), 0);
	assert_true(head.length == SG_SIZE_UNKNOWN);
	assert_int_equal(head.indefinite, 1);
	release(view);
}

static void
test_oid(void **state)
{
	static const struct {
		const char *hex, *dotted;
	} cases[] = {
		{ "06092a864886f70d010702", "1.2.840.113549.1.7.2" },
		{ "0603550403", "2.5.4.3" },
		{ "06082a85030701010101", "1.2.643.7.1.1.1.1" },
		{ "060488370302", "2.999.3.2" },
		{ "0600", NULL },
		{ "060280", NULL },
		{ "06028001", NULL },
		{ "0603552a80", NULL },
	};
	struct sg_pool *pool = sg_pool_new();
	struct sg_buf buf = { NULL, 0, 0 };
	const char *dotted;
	struct sg_view view;
	struct sg_tlv tlv;
	struct sg_der der;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		view = octets(cases[i].hex);
		der = sg_der_of(view);
		rc = sg_der_want(&env, &der, V_ASN1_OBJECT, "x", &tlv);
		if (rc == 0)
			rc = sg_der_oid(&env, pool, &tlv, &dotted);
		if (cases[i].dotted == NULL) {
			assert_int_equal(rc, SIGN_E_FORMAT);
		} else {
			assert_int_equal(rc, 0);
			assert_string_equal(dotted, cases[i].dotted);
			assert_int_equal(sg_der_put_oid(&env, &buf, dotted), 0);
			check_octets(sg_buf_view(&buf), cases[i].hex);
			buf.len = 0;
		}
		release(view);
	}
	assert_int_equal(sg_der_put_oid(&env, &buf, "1.2.x"), SIGN_E_ARG);
	assert_int_equal(sg_der_put_oid(&env, &buf, ""), SIGN_E_ARG);
	sg_buf_free(&buf);
	sg_pool_free(pool);
}

static void
test_uint(void **state)
{
	static const struct {
		const char *hex;
		uint64_t value;
		int rc, round; /* round: written the same way */
	} cases[] = {
		{ "020100", 0, 0, 1 },
		{ "02017f", 127, 0, 1 },
		{ "02020080", 128, 0, 1 },
		{ "02020100", 256, 0, 1 },
		{ "0203000001", 1, 0, 0 },
		{ "020900ffffffffffffffff", UINT64_MAX, 0, 1 },
		{ "0209010000000000000000", 0, SIGN_E_FORMAT, 0 },
		{ "0201ff", 0, SIGN_E_FORMAT, 0 },
		{ "0200", 0, SIGN_E_FORMAT, 0 },
	};
	struct sg_buf buf = { NULL, 0, 0 };
	struct sg_view view;
	struct sg_tlv tlv;
	struct sg_der der;
	uint64_t value;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		view = octets(cases[i].hex);
		der = sg_der_of(view);
		assert_int_equal(
		    sg_der_want(&env, &der, V_ASN1_INTEGER, "x", &tlv), 0);
		assert_int_equal(sg_der_uint(&env, &tlv, &value), cases[i].rc);
		if (cases[i].rc == 0)
			assert_true(value == cases[i].value);
		if (cases[i].round) {
			assert_int_equal(sg_der_put_uint(&env, &buf, value), 0);
			check_octets(sg_buf_view(&buf), cases[i].hex);
			buf.len = 0;
		}
		release(view);
	}
	sg_buf_free(&buf);
}

static void
test_algid(void **state)
{
	static const struct {
		const char *hex, *oid, *params; /* oid NULL: FORMAT */
	} cases[] = {
		{ "300d06096086480165030402010500", "2.16.840.1.101.3.4.2.1",
		    "0500" },
		{ "300506032b6570", "1.3.101.112", "" },
		{ "3000", NULL, NULL },
		{ "30020500", NULL, NULL },
		{ "300906032b657005000500", NULL, NULL },
		{ "310506032b6570", NULL, NULL },
	};
	struct sg_pool *pool = sg_pool_new();
	struct sg_buf buf = { NULL, 0, 0 };
	struct sg_algid algid;
	struct sg_view view;
	struct sg_tlv tlv;
	struct sg_der der;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		view = octets(cases[i].hex);
		der = sg_der_of(view);
		rc = sg_der_want(&env, &der, V_ASN1_SEQUENCE, "x", &tlv);
		if (rc == 0)
			rc = sg_der_algid(&env, pool, &tlv, &algid);
		if (cases[i].oid == NULL) {
			assert_int_equal(rc, SIGN_E_FORMAT);
		} else {
			assert_int_equal(rc, 0);
			assert_string_equal(algid.oid, cases[i].oid);
			check_octets(algid.params, cases[i].params);
			assert_int_equal(sg_der_put_algid(&env, &buf, algid.oid,
					     algid.params),
			    0);
			check_octets(sg_buf_view(&buf), cases[i].hex);
			buf.len = 0;
		}
		release(view);
	}
	sg_buf_free(&buf);
	sg_pool_free(pool);
}

static void
test_put_head(void **state)
{
	static const struct {
		int tag_class, tag, constructed;
		uint64_t length;
		const char *hex;
	} cases[] = {
		{ V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, 1, 0, "3000" },
		{ V_ASN1_UNIVERSAL, V_ASN1_OCTET_STRING, 0, 127, "047f" },
		{ V_ASN1_UNIVERSAL, V_ASN1_OCTET_STRING, 0, 128, "048180" },
		{ V_ASN1_UNIVERSAL, V_ASN1_OCTET_STRING, 0, 65536,
		    "0483010000" },
		{ V_ASN1_UNIVERSAL, V_ASN1_OCTET_STRING, 0, 5368709120U,
		    "04850140000000" },
		{ V_ASN1_CONTEXT_SPECIFIC, 0, 1, 5, "a005" },
		{ V_ASN1_CONTEXT_SPECIFIC, 30, 0, 5, "9e05" },
		{ V_ASN1_CONTEXT_SPECIFIC, 31, 0, 5, "9f1f05" },
		{ V_ASN1_CONTEXT_SPECIFIC, 2047, 1, 5, "bf8f7f05" },
	};
	struct sg_buf buf = { NULL, 0, 0 };
	struct sg_tlv_head head;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf.len = 0;
		assert_int_equal(
		    sg_der_put_head(&env, &buf, cases[i].tag_class,
			cases[i].tag, cases[i].constructed, cases[i].length),
		    0);
		check_octets(sg_buf_view(&buf), cases[i].hex);
		assert_int_equal(
		    sg_der_head_size(cases[i].tag, cases[i].length), buf.len);
		assert_int_equal(
		    sg_der_head(&env, sg_buf_view(&buf), &head), 0);
		assert_true(head.length == cases[i].length);
		assert_int_equal(head.tag, cases[i].tag);
	}
	sg_buf_free(&buf);
}

static void
test_put_set_of(void **state)
{
	struct sg_view items[] = { { (const unsigned char *)"\x04\x01z", 3 },
		{ (const unsigned char *)"\x04\x01\x61", 3 },
		{ (const unsigned char *)"\x02\x02\x01\x00", 4 } };
	struct sg_buf buf = { NULL, 0, 0 };

	(void)state;
	assert_int_equal(sg_der_put_set_of(&env, &buf, V_ASN1_UNIVERSAL,
			     V_ASN1_SET, items, 3),
	    0);
	check_octets(sg_buf_view(&buf), "310a0202010004016104017a");
	buf.len = 0;
	assert_int_equal(
	    sg_der_put_set_of(&env, &buf, V_ASN1_CONTEXT_SPECIFIC, 0, NULL, 0),
	    0);
	check_octets(sg_buf_view(&buf), "a000");
	sg_buf_free(&buf);
}

static void
test_time(void **state)
{
	static const struct {
		const char *text;
		int tag, rc, round;
		int64_t time;
	} cases[] = {
		{ "700101000000Z", V_ASN1_UTCTIME, 0, 1, 0 },
		{ "491231235959Z", V_ASN1_UTCTIME, 0, 1, 2524607999 },
		{ "20500101000000Z", V_ASN1_GENERALIZEDTIME, 0, 1, 2524608000 },
		{ "500101000000Z", V_ASN1_UTCTIME, 0, 1, -631152000 },
		{ "19491231235959Z", V_ASN1_GENERALIZEDTIME, 0, 1, -631152001 },
		{ "261121100000Z", V_ASN1_UTCTIME, 0, 1, 1795255200 },
		{ "20261121100000.5Z", V_ASN1_GENERALIZEDTIME, 0, 0,
		    1795255200 },
		{ "261121130000+0300", V_ASN1_UTCTIME, 0, 0, 1795255200 },
		{ "261321100000Z", V_ASN1_UTCTIME, SIGN_E_FORMAT, 0, 0 },
		{ "26112110", V_ASN1_UTCTIME, SIGN_E_FORMAT, 0, 0 },
		{ "261121100000Z", V_ASN1_OCTET_STRING, SIGN_E_FORMAT, 0, 0 },
		{ "", V_ASN1_UTCTIME, SIGN_E_FORMAT, 0, 0 },
	};
	struct sg_buf buf = { NULL, 0, 0 }, again = { NULL, 0, 0 };
	struct sg_tlv tlv;
	struct sg_der der;
	int64_t time;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf.len = again.len = 0;
		sg_der_put(&env, &buf, V_ASN1_UNIVERSAL, cases[i].tag, 0,
		    sg_view_str(cases[i].text));
		der = sg_der_of(sg_buf_view(&buf));
		assert_int_equal(sg_der_next(&env, &der, "x", &tlv), 0);
		assert_int_equal(sg_der_time(&env, &tlv, &time), cases[i].rc);
		if (cases[i].rc == 0)
			assert_true(time == cases[i].time);
		if (!cases[i].round)
			continue;
		assert_int_equal(sg_der_put_time(&env, &again, time), 0);
		assert_true(
		    sg_view_equal(sg_buf_view(&buf), sg_buf_view(&again)));
	}
	sg_buf_free(&buf);
	sg_buf_free(&again);
}

/* A made-up certificate: serial 5, issuer and subject with a CN, any key. */
static const char cert_hex[] =
    "30818a307da003020102020105300506032b6570300c310a300806035504030c0141"
    "301e170d3236303130313030303030305a170d3336303130313030303030305a300c"
    "310a300806035504030c0142300d300506032b6570030400010203a321301f300e06"
    "03551d0f0101ff0404030206c0300d0603551d0e04060404deadbeef300506032b65"
    "70030200aa";

static void
test_cert_ids(void **state)
{
	struct sg_view cert = octets(cert_hex), copy;
	struct sg_cert_ids ids;
	size_t len;

	(void)state;
	assert_int_equal(sg_der_cert_ids(&env, cert, &ids), 0);
	check_octets(ids.serial, "020105");
	check_octets(ids.issuer, "300c310a300806035504030c0141");
	check_octets(ids.subject, "300c310a300806035504030c0142");
	check_octets(ids.spki, "300d300506032b6570030400010203");
	check_octets(ids.ski, "deadbeef");
	for (len = 0; len < cert.len; len++) {
		copy.ptr = len != 0 ? malloc(len) : NULL;
		copy.len = len;
		if (len != 0)
			memcpy((void *)(uintptr_t)copy.ptr, cert.ptr, len);
		assert_int_equal(
		    sg_der_cert_ids(&env, copy, &ids), SIGN_E_FORMAT);
		release(copy);
	}
	release(cert);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_want),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_octets),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_oid),
		cmocka_unit_test(test_uint),
		cmocka_unit_test(test_algid),
		cmocka_unit_test(test_put_head),
		cmocka_unit_test(test_put_set_of),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_cert_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
