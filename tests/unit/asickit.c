/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "asickit.h"

#include "base/crypt.h"
#include "base/io.h"
#include "base/limits.h"
#include "libsign/ctx.h"

#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
must(int right, const char *what)
{
	if (right)
		return;
	fprintf(stderr, "asickit: %s\n", what);
	abort();
}

static struct sg_env *
env_of(struct asickit *kit)
{
	return &kit->lab->ctx->env;
}

void
asickit_clear(struct asickit *kit)
{
	size_t i;

	for (i = 0; i < kit->count; i++)
		sg_buf_free(&kit->files[i].octets);
	memset(kit->files, 0, sizeof(kit->files));
	kit->count = 0;
	kit->comment = NULL;
}

static struct asickit_file *
find(struct asickit *kit, const char *name)
{
	size_t i;

	for (i = 0; i < kit->count; i++)
		if (strcmp(kit->files[i].name, name) == 0)
			return &kit->files[i];
	return NULL;
}

void
asickit_put(struct asickit *kit, const char *name, struct sg_view octets)
{
	struct asickit_file *file = find(kit, name);

	if (file == NULL) {
		must(kit->count < sizeof(kit->files) / sizeof(kit->files[0]),
		    "too many files");
		file = &kit->files[kit->count++];
		snprintf(file->name, sizeof(file->name), "%s", name);
		file->stored = strcmp(name, "mimetype") == 0;
	}
	sg_buf_free(&file->octets);
	must(sg_buf_append(NULL, &file->octets, "", 0) == 0 &&
		sg_buf_append_view(NULL, &file->octets, octets) == 0,
	    "memory");
}

void
asickit_text(struct asickit *kit, const char *name, const char *text)
{
	asickit_put(kit, name, sg_view_str(text));
}

void
asickit_drop(struct asickit *kit, const char *name)
{
	struct asickit_file *file = find(kit, name);
	size_t at;

	must(file != NULL, "no such file");
	sg_buf_free(&file->octets);
	at = (size_t)(file - kit->files);
	kit->count--;
	memmove(file, file + 1, (kit->count - at) * sizeof(*file));
	memset(&kit->files[kit->count], 0, sizeof(*file));
}

struct sg_view
asickit_get(struct asickit *kit, const char *name)
{
	struct asickit_file *file = find(kit, name);

	must(file != NULL, name);
	return sg_buf_view(&file->octets);
}

void
asickit_manifest(struct asickit *kit, const char *name, const char *signature,
    const struct asickit_row *rows)
{
	static unsigned char values[16][32];
	const struct sg_digest *sha256 = sg_digest_by_option("sha256");
	struct sg_asic_ref refs[16];
	struct sg_asic_manifest manifest = { .sig_name = signature,
		.refs = refs };
	struct sg_buf out = { 0 };
	size_t i;

	memset(refs, 0, sizeof(refs));
	for (i = 0; rows[i].name != NULL; i++) {
		must(sg_hash_once(env_of(kit), sha256,
			 asickit_get(kit, rows[i].name), values[i]) == 0,
		    "no digest");
		refs[i].name = rows[i].name;
		refs[i].rootfile = rows[i].rootfile;
		refs[i].digest = sha256;
		refs[i].value = sg_view_of(values[i], 32);
	}
	manifest.ref_count = i;
	must(sg_asic_manifest_write(env_of(kit), &manifest, &out) == 0,
	    "no manifest");
	asickit_put(kit, name, sg_buf_view(&out));
	sg_buf_free(&out);
}

static const char *
base_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

/* Files by their bare names in the lab's directory. */
static void
lay_out(struct asickit *kit, const char *name)
{
	struct sg_view octets = asickit_get(kit, name);

	signlab_put(kit->lab, base_name(name), octets.ptr, octets.len);
}

static void
sign(struct asickit *kit, const char *name, const struct signlab_sign *how)
{
	struct sg_buf octets = { 0 };
	const char *path = signlab_path(kit->lab, "made");

	remove(path);
	must(signlab_sign(kit->lab, how) == 0, env_of(kit)->english);
	must(sg_read_file(env_of(kit), signlab_path(kit->lab, "made"),
		 SG_MAX_ASIC_FILE, &octets) == 0,
	    "nothing signed");
	asickit_put(kit, name, sg_buf_view(&octets));
	sg_buf_free(&octets);
	remove(signlab_path(kit->lab, "made"));
}

