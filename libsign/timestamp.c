/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "sign/net.h"

#include "base/err.h"
#include "libsign/ctx.h"

int
sign_timestamp(struct sign_ctx *ctx, const char *document,
    const struct sign_trust *trust,
    const struct sign_timestamp_options *options, const char *output)
{
	(void)document;
	(void)trust;
	(void)options;
	(void)output;
	return sg_err_set(&ctx->env, SIGN_E_UNSUPPORTED,
	    N_("this build asks no time-stamp authority"));
}
