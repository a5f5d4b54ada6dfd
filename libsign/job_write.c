/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/der.h"
#include "base/err.h"
#include "base/put.h"
#include "libsign/extend.h"
#include "libsign/job.h"

#include <string.h>
#include <unistd.h>

/* The document again, which must still be the one that was prepared. */
static int
write_attached(struct sg_env *env, struct sign_job *job,
    struct sg_cms_parts *parts, struct sg_out *out)
{
	const struct sg_digest *digest = job->signer.digest;
	struct sg_view expected = sg_view_of(job->now.digest, digest->size);
	struct sg_in *from = job->now.docs.list[0].in;
	int rc = sg_in_rewind(env, from);

	/* standard output cannot be taken back: look before */
	if (rc == 0 && !sg_out_can_patch(out))
		rc = sg_check_document(env, from, digest, expected);
	if (rc == 0)
		rc = sg_in_checked(
		    env, from, digest, expected, &parts->document);
	if (rc == 0)
		rc = sg_cms_write(env, parts, out, job->pem);
	sg_in_free(parts->document);
	parts->document = NULL;
	return rc;
}

/* ---- parts */

/* Lists that grow; everything in them is borrowed or in the pool. */
struct build {
	struct sg_env *env;
	struct sg_pool *pool;
	struct sg_cms_parts parts;
};

static int
build_push(struct build *build, struct sg_view **list, size_t *count,
    struct sg_view item)
{
	struct sg_view *slot;

	slot = sg_pool_push(build->pool, list, count, sizeof(*slot));
	if (slot == NULL)
		return sg_err_nomem(build->env);
	*slot = item;
	return 0;
}

static int
build_copy(struct build *build, struct sg_view **list, size_t *count,
    const struct sg_view *from, size_t from_count)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < from_count; i++)
		rc = build_push(build, list, count, from[i]);
	return rc;
}

/* The certificate unless the same octets stand there. */
static int
build_cert(struct build *build, struct sg_view der)
{
	size_t i;

	for (i = 0; i < build->parts.cert_count; i++)
		if (sg_view_equal(build->parts.certs[i], der))
			return 0;
	return build_push(
	    build, &build->parts.certs, &build->parts.cert_count, der);
}

static int
build_certs(struct build *build, const struct sign_job *job)
{
	const struct sg_cms *other = job->now.other.cms;
	size_t i;
	int rc = build_cert(build, sg_cert_der(job->cert));

	for (i = 0; rc == 0 && i < job->chain.count; i++)
		rc = build_cert(build, sg_cert_der(job->chain.list[i]));
	for (i = 0; rc == 0 && other != NULL && i < other->cert_count; i++)
		rc = build_cert(build, other->certs[i]);
	if (rc == 0 && other != NULL)
		rc = build_copy(build, &build->parts.crls,
		    &build->parts.crl_count, other->crls, other->crl_count);
	return rc;
}

/* The digest's AlgorithmIdentifier unless its OID is announced already. */
static int
build_digest(struct build *build, const struct sg_digest *digest)
{
	struct sg_put put = SG_PUT_INIT(build->env);
	struct sg_algid algid;
	struct sg_view copy;
	struct sg_der der;
	struct sg_tlv tlv;
	size_t i;

	for (i = 0; i < build->parts.digest_alg_count; i++) {
		der = sg_der_of(build->parts.digest_algs[i]);
		if (sg_der_next(build->env, &der, "digestAlgorithms", &tlv) ==
			0 &&
		    sg_der_algid(build->env, build->pool, &tlv, &algid) == 0 &&
		    strcmp(algid.oid, digest->oid) == 0)
			return 0;
	}
	sg_put_digest_alg(&put, digest);
	copy = sg_pool_dup(build->pool, sg_buf_view(&put.buf));
	sg_put_free(&put);
	if (put.rc < 0)
		return put.rc;
	if (copy.ptr == NULL)
		return sg_err_nomem(build->env);
	return build_push(build, &build->parts.digest_algs,
	    &build->parts.digest_alg_count, copy);
}

/* Everything of the existing file, as stored. */
static int
build_existing(struct build *build, struct sg_signed *file)
{
	struct sg_cms_parts *parts = &build->parts;
	const struct sg_cms *cms = file->cms;
	int rc;

	parts->content = SG_CONTENT_COPY;
	parts->source = file->decoded;
	parts->copied = cms;
	parts->crls = cms->crls;
	parts->crl_count = cms->crl_count;
	parts->keep_order = 1;
	if ((rc = build_copy(build, &parts->digest_algs,
		 &parts->digest_alg_count, cms->digest_algs,
		 cms->digest_alg_count)) < 0 ||
	    (rc = build_copy(build, &parts->certs, &parts->cert_count,
		 cms->certs, cms->cert_count)) < 0)
		return rc;
	return build_copy(build, &parts->signers, &parts->signer_count,
	    cms->signers, cms->signer_count);
}

