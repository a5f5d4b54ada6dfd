/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_GATHER_H
#define SIGN_LIBSIGN_GATHER_H

#include <stdint.h>

#include "certs/chain.h"
#include "formats/facts.h"

struct sg_env;
struct sign_ctx;
struct sign_trust;

/*
 * Evidence: everything that judging may draw upon, gathered before it from the
 * file, the caller, the cache, and only if allowed from the network. Owns its
 * lists; "evidence" points into them.
 */
struct sg_gathered {
	struct sg_certs anchors, certs;
	struct sg_crls crls;
	struct sg_ocsps ocsps;
	struct sg_evidence evidence;
	/* what was looked up, and what could not be: for the report */
	struct sg_pool *pool;
	struct sg_msg *notes;
	size_t note_count;
};

/* What the file carries and the caller gives, without doubles. facts NULL: the
 * caller's alone. "out" must stay where it is: its evidence points into it. */
int sg_gather(struct sign_ctx *ctx, struct sg_facts *facts,
    const struct sign_trust *trust, struct sg_gathered *out);
void sg_gathered_clear(struct sg_gathered *gathered);

/* One more, unless it is there: 1 added, 0 it was there, or why it cannot be
 * read. */
int sg_gathered_add_cert(
    struct sign_ctx *ctx, struct sg_gathered *gathered, struct sg_view der);
int sg_gathered_add_crl(
    struct sign_ctx *ctx, struct sg_gathered *gathered, struct sg_view der);
int sg_gathered_add_ocsp(
    struct sign_ctx *ctx, struct sg_gathered *gathered, struct sg_view der);
/* A sentence for the report. 0 or NOMEM. */
int sg_gathered_note(struct sg_env *env, struct sg_gathered *gathered,
    const char *id, const char *a, const char *b);

/*
 * Add what a certificate's chain still lacks at this time: issuers (AIA,
 * caIssuers), revocation data of every link and of who signed that data (OCSP,
 * then CRL), out of the cache, else the network. after: revocation data must
 * not be issued before that (grace period); SG_NO_TIME: what is fresh will do.
 * Network trouble is no error: it is noted, and judging says what is missing.
 * Does nothing without a transport and a cache.
 */
int sg_gather_chain(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_question *question, int64_t after);
/* The same for every signature and time-stamp of the facts. */
int sg_gather_all(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_facts *facts, int64_t time);

#endif
