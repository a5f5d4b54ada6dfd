/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/der.h"
#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/pool.h"
#include "base/put.h"
#include "formats/cms.h"
#include "formats/encoding.h"

#include <openssl/asn1.h>

#include <stdlib.h>
#include <string.h>

/* Where the octets go: as they are, or through PEM. */
struct cms_writer {
	struct sg_env *env;
	struct sg_out *out;
	struct sg_pem_out *pem;
	uint64_t content; /* octets of content so far */
};

static int
write_octets(struct cms_writer *to, const void *ptr, size_t len)
{
	if (to->pem != NULL)
		return sg_pem_write(to->env, to->pem, ptr, len);
	return sg_out_write(to->env, to->out, ptr, len);
}

static int
write_buf(struct cms_writer *to, const struct sg_buf *buf)
{
	return write_octets(to, buf->ptr, buf->len);
}

/* ---- the parts around the content */

static int
is_context(struct sg_view tlv, int number)
{
	return tlv.len > 0 && (tlv.ptr[0] & 0xc0) == V_ASN1_CONTEXT_SPECIFIC &&
	    (tlv.ptr[0] & 0x1f) == number;
}

static int
any_context(const struct sg_view *list, size_t count, int number)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (is_context(list[i], number))
			return 1;
	return 0;
}

/* Is there a SignerInfo with version 3? One that cannot be read is none. */
static int
any_signer_v3(struct sg_env *env, const struct sg_cms_parts *parts)
{
	struct sg_der top, der;
	struct sg_tlv tlv;
	uint64_t version;
	size_t i;

	for (i = 0; i < parts->signer_count; i++) {
		top = sg_der_of(parts->signers[i]);
		if (sg_der_want(
			env, &top, V_ASN1_SEQUENCE, "SignerInfo", &tlv) == 0 &&
		    sg_der_enter(env, &top, &tlv, &der) == 0 &&
		    sg_der_want(
			env, &der, V_ASN1_INTEGER, "SignerInfo", &tlv) == 0 &&
		    sg_der_uint(env, &tlv, &version) == 0 && version == 3)
			return 1;
	}
	return 0;
}

static const char *
parts_content_type(const struct sg_cms_parts *parts)
{
	if (parts->copied != NULL && parts->content != SG_CONTENT_DOCUMENT &&
	    parts->content_type == NULL)
		return parts->copied->content_type;
	return parts->content_type != NULL ? parts->content_type : SG_OID_DATA;
}

/* RFC 5652, 5.1. */
static uint64_t
parts_version(struct sg_env *env, const struct sg_cms_parts *parts)
{
	if (any_context(parts->certs, parts->cert_count, 3) ||
	    any_context(parts->crls, parts->crl_count, 1))
		return 5;
	if (any_context(parts->certs, parts->cert_count, 2))
		return 4;
	if (any_context(parts->certs, parts->cert_count, 1) ||
	    strcmp(parts_content_type(parts), SG_OID_DATA) != 0 ||
	    any_signer_v3(env, parts))
		return 3;
	return 1;
}

static void
put_set(struct sg_put *put, const struct sg_cms_parts *parts, int tag_class,
    int tag, struct sg_view *items, size_t count)
{
	size_t mark = sg_put_mark(put);
	size_t i;

	if (!parts->keep_order) {
		if (put->rc == 0)
			put->rc = sg_der_put_set_of(
			    put->env, &put->buf, tag_class, tag, items, count);
		return;
	}
	for (i = 0; i < count; i++)
		sg_put_raw(put, items[i]);
	sg_put_wrap(put, mark, tag_class, tag);
}

/* version and digestAlgorithms */
static int
make_before(
    struct sg_env *env, const struct sg_cms_parts *parts, struct sg_buf *out)
{
	struct sg_put put = SG_PUT_INIT(env);

	sg_put_uint(&put, parts_version(env, parts));
	put_set(&put, parts, V_ASN1_UNIVERSAL, V_ASN1_SET, parts->digest_algs,
	    parts->digest_alg_count);
	return sg_put_finish(&put, out);
}

/* certificates, crls and signerInfos */
static int
make_after(
    struct sg_env *env, const struct sg_cms_parts *parts, struct sg_buf *out)
{
	struct sg_put put = SG_PUT_INIT(env);

