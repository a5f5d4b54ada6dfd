/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/der.h"

#include "base/env.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/pool.h"

#include <openssl/err.h>
#include <openssl/objects.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DER_MAX_HEAD 16 /* 1 + 5 tag octets, 1 + 8 length octets */
#define DER_HIGH_TAG 0x1f
#define DER_LONG 0x80

struct sg_der
sg_der_of(struct sg_view view)
{
	struct sg_der der = { view, 0 };

	return der;
}

int
sg_der_end(const struct sg_der *der)
{
	return der->rest.len == 0;
}

/* ---- headers */

/* Octets of the identifier and length; 0: not all of them are here, more than
 * DER_MAX_HEAD: too many. */
static size_t
head_octets(struct sg_view view)
{
	size_t at = 0;

	if (view.len == 0)
		return 0;
	if ((view.ptr[at++] & DER_HIGH_TAG) == DER_HIGH_TAG) {
		while (at < view.len && at < DER_MAX_HEAD &&
		    (view.ptr[at] & DER_LONG) != 0)
			at++;
		at++;
	}
	if (at >= DER_MAX_HEAD)
		return at + 1;
	if (at >= view.len)
		return 0;
	if ((view.ptr[at] & DER_LONG) != 0)
		at += view.ptr[at] & 0x7f;
	at++;
	if (at > DER_MAX_HEAD || at <= view.len)
		return at;
	return 0;
}

/* A tag below 31 has the short form, and no leading zeros (X.690, 8.1.2). */
static int
head_tag_ok(struct sg_view view, int tag)
{
	if ((view.ptr[0] & DER_HIGH_TAG) != DER_HIGH_TAG)
		return 1;
	return tag >= DER_HIGH_TAG && view.ptr[1] != DER_LONG;
}

enum head_fault { HEAD_GOOD, HEAD_TOO_LONG, HEAD_BROKEN };

/* X.690, 8.1.2 and 8.1.3. The header alone has to be there: OpenSSL is told
 * that the value may be as long as it likes. */
static enum head_fault
head_read(struct sg_view view, struct sg_tlv_head *out)
{
	const unsigned char *at = view.ptr;
	size_t header = head_octets(view);
	long length = 0;
	int flags;

	memset(out, 0, sizeof(*out));
	if (header == 0) {
		out->need_more = 1;
		return HEAD_GOOD;
	}
	if (header > DER_MAX_HEAD)
		return HEAD_TOO_LONG;
	flags =
	    ASN1_get_object(&at, &length, &out->tag, &out->tag_class, LONG_MAX);
	if ((flags & 0x80) != 0 || !head_tag_ok(view, out->tag)) {
		ERR_clear_error();
		return HEAD_BROKEN;
	}
	out->constructed = (flags & V_ASN1_CONSTRUCTED) != 0;
	out->indefinite = (flags & 1) != 0;
	out->header = (size_t)(at - view.ptr);
	out->length = out->indefinite ? SG_SIZE_UNKNOWN : (uint64_t)length;
	return HEAD_GOOD;
}

int
sg_der_head(struct sg_env *env, struct sg_view view, struct sg_tlv_head *out)
{
	switch (head_read(view, out)) {
	case HEAD_GOOD:
		return 0;
	case HEAD_TOO_LONG:
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("tag or length too long (X.690, 8.1)"));
	default:
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("broken tag or length (X.690, 8.1)"));
	}
}

static int
head_is_end(const struct sg_tlv_head *head)
{
	return head->tag_class == V_ASN1_UNIVERSAL && head->tag == V_ASN1_EOC;
}

/* Where the end-of-contents octets of an indefinite element stand that begins
 * at view (X.690, 8.1.5). Elements of definite length are jumped over. */
