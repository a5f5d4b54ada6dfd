/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/saved.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "certs/known.h"
#include "formats/markup.h"
#include "libsign/ctx.h"
#include "libsign/json_read.h"
#include "libsign/level.h"

#include <stdlib.h>
#include <string.h>

struct reading {
	struct sign_ctx *ctx;
	struct sg_json_in in;
	struct sg_saved *to;
	struct sg_sources *docs;   /* where documents go */
	struct sg_doc_fact *known; /* the document that is being read */
	struct sg_msg **notes;     /* where notes go */
	size_t *note_count;
};

/* ---- documents */

static int
read_digest(const char *name, const char *text, void *payload)
{
	struct reading *r = payload;
	struct sg_digest_fact *fact;

	(void)text;
	fact = sg_pool_push(r->in.pool, &r->known->digests,
	    &r->known->digest_count, sizeof(*fact));
	if (fact == NULL)
		return sg_err_nomem(r->in.env);
	if (r->known->digest_count > SG_MAX_DIGESTS)
		return sg_err_set(r->in.env, SIGN_E_LIMIT,
		    N_("more than %d digests of one document"), SG_MAX_DIGESTS);
	fact->digest = sg_digest_by_option(name);
	if (fact->digest == NULL)
		return sg_err_set(r->in.env, SIGN_E_FORMAT,
		    N_("%s: unknown digest \"%s\""), "digests", name);
	return 0;
}

/* Names first, then the octets under each. */
static int
read_digests(struct reading *r, const struct sg_json_in *item)
{
	struct sg_doc_fact *known = r->known;
	struct sg_json_in below;
	size_t i;
	int ret = sg_json_read_pairs(item, "digests", read_digest, r);

	if (ret == 0)
		ret = sg_json_read_object(item, "digests", &below);
	for (i = 0; i < known->digest_count && ret == 0; i++) {
		ret = sg_json_read_octets(&below,
		    known->digests[i].digest->option, &known->digests[i].value);
		if (ret == 0 &&
		    known->digests[i].value.len !=
			known->digests[i].digest->size)
			ret = sg_err_set(r->in.env, SIGN_E_FORMAT,
			    N_("%s, \"%s\": want %zu octets"), "digests",
			    known->digests[i].digest->option,
			    known->digests[i].digest->size);
	}
	return ret;
}

static int
read_doc(const struct sg_json_in *item, void *payload)
{
	static const char *const keys[] = { "name", "beside", "size", "head",
		"digests", "octets", NULL };
	struct reading *r = payload;
	struct sg_source *doc = &r->docs->list[r->docs->count++];
	struct sg_view octets = { NULL, 0 };
	int64_t size = 0;
	int ret = sg_json_only(item, keys);

	r->known = sg_pool_alloc(r->in.pool, sizeof(*r->known));
	if (r->known == NULL)
		return sg_err_nomem(r->in.env);
	doc->known = r->known;
	if (ret == 0)
		ret = sg_json_read_text(item, "name", &doc->name);
	if (ret == 0)
		ret = sg_json_read_bool(item, "beside", &doc->beside);
	if (ret == 0)
		ret = sg_json_read_int(item, "size", &size);
	if (ret == 0)
		ret = sg_json_read_octets(item, "head", &r->known->head);
	if (ret == 0)
		ret = read_digests(r, item);
	if (ret == 0)
		ret = sg_json_read_octets(item, "octets", &octets);
	if (ret == 0 && (doc->name == NULL || size < 0))
		ret = sg_err_set(r->in.env, SIGN_E_FORMAT,
		    N_("a document without a name or of no size"));
	if (ret == 0 && octets.ptr != NULL)
		ret = sg_in_memory(r->in.env, doc->name, octets, &doc->in);
	r->known->size = (uint64_t)size;
	return ret;
}

static int
read_docs(struct reading *r, const struct sg_json_in *at, size_t max,
    struct sg_sources *docs)
{
	docs->list = calloc(max, sizeof(*docs->list));
	if (docs->list == NULL)
		return sg_err_nomem(r->in.env);
	r->docs = docs;
	return sg_json_read_list(at, "documents", max, read_doc, r);
}

/* ---- evidence. What cannot be read is an error: it could be read when it
 * was saved. */

static int
read_cert_into(
    struct reading *r, const struct sg_json_in *item, struct sg_certs *certs)
{
	struct sg_cert *cert = NULL;
	struct sg_view der;
	int ret = sg_json_item_octets(item, &der);

	if (ret == 0)
		ret = sg_known_cert(r->in.env, r->ctx->known, der, &cert);
	if (ret == 0)
		ret = sg_certs_add(r->in.env, certs, cert);
	sg_cert_free(cert);
	return ret;
}

static int
read_anchor(const struct sg_json_in *item, void *payload)
{
	struct reading *r = payload;

	return read_cert_into(r, item, &r->to->trust->anchors);
}

