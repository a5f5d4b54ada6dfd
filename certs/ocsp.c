/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/ocsp.h"

#include "base/der.h"
#include "base/env.h"
#include "base/err.h"
#include "base/gost.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/put.h"
#include "base/time.h"
#include "certs/cert.h"
#include "certs/x509.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <stdatomic.h>
#include <stdlib.h>

struct sg_ocsp {
	atomic_int refs;
	struct sg_buf der;     /* as read */
	struct sg_buf wrapped; /* an OCSPResponse around it, on need */
	struct sg_view basic_der, full_der;
	struct sg_view tbs; /* a TLV as it stands there */
	OCSP_BASICRESP *basic;
	struct sg_certs certs;
	int64_t produced_at;
	int understood; /* no unknown critical extension in the whole */
};

/* ---- taking it apart */

static int
ocsp_broken(struct sg_env *env)
{
	ERR_clear_error();
	return sg_err_set(env, SIGN_E_FORMAT,
	    N_("OCSP response: broken, cut short or followed by something else "
	       "(RFC 6960, 4.2.1)"));
}

/* The one element of this tag inside of another. */
static int
ocsp_only(
    struct sg_env *env, const struct sg_der *in, int tag, struct sg_tlv *tlv)
{
	static const char what[] = "OCSP response";
	struct sg_der der;
	int ret;

	ret = sg_der_enter(env, in, tlv, &der);
	if (ret == 0)
		ret = sg_der_want(env, &der, tag, what, tlv);
	return ret == 0 ? sg_der_finish(env, &der, what) : ret;
}

/* RFC 6960, 4.2.1: OCSPResponseStatus. */
static int
ocsp_check_status(struct sg_env *env, const struct sg_tlv *tlv)
{
	static const char *const words[] = { NULL, "malformedRequest",
		"internalError", "tryLater", NULL, "sigRequired",
		"unauthorized" };
	int status = tlv->body.len == 1 ? tlv->body.ptr[0] : -1;

	if (status == 0)
		return 0;
	if (status < 0 || status > 6 || words[status] == NULL)
		return ocsp_broken(env);
	return sg_err_set(env, SIGN_E_FORMAT,
	    N_("OCSP response: want an answer, have \"%s\" (RFC 6960, 2.3)"),
	    words[status]);
}

/* ResponseBytes: the octets of a BasicOCSPResponse. */
static int
ocsp_unwrap(struct sg_env *env, struct sg_der *in, struct sg_view *basic)
{
	static const unsigned char type[] = { 0x2b, 0x06, 0x01, 0x05, 0x05,
		0x07, 0x30, 0x01, 0x01 };
	static const char what[] = "OCSP response";
	struct sg_der bytes;
	struct sg_tlv tlv;
	int ret;

	if ((ret = sg_der_next(env, in, what, &tlv)) < 0 ||
	    (ret = ocsp_check_status(env, &tlv)) < 0)
		return ret;
	if (!sg_der_is_context(in, 0))
		return ocsp_broken(env);
	if ((ret = sg_der_next(env, in, what, &tlv)) < 0 ||
	    (ret = sg_der_finish(env, in, what)) < 0 ||
	    (ret = ocsp_only(env, in, V_ASN1_SEQUENCE, &tlv)) < 0 ||
	    (ret = sg_der_enter(env, in, &tlv, &bytes)) < 0 ||
	    (ret = sg_der_want(env, &bytes, V_ASN1_OBJECT, what, &tlv)) < 0)
		return ret;
	if (!sg_view_equal(tlv.body, sg_view_of(type, sizeof(type))))
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("OCSP response: want the basic type, have another one "
		       "(RFC 6960, 4.2.1)"));
	if ((ret = sg_der_want(env, &bytes, V_ASN1_OCTET_STRING, what, &tlv)) <
	    0)
		return ret;
	if (tlv.constructed)
		return ocsp_broken(env);
	*basic = tlv.body;
	return sg_der_finish(env, &bytes, what);
}

/* The OCSPResponse that a bare BasicOCSPResponse comes from. */
static int
ocsp_wrap(struct sg_env *env, struct sg_ocsp *ocsp)
{
	static const unsigned char successful = 0;
	struct sg_put put = SG_PUT_INIT(env);

	sg_put_prim(&put, V_ASN1_ENUMERATED, sg_view_of(&successful, 1));
	sg_put_oid(&put, SG_OID_OCSP_BASIC);
	sg_put_prim(&put, V_ASN1_OCTET_STRING, ocsp->basic_der);
	sg_put_seq(&put, 3);
	sg_put_context(&put, 3, 0);
	sg_put_seq(&put, 0);
	return sg_put_finish(&put, &ocsp->wrapped);
}

