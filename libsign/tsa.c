/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/tsa.h"

#include "base/err.h"
#include "base/fetch.h"
#include "base/limits.h"
#include "base/time.h"
#include "formats/tst.h"
#include "libsign/ctx.h"
#include "libsign/gather.h"
#include "libsign/identify.h"
#include "libsign/judge_stamp.h"

#include <openssl/rand.h>

#include <stdio.h>
#include <string.h>

#define NONCE_SIZE 8 /* octets */

/* One authority that is asked. */
struct asking {
	struct sign_ctx *ctx;
	struct sg_env *env;
	const struct sg_tsa_job *job;
	const struct sign_tsa *tsa;
	struct sg_gathered *gathered; /* the job's, or of its own */
	struct sg_pool *pool;
	struct sg_facts *facts; /* what the token carries */
	unsigned char nonce[NONCE_SIZE];
	struct sg_tsp_request request;
	struct sg_buf answer;
	struct sg_stamp_fact stamp;
	struct sg_imprint_fact imprint;
};

/* ---- asking */

static int
ask_once(struct asking *asking)
{
	struct sg_env *env = asking->env;
	struct sg_buf question = { 0 };
	struct sg_fetch want = {
		.url = asking->tsa->url,
		.content_type = "application/timestamp-query",
		.accept = "application/timestamp-reply",
		.max = SG_MAX_TSP_SIZE,
		.user = asking->tsa->user,
		.password = asking->tsa->password,
	};
	int ret;

	if (RAND_bytes_ex(env->lib, asking->nonce, NONCE_SIZE, 0) != 1)
		return sg_err_ssl(
		    env, SIGN_E_CRYPTO, N_("no random numbers to be had"));
	asking->answer.len = 0;
	ret = sg_tsp_request_put(env, &asking->request, &question);
	want.body = sg_buf_view(&question);
	if (ret == 0)
		ret = sg_fetch(env, &want, &asking->answer);
	sg_buf_free(&question);
	return ret;
}

/* Some authorities know a digest algorithm only with NULL parameters. */
static int
ask(struct asking *asking, struct sg_view *token)
{
	struct sg_tsp_status status;
	int ret = ask_once(asking);

	if (ret == 0)
		ret = sg_tsp_status_read(asking->env, asking->pool,
		    sg_buf_view(&asking->answer), &status);
	if (ret == 0 && status.bad_alg) {
		asking->request.null_params = 1;
		ret = ask_once(asking);
	}
	return ret < 0 ? ret
		       : sg_tsp_response_read(asking->env, asking->pool,
			     sg_buf_view(&asking->answer), token);
}

/* ---- looking at what came */

static int
refuse(struct asking *asking, const struct sg_msg *why)
{
	return sg_err_set(asking->env, SIGN_E_VALUE,
	    N_("a time-stamp that is not good: %s"),
	    sg_msg_text(asking->env, asking->pool, why, 1));
}

static int
read_token(struct asking *asking, struct sg_view token)
{
	struct sg_stamp_fact *stamp = &asking->stamp;
	int ret;

	asking->imprint.value = asking->job->imprint;
	stamp->kind = "document";
	stamp->imprints = &asking->imprint;
	stamp->imprint_count = 1;
	ret = sg_tst_read(asking->env, asking->facts, token, 0, stamp);
	if (ret == 0 && (stamp->fault.id != NULL || stamp->inside == NULL))
		return refuse(asking, &stamp->fault);
	return ret;
}

/* RFC 3161, 2.4.2: genTime against our own clock. What is far off was not made
 * now, or by a clock that proves nothing. */
static int
check_time(struct asking *asking)
{
	struct sg_env *env = asking->env;
	int64_t now = sg_env_now(env), time = asking->stamp.info.time;
	char then[SG_TIME_TEXT], here[SG_TIME_TEXT];

	if (time <= now + SG_CLOCK_SKEW && time >= now - SG_MAX_STAMP_AGE)
		return 0;
	return sg_err_set(env, SIGN_E_VALUE,
	    N_("the time-stamp says %s, and the clock here %s: one of them "
	       "is wrong"),
	    sg_time_format(time, then), sg_time_format(now, here));
}

/* What the token brings for its own chain, then what that lacks. */
static int
gather(struct asking *asking, struct sg_identity *who)
{
	const struct sg_facts *facts = asking->facts;
	struct sg_gathered *gathered = asking->gathered;
	struct sg_question question = { .purpose = SG_FOR_TIMESTAMPS };
	size_t i;
	int ret = 0;

	for (i = 0; i < facts->cert_count && ret >= 0; i++)
		ret = sg_gathered_add_cert(
		    asking->ctx, gathered, facts->certs[i]);
	for (i = 0; i < facts->crl_count && ret >= 0; i++)
		ret =
		    sg_gathered_add_crl(asking->ctx, gathered, facts->crls[i]);
	for (i = 0; i < facts->ocsp_count && ret >= 0; i++)
		ret = sg_gathered_add_ocsp(
		    asking->ctx, gathered, facts->ocsps[i]);
	if (ret < 0)
		return ret;
	ret = sg_identify(asking->env, &asking->stamp.inside->sigs[0],
	    &gathered->evidence, who);
	if (ret < 0 || who->cert == NULL)
		return ret;
	question.cert = who->cert;
	question.at = question.known = sg_env_now(asking->env);
	return sg_gather_chain(asking->ctx, gathered, &question, SG_NO_TIME);
}

/* May a time-stamp with this verdict be used? Its status may not be known yet;
 * that is for whoever relies on it to find out. */
