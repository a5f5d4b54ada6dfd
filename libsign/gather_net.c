/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/gather.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "libsign/ctx.h"
#include "libsign/identify.h"
#include "libsign/lookup.h"

#include <openssl/x509v3.h>

#include <string.h>

#define MAX_DEPTH 2 /* who signed data about who signed data */

/* What is asked, and where things stand. */
struct gathering {
	struct sign_ctx *ctx;
	struct sg_gathered *gathered;
	struct sg_question question;
	int is_now; /* then the question's times move with the clock */
	int64_t after;
	int depth;
	struct sg_pool *pool; /* of this round */
	struct sg_chain chain;
};

int64_t
sg_gathered_now(const struct sg_env *env, const struct sg_gathered *gathered)
{
	int64_t now = sg_env_now(env);

	if (gathered->newest > now && gathered->newest <= now + SG_CLOCK_SKEW)
		return gathered->newest;
	return now;
}

static int gather_deep(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_question *question, int64_t after, int depth);

/* ---- addresses */

/* All of one kind, until one of them has something new. */
static int
look_at(struct gathering *now, const struct sg_urls *urls,
    struct sg_lookup lookup, int network)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < urls->count && ret == 0; i++) {
		lookup.url = urls->list[i];
		ret = network
		    ? sg_lookup_network(now->ctx, now->gathered, &lookup)
		    : sg_lookup_cache(now->ctx, now->gathered, &lookup);
	}
	return ret;
}

static int
look_for_issuer(struct gathering *now, struct sg_cert *cert)
{
	const struct sg_lookup lookup = { .kind = SG_URL_ISSUERS,
		.cert = cert };
	struct sg_urls urls;
	int ret, network;

	ret = sg_cert_urls(
	    &now->ctx->env, now->pool, cert, SG_URL_ISSUERS, &urls);
	for (network = 0; network < 2 && ret == 0; network++)
		ret = look_at(now, &urls, lookup, network);
	return ret;
}

/* ---- who signed revocation data */

/* Responders of their own, without id-pkix-ocsp-nocheck, have a status too
 * (RFC 6960, 4.2.2.2.1); judging says whether one is needed. */
static int
look_behind_ocsp(struct gathering *now, const struct sg_ocsp *ocsp,
    const struct sg_cert *issuer)
{
	const struct sg_certs *carried = sg_ocsp_carried(ocsp);
	struct sg_question question = now->question;
	size_t i;
	int ret = 0;

	question.purpose = SG_FOR_OCSP;
	for (i = 0; i < carried->count && ret == 0; i++) {
		question.cert = carried->list[i];
		if (sg_ocsp_is_by(ocsp, question.cert) &&
		    !sg_cert_equal(question.cert, issuer))
			ret = gather_deep(now->ctx, now->gathered, &question,
			    SG_NO_TIME, now->depth + 1);
	}
	return ret;
}

/* The certificate that signed an indirect CRL (RFC 5280, 5.2.7). */
static int
look_behind_crl(
    struct gathering *now, struct sg_cert *cert, const struct sg_crl *crl)
{
	const struct sg_lookup lookup = { .kind = SG_URL_ISSUERS,
		.cert = cert };
	struct sg_urls urls;
	int ret, network;

	ret =
	    sg_crl_urls(&now->ctx->env, now->pool, crl, SG_URL_ISSUERS, &urls);
	for (network = 0; network < 2 && ret == 0; network++)
		ret = look_at(now, &urls, lookup, network);
	return ret;
}

static int
look_behind(
    struct gathering *now, struct sg_cert *cert, const struct sg_cert *issuer)
{
	const struct sg_gathered *gathered = now->gathered;
	size_t i;
	int ret = 0;

	for (i = 0; i < gathered->ocsps.count && ret == 0; i++)
		if (issuer != NULL && now->depth < MAX_DEPTH &&
		    sg_ocsp_is_about(gathered->ocsps.list[i], cert, issuer))
			ret = look_behind_ocsp(
			    now, gathered->ocsps.list[i], issuer);
	for (i = 0; i < gathered->crls.count && ret == 0; i++)
		ret = look_behind_crl(now, cert, gathered->crls.list[i]);
	return ret;
}

