/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "envkit.h"
#include "signer.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/pool.h"
#include "base/put.h"
#include "base/time.h"
#include "formats/cms.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/cms.h>
#include <openssl/err.h>

static const char text[] = "one two three\nfour\n";

static const struct scheme_case {
	const char *name, *key, *digest;
	int pss, openssl; /* can openssl check it? */
} cases[] = {
	{ "RSA", "rsa", NULL, 0, 1 },
	{ "RSA SHA-512", "rsa", "sha512", 0, 1 },
	{ "RSA-PSS", "rsa", NULL, 1, 1 },
	{ "RSA-PSS SHA-384", "rsa", "sha384", 1, 1 },
	{ "P-256", "p256", NULL, 0, 1 },
	{ "P-384", "p384", NULL, 0, 1 },
	{ "P-521", "p521", NULL, 0, 1 },
	{ "P-256 SHA-512", "p256", "sha512", 0, 1 },
	{ "GOST 256", "gost256", NULL, 0, 1 },
	{ "GOST 512", "gost512", NULL, 0, 1 },
	{ "Ed25519", "ed25519", NULL, 0, 0 },
	{ "Ed448", "ed448", NULL, 0, 0 },
};

static struct sg_signed_props
full_props(void)
{
	static const char *const roles[] = { "landlord", "Наймодатель" };
	static unsigned char hash[SG_MAX_DIGEST];
	struct sg_signed_props props = {
		.signing_time = 1795860000, /* 2026-11-28 */
		.mime_type = "text/plain",
		.roles = roles,
		.role_count = 2,
		.commitment = "approval",
		.country = "RU",
		.region = "Тверская область",
		.city = "Тверь",
		.postal_code = "170100",
		.policy_oid = "1.2.643.7.7.7",
		.policy_uri = "http://127.0.0.1/policy.pdf",
	};

	memset(hash, 0x5a, sizeof(hash));
	props.policy_digest = sg_digest_by_option("sha256");
	props.policy_hash = sg_view_of(hash, 32);
	return props;
}

static struct sg_signer
signer_for(const struct scheme_case *c, const struct signer *who)
{
	struct sg_signer signer;

	memset(&signer, 0, sizeof(signer));
	assert_int_equal(
	    sg_scheme_for_key(&env, who->key,
		c->digest != NULL ? sg_digest_by_option(c->digest) : NULL,
		c->pss, &signer.scheme),
	    0);
	signer.cert = sg_view_of(who->cert, (size_t)who->cert_len);
	signer.digest = sg_scheme_digest(signer.scheme);
	signer.pss.hash = signer.pss.mgf = signer.digest;
	signer.pss.salt = (int)signer.digest->size;
	return signer;
}

/* Attributes over the text, signed; a SignerInfo. */
static void
sign_text(const struct sg_signer *signer, EVP_PKEY *key,
    const struct sg_signed_props *props, int plain, struct sg_buf *attrs,
    struct sg_buf *info)
{
	unsigned char digest[SG_MAX_DIGEST], hash[SG_MAX_DIGEST];
	struct sg_buf value = { 0 };
	struct sg_cms_attrs want = {
		.signer = signer, .props = props, .plain = plain
	};
	struct sg_view data;

	assert_int_equal(sg_hash_once(&env, signer->digest,
			     sg_view_of(text, sizeof(text) - 1), digest),
	    0);
	want.message_digest = sg_view_of(digest, signer->digest->size);
	assert_int_equal(sg_cms_make_attrs(&env, &want, attrs), 0);
	data = sg_buf_view(attrs);
	if (!signer->scheme->signs_bytes) {
		sg_hash_once(&env, signer->digest, data, hash);
		data = sg_view_of(hash, signer->digest->size);
	}
	assert_int_equal(sg_sign_value(&env, signer->scheme, &signer->pss, key,
			     data, &value),
	    0);
	assert_int_equal(sg_verify_value(&env, signer->scheme, &signer->pss,
			     key, data, sg_buf_view(&value), SG_VALUE_CMS),
	    1);
	assert_int_equal(sg_cms_make_signer(&env, signer, sg_buf_view(attrs),
			     sg_buf_view(&value), info),
	    0);
	sg_buf_free(&value);
}

