/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/err.h"
#include "libsign/ctx.h"
#include "libsign/judge.h"
#include "libsign/saved.h"
#include "sign/ctx.h"

/* Saved facts, whatever somebody made of them: read, and judged as they say. */
static int
judge(struct sign_ctx *ctx, struct sg_saved *saved)
{
	struct sign_report *report = sg_report_new(ctx);
	struct sg_gathered gathered = { .pool = NULL };
	struct sg_opened opened;
	int ret = sg_opened_again(
	    &ctx->env, saved->name, saved->signature, &saved->docs, &opened);

	if (ret == 0)
		ret = sg_gather(ctx, opened.facts, saved->trust, &gathered);
	if (ret == 0 && report != NULL)
		ret = sg_judge(&ctx->env, opened.facts, &gathered.evidence,
		    &saved->policy, saved->time, report);
	sg_gathered_clear(&gathered);
	sg_opened_close(&opened);
	sign_report_free(report);
	return ret;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sign_ctx *ctx;
	struct sg_saved saved;

	if (ctx == NULL && sign_ctx_new(&ctx) < 0)
		return 0;
	if (sg_saved_read(ctx, sg_view_of(data, size), &saved) == 0)
		judge(ctx, &saved);
	sg_saved_clear(&saved);
	sg_err_clear(&ctx->env);
	return 0;
}
