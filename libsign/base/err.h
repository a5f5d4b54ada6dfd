/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_ERR_H
#define SIGN_BASE_ERR_H

#include "base/text.h"
#include "sign/error.h"

struct sg_env;

/*
 * Set the last error and return its code, so that a failing branch is one
 * line. One line of text, lower case, no full stop, names the clause and says
 * "want X, have Y". Set once, where it happens; above, only clean up.
 * The format is translated: write it as a literal.
 */
int sg_err_set(struct sg_env *env, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same; appends what errno says. Only where the last call set errno. */
int sg_err_sys(struct sg_env *env, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same; appends and drains OpenSSL's error queue. */
int sg_err_ssl(struct sg_env *env, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Out of memory: a fixed text, SIGN_E_NOMEM. */
int sg_err_nomem(struct sg_env *env);

/*
 * Add what the person can do next to the error that stands. Translated.
 */
void sg_err_hint(struct sg_env *env, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Is it a matter of the file: unreadable, malformed, too large? */
int sg_err_is_file(int code);

/* Forget the last error and empty OpenSSL's queue. */
void sg_err_clear(struct sg_env *env);

#endif
