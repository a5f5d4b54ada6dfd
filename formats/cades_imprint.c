/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades_stamp.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/text.h"

#include <openssl/asn1.h>

#include <string.h>

/* What the imprints of time-stamps in a CAdES signature should be. Where the
 * standards, or those who implement them, leave more than one reading, each of
 * them is an imprint, with a warning if it deviates. */

struct imprinter {
	struct sg_env *env;
	struct sg_cades *cades;
	size_t index;
	const struct sg_cms_signer *signer;
	struct sg_sig_fact *sig;
	struct sg_stamp_fact *stamp;
	struct sg_pool *scratch; /* of this time-stamp alone */
};

static int
unknown(struct imprinter *im, const char *id, const char *a)
{
	im->stamp->unknown =
	    sg_msg_make(im->cades->facts->pool, id, a, NULL, NULL);
	return 0;
}

static struct sg_over
over_new(struct imprinter *im)
{
	struct sg_over over = { im->scratch, NULL, 0 };

	return over;
}

static int
add_value(struct imprinter *im, struct sg_view value, const char *warning)
{
	struct sg_stamp_fact *stamp = im->stamp;
	struct sg_pool *pool = im->cades->facts->pool;
	struct sg_imprint_fact *imprint;
	size_t i;

	for (i = 0; i < stamp->imprint_count; i++)
		if (sg_view_equal(stamp->imprints[i].value, value))
			return 0;
	imprint = sg_pool_push(
	    pool, &stamp->imprints, &stamp->imprint_count, sizeof(*imprint));
	if (imprint == NULL)
		return sg_err_nomem(im->env);
	imprint->warning.id = warning;
	imprint->value = sg_pool_dup(pool, value);
	return imprint->value.ptr != NULL ? 0 : sg_err_nomem(im->env);
}

int
sg_cades_charge(struct sg_cades *cades, uint64_t size)
{
	if (size > SG_MAX_CMS_IMPRINTS - cades->imprint_work)
		return 0;
	cades->imprint_work += size;
	return 1;
}

static int
too_much(struct imprinter *im)
{
	return unknown(im,
	    N_("too many time-stamps over too much data: the imprint was not "
	       "computed"),
	    NULL);
}

/* One reading. Many time-stamps over much data: the work is bounded. */
static int
add_reading(struct imprinter *im, const struct sg_over *over,
    const struct sg_hash *prefix, const char *warning)
{
	const struct sg_digest *digest = im->stamp->info.digest;
	unsigned char value[SG_MAX_DIGEST];
	uint64_t size = sg_over_size(over);
	int rc;

	if (!sg_cades_charge(im->cades, size))
		return too_much(im);
	rc = sg_over_hash(im->env, over, digest, prefix, value);
	if (rc == 0)
		return add_value(im, sg_view_of(value, digest->size), warning);
	if (rc != SIGN_E_MODULE && rc != SIGN_E_UNSUPPORTED)
		return rc;
	sg_err_clear(im->env);
	return unknown(
	    im, N_("the digest %1$s is not available here"), digest->name);
}

/* ---- content-time-stamp, signature-time-stamp */

/* The content's digest: its octets without tag and length, as for
 * message-digest (EN 319 122-1, 5.2.8); of a counter-signature its parent's
 * value. Empty: it was not computed. */
static int
content_digest(struct imprinter *im, unsigned char *room, struct sg_view *out)
{
	const struct sg_digest *digest = im->stamp->info.digest;
	const struct sg_facts *facts = im->cades->facts;
	const struct sg_sig_fact *sig = im->sig;
	int rc;

	*out = sg_view_of(NULL, 0);
	if (sig->parent < 0) {
		if (sig->ref_count != 0 && sig->refs[0].doc >= 0)
			*out = sg_doc_digest(
			    &facts->docs[sig->refs[0].doc], digest);
		return 0;
	}
	rc =
	    sg_hash_once(im->env, digest, facts->sigs[sig->parent].value, room);
	if (rc == 0)
		*out = sg_view_of(room, digest->size);
	if (rc != SIGN_E_MODULE && rc != SIGN_E_UNSUPPORTED)
		return rc;
	sg_err_clear(im->env);
	return 0;
}

static int
no_content(struct imprinter *im)
{
	if (im->sig->ref_count == 0 ||
	    (im->sig->refs[0].doc < 0 && im->sig->parent < 0))
		return unknown(
		    im, N_("the document that was signed is not there"), NULL);
	return unknown(im,
	    N_("the digest %1$s of the document was not computed"),
	    im->stamp->info.digest->name);
}

