/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/portal.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "formats/markup.h"
#include "libsign/saved.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- its files */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int
add_name(struct sg_portal *portal, const char *name)
{
	const char **slot;

	if (portal->name_count >= SG_MAX_PORTAL_FILES)
		return sg_err_set(portal->env, SIGN_E_LIMIT,
		    N_("%s: want at most %d files"), portal->path,
		    SG_MAX_PORTAL_FILES);
	slot = sg_pool_push(
	    portal->pool, &portal->names, &portal->name_count, sizeof(*slot));
	if (slot != NULL)
		*slot = sg_pool_str(portal->pool, name);
	return slot != NULL && *slot != NULL ? 0 : sg_err_nomem(portal->env);
}

/* What is no plain file, and what hides, is nobody's document. */
static int
list_folder(struct sg_portal *portal)
{
	DIR *dir = opendir(portal->path);
	struct dirent *row;
	struct stat st;
	int rc = 0;

	if (dir == NULL)
		return sg_err_sys(
		    portal->env, SIGN_E_IO, "cannot open %s", portal->path);
	while (rc == 0 && (row = readdir(dir)) != NULL)
		if (row->d_name[0] != '.' && sg_name_is_bare(row->d_name) &&
		    fstatat(dirfd(dir), row->d_name, &st,
			AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode))
			rc = add_name(portal, row->d_name);
	closedir(dir);
	return rc;
}

static int
list_archive(struct sg_portal *portal)
{
	const struct sg_zip_entry *entry;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < portal->zip->entry_count; i++) {
		entry = &portal->zip->entries[i];
		if (entry->fault != NULL || entry->is_directory ||
		    !sg_name_is_bare(entry->name))
			return sg_err_set(portal->env, SIGN_E_FORMAT,
			    N_("%s: a package of the portal is flat, and has "
			       "no place for an entry like \"%s\""),
			    portal->path, entry->name);
		rc = add_name(portal, entry->name);
	}
	return rc;
}

static int
list_saved(struct sg_portal *portal)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < portal->saved->file_count; i++)
		rc = add_name(portal, portal->saved->files[i].name);
	return rc;
}

static int
open_archive(struct sg_portal *portal)
{
	int rc;

	sg_file_id(portal->path, &portal->id);
	rc = sg_in_open(portal->env, portal->path, &portal->in);
	if (rc == 0)
		rc = sg_in_twice(portal->env, &portal->in);
	if (rc == 0)
		rc = sg_zip_open(portal->env, portal->in, &portal->zip);
	return rc == 0 ? list_archive(portal) : rc;
}

static int
is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
read_config(struct sg_portal *portal)
{
	struct sg_buf text = { 0 };
	struct sg_in *in = NULL;
	int rc = sg_portal_in(portal, SG_SIGN_CONFIG_NAME, &in);

	if (rc == 0)
		rc = sg_read_all(portal->env, in, SG_MAX_SIGN_CONFIG, &text);
	if (rc == 0)
		rc = sg_sign_config_read(portal->env, portal->pool,
		    sg_buf_view(&text), &portal->config);
	sg_in_free(in);
	sg_buf_free(&text);
	return rc;
}

static int
open_files(struct sg_portal *portal)
{
	int rc;

	if (portal->saved != NULL)
		rc = list_saved(portal);
	else if (is_folder(portal->path))
		rc = list_folder(portal);
	else
		rc = open_archive(portal);
	if (rc == 0 && portal->name_count != 0)
		qsort(portal->names, portal->name_count, sizeof(*portal->names),
		    by_name);
	if (rc == 0 && portal->saved != NULL)
		return sg_sign_config_read(portal->env, portal->pool,
		    portal->saved->list, &portal->config);
	return rc == 0 ? read_config(portal) : rc;
}

int
sg_portal_open(struct sg_env *env, const char *path, struct sg_portal **out)
{
	return sg_portal_open_saved(env, path, NULL, out);
}

int
sg_portal_open_saved(struct sg_env *env, const char *path,
    const struct sg_saved_package *saved, struct sg_portal **out)
{
	struct sg_portal *portal = calloc(1, sizeof(*portal));
	int rc;

	if (portal == NULL)
		return sg_err_nomem(env);
	portal->env = env;
	portal->saved = saved;
	portal->pool = sg_pool_new();
	if (portal->pool != NULL)
		portal->path = sg_pool_str(portal->pool, path);
	rc = portal->path != NULL ? open_files(portal) : sg_err_nomem(env);
	if (rc < 0)
		sg_portal_close(portal);
	else
		*out = portal;
	return rc;
}

void
sg_portal_close(struct sg_portal *portal)
{
	if (portal == NULL)
		return;
	sg_zip_free(portal->zip);
	sg_in_free(portal->in);
	sg_pool_free(portal->pool);
	free(portal);
}

/* A container carries a type, and perhaps such a list as data. */
static int
probe_archive(struct sg_env *env, struct sg_in *in)
{
	struct sg_zip *zip = NULL;
	struct sg_view head;
	int found = sg_in_peek(env, in, 64, &head) == 0 &&
	    sg_zip_probe(head) != 0 && sg_zip_open(env, in, &zip) == 0 &&
	    sg_zip_find(zip, SG_SIGN_CONFIG_NAME) != NULL &&
	    sg_zip_find(zip, "mimetype") == NULL;

	sg_zip_free(zip);
	return found;
}

