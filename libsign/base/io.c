/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/io.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Small reads and peeks go through a buffer of at least this many octets;
 * larger reads go straight to the caller. */
#define IN_BUFFER 16384

struct sg_in {
	char *name;
	const struct sg_in_ops *ops;
	void *self;
	uint64_t size, pos;
	unsigned char *buf;
	size_t start, end, cap; /* octets read ahead */
	int ended;              /* a read said so: it is not asked again */
};

struct in_file {
	int fd, owned;
	int moved;   /* something was read; of one not owned nobody knows */
	off_t first; /* where it began; -1: cannot go back */
	char *name;
};

struct in_memory {
	struct sg_view view;
	size_t pos;
};

static int
file_read(struct sg_env *env, void *self, void *ptr, size_t len, size_t *got)
{
	struct in_file *file = self;
	ssize_t count;

	file->moved = 1;
	do
		count = read(file->fd, ptr, len);
	while (count < 0 && errno == EINTR);
	if (count < 0)
		return sg_err_sys(env, SIGN_E_IO, "cannot read %s", file->name);
	*got = (size_t)count;
	return 0;
}

static int
file_rewind(struct sg_env *env, void *self)
{
	struct in_file *file = self;

	if (file->moved && lseek(file->fd, file->first, SEEK_SET) < 0)
		return sg_err_sys(
		    env, SIGN_E_IO, "cannot read %s again", file->name);
	file->moved = !file->owned;
	return 0;
}

static void
file_free(void *self)
{
	struct in_file *file = self;

	if (file == NULL)
		return;
	if (file->owned && file->fd >= 0)
		close(file->fd);
	free(file->name);
	free(file);
}

static int
file_read_at(struct sg_env *env, void *self, uint64_t offset, void *ptr,
    size_t len, size_t *got)
{
	struct in_file *file = self;
	ssize_t count;

	*got = 0;
	if (len > INT64_MAX / 2 || offset > INT64_MAX / 2)
		return 0; /* no file is that long, and pread() minds */
	do
		count = pread(file->fd, ptr, len, file->first + (off_t)offset);
	while (count < 0 && errno == EINTR);
	if (count < 0)
		return sg_err_sys(env, SIGN_E_IO, "cannot read %s", file->name);
	*got = (size_t)count;
	return 0;
}

static const struct sg_in_ops file_ops = { file_read, file_rewind, file_free,
	file_read_at };
static const struct sg_in_ops pipe_ops = { .read = file_read,
	.free = file_free };

/* Takes fd in any case when it is owned. */
static int
in_from_fd(
    struct sg_env *env, const char *name, int fd, int owned, struct sg_in **out)
{
	struct in_file *file = calloc(1, sizeof(*file));
	uint64_t size = SG_SIZE_UNKNOWN;
	struct stat st;
	int rc;

