/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "srckit.h"

#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "libsign/ctx.h"
#include "libsign/saved.h"
#include "sign/ctx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static struct sign_ctx *ctx;
static struct sg_buf text;

static int
setup(void **state)
{
	(void)state;
	if (sign_ctx_new(&ctx) < 0)
		return -1;
	return sg_read_file(&ctx->env,
	    src_path("tests/fuzz/corpus/facts/cades.json"), 1 << 20, &text);
}

static int
teardown(void **state)
{
	(void)state;
	sg_buf_free(&text);
	sign_ctx_free(ctx);
	return 0;
}

static int
read_facts(struct sg_view octets)
{
	struct sg_saved saved;
	int rc = sg_saved_read(ctx, octets, &saved);

	sg_saved_clear(&saved);
	return rc;
}

static void
test_whole(void **state)
{
	struct sg_saved saved;

	(void)state;
	assert_int_equal(sg_saved_read(ctx, sg_buf_view(&text), &saved), 0);
	assert_string_equal(saved.policy.name, "ades");
	assert_int_equal(saved.docs.count, 1);
	assert_int_equal(saved.docs.list[0].known->digest_count, 1);
	assert_null(saved.docs.list[0].in);
	assert_int_equal(saved.trust->anchors.count, 1);
	sg_saved_clear(&saved);
}

static void
test_truncated(void **state)
{
	size_t len;
	int rc;

	(void)state;
	/* the last octet is the end of the line */
	for (len = 0; len + 1 < text.len; len++) {
		rc = read_facts(sg_view_of(text.ptr, len));
		assert_int_equal(rc, SIGN_E_FORMAT);
	}
}

static void
test_flipped(void **state)
{
	struct sg_buf other = { NULL, 0, 0 };
	size_t i;
	int rc;

	(void)state;
	assert_int_equal(
	    sg_buf_append_view(&ctx->env, &other, sg_buf_view(&text)), 0);
	for (i = 0; i < other.len; i++) {
		other.ptr[i] ^= 1;
		rc = read_facts(sg_buf_view(&other));
		assert_true(
		    rc == 0 || rc == SIGN_E_FORMAT || rc == SIGN_E_LIMIT);
		other.ptr[i] ^= 1;
	}
	sg_buf_free(&other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_flipped),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
