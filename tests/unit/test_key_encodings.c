/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "keykit.h"
#include "srckit.h"

#include "base/buf.h"
#include "base/der.h"
#include "base/err.h"
#include "libsign/ctx.h"
#include "libsign/key.h"
#include "tests/lib/mkkey.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <glob.h>

#include <cmocka.h>

static char *dir;
static int has_gost;

static int
setup(void **state)
{
	(void)state;
	dir = mk_dir();
	has_gost = mk_has_gost();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	mk_remove(dir);
	return 0;
}

/* ---- GOST private keys in their encodings */

static void
reverse(unsigned char *ptr, size_t len)
{
	unsigned char saved;
	size_t i;

	for (i = 0; i < len / 2; i++) {
		saved = ptr[i];
		ptr[i] = ptr[len - 1 - i];
		ptr[len - 1 - i] = saved;
	}
}

static void
put_octets(struct sg_env *env, struct sg_buf *out, int tag, struct sg_view body)
{
	assert_int_equal(
	    sg_der_put(env, out, V_ASN1_UNIVERSAL, tag, 0, body), 0);
}

/* The octets inside PrivateKeyInfo.privateKey, 0 to 4. */
static void
gost_encode(struct sg_env *env, int form, const unsigned char *little,
    struct sg_buf *out)
{
	unsigned char work[65] = { 0 };
	struct sg_buf inner = { 0 };

	switch (form) {
	case 0: /* little-endian, bare */
		sg_buf_append(env, out, little, 32);
		break;
	case 1: /* in an OCTET STRING */
		put_octets(
		    env, out, V_ASN1_OCTET_STRING, sg_view_of(little, 32));
		break;
	case 2: /* masked, by 1 */
		work[0] = 1;
		sg_buf_append(env, out, little, 32);
		sg_buf_append(env, out, work, 32);
		break;
	case 3: /* INTEGER */
		memcpy(work + 1, little, 32);
		reverse(work + 1, 32);
		put_octets(env, out, V_ASN1_INTEGER,
		    work[1] & 0x80 ? sg_view_of(work, 33)
				   : sg_view_of(work + 1, 32));
		break;
	default: /* in an OCTET STRING in an OCTET STRING */
		put_octets(
		    env, &inner, V_ASN1_OCTET_STRING, sg_view_of(little, 32));
		put_octets(env, out, V_ASN1_OCTET_STRING, sg_buf_view(&inner));
		break;
	}
	sg_buf_free(&inner);
}

static void
gost_write(struct sg_env *env, const char *path, struct sg_view alg,
    struct sg_buf *octets)
{
	struct sg_buf body = { 0 }, all = { 0 };

	sg_der_put_uint(env, &body, 0);
	sg_buf_append_view(env, &body, alg);
	put_octets(env, &body, V_ASN1_OCTET_STRING, sg_buf_view(octets));
	assert_int_equal(sg_der_put(env, &all, V_ASN1_UNIVERSAL,
			     V_ASN1_SEQUENCE, 1, sg_buf_view(&body)),
	    0);
	key_put(path, &all);
	sg_buf_free(&body);
	sg_buf_free(octets);
}

static void
test_gost_encodings(void **state)
{
	struct mk_asked asked = { 0 };
	struct sign_ctx *ctx = mk_ctx(&asked);
	const unsigned char *octets;
	unsigned char little[32], *der = NULL;
	struct sg_buf form = { 0 };
	PKCS8_PRIV_KEY_INFO *info;
	const X509_ALGOR *alg;
	EVP_PKEY *key;
	X509 *cert;
	int i, len;

	(void)state;
	if (!has_gost)
		skip();
	key = mk_key("gost256:A");
	cert = mk_cert(key, "GOST", -1, 1);
	remove(mk_path(dir, "c"));
	mk_pem_cert(mk_path(dir, "c"), cert);
	info = EVP_PKEY2PKCS8(key);
	PKCS8_pkey_get0(NULL, &octets, &len, &alg, info);
	assert_true(len >= 32);
	memcpy(little, octets + len - 32, 32);
	len = i2d_X509_ALGOR(alg, &der);
	for (i = 0; i < 5; i++) {
		gost_encode(&ctx->env, i, little, &form);
		gost_write(&ctx->env, mk_path(dir, "k"),
		    sg_view_of(der, (size_t)len), &form);
		print_message("# encoding %d\n", i);
		assert_int_equal(
		    key_code(mk_path(dir, "k"), mk_path(dir, "c"), &asked), 0);
	}
	OPENSSL_free(der);
	PKCS8_PRIV_KEY_INFO_free(info);
	X509_free(cert);
	EVP_PKEY_free(key);
	sign_ctx_free(ctx);
}

