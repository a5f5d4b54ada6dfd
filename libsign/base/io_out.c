/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define TEMP_NAME 32
#define TEMP_TRIES 16
/* so many octets are handed to the disk while the next ones are computed */
#define WRITE_BEHIND (8 * 1024 * 1024)

/* ".podpis-1f2e3d4c5b6a7988.tmp", beside the target. */
struct sg_out {
	struct sg_buf *memory; /* set: the bytes go there */
	char *path;            /* as given, for messages */
	char *dir, *base;      /* of what is put in place */
	int dir_fd, fd;
	int through; /* stdout, pipe, device: seen at once */
	int scratch; /* never gets a name */
	int replace; /* an existing file is replaced */
	int old;     /* there was one: st */
	int failed;  /* a write failed: never commit */
	struct stat st;
	char temp[TEMP_NAME]; /* "" while the file has no name */
	unsigned char *buf;
	size_t len; /* in buf */
	uint64_t flushed;
	uint64_t started; /* as much is on its way to the disk */
	size_t memory_first;
};

static struct sg_out *
out_new(const char *path)
{
	struct sg_out *out = calloc(1, sizeof(*out));

	if (out == NULL)
		return NULL;
	out->dir_fd = out->fd = -1;
	out->path = strdup(path);
	if (out->path == NULL) {
		free(out);
		return NULL;
	}
	return out;
}

/* Directory and last component; what ends in a slash is a directory. */
static int
out_split(struct sg_env *env, struct sg_out *out, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash != NULL ? slash + 1 : path;

	if (base[0] == '\0' || strcmp(base, ".") == 0 ||
	    strcmp(base, "..") == 0)
		return sg_err_set(
		    env, SIGN_E_IO, "%s is a directory", out->path);
	out->base = strdup(base);
	if (slash == NULL)
		out->dir = strdup(".");
	else
		out->dir =
		    strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (out->base == NULL || out->dir == NULL)
		return sg_err_nomem(env);
	return 0;
}

static int
out_exists(struct sg_env *env, const struct sg_out *out)
{
	sg_err_set(env, SIGN_E_IO, "%s exists already", out->path);
	sg_err_hint(env, "name another output, or allow to replace it");
	return SIGN_E_IO;
}

/* Look at what stands under the target's name. *real: the file that a
 * symbolic link leads to, the caller's. */
static int
out_look(struct sg_env *env, struct sg_out *out, const char *path, char **real)
{
	struct stat link;

	if (lstat(path, &link) < 0 && errno == ENOENT)
		return 0;
	if (stat(path, &out->st) < 0)
		return sg_err_sys(env, SIGN_E_IO, "cannot write %s", path);
	if (S_ISDIR(out->st.st_mode))
		return sg_err_set(env, SIGN_E_IO, "%s is a directory", path);
	if (S_ISCHR(out->st.st_mode) || S_ISFIFO(out->st.st_mode)) {
		out->through = 1;
		return 0;
	}
	if (!S_ISREG(out->st.st_mode))
		return sg_err_set(
		    env, SIGN_E_IO, "%s is not a regular file", path);
	if (!out->replace)
		return out_exists(env, out);
	out->old = 1;
	if (!S_ISLNK(link.st_mode))
		return 0;
	*real = realpath(path, NULL);
	if (*real == NULL)
		return sg_err_sys(env, SIGN_E_IO, "cannot write %s", path);
	return 0;
}

static int
out_temp_name(struct sg_env *env, struct sg_out *out)
{
	uint64_t number;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return sg_err_sys(env, SIGN_E_IO, "no random numbers");
	snprintf(out->temp, sizeof(out->temp), ".podpis-%016llx.tmp",
	    (unsigned long long)number);
	return 0;
}

