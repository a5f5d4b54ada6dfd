/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cadeskit.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/put.h"
#include "formats/cades.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/*
 * CAdES signatures raised from level to level, and read back: every imprint
 * matches, the level is right, nothing that is signed or stamped has changed.
 */

/* ---- every level, every kind of key */

static const struct {
	const char *name, *steps, *then, *level;
	size_t stamps;
} levels[] = {
	{ "B-T", "T", NULL, "B-T", 1 },
	{ "two signature time-stamps", "TT", NULL, "B-T", 2 },
	{ "B-LT", "TL", NULL, "B-LT", 1 },
	{ "B-LTA", "TLA", NULL, "B-LTA", 2 },
	{ "B-LTA, step by step", "T", "LA", "B-LTA", 2 },
	{ "B-LTA renewed", "TLA", "NA", "B-LTA", 3 },
	{ "B-LTA renewed at once", "TLANA", NULL, "B-LTA", 3 },
	{ "C", "TR", NULL, "C", 1 },
	{ "X type 1", "TR1", NULL, "X1", 2 },
	{ "X type 2", "TR2", NULL, "X2", 2 },
	{ "X long type 1", "TR1V", NULL, "XLT1", 2 },
	{ "X long type 1, step by step", "TR", "1V", "XLT1", 2 },
	{ "X long type 2", "TR2V", NULL, "XLT2", 2 },
	{ "A", "TR1VA", NULL, "A", 3 },
	{ "A renewed", "TR1VA", "NA", "A", 4 },
	{ "LT by attributes", "TV", NULL, "LT", 1 },
};

static void
check_stamps(const struct sg_facts *facts, size_t want)
{
	const struct sg_sig_fact *sig = &facts->sigs[0];
	const struct sg_stamp_fact *stamp;
	size_t i;

	assert_int_equal(sig->stamp_count, want);
	assert_int_equal(sig->warning_count, 0);
	assert_int_equal(facts->warning_count, 0);
	for (i = 0; i < sig->stamp_count; i++) {
		stamp = &sig->stamps[i];
		assert_non_null(stamp->inside);
		assert_int_equal(stamp->inside->sigs[0].fault_count, 0);
		assert_int_equal(cadeskit_reading(stamp), 0);
		assert_true(stamp->cover_count != 0);
	}
}

/* Everything before the unsigned attributes is as it was. */
static void
check_untouched(struct cadeskit *kit, const struct sg_facts *before,
    const struct sg_facts *after)
{
	struct sg_cms_signer a, b;
	struct sg_pool *pool = sg_pool_new();

	assert_int_equal(
	    sg_cms_signer_read(&kit->env, pool, before->sigs[0].raw, &a), 0);
	assert_int_equal(
	    sg_cms_signer_read(&kit->env, pool, after->sigs[0].raw, &b), 0);
	assert_true(sg_view_equal(a.version_tlv, b.version_tlv));
	assert_true(sg_view_equal(a.sid, b.sid));
	assert_true(sg_view_equal(a.digest_alg, b.digest_alg));
	assert_true(sg_view_equal(a.signed_attrs, b.signed_attrs));
	assert_true(sg_view_equal(a.signature_alg, b.signature_alg));
	assert_true(sg_view_equal(a.signature, b.signature));
	assert_true(sg_view_equal(
	    after->sigs[0].refs[0].found, after->sigs[0].refs[0].computed));
	sg_pool_free(pool);
}

static void
raise_one(struct cadeskit *kit, size_t row)
{
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_facts *before, *after;

	cadeskit_sign(kit, &file);
	before = cadeskit_read(kit, sg_buf_view(&file));
	assert_string_equal(before->sigs[0].level, "B-B");
	if (cadeskit_raise(kit, &file, 0, levels[row].steps, NULL) < 0 ||
	    (levels[row].then != NULL &&
		cadeskit_raise(kit, &file, 0, levels[row].then, NULL) < 0))
		fail_msg("%s", kit->env.message);
	after = cadeskit_read(kit, sg_buf_view(&file));
	assert_string_equal(after->sigs[0].level, levels[row].level);
	check_stamps(after, levels[row].stamps);
	check_untouched(kit, before, after);
	sg_facts_free(before);
	sg_facts_free(after);
	sg_buf_free(&file);
}

