/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_VERIFY_H
#define SIGN_LIBSIGN_VERIFY_H

#include "formats/format.h"
#include "sign/verify.h"

struct sg_layout_ops;
struct sg_saved;
struct sg_saved_part;
struct sg_saving;
struct sg_verify_want;

/* A detached signature and the documents that it may be over, wherever they
 * are. Both are taken over whatever happens; docs->list is of malloc(). Of the
 * options those that name files do not count. */
struct sg_verify_source {
	const char *name;
	struct sg_in *in;
	struct sg_sources docs;
	struct sg_saving *saving; /* to be saved and not judged: no report */
};
/* As sign_verify(). */
int sg_verify_source(struct sign_ctx *ctx, struct sg_verify_source *source,
    const struct sign_trust *trust, const struct sign_verify_options *options,
    struct sign_report **out);
/* The same of one that was saved. Its documents are taken over. */
int sg_verify_part(struct sign_ctx *ctx, const struct sg_saved *saved,
    struct sg_saved_part *part, const struct sign_verify_options *options,
    struct sign_report **out);
/* Save the facts of a contract that is no signature as a whole, and judge it by
 * them. 1: it cannot be read, and nothing was saved. */
int sg_verify_save(struct sign_ctx *ctx, const struct sg_verify_want *want,
    const struct sg_layout_ops *layout, struct sign_report **out);
/* sign_judge() of a text. */
int sg_verify_text(struct sign_ctx *ctx, struct sg_view text,
    const struct sign_trust *trust, const struct sign_verify_options *options,
    struct sign_report **out);

#endif
