/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades.h"

#include "base/env.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/text.h"

#include <string.h>

/* Reading a CMS signature into facts (RFC 5652; EN 319 122). */
struct reader {
	struct sg_env *env;
	struct sg_facts *facts;
	struct sg_pool *pool;
	struct sg_in *in;
	const struct sg_sources *sources;
	struct sg_pass pass;    /* the content, while the file is read */
	const char **announced; /* OIDs of digestAlgorithms */
	size_t announced_count;
	struct sg_cades cades;
	/* one per facts->sigs */
	struct want {
		const struct sg_digest *digest;
		const char *digest_oid;
		struct sg_view found; /* message-digest */
		int broken, bare, octets;
	} * wants;
	size_t want_count;
};

static int
warn(struct reader *r, struct sg_sig_fact *sig, const char *id, const char *a)
{
	if (sg_facts_warn(r->facts, sig, id, a, NULL) < 0)
		return sg_err_nomem(r->env);
	return 0;
}

static int
fault(struct reader *r, struct sg_sig_fact *sig, const char *id, const char *a)
{
	if (sg_facts_fault(r->facts, sig, id, a, NULL) < 0)
		return sg_err_nomem(r->env);
	return 0;
}

/* ---- digests that are announced before the content */

static int
on_announced(struct sg_env *env, const struct sg_cms *cms, void *payload)
{
	struct sg_pass *pass = payload;
	struct reader *r =
	    (struct reader *)((char *)pass - offsetof(struct reader, pass));
	struct sg_algid algid;
	struct sg_der der;
	struct sg_tlv tlv;
	size_t i;
	int rc;

	r->announced = sg_pool_array(
	    r->pool, cms->digest_alg_count, sizeof(*r->announced));
	if (r->announced == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < cms->digest_alg_count; i++) {
		der = sg_der_of(cms->digest_algs[i]);
		if ((rc = sg_der_want(env, &der, V_ASN1_SEQUENCE,
			 "digestAlgorithms", &tlv)) < 0 ||
		    (rc = sg_der_algid(env, r->pool, &tlv, &algid)) < 0 ||
		    (rc = sg_pass_add(env, pass, sg_digest_by_oid(algid.oid))) <
			0)
			return rc;
		r->announced[r->announced_count++] = algid.oid;
	}
	return 0;
}

static int
is_announced(const struct reader *r, const char *oid)
{
	size_t i;

	for (i = 0; i < r->announced_count; i++)
		if (strcmp(r->announced[i], oid) == 0)
			return 1;
	return 0;
}

/* ---- signatures and their counter-signatures */

/* Without signed attributes the value stands over the content, under the
 * scheme's own digest, or over the octets themselves (RFC 5652, 5.4). */
static void
want_digest(
    struct reader *r, const struct sg_cms_signer *signer, struct want *want)
{
	const struct sg_scheme *scheme;
	struct sg_pss pss;

	want->digest = sg_digest_by_oid(signer->digest.oid);
	want->digest_oid = signer->digest.oid;
	want->bare = signer->signed_attrs.len == 0;
	if (!want->bare)
		return;
	if (sg_scheme_resolve(
		r->env, &signer->scheme, &signer->digest, &scheme, &pss) < 0) {
		sg_err_clear(r->env);
		return;
	}
	want->octets = scheme->signs_bytes;
	if (sg_scheme_digest(scheme) != NULL)
		want->digest = sg_scheme_digest(scheme);
}

/* Deviations that do not turn a verdict. */
static int
warn_deviations(
    struct reader *r, struct sg_sig_fact *sig, const struct sg_cms_signer *s)
{
	int rc = 0;

	if (s->version != (s->ski.ptr != NULL ? 3 : 1))
		rc = warn(r, sig,
		    N_("SignerInfo has another version number than its "
		       "identifier asks for (RFC 5652, 5.3)"),
		    NULL);
	if (rc == 0 && sig->parent < 0 && !is_announced(r, s->digest.oid))
		rc = warn(r, sig,
		    N_("the digest algorithm is not announced in SignedData "
		       "(RFC 5652, 5.1)"),
		    NULL);
	if (rc == 0 && s->signed_attrs.len == 0 && sig->parent < 0 &&
	    strcmp(r->cades.cms->content_type, SG_OID_DATA) != 0)
		rc = warn(r, sig,
		    N_("no signed attributes, though the content type is "
		       "%1$s (RFC 5652, 5.3)"),
		    r->cades.cms->content_type);
	return rc;
}

