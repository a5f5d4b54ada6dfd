/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_GATHER_H
#define SIGN_LIBSIGN_GATHER_H

#include <stdint.h>

#include "certs/chain.h"
#include "formats/facts.h"

struct sg_env;
struct sg_tried;
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
	/* of looking things up: which addresses were tried, what that took,
	 * and the time that the newest of these data speak of */
	struct sg_tried *tried;
	size_t tried_count;
	unsigned fetches;
	uint64_t octets;
	int64_t deadline, newest;
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
/* The same, of what was read already: 1, 0, or NOMEM. */
int sg_gathered_take_cert(
    struct sg_env *env, struct sg_gathered *gathered, struct sg_cert *cert);
int sg_gathered_take_crl(
    struct sg_env *env, struct sg_gathered *gathered, struct sg_crl *crl);
int sg_gathered_take_ocsp(
    struct sg_env *env, struct sg_gathered *gathered, struct sg_ocsp *ocsp);
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
/* What time is it? The clock's; a responder whose clock is a little ahead has
 * just answered: then what it says. To judge by after gathering. */
int64_t sg_gathered_now(
    const struct sg_env *env, const struct sg_gathered *gathered);
/* The same for every signature and time-stamp of the facts. */
int sg_gather_all(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_facts *facts, int64_t time);

#endif