static int
is_good(const struct sg_stamp_judged *judged)
{
	if (judged->imprint_ok != SG_TRUE || judged->signature_ok != SG_TRUE)
		return 0;
	if (strcmp(judged->indication, "PASSED") == 0)
		return 1;
	return judged->sub_indication != NULL &&
	    strcmp(judged->sub_indication, "TRY_LATER") == 0 &&
	    judged->chain.count != 0 &&
	    judged->chain.links[0].revocation == SG_REV_UNKNOWN;
}

/* EN 319 102-1, 5.4. Where nobody is trusted at all the authority's own
 * certificate is looked at, and not its chain. */
static int
judge(struct asking *asking)
{
	struct sg_evidence evidence = asking->gathered->evidence;
	struct sg_certs alone = { 0 };
	struct sg_identity who = { 0 };
	struct sg_stamp_judged judged;
	struct sg_stamp_question question = { .stamp = &asking->stamp,
		.evidence = &evidence,
		.policy = sg_policy_find("ades") };
	int ret = gather(asking, &who);

	if (ret == 0 && who.cert != NULL && evidence.anchors->count == 0) {
		ret = sg_certs_add(asking->env, &alone, who.cert);
		evidence.anchors = &alone;
	}
	question.time = sg_gathered_now(asking->env, asking->gathered);
	if (question.time < asking->stamp.info.time)
		question.time = asking->stamp.info.time;
	if (ret == 0)
		ret = sg_judge_stamp(
		    asking->env, asking->pool, &question, &judged);
	if (ret == 0 && !is_good(&judged))
		ret = refuse(asking, &judged.reason);
	sg_certs_clear(&alone);
	return ret;
}

static int
ask_and_check(struct asking *asking, struct sg_buf *token)
{
	struct sg_view view;
	int ret = ask(asking, &view);

	if (ret == 0)
		ret = read_token(asking, view);
	if (ret == 0)
		ret = sg_tsp_answers(
		    asking->env, &asking->stamp.info, &asking->request);
	if (ret == 0)
		ret = check_time(asking);
	if (ret == 0)
		ret = judge(asking);
	if (ret == 0)
		ret = sg_buf_append_view(asking->env, token, view);
	return ret;
}

static int
stamp_by(struct sign_ctx *ctx, const struct sg_tsa_job *job,
    const struct sign_tsa *tsa, struct sg_gathered *gathered,
    struct sg_buf *token)
{
	struct asking asking = { .ctx = ctx,
		.env = &ctx->env,
		.job = job,
		.tsa = tsa,
		.gathered = gathered };
	int ret;

	asking.request.digest = job->digest;
	asking.request.imprint = job->imprint;
	asking.request.policy = tsa->policy;
	asking.request.nonce = sg_view_of(asking.nonce, NONCE_SIZE);
	asking.pool = sg_pool_new();
	asking.facts = sg_facts_new();
	if (asking.pool == NULL || asking.facts == NULL)
		ret = sg_err_nomem(&ctx->env);
	else
		ret = ask_and_check(&asking, token);
	sg_facts_free(asking.facts);
	sg_pool_free(asking.pool);
	sg_buf_free(&asking.answer);
	return ret;
}

/* ---- one after the other */

/* What another authority would not do better. */
static int
is_final(int code)
{
	return code == SIGN_E_NOMEM || code == SIGN_E_CANCEL ||
	    code == SIGN_E_ARG || code == SIGN_E_INTERNAL;
}

/* "URL: what was wrong", once each. */
static int
tell(struct sg_env *env, const char *url, struct sg_buf *all)
{
	size_t len = strlen(url), before = all->len;
	int ret;

	if (strncmp(env->message, url, len < 300 ? len : 300) == 0)
		ret = sg_buf_printf(
		    env, all, "%s%s", before != 0 ? "; " : "", env->message);
	else
		ret = sg_buf_printf(env, all, "%s%.300s: %s",
		    before != 0 ? "; " : "", url, env->message);
	if (ret == 0 && env->log != NULL)
		env->log(1, (const char *)all->ptr + before, env->payload);
	return ret;
}

static int
stamp_by_any(struct sign_ctx *ctx, const struct sg_tsa_job *job,
    struct sg_gathered *gathered, struct sg_buf *token)
{
	struct sg_env *env = &ctx->env;
	struct sg_buf all = { 0 };
	int ret = SIGN_E_NET;
	size_t i;

	for (i = 0; i < job->tsa_count && ret < 0; i++) {
		ret = stamp_by(ctx, job, &job->tsas[i], gathered, token);
		if (ret == 0 || is_final(ret))
			break;
		if (tell(env, job->tsas[i].url, &all) < 0)
			ret = SIGN_E_NOMEM;
	}
	if (ret == 0)
		sg_err_clear(env);
	else if (!is_final(ret))
		ret = sg_err_set(env, SIGN_E_NET,
		    N_("no time-stamp was to be had: %s"),
		    all.ptr != NULL ? (const char *)all.ptr : "");
	sg_buf_free(&all);
	return ret;
}

int
sg_tsa_stamp(
    struct sign_ctx *ctx, const struct sg_tsa_job *job, struct sg_buf *token)
{
	struct sg_gathered own;
	int ret;

	if (job->tsa_count == 0) {
		sg_err_set(&ctx->env, SIGN_E_ARG,
		    N_("a time-stamp is needed, and no authority is named"));
		sg_err_hint(&ctx->env,
		    N_("which time-stamp authority? --tsa URL "
		       "names one"));
		return SIGN_E_ARG;
	}
	if (job->gathered != NULL)
		return stamp_by_any(ctx, job, job->gathered, token);
	ret = sg_gather(ctx, NULL, NULL, &own);
	if (ret < 0)
		return ret;
	ret = stamp_by_any(ctx, job, &own, token);
	sg_gathered_clear(&own);
	return ret;
}
