/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "jobkit.h"

#include "base/crypt.h"
#include "base/err.h"
#include "libsign/ctx.h"
#include "libsign/job.h"
#include "libsign/json.h"
#include "libsign/state.h"
#include "sign/verify.h"
#include "tests/lib/mkkey.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define XML_TEXT "<lease Id=\"l\"><flat>7</flat></lease>\n"
#define KEY "a key of sixteen octets or more"

static const struct sign_state_options sealed = { sizeof(sealed),
	(const unsigned char *)KEY, sizeof(KEY) - 1, 1 };
static const struct sign_state_options loose = { sizeof(loose), NULL, 0, 1 };

/* ---- helpers */

static char *
copy_of(const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

/* The state as text; to be freed. */
static char *
export_with(struct sign_job *job, const struct sign_state_options *how)
{
	const char *text = NULL;
	size_t len = 0;

	assert_rc(sign_job_export(job, how, &text, &len), 0);
	assert_int_equal(strlen(text), len); /* a string, too */
	assert_true(len < 65536);
	assert_int_equal(text[len - 1], '\n');
	return copy_of(text, len);
}

static int
import_text(const char *text, const struct sign_state_options *how,
    struct sign_job **out)
{
	int rc = sign_job_import(ctx, how, text, strlen(text), out);

	assert_true(rc == 0 || sign_ctx_message(ctx)[0] != '\0');
	return rc;
}

static int
refused(const char *text, const struct sign_state_options *how)
{
	struct sign_job *job = NULL;
	int rc = import_text(text, how, &job);

	sign_job_free(job);
	return rc;
}

/* A value over what the job wants to be signed. */
static struct sg_buf
value_of(struct sign_job *job, struct signer *who)
{
	struct sg_buf value = { NULL, 0, 0 };
	const unsigned char *data;
	size_t len;

	data = sign_job_data(job, &len);
	assert_int_equal(
	    sg_sign_value(&ctx->env, job->signer.scheme, &job->signer.pss,
		who->key, sg_view_of(data, len), &value),
	    0);
	return value;
}

static void
complete(struct sign_job *job, const struct sg_buf *value, const char *output)
{
	assert_rc(sign_job_complete(job, value->ptr, value->len), 0);
	assert_rc(sign_job_write(job, output), 0);
}

static struct sign_job *
prepared(struct signer *who, const struct sign_job_options *o, const char *path)
{
	struct sign_key *key = who != NULL ? signer_key(ctx, who) : NULL;
	struct sign_job *job = NULL;

	assert_rc(sign_job_new(ctx, o, key, &job), 0);
	assert_rc(sign_job_prepare(job, path), 0);
	sign_key_free(key);
	return job;
}

/* ---- every format, packaging and kind of key */

struct shape {
	const char *name, *format;
	enum sign_packaging packaging;
	int again; /* the document must be given again */
};

static const struct shape shapes[] = {
	{ "cades", "cades", SIGN_DETACHED, 0 },
	{ "cades attached", "cades", SIGN_ATTACHED, 1 },
	{ "cms", "cms", SIGN_DETACHED, 0 },
	{ "cms attached", "cms", SIGN_ATTACHED, 1 },
	{ "xades detached", "xades", SIGN_DETACHED, 0 },
	{ "xades enveloped", "xades", SIGN_ENVELOPED, 1 },
	{ "xades enveloping", "xades", SIGN_ENVELOPING, 1 },
	{ "asic-e", "asic-e", SIGN_DETACHED, 1 },
	{ "asic-s", "asic-s", SIGN_DETACHED, 1 },
	{ "asic-e with cades", "asic-e cades", SIGN_DETACHED, 1 },
	{ "asic-s with cades", "asic-s cades", SIGN_DETACHED, 1 },
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static const struct {
	const char *alg;
	int pss;
} kinds[] = { { "rsa", 0 }, { "rsa", 1 }, { "p256", 0 }, { "p384", 0 },
	{ "p521", 0 }, { "ed25519", 0 }, { "ed448", 0 }, { "gost256", 0 },
	{ "gost512", 0 } };

static const char *
shape_doc(const struct shape *shape)
{
	static char path[128];

	if (strcmp(shape->format, "xades") != 0)
		return doc;
	snprintf(path, sizeof(path), "%s", at("doc.xml"));
	put_file(path, XML_TEXT, sizeof(XML_TEXT) - 1);
	return path;
}

static struct sign_job_options
shape_options(const struct shape *shape)
{
	struct sign_job_options o = options(shape->packaging);

	o.format = shape->format;
	if (strstr(shape->format, " cades") != NULL) {
		o.format = shape->format[5] == 'e' ? "asic-e" : "asic-s";
		o.asic_with = "cades";
	}
	o.signing_time = time(NULL);
	o.force = 1;
	return o;
}

static void
check_file(const struct shape *shape, const char *path, const char *content)
{
	struct sign_verify_options o = SIGN_VERIFY_OPTIONS_INIT;
	struct sign_report *report = NULL;
	struct sign_trust *trust = NULL;

	o.contents = &content;
	o.content_count = !shape->again;
	assert_rc(sign_trust_new(ctx, &trust), 0);
	assert_rc(sign_verify(ctx, path, trust, &o, &report), 0);
	/* nobody is trusted: not confirmed, but not wrong either */
	if (sign_report_exit(report) != 6)
		fail_msg("%s: exit %d", shape->name, sign_report_exit(report));
	sign_report_free(report);
	sign_trust_free(trust);
}

static void
one_shape(const struct shape *shape, struct signer *who, int pss)
{
	struct sign_job_options o = shape_options(shape);
	const char *document = shape_doc(shape);
	struct sign_job *job, *again = NULL;
	struct sg_buf value;
	char *text;
	int i;

	o.pss = pss;
	job = prepared(who, &o, document);
	text = export_with(job, &sealed);
	value = value_of(job, who);
	complete(job, &value, at("one"));
	for (i = 0; i < 2; i++) {
		assert_rc(import_text(text, &sealed, &again), 0);
		assert_string_equal(sign_job_card(again)->control_code,
		    sign_job_card(job)->control_code);
		assert_string_equal(
		    sign_job_card(again)->digest, sign_job_card(job)->digest);
		if (shape->again) {
			assert_rc(
			    sign_job_complete(again, value.ptr, value.len), 0);
			assert_rc(sign_job_write(again, at("two")), SIGN_E_ARG);
			assert_int_equal(access(at("two"), F_OK), -1);
		}
		if (shape->again || i == 1)
			assert_rc(sign_job_prepare(again, document), 0);
		complete(again, &value, at("two"));
		assert_same_file(at("one"), at("two"));
		if (i == 0)
			check_file(shape, at("two"), document);
		unlink(at("two"));
		sign_job_free(again);
		again = NULL;
	}
	sg_buf_free(&value);
	free(text);
	sign_job_free(job);
}

static void
test_every_shape(void **state)
{
	struct signer who;
	size_t i, k;

	(void)state;
	for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k += mk_step(4)) {
		if (signer_make(&ctx->env, kinds[k].alg, SIGNER_FINE, &who))
			continue;
		for (i = 0; i < SHAPES; i++) {
			print_message("# %s, %s%s\n", shapes[i].name,
			    kinds[k].alg, kinds[k].pss ? " pss" : "");
			one_shape(&shapes[i], &who, kinds[k].pss);
		}
		signer_clear(&who);
	}
}

/* ---- the document is another one */

static void
test_other_document(void **state)
{
	struct sign_job_options o;
	struct sign_job *job, *again;
	const char *document;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i < SHAPES; i++) {
		again = NULL;
		o = shape_options(&shapes[i]);
		document = shape_doc(&shapes[i]);
		job = prepared(&p256, &o, document);
		text = export_with(job, &loose);
		if (strcmp(shapes[i].format, "xades") == 0)
			put_file(document, "<lease><flat>8</flat></lease>", 29);
		else
			put_file(document, "another lease", 13);
		assert_rc(import_text(text, &loose, &again), 0);
		print_message("# %s\n", shapes[i].name);
		assert_rc(sign_job_prepare(again, document), SIGN_E_STATE);
		/* and then there is nothing to be completed */
		assert_rc(sign_job_write(again, at("out")), SIGN_E_STATE);
		sign_job_free(again);
		free(text);
		sign_job_free(job);
		fresh_dir(NULL);
	}
}

