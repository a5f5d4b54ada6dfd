/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/strength.h"
#include "base/time.h"
#include "certs/chain.h"
#include "tests/lib/authority.h"
#include "tests/lib/mkkey.h"
#include "tests/unit/envkit.h"
#include "tests/unit/stage.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/*
 * EN 319 102-1, 5.6.2: what a chain is worth that is not valid any more. In
 * each case the day until which a signature must be proven to exist, or what
 * is missing.
 */

#define SOUND 32000 /* a day that stands for "until now" */

struct past_case {
	const char *name, *who, *script;
	int known;       /* the day of validation */
	int control;     /* the day that comes out; SOUND: that of validation */
	const char *sub; /* NULL: PASSED */
	const char *says;
	const char *weak; /* an algorithm ... */
	int weak_since;   /* ... and the day on which it ends */
	enum sg_purpose purpose;
};

static const struct past_case cases[] = {
	/* nothing has gone by */
	{ "all of today", "signer", "crl root 0; crl ca 0", 0, SOUND },
	{ "all in force", "signer", "crl root -1; crl ca -3", 2, SOUND },
	{ "responses", "signer", "ocsp ca 0; ocsp signer 0", 0, SOUND },
	{ "an anchor needs nothing", "root", "", 0, SOUND },
	{ "a signer as anchor", "signer", "anchor signer", 900, SOUND },

	/* old data */
	{ "CRL of last year", "signer",
	    "crl root 400; poe signer 4; crl ca 3 @4", 402, 3 },
	{ "both of last year", "signer",
	    "poe ca 5; poe signer 4; crl root 5 @6; crl ca 3 @4", 402, 5 },
	{ "CRL of the CA older than that of the signer", "signer",
	    "poe ca 5; poe signer 2; crl root 3 @4; crl ca 5 @5", 402, 0,
	    "NO_POE", "\"Signer\"" },
	{ "the same, and an older one", "signer",
	    "poe ca 5; poe signer 2; crl root 3 @4; crl ca 5 @5; crl ca 1 @2",
	    402, 3 },
	{ "of two the newer", "signer",
	    "crl root 401; poe signer 1; crl ca 1 @2; crl ca 9 @10", 402, 9 },
	{ "the newer is not proven", "signer",
	    "poe ca 9; poe signer 1; crl root 8 @9; crl ca 1 @2; crl ca 7 @20",
	    402, 8 },
	{ "response of last year", "signer",
	    "crl root 401; poe signer 4; ocsp signer 3 @4", 402, 3 },
	{ "response and CRL, the newer", "signer",
	    "crl root 401; poe signer 4; ocsp signer 3 @4; crl ca 5 @6", 402,
	    5 },
	{ "response without an end", "signer",
	    "crl root 401; poe signer 4; ocsp signer 3 next=none @4", 402, 3 },
	{ "in force by the policy's age", "signer",
	    "max 30; crl root 390; crl ca 385 kept=-100", 402, SOUND },
	{ "too old by the policy's age", "signer",
	    "max 30; crl root 390; poe signer 4; crl ca 350 kept=-100", 402,
	    350 },

	/* proofs that are missing */
	{ "no proof for the signer", "signer",
	    "nopoe signer; crl root 0; crl ca 0", 0, 0, "NO_POE",
	    "\"Signer\" existed" },
	{ "no proof for the CA", "signer", "nopoe ca; crl root 0; crl ca 0", 0,
	    0, "NO_POE", "\"CA\" existed" },
	{ "no proof for the CRL", "signer", "crl root 0; crl ca 0 @none", 0, 0,
	    "NO_POE", "revocation data for certificate \"Signer\"" },
	{ "no CRL", "signer", "crl root 0", 0, 0, "NO_POE",
	    "revocation data for certificate \"Signer\"" },
	{ "no data for the CA", "signer", "crl ca 0", 0, 0, "NO_POE",
	    "revocation data for certificate \"CA\"" },
	{ "proof for the signer is too late", "signer",
	    "poe ca 5; poe signer 9; crl root 5 @6; crl ca 3 @4", 402, 0,
	    "NO_POE", "\"Signer\" existed on 2025-06-06" },
	{ "proof for the CRL is too late", "signer",
	    "poe ca 5; poe signer 4; crl root 5 @6; crl ca 3 @9", 402, 0,
	    "NO_POE", "data for certificate \"Signer\"" },
	{ "CRL of the future", "signer", "crl root 0; crl ca 1", 0, 0,
	    "NO_POE" },
	{ "broken CRL", "signer", "crl root 0; crl ca 0 bad-signature", 0, 0,
	    "NO_POE" },
	{ "broken response", "signer",
	    "crl root 0; ocsp signer 0 bad-signature", 0, 0, "NO_POE" },
	{ "unknown to the responder", "signer",
	    "crl root 0; ocsp signer 0 unknown", 0, 0, "NO_POE" },

	/* revoked */
	{ "signer revoked", "signer",
	    "revoke signer 20 1; crl root 30; crl ca 30", 31, 20 },
	{ "signer revoked, by a response", "signer",
	    "revoke signer 20 4; crl root 30; ocsp signer 30", 31, 20 },
	{ "CA revoked, signer proven before", "signer",
	    "revoke ca 20 2; crl root 30; poe signer 6; crl ca 5 @6", 31, 5 },
	{ "CA revoked, signer proven after", "signer",
	    "revoke ca 20 2; crl root 30; crl ca 5 @6; nopoe signer;"
	    "poe signer 21",
	    31, 0, "NO_POE", "\"Signer\" existed on 2025-06-21" },
	{ "CA revoked, data proven after", "signer",
	    "revoke ca 20 2; crl root 30; poe signer 6; crl ca 5 @21", 31, 0,
	    "NO_POE", "data for certificate \"Signer\"" },
	{ "CA revoked, data in force until then", "signer",
	    "revoke ca 20 2; crl root 30; poe signer 6; crl ca 15 @16", 31,
	    20 },
	{ "signer suspended", "signer",
	    "revoke signer 20 6; crl root 30; crl ca 30", 31, 20 },
	{ "signer suspended and released", "signer",
	    "revoke signer 20 6; revoke signer 25 8; crl root 30; crl ca 30",
	    31, SOUND },
	{ "signer revoked, a good one before is not asked", "signer",
	    "crl ca 10; revoke signer 20 1; crl root 30; crl ca 30", 31, 20 },
	{ "revoked, and by now out of date", "signer",
	    "revoke signer 20 1; crl root 401; poe signer 4; crl ca 30 @31",
	    402, 20 },

	/* after the end of the certificate */
	{ "CRL from after its end", "signer",
	    "crl root 300; poe signer 4; crl ca 300", 301, 0, "NO_POE" },
	{ "CRL from after its end that keeps it", "signer",
	    "crl root 300; poe signer 4; crl ca 300 kept=-100", 301, SOUND },
	{ "CRL from after and one from before", "signer",
	    "crl root 300; poe signer 4; crl ca 300; crl ca 200 @201", 301,
	    200 },
	{ "response from after its end", "signer",
	    "crl root 300; poe signer 4; ocsp signer 300", 301, 0, "NO_POE" },
	{ "response of an archive", "signer",
	    "crl root 300; poe signer 4; ocsp signer 300 cutoff=-100", 301,
	    SOUND },

	/* who signed the data */
	{ "responder proven by its response", "signer",
	    "crl root 900; poe signer 4; ocsp signer 3 @4", 901, 3 },
	{ "responder proven too late", "signer",
	    "crl root 900; poe signer 4; ocsp signer 3 @800", 901, 0,
	    "REVOCATION_OUT_OF_BOUNDS_NO_POE", "OCSP" },
	{ "responder proven apart", "signer",
	    "crl root 900; poe signer 4; ocsp signer 3 no-cert @800;"
	    "hint ocsp; poe ocsp 500",
	    901, 3 },
	{ "responder proven too late, a CRL is there", "signer",
	    "crl root 900; poe signer 4; ocsp signer 3 @800; crl ca 2 @3", 901,
	    2 },
	{ "revoked, the responder proven too late", "signer",
	    "crl root 900; poe signer 4; crl ca 2 next=600 @3;"
	    "revoke signer 10 4; ocsp signer 12 @800",
	    901, 10 },
	{ "the same, the CRL in force until then", "signer",
	    "poe signer 4; crl ca 2 next=600 @3;"
	    "poe ca 14; crl root 14 @15; revoke signer 10 4;"
	    "ocsp signer 12 @14 no-cert; hint ocsp; nopoe ocsp",
	    901, 10 },
	{ "responder not authorised", "signer",
	    "crl root 0; ocsp signer 0 unauthorised", 0, 0, "NO_POE" },
	{ "responder expired when it answered", "signer",
	    "crl root 0; ocsp signer 0 expired", 0, 0, "NO_POE" },
	{ "CA expired since, proven before", "old-signer",
	    "hint old-ca; crl root 90 @91; poe old-ca 20; poe old-signer 20;"
	    "crl old-ca 10 @11",
	    402, 10 },
	{ "CA expired since, proven after", "old-signer",
	    "hint old-ca; crl root 300 kept=0; poe old-signer 20;"
	    "crl old-ca 10 @11; nopoe old-ca; poe old-ca 200",
	    302, 0, "REVOCATION_OUT_OF_BOUNDS_NO_POE", "old-ca" },

	/* the chain itself */
	{ "never valid together", "early-signer",
	    "hint late-ca; crl root 0; crl late-ca 0", 0, 0,
	    "CERTIFICATE_CHAIN_GENERAL_FAILURE", "valid together" },
	{ "no anchor", "signer", "drop root; crl ca 0", 0, 0,
	    "NO_CERTIFICATE_CHAIN_FOUND" },
	{ "key for enciphering", "encipher", "crl root 0; crl ca 0", 0, 0,
	    "CHAIN_CONSTRAINTS_FAILURE" },
	{ "anchor expired", "of-old-root", "anchor old-root; crl old-root 99",
	    100, SOUND },
	{ "anchor expired, old data", "of-old-root",
	    "anchor old-root; poe of-old-root 4; crl old-root 3 @5", 100, 3 },
	{ "through a cross certificate", "signer",
	    "drop ca; hint cross; anchor root2; crl root2 0; crl ca 0", 0,
	    SOUND },
	{ "the way that is good for longer", "signer",
	    "hint cross; anchor root2; crl root 2 @3; poe ca 2; poe signer 1;"
	    "crl root2 40; crl ca 40; crl ca 1 @2",
	    41, SOUND },

	/* certificates without revocation */
	{ "noRevAvail", "no-rev", "crl root 401", 402, 20 },

	/* algorithms */
	{ "digest of the certificates ended", "signer",
	    "crl root 40; crl ca "
	    "40",
	    41, 0, "NO_POE", "\"Signer\" existed on 2025-06-11",
	    .weak = "sha256", .weak_since = 10 },
	{ "digest ended, all proven before", "signer",
	    "poe signer 5; poe ca 5; crl root 40; crl ca 4 @5; crl ca 40", 41,
	    10, .weak = "sha256", .weak_since = 10 },
	{ "key of the signer ended", "weak", "crl root 40; crl ca 40", 41, 10,
	    .weak = "rsa:4096", .weak_since = 10 },
	{ "key of somebody else ended", "signer", "crl root 40; crl ca 40", 41,
	    SOUND, .weak = "rsa:4096", .weak_since = 10 },
	{ "digest of the CRL ended", "signer",
	    "crl root 40; crl ca 40 md=SHA512", 41, 10, .weak = "sha512",
	    .weak_since = 10 },
	{ "digest of the response ended", "signer",
	    "crl root 40; ocsp signer 40 md=SHA512", 41, 10, .weak = "sha512",
	    .weak_since = 10 },
	{ "algorithm never trusted", "weak", "crl root 40; crl ca 40", 41,
	    -SOUND, .weak = "rsa:4096", .weak_since = -SOUND },

	/* time-stamps */
	{ "TSA", "tsa", "crl root 0; crl ca 0", 0, SOUND,
	    .purpose = SG_FOR_TIMESTAMPS },
	{ "TSA's key lost", "tsa", "revoke tsa 20 1; crl root 30; crl ca 30",
	    31, 20, .purpose = SG_FOR_TIMESTAMPS },
	{ "person as TSA", "signer", "crl root 0; crl ca 0", 0, 0,
	    "CHAIN_CONSTRAINTS_FAILURE", "timeStamping",
	    .purpose = SG_FOR_TIMESTAMPS },
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

static int failures;

static int64_t
wanted(const struct past_case *c)
{
	if (c->sub != NULL)
		return SG_NO_TIME;
	if (c->control == -SOUND)
		return INT64_MIN + 1;
	return stage_day(c->control == SOUND ? c->known : c->control);
}

static void
wrong(const struct past_case *c, const char *kind, const struct sg_chain *chain,
    const char *reason)
{
	char text[SG_TIME_TEXT], want[SG_TIME_TEXT];

	print_error("%s (%s): %s %s, %s and not %s (%s)\n", c->name, kind,
	    chain->indication, chain->sub_indication,
	    sg_time_format(chain->control_time, text),
	    sg_time_format(wanted(c), want), reason);
	failures++;
}

static void
check_case(const struct past_case *c, const char *kind)
{
	const struct sg_strength_row row = { c->weak,
		c->weak_since == -SOUND ? INT64_MIN + 1
					: stage_day(c->weak_since) };
	const struct sg_strength strength = { &row, c->weak != NULL };
	struct sg_pool *pool = sg_pool_new();
	struct sg_question question;
	struct sg_chain chain;
	struct stage stage;
	const char *reason;

	if (!stage_new(&stage, &env, kind, c->known)) {
		sg_pool_free(pool);
		return;
	}
	question.cert = stage_cert(&stage, c->who);
	question.purpose = c->purpose;
	question.at = question.known = stage_day(c->known);
	stage_play(&stage, c->script);
	stage.evidence.strength = &strength;
	assert_int_equal(sg_chain_past(&env, pool, &question, &stage.evidence,
			     stage.poes, &chain),
	    0);
	reason = sg_msg_text(&env, pool, &chain.reason, 0);
	if (chain.control_time != wanted(c) || chain.clause == NULL ||
	    (c->sub == NULL) != (chain.sub_indication == NULL) ||
	    (c->sub != NULL && strcmp(c->sub, chain.sub_indication) != 0) ||
	    (c->says != NULL && strstr(reason, c->says) == NULL) ||
	    strchr(reason, '?') != NULL)
		wrong(c, kind, &chain, reason);
	stage_free(&stage);
	sg_pool_free(pool);
}

static void
test_cases(void **state)
{
	static const char *const kinds[] = { "rsa", "gost256", "gost512" };
	size_t i, k;

	(void)state;
	for (i = 0; i < CASES; i += mk_step(3))
		check_case(&cases[i], "p256");
	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (i = k; i < CASES; i += 3 * mk_step(5))
			if (cases[i].weak == NULL)
				check_case(&cases[i], kinds[k]);
	assert_int_equal(failures, 0);
}

/* Without any proof nothing is proven. */
static void
test_no_proofs(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_chain chain;
	struct stage stage;

	(void)state;
	assert_true(stage_new(&stage, &env, NULL, 0));
	stage_play(&stage, "crl root 0; crl ca 0");
	assert_int_equal(sg_chain_past(&env, pool,
			     SG_ASK(stage_cert(&stage, "signer"), stage_day(0)),
			     &stage.evidence, NULL, &chain),
	    0);
	assert_string_equal(chain.sub_indication, "NO_POE");
	assert_true(chain.control_time == SG_NO_TIME);
	stage_free(&stage);
	sg_pool_free(pool);
}

/* What is shown of the links is what was found. */
static void
test_links(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_chain chain;
	struct stage stage;

	(void)state;
	assert_true(stage_new(&stage, &env, NULL, 402));
	stage_play(
	    &stage, "poe ca 5; poe signer 4; crl root 5 @6; ocsp signer 3 @4");
	assert_int_equal(
	    sg_chain_past(&env, pool,
		SG_ASK(stage_cert(&stage, "signer"), stage_day(402)),
		&stage.evidence, stage.poes, &chain),
	    0);
	assert_null(chain.sub_indication);
	assert_int_equal(chain.count, 3);
	assert_ptr_equal(chain.links[0].ocsp, stage.ocsps.list[0]);
	assert_null(chain.links[0].crl);
	assert_true(chain.links[0].this_update == stage_day(3));
	assert_non_null(chain.links[0].status_signer);
	assert_ptr_equal(chain.links[1].crl, stage.crls.list[0]);
	assert_null(chain.links[1].status_signer);
	assert_int_equal(chain.links[1].revocation, SG_REV_GOOD);
	assert_true(chain.links[2].anchor);
	assert_int_equal(chain.links[2].revocation, SG_REV_NOT_NEEDED);
	stage_free(&stage);
	sg_pool_free(pool);
}

/* Many data and many ways: the work is bounded. */
static void
test_much(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_chain chain;
	struct stage stage;
	size_t i;

	(void)state;
	assert_true(stage_new(&stage, &env, NULL, 900));
	stage_play(&stage,
	    "hint cross; anchor root2; poe signer 4; crl root 899;"
	    "crl root2 899; ocsp signer 3 @800");
	for (i = 0; i < 400; i++)
		assert_int_equal(
		    sg_ocsps_add(&env, &stage.ocsps, stage.ocsps.list[0]), 0);
	assert_int_equal(
	    sg_chain_past(&env, pool,
		SG_ASK(stage_cert(&stage, "signer"), stage_day(900)),
		&stage.evidence, stage.poes, &chain),
	    0);
	assert_string_equal(
	    chain.sub_indication, "REVOCATION_OUT_OF_BOUNDS_NO_POE");
	stage_free(&stage);
	sg_pool_free(pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_no_proofs),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_much),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
