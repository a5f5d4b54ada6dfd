/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_ESCAPE_H
#define SIGN_LIBSIGN_ESCAPE_H

#include <stddef.h>
#include <stdint.h>

#include "base/pool.h"

/*
 * The next character of UTF-8 text and how many octets it takes. An octet
 * that is no valid UTF-8 (RFC 3629: overlong, surrogate, cut off) gives 0
 * and stands alone: *octets is 1.
 */
uint32_t sg_utf8_next(const char *text, size_t *octets);
/* The text, escaped for people, in the pool; "" for NULL or no memory. */
const char *sg_escape(struct sg_pool *pool, const char *text);

#endif
