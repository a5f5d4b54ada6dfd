/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/asic_read.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/*
 * A container into facts: each signature file is read by its own format with
 * the container's files as its documents, and its facts are joined (EN 319
 * 162-1, 4.3 and 4.4). Nothing outside of the container is ever opened.
 */

/* ---- files of the container as documents */

/* A reference's URI is relative to the container's root. */
static long
find_entry(struct sg_env *env, const struct sg_box *box, const char *uri,
    const char *decoded)
{
	const struct sg_asic *asic = box->self;
	const struct sg_zip_entry *entry;
	long at;

	if (uri[0] == '/')
		uri++;
	if (decoded[0] == '/')
		decoded++;
	at = sg_asic_find(asic, uri, decoded);
	if (at < 0 || asic->entries[at].role == SG_ASIC_DIRECTORY)
		return SG_BOX_NONE;
	entry = asic->entries[at].zip;
	if (entry->fault == NULL)
		return at;
	sg_err_set(env, SIGN_E_FORMAT, N_("the file %s is refused: %s"),
	    entry->name, sg_tr(env, entry->fault));
	return SG_BOX_REFUSED;
}

int
sg_asic_boxed(struct sg_env *env, struct sg_asic *asic, struct sg_box *box,
    struct sg_sources *out)
{
	size_t i, count = asic->entry_count;
	struct sg_source *source;
	struct sg_memo *memos;
	int ret = 0;

	out->list = calloc(count + 1, sizeof(*out->list));
	memos = sg_pool_array(asic->pool, count + 1, sizeof(*memos));
	if (out->list == NULL || memos == NULL)
		return sg_err_nomem(env);
	box->find = find_entry;
	box->self = asic;
	for (i = 0; i < count && ret == 0; i++) {
		source = &out->list[i];
		source->name = asic->entries[i].zip->name;
		source->box = box;
		source->memo = &memos[i];
		memos[i].pool = asic->pool;
		out->count++;
		if (asic->entries[i].role != SG_ASIC_DIRECTORY)
			ret = sg_zip_in(
			    env, asic->zip, asic->entries[i].zip, &source->in);
	}
	return ret;
}

static int
open_sources(struct sg_asic_reading *r)
{
	size_t i, count = r->asic->entry_count;

	r->rows = sg_pool_array(r->asic->pool, count + 1, sizeof(*r->rows));
	if (r->rows == NULL)
		return sg_err_nomem(r->env);
	for (i = 0; i < count; i++)
		r->rows[i].part = r->rows[i].doc = -1;
	return sg_asic_boxed(r->env, r->asic, &r->box, &r->all);
}

int
sg_asic_doc(struct sg_asic_reading *r, size_t entry, const char *uri)
{
	const struct sg_zip_entry *zip = r->asic->entries[entry].zip;
	struct sg_facts *facts = r->facts;
	struct sg_doc_fact *doc;

	if (r->rows[entry].doc >= 0)
		return r->rows[entry].doc;
	doc = sg_pool_push(
	    facts->pool, &facts->docs, &facts->doc_count, sizeof(*doc));
	if (doc == NULL)
		return sg_err_nomem(r->env);
	doc->name = sg_pool_str(facts->pool, zip->name);
	doc->uri = sg_pool_str(facts->pool, uri);
	if (doc->name == NULL || (uri != NULL && doc->uri == NULL))
		return sg_err_nomem(r->env);
	doc->source = (int)entry;
	doc->size = zip->size;
	r->rows[entry].doc = (int)facts->doc_count - 1;
	return r->rows[entry].doc;
}

/* ---- entries, and which of them want a signature */

static const char *const role_words[] = {
	[SG_ASIC_DATA] = N_("data"),
	[SG_ASIC_MIMETYPE] = N_("mimetype"),
	[SG_ASIC_DIRECTORY] = N_("directory"),
	[SG_ASIC_XADES] = N_("signature"),
	[SG_ASIC_CADES] = N_("signature"),
	[SG_ASIC_STAMP] = N_("timestamp"),
	[SG_ASIC_MANIFEST] = N_("manifest"),
	[SG_ASIC_ARCHIVE] = N_("archive manifest"),
	[SG_ASIC_EVIDENCE] = N_("evidence record"),
	[SG_ASIC_EVIDENCE_MANIFEST] = N_("evidence record manifest"),
	[SG_ASIC_ODF_MANIFEST] = N_("file list"),
	[SG_ASIC_OTHER] = N_("other"),
};

