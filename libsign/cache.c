/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/cache.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "libsign/cache_dir.h"
#include "sign/net.h"

#include <openssl/evp.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * An entry: magic, SHA-256 of all that follows, then kind, fetched, expires,
 * the lengths of URL, detail and body (8 octets each, big-endian), and these.
 * The digest tells a broken file; that a body is what it should be is known
 * only when its own signature is checked.
 */
#define MAGIC "podpis1\n"
#define MAGIC_SIZE 8
#define DIGEST_SIZE 32
#define NUMBERS 6
#define HEAD_SIZE (MAGIC_SIZE + DIGEST_SIZE + 8 * NUMBERS)
/* A clock that was wrong must not keep an entry for ever. */
#define CLOCK_SLACK 300

enum number { KIND, FETCHED, EXPIRES, URL_LEN, DETAIL_LEN, BODY_LEN };

struct sg_cache {
	struct sg_cache_dir dir;
	int64_t default_age;
};

static int
digest(struct sg_env *env, struct sg_view data, unsigned char *out)
{
	if (EVP_Q_digest(
		env->lib, "SHA256", NULL, data.ptr, data.len, out, NULL) == 1)
		return 0;
	return sg_err_ssl(
	    env, SIGN_E_CRYPTO, N_("cannot compute a fingerprint"));
}

static void
put_number(unsigned char *at, uint64_t value)
{
	int i;

	for (i = 7; i >= 0; i--, value >>= 8)
		at[i] = (unsigned char)value;
}

static uint64_t
get_number(const unsigned char *at)
{
	uint64_t value = 0;
	int i;

	for (i = 0; i < 8; i++)
		value = value << 8 | at[i];
	return value;
}

/* ---- opening */

int
sg_cache_open(struct sg_env *env, const char *dir,
    const struct sign_cache_options *options, struct sg_cache **out)
{
	struct sg_cache *cache = calloc(1, sizeof(*cache));
	int ret;

	if (cache == NULL)
		return sg_err_nomem(env);
	cache->default_age =
	    options->default_seconds > 0 ? options->default_seconds : 86400;
	ret = sg_cache_dir_open(env, dir,
	    options->max_octets != 0 ? options->max_octets
				     : UINT64_C(256) << 20,
	    &cache->dir);
	if (ret < 0) {
		free(cache);
		return ret;
	}
	*out = cache;
	return 0;
}

void
sg_cache_free(struct sg_cache *cache)
{
	if (cache == NULL)
		return;
	sg_cache_dir_close(&cache->dir);
	free(cache);
}

void
sg_cache_entry_clear(struct sg_cache_entry *entry)
{
	sg_buf_free(&entry->body);
	memset(entry, 0, sizeof(*entry));
}

/* ---- names */

/* Kind, URL and detail with their lengths: no two keys give the same octets. */
static int
entry_name(struct sg_env *env, const struct sg_cache_key *key, char *name)
{
	unsigned char numbers[3 * 8], sum[DIGEST_SIZE];
	struct sg_buf octets = { 0 };
	struct sg_view url = sg_view_str(key->url);
	size_t i;
	int ret;

	put_number(numbers, (uint64_t)key->kind);
	put_number(numbers + 8, url.len);
	put_number(numbers + 16, key->detail.len);
	ret = sg_buf_append(env, &octets, numbers, sizeof(numbers));
	if (ret == 0)
		ret = sg_buf_append_view(env, &octets, url);
	if (ret == 0)
		ret = sg_buf_append_view(env, &octets, key->detail);
	if (ret == 0)
		ret = digest(env, sg_buf_view(&octets), sum);
	for (i = 0; i < DIGEST_SIZE && ret == 0; i++)
		snprintf(name + 2 * i, 3, "%02x", sum[i]);
	sg_buf_free(&octets);
	return ret;
}

/* ---- reading */

/* The URL and detail that stand in the entry are those that were asked for. */
static int
entry_is_about(const unsigned char *at, const uint64_t *numbers,
    const struct sg_cache_key *key)
{
	struct sg_view url = { at, (size_t)numbers[URL_LEN] };
	struct sg_view detail = { at + url.len, (size_t)numbers[DETAIL_LEN] };

	return numbers[KIND] == (uint64_t)key->kind &&
	    sg_view_equal(url, sg_view_str(key->url)) &&
	    sg_view_equal(detail, key->detail);
}