static int
find_end(struct sg_env *env, struct sg_view view, size_t *end)
{
	struct sg_tlv_head head;
	size_t at = 0, open = 1;
	int rc;

	do {
		rc = sg_der_head(
		    env, sg_view_of(view.ptr + at, view.len - at), &head);
		if (rc < 0)
			return rc;
		if (head.need_more ||
		    (!head.indefinite &&
			head.length > view.len - at - head.header))
			return sg_err_set(env, SIGN_E_FORMAT,
			    N_("end-of-contents missing (X.690, 8.1.5)"));
		*end = at;
		at += head.header;
		if (head.indefinite)
			open++;
		else
			at += (size_t)head.length;
		if (open > SG_MAX_DER_DEPTH)
			return sg_err_set(env, SIGN_E_LIMIT,
			    N_("nested deeper than %d"), SG_MAX_DER_DEPTH);
		if (head_is_end(&head)) {
			if (head.header != 2 || head.length != 0)
				return sg_err_set(env, SIGN_E_FORMAT,
				    N_("broken end-of-contents "
				       "(X.690, 8.1.5)"));
			open--;
		}
	} while (open != 0);
	return 0;
}

/* ---- reading */

static int
broken(struct sg_env *env, const char *what)
{
	return sg_err_set(
	    env, SIGN_E_FORMAT, N_("%s: broken or cut short"), what);
}

int
sg_der_next(struct sg_env *env, struct sg_der *der, const char *what,
    struct sg_tlv *out)
{
	struct sg_view rest = der->rest;
	struct sg_tlv_head head;
	size_t length, tail = 0;
	int rc;

	rc = sg_der_head(env, rest, &head);
	if (rc < 0 || head.need_more || head_is_end(&head))
		return broken(env, what);
	length = rest.len - head.header;
	if (head.indefinite) {
		tail = 2;
		rc = find_end(
		    env, sg_view_of(rest.ptr + head.header, length), &length);
		if (rc < 0)
			return rc == SIGN_E_LIMIT ? rc : broken(env, what);
	} else if (head.length > length) {
		return broken(env, what);
	} else {
		length = (size_t)head.length;
	}
	out->tag_class = head.tag_class;
	out->tag = head.tag;
	out->constructed = head.constructed;
	out->indefinite = head.indefinite;
	out->body = sg_view_of(rest.ptr + head.header, length);
	out->all = sg_view_of(rest.ptr, head.header + length + tail);
	der->rest.ptr += out->all.len;
	der->rest.len -= out->all.len;
	return 0;
}

/* 1 constructed, 0 primitive, -1 either (strings in BER). */
static int
wanted_form(int tag)
{
	switch (tag) {
	case V_ASN1_SEQUENCE:
	case V_ASN1_SET:
		return 1;
	case V_ASN1_BOOLEAN:
	case V_ASN1_INTEGER:
	case V_ASN1_NULL:
	case V_ASN1_OBJECT:
	case V_ASN1_ENUMERATED:
		return 0;
	default:
		return -1;
	}
}

int
sg_der_want(struct sg_env *env, struct sg_der *der, int tag, const char *what,
    struct sg_tlv *out)
{
	int form = wanted_form(tag);
	struct sg_tlv tlv;
	int rc;

	if (sg_der_end(der))
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("%s: want %s, have nothing"), what, ASN1_tag2str(tag));
	rc = sg_der_next(env, der, what, &tlv);
	if (rc < 0)
		return rc;
	if (tlv.tag_class != V_ASN1_UNIVERSAL)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("%s: want %s, have tag [%d]"), what, ASN1_tag2str(tag),
		    tlv.tag);
	if (tlv.tag != tag)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("%s: want %s, have %s"), what, ASN1_tag2str(tag),
		    ASN1_tag2str(tlv.tag));
	if (form >= 0 && form != tlv.constructed)
		return broken(env, what);
	*out = tlv;
	return 0;
}

int
sg_der_is(const struct sg_der *der, int tag_class, int tag)
{
	struct sg_tlv_head head;

	return head_read(der->rest, &head) == HEAD_GOOD && !head.need_more &&
	    head.tag_class == tag_class && head.tag == tag;
}

int
sg_der_is_context(const struct sg_der *der, int number)
{
	return sg_der_is(der, V_ASN1_CONTEXT_SPECIFIC, number);
}

