/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "libsign/cache.h"
#include "sign/net.h"
#include "tests/lib/mkkey.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define START INT64_C(1735689600) /* 2025-01-01 */
#define DAY 86400

static struct sg_env env;
static int64_t now;
static char top[64], dir[80];

static int64_t
clock_now(void *payload)
{
	(void)payload;
	return now;
}

static int
set_up(void **state)
{
	(void)state;
	if (sg_env_init(&env) != 0)
		return -1;
	env.now = clock_now;
	now = START;
	strcpy(top, "cache-test-XXXXXX");
	if (mkdtemp(top) == NULL)
		return -1;
	snprintf(dir, sizeof(dir), "%s/a/cache", top);
	return 0;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	sg_env_clear(&env);
	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	return system(command);
}

static struct sg_cache *
cache_open(uint64_t max)
{
	struct sign_cache_options options = SIGN_CACHE_OPTIONS_INIT;
	struct sg_cache *cache = NULL;

	options.max_octets = max;
	assert_int_equal(sg_cache_open(&env, dir, &options, &cache), 0);
	return cache;
}

static struct sg_cache_key
key_of(enum sg_cache_kind kind, const char *url)
{
	struct sg_cache_key key = { .kind = kind, .url = url };

	return key;
}

/* What is there under this key as text; "" where nothing is. */
static const char *
get(struct sg_cache *cache, const struct sg_cache_key *key)
{
	static char text[256];
	struct sg_cache_entry entry;
	int ret = sg_cache_get(&env, cache, key, &entry);

	assert_in_range(ret + 1, 1, 2);
	text[0] = '\0';
	if (ret == 1)
		snprintf(text, sizeof(text), "%.*s", (int)entry.body.len,
		    (const char *)entry.body.ptr);
	sg_cache_entry_clear(&entry);
	return text;
}

static void
put(struct sg_cache *cache, const struct sg_cache_key *key, const char *text,
    int64_t expires)
{
	assert_int_equal(
	    sg_cache_put(&env, cache, key, sg_view_str(text), expires), 0);
}

/* The only entry's file. */
static void
entry_path(char *path, size_t room)
{
	const struct dirent *item;
	DIR *stream = opendir(dir);
	int found = 0;

	assert_non_null(stream);
	while ((item = readdir(stream)) != NULL) {
		if (strlen(item->d_name) != 64)
			continue;
		snprintf(path, room, "%s/%.64s", dir, item->d_name);
		found++;
	}
	closedir(stream);
	assert_int_equal(found, 1);
}

static uint64_t
directory_takes(size_t *entries)
{
	const struct dirent *item;
	DIR *stream = opendir(dir);
	uint64_t sum = 0;
	char path[512];
	struct stat st;

	*entries = 0;
	assert_non_null(stream);
	while ((item = readdir(stream)) != NULL) {
		if (strlen(item->d_name) != 64)
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, item->d_name);
		if (stat(path, &st) != 0)
			continue;
		(*entries)++;
		sum += ((uint64_t)st.st_size / 4096 + 1) * 4096;
	}
	closedir(stream);
	return sum;
}

static void
test_keys(void **state)
{
	struct sg_cache *cache = cache_open(0);
	struct sg_cache_key crl = key_of(SG_CACHE_CRL, "http://a/x");
	struct sg_cache_key ocsp = key_of(SG_CACHE_OCSP, "http://a/x");
	struct sg_cache_key one = ocsp, two = ocsp;

	(void)state;
	one.detail = sg_view_str("1");
	two.detail = sg_view_str("2");
	assert_string_equal(get(cache, &crl), "");
	put(cache, &crl, "crl", START + DAY);
	put(cache, &one, "first", START + DAY);
	put(cache, &two, "second", START + DAY);
	assert_string_equal(get(cache, &crl), "crl");
	assert_string_equal(get(cache, &one), "first");
	assert_string_equal(get(cache, &two), "second");
	assert_string_equal(get(cache, &ocsp), "");
	put(cache, &crl, "newer", START + DAY);
	assert_string_equal(get(cache, &crl), "newer");
	sg_cache_drop(&env, cache, &crl);
	assert_string_equal(get(cache, &crl), "");
	sg_cache_free(cache);
}