static void
raise_all(const char *kind)
{
	struct cadeskit kit;
	size_t i;

	if (!cadeskit_open(&kit, kind))
		skip();
	for (i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		for (kit.detached = 0; kit.detached < 2; kit.detached++) {
			print_message("# %s, %s, %s\n", kind, levels[i].name,
			    kit.detached ? "detached" : "attached");
			raise_one(&kit, i);
		}
	cadeskit_close(&kit);
}

static void
test_p256(void **state)
{
	(void)state;
	raise_all("p256");
}

static void
test_rsa(void **state)
{
	(void)state;
	raise_all("rsa");
}

static void
test_gost256(void **state)
{
	(void)state;
	raise_all("gost256");
}

static void
test_gost512(void **state)
{
	(void)state;
	raise_all("gost512");
}

/* ---- what is refused, and what is not */

static const struct {
	const char *name, *before, *steps;
	char failed; /* 0: none */
	int rc;
} refused[] = {
	{ "type 1 without references", "T", "1", '1', SIGN_E_ARG },
	{ "type 2 without references", "", "2", '2', SIGN_E_ARG },
	{ "type 1 without a signature time-stamp", "R", "1", '1', SIGN_E_ARG },
	{ "references twice", "TR", "R", 'R', SIGN_E_UNSUPPORTED },
	{ "signature time-stamp under type 1", "TR1", "T", 'T',
	    SIGN_E_UNSUPPORTED },
	{ "signature time-stamp beside type 2", "TR2", "T", 0, 0 },
	{ "values twice", "TR1V", "V", 0, 0 },
	{ "more values", "TR1V", "FV", 0, 0 },
	{ "values that are archived", "TR1VA", "V", 0, 0 },
	{ "more values that are archived", "TR1VA", "FV", 'V',
	    SIGN_E_UNSUPPORTED },
	{ "values of SignedData twice", "TL", "L", 0, 0 },
	{ "more in SignedData under version 3", "TLA", "FL", 0, 0 },
	{ "signature time-stamp beside version 3", "TLA", "T", 0, 0 },
	{ "archive time-stamp alone", "", "A", 0, 0 },
};

static void
test_refused(void **state)
{
	struct sg_buf file = { NULL, 0, 0 }, was = { NULL, 0, 0 };
	struct cadeskit kit;
	char failed;
	size_t i;
	int rc;

	(void)state;
	assert_int_equal(cadeskit_open(&kit, "p256"), 1);
	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		print_message("# %s\n", refused[i].name);
		cadeskit_sign(&kit, &file);
		assert_int_equal(
		    cadeskit_raise(&kit, &file, 0, refused[i].before, NULL), 0);
		assert_int_equal(
		    sg_buf_append_view(&kit.env, &was, sg_buf_view(&file)), 0);
		failed = 0;
		rc = cadeskit_raise(&kit, &file, 0, refused[i].steps, &failed);
		assert_int_equal(rc, refused[i].rc);
		assert_int_equal(failed, refused[i].failed);
		if (rc < 0)
			assert_true(sg_view_equal(
			    sg_buf_view(&file), sg_buf_view(&was)));
		sg_buf_free(&file);
		sg_buf_free(&was);
	}
	cadeskit_close(&kit);
}

/* Nothing that is there already is put in once more. */
static void
test_idempotent(void **state)
{
	static const char *const twice[] = { "TL", "TRV", "TLN" };
	struct sg_buf file = { NULL, 0, 0 }, was = { NULL, 0, 0 };
	struct cadeskit kit;
	size_t i;

	(void)state;
	assert_int_equal(cadeskit_open(&kit, "p256"), 1);
	for (i = 0; i < sizeof(twice) / sizeof(twice[0]); i++) {
		cadeskit_sign(&kit, &file);
		assert_int_equal(
		    cadeskit_raise(&kit, &file, 0, twice[i], NULL), 0);
		assert_int_equal(
		    sg_buf_append_view(&kit.env, &was, sg_buf_view(&file)), 0);
		assert_int_equal(
		    cadeskit_raise(&kit, &file, 0,
			strchr(twice[i], 'V') != NULL ? "V" : "L", NULL),
		    0);
		assert_true(
		    sg_view_equal(sg_buf_view(&file), sg_buf_view(&was)));
		sg_buf_free(&file);
		sg_buf_free(&was);
	}
	cadeskit_close(&kit);
}

/* ---- counter-signatures */

