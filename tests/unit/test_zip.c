/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/zip.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIME "application/vnd.etsi.asic-e+zip"
#define WHEN 1700000000 /* 2023-11-14 22:13:20 UTC */

static struct sg_env env;

static struct sg_zip_item
item_text(const char *name, const char *text, int stored)
{
	struct sg_zip_item item = {
		.name = name, .octets = sg_view_str(text), .stored = stored
	};

	return item;
}

static int
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

static struct sg_zip_item lease_items[4];

static void
make_lease(struct sg_buf *target)
{
	static const char text[] =
	    "The tenant pays, the tenant pays, the tenant pays.";

	lease_items[0] = item_text("mimetype", MIME, 1);
	lease_items[1] = item_text("договор.txt", text, 0);
	lease_items[2] = item_text("empty", "", 0);
	lease_items[3] = item_text("META-INF/signatures.xml", "<a/>", 0);
	assert_int_equal(write_items(lease_items, 4, target), 0);
}

static struct sg_zip *
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

static void
assert_entry(struct sg_zip *zip, const char *name, struct sg_view want)
{
	const struct sg_zip_entry *entry = sg_zip_find(zip, name);
	struct sg_buf buf = { 0 };

	assert_non_null(entry);
	assert_string_equal(entry->name, name);
	assert_int_equal(sg_zip_read(&env, zip, entry, 1 << 20, &buf), 0);
	assert_true(sg_view_equal(sg_buf_view(&buf), want));
	sg_buf_free(&buf);
}

static void
test_written_is_read(void **state)
{
	struct sg_buf buf = { 0 };
	struct sg_zip *zip;
	struct sg_in *in;
	size_t i;

	(void)state;
	make_lease(&buf);
	assert_memory_equal(buf.ptr + 30, "mimetype" MIME, 8 + strlen(MIME));
	assert_true(sg_zip_probe(sg_buf_view(&buf)));
	zip = open_buf(&buf, &in);
	assert_int_equal(zip->entry_count, 4);
	assert_int_equal(zip->warning_count, 0);
	assert_string_equal(zip->comment, "mimetype=" MIME);
	for (i = 0; i < 4; i++) {
		assert_string_equal(zip->entries[i].name, lease_items[i].name);
		assert_entry(zip, lease_items[i].name, lease_items[i].octets);
		assert_false(zip->entries[i].has_extra);
		assert_null(zip->entries[i].fault);
	}
	assert_int_equal(zip->entries[0].method, 0);
	assert_int_equal(zip->entries[1].method, 8);
	assert_int_equal(zip->entries[1].flags & 0x808, 0x800);
	assert_int_equal(zip->entries[0].flags, 0);
	assert_null(sg_zip_find(zip, "Mimetype"));
	assert_null(sg_zip_find(zip, ""));
	sg_zip_free(zip);
	sg_in_free(in);
	sg_buf_free(&buf);
}

static int
setup(void **state)
{
	(void)state;
	return sg_env_init(&env);
}

static int
teardown(void **state)
{
	(void)state;
	sg_env_clear(&env);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written_is_read),
	};

	return cmocka_run_group_tests_name("zip", tests, setup, teardown);
}
