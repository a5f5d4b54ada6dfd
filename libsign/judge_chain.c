/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge_one.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"

#include <string.h>

#define MAX_MOMENTS 16

static int
chain_passed(const struct sg_chain *chain)
{
	return strcmp(chain->indication, "PASSED") == 0;
}

/* Key usage: whether the key may be used for that at all. */
static void
chain_usage(struct sg_one *one)
{
	static const char clause[] = "RFC 5280, 4.2.1.3";
	struct sg_msg why;

	if (one->purpose != SG_FOR_DOCUMENTS)
		return; /* judged with the chain */
	if (sg_cert_may_sign(one->who.cert)) {
		sg_one_check(one, "key-usage", SG_PASSED, clause,
		    sg_one_say(
			one, N_("the key may sign documents"), NULL, NULL));
		return;
	}
	why = sg_one_say(one,
	    N_("the certificate's key usage does not allow signing documents"),
	    NULL, NULL);
	sg_one_check(one, "key-usage", SG_INDETERMINATE, clause, why);
	sg_one_conclude(one, 0, "CHAIN_CONSTRAINTS_FAILURE", why);
}

/* EN 319 102-1, 5.2.6: as things stand at the time of validation. */
static int
chain_now(struct sg_one *one)
{
	struct sg_question question = { .cert = one->who.cert,
		.purpose = one->purpose,
		.at = one->time,
		.known = one->time };

	return sg_chain_judge(
	    one->env, one->pool, &question, one->evidence, &one->chain);
}

/* ---- a signer who is trusted himself */

static int
is_pinned(const struct sg_one *one)
{
	return chain_passed(&one->chain) && one->chain.count == 1;
}

/* All others that are at hand, as if they were trusted: those that issued the
 * signer's certificate are found among them by its signature. */
static int
certs_but(struct sg_one *one, struct sg_certs *out)
{
	const struct sg_evidence *from = one->evidence;
	const struct sg_certs *lists[] = { from->anchors, from->certs };
	size_t i, k;

	out->count = 0;
	out->list = sg_pool_array(one->pool,
	    from->anchors->count + from->certs->count, sizeof(*out->list));
	if (out->list == NULL)
		return sg_err_nomem(one->env);
	for (k = 0; k < 2; k++)
		for (i = 0; i < lists[k]->count; i++)
			if (!sg_cert_equal(lists[k]->list[i], one->who.cert))
				out->list[out->count++] = lists[k]->list[i];
	return 0;
}

static int
says_revoked(const struct sg_chain *chain)
{
	const struct sg_chain_link *link = &chain->links[0];

	return !chain_passed(chain) && chain->count > 1 &&
	    ((link->revocation == SG_REV_REVOKED &&
		 strcmp(chain->sub_indication, "REVOKED_NO_POE") == 0) ||
		(link->revocation == SG_REV_HELD &&
		    strcmp(chain->sub_indication, "TRY_LATER") == 0));
}

/*
 * Nobody is asked whether a trusted certificate was revoked. But who knows
 * that its issuer has said so does not pass over it: then it is judged as one
 * of that issuer's, with all that time-stamps prove.
 */
static int
chain_pinned(struct sg_one *one)
{
	struct sg_chain now = one->chain;
	struct {
		struct sg_evidence evidence;
		struct sg_certs anchors;
	} *others = sg_pool_alloc(one->pool, sizeof(*others));
	const struct sg_evidence *mine = one->evidence;
	int ret;

	if (others == NULL)
		return sg_err_nomem(one->env);
	ret = certs_but(one, &others->anchors);
	if (ret < 0)
		return ret;
	others->evidence = *mine;
	others->evidence.anchors = &others->anchors;
	others->evidence.known = NULL;
	one->evidence = &others->evidence;
	ret = chain_now(one);
	if (ret < 0 || says_revoked(&one->chain))
		return ret;
	one->evidence = mine;
	one->chain = now;
	return 0;
}

