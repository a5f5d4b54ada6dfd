/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/filter.h"

#include "base/err.h"

#include <openssl/evp.h>

#include <stdlib.h>
#include <string.h>

#define BASE64_PIECE 16384

struct base64 {
	struct sg_filter filter;
	EVP_ENCODE_CTX *ctx;
	unsigned char out[BASE64_PIECE];
};

static int
base64_bad(struct sg_env *env)
{
	return sg_err_set(
	    env, SIGN_E_FORMAT, N_("XMLDSig, 6.6.2: the data is not base64"));
}

static int
base64_put(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	struct base64 *base64 = payload;
	const struct sg_sink *to = base64->filter.to;
	const unsigned char *in = ptr;
	size_t part;
	int got, ret;

	for (; len != 0; in += part, len -= part) {
		part = len < BASE64_PIECE ? len : BASE64_PIECE;
		/* to OpenSSL a dash ends the data, whatever comes behind */
		if (memchr(in, '-', part) != NULL)
			return base64_bad(env);
		if (EVP_DecodeUpdate(
			base64->ctx, base64->out, &got, in, (int)part) < 0)
			return base64_bad(env);
		ret = to->put(env, base64->out, (size_t)got, to->payload);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static int
base64_end(struct sg_env *env, struct sg_filter *filter)
{
	struct base64 *base64 = filter->in.payload;
	int got = 0;

	if (EVP_DecodeFinal(base64->ctx, base64->out, &got) != 1)
		return base64_bad(env);
	return filter->to->put(
	    env, base64->out, (size_t)got, filter->to->payload);
}

static void
base64_free(struct sg_filter *filter)
{
	struct base64 *base64 = filter->in.payload;

	EVP_ENCODE_CTX_free(base64->ctx);
	free(base64);
}

int
sg_filter_base64(
    struct sg_env *env, const struct sg_sink *to, struct sg_filter **out)
{
	struct base64 *base64 = calloc(1, sizeof(*base64));

	if (base64 == NULL)
		return sg_err_nomem(env);
	base64->ctx = EVP_ENCODE_CTX_new();
	if (base64->ctx == NULL) {
		free(base64);
		return sg_err_nomem(env);
	}
	EVP_DecodeInit(base64->ctx);
	base64->filter.in.put = base64_put;
	base64->filter.in.payload = base64;
	base64->filter.end = base64_end;
	base64->filter.free = base64_free;
	base64->filter.to = to;
	*out = &base64->filter;
	return 0;
}
