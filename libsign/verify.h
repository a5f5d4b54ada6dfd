/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_VERIFY_H
#define SIGN_LIBSIGN_VERIFY_H

#include "formats/format.h"
#include "sign/verify.h"

/* A detached signature and the documents that it may be over, wherever they
 * are. Both are taken over whatever happens; docs->list is of malloc(). Of the
 * options those that name files do not count. */
struct sg_verify_source {
	const char *name;
	struct sg_in *in;
	struct sg_sources docs;
};
/* As sign_verify(). */
int sg_verify_source(struct sign_ctx *ctx, struct sg_verify_source *source,
    const struct sign_trust *trust, const struct sign_verify_options *options,
    struct sign_report **out);

#endif
