/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "keykit.h"

#include "base/buf.h"
#include "base/der.h"
#include "base/err.h"
#include "libsign/ctx.h"
#include "libsign/key.h"
#include "tests/lib/mkkey.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define PASS "correct horse"
#define ROUNDS 300 /* of key derivation: few, to be quick */

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

/* ---- files of every form */

enum form {
	PEM_CLEAR,
	PEM_ENCRYPTED,
	PEM_OLD,
	PEM_OLD_ENCRYPTED,
	P12_AES,
	P12_3DES,
	P12_RC2,
	P12_CLEAR,
	P12_NO_MAC,
	P12_GOST,
};

static void
write_p12(
    const char *path, EVP_PKEY *key, X509 *cert, enum form form, const char *pw)
{
	OSSL_PROVIDER *provider = NULL, *legacy = NULL;
	OSSL_LIB_CTX *lib = NULL;
	int key_nid = 0, cert_nid = 0, mac = form == P12_NO_MAC ? -1 : ROUNDS;
	PKCS12 *p12;
	FILE *file = fopen(path, "wb");

	if (form == P12_3DES)
		key_nid = cert_nid = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
	if (form == P12_CLEAR)
		key_nid = cert_nid = -1;
	if (form == P12_GOST) {
		key_nid = cert_nid = NID_id_Gost28147_89;
		mac = -1;
	}
	if (form == P12_RC2) {
		lib = OSSL_LIB_CTX_new();
		provider = OSSL_PROVIDER_load(lib, "default");
		legacy = OSSL_PROVIDER_load(lib, "legacy");
		assert_non_null(legacy);
		key_nid = NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
		cert_nid = NID_pbe_WithSHA1And40BitRC2_CBC;
	}
	p12 = PKCS12_create_ex(pw, "name", key, cert, NULL, key_nid, cert_nid,
	    ROUNDS, mac, 0, lib, NULL);
	assert_non_null(p12);
	if (form == P12_GOST)
		assert_int_equal(
		    PKCS12_set_mac(p12, pw, -1, NULL, 0, ROUNDS,
			EVP_get_digestbynid(NID_id_GostR3411_2012_512)),
		    1);
	assert_int_equal(i2d_PKCS12_fp(file, p12), 1);
	fclose(file);
	PKCS12_free(p12);
	OSSL_PROVIDER_unload(legacy);
	OSSL_PROVIDER_unload(provider);
	OSSL_LIB_CTX_free(lib);
}

static void
write_pem(const char *path, EVP_PKEY *key, enum form form, const char *pw)
{
	const EVP_CIPHER *cipher = EVP_aes_256_cbc();
	char *copy = pw != NULL ? strdup(pw) : NULL;
	FILE *file = fopen(path, "w");
	BIO *bio = BIO_new_fp(file, BIO_CLOSE);
	int len = pw != NULL ? (int)strlen(pw) : 0;

	switch (form) {
	case PEM_ENCRYPTED:
		assert_int_equal(PEM_write_bio_PKCS8PrivateKey(
				     bio, key, cipher, copy, len, NULL, NULL),
		    1);
		break;
	case PEM_OLD:
		assert_int_equal(PEM_write_bio_PrivateKey_traditional(
				     bio, key, NULL, NULL, 0, NULL, NULL),
		    1);
		break;
	case PEM_OLD_ENCRYPTED:
		assert_int_equal(
		    PEM_write_bio_PrivateKey_traditional(bio, key, cipher,
			(unsigned char *)copy, len, NULL, NULL),
		    1);
		break;
	default:
		assert_int_equal(PEM_write_bio_PKCS8PrivateKey(
				     bio, key, NULL, NULL, 0, NULL, NULL),
		    1);
		break;
	}
	BIO_free(bio);
	free(copy);
}

static void
write_form(
    const char *path, EVP_PKEY *key, X509 *cert, enum form form, const char *pw)
{
	remove(path);
	if (form >= P12_AES) {
		write_p12(path, key, cert, form, pw);
		return;
	}
	write_pem(path, key, form, pw);
	mk_pem_cert(path, cert);
}

struct good_case {
	const char *name, *kind;
	enum form form;
	const char *pass; /* NULL: none */
	int asked;
};

