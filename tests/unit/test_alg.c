/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/alg.h"
#include "base/err.h"
#include "base/gost.h"
#include "base/time.h"
#include "tests/unit/envkit.h"
#include "tests/unit/vectors.h"

#include <openssl/evp.h>
#include <openssl/objects.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define RSA "1.2.840.113549.1.1.1"
#define RSA_SHA256 "1.2.840.113549.1.1.11"
#define RSA_SHA512 "1.2.840.113549.1.1.13"
#define PSS "1.2.840.113549.1.1.10"
#define EC "1.2.840.10045.2.1"
#define ECDSA_SHA256 "1.2.840.10045.4.3.2"
#define ED25519 "1.3.101.112"
#define ED448 "1.3.101.113"
#define GOST256 "1.2.643.7.1.1.1.1"
#define GOST256_STREEBOG "1.2.643.7.1.1.3.2"
#define GOST512 "1.2.643.7.1.1.1.2"
#define GOST2001 "1.2.643.2.2.19"
#define SHA1 "1.3.14.3.2.26"
#define SHA256 "2.16.840.1.101.3.4.2.1"
#define SHA512 "2.16.840.1.101.3.4.2.3"
#define SHAKE256 "2.16.840.1.101.3.4.2.12"
#define SHAKE256_LEN "2.16.840.1.101.3.4.2.18"
#define STREEBOG256 "1.2.643.7.1.1.2.2"
#define STREEBOG512 "1.2.643.7.1.1.2.3"
#define GOST94 "1.2.643.2.2.9"

static void
oid_round_trips(const char *dotted)
{
	ASN1_OBJECT *object = OBJ_txt2obj(dotted, 1);
	char text[80];

	assert_non_null(object);
	assert_true(OBJ_obj2txt(text, sizeof(text), object, 1) > 0);
	assert_string_equal(text, dotted);
	ASN1_OBJECT_free(object);
}

static void
test_digest_rows_are_found(void **state)
{
	const struct sg_digest *rows;
	size_t count, i, j;

	(void)state;
	rows = sg_digest_rows(&count);
	assert_int_equal(count, 15);
	for (i = 0; i < count; i++) {
		assert_ptr_equal(sg_digest_by_option(rows[i].option), &rows[i]);
		assert_ptr_equal(sg_digest_by_oid(rows[i].oid), &rows[i]);
		oid_round_trips(rows[i].oid);
		if (rows[i].read_oid != NULL)
			assert_ptr_equal(
			    sg_digest_by_oid(rows[i].read_oid), &rows[i]);
		for (j = 0; j < 2; j++)
			if (rows[i].xml_uri[j] != NULL)
				assert_ptr_equal(
				    sg_digest_by_uri(rows[i].xml_uri[j]),
				    &rows[i]);
		for (j = 0; j < i; j++)
			assert_string_not_equal(rows[j].name, rows[i].name);
	}
	assert_null(sg_digest_by_option("sha257"));
	assert_null(sg_digest_by_option(NULL));
	assert_null(sg_digest_by_oid("1.2.3"));
	assert_null(sg_digest_by_oid(NULL));
	assert_null(sg_digest_by_uri(""));
	assert_null(sg_digest_by_uri(NULL));
}

