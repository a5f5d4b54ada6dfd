/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cadeskit.h"
#include "notation.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/put.h"
#include "formats/format.h"
#include "formats/tst.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* Time-stamp tokens: what they say, and what is refused in them. */

/* ---- TSTInfo */

#define POLICY "06{2a0304}"
#define SHA1 "30{06{2b0e03021a} 0500}"
#define HASH "0414000102030405060708090a0b0c0d0e0f10111213"
#define IMPRINT "30{" SHA1 HASH "}"
#define BEGIN "020101" POLICY IMPRINT "020107"
#define TIME "18{'20250601120000Z'}"
#define SOUND "30{" BEGIN TIME "}"

static const struct {
	const char *name, *text;
	int64_t time;
	uint32_t micros;
	uint64_t accuracy;
	int ordering;
} sound[] = {
	{ "least", SOUND, 1748779200, 0, 0, 0 },
	{ "fraction", "30{" BEGIN "18{'20250601120000.25Z'}}", 1748779200,
	    250000, 0, 0 },
	{ "fraction of nanoseconds",
	    "30{" BEGIN "18{'20250601120000.123456789Z'}}", 1748779200, 123456,
	    0, 0 },
	{ "fraction that ends with zeros",
	    "30{" BEGIN "18{'20250601120000.500Z'}}", 1748779200, 500000, 0,
	    0 },
	{ "accuracy", "30{" BEGIN TIME "30{020102 80020102 810103}}",
	    1748779200, 0, 2258003, 0 },
	{ "accuracy of microseconds alone", "30{" BEGIN TIME "30{810103}}",
	    1748779200, 0, 3, 0 },
	{ "accuracy of nothing", "30{" BEGIN TIME "30{}}", 1748779200, 0, 0,
	    0 },
	{ "everything",
	    "30{" BEGIN TIME "30{020101} 0101ff 02020123 a0{a4{3000}}"
	    "a1{30{06{2a0305} 0400}}}",
	    1748779200, 0, 1000000, 1 },
	{ "negative serial number and nonce",
	    "30{020101" POLICY IMPRINT "0201ff" TIME "0201fe}", 1748779200, 0,
	    0, 0 },
};

static const struct {
	const char *name, *text, *message;
} broken[] = {
	{ "empty", "", "" },
	{ "no SEQUENCE", "0500", "want SEQUENCE" },
	{ "version 2", "30{020102" POLICY IMPRINT "020107" TIME "}",
	    "want version 1" },
	{ "no policy", "30{020101" IMPRINT "020107" TIME "}", "want OBJECT" },
	{ "no imprint", "30{020101" POLICY "020107" TIME "}", "want SEQUENCE" },
	{ "imprint too short",
	    "30{020101" POLICY "30{" SHA1 "0401aa} 020107" TIME "}",
	    "want 20 octets, have 1" },
	{ "imprint with more in it",
	    "30{020101" POLICY "30{" SHA1 HASH "0500} 020107" TIME "}",
	    "more octets" },
	{ "no serial number", "30{020101" POLICY IMPRINT TIME "}",
	    "want INTEGER" },
	{ "no time", "30{" BEGIN "}", "have nothing" },
	{ "UTCTime", "30{" BEGIN "17{'250601120000Z'}}",
	    "want GENERALIZEDTIME" },
	{ "time without seconds", "30{" BEGIN "18{'202506011200Z'}}",
	    "want YYYYMMDDhhmmss" },
	{ "local time", "30{" BEGIN "18{'20250601120000'}}",
	    "want YYYYMMDDhhmmss" },
	{ "time with an offset", "30{" BEGIN "18{'20250601120000+0300'}}",
	    "want YYYYMMDDhhmmss" },
	{ "a point without a fraction", "30{" BEGIN "18{'20250601120000.Z'}}",
	    "want YYYYMMDDhhmmss" },
	{ "a comma", "30{" BEGIN "18{'20250601120000,5Z'}}",
	    "want YYYYMMDDhhmmss" },
	{ "second 60", "30{" BEGIN "18{'20250601120060Z'}}",
	    "want YYYYMMDDhhmmss" },
	{ "month 13", "30{" BEGIN "18{'20251301120000Z'}}", "broken" },
	{ "hour 24", "30{" BEGIN "18{'20250601240000Z'}}", "broken" },
	{ "day 31 of June", "30{" BEGIN "18{'20250631120000Z'}}", "broken" },
	{ "milliseconds too many", "30{" BEGIN TIME "30{800203e8}}",
	    "out of range" },
	{ "negative accuracy", "30{" BEGIN TIME "30{0201ff}}", "not negative" },
	{ "accuracy with more in it", "30{" BEGIN TIME "30{020101 0500}}",
	    "more octets" },
	{ "accuracy in the wrong order", "30{" BEGIN TIME "30{810101 800101}}",
	    "more octets" },
	{ "tsa of two names", "30{" BEGIN TIME "a0{a4{3000}a4{3000}}}",
	    "more octets" },
	{ "critical extension",
	    "30{" BEGIN TIME "a1{30{06{2a0305} 0101ff 0400}}}",
	    "critical extension" },
	{ "something unknown", "30{" BEGIN TIME "0500}", "more octets" },
	{ "something behind", SOUND "0500", "more octets" },
};

