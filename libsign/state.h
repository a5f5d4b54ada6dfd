/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_STATE_H
#define SIGN_LIBSIGN_STATE_H

#include "base/pool.h"
#include "formats/facts.h"
#include "libsign/control.h"
#include "libsign/job.h"
#include "libsign/json_read.h"

/*
 * A job on paper: everything that completing it needs but the document. Octets
 * are kept, not how they were made, so that another version completes what this
 * one prepared. It is JSON, "podpis-state/1"; a reader ignores keys that it
 * does not know, since a later minor version may have added them, and whatever
 * a reader must not ignore makes a new schema.
 */
#define SG_STATE_SCHEMA "podpis-state/1"
#define SG_STATE_MINOR 0

/* What a state says, before any of it is believed. */
struct sg_state {
	struct sg_pool *pool;
	const char *made_by, *kind, *format, *packaging, *level, *digest;
	const char *place_id, *place_xpath, *id, *code, *type;
	int64_t minor, signing_time, deadline;
	int pem, pss, parallel, sealed; /* by a key */
	struct sg_view cert;            /* empty: not yet known */
	struct sg_view *chain;
	size_t chain_count;
	struct sg_sources docs;   /* all of them known by their digests */
	struct sg_view octets;    /* to be signed */
	struct sg_view message;   /* the digest in them */
	const char *asic_with;    /* containers: xades, cades */
	struct sg_view container; /* that is counter-signed in: its SHA-256 */
	const char *manifest;     /* the ASiCManifest that is signed */
	const char *party;        /* of a contract: in which role */
	const char *xml;          /* XML: the signature but for its value */
	struct sg_signed_props props;
};

/* A key of the caller's that seals states; ptr NULL: none. */
struct sg_state_seal {
	struct sg_view key;
	int check; /* 0: only look, believe nothing */
};

/* STATE for all that does not fit. To be cleared in any case. */
int sg_state_read(struct sg_env *env, struct sg_view text,
    const struct sg_state_seal *seal, struct sg_state *out);
void sg_state_clear(struct sg_state *state);
/* Whatever is wrong with a state is STATE; trouble of ours stays what it is. */
int sg_state_refused(struct sg_env *env, int rc);
/* The caller's options, whole; ARG: a key that is too short. */
int sg_state_key(struct sg_env *env, const struct sign_state_options *from,
    struct sign_state_options *to);
/* "mac" or "checksum" of an object that has neither yet: its octets. */
int sg_state_mac(struct sg_env *env, const struct json_t *json,
    struct sg_view key, unsigned char out[SG_MAX_DIGEST]);
#define SG_STATE_MAC 32

/* Does it look like one? */
int sg_state_probe(struct sg_view head);

/* The signature without its value, as a file that its format reads. */
int sg_state_facts(
    struct sg_env *env, const struct sign_job *job, struct sg_facts **out);
/* Everything that can be checked without the document and without a key: what
 * the octets to be signed say against what the state says. */
int sg_state_check(struct sg_env *env, const struct sign_job *job,
    const struct sg_state *state);

#endif
