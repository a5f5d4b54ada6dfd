/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/asic_augment.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/text.h"
#include "formats/cades_stamp.h"
#include "formats/tst.h"

#include <stdlib.h>
#include <string.h>

/*
 * Archive time-stamps beside the signatures of a container (EN 319 162-1,
 * 4.4.4): a list of files with their digests, and a token over that list. The
 * newest list has the name without a number; the one before gets a number and
 * is in the newest as its Rootfile.
 */
#define NEWEST "META-INF/ASiCArchiveManifest.xml"
#define NUMBERED "META-INF/ASiCArchiveManifest%03u.xml"

#define MIME_TOKEN "application/vnd.etsi.timestamp-token"

/* ---- what is there */

static int
is_older(const struct sg_asic *asic, const struct sg_asic_entry *entry)
{
	size_t i;

	for (i = 0; i < asic->entry_count; i++)
		if (asic->entries[i].role == SG_ASIC_ARCHIVE &&
		    &asic->entries[i] != entry &&
		    sg_asic_lists(asic, &asic->entries[i], entry))
			return 1;
	return 0;
}

/* The one that no other lists; of several the one with the usual name. */
static const struct sg_asic_entry *
newest_manifest(const struct sg_asic *asic)
{
	const struct sg_asic_entry *best = NULL, *at;
	size_t i;

	for (i = 0; i < asic->entry_count; i++) {
		at = &asic->entries[i];
		if (at->role != SG_ASIC_ARCHIVE || at->manifest == NULL ||
		    is_older(asic, at))
			continue;
		if (best == NULL || strcmp(best->zip->name, NEWEST) != 0)
			best = at;
	}
	return best;
}

static int
is_under(const struct sg_facts *facts, const struct sg_stamp_fact *stamp)
{
	const struct sg_stamp_fact *other;
	size_t i, k;

	for (i = 0; i < facts->stamp_count; i++) {
		other = &facts->stamps[i];
		if (other == stamp || strcmp(other->kind, "archive") != 0)
			continue;
		for (k = 0; k < other->cover_count; k++)
			if (!other->covers[k].is_signature &&
			    sg_view_equal(
				other->covers[k].octets, stamp->token))
				return 1;
	}
	return 0;
}

const struct sg_stamp_fact *
sg_asic_newest_stamp(const struct sg_facts *facts, int any)
{
	const struct sg_stamp_fact *newest = NULL, *at;
	size_t i;

	for (i = 0; i < facts->stamp_count; i++) {
		at = &facts->stamps[i];
		if ((any || strcmp(at->kind, "archive") == 0) &&
		    !is_under(facts, at) &&
		    (newest == NULL || at->info.time >= newest->info.time))
			newest = at;
	}
	return newest;
}

/* Tokens stand in the facts in their order, last of all. */
static const struct sg_asic_entry *
entry_of(const struct sg_augment *aug, const struct sg_stamp_fact *stamp)
{
	const struct sg_facts *facts = aug->facts;
	size_t left = (size_t)(facts->stamps + facts->stamp_count - stamp);
	size_t i;

	for (i = aug->asic->entry_count; i > 0; i--)
		if (aug->asic->entries[i - 1].role == SG_ASIC_STAMP &&
		    --left == 0)
			return &aug->asic->entries[i - 1];
	return NULL;
}

int
sg_asic_archive_renew(struct sg_env *env, struct sg_augment *aug,
    const struct sg_values *values, int any)
{
	const struct sg_stamp_fact *stamp =
	    sg_asic_newest_stamp(aug->facts, any);
	const struct sg_asic_entry *entry = NULL, *by;

	if (stamp != NULL)
		entry = entry_of(aug, stamp);
	if (entry == NULL)
		return sg_err_set(env, SIGN_E_STATE,
		    N_("the file is not as it was when it was read"));
	by = sg_asic_listed_by(aug->asic, entry->zip->name);
	if (by != NULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("%s lists %s by its digest, and any change would break "
		       "that (EN 319 162-1, A.7)"),
		    by->zip->name, entry->zip->name);
	if (aug->newest == NULL)
		aug->newest_token = stamp->token;
	aug->newest = entry;
	return sg_token_add_values(
	    env, aug->pool, aug->newest_token, values, &aug->newest_token);
}

/* ---- the list */

struct listing {
	struct sg_env *env;
	struct sg_augment *aug;
	const struct sg_digest *digest;
	struct sg_hash *hash;
	unsigned char *chunk;
	char *wanted; /* by the entry's index */
	struct sg_asic_manifest manifest;
};

