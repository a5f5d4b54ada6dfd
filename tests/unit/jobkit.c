/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "jobkit.h"

#include "base/io.h"
#include "libsign/ctx.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/pem.h>
/* before: else it does not declare its PEM functions */
#include <openssl/cms.h>
#include <openssl/err.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sign_ctx *ctx;
char dir[] = "/tmp/test_job.XXXXXX";
char doc[64];

struct signer rsa, p256;

const char *
at(const char *name)
{
	static char paths[4][128];
	static int next;

	next = (next + 1) % 4;
	snprintf(paths[next], sizeof(paths[next]), "%s/%s", dir, name);
	return paths[next];
}

void
put_file(const char *path, const void *ptr, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(ptr, 1, len, f), len);
	fclose(f);
}

struct sg_buf
get_file(const char *path)
{
	struct sg_buf buf = { NULL, 0, 0 };

	assert_int_equal(sg_read_file(&ctx->env, path, 1 << 24, &buf), 0);
	return buf;
}

void
assert_same_file(const char *a, const char *b)
{
	struct sg_buf left = get_file(a), right = get_file(b);

	assert_int_equal(left.len, right.len);
	assert_memory_equal(left.ptr, right.ptr, left.len);
	sg_buf_free(&left);
	sg_buf_free(&right);
}

int
entries(void)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int count = 0;

	while ((e = readdir(d)) != NULL)
		count += e->d_name[0] != '.' ||
		    strncmp(e->d_name, ".podpis", 7) == 0;
	closedir(d);
	return count;
}

int
fresh_dir(void **state)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	(void)state;
	while ((e = readdir(d)) != NULL)
		unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	put_file(doc, TEXT, TEXT_LEN);
	return 0;
}

void
assert_rc(int rc, int want)
{
	if (rc != want)
		print_message("# %d: %s\n", rc, sign_ctx_message(ctx));
	assert_int_equal(rc, want);
}

static int
job_prepare(
    struct sign_job *job, enum what what, const char *path, const char *second)
{
	if (what == PARALLEL)
		return sign_job_prepare_parallel(job, path, second);
	if (what == COUNTER)
		return sign_job_prepare_counter(job, path, second);
	return sign_job_prepare(job, path);
}

int
sign_it(struct signer *who, const struct sign_job_options *options,
    enum what what, const char *path, const char *second, const char *output)
{
	struct sign_key *key = signer_key(ctx, who);
	struct sign_job *job = NULL;
	int rc = sign_job_new(ctx, options, key, &job);

	if (rc == 0)
		rc = job_prepare(job, what, path, second);
	if (rc == 0)
		rc = sign_job_sign(job, key);
	if (rc == 0)
		rc = sign_job_write(job, output);
	sign_job_free(job);
	sign_key_free(key);
	return rc;
}

struct sign_job_options
options(enum sign_packaging packaging)
{
	struct sign_job_options o = SIGN_JOB_OPTIONS_INIT;

	o.packaging = packaging;
	return o;
}

void
openssl_verifies(const char *path, int attached, int signers)
{
	struct sg_buf file = get_file(path);
	BIO *in = BIO_new_mem_buf(file.ptr, (int)file.len);
	BIO *content = BIO_new_mem_buf(TEXT, TEXT_LEN);
	BIO *out = BIO_new(BIO_s_mem());
	CMS_ContentInfo *cms;
	char *data;

	if (file.ptr[0] == '-')
		cms = PEM_read_bio_CMS(in, NULL, NULL, NULL);
	else
		cms = d2i_CMS_bio(in, NULL);
	assert_non_null(cms);
	assert_int_equal(
	    sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)), signers);
	if (CMS_verify(cms, NULL, NULL, attached ? NULL : content, out,
		CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1) {
		ERR_print_errors_fp(stderr);
		fail();
	}
	assert_int_equal(BIO_get_mem_data(out, &data), TEXT_LEN);
	assert_memory_equal(data, TEXT, TEXT_LEN);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	BIO_free(content);
	BIO_free(out);
	sg_buf_free(&file);
}

int
jobkit_setup(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL || sign_ctx_new(&ctx) < 0)
		return 1;
	snprintf(doc, sizeof(doc), "%s/lease", dir);
	return signer_make(&ctx->env, "rsa", SIGNER_FINE, &rsa) ||
	    signer_make(&ctx->env, "p256", SIGNER_FINE, &p256);
}

int
jobkit_teardown(void **state)
{
	fresh_dir(state);
	unlink(doc);
	signer_clear(&rsa);
	signer_clear(&p256);
	sign_ctx_free(ctx);
	return rmdir(dir);
}
