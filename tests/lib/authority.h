/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_TESTS_LIB_AUTHORITY_H
#define SIGN_TESTS_LIB_AUTHORITY_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include "base/buf.h"
#include "tests/lib/mkcert.h"

/*
 * A world of certificates and its authorities: time-stamps, OCSP and CRLs at
 * any time that the caller says, sound or with a fault of a table. Everything
 * is made by OpenSSL's own calls; what cannot be made ends the program, as in
 * mkkey.h. Times are seconds since 1970, UTC; 0 in a structure means "usual".
 *
 *	struct authority *lab = authority_new(&(struct authority_options){
 *	    .kind = "gost256" });
 *	struct sg_buf token = { 0 }, reply = { 0 };
 *
 *	authority_revoke(lab, "signer", MK_NOW + 5 * AUTHORITY_DAY, 1);
 *	authority_stamp(lab, &(struct authority_tsa){ .time = MK_NOW },
 *	    "md_gost12_256", imprint, &token);
 *	authority_ocsp_status(lab, &(struct authority_ocsp){
 *	    .time = MK_NOW + 9 * AUTHORITY_DAY }, "signer", &reply);
 *	authority_crl(lab, &(struct authority_crl){ .issuer = "ca",
 *	    .time = MK_NOW, .faults = AUTHORITY_CRL_STALE }, &reply);
 *
 * The usual certificates, each made when it is first asked for:
 *
 *	root      (2015 - 2050)
 *	  root-ocsp   responder for what root issued (2020 - 2045)
 *	  crl-issuer  signs indirect CRLs for ca (2020 - 2045)
 *	  ca      (2016 - 2049)
 *	    signer     (2025-01-01 - 2026-01-01, like signer2)
 *	    tsa        (2023-01-01 - 2033-01-01)
 *	    ocsp       (2024-01-01 - 2027-01-01), with id-pkix-ocsp-nocheck
 *	root2     another root, of which nothing else depends
 *	  ca2
 *	    tsa2  ocsp2
 */

#define AUTHORITY_DAY INT64_C(86400)

enum authority_role {
	AUTHORITY_SIGNER,
	AUTHORITY_CA,
	AUTHORITY_TSA,
	AUTHORITY_OCSP,
	AUTHORITY_CRL_ISSUER, /* cRLSign without being a CA */
	AUTHORITY_BARE,       /* no usage but what ext says */
};

/* Flags of a certificate. */
#define AUTHORITY_NOCHECK 1u      /* id-pkix-ocsp-nocheck */
#define AUTHORITY_NO_URLS 2u      /* no AIA, no CDP */
#define AUTHORITY_CHECKED 4u      /* a responder without nocheck */
#define AUTHORITY_INDIRECT 8u     /* CDP: its CRL is crl-issuer's */
#define AUTHORITY_EKU_PLAIN 16u   /* timeStamping, not critical */
#define AUTHORITY_EKU_MORE 32u    /* timeStamping and another purpose */
#define AUTHORITY_EKU_NONE 64u    /* no extended key usage */
#define AUTHORITY_USAGE_LESS 128u /* key usage that does not fit the role */

/* A certificate. In a row with the id of a usual one, what is 0 or NULL stays
 * as it is there. */
struct authority_row {
	const char *id;     /* also the name in URLs and files */
	const char *issuer; /* an id; NULL: itself */
	enum authority_role role;
	const char *kind;    /* of the key; NULL: the world's */
	const char *key;     /* the id whose key it has; NULL: one of its own */
	const char *cn;      /* NULL: "Lab " and the id */
	int64_t from, until; /* 0: 2020 - 2045 */
	unsigned flags;
	/* URLs; NULL: BASE/aia/ISSUER.crt, BASE/ocsp/ISSUER,
	 * BASE/crl/ISSUER.crl; "": none */
	const char *ca_issuers, *ocsp, *cdp;
	struct pki_ext ext[PKI_MAX_EXT];
};

