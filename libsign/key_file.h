/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_KEY_FILE_H
#define SIGN_LIBSIGN_KEY_FILE_H

#include <stddef.h>

#include <openssl/types.h>

#include "base/buf.h"
#include "base/limits.h"
#include "certs/cert.h"

struct sg_env;
struct sign_ctx;

/*
 * The inside of key files, shared by key_file.c (PEM, PKCS#8), key_pkcs12.c
 * and key_pbe.c. What has been found in the file so far:
 */
struct key_file {
	struct sign_ctx *ctx;
	const char *path;
	EVP_PKEY *keys[SG_MAX_FILE_KEYS];
	size_t count;
	struct sg_certs certs;
	struct sg_buf pass; /* wiped at the end */
	int asked;
	int later; /* do not ask: say that it would have been, in "wanted" */
	int wanted;
};

/* Asks for the passphrase unless that was done. */
int sg_key_file_pass(struct key_file *file);
/* A certificate's DER. */
int sg_key_file_add_cert(struct key_file *file, struct sg_view der);
/* PrivateKeyInfo or OneAsymmetricKey (RFC 5208, RFC 5958), clear. */
int sg_key_file_add_pkcs8(struct key_file *file, struct sg_view der);
/* A whole PFX (RFC 7292). */
int sg_key_file_add_pkcs12(struct key_file *file, struct sg_view der);

/* Can this encryption be undone at all? Known before anybody is asked for a
 * passphrase. UNSUPPORTED, LIMIT, MODULE. */
int sg_key_pbe_check(struct sg_env *env, const X509_ALGOR *alg);
/* Password-based decryption; PIN: the passphrase does not fit. */
int sg_key_pbe_decrypt(struct sg_env *env, const X509_ALGOR *alg,
    const ASN1_OCTET_STRING *data, struct sg_view pass, struct sg_buf *out);
/* Does this algorithm come from the GOST module? */
int sg_key_pbe_is_gost(const ASN1_OBJECT *oid);

#endif
