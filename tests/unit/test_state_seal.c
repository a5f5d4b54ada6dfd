/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "statekit.h"

#include "base/err.h"
#include "libsign/ctx.h"
#include "libsign/json.h"
#include "libsign/state.h"
#include "tests/lib/mkkey.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

static void
test_truncated(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	struct sign_job *job, *out = NULL;
	size_t i, len;
	char *text;

	(void)state;
	o.format = "xades";
	job = prepared(&p256, &o, doc);
	text = export_with(job, &loose);
	len = strlen(text);
	/* the line's end may be missing */
	for (i = 0; i + 1 < len; i += mk_step(37))
		assert_int_equal(
		    sign_job_import(ctx, &loose, text, i, &out), SIGN_E_STATE);
	assert_rc(sign_job_import(ctx, &loose, text, len - 1, &out), 0);
	sign_job_free(out);
	sign_job_free(job);
	free(text);
}

/* Every octet changed, sealed or not: a state is never half believed. */
static void
test_flipped(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	const struct sign_state_options *const how[] = { &sealed, &loose };
	struct sign_job *job;
	size_t i, k, len;
	char *text;
	int rc;

	(void)state;
	o.format = "cades";
	for (k = 0; k < 2; k++) {
		job = prepared(&p256, &o, doc);
		text = export_with(job, how[k]);
		len = strlen(text);
		for (i = 0; i + 1 < len; i += mk_step(37)) {
			text[i] ^= 1;
			rc = refused(text, how[k]);
			if (rc != SIGN_E_STATE)
				fail_msg("octet %zu: %d", i, rc);
			text[i] ^= 1;
		}
		assert_rc(refused(text, how[k]), 0);
		free(text);
		sign_job_free(job);
	}
}

/* A key of the object set to another value, and sealed again as anybody can
 * who has no key: what can be checked is. */
struct edit {
	const char *name, *key, *text;
	int want;
};

static int
put_text(const char *text, size_t len, void *payload)
{
	return sg_buf_append(&ctx->env, payload, text, len);
}

static char *
resealed(const char *text, const struct edit *edit)
{
	unsigned char mac[SG_MAX_DIGEST];
	struct sg_buf out = { NULL, 0, 0 };
	struct sg_pool *pool = sg_pool_new();
	struct sg_json_in in = { &ctx->env, pool, NULL, "state" };
	struct sg_json json = { NULL, NULL, 0 };
	struct json_t *value = NULL;
	char *done;

	assert_int_equal(
	    sg_json_parse(&ctx->env, sg_view_str(text), "state", &in.at), 0);
	sg_json_leave_out(&in, "checksum");
	sg_json_leave_out(&in, "mac");
	if (edit->text == NULL)
		sg_json_leave_out(&in, edit->key);
	json.object = in.at;
	if (edit->text != NULL) {
		assert_int_equal(sg_json_parse(&ctx->env,
				     sg_view_str(edit->text), "value", &value),
		    0);
		sg_json_put(&json, edit->key, value);
	}
	assert_int_equal(
	    sg_state_mac(&ctx->env, in.at, sg_view_of(NULL, 0), mac), 0);
	sg_json_octets(&json, "checksum", sg_view_of(mac, SG_STATE_MAC));
	assert_int_equal(sg_json_write(&ctx->env, &json, put_text, &out), 0);
	done = copy_of((char *)out.ptr, out.len);
	sg_buf_free(&out);
	sg_pool_free(pool);
	return done;
}

static void
edit_all(
    const struct sign_job_options *o, const struct edit *edits, size_t count)
{
	struct sign_job *job = prepared(&p256, o, doc);
	char *text = export_with(job, &loose), *other;
	size_t i;
	int rc;

	for (i = 0; i < count; i++) {
		other = resealed(text, &edits[i]);
		rc = refused(other, &loose);
		print_message("# %s: %s\n", edits[i].name,
		    rc != 0 ? sign_ctx_message(ctx) : "taken");
		assert_int_equal(rc, edits[i].want);
		/* who has a key does not even look */
		assert_int_equal(refused(other, &sealed), SIGN_E_STATE);
		free(other);
	}
	free(text);
	sign_job_free(job);
}

