/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/der.h"
#include "base/env.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/pool.h"
#include "base/put.h"
#include "formats/cms.h"

#include <openssl/asn1.h>

#include <string.h>

/*
 * Elements of a SET OF as stored. New ones go last and changed ones stay where
 * they are, even where X.690, 11.6 would sort them: reports number
 * counter-signatures by their place, and S-1.1 must not become S-1.2 because
 * somebody signed after it. Unsigned attributes need not be DER (RFC 5652,
 * 5.3).
 */
struct set_parts {
	struct sg_view *items;
	size_t count;
};

/* A SignerInfo as stored: what stands before unsignedAttrs, and those. */
struct signer_parts {
	struct sg_view before;
	struct set_parts attrs;
};

static int
set_read(struct sg_env *env, struct sg_pool *pool, struct sg_der *der,
    size_t max, struct set_parts *set)
{
	struct sg_view *item;
	struct sg_tlv tlv;
	int rc;

	memset(set, 0, sizeof(*set));
	while (!sg_der_end(der)) {
		rc = sg_der_next(env, der, "unsigned attributes", &tlv);
		if (rc < 0)
			return rc;
		if (set->count >= max)
			return sg_err_set(env, SIGN_E_LIMIT,
			    "unsigned attributes: more than %zu", max);
		item =
		    sg_pool_push(pool, &set->items, &set->count, sizeof(*item));
		if (item == NULL)
			return sg_err_nomem(env);
		*item = tlv.all;
	}
	return 0;
}

static void
set_write(
    struct sg_put *put, const struct set_parts *set, int tag_class, int tag)
{
	size_t mark = sg_put_mark(put);
	size_t i;

	for (i = 0; i < set->count; i++)
		sg_put_raw(put, set->items[i]);
	sg_put_wrap(put, mark, tag_class, tag);
}

/* RFC 5652, 5.3: unsignedAttrs is the only [1], and last. */
static int
signer_read(struct sg_env *env, struct sg_pool *pool, struct sg_view signer,
    struct signer_parts *parts)
{
	struct sg_der top = sg_der_of(signer), der, list;
	struct sg_tlv tlv, element;
	int rc;

	if ((rc = sg_der_want(env, &top, V_ASN1_SEQUENCE, "SignerInfo", &tlv)) <
		0 ||
	    (rc = sg_der_enter(env, &top, &tlv, &der)) < 0)
		return rc;
	parts->before = sg_view_of(tlv.body.ptr, 0);
	list = sg_der_of(sg_view_of(NULL, 0));
	while (!sg_der_end(&der)) {
		rc = sg_der_next(env, &der, "SignerInfo", &element);
		if (rc < 0)
			return rc;
		if (element.tag_class == V_ASN1_CONTEXT_SPECIFIC &&
		    element.tag == 1) {
			if ((rc = sg_der_enter(env, &der, &element, &list)) <
				0 ||
			    (rc = sg_der_finish(env, &der, "SignerInfo")) < 0)
				return rc;
			break;
		}
		parts->before.len += element.all.len;
	}
	return set_read(env, pool, &list, SG_MAX_ATTRS, &parts->attrs);
}

/* The SignerInfo again, in definite lengths. */
static int
signer_write(
    struct sg_env *env, const struct signer_parts *parts, struct sg_buf *out)
{
	struct sg_put put = SG_PUT_INIT(env);

	sg_put_raw(&put, parts->before);
	if (parts->attrs.count != 0)
		set_write(&put, &parts->attrs, V_ASN1_CONTEXT_SPECIFIC, 1);
	sg_put_seq(&put, 0);
	return sg_put_finish(&put, out);
}

