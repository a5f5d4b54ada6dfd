/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/err.h"
#include "libsign/ctx.h"
#include "libsign/verify.h"
#include "sign/ctx.h"

static int
drop(const char *text, size_t len, void *payload)
{
	(void)text;
	(void)len;
	(void)payload;
	return 0;
}

/* Saved facts, whatever somebody made of them: read, judged as they say, a
 * contract among them, too, and told. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sign_ctx *ctx;
	struct sign_report *report = NULL;

	if (ctx == NULL && sign_ctx_new(&ctx) < 0)
		return 0;
	if (sg_verify_text(ctx, sg_view_of(data, size), NULL, NULL, &report) ==
	    0)
		sign_report_json(report, drop, NULL);
	sign_report_free(report);
	sg_err_clear(&ctx->env);
	return 0;
}
