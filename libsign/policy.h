/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_POLICY_H
#define SIGN_LIBSIGN_POLICY_H

#include <stdint.h>

#include "base/buf.h"
#include "base/strength.h"

struct sg_env;
struct sg_pool;

/*
 * A rule set for the verdict: a row of the table of policies, or one of these
 * with what a file says over it. Durations in seconds.
 */
struct sg_policy {
	const char *name;
	int wants_signing_certificate; /* else a plain CMS will do */
	const char *qualification;     /* NULL, "undetermined" */
	const char *level;             /* at least that one; NULL */
	struct sg_strength strength;   /* dates over those of the table */
	/* revocation data are fresh that long (EN 319 102-1, 5.2.5); 0: as
	 * long as they say themselves */
	int64_t revocation_max_age;
	/* revocation data of the signer must be issued that long after the
	 * proven time of signing; SG_NO_TIME: not asked for */
	int64_t grace_period;
	/* a signature time-stamp must come that soon after the claimed time
	 * (EN 319 102-1, 5.5.4); SG_NO_TIME: not asked for */
	int64_t stamp_delay;
	struct sg_view source; /* the file's octets; empty: a row */
};

/* The row, or NULL. */
const struct sg_policy *sg_policy_find(const char *name);

/*
 * By name, or out of a file of JSON, podpis-policy(5); what has neither a
 * slash nor a point in it is a name. Strings live in the pool. ARG: no such
 * row; IO; FORMAT: which key is wrong.
 */
int sg_policy_get(struct sg_env *env, struct sg_pool *pool, const char *name,
    struct sg_policy *out);
/* The same out of an object that was read already. */
struct sg_json_in;
int sg_policy_read(const struct sg_json_in *in, struct sg_policy *out);

#endif
