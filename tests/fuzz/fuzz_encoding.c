/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/env.h"
#include "base/err.h"
#include "formats/encoding.h"

#include <stdlib.h>
#include <string.h>

/* Reads all of it in pieces of this size. */
static void
decode(struct sg_env *env, struct sg_in *in, size_t piece, struct sg_buf *out)
{
	unsigned char some[97];
	size_t got = 1;

	while (got != 0 && sg_in_read(env, in, some, piece, &got) == 0)
		sg_buf_append(env, out, some, got);
}

/* Detection and decoding; pieces of any size give the same octets. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sg_env env;
	struct sg_buf large = { NULL, 0, 0 }, small = { NULL, 0, 0 };
	struct sg_in *in = NULL, *decoded = NULL;
	enum sg_encoding encoding;
	char label[64];

	if (sg_in_memory(&env, "text", sg_view_of(data, size), &in) == 0 &&
	    sg_encoding_open(&env, in, &decoded, &encoding, label) == 0) {
		decode(&env, decoded, 97, &large);
		if (sg_in_rewind(&env, decoded) == 0)
			decode(&env, decoded, 1, &small);
		if (small.len < large.len ||
		    (large.len != 0 &&
			memcmp(small.ptr, large.ptr, large.len) != 0) ||
		    (encoding == SG_ENC_BINARY && large.len != size))
			abort();
	}
	sg_buf_free(&large);
	sg_buf_free(&small);
	sg_in_free(decoded);
	sg_in_free(in);
	sg_err_clear(&env);
	return 0;
}
