/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_SAVED_H
#define SIGN_LIBSIGN_SAVED_H

#include "libsign/gather.h"
#include "libsign/opened.h"
#include "libsign/policy.h"
#include "libsign/trust.h"

struct sign_ctx;

/*
 * The facts file: the inputs of a verdict and nothing that follows from them,
 * so that it can be judged again elsewhere and later. The signature's octets
 * as they are; of each document its digests, and its octets only where a check
 * needs these; certificates, revocation data, anchors, policy, time.
 */
struct sg_to_save {
	struct sg_opened *opened; /* read; rewindable */
	const struct sg_gathered *gathered;
	const struct sg_policy *policy;
	int64_t time;
	const char *level; /* NULL */
	int offline;
};
/* One object of JSON, "podpis-facts/1". LIMIT: the signature is too large. */
int sg_saved_write(
    struct sg_env *env, const struct sg_to_save *from, struct sg_buf *out);

struct sg_saved {
	struct sg_pool *pool;
	const char *name; /* of the signature file */
	struct sg_view signature;
	struct sg_sources docs; /* handed over when it is opened */
	struct sign_trust *trust;
	struct sg_policy policy;
	int64_t time;
	const char *level; /* NULL */
	int offline;       /* the network was not asked */
	struct sg_msg *notes;
	size_t note_count;
};
/* FORMAT, LIMIT. To be cleared in any case, after what was opened of it. */
int sg_saved_read(
    struct sign_ctx *ctx, struct sg_view text, struct sg_saved *out);
void sg_saved_clear(struct sg_saved *saved);

#endif