/* A digest named by an algorithm of signatures; an OID for many is none. */
static void
test_digest_by_signature_oid(void **state)
{
	static const struct {
		const char *oid, *option;
	} cases[] = {
		{ RSA_SHA256, "sha256" },
		{ RSA_SHA512, "sha512" },
		{ ECDSA_SHA256, "sha256" },
		{ "1.2.840.113549.1.1.5", "sha1" },
		{ GOST256, "streebog256" },
		{ GOST256_STREEBOG, "streebog256" },
		{ GOST2001, "gost94" },
		{ ED25519, "sha512" },
		{ ED448, "shake256" },
		{ RSA, NULL },
		{ "2.5.8.1.1", NULL },
		{ PSS, NULL },
		{ EC, NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_ptr_equal(sg_digest_by_oid(cases[i].oid),
		    sg_digest_by_option(cases[i].option));
}

static struct sg_algid
algid(const char *oid, const char *params, struct sg_buf *octets)
{
	struct sg_algid out = { .oid = oid };

	vec_hex(octets, params);
	out.params = sg_buf_view(octets);
	return out;
}

static int
resolve(const char *signature, const char *sig_params, const char *digest,
    const char *digest_params, const struct sg_scheme **out)
{
	struct sg_buf a = { 0 }, b = { 0 };
	struct sg_algid sig = algid(signature, sig_params, &a);
	struct sg_algid dig = algid(digest, digest_params, &b);
	struct sg_pss pss;
	int result;

	*out = NULL;
	sg_err_clear(&env);
	result = sg_scheme_resolve(&env, &sig, &dig, out, &pss);
	assert_true(result == 0 || env.message[0] != '\0');
	assert_true((result == 0) == (*out != NULL));
	sg_buf_free(&a);
	sg_buf_free(&b);
	return result;
}

/* Every row is what its OIDs and its digest mean, and nothing else is. */
static void
test_scheme_rows_resolve(void **state)
{
	const struct sg_scheme *rows, *found;
	const struct sg_digest *digest;
	const char *oids[4];
	size_t count, i, j;

	(void)state;
	rows = sg_scheme_rows(&count);
	for (i = 0; i < count; i++) {
		digest = sg_scheme_digest(&rows[i]);
		assert_non_null(digest);
		assert_true(rows[i].use == SG_USE_READING ||
		    digest->use == SG_USE_FULL);
		oids[0] = rows[i].oid;
		memcpy(oids + 1, rows[i].read_oid, sizeof(rows[i].read_oid));
		for (j = 0; j < 4 && oids[j] != NULL; j++) {
			oid_round_trips(oids[j]);
			if (rows[i].pss)
				continue;
			assert_int_equal(
			    resolve(oids[j], "0500", digest->oid,
				digest->params != NULL ? digest->params
						       : "0500",
				&found),
			    0);
			assert_ptr_equal(found, &rows[i]);
		}
		for (j = 0; j < i; j++)
			assert_string_not_equal(rows[j].name, rows[i].name);
	}
}

static const struct {
	const char *name, *signature, *sig_params, *digest, *digest_params;
	int result;
} contradictions[] = {
	{ "other digest", RSA_SHA256, "0500", SHA512, "", SIGN_E_VALUE },
	{ "ECDSA, other digest", ECDSA_SHA256, "", SHA1, "", SIGN_E_VALUE },
	{ "Ed25519, other digest", ED25519, "", SHA256, "", SIGN_E_VALUE },
	{ "Ed448, other digest", ED448, "", SHA512, "", SIGN_E_VALUE },
	{ "GOST sizes", GOST256, "", STREEBOG512, "", SIGN_E_VALUE },
	{ "GOST with SHA", GOST512, "", SHA512, "", SIGN_E_VALUE },
	{ "GOST 2012 with 94", GOST256, "", GOST94, "", SIGN_E_VALUE },
	{ "GOST 2001 with 2012", GOST2001, "", STREEBOG256, "", SIGN_E_VALUE },
	{ "RSA with GOST", RSA, "0500", STREEBOG256, "", SIGN_E_UNSUPPORTED },
	{ "no such signature", "1.2.3", "", SHA256, "", SIGN_E_UNSUPPORTED },
	{ "no such digest", RSA, "", "1.2.3", "", SIGN_E_UNSUPPORTED },
	{ "key OID as digest", RSA, "", RSA, "", SIGN_E_UNSUPPORTED },
	{ "digest with parameters", RSA, "0500", SHA256, "020101",
	    SIGN_E_UNSUPPORTED },
	{ "SHAKE256, 256 bits", ED448, "", SHAKE256_LEN, "02020100",
	    SIGN_E_UNSUPPORTED },
	{ "SHAKE256 without length", ED448, "", SHAKE256_LEN, "",
	    SIGN_E_UNSUPPORTED },
	/* sound ones */
	{ "digest by signature OID", RSA, "0500", RSA_SHA256, "0500", 0 },
	{ "the OID of X.509", "2.5.8.1.1", "0500", SHA256, "", 0 },
	{ "both by signature OID", RSA_SHA256, "", RSA_SHA256, "", 0 },
	{ "key OID of EC with its curve", EC, "06082a8648ce3d030107", SHA256,
	    "", 0 },
	{ "SHAKE256 plain", ED448, "", SHAKE256, "", 0 },
	{ "digest by GOST signature OID", GOST256_STREEBOG, "0500",
	    GOST256_STREEBOG, "0500", 0 },
	{ "GOST 2001 with the key's parameters", GOST2001,
	    "301206072a85030202240006072a850302021e01", GOST94,
	    "06072a850302021e01", 0 },
};

static void
test_contradictions(void **state)
{
	const struct sg_scheme *found;
	size_t i;
	int result;

	(void)state;
	for (i = 0; i < sizeof(contradictions) / sizeof(contradictions[0]);
	     i++) {
		result = resolve(contradictions[i].signature,
		    contradictions[i].sig_params, contradictions[i].digest,
		    contradictions[i].digest_params, &found);
		if (result != contradictions[i].result)
			fail_msg("%s: %d (%s)", contradictions[i].name, result,
			    env.message);
	}
}

#define PSS_HASH "a00d300b0609608648016503040201"
#define PSS_MGF "a11a301806092a864886f70d010108300b0609608648016503040201"

static const struct {
	const char *name, *params, *digest;
	int result;
} pss_cases[] = {
	{ "explicit", "3030" PSS_HASH PSS_MGF "a203020120", SHA256, 0 },
	{ "trailer spelled out", "3035" PSS_HASH PSS_MGF "a203020120a303020101",
	    SHA256, 0 },
	{ "digests with NULL",
	    "3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010"
	    "108300d06096086480165030402010500a203020120",
	    SHA256, 0 },
	{ "no salt", "3030" PSS_HASH PSS_MGF "a203020100", SHA256, 0 },
	{ "all defaults", "3000", SHA1, 0 },
	{ "absent", "", SHA1, 0 },
	{ "defaults with SHA-256", "3000", SHA256, SIGN_E_VALUE },
	{ "other digest", "3030" PSS_HASH PSS_MGF "a203020120", SHA512,
	    SIGN_E_VALUE },
	{ "MGF1 with SHA-1", "3014" PSS_HASH "a203020120", SHA256,
	    SIGN_E_UNSUPPORTED },
	{ "trailer 2", "3035" PSS_HASH PSS_MGF "a203020120a303020102", SHA256,
	    SIGN_E_UNSUPPORTED },
	{ "negative salt", "3030" PSS_HASH PSS_MGF "a2030201ff", SHA256,
	    SIGN_E_UNSUPPORTED },
	{ "salt of 2^33", "3034" PSS_HASH PSS_MGF "a20702050200000000", SHA256,
	    SIGN_E_UNSUPPORTED },
	{ "other mask generation",
	    "3030" PSS_HASH
	    "a11a301806092a864886f70d010109300b0609608648016503040201"
	    "a203020120",
	    SHA256, SIGN_E_UNSUPPORTED },
	{ "unknown digest",
	    "3030a00d300b0609608648016503040263" PSS_MGF "a203020120", SHA256,
	    SIGN_E_UNSUPPORTED },
	{ "octets behind", "3030" PSS_HASH PSS_MGF "a20302012000", SHA256,
	    SIGN_E_FORMAT },
	{ "NULL", "0500", SHA256, SIGN_E_FORMAT },
	{ "truncated", "3030" PSS_HASH PSS_MGF "a2030201", SHA256,
	    SIGN_E_FORMAT },
};

static void
test_pss_parameters(void **state)
{
	const struct sg_scheme *found;
	size_t i;
	int result;

	(void)state;
	for (i = 0; i < sizeof(pss_cases) / sizeof(pss_cases[0]); i++) {
		result = resolve(
		    PSS, pss_cases[i].params, pss_cases[i].digest, "", &found);
		if (result != pss_cases[i].result)
			fail_msg("%s: %d (%s)", pss_cases[i].name, result,
			    env.message);
		if (result == 0)
			assert_int_equal(found->pss, 1);
	}
}

/* What is written resolves to the same row, byte by byte truncated never. */
static void
test_pss_truncations(void **state)
{
	struct sg_buf all = { 0 };
	struct sg_algid digest = { .oid = SHA256 };
	struct sg_algid sig = { .oid = PSS };
	const struct sg_scheme *found;
	struct sg_pss pss;
	size_t len;

	(void)state;
	vec_hex(&all, pss_cases[0].params);
	for (len = 1; len < all.len; len++) {
		sig.params = sg_view_of(all.ptr, len);
		assert_true(
		    sg_scheme_resolve(&env, &sig, &digest, &found, &pss) < 0);
	}
	sg_buf_free(&all);
}

static const struct {
	const char *scheme, *algid;
} written[] = {
	{ "RSA with SHA-256", "300d06092a864886f70d0101010500" },
	{ "RSA-PSS with SHA-256",
	    "303d06092a864886f70d01010a3030" PSS_HASH PSS_MGF "a203020120" },
	{ "ECDSA with SHA-256", "300a06082a8648ce3d040302" },
	{ "ECDSA with SHA3-512", "300b060960864801650304030c" },
	{ "Ed25519", "300506032b6570" },
	{ "Ed448", "300506032b6571" },
	{ "GOST R 34.10-2012-256 with Streebog-256",
	    "300a06082a85030701010101" },
	{ "GOST R 34.10-2012-512 with Streebog-512",
	    "300a06082a85030701010102" },
};

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

static void
assert_octets(const struct sg_buf *have, const char *want, const char *name)
{
	struct sg_buf octets = { 0 };

	vec_hex(&octets, want);
	if (!sg_view_equal(sg_buf_view(&octets), sg_buf_view(have)))
		fail_msg("%s: other octets", name);
	sg_buf_free(&octets);
}

static void
test_algids_as_written(void **state)
{
	struct sg_buf out = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		out.len = 0;
		assert_int_equal(sg_scheme_put_algid(&env, &out,
				     scheme_by_name(written[i].scheme), NULL),
		    0);
		assert_octets(&out, written[i].algid, written[i].scheme);
	}
	out.len = 0;
	assert_int_equal(
	    sg_digest_put_algid(&env, &out, sg_digest_by_option("sha256")), 0);
	assert_octets(&out, "300b0609608648016503040201", "SHA-256");
	out.len = 0;
	assert_int_equal(
	    sg_digest_put_algid(&env, &out, sg_digest_by_option("shake256")),
	    0);
	assert_octets(&out, "300f060960864801650304021202020200", "SHAKE256");
	out.len = 0;
	assert_int_equal(
	    sg_digest_put_algid(&env, &out, sg_digest_by_option("streebog512")),
	    0);
	assert_octets(&out, "300a06082a85030701010203", "Streebog-512");
	sg_buf_free(&out);
}

/* ---- keys */

static const struct {
	const char *type, *what;   /* type NULL: what is a file */
	const char *text, *scheme; /* scheme NULL: must not sign */
	const char *curve;
} keys[] = {
	{ NULL, "rsa-2048", "RSA 2048 bit", "RSA with SHA-256", NULL },
	{ NULL, "rsa-3072", "RSA 3072 bit", "RSA with SHA-384", NULL },
	{ NULL, "rsa-1024", "RSA 1024 bit", NULL, NULL },
	{ NULL, "rsa-pss-2048", "RSA-PSS 2048 bit", "RSA-PSS with SHA-256",
	    NULL },
	{ "EC", "P-256", "ECDSA P-256", "ECDSA with SHA-256",
	    "1.2.840.10045.3.1.7" },
	{ "EC", "P-384", "ECDSA P-384", "ECDSA with SHA-384", "1.3.132.0.34" },
	{ "EC", "P-521", "ECDSA P-521", "ECDSA with SHA-512", "1.3.132.0.35" },
	{ "EC", "P-224", "ECDSA P-224", NULL, "1.3.132.0.33" },
	{ "EC", "brainpoolP256r1", "ECDSA brainpoolP256r1",
	    "ECDSA with SHA-256", "1.3.36.3.3.2.8.1.1.7" },
	{ "EC", "brainpoolP512t1", "ECDSA brainpoolP512t1",
	    "ECDSA with SHA-512", "1.3.36.3.3.2.8.1.1.14" },
	{ "ED25519", NULL, "Ed25519", "Ed25519", NULL },
	{ "ED448", NULL, "Ed448", "Ed448", NULL },
};

static void
check_key(
    EVP_PKEY *key, const char *text, const char *scheme, const char *curve)
{
	const struct sg_scheme *found = NULL;
	struct sg_key_info info;

	assert_int_equal(sg_key_info(&env, key, &info), 0);
	assert_string_equal(info.text, text);
	if (curve == NULL)
		assert_null(info.curve);
	else
		assert_string_equal(info.curve, curve);
	if (sg_scheme_for_key(&env, key, NULL, 0, &found) < 0) {
		assert_int_equal(env.code, SIGN_E_UNSUPPORTED);
		assert_null(scheme);
	} else {
		assert_non_null(scheme);
		assert_string_equal(found->name, scheme);
	}
}

static void
test_keys(void **state)
{
	EVP_PKEY *key;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i].type == NULL)
			key = vec_key_file(&env, keys[i].what);
		else
			key = vec_key(&env, keys[i].type, keys[i].what);
		check_key(key, keys[i].text, keys[i].scheme, keys[i].curve);
		EVP_PKEY_free(key);
	}
}

