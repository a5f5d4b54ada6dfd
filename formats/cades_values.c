/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades_stamp.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/text.h"

#include <string.h>

/* Certificates and revocation data that a signature carries: octets into the
 * facts, nothing of them is judged here. */

static int
add_cert(struct sg_cades *cades, struct sg_view der)
{
	if (cades->facts->cert_count >= SG_MAX_CERTS)
		return sg_err_set(cades->env, SIGN_E_LIMIT,
		    N_("more than %d certificates"), SG_MAX_CERTS);
	if (sg_facts_add_cert(cades->facts, der) < 0)
		return sg_err_nomem(cades->env);
	cades->added++;
	return 0;
}

static int
too_many_crls(struct sg_cades *cades)
{
	return sg_err_set(cades->env, SIGN_E_LIMIT,
	    N_("more than %d CRLs or OCSP responses"), SG_MAX_CRLS);
}

static int
add_crl(struct sg_cades *cades, struct sg_view der)
{
	if (cades->facts->crl_count >= SG_MAX_CRLS)
		return too_many_crls(cades);
	if (sg_facts_add_crl(cades->facts, der) < 0)
		return sg_err_nomem(cades->env);
	cades->added++;
	return 0;
}

static int
add_ocsp(struct sg_cades *cades, struct sg_view der)
{
	if (cades->facts->ocsp_count >= SG_MAX_CRLS)
		return too_many_crls(cades);
	if (sg_facts_add_ocsp(cades->facts, der) < 0)
		return sg_err_nomem(cades->env);
	cades->added++;
	return 0;
}

/* A certificate of SignedData, and what identifies it. */
static int
add_root_cert(struct sg_cades *cades, struct sg_view der)
{
	struct sg_cades_cert *to;
	struct sg_cert_ids ids;

	if (sg_der_cert_ids(cades->env, der, &ids) < 0) {
		sg_err_clear(cades->env);
		return add_cert(cades, der);
	}
	to = sg_pool_push(
	    cades->facts->pool, &cades->certs, &cades->cert_count, sizeof(*to));
	if (to == NULL)
		return sg_err_nomem(cades->env);
	to->der = der;
	to->ids = ids;
	return add_cert(cades, der);
}

/* CertificateChoices (RFC 5652, 10.2.2): only plain certificates are used. */
static int
choose_cert(struct sg_cades *cades, struct sg_view choice)
{
	struct sg_der der = sg_der_of(choice);

	if (sg_der_is(&der, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE))
		return add_root_cert(cades, choice);
	if (sg_facts_warn(cades->facts, NULL,
		N_("among the certificates is something else than a "
		   "certificate; it is left out (RFC 5652, 10.2.2)"),
		NULL, NULL) < 0)
		return sg_err_nomem(cades->env);
	return 0;
}

/* OtherRevocationInfoFormat with an OCSP response: as RFC 5940 has it, and as
 * it is met: a BasicOCSPResponse under either identifier. */
static int
read_other(struct sg_env *env, struct sg_pool *pool, struct sg_view choice,
    struct sg_view *out)
{
	static const char what[] = "OtherRevocationInfoFormat";
	struct sg_der top = sg_der_of(choice), der;
	struct sg_tlv tlv, value;
	const char *oid;
	int rc;

	if ((rc = sg_der_next(env, &top, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(env, &top, &tlv, &der)) < 0 ||
	    (rc = sg_der_want(env, &der, V_ASN1_OBJECT, what, &tlv)) < 0 ||
	    (rc = sg_der_oid(env, pool, &tlv, &oid)) < 0 ||
	    (rc = sg_der_next(env, &der, what, &value)) < 0)
		return rc;
	*out = value.all;
	if (strcmp(oid, SG_OID_RI_OCSP_RESPONSE) == 0 ||
	    strcmp(oid, SG_OID_OCSP_BASIC) == 0)
		return 0;
	return sg_err_set(
	    env, SIGN_E_FORMAT, N_("%s: unknown kind %s"), what, oid);
}

/* RFC 5652, 10.2.1. */
int
sg_cms_revocation(struct sg_env *env, struct sg_pool *pool,
    struct sg_view choice, enum sg_value_kind *kind, struct sg_view *der)
{
	struct sg_der top = sg_der_of(choice);

