/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "libsign/job_asic.h"

#include <stdlib.h>
#include <string.h>

struct sg_job_asic *
sg_job_asic_new(struct sg_env *env)
{
	struct sg_job_asic *box = calloc(1, sizeof(*box));

	if (box != NULL)
		box->pool = sg_pool_new();
	if (box == NULL || box->pool == NULL) {
		free(box);
		sg_err_nomem(env);
		return NULL;
	}
	return box;
}

void
sg_job_asic_free(struct sg_job_asic *box)
{
	if (box == NULL)
		return;
	sg_buf_free(&box->manifest);
	sg_buf_free(&box->old);
	sg_asic_free(box->asic);
	sg_in_free(box->in);
	sg_pool_free(box->pool);
	free(box);
}

int
sg_job_asic_hash(struct sg_env *env, const struct sg_job_asic *box,
    unsigned char out[SG_MAX_DIGEST])
{
	struct sg_digests digests = { .count = 0 };
	struct sg_seen seen;
	int rc = sg_digests_add(env, &digests, sg_digest_by_option("sha256"));

	if (rc == 0)
		rc = sg_in_rewind(env, box->in);
	if (rc == 0)
		rc = sg_digest_document(env, box->in, &digests, &seen);
	if (rc == 0)
		memcpy(out, digests.value[0], SG_JOB_ASIC_HASH);
	sg_digests_clear(&digests);
	return rc;
}

/* ---- preparing */

int
sg_job_asic_is_cades(const struct sign_job *job)
{
	return job->inner == &sg_job_cades;
}

const struct sg_digest *
sg_job_asic_digest_of(const struct sign_job *job, enum sg_asic_kind kind)
{
	const struct sg_digest *digest = job->signer.digest;

	if (sg_job_asic_is_cades(job) && kind == SG_ASIC_S)
		return digest;
	/* RFC 9231 has no name for what belongs to Ed448 */
	return digest->xml_uri[0] != NULL ? digest
					  : sg_digest_by_option("sha512");
}

/* The next number may be another's before the value is there, and the name is
 * signed with the manifest: one that nobody else comes upon. */
static int
name_apart(struct sg_env *env, struct sign_job *job, struct sg_job_asic *box)
{
	struct sg_buf seed = { NULL, 0, 0 };
	unsigned char hash[SG_MAX_DIGEST];
	size_t i;
	int rc = sg_buf_printf(env, &seed, "%lld ", (long long)sg_env_now(env));

	if (rc == 0)
		rc = sg_buf_append_view(env, &seed, sg_cert_der(job->cert));
	for (i = 0; rc == 0 && i < box->docs.count; i++)
		rc = sg_buf_append_view(env, &seed,
		    sg_doc_digest(box->docs.list[i].known, box->digest));
	if (rc == 0)
		rc = sg_hash_once(env, sg_digest_by_option("sha256"),
		    sg_buf_view(&seed), hash);
	sg_buf_free(&seed);
	if (rc < 0)
		return rc;
	box->entry = sg_pool_printf(box->pool,
	    "META-INF/signature-%02x%02x%02x%02x%02x%02x.p7s", hash[0], hash[1],
	    hash[2], hash[3], hash[4], hash[5]);
	return box->entry != NULL ? 0 : sg_err_nomem(env);
}

static int
name_signature(
    struct sg_env *env, struct sign_job *job, struct sg_job_asic *box)
{
	int cades = sg_job_asic_is_cades(job);
	struct sg_asic empty = { .kind = box->kind };

	if (job->kept.manifest.len != 0)
		return sg_job_asic_take_manifest(env, job, box);
	if (cades && job->elsewhere && box->asic != NULL &&
	    box->kind == SG_ASIC_E)
		return name_apart(env, job, box);
	box->entry = sg_asic_next_name(env, box->pool,
	    box->asic != NULL ? box->asic : &empty,
	    cades ? SG_ASIC_CADES : SG_ASIC_XADES);
	return box->entry != NULL ? 0 : SIGN_E_NOMEM;
}

static int
choose_names(struct sg_env *env, struct sign_job *job, struct sg_job_asic *box)
{
	int rc = name_signature(env, job, box);

	box->fresh = 1;
	if (rc < 0 || !sg_job_asic_is_cades(job) || box->kind == SG_ASIC_S)
		return rc;
	box->manifest_name =
	    sg_asic_next_name(env, box->pool, box->asic, SG_ASIC_MANIFEST);
	return box->manifest_name != NULL ? 0 : SIGN_E_NOMEM;
}

