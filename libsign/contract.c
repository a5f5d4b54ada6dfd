/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/err.h"
#include "libsign/ctx.h"
#include "libsign/portal.h"
#include "sign/extend.h"
#include "sign/job.h"

#include <string.h>

int
sign_contract_new(struct sign_ctx *ctx,
    const struct sign_contract_options *options, const char *output)
{
	struct sg_env *env = &ctx->env;
	const struct sg_layout_ops *layout;
	struct sign_contract_options set = SIGN_CONTRACT_OPTIONS_INIT;
	int rc = sg_options_take(env, options, &set, sizeof(set));

	if (rc < 0)
		return rc;
	if (set.layout == NULL)
		set.layout = "container";
	layout = sg_layout_find(set.layout);
	if (layout == NULL)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("there is no layout '%s': want container or portal"),
		    set.layout);
	if (set.from != NULL && layout != &sg_layout_portal)
		return sg_portal_carry(ctx, &set, output);
	return layout->create(ctx, &set, output);
}

int
sg_party_job(struct sign_ctx *ctx, const struct sg_party_want *want,
    const struct sign_job_options *set, struct sign_job **out)
{
	int rc = sign_job_new(ctx, set, want->key, out);

	if (rc == 0 && want->stamp != NULL)
		rc = sign_job_content_timestamp(
		    *out, want->stamp_trust, want->stamp);
	return rc;
}

const struct sign_contract_status *
sign_report_contract(const struct sign_report *report)
{
	return report->contract != NULL ? &report->contract->open : NULL;
}
