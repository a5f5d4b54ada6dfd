/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "libsign/job_asic.h"

#include <string.h>

/* ---- names */

static const char *
name_of(const struct sg_source *doc)
{
	const char *slash = strrchr(doc->name, '/');

	if (doc->entry != NULL)
		return doc->entry;
	return slash != NULL ? slash + 1 : doc->name;
}

static int
refuse(struct sg_env *env, const char *name, const char *fault)
{
	return sg_err_set(env, SIGN_E_ARG,
	    N_("the document cannot stand in a container under the name %s: "
	       "%s"),
	    name, sg_tr(env, fault));
}

/* What would a reader say of an archive with these names? */
static int
try_names(struct sg_env *env, const struct sg_zip_want *want)
{
	struct sg_buf octets = { NULL, 0, 0 };
	struct sg_zip *zip = NULL;
	struct sg_out *out = NULL;
	struct sg_in *in = NULL;
	size_t i;
	int rc = sg_out_memory(env, &octets, &out);

	if (rc == 0)
		rc = sg_zip_write(env, want, out);
	if (rc == 0)
		rc = sg_out_commit(env, out);
	if (rc == 0)
		rc = sg_in_memory(env, "names", sg_buf_view(&octets), &in);
	if (rc == 0)
		rc = sg_zip_open(env, in, &zip);
	if (rc == SIGN_E_FORMAT || rc == SIGN_E_LIMIT)
		rc = SIGN_E_ARG; /* and the reason stands */
	for (i = 0; rc == 0 && i < zip->entry_count; i++)
		if (zip->entries[i].fault != NULL)
			rc = refuse(
			    env, zip->entries[i].name, zip->entries[i].fault);
	sg_zip_free(zip);
	sg_in_free(in);
	sg_out_free(out);
	sg_buf_free(&octets);
	return rc;
}

int
sg_job_asic_name(
    struct sg_env *env, struct sg_job_asic *box, const struct sg_sources *docs)
{
	struct sg_zip_item *items =
	    sg_pool_array(box->pool, docs->count, sizeof(*items));
	struct sg_zip_want want = { .items = items, .item_count = docs->count };
	const char *name, *fault;
	size_t i;

	box->docs.list =
	    sg_pool_array(box->pool, docs->count, sizeof(*box->docs.list));
	if (items == NULL || box->docs.list == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < docs->count; i++) {
		name = sg_pool_str(box->pool, name_of(&docs->list[i]));
		if (name == NULL)
			return sg_err_nomem(env);
		fault = sg_job_is_utf8(name) ? sg_asic_name_fault(name)
					     : N_("a name that is not UTF-8");
		if (fault != NULL)
			return refuse(env, name, fault);
		box->docs.list[i].name = box->docs.list[i].entry = name;
		items[i].name = name;
		items[i].octets = sg_view_of("", 0);
		items[i].stored = 1;
	}
	box->docs.count = docs->count;
	return try_names(env, &want);
}

/* ---- digests */

static int
read_document(struct sg_env *env, const struct sg_digest *digest,
    struct sg_source *doc, struct sg_digests *digests, struct sg_seen *seen)
{
	int rc = sg_job_spool(env, doc);

	if (rc == 0)
		rc = sg_digests_add(env, digests, digest);
	if (rc == 0)
		rc = sg_digest_document(env, doc->in, digests, seen);
	return rc;
}

int
sg_job_asic_know(struct sg_env *env, struct sg_job_asic *box, size_t which,
    struct sg_view value, const struct sg_seen *seen)
{
	struct sg_doc_fact *known = sg_pool_alloc(box->pool, sizeof(*known));
	struct sg_digest_fact *fact = sg_pool_alloc(box->pool, sizeof(*fact));

