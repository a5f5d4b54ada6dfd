/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "envkit.h"
#include "zipkit.h"

#include "base/err.h"
#include "tests/lib/mkkey.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

/* ---- reading */

static void
test_entries_are_read_in_turn(void **state)
{
	struct sg_buf buf = { 0 };
	struct sg_in *in, *a, *b;
	struct sg_zip *zip;
	char x[8] = "", y[8] = "";
	uint64_t total;
	size_t got;

	(void)state;
	make_lease(&buf);
	zip = open_buf(&buf, &in);
	assert_int_equal(sg_zip_in(&env, zip, &zip->entries[0], &a), 0);
	assert_int_equal(sg_zip_in(&env, zip, &zip->entries[1], &b), 0);
	assert_int_equal(sg_in_size(b), zip->entries[1].size);
	assert_string_equal(sg_in_name(b), "договор.txt");
	assert_int_equal(sg_in_read_full(&env, a, x, 4, &got), 0);
	assert_int_equal(sg_in_read_full(&env, b, y, 4, &got), 0);
	assert_string_equal(x, "appl");
	assert_string_equal(y, "The ");
	assert_int_equal(drain(a, &total), 0);
	assert_int_equal(total, strlen(MIME) - 4);
	assert_int_equal(sg_in_rewind(&env, b), 0);
	assert_int_equal(drain(b, &total), 0);
	assert_int_equal(total, zip->entries[1].size);
	assert_int_equal(drain(b, &total), 0);
	assert_int_equal(total, 0);
	assert_false(sg_in_can_read_at(b));
	sg_in_free(a);
	sg_in_free(b);
	sg_zip_free(zip);
	sg_in_free(in);
	sg_buf_free(&buf);
}

/* A reader that takes just as many octets as there are has them checked too,
 * and an error does not become an end. */
static void
test_crc_is_checked_with_the_last_octet(void **state)
{
	struct sg_buf buf = { 0 };
	struct sg_in *in, *entry;
	struct sg_zip *zip;
	char text[64];
	size_t got;
	int i;

	(void)state;
	make_lease(&buf);
	buf.ptr[30 + 8] ^= 1;
	zip = open_buf(&buf, &in);
	assert_int_equal(sg_zip_in(&env, zip, &zip->entries[0], &entry), 0);
	for (i = 0; i < 3; i++) {
		assert_int_equal(
		    sg_in_read_full(&env, entry, text, strlen(MIME), &got),
		    SIGN_E_FORMAT);
		assert_non_null(strstr(env.english, "CRC"));
	}
	sg_in_free(entry);
	sg_zip_free(zip);
	sg_in_free(in);
	sg_buf_free(&buf);
}

static void
test_read_is_limited(void **state)
{
	struct sg_buf buf = { 0 }, out = { 0 };
	struct sg_zip *zip;
	struct sg_in *in;

	(void)state;
	make_lease(&buf);
	zip = open_buf(&buf, &in);
	assert_int_equal(
	    sg_zip_read(&env, zip, &zip->entries[0], strlen(MIME) - 1, &out),
	    SIGN_E_LIMIT);
	assert_int_equal(
	    sg_zip_read(&env, zip, &zip->entries[0], strlen(MIME), &out), 0);
	sg_buf_free(&out);
	sg_zip_free(zip);
	sg_in_free(in);
	sg_buf_free(&buf);
}

static int
try_open(struct sg_view view, struct sg_zip **zip, struct sg_in **in)
{
	int rc;

	assert_int_equal(sg_in_memory(&env, "a.asice", view, in), 0);
	*zip = NULL;
	rc = sg_zip_open(&env, *in, zip);
	assert_true(rc == 0 || rc == SIGN_E_FORMAT || rc == SIGN_E_LIMIT);
	if (rc < 0) {
		assert_string_not_equal(env.english, "");
		sg_in_free(*in);
	}
	return rc;
}

static void
test_truncated_is_refused(void **state)
{
	struct sg_buf buf = { 0 };
	struct sg_zip *zip;
	struct sg_in *in;
	size_t len;

	(void)state;
	make_lease(&buf);
	for (len = 0; len < buf.len; len++)
		assert_int_equal(try_open(sg_view_of(buf.ptr, len), &zip, &in),
		    SIGN_E_FORMAT);
	sg_buf_free(&buf);
}

