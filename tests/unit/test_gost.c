/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/gost.h"
#include "tests/unit/srckit.h"
#include "tests/unit/envkit.h"
#include "tests/unit/vectors.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const struct {
	int nid;
	const char *set;  /* as the engine names it */
	const char *name; /* as we do */
	size_t size;
} sets[] = {
	{ NID_id_GostR3410_2012_256, "A", "CryptoPro-A", 32 },
	{ NID_id_GostR3410_2012_256, "B", "CryptoPro-B", 32 },
	{ NID_id_GostR3410_2012_256, "C", "CryptoPro-C", 32 },
	{ NID_id_GostR3410_2012_256, "XA", "CryptoPro-XchA", 32 },
	{ NID_id_GostR3410_2012_256, "XB", "CryptoPro-XchB", 32 },
	{ NID_id_GostR3410_2012_256, "0", "CryptoPro-Test", 32 },
	{ NID_id_GostR3410_2012_256, "TCA", "TC26-256-A", 32 },
	{ NID_id_GostR3410_2012_256, "TCB", "TC26-256-B", 32 },
	{ NID_id_GostR3410_2012_256, "TCC", "TC26-256-C", 32 },
	{ NID_id_GostR3410_2012_256, "TCD", "TC26-256-D", 32 },
	{ NID_id_GostR3410_2012_512, "A", "TC26-512-A", 64 },
	{ NID_id_GostR3410_2012_512, "B", "TC26-512-B", 64 },
	{ NID_id_GostR3410_2012_512, "C", "TC26-512-C", 64 },
};

#define SETS (sizeof(sets) / sizeof(sets[0]))

static void
need_module(void)
{
	if (sg_gost_need(&env) < 0)
		skip();
}

static const struct sg_scheme *
scheme_of(EVP_PKEY *key)
{
	const struct sg_scheme *scheme = NULL;

	assert_int_equal(sg_scheme_for_key(&env, key, NULL, 0, &scheme), 0);
	return scheme;
}

/* ---- the module */

static int
without_module(void)
{
	const struct sg_digest *streebog = sg_digest_by_option("streebog256");
	unsigned char out[SG_MAX_DIGEST];

	setenv("OPENSSL_ENGINES", "/nonexistent", 1);
	setenv("OPENSSL_MODULES", "/nonexistent", 1);
	if (sg_gost_need(&env) != SIGN_E_MODULE ||
	    strstr(env.hint, "libengine-gost-openssl") == NULL)
		return 1;
	sg_err_clear(&env);
	if (sg_hash_once(&env, streebog, sg_view_str("abc"), out) !=
		SIGN_E_MODULE ||
	    env.hint[0] == '\0')
		return 2;
	if (sg_gost_version(&env) != NULL)
		return 3;
	if (sg_hash_once(&env, sg_digest_by_option("sha256"),
		sg_view_str("abc"), out) != 0)
		return 4;
	return 0;
}