/* info: the new SignerInfo. changed: room for the counter-signed one. */
static int
build_parts(struct build *build, struct sign_job *job, struct sg_view info,
    struct sg_buf *changed)
{
	struct sg_prepared *now = &job->now;
	struct sg_cms_parts *parts = &build->parts;
	size_t i;
	int rc = 0;

	if (now->kind == SG_JOB_DOCUMENT)
		parts->content =
		    job->attached ? SG_CONTENT_DOCUMENT : SG_CONTENT_NONE;
	else
		rc = build_existing(build, &now->file);
	if (rc == 0)
		rc = build_certs(build, job);
	if (rc == 0 && now->kind == SG_JOB_COUNTER) {
		rc = sg_cms_counter_add(build->env, parts->signers[now->signer],
		    &now->below, info, changed);
		if (rc == 0)
			parts->signers[now->signer] = sg_buf_view(changed);
		return rc;
	}
	if (rc == 0)
		rc = build_digest(build,
		    now->other_digest != NULL ? now->other_digest
					      : job->signer.digest);
	/* completed before: the same file again */
	for (i = 0;
	     rc == 0 && job->kept.octets.len != 0 && i < parts->signer_count;
	     i++)
		if (sg_view_equal(parts->signers[i], info))
			return 0;
	if (rc == 0)
		rc = build_push(
		    build, &parts->signers, &parts->signer_count, info);
	return rc;
}

/* ---- the file */

/* Would the signature take the place of what it signs? */
static int
is_document(const struct sg_prepared *now, const struct sg_file_id *there)
{
	struct sg_file_id id;
	size_t i;

	for (i = 0; there->known && i < now->document_count; i++) {
		sg_file_id(now->documents[i], &id);
		if (sg_file_id_same(there, &id))
			return 1;
	}
	return 0;
}

/* In place: only while nobody else changed it, see sg_file_lock(). */
int
sg_job_open_output(struct sg_env *env, struct sign_job *job, const char *output,
    struct sg_out **out, int *lock)
{
	const struct sg_prepared *now = &job->now;
	enum sg_out_mode mode = job->force ? SG_OUT_REPLACE : SG_OUT_NEW;
	struct sg_file_id there;
	int rc = 0;

	sg_file_id(output, &there);
	if (is_document(now, &there))
		return sg_err_set(env, SIGN_E_ARG,
		    "%s is the document itself, want another output", output);
	if (now->kind != SG_JOB_DOCUMENT && now->file.id.known &&
	    (sg_file_id_same(&there, &now->file.id) ||
		strcmp(output, now->path) == 0)) {
		mode = SG_OUT_REPLACE;
		rc = sg_file_lock(env, output, &now->file.id, lock);
	} else if (job->into != NULL && strcmp(output, job->into->path) == 0) {
		mode = SG_OUT_REPLACE;
		rc = sg_file_lock(env, output, &there, lock);
	}
	if (rc == 0)
		rc = sg_out_create(env, output, mode, out);
	return rc;
}

static int
write_parts(struct sg_env *env, struct sign_job *job,
    struct sg_cms_parts *parts, struct sg_out *out)
{
	int pem = job->pem ||
	    (job->now.kind != SG_JOB_DOCUMENT &&
		job->now.file.encoding != SG_ENC_BINARY);

	if (parts->content == SG_CONTENT_DOCUMENT)
		return write_attached(env, job, parts, out);
	return sg_cms_write(env, parts, out, pem);
}

int
sg_job_cades_write(struct sign_job *job, struct sg_out *out)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_buf info = { NULL, 0, 0 }, changed = { NULL, 0, 0 };
	struct build build;
	int rc;

	memset(&build, 0, sizeof(build));
	build.env = env;
	build.pool = sg_pool_new();
	if (build.pool == NULL)
		return sg_err_nomem(env);
	if (job->now.other.cms != NULL)
		rc = sg_buf_append_view(
		    env, &info, job->now.other.cms->signers[0]);
	else
		rc = sg_cms_make_signer(env, &job->signer,
		    sg_buf_view(&job->now.attrs), sg_buf_view(&job->now.value),
		    &info);
	if (rc == 0)
		rc = build_parts(&build, job, sg_buf_view(&info), &changed);
	if (rc == 0)
		rc = write_parts(env, job, &build.parts, out);
	sg_pool_free(build.pool);
	sg_buf_free(&info);
	sg_buf_free(&changed);
	return rc;
}

