/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/limits.h"
#include "libsign/job.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Paths that a person gave, and the documents that they stand for. */
struct folders {
	struct sg_env *env;
	struct sg_pool *pool;
	struct sg_source *list;
	size_t count;
};

static int
add_file(struct folders *f, const char *path, const char *entry)
{
	struct sg_source *doc;

	if (f->count >= SG_MAX_ZIP_ENTRIES)
		return sg_err_set(f->env, SIGN_E_LIMIT,
		    N_("more than %d documents"), SG_MAX_ZIP_ENTRIES);
	doc = sg_pool_push(f->pool, &f->list, &f->count, sizeof(*doc));
	if (doc == NULL)
		return sg_err_nomem(f->env);
	doc->name = path;
	doc->entry = entry;
	return 0;
}

/* ---- folders */

static int
by_name(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

/* What stands in a folder, sorted; hidden files are nobody's documents. */
static int
list_names(
    struct folders *f, const char *path, const char ***out, size_t *count)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	const char **slot, **list = NULL;
	int rc = 0;

	*count = 0;
	if (dir == NULL)
		return sg_err_sys(
		    f->env, SIGN_E_IO, N_("cannot read the folder %s"), path);
	while (rc == 0 && (errno = 0, entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		slot = sg_pool_push(f->pool, &list, count, sizeof(*slot));
		if (slot != NULL)
			*slot = sg_pool_str(f->pool, entry->d_name);
		if (slot == NULL || *slot == NULL)
			rc = sg_err_nomem(f->env);
		else if (*count > SG_MAX_ZIP_ENTRIES)
			rc = sg_err_set(f->env, SIGN_E_LIMIT,
			    N_("more than %d documents"), SG_MAX_ZIP_ENTRIES);
	}
	if (rc == 0 && errno != 0)
		rc = sg_err_sys(
		    f->env, SIGN_E_IO, N_("cannot read the folder %s"), path);
	closedir(dir);
	if (*count != 0)
		qsort(list, *count, sizeof(*list), by_name);
	*out = list;
	return rc;
}

static int add_folder(
    struct folders *f, const char *path, const char *entry, int depth);

/* A link may lead anywhere: who wants what is there, names it. */
static int
add_child(struct folders *f, const char *path, const char *entry, int depth)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return sg_err_sys(f->env, SIGN_E_IO, "cannot open %s", path);
	if (S_ISDIR(st.st_mode))
		return add_folder(f, path, entry, depth);
	if (S_ISREG(st.st_mode))
		return add_file(f, path, entry);
	if (S_ISLNK(st.st_mode))
		return sg_err_set(f->env, SIGN_E_ARG,
		    N_("%s is a symbolic link: a folder is signed without "
		       "them, name the document itself"),
		    path);
	return sg_err_set(f->env, SIGN_E_ARG, N_("%s is no plain file"), path);
}

/* entry: its name in the container, "" for the one that was given. */
static int
add_folder(struct folders *f, const char *path, const char *entry, int depth)
{
	const char **names = NULL, *child, *name;
	size_t i, count, len = strlen(path);
	int rc;

	if (depth > SG_MAX_FOLDER_DEPTH)
		return sg_err_set(f->env, SIGN_E_LIMIT,
		    N_("folders nested deeper than %d"), SG_MAX_FOLDER_DEPTH);
	while (len > 1 && path[len - 1] == '/')
		len--;
	rc = list_names(f, path, &names, &count);
	for (i = 0; rc == 0 && i < count; i++) {
		child = sg_pool_printf(
		    f->pool, "%.*s/%s", (int)len, path, names[i]);
		name = sg_pool_printf(f->pool, "%s%s%s", entry,
		    entry[0] != '\0' ? "/" : "", names[i]);
		if (child == NULL || name == NULL)
			return sg_err_nomem(f->env);
		rc = add_child(f, child, name, depth + 1);
	}
	return rc;
}

static int
add_path(struct folders *f, const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t before = f->count;
	struct stat st;
	int rc;

	if (strcmp(path, "-") == 0)
		return sg_err_set(f->env, SIGN_E_ARG,
		    N_("a container names its documents, and standard input "
		       "has no name"));
	if (stat(path, &st) < 0 || !S_ISDIR(st.st_mode))
		return add_file(f, path, slash != NULL ? slash + 1 : path);
	rc = add_folder(f, path, "", 0);
	if (rc == 0 && f->count == before)
		return sg_err_set(f->env, SIGN_E_ARG,
		    N_("there is no document in the folder %s"), path);
	return rc;
}

/* ---- names that come twice */

static int
by_entry(const void *a, const void *b)
{
	const struct sg_source *const *left = a, *const *right = b;
	int order = strcmp((*left)->entry, (*right)->entry);

	if (order != 0)
		return order;
	return *left < *right ? -1 : *left > *right;
}

/* The same file once more says nothing new; another file of the same name
 * cannot go into the same container. */
static int
drop_double(struct folders *f, struct sg_source *first, struct sg_source *next)
{
	struct sg_file_id a, b;

	sg_file_id(first->name, &a);
	sg_file_id(next->name, &b);
	if (!sg_file_id_same(&a, &b))
		return sg_err_set(f->env, SIGN_E_ARG,
		    N_("two documents would have the name %s in the "
		       "container: %s and %s"),
		    next->entry, first->name, next->name);
	next->name = NULL;
	return 0;
}

static int
drop_doubles(struct folders *f)
{
	struct sg_source **order =
	    sg_pool_array(f->pool, f->count + 1, sizeof(struct sg_source *));
	size_t i, kept = 0;
	int rc = 0;

	if (order == NULL)
		return sg_err_nomem(f->env);
	for (i = 0; i < f->count; i++)
		order[i] = &f->list[i];
	qsort(order, f->count, sizeof(struct sg_source *), by_entry);
	for (i = 1; rc == 0 && i < f->count; i++) {
		if (strcmp(order[kept]->entry, order[i]->entry) == 0)
			rc = drop_double(f, order[kept], order[i]);
		else
			kept = i;
	}
	for (i = 0, kept = 0; i < f->count; i++)
		if (f->list[i].name != NULL)
			f->list[kept++] = f->list[i];
	f->count = kept;
	return rc;
}

int
sg_job_open_folders(struct sg_env *env, struct sg_pool *pool,
    const char *const *paths, size_t count, struct sg_sources *out)
{
	struct folders f = { .env = env, .pool = pool };
	struct sg_sources docs = { NULL, 0 };
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < count; i++)
		rc = add_path(&f, paths[i]);
	if (rc == 0)
		rc = drop_doubles(&f);
	docs.list = f.list;
	for (i = 0; rc == 0 && i < f.count; i++) {
		rc = sg_job_open_file(env, f.list[i].name, &f.list[i].in);
		docs.count += rc == 0;
	}
	if (rc < 0)
		sg_job_close_docs(&docs);
	else
		*out = docs;
	return rc;
}
