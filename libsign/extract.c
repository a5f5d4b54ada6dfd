/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/extract.h"

#include "base/err.h"
#include "base/pool.h"
#include "formats/asic.h"
#include "formats/format.h"
#include "formats/xades_write.h"
#include "libsign/ctx.h"
#include "libsign/job.h"
#include "libsign/signed.h"

#include <string.h>

struct extraction {
	const char *id;     /* of the signature; NULL: the first */
	struct sg_out *out; /* NULL: only look */
	uint64_t done;
};

static int
extract_octets(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	struct extraction *to = payload;
	int rc = 0;

	if (to->out != NULL)
		rc = sg_out_write(env, to->out, ptr, len);
	to->done += len;
	if (rc == 0)
		rc = sg_env_progress(env, to->done, 0);
	return rc;
}

static int
extract_xml(struct sg_env *env, struct sg_in *in, struct extraction *to)
{
	struct sg_sink sink = { extract_octets, to };
	size_t index = 0;
	uint64_t size;
	int rc = 0;

	if (to->id != NULL)
		rc = sg_job_find_xml(env, in, to->id, &index, &size);
	if (rc == 0 && to->id != NULL)
		rc = sg_in_rewind(env, in);
	return rc < 0 ? rc : sg_xades_extract(env, in, index, &sink);
}

static int
extract_cms(struct sg_env *env, struct sg_in *in, struct extraction *to)
{
	struct sg_cms_sink sink = { NULL, extract_octets, to };
	struct sg_prepared which = { .ready = 0 };
	struct sg_pool *pool = sg_pool_new();
	struct sg_cms *cms = NULL;
	int rc = pool != NULL ? 0 : sg_err_nomem(env);

	if (rc == 0 && to->id != NULL)
		rc = sg_job_parse_id(env, to->id, &which);
	if (rc == 0)
		rc = sg_cms_open(env, pool, in, &sink, &cms);
	if (rc == 0 && !cms->attached)
		rc = sg_err_set(env, SIGN_E_FORMAT,
		    "it is a detached signature: there is no document in it");
	if (rc == 0 && which.signer >= cms->signer_count)
		rc = sg_err_set(env, SIGN_E_ARG,
		    "there is no signature %s in the file", to->id);
	if (rc == 0 && which.below.count != 0)
		rc = sg_err_set(env, SIGN_E_ARG,
		    "a counter-signature is over a signature, not over a "
		    "document");
	sg_pool_free(pool);
	return rc;
}

static int
extract_pass(struct sg_env *env, struct sg_in *in, struct extraction *to)
{
	struct sg_view head;
	int rc = sg_in_peek(env, in, 64, &head);

	to->done = 0;
	if (rc < 0)
		return rc;
	if (sg_format_probe(head) == &sg_format_xades)
		return extract_xml(env, in, to);
	return extract_cms(env, in, to);
}

/* A file is put in place when all was read; what goes to standard output
 * cannot be taken back, so there the signature is read through before. */
static int
extract_from(struct sg_env *env, struct sg_in *raw, struct extraction *to)
{
	struct extraction look = { to->id, NULL, 0 };
	struct sg_in *in = NULL;
	enum sg_encoding encoding;
	int rc = sg_encoding_open(env, raw, &in, &encoding, NULL);

	if (rc == 0 && !sg_out_can_patch(to->out)) {
		rc = extract_pass(env, in, &look);
		if (rc == 0)
			rc = sg_in_rewind(env, in);
	}
	if (rc == 0)
		rc = extract_pass(env, in, to);
	if (rc == 0)
		rc = sg_out_commit(env, to->out);
	sg_in_free(in);
	return rc;
}

int
sign_extract(
    struct sign_ctx *ctx, const char *signature, const char *output, int force)
{
	return sign_extract_signer(ctx, signature, NULL, output, force);
}

static int
is_container(struct sg_env *env, struct sg_in *in, int *yes)
{
	struct sg_view head;
	int rc = sg_in_peek(env, in, SG_FORMAT_HEAD, &head);

	if (rc == 0)
		*yes = sg_format_probe(head) == &sg_format_asic;
	return rc;
}

/* Read from where it is wanted, as often as it is wanted. */
static int
spool(struct sg_env *env, struct sg_in **in)
{
	struct sg_in *from = *in;
	int rc;

	*in = NULL;
	rc = sg_in_spool(env, from, in);
	sg_in_free(from);
	return rc;
}

static int
extract_container(
    struct sign_ctx *ctx, struct sg_in **in, const struct sg_extract_want *want)
{
	struct sg_in *raw;
	int rc = 0;

	if (!sg_in_can_read_at(*in))
		rc = spool(&ctx->env, in);
	raw = *in;
	*in = NULL;
	return rc < 0 ? rc : sg_extract_asic(ctx, raw, want);
}

int
sign_extract_signer(struct sign_ctx *ctx, const char *signature, const char *id,
    const char *output, int force)
{
	enum sg_out_mode mode = force ? SG_OUT_REPLACE : SG_OUT_NEW;
	struct extraction to = { id, NULL, 0 };
	struct sg_extract_want want = { .path = signature, .id = id };
	struct sg_env *env = &ctx->env;
	struct sg_in *in = NULL;
	struct sg_file_id from, there;
	int rc, container = 0;

	sg_file_id(signature, &from);
	sg_file_id(output, &there);
	if (sg_file_id_same(&from, &there))
		return sg_err_set(env, SIGN_E_ARG,
		    "%s is the signature itself, want another output", output);
	rc = sg_in_open(env, signature, &in);
	if (rc == 0)
		rc = is_container(env, in, &container);
	if (rc == 0)
		rc = sg_out_create(env, output, mode, &to.out);
	want.out = to.out;
	if (rc == 0 && container) {
		rc = extract_container(ctx, &in, &want);
	} else if (rc == 0) {
		if (!sg_in_can_rewind(in) &&
		    (id != NULL || !sg_out_can_patch(to.out)))
			rc = spool(env, &in);
		if (rc == 0)
			rc = extract_from(env, in, &to);
	}
	sg_out_free(to.out);
	sg_in_free(in);
	return rc;
}

int
sign_extract_dir(struct sign_ctx *ctx, const char *container,
    const struct sign_extract_options *options, const char *directory)
{
	struct sign_extract_options set = SIGN_EXTRACT_OPTIONS_INIT;
	struct sg_extract_want want = { .path = container,
		.directory = directory };
	struct sg_in *in = NULL;
	int rc;

	sg_err_clear(&ctx->env);
	rc = sg_options_take(&ctx->env, options, &set, sizeof(set));
	if (rc < 0)
		return rc;
	want.id = set.signer;
	want.mode = set.force ? SG_OUT_REPLACE : SG_OUT_NEW;
	want.fn = set.fn;
	want.payload = set.payload;
	rc = sg_in_open(&ctx->env, container, &in);
	if (rc == 0)
		rc = extract_container(ctx, &in, &want);
	sg_in_free(in);
	return rc;
}
