/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_HASHED_H
#define SIGN_FORMATS_HASHED_H

#include "base/crypt.h"
#include "base/pool.h"

struct sg_env;

/* Objects by their digest: to find what a reference by hash means, among
 * thousands. Lives in the pool that it was made with. */
struct sg_hashed_item {
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_view octets; /* of the object; who adds it decides */
	size_t tag;
};
struct sg_hashed {
	const struct sg_digest *digest;
	struct sg_pool *pool;
	struct sg_hashed_item *list;
	size_t count;
};

/* What is hashed is two pieces, one after the other. */
int sg_hashed_add(struct sg_env *env, struct sg_hashed *set,
    const struct sg_view pieces[2], struct sg_view octets, size_t tag);
/* Once, before anything is looked for. */
void sg_hashed_sort(struct sg_hashed *set);
/* The first with this hash, others follow it; NULL: none. */
const struct sg_hashed_item *sg_hashed_find(
    const struct sg_hashed *set, struct sg_view hash);

#endif
