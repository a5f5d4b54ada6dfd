/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "envkit.h"
#include "vectors.h"

#include "base/keydata.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *name, *type, *curve;
	int usual; /* made here, not left to the decoders */
} rows[] = {
	{ "RSA", "RSA", NULL, 1 },
	{ "P-256", "EC", "P-256", 1 },
	{ "P-384", "EC", "P-384", 1 },
	{ "P-521", "EC", "P-521", 1 },
	{ "brainpool", "EC", "brainpoolP256r1", 1 },
	{ "Ed25519", "ED25519", NULL, 1 },
	{ "Ed448", "ED448", NULL, 1 },
	{ "RSASSA-PSS", "RSA-PSS", NULL, 0 },
	{ "X25519", "X25519", NULL, 0 },
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static EVP_PKEY *
make(size_t row)
{
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *key = NULL;

	if (strncmp(rows[row].type, "RSA", 3) == 0) /* slow to make */
		return vec_key_file(
		    &env, rows[row].usual ? "rsa-2048" : "rsa-pss-2048");
	ctx = EVP_PKEY_CTX_new_from_name(env.lib, rows[row].type, NULL);
	assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
	if (rows[row].curve != NULL)
		assert_int_equal(
		    EVP_PKEY_CTX_set_group_name(ctx, rows[row].curve), 1);
	assert_int_equal(EVP_PKEY_generate(ctx, &key), 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static struct sg_view
pkcs8(EVP_PKEY *key, unsigned char **der)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	int len = i2d_PKCS8_PRIV_KEY_INFO(info, der);

	assert_true(len > 0);
	PKCS8_PRIV_KEY_INFO_free(info);
	return sg_view_of(*der, (size_t)len);
}

static void
private_keys(void **state)
{
	unsigned char *der;
	struct sg_view view;
	EVP_PKEY *key, *made;
	size_t i;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		print_message("# %s\n", rows[i].name);
		key = make(i);
		der = NULL;
		view = pkcs8(key, &der);
		made = sg_keydata_private(&env, view);
		assert_int_equal(made != NULL, rows[i].usual);
		if (made != NULL)
			assert_int_equal(EVP_PKEY_eq(made, key), 1);
		EVP_PKEY_free(made);
		OPENSSL_free(der);
		EVP_PKEY_free(key);
	}
}

/* What was signed with the one verifies with the other. */
static void
they_sign(void **state)
{
	unsigned char value[1024], *der;
	EVP_PKEY *key, *made;
	EVP_MD_CTX *ctx;
	size_t i, len;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		if (!rows[i].usual)
			continue;
		key = make(i);
		der = NULL;
		made = sg_keydata_private(&env, pkcs8(key, &der));
		ctx = EVP_MD_CTX_new();
		len = sizeof(value);
		assert_int_equal(EVP_DigestSignInit_ex(ctx, NULL, NULL, env.lib,
				     NULL, made, NULL),
		    1);
		assert_int_equal(EVP_DigestSign(ctx, value, &len,
				     (const unsigned char *)"lease", 5),
		    1);
		EVP_MD_CTX_reset(ctx);
		assert_int_equal(EVP_DigestVerifyInit_ex(
				     ctx, NULL, NULL, env.lib, NULL, key, NULL),
		    1);
		assert_int_equal(EVP_DigestVerify(ctx, value, len,
				     (const unsigned char *)"lease", 5),
		    1);
		EVP_MD_CTX_free(ctx);
		EVP_PKEY_free(made);
		OPENSSL_free(der);
		EVP_PKEY_free(key);
	}
}

static void
public_keys(void **state)
{
	const unsigned char *bits;
	EVP_PKEY *key, *made;
	X509_ALGOR *algorithm;
	X509_PUBKEY *spki;
	size_t i, cut;
	int len;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		print_message("# %s\n", rows[i].name);
		key = make(i);
		spki = NULL;
		assert_int_equal(X509_PUBKEY_set(&spki, key), 1);
		assert_int_equal(
		    X509_PUBKEY_get0_param(NULL, &bits, &len, &algorithm, spki),
		    1);
		made = sg_keydata_public(
		    &env, algorithm, sg_view_of(bits, (size_t)len));
		assert_int_equal(made != NULL, rows[i].usual);
		if (made != NULL)
			assert_int_equal(EVP_PKEY_eq(made, key), 1);
		EVP_PKEY_free(made);
		for (cut = 0; rows[i].usual && cut < (size_t)len; cut++) {
			made = sg_keydata_public(
			    &env, algorithm, sg_view_of(bits, cut));
			/* half a point is the compressed one */
			if (made != NULL)
				assert_int_not_equal(EVP_PKEY_eq(made, key), 1);
			EVP_PKEY_free(made);
		}
		X509_PUBKEY_free(spki);
		EVP_PKEY_free(key);
	}
}

/* Each octet taken away, one added: the decoders may say what is wrong. */
static void
broken_private_keys(void **state)
{
	unsigned char *der, *longer;
	struct sg_view view;
	EVP_PKEY *key;
	size_t i, cut;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		key = make(i);
		der = NULL;
		view = pkcs8(key, &der);
		for (cut = 0; cut < view.len; cut++)
			assert_null(
			    sg_keydata_private(&env, sg_view_of(der, cut)));
		longer = calloc(1, view.len + 1);
		assert_non_null(longer);
		memcpy(longer, der, view.len);
		assert_null(
		    sg_keydata_private(&env, sg_view_of(longer, view.len + 1)));
		free(longer);
		OPENSSL_free(der);
		EVP_PKEY_free(key);
	}
}

/* Curves by their numbers, private keys without the public half: not here. */
static void
unusual_forms(void **state)
{
	unsigned char *der = NULL;
	EVP_PKEY *key = make(1);

	(void)state;
	assert_int_equal(EVP_PKEY_set_utf8_string_param(
			     key, OSSL_PKEY_PARAM_EC_ENCODING, "explicit"),
	    1);
	assert_null(sg_keydata_private(&env, pkcs8(key, &der)));
	OPENSSL_free(der);
	der = NULL;
	assert_int_equal(EVP_PKEY_set_utf8_string_param(
			     key, OSSL_PKEY_PARAM_EC_ENCODING, "named_curve"),
	    1);
	assert_int_equal(
	    EVP_PKEY_set_int_param(key, OSSL_PKEY_PARAM_EC_INCLUDE_PUBLIC, 0),
	    1);
	assert_null(sg_keydata_private(&env, pkcs8(key, &der)));
	OPENSSL_free(der);
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(private_keys),
		cmocka_unit_test(they_sign),
		cmocka_unit_test(public_keys),
		cmocka_unit_test(broken_private_keys),
		cmocka_unit_test(unusual_forms),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
