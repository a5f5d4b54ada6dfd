/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/lookup.h"

#include "base/err.h"
#include "base/fetch.h"
#include "base/limits.h"
#include "base/time.h"
#include "libsign/cache.h"
#include "libsign/ctx.h"
#include "libsign/gather.h"

#include <string.h>
#include <time.h>

#define TRIED_CACHE 1u
#define TRIED_NETWORK 2u
#define SHA256_SIZE 32

struct sg_tried {
	enum sg_url_kind kind;
	const char *url;
	const unsigned char *cert; /* OCSP: its SHA-256 */
	unsigned where;
};

/* How a kind is fetched and kept. */
static const struct {
	enum sg_cache_kind cache;
	const char *accept;
	size_t max;
} kinds[] = {
	[SG_URL_ISSUERS] = { SG_CACHE_CERTS, NULL, SG_MAX_AIA_SIZE },
	[SG_URL_OCSP] = { SG_CACHE_OCSP, "application/ocsp-response",
	    SG_MAX_OCSP_SIZE },
	[SG_URL_CRL] = { SG_CACHE_CRL, "application/pkix-crl",
	    SG_MAX_CRL_SIZE },
	[SG_URL_DELTA] = { SG_CACHE_CRL, "application/pkix-crl",
	    SG_MAX_CRL_SIZE },
};

/* ---- once each */

static int
same_lookup(const struct sg_tried *tried, const struct sg_lookup *lookup)
{
	if (tried->kind != lookup->kind || strcmp(tried->url, lookup->url) != 0)
		return 0;
	return lookup->kind != SG_URL_OCSP ||
	    memcmp(tried->cert, sg_cert_sha256(lookup->cert), SHA256_SIZE) == 0;
}

static struct sg_tried *
tried_find(struct sg_gathered *gathered, const struct sg_lookup *lookup)
{
	struct sg_tried *row;
	size_t i;

	for (i = 0; i < gathered->tried_count; i++)
		if (same_lookup(&gathered->tried[i], lookup))
			return &gathered->tried[i];
	row = sg_pool_push(gathered->pool, &gathered->tried,
	    &gathered->tried_count, sizeof(*row));
	if (row == NULL)
		return NULL;
	row->kind = lookup->kind;
	row->url = sg_pool_str(gathered->pool, lookup->url);
	row->cert = sg_pool_dup(gathered->pool,
	    sg_view_of(sg_cert_sha256(lookup->cert), SHA256_SIZE))
			.ptr;
	return row->url != NULL && row->cert != NULL ? row : NULL;
}

/* 1: for the first time, 0, NOMEM. */
static int
tried_first(struct sg_env *env, struct sg_gathered *gathered,
    const struct sg_lookup *lookup, unsigned where)
{
	struct sg_tried *tried = tried_find(gathered, lookup);

	if (tried == NULL)
		return sg_err_nomem(env);
	if ((tried->where & where) != 0)
		return 0;
	tried->where |= where;
	return 1;
}

/* ---- what came, whoever it came from */

struct taking {
	struct sign_ctx *ctx;
	struct sg_gathered *gathered;
	const struct sg_lookup *lookup;
	struct sg_view nonce; /* OCSP; empty */
	int64_t until;        /* it holds so long; SG_NO_TIME */
	int64_t newest;       /* the latest thisUpdate */
};

static int
take_certs(struct taking *taking, struct sg_view body)
{
	struct sg_env *env = &taking->ctx->env;
	struct sg_certs certs = { 0 };
	int ret = sg_certs_read(env, body, &certs), news = 0;
	size_t i;

	for (i = 0; i < certs.count && ret >= 0; i++) {
		ret =
		    sg_gathered_take_cert(env, taking->gathered, certs.list[i]);
		news |= ret > 0;
	}
	sg_certs_clear(&certs);
	return ret < 0 ? ret : news;
}

static void
take_times(struct taking *taking, int64_t this_update, int64_t next_update)
{
	if (this_update > taking->newest)
		taking->newest = this_update;
	if (taking->until == SG_NO_TIME || next_update < taking->until)
		taking->until = next_update;
}