/* Refused, or an entry that cannot be read, or all is as it was. */
static void
assert_same_or_broken(struct sg_zip *zip, size_t at)
{
	struct sg_buf buf = { 0 };
	size_t i;

	if (zip->entry_count != 4)
		print_message("changed octet %zu\n", at);
	assert_int_equal(zip->entry_count, 4);
	for (i = 0; i < 4; i++) {
		buf.len = 0;
		if (sg_zip_read(&env, zip, &zip->entries[i], 1 << 20, &buf) < 0)
			continue;
		assert_true(
		    sg_view_equal(sg_buf_view(&buf), lease_items[i].octets));
		assert_string_equal(zip->entries[i].name, lease_items[i].name);
	}
	sg_buf_free(&buf);
}

static void
test_no_changed_octet_changes_a_file(void **state)
{
	static const unsigned char masks[] = { 0x01, 0x20, 0x80, 0xff };
	struct sg_buf buf = { 0 };
	struct sg_zip *zip;
	struct sg_in *in;
	size_t i, k;

	(void)state;
	make_lease(&buf);
	for (i = 0; i < buf.len; i++)
		for (k = 0; k < sizeof(masks); k += mk_step(sizeof(masks))) {
			buf.ptr[i] ^= masks[k];
			if (try_open(sg_buf_view(&buf), &zip, &in) == 0) {
				assert_same_or_broken(zip, i);
				sg_zip_free(zip);
				sg_in_free(in);
			}
			buf.ptr[i] ^= masks[k];
		}
	sg_buf_free(&buf);
}

/* ---- writing */

static void
test_same_octets_in_each_time_zone(void **state)
{
	/* moments that as local times are left out, or come twice */
	static const struct {
		const char *zone;
		int64_t time;
		unsigned dos;
	} rows[] = {
		{ "UTC0", 1679797800, 0x567a13c0 }, /* 2023-03-26 02:30 */
		{ "Europe/Berlin", 1679797800, 0x567a13c0 },
		{ "Europe/Berlin", 1698546600, 0x575d13c0 },
		{ "America/New_York", 1678588200, 0x566c13c0 },
		{ "Pacific/Apia", 1325257200, 0x3f9e7800 }, /* 2011-12-30 */
		{ "UTC0", 0, 0x00210000 },
		{ "Asia/Tokyo", 0, 0x00210000 },
		{ "Asia/Tokyo", 315532800, 0x00210000 },
		{ "America/New_York", 315532800, 0x00210000 },
		{ "UTC0", 4354819199, 0xff9fbf7d },
		{ "Asia/Tokyo", 4354819199, 0xff9fbf7d },
		{ "UTC0", 4354819200, 0xff9fbf7d },
		{ "UTC0", -1, 0x00210000 },
	};
	struct sg_zip_item items[2] = { item_text("a", "x", 1),
		item_text("b", "y", 1) };
	struct sg_buf buf = { 0 };
	struct sg_zip_want want = { .items = items, .item_count = 2 };
	struct sg_out *out;
	const unsigned char *p;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setenv("TZ", rows[i].zone, 1);
		tzset();
		want.time = rows[i].time;
		buf.len = 0;
		assert_int_equal(sg_out_memory(&env, &buf, &out), 0);
		assert_int_equal(sg_zip_write(&env, &want, out), 0);
		sg_out_free(out);
		for (p = buf.ptr; p < buf.ptr + 64; p += 32) {
			assert_memory_equal(p, "PK\003\004", 4);
			assert_int_equal(p[10] | p[11] << 8 | p[12] << 16 |
				(unsigned)p[13] << 24,
			    rows[i].dos);
		}
		assert_memory_equal(p, "PK\001\002", 4);
		assert_int_equal(
		    p[12] | p[13] << 8 | p[14] << 16 | (unsigned)p[15] << 24,
		    rows[i].dos);
	}
	unsetenv("TZ");
	tzset();
	sg_buf_free(&buf);
}

struct lie {
	const char *text;
	size_t at;
};

