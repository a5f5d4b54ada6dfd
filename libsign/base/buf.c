/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/buf.h"

#include "base/err.h"

#include <openssl/crypto.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Moves by hand: what realloc leaves behind could hold a secret. */
static int
buf_grow(struct sg_env *env, struct sg_buf *buf, size_t len)
{
	size_t want = buf->cap != 0 ? buf->cap : 64;
	unsigned char *ptr;

	if (len > SIZE_MAX / 4 - buf->len)
		return sg_err_nomem(env);
	while (want < buf->len + len)
		want *= 2;
	ptr = malloc(want);
	if (ptr == NULL)
		return sg_err_nomem(env);
	if (buf->len != 0)
		memcpy(ptr, buf->ptr, buf->len);
	if (buf->ptr != NULL)
		OPENSSL_cleanse(buf->ptr, buf->len);
	free(buf->ptr);
	buf->ptr = ptr;
	buf->cap = want;
	return 0;
}

unsigned char *
sg_buf_reserve(struct sg_env *env, struct sg_buf *buf, size_t len)
{
	if (buf->cap - buf->len < len && buf_grow(env, buf, len) < 0)
		return NULL;
	if (buf->ptr == NULL && buf_grow(env, buf, 1) < 0)
		return NULL;
	return buf->ptr + buf->len;
}

int
sg_buf_append(
    struct sg_env *env, struct sg_buf *buf, const void *ptr, size_t len)
{
	unsigned char *to = sg_buf_reserve(env, buf, len);

	if (to == NULL)
		return SIGN_E_NOMEM;
	if (len != 0)
		memcpy(to, ptr, len);
	buf->len += len;
	return 0;
}

int
sg_buf_append_view(struct sg_env *env, struct sg_buf *buf, struct sg_view view)
{
	return sg_buf_append(env, buf, view.ptr, view.len);
}

int
sg_buf_printf(struct sg_env *env, struct sg_buf *buf, const char *format, ...)
{
	va_list args;
	unsigned char *to;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return sg_err_set(env, SIGN_E_INTERNAL, "format failed");
	to = sg_buf_reserve(env, buf, (size_t)len + 1);
	if (to == NULL)
		return SIGN_E_NOMEM;
	va_start(args, format);
	vsnprintf((char *)to, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
	return 0;
}

void
sg_buf_free(struct sg_buf *buf)
{
	free(buf->ptr);
	memset(buf, 0, sizeof(*buf));
}

void
sg_buf_wipe(struct sg_buf *buf)
{
	if (buf->ptr != NULL)
		OPENSSL_cleanse(buf->ptr, buf->cap);
	sg_buf_free(buf);
}

struct sg_view
sg_buf_view(const struct sg_buf *buf)
{
	return sg_view_of(buf->ptr, buf->len);
}

struct sg_view
sg_view_of(const void *ptr, size_t len)
{
	struct sg_view view = { ptr, len };

	return view;
}

struct sg_view
sg_view_str(const char *text)
{
	return sg_view_of(text, text != NULL ? strlen(text) : 0);
}

int
sg_view_equal(struct sg_view a, struct sg_view b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

int
sg_view_compare(struct sg_view a, struct sg_view b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len != 0 ? memcmp(a.ptr, b.ptr, len) : 0;

	if (order != 0)
		return order;
	return (a.len > b.len) - (a.len < b.len);
}
