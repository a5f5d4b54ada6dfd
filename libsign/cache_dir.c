/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/cache_dir.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"

#include <openssl/rand.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 4096          /* what a file takes is counted in these */
#define TEMPORARY ".new-"   /* then the process and a random number */
#define LOCK_TRIES 200      /* of 5 ms each: a second, then it is not kept */
#define MAX_FILES (1 << 20) /* in the directory; more is not ours */

/* ---- the directory */

/* Each directory on the way that is missing, for its owner alone. */
static int
make_path(struct sg_env *env, const char *path)
{
	char *copy = strdup(path), *slash;
	int ret = 0;

	if (copy == NULL)
		return sg_err_nomem(env);
	for (slash = copy; ret == 0 && slash != NULL;) {
		slash = strchr(slash + 1, '/');
		if (slash != NULL)
			*slash = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST &&
		    errno != EROFS && errno != EACCES && errno != EISDIR)
			ret = sg_err_sys(
			    env, SIGN_E_IO, N_("%s: cannot make it"), copy);
		if (slash != NULL)
			*slash = '/';
	}
	free(copy);
	return ret;
}

static int
check_owner(struct sg_env *env, const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return sg_err_sys(env, SIGN_E_IO, N_("%s: cannot read"), path);
	if (st.st_uid != geteuid())
		return sg_err_set(env, SIGN_E_IO,
		    N_("%s: this cache belongs to somebody else"), path);
	if ((st.st_mode & 077) != 0)
		return sg_err_set(env, SIGN_E_IO,
		    N_("%s: this cache is open to others, want mode 0700, "
		       "have %04o"),
		    path, (unsigned)(st.st_mode & 07777));
	return 0;
}

int
sg_cache_dir_open(struct sg_env *env, const char *path, uint64_t max,
    struct sg_cache_dir *out)
{
	struct sg_cache_dir dir = { .fd = -1, .max = max };
	int ret = 0;

	if (path[0] == '\0')
		return sg_err_set(
		    env, SIGN_E_ARG, N_("cache: want a directory"));
	dir.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir.fd < 0 && errno == ENOENT) {
		ret = make_path(env, path);
		if (ret == 0)
			dir.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (ret == 0 && dir.fd < 0)
		ret = sg_err_sys(env, SIGN_E_IO, N_("%s: cannot read"), path);
	if (ret == 0)
		ret = check_owner(env, path, dir.fd);
	if (ret == 0) {
		*out = dir;
		return 0;
	}
	sg_cache_dir_close(&dir);
	return ret;
}

void
sg_cache_dir_close(struct sg_cache_dir *dir)
{
	if (dir->fd >= 0)
		close(dir->fd);
	dir->fd = -1;
}

/* ---- reading */

