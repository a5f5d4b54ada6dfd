/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/asic_read.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"

#include <string.h>
#include <strings.h>

#define MAX_NAMED 8 /* files named for one reason */

/* What people should know of a container and what turns no verdict. */
struct noting {
	struct sg_asic_reading *r;
	const char *id, *more; /* the sentence, and what follows the last */
	size_t count;
};

static int
note(struct noting *n, const char *name, const char *why)
{
	int ret = 0;

	if (n->count < MAX_NAMED)
		ret = sg_facts_warn(n->r->facts, NULL, n->id, name, why);
	else if (n->count == MAX_NAMED)
		ret = sg_facts_warn(n->r->facts, NULL, n->more, NULL, NULL);
	n->count++;
	return ret < 0 ? sg_err_nomem(n->r->env) : 0;
}

/* ---- META-INF/manifest.xml against what is there */

static int
unlisted(struct sg_asic_reading *r, const unsigned char *listed)
{
	struct noting n = { r, N_("%1$s is not in META-INF/manifest.xml"),
		N_("more files are not in META-INF/manifest.xml"), 0 };
	size_t i, at;
	int ret = 0;

	for (i = 0; i < r->asic->data_count && ret == 0; i++) {
		at = r->asic->data[i];
		if (!listed[at])
			ret = note(&n, r->asic->entries[at].zip->name, NULL);
	}
	return ret;
}

static int
compare_files(struct sg_asic_reading *r, const struct sg_asic_files *files)
{
	struct noting n = { r,
		N_("META-INF/manifest.xml names %1$s, which is not there"),
		N_("META-INF/manifest.xml names more files that are not "
		   "there"),
		0 };
	unsigned char *listed =
	    sg_pool_alloc(r->asic->pool, r->asic->entry_count + 1);
	const char *name;
	size_t i, len;
	long at;
	int ret = 0;

	if (listed == NULL)
		return sg_err_nomem(r->env);
	for (i = 0; i < files->count && ret == 0; i++) {
		name = files->list[i].name;
		len = strlen(name);
		at = sg_asic_find(r->asic, name, NULL);
		if (at >= 0)
			listed[at] = 1;
		else if (len == 0 || name[len - 1] != '/')
			ret = note(&n, name, NULL);
	}
	if (ret == 0 && files->mime_type != NULL &&
	    r->asic->mime_type != NULL &&
	    strcmp(files->mime_type, r->asic->mime_type) != 0 &&
	    sg_facts_warn(r->facts, NULL,
		N_("META-INF/manifest.xml says %1$s, mimetype says %2$s"),
		files->mime_type, r->asic->mime_type) < 0)
		ret = sg_err_nomem(r->env);
	return ret == 0 ? unlisted(r, listed) : ret;
}

static int
check_files(struct sg_asic_reading *r, size_t entry)
{
	const struct sg_zip_entry *zip = r->asic->entries[entry].zip;
	struct sg_asic_files files;
	struct sg_buf octets = { 0 };
	int ret =
	    sg_zip_read(r->env, r->asic->zip, zip, SG_MAX_ASIC_FILE, &octets);

	if (ret == 0)
		ret = sg_asic_files_read(
		    r->env, r->asic->pool, sg_buf_view(&octets), &files);
	sg_buf_free(&octets);
	if (ret == 0)
		return compare_files(r, &files);
	if (ret != SIGN_E_FORMAT && ret != SIGN_E_LIMIT)
		return ret;
	sg_err_clear(r->env);
	if (sg_facts_warn(
		r->facts, NULL, N_("%1$s cannot be read"), zip->name, NULL) < 0)
		return sg_err_nomem(r->env);
	return 0;
}

/* ---- the rest */

static int
is_container(const char *name)
{
	static const char *const ends[] = { ".asice", ".asics", ".sce", ".scs",
		".bdoc", ".edoc", ".adoc", ".ddoc" };
	size_t i, len = strlen(name), end;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		end = strlen(ends[i]);
		if (len >= end && strcasecmp(name + len - end, ends[i]) == 0)
			return 1;
	}
	return 0;
}

/* One sentence for each file that this is true of. */
static int
note_entries(struct sg_asic_reading *r, struct noting *n,
    int (*is)(const struct sg_asic *asic, const struct sg_asic_entry *entry))
{
	const struct sg_asic_entry *entry;
	size_t i;
	int ret = 0;

	for (i = 0; i < r->asic->entry_count && ret == 0; i++) {
		entry = &r->asic->entries[i];
		if (is(r->asic, entry))
			ret = note(n, entry->zip->name, entry->zip->fault);
	}
	return ret;
}

static int
is_evidence(const struct sg_asic *asic, const struct sg_asic_entry *entry)
{
	(void)asic;
	return entry->role == SG_ASIC_EVIDENCE;
}

static int
is_nested(const struct sg_asic *asic, const struct sg_asic_entry *entry)
{
	(void)asic;
	return entry->role == SG_ASIC_DATA && is_container(entry->zip->name);
}

static int
is_faulty(const struct sg_asic *asic, const struct sg_asic_entry *entry)
{
	(void)asic;
	return entry->zip->fault != NULL;
}

static int
is_orphan(const struct sg_asic *asic, const struct sg_asic_entry *entry)
{
	return entry->manifest != NULL &&
	    sg_asic_find(
		asic, entry->manifest->sig_uri, entry->manifest->sig_name) < 0;
}

int
sg_asic_read_notes(struct sg_asic_reading *r)
{
	struct noting evidence = { r,
		N_("the evidence record %1$s is not evaluated"),
		N_("more evidence records are not evaluated"), 0 };
	struct noting nested = { r,
		N_("%1$s is a container itself: what is in it is not looked "
		   "at"),
		N_("more files are containers themselves: what is in them is "
		   "not looked at"),
		0 };
	struct noting faulty = { r, N_("the file %1$s is refused: %2$s"),
		N_("more files are refused"), 0 };
	struct noting orphan = { r,
		N_("the signature that the manifest %1$s names is not there"),
		N_("the signatures of more manifests are not there"), 0 };
	size_t i;
	int ret = note_entries(r, &faulty, is_faulty);

	if (ret == 0)
		ret = note_entries(r, &evidence, is_evidence);
	if (ret == 0)
		ret = note_entries(r, &nested, is_nested);
	if (ret == 0)
		ret = note_entries(r, &orphan, is_orphan);
	for (i = 0; i < r->asic->entry_count && ret == 0; i++)
		if (r->asic->entries[i].role == SG_ASIC_ODF_MANIFEST)
			ret = check_files(r, i);
	return ret;
}
