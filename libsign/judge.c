/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "libsign/control.h"
#include "libsign/judge_one.h"
#include "libsign/judge_times.h"

#include <string.h>

static const struct {
	enum sg_packaging packaging;
	const char *word;
} packagings[] = {
	{ SG_PACK_DETACHED, "detached" },
	{ SG_PACK_ATTACHED, "attached" },
	{ SG_PACK_ENVELOPED, "enveloped" },
	{ SG_PACK_ENVELOPING, "enveloping" },
	{ SG_PACK_COUNTER, "counter" },
};

static const char *
packaging_word(enum sg_packaging packaging)
{
	size_t i;

	for (i = 0; i < sizeof(packagings) / sizeof(packagings[0]); i++)
		if (packagings[i].packaging == packaging)
			return packagings[i].word;
	return NULL;
}

/* What the report says of a signature before anything is judged. */
static int
describe(struct sg_one *one)
{
	const struct sg_sig_fact *sig = one->sig;
	struct sg_report_sig *to = one->to;

	to->id = sg_pool_str(one->pool, sig->id);
	to->parent = sig->parent < 0
	    ? NULL
	    : sg_pool_str(one->pool, one->facts->sigs[sig->parent].id);
	to->format = sig->format;
	to->level = sig->level;
	to->packaging = packaging_word(sig->packaging);
	to->signing_time = sig->signing_time;
	to->best_signature_time = one->time;
	to->proven_before = to->proven_after = SG_NO_TIME;
	if (sig->tbs_count == 0)
		return 0;
	to->control_code = sg_pool_alloc(one->pool, SG_CONTROL_CODE);
	if (to->control_code == NULL)
		return sg_err_nomem(one->env);
	return sg_control_code(one->env, sig->tbs[0].octets, to->control_code);
}

/* What of the proofs of existence concerns this signature. */
static void
one_times(struct sg_one *one, const struct sg_times *times, size_t index)
{
	const struct sg_sig_times *known = &times->sigs[index];
	const struct sg_timed_stamp *stamp;
	size_t i;

	one->poes = times->poes;
	one->moments = times->moments;
	one->moment_count = times->moment_count;
	one->best = known->best;
	one->after = known->after;
	one->to->best_signature_time = known->best;
	one->to->proven_before = sg_times_latest(known);
	one->to->proven_after = known->after;
	for (i = 0; i < times->count; i++) {
		stamp = &times->stamps[i];
		if (!stamp->passed && sg_times_concerns(stamp, index))
			sg_one_check(one, "timestamp", SG_WARNING,
			    "EN 319 102-1, 5.4",
			    sg_one_say(one,
				N_("the time-stamp %1$s proves nothing"),
				stamp->to->id, NULL));
	}
}

/* EN 319 102-1, 5.3, 5.5 and 5.6 for one signature: the blocks in the order
 * of the basic process, each with what is proven of the time. */
static int
judge_one(struct sg_one *one, const struct sg_times *times, size_t index)
{
	int ret = describe(one);

	if (ret < 0)
		return ret;
	sg_one_format(one);
	ret = sg_one_identify(one);
	if (ret < 0)
		return ret;
	sg_one_algorithms(one);
	sg_one_references(one);
	ret = sg_one_value(one);
	one_times(one, times, index);
	if (ret == 0)
		ret = sg_one_chain(one);
	if (ret == 0)
		ret = sg_one_strength(one);
	if (ret < 0)
		return ret;
	sg_times_order(times, index, one);
	sg_times_delay(times, index, one);
	sg_one_claims(one);
	sg_one_coverage(one);
	sg_one_whole(one);
	if (one->to->indication == NULL)
		one->to->indication = "TOTAL-PASSED";
	sg_times_until(times, index, one);
	ret = sg_report_describe(
	    one->env, one->report, one->to, one->facts, one->sig);
	if (ret == 0)
		ret = sg_report_chain(
		    one->env, one->report, one->to, one->who.cert, &one->chain);
	return one->nomem ? sg_err_nomem(one->env) : ret;
}

/* The exit code that belongs to an indication; worst first is 5, 6, 0. */
static int
indication_exit(const char *indication)
{
	if (strcmp(indication, "TOTAL-FAILED") == 0)
		return 5;
	return strcmp(indication, "TOTAL-PASSED") == 0 ? 0 : 6;
}

static int
stamp_exit(const char *indication)
{
	if (strcmp(indication, "FAILED") == 0)
		return 5;
	return strcmp(indication, "PASSED") == 0 ? 0 : 6;
}

/* The worst of all signatures; of a file that is a time-stamp alone, of its
 * time-stamps. */
static void
judge_all(struct sign_report *report)
{
	size_t i, count = report->sig_count;
	int failed = 0, open = 0, code;

	for (i = 0; i < count; i++) {
		code = indication_exit(report->sigs[i].indication);
		failed |= code == 5;
		open |= code == 6;
	}
	for (i = 0; count == 0 && i < report->stamp_count; i++) {
		code = stamp_exit(report->stamps[i].indication);
		failed |= code == 5;
		open |= code == 6;
	}
	open |= count == 0 && report->stamp_count == 0;
	report->indication = failed ? "TOTAL-FAILED"
	    : open                  ? "INDETERMINATE"
				    : "TOTAL-PASSED";
	report->exit = indication_exit(report->indication);
}

static int
judge_signatures(const struct sg_times *times, struct sign_report *report)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < times->facts->sig_count && ret == 0; i++) {
		struct sg_one one = { .env = times->env,
			.pool = report->pool,
			.evidence = times->evidence,
			.policy = times->policy,
			.purpose = SG_FOR_DOCUMENTS,
			.time = times->time,
			.report = report,
			.facts = times->facts,
			.sig = &times->facts->sigs[i],
			.to = &report->sigs[i] };

		ret = judge_one(&one, times, i);
		report->sig_count++;
	}
	return ret;
}

int
sg_judge(struct sg_env *env, const struct sg_facts *facts,
    const struct sg_evidence *evidence, const struct sg_policy *policy,
    int64_t time, struct sign_report *report)
{
	struct sg_evidence mine = *evidence;
	struct sg_times times = { .env = env,
		.pool = report->pool,
		.facts = facts,
		.evidence = &mine,
		.policy = policy,
		.time = time };
	int ret;

	mine.strength = &policy->strength;
	mine.max_age = policy->revocation_max_age;
	report->format = facts->format;
	report->policy = sg_pool_str(report->pool, policy->name);
	report->qualification = policy->qualification;
	report->time = time;
	report->sigs = sg_pool_array(
	    report->pool, facts->sig_count, sizeof(*report->sigs));
	if (report->sigs == NULL)
		return sg_err_nomem(env);
	ret = sg_times_judge(&times, report);
	if (ret == 0)
		ret = judge_signatures(&times, report);
	sg_times_clear(&times);
	if (ret < 0)
		return ret;
	judge_all(report);
	return sg_judge_uncovered(env, facts, report);
}
