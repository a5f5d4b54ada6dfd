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
#include <time.h>

#define HEAD_SIZE 16           /* octets that tell what is compressed already */
#define LEVEL 6                /* of deflate: what zip(1) takes */
#define TIME_FIRST 0x00210000u /* 1980-01-01 00:00:00 */
#define TIME_LAST 0xff9fbf7du  /* 2107-12-31 23:59:58 */

/* The archive that is written. libzip goes back to each local header: the last
 * octets wait here, so that small entries are not written twice. */
struct sink {
	struct sg_env *env;
	struct sg_out *out;
	unsigned char *buf;
	uint64_t base; /* octets that *out has */
	size_t len;    /* in buf, behind them */
	uint64_t at;   /* where libzip writes next */
};

/* The octets of an item. */
struct feed {
	struct write *write;
	struct sg_in *in;
	uint64_t left; /* SG_SIZE_UNKNOWN */
};

struct write {
	struct sg_env *env;
	const struct sg_zip_want *want;
	struct sink sink;
	zip_t *handle;
	struct feed *feeds; /* one for each item */
	uint64_t deflated;  /* octets of what is deflated */
	int rc;             /* the first failure below libzip */
};

/* ---- the sink */

static int
sink_flush(struct sink *sink)
{
	int rc = sg_out_write(sink->env, sink->out, sink->buf, sink->len);

	if (rc == 0) {
		sink->base += sink->len;
		sink->len = 0;
	}
	return rc;
}

/* Over octets that are gone already; as many as there are. */
static int
sink_patch(struct sink *sink, const void *ptr, size_t *len)
{
	if (sink->base - sink->at < *len)
		*len = (size_t)(sink->base - sink->at);
	return sg_out_patch(sink->env, sink->out, sink->at, ptr, *len);
}

static int
sink_buffer(struct sink *sink, const void *ptr, size_t *len)
{
	size_t from = (size_t)(sink->at - sink->base);
	int rc = 0;

	if (from == SG_IO_CHUNK) {
		rc = sink_flush(sink);
		from = 0;
	}
	if (*len > SG_IO_CHUNK - from)
		*len = SG_IO_CHUNK - from;
	if (rc == 0) {
		memcpy(sink->buf + from, ptr, *len);
		if (sink->len < from + *len)
			sink->len = from + *len;
	}
	return rc;
}

static int
sink_write(struct sink *sink, const void *ptr, size_t len)
{
	const unsigned char *from = ptr;
	size_t part;
	int rc = 0;

	while (rc == 0 && len > 0) {
		part = len;
		if (sink->at < sink->base)
			rc = sink_patch(sink, from, &part);
		else
			rc = sink_buffer(sink, from, &part);
		sink->at += part;
		from += part;
		len -= part;
	}
	return rc;
}

static zip_int64_t
sink_call(void *self, void *data, zip_uint64_t len, zip_source_cmd_t cmd)
{
	struct write *write = self;
	struct sink *sink = &write->sink;

	switch (cmd) {
	case ZIP_SOURCE_WRITE:
		if (write->rc == 0)
			write->rc = sink_write(sink, data, len);
		return write->rc < 0 ? -1 : (zip_int64_t)len;
	case ZIP_SOURCE_SEEK_WRITE:
		return sg_zip_seek(
		    &sink->at, sink->base + sink->len, data, len);
	case ZIP_SOURCE_TELL_WRITE:
		return (zip_int64_t)sink->at;
	case ZIP_SOURCE_STAT:
		return sg_zip_size(0, data);
	case ZIP_SOURCE_ERROR:
		return sg_zip_failed(data, len);
	case ZIP_SOURCE_SUPPORTS:
		return ZIP_SOURCE_SUPPORTS_WRITABLE;
	case ZIP_SOURCE_OPEN:
	case ZIP_SOURCE_CLOSE:
	case ZIP_SOURCE_FREE:
	case ZIP_SOURCE_BEGIN_WRITE:
	case ZIP_SOURCE_COMMIT_WRITE:
	case ZIP_SOURCE_ROLLBACK_WRITE:
		return 0;
	default:
		return -1;
	}
}

/* ---- the items */

/* A document that changes while it is read is an error, not an archive. */
static int
feed_read(struct feed *feed, void *data, zip_uint64_t len, size_t *got)
{
	int rc = sg_in_read(feed->write->env, feed->in, data, len, got);

	if (rc < 0 || feed->left == SG_SIZE_UNKNOWN)
		return rc;
	if (*got > feed->left || (*got == 0 && len != 0 && feed->left != 0))
		return sg_err_set(feed->write->env, SIGN_E_STATE,
		    N_("%s was changed while it was read"),
		    sg_in_name(feed->in));
	feed->left -= *got;
	return 0;
}