static int
read_cert(const struct sg_json_in *item, void *payload)
{
	struct reading *r = payload;

	return read_cert_into(r, item, &r->to->trust->certs);
}

static int
read_crl(const struct sg_json_in *item, void *payload)
{
	struct reading *r = payload;
	struct sg_crl *crl = NULL;
	struct sg_view der;
	int ret = sg_json_item_octets(item, &der);

	if (ret == 0)
		ret = sg_crl_parse(r->in.env, der, &crl);
	if (ret == 0)
		ret = sg_crls_add(r->in.env, &r->to->trust->crls, crl);
	sg_crl_free(crl);
	return ret;
}

static int
read_ocsp(const struct sg_json_in *item, void *payload)
{
	struct reading *r = payload;
	struct sg_ocsp *ocsp = NULL;
	struct sg_view der;
	int ret = sg_json_item_octets(item, &der);

	if (ret == 0)
		ret = sg_ocsp_parse(r->in.env, der, &ocsp);
	if (ret == 0)
		ret = sg_ocsps_add(r->in.env, &r->to->trust->ocsps, ocsp);
	sg_ocsp_free(ocsp);
	return ret;
}

static int
read_evidence(struct reading *r)
{
	int ret = sign_trust_new(r->ctx, &r->to->trust);

	if (ret == 0)
		ret = sg_json_read_list(
		    &r->in, "anchors", SG_MAX_CERTS, read_anchor, r);
	if (ret == 0)
		ret = sg_json_read_list(
		    &r->in, "certificates", SG_MAX_CERTS, read_cert, r);
	if (ret == 0)
		ret =
		    sg_json_read_list(&r->in, "crls", SG_MAX_CRLS, read_crl, r);
	if (ret == 0)
		ret = sg_json_read_list(
		    &r->in, "ocsps", SG_MAX_CRLS, read_ocsp, r);
	return ret;
}

/* ---- the rest */

static int
read_policy(struct reading *r)
{
	struct sg_json_in below = r->in;
	const char *name = NULL;
	int ret;

	below.at = sg_json_member(&r->in, "policy");
	below.what = "policy";
	if (sg_json_is_object(below.at))
		return sg_policy_read(&below, &r->to->policy);
	ret = sg_json_read_text(&r->in, "policy", &name);
	if (ret < 0)
		return ret;
	if (name == NULL || sg_policy_find(name) == NULL)
		return sg_err_set(r->in.env, SIGN_E_FORMAT,
		    N_("%s: unknown policy \"%s\""), r->in.what,
		    name != NULL ? name : "");
	r->to->policy = *sg_policy_find(name);
	return 0;
}

/* Whoever wrote the file says that: it is told as his words. */
static int
read_note(const struct sg_json_in *item, void *payload)
{
	struct reading *r = payload;
	const char *text = NULL;
	struct sg_msg *row;
	int ret = sg_json_item_text(item, &text);

	if (ret < 0)
		return ret;
	row = sg_pool_push(r->in.pool, r->notes, r->note_count, sizeof(*row));
	if (row == NULL)
		return sg_err_nomem(r->in.env);
	*row = sg_msg_make(r->in.pool,
	    N_("said when the facts were saved: %1$s"), text, NULL, NULL);
	return 0;
}

static int
read_notes(struct reading *r, const struct sg_json_in *at,
    struct sg_msg **notes, size_t *count)
{
	r->notes = notes;
	r->note_count = count;
	return sg_json_read_list(at, "notes", SG_MAX_FACTS_NOTES, read_note, r);
}

/* ---- a package of signature files */

static int
read_file(const struct sg_json_in *item, void *payload)
{
	static const char *const keys[] = { "name", "size", NULL };
	struct reading *r = payload;
	struct sg_saved_file *file;
	int ret = sg_json_only(item, keys);

	if (ret < 0)
		return ret;
	file = sg_pool_push(r->in.pool, &r->to->package->files,
	    &r->to->package->file_count, sizeof(*file));
	if (file == NULL)
		return sg_err_nomem(r->in.env);
	ret = sg_json_read_text(item, "name", &file->name);
	if (ret == 0)
		ret = sg_json_read_int(item, "size", &file->size);
	if (ret == 0 &&
	    (file->name == NULL || !sg_name_is_bare(file->name) ||
		file->size < 0))
		ret = sg_err_set(r->in.env, SIGN_E_FORMAT,
		    N_("a file of a contract without a name or of no size"));
	return ret;
}

