/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge_times.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "libsign/judge_one.h"

#include <stdlib.h>
#include <string.h>

/* ---- the time-stamps, in the order of the file */

/* The rows of one place: in the report as in the file. */
static int
times_add(struct sg_times *times, size_t sig, struct sg_report_stamp **rows,
    size_t *row_count)
{
	const struct sg_facts *facts = times->facts;
	const struct sg_sig_fact *from =
	    sig != SIZE_MAX ? &facts->sigs[sig] : NULL;
	const struct sg_stamp_fact *list =
	    from != NULL ? from->stamps : facts->stamps;
	size_t count = from != NULL ? from->stamp_count : facts->stamp_count;
	struct sg_timed_stamp *stamp;
	size_t i;

	*rows = sg_pool_array(times->pool, count, sizeof(**rows));
	if (*rows == NULL)
		return sg_err_nomem(times->env);
	*row_count = count;
	for (i = 0; i < count; i++) {
		stamp = &times->stamps[times->count++];
		stamp->fact = &list[i];
		stamp->sig = sig;
		stamp->is_content = sg_report_is_content(list[i].kind);
		stamp->to = &(*rows)[i];
		stamp->to->id =
		    sg_pool_printf(times->pool, "T-%zu", times->count);
	}
	return 0;
}

/* Newest first; of one time, what stands later in the file. */
static int
newer_first(const void *a, const void *b)
{
	const struct sg_timed_stamp *left = a, *right = b;
	const struct sg_tst_info *l = &left->fact->info,
				 *r = &right->fact->info;

	if (l->time != r->time)
		return l->time > r->time ? -1 : 1;
	if (l->micros != r->micros)
		return l->micros > r->micros ? -1 : 1;
	return left->to > right->to ? -1 : left->to < right->to;
}

static int
times_collect(struct sg_times *times, struct sign_report *report)
{
	const struct sg_facts *facts = times->facts;
	size_t i, total = facts->stamp_count;
	int ret = 0;

	for (i = 0; i < facts->sig_count; i++)
		total += facts->sigs[i].stamp_count;
	if (total == 0)
		return 0;
	times->stamps =
	    sg_pool_array(times->pool, total, sizeof(*times->stamps));
	if (times->stamps == NULL)
		return sg_err_nomem(times->env);
	for (i = 0; i < facts->sig_count && ret == 0; i++)
		ret = times_add(times, i, &report->sigs[i].stamps,
		    &report->sigs[i].stamp_count);
	if (ret == 0)
		ret = times_add(
		    times, SIZE_MAX, &report->stamps, &report->stamp_count);
	qsort(times->stamps, times->count, sizeof(*times->stamps), newer_first);
	return ret;
}

/* EN 319 102-1, 5.6.3.4, step 2: all that is at hand exists now. */
static int
times_exist_now(struct sg_times *times)
{
	const struct sg_evidence *from = times->evidence;
	struct sg_poes *poes = times->poes;
	int64_t now = times->time;
	size_t i;
	int ret = 0;

	for (i = 0; i < from->certs->count && ret == 0; i++)
		ret = sg_poes_add(
		    times->env, poes, sg_cert_der(from->certs->list[i]), now);
	for (i = 0; i < from->crls->count && ret == 0; i++)
		ret = sg_poes_add(
		    times->env, poes, sg_crl_der(from->crls->list[i]), now);
	for (i = 0; from->ocsps != NULL && i < from->ocsps->count && ret == 0;
	     i++)
		ret = sg_poes_add(
		    times->env, poes, sg_ocsp_der(from->ocsps->list[i]), now);
	return ret;
}

/* ---- what a valid time-stamp proves (EN 319 102-1, 5.6.2.3) */

static int64_t
known_octets(const struct sg_times *times, struct sg_view octets)
{
	int64_t known = sg_poes_get(times->poes, octets);

	return known == SG_NO_TIME || known > times->time ? times->time : known;
}

static int64_t
known_cover(const struct sg_times *times, const struct sg_cover_fact *cover)
{
	if (cover->is_signature)
		return times->sigs[cover->sig].best;
	return known_octets(times, cover->octets);
}

