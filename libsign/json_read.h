/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_JSON_READ_H
#define SIGN_LIBSIGN_JSON_READ_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/pool.h"

struct json_t;
struct sg_env;

/*
 * JSON that somebody else wrote. Every reader says FORMAT, with the key, where
 * the type is another; where the key is absent or null it leaves *out as it
 * is and returns 0. Text is copied to the pool.
 */
struct sg_json_in {
	struct sg_env *env;
	struct sg_pool *pool;
	struct json_t *at;
	const char *what; /* for messages: "policy" */
};

/* One value and nothing behind it; a key twice is FORMAT. */
int sg_json_parse(struct sg_env *env, struct sg_view text, const char *what,
    struct json_t **out);
void sg_json_drop(struct json_t *json);

/* An object with no other keys than these; FORMAT names the one that is not
 * known. NULL ends the list. */
int sg_json_only(const struct sg_json_in *in, const char *const *keys);

int sg_json_read_text(
    const struct sg_json_in *in, const char *key, const char **out);
int sg_json_read_int(
    const struct sg_json_in *in, const char *key, int64_t *out);
int sg_json_read_bool(const struct sg_json_in *in, const char *key, int *out);
/* RFC 3339. */
int sg_json_read_time(
    const struct sg_json_in *in, const char *key, int64_t *out);
/* base64, without white space. */
int sg_json_read_octets(
    const struct sg_json_in *in, const char *key, struct sg_view *out);
/* An object below; out->at NULL: absent. */
int sg_json_read_object(
    const struct sg_json_in *in, const char *key, struct sg_json_in *out);

/* Each value of an array of at most max; what is below stands for it in
 * fn's own readers. Absent: none. The first value that is not 0 stops. */
typedef int sg_json_item_fn(const struct sg_json_in *item, void *payload);
int sg_json_read_list(const struct sg_json_in *in, const char *key, size_t max,
    sg_json_item_fn *fn, void *payload);
/* The octets of an item that is base64 itself. */
int sg_json_item_octets(const struct sg_json_in *item, struct sg_view *out);
int sg_json_item_text(const struct sg_json_in *item, const char **out);

/* Each key of an object with its value, text or NULL for null. */
typedef int sg_json_pair_fn(const char *key, const char *text, void *payload);
int sg_json_read_pairs(const struct sg_json_in *in, const char *key,
    sg_json_pair_fn *fn, void *payload);
/* The value under a key, borrowed, of any type; NULL: absent. */
struct json_t *sg_json_member(const struct sg_json_in *in, const char *key);
/* Take a key out of the object. */
void sg_json_leave_out(const struct sg_json_in *in, const char *key);
int sg_json_is_object(const struct json_t *json);

#endif