static void
test_times(void **state)
{
	struct sg_cache *cache = cache_open(0);
	struct sg_cache_key key = key_of(SG_CACHE_CRL, "http://a/x");

	(void)state;
	put(cache, &key, "text", START + 100);
	now = START + 100;
	assert_string_equal(get(cache, &key), "text");
	now = START + 101;
	assert_string_equal(get(cache, &key), "");
	now = START + 50;
	assert_string_equal(get(cache, &key), ""); /* it was removed */
	put(cache, &key, "gone before it is there", START + 50);
	assert_string_equal(get(cache, &key), "");
	put(cache, &key, "a day", SG_NO_TIME);
	now = START + 50 + DAY;
	assert_string_equal(get(cache, &key), "a day");
	now++;
	assert_string_equal(get(cache, &key), "");
	/* written by a clock that was wrong */
	now = START + 400 * DAY;
	put(cache, &key, "from the future", START + 900 * DAY);
	now = START;
	assert_string_equal(get(cache, &key), "");
	sg_cache_free(cache);
}

/* Every octet of an entry, and every length of it. */
static void
test_broken(void **state)
{
	struct sg_cache *cache = cache_open(0);
	struct sg_cache_key key = key_of(SG_CACHE_CRL, "http://a/x");
	char path[512];
	struct stat st;
	off_t i;
	int fd;

	(void)state;
	put(cache, &key, "text", START + DAY);
	entry_path(path, sizeof(path));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	for (i = 0; i < st.st_size; i++) {
		unsigned char octet;

		put(cache, &key, "text", START + DAY);
		fd = open(path, O_RDWR);
		assert_int_equal(pread(fd, &octet, 1, i), 1);
		octet ^= 1;
		assert_int_equal(pwrite(fd, &octet, 1, i), 1);
		close(fd);
		assert_string_equal(get(cache, &key), "");
		assert_int_not_equal(access(path, F_OK), 0);
	}
	for (i = 0; i < st.st_size; i++) {
		put(cache, &key, "text", START + DAY);
		assert_int_equal(truncate(path, i), 0);
		assert_string_equal(get(cache, &key), "");
	}
	put(cache, &key, "text", START + DAY);
	assert_int_equal(truncate(path, st.st_size + 1), 0);
	assert_string_equal(get(cache, &key), "");
	sg_cache_free(cache);
}

/* A sound entry under another's name. */
static void
test_swapped(void **state)
{
	struct sg_cache *cache = cache_open(0);
	struct sg_cache_key good = key_of(SG_CACHE_CRL, "http://good/x");
	struct sg_cache_key evil = key_of(SG_CACHE_CRL, "http://evil/x");
	char from[512], to[512];

	(void)state;
	put(cache, &good, "good", START + DAY);
	entry_path(to, sizeof(to));
	sg_cache_drop(&env, cache, &good);
	put(cache, &evil, "evil", START + DAY);
	entry_path(from, sizeof(from));
	assert_int_equal(rename(from, to), 0);
	assert_string_equal(get(cache, &good), "");
	assert_int_not_equal(access(to, F_OK), 0);
	/* a link is followed nowhere */
	put(cache, &evil, "evil", START + DAY);
	assert_int_equal(symlink(from, to), 0);
	assert_string_equal(get(cache, &good), "");
	sg_cache_free(cache);
}

static void
test_directory(void **state)
{
	struct sign_cache_options options = SIGN_CACHE_OPTIONS_INIT;
	struct sg_cache *cache = cache_open(0);
	struct stat st;

	(void)state;
	sg_cache_free(cache);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(chmod(dir, 0750), 0);
	assert_int_equal(sg_cache_open(&env, dir, &options, &cache), SIGN_E_IO);
	assert_int_equal(
	    sg_cache_open(&env, "/dev/null", &options, &cache), SIGN_E_IO);
	assert_int_equal(sg_cache_open(&env, "", &options, &cache), SIGN_E_ARG);
	if (geteuid() == 0 && chmod(dir, 0700) == 0 && chown(dir, 1, 1) == 0)
		assert_int_equal(
		    sg_cache_open(&env, dir, &options, &cache), SIGN_E_IO);
}

/* Two years in which 10,000 lists come and go: never too much, always the
 * newest, and a list that is there is one of now. */
