/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades_augment.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/text.h"
#include "formats/tst.h"

#include <string.h>

/* Raising a CAdES signature: time-stamps, and what is common to all steps. */

static void
forget(struct sg_augment *aug)
{
	memset(&aug->last, 0, sizeof(aug->last));
}

/* ---- where a signature stands */

static size_t
top_of(const struct sg_facts *facts, size_t sig)
{
	while (facts->sigs[sig].parent >= 0)
		sig = (size_t)facts->sigs[sig].parent;
	return sig;
}

/* Which one it is among those with the same parent, from 1. */
static unsigned
number_of(const struct sg_facts *facts, size_t sig)
{
	unsigned number = 1;
	size_t i;

	for (i = 0; i < sig; i++)
		number += facts->sigs[i].parent == facts->sigs[sig].parent;
	return number;
}

static void
path_to(const struct sg_facts *facts, size_t sig, struct sg_cms_path *path)
{
	size_t at = sig, i;

	path->count = 0;
	for (; facts->sigs[at].parent >= 0; at = (size_t)facts->sigs[at].parent)
		path->count++;
	for (i = path->count, at = sig; i-- > 0;
	     at = (size_t)facts->sigs[at].parent)
		path->number[i] = number_of(facts, at);
}

/* The SignerInfo of SignedData that it is, or is inside of. */
static struct sg_view *
top_signer(struct sg_augment *aug, size_t sig)
{
	size_t number = number_of(aug->facts, top_of(aug->facts, sig));

	return &aug->cms->signers[number - 1];
}

static int
check_sig(struct sg_env *env, const struct sg_augment *aug, size_t sig)
{
	if (sig < aug->facts->sig_count)
		return 0;
	return sg_err_set(
	    env, SIGN_E_ARG, N_("there is no signature %zu"), sig + 1);
}

int
sg_augment_signer(struct sg_env *env, struct sg_augment *aug, size_t sig,
    struct sg_cms_signer *out)
{
	struct sg_cms_path path;
	struct sg_view at;
	int rc = check_sig(env, aug, sig);

	if (rc < 0)
		return rc;
	path_to(aug->facts, sig, &path);
	rc = sg_cms_counter_find(env, *top_signer(aug, sig), &path, &at);
	return rc < 0 ? rc : sg_cms_signer_read(env, aug->pool, at, out);
}

int
sg_augment_set_attrs(struct sg_env *env, struct sg_augment *aug, size_t sig,
    struct sg_view *attrs, size_t count)
{
	struct sg_buf with = { NULL, 0, 0 }, all = { NULL, 0, 0 };
	struct sg_view *top = top_signer(aug, sig), at;
	struct sg_cms_path path;
	int rc;

	path_to(aug->facts, sig, &path);
	if ((rc = sg_cms_counter_find(env, *top, &path, &at)) == 0 &&
	    (rc = sg_cms_set_unsigned(env, at, attrs, count, &with)) == 0)
		rc = sg_cms_counter_put(
		    env, *top, &path, sg_buf_view(&with), &all);
	if (rc == 0)
		rc = sg_pool_copy(env, aug->pool, sg_buf_view(&all), top);
	forget(aug);
	sg_buf_free(&with);
	sg_buf_free(&all);
	return rc;
}

int
sg_attr_make(struct sg_env *env, struct sg_pool *pool, const char *oid,
    struct sg_view value, struct sg_view *out)
{
	struct sg_put put = SG_PUT_INIT(env);
	size_t mark;
	int rc;

	sg_put_oid(&put, oid);
	mark = sg_put_mark(&put);
	sg_put_raw(&put, value);
	sg_put_set(&put, mark);
	sg_put_seq(&put, 0);
	rc = put.rc;
	if (rc == 0)
		rc = sg_pool_copy(env, pool, sg_buf_view(&put.buf), out);
	sg_put_free(&put);
	return rc;
}

