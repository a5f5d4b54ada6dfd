/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_STAMPKIT_H
#define TESTS_UNIT_STAMPKIT_H

#include "cadeskit.h"

#include "base/pool.h"

/* What the tests of time-stamps in CAdES share: one kit, and the octets that a
 * time-stamp is over, put together by hand. A failure in here is the test's. */
extern struct cadeskit stampkit;

/* Group setup and teardown. */
int stampkit_setup(void **state);
int stampkit_teardown(void **state);

/* Steps as cadeskit.h names them, on the first signature. */
void raise_file(struct sg_buf *file, const char *steps);

/* What a file consists of. */
struct parts {
	struct sg_pool *pool;
	struct sg_in *in;
	struct sg_cms *cms;
	struct sg_cms_signer signer;
};
void parts_open(struct parts *parts, const struct sg_buf *file);
void parts_close(struct parts *parts);

void add(struct sg_buf *to, struct sg_view octets);
/* The fields of a SignerInfo but for the unsigned attributes. */
void add_signer(struct sg_buf *to, const struct sg_cms_signer *signer);

/* What a time-stamp of the first signature proves: names, sorted, each once;
 * "*" is behind one that it has a digest of. */
void assert_covers(
    const struct sg_facts *facts, size_t stamp, const char *want);

#endif
