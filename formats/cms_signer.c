/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cms.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/text.h"

#include <string.h>

/* ---- SignerInfo in parts */

struct reader {
	struct sg_env *env;
	struct sg_pool *pool;
	struct sg_cms_signer *to;
};

/* RFC 5652, 5.3: issuerAndSerialNumber. */
static int
read_issuer_serial(
    struct reader *r, const struct sg_der *parent, const struct sg_tlv *sid)
{
	static const char what[] = "issuerAndSerialNumber";
	struct sg_tlv tlv;
	struct sg_der der;
	int rc;

	if ((rc = sg_der_enter(r->env, parent, sid, &der)) < 0 ||
	    (rc = sg_der_want(r->env, &der, V_ASN1_SEQUENCE, what, &tlv)) < 0)
		return rc;
	r->to->issuer = tlv.all;
	rc = sg_der_want(r->env, &der, V_ASN1_INTEGER, what, &tlv);
	if (rc < 0)
		return rc;
	r->to->serial = tlv.all;
	return sg_der_finish(r->env, &der, what);
}

static int
read_sid(struct reader *r, struct sg_der *der)
{
	struct sg_tlv tlv;
	int rc;

	if (!sg_der_is_context(der, 0)) {
		rc = sg_der_want(
		    r->env, der, V_ASN1_SEQUENCE, "SignerInfo.sid", &tlv);
		if (rc < 0)
			return rc;
		r->to->sid = tlv.all;
		return read_issuer_serial(r, der, &tlv);
	}
	rc = sg_der_next(r->env, der, "SignerInfo.sid", &tlv);
	if (rc < 0)
		return rc;
	r->to->sid = tlv.all;
	return sg_der_octets(r->env, r->pool, &tlv, &r->to->ski);
}

static int
read_algid(struct reader *r, struct sg_der *der, const char *what,
    struct sg_view *all, struct sg_algid *out)
{
	struct sg_tlv tlv;
	int rc = sg_der_want(r->env, der, V_ASN1_SEQUENCE, what, &tlv);

	if (rc < 0)
		return rc;
	*all = tlv.all;
	return sg_der_algid(r->env, r->pool, &tlv, out);
}

/* Attribute ::= SEQUENCE { attrType, attrValues SET OF } (RFC 5652, 5.3). */
static int
read_attr(struct reader *r, const struct sg_der *parent,
    const struct sg_tlv *tlv, struct sg_attr_fact *out)
{
	static const char what[] = "Attribute";
	struct sg_der der, set;
	struct sg_view *value;
	struct sg_tlv oid, values, item;
	int rc;

	if ((rc = sg_der_enter(r->env, parent, tlv, &der)) < 0 ||
	    (rc = sg_der_want(r->env, &der, V_ASN1_OBJECT, what, &oid)) < 0 ||
	    (rc = sg_der_oid(r->env, r->pool, &oid, &out->oid)) < 0 ||
	    (rc = sg_der_want(r->env, &der, V_ASN1_SET, what, &values)) < 0 ||
	    (rc = sg_der_finish(r->env, &der, what)) < 0 ||
	    (rc = sg_der_enter(r->env, &der, &values, &set)) < 0)
		return rc;
	out->all = tlv->all;
	while (!sg_der_end(&set)) {
		rc = sg_der_next(r->env, &set, what, &item);
		if (rc < 0)
			return rc;
		if (out->value_count >= SG_MAX_ATTR_VALUES)
			return sg_err_set(r->env, SIGN_E_LIMIT,
			    N_("an attribute with more than %d values"),
			    SG_MAX_ATTR_VALUES);
		value = sg_pool_push(
		    r->pool, &out->values, &out->value_count, sizeof(*value));
		if (value == NULL)
			return sg_err_nomem(r->env);
		*value = item.all;
	}
	return 0;
}

struct attrs {
	struct sg_attr_fact *list;
	size_t count;
};

static int
read_attrs(struct reader *r, struct sg_der *der, const char *what,
    struct sg_view *all, struct attrs *out)
{
	struct sg_attr_fact *attr;
	struct sg_tlv tlv;
	struct sg_der set;
	int rc;