static int
over_content(struct imprinter *im)
{
	unsigned char room[SG_MAX_DIGEST];
	struct sg_view value;
	int rc = content_digest(im, room, &value);

	if (rc < 0)
		return rc;
	return value.len != 0 ? add_value(im, value, NULL) : no_content(im);
}

/* EN 319 122-1, 5.3: the octets of SignerInfo.signature. */
static int
over_signature(struct imprinter *im)
{
	struct sg_over over = over_new(im);
	int rc = sg_over_add(im->env, &over, im->signer->value);

	return rc < 0 ? rc : add_reading(im, &over, NULL, NULL);
}

/* ---- over references (EN 319 122-1, A.1.5) */

static const char *const referring[] = { SG_OID_SIGNATURE_TIME_STAMP,
	SG_OID_CERTIFICATE_REFS, SG_OID_REVOCATION_REFS };

static int
is_referring(const char *oid, size_t first)
{
	size_t i;

	for (i = first; i < sizeof(referring) / sizeof(referring[0]); i++)
		if (strcmp(referring[i], oid) == 0)
			return 1;
	return 0;
}

/* Is that attribute a time-stamp which came after this one? */
static int
came_later(struct imprinter *im, const struct sg_attr_fact *attr)
{
	const struct sg_stamp_fact *stamp;
	size_t i;

	for (i = 0; i < attr->value_count; i++) {
		stamp = sg_stamp_find(im->sig, attr->values[i]);
		if (stamp != NULL && sg_stamp_is_later(stamp, im->stamp))
			return 1;
	}
	return 0;
}

enum refs_reading {
	REFS_ALL,
	REFS_BEFORE, /* without signature time-stamps that came later */
	REFS_STORED, /* all, in the order that they are stored in */
};

static int
refs_add(struct imprinter *im, struct sg_over *over, size_t kind,
    enum refs_reading how)
{
	const struct sg_attr_fact *attr;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < im->signer->unsigned_count; i++) {
		attr = &im->signer->unsigned_list[i];
		if (how == REFS_STORED
			? !is_referring(attr->oid, kind)
			: strcmp(attr->oid, referring[kind]) != 0)
			continue;
		if (how != REFS_BEFORE || !came_later(im, attr))
			rc = sg_over_attr(im->env, over, attr);
	}
	return rc;
}

/* first: 0 with the signature and its time-stamps (type 1), 1 without them
 * (type 2). */
static int
refs_over(struct imprinter *im, size_t first, enum refs_reading how,
    struct sg_over *over)
{
	size_t kind;
	int rc = 0;

	if (first == 0)
		rc = sg_over_add(im->env, over, im->signer->value);
	if (how == REFS_STORED)
		return rc < 0 ? rc : refs_add(im, over, first, how);
	for (kind = first; rc == 0 && kind < 3; kind++)
		rc = refs_add(im, over, kind, how);
	return rc;
}

static int
refs_reading(struct imprinter *im, size_t first, enum refs_reading how,
    const char *warning)
{
	struct sg_over over = over_new(im);
	int rc = refs_over(im, first, how, &over);

	if (rc < 0 || im->stamp->unknown.id != NULL)
		return rc;
	return add_reading(im, &over, NULL, warning);
}

/* Some write the attributes' stored order into the imprint. That is none of
 * the standard's readings, but a person should know why it does not match. */
static int
explain_order(struct imprinter *im, size_t first)
{
	const struct sg_tst_info *info = &im->stamp->info;
	struct sg_over over = over_new(im);
	unsigned char value[SG_MAX_DIGEST];
	int rc = refs_over(im, first, REFS_STORED, &over);

	if (rc < 0 || im->stamp->unknown.id != NULL ||
	    sg_view_equal(im->stamp->imprints[0].value, info->imprint) ||
	    !sg_cades_charge(im->cades, sg_over_size(&over)))
		return rc;
	rc = sg_over_hash(im->env, &over, info->digest, NULL, value);
	if (rc < 0 ||
	    !sg_view_equal(
		info->imprint, sg_view_of(value, info->digest->size)))
		return rc;
	if (sg_facts_warn(im->cades->facts, im->sig,
		N_("a time-stamp over references has the attributes in the "
		   "order that they are stored in, not in that of RFC 5126, "
		   "6.3.5"),
		NULL, NULL) < 0)
		return sg_err_nomem(im->env);
	return 0;
}