static void
check_counter(
    struct cadeskit *kit, const struct sg_buf *file, size_t stamps, size_t own)
{
	struct sg_facts *facts = cadeskit_read(kit, sg_buf_view(file));
	const struct sg_sig_fact *counter = &facts->sigs[1];
	size_t i;

	assert_int_equal(facts->sig_count, 2);
	assert_int_equal(facts->sigs[0].stamp_count, stamps);
	assert_int_equal(counter->stamp_count, own);
	assert_string_equal(counter->id, "S-1.1");
	assert_true(
	    sg_view_equal(counter->refs[0].found, counter->refs[0].computed));
	for (i = 0; i < stamps; i++)
		assert_int_equal(
		    cadeskit_reading(&facts->sigs[0].stamps[i]), 0);
	for (i = 0; i < own; i++)
		assert_int_equal(cadeskit_reading(&counter->stamps[i]), 0);
	sg_facts_free(facts);
}

static void
test_counter(void **state)
{
	struct sg_buf file = { NULL, 0, 0 };
	struct cadeskit kit;

	(void)state;
	assert_int_equal(cadeskit_open(&kit, "p256"), 1);
	cadeskit_sign(&kit, &file);
	cadeskit_counter(&kit, &file);
	assert_int_equal(cadeskit_raise(&kit, &file, 1, "TR1V", NULL), 0);
	check_counter(&kit, &file, 0, 2);
	assert_int_equal(cadeskit_raise(&kit, &file, 0, "T", NULL), 0);
	check_counter(&kit, &file, 1, 2);
	/* an archive time-stamp is the parent's, and holds both */
	assert_int_equal(
	    cadeskit_raise(&kit, &file, 1, "A", NULL), SIGN_E_UNSUPPORTED);
	assert_int_equal(cadeskit_raise(&kit, &file, 0, "LA", NULL), 0);
	check_counter(&kit, &file, 2, 2);
	assert_int_equal(
	    cadeskit_raise(&kit, &file, 1, "T", NULL), SIGN_E_UNSUPPORTED);
	sg_buf_free(&file);
	cadeskit_close(&kit);
}

/* One that was added after the archive time-stamp is free, as long as that does
 * not list it. */
static void
test_later_counter(void **state)
{
	struct sg_buf file = { NULL, 0, 0 };
	struct cadeskit kit;

	(void)state;
	assert_int_equal(cadeskit_open(&kit, "p256"), 1);
	cadeskit_sign(&kit, &file);
	assert_int_equal(cadeskit_raise(&kit, &file, 0, "TLA", NULL), 0);
	cadeskit_counter(&kit, &file);
	assert_int_equal(cadeskit_raise(&kit, &file, 1, "T", NULL), 0);
	check_counter(&kit, &file, 2, 1);
	assert_int_equal(cadeskit_raise(&kit, &file, 0, "A", NULL), 0);
	assert_int_equal(
	    cadeskit_raise(&kit, &file, 1, "T", NULL), SIGN_E_UNSUPPORTED);
	check_counter(&kit, &file, 3, 1);
	sg_buf_free(&file);
	cadeskit_close(&kit);
}

/* ---- the contract of the calls */

struct opened {
	struct sg_buf file;
	struct sg_facts *facts;
	struct sg_in *in;
	struct sg_augment *aug;
};

static void
open_file(struct cadeskit *kit, struct opened *o)
{
	static const struct sg_sources none;

	memset(o, 0, sizeof(*o));
	cadeskit_sign(kit, &o->file);
	o->facts = cadeskit_read(kit, sg_buf_view(&o->file));
	assert_int_equal(
	    sg_in_memory(&kit->env, "sig", sg_buf_view(&o->file), &o->in), 0);
	assert_int_equal(
	    sg_augment_cades.open(&kit->env, o->in, &none, o->facts, &o->aug),
	    0);
}

static void
close_file(struct opened *o)
{
	sg_augment_cades.free(o->aug);
	sg_augment_cades.free(NULL);
	sg_in_free(o->in);
	sg_facts_free(o->facts);
	sg_buf_free(&o->file);
}

