/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/plain.h"

#include "base/io.h"
#include "libsign/job.h"

int
sg_plain_new(
    struct sign_ctx *ctx, const struct sign_key *key, struct sign_job **out)
{
	struct sign_job_options options = SIGN_JOB_OPTIONS_INIT;

	options.format = "cms";
	return sign_job_new(ctx, &options, key, out);
}

int
sg_plain_sign(struct sign_ctx *ctx, struct sign_key *key, struct sg_in *in,
    struct sg_buf *out)
{
	struct sg_env *env = &ctx->env;
	struct sign_job *job = NULL;
	struct sg_source doc = { .name = sg_in_name(in), .in = in };
	const struct sg_sources docs = { &doc, 1 };
	struct sg_out *memory = NULL;
	int rc = sg_plain_new(ctx, key, &job);

	if (rc == 0)
		rc = sg_job_prepare(job, &docs);
	else
		sg_in_free(in);
	if (rc == 0)
		rc = sign_job_sign(job, key);
	if (rc == 0)
		rc = sg_out_memory(env, out, &memory);
	if (rc == 0)
		rc = sg_job_cades_write(job, memory);
	if (rc == 0)
		rc = sg_out_commit(env, memory);
	sg_out_free(memory);
	sign_job_free(job);
	return rc;
}
