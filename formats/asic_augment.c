/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/asic_augment.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

/*
 * Raising the signatures of a container: each belongs to a signature file in
 * it, whose own format does the work. What a manifest lists is never touched.
 */

/* ---- the signature files */

static const struct {
	enum sg_asic_role role;
	const struct sg_format *format;
	const struct sg_augment_ops *ops;
} formats[] = {
	{ SG_ASIC_CADES, &sg_format_cades, &sg_augment_cades },
	{ SG_ASIC_XADES, &sg_format_xades, &sg_augment_xades },
};

static const struct sg_format *
format_of(enum sg_asic_role role)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].role == role)
			return formats[i].format;
	return NULL;
}

static const struct sg_augment_ops *
ops_of(enum sg_asic_role role)
{
	size_t i;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].role == role)
			return formats[i].ops;
	return NULL;
}

static const struct sg_asic_entry *
entry_by_name(const struct sg_asic *asic, const char *name)
{
	const struct sg_zip_entry *zip =
	    name != NULL ? sg_zip_find(asic->zip, name) : NULL;

	return zip != NULL ? &asic->entries[zip - asic->zip->entries] : NULL;
}

static int
member_add(struct sg_env *env, struct sg_augment *aug, size_t sig)
{
	const char *name = aug->facts->sigs[sig].entry;
	const struct sg_asic_entry *entry = entry_by_name(aug->asic, name);
	struct sg_asic_member *member;

	if (entry == NULL || ops_of(entry->role) == NULL)
		return sg_err_set(env, SIGN_E_STATE,
		    N_("the file is not as it was when it was read"));
	member = sg_pool_push(
	    aug->pool, &aug->members, &aug->member_count, sizeof(*member));
	if (member == NULL)
		return sg_err_nomem(env);
	member->entry = entry;
	member->ops = ops_of(entry->role);
	member->first = sig;
	member->count = 1;
	return 0;
}

/* The signatures of one file stand together. */
static int
find_members(struct sg_env *env, struct sg_augment *aug)
{
	const struct sg_facts *facts = aug->facts;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < facts->sig_count; i++) {
		if (i > 0 && facts->sigs[i].entry != NULL &&
		    facts->sigs[i - 1].entry != NULL &&
		    strcmp(facts->sigs[i].entry, facts->sigs[i - 1].entry) == 0)
			aug->members[aug->member_count - 1].count++;
		else
			rc = member_add(env, aug, i);
	}
	return rc;
}

static struct sg_asic_member *
member_of(const struct sg_augment *aug, size_t sig)
{
	size_t i;

	for (i = 0; i < aug->member_count; i++)
		if (sig >= aug->members[i].first &&
		    sig - aug->members[i].first < aug->members[i].count)
			return &aug->members[i];
	return NULL;
}

/* ---- what must stay as it is */

int
sg_asic_lists(const struct sg_asic *asic, const struct sg_asic_entry *manifest,
    const struct sg_asic_entry *entry)
{
	const struct sg_asic_manifest *list = manifest->manifest;
	size_t i;

	for (i = 0; list != NULL && i < list->ref_count; i++)
		if (sg_asic_find(asic, list->refs[i].uri, list->refs[i].name) ==
		    entry - asic->entries)
			return 1;
	return 0;
}

const struct sg_asic_entry *
sg_asic_listed_by(const struct sg_asic *asic, const char *name)
{
	const struct sg_asic_entry *entry = entry_by_name(asic, name);
	size_t i;

	for (i = 0; entry != NULL && i < asic->entry_count; i++)
		if (sg_asic_lists(asic, &asic->entries[i], entry))
			return &asic->entries[i];
	return NULL;
}

static int
check_unlisted(struct sg_env *env, const struct sg_augment *aug,
    const struct sg_asic_member *member)
{
	const char *name = member->entry->zip->name;
	const struct sg_asic_entry *by = sg_asic_listed_by(aug->asic, name);

	if (by == NULL)
		return 0;
	sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("%s lists %s by its digest, and any change would break that "
	       "(EN 319 162-1, A.7)"),
	    by->zip->name, name);
	if (by->role == SG_ASIC_EVIDENCE_MANIFEST)
		sg_err_hint(env,
		    N_("the lawful next step is to renew the evidence record"));
	else if (by->role == SG_ASIC_ARCHIVE)
		sg_err_hint(env, N_("the lawful next step is %s"),
		    "--level b-lta --renew");
	else
		sg_err_hint(env,
		    N_("somebody signed over it; one more signature can be "
		       "added: podpis add-signer"));
	return SIGN_E_UNSUPPORTED;
}

