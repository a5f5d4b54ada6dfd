/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "corpus.h"
#include "envkit.h"
#include "stage.h"

#include "base/err.h"
#include "base/gost.h"
#include "certs/ocsp.h"
#include "tests/lib/authority.h"
#include "tests/lib/mkkey.h"

#include <openssl/evp.h>
#include <openssl/ocsp.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

static const char *const kinds[] = { "p256", "rsa", "gost256", "gost512" };
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* ---- reading */

/* A response about "signer", made by hand where the lab cannot. */
static struct sg_buf
reply_of(struct stage *stage, unsigned flags, unsigned faults)
{
	const struct authority_ocsp how = {
		.time = stage_day(0), .flags = flags, .faults = faults
	};
	struct sg_buf der = { 0 };

	authority_ocsp_status(stage->lab, &how, "signer", &der);
	return der;
}

static void
test_getters(void **state)
{
	struct sg_certs certs = { 0 };
	struct sg_ocsp *ocsp, *bare;
	struct stage stage;
	struct sg_buf der;

	(void)state;
	assert_true(stage_new(&stage, &env, NULL, 0));
	der = reply_of(&stage, AUTHORITY_OCSP_BY_NAME, 0);
	assert_int_equal(sg_ocsp_parse(&env, sg_buf_view(&der), &ocsp), 0);
	assert_true(sg_view_equal(sg_ocsp_der(ocsp), sg_buf_view(&der)));
	assert_true(sg_view_equal(sg_ocsp_full_der(ocsp), sg_buf_view(&der)));
	assert_true(sg_ocsp_produced_at(ocsp) == stage_day(0));
	assert_true(sg_ocsp_responder_name(ocsp).len > 10);
	assert_int_equal(sg_ocsp_responder_key(ocsp).len, 0);
	assert_int_equal(sg_ocsp_certs(&env, ocsp, &certs), 0);
	assert_int_equal(certs.count, 1);
	assert_true(sg_ocsp_is_about(
	    ocsp, stage_cert(&stage, "signer"), stage_cert(&stage, "ca")));
	assert_false(sg_ocsp_is_about(
	    ocsp, stage_cert(&stage, "signer2"), stage_cert(&stage, "ca")));
	assert_false(sg_ocsp_is_about(
	    ocsp, stage_cert(&stage, "signer"), stage_cert(&stage, "root")));

	/* the form without a cover gives the same */
	assert_int_equal(
	    sg_ocsp_parse(&env, sg_ocsp_basic_der(ocsp), &bare), 0);
	assert_true(
	    sg_view_equal(sg_ocsp_basic_der(bare), sg_ocsp_basic_der(ocsp)));
	assert_true(
	    sg_view_equal(sg_ocsp_full_der(bare), sg_ocsp_full_der(ocsp)));
	assert_true(sg_view_equal(sg_ocsp_der(bare), sg_ocsp_basic_der(ocsp)));
	sg_certs_clear(&certs);
	sg_ocsp_free(sg_ocsp_ref(ocsp));
	sg_ocsp_free(ocsp);
	sg_ocsp_free(bare);
	sg_buf_free(&der);

	der = reply_of(&stage, 0, 0);
	assert_int_equal(sg_ocsp_parse(&env, sg_buf_view(&der), &ocsp), 0);
	assert_int_equal(sg_ocsp_responder_name(ocsp).len, 0);
	assert_int_equal(sg_ocsp_responder_key(ocsp).len, 20);
	sg_ocsp_free(ocsp);
	sg_buf_free(&der);
	stage_free(&stage);
}

static void
check_read(struct sg_view octets, int want, size_t count)
{
	struct sg_ocsps ocsps = { 0 };
	int got = sg_ocsps_read(&env, octets, &ocsps);

	if (got != want || ocsps.count != count)
		fail_msg("want %d, have %d: %s", want, got, env.message);
	sg_ocsps_clear(&ocsps);
	sg_err_clear(&env);
}

static void
test_read(void **state)
{
	static const char html[] = "<html>Service unavailable</html>";
	struct sg_buf der, text = { 0 };
	struct stage stage;
	unsigned char *out;

	(void)state;
	assert_true(stage_new(&stage, &env, NULL, 0));
	der = reply_of(&stage, 0, 0);
	check_read(sg_buf_view(&der), 0, 1);
	out = sg_buf_reserve(&env, &text, der.len / 3 * 4 + 8);
	text.len += (size_t)EVP_EncodeBlock(out, der.ptr, (int)der.len);
	check_read(sg_buf_view(&text), 0, 1);
	check_read(sg_view_of(NULL, 0), SIGN_E_FORMAT, 0);
	check_read(sg_view_str(html), SIGN_E_FORMAT, 0);
	check_read(sg_cert_der(stage_cert(&stage, "ca")), SIGN_E_FORMAT, 0);
	sg_buf_free(&text);
	sg_buf_free(&der);
	stage_free(&stage);
}