	if ((rc = sg_der_next(r->env, der, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(r->env, der, &tlv, &set)) < 0)
		return rc;
	*all = tlv.all;
	while (!sg_der_end(&set)) {
		rc = sg_der_want(r->env, &set, V_ASN1_SEQUENCE, what, &tlv);
		if (rc < 0)
			return rc;
		if (out->count >= SG_MAX_ATTRS)
			return sg_err_set(r->env, SIGN_E_LIMIT,
			    N_("%s: more than %d attributes"), what,
			    SG_MAX_ATTRS);
		attr = sg_pool_push(
		    r->pool, &out->list, &out->count, sizeof(*attr));
		if (attr == NULL)
			return sg_err_nomem(r->env);
		rc = read_attr(r, &set, &tlv, attr);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int
read_value(struct reader *r, struct sg_der *der)
{
	struct sg_tlv tlv;
	int rc = sg_der_want(
	    r->env, der, V_ASN1_OCTET_STRING, "SignerInfo.signature", &tlv);

	if (rc < 0)
		return rc;
	r->to->signature = tlv.all;
	return sg_der_octets(r->env, r->pool, &tlv, &r->to->value);
}

/* RFC 5652, 5.3, in the order of its fields. */
static int
read_fields(struct reader *r, struct sg_der *der)
{
	struct sg_cms_signer *to = r->to;
	struct attrs attrs = { NULL, 0 }, unsigned_attrs = { NULL, 0 };
	struct sg_tlv tlv;
	int rc;

	if ((rc = sg_der_want(r->env, der, V_ASN1_INTEGER, "SignerInfo.version",
		 &tlv)) < 0 ||
	    (rc = sg_der_uint(r->env, &tlv, &to->version)) < 0)
		return rc;
	to->version_tlv = tlv.all;
	if ((rc = read_sid(r, der)) < 0 ||
	    (rc = read_algid(r, der, "SignerInfo.digestAlgorithm",
		 &to->digest_alg, &to->digest)) < 0)
		return rc;
	if (sg_der_is_context(der, 0) &&
	    (rc = read_attrs(
		 r, der, "signedAttrs", &to->signed_attrs, &attrs)) < 0)
		return rc;
	to->attrs = attrs.list;
	to->attr_count = attrs.count;
	if ((rc = read_algid(r, der, "SignerInfo.signatureAlgorithm",
		 &to->signature_alg, &to->scheme)) < 0 ||
	    (rc = read_value(r, der)) < 0)
		return rc;
	if (sg_der_is_context(der, 1) &&
	    (rc = read_attrs(r, der, "unsignedAttrs", &to->unsigned_attrs,
		 &unsigned_attrs)) < 0)
		return rc;
	to->unsigned_list = unsigned_attrs.list;
	to->unsigned_count = unsigned_attrs.count;
	return sg_der_finish(r->env, der, "SignerInfo");
}

int
sg_cms_signer_read(struct sg_env *env, struct sg_pool *pool, struct sg_view tlv,
    struct sg_cms_signer *out)
{
	struct reader r = { env, pool, out };
	struct sg_der top = sg_der_of(tlv), der;
	struct sg_tlv info;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = sg_der_want(
		 env, &top, V_ASN1_SEQUENCE, "SignerInfo", &info)) < 0 ||
	    (rc = sg_der_finish(env, &top, "SignerInfo")) < 0 ||
	    (rc = sg_der_enter(env, &top, &info, &der)) < 0)
		return rc;
	return read_fields(&r, &der);
}

/* ---- what the value stands over */

/* How the signed attributes are written again. */
struct form {
	struct sg_env *env;
	struct sg_pool *pool;
	int deep; /* the values too, else those stay as received */
};

static int put_der(struct form *f, const struct sg_der *parent,
    const struct sg_tlv *tlv, struct sg_buf *out);

static int
put_constructed(struct form *f, const struct sg_der *parent,
    const struct sg_tlv *tlv, struct sg_buf *out)
{
	struct sg_buf body = { NULL, 0, 0 };
	struct sg_tlv item;
	struct sg_der der;
	int rc = sg_der_enter(f->env, parent, tlv, &der);

	while (rc == 0 && !sg_der_end(&der)) {
		rc = sg_der_next(f->env, &der, "attribute", &item);
		if (rc == 0)
			rc = put_der(f, &der, &item, &body);
	}
	if (rc == 0)
		rc = sg_der_put(f->env, out, tlv->tag_class, tlv->tag, 1,
		    sg_buf_view(&body));
	sg_buf_free(&body);
	return rc;
}

/* One element in DER: definite lengths, strings in one piece. The elements of
 * a SET inside stay in their order. */
static int
put_der(struct form *f, const struct sg_der *parent, const struct sg_tlv *tlv,
    struct sg_buf *out)
{
	struct sg_view octets = tlv->body;
	int rc;

