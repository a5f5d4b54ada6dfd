/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/asic_read.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "formats/tst.h"

#include <string.h>

/* Time-stamps of the container itself (EN 319 162-1, 4.3.3.2, 4.4.3.2, and
 * 4.4.5 for its archive). */

/* ---- what is covered */

static int
cover(struct sg_asic_reading *r, struct sg_stamp_fact *stamp,
    const struct sg_cover_fact *what)
{
	struct sg_cover_fact *slot;

	if (r->covers == SG_MAX_COVERS)
		return 0;
	slot = sg_pool_push(
	    r->facts->pool, &stamp->covers, &stamp->cover_count, sizeof(*slot));
	if (slot == NULL)
		return sg_err_nomem(r->env);
	*slot = *what;
	if (++r->covers == SG_MAX_COVERS &&
	    sg_facts_warn(r->facts, NULL,
		N_("time-stamps cover too much: not all of it is counted "
		   "as proved"),
		NULL, NULL) < 0)
		return sg_err_nomem(r->env);
	return 0;
}

static int
cover_list(struct sg_asic_reading *r, struct sg_stamp_fact *stamp,
    const struct sg_digest *via, const struct sg_view *list, size_t count)
{
	struct sg_cover_fact what = { .via = via };
	size_t i;
	int ret = 0;

	for (i = 0; i < count && ret == 0; i++) {
		what.octets = list[i];
		ret = cover(r, stamp, &what);
	}
	return ret;
}

/* Certificates and revocation data of a file. */
static int
cover_values(struct sg_asic_reading *r, struct sg_stamp_fact *stamp,
    const struct sg_digest *via, const struct sg_facts *from)
{
	int ret = cover_list(r, stamp, via, from->certs, from->cert_count);

	if (ret == 0)
		ret = cover_list(r, stamp, via, from->crls, from->crl_count);
	if (ret == 0)
		ret = cover_list(r, stamp, via, from->ocsps, from->ocsp_count);
	return ret;
}

static int
cover_signature(struct sg_asic_reading *r, struct sg_stamp_fact *stamp,
    const struct sg_digest *via, size_t index)
{
	const struct sg_sig_fact *sig = &r->facts->sigs[index];
	struct sg_cover_fact what = {
		.is_signature = 1, .sig = index, .via = via
	};
	size_t i;
	int ret = cover(r, stamp, &what);

	for (i = 0; i < sig->stamp_count && ret == 0; i++)
		ret = cover_list(r, stamp, via, &sig->stamps[i].token, 1);
	return ret;
}

/* A file that the manifest lists, with the right digest. */
static int
cover_file(struct sg_asic_reading *r, struct sg_stamp_fact *stamp,
    const struct sg_digest *via, size_t entry)
{
	const struct sg_asic_row *row = &r->rows[entry];
	size_t i;
	int ret = 0;

	if (row->inside == NULL)
		return 0;
	if (r->asic->entries[entry].role == SG_ASIC_STAMP)
		ret =
		    cover_list(r, stamp, via, &row->inside->stamps[0].token, 1);
	for (i = 0; i < row->sig_count && ret == 0; i++)
		ret = cover_signature(r, stamp, via, row->first_sig + i);
	return ret == 0 ? cover_values(r, stamp, via, row->inside) : ret;
}

static int
is_right(const struct sg_ref_fact *ref)
{
	return ref->digest != NULL && ref->computed.len != 0 &&
	    sg_view_equal(ref->computed, ref->found);
}

/* ---- what it is over */

static int
keep_ref(struct sg_asic_reading *r, struct sg_stamp_fact *stamp,
    const struct sg_asic_ref *from)
{
	struct sg_ref_fact *ref;
	int ret;

	if (++r->refs > SG_MAX_ASIC_REFS)
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("want at most %d signed files in all"),
		    SG_MAX_ASIC_REFS);
	ref = sg_pool_push(
	    r->facts->pool, &stamp->refs, &stamp->ref_count, sizeof(*ref));
	if (ref == NULL)
		return sg_err_nomem(r->env);
	ret = sg_asic_read_ref(r, from, ref);
	if (ret != SIGN_E_FORMAT && ret != SIGN_E_LIMIT &&
	    ret != SIGN_E_UNSUPPORTED)
		return ret;
	/* it is listed, and proved by nothing */
	sg_err_clear(r->env);
	return 0;
}

