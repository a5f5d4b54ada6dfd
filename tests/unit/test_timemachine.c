/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "timekit.h"

#include "base/time.h"
#include "tests/lib/mkkey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/*
 * EN 319 102-1, 5.3, 5.5 and 5.6: what a signature is worth at a date, after
 * what has happened until then. The usual signer is valid in 2025, the usual
 * TSAs from 2023 to 2032, each of its own authority.
 */

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define PASSED "TOTAL-PASSED", NULL
#define OPEN(sub) "INDETERMINATE", sub
#define FAILED(sub) "TOTAL-FAILED", sub

/* 2025-06-01 */
#define JUNE INT64_C(1748736000)

static const struct sg_strength_row rows_signature[] = { { "sha384", JUNE } };
static const struct sg_strength_row rows_all[] = { { "sha256", JUNE } };
static const struct sg_strength_row rows_never[] = { { "sha384",
    INT64_MIN + 1 } };
static const struct sg_strength_row rows_key[] = { { "ecdsa:384", JUNE } };

#define POLICY(name_) \
	.name = (name_), .wants_signing_certificate = 1, \
	.grace_period = SG_NO_TIME, .stamp_delay = SG_NO_TIME
static const struct sg_policy weak_signature = { POLICY("a"),
	.strength = { rows_signature, 1 } };
static const struct sg_policy weak_all = { POLICY("b"),
	.strength = { rows_all, 1 } };
static const struct sg_policy weak_ever = { POLICY("c"),
	.strength = { rows_never, 1 } };
static const struct sg_policy weak_key = { POLICY("d"),
	.strength = { rows_key, 1 } };
static const struct sg_policy young = { POLICY("e"),
	.revocation_max_age = 86400 };
static const struct sg_policy grace = { .name = "f",
	.wants_signing_certificate = 1,
	.grace_period = 86400,
	.stamp_delay = SG_NO_TIME };
static const struct sg_policy prompt = { .name = "g",
	.wants_signing_certificate = 1,
	.grace_period = SG_NO_TIME,
	.stamp_delay = 3600 };

struct verdict {
	const char *date, *crls;
	const char *indication, *sub;
	const char *best; /* NULL: nothing proves the time */
	const struct sg_policy *policy;
};

struct scenario {
	const char *name, *script;
	struct verdict verdicts[6];
};

#define B_B "2025-03-01 sign\n"
#define B_T B_B "2025-03-01 T\n"
#define B_LT B_T "2025-03-10 values\n"
#define B_LTA B_LT "2025-03-11 A\n"
/* time-stamps of the other authority */
#define B_T2 B_B "2025-03-01 T tsa2\n"
#define B_LT2 B_T2 "2025-03-10 values\n"
#define B_LTA2 B_LT2 "2025-03-11 A tsa2\n"

