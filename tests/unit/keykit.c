/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "keykit.h"

#include "sign/key.h"

int
key_try(struct sign_ctx *ctx, const char *path, const char *cert,
    struct sign_key **key)
{
	struct sign_key_options options = SIGN_KEY_OPTIONS_INIT;

	options.name = path;
	options.cert = cert;
	*key = NULL;
	return sign_key_open(ctx, &options, key);
}

int
key_code(const char *path, const char *cert, struct mk_asked *asked)
{
	struct sign_key_options options = SIGN_KEY_OPTIONS_INIT;

	options.name = path;
	options.cert = cert;
	return mk_open(&options, asked);
}

void
key_put(const char *path, struct sg_buf *buf)
{
	mk_file(path, buf->ptr, buf->len);
	sg_buf_free(buf);
}