/* In a process of its own: the engine is never unloaded. */
static void
test_absent_module_is_named(void **state)
{
	int status = -1;
	pid_t child;

	(void)state;
	if (EVP_get_digestbyname("md_gost12_256") != NULL)
		skip(); /* the system's configuration has loaded it */
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(without_module());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* Other algorithms do not load it. */
static void
test_nothing_is_loaded_unasked(void **state)
{
	unsigned char out[SG_MAX_DIGEST];
	EVP_PKEY *key;

	(void)state;
	if (EVP_get_digestbyname("md_gost12_256") != NULL)
		skip();
	assert_int_equal(sg_hash_once(&env, sg_digest_by_option("sha512"),
			     sg_view_str("abc"), out),
	    0);
	key = vec_key(&env, "EC", "P-256");
	(void)scheme_of(key);
	EVP_PKEY_free(key);
	assert_null(EVP_get_digestbyname("md_gost12_256"));
}

static void
test_version(void **state)
{
	(void)state;
	need_module();
	assert_non_null(sg_gost_version(&env));
	assert_non_null(sg_gost_md(&env, "md_gost12_512"));
}

/* ---- Streebog */

static void
streebog_line(const char *line)
{
	static char hex[8192];
	unsigned char out[SG_MAX_DIGEST];
	const struct sg_digest *digest;
	struct sg_buf msg = { 0 }, md = { 0 };

	digest =
	    sg_digest_by_option(line[0] == '2' ? "streebog256" : "streebog512");
	assert_true(vec_field(line, "msg", hex, sizeof(hex)));
	vec_hex(&msg, hex);
	assert_true(vec_field(line, "md", hex, sizeof(hex)));
	vec_hex(&md, hex);
	assert_int_equal(md.len, digest->size);
	assert_int_equal(sg_hash_once(&env, digest, sg_buf_view(&msg), out), 0);
	assert_memory_equal(out, md.ptr, md.len);
	sg_buf_free(&msg);
	sg_buf_free(&md);
}

static void
test_streebog(void **state)
{
	char *text, *line, *next = NULL;
	size_t done = 0;

	(void)state;
	need_module();
	text = vec_text("tests/data/gost/streebog.txt");
	for (line = strtok_r(text, "\n", &next); line != NULL;
	     line = strtok_r(NULL, "\n", &next))
		if (line[0] != '#') {
			streebog_line(line);
			done++;
		}
	assert_int_equal(done, 14);
	free(text);
}

/* GOST R 34.11-94 with the CryptoPro set, of "abc". */
static void
test_gost94(void **state)
{
	unsigned char out[SG_MAX_DIGEST];
	struct sg_buf want = { 0 };

	(void)state;
	need_module();
	vec_hex(&want,
	    "b285056dbf18d7392d7677369524dd14747459ed8143997e163b2986f92fd42c");
	assert_int_equal(sg_hash_once(&env, sg_digest_by_option("gost94"),
			     sg_view_str("abc"), out),
	    0);
	assert_memory_equal(out, want.ptr, want.len);
	sg_buf_free(&want);
}

/* ---- parameter sets and keys */

static void
test_sets_are_those_of_the_standards(void **state)
{
	const struct sg_gost_set *rows;
	char *text = vec_text("tests/data/gost/curves.txt");
	char q[256], line[80];
	const char *at;
	size_t count, i;

	(void)state;
	rows = sg_gost_set_rows(&count);
	assert_int_equal(count, 14);
	for (i = 0; i < count; i++) {
		snprintf(line, sizeof(line), "oid=%s\n", rows[i].oid);
		at = strstr(text, line);
		assert_non_null(at);
		assert_true(vec_field(at, "q", q, sizeof(q)));
		assert_string_equal(q, rows[i].q);
		assert_int_equal(strlen(q), 2 * rows[i].size);
	}
	free(text);
}

static void
test_key_oids_are_seen(void **state)
{
	static const struct {
		const char *name, *hex;
		int gost;
	} cases[] = {
		{ "2012, 256", "300a06082a85030701010101", 1 },
		{ "2012, 512", "300a06082a85030701010102", 1 },
		{ "2001", "300806062a850302021300", 1 },
		{ "94", "06062a8503020214", 1 },
		{ "Streebog", "300a06082a85030701010202", 0 },
		{ "INN", "06082a85030381030101", 0 },
		{ "RSA", "300d06092a864886f70d0101010500", 0 },
		{ "cut", "300a06082a850307010101", 0 },
		{ "nothing", "", 0 },
	};
	struct sg_buf der = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		der.len = 0;
		vec_hex(&der, cases[i].hex);
		if (sg_gost_is_key(sg_buf_view(&der)) != cases[i].gost)
			fail_msg("%s", cases[i].name);
	}
	sg_buf_free(&der);
}

static EVP_PKEY *
public_of(EVP_PKEY *key)
{
	struct sg_buf spki = { 0 };
	EVP_PKEY *pub = NULL;

	vec_spki(&spki, key);
	assert_int_equal(sg_key_from_spki(&env, sg_buf_view(&spki), &pub), 0);
	sg_buf_free(&spki);
	return pub;
}

static int
verify(EVP_PKEY *key, const unsigned char *digest, size_t len,
    const struct sg_buf *value)
{
	int result = sg_verify_value(&env, scheme_of(key), NULL, key,
	    sg_view_of(digest, len), sg_buf_view(value), SG_VALUE_CMS);

	if (result < 0)
		fail_msg("%s", env.message);
	return result;
}

static void
set_there_and_back(size_t row)
{
	EVP_PKEY *key = vec_gost_key(&env, sets[row].nid, sets[row].set);
	unsigned char digest[64] = { 1, 2, 3 };
	size_t size = sets[row].size, i;
	struct sg_buf value = { 0 };
	EVP_PKEY *pub;

	assert_non_null(key);
	assert_string_equal(sg_gost_set_of(key)->name, sets[row].name);
	assert_int_equal(sg_gost_set_of(key)->size, size);
	pub = public_of(key);
	assert_int_equal(sg_sign_value(&env, scheme_of(key), NULL, key,
			     sg_view_of(digest, size), &value),
	    0);
	assert_int_equal(value.len, 2 * size);
	assert_int_equal(verify(pub, digest, size, &value), 1);
	for (i = 0; i < 2 * size; i += size / 4 - 1) {
		value.ptr[i] ^= 1;
		assert_int_equal(verify(pub, digest, size, &value), 0);
		value.ptr[i] ^= 1;
	}
	digest[size - 1] ^= 1;
	assert_int_equal(verify(pub, digest, size, &value), 0);
	EVP_PKEY_free(key);
	EVP_PKEY_free(pub);
	sg_buf_free(&value);
}

