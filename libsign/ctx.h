/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_CTX_H
#define SIGN_LIBSIGN_CTX_H

#include "base/env.h"
#include "sign/ctx.h"

struct sg_known;

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
};

#endif
