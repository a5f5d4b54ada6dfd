/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/contract.h"
#include "libsign/ctx.h"
#include "libsign/page.h"
#include "sign/ctx.h"

#include <stdlib.h>
#include <string.h>

static int
nowhere(const char *text, size_t len, void *payload)
{
	(void)text;
	(void)len;
	(void)payload;
	return 0;
}

/* What was read is written, and reads as the same. */
static void
there_and_back(
    struct sg_env *env, struct sg_pool *pool, const struct sg_contract *c)
{
	struct sg_buf once = { 0 }, twice = { 0 };
	struct sg_contract again;

	if (sg_contract_write(env, c, &once) < 0 ||
	    sg_contract_parse(env, pool, sg_buf_view(&once), &again) < 0 ||
	    sg_contract_write(env, &again, &twice) < 0 ||
	    !sg_view_equal(sg_buf_view(&once), sg_buf_view(&twice)))
		abort();
	sg_buf_free(&once);
	sg_buf_free(&twice);
}

/* A report of two signatures by whom the first party's numbers fit. */
static void
judge(struct sign_ctx *ctx, const struct sg_contract *contract)
{
	struct sign_report *report = sg_report_new(ctx);
	struct sg_contract_done done = { .contract = *contract };
	const struct sg_party *party = &contract->parties[0];
	struct sg_report_sig *sig;
	size_t i;

	done.contract.layout = &sg_layout_container;
	for (i = 0; report != NULL && i < 2; i++) {
		sig = sg_pool_push(report->pool, &report->sigs,
		    &report->sig_count, sizeof(*sig));
		if (sig == NULL)
			break;
		sig->id = i == 0 ? "S-1" : "S-2";
		sig->indication = "TOTAL-PASSED";
		sig->signing_time = contract->created;
		sig->signer.common_name = party->name;
		sig->signer.inn = party->inn;
		sig->signer.snils = party->snils;
		sig->signer.roles = &party->role;
		sig->signer.role_count = i;
	}
	if (report != NULL &&
	    sg_contract_judge(&ctx->env, report, &done) == 0) {
		report->file = report->signature_file = report->policy = "c";
		report->contract = &done;
		sign_report_json(report, nowhere, NULL);
		sign_report_text(report, 0, nowhere, NULL);
	}
	sign_report_free(report);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sign_ctx *ctx;
	struct sg_contract contract;
	struct sg_pool *pool;

	if (ctx == NULL && sign_ctx_new(&ctx) < 0)
		return 0;
	pool = sg_pool_new();
	if (pool != NULL &&
	    sg_contract_parse(
		&ctx->env, pool, sg_view_of(data, size), &contract) == 0) {
		there_and_back(&ctx->env, pool, &contract);
		judge(ctx, &contract);
	}
	sg_pool_free(pool);
	sg_err_clear(&ctx->env);
	return 0;
}