const char *
sg_asic_role_word(enum sg_asic_role role)
{
	return role_words[role];
}

/* What nobody's rules put into META-INF is looked at as if people had. */
static int
wants_signature(enum sg_asic_role role)
{
	return role == SG_ASIC_DATA || role == SG_ASIC_OTHER;
}

static int
list_entry(struct sg_asic_reading *r, size_t index)
{
	const struct sg_asic_entry *from = &r->asic->entries[index];
	struct sg_facts *facts = r->facts;
	struct sg_entry_fact *entry = sg_pool_push(
	    facts->pool, &facts->entries, &facts->entry_count, sizeof(*entry));
	struct sg_part_fact *part;

	if (entry == NULL)
		return sg_err_nomem(r->env);
	entry->name = sg_pool_str(facts->pool, from->zip->name);
	if (entry->name == NULL)
		return sg_err_nomem(r->env);
	entry->role = role_words[from->role];
	entry->size = from->zip->size;
	entry->packed = from->zip->packed;
	entry->method = (int)from->zip->method;
	entry->fault = from->zip->fault;
	entry->part = -1;
	if (!wants_signature(from->role))
		return 0;
	part = sg_pool_push(
	    facts->pool, &facts->parts, &facts->part_count, sizeof(*part));
	if (part == NULL)
		return sg_err_nomem(r->env);
	part->name = entry->name;
	part->is_document = 1;
	entry->part = (long)facts->part_count - 1;
	r->rows[index].part = entry->part;
	return 0;
}

static int
keep_warnings(
    struct sg_asic_reading *r, const struct sg_msg *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (sg_facts_warn(r->facts, NULL, list[i].id, list[i].arg[0],
			list[i].arg[1]) < 0)
			return sg_err_nomem(r->env);
	return 0;
}

static int
describe(struct sg_asic_reading *r)
{
	const struct sg_asic *asic = r->asic;
	struct sg_facts *facts = r->facts;
	size_t i;
	int ret;

	facts->format = asic->kind == SG_ASIC_S ? "asic-s" : "asic-e";
	facts->encoding = "zip";
	facts->mime_type = sg_pool_str(facts->pool, asic->mime_type);
	ret = keep_warnings(r, asic->zip->warnings, asic->zip->warning_count);
	if (ret == 0)
		ret = keep_warnings(r, asic->warnings, asic->warning_count);
	for (i = 0; i < asic->entry_count && ret == 0; i++)
		ret = list_entry(r, i);
	return ret;
}

/* ---- what manifests list */

/* 0, or what must stop everything; else it says what is wrong with a file. */
static int
is_fatal(int code)
{
	return code < 0 && code != SIGN_E_FORMAT && code != SIGN_E_LIMIT &&
	    code != SIGN_E_UNSUPPORTED;
}

static int
missing_doc(struct sg_asic_reading *r, const struct sg_asic_ref *from)
{
	struct sg_facts *facts = r->facts;
	struct sg_doc_fact *doc = sg_pool_push(
	    facts->pool, &facts->docs, &facts->doc_count, sizeof(*doc));

	if (doc == NULL)
		return sg_err_nomem(r->env);
	doc->uri = sg_pool_str(facts->pool, from->uri);
	if (doc->uri == NULL)
		return sg_err_nomem(r->env);
	doc->missing = 1;
	doc->source = -1;
	return (int)facts->doc_count - 1;
}

/* FORMAT where the file cannot be read or is refused. */
static int
read_listed(struct sg_asic_reading *r, size_t entry,
    const struct sg_asic_ref *from, struct sg_ref_fact *to)
{
	long part = r->rows[entry].part;
	size_t *slot;
	int ret;

	to->doc = sg_asic_doc(r, entry, from->uri);
	if (to->doc < 0)
		return to->doc;
	if (from->digest == NULL)
		return 0;
	ret = sg_source_digest(r->env, &r->all.list[entry], from->digest,
	    r->facts->pool, &to->computed);
	if (ret < 0 || part < 0)
		return ret;
	slot = sg_pool_push(
	    r->facts->pool, &to->parts, &to->part_count, sizeof(*slot));
	if (slot == NULL)
		return sg_err_nomem(r->env);
	*slot = (size_t)part;
	return 0;
}

int
sg_asic_read_ref(struct sg_asic_reading *r, const struct sg_asic_ref *from,
    struct sg_ref_fact *to)
{
	struct sg_pool *pool = r->facts->pool;
	const char *name = from->name != NULL ? from->name : from->uri;
	long at;