/* A signature stands for what it is over: its manifest, and what is listed
 * there. What nobody signed is not dated either, and what changes later, lists
 * of evidence records or a XAdES signature, is left out. */
static void
want_listed(struct listing *l, const struct sg_asic_manifest *manifest)
{
	const struct sg_asic *asic = l->aug->asic;
	size_t i;
	long at;

	for (i = 0; manifest != NULL && i < manifest->ref_count; i++) {
		at = sg_asic_find(
		    asic, manifest->refs[i].uri, manifest->refs[i].name);
		if (at >= 0)
			l->wanted[at] = 1;
	}
}

static void
want_all(struct listing *l)
{
	const struct sg_asic *asic = l->aug->asic;
	const struct sg_asic_entry *at;
	size_t i;

	for (i = 0; i < asic->entry_count; i++) {
		at = &asic->entries[i];
		switch (at->role) {
		case SG_ASIC_CADES:
		case SG_ASIC_STAMP:
			l->wanted[i] = 1;
			if (at->over < 0 && asic->data_count == 1)
				l->wanted[asic->data[0]] = 1;
			break;
		case SG_ASIC_MANIFEST:
		case SG_ASIC_ARCHIVE:
			l->wanted[i] = 1;
			want_listed(l, at->manifest);
			break;
		default:
			break;
		}
	}
}

static const char *
mime_of(const struct sg_asic_entry *entry)
{
	switch (entry->role) {
	case SG_ASIC_DATA:
		return sg_asic_mime_type(entry->zip->name);
	case SG_ASIC_CADES:
		return "application/pkcs7-signature";
	case SG_ASIC_STAMP:
		return MIME_TOKEN;
	default:
		return "text/xml";
	}
}

static int
hash_entry(struct listing *l, const struct sg_zip_entry *zip)
{
	struct sg_env *env = l->env;
	struct sg_in *in = NULL;
	size_t got = 1;
	int rc = sg_zip_in(env, l->aug->asic->zip, zip, &in);

	while (rc == 0 && got != 0) {
		rc = sg_in_read(env, in, l->chunk, SG_IO_CHUNK, &got);
		if (rc == 0)
			rc = sg_hash_update(env, l->hash, l->chunk, got);
		if (rc == 0)
			rc = sg_env_progress(env, sg_in_tell(in), zip->size);
	}
	sg_in_free(in);
	return rc;
}

/* Those that are written anew with this archive time-stamp; empty: none. */
static int
octets_now(
    struct listing *l, const struct sg_asic_entry *entry, struct sg_view *out)
{
	struct sg_augment *aug = l->aug;
	size_t i;

	*out = sg_view_of(NULL, 0);
	if (aug->newest == entry)
		*out = aug->newest_token;
	for (i = 0; i < aug->member_count; i++)
		if (aug->members[i].entry == entry && aug->members[i].changed)
			return sg_asic_member_octets(
			    l->env, aug, &aug->members[i], out);
	return 0;
}

static int
list_entry(struct listing *l, const struct sg_asic_entry *entry, int rootfile)
{
	struct sg_asic_manifest *manifest = &l->manifest;
	struct sg_pool *pool = l->aug->pool;
	unsigned char value[SG_MAX_DIGEST];
	struct sg_view octets;
	struct sg_asic_ref *ref;
	int rc;

	if (manifest->ref_count >= SG_MAX_ASIC_MANIFEST_REFS)
		return sg_err_set(l->env, SIGN_E_LIMIT,
		    N_("want at most %d files in a manifest"),
		    SG_MAX_ASIC_MANIFEST_REFS);
	ref = sg_pool_push(
	    pool, &manifest->refs, &manifest->ref_count, sizeof(*ref));
	if (ref == NULL)
		return sg_err_nomem(l->env);
	ref->name = entry->zip->name;
	if (rootfile && l->aug->archive.rename[1] != NULL)
		ref->name = l->aug->archive.rename[1];
	ref->mime_type = mime_of(entry);
	ref->rootfile = rootfile;
	ref->digest = l->digest;
	rc = octets_now(l, entry, &octets);
	if (rc == 0 && octets.len != 0)
		rc = sg_hash_update(l->env, l->hash, octets.ptr, octets.len);
	else if (rc == 0)
		rc = hash_entry(l, entry->zip);
	if (rc == 0)
		rc = sg_hash_final(l->env, l->hash, value);
	return rc < 0 ? rc
		      : sg_pool_copy(l->env, pool,
			    sg_view_of(value, l->digest->size), &ref->value);
}

