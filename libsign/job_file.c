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
	uint64_t size;
	int rc;

	/* what is no plain file is opened at once */
	if (strcmp(path, "-") == 0 || stat(path, &st) < 0 ||
	    !S_ISREG(st.st_mode))
		return sg_in_open(env, path, out);
	/* the kernel's own files say 0 and have something in them */
	size = st.st_size > 0 ? (uint64_t)st.st_size : SG_SIZE_UNKNOWN;
	parked = calloc(1, sizeof(*parked));
	if (parked != NULL)
		parked->path = strdup(path);
	if (parked == NULL || parked->path == NULL) {
		free(parked);
		return sg_err_nomem(env);
	}
	rc = sg_in_custom(env, path, &parked_ops, parked, size, out);
	if (rc < 0)
		parked_free(parked);
	return rc;
}

/* ---- all documents of a job */

int
sg_job_open_documents(struct sign_job *job, struct sg_pool *pool,
    const char *const *paths, size_t count, struct sg_sources *out)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_sources docs = { NULL, 0 };
	size_t i;
	int rc = 0;

	if (job->ops == &sg_job_asic)
		return sg_job_open_folders(env, pool, paths, count, out);
	docs.list = sg_pool_array(pool, count, sizeof(*docs.list));
	if (docs.list == NULL)
		return sg_err_nomem(env);
	for (i = 0; rc == 0 && i < count; i++) {
		docs.list[i].name = paths[i];
		if (count > 1 || job->attached)
			rc = sg_job_open_file(env, paths[i], &docs.list[i].in);
		else
			rc = sg_in_open(env, paths[i], &docs.list[i].in);
		docs.count += rc == 0;
	}
	if (rc < 0)
		sg_job_close_docs(&docs);
	else
		*out = docs;
	return rc;
}

void
sg_job_close_docs(const struct sg_sources *docs)
{
	size_t i;

	for (i = 0; i < docs->count; i++) {
		sg_in_free(docs->list[i].in);
		docs->list[i].in = NULL;
	}
}
