/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_X509_H
#define SIGN_CERTS_X509_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include "base/buf.h"

struct sg_cert;
struct sg_env;
struct sg_name_part;
struct sg_pool;

/* Inside of certs/: small things about OpenSSL's X.509 objects. */

/* Seconds since 1970; SG_NO_TIME when broken or NULL. */
int64_t sg_x509_time(const ASN1_TIME *time);
/* Upper-case hexadecimal, in the pool. */
const char *sg_x509_hex(
    struct sg_pool *pool, const unsigned char *ptr, size_t len);
/* Dotted OID, in the pool. */
const char *sg_x509_oid(struct sg_pool *pool, const ASN1_OBJECT *object);
/* Any string type as UTF-8, in the pool; what is no string as "#" and the
 * hexadecimal of its value (RFC 4514, 2.4). */
const char *sg_x509_string(struct sg_pool *pool, const ASN1_STRING *string);
/* The parts of a name, in the pool; NULL: out of memory. */
struct sg_name_part *sg_x509_name_parts(
    struct sg_pool *pool, const X509_NAME *name, size_t *count);
/* Those of a certificate's subject, which it keeps; NULL: out of memory. */
const struct sg_name_part *sg_cert_parts(
    const struct sg_cert *cert, size_t *count);
/* "CN=..., O=..." */
const char *sg_x509_name_text(struct sg_pool *pool, const X509_NAME *name);

/*
 * The DER pieces of a file: the file itself, PEM blocks whose name stands in
 * names (NULL at the end), or what base64 says. Calls fn for each, with the
 * block's name or NULL; fn's failure ends it. FORMAT when there is none. wanted: for the message.
 */
typedef int sg_armor_fn(
    struct sg_env *env, const char *name, struct sg_view der, void *payload);
struct sg_armor {
	const char *const *names;
	const char *wanted;
	size_t max; /* octets of the file */
	sg_armor_fn *fn;
	void *payload;
};
int sg_armor_each(
    struct sg_env *env, struct sg_view file, const struct sg_armor *armor);

/* The certificates or CRLs of a SignedData without looking at the rest (RFC
 * 5652, 5.1). which: 0 certificates, 1 CRLs. */
int sg_armor_signed_data(struct sg_env *env, struct sg_view der, int which,
    sg_armor_fn *fn, void *payload);
/* Does it begin as a ContentInfo does: SEQUENCE, OBJECT IDENTIFIER? */
int sg_armor_is_cms(struct sg_view der);

/* RFC 5280, 5.3.1: "keyCompromise"; NULL: no such. */
const char *sg_x509_reason(long number);
/* GOST keys alone: has the value the length and range that it must have (GOST
 * R 34.10-2012, 6.2)? The module does not look. */
int sg_x509_value_fits(
    struct sg_env *env, X509 *issuer, const ASN1_BIT_STRING *value);

/* Room for one more in a list that grows by doubling; NULL: no memory. */
void *sg_list_grow(void *list, size_t count, size_t size);

#endif