int
sg_der_enter(struct sg_env *env, const struct sg_der *parent,
    const struct sg_tlv *tlv, struct sg_der *out)
{
	if (!tlv->constructed)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("want a constructed element, have a primitive one "
		       "(X.690, 8.1.2)"));
	if (parent->depth >= SG_MAX_DER_DEPTH)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("nested deeper than %d"), SG_MAX_DER_DEPTH);
	out->rest = tlv->body;
	out->depth = parent->depth + 1;
	return 0;
}

int
sg_der_want_sequence(struct sg_env *env, struct sg_der *der, const char *what,
    struct sg_der *inside)
{
	struct sg_tlv tlv;
	int rc = sg_der_want(env, der, V_ASN1_SEQUENCE, what, &tlv);

	return rc < 0 ? rc : sg_der_enter(env, der, &tlv, inside);
}

int
sg_der_finish(struct sg_env *env, const struct sg_der *der, const char *what)
{
	if (sg_der_end(der))
		return 0;
	return sg_err_set(env, SIGN_E_FORMAT,
	    N_("%s: want its end, have %zu more octets"), what, der->rest.len);
}

/* ---- values */

/* X.690, 8.7.3: the segments of a constructed string one after another. */
static int
gather(struct sg_env *env, const struct sg_der *parent,
    const struct sg_tlv *tlv, unsigned char *to, size_t *len)
{
	struct sg_tlv segment;
	struct sg_der der;
	int rc;

	rc = sg_der_enter(env, parent, tlv, &der);
	while (rc == 0 && !sg_der_end(&der)) {
		rc = sg_der_want(env, &der, V_ASN1_OCTET_STRING,
		    "segment of an OCTET STRING", &segment);
		if (rc < 0)
			return rc;
		if (segment.constructed) {
			rc = gather(env, &der, &segment, to, len);
			continue;
		}
		if (segment.body.len != 0)
			memcpy(to + *len, segment.body.ptr, segment.body.len);
		*len += segment.body.len;
	}
	return rc;
}

int
sg_der_octets(struct sg_env *env, struct sg_pool *pool,
    const struct sg_tlv *tlv, struct sg_view *out)
{
	struct sg_der top = sg_der_of(tlv->all);
	unsigned char *to;
	size_t len = 0;
	int rc;

	if (!tlv->constructed) {
		*out = tlv->body;
		return 0;
	}
	to = sg_pool_alloc(pool, tlv->body.len);
	if (to == NULL)
		return sg_err_nomem(env);
	rc = gather(env, &top, tlv, to, &len);
	if (rc == 0)
		*out = sg_view_of(to, len);
	return rc;
}

/* X.690, 8.19. The limit keeps the decimal conversion cheap. */
int
sg_der_oid(struct sg_env *env, struct sg_pool *pool, const struct sg_tlv *tlv,
    const char **out)
{
	unsigned char octets[SG_MAX_OID_SIZE + 2] = { V_ASN1_OBJECT };
	const unsigned char *at = octets;
	ASN1_OBJECT *object = NULL;
	char text[SG_OID_TEXT];
	int rc;

	if (tlv->body.len == 0 || tlv->body.len > SG_MAX_OID_SIZE)
		return broken(env, "OBJECT IDENTIFIER");
	rc = sg_oid_text(tlv->body, text);
	if (rc < 0) {
		octets[1] = (unsigned char)tlv->body.len;
		memcpy(octets + 2, tlv->body.ptr, tlv->body.len);
		object = d2i_ASN1_OBJECT(NULL, &at, (long)tlv->body.len + 2);
		if (object != NULL)
			rc = sg_oid_of(object, text);
		ASN1_OBJECT_free(object);
		ERR_clear_error();
	}
	if (rc < 0)
		return broken(env, "OBJECT IDENTIFIER");
	*out = sg_pool_str(pool, text);
	return *out != NULL ? 0 : sg_err_nomem(env);
}

