/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_TESTS_LIB_AUTHORITY_INT_H
#define SIGN_TESTS_LIB_AUTHORITY_INT_H

#include "tests/lib/authority.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

/* What the files of authority*.c share. */

struct lab_cert {
	struct authority_row row;
	const char *base; /* of a variant: whose name and key it has */
	const char *file; /* of a world that was read: its name there */
	long serial;
	X509 *x509; /* NULL: not made yet */
	EVP_PKEY *key;
	unsigned char *der;
	size_t der_len;
};

struct lab_revoked {
	const char *id;
	int64_t when, known;
	int reason;
};

struct authority {
	const char *kind, *url;
	struct lab_cert **certs;
	size_t cert_count;
	struct lab_revoked *revoked;
	size_t revoked_count;
	char **texts;
	size_t text_count;
};

/* A string that lives as long as the world. */
const char *lab_text(struct authority *lab, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct lab_cert *lab_find(struct authority *lab, const char *id);
/* The certificate, made; an unknown id ends the program. */
struct lab_cert *lab_get(struct authority *lab, const char *id);
/* BASE-SUFFIX: the same name, key and issuer with these flags and dates
 * (0: as the base has them). Returns its id. */
struct lab_variant {
	const char *base, *suffix;
	unsigned flags;
	int64_t from, until;
};
const char *lab_variant(
    struct authority *lab, const struct lab_variant *variant);
/* The same, valid until / from / revoked a day before this time. */
const char *lab_expired(struct authority *lab, const char *id, int64_t time);
const char *lab_not_yet(struct authority *lab, const char *id, int64_t time);
const char *lab_revoke_one(struct authority *lab, const char *id, int64_t time);
/* The id of a certificate of this role and issuer; NULL: none. Variants and
 * second ones do not count. */
const char *lab_with_role(
    struct authority *lab, enum authority_role role, const char *issuer);
/* What is known at this time: NULL, or the entry. */
const struct lab_revoked *lab_status(
    const struct authority *lab, const char *id, int64_t time);
/* The usual rows, shared by files that read a world. */
const struct authority_row *lab_usual(const char *id);

const EVP_MD *lab_digest(const char *name, EVP_PKEY *key);
void lab_put(struct sg_buf *out, const void *ptr, size_t len);
void lab_garbage(struct sg_buf *out);
/* Cuts what was appended since this length in half. */
void lab_truncate(struct sg_buf *out, size_t since);
/* Flips a bit of the last octet. */
void lab_spoil(const ASN1_STRING *value);
ASN1_GENERALIZEDTIME *lab_gentime(int64_t time);
/* DER by OpenSSL's generator: text as in ASN1_generate_nconf(3). */
void lab_generate(struct sg_buf *out, const char *value, const char *sections);

#endif
