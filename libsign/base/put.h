/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_PUT_H
#define SIGN_BASE_PUT_H

#include "base/alg.h"
#include "base/buf.h"

struct sg_env;

/*
 * DER written from the inside out, without a check after each step: the first
 * failure stays in rc and everything after it does nothing. A constructed
 * element begins where sg_put_mark() was and gets its header last.
 */
struct sg_put {
	struct sg_env *env;
	struct sg_buf buf;
	int rc;
};

#define SG_PUT_INIT(env_) \
	{ \
		.env = (env_) \
	}

size_t sg_put_mark(const struct sg_put *put);
/* What was written since the mark becomes the body of this element. */
void sg_put_wrap(struct sg_put *put, size_t mark, int tag_class, int tag);
void sg_put_seq(struct sg_put *put, size_t mark);
void sg_put_set(struct sg_put *put, size_t mark);
/* EXPLICIT [number], or an IMPLICIT one around a constructed body. */
void sg_put_context(struct sg_put *put, size_t mark, int number);

void sg_put_raw(struct sg_put *put, struct sg_view octets);
/* A universal primitive element. */
void sg_put_prim(struct sg_put *put, int tag, struct sg_view body);
void sg_put_oid(struct sg_put *put, const char *dotted);
void sg_put_uint(struct sg_put *put, uint64_t value);
void sg_put_utf8(struct sg_put *put, const char *text);
/* AlgorithmIdentifier of a digest, with the parameters its RFC wants. */
void sg_put_digest_alg(struct sg_put *put, const struct sg_digest *digest);

/* The octets go to *out (appended); frees the rest. Returns rc. */
int sg_put_finish(struct sg_put *put, struct sg_buf *out);
void sg_put_free(struct sg_put *put);

#endif
