/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "statekit.h"

#include "base/crypt.h"
#include "base/err.h"
#include "libsign/ctx.h"
#include "libsign/job.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#define KEY "a key of sixteen octets or more"

const struct sign_state_options sealed = { sizeof(sealed),
	(const unsigned char *)KEY, sizeof(KEY) - 1, 1 };
const struct sign_state_options loose = { sizeof(loose), NULL, 0, 1 };

char *
copy_of(const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *
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

int
import_text(const char *text, const struct sign_state_options *how,
    struct sign_job **out)
{
	int rc = sign_job_import(ctx, how, text, strlen(text), out);

	assert_true(rc == 0 || sign_ctx_message(ctx)[0] != '\0');
	return rc;
}

int
refused(const char *text, const struct sign_state_options *how)
{
	struct sign_job *job = NULL;
	int rc = import_text(text, how, &job);

	sign_job_free(job);
	return rc;
}

struct sg_buf
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

void
complete(struct sign_job *job, const struct sg_buf *value, const char *output)
{
	assert_rc(sign_job_complete(job, value->ptr, value->len), 0);
	assert_rc(sign_job_write(job, output), 0);
}

struct sign_job *
prepared(struct signer *who, const struct sign_job_options *o, const char *path)
{
	struct sign_key *key = who != NULL ? signer_key(ctx, who) : NULL;
	struct sign_job *job = NULL;

	assert_rc(sign_job_new(ctx, o, key, &job), 0);
	assert_rc(sign_job_prepare(job, path), 0);
	sign_key_free(key);
	return job;
}