static const struct good_case good_cases[] = {
	{ "RSA, PEM", "rsa", PEM_CLEAR, NULL, 0 },
	{ "RSA, PEM encrypted", "rsa", PEM_ENCRYPTED, PASS, 1 },
	{ "RSA, traditional", "rsa", PEM_OLD, NULL, 0 },
	{ "RSA, traditional encrypted", "rsa", PEM_OLD_ENCRYPTED, PASS, 1 },
	{ "P-256, traditional", "p256", PEM_OLD, NULL, 0 },
	{ "P-256, traditional encrypted", "p256", PEM_OLD_ENCRYPTED, PASS, 1 },
	{ "P-384, PEM", "p384", PEM_CLEAR, NULL, 0 },
	{ "Ed25519, PEM", "ed25519", PEM_CLEAR, NULL, 0 },
	{ "Ed448, PEM encrypted", "ed448", PEM_ENCRYPTED, PASS_RU, 1 },
	{ "RSA, PKCS#12 AES", "rsa", P12_AES, PASS, 1 },
	{ "P-256, PKCS#12 AES, Russian", "p256", P12_AES, PASS_RU, 1 },
	{ "P-256, PKCS#12 3DES", "p256", P12_3DES, PASS, 1 },
	{ "P-256, PKCS#12 3DES, Russian", "p256", P12_3DES, PASS_RU, 1 },
	{ "RSA, PKCS#12 RC2", "rsa", P12_RC2, PASS_RU, 1 },
	{ "P-256, PKCS#12, empty passphrase", "p256", P12_AES, "", 0 },
	{ "P-256, PKCS#12 3DES, empty", "p256", P12_3DES, "", 0 },
	{ "P-256, PKCS#12 3DES, none", "p256", P12_3DES, NULL, 0 },
	{ "P-256, PKCS#12 without MAC", "p256", P12_NO_MAC, PASS, 1 },
	{ "P-256, PKCS#12, key in clear", "p256", P12_CLEAR, PASS, 1 },
	{ "Ed25519, PKCS#12", "ed25519", P12_AES, PASS, 1 },
	{ "GOST-256, PEM", "gost256:A", PEM_CLEAR, NULL, 0 },
	{ "GOST-256 TC26-A, PEM", "gost256:TCA", PEM_CLEAR, NULL, 0 },
	{ "GOST-512, PEM encrypted", "gost512:A", PEM_ENCRYPTED, PASS_RU, 1 },
	{ "GOST-256, PKCS#12 AES", "gost256:XA", P12_AES, PASS_RU, 1 },
	{ "GOST-256, PKCS#12 GOST", "gost256:A", P12_GOST, PASS_RU, 1 },
	{ "GOST-512, PKCS#12 GOST", "gost512:B", P12_GOST, PASS, 1 },
};

static void
check_good(const struct good_case *row, const char *path)
{
	struct mk_asked asked = { .pin = row->pass };
	struct sign_ctx *ctx = mk_ctx(&asked);
	struct sign_key *key;
	const unsigned char *der;
	size_t len;
	int ret;

	ret = key_try(ctx, path, NULL, &key);
	if (ret != 0)
		fail_msg("%s: %s", row->name, sign_ctx_message(ctx));
	assert_int_equal(asked.count, row->asked);
	if (asked.count != 0) {
		assert_int_equal(asked.kind, SIGN_PIN_PASSPHRASE);
		assert_string_equal(asked.name, path);
	}
	der = sign_key_cert(key, &len);
	assert_true(len > 100 && der[0] == 0x30);
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	sign_key_free(key);
	sign_ctx_free(ctx);
}

static void
check_refusals(const struct good_case *row, const char *path)
{
	struct mk_asked asked = { 0 };

	if (!row->asked)
		return;
	assert_int_equal(key_code(path, NULL, &asked), SIGN_E_CANCEL);
	assert_int_equal(asked.count, 1);
	asked.pin = "wrong";
	assert_int_equal(key_code(path, NULL, &asked), SIGN_E_PIN);
	assert_int_equal(asked.count, 2);
}

