/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/timestamp.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "libsign/ctx.h"
#include "libsign/gather.h"
#include "libsign/tsa.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The digest of a document that is read once, in constant memory. */
static int
digest_stream(struct sg_env *env, struct sg_in *in, struct sg_hash *hash,
    unsigned char *chunk)
{
	uint64_t size = sg_in_size(in);
	size_t got = 1;
	int ret = 0;

	while (ret == 0 && got != 0) {
		ret = sg_in_read(env, in, chunk, SG_IO_CHUNK, &got);
		if (ret == 0)
			ret = sg_hash_update(env, hash, chunk, got);
		if (ret == 0)
			ret = sg_env_progress(env, sg_in_tell(in),
			    size != SG_SIZE_UNKNOWN ? size : 0);
	}
	return ret;
}

static int
digest_document(struct sg_env *env, const char *document,
    const struct sg_digest *digest, unsigned char *out)
{
	unsigned char *chunk = malloc(SG_IO_CHUNK);
	struct sg_hash *hash = NULL;
	struct sg_in *in = NULL;
	int ret = chunk != NULL ? 0 : sg_err_nomem(env);

	if (ret == 0)
		ret = sg_in_open(env, document, &in);
	if (ret == 0)
		ret = sg_hash_new(env, digest, &hash);
	if (ret == 0)
		ret = digest_stream(env, in, hash, chunk);
	if (ret == 0)
		ret = sg_hash_final(env, hash, out);
	sg_hash_free(hash);
	sg_in_free(in);
	free(chunk);
	return ret;
}

int
sg_timestamp_ask(struct sign_ctx *ctx, const struct sign_trust *trust,
    const struct sign_timestamp_options *options, struct sg_tsa_job *job,
    struct sg_buf *token)
{
	struct sg_gathered gathered;
	int ret = sg_gather(ctx, NULL, trust, &gathered);

	if (ret < 0)
		return ret;
	job->tsas = options->tsas;
	job->tsa_count = options->tsa_count;
	job->gathered = &gathered;
	ret = sg_tsa_stamp(ctx, job, token);
	sg_gathered_clear(&gathered);
	return ret;
}

static int
check_options(struct sg_env *env, const struct sign_timestamp_options *options,
    const struct sg_digest **digest)
{
	const char *name = options->digest != NULL ? options->digest : "sha256";

	*digest = sg_digest_by_option(name);
	if (*digest == NULL)
		return sg_err_set(
		    env, SIGN_E_ARG, N_("unknown digest algorithm %s"), name);
	if ((*digest)->use != SG_USE_FULL)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("%s is fit for reading old signatures only"),
		    (*digest)->name);
	if (options->tsa_count == 0)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a time-stamp is needed, and no authority is named"));
	return 0;
}

/* The token alone. */
static int
timestamp_one(struct sign_ctx *ctx, const char *document,
    const struct sign_trust *trust,
    const struct sign_timestamp_options *options, struct sg_tsa_job *job,
    struct sg_out *out)
{
	unsigned char imprint[SG_MAX_DIGEST];
	struct sg_env *env = &ctx->env;
	struct sg_buf token = { 0 };
	int ret = digest_document(env, document, job->digest, imprint);

	job->imprint = sg_view_of(imprint, job->digest->size);
	if (ret == 0)
		ret = sg_timestamp_ask(ctx, trust, options, job, &token);
	if (ret == 0)
		ret = sg_out_write(env, out, token.ptr, token.len);
	sg_buf_free(&token);
	return ret;
}

/* By its name: no container, ASiC-S, ASiC-E. */
static const struct {
	const char *name;
	int kind; /* -1: the token alone */
} formats[] = {
	{ "tst", -1 },
	{ "asic-s", SG_ASIC_S },
	{ "asic-e", SG_ASIC_E },
};

static int
find_format(struct sg_env *env, const char *name, size_t count, int *kind)
{
	size_t i;

	*kind = SG_ASIC_ODF;
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcasecmp(name, formats[i].name) == 0)
			*kind = formats[i].kind;
	if (*kind == SG_ASIC_ODF)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a time-stamp goes into tst, asic-s or asic-e, not %s"),
		    name);
	if (count == 0 || (count > 1 && *kind != SG_ASIC_E)) {
		sg_err_set(env, SIGN_E_ARG,
		    N_("want one document to time-stamp, have %zu"), count);
		sg_err_hint(env, N_("a container takes several: asic-e"));
		return SIGN_E_ARG;
	}
	return 0;
}

int
sign_timestamp_many(struct sign_ctx *ctx, const char *const *documents,
    size_t count, const struct sign_trust *trust,
    const struct sign_timestamp_options *options, const char *output)
{
	struct sign_timestamp_options set = SIGN_TIMESTAMP_OPTIONS_INIT;
	struct sg_env *env = &ctx->env;
	struct sg_tsa_job job = { 0 };
	struct sg_timestamp_want want = { .documents = documents,
		.count = count,
		.trust = trust,
		.options = &set,
		.output = output };
	struct sg_out *out = NULL;
	int ret, kind;

	sg_err_clear(env);
	ret = sg_options_take(env, options, &set, sizeof(set));
	if (ret == 0)
		ret = check_options(env, &set, &job.digest);
	if (ret == 0)
		ret = find_format(
		    env, set.format != NULL ? set.format : "tst", count, &kind);
	if (ret == 0)
		ret = sg_out_create(
		    env, output, set.force ? SG_OUT_REPLACE : SG_OUT_NEW, &out);
	if (ret == 0 && kind < 0) {
		ret = timestamp_one(ctx, documents[0], trust, &set, &job, out);
	} else if (ret == 0) {
		want.kind = (enum sg_asic_kind)kind;
		ret = sg_timestamp_asic(ctx, &want, &job, out);
	}
	if (ret == 0)
		ret = sg_out_commit(env, out);
	sg_out_free(out);
	return ret;
}

int
sign_timestamp(struct sign_ctx *ctx, const char *document,
    const struct sign_trust *trust,
    const struct sign_timestamp_options *options, const char *output)
{
	return sign_timestamp_many(ctx, &document, 1, trust, options, output);
}