static void
test_sets_there_and_back(void **state)
{
	size_t i;

	(void)state;
	need_module();
	for (i = 0; i < SETS; i++)
		set_there_and_back(i);
}

/* All zero octets are a digest too: e = 0 is taken as 1. */
static void
test_zero_digest(void **state)
{
	unsigned char digest[32] = { 0 };
	struct sg_buf value = { 0 };
	EVP_PKEY *key;

	(void)state;
	need_module();
	key = vec_gost_key(&env, NID_id_GostR3410_2012_256, "TCA");
	assert_int_equal(sg_sign_value(&env, scheme_of(key), NULL, key,
			     sg_view_of(digest, sizeof(digest)), &value),
	    0);
	assert_int_equal(verify(key, digest, sizeof(digest), &value), 1);
	EVP_PKEY_free(key);
	sg_buf_free(&value);
}

/* ---- known answers */

struct answer {
	const char *section, *key, *set, *digest;
};

static const struct answer answers[] = {
	{ "[rfc7091-7]", "1.2.643.7.1.1.1.1", "1.2.643.2.2.35.0",
	    "1.2.643.7.1.1.2.2" },
	{ "[gost3410-512-example2]", "1.2.643.7.1.1.1.2", "1.2.643.7.1.2.1.2.0",
	    NULL },
};

static void
put_oid(struct sg_buf *out, const char *dotted)
{
	if (dotted != NULL)
		assert_int_equal(sg_der_put_oid(&env, out, dotted), 0);
}

static void
wrap(struct sg_buf *buf, int tag, int constructed)
{
	struct sg_buf out = { 0 };

	assert_int_equal(sg_der_put(&env, &out, V_ASN1_UNIVERSAL, tag,
			     constructed, sg_buf_view(buf)),
	    0);
	sg_buf_free(buf);
	*buf = out;
}

/* SubjectPublicKeyInfo (RFC 9215, 4.2). */
static EVP_PKEY *
answer_key(const struct answer *answer, const struct sg_buf *point)
{
	struct sg_buf algid = { 0 }, params = { 0 }, bits = { 0 }, key = { 0 };
	EVP_PKEY *out = NULL;

	put_oid(&params, answer->set);
	put_oid(&params, answer->digest);
	wrap(&params, V_ASN1_SEQUENCE, 1);
	assert_int_equal(
	    sg_der_put_algid(&env, &algid, answer->key, sg_buf_view(&params)),
	    0);
	assert_int_equal(sg_buf_append_view(&env, &key, sg_buf_view(point)), 0);
	wrap(&key, V_ASN1_OCTET_STRING, 0);
	assert_int_equal(sg_buf_append(&env, &bits, "", 1), 0);
	assert_int_equal(sg_buf_append_view(&env, &bits, sg_buf_view(&key)), 0);
	wrap(&bits, V_ASN1_BIT_STRING, 0);
	assert_int_equal(
	    sg_buf_append_view(&env, &algid, sg_buf_view(&bits)), 0);
	wrap(&algid, V_ASN1_SEQUENCE, 1);
	if (sg_key_from_spki(&env, sg_buf_view(&algid), &out) < 0)
		print_message("# %s: %s\n", answer->section, env.message);
	sg_buf_free(&algid);
	sg_buf_free(&params);
	sg_buf_free(&bits);
	sg_buf_free(&key);
	return out;
}

static void
answer_field(const char *text, const char *name, struct sg_buf *out)
{
	char hex[512];

	assert_true(vec_field(text, name, hex, sizeof(hex)));
	vec_hex(out, hex);
}