int
sg_augment_add_attr(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const char *oid, struct sg_view value)
{
	struct sg_cms_signer signer;
	struct sg_view *attrs;
	size_t i;
	int rc = sg_augment_signer(env, aug, sig, &signer);

	if (rc < 0)
		return rc;
	if (signer.unsigned_count >= SG_MAX_ATTRS)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("%s: more than %d attributes"), "unsignedAttrs",
		    SG_MAX_ATTRS);
	attrs =
	    sg_pool_array(aug->pool, signer.unsigned_count + 1, sizeof(*attrs));
	if (attrs == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < signer.unsigned_count; i++)
		attrs[i] = signer.unsigned_list[i].all;
	rc = sg_attr_make(env, aug->pool, oid, value, &attrs[i]);
	return rc < 0 ? rc : sg_augment_set_attrs(env, aug, sig, attrs, i + 1);
}

/* ---- what must not change any more */

static int
frozen(struct sg_env *env, const struct sg_augment *aug, size_t sig)
{
	return sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("signature %s has an archive time-stamp over its attributes and "
	       "all certificates: the lawful next step is another archive "
	       "time-stamp (EN 319 122-1, 5.5.3)"),
	    aug->facts->sigs[sig].id);
}

static int
has_attr(const struct sg_facts *facts, size_t sig, const char *oid)
{
	return sg_cades_find(facts->sigs[sig].unsigned_attrs,
		   facts->sigs[sig].unsigned_attr_count, oid) != NULL;
}

/* An evidence record is over the file as it is (RFC 4998, A). */
int
sg_augment_evidence_free(struct sg_env *env, const struct sg_augment *aug)
{
	const struct sg_facts *facts = aug->facts;
	size_t i;

	for (i = 0; i < facts->sig_count; i++)
		if (has_attr(facts, i, SG_OID_EVIDENCE_RECORD_INTERNAL) ||
		    has_attr(facts, i, SG_OID_EVIDENCE_RECORD_EXTERNAL))
			return sg_err_set(env, SIGN_E_UNSUPPORTED,
			    N_("signature %s has an evidence record, which is "
			       "over the whole file: the lawful next step is "
			       "to renew that record (RFC 4998, 5)"),
			    facts->sigs[i].id);
	return 0;
}

static int
is_frozen(const struct sg_facts *facts, size_t sig)
{
	struct sg_cms_signer signer;

	memset(&signer, 0, sizeof(signer));
	signer.unsigned_list = facts->sigs[sig].unsigned_attrs;
	signer.unsigned_count = facts->sigs[sig].unsigned_attr_count;
	return sg_cms_is_frozen(&signer);
}

/* An archive time-stamp of version 3 lists counter-signatures by the hash of
 * all that they are. */
static int
is_listed(const struct sg_facts *facts, size_t above, size_t sig)
{
	const struct sg_stamp_fact *stamp;
	size_t i, k;

	for (i = 0; i < facts->sigs[above].stamp_count; i++) {
		stamp = &facts->sigs[above].stamps[i];
		if (strcmp(stamp->kind, "archive") != 0)
			continue;
		for (k = 0; k < stamp->cover_count; k++)
			if (stamp->covers[k].is_signature &&
			    stamp->covers[k].sig == sig)
				return 1;
	}
	return 0;
}

int
sg_augment_attrs_free(struct sg_env *env, struct sg_augment *aug, size_t sig)
{
	const struct sg_facts *facts = aug->facts;
	size_t above = sig;
	int rc = sg_augment_evidence_free(env, aug);

	while (rc == 0) {
		if (is_frozen(facts, above))
			return frozen(env, aug, above);
		if (above != sig &&
		    (aug->archived[above] || is_listed(facts, above, sig)))
			return sg_err_set(env, SIGN_E_UNSUPPORTED,
			    N_("the archive time-stamp of signature %s lists "
			       "counter-signature %s as it is (EN 319 122-1, "
			       "5.5.2)"),
			    facts->sigs[above].id, facts->sigs[sig].id);
		if (facts->sigs[above].parent < 0)
			return 0;
		above = (size_t)facts->sigs[above].parent;
	}
	return rc;
}

int
sg_augment_root_free(struct sg_env *env, struct sg_augment *aug)
{
	size_t i;
	int rc = sg_augment_evidence_free(env, aug);

	for (i = 0; rc == 0 && i < aug->facts->sig_count; i++)
		if (is_frozen(aug->facts, i))
			rc = frozen(env, aug, i);
	return rc;
}

/* ---- imprints */