static int
fill_sig(struct reader *r, size_t index)
{
	struct sg_sig_fact *sig = &r->facts->sigs[index];
	const struct sg_cms_signer *signer = &r->cades.signers[index];
	struct sg_tbs_fact tbs[SG_CMS_TBS];
	int rc;

	sig->signature_alg = signer->scheme;
	sig->digest_alg = signer->digest;
	sig->value_form = SG_VALUE_CMS;
	sig->value = signer->value;
	sig->issuer = signer->issuer;
	sig->serial = signer->serial;
	sig->ski = signer->ski;
	want_digest(r, signer, &r->wants[index]);
	if ((rc = sg_cms_tbs(r->env, r->pool, signer, tbs, &sig->tbs_count)) <
		0 ||
	    (rc = sg_cades_attrs(&r->cades, index, &r->wants[index].found)) <
		0 ||
	    (rc = warn_deviations(r, sig, signer)) < 0)
		return rc;
	sig->tbs = sg_pool_array(r->pool, SG_CMS_TBS, sizeof(*tbs));
	if (sig->tbs == NULL)
		return sg_err_nomem(r->env);
	memcpy(sig->tbs, tbs, sizeof(tbs));
	return 0;
}

/* A signature that was found is listed, even if it cannot be read. */
static int
list_broken(struct reader *r, size_t index)
{
	struct sg_sig_fact *sig = &r->facts->sigs[index];
	int rc;

	sig->signature_alg.oid = sig->digest_alg.oid = "";
	r->wants[index].broken = 1;
	rc = fault(r, sig, N_("broken SignerInfo: %1$s"), r->env->message);
	sg_err_clear(r->env);
	return rc;
}

/* Reads it; the message of what is broken stays English, it is put into words
 * when it is shown. */
static int
read_parts(struct reader *r, struct sg_view tlv, struct sg_cms_signer *out)
{
	const char *(*translate)(const char *, void *) = r->env->translate;
	int rc;

	r->env->translate = NULL;
	rc = sg_cms_signer_read(r->env, r->pool, tlv, out);
	r->env->translate = translate;
	return rc;
}

/* The lists that go by the same index. */
static int
add_sig(struct reader *r, int parent, size_t number, size_t *index)
{
	struct sg_sig_fact *sig;
	struct sg_cms_signer *signer;

	if (r->facts->sig_count >= SG_MAX_SIGNERS)
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("more than %d signatures"), SG_MAX_SIGNERS);
	*index = r->facts->sig_count;
	sig = sg_facts_add_sig(r->facts);
	signer = sg_pool_push(r->pool, &r->cades.signers,
	    &r->cades.signer_count, sizeof(*signer));
	if (sig == NULL || signer == NULL ||
	    sg_pool_push(r->pool, &r->cades.notes, &r->cades.note_count,
		sizeof(*r->cades.notes)) == NULL ||
	    sg_pool_push(
		r->pool, &r->wants, &r->want_count, sizeof(*r->wants)) == NULL)
		return sg_err_nomem(r->env);
	sig->parent = parent;
	sig->packaging =
	    r->cades.cms->attached ? SG_PACK_ATTACHED : SG_PACK_DETACHED;
	sig->id = sg_pool_printf(r->pool, "S-%zu", number);
	if (parent >= 0) {
		sig->packaging = SG_PACK_COUNTER;
		sig->id = sg_pool_printf(
		    r->pool, "%s.%zu", r->facts->sigs[parent].id, number);
	}
	return sig->id != NULL ? 0 : sg_err_nomem(r->env);
}

/* One SignerInfo, then what is counter-signed on it, depth first (RFC 5652,
 * 5.3 and 11.4). */