/* A file with a temporary name, where the file system cannot do without. */
static int
out_open_named(struct sg_env *env, struct sg_out *out, mode_t mode)
{
	int i;

	for (i = 0; i < TEMP_TRIES && out->fd < 0; i++) {
		if (out_temp_name(env, out) < 0)
			return SIGN_E_IO;
		out->fd = openat(out->dir_fd, out->temp,
		    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
		if (out->fd < 0 && errno != EEXIST)
			break;
	}
	if (out->fd >= 0)
		return 0;
	out->temp[0] = '\0';
	return sg_err_sys(env, SIGN_E_IO, "cannot write %s", out->path);
}

static int
out_open_dir(struct sg_env *env, struct sg_out *out)
{
	out->dir_fd = open(out->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (out->dir_fd < 0 && errno == EACCES)
		out->dir_fd = open(out->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (out->dir_fd < 0)
		return sg_err_sys(env, SIGN_E_IO, "cannot write %s", out->path);
	return 0;
}

static int
out_open_temp(struct sg_env *env, struct sg_out *out)
{
	mode_t mode = out->old ? 0600 : 0666;

	/* giving it a name later goes through /proc */
	if (access("/proc/self/fd", X_OK) == 0)
		out->fd = openat(
		    out->dir_fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
	if (out->fd >= 0)
		return 0;
	return out_open_named(env, out, mode);
}

static int
out_open_through(struct sg_env *env, struct sg_out *out)
{
	if (strcmp(out->path, "-") == 0) {
		out->fd = STDOUT_FILENO;
		return 0;
	}
	do
		out->fd = open(out->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	while (out->fd < 0 && errno == EINTR);
	if (out->fd < 0)
		return sg_err_sys(env, SIGN_E_IO, "cannot write %s", out->path);
	return 0;
}

int
sg_out_create(struct sg_env *env, const char *path, enum sg_out_mode mode,
    struct sg_out **out_ptr)
{
	struct sg_out *out = out_new(path);
	char *real = NULL;
	int rc = 0;

	if (out == NULL)
		return sg_err_nomem(env);
	out->replace = mode == SG_OUT_REPLACE;
	if (strcmp(path, "-") == 0)
		out->through = 1;
	else
		rc = out_look(env, out, path, &real);
	if (rc == 0 && out->through) {
		rc = out_open_through(env, out);
	} else if (rc == 0) {
		rc = out_split(env, out, real != NULL ? real : path);
		if (rc == 0)
			rc = out_open_dir(env, out);
		if (rc == 0)
			rc = out_open_temp(env, out);
	}
	if (rc == 0) {
		*out_ptr = out;
		out = NULL;
	}
	free(real);
	sg_out_free(out);
	return rc;
}

/* What stands under a name in an open directory; a symbolic link leads
 * nowhere. */
static int
out_look_in(struct sg_env *env, struct sg_out *out)
{
	if (fstatat(out->dir_fd, out->base, &out->st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT
		    ? 0
		    : sg_err_sys(env, SIGN_E_IO, "cannot write %s", out->path);
	if (S_ISDIR(out->st.st_mode))
		return sg_err_set(
		    env, SIGN_E_IO, "%s is a directory", out->path);
	if (!S_ISREG(out->st.st_mode))
		return sg_err_set(
		    env, SIGN_E_IO, "%s is not a regular file", out->path);
	if (!out->replace)
		return out_exists(env, out);
	out->old = 1;
	return 0;
}

int
sg_out_create_in(struct sg_env *env, int dir, const char *name,
    const char *shown, enum sg_out_mode mode, struct sg_out **out_ptr)
{
	struct sg_out *out = out_new(shown);
	int rc;

	if (out == NULL) {
		close(dir);
		return sg_err_nomem(env);
	}
	out->dir_fd = dir;
	out->replace = mode == SG_OUT_REPLACE;
	out->base = strdup(name);
	rc = out->base != NULL ? out_look_in(env, out) : sg_err_nomem(env);
	if (rc == 0 && out_ptr != NULL)
		rc = out_open_temp(env, out);
	if (rc == 0 && out_ptr != NULL) {
		*out_ptr = out;
		out = NULL;
	}
	sg_out_free(out);
	return rc;
}

int
sg_out_memory(
    struct sg_env *env, struct sg_buf *target, struct sg_out **out_ptr)
{
	struct sg_out *out = out_new("");

	if (out == NULL)
		return sg_err_nomem(env);
	out->memory = target;
	out->memory_first = target->len;
	*out_ptr = out;
	return 0;
}

int
sg_out_scratch(struct sg_env *env, struct sg_out **out_ptr)
{
	struct sg_out *out = out_new("");

	if (out == NULL)
		return sg_err_nomem(env);
	out->scratch = 1;
	out->fd = sg_scratch_fd();
	if (out->fd < 0) {
		sg_out_free(out);
		return sg_err_sys(
		    env, SIGN_E_IO, "cannot make a temporary file in /tmp");
	}
	*out_ptr = out;
	return 0;
}

static int
out_failed(struct sg_env *env, struct sg_out *out)
{
	out->failed = 1;
	return sg_err_sys(env, SIGN_E_IO, "cannot write %s",
	    strcmp(out->path, "-") == 0 ? "the output" : out->path);
}

/* The sync at the end then waits for the rest only. A hint: may fail. */
static void
out_write_behind(struct sg_out *out)
{
	uint64_t len = out->flushed - out->started;

	if (out->through || len < WRITE_BEHIND)
		return;
	(void)sync_file_range(
	    out->fd, (off_t)out->started, (off_t)len, SYNC_FILE_RANGE_WRITE);
	out->started = out->flushed;
}

static int
out_send(struct sg_env *env, struct sg_out *out, const unsigned char *ptr,
    size_t len)
{
	ssize_t count;

	while (len > 0) {
		count = write(out->fd, ptr, len);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return out_failed(env, out);
		ptr += count;
		len -= (size_t)count;
		out->flushed += (uint64_t)count;
	}
	out_write_behind(out);
	return 0;
}

static int
out_flush(struct sg_env *env, struct sg_out *out)
{
	size_t len = out->len;

	out->len = 0;
	return len != 0 ? out_send(env, out, out->buf, len) : 0;
}

int
sg_out_write(
    struct sg_env *env, struct sg_out *out, const void *ptr, size_t len)
{
	const unsigned char *from = ptr;
	size_t part;
	int rc;

	if (out->memory != NULL)
		return sg_buf_append(env, out->memory, ptr, len);
	if (out->buf == NULL && (out->buf = malloc(SG_IO_CHUNK)) == NULL)
		return sg_err_nomem(env);
	while (len > 0) {
		if (out->len == 0 && len >= SG_IO_CHUNK)
			return out_send(env, out, from, len);
		part = SG_IO_CHUNK - out->len;
		if (part > len)
			part = len;
		memcpy(out->buf + out->len, from, part);
		out->len += part;
		from += part;
		len -= part;
		if (out->len < SG_IO_CHUNK)
			continue;
		rc = out_flush(env, out);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int
sg_out_patch(struct sg_env *env, struct sg_out *out, uint64_t offset,
    const void *ptr, size_t len)
{
	const unsigned char *from = ptr;
	ssize_t count;
	int rc;

	if (!sg_out_can_patch(out))
		return sg_err_set(
		    env, SIGN_E_IO, "%s is written in one go", out->path);
	if (offset > sg_out_tell(out) || len > sg_out_tell(out) - offset)
		return sg_err_set(env, SIGN_E_INTERNAL, "a patch past the end");
	if (out->memory != NULL) {
		memcpy(out->memory->ptr + out->memory_first + offset, ptr, len);
		return 0;
	}
	rc = out_flush(env, out);
	while (rc == 0 && len > 0) {
		count = pwrite(out->fd, from, len, (off_t)offset);
		if (count < 0 && errno != EINTR)
			return out_failed(env, out);
		if (count > 0) {
			from += count;
			len -= (size_t)count;
			offset += (uint64_t)count;
		}
	}
	return rc;
}

int
sg_out_can_patch(const struct sg_out *out)
{
	return !out->through;
}

uint64_t
sg_out_tell(const struct sg_out *out)
{
	if (out->memory != NULL)
		return out->memory->len - out->memory_first;
	return out->flushed + out->len;
}

/* ---- looking at what was written */

struct reread {
	int fd;
	off_t at;
};

static int
reread_read(struct sg_env *env, void *self, void *ptr, size_t len, size_t *got)
{
	struct reread *reread = self;
	ssize_t count;

	do
		count = pread(reread->fd, ptr, len, reread->at);
	while (count < 0 && errno == EINTR);
	if (count < 0)
		return sg_err_sys(
		    env, SIGN_E_IO, "cannot read a temporary file");
	reread->at += count;
	*got = (size_t)count;
	return 0;
}

static int
reread_rewind(struct sg_env *env, void *self)
{
	(void)env;
	((struct reread *)self)->at = 0;
	return 0;
}

static int
reread_read_at(struct sg_env *env, void *self, uint64_t offset, void *ptr,
    size_t len, size_t *got)
{
	struct reread at = *(struct reread *)self;

	*got = 0;
	if (len > INT64_MAX / 2 || offset > INT64_MAX / 2)
		return 0;
	at.at = (off_t)offset;
	return reread_read(env, &at, ptr, len, got);
}

int
sg_out_reread(struct sg_env *env, struct sg_out *out, struct sg_in **in)
{
	static const struct sg_in_ops ops = { reread_read, reread_rewind, free,
		reread_read_at };
	struct reread *reread;
	int rc;

	if (out->memory != NULL)
		return sg_in_memory(env, "",
		    sg_view_of(out->memory->ptr + out->memory_first,
			out->memory->len - out->memory_first),
		    in);
	if (out->through)
		return sg_err_set(
		    env, SIGN_E_IO, "%s cannot be read again", out->path);
	rc = out_flush(env, out);
	if (rc < 0)
		return rc;
	reread = calloc(1, sizeof(*reread));
	if (reread == NULL)
		return sg_err_nomem(env);
	reread->fd = out->fd;
	rc = sg_in_custom(env, out->path, &ops, reread, out->flushed, in);
	if (rc < 0)
		free(reread);
	return rc;
}

/* The new file gets the old one's owner and mode, as far as that is allowed;
 * never more rights for a group that the old one did not have. */
static int
out_keep_mode(struct sg_env *env, struct sg_out *out)
{
	mode_t mode = out->st.st_mode & 0777;
	struct stat now;

	if (fchown(out->fd, out->st.st_uid, out->st.st_gid) < 0 &&
	    fchown(out->fd, (uid_t)-1, out->st.st_gid) < 0 &&
	    fstat(out->fd, &now) == 0 && now.st_gid != out->st.st_gid)
		mode &= ~(mode_t)070;
	if (fchmod(out->fd, mode) < 0)
		return out_failed(env, out);
	return 0;
}

static int
out_link(struct sg_out *out, const char *name)
{
	char proc[64];

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", out->fd);
	return linkat(AT_FDCWD, proc, out->dir_fd, name, AT_SYMLINK_FOLLOW);
}

/* rename() that never replaces, also where renameat2() is not known. */
static int
out_rename_new(struct sg_out *out)
{
	if (renameat2(out->dir_fd, out->temp, out->dir_fd, out->base,
		RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (linkat(out->dir_fd, out->temp, out->dir_fd, out->base, 0) < 0)
		return -1;
	return unlinkat(out->dir_fd, out->temp, 0);
}

static int
out_place(struct sg_env *env, struct sg_out *out)
{
	int rc;

	if (!out->replace) {
		rc = out->temp[0] == '\0' ? out_link(out, out->base)
					  : out_rename_new(out);
		if (rc < 0 && errno == EEXIST)
			return out_exists(env, out);
		return rc < 0 ? out_failed(env, out) : 0;
	}
	if (out->temp[0] == '\0') {
		if (out_temp_name(env, out) < 0)
			return SIGN_E_IO;
		if (out_link(out, out->temp) < 0) {
			out->temp[0] = '\0';
			return out_failed(env, out);
		}
	}
	if (renameat(out->dir_fd, out->temp, out->dir_fd, out->base) < 0)
		return out_failed(env, out);
	return 0;
}

int
sg_copy(struct sg_env *env, struct sg_in *in, struct sg_out *out)
{
	struct sg_view chunk;
	int rc = 0;

	while (rc == 0) {
		rc = sg_in_peek(env, in, SG_IO_CHUNK, &chunk);
		if (rc < 0 || chunk.len == 0)
			break;
		rc = sg_out_write(env, out, chunk.ptr, chunk.len);
		if (rc == 0)
			rc = sg_in_skip(env, in, chunk.len);
	}
	return rc;
}

int
sg_copy_out(struct sg_env *env, struct sg_out *from, struct sg_out *out)
{
	struct sg_in *in = NULL;
	int rc = sg_out_reread(env, from, &in);

	if (rc == 0)
		rc = sg_copy(env, in, out);
	sg_in_free(in);
	return rc;
}

int
sg_out_commit(struct sg_env *env, struct sg_out *out)
{
	int rc;

	if (out->memory != NULL)
		return 0;
	if (out->failed)
		return sg_err_set(
		    env, SIGN_E_INTERNAL, "a failed output was committed");
	rc = out_flush(env, out);
	if (rc < 0 || out->through || out->scratch)
		return rc;
	if (out->old && (rc = out_keep_mode(env, out)) < 0)
		return rc;
	if (fsync(out->fd) < 0)
		return out_failed(env, out);
	rc = out_place(env, out);
	if (rc < 0)
		return rc;
	out->temp[0] = '\0';
	/* the file stands; that its name is on the disk too is best effort */
	(void)fsync(out->dir_fd);
	return 0;
}

void
sg_out_free(struct sg_out *out)
{
	if (out == NULL)
		return;
	if (out->temp[0] != '\0')
		unlinkat(out->dir_fd, out->temp, 0);
	if (out->fd >= 0 && strcmp(out->path, "-") != 0)
		close(out->fd);
	if (out->dir_fd >= 0)
		close(out->dir_fd);
	free(out->buf);
	free(out->path);
	free(out->dir);
	free(out->base);
	free(out);
}
