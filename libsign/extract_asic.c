/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/extract.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "formats/asic.h"
#include "libsign/ctx.h"
#include "libsign/opened.h"
#include "libsign/signed.h"

#include <stdlib.h>
#include <string.h>

/*
 * Files out of a container: those that a signature is over, and only with the
 * octets that it is over. What a person must not take for such a file is named
 * with the reason, and stays inside.
 */

/* Why a file is handed out: the digest that its octets must have (NULL: they
 * are signed in another form), or why it is not. */
struct handed {
	const struct sg_asic_entry *entry;
	const struct sg_digest *digest;
	struct sg_view value;
	int wanted;
	const char *left; /* English marked with N_() */
};

struct handing {
	struct sign_ctx *ctx;
	struct sg_env *env;
	const struct sg_extract_want *want;
	struct sg_opened opened;
	struct sg_asic *asic;
	struct handed *files; /* one for each of asic->data */
	size_t count;         /* of those that are wanted */
	uint64_t done, total; /* octets */
};

/* ---- what is covered */

static struct handed *
handed_of(struct handing *h, const struct sg_asic_entry *entry)
{
	size_t i;

	for (i = 0; i < h->asic->data_count; i++)
		if (h->files[i].entry == entry)
			return &h->files[i];
	return NULL;
}

static struct handed *
handed_part(struct handing *h, size_t part)
{
	const struct sg_facts *facts = h->opened.facts;
	size_t i;

	for (i = 0; i < facts->entry_count && i < h->asic->entry_count; i++)
		if (facts->entries[i].part >= 0 &&
		    (size_t)facts->entries[i].part == part)
			return handed_of(h, &h->asic->entries[i]);
	return NULL;
}

static int
ref_holds(const struct sg_ref_fact *ref)
{
	return ref->found.len != 0 && sg_view_equal(ref->found, ref->computed);
}

/* A signed document that is not there says nothing of the others. */
static int
is_missing(const struct sg_facts *facts, const struct sg_ref_fact *ref)
{
	return !ref->internal &&
	    (ref->doc < 0 || facts->docs[ref->doc].missing);
}

/* A signature whose own properties or manifest are not what it says is over
 * nothing. */
static int
sig_holds(const struct sg_facts *facts, const struct sg_sig_fact *sig)
{
	const struct sg_ref_fact *ref;
	size_t i;

	for (i = 0; i < sig->ref_count; i++) {
		ref = &sig->refs[i];
		if (ref->counts && ref->part_count == 0 &&
		    !is_missing(facts, ref) && !ref_holds(ref))
			return 0;
	}
	return sig->fault_count == 0;
}

static void
take_ref(struct handing *h, const struct sg_ref_fact *ref, int holds)
{
	struct handed *file;
	size_t i;

	if (strcmp(ref->coverage, "whole") != 0)
		return;
	for (i = 0; i < ref->part_count; i++) {
		file = handed_part(h, ref->parts[i]);
		if (file == NULL)
			continue;
		if (!holds || !ref_holds(ref)) {
			file->left = N_("it is not what was signed");
			continue;
		}
		file->wanted = 1;
		if (ref->transform_count != 0 || file->digest != NULL)
			continue;
		file->digest = ref->digest;
		file->value = ref->found;
	}
}

static void
take_sig(struct handing *h, const struct sg_sig_fact *sig)
{
	size_t i;
	int holds = sig_holds(h->opened.facts, sig);

	for (i = 0; i < sig->ref_count; i++)
		take_ref(h, &sig->refs[i], holds);
}

/* Files with a time-stamp and no signature: the token has the digest of the
 * only one, or of a manifest that has theirs (EN 319 162-1, 4.3 and 4.4). */
static void
take_stamp(struct handing *h, const struct sg_stamp_fact *stamp)
{
	size_t i;
	int holds = 0;

	for (i = 0; i < stamp->imprint_count; i++)
		holds |= sg_view_equal(
		    stamp->imprints[i].value, stamp->info.imprint);
	for (i = 0; i < stamp->ref_count; i++)
		take_ref(h, &stamp->refs[i], holds);
}