static int
read_signer(
    struct reader *r, struct sg_view tlv, int parent, size_t number, int depth)
{
	const struct sg_attr_fact *attr;
	struct sg_cms_signer signer;
	size_t index = 0, i, j, counters = 0;
	int rc;

	if (depth > SG_MAX_COUNTER_DEPTH)
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("counter-signatures nested deeper than %d"),
		    SG_MAX_COUNTER_DEPTH);
	rc = add_sig(r, parent, number, &index);
	if (rc < 0)
		return rc;
	r->facts->sigs[index].raw = tlv;
	rc = read_parts(r, tlv, &signer);
	if (rc == SIGN_E_FORMAT || rc == SIGN_E_LIMIT)
		return list_broken(r, index);
	if (rc < 0)
		return rc;
	r->cades.signers[index] = signer;
	rc = fill_sig(r, index);
	for (i = 0; rc == 0 && i < signer.unsigned_count; i++) {
		attr = &signer.unsigned_list[i];
		if (strcmp(attr->oid, SG_OID_COUNTERSIGNATURE) != 0)
			continue;
		for (j = 0; rc == 0 && j < attr->value_count; j++)
			rc = read_signer(r, attr->values[j], (int)index,
			    ++counters, depth + 1);
	}
	return rc;
}

/* ---- documents */

static struct sg_doc_fact *
add_doc(struct reader *r)
{
	return sg_pool_push(r->pool, &r->facts->docs, &r->facts->doc_count,
	    sizeof(struct sg_doc_fact));
}

/* What signatures want of the content, unless doc has it already. */
static int
pass_wants(struct reader *r, const struct sg_doc_fact *doc, size_t *more)
{
	const struct want *want;
	size_t i;
	int rc = 0;

	*more = 0;
	for (i = 0; rc == 0 && i < r->want_count; i++) {
		want = &r->wants[i];
		if (want->broken || r->facts->sigs[i].parent >= 0)
			continue;
		if (want->octets && doc->octets.ptr == NULL) {
			r->pass.keep = 1;
			++*more;
		}
		if (want->digest == NULL ||
		    sg_doc_digest(doc, want->digest).len != 0)
			continue;
		rc = sg_pass_add(r->env, &r->pass, want->digest);
	}
	for (i = 0; rc == 0 && i < r->facts->sig_count; i++)
		if (r->facts->sigs[i].parent < 0)
			rc = sg_cades_stamp_wants(&r->cades, i, doc, &r->pass);
	*more += r->pass.count;
	return rc;
}

/* Attached content a second time, for digests that nobody announced. */
static int
reread_content(struct reader *r)
{
	struct sg_doc_fact *doc = &r->facts->docs[0];
	size_t more = 0;
	int rc = pass_wants(r, doc, &more);

	if (rc < 0 || more == 0)
		return rc;
	if (!sg_in_can_rewind(r->in))
		return warn(r, NULL,
		    N_("a digest is not announced, and the input cannot be "
		       "read twice: give it as a file"),
		    NULL);
	rc = sg_pass_again(r->env, &r->pass, r->in);
	if (rc == 0)
		rc = sg_pass_store(r->env, &r->pass, r->pool, doc);
	sg_pass_clear(&r->pass);
	return rc;
}

/* Is all that is wanted remembered already? */
static int
is_remembered(const struct reader *r, const struct sg_source *source)
{
	size_t i;

	if (source->memo == NULL || source->memo->doc.head.ptr == NULL ||
	    r->pass.keep || r->pass.prefix_count != 0)
		return 0;
	for (i = 0; i < r->pass.count; i++)
		if (sg_doc_digest(
			&source->memo->doc, sg_hash_digest(r->pass.hashes[i]))
			.len == 0)
			return 0;
	return 1;
}

static int
pass_source(
    struct reader *r, const struct sg_source *source, struct sg_doc_fact *doc)
{
	int rc;

	if (is_remembered(r, source))
		return sg_pass_known(r->env, r->pool, &source->memo->doc, doc);
	rc = sg_pass_source(r->env, &r->pass, source->in);
	if (rc == 0)
		rc = sg_pass_store(r->env, &r->pass, r->pool, doc);
	if (rc == 0 && source->memo != NULL)
		rc = sg_memo_keep(r->env, source->memo, doc);
	return rc;
}

