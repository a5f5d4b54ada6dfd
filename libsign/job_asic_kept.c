/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "libsign/job_asic.h"

#include <string.h>

/*
 * A signature that was prepared before goes into the container as it is now:
 * with the same documents, whatever else has been signed in it meanwhile.
 */

/* ---- the documents */

static const struct sg_source *
find_doc(const struct sg_sources *docs, const char *name)
{
	size_t i;

	for (i = 0; i < docs->count; i++)
		if (strcmp(docs->list[i].name, name) == 0)
			return &docs->list[i];
	return NULL;
}

/* After sg_err_set(). */
static int
anew(struct sg_env *env)
{
	sg_err_hint(
	    env, N_("what is there now has to be prepared and signed anew"));
	return SIGN_E_STATE;
}

static int
check_doc(struct sg_env *env, const struct sg_source *was,
    const struct sg_source *is, const struct sg_digest *digest)
{
	if (was == NULL) {
		sg_err_set(env, SIGN_E_STATE,
		    N_("%s is none of the documents that the job was prepared "
		       "for"),
		    is->name);
		return anew(env);
	}
	if (sg_view_equal(sg_doc_digest(was->known, digest),
		sg_doc_digest(is->known, digest)))
		return 0;
	sg_err_set(env, SIGN_E_STATE,
	    N_("%s is not the document that the job was prepared for"),
	    is->name);
	return anew(env);
}

int
sg_job_asic_same(
    struct sg_env *env, const struct sign_job *job, struct sg_job_asic *box)
{
	const struct sg_sources *docs = &job->kept.docs;
	const struct sg_source *doc;
	size_t i;
	int rc = 0;

	if (job->kept.octets.len == 0)
		return 0;
	for (i = 0; rc == 0 && i < box->docs.count; i++) {
		doc = &box->docs.list[i];
		rc =
		    check_doc(env, find_doc(docs, doc->name), doc, box->digest);
	}
	for (i = 0; rc == 0 && i < docs->count; i++) {
		doc = &docs->list[i];
		if (find_doc(&box->docs, doc->name) != NULL)
			continue;
		sg_err_set(env, SIGN_E_STATE,
		    N_("%s, which the job was prepared for, is missing"),
		    doc->name);
		rc = anew(env);
	}
	return rc;
}

/* ---- the manifest, which is what CAdES signs */

int
sg_job_asic_take_manifest(
    struct sg_env *env, const struct sign_job *job, struct sg_job_asic *box)
{
	struct sg_asic_manifest manifest;
	int rc = sg_asic_manifest_read(
	    env, box->pool, job->kept.manifest, &manifest);

	if (rc < 0)
		return rc;
	box->entry = manifest.sig_name;
	/* its name is signed: no other will do */
	if (box->asic == NULL || !sg_asic_has_name(box->asic, box->entry))
		return sg_buf_append_view(
		    env, &box->manifest, job->kept.manifest);
	sg_err_set(env, SIGN_E_STATE,
	    N_("%s, where this signature would stand, has been taken by "
	       "another one meanwhile"),
	    box->entry);
	return anew(env);
}

static int
names_docs(
    const struct sg_asic_manifest *manifest, const struct sg_sources *docs)
{
	const struct sg_asic_ref *ref;
	struct sg_view value;
	size_t i;

	if (manifest->ref_count != docs->count)
		return 0;
	for (i = 0; i < docs->count; i++) {
		ref = &manifest->refs[i];
		if (ref->digest == NULL || ref->name == NULL ||
		    strcmp(ref->name, docs->list[i].name) != 0)
			return 0;
		value = sg_doc_digest(docs->list[i].known, ref->digest);
		if (value.len == 0 || !sg_view_equal(value, ref->value))
			return 0;
	}
	return 1;
}

/* In META-INF itself, where readers look for it. */
static int
names_file(const struct sg_asic_manifest *manifest)
{
	const char *name = manifest->sig_name;

	return name != NULL && sg_asic_role_of(name) == SG_ASIC_CADES &&
	    strpbrk(name + strlen("META-INF/"), "/\\") == NULL;
}

int
sg_job_asic_manifest_fits(struct sg_env *env, const struct sign_job *job)
{
	const struct sg_job_kept *kept = &job->kept;
	struct sg_asic_manifest manifest;
	unsigned char hash[SG_MAX_DIGEST];
	int rc = sg_asic_manifest_read(
	    env, job->now.pool, kept->manifest, &manifest);

	if (rc == 0)
		rc =
		    sg_hash_once(env, job->signer.digest, kept->manifest, hash);
	if (rc < 0)
		return rc;
	return names_file(&manifest) && names_docs(&manifest, &kept->docs) &&
	    sg_view_equal(
		sg_view_of(hash, job->signer.digest->size), kept->digest);
}
