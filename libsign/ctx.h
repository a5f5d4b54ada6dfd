/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_CTX_H
#define SIGN_LIBSIGN_CTX_H

#include "base/env.h"
#include "sign/ctx.h"
#include "sign/net.h"

struct sg_cache;
struct sg_known;
struct sg_net;

struct sign_ctx {
	struct sg_env env;
	struct sg_known *known; /* certificates and chains seen before */
	sign_translate_fn *translate;
	void *translate_payload;
	sign_clock_fn *clock;
	void *clock_payload;
	sign_log_fn *log;
	void *log_payload;
	sign_progress_fn *progress;
	void *progress_payload;
	sign_pin_fn *pin;
	void *pin_payload;
	sign_fetch_fn *fetch; /* the caller's own transport; NULL */
	void *fetch_payload;
	struct sg_net *net;     /* the built-in one; NULL: not to be used */
	struct sg_cache *cache; /* NULL: none */
};

/*
 * A caller's options, whole: "to" has the defaults, and what an older caller's
 * struct is too short for keeps them. Each such struct begins with its size,
 * which in "to" then is the whole. from NULL: nothing was asked for. ARG: the
 * size is not set.
 */
int sg_options_take(
    struct sg_env *env, const void *from, void *to, size_t size);

/* Give back what the network needed; in net.c. */
void sg_ctx_close_network(struct sign_ctx *ctx);

#endif