/* Which of the two forms is it, and where do its parts lie? */
static int
ocsp_layout(struct sg_env *env, struct sg_ocsp *ocsp)
{
	static const char what[] = "OCSP response";
	struct sg_view all = sg_buf_view(&ocsp->der);
	struct sg_der top = sg_der_of(all), in;
	struct sg_tlv tlv;
	int ret;

	if ((ret = sg_der_want(env, &top, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (ret = sg_der_finish(env, &top, what)) < 0 ||
	    (ret = sg_der_enter(env, &top, &tlv, &in)) < 0)
		return ret;
	ocsp->basic_der = ocsp->full_der = all;
	if (sg_der_is(&in, V_ASN1_UNIVERSAL, V_ASN1_ENUMERATED))
		ret = ocsp_unwrap(env, &in, &ocsp->basic_der);
	else if ((ret = ocsp_wrap(env, ocsp)) == 0)
		ocsp->full_der = sg_buf_view(&ocsp->wrapped);
	if (ret < 0)
		return ret;
	top = sg_der_of(ocsp->basic_der);
	if ((ret = sg_der_want(env, &top, V_ASN1_SEQUENCE, what, &tlv)) < 0 ||
	    (ret = sg_der_finish(env, &top, what)) < 0 ||
	    (ret = sg_der_enter(env, &top, &tlv, &in)) < 0 ||
	    (ret = sg_der_want(env, &in, V_ASN1_SEQUENCE, what, &tlv)) < 0)
		return ret;
	ocsp->tbs = tlv.all;
	return sg_der_want(env, &in, V_ASN1_SEQUENCE, what, &tlv);
}

/* Keys of the certificates in it are decoded with the rest. */
static int
ocsp_decode(struct sg_env *env, struct sg_ocsp *ocsp)
{
	const unsigned char *at = ocsp->basic_der.ptr;
	int gost = sg_gost_is_key(ocsp->basic_der);

	if (gost && sg_gost_need(env) < 0)
		sg_err_clear(env);
	if (gost)
		sg_gost_lock();
	ocsp->basic = d2i_OCSP_BASICRESP(NULL, &at, (long)ocsp->basic_der.len);
	if (gost)
		sg_gost_unlock();
	if (ocsp->basic == NULL ||
	    at != ocsp->basic_der.ptr + ocsp->basic_der.len)
		return ocsp_broken(env);
	return 0;
}

/* ---- what it says */

/* RFC 6960, 4.4: extensions that change nothing, or that are looked at. */
static int
ocsp_understands(const X509_EXTENSION *extension)
{
	static const int known[] = { NID_id_pkix_OCSP_Nonce,
		NID_id_pkix_OCSP_archiveCutoff, NID_id_pkix_OCSP_CrlID,
		NID_id_pkix_OCSP_extendedStatus, NID_invalidity_date };
	int nid = OBJ_obj2nid(
	    X509_EXTENSION_get_object((X509_EXTENSION *)(uintptr_t)extension));
	size_t i;

	if (!X509_EXTENSION_get_critical(extension))
		return 1;
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (nid == known[i])
			return 1;
	return 0;
}

static int64_t
single_cutoff(OCSP_SINGLERESP *single)
{
	ASN1_GENERALIZEDTIME *time = OCSP_SINGLERESP_get1_ext_d2i(
	    single, NID_id_pkix_OCSP_archiveCutoff, NULL, NULL);
	int64_t out = sg_x509_time(time);

	ASN1_GENERALIZEDTIME_free(time);
	ERR_clear_error();
	return out;
}

void
sg_ocsp_at(const struct sg_ocsp *ocsp, size_t index, struct sg_ocsp_single *out)
{
	OCSP_SINGLERESP *single = OCSP_resp_get0(ocsp->basic, (int)index);
	ASN1_GENERALIZEDTIME *revoked = NULL, *from = NULL, *until = NULL;
	int i, reason = -1;
	int status =
	    OCSP_single_get0_status(single, &reason, &revoked, &from, &until);

	memset(out, 0, sizeof(*out));
	out->status = status == V_OCSP_CERTSTATUS_GOOD ? SG_OCSP_GOOD
	    : status == V_OCSP_CERTSTATUS_REVOKED      ? SG_OCSP_REVOKED
						       : SG_OCSP_UNKNOWN;
	out->this_update = sg_x509_time(from);
	out->next_update = sg_x509_time(until);
	out->revoked_at = SG_NO_TIME;
	if (out->status == SG_OCSP_REVOKED) {
		out->revoked_at = sg_x509_time(revoked);
		out->reason = sg_x509_reason(reason);
	}
	out->cutoff = single_cutoff(single);
	out->understood = ocsp->understood;
	for (i = 0; i < OCSP_SINGLERESP_get_ext_count(single); i++)
		if (!ocsp_understands(OCSP_SINGLERESP_get_ext(single, i)))
			out->understood = 0;
}

static int
ocsp_check_singles(struct sg_env *env, const struct sg_ocsp *ocsp)
{
	size_t i, count = sg_ocsp_count(ocsp);
	ASN1_GENERALIZEDTIME *revoked, *from, *until;
	OCSP_SINGLERESP *single;

	if (count > SG_MAX_OCSP_ANSWERS)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("OCSP response: more than %d answers"),
		    SG_MAX_OCSP_ANSWERS);
	for (i = 0; i < count; i++) {
		revoked = from = until = NULL;
		single = OCSP_resp_get0(ocsp->basic, (int)i);
		OCSP_single_get0_status(single, NULL, &revoked, &from, &until);
		if (sg_x509_time(from) == SG_NO_TIME ||
		    (until != NULL && sg_x509_time(until) == SG_NO_TIME) ||
		    (revoked != NULL && sg_x509_time(revoked) == SG_NO_TIME))
			return sg_err_set(env, SIGN_E_FORMAT,
			    N_("OCSP response: broken time (RFC 6960, "
			       "4.2.2.1)"));
	}
	return 0;
}

/* Certificates that cannot be read say nothing of the answer. */
static int
ocsp_read_certs(struct sg_env *env, struct sg_ocsp *ocsp)
{
	const STACK_OF(X509) *list = OCSP_resp_get0_certs(ocsp->basic);
	struct sg_cert *cert;
	unsigned char *der;
	int i, len, ret;

	if (sk_X509_num(list) > SG_MAX_OCSP_CERTS)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("OCSP response: more than %d certificates"),
		    SG_MAX_OCSP_CERTS);
	for (i = 0; i < sk_X509_num(list); i++) {
		der = NULL;
		cert = NULL;
		len = i2d_X509(sk_X509_value(list, i), &der);
		ret = len > 0
		    ? sg_cert_parse(env, sg_view_of(der, (size_t)len), &cert)
		    : SIGN_E_FORMAT;
		if (ret == 0)
			ret = sg_certs_add(env, &ocsp->certs, cert);
		sg_cert_free(cert);
		OPENSSL_free(der);
		if (ret == SIGN_E_NOMEM)
			return ret;
		if (ret < 0)
			sg_err_clear(env);
	}
	return 0;
}

