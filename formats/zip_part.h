/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_ZIP_PART_H
#define SIGN_FORMATS_ZIP_PART_H

#include "base/part.h"
#include "formats/zip.h"

/* The part that needs libzip and libunistring: the functions of zip.h. */
struct sg_zip_part {
	struct sg_part_head head;
	int (*open)(struct sg_env *env, struct sg_in *in, struct sg_zip **out);
	void (*free)(struct sg_zip *zip);
	const struct sg_zip_entry *(*find)(
	    const struct sg_zip *zip, const char *name);
	int (*in)(struct sg_env *env, struct sg_zip *zip,
	    const struct sg_zip_entry *entry, struct sg_in **out);
	int (*read)(struct sg_env *env, struct sg_zip *zip,
	    const struct sg_zip_entry *entry, size_t max, struct sg_buf *out);
	int (*write)(struct sg_env *env, const struct sg_zip_want *want,
	    struct sg_out *out);
	const char *(*version)(struct sg_env *env);
};

#endif
