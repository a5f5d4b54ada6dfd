/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_GOST_H
#define SIGN_BASE_GOST_H

#include <stddef.h>

#include <openssl/types.h>

#include "base/buf.h"

struct sg_env;

/*
 * The only door to the module with GOST R 34.10 / 34.11: OpenSSL's engine
 * "gost", or a provider that has the signatures. The engine is process-wide
 * whatever the library context: loaded once, on first need, never unloaded.
 */

/* Load it if that was not done; MODULE with the package's name in the hint. */
int sg_gost_need(struct sg_env *env);
/* "engine gost", "provider gostprov", or NULL where there is none. */
const char *sg_gost_version(struct sg_env *env);
/* A digest of the module by name, borrowed of the library context (or of the
 * engine); NULL when it is not there. */
const EVP_MD *sg_gost_md(struct sg_env *env, const char *name);
/* Do these octets of a certificate or key name a GOST key? */
int sg_gost_is_key(struct sg_view der);
/*
 * Decoding keys of different parameter sets in two threads gives wrong keys
 * now and then (a race of the engine), and so may making them: hold this while
 * decoding or making one.
 */
void sg_gost_lock(void);
void sg_gost_unlock(void);

/* A parameter set (curve) of GOST R 34.10 (RFC 4357, RFC 7836). */
struct sg_gost_set {
	const char *oid;
	const char *name; /* for people: "CryptoPro-A" */
	size_t size;      /* octets of one half of a signature */
	const char *q;    /* hex: order of the base point */
};
const struct sg_gost_set *sg_gost_set_rows(size_t *count);
/* The key's parameter set, NULL: not one that we know. */
const struct sg_gost_set *sg_gost_set_of(EVP_PKEY *key);
/*
 * The engine trusts its caller with lengths and ranges: check before any
 * verification that the digest has 32 / 64 octets, the signature 64 / 128, and
 * 0 < r, s < q (GOST R 34.10-2012, 6.2). 1: in range, 0: not, < 0: error.
 */
int sg_gost_check_value(struct sg_env *env, EVP_PKEY *key,
    struct sg_view digest, struct sg_view value);

#endif
