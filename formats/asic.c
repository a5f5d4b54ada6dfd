/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/asic.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define MAX_MIME_TYPE 256

/* ---- what a container says of itself (EN 319 162-1, 4.3.3.1 and 4.4.3.1) */

static const struct {
	const char *text;
	int kind;
} mime_types[] = {
	{ "application/vnd.etsi.asic-s+zip", SG_ASIC_S },
	{ "application/vnd.etsi.asic-e+zip", SG_ASIC_E },
	{ "application/vnd.bdoc-1.0", SG_ASIC_E },
	{ "application/vnd.lt.archyvai.adoc-2008", SG_ASIC_ODF },
};

#define ODF_BEGINS "application/vnd.oasis.opendocument."

/* -1: not a container's type */
static int
kind_of(const char *mime_type)
{
	size_t i;

	if (mime_type == NULL)
		return -1;
	for (i = 0; i < sizeof(mime_types) / sizeof(mime_types[0]); i++)
		if (strcmp(mime_types[i].text, mime_type) == 0)
			return mime_types[i].kind;
	if (strncmp(mime_type, ODF_BEGINS, strlen(ODF_BEGINS)) == 0)
		return SG_ASIC_ODF;
	return -1;
}

static int
warn(struct sg_env *env, struct sg_asic *asic, const char *id, const char *a)
{
	struct sg_msg *msg = sg_pool_push(
	    asic->pool, &asic->warnings, &asic->warning_count, sizeof(*msg));

	if (msg == NULL)
		return sg_err_nomem(env);
	*msg = sg_msg_make(asic->pool, id, a, NULL, NULL);
	return 0;
}

/* What is odd about the mimetype entry turns no verdict: real files break each
 * of its rules (EN 319 162-1, A.1). */
static int
check_mime_type(
    struct sg_env *env, struct sg_asic *asic, const struct sg_zip_entry *entry)
{
	int ret = 0;

	if (entry != &asic->zip->entries[0])
		ret = warn(env, asic,
		    N_("mimetype is not the first entry (EN 319 162-1, A.1)"),
		    NULL);
	if (ret == 0 && entry->method != 0)
		ret = warn(env, asic,
		    N_("mimetype is compressed (EN 319 162-1, A.1)"), NULL);
	if (ret == 0 && entry->has_extra)
		ret = warn(env, asic,
		    N_("mimetype has an extra field (EN 319 162-1, A.1)"),
		    NULL);
	if (ret == 0 && kind_of(asic->mime_type) < 0)
		ret = warn(env, asic,
		    N_("mimetype says %1$s, which is no container"),
		    asic->mime_type);
	return ret;
}

static int
is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static int
keep_mime_type(struct sg_env *env, struct sg_asic *asic, struct sg_view text)
{
	size_t len = text.len;

	if (len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0) {
		text = sg_view_of(text.ptr + 3, text.len - 3);
		len = text.len;
	}
	while (len > 0 && is_blank(text.ptr[len - 1]))
		len--;
	if (memchr(text.ptr, '\0', len) != NULL)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("EN 319 162-1, A.1: mimetype is no text"));
	asic->mime_type = sg_pool_strn(asic->pool, (const char *)text.ptr, len);
	if (asic->mime_type == NULL)
		return sg_err_nomem(env);
	return len == text.len
	    ? 0
	    : warn(env, asic,
		  N_("mimetype ends with white space (EN 319 162-1, A.1)"),
		  NULL);
}

static int
read_mime_type(struct sg_env *env, struct sg_asic *asic)
{
	const struct sg_zip_entry *entry = sg_zip_find(asic->zip, "mimetype");
	struct sg_buf text = { 0 };
	int ret;

	if (entry == NULL)
		return warn(env, asic,
		    N_("no mimetype entry (EN 319 162-1, A.1)"), NULL);
	ret = sg_zip_read(env, asic->zip, entry, MAX_MIME_TYPE, &text);
	if (ret == 0)
		ret = keep_mime_type(env, asic,
		    sg_view_of(
			text.len != 0 ? text.ptr : (const unsigned char *)"",
			text.len));
	sg_buf_free(&text);
	return ret == 0 ? check_mime_type(env, asic, entry) : ret;
}