static int
find_sig(struct handing *h, const struct sg_sig_fact **out)
{
	const struct sg_facts *facts = h->opened.facts;
	const char *id = h->want->id;
	size_t i;

	if (strncmp(id, "S-", 2) == 0)
		id += 2;
	for (i = 0; i < facts->sig_count; i++)
		if (strcmp(facts->sigs[i].id + 2, id) == 0)
			*out = &facts->sigs[i];
	if (*out == NULL)
		return sg_err_set(h->env, SIGN_E_ARG,
		    N_("there is no signature %s in %s"), id, h->want->path);
	if ((*out)->parent >= 0)
		return sg_err_set(h->env, SIGN_E_ARG,
		    "a counter-signature is over a signature, not over a "
		    "document");
	return 0;
}

static int
take_all(struct handing *h)
{
	const struct sg_facts *facts = h->opened.facts;
	const struct sg_sig_fact *sig = NULL;
	size_t i;
	int rc = 0;

	if (h->want->id != NULL) {
		rc = find_sig(h, &sig);
		if (rc == 0)
			take_sig(h, sig);
		return rc;
	}
	for (i = 0; i < facts->sig_count; i++)
		if (facts->sigs[i].parent < 0)
			take_sig(h, &facts->sigs[i]);
	for (i = 0; facts->sig_count == 0 && i < facts->stamp_count; i++)
		take_stamp(h, &facts->stamps[i]);
	return 0;
}

/* What was found of each, into what is done with it. */
static void
settle(struct handing *h)
{
	struct handed *file;
	size_t i;

	for (i = 0; i < h->asic->data_count; i++) {
		file = &h->files[i];
		if (file->entry->zip->fault != NULL) {
			file->wanted = 0;
			file->left = file->entry->zip->fault;
		} else if (!file->wanted && file->left == NULL) {
			file->left = h->want->id != NULL
			    ? N_("that signature does not cover it")
			    : N_("no signature covers it");
		}
		h->count += file->wanted != 0;
		if (file->wanted)
			h->total += file->entry->zip->size;
	}
}

/* ---- the octets */

static int
copy(struct handing *h, struct sg_in *in, struct sg_out *out)
{
	unsigned char *chunk = malloc(SG_IO_CHUNK);
	size_t got = 1;
	int rc = chunk != NULL ? 0 : sg_err_nomem(h->env);

	while (rc == 0 && got != 0) {
		rc = sg_in_read(h->env, in, chunk, SG_IO_CHUNK, &got);
		if (rc == 0)
			rc = sg_out_write(h->env, out, chunk, got);
		h->done += got;
		if (rc == 0)
			rc = sg_env_progress(h->env, h->done, h->total);
	}
	free(chunk);
	return rc;
}

static int
write_file(struct handing *h, const struct handed *file, struct sg_out *out)
{
	struct sg_env *env = h->env;
	struct sg_in *in = NULL, *checked = NULL;
	int rc = sg_zip_in(env, h->asic->zip, file->entry->zip, &in);

	if (rc == 0 && file->digest != NULL && !sg_out_can_patch(out))
		rc = sg_check_document(env, in, file->digest, file->value);
	if (rc == 0 && file->digest != NULL)
		rc =
		    sg_in_checked(env, in, file->digest, file->value, &checked);
	if (rc == 0)
		rc = copy(h, checked != NULL ? checked : in, out);
	if (rc == 0)
		rc = sg_out_commit(env, out);
	sg_in_free(checked);
	sg_in_free(in);
	return rc;
}

/* ---- one file */