/* A document that is given: the last one of the facts. */
static int
read_source(
    struct reader *r, const struct sg_source *source, struct sg_doc_fact *doc)
{
	int number = (int)r->facts->doc_count - 1;
	struct sg_doc_fact none;
	size_t more;
	int rc;

	doc->name = sg_pool_str(r->pool, source->name);
	if (source->in == NULL)
		return sg_pass_known(r->env, r->pool, source->known, doc);
	memset(&none, 0, sizeof(none));
	rc = pass_wants(r, &none, &more);
	if (rc == 0 && !r->cades.cms->attached)
		rc = sg_cades_prefix_begin(&r->cades, number, &r->pass);
	if (rc == 0)
		rc = pass_source(r, source, doc);
	return rc < 0 ? rc : sg_cades_prefix_keep(&r->cades, number, &r->pass);
}

static int
read_sources(struct reader *r)
{
	size_t count = r->sources != NULL ? r->sources->count : 0;
	struct sg_doc_fact *doc;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < count; i++) {
		doc = add_doc(r);
		if (doc == NULL)
			return sg_err_nomem(r->env);
		doc->source = (int)i;
		rc = read_source(r, &r->sources->list[i], doc);
		sg_pass_clear(&r->pass);
	}
	if (rc == 0 && r->facts->doc_count == 0) {
		doc = add_doc(r);
		if (doc == NULL)
			return sg_err_nomem(r->env);
		doc->missing = 1;
	}
	return rc;
}

/* ---- references */

static int
add_ref(struct reader *r, size_t index, int doc, struct sg_view found)
{
	struct sg_sig_fact *sig = &r->facts->sigs[index];
	const struct want *want = &r->wants[index];
	struct sg_ref_fact *ref =
	    sg_pool_push(r->pool, &sig->refs, &sig->ref_count, sizeof(*ref));

	if (ref == NULL)
		return sg_err_nomem(r->env);
	ref->doc = doc;
	ref->coverage = "whole";
	ref->digest = want->digest;
	ref->digest_oid = want->digest_oid;
	ref->found = found;
	ref->counts = 1;
	if (doc >= 0 && want->digest != NULL)
		ref->computed =
		    sg_doc_digest(&r->facts->docs[doc], want->digest);
	if (doc >= 0 && want->bare && r->facts->docs[doc].looks_signed)
		sig->content_looks_signed = 1;
	return 0;
}

/* The given document with this digest, from the first one on; else that. */
static size_t
match_doc(struct reader *r, const struct sg_digest *digest, struct sg_view want,
    size_t first)
{
	size_t i;

	for (i = first; digest != NULL && i < r->facts->doc_count; i++)
		if (want.len != 0 &&
		    sg_view_equal(
			sg_doc_digest(&r->facts->docs[i], digest), want))
			return i;
	return first;
}

/* The content; and where documents are given besides, the one of them that is
 * the same, or the first that is not: who gives one asks about that one. */
static int
refer_attached(struct reader *r, size_t index)
{
	const struct want *want = &r->wants[index];
	struct sg_view content;
	int rc = add_ref(r, index, 0, want->found);

	if (rc < 0 || r->facts->doc_count == 1 || want->digest == NULL)
		return rc;
	content = sg_doc_digest(&r->facts->docs[0], want->digest);
	return add_ref(
	    r, index, (int)match_doc(r, want->digest, content, 1), content);
}

static int
refer_detached(struct reader *r, size_t index)
{
	const struct want *want = &r->wants[index];

	if (r->facts->docs[0].missing)
		return add_ref(r, index, -1, want->found);
	return add_ref(r, index,
	    (int)match_doc(r, want->digest, want->found, 0), want->found);
}

/* A counter-signature is over its parent's value (RFC 5652, 11.4). One without
 * signed attributes has that value for its document. */
