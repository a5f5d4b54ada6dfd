/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/chain.h"
#include "certs/flaw.h"
#include "certs/opinion.h"
#include "certs/path.h"
#include "certs/status.h"
#include "certs/strong.h"
#include "certs/trial.h"

#include <string.h>

struct past {
	struct sg_trial_input input;
	const struct sg_question *question;
	const struct sg_poes *poes;
	int64_t *crl_poe, *ocsp_poe; /* as they are before a chain is tried */
	int tries;
	int have;
	struct sg_opinion best, now;
	int64_t best_control, control;
};

/* ---- proofs of existence */

static int64_t
past_earlier(int64_t a, int64_t b)
{
	if (a == SG_NO_TIME || b == SG_NO_TIME)
		return a == SG_NO_TIME ? b : a;
	return a < b ? a : b;
}

/* A response may have been stamped in any of its forms. */
static int64_t
past_poe_of_ocsp(const struct sg_poes *poes, const struct sg_ocsp *ocsp)
{
	int64_t poe = sg_poes_get(poes, sg_ocsp_der(ocsp));

	poe = past_earlier(poe, sg_poes_get(poes, sg_ocsp_basic_der(ocsp)));
	return past_earlier(poe, sg_poes_get(poes, sg_ocsp_full_der(ocsp)));
}

/* Each piece of data is hashed once. */
static int
past_gather_poes(struct past *past, struct sg_pool *pool)
{
	const struct sg_evidence *evidence = past->input.evidence;
	size_t i, crls = evidence->crls != NULL ? evidence->crls->count : 0;
	size_t ocsps = evidence->ocsps != NULL ? evidence->ocsps->count : 0;

	past->crl_poe = sg_pool_array(pool, 2 * crls + 1, sizeof(int64_t));
	past->ocsp_poe = sg_pool_array(pool, 2 * ocsps + 1, sizeof(int64_t));
	if (past->crl_poe == NULL || past->ocsp_poe == NULL)
		return SIGN_E_NOMEM;
	past->input.crl_poe = past->crl_poe + crls;
	past->input.ocsp_poe = past->ocsp_poe + ocsps;
	for (i = 0; i < crls; i++)
		past->crl_poe[i] = sg_poes_get(
		    past->poes, sg_crl_der(evidence->crls->list[i]));
	for (i = 0; i < ocsps; i++)
		past->ocsp_poe[i] =
		    past_poe_of_ocsp(past->poes, evidence->ocsps->list[i]);
	return 0;
}

static void
past_restore_poes(struct past *past)
{
	const struct sg_evidence *evidence = past->input.evidence;

	if (evidence->crls != NULL)
		memcpy(past->input.crl_poe, past->crl_poe,
		    evidence->crls->count * sizeof(int64_t));
	if (evidence->ocsps != NULL)
		memcpy(past->input.ocsp_poe, past->ocsp_poe,
		    evidence->ocsps->count * sizeof(int64_t));
}

/* Data that are of no use for this chain any more. */
static void
past_leave_out(struct past *past, const struct sg_trial_link *link)
{
	const struct sg_evidence *evidence = past->input.evidence;
	size_t i;

	for (i = 0; link->crl != NULL && i < evidence->crls->count; i++)
		if (evidence->crls->list[i] == link->crl)
			past->input.crl_poe[i] = SG_NO_TIME;
	for (i = 0; link->ocsp != NULL && i < evidence->ocsps->count; i++)
		if (evidence->ocsps->list[i] == link->ocsp)
			past->input.ocsp_poe[i] = SG_NO_TIME;
}

static int
past_carries(const struct sg_ocsp *ocsp, const struct sg_cert *cert)
{
	const struct sg_certs *certs = sg_ocsp_carried(ocsp);
	size_t i;

	for (i = 0; i < certs->count; i++)
		if (sg_cert_equal(certs->list[i], cert))
			return 1;
	return 0;
}

/* EN 319 102-1, 5.6.2.4: did the certificate with which the data were signed
 * exist before it expired? An anchor is trusted as it is. */
