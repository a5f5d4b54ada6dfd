/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/fetch_curl.h"

#include "base/err.h"

int
sg_net_new(struct sg_env *env, const struct sign_net_options *options,
    struct sg_net **out)
{
	(void)options;
	(void)out;
	return sg_err_set(env, SIGN_E_MODULE,
	    N_("this build has no transport of its own to the network"));
}

void
sg_net_free(struct sg_net *net)
{
	(void)net;
}

int
sg_net_fetch(struct sg_env *env, struct sg_net *net,
    const struct sg_fetch *want, struct sg_buf *out)
{
	(void)net;
	(void)out;
	return sg_err_set(env, SIGN_E_NET, N_("%s: not reached"), want->url);
}
