/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CTX_H
#define SIGN_CTX_H

#include <stddef.h>
#include <stdint.h>

#include "sign/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Settings, callbacks and the last error. One context serves one thread at a
 * time; contexts share nothing but the GOST engine, which OpenSSL keeps
 * process-wide. The library never prints, exits, reads the environment or
 * goes to the network by itself.
 */
struct sign_ctx;

/** @return 0, SIGN_E_NOMEM or SIGN_E_CRYPTO; *out is the caller's. */
int sign_ctx_new(struct sign_ctx **out);
/** NULL is allowed. Keys, jobs and reports made with it must go first. */
void sign_ctx_free(struct sign_ctx *ctx);

/** Code, one line, and what can be done about it ("" if nothing) of the last
 * call that failed; borrowed until the next call with this context. */
int sign_ctx_error(const struct sign_ctx *ctx);
const char *sign_ctx_message(const struct sign_ctx *ctx);
const char *sign_ctx_hint(const struct sign_ctx *ctx);

/** Put English texts into the person's language (gettext's contract). */
typedef const char *sign_translate_fn(const char *msgid, void *payload);
void sign_ctx_set_translate(
    struct sign_ctx *ctx, sign_translate_fn *fn, void *payload);

/** Seconds since 1970, UTC. Default: the system's clock. */
typedef int64_t sign_clock_fn(void *payload);
void sign_ctx_set_clock(struct sign_ctx *ctx, sign_clock_fn *fn, void *payload);

/** One line of log; level 1 tells what is done, 2 how. Never a secret. */
typedef void sign_log_fn(int level, const char *line, void *payload);
void sign_ctx_set_log(struct sign_ctx *ctx, sign_log_fn *fn, void *payload);

/** Called while documents are read; total 0: unknown. Non-zero cancels. */
typedef int sign_progress_fn(uint64_t done, uint64_t total, void *payload);
void sign_ctx_set_progress(
    struct sign_ctx *ctx, sign_progress_fn *fn, void *payload);

enum sign_pin_kind {
	SIGN_PIN_TOKEN,      /* user PIN of a token */
	SIGN_PIN_KEY,        /* PIN of one key (CKA_ALWAYS_AUTHENTICATE) */
	SIGN_PIN_PASSPHRASE, /* of a PKCS#12 or PKCS#8 file */
	SIGN_PIN_PAD,        /* told, not asked: entered at the device */
};

/* What the token says of its PIN (CKF_USER_PIN_*). */
#define SIGN_PIN_COUNT_LOW 1u
#define SIGN_PIN_FINAL_TRY 2u

struct sign_pin_request {
	size_t size; /* of this struct */
	enum sign_pin_kind kind;
	const char *name; /* token label or file name, raw UTF-8 */
	unsigned flags;
};

/**
 * Ask for a PIN. Writes at most room octets, no NUL, and returns how many, or
 * SIGN_E_CANCEL / SIGN_E_PIN / another code. Asked at most once per token or
 * file and operation: a wrong PIN is never tried again by the library.
 */
typedef int sign_pin_fn(const struct sign_pin_request *request, char *pin,
    size_t room, void *payload);
void sign_ctx_set_pin(struct sign_ctx *ctx, sign_pin_fn *fn, void *payload);

/** Parts and their versions: name "OpenSSL", text "3.0.19"; NULL past the
 * end. "not installed" and the package's name where one is absent. */
const char *sign_version_part(
    struct sign_ctx *ctx, size_t index, const char **text);

#ifdef __cplusplus
}
#endif

#endif
