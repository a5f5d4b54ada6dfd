/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge_stamp.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "libsign/judge_one.h"

#include <string.h>

static const char clause[] = "EN 319 102-1, 5.4";

/* Is the token over what it should be over? The reading that matched is told
 * where it is not the standard's own. */
static void
stamp_imprint(
    struct sg_one *one, const struct sg_stamp_fact *stamp, enum sg_tri *ok)
{
	struct sg_msg why;
	size_t i;

	for (i = 0; i < stamp->imprint_count; i++) {
		if (!sg_view_equal(
			stamp->imprints[i].value, stamp->info.imprint))
			continue;
		*ok = SG_TRUE;
		sg_one_check(one, "imprint", SG_PASSED, clause,
		    sg_one_say(one,
			N_("the time-stamp is over what it should be over"),
			NULL, NULL));
		if (stamp->imprints[i].warning.id != NULL)
			sg_one_check(one, "imprint", SG_WARNING, clause,
			    stamp->imprints[i].warning);
		return;
	}
	if (stamp->imprint_count != 0) {
		*ok = SG_FALSE;
		why = sg_one_say(one,
		    N_("the time-stamp is over something else: what it should "
		       "be over was changed, or it belongs elsewhere"),
		    NULL, NULL);
		sg_one_check(one, "imprint", SG_FAILED, clause, why);
		sg_one_conclude(one, 1, "HASH_FAILURE", why);
		return;
	}
	why = stamp->unknown;
	if (why.id == NULL)
		why = sg_one_say(one,
		    N_("what the time-stamp should be over is not at hand"),
		    NULL, NULL);
	sg_one_check(one, "imprint", SG_INDETERMINATE, clause, why);
	sg_one_conclude(one, 0, "SIGNED_DATA_NOT_FOUND", why);
}

static const char *
listed_name(
    const struct sg_stamp_question *question, const struct sg_ref_fact *ref)
{
	const struct sg_doc_fact *doc =
	    ref->doc >= 0 ? &question->facts->docs[ref->doc] : NULL;

	if (doc == NULL)
		return "?";
	if (doc->name != NULL)
		return doc->name;
	return doc->uri != NULL ? doc->uri : "?";
}

/* EN 319 162-1, A.4: what a manifest lists must be what is there. In an
 * archive a file may have grown since: then it is not proved by this one. */
static void
stamp_listed(struct sg_one *one, const struct sg_stamp_question *question)
{
	const struct sg_stamp_fact *stamp = question->stamp;
	int archive = strcmp(stamp->kind, "archive") == 0;
	struct sg_msg why;
	enum sg_tri ok;
	size_t i;

	for (i = 0; i < stamp->ref_count; i++) {
		ok = sg_ref_ok(&stamp->refs[i]);
		if (ok == SG_TRUE)
			continue;
		why = sg_one_say(one,
		    ok == SG_FALSE ? N_("not the file that was time-stamped: "
					"%1$s")
				   : N_("a time-stamped file could not be "
					"compared: %1$s"),
		    listed_name(question, &stamp->refs[i]), NULL);
		sg_one_check(one, "listed",
		    archive              ? SG_WARNING
			: ok == SG_FALSE ? SG_FAILED
					 : SG_INDETERMINATE,
		    clause, why);
		if (!archive)
			sg_one_conclude(one, ok == SG_FALSE,
			    ok == SG_FALSE ? "HASH_FAILURE"
					   : "SIGNED_DATA_NOT_FOUND",
			    why);
	}
}

/* RFC 3161, 2.4.2: genTime must be possible: not in the future, and while the
 * authority's certificate was valid. */
static void
stamp_time(struct sg_one *one, const struct sg_tst_info *info)
{
	const struct sg_cert *cert = one->who.cert;
	char text[SG_TIME_TEXT];
	struct sg_msg why;

	sg_time_format(info->time, text);
	if (info->time > one->time) {
		why = sg_one_say(one,
		    N_("the time-stamp's time %1$s is later than that of this "
		       "check"),
		    text, NULL);
		sg_one_check(one, "time", SG_INDETERMINATE, clause, why);
		sg_one_conclude(one, 0, "TRY_LATER", why);
	} else if (cert != NULL &&
	    (info->time < sg_cert_not_before(cert) ||
		info->time > sg_cert_not_after(cert))) {
		why = sg_one_say(one,
		    N_("the time-stamp's time %1$s lies outside the validity "
		       "of its authority's certificate"),
		    text, NULL);
		sg_one_check(one, "time", SG_INDETERMINATE, clause, why);
		sg_one_conclude(one, 0, "CHAIN_CONSTRAINTS_FAILURE", why);
	} else {
		sg_one_check(one, "time", SG_PASSED, clause,
		    sg_one_say(
			one, N_("the time %1$s is possible"), text, NULL));
	}
}

/* EN 319 102-1, 5.2.8: the digest that the imprint was made with must still
 * have been trusted when the token is known to have existed. */
