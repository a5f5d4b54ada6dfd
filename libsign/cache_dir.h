/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_CACHE_DIR_H
#define SIGN_LIBSIGN_CACHE_DIR_H

#include <stdint.h>

#include "base/buf.h"

struct sg_env;

#define SG_CACHE_NAME 65 /* an entry's file name: 64 hexadecimal digits */

/*
 * The directory of a cache: files that appear whole or not at all, and
 * together never take more than so many octets. A file "total" holds what they
 * take, an entry counted by whole blocks; it is changed under a lock, before
 * the entry is there, so that a process which dies makes it too large and
 * never too small. When it passes the limit all is counted anew, and the
 * oldest entries go until a quarter is free: one walk for many entries.
 */
struct sg_cache_dir {
	int fd; /* the directory */
	uint64_t max;
};

/* IO: it cannot be made, belongs to another, or is open to others. */
int sg_cache_dir_open(struct sg_env *env, const char *path, uint64_t max,
    struct sg_cache_dir *out);
void sg_cache_dir_close(struct sg_cache_dir *dir);
/* 1: there, 0: not there or not ours, NOMEM. */
int sg_cache_dir_read(struct sg_env *env, const struct sg_cache_dir *dir,
    const char *name, struct sg_buf *out);
/* What cannot be written is not kept: 0, NOMEM. */
int sg_cache_dir_write(struct sg_env *env, const struct sg_cache_dir *dir,
    const char *name, struct sg_view octets);
void sg_cache_dir_remove(const struct sg_cache_dir *dir, const char *name);

#endif
