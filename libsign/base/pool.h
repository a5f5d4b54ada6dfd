/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_POOL_H
#define SIGN_BASE_POOL_H

#include <stddef.h>

#include "base/buf.h"

/*
 * Memory that lives and dies together: facts and reports are trees of small
 * things with one owner. Nothing secret goes in.
 */
struct sg_env;
struct sg_pool;

struct sg_pool *sg_pool_new(void); /* NULL: out of memory */
void sg_pool_free(struct sg_pool *pool);

/* Zeroed, aligned for any type; NULL: out of memory. */
void *sg_pool_alloc(struct sg_pool *pool, size_t size);
void *sg_pool_array(struct sg_pool *pool, size_t count, size_t size);
/* A copy; a NUL stands behind it. ptr NULL: out of memory. */
struct sg_view sg_pool_dup(struct sg_pool *pool, struct sg_view view);
/* The same into *out; NOMEM with the error set. */
int sg_pool_copy(struct sg_env *env, struct sg_pool *pool, struct sg_view view,
    struct sg_view *out);
char *sg_pool_str(struct sg_pool *pool, const char *text);
char *sg_pool_strn(struct sg_pool *pool, const char *text, size_t len);
char *sg_pool_printf(struct sg_pool *pool, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Append one zeroed element to an array of *count elements of the given size
 * that lives in the pool; returns the new element, NULL: out of memory. The
 * array may move. Growth is geometric.
 */
void *sg_pool_push(
    struct sg_pool *pool, void *array_ptr, size_t *count, size_t size);

#endif