/* EN 319 162-1, 4.3.3.2: over the one file; 4.4.3.2: over the manifest. */
static int
make_cades(struct sg_env *env, struct sign_job *job, struct sg_job_asic *box)
{
	const struct sg_digest *digest = job->signer.digest;
	struct sg_view value;
	int rc;

	if (box->kind == SG_ASIC_S) {
		value = sg_doc_digest(box->docs.list[0].known, digest);
		memcpy(job->now.digest, value.ptr, value.len);
		return sg_job_make_attrs(env, job, NULL);
	}
	rc = box->manifest.len == 0 ? sg_job_asic_manifest(env, box) : 0;
	if (rc == 0)
		rc = sg_hash_once(
		    env, digest, sg_buf_view(&box->manifest), job->now.digest);
	return rc < 0 ? rc : sg_job_make_attrs(env, job, NULL);
}

static int
make_xades(struct sg_env *env, struct sign_job *job, struct sg_job_asic *box,
    struct sg_in *xml)
{
	struct sg_xades_want *wish = &job->now.wish;
	int rc;

	if (box->docs.count >= SG_MAX_REFERENCES) {
		sg_err_set(env, SIGN_E_LIMIT,
		    N_("%zu documents: a XAdES signature names at most %d"),
		    box->docs.count, SG_MAX_REFERENCES - 1);
		sg_err_hint(env,
		    N_("CAdES signatures (--asic-with cades) stand over any "
		       "number of them"));
		return SIGN_E_LIMIT;
	}
	wish->packaging = SG_PACK_DETACHED;
	wish->docs = &box->docs;
	wish->octets = box->octets.list != NULL ? &box->octets : NULL;
	wish->entry = box->entry;
	wish->in = xml;
	rc = sg_job_xades_make(env, job);
	wish->octets = NULL; /* they go before the job does */
	return rc;
}

int
sg_job_asic_make(struct sg_env *env, struct sign_job *job,
    struct sg_job_asic *box, struct sg_in *xml)
{
	const struct sg_source *first = &box->docs.list[0];
	struct sg_seen seen = { .size = 0 };
	const char *name = first->name, *kind = box->types[0];
	size_t i;
	int rc = sg_job_asic_same(env, job, box);

	if (rc == 0 && box->entry == NULL)
		rc = choose_names(env, job, box);
	if (rc == 0 && sg_job_asic_is_cades(job))
		rc = make_cades(env, job, box);
	else if (rc == 0)
		rc = make_xades(env, job, box, xml);
	if (rc < 0)
		return rc;
	for (i = 0; i < box->docs.count; i++)
		seen.size += box->docs.list[i].known->size;
	if (box->docs.count > 1) {
		name = job->now.path;
		kind = N_("several documents");
	}
	rc = sg_job_make_card(env, job, name, &seen, kind);
	return rc < 0 ? rc : sg_job_asic_card(env, job, box);
}

static int
check_count(struct sg_env *env, const struct sign_job *job)
{
	if (job->container != SG_ASIC_S || job->now.docs.count == 1)
		return 0;
	sg_err_set(env, SIGN_E_ARG,
	    N_("an ASiC-S container holds one document, have %zu"),
	    job->now.docs.count);
	sg_err_hint(env, N_("--format asic-e puts several into one container"));
	return SIGN_E_ARG;
}

static int
asic_prepare(struct sign_job *job)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_prepared *now = &job->now;
	struct sg_job_asic *box;
	int rc = check_count(env, job);

	if (rc < 0)
		return rc;
	box = now->box = sg_job_asic_new(env);
	if (box == NULL)
		return SIGN_E_NOMEM;
	box->kind = job->container;
	box->mime_type = job->props.mime_type;
	box->digest = sg_job_asic_digest_of(job, box->kind);
	rc = sg_job_asic_name(env, box, &now->docs);
	if (rc == 0)
		rc = sg_job_asic_digest(env, box, &now->docs);
	return rc < 0 ? rc : sg_job_asic_make(env, job, box, NULL);
}

/* ---- writing */