static const struct scenario scenarios[] = {
	/* ---- nothing but the signature */
	{ "B-B", B_B,
	    { { "2025-04-01", "fresh", PASSED },
		{ "2025-04-01", "", OPEN("TRY_LATER") },
		{ "2025-04-01", "2025-03-02", OPEN("TRY_LATER") },
		{ "2026-02-01", "fresh", OPEN("OUT_OF_BOUNDS_NO_POE") },
		{ "2024-06-01", "fresh", OPEN("OUT_OF_BOUNDS_NO_POE") } } },
	{ "B-B, revoked", B_B "2025-06-01 revoke signer 1",
	    { { "2025-05-30", "fresh", PASSED },
		{ "2025-07-01", "fresh", OPEN("REVOKED_NO_POE") } } },
	{ "B-B, on hold", B_B "2025-06-01 revoke signer 6",
	    { { "2025-07-01", "fresh", OPEN("TRY_LATER") } } },
	{ "B-B, on hold and released",
	    B_B "2025-06-01 revoke signer 6\n2025-06-10 revoke signer 8",
	    { { "2025-06-05", "fresh", OPEN("TRY_LATER") },
		{ "2025-07-01", "fresh", PASSED } } },
	{ "B-B, authority revoked", B_B "2025-06-01 revoke ca 2",
	    { { "2025-07-01", "fresh", OPEN("REVOKED_CA_NO_POE") } } },
	{ "B-B, algorithm ended", B_B,
	    { { "2025-05-01", "fresh", PASSED, NULL, &weak_signature },
		{ "2025-07-01", "fresh",
		    OPEN("CRYPTO_CONSTRAINTS_FAILURE_NO_POE"), NULL,
		    &weak_signature } } },

	/* ---- with time */
	{ "B-T", B_T,
	    { { "2025-04-01", "fresh", PASSED, "2025-03-01" },
		{ "2025-04-01", "", OPEN("TRY_LATER") },
		{ "2026-02-01", "fresh", OPEN("OUT_OF_BOUNDS_NO_POE"),
		    "2025-03-01" } } },
	{ "B-T, judged as of a time before its stamp", B_B "2025-03-05 T\n",
	    { { "2025-03-03", "fresh", PASSED } } },
	{ "B-T, key compromised afterwards", B_T "2025-06-01 revoke signer 1",
	    { { "2025-07-01", "fresh", PASSED, "2025-03-01" } } },
	{ "B-T, revoked afterwards without a reason",
	    B_T "2025-06-01 revoke signer -1",
	    { { "2025-07-01", "fresh", PASSED, "2025-03-01" } } },
	{ "B-T, superseded afterwards", B_T "2025-06-01 revoke signer 4",
	    { { "2025-07-01", "fresh", PASSED, "2025-03-01" } } },
	{ "B-T, suspended afterwards", B_T "2025-06-01 revoke signer 6",
	    { { "2025-07-01", "fresh", PASSED, "2025-03-01" } } },
	{ "B-T, revoked between signing and stamp",
	    B_B "2025-03-02 revoke signer 1\n2025-03-03 T",
	    { { "2025-04-01", "fresh", OPEN("REVOKED_NO_POE"),
		"2025-03-03" } } },
	{ "B-T, revoked in the second of the stamp",
	    B_B "2025-03-03 revoke signer 1\n2025-03-03 T",
	    { { "2025-04-01", "fresh", OPEN("REVOKED_NO_POE"),
		"2025-03-03" } } },
	{ "B-T, suspended before the stamp",
	    B_B "2025-03-02 revoke signer 6\n2025-03-03 T",
	    { { "2025-04-01", "fresh", OPEN("TRY_LATER"), "2025-03-03" } } },
	{ "B-T, stamp after the signer's end", B_B "2026-01-05 T",
	    { { "2026-02-01", "fresh", OPEN("OUT_OF_BOUNDS_NO_POE"),
		"2026-01-05" } } },
	{ "B-T, stamp before the signer's certificate", B_B "2024-06-01 T",
	    { { "2025-04-01", "fresh", FAILED("NOT_YET_VALID"),
		"2024-06-01" } } },
	{ "B-T, two stamps, the second of a dead authority",
	    B_T2 "2025-03-02 T tsa\n2025-04-01 revoke tsa 1",
	    { { "2025-07-01", "fresh", PASSED, "2025-03-01" } } },
	{ "B-T, two stamps, the first of a dead authority",
	    B_T "2025-03-02 T tsa2\n2025-04-01 revoke tsa 1",
	    { { "2025-07-01", "fresh", PASSED, "2025-03-02" } } },
	{ "B-T, revoked between two stamps, the first is dead",
	    B_T "2025-03-02 revoke signer 1\n2025-03-03 T tsa2\n"
		"2025-04-01 revoke tsa 1",
	    { { "2025-07-01", "fresh", OPEN("REVOKED_NO_POE"),
		"2025-03-03" } } },
	{ "B-T, authority of the stamp revoked", B_T "2025-06-01 revoke tsa 1",
	    { { "2025-05-01", "fresh", PASSED, "2025-03-01" },
		{ "2025-07-01", "fresh", PASSED } } },
	{ "B-T, signer and authority revoked",
	    B_T "2025-06-01 revoke signer 1\n2025-06-02 revoke tsa 1",
	    { { "2025-06-01T12:00:00Z", "fresh", PASSED, "2025-03-01" },
		{ "2025-07-01", "fresh", OPEN("REVOKED_NO_POE") } } },
	{ "B-T, algorithm of the signature ended", B_T,
	    { { "2025-07-01", "fresh", PASSED, "2025-03-01",
		&weak_signature } } },
	{ "B-T, algorithm ended before the stamp", B_B "2025-06-15 T",
	    { { "2025-07-01", "fresh",
		OPEN("CRYPTO_CONSTRAINTS_FAILURE_NO_POE"), "2025-06-15",
		&weak_signature } } },
	{ "B-T, algorithm never trusted", B_T,
	    { { "2025-04-01", "fresh",
		OPEN("CRYPTO_CONSTRAINTS_FAILURE_NO_POE"), "2025-03-01",
		&weak_ever } } },
	{ "B-T, algorithm of the stamp ended too", B_T,
	    { { "2025-05-01", "fresh", PASSED, "2025-03-01", &weak_all },
		{ "2025-07-01", "fresh",
		    OPEN("CRYPTO_CONSTRAINTS_FAILURE_NO_POE"), NULL,
		    &weak_all } } },
	{ "B-T, kind of key ended", B_T,
	    { { "2025-07-01", "fresh",
		OPEN("CRYPTO_CONSTRAINTS_FAILURE_NO_POE"), NULL,
		&weak_key } } },

	/* ---- stamps that prove nothing */
	{ "stamp over something else", B_B "2025-03-01 T tsa other",
	    { { "2025-04-01", "fresh", PASSED },
		{ "2026-02-01", "fresh", OPEN("OUT_OF_BOUNDS_NO_POE") } } },
	{ "stamp with a broken value", B_B "2025-03-01 T tsa bad-signature",
	    { { "2025-04-01", "fresh", PASSED } } },
	{ "stamp of an unknown root", B_B "2025-03-01 T tsa stranger",
	    { { "2025-04-01", "fresh", PASSED } } },
	{ "stamp without the purpose", B_B "2025-03-01 T tsa eku-none",
	    { { "2025-04-01", "fresh", PASSED } } },
	{ "stamp with the purpose not critical",
	    B_B "2025-03-01 T tsa eku-plain",
	    { { "2025-04-01", "fresh", PASSED } } },
	{ "stamp with more than the purpose", B_B "2025-03-01 T tsa eku-more",
	    { { "2025-04-01", "fresh", PASSED } } },
	{ "stamp of an expired authority", B_B "2025-03-01 T tsa expired",
	    { { "2025-04-01", "fresh", PASSED } } },
	{ "stamp from before its authority", B_B "2025-03-01 T tsa not-yet",
	    { { "2025-04-01", "fresh", PASSED } } },
	{ "stamp that names another certificate",
	    B_B "2025-03-01 T tsa other-ess",
	    { { "2025-04-01", "fresh", PASSED } } },
	{ "stamp that names none", B_B "2025-03-01 T tsa no-ess",
	    { { "2025-04-01", "fresh", PASSED } } },

	/* ---- content time-stamps, and order */
	{ "content stamp", "2025-03-01 content\n2025-03-02 sign\n2025-03-03 T",
	    { { "2025-04-01", "fresh", PASSED, "2025-03-03" } } },
	{ "content stamp younger than the signature's",
	    B_T "2025-03-05 content tsa2",
	    { { "2025-04-01", "fresh", OPEN("TIMESTAMP_ORDER_FAILURE"),
		"2025-03-01" } } },
	{ "content stamp after the revocation",
	    B_B "2025-03-02 revoke signer 1\n2025-03-03 content",
	    { { "2025-04-01", "fresh", FAILED("REVOKED") } } },
	{ "content stamp before the revocation",
	    "2025-03-01 content\n2025-03-01 sign\n2025-03-02 revoke signer 1",
	    { { "2025-04-01", "fresh", OPEN("REVOKED_NO_POE") } } },
	{ "content stamp after the signer's end", B_B "2026-01-05 content",
	    { { "2026-02-01", "fresh", FAILED("EXPIRED") } } },
	{ "content stamp after the algorithm's end", B_B "2025-06-15 content",
	    { { "2025-07-01", "fresh", OPEN("CRYPTO_CONSTRAINTS_FAILURE"), NULL,
		&weak_signature } } },
	{ "content stamp of a dead authority proves nothing",
	    B_B "2025-03-02 revoke signer 1\n2025-03-03 content\n"
		"2025-03-04 revoke tsa 1",
	    { { "2025-04-01", "fresh", OPEN("REVOKED_NO_POE") } } },

	/* ---- with values */
	{ "B-LT", B_LT,
	    { { "2025-04-01", "fresh", PASSED, "2025-03-01" },
		{ "2026-02-01", "fresh", PASSED, "2025-03-01" },
		{ "2032-06-01", "fresh", PASSED, "2025-03-01" },
		{ "2034-01-01", "fresh", OPEN("OUT_OF_BOUNDS_NO_POE") } } },
	{ "B-LT with an OCSP response", B_T "2025-03-10 ocsp",
	    { { "2025-04-01", "fresh", PASSED, "2025-03-01" },
		{ "2026-02-01", "fresh", PASSED, "2025-03-01" } } },
	{ "B-LT, values from before the stamp",
	    B_B "2025-03-01 values\n2025-03-05 T",
	    { { "2026-02-01", "fresh", OPEN("OUT_OF_BOUNDS_NO_POE"),
		"2025-03-05" } } },
	{ "B-LT, revoked, and its values say so",
	    B_B "2025-03-02 revoke signer 1\n2025-03-03 T\n2025-03-10 values",
	    { { "2026-02-01", "fresh", OPEN("REVOKED_NO_POE"),
		"2025-03-03" } } },
	{ "B-LT, a forged CRL among its values",
	    B_T "2025-03-10 values bad-signature",
	    { { "2026-02-01", "fresh", OPEN("OUT_OF_BOUNDS_NO_POE"),
		"2025-03-01" } } },
	{ "B-LT, its authority expired",
	    "2016-01-01 cert ca 2027-01-01\n" B_LT2,
	    { { "2026-02-01", "fresh", PASSED, "2025-03-01" },
		{ "2027-02-01", "fresh", OPEN("OUT_OF_BOUNDS_NO_POE"),
		    "2025-03-01" } } },
	{ "B-LT, its authority revoked", B_LT2 "2025-06-01 revoke ca 2",
	    { { "2025-07-01", "fresh", OPEN("REVOKED_CA_NO_POE"),
		"2025-03-01" } } },

	/* ---- for the long term */
	{ "B-LTA", B_LTA,
	    { { "2025-04-01", "fresh", PASSED, "2025-03-01" },
		{ "2032-06-01", "fresh", PASSED, "2025-03-01" },
		{ "2034-01-01", "fresh", OPEN("OUT_OF_BOUNDS_NO_POE") } } },
	{ "B-LTA, its authority expired",
	    "2016-01-01 cert ca 2027-01-01\n" B_LTA2,
	    { { "2027-02-01", "fresh", PASSED, "2025-03-01" } } },
	{ "B-LTA, its authority revoked", B_LTA2 "2025-06-01 revoke ca 2",
	    { { "2025-07-01", "fresh", PASSED, "2025-03-01" },
		{ "2026-02-01", "fresh", PASSED, "2025-03-01" } } },
	{ "B-LTA, its authority revoked before the archive stamp",
	    B_LT2 "2025-06-01 revoke ca 2\n2025-06-02 A tsa2",
	    { { "2025-07-01", "fresh", OPEN("REVOKED_CA_NO_POE"),
		"2025-03-01" } } },
	{ "B-LTA, first TSA compromised after the archive stamp",
	    B_LT "2025-03-11 A tsa2\n2025-06-01 revoke tsa 1",
	    { { "2026-02-01", "fresh", PASSED, "2025-03-01" } } },
	{ "B-LTA, first TSA compromised before the archive stamp",
	    B_LT "2025-03-10 revoke tsa 1\n2025-03-11 A tsa2",
	    { { "2025-04-01", "fresh", PASSED, "2025-03-11" } } },
	{ "B-LTA, signer revoked between TSA's end and the archive stamp",
	    B_T "2025-03-02 values\n2025-03-04 revoke tsa 1\n"
		"2025-03-06 revoke signer 1\n2025-03-11 A tsa2",
	    { { "2025-04-01", "fresh", OPEN("REVOKED_NO_POE"),
		"2025-03-11" } } },
	{ "B-LTA, renewed in time",
	    B_LTA "2032-01-01 cert tsa2 2042-01-01\n2032-06-01 renew\n"
		  "2032-06-02 A tsa2",
	    { { "2032-07-01", "fresh", PASSED, "2025-03-01" },
		{ "2034-01-01", "fresh", PASSED, "2025-03-01" },
		{ "2043-01-01", "fresh", OPEN("OUT_OF_BOUNDS_NO_POE") } } },
	{ "B-LTA, renewed too late",
	    B_LTA "2032-01-01 cert tsa2 2042-01-01\n2033-06-02 A tsa2",
	    { { "2034-01-01", "fresh", OPEN("OUT_OF_BOUNDS_NO_POE"),
		"2033-06-02" } } },
	{ "B-LTA, algorithm of the signature ended", B_LTA,
	    { { "2026-02-01", "fresh", PASSED, "2025-03-01",
		&weak_signature } } },

	/* ---- what policies ask for */
	{ "policy: young revocation data", B_T,
	    { { "2025-04-01", "2025-03-31T12:00:00Z", PASSED, "2025-03-01",
		  &young },
		{ "2025-04-01", "2025-03-29", OPEN("TRY_LATER"), NULL,
		    &young } } },
	{ "policy: grace period", B_T,
	    { { "2025-03-01T12:00:00Z", "fresh", OPEN("TRY_LATER"),
		  "2025-03-01", &grace },
		{ "2025-03-03", "fresh", PASSED, "2025-03-01", &grace } } },
	{ "policy: a stamp at once", B_T,
	    { { "2025-04-01", "fresh", PASSED, "2025-03-01", &prompt } } },
	{ "policy: a stamp too late", B_B "2025-03-02 T",
	    { { "2025-04-01", "fresh", OPEN("SIG_CONSTRAINTS_FAILURE"),
		"2025-03-02", &prompt } } },
};