	if (file == NULL || (file->name = strdup(name)) == NULL) {
		free(file);
		if (owned)
			close(fd);
		return sg_err_nomem(env);
	}
	file->fd = fd;
	file->owned = owned;
	file->moved = !owned;
	rc = fstat(fd, &st);
	/* a file that was just opened stands at its beginning; of the
	 * kernel's own, which say 0, not all can go back there */
	if (rc == 0 && (!owned || !S_ISREG(st.st_mode) || st.st_size == 0))
		file->first = lseek(fd, 0, SEEK_CUR);
	if (rc < 0)
		rc = sg_err_sys(env, SIGN_E_IO, "cannot read %s", name);
	else if (S_ISDIR(st.st_mode))
		rc = sg_err_set(env, SIGN_E_IO, "%s is a directory", name);
	else
		rc = 0;
	/* the kernel's own files say 0 and have something in them */
	if (rc == 0 && S_ISREG(st.st_mode) && file->first >= 0 &&
	    st.st_size > 0)
		size = st.st_size > file->first
		    ? (uint64_t)(st.st_size - file->first)
		    : 0;
	if (rc == 0) {
		if (size > SG_IO_CHUNK) /* what one read takes needs none */
			(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
		rc = sg_in_custom(env, name,
		    file->first >= 0 ? &file_ops : &pipe_ops, file, size, out);
	}
	if (rc < 0)
		file_free(file);
	return rc;
}

int
sg_in_open(struct sg_env *env, const char *path, struct sg_in **out)
{
	int fd;

	if (strcmp(path, "-") == 0)
		return in_from_fd(env, "-", STDIN_FILENO, 0, out);
	do
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		return sg_err_sys(env, SIGN_E_IO, "cannot open %s", path);
	return in_from_fd(env, path, fd, 1, out);
}

static int
memory_read(struct sg_env *env, void *self, void *ptr, size_t len, size_t *got)
{
	struct in_memory *memory = self;
	size_t left = memory->view.len - memory->pos;

	(void)env;
	*got = len < left ? len : left;
	if (*got != 0)
		memcpy(ptr, memory->view.ptr + memory->pos, *got);
	memory->pos += *got;
	return 0;
}

static int
memory_rewind(struct sg_env *env, void *self)
{
	struct in_memory *memory = self;

	(void)env;
	memory->pos = 0;
	return 0;
}

static int
memory_read_at(struct sg_env *env, void *self, uint64_t offset, void *ptr,
    size_t len, size_t *got)
{
	const struct in_memory *memory = self;
	struct sg_view view = memory->view;

	(void)env;
	*got = 0;
	if (offset >= view.len)
		return 0;
	*got = len < view.len - offset ? len : view.len - (size_t)offset;
	if (*got != 0)
		memcpy(ptr, view.ptr + offset, *got);
	return 0;
}

static const struct sg_in_ops memory_ops = { memory_read, memory_rewind, free,
	memory_read_at };

int
sg_in_memory(struct sg_env *env, const char *name, struct sg_view view,
    struct sg_in **out)
{
	struct in_memory *memory = calloc(1, sizeof(*memory));
	int rc;

	if (memory == NULL)
		return sg_err_nomem(env);
	memory->view = view;
	rc = sg_in_custom(env, name, &memory_ops, memory, view.len, out);
	if (rc < 0)
		free(memory);
	return rc;
}

int
sg_in_custom(struct sg_env *env, const char *name, const struct sg_in_ops *ops,
    void *self, uint64_t size, struct sg_in **out)
{
	struct sg_in *in = calloc(1, sizeof(*in));

	if (in == NULL || (in->name = strdup(name)) == NULL) {
		free(in);
		return sg_err_nomem(env);
	}
	in->ops = ops;
	in->self = self;
	in->size = size;
	*out = in;
	return 0;
}

void
sg_in_free(struct sg_in *in)
{
	if (in == NULL)
		return;
	if (in->ops->free != NULL)
		in->ops->free(in->self);
	free(in->buf);
	free(in->name);
	free(in);
}

/* At the end of a file each read more is a call of the system for nothing. */
static int
in_source(
    struct sg_env *env, struct sg_in *in, void *ptr, size_t len, size_t *got)
{
	int rc;

	*got = 0;
	if (in->ended)
		return 0;
	rc = in->ops->read(env, in->self, ptr, len, got);
	in->ended = rc == 0 && *got == 0 && len != 0;
	return rc;
}

/* Room for want octets in all; for less where the size says that no more will
 * come, until more does. */
static int
in_room(struct sg_env *env, struct sg_in *in, size_t want)
{
	size_t cap = want > IN_BUFFER ? want : IN_BUFFER;
	size_t have = in->end - in->start;
	unsigned char *ptr;

	if (in->size < IN_BUFFER && have < IN_BUFFER)
		cap = IN_BUFFER;
	if (in->cap >= cap) {
		if (in->start > 0 && have != 0)
			memmove(in->buf, in->buf + in->start, have);
	} else {
		ptr = malloc(cap);
		if (ptr == NULL)
			return sg_err_nomem(env);
		if (have != 0)
			memcpy(ptr, in->buf + in->start, have);
		free(in->buf);
		in->buf = ptr;
		in->cap = cap;
	}
	in->start = 0;
	in->end = have;
	return 0;
}

/* One read more behind what is buffered. */
static int
in_fill(struct sg_env *env, struct sg_in *in, size_t want, size_t *got)
{
	int rc = in_room(env, in, want);

	if (rc < 0)
		return rc;
	rc = in_source(env, in, in->buf + in->end, in->cap - in->end, got);
	if (rc == 0)
		in->end += *got;
	return rc;
}

int
sg_in_read(
    struct sg_env *env, struct sg_in *in, void *ptr, size_t len, size_t *got)
{
	size_t have = in->end - in->start;
	int rc = 0;

