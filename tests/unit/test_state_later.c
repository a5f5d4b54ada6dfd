/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "statekit.h"

#include "base/crypt.h"
#include "base/err.h"
#include "libsign/ctx.h"
#include "tests/lib/mkkey.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_digest_alone, fresh_dir),
		cmocka_unit_test_setup(test_digest_refused, fresh_dir),
		cmocka_unit_test_setup(test_late_cert, fresh_dir),
		cmocka_unit_test_setup(test_late_cert_refused, fresh_dir),
		cmocka_unit_test_setup(test_whole_cms, fresh_dir),
		cmocka_unit_test_setup(test_cms_says_plain, fresh_dir),
	};

	return cmocka_run_group_tests(tests, jobkit_setup, jobkit_teardown);
}