static int
no_document(struct sg_env *env)
{
	return sg_err_set(env, SIGN_E_IO,
	    N_("the document that was signed is wanted: an archive time-stamp "
	       "is over it too (EN 319 122-1, 5.5.3)"));
}

/* One more pass over the content, for a digest that nobody took. */
static int
read_content(struct sg_env *env, struct sg_augment *aug,
    const struct sg_doc_fact *doc, const struct sg_digest *digest,
    struct sg_doc_fact *seen)
{
	struct sg_in *in = aug->in;
	struct sg_pass pass;
	int rc;

	if (!aug->cms->attached)
		in = aug->docs != NULL && doc->source >= 0 &&
			(size_t)doc->source < aug->docs->count
		    ? aug->docs->list[doc->source].in
		    : NULL;
	if (in == NULL)
		return no_document(env);
	memset(&pass, 0, sizeof(pass));
	rc = sg_pass_add(env, &pass, digest);
	if (rc == 0)
		rc = aug->cms->attached ? sg_pass_again(env, &pass, in)
					: sg_pass_source(env, &pass, in);
	if (rc == 0)
		rc = sg_pass_store(env, &pass, aug->pool, seen);
	sg_pass_clear(&pass);
	return rc;
}

/* The content's digest, out of the facts where they have it. */
static int
content_digest(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_digest *digest, struct sg_view *out)
{
	const struct sg_sig_fact *fact = &aug->facts->sigs[sig];
	const struct sg_doc_fact *doc;
	struct sg_doc_fact seen;
	int rc;

	if (fact->ref_count == 0 || fact->refs[0].doc < 0)
		return no_document(env);
	doc = &aug->facts->docs[fact->refs[0].doc];
	*out = sg_doc_digest(doc, digest);
	if (out->len != 0)
		return 0;
	memset(&seen, 0, sizeof(seen));
	rc = read_content(env, aug, doc, digest, &seen);
	if (rc < 0)
		return rc;
	*out = sg_doc_digest(&seen, digest);
	if (out->len == 0)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("the digest %s is not available here"), digest->name);
	return 0;
}

static int
has(const struct sg_cms_signer *signer, const char *oid)
{
	return sg_cades_find(
		   signer->unsigned_list, signer->unsigned_count, oid) != NULL;
}

/* RFC 5126, 6.3.5 and 6.3.6: what they are over must be there. */
static int
over_refs(struct sg_env *env, struct sg_over *over,
    const struct sg_cms_signer *signer, int with_signature)
{
	int rc = 0;

	if (!has(signer, SG_OID_CERTIFICATE_REFS) ||
	    !has(signer, SG_OID_REVOCATION_REFS) ||
	    (with_signature && !has(signer, SG_OID_SIGNATURE_TIME_STAMP)))
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a time-stamp over references wants complete "
		       "references and a signature time-stamp first (RFC "
		       "5126, 6.3)"));
	if (with_signature &&
	    ((rc = sg_over_add(env, over, signer->value)) < 0 ||
		(rc = sg_over_attrs(
		     env, over, signer, SG_OID_SIGNATURE_TIME_STAMP)) < 0))
		return rc;
	rc = sg_over_attrs(env, over, signer, SG_OID_CERTIFICATE_REFS);
	return rc < 0
	    ? rc
	    : sg_over_attrs(env, over, signer, SG_OID_REVOCATION_REFS);
}

static int
over_archive(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_cms_signer *signer, struct sg_over *over)
{
	struct sg_put put = SG_PUT_INIT(env);
	struct sg_view content;
	int rc;

	if (aug->facts->sigs[sig].parent >= 0)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("an archive time-stamp belongs to signature %s, which "
		       "the counter-signature is on: it covers both (EN 319 "
		       "122-1, 5.5.3)"),
		    aug->facts->sigs[top_of(aug->facts, sig)].id);
	rc = content_digest(env, aug, sig, aug->last.digest, &content);
	if (rc == 0)
		rc = sg_ats_index_put(&put, aug->cms, signer, aug->last.digest);
	if (rc == 0)
		rc = sg_pool_copy(
		    env, aug->pool, sg_buf_view(&put.buf), &aug->last.index);
	sg_put_free(&put);
	return rc < 0 ? rc
		      : sg_over_archive(env, over, aug->cms, signer, content,
			    aug->last.index);
}