static int
past_signer_is_proven(struct past *past, const struct sg_path *path,
    const struct sg_trial_link *link)
{
	const struct sg_cert *signer = link->status_signer;
	int64_t poe;

	if (signer == NULL)
		signer = path->certs[1];
	if (signer == path->certs[path->count - 1])
		return 1;
	poe = sg_poes_get(past->poes, sg_cert_der(signer));
	if (link->ocsp != NULL && past_carries(link->ocsp, signer))
		poe =
		    past_earlier(poe, past_poe_of_ocsp(past->poes, link->ocsp));
	return poe != SG_NO_TIME && poe <= sg_cert_not_after(signer);
}

/* ---- the chain at a time when it was valid */

static void
past_flaw(struct past *past, int number, size_t at, const char *detail)
{
	struct sg_opinion *now = &past->now;

	sg_opinion_add(now, number, at);
	if (now->flaw != NULL && now->flaw->number == number)
		now->detail = detail;
}

/* EN 319 102-1, 5.6.2.1, 2): at a time out of all validities, and without
 * looking at revocation. */
static int
past_verify(struct past *past)
{
	const struct sg_path *path = &past->now.path;
	struct sg_evidence bare = *past->input.evidence;
	struct sg_trial_input input = past->input;
	struct sg_question question = *past->question;
	int64_t from = INT64_MIN + 1, until = INT64_MAX;
	size_t i;
	int ret;

	for (i = 0; i + 1 < path->count; i++) {
		if (from < sg_cert_not_before(path->certs[i]))
			from = sg_cert_not_before(path->certs[i]);
		if (until > sg_cert_not_after(path->certs[i]))
			until = sg_cert_not_after(path->certs[i]);
	}
	if (from > until) {
		past_flaw(past, SG_FLAW_PAST_NO_TIME, 0, NULL);
		return 0;
	}
	bare.crls = NULL;
	bare.ocsps = NULL;
	input.evidence = &bare;
	question.at = question.known =
	    path->count == 1 ? past->question->known : until;
	ret = sg_trial_crls(&input, path, &question, &past->now.trial);
	past->input.runs = input.runs;
	if (ret < 0)
		return ret;
	sg_opinion_add_usage(&past->now, question.purpose);
	for (i = 0; i < path->count; i++) {
		if (past->now.trial.links[i].flaw != 0)
			sg_opinion_add(
			    &past->now, past->now.trial.links[i].flaw, i);
		if (i + 1 < path->count)
			past->now.trial.links[i].revocation = SG_REV_UNKNOWN;
	}
	return 0;
}

/* ---- sliding */

static void
past_lower(struct past *past, int64_t time)
{
	if (time != SG_NO_TIME && time < past->control)
		past->control = time;
}

static const char *
past_time(struct past *past)
{
	char text[SG_TIME_TEXT];

	return sg_pool_str(
	    past->input.pool, sg_time_format(past->control, text));
}

static const char *
past_name(struct past *past, const struct sg_trial_link *link,
    const struct sg_path *path)
{
	const struct sg_cert *signer = link->status_signer;

	return sg_cert_name_text(
	    past->input.pool, signer != NULL ? signer : path->certs[1], 0);
}

/* Revocation data for a certificate that are proven to have existed at control
 * time, and the one who signed them too. Those that fall short are left out,
 * and others are looked for. */
static int
past_find_data(struct past *past, size_t at, struct sg_trial_link *found)
{
	struct sg_path path = { .count = past->now.path.count - at };
	const struct sg_question question = { past->now.path.certs[at],
		at == 0 ? past->question->purpose : SG_FOR_DOCUMENTS,
		past->control, past->control };
	struct sg_trial trial;
	const char *signer = NULL;
	int ret;

	memcpy(path.certs, past->now.path.certs + at,
	    path.count * sizeof(path.certs[0]));
	while (past->input.runs < SG_MAX_PAST_RUNS) {
		ret = sg_trial_run(&past->input, &path, &question, &trial);
		if (ret < 0)
			return ret;
		*found = trial.links[0];
		if (found->revocation == SG_REV_UNKNOWN) {
			/* an older one may still name it */
			if (found->crl == NULL ||
			    found->unsure != SG_FLAW_CRL_AFTER_EXPIRY)
				break;
			past_leave_out(past, found);
			continue;
		}
		if ((found->crl == NULL && found->ocsp == NULL) ||
		    past_signer_is_proven(past, &path, found))
			return 0;
		/* it proves nothing, but what if it is true? */
		if (found->revocation != SG_REV_GOOD)
			past_lower(past, found->revoked_at);
		signer = past_name(past, found, &path);
		past_leave_out(past, found);
	}
	found->revocation = SG_REV_UNKNOWN;
	if (signer != NULL)
		past_flaw(past, SG_FLAW_PAST_SIGNER, at, signer);
	else
		past_flaw(past, SG_FLAW_PAST_DATA, at, past_time(past));
	return 0;
}