static void
test_calls(void **state)
{
	const struct sg_augment_ops *ops = &sg_augment_cades;
	struct sg_buf imprint = { NULL, 0, 0 }, token = { NULL, 0, 0 };
	struct cadeskit kit;
	struct opened o;

	(void)state;
	assert_int_equal(cadeskit_open(&kit, "p256"), 1);
	open_file(&kit, &o);
	assert_int_equal(ops->imprint(&kit.env, o.aug, 7, SG_STAMP_SIGNATURE,
			     kit.digest, &imprint),
	    SIGN_E_ARG);
	cadeskit_token(&kit, sg_view_str("another"), &token);
	/* no imprint was asked for; then another; then another kind */
	assert_int_equal(ops->add_stamp(&kit.env, o.aug, 0, SG_STAMP_SIGNATURE,
			     sg_buf_view(&token), NULL),
	    SIGN_E_INTERNAL);
	assert_int_equal(ops->imprint(&kit.env, o.aug, 0, SG_STAMP_SIGNATURE,
			     kit.digest, &imprint),
	    0);
	assert_int_equal(imprint.len, 32);
	assert_int_equal(ops->add_stamp(&kit.env, o.aug, 0, SG_STAMP_SIGNATURE,
			     sg_buf_view(&token), NULL),
	    SIGN_E_VALUE);
	assert_int_equal(ops->add_stamp(&kit.env, o.aug, 0, SG_STAMP_ARCHIVE,
			     sg_buf_view(&token), NULL),
	    SIGN_E_INTERNAL);
	assert_int_equal(ops->add_stamp(&kit.env, o.aug, 0, SG_STAMP_SIGNATURE,
			     sg_view_of("\x30\x00", 2), NULL),
	    SIGN_E_FORMAT);
	close_file(&o);
	/* detached, and the document is not given */
	kit.detached = 1;
	open_file(&kit, &o);
	o.facts->sigs[0].refs[0].doc = -1;
	assert_int_equal(ops->imprint(&kit.env, o.aug, 0, SG_STAMP_ARCHIVE,
			     kit.digest, &imprint),
	    SIGN_E_IO);
	close_file(&o);
	sg_buf_free(&imprint);
	sg_buf_free(&token);
	cadeskit_close(&kit);
}

/* A token with validation data of its own chain in it. */
static void
test_token_values(void **state)
{
	const struct sg_augment_ops *ops = &sg_augment_cades;
	struct sg_buf imprint = { NULL, 0, 0 }, token = { NULL, 0, 0 };
	struct sg_buf written = { NULL, 0, 0 };
	struct sg_facts *facts;
	struct sg_sig_fact *tsa;
	struct cadeskit kit;
	struct sg_out *out;
	struct opened o;

	(void)state;
	assert_int_equal(cadeskit_open(&kit, "p256"), 1);
	open_file(&kit, &o);
	assert_int_equal(ops->imprint(&kit.env, o.aug, 0, SG_STAMP_SIGNATURE,
			     sg_digest_by_option("sha512"), &imprint),
	    0);
	authority_stamp(kit.lab, &(struct authority_tsa){ .time = kit.time },
	    "SHA512", sg_buf_view(&imprint), &token);
	assert_int_equal(ops->add_stamp(&kit.env, o.aug, 0, SG_STAMP_SIGNATURE,
			     sg_buf_view(&token), &kit.held.values),
	    0);
	assert_int_equal(sg_out_memory(&kit.env, &written, &out), 0);
	assert_int_equal(ops->write(&kit.env, o.aug, out, 0), 0);
	assert_int_equal(sg_out_commit(&kit.env, out), 0);
	sg_out_free(out);
	facts = cadeskit_read(&kit, sg_buf_view(&written));
	assert_int_equal(facts->sigs[0].stamp_count, 1);
	assert_int_equal(cadeskit_reading(&facts->sigs[0].stamps[0]), 0);
	tsa = &facts->sigs[0].stamps[0].inside->sigs[0];
	assert_int_equal(tsa->unsigned_attr_count, 2);
	assert_int_equal(tsa->fault_count, 0);
	assert_int_equal(facts->crl_count, 2);
	assert_int_equal(facts->ocsp_count, 1);
	sg_facts_free(facts);
	close_file(&o);
	sg_buf_free(&imprint);
	sg_buf_free(&token);
	sg_buf_free(&written);
	cadeskit_close(&kit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_p256),
		cmocka_unit_test(test_rsa),
		cmocka_unit_test(test_gost256),
		cmocka_unit_test(test_gost512),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_idempotent),
		cmocka_unit_test(test_counter),
		cmocka_unit_test(test_later_counter),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_token_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
