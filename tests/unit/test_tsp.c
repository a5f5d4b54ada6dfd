/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "notation.h"

#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "formats/tst.h"
#include "tests/lib/authority.h"
#include "tests/lib/mkkey.h"

#include <openssl/ts.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* Asking a time-stamp authority and reading what it answers. */

static struct sg_env env;
static struct sg_pool *pool;

static int
set_up(void **state)
{
	(void)state;
	pool = sg_pool_new();
	return pool != NULL ? sg_env_init(&env) : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	sg_pool_free(pool);
	sg_env_clear(&env);
	return 0;
}

/* ---- answers */

#define TOKEN "30{ 06{2a864886f70d010702} a0{3000} }"
#define GRANTED "30{020100}"

static const struct {
	const char *name, *text;
	int code;
	const char *says; /* in the message; NULL */
} answers[] = {
	{ "granted", "30{" GRANTED TOKEN "}" },
	{ "granted with modifications", "30{ 30{020101} " TOKEN "}" },
	{ "granted, with a text", "30{ 30{020100 30{0c{'ok'}}} " TOKEN "}" },
	{ "granted, with two texts",
	    "30{ 30{020100 30{0c{'a'}0c{'b'}}} " TOKEN "}" },
	{ "granted, without a token", "30{" GRANTED "}", SIGN_E_FORMAT,
	    "granted" },
	{ "rejected", "30{ 30{020102} }", SIGN_E_NET, "rejection" },
	{ "rejected, with a token", "30{ 30{020102} " TOKEN "}", SIGN_E_NET },
	{ "rejected, why", "30{ 30{020102 30{0c{'no'}} 03{0780}} }", SIGN_E_NET,
	    "rejection, badAlg: no" },
	{ "rejected, only the bits", "30{ 30{020102 03{0520}} }", SIGN_E_NET,
	    "rejection, badRequest" },
	{ "policy", "30{ 30{020102 03{00 0001}} }", SIGN_E_NET,
	    "unacceptedPolicy" },
	{ "system failure", "30{ 30{020102 03{06 00000040}} }", SIGN_E_NET,
	    "systemFailure" },
	{ "a bit without a name", "30{ 30{020102 03{0640}} }", SIGN_E_NET,
	    "rejection" },
	{ "waiting", "30{ 30{020103} }", SIGN_E_NET, "waiting" },
	{ "a status without a name", "30{ 30{020109} }", SIGN_E_NET, "?" },
	{ "a status below zero", "30{ 30{0201ff} " TOKEN "}", SIGN_E_FORMAT },
	{ "a status without end", "30{ 30{0209010000000000000000} " TOKEN "}",
	    SIGN_E_FORMAT },
	{ "no status", "30{ 30{} " TOKEN "}", SIGN_E_FORMAT },
	{ "status is a text", "30{ 30{0c{'0'}} " TOKEN "}", SIGN_E_FORMAT },
	{ "a text that is none", "30{ 30{020100 30{16{'a'}}} " TOKEN "}",
	    SIGN_E_FORMAT },
	{ "bits without a number", "30{ 30{020102 03{}} }", SIGN_E_FORMAT },
	{ "bits with a wrong number", "30{ 30{020102 03{0880}} }",
	    SIGN_E_FORMAT },
	{ "too many bits", "30{ 30{020102 03{00 0000000000}} }",
	    SIGN_E_FORMAT },
	{ "something behind the status", "30{ 30{020100 0500} " TOKEN "}",
	    SIGN_E_FORMAT },
	{ "something behind the token", "30{" GRANTED TOKEN "0500}",
	    SIGN_E_FORMAT },
	{ "something behind it all", "30{" GRANTED TOKEN "} 00",
	    SIGN_E_FORMAT },
	{ "a token that is none", "30{" GRANTED "0500}", SIGN_E_FORMAT },
	{ "a set", "31{" GRANTED TOKEN "}", SIGN_E_FORMAT },
	{ "nothing", "", SIGN_E_FORMAT },
	{ "a page", "'<html>not found</html>'", SIGN_E_FORMAT },
};

