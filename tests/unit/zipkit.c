/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "zipkit.h"

#include "envkit.h"

#include "base/err.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#define WHEN 1700000000 /* 2023-11-14 22:13:20 UTC */

struct sg_zip_item
item_text(const char *name, const char *text, int stored)
{
	struct sg_zip_item item = {
		.name = name, .octets = sg_view_str(text), .stored = stored
	};

	return item;
}

int
write_items(
    const struct sg_zip_item *items, size_t count, struct sg_buf *target)
{
	struct sg_zip_want want = { .items = items,
		.item_count = count,
		.comment = "mimetype=" MIME,
		.time = WHEN };
	struct sg_out *out;
	int rc;

	assert_int_equal(sg_out_memory(&env, target, &out), 0);
	rc = sg_zip_write(&env, &want, out);
	if (rc == 0)
		rc = sg_out_commit(&env, out);
	sg_out_free(out);
	return rc;
}

struct sg_zip *
open_buf(const struct sg_buf *buf, struct sg_in **in)
{
	struct sg_zip *zip = NULL;
	int rc;

	assert_int_equal(
	    sg_in_memory(&env, "a.asice", sg_buf_view(buf), in), 0);
	rc = sg_zip_open(&env, *in, &zip);
	if (rc < 0)
		print_message("%s\n", env.english);
	assert_int_equal(rc, 0);
	return zip;
}

int
drain(struct sg_in *in, uint64_t *total)
{
	unsigned char chunk[1000];
	size_t got = 1;
	int rc = 0;

	*total = 0;
	while (rc == 0 && got != 0) {
		rc = sg_in_read(&env, in, chunk, sizeof(chunk), &got);
		*total += got;
	}
	return rc;
}

size_t
copy_all(struct sg_zip *zip, struct sg_zip_item *items)
{
	size_t i;

	for (i = 0; i < zip->entry_count; i++) {
		items[i].name = zip->entries[i].name;
		items[i].from = zip;
		items[i].entry = &zip->entries[i];
	}
	return i;
}
