/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_ENCODING_H
#define SIGN_FORMATS_ENCODING_H

#include "base/io.h"

struct sg_env;

enum sg_encoding {
	SG_ENC_BINARY,
	SG_ENC_PEM,    /* armour of any label, text before it is skipped */
	SG_ENC_BASE64, /* one line or wrapped, CRLF, BOM, blanks */
};

/*
 * Look at the first octets and give a source of the binary behind them. The
 * new source reads through "in" (borrowed) and rewinds if that does. PEM's
 * label goes to label (may be NULL). Anything else after the PEM block or
 * inside base64: FORMAT when it is read.
 */
int sg_encoding_open(struct sg_env *env, struct sg_in *in, struct sg_in **out,
    enum sg_encoding *encoding, char label[64]);

/* An output filter: what is written comes out as PEM with this label; commit
 * with sg_pem_end(). */
struct sg_pem_out;
int sg_pem_begin(struct sg_env *env, struct sg_out *out, const char *label,
    struct sg_pem_out **pem);
int sg_pem_write(
    struct sg_env *env, struct sg_pem_out *pem, const void *ptr, size_t len);
int sg_pem_end(struct sg_env *env, struct sg_pem_out *pem); /* frees it */
void sg_pem_free(struct sg_pem_out *pem);

#endif
