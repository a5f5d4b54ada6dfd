/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_ENV_H
#define SIGN_BASE_ENV_H

#include <stdint.h>

#include "base/text.h"

#include <openssl/types.h>

struct sg_buf;
struct sg_fetch;
struct sg_kept;

/* What every layer gets as its first parameter; sign_ctx wraps it. */
struct sg_env {
	int code;           /* last error: SIGN_E_* */
	char message[1024]; /* in the person's language */
	char english[1024]; /* the same, for reports to programs */
	char hint[512];

	OSSL_LIB_CTX *lib; /* private library context, NULL: the default one */
	struct sg_kept *kept; /* see base/kept.h; may be NULL */

	/* all optional; payload is handed back to each of them */
	const char *(*translate)(const char *msgid, void *payload);
	int64_t (*now)(void *payload); /* seconds since 1970, UTC */
	void (*log)(int level, const char *line, void *payload);
	/* returns non-zero to cancel; total is 0 when unknown */
	int (*progress)(uint64_t done, uint64_t total, void *payload);
	/* see base/fetch.h; sets the error itself */
	int (*fetch)(struct sg_env *env, const struct sg_fetch *want,
	    struct sg_buf *out, void *payload);
	void *payload;
};

/**
 * Set up an environment: private OpenSSL library context, no callbacks.
 *
 * @return 0 or SIGN_E_NOMEM / SIGN_E_CRYPTO.
 */
int sg_env_init(struct sg_env *env);

/** Release what sg_env_init() took. */
void sg_env_clear(struct sg_env *env);

/** Seconds since 1970: of the clock callback, else of the system. */
int64_t sg_env_now(const struct sg_env *env);

/**
 * The message in the person's language.
 *
 * @param msgid English text or printf format, as marked with N_().
 * @return msgid itself where no translation is at hand.
 */
const char *sg_tr(const struct sg_env *env, const char *msgid)
    __attribute__((format_arg(2)));

/** Tell how far a long job is; 0, or SIGN_E_CANCEL with the error set. */
int sg_env_progress(struct sg_env *env, uint64_t done, uint64_t total);

#endif
