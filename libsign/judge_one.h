/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_JUDGE_ONE_H
#define SIGN_LIBSIGN_JUDGE_ONE_H

#include "libsign/identify.h"
#include "libsign/judge.h"

/* One signature on its way through the blocks; a time-stamp token is one too,
 * over its TSTInfo. */
struct sg_one {
	struct sg_env *env;
	struct sg_pool *pool;
	const struct sg_evidence *evidence;
	const struct sg_policy *policy;
	enum sg_purpose purpose;
	int64_t time;
	struct sign_report *report; /* NULL: of a time-stamp */
	const struct sg_facts *facts;
	const struct sg_sig_fact *sig;
	struct sg_report_sig *to;

	/* what is proven: best is the earliest time of which it is known that
	 * the signature existed then (the time of validation: nothing is), and
	 * it was made after "after" (SG_NO_TIME: not known) */
	const struct sg_poes *poes; /* NULL: nothing is */
	int64_t best, after;
	/* times of valid time-stamps, the newest first: what existed then is
	 * proven, so that it can be asked how things stood */
	const int64_t *moments;
	size_t moment_count;

	struct sg_identity who;
	const struct sg_scheme *scheme; /* NULL: unknown algorithm */
	struct sg_pss pss;
	struct sg_chain chain;
	int nomem; /* a check could not be recorded */
};

/* Record one check; a check that did not run is never "passed". */
void sg_one_check(struct sg_one *one, const char *id, enum sg_status status,
    const char *clause, struct sg_msg detail);
/* A sentence with copies of its arguments; NULL where there are fewer. */
struct sg_msg sg_one_say(
    struct sg_one *one, const char *id, const char *a, const char *b);
/* The verdict so far is the first that is worse than passed; a failure
 * overrides what is only undetermined (EN 319 102-1, 5.3.4). */
void sg_one_conclude(
    struct sg_one *one, int failed, const char *sub, struct sg_msg reason);

/* The blocks of EN 319 102-1: 5.2.2 format, 5.2.3 identification, and what of
 * 5.2.8 is about the signer's claims, in judge_blocks.c. */
void sg_one_format(struct sg_one *one);
int sg_one_identify(struct sg_one *one);
void sg_one_claims(struct sg_one *one);

/* 5.2.7, in judge_value.c: which algorithms, the digests of what is
 * referenced, the value. */
void sg_one_algorithms(struct sg_one *one);
void sg_one_references(struct sg_one *one);
int sg_one_value(struct sg_one *one);
/* At the end: nothing is wrong, but not all of it was seen to be right. */
void sg_one_whole(struct sg_one *one);
/* Does the digest of what is referred to fit? */
enum sg_tri sg_ref_ok(const struct sg_ref_fact *ref);

/* 5.2.6, with what the proofs of existence change of it (5.5.4, 5.6.2), in
 * judge_chain.c. */
#define SG_CHAIN_ITSELF \
	N_("the certificate is valid and is itself a trusted one: whether it " \
	   "was revoked is not asked")
int sg_one_chain(struct sg_one *one);

/* What of 5.2.8 is about algorithms, in judge_strength.c. */
int sg_one_strength(struct sg_one *one);
/* The digest that a certificate was signed with; NULL: unknown. */
const struct sg_digest *sg_cert_digest(const struct sg_cert *cert);

/* How much of an XML file or container this signature is over, and what of it
 * none is. In judge_cover.c. */
void sg_one_coverage(struct sg_one *one);
int sg_judge_uncovered(struct sg_env *env, const struct sg_facts *facts,
    struct sign_report *report);

#endif