/* The signature file, as if it stood alone. */
static int
write_signature(struct sg_env *env, struct sign_job *job, struct sg_buf *octets)
{
	struct sg_prepared *now = &job->now;
	enum sg_job_kind kind = now->kind;
	struct sg_out *out = NULL;
	int rc = sg_out_memory(env, octets, &out);

	if (now->box->fresh)
		now->kind = SG_JOB_DOCUMENT;
	if (rc == 0)
		rc = job->inner->write(job, out);
	now->kind = kind;
	if (rc == 0)
		rc = sg_out_commit(env, out);
	sg_out_free(out);
	return rc;
}

/* What is written is what was digested, or nothing is. */
static int
put_document(struct sg_env *env, struct sg_job_asic *box, size_t which,
    const struct sg_source *doc, struct sg_asic_put *put)
{
	struct sg_view digest =
	    sg_doc_digest(box->docs.list[which].known, box->digest);
	int rc = sg_job_want_octets(env, doc);

	put->name = box->docs.list[which].name;
	put->mime_type = box->mime_type;
	if (rc == 0)
		rc = sg_in_rewind(env, doc->in);
	return rc < 0
	    ? rc
	    : sg_in_checked(env, doc->in, box->digest, digest, &put->in);
}

/* Standard output cannot be taken back: look before. */
static int
check_documents(
    struct sg_env *env, struct sg_job_asic *box, const struct sg_sources *docs)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < docs->count; i++) {
		rc = sg_job_want_octets(env, &docs->list[i]);
		if (rc == 0)
			rc = sg_in_rewind(env, docs->list[i].in);
		if (rc == 0)
			rc = sg_check_document(env, docs->list[i].in,
			    box->digest,
			    sg_doc_digest(
				box->docs.list[i].known, box->digest));
	}
	return rc;
}

static void
put_file(struct sg_asic_want *want, struct sg_asic_put *puts, const char *name,
    struct sg_view octets)
{
	puts[want->put_count].name = name;
	puts[want->put_count++].octets = octets;
}

static int
write_puts(struct sg_env *env, struct sign_job *job, struct sg_view signature,
    struct sg_asic_put *puts, struct sg_out *out)
{
	struct sg_job_asic *box = job->now.box;
	const struct sg_sources *docs = &job->now.docs;
	struct sg_asic_want want = { .kind = box->kind,
		.cades = sg_job_asic_is_cades(job),
		.from = box->asic,
		.puts = puts,
		.time = job->props.signing_time };
	size_t i;
	int rc = 0;

	if (!sg_out_can_patch(out))
		rc = check_documents(env, box, docs);
	for (i = 0; rc == 0 && i < docs->count; i++)
		rc = put_document(env, box, i, &docs->list[i], &puts[i]);
	if (rc < 0)
		return rc;
	want.put_count = docs->count;
	if (box->manifest_name != NULL)
		put_file(&want, puts, box->manifest_name,
		    sg_buf_view(&box->manifest));
	put_file(&want, puts, box->entry, signature);
	return sg_asic_write(env, &want, out);
}

/* Written elsewhere, nobody holds a lock: what is copied must still be what
 * was read. */
static int
check_same(struct sg_env *env, const struct sg_prepared *now)
{
	const struct sg_file_id *was = &now->file.id;
	struct sg_file_id is;

	if (now->kind == SG_JOB_DOCUMENT || !was->known)
		return 0;
	sg_file_id(now->path, &is);
	if (sg_file_id_same(&is, was) && is.size == was->size &&
	    is.changed == was->changed)
		return 0;
	return sg_err_set(env, SIGN_E_STATE,
	    N_("the container changed meanwhile: %s"), now->path);
}

static int
asic_write(struct sign_job *job, struct sg_out *out)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_prepared *now = &job->now;
	struct sg_asic_put *puts = calloc(now->docs.count + 2, sizeof(*puts));
	struct sg_buf signature = { NULL, 0, 0 };
	size_t i;
	int rc = puts != NULL ? 0 : sg_err_nomem(env);

	if (rc == 0)
		rc = check_same(env, now);
	if (rc == 0)
		rc = write_signature(env, job, &signature);
	if (rc == 0)
		rc = write_puts(env, job, sg_buf_view(&signature), puts, out);
	for (i = 0; puts != NULL && i < now->docs.count; i++)
		sg_in_free(puts[i].in);
	free(puts);
	sg_buf_free(&signature);
	return rc;
}

const struct sg_job_ops sg_job_asic = {
	.prepare = asic_prepare,
	.parallel = sg_job_asic_parallel,
	.counter = sg_job_asic_counter,
	.write = asic_write,
};
