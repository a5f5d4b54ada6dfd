/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "jobkit.h"

#include "base/crypt.h"
#include "base/oid.h"
#include "formats/cms.h"
#include "libsign/ctx.h"
#include "libsign/signed.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/cms.h>

#include <string.h>
#include <unistd.h>

/* ---- more signatures in a file */

static int
holds(const struct sg_buf *whole, struct sg_view part)
{
	return memmem(whole->ptr, whole->len, part.ptr, part.len) != NULL;
}

/* Everything that stood in the older file stands in the newer one. */
static void
assert_octets_kept(const char *older, const char *newer)
{
	struct sg_buf whole = get_file(newer);
	struct sg_signed file;
	size_t i;

	assert_rc(sg_signed_open(&ctx->env, older, &file), 0);
	for (i = 0; i < file.cms->signer_count; i++)
		assert_true(holds(&whole, file.cms->signers[i]));
	for (i = 0; i < file.cms->cert_count; i++)
		assert_true(holds(&whole, file.cms->certs[i]));
	sg_signed_close(&file);
	sg_buf_free(&whole);
}

static void
test_parallel(void **state)
{
	static const char *const others[] = { "p384", "gost256", "gost512",
		"p521" };
	struct sign_job_options o;
	struct signer who;
	struct sg_signed file;
	int attached, count;
	size_t i;

	for (attached = 0; attached < 2; attached++) {
		fresh_dir(state);
		o = options(attached ? SIGN_ATTACHED : SIGN_DETACHED);
		assert_rc(
		    sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("d.sig")), 0);
		count = 1;
		for (i = 0; i < 4; i++) {
			if (signer_make(
				&ctx->env, others[i], SIGNER_FINE, &who) != 0)
				continue;
			unlink(at("old"));
			assert_int_equal(link(at("d.sig"), at("old")), 0);
			assert_rc(sign_it(&who, NULL, PARALLEL, at("d.sig"),
				      attached ? NULL : doc, at("d.sig")),
			    0);
			count++;
			assert_octets_kept(at("old"), at("d.sig"));
			openssl_verifies(at("d.sig"), attached, count);
			signer_clear(&who);
		}
		/* the same person once more: one certificate */
		assert_rc(sign_it(&rsa, NULL, PARALLEL, at("d.sig"),
			      attached ? NULL : doc, at("again")),
		    0);
		assert_rc(sg_signed_open(&ctx->env, at("again"), &file), 0);
		assert_int_equal(file.cms->signer_count, count + 1);
		assert_int_equal(file.cms->cert_count, count);
		sg_signed_close(&file);
	}
}

static void
test_parallel_content(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);

	(void)state;
	o.pem = 1;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("doc.txt.sig")), 0);
	assert_int_equal(link(doc, at("doc.txt")), 0);
	/* found by name; PEM stays PEM */
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("doc.txt.sig"), NULL,
		      at("doc.txt.sig")),
	    0);
	openssl_verifies(at("doc.txt.sig"), 0, 2);
	/* another document */
	put_file(at("other"), "x", 1);
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("doc.txt.sig"), at("other"),
		      at("out")),
	    SIGN_E_VALUE);
	assert_non_null(strstr(sign_ctx_message(ctx), "not the one"));
	unlink(at("doc.txt"));
	assert_rc(
	    sign_it(&p256, NULL, PARALLEL, at("doc.txt.sig"), NULL, at("out")),
	    SIGN_E_IO);
	/* an attached one has its own */
	o = options(SIGN_ATTACHED);
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("a")), 0);
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("a"), doc, at("out")),
	    SIGN_E_ARG);
	assert_int_equal(access(at("out"), F_OK), -1);
}

/* Somebody else was faster: nobody's signature gets lost. */
static void
test_in_place_race(void **state)
{
	struct sign_key *key = signer_key(ctx, &p256);
	struct sign_job *job = NULL;

	(void)state;
	assert_rc(sign_it(&rsa, NULL, DOCUMENT, doc, NULL, at("s.sig")), 0);
	assert_rc(sign_job_new(ctx, NULL, key, &job), 0);
	assert_rc(sign_job_prepare_parallel(job, at("s.sig"), doc), 0);
	assert_rc(sign_job_sign(job, key), 0);
	assert_rc(
	    sign_it(&rsa, NULL, PARALLEL, at("s.sig"), doc, at("s.sig")), 0);
	assert_rc(sign_job_write(job, at("s.sig")), SIGN_E_STATE);
	openssl_verifies(at("s.sig"), 0, 2);
	assert_rc(sign_job_prepare_parallel(job, at("s.sig"), doc), 0);
	assert_rc(sign_job_sign(job, key), 0);
	assert_rc(sign_job_write(job, NULL), 0);
	openssl_verifies(at("s.sig"), 0, 3);
	sign_job_free(job);
	sign_key_free(key);
}