/* Each is over one document. */
static int
read_part(const struct sg_json_in *item, void *payload)
{
	static const char *const keys[] = { "name", "signature", "documents",
		"notes", NULL };
	struct reading *r = payload;
	struct sg_saved_package *package = r->to->package;
	struct sg_saved_part *part;
	int ret = sg_json_only(item, keys);

	if (ret < 0)
		return ret;
	part = sg_pool_push(
	    r->in.pool, &package->parts, &package->part_count, sizeof(*part));
	if (part == NULL)
		return sg_err_nomem(r->in.env);
	ret = sg_json_read_text(item, "name", &part->name);
	if (ret == 0)
		ret = sg_json_read_octets(item, "signature", &part->signature);
	if (ret == 0 && part->name == NULL)
		ret = sg_err_set(r->in.env, SIGN_E_FORMAT,
		    N_("a signature file without a name"));
	if (ret == 0)
		ret = read_docs(r, item, 1, &part->docs);
	if (ret == 0)
		ret = read_notes(r, item, &part->notes, &part->note_count);
	return ret;
}

static int
read_package(struct reading *r)
{
	static const char *const keys[] = { "list", "files", "signatures",
		NULL };
	struct sg_saved_package *package;
	struct sg_json_in below;
	int ret = sg_json_read_object(&r->in, "package", &below);

	if (ret < 0 || below.at == NULL)
		return ret;
	package = r->to->package =
	    sg_pool_alloc(r->in.pool, sizeof(*r->to->package));
	if (package == NULL)
		return sg_err_nomem(r->in.env);
	ret = sg_json_only(&below, keys);
	if (ret == 0)
		ret = sg_json_read_octets(&below, "list", &package->list);
	if (ret == 0)
		ret = sg_json_read_list(
		    &below, "files", SG_MAX_PORTAL_FILES, read_file, r);
	if (ret == 0)
		ret = sg_json_read_list(
		    &below, "signatures", SG_MAX_PORTAL_FILES, read_part, r);
	return ret;
}

/* ---- all of it */

static int
read_top(struct reading *r)
{
	static const char *const keys[] = { "schema", "name", "time", "level",
		"offline", "policy", "signature", "documents", "package",
		"anchors", "certificates", "crls", "ocsps", "notes", NULL };
	struct sg_saved *to = r->to;
	const char *schema = NULL;
	int ret = sg_json_only(&r->in, keys);

	if (ret == 0)
		ret = sg_json_read_text(&r->in, "schema", &schema);
	if (ret == 0 &&
	    (schema == NULL || strcmp(schema, "podpis-facts/1") != 0))
		ret = sg_err_set(r->in.env, SIGN_E_FORMAT,
		    N_("%s: want the schema podpis-facts/1"), r->in.what);
	if (ret == 0)
		ret = sg_json_read_text(&r->in, "name", &to->name);
	if (ret == 0)
		ret = sg_json_read_time(&r->in, "time", &to->time);
	if (ret == 0)
		ret = sg_json_read_text(&r->in, "level", &to->level);
	if (ret == 0)
		ret = sg_json_read_bool(&r->in, "offline", &to->offline);
	if (ret == 0)
		ret = sg_json_read_octets(&r->in, "signature", &to->signature);
	if (ret == 0)
		ret = read_package(r);
	if (ret < 0)
		return ret;
	if (to->name == NULL || to->time == SG_NO_TIME ||
	    (to->signature.ptr == NULL) == (to->package == NULL) ||
	    (to->level != NULL && !sg_level_known(to->level)))
		return sg_err_set(r->in.env, SIGN_E_FORMAT,
		    N_("%s: want a name, a time, a signature and a level that "
		       "there is"),
		    r->in.what);
	return 0;
}

int
sg_saved_read(struct sign_ctx *ctx, struct sg_view text, struct sg_saved *out)
{
	struct reading r = { .ctx = ctx, .to = out };
	int ret;

	memset(out, 0, sizeof(*out));
	out->time = SG_NO_TIME;
	out->pool = sg_pool_new();
	if (out->pool == NULL)
		return sg_err_nomem(&ctx->env);
	r.in.env = &ctx->env;
	r.in.pool = out->pool;
	r.in.what = sg_tr(&ctx->env, N_("facts file"));
	ret = sg_json_parse(&ctx->env, text, r.in.what, &r.in.at);
	if (ret == 0)
		ret = read_top(&r);
	if (ret == 0)
		ret = read_policy(&r);
	if (ret == 0)
		ret = read_docs(&r, &r.in, SG_MAX_FACTS_DOCS, &out->docs);
	if (ret == 0)
		ret = read_evidence(&r);
	if (ret == 0)
		ret = read_notes(&r, &r.in, &out->notes, &out->note_count);
	sg_json_drop(r.in.at);
	return ret;
}

static void
clear_docs(struct sg_sources *docs)
{
	size_t i;

	for (i = 0; i < docs->count; i++)
		sg_in_free(docs->list[i].in);
	free(docs->list);
}

void
sg_saved_clear(struct sg_saved *saved)
{
	size_t i;

	clear_docs(&saved->docs);
	for (i = 0; saved->package != NULL && i < saved->package->part_count;
	     i++)
		clear_docs(&saved->package->parts[i].docs);
	sign_trust_free(saved->trust);
	sg_pool_free(saved->pool);
	memset(saved, 0, sizeof(*saved));
}
