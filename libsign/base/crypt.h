/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_CRYPT_H
#define SIGN_BASE_CRYPT_H

#include "base/alg.h"
#include "base/buf.h"

#define SG_MAX_DIGEST 64

/* A running digest over one row of the table. */
struct sg_hash;
int sg_hash_new(
    struct sg_env *env, const struct sg_digest *digest, struct sg_hash **out);
int sg_hash_update(
    struct sg_env *env, struct sg_hash *hash, const void *ptr, size_t len);
/* out holds SG_MAX_DIGEST; the hash may be used again from the start. */
int sg_hash_final(struct sg_env *env, struct sg_hash *hash, unsigned char *out);
const struct sg_digest *sg_hash_digest(const struct sg_hash *hash);
/* Another that goes on from where this one stands. */
int sg_hash_copy(
    struct sg_env *env, const struct sg_hash *from, struct sg_hash **out);
void sg_hash_free(struct sg_hash *hash);
int sg_hash_once(struct sg_env *env, const struct sg_digest *digest,
    struct sg_view data, unsigned char *out);
/* The same for octets that file after file brings again, as certificates: the
 * last few are remembered with all their octets. */
int sg_hash_known(struct sg_env *env, const struct sg_digest *digest,
    struct sg_view data, unsigned char *out);

/*
 * Does the value verify? data: the digest, or for schemes that sign bytes
 * those bytes. 1: yes, 0: no (also for lengths and ranges that cannot be),
 * < 0: it could not be determined (MODULE: the GOST module is absent; the
 * key's type does not fit the scheme is a plain 0).
 */
int sg_verify_value(struct sg_env *env, const struct sg_scheme *scheme,
    const struct sg_pss *pss, EVP_PKEY *key, struct sg_view data,
    struct sg_view value, enum sg_value_form form);
/* The same over the octets that were signed, whether the scheme wants them or
 * their digest. */
int sg_verify_octets(struct sg_env *env, const struct sg_scheme *scheme,
    const struct sg_pss *pss, EVP_PKEY *key, struct sg_view octets,
    struct sg_view value, enum sg_value_form form);

/*
 * r || s of which leading zeros were left out, of both halves equally many, as
 * some XML signers do: with them. 1: *out is as long as the key's group wants,
 * 0: the value is something else; < 0.
 */
int sg_value_pad(struct sg_env *env, const struct sg_scheme *scheme,
    EVP_PKEY *key, struct sg_view value, struct sg_buf *out);

/* Sign with a private key of this process; value in CMS form. */
int sg_sign_value(struct sg_env *env, const struct sg_scheme *scheme,
    const struct sg_pss *pss, EVP_PKEY *key, struct sg_view data,
    struct sg_buf *value);
/* r || s to DER and back for ECDSA rows; other rows: a copy. size: octets of
 * one half when raw, 0: half of the value's length. */
int sg_value_to_cms(struct sg_env *env, const struct sg_scheme *scheme,
    struct sg_view raw, struct sg_buf *out);
int sg_value_to_raw(struct sg_env *env, const struct sg_scheme *scheme,
    struct sg_view cms, size_t half, struct sg_buf *out);

/* A public key out of a SubjectPublicKeyInfo; GOST keys under the lock. */
int sg_key_from_spki(struct sg_env *env, struct sg_view spki, EVP_PKEY **out);

#endif
