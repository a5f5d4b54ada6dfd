/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "jobkit.h"

#include "base/crypt.h"
#include "formats/asic.h"
#include "libsign/ctx.h"
#include "libsign/job.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct sign_job_options
container(const char *format, const char *with)
{
	struct sign_job_options o = options(SIGN_DETACHED);

	o.format = format;
	o.asic_with = with;
	return o;
}

/* How many entries of this role the container has; it must be sound. */
static size_t
count_role(const char *path, enum sg_asic_role role)
{
	struct sg_asic *asic = NULL;
	struct sg_in *in = NULL;
	size_t i, count = 0;

	assert_rc(sg_in_open(&ctx->env, path, &in), 0);
	assert_rc(sg_asic_open(&ctx->env, in, &asic), 0);
	assert_int_equal(asic->warning_count, 0);
	assert_int_equal(asic->zip->warning_count, 0);
	for (i = 0; i < asic->entry_count; i++)
		count += asic->entries[i].role == role;
	sg_asic_free(asic);
	sg_in_free(in);
	return count;
}

/* Every digest and reference in it holds; how many signatures there are. */
static size_t
signatures(const char *path)
{
	struct sg_sources none = { NULL, 0 };
	struct sg_facts *facts = NULL;
	const struct sg_ref_fact *ref;
	struct sg_in *in = NULL;
	size_t i, j, count;

	assert_rc(sg_in_open(&ctx->env, path, &in), 0);
	assert_rc(sg_format_asic.read(&ctx->env, in, &none, &facts), 0);
	for (i = 0; i < facts->sig_count; i++) {
		assert_int_equal(facts->sigs[i].fault_count, 0);
		for (j = 0; j < facts->sigs[i].ref_count; j++) {
			ref = &facts->sigs[i].refs[j];
			assert_true(sg_view_equal(ref->found, ref->computed));
		}
	}
	count = facts->sig_count;
	sg_facts_free(facts);
	sg_in_free(in);
	return count;
}

static const struct {
	const char *name, *format, *with;
} kinds[] = {
	{ "E, XAdES", "asic-e", "xades" },
	{ "E, CAdES", "asic-e", "cades" },
	{ "S, XAdES", "asic-s", "xades" },
	{ "S, CAdES", "asic-s", "cades" },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void
test_every_kind(void **state)
{
	struct sign_job_options o;
	size_t i;

	(void)state;
	for (i = 0; i < KINDS; i++) {
		print_message("# %s\n", kinds[i].name);
		o = container(kinds[i].format, kinds[i].with);
		assert_rc(sign_it(&p256, &o, DOCUMENT, doc, NULL, at("c")), 0);
		assert_int_equal(signatures(at("c")), 1);
		assert_int_equal(count_role(at("c"), SG_ASIC_DATA), 1);
		o = options(SIGN_DETACHED);
		assert_rc(
		    sign_it(&rsa, &o, PARALLEL, at("c"), NULL, at("c")), 0);
		assert_int_equal(signatures(at("c")), 2);
		assert_rc(sign_it(&rsa, &o, COUNTER, at("c"), "2", at("c")), 0);
		assert_int_equal(signatures(at("c")), 3);
		assert_int_equal(count_role(at("c"), SG_ASIC_DATA), 1);
		unlink(at("c"));
	}
}

/* The same settings, time and value: the same octets. */
static void
test_same_octets(void **state)
{
	struct sign_job_options o;
	struct sign_key *key = signer_key(ctx, &rsa);
	struct sign_job *job = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < KINDS; i++) {
		o = container(kinds[i].format, kinds[i].with);
		o.signing_time = time(NULL);
		o.force = 1;
		assert_rc(sign_job_new(ctx, &o, key, &job), 0);
		assert_rc(sign_job_prepare(job, doc), 0);
		assert_rc(sign_job_sign(job, key), 0);
		assert_rc(sign_job_write(job, at("a")), 0);
		assert_rc(sign_job_write(job, at("b")), 0);
		assert_same_file(at("a"), at("b"));
		assert_rc(sign_job_prepare(job, doc), 0);
		assert_rc(sign_job_sign(job, key), 0);
		assert_rc(sign_job_write(job, at("b")), 0);
		assert_same_file(at("a"), at("b"));
		sign_job_free(job);
	}
	sign_key_free(key);
}

