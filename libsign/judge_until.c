/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge_times.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "libsign/judge_one.h"
#include "libsign/level.h"

#include <string.h>

/*
 * How long a verdict can still be reached, and what makes it last: the end of
 * whatever nothing else proves the existence of.
 */
struct ending {
	struct sg_one *one;
	int64_t end; /* INT64_MAX: none */
};

/* What has ended already was no obstacle. */
static void
end_at(struct ending *ending, int64_t time)
{
	if (time != SG_NO_TIME && time > ending->one->time &&
	    time < ending->end)
		ending->end = time;
}

static void
end_scheme(struct ending *ending, const struct sg_scheme *scheme)
{
	const struct sg_strength *strength = &ending->one->policy->strength;

	if (scheme == NULL)
		return;
	end_at(ending, sg_strength_scheme(strength, scheme));
	end_at(ending, sg_strength_digest(strength, sg_scheme_digest(scheme)));
}

static void
end_cert(struct ending *ending, const struct sg_cert *cert, int anchor)
{
	const struct sg_strength *strength = &ending->one->policy->strength;
	const struct sg_digest *digest = sg_cert_digest(cert);
	const struct sg_key_info *info;

	end_at(ending, sg_cert_not_after(cert));
	if (anchor)
		return;
	if (digest != NULL)
		end_at(ending, sg_strength_digest(strength, digest));
	if (sg_cert_key_info(ending->one->env, cert, &info) == 0)
		end_at(ending, sg_strength_key(strength, info));
	else
		sg_err_clear(ending->one->env);
}

static void
end_chain(struct ending *ending, const struct sg_chain *chain, size_t from)
{
	size_t i;

	for (i = from; i < chain->count; i++)
		end_cert(ending, chain->links[i].cert, chain->links[i].anchor);
}

static int
is_archive(const struct sg_timed_stamp *stamp)
{
	return stamp != NULL && strcmp(stamp->fact->kind, "archive") == 0;
}

static void
end_stamp(struct ending *ending, const struct sg_timed_stamp *stamp)
{
	const struct sg_policy *policy = ending->one->policy;

	end_chain(ending, &stamp->judged.chain, 0);
	end_scheme(ending, stamp->judged.scheme);
	if (stamp->fact->info.digest != NULL)
		end_at(ending,
		    sg_strength_digest(
			&policy->strength, stamp->fact->info.digest));
}

/* The next level that makes it last; a plain CMS has none. */
static const char *
next_level(const struct sg_one *one, const struct sg_timed_stamp *outer)
{
	const char *level = one->to->level;
	int baseline = sg_level_is_baseline(level);

	if (level == NULL || strcmp(level, "CMS") == 0 ||
	    strcmp(level, "XMLDSIG") == 0)
		return NULL;
	if (outer == NULL)
		return baseline ? "B-T" : "T";
	if (is_archive(outer) || sg_level_has_values(level))
		return baseline ? "B-LTA" : "A";
	return baseline ? "B-LT" : "XLT1";
}

void
sg_times_until(const struct sg_times *times, size_t sig, struct sg_one *one)
{
	const struct sg_sig_times *known = &times->sigs[sig];
	struct ending ending = { one, INT64_MAX };
	struct sg_report_sig *to = one->to;

	if (known->proof != NULL) {
		to->proven_by = known->proof->to->id;
		to->proven_name = known->proof->to->authority;
	}
	to->valid_until = SG_NO_TIME;
	if (strcmp(to->indication, "TOTAL-PASSED") != 0)
		return;
	if (known->outer != NULL) {
		end_stamp(&ending, known->outer);
	} else {
		end_scheme(&ending, one->scheme);
		end_chain(&ending, &one->chain, 0);
	}
	/* with its values there, the signer's own certificate may end */
	if (known->outer != NULL && !is_archive(known->outer))
		end_chain(&ending, &one->chain,
		    sg_level_has_values(to->level) ? 1 : 0);
	if (ending.end == INT64_MAX)
		return;
	to->valid_until = ending.end;
	to->next_level = next_level(one, known->outer);
}