/* ---- entries */

static int
signs(enum sg_asic_role role)
{
	return role == SG_ASIC_XADES || role == SG_ASIC_CADES ||
	    role == SG_ASIC_STAMP || role == SG_ASIC_EVIDENCE;
}

static int
is_manifest(enum sg_asic_role role)
{
	return role == SG_ASIC_MANIFEST || role == SG_ASIC_ARCHIVE ||
	    role == SG_ASIC_EVIDENCE_MANIFEST;
}

static int
list_entries(struct sg_env *env, struct sg_asic *asic)
{
	size_t i, count = asic->zip->entry_count;
	struct sg_asic_entry *entry;
	uint64_t meta = 0;

	asic->entries =
	    sg_pool_array(asic->pool, count + 1, sizeof(*asic->entries));
	asic->data = sg_pool_array(asic->pool, count + 1, sizeof(*asic->data));
	if (asic->entries == NULL || asic->data == NULL)
		return sg_err_nomem(env);
	asic->entry_count = count;
	for (i = 0; i < count; i++) {
		entry = &asic->entries[i];
		entry->zip = &asic->zip->entries[i];
		entry->over = -1;
		entry->role = entry->zip->is_directory
		    ? SG_ASIC_DIRECTORY
		    : sg_asic_role_of(entry->zip->name);
		if (entry->role == SG_ASIC_DATA)
			asic->data[asic->data_count++] = i;
		else if (entry->zip->size > SG_MAX_ASIC_META - meta)
			return sg_err_set(env, SIGN_E_LIMIT,
			    N_("signatures and manifests of more than %u "
			       "octets in one container"),
			    SG_MAX_ASIC_META);
		else
			meta += entry->zip->size;
	}
	return 0;
}

static int
has_role(const struct sg_asic *asic, int (*is)(enum sg_asic_role role))
{
	size_t i;

	for (i = 0; i < asic->entry_count; i++)
		if (is(asic->entries[i].role))
			return 1;
	return 0;
}

static int
is_its_manifest(enum sg_asic_role role)
{
	return role == SG_ASIC_MANIFEST || role == SG_ASIC_EVIDENCE_MANIFEST;
}

/*
 * mimetype, then the archive's comment, then what is in it (EN 319 162-1, A.1
 * and 4). A container is one because it says so, or because something in it
 * signs.
 */
static int
find_kind(struct sg_env *env, struct sg_asic *asic)
{
	static const char key[] = "mimetype=";
	const char *comment = asic->zip->comment;
	int kind = kind_of(asic->mime_type);

	if (kind < 0 && strncmp(comment, key, strlen(key)) == 0)
		kind = kind_of(comment + strlen(key));
	if ((kind < 0 || kind == SG_ASIC_ODF) && !has_role(asic, signs))
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("EN 319 162-1, 4: an archive without signatures, not "
		       "a container"));
	if (kind < 0)
		kind = asic->data_count == 1 && !has_role(asic, is_its_manifest)
		    ? SG_ASIC_S
		    : SG_ASIC_E;
	asic->kind = (enum sg_asic_kind)kind;
	if (kind == SG_ASIC_S && asic->data_count != 1)
		return warn(env, asic,
		    N_("want one file in an ASiC-S container (EN 319 162-1, "
		       "4.3.3), have another number of them"),
		    NULL);
	return 0;
}

/* ---- manifests */

/* One that is broken is none; what needs it will say so. */
static int
read_manifest(
    struct sg_env *env, struct sg_asic *asic, struct sg_asic_entry *entry)
{
	struct sg_asic_manifest *manifest =
	    sg_pool_alloc(asic->pool, sizeof(*manifest));
	struct sg_buf octets = { 0 };
	int ret;

