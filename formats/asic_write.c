/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/text.h"
#include "formats/asic.h"

#include <string.h>

#define ODF_MANIFEST "META-INF/manifest.xml"

/* The archive of a container: what stands there is copied as it is, in its
 * order, and what is new comes behind it. */
struct writer {
	struct sg_env *env;
	const struct sg_asic_want *want;
	struct sg_pool *pool;
	struct sg_zip_item *items;
	size_t item_count;
	struct sg_asic_files files; /* of the OpenDocument manifest */
	struct sg_buf manifest;
};

static const char *
mime_type(enum sg_asic_kind kind)
{
	return kind == SG_ASIC_S ? "application/vnd.etsi.asic-s+zip"
				 : "application/vnd.etsi.asic-e+zip";
}

static struct sg_zip_item *
add_item(struct writer *w, const char *name)
{
	struct sg_zip_item *item =
	    sg_pool_push(w->pool, &w->items, &w->item_count, sizeof(*item));

	if (item != NULL)
		item->name = name;
	else
		sg_err_nomem(w->env);
	return item;
}

/* Documents are stored, so that whoever has them has them at once, and none
 * looks like a bomb; what the container needs besides is packed. */
static int
add_put(struct writer *w, const struct sg_asic_put *put)
{
	struct sg_zip_item *item = add_item(w, put->name);

	if (item == NULL)
		return SIGN_E_NOMEM;
	item->in = put->in;
	if (put->in == NULL)
		item->octets =
		    put->octets.ptr != NULL ? put->octets : sg_view_of("", 0);
	item->stored = sg_asic_role_of(put->name) == SG_ASIC_DATA;
	return 0;
}

/* EN 319 162-1, A.1: first, stored, without an extra field and a newline. */
static int
add_mime_type(struct writer *w)
{
	const char *type = mime_type(w->want->kind);
	struct sg_zip_item *item = add_item(w, "mimetype");

	if (item == NULL)
		return SIGN_E_NOMEM;
	item->octets = sg_view_of(type, strlen(type));
	item->stored = 1;
	return 0;
}

/* ---- what stands there */

static const struct sg_asic_put *
put_of(const struct writer *w, const struct sg_zip_entry *entry)
{
	const struct sg_asic_want *want = w->want;
	size_t i;

	for (i = 0; i < want->put_count; i++)
		if (strcmp(want->puts[i].name, entry->name) == 0)
			return &want->puts[i];
	return NULL;
}

static const char *
new_name(const struct writer *w, const struct sg_zip_entry *entry)
{
	const struct sg_asic_want *want = w->want;
	size_t i;

	for (i = 0; i < want->rename_count; i++)
		if (strcmp(want->renames[2 * i], entry->name) == 0)
			return want->renames[2 * i + 1];
	return entry->name;
}

static int
add_copy(struct writer *w, const struct sg_zip_entry *entry)
{
	const struct sg_asic_put *put = put_of(w, entry);
	struct sg_zip_item *item;

	/* one that gets another name leaves its own to the new one */
	if (put != NULL && new_name(w, entry) == entry->name)
		return add_put(w, put);
	item = add_item(w, new_name(w, entry));
	if (item == NULL)
		return SIGN_E_NOMEM;
	item->from = w->want->from->zip;
	item->entry = entry;
	return 0;
}

static int
add_copies(struct writer *w)
{
	const struct sg_asic *from = w->want->from;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < from->entry_count; i++)
		rc = add_copy(w, from->entries[i].zip);
	return rc;
}

/* Does it stand in the place of an entry that is there? */
static int
replaces(const struct writer *w, const struct sg_asic_put *put)
{
	const struct sg_zip_entry *entry;

	if (w->want->from == NULL)
		return 0;
	entry = sg_zip_find(w->want->from->zip, put->name);
	return entry != NULL && new_name(w, entry) == entry->name;
}

/* data: documents, else what stands in META-INF. */
static int
add_puts(struct writer *w, int data)
{
	const struct sg_asic_put *put;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < w->want->put_count; i++) {
		put = &w->want->puts[i];
		if ((sg_asic_role_of(put->name) == SG_ASIC_DATA) == data &&
		    !replaces(w, put))
			rc = add_put(w, put);
	}
	return rc;
}

/* ---- META-INF/manifest.xml of OpenDocument (EN 319 162-1, 4.4.3.2) */

static int
list_file(struct writer *w, const char *name, const char *type)
{
	struct sg_asic_file *file = sg_pool_push(
	    w->pool, &w->files.list, &w->files.count, sizeof(*file));

	if (file == NULL)
		return sg_err_nomem(w->env);
	file->name = name;
	file->mime_type = type != NULL ? type : sg_asic_mime_type(name);
	return 0;
}

static int
list_files(struct writer *w)
{
	const struct sg_asic_want *want = w->want;
	const struct sg_asic_put *put;
	const struct sg_asic *from = want->from;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && from != NULL && i < from->data_count; i++)
		rc = list_file(w, from->entries[from->data[i]].zip->name, NULL);
	for (i = 0; rc == 0 && i < want->put_count; i++) {
		put = &want->puts[i];
		if (sg_asic_role_of(put->name) == SG_ASIC_DATA &&
		    !replaces(w, put))
			rc = list_file(w, put->name, put->mime_type);
	}
	return rc;
}

/* XAdES in ASiC-E has one; what is there may be signed and stays. */
static int
add_manifest(struct writer *w)
{
	const struct sg_asic_want *want = w->want;
	struct sg_zip_item *item;
	int rc;

	if (want->cades || want->kind != SG_ASIC_E ||
	    (want->from != NULL &&
		sg_zip_find(want->from->zip, ODF_MANIFEST) != NULL))
		return 0;
	w->files.mime_type = mime_type(want->kind);
	rc = list_files(w);
	if (rc == 0)
		rc = sg_asic_files_write(w->env, &w->files, &w->manifest);
	if (rc < 0)
		return rc;
	item = add_item(w, ODF_MANIFEST);
	if (item == NULL)
		return SIGN_E_NOMEM;
	item->octets = sg_buf_view(&w->manifest);
	return 0;
}

/* ---- the whole */

static int
write_items(struct writer *w, struct sg_out *out)
{
	const struct sg_asic_want *want = w->want;
	struct sg_zip_want zip = { .time = want->time };

	zip.items = w->items;
	zip.item_count = w->item_count;
	if (want->from != NULL && want->from->zip->comment[0] != '\0')
		zip.comment = want->from->zip->comment;
	else if (want->from == NULL)
		zip.comment = sg_pool_printf(
		    w->pool, "mimetype=%s", mime_type(want->kind));
	return sg_zip_write(w->env, &zip, out);
}

int
sg_asic_write(
    struct sg_env *env, const struct sg_asic_want *want, struct sg_out *out)
{
	struct writer w = { .env = env, .want = want, .pool = sg_pool_new() };
	int rc;

	if (w.pool == NULL)
		return sg_err_nomem(env);
	rc = want->from != NULL ? add_copies(&w) : add_mime_type(&w);
	if (rc == 0)
		rc = add_puts(&w, 1);
	if (rc == 0)
		rc = add_manifest(&w);
	if (rc == 0)
		rc = add_puts(&w, 0);
	if (rc == 0)
		rc = write_items(&w, out);
	sg_buf_free(&w.manifest);
	sg_pool_free(w.pool);
	return rc;
}