int
sg_cms_add_unsigned(struct sg_env *env, struct sg_view signer_tlv,
    const char *oid, struct sg_view value, struct sg_buf *out)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_put put = SG_PUT_INIT(env);
	struct signer_parts parts;
	struct sg_view *item;
	size_t mark;
	int rc;

	if (pool == NULL)
		return sg_err_nomem(env);
	sg_put_oid(&put, oid);
	mark = sg_put_mark(&put);
	sg_put_raw(&put, value);
	sg_put_set(&put, mark);
	sg_put_seq(&put, 0);
	rc = put.rc;
	if (rc == 0)
		rc = signer_read(env, pool, signer_tlv, &parts);
	if (rc < 0)
		goto out;
	item = sg_pool_push(
	    pool, &parts.attrs.items, &parts.attrs.count, sizeof(*item));
	if (item == NULL) {
		rc = sg_err_nomem(env);
		goto out;
	}
	*item = sg_buf_view(&put.buf);
	rc = signer_write(env, &parts, out);
out:
	sg_put_free(&put);
	sg_pool_free(pool);
	return rc;
}

/* ---- counter-signatures */

/* Where a counter-signature stands: which attribute, which of its values. */
struct counter_place {
	size_t attr, value;
	struct sg_view oid; /* the attribute's type, a TLV */
	struct set_parts values;
};

static int
no_such_counter(struct sg_env *env, unsigned number)
{
	return sg_err_set(
	    env, SIGN_E_ARG, "there is no counter-signature %u", number);
}

static int
attr_read(struct sg_env *env, struct sg_pool *pool, struct sg_view attr,
    const char **oid, struct counter_place *place)
{
	struct sg_der top = sg_der_of(attr), der, set;
	struct sg_tlv tlv, type, values;
	const char *what = "unsigned attribute";
	int rc;

	if ((rc = sg_der_want(env, &top, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(env, &top, &tlv, &der)) < 0 ||
	    (rc = sg_der_want(env, &der, V_ASN1_OBJECT, what, &type)) < 0 ||
	    (rc = sg_der_want(env, &der, V_ASN1_SET, what, &values)) < 0 ||
	    (rc = sg_der_finish(env, &der, what)) < 0 ||
	    (rc = sg_der_oid(env, pool, &type, oid)) < 0 ||
	    (rc = sg_der_enter(env, &der, &values, &set)) < 0)
		return rc;
	place->oid = type.all;
	return set_read(env, pool, &set, SG_MAX_ATTR_VALUES, &place->values);
}

/* Attributes that are broken are no counter-signatures: not ours to judge. */
static int
counter_place(struct sg_env *env, struct sg_pool *pool,
    const struct signer_parts *parts, unsigned number,
    struct counter_place *place)
{
	const char *oid;
	size_t before = 0;

	for (place->attr = 0; place->attr < parts->attrs.count; place->attr++) {
		if (attr_read(env, pool, parts->attrs.items[place->attr], &oid,
			place) < 0 ||
		    strcmp(oid, SG_OID_COUNTERSIGNATURE) != 0)
			continue;
		if (number >= 1 && number - 1 - before < place->values.count) {
			place->value = number - 1 - before;
			return 0;
		}
		before += place->values.count;
	}
	return no_such_counter(env, number);
}

int
sg_cms_counter_find(struct sg_env *env, struct sg_view signer_tlv,
    const struct sg_cms_path *path, struct sg_view *out)
{
	struct sg_pool *pool = sg_pool_new();
	struct signer_parts parts;
	struct counter_place place;
	size_t i;
	int rc = 0;

	if (pool == NULL)
		return sg_err_nomem(env);
	for (i = 0; rc == 0 && i < path->count; i++) {
		rc = signer_read(env, pool, signer_tlv, &parts);
		if (rc == 0)
			rc = counter_place(
			    env, pool, &parts, path->number[i], &place);
		if (rc == 0)
			signer_tlv = place.values.items[place.value];
	}
	if (rc == 0)
		*out = signer_tlv;
	sg_pool_free(pool);
	return rc;
}

/* The signer with the counter-signature at this place put in anew. */
static int
counter_replace(struct sg_env *env, struct signer_parts *parts,
    struct counter_place *place, struct sg_view counter, struct sg_buf *out)
{
	struct sg_put put = SG_PUT_INIT(env);
	int rc;

	place->values.items[place->value] = counter;
	sg_put_raw(&put, place->oid);
	set_write(&put, &place->values, V_ASN1_UNIVERSAL, V_ASN1_SET);
	sg_put_seq(&put, 0);
	rc = put.rc;
	if (rc == 0) {
		parts->attrs.items[place->attr] = sg_buf_view(&put.buf);
		rc = signer_write(env, parts, out);
	}
	sg_put_free(&put);
	return rc;
}

/* From the innermost outwards; the depth is that of the path. */
int
sg_cms_counter_put(struct sg_env *env, struct sg_view signer_tlv,
    const struct sg_cms_path *path, struct sg_view instead, struct sg_buf *out)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_cms_path upper = *path;
	struct sg_buf now = { NULL, 0, 0 }, next = { NULL, 0, 0 };
	struct signer_parts parts;
	struct counter_place place;
	struct sg_view at;
	int rc;

	if (pool == NULL)
		return sg_err_nomem(env);
	rc = sg_buf_append_view(env, &now, instead);
	while (rc == 0 && upper.count > 0) {
		upper.count--;
		rc = sg_cms_counter_find(env, signer_tlv, &upper, &at);
		if (rc == 0)
			rc = signer_read(env, pool, at, &parts);
		if (rc == 0)
			rc = counter_place(env, pool, &parts,
			    path->number[upper.count], &place);
		if (rc == 0)
			rc = counter_replace(
			    env, &parts, &place, sg_buf_view(&now), &next);
		sg_buf_free(&now);
		now = next;
		memset(&next, 0, sizeof(next));
	}
	if (rc == 0)
		rc = sg_buf_append_view(env, out, sg_buf_view(&now));
	sg_buf_free(&now);
	sg_pool_free(pool);
	return rc;
}