static int
read_listed(struct sg_asic_reading *r, struct sg_stamp_fact *stamp,
    const struct sg_asic_manifest *manifest)
{
	const struct sg_ref_fact *ref;
	size_t i;
	int ret = 0;

	for (i = 0; i < manifest->ref_count && ret == 0; i++) {
		ret = keep_ref(r, stamp, &manifest->refs[i]);
		if (ret < 0)
			return ret;
		ref = &stamp->refs[i];
		if (is_right(ref))
			ret = cover_file(r, stamp, ref->digest,
			    (size_t)r->facts->docs[ref->doc].source);
	}
	return ret;
}

static int
add_imprint(
    struct sg_asic_reading *r, struct sg_stamp_fact *stamp, size_t entry)
{
	struct sg_facts *facts = r->facts;
	struct sg_view value = { NULL, 0 };
	int ret = 0;

	if (stamp->info.digest != NULL)
		ret = sg_source_digest(r->env, &r->all.list[entry],
		    stamp->info.digest, facts->pool, &value);
	if (ret == SIGN_E_FORMAT || ret == SIGN_E_LIMIT) {
		stamp->unknown = sg_msg_make(
		    facts->pool, N_("%1$s"), r->env->english, NULL, NULL);
		sg_err_clear(r->env);
		return 0;
	}
	if (ret < 0)
		return ret;
	return sg_stamp_expect(r->env, facts->pool, stamp, value);
}

/* ASiC-S: over the one file, which is then listed as a manifest would. */
static int
over_file(struct sg_asic_reading *r, struct sg_stamp_fact *stamp)
{
	size_t entry = r->asic->data[0], *slot;
	long part = r->rows[entry].part;
	struct sg_ref_fact *ref;
	int ret = add_imprint(r, stamp, entry);

	if (ret < 0 || stamp->imprint_count == 0)
		return ret;
	ref = sg_pool_push(
	    r->facts->pool, &stamp->refs, &stamp->ref_count, sizeof(*ref));
	if (ref == NULL)
		return sg_err_nomem(r->env);
	ref->doc = sg_asic_doc(r, entry, NULL);
	ref->coverage = "whole";
	ref->counts = 1;
	ref->digest = stamp->info.digest;
	ref->digest_oid = stamp->info.digest_oid;
	ref->found = stamp->info.imprint;
	ref->computed = stamp->imprints[0].value;
	slot = sg_pool_push(
	    r->facts->pool, &ref->parts, &ref->part_count, sizeof(*slot));
	if (ref->doc < 0 || slot == NULL)
		return sg_err_nomem(r->env);
	*slot = (size_t)part;
	return 0;
}

static int
covers_signature(const struct sg_stamp_fact *stamp)
{
	size_t i;

	for (i = 0; i < stamp->cover_count; i++)
		if (stamp->covers[i].is_signature)
			return 1;
	return 0;
}

/* Over a manifest, or over the one file (EN 319 162-1, 4.3.3.2). */
static int
bind(struct sg_asic_reading *r, const struct sg_asic_entry *entry,
    struct sg_stamp_fact *stamp)
{
	const struct sg_asic *asic = r->asic;
	const struct sg_asic_entry *over;
	int ret;

	if (entry->over_count > 1) {
		stamp->unknown.id = N_("several manifests name this "
				       "time-stamp as theirs");
		return 0;
	}
	if (entry->over < 0 && asic->kind == SG_ASIC_S &&
	    asic->data_count == 1 &&
	    asic->entries[asic->data[0]].zip->fault == NULL)
		return over_file(r, stamp);
	if (entry->over < 0) {
		stamp->unknown.id = N_("no manifest names this time-stamp");
		return 0;
	}
	over = &asic->entries[entry->over];
	if (over->role == SG_ASIC_ARCHIVE)
		stamp->kind = "archive";
	stamp->form = sg_pool_str(r->facts->pool, over->zip->name);
	if (stamp->form == NULL)
		return sg_err_nomem(r->env);
	ret = add_imprint(r, stamp, (size_t)entry->over);
	if (ret == 0)
		ret = read_listed(r, stamp, over->manifest);
	/* the name of its manifest does not make it one, what it lists does */
	if (ret == 0 && covers_signature(stamp))
		stamp->kind = "archive";
	return ret;
}

