/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_CHAIN_H
#define SIGN_CERTS_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/msg.h"
#include "certs/cert.h"
#include "certs/crl.h"

struct sg_env;
struct sg_known;
struct sg_pool;

/* What judging a certificate may draw upon. All borrowed, all inputs. */
struct sg_evidence {
	const struct sg_certs *anchors; /* trusted, self-signed or not */
	const struct sg_certs *certs;   /* hints: from the file, --chain */
	const struct sg_crls *crls;
	struct sg_known *known; /* chains judged before; NULL: none */
};

enum sg_revocation {
	SG_REV_UNKNOWN, /* no usable data */
	SG_REV_GOOD,
	SG_REV_REVOKED,
	SG_REV_HELD,       /* certificateHold */
	SG_REV_NOT_NEEDED, /* an anchor, or a certificate that says so */
};

struct sg_chain_link {
	struct sg_cert *cert; /* borrowed from the evidence or the caller */
	int anchor;
	enum sg_revocation revocation;
	int64_t revoked_at;
	const char *reason; /* RFC 5280 name, NULL */
	struct sg_crl *crl; /* the data that says so, borrowed; NULL */
};

/* EN 319 102-1, 5.2.6: the outcome of X.509 validation at a time. */
struct sg_chain {
	struct sg_chain_link *links; /* signer first; in the pool */
	size_t count;
	const char *indication;     /* "PASSED", "INDETERMINATE" */
	const char *sub_indication; /* as in the contract, NULL on PASSED */
	struct sg_msg reason;
	const char *clause;
	int tries; /* candidate chains that were judged */
};

/*
 * Build candidate chains from the signer to any anchor (by name, AKI first;
 * several issuers of one name are all tried), let OpenSSL's verifier judge
 * each at the time (RFC 5280, 6.1: validity, basic constraints, name
 * constraints, policies, signatures, CRLs), and give the best: PASSED, else
 * the one that failed latest. Pure: no I/O, no clock.
 *
 * No anchor reached: NO_CERTIFICATE_CHAIN_FOUND. Expired or not yet valid
 * signer: OUT_OF_BOUNDS_NO_POE (OUT_OF_BOUNDS_NOT_REVOKED where a CRL says
 * not revoked). Revoked: REVOKED_NO_POE; a CA: REVOKED_CA_NO_POE. Held or no
 * revocation data: TRY_LATER. Others: CERTIFICATE_CHAIN_GENERAL_FAILURE,
 * CHAIN_CONSTRAINTS_FAILURE (names, policies, path length, usage).
 */
int sg_chain_judge(struct sg_env *env, struct sg_pool *pool,
    struct sg_cert *signer, const struct sg_evidence *evidence, int64_t time,
    struct sg_chain *out);

#endif
