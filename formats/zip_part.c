/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/zip_part.h"

extern const struct sg_zip_part sg_part_entry;

const struct sg_zip_part sg_part_entry = {
	.head = { PACKAGE_VERSION },
	.open = sg_zip_open,
	.free = sg_zip_free,
	.find = sg_zip_find,
	.in = sg_zip_in,
	.read = sg_zip_read,
	.write = sg_zip_write,
	.version = sg_zip_version,
};