int
sg_der_uint(struct sg_env *env, const struct sg_tlv *tlv, uint64_t *out)
{
	struct sg_view body = tlv->body;
	uint64_t value = 0;

	if (body.len == 0 || (body.ptr[0] & 0x80) != 0)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("want an INTEGER that is not negative"));
	for (; body.len != 0; body.ptr++, body.len--) {
		if (value > UINT64_MAX >> 8)
			return sg_err_set(
			    env, SIGN_E_FORMAT, N_("INTEGER too large"));
		value = value << 8 | body.ptr[0];
	}
	*out = value;
	return 0;
}

/* RFC 5280, 4.1.1.2. */
int
sg_der_algid(struct sg_env *env, struct sg_pool *pool, const struct sg_tlv *tlv,
    struct sg_algid *out)
{
	struct sg_der top = sg_der_of(tlv->all);
	struct sg_algid algid = { NULL, { NULL, 0 }, tlv->all };
	struct sg_tlv oid, params;
	struct sg_der der;
	int rc;

	if ((rc = sg_der_enter(env, &top, tlv, &der)) < 0 ||
	    (rc = sg_der_want(
		 env, &der, V_ASN1_OBJECT, "AlgorithmIdentifier", &oid)) < 0 ||
	    (rc = sg_der_oid(env, pool, &oid, &algid.oid)) < 0)
		return rc;
	if (!sg_der_end(&der)) {
		rc = sg_der_next(env, &der, "AlgorithmIdentifier", &params);
		if (rc < 0)
			return rc;
		algid.params = params.all;
	}
	rc = sg_der_finish(env, &der, "AlgorithmIdentifier");
	if (rc == 0)
		*out = algid;
	return rc;
}

/* UTCTime and GeneralizedTime, with or without fraction and offset. */
int
sg_der_time(struct sg_env *env, const struct sg_tlv *tlv, int64_t *out)
{
	const unsigned char *at = tlv->all.ptr;
	ASN1_TIME *time = NULL;
	struct tm tm;
	int ok = 0;

	if (!tlv->constructed && tlv->all.len <= SG_MAX_TIME_SIZE &&
	    tlv->tag_class == V_ASN1_UNIVERSAL)
		time = d2i_ASN1_TIME(NULL, &at, (long)tlv->all.len);
	if (time != NULL)
		ok = ASN1_TIME_to_tm(time, &tm);
	ASN1_TIME_free(time);
	ERR_clear_error();
	if (!ok)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("broken UTCTime or GeneralizedTime"));
	*out = (int64_t)timegm(&tm);
	return 0;
}

/* ---- writing */

static size_t
base_octets(uint64_t value, int bits)
{
	size_t count = 1;

	while (value >> bits != 0) {
		value >>= bits;
		count++;
	}
	return count;
}

size_t
sg_der_head_size(int tag, uint64_t length)
{
	size_t size = 2;

	if (tag >= DER_HIGH_TAG)
		size += base_octets((uint64_t)tag, 7);
	if (length >= DER_LONG)
		size += base_octets(length, 8);
	return size;
}

/* X.690, 8.1.2 and 10.1. Not ASN1_put_object: its lengths end at 2 GiB. */
int
sg_der_put_head(struct sg_env *env, struct sg_buf *out, int tag_class, int tag,
    int constructed, uint64_t length)
{
	unsigned char head[DER_MAX_HEAD];
	unsigned char first =
	    (unsigned char)(tag_class | (constructed ? V_ASN1_CONSTRUCTED : 0));
	size_t at = 0, i;

	if (tag < 0)
		return sg_err_set(env, SIGN_E_INTERNAL, N_("negative tag"));
	if (tag < DER_HIGH_TAG) {
		head[at++] = (unsigned char)(first | tag);
	} else {
		head[at++] = (unsigned char)(first | DER_HIGH_TAG);
		for (i = base_octets((uint64_t)tag, 7); i-- > 0;)
			head[at++] = (unsigned char)((tag >> (7 * i) & 0x7f) |
			    (i != 0 ? DER_LONG : 0));
	}
	if (length < DER_LONG) {
		head[at++] = (unsigned char)length;
	} else {
		i = base_octets(length, 8);
		head[at++] = (unsigned char)(DER_LONG | i);
		while (i-- > 0)
			head[at++] = (unsigned char)(length >> (8 * i));
	}
	return sg_buf_append(env, out, head, at);
}