	if (parts->certs_all.len != 0)
		sg_put_raw(&put, parts->certs_all);
	else if (parts->cert_count != 0)
		put_set(&put, parts, V_ASN1_CONTEXT_SPECIFIC, 0, parts->certs,
		    parts->cert_count);
	if (parts->crls_all.len != 0)
		sg_put_raw(&put, parts->crls_all);
	else if (parts->crl_count != 0)
		put_set(&put, parts, V_ASN1_CONTEXT_SPECIFIC, 1, parts->crls,
		    parts->crl_count);
	put_set(&put, parts, V_ASN1_UNIVERSAL, V_ASN1_SET, parts->signers,
	    parts->signer_count);
	return sg_put_finish(&put, out);
}

static uint64_t
tlv_size(uint64_t length)
{
	return sg_der_head_size(V_ASN1_SEQUENCE, length) + length;
}

/*
 * encapContentInfo up to the content's first octet (RFC 5652, 5.2). length is
 * that of the content; *total of the whole element.
 */
static int
make_encap(struct sg_env *env, const char *content_type, int attached,
    uint64_t length, struct sg_buf *out, uint64_t *total)
{
	struct sg_buf oid = { NULL, 0, 0 };
	uint64_t body;
	int rc;

	rc = sg_der_put_oid(env, &oid, content_type);
	if (rc < 0)
		return rc;
	body = oid.len + (attached ? tlv_size(tlv_size(length)) : 0);
	*total = tlv_size(body);
	rc = sg_der_put_head(
	    env, out, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, 1, body);
	if (rc == 0)
		rc = sg_buf_append_view(env, out, sg_buf_view(&oid));
	if (rc == 0 && attached)
		rc = sg_der_put_head(
		    env, out, V_ASN1_CONTEXT_SPECIFIC, 0, 1, tlv_size(length));
	if (rc == 0 && attached)
		rc = sg_der_put_head(
		    env, out, V_ASN1_UNIVERSAL, V_ASN1_OCTET_STRING, 0, length);
	sg_buf_free(&oid);
	return rc;
}

/* ContentInfo, [0] and SignedData (RFC 5652, 3) around body octets. */
static int
make_outer(struct sg_env *env, uint64_t body, struct sg_buf *out)
{
	struct sg_buf oid = { NULL, 0, 0 };
	uint64_t length = tlv_size(body);
	int rc;

	rc = sg_der_put_oid(env, &oid, SG_OID_SIGNED_DATA);
	if (rc == 0)
		rc = sg_der_put_head(env, out, V_ASN1_UNIVERSAL,
		    V_ASN1_SEQUENCE, 1, oid.len + tlv_size(length));
	if (rc == 0)
		rc = sg_buf_append_view(env, out, sg_buf_view(&oid));
	if (rc == 0)
		rc = sg_der_put_head(
		    env, out, V_ASN1_CONTEXT_SPECIFIC, 0, 1, length);
	if (rc == 0)
		rc = sg_der_put_head(
		    env, out, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, 1, body);
	sg_buf_free(&oid);
	return rc;
}

/* ---- the content */

static int
document_changed(struct sg_env *env, struct sg_in *in)
{
	return sg_err_set(env, SIGN_E_STATE,
	    "the document changed while it was read: %s", sg_in_name(in));
}

/* Exactly length octets of what is left of "in". */
static int
copy_octets(struct cms_writer *to, struct sg_in *in, uint64_t length)
{
	unsigned char *chunk = malloc(SG_IO_CHUNK);
	uint64_t done = 0;
	size_t want, got;
	int rc = 0;

	if (chunk == NULL)
		return sg_err_nomem(to->env);
	while (rc == 0 && done < length) {
		want = SG_IO_CHUNK;
		if (length - done < want)
			want = (size_t)(length - done);
		rc = sg_in_read(to->env, in, chunk, want, &got);
		if (rc == 0 && got == 0)
			rc = document_changed(to->env, in);
		if (rc == 0)
			rc = write_octets(to, chunk, got);
		done += got;
		if (rc == 0)
			rc = sg_env_progress(to->env, done, length);
	}
	free(chunk);
	return rc;
}

/* The same, and then the document must have come to its end. */
static int
copy_document(struct cms_writer *to, struct sg_in *in, uint64_t length)
{
	struct sg_view more;
	int rc = copy_octets(to, in, length);

	if (rc == 0)
		rc = sg_in_peek(to->env, in, 1, &more);
	if (rc == 0 && more.len != 0)
		rc = document_changed(to->env, in);
	return rc;
}

static int
unwrapped(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	struct cms_writer *to = payload;

	(void)env;
	to->content += len;
	return write_octets(to, ptr, len);
}