int
sg_portal_probe(struct sg_env *env, const char *path)
{
	struct sg_in *in = NULL;
	struct stat st;
	char *name = NULL;
	int found = 0;

	if (strcmp(path, "-") == 0 || stat(path, &st) != 0)
		return 0;
	if (S_ISDIR(st.st_mode) &&
	    asprintf(&name, "%s/%s", path, SG_SIGN_CONFIG_NAME) >= 0) {
		found = lstat(name, &st) == 0 && S_ISREG(st.st_mode);
		free(name);
	} else if (S_ISREG(st.st_mode) && sg_in_open(env, path, &in) == 0) {
		found = probe_archive(env, in);
		sg_in_free(in);
	}
	sg_err_clear(env);
	return found;
}

int
sg_portal_has(const struct sg_portal *portal, const char *name)
{
	return portal->name_count != 0 &&
	    bsearch(&name, portal->names, portal->name_count,
		sizeof(*portal->names), by_name) != NULL;
}

const char *
sg_portal_path(const struct sg_portal *portal, const char *name)
{
	if (portal->zip != NULL)
		return name;
	return sg_pool_printf(portal->pool, "%s/%s", portal->path, name);
}

static int
missing(struct sg_portal *portal, const char *name)
{
	return sg_err_set(portal->env, SIGN_E_FORMAT,
	    N_("there is no file %s in %s"), name, portal->path);
}

int
sg_portal_in(struct sg_portal *portal, const char *name, struct sg_in **out)
{
	const char *path;

	if (portal->saved != NULL || !sg_portal_has(portal, name))
		return missing(portal, name);
	if (portal->zip != NULL)
		return sg_zip_in(portal->env, portal->zip,
		    sg_zip_find(portal->zip, name), out);
	path = sg_portal_path(portal, name);
	return path != NULL ? sg_in_open(portal->env, path, out)
			    : sg_err_nomem(portal->env);
}

static int
saved_size(struct sg_portal *portal, const char *name, uint64_t *size)
{
	const struct sg_saved_package *saved = portal->saved;
	size_t i;

	for (i = 0; i < saved->file_count; i++)
		if (strcmp(saved->files[i].name, name) == 0) {
			*size = (uint64_t)saved->files[i].size;
			return 0;
		}
	return missing(portal, name);
}

int
sg_portal_size(struct sg_portal *portal, const char *name, uint64_t *size)
{
	struct sg_in *in = NULL;
	int rc;

	if (portal->saved != NULL)
		return saved_size(portal, name, size);
	rc = sg_portal_in(portal, name, &in);
	/* they are plain files, of which an empty one could be anything */
	if (rc == 0)
		*size = sg_in_size(in) != SG_SIZE_UNKNOWN ? sg_in_size(in) : 0;
	sg_in_free(in);
	return rc;
}

/* Sizes of all, since whatever stands there may be a document. */
int
sg_portal_save(struct sg_portal *portal, struct sg_saving *to)
{
	struct sg_buf list = { 0 };
	struct sg_in *in = NULL;
	uint64_t size;
	size_t i;
	int rc = sg_portal_in(portal, SG_SIGN_CONFIG_NAME, &in);

	if (rc == 0)
		rc = sg_read_all(portal->env, in, SG_MAX_SIGN_CONFIG, &list);
	if (rc == 0)
		sg_saving_package(to, sg_buf_view(&list));
	for (i = 0; rc == 0 && i < portal->name_count; i++) {
		rc = sg_portal_size(portal, portal->names[i], &size);
		if (rc == 0)
			sg_saving_file(to, portal->names[i], size);
	}
	sg_in_free(in);
	sg_buf_free(&list);
	return rc;
}

/* ---- what is added */

int
sg_portal_copy(struct sg_portal *portal, const struct sg_portal_new *list,
    size_t count, struct sg_out *out)
{
	size_t old = portal->zip->entry_count, i;
	struct sg_zip_item *items = calloc(old + count, sizeof(*items));
	struct sg_zip_want want = { .items = items,
		.item_count = old + count,
		.comment = portal->zip->comment,
		.time = sg_env_now(portal->env) };
	int rc;

	if (items == NULL)
		return sg_err_nomem(portal->env);
	for (i = 0; i < old; i++) {
		items[i].name = portal->zip->entries[i].name;
		items[i].from = portal->zip;
		items[i].entry = &portal->zip->entries[i];
	}
	for (i = 0; i < count; i++) {
		items[old + i].name = list[i].name;
		items[old + i].octets = list[i].octets;
	}
	rc = sg_zip_write(portal->env, &want, out);
	free(items);
	return rc;
}

static int
add_to_archive(
    struct sg_portal *portal, const struct sg_portal_new *list, size_t count)
{
	struct sg_out *out = NULL;
	int lock = -1;
	int rc = sg_file_lock(portal->env, portal->path, &portal->id, &lock);