int
sg_der_put(struct sg_env *env, struct sg_buf *out, int tag_class, int tag,
    int constructed, struct sg_view body)
{
	int rc =
	    sg_der_put_head(env, out, tag_class, tag, constructed, body.len);

	return rc < 0 ? rc : sg_buf_append_view(env, out, body);
}

int
sg_der_put_oid(struct sg_env *env, struct sg_buf *out, const char *dotted)
{
	unsigned char body[SG_MAX_OID_SIZE];
	int len = a2d_ASN1_OBJECT(body, sizeof(body), dotted, -1);

	if (len <= 0)
		return sg_err_ssl(env, SIGN_E_ARG,
		    N_("'%s' is no object identifier"), dotted);
	return sg_der_put(env, out, V_ASN1_UNIVERSAL, V_ASN1_OBJECT, 0,
	    sg_view_of(body, (size_t)len));
}

int
sg_der_put_uint(struct sg_env *env, struct sg_buf *out, uint64_t value)
{
	unsigned char body[9] = { 0 };
	size_t len = base_octets(value, 8), i;

	for (i = 0; i < len; i++)
		body[1 + i] = (unsigned char)(value >> (8 * (len - 1 - i)));
	if ((body[1] & 0x80) != 0)
		return sg_der_put(env, out, V_ASN1_UNIVERSAL, V_ASN1_INTEGER, 0,
		    sg_view_of(body, len + 1));
	return sg_der_put(env, out, V_ASN1_UNIVERSAL, V_ASN1_INTEGER, 0,
	    sg_view_of(body + 1, len));
}

int
sg_der_put_algid(struct sg_env *env, struct sg_buf *out, const char *dotted,
    struct sg_view params)
{
	struct sg_buf body = { NULL, 0, 0 };
	int rc;

	if ((rc = sg_der_put_oid(env, &body, dotted)) == 0 &&
	    (rc = sg_buf_append_view(env, &body, params)) == 0)
		rc = sg_der_put(env, out, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, 1,
		    sg_buf_view(&body));
	sg_buf_free(&body);
	return rc;
}

static int
compare_items(const void *a, const void *b)
{
	const struct sg_view *left = a, *right = b;

	return sg_view_compare(*left, *right);
}

int
sg_der_put_set_of(struct sg_env *env, struct sg_buf *out, int tag_class,
    int tag, struct sg_view *items, size_t count)
{
	size_t length = 0, i;
	int rc;

	if (count != 0)
		qsort(items, count, sizeof(*items), compare_items);
	for (i = 0; i < count; i++)
		length += items[i].len;
	rc = sg_der_put_head(env, out, tag_class, tag, 1, length);
	for (i = 0; rc == 0 && i < count; i++)
		rc = sg_buf_append_view(env, out, items[i]);
	return rc;
}

int
sg_der_put_time(struct sg_env *env, struct sg_buf *out, int64_t time)
{
	ASN1_TIME *value = ASN1_TIME_set(NULL, (time_t)time);
	unsigned char *der = NULL;
	int len = value != NULL ? i2d_ASN1_TIME(value, &der) : -1;
	int rc;

	ASN1_TIME_free(value);
	if (len <= 0)
		return sg_err_ssl(
		    env, SIGN_E_ARG, N_("time cannot be written"));
	rc = sg_buf_append(env, out, der, (size_t)len);
	OPENSSL_free(der);
	return rc;
}

/* ---- certificates */