	to->coverage = "whole";
	to->counts = 1;
	to->digest = from->digest;
	to->digest_oid = sg_pool_str(pool, from->digest_uri);
	if (to->digest_oid == NULL ||
	    sg_pool_copy(r->env, pool, from->value, &to->found) < 0)
		return sg_err_nomem(r->env);
	at = find_entry(r->env, &r->box, from->uri, name);
	if (at >= 0)
		return read_listed(r, (size_t)at, from, to);
	to->doc = missing_doc(r, from);
	if (to->doc < 0)
		return to->doc;
	return at == SG_BOX_REFUSED ? r->env->code : 0;
}

/* The references of a manifest, compared once for all signatures over it.
 * bad: files that could not be read. */
static int
read_refs(struct sg_asic_reading *r, const struct sg_asic_manifest *from,
    struct sg_sig_fact *sig, struct sg_ref_fact **out)
{
	struct sg_ref_fact *list =
	    sg_pool_array(r->facts->pool, from->ref_count, sizeof(*list));
	size_t i;
	int ret;

	if (list == NULL)
		return sg_err_nomem(r->env);
	for (i = 0; i < from->ref_count; i++) {
		ret = sg_asic_read_ref(r, &from->refs[i], &list[i]);
		if (is_fatal(ret))
			return ret;
		if (ret < 0 &&
		    sg_facts_fault(
			r->facts, sig, N_("%1$s"), r->env->english, NULL) < 0)
			return sg_err_nomem(r->env);
		sg_err_clear(r->env);
	}
	*out = list;
	return 0;
}

static int
add_refs(struct sg_asic_reading *r, struct sg_sig_fact *sig,
    const struct sg_ref_fact *list, size_t count)
{
	struct sg_ref_fact *all;

	if (count > SG_MAX_ASIC_REFS - r->refs)
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("want at most %d signed files in all"),
		    SG_MAX_ASIC_REFS);
	r->refs += count;
	all =
	    sg_pool_array(r->facts->pool, sig->ref_count + count, sizeof(*all));
	if (all == NULL)
		return sg_err_nomem(r->env);
	if (sig->ref_count != 0)
		memcpy(all, sig->refs, sig->ref_count * sizeof(*all));
	memcpy(all + sig->ref_count, list, count * sizeof(*all));
	sig->refs = all;
	sig->ref_count += count;
	return 0;
}

/* EN 319 162-1, 4.4.4: a CAdES signature is over its manifest, and over what
 * that lists; counter-signatures are over another signature. */
static int
sign_listed(struct sg_asic_reading *r, const struct sg_asic_entry *entry,
    const struct sg_asic_row *row)
{
	const struct sg_asic_manifest *manifest =
	    r->asic->entries[entry->over].manifest;
	struct sg_ref_fact *list = NULL;
	struct sg_sig_fact *sig;
	size_t i;
	int ret = 0;

	for (i = 0; i < row->sig_count && ret == 0; i++) {
		sig = &r->facts->sigs[row->first_sig + i];
		if (sig->parent >= 0)
			continue;
		if (list == NULL)
			ret = read_refs(r, manifest, sig, &list);
		if (ret == 0)
			ret = add_refs(r, sig, list, manifest->ref_count);
		if (ret == 0 && entry->over_count > 1 &&
		    sg_facts_fault(r->facts, sig,
			N_("EN 319 162-1, A.4: several manifests name this "
			   "signature as theirs"),
			NULL, NULL) < 0)
			ret = sg_err_nomem(r->env);
	}
	return ret;
}

/* ---- signature files */

/* The documents of a CAdES file: its manifest, or the one file. */
static int
cades_docs(struct sg_asic_reading *r, const struct sg_asic_entry *entry,
    struct sg_sources *docs, size_t **indexes)
{
	const struct sg_asic *asic = r->asic;
	size_t i, at;

	docs->list = calloc(asic->data_count + 1, sizeof(*docs->list));
	*indexes = calloc(asic->data_count + 1, sizeof(**indexes));
	if (docs->list == NULL || *indexes == NULL)
		return sg_err_nomem(r->env);
	if (entry->over >= 0) {
		docs->list[0] = r->all.list[entry->over];
		(*indexes)[docs->count++] = (size_t)entry->over;
		return 0;
	}
	for (i = 0; asic->kind == SG_ASIC_S && i < asic->data_count; i++) {
		at = asic->data[i];
		if (asic->entries[at].zip->fault != NULL)
			continue;
		docs->list[docs->count] = r->all.list[at];
		(*indexes)[docs->count++] = at;
	}
	return 0;
}

