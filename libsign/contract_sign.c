/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/err.h"
#include "libsign/ctx.h"

int
sign_contract_prepare(const struct sign_report *report,
    const struct sign_party_options *options, const struct sign_key *key,
    struct sign_job **out)
{
	struct sg_env *env = &report->ctx->env;

	(void)options;
	(void)key;
	(void)out;
	return sg_err_set(
	    env, SIGN_E_FORMAT, N_("there is no contract in this file"));
}