/* 1: whole and for this key, 0: broken, < 0. */
static int
entry_read(struct sg_env *env, struct sg_view file,
    const struct sg_cache_key *key, uint64_t *numbers)
{
	unsigned char sum[DIGEST_SIZE];
	uint64_t left;
	size_t i;
	int ret;

	if (file.len < HEAD_SIZE || memcmp(file.ptr, MAGIC, MAGIC_SIZE) != 0)
		return 0;
	ret = digest(env,
	    sg_view_of(file.ptr + MAGIC_SIZE + DIGEST_SIZE,
		file.len - MAGIC_SIZE - DIGEST_SIZE),
	    sum);
	if (ret < 0)
		return ret;
	if (memcmp(sum, file.ptr + MAGIC_SIZE, DIGEST_SIZE) != 0)
		return 0;
	for (i = 0; i < NUMBERS; i++)
		numbers[i] =
		    get_number(file.ptr + MAGIC_SIZE + DIGEST_SIZE + 8 * i);
	left = file.len - HEAD_SIZE;
	for (i = URL_LEN; i < NUMBERS; i++) {
		if (numbers[i] > left)
			return 0;
		left -= numbers[i];
	}
	return left == 0 && entry_is_about(file.ptr + HEAD_SIZE, numbers, key);
}

static int
entry_take(struct sg_env *env, struct sg_buf *file, const uint64_t *numbers,
    struct sg_cache_entry *out)
{
	int64_t now = sg_env_now(env);
	size_t len = (size_t)numbers[BODY_LEN];
	int ret;

	out->fetched = (int64_t)numbers[FETCHED];
	out->expires = (int64_t)numbers[EXPIRES];
	if (now > out->expires || out->fetched > now + CLOCK_SLACK)
		return 0;
	ret = sg_buf_append(env, &out->body, file->ptr + file->len - len, len);
	return ret < 0 ? ret : 1;
}

int
sg_cache_get(struct sg_env *env, struct sg_cache *cache,
    const struct sg_cache_key *key, struct sg_cache_entry *out)
{
	char name[SG_CACHE_NAME];
	uint64_t numbers[NUMBERS];
	struct sg_buf file = { 0 };
	int ret;

	memset(out, 0, sizeof(*out));
	ret = entry_name(env, key, name);
	if (ret == 0)
		ret = sg_cache_dir_read(env, &cache->dir, name, &file);
	if (ret <= 0)
		goto out;
	ret = entry_read(env, sg_buf_view(&file), key, numbers);
	if (ret > 0)
		ret = entry_take(env, &file, numbers, out);
	if (ret == 0)
		sg_cache_dir_remove(&cache->dir, name);
out:
	sg_buf_free(&file);
	return ret;
}

void
sg_cache_drop(
    struct sg_env *env, struct sg_cache *cache, const struct sg_cache_key *key)
{
	char name[SG_CACHE_NAME];

	if (entry_name(env, key, name) == 0)
		sg_cache_dir_remove(&cache->dir, name);
}

/* ---- writing */

static int
entry_write(struct sg_env *env, const struct sg_cache_key *key,
    struct sg_view body, int64_t expires, struct sg_buf *out)
{
	unsigned char *head = sg_buf_reserve(env, out, HEAD_SIZE);
	struct sg_view url = sg_view_str(key->url);
	int ret;

	if (head == NULL)
		return SIGN_E_NOMEM;
	memcpy(head, MAGIC, MAGIC_SIZE);
	head += MAGIC_SIZE + DIGEST_SIZE;
	put_number(head + 8 * KIND, (uint64_t)key->kind);
	put_number(head + 8 * FETCHED, (uint64_t)sg_env_now(env));
	put_number(head + 8 * EXPIRES, (uint64_t)expires);
	put_number(head + 8 * URL_LEN, url.len);
	put_number(head + 8 * DETAIL_LEN, key->detail.len);
	put_number(head + 8 * BODY_LEN, body.len);
	out->len += HEAD_SIZE;
	if ((ret = sg_buf_append_view(env, out, url)) < 0 ||
	    (ret = sg_buf_append_view(env, out, key->detail)) < 0 ||
	    (ret = sg_buf_append_view(env, out, body)) < 0)
		return ret;
	return digest(env,
	    sg_view_of(out->ptr + MAGIC_SIZE + DIGEST_SIZE,
		out->len - MAGIC_SIZE - DIGEST_SIZE),
	    out->ptr + MAGIC_SIZE);
}

int
sg_cache_put(struct sg_env *env, struct sg_cache *cache,
    const struct sg_cache_key *key, struct sg_view body, int64_t expires)
{
	char name[SG_CACHE_NAME];
	struct sg_buf file = { 0 };
	int64_t now = sg_env_now(env);
	int ret;

	if (expires == SG_NO_TIME)
		expires = now + cache->default_age;
	if (expires <= now)
		return 0;
	ret = entry_name(env, key, name);
	if (ret == 0)
		ret = entry_write(env, key, body, expires, &file);
	if (ret == 0)
		ret = sg_cache_dir_write(
		    env, &cache->dir, name, sg_buf_view(&file));
	sg_buf_free(&file);
	return ret;
}
