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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_p256),
		cmocka_unit_test(test_rsa),
		cmocka_unit_test(test_gost256),
		cmocka_unit_test(test_gost512),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