static int
read_all(struct sg_env *env, int fd, size_t size, struct sg_buf *out)
{
	unsigned char *to = sg_buf_reserve(env, out, size);
	ssize_t got;

	if (to == NULL)
		return SIGN_E_NOMEM;
	while (size > 0) {
		got = read(fd, to, size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return 0;
		to += got;
		size -= (size_t)got;
		out->len += (size_t)got;
	}
	return 1;
}

int
sg_cache_dir_read(struct sg_env *env, const struct sg_cache_dir *dir,
    const char *name, struct sg_buf *out)
{
	int fd, ret = 0;
	struct stat st;

	fd = openat(
	    dir->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid() && st.st_size > 0 &&
	    st.st_size <= SG_MAX_CRL_SIZE)
		ret = read_all(env, fd, (size_t)st.st_size, out);
	close(fd);
	return ret;
}

void
sg_cache_dir_remove(const struct sg_cache_dir *dir, const char *name)
{
	unlinkat(dir->fd, name, 0);
}

/* ---- what all of it takes */

static uint64_t
blocks(uint64_t size)
{
	return (size / BLOCK + 1) * BLOCK;
}

/* Opened anew each time: a lock then keeps out threads and children too. */
static int
total_lock(const struct sg_cache_dir *dir)
{
	const struct timespec pause = { 0, 5000000 };
	int fd, i;

	fd = openat(
	    dir->fd, "total", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	for (i = 0; fd >= 0 && i < LOCK_TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0)
			return fd;
		if (errno != EWOULDBLOCK && errno != EINTR)
			break;
		nanosleep(&pause, NULL);
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Whatever else stands there: then all is counted anew. */
static uint64_t
total_get(int fd)
{
	char text[24] = { 0 };
	ssize_t len = pread(fd, text, sizeof(text) - 1, 0);
	char *end = text;
	uint64_t value;

	if (len <= 0)
		return UINT64_MAX;
	value = strtoumax(text, &end, 10);
	return *end == '\n' ? value : UINT64_MAX;
}

static int
total_set(int fd, uint64_t value)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%20" PRIu64 "\n", value);

	return pwrite(fd, text, (size_t)len, 0) == len ? 0 : -1;
}

/* ---- making room */

struct entry {
	char name[SG_CACHE_NAME];
	struct timespec time;
	uint64_t size;
};

static int
by_age(const void *a, const void *b)
{
	const struct timespec *x = &((const struct entry *)a)->time;
	const struct timespec *y = &((const struct entry *)b)->time;

	if (x->tv_sec != y->tv_sec)
		return x->tv_sec < y->tv_sec ? -1 : 1;
	return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

static int
is_entry(const char *name)
{
	return strlen(name) == SG_CACHE_NAME - 1 &&
	    strspn(name, "0123456789abcdef") == SG_CACHE_NAME - 1;
}

/* A temporary file of a process that is no more. */
static int
is_left_over(const char *name)
{
	long pid;

	if (strncmp(name, TEMPORARY, sizeof(TEMPORARY) - 1) != 0)
		return 0;
	pid = strtol(name + sizeof(TEMPORARY) - 1, NULL, 10);
	return pid <= 0 || (kill((pid_t)pid, 0) != 0 && errno == ESRCH);
}

static int
list_entry(const struct sg_cache_dir *dir, const char *name,
    struct entry **list, size_t *count)
{
	struct entry *grown = *list;
	struct stat st;

	if (is_left_over(name))
		sg_cache_dir_remove(dir, name);
	if (!is_entry(name) ||
	    fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return 0;
	if ((*count & (*count - 1)) == 0) {
		grown = realloc(
		    *list, (*count == 0 ? 1 : *count * 2) * sizeof(*grown));
		if (grown == NULL)
			return -1;
		*list = grown;
	}
	memcpy(grown[*count].name, name, SG_CACHE_NAME);
	grown[*count].time = st.st_mtim;
	grown[*count].size = blocks((uint64_t)st.st_size);
	(*count)++;
	return 0;
}

static int
list_entries(const struct sg_cache_dir *dir, struct entry **list, size_t *count)
{
	int fd = openat(dir->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *item;
	int ret = 0;

	if (stream == NULL) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (
	    ret == 0 && *count < MAX_FILES && (item = readdir(stream)) != NULL)
		ret = list_entry(dir, item->d_name, list, count);
	closedir(stream);
	return ret;
}

/* Count anew, and free a quarter besides what is to come. */
static int
make_room(const struct sg_cache_dir *dir, uint64_t coming, uint64_t *total)
{
	uint64_t want = dir->max - dir->max / 4;
	struct entry *list = NULL;
	size_t i, count = 0;

	*total = 0;
	if (list_entries(dir, &list, &count) != 0) {
		free(list);
		return -1;
	}
	for (i = 0; i < count; i++)
		*total += list[i].size;
	if (*total + coming > dir->max && count != 0)
		qsort(list, count, sizeof(*list), by_age);
	else
		count = 0;
	for (i = 0; i<count && * total + coming> want; i++)
		if (unlinkat(dir->fd, list[i].name, 0) == 0 || errno == ENOENT)
			*total -= list[i].size;
	free(list);
	return *total + coming <= dir->max ? 0 : -1;
}

/* ---- writing */

static int
write_all(int fd, struct sg_view octets)
{
	ssize_t done;

	while (octets.len > 0) {
		done = write(fd, octets.ptr, octets.len);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return -1;
		octets.ptr += done;
		octets.len -= (size_t)done;
	}
	return 0;
}

/* The age of an entry is told by the clock that everything here is told by. */
static int
write_temporary(struct sg_env *env, const struct sg_cache_dir *dir,
    const char *name, struct sg_view octets)
{
	const struct timespec now = { (time_t)sg_env_now(env), 0 };
	const struct timespec times[] = { now, now };
	int fd, ret;

	fd = openat(dir->fd, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	ret = write_all(fd, octets);
	if (ret == 0)
		ret = futimens(fd, times);
	if (close(fd) != 0)
		ret = -1;
	return ret;
}

/* What stood there under this name is counted no more. */
static uint64_t
old_size(const struct sg_cache_dir *dir, const char *name)
{
	struct stat st;

	if (fstatat(dir->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return 0;
	return blocks((uint64_t)st.st_size);
}

static int
put_in_place(const struct sg_cache_dir *dir, const char *temporary,
    const char *name, uint64_t size)
{
	int fd = total_lock(dir), ret = -1;
	uint64_t total, old;

	if (fd < 0)
		return -1;
	total = total_get(fd);
	if ((total > dir->max || total + size > dir->max) &&
	    make_room(dir, size, &total) != 0)
		goto out;
	old = old_size(dir, name);
	if (total_set(fd, total + size) != 0 ||
	    renameat(dir->fd, temporary, dir->fd, name) != 0)
		goto out;
	if (old != 0 && old <= total)
		total_set(fd, total + size - old);
	ret = 0;
out:
	close(fd);
	return ret;
}

int
sg_cache_dir_write(struct sg_env *env, const struct sg_cache_dir *dir,
    const char *name, struct sg_view octets)
{
	char temporary[64];
	uint64_t number = 0;

	if (octets.len > SG_MAX_CRL_SIZE || blocks(octets.len) > dir->max / 4 ||
	    RAND_bytes_ex(
		env->lib, (unsigned char *)&number, sizeof(number), 0) != 1)
		return 0;
	snprintf(temporary, sizeof(temporary), TEMPORARY "%ld-%016" PRIx64,
	    (long)getpid(), number);
	if (write_temporary(env, dir, temporary, octets) != 0 ||
	    put_in_place(dir, temporary, name, blocks(octets.len)) != 0)
		sg_cache_dir_remove(dir, temporary);
	return 0;
}