static int
over_kind(struct sg_env *env, struct sg_augment *aug, size_t sig,
    enum sg_stamp_kind kind, struct sg_over *over)
{
	struct sg_cms_signer signer;
	int rc = sg_augment_signer(env, aug, sig, &signer);

	if (rc < 0)
		return rc;
	switch (kind) {
	case SG_STAMP_SIGNATURE:
		return sg_over_add(env, over, signer.value);
	case SG_STAMP_SIG_AND_REFS:
		return over_refs(env, over, &signer, 1);
	case SG_STAMP_REFS:
		return over_refs(env, over, &signer, 0);
	case SG_STAMP_ARCHIVE:
		break;
	}
	return over_archive(env, aug, sig, &signer, over);
}

static int
augment_imprint(struct sg_env *env, struct sg_augment *aug, size_t sig,
    enum sg_stamp_kind kind, const struct sg_digest *digest, struct sg_buf *out)
{
	struct sg_over over = { aug->pool, NULL, 0 };
	unsigned char value[SG_MAX_DIGEST];
	int rc;

	forget(aug);
	aug->last.digest = digest;
	rc = over_kind(env, aug, sig, kind, &over);
	if (rc == 0)
		rc = sg_over_hash(env, &over, digest, NULL, value);
	if (rc < 0)
		return rc;
	aug->last.value =
	    sg_pool_dup(aug->pool, sg_view_of(value, digest->size));
	if (aug->last.value.ptr == NULL)
		return sg_err_nomem(env);
	aug->last.sig = sig;
	aug->last.kind = kind;
	aug->last.known = 1;
	return sg_buf_append_view(env, out, aug->last.value);
}

/* ---- time-stamps */

static const char *
stamp_oid(enum sg_stamp_kind kind)
{
	switch (kind) {
	case SG_STAMP_SIGNATURE:
		return SG_OID_SIGNATURE_TIME_STAMP;
	case SG_STAMP_SIG_AND_REFS:
		return SG_OID_CADES_C_TIME_STAMP;
	case SG_STAMP_REFS:
		return SG_OID_REFS_TIME_STAMP;
	case SG_STAMP_ARCHIVE:
		break;
	}
	return SG_OID_ARCHIVE_TIME_STAMP_V3;
}

/* digestAlgorithms names the digest of an archive time-stamp too: who reads
 * the content once has it (EN 319 122-1, 5.5.3). */
static int
announce(
    struct sg_env *env, struct sg_augment *aug, const struct sg_digest *digest)
{
	struct sg_cms *cms = aug->cms;
	struct sg_put put = SG_PUT_INIT(env);
	struct sg_view *item;
	struct sg_algid algid;
	struct sg_der der;
	struct sg_tlv tlv;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < cms->digest_alg_count; i++) {
		der = sg_der_of(cms->digest_algs[i]);
		rc = sg_der_next(env, &der, "digestAlgorithms", &tlv);
		if (rc == 0)
			rc = sg_der_algid(env, aug->pool, &tlv, &algid);
		if (rc == 0 && sg_digest_by_oid(algid.oid) == digest)
			return 0;
	}
	if (rc < 0)
		return rc;
	item = sg_pool_push(aug->pool, &cms->digest_algs,
	    &cms->digest_alg_count, sizeof(*item));
	sg_put_digest_alg(&put, digest);
	rc = item != NULL ? put.rc : sg_err_nomem(env);
	if (rc == 0)
		rc = sg_pool_copy(env, aug->pool, sg_buf_view(&put.buf), item);
	sg_put_free(&put);
	return rc;
}

/* Is that time-stamp still lawful? What is over others comes after them. */
static int
check_kind(struct sg_env *env, struct sg_augment *aug, size_t sig,
    enum sg_stamp_kind kind)
{
	struct sg_cms_signer signer;
	int rc;

	if (kind == SG_STAMP_ARCHIVE) /* what is frozen leaves room for it */
		return sg_augment_evidence_free(env, aug);
	rc = sg_augment_attrs_free(env, aug, sig);
	if (rc == 0)
		rc = sg_augment_signer(env, aug, sig, &signer);
	if (rc == 0 && kind == SG_STAMP_SIGNATURE &&
	    has(&signer, SG_OID_CADES_C_TIME_STAMP))
		rc = sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("the signature time-stamps of %s are time-stamped with "
		       "the references: one more would break that (RFC 5126, "
		       "6.3.5)"),
		    aug->facts->sigs[sig].id);
	return rc;
}

