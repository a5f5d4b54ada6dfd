/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_TESTS_LIB_MKCERT_H
#define SIGN_TESTS_LIB_MKCERT_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

/*
 * Certificates and CRLs for tests, out of OpenSSL's own calls: the one place
 * that builds them. A failure in here ends the test program.
 */

struct pki_ext {
	const char *oid;   /* dotted */
	const char *value; /* as in openssl.cnf, with "critical," and "DER:" */
};
#define PKI_MAX_EXT 4

/* Says what failed, with OpenSSL's own words, and ends the program. */
void mk_must(int good, const char *what);

/* A key of this kind (mkkey.h) by name, made once in a process. Borrowed.
 * NULL: the GOST module is not there. */
EVP_PKEY *mk_key_named(const char *kind, const char *name);
void mk_forget_keys(void);
/* The digest that goes with the key; NULL for EdDSA. */
const EVP_MD *mk_digest(EVP_PKEY *key);

/* O=Lab, CN=cn */
X509_NAME *mk_name(const char *cn);
ASN1_TIME *mk_time(int64_t seconds);

struct mk_cert_spec {
	const char *id; /* for messages */
	const X509_NAME *subject;
	X509 *issuer; /* its name and key identifier; NULL: itself */
	EVP_PKEY *key, *signer;
	int64_t from, until; /* seconds */
	long serial;
	const struct pki_ext *ext; /* those without a value are left out */
	size_t ext_count;
	const char *sections; /* that values may name; NULL: none */
};
X509 *mk_x509(const struct mk_cert_spec *spec);

/* until 0: no nextUpdate. */
X509_CRL *mk_crl(X509 *issuer, int64_t from, int64_t until);
void mk_crl_ext(X509_CRL *crl, X509 *issuer, const char *sections,
    const struct pki_ext *ext);
/* nid: NID_crl_number, or NID_delta_crl with the base's number */
void mk_crl_number(X509_CRL *crl, int nid, int64_t number);
struct mk_crl_entry {
	const ASN1_INTEGER *serial;
	int64_t when;
	int reason;              /* CRLReason, -1: none */
	const X509_NAME *issuer; /* of an indirect CRL's entry, or NULL */
};
void mk_crl_add(X509_CRL *crl, const struct mk_crl_entry *entry);
void mk_crl_sign(X509_CRL *crl, EVP_PKEY *key, const EVP_MD *digest);

#endif
