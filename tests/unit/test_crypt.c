/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/crypt.h"
#include "base/err.h"
#include "tests/lib/mkkey.h"
#include "tests/unit/srckit.h"
#include "tests/unit/envkit.h"
#include "tests/unit/vectors.h"

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/objects.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct sg_scheme *
scheme_by_name(const char *name)
{
	const struct sg_scheme *rows;
	size_t count, i;

	rows = sg_scheme_rows(&count);
	for (i = 0; i < count; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

/* ---- digests */

/* FIPS 180-4, FIPS 202, RFC 1321 and the RIPEMD-160 paper: of "abc". */
static const struct {
	const char *option, *abc;
} digests[] = {
	{ "md5", "900150983cd24fb0d6963f7d28e17f72" },
	{ "sha1", "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ "ripemd160", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc" },
	{ "sha224",
	    "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7" },
	{ "sha256",
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "sha384",
	    "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	    "8086072ba1e7cc2358baeca134c825a7" },
	{ "sha512",
	    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	{ "sha3-224",
	    "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf" },
	{ "sha3-256",
	    "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532" },
	{ "sha3-384",
	    "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b2"
	    "98d88cea927ac7f539f1edf228376d25" },
	{ "sha3-512",
	    "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
	    "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0" },
	{ "shake256",
	    "483366601360a8771c6863080cc4114d8db44530f8f1e1ee4f94ea37e78b5739"
	    "d5a15bef186a5386c75744c0527e1faa9f8726e462a12a4feb06bd8801e751e4" },
};

static void
test_digests(void **state)
{
	unsigned char out[SG_MAX_DIGEST];
	const struct sg_digest *digest;
	struct sg_buf want = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		digest = sg_digest_by_option(digests[i].option);
		want.len = 0;
		vec_hex(&want, digests[i].abc);
		assert_int_equal(want.len, digest->size);
		assert_int_equal(
		    sg_hash_once(&env, digest, sg_view_str("abc"), out), 0);
		assert_memory_equal(out, want.ptr, want.len);
	}
	sg_buf_free(&want);
}

/* What is remembered is that of these octets and of this digest, also where
 * more come by than there is room for, and long ones. */
static void
test_hash_is_known(void **state)
{
	static const char *const options[] = { "sha256", "sha3-256" };
	unsigned char data[20000] = { 0 }, want[SG_MAX_DIGEST];
	unsigned char out[SG_MAX_DIGEST];
	const struct sg_digest *digest;
	struct sg_view view;
	size_t i;

	(void)state;
	for (i = 0; i < 120; i++) {
		digest = sg_digest_by_option(options[i % 2]);
		data[0] = (unsigned char)(i / 3 % 10);
		data[99] = (unsigned char)(i / 7 % 2);
		view =
		    sg_view_of(data, i % 11 == 0 ? sizeof(data) : 99 + i % 2);
		assert_int_equal(sg_hash_known(&env, digest, view, out), 0);
		assert_int_equal(sg_hash_once(&env, digest, view, want), 0);
		assert_memory_equal(out, want, digest->size);
	}
}

/* After the end a hash begins anew. */
static void
test_hash_is_used_again(void **state)
{
	const struct sg_digest *digest = sg_digest_by_option("shake256");
	unsigned char first[SG_MAX_DIGEST], second[SG_MAX_DIGEST];
	struct sg_hash *hash = NULL, *copy = NULL;

	(void)state;
	assert_int_equal(sg_hash_new(&env, digest, &hash), 0);
	assert_ptr_equal(sg_hash_digest(hash), digest);
	assert_int_equal(sg_hash_update(&env, hash, "abc", 3), 0);
	assert_int_equal(sg_hash_final(&env, hash, first), 0);
	assert_int_equal(sg_hash_update(&env, hash, "a", 1), 0);
	assert_int_equal(sg_hash_update(&env, hash, "", 0), 0);
	assert_int_equal(sg_hash_update(&env, hash, "bc", 2), 0);
	assert_int_equal(sg_hash_final(&env, hash, second), 0);
	assert_memory_equal(first, second, digest->size);
	/* a copy of one that ended begins anew too, and nothing is something */
	assert_int_equal(sg_hash_copy(&env, hash, &copy), 0);
	assert_int_equal(sg_hash_update(&env, copy, "abc", 3), 0);
	assert_int_equal(sg_hash_final(&env, copy, second), 0);
	assert_memory_equal(first, second, digest->size);
	assert_int_equal(sg_hash_final(&env, hash, second), 0);
	assert_int_equal(
	    sg_hash_once(&env, digest, sg_view_of("", 0), first), 0);
	assert_memory_equal(first, second, digest->size);
	sg_hash_free(copy);
	sg_hash_free(hash);
	sg_hash_free(NULL);
}

/* ---- there and back */

static int
verify(const struct sg_scheme *scheme, EVP_PKEY *key, struct sg_view data,
    const struct sg_buf *value, enum sg_value_form form)
{
	int result = sg_verify_value(
	    &env, scheme, NULL, key, data, sg_buf_view(value), form);

	if (result < 0)
		fail_msg("%s: %s", scheme->name, env.message);
	return result;
}

/* Every change to data or value is found, whatever the octet. */
static void
changes_are_found(const struct sg_scheme *scheme, EVP_PKEY *key,
    const struct sg_buf *data, struct sg_buf *value)
{
	struct sg_view view = sg_buf_view(data);
	size_t len = value->len, i;

	data->ptr[0] ^= 1;
	assert_int_equal(verify(scheme, key, view, value, SG_VALUE_CMS), 0);
	data->ptr[0] ^= 1;
	for (i = 0; i < len; i += 1 + len / 12) {
		value->ptr[i] ^= 1;
		if (verify(scheme, key, view, value, SG_VALUE_CMS) != 0)
			fail_msg("%s: octet %zu may change", scheme->name, i);
		value->ptr[i] ^= 1;
		value->len = i;
		if (verify(scheme, key, view, value, SG_VALUE_CMS) != 0)
			fail_msg("%s: %zu octets are enough", scheme->name, i);
		value->len = len;
	}
	assert_int_equal(sg_buf_append(&env, value, "", 1), 0);
	assert_int_equal(verify(scheme, key, view, value, SG_VALUE_CMS), 0);
	value->len = len;
}

static void
raw_form_verifies(const struct sg_scheme *scheme, EVP_PKEY *key,
    struct sg_view data, const struct sg_buf *value)
{
	struct sg_buf raw = { 0 }, back = { 0 };
	size_t half = ((size_t)EVP_PKEY_get_bits(key) + 7) / 8;

	assert_int_equal(
	    sg_value_to_raw(&env, scheme, sg_buf_view(value), half, &raw), 0);
	assert_int_equal(verify(scheme, key, data, &raw, SG_VALUE_RAW), 1);
	assert_int_equal(
	    sg_value_to_cms(&env, scheme, sg_buf_view(&raw), &back), 0);
	assert_true(sg_view_equal(sg_buf_view(&back), sg_buf_view(value)));
	if (scheme->key == SG_KEY_EC) {
		assert_int_equal(
		    verify(scheme, key, data, &raw, SG_VALUE_CMS), 0);
		assert_int_equal(
		    verify(scheme, key, data, value, SG_VALUE_RAW), 0);
	}
	sg_buf_free(&raw);
	sg_buf_free(&back);
}

/* Sign with the private key, verify with the public one read from octets. */
static void
there_and_back(const struct sg_scheme *scheme, EVP_PKEY *key)
{
	struct sg_buf data = { 0 }, value = { 0 }, spki = { 0 };
	unsigned char *ptr;
	EVP_PKEY *pub = NULL;

	vec_spki(&spki, key);
	assert_int_equal(sg_key_from_spki(&env, sg_buf_view(&spki), &pub), 0);
	ptr = sg_buf_reserve(&env, &data, 128);
	data.len = scheme->signs_bytes ? 100 : sg_scheme_digest(scheme)->size;
	memset(ptr, 0x5a, data.len);
	if (sg_sign_value(&env, scheme, NULL, key, sg_buf_view(&data), &value) <
	    0)
		fail_msg("%s: %s", scheme->name, env.message);
	assert_int_equal(
	    verify(scheme, pub, sg_buf_view(&data), &value, SG_VALUE_CMS), 1);
	changes_are_found(scheme, pub, &data, &value);
	raw_form_verifies(scheme, pub, sg_buf_view(&data), &value);
	EVP_PKEY_free(pub);
	sg_buf_free(&data);
	sg_buf_free(&value);
	sg_buf_free(&spki);
}

/* Every row that signs with this kind of key. */
static void
all_rows(enum sg_key_type type, EVP_PKEY *key)
{
	const struct sg_scheme *rows;
	size_t count, i, tried = 0;

	rows = sg_scheme_rows(&count);
	for (i = 0; i < count; i++) {
		if (rows[i].key != type || rows[i].use != SG_USE_FULL)
			continue;
		there_and_back(&rows[i], key);
		tried++;
	}
	assert_true(tried != 0);
	EVP_PKEY_free(key);
}

/* ---- keys that come again */

#define KEYS 11 /* more than are remembered */

static void
sign_with(EVP_PKEY *key, struct sg_view data, struct sg_buf *value)
{
	const struct sg_scheme *scheme;

	value->len = 0;
	assert_int_equal(sg_scheme_for_key(&env, key, NULL, 0, &scheme), 0);
	assert_int_equal(
	    sg_sign_value(&env, scheme, NULL, key, data, value), 0);
}

/* In any order, good values and bad ones, each key verifies its own alone; so
 * does a new key in the place of an old one. */
static void
test_keys_come_again(void **state)
{
	static const unsigned char digest[32] = { 1 };
	struct sg_view data = sg_view_of(digest, sizeof(digest));
	struct sg_buf values[KEYS] = { { NULL, 0, 0 } };
	const struct sg_scheme *scheme;
	EVP_PKEY *keys[KEYS];
	size_t i, own, other;

	(void)state;
	for (i = 0; i < KEYS; i++) {
		keys[i] = vec_key(&env, "EC", "P-256");
		sign_with(keys[i], data, &values[i]);
	}
	assert_int_equal(sg_scheme_for_key(&env, keys[0], NULL, 0, &scheme), 0);
	for (i = 0; i < 300; i++) {
		own = i * 7 % (i % 2 == 0 ? KEYS : 3);
		other = (own + 1 + i % (KEYS - 1)) % KEYS;
		assert_int_equal(
		    verify(scheme, keys[own], data, &values[own], SG_VALUE_CMS),
		    1);
		assert_int_equal(verify(scheme, keys[own], data, &values[other],
				     SG_VALUE_CMS),
		    0);
		if (i % 10 != 9)
			continue;
		EVP_PKEY_free(keys[own]);
		keys[own] = vec_key(&env, "EC", "P-256");
		assert_int_equal(
		    verify(scheme, keys[own], data, &values[own], SG_VALUE_CMS),
		    0);
		sign_with(keys[own], data, &values[own]);
	}
	for (i = 0; i < KEYS; i++) {
		EVP_PKEY_free(keys[i]);
		sg_buf_free(&values[i]);
	}
}

static void
usual_row(EVP_PKEY *key, int pss)
{
	const struct sg_scheme *scheme;

	assert_int_equal(sg_scheme_for_key(&env, key, NULL, pss, &scheme), 0);
	there_and_back(scheme, key);
	EVP_PKEY_free(key);
}

static void
test_rsa_there_and_back(void **state)
{
	(void)state;
	all_rows(SG_KEY_RSA, vec_key_file(&env, "rsa-2048"));
	usual_row(vec_key_file(&env, "rsa-3072"), 0);
	usual_row(vec_key_file(&env, "rsa-3072"), 1);
	usual_row(vec_key_file(&env, "rsa-4096"), 0);
	usual_row(vec_key_file(&env, "rsa-4096"), 1);
}

static void
test_ecdsa_there_and_back(void **state)
{
	static const char *const curves[] = { "P-384", "P-521", "secp256k1",
		"brainpoolP256r1", "brainpoolP256t1", "brainpoolP320r1",
		"brainpoolP384r1", "brainpoolP512r1", "brainpoolP512t1" };
	size_t i;

	(void)state;
	all_rows(SG_KEY_EC, vec_key(&env, "EC", "P-256"));
	for (i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		usual_row(vec_key(&env, "EC", curves[i]), 0);
}

static void
test_eddsa_there_and_back(void **state)
{
	(void)state;
	usual_row(vec_key(&env, "ED25519", NULL), 0);
	usual_row(vec_key(&env, "ED448", NULL), 0);
}

/* Reading rows do not sign; what others signed so verifies. */
static void
test_reading_rows(void **state)
{
	EVP_PKEY *key = vec_key_file(&env, "dsa-2048");
	const struct sg_scheme *scheme = scheme_by_name("DSA with SHA-256");
	unsigned char digest[32] = { 1, 2, 3 };
	struct sg_view data = sg_view_of(digest, sizeof(digest));
	struct sg_buf value = { 0 }, raw = { 0 };
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(env.lib, key, NULL);
	unsigned char *ptr = sg_buf_reserve(&env, &value, 128);
	size_t len = 128;

	(void)state;
	assert_int_equal(
	    sg_sign_value(&env, scheme, NULL, key, data, &value), SIGN_E_KEY);
	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(
	    EVP_PKEY_sign(ctx, ptr, &len, digest, sizeof(digest)), 1);
	value.len = len;
	assert_int_equal(verify(scheme, key, data, &value, SG_VALUE_CMS), 1);
	assert_int_equal(
	    sg_value_to_raw(&env, scheme, sg_buf_view(&value), 28, &raw), 0);
	assert_int_equal(verify(scheme, key, data, &raw, SG_VALUE_RAW), 1);
	digest[0] ^= 1;
	assert_int_equal(verify(scheme, key, data, &value, SG_VALUE_CMS), 0);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	sg_buf_free(&value);
	sg_buf_free(&raw);
}

/* BSI TR-03111: the same r and s, but side by side also in CMS. */
static void
test_plain_ecdsa(void **state)
{
	const struct sg_scheme *ecdsa = scheme_by_name("ECDSA with SHA-256");
	const struct sg_scheme *plain =
	    scheme_by_name("plain ECDSA with SHA-256");
	EVP_PKEY *key = vec_key(&env, "EC", "brainpoolP256r1");
	unsigned char digest[32] = { 7 };
	struct sg_view data = sg_view_of(digest, sizeof(digest));
	struct sg_buf value = { 0 }, raw = { 0 };

	(void)state;
	assert_int_equal(
	    sg_sign_value(&env, ecdsa, NULL, key, data, &value), 0);
	assert_int_equal(
	    sg_value_to_raw(&env, ecdsa, sg_buf_view(&value), 32, &raw), 0);
	assert_int_equal(verify(plain, key, data, &raw, SG_VALUE_CMS), 1);
	assert_int_equal(verify(plain, key, data, &raw, SG_VALUE_RAW), 1);
	assert_int_equal(verify(plain, key, data, &value, SG_VALUE_CMS), 0);
	EVP_PKEY_free(key);
	sg_buf_free(&value);
	sg_buf_free(&raw);
}

/* Leading zeros left out of both halves alike: they can be put back, and
 * nothing else can. */
static void
test_short_pair(void **state)
{
	const struct sg_scheme *scheme = scheme_by_name("ECDSA with SHA-512");
	EVP_PKEY *key = vec_key(&env, "EC", "P-521");
	unsigned char digest[64] = { 0 };
	struct sg_view data = sg_view_of(digest, sizeof(digest));
	struct sg_buf value = { 0 }, raw = { 0 }, padded = { 0 };

	(void)state;
	/* both below 2^520: one time in four */
	do {
		digest[0]++;
		value.len = raw.len = 0;
		assert_int_equal(
		    sg_sign_value(&env, scheme, NULL, key, data, &value), 0);
		assert_int_equal(
		    sg_value_to_raw(&env, scheme, sg_buf_view(&value), 0, &raw),
		    0);
	} while (raw.len >= 132);
	assert_int_equal(verify(scheme, key, data, &raw, SG_VALUE_RAW), 0);
	assert_int_equal(
	    sg_value_pad(&env, scheme, key, sg_buf_view(&raw), &padded), 1);
	assert_int_equal(padded.len, 132);
	assert_int_equal(verify(scheme, key, data, &padded, SG_VALUE_RAW), 1);
	assert_int_equal(
	    sg_value_pad(&env, scheme, key, sg_buf_view(&padded), &value), 0);
	raw.len--;
	assert_int_equal(
	    sg_value_pad(&env, scheme, key, sg_buf_view(&raw), &value), 0);
	raw.len = 0;
	assert_int_equal(
	    sg_value_pad(&env, scheme, key, sg_buf_view(&raw), &value), 0);
	/* one zero too many was left in */
	assert_int_equal(
	    sg_value_pad(&env, scheme, key, sg_view_of("\0\1\0\2", 4), &value),
	    0);
	EVP_PKEY_free(key);
	sg_buf_free(&value);
	sg_buf_free(&raw);
	sg_buf_free(&padded);
}

/* ---- what cannot be */

static void
test_key_of_another_kind(void **state)
{
	EVP_PKEY *list[] = { vec_key_file(&env, "rsa-2048"),
		vec_key(&env, "EC", "P-256"), vec_key(&env, "ED25519", NULL),
		vec_key(&env, "ED448", NULL), vec_key(&env, "X25519", NULL),
		vec_key_file(&env, "dsa-2048") };
	unsigned char octets[512] = { 1 };
	const struct sg_scheme *rows;
	struct sg_key_info info;
	size_t count, i, j;

	(void)state;
	rows = sg_scheme_rows(&count);
	for (i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		for (j = 0; j < count; j++) {
			struct sg_view data = sg_view_of(
			    octets, sg_scheme_digest(&rows[j])->size);
			struct sg_view value = sg_view_of(octets, 256);

			assert_int_equal(
			    sg_verify_value(&env, &rows[j], NULL, list[i], data,
				value, SG_VALUE_CMS),
			    0);
			assert_int_equal(
			    sg_verify_value(&env, &rows[j], NULL, list[i], data,
				value, SG_VALUE_RAW),
			    0);
		}
		if (sg_key_info(&env, list[i], &info) == 0)
			assert_true(info.bits > 0);
		EVP_PKEY_free(list[i]);
	}
}

static void
test_digest_of_wrong_length(void **state)
{
	const struct sg_scheme *scheme = scheme_by_name("ECDSA with SHA-256");
	EVP_PKEY *key = vec_key(&env, "EC", "P-256");
	unsigned char octets[64] = { 1 };
	struct sg_buf value = { 0 };
	size_t len;

	(void)state;
	assert_int_equal(sg_sign_value(&env, scheme, NULL, key,
			     sg_view_of(octets, 32), &value),
	    0);
	for (len = 0; len <= sizeof(octets); len++) {
		assert_int_equal(verify(scheme, key, sg_view_of(octets, len),
				     &value, SG_VALUE_CMS),
		    len == 32);
		if (len != 32)
			assert_int_equal(sg_sign_value(&env, scheme, NULL, key,
					     sg_view_of(octets, len), &value),
			    SIGN_E_ARG);
	}
	EVP_PKEY_free(key);
	sg_buf_free(&value);
}

/* An RSA key made for PSS does nothing else. */
static void
test_pss_key(void **state)
{
	const struct sg_scheme *plain = scheme_by_name("RSA with SHA-256");
	EVP_PKEY *key = vec_key_file(&env, "rsa-pss-2048");
	unsigned char octets[32] = { 1 };
	struct sg_buf value = { 0 };

	(void)state;
	assert_int_equal(sg_sign_value(&env, plain, NULL, key,
			     sg_view_of(octets, 32), &value),
	    SIGN_E_KEY);
	assert_int_equal(value.len, 0);
	usual_row(key, 0);
}

/* The salt's length is part of what was said. */
static void
test_pss_salt(void **state)
{
	const struct sg_scheme *scheme = scheme_by_name("RSA-PSS with SHA-256");
	const struct sg_digest *sha256 = sg_digest_by_option("sha256");
	EVP_PKEY *key = vec_key_file(&env, "rsa-2048");
	struct sg_pss pss = { sha256, sha256, 20 };
	unsigned char octets[32] = { 1 };
	struct sg_view data = sg_view_of(octets, sizeof(octets));
	struct sg_buf value = { 0 };
	int salt;

	(void)state;
	assert_int_equal(
	    sg_sign_value(&env, scheme, &pss, key, data, &value), 0);
	for (salt = 0; salt < 300; salt += 10) {
		pss.salt = salt;
		assert_int_equal(sg_verify_value(&env, scheme, &pss, key, data,
				     sg_buf_view(&value), SG_VALUE_CMS),
		    salt == 20);
	}
	pss.salt = 20;
	pss.mgf = sg_digest_by_option("sha512");
	assert_int_equal(sg_verify_value(&env, scheme, &pss, key, data,
			     sg_buf_view(&value), SG_VALUE_CMS),
	    0);
	EVP_PKEY_free(key);
	sg_buf_free(&value);
}

static void
test_broken_pairs(void **state)
{
	static const struct {
		const char *name, *cms;
	} cases[] = {
		{ "empty", "" },
		{ "no integers", "3000" },
		{ "one integer", "3003020101" },
		{ "octets behind", "300602010102010100" },
		{ "octets inside", "3009020101020101020101" },
		{ "long form of length", "308106020101020101" },
		{ "zero in front",
		    "30070202000102"
		    "0101" },
		{ "indefinite", "30800201010201010000" },
		{ "other tag", "3106020101020101" },
		{ "NULL for s", "30050201010500" },
	};
	const struct sg_scheme *scheme = scheme_by_name("ECDSA with SHA-256");
	EVP_PKEY *key = vec_key(&env, "EC", "P-256");
	unsigned char octets[32] = { 1 };
	struct sg_buf cms = { 0 }, out = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		cms.len = 0;
		vec_hex(&cms, cases[i].cms);
		if (sg_value_to_raw(&env, scheme, sg_buf_view(&cms), 32,
			&out) != SIGN_E_FORMAT)
			fail_msg("%s", cases[i].name);
		assert_int_equal(verify(scheme, key, sg_view_of(octets, 32),
				     &cms, SG_VALUE_CMS),
		    0);
	}
	cms.len = 0;
	vec_hex(&cms, "3006020101020101");
	assert_int_equal(
	    sg_value_to_raw(&env, scheme, sg_buf_view(&cms), 0, &out), 0);
	assert_int_equal(out.len, 2);
	assert_int_equal(
	    sg_value_to_cms(&env, scheme, sg_view_of(octets, 31), &out),
	    SIGN_E_FORMAT);
	EVP_PKEY_free(key);
	sg_buf_free(&cms);
	sg_buf_free(&out);
}

static void
test_broken_spki(void **state)
{
	EVP_PKEY *key = vec_key(&env, "EC", "P-256"), *out = NULL;
	struct sg_buf spki = { 0 };
	size_t len;

	(void)state;
	vec_spki(&spki, key);
	for (len = 0; len < spki.len; len++)
		assert_int_equal(
		    sg_key_from_spki(&env, sg_view_of(spki.ptr, len), &out),
		    SIGN_E_FORMAT);
	assert_int_equal(sg_buf_append(&env, &spki, "", 1), 0);
	assert_int_equal(
	    sg_key_from_spki(&env, sg_buf_view(&spki), &out), SIGN_E_FORMAT);
	spki.ptr[spki.len - 2] ^= 1; /* not on the curve */
	assert_int_equal(
	    sg_key_from_spki(&env, sg_view_of(spki.ptr, spki.len - 1), &out),
	    SIGN_E_FORMAT);
	assert_null(out);
	EVP_PKEY_free(key);
	sg_buf_free(&spki);
}

/* ---- Wycheproof */

static const struct {
	const char *file, *scheme;
	enum sg_value_form form;
} wycheproof[] = {
	{ "ecdsa_secp256r1_sha256_p1363_test.json", "ECDSA with SHA-256",
	    SG_VALUE_RAW },
	{ "ecdsa_secp256r1_sha256_test.json", "ECDSA with SHA-256",
	    SG_VALUE_CMS },
	{ "ecdsa_secp384r1_sha384_test.json", "ECDSA with SHA-384",
	    SG_VALUE_CMS },
	{ "ecdsa_secp521r1_sha512_test.json", "ECDSA with SHA-512",
	    SG_VALUE_CMS },
	{ "ed25519_test.json", "Ed25519", SG_VALUE_CMS },
	{ "ed448_test.json", "Ed448", SG_VALUE_CMS },
	{ "rsa_pss_2048_sha256_mgf1_32_test.json", "RSA-PSS with SHA-256",
	    SG_VALUE_CMS },
	{ "rsa_pss_3072_sha256_mgf1_32_test.json", "RSA-PSS with SHA-256",
	    SG_VALUE_CMS },
	{ "rsa_signature_2048_sha256_test.json", "RSA with SHA-256",
	    SG_VALUE_CMS },
	{ "rsa_signature_3072_sha256_test.json", "RSA with SHA-256",
	    SG_VALUE_CMS },
};

static const char *
member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	assert_non_null(text);
	return text;
}

/*
 * "valid" verifies, all else does not. "acceptable" is a PKCS#1 v1.5 value
 * whose DigestInfo lacks the NULL: refused (RFC 8017, 9.2, note 1 leaves it to
 * the verifier).
 */
static void
wycheproof_case(const struct sg_scheme *scheme, enum sg_value_form form,
    EVP_PKEY *key, const json_t *test)
{
	unsigned char digest[SG_MAX_DIGEST];
	struct sg_buf msg = { 0 }, sig = { 0 };
	struct sg_view data;
	int want = strcmp(member(test, "result"), "valid") == 0;

	vec_hex(&msg, member(test, "msg"));
	vec_hex(&sig, member(test, "sig"));
	data = sg_buf_view(&msg);
	if (!scheme->signs_bytes) {
		assert_int_equal(
		    sg_hash_once(&env, sg_scheme_digest(scheme), data, digest),
		    0);
		data = sg_view_of(digest, sg_scheme_digest(scheme)->size);
	}
	if (verify(scheme, key, data, &sig, form) != want)
		fail_msg("%s, %d: %s", scheme->name,
		    (int)json_integer_value(json_object_get(test, "tcId")),
		    member(test, "comment"));
	sg_buf_free(&msg);
	sg_buf_free(&sig);
}

static size_t
wycheproof_file(const char *path, const char *name, enum sg_value_form form)
{
	const struct sg_scheme *scheme = scheme_by_name(name);
	json_t *root = json_load_file(path, 0, NULL);
	json_t *group, *test;
	size_t i, j, done = 0;

	assert_non_null(root);
	json_array_foreach(json_object_get(root, "testGroups"), i, group)
	{
		struct sg_buf spki = { 0 };
		EVP_PKEY *key = NULL;

		vec_hex(&spki, member(group, "publicKeyDer"));
		assert_int_equal(
		    sg_key_from_spki(&env, sg_buf_view(&spki), &key), 0);
		json_array_foreach(json_object_get(group, "tests"), j, test)
		{
			if (done++ % mk_step(3) == 0)
				wycheproof_case(scheme, form, key, test);
		}
		EVP_PKEY_free(key);
		sg_buf_free(&spki);
	}
	json_decref(root);
	return done;
}

static void
wycheproof_folder(const char *folder)
{
	const char *path;
	size_t i;

	for (i = 0; i < sizeof(wycheproof) / sizeof(wycheproof[0]); i++) {
		path = src_path("%s/%s", folder, wycheproof[i].file);
		assert_true(wycheproof_file(path, wycheproof[i].scheme,
				wycheproof[i].form) > 10);
	}
}

static void
test_wycheproof_selection(void **state)
{
	(void)state;
	wycheproof_folder("tests/data/wycheproof");
}

static void
test_wycheproof_all(void **state)
{
	(void)state;
	if (!vec_exists("../shared/vectors/wycheproof/ed448_test.json"))
		skip();
	wycheproof_folder("../shared/vectors/wycheproof");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests),
		cmocka_unit_test(test_hash_is_known),
		cmocka_unit_test(test_hash_is_used_again),
		cmocka_unit_test(test_keys_come_again),
		cmocka_unit_test(test_rsa_there_and_back),
		cmocka_unit_test(test_ecdsa_there_and_back),
		cmocka_unit_test(test_eddsa_there_and_back),
		cmocka_unit_test(test_reading_rows),
		cmocka_unit_test(test_plain_ecdsa),
		cmocka_unit_test(test_short_pair),
		cmocka_unit_test(test_key_of_another_kind),
		cmocka_unit_test(test_digest_of_wrong_length),
		cmocka_unit_test(test_pss_key),
		cmocka_unit_test(test_pss_salt),
		cmocka_unit_test(test_broken_pairs),
		cmocka_unit_test(test_broken_spki),
		cmocka_unit_test(test_wycheproof_selection),
		cmocka_unit_test(test_wycheproof_all),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