	if (manifest == NULL)
		return sg_err_nomem(env);
	ret =
	    sg_zip_read(env, asic->zip, entry->zip, SG_MAX_ASIC_FILE, &octets);
	if (ret == 0)
		ret = sg_asic_manifest_read(
		    env, asic->pool, sg_buf_view(&octets), manifest);
	sg_buf_free(&octets);
	if (ret == 0)
		entry->manifest = manifest;
	if (ret != SIGN_E_FORMAT && ret != SIGN_E_LIMIT)
		return ret;
	sg_err_clear(env);
	return warn(env, asic, N_("the manifest %1$s cannot be read"),
	    entry->zip->name);
}

/* Which entry does this name mean? -1: none. */
static long
entry_of(const struct sg_asic *asic, const char *name)
{
	const struct sg_zip_entry *entry =
	    name != NULL ? sg_zip_find(asic->zip, name) : NULL;

	return entry != NULL ? (long)(entry - asic->zip->entries) : -1;
}

long
sg_asic_find(const struct sg_asic *asic, const char *uri, const char *decoded)
{
	long at = entry_of(asic, decoded);

	/* some writers do not escape what should be */
	return at >= 0 ? at : entry_of(asic, uri);
}

static int
read_manifests(struct sg_env *env, struct sg_asic *asic)
{
	struct sg_asic_entry *entry, *signer;
	size_t i;
	long at;
	int ret;

	for (i = 0; i < asic->entry_count; i++) {
		entry = &asic->entries[i];
		if (!is_manifest(entry->role))
			continue;
		ret = read_manifest(env, asic, entry);
		if (ret < 0)
			return ret;
		if (entry->manifest == NULL)
			continue;
		at = sg_asic_find(
		    asic, entry->manifest->sig_uri, entry->manifest->sig_name);
		if (at < 0)
			continue;
		signer = &asic->entries[at];
		signer->over_count++;
		if (signer->over < 0)
			signer->over = (long)i;
	}
	return 0;
}

/* ---- opening */

int
sg_asic_open(struct sg_env *env, struct sg_in *in, struct sg_asic **out)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_asic *asic =
	    pool != NULL ? sg_pool_alloc(pool, sizeof(*asic)) : NULL;
	int ret;

	if (asic == NULL) {
		sg_pool_free(pool);
		return sg_err_nomem(env);
	}
	asic->pool = pool;
	ret = sg_zip_open(env, in, &asic->zip);
	if (ret == 0)
		ret = list_entries(env, asic);
	if (ret == 0)
		ret = read_mime_type(env, asic);
	if (ret == 0)
		ret = find_kind(env, asic);
	if (ret == 0)
		ret = read_manifests(env, asic);
	if (ret < 0) {
		sg_asic_free(asic);
		return ret;
	}
	*out = asic;
	return 0;
}

void
sg_asic_free(struct sg_asic *asic)
{
	if (asic == NULL)
		return;
	sg_zip_free(asic->zip);
	sg_pool_free(asic->pool);
}

/* ---- its files as documents */

int
sg_asic_sources(
    struct sg_env *env, struct sg_asic *asic, struct sg_sources *out)
{
	struct sg_sources docs = { NULL, 0 };
	const struct sg_zip_entry *entry;
	size_t i;
	int ret = 0;

	docs.list = calloc(asic->data_count + 1, sizeof(*docs.list));
	if (docs.list == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < asic->data_count && ret == 0; i++) {
		entry = asic->entries[asic->data[i]].zip;
		if (entry->fault != NULL)
			continue;
		docs.list[docs.count].name = entry->name;
		ret =
		    sg_zip_in(env, asic->zip, entry, &docs.list[docs.count].in);
		docs.count += ret == 0;
	}
	if (ret < 0)
		sg_asic_sources_free(&docs);
	else
		*out = docs;
	return ret;
}

void
sg_asic_sources_free(struct sg_sources *sources)
{
	size_t i;

	for (i = 0; i < sources->count; i++)
		sg_in_free(sources->list[i].in);
	free(sources->list);
	memset(sources, 0, sizeof(*sources));
}
