/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "statekit.h"

#include "base/err.h"
#include "libsign/ctx.h"
#include "libsign/job.h"
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

/* ---- two at once in one container */

static struct sign_job *
in_container(struct signer *who, const struct sign_job_options *o, int here)
{
	struct sign_key *key = here ? signer_key(ctx, who) : NULL;
	struct sign_job *job = NULL;

	assert_rc(sign_job_new(ctx, o, key, &job), 0);
	if (!here)
		assert_rc(
		    sign_job_set_cert(job, who->cert, (size_t)who->cert_len),
		    0);
	assert_rc(sign_job_prepare_parallel(job, at("c"), NULL), 0);
	sign_key_free(key);
	return job;
}

/* Completed in the container as it is now, in place. */
static int
complete_in(const char *text, const struct sg_buf *value)
{
	struct sign_job *job = NULL;
	int rc;

	assert_rc(import_text(text, &sealed, &job), 0);
	rc = sign_job_prepare(job, at("c"));
	if (rc == 0)
		complete(job, value, at("c"));
	sign_job_free(job);
	return rc;
}

static size_t
count_in(const char *path)
{
	struct sign_verify_options o = SIGN_VERIFY_OPTIONS_INIT;
	struct sign_report *report = NULL;
	struct sign_trust *trust = NULL;
	size_t count;

	assert_rc(sign_trust_new(ctx, &trust), 0);
	assert_rc(sign_verify(ctx, path, trust, &o, &report), 0);
	assert_int_equal(sign_report_exit(report), 6);
	count = sign_report_signature_count(report);
	sign_report_free(report);
	sign_trust_free(trust);
	return count;
}

static void
two_at_once(const struct sign_job_options *o, int here, int want)
{
	struct sign_job_options before = *o;
	struct sign_job *first, *second;
	struct sg_buf values[2], was;
	char *texts[2];

	before.signing_time -= 5;
	assert_rc(sign_it(&rsa, &before, DOCUMENT, doc, NULL, at("c")), 0);
	first = in_container(&p256, o, here);
	second = in_container(&rsa, o, here);
	texts[0] = export_with(first, &sealed);
	texts[1] = export_with(second, &sealed);
	values[0] = value_of(first, &p256);
	values[1] = value_of(second, &rsa);
	assert_rc(complete_in(texts[0], &values[0]), 0);
	assert_int_equal(count_in(at("c")), 2);
	assert_rc(complete_in(texts[1], &values[1]), want);
	assert_int_equal(count_in(at("c")), want == 0 ? 3 : 2);
	was = get_file(at("c"));
	put_file(at("before"), was.ptr, was.len);
	sg_buf_free(&was);
	assert_rc(complete_in(texts[0], &values[0]), 0);
	assert_same_file(at("c"), at("before"));
	sg_buf_free(&values[0]);
	sg_buf_free(&values[1]);
	free(texts[0]);
	free(texts[1]);
	sign_job_free(first);
	sign_job_free(second);
}

static void
test_two_at_once(void **state)
{
	static const struct {
		const char *format, *with;
		int here, want;
	} rows[] = {
		{ "asic-e", "xades", 0, 0 },
		{ "asic-e", "cades", 0, 0 },
		{ "asic-s", "xades", 0, 0 },
		{ "asic-s", "cades", 0, 0 },
		{ "asic-e", "xades", 1, 0 },
		/* numbered as usual, and the number is signed */
		{ "asic-e", "cades", 1, SIGN_E_STATE },
	};
	struct sign_job_options o = options(SIGN_DETACHED);
	size_t i;

	(void)state;
	o.force = 1;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s, %s\n", rows[i].format, rows[i].with);
		o.format = rows[i].format;
		o.asic_with = rows[i].with;
		o.signing_time = time(NULL) - 10 * (long)(i + 1);
		two_at_once(&o, rows[i].here, rows[i].want);
	}
}

/* ---- limits */

static void
test_chain_does_not_fit(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	struct sign_job *job, *again = NULL;
	const char *files[1];
	char *text;
	int i;

	(void)state;
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
	sign_job_free(job);
}

/* ---- completing twice */

static const struct twice {
	const char *name, *format, *with;
	enum sign_packaging packaging;
} files[] = {
	{ "cades", "cades", NULL, SIGN_DETACHED },
	{ "cades attached", "cades", NULL, SIGN_ATTACHED },
	{ "xades", "xades", NULL, SIGN_ENVELOPED },
	{ "asic-e", "asic-e", NULL, SIGN_DETACHED },
	{ "asic-e with cades", "asic-e", "cades", SIGN_DETACHED },
	{ "asic-s", "asic-s", NULL, SIGN_DETACHED },
	{ "asic-s with cades", "asic-s", "cades", SIGN_DETACHED },
};
#define FILES (sizeof(files) / sizeof(files[0]))

/* lease.txt.sig with that many signatures, its document beside it. */
static struct sign_job_options
signed_file(const struct twice *row, int count)
{
	struct sign_job_options o = options(row->packaging);
	int xml = row->packaging == SIGN_ENVELOPED;

	o.format = row->format;
	o.asic_with = row->with;
	o.parallel = xml;
	o.force = 1;
	put_file(at("doc.xml"), XML_TEXT, sizeof(XML_TEXT) - 1);
	assert_rc(sign_it(&rsa, &o, DOCUMENT, xml ? at("doc.xml") : doc, NULL,
		      at("file")),
	    0);
	o.format = NULL;
	o.asic_with = NULL;
	o.packaging = SIGN_DETACHED;
	while (--count > 0)
		assert_rc(sign_it(&rsa, &o, PARALLEL, at("file"),
			      row->packaging == SIGN_DETACHED &&
				      strcmp(row->format, "cades") == 0
				  ? doc
				  : NULL,
			      at("file")),
		    0);
	return o;
}

