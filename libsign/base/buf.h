/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_BUF_H
#define SIGN_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct sg_env;

/* Borrowed bytes. */
struct sg_view {
	const unsigned char *ptr;
	size_t len;
};

/* Owned, growing bytes. All zero is an empty buffer. */
struct sg_buf {
	unsigned char *ptr;
	size_t len;
	size_t cap;
};

int sg_buf_append(
    struct sg_env *env, struct sg_buf *buf, const void *ptr, size_t len);
int sg_buf_append_view(
    struct sg_env *env, struct sg_buf *buf, struct sg_view view);
/* Room for len more bytes; returns where to write them, NULL on NOMEM. */
unsigned char *sg_buf_reserve(
    struct sg_env *env, struct sg_buf *buf, size_t len);
int sg_buf_printf(struct sg_env *env, struct sg_buf *buf, const char *format,
    ...) __attribute__((format(printf, 3, 4)));
void sg_buf_free(struct sg_buf *buf);
/* The same, wiped first: for PINs, passphrases, private keys. */
void sg_buf_wipe(struct sg_buf *buf);

struct sg_view sg_buf_view(const struct sg_buf *buf);
struct sg_view sg_view_of(const void *ptr, size_t len);
struct sg_view sg_view_str(const char *text);
int sg_view_equal(struct sg_view a, struct sg_view b);
/* memcmp order, the shorter first: the order of a DER SET OF (X.690, 11.6). */
int sg_view_compare(struct sg_view a, struct sg_view b);

#endif
