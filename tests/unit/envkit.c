/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "envkit.h"

#include "tests/lib/mkcert.h"

struct sg_env env;

int
env_setup(void **state)
{
	(void)state;
	return sg_env_init(&env);
}

int
env_teardown(void **state)
{
	(void)state;
	mk_forget_keys();
	sg_env_clear(&env);
	return 0;
}
