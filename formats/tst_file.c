/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/text.h"
#include "formats/cades.h"
#include "formats/tst.h"

#include <string.h>

/* A time-stamp token in a file of its own, over a document: .tst, or .tsr as
 * the authority answered (RFC 3161, 2.4.2 and 3.2). */

/* ---- telling one by its first octets, which need not be all of it */

/* Steps into the next element, which must have this tag. */
static int
enter(struct sg_view *at, int tag_class, int tag)
{
	struct sg_tlv_head head;
	struct sg_env scratch;

	memset(&scratch, 0, sizeof(scratch));
	if (sg_der_head(&scratch, *at, &head) < 0 || head.need_more ||
	    head.tag_class != tag_class || head.tag != tag)
		return 0;
	*at = sg_view_of(at->ptr + head.header, at->len - head.header);
	return 1;
}

/* Over the next element, which must have this tag and a length. */
static int
pass_over(struct sg_view *at, int tag)
{
	struct sg_tlv_head head;
	struct sg_env scratch;

	memset(&scratch, 0, sizeof(scratch));
	if (sg_der_head(&scratch, *at, &head) < 0 || head.need_more ||
	    head.tag_class != V_ASN1_UNIVERSAL || head.tag != tag ||
	    head.indefinite || head.length > at->len - head.header)
		return 0;
	head.header += (size_t)head.length;
	*at = sg_view_of(at->ptr + head.header, at->len - head.header);
	return 1;
}

/* digestAlgorithms, also with an indefinite length. */
static int
pass_algorithms(struct sg_view *at)
{
	static const unsigned char end[2];

	if (pass_over(at, V_ASN1_SET))
		return 1;
	if (!enter(at, V_ASN1_UNIVERSAL, V_ASN1_SET))
		return 0;
	while (pass_over(at, V_ASN1_SEQUENCE))
		;
	if (at->len < sizeof(end) || memcmp(at->ptr, end, sizeof(end)) != 0)
		return 0;
	*at = sg_view_of(at->ptr + sizeof(end), at->len - sizeof(end));
	return 1;
}

static int
begins(struct sg_view at, const void *octets, size_t len)
{
	return at.len >= len && memcmp(at.ptr, octets, len) == 0;
}

/* ContentInfo, SignedData, encapContentInfo with id-ct-TSTInfo. */
static int
is_token(struct sg_view at)
{
	static const unsigned char signed_data[] = { 0x06, 0x09, 0x2a, 0x86,
		0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02 };
	static const unsigned char tst_info[] = { 0x06, 0x0b, 0x2a, 0x86, 0x48,
		0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04 };

	if (!enter(&at, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE) ||
	    !begins(at, signed_data, sizeof(signed_data)))
		return 0;
	return pass_over(&at, V_ASN1_OBJECT) &&
	    enter(&at, V_ASN1_CONTEXT_SPECIFIC, 0) &&
	    enter(&at, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE) &&
	    pass_over(&at, V_ASN1_INTEGER) && pass_algorithms(&at) &&
	    enter(&at, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE) &&
	    begins(at, tst_info, sizeof(tst_info));
}

/* PKIStatusInfo, then the token. */
static int
is_response(struct sg_view at)
{
	return sg_tsp_is_response(at) &&
	    enter(&at, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE) &&
	    pass_over(&at, V_ASN1_SEQUENCE) && is_token(at);
}

static int
tst_probe(struct sg_view head)
{
	return is_token(head) || is_response(head) ? 2 : 0;
}

/* ---- reading */

static int
read_doc(struct sg_env *env, struct sg_facts *facts,
    const struct sg_source *source, const struct sg_digest *digest)
{
	struct sg_doc_fact *doc = sg_pool_push(
	    facts->pool, &facts->docs, &facts->doc_count, sizeof(*doc));
	struct sg_pass pass;
	int rc;

	if (doc == NULL)
		return sg_err_nomem(env);
	doc->name = sg_pool_str(facts->pool, source->name);
	doc->source = (int)facts->doc_count - 1;
	if (source->in == NULL)
		return sg_pass_known(env, facts->pool, source->known, doc);
	memset(&pass, 0, sizeof(pass));
	rc = sg_pass_add(env, &pass, digest);
	if (rc == 0)
		rc = sg_pass_source(env, &pass, source->in);
	if (rc == 0)
		rc = sg_pass_store(env, &pass, facts->pool, doc);
	sg_pass_clear(&pass);
	return rc;
}

