/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/chain.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "certs/flaw.h"
#include "certs/known.h"
#include "certs/opinion.h"
#include "certs/path.h"
#include "certs/trial.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <string.h>

struct judging {
	struct sg_trial_input input;
	const struct sg_question *question;
	int tries;
	int have;
	struct sg_opinion best, now;
};

/* The worst of all that is wrong; of equals the one nearest to the signer. */
static void
judge_links(struct sg_opinion *opinion)
{
	const struct sg_trial_link *link;
	size_t i;

	for (i = 0; i < opinion->trial.count; i++) {
		link = &opinion->trial.links[i];
		if (link->flaw != 0)
			sg_opinion_add(opinion, link->flaw, i);
		if (link->revocation == SG_REV_REVOKED)
			sg_opinion_add(opinion,
			    i == 0 ? X509_V_ERR_CERT_REVOKED
				   : SG_FLAW_CA_REVOKED,
			    i);
		else if (link->revocation == SG_REV_HELD)
			sg_opinion_add(opinion, SG_FLAW_HELD, i);
		else if (link->revocation == SG_REV_UNKNOWN)
			sg_opinion_add(opinion, link->unsure, i);
	}
}

static int
judge_path(const struct sg_path *path, void *payload)
{
	struct judging *judging = payload;
	struct sg_opinion *now = &judging->now;
	struct sg_trial_link *signer = &now->trial.links[0];
	int ret;

	memset(now, 0, sizeof(*now));
	now->path = *path;
	judging->tries++;
	ret =
	    sg_trial_run(&judging->input, path, judging->question, &now->trial);
	if (ret < 0)
		return ret;
	/* EN 319 102-1, 5.2.6.4 */
	if (signer->flaw == X509_V_ERR_CERT_HAS_EXPIRED &&
	    signer->revocation == SG_REV_GOOD)
		signer->flaw = SG_FLAW_EXPIRED_NOT_REVOKED;
	sg_opinion_add_usage(now, judging->question->purpose);
	judge_links(now);
	if (!judging->have ||
	    sg_opinion_badness(now) < sg_opinion_badness(&judging->best))
		judging->best = *now;
	judging->have = 1;
	return now->flaw == NULL || judging->input.runs >= SG_MAX_CHAIN_TRIES;
}

int
sg_chain_judge(struct sg_env *env, struct sg_pool *pool,
    const struct sg_question *question, const struct sg_evidence *evidence,
    struct sg_chain *out)
{
	struct judging judging;
	struct sg_path longest;
	int ret;

	memset(out, 0, sizeof(*out));
	ret = sg_known_chain(env, pool, question, evidence, out);
	if (ret != 0)
		return ret < 0 ? ret : 0;
	memset(&judging, 0, sizeof(judging));
	judging.question = question;
	ret = sg_trial_prepare(&judging.input, env, pool, evidence);
	if (ret == 0)
		ret = sg_path_each(
		    question->cert, evidence, judge_path, &judging, &longest);
	if (ret < 0)
		return ret;
	if (!judging.have)
		sg_opinion_no_chain(&judging.best, evidence->anchors, &longest);
	out->tries = judging.tries;
	ret = sg_opinion_tell(env, pool, &judging.best, out);
	if (ret == 0)
		sg_known_keep(question, evidence, out);
	return ret;
}

/* ---- who says whose key it is */

/* 1, 0, NOMEM. An anchor is trusted whatever it says of itself. */
static int
is_issued(struct sg_env *env, const struct sg_chain_link *link,
    const struct sg_chain_link *issuer)
{
	EVP_PKEY *key;
	int ret;

	if (!issuer->anchor && X509_check_ca(sg_cert_x509(issuer->cert)) == 0)
		return 0;
	ret = sg_cert_key(env, issuer->cert, &key);
	if (ret == 0)
		ret = X509_verify(sg_cert_x509(link->cert), key) == 1;
	if (ret == SIGN_E_NOMEM)
		return ret;
	sg_err_clear(env);
	return ret > 0;
}

int
sg_chain_is_rooted(struct sg_env *env, const struct sg_chain *chain)
{
	size_t i;
	int ret = chain->count != 0 && chain->links[chain->count - 1].anchor;

	for (i = 0; ret > 0 && i + 1 < chain->count; i++)
		ret = is_issued(env, &chain->links[i], &chain->links[i + 1]);
	return ret;
}
