/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_KEY_H
#define SIGN_LIBSIGN_KEY_H

#include "base/alg.h"
#include "base/buf.h"
#include "certs/cert.h"
#include "sign/ctx.h"
#include "sign/key.h"

struct sign_ctx;

/*
 * The inside of a key source. key_file.c, key_pkcs11.c and the external one
 * in key.c each fill in one row of operations.
 */
struct sg_key_ops {
	const char *name;
	/* data: digest, or bytes for EdDSA. value in CMS form. */
	int (*sign)(struct sign_key *key, const struct sg_scheme *scheme,
	    const struct sg_pss *pss, struct sg_view data,
	    struct sg_buf *value);
	void (*free)(struct sign_key *key);
};

struct sign_key {
	const struct sg_key_ops *ops;
	struct sign_ctx *ctx;
	struct sg_cert *cert;
	struct sg_certs chain; /* others that stand beside it (PKCS#12) */
	void *self;
};

/* Sign; the value comes back checked for form, not yet verified. */
int sg_key_sign(struct sign_key *key, const struct sg_scheme *scheme,
    const struct sg_pss *pss, struct sg_view data, struct sg_buf *value);
/* Allocate with ops; takes cert and self on success. */
int sg_key_new(struct sign_ctx *ctx, const struct sg_key_ops *ops,
    struct sg_cert *cert, void *self, struct sign_key **out);
/* Ask for a PIN through the context's callback; the caller wipes the buffer.
 * SIGN_PIN_PAD only tells, pin may be NULL then. An answer without octets is
 * no PIN (an empty passphrase is one). */
int sg_key_ask_pin(struct sign_ctx *ctx, enum sign_pin_kind kind,
    const char *name, unsigned flags, struct sg_buf *pin);

/* The public key's octets as SubjectPublicKeyInfo has them, borrowed; the
 * OCTET STRING around a GOST key (RFC 9215, 4.3) left out. */
struct sg_view sg_key_public(const struct sg_cert *cert);
/* Those octets without the OCTET STRING, where there is one around them. */
struct sg_view sg_key_public_bare(struct sg_view octets);
/* Is it valid at the context's time and fit for signing? */
int sg_key_cert_usable(struct sign_ctx *ctx, const struct sg_cert *cert);
/* The certificates of a file that the person named. */
int sg_key_read_certs(
    struct sign_ctx *ctx, const char *path, struct sg_certs *certs);
int sg_key_is_uri(const char *name);

/* What there is on tokens; everything lives in the pool. */
struct sign_items {
	struct sg_pool *pool;
	struct sign_item *list;
	size_t count;
};

/* The two back ends; options checked by key.c. */
int sg_key_file_open(struct sign_ctx *ctx,
    const struct sign_key_options *options, struct sign_key **out);
int sg_key_pkcs11_open(struct sign_ctx *ctx,
    const struct sign_key_options *options, struct sign_key **out);
int sg_key_pkcs11_list(struct sign_ctx *ctx, const char *module, int login,
    struct sign_items *items);

#endif
