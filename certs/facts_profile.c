/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/facts.h"

#include "base/env.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/pool.h"

#include <openssl/asn1.h>

#include <string.h>

static int
profile_want(struct sg_facts_of *facts, struct sg_view value, int tag,
    struct sg_tlv *out)
{
	struct sg_der der = sg_der_of(value);
	int ret = sg_der_want(facts->env, &der, tag, "extension", out);

	if (ret == 0)
		ret = sg_der_finish(facts->env, &der, "extension");
	return ret;
}

static int
profile_enter(
    struct sg_facts_of *facts, struct sg_view value, struct sg_der *out)
{
	struct sg_der der = sg_der_of(value);
	struct sg_tlv tlv;
	int ret = profile_want(facts, value, V_ASN1_SEQUENCE, &tlv);

	if (ret == 0)
		ret = sg_der_enter(facts->env, &der, &tlv, out);
	return ret;
}

/* ---- Russian profile */

int
sg_facts_subject_sign_tool(struct sg_facts_of *facts, struct sg_view value)
{
	struct sg_tlv tlv;
	int ret = profile_want(facts, value, V_ASN1_UTF8STRING, &tlv);

	if (ret < 0)
		return ret;
	return sg_facts_add(facts, NULL, sg_facts_value(facts, &tlv));
}

/* Four strings: the two tools and what certifies them. */
int
sg_facts_issuer_sign_tool(struct sg_facts_of *facts, struct sg_view value)
{
	static const char *const labels[] = { N_("signing tool of the issuer"),
		N_("tool of the certification authority"),
		N_("conformity of the signing tool"),
		N_("conformity of the authority's tool") };
	const char *texts[4];
	struct sg_tlv tlv;
	struct sg_der der;
	size_t i;
	int ret = profile_enter(facts, value, &der);

	for (i = 0; ret == 0 && i < 4; i++) {
		ret = sg_der_want(facts->env, &der, V_ASN1_UTF8STRING,
		    "issuerSignTool", &tlv);
		if (ret == 0)
			texts[i] = sg_facts_value(facts, &tlv);
	}
	if (ret == 0)
		ret = sg_der_finish(facts->env, &der, "issuerSignTool");
	for (i = 0; ret == 0 && i < 4; i++)
		ret = sg_facts_add(facts, labels[i], texts[i]);
	return ret;
}

int
sg_facts_identification_kind(struct sg_facts_of *facts, struct sg_view value)
{
	static const char *const kinds[] = { N_("in person"),
		N_("without presence, by a qualified certificate"),
		N_("without presence, by a passport's chip"),
		N_("without presence, by the state's biometric system") };
	struct sg_tlv tlv;
	uint64_t kind;
	int ret = profile_want(facts, value, V_ASN1_INTEGER, &tlv);

	if (ret == 0)
		ret = sg_der_uint(facts->env, &tlv, &kind);
	if (ret < 0)
		return ret;
	if (kind < sizeof(kinds) / sizeof(kinds[0]))
		return sg_facts_add(
		    facts, NULL, sg_tr(facts->env, kinds[kind]));
	return sg_facts_add(facts, NULL, sg_facts_value(facts, &tlv));
}

/* ---- statements of qualified certificates */

/* Every value inside, in the order it stands; OIDs by name. */
static int
qc_values(struct sg_facts_of *facts, struct sg_buf *buf,
    const struct sg_der *parent, const struct sg_tlv *tlv)
{
	const char *text = NULL;
	struct sg_tlv inner;
	struct sg_der der;
	int ret = 0;

	if (tlv->constructed) {
		ret = sg_der_enter(facts->env, parent, tlv, &der);
		while (ret == 0 && !sg_der_end(&der)) {
			ret = sg_der_next(
			    facts->env, &der, "qcStatements", &inner);
			if (ret == 0)
				ret = qc_values(facts, buf, &der, &inner);
		}
		return ret;
	}
	if (tlv->tag_class == V_ASN1_UNIVERSAL && tlv->tag == V_ASN1_OBJECT) {
		ret = sg_der_oid(facts->env, facts->pool, tlv, &text);
		if (ret == 0)
			text = sg_facts_oid(facts, text);
	} else {
		text = sg_facts_value(facts, tlv);
	}
	if (ret == 0 && text == NULL)
		ret = sg_err_nomem(facts->env);
	if (ret == 0)
		ret = sg_buf_printf(
		    facts->env, buf, "%s%s", buf->len != 0 ? " " : "", text);
	return ret;
}

/* QCStatement (RFC 3739, 3.2.6.1; EN 319 412-5, 4). */
static int
qc_statement(struct sg_facts_of *facts, struct sg_buf *list,
    const struct sg_der *parent, const struct sg_tlv *tlv)
{
	struct sg_buf info = { 0 };
	const char *oid, *name = NULL;
	struct sg_tlv part;
	struct sg_der der;
	int ret;

	if ((ret = sg_der_enter(facts->env, parent, tlv, &der)) < 0 ||
	    (ret = sg_der_want(
		 facts->env, &der, V_ASN1_OBJECT, "QCStatement", &part)) < 0 ||
	    (ret = sg_der_oid(facts->env, facts->pool, &part, &oid)) < 0)
		return ret;
	while (ret == 0 && !sg_der_end(&der)) {
		ret = sg_der_next(facts->env, &der, "QCStatement", &part);
		if (ret == 0)
			ret = qc_values(facts, &info, &der, &part);
	}
	if (ret == 0)
		name = sg_facts_oid(facts, oid);
	if (name != NULL && info.len != 0)
		name = sg_pool_printf(facts->pool, "%s: %.*s", name,
		    (int)info.len, (const char *)info.ptr);
	if (ret == 0)
		ret = sg_facts_item(facts, list, name);
	sg_buf_free(&info);
	return ret;
}

int
sg_facts_qc_statements(struct sg_facts_of *facts, struct sg_view value)
{
	struct sg_buf buf = { 0 };
	struct sg_tlv tlv;
	struct sg_der der;
	int ret = profile_enter(facts, value, &der);

	while (ret == 0 && !sg_der_end(&der)) {
		ret = sg_der_want(
		    facts->env, &der, V_ASN1_SEQUENCE, "qcStatements", &tlv);
		if (ret == 0)
			ret = qc_statement(facts, &buf, &der, &tlv);
	}
	return sg_facts_add_buf(facts, ret, NULL, &buf);
}