struct authority_options {
	/* "rsa", "p256", "ed25519", "gost256", "gost512"; NULL: "p256".
	 * OpenSSL makes no time-stamps with Ed25519: TSAs have P-256 there. */
	const char *kind;
	/* without a slash at the end; NULL: no URLs in certificates */
	const char *url;
	const struct authority_row *rows;
	size_t row_count;
};

struct authority;

/* NULL where the module with GOST is absent. */
struct authority *authority_new(const struct authority_options *options);
void authority_free(struct authority *lab);
/* One more certificate, or another in place of one that was not used yet. A
 * renewed one has an id of its own, and .key where the key stays. Strings are
 * borrowed. */
void authority_add(struct authority *lab, const struct authority_row *row);
/* A certificate that was made elsewhere; takes references. key may be NULL. */
void authority_add_made(struct authority *lab, const char *id,
    const char *issuer, X509 *cert, EVP_PKEY *key);

int authority_has(struct authority *lab, const char *id);
/* Borrowed; what there is not ends the program. */
X509 *authority_x509(struct authority *lab, const char *id);
EVP_PKEY *authority_key(struct authority *lab, const char *id);
struct sg_view authority_cert(struct authority *lab, const char *id); /* DER */
const char *authority_issuer(struct authority *lab, const char *id);
/* The id of this certificate; NULL: not one of the world's. */
const char *authority_find(struct authority *lab, const X509 *cert);

/* From this time on it is known to be revoked since this time; reason as
 * CRLReason, -1: none; 8 (removeFromCRL) takes it back. Calls add up. */
void authority_revoke(
    struct authority *lab, const char *id, int64_t when, int reason);
/* The same for who learns it later: answers before "known" are still good,
 * those after it say "when" (a key that was stolen a month ago). */
void authority_revoke_late(struct authority *lab, const char *id, int64_t when,
    int64_t known, int reason);

/* ---- faults: names for the command line, bits for the code */

struct authority_fault {
	const char *name;
	unsigned bit;
	const char *text; /* what is wrong */
};
/* The last row has no name. */
extern const struct authority_fault authority_tsa_faults[];
extern const struct authority_fault authority_ocsp_faults[];
extern const struct authority_fault authority_crl_faults[];
/* The bit of this name; 0: no such. */
unsigned authority_fault(const struct authority_fault *rows, const char *name);

/* ---- time-stamps (RFC 3161) */

enum {
	AUTHORITY_TSA_WRONG_NONCE = 1 << 0,
	AUTHORITY_TSA_NO_NONCE = 1 << 1,
	AUTHORITY_TSA_WRONG_IMPRINT = 1 << 2,
	AUTHORITY_TSA_WRONG_IMPRINT_ALG = 1 << 3,
	AUTHORITY_TSA_WRONG_POLICY = 1 << 4,
	AUTHORITY_TSA_REJECTION = 1 << 5, /* with failInfo systemFailure */
	AUTHORITY_TSA_WAITING = 1 << 6,
	AUTHORITY_TSA_GARBAGE = 1 << 7,
	AUTHORITY_TSA_TRUNCATED = 1 << 8,
	AUTHORITY_TSA_TRAILING = 1 << 9, /* an octet behind it */
	AUTHORITY_TSA_EKU_NONE = 1 << 10,
	AUTHORITY_TSA_EKU_PLAIN = 1 << 11, /* not critical */
	AUTHORITY_TSA_EKU_MORE = 1 << 12,  /* more than one purpose */
	AUTHORITY_TSA_EXPIRED = 1 << 13,   /* a day before genTime */
	AUTHORITY_TSA_NOT_YET = 1 << 14,   /* valid a day after genTime */
	AUTHORITY_TSA_REVOKED = 1 << 15,   /* a day before genTime */
	AUTHORITY_TSA_BAD_SIGNATURE = 1 << 16,
	AUTHORITY_TSA_NO_CERT = 1 << 17,   /* although asked for */
	AUTHORITY_TSA_LATE = 1 << 18,      /* genTime a day ago */
	AUTHORITY_TSA_FUTURE = 1 << 19,    /* genTime tomorrow */
	AUTHORITY_TSA_OTHER_ESS = 1 << 20, /* signing-certificate: another's */
	AUTHORITY_TSA_NO_ESS = 1 << 21,    /* none at all */
	AUTHORITY_TSA_NO_TOKEN = 1 << 22,  /* granted, and nothing in it */
	AUTHORITY_TSA_WRONG_CONTENT = 1 << 23, /* eContentType id-data */
	AUTHORITY_TSA_TWO_SIGNERS = 1 << 24,
	AUTHORITY_TSA_STRANGER = 1 << 25, /* of a root that nobody knows */
};

