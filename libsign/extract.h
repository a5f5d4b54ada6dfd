/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_EXTRACT_H
#define SIGN_LIBSIGN_EXTRACT_H

#include "base/io.h"
#include "sign/job.h"

struct sign_ctx;

/* Files out of a container: the only one into out, else all into a
 * directory. */
struct sg_extract_want {
	const char *path; /* of the container */
	const char *id;   /* what this signature covers; NULL: any */
	struct sg_out *out;
	const char *directory;
	enum sg_out_mode mode; /* of the files in there */
	sign_extract_fn *fn;   /* NULL */
	void *payload;
};
/* in: can be read at any place; taken over whatever happens. Commits out. */
int sg_extract_asic(
    struct sign_ctx *ctx, struct sg_in *in, const struct sg_extract_want *want);

#endif
