/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_PLAIN_H
#define SIGN_LIBSIGN_PLAIN_H

#include "base/buf.h"

struct sg_in;
struct sign_ctx;
struct sign_job;
struct sign_key;

/*
 * Plain CMS signatures (RFC 5652: content-type, message-digest, signing-time,
 * the signer's certificate), detached, into memory: what state services want
 * beside each file of a package.
 */
int sg_plain_new(
    struct sign_ctx *ctx, const struct sign_key *key, struct sign_job **out);
/* in: read to its end, and taken over whatever happens. */
int sg_plain_sign(struct sign_ctx *ctx, struct sign_key *key, struct sg_in *in,
    struct sg_buf *out);

#endif