/* Who knows that something existed at a time when the digest was trusted,
 * knows that it was not made to fit the digest later. */
static int
still_bound(
    const struct sg_times *times, const struct sg_digest *digest, int64_t known)
{
	int64_t until = sg_strength_digest(&times->policy->strength, digest);

	return until == SG_NO_TIME || known <= until;
}

/* The same of the imprint: all that went into it counts together, and where
 * only digests did, the token itself. */
static int
imprint_bound(const struct sg_times *times, const struct sg_timed_stamp *stamp)
{
	const struct sg_stamp_fact *fact = stamp->fact;
	int64_t latest = SG_NO_TIME, known;
	size_t i;

	for (i = 0; i < fact->cover_count; i++) {
		if (fact->covers[i].via != NULL)
			continue;
		known = known_cover(times, &fact->covers[i]);
		latest = known > latest ? known : latest;
	}
	if (latest == SG_NO_TIME)
		latest = known_octets(times, fact->token);
	return fact->info.digest != NULL &&
	    still_bound(times, fact->info.digest, latest);
}

/* The signer's certificate exists since its digest was signed. */
static int
prove_signer(struct sg_times *times, const struct sg_sig_fact *sig, int64_t at)
{
	const struct sg_cert_ref *ref = sig->cert_refs;
	const struct sg_facts *facts = times->facts;
	unsigned char hash[SG_MAX_DIGEST];
	size_t i;
	int ret;

	if (sig->cert_ref_count == 0 || ref->digest == NULL ||
	    ref->hash.len != ref->digest->size)
		return 0;
	for (i = 0; i < facts->cert_count; i++) {
		ret = sg_hash_once(
		    times->env, ref->digest, facts->certs[i], hash);
		if (ret == SIGN_E_NOMEM)
			return ret;
		if (ret < 0) {
			sg_err_clear(times->env);
			return 0;
		}
		if (memcmp(hash, ref->hash.ptr, ref->hash.len) == 0 &&
		    still_bound(times, ref->digest,
			known_octets(times, facts->certs[i])))
			return sg_poes_add(
			    times->env, times->poes, facts->certs[i], at);
	}
	return 0;
}

/* A signature stands for its value, what it signs and its signed attributes:
 * content time-stamps are among these. */
static int
prove_signature(
    struct sg_times *times, size_t index, const struct sg_timed_stamp *by)
{
	const struct sg_sig_fact *sig = &times->facts->sigs[index];
	struct sg_sig_times *known = &times->sigs[index];
	int64_t at = by->fact->info.time;
	size_t i;
	int ret = 0;

	if (known->outer == NULL)
		known->outer = by;
	if (known->proof == NULL || at < known->best) {
		known->best = at;
		known->proof = by;
	}
	for (i = 0; i < sig->stamp_count && ret == 0; i++)
		if (sg_report_is_content(sig->stamps[i].kind))
			ret = sg_poes_add(
			    times->env, times->poes, sig->stamps[i].token, at);
	return ret == 0 ? prove_signer(times, sig, at) : ret;
}

static int
times_prove(struct sg_times *times, const struct sg_timed_stamp *stamp)
{
	const struct sg_stamp_fact *fact = stamp->fact;
	const struct sg_cover_fact *cover;
	size_t i;
	int ret = 0;

	if (!imprint_bound(times, stamp))
		return 0;
	for (i = 0; i < fact->cover_count && ret == 0; i++) {
		cover = &fact->covers[i];
		if (cover->is_signature &&
		    cover->sig >= times->facts->sig_count)
			continue;
		if (cover->via != NULL &&
		    !still_bound(times, cover->via, known_cover(times, cover)))
			continue;
		if (cover->is_signature)
			ret = prove_signature(times, cover->sig, stamp);
		else
			ret = sg_poes_add(times->env, times->poes,
			    cover->octets, fact->info.time);
	}
	return ret;
}

