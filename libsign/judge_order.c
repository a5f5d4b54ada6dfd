/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge_times.h"

#include "base/env.h"
#include "base/time.h"
#include "libsign/judge_one.h"

#include <string.h>

/* RFC 3161, 2.4.2: of one authority that orders its time-stamps the times
 * themselves decide, else the difference must exceed both accuracies. Is a
 * known to be younger than b? */
static int
surely_younger(const struct sg_timed_stamp *a, const struct sg_timed_stamp *b)
{
	const struct sg_tst_info *x = &a->fact->info, *y = &b->fact->info;
	uint64_t slack = (x->accuracy + y->accuracy) / 1000000;
	uint64_t rest = (x->accuracy + y->accuracy) % 1000000;
	int64_t micros;

	if (x->ordering && y->ordering && a->judged.cert != NULL &&
	    b->judged.cert != NULL &&
	    sg_cert_equal(a->judged.cert, b->judged.cert))
		slack = rest = 0;
	if (x->time < y->time)
		return 0;
	if ((uint64_t)(x->time - y->time) > slack + 1)
		return 1;
	micros = ((int64_t)(x->time - y->time) - (int64_t)slack) * 1000000 +
	    (int64_t)x->micros - (int64_t)y->micros - (int64_t)rest;
	return micros > 0;
}

/* Is one over the other, or over the signature that the other is signed in? */
static int
is_over(const struct sg_timed_stamp *over, const struct sg_timed_stamp *under)
{
	const struct sg_cover_fact *cover;
	size_t i;

	for (i = 0; i < over->fact->cover_count; i++) {
		cover = &over->fact->covers[i];
		if (cover->is_signature) {
			if (under->is_content && cover->sig == under->sig)
				return 1;
		} else if (sg_view_equal(cover->octets, under->fact->token)) {
			return 1;
		}
	}
	return 0;
}

int
sg_times_concerns(const struct sg_timed_stamp *stamp, size_t sig)
{
	size_t i;

	if (stamp->sig == sig)
		return 1;
	for (i = 0; i < stamp->fact->cover_count; i++)
		if (stamp->fact->covers[i].is_signature &&
		    stamp->fact->covers[i].sig == sig)
			return 1;
	return 0;
}

static int
order_pair(struct sg_one *one, const struct sg_timed_stamp *over,
    const struct sg_timed_stamp *under)
{
	char text[SG_TIME_TEXT];
	struct sg_msg why;

	if (over == under || !over->passed || !under->passed ||
	    !surely_younger(under, over) || !is_over(over, under))
		return 0;
	why = sg_one_say(one,
	    N_("the order of the time-stamps cannot be: %1$s is over one that "
	       "is younger, of %2$s"),
	    over->to->id, sg_time_format(under->fact->info.time, text));
	sg_one_check(one, "timestamp-order", SG_INDETERMINATE,
	    "EN 319 102-1, 5.5.4", why);
	sg_one_conclude(one, 0, "TIMESTAMP_ORDER_FAILURE", why);
	return 1;
}

void
sg_times_delay(const struct sg_times *times, size_t sig, struct sg_one *one)
{
	int64_t delay = one->policy->stamp_delay;
	int64_t claimed = one->sig->signing_time;
	struct sg_msg why;

	if (delay == SG_NO_TIME)
		return;
	if (times->sigs[sig].proof != NULL && claimed != SG_NO_TIME &&
	    times->sigs[sig].best <= claimed + delay)
		return;
	why = sg_one_say(one,
	    N_("the policy wants a time-stamp soon after signing, and there is "
	       "none"),
	    NULL, NULL);
	sg_one_check(one, "timestamp-delay", SG_INDETERMINATE,
	    "EN 319 102-1, 5.5.4", why);
	sg_one_conclude(one, 0, "SIG_CONSTRAINTS_FAILURE", why);
}

void
sg_times_order(const struct sg_times *times, size_t sig, struct sg_one *one)
{
	size_t i, j, valid = 0;

	for (i = 0; i < times->count; i++) {
		if (!times->stamps[i].passed ||
		    !sg_times_concerns(&times->stamps[i], sig))
			continue;
		valid++;
		/* newest first: what is younger stands before */
		for (j = 0; j < i; j++)
			if (order_pair(
				one, &times->stamps[i], &times->stamps[j]))
				return;
	}
	if (valid > 1)
		sg_one_check(one, "timestamp-order", SG_PASSED,
		    "EN 319 102-1, 5.5.4",
		    sg_one_say(one, N_("the order of the time-stamps is sound"),
			NULL, NULL));
}