static int
take_crls(struct taking *taking, struct sg_view body)
{
	struct sg_env *env = &taking->ctx->env;
	struct sg_crls crls = { 0 };
	int ret = sg_crls_read(env, body, &crls), news = 0;
	size_t i;

	for (i = 0; i < crls.count && ret >= 0; i++) {
		take_times(taking, sg_crl_this_update(crls.list[i]),
		    sg_crl_next_update(crls.list[i]));
		ret = sg_gathered_take_crl(env, taking->gathered, crls.list[i]);
		news |= ret > 0;
	}
	sg_crls_clear(&crls);
	return ret < 0 ? ret : news;
}

static int
take_ocsp(struct taking *taking, struct sg_view body)
{
	const struct sg_lookup *lookup = taking->lookup;
	struct sg_env *env = &taking->ctx->env;
	struct sg_ocsp_single single;
	struct sg_ocsp *ocsp = NULL;
	int ret = sg_ocsp_parse(env, body, &ocsp);

	if (ret == 0)
		ret = sg_ocsp_answers(
		    env, ocsp, lookup->cert, lookup->issuer, taking->nonce);
	if (ret == 0 &&
	    sg_ocsp_find(ocsp, lookup->cert, lookup->issuer, &single))
		take_times(taking, single.this_update, sg_ocsp_until(ocsp));
	if (ret == 0)
		ret = sg_gathered_take_ocsp(env, taking->gathered, ocsp);
	sg_ocsp_free(ocsp);
	return ret;
}

static int
take_body(struct taking *taking, struct sg_view body)
{
	taking->until = taking->newest = SG_NO_TIME;
	switch (taking->lookup->kind) {
	case SG_URL_ISSUERS:
		return take_certs(taking, body);
	case SG_URL_OCSP:
		return take_ocsp(taking, body);
	default:
		return take_crls(taking, body);
	}
}

/* ---- the cache */

/* Which certificate an OCSP response is about: two that have the same number,
 * of two issuers, may have the same responder. */
static struct sg_cache_key
cache_key(const struct sg_lookup *lookup, unsigned char *detail)
{
	struct sg_cache_key key = { .kind = kinds[lookup->kind].cache,
		.url = lookup->url };

	if (lookup->kind != SG_URL_OCSP)
		return key;
	memcpy(detail, sg_cert_sha256(lookup->cert), SHA256_SIZE);
	memcpy(
	    detail + SHA256_SIZE, sg_cert_sha256(lookup->issuer), SHA256_SIZE);
	key.detail = sg_view_of(detail, 2 * SHA256_SIZE);
	return key;
}

int
sg_lookup_cache(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_lookup *lookup)
{
	struct taking taking = { ctx, gathered, lookup, { NULL, 0 }, 0, 0 };
	unsigned char detail[2 * SHA256_SIZE];
	struct sg_cache_key key;
	struct sg_cache_entry entry;
	int ret;

	if (ctx->cache == NULL)
		return 0;
	ret = tried_first(&ctx->env, gathered, lookup, TRIED_CACHE);
	if (ret <= 0)
		return ret;
	key = cache_key(lookup, detail);
	ret = sg_cache_get(&ctx->env, ctx->cache, &key, &entry);
	if (ret > 0) {
		ret = take_body(&taking, sg_buf_view(&entry.body));
		sg_cache_entry_clear(&entry);
		if (ret < 0)
			sg_cache_drop(&ctx->env, ctx->cache, &key);
	}
	if (ret > 0 &&
	    sg_gathered_note(&ctx->env, gathered, N_("kept from before: %1$s"),
		lookup->url, NULL) < 0)
		ret = SIGN_E_NOMEM;
	if (ret >= 0 || ret == SIGN_E_NOMEM)
		return ret;
	sg_err_clear(&ctx->env);
	return 0;
}

/* ---- the network */

static int64_t
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec;
}

/* So much for one verification, whatever its certificates name. */
static int
within_bounds(struct sg_gathered *gathered)
{
	if (gathered->deadline == 0)
		gathered->deadline = seconds() + SG_MAX_FETCH_SECONDS;
	return gathered->fetches < SG_MAX_FETCHES &&
	    gathered->octets < SG_MAX_FETCHED && seconds() < gathered->deadline;
}