/* Flags: what the token holds besides. */
#define AUTHORITY_TSA_ORDERING 1u
#define AUTHORITY_TSA_NAME 2u
#define AUTHORITY_TSA_CHAIN 4u  /* the CA's certificates too */
#define AUTHORITY_TSA_ESS_V1 8u /* signing-certificate with SHA-1 */
#define AUTHORITY_TSA_SIGNING_TIME 16u
#define AUTHORITY_TSA_MODS 32u /* status grantedWithMods */

struct authority_tsa {
	const char *id;     /* NULL: "tsa" */
	int64_t time;       /* genTime */
	unsigned micros;    /* and its fraction */
	const char *policy; /* NULL: as asked, else "1.2.3.4.1" */
	const char *digest; /* of signature and ESS; NULL: the key's usual */
	int accuracy;       /* in ms; 0: none */
	unsigned flags, faults;
};

/* A TimeStampResp. A request that cannot be read is rejected
 * (badDataFormat), as is an unknown digest (badAlg). out is appended to. */
void authority_tsa_reply(struct authority *lab, const struct authority_tsa *how,
    struct sg_view request, struct sg_buf *out);
/* A TimeStampReq: digest by OpenSSL's name; nonce 0: none. */
void authority_tsa_request(const char *digest, struct sg_view imprint,
    uint64_t nonce, struct sg_buf *out);
/* The token alone (a ContentInfo), for an imprint made with this digest. */
void authority_stamp(struct authority *lab, const struct authority_tsa *how,
    const char *digest, struct sg_view imprint, struct sg_buf *out);

/* ---- OCSP (RFC 6960) */

enum {
	AUTHORITY_OCSP_EXPIRED = 1 << 0,      /* responder, a day before */
	AUTHORITY_OCSP_UNAUTHORISED = 1 << 1, /* no EKU OCSPSigning */
	AUTHORITY_OCSP_STRANGER = 1 << 2,     /* another CA's responder */
	AUTHORITY_OCSP_WRONG_ID = 1 << 3,     /* CertID of another serial */
	AUTHORITY_OCSP_STALE = 1 << 4,        /* nextUpdate a day ago */
	AUTHORITY_OCSP_FUTURE = 1 << 5,       /* thisUpdate tomorrow */
	AUTHORITY_OCSP_BAD_SIGNATURE = 1 << 6,
	AUTHORITY_OCSP_TRY_LATER = 1 << 7,
	AUTHORITY_OCSP_UNKNOWN = 1 << 8, /* status */
	AUTHORITY_OCSP_WRONG_NONCE = 1 << 9,
	AUTHORITY_OCSP_NO_NONCE = 1 << 10,
	AUTHORITY_OCSP_GARBAGE = 1 << 11,
	AUTHORITY_OCSP_TRUNCATED = 1 << 12,
	AUTHORITY_OCSP_NO_CERT = 1 << 13,   /* the responder's is left out */
	AUTHORITY_OCSP_REVOKED = 1 << 14,   /* whatever the books say */
	AUTHORITY_OCSP_GOOD = 1 << 15,      /* the same */
	AUTHORITY_OCSP_MALFORMED = 1 << 16, /* status malformedRequest */
	AUTHORITY_OCSP_INTERNAL = 1 << 17,  /* status internalError */
	AUTHORITY_OCSP_REFUSED = 1 << 18,   /* status unauthorized */
	AUTHORITY_OCSP_REVOKED_RESPONDER = 1 << 19, /* a day before */
};

