/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/chain.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/flaw.h"
#include "certs/known.h"
#include "certs/path.h"
#include "certs/trial.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <string.h>

/* What is said of one candidate chain. */
struct opinion {
	const struct sg_flaw *flaw; /* NULL: nothing is wrong */
	size_t at;                  /* the certificate that it is about */
	const char *detail;
	struct sg_path path;
	struct sg_trial trial;
};

struct judging {
	struct sg_trial_input input;
	int64_t time;
	int tries;
	int have;
	struct opinion best, now;
};

static enum sg_badness
opinion_badness(const struct opinion *opinion)
{
	return opinion->flaw != NULL ? opinion->flaw->badness : SG_BAD_NOT;
}

static void
opinion_add(struct opinion *opinion, int number, size_t at)
{
	const struct sg_flaw *flaw = sg_flaw_find(number);

	if (flaw->badness <= opinion_badness(opinion))
		return;
	opinion->flaw = flaw;
	opinion->at = at;
	opinion->detail = opinion->trial.detail;
}

/*
 * EN 319 102-1, 5.2.6.4: an expired signer of whom it is known that he was not
 * revoked while he was valid. A CRL from after that need not name him any more
 * (RFC 5280, 5), unless it says that it does; so one that was in force at the
 * end of his validity is asked for.
 */
static int
judge_expired(struct judging *judging, struct opinion *opinion)
{
	struct sg_trial_link *link = &opinion->trial.links[0];
	int64_t end = sg_cert_not_after(opinion->path.certs[0]);
	struct sg_trial then;
	int ret;

	if (link->revocation == SG_REV_GOOD &&
	    sg_crl_this_update(link->crl) > end &&
	    !sg_crl_keeps_expired(link->crl, end)) {
		link->revocation = SG_REV_UNKNOWN;
		link->unsure = SG_FLAW_CRL_AFTER_EXPIRY;
	}
	if (link->revocation == SG_REV_UNKNOWN) {
		ret = sg_trial_run(&judging->input, &opinion->path, end, &then);
		if (ret < 0)
			return ret;
		if (then.links[0].revocation != SG_REV_UNKNOWN) {
			then.links[0].flaw = link->flaw;
			*link = then.links[0];
		}
	}
	if (link->revocation == SG_REV_GOOD)
		link->flaw = SG_FLAW_EXPIRED_NOT_REVOKED;
	return 0;
}

/* The worst of all that is wrong; of equals the one nearest to the signer. */
static void
judge_links(struct opinion *opinion)
{
	const struct sg_trial_link *link;
	size_t i;

	if (!sg_cert_may_sign(opinion->path.certs[0]))
		opinion_add(opinion, SG_FLAW_SIGNER_USAGE, 0);
	for (i = 0; i < opinion->trial.count; i++) {
		link = &opinion->trial.links[i];
		if (link->flaw != 0)
			opinion_add(opinion, link->flaw, i);
		if (link->revocation == SG_REV_REVOKED)
			opinion_add(opinion,
			    i == 0 ? X509_V_ERR_CERT_REVOKED
				   : SG_FLAW_CA_REVOKED,
			    i);
		else if (link->revocation == SG_REV_HELD)
			opinion_add(opinion, SG_FLAW_HELD, i);
		else if (link->revocation == SG_REV_UNKNOWN)
			opinion_add(opinion, link->unsure, i);
	}
}

static int
judge_path(const struct sg_path *path, void *payload)
{
	struct judging *judging = payload;
	struct opinion *now = &judging->now;
	int ret;

	memset(now, 0, sizeof(*now));
	now->path = *path;
	judging->tries++;
	ret = sg_trial_run(&judging->input, path, judging->time, &now->trial);
	if (ret == 0 && now->trial.links[0].flaw == X509_V_ERR_CERT_HAS_EXPIRED)
		ret = judge_expired(judging, now);
	if (ret < 0)
		return ret;
	judge_links(now);
	if (!judging->have ||
	    opinion_badness(now) < opinion_badness(&judging->best))
		judging->best = *now;
	judging->have = 1;
	return now->flaw == NULL || judging->input.runs >= SG_MAX_CHAIN_TRIES;
}

/* EN 319 102-1, 5.2.6.4: no chain leads to an anchor. The way that was gone
 * farthest is shown. */