static int
refer_counter(struct reader *r, size_t index)
{
	const struct want *want = &r->wants[index];
	size_t parent = (size_t)r->facts->sigs[index].parent;
	struct sg_view value = r->facts->sigs[parent].value;
	struct sg_doc_fact *doc = NULL, scratch;
	int rc;

	memset(&scratch, 0, sizeof(scratch));
	if (want->bare && (doc = add_doc(r)) == NULL)
		return sg_err_nomem(r->env);
	if (doc == NULL)
		doc = &scratch;
	r->pass.keep = want->bare;
	if ((rc = sg_pass_add(r->env, &r->pass, want->digest)) == 0 &&
	    (rc = sg_pass_octets(r->env, value.ptr, value.len, &r->pass)) == 0)
		rc = sg_pass_store(r->env, &r->pass, r->pool, doc);
	sg_pass_clear(&r->pass);
	if (rc == 0)
		rc = add_ref(r, index,
		    want->bare ? (int)r->facts->doc_count - 1 : -1,
		    want->found);
	if (rc == 0 && want->digest != NULL)
		r->facts->sigs[index].refs[0].computed =
		    sg_doc_digest(doc, want->digest);
	return rc;
}

static int
refer(struct reader *r, size_t index)
{
	if (r->wants[index].broken)
		return 0;
	if (r->facts->sigs[index].parent >= 0)
		return refer_counter(r, index);
	if (r->cades.cms->attached)
		return refer_attached(r, index);
	return refer_detached(r, index);
}

/* ---- the file */

/* RFC 5652, 5.1: what the version number of SignedData should be. */
static uint64_t
wanted_version(struct reader *r)
{
	const struct sg_cms *cms = r->cades.cms;
	uint64_t version = strcmp(cms->content_type, SG_OID_DATA) != 0 ? 3 : 1;
	struct sg_der der;
	size_t i;

	for (i = 0; i < r->cades.signer_count; i++)
		if (r->facts->sigs[i].parent < 0 &&
		    r->cades.signers[i].version == 3)
			version = 3;
	for (i = 0; i < cms->cert_count; i++) {
		der = sg_der_of(cms->certs[i]);
		if (sg_der_is_context(&der, 3))
			return 5;
		if (sg_der_is_context(&der, 2))
			version = 4;
		else if (sg_der_is_context(&der, 1) && version < 3)
			version = 3;
	}
	for (i = 0; i < cms->crl_count; i++) {
		der = sg_der_of(cms->crls[i]);
		if (sg_der_is_context(&der, 1))
			return 5;
	}
	return version;
}

static int
warn_file(struct reader *r)
{
	const struct sg_cms *cms = r->cades.cms;
	size_t i;
	int rc = 0;

	if (cms->version != wanted_version(r))
		rc = warn(r, NULL,
		    N_("SignedData has another version number than its "
		       "content asks for (RFC 5652, 5.1)"),
		    NULL);
	if (rc == 0 && cms->content_any)
		rc = warn(r, NULL,
		    N_("the content is no OCTET STRING, as before RFC 5652 "
		       "(5.2.1)"),
		    NULL);
	if (rc == 0 && cms->trailing && !cms->junk)
		rc = warn(r, NULL,
		    N_("zeros or blanks follow the end of the signature"),
		    NULL);
	for (i = 0; rc == 0 && cms->junk && i < r->facts->sig_count; i++)
		rc = fault(r, &r->facts->sigs[i],
		    N_("other octets follow the end of the signature"), NULL);
	return rc;
}

/* SignedData; attached content becomes the first document. */
static int
read_cms(struct reader *r)
{
	struct sg_cms_sink sink = { on_announced, sg_pass_octets, &r->pass };
	struct sg_doc_fact *doc;
	int rc = sg_cms_open(r->env, r->pool, r->in, &sink, &r->cades.cms);

	if (rc == 0 && r->cades.cms->attached) {
		doc = add_doc(r);
		rc = doc != NULL ? sg_pass_store(r->env, &r->pass, r->pool, doc)
				 : sg_err_nomem(r->env);
	}
	sg_pass_clear(&r->pass);
	return rc;
}

static void
name_levels(struct reader *r)
{
	struct sg_sig_fact *sig;
	size_t i;

	r->facts->format = "cms";
	for (i = 0; i < r->facts->sig_count; i++) {
		sig = &r->facts->sigs[i];
		sig->level = sg_cades_level(&r->cades, i);
		sig->format = "cms";
		if (strcmp(sig->level, "CMS") != 0)
			sig->format = r->facts->format = "cades";
	}
}

