/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_GOST_H
#define SIGN_BASE_GOST_H

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
/* "engine gost 3.0.1", "provider gostprov ..." or NULL where there is none. */
const char *sg_gost_version(struct sg_env *env);
/* A digest of the module by NID name; NULL when it is not there. */
const EVP_MD *sg_gost_md(struct sg_env *env, const char *name);
/* Do these octets of a certificate or key name a GOST key? */
int sg_gost_is_key(struct sg_view der);
/*
 * Decoding keys of different parameter sets in two threads gives wrong keys
 * now and then (a race of the engine): hold this while decoding one.
 */
void sg_gost_lock(void);
void sg_gost_unlock(void);
/*
 * The engine trusts its caller with lengths and ranges: check before any
 * verification that the digest has 32 / 64 octets, the signature 64 / 128, and
 * 0 < r, s < q (GOST R 34.10-2012, 6.2). 1: in range, 0: not, < 0: error.
 */
int sg_gost_check_value(struct sg_env *env, EVP_PKEY *key,
    struct sg_view digest, struct sg_view value);

#endif
