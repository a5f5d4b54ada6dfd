/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/tsa.h"

#include "base/env.h"
#include "base/err.h"
#include "base/fetch.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "formats/tst.h"
#include "libsign/ctx.h"
#include "libsign/gather.h"
#include "libsign/judge_stamp.h"

#include <openssl/rand.h>

#include <stdlib.h>
#include <string.h>

#define TSA_NONCE 8 /* octets */

/* One authority being asked. */
struct asking {
	struct sign_ctx *ctx;
	struct sg_env *env;
	const struct sg_tsa_job *job;
	const struct sign_tsa *tsa;
	struct sg_pool *pool;
	struct sg_facts *facts; /* what the token carries */
	struct sg_tsp_request request;
	unsigned char nonce[TSA_NONCE];
	struct sg_buf answer;
	struct sg_view token; /* in the answer */
	struct sg_stamp_fact stamp;
};

/* RFC 3161, 3.4: one request and its answer over HTTP. */
static int
ask_once(struct asking *ask)
{
	struct sg_buf body = { 0 };
	struct sg_fetch want = { .url = ask->tsa->url,
		.content_type = "application/timestamp-query",
		.accept = "application/timestamp-reply",
		.max = SG_MAX_TOKEN_SIZE,
		.user = ask->tsa->user,
		.password = ask->tsa->password };
	int ret;

	if (RAND_bytes_ex(ask->env->lib, ask->nonce, TSA_NONCE, 0) != 1)
		return sg_err_ssl(
		    ask->env, SIGN_E_CRYPTO, N_("no random numbers"));
	ask->request.nonce = sg_view_of(ask->nonce, TSA_NONCE);
	ret = sg_tsp_request_put(ask->env, &ask->request, &body);
	want.body = sg_buf_view(&body);
	ask->answer.len = 0;
	if (ret == 0)
		ret = sg_fetch(ask->env, &want, &ask->answer);
	if (ret == 0)
		ret = sg_tsp_response_read(ask->env, ask->pool,
		    sg_buf_view(&ask->answer), &ask->token);
	sg_buf_free(&body);
	return ret;
}

/* Some authorities know a digest only with NULL parameters (RFC 5754, 2). */
static int
ask(struct asking *ask)
{
	struct sg_tsp_status status;
	int ret = ask_once(ask);

	if (ret != SIGN_E_NET || ask->answer.len == 0 ||
	    sg_tsp_status_read(
		ask->env, ask->pool, sg_buf_view(&ask->answer), &status) < 0 ||
	    status.failure == NULL || strcmp(status.failure, "badAlg") != 0)
		return ret;
	ask->request.null_params = 1;
	return ask_once(ask);
}

/* genTime against our own clock: what is far off was not made now. */
static int
check_clock(struct asking *ask)
{
	int64_t now = sg_env_now(ask->env), time = ask->stamp.info.time;
	char text[SG_TIME_TEXT];

	if (time <= now + SG_CLOCK_SKEW && time >= now - SG_MAX_STAMP_AGE)
		return 0;
	return sg_err_set(ask->env, SIGN_E_VALUE,
	    N_("time-stamp token: its time is %s, and that is not now: one "
	       "of the two clocks is wrong"),
	    sg_time_format(time, text));
}

/* What a token is judged by: the caller's evidence and what it carries. */
static int
check_gather(struct asking *ask, struct sg_gathered *gathered)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < ask->facts->cert_count && ret >= 0; i++)
		ret = sg_gathered_add_cert(
		    ask->ctx, gathered, ask->facts->certs[i]);
	for (i = 0; i < ask->facts->crl_count && ret >= 0; i++)
		ret = sg_gathered_add_crl(
		    ask->ctx, gathered, ask->facts->crls[i]);
	for (i = 0; i < ask->facts->ocsp_count && ret >= 0; i++)
		ret = sg_gathered_add_ocsp(
		    ask->ctx, gathered, ask->facts->ocsps[i]);
	return ret < 0 ? ret : 0;
}

/* May an INDETERMINATE token be used? Only for want of revocation data, which
 * is often not published yet; and of a chain where nobody is trusted at all. */
static int
is_tolerable(const struct asking *ask, const struct sg_stamp_judged *judged)
{
	const struct sg_gathered *gathered = ask->job->gathered;
	const char *sub = judged->sub_indication;

	if (judged->imprint_ok != SG_TRUE || judged->signature_ok != SG_TRUE ||
	    strcmp(judged->indication, "INDETERMINATE") != 0 || sub == NULL)
		return 0;
	if (strcmp(sub, "TRY_LATER") == 0)
		return 1;
	return strcmp(sub, "NO_CERTIFICATE_CHAIN_FOUND") == 0 &&
	    (gathered == NULL || gathered->anchors.count == 0);
}

