/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "libsign/contract.h"
#include "libsign/job_asic.h"

#include <stdlib.h>
#include <string.h>

/* ---- the container as it is */

static int
open_container(struct sign_job *job, struct sg_job_asic *box, struct sg_in *in,
    const char *path)
{
	struct sg_env *env = &job->ctx->env;
	int rc = 0;

	box->in = in;
	if (in == NULL)
		rc = sg_in_open(env, path, &box->in);
	if (rc == 0)
		rc = sg_asic_open(env, box->in, &box->asic);
	if (rc < 0)
		return rc;
	box->kind = job->container = box->asic->kind;
	if (box->kind != SG_ASIC_ODF)
		return 0;
	return sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("%s is an OpenDocument or ADOC file: its signatures are read, "
	       "and none is made in it"),
	    path);
}

static const struct sg_asic_entry *
find_role(const struct sg_asic *asic, enum sg_asic_role role)
{
	size_t i;

	for (i = 0; i < asic->entry_count; i++)
		if (asic->entries[i].role == role)
			return &asic->entries[i];
	return NULL;
}

static int
names(const struct sg_asic_manifest *manifest, const char *name)
{
	size_t i;

	for (i = 0; i < manifest->ref_count; i++)
		if (manifest->refs[i].name != NULL &&
		    strcmp(manifest->refs[i].name, name) == 0)
			return 1;
	return 0;
}

/* A manifest has the digest of the file that would change (EN 319 162-1,
 * 4.4.4); one that cannot be read may have it. */
static int
may_change(struct sg_env *env, const struct sg_asic *asic, const char *name)
{
	const struct sg_asic_entry *entry;
	size_t i;

	for (i = 0; i < asic->entry_count; i++) {
		entry = &asic->entries[i];
		if (entry->role != SG_ASIC_ARCHIVE &&
		    entry->role != SG_ASIC_EVIDENCE_MANIFEST &&
		    entry->role != SG_ASIC_MANIFEST)
			continue;
		if (entry->manifest != NULL && !names(entry->manifest, name))
			continue;
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("%s lists %s by its digest: a change would break what "
		       "stands over it (EN 319 162-1, 4.4.4)"),
		    entry->zip->name, name);
	}
	return 0;
}

/* The signature file that is going to change, into box->old. */
static int
take_member(struct sg_env *env, struct sg_job_asic *box,
    const struct sg_asic_entry *member, struct sg_in **out)
{
	int rc = may_change(env, box->asic, member->zip->name);

	if (rc == 0)
		rc = sg_zip_read(env, box->asic->zip, member->zip,
		    SG_MAX_ASIC_FILE, &box->old);
	if (rc == 0)
		rc = sg_in_memory(
		    env, member->zip->name, sg_buf_view(&box->old), out);
	box->entry = member->zip->name;
	return rc;
}

/* A counter-signature that was prepared goes into the very container that its
 * person was shown. */
static int
check_same(struct sg_env *env, const struct sign_job *job,
    const struct sg_job_asic *box, const char *path)
{
	unsigned char digest[SG_MAX_DIGEST];
	struct sg_view was = job->kept.container;
	int rc;

	if (was.len == 0)
		return 0;
	rc = sg_job_asic_hash(env, box, digest);
	if (rc < 0 || sg_view_equal(sg_view_of(digest, SG_JOB_ASIC_HASH), was))
		return rc;
	return sg_err_set(env, SIGN_E_STATE,
	    N_("%s is not as it was when the job was prepared: it was changed, "
	       "or somebody has signed meanwhile"),
	    path);
}

/* ---- one more signature over all files */

/* Signatures of one kind, where there are any. */
static int
choose_flavour(
    struct sg_env *env, struct sign_job *job, const struct sg_job_asic *box)
{
	int xades = find_role(box->asic, SG_ASIC_XADES) != NULL;
	int cades = find_role(box->asic, SG_ASIC_CADES) != NULL;

	if (find_role(box->asic, SG_ASIC_STAMP) != NULL && !xades && !cades)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("the container holds time-stamps instead of signatures, "
		       "and not both (EN 319 162-1, 4.3.3 and 4.4.3)"));
	if (xades == cades)
		return 0;
	if (job->wanted && (job->inner == &sg_job_cades) != cades)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("the container has %s signatures, and one has only one "
		       "kind of them"),
		    cades ? "CAdES" : "XAdES");
	job->inner = cades ? &sg_job_cades : &sg_job_xades;
	return 0;
}