/* In a container of many files archive time-stamps of CAdES stand beside the
 * signatures and are over a list of files (EN 319 162-1, 4.4.4); so is what
 * prolongs any file that is in such a list, and a container that has no
 * signature but a time-stamp. */
static int
is_beside(const struct sg_augment *aug, size_t sig, enum sg_stamp_kind kind)
{
	const struct sg_asic_member *member = member_of(aug, sig);

	if (kind != SG_STAMP_ARCHIVE)
		return 0;
	if (member == NULL)
		return sig == SG_NO_SIG && aug->facts->stamp_count != 0;
	return aug->asic->kind == SG_ASIC_E &&
	    (member->entry->role == SG_ASIC_CADES ||
		sg_asic_listed_by(aug->asic, member->entry->zip->name) != NULL);
}

/* ---- one of them, opened */

/* The octets of a CAdES signature are over one file: a manifest, or the only
 * document. */
static void
cades_source(struct sg_augment *aug, struct sg_asic_member *member)
{
	const struct sg_asic *asic = aug->asic;

	if (member->entry->over >= 0)
		member->source = aug->files.list[member->entry->over];
	else if (asic->data_count == 1)
		member->source = aug->files.list[asic->data[0]];
	else
		return;
	member->docs.list = &member->source;
	member->docs.count = 1;
}

static int
member_read(
    struct sg_env *env, struct sg_augment *aug, struct sg_asic_member *member)
{
	const struct sg_zip_entry *zip = member->entry->zip;
	int rc = sg_zip_read(
	    env, aug->asic->zip, zip, SG_MAX_ASIC_FILE, &member->octets);

	if (rc == 0)
		rc = sg_in_memory(
		    env, zip->name, sg_buf_view(&member->octets), &member->raw);
	if (rc == 0)
		rc = sg_encoding_open(
		    env, member->raw, &member->in, &member->encoding, NULL);
	if (rc == 0 && member->entry->role == SG_ASIC_CADES)
		cades_source(aug, member);
	else if (rc == 0)
		member->docs = aug->files;
	if (rc == 0)
		rc = format_of(member->entry->role)
			 ->read(env, member->in, &member->docs, &member->facts);
	return rc;
}

static int
member_open(
    struct sg_env *env, struct sg_augment *aug, struct sg_asic_member *member)
{
	int rc;

	if (member->aug != NULL)
		return 0;
	if (member->in != NULL)
		return sg_err_set(env, SIGN_E_INTERNAL,
		    N_("the signature could not be extended before"));
	rc = member_read(env, aug, member);
	if (rc == 0 && member->facts->sig_count != member->count)
		rc = sg_err_set(env, SIGN_E_STATE,
		    N_("the file is not as it was when it was read"));
	if (rc == 0)
		rc = member->ops->open(env, member->in, &member->docs,
		    member->facts, &member->aug);
	return rc;
}

static void
member_close(struct sg_asic_member *member)
{
	if (member->aug != NULL)
		member->ops->free(member->aug);
	sg_facts_free(member->facts);
	sg_in_free(member->in);
	sg_in_free(member->raw);
	sg_buf_free(&member->octets);
}

int
sg_asic_member_octets(struct sg_env *env, struct sg_augment *aug,
    struct sg_asic_member *member, struct sg_view *out)
{
	struct sg_buf octets = { NULL, 0, 0 };
	struct sg_out *to = NULL;
	int rc = 0;

