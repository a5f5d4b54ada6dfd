/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/ctx.h"

#include "base/err.h"
#include "certs/known.h"

#include <stdlib.h>
#include <string.h>

static const char *
ctx_translate(const char *msgid, void *payload)
{
	struct sign_ctx *ctx = payload;

	if (ctx->translate == NULL)
		return msgid;
	return ctx->translate(msgid, ctx->translate_payload);
}

static int
ctx_progress(uint64_t done, uint64_t total, void *payload)
{
	struct sign_ctx *ctx = payload;

	if (ctx->progress == NULL)
		return 0;
	return ctx->progress(done, total, ctx->progress_payload);
}

static int64_t
ctx_now(void *payload)
{
	struct sign_ctx *ctx = payload;

	return ctx->clock(ctx->clock_payload);
}

static void
ctx_log(int level, const char *line, void *payload)
{
	struct sign_ctx *ctx = payload;

	ctx->log(level, line, ctx->log_payload);
}

int
sg_options_take(struct sg_env *env, const void *from, void *to, size_t size)
{
	size_t have;

	if (from == NULL)
		return 0;
	memcpy(&have, from, sizeof(have));
	if (have < sizeof(have))
		return sg_err_set(
		    env, SIGN_E_ARG, "the options' size is not set");
	memcpy(to, from, have < size ? have : size);
	memcpy(to, &size, sizeof(size));
	return 0;
}

int
sign_ctx_new(struct sign_ctx **out)
{
	struct sign_ctx *ctx = calloc(1, sizeof(*ctx));
	int ret;

	if (ctx == NULL)
		return SIGN_E_NOMEM;
	ret = sg_env_init(&ctx->env);
	if (ret == 0)
		ret = sg_known_new(&ctx->env, &ctx->known);
	if (ret < 0) {
		sg_env_clear(&ctx->env);
		free(ctx);
		return ret;
	}
	ctx->env.payload = ctx;
	ctx->env.translate = ctx_translate;
	ctx->env.progress = ctx_progress;
	*out = ctx;
	return 0;
}

void
sign_ctx_free(struct sign_ctx *ctx)
{
	if (ctx == NULL)
		return;
	sg_ctx_close_network(ctx);
	sg_known_free(ctx->known);
	sg_env_clear(&ctx->env);
	free(ctx);
}

int
sign_ctx_error(const struct sign_ctx *ctx)
{
	return ctx->env.code;
}

const char *
sign_ctx_message(const struct sign_ctx *ctx)
{
	return ctx->env.message;
}

const char *
sign_ctx_hint(const struct sign_ctx *ctx)
{
	return ctx->env.hint;
}

void
sign_ctx_set_translate(
    struct sign_ctx *ctx, sign_translate_fn *fn, void *payload)
{
	ctx->translate = fn;
	ctx->translate_payload = payload;
}

void
sign_ctx_set_clock(struct sign_ctx *ctx, sign_clock_fn *fn, void *payload)
{
	ctx->clock = fn;
	ctx->clock_payload = payload;
	ctx->env.now = fn != NULL ? ctx_now : NULL;
}

void
sign_ctx_set_log(struct sign_ctx *ctx, sign_log_fn *fn, void *payload)
{
	ctx->log = fn;
	ctx->log_payload = payload;
	ctx->env.log = fn != NULL ? ctx_log : NULL;
}

void
sign_ctx_set_progress(struct sign_ctx *ctx, sign_progress_fn *fn, void *payload)
{
	ctx->progress = fn;
	ctx->progress_payload = payload;
}

void
sign_ctx_set_pin(struct sign_ctx *ctx, sign_pin_fn *fn, void *payload)
{
	ctx->pin = fn;
	ctx->pin_payload = payload;
}