static void
judge_no_chain(struct judging *judging, const struct sg_path *longest)
{
	const struct sg_certs *anchors = judging->input.evidence->anchors;
	struct opinion *best = &judging->best;
	size_t top = longest->count - 1;
	X509 *x509 = sg_cert_x509(longest->certs[top]);

	memset(best, 0, sizeof(*best));
	best->path = *longest;
	best->trial.count = longest->count;
	if (anchors == NULL || anchors->count == 0)
		opinion_add(best, SG_FLAW_NO_ANCHORS, 0);
	else if ((X509_get_extension_flags(x509) & EXFLAG_SS) != 0)
		opinion_add(best, SG_FLAW_UNTRUSTED_ROOT, top);
	else
		opinion_add(best, SG_FLAW_NO_ISSUER, top);
}

/* ---- in words */

/* What %2$s stands for in the flaw's text. */
static const char *
tell_detail(struct sg_pool *pool, const struct opinion *opinion)
{
	const struct sg_trial_link *link = &opinion->trial.links[opinion->at];
	const struct sg_cert *cert = opinion->path.certs[opinion->at];
	int64_t time = SG_NO_TIME;
	char text[SG_TIME_TEXT];

	switch (opinion->flaw->number) {
	case X509_V_ERR_CERT_REVOKED:
	case SG_FLAW_CA_REVOKED:
	case SG_FLAW_HELD:
		time = link->revoked_at;
		break;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		time = sg_cert_not_before(cert);
		break;
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case SG_FLAW_EXPIRED_NOT_REVOKED:
		time = sg_cert_not_after(cert);
		break;
	case X509_V_ERR_CRL_HAS_EXPIRED:
		time = link->crl != NULL ? sg_crl_next_update(link->crl)
					 : SG_NO_TIME;
		break;
	case SG_FLAW_NO_ISSUER:
		return sg_cert_name_text(pool, cert, 1);
	default:
		return opinion->detail;
	}
	if (time == SG_NO_TIME)
		return "?";
	return sg_pool_str(pool, sg_time_format(time, text));
}

static const char *
tell_name(struct sg_pool *pool, const struct sg_cert *cert)
{
	const char *name = sg_cert_name_get(pool, cert, "CN");

	if (name == NULL)
		name = sg_cert_name_get(pool, cert, "O");
	return name != NULL ? name : sg_cert_name_text(pool, cert, 0);
}

static int
tell_links(
    struct sg_pool *pool, const struct opinion *opinion, struct sg_chain *out)
{
	const struct sg_trial_link *from;
	struct sg_chain_link *to;
	size_t i;

	out->count = opinion->path.count;
	out->links = sg_pool_array(pool, out->count, sizeof(*out->links));
	if (out->links == NULL)
		return SIGN_E_NOMEM;
	for (i = 0; i < out->count; i++) {
		from = &opinion->trial.links[i];
		to = &out->links[i];
		to->cert = opinion->path.certs[i];
		to->anchor = i + 1 == out->count &&
		    opinion_badness(opinion) != SG_BAD_NO_CHAIN;
		to->revocation = from->revocation;
		to->revoked_at = from->revoked_at;
		to->reason = from->reason;
		to->crl = from->crl;
	}
	return 0;
}

static int
tell(struct sg_env *env, struct sg_pool *pool, const struct opinion *opinion,
    struct sg_chain *out)
{
	const struct sg_flaw *flaw = opinion->flaw;

	if (tell_links(pool, opinion, out) < 0)
		return sg_err_nomem(env);
	out->indication = flaw == NULL ? "PASSED" : "INDETERMINATE";
	out->sub_indication = flaw != NULL ? flaw->sub_indication : NULL;
	out->clause = flaw != NULL ? flaw->clause : "EN 319 102-1, 5.2.6";
	if (flaw != NULL)
		out->reason = sg_msg_make(pool, flaw->text,
		    tell_name(pool, opinion->path.certs[opinion->at]),
		    tell_detail(pool, opinion), NULL);
	return 0;
}

int
sg_chain_judge(struct sg_env *env, struct sg_pool *pool,
    const struct sg_question *question, const struct sg_evidence *evidence,
    struct sg_chain *out)
{
	struct sg_cert *signer = question->cert;
	struct judging judging;
	struct sg_path longest;
	int ret;

	memset(out, 0, sizeof(*out));
	ret = sg_known_chain(env, pool, signer, evidence, question->at, out);
	if (ret != 0)
		return ret < 0 ? ret : 0;
	memset(&judging, 0, sizeof(judging));
	judging.time = question->at;
	ret = sg_trial_prepare(&judging.input, env, pool, evidence);
	if (ret == 0)
		ret = sg_path_each(
		    signer, evidence, judge_path, &judging, &longest);
	if (ret < 0)
		return ret;
	if (!judging.have)
		judge_no_chain(&judging, &longest);
	out->tries = judging.tries;
	ret = tell(env, pool, &judging.best, out);
	if (ret == 0)
		sg_known_keep(signer, evidence, question->at, out);
	return ret;
}
