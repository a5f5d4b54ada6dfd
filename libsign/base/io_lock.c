/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/io.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void
id_of(const struct stat *st, struct sg_file_id *out)
{
	memset(out, 0, sizeof(*out));
	if (!S_ISREG(st->st_mode))
		return;
	out->known = 1;
	out->dev = st->st_dev;
	out->ino = st->st_ino;
	out->size = (uint64_t)st->st_size;
	out->changed =
	    (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

void
sg_file_id(const char *path, struct sg_file_id *out)
{
	struct stat st;

	memset(out, 0, sizeof(*out));
	if (path != NULL && strcmp(path, "-") != 0 && stat(path, &st) == 0)
		id_of(&st, out);
}

int
sg_file_id_same(const struct sg_file_id *a, const struct sg_file_id *b)
{
	return a->known && b->known && a->dev == b->dev && a->ino == b->ino;
}

/* A replaced file is another one, so whoever waited for the lock sees it. */
int
sg_file_lock(struct sg_env *env, const char *path,
    const struct sg_file_id *want, int *fd_out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct sg_file_id now;

	if (fd < 0)
		return sg_err_sys(env, SIGN_E_IO, "cannot open %s", path);
	/* where there are no locks the comparison has to do */
	(void)flock(fd, LOCK_EX);
	sg_file_id(path, &now);
	if (sg_file_id_same(&now, want) && now.size == want->size &&
	    now.changed == want->changed) {
		*fd_out = fd;
		return 0;
	}
	close(fd);
	return sg_err_set(env, SIGN_E_STATE,
	    "%s was changed by somebody else meanwhile", path);
}
