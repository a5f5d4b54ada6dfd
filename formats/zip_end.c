/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/zip_int.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define END_SIZE 22
#define LOCATOR_SIZE 20
#define END64_SIZE 56
#define MAX_COMMENT 65535
#define MAX_PADDING 4096 /* zeros and white space that mail programs add */
#define TAIL_SIZE (END_SIZE + MAX_COMMENT + MAX_PADDING)

/* The last octets of the archive. */
struct tail {
	struct sg_env *env;
	struct sg_in *in;
	unsigned char *ptr;
	uint64_t from; /* offset of its first octet */
	size_t len;
	size_t at; /* of the end record */
};

static int
end_no_archive(const struct tail *tail)
{
	return sg_err_set(tail->env, SIGN_E_FORMAT,
	    N_("%s is no ZIP archive, or not a whole one: it has no end "
	       "of central directory record"),
	    sg_in_name(tail->in));
}

static int
end_two_faces(const struct tail *tail)
{
	return sg_err_set(tail->env, SIGN_E_FORMAT,
	    N_("%s ends in two ways: different programs would see different "
	       "archives (APPNOTE, 4.3.16)"),
	    sg_in_name(tail->in));
}

static int
end_broken(const struct tail *tail)
{
	return sg_err_set(tail->env, SIGN_E_FORMAT,
	    N_("%s is broken: its end records do not fit together (APPNOTE, "
	       "4.3.14 to 4.3.16)"),
	    sg_in_name(tail->in));
}

static int
end_read_tail(struct tail *tail)
{
	uint64_t size = sg_in_size(tail->in);
	int rc;

	/* an empty file is of unknown size, as those of the kernel are */
	if (size == SG_SIZE_UNKNOWN)
		return end_no_archive(tail);
	tail->len = size < TAIL_SIZE ? (size_t)size : TAIL_SIZE;
	tail->from = size - tail->len;
	tail->ptr = malloc(tail->len + 1);
	if (tail->ptr == NULL)
		return sg_err_nomem(tail->env);
	rc = sg_in_read_at(
	    tail->env, tail->in, tail->from, tail->ptr, tail->len, &tail->len);
	if (rc == 0 && tail->from + tail->len != size)
		rc = end_no_archive(tail);
	return rc;
}

static int
end_is_here(const struct tail *tail, size_t at)
{
	return tail->len >= END_SIZE && at <= tail->len - END_SIZE &&
	    memcmp(tail->ptr + at, "PK\005\006", 4) == 0;
}

/* Just behind the comment of the record there, as it says itself. */
static size_t
end_behind(const struct tail *tail, size_t at)
{
	return at + END_SIZE + sg_zip_16(tail->ptr + at + 20);
}

/* The last record counts; what follows it must be its comment. */
static int
end_find(struct tail *tail, struct sg_zip_table *table)
{
	size_t behind, i;

	if (tail->len < END_SIZE)
		return end_no_archive(tail);
	for (i = tail->len - END_SIZE; i > 0 && !end_is_here(tail, i); i--)
		;
	if (!end_is_here(tail, i))
		return end_no_archive(tail);
	tail->at = i;
	behind = end_behind(tail, i);
	if (behind > tail->len)
		return end_no_archive(tail);
	for (i = behind; i < tail->len; i++)
		if (strchr(" \t\r\n", tail->ptr[i]) == NULL)
			return sg_err_set(tail->env, SIGN_E_FORMAT,
			    N_("%s has %zu octets behind its end (APPNOTE, "
			       "4.3.16)"),
			    sg_in_name(tail->in), tail->len - behind);
	if (behind == tail->len)
		return 0;
	return sg_zip_warn(tail->env, table,
	    N_("zeros or white space follow the archive"), NULL);
}

/* APPNOTE, 4.3.14 and 4.3.15: the locator stands before the end record, and
 * the record that it locates before the locator. */
