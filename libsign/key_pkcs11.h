/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_KEY_PKCS11_H
#define SIGN_LIBSIGN_KEY_PKCS11_H

#include <stddef.h>

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include "base/buf.h"
#include "certs/cert.h"

struct sg_env;
struct sg_pool;
struct sign_ctx;

/*
 * The inside of key_pkcs11*.c, the one door to p11-kit: URIs, tokens, objects.
 */

/* TC26's numbers, which p11-kit's header lacks. */
#define P11_CKK_GOSTR3410_512 0xD4321003UL
#define P11_CKM_GOSTR3410_512 0xD4321006UL
#define P11_CKM_GOSTR3410_WITH_12_256 0xD4321008UL
#define P11_CKM_GOSTR3410_WITH_12_512 0xD4321009UL

/* ---- key_pkcs11_error.c: what a return value means to a person */

struct p11_error {
	CK_RV rv;
	int code;
	const char *text; /* N_() */
	const char *hint; /* N_(), NULL */
};
const struct p11_error *sg_p11_error_rows(size_t *count);
/* The row's message with the token's label; its code. */
int sg_p11_error(struct sg_env *env, const char *label, CK_RV rv);

/* ---- key_pkcs11_uri.c: RFC 7512 */

/* FORMAT-like faults are ARG; an unknown path attribute is KEY: it matches
 * nothing. pin-value and pin-source are refused. */
int sg_p11_uri_parse(struct sg_env *env, const char *text, P11KitUri **out);
/* An object's id and label against what the URI says of them. */
int sg_p11_uri_wants(P11KitUri *uri, struct sg_view id, struct sg_view label);
/* The URI's type attribute. */
#define P11_CLASS_ANY ((CK_OBJECT_CLASS)-1)
CK_OBJECT_CLASS sg_p11_uri_class(P11KitUri *uri);
/* The URI of a token, or of an object on it (cls not 0); in the pool. */
const char *sg_p11_uri_make(struct sg_pool *pool, const CK_TOKEN_INFO *token,
    CK_OBJECT_CLASS cls, struct sg_view id, struct sg_view label);

/* ---- key_pkcs11_token.c: modules, tokens, login */

struct p11_token {
	CK_FUNCTION_LIST *module;
	CK_SLOT_ID slot;
	CK_TOKEN_INFO info;
	const char *label;  /* without padding; never empty */
	const char *origin; /* the module's name */
	CK_SESSION_HANDLE session;
	int is_open, is_logged_in;
	struct p11_object *objects;
	size_t count;
};

struct p11 {
	struct sign_ctx *ctx;
	struct sg_pool *pool;
	CK_FUNCTION_LIST **known; /* p11-kit's own, ended by NULL */
	CK_FUNCTION_LIST *named;  /* --module, or the URI's module-path */
	struct p11_token *tokens;
	size_t count;
	size_t foreign; /* in a slot, but not known to its module */
	size_t others;  /* tokens that the URI does not mean */
};

/* Loads the modules and looks at their slots; uri NULL: every token. MODULE
 * only when a named module cannot be loaded. */
int sg_p11_open(
    struct sign_ctx *ctx, const char *module, P11KitUri *uri, struct p11 **out);
void sg_p11_close(struct p11 *p11);
/* Opens a session unless there is one. */
int sg_p11_session(struct p11 *p11, struct p11_token *token);
int sg_p11_needs_login(const struct p11_token *token);
/* Asks for the PIN, once, and logs in unless that was done. */
int sg_p11_login(struct p11 *p11, struct p11_token *token);
/* A PIN as it was given; pad: it is typed at the device. */
struct p11_pin {
	struct sg_buf text; /* the owner wipes it */
	int pad;
};
/* The same for one key, between C_SignInit and C_Sign; asked before. */
int sg_p11_ask_key(
    struct p11 *p11, struct p11_token *token, struct p11_pin *pin);
int sg_p11_login_key(
    struct p11 *p11, struct p11_token *token, const struct p11_pin *pin);
/* English; NULL when there is nothing to say of its PIN. */
const char *sg_p11_pin_note(const CK_TOKEN_INFO *info);

/* ---- key_pkcs11_object.c: keys and certificates on a token */

struct p11_object {
	CK_OBJECT_HANDLE handle;
	CK_OBJECT_CLASS cls;
	CK_KEY_TYPE type; /* keys */
	struct sg_view id, label;
	int signs;  /* private keys: CKA_SIGN is not false */
	int always; /* private keys: CKA_ALWAYS_AUTHENTICATE */
	int tried;  /* value below was looked for */
	struct sg_view value;
	struct sg_cert *cert; /* certificates, parsed */
};

/* What belongs together: a key pair (either half may be invisible) and the
 * certificate that fits it best. */
struct p11_entry {
	struct p11_token *token;
	struct p11_object *private_key, *public_key, *cert;
	/* of a key: certificates with its id and another key; of a
	 * certificate alone: keys with its id that are not its own */
	size_t mismatched;
};

struct p11_entries {
	struct p11_entry *list;
	size_t count;
};

/* An attribute's value in the pool; empty when the object has none. */
int sg_p11_attr(struct p11 *p11, struct p11_token *token,
    CK_OBJECT_HANDLE handle, CK_ATTRIBUTE_TYPE type, struct sg_view *out);
/* Keys and certificates that the token shows now; reads anew. */
int sg_p11_load(struct p11 *p11, struct p11_token *token);
/* The private keys alone, which many tokens show only after login; the rest
 * stays as it was read. */
int sg_p11_load_private(struct p11 *p11, struct p11_token *token);
void sg_p11_unload(struct p11_token *token);
/* Pairs them up; appends to entries, which live in the pool. A URI of type
 * cert leaves only its certificates to choose from; uri may be NULL. */
int sg_p11_pair(struct p11 *p11, struct p11_token *token, P11KitUri *uri,
    struct p11_entries *entries);
/* Is the certificate of the entry's key? 1, 0; -1: the token does not tell. */
int sg_p11_entry_is_pair(
    struct p11 *p11, struct p11_entry *entry, const struct sg_cert *cert);
/* The label to show, the id to look for. */
struct sg_view sg_p11_entry_label(const struct p11_entry *entry);
struct sg_view sg_p11_entry_id(const struct p11_entry *entry);

/* Octets of a public key as a token gives them against those of a
 * certificate: wrapped or bare, GOST in either order. */
int sg_p11_public_equal(
    CK_KEY_TYPE type, struct sg_view given, struct sg_view want);

/* ---- key_pkcs11_sign.c: mechanisms */

struct sg_scheme;
struct sg_pss;
struct p11_mech {
	CK_MECHANISM mechanism;
	CK_RSA_PKCS_PSS_PARAMS pss;
	struct sg_buf input; /* what C_Sign gets */
};
/* The mechanism and its input for this scheme. */
int sg_p11_mech_make(struct sg_env *env, const struct sg_scheme *scheme,
    const struct sg_pss *pss, struct sg_view data, struct p11_mech *mech);
/* C_SignInit said it does not know the mechanism: a line that says so. */
int sg_p11_mech_missing(
    struct p11 *p11, struct p11_token *token, const struct sg_scheme *scheme);

#endif
