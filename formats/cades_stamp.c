/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades_stamp.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/text.h"
#include "formats/tst.h"

#include <stdlib.h>
#include <string.h>

/* Time-stamps in attributes. The content time-stamp, in the first row, is the
 * one that is signed. */
static const struct row {
	const char *oid, *kind, *form;
} rows[] = {
	{ SG_OID_CONTENT_TIME_STAMP, "content", "content-time-stamp" },
	{ SG_OID_SIGNATURE_TIME_STAMP, "signature", "signature-time-stamp" },
	{ SG_OID_CADES_C_TIME_STAMP, "sig-and-refs", "CAdES-C-time-stamp" },
	{ SG_OID_REFS_TIME_STAMP, "refs",
	    "time-stamped-certs-crls-references" },
	{ SG_OID_ARCHIVE_TIME_STAMP, "archive", "archive-time-stamp" },
	{ SG_OID_ARCHIVE_TIME_STAMP_V2, "archive", "archive-time-stamp-v2" },
	{ SG_OID_ARCHIVE_TIME_STAMP_V3, "archive", "archive-time-stamp-v3" },
};

static const struct row *
row_find(const char *oid)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].oid, oid) == 0)
			return &rows[i];
	return NULL;
}

int
sg_cades_stamps(struct sg_cades *cades, size_t index,
    const struct sg_attr_fact *attr, int is_signed)
{
	const struct row *row = row_find(attr->oid);
	struct sg_sig_fact *sig = &cades->facts->sigs[index];
	struct sg_stamp_fact *stamp;
	size_t i;
	int rc = 0;

	if (row == NULL || is_signed != (row == &rows[0]))
		return 0;
	for (i = 0; rc == 0 && i < attr->value_count; i++) {
		if (++cades->stamp_count > SG_MAX_STAMPS)
			return sg_err_set(cades->env, SIGN_E_LIMIT,
			    N_("more than %d time-stamps"), SG_MAX_STAMPS);
		stamp = sg_pool_push(cades->facts->pool, &sig->stamps,
		    &sig->stamp_count, sizeof(*stamp));
		if (stamp == NULL)
			return sg_err_nomem(cades->env);
		stamp->kind = row->kind;
		stamp->form = row->form;
		rc = sg_tst_read(cades->env, cades->facts, attr->values[i],
		    cades->depth, stamp);
	}
	return rc;
}

/* Tokens stand in the SignerInfo one after the other. */
const struct sg_stamp_fact *
sg_stamp_find(const struct sg_sig_fact *sig, struct sg_view token)
{
	size_t low = 0, high = sig->stamp_count, at;

	while (low < high) {
		at = low + (high - low) / 2;
		if (sig->stamps[at].token.ptr < token.ptr)
			low = at + 1;
		else
			high = at;
	}
	if (low < sig->stamp_count && sig->stamps[low].token.ptr == token.ptr)
		return &sig->stamps[low];
	return NULL;
}

int
sg_stamp_is_later(
    const struct sg_stamp_fact *stamp, const struct sg_stamp_fact *than)
{
	if (stamp->inside == NULL)
		return 0;
	if (stamp->info.time != than->info.time)
		return stamp->info.time > than->info.time;
	return stamp->info.micros >= than->info.micros;
}

/* ---- the content */

static int
is_form(const struct sg_stamp_fact *stamp, const char *form)
{
	return strcmp(stamp->form, form) == 0;
}

int
sg_cades_stamp_wants(struct sg_cades *cades, size_t index,
    const struct sg_doc_fact *doc, struct sg_pass *pass)
{
	const struct sg_sig_fact *sig = &cades->facts->sigs[index];
	const struct sg_digest *digest;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < sig->stamp_count; i++) {
		digest = sig->stamps[i].info.digest;
		if (digest == NULL || sg_doc_digest(doc, digest).len != 0)
			continue;
		if (is_form(&sig->stamps[i], "content-time-stamp") ||
		    is_form(&sig->stamps[i], "archive-time-stamp-v3"))
			rc = sg_pass_add(cades->env, pass, digest);
	}
	return rc;
}

/* ---- archive-time-stamp-v2: digests that begin with the content */

const struct sg_hash *
sg_cades_prefix(
    const struct sg_cades *cades, int doc, const struct sg_digest *digest)
{
	size_t i;

	for (i = 0; i < cades->prefix_count; i++)
		if (cades->prefixes[i].doc == doc &&
		    sg_hash_digest(cades->prefixes[i].hash) == digest)
			return cades->prefixes[i].hash;
	return NULL;
}