static void
test_gost_keys(void **state)
{
	EVP_PKEY *key;

	(void)state;
	key = vec_gost_key(&env, NID_id_GostR3410_2012_256, "TCA");
	if (key == NULL)
		skip();
	check_key(key, "GOST R 34.10-2012 256 bit, TC26-256-A",
	    "GOST R 34.10-2012-256 with Streebog-256", "1.2.643.7.1.2.1.1.1");
	EVP_PKEY_free(key);
	key = vec_gost_key(&env, NID_id_GostR3410_2012_512, "B");
	check_key(key, "GOST R 34.10-2012 512 bit, TC26-512-B",
	    "GOST R 34.10-2012-512 with Streebog-512", "1.2.643.7.1.2.1.2.2");
	EVP_PKEY_free(key);
	key = vec_gost_key(&env, NID_id_GostR3410_2001, "A");
	check_key(key, "GOST R 34.10-2001 256 bit, CryptoPro-A", NULL,
	    "1.2.643.2.2.35.1");
	EVP_PKEY_free(key);
}

static int
asked(EVP_PKEY *key, const char *digest, int pss, const char *scheme)
{
	const struct sg_scheme *found = NULL;
	int result;

	result = sg_scheme_for_key(
	    &env, key, sg_digest_by_option(digest), pss, &found);
	if (result == 0)
		assert_string_equal(found->name, scheme);
	return result;
}

