/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Files by names out of an archive: each directory on the way is opened from
 * the one before and never through a symbolic link, so that nobody who may
 * write in there leads us elsewhere, not even meanwhile.
 */
struct below {
	struct sg_env *env;
	struct sg_buf shown; /* for messages */
	int make;            /* directories that are missing */
	int fd;
};

/* One component of a name, up to a slash. */
static int
below_part(struct below *at, const char **name, char part[NAME_MAX + 1])
{
	size_t len = strcspn(*name, "/");

	if (len == 0 || len > NAME_MAX || strncmp(*name, "..", len) == 0 ||
	    strcmp(*name + len, "/") == 0)
		return sg_err_set(at->env, SIGN_E_ARG,
		    N_("%s: not the name of a file below a directory"),
		    (const char *)at->shown.ptr);
	memcpy(part, *name, len);
	part[len] = '\0';
	*name += len;
	if (**name == '/')
		(*name)++;
	return 0;
}

/* 0, or 1: it is missing, and none is to be made. */
static int
below_enter(struct below *at, const char *part)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(at->fd, part, flags);

	if (fd < 0 && errno == ENOENT && !at->make)
		return 1;
	if (fd < 0 && errno == ENOENT &&
	    (mkdirat(at->fd, part, 0777) == 0 || errno == EEXIST))
		fd = openat(at->fd, part, flags);
	if (fd < 0)
		return sg_err_sys(at->env, SIGN_E_IO, "cannot write %s",
		    (const char *)at->shown.ptr);
	close(at->fd);
	at->fd = fd;
	return 0;
}

static int
below_open(struct below *at, const char *dir, const char *name)
{
	int rc = sg_buf_printf(at->env, &at->shown, "%s/%s", dir, name);

	if (rc < 0)
		return rc;
	at->fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return at->fd >= 0
	    ? 0
	    : sg_err_sys(at->env, SIGN_E_IO, "cannot open %s", dir);
}

int
sg_out_create_below(struct sg_env *env, const char *dir, const char *name,
    enum sg_out_mode mode, struct sg_out **out)
{
	struct below at = { .env = env, .make = out != NULL, .fd = -1 };
	char part[NAME_MAX + 1];
	int rc = below_open(&at, dir, name);

	if (rc == 0)
		rc = below_part(&at, &name, part);
	while (rc == 0 && name[0] != '\0') {
		rc = below_enter(&at, part);
		if (rc == 0)
			rc = below_part(&at, &name, part);
	}
	if (rc == 0) {
		rc = sg_out_create_in(
		    env, at.fd, part, (const char *)at.shown.ptr, mode, out);
		at.fd = -1;
	}
	if (at.fd >= 0)
		close(at.fd);
	sg_buf_free(&at.shown);
	return rc < 0 ? rc : 0;
}
