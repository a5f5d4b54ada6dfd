/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_SIGNER_H
#define TESTS_UNIT_SIGNER_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/env.h"
#include "sign/key.h"

struct sign_ctx;

/* A key and a self-signed certificate, made for a test. */
struct signer {
	EVP_PKEY *key;
	X509 *x509;
	unsigned char *cert;
	int cert_len;
	/* of signer_value() */
	struct sg_env *env;
	int raw;   /* ECDSA as r || s */
	int spoil; /* flip a bit of the value */
	int calls;
	int pss;
};

enum signer_fault {
	SIGNER_FINE,
	SIGNER_EXPIRED,
	SIGNER_FUTURE,
	SIGNER_NO_USAGE, /* key usage: encipherment only */
};

/* "rsa", "p256", "p384", "p521", "ed25519", "ed448", "gost256", "gost512".
 * Returns 0, or 1 where the GOST module is absent. */
int signer_make(struct sg_env *env, const char *alg, enum signer_fault fault,
    struct signer *out);
void signer_clear(struct signer *signer);
/* A key source of the public API on top of it. */
struct sign_key *signer_key(struct sign_ctx *ctx, struct signer *signer);

#endif
