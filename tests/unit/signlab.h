/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_SIGNLAB_H
#define TESTS_UNIT_SIGNLAB_H

#include "labnet.h"

#include "sign/ctx.h"
#include "sign/extend.h"
#include "sign/job.h"
#include "sign/verify.h"
#include "tests/lib/mkkey.h"

/*
 * Signing, extending and verifying in the lab: a context whose clock and
 * network are those of labnet.h, a directory for files, the root trusted. A
 * failure in here ends the test program.
 */
struct signlab {
	struct labnet net;
	struct sign_ctx *ctx;
	struct sign_trust *trust; /* the world's root */
	char dir[64];
};

/* kind: of the keys, as authority_options; NULL return: no GOST here. */
struct signlab *signlab_new(const char *kind);
void signlab_free(struct signlab *net);
/* One for each of these kinds, with these files (up to a row without a name)
 * in its directory; and the end of them all. */
struct signlab_file {
	const char *name, *text;
};
void signlab_all(struct signlab **nets, const char *const *kinds, size_t count,
    const struct signlab_file *files);
void signlab_free_all(struct signlab **nets, size_t count);
/* A path in its directory; four may be in use at once. */
const char *signlab_path(struct signlab *net, const char *name);
void signlab_put(
    struct signlab *net, const char *name, const void *ptr, size_t len);
/* Trust one more certificate of the world. */
void signlab_trust(struct signlab *net, const char *id);

/* Sign as the world's certificate with this id (NULL: "signer"): of the file
 * "doc" to "out"; level NULL: B-B. The code of the last step. */
struct signlab_sign {
	const char *id, *doc, *out, *format, *level;
	const char *with; /* in containers: "cades", "xades" */
	enum sign_packaging packaging;
	const char *also;  /* one more document */
	int parallel;      /* xades: leave room */
	int second;        /* one more signature into doc */
	int content_stamp; /* a content time-stamp */
	int64_t claimed;   /* signing-time; 0: now */
};
int signlab_sign(struct signlab *net, const struct signlab_sign *how);
/* The options of extend with one TSA. */
struct sign_extend_options signlab_options(const char *level);
/* Raise "file" in place. */
int signlab_extend(struct signlab *net, const char *file, const char *level);
/* JSON report of "file" at a time; offline, with the root trusted. To be
 * freed. */
char *signlab_verify(struct signlab *net, const char *file, int64_t at);
/* "TOTAL-PASSED B-T", "INDETERMINATE/REVOKED_NO_POE B-B"; with ", " between
 * several signatures; the text is static. */
const char *signlab_verdict(struct signlab *net, const char *file, int64_t at);

/* All the levels above B-B, and what is said of a signature alone that has been
 * raised to one: a static text. */
#define SIGNLAB_LEVELS 10
extern const char *const signlab_levels[SIGNLAB_LEVELS];
const char *signlab_raised(const char *level);

#endif