static int
augment_add_stamp(struct sg_env *env, struct sg_augment *aug, size_t sig,
    enum sg_stamp_kind kind, struct sg_view token,
    const struct sg_values *values)
{
	struct sg_view complete = token;
	int rc = check_sig(env, aug, sig);

	if (rc < 0)
		return rc;
	if (!aug->last.known || aug->last.sig != sig || aug->last.kind != kind)
		return sg_err_set(env, SIGN_E_INTERNAL,
		    N_("a time-stamp without its imprint"));
	if ((rc = check_kind(env, aug, sig, kind)) < 0 ||
	    (rc = sg_tst_is_over(
		 env, token, aug->last.digest, aug->last.value)) < 0)
		return rc;
	if (kind == SG_STAMP_ARCHIVE || values != NULL)
		rc = sg_token_complete(
		    env, aug->pool, token, aug->last.index, values, &complete);
	if (rc == 0 && kind == SG_STAMP_ARCHIVE) {
		rc = announce(env, aug, aug->last.digest);
		aug->archived[sig] = 1;
	}
	return rc < 0
	    ? rc
	    : sg_augment_add_attr(env, aug, sig, stamp_oid(kind), complete);
}

/* ---- the whole */

static int
open_cms(struct sg_env *env, struct sg_augment *aug)
{
	int rc = sg_in_rewind(env, aug->in);

	if (rc == 0)
		rc = sg_cms_open(env, aug->pool, aug->in, NULL, &aug->cms);
	if (rc < 0)
		return rc;
	aug->was_certs = aug->cms->cert_count;
	aug->was_crls = aug->cms->crl_count;
	return 0;
}

static void
augment_free(struct sg_augment *aug)
{
	if (aug != NULL)
		sg_pool_free(aug->pool);
}

static int
augment_open(struct sg_env *env, struct sg_in *in,
    const struct sg_sources *docs, const struct sg_facts *facts,
    struct sg_augment **out)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_augment *aug = NULL;
	int rc;

	if (pool != NULL)
		aug = sg_pool_alloc(pool, sizeof(*aug));
	if (aug != NULL)
		aug->archived = sg_pool_array(pool, facts->sig_count, 1);
	if (aug == NULL || aug->archived == NULL) {
		sg_pool_free(pool);
		return sg_err_nomem(env);
	}
	aug->pool = pool;
	aug->in = in;
	aug->docs = docs;
	aug->facts = facts;
	rc = open_cms(env, aug);
	if (rc < 0)
		augment_free(aug);
	else
		*out = aug;
	return rc;
}

/* Sets that did not grow are written as they are stored: an archive time-stamp
 * of version 2 is over their headers too. */
static int
augment_write(
    struct sg_env *env, struct sg_augment *aug, struct sg_out *out, int pem)
{
	struct sg_cms *cms = aug->cms;
	struct sg_cms_parts parts = { .content = SG_CONTENT_COPY,
		.source = aug->in,
		.copied = cms,
		.digest_algs = cms->digest_algs,
		.digest_alg_count = cms->digest_alg_count,
		.certs = cms->certs,
		.cert_count = cms->cert_count,
		.crls = cms->crls,
		.crl_count = cms->crl_count,
		.signers = cms->signers,
		.signer_count = cms->signer_count,
		.keep_order = 1 };

	if (cms->cert_count == aug->was_certs)
		parts.certs_all = cms->certs_all;
	if (cms->crl_count == aug->was_crls)
		parts.crls_all = cms->crls_all;
	return sg_cms_write(env, &parts, out, pem);
}

const struct sg_augment_ops sg_augment_cades = {
	.open = augment_open,
	.imprint = augment_imprint,
	.add_stamp = augment_add_stamp,
	.add_refs = sg_cades_add_refs,
	.add_values = sg_cades_add_values,
	.renew_values = sg_cades_renew_values,
	.write = augment_write,
	.free = augment_free,
};