/* ---- other values, other certificates */

static void
test_wrong_value(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	struct sign_job *job, *other, *again = NULL;
	struct sg_buf value;
	char *text;

	(void)state;
	job = prepared(&p256, &o, doc);
	put_file(at("second"), "a second lease", 14);
	other = prepared(&p256, &o, at("second"));
	text = export_with(job, &sealed);
	assert_rc(import_text(text, &sealed, &again), 0);
	/* of another job */
	value = value_of(other, &p256);
	assert_rc(sign_job_complete(again, value.ptr, value.len), SIGN_E_VALUE);
	sg_buf_free(&value);
	/* by another key */
	assert_rc(sign_job_complete(again, (const unsigned char *)"x", 1),
	    SIGN_E_VALUE);
	assert_rc(sign_job_complete(again, NULL, 0), SIGN_E_VALUE);
	assert_rc(sign_job_write(again, at("out")), SIGN_E_STATE);
	assert_int_equal(access(at("out"), F_OK), -1);
	/* another certificate */
	assert_rc(sign_job_set_cert(again, rsa.cert, (size_t)rsa.cert_len),
	    SIGN_E_KEY);
	assert_rc(
	    sign_job_set_cert(again, p256.cert, (size_t)p256.cert_len), 0);
	sign_job_free(again);
	sign_job_free(other);
	sign_job_free(job);
	free(text);
}

