/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/tsa.h"

#include "base/err.h"
#include "libsign/ctx.h"

int
sg_tsa_stamp(
    struct sign_ctx *ctx, const struct sg_tsa_job *job, struct sg_buf *token)
{
	(void)job;
	(void)token;
	return sg_err_set(&ctx->env, SIGN_E_UNSUPPORTED,
	    N_("this build asks no time-stamp authority"));
}
