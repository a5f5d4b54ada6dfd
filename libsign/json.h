/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_JSON_H
#define SIGN_LIBSIGN_JSON_H

#include <stddef.h>
#include <stdint.h>

#include "libsign/report.h"

struct json_t;
struct sg_env;

/*
 * JSON objects in the making. A failure is remembered and told at the end, so
 * that a writer is a list of keys. Octets that are no UTF-8 come out as
 * U+FFFD; NULL and "no time" as null.
 */
struct sg_json {
	struct json_t *object;
	struct json_t *list; /* the array that sg_json_push() fills */
	int failed;
};

struct sg_json sg_json_object(void);
void sg_json_free(struct sg_json *json);
/* The object itself, the caller's; NULL: something failed. */
struct json_t *sg_json_done(struct sg_json *json);

/* Takes the value; NULL is a failure. */
void sg_json_put(struct sg_json *json, const char *key, struct json_t *value);
void sg_json_text(struct sg_json *json, const char *key, const char *text);
void sg_json_time(struct sg_json *json, const char *key, int64_t time);
void sg_json_tri(struct sg_json *json, const char *key, enum sg_tri value);
void sg_json_bool(struct sg_json *json, const char *key, int value);
/* base64 */
void sg_json_octets(
    struct sg_json *json, const char *key, struct sg_view octets);
void sg_json_int(struct sg_json *json, const char *key, int64_t value);
void sg_json_texts(struct sg_json *json, const char *key,
    const char *const *texts, size_t count);
/* An empty array under this key; what is pushed then goes there. */
void sg_json_list(struct sg_json *json, const char *key);
void sg_json_push(struct sg_json *json, struct json_t *value);
void sg_json_push_text(struct sg_json *json, const char *text);
void sg_json_push_octets(struct sg_json *json, struct sg_view octets);

/* The same value always gives the same octets: keys in order, no white space
 * (RFC 8785 for what has no fractions). */
int sg_json_canonical(
    struct sg_env *env, const struct json_t *json, struct sg_buf *out);
/* One line; frees the object. env NULL: no message is kept. */
int sg_json_write(
    struct sg_env *env, struct sg_json *json, sign_write_fn *fn, void *payload);

#endif