static void
test_forms(void **state)
{
	const struct good_case *row;
	const char *path = mk_path(dir, "key");
	char stable[512];
	EVP_PKEY *key;
	X509 *cert;
	size_t i;

	(void)state;
	snprintf(stable, sizeof(stable), "%s", path);
	for (i = 0; i < sizeof(good_cases) / sizeof(good_cases[0]); i++) {
		row = &good_cases[i];
		if (!has_gost && strncmp(row->kind, "gost", 4) == 0)
			continue;
		print_message("# %s\n", row->name);
		key = mk_key(row->kind);
		cert = mk_cert(key, "Иванов", -10, 10);
		write_form(stable, key, cert, row->form, row->pass);
		check_good(row, stable);
		check_refusals(row, stable);
		X509_free(cert);
		EVP_PKEY_free(key);
	}
}

/* Of 256 wrong passphrases one gives padding that fits, and then rubbish. */
static void
test_wrong(void **state)
{
	static const enum form forms[] = { PEM_OLD_ENCRYPTED, PEM_ENCRYPTED };
	EVP_PKEY *key = mk_key("p256");
	X509 *cert = mk_cert(key, "Иванов", -10, 10);
	struct mk_asked asked = { 0 };
	char path[512], wrong[32];
	size_t i, k;

	(void)state;
	snprintf(path, sizeof(path), "%s", mk_path(dir, "key"));
	for (i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		write_form(path, key, cert, forms[i], PASS);
		for (k = 0; k < (i == 0 ? 1200 : 8); k++) {
			snprintf(wrong, sizeof(wrong), "wrong %zu", k);
			asked.pin = wrong;
			assert_int_equal(
			    key_code(path, NULL, &asked), SIGN_E_PIN);
		}
	}
	X509_free(cert);
	EVP_PKEY_free(key);
}

/* ---- DER */

/* With --cert the passphrase is asked for when the key first signs, once; a
 * wrong one is not asked for again by itself. */
static void
sign_unlocked_late(const char *path, const char *cert, struct mk_asked *asked)
{
	struct sign_ctx *ctx = mk_ctx(asked);
	struct sign_key *key;

	asked->count = 0;
	assert_int_equal(key_try(ctx, path, cert, &key), 0);
	assert_int_equal(asked->count, 0);
	asked->pin = "wrong";
	assert_int_equal(mk_sign(ctx, key, 0), SIGN_E_PIN);
	assert_int_equal(asked->count, 1);
	asked->pin = PASS;
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	assert_int_equal(mk_sign(ctx, key, 0), 0);
	assert_int_equal(asked->count, 2);
	asked->count = 0;
	sign_key_free(key);
	sign_ctx_free(ctx);
}

static void
test_der(void **state)
{
	static const char *const kinds[] = { "rsa", "p256", "ed25519" };
	struct mk_asked asked = { .pin = PASS };
	PKCS8_PRIV_KEY_INFO *info;
	unsigned char *der;
	EVP_PKEY *key;
	X509 *cert;
	FILE *file;
	size_t i;
	int len;

	(void)state;
	for (i = 0; i < 3; i++) {
		key = mk_key(kinds[i]);
		cert = mk_cert(key, "DER", -10, 10);
		remove(mk_path(dir, "c"));
		mk_pem_cert(mk_path(dir, "c"), cert);
		info = EVP_PKEY2PKCS8(key);
		der = NULL;
		len = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
		mk_file(mk_path(dir, "k"), der, (size_t)len);
		assert_int_equal(
		    key_code(mk_path(dir, "k"), mk_path(dir, "c"), &asked), 0);
		assert_int_equal(asked.count, 0);
		OPENSSL_free(der);
		der = NULL;
		len = i2d_PrivateKey(key, &der);
		mk_file(mk_path(dir, "k"), der, (size_t)len);
		assert_int_equal(
		    key_code(mk_path(dir, "k"), mk_path(dir, "c"), &asked), 0);
		OPENSSL_free(der);
		file = fopen(mk_path(dir, "k"), "wb");
		assert_int_equal(
		    i2d_PKCS8PrivateKey_fp(file, key, EVP_aes_128_cbc(), PASS,
			sizeof(PASS) - 1, NULL, NULL),
		    1);
		fclose(file);
		sign_unlocked_late(
		    mk_path(dir, "k"), mk_path(dir, "c"), &asked);
		PKCS8_PRIV_KEY_INFO_free(info);
		X509_free(cert);
		EVP_PKEY_free(key);
	}
}