	*der = choice;
	*kind = SG_VALUE_CRL;
	if (sg_der_is(&top, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE))
		return 0;
	*kind = SG_VALUE_OCSP;
	if (sg_der_is_context(&top, 1))
		return read_other(env, pool, choice, der);
	return sg_err_set(
	    env, SIGN_E_FORMAT, N_("crls: unknown kind (RFC 5652, 10.2.1)"));
}

static int
choose_crl(struct sg_cades *cades, struct sg_view choice)
{
	enum sg_value_kind kind;
	struct sg_view der;
	int rc;

	rc = sg_cms_revocation(
	    cades->env, cades->facts->pool, choice, &kind, &der);
	if (rc == 0)
		return kind == SG_VALUE_CRL ? add_crl(cades, der)
					    : add_ocsp(cades, der);
	if (rc != SIGN_E_FORMAT)
		return rc;
	sg_err_clear(cades->env);
	if (sg_facts_warn(cades->facts, NULL,
		N_("among the revocation data is something unknown; it is "
		   "left out (RFC 5652, 10.2.1)"),
		NULL, NULL) < 0)
		return sg_err_nomem(cades->env);
	return 0;
}

int
sg_cades_values(struct sg_cades *cades)
{
	const struct sg_cms *cms = cades->cms;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < cms->cert_count; i++)
		rc = choose_cert(cades, cms->certs[i]);
	for (i = 0; rc == 0 && i < cms->crl_count; i++)
		rc = choose_crl(cades, cms->crls[i]);
	return rc;
}

/* ---- in attributes */

struct values {
	struct sg_env *env;
	sg_cades_value_fn *found;
	void *payload;
};

static int
each_in(struct values *v, struct sg_der *der, const char *what,
    enum sg_value_kind kind)
{
	struct sg_der list;
	struct sg_tlv tlv;
	int rc;

	if ((rc = sg_der_want(v->env, der, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(v->env, der, &tlv, &list)) < 0)
		return rc;
	while (rc == 0 && !sg_der_end(&list)) {
		rc = sg_der_want(v->env, &list, V_ASN1_SEQUENCE, what, &tlv);
		if (rc == 0)
			rc = v->found(v->env, kind, tlv.all, v->payload);
	}
	return rc;
}

/* [0] CRLs, [1] basic OCSP responses, [2] others, all EXPLICIT (RFC 5126,
 * 6.3.4). */
static int
each_revocation(struct values *v, struct sg_der *der)
{
	static const char what[] = "revocation-values";
	struct sg_der inside, wrapper;
	struct sg_tlv tlv;
	int rc;

	if ((rc = sg_der_want(v->env, der, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (rc = sg_der_enter(v->env, der, &tlv, &inside)) < 0)
		return rc;
	while (rc == 0 && !sg_der_end(&inside)) {
		rc = sg_der_next(v->env, &inside, what, &tlv);
		if (rc < 0 || tlv.tag > 1)
			continue;
		rc = sg_der_enter(v->env, &inside, &tlv, &wrapper);
		if (rc == 0)
			rc = each_in(v, &wrapper, what,
			    tlv.tag == 0 ? SG_VALUE_CRL : SG_VALUE_OCSP);
	}
	return rc;
}

/* RFC 5126, 6.3.3 and 6.3.4. */
int
sg_cades_each_value(struct sg_env *env, const char *oid, struct sg_view value,
    sg_cades_value_fn *found, void *payload)
{
	struct values v = { env, found, payload };
	struct sg_der der = sg_der_of(value);

	if (strcmp(oid, SG_OID_CERTIFICATE_VALUES) == 0)
		return each_in(&v, &der, "certificate-values", SG_VALUE_CERT);
	if (strcmp(oid, SG_OID_REVOCATION_VALUES) == 0)
		return each_revocation(&v, &der);
	return 0;
}

static int
add_value(struct sg_env *env, enum sg_value_kind kind, struct sg_view der,
    void *payload)
{
	(void)env;
	switch (kind) {
	case SG_VALUE_CERT:
		return add_cert(payload, der);
	case SG_VALUE_CRL:
		return add_crl(payload, der);
	case SG_VALUE_OCSP:
		break;
	}
	return add_ocsp(payload, der);
}

int
sg_cades_unsigned_value(
    struct sg_cades *cades, size_t index, const char *oid, struct sg_view value)
{
	struct sg_cades_note *note = &cades->notes[index];
	size_t before = cades->added;
	int rc;

	rc = sg_cades_each_value(cades->env, oid, value, add_value, cades);
	if (strcmp(oid, SG_OID_CERTIFICATE_VALUES) == 0)
		note->cert_values += cades->added - before;
	else
		note->revocation_values += cades->added - before;
	return rc;
}