/* What a responder says instead of an answer is no response. */
static void
test_no_answer(void **state)
{
	static const struct {
		unsigned fault;
		const char *says;
	} cases[] = {
		{ AUTHORITY_OCSP_TRY_LATER, "tryLater" },
		{ AUTHORITY_OCSP_MALFORMED, "malformedRequest" },
		{ AUTHORITY_OCSP_INTERNAL, "internalError" },
		{ AUTHORITY_OCSP_REFUSED, "unauthorized" },
		{ AUTHORITY_OCSP_GARBAGE, "OCSP response" },
		{ AUTHORITY_OCSP_TRUNCATED, "OCSP response" },
	};
	struct sg_ocsp *ocsp;
	struct stage stage;
	struct sg_buf der;
	size_t i;

	(void)state;
	assert_true(stage_new(&stage, &env, NULL, 0));
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		der = reply_of(&stage, 0, cases[i].fault);
		assert_int_equal(sg_ocsp_parse(&env, sg_buf_view(&der), &ocsp),
		    SIGN_E_FORMAT);
		assert_non_null(strstr(env.message, cases[i].says));
		sg_err_clear(&env);
		sg_buf_free(&der);
	}
	stage_free(&stage);
}

/* Each way to cut it, and one octet more. */
static void
check_cut(struct sg_view der)
{
	unsigned char *copy;
	struct sg_ocsp *ocsp;
	size_t i;

	for (i = 0; i <= der.len + 1; i++) {
		if (i == der.len)
			continue;
		copy = calloc(1, i + 1); /* in full, for valgrind */
		memcpy(copy, der.ptr, i < der.len ? i : der.len);
		if (sg_ocsp_parse(&env, sg_view_of(copy, i), &ocsp) !=
		    SIGN_E_FORMAT)
			fail_msg("%zu of %zu octets", i, der.len);
		sg_err_clear(&env);
		free(copy);
	}
}

static void
test_every_cut(void **state)
{
	struct sg_ocsp *ocsp;
	struct stage stage;
	struct sg_buf der;
	size_t i;

	(void)state;
	for (i = 0; i < KINDS; i++) {
		if (!stage_new(&stage, &env, kinds[i], 0))
			continue;
		der = reply_of(&stage, 0, 0);
		check_cut(sg_buf_view(&der));
		assert_int_equal(
		    sg_ocsp_parse(&env, sg_buf_view(&der), &ocsp), 0);
		check_cut(sg_ocsp_basic_der(ocsp));
		sg_ocsp_free(ocsp);
		sg_buf_free(&der);
		stage_free(&stage);
	}
}

/* Read or refused; and what is read says "good" only where nothing that was
 * signed has changed. */
static void
test_every_octet_changed(void **state)
{
	const struct sg_cert *signer, *ca;
	struct sg_ocsp_single single;
	struct stage stage;
	struct sg_ocsp *ocsp;
	struct sg_buf der;
	struct sg_view tbs;
	size_t i, from;
	int known;

	(void)state;
	assert_true(stage_new(&stage, &env, NULL, 0));
	signer = stage_cert(&stage, "signer");
	ca = stage_cert(&stage, "ca");
	der = reply_of(&stage, AUTHORITY_OCSP_BY_CA, 0);
	assert_int_equal(sg_ocsp_parse(&env, sg_buf_view(&der), &ocsp), 0);
	tbs = sg_ocsp_tbs(ocsp);
	from = (size_t)(tbs.ptr - sg_ocsp_der(ocsp).ptr);
	sg_ocsp_free(ocsp);
	for (i = 0; i < der.len * 8; i += mk_step(97)) {
		der.ptr[i / 8] ^= (unsigned char)(1 << i % 8);
		if (sg_ocsp_parse(&env, sg_buf_view(&der), &ocsp) == 0) {
			known = sg_ocsp_find(ocsp, signer, ca, &single);
			if (known && i / 8 >= from && i / 8 < from + tbs.len &&
			    sg_ocsp_verifies(&env, ocsp, ca))
				fail_msg("bit %zu is not signed", i);
			sg_ocsp_free(ocsp);
		}
		sg_err_clear(&env);
		der.ptr[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	sg_buf_free(&der);
	stage_free(&stage);
}

/* ---- asking */

static void
test_asking(void **state)
{
	static const struct {
		const char *name;
		unsigned flags, faults;
		int want;
	} cases[] = {
		{ "as asked", 0, 0, 0 },
		{ "no nonce", 0, AUTHORITY_OCSP_NO_NONCE, 0 },
		{ "another nonce", 0, AUTHORITY_OCSP_WRONG_NONCE,
		    SIGN_E_VALUE },
		{ "another certificate", 0, AUTHORITY_OCSP_WRONG_ID,
		    SIGN_E_VALUE },
		{ "signature is not looked at", 0, AUTHORITY_OCSP_BAD_SIGNATURE,
		    0 },
	};
	struct sg_buf nonce = { 0 }, request = { 0 }, reply = { 0 };
	const struct sg_cert *signer, *ca;
	struct authority_ocsp how;
	struct stage stage;
	struct sg_ocsp *ocsp;
	size_t i;

	(void)state;
	assert_true(stage_new(&stage, &env, NULL, 0));
	signer = stage_cert(&stage, "signer");
	ca = stage_cert(&stage, "ca");
	assert_int_equal(
	    sg_ocsp_request(&env, signer, ca, &nonce, &request), 0);
	assert_int_equal(nonce.len, 32);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&how, 0, sizeof(how));
		how.time = stage_day(0);
		how.flags = cases[i].flags;
		how.faults = cases[i].faults;
		reply.len = 0;
		authority_ocsp_reply(
		    stage.lab, &how, sg_buf_view(&request), &reply);
		assert_int_equal(
		    sg_ocsp_parse(&env, sg_buf_view(&reply), &ocsp), 0);
		if (sg_ocsp_answers(&env, ocsp, signer, ca,
			sg_buf_view(&nonce)) != cases[i].want)
			fail_msg("%s: %s", cases[i].name, env.message);
		sg_err_clear(&env);
		sg_ocsp_free(ocsp);
	}
	sg_buf_free(&nonce);
	sg_buf_free(&request);
	sg_buf_free(&reply);
	stage_free(&stage);
}