/* ---- which key, which certificate */

static void
test_choice(void **state)
{
	struct mk_asked asked = { 0 };
	EVP_PKEY *a = mk_key("p256"), *b = mk_key("p256");
	X509 *cert_a = mk_cert(a, "A", -10, 10);
	X509 *old_a = mk_cert(a, "A, expired", -400, -30);
	X509 *cert_b = mk_cert(b, "B", -10, 10);
	char *key_a = mk_path(dir, "a.key"), *both = mk_path(dir, "both");
	char *pem_a = mk_path(dir, "a.pem"), *pem_b = mk_path(dir, "b.pem");
	char *mixed = mk_path(dir, "mixed"), *two = mk_path(dir, "two");
	struct sign_ctx *ctx = mk_ctx(&asked);
	struct sign_key *key;

	(void)state;
	mk_pem_key(key_a, a);
	mk_pem_cert(pem_a, cert_a);
	mk_pem_cert(pem_b, cert_b);
	mk_pem_key(both, a);
	mk_pem_key(both, b);
	mk_pem_cert(both, cert_a);
	mk_pem_cert(both, cert_b);
	mk_pem_cert(mixed, cert_b);
	mk_pem_key(mixed, a);
	mk_pem_cert(two, old_a);
	mk_pem_cert(two, cert_a);
	mk_pem_key(two, a);

	/* no certificate: the hint names the option */
	assert_int_equal(key_try(ctx, key_a, NULL, &key), SIGN_E_KEY);
	assert_non_null(strstr(sign_ctx_hint(ctx), "--cert"));
	assert_int_equal(key_code(key_a, pem_a, &asked), 0);
	assert_int_equal(key_code(key_a, pem_b, &asked), SIGN_E_KEY);
	assert_int_equal(key_code(mixed, NULL, &asked), SIGN_E_KEY);
	assert_int_equal(key_code(mixed, pem_a, &asked), 0);
	assert_int_equal(key_code(both, NULL, &asked), SIGN_E_KEY);
	assert_int_equal(key_code(both, pem_b, &asked), 0);
	assert_int_equal(
	    key_code(key_a, mk_path(dir, "absent"), &asked), SIGN_E_IO);
	/* of two certificates the valid one */
	assert_int_equal(key_try(ctx, two, NULL, &key), 0);
	assert_true(sg_cert_not_after(key->cert) > MK_NOW);
	sign_key_free(key);
	sign_ctx_free(ctx);
	X509_free(cert_a);
	X509_free(old_a);
	X509_free(cert_b);
	EVP_PKEY_free(a);
	EVP_PKEY_free(b);
}

/* ---- what is no key file */

struct bad_case {
	const char *name, *text;
	int code;
};

static const struct bad_case bad_cases[] = {
	{ "empty", "", SIGN_E_FORMAT },
	{ "text", "hello, world\n", SIGN_E_FORMAT },
	{ "bare sequence", "\x30\x05garbage", SIGN_E_FORMAT },
	{ "OpenSSH key",
	    "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"
	    "-----END OPENSSH PRIVATE KEY-----\n",
	    SIGN_E_UNSUPPORTED },
	{ "PEM without end", "-----BEGIN PRIVATE KEY-----\nAAAA\n",
	    SIGN_E_FORMAT },
	{ "PEM of nothing",
	    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
	    SIGN_E_FORMAT },
	{ "encrypted nothing",
	    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n"
	    "-----END ENCRYPTED PRIVATE KEY-----\n",
	    SIGN_E_FORMAT },
	{ "only a public key",
	    "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
	    SIGN_E_FORMAT },
};