int
sg_cms_counter_add(struct sg_env *env, struct sg_view signer_tlv,
    const struct sg_cms_path *path, struct sg_view counter, struct sg_buf *out)
{
	struct sg_buf with = { NULL, 0, 0 };
	struct sg_view at;
	int rc = sg_cms_counter_find(env, signer_tlv, path, &at);

	if (rc == 0)
		rc = sg_cms_add_unsigned(
		    env, at, SG_OID_COUNTERSIGNATURE, counter, &with);
	if (rc == 0)
		rc = sg_cms_counter_put(
		    env, signer_tlv, path, sg_buf_view(&with), out);
	sg_buf_free(&with);
	return rc;
}

int
sg_cms_set_unsigned(struct sg_env *env, struct sg_view signer_tlv,
    struct sg_view *attrs, size_t count, struct sg_buf *out)
{
	struct sg_pool *pool = sg_pool_new();
	struct signer_parts parts;
	int rc;

	if (pool == NULL)
		return sg_err_nomem(env);
	rc = signer_read(env, pool, signer_tlv, &parts);
	if (rc == 0) {
		parts.attrs.items = attrs;
		parts.attrs.count = count;
		rc = signer_write(env, &parts, out);
	}
	sg_pool_free(pool);
	return rc;
}

/* An archive time-stamp v1 or v2 covers SignedData.certificates and crls and
 * the attributes before it (RFC 5126, 6.4.1), as does one in a
 * long-term-validation attribute; an evidence record all of it
 * (RFC 4998, A). Version 3 lists by hash what it covers, and leaves room. */
int
sg_cms_is_frozen(const struct sg_cms_signer *signer)
{
	static const char *const kinds[] = {
		SG_OID_ARCHIVE_TIME_STAMP,
		SG_OID_ARCHIVE_TIME_STAMP_V2,
		SG_OID_LONG_TERM_VALIDATION,
		SG_OID_EVIDENCE_RECORD_INTERNAL,
		SG_OID_EVIDENCE_RECORD_EXTERNAL,
	};
	size_t i, k;

	for (i = 0; i < signer->unsigned_count; i++)
		for (k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
			if (strcmp(signer->unsigned_list[i].oid, kinds[k]) == 0)
				return 1;
	return 0;
}