/* The policy may want that revocation had time to become known. */
static int
too_early(const struct sg_one *one, const struct sg_chain_link *link)
{
	int64_t grace = one->policy->grace_period;

	return grace != SG_NO_TIME && one->purpose == SG_FOR_DOCUMENTS &&
	    link->revocation == SG_REV_GOOD &&
	    link->this_update != SG_NO_TIME &&
	    link->this_update < one->best + grace;
}

/* A chain that passed, by what the policy asks for besides. */
static void
chain_policy(struct sg_one *one)
{
	struct sg_chain *chain = &one->chain;
	char time[SG_TIME_TEXT];

	if (!chain_passed(chain) || chain->count == 0 ||
	    !too_early(one, &chain->links[0]))
		return;
	chain->indication = "INDETERMINATE";
	chain->sub_indication = "TRY_LATER";
	chain->clause = "EN 319 102-1, 5.2.5";
	chain->reason = sg_one_say(one,
	    N_("the revocation data for certificate \"%1$s\" are of %2$s: the "
	       "policy wants such that were issued later, after the grace "
	       "period"),
	    sg_cert_name_text(one->pool, chain->links[0].cert, 0),
	    sg_time_format(chain->links[0].this_update, time));
}

/* ---- with time (EN 319 102-1, 5.5.4) */

static int
same_path(const struct sg_chain *a, const struct sg_chain *b)
{
	size_t i;

	if (a->count != b->count)
		return 0;
	for (i = 0; i < a->count; i++)
		if (!sg_cert_equal(a->links[i].cert, b->links[i].cert))
			return 0;
	return 1;
}

/* Do the authorities above the signer still stand? Else their revocation data
 * need a proof of existence: that is the past validation. */
static int
authorities_stand(const struct sg_one *one)
{
	const struct sg_chain *chain = &one->chain;
	const struct sg_chain_link *link;
	size_t i;

	for (i = 1; i < chain->count; i++) {
		link = &chain->links[i];
		if (link->anchor)
			break;
		if (link->revocation == SG_REV_REVOKED ||
		    link->revocation == SG_REV_HELD ||
		    sg_cert_not_after(link->cert) < one->time ||
		    sg_cert_not_before(link->cert) > one->time)
			return 0;
	}
	return 1;
}

/* Is the sub-indication one of these? */
static int
is_one_of(const struct sg_chain *chain, const char *const *subs)
{
	for (; *subs != NULL; subs++)
		if (strcmp(chain->sub_indication, *subs) == 0)
			return 1;
	return 0;
}

/* How things stood at the proven time, by all that became known since. */
static int
chain_then(struct sg_one *one)
{
	/* steps 4 and 6: what is only that things changed since */
	static const char *const subs[] = { "REVOKED_NO_POE", "TRY_LATER",
		"OUT_OF_BOUNDS_NOT_REVOKED", NULL };
	struct sg_question question = { .cert = one->who.cert,
		.purpose = one->purpose,
		.at = one->best,
		.known = one->time };
	struct sg_chain now = one->chain;
	int ret;

	if (one->best >= one->time || !is_one_of(&one->chain, subs) ||
	    !authorities_stand(one))
		return 0;
	ret = sg_chain_judge(
	    one->env, one->pool, &question, one->evidence, &one->chain);
	if (ret < 0)
		return ret;
	one->chain.clause = "EN 319 102-1, 5.5.4";
	chain_policy(one);
	if (!chain_passed(&one->chain) || !same_path(&one->chain, &now))
		one->chain = now;
	return 0;
}

/* ---- in the past (EN 319 102-1, 5.6.2) */

/* Does the control time end with a revocation? In that second the certificate
 * is revoked already. */
static int
past_ends_revoked(const struct sg_chain *past)
{
	size_t i;

	for (i = 0; i < past->count; i++)
		if (past->links[i].revocation == SG_REV_REVOKED &&
		    past->links[i].revoked_at == past->control_time)
			return 1;
	return 0;
}