static struct sg_buf
octets_of(const char *text)
{
	struct sg_buf out = { NULL, 0, 0 };

	notation_put(&out, text, NULL);
	return out;
}

static int
read_info(struct sg_env *env, struct sg_pool *pool, struct sg_view der,
    struct sg_tst_info *out)
{
	/* behind guard octets that sanitizers watch */
	unsigned char *copy = malloc(der.len != 0 ? der.len : 1);
	int rc;

	assert_non_null(copy);
	if (der.len != 0)
		memcpy(copy, der.ptr, der.len);
	rc = sg_tst_info_read(env, pool, sg_view_of(copy, der.len), out);
	if (rc == 0)
		assert_int_equal(out->imprint.len, 20);
	free(copy);
	return rc;
}

static void
test_info(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_tst_info info;
	struct sg_env env;
	struct sg_buf der;
	size_t i, cut;

	(void)state;
	assert_int_equal(sg_env_init(&env), 0);
	for (i = 0; i < sizeof(sound) / sizeof(sound[0]); i++) {
		print_message("# %s\n", sound[i].name);
		der = octets_of(sound[i].text);
		assert_int_equal(
		    read_info(&env, pool, sg_buf_view(&der), &info), 0);
		assert_string_equal(info.policy, "1.2.3.4");
		assert_string_equal(info.digest->option, "sha1");
		assert_int_equal(info.time, sound[i].time);
		assert_int_equal(info.micros, sound[i].micros);
		assert_int_equal(info.accuracy, sound[i].accuracy);
		assert_int_equal(info.ordering, sound[i].ordering);
		for (cut = 0; cut < der.len; cut++)
			assert_int_equal(read_info(&env, pool,
					     sg_view_of(der.ptr, cut), &info),
			    SIGN_E_FORMAT);
		sg_buf_free(&der);
	}
	sg_pool_free(pool);
	sg_env_clear(&env);
}

static void
test_broken_info(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_tst_info info;
	struct sg_env env;
	struct sg_buf der;
	size_t i;

	(void)state;
	assert_int_equal(sg_env_init(&env), 0);
	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		print_message("# %s\n", broken[i].name);
		der = octets_of(broken[i].text);
		assert_int_equal(
		    read_info(&env, pool, sg_buf_view(&der), &info),
		    SIGN_E_FORMAT);
		if (strstr(env.message, broken[i].message) == NULL)
			fail_msg("%s", env.message);
		sg_buf_free(&der);
	}
	sg_pool_free(pool);
	sg_env_clear(&env);
}

/* An unknown digest is no reason to refuse the token. */
static void
test_unknown_digest(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_tst_info info;
	struct sg_env env;
	struct sg_buf der;

	(void)state;
	assert_int_equal(sg_env_init(&env), 0);
	der = octets_of(
	    "30{020101" POLICY "30{30{06{2a0306}} 0401aa} 020107" TIME "}");
	assert_int_equal(
	    sg_tst_info_read(&env, pool, sg_buf_view(&der), &info), 0);
	assert_null(info.digest);
	assert_string_equal(info.digest_oid, "1.2.3.6");
	sg_buf_free(&der);
	sg_pool_free(pool);
	sg_env_clear(&env);
}