/* The signature was made after its content time-stamp. */
static void
times_after(struct sg_times *times, const struct sg_timed_stamp *stamp)
{
	const struct sg_tst_info *info = &stamp->fact->info;
	int64_t at = info->time - (int64_t)(info->accuracy / 1000000) -
	    (info->accuracy % 1000000 != 0);
	struct sg_sig_times *sig;

	if (stamp->sig == SIZE_MAX)
		return;
	sig = &times->sigs[stamp->sig];
	if (sig->after == SG_NO_TIME || at > sig->after)
		sig->after = at;
}

int64_t
sg_times_latest(const struct sg_sig_times *known)
{
	const struct sg_tst_info *info;
	uint64_t micros;

	if (known->proof == NULL)
		return SG_NO_TIME;
	info = &known->proof->fact->info;
	micros = info->accuracy % 1000000 + info->micros;
	return info->time + (int64_t)(info->accuracy / 1000000) +
	    (int64_t)((micros + 999999) / 1000000);
}

/* ---- each in its turn */

static int
times_report(struct sg_times *times, struct sign_report *report,
    const struct sg_timed_stamp *stamp)
{
	const struct sg_stamp_judged *judged = &stamp->judged;
	struct sg_report_stamp *to = stamp->to;

	to->kind = stamp->fact->kind;
	to->form = sg_pool_str(report->pool, stamp->fact->form);
	to->time =
	    stamp->fact->inside != NULL ? stamp->fact->info.time : SG_NO_TIME;
	to->imprint_ok = judged->imprint_ok;
	to->signature_ok = judged->signature_ok;
	to->indication = judged->indication;
	to->sub_indication = judged->sub_indication;
	to->reason = judged->reason;
	to->checks = judged->checks;
	to->check_count = judged->check_count;
	if (stamp->sig == SIZE_MAX && sg_facts_is_container(times->facts) &&
	    sg_report_stamp_docs(
		times->env, report, to, times->facts, stamp->fact) < 0)
		return SIGN_E_NOMEM;
	return sg_report_stamp_chain(
	    times->env, report, to, judged->cert, &judged->chain);
}

static int
times_stamp(struct sg_times *times, struct sign_report *report,
    struct sg_timed_stamp *stamp)
{
	struct sg_stamp_question question = { .stamp = stamp->fact,
		.facts = times->facts,
		.evidence = times->evidence,
		.policy = times->policy,
		.time = times->time,
		.poes = times->poes,
		.moments = times->moments,
		.moment_count = times->moment_count };
	int64_t *moment;
	int ret;

	ret =
	    sg_judge_stamp(times->env, times->pool, &question, &stamp->judged);
	if (ret == 0)
		ret = times_report(times, report, stamp);
	if (ret < 0)
		return ret;
	stamp->passed = strcmp(stamp->judged.indication, "PASSED") == 0;
	if (!stamp->passed)
		return 0;
	if (stamp->is_content)
		times_after(times, stamp);
	moment = sg_pool_push(times->pool, &times->moments,
	    &times->moment_count, sizeof(*moment));
	if (moment == NULL)
		return sg_err_nomem(times->env);
	*moment = stamp->fact->info.time;
	return times_prove(times, stamp);
}

int
sg_times_judge(struct sg_times *times, struct sign_report *report)
{
	size_t i, count = times->facts->sig_count;
	int ret;

	times->sigs = sg_pool_array(times->pool, count, sizeof(*times->sigs));
	if (times->sigs == NULL)
		return sg_err_nomem(times->env);
	for (i = 0; i < count; i++) {
		times->sigs[i].best = times->time;
		times->sigs[i].after = SG_NO_TIME;
	}
	ret = times_collect(times, report);
	if (ret < 0 || times->count == 0)
		return ret;
	ret = sg_poes_new(times->env, &times->poes);
	if (ret == 0)
		ret = times_exist_now(times);
	for (i = 0; i < times->count && ret == 0; i++)
		ret = times_stamp(times, report, &times->stamps[i]);
	return ret;
}

void
sg_times_clear(struct sg_times *times)
{
	sg_poes_free(times->poes);
	times->poes = NULL;
}