/* A counter-signature's digest and value, checked by hand (RFC 5652, 11.4). */
static void
check_counter(const char *path, size_t signer, struct sg_cms_path below,
    struct signer *who)
{
	unsigned char digest[SG_MAX_DIGEST];
	struct sg_cms_signer parent, counter;
	struct sg_buf set = { 0 };
	struct sg_cms_path up = below;
	const struct sg_scheme *scheme;
	struct sg_signed file;
	struct sg_env *env = &ctx->env;
	struct sg_pss pss;
	struct sg_view tlv;
	size_t i;
	int digest_ok = 0;

	assert_rc(sg_signed_open(env, path, &file), 0);
	up.count--;
	assert_rc(
	    sg_cms_counter_find(env, file.cms->signers[signer], &up, &tlv), 0);
	assert_rc(sg_cms_signer_read(env, file.pool, tlv, &parent), 0);
	assert_rc(
	    sg_cms_counter_find(env, file.cms->signers[signer], &below, &tlv),
	    0);
	assert_rc(sg_cms_signer_read(env, file.pool, tlv, &counter), 0);
	assert_rc(sg_scheme_resolve(
		      env, &counter.scheme, &counter.digest, &scheme, &pss),
	    0);
	assert_rc(
	    sg_hash_once(env, sg_scheme_digest(scheme), parent.value, digest),
	    0);
	for (i = 0; i < counter.attr_count; i++) {
		assert_string_not_equal(
		    counter.attrs[i].oid, SG_OID_CONTENT_TYPE);
		if (strcmp(counter.attrs[i].oid, SG_OID_MESSAGE_DIGEST) == 0)
			digest_ok =
			    memcmp(counter.attrs[i].values[0].ptr + 2, digest,
				sg_scheme_digest(scheme)->size) == 0;
	}
	assert_true(digest_ok);
	sg_buf_append_view(env, &set, counter.signed_attrs);
	set.ptr[0] = 0x31;
	sg_hash_once(env, sg_scheme_digest(scheme), sg_buf_view(&set), digest);
	assert_int_equal(sg_verify_value(env, scheme, &pss, who->key,
			     sg_view_of(digest, sg_scheme_digest(scheme)->size),
			     counter.value, SG_VALUE_CMS),
	    1);
	sg_buf_free(&set);
	sg_signed_close(&file);
}

static void
test_counter(void **state)
{
	static const struct {
		const char *id;
		struct sg_cms_path path;
	} rows[] = {
		{ "1", { { 1 }, 1 } },
		{ "S-1", { { 2 }, 1 } },
		{ "1.1", { { 1, 1 }, 2 } },
		{ "1.1.1", { { 1, 1, 1 }, 3 } },
		{ "1.1", { { 1, 2 }, 2 } },
		{ "1.2", { { 2, 1 }, 2 } },
	};
	static const char *const bad[] = { "0", "3", "1.3", "", "1.", ".1", "a",
		"1.0", "1 ", "-1", "01", "1.1.1.1.1.1.1.1.1.1.1",
		"99999999999999999999" };
	struct sign_job_options o = options(SIGN_ATTACHED);
	struct signer *who;
	size_t i, k;

	(void)state;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("s")), 0);
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("s"), NULL, at("s")), 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		who = i % 2 == 0 ? &p256 : &rsa;
		print_message("# %s\n", rows[i].id);
		assert_rc(
		    sign_it(who, NULL, COUNTER, at("s"), rows[i].id, at("s")),
		    0);
		openssl_verifies(at("s"), 1, 2);
		for (k = 0; k <= i; k++)
			check_counter(at("s"), 0, rows[k].path,
			    k % 2 == 0 ? &p256 : &rsa);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_rc(
		    sign_it(&rsa, NULL, COUNTER, at("s"), bad[i], at("t")),
		    SIGN_E_ARG);
	assert_int_equal(access(at("t"), F_OK), -1);
}

