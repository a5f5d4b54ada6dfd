/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_JUDGE_STAMP_H
#define SIGN_LIBSIGN_JUDGE_STAMP_H

#include <stdint.h>

#include "certs/chain.h"
#include "formats/facts.h"
#include "libsign/policy.h"
#include "libsign/report.h"

struct sg_env;

/* What is asked of a time-stamp. All borrowed. */
struct sg_stamp_question {
	const struct sg_stamp_fact *stamp;
	const struct sg_facts *facts; /* around it */
	const struct sg_evidence *evidence;
	const struct sg_policy *policy;
	int64_t time;
	/* what is known to have existed when: lets a stamp stand whose own
	 * certificate is out (EN 319 102-1, 5.6.2.4); NULL: nothing is */
	const struct sg_poes *poes;
	const int64_t *moments; /* of the time-stamps that prove it */
	size_t moment_count;
};

/* What came out. Lives in the pool, but for cert and chain's certificates,
 * which are the evidence's. */
struct sg_stamp_judged {
	enum sg_tri imprint_ok;   /* over what it should be over? */
	enum sg_tri signature_ok; /* is it whole: digest and value */
	const char *indication;   /* "PASSED", "FAILED", "INDETERMINATE" */
	const char *sub_indication;
	struct sg_msg reason; /* why not PASSED */
	struct sg_cert *cert; /* the authority's; NULL: not found */
	struct sg_chain chain;
	const struct sg_scheme *scheme; /* NULL: unknown */
	struct sg_check *checks;
	size_t check_count;
};

/*
 * EN 319 102-1, 5.4: a time-stamp token by itself, as of a time. PASSED: it is
 * over what it should be over, and at info.time an authority that is trusted
 * said so.
 */
int sg_judge_stamp(struct sg_env *env, struct sg_pool *pool,
    const struct sg_stamp_question *question, struct sg_stamp_judged *out);

#endif