static void
show(const struct sign_report *report)
{
	const struct sg_report_sig *sig = &report->sigs[0];
	size_t i, j;

	for (i = 0; i < sig->check_count; i++)
		print_message("#     %s %d: %s\n", sig->checks[i].id,
		    sig->checks[i].status,
		    sg_msg_text(NULL, report->pool, &sig->checks[i].detail, 0));
	for (i = 0; i < sig->stamp_count; i++)
		for (j = 0; j < sig->stamps[i].check_count; j++)
			print_message("#       %s %s: %s\n", sig->stamps[i].id,
			    sig->stamps[i].checks[j].id,
			    sg_msg_text(NULL, report->pool,
				&sig->stamps[i].checks[j].detail, 0));
}

static int
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* 1: as wanted. */
static int
judge(struct timekit *kit, const struct scenario *scenario,
    const struct verdict *want)
{
	struct timekit_ask ask = { want->date, want->crls, want->policy };
	struct sign_report *report = timekit_judge(kit, &ask);
	const struct sg_report_sig *sig = &report->sigs[0];
	int64_t best = want->best != NULL ? timekit_date(want->best)
					  : timekit_date(want->date);
	int good = same(sig->indication, want->indication) &&
	    same(sig->sub_indication, want->sub) &&
	    sig->best_signature_time == best &&
	    (sig->proven_by != NULL) == (want->best != NULL);
	char text[SG_TIME_TEXT];

	if (!good) {
		print_message("# %s, %s, at %s: %s %s, proven %s\n",
		    kit->format, scenario->name, want->date, sig->indication,
		    sig->sub_indication != NULL ? sig->sub_indication : "",
		    sg_time_format(sig->best_signature_time, text));
		show(report);
	}
	sign_report_free(report);
	return good;
}

