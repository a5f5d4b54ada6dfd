/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cms.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define CMS_HEAD 16 /* octets of a tag and length */

/* The way through a SignedData while it is read. */
struct walk {
	struct sg_env *env;
	struct sg_in *in;
	struct sg_pool *pool;
	struct sg_cms *cms;
	const struct sg_cms_sink *sink;
	size_t kept; /* octets in memory, against SG_MAX_CMS_META */
	unsigned char *chunk;
};

/* An element whose inside is being read. */
struct level {
	uint64_t end;   /* of a definite one; SG_SIZE_UNKNOWN */
	uint64_t limit; /* nothing inside reaches past this */
};

static int
cut_short(struct walk *walk, const char *what)
{
	return sg_err_set(walk->env, SIGN_E_FORMAT,
	    N_("%s: the file ends in the middle"), what);
}

/* ---- walking */

/* Looks at the header of the next element; *octets are the header's. */
static int
walk_peek(struct walk *walk, const struct level *level, const char *what,
    struct sg_tlv_head *head, struct sg_view *octets)
{
	uint64_t room = level->limit - sg_in_tell(walk->in);
	int rc = sg_in_peek(walk->env, walk->in, CMS_HEAD, octets);

	if (rc < 0)
		return rc;
	rc = sg_der_head(walk->env, *octets, head);
	if (rc < 0)
		return rc;
	if (head->need_more)
		return cut_short(walk, what);
	octets->len = head->header;
	if (head->header > room ||
	    (!head->indefinite && head->length > room - head->header))
		return sg_err_set(walk->env, SIGN_E_FORMAT,
		    N_("%s: longer than what holds it"), what);
	if (head->indefinite ||
	    sg_der_head_size(head->tag, head->length) != head->header)
		walk->cms->ber = 1;
	return 0;
}

/* Steps into the next element, which must be constructed and have this tag. */
static int
walk_open(struct walk *walk, const struct level *parent, int tag_class, int tag,
    const char *what, struct level *out)
{
	struct sg_tlv_head head;
	struct sg_view octets;
	int rc = walk_peek(walk, parent, what, &head, &octets);

	if (rc < 0)
		return rc;
	if (head.tag_class != tag_class || head.tag != tag || !head.constructed)
		return sg_err_set(walk->env, SIGN_E_FORMAT,
		    N_("%s: want another element here, have tag %d of class "
		       "%d (RFC 5652, 5.1)"),
		    what, head.tag, head.tag_class >> 6);
	rc = sg_in_skip(walk->env, walk->in, head.header);
	if (rc < 0)
		return rc;
	out->end = SG_SIZE_UNKNOWN;
	out->limit = parent->limit;
	if (!head.indefinite)
		out->end = out->limit = sg_in_tell(walk->in) + head.length;
	return 0;
}

static int
walk_at_end(
    struct walk *walk, const struct level *level, const char *what, int *end)
{
	struct sg_view octets;
	int rc;

	if (level->end != SG_SIZE_UNKNOWN) {
		*end = sg_in_tell(walk->in) == level->end;
		return 0;
	}
	rc = sg_in_peek(walk->env, walk->in, 2, &octets);
	if (rc < 0)
		return rc;
	if (octets.len < 2 || level->limit - sg_in_tell(walk->in) < 2)
		return cut_short(walk, what);
	*end = octets.ptr[0] == 0 && octets.ptr[1] == 0;
	return 0;
}

static int
walk_close(struct walk *walk, const struct level *level, const char *what)
{
	int end = 0;
	int rc = walk_at_end(walk, level, what, &end);

	if (rc < 0)
		return rc;
	if (!end)
		return sg_err_set(walk->env, SIGN_E_FORMAT,
		    N_("%s: something follows its last part"), what);
	if (level->end == SG_SIZE_UNKNOWN)
		rc = sg_in_skip(walk->env, walk->in, 2);
	return rc;
}

static int
walk_keep(struct walk *walk, uint64_t len)
{
	if (len <= SG_MAX_CMS_META - walk->kept) {
		walk->kept += (size_t)len;
		return 0;
	}
	return sg_err_set(walk->env, SIGN_E_LIMIT,
	    N_("signature larger than %d octets without its content"),
	    SG_MAX_CMS_META);
}

/* Takes len octets into the buffer, a chunk at a time: a header alone cannot
 * make us allocate much. */
