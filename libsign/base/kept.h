/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_KEPT_H
#define SIGN_BASE_KEPT_H

#include "base/alg.h"
#include "base/buf.h"

/*
 * What one use of the cryptography leaves for the next one in the same
 * environment, because file after file needs it again. All of it is bounded,
 * and an environment that sg_env_init() did not make does without.
 */
struct sg_kept;

struct sg_kept *sg_kept_new(void);
void sg_kept_free(struct sg_kept *kept);

/* OpenSSL's digest for the row, which is not one of the GOST module: a
 * reference of the caller's. NULL: OpenSSL does not have it. */
EVP_MD *sg_kept_md(struct sg_env *env, const struct sg_digest *digest);

/* A context that is ready to verify with just this key: the caller's, who
 * gives it back after a value that verified, and frees it after anything else.
 * NULL: there is none. */
EVP_PKEY_CTX *sg_kept_take(struct sg_env *env, const EVP_PKEY *key);
void sg_kept_give(struct sg_env *env, EVP_PKEY_CTX *ctx);

/* The hash of these octets, which are compared in full. 1: *out holds it. */
int sg_kept_hash(const struct sg_env *env, const struct sg_digest *digest,
    struct sg_view data, unsigned char *out);
void sg_kept_put_hash(struct sg_env *env, const struct sg_digest *digest,
    struct sg_view data, const unsigned char *hash);

#endif