	if (known == NULL || fact == NULL)
		return sg_err_nomem(env);
	if (value.len != box->digest->size)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("the digest of %s is not known by %s"),
		    box->docs.list[which].name, box->digest->name);
	if (box->types == NULL)
		box->types = sg_pool_array(
		    box->pool, box->docs.count + 1, sizeof(char *));
	if (box->types == NULL)
		return sg_err_nomem(env);
	fact->digest = box->digest;
	known->name = box->docs.list[which].name;
	known->size = seen->size;
	known->digests = fact;
	known->digest_count = 1;
	box->docs.list[which].known = known;
	box->types[which] = sg_job_kind_of(seen);
	return sg_pool_copy(env, box->pool, value, &fact->value);
}

/* A content time-stamp in XAdES is over octets and not over digests. */
static int
keep_octets(
    struct sg_env *env, struct sg_job_asic *box, const struct sg_sources *docs)
{
	size_t i;

	box->octets.list =
	    sg_pool_array(box->pool, docs->count, sizeof(*box->octets.list));
	if (box->octets.list == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < docs->count; i++) {
		box->octets.list[i] = box->docs.list[i];
		box->octets.list[i].in = docs->list[i].in;
	}
	box->octets.count = docs->count;
	return 0;
}

int
sg_job_asic_digest(
    struct sg_env *env, struct sg_job_asic *box, const struct sg_sources *docs)
{
	struct sg_digests digests = { .count = 0 };
	struct sg_source *doc;
	struct sg_view value;
	struct sg_seen seen;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < docs->count; i++) {
		doc = &docs->list[i];
		if (doc->in != NULL)
			rc = read_document(
			    env, box->digest, doc, &digests, &seen);
		else
			rc = sg_job_look(env, doc, &seen);
		if (rc < 0)
			break;
		value = doc->in != NULL
		    ? sg_digests_get(&digests, box->digest)
		    : sg_doc_digest(doc->known, box->digest);
		rc = sg_job_asic_know(env, box, i, value, &seen);
		sg_digests_clear(&digests);
	}
	sg_digests_clear(&digests);
	return rc < 0 ? rc : keep_octets(env, box, docs);
}

/* ---- the manifest */

int
sg_job_asic_manifest(struct sg_env *env, struct sg_job_asic *box)
{
	struct sg_asic_manifest manifest = {
		.sig_name = box->entry,
		.sig_mime_type = "application/x-pkcs7-signature",
		.ref_count = box->docs.count,
	};
	const struct sg_source *doc;
	size_t i;

	manifest.refs = sg_pool_array(
	    box->pool, manifest.ref_count, sizeof(*manifest.refs));
	if (manifest.refs == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < box->docs.count; i++) {
		doc = &box->docs.list[i];
		manifest.refs[i].name = doc->name;
		manifest.refs[i].mime_type = box->mime_type != NULL
		    ? box->mime_type
		    : sg_asic_mime_type(doc->name);
		manifest.refs[i].digest = box->digest;
		manifest.refs[i].value = sg_doc_digest(doc->known, box->digest);
	}
	return sg_asic_manifest_write(env, &manifest, &box->manifest);
}

/* ---- the card */

int
sg_job_asic_card(
    struct sg_env *env, struct sign_job *job, struct sg_job_asic *box)
{
	struct sg_pool *pool = job->now.pool;
	struct sign_card_document *to,
	    *list = sg_pool_array(pool, box->docs.count + 1, sizeof(*list));
	const struct sg_source *doc;
	size_t i;

	if (list == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < box->docs.count; i++) {
		doc = &box->docs.list[i];
		to = &list[i];
		to->name = doc->name;
		to->size = doc->known->size;
		if (box->types[i] != NULL)
			to->type = sg_tr(env, box->types[i]);
		to->digest_algorithm = box->digest->name;
		to->digest =
		    sg_job_hex(pool, sg_doc_digest(doc->known, box->digest));
		if (to->digest == NULL)
			return sg_err_nomem(env);
	}
	job->now.card.documents = list;
	job->now.card.document_count = box->docs.count;
	return 0;
}