	if (member->written.ptr == NULL) {
		rc = sg_out_memory(env, &octets, &to);
		if (rc == 0)
			rc = member->ops->write(env, member->aug, to,
			    member->encoding != SG_ENC_BINARY);
		if (rc == 0)
			rc = sg_out_commit(env, to);
		sg_out_free(to);
		if (rc == 0)
			rc = sg_pool_copy(env, aug->pool, sg_buf_view(&octets),
			    &member->written);
		sg_buf_free(&octets);
	}
	if (rc == 0)
		*out = member->written;
	return rc;
}

/* ---- the table: each call goes to the format of the signature's file */

static int
find_member(struct sg_env *env, struct sg_augment *aug, size_t sig,
    struct sg_asic_member **out)
{
	*out = member_of(aug, sig);
	if (*out != NULL)
		return 0;
	return sg_err_set(
	    env, SIGN_E_ARG, N_("there is no signature %zu"), sig + 1);
}

/* The file of a signature, opened, about to be changed. */
static int
change_member(struct sg_env *env, struct sg_augment *aug, size_t sig,
    struct sg_asic_member **out)
{
	int rc = find_member(env, aug, sig, out);

	if (rc == 0)
		rc = check_unlisted(env, aug, *out);
	if (rc == 0 && aug->archive.digest != NULL &&
	    (*out)->entry->role == SG_ASIC_CADES)
		rc = sg_err_set(env, SIGN_E_INTERNAL,
		    N_("a signature is changed that an archive manifest "
		       "lists"));
	return rc < 0 ? rc : member_open(env, aug, *out);
}

static void
changed(struct sg_asic_member *member)
{
	member->changed = 1;
	member->written = sg_view_of(NULL, 0);
}

static int
augment_imprint(struct sg_env *env, struct sg_augment *aug, size_t sig,
    enum sg_stamp_kind kind, const struct sg_digest *digest, struct sg_buf *out)
{
	struct sg_asic_member *member;
	int rc;

	if (is_beside(aug, sig, kind)) {
		rc = sg_asic_archive_make(env, aug, digest);
		return rc < 0 ? rc
			      : sg_buf_append(env, out, aug->archive.imprint,
				    digest->size);
	}
	rc = change_member(env, aug, sig, &member);
	return rc < 0 ? rc
		      : member->ops->imprint(env, member->aug,
			    sig - member->first, kind, digest, out);
}

static int
augment_add_stamp(struct sg_env *env, struct sg_augment *aug, size_t sig,
    enum sg_stamp_kind kind, struct sg_view token,
    const struct sg_values *values)
{
	struct sg_asic_member *member;
	int rc;

	if (is_beside(aug, sig, kind))
		return sg_asic_archive_stamp(env, aug, token, values);
	rc = change_member(env, aug, sig, &member);
	if (rc < 0)
		return rc;
	changed(member);
	return member->ops->add_stamp(
	    env, member->aug, sig - member->first, kind, token, values);
}

static int
augment_add_refs(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values, const struct sg_digest *digest)
{
	struct sg_asic_member *member;
	int rc = change_member(env, aug, sig, &member);

	if (rc < 0)
		return rc;
	changed(member);
	return member->ops->add_refs(
	    env, member->aug, sig - member->first, values, digest);
}

static int
augment_add_values(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values, int baseline)
{
	struct sg_asic_member *member;
	int rc = change_member(env, aug, sig, &member);

	if (rc < 0)
		return rc;
	changed(member);
	return member->ops->add_values(
	    env, member->aug, sig - member->first, values, baseline);
}

/* Of an archive time-stamp inside the signature, and of the one beside it:
 * whichever there is. */
static int
augment_renew_values(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values)
{
	struct sg_asic_member *member;
	int any = sig == SG_NO_SIG, rc;

	if (is_beside(aug, sig, SG_STAMP_ARCHIVE) &&
	    sg_asic_newest_stamp(aug->facts, any) != NULL)
		return sg_asic_archive_renew(env, aug, values, any);
	rc = change_member(env, aug, sig, &member);
	if (rc < 0)
		return rc;
	changed(member);
	return member->ops->renew_values(
	    env, member->aug, sig - member->first, values);
}

static enum sg_stamp_place
augment_place(const struct sg_augment *aug, size_t sig, enum sg_stamp_kind kind)
{
	if (!is_beside(aug, sig, kind))
		return SG_STAMP_INSIDE;
	return aug->archive.token.len != 0 ? SG_STAMP_DONE : SG_STAMP_BESIDE;
}