static int
end_read_64(const struct tail *tail, struct sg_zip_end *end)
{
	uint64_t locator = tail->from + tail->at - LOCATOR_SIZE;
	unsigned char buf[LOCATOR_SIZE + END64_SIZE];
	const unsigned char *rec = buf + LOCATOR_SIZE;
	size_t got;
	int rc;

	if (tail->from + tail->at < LOCATOR_SIZE)
		return 0;
	rc = sg_in_read_at(
	    tail->env, tail->in, locator, buf, LOCATOR_SIZE, &got);
	if (rc < 0 || got < LOCATOR_SIZE || memcmp(buf, "PK\006\007", 4) != 0)
		return rc;
	end->at = sg_zip_64(buf + 8);
	if (locator < END64_SIZE || end->at != locator - END64_SIZE ||
	    sg_zip_32(buf + 4) != 0 || sg_zip_32(buf + 16) > 1)
		return end_broken(tail);
	rc = sg_in_read_at(
	    tail->env, tail->in, end->at, buf + LOCATOR_SIZE, END64_SIZE, &got);
	if (rc < 0)
		return rc;
	if (got < END64_SIZE || memcmp(rec, "PK\006\006", 4) != 0 ||
	    sg_zip_64(rec + 4) != END64_SIZE - 12 || sg_zip_32(rec + 16) != 0 ||
	    sg_zip_32(rec + 20) != 0 ||
	    sg_zip_64(rec + 24) != sg_zip_64(rec + 32))
		return end_broken(tail);
	end->count = sg_zip_64(rec + 32);
	end->size = sg_zip_64(rec + 40);
	end->offset = sg_zip_64(rec + 48);
	return 0;
}

/* A number of the end record, and the one of Zip64, if there is one. */
static int
end_agrees(uint64_t small, uint64_t large, uint64_t none)
{
	return small == large || small == none;
}

static int
end_read(const struct tail *tail, struct sg_zip_end *end)
{
	const unsigned char *rec = tail->ptr + tail->at;
	unsigned disk = sg_zip_16(rec + 4), first = sg_zip_16(rec + 6);
	int rc;

	end->at = tail->from + tail->at;
	end->count = sg_zip_16(rec + 10);
	end->size = sg_zip_32(rec + 12);
	end->offset = sg_zip_32(rec + 16);
	rc = end_read_64(tail, end);
	if (rc < 0)
		return rc;
	if (!end_agrees(sg_zip_16(rec + 8), end->count, 0xffff) ||
	    !end_agrees(sg_zip_16(rec + 10), end->count, 0xffff) ||
	    !end_agrees(sg_zip_32(rec + 12), end->size, 0xffffffff) ||
	    !end_agrees(sg_zip_32(rec + 16), end->offset, 0xffffffff))
		return end_broken(tail);
	if ((disk != 0 && disk != 0xffff) || (first != 0 && first != 0xffff))
		return sg_err_set(tail->env, SIGN_E_FORMAT,
		    N_("%s is one of several pieces of an archive (APPNOTE, 8)"),
		    sg_in_name(tail->in));
	if (end->offset > end->at || end->size != end->at - end->offset)
		return end_broken(tail);
	return 0;
}

/*
 * Another record that some program could take for the last one: within the
 * directory, or with a comment that reaches the end of the file. One within
 * the octets of an entry is that of an archive in the archive.
 */
static int
end_only(const struct tail *tail, const struct sg_zip_end *end)
{
	size_t last = end_behind(tail, tail->at);
	size_t i, behind;

	for (i = 0; i < tail->at; i++) {
		if (!end_is_here(tail, i))
			continue;
		behind = end_behind(tail, i);
		if (tail->from + i >= end->offset || behind == last ||
		    behind == tail->len)
			return end_two_faces(tail);
	}
	return 0;
}

int
sg_zip_find_end(struct sg_env *env, struct sg_in *in,
    struct sg_zip_table *table, struct sg_zip_end *end)
{
	struct tail tail = { .env = env, .in = in };
	size_t len;
	int rc = end_read_tail(&tail);

	memset(end, 0, sizeof(*end));
	if (rc == 0)
		rc = end_find(&tail, table);
	if (rc == 0)
		rc = end_read(&tail, end);
	if (rc == 0)
		rc = end_only(&tail, end);
	if (rc == 0) {
		len = end_behind(&tail, tail.at) - tail.at - END_SIZE;
		end->comment = sg_pool_dup(table->pool,
		    sg_view_of(tail.ptr + tail.at + END_SIZE, len));
		if (end->comment.ptr == NULL)
			rc = sg_err_nomem(env);
	}
	free(tail.ptr);
	return rc;
}