static int
ocsp_facts(struct sg_env *env, struct sg_ocsp *ocsp)
{
	int i, ret;

	ocsp->produced_at =
	    sg_x509_time(OCSP_resp_get0_produced_at(ocsp->basic));
	if (ocsp->produced_at == SG_NO_TIME)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("OCSP response: broken time (RFC 6960, 4.2.2.1)"));
	ocsp->understood = 1;
	for (i = 0; i < OCSP_BASICRESP_get_ext_count(ocsp->basic); i++)
		if (!ocsp_understands(OCSP_BASICRESP_get_ext(ocsp->basic, i)))
			ocsp->understood = 0;
	ret = ocsp_check_singles(env, ocsp);
	return ret == 0 ? ocsp_read_certs(env, ocsp) : ret;
}

int
sg_ocsp_parse(struct sg_env *env, struct sg_view der, struct sg_ocsp **out)
{
	struct sg_ocsp *ocsp = NULL;
	int ret;

	if (der.len == 0 || der.len > SG_MAX_OCSP_SIZE)
		return sg_err_set(env,
		    der.len == 0 ? SIGN_E_FORMAT : SIGN_E_LIMIT,
		    N_("OCSP response: want at most %d octets, have %zu"),
		    SG_MAX_OCSP_SIZE, der.len);
	ocsp = calloc(1, sizeof(*ocsp));
	if (ocsp == NULL)
		return sg_err_nomem(env);
	atomic_init(&ocsp->refs, 1);
	if ((ret = sg_buf_append_view(env, &ocsp->der, der)) == 0 &&
	    (ret = ocsp_layout(env, ocsp)) == 0 &&
	    (ret = ocsp_decode(env, ocsp)) == 0 &&
	    (ret = ocsp_facts(env, ocsp)) == 0) {
		*out = ocsp;
		ocsp = NULL;
	}
	sg_ocsp_free(ocsp);
	return ret;
}

