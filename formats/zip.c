/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/zip_int.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"

#include <zip.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* An entry that is read. */
struct reader {
	struct sg_zip_open *zip;
	const struct sg_zip_entry *entry;
	zip_file_t *file; /* NULL: not begun, or at its end */
	uint64_t done;
	int ended;
	int failed; /* its error, which stays */
};

/* ---- the archive, as libzip reads it */

static zip_int64_t
archive_read(struct sg_zip_open *zip, void *data, zip_uint64_t len)
{
	size_t got;

	zip->rc = sg_in_read_at(zip->env, zip->in, zip->at, data, len, &got);
	if (zip->rc < 0)
		return -1;
	zip->at += got;
	return (zip_int64_t)got;
}

int64_t
sg_zip_seek(uint64_t *at, uint64_t size, void *data, uint64_t len)
{
	zip_int64_t to =
	    zip_source_seek_compute_offset(*at, size, data, len, NULL);

	if (to < 0)
		return -1;
	*at = (uint64_t)to;
	return 0;
}

int64_t
sg_zip_size(uint64_t size, void *data)
{
	zip_stat_t *st = data;

	zip_stat_init(st);
	if (size != SG_SIZE_UNKNOWN) {
		st->valid = ZIP_STAT_SIZE;
		st->size = size;
	}
	return sizeof(*st);
}

int64_t
sg_zip_failed(void *data, uint64_t len)
{
	int error[2] = { ZIP_ER_INTERNAL, EIO };

	if (len < sizeof(error))
		return -1;
	memcpy(data, error, sizeof(error));
	return sizeof(error);
}

static zip_int64_t
archive_call(void *self, void *data, zip_uint64_t len, zip_source_cmd_t cmd)
{
	struct sg_zip_open *zip = self;

	switch (cmd) {
	case ZIP_SOURCE_OPEN:
		zip->at = 0;
		return 0;
	case ZIP_SOURCE_READ:
		return archive_read(zip, data, len);
	case ZIP_SOURCE_SEEK:
		return sg_zip_seek(&zip->at, sg_in_size(zip->in), data, len);
	case ZIP_SOURCE_TELL:
		return (zip_int64_t)zip->at;
	case ZIP_SOURCE_STAT:
		return sg_zip_size(sg_in_size(zip->in), data);
	case ZIP_SOURCE_ERROR:
		return sg_zip_failed(data, len);
	case ZIP_SOURCE_SUPPORTS:
		return ZIP_SOURCE_SUPPORTS_SEEKABLE;
	case ZIP_SOURCE_CLOSE:
	case ZIP_SOURCE_FREE:
		return 0;
	default:
		return -1;
	}
}

static int
open_failed(struct sg_zip_open *zip, zip_error_t *error)
{
	if (zip->rc < 0)
		return zip->rc;
	if (zip_error_code_zip(error) == ZIP_ER_MEMORY)
		return sg_err_nomem(zip->env);
	return sg_err_set(zip->env, SIGN_E_FORMAT,
	    N_("%s cannot be read as a ZIP archive: %s"), sg_in_name(zip->in),
	    zip_error_strerror(error));
}

static int
open_handle(struct sg_zip_open *zip)
{
	zip_source_t *source;
	zip_error_t error;
	int rc = 0;

	zip_error_init(&error);
	source = zip_source_function_create(archive_call, zip, &error);
	if (source != NULL)
		zip->handle = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (zip->handle == NULL) {
		rc = open_failed(zip, &error);
		zip_source_free(source);
	}
	zip_error_fini(&error);
	return rc;
}

/* ---- opening */

/* libzip must see what the checker saw. */
static int
open_agrees(const struct sg_zip_open *zip, const struct sg_zip_row *row)
{
	const struct sg_zip_entry *entry = &row->entry;
	const char *raw = (const char *)entry->raw_name.ptr;
	const char *name =
	    zip_get_name(zip->handle, row->index, ZIP_FL_ENC_RAW);
	zip_stat_t st;

	return name != NULL &&
	    zip_stat_index(zip->handle, row->index, 0, &st) == 0 &&
	    (strcmp(name, raw) == 0 || strcmp(name, entry->name) == 0) &&
	    st.size == entry->size && st.comp_size == entry->packed &&
	    st.crc == entry->crc;
}

