/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_JOBKIT_H
#define TESTS_UNIT_JOBKIT_H

#include "signer.h"

#include "base/buf.h"
#include "sign/ctx.h"
#include "sign/job.h"

/* What the tests of signing jobs share: a directory, a document in it, two
 * signers, and openssl as the judge. */
extern struct sign_ctx *ctx;
extern char dir[], doc[64];
extern struct signer rsa, p256;

#define TEXT "lease of a flat\n"
#define TEXT_LEN (sizeof(TEXT) - 1)

/* A path in the test's directory; four may be in use at once. */
const char *at(const char *name);
void put_file(const char *path, const void *ptr, size_t len);
struct sg_buf get_file(const char *path);
void assert_same_file(const char *a, const char *b);
/* Files there, temporary ones too. */
int entries(void);
/* The document alone in the directory: a cmocka setup function. */
int fresh_dir(void **state);
/* The code is the wanted one, else the message is shown. */
void assert_rc(int rc, int want);

enum what { DOCUMENT, PARALLEL, COUNTER };

/* All three steps; second: content or id. */
int sign_it(struct signer *who, const struct sign_job_options *options,
    enum what what, const char *path, const char *second, const char *output);
struct sign_job_options options(enum sign_packaging packaging);
/* openssl judges every signature in the file. */
void openssl_verifies(const char *path, int attached, int signers);

/* Group setup and teardown. */
int jobkit_setup(void **state);
int jobkit_teardown(void **state);

#endif
