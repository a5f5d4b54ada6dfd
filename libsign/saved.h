/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_SAVED_H
#define SIGN_LIBSIGN_SAVED_H

#include "libsign/gather.h"
#include "libsign/json.h"
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

/*
 * Facts of a contract whose file cannot be read as one signature: a package of
 * several signature files, or a container that nobody has signed. First what
 * belongs to it, then the whole.
 */
struct sg_saving {
	struct sign_ctx *ctx;
	struct sg_json package; /* object NULL: it is none */
	struct sg_buf octets;   /* else a container */
	/* of the caller and all signature files, but what these carry */
	struct sg_gathered gathered;
	int64_t time; /* the latest of them */
	size_t part_count;
};
/* To be cleared in any case. */
int sg_saving_start(
    struct sign_ctx *ctx, const struct sign_trust *trust, struct sg_saving *s);
/* The octets of a container. LIMIT. */
int sg_saving_container(struct sg_saving *s, struct sg_in *in);
/* The list of a package, then the files beside it, then its signature files,
 * whose facts are NULL where they cannot be read. */
void sg_saving_package(struct sg_saving *s, struct sg_view list);
void sg_saving_file(struct sg_saving *s, const char *name, uint64_t size);
int sg_saving_part(struct sg_saving *s, const struct sg_to_save *from);
/* opened, gathered and time of "from" do not count. */
int sg_saving_write(struct sg_saving *s, const char *name,
    const struct sg_to_save *from, struct sg_buf *out);
void sg_saving_clear(struct sg_saving *s);

/* A signature file of a package. */
struct sg_saved_part {
	const char *name;
	struct sg_view signature;
	struct sg_sources docs; /* handed over when it is opened */
	struct sg_msg *notes;
	size_t note_count;
};

struct sg_saved_file {
	const char *name;
	int64_t size;
};

/* A contract in the portal's layout: its list, the files beside it, and those
 * of them that the list names as signatures, in its order. */
struct sg_saved_package {
	struct sg_view list;
	struct sg_saved_file *files;
	size_t file_count;
	struct sg_saved_part *parts;
	size_t part_count;
};

struct sg_saved {
	struct sg_pool *pool;
	const char *name; /* of the signature file */
	struct sg_view signature;
	struct sg_sources docs;           /* handed over when it is opened */
	struct sg_saved_package *package; /* in their place; NULL */
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
