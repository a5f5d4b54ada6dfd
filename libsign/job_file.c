/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/job.h"

#include "base/err.h"
#include "base/io.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* A file that is open only while it is read: a job may have thousands. */
struct parked {
	char *path;
	struct sg_in *in; /* NULL: closed */
	int ended;
};

static int
parked_read(struct sg_env *env, void *self, void *ptr, size_t len, size_t *got)
{
	struct parked *parked = self;
	int rc = 0;

	*got = 0;
	if (parked->ended)
		return 0;
	if (parked->in == NULL)
		rc = sg_in_open(env, parked->path, &parked->in);
	if (rc == 0)
		rc = sg_in_read(env, parked->in, ptr, len, got);
	if (rc == 0 && *got == 0 && len != 0) {
		sg_in_free(parked->in);
		parked->in = NULL;
		parked->ended = 1;
	}
	return rc;
}

static int
parked_rewind(struct sg_env *env, void *self)
{
	struct parked *parked = self;

	(void)env;
	sg_in_free(parked->in);
	parked->in = NULL;
	parked->ended = 0;
	return 0;
}

static void
parked_free(void *self)
{
	struct parked *parked = self;

	sg_in_free(parked->in);
	free(parked->path);
	free(parked);
}

static const struct sg_in_ops parked_ops = {
	.read = parked_read, .rewind = parked_rewind, .free = parked_free
};

int
sg_job_open_file(struct sg_env *env, const char *path, struct sg_in **out)
{
	struct parked *parked;
	struct stat st;
	int rc;

	/* what is no plain file, or says that it is empty, as the kernel's own
	 * do, is opened at once */
	if (strcmp(path, "-") == 0 || stat(path, &st) < 0 ||
	    !S_ISREG(st.st_mode) || st.st_size == 0)
		return sg_in_open(env, path, out);
	parked = calloc(1, sizeof(*parked));
	if (parked != NULL)
		parked->path = strdup(path);
	if (parked == NULL || parked->path == NULL) {
		free(parked);
		return sg_err_nomem(env);
	}
	rc = sg_in_custom(
	    env, path, &parked_ops, parked, (uint64_t)st.st_size, out);
	if (rc < 0)
		parked_free(parked);
	return rc;
}
