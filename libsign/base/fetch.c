/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/fetch.h"

#include "base/env.h"
#include "base/err.h"

int
sg_fetch(struct sg_env *env, const struct sg_fetch *want, struct sg_buf *out)
{
	if (env->fetch == NULL)
		return sg_err_set(env, SIGN_E_NET,
		    N_("%s: the network is not to be used"), want->url);
	return env->fetch(env, want, out, env->payload);
}
