/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades.h"

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
choose_other(struct sg_cades *cades, const struct sg_der *parent,
    const struct sg_tlv *tlv)
{
	static const char what[] = "OtherRevocationInfoFormat";
	struct sg_tlv oid_tlv, value;
	struct sg_der der;
	const char *oid;
	int rc;

	if ((rc = sg_der_enter(cades->env, parent, tlv, &der)) < 0 ||
	    (rc = sg_der_want(
		 cades->env, &der, V_ASN1_OBJECT, what, &oid_tlv)) < 0 ||
	    (rc = sg_der_oid(cades->env, cades->facts->pool, &oid_tlv, &oid)) <
		0 ||
	    (rc = sg_der_next(cades->env, &der, what, &value)) < 0)
		return rc;
	if (strcmp(oid, SG_OID_RI_OCSP_RESPONSE) == 0 ||
	    strcmp(oid, SG_OID_OCSP_BASIC) == 0)
		return add_ocsp(cades, value.all);
	return sg_err_set(
	    cades->env, SIGN_E_FORMAT, N_("%s: unknown kind %s"), what, oid);
}

/* RevocationInfoChoice (RFC 5652, 10.2.1). */
static int
choose_crl(struct sg_cades *cades, struct sg_view choice)
{
	struct sg_der der = sg_der_of(choice);
	struct sg_der top = der;
	struct sg_tlv tlv;
	int rc = SIGN_E_FORMAT;

	if (sg_der_is(&der, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE))
		return add_crl(cades, choice);
	if (sg_der_is_context(&der, 1) &&
	    (rc = sg_der_next(cades->env, &der, "crls", &tlv)) == 0)
		rc = choose_other(cades, &top, &tlv);
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

static int
each_in(struct sg_cades *cades, const struct sg_der *parent,
    const struct sg_tlv *list, const char *what,
    int (*add)(struct sg_cades *, struct sg_view))
{
	struct sg_tlv tlv;
	struct sg_der der;
	int rc = sg_der_enter(cades->env, parent, list, &der);

	while (rc == 0 && !sg_der_end(&der)) {
		rc = sg_der_want(cades->env, &der, V_ASN1_SEQUENCE, what, &tlv);
		if (rc == 0)
			rc = add(cades, tlv.all);
	}
	return rc;
}

/* SEQUENCE OF Certificate (RFC 5126, 6.3.3). */
static int
certificate_values(struct sg_cades *cades, struct sg_der *der)
{
	static const char what[] = "certificate-values";
	struct sg_der top = *der;
	struct sg_tlv list;
	int rc = sg_der_want(cades->env, der, V_ASN1_SEQUENCE, what, &list);

	return rc < 0 ? rc : each_in(cades, &top, &list, what, add_cert);
}

/* [0] CRLs, [1] basic OCSP responses, [2] others, all EXPLICIT (RFC 5126,
 * 6.3.4). */
static int
revocation_values(struct sg_cades *cades, struct sg_der *der)
{
	static const char what[] = "revocation-values";
	struct sg_der top = *der, inside, wrapper;
	struct sg_tlv tlv, list;
	int rc;

	if ((rc = sg_der_want(cades->env, der, V_ASN1_SEQUENCE, what, &tlv)) <
		0 ||
	    (rc = sg_der_enter(cades->env, &top, &tlv, &inside)) < 0)
		return rc;
	while (rc == 0 && !sg_der_end(&inside)) {
		rc = sg_der_next(cades->env, &inside, what, &tlv);
		if (rc < 0 || tlv.tag > 1)
			continue;
		if ((rc = sg_der_enter(cades->env, &inside, &tlv, &wrapper)) <
			0 ||
		    (rc = sg_der_want(cades->env, &wrapper, V_ASN1_SEQUENCE,
			 what, &list)) < 0)
			return rc;
		rc = each_in(cades, &wrapper, &list, what,
		    tlv.tag == 0 ? add_crl : add_ocsp);
	}
	return rc;
}

int
sg_cades_unsigned_value(
    struct sg_cades *cades, size_t index, const char *oid, struct sg_view value)
{
	struct sg_cades_note *note = &cades->notes[index];
	struct sg_der der = sg_der_of(value);
	size_t before = cades->added;
	int rc = 0;

	if (strcmp(oid, SG_OID_CERTIFICATE_VALUES) == 0) {
		rc = certificate_values(cades, &der);
		note->cert_values += cades->added - before;
	} else if (strcmp(oid, SG_OID_REVOCATION_VALUES) == 0) {
		rc = revocation_values(cades, &der);
		note->revocation_values += cades->added - before;
	}
	return rc;
}