static void
test_edited(void **state)
{
	static const struct edit edits[] = {
		{ "nothing", "made_by", "\"podpis 0.1.0\"", 0 },
		{ "a key of a later version", "colour", "\"red\"", 0 },
		{ "a later minor version", "minor", "7", 0 },
		{ "schema", "schema", "\"podpis-state/2\"", SIGN_E_STATE },
		{ "another schema", "schema", "\"podpis-report/1\"",
		    SIGN_E_STATE },
		{ "no schema", "schema", NULL, SIGN_E_STATE },
		{ "schema of a wrong type", "schema", "1", SIGN_E_STATE },
		{ "kind", "kind", "\"sideways\"", SIGN_E_STATE },
		{ "no kind", "kind", NULL, SIGN_E_STATE },
		{ "format", "format", "\"pgp\"", SIGN_E_STATE },
		{ "another format", "format", "\"xades\"", SIGN_E_STATE },
		{ "no format", "format", NULL, SIGN_E_STATE },
		{ "packaging", "packaging", "\"enveloped\"", SIGN_E_STATE },
		{ "no packaging", "packaging", NULL, SIGN_E_STATE },
		{ "level", "level", "\"b-z\"", SIGN_E_STATE },
		{ "digest", "digest", "\"sha384\"", SIGN_E_STATE },
		{ "weak digest", "digest", "\"sha1\"", SIGN_E_STATE },
		{ "no digest", "digest", NULL, SIGN_E_STATE },
		{ "time", "signing_time", "\"2026-01-01T00:00:00Z\"",
		    SIGN_E_STATE },
		{ "no time", "signing_time", NULL, SIGN_E_STATE },
		{ "deadline", "deadline", "\"2020-01-01T00:00:00Z\"",
		    SIGN_E_STATE },
		{ "deadline that is none", "deadline", "\"soon\"",
		    SIGN_E_STATE },
		{ "code", "control_code", "\"0000-0000\"", SIGN_E_STATE },
		{ "no code", "control_code", NULL, SIGN_E_STATE },
		{ "no certificate", "certificate", NULL, SIGN_E_STATE },
		{ "certificate", "certificate", "\"MAA=\"", SIGN_E_STATE },
		{ "octets", "octets", "\"MQA=\"", SIGN_E_STATE },
		{ "no octets", "octets", NULL, SIGN_E_STATE },
		{ "message digest", "message_digest", "\"AAAA\"",
		    SIGN_E_STATE },
		{ "no message digest", "message_digest", NULL, SIGN_E_STATE },
		{ "no documents", "documents", "[]", SIGN_E_STATE },
		{ "documents", "documents", "[{}]", SIGN_E_STATE },
		{ "documents of a wrong type", "documents", "[1]",
		    SIGN_E_STATE },
		{ "another digest", "documents",
		    "[{\"name\":\"lease\",\"digests\":{\"sha256\":"
		    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}}]",
		    SIGN_E_STATE },
		{ "a short digest", "documents",
		    "[{\"name\":\"lease\",\"digests\":{\"sha256\":"
		    "\"AAAA\"}}]",
		    SIGN_E_STATE },
		{ "chain", "chain", "[\"MAA=\"]", SIGN_E_STATE },
		{ "pem of a wrong type", "pem", "\"yes\"", SIGN_E_STATE },
		{ "a signature where there is none", "signature", "\"<a/>\"",
		    SIGN_E_STATE },
		{ "a manifest where there is none", "manifest", "\"<a/>\"",
		    SIGN_E_STATE },
		{ "a party where there is no contract", "party", "\"lessor\"",
		    SIGN_E_STATE },
	};
	struct sign_job_options o = options(SIGN_DETACHED);

	(void)state;
	edit_all(&o, edits, sizeof(edits) / sizeof(edits[0]));
}

/* The manifest is what is signed there. */
static void
test_edited_manifest(void **state)
{
	static const struct edit edits[] = {
		{ "no manifest", "manifest", NULL, SIGN_E_STATE },
		{ "an empty manifest", "manifest", "\"\"", SIGN_E_STATE },
		{ "no XML", "manifest", "\"<a\"", SIGN_E_STATE },
		{ "another XML", "manifest", "\"<a/>\"", SIGN_E_STATE },
		{ "a manifest of a wrong type", "manifest", "[]",
		    SIGN_E_STATE },
		{ "signatures of another kind", "asic_with", "\"xades\"",
		    SIGN_E_STATE },
		{ "one file", "format", "\"asic-s\"", SIGN_E_STATE },
		{ "a counter-signature", "kind", "\"counter\"", SIGN_E_STATE },
		{ "a party without a contract", "party", "\"lessor\"",
		    SIGN_E_STATE },
		{ "another document", "documents",
		    "[{\"name\":\"lease\",\"digests\":{\"sha256\":"
		    "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}}]",
		    SIGN_E_STATE },
	};
	struct sign_job_options o = options(SIGN_DETACHED);

	(void)state;
	o.format = "asic-e";
	o.asic_with = "cades";
	edit_all(&o, edits, sizeof(edits) / sizeof(edits[0]));
}