	if (tlv->constructed &&
	    (tlv->tag_class != V_ASN1_UNIVERSAL ||
		tlv->tag != V_ASN1_OCTET_STRING))
		return put_constructed(f, parent, tlv, out);
	rc = sg_der_octets(f->env, f->pool, tlv, &octets);
	return rc < 0
	    ? rc
	    : sg_der_put(f->env, out, tlv->tag_class, tlv->tag, 0, octets);
}

/* The values of one attribute, into the pool. */
static int
form_values(
    struct form *f, const struct sg_attr_fact *attr, struct sg_view *items)
{
	struct sg_buf buf = { NULL, 0, 0 };
	struct sg_tlv tlv;
	struct sg_der der;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < attr->value_count; i++) {
		items[i] = attr->values[i];
		if (!f->deep)
			continue;
		buf.len = 0;
		der = sg_der_of(attr->values[i]);
		if ((rc = sg_der_next(f->env, &der, "attribute", &tlv)) < 0 ||
		    (rc = put_der(f, &der, &tlv, &buf)) < 0)
			break;
		rc =
		    sg_pool_copy(f->env, f->pool, sg_buf_view(&buf), &items[i]);
	}
	sg_buf_free(&buf);
	return rc;
}

/* Attribute in DER, into the pool. */
static int
form_attr(struct form *f, const struct sg_attr_fact *attr, struct sg_view *out)
{
	struct sg_buf body = { NULL, 0, 0 }, all = { NULL, 0, 0 };
	struct sg_view *items =
	    sg_pool_array(f->pool, attr->value_count + 1, sizeof(*items));
	int rc;

	if (items == NULL)
		return sg_err_nomem(f->env);
	if ((rc = form_values(f, attr, items)) == 0 &&
	    (rc = sg_der_put_oid(f->env, &body, attr->oid)) == 0 &&
	    (rc = sg_der_put_set_of(f->env, &body, V_ASN1_UNIVERSAL, V_ASN1_SET,
		 items, attr->value_count)) == 0)
		rc = sg_der_put(f->env, &all, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE,
		    1, sg_buf_view(&body));
	if (rc == 0)
		rc = sg_pool_copy(f->env, f->pool, sg_buf_view(&all), out);
	sg_buf_free(&body);
	sg_buf_free(&all);
	return rc;
}

/* SET OF Attribute, sorted (RFC 5652, 5.4: DER). */
static int
form_sorted(
    struct form *f, const struct sg_cms_signer *signer, struct sg_view *out)
{
	struct sg_view *items =
	    sg_pool_array(f->pool, signer->attr_count + 1, sizeof(*items));
	struct sg_buf buf = { NULL, 0, 0 };
	size_t i;
	int rc = 0;

	if (items == NULL)
		return sg_err_nomem(f->env);
	for (i = 0; rc == 0 && i < signer->attr_count; i++)
		rc = form_attr(f, &signer->attrs[i], &items[i]);
	if (rc == 0)
		rc = sg_der_put_set_of(f->env, &buf, V_ASN1_UNIVERSAL,
		    V_ASN1_SET, items, signer->attr_count);
	if (rc == 0)
		rc = sg_pool_copy(f->env, f->pool, sg_buf_view(&buf), out);
	sg_buf_free(&buf);
	return rc;
}

/* As received, but SET OF in place of [0]; an indefinite length at the top
 * becomes a definite one. */
static int
form_received(
    struct form *f, const struct sg_cms_signer *signer, struct sg_view *out)
{
	struct sg_der der = sg_der_of(signer->signed_attrs);
	struct sg_buf buf = { NULL, 0, 0 };
	struct sg_tlv tlv;
	int rc = sg_der_next(f->env, &der, "signedAttrs", &tlv);