/* Sources of facts that were read with those documents become entries. */
static long *
parts_of(
    struct sg_asic_reading *r, struct sg_facts *from, const size_t *indexes)
{
	long *list =
	    sg_pool_array(r->asic->pool, from->doc_count + 1, sizeof(*list));
	struct sg_doc_fact *doc;
	size_t i;

	for (i = 0; list != NULL && i < from->doc_count; i++) {
		doc = &from->docs[i];
		list[i] = -1;
		if (doc->name == NULL)
			doc->source = -1; /* of the signature file itself */
		if (doc->missing || doc->source < 0)
			continue;
		if (indexes != NULL)
			doc->source = (int)indexes[doc->source];
		list[i] = r->rows[doc->source].part;
	}
	return list;
}

static int
join(struct sg_asic_reading *r, size_t index, struct sg_facts *from,
    const size_t *indexes)
{
	struct sg_asic_row *row = &r->rows[index];
	struct sg_facts *facts = r->facts;
	const long *part_of = parts_of(r, from, indexes);

	if (part_of == NULL) {
		sg_facts_free(from);
		return sg_err_nomem(r->env);
	}
	if (from->sig_count > SG_MAX_SIGNERS - facts->sig_count ||
	    from->cert_count > SG_MAX_CERTS - facts->cert_count ||
	    from->crl_count > SG_MAX_CRLS - facts->crl_count ||
	    from->ocsp_count > SG_MAX_CRLS - facts->ocsp_count) {
		sg_facts_free(from);
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("more signatures, certificates or revocation data than "
		       "%d in one container"),
		    SG_MAX_SIGNERS);
	}
	row->inside = from;
	row->first_sig = facts->sig_count;
	row->sig_count = from->sig_count;
	if (sg_facts_join(
		facts, from, r->asic->entries[index].zip->name, part_of) < 0)
		return sg_err_nomem(r->env);
	return 0;
}

/* A file that should be a signature and is none that can be read: it is
 * listed, so that nobody takes it for one that was checked. */
static int
list_broken(struct sg_asic_reading *r, size_t index)
{
	const struct sg_asic_entry *entry = &r->asic->entries[index];
	struct sg_facts *facts = r->facts;
	struct sg_sig_fact *sig;
	size_t i, top = 1;

	for (i = 0; i < facts->sig_count; i++)
		top += facts->sigs[i].parent < 0;
	if (facts->sig_count >= SG_MAX_SIGNERS)
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("more than %d signatures"), SG_MAX_SIGNERS);
	sig = sg_facts_add_sig(facts);
	if (sig == NULL)
		return sg_err_nomem(r->env);
	sig->id = sg_pool_printf(facts->pool, "S-%zu", top);
	sig->entry = sg_pool_str(facts->pool, entry->zip->name);
	sig->format = entry->role == SG_ASIC_XADES ? "xmldsig" : "cms";
	sig->level = entry->role == SG_ASIC_XADES ? "XMLDSIG" : "CMS";
	sig->signature_alg.oid = sig->digest_alg.oid = "";
	if (sig->id == NULL || sig->entry == NULL ||
	    sg_facts_fault(facts, sig,
		N_("the signature file %1$s cannot be read: %2$s"),
		entry->zip->name, r->env->english) < 0)
		return sg_err_nomem(r->env);
	sg_err_clear(r->env);
	return 0;
}

/* XML that has no signature in it at all is only odd. */
static int
is_empty_xml(struct sg_asic_reading *r, size_t index)
{
	struct sg_in *in = r->all.list[index].in;
	struct sg_env scratch = *r->env;
	int signatures = 0, detached = 0;

	if (sg_in_rewind(&scratch, in) < 0 ||
	    sg_xades_probe(&scratch, in, &signatures, &detached) < 0)
		return 0;
	return signatures == 0;
}

static int
read_failed(struct sg_asic_reading *r, size_t index, int code)
{
	const struct sg_asic_entry *entry = &r->asic->entries[index];

	if (is_fatal(code))
		return code;
	if (entry->role != SG_ASIC_XADES || !is_empty_xml(r, index))
		return list_broken(r, index);
	sg_err_clear(r->env);
	if (sg_facts_warn(r->facts, NULL, N_("there is no signature in %1$s"),
		entry->zip->name, NULL) < 0)
		return sg_err_nomem(r->env);
	return 0;
}

