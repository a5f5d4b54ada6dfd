/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"

#include "base/err.h"
#include "base/kept.h"

#include <openssl/crypto.h>

#include <string.h>
#include <time.h>

int
sg_env_init(struct sg_env *env)
{
	memset(env, 0, sizeof(*env));
	env->lib = OSSL_LIB_CTX_new();
	if (env->lib == NULL)
		return sg_err_ssl(
		    env, SIGN_E_CRYPTO, N_("cannot set up OpenSSL"));
	env->kept = sg_kept_new(); /* not needed for anything */
	return 0;
}

void
sg_env_clear(struct sg_env *env)
{
	sg_kept_free(env->kept);
	env->kept = NULL;
	OSSL_LIB_CTX_free(env->lib);
	env->lib = NULL;
}

int64_t
sg_env_now(const struct sg_env *env)
{
	if (env->now != NULL)
		return env->now(env->payload);
	return (int64_t)time(NULL);
}

const char *
sg_tr(const struct sg_env *env, const char *msgid)
{
	const char *text;

	if (env == NULL || env->translate == NULL || msgid[0] == '\0')
		return msgid;
	text = env->translate(msgid, env->payload);
	return text != NULL ? text : msgid;
}

int
sg_env_progress(struct sg_env *env, uint64_t done, uint64_t total)
{
	if (env->progress == NULL ||
	    env->progress(done, total, env->payload) == 0)
		return 0;
	return sg_err_set(env, SIGN_E_CANCEL, N_("cancelled"));
}