/* ---- tokens */

/* TimeStampResp is taken too, as an authority answers. */
static int
load(struct sg_asic_reading *r, size_t index, struct sg_view *token)
{
	struct sg_buf octets = { 0 };
	struct sg_pool *pool = r->facts->pool;
	int ret = sg_zip_read(r->env, r->asic->zip, r->asic->entries[index].zip,
	    SG_MAX_TOKEN_SIZE, &octets);

	if (ret == 0)
		ret = sg_pool_copy(r->env, pool, sg_buf_view(&octets), token);
	sg_buf_free(&octets);
	if (ret == 0 && sg_tsp_is_response(*token))
		ret = sg_tsp_response_read(r->env, pool, *token, token);
	if (ret != SIGN_E_FORMAT && ret != SIGN_E_LIMIT && ret != SIGN_E_NET)
		return ret;
	/* it is listed as one that is broken */
	sg_err_clear(r->env);
	*token = sg_view_of("", 0);
	return 0;
}

/* Facts that hold nothing but this token: what it covers is told by row. */
static int
keep_inside(struct sg_asic_reading *r, size_t index, struct sg_view token)
{
	struct sg_facts *inside = sg_facts_new();
	struct sg_stamp_fact *stamp;
	int ret;

	if (inside == NULL)
		return sg_err_nomem(r->env);
	stamp = sg_pool_push(inside->pool, &inside->stamps,
	    &inside->stamp_count, sizeof(*stamp));
	if (stamp == NULL) {
		sg_facts_free(inside);
		return sg_err_nomem(r->env);
	}
	stamp->kind = "container";
	stamp->form = "time-stamp token";
	ret = sg_tst_read(r->env, inside, token, 0, stamp);
	if (ret < 0) {
		sg_facts_free(inside);
		return ret;
	}
	r->rows[index].inside = inside;
	if (sg_facts_join(r->facts, inside, NULL, NULL) < 0)
		return sg_err_nomem(r->env);
	return 0;
}

/* All tokens first: they are listed by one another's manifests. */
static int
read_tokens(struct sg_asic_reading *r)
{
	struct sg_view token;
	size_t i;
	int ret = 0;

	for (i = 0; i < r->asic->entry_count && ret == 0; i++) {
		if (r->asic->entries[i].role != SG_ASIC_STAMP)
			continue;
		if (r->facts->stamp_count >= SG_MAX_XML_STAMPS)
			return sg_err_set(r->env, SIGN_E_LIMIT,
			    N_("more than %d time-stamps of the container"),
			    SG_MAX_XML_STAMPS);
		ret = load(r, i, &token);
		if (ret == 0)
			ret = keep_inside(r, i, token);
	}
	return ret;
}

/* ---- levels (EN 319 162-1, 5.3): archived by the container */

static const char *
raised(const char *level)
{
	static const char *const levels[][2] = { { "B-LT", "B-LTA" },
		{ "XLT1", "A" }, { "XLT2", "A" } };
	size_t i;

	for (i = 0; level != NULL && i < sizeof(levels) / sizeof(levels[0]);
	     i++)
		if (strcmp(levels[i][0], level) == 0)
			return levels[i][1];
	return level;
}

static void
raise_level(struct sg_facts *facts, const struct sg_stamp_fact *stamp)
{
	struct sg_sig_fact *sig;
	size_t i;

	if (stamp->inside == NULL || strcmp(stamp->kind, "archive") != 0)
		return;
	for (i = 0; i < stamp->cover_count; i++) {
		if (!stamp->covers[i].is_signature)
			continue;
		sig = &facts->sigs[stamp->covers[i].sig];
		sig->level = raised(sig->level);
	}
}

int
sg_asic_read_stamps(struct sg_asic_reading *r)
{
	struct sg_facts *facts = r->facts;
	size_t i, number = facts->stamp_count;
	int ret = read_tokens(r);

	for (i = 0; i < r->asic->entry_count && ret == 0; i++) {
		if (r->asic->entries[i].role != SG_ASIC_STAMP)
			continue;
		ret = bind(r, &r->asic->entries[i], &facts->stamps[number]);
		raise_level(facts, &facts->stamps[number++]);
	}
	return ret;
}
