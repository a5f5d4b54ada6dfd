/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_ZIP_H
#define SIGN_FORMATS_ZIP_H

#include <stddef.h>
#include <stdint.h>

#include "base/io.h"
#include "base/msg.h"
#include "base/pool.h"

struct sg_env;

/*
 * The one door to libzip: archives are read and written as streams, entry by
 * entry, whatever their size. It is a part of the library (zip_part.h,
 * zip_door.c).
 *
 * Before libzip sees an archive, zip_check.c has looked at what libzip does not
 * show: that each local header says what the central directory says, that no
 * two entries share octets, and that there is nothing between, before or behind
 * them. What would let two programs see two different archives is refused with
 * FORMAT, and so are bombs (LIMIT); what is only odd is a warning.
 */
struct sg_zip_entry {
	const char *name;        /* UTF-8, decoded as below, no NUL in it */
	struct sg_view raw_name; /* as stored */
	uint64_t size, packed;   /* octets: of the file, and in the archive */
	uint64_t offset;         /* of its local header */
	uint32_t crc;            /* CRC-32 of the file's octets */
	unsigned method, flags;  /* of APPNOTE.TXT: 0 stored, 8 deflated */
	int has_extra;           /* an extra field in its local header */
	int is_directory;        /* its name ends with a slash */
	/* why it must not be taken for a file that a person would open: NULL, or
	 * English marked with N_(): "..", an absolute name, a drive letter, a
	 * backslash, a control character, a symbolic link, encryption, an unknown
	 * method */
	const char *fault;
};

struct sg_zip {
	struct sg_zip_entry *entries; /* in the order of their octets */
	size_t entry_count;
	const char *comment; /* of the archive, escaped by who shows it; "" */
	/* what is odd: names of an old code page or without the UTF-8 flag,
	 * zeros behind the archive */
	struct sg_msg *warnings;
	size_t warning_count;
};

/*
 * Look at an archive, whole. in: borrowed until sg_zip_free(); one that cannot
 * do sg_in_read_at() must be spooled by the caller. Entries, names and warnings
 * live in the archive's own pool.
 *
 * Names: UTF-8 where the flag 0x800 or sound UTF-8 says so, else CP866 or CP437
 * or CP852 by what gives letters; *raw_name keeps the octets.
 * FORMAT: not an archive, or one of two faces: also names that are one name to
 * systems that ignore case, normalisation, or dots and spaces at their end;
 * LIMIT: SG_MAX_ZIP_*.
 */
int sg_zip_open(struct sg_env *env, struct sg_in *in, struct sg_zip **out);
void sg_zip_free(struct sg_zip *zip);
/* Is it a ZIP archive, by its first octets? An answer as of probe(). */
int sg_zip_probe(struct sg_view head);
/* libzip's version; NULL: it is not there. */
const char *sg_zip_version(struct sg_env *env);

/* The entry with exactly this name; NULL. In logarithmic time. */
const struct sg_zip_entry *sg_zip_find(
    const struct sg_zip *zip, const char *name);

/*
 * The octets of an entry: a source that rewinds, opens the entry when it is
 * first read and closes it at its end, so that thousands of them cost nothing.
 * Reading fails with FORMAT on a wrong CRC or size, with LIMIT on a bomb, and
 * with FORMAT and entry->fault where there is one. The archive must outlive it.
 */
int sg_zip_in(struct sg_env *env, struct sg_zip *zip,
    const struct sg_zip_entry *entry, struct sg_in **out);
/* A small entry, whole; LIMIT where it is larger than max. */
int sg_zip_read(struct sg_env *env, struct sg_zip *zip,
    const struct sg_zip_entry *entry, size_t max, struct sg_buf *out);

/* ---- writing */

/* One entry of a new archive; exactly one source is set. */
struct sg_zip_item {
	const char *name;      /* UTF-8; flag 0x800 only where not ASCII */
	struct sg_in *in;      /* borrowed, read once from its first octet */
	struct sg_view octets; /* else, where ptr is not NULL */
	struct sg_zip *from;   /* else the entry of another archive: */
	const struct sg_zip_entry *entry; /* copied as packed, not inflated */
	int stored;                       /* do not deflate */
};

struct sg_zip_want {
	const struct sg_zip_item *items; /* written in this order */
	size_t item_count;
	const char *comment; /* NULL: none */
	int64_t time;        /* modification time of new entries, UTC */
};

/*
 * Write an archive: no extra fields in the first entry (a mimetype that tools
 * find at octet 30), Zip64 where needed, sizes in the local headers. What is
 * copied keeps its octets, method, time and CRC. The same items give the same
 * octets. Does not commit out. Copying an entry whose name or flags are odd is
 * copying it as it is.
 */
int sg_zip_write(
    struct sg_env *env, const struct sg_zip_want *want, struct sg_out *out);

#endif