static int
hand_out_one(struct handing *h)
{
	size_t i;

	if (h->count == 1)
		for (i = 0; i < h->asic->data_count; i++)
			if (h->files[i].wanted)
				return write_file(
				    h, &h->files[i], h->want->out);
	if (h->count == 0)
		return sg_err_set(h->env, SIGN_E_FORMAT,
		    N_("%s: there is no file in it that a signature covers"),
		    h->want->path);
	sg_err_set(h->env, SIGN_E_UNSUPPORTED,
	    N_("%s has %zu signed files: they do not go into one"),
	    h->want->path, h->count);
	sg_err_hint(h->env, N_("name a directory for them with --output"));
	return SIGN_E_UNSUPPORTED;
}

/* ---- a directory */

static int
tell(struct handing *h, const struct handed *file)
{
	const struct sg_extract_want *want = h->want;
	const struct sign_extracted told = { .size = sizeof(told),
		.name = file->entry->zip->name,
		.octets = file->entry->zip->size,
		.left = file->left != NULL && !file->wanted
		    ? sg_tr(h->env, file->left)
		    : NULL };

	if (want->fn == NULL || want->fn(&told, want->payload) == 0)
		return 0;
	return sg_err_set(h->env, SIGN_E_CANCEL, N_("cancelled"));
}

/* Nothing is written before it is clear that all of them can be. */
static int
look_all(struct handing *h)
{
	const char *name;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < h->asic->data_count; i++) {
		name = h->files[i].entry->zip->name;
		if (h->files[i].wanted)
			rc = sg_out_create_below(h->env, h->want->directory,
			    name, h->want->mode, NULL);
	}
	return rc;
}

static int
hand_out(struct handing *h, const struct handed *file)
{
	struct sg_out *out = NULL;
	int rc = 0;

	if (file->wanted) {
		rc = sg_out_create_below(h->env, h->want->directory,
		    file->entry->zip->name, h->want->mode, &out);
		if (rc == 0)
			rc = write_file(h, file, out);
		sg_out_free(out);
	}
	return rc < 0 ? rc : tell(h, file);
}

static int
hand_out_all(struct handing *h)
{
	size_t i;
	int rc = look_all(h);

	for (i = 0; rc == 0 && i < h->asic->data_count; i++)
		rc = hand_out(h, &h->files[i]);
	if (rc == 0 && h->count == 0)
		rc = sg_err_set(h->env, SIGN_E_FORMAT,
		    N_("%s: there is no file in it that a signature covers"),
		    h->want->path);
	return rc;
}

/* ---- all of it */

static int
handing_open(struct handing *h, struct sg_in *in)
{
	static const struct sg_where nowhere = { .find = 0 };
	size_t i;
	int rc =
	    sg_opened_read(h->env, h->want->path, in, &nowhere, &h->opened);

	if (rc == 0 && h->opened.format != &sg_format_asic)
		rc = sg_err_set(h->env, SIGN_E_FORMAT, N_("%s is no container"),
		    h->want->path);
	if (rc == 0)
		rc = sg_in_rewind(h->env, h->opened.in);
	if (rc == 0)
		rc = sg_asic_open(h->env, h->opened.in, &h->asic);
	if (rc < 0)
		return rc;
	h->files = calloc(h->asic->data_count + 1, sizeof(*h->files));
	if (h->files == NULL)
		return sg_err_nomem(h->env);
	for (i = 0; i < h->asic->data_count; i++)
		h->files[i].entry = &h->asic->entries[h->asic->data[i]];
	return 0;
}

int
sg_extract_asic(
    struct sign_ctx *ctx, struct sg_in *in, const struct sg_extract_want *want)
{
	struct handing h = { .ctx = ctx, .env = &ctx->env, .want = want };
	int rc = handing_open(&h, in);

	if (rc == 0)
		rc = take_all(&h);
	if (rc == 0)
		settle(&h);
	if (rc == 0 && want->out != NULL)
		rc = hand_out_one(&h);
	else if (rc == 0)
		rc = hand_out_all(&h);
	free(h.files);
	sg_asic_free(h.asic);
	sg_opened_close(&h.opened);
	return rc;
}