static void
write_cms(const struct sg_signer *signer, const struct sg_buf *info,
    int attached, int pem, struct sg_buf *out_buf)
{
	struct sg_put alg = SG_PUT_INIT(&env);
	struct sg_view alg_view, cert = signer->cert,
				 info_view = sg_buf_view(info);
	struct sg_cms_parts parts = { 0 };
	struct sg_out *out = NULL;
	struct sg_in *in = NULL;

	sg_put_digest_alg(&alg, signer->digest);
	alg_view = sg_buf_view(&alg.buf);
	parts.digest_algs = &alg_view;
	parts.certs = &cert;
	parts.signers = &info_view;
	parts.digest_alg_count = parts.cert_count = parts.signer_count = 1;
	sg_in_memory(&env, "text", sg_view_of(text, sizeof(text) - 1), &in);
	if (attached)
		parts.content = SG_CONTENT_DOCUMENT;
	parts.document = in;
	assert_int_equal(sg_out_memory(&env, out_buf, &out), 0);
	assert_int_equal(sg_cms_write(&env, &parts, out, pem), 0);
	assert_int_equal(sg_out_commit(&env, out), 0);
	sg_out_free(out);
	sg_in_free(in);
	sg_put_free(&alg);
}

/* openssl reads it, and writes the same octets: it is DER. */
static CMS_ContentInfo *
read_back(const struct sg_buf *der)
{
	const unsigned char *at = der->ptr;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)der->len);
	unsigned char *again = NULL;
	int len;

	assert_non_null(cms);
	assert_ptr_equal(at, der->ptr + der->len);
	len = i2d_CMS_ContentInfo(cms, &again);
	assert_int_equal(len, der->len);
	assert_memory_equal(again, der->ptr, der->len);
	OPENSSL_free(again);
	return cms;
}

static void
openssl_verifies(const struct sg_buf *der, int attached)
{
	CMS_ContentInfo *cms = read_back(der);
	BIO *content = BIO_new_mem_buf(text, sizeof(text) - 1);
	BIO *out = BIO_new(BIO_s_mem());
	char *data;

	if (CMS_verify(cms, NULL, NULL, attached ? NULL : content, out,
		CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1) {
		ERR_print_errors_fp(stderr);
		fail();
	}
	assert_int_equal(BIO_get_mem_data(out, &data), sizeof(text) - 1);
	assert_memory_equal(data, text, sizeof(text) - 1);
	BIO_free(content);
	BIO_free(out);
	CMS_ContentInfo_free(cms);
}

static void
write_case(const struct scheme_case *c, struct signer *who)
{
	struct sg_signer signer = signer_for(c, who);
	struct sg_signed_props props = full_props();
	struct sg_buf attrs = { 0 }, info = { 0 }, der = { 0 };
	CMS_ContentInfo *cms;
	int round, attached, plain;

	for (round = 0; round < 4; round++) {
		attached = round & 1;
		plain = round >> 1;
		attrs.len = info.len = der.len = 0;
		sign_text(&signer, who->key, &props, plain, &attrs, &info);
		write_cms(&signer, &info, attached, 0, &der);
		if (c->openssl) {
			openssl_verifies(&der, attached);
		} else {
			cms = read_back(&der);
			CMS_ContentInfo_free(cms);
		}
	}
	sg_buf_free(&attrs);
	sg_buf_free(&info);
	sg_buf_free(&der);
}

static void
test_every_scheme(void **state)
{
	struct signer who;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# %s\n", cases[i].name);
		if (signer_make(&env, cases[i].key, SIGNER_FINE, &who) != 0) {
			print_message("# no GOST module: left out\n");
			continue;
		}
		write_case(&cases[i], &who);
		signer_clear(&who);
	}
}