/* A document that changes before it is written: nothing is. */
static void
test_document_changed(void **state)
{
	struct sign_job_options o;
	struct sign_key *key = signer_key(ctx, &p256);
	struct sign_job *job = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < KINDS; i++) {
		o = container(kinds[i].format, kinds[i].with);
		assert_rc(sign_job_new(ctx, &o, key, &job), 0);
		assert_rc(sign_job_prepare(job, doc), 0);
		assert_rc(sign_job_sign(job, key), 0);
		put_file(doc, "leased!\n", 8);
		assert_rc(sign_job_write(job, at("c")), SIGN_E_STATE);
		put_file(doc, TEXT "x", TEXT_LEN + 1);
		assert_rc(sign_job_write(job, at("c")), SIGN_E_STATE);
		unlink(doc);
		assert_rc(sign_job_write(job, at("c")), SIGN_E_IO);
		assert_int_equal(entries(), 0);
		put_file(doc, TEXT, TEXT_LEN);
		assert_rc(sign_job_write(job, at("c")), 0);
		assert_int_equal(signatures(at("c")), 1);
		sign_job_free(job);
		unlink(at("c"));
	}
	sign_key_free(key);
}

/* Somebody else changes the container meanwhile. */
static void
test_container_changed(void **state)
{
	struct sign_job_options o;
	struct sign_key *key = signer_key(ctx, &p256);
	struct sign_job *job = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < KINDS; i++) {
		o = container(kinds[i].format, kinds[i].with);
		assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("c")), 0);
		assert_rc(sign_job_new(ctx, &o, key, &job), 0);
		assert_rc(sign_job_prepare_parallel(job, at("c"), NULL), 0);
		assert_rc(sign_job_sign(job, key), 0);
		assert_rc(
		    sign_it(&rsa, &o, PARALLEL, at("c"), NULL, at("c")), 0);
		assert_rc(sign_job_write(job, at("c")), SIGN_E_STATE);
		assert_rc(sign_job_write(job, at("d")), SIGN_E_STATE);
		assert_int_equal(signatures(at("c")), 2);
		assert_int_equal(entries(), 2);
		sign_job_free(job);
		unlink(at("c"));
	}
	sign_key_free(key);
}

/* Documents out of memory, one in a folder, one by its digest alone. */
static void
test_sources(void **state)
{
	const struct sg_digest *sha256 = sg_digest_by_option("sha256");
	unsigned char value[SG_MAX_DIGEST];
	struct sg_digest_fact digest = { sha256, { value, sha256->size } };
	struct sg_doc_fact known = { .name = "b",
		.size = TEXT_LEN,
		.digests = &digest,
		.digest_count = 1 };
	struct sg_source list[2] = { { .name = "first", .entry = "a/x.txt" },
		{ .name = "some/where/x.txt", .known = &known } };
	struct sg_sources docs = { list, 2 };
	struct sign_key *key = signer_key(ctx, &rsa);
	struct sign_job *job = NULL;
	struct sign_job_options o;
	const struct sign_card *card;
	size_t i;

	(void)state;
	assert_rc(
	    sg_hash_once(&ctx->env, sha256, sg_view_of(TEXT, TEXT_LEN), value),
	    0);
	for (i = 0; i < 2; i++) {
		o = container("asic-e", kinds[i].with);
		assert_rc(sign_job_new(ctx, &o, key, &job), 0);
		assert_rc(sg_in_memory(&ctx->env, "first", sg_view_of("one", 3),
			      &list[0].in),
		    0);
		assert_rc(sg_job_prepare(job, &docs), 0);
		card = sign_job_card(job);
		assert_int_equal(card->document_count, 2);
		assert_string_equal(card->documents[0].name, "a/x.txt");
		assert_string_equal(card->documents[1].name, "x.txt");
		assert_int_equal(card->documents[1].size, TEXT_LEN);
		assert_string_equal(card->asic_with, kinds[i].with);
		assert_rc(sign_job_sign(job, key), 0);
		/* what goes into the container must be at hand then */
		assert_rc(sign_job_write(job, at("c")), SIGN_E_UNSUPPORTED);
		assert_rc(
		    sg_in_memory(&ctx->env, "x.txt", sg_view_of(TEXT, TEXT_LEN),
			&job->now.docs.list[1].in),
		    0);
		assert_rc(sign_job_write(job, at("c")), 0);
		assert_int_equal(signatures(at("c")), 1);
		assert_int_equal(count_role(at("c"), SG_ASIC_DATA), 2);
		sign_job_free(job);
		unlink(at("c"));
	}
	sign_key_free(key);
}

