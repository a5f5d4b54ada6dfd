/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_TSA_H
#define SIGN_LIBSIGN_TSA_H

#include <stddef.h>

#include "base/alg.h"
#include "base/buf.h"
#include "sign/net.h"

struct sg_gathered;
struct sign_ctx;

/* What is to be stamped, and by whom. */
struct sg_tsa_job {
	const struct sign_tsa *tsas; /* in order of fallback */
	size_t tsa_count;
	const struct sg_digest *digest;
	struct sg_view imprint;
	/* whom the token must lead to; gets what the token carries and what
	 * its chain lacks (sg_gather_chain()). NULL: the chain is not judged */
	struct sg_gathered *gathered;
};

/*
 * A token from the first TSA that gives a good one. It is checked whole before
 * it is used: status, imprint, nonce, policy, signature, signing-certificate,
 * extended key usage, validity at genTime, genTime against the clock (RFC
 * 3161, 2.3, 2.4.2). A chain that cannot be judged for want of revocation data
 * is let pass. Appends to token. NET: none did, with a line for each of them.
 */
int sg_tsa_stamp(
    struct sign_ctx *ctx, const struct sg_tsa_job *job, struct sg_buf *token);

#endif