/* The attribute's only value as hexadecimal. */
static char *
attr_hex(CMS_SignerInfo *si, const char *oid, char *hex, size_t room)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	int at = CMS_signed_get_attr_by_OBJ(si, object, -1);
	unsigned char *der = NULL;
	X509_ATTRIBUTE *attr;
	int len, i;

	ASN1_OBJECT_free(object);
	hex[0] = '\0';
	if (at < 0)
		return hex;
	attr = CMS_signed_get_attr(si, at);
	assert_int_equal(X509_ATTRIBUTE_count(attr), 1);
	len = i2d_ASN1_TYPE(X509_ATTRIBUTE_get0_type(attr, 0), &der);
	assert_true(len > 0 && (size_t)len * 2 < room);
	for (i = 0; i < len; i++)
		snprintf(hex + 2 * i, 3, "%02x", der[i]);
	OPENSSL_free(der);
	return hex;
}

static void
test_attributes(void **state)
{
	static const struct {
		const char *oid, *hex;
	} want[] = {
		{ SG_OID_CONTENT_TYPE, "06092a864886f70d010701" },
		{ SG_OID_SIGNING_TIME, "170d3236313132383130303030305a" },
		{ SG_OID_MIME_TYPE, "0c0a746578742f706c61696e" },
		/* approval: ...16.6.5 */
		{ SG_OID_COMMITMENT_TYPE, "300d060b2a864886f70d0109100605" },
		/* [0] RU, [1] city, [2] { region, code } */
		{ SG_OID_SIGNER_LOCATION,
		    "3041a0040c025255a10c0c0ad0a2d0b2d0b5d180d18ca22b3029"
		    "0c1fd0a2d0b2d0b5d180d181d0bad0b0d18f20d0bed0b1d0bbd0"
		    "b0d181d182d18c0c06313730313030" },
		{ SG_OID_CONTENT_HINTS, "" },
	};
	struct sg_buf attrs = { 0 }, info = { 0 }, der = { 0 };
	struct sg_signed_props props = full_props();
	struct sg_signer signer;
	CMS_ContentInfo *cms;
	CMS_SignerInfo *si;
	struct signer who;
	char hex[4096];
	size_t i;

	(void)state;
	assert_int_equal(signer_make(&env, "p256", SIGNER_FINE, &who), 0);
	signer = signer_for(&cases[4], &who);
	sign_text(&signer, who.key, &props, 0, &attrs, &info);
	write_cms(&signer, &info, 0, 0, &der);
	cms = read_back(&der);
	si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	assert_int_equal(CMS_signed_get_attr_count(si), 9);
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		print_message("# %s\n", want[i].oid);
		attr_hex(si, want[i].oid, hex, sizeof(hex));
		assert_string_equal(hex, want[i].hex);
	}
	/* [0] EXPLICIT, and two Attributes id-at-role in it */
	attr_hex(si, SG_OID_SIGNER_ATTRIBUTES_V2, hex, sizeof(hex));
	assert_non_null(strstr(hex, "0603550448310a0c086c616e646c6f7264"));
	assert_int_equal(strncmp(hex + 4, "a0", 2), 0);
	/* SHA-256 is the default: hashAlgorithm left out */
	attr_hex(si, SG_OID_SIGNING_CERTIFICATE_V2, hex, sizeof(hex));
	assert_non_null(strstr(hex, "0420"));
	assert_null(strstr(hex, "608648016503040201"));
	attr_hex(si, SG_OID_SIGNATURE_POLICY, hex, sizeof(hex));
	assert_non_null(strstr(hex, "608648016503040201"));
	assert_non_null(strstr(hex, "5a5a5a5a"));
	CMS_ContentInfo_free(cms);
	sg_buf_free(&attrs);
	sg_buf_free(&info);
	sg_buf_free(&der);
	signer_clear(&who);
}