/* ---- revocation data */

/* Deltas of the CRLs that are there (RFC 5280, 5.2.6). */
static int
look_for_deltas(struct gathering *now, struct sg_cert *cert, int network)
{
	const struct sg_lookup lookup = { .kind = SG_URL_DELTA, .cert = cert };
	const struct sg_crls *crls = &now->gathered->crls;
	struct sg_urls urls;
	size_t i;
	int ret;

	ret =
	    sg_cert_urls(&now->ctx->env, now->pool, cert, SG_URL_DELTA, &urls);
	if (ret == 0)
		ret = look_at(now, &urls, lookup, network);
	for (i = 0; i < crls->count && ret == 0; i++) {
		if (X509_NAME_cmp(
			X509_CRL_get_issuer(sg_crl_x509(crls->list[i])),
			X509_get_issuer_name(sg_cert_x509(cert))) != 0)
			continue;
		ret = sg_crl_urls(&now->ctx->env, now->pool, crls->list[i],
		    SG_URL_DELTA, &urls);
		if (ret == 0)
			ret = look_at(now, &urls, lookup, network);
	}
	return ret;
}

static int
look_for_status(struct gathering *now, struct sg_cert *cert,
    struct sg_cert *issuer, int network)
{
	struct sg_lookup lookup = { .cert = cert, .issuer = issuer };
	struct sg_env *env = &now->ctx->env;
	struct sg_urls urls;
	int ret = 0;

	lookup.kind = SG_URL_OCSP;
	if (issuer != NULL) {
		ret = sg_cert_urls(env, now->pool, cert, SG_URL_OCSP, &urls);
		if (ret == 0)
			ret = look_at(now, &urls, lookup, network);
	}
	lookup.kind = SG_URL_CRL;
	if (ret == 0)
		ret = sg_cert_urls(env, now->pool, cert, SG_URL_CRL, &urls);
	if (ret == 0)
		ret = look_at(now, &urls, lookup, network);
	return ret != 0 ? ret : look_for_deltas(now, cert, network);
}

/* Is something still to be learnt about this certificate? */
static int
is_wanting(const struct gathering *now, size_t index)
{
	const struct sg_chain_link *link = &now->chain.links[index];

	if (link->anchor)
		return 0;
	if (link->revocation == SG_REV_UNKNOWN)
		return 1;
	return link->revocation == SG_REV_GOOD && index == 0 &&
	    now->after != SG_NO_TIME && link->this_update < now->after;
}

static int
look_at_link(struct gathering *now, size_t index)
{
	const struct sg_chain *chain = &now->chain;
	struct sg_cert *cert = chain->links[index].cert;
	struct sg_cert *issuer =
	    index + 1 < chain->count ? chain->links[index + 1].cert : NULL;
	int ret = 0;

	if (!is_wanting(now, index))
		return 0;
	/* what is kept is too old where fresh data are asked for */
	if (index != 0 || now->after == SG_NO_TIME)
		ret = look_for_status(now, cert, issuer, 0);
	if (ret == 0)
		ret = look_behind(now, cert, issuer);
	if (ret == 0)
		ret = look_for_status(now, cert, issuer, 1);
	return ret != 0 ? ret : look_behind(now, cert, issuer);
}

/* ---- a chain */

/* EN 319 102-1, 5.2.6.4: what is wrong with the chain as it is? 1: there is
 * something new, judge it again. */
static int
look_around(struct gathering *now)
{
	const struct sg_chain *chain = &now->chain;
	const char *sub = chain->sub_indication;
	struct sg_cert *top = chain->links[chain->count - 1].cert;
	size_t i;
	int ret, news = 0;

	if (sub != NULL && strcmp(sub, "NO_CERTIFICATE_CHAIN_FOUND") == 0) {
		if (now->gathered->anchors.count == 0 ||
		    (X509_get_extension_flags(sg_cert_x509(top)) & EXFLAG_SS) !=
			0)
			return 0;
		return look_for_issuer(now, top);
	}
	if (sub != NULL &&
	    strcmp(sub, "CERTIFICATE_CHAIN_GENERAL_FAILURE") == 0)
		return 0;
	for (i = 0; i < chain->count; i++) {
		ret = look_at_link(now, i);
		if (ret < 0)
			return ret;
		news |= ret;
	}
	return news;
}

