/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_ZIP_INT_H
#define SIGN_FORMATS_ZIP_INT_H

#include "formats/zip.h"

struct zip; /* libzip's */

/* ---- What the files of the ZIP part share. Clauses are of APPNOTE.TXT. */

enum sg_zip_flag {
	SG_ZIP_ENCRYPTED = 0x0001,
	SG_ZIP_DESCRIPTOR = 0x0008, /* sizes and CRC follow the octets */
	SG_ZIP_PATCH = 0x0020,
	SG_ZIP_STRONG = 0x0040,
	SG_ZIP_UTF8 = 0x0800,
	SG_ZIP_MASKED = 0x2000, /* the directory is encrypted */
};

enum sg_zip_method { SG_ZIP_STORE = 0, SG_ZIP_DEFLATE = 8 };

/* An entry, and what only the checker and the door need of it. */
struct sg_zip_row {
	struct sg_zip_entry entry;
	uint64_t central;  /* offset of its header in the directory */
	size_t index;      /* in the order of the directory */
	unsigned time;     /* of MS-DOS: date << 16 | time */
	unsigned local_at; /* the time in the local header */
	uint32_t attributes;
	struct sg_view path; /* of the extra field 0x7075, where it holds */
	const char *key;     /* what a careless system takes the name for */
};

/* What zip_check.c finds. */
struct sg_zip_table {
	struct sg_pool *pool; /* the caller's */
	struct sg_zip_row *rows;
	size_t row_count;
	struct sg_view comment;
	struct sg_msg *warnings;
	size_t warning_count;
};

/* Where the directory is. */
struct sg_zip_end {
	uint64_t at; /* of the records that end the archive */
	uint64_t count, offset, size;
	struct sg_view comment;
};

/* Look at the whole archive; rows by offset. FORMAT, LIMIT. */
int sg_zip_check(
    struct sg_env *env, struct sg_in *in, struct sg_zip_table *table);
int sg_zip_find_end(struct sg_env *env, struct sg_in *in,
    struct sg_zip_table *table, struct sg_zip_end *end);
int sg_zip_warn(struct sg_env *env, struct sg_zip_table *table, const char *id,
    const char *arg);

/* entry.name, entry.fault as far as the name tells. */
int sg_zip_name(
    struct sg_env *env, struct sg_zip_table *table, struct sg_zip_row *row);
/* No two names that somebody could take for one. */
int sg_zip_names(struct sg_env *env, struct sg_zip_table *table);

/* The archive that is open: for copying from it. */
struct sg_zip_open {
	struct sg_zip zip; /* first */
	struct sg_pool *pool;
	struct sg_in *in;
	struct zip *handle;
	struct sg_zip_row *rows; /* as zip.entries */
	const struct sg_zip_entry **by_name;
	struct sg_env *env; /* of the call that is under way */
	int rc;             /* reading *in failed */
	uint64_t at;
};

struct sg_zip_open *sg_zip_opened(
    struct sg_zip *zip, const struct sg_zip_entry *entry, size_t *index);

/* What the sources answer libzip: ZIP_SOURCE_SEEK, STAT (SG_SIZE_UNKNOWN: it
 * says nothing), ERROR (the true error is where the source keeps it). */
int64_t sg_zip_seek(uint64_t *at, uint64_t size, void *data, uint64_t len);
int64_t sg_zip_size(uint64_t size, void *data);
int64_t sg_zip_failed(void *data, uint64_t len);

static inline unsigned
sg_zip_16(const unsigned char *ptr)
{
	return (unsigned)ptr[0] | (unsigned)ptr[1] << 8;
}

static inline uint32_t
sg_zip_32(const unsigned char *ptr)
{
	return sg_zip_16(ptr) | (uint32_t)sg_zip_16(ptr + 2) << 16;
}

static inline uint64_t
sg_zip_64(const unsigned char *ptr)
{
	return sg_zip_32(ptr) | (uint64_t)sg_zip_32(ptr + 4) << 32;
}

#endif
