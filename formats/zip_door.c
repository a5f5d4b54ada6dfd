/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/zip_part.h"

#include "base/err.h"

#include <stdatomic.h>

/* The functions of zip.h as the rest of the library calls them. An archive
 * that is open shows that the part is. */
static struct sg_part part = { "zip", "libzip4", NULL };

static int
door(struct sg_env *env, const struct sg_zip_part **zip)
{
	const void *entry;
	int ret = sg_part_open(env, &part, &entry);

	*zip = entry;
	return ret;
}

static const struct sg_zip_part *
door_open(void)
{
	return atomic_load(&part.entry);
}

int
sg_zip_open(struct sg_env *env, struct sg_in *in, struct sg_zip **out)
{
	const struct sg_zip_part *zip;
	int ret = door(env, &zip);

	return ret < 0 ? ret : zip->open(env, in, out);
}

void
sg_zip_free(struct sg_zip *zip)
{
	if (zip != NULL)
		door_open()->free(zip);
}

const struct sg_zip_entry *
sg_zip_find(const struct sg_zip *zip, const char *name)
{
	return door_open()->find(zip, name);
}

int
sg_zip_in(struct sg_env *env, struct sg_zip *zip,
    const struct sg_zip_entry *entry, struct sg_in **out)
{
	return door_open()->in(env, zip, entry, out);
}

int
sg_zip_read(struct sg_env *env, struct sg_zip *zip,
    const struct sg_zip_entry *entry, size_t max, struct sg_buf *out)
{
	return door_open()->read(env, zip, entry, max, out);
}

int
sg_zip_write(
    struct sg_env *env, const struct sg_zip_want *want, struct sg_out *out)
{
	const struct sg_zip_part *zip;
	int ret = door(env, &zip);

	return ret < 0 ? ret : zip->write(env, want, out);
}

const char *
sg_zip_version(struct sg_env *env)
{
	const struct sg_zip_part *zip;

	if (door(env, &zip) == 0)
		return zip->version(env);
	sg_err_clear(env);
	return NULL;
}
