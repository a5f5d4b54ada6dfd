/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_PKI_H
#define TESTS_UNIT_PKI_H

#include <stddef.h>
#include <stdint.h>

#include "certs/cert.h"
#include "certs/crl.h"
#include "tests/lib/mkcert.h"

struct sg_env;

/* A small test world in tables (mkcert.h makes it). A failure in here ends
 * the test program. */

#define PKI_TIME INT64_C(1767225600) /* 2026-01-01T00:00:00Z */
#define PKI_DAY INT64_C(86400)

/* Keys by name, made once: "ca1", "ed:x", "rsa:x", "gost256:x", "gost512:x";
 * without a kind P-256. NULL: the GOST module is not there. */
EVP_PKEY *pki_key(struct sg_env *env, const char *name);

struct pki_cert {
	const char *id;
	const char *cn, *key;               /* subject */
	const char *issuer_cn, *issuer_key; /* NULL: itself */
	int from, until;   /* days from PKI_TIME; 0, 0: usual */
	const char *ca;    /* basicConstraints, NULL: none */
	const char *usage; /* keyUsage, NULL: none */
	struct pki_ext ext[PKI_MAX_EXT];
	int no_ids; /* neither SKI nor AKI */
	int broken; /* a signature that does not verify */
};
/* NULL where a key is missing. */
struct sg_cert *pki_cert(struct sg_env *env, const struct pki_cert *row);

#define PKI_MAX_REVOKED 4
struct pki_revoked {
	const char *id; /* of the certificate */
	int day;
	int reason;            /* CRLReason, -1: none */
	const char *issuer_cn; /* of an indirect CRL's entry */
};
struct pki_crl {
	const char *id;
	const char *issuer_cn, *key;
	int from, until; /* days; until 0: no nextUpdate */
	struct pki_revoked revoked[PKI_MAX_REVOKED];
	int number, base; /* base != 0: a delta CRL */
	struct pki_ext ext[2];
	int ids; /* an authority key identifier */
	int broken;
};
/* find: a certificate by its id, for the entries. */
struct sg_crl *pki_crl(struct sg_env *env, const struct pki_crl *row,
    struct sg_cert *(*find)(const char *id));

#endif
