/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "corpus.h"
#include "envkit.h"
#include "pki.h"

#include "base/err.h"
#include "base/gost.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/cert.h"
#include "certs/crl.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

static struct sg_cert *user;

static const struct pki_cert user_row = { "user", "User", "user" };
static const struct pki_crl usual = { "usual", "CA", "ca", -5, 5, .number = 7,
	.ids = 1, .revoked = { { "user", -20, 1 } } };

static struct sg_cert *
find(const char *id)
{
	(void)id;
	return user;
}

static int
setup(void **state)
{
	if (env_setup(state) < 0)
		return -1;
	user = pki_cert(&env, &user_row);
	return 0;
}

static int
teardown(void **state)
{
	sg_cert_free(user);
	return env_teardown(state);
}

static void
test_getters(void **state)
{
	static const struct pki_crl odd = { "odd", "CA", "ca", -5, 0,
		.ext = { { "2.5.29.60",
		    "DER:180f32303230303130313030303030305a" } } };
	struct sg_crl *crl = pki_crl(&env, &usual, find);
	struct sg_crl *other = pki_crl(&env, &odd, find);
	struct sg_pool *pool = sg_pool_new();
	int64_t year = INT64_C(1577836800); /* 2020-01-01 */

	(void)state;
	assert_int_equal(sg_crl_this_update(crl), PKI_TIME - 5 * PKI_DAY);
	assert_int_equal(sg_crl_next_update(crl), PKI_TIME + 5 * PKI_DAY);
	assert_int_equal(sg_crl_next_update(other), SG_NO_TIME);
	assert_int_equal(sg_crl_keeps_expired(crl, PKI_TIME), 0);
	assert_int_equal(sg_crl_keeps_expired(other, year), 1);
	assert_int_equal(sg_crl_keeps_expired(other, year - 1), 0);
	assert_string_equal(sg_crl_issuer_text(pool, crl), "O=Lab, CN=CA");
	assert_non_null(sg_crl_x509(crl));
	assert_ptr_equal(sg_crl_ref(crl), crl);
	sg_crl_free(crl);
	sg_crl_free(crl);
	sg_crl_free(other);
	sg_crl_free(NULL);
	sg_pool_free(pool);
}

/* ---- reading */

static struct sg_crls list;

static void
check_read(const char *name, const void *ptr, size_t len, int ret, size_t count)
{
	int have = sg_crls_read(&env, sg_view_of(ptr, len), &list);

	if (have != ret || list.count != count)
		fail_msg("%s: %d, %zu CRLs (%s)", name, have, list.count,
		    env.message);
	sg_crls_clear(&list);
	sg_err_clear(&env);
}

static void
test_read_der(void **state)
{
	struct sg_crl *crl = pki_crl(&env, &usual, find), *out = NULL;
	struct sg_view der = sg_crl_der(crl);
	unsigned char *copy = malloc(der.len + 2);
	size_t i;

	(void)state;
	memcpy(copy, der.ptr, der.len);
	memcpy(copy + der.len, "\nx", 2);
	check_read("DER", copy, der.len, 0, 1);
	check_read("white space behind", copy, der.len + 1, 0, 1);
	check_read("something behind", copy, der.len + 2, SIGN_E_FORMAT, 0);
	for (i = 0; i < der.len; i++) {
		check_read("cut short", copy, i, SIGN_E_FORMAT, 0);
		assert_int_equal(sg_crl_parse(&env, sg_view_of(copy, i), &out),
		    SIGN_E_FORMAT);
	}
	assert_int_equal(
	    sg_crl_parse(
		&env, sg_view_of(copy, (size_t)SG_MAX_CRL_SIZE + 1), &out),
	    SIGN_E_LIMIT);
	check_read("a certificate", sg_cert_der(user).ptr,
	    sg_cert_der(user).len, SIGN_E_FORMAT, 0);
	check_read("a page", "<html></html>", 13, SIGN_E_FORMAT, 0);
	free(copy);
	sg_crl_free(crl);
}

static void
test_read_pem(void **state)
{
	struct sg_crl *crl = pki_crl(&env, &usual, find);
	struct sg_view der = sg_crl_der(crl);
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;
	int i;

	(void)state;
	for (i = 0; i < 2; i++)
		assert_true(PEM_write_bio(bio, "X509 CRL", "", der.ptr,
				(long)der.len) > 0);
	assert_int_equal(PEM_write_bio_X509(bio, sg_cert_x509(user)), 1);
	len = BIO_get_mem_data(bio, &text);
	check_read("two", text, (size_t)len, 0, 2);
	BIO_free(bio);

	bio = BIO_new(BIO_s_mem());
	assert_int_equal(PEM_write_bio_X509(bio, sg_cert_x509(user)), 1);
	len = BIO_get_mem_data(bio, &text);
	check_read("none", text, (size_t)len, SIGN_E_FORMAT, 0);
	BIO_free(bio);
	sg_crl_free(crl);
}