/* RFC 5958: version 1 with the public key behind; as Java and Go write. */
static void
test_one_asymmetric_key(void **state)
{
	unsigned char der[] = { 0x30, 0x51, 0x02, 0x01, 0x01, 0x30, 0x05, 0x06,
		0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
		0x20, [48] = 0x81, [49] = 0x21, [50] = 0x00, [82] = 0 };
	struct mk_asked asked = { 0 };
	EVP_PKEY *key = mk_key("ed25519");
	X509 *cert = mk_cert(key, "v2", -1, 1);
	size_t len = 32;

	(void)state;
	EVP_PKEY_get_raw_private_key(key, der + 16, &len);
	EVP_PKEY_get_raw_public_key(key, der + 51, &len);
	mk_file(mk_path(dir, "k"), der, sizeof(der));
	remove(mk_path(dir, "c"));
	mk_pem_cert(mk_path(dir, "c"), cert);
	assert_int_equal(
	    key_code(mk_path(dir, "k"), mk_path(dir, "c"), &asked), 0);
	X509_free(cert);
	EVP_PKEY_free(key);
}

/* ---- RFC 9548, A.2 and A.3 */

static void
test_rfc9548(void **state)
{
	static const char *const names[] = { "a2", "a3" };
	struct mk_asked asked = { .pin = PASS_RU };
	struct sign_ctx *ctx;
	struct sign_key *key;
	const char *path;
	int i;

	(void)state;
	if (!has_gost)
		skip();
	for (i = 0; i < 2; i++) {
		path = src_path("tests/data/keys/rfc9548-%s.p12", names[i]);
		asked.pin = PASS_RU;
		ctx = mk_ctx(&asked);
		if (key_try(ctx, path, NULL, &key) != 0)
			fail_msg("%s: %s", path, sign_ctx_message(ctx));
		assert_int_equal(mk_sign(ctx, key, 0), 0);
		sign_key_free(key);
		sign_ctx_free(ctx);
		asked.pin = "wrong";
		assert_int_equal(key_code(path, NULL, &asked), SIGN_E_PIN);
	}
}

/* ---- files from the field, where they are at hand */

static void
field_check(const char *pattern)
{
	struct mk_asked asked = { .pin = "1" };
	glob_t found;
	size_t i;

	memset(&found, 0, sizeof(found));
	if (glob(src_path("%s", pattern), 0, NULL, &found) != 0)
		skip();
	for (i = 0; i < found.gl_pathc; i++) {
		print_message("# %s\n", found.gl_pathv[i]);
		assert_int_equal(key_code(found.gl_pathv[i], NULL, &asked),
		    SIGN_E_UNSUPPORTED);
		assert_int_equal(asked.count, 0);
	}
	globfree(&found);
}

static void
test_field_pfx(void **state)
{
	(void)state;
	field_check("../shared/corpus/russia/pfx/*/*.pfx");
}

static void
test_field_containers(void **state)
{
	(void)state;
	field_check(
	    "../shared/corpus/russia/containers/cryptopro_corefx/*.00*");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gost_encodings),
		cmocka_unit_test(test_one_asymmetric_key),
		cmocka_unit_test(test_rfc9548),
		cmocka_unit_test(test_field_pfx),
		cmocka_unit_test(test_field_containers),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
