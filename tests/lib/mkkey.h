/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_TESTS_LIB_MKKEY_H
#define SIGN_TESTS_LIB_MKKEY_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include "sign/ctx.h"

/*
 * Keys and certificates for tests, made on the spot. What cannot be made is
 * an assertion, except for GOST where the engine is absent.
 */

/* The moment that tests take for now: 2025-06-01T00:00:00Z. */
#define MK_NOW INT64_C(1748736000)

/* Is the GOST engine there? Loads it. */
int mk_has_gost(void);
/* "rsa", "p256", "p384", "p521", "ed25519", "ed448", or "gost256:A" and the like with
 * the engine's name of the parameter set. */
EVP_PKEY *mk_key(const char *kind);
/* Signed by itself, of these days around MK_NOW. */
X509 *mk_cert(EVP_PKEY *key, const char *name, int from, int to);

/* A fresh folder; removed with all that is in it. */
char *mk_dir(void);
void mk_remove(char *dir);
/* DIR/NAME, as a printf; the same buffers come again after 16 calls. */
char *mk_path(const char *dir, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void mk_file(const char *path, const void *ptr, size_t len);
void mk_pem_key(const char *path, EVP_PKEY *key);
void mk_pem_cert(const char *path, X509 *cert);

/* A context whose clock stands at MK_NOW and whose PIN is given by this. */
struct mk_asked {
	const char *pin; /* NULL: cancelled */
	int count;
	enum sign_pin_kind kind; /* of the last question */
	unsigned flags;
	char name[64];
};
struct sign_ctx *mk_ctx(struct mk_asked *asked);
/* What opening this key gives; a failure must be said in one line. */
struct sign_key_options;
struct sign_key;
int mk_open(const struct sign_key_options *options, struct mk_asked *asked);
/* Signs a digest; a value that does not verify is an assertion. */
int mk_sign(struct sign_ctx *ctx, struct sign_key *key, int pss);

/* 1; under valgrind, which is slow, so many: of a long table every such row. */
size_t mk_step(size_t slow);

#endif