static int
lie_read(struct sg_env *e, void *self, void *ptr, size_t len, size_t *got)
{
	struct lie *lie = self;
	size_t left = strlen(lie->text) - lie->at;

	(void)e;
	*got = len < left ? len : left;
	memcpy(ptr, lie->text + lie->at, *got);
	lie->at += *got;
	return 0;
}

/* A document that is longer or shorter than it was said to be, or of which
 * nobody says how long it is. */
static void
test_document_of_another_size(void **state)
{
	static const struct sg_in_ops ops = { .read = lie_read };
	static const struct {
		const char *text;
		uint64_t said;
		int rc;
		int extra;
	} rows[] = {
		{ "text", 4, 0, 0 },
		{ "text", 5, SIGN_E_STATE, 0 },
		{ "text", 3, SIGN_E_STATE, 0 },
		{ "text", 0, SIGN_E_STATE, 0 },
		{ "text", SG_SIZE_UNKNOWN, 0, 1 },
		{ "", SG_SIZE_UNKNOWN, 0, 0 },
		{ "", 0, 0, 0 },
	};
	struct sg_buf buf = { 0 };
	struct sg_zip *zip;
	struct sg_in *in;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lie lie = { rows[i].text, 0 };
		struct sg_zip_item items[2] = { item_text("mimetype", MIME, 1),
			{ .name = "a.txt" } };

		assert_int_equal(sg_in_custom(&env, "a.txt", &ops, &lie,
				     rows[i].said, &items[1].in),
		    0);
		buf.len = 0;
		assert_int_equal(write_items(items, 2, &buf), rows[i].rc);
		sg_in_free(items[1].in);
		if (rows[i].rc < 0)
			continue;
		zip = open_buf(&buf, &in);
		assert_entry(zip, "a.txt", sg_view_str(rows[i].text));
		assert_false(zip->entries[0].has_extra);
		assert_int_equal(zip->entries[1].has_extra, rows[i].extra);
		sg_zip_free(zip);
		sg_in_free(in);
	}
	sg_buf_free(&buf);
}

static void
test_what_is_deflated(void **state)
{
	static const char zeros[64];
	static const struct {
		const char *head;
		size_t len;
		int stored;
		unsigned method;
	} rows[] = {
		{ "some text", 9, 0, 8 },
		{ "some text", 9, 1, 0 },
		{ "", 0, 0, 0 },
		{ "PK\003\004", 4, 0, 0 },
		{ "%PDF-1.7", 8, 0, 0 },
		{ "\377\330\377\340", 4, 0, 0 },
		{ "....ftypmp42", 12, 0, 0 },
		{ "RIFF....WEBP", 12, 0, 0 },
		{ "RIFF....WAVE", 12, 0, 8 },
	};
	unsigned char text[128];
	struct sg_buf buf = { 0 };
	struct sg_zip_item item = { .name = "a" };
	struct sg_zip *zip;
	struct sg_in *in;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memcpy(text, rows[i].head, rows[i].len);
		memcpy(text + rows[i].len, zeros, sizeof(zeros));
		item.octets = sg_view_of(
		    text, rows[i].len != 0 ? rows[i].len + sizeof(zeros) : 0);
		item.stored = rows[i].stored;
		buf.len = 0;
		assert_int_equal(write_items(&item, 1, &buf), 0);
		zip = open_buf(&buf, &in);
		assert_int_equal(zip->entries[0].method, rows[i].method);
		assert_entry(zip, "a", item.octets);
		sg_zip_free(zip);
		sg_in_free(in);
	}
	sg_buf_free(&buf);
}

static void
test_what_we_write_is_no_bomb(void **state)
{
	size_t len = 64u * 1024 * 1024;
	unsigned char *zeros = calloc(1, len);
	struct sg_zip_item item = { .name = "zeros", .octets = { zeros, len } };
	struct sg_zip_item many[17];
	struct sg_buf buf = { 0 };
	struct sg_zip *zip;
	struct sg_in *in;
	char names[17][8];
	size_t i, deflated = 0, count = mk_step(2) > 1 ? 1 : 17;

	(void)state;
	assert_non_null(zeros);
	assert_int_equal(write_items(&item, 1, &buf), 0);
	zip = open_buf(&buf, &in);
	assert_int_equal(zip->entries[0].method, 0);
	sg_zip_free(zip);
	sg_in_free(in);
	for (i = 0; i < count; i++) {
		snprintf(names[i], sizeof(names[i]), "%zu", i);
		many[i] = item;
		many[i].name = names[i];
		many[i].octets.len = len - 1;
	}
	buf.len = 0;
	assert_int_equal(write_items(many, count, &buf), 0);
	zip = open_buf(&buf, &in);
	for (i = 0; i < count; i++)
		deflated += zip->entries[i].method == 8;
	assert_int_equal(deflated, count < 16 ? count : 16);
	sg_zip_free(zip);
	sg_in_free(in);
	sg_buf_free(&buf);
	free(zeros);
}