static int
read_xades(struct sg_asic_reading *r, size_t index)
{
	struct sg_facts *from = NULL;
	int ret = sg_in_rewind(r->env, r->all.list[index].in);

	if (ret == 0)
		ret = sg_format_xades.read(
		    r->env, r->all.list[index].in, &r->all, &from);
	return ret < 0 ? read_failed(r, index, ret)
		       : join(r, index, from, NULL);
}

static int
no_manifest(struct sg_asic_reading *r, const struct sg_asic_row *row)
{
	size_t i;

	for (i = 0; i < row->sig_count; i++)
		if (sg_facts_warn(r->facts, &r->facts->sigs[row->first_sig + i],
			N_("EN 319 162-1, 4.4.4: no ASiCManifest names this "
			   "signature"),
			NULL, NULL) < 0)
			return sg_err_nomem(r->env);
	return 0;
}

static int
read_cades(struct sg_asic_reading *r, size_t index)
{
	const struct sg_asic_entry *entry = &r->asic->entries[index];
	struct sg_sources docs = { NULL, 0 };
	struct sg_facts *from = NULL;
	size_t *indexes = NULL;
	int ret = cades_docs(r, entry, &docs, &indexes);

	if (ret == 0)
		ret = sg_in_rewind(r->env, r->all.list[index].in);
	if (ret == 0)
		ret = sg_format_cades.read(
		    r->env, r->all.list[index].in, &docs, &from);
	if (ret < 0)
		ret = read_failed(r, index, ret);
	else
		ret = join(r, index, from, indexes);
	free(docs.list);
	free(indexes);
	if (ret < 0 || from == NULL)
		return ret;
	if (entry->over >= 0)
		return sign_listed(r, entry, &r->rows[index]);
	return r->asic->kind != SG_ASIC_S ? no_manifest(r, &r->rows[index]) : 0;
}

static int
read_signatures(struct sg_asic_reading *r)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < r->asic->entry_count && ret == 0; i++) {
		if (r->asic->entries[i].role == SG_ASIC_XADES)
			ret = read_xades(r, i);
		else if (r->asic->entries[i].role == SG_ASIC_CADES)
			ret = read_cades(r, i);
	}
	return ret;
}

/* ---- the container */

static int
read_all(struct sg_asic_reading *r)
{
	int ret = open_sources(r);

	if (ret == 0)
		ret = describe(r);
	if (ret == 0)
		ret = read_signatures(r);
	if (ret == 0)
		ret = sg_asic_read_stamps(r);
	if (ret == 0)
		ret = sg_asic_read_notes(r);
	if (ret == 0 && r->facts->sig_count == 0 && r->facts->stamp_count == 0)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("no signature and no time-stamp in this container"));
	return ret;
}

/* Messages that go into facts stay English until they are shown. */
static int
read_untranslated(
    struct sg_env *env, struct sg_asic *asic, struct sg_facts **out)
{
	const char *(*translate)(const char *, void *) = env->translate;
	struct sg_asic_reading reading = { .env = env, .asic = asic };
	int ret = 0;

	reading.facts = sg_facts_new();
	if (reading.facts == NULL)
		return sg_err_nomem(env);
	env->translate = NULL;
	ret = read_all(&reading);
	env->translate = translate;
	sg_asic_sources_free(&reading.all);
	if (ret < 0)
		sg_facts_free(reading.facts);
	else
		*out = reading.facts;
	return ret;
}

static int
asic_read(struct sg_env *env, struct sg_in *in, const struct sg_sources *docs,
    struct sg_facts **out)
{
	struct sg_in *spool = NULL;
	struct sg_asic *asic = NULL;
	int ret = 0;

	(void)docs;
	if (!sg_in_can_read_at(in)) {
		ret = sg_in_spool(env, in, &spool);
		in = spool;
	}
	if (ret == 0)
		ret = sg_asic_open(env, in, &asic);
	if (ret == 0)
		ret = read_untranslated(env, asic, out);
	sg_asic_free(asic);
	sg_in_free(spool);
	return ret;
}

static int
asic_probe(struct sg_view head)
{
	return sg_zip_probe(head);
}

const struct sg_format sg_format_asic = { "asic", asic_probe, asic_read };