static void
test_attributes_refused(void **state)
{
	struct sg_signed_props props;
	struct sg_buf attrs = { 0 };
	struct sg_signer signer;
	struct sg_cms_attrs want = { .signer = &signer, .props = &props };
	struct signer who;

	(void)state;
	assert_int_equal(signer_make(&env, "p256", SIGNER_FINE, &who), 0);
	signer = signer_for(&cases[4], &who);
	want.message_digest = sg_view_of(text, sizeof(text));
	props = full_props();
	props.content_hint = "a lease";
	assert_int_equal(sg_cms_make_attrs(&env, &want, &attrs), SIGN_E_ARG);
	props = full_props();
	props.commitment = "love";
	assert_int_equal(sg_cms_make_attrs(&env, &want, &attrs), SIGN_E_ARG);
	props.commitment = "1.2.x";
	assert_int_equal(sg_cms_make_attrs(&env, &want, &attrs), SIGN_E_ARG);
	props = full_props();
	props.policy_oid = "9.9";
	assert_int_equal(sg_cms_make_attrs(&env, &want, &attrs), SIGN_E_ARG);
	assert_int_equal(attrs.len, 0);
	signer_clear(&who);
	sg_buf_free(&attrs);
}

/* RFC 5652, 5.1. */
static void
test_versions(void **state)
{
	static const struct {
		const char *name, *cert, *crl, *content_type, *signer;
		int version;
	} rows[] = {
		{ "plain", "\x30\x00", "\x30\x00", NULL, "\x30\x03\x02\x01\x01",
		    1 },
		{ "other content", "\x30\x00", "\x30\x00",
		    "1.2.840.113549.1.7.5", "\x30\x03\x02\x01\x01", 3 },
		{ "signer version 3", "\x30\x00", "\x30\x00", NULL,
		    "\x30\x03\x02\x01\x03", 3 },
		{ "v1 attribute certificate", "\xa1\x00", "\x30\x00", NULL,
		    "\x30\x03\x02\x01\x01", 3 },
		{ "v2 attribute certificate", "\xa2\x00", "\x30\x00", NULL,
		    "\x30\x03\x02\x01\x03", 4 },
		{ "other certificate", "\xa3\x00", "\x30\x00", NULL,
		    "\x30\x03\x02\x01\x01", 5 },
		{ "OCSP among the CRLs", "\xa2\x00", "\xa1\x00", NULL,
		    "\x30\x03\x02\x01\x01", 5 },
	};
	struct sg_view cert, crl, info;
	struct sg_cms_parts parts;
	struct sg_buf der = { 0 };
	struct sg_out *out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s\n", rows[i].name);
		memset(&parts, 0, sizeof(parts));
		cert = sg_view_of(rows[i].cert, 2);
		crl = sg_view_of(rows[i].crl, 2);
		info = sg_view_of(rows[i].signer, 5);
		parts.certs = &cert;
		parts.crls = &crl;
		parts.signers = &info;
		parts.cert_count = parts.crl_count = parts.signer_count = 1;
		parts.content_type = rows[i].content_type;
		der.len = 0;
		sg_out_memory(&env, &der, &out);
		assert_int_equal(sg_cms_write(&env, &parts, out, 0), 0);
		sg_out_free(out);
		/* 30 L 06 09 oid A0 L 30 L 02 01 version */
		assert_int_equal(der.ptr[17], 2);
		assert_int_equal(der.ptr[19], rows[i].version);
	}
	sg_buf_free(&der);
}

/* The unsigned attributes that are there stay as they are, to the octet. */
static void
test_unsigned_keeps_octets(void **state)
{
	/* version, [1] { two attributes in no order } in indefinite length */
	static const unsigned char signer[] = { 0x30, 0x80, 0x02, 0x01, 0x01,
		0x04, 0x02, 0xaa, 0xbb, 0xa1, 0x80, 0x30, 0x07, 0x06, 0x02,
		0x2a, 0x05, 0x31, 0x01, 0x05, 0x30, 0x80, 0x06, 0x02, 0x2a,
		0x03, 0x31, 0x02, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
		0x00 };
	static const unsigned char bad_first[] = { 0x30, 0x07, 0x06, 0x02 };
	struct sg_buf out = { 0 };

	(void)state;
	assert_int_equal(
	    sg_cms_add_unsigned(&env, sg_view_of(signer, sizeof(signer)),
		"1.2.9", sg_view_of("\x05\x00", 2), &out),
	    0);
	assert_int_equal(out.ptr[0], 0x30);
	assert_int_equal(out.ptr[1], out.len - 2);
	assert_memory_equal(out.ptr + 2, signer + 2, 7);
	assert_int_equal(out.ptr[9], 0xa1);
	assert_memory_equal(out.ptr + 11, bad_first, sizeof(bad_first));
	assert_memory_equal(out.ptr + 11, signer + 11, 21);
	assert_memory_equal(out.ptr + 32,
	    "\x30\x08\x06\x02\x2a\x09\x31\x02"
	    "\x05\x00",
	    10);
	assert_int_equal(out.len, 42);
	sg_buf_free(&out);
}

