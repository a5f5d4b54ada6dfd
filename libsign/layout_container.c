/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "formats/asic.h"
#include "libsign/contract.h"
#include "libsign/ctx.h"
#include "libsign/job.h"
#include "libsign/json_read.h"
#include "libsign/saved.h"
#include "libsign/signed.h"
#include "sign/job.h"

#include <string.h>

/* A contract in an ASiC-E container: its documents, and a description that
 * every signature covers with them. */

/* ---- one that is there */

struct box {
	struct sg_in *in;
	struct sg_asic *asic;
};

static void
box_close(struct box *box)
{
	sg_asic_free(box->asic);
	sg_in_free(box->in);
}

/* The file, or its octets among saved facts. */
static int
from_open(
    struct sg_env *env, const struct sg_contract_from *from, struct sg_in **out)
{
	if (from->saved == NULL)
		return sg_in_open(env, from->path, out);
	return sg_in_memory(env, from->path, from->saved->signature, out);
}

static int
box_open(
    struct sg_env *env, const struct sg_contract_from *from, struct box *box)
{
	int rc = from_open(env, from, &box->in);

	return rc == 0 ? sg_asic_open(env, box->in, &box->asic) : rc;
}

/* Somebody else's file may have the same name: the schema tells. */
static int
is_description(struct sg_env *env, struct sg_view text)
{
	struct sg_json_in in = { env, NULL, NULL, SG_CONTRACT_NAME };
	const char *schema = NULL;
	int rc;

	in.pool = sg_pool_new();
	if (in.pool == NULL)
		return sg_err_nomem(env);
	rc = sg_json_parse(env, text, SG_CONTRACT_NAME, &in.at);
	/* broken, but it was meant to be one */
	if (rc == SIGN_E_FORMAT)
		rc = 1;
	else if (rc == 0 && sg_json_is_object(in.at) &&
	    (rc = sg_json_read_text(&in, "schema", &schema)) == 0)
		rc = schema != NULL &&
		    strncmp(schema, "podpis-contract/", 16) == 0;
	sg_json_drop(in.at);
	sg_pool_free(in.pool);
	return rc == SIGN_E_FORMAT ? 0 : rc;
}

static int
box_description(struct sg_env *env, struct box *box, struct sg_buf *out)
{
	const struct sg_zip_entry *entry =
	    sg_zip_find(box->asic->zip, SG_CONTRACT_NAME);

	if (entry == NULL)
		return 0;
	return sg_zip_read(env, box->asic->zip, entry, SG_MAX_CONTRACT, out);
}

static int
is_zip(struct sg_env *env, const struct sg_contract_from *from)
{
	struct sg_view head;
	struct sg_in *in = NULL;
	int rc = from_open(env, from, &in);

	if (rc == 0 && !sg_in_can_read_at(in))
		rc = SIGN_E_IO;
	if (rc == 0)
		rc = sg_in_peek(env, in, SG_FORMAT_HEAD, &head);
	if (rc == 0)
		rc = sg_zip_probe(head);
	sg_in_free(in);
	return rc;
}

/* What cannot be read as a container is none. */
static int
container_probe(struct sg_env *env, const struct sg_contract_from *from)
{
	struct box box = { NULL, NULL };
	struct sg_buf text = { NULL, 0, 0 };
	int rc = is_zip(env, from);

	if (rc > 0)
		rc = box_open(env, from, &box);
	if (rc == 0 && box.asic != NULL)
		rc = box_description(env, &box, &text);
	if (rc == 0 && text.len != 0)
		rc = is_description(env, sg_buf_view(&text));
	sg_buf_free(&text);
	box_close(&box);
	return sg_err_is_file(rc) ? 0 : rc;
}

/* ---- do documents and description fit? */

static int
digest_entry(struct sg_env *env, struct box *box,
    const struct sg_zip_entry *entry, struct sg_contract_doc *doc)
{
	struct sg_digests digests = { .count = 0 };
	struct sg_in *in = NULL;
	struct sg_seen seen;
	int rc = sg_digests_add(env, &digests, doc->digest);

	if (rc == 0)
		rc = sg_zip_in(env, box->asic->zip, entry, &in);
	if (rc == 0)
		rc = sg_digest_document(env, in, &digests, &seen);
	if (rc == 0)
		doc->state = seen.size == doc->size &&
			sg_view_equal(
			    doc->value, sg_digests_get(&digests, doc->digest))
		    ? SG_DOC_FITS
		    : SG_DOC_CHANGED;
	sg_digests_clear(&digests);
	sg_in_free(in);
	return rc;
}