/* Put an unsigned attribute into the only signer of a file. */
static void
add_attribute(const char *from, const char *to, const char *oid)
{
	struct sg_cms_parts parts;
	struct sg_buf signer = { 0 };
	struct sg_view view;
	struct sg_signed file;
	struct sg_out *out;
	struct sg_env *env = &ctx->env;

	assert_rc(sg_signed_open(env, from, &file), 0);
	assert_rc(sg_cms_add_unsigned(env, file.cms->signers[0], oid,
		      sg_view_of("\x05\x00", 2), &signer),
	    0);
	view = sg_buf_view(&signer);
	memset(&parts, 0, sizeof(parts));
	parts.digest_algs = file.cms->digest_algs;
	parts.digest_alg_count = file.cms->digest_alg_count;
	parts.content = SG_CONTENT_COPY;
	parts.copied = file.cms;
	parts.source = file.decoded;
	parts.certs = file.cms->certs;
	parts.cert_count = file.cms->cert_count;
	parts.signers = &view;
	parts.signer_count = 1;
	unlink(to);
	assert_rc(sg_out_create(env, to, SG_OUT_NEW, &out), 0);
	assert_rc(sg_cms_write(env, &parts, out, 0), 0);
	assert_rc(sg_out_commit(env, out), 0);
	sg_out_free(out);
	sg_buf_free(&signer);
	sg_signed_close(&file);
}

static void
test_frozen(void **state)
{
	static const char *const kinds[] = {
		SG_OID_ARCHIVE_TIME_STAMP,
		SG_OID_ARCHIVE_TIME_STAMP_V2,
		SG_OID_EVIDENCE_RECORD_INTERNAL,
	};
	struct sign_job_options o = options(SIGN_ATTACHED);
	size_t i;

	(void)state;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("s")), 0);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		add_attribute(at("s"), at("f"), kinds[i]);
		assert_rc(
		    sign_it(&p256, NULL, PARALLEL, at("f"), NULL, at("t")),
		    SIGN_E_UNSUPPORTED);
		assert_rc(sign_it(&p256, NULL, COUNTER, at("f"), "1", at("t")),
		    SIGN_E_UNSUPPORTED);
		assert_rc(sign_convert(
			      ctx, at("f"), SIGN_DETACHED, NULL, at("t"), 0, 0),
		    SIGN_E_UNSUPPORTED);
		assert_non_null(strstr(sign_ctx_message(ctx), "break"));
	}
	/* version 3 leaves room, but not for a changed attribute */
	assert_rc(sign_it(&p256, NULL, COUNTER, at("s"), "1", at("c")), 0);
	add_attribute(at("c"), at("f"), SG_OID_ARCHIVE_TIME_STAMP_V3);
	assert_rc(sign_it(&p256, NULL, COUNTER, at("f"), "1.1", at("t")),
	    SIGN_E_UNSUPPORTED);
	assert_rc(sign_it(&p256, NULL, COUNTER, at("f"), "1", at("t")), 0);
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("f"), NULL, at("u")), 0);
}

/* ---- taking apart */

static void
test_extract_and_convert(void **state)
{
	struct sign_job_options o = options(SIGN_ATTACHED);

	(void)state;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("a")), 0);
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("a"), NULL, at("a")), 0);
	assert_rc(sign_extract(ctx, at("a"), at("x"), 0), 0);
	assert_same_file(doc, at("x"));
	assert_rc(sign_extract(ctx, at("a"), at("x"), 0), SIGN_E_IO);
	assert_rc(sign_extract(ctx, at("a"), at("x"), 1), 0);
	assert_rc(sign_extract(ctx, at("a"), at("a"), 1), SIGN_E_ARG);
	assert_rc(
	    sign_convert(ctx, at("a"), SIGN_DETACHED, NULL, at("x.sig"), 0, 1),
	    0);
	openssl_verifies(at("x.sig"), 0, 2);
	assert_rc(sign_extract(ctx, at("x.sig"), at("y"), 0), SIGN_E_FORMAT);
	/* back, with the document found and with it given */
	assert_rc(
	    sign_convert(ctx, at("x.sig"), SIGN_ATTACHED, NULL, at("b"), 0, 0),
	    0);
	assert_same_file(at("a"), at("b"));
	assert_rc(
	    sign_convert(ctx, at("x.sig"), SIGN_ATTACHED, doc, at("c"), 0, 0),
	    0);
	assert_same_file(at("a"), at("c"));
	/* another encoding alone */
	assert_rc(
	    sign_convert(ctx, at("a"), SIGN_ATTACHED, NULL, at("p"), 0, 1), 0);
	openssl_verifies(at("p"), 1, 2);
	put_file(at("z"), "other", 5);
	assert_rc(sign_convert(
		      ctx, at("x.sig"), SIGN_ATTACHED, at("z"), at("y"), 0, 0),
	    SIGN_E_VALUE);
	assert_rc(sign_convert(ctx, at("x.sig"), SIGN_ATTACHED, doc, doc, 1, 0),
	    SIGN_E_ARG);
	assert_rc(sign_convert(ctx, at("a"), SIGN_DETACHED, doc, at("y"), 0, 0),
	    SIGN_E_ARG);
	assert_rc(sign_convert(ctx, doc, SIGN_DETACHED, NULL, at("y"), 0, 0),
	    SIGN_E_FORMAT);
	assert_int_equal(access(at("y"), F_OK), -1);
}

