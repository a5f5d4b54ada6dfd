/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_ESIA_H
#define SIGN_ESIA_H

#include <stddef.h>

#include "sign/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct sign_ctx;
struct sign_key;

/*
 * What the state identity service (ESIA) asks of an information system: a
 * signature over the parameters of a request, as its client_secret.
 */
enum sign_esia_form {
	SIGN_ESIA_RAW,   /* the bare GOST signature, s || r */
	SIGN_ESIA_PKCS7, /* a detached PKCS#7, as older systems send it */
};

struct sign_esia_options {
	size_t size;
	enum sign_esia_form form;
	/* The string that is signed, ready made; or its fields, which follow
	 * each other in this order, those that are NULL left out. */
	const char *data;
	const char *client_id, *scope, *scope_org;
	const char *timestamp; /* "2026.11.21 10:00:00 +0000"; NULL: now */
	const char *state;     /* a UUID; NULL: a new one */
	const char *redirect_uri;
	const char *code; /* where a token is asked for */
	/* Instead of all these: the key of an application, for whose token a
	 * PKCS#7 over the key itself is asked. */
	const char *api_key;
};
#define SIGN_ESIA_OPTIONS_INIT \
	{ \
		.size = sizeof(struct sign_esia_options) \
	}

/* Strings borrowed during the call. */
struct sign_esia_values {
	size_t size;
	const char *secret;            /* base64url with padding */
	const char *certificate_hash;  /* client_certificate_hash */
	const char *timestamp, *state; /* as signed; NULL: not from fields */
	const char *json;              /* all of it, "podpis-esia/1" */
};
typedef int sign_esia_fn(const struct sign_esia_values *values, void *payload);

/**
 * Make a client_secret (or the signature for an application's token) and hand
 * it to fn. The value was verified with the certificate before.
 *
 * @return 0; SIGN_E_ARG: a field is missing or malformed; SIGN_E_KEY: not a
 *         GOST R 34.10-2012 key, or its certificate is not valid; what the
 *         key said; what fn returned.
 */
int sign_esia_secret(struct sign_ctx *ctx,
    const struct sign_esia_options *options, struct sign_key *key,
    sign_esia_fn *fn, void *payload);

#ifdef __cplusplus
}
#endif

#endif