/* ---- tokens */

static const struct {
	const char *name;
	unsigned faults;
	const char *message;
} tokens[] = {
	{ "another content type", AUTHORITY_TSA_WRONG_CONTENT,
	    "want a time-stamp token" },
	{ "two signers", AUTHORITY_TSA_TWO_SIGNERS, "has one signer" },
};

static void
stamp_with(struct cadeskit *kit, unsigned faults, struct sg_buf *out)
{
	unsigned char hash[SG_MAX_DIGEST];

	assert_int_equal(sg_hash_once(&kit->env, kit->digest,
			     sg_view_str(cadeskit_text), hash),
	    0);
	authority_stamp(kit->lab,
	    &(struct authority_tsa){ .time = kit->time, .faults = faults },
	    kit->md, sg_view_of(hash, kit->digest->size), out);
}

static struct sg_facts *
read_token(struct cadeskit *kit, struct sg_view token, int depth,
    struct sg_stamp_fact *stamp)
{
	struct sg_facts *facts = sg_facts_new();

	assert_non_null(facts);
	memset(stamp, 0, sizeof(*stamp));
	assert_int_equal(sg_tst_read(&kit->env, facts, token, depth, stamp), 0);
	return facts;
}

static void
assert_fault(
    struct cadeskit *kit, struct sg_view token, int depth, const char *message)
{
	struct sg_stamp_fact stamp;
	struct sg_facts *facts = read_token(kit, token, depth, &stamp);

	assert_null(stamp.inside);
	assert_non_null(stamp.fault.id);
	if (strstr(stamp.fault.arg[0], message) == NULL)
		fail_msg("%s", stamp.fault.arg[0]);
	assert_int_equal(facts->cert_count, 0);
	sg_facts_free(facts);
}

static void
test_token(void **state)
{
	struct sg_buf token = { NULL, 0, 0 };
	struct sg_stamp_fact stamp;
	struct sg_facts *facts;
	struct cadeskit kit;
	size_t i;

	(void)state;
	assert_int_equal(cadeskit_open(&kit, "p256"), 1);
	stamp_with(&kit, 0, &token);
	facts = read_token(&kit, sg_buf_view(&token), 0, &stamp);
	assert_non_null(stamp.inside);
	assert_int_equal(stamp.info.time, kit.time);
	assert_ptr_equal(stamp.info.digest, kit.digest);
	assert_int_equal(stamp.inside->sig_count, 1);
	assert_int_equal(stamp.inside->sigs[0].fault_count, 0);
	assert_true(sg_view_equal(stamp.inside->sigs[0].refs[0].found,
	    stamp.inside->sigs[0].refs[0].computed));
	assert_true(facts->cert_count != 0);
	sg_facts_free(facts);
	assert_fault(
	    &kit, sg_buf_view(&token), SG_MAX_STAMP_DEPTH, "nested deeper");
	for (i = 0; i < token.len; i++)
		assert_fault(&kit, sg_view_of(token.ptr, i), 0, "");
	assert_int_equal(sg_buf_append(&kit.env, &token, "x", 1), 0);
	assert_fault(&kit, sg_buf_view(&token), 0, "other octets follow");
	sg_buf_free(&token);
	for (i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		print_message("# %s\n", tokens[i].name);
		stamp_with(&kit, tokens[i].faults, &token);
		assert_fault(&kit, sg_buf_view(&token), 0, tokens[i].message);
		sg_buf_free(&token);
	}
	cadeskit_close(&kit);
}