/* EN 319 102-1, 5.4, before anything is built on it. */
static int
check_judge(struct asking *ask, struct sg_gathered *gathered)
{
	struct sg_env *env = ask->env;
	const struct sg_imprint_fact imprint = { .value = ask->job->imprint };
	struct sg_stamp_question question = { .stamp = &ask->stamp,
		.evidence = &gathered->evidence,
		.policy = sg_policy_find("ades"),
		.time = sg_env_now(env) };
	struct sg_stamp_judged judged;
	int ret;

	ask->stamp.imprints = sg_pool_alloc(ask->pool, sizeof(imprint));
	if (ask->stamp.imprints == NULL)
		return sg_err_nomem(env);
	*ask->stamp.imprints = imprint;
	ask->stamp.imprint_count = 1;
	if (ask->stamp.info.time > question.time)
		question.time = ask->stamp.info.time;
	ret = sg_judge_stamp(env, ask->pool, &question, &judged);
	if (ret == 0 && judged.cert != NULL && env->fetch != NULL &&
	    strcmp(judged.indication, "PASSED") != 0) {
		const struct sg_question chain = { .cert = judged.cert,
			.purpose = SG_FOR_TIMESTAMPS,
			.at = question.time,
			.known = question.time };

		ret = sg_gather_chain(ask->ctx, gathered, &chain, SG_NO_TIME);
		if (ret == 0)
			ret =
			    sg_judge_stamp(env, ask->pool, &question, &judged);
	}
	if (ret < 0 || strcmp(judged.indication, "PASSED") == 0 ||
	    is_tolerable(ask, &judged))
		return ret;
	return sg_err_set(env, SIGN_E_VALUE, N_("time-stamp token: %s"),
	    sg_msg_text(env, ask->pool, &judged.reason, 1));
}

static int
check(struct asking *ask)
{
	struct sg_gathered own;
	int ret = sg_tst_read(ask->env, ask->facts, ask->token, 0, &ask->stamp);

	if (ret == 0 && ask->stamp.fault.id != NULL)
		ret = sg_err_set(ask->env, SIGN_E_FORMAT, "%s",
		    sg_msg_text(ask->env, ask->pool, &ask->stamp.fault, 1));
	if (ret == 0)
		ret = sg_tsp_answers(ask->env, &ask->stamp.info, &ask->request);
	if (ret == 0)
		ret = check_clock(ask);
	if (ret < 0)
		return ret;
	if (ask->job->gathered != NULL) {
		ret = check_gather(ask, ask->job->gathered);
		return ret < 0 ? ret : check_judge(ask, ask->job->gathered);
	}
	ret = sg_gather(ask->ctx, ask->facts, NULL, &own);
	if (ret == 0)
		ret = check_judge(ask, &own);
	sg_gathered_clear(&own);
	return ret;
}

static int
stamp_one(struct sign_ctx *ctx, const struct sg_tsa_job *job,
    const struct sign_tsa *tsa, struct sg_buf *token)
{
	struct asking asking = { .ctx = ctx,
		.env = &ctx->env,
		.job = job,
		.tsa = tsa,
		.pool = sg_pool_new(),
		.facts = sg_facts_new(),
		.request = { .digest = job->digest,
		    .imprint = job->imprint,
		    .policy = tsa->policy } };
	int ret = 0;

	if (asking.pool == NULL || asking.facts == NULL)
		ret = sg_err_nomem(&ctx->env);
	if (ret == 0)
		ret = ask(&asking);
	if (ret == 0)
		ret = check(&asking);
	if (ret == 0)
		ret = sg_buf_append_view(&ctx->env, token, asking.token);
	sg_buf_free(&asking.answer);
	sg_facts_free(asking.facts);
	sg_pool_free(asking.pool);
	return ret;
}

/* Why an authority was of no use, one line each. */
static int
tell(struct sign_ctx *ctx, const char *url, struct sg_buf *lines)
{
	struct sg_env *env = &ctx->env;
	char *line = NULL;
	int ret;

	if (env->log != NULL)
		env->log(1, env->message, env->payload);
	line = strdup(env->message);
	if (line == NULL)
		return sg_err_nomem(env);
	ret = sg_buf_printf(
	    env, lines, "%s%s: %s", lines->len != 0 ? "; " : "", url, line);
	free(line);
	return ret;
}

int
sg_tsa_stamp(
    struct sign_ctx *ctx, const struct sg_tsa_job *job, struct sg_buf *token)
{
	struct sg_env *env = &ctx->env;
	struct sg_buf lines = { 0 };
	size_t i;
	int ret = SIGN_E_NET;

	if (job->tsa_count == 0)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a time-stamp is needed, and no authority is named"));
	for (i = 0; i < job->tsa_count; i++) {
		ret = stamp_one(ctx, job, &job->tsas[i], token);
		if (ret == 0 || ret == SIGN_E_NOMEM || ret == SIGN_E_CANCEL ||
		    ret == SIGN_E_MODULE)
			break;
		ret = tell(ctx, job->tsas[i].url, &lines);
		if (ret < 0)
			break;
		ret = sg_err_set(env, SIGN_E_NET,
		    N_("no time-stamp was to be had: %s"),
		    (const char *)lines.ptr);
	}
	sg_buf_free(&lines);
	return ret;
}
