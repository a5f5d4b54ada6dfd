/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/zip_int.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CENTRAL_SIZE 46
#define LOCAL_SIZE 30
#define EXTRA_ZIP64 0x0001
#define EXTRA_PATH 0x7075
#define NONE_32 0xffffffff
#define WINDOW (16 * 1024)

/* The archive under the eyes of the checker. */
struct check {
	struct sg_env *env;
	struct sg_in *in;
	struct sg_zip_table *table;
	struct sg_zip_end end;
	unsigned char *central; /* the directory, whole */
	unsigned char *window;  /* the octets that were read last */
	uint64_t window_from;
	size_t window_len;
};

/* What an extra field has of what concerns us. */
struct extra {
	struct sg_view zip64, path;
};

static int
check_broken(const struct check *check, const char *clause)
{
	return sg_err_set(check->env, SIGN_E_FORMAT,
	    N_("%s is broken: its central directory is not sound (APPNOTE, "
	       "%s)"),
	    sg_in_name(check->in), clause);
}

int
sg_zip_warn(struct sg_env *env, struct sg_zip_table *table, const char *id,
    const char *arg)
{
	struct sg_msg *msg;
	size_t i;

	/* what is said of one entry holds of thousands of them */
	for (i = 0; i < table->warning_count; i++)
		if (strcmp(table->warnings[i].id, id) == 0)
			return 0;
	msg = sg_pool_push(
	    table->pool, &table->warnings, &table->warning_count, sizeof(*msg));
	if (msg == NULL)
		return sg_err_nomem(env);
	*msg = sg_msg_make(table->pool, id, arg, NULL, NULL);
	return 0;
}

/* ---- extra fields (4.5.1) */

static int
extra_keep(struct sg_view *keep, const unsigned char *ptr, size_t len)
{
	if (keep->ptr != NULL)
		return -1; /* which of the two counts? */
	*keep = sg_view_of(ptr, len);
	return 0;
}

/* -1: not sound. Fewer than four octets at the end are padding. */
static int
extra_read(struct sg_view extra, struct extra *out)
{
	const unsigned char *ptr = extra.ptr;
	size_t left = extra.len;
	size_t len;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	while (rc == 0 && left >= 4) {
		len = sg_zip_16(ptr + 2);
		if (len > left - 4)
			return -1;
		if (sg_zip_16(ptr) == EXTRA_ZIP64)
			rc = extra_keep(&out->zip64, ptr + 4, len);
		else if (sg_zip_16(ptr) == EXTRA_PATH)
			rc = extra_keep(&out->path, ptr + 4, len);
		ptr += 4 + len;
		left -= 4 + len;
	}
	return rc;
}

/* 4.5.3: those that do not fit their own field, in this order. */
static int
extra_take_64(struct sg_view *zip64, uint64_t *value)
{
	if (*value != NONE_32)
		return 0;
	if (zip64->ptr == NULL)
		return 0; /* it is that large, and not larger */
	if (zip64->len < 8)
		return -1;
	*value = sg_zip_64(zip64->ptr);
	*zip64 = sg_view_of(zip64->ptr + 8, zip64->len - 8);
	return 0;
}

/* ---- the central directory (4.3.12) */

static int
central_limits(const struct check *check)
{
	if (check->end.count > SG_MAX_ZIP_ENTRIES)
		return sg_err_set(check->env, SIGN_E_LIMIT,
		    N_("%s has %llu entries, want at most %d"),
		    sg_in_name(check->in), (unsigned long long)check->end.count,
		    SG_MAX_ZIP_ENTRIES);
	if (check->end.size > SG_MAX_ZIP_DIRECTORY)
		return sg_err_set(check->env, SIGN_E_LIMIT,
		    N_("%s has a central directory of %llu octets, want at "
		       "most %d"),
		    sg_in_name(check->in), (unsigned long long)check->end.size,
		    SG_MAX_ZIP_DIRECTORY);
	return 0;
}

static int
central_load(struct check *check)
{
	size_t size = (size_t)check->end.size;
	size_t got;
	int rc;

	check->central = malloc(size + 1);
	check->window = malloc(WINDOW);
	check->table->rows = sg_pool_array(check->table->pool,
	    (size_t)check->end.count + 1, sizeof(struct sg_zip_row));
	if (check->central == NULL || check->window == NULL ||
	    check->table->rows == NULL)
		return sg_err_nomem(check->env);
	rc = sg_in_read_at(check->env, check->in, check->end.offset,
	    check->central, size, &got);
	if (rc == 0 && got != size)
		rc = check_broken(check, "4.3.12");
	return rc;
}