static void
test_known_answers(void **state)
{
	char *text = vec_text("tests/data/gost/gost3410_sign.txt");
	struct sg_buf point = { 0 }, digest = { 0 }, value = { 0 };
	const char *at;
	EVP_PKEY *key;
	size_t i;

	(void)state;
	need_module();
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		point.len = digest.len = value.len = 0;
		at = strstr(text, answers[i].section);
		assert_non_null(at);
		answer_field(at, "spki_point_octets", &point);
		answer_field(at, "digest_octets", &digest);
		answer_field(at, "sig", &value);
		key = answer_key(&answers[i], &point);
		assert_non_null(key);
		assert_int_equal(
		    verify(key, digest.ptr, digest.len, &value), 1);
		value.ptr[0] ^= 1;
		assert_int_equal(
		    verify(key, digest.ptr, digest.len, &value), 0);
		EVP_PKEY_free(key);
	}
	sg_buf_free(&point);
	sg_buf_free(&digest);
	sg_buf_free(&value);
	free(text);
}

/* Certificates of RFC 9215, D and RFC 4491, 4.2, each signed by its own
 * key. */
static void
check_certificate(const char *path, const char *scheme_name)
{
	FILE *file = fopen(src_path("%s", path), "r");
	X509 *cert = PEM_read_X509(file, NULL, NULL, NULL);
	unsigned char digest[SG_MAX_DIGEST], *der = NULL, *tbs = NULL;
	struct sg_algid algid = { 0 };
	const struct sg_scheme *scheme;
	const ASN1_BIT_STRING *value;
	const X509_ALGOR *algor;
	const ASN1_OBJECT *object;
	EVP_PKEY *key = NULL;
	struct sg_pss pss;
	char oid[80];
	int len;

	assert_non_null(cert);
	X509_get0_signature(&value, &algor, cert);
	X509_ALGOR_get0(&object, NULL, NULL, algor);
	assert_true(OBJ_obj2txt(oid, sizeof(oid), object, 1) > 0);
	algid.oid = oid;
	assert_int_equal(
	    sg_scheme_resolve(&env, &algid, &algid, &scheme, &pss), 0);
	assert_string_equal(scheme->name, scheme_name);
	len = i2d_re_X509_tbs(cert, &tbs);
	assert_int_equal(sg_hash_once(&env, sg_scheme_digest(scheme),
			     sg_view_of(tbs, (size_t)len), digest),
	    0);
	len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert), &der);
	assert_int_equal(
	    sg_key_from_spki(&env, sg_view_of(der, (size_t)len), &key), 0);
	assert_int_equal(sg_verify_value(&env, scheme, &pss, key,
			     sg_view_of(digest, sg_scheme_digest(scheme)->size),
			     sg_view_of(ASN1_STRING_get0_data(value),
				 (size_t)ASN1_STRING_length(value)),
			     SG_VALUE_CMS),
	    1);
	EVP_PKEY_free(key);
	OPENSSL_free(der);
	OPENSSL_free(tbs);
	X509_free(cert);
	fclose(file);
}

static void
test_certificates(void **state)
{
	static const struct {
		const char *path, *scheme;
	} cases[] = {
		{ "tests/data/gost/rfc9215-d1-256-testparam-cert.pem",
		    "GOST R 34.10-2012-256 with Streebog-256" },
		{ "tests/data/gost/rfc9215-d2-256-tc26A-cert.pem",
		    "GOST R 34.10-2012-256 with Streebog-256" },
		{ "tests/data/gost/rfc9215-d3-512-testparam-cert.pem",
		    "GOST R 34.10-2012-512 with Streebog-512" },
		{ "tests/data/gost/rfc4491-4.2-gost2001-cert.pem",
		    "GOST R 34.10-2001 with GOST R 34.11-94" },
	};
	size_t i;

	(void)state;
	need_module();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_certificate(cases[i].path, cases[i].scheme);
}

/* ---- hostile values */

/* value = s || r; replaces one half by a number given as hex. */
static void
set_half(struct sg_buf *value, int half, const char *hex)
{
	struct sg_buf number = { 0 };

	vec_hex(&number, hex);
	assert_int_equal(number.len, value->len / 2);
	memcpy(value->ptr + (size_t)half * number.len, number.ptr, number.len);
	sg_buf_free(&number);
}

static void
half_is_refused(EVP_PKEY *key, const unsigned char *digest,
    const struct sg_buf *good, const char *hex)
{
	struct sg_buf value = { 0 };
	struct sg_view view = sg_view_of(digest, good->len / 2);
	int half;

	for (half = 0; half < 2; half++) {
		value.len = 0;
		assert_int_equal(
		    sg_buf_append_view(&env, &value, sg_buf_view(good)), 0);
		set_half(&value, half, hex);
		assert_int_equal(
		    sg_gost_check_value(&env, key, view, sg_buf_view(&value)),
		    0);
		assert_int_equal(verify(key, digest, good->len / 2, &value), 0);
	}
	sg_buf_free(&value);
}