static int
open_compare(const struct sg_zip_open *zip)
{
	size_t i, count = zip->zip.entry_count;
	int same = zip_get_num_entries(zip->handle, 0) == (zip_int64_t)count;

	for (i = 0; same && i < count; i++)
		same = open_agrees(zip, &zip->rows[i]);
	if (same)
		return 0;
	return sg_err_set(zip->env, SIGN_E_FORMAT,
	    N_("%s can be read as two different archives"),
	    sg_in_name(zip->in));
}

static int
compare_name(const void *a, const void *b)
{
	const struct sg_zip_entry *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int
open_lists(struct sg_zip_open *zip, const struct sg_zip_table *table)
{
	size_t i, count = table->row_count;

	zip->rows = table->rows;
	zip->zip.entry_count = count;
	zip->zip.entries =
	    sg_pool_array(zip->pool, count + 1, sizeof(struct sg_zip_entry));
	zip->by_name =
	    sg_pool_array(zip->pool, count + 1, sizeof(struct sg_zip_entry *));
	if (zip->zip.entries == NULL || zip->by_name == NULL)
		return sg_err_nomem(zip->env);
	for (i = 0; i < count; i++) {
		zip->zip.entries[i] = table->rows[i].entry;
		zip->by_name[i] = &zip->zip.entries[i];
	}
	qsort(zip->by_name, count, sizeof(struct sg_zip_entry *), compare_name);
	return 0;
}

static int
open_all(struct sg_zip_open *zip)
{
	struct sg_zip_table table = { .pool = zip->pool };
	int rc = sg_zip_check(zip->env, zip->in, &table);

	if (rc == 0)
		rc = open_lists(zip, &table);
	if (rc == 0)
		rc = open_handle(zip);
	if (rc == 0)
		rc = open_compare(zip);
	zip->zip.warnings = table.warnings;
	zip->zip.warning_count = table.warning_count;
	zip->zip.comment = (const char *)table.comment.ptr;
	return rc;
}

int
sg_zip_open(struct sg_env *env, struct sg_in *in, struct sg_zip **out)
{
	struct sg_zip_open *zip = calloc(1, sizeof(*zip));
	int rc;

	if (zip == NULL || (zip->pool = sg_pool_new()) == NULL) {
		free(zip);
		return sg_err_nomem(env);
	}
	zip->env = env;
	zip->in = in;
	rc = open_all(zip);
	if (rc == 0)
		*out = &zip->zip;
	else
		sg_zip_free(&zip->zip);
	return rc;
}

void
sg_zip_free(struct sg_zip *zip)
{
	struct sg_zip_open *self = (struct sg_zip_open *)(void *)zip;

	if (zip == NULL)
		return;
	if (self->handle != NULL)
		zip_discard(self->handle);
	sg_pool_free(self->pool);
	free(self);
}

static int
compare_find(const void *key, const void *entry)
{
	return strcmp(key, (*(const struct sg_zip_entry *const *)entry)->name);
}

const struct sg_zip_entry *
sg_zip_find(const struct sg_zip *zip, const char *name)
{
	const struct sg_zip_open *self = (const void *)zip;
	const struct sg_zip_entry **found;

	if (zip->entry_count == 0)
		return NULL;
	found = bsearch(name, self->by_name, zip->entry_count,
	    sizeof(*self->by_name), compare_find);
	return found != NULL ? *found : NULL;
}

struct sg_zip_open *
sg_zip_opened(
    struct sg_zip *zip, const struct sg_zip_entry *entry, size_t *index)
{
	struct sg_zip_open *self = (struct sg_zip_open *)(void *)zip;

	*index = (size_t)(entry - zip->entries);
	return self;
}

const char *
sg_zip_version(struct sg_env *env)
{
	(void)env;
	return zip_libzip_version();
}

/* ---- reading an entry */

static void
reader_close(struct reader *reader)
{
	if (reader->file != NULL)
		zip_fclose(reader->file);
	reader->file = NULL;
}

static int
reader_failed(struct reader *reader, const char *why)
{
	struct sg_zip_open *zip = reader->zip;

	reader->failed = zip->rc;
	if (zip->rc == 0)
		reader->failed = sg_err_set(zip->env, SIGN_E_FORMAT,
		    N_("%s: %s is broken: %s"), sg_in_name(zip->in),
		    reader->entry->name, why);
	return reader->failed;
}

static int
reader_begin(struct reader *reader)
{
	struct sg_zip_open *zip = reader->zip;
	const struct sg_zip_entry *entry = reader->entry;
	size_t row = (size_t)(entry - zip->zip.entries);

	if (entry->fault != NULL)
		return sg_err_set(zip->env, SIGN_E_FORMAT,
		    N_("%s: %s is not read: %s"), sg_in_name(zip->in),
		    entry->name, sg_tr(zip->env, entry->fault));
	reader->file = zip_fopen_index(zip->handle, zip->rows[row].index, 0);
	if (reader->file == NULL)
		return reader_failed(reader, zip_strerror(zip->handle));
	return 0;
}

static int
reader_some(struct reader *reader, void *ptr, size_t len, size_t *got)
{
	const struct sg_zip_entry *entry = reader->entry;
	zip_int64_t count = zip_fread(reader->file, ptr, len);

	*got = 0;
	if (count < 0)
		return reader_failed(reader, zip_file_strerror(reader->file));
	*got = (size_t)count;
	reader->done += *got;
	if (reader->done > entry->size ||
	    (count == 0 && len != 0 && reader->done != entry->size))
		return reader_failed(reader,
		    sg_tr(
			reader->zip->env, N_("it is not as long as it says")));
	return 0;
}

/* Nobody may stop before the check of the CRC, which comes behind the last
 * octets. */
static int
reader_end(struct reader *reader)
{
	unsigned char more;
	size_t none;
	int rc = reader_some(reader, &more, 1, &none);

	reader->ended = 1;
	reader_close(reader);
	return rc;
}

static int
reader_read(struct sg_env *env, void *self, void *ptr, size_t len, size_t *got)
{
	struct reader *reader = self;
	int rc = 0;

	*got = 0;
	if (reader->ended || reader->failed < 0)
		return reader->failed;
	reader->zip->env = env;
	reader->zip->rc = 0;
	if (reader->file == NULL)
		rc = reader_begin(reader);
	if (rc == 0)
		rc = reader_some(reader, ptr, len, got);
	if (rc == 0 && reader->done == reader->entry->size)
		rc = reader_end(reader);
	return rc;
}

static int
reader_rewind(struct sg_env *env, void *self)
{
	struct reader *reader = self;

	(void)env;
	reader_close(reader);
	reader->done = 0;
	reader->ended = 0;
	reader->failed = 0;
	return 0;
}

static void
reader_free(void *self)
{
	reader_close(self);
	free(self);
}

static const struct sg_in_ops reader_ops = {
	.read = reader_read,
	.rewind = reader_rewind,
	.free = reader_free,
};

int
sg_zip_in(struct sg_env *env, struct sg_zip *zip,
    const struct sg_zip_entry *entry, struct sg_in **out)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	size_t index;
	int rc;

	if (reader == NULL)
		return sg_err_nomem(env);
	reader->zip = sg_zip_opened(zip, entry, &index);
	reader->entry = entry;
	rc = sg_in_custom(
	    env, entry->name, &reader_ops, reader, entry->size, out);
	if (rc < 0)
		free(reader);
	return rc;
}

int
sg_zip_read(struct sg_env *env, struct sg_zip *zip,
    const struct sg_zip_entry *entry, size_t max, struct sg_buf *out)
{
	struct sg_in *in = NULL;
	int rc;

	if (entry->size > max)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("%s is larger than %zu octets"), entry->name, max);
	rc = sg_zip_in(env, zip, entry, &in);
	if (rc == 0)
		rc = sg_read_all(env, in, max, out);
	sg_in_free(in);
	return rc;
}