/* Nothing is signed that not everybody would open as the same. */
static int
check_files(struct sg_env *env, const struct sg_asic *asic)
{
	const struct sg_zip_entry *entry;
	size_t i;

	for (i = 0; i < asic->entry_count; i++) {
		entry = asic->entries[i].zip;
		if (entry->fault != NULL)
			return sg_err_set(env, SIGN_E_FORMAT,
			    N_("the container has a file that cannot be "
			       "signed: %s (%s)"),
			    entry->name, sg_tr(env, entry->fault));
	}
	if (asic->data_count == 0)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("there is no document in the container"));
	if (asic->kind == SG_ASIC_S && asic->data_count != 1)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("want one file in an ASiC-S container (EN 319 162-1, "
		       "4.3.3), have %zu"),
		    asic->data_count);
	return 0;
}

static int
take_documents(
    struct sg_env *env, struct sg_job_asic *box, const struct sg_sources *docs)
{
	size_t i;

	box->docs.list =
	    sg_pool_array(box->pool, docs->count, sizeof(*box->docs.list));
	if (box->docs.list == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < docs->count; i++) /* names live in the container */
		box->docs.list[i].name = box->docs.list[i].entry =
		    docs->list[i].name;
	box->docs.count = docs->count;
	return 0;
}

/* ASiC-S with CAdES: one SignerInfo more, and the document is read for all
 * digests at once. */
static int
add_signer(struct sign_job *job, struct sg_job_asic *box, struct sg_in *old,
    const char *path, const struct sg_source *document)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_seen seen;
	int rc = sg_job_cades_parallel(job, old, path, document->in);

	if (rc == 0)
		rc = sg_in_rewind(env, document->in);
	if (rc == 0)
		rc = sg_job_look(env, document, &seen);
	if (rc < 0)
		return rc;
	rc = sg_job_asic_know(
	    env, box, 0, sg_view_of(job->now.digest, box->digest->size), &seen);
	if (rc == 0)
		rc = sg_job_asic_same(env, job, box);
	return rc < 0 ? rc : sg_job_asic_card(env, job, box);
}

static int
add_signature(struct sign_job *job, struct sg_job_asic *box, struct sg_in *old,
    const char *path, const struct sg_sources *docs)
{
	struct sg_env *env = &job->ctx->env;
	int rc;

	if (old != NULL && sg_job_asic_is_cades(job))
		return add_signer(job, box, old, path, &docs->list[0]);
	rc = sg_job_begin(env, job, SG_JOB_PARALLEL, path);
	job->now.xml = old;
	if (rc == 0)
		rc = sg_job_asic_digest(env, box, docs);
	return rc < 0 ? rc : sg_job_asic_make(env, job, box, old);
}

static int
add_to(struct sign_job *job, struct sg_job_asic *box, const char *path)
{
	struct sg_env *env = &job->ctx->env;
	const struct sg_asic_entry *member = NULL;
	struct sg_sources docs = { NULL, 0 };
	struct sg_in *old = NULL;
	int rc = check_files(env, box->asic);

	if (rc == 0)
		rc = choose_flavour(env, job, box);
	box->digest = sg_job_asic_digest_of(job, box->kind);
	if (rc == 0 && box->kind == SG_ASIC_S)
		member = find_role(box->asic,
		    sg_job_asic_is_cades(job) ? SG_ASIC_CADES : SG_ASIC_XADES);
	if (rc == 0)
		rc = sg_asic_sources(env, box->asic, &docs);
	if (rc == 0)
		rc = take_documents(env, box, &docs);
	if (rc == 0 && member != NULL)
		rc = take_member(env, box, member, &old);
	if (rc == 0)
		rc = add_signature(job, box, old, path, &docs);
	sg_asic_sources_free(&docs);
	return rc;
}

/* The job has the container, or nothing. */
static int
finish(struct sign_job *job, struct sg_job_asic *box,
    const struct sg_file_id *id, int rc)
{
	rc = sg_job_end(job, rc);
	if (rc < 0) {
		sg_job_asic_free(box);
		return rc;
	}
	job->now.box = box;
	job->now.file.id = *id;
	return 0;
}

/* What a contract asks of its party is asked again when the value is there. */
static int
check_party(struct sign_job *job)
{
	int rc;

	if (job->party == NULL || job->kept.octets.len == 0)
		return 0;
	rc = sg_contract_again(job);
	if (rc < 0)
		sg_job_reset(job);
	return rc;
}

