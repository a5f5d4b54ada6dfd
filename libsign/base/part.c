/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/part.h"

#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"

#include <dlfcn.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

/* Something of this library, to ask where its file is. */
static const char here;

/*
 * Parts lie in "libsign" beside the library: who can put a file there could
 * as well replace the library. Neither the environment nor the working
 * directory has a say: should the library have been found by a relative path,
 * what the build fixed is taken.
 */
static int
part_path(struct sg_env *env, const char *name, struct sg_buf *path)
{
	const char *slash;
	Dl_info info;

	if (dladdr(&here, &info) == 0 || info.dli_fname[0] != '/')
		return sg_buf_printf(env, path, "%s/%s.so", PARTDIR, name);
	slash = strrchr(info.dli_fname, '/');
	return sg_buf_printf(env, path, "%.*s/libsign/%s.so",
	    (int)(slash - info.dli_fname), info.dli_fname, name);
}

static int
part_missing(struct sg_env *env, const struct sg_part *part, const char *path)
{
	const char *why = dlerror();

	sg_err_set(env, SIGN_E_MODULE,
	    N_("a part of the program cannot be loaded: %s"),
	    why != NULL ? why : path);
	if (access(path, R_OK) == 0)
		sg_err_hint(env, N_("install the package %s"), part->package);
	else
		sg_err_hint(env, N_("install libsign with all its parts"));
	return SIGN_E_MODULE;
}

static int
part_load(struct sg_env *env, struct sg_part *part, const char *path)
{
	const struct sg_part_head *head = NULL;
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	if (handle != NULL)
		head = dlsym(handle, "sg_part_entry");
	if (head == NULL)
		return part_missing(env, part, path);
	if (strcmp(head->version, PACKAGE_VERSION) != 0)
		return sg_err_set(env, SIGN_E_MODULE,
		    N_("%s is of version %s, want %s"), path, head->version,
		    PACKAGE_VERSION);
	atomic_store(&part->entry, head);
	return 0;
}

int
sg_part_open(struct sg_env *env, struct sg_part *part, const void **entry)
{
	struct sg_buf path = { 0 };
	int ret = 0;

	if (atomic_load(&part->entry) == NULL) {
		ret = part_path(env, part->name, &path);
		if (ret == 0)
			ret = part_load(env, part, (const char *)path.ptr);
		sg_buf_free(&path);
	}
	*entry = atomic_load(&part->entry);
	return ret;
}