	if (rc == 0)
		rc = sg_out_create(
		    portal->env, portal->path, SG_OUT_REPLACE, &out);
	if (rc == 0)
		rc = sg_portal_copy(portal, list, count, out);
	if (rc == 0)
		rc = sg_out_commit(portal->env, out);
	sg_out_free(out);
	if (lock >= 0)
		close(lock);
	return rc;
}

static void
take_back(const char *folder, const char *name)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return;
	unlinkat(dir, name, 0);
	close(dir);
}

/* Every file is written and synced before the first one is seen. */
static int
add_to_folder(
    struct sg_portal *portal, const struct sg_portal_new *list, size_t count)
{
	struct sg_out **outs = calloc(count + 1, sizeof(*outs));
	size_t i, done = 0;
	int rc = outs != NULL ? 0 : sg_err_nomem(portal->env);

	for (i = 0; rc == 0 && i < count; i++) {
		rc = sg_out_create_below(portal->env, portal->path,
		    list[i].name, SG_OUT_NEW, &outs[i]);
		if (rc == 0)
			rc = sg_out_write(portal->env, outs[i],
			    list[i].octets.ptr, list[i].octets.len);
	}
	for (; rc == 0 && done < count; done++) {
		rc = sg_out_commit(portal->env, outs[done]);
		if (rc < 0)
			break;
	}
	while (rc < 0 && done > 0)
		take_back(portal->path, list[--done].name);
	for (i = 0; outs != NULL && i < count; i++)
		sg_out_free(outs[i]);
	free(outs);
	return rc;
}

int
sg_portal_add(
    struct sg_portal *portal, const struct sg_portal_new *list, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (sg_portal_has(portal, list[i].name))
			return sg_err_set(portal->env, SIGN_E_STATE,
			    N_("%s stands in %s already"), list[i].name,
			    portal->path);
	return portal->zip != NULL ? add_to_archive(portal, list, count)
				   : add_to_folder(portal, list, count);
}

/* ---- a new one */

int
sg_portal_archive(struct sg_env *env, const char *output, int force,
    const struct sg_zip_item *items, size_t count)
{
	struct sg_zip_want want = {
		.items = items, .item_count = count, .time = sg_env_now(env)
	};
	struct sg_out *out = NULL;
	int rc = sg_out_create(
	    env, output, force ? SG_OUT_REPLACE : SG_OUT_NEW, &out);

	if (rc == 0)
		rc = sg_zip_write(env, &want, out);
	if (rc == 0)
		rc = sg_out_commit(env, out);
	sg_out_free(out);
	return rc;
}

static int
write_item(
    struct sg_env *env, const char *folder, const struct sg_zip_item *item)
{
	struct sg_out *out = NULL;
	struct sg_in *in = item->in, *mine = NULL;
	int rc = sg_out_create_below(env, folder, item->name, SG_OUT_NEW, &out);

	if (rc == 0 && item->from != NULL)
		rc = sg_zip_in(env, item->from, item->entry, &mine);
	else if (rc == 0 && in == NULL)
		rc = sg_in_memory(env, item->name, item->octets, &mine);
	if (rc == 0)
		rc = sg_copy(env, in != NULL ? in : mine, out);
	if (rc == 0)
		rc = sg_out_commit(env, out);
	sg_in_free(mine);
	sg_out_free(out);
	return rc;
}

static void
remove_folder(const char *folder, const struct sg_zip_item *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		take_back(folder, items[i].name);
	rmdir(folder);
}

/* Under another name until it is whole; rename() does not replace a folder
 * with anything in it. */
static int
create_folder(struct sg_env *env, const char *output,
    const struct sg_zip_item *items, size_t count)
{
	struct sg_buf name = { 0 };
	struct stat st;
	size_t i;
	char *folder;
	int rc;

	if (lstat(output, &st) == 0)
		return sg_err_set(
		    env, SIGN_E_IO, N_("%s exists already"), output);
	rc = sg_buf_printf(env, &name, "%s.XXXXXX", output);
	folder = (char *)name.ptr;
	if (rc == 0 && mkdtemp(folder) == NULL)
		rc = sg_err_sys(env, SIGN_E_IO, "cannot make %s", output);
	if (rc < 0) {
		sg_buf_free(&name);
		return rc;
	}
	for (i = 0; rc == 0 && i < count; i++)
		rc = write_item(env, folder, &items[i]);
	if (rc == 0 &&
	    (chmod(folder, 0755) != 0 || rename(folder, output) != 0))
		rc = sg_err_sys(env, SIGN_E_IO, "cannot make %s", output);
	if (rc < 0)
		remove_folder(folder, items, count);
	sg_buf_free(&name);
	return rc;
}

int
sg_portal_create(struct sg_env *env, const char *output, int force,
    const struct sg_zip_item *items, size_t count)
{
	size_t len = strlen(output);

	while (len > 1 && output[len - 1] == '/')
		len--;
	if (len > 4 && strncmp(output + len - 4, ".zip", 4) == 0)
		return sg_portal_archive(env, output, force, items, count);
	return create_folder(env, output, items, count);
}