/* Only what people put in is a document. */
static int
check_doc(struct sg_env *env, struct box *box, struct sg_contract_doc *doc)
{
	const struct sg_zip_entry *entry =
	    sg_zip_find(box->asic->zip, doc->name);

	doc->state = SG_DOC_MISSING;
	if (entry == NULL || entry->is_directory ||
	    sg_asic_role_of(doc->name) != SG_ASIC_DATA)
		return 0;
	doc->state = SG_DOC_CHANGED;
	if (entry->size != doc->size)
		return 0;
	return digest_entry(env, box, entry, doc);
}

static int
is_listed(const struct sg_contract *contract, const char *name)
{
	size_t i;

	if (strcmp(name, SG_CONTRACT_NAME) == 0)
		return 1;
	for (i = 0; i < contract->doc_count; i++)
		if (strcmp(contract->docs[i].name, name) == 0)
			return 1;
	return 0;
}

static int
check_docs(struct sg_env *env, struct sg_pool *pool, struct box *box,
    struct sg_contract *contract)
{
	const struct sg_asic *asic = box->asic;
	const char **slot, *name;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < contract->doc_count; i++)
		rc = check_doc(env, box, &contract->docs[i]);
	for (i = 0; rc == 0 && i < asic->data_count; i++) {
		name = asic->entries[asic->data[i]].zip->name;
		if (is_listed(contract, name))
			continue;
		slot = sg_pool_push(pool, &contract->unlisted,
		    &contract->unlisted_count, sizeof(*slot));
		if (slot == NULL || (*slot = sg_pool_str(pool, name)) == NULL)
			rc = sg_err_nomem(env);
	}
	return rc;
}

static int
container_read(struct sign_ctx *ctx, struct sg_pool *pool,
    const struct sg_contract_from *from, struct sg_contract *out)
{
	struct sg_env *env = &ctx->env;
	struct box box = { NULL, NULL };
	struct sg_buf text = { NULL, 0, 0 };
	struct sg_contract made;
	struct sg_file_id id = { .known = 0 };
	int rc;

	if (from->saved == NULL)
		sg_file_id(from->path, &id);
	rc = box_open(env, from, &box);
	if (rc == 0)
		rc = box_description(env, &box, &text);
	if (rc == 0)
		rc = sg_contract_parse(env, pool, sg_buf_view(&text), &made);
	if (rc == 0)
		rc = check_docs(env, pool, &box, &made);
	if (rc == 0) {
		*out = made;
		out->id = id;
	}
	sg_buf_free(&text);
	box_close(&box);
	return rc;
}

static int
container_save(struct sign_ctx *ctx, const struct sg_verify_want *want,
    struct sg_saving *to)
{
	struct sg_in *in = NULL;
	int rc = sg_in_open(&ctx->env, want->from.path, &in);

	if (rc == 0)
		rc = sg_saving_container(to, in);
	sg_in_free(in);
	return rc;
}

/* ---- a new one */

/* A document on its way in, which must be what was digested. */
struct doc_in {
	struct sg_in *file, *checked;
};

struct packing {
	struct sg_env *env;
	struct sg_pool *pool;
	struct sg_contract contract;
	struct doc_in *docs;
	struct sg_asic_put *puts;
	struct sg_buf about;
};

static int
pack_doc(struct packing *p, size_t index, const char *path)
{
	const struct sg_contract_doc *doc = &p->contract.docs[index];
	const char *fault = sg_asic_name_fault(doc->name);
	struct doc_in *in = &p->docs[index];
	int rc;

	if (fault != NULL)
		return sg_err_set(
		    p->env, SIGN_E_ARG, "%s: %s", path, sg_tr(p->env, fault));
	rc = sg_in_open(p->env, path, &in->file);
	if (rc == 0)
		rc = sg_in_checked(
		    p->env, in->file, doc->digest, doc->value, &in->checked);
	p->puts[index].name = doc->name;
	p->puts[index].in = in->checked;
	return rc;
}

