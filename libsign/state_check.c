/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/state.h"

#include "base/err.h"
#include "base/time.h"
#include "formats/format.h"
#include "libsign/job_asic.h"

#include <string.h>

/* ---- the signature as its format reads it */

/* A detached SignedData around the attributes, with a value that is none. */
static int
write_cms(struct sg_env *env, const struct sign_job *job, struct sg_out *out)
{
	static const unsigned char none[64] = { 0 };
	struct sg_buf info = { NULL, 0, 0 }, algorithm = { NULL, 0, 0 };
	struct sg_view cert = sg_cert_der(job->cert), signer, digest;
	struct sg_cms_parts parts = {
		.digest_algs = &digest,
		.digest_alg_count = 1,
		.content = SG_CONTENT_NONE,
		.certs = &cert,
		.cert_count = 1,
		.signers = &signer,
		.signer_count = 1,
	};
	int rc;

	rc = sg_digest_put_algid(env, &algorithm, job->signer.digest);
	if (rc == 0)
		rc = sg_cms_make_signer(env, &job->signer,
		    sg_buf_view(&job->now.attrs),
		    sg_view_of(none, sizeof(none)), &info);
	digest = sg_buf_view(&algorithm);
	signer = sg_buf_view(&info);
	if (rc == 0)
		rc = sg_cms_write(env, &parts, out, 0);
	if (rc == 0)
		rc = sg_out_commit(env, out);
	sg_buf_free(&info);
	sg_buf_free(&algorithm);
	return rc;
}

static int
write_signature(
    struct sg_env *env, const struct sign_job *job, struct sg_buf *file)
{
	struct sg_out *out = NULL;
	int rc;

	if (job->now.made != NULL)
		return sg_xades_keep(env, job->now.made, file);
	if (job->kept.xml.len != 0)
		return sg_buf_append_view(env, file, job->kept.xml);
	rc = sg_out_memory(env, file, &out);
	if (rc == 0)
		rc = write_cms(env, job, out);
	sg_out_free(out);
	return rc;
}

int
sg_state_facts(
    struct sg_env *env, const struct sign_job *job, struct sg_facts **out)
{
	static const struct sg_sources none;
	int xml = job->now.made != NULL || job->kept.xml.len != 0;
	const struct sg_format *format =
	    xml ? &sg_format_xades : &sg_format_cades;
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_in *in = NULL;
	int rc = write_signature(env, job, &file);

	if (rc == 0)
		rc = sg_in_memory(env, "state", sg_buf_view(&file), &in);
	if (rc == 0)
		rc = format->read(env, in, &none, out);
	sg_in_free(in);
	sg_buf_free(&file);
	return rc;
}

/* ---- what it says against what the state says */

static int
differs(struct sg_env *env, const char *what)
{
	return sg_err_set(env, SIGN_E_STATE,
	    N_("the state contradicts itself: %s"), sg_tr(env, what));
}

/* The signing-certificate attribute (RFC 5035, 3; EN 319 132-1, 5.2.2). */
static int
check_reference(struct sg_env *env, const struct sign_job *job,
    const struct sg_sig_fact *sig)
{
	const struct sg_cert_ref *ref =
	    sig->cert_ref_count != 0 ? &sig->cert_refs[0] : NULL;
	unsigned char hash[SG_MAX_DIGEST];
	int rc;

	if (job->plain && ref == NULL)
		return 0;
	if (ref == NULL || ref->digest == NULL)
		return differs(
		    env, N_("what is to be signed names no certificate"));
	rc = sg_hash_once(env, ref->digest, sg_cert_der(job->cert), hash);
	if (rc < 0)
		return rc;
	if (sg_view_equal(sg_view_of(hash, ref->digest->size), ref->hash))
		return 0;
	return differs(
	    env, N_("what is to be signed names another certificate"));
}

/* What message-digest is the digest of: the document, or the manifest over all
 * of them (EN 319 162-1, 4.4.3.2). */
static int
check_content(struct sg_env *env, const struct sign_job *job, int *fits)
{
	const struct sg_job_kept *kept = &job->kept;
	int rc;

	if (kept->manifest.len == 0) {
		*fits = sg_view_equal(kept->digest,
		    sg_doc_digest(
			kept->docs.list[0].known, job->signer.digest));
		return 0;
	}
	rc = sg_job_asic_manifest_fits(env, job);
	*fits = rc > 0;
	return rc < 0 ? rc : 0;
}

/* message-digest (RFC 5652, 11.2). */
static int
check_message(struct sg_env *env, const struct sign_job *job,
    const struct sg_sig_fact *sig)
{
	int fits, rc = check_content(env, job, &fits);

	if (rc < 0)
		return rc;
	if (fits && sig->ref_count == 1 &&
	    sg_view_equal(sig->refs[0].found, job->kept.digest))
		return 0;
	return differs(
	    env, N_("what is to be signed has another digest of the document"));
}

/* References to documents, in their order. */
static int
check_documents(struct sg_env *env, const struct sign_job *job,
    const struct sg_sig_fact *sig)
{
	const struct sg_sources *docs = &job->kept.docs;
	struct sg_view want;
	size_t i, at = 0;

	for (i = 0; i < sig->ref_count; i++) {
		if (sig->refs[i].internal)
			continue;
		if (at == docs->count || sig->refs[i].digest == NULL)
			break;
		want =
		    sg_doc_digest(docs->list[at++].known, sig->refs[i].digest);
		if (want.len == 0 || !sg_view_equal(want, sig->refs[i].found))
			break;
	}
	if (i == sig->ref_count && at == docs->count)
		return 0;
	return differs(
	    env, N_("what is to be signed has another digest of the document"));
}

/* SignedInfo has a digest of the properties, which stand beside it. */
static int
check_internal(struct sg_env *env, const struct sg_sig_fact *sig)
{
	size_t i;

	for (i = 0; i < sig->ref_count; i++)
		if (sig->refs[i].internal &&
		    !sg_view_equal(sig->refs[i].found, sig->refs[i].computed))
			return differs(env,
			    N_("the signed properties are not those whose "
			       "digest is to be signed"));
	return 0;
}

static int
check_signature(struct sg_env *env, const struct sign_job *job,
    const struct sg_state *state, const struct sg_sig_fact *sig)
{
	int rc;

	if (sig->tbs_count == 0 ||
	    !sg_view_equal(sig->tbs[0].octets, state->octets))
		return differs(env,
		    N_("the octets to be signed are not those of the "
		       "signature"));
	if (sig->signing_time != state->signing_time)
		return differs(
		    env, N_("what is to be signed has another time"));
	rc = check_reference(env, job, sig);
	if (rc == 0 && job->kept.xml.len == 0)
		return check_message(env, job, sig);
	if (rc == 0)
		rc = check_documents(env, job, sig);
	return rc < 0 ? rc : check_internal(env, sig);
}

int
sg_state_check(struct sg_env *env, const struct sign_job *job,
    const struct sg_state *state)
{
	struct sg_facts *facts = NULL;
	int rc;

	if (strcmp(job->now.code, state->code) != 0)
		return differs(env, N_("the control code is another one"));
	rc = sg_state_facts(env, job, &facts);
	if (rc == 0 && facts->sig_count != 1)
		rc = differs(env, N_("it holds several signatures"));
	if (rc == 0)
		rc = check_signature(env, job, state, &facts->sigs[0]);
	sg_facts_free(facts);
	return rc;
}