static void
test_settings_refused(void **state)
{
	static const struct {
		const char *name;
		struct sign_job_options o;
		int rc;
	} cases[] = {
		{ "attached",
		    { .format = "asic-e", .packaging = SIGN_ATTACHED },
		    SIGN_E_ARG },
		{ "PEM", { .format = "asic-e", .pem = 1 }, SIGN_E_ARG },
		{ "signatures of another kind",
		    { .format = "asic-e", .asic_with = "pades" }, SIGN_E_ARG },
		{ "another container", { .format = "asic-x" },
		    SIGN_E_UNSUPPORTED },
	};
	struct sign_key *key = signer_key(ctx, &p256);
	struct sign_job_options o;
	struct sign_job *job = NULL;
	const char *two[] = { doc, at("second") };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# %s\n", cases[i].name);
		o = cases[i].o;
		o.size = sizeof(o);
		o.signing_time = INT64_MIN;
		assert_rc(sign_job_new(ctx, &o, key, &job), cases[i].rc);
	}
	put_file(two[1], "2", 1);
	o = container("asic-s", NULL);
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sign_job_prepare_many(job, two, 2), SIGN_E_ARG);
	assert_rc(sign_job_prepare_many(job, two, 1), 0);
	sign_job_free(job);
	sign_key_free(key);
}

/* A container that is cut short is no container, or not the same one. */
static void
test_truncated(void **state)
{
	struct sign_job_options o = container("asic-e", "cades");
	struct sign_key *key = signer_key(ctx, &p256);
	struct sign_job *job = NULL;
	struct sg_buf whole;
	size_t len;

	(void)state;
	assert_rc(sign_it(&p256, &o, DOCUMENT, doc, NULL, at("c")), 0);
	whole = get_file(at("c"));
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	for (len = 0; len < whole.len; len++) {
		put_file(at("t"), whole.ptr, len);
		assert_true(sign_job_prepare_parallel(job, at("t"), NULL) < 0);
		assert_null(sign_job_card(job));
	}
	assert_rc(sign_job_prepare_parallel(job, at("c"), NULL), 0);
	assert_non_null(sign_job_card(job));
	sign_job_free(job);
	sign_key_free(key);
	sg_buf_free(&whole);
}

/* Written and copied: what is renamed or replaced, and what stays. */
static void
test_write_changed(void **state)
{
	static const char *const renames[] = {
		"META-INF/ASiCArchiveManifest.xml",
		"META-INF/ASiCArchiveManifest001.xml",
	};
	struct sg_asic_put puts[2] = {
		{ .name = renames[0],
		    .octets = { (const unsigned char *)"<b/>", 4 } },
		{ .name = "x.txt",
		    .octets = { (const unsigned char *)"x", 1 } },
	};
	struct sg_asic_want want = { .kind = SG_ASIC_E,
		.cades = 1,
		.puts = puts,
		.put_count = 2,
		.time = 1767225600 };
	struct sg_asic *asic = NULL;
	struct sg_out *out = NULL;
	struct sg_in *in = NULL;

	(void)state;
	assert_rc(sg_out_create(&ctx->env, at("c"), SG_OUT_NEW, &out), 0);
	assert_rc(sg_asic_write(&ctx->env, &want, out), 0);
	assert_rc(sg_out_commit(&ctx->env, out), 0);
	sg_out_free(out);
	assert_rc(sg_in_open(&ctx->env, at("c"), &in), 0);
	assert_rc(sg_asic_open(&ctx->env, in, &asic), 0);
	assert_int_equal(asic->entry_count, 3);
	want.from = asic;
	want.put_count = 1;
	want.renames = renames;
	want.rename_count = 1;
	puts[0].octets = sg_view_of("<new/>", 6);
	assert_rc(sg_out_create(&ctx->env, at("d"), SG_OUT_NEW, &out), 0);
	assert_rc(sg_asic_write(&ctx->env, &want, out), 0);
	assert_rc(sg_out_commit(&ctx->env, out), 0);
	sg_out_free(out);
	sg_asic_free(asic);
	sg_in_free(in);
	assert_rc(sg_in_open(&ctx->env, at("d"), &in), 0);
	assert_rc(sg_asic_open(&ctx->env, in, &asic), 0);
	assert_int_equal(asic->entry_count, 4);
	assert_string_equal(
	    asic->zip->comment, "mimetype=application/vnd.etsi.asic-e+zip");
	assert_int_equal(sg_zip_find(asic->zip, renames[1])->size, 4);
	assert_int_equal(sg_zip_find(asic->zip, renames[0])->size, 6);
	assert_int_equal(sg_zip_find(asic->zip, "x.txt")->method, 0);
	sg_asic_free(asic);
	sg_in_free(in);
}

int
main(void)
{
#define ASIC_TEST(name) cmocka_unit_test_setup(name, fresh_dir)
	const struct CMUnitTest tests[] = {
		ASIC_TEST(test_every_kind),
		ASIC_TEST(test_same_octets),
		ASIC_TEST(test_document_changed),
		ASIC_TEST(test_container_changed),
		ASIC_TEST(test_sources),
		ASIC_TEST(test_settings_refused),
		ASIC_TEST(test_truncated),
		ASIC_TEST(test_write_changed),
	};

	return cmocka_run_group_tests(tests, jobkit_setup, jobkit_teardown);
}