static int
list_all(struct listing *l)
{
	const struct sg_asic *asic = l->aug->asic;
	const struct sg_asic_entry *before = newest_manifest(asic);
	size_t i;
	int rc = 0;

	want_all(l);
	if (before != NULL)
		rc = list_entry(l, before, 1);
	for (i = 0; rc == 0 && i < asic->entry_count; i++)
		if (l->wanted[i] && &asic->entries[i] != before)
			rc = list_entry(l, &asic->entries[i], 0);
	return rc;
}

static int
listing_write(struct listing *l)
{
	struct sg_asic_archive *archive = &l->aug->archive;
	struct sg_buf octets = { NULL, 0, 0 };
	int rc;

	l->manifest.sig_name = archive->token_name;
	l->manifest.sig_mime_type = MIME_TOKEN;
	rc = list_all(l);
	if (rc == 0)
		rc = sg_asic_manifest_write(l->env, &l->manifest, &octets);
	if (rc == 0)
		rc = sg_pool_copy(l->env, l->aug->pool, sg_buf_view(&octets),
		    &archive->octets);
	sg_buf_free(&octets);
	return rc;
}

/* ---- its name */

static int
free_name(struct sg_env *env, struct sg_augment *aug, const char **out)
{
	unsigned number;
	char *name;

	for (number = 1; number <= SG_MAX_ZIP_ENTRIES; number++) {
		name = sg_pool_printf(aug->pool, NUMBERED, number);
		if (name == NULL)
			return sg_err_nomem(env);
		if (sg_zip_find(aug->asic->zip, name) != NULL)
			continue;
		*out = name;
		return 0;
	}
	return sg_err_set(env, SIGN_E_LIMIT,
	    N_("more than %d entries in a container"), SG_MAX_ZIP_ENTRIES);
}

/* The one before makes room, unless others know it by its name. */
static int
archive_names(struct sg_env *env, struct sg_augment *aug)
{
	struct sg_asic_archive *archive = &aug->archive;
	const char *number = NULL;
	int rc = 0;

	archive->name = NEWEST;
	archive->token_name =
	    sg_asic_next_name(env, aug->pool, aug->asic, SG_ASIC_STAMP);
	if (archive->token_name == NULL)
		return sg_err_nomem(env);
	if (sg_zip_find(aug->asic->zip, NEWEST) == NULL)
		return 0;
	rc = free_name(env, aug, &number);
	if (rc < 0)
		return rc;
	if (sg_asic_listed_by(aug->asic, NEWEST) != NULL) {
		archive->name = number;
		return 0;
	}
	archive->rename[0] = NEWEST;
	archive->rename[1] = number;
	return 0;
}

/* ---- all of it */

int
sg_asic_archive_make(
    struct sg_env *env, struct sg_augment *aug, const struct sg_digest *digest)
{
	struct listing l = { .env = env, .aug = aug, .digest = digest };
	struct sg_asic_archive *archive = &aug->archive;
	int rc;

	if (archive->token.len != 0)
		return sg_err_set(
		    env, SIGN_E_INTERNAL, N_("two archive manifests at once"));
	memset(archive, 0, sizeof(*archive));
	l.chunk = malloc(SG_IO_CHUNK);
	l.wanted = sg_pool_array(aug->pool, aug->asic->entry_count, 1);
	rc = l.chunk != NULL && l.wanted != NULL ? 0 : sg_err_nomem(env);
	if (rc == 0)
		rc = sg_hash_new(env, digest, &l.hash);
	if (rc == 0)
		rc = archive_names(env, aug);
	if (rc == 0)
		rc = listing_write(&l);
	if (rc == 0)
		rc = sg_hash_once(
		    env, digest, archive->octets, archive->imprint);
	if (rc == 0)
		archive->digest = digest;
	sg_hash_free(l.hash);
	free(l.chunk);
	return rc;
}

int
sg_asic_archive_stamp(struct sg_env *env, struct sg_augment *aug,
    struct sg_view token, const struct sg_values *values)
{
	struct sg_asic_archive *archive = &aug->archive;
	int rc;

	if (archive->digest == NULL)
		return sg_err_set(env, SIGN_E_INTERNAL,
		    N_("a time-stamp without its imprint"));
	rc = sg_tst_is_over(env, token, archive->digest,
	    sg_view_of(archive->imprint, archive->digest->size));
	if (rc == 0 && values != NULL)
		return sg_token_add_values(
		    env, aug->pool, token, values, &archive->token);
	return rc < 0 ? rc
		      : sg_pool_copy(env, aug->pool, token, &archive->token);
}
