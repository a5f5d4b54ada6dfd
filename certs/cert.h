/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_CERT_H
#define SIGN_CERTS_CERT_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include "base/der.h"

struct sg_env;
struct sg_key_info;
struct sg_pool;

/* A certificate: octets as stored, and what is read of it. Reference-counted;
 * does not change after parsing, as far as anybody can see (threads share it):
 * its key and OpenSSL's object are made when they are first asked for. Must
 * not outlive the environment that it was parsed with. */
struct sg_cert;

/* DER of one certificate; refuses trailing octets. */
int sg_cert_parse(struct sg_env *env, struct sg_view der, struct sg_cert **out);
struct sg_cert *sg_cert_ref(struct sg_cert *cert);
void sg_cert_free(struct sg_cert *cert);

struct sg_view sg_cert_der(const struct sg_cert *cert);
/* What sg_der_cert_ids() says of it; NULL: it cannot. */
const struct sg_cert_ids *sg_cert_ids(const struct sg_cert *cert);
/* OpenSSL's object, borrowed; where memory is short an empty one, which is
 * nobody's issuer. Costly at the first time: names, key and extensions are
 * had without. Loads the GOST module on need when it is there. */
X509 *sg_cert_x509(const struct sg_cert *cert);
const X509_NAME *sg_cert_subject(const struct sg_cert *cert); /* borrowed */
const X509_NAME *sg_cert_issuer(const struct sg_cert *cert);  /* borrowed */
/* The octets of the subjectPublicKey BIT STRING (RFC 5280, 4.1.2.7). */
struct sg_view sg_cert_public(const struct sg_cert *cert);
const unsigned char *sg_cert_sha256(const struct sg_cert *cert); /* 32 */
/* Borrowed public key; MODULE (GOST module absent) or UNSUPPORTED. */
int sg_cert_key(struct sg_env *env, const struct sg_cert *cert, EVP_PKEY **out);
/* What sg_key_info() says of it, borrowed; fails as either. */
int sg_cert_key_info(struct sg_env *env, const struct sg_cert *cert,
    const struct sg_key_info **out);
int64_t sg_cert_not_before(const struct sg_cert *cert);
int64_t sg_cert_not_after(const struct sg_cert *cert);
int sg_cert_is_ca(const struct sg_cert *cert);
int sg_cert_self_issued(const struct sg_cert *cert);
/* Key usage lets it sign documents: no extension, or digitalSignature or
 * nonRepudiation (RFC 5280, 4.2.1.3). */
int sg_cert_may_sign(const struct sg_cert *cert);
/* The same octets? */
int sg_cert_equal(const struct sg_cert *a, const struct sg_cert *b);
int sg_cert_has_gost_key(const struct sg_cert *cert);
/* privateKeyUsagePeriod (RFC 9215, 8); SG_NO_TIME: no such bound. */
void sg_cert_key_period(
    const struct sg_cert *cert, int64_t *from, int64_t *until);

/* One name attribute, UTF-8 out of any string type, Russian ones included
 * ("cn", "o", "inn", "inn_le", "snils", "ogrn", "ogrnip", "surname", ...). */
struct sg_name_part {
	const char *oid;
	const char *key;   /* "CN", "O", "INN"; dotted OID when unknown */
	const char *label; /* N_(), for people; NULL when unknown */
	const char *text;  /* UTF-8, raw: escape before showing */
};
/* Parts in the order of the name; in the pool. issuer: 1 the issuer's. */
int sg_cert_name(struct sg_env *env, struct sg_pool *pool,
    const struct sg_cert *cert, int issuer, struct sg_name_part **out,
    size_t *count);
/* First part with this key, NULL if none. An INN written as "00" and ten
 * digits by certificates from before September 2021 is given as INNLE. */
const char *sg_cert_name_get(
    struct sg_pool *pool, const struct sg_cert *cert, const char *key);
/* "CN=..., O=..., C=RU" (RFC 4514 order kept as in the certificate). */
const char *sg_cert_name_text(
    struct sg_pool *pool, const struct sg_cert *cert, int issuer);
/* Upper-case hexadecimal, without separators. */
const char *sg_cert_serial_text(
    struct sg_pool *pool, const struct sg_cert *cert);

/* Certificates in a file's octets: DER, PEM (several), certs-only PKCS#7,
 * base64. Appends to *list (grown with realloc); FORMAT when there is none, or
 * one of them is broken: then nothing was appended. */
struct sg_certs {
	struct sg_cert **list;
	size_t count;
};
int sg_certs_read(
    struct sg_env *env, struct sg_view file, struct sg_certs *certs);
/* Takes a reference of its own. */
int sg_certs_add(
    struct sg_env *env, struct sg_certs *certs, struct sg_cert *cert);
void sg_certs_clear(struct sg_certs *certs);

/* What "show" says of extensions: a list of (label, text), in the pool. */
struct sg_cert_fact {
	const char *label; /* N_() */
	const char *text;  /* UTF-8, raw */
	int critical;
};
int sg_cert_facts(struct sg_env *env, struct sg_pool *pool,
    const struct sg_cert *cert, struct sg_cert_fact **out, size_t *count);

#endif
