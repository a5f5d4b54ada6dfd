/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_KEY_H
#define SIGN_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "sign/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sign_ctx;

/*
 * A key source: something that signs a digest (or, for EdDSA, bytes), and the
 * certificate that belongs to it. A token's key (PKCS#11), a PKCS#12 or PEM
 * file, or a function of the caller's.
 */
struct sign_key;

struct sign_key_options {
	size_t size;
	/* pkcs11: URI (RFC 7512), PKCS#12 or PEM/DER file; NULL: the only
	 * signing key on the tokens whose certificate is valid now */
	const char *name;
	const char *module; /* a PKCS#11 module beside p11-kit's; NULL */
	const char *cert;   /* certificate file or URI where there is none
			       beside the key; NULL */
};
#define SIGN_KEY_OPTIONS_INIT \
	{ \
		sizeof(struct sign_key_options), 0, 0, 0 \
	}

/**
 * Find a key and its certificate and see that they belong together. The PIN
 * is asked when first needed, once; session and login last as long as *out.
 *
 * @return 0; SIGN_E_MODULE token or module absent, SIGN_E_KEY none found or
 *         several, SIGN_E_PIN, SIGN_E_LOCKED, SIGN_E_CANCEL, SIGN_E_FORMAT.
 */
int sign_key_open(struct sign_ctx *ctx, const struct sign_key_options *options,
    struct sign_key **out);

/**
 * Sign on behalf of a key: data is the digest, or the bytes for EdDSA. value
 * has room for *value_len octets: GOST s || r big-endian, ECDSA DER or r || s
 * (told apart by length), RSA and EdDSA as they are. 0 or SIGN_E_*.
 */
typedef int sign_value_fn(const unsigned char *data, size_t len,
    unsigned char *value, size_t *value_len, void *payload);
/** A key held elsewhere. cert: DER, copied. payload stays the caller's. */
int sign_key_external(struct sign_ctx *ctx, const unsigned char *cert,
    size_t cert_len, sign_value_fn *fn, void *payload, struct sign_key **out);

/** DER of the key's certificate; borrowed. */
const unsigned char *sign_key_cert(const struct sign_key *key, size_t *len);
void sign_key_free(struct sign_key *key);

/* ---- what there is on the tokens */
enum sign_item_kind { SIGN_ITEM_TOKEN, SIGN_ITEM_KEY, SIGN_ITEM_CERT };

struct sign_item {
	enum sign_item_kind kind;
	const char *uri;   /* RFC 7512 */
	const char *label; /* raw UTF-8 */
	/* tokens */
	const char *manufacturer, *model, *serial, *module;
	const char *note; /* English, translatable: "holds only vendor key
			     containers ...", "PIN locked", NULL */
	/* keys: "GOST R 34.10-2012 256 bit", and 1 where the certificate is
	 * there, valid now and fit for signing */
	const char *algorithm;
	int usable;
	/* certificates, and keys that have one */
	const unsigned char *cert;
	size_t cert_len;
};

struct sign_items;
/**
 * All tokens, their certificates and their keys. Private keys show up where a
 * certificate or public key tells of them or when login is set (the PIN is
 * asked then). No module or token at all is an empty list, not an error.
 */
int sign_items_list(struct sign_ctx *ctx, const char *module, int login,
    struct sign_items **out);
size_t sign_items_count(const struct sign_items *items);
/** Borrowed; NULL past the end. */
const struct sign_item *sign_items_get(
    const struct sign_items *items, size_t index);
void sign_items_free(struct sign_items *items);
/** The list as one line of JSON, "podpis-items/1"; fn as in sign_verify.h:
 * gets text, non-zero stops. */
int sign_items_json(const struct sign_items *items,
    int (*fn)(const char *text, size_t len, void *payload), void *payload);

#ifdef __cplusplus
}
#endif

#endif