/* One digest more, once; those that are not available: none. */
static int
prefix_add(struct sg_cades *cades, struct sg_pass *pass,
    const struct sg_digest *digest, struct sg_view begin)
{
	struct sg_hash *hash = NULL;
	size_t i;
	int rc;

	for (i = 0; i < pass->prefix_count; i++)
		if (sg_hash_digest(pass->prefixes[i]) == digest)
			return 0;
	if (pass->prefix_count == SG_MAX_DIGESTS)
		return 0;
	rc = sg_hash_new(cades->env, digest, &hash);
	if (rc == 0)
		rc = sg_hash_update(cades->env, hash, begin.ptr, begin.len);
	if (rc == 0) {
		pass->prefixes[pass->prefix_count++] = hash;
		return 0;
	}
	sg_hash_free(hash);
	if (rc != SIGN_E_MODULE && rc != SIGN_E_UNSUPPORTED)
		return rc;
	sg_err_clear(cades->env);
	return 0;
}

int
sg_cades_prefix_begin(struct sg_cades *cades, int doc, struct sg_pass *pass)
{
	const struct sg_facts *facts = cades->facts;
	const struct sg_stamp_fact *stamp;
	size_t i, k;
	int rc = 0;

	for (i = 0; rc == 0 && i < facts->sig_count; i++) {
		if (facts->sigs[i].parent >= 0)
			continue;
		for (k = 0; rc == 0 && k < facts->sigs[i].stamp_count; k++) {
			stamp = &facts->sigs[i].stamps[k];
			if (stamp->info.digest == NULL ||
			    !is_form(stamp, "archive-time-stamp-v2") ||
			    sg_cades_prefix(cades, doc, stamp->info.digest) !=
				NULL)
				continue;
			rc = prefix_add(cades, pass, stamp->info.digest,
			    cades->cms->encap_head);
		}
	}
	return rc;
}

int
sg_cades_prefix_keep(struct sg_cades *cades, int doc, struct sg_pass *pass)
{
	struct sg_cades_prefix *to;

	while (pass->prefix_count != 0) {
		to = sg_pool_push(cades->facts->pool, &cades->prefixes,
		    &cades->prefix_count, sizeof(*to));
		if (to == NULL)
			return sg_err_nomem(cades->env);
		to->doc = doc;
		to->hash = pass->prefixes[--pass->prefix_count];
	}
	return 0;
}

/* The octets of encapContentInfo as they are stored. */
static int
read_encap(struct sg_cades *cades, struct sg_in *in, struct sg_pass *pass)
{
	uint64_t left = cades->cms->encap_length;
	unsigned char *chunk = malloc(SG_IO_CHUNK);
	size_t got = 1, want;
	int rc;

	if (chunk == NULL)
		return sg_err_nomem(cades->env);
	rc = sg_in_rewind(cades->env, in);
	if (rc == 0)
		rc = sg_in_skip(cades->env, in, cades->cms->encap_offset);
	while (rc == 0 && left != 0 && got != 0) {
		want = left < SG_IO_CHUNK ? (size_t)left : SG_IO_CHUNK;
		rc = sg_in_read(cades->env, in, chunk, want, &got);
		if (rc == 0)
			rc = sg_pass_octets(cades->env, chunk, got, pass);
		left -= got;
	}
	if (rc == 0 && left != 0)
		rc = sg_err_set(cades->env, SIGN_E_FORMAT,
		    N_("%s ends in the middle"), sg_in_name(in));
	free(chunk);
	return rc;
}

int
sg_cades_prefix_file(struct sg_cades *cades, struct sg_in *in)
{
	struct sg_pass *pass = calloc(1, sizeof(*pass));
	int rc;

	if (pass == NULL)
		return sg_err_nomem(cades->env);
	rc = sg_cades_prefix_begin(cades, 0, pass);
	if (rc == 0 && pass->prefix_count != 0) {
		if (sg_in_can_rewind(in))
			rc = read_encap(cades, in, pass);
		else
			sg_pass_clear(pass);
	}
	if (rc == 0)
		rc = sg_cades_prefix_keep(cades, 0, pass);
	sg_pass_clear(pass);
	free(pass);
	return rc;
}

void
sg_cades_clear(struct sg_cades *cades)
{
	size_t i;

	for (i = 0; i < cades->prefix_count; i++)
		sg_hash_free(cades->prefixes[i].hash);
	cades->prefix_count = 0;
}
