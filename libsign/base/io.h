/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_IO_H
#define SIGN_BASE_IO_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct sg_env;

/* ---- Where bytes come from: a file, a pipe, memory, a filter, a caller. */
struct sg_in;

/* What a source can do; filters (base64) implement it too. */
struct sg_in_ops {
	/* Up to len octets; *got 0 is the end. 0 or SIGN_E_*, error set. */
	int (*read)(
	    struct sg_env *env, void *self, void *ptr, size_t len, size_t *got);
	/* Back to the first octet; NULL: one pass only. */
	int (*rewind)(struct sg_env *env, void *self);
	void (*free)(void *self); /* may be NULL */
	/* Some octets from there on, wherever reading stands, which stays
	 * there; *got 0 is the end. NULL: it cannot. */
	int (*read_at)(struct sg_env *env, void *self, uint64_t offset,
	    void *ptr, size_t len, size_t *got);
};

#define SG_SIZE_UNKNOWN UINT64_MAX

/* "-" is standard input. A directory, a missing or unreadable file: IO. */
int sg_in_open(struct sg_env *env, const char *path, struct sg_in **out);
/* Borrows the memory. */
int sg_in_memory(struct sg_env *env, const char *name, struct sg_view view,
    struct sg_in **out);
/* Takes self on success; size SG_SIZE_UNKNOWN where it is not known. */
int sg_in_custom(struct sg_env *env, const char *name,
    const struct sg_in_ops *ops, void *self, uint64_t size, struct sg_in **out);
/* What is left of "in" in a file without a name: its size is known, it
 * rewinds, and it vanishes with *out, or with the process. */
int sg_in_spool(struct sg_env *env, struct sg_in *in, struct sg_in **out);
/* The same in place of *in where that can be read only once; freed then. */
int sg_in_twice(struct sg_env *env, struct sg_in **in);
void sg_in_free(struct sg_in *in);
/* A descriptor of a file without a name, in the temporary directory; -1. */
int sg_scratch_fd(void);

int sg_in_read(
    struct sg_env *env, struct sg_in *in, void *ptr, size_t len, size_t *got);
/* Reads until len octets are there or the input ends. */
int sg_in_read_full(
    struct sg_env *env, struct sg_in *in, void *ptr, size_t len, size_t *got);
/* Look at the next octets without taking them (len <= SG_IO_CHUNK). */
int sg_in_peek(
    struct sg_env *env, struct sg_in *in, size_t len, struct sg_view *out);
/* FORMAT when the input ends before that. */
int sg_in_skip(struct sg_env *env, struct sg_in *in, uint64_t len);
int sg_in_rewind(struct sg_env *env, struct sg_in *in); /* IO if it cannot */
int sg_in_can_rewind(const struct sg_in *in);
/* len octets at the offset, wherever reading stands, which stays there; *got
 * less: the end. A file, a spool or memory can; others: IO. */
int sg_in_read_at(struct sg_env *env, struct sg_in *in, uint64_t offset,
    void *ptr, size_t len, size_t *got);
int sg_in_can_read_at(const struct sg_in *in);
const char *sg_in_name(const struct sg_in *in);
uint64_t sg_in_size(const struct sg_in *in);
/* Octets worth reading at once: what is small needs no large buffer. */
size_t sg_in_chunk(const struct sg_in *in);
uint64_t sg_in_tell(const struct sg_in *in);

/* A whole small file; LIMIT when it is larger than max. */
int sg_read_file(
    struct sg_env *env, const char *path, size_t max, struct sg_buf *out);
int sg_read_all(
    struct sg_env *env, struct sg_in *in, size_t max, struct sg_buf *out);

/* ---- Which file it is, to see that nobody changed it meanwhile. */
struct sg_file_id {
	int known; /* 0: no regular file, or none at all */
	uint64_t dev, ino, size;
	int64_t changed; /* nanoseconds */
};
void sg_file_id(const char *path, struct sg_file_id *out);
/* The same file by name, whatever is in it. */
int sg_file_id_same(const struct sg_file_id *a, const struct sg_file_id *b);
/* Keep others that use this call from the file until *fd is closed. STATE
 * when it is not as it was. */
int sg_file_lock(struct sg_env *env, const char *path,
    const struct sg_file_id *want, int *fd);

/* ---- Where bytes go: nothing is seen of them before sg_out_commit(). */
struct sg_out;

enum sg_out_mode {
	SG_OUT_NEW,     /* an existing file is an error (linkat, no race) */
	SG_OUT_REPLACE, /* an existing file is replaced atomically */
};

/*
 * path "-": standard output. That, a pipe and a device are written through; a
 * file appears whole or not at all, also when the process is killed. REPLACE
 * follows a symbolic link and keeps the old file's mode. Signals (SIGPIPE,
 * SIGXFSZ) are the program's to ignore: then they are IO errors here.
 */
int sg_out_create(struct sg_env *env, const char *path, enum sg_out_mode mode,
    struct sg_out **out);
/*
 * A file below a directory, by a name that somebody else chose ("a/b.txt"):
 * directories on the way are made; ARG where the name leads elsewhere, IO where
 * a symbolic link or anything but a file or directory stands on the way. out
 * NULL: only look whether that could be, and make nothing.
 */
int sg_out_create_below(struct sg_env *env, const char *dir, const char *name,
    enum sg_out_mode mode, struct sg_out **out);
/* The last step of it: a file in an open directory, which is taken over. */
int sg_out_create_in(struct sg_env *env, int dir, const char *name,
    const char *shown, enum sg_out_mode mode, struct sg_out **out);
int sg_out_memory(
    struct sg_env *env, struct sg_buf *target, struct sg_out **out);
int sg_out_write(
    struct sg_env *env, struct sg_out *out, const void *ptr, size_t len);
/* Overwrite octets already written; IO where the target cannot seek. */
int sg_out_patch(struct sg_env *env, struct sg_out *out, uint64_t offset,
    const void *ptr, size_t len);
int sg_out_can_patch(const struct sg_out *out);
uint64_t sg_out_tell(const struct sg_out *out);
/* A file without a name, to be looked at with sg_out_reread() and copied from
 * there: committing it does nothing. */
int sg_out_scratch(struct sg_env *env, struct sg_out **out);
/* What was written so far, from its first octet, before it is committed: to
 * see that it is right. IO where it went through already. */
int sg_out_reread(struct sg_env *env, struct sg_out *out, struct sg_in **in);
/* All that is left of it. */
int sg_copy(struct sg_env *env, struct sg_in *in, struct sg_out *out);
/* What was written to a scratch file. */
int sg_copy_out(struct sg_env *env, struct sg_out *from, struct sg_out *out);
/* Sync and put in place. */
int sg_out_commit(struct sg_env *env, struct sg_out *out);
/* Without a commit before it nothing stays behind. */
void sg_out_free(struct sg_out *out);

#endif