/* What openssl makes, in DER and in indefinite lengths. */
static void
openssl_signs(const char *path, int stream)
{
	BIO *in = BIO_new_file(doc, "rb"), *out = BIO_new_file(path, "wb");
	unsigned flags = CMS_BINARY | CMS_CADES | (stream ? CMS_STREAM : 0);
	CMS_ContentInfo *cms = CMS_sign(rsa.x509, rsa.key, NULL, in, flags);

	assert_non_null(cms);
	if (stream)
		assert_int_equal(
		    i2d_CMS_bio_stream(out, cms, in, (int)(flags | CMS_STREAM)),
		    1);
	else
		assert_int_equal(i2d_CMS_bio(out, cms), 1);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	BIO_free(out);
}

static void
test_foreign_signatures(void **state)
{
	int stream;

	for (stream = 0; stream < 2; stream++) {
		fresh_dir(state);
		openssl_signs(at("a"), stream);
		openssl_verifies(at("a"), 1, 1);
		assert_rc(sign_extract(ctx, at("a"), at("x"), 0), 0);
		assert_same_file(doc, at("x"));
		assert_rc(
		    sign_it(&p256, NULL, PARALLEL, at("a"), NULL, at("b")), 0);
		openssl_verifies(at("b"), 1, 2);
		assert_octets_kept(at("a"), at("b"));
		assert_rc(
		    sign_it(&p256, NULL, COUNTER, at("b"), "1", at("b")), 0);
		openssl_verifies(at("b"), 1, 2);
		assert_rc(sign_convert(ctx, at("b"), SIGN_DETACHED, NULL,
			      at("x.sig"), 0, 0),
		    0);
		openssl_verifies(at("x.sig"), 0, 2);
		assert_rc(sign_convert(ctx, at("x.sig"), SIGN_ATTACHED, NULL,
			      at("c"), 0, 0),
		    0);
		openssl_verifies(at("c"), 1, 2);
	}
}

/* A signature that was cut short is never added to. */
static void
test_truncated_signature(void **state)
{
	struct sign_job_options o = options(SIGN_ATTACHED);
	struct sign_key *key = signer_key(ctx, &p256);
	struct sign_job *job = NULL;
	struct sg_buf file;
	size_t len;

	(void)state;
	assert_rc(sign_it(&p256, &o, DOCUMENT, doc, NULL, at("s")), 0);
	file = get_file(at("s"));
	assert_rc(sign_job_new(ctx, NULL, key, &job), 0);
	for (len = 0; len < file.len; len++) {
		put_file(at("t"), file.ptr, len);
		assert_true(sign_job_prepare_parallel(job, at("t"), NULL) < 0);
		assert_true(sign_job_prepare_counter(job, at("t"), "1") < 0);
		assert_true(sign_extract(ctx, at("t"), at("x"), 0) < 0);
	}
	assert_int_equal(entries(), 3);
	sg_buf_free(&file);
	sign_job_free(job);
	sign_key_free(key);
}

int
main(void)
{
#define JOB_TEST(name) cmocka_unit_test_setup(name, fresh_dir)
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_parallel),
		JOB_TEST(test_parallel_content),
		JOB_TEST(test_in_place_race),
		JOB_TEST(test_counter),
		JOB_TEST(test_frozen),
		JOB_TEST(test_extract_and_convert),
		JOB_TEST(test_foreign_signatures),
		JOB_TEST(test_truncated_signature),
	};

	return cmocka_run_group_tests(tests, jobkit_setup, jobkit_teardown);
}