	*got = 0;
	if (len == 0)
		return 0;
	if (have == 0 && len >= IN_BUFFER) {
		rc = in_source(env, in, ptr, len, got);
		if (rc == 0)
			in->pos += *got;
		return rc;
	}
	if (have == 0)
		rc = in_fill(env, in, 0, &have);
	if (rc < 0)
		return rc;
	*got = len < have ? len : have;
	if (*got != 0)
		memcpy(ptr, in->buf + in->start, *got);
	in->start += *got;
	in->pos += *got;
	return 0;
}

int
sg_in_read_full(
    struct sg_env *env, struct sg_in *in, void *ptr, size_t len, size_t *got)
{
	unsigned char *to = ptr;
	size_t part = 1;
	int rc = 0;

	*got = 0;
	while (rc == 0 && *got < len && part != 0) {
		rc = sg_in_read(env, in, to + *got, len - *got, &part);
		*got += part;
	}
	return rc;
}

int
sg_in_peek(
    struct sg_env *env, struct sg_in *in, size_t len, struct sg_view *out)
{
	size_t part = 1;
	int rc = 0;

	if (len > SG_IO_CHUNK)
		return sg_err_set(
		    env, SIGN_E_INTERNAL, "a peek of %zu octets", len);
	while (rc == 0 && in->end - in->start < len && part != 0)
		rc = in_fill(env, in, len, &part);
	if (rc < 0)
		return rc;
	if (in->end - in->start < len)
		len = in->end - in->start;
	*out = sg_view_of(in->buf + in->start, len);
	if (in->buf == NULL)
		out->ptr = NULL;
	return 0;
}

int
sg_in_skip(struct sg_env *env, struct sg_in *in, uint64_t len)
{
	size_t have = in->end - in->start;
	size_t part;
	int rc;

	while (len > 0) {
		if (have == 0 && (rc = in_fill(env, in, 0, &have)) < 0)
			return rc;
		if (have == 0)
			return sg_err_set(env, SIGN_E_FORMAT,
			    "%s ends in the middle", in->name);
		part = len < have ? (size_t)len : have;
		in->start += part;
		in->pos += part;
		len -= part;
		have -= part;
	}
	return 0;
}

int
sg_in_rewind(struct sg_env *env, struct sg_in *in)
{
	int rc;

	if (in->ops->rewind == NULL)
		return sg_err_set(
		    env, SIGN_E_IO, "%s can be read only once", in->name);
	rc = in->ops->rewind(env, in->self);
	if (rc < 0)
		return rc;
	in->start = in->end = 0;
	in->pos = 0;
	in->ended = 0;
	return 0;
}

int
sg_in_can_rewind(const struct sg_in *in)
{
	return in->ops->rewind != NULL;
}

int
sg_in_can_read_at(const struct sg_in *in)
{
	return in->ops->read_at != NULL;
}

int
sg_in_read_at(struct sg_env *env, struct sg_in *in, uint64_t offset, void *ptr,
    size_t len, size_t *got)
{
	unsigned char *to = ptr;
	size_t part = 1;
	int rc = 0;

	*got = 0;
	if (in->ops->read_at == NULL)
		return sg_err_set(env, SIGN_E_IO,
		    "%s can be read only from its beginning", in->name);
	while (rc == 0 && *got < len && part != 0) {
		rc = in->ops->read_at(
		    env, in->self, offset + *got, to + *got, len - *got, &part);
		if (rc == 0)
			*got += part;
	}
	return rc;
}

const char *
sg_in_name(const struct sg_in *in)
{
	return in->name;
}

uint64_t
sg_in_size(const struct sg_in *in)
{
	return in->size;
}

size_t
sg_in_chunk(const struct sg_in *in)
{
	return in->size < IN_BUFFER ? IN_BUFFER : SG_IO_CHUNK;
}

uint64_t
sg_in_tell(const struct sg_in *in)
{
	return in->pos;
}

int
sg_read_all(
    struct sg_env *env, struct sg_in *in, size_t max, struct sg_buf *out)
{
	unsigned char *to;
	size_t got = 1;
	size_t from = out->len;
	int rc;