void
asickit_cades(struct asickit *kit, const char *name, const char *over,
    const char *level, int attached)
{
	const struct signlab_sign how = { .doc = base_name(over),
		.out = "made",
		.format = "cades",
		.level = level,
		.packaging = attached ? SIGN_ATTACHED : SIGN_DETACHED };

	lay_out(kit, over);
	sign(kit, name, &how);
}

void
asickit_xades(struct asickit *kit, const char *name, const char *over,
    const char *also, const char *level)
{
	const struct signlab_sign how = { .doc = base_name(over),
		.also = also,
		.out = "made",
		.format = "xades",
		.level = level,
		.packaging = SIGN_DETACHED };

	lay_out(kit, over);
	if (also != NULL)
		lay_out(kit, also);
	sign(kit, name, &how);
}

void
asickit_stamp(
    struct asickit *kit, const char *name, const char *over, int64_t time)
{
	const struct authority_tsa how = { .time = time };
	unsigned char imprint[32];
	struct sg_buf token = { 0 };

	must(sg_hash_once(env_of(kit), sg_digest_by_option("sha256"),
		 asickit_get(kit, over), imprint) == 0,
	    "no digest");
	authority_stamp(kit->lab->net.lab, &how, "SHA256",
	    sg_view_of(imprint, sizeof(imprint)), &token);
	asickit_put(kit, name, sg_buf_view(&token));
	sg_buf_free(&token);
}

void
asickit_write(struct asickit *kit, const char *file, struct sg_buf *archive)
{
	struct sg_zip_item items[24];
	struct sg_zip_want want = { .items = items,
		.item_count = kit->count,
		.comment = kit->comment,
		.time = MK_NOW };
	struct sg_out *out = NULL;
	size_t i;

	memset(items, 0, sizeof(items));
	for (i = 0; i < kit->count; i++) {
		items[i].name = kit->files[i].name;
		items[i].octets = sg_view_of(kit->files[i].octets.len != 0
			? kit->files[i].octets.ptr
			: (const unsigned char *)"",
		    kit->files[i].octets.len);
		items[i].stored = kit->files[i].stored;
	}
	must(sg_out_memory(env_of(kit), archive, &out) == 0, "memory");
	must(sg_zip_write(env_of(kit), &want, out) == 0 &&
		sg_out_commit(env_of(kit), out) == 0,
	    env_of(kit)->english);
	sg_out_free(out);
	signlab_put(kit->lab, file, archive->ptr, archive->len);
}

/* ---- verdicts */

static const char *
word(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value) ? json_string_value(value) : "-";
}

static void
add_rows(struct sg_buf *line, const json_t *list, const char *kind,
    const char *level)
{
	const json_t *row;
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		row = json_array_get(list, i);
		must(sg_buf_printf(
			 NULL, line, " | %s", word(row, "indication")) == 0,
		    "memory");
		if (json_is_string(json_object_get(row, "sub_indication")))
			sg_buf_printf(
			    NULL, line, "/%s", word(row, "sub_indication"));
		sg_buf_printf(NULL, line, " %s", word(row, kind));
		if (level != NULL)
			sg_buf_printf(NULL, line, " %s", word(row, level));
	}
}

const char *
asickit_verdict(struct asickit *kit, int64_t at)
{
	static char text[1024];
	struct sg_buf archive = { 0 }, line = { 0 };
	const json_t *list;
	json_t *report;
	char *json;
	size_t i;

	asickit_write(kit, "box", &archive);
	json = signlab_verify(kit->lab, "box", at);
	report = json_loads(json, 0, NULL);
	must(report != NULL, "no report");
	sg_buf_printf(NULL, &line, "%s %d %s", word(report, "indication"),
	    (int)json_integer_value(json_object_get(report, "exit")),
	    word(report, "format"));
	add_rows(
	    &line, json_object_get(report, "signatures"), "format", "level");
	add_rows(&line, json_object_get(report, "timestamps"), "kind", NULL);
	list = json_object_get(report, "uncovered");
	for (i = 0; i < json_array_size(list); i++)
		sg_buf_printf(NULL, &line, "%s%s", i == 0 ? " | not: " : ", ",
		    json_string_value(json_array_get(list, i)));
	snprintf(
	    text, sizeof(text), "%.*s", (int)line.len, (const char *)line.ptr);
	json_decref(report);
	free(json);
	sg_buf_free(&line);
	sg_buf_free(&archive);
	return text;
}
