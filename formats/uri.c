/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/uri.h"

#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

int
sg_uri_decode(const char *uri, char *out, size_t size)
{
	char hex[3] = { 0 };
	size_t used = 0;

	for (; *uri != '\0'; uri++, used++) {
		if (used + 1 >= size)
			return -1;
		out[used] = *uri;
		if (*uri != '%')
			continue;
		if (strspn(uri + 1, "0123456789abcdefABCDEF") < 2)
			return -1;
		memcpy(hex, uri + 1, 2);
		out[used] = (char)strtol(hex, NULL, 16);
		if (out[used] == '\0')
			return -1;
		uri += 2;
	}
	out[used] = '\0';
	return 0;
}

static const char *
encode(struct sg_pool *pool, const char *name, const char *plain)
{
	static const char digits[] = "0123456789ABCDEF";
	char *out = sg_pool_alloc(pool, strlen(name) * 3 + 1);
	char *to = out;

	for (; out != NULL && *name != '\0'; name++) {
		if (strchr(plain, *name) != NULL) {
			*to++ = *name;
			continue;
		}
		*to++ = '%';
		*to++ = digits[(unsigned char)*name >> 4];
		*to++ = digits[(unsigned char)*name & 15];
	}
	return out;
}

#define UNRESERVED \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789-._~"

const char *
sg_uri_encode(struct sg_pool *pool, const char *name)
{
	return encode(pool, name, UNRESERVED);
}

const char *
sg_uri_encode_path(struct sg_pool *pool, const char *path)
{
	return encode(pool, path, UNRESERVED "/");
}
