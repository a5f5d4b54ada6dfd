/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_ASIC_AUGMENT_H
#define SIGN_FORMATS_ASIC_AUGMENT_H

#include "base/crypt.h"
#include "formats/asic.h"
#include "formats/encoding.h"

/* A signature file of the container that is being raised; opened when it is
 * first wanted. */
struct sg_asic_member {
	const struct sg_asic_entry *entry;
	size_t first, count; /* its signatures in the container's facts */
	const struct sg_augment_ops *ops;
	struct sg_buf octets; /* the file */
	struct sg_in *raw, *in;
	enum sg_encoding encoding;
	struct sg_source source; /* CAdES: what it is over */
	struct sg_sources docs;
	struct sg_facts *facts; /* of this file alone */
	struct sg_augment *aug; /* NULL: not opened */
	int changed;
	struct sg_view written; /* as it is now; empty: to be written */
};

/* The archive manifest that is being made, and its time-stamp. */
struct sg_asic_archive {
	const struct sg_digest *digest; /* NULL: there is none yet */
	const char *name, *token_name;
	const char *rename[2]; /* the one before: from, to; NULL */
	struct sg_view octets;
	unsigned char imprint[SG_MAX_DIGEST];
	struct sg_view token; /* empty: asked for, not yet there */
};

/* What the files of the containers' augmenter share. */
struct sg_augment {
	struct sg_pool *pool;
	struct sg_asic *asic;
	const struct sg_facts *facts; /* of the container as it was */
	struct sg_box box;
	struct sg_sources files; /* by the entries' indexes */
	struct sg_asic_member *members;
	size_t member_count;
	struct sg_asic_archive archive;
	/* the token that the next one is over, with the validation data that it
	 * was given; NULL: as it was */
	const struct sg_asic_entry *newest;
	struct sg_view newest_token;
};

/* The octets of a signature file as things stand now. */
int sg_asic_member_octets(struct sg_env *env, struct sg_augment *aug,
    struct sg_asic_member *member, struct sg_view *out);
int sg_asic_lists(const struct sg_asic *asic,
    const struct sg_asic_entry *manifest, const struct sg_asic_entry *entry);
/* The manifest that lists this name; NULL: none does. */
const struct sg_asic_entry *sg_asic_listed_by(
    const struct sg_asic *asic, const char *name);

/* ---- asic_archive.c (EN 319 162-1, 4.4.4) */

/* Validation data into the token that the next one is over: no list has it
 * yet. any: where there is no archive manifest too. */
int sg_asic_archive_renew(struct sg_env *env, struct sg_augment *aug,
    const struct sg_values *values, int any);
/* A manifest over all that signatures need; its digest is the imprint. */
int sg_asic_archive_make(
    struct sg_env *env, struct sg_augment *aug, const struct sg_digest *digest);
int sg_asic_archive_stamp(struct sg_env *env, struct sg_augment *aug,
    struct sg_view token, const struct sg_values *values);

#endif
