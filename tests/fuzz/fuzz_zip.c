/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/env.h"
#include "base/err.h"
#include "formats/zip.h"

#include <stdlib.h>
#include <string.h>

#define MAX_READ (1 << 20)
#define MAX_COPIED 64

/* Every entry, as far as it is small; 0: all of them could be read. */
static int
read_all(struct sg_env *env, struct sg_zip *zip)
{
	struct sg_buf buf = { 0 };
	size_t i;
	int failed = 0;

	for (i = 0; i < zip->entry_count; i++) {
		if (sg_zip_find(zip, zip->entries[i].name) != &zip->entries[i])
			abort();
		buf.len = 0;
		if (sg_zip_read(env, zip, &zip->entries[i], MAX_READ, &buf) < 0)
			failed = 1;
		else if (buf.len != zip->entries[i].size)
			abort();
	}
	sg_buf_free(&buf);
	return failed;
}

static void
same_entries(
    struct sg_env *env, const struct sg_zip *zip, const struct sg_buf *copy)
{
	struct sg_zip *again = NULL;
	struct sg_in *in = NULL;
	size_t i;

	if (sg_in_memory(env, "copy", sg_buf_view(copy), &in) < 0)
		return;
	if (sg_zip_open(env, in, &again) < 0 ||
	    again->entry_count != zip->entry_count)
		abort();
	for (i = 0; i < zip->entry_count; i++)
		if (strcmp(again->entries[i].name, zip->entries[i].name) != 0 ||
		    again->entries[i].crc != zip->entries[i].crc ||
		    again->entries[i].packed != zip->entries[i].packed)
			abort();
	if (read_all(env, again) != 0)
		abort();
	sg_zip_free(again);
	sg_in_free(in);
}

/* What can be read can be copied, and is the same then. */
static void
copy_all(struct sg_env *env, struct sg_zip *zip)
{
	struct sg_zip_item items[MAX_COPIED] = { 0 };
	struct sg_zip_want want = { .items = items,
		.item_count = zip->entry_count };
	struct sg_buf copy = { 0 };
	struct sg_out *out = NULL;
	size_t i;

	if (zip->entry_count > MAX_COPIED || zip->entry_count == 0)
		return;
	for (i = 0; i < zip->entry_count; i++) {
		items[i].name = zip->entries[i].name;
		items[i].from = zip;
		items[i].entry = &zip->entries[i];
	}
	if (sg_out_memory(env, &copy, &out) == 0 &&
	    sg_zip_write(env, &want, out) == 0)
		same_entries(env, zip, &copy);
	else if (env->code != SIGN_E_NOMEM)
		abort();
	sg_out_free(out);
	sg_buf_free(&copy);
}

/* An archive: opened, listed, read, and copied entry by entry. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sg_env env;
	static int ready;
	struct sg_zip *zip = NULL;
	struct sg_in *in = NULL;

	if (!ready && sg_env_init(&env) < 0)
		return 0;
	ready = 1;
	sg_zip_probe(sg_view_of(data, size));
	if (sg_in_memory(&env, "archive", sg_view_of(data, size), &in) == 0 &&
	    sg_zip_open(&env, in, &zip) == 0 && read_all(&env, zip) == 0)
		copy_all(&env, zip);
	sg_zip_free(zip);
	sg_in_free(in);
	sg_err_clear(&env);
	return 0;
}