static void
again_into(struct sign_job *job, const struct twice *row, int counter)
{
	int detached = row->packaging == SIGN_DETACHED &&
	    strcmp(row->format, "cades") == 0;

	if (counter)
		assert_rc(sign_job_prepare_counter(job, at("file"), "1"), 0);
	else
		assert_rc(sign_job_prepare_parallel(
			      job, at("file"), detached ? doc : NULL),
		    0);
}

static void
one_twice(const struct twice *row, int counter)
{
	struct sign_job_options o = signed_file(row, 1);
	struct sign_key *key = signer_key(ctx, &p256);
	struct sign_job *job = NULL, *again = NULL;
	struct sg_buf value, other, once;
	char *text;

	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	again_into(job, row, counter);
	text = export_with(job, &sealed);
	value = value_of(job, &p256);
	other = value_of(job, &p256); /* ECDSA never makes the same */
	complete(job, &value, at("file"));
	sign_job_free(job);
	once = get_file(at("file"));
	put_file(at("once"), once.ptr, once.len);
	assert_rc(import_text(text, &sealed, &again), 0);
	again_into(again, row, counter);
	assert_non_null(sign_job_card(again));
	assert_rc(sign_job_complete(again, other.ptr, other.len), SIGN_E_STATE);
	assert_rc(sign_job_sign(again, key), SIGN_E_STATE);
	assert_rc(sign_job_write(again, at("two")), SIGN_E_STATE);
	complete(again, &value, at("file"));
	assert_same_file(at("file"), at("once"));
	complete(again, &value, at("two"));
	assert_same_file(at("two"), at("once"));
	sign_job_free(again);
	sign_key_free(key);
	sg_buf_free(&value);
	sg_buf_free(&other);
	sg_buf_free(&once);
	free(text);
}

static void
test_twice(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < FILES; i++) {
		one_twice(&files[i], 0);
		one_twice(&files[i], 1);
	}
}

#define COUNTERS 2

/* Jobs out of their states into the file, completed. */
static void
import_counters(
    char *const *texts, const struct sg_buf *values, struct sign_job **jobs)
{
	size_t i;

	for (i = 0; i < COUNTERS; i++) {
		assert_rc(import_text(texts[i], &sealed, &jobs[i]), 0);
		assert_rc(
		    sign_job_prepare_counter(jobs[i], at("file"), NULL), 0);
		assert_rc(
		    sign_job_complete(jobs[i], values[i].ptr, values[i].len),
		    0);
	}
}

static void
free_counters(struct sign_job **jobs)
{
	size_t i;

	for (i = 0; i < COUNTERS; i++) {
		sign_job_free(jobs[i]);
		jobs[i] = NULL;
	}
}

/* Several states that are written at once, whichever of them stand there. */
static void
one_all(const struct twice *row)
{
	struct sign_job_options o = signed_file(row, COUNTERS);
	struct sign_key *key = signer_key(ctx, &p256);
	struct sign_job *jobs[COUNTERS] = { NULL };
	struct sg_buf values[COUNTERS];
	char *texts[COUNTERS], id[8];
	size_t i;

	for (i = 0; i < COUNTERS; i++) {
		snprintf(id, sizeof(id), "%zu", i + 1);
		assert_rc(sign_job_new(ctx, &o, key, &jobs[i]), 0);
		assert_rc(sign_job_prepare_counter(jobs[i], at("file"), id), 0);
		texts[i] = export_with(jobs[i], &sealed);
		values[i] = value_of(jobs[i], &p256);
	}
	free_counters(jobs);
	import_counters(texts, values, jobs);
	assert_rc(sign_job_write_all(jobs, COUNTERS, at("all")), 0);
	free_counters(jobs);
	/* a container with one of them in it is not as it was */
	if (strncmp(row->format, "asic", 4) != 0) {
		import_counters(texts, values, jobs);
		assert_rc(sign_job_write(jobs[0], at("file")), 0);
		free_counters(jobs);
		import_counters(texts, values, jobs);
		assert_rc(sign_job_write_all(jobs, COUNTERS, at("file")), 0);
		free_counters(jobs);
		assert_same_file(at("file"), at("all"));
	}
	assert_int_equal(rename(at("all"), at("file")), 0);
	import_counters(texts, values, jobs);
	assert_rc(sign_job_write_all(jobs, COUNTERS, at("two")), 0);
	free_counters(jobs);
	assert_same_file(at("file"), at("two"));
	for (i = 0; i < COUNTERS; i++) {
		free(texts[i]);
		sg_buf_free(&values[i]);
	}
	sign_key_free(key);
}

static void
test_all_at_once(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < FILES; i++)
		one_all(&files[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_every_shape, fresh_dir),
		cmocka_unit_test_setup(test_other_document, fresh_dir),
		cmocka_unit_test_setup(test_wrong_value, fresh_dir),
		cmocka_unit_test_setup(test_deadline, fresh_dir),
		cmocka_unit_test_setup(test_existing, fresh_dir),
		cmocka_unit_test_setup(test_twice, fresh_dir),
		cmocka_unit_test_setup(test_all_at_once, fresh_dir),
		cmocka_unit_test_setup(test_two_at_once, fresh_dir),
		cmocka_unit_test_setup(test_chain_does_not_fit, fresh_dir),
	};

	return cmocka_run_group_tests(tests, jobkit_setup, jobkit_teardown);
}
