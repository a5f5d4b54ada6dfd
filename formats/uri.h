/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_URI_H
#define SIGN_FORMATS_URI_H

#include <stddef.h>

struct sg_pool;

/* RFC 3986, 2.1: "%41" to "A" into out, which holds size; -1: a broken escape,
 * a NUL, or no room. */
int sg_uri_decode(const char *uri, char *out, size_t size);
/* RFC 3986, 2.3: all but unreserved characters escaped; in the pool, NULL:
 * out of memory. */
const char *sg_uri_encode(struct sg_pool *pool, const char *name);
/* The same of a path, whose slashes stay. */
const char *sg_uri_encode_path(struct sg_pool *pool, const char *path);

#endif
