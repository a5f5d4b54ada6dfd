/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/pool.h"

#include "base/err.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POOL_CHUNK 8192
#define POOL_ALIGN 16

/* The octets of a chunk follow its header, which is POOL_ALIGN long. */
struct chunk {
	struct chunk *next;
	uint32_t used, size;
};

struct sg_pool {
	struct chunk *chunks; /* the one that is being filled first */
	void **large;         /* blocks with a chunk of their own */
	size_t large_count, large_cap;
};

struct sg_pool *
sg_pool_new(void)
{
	return calloc(1, sizeof(struct sg_pool));
}

void
sg_pool_free(struct sg_pool *pool)
{
	struct chunk *next;
	size_t i;

	if (pool == NULL)
		return;
	for (; pool->chunks != NULL; pool->chunks = next) {
		next = pool->chunks->next;
		free(pool->chunks);
	}
	for (i = 0; i < pool->large_count; i++)
		free(pool->large[i]);
	free(pool->large);
	free(pool);
}

static void *
pool_large(struct sg_pool *pool, size_t size)
{
	size_t cap = pool->large_cap != 0 ? pool->large_cap * 2 : 16;
	void **list;
	void *ptr;

	if (pool->large_count == pool->large_cap) {
		list = realloc(pool->large, cap * sizeof(*list));
		if (list == NULL)
			return NULL;
		pool->large = list;
		pool->large_cap = cap;
	}
	ptr = calloc(1, size);
	if (ptr != NULL)
		pool->large[pool->large_count++] = ptr;
	return ptr;
}

void *
sg_pool_alloc(struct sg_pool *pool, size_t size)
{
	struct chunk *chunk = pool->chunks;
	unsigned char *ptr;

	if (size > SIZE_MAX - POOL_ALIGN)
		return NULL;
	size = (size + POOL_ALIGN - 1) / POOL_ALIGN * POOL_ALIGN;
	if (size == 0)
		size = POOL_ALIGN;
	if (size > POOL_CHUNK / 4)
		return pool_large(pool, size);
	if (chunk == NULL || chunk->size - chunk->used < size) {
		chunk = malloc(POOL_ALIGN + POOL_CHUNK);
		if (chunk == NULL)
			return NULL;
		chunk->used = 0;
		chunk->size = POOL_CHUNK;
		chunk->next = pool->chunks;
		pool->chunks = chunk;
	}
	ptr = (unsigned char *)chunk + POOL_ALIGN + chunk->used;
	chunk->used += (uint32_t)size;
	return memset(ptr, 0, size);
}

void *
sg_pool_array(struct sg_pool *pool, size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		return NULL;
	return sg_pool_alloc(pool, count * size);
}

char *
sg_pool_strn(struct sg_pool *pool, const char *text, size_t len)
{
	char *copy;

	if (len == SIZE_MAX)
		return NULL;
	copy = sg_pool_alloc(pool, len + 1);
	if (copy != NULL && len != 0)
		memcpy(copy, text, len);
	return copy;
}

struct sg_view
sg_pool_dup(struct sg_pool *pool, struct sg_view view)
{
	const char *text = (const char *)view.ptr;

	return sg_view_of(sg_pool_strn(pool, text, view.len), view.len);
}

int
sg_pool_copy(struct sg_env *env, struct sg_pool *pool, struct sg_view view,
    struct sg_view *out)
{
	struct sg_view copy = sg_pool_dup(pool, view);

	if (copy.ptr == NULL)
		return sg_err_nomem(env);
	*out = copy;
	return 0;
}

char *
sg_pool_str(struct sg_pool *pool, const char *text)
{
	return text != NULL ? sg_pool_strn(pool, text, strlen(text)) : NULL;
}

char *
sg_pool_printf(struct sg_pool *pool, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return NULL;
	text = sg_pool_alloc(pool, (size_t)len + 1);
	if (text == NULL)
		return NULL;
	va_start(args, format);
	vsnprintf(text, (size_t)len + 1, format, args);
	va_end(args);
	return text;
}

/* The capacity follows from the count: powers of two from 4. */
void *
sg_pool_push(struct sg_pool *pool, void *array_ptr, size_t *count, size_t size)
{
	void **array = array_ptr;
	size_t have = *count;
	void *grown;

	if (have == 0 || (have >= 4 && (have & (have - 1)) == 0)) {
		if (have > SIZE_MAX / 2)
			return NULL;
		grown = sg_pool_array(pool, have == 0 ? 4 : have * 2, size);
		if (grown == NULL)
			return NULL;
		if (have != 0)
			memcpy(grown, *array, have * size);
		*array = grown;
	}
	*count = have + 1;
	return (unsigned char *)*array + have * size;
}