/* Two requests have two nonces, one without has none. */
static void
test_request(void **state)
{
	struct sg_buf first = { 0 }, second = { 0 }, request = { 0 };
	const struct sg_cert *signer, *ca;
	const unsigned char *at;
	OCSP_REQUEST *read;
	struct stage stage;

	(void)state;
	assert_true(stage_new(&stage, &env, NULL, 0));
	signer = stage_cert(&stage, "signer");
	ca = stage_cert(&stage, "ca");
	assert_int_equal(
	    sg_ocsp_request(&env, signer, ca, &first, &request), 0);
	request.len = 0;
	assert_int_equal(
	    sg_ocsp_request(&env, signer, ca, &second, &request), 0);
	assert_memory_not_equal(first.ptr, second.ptr, 32);
	request.len = 0;
	assert_int_equal(sg_ocsp_request(&env, signer, ca, NULL, &request), 0);
	at = request.ptr;
	read = d2i_OCSP_REQUEST(NULL, &at, (long)request.len);
	assert_non_null(read);
	assert_ptr_equal(at, request.ptr + request.len);
	assert_int_equal(OCSP_request_onereq_count(read), 1);
	assert_int_equal(OCSP_REQUEST_get_ext_count(read), 0);
	OCSP_REQUEST_free(read);
	sg_buf_free(&first);
	sg_buf_free(&second);
	sg_buf_free(&request);
	stage_free(&stage);
}

/* ---- responses of real responders */

static int
check_corpus(const struct corpus_row *row, void *payload)
{
	int bad = strstr(row->expected, "INVALID") != NULL, good;
	struct sg_ocsp_single single;
	struct sg_ocsp *ocsp;
	size_t *seen = payload, i;

	assert_int_equal(sg_ocsp_parse(&env, row->octets, &ocsp), 0);
	for (i = good = 0; i < sg_ocsp_carried(ocsp)->count; i++)
		good |= sg_ocsp_is_by(ocsp, sg_ocsp_carried(ocsp)->list[i]) &&
		    sg_ocsp_verifies(
			&env, ocsp, sg_ocsp_carried(ocsp)->list[i]);
	if (good == bad)
		fail_msg("%s: %d", row->file, good);
	assert_int_equal(sg_ocsp_count(ocsp), 1);
	sg_ocsp_at(ocsp, 0, &single);
	assert_int_equal(single.status,
	    strstr(row->expected, "revoked") != NULL ? SG_OCSP_REVOKED
						     : SG_OCSP_GOOD);
	assert_true(single.understood);
	sg_ocsp_free(ocsp);
	(*seen)++;
	return 0;
}

static void
test_corpus(void **state)
{
	size_t seen = 0;

	(void)state;
	if (sg_gost_need(&env) < 0 ||
	    corpus_each("ocsp", check_corpus, &seen) < 0) {
		sg_err_clear(&env);
		skip();
	}
	assert_true(seen >= 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_getters),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_every_cut),
		cmocka_unit_test(test_every_octet_changed),
		cmocka_unit_test(test_asking),
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_corpus),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