static int
job_has_value(struct sg_env *env, const struct sign_job *job)
{
	if (job->now.wanting)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("the signature has its document inside or beside it: "
		       "the job must be given it before it is completed"));
	if (job->now.value.len != 0 || job->now.other.cms != NULL)
		return 0;
	return sg_err_set(
	    env, SIGN_E_STATE, "the job has no signature value yet");
}

static int
write_signature(struct sg_env *env, struct sign_job *job, struct sg_out *out)
{
	if (job->now.done != NULL)
		return sg_job_done_write(env, job, out);
	return job->into != NULL ? job->into->write(job, out)
				 : job->ops->write(job, out);
}

int
sign_job_write(struct sign_job *job, const char *output)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_out *out = NULL;
	int lock = -1;
	int rc = job_has_value(env, job);

	if (rc == 0 && job->level != NULL)
		rc = sg_err_set(env, SIGN_E_ARG,
		    "level %s wants time-stamps: see sign_job_write_level()",
		    job->level);
	if (output == NULL)
		output = job->now.card.output;
	if (rc == 0)
		rc = sg_job_open_output(env, job, output, &out, &lock);
	if (rc == 0)
		rc = write_signature(env, job, out);
	if (rc == 0)
		rc = sg_out_commit(env, out);
	sg_out_free(out);
	if (lock >= 0)
		close(lock);
	return rc;
}

/* ---- straight to a higher level */

/* The signature of level B-B in a file that nobody sees, and from there. */
static int
write_raised(
    struct sign_job *job, struct sg_extend_want *want, struct sg_out *out)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_out *scratch = NULL;
	int rc;

	if (job->now.done != NULL) {
		rc = sg_job_done_level(env, job, want->options->level);
		if (rc == 0)
			rc = sg_job_done_write(env, job, out);
		return rc == 0 ? sg_out_commit(env, out) : rc;
	}
	rc = sg_out_scratch(env, &scratch);
	if (rc == 0)
		rc = job->ops->write(job, scratch);
	if (rc == 0)
		rc = sg_out_reread(env, scratch, &want->in);
	if (rc == 0)
		rc = sg_extend_into(job->ctx, want, out, NULL);
	sg_out_free(scratch);
	return rc;
}

/* Where the documents are: those that were prepared, unless they are named. */
static struct sg_where
raised_where(
    const struct sign_job *job, const struct sign_extend_options *options)
{
	struct sg_where where = { options->contents, options->content_count,
		options->find_content };

	/* the file itself is no document of its */
	if (job->now.kind == SG_JOB_PARALLEL && where.count != 0 &&
	    strcmp(where.contents[0], job->now.path) == 0) {
		where.contents++;
		where.count--;
		where.find |= where.count == 0;
	}
	if (job->ops == &sg_job_asic) /* it has them inside */
		where.count = 0;
	else if (where.count == 0 && job->now.kind == SG_JOB_DOCUMENT &&
	    job->packaging == SIGN_DETACHED) {
		where.contents = job->now.documents;
		where.count = job->now.document_count;
	}
	return where;
}

int
sign_job_write_level(struct sign_job *job, const struct sign_trust *trust,
    const struct sign_extend_options *options, const char *output)
{
	struct sign_extend_options set = SIGN_EXTEND_OPTIONS_INIT;
	struct sg_extend_want want = { .trust = trust,
		.options = &set,
		.path = job->now.path,
		.last = job->now.kind == SG_JOB_PARALLEL,
		.always = 1,
		.pem = job->pem };
	struct sg_env *env = &job->ctx->env;
	struct sg_out *out = NULL;
	int lock = -1;
	int rc = job_has_value(env, job);

	if (rc == 0)
		rc = sg_options_take(env, options, &set, sizeof(set));
	want.where = raised_where(job, &set);
	if (set.level == NULL)
		set.level = job->level;
	if (rc == 0 && job->now.kind == SG_JOB_COUNTER)
		rc = sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("a counter-signature is made first, and extended "
		       "then"));
	if (output == NULL)
		output = job->now.card.output;
	if (rc == 0)
		rc = sg_job_open_output(env, job, output, &out, &lock);
	if (rc == 0)
		rc = write_raised(job, &want, out);
	sg_out_free(out);
	if (lock >= 0)
		close(lock);
	return rc;
}