int
sg_job_asic_parallel(struct sign_job *job, struct sg_in *in,
    const char *signature, const char *content)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_job_asic *box = sg_job_asic_new(env);
	struct sg_file_id id;
	int rc;

	sg_file_id(signature, &id);
	if (box == NULL) {
		sg_in_free(in);
		return SIGN_E_NOMEM;
	}
	box->mime_type = job->props.mime_type;
	rc = open_container(job, box, in, signature);
	if (rc == 0 && content != NULL)
		rc = sg_err_set(env, SIGN_E_ARG,
		    N_("%s has its documents inside, want no other"),
		    signature);
	if (rc == 0)
		rc = add_to(job, box, signature);
	rc = finish(job, box, &id, rc);
	return rc < 0 ? rc : check_party(job);
}

/* ---- a counter-signature */

/* How many signatures a file has that are over documents. */
static int
count_signatures(struct sg_env *env, struct sg_job_asic *box,
    const struct sg_asic_entry *member, size_t *count)
{
	const struct sg_format *format =
	    member->role == SG_ASIC_XADES ? &sg_format_xades : &sg_format_cades;
	struct sg_sources none = { NULL, 0 };
	struct sg_buf octets = { NULL, 0, 0 };
	struct sg_facts *facts = NULL;
	struct sg_in *in = NULL;
	size_t i;
	int rc = sg_zip_read(
	    env, box->asic->zip, member->zip, SG_MAX_ASIC_FILE, &octets);

	*count = 0;
	if (rc == 0)
		rc = sg_in_memory(
		    env, member->zip->name, sg_buf_view(&octets), &in);
	if (rc == 0)
		rc = format->read(env, in, &none, &facts);
	for (i = 0; rc == 0 && i < facts->sig_count; i++)
		*count += facts->sigs[i].parent < 0;
	sg_facts_free(facts);
	sg_in_free(in);
	sg_buf_free(&octets);
	return rc;
}

/* The file with the signature of that number in the whole container, which is
 * *number in it. *total: of all, where it is not found. */
static int
find_member(struct sg_env *env, struct sg_job_asic *box, size_t *number,
    const struct sg_asic_entry **out, size_t *total)
{
	const struct sg_asic_entry *entry;
	size_t i, count;
	int rc;

	*out = NULL;
	*total = 0;
	for (i = 0; i < box->asic->entry_count; i++) {
		entry = &box->asic->entries[i];
		if (entry->role != SG_ASIC_XADES &&
		    entry->role != SG_ASIC_CADES)
			continue;
		rc = count_signatures(env, box, entry, &count);
		if (rc < 0)
			return rc;
		if (*out == NULL && *number > *total &&
		    *number <= *total + count) {
			*out = entry;
			*number -= *total;
		}
		*total += count;
	}
	return 0;
}

/* id of the whole container to the file, and the id in it. */
static int
choose_member(struct sg_env *env, struct sg_job_asic *box, const char *id,
    const struct sg_asic_entry **member, const char **inner)
{
	struct sg_prepared parsed = { .ready = 0 };
	const char *below = id != NULL ? strchr(id, '.') : NULL;
	size_t number, total;
	int rc = id != NULL ? sg_job_parse_id(env, id, &parsed) : 0;

	number = parsed.signer + 1;
	if (rc == 0)
		rc = find_member(env, box, &number, member, &total);
	if (rc < 0)
		return rc;
	if (id == NULL && total != 1)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("the file has %zu signatures: say which one by its "
		       "number"),
		    total);
	if (*member == NULL)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("there is no signature %s in the file"), id);
	*inner = sg_pool_printf(
	    box->pool, "%zu%s", number, below != NULL ? below : "");
	return *inner != NULL ? 0 : sg_err_nomem(env);
}

int
sg_job_asic_counter(struct sign_job *job, struct sg_in *in,
    const char *signature, const char *id)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_job_asic *box = sg_job_asic_new(env);
	const struct sg_asic_entry *member = NULL;
	const char *inner = NULL;
	struct sg_in *old = NULL;
	struct sg_file_id file;
	int rc;

	sg_file_id(signature, &file);
	if (box == NULL) {
		sg_in_free(in);
		return SIGN_E_NOMEM;
	}
	rc = open_container(job, box, in, signature);
	if (rc == 0)
		rc = check_same(env, job, box, signature);
	if (rc == 0)
		rc = choose_member(env, box, id, &member, &inner);
	if (rc == 0)
		rc = take_member(env, box, member, &old);
	if (rc == 0) {
		job->inner = member->role == SG_ASIC_XADES ? &sg_job_xades
							   : &sg_job_cades;
		rc = job->inner->counter(job, old, signature, inner);
	}
	return finish(job, box, &file, rc);
}