static zip_int64_t
feed_call(void *self, void *data, zip_uint64_t len, zip_source_cmd_t cmd)
{
	struct feed *feed = self;
	struct write *write = feed->write;
	size_t got;

	switch (cmd) {
	case ZIP_SOURCE_READ:
		if (write->rc == 0)
			write->rc = feed_read(feed, data, len, &got);
		return write->rc < 0 ? -1 : (zip_int64_t)got;
	case ZIP_SOURCE_STAT:
		return sg_zip_size(feed->left, data);
	case ZIP_SOURCE_ERROR:
		return sg_zip_failed(data, len);
	case ZIP_SOURCE_SUPPORTS:
		return ZIP_SOURCE_SUPPORTS_READABLE;
	case ZIP_SOURCE_OPEN:
	case ZIP_SOURCE_CLOSE:
	case ZIP_SOURCE_FREE:
		return 0;
	default:
		return -1;
	}
}

/* What begins like this is compressed already. */
static int
is_packed(struct sg_view head)
{
	static const struct {
		size_t at;
		const char *mark;
	} rows[] = {
		{ 0, "PK\003\004" },
		{ 0, "%PDF-" },
		{ 0, "\037\213" },
		{ 0, "\377\330\377" },
		{ 0, "\211PNG" },
		{ 0, "GIF8" },
		{ 0, "7z\274\257" },
		{ 0, "Rar!" },
		{ 0, "\3757zXZ" },
		{ 0, "BZh" },
		{ 0, "(\265/\375" },
		{ 0, "OggS" },
		{ 0, "ID3" },
		{ 0, "fLaC" },
		{ 4, "ftyp" },
		{ 8, "WEBP" },
	};
	size_t i, len;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		len = strlen(rows[i].mark);
		if (head.len >= rows[i].at + len &&
		    memcmp(head.ptr + rows[i].at, rows[i].mark, len) == 0)
			return 1;
	}
	return 0;
}

/* An empty file says nothing of its size, as those of the kernel do. */
static int
feed_size(struct feed *feed)
{
	struct sg_view head;
	int rc = 0;

	feed->left = sg_in_size(feed->in);
	if (feed->left == SG_SIZE_UNKNOWN) {
		rc = sg_in_peek(feed->write->env, feed->in, 1, &head);
		if (rc == 0 && head.len == 0)
			feed->left = 0;
	}
	return rc;
}

/*
 * What we write we can read: a file that could be taken for a bomb is stored,
 * and so are all of them where they could be one together. What is stored
 * anyhow is not looked at: thousands of files would be open at once.
 */
static int
item_method(struct write *write, const struct sg_zip_item *item,
    const struct feed *feed, int *method)
{
	uint64_t left = feed->left;
	struct sg_view head;
	int rc;

	*method = ZIP_CM_STORE;
	if (item->stored || left >= SG_MIN_ZIP_BOMB || left == 0 ||
	    write->deflated + left >= SG_MIN_ZIP_BOMB_ALL)
		return 0;
	rc = sg_in_peek(write->env, feed->in, HEAD_SIZE, &head);
	if (rc < 0 || is_packed(head))
		return rc;
	*method = ZIP_CM_DEFLATE;
	write->deflated += left;
	return 0;
}

static int
write_failed(struct write *write)
{
	zip_error_t *error = zip_get_error(write->handle);

	if (write->rc < 0)
		return write->rc;
	if (zip_error_code_zip(error) == ZIP_ER_MEMORY)
		return sg_err_nomem(write->env);
	return sg_err_set(write->env, SIGN_E_IO,
	    N_("the archive cannot be written: %s"), zip_error_strerror(error));
}

/* MS-DOS knows local time alone; that it is UTC keeps archives the same. */
static unsigned
dos_time(int64_t seconds)
{
	time_t clock = (time_t)seconds;
	struct tm tm;

	if (gmtime_r(&clock, &tm) == NULL || tm.tm_year < 80)
		return TIME_FIRST;
	if (tm.tm_year > 207)
		return TIME_LAST;
	return (unsigned)(tm.tm_year - 80) << 25 |
	    (unsigned)(tm.tm_mon + 1) << 21 | (unsigned)tm.tm_mday << 16 |
	    (unsigned)tm.tm_hour << 11 | (unsigned)tm.tm_min << 5 |
	    (unsigned)tm.tm_sec >> 1;
}

