/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/cache.h"

#include "base/err.h"

int
sg_cache_open(struct sg_env *env, const char *dir,
    const struct sign_cache_options *options, struct sg_cache **out)
{
	(void)options;
	(void)out;
	return sg_err_set(
	    env, SIGN_E_IO, N_("%s: cannot be used as a cache"), dir);
}

void
sg_cache_free(struct sg_cache *cache)
{
	(void)cache;
}