/* RFC 5126, 6.3.5 and 6.3.6. */
static int
over_refs(struct imprinter *im, size_t first)
{
	int rc = refs_reading(im, first, REFS_ALL, NULL);

	if (rc == 0)
		rc = refs_reading(im, first, REFS_BEFORE,
		    N_("a signature time-stamp was added after the time-stamp "
		       "over the references"));
	return rc < 0 ? rc : explain_order(im, first);
}

static int
over_sig_and_refs(struct imprinter *im)
{
	return over_refs(im, 0);
}

static int
over_refs_only(struct imprinter *im)
{
	return over_refs(im, 1);
}

/* ---- archive-time-stamp-v2 (RFC 5126, 6.4.1; TS 101 733, 6.4.1) */

static int
is_archive(const char *oid)
{
	return strcmp(oid, SG_OID_ARCHIVE_TIME_STAMP) == 0 ||
	    strcmp(oid, SG_OID_ARCHIVE_TIME_STAMP_V2) == 0 ||
	    strcmp(oid, SG_OID_ARCHIVE_TIME_STAMP_V3) == 0;
}

int
sg_cades_was_there(const struct sg_sig_fact *sig,
    const struct sg_stamp_fact *stamp, const struct sg_attr_fact *attr)
{
	const struct sg_stamp_fact *other;
	size_t i;

	if (!is_archive(attr->oid))
		return 1;
	for (i = 0; i < attr->value_count; i++) {
		other = sg_stamp_find(sig, attr->values[i]);
		if (other == stamp ||
		    (other != NULL && sg_stamp_is_later(other, stamp)))
			return 0;
	}
	return 1;
}

/* The unsigned attributes that were there, and their header: its length is
 * that of what is left of them. */
static int
over_unsigned(struct imprinter *im, struct sg_over *over, int with_header)
{
	struct sg_over attrs = over_new(im);
	struct sg_buf head = { NULL, 0, 0 };
	struct sg_view header;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < im->signer->unsigned_count; i++)
		if (sg_cades_was_there(
			im->sig, im->stamp, &im->signer->unsigned_list[i]))
			rc = sg_over_add(
			    im->env, &attrs, im->signer->unsigned_list[i].all);
	if (rc < 0 || attrs.count == 0)
		return rc;
	if (with_header) {
		rc = sg_der_put_head(im->env, &head, V_ASN1_CONTEXT_SPECIFIC, 1,
		    1, sg_over_size(&attrs));
		header = sg_pool_dup(attrs.pool, sg_buf_view(&head));
		sg_buf_free(&head);
		if (rc == 0 && header.ptr == NULL)
			rc = sg_err_nomem(im->env);
		if (rc == 0)
			rc = sg_over_add(im->env, over, header);
	}
	for (i = 0; rc == 0 && i < attrs.count; i++)
		rc = sg_over_add(im->env, over, attrs.list[i]);
	return rc;
}

static int
archive2_reading(
    struct imprinter *im, const struct sg_hash *prefix, int with_header)
{
	struct sg_over over = over_new(im);
	const struct sg_cms *cms = im->cades->cms;
	int rc;

	if ((rc = sg_over_add(im->env, &over, cms->certs_all)) < 0 ||
	    (rc = sg_over_add(im->env, &over, cms->crls_all)) < 0 ||
	    (rc = sg_over_signer(im->env, &over, im->signer)) < 0 ||
	    (rc = over_unsigned(im, &over, with_header)) < 0)
		return rc;
	return add_reading(im, &over, prefix, NULL);
}

/* Both readings are met, one in files of TS 101 733 until 1.8.3 and the other
 * since 2.2.1. */
static int
over_archive2(struct imprinter *im)
{
	const struct sg_hash *prefix;
	int rc;

	if (im->sig->parent >= 0)
		return unknown(im,
		    N_("an archive time-stamp in a counter-signature"), NULL);
	prefix = sg_cades_prefix(im->cades,
	    im->sig->ref_count != 0 ? im->sig->refs[0].doc : -1,
	    im->stamp->info.digest);
	if (prefix == NULL)
		return no_content(im);
	rc = archive2_reading(im, prefix, 1);
	if (rc == 0 && im->stamp->unknown.id == NULL)
		rc = archive2_reading(im, prefix, 0);
	return rc;
}