static int
pack(struct packing *p, const struct sign_contract_options *options)
{
	size_t i, count = p->contract.doc_count;
	int rc;

	p->docs = sg_pool_array(p->pool, count, sizeof(*p->docs));
	p->puts = sg_pool_array(p->pool, count + 1, sizeof(*p->puts));
	if (p->docs == NULL || p->puts == NULL)
		return sg_err_nomem(p->env);
	rc = sg_contract_write(p->env, &p->contract, &p->about);
	for (i = 0; rc == 0 && i < count; i++)
		rc = pack_doc(p, i, options->documents[i]);
	p->puts[count].name = SG_CONTRACT_NAME;
	p->puts[count].octets = sg_buf_view(&p->about);
	return rc;
}

static int
write_container(struct packing *p, const char *output, int force)
{
	const struct sg_asic_want want = { .kind = SG_ASIC_E,
		.puts = p->puts,
		.put_count = p->contract.doc_count + 1,
		.time = p->contract.created };
	struct sg_out *out = NULL;
	int rc = sg_out_create(
	    p->env, output, force ? SG_OUT_REPLACE : SG_OUT_NEW, &out);

	if (rc == 0)
		rc = sg_asic_write(p->env, &want, out);
	if (rc == 0)
		rc = sg_out_commit(p->env, out);
	sg_out_free(out);
	return rc;
}

static int
container_create(struct sign_ctx *ctx,
    const struct sign_contract_options *options, const char *output)
{
	struct packing p = { .env = &ctx->env };
	size_t i;
	int rc;

	p.pool = sg_pool_new();
	if (p.pool == NULL)
		return sg_err_nomem(p.env);
	rc = sg_contract_make(p.env, p.pool, options, &p.contract);
	if (rc == 0)
		rc = pack(&p, options);
	if (rc == 0)
		rc = write_container(&p, output, options->force);
	for (i = 0; p.docs != NULL && i < p.contract.doc_count; i++) {
		sg_in_free(p.docs[i].checked);
		sg_in_free(p.docs[i].file);
	}
	sg_buf_free(&p.about);
	sg_pool_free(p.pool);
	return rc;
}

/* ---- signing: one signature over everything in it */

int
sg_contract_is_file(
    const struct sg_contract *contract, const struct sign_job *job)
{
	const struct sg_file_id *was = &contract->id, *is = &job->now.file.id;

	return is->known && was->known && sg_file_id_same(is, was) &&
	    is->size == was->size && is->changed == was->changed;
}

/* What will be signed is what the report was about. */
static int
check_same(struct sg_env *env, const struct sg_contract *contract,
    const struct sign_job *job)
{
	if (sg_contract_is_file(contract, job))
		return 0;
	return sg_err_set(env, SIGN_E_STATE,
	    N_("%s has changed since it was looked at"), contract->path);
}

/* However long it takes to get the value, the contract does not wait. */
static void
limit_time(struct sign_job *job, const struct sg_contract *contract)
{
	if (contract->deadline != SG_NO_TIME &&
	    (job->deadline == SG_NO_TIME || job->deadline > contract->deadline))
		job->deadline = contract->deadline;
}

static int
container_prepare(struct sign_ctx *ctx, const struct sg_party_want *want,
    struct sign_job **out)
{
	struct sign_job_options set = *want->set;
	struct sign_job *job = NULL;
	int rc;

	if (want->step > 0) {
		*out = NULL;
		return 0;
	}
	set.format = "asic-e";
	set.packaging = SIGN_DETACHED;
	rc = sg_party_job(ctx, want, &set, &job);
	if (rc == 0 && want->key == NULL)
		rc = sign_job_set_cert(job, want->cert.ptr, want->cert.len);
	if (rc == 0) {
		limit_time(job, want->contract);
		job->party = sg_pool_str(job->pool, want->party->role);
		if (job->party == NULL)
			rc = sg_err_nomem(&ctx->env);
	}
	if (rc == 0)
		rc = sign_job_prepare_parallel(job, want->contract->path, NULL);
	if (rc == 0)
		rc = check_same(&ctx->env, want->contract, job);
	if (rc < 0)
		sign_job_free(job);
	else
		*out = job;
	return rc;
}

const struct sg_layout_ops sg_layout_container = {
	.name = "container",
	.probe = container_probe,
	.create = container_create,
	.read = container_read,
	.save = container_save,
	.prepare = container_prepare,
};