static void
lengths_are_refused(
    EVP_PKEY *key, const unsigned char *digest, const struct sg_buf *good)
{
	struct sg_buf value = { 0 };
	size_t half = good->len / 2, len;

	/* zeros in front of each half: the engine alone would take it */
	assert_int_equal(sg_buf_append(&env, &value, "", 1), 0);
	assert_int_equal(sg_buf_append(&env, &value, good->ptr, half), 0);
	assert_int_equal(sg_buf_append(&env, &value, "", 1), 0);
	assert_int_equal(
	    sg_buf_append(&env, &value, good->ptr + half, half), 0);
	assert_int_equal(verify(key, digest, half, &value), 0);
	value.len = 0;
	assert_int_equal(
	    sg_buf_append_view(&env, &value, sg_buf_view(good)), 0);
	for (len = 0; len < good->len; len++) {
		value.len = len;
		assert_int_equal(verify(key, digest, half, &value), 0);
	}
	value.len = good->len;
	for (len = 0; len <= 64; len++)
		assert_int_equal(verify(key, digest, len, &value), len == half);
	sg_buf_free(&value);
}

static void
test_hostile_values(void **state)
{
	static const char zero[] = "000000000000000000000000000000000000000000"
				   "000000000000000000000000000000000000000000"
				   "00000000000000000000000000000000000000000"
				   "000";
	static const char ones[] = "ffffffffffffffffffffffffffffffffffffffffff"
				   "ffffffffffffffffffffffffffffffffffffffffff"
				   "fffffffffffffffffffffffffffffffffffffffff"
				   "fff";
	unsigned char digest[64] = { 9 };
	struct sg_buf value = { 0 };
	EVP_PKEY *key;
	size_t i;

	(void)state;
	need_module();
	for (i = 0; i < SETS; i++) {
		value.len = 0;
		key = vec_gost_key(&env, sets[i].nid, sets[i].set);
		assert_int_equal(sg_sign_value(&env, scheme_of(key), NULL, key,
				     sg_view_of(digest, sets[i].size), &value),
		    0);
		half_is_refused(key, digest, &value, sg_gost_set_of(key)->q);
		half_is_refused(
		    key, digest, &value, zero + 128 - 2 * sets[i].size);
		half_is_refused(
		    key, digest, &value, ones + 128 - 2 * sets[i].size);
		lengths_are_refused(key, digest, &value);
		EVP_PKEY_free(key);
	}
	sg_buf_free(&value);
}

/* Schemes of all other kinds, and of the other size. */
static void
test_scheme_of_another_kind(void **state)
{
	unsigned char octets[128] = { 1 };
	const struct sg_scheme *rows;
	size_t count, i;
	EVP_PKEY *key;

	(void)state;
	need_module();
	key = vec_gost_key(&env, NID_id_GostR3410_2012_256, "A");
	rows = sg_scheme_rows(&count);
	for (i = 0; i < count; i++)
		assert_int_equal(
		    sg_verify_value(&env, &rows[i], NULL, key,
			sg_view_of(octets, sg_scheme_digest(&rows[i])->size),
			sg_view_of(octets, 64), SG_VALUE_CMS),
		    0);
	EVP_PKEY_free(key);
}

static void
test_broken_keys(void **state)
{
	struct sg_buf spki = { 0 };
	EVP_PKEY *key, *out = NULL;
	size_t len;

	(void)state;
	need_module();
	key = vec_gost_key(&env, NID_id_GostR3410_2012_256, "A");
	vec_spki(&spki, key);
	for (len = 0; len < spki.len; len++)
		assert_int_equal(
		    sg_key_from_spki(&env, sg_view_of(spki.ptr, len), &out),
		    SIGN_E_FORMAT);
	spki.ptr[spki.len - 1] ^= 1; /* not on the curve */
	assert_int_equal(
	    sg_key_from_spki(&env, sg_buf_view(&spki), &out), SIGN_E_FORMAT);
	EVP_PKEY_free(key);
	sg_buf_free(&spki);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_absent_module_is_named),
		cmocka_unit_test(test_nothing_is_loaded_unasked),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_streebog),
		cmocka_unit_test(test_gost94),
		cmocka_unit_test(test_sets_are_those_of_the_standards),
		cmocka_unit_test(test_key_oids_are_seen),
		cmocka_unit_test(test_sets_there_and_back),
		cmocka_unit_test(test_zero_digest),
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_certificates),
		cmocka_unit_test(test_hostile_values),
		cmocka_unit_test(test_scheme_of_another_kind),
		cmocka_unit_test(test_broken_keys),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
