/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_KEYDATA_H
#define SIGN_BASE_KEYDATA_H

#include <openssl/types.h>

#include "base/buf.h"

struct sg_env;

/*
 * Keys in their usual forms (RSA, EC on a named curve, EdDSA), put together
 * from their numbers. OpenSSL's decoders come to the same key, but sort through
 * all that they know first: 7 million instructions for the first key, 1.2 for
 * each other, against 0.1. NULL: not so usual a form, or broken: the decoders
 * know more, and say what is wrong.
 */

/* SubjectPublicKeyInfo in two pieces (RFC 5280, 4.1.2.7). */
EVP_PKEY *sg_keydata_public(
    struct sg_env *env, const X509_ALGOR *algorithm, struct sg_view bits);
/* PrivateKeyInfo (RFC 5208, 5). */
EVP_PKEY *sg_keydata_private(struct sg_env *env, struct sg_view der);

#endif