/* Content octets out of a SignedData, whatever their encoding was. */
static int
copy_unwrapped(struct cms_writer *to, const struct sg_cms_parts *parts)
{
	struct sg_cms_sink sink = { NULL, unwrapped, to };
	struct sg_pool *pool = sg_pool_new();
	struct sg_cms *cms = NULL;
	int rc;

	if (pool == NULL)
		return sg_err_nomem(to->env);
	rc = sg_in_rewind(to->env, parts->source);
	if (rc == 0)
		rc = sg_cms_open(to->env, pool, parts->source, &sink, &cms);
	if (rc == 0 && to->content != parts->copied->content_length)
		rc = document_changed(to->env, parts->source);
	sg_pool_free(pool);
	return rc;
}

static int
copy_encap(struct cms_writer *to, const struct sg_cms_parts *parts)
{
	const struct sg_cms *cms = parts->copied;
	int rc;

	if (!cms->attached)
		return write_octets(
		    to, cms->encap_head.ptr, cms->encap_head.len);
	rc = sg_in_rewind(to->env, parts->source);
	if (rc == 0)
		rc = sg_in_skip(to->env, parts->source, cms->encap_offset);
	if (rc == 0)
		rc = copy_octets(to, parts->source, cms->encap_length);
	return rc;
}

/* ---- all of it */

/* What is known before anything is written. */
struct cms_plan {
	struct sg_buf before, encap, after, outer;
	uint64_t content;
};

static int
make_plan(
    struct sg_env *env, const struct sg_cms_parts *parts, struct cms_plan *plan)
{
	const char *type = parts_content_type(parts);
	uint64_t encap = 0;
	int rc;

	if ((rc = make_before(env, parts, &plan->before)) < 0 ||
	    (rc = make_after(env, parts, &plan->after)) < 0)
		return rc;
	if (parts->content == SG_CONTENT_COPY)
		encap = parts->copied->attached ? parts->copied->encap_length
						: parts->copied->encap_head.len;
	else
		rc = make_encap(env, type, parts->content != SG_CONTENT_NONE,
		    plan->content, &plan->encap, &encap);
	if (rc == 0)
		rc = make_outer(env, plan->before.len + encap + plan->after.len,
		    &plan->outer);
	return rc;
}

static int
write_plan(struct cms_writer *to, const struct sg_cms_parts *parts,
    const struct cms_plan *plan, struct sg_in *document)
{
	int rc;

	if ((rc = write_buf(to, &plan->outer)) < 0 ||
	    (rc = write_buf(to, &plan->before)) < 0 ||
	    (rc = write_buf(to, &plan->encap)) < 0)
		return rc;
	switch (parts->content) {
	case SG_CONTENT_NONE:
		break;
	case SG_CONTENT_DOCUMENT:
		rc = copy_document(to, document, plan->content);
		break;
	case SG_CONTENT_COPY:
		rc = copy_encap(to, parts);
		break;
	case SG_CONTENT_UNWRAP:
		rc = copy_unwrapped(to, parts);
		break;
	}
	if (rc == 0)
		rc = write_buf(to, &plan->after);
	if (rc == 0 && to->pem != NULL) {
		rc = sg_pem_end(to->env, to->pem);
		to->pem = NULL;
	}
	return rc;
}

int
sg_cms_write(struct sg_env *env, const struct sg_cms_parts *parts,
    struct sg_out *out, int pem)
{
	struct cms_writer to = { env, out, NULL, 0 };
	struct sg_in *document = parts->document, *spool = NULL;
	struct cms_plan plan;
	int rc = 0;

	memset(&plan, 0, sizeof(plan));
	if (parts->content == SG_CONTENT_DOCUMENT &&
	    sg_in_size(document) == SG_SIZE_UNKNOWN) {
		rc = sg_in_spool(env, document, &spool);
		document = spool;
	}
	if (rc == 0 && parts->content == SG_CONTENT_DOCUMENT)
		plan.content = sg_in_size(document);
	if (rc == 0 && parts->content == SG_CONTENT_UNWRAP)
		plan.content = parts->copied->content_length;
	if (rc == 0)
		rc = make_plan(env, parts, &plan);
	if (rc == 0 && pem)
		rc = sg_pem_begin(env, out, "CMS", &to.pem);
	if (rc == 0)
		rc = write_plan(&to, parts, &plan, document);
	sg_pem_free(to.pem);
	sg_buf_free(&plan.before);
	sg_buf_free(&plan.encap);
	sg_buf_free(&plan.after);
	sg_buf_free(&plan.outer);
	sg_in_free(spool);
	return rc;
}
