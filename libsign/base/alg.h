/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_ALG_H
#define SIGN_BASE_ALG_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include "base/buf.h"
#include "base/der.h"

struct sg_env;

/*
 * The one table of algorithms: digests, key algorithms, signature schemes.
 * RSA, ECDSA and GOST rows look alike; nothing else in the tree compares
 * algorithm names or OIDs.
 */
enum sg_alg_use {
	SG_USE_FULL,    /* signs and verifies */
	SG_USE_READING, /* old signatures only; reported as weak */
};

struct sg_digest {
	const char *name;   /* for people: "SHA-256", "Streebog-256" */
	const char *option; /* for --digest: "sha256", "streebog256" */
	const char *evp;    /* name for EVP_MD_fetch or the GOST module */
	const char *oid;
	const char *read_oid;   /* another that means the same; NULL */
	const char *params;     /* hex of AlgorithmIdentifier parameters that
				    we write in CMS, NULL: absent */
	const char *xml_uri[2]; /* the first is written, both are read */
	size_t size;            /* octets; for SHAKE the fixed length */
	int gost;               /* from the GOST module */
	enum sg_alg_use use;
	int64_t until; /* trusted until (TS 119 312); SG_NO_TIME: no end */
};

enum sg_key_type {
	SG_KEY_RSA,
	SG_KEY_EC,
	SG_KEY_ED25519,
	SG_KEY_ED448,
	SG_KEY_GOST256,
	SG_KEY_GOST512,
	SG_KEY_GOST2001,
	SG_KEY_DSA,
};

/* What the octets of a signature value look like. */
enum sg_value_form {
	SG_VALUE_CMS, /* as in CMS and X.509: ECDSA is DER SEQUENCE{r, s} */
	SG_VALUE_RAW, /* as in XMLDSig and PKCS#11: r || s, each padded */
};

struct sg_scheme {
	const char *name; /* "GOST R 34.10-2012-256 with Streebog-256" */
	enum sg_key_type key;
	const char *digest; /* option of the digest row */
	int pss;
	int signs_bytes;         /* Ed25519, Ed448: the key gets the bytes */
	int plain;               /* ECDSA whose CMS value is r || s (BSI) */
	const char *oid;         /* signatureAlgorithm that CMS writes */
	const char *read_oid[3]; /* others that mean the same */
	const char *params;      /* hex, NULL: absent; PSS: made by code */
	const char *xml_uri[2];
	enum sg_alg_use use;
	int64_t until; /* of the scheme itself, its digest and key apart */
};

const struct sg_digest *sg_digest_by_option(const char *option);
/* Under its own OID or that of a signature scheme which names it. */
const struct sg_digest *sg_digest_by_oid(const char *oid);
const struct sg_digest *sg_digest_by_uri(const char *uri);
/* The digest that an AlgorithmIdentifier means, its parameters looked at:
 * UNSUPPORTED when there is no such row. */
int sg_digest_resolve(struct sg_env *env, const struct sg_algid *algid,
    const struct sg_digest **out);
/* AlgorithmIdentifier of a digest, as CMS wants it (RFC 5754, 2). */
int sg_digest_put_algid(
    struct sg_env *env, struct sg_buf *out, const struct sg_digest *digest);
const struct sg_digest *sg_digest_rows(size_t *count);
const struct sg_scheme *sg_scheme_rows(size_t *count);
const struct sg_digest *sg_scheme_digest(const struct sg_scheme *scheme);

/* PSS parameters of a signature (RFC 8017, A.2.3). */
struct sg_pss {
	const struct sg_digest *hash, *mgf;
	int salt; /* octets */
};

/*
 * The scheme that a SignerInfo means (RFC 5754, 8419, 9215, standards):
 * from signatureAlgorithm, digestAlgorithm and the key's type. 0 and *out;
 * UNSUPPORTED: no such row; VALUE: the two algorithms contradict each other
 * (that signature is refused). pss is filled for PSS rows.
 */
int sg_scheme_resolve(struct sg_env *env, const struct sg_algid *signature,
    const struct sg_algid *digest, const struct sg_scheme **out,
    struct sg_pss *pss);
/* The row of an XMLDSig SignatureMethod; NULL: unknown. */
const struct sg_scheme *sg_scheme_by_uri(const char *uri);
/* The scheme that this key signs with; digest NULL: the key's default
 * (standards: Streebog by size, SHA-2 by key size, SHA-512, SHAKE256). */
int sg_scheme_for_key(struct sg_env *env, EVP_PKEY *key,
    const struct sg_digest *digest, int pss, const struct sg_scheme **out);
/* AlgorithmIdentifier of the scheme as signatureAlgorithm, parameters and all;
 * pss NULL: PSS rows get their digest, MGF1 with it and a salt as long. */
int sg_scheme_put_algid(struct sg_env *env, struct sg_buf *out,
    const struct sg_scheme *scheme, const struct sg_pss *pss);

/* What is said of a key: type, size, "GOST R 34.10-2012 256 bit, CryptoPro-A",
 * "ECDSA P-256", "RSA 3072 bit". text in a static or pool string. */
struct sg_key_info {
	enum sg_key_type type;
	int bits;
	char text[96];
	const char *curve; /* dotted OID or name; NULL */
	int pss_only;      /* an RSA key that signs with PSS alone */
};
/* Its type alone; 0: it is none that signs. */
int sg_key_kind(EVP_PKEY *key, enum sg_key_type *type, int *pss_only);
/* Trusted until (TS 119 312); SG_NO_TIME: no end. */
int64_t sg_key_until(const struct sg_key_info *info);
int sg_key_info(struct sg_env *env, EVP_PKEY *key, struct sg_key_info *out);

#endif