/* The document of that imprint; else the first, which has another. */
static struct sg_view
match(const struct sg_facts *facts, const struct sg_tst_info *info)
{
	struct sg_view value;
	size_t i;

	for (i = 0; i < facts->doc_count; i++) {
		value = sg_doc_digest(&facts->docs[i], info->digest);
		if (sg_view_equal(value, info->imprint))
			return value;
	}
	return facts->doc_count != 0
	    ? sg_doc_digest(&facts->docs[0], info->digest)
	    : sg_view_of(NULL, 0);
}

/* RFC 3161, 2.4.2: the imprint is the document's digest. */
static int
imprint(struct sg_env *env, struct sg_facts *facts, struct sg_stamp_fact *stamp)
{
	struct sg_view value = { NULL, 0 };

	if (stamp->info.digest != NULL)
		value = match(facts, &stamp->info);
	if (facts->doc_count != 0)
		return sg_stamp_expect(env, facts->pool, stamp, value);
	stamp->unknown.id =
	    N_("the document that was time-stamped is not there");
	return 0;
}

static int
read_docs(struct sg_env *env, struct sg_facts *facts,
    const struct sg_sources *docs, struct sg_stamp_fact *stamp)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && docs != NULL && i < docs->count; i++)
		rc = read_doc(env, facts, &docs->list[i], stamp->info.digest);
	if (rc == 0)
		rc = imprint(env, facts, stamp);
	if (rc == 0 && facts->doc_count == 0) {
		if (sg_pool_push(facts->pool, &facts->docs, &facts->doc_count,
			sizeof(*facts->docs)) == NULL)
			return sg_err_nomem(env);
		facts->docs[0].missing = 1;
	}
	return rc;
}

/* The octets of the token, which end with it: blanks that follow are for the
 * reader of tokens to see. */
static int
load(struct sg_env *env, struct sg_facts *facts, struct sg_in *in,
    struct sg_view *token)
{
	struct sg_buf buf = { NULL, 0, 0 };
	int rc = sg_read_all(env, in, SG_MAX_TOKEN_SIZE, &buf);

	if (rc == 0)
		rc = sg_pool_copy(env, facts->pool, sg_buf_view(&buf), token);
	sg_buf_free(&buf);
	if (rc == 0 && is_response(*token))
		rc = sg_tsp_response_read(env, facts->pool, *token, token);
	return rc;
}

static int
read_into(struct sg_env *env, struct sg_in *in, const struct sg_sources *docs,
    struct sg_facts *facts)
{
	struct sg_stamp_fact *stamp;
	struct sg_view token;
	int rc = load(env, facts, in, &token);

	if (rc < 0)
		return rc;
	stamp = sg_pool_push(
	    facts->pool, &facts->stamps, &facts->stamp_count, sizeof(*stamp));
	if (stamp == NULL)
		return sg_err_nomem(env);
	stamp->kind = "document";
	stamp->form = "time-stamp token";
	rc = sg_tst_read(env, facts, token, 0, stamp);
	if (rc == 0 && stamp->inside == NULL)
		rc = sg_err_set(env, SIGN_E_FORMAT, "%s",
		    sg_msg_text(env, facts->pool, &stamp->fault, 1));
	if (rc < 0)
		return rc;
	facts->format = "cms";
	facts->encoding = stamp->inside->encoding;
	return read_docs(env, facts, docs, stamp);
}

static int
tst_read(struct sg_env *env, struct sg_in *in, const struct sg_sources *docs,
    struct sg_facts **out)
{
	struct sg_facts *facts = sg_facts_new();
	int rc;

	if (facts == NULL)
		return sg_err_nomem(env);
	rc = read_into(env, in, docs, facts);
	if (rc < 0)
		sg_facts_free(facts);
	else
		*out = facts;
	return rc;
}

const struct sg_format sg_format_tst = { "tst", tst_probe, tst_read };