static void
test_digest_asked_for(void **state)
{
	EVP_PKEY *key = vec_key_file(&env, "rsa-2048");

	(void)state;
	assert_int_equal(asked(key, "sha512", 0, "RSA with SHA-512"), 0);
	assert_int_equal(asked(key, NULL, 1, "RSA-PSS with SHA-256"), 0);
	assert_int_equal(asked(key, "sha3-384", 1, "RSA-PSS with SHA3-384"), 0);
	assert_int_equal(asked(key, "sha1", 0, ""), SIGN_E_UNSUPPORTED);
	assert_non_null(strstr(env.message, "weak"));
	assert_int_equal(asked(key, "md5", 0, ""), SIGN_E_UNSUPPORTED);
	assert_int_equal(asked(key, "streebog256", 0, ""), SIGN_E_UNSUPPORTED);
	EVP_PKEY_free(key);
	key = vec_key(&env, "ED25519", NULL);
	assert_int_equal(asked(key, "sha256", 0, ""), SIGN_E_UNSUPPORTED);
	assert_int_equal(asked(key, "sha512", 1, "Ed25519"), 0);
	EVP_PKEY_free(key);
	key = vec_key(&env, "X25519", NULL);
	assert_int_equal(asked(key, NULL, 0, ""), SIGN_E_UNSUPPORTED);
	EVP_PKEY_free(key);
	key = vec_gost_key(&env, NID_id_GostR3410_2012_256, "A");
	if (key == NULL)
		return;
	assert_int_equal(asked(key, "streebog512", 0, ""), SIGN_E_UNSUPPORTED);
	assert_non_null(strstr(env.message, "Streebog-256"));
	assert_int_equal(asked(key, "sha256", 0, ""), SIGN_E_UNSUPPORTED);
	EVP_PKEY_free(key);
}