static unsigned
item_time(const struct write *write, const struct sg_zip_item *item)
{
	size_t index;
	struct sg_zip_open *from;

	if (item->from == NULL)
		return dos_time(write->want->time);
	from = sg_zip_opened(item->from, item->entry, &index);
	return from->rows[index].time;
}

/* As it stands there: with its octets, and its method. */
static zip_source_t *
item_copy(struct write *write, const struct sg_zip_item *item, int *method)
{
	size_t index;
	struct sg_zip_open *from =
	    sg_zip_opened(item->from, item->entry, &index);

	from->env = write->env;
	from->rc = 0;
	*method = (int)item->entry->method;
	return zip_source_zip(write->handle, from->handle,
	    from->rows[index].index, ZIP_FL_COMPRESSED, 0, -1);
}

static zip_source_t *
item_source(struct write *write, size_t index, int *method)
{
	const struct sg_zip_item *item = &write->want->items[index];
	struct feed *feed = &write->feeds[index];

	if (item->from != NULL)
		return item_copy(write, item, method);
	feed->write = write;
	feed->in = item->in;
	if (item->in == NULL)
		write->rc = sg_in_memory(
		    write->env, item->name, item->octets, &feed->in);
	if (write->rc < 0)
		return NULL;
	write->rc = feed_size(feed);
	if (write->rc == 0)
		write->rc = item_method(write, item, feed, method);
	if (write->rc < 0)
		return NULL;
	return zip_source_function(write->handle, feed_call, feed);
}

/* A name that is copied stays as it was stored; one of an extra field, which is
 * not copied, takes the place of the other. */
static int
item_keeps_name(const struct sg_zip_item *item)
{
	const struct sg_zip_entry *entry = item->entry;
	size_t index;

	return item->from != NULL && strcmp(item->name, entry->name) == 0 &&
	    !(entry->flags & SG_ZIP_UTF8) &&
	    sg_zip_opened(item->from, entry, &index)->rows[index].path.ptr ==
	    NULL;
}

static zip_int64_t
item_add(
    struct write *write, const struct sg_zip_item *item, zip_source_t *source)
{
	if (item_keeps_name(item))
		return zip_file_add(write->handle,
		    (const char *)item->entry->raw_name.ptr, source,
		    ZIP_FL_ENC_GUESS);
	return zip_file_add(
	    write->handle, item->name, source, ZIP_FL_ENC_UTF_8);
}

static int
write_item(struct write *write, size_t index)
{
	const struct sg_zip_item *item = &write->want->items[index];
	unsigned when = item_time(write, item);
	int method = ZIP_CM_STORE;
	zip_source_t *source = item_source(write, index, &method);
	zip_int64_t added;

	if (source == NULL)
		return write_failed(write);
	added = item_add(write, item, source);
	if (added < 0) {
		zip_source_free(source);
		return write_failed(write);
	}
	if (zip_set_file_compression(
		write->handle, (zip_uint64_t)added, method, LEVEL) < 0 ||
	    zip_file_set_dostime(write->handle, (zip_uint64_t)added,
		(zip_uint16_t)when, (zip_uint16_t)(when >> 16), 0) < 0)
		return write_failed(write);
	return 0;
}

/* ---- the archive */

static int
write_open(struct write *write)
{
	zip_source_t *source;
	zip_error_t error;
	int rc = 0;

	zip_error_init(&error);
	source = zip_source_function_create(sink_call, write, &error);
	if (source != NULL)
		write->handle = zip_open_from_source(
		    source, ZIP_CREATE | ZIP_TRUNCATE, &error);
	if (write->handle == NULL) {
		rc = sg_err_set(write->env, SIGN_E_INTERNAL,
		    "libzip does not begin: %s", zip_error_strerror(&error));
		zip_source_free(source);
	}
	zip_error_fini(&error);
	return rc;
}

static int
write_close(struct write *write)
{
	const char *comment = write->want->comment;
	size_t i;

	if (comment != NULL &&
	    zip_set_archive_comment(
		write->handle, comment, (zip_uint16_t)strlen(comment)) < 0)
		return write_failed(write);
	if (zip_close(write->handle) < 0) {
		/* an archive that is copied from may be broken */
		for (i = 0; write->rc == 0 && i < write->want->item_count; i++)
			if (write->want->items[i].from != NULL)
				write->rc =
				    ((struct sg_zip_open *)(void *)write->want
					    ->items[i]
					    .from)
					->rc;
		return write_failed(write);
	}
	write->handle = NULL;
	return sink_flush(&write->sink);
}