	while (got != 0) {
		to = sg_buf_reserve(env, out, IN_BUFFER);
		if (to == NULL)
			return SIGN_E_NOMEM;
		rc = sg_in_read(env, in, to, IN_BUFFER, &got);
		if (rc < 0)
			return rc;
		out->len += got;
		if (out->len - from > max)
			return sg_err_set(env, SIGN_E_LIMIT,
			    "%s is larger than %zu octets", in->name, max);
	}
	return 0;
}

int
sg_read_file(
    struct sg_env *env, const char *path, size_t max, struct sg_buf *out)
{
	struct sg_in *in = NULL;
	int rc = sg_in_open(env, path, &in);

	if (rc == 0)
		rc = sg_read_all(env, in, max, out);
	sg_in_free(in);
	return rc;
}

/* Large and for a while: the disk first, memory file systems after it. */
int
sg_scratch_fd(void)
{
	static const char *const dirs[] = { "/var/tmp", "/tmp" };
	char name[] = "/tmp/.podpis-XXXXXX";
	size_t i;
	int fd;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		fd = open(
		    dirs[i], O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
		if (fd >= 0)
			return fd;
	}
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	return fd;
}

static int
write_all(int fd, const unsigned char *ptr, size_t len)
{
	ssize_t count;

	while (len > 0) {
		count = write(fd, ptr, len);
		if (count < 0 && errno != EINTR)
			return -1;
		if (count > 0) {
			ptr += count;
			len -= (size_t)count;
		}
	}
	return 0;
}

int
sg_in_spool(struct sg_env *env, struct sg_in *in, struct sg_in **out)
{
	unsigned char *chunk = malloc(SG_IO_CHUNK);
	int fd = sg_scratch_fd();
	size_t got = 1;
	int rc = 0;

	if (chunk == NULL)
		rc = sg_err_nomem(env);
	else if (fd < 0)
		rc = sg_err_sys(
		    env, SIGN_E_IO, "cannot make a temporary file in /tmp");
	while (rc == 0 && got != 0) {
		rc = sg_in_read_full(env, in, chunk, SG_IO_CHUNK, &got);
		if (rc == 0 && write_all(fd, chunk, got) < 0)
			rc = sg_err_sys(
			    env, SIGN_E_IO, "cannot write a temporary file");
	}
	if (rc == 0 && lseek(fd, 0, SEEK_SET) < 0)
		rc = sg_err_sys(env, SIGN_E_IO, "cannot read a temporary file");
	if (rc == 0) {
		rc = in_from_fd(env, in->name, fd, 1, out);
		fd = -1;
	}
	if (fd >= 0)
		close(fd);
	free(chunk);
	return rc;
}

int
sg_in_twice(struct sg_env *env, struct sg_in **in)
{
	struct sg_in *spool = NULL;
	int rc;

	if (sg_in_can_rewind(*in))
		return 0;
	rc = sg_in_spool(env, *in, &spool);
	sg_in_free(*in);
	*in = spool;
	return rc;
}
