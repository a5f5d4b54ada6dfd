/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "libsign/ctx.h"
#include "libsign/signed.h"
#include "sign/job.h"

#include <string.h>

/* Attached to detached and back. */

/* The parts of the file, in their order, with other content. */
static void
convert_parts(const struct sg_signed *file, struct sg_cms_parts *parts)
{
	const struct sg_cms *cms = file->cms;

	memset(parts, 0, sizeof(*parts));
	parts->digest_algs = cms->digest_algs;
	parts->digest_alg_count = cms->digest_alg_count;
	parts->content_type = cms->content_type;
	parts->source = file->decoded;
	parts->copied = cms;
	parts->certs = cms->certs;
	parts->cert_count = cms->cert_count;
	parts->crls = cms->crls;
	parts->crl_count = cms->crl_count;
	parts->signers = cms->signers;
	parts->signer_count = cms->signer_count;
	parts->keep_order = 1;
}

/* Put the document in, once it is known to be the one that was signed. */
static int
attach(struct sg_env *env, struct sg_signed *file, struct sg_in *in,
    struct sg_cms_parts *parts, struct sg_out *out, int pem)
{
	struct sg_digests digests = { .count = 0 };
	const struct sg_digest *digest = sg_digest_by_option("sha256");
	struct sg_in *checked = NULL;
	struct sg_seen seen;
	size_t compared;
	int rc;

	if ((rc = sg_signed_digest(env, file, in, digest, &digests, &seen)) <
		0 ||
	    (rc = sg_signed_match(env, file, &digests, &compared)) < 0 ||
	    (rc = sg_in_rewind(env, in)) < 0)
		goto out;
	if (compared == 0) {
		rc = sg_err_set(env, SIGN_E_UNSUPPORTED,
		    "no signature in it tells the document's digest: it "
		    "cannot be seen that this is the document");
		goto out;
	}
	rc = sg_in_checked(
	    env, in, digest, sg_digests_get(&digests, digest), &checked);
	if (rc == 0) {
		parts->content = SG_CONTENT_DOCUMENT;
		parts->document = checked;
		rc = sg_cms_write(env, parts, out, pem);
	}
out:
	sg_in_free(checked);
	sg_digests_clear(&digests);
	return rc;
}

/* An archive time-stamp v1 or v2 covers encapContentInfo as it is stored, an
 * evidence record the whole: see sg_signed_thaw(). */
static int
convert(struct sg_env *env, struct sg_signed *file, int attached,
    struct sg_in *in, struct sg_out *out, int pem)
{
	struct sg_cms_parts parts;
	int rc = 0;

	convert_parts(file, &parts);
	if (file->cms->attached == attached) {
		parts.content = SG_CONTENT_COPY;
		return sg_cms_write(env, &parts, out, pem);
	}
	rc = sg_signed_thaw(env, file);
	if (rc < 0)
		return rc;
	if (attached)
		return attach(env, file, in, &parts, out, pem);
	parts.content = SG_CONTENT_NONE;
	return sg_cms_write(env, &parts, out, pem);
}

static int
convert_output(struct sg_env *env, const char *output, int force,
    const struct sg_signed *file, struct sg_in *in, struct sg_out **out)
{
	struct sg_file_id there, document;

	sg_file_id(output, &there);
	sg_file_id(in != NULL ? sg_in_name(in) : NULL, &document);
	if (sg_file_id_same(&there, &file->id) ||
	    sg_file_id_same(&there, &document))
		return sg_err_set(env, SIGN_E_ARG,
		    "%s is one of the inputs, want another output", output);
	return sg_out_create(
	    env, output, force ? SG_OUT_REPLACE : SG_OUT_NEW, out);
}

int
sign_convert(struct sign_ctx *ctx, const char *signature,
    enum sign_packaging packaging, const char *content, const char *output,
    int force, int pem)
{
	struct sg_env *env = &ctx->env;
	int attached = packaging == SIGN_ATTACHED;
	struct sg_out *out = NULL;
	struct sg_signed file;
	struct sg_in *in = NULL;
	int rc = sg_signed_open(env, signature, &file);

	if (rc < 0)
		return rc;
	if (file.cms->attached && content != NULL)
		rc = sg_err_set(env, SIGN_E_ARG,
		    "%s has its document inside, want no other", signature);
	if (rc == 0 && attached && !file.cms->attached)
		rc = sg_signed_document(env, signature, content, &in);
	if (rc == 0 && in != NULL)
		rc = sg_in_twice(env, &in);
	if (rc == 0)
		rc = convert_output(env, output, force, &file, in, &out);
	if (rc == 0)
		rc = convert(env, &file, attached, in, out, pem);
	if (rc == 0)
		rc = sg_out_commit(env, out);
	sg_out_free(out);
	sg_in_free(in);
	sg_signed_close(&file);
	return rc;
}