static void
test_answers(void **state)
{
	struct sg_view token, want;
	struct sg_buf der = { 0 }, inner = { 0 };
	size_t i;
	int ret;

	(void)state;
	notation_put(&inner, TOKEN, NULL);
	want = sg_buf_view(&inner);
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		der.len = 0;
		notation_put(&der, answers[i].text, NULL);
		token = sg_view_of(NULL, 0);
		ret =
		    sg_tsp_response_read(&env, pool, sg_buf_view(&der), &token);
		if (ret != answers[i].code)
			fail_msg(
			    "%s: %d, %s", answers[i].name, ret, env.message);
		if (answers[i].says != NULL)
			assert_non_null(strstr(env.message, answers[i].says));
		if (ret == 0)
			assert_true(sg_view_equal(token, want));
		else
			assert_null(token.ptr);
	}
	sg_buf_free(&der);
	sg_buf_free(&inner);
}

/* Every truncation of one that has everything. */
static void
test_truncated(void **state)
{
	struct sg_buf der = { 0 };
	struct sg_view token;
	unsigned char *part;
	size_t i;

	(void)state;
	notation_put(
	    &der, "30{ 30{020100 30{0c{'text'}} 03{0520}} " TOKEN "}", NULL);
	for (i = 0; i < der.len; i++) {
		part = malloc(i + 1); /* of its own: to be caught beyond it */
		assert_non_null(part);
		memcpy(part, der.ptr, i);
		assert_int_equal(sg_tsp_response_read(
				     &env, pool, sg_view_of(part, i), &token),
		    SIGN_E_FORMAT);
		sg_tsp_is_response(sg_view_of(part, i));
		free(part);
	}
	sg_buf_free(&der);
}

static void
test_is_response(void **state)
{
	static const struct {
		const char *text;
		int is;
	} cases[] = {
		{ "30{" GRANTED TOKEN "}", 1 },
		{ "30{ 30{020102} }", 1 },
		{ TOKEN, 0 },
		{ "30{}", 0 },
		{ "30{30{}}", 0 },
		{ "30{ 30{0c00} }", 0 },
		{ "", 0 },
		{ "'text'", 0 },
	};
	struct sg_buf der = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		der.len = 0;
		notation_put(&der, cases[i].text, NULL);
		if (sg_tsp_is_response(sg_buf_view(&der)) != cases[i].is)
			fail_msg("%s", cases[i].text);
	}
	sg_buf_free(&der);
}

/* ---- questions, read by OpenSSL */

static void
test_questions(void **state)
{
	static const struct {
		const char *digest, *policy, *nonce; /* hex */
		int null_params;
		const char *want;
	} cases[] = {
		{ "sha256", NULL, "", 0,
		    "30{020101 30{30{06{608648016503040201}} 04{$h32}} "
		    "0101ff}" },
		{ "sha256", NULL, "01", 1,
		    "30{020101 30{30{06{608648016503040201} 0500} 04{$h32}} "
		    "020101 0101ff}" },
		{ "sha256", "1.2.3.4", "ff00", 0,
		    "30{020101 30{30{06{608648016503040201}} 04{$h32}} "
		    "06{2a0304} 020300ff00 0101ff}" },
		{ "streebog256", NULL, "0000000000000000", 0,
		    "30{020101 30{30{06{2a85030701010202}} 04{$h32}} "
		    "020100 0101ff}" },
		{ "sha256", NULL, "0000000000000080", 0,
		    "30{020101 30{30{06{608648016503040201}} 04{$h32}} "
		    "02020080 0101ff}" },
	};
	const struct notation_macro macros[] = {
		{ "h32",
		    "000102030405060708090a0b0c0d0e0f"
		    "101112131415161718191a1b1c1d1e1f" },
		{ NULL, NULL },
	};
	struct sg_buf have = { 0 }, want = { 0 }, nonce = { 0 };
	unsigned char imprint[32];
	struct sg_tsp_request request;
	const unsigned char *at;
	TS_REQ *read;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(imprint); i++)
		imprint[i] = (unsigned char)i;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		have.len = want.len = nonce.len = 0;
		notation_put(&nonce, cases[i].nonce, NULL);
		memset(&request, 0, sizeof(request));
		request.digest = sg_digest_by_option(cases[i].digest);
		request.imprint = sg_view_of(imprint, sizeof(imprint));
		request.policy = cases[i].policy;
		request.nonce = sg_buf_view(&nonce);
		request.null_params = cases[i].null_params;
		assert_int_equal(sg_tsp_request_put(&env, &request, &have), 0);
		notation_put(&want, cases[i].want, macros);
		assert_int_equal(have.len, want.len);
		assert_memory_equal(have.ptr, want.ptr, want.len);
		at = have.ptr;
		read = d2i_TS_REQ(NULL, &at, (long)have.len);
		assert_non_null(read);
		assert_ptr_equal(at, have.ptr + have.len);
		TS_REQ_free(read);
	}
	request.imprint.len--;
	assert_int_equal(sg_tsp_request_put(&env, &request, &have), SIGN_E_ARG);
	sg_buf_free(&have);
	sg_buf_free(&want);
	sg_buf_free(&nonce);
}

