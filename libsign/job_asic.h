/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_JOB_ASIC_H
#define SIGN_LIBSIGN_JOB_ASIC_H

#include "formats/asic.h"
#include "libsign/job.h"

/* What a job of a container holds besides. */
struct sg_job_asic {
	struct sg_pool *pool;
	struct sg_in *in;     /* the container that changes; NULL: a new one */
	struct sg_asic *asic; /* the same */
	enum sg_asic_kind kind;
	const struct sg_digest *digest; /* of documents */
	const char *mime_type; /* of all of them; NULL: by their names */
	/* documents by their names in the container, only their digests */
	struct sg_sources docs;
	struct sg_sources octets; /* of XAdES with a content time-stamp */
	const char **types;       /* for people, NULL: not known */
	const char *entry; /* the signature file that is made or changed */
	const char *manifest_name; /* CAdES in ASiC-E; NULL */
	struct sg_buf manifest;
	struct sg_buf old; /* the signature file that changes */
	int fresh;         /* the signature file is a new one */
};

/* ---- job_asic_docs.c */

/* Names of the documents in the container, none that a reader would refuse. */
int sg_job_asic_name(
    struct sg_env *env, struct sg_job_asic *box, const struct sg_sources *docs);
/* Read each document once; what can be read only once is spooled. */
int sg_job_asic_digest(
    struct sg_env *env, struct sg_job_asic *box, const struct sg_sources *docs);
/* The digest of one of box->docs. */
int sg_job_asic_know(struct sg_env *env, struct sg_job_asic *box, size_t which,
    struct sg_view value, const struct sg_seen *seen);
/* The manifest that CAdES in ASiC-E stands over (EN 319 162-1, A.4). */
int sg_job_asic_manifest(struct sg_env *env, struct sg_job_asic *box);
/* The documents on the card. */
int sg_job_asic_card(
    struct sg_env *env, struct sign_job *job, struct sg_job_asic *box);

/* ---- job_asic_change.c: containers that are there */

int sg_job_asic_parallel(struct sign_job *job, struct sg_in *in,
    const char *signature, const char *content);
int sg_job_asic_counter(struct sign_job *job, struct sg_in *in,
    const char *signature, const char *id);

/* ---- job_asic_kept.c: what was prepared before, if it was */

/* box->docs are the documents that the job was prepared for, no more and no
 * fewer. STATE. */
int sg_job_asic_same(
    struct sg_env *env, const struct sign_job *job, struct sg_job_asic *box);
/* The manifest that was made, and the signature file that it names; STATE: that
 * name is taken. */
int sg_job_asic_take_manifest(
    struct sg_env *env, const struct sign_job *job, struct sg_job_asic *box);
/* Is it what is signed, and over the documents of the job? 1, 0, or < 0. */
int sg_job_asic_manifest_fits(struct sg_env *env, const struct sign_job *job);

/* ---- job_asic.c */
int sg_job_asic_is_cades(const struct sign_job *job);
/* What documents are digested with. */
const struct sg_digest *sg_job_asic_digest_of(
    const struct sign_job *job, enum sg_asic_kind kind);
struct sg_job_asic *sg_job_asic_new(struct sg_env *env);
/* SHA-256 of the container that changes, all of its octets. */
#define SG_JOB_ASIC_HASH 32
int sg_job_asic_hash(struct sg_env *env, const struct sg_job_asic *box,
    unsigned char out[SG_MAX_DIGEST]);
/* The signature over box->docs; xml: the file that it goes into, NULL. */
int sg_job_asic_make(struct sg_env *env, struct sign_job *job,
    struct sg_job_asic *box, struct sg_in *xml);

#endif