/* A key made for PSS may prescribe its digest. */
static void
test_pss_key_prescribes(void **state)
{
	EVP_PKEY *key = vec_key_file(&env, "rsa-pss-sha512-2048");

	(void)state;
	assert_int_equal(asked(key, NULL, 0, "RSA-PSS with SHA-512"), 0);
	EVP_PKEY_free(key);
}

static void
test_key_until(void **state)
{
	static const struct {
		enum sg_key_type type;
		int bits;
		const char *until;
	} cases[] = {
		{ SG_KEY_RSA, 512, "1970-01-01T00:00:00Z" },
		{ SG_KEY_RSA, 786, "2010-08-01T00:00:00Z" },
		{ SG_KEY_RSA, 1024, "2019-10-01T00:00:00Z" },
		{ SG_KEY_RSA, 1536, "2019-10-01T00:00:00Z" },
		{ SG_KEY_RSA, 2048, "2029-01-01T00:00:00Z" },
		{ SG_KEY_RSA, 3072, "-" },
		{ SG_KEY_EC, 112, "1970-01-01T00:00:00Z" },
		{ SG_KEY_EC, 192, "2012-08-01T00:00:00Z" },
		{ SG_KEY_EC, 224, "2021-10-01T00:00:00Z" },
		{ SG_KEY_EC, 256, "-" },
		{ SG_KEY_EC, 521, "-" },
		{ SG_KEY_DSA, 1024, "2015-12-01T00:00:00Z" },
		{ SG_KEY_DSA, 2048, "2029-01-01T00:00:00Z" },
		{ SG_KEY_GOST256, 256, "-" },
		{ SG_KEY_GOST512, 512, "-" },
		{ SG_KEY_GOST2001, 256, "2019-12-31T23:59:59Z" },
		{ SG_KEY_ED25519, 253, "-" },
		{ SG_KEY_ED448, 448, "-" },
	};
	struct sg_key_info info = { 0 };
	char text[SG_TIME_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		info.type = cases[i].type;
		info.bits = cases[i].bits;
		assert_string_equal(
		    sg_time_format(sg_key_until(&info), text), cases[i].until);
	}
}

static void
test_digest_until(void **state)
{
	static const struct {
		const char *option, *until;
	} cases[] = {
		{ "md5", "2004-08-01T00:00:00Z" },
		{ "sha1", "2012-08-01T00:00:00Z" },
		{ "ripemd160", "2014-08-01T00:00:00Z" },
		{ "gost94", "2019-12-31T23:59:59Z" },
		{ "sha224", "2029-01-01T00:00:00Z" },
		{ "sha256", "-" },
		{ "sha3-512", "-" },
		{ "streebog256", "-" },
	};
	char text[SG_TIME_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(
		    sg_time_format(
			sg_digest_by_option(cases[i].option)->until, text),
		    cases[i].until);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digest_rows_are_found),
		cmocka_unit_test(test_digest_by_signature_oid),
		cmocka_unit_test(test_scheme_rows_resolve),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_pss_parameters),
		cmocka_unit_test(test_pss_truncations),
		cmocka_unit_test(test_algids_as_written),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_gost_keys),
		cmocka_unit_test(test_digest_asked_for),
		cmocka_unit_test(test_pss_key_prescribes),
		cmocka_unit_test(test_key_until),
		cmocka_unit_test(test_digest_until),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