/* RFC 5280, 4.2.1.2: extnValue holds an OCTET STRING. */
static int
cert_ski(struct sg_env *env, const struct sg_der *parent,
    const struct sg_tlv *extension, struct sg_view *ski)
{
	static const unsigned char id_ski[] = { 0x55, 0x1d, 0x0e };
	const char *what = "certificate extension";
	struct sg_tlv oid, tlv;
	struct sg_der der, inner;
	int rc;

	if ((rc = sg_der_enter(env, parent, extension, &der)) < 0 ||
	    (rc = sg_der_want(env, &der, V_ASN1_OBJECT, what, &oid)) < 0)
		return rc;
	if (!sg_view_equal(oid.body, sg_view_of(id_ski, sizeof(id_ski))))
		return 0;
	if (sg_der_is(&der, V_ASN1_UNIVERSAL, V_ASN1_BOOLEAN) &&
	    (rc = sg_der_next(env, &der, what, &tlv)) < 0)
		return rc;
	rc = sg_der_want(env, &der, V_ASN1_OCTET_STRING, what, &tlv);
	if (rc < 0)
		return rc;
	inner = sg_der_of(tlv.body);
	rc = sg_der_want(env, &inner, V_ASN1_OCTET_STRING, what, &tlv);
	if (rc == 0 && !tlv.constructed)
		*ski = tlv.body;
	return rc;
}

static int
cert_extensions(struct sg_env *env, const struct sg_der *parent,
    const struct sg_tlv *explicit_tlv, struct sg_view *ski)
{
	const char *what = "certificate extensions";
	struct sg_der wrapper, list;
	struct sg_tlv tlv;
	int rc;

	if ((rc = sg_der_enter(env, parent, explicit_tlv, &wrapper)) < 0 ||
	    (rc = sg_der_want(env, &wrapper, V_ASN1_SEQUENCE, what, &tlv)) <
		0 ||
	    (rc = sg_der_enter(env, &wrapper, &tlv, &list)) < 0)
		return rc;
	while (rc == 0 && !sg_der_end(&list)) {
		rc = sg_der_want(env, &list, V_ASN1_SEQUENCE, what, &tlv);
		if (rc == 0)
			rc = cert_ski(env, &list, &tlv, ski);
	}
	return rc;
}

/* RFC 5280, 4.1: the parts of TBSCertificate in their order. */
static int
cert_tbs(struct sg_env *env, struct sg_der *tbs, struct sg_cert_ids *ids)
{
	const char *what = "certificate";
	struct sg_tlv tlv;
	int rc;

	if (sg_der_is_context(tbs, 0) &&
	    (rc = sg_der_next(env, tbs, what, &tlv)) < 0)
		return rc;
	if ((rc = sg_der_want(env, tbs, V_ASN1_INTEGER, what, &tlv)) < 0)
		return rc;
	ids->serial = tlv.all;
	if ((rc = sg_der_want(env, tbs, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (rc = sg_der_want(env, tbs, V_ASN1_SEQUENCE, what, &tlv)) < 0)
		return rc;
	ids->issuer = tlv.all;
	if ((rc = sg_der_want(env, tbs, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (rc = sg_der_want(env, tbs, V_ASN1_SEQUENCE, what, &tlv)) < 0)
		return rc;
	ids->subject = tlv.all;
	if ((rc = sg_der_want(env, tbs, V_ASN1_SEQUENCE, what, &tlv)) < 0)
		return rc;
	ids->spki = tlv.all;
	while (rc == 0 && !sg_der_end(tbs)) {
		rc = sg_der_next(env, tbs, what, &tlv);
		if (rc == 0 && tlv.tag_class == V_ASN1_CONTEXT_SPECIFIC &&
		    tlv.tag == 3)
			rc = cert_extensions(env, tbs, &tlv, &ids->ski);
	}
	return rc;
}

int
sg_der_cert_ids(
    struct sg_env *env, struct sg_view cert, struct sg_cert_ids *out)
{
	const char *what = "certificate";
	struct sg_der top = sg_der_of(cert), der, tbs;
	struct sg_cert_ids ids;
	struct sg_tlv tlv;
	int rc;

	memset(&ids, 0, sizeof(ids));
	if ((rc = sg_der_want(env, &top, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (rc = sg_der_finish(env, &top, what)) < 0 ||
	    (rc = sg_der_enter(env, &top, &tlv, &der)) < 0 ||
	    (rc = sg_der_want(env, &der, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(env, &der, &tlv, &tbs)) < 0 ||
	    (rc = cert_tbs(env, &tbs, &ids)) < 0)
		return rc;
	*out = ids;
	return 0;
}
