/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_STATUS_H
#define SIGN_CERTS_STATUS_H

#include <stdint.h>

#include "certs/chain.h"

struct sg_path;
struct sg_trial;
struct sg_trial_input;

/* Inside of certs/: what revocation data say at the time of a question. */

/* How long a response without nextUpdate is one of the moment; seconds. */
#define SG_OCSP_MOMENT 600

/* Fresh enough (EN 319 102-1, 5.2.5)? What was issued at that time or later is,
 * older data until a new one was due or to the age that the policy allows. */
int sg_status_is_fresh(const struct sg_evidence *evidence, int64_t at,
    int64_t this_update, int64_t next_update);
/* The meaning of "revoked at this time for this reason". GOOD: that was later,
 * and does not count. first: it is the certificate of the question. */
enum sg_revocation sg_status_of_entry(const struct sg_question *question,
    int first, int64_t when, const char *reason);
/* Hear the OCSP responses after the CRLs: of both what decides is kept. */
int sg_status_ask(struct sg_trial_input *input, const struct sg_path *path,
    const struct sg_question *question, struct sg_trial *out);

#endif