static int
fetch(struct taking *taking, struct sg_view question, struct sg_buf *body)
{
	struct sg_gathered *gathered = taking->gathered;
	const struct sg_lookup *lookup = taking->lookup;
	struct sg_fetch want = { .url = lookup->url,
		.accept = kinds[lookup->kind].accept,
		.untrusted_url = 1,
		.max = kinds[lookup->kind].max };
	int ret;

	if (question.len != 0) {
		want.content_type = "application/ocsp-request";
		want.body = question;
	}
	if (want.max > SG_MAX_FETCHED - gathered->octets)
		want.max = (size_t)(SG_MAX_FETCHED - gathered->octets);
	gathered->fetches++;
	ret = sg_fetch(&taking->ctx->env, &want, body);
	gathered->octets += body->len;
	return ret;
}

/* malformedRequest (RFC 6960, 4.2.1): old responders say that to a nonce of
 * the length that RFC 9654 wants. */
static int
is_malformed_request(struct sg_view body)
{
	static const unsigned char answer[] = { 0x30, 3, 0x0a, 1, 1 };

	return sg_view_equal(body, sg_view_of(answer, sizeof(answer)));
}

static int
fetch_ocsp(struct taking *taking, struct sg_buf *nonce, struct sg_buf *body)
{
	const struct sg_lookup *lookup = taking->lookup;
	struct sg_env *env = &taking->ctx->env;
	struct sg_buf question = { 0 };
	int ret = sg_ocsp_request(
	    env, lookup->cert, lookup->issuer, nonce, &question);

	if (ret == 0)
		ret = fetch(taking, sg_buf_view(&question), body);
	if (ret == 0 && is_malformed_request(sg_buf_view(body))) {
		question.len = body->len = nonce->len = 0;
		ret = sg_ocsp_request(
		    env, lookup->cert, lookup->issuer, NULL, &question);
		if (ret == 0)
			ret = fetch(taking, sg_buf_view(&question), body);
	}
	sg_buf_free(&question);
	return ret;
}

static int
fetch_and_take(struct taking *taking)
{
	static const struct sg_view none;
	struct sg_buf nonce = { 0 }, body = { 0 };
	struct sign_ctx *ctx = taking->ctx;
	unsigned char detail[2 * SHA256_SIZE];
	struct sg_cache_key key = cache_key(taking->lookup, detail);
	int ret, kept;

	if (taking->lookup->kind == SG_URL_OCSP)
		ret = fetch_ocsp(taking, &nonce, &body);
	else
		ret = fetch(taking, none, &body);
	taking->nonce = sg_buf_view(&nonce);
	if (ret == 0)
		ret = take_body(taking, sg_buf_view(&body));
	if (ret >= 0 && ctx->cache != NULL) {
		kept = sg_cache_put(&ctx->env, ctx->cache, &key,
		    sg_buf_view(&body), taking->until);
		if (kept < 0)
			ret = kept;
	}
	if (ret >= 0 && taking->newest > taking->gathered->newest)
		taking->gathered->newest = taking->newest;
	sg_buf_free(&nonce);
	sg_buf_free(&body);
	return ret;
}

/* Trouble with the network, or what came is not what it should be. */
static int
note_failure(struct taking *taking)
{
	struct sg_env *env = &taking->ctx->env;
	struct sg_gathered *gathered = taking->gathered;
	const char *why = sg_pool_str(gathered->pool, env->message);
	int ret;

	if (why == NULL)
		return sg_err_nomem(env);
	sg_err_clear(env);
	ret = sg_gathered_note(env, gathered,
	    N_("from %1$s nothing could be had: %2$s"), taking->lookup->url,
	    why);
	return ret < 0 ? ret : 0;
}

int
sg_lookup_network(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_lookup *lookup)
{
	struct taking taking = { ctx, gathered, lookup, { NULL, 0 }, 0, 0 };
	int ret;

	if (ctx->env.fetch == NULL)
		return 0;
	ret = tried_first(&ctx->env, gathered, lookup, TRIED_NETWORK);
	if (ret <= 0)
		return ret;
	if (!within_bounds(gathered))
		return sg_gathered_note(&ctx->env, gathered,
		    N_("%1$s was not looked at: this verification has fetched "
		       "too much already"),
		    lookup->url, NULL);
	ret = fetch_and_take(&taking);
	if (ret >= 0 &&
	    sg_gathered_note(&ctx->env, gathered, N_("fetched: %1$s"),
		lookup->url, NULL) < 0)
		ret = SIGN_E_NOMEM;
	if (ret >= 0 || ret == SIGN_E_NOMEM || ret == SIGN_E_CANCEL)
		return ret;
	return note_failure(&taking);
}