#define AUTHORITY_OCSP_BY_NAME 1u /* responderID; else by key */
#define AUTHORITY_OCSP_BY_CA 2u   /* the CA itself answers */

struct authority_ocsp {
	const char *id;   /* responder; NULL: that of the first one's issuer */
	int64_t time;     /* thisUpdate, and what is known of revocations */
	int64_t produced; /* producedAt; 0: time */
	int64_t next;     /* nextUpdate; 0: time and a day; -1: none */
	int64_t cutoff;   /* ArchiveCutoff (RFC 6960, 4.4.4); 0: none */
	const char *digest; /* of the signature; NULL: the key's usual */
	unsigned flags, faults;
};

/* An OCSPResponse to an OCSPRequest. Certificates of nobody here: unknown. */
void authority_ocsp_reply(struct authority *lab,
    const struct authority_ocsp *how, struct sg_view request,
    struct sg_buf *out);
/* An OCSPRequest with a CertID of this digest (NULL: SHA-1); nonce 0: none. */
void authority_ocsp_request(struct authority *lab, const char *id,
    const char *digest, uint64_t nonce, struct sg_buf *out);
/* Both at once, without a nonce. */
void authority_ocsp_status(struct authority *lab,
    const struct authority_ocsp *how, const char *id, struct sg_buf *out);

/* ---- CRLs (RFC 5280, 5) */

enum {
	AUTHORITY_CRL_STALE = 1 << 0, /* nextUpdate a day ago */
	AUTHORITY_CRL_FUTURE = 1 << 1,
	AUTHORITY_CRL_BAD_SIGNATURE = 1 << 2,
	AUTHORITY_CRL_OTHER_ISSUER = 1 << 3, /* ca2's for ca, ca's for all */
	AUTHORITY_CRL_GARBAGE = 1 << 4,
	AUTHORITY_CRL_TRUNCATED = 1 << 5,
	AUTHORITY_CRL_EMPTY = 1 << 6,    /* whatever the books say */
	AUTHORITY_CRL_CRITICAL = 1 << 7, /* an unknown critical extension */
};

#define AUTHORITY_CRL_INDIRECT 1u /* of another's certificates too */
#define AUTHORITY_CRL_PEM 2u
#define AUTHORITY_CRL_NO_NUMBER 4u

struct authority_crl {
	const char *issuer; /* NULL: "ca" */
	const char *of;     /* indirect: whose certificates; NULL: "ca" */
	int64_t time;       /* thisUpdate, and what is known */
	int64_t next;       /* nextUpdate; 0: time and a week; -1: none */
	int64_t base;       /* != 0: a delta since the full one of that time */
	const char *idp;    /* as in openssl.cnf: "onlyuser:TRUE", ...; commas
			     * between several; NULL: none */
	int64_t expired_since; /* expiredCertsOnCRL (X.509, 9.5.2.10); 0: none;
				* else expired certificates stay on it */
	const char *digest;
	unsigned flags, faults;
};

void authority_crl(
    struct authority *lab, const struct authority_crl *how, struct sg_buf *out);

/* ---- files: the same world for several processes */

/* "now", seconds since 1970, "2026-01-31T12:00:00Z", "20260131120000Z",
 * "260131120000Z" */
int64_t authority_time(const char *text);

/* DIR/NAME.pem and .key, DIR/authorities (a line for each: ID ISSUER NAME),
 * DIR/revoked (ID TIME REASON [KNOWN]), DIR/url. */
void authority_save(struct authority *lab, const char *dir);
/* NULL and a line on standard error when it cannot be read. */
struct authority *authority_load(const char *dir);

#endif