/* Is the signature known to exist by the time until which all was good, and
 * within the certificate's validity? (5.6.2.4) */
static int
past_suffices(const struct sg_one *one, const struct sg_chain *past)
{
	return chain_passed(past) && one->best <= past->control_time &&
	    (one->best < past->control_time || !past_ends_revoked(past)) &&
	    one->best >= sg_cert_not_before(one->who.cert) &&
	    one->best <= sg_cert_not_after(one->who.cert);
}

/* Is one of them known to have been revoked: the signer's own by the time of
 * the signature, or an authority's by this time? */
static int
known_revoked(
    const struct sg_one *one, const struct sg_chain *chain, int64_t moment)
{
	const struct sg_chain_link *link;
	size_t i;

	for (i = 0; i < chain->count; i++) {
		link = &chain->links[i];
		if ((link->revocation == SG_REV_REVOKED ||
			link->revocation == SG_REV_HELD) &&
		    (link->revoked_at == SG_NO_TIME ||
			link->revoked_at <= (i == 0 ? one->best : moment)))
			return 1;
	}
	return 0;
}

static int
past_at(struct sg_one *one, int64_t known, struct sg_chain *out)
{
	struct sg_question question = { .cert = one->who.cert,
		.purpose = one->purpose,
		.at = one->best,
		.known = known };

	return sg_chain_past(
	    one->env, one->pool, &question, one->evidence, one->poes, out);
}

/*
 * What existed when a time-stamp was made over it is proven, and was fresh
 * then if it was fresh at all: so the same is asked as of that time, too,
 * unless it is known by now that somebody had been revoked.
 */
static int
past_moments(
    struct sg_one *one, const struct sg_chain *now, struct sg_chain *past)
{
	struct sg_chain then;
	size_t i;
	int ret;

	for (i = 0; i < one->moment_count && i < MAX_MOMENTS; i++) {
		if (one->moments[i] < one->best)
			break;
		if (known_revoked(one, &one->chain, one->moments[i]) ||
		    known_revoked(one, now, one->moments[i]))
			continue;
		ret = past_at(one, one->moments[i], &then);
		if (ret < 0)
			return ret;
		if (past_suffices(one, &then)) {
			*past = then;
			return 0;
		}
	}
	return 0;
}

/* The past validation of the certificate, and what it means for the
 * signature: 5.6.2.1, 5.6.2.4. */
static int
chain_past(struct sg_one *one)
{
	/* 5.6.3.4, step 3 */
	static const char *const subs[] = { "REVOKED_NO_POE",
		"REVOKED_CA_NO_POE", "OUT_OF_BOUNDS_NO_POE",
		"OUT_OF_BOUNDS_NOT_REVOKED", "TRY_LATER",
		"REVOCATION_OUT_OF_BOUNDS_NO_POE",
		"CRYPTO_CONSTRAINTS_FAILURE_NO_POE", NULL };
	struct sg_chain now, past;
	int ret;

	if (one->best >= one->time || one->poes == NULL ||
	    !is_one_of(&one->chain, subs))
		return 0;
	ret = past_at(one, one->time, &now);
	past = now;
	if (ret == 0 && !past_suffices(one, &now))
		ret = past_moments(one, &now, &past);
	if (ret < 0)
		return ret;
	if (past_suffices(one, &past)) {
		one->chain = past;
		one->chain.clause = "EN 319 102-1, 5.6.2.4";
		chain_policy(one);
	} else if (!chain_passed(&past)) {
		sg_one_check(one, "past-certificate", SG_INDETERMINATE,
		    past.clause != NULL ? past.clause : "EN 319 102-1, 5.6.2.2",
		    past.reason);
	}
	return 0;
}

/* ---- what comes of it */