	if (rc == 0 && tlv.indefinite)
		rc = sg_der_put(
		    f->env, &buf, V_ASN1_UNIVERSAL, V_ASN1_SET, 1, tlv.body);
	else if (rc == 0)
		rc = sg_buf_append_view(f->env, &buf, tlv.all);
	if (rc == 0) {
		buf.ptr[0] = V_ASN1_SET | V_ASN1_CONSTRUCTED;
		rc = sg_pool_copy(f->env, f->pool, sg_buf_view(&buf), out);
	}
	sg_buf_free(&buf);
	return rc;
}

/* ---- are they in DER already? Most are, and need not be written again. Who
 * is in doubt here says no. */

static int all_der(struct sg_env *env, struct sg_der *der);

/* What put_der() would write the same. */
static int
is_der(
    struct sg_env *env, const struct sg_der *parent, const struct sg_tlv *tlv)
{
	struct sg_der inner;

	if (tlv->indefinite ||
	    tlv->all.len - tlv->body.len !=
		sg_der_head_size(tlv->tag, tlv->body.len))
		return 0;
	if (!tlv->constructed)
		return 1;
	if (tlv->tag_class == V_ASN1_UNIVERSAL &&
	    tlv->tag == V_ASN1_OCTET_STRING)
		return 0;
	return sg_der_enter(env, parent, tlv, &inner) == 0 &&
	    all_der(env, &inner);
}

static int
all_der(struct sg_env *env, struct sg_der *der)
{
	struct sg_tlv tlv;

	while (!sg_der_end(der))
		if (sg_der_next(env, der, "attribute", &tlv) < 0 ||
		    !is_der(env, der, &tlv))
			return 0;
	return 1;
}

static int
in_order(const struct sg_view *a, const struct sg_view *b)
{
	return sg_view_compare(*a, *b) <= 0;
}

/* Attributes in the order of a SET OF, and so the values of each. */
static int
are_sorted(const struct sg_cms_signer *signer)
{
	const struct sg_attr_fact *attrs = signer->attrs;
	size_t i, k;

	for (i = 0; i < signer->attr_count; i++) {
		if (i > 0 && !in_order(&attrs[i - 1].all, &attrs[i].all))
			return 0;
		for (k = 1; k < attrs[i].value_count; k++)
			if (!in_order(
				&attrs[i].values[k - 1], &attrs[i].values[k]))
				return 0;
	}
	return 1;
}

static int
attrs_are_der(struct sg_env *env, const struct sg_cms_signer *signer)
{
	struct sg_der der = sg_der_of(signer->signed_attrs);

	if (are_sorted(signer) && all_der(env, &der))
		return 1;
	sg_err_clear(env);
	return 0;
}

int
sg_cms_tbs(struct sg_env *env, struct sg_pool *pool,
    const struct sg_cms_signer *signer, struct sg_tbs_fact tbs[SG_CMS_TBS],
    size_t *count)
{
	struct form f = { env, pool, 0 };
	struct sg_view received, sorted, deep;
	int rc;

	*count = 0;
	memset(tbs, 0, SG_CMS_TBS * sizeof(*tbs));
	if (signer->signed_attrs.len == 0)
		return 0;
	if ((rc = form_received(&f, signer, &received)) < 0)
		return rc;
	tbs[(*count)++].octets = received;
	if (received.len > SG_MAX_REORDERED || attrs_are_der(env, signer))
		return 0;
	f.deep = 1;
	if ((rc = form_sorted(&f, signer, &deep)) < 0)
		return rc;
	/* in DER already: then the other form is the same too */
	if (sg_view_equal(received, deep))
		return 0;
	f.deep = 0;
	if ((rc = form_sorted(&f, signer, &sorted)) < 0)
		return rc;
	tbs[0].warning.id =
	    N_("the signed attributes are not in DER; the value stands over "
	       "them as received");
	if (!sg_view_equal(received, sorted)) {
		tbs[*count].warning.id =
		    N_("the signed attributes are not in DER order; the value "
		       "stands over them in that order");
		tbs[(*count)++].octets = sorted;
	}
	if (!sg_view_equal(sorted, deep)) {
		tbs[*count].warning.id =
		    N_("the signed attributes are not in DER; the value stands "
		       "over them in DER");
		tbs[(*count)++].octets = deep;
	}
	return 0;
}