/* Content time-stamps are put among the facts, so in CAdES alone. */
static int
is_for(const struct scenario *scenario, const char *format)
{
	return strcmp(format, "cades") == 0 ||
	    strstr(scenario->script, "content") == NULL;
}

static void
run_all(const char *kind, const char *format)
{
	const struct scenario *scenario;
	struct timekit kit;
	size_t i, j, bad = 0, count = 0;

	for (i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]);
	     i += mk_step(9)) {
		scenario = &scenarios[i];
		if (!is_for(scenario, format))
			continue;
		if (!timekit_open(&kit, kind, format))
			skip();
		timekit_run(&kit, scenario->script);
		for (j = 0; j < 6 && scenario->verdicts[j].date != NULL; j++) {
			/* those with a policy speak of the algorithms of one
			 * kind */
			if (scenario->verdicts[j].policy != NULL &&
			    strcmp(kind, "p256") != 0)
				continue;
			bad += !judge(&kit, scenario, &scenario->verdicts[j]);
			count++;
		}
		timekit_close(&kit);
	}
	print_message("# %s, %s: %zu verdicts\n", kind, format, count);
	assert_int_equal(bad, 0);
}

static void
test_cades(void **state)
{
	(void)state;
	run_all("p256", "cades");
}

static void
test_xades(void **state)
{
	(void)state;
	run_all("p256", "xades");
}