/* ---- do they fit together */

static void
test_fit(void **state)
{
	static const unsigned char nonce[] = { 0, 0x80, 1 };
	static const unsigned char same[] = { 2, 3, 0, 0x80, 1 };
	static const unsigned char other[] = { 2, 3, 0, 0x80, 2 };
	static const unsigned char negative[] = { 2, 2, 0x80, 1 };
	static const unsigned char imprint[32] = { 1 }, another[32] = { 2 };
	const struct sg_digest *sha = sg_digest_by_option("sha256");
	const struct sg_digest *gost = sg_digest_by_option("streebog256");
	const struct {
		const char *name;
		const struct sg_digest *digest;
		const unsigned char *imprint;
		struct sg_view nonce;
		const char *policy, *asked;
		int code;
	} cases[] = {
		{ "good", sha, imprint, { same, 5 }, "1.2", NULL, 0 },
		{ "policy", sha, imprint, { same, 5 }, "1.2", "1.2", 0 },
		{ "another policy", sha, imprint, { same, 5 }, "1.2.3", "1.2",
		    SIGN_E_VALUE },
		{ "another digest", gost, imprint, { same, 5 }, "1.2", NULL,
		    SIGN_E_VALUE },
		{ "unknown digest", NULL, imprint, { same, 5 }, "1.2", NULL,
		    SIGN_E_VALUE },
		{ "another imprint", sha, another, { same, 5 }, "1.2", NULL,
		    SIGN_E_VALUE },
		{ "another nonce", sha, imprint, { other, 5 }, "1.2", NULL,
		    SIGN_E_VALUE },
		{ "a nonce below zero", sha, imprint, { negative, 4 }, "1.2",
		    NULL, SIGN_E_VALUE },
		{ "no nonce", sha, imprint, { NULL, 0 }, "1.2", NULL,
		    SIGN_E_VALUE },
	};
	struct sg_tsp_request request = { .digest = sha };
	struct sg_tst_info info;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&info, 0, sizeof(info));
		info.digest = cases[i].digest;
		info.digest_oid = "1.2.3";
		info.imprint = sg_view_of(cases[i].imprint, 32);
		info.nonce = cases[i].nonce;
		info.policy = cases[i].policy;
		request.imprint = sg_view_of(imprint, 32);
		request.nonce = sg_view_of(nonce, sizeof(nonce));
		request.policy = cases[i].asked;
		if (sg_tsp_answers(&env, &info, &request) != cases[i].code)
			fail_msg("%s", cases[i].name);
	}
	/* none was sent: none is wanted, one is no harm */
	request.nonce.len = 0;
	request.policy = NULL;
	assert_int_equal(sg_tsp_answers(&env, &info, &request), 0);
	info.nonce = sg_view_of(same, 5);
	assert_int_equal(sg_tsp_answers(&env, &info, &request), 0);
}

/* A whole answer that OpenSSL made. */
static void
test_authority(void **state)
{
	struct authority *lab =
	    authority_new(&(struct authority_options){ .kind = "p256" });
	struct authority_tsa how = { .time = MK_NOW,
		.flags = AUTHORITY_TSA_MODS };
	static const unsigned char imprint[32] = { 1 };
	struct sg_tsp_request request = {
		.digest = sg_digest_by_option("sha256"),
		.imprint = { imprint, sizeof(imprint) },
		.nonce = { imprint, 8 },
	};
	struct sg_buf question = { 0 }, answer = { 0 };
	struct sg_view token;

	(void)state;
	assert_int_equal(sg_tsp_request_put(&env, &request, &question), 0);
	authority_tsa_reply(lab, &how, sg_buf_view(&question), &answer);
	assert_true(sg_tsp_is_response(sg_buf_view(&answer)));
	assert_int_equal(
	    sg_tsp_response_read(&env, pool, sg_buf_view(&answer), &token), 0);
	assert_false(sg_tsp_is_response(token));
	sg_buf_free(&question);
	sg_buf_free(&answer);
	authority_free(lab);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_answers),
		CASE(test_truncated),
		CASE(test_is_response),
		CASE(test_questions),
		CASE(test_fit),
		CASE(test_authority),
	};

	return cmocka_run_group_tests_name("tsp", tests, NULL, NULL);
}
