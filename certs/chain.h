/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_CHAIN_H
#define SIGN_CERTS_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/msg.h"
#include "certs/cert.h"
#include "certs/crl.h"
#include "certs/ocsp.h"
#include "certs/poe.h"

struct sg_env;
struct sg_known;
struct sg_pool;
struct sg_strength;

/* What judging a certificate may draw upon. All borrowed, all inputs. */
struct sg_evidence {
	const struct sg_certs *anchors; /* trusted, self-signed or not */
	const struct sg_certs *certs;   /* hints: from the file, --chain */
	const struct sg_crls *crls;
	const struct sg_ocsps *ocsps;       /* NULL: none */
	const struct sg_strength *strength; /* NULL: the table's own dates */
	/* how old revocation data may be, in seconds; 0: until the next ones
	 * were due (EN 319 102-1, 5.2.5) */
	int64_t max_age;
	struct sg_known *known; /* chains judged before; NULL: none */
};

enum sg_revocation {
	SG_REV_UNKNOWN, /* no usable data */
	SG_REV_GOOD,
	SG_REV_REVOKED,
	SG_REV_HELD,       /* certificateHold */
	SG_REV_NOT_NEEDED, /* an anchor, or a certificate that says so */
};

/* What the key of the first certificate was used for. */
enum sg_purpose {
	SG_FOR_DOCUMENTS,
	SG_FOR_TIMESTAMPS, /* RFC 3161, 2.3: critical, and nothing else */
	SG_FOR_OCSP,       /* RFC 6960, 4.2.2.2 */
};

struct sg_chain_link {
	struct sg_cert *cert; /* borrowed from the evidence or the caller */
	int anchor;
	enum sg_revocation revocation;
	int64_t revoked_at;
	const char *reason;   /* RFC 5280 name, NULL */
	struct sg_crl *crl;   /* the data that says so, borrowed: one of */
	struct sg_ocsp *ocsp; /* these, or none */
	int64_t this_update, next_update; /* of it; SG_NO_TIME */
	struct sg_cert *status_signer;    /* who signed that data, where it is
					  not the next link; NULL */
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
	/* sg_chain_past() alone: until when the certificate was good */
	int64_t control_time;
};

/* What is asked of a certificate. */
struct sg_question {
	struct sg_cert *cert;
	enum sg_purpose purpose;
	int64_t at;    /* the certificates must be valid then */
	int64_t known; /* and revocation data may be issued until then: the
			  same time for "now", a later one where the time of
			  signing is proven (EN 319 102-1, 5.5.4): what was
			  revoked after "at" does not count, a CRL issued
			  after "at" is fresh whatever its nextUpdate */
};
/* Of a signer, as things stand at one time. */
#define SG_ASK(cert_, time_) \
	(&(const struct sg_question){ .cert = (cert_), \
	    .purpose = SG_FOR_DOCUMENTS, \
	    .at = (time_), \
	    .known = (time_) })

/*
 * Build candidate chains from the signer to any anchor (by name, AKI first;
 * several issuers of one name are all tried), let OpenSSL's verifier judge
 * each at the time (RFC 5280, 6.1: validity, basic constraints, name
 * constraints, policies, signatures, CRLs), and give the best: PASSED, else
 * the one that failed latest. Pure: no I/O, no clock.
 *
 * Revocation data of both kinds are heard; what was issued last decides, of
 * equals the worse. Data must not be younger than question->known; what was
 * issued at question->at or later is fresh, older data until their nextUpdate
 * or to max_age. A response without nextUpdate holds for the moment (RFC 6960,
 * 4.2.2.1). What was revoked after question->at does not count, but for the
 * certificate of a TSA or responder whose key may have been lost (RFC 3161, 4).
 *
 * No anchor reached: NO_CERTIFICATE_CHAIN_FOUND. Expired or not yet valid
 * signer: OUT_OF_BOUNDS_NO_POE (OUT_OF_BOUNDS_NOT_REVOKED where a CRL says
 * not revoked). Revoked: REVOKED_NO_POE; a CA: REVOKED_CA_NO_POE. Held or no
 * revocation data: TRY_LATER. Others: CERTIFICATE_CHAIN_GENERAL_FAILURE,
 * CHAIN_CONSTRAINTS_FAILURE (names, policies, path length, usage, purpose).
 */
int sg_chain_judge(struct sg_env *env, struct sg_pool *pool,
    const struct sg_question *question, const struct sg_evidence *evidence,
    struct sg_chain *out);

/*
 * Does this way end at an anchor, each certificate on it signed by the next,
 * which is a CA's? Then an authority that is trusted says whose the key is,
 * whatever else is wrong or not known: validity, revocation, constraints. 1, 0,
 * NOMEM.
 */
int sg_chain_is_rooted(struct sg_env *env, const struct sg_chain *chain);

/*
 * Past certificate validation with validation time sliding (EN 319 102-1,
 * 5.6.2.1 and 5.6.2.2): the chain is verified at a time when all of it was
 * valid; then from the anchor down to the certificate a control time goes back
 * to when revocation data with a proof of existence says that each was still
 * good, and to the end of the algorithms. question->known is the time of
 * validation, question->at is not used. PASSED: out->control_time is the time
 * until which a proof of existence of the signature is enough. NO_POE: a proof
 * is missing, the reason names for what. REVOCATION_OUT_OF_BOUNDS_NO_POE: one
 * is missing for who signed the data. The caller adds the proofs of "now". Of
 * several chains that pass the one with the latest control time is given; an
 * anchor is trusted whatever its own validity.
 */
int sg_chain_past(struct sg_env *env, struct sg_pool *pool,
    const struct sg_question *question, const struct sg_evidence *evidence,
    const struct sg_poes *poes, struct sg_chain *out);

#endif
