/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"

#include "base/env.h"

#include <openssl/err.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
err_append(struct sg_env *env, const char *text)
{
	size_t len = strlen(env->message);

	snprintf(env->message + len, sizeof(env->message) - len, ": %s", text);
	len = strlen(env->english);
	snprintf(env->english + len, sizeof(env->english) - len, ": %s", text);
}

static void err_format(struct sg_env *env, int code, const char *format,
    va_list args) __attribute__((format(printf, 3, 0)));

static void
err_format(struct sg_env *env, int code, const char *format, va_list args)
{
	va_list again;

	env->code = code;
	env->hint[0] = '\0';
	va_copy(again, args);
	vsnprintf(env->english, sizeof(env->english), format, again);
	va_end(again);
	vsnprintf(env->message, sizeof(env->message), sg_tr(env, format), args);
}

int
sg_err_set(struct sg_env *env, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	err_format(env, code, format, args);
	va_end(args);
	return code;
}

int
sg_err_sys(struct sg_env *env, int code, const char *format, ...)
{
	int saved = errno;
	va_list args;

	va_start(args, format);
	err_format(env, code, format, args);
	va_end(args);
	if (saved != 0)
		err_append(env, strerror(saved));
	return code;
}

int
sg_err_ssl(struct sg_env *env, int code, const char *format, ...)
{
	unsigned long first = ERR_peek_last_error();
	const char *reason = ERR_reason_error_string(first);
	va_list args;

	va_start(args, format);
	err_format(env, code, format, args);
	va_end(args);
	if (reason != NULL)
		err_append(env, reason);
	ERR_clear_error();
	return code;
}

int
sg_err_nomem(struct sg_env *env)
{
	return sg_err_set(env, SIGN_E_NOMEM, N_("out of memory"));
}

int
sg_err_is_file(int code)
{
	return code == SIGN_E_IO || code == SIGN_E_FORMAT ||
	    code == SIGN_E_LIMIT;
}

void
sg_err_hint(struct sg_env *env, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(env->hint, sizeof(env->hint), sg_tr(env, format), args);
	va_end(args);
}

void
sg_err_clear(struct sg_env *env)
{
	env->code = SIGN_E_OK;
	env->message[0] = '\0';
	env->english[0] = '\0';
	env->hint[0] = '\0';
	if (ERR_peek_error() != 0) /* cheaper than to clear what is clear */
		ERR_clear_error();
}

const char *
sign_error_name(int code)
{
	switch (code) {
#define ERROR_NAME(name, number, word, text) \
	case number: \
		return word;
		SIGN_ERRORS(ERROR_NAME)
#undef ERROR_NAME
	default:
		return "internal";
	}
}

const char *
sign_error_text(int code)
{
	switch (code) {
#define ERROR_TEXT(name, number, word, text) \
	case number: \
		return text;
		SIGN_ERRORS(ERROR_TEXT)
#undef ERROR_TEXT
	default:
		return "internal failure";
	}
}
