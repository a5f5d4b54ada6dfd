/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/crl.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "certs/x509.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdatomic.h>
#include <stdlib.h>

struct sg_crl {
	atomic_int refs;
	struct sg_buf der;
	X509_CRL *x509;
	int64_t this_update, next_update;
	int64_t keeps_expired; /* SG_NO_TIME: it does not */
};

/* expiredCertsOnCRL (X.509, 9.5.2.8): certificates that expired after this
 * time stay on the list. */
static int64_t
crl_keeps_expired(const X509_CRL *x509)
{
	ASN1_OBJECT *oid = OBJ_txt2obj("2.5.29.60", 1);
	int at = X509_CRL_get_ext_by_OBJ(x509, oid, -1);
	ASN1_GENERALIZEDTIME *time = NULL;
	const ASN1_OCTET_STRING *value;
	const unsigned char *ptr;
	int64_t out = SG_NO_TIME;

	ASN1_OBJECT_free(oid);
	if (at < 0)
		return SG_NO_TIME;
	value = X509_EXTENSION_get_data(X509_CRL_get_ext(x509, at));
	ptr = ASN1_STRING_get0_data(value);
	time = d2i_ASN1_GENERALIZEDTIME(NULL, &ptr, ASN1_STRING_length(value));
	if (time != NULL)
		out = sg_x509_time(time);
	ASN1_GENERALIZEDTIME_free(time);
	ERR_clear_error();
	return out;
}

/* RFC 5280, 5.1.2.4 and 5.1.2.5. */
static int
crl_facts(struct sg_env *env, struct sg_crl *crl)
{
	const ASN1_TIME *next = X509_CRL_get0_nextUpdate(crl->x509);

	crl->this_update = sg_x509_time(X509_CRL_get0_lastUpdate(crl->x509));
	crl->next_update = sg_x509_time(next);
	crl->keeps_expired = crl_keeps_expired(crl->x509);
	if (crl->this_update == SG_NO_TIME ||
	    (next != NULL && crl->next_update == SG_NO_TIME))
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("CRL: broken time (RFC 5280, 5.1.2.4)"));
	return 0;
}

static X509_CRL *
crl_decode(struct sg_env *env, const struct sg_buf *der)
{
	X509_CRL *x509 = X509_CRL_new_ex(env->lib, NULL);
	const unsigned char *at = der->ptr;

	if (x509 == NULL || d2i_X509_CRL(&x509, &at, (long)der->len) == NULL)
		return NULL;
	if (at == der->ptr + der->len)
		return x509;
	X509_CRL_free(x509);
	return NULL;
}

int
sg_crl_parse(struct sg_env *env, struct sg_view der, struct sg_crl **out)
{
	struct sg_crl *crl = NULL;
	int ret;

	if (der.len == 0 || der.len > SG_MAX_CRL_SIZE)
		return sg_err_set(env,
		    der.len == 0 ? SIGN_E_FORMAT : SIGN_E_LIMIT,
		    N_("CRL: want at most %d octets, have %zu"),
		    SG_MAX_CRL_SIZE, der.len);
	crl = calloc(1, sizeof(*crl));
	if (crl == NULL)
		return sg_err_nomem(env);
	atomic_init(&crl->refs, 1);
	ret = sg_buf_append_view(env, &crl->der, der);
	if (ret < 0)
		goto out;
	crl->x509 = crl_decode(env, &crl->der);
	if (crl->x509 == NULL) {
		ERR_clear_error();
		ret = sg_err_set(env, SIGN_E_FORMAT,
		    N_("CRL: broken, cut short or followed by something else "
		       "(RFC 5280, 5.1)"));
		goto out;
	}
	ret = crl_facts(env, crl);
	if (ret < 0)
		goto out;
	*out = crl;
	crl = NULL;
out:
	sg_crl_free(crl);
	return ret;
}

struct sg_crl *
sg_crl_ref(struct sg_crl *crl)
{
	atomic_fetch_add(&crl->refs, 1);
	return crl;
}

void
sg_crl_free(struct sg_crl *crl)
{
	if (crl == NULL || atomic_fetch_sub(&crl->refs, 1) != 1)
		return;
	X509_CRL_free(crl->x509);
	sg_buf_free(&crl->der);
	free(crl);
}

X509_CRL *
sg_crl_x509(const struct sg_crl *crl)
{
	return crl->x509;
}

struct sg_view
sg_crl_der(const struct sg_crl *crl)
{
	return sg_buf_view(&crl->der);
}

int64_t
sg_crl_this_update(const struct sg_crl *crl)
{
	return crl->this_update;
}

int64_t
sg_crl_next_update(const struct sg_crl *crl)
{
	return crl->next_update;
}

int
sg_crl_keeps_expired(const struct sg_crl *crl, int64_t not_after)
{
	return crl->keeps_expired != SG_NO_TIME &&
	    crl->keeps_expired <= not_after;
}

const char *
sg_crl_issuer_text(struct sg_pool *pool, const struct sg_crl *crl)
{
	return sg_x509_name_text(pool, X509_CRL_get_issuer(crl->x509));
}

/* ---- lists */

int
sg_crls_add(struct sg_env *env, struct sg_crls *crls, struct sg_crl *crl)
{
	struct sg_crl **list;

	list = sg_list_grow(crls->list, crls->count, sizeof(struct sg_crl *));
	if (list == NULL)
		return sg_err_nomem(env);
	crls->list = list;
	crls->list[crls->count++] = sg_crl_ref(crl);
	return 0;
}

static void
crls_cut(struct sg_crls *crls, size_t count)
{
	while (crls->count > count)
		sg_crl_free(crls->list[--crls->count]);
}

void
sg_crls_clear(struct sg_crls *crls)
{
	crls_cut(crls, 0);
	free(crls->list);
	crls->list = NULL;
}

struct reading {
	struct sg_crls *crls;
	size_t before;
};

static int
crls_take(
    struct sg_env *env, const char *name, struct sg_view der, void *payload)
{
	struct reading *reading = payload;
	struct sg_crl *crl = NULL;
	int ret;

	(void)name;
	if (reading->crls->count - reading->before >= SG_MAX_CRLS)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("more than %d CRLs in one file"), SG_MAX_CRLS);
	ret = sg_crl_parse(env, der, &crl);
	if (ret == 0)
		ret = sg_crls_add(env, reading->crls, crl);
	sg_crl_free(crl);
	return ret;
}

static int
crls_piece(
    struct sg_env *env, const char *name, struct sg_view der, void *payload)
{
	struct reading *reading = payload;
	size_t before = reading->crls->count;
	int ret;

	if (!sg_armor_is_cms(der))
		return crls_take(env, name, der, payload);
	ret = sg_armor_signed_data(env, der, 1, crls_take, payload);
	if (ret == 0 && reading->crls->count == before)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("no CRL in the PKCS#7 (RFC 5652, 5.1)"));
	return ret;
}

int
sg_crls_read(struct sg_env *env, struct sg_view file, struct sg_crls *crls)
{
	static const char *const names[] = { PEM_STRING_X509_CRL,
		PEM_STRING_PKCS7, PEM_STRING_PKCS7_SIGNED, PEM_STRING_CMS,
		NULL };
	struct reading reading = { crls, crls->count };
	const struct sg_armor armor = { names, "a CRL", SG_MAX_CRL_SIZE,
		crls_piece, &reading };
	int ret = sg_armor_each(env, file, &armor);

	if (ret < 0)
		crls_cut(crls, reading.before);
	return ret;
}
