/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/cert.h"

#include "base/env.h"
#include "base/err.h"
#include "base/gost.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/x509.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CERT_SHA256 32

struct sg_cert {
	atomic_int refs;
	struct sg_buf der;
	X509 *x509;
	EVP_PKEY *key; /* in x509; NULL: cannot be decoded */
	unsigned char sha256[CERT_SHA256];
	int64_t not_before, not_after;
	int gost; /* the key is a GOST one */
};

/* ---- times and octets of OpenSSL's objects */

int64_t
sg_x509_time(const ASN1_TIME *time)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int64_t out = SG_NO_TIME;
	int days, seconds;

	if (epoch != NULL && time != NULL &&
	    ASN1_TIME_diff(&days, &seconds, epoch, time) == 1)
		out = (int64_t)days * 86400 + seconds;
	ASN1_TIME_free(epoch);
	ERR_clear_error();
	return out;
}

/* ---- life */

/* The key is decoded with the rest, so a GOST key needs the module before;
 * without it the certificate is read all the same, only its key is not. */
static X509 *
cert_decode(struct sg_env *env, struct sg_cert *cert)
{
	const unsigned char *at = cert->der.ptr;
	X509 *x509 = X509_new_ex(env->lib, NULL);

	if (x509 == NULL)
		return NULL;
	if (cert->gost) {
		if (sg_gost_need(env) < 0)
			sg_err_clear(env);
		sg_gost_lock();
	}
	if (d2i_X509(&x509, &at, (long)cert->der.len) != NULL &&
	    at != cert->der.ptr + cert->der.len) {
		X509_free(x509);
		x509 = NULL;
	}
	if (x509 != NULL)
		cert->key = X509_get0_pubkey(x509);
	if (cert->gost)
		sg_gost_unlock();
	return x509;
}

/* RFC 5280, 4.1.2.5. Extensions are looked at here once, so that the object
 * does not change any more when threads share it. */
static int
cert_facts(struct sg_env *env, struct sg_cert *cert)
{
	X509_check_purpose(cert->x509, -1, 0);
	cert->not_before = sg_x509_time(X509_get0_notBefore(cert->x509));
	cert->not_after = sg_x509_time(X509_get0_notAfter(cert->x509));
	ERR_clear_error();
	if (cert->not_before == SG_NO_TIME || cert->not_after == SG_NO_TIME)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("certificate: broken validity (RFC 5280, 4.1.2.5)"));
	if (!EVP_Q_digest(env->lib, "SHA256", NULL, cert->der.ptr,
		cert->der.len, cert->sha256, NULL))
		return sg_err_ssl(
		    env, SIGN_E_CRYPTO, N_("cannot compute a fingerprint"));
	return 0;
}

int
sg_cert_parse(struct sg_env *env, struct sg_view der, struct sg_cert **out)
{
	struct sg_cert *cert = NULL;
	int ret;

	if (der.len == 0 || der.len > SG_MAX_CERT_SIZE)
		return sg_err_set(env,
		    der.len == 0 ? SIGN_E_FORMAT : SIGN_E_LIMIT,
		    N_("certificate: want at most %d octets, have %zu"),
		    SG_MAX_CERT_SIZE, der.len);
	cert = calloc(1, sizeof(*cert));
	if (cert == NULL)
		return sg_err_nomem(env);
	atomic_init(&cert->refs, 1);
	cert->gost = sg_gost_is_key(der);
	ret = sg_buf_append_view(env, &cert->der, der);
	if (ret < 0)
		goto out;
	cert->x509 = cert_decode(env, cert);
	if (cert->x509 == NULL) {
		ERR_clear_error();
		ret = sg_err_set(env, SIGN_E_FORMAT,
		    N_("certificate: broken, cut short or followed by "
		       "something else (RFC 5280, 4.1)"));
		goto out;
	}
	ret = cert_facts(env, cert);
	if (ret < 0)
		goto out;
	*out = cert;
	cert = NULL;
out:
	sg_cert_free(cert);
	return ret;
}