/* The signature is proven to be older than its certificate, or younger than
 * its end: then it is a failure and no doubt (EN 319 102-1, 5.3.4, 5.5.4).
 * Returns the sub-indication. */
static const char *
chain_refuted(const struct sg_one *one, struct sg_msg *why)
{
	const struct sg_cert *cert = one->who.cert;
	const struct sg_chain *chain = &one->chain;
	const struct sg_chain_link *link = chain->links;

	if (one->best < one->time && one->best < sg_cert_not_before(cert)) {
		why->id = N_("the signature is older than the signer's "
			     "certificate");
		return "NOT_YET_VALID";
	}
	if (one->after == SG_NO_TIME || chain_passed(chain))
		return NULL;
	if (chain->count != 0 && link->revocation == SG_REV_REVOKED &&
	    link->revoked_at != SG_NO_TIME && one->after > link->revoked_at) {
		why->id = N_("the signature was made after the certificate had "
			     "been revoked");
		return "REVOKED";
	}
	if (strncmp(chain->sub_indication, "OUT_OF_BOUNDS", 13) == 0 &&
	    one->after > sg_cert_not_after(cert)) {
		why->id = N_("the signature was made after the certificate had "
			     "expired");
		return "EXPIRED";
	}
	return NULL;
}

static struct sg_msg
chain_good(struct sg_one *one)
{
	char text[SG_TIME_TEXT];

	if (is_pinned(one))
		return sg_one_say(one, SG_CHAIN_ITSELF, NULL, NULL);
	if (strcmp(one->chain.clause, "EN 319 102-1, 5.2.6") == 0 ||
	    one->best >= one->time)
		return sg_one_say(one,
		    N_("the certificate is valid, not revoked, and leads to a "
		       "trusted one"),
		    NULL, NULL);
	return sg_one_say(one,
	    N_("the certificate was valid, not revoked, and led to a trusted "
	       "one at %1$s, when the signature is proven to have existed"),
	    sg_time_format(one->best, text), NULL);
}

static void
chain_tell(struct sg_one *one)
{
	const struct sg_chain *chain = &one->chain;
	struct sg_msg why = { 0 };
	const char *sub = NULL;

	if (one->purpose == SG_FOR_DOCUMENTS)
		sub = chain_refuted(one, &why);
	if (sub != NULL) {
		sg_one_check(
		    one, "chain", SG_FAILED, "EN 319 102-1, 5.5.4", why);
		sg_one_conclude(one, 1, sub, why);
	} else if (chain_passed(chain)) {
		sg_one_check(
		    one, "chain", SG_PASSED, chain->clause, chain_good(one));
	} else {
		sg_one_check(one, "chain", SG_INDETERMINATE, chain->clause,
		    chain->reason);
		sg_one_conclude(one, 0, chain->sub_indication, chain->reason);
	}
}

static int
chain_rooted(struct sg_one *one)
{
	int ret;

	if (one->purpose != SG_FOR_DOCUMENTS ||
	    one->evidence->anchors->count == 0)
		return 0;
	ret = chain_passed(&one->chain)
	    ? 1
	    : sg_chain_is_rooted(one->env, &one->chain);
	one->to->rooted = ret > 0 ? SG_TRUE : SG_FALSE;
	return ret < 0 ? ret : 0;
}

int
sg_one_chain(struct sg_one *one)
{
	int ret;

	if (one->who.cert == NULL)
		return 0;
	chain_usage(one);
	ret = chain_now(one);
	if (ret == 0 && is_pinned(one))
		ret = chain_pinned(one);
	if (ret == 0)
		chain_policy(one);
	if (ret == 0 && !chain_passed(&one->chain) &&
	    one->purpose == SG_FOR_DOCUMENTS)
		ret = chain_then(one);
	if (ret == 0 && !chain_passed(&one->chain))
		ret = chain_past(one);
	if (ret == 0)
		ret = chain_rooted(one);
	if (ret == 0)
		chain_tell(one);
	return ret;
}