static int
walk_copy(struct walk *walk, uint64_t len, const char *what, struct sg_buf *buf)
{
	unsigned char *to;
	size_t part, got;
	int rc = walk_keep(walk, len);

	while (rc == 0 && len > 0) {
		part = len < SG_IO_CHUNK ? (size_t)len : SG_IO_CHUNK;
		to = sg_buf_reserve(walk->env, buf, part);
		if (to == NULL)
			return SIGN_E_NOMEM;
		rc = sg_in_read_full(walk->env, walk->in, to, part, &got);
		if (rc == 0 && got < part)
			return cut_short(walk, what);
		buf->len += part;
		len -= part;
	}
	return rc;
}

/* The rest of an indefinite element whose header is in the buffer. */
static int
walk_copy_open(struct walk *walk, const struct level *level, const char *what,
    struct sg_buf *buf)
{
	struct sg_tlv_head head;
	struct sg_view octets;
	size_t open = 1;
	int rc;

	while (open > 0) {
		rc = walk_peek(walk, level, what, &head, &octets);
		if (rc < 0)
			return rc;
		if (head.tag_class == V_ASN1_UNIVERSAL &&
		    head.tag == V_ASN1_EOC)
			open--;
		else if (head.indefinite)
			open++;
		if (open > SG_MAX_DER_DEPTH)
			return sg_err_set(walk->env, SIGN_E_LIMIT,
			    N_("nested deeper than %d"), SG_MAX_DER_DEPTH);
		rc = walk_copy(walk,
		    head.header + (head.indefinite ? 0 : head.length), what,
		    buf);
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* The next element, whole, into the pool. */
static int
walk_load(struct walk *walk, const struct level *level, const char *what,
    struct sg_view *out)
{
	struct sg_buf buf = { NULL, 0, 0 };
	struct sg_tlv_head head;
	struct sg_view octets;
	int rc = walk_peek(walk, level, what, &head, &octets);

	if (rc < 0)
		return rc;
	rc = walk_copy(walk, head.header + (head.indefinite ? 0 : head.length),
	    what, &buf);
	if (rc == 0 && head.indefinite)
		rc = walk_copy_open(walk, level, what, &buf);
	if (rc == 0)
		rc =
		    sg_pool_copy(walk->env, walk->pool, sg_buf_view(&buf), out);
	sg_buf_free(&buf);
	return rc;
}

/* Is the next element, if any, context-specific [number]? */
static int
walk_is_context(
    struct walk *walk, const struct level *level, int number, int *is)
{
	struct sg_tlv_head head;
	struct sg_view octets;
	int end = 0;
	int rc = walk_at_end(walk, level, "SignedData", &end);

	*is = 0;
	if (rc < 0 || end)
		return rc;
	rc = walk_peek(walk, level, "SignedData", &head, &octets);
	if (rc == 0)
		*is = head.tag_class == V_ASN1_CONTEXT_SPECIFIC &&
		    head.tag == number;
	return rc;
}

/* ---- the content */

static void
content_remember(struct sg_cms *cms, const unsigned char *ptr, size_t len)
{
	size_t have = cms->content_head.len;

	if (len > SG_CMS_HEAD - have)
		len = SG_CMS_HEAD - have;
	memcpy(cms->content_head_room + have, ptr, len);
	cms->content_head.len += len;
}

/* One segment's octets on their way to the caller. */
static int
content_octets(struct walk *walk, uint64_t len)
{
	const struct sg_cms_sink *sink = walk->sink;
	uint64_t total = sg_in_size(walk->in);
	size_t part, got;
	int rc = 0;

	if (walk->chunk == NULL)
		walk->chunk = malloc(SG_IO_CHUNK);
	if (walk->chunk == NULL)
		return sg_err_nomem(walk->env);
	while (rc == 0 && len > 0) {
		part = len < SG_IO_CHUNK ? (size_t)len : SG_IO_CHUNK;
		rc = sg_in_read_full(
		    walk->env, walk->in, walk->chunk, part, &got);
		if (rc < 0)
			return rc;
		if (got < part)
			return cut_short(walk, "eContent");
		content_remember(walk->cms, walk->chunk, part);
		walk->cms->content_length += part;
		len -= part;
		if (sink != NULL && sink->content != NULL)
			rc = sink->content(
			    walk->env, walk->chunk, part, sink->payload);
		if (rc == 0 && part == SG_IO_CHUNK)
			rc = sg_env_progress(walk->env, sg_in_tell(walk->in),
			    total != SG_SIZE_UNKNOWN ? total : 0);
	}
	return rc;
}

/* An OCTET STRING, or a segment of a constructed one (X.690, 8.7). */
static int
content_string(struct walk *walk, const struct level *parent, int depth)
{
	static const char what[] = "eContent";
	struct sg_tlv_head head;
	struct sg_view octets;
	struct level level;
	int end = 0;
	int rc = walk_peek(walk, parent, what, &head, &octets);

	if (rc < 0)
		return rc;
	if (head.tag_class != V_ASN1_UNIVERSAL ||
	    head.tag != V_ASN1_OCTET_STRING)
		return sg_err_set(walk->env, SIGN_E_FORMAT,
		    N_("%s: want OCTET STRING (RFC 5652, 5.2)"), what);
	if (!head.constructed) {
		rc = sg_in_skip(walk->env, walk->in, head.header);
		return rc < 0 ? rc : content_octets(walk, head.length);
	}
	if (depth >= SG_MAX_DER_DEPTH)
		return sg_err_set(walk->env, SIGN_E_LIMIT,
		    N_("nested deeper than %d"), SG_MAX_DER_DEPTH);
	walk->cms->ber = 1;
	rc = walk_open(
	    walk, parent, V_ASN1_UNIVERSAL, V_ASN1_OCTET_STRING, what, &level);
	while (rc == 0 && (rc = walk_at_end(walk, &level, what, &end)) == 0 &&
	    !end)
		rc = content_string(walk, &level, depth + 1);
	return rc < 0 ? rc : walk_close(walk, &level, what);
}

/* Content that is no OCTET STRING, as PKCS #7 had it: its value octets count,
 * without tag and length (RFC 5652, 5.2.1). */
static int
content_any(struct walk *walk, const struct sg_tlv_head *head)
{
	int rc;

	if (head->indefinite)
		return sg_err_set(walk->env, SIGN_E_UNSUPPORTED,
		    N_("content of indefinite length that is no OCTET STRING "
		       "(RFC 5652, 5.2.1)"));
	walk->cms->content_any = 1;
	rc = sg_in_skip(walk->env, walk->in, head->header);
	return rc < 0 ? rc : content_octets(walk, head->length);
}

static int
content_read(struct walk *walk, const struct level *encap)
{
	static const char what[] = "eContent";
	struct sg_tlv_head head;
	struct sg_view octets;
	struct level level;
	int rc;

	walk->cms->attached = 1;
	rc = walk_open(walk, encap, V_ASN1_CONTEXT_SPECIFIC, 0, what, &level);
	if (rc < 0 || (rc = walk_peek(walk, &level, what, &head, &octets)) < 0)
		return rc;
	if (head.tag_class == V_ASN1_UNIVERSAL &&
	    head.tag == V_ASN1_OCTET_STRING)
		rc = content_string(walk, &level, 0);
	else if (strcmp(walk->cms->content_type, SG_OID_DATA) == 0)
		rc = sg_err_set(walk->env, SIGN_E_FORMAT,
		    N_("%s: want OCTET STRING (RFC 5652, 5.2)"), what);
	else
		rc = content_any(walk, &head);
	return rc < 0 ? rc : walk_close(walk, &level, what);
}

/* ---- the parts of SignedData */

static int
load_oid(struct walk *walk, const struct level *level, const char *what,
    struct sg_view *all, const char **dotted)
{
	struct sg_tlv tlv;
	struct sg_der der;
	int rc = walk_load(walk, level, what, all);

	if (rc < 0)
		return rc;
	der = sg_der_of(*all);
	rc = sg_der_want(walk->env, &der, V_ASN1_OBJECT, what, &tlv);
	return rc < 0 ? rc : sg_der_oid(walk->env, walk->pool, &tlv, dotted);
}

/* RFC 5652, 5.2. */
static int
read_encap(struct walk *walk, const struct level *signed_data)
{
	static const char what[] = "encapContentInfo";
	struct sg_cms *cms = walk->cms;
	struct sg_buf copy = { NULL, 0, 0 };
	struct sg_tlv_head head;
	struct sg_view octets;
	struct level level;
	int end = 0, rc;

	cms->encap_offset = sg_in_tell(walk->in);
	rc = walk_peek(walk, signed_data, what, &head, &octets);
	if (rc == 0)
		rc = sg_buf_append_view(walk->env, &copy, octets);
	if (rc == 0)
		rc = walk_open(walk, signed_data, V_ASN1_UNIVERSAL,
		    V_ASN1_SEQUENCE, what, &level);
	if (rc == 0)
		rc = load_oid(walk, &level, what, &cms->content_type_tlv,
		    &cms->content_type);
	if (rc == 0)
		rc = walk_at_end(walk, &level, what, &end);
	if (rc == 0 && !end)
		rc = content_read(walk, &level);
	if (rc == 0)
		rc = walk_close(walk, &level, what);
	if (rc == 0 && !cms->attached) {
		rc =
		    sg_buf_append_view(walk->env, &copy, cms->content_type_tlv);
		if (rc == 0 && head.indefinite)
			rc = sg_buf_append(walk->env, &copy, "\0\0", 2);
		cms->encap_head = sg_pool_dup(walk->pool, sg_buf_view(&copy));
		if (cms->encap_head.ptr == NULL)
			rc = sg_err_nomem(walk->env);
	}
	cms->encap_length = sg_in_tell(walk->in) - cms->encap_offset;
	sg_buf_free(&copy);
	return rc;
}

struct list {
	struct sg_view *items;
	size_t count;
};

/* The elements of a SET OF, whatever its tag. */
static int
split_set(struct walk *walk, struct sg_view set, const char *what, size_t max,
    struct list *out)
{
	struct sg_der top = sg_der_of(set), der;
	struct sg_view *item;
	struct sg_tlv tlv;
	int rc;

	if ((rc = sg_der_next(walk->env, &top, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(walk->env, &top, &tlv, &der)) < 0)
		return rc;
	while (!sg_der_end(&der)) {
		rc = sg_der_next(walk->env, &der, what, &tlv);
		if (rc < 0)
			return rc;
		if (tlv.indefinite)
			walk->cms->ber = 1;
		if (out->count >= max)
			return sg_err_set(walk->env, SIGN_E_LIMIT,
			    N_("%s: more than %zu elements"), what, max);
		item = sg_pool_push(
		    walk->pool, &out->items, &out->count, sizeof(*item));
		if (item == NULL)
			return sg_err_nomem(walk->env);
		*item = tlv.all;
	}
	return 0;
}

static int
load_set(struct walk *walk, const struct level *level, const char *what,
    size_t max, struct list *out)
{
	struct sg_view set;
	struct sg_der der;
	int rc = walk_load(walk, level, what, &set);

	if (rc < 0)
		return rc;
	der = sg_der_of(set);
	if (!sg_der_is(&der, V_ASN1_UNIVERSAL, V_ASN1_SET))
		return sg_err_set(walk->env, SIGN_E_FORMAT,
		    N_("%s: want SET (RFC 5652, 5.1)"), what);
	return split_set(walk, set, what, max, out);
}

/* [0] certificates and [1] crls (RFC 5652, 5.1). */
static int
load_optional(struct walk *walk, const struct level *level, int number,
    struct sg_view *all, struct list *out)
{
	const char *what = number == 0 ? "certificates" : "crls";
	size_t max = number == 0 ? SG_MAX_CERTS : SG_MAX_CRLS;
	int is = 0;
	int rc = walk_is_context(walk, level, number, &is);

	if (rc < 0 || !is)
		return rc;
	rc = walk_load(walk, level, what, all);
	return rc < 0 ? rc : split_set(walk, *all, what, max, out);
}

static int
load_version(struct walk *walk, const struct level *level)
{
	static const char what[] = "SignedData.version";
	struct sg_view all;
	struct sg_tlv tlv;
	struct sg_der der;
	int rc = walk_load(walk, level, what, &all);

	if (rc < 0)
		return rc;
	der = sg_der_of(all);
	rc = sg_der_want(walk->env, &der, V_ASN1_INTEGER, what, &tlv);
	return rc < 0 ? rc : sg_der_uint(walk->env, &tlv, &walk->cms->version);
}

/* RFC 5652, 5.1, in the order of its fields. */
static int
read_signed_data(struct walk *walk, const struct level *level)
{
	struct sg_cms *cms = walk->cms;
	struct list digests = { NULL, 0 }, certs = { NULL, 0 },
		    crls = { NULL, 0 }, signers = { NULL, 0 };
	int rc;

	if ((rc = load_version(walk, level)) < 0 ||
	    (rc = load_set(walk, level, "digestAlgorithms", SG_MAX_SIGNERS,
		 &digests)) < 0)
		return rc;
	cms->digest_algs = digests.items;
	cms->digest_alg_count = digests.count;
	if (walk->sink != NULL && walk->sink->announced != NULL &&
	    (rc = walk->sink->announced(walk->env, cms, walk->sink->payload)) <
		0)
		return rc;
	if ((rc = read_encap(walk, level)) < 0 ||
	    (rc = load_optional(walk, level, 0, &cms->certs_all, &certs)) < 0 ||
	    (rc = load_optional(walk, level, 1, &cms->crls_all, &crls)) < 0 ||
	    (rc = load_set(
		 walk, level, "signerInfos", SG_MAX_SIGNERS, &signers)) < 0)
		return rc;
	cms->certs = certs.items;
	cms->cert_count = certs.count;
	cms->crls = crls.items;
	cms->crl_count = crls.count;
	cms->signers = signers.items;
	cms->signer_count = signers.count;
	if (cms->signer_count == 0)
		return sg_err_set(walk->env, SIGN_E_FORMAT,
		    N_("no signature in it: SignedData without a signer "
		       "(RFC 5652, 5.1)"));
	return 0;
}

/* Zeros and white space are harmless behind the end, all else is not. */
static int
read_trailing(struct walk *walk)
{
	unsigned char some[4096];
	size_t got = 1, i;
	int rc = 0;

	while (!walk->cms->junk && got != 0) {
		rc = sg_in_read(walk->env, walk->in, some, sizeof(some), &got);
		if (rc == SIGN_E_FORMAT) { /* behind a base64 text */
			sg_err_clear(walk->env);
			walk->cms->junk = 1;
			return 0;
		}
		if (rc < 0)
			return rc;
		for (i = 0; i < got; i++)
			if (some[i] != 0 && some[i] != ' ' &&
			    (some[i] < '\t' || some[i] > '\r'))
				walk->cms->junk = 1;
		if (got != 0)
			walk->cms->trailing = 1;
	}
	return 0;
}

/* RFC 5652, 3. */
static int
read_content_info(struct walk *walk)
{
	struct level file = { SG_SIZE_UNKNOWN, SG_SIZE_UNKNOWN };
	struct level info, explicit_tag, signed_data;
	struct sg_view all;
	const char *type;
	int rc;

	if ((rc = walk_open(walk, &file, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE,
		 "ContentInfo", &info)) < 0 ||
	    (rc = load_oid(walk, &info, "ContentInfo", &all, &type)) < 0)
		return rc;
	if (strcmp(type, SG_OID_SIGNED_DATA) != 0)
		return sg_err_set(walk->env, SIGN_E_FORMAT,
		    N_("want signed data, have %s (RFC 5652, 3)"),
		    sg_oid_name(type));
	if ((rc = walk_open(walk, &info, V_ASN1_CONTEXT_SPECIFIC, 0,
		 "ContentInfo", &explicit_tag)) < 0 ||
	    (rc = walk_open(walk, &explicit_tag, V_ASN1_UNIVERSAL,
		 V_ASN1_SEQUENCE, "SignedData", &signed_data)) < 0 ||
	    (rc = read_signed_data(walk, &signed_data)) < 0 ||
	    (rc = walk_close(walk, &signed_data, "SignedData")) < 0 ||
	    (rc = walk_close(walk, &explicit_tag, "ContentInfo")) < 0 ||
	    (rc = walk_close(walk, &info, "ContentInfo")) < 0)
		return rc;
	return read_trailing(walk);
}

int
sg_cms_open(struct sg_env *env, struct sg_pool *pool, struct sg_in *in,
    const struct sg_cms_sink *sink, struct sg_cms **out)
{
	struct sg_cms *cms = sg_pool_alloc(pool, sizeof(*cms));
	struct walk walk = { env, in, pool, cms, sink, 0, NULL };
	int rc;

	if (cms == NULL)
		return sg_err_nomem(env);
	cms->pool = pool;
	cms->content_head.ptr = cms->content_head_room;
	rc = read_content_info(&walk);
	if (rc == 0)
		*out = cms;
	free(walk.chunk);
	return rc;
}