static void
stamp_strength(struct sg_one *one, const struct sg_tst_info *info)
{
	char text[SG_TIME_TEXT];
	struct sg_msg why;
	int64_t until;

	if (info->digest == NULL) {
		why = sg_one_say(one, N_("unknown digest algorithm %1$s"),
		    info->digest_oid, NULL);
		sg_one_check(one, "imprint", SG_INDETERMINATE, clause, why);
		sg_one_conclude(
		    one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
		return;
	}
	until = sg_strength_digest(&one->policy->strength, info->digest);
	if (until == SG_NO_TIME || one->best <= until)
		return;
	why = sg_one_say(one,
	    N_("%1$s is no longer trusted since %2$s, and nothing proves that "
	       "the time-stamp is older"),
	    info->digest->name, sg_time_format(until, text));
	sg_one_check(one, "algorithm", SG_INDETERMINATE, clause, why);
	sg_one_conclude(one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
}

/* EN 319 102-1, 5.4.4: the basic process over the token, then its own data. */
static int
stamp_blocks(struct sg_one *one, const struct sg_stamp_fact *stamp)
{
	int ret;

	sg_one_format(one);
	ret = sg_one_identify(one);
	if (ret < 0)
		return ret;
	sg_one_algorithms(one);
	sg_one_references(one);
	ret = sg_one_value(one);
	if (ret == 0)
		ret = sg_one_chain(one);
	if (ret == 0)
		ret = sg_one_strength(one);
	if (ret < 0)
		return ret;
	stamp_strength(one, &stamp->info);
	stamp_time(one, &stamp->info);
	sg_one_whole(one);
	return 0;
}

/* What cannot be taken apart. */
static void
stamp_broken(struct sg_one *one, struct sg_msg why)
{
	if (why.id == NULL) {
		why = sg_one_say(
		    one, N_("the time-stamp could not be read"), NULL, NULL);
		sg_one_check(one, "format", SG_INDETERMINATE, clause, why);
		sg_one_conclude(one, 0, "SIGNED_DATA_NOT_FOUND", why);
		return;
	}
	sg_one_check(one, "format", SG_FAILED, clause, why);
	sg_one_conclude(one, 1, "FORMAT_FAILURE", why);
}

/* A token is whole when its value verifies and its digest is that of what it
 * says. */
static enum sg_tri
stamp_whole(const struct sg_report_sig *to)
{
	if (to->signature_ok == SG_FALSE || to->digest_ok == SG_FALSE)
		return SG_FALSE;
	return to->signature_ok == SG_TRUE && to->digest_ok == SG_TRUE
	    ? SG_TRUE
	    : SG_NULL;
}

static void
stamp_result(const struct sg_one *one, struct sg_stamp_judged *out)
{
	const struct sg_report_sig *to = one->to;

	out->signature_ok = stamp_whole(to);
	out->sub_indication = to->sub_indication;
	out->reason = to->reason;
	out->cert = one->who.cert;
	out->chain = one->chain;
	out->scheme = one->scheme;
	out->checks = to->checks;
	out->check_count = to->check_count;
	if (to->indication == NULL)
		out->indication = "PASSED";
	else if (strcmp(to->indication, "TOTAL-FAILED") == 0)
		out->indication = "FAILED";
	else
		out->indication = to->indication;
}

int
sg_judge_stamp(struct sg_env *env, struct sg_pool *pool,
    const struct sg_stamp_question *question, struct sg_stamp_judged *out)
{
	const struct sg_stamp_fact *stamp = question->stamp;
	struct sg_policy policy = *question->policy;
	struct sg_report_sig to = { 0 };
	struct sg_one one = { .env = env,
		.pool = pool,
		.evidence = question->evidence,
		.policy = &policy,
		.purpose = SG_FOR_TIMESTAMPS,
		.time = question->time,
		.facts = stamp->inside,
		.to = &to,
		.poes = question->poes,
		.best = sg_poes_get(question->poes, stamp->token),
		.after = SG_NO_TIME,
		.moments = question->moments,
		.moment_count = question->moment_count };
	int ret = 0;

	memset(out, 0, sizeof(*out));
	policy.wants_signing_certificate = 1; /* RFC 3161, 2.4.2 */
	if (one.best == SG_NO_TIME || one.best > one.time)
		one.best = one.time;
	if (stamp->inside == NULL || stamp->inside->sig_count == 0) {
		stamp_broken(&one, stamp->fault);
	} else {
		one.sig = &stamp->inside->sigs[0];
		if (stamp->fault.id != NULL)
			stamp_broken(&one, stamp->fault);
		stamp_imprint(&one, stamp, &out->imprint_ok);
		stamp_listed(&one, question);
		ret = stamp_blocks(&one, stamp);
	}
	stamp_result(&one, out);
	return one.nomem ? sg_err_nomem(env) : ret;
}
