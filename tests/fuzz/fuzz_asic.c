/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/env.h"
#include "base/err.h"
#include "formats/asic.h"

#include <string.h>

/*
 * A container: an archive as it is; else files that are packed first, because
 * no fuzzer guesses a CRC: one octet for its name, two for its length, then
 * that file.
 */
static const char *const names[] = {
	"mimetype",
	"lease.txt",
	"act.txt",
	"../evil.txt",
	"META-INF/signatures.xml",
	"META-INF/signatures001.xml",
	"META-INF/signature.p7s",
	"META-INF/signature001.p7s",
	"META-INF/ASiCManifest001.xml",
	"META-INF/ASiCManifest002.xml",
	"META-INF/ASiCArchiveManifest.xml",
	"META-INF/timestamp.tst",
	"META-INF/timestamp001.tst",
	"META-INF/evidencerecord.ers",
	"META-INF/manifest.xml",
	"META-INF/other",
};
#define NAMES (sizeof(names) / sizeof(names[0]))

static size_t
take_items(struct sg_view data, struct sg_zip_item *items)
{
	unsigned used = 0;
	size_t count = 0, len;
	unsigned name;

	while (data.len >= 3 && count < NAMES) {
		name = data.ptr[0] % NAMES;
		len = (size_t)data.ptr[1] << 8 | data.ptr[2];
		data = sg_view_of(data.ptr + 3, data.len - 3);
		if (len > data.len)
			len = data.len;
		if ((used & 1u << name) == 0) {
			items[count].name = names[name];
			items[count++].octets = sg_view_of(data.ptr, len);
		}
		used |= 1u << name;
		data = sg_view_of(data.ptr + len, data.len - len);
	}
	return count;
}

static int
pack(struct sg_env *env, struct sg_view data, struct sg_buf *out)
{
	struct sg_zip_item items[NAMES];
	struct sg_zip_want want = { .items = items };
	struct sg_out *to = NULL;
	int ret;

	memset(items, 0, sizeof(items));
	want.item_count = take_items(data, items);
	ret = sg_out_memory(env, out, &to);
	if (ret == 0)
		ret = sg_zip_write(env, &want, to);
	if (ret == 0)
		ret = sg_out_commit(env, to);
	sg_out_free(to);
	return ret;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sg_env env;
	static int ready;
	struct sg_view archive = sg_view_of(data, size);
	struct sg_buf packed = { 0 };
	struct sg_facts *facts = NULL;
	struct sg_in *in = NULL;

	if (!ready && sg_env_init(&env) < 0)
		return 0;
	ready = 1;
	if (!sg_format_asic.probe(archive) && pack(&env, archive, &packed) == 0)
		archive = sg_buf_view(&packed);
	if (sg_in_memory(&env, "box", archive, &in) == 0 &&
	    sg_format_asic.read(&env, in, NULL, &facts) == 0)
		sg_facts_free(facts);
	sg_in_free(in);
	sg_buf_free(&packed);
	sg_err_clear(&env);
	return 0;
}