/* ---- the whole */

struct putting {
	struct sg_augment *aug;
	struct sg_asic_put *list;
	size_t count;
};

static int
put(struct sg_env *env, struct putting *puts, const char *name,
    struct sg_view octets)
{
	struct sg_asic_put *slot = sg_pool_push(
	    puts->aug->pool, &puts->list, &puts->count, sizeof(*slot));

	if (slot == NULL)
		return sg_err_nomem(env);
	slot->name = name;
	slot->octets = octets;
	return 0;
}

static int
put_all(struct sg_env *env, struct putting *puts)
{
	struct sg_augment *aug = puts->aug;
	struct sg_asic_archive *archive = &aug->archive;
	struct sg_view octets;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < aug->member_count; i++) {
		if (!aug->members[i].changed)
			continue;
		rc = sg_asic_member_octets(env, aug, &aug->members[i], &octets);
		if (rc == 0)
			rc = put(env, puts, aug->members[i].entry->zip->name,
			    octets);
	}
	if (rc == 0 && aug->newest != NULL)
		rc = put(env, puts, aug->newest->zip->name, aug->newest_token);
	if (rc == 0 && archive->token.len != 0)
		rc = put(env, puts, archive->name, archive->octets);
	if (rc == 0 && archive->token.len != 0)
		rc = put(env, puts, archive->token_name, archive->token);
	return rc;
}

static int
augment_write(
    struct sg_env *env, struct sg_augment *aug, struct sg_out *out, int pem)
{
	struct putting puts = { aug, NULL, 0 };
	struct sg_asic_want want = { .kind = aug->asic->kind,
		.cades = 1, /* the list of files stays as it is */
		.from = aug->asic,
		.time = sg_env_now(env) };
	int rc = put_all(env, &puts);

	(void)pem;
	want.puts = puts.list;
	want.put_count = puts.count;
	if (aug->archive.token.len != 0 && aug->archive.rename[0] != NULL) {
		want.renames = aug->archive.rename;
		want.rename_count = 1;
	}
	return rc < 0 ? rc : sg_asic_write(env, &want, out);
}

static void
augment_free(struct sg_augment *aug)
{
	size_t i;

	if (aug == NULL)
		return;
	for (i = 0; i < aug->member_count; i++)
		member_close(&aug->members[i]);
	sg_asic_sources_free(&aug->files);
	sg_asic_free(aug->asic);
	sg_pool_free(aug->pool);
}

static int
open_container(struct sg_env *env, struct sg_in *in, struct sg_augment *aug)
{
	int rc = sg_in_rewind(env, in);

	if (rc == 0)
		rc = sg_asic_open(env, in, &aug->asic);
	if (rc == 0 && aug->asic->kind == SG_ASIC_ODF)
		rc = sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("%s is an OpenDocument file: its signatures are read "
		       "only"),
		    sg_in_name(in));
	if (rc == 0)
		rc = sg_asic_boxed(env, aug->asic, &aug->box, &aug->files);
	return rc < 0 ? rc : find_members(env, aug);
}

static int
augment_open(struct sg_env *env, struct sg_in *in,
    const struct sg_sources *docs, const struct sg_facts *facts,
    struct sg_augment **out)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_augment *aug = NULL;
	int rc;

	(void)docs; /* they are in it */
	if (pool != NULL)
		aug = sg_pool_alloc(pool, sizeof(*aug));
	if (aug == NULL) {
		sg_pool_free(pool);
		return sg_err_nomem(env);
	}
	aug->pool = pool;
	aug->facts = facts;
	rc = open_container(env, in, aug);
	if (rc < 0)
		augment_free(aug);
	else
		*out = aug;
	return rc;
}

const struct sg_augment_ops sg_augment_asic = {
	.open = augment_open,
	.imprint = augment_imprint,
	.add_stamp = augment_add_stamp,
	.add_refs = augment_add_refs,
	.add_values = augment_add_values,
	.renew_values = augment_renew_values,
	.place = augment_place,
	.write = augment_write,
	.free = augment_free,
};