static int
write_all(struct write *write)
{
	size_t i;
	int rc = write_open(write);

	for (i = 0; rc == 0 && i < write->want->item_count; i++)
		rc = write_item(write, i);
	if (rc == 0)
		rc = write_close(write);
	if (write->handle != NULL)
		zip_discard(write->handle);
	for (i = 0; i < write->want->item_count; i++)
		if (write->want->items[i].in == NULL)
			sg_in_free(write->feeds[i].in);
	return rc;
}

static int
write_to(struct sg_env *env, const struct sg_zip_want *want, struct sg_out *out)
{
	struct write write = { .env = env, .want = want };
	int rc;

	write.sink.env = env;
	write.sink.out = out;
	write.sink.buf = malloc(SG_IO_CHUNK);
	write.feeds = calloc(want->item_count, sizeof(*write.feeds));
	if (write.sink.buf == NULL || write.feeds == NULL)
		rc = sg_err_nomem(env);
	else
		rc = write_all(&write);
	free(write.sink.buf);
	free(write.feeds);
	return rc;
}

/* ---- looking at what was written */

static void
put_32(unsigned char *ptr, unsigned value)
{
	ptr[0] = (unsigned char)value;
	ptr[1] = (unsigned char)(value >> 8);
	ptr[2] = (unsigned char)(value >> 16);
	ptr[3] = (unsigned char)(value >> 24);
}

/* libzip goes through the local time of this place, which not every moment
 * survives: an hour is left out each spring. */
static int
fix_time(struct sg_env *env, struct sg_out *out, const struct sg_zip_row *row,
    unsigned when)
{
	unsigned char octets[4];
	int rc = 0;

	put_32(octets, when);
	if (row->time != when)
		rc = sg_out_patch(env, out, row->central + 12, octets, 4);
	if (rc == 0 && row->local_at != when)
		rc = sg_out_patch(env, out, row->entry.offset + 10, octets, 4);
	return rc;
}

static int
is_wanted(const struct sg_zip_want *want, const struct sg_zip_table *table)
{
	size_t i;

	if (table->row_count != want->item_count)
		return 0;
	for (i = 0; i < want->item_count; i++)
		if (strcmp(table->rows[i].entry.name, want->items[i].name) != 0)
			return 0;
	return 1;
}

/* The archive as a reader sees it, and the times as they are wanted. */
static int
write_fix(struct sg_env *env, const struct sg_zip_want *want,
    struct sg_out *out, struct sg_in *in)
{
	struct write write = { .env = env, .want = want };
	struct sg_zip_table table = { .pool = sg_pool_new() };
	size_t i;
	int rc;

	if (table.pool == NULL)
		return sg_err_nomem(env);
	rc = sg_zip_check(env, in, &table);
	if (rc == 0 && !is_wanted(want, &table))
		rc = sg_err_set(env, SIGN_E_INTERNAL,
		    "libzip wrote other entries than it was given");
	for (i = 0; rc == 0 && i < want->item_count; i++)
		rc = fix_time(env, out, &table.rows[i],
		    item_time(&write, &want->items[i]));
	sg_pool_free(table.pool);
	return rc;
}

static int
write_checked(
    struct sg_env *env, const struct sg_zip_want *want, struct sg_out *out)
{
	struct sg_in *in = NULL;
	int rc = write_to(env, want, out);

	if (rc == 0)
		rc = sg_out_reread(env, out, &in);
	if (rc == 0)
		rc = write_fix(env, want, out, in);
	sg_in_free(in);
	return rc;
}

int
sg_zip_write(
    struct sg_env *env, const struct sg_zip_want *want, struct sg_out *out)
{
	struct sg_out *scratch = NULL;
	int rc;

	if (want->item_count == 0 ||
	    (want->comment != NULL && strlen(want->comment) > 0xffff))
		return sg_err_set(
		    env, SIGN_E_INTERNAL, "an archive that cannot be");
	if (sg_out_can_patch(out) && sg_out_tell(out) == 0)
		return write_checked(env, want, out);
	rc = sg_out_scratch(env, &scratch);
	if (rc == 0)
		rc = write_checked(env, want, scratch);
	if (rc == 0)
		rc = sg_copy_out(env, scratch, out);
	sg_out_free(scratch);
	return rc;
}