/* The token's certificates, some of which the file has already. */
static void
test_adopted(void **state)
{
	struct sg_buf token = { NULL, 0, 0 };
	struct sg_stamp_fact stamp, again;
	struct sg_facts *facts;
	struct cadeskit kit;
	size_t count;

	(void)state;
	assert_int_equal(cadeskit_open(&kit, "p256"), 1);
	authority_stamp(kit.lab,
	    &(struct authority_tsa){
		.time = kit.time, .flags = AUTHORITY_TSA_CHAIN },
	    kit.md, sg_view_of("01234567890123456789012345678901", 32), &token);
	facts = read_token(&kit, sg_buf_view(&token), 0, &stamp);
	count = facts->cert_count;
	assert_true(count >= 2);
	memset(&again, 0, sizeof(again));
	assert_int_equal(
	    sg_tst_read(&kit.env, facts, sg_buf_view(&token), 0, &again), 0);
	assert_int_equal(facts->cert_count, count);
	assert_int_equal(facts->other_count, 2);
	sg_facts_free(facts);
	sg_buf_free(&token);
	cadeskit_close(&kit);
}

/* ---- files */

static struct sg_facts *
read_file(struct cadeskit *kit, struct sg_view file, const char *document)
{
	struct sg_source source = { .name = "lease" };
	struct sg_sources docs = { &source, document != NULL };
	struct sg_facts *facts = NULL;
	struct sg_in *in = NULL;

	assert_int_equal(sg_in_memory(&kit->env, "token", file, &in), 0);
	if (document != NULL)
		assert_int_equal(sg_in_memory(&kit->env, "lease",
				     sg_view_str(document), &source.in),
		    0);
	assert_ptr_equal(sg_format_probe(file), &sg_format_tst);
	assert_int_equal(sg_format_tst.read(&kit->env, in, &docs, &facts), 0);
	assert_int_equal(facts->stamp_count, 1);
	assert_int_equal(facts->sig_count, 0);
	assert_string_equal(facts->stamps[0].kind, "document");
	sg_in_free(in);
	sg_in_free(source.in);
	return facts;
}

static void
check_file(struct cadeskit *kit, struct sg_view file)
{
	struct sg_facts *facts = read_file(kit, file, cadeskit_text);

	assert_int_equal(cadeskit_reading(&facts->stamps[0]), 0);
	sg_facts_free(facts);
	facts = read_file(kit, file, "another lease\n");
	assert_int_equal(cadeskit_reading(&facts->stamps[0]), -1);
	sg_facts_free(facts);
	facts = read_file(kit, file, NULL);
	assert_int_equal(cadeskit_reading(&facts->stamps[0]), -2);
	assert_non_null(facts->stamps[0].unknown.id);
	assert_true(facts->docs[0].missing);
	sg_facts_free(facts);
}

static void
test_file(void **state)
{
	struct sg_buf token = { NULL, 0, 0 }, reply = { NULL, 0, 0 };
	struct sg_buf request = { NULL, 0, 0 };
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_facts *facts;
	struct cadeskit kit;
	struct sg_in *in;

	(void)state;
	assert_int_equal(cadeskit_open(&kit, "p256"), 1);
	stamp_with(&kit, 0, &token);
	check_file(&kit, sg_buf_view(&token));
	sg_hash_once(&kit.env, kit.digest, sg_view_str(cadeskit_text), hash);
	authority_tsa_request(
	    kit.md, sg_view_of(hash, kit.digest->size), 7, &request);
	authority_tsa_reply(kit.lab,
	    &(struct authority_tsa){ .time = kit.time }, sg_buf_view(&request),
	    &reply);
	check_file(&kit, sg_buf_view(&reply));
	/* a broken one is an error, a signature is none */
	sg_buf_free(&token);
	stamp_with(&kit, AUTHORITY_TSA_TWO_SIGNERS, &token);
	assert_int_equal(
	    sg_in_memory(&kit.env, "token", sg_buf_view(&token), &in), 0);
	assert_int_equal(
	    sg_format_tst.read(&kit.env, in, NULL, &facts), SIGN_E_FORMAT);
	sg_in_free(in);
	sg_buf_free(&token);
	cadeskit_sign(&kit, &token);
	assert_ptr_equal(
	    sg_format_probe(sg_buf_view(&token)), &sg_format_cades);
	sg_buf_free(&token);
	sg_buf_free(&reply);
	sg_buf_free(&request);
	cadeskit_close(&kit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_info),
		cmocka_unit_test(test_broken_info),
		cmocka_unit_test(test_unknown_digest),
		cmocka_unit_test(test_token),
		cmocka_unit_test(test_adopted),
		cmocka_unit_test(test_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
