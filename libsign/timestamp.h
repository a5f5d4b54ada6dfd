/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_TIMESTAMP_H
#define SIGN_LIBSIGN_TIMESTAMP_H

#include "base/io.h"
#include "formats/asic.h"
#include "libsign/tsa.h"
#include "sign/net.h"

struct sign_ctx;
struct sign_trust;

/* Documents that get a time-stamp, and go into a container with it. */
struct sg_timestamp_want {
	const char *const *documents;
	size_t count;
	enum sg_asic_kind kind;
	const struct sign_trust *trust;
	const struct sign_timestamp_options *options;
	const char *output;
};
/* job->digest is set. Does not commit out. */
int sg_timestamp_asic(struct sign_ctx *ctx,
    const struct sg_timestamp_want *want, struct sg_tsa_job *job,
    struct sg_out *out);
/* The token for job->imprint. */
int sg_timestamp_ask(struct sign_ctx *ctx, const struct sign_trust *trust,
    const struct sign_timestamp_options *options, struct sg_tsa_job *job,
    struct sg_buf *token);

#endif