/* What is in one state does not go into another. */
static void
test_swapped(void **state)
{
	static const char *const keys[] = { "octets", "certificate",
		"message_digest", "signature", "documents", "control_code" };
	struct sign_job_options o = options(SIGN_DETACHED);
	struct sign_job *job, *second;
	struct sg_pool *pool = sg_pool_new();
	struct sg_json_in in = { &ctx->env, pool, NULL, "state" };
	struct edit edit = { NULL, NULL, NULL, 0 };
	struct sg_buf value = { NULL, 0, 0 };
	char *text, *other, *mixed;
	size_t i;

	(void)state;
	o.format = "xades";
	put_file(at("second"), "a second lease", 14);
	job = prepared(&p256, &o, doc);
	second = prepared(&rsa, &o, at("second"));
	text = export_with(job, &loose);
	other = export_with(second, &loose);
	assert_int_equal(
	    sg_json_parse(&ctx->env, sg_view_str(other), "state", &in.at), 0);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		value.len = 0;
		assert_int_equal(sg_json_canonical(&ctx->env,
				     sg_json_member(&in, keys[i]), &value),
		    0);
		assert_int_equal(sg_buf_append(&ctx->env, &value, "", 1), 0);
		edit.key = keys[i];
		edit.text = (const char *)value.ptr;
		mixed = resealed(text, &edit);
		assert_int_equal(refused(mixed, &loose), SIGN_E_STATE);
		free(mixed);
	}
	sg_buf_free(&value);
	sg_json_drop(in.at);
	sg_pool_free(pool);
	free(text);
	free(other);
	sign_job_free(job);
	sign_job_free(second);
}

static void
test_keys(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	struct sign_state_options other = sealed, brief = sealed;
	struct sign_job *job = prepared(&p256, &o, doc);
	const char *text = NULL;
	char *with, *without, *large;
	size_t len;

	(void)state;
	other.key = (const unsigned char *)"another key, as long as the first";
	brief.key_len = 15;
	with = export_with(job, &sealed);
	without = export_with(job, &loose);
	assert_int_equal(refused(with, &sealed), 0);
	assert_int_equal(refused(with, &other), SIGN_E_STATE);
	assert_int_equal(refused(with, &loose), SIGN_E_STATE);
	assert_int_equal(refused(with, NULL), SIGN_E_STATE);
	assert_int_equal(refused(without, &sealed), SIGN_E_STATE);
	assert_int_equal(refused(without, NULL), 0);
	assert_int_equal(refused(with, &brief), SIGN_E_ARG);
	assert_int_equal(sign_job_export(job, &brief, &text, &len), SIGN_E_ARG);
	assert_int_equal(refused("", &loose), SIGN_E_STATE);
	assert_int_equal(refused("{}", &loose), SIGN_E_STATE);
	assert_int_equal(refused("[1]", &loose), SIGN_E_STATE);
	assert_int_equal(refused("null", &loose), SIGN_E_STATE);
	assert_int_equal(refused("no JSON", &loose), SIGN_E_STATE);
	large = calloc(1, 70000);
	assert_non_null(large);
	memset(large, ' ', 69999);
	memcpy(large, without, strlen(without) - 1);
	assert_int_equal(refused(large, &loose), SIGN_E_STATE);
	free(large);
	free(with);
	free(without);
	sign_job_free(job);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_truncated, fresh_dir),
		cmocka_unit_test_setup(test_flipped, fresh_dir),
		cmocka_unit_test_setup(test_edited, fresh_dir),
		cmocka_unit_test_setup(test_edited_manifest, fresh_dir),
		cmocka_unit_test_setup(test_swapped, fresh_dir),
		cmocka_unit_test_setup(test_keys, fresh_dir),
	};

	return cmocka_run_group_tests(tests, jobkit_setup, jobkit_teardown);
}