static void
test_read_base64(void **state)
{
	struct sg_crl *crl = pki_crl(&env, &usual, find);
	struct sg_view der = sg_crl_der(crl);
	unsigned char *text = calloc(2, der.len);
	int len = EVP_EncodeBlock(text, der.ptr, (int)der.len);

	(void)state;
	check_read("base64", text, (size_t)len, 0, 1);
	check_read("half of it", text, (size_t)len / 8 * 4, SIGN_E_FORMAT, 0);
	free(text);
	sg_crl_free(crl);
}

static void
test_read_pkcs7(void **state)
{
	struct sg_crl *crl = pki_crl(&env, &usual, find);
	PKCS7 *p7 = PKCS7_new();
	unsigned char *der = NULL;
	int len;

	(void)state;
	assert_int_equal(PKCS7_set_type(p7, NID_pkcs7_signed), 1);
	assert_int_equal(PKCS7_content_new(p7, NID_pkcs7_data), 1);
	PKCS7_set_detached(p7, 1);
	assert_int_equal(PKCS7_add_certificate(p7, sg_cert_x509(user)), 1);
	assert_int_equal(PKCS7_add_crl(p7, sg_crl_x509(crl)), 1);
	len = i2d_PKCS7(p7, &der);
	check_read("PKCS#7", der, (size_t)len, 0, 1);
	OPENSSL_free(der);
	PKCS7_free(p7);
	sg_crl_free(crl);
}

/* Read or refused, no more. */
/* Read or refused; and what is read does not verify. */
static void
test_every_octet_changed(void **state)
{
	struct sg_crl *crl = pki_crl(&env, &usual, find), *odd;
	struct sg_view der = sg_crl_der(crl);
	unsigned char *copy = malloc(der.len);
	EVP_PKEY *key = pki_key(&env, "ca");
	size_t i;

	(void)state;
	assert_int_equal(X509_CRL_verify(sg_crl_x509(crl), key), 1);
	memcpy(copy, der.ptr, der.len);
	for (i = 0; i < der.len * 8; i++) {
		copy[i / 8] ^= (unsigned char)(1 << i % 8);
		if (sg_crl_parse(&env, sg_view_of(copy, der.len), &odd) == 0) {
			if (X509_CRL_verify(sg_crl_x509(odd), key) == 1)
				fail_msg("bit %zu is not signed", i);
			sg_crl_free(odd);
		}
		sg_err_clear(&env);
		copy[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	free(copy);
	sg_crl_free(crl);
}

static void
test_list_grows(void **state)
{
	struct sg_crl *crl = pki_crl(&env, &usual, find);
	size_t i;

	(void)state;
	for (i = 0; i < 100; i++)
		assert_int_equal(sg_crls_add(&env, &list, crl), 0);
	assert_int_equal(
	    sg_crls_read(&env, sg_view_str("nothing"), &list), SIGN_E_FORMAT);
	assert_int_equal(list.count, 100);
	sg_crls_clear(&list);
	sg_crl_free(crl);
}

/* ---- lists of real issuers */

static int
check_corpus(const struct corpus_row *row, void *payload)
{
	size_t *seen = payload;
	int want = 0;

	if (strncmp(row->expected, "NOT a CRL", 9) == 0)
		want = SIGN_E_FORMAT;
	/* one with the rest of an older one behind it */
	if (strstr(row->file, "ab_certlist_2012") != NULL)
		want = SIGN_E_FORMAT;
	check_read(row->file, row->octets.ptr, row->octets.len, want,
	    want == 0 ? 1 : 0);
	(*seen)++;
	return 0;
}

static void
test_corpus(void **state)
{
	size_t seen = 0;

	(void)state;
	if (corpus_each("crl", check_corpus, &seen) < 0)
		skip();
	assert_true(seen > 20);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_getters),
		cmocka_unit_test(test_read_der),
		cmocka_unit_test(test_read_pem),
		cmocka_unit_test(test_read_base64),
		cmocka_unit_test(test_read_pkcs7),
		cmocka_unit_test(test_every_octet_changed),
		cmocka_unit_test(test_list_grows),
		cmocka_unit_test(test_corpus),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
