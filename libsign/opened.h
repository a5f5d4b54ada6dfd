/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_OPENED_H
#define SIGN_LIBSIGN_OPENED_H

#include "base/io.h"
#include "formats/encoding.h"
#include "formats/format.h"

struct sg_env;

/* Where the documents of a detached signature are. */
struct sg_where {
	const char *const *contents;
	size_t count;
	int find; /* none given: look beside the signature */
};

/* A signature file that is open and read into facts, with its documents. */
struct sg_opened {
	const char *path; /* borrowed */
	struct sg_in *raw;
	struct sg_in *in; /* what the armour, if any, holds */
	enum sg_encoding encoding;
	struct sg_sources docs;
	const struct sg_format *format;
	struct sg_facts *facts;
};

/*
 * Open, find the documents, read. raw: the signature where it is open already
 * (then path is its name alone), taken over whatever happens; NULL: open
 * path. IO, FORMAT, LIMIT. To be closed in any case.
 */
int sg_opened_read(struct sg_env *env, const char *path, struct sg_in *raw,
    const struct sg_where *where, struct sg_opened *out);
/* The same of octets at hand, with these documents (taken over). Those that
 * were found beside the signature are told again. */
int sg_opened_again(struct sg_env *env, const char *name,
    struct sg_view signature, struct sg_sources *docs, struct sg_opened *out);
/* Bytes to facts: what a detached CMS signature says, whose path, raw and docs
 * are set. FORMAT: it is something else. */
int sg_opened_facts(struct sg_env *env, struct sg_opened *opened);
void sg_opened_close(struct sg_opened *opened);

#endif