struct sg_ocsp *
sg_ocsp_ref(struct sg_ocsp *ocsp)
{
	atomic_fetch_add(&ocsp->refs, 1);
	return ocsp;
}

void
sg_ocsp_free(struct sg_ocsp *ocsp)
{
	if (ocsp == NULL || atomic_fetch_sub(&ocsp->refs, 1) != 1)
		return;
	OCSP_BASICRESP_free(ocsp->basic);
	sg_certs_clear(&ocsp->certs);
	sg_buf_free(&ocsp->der);
	sg_buf_free(&ocsp->wrapped);
	free(ocsp);
}

struct sg_view
sg_ocsp_der(const struct sg_ocsp *ocsp)
{
	return sg_buf_view(&ocsp->der);
}

struct sg_view
sg_ocsp_basic_der(const struct sg_ocsp *ocsp)
{
	return ocsp->basic_der;
}

struct sg_view
sg_ocsp_full_der(const struct sg_ocsp *ocsp)
{
	return ocsp->full_der;
}

struct sg_view
sg_ocsp_tbs(const struct sg_ocsp *ocsp)
{
	return ocsp->tbs;
}

OCSP_BASICRESP *
sg_ocsp_basic(const struct sg_ocsp *ocsp)
{
	return ocsp->basic;
}

int64_t
sg_ocsp_produced_at(const struct sg_ocsp *ocsp)
{
	return ocsp->produced_at;
}

const struct sg_certs *
sg_ocsp_carried(const struct sg_ocsp *ocsp)
{
	return &ocsp->certs;
}

size_t
sg_ocsp_count(const struct sg_ocsp *ocsp)
{
	int count = OCSP_resp_count(ocsp->basic);

	return count > 0 ? (size_t)count : 0;
}

int
sg_ocsp_certs(
    struct sg_env *env, const struct sg_ocsp *ocsp, struct sg_certs *certs)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < ocsp->certs.count && ret == 0; i++)
		ret = sg_certs_add(env, certs, ocsp->certs.list[i]);
	return ret;
}

/* ---- lists */

int
sg_ocsps_add(struct sg_env *env, struct sg_ocsps *ocsps, struct sg_ocsp *ocsp)
{
	struct sg_ocsp **list;

	list =
	    sg_list_grow(ocsps->list, ocsps->count, sizeof(struct sg_ocsp *));
	if (list == NULL)
		return sg_err_nomem(env);
	ocsps->list = list;
	ocsps->list[ocsps->count++] = sg_ocsp_ref(ocsp);
	return 0;
}

static void
ocsps_cut(struct sg_ocsps *ocsps, size_t count)
{
	while (ocsps->count > count)
		sg_ocsp_free(ocsps->list[--ocsps->count]);
}

void
sg_ocsps_clear(struct sg_ocsps *ocsps)
{
	ocsps_cut(ocsps, 0);
	free(ocsps->list);
	ocsps->list = NULL;
}

struct reading {
	struct sg_ocsps *ocsps;
	size_t before;
};

static int
ocsps_take(
    struct sg_env *env, const char *name, struct sg_view der, void *payload)
{
	struct reading *reading = payload;
	struct sg_ocsp *ocsp = NULL;
	int ret;

	(void)name;
	if (reading->ocsps->count - reading->before >= SG_MAX_CRLS)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("more than %d OCSP responses in one file"), SG_MAX_CRLS);
	ret = sg_ocsp_parse(env, der, &ocsp);
	if (ret == 0)
		ret = sg_ocsps_add(env, reading->ocsps, ocsp);
	sg_ocsp_free(ocsp);
	return ret;
}

int
sg_ocsps_read(struct sg_env *env, struct sg_view file, struct sg_ocsps *ocsps)
{
	static const char *const names[] = { "OCSP RESPONSE", NULL };
	struct reading reading = { ocsps, ocsps->count };
	const struct sg_armor armor = { names, "an OCSP response",
		2 * SG_MAX_OCSP_SIZE, ocsps_take, &reading };
	int ret = sg_armor_each(env, file, &armor);

	if (ret < 0)
		ocsps_cut(ocsps, reading.before);
	return ret;
}