static void
test_names_that_cannot_be_written(void **state)
{
	static const char *const rows[][2] = {
		{ "a", "a" },
		{ "a", "A" },
		{ "a", "a/b" },
		{ "a", "" },
	};
	struct sg_buf buf = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sg_zip_item items[2] = { item_text(rows[i][0], "x", 0),
			item_text(rows[i][1], "y", 0) };

		assert_true(write_items(items, 2, &buf) < 0);
		assert_string_not_equal(env.english, "");
		buf.len = 0;
	}
	sg_buf_free(&buf);
}

/* ---- copying */

static struct sg_view
packed_octets(const struct sg_buf *buf, const struct sg_zip_entry *entry)
{
	const unsigned char *ptr = buf->ptr + entry->offset;
	size_t head = 30u + (ptr[26] | (size_t)ptr[27] << 8) +
	    (ptr[28] | (size_t)ptr[29] << 8);

	return sg_view_of(ptr + head, (size_t)entry->packed);
}

static void
assert_copied(const struct sg_buf *from, const struct sg_zip_entry *a,
    const struct sg_buf *to, const struct sg_zip_entry *b)
{
	assert_string_equal(a->name, b->name);
	assert_true(sg_view_equal(a->raw_name, b->raw_name));
	assert_int_equal(a->method, b->method);
	assert_int_equal(a->crc, b->crc);
	assert_int_equal(a->size, b->size);
	assert_true(
	    sg_view_equal(packed_octets(from, a), packed_octets(to, b)));
	assert_memory_equal(
	    from->ptr + a->offset + 10, to->ptr + b->offset + 10, 4);
}

static void
test_copies_are_the_same_octets(void **state)
{
	struct sg_buf buf = { 0 }, copy = { 0 };
	struct sg_zip_item items[8] = { 0 };
	struct sg_zip *zip, *again;
	struct sg_in *in, *in2;
	size_t i, count;

	(void)state;
	make_lease(&buf);
	zip = open_buf(&buf, &in);
	count = copy_all(zip, items);
	items[count++] = item_text("META-INF/signatures2.xml", "<b/>", 0);
	assert_int_equal(write_items(items, count, &copy), 0);
	again = open_buf(&copy, &in2);
	assert_int_equal(again->entry_count, count);
	for (i = 0; i < zip->entry_count; i++) {
		assert_copied(
		    &buf, &zip->entries[i], &copy, &again->entries[i]);
		assert_entry(again, lease_items[i].name, lease_items[i].octets);
	}
	assert_entry(again, items[count - 1].name, sg_view_str("<b/>"));
	sg_zip_free(again);
	sg_in_free(in2);
	sg_zip_free(zip);
	sg_in_free(in);
	sg_buf_free(&copy);
	sg_buf_free(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written_is_read),
		cmocka_unit_test(test_entries_are_read_in_turn),
		cmocka_unit_test(test_crc_is_checked_with_the_last_octet),
		cmocka_unit_test(test_read_is_limited),
		cmocka_unit_test(test_truncated_is_refused),
		cmocka_unit_test(test_no_changed_octet_changes_a_file),
		cmocka_unit_test(test_same_octets_in_each_time_zone),
		cmocka_unit_test(test_document_of_another_size),
		cmocka_unit_test(test_what_is_deflated),
		cmocka_unit_test(test_what_we_write_is_no_bomb),
		cmocka_unit_test(test_names_that_cannot_be_written),
		cmocka_unit_test(test_copies_are_the_same_octets),
	};

	return cmocka_run_group_tests_name(
	    "zip", tests, env_setup, env_teardown);
}