/* ---- the state is another one */

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
	};
	struct sign_job_options o = options(SIGN_DETACHED);
	struct sign_job *job;
	char *text, *other;
	size_t i;
	int rc;

	(void)state;
	job = prepared(&p256, &o, doc);
	text = export_with(job, &loose);
	for (i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
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

/* What is in one state does not go into another. */
static void
test_swapped(void **state)
{
	static const char *const keys[] = { "octets", "certificate",
		"message_digest", "signature", "documents", "control_code",
		"digest" };
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
		if (strcmp(keys[i], "digest") == 0)
			continue;
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

/* ---- time */

static int64_t clock_now;

static int64_t
stopped(void *payload)
{
	(void)payload;
	return clock_now;
}

static void
test_deadline(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	struct sign_job *job = NULL, *again = NULL;
	struct sg_buf value;
	char *text;

	(void)state;
	clock_now = time(NULL);
	sign_ctx_set_clock(ctx, stopped, NULL);
	o.deadline = clock_now;
	{
		struct sign_key *key = signer_key(ctx, &p256);

		assert_rc(sign_job_new(ctx, &o, key, &job), SIGN_E_ARG);
		sign_key_free(key);
	}
	o.deadline = clock_now + 60;
	job = prepared(&p256, &o, doc);
	assert_true(sign_job_card(job)->deadline == o.deadline);
	text = export_with(job, &sealed);
	value = value_of(job, &p256);
	clock_now += 60;
	assert_rc(import_text(text, &sealed, &again), 0);
	clock_now += 1;
	assert_rc(sign_job_complete(again, value.ptr, value.len), SIGN_E_STATE);
	assert_rc(sign_job_complete(job, value.ptr, value.len), SIGN_E_STATE);
	assert_int_equal(refused(text, &sealed), SIGN_E_STATE);
	sign_ctx_set_clock(ctx, NULL, NULL);
	sg_buf_free(&value);
	sign_job_free(again);
	sign_job_free(job);
	free(text);
}

/* ---- digests alone, and a certificate that arrives later */

static struct sign_digest
digest_row(const char *algorithm, unsigned char value[SG_MAX_DIGEST])
{
	const struct sg_digest *digest = sg_digest_by_option(algorithm);
	struct sign_digest row = { "lease", algorithm, value, digest->size,
		TEXT_LEN };

	assert_int_equal(
	    sg_hash_once(&ctx->env, digest, sg_view_of(TEXT, TEXT_LEN), value),
	    0);
	return row;
}

static void
test_digest_alone(void **state)
{
	static const char *const formats[] = { "cades", "cms", "xades" };
	struct sign_job_options o = options(SIGN_DETACHED);
	unsigned char value[SG_MAX_DIGEST], second[SG_MAX_DIGEST];
	struct sign_digest rows[2];
	struct sign_job *job = NULL, *whole;
	struct sg_buf signature;
	size_t i;

	(void)state;
	rows[0] = digest_row("sha512", second);
	rows[1] = digest_row("sha256", value);
	for (i = 0; i < 3; i++) {
		o.format = formats[i];
		o.signing_time = time(NULL);
		o.force = 1;
		assert_rc(sign_job_new(ctx, &o, NULL, &job), 0);
		assert_rc(
		    sign_job_set_cert(job, p256.cert, (size_t)p256.cert_len),
		    0);
		assert_rc(sign_job_prepare_digest(job, rows, 2), 0);
		whole = prepared(&p256, &o, doc);
		assert_string_equal(sign_job_card(job)->control_code,
		    sign_job_card(whole)->control_code);
		signature = value_of(job, &p256);
		complete(job, &signature, at("a"));
		complete(whole, &signature, at("b"));
		assert_same_file(at("a"), at("b"));
		sg_buf_free(&signature);
		sign_job_free(whole);
		sign_job_free(job);
		job = NULL;
	}
}

static void
test_digest_refused(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	unsigned char value[SG_MAX_DIGEST];
	struct sign_digest row = digest_row("sha256", value), wrong;
	struct sign_job *job = NULL;

	(void)state;
	assert_rc(sign_job_new(ctx, &o, NULL, &job), 0);
	assert_rc(sign_job_prepare_digest(job, &row, 0), SIGN_E_ARG);
	wrong = row;
	wrong.len = 31;
	assert_rc(sign_job_prepare_digest(job, &wrong, 1), SIGN_E_ARG);
	wrong = row;
	wrong.algorithm = "sha1";
	assert_rc(sign_job_prepare_digest(job, &wrong, 1), SIGN_E_ARG);
	wrong.algorithm = "rot13";
	assert_rc(sign_job_prepare_digest(job, &wrong, 1), SIGN_E_ARG);
	wrong = row;
	wrong.document = "";
	assert_rc(sign_job_prepare_digest(job, &wrong, 1), SIGN_E_ARG);
	assert_null(sign_job_card(job));
	assert_rc(sign_job_complete(job, value, 1), SIGN_E_STATE);
	/* a document inside cannot come out of a digest */
	sign_job_free(job);
	job = NULL;
	o.format = "xades";
	o.packaging = SIGN_ENVELOPED;
	assert_rc(sign_job_new(ctx, &o, NULL, &job), 0);
	assert_rc(sign_job_prepare_digest(job, &row, 1), SIGN_E_ARG);
	assert_rc(sign_job_prepare(job, doc), SIGN_E_ARG);
	sign_job_free(job);
}

/* The certificate comes when the state has been stored and read again. */
static void
late_cert(const char *alg, const char *format, enum sign_packaging packaging)
{
	struct sign_job_options o = options(packaging);
	struct sign_job *job = NULL, *whole;
	struct signer who;
	struct sg_buf value;
	const char *roles[] = { "lessor", "owner" };
	char *text, *later;

	if (signer_make(&ctx->env, alg, SIGNER_FINE, &who))
		return;
	print_message("# %s, %s\n", alg, format);
	o.format = format;
	o.signing_time = time(NULL);
	o.force = 1;
	if (strcmp(format, "cms") != 0) {
		o.roles = roles;
		o.role_count = 2;
		o.city = "Tver";
		o.commitment = "approval";
	}
	job = prepared(NULL, &o, doc);
	assert_null(sign_job_card(job));
	text = export_with(job, &sealed);
	sign_job_free(job);
	job = NULL;
	assert_rc(import_text(text, &sealed, &job), 0);
	assert_null(sign_job_card(job));
	assert_rc(sign_job_complete(job, (const unsigned char *)"x", 1),
	    SIGN_E_STATE);
	assert_rc(sign_job_set_cert(job, who.cert, (size_t)who.cert_len), 0);
	later = export_with(job, &sealed);
	value = value_of(job, &who);
	sign_job_free(job);
	job = NULL;
	assert_rc(import_text(later, &sealed, &job), 0);
	if (packaging == SIGN_ATTACHED)
		assert_rc(sign_job_prepare(job, doc), 0);
	complete(job, &value, at("late"));
	whole = prepared(&who, &o, doc);
	complete(whole, &value, at("whole"));
	assert_same_file(at("late"), at("whole"));
	sign_job_free(whole);
	sign_job_free(job);
	sg_buf_free(&value);
	free(text);
	free(later);
	signer_clear(&who);
}

static void
test_late_cert(void **state)
{
	static const char *const algs[] = { "rsa", "p384", "ed25519", "ed448",
		"gost256", "gost512" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(algs) / sizeof(algs[0]); i += mk_step(3)) {
		late_cert(algs[i], "cades", SIGN_DETACHED);
		late_cert(algs[i], "cades", SIGN_ATTACHED);
		late_cert(algs[i], "cms", SIGN_DETACHED);
		late_cert(algs[i], "xades", SIGN_DETACHED);
	}
}

static void
test_late_cert_refused(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	unsigned char value[SG_MAX_DIGEST];
	struct sign_digest row = digest_row("streebog512", value);
	struct sign_job *job = NULL;
	struct signer expired;

	(void)state;
	assert_int_equal(
	    signer_make(&ctx->env, "p256", SIGNER_EXPIRED, &expired), 0);
	assert_rc(sign_job_new(ctx, &o, NULL, &job), 0);
	assert_rc(sign_job_prepare_digest(job, &row, 1), 0);
	/* its key signs no such digest */
	assert_rc(sign_job_set_cert(job, p256.cert, (size_t)p256.cert_len),
	    SIGN_E_KEY);
	assert_rc(
	    sign_job_set_cert(job, expired.cert, (size_t)expired.cert_len),
	    SIGN_E_KEY);
	assert_rc(sign_job_set_cert(job, value, 10), SIGN_E_FORMAT);
	sign_job_free(job);
	signer_clear(&expired);
}

/* ---- signatures in files that have one already */

static void
test_existing(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	struct sign_key *key = signer_key(ctx, &p256);
	struct sign_job *job = NULL, *again = NULL;
	struct sg_buf value;
	char *text;
	int k;

	(void)state;
	o.force = 1;
	for (k = 0; k < 4; k++) {
		int counter = k & 1, xml = k >> 1;

		if (xml) {
			o = options(SIGN_ENVELOPED);
			o.format = "xades";
			o.parallel = 1;
			o.force = 1;
			put_file(at("doc.xml"), XML_TEXT, sizeof(XML_TEXT) - 1);
		}
		assert_rc(sign_it(&rsa, &o, DOCUMENT, xml ? at("doc.xml") : doc,
			      NULL, at("lease.sig")),
		    0);
		assert_rc(sign_job_new(ctx, &o, key, &job), 0);
		assert_rc(counter
			? sign_job_prepare_counter(job, at("lease.sig"), "1")
			: sign_job_prepare_parallel(job, at("lease.sig"), NULL),
		    0);
		text = export_with(job, &sealed);
		value = value_of(job, &p256);
		complete(job, &value, at("one"));
		assert_rc(import_text(text, &sealed, &again), 0);
		assert_rc(sign_job_prepare(again, doc), SIGN_E_STATE);
		assert_rc(counter
			? sign_job_prepare_counter(again, at("lease.sig"), NULL)
			: sign_job_prepare_parallel(
			      again, at("lease.sig"), NULL),
		    0);
		complete(again, &value, at("two"));
		assert_same_file(at("one"), at("two"));
		/* somebody else's signature is another one */
		sign_job_free(again);
		again = NULL;
		assert_rc(sign_it(&p256, &o, DOCUMENT,
			      xml ? at("doc.xml") : doc, NULL, at("lease.sig")),
		    0);
		assert_rc(import_text(text, &sealed, &again), 0);
		if (counter)
			assert_rc(sign_job_prepare_counter(
				      again, at("lease.sig"), NULL),
			    SIGN_E_STATE);
		sign_job_free(again);
		sign_job_free(job);
		again = job = NULL;
		sg_buf_free(&value);
		free(text);
	}
	sign_key_free(key);
}

/* ---- a whole CMS */

static struct sg_buf
phone_cms(struct signer *who, const char *format, const char *path)
{
	struct sign_job_options o = options(SIGN_DETACHED);

	o.format = format;
	o.force = 1;
	assert_rc(sign_it(who, &o, DOCUMENT, path, NULL, at("phone.sig")), 0);
	return get_file(at("phone.sig"));
}

static int
complete_cms(const char *text, const struct sg_buf *cms, const char *document)
{
	struct sign_job *job = NULL;
	int rc = import_text(text, &sealed, &job);

	assert_rc(rc, 0);
	if (document != NULL)
		assert_rc(sign_job_prepare(job, document), 0);
	rc = sign_job_complete_cms(job, cms->ptr, cms->len);
	if (rc == 0)
		rc = sign_job_write(job, at("out"));
	else
		assert_rc(sign_job_write(job, at("never")), SIGN_E_STATE);
	assert_int_equal(access(at("never"), F_OK), -1);
	sign_job_free(job);
	return rc;
}

static void
test_whole_cms(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	struct sign_job *job;
	struct sg_buf cms;
	char *text, *attached, *unknown;

	(void)state;
	o.force = 1;
	job = prepared(&p256, &o, doc);
	text = export_with(job, &sealed);
	sign_job_free(job);
	o.packaging = SIGN_ATTACHED;
	job = prepared(&p256, &o, doc);
	attached = export_with(job, &sealed);
	sign_job_free(job);
	o.packaging = SIGN_DETACHED;
	job = prepared(NULL, &o, doc);
	unknown = export_with(job, &sealed);
	sign_job_free(job);

	/* plain, as phones make it: the same octets */
	cms = phone_cms(&p256, "cms", doc);
	assert_rc(complete_cms(text, &cms, NULL), 0);
	assert_same_file(at("phone.sig"), at("out"));
	openssl_verifies(at("out"), 0, 1);
	assert_rc(complete_cms(unknown, &cms, NULL), 0);
	assert_same_file(at("phone.sig"), at("out"));
	assert_rc(complete_cms(attached, &cms, doc), 0);
	openssl_verifies(at("out"), 1, 1);
	/* the value spoilt */
	cms.ptr[cms.len - 3] ^= 1;
	assert_rc(complete_cms(text, &cms, NULL), SIGN_E_VALUE);
	cms.len--;
	assert_rc(complete_cms(text, &cms, NULL), SIGN_E_FORMAT);
	sg_buf_free(&cms);
	/* of another person */
	cms = phone_cms(&rsa, "cms", doc);
	assert_rc(complete_cms(text, &cms, NULL), SIGN_E_KEY);
	assert_rc(complete_cms(unknown, &cms, NULL), 0);
	sg_buf_free(&cms);
	/* over another document */
	put_file(at("second"), "a second lease", 14);
	cms = phone_cms(&p256, "cades", at("second"));
	assert_rc(complete_cms(text, &cms, NULL), SIGN_E_STATE);
	sg_buf_free(&cms);
	cms = phone_cms(&p256, "cades", doc);
	assert_rc(complete_cms(text, &cms, NULL), 0);
	assert_same_file(at("phone.sig"), at("out"));
	sg_buf_free(&cms);
	free(text);
	free(attached);
	free(unknown);
}

static void
test_cms_says_plain(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	struct sign_job *job = prepared(&p256, &o, doc);
	struct sg_buf cms = phone_cms(&p256, "cms", doc);

	(void)state;
	assert_string_equal(sign_job_card(job)->format, "cades");
	assert_rc(sign_job_complete_cms(job, cms.ptr, cms.len), 0);
	assert_string_equal(sign_job_card(job)->format, "cms");
	assert_string_equal(sign_job_card(job)->level, "CMS");
	sg_buf_free(&cms);
	sign_job_free(job);
	/* no whole CMS goes into XML */
	o.format = "xades";
	job = prepared(&p256, &o, doc);
	assert_rc(sign_job_complete_cms(job, (const unsigned char *)"0", 1),
	    SIGN_E_ARG);
	sign_job_free(job);
}

/* ---- limits */

static void
test_chain_does_not_fit(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	struct sign_job *job, *again = NULL;
	const char *files[1];
	struct sg_buf many = { NULL, 0, 0 };
	char *text;
	int i;

	(void)state;
	for (i = 0; i < 100; i++)
		assert_int_equal(sg_buf_append(&ctx->env, &many, rsa.cert,
				     (size_t)rsa.cert_len),
		    0);
	put_file(at("one.cer"), rsa.cert, (size_t)rsa.cert_len);
	files[0] = at("one.cer");
	o.chain = files;
	o.chain_count = 1;
	job = prepared(&p256, &o, doc);
	text = export_with(job, &sealed);
	assert_rc(import_text(text, &sealed, &again), 0);
	assert_int_equal(again->chain.count, 1);
	sign_job_free(again);
	again = NULL;
	free(text);
	for (i = 0; i < 200; i++)
		assert_int_equal(
		    sg_certs_add(&ctx->env, &job->chain, job->chain.list[0]),
		    0);
	text = export_with(job, &sealed);
	assert_rc(import_text(text, &sealed, &again), 0);
	assert_int_equal(again->chain.count, 0);
	sign_job_free(again);
	free(text);
	sg_buf_free(&many);
	sign_job_free(job);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_every_shape, fresh_dir),
		cmocka_unit_test_setup(test_other_document, fresh_dir),
		cmocka_unit_test_setup(test_wrong_value, fresh_dir),
		cmocka_unit_test_setup(test_truncated, fresh_dir),
		cmocka_unit_test_setup(test_flipped, fresh_dir),
		cmocka_unit_test_setup(test_edited, fresh_dir),
		cmocka_unit_test_setup(test_swapped, fresh_dir),
		cmocka_unit_test_setup(test_keys, fresh_dir),
		cmocka_unit_test_setup(test_deadline, fresh_dir),
		cmocka_unit_test_setup(test_digest_alone, fresh_dir),
		cmocka_unit_test_setup(test_digest_refused, fresh_dir),
		cmocka_unit_test_setup(test_late_cert, fresh_dir),
		cmocka_unit_test_setup(test_late_cert_refused, fresh_dir),
		cmocka_unit_test_setup(test_existing, fresh_dir),
		cmocka_unit_test_setup(test_whole_cms, fresh_dir),
		cmocka_unit_test_setup(test_cms_says_plain, fresh_dir),
		cmocka_unit_test_setup(test_chain_does_not_fit, fresh_dir),
	};

	return cmocka_run_group_tests(tests, jobkit_setup, jobkit_teardown);
}
