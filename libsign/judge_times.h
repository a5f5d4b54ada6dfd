/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_JUDGE_TIMES_H
#define SIGN_LIBSIGN_JUDGE_TIMES_H

#include "libsign/judge_stamp.h"

struct sg_one;

/* A time-stamp of the file and what came out of it. */
struct sg_timed_stamp {
	const struct sg_stamp_fact *fact;
	size_t sig; /* the signature that it stands in; SIZE_MAX: the file */
	int is_content; /* over what is signed, so older than the signature */
	struct sg_stamp_judged judged;
	int passed;
	struct sg_report_stamp *to;
};

/* When a signature was made, as far as it is proven. */
struct sg_sig_times {
	int64_t best;  /* it existed then; the time of validation: unproven */
	int64_t after; /* and was made after this; SG_NO_TIME: unproven */
	const struct sg_timed_stamp *proof; /* of best; NULL: none */
	const struct sg_timed_stamp *outer; /* the newest over it; NULL: none */
};

/*
 * EN 319 102-1, 5.6.3: every time-stamp of the file, the newest first, each
 * judged with what the newer ones prove, and what they prove together.
 */
struct sg_times {
	struct sg_env *env;
	struct sg_pool *pool;
	const struct sg_facts *facts;
	const struct sg_evidence *evidence;
	const struct sg_policy *policy;
	int64_t time;
	struct sg_poes *poes;          /* NULL: the file has no time-stamps */
	struct sg_timed_stamp *stamps; /* newest first */
	size_t count;
	int64_t *moments; /* of those that are valid, newest first */
	size_t moment_count;
	struct sg_sig_times *sigs; /* as facts->sigs */
};

/* Needs env to time; the report gets its time-stamps. */
int sg_times_judge(struct sg_times *times, struct sign_report *report);
void sg_times_clear(struct sg_times *times);

/* RFC 3161, 2.4.2: when it existed at the latest, by the accuracy that its
 * proof claims; SG_NO_TIME: unproven. */
int64_t sg_times_latest(const struct sg_sig_times *known);
/* Does the time-stamp stand in this signature, or is it over it? */
int sg_times_concerns(const struct sg_timed_stamp *stamp, size_t sig);
/* EN 319 102-1, 5.5.4: does their order contradict itself? For one signature,
 * index sig. */
void sg_times_order(
    const struct sg_times *times, size_t sig, struct sg_one *one);
/* EN 319 102-1, 5.5.4, step 5: has it come soon enough for the policy? */
void sg_times_delay(
    const struct sg_times *times, size_t sig, struct sg_one *one);
/* Who proves when it was signed; until when that can be shown, and what then
 * (judge_until.c). */
void sg_times_until(
    const struct sg_times *times, size_t sig, struct sg_one *one);

#endif