struct sg_cert *
sg_cert_ref(struct sg_cert *cert)
{
	atomic_fetch_add(&cert->refs, 1);
	return cert;
}

void
sg_cert_free(struct sg_cert *cert)
{
	if (cert == NULL || atomic_fetch_sub(&cert->refs, 1) != 1)
		return;
	X509_free(cert->x509);
	sg_buf_free(&cert->der);
	free(cert);
}

/* ---- what it says */

struct sg_view
sg_cert_der(const struct sg_cert *cert)
{
	return sg_buf_view(&cert->der);
}

X509 *
sg_cert_x509(const struct sg_cert *cert)
{
	return cert->x509;
}

const unsigned char *
sg_cert_sha256(const struct sg_cert *cert)
{
	return cert->sha256;
}

int
sg_cert_equal(const struct sg_cert *a, const struct sg_cert *b)
{
	return a == b || memcmp(a->sha256, b->sha256, CERT_SHA256) == 0;
}

int
sg_cert_has_gost_key(const struct sg_cert *cert)
{
	return cert->gost;
}

int
sg_cert_key(struct sg_env *env, const struct sg_cert *cert, EVP_PKEY **out)
{
	int ret;

	if (cert->key != NULL) {
		*out = cert->key;
		return 0;
	}
	if (cert->gost) {
		ret = sg_gost_need(env);
		if (ret < 0)
			return ret;
	}
	return sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("certificate: its public key is of an unknown kind or broken "
	       "(RFC 5280, 4.1.2.7)"));
}

int64_t
sg_cert_not_before(const struct sg_cert *cert)
{
	return cert->not_before;
}

int64_t
sg_cert_not_after(const struct sg_cert *cert)
{
	return cert->not_after;
}

/* RFC 5280, 4.2.1.9; also roots from before version 3. */
int
sg_cert_is_ca(const struct sg_cert *cert)
{
	return X509_check_ca(cert->x509) != 0;
}

/* RFC 5280, 3.2. */
int
sg_cert_self_issued(const struct sg_cert *cert)
{
	return X509_NAME_cmp(X509_get_issuer_name(cert->x509),
		   X509_get_subject_name(cert->x509)) == 0;
}

int
sg_cert_may_sign(const struct sg_cert *cert)
{
	uint32_t usage = X509_get_key_usage(cert->x509);

	return (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
}

void
sg_cert_key_period(const struct sg_cert *cert, int64_t *from, int64_t *until)
{
	PKEY_USAGE_PERIOD *period = X509_get_ext_d2i(
	    cert->x509, NID_private_key_usage_period, NULL, NULL);

	*from = *until = SG_NO_TIME;
	if (period != NULL) {
		*from = sg_x509_time(period->notBefore);
		*until = sg_x509_time(period->notAfter);
	}
	PKEY_USAGE_PERIOD_free(period);
	ERR_clear_error();
}

const char *
sg_x509_hex(struct sg_pool *pool, const unsigned char *ptr, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	char *text = sg_pool_array(pool, len + 1, 2);
	size_t i;

	if (text == NULL)
		return NULL;
	for (i = 0; i < len; i++) {
		text[2 * i] = digits[ptr[i] >> 4];
		text[2 * i + 1] = digits[ptr[i] & 15];
	}
	return text;
}

const char *
sg_cert_serial_text(struct sg_pool *pool, const struct sg_cert *cert)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(cert->x509);
	int len = ASN1_STRING_length(serial);
	const char *hex;

	if (len <= 0)
		return sg_pool_str(pool, "00");
	hex = sg_x509_hex(pool, ASN1_STRING_get0_data(serial), (size_t)len);
	if (hex == NULL || ASN1_STRING_type(serial) != V_ASN1_NEG_INTEGER)
		return hex;
	return sg_pool_printf(pool, "-%s", hex);
}
