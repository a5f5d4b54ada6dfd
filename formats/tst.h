/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_TST_H
#define SIGN_FORMATS_TST_H

#include "formats/facts.h"

struct sg_env;

/*
 * A TimeStampToken (RFC 3161, 2.4.2) into stamp->inside and stamp->info:
 * SignedData over a TSTInfo, exactly one signer. What is wrong with it goes
 * into stamp->fault. The certificates and revocation data that it carries, in
 * SignedData or in unsigned attributes, go into facts too. depth: tokens may
 * carry tokens, up to SG_MAX_STAMP_DEPTH. 0 or NOMEM.
 */
int sg_tst_read(struct sg_env *env, struct sg_facts *facts,
    struct sg_view token, int depth, struct sg_stamp_fact *stamp);

/* Is it a token with that imprint? FORMAT, or VALUE: for another it would be
 * good for nothing. */
int sg_tst_is_over(struct sg_env *env, struct sg_view token,
    const struct sg_digest *digest, struct sg_view imprint);

/* TSTInfo's octets; FORMAT when broken. */
int sg_tst_info_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view der, struct sg_tst_info *out);

/* ---- asking a TSA (RFC 3161, 2.4.1; 3.4) */

struct sg_tsp_request {
	const struct sg_digest *digest;
	struct sg_view imprint;
	const char *policy;   /* dotted OID; NULL: the TSA's own */
	struct sg_view nonce; /* octets, taken as a positive number; empty */
	int null_params;      /* AlgorithmIdentifier with NULL parameters */
};
int sg_tsp_request_put(struct sg_env *env, const struct sg_tsp_request *request,
    struct sg_buf *out);

/* TimeStampResp as it stands (RFC 3161, 2.4.2). Texts in the pool. */
#define SG_TSP_GRANTED_WITH_MODS 1 /* the last status with a token */
#define SG_TSP_BAD_ALG 0           /* the bit of failInfo */
struct sg_tsp_status {
	uint64_t status;
	const char *failure;  /* name of the first bit of failInfo; NULL */
	int bad_alg;          /* it is badAlg */
	const char *text;     /* what the TSA says, raw UTF-8; NULL */
	struct sg_view token; /* borrowed; empty */
};
int sg_tsp_status_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view answer, struct sg_tsp_status *out);
/* TimeStampResp: the token (borrowed), when status is granted. NET with what
 * the TSA says (status, text, failInfo by name) when it refuses; FORMAT. */
int sg_tsp_response_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view der, struct sg_view *token);
/* Is that a TimeStampResp rather than a token? Tells .tsr from .tst. */
int sg_tsp_is_response(struct sg_view der);
/* Does the token answer the request: imprint, nonce, policy? VALUE. */
int sg_tsp_answers(struct sg_env *env, const struct sg_tst_info *info,
    const struct sg_tsp_request *request);

#endif
