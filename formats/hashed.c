/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/hashed.h"

#include "base/err.h"

#include <stdlib.h>
#include <string.h>

int
sg_hashed_add(struct sg_env *env, struct sg_hashed *set,
    const struct sg_view pieces[2], struct sg_view octets, size_t tag)
{
	struct sg_hashed_item *item;
	struct sg_hash *hash = NULL;
	int rc;

	item = sg_pool_push(set->pool, &set->list, &set->count, sizeof(*item));
	if (item == NULL)
		return sg_err_nomem(env);
	item->octets = octets;
	item->tag = tag;
	rc = sg_hash_new(env, set->digest, &hash);
	if (rc == 0)
		rc = sg_hash_update(env, hash, pieces[0].ptr, pieces[0].len);
	if (rc == 0)
		rc = sg_hash_update(env, hash, pieces[1].ptr, pieces[1].len);
	if (rc == 0)
		rc = sg_hash_final(env, hash, item->hash);
	sg_hash_free(hash);
	return rc;
}

static int
compare(const void *a, const void *b)
{
	const struct sg_hashed_item *left = a, *right = b;
	int order = memcmp(left->hash, right->hash, sizeof(left->hash));

	return order != 0 ? order
			  : (left->tag > right->tag) - (left->tag < right->tag);
}

void
sg_hashed_sort(struct sg_hashed *set)
{
	if (set->count != 0)
		qsort(set->list, set->count, sizeof(*set->list), compare);
}

const struct sg_hashed_item *
sg_hashed_find(const struct sg_hashed *set, struct sg_view hash)
{
	size_t low = 0, high = set->count, at;

	if (hash.len != set->digest->size)
		return NULL;
	while (low < high) {
		at = low + (high - low) / 2;
		if (memcmp(set->list[at].hash, hash.ptr, hash.len) < 0)
			low = at + 1;
		else
			high = at;
	}
	if (low == set->count ||
	    memcmp(set->list[low].hash, hash.ptr, hash.len) != 0)
		return NULL;
	return &set->list[low];
}