/* ---- archive-time-stamp-v3 (EN 319 122-1, 5.5.3) */

static int
read_index(struct imprinter *im, struct sg_ats_index *index)
{
	const char *(*translate)(const char *, void *) = im->env->translate;
	int rc;

	im->env->translate = NULL;
	rc = sg_ats_index_read(im->env, im->cades->facts->pool,
	    &im->stamp->inside->sigs[0], index);
	im->env->translate = translate;
	if (rc != SIGN_E_FORMAT && rc != SIGN_E_LIMIT)
		return rc;
	index->value = sg_view_of(NULL, 0);
	rc = unknown(im, N_("broken ats-hash-index: %1$s"), im->env->message);
	sg_err_clear(im->env);
	return rc;
}

static int
over_archive3(struct imprinter *im)
{
	unsigned char room[SG_MAX_DIGEST];
	struct sg_over over = over_new(im);
	struct sg_ats_index index;
	struct sg_view content;
	int rc;

	if (im->sig->parent >= 0)
		return unknown(im,
		    N_("an archive time-stamp in a counter-signature"), NULL);
	rc = read_index(im, &index);
	if (rc < 0 || im->stamp->unknown.id != NULL)
		return rc;
	if (index.value.len == 0)
		return unknown(im,
		    N_("no ats-hash-index in the token (EN 319 122-1, "
		       "5.5.2)"),
		    NULL);
	rc = content_digest(im, room, &content);
	if (rc < 0)
		return rc;
	if (content.len == 0)
		return no_content(im);
	rc = sg_over_archive(
	    im->env, &over, im->cades->cms, im->signer, content, index.value);
	return rc < 0 ? rc : add_reading(im, &over, NULL, NULL);
}

/* The rule of version 1 (RFC 3126) is read in too many ways. */
static int
over_archive1(struct imprinter *im)
{
	return unknown(im,
	    N_("an archive time-stamp of version 1: what it is over is not "
	       "defined well enough"),
	    NULL);
}

/* ---- all of them */

static const struct {
	const char *form;
	int (*over)(struct imprinter *im);
} rules[] = {
	{ "content-time-stamp", over_content },
	{ "signature-time-stamp", over_signature },
	{ "CAdES-C-time-stamp", over_sig_and_refs },
	{ "time-stamped-certs-crls-references", over_refs_only },
	{ "archive-time-stamp", over_archive1 },
	{ "archive-time-stamp-v2", over_archive2 },
	{ "archive-time-stamp-v3", over_archive3 },
};

#define VALUE_WORK 64 /* what looking at one value counts for */

/* How much there is to look at for each time-stamp of this signer. */
static uint64_t
signer_work(const struct sg_cms_signer *signer)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < signer->unsigned_count; i++)
		count += signer->unsigned_list[i].value_count;
	return count * VALUE_WORK;
}

static int
imprint(struct imprinter *im)
{
	const struct sg_tst_info *info = &im->stamp->info;
	size_t i;

	if (im->stamp->inside == NULL)
		return 0;
	if (info->digest == NULL)
		return unknown(im,
		    N_("the digest algorithm %1$s of the imprint is unknown"),
		    info->digest_oid);
	if (!sg_cades_charge(im->cades, signer_work(im->signer)))
		return too_much(im);
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].form, im->stamp->form) == 0)
			return rules[i].over(im);
	return 0;
}

static int
prove_one(struct imprinter *im)
{
	int rc;

	im->scratch = sg_pool_new();
	if (im->scratch == NULL)
		return sg_err_nomem(im->env);
	rc = imprint(im);
	if (rc == 0 && im->stamp->imprint_count != 0) {
		im->stamp->unknown.id = NULL;
		rc = sg_cades_cover(
		    im->cades, im->index, im->stamp, im->scratch);
	}
	sg_pool_free(im->scratch);
	return rc;
}

int
sg_cades_prove(struct sg_cades *cades, size_t index)
{
	struct sg_sig_fact *sig = &cades->facts->sigs[index];
	struct imprinter im = { .env = cades->env,
		.cades = cades,
		.index = index,
		.signer = &cades->signers[index],
		.sig = sig };
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < sig->stamp_count; i++) {
		im.stamp = &sig->stamps[i];
		rc = prove_one(&im);
	}
	return rc;
}