static int
gather_round(struct gathering *now)
{
	struct sg_env *env = &now->ctx->env;
	int ret;

	now->pool = sg_pool_new();
	if (now->pool == NULL)
		return sg_err_nomem(env);
	if (now->is_now) {
		now->question.known = sg_gathered_now(env, now->gathered);
		if (now->question.at > now->question.known)
			now->question.at = now->question.known;
	}
	ret = sg_chain_judge(env, now->pool, &now->question,
	    &now->gathered->evidence, &now->chain);
	if (ret == 0 && now->chain.count != 0)
		ret = look_around(now);
	sg_pool_free(now->pool);
	return ret;
}

/* 1: there was something new, 0, NOMEM, CANCEL. */
static int
gather_deep(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_question *question, int64_t after, int depth)
{
	struct gathering now = { .ctx = ctx,
		.gathered = gathered,
		.question = *question,
		.after = after,
		.depth = depth };
	int ret = 1, news = 0, i;

	now.is_now = question->known + SG_CLOCK_SKEW >= sg_env_now(&ctx->env);
	for (i = 0; i < SG_MAX_FETCHES && ret > 0; i++) {
		ret = gather_round(&now);
		news |= ret > 0;
	}
	return ret < 0 ? ret : news;
}

int
sg_gather_chain(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_question *question, int64_t after)
{
	int ret;

	if (ctx->env.fetch == NULL && ctx->cache == NULL)
		return 0;
	ret = gather_deep(ctx, gathered, question, after, 0);
	return ret < 0 ? ret : 0;
}

/* ---- all of a file */

/* The earliest time that a time-stamp claims; SG_NO_TIME: there is none. */
static int64_t
stamped_at(const struct sg_sig_fact *sig)
{
	int64_t time = SG_NO_TIME;
	size_t i;

	for (i = 0; i < sig->stamp_count; i++)
		if (sig->stamps[i].inside != NULL &&
		    (time == SG_NO_TIME || sig->stamps[i].info.time < time))
			time = sig->stamps[i].info.time;
	return time;
}

/* Whoever signed: as things stand at that time; one whose certificate was out
 * by then, as they stood when a time-stamp says that he signed. */
static int
gather_signer(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_sig_fact *sig, struct sg_question question, int64_t stamped)
{
	struct sg_identity who;
	int ret = sg_identify(&ctx->env, sig, &gathered->evidence, &who);

	if (ret < 0 || who.cert == NULL)
		return ret;
	question.cert = who.cert;
	question.at = question.known;
	if (stamped != SG_NO_TIME && stamped < question.at &&
	    sg_cert_not_after(who.cert) < question.at)
		question.at = stamped;
	return sg_gather_chain(ctx, gathered, &question, SG_NO_TIME);
}

static int
gather_stamps(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_stamp_fact *stamps, size_t count, int64_t time)
{
	const struct sg_question question = { .purpose = SG_FOR_TIMESTAMPS,
		.known = time };
	const struct sg_facts *inside;
	size_t i;
	int ret = 0;

	for (i = 0; i < count && ret == 0; i++) {
		inside = stamps[i].inside;
		if (inside != NULL && inside->sig_count != 0)
			ret = gather_signer(ctx, gathered, &inside->sigs[0],
			    question, stamps[i].info.time);
	}
	return ret;
}

int
sg_gather_all(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_facts *facts, int64_t time)
{
	const struct sg_question question = { .purpose = SG_FOR_DOCUMENTS,
		.known = time };
	const struct sg_sig_fact *sig;
	size_t i;
	int ret;

	if (ctx->env.fetch == NULL && ctx->cache == NULL)
		return 0;
	ret = gather_stamps(
	    ctx, gathered, facts->stamps, facts->stamp_count, time);
	for (i = 0; i < facts->sig_count && ret == 0; i++) {
		sig = &facts->sigs[i];
		ret = gather_signer(
		    ctx, gathered, sig, question, stamped_at(sig));
		if (ret == 0)
			ret = gather_stamps(
			    ctx, gathered, sig->stamps, sig->stamp_count, time);
	}
	return ret;
}