static void
test_years(void **state)
{
	const uint64_t max = 4 << 20;
	struct sg_cache *cache = cache_open(max);
	char url[64], text[3000];
	struct sg_cache_key key = { .kind = SG_CACHE_CRL, .url = url };
	struct sg_cache_entry entry;
	size_t entries;
	int i, found = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (i = 0; i < 10000; i++) {
		now = START + (int64_t)i * 2 * 365 * DAY / 10000;
		snprintf(url, sizeof(url), "http://ca%d/crl", i % 2500);
		if (sg_cache_get(&env, cache, &key, &entry) == 1)
			assert_in_range(now - entry.fetched, 0, 30 * DAY + 1);
		sg_cache_entry_clear(&entry);
		snprintf(text, 32, "list %d;", i);
		assert_int_equal(
		    sg_cache_put(&env, cache, &key,
			sg_view_of(text, sizeof(text)), now + 30 * DAY),
		    0);
		if (i % 500 == 0)
			assert_in_range(directory_takes(&entries), 0, max);
	}
	for (i = 9999; i >= 9900; i--) {
		snprintf(url, sizeof(url), "http://ca%d/crl", i % 2500);
		found += sg_cache_get(&env, cache, &key, &entry);
		sg_cache_entry_clear(&entry);
	}
	assert_int_equal(found, 100);
	assert_in_range(directory_takes(&entries), 0, max);
	assert_in_range(entries, 500, 1024);
	sg_cache_free(cache);
}

/* A body that says of itself whether it is whole: its length and filling. */
static int
body_is_whole(const struct sg_buf *body, unsigned url)
{
	unsigned in = 0, len = 0;
	char head[33] = { 0 };
	size_t i;

	if (body->len < 32)
		return 0;
	memcpy(head, body->ptr, 32);
	if (sscanf(head, "%u %u", &in, &len) != 2 || in != url ||
	    len != body->len)
		return 0;
	for (i = 32; i < body->len; i++)
		if (body->ptr[i] != (unsigned char)('a' + len % 26))
			return 0;
	return 1;
}

static int
child(unsigned seed)
{
	struct sign_cache_options options = SIGN_CACHE_OPTIONS_INIT;
	static unsigned char body[40000];
	struct sg_cache *cache = NULL;
	struct sg_cache_entry entry;
	char url[32];
	struct sg_cache_key key = { .kind = SG_CACHE_CRL, .url = url };
	unsigned i, which, len;
	int torn = 0;

	options.max_octets = 1 << 20;
	if (sg_cache_open(&env, dir, &options, &cache) != 0)
		return 100;
	for (i = 0; i < 400; i += mk_step(2)) {
		seed = seed * 1103515245u + 12345u;
		which = (seed >> 16) % 40;
		snprintf(url, sizeof(url), "http://%u/", which);
		if ((seed >> 8) % 3 != 0) {
			if (sg_cache_get(&env, cache, &key, &entry) == 1)
				torn += !body_is_whole(&entry.body, which);
			sg_cache_entry_clear(&entry);
			continue;
		}
		len = 32 + (seed >> 4) % (sizeof(body) - 32);
		memset(body, (int)('a' + len % 26), len);
		snprintf((char *)body, 32, "%u %u ", which, len);
		sg_cache_put(
		    &env, cache, &key, sg_view_of(body, len), now + DAY);
	}
	sg_cache_free(cache);
	return torn > 99 ? 99 : torn;
}

static void
test_processes(void **state)
{
	pid_t pids[8];
	size_t entries;
	int i, status;

	(void)state;
	sg_cache_free(cache_open(1 << 20));
	for (i = 0; i < 8; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (pids[i] == 0)
			_exit(child((unsigned)i * 7919u + 1));
	}
	for (i = 0; i < 8; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	assert_in_range(directory_takes(&entries), 1, 1 << 20);
	assert_true(entries > 10);
}

/* What a process leaves behind that dies while it writes. */
static void
test_left_over(void **state)
{
	struct sg_cache *cache = cache_open(1 << 20);
	char path[160], url[32];
	struct sg_cache_key key = { .kind = SG_CACHE_CRL, .url = url };
	char text[3000];
	int i, fd;

	(void)state;
	memset(text, 'x', sizeof(text));
	snprintf(path, sizeof(path), "%s/.new-999999999-0123456789abcdef", dir);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	for (i = 0; i < 300; i++) {
		snprintf(url, sizeof(url), "http://%d/", i);
		sg_cache_put(&env, cache, &key, sg_view_of(text, sizeof(text)),
		    now + DAY);
	}
	assert_int_not_equal(access(path, F_OK), 0);
	sg_cache_free(cache);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_keys),
		CASE(test_times),
		CASE(test_broken),
		CASE(test_swapped),
		CASE(test_directory),
		CASE(test_years),
		CASE(test_processes),
		CASE(test_left_over),
	};

	return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