static void
test_bad_files(void **state)
{
	struct mk_asked asked = { .pin = PASS };
	char *path = mk_path(dir, "bad");
	EVP_PKEY *key = mk_key("ed25519");
	X509 *cert = mk_cert(key, "alone", -1, 1);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad_cases) / sizeof(bad_cases[0]); i++) {
		print_message("# %s\n", bad_cases[i].name);
		mk_file(path, bad_cases[i].text, strlen(bad_cases[i].text));
		assert_int_equal(
		    key_code(path, NULL, &asked), bad_cases[i].code);
	}
	assert_int_equal(asked.count, 0);
	assert_int_equal(
	    key_code(mk_path(dir, "none"), NULL, &asked), SIGN_E_IO);
	assert_int_equal(key_code(dir, NULL, &asked), SIGN_E_IO);
	assert_int_equal(key_code("", NULL, &asked), SIGN_E_ARG);
	remove(path);
	mk_pem_cert(path, cert);
	assert_int_equal(key_code(path, NULL, &asked), SIGN_E_FORMAT);
	X509_free(cert);
	EVP_PKEY_free(key);
}

static void
test_containers(void **state)
{
	struct mk_asked asked = { .pin = PASS };
	char *folder = mk_path(dir, "ivanov.000");
	char *header = mk_path(dir, "ivanov.000/header.key");

	(void)state;
	assert_int_equal(mkdir(folder, 0700), 0);
	mk_file(header, "\x30\x00", 2);
	assert_int_equal(key_code(folder, NULL, &asked), SIGN_E_UNSUPPORTED);
	assert_int_equal(key_code(header, NULL, &asked), SIGN_E_UNSUPPORTED);
	assert_int_equal(asked.count, 0);
}

/* Each cut of a file is refused, and nothing is read past its end. */
static void
cut_everywhere(const char *path, size_t spare)
{
	struct mk_asked asked = { .pin = PASS };
	unsigned char bytes[8192];
	FILE *file = fopen(path, "rb");
	size_t len = fread(bytes, 1, sizeof(bytes), file);
	char *cut = mk_path(dir, "cut");
	char stable[512];
	/* key derivation takes a hundred times as long under valgrind */
	size_t i, step = getenv("PODPIS_SLOW") ? 17 : 1;

	fclose(file);
	snprintf(stable, sizeof(stable), "%s", cut);
	for (i = 0; i + spare < len; i += step) {
		mk_file(stable, bytes, i);
		assert_true(key_code(stable, NULL, &asked) < 0);
	}
	bytes[len] = 0;
	mk_file(stable, bytes, len + 1);
	if (bytes[0] == 0x30)
		assert_int_equal(key_code(stable, NULL, &asked), SIGN_E_FORMAT);
}

static void
test_truncation(void **state)
{
	EVP_PKEY *key = mk_key("ed25519");
	X509 *cert = mk_cert(key, "cut", -1, 1);
	char path[512];
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s", mk_path(dir, "whole"));
	write_form(path, key, cert, PEM_CLEAR, NULL);
	cut_everywhere(path, 1);
	file = fopen(path, "wb");
	assert_int_equal(i2d_PKCS8PrivateKey_fp(file, key, EVP_aes_128_cbc(),
			     PASS, sizeof(PASS) - 1, NULL, NULL),
	    1);
	fclose(file);
	cut_everywhere(path, 0);
	write_form(path, key, cert, P12_AES, PASS);
	cut_everywhere(path, 0);
	X509_free(cert);
	EVP_PKEY_free(key);
}

/* Key derivation that would run for hours is refused, unasked. */
static void
test_rounds(void **state)
{
	struct mk_asked asked = { .pin = PASS };
	EVP_PKEY *key = mk_key("ed25519");
	X509 *cert = mk_cert(key, "slow", -1, 1);
	unsigned char bytes[4096];
	char path[512];
	size_t len, i;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s", mk_path(dir, "slow"));
	write_form(path, key, cert, P12_AES, PASS);
	file = fopen(path, "rb");
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	/* MacData ends the file: INTEGER 300 becomes a negative one */
	i = len - 4;
	assert_memory_equal(bytes + i, "\x02\x02\x01\x2c", 4);
	bytes[i + 2] = 0x87;
	mk_file(path, bytes, len);
	assert_int_equal(key_code(path, NULL, &asked), SIGN_E_LIMIT);
	assert_int_equal(asked.count, 0);
	X509_free(cert);
	EVP_PKEY_free(key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_der),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_containers),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_rounds),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