/* EN 319 102-1, 5.6.2.2, 2): one certificate. */
static int
past_slide(struct past *past, size_t at)
{
	struct sg_cert *cert = past->now.path.certs[at];
	struct sg_trial_link *link = &past->now.trial.links[at];
	const struct sg_evidence *evidence = past->input.evidence;
	int64_t poe = sg_poes_get(past->poes, sg_cert_der(cert));
	int ret;

	if (poe == SG_NO_TIME || poe > past->control) {
		past_flaw(past, SG_FLAW_PAST_CERT, at, past_time(past));
		return 0;
	}
	ret = past_find_data(past, at, link);
	if (ret < 0 || past->now.flaw != NULL)
		return ret;
	if (link->revocation == SG_REV_NOT_NEEDED)
		past_lower(past, sg_cert_not_after(cert));
	else if (link->revocation != SG_REV_GOOD)
		past_lower(past,
		    link->revoked_at != SG_NO_TIME ? link->revoked_at
						   : sg_cert_not_before(cert));
	else if (!sg_status_is_fresh(evidence, past->control, link->this_update,
		     link->next_update))
		past_lower(past, link->this_update);
	past_lower(past,
	    sg_strong_until(past->input.env, past->input.pool,
		evidence->strength, cert, link));
	return 0;
}

static int
past_is_better(const struct past *past)
{
	enum sg_badness now = sg_opinion_badness(&past->now);
	enum sg_badness best = sg_opinion_badness(&past->best);

	return !past->have || now < best ||
	    (now == SG_BAD_NOT && best == SG_BAD_NOT &&
		past->control > past->best_control);
}

/* Of several chains that pass, the one that does so for longest. */
static int
past_path(const struct sg_path *path, void *payload)
{
	struct past *past = payload;
	size_t i;
	int ret;

	memset(&past->now, 0, sizeof(past->now));
	past->now.path = *path;
	past->control = past->question->known;
	past->tries++;
	past_restore_poes(past);
	ret = past_verify(past);
	for (i = path->count - 1; i-- > 0;) {
		if (ret < 0 || past->now.flaw != NULL)
			break;
		ret = past_slide(past, i);
	}
	if (ret < 0)
		return ret;
	past->now.trial.count = path->count;
	if (past_is_better(past)) {
		past->best = past->now;
		past->best_control = past->control;
	}
	past->have = 1;
	return (past->now.flaw == NULL &&
		   past->control == past->question->known) ||
	    past->input.runs >= SG_MAX_PAST_RUNS;
}

int
sg_chain_past(struct sg_env *env, struct sg_pool *pool,
    const struct sg_question *question, const struct sg_evidence *evidence,
    const struct sg_poes *poes, struct sg_chain *out)
{
	struct sg_path longest;
	struct past past;
	int ret;

	memset(out, 0, sizeof(*out));
	memset(&past, 0, sizeof(past));
	past.question = question;
	past.poes = poes;
	ret = sg_trial_prepare(&past.input, env, pool, evidence);
	if (ret < 0)
		return ret;
	past.input.past = 1;
	past.input.max_runs = SG_MAX_PAST_RUNS;
	if (past_gather_poes(&past, pool) < 0)
		return sg_err_nomem(env);
	ret =
	    sg_path_each(question->cert, evidence, past_path, &past, &longest);
	if (ret < 0)
		return ret;
	if (!past.have)
		sg_opinion_no_chain(&past.best, evidence->anchors, &longest);
	out->tries = past.tries;
	ret = sg_opinion_tell(env, pool, &past.best, out);
	out->control_time =
	    past.best.flaw == NULL ? past.best_control : SG_NO_TIME;
	return ret;
}