/* Each truncation of a SignerInfo is refused, and nothing is written. */
static void
test_unsigned_truncated(void **state)
{
	struct sg_signed_props props = full_props();
	struct sg_buf attrs = { 0 }, info = { 0 }, out = { 0 };
	struct sg_signer signer;
	struct signer who;
	size_t len;

	(void)state;
	assert_int_equal(signer_make(&env, "p256", SIGNER_FINE, &who), 0);
	signer = signer_for(&cases[4], &who);
	sign_text(&signer, who.key, &props, 0, &attrs, &info);
	for (len = 0; len < info.len; len++)
		assert_true(sg_cms_add_unsigned(&env, sg_view_of(info.ptr, len),
				"1.2.3", sg_view_of("\x05\x00", 2), &out) < 0);
	assert_int_equal(out.len, 0);
	sg_buf_free(&attrs);
	sg_buf_free(&info);
	sg_buf_free(&out);
	signer_clear(&who);
}

/* S-1.1, S-1.2, S-1.1.1 as they are put in and found again. */
static void
test_counter_paths(void **state)
{
	static const unsigned char root[] = { 0x30, 0x03, 0x02, 0x01, 0x01 };
	unsigned char child[] = { 0x30, 0x03, 0x02, 0x01, 0x10 };
	struct sg_cms_path path = { { 0 }, 0 };
	struct sg_buf now = { 0 }, next = { 0 };
	struct sg_view found;

	(void)state;
	assert_int_equal(
	    sg_cms_counter_add(&env, sg_view_of(root, sizeof(root)), &path,
		sg_view_of(child, sizeof(child)), &now),
	    0);
	child[4]++;
	assert_int_equal(sg_cms_counter_add(&env, sg_buf_view(&now), &path,
			     sg_view_of(child, sizeof(child)), &next),
	    0);
	now.len = 0;
	child[4]++;
	path.count = 1;
	path.number[0] = 1;
	assert_int_equal(sg_cms_counter_add(&env, sg_buf_view(&next), &path,
			     sg_view_of(child, sizeof(child)), &now),
	    0);
	path.count = 2;
	path.number[1] = 1;
	assert_int_equal(
	    sg_cms_counter_find(&env, sg_buf_view(&now), &path, &found), 0);
	assert_int_equal(found.len, 5);
	assert_int_equal(found.ptr[4], 0x12);
	path.number[1] = 2;
	assert_int_equal(
	    sg_cms_counter_find(&env, sg_buf_view(&now), &path, &found),
	    SIGN_E_ARG);
	path.count = 1;
	path.number[0] = 2; /* still where it was */
	assert_int_equal(
	    sg_cms_counter_find(&env, sg_buf_view(&now), &path, &found), 0);
	assert_int_equal(found.ptr[4], 0x11);
	path.number[0] = 3;
	assert_int_equal(
	    sg_cms_counter_find(&env, sg_buf_view(&now), &path, &found),
	    SIGN_E_ARG);
	sg_buf_free(&now);
	sg_buf_free(&next);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_scheme),
		cmocka_unit_test(test_attributes),
		cmocka_unit_test(test_attributes_refused),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_unsigned_keeps_octets),
		cmocka_unit_test(test_unsigned_truncated),
		cmocka_unit_test(test_counter_paths),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