/* Archive time-stamps over a manifest of files prove the same as those inside
 * of signatures. */
static void
test_containers(void **state)
{
	(void)state;
	run_all("p256", "asic-e cades");
	run_all("p256", "asic-e xades");
	run_all("p256", "asic-s cades");
}

static void
test_gost(void **state)
{
	(void)state;
	run_all("gost256", "cades");
	run_all("gost256", "asic-e cades");
}

/* Until when it can be shown, and what makes it last: as people are told. */
static const struct {
	const char *name, *script, *date, *until, *next;
} endings[] = {
	{ "B-B: the signer's end", B_B, "2025-04-01", "2026-01-01", "B-T" },
	{ "B-T: that too, nothing is embedded", B_T, "2025-04-01", "2026-01-01",
	    "B-LT" },
	{ "B-LT: the TSA's end", B_LT, "2025-04-01", "2033-01-01", "B-LTA" },
	{ "B-LT: the authority's end, if earlier",
	    "2016-01-01 cert ca 2027-01-01\n" B_LT2, "2025-04-01", "2027-01-01",
	    "B-LTA" },
	{ "B-LTA: the TSA's end", B_LTA, "2025-04-01", "2033-01-01", "B-LTA" },
	{ "B-LTA: the authority's end is no matter",
	    "2016-01-01 cert ca 2027-01-01\n" B_LTA2, "2025-04-01",
	    "2033-01-01", "B-LTA" },
	{ "B-LTA renewed: the new TSA's end",
	    B_LTA "2032-01-01 cert tsa2 2042-01-01\n2032-06-01 renew\n"
		  "2032-06-02 A tsa2",
	    "2034-01-01", "2042-01-01", "B-LTA" },
};

static void
run_endings(const char *format)
{
	struct sign_report *report;
	struct timekit kit;
	int64_t until;
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		print_message("# %s\n", endings[i].name);
		assert_true(timekit_open(&kit, "p256", format));
		timekit_run(&kit, endings[i].script);
		report = timekit_judge(&kit,
		    &(struct timekit_ask){ endings[i].date, "fresh", NULL });
		assert_string_equal(report->sigs[0].indication, "TOTAL-PASSED");
		until = report->sigs[0].valid_until;
		assert_int_equal(until, timekit_date(endings[i].until));
		assert_string_equal(
		    report->sigs[0].next_level, endings[i].next);
		sign_report_free(report);
		timekit_close(&kit);
	}
}

static void
test_endings(void **state)
{
	(void)state;
	run_endings("cades");
	run_endings("asic-e cades");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cades),
		cmocka_unit_test(test_xades),
		cmocka_unit_test(test_containers),
		cmocka_unit_test(test_gost),
		cmocka_unit_test(test_endings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