/* Only now: time-stamps of one signature may stand for another one, and all
 * certificates and revocation data are known. */
static int
prove(struct reader *r, size_t index)
{
	int rc = sg_cades_prove(&r->cades, index);

	if (rc == 0)
		rc = sg_cades_check_refs(&r->cades, index);
	return rc < 0 ? rc : sg_cades_check_chains(&r->cades, index);
}

static int
read_all(struct reader *r)
{
	size_t i;
	int rc;

	if ((rc = read_cms(r)) < 0 || (rc = sg_cades_values(&r->cades)) < 0)
		return rc;
	for (i = 0; rc == 0 && i < r->cades.cms->signer_count; i++)
		rc = read_signer(r, r->cades.cms->signers[i], -1, i + 1, 0);
	if (rc < 0)
		return rc;
	if (r->cades.cms->attached &&
	    ((rc = reread_content(r)) < 0 ||
		(rc = sg_cades_prefix_file(&r->cades, r->in)) < 0))
		return rc;
	if ((rc = read_sources(r)) < 0)
		return rc;
	for (i = 0; rc == 0 && i < r->facts->sig_count; i++)
		rc = refer(r, i);
	for (i = 0; rc == 0 && i < r->facts->sig_count; i++)
		rc = prove(r, i);
	if (rc < 0)
		return rc;
	name_levels(r);
	r->facts->encoding = r->cades.cms->ber ? "ber" : "der";
	return warn_file(r);
}

/* Whatever comes of it is in r->facts then, or freed. */
static int
read_into(struct reader *r)
{
	int rc;

	r->facts = sg_facts_new();
	if (r->facts == NULL)
		return sg_err_nomem(r->env);
	r->pool = r->facts->pool;
	r->cades.env = r->env;
	r->cades.facts = r->facts;
	rc = read_all(r);
	sg_pass_clear(&r->pass);
	sg_cades_clear(&r->cades);
	if (rc < 0)
		sg_facts_free(r->facts);
	return rc;
}

static int
cades_read(struct sg_env *env, struct sg_in *in, const struct sg_sources *docs,
    struct sg_facts **out)
{
	struct reader r = { .env = env, .in = in, .sources = docs };
	int rc = read_into(&r);

	if (rc == 0)
		*out = r.facts;
	return rc;
}

int
sg_cades_read_token(struct sg_env *env, struct sg_view octets, int depth,
    struct sg_cades_token *out)
{
	struct reader r = { .env = env };
	int rc = sg_in_memory(env, "time-stamp token", octets, &r.in);

	if (rc < 0)
		return rc;
	r.cades.depth = depth;
	r.pass.keep = 1; /* the TSTInfo is wanted whole */
	rc = read_into(&r);
	sg_in_free(r.in);
	if (rc < 0)
		return rc;
	out->facts = r.facts;
	out->content_type = r.cades.cms->content_type;
	out->junk = r.cades.cms->junk;
	if (r.cades.cms->attached)
		out->content = r.facts->docs[0].octets;
	return 0;
}

/* ContentInfo (RFC 5652, 3) with an identifier of the data types: sure. */
static int
cades_probe(struct sg_view head)
{
	static const unsigned char pkcs7[] = { 0x06, 0x09, 0x2a, 0x86, 0x48,
		0x86, 0xf7, 0x0d, 0x01, 0x07 };
	struct sg_tlv_head tlv;
	struct sg_env scratch;

	memset(&scratch, 0, sizeof(scratch));
	if (sg_der_head(&scratch, head, &tlv) < 0 || tlv.need_more ||
	    tlv.tag_class != V_ASN1_UNIVERSAL || tlv.tag != V_ASN1_SEQUENCE)
		return 0;
	if (head.len - tlv.header < sizeof(pkcs7) ||
	    memcmp(head.ptr + tlv.header, pkcs7, sizeof(pkcs7)) != 0)
		return 1;
	return 2;
}

const struct sg_format sg_format_cades = { "cades", cades_probe, cades_read };
