/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_JUDGE_ONE_H
#define SIGN_LIBSIGN_JUDGE_ONE_H

#include "libsign/identify.h"
#include "libsign/judge.h"

/* One signature on its way through the blocks. */
struct sg_one {
	struct sg_env *env;
	struct sg_pool *pool;
	const struct sg_evidence *evidence;
	const struct sg_policy *policy;
	int64_t time;
	struct sign_report *report;
	const struct sg_facts *facts;
	const struct sg_sig_fact *sig;
	struct sg_report_sig *to;

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

/* The blocks of EN 319 102-1, 5.2.7, in judge_value.c: which algorithms, the
 * digests of what is referenced, the value. */
void sg_one_algorithms(struct sg_one *one);
void sg_one_references(struct sg_one *one);
int sg_one_value(struct sg_one *one);
/* Does the digest of what is referred to fit? */
enum sg_tri sg_ref_ok(const struct sg_ref_fact *ref);

/* How much of an XML file this signature is over, and what of it none is. In
 * judge_cover.c. */
void sg_one_coverage(struct sg_one *one);
int sg_judge_uncovered(struct sg_env *env, const struct sg_facts *facts,
    struct sign_report *report);

#endif
