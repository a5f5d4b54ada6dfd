/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_CACHE_H
#define SIGN_LIBSIGN_CACHE_H

#include <stdint.h>

#include "base/buf.h"

struct sg_env;
struct sign_cache_options;

/*
 * What came from the network, on disk: one file per entry, named by the
 * SHA-256 of its key, written under another name and renamed. Any number of
 * processes share it. Whatever is wrong with an entry makes it absent.
 */
struct sg_cache;

enum sg_cache_kind {
	SG_CACHE_CRL,
	SG_CACHE_OCSP,
	SG_CACHE_CERTS,
};

struct sg_cache_key {
	enum sg_cache_kind kind;
	const char *url;
	struct sg_view detail; /* OCSP: which certificate is asked about */
};

struct sg_cache_entry {
	struct sg_buf body;
	int64_t fetched, expires;
};

/* Makes the directory where it is missing. IO: it cannot be used: not the
 * caller's own, open to others. */
int sg_cache_open(struct sg_env *env, const char *dir,
    const struct sign_cache_options *options, struct sg_cache **out);
void sg_cache_free(struct sg_cache *cache);

/* 1: there and not past "expires" at this time; 0: not; < 0: NOMEM. */
int sg_cache_get(struct sg_env *env, struct sg_cache *cache,
    const struct sg_cache_key *key, struct sg_cache_entry *out);
/* expires SG_NO_TIME: the default age. What cannot be written is not kept, and
 * that is no error. 0 or NOMEM. */
int sg_cache_put(struct sg_env *env, struct sg_cache *cache,
    const struct sg_cache_key *key, struct sg_view body, int64_t expires);
/* The body turned out not to be what it should. */
void sg_cache_drop(
    struct sg_env *env, struct sg_cache *cache, const struct sg_cache_key *key);
void sg_cache_entry_clear(struct sg_cache_entry *entry);

#endif
