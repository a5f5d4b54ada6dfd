/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "sign/net.h"

#include "base/err.h"
#include "base/fetch.h"
#include "base/limits.h"
#include "libsign/cache.h"
#include "libsign/ctx.h"
#include "libsign/fetch_curl.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Where the caller's transport puts the answer. */
struct sink {
	struct sg_env *env;
	struct sg_buf *out;
	size_t left;
	int code; /* why it was stopped */
};

static int
sink_append(const unsigned char *data, size_t len, void *payload)
{
	struct sink *sink = payload;

	if (sink->code == 0 && len > sink->left)
		sink->code = SIGN_E_LIMIT;
	if (sink->code == 0)
		sink->code = sg_env_progress(sink->env, 0, 0);
	if (sink->code == 0)
		sink->code = sg_buf_append(sink->env, sink->out, data, len);
	if (sink->code != 0)
		return -1;
	sink->left -= len;
	return 0;
}

static int
fetch_own(struct sign_ctx *ctx, const struct sg_fetch *want, struct sg_buf *out)
{
	const struct sign_fetch_request request = {
		.size = sizeof(request),
		.url = want->url,
		.content_type = want->content_type,
		.body = want->body.ptr,
		.body_len = want->body.len,
		.accept = want->accept,
		.untrusted_url = want->untrusted_url,
		.max = want->max,
		.user = want->user,
		.password = want->password,
	};
	struct sink sink = { &ctx->env, out, want->max, 0 };
	int ret = ctx->fetch(&request, sink_append, &sink, ctx->fetch_payload);

	if (sink.code == SIGN_E_LIMIT)
		return sg_err_set(&ctx->env, SIGN_E_LIMIT,
		    N_("%s: the answer has more than %zu octets"), want->url,
		    want->max);
	if (sink.code != 0)
		return sink.code;
	if (ret == SIGN_E_CANCEL)
		return sg_err_set(&ctx->env, SIGN_E_CANCEL, N_("cancelled"));
	if (ret != 0)
		return sg_err_set(
		    &ctx->env, SIGN_E_NET, N_("%s: not reached"), want->url);
	return 0;
}

/* Whatever the transport: nothing but HTTP, and nothing that one URL could
 * hide in another. */
static int
check_url(struct sg_env *env, const char *url)
{
	const char *at;

	if (strncasecmp(url, "http://", 7) != 0 &&
	    strncasecmp(url, "https://", 8) != 0)
		return sg_err_set(env, SIGN_E_NET,
		    N_("%.200s: want an address with http:// or https://"),
		    url);
	if (strlen(url) > SG_MAX_URL)
		return sg_err_set(env, SIGN_E_NET,
		    N_("%.200s: an address of more than %d octets"), url,
		    SG_MAX_URL);
	for (at = url; *at != '\0'; at++)
		if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 127)
			return sg_err_set(env, SIGN_E_NET,
			    N_("%s: not an address: it has characters that "
			       "must be escaped (RFC 3986, 2)"),
			    url);
	return 0;
}

static int
ctx_fetch(struct sg_env *env, const struct sg_fetch *want, struct sg_buf *out,
    void *payload)
{
	struct sign_ctx *ctx = payload;
	size_t before = out->len;
	char line[256];
	int ret;

	ret = check_url(env, want->url);
	if (ret < 0)
		return ret;
	if (env->log != NULL) {
		snprintf(line, sizeof(line), "fetching %.200s", want->url);
		env->log(1, line, env->payload);
	}
	ret = ctx->fetch != NULL ? fetch_own(ctx, want, out)
				 : sg_net_fetch(env, ctx->net, want, out);
	if (ret < 0)
		out->len = before;
	return ret;
}

static void
ctx_open(struct sign_ctx *ctx)
{
	ctx->env.fetch =
	    ctx->fetch != NULL || ctx->net != NULL ? ctx_fetch : NULL;
}

void
sign_ctx_set_fetch(struct sign_ctx *ctx, sign_fetch_fn *fn, void *payload)
{
	ctx->fetch = fn;
	ctx->fetch_payload = payload;
	ctx_open(ctx);
}

int
sign_ctx_use_network(
    struct sign_ctx *ctx, const struct sign_net_options *options)
{
	struct sign_net_options set = SIGN_NET_OPTIONS_INIT;
	struct sg_net *net = NULL;
	int ret;

	sg_err_clear(&ctx->env);
	ret = sg_options_take(&ctx->env, options, &set, sizeof(set));
	if (ret == 0 && options != NULL)
		ret = sg_net_new(&ctx->env, &set, &net);
	if (ret < 0)
		return ret;
	sg_net_free(ctx->net);
	ctx->net = net;
	ctx_open(ctx);
	return 0;
}

int
sign_ctx_set_cache(struct sign_ctx *ctx, const char *dir,
    const struct sign_cache_options *options)
{
	struct sign_cache_options set = SIGN_CACHE_OPTIONS_INIT;
	struct sg_cache *cache = NULL;
	int ret;

	sg_err_clear(&ctx->env);
	ret = sg_options_take(&ctx->env, options, &set, sizeof(set));
	if (ret == 0 && dir != NULL)
		ret = sg_cache_open(&ctx->env, dir, &set, &cache);
	if (ret < 0)
		return ret;
	sg_cache_free(ctx->cache);
	ctx->cache = cache;
	return 0;
}

void
sg_ctx_close_network(struct sign_ctx *ctx)
{
	sg_net_free(ctx->net);
	sg_cache_free(ctx->cache);
}