/* CRC-32, bit by bit: names are short. */
static uint32_t
crc_of(struct sg_view octets)
{
	uint32_t crc = NONE_32;
	size_t i;
	int bit;

	for (i = 0; i < octets.len; i++) {
		crc ^= octets.ptr[i];
		for (bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

/* 4.6.9: version 1, CRC-32 of the name that it stands for, and the path. One
 * for another name is of a renamed entry, and nobody looks at it. */
static void
central_path(struct sg_zip_row *row, struct sg_view path)
{
	if (path.len <= 5 || path.ptr[0] != 1 ||
	    sg_zip_32(path.ptr + 1) != crc_of(row->entry.raw_name))
		return;
	row->path = sg_view_of(path.ptr + 5, path.len - 5);
}

static const char *
central_special(const struct sg_zip_row *row)
{
	switch ((row->attributes >> 16) & S_IFMT) {
	case 0:
	case S_IFREG:
		return NULL;
	case S_IFDIR:
		return row->entry.is_directory
		    ? NULL
		    : N_("a directory by its attributes, and a file by name");
	case S_IFLNK:
		return N_("a symbolic link");
	default:
		return N_("a special file by its attributes");
	}
}

/* Why this is no file as others are; the name is looked at elsewhere. */
static const char *
central_fault(const struct sg_zip_row *row)
{
	const struct sg_zip_entry *entry = &row->entry;

	if (entry->flags & (SG_ZIP_ENCRYPTED | SG_ZIP_STRONG))
		return N_("it is encrypted");
	if (entry->method != SG_ZIP_STORE && entry->method != SG_ZIP_DEFLATE)
		return N_("it is compressed in a way that is not known");
	if (entry->flags & SG_ZIP_PATCH)
		return N_("it is a patch of another file");
	return central_special(row);
}

static int
central_fields(struct check *check, const unsigned char *ptr,
    struct sg_view extra_octets, struct sg_zip_row *row)
{
	struct sg_zip_entry *entry = &row->entry;
	struct extra extra;

	entry->flags = sg_zip_16(ptr + 8);
	entry->method = sg_zip_16(ptr + 10);
	row->time =
	    (unsigned)sg_zip_16(ptr + 14) << 16 | (unsigned)sg_zip_16(ptr + 12);
	entry->crc = sg_zip_32(ptr + 16);
	entry->packed = sg_zip_32(ptr + 20);
	entry->size = sg_zip_32(ptr + 24);
	row->attributes = sg_zip_32(ptr + 38);
	entry->offset = sg_zip_32(ptr + 42);
	if (extra_read(extra_octets, &extra) < 0 ||
	    extra_take_64(&extra.zip64, &entry->size) < 0 ||
	    extra_take_64(&extra.zip64, &entry->packed) < 0 ||
	    extra_take_64(&extra.zip64, &entry->offset) < 0)
		return check_broken(check, "4.5");
	if (sg_zip_16(ptr + 34) != 0 || entry->flags & SG_ZIP_MASKED)
		return check_broken(check, "4.3.12");
	if (entry->method == SG_ZIP_STORE && entry->size != entry->packed &&
	    !(entry->flags & SG_ZIP_ENCRYPTED))
		return check_broken(check, "4.4.8");
	if (entry->is_directory && entry->size != 0)
		return sg_err_set(check->env, SIGN_E_FORMAT,
		    N_("%s has a folder with content of its own: a file to "
		       "some"),
		    sg_in_name(check->in));
	central_path(row, extra.path);
	if (row->path.ptr == NULL)
		return 0;
	row->path = sg_pool_dup(check->table->pool, row->path);
	return row->path.ptr == NULL ? sg_err_nomem(check->env) : 0;
}

static int
central_bomb(const struct check *check, const struct sg_zip_row *row)
{
	const struct sg_zip_entry *entry = &row->entry;

	if (entry->size <= SG_MIN_ZIP_BOMB ||
	    entry->size / SG_MAX_ZIP_RATIO <= entry->packed)
		return 0;
	return sg_err_set(check->env, SIGN_E_LIMIT,
	    N_("%s: %s would grow from %llu to %llu octets: a bomb"),
	    sg_in_name(check->in), entry->name,
	    (unsigned long long)entry->packed, (unsigned long long)entry->size);
}

/* One header; *at moves behind it. */
static int
central_row(struct check *check, size_t *at, struct sg_zip_row *row)
{
	const unsigned char *ptr = check->central + *at;
	size_t left = (size_t)check->end.size - *at;
	size_t name, extra, all;
	int rc;

	if (left < CENTRAL_SIZE || memcmp(ptr, "PK\001\002", 4) != 0)
		return check_broken(check, "4.3.12");
	name = sg_zip_16(ptr + 28);
	extra = sg_zip_16(ptr + 30);
	all = CENTRAL_SIZE + name + extra + sg_zip_16(ptr + 32);
	if (all > left || name == 0 ||
	    memchr(ptr + CENTRAL_SIZE, '\0', name) != NULL)
		return check_broken(check, "4.3.12");
	if (name > SG_MAX_ZIP_NAME)
		return sg_err_set(check->env, SIGN_E_LIMIT,
		    N_("%s has a name of %zu octets, want at most %d"),
		    sg_in_name(check->in), name, SG_MAX_ZIP_NAME);
	row->index = check->table->row_count;
	row->central = check->end.offset + *at;
	row->entry.raw_name = sg_pool_dup(
	    check->table->pool, sg_view_of(ptr + CENTRAL_SIZE, name));
	if (row->entry.raw_name.ptr == NULL)
		return sg_err_nomem(check->env);
	row->entry.is_directory = ptr[CENTRAL_SIZE + name - 1] == '/';
	*at += all;
	rc = central_fields(
	    check, ptr, sg_view_of(ptr + CENTRAL_SIZE + name, extra), row);
	if (rc == 0)
		rc = sg_zip_name(check->env, check->table, row);
	if (rc == 0 && row->entry.fault == NULL)
		row->entry.fault = central_fault(row);
	return rc < 0 ? rc : central_bomb(check, row);
}

static int
central_read(struct check *check)
{
	struct sg_zip_table *table = check->table;
	uint64_t total = 0, packed = 0;
	size_t at = 0;
	int rc = 0;

	while (rc == 0 && table->row_count < check->end.count) {
		struct sg_zip_row *row = &table->rows[table->row_count];

		rc = central_row(check, &at, row);
		table->row_count++;
		if (row->entry.size > SG_MAX_ZIP_TOTAL - total)
			total = SG_MAX_ZIP_TOTAL;
		else
			total += row->entry.size;
		packed += row->entry.packed; /* held against the file later */
	}
	if (rc < 0)
		return rc;
	if (at != check->end.size)
		return check_broken(check, "4.3.12");
	if (total >= SG_MAX_ZIP_TOTAL ||
	    (total > SG_MIN_ZIP_BOMB_ALL && total / SG_MAX_ZIP_RATIO > packed))
		return sg_err_set(check->env, SIGN_E_LIMIT,
		    N_("%s would grow to %llu octets in all: a bomb"),
		    sg_in_name(check->in), (unsigned long long)total);
	return 0;
}

/* ---- the local headers (4.3.7), and that nothing is between entries */

/* len octets (at most WINDOW) at the offset; *out shorter: the end. */
static int
window_get(
    struct check *check, uint64_t offset, size_t len, struct sg_view *out)
{
	uint64_t behind = check->window_from + check->window_len;
	int rc = 0;

	if (offset < check->window_from || offset + len > behind) {
		check->window_from = offset;
		rc = sg_in_read_at(check->env, check->in, offset, check->window,
		    WINDOW, &check->window_len);
	}
	if (rc < 0)
		return rc;
	offset -= check->window_from;
	if (len > check->window_len - offset)
		len = check->window_len - (size_t)offset;
	*out = sg_view_of(check->window + offset, len);
	return 0;
}

static int
local_differs(const struct check *check, const struct sg_zip_row *row)
{
	return sg_err_set(check->env, SIGN_E_FORMAT,
	    N_("%s: %s has two faces: its header and the central directory "
	       "differ (APPNOTE, 4.3.7)"),
	    sg_in_name(check->in), row->entry.name);
}

static int
local_misplaced(const struct check *check, const struct sg_zip_row *row)
{
	return sg_err_set(check->env, SIGN_E_FORMAT,
	    N_("%s: %s does not end where what follows begins (APPNOTE, "
	       "4.3.6)"),
	    sg_in_name(check->in), row->entry.name);
}

/* With flag 3 CRC and sizes may be zero: a descriptor follows (4.4.4). */
static int
local_value(uint64_t local, uint64_t central, unsigned flags)
{
	return local == central || (local == 0 && flags & SG_ZIP_DESCRIPTOR);
}

static int
local_sizes(const struct sg_zip_entry *entry, const unsigned char *ptr,
    struct extra *extra)
{
	uint64_t packed = sg_zip_32(ptr + 18);
	uint64_t size = sg_zip_32(ptr + 22);

	if (extra_take_64(&extra->zip64, &size) < 0 ||
	    extra_take_64(&extra->zip64, &packed) < 0)
		return 0;
	/* ... of which some writers say that they are not known yet */
	if (entry->flags & SG_ZIP_DESCRIPTOR && size == NONE_32 &&
	    packed == NONE_32)
		size = packed = 0;
	return local_value(size, entry->size, entry->flags) &&
	    local_value(packed, entry->packed, entry->flags) &&
	    local_value(sg_zip_32(ptr + 14), entry->crc, entry->flags);
}

/* The header's flags 1 and 2 say how well it is compressed. */
static int
local_same(const struct sg_zip_row *row, const unsigned char *ptr,
    struct sg_view extra_octets)
{
	struct sg_zip_row local = { .entry.raw_name = row->entry.raw_name };
	const struct sg_zip_entry *entry = &row->entry;
	struct extra extra;

	if (extra_read(extra_octets, &extra) < 0)
		return 0;
	central_path(&local, extra.path);
	if (local.path.ptr != NULL && !sg_view_equal(local.path, row->path))
		return 0;
	return ((sg_zip_16(ptr + 6) ^ entry->flags) & ~0x6u) == 0 &&
	    sg_zip_16(ptr + 8) == entry->method &&
	    local_sizes(entry, ptr, &extra);
}

/* 4.3.9: with a signature or without, of 32 bits or of 64; -1: it is not. */
static int
descriptor_fits(const struct sg_zip_entry *entry, struct sg_view octets)
{
	const unsigned char *ptr = octets.ptr;
	size_t len = octets.len;

	if ((len == 16 || len == 24) && memcmp(ptr, "PK\007\010", 4) == 0) {
		ptr += 4;
		len -= 4;
	}
	if (len == 12)
		return sg_zip_32(ptr) == entry->crc &&
		    sg_zip_32(ptr + 4) == (uint32_t)entry->packed &&
		    sg_zip_32(ptr + 8) == (uint32_t)entry->size;
	return len == 20 && sg_zip_32(ptr) == entry->crc &&
	    sg_zip_64(ptr + 4) == entry->packed &&
	    sg_zip_64(ptr + 12) == entry->size;
}

/* What is between the octets of an entry and what comes next. */
static int
local_behind(
    struct check *check, const struct sg_zip_row *row, uint64_t at, size_t len)
{
	struct sg_view octets;
	int rc;

	if (len == 0 && !(row->entry.flags & SG_ZIP_DESCRIPTOR))
		return 0;
	if (len > 24 || !(row->entry.flags & SG_ZIP_DESCRIPTOR))
		return local_misplaced(check, row);
	rc = window_get(check, at, len, &octets);
	if (rc < 0)
		return rc;
	return descriptor_fits(&row->entry, octets)
	    ? 0
	    : local_misplaced(check, row);
}

/* Could a header begin here that has a name, and an end before the limit? */
static int
is_header(const unsigned char *ptr, uint64_t left)
{
	unsigned method = sg_zip_16(ptr + 8);

	return left >= LOCAL_SIZE && memcmp(ptr, "PK\003\004", 4) == 0 &&
	    sg_zip_16(ptr + 4) < 256 && method < 100 &&
	    sg_zip_16(ptr + 26) != 0 &&
	    LOCAL_SIZE + sg_zip_16(ptr + 26) + sg_zip_16(ptr + 28) <= left;
}

/*
 * Who reads the archive from its beginning ends a deflated entry where deflate
 * ends, and goes on after a descriptor: there must be no other entry among the
 * octets of this one. Stored octets may well be an archive.
 */
static int
local_hidden(struct check *check, const struct sg_zip_row *row, uint64_t at)
{
	uint64_t left = row->entry.packed;
	struct sg_view octets;
	size_t i;
	int rc = 0;

	if (row->entry.method != SG_ZIP_DEFLATE ||
	    !(row->entry.flags & SG_ZIP_DESCRIPTOR))
		return 0;
	while (rc == 0 && left > LOCAL_SIZE) {
		rc = window_get(
		    check, at, left < WINDOW ? (size_t)left : WINDOW, &octets);
		if (rc < 0 || octets.len < LOCAL_SIZE)
			break;
		for (i = 0; i + LOCAL_SIZE <= octets.len; i++)
			if (octets.ptr[i] == 'P' &&
			    is_header(octets.ptr + i, left - i))
				return local_misplaced(check, row);
		at += i;
		left -= i;
	}
	return rc;
}

static int
local_check(struct check *check, struct sg_zip_row *row, uint64_t next)
{
	const struct sg_zip_entry *entry = &row->entry;
	uint64_t left = next - entry->offset;
	struct sg_view octets;
	size_t name, header, extra;
	int rc;

	if (left < LOCAL_SIZE)
		return local_misplaced(check, row);
	rc = window_get(check, entry->offset, LOCAL_SIZE, &octets);
	if (rc < 0)
		return rc;
	if (octets.len < LOCAL_SIZE || memcmp(octets.ptr, "PK\003\004", 4) != 0)
		return local_misplaced(check, row);
	name = sg_zip_16(octets.ptr + 26);
	extra = sg_zip_16(octets.ptr + 28);
	header = LOCAL_SIZE + name + extra;
	row->local_at = (unsigned)sg_zip_32(octets.ptr + 10);
	row->entry.has_extra = extra != 0;
	if (left < header || left - header < entry->packed)
		return local_misplaced(check, row);
	if (extra > WINDOW / 2 || name != entry->raw_name.len)
		return local_differs(check, row);
	rc = window_get(check, entry->offset, header, &octets);
	if (rc < 0)
		return rc;
	if (octets.len < header ||
	    memcmp(octets.ptr + LOCAL_SIZE, entry->raw_name.ptr, name) != 0 ||
	    !local_same(row, octets.ptr,
		sg_view_of(octets.ptr + LOCAL_SIZE + name, extra)))
		return local_differs(check, row);
	rc = local_hidden(check, row, entry->offset + header);
	if (rc < 0)
		return rc;
	left -= header + entry->packed;
	return local_behind(
	    check, row, next - left, left < 25 ? (size_t)left : 25);
}

static int
compare_offset(const void *a, const void *b)
{
	const struct sg_zip_row *x = a, *y = b;

	if (x->entry.offset != y->entry.offset)
		return x->entry.offset < y->entry.offset ? -1 : 1;
	return x->index < y->index ? -1 : 1;
}

/* Before the first header nothing, but for a marker of split archives. */
static int
local_first(struct check *check, uint64_t first)
{
	struct sg_view octets;
	int rc;

	if (first == 0)
		return 0;
	rc = window_get(check, 0, 4, &octets);
	if (rc < 0)
		return rc;
	if (first == 4 && octets.len == 4 &&
	    (memcmp(octets.ptr, "PK\007\010", 4) == 0 ||
		memcmp(octets.ptr, "PK00", 4) == 0))
		return sg_zip_warn(check->env, check->table,
		    N_("the archive was once split into pieces"), NULL);
	return sg_err_set(check->env, SIGN_E_FORMAT,
	    N_("%s has %llu octets before its first entry: it may be "
	       "something else as well"),
	    sg_in_name(check->in), (unsigned long long)first);
}

static int
local_all(struct check *check)
{
	struct sg_zip_row *rows = check->table->rows;
	size_t i, count = check->table->row_count;
	uint64_t next;
	int rc;

	qsort(rows, count, sizeof(*rows), compare_offset);
	rc = local_first(
	    check, count != 0 ? rows[0].entry.offset : check->end.offset);
	for (i = 0; rc == 0 && i < count; i++) {
		next = i + 1 < count ? rows[i + 1].entry.offset
				     : check->end.offset;
		if (next < rows[i].entry.offset)
			rc = local_misplaced(check, &rows[i]);
		else
			rc = local_check(check, &rows[i], next);
	}
	return rc;
}

int
sg_zip_check(struct sg_env *env, struct sg_in *in, struct sg_zip_table *table)
{
	struct check check = { .env = env, .in = in, .table = table };
	int rc = sg_zip_find_end(env, in, table, &check.end);
	table->comment = check.end.comment;
	if (rc == 0)
		rc = central_limits(&check);
	if (rc == 0)
		rc = central_load(&check);
	if (rc == 0)
		rc = central_read(&check);
	if (rc == 0)
		rc = local_all(&check);
	if (rc == 0)
		rc = sg_zip_names(env, table);
	free(check.central);
	free(check.window);
	return rc;
}
