/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/cert.h"

#include "base/alg.h"
#include "base/env.h"
#include "base/err.h"
#include "base/gost.h"
#include "base/keydata.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/shape.h"
#include "certs/x509.h"

#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CERT_SHA256 32
/* bits of keyUsage (RFC 5280, 4.2.1.3) */
#define USAGE_DIGITAL_SIGNATURE 0
#define USAGE_NON_REPUDIATION 1

/* The subject's attributes; the pool holds this too. */
struct parts {
	struct sg_pool *pool;
	const struct sg_name_part *list;
	size_t count;
};

/* What is made on first need, under the lock, and then stays. */
struct made {
	X509 *empty; /* for want of a better one */
	_Atomic(X509 *) x509;
	_Atomic(EVP_PKEY *) key;  /* NULL: the one in x509 is taken */
	_Atomic(char *) names[2]; /* as text: subject, issuer */
	_Atomic(struct parts *) parts;
	_Atomic(struct sg_key_info *) info;
};

struct sg_cert {
	atomic_int refs;
	struct sg_buf der;
	struct sg_shape *shape;
	struct sg_cert_ids ids; /* serial.len 0: they cannot be read */
	OSSL_LIB_CTX *lib;      /* of the environment */
	unsigned char sha256[CERT_SHA256];
	int64_t not_before, not_after;
	int gost; /* the key is a GOST one */
	struct made *made;
};

static pthread_mutex_t cert_lock = PTHREAD_MUTEX_INITIALIZER;

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

static struct made *
made_new(struct sg_env *env)
{
	struct made *made = calloc(1, sizeof(*made));

	if (made != NULL)
		made->empty = X509_new_ex(env->lib, NULL);
	if (made != NULL && made->empty != NULL)
		return made;
	free(made);
	sg_err_nomem(env);
	return NULL;
}

static void
parts_free(struct parts *parts)
{
	if (parts != NULL)
		sg_pool_free(parts->pool);
}

static void
made_free(struct made *made)
{
	if (made == NULL)
		return;
	X509_free(atomic_load(&made->x509));
	EVP_PKEY_free(atomic_load(&made->key));
	free(atomic_load(&made->names[0]));
	free(atomic_load(&made->names[1]));
	parts_free(atomic_load(&made->parts));
	free(atomic_load(&made->info));
	X509_free(made->empty);
	free(made);
}

/* RFC 5280, 4.1.2.5. */
static int
cert_facts(struct sg_env *env, struct sg_cert *cert)
{
	const X509_VAL *validity = cert->shape->tbs->validity;

	cert->not_before = sg_x509_time(validity->notBefore);
	cert->not_after = sg_x509_time(validity->notAfter);
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
	cert->lib = env->lib;
	cert->made = made_new(env);
	if (cert->made == NULL) {
		ret = SIGN_E_NOMEM;
		goto out;
	}
	cert->shape = sg_shape_read(cert->der.ptr, cert->der.len);
	if (cert->shape == NULL) {
		ret = sg_err_set(env, SIGN_E_FORMAT,
		    N_("certificate: broken, cut short or followed by "
		       "something else (RFC 5280, 4.1)"));
		goto out;
	}
	ret = cert_facts(env, cert);
	if (ret < 0)
		goto out;
	if (sg_der_cert_ids(env, sg_buf_view(&cert->der), &cert->ids) < 0)
		sg_err_clear(env);
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
	made_free(cert->made);
	sg_shape_free(cert->shape);
	sg_buf_free(&cert->der);
	free(cert);
}

/* ---- what is made on need */

/* Decodes the key with the rest, so a GOST key needs the module before; without
 * it the certificate is read all the same, only its key is not. Extensions are
 * looked at here once, so that the object does not change any more when threads
 * share it. */
static X509 *
cert_decode(const struct sg_cert *cert)
{
	const unsigned char *at = cert->der.ptr;
	X509 *x509 = X509_new_ex(cert->lib, NULL);
	struct sg_env env = { .lib = cert->lib };

	if (cert->gost) {
		(void)sg_gost_need(&env);
		sg_gost_lock();
	}
	/* NULL also where only an extension is broken: the object stays then,
	 * and knows it */
	if (x509 != NULL)
		(void)d2i_X509(&x509, &at, (long)cert->der.len);
	if (cert->gost)
		sg_gost_unlock();
	if (x509 != NULL)
		X509_check_purpose(x509, -1, 0);
	ERR_clear_error();
	return x509;
}

X509 *
sg_cert_x509(const struct sg_cert *cert)
{
	struct made *made = cert->made;
	X509 *x509 = atomic_load(&made->x509);

	if (x509 != NULL)
		return x509;
	pthread_mutex_lock(&cert_lock);
	x509 = atomic_load(&made->x509);
	if (x509 == NULL)
		x509 = cert_decode(cert);
	atomic_store(&made->x509, x509);
	pthread_mutex_unlock(&cert_lock);
	return x509 != NULL ? x509 : made->empty;
}

/* A key in a usual form; NULL: OpenSSL's object has it, or nobody. */
static EVP_PKEY *
cert_usual_key(const struct sg_cert *cert)
{
	struct made *made = cert->made;
	EVP_PKEY *key = atomic_load(&made->key);
	struct sg_env env = { .lib = cert->lib };

	if (key != NULL || cert->gost || atomic_load(&made->x509) != NULL)
		return key;
	pthread_mutex_lock(&cert_lock);
	key = atomic_load(&made->key);
	if (key == NULL)
		key = sg_keydata_public(&env, cert->shape->tbs->key->algorithm,
		    sg_cert_public(cert));
	atomic_store(&made->key, key);
	pthread_mutex_unlock(&cert_lock);
	return key;
}

/* ---- what it says */

/* Each report shows the names of all certificates of the chain, and most
 * reports of a batch the same ones. */
const char *
sg_cert_name_text(struct sg_pool *pool, const struct sg_cert *cert, int issuer)
{
	_Atomic(char *) *kept = &cert->made->names[issuer != 0];
	const char *text = atomic_load(kept);
	char *none = NULL, *copy;

	if (text != NULL)
		return sg_pool_str(pool, text);
	text = sg_x509_name_text(
	    pool, issuer ? sg_cert_issuer(cert) : sg_cert_subject(cert));
	copy = text != NULL ? strdup(text) : NULL;
	if (!atomic_compare_exchange_strong(kept, &none, copy))
		free(copy);
	return text;
}

static struct parts *
parts_of(const struct sg_cert *cert)
{
	struct sg_pool *pool = sg_pool_new();
	struct parts *parts =
	    pool != NULL ? sg_pool_alloc(pool, sizeof(*parts)) : NULL;

	if (parts != NULL)
		parts->list = sg_x509_name_parts(
		    pool, sg_cert_subject(cert), &parts->count);
	if (parts == NULL || parts->list == NULL) {
		sg_pool_free(pool);
		return NULL;
	}
	parts->pool = pool;
	return parts;
}

const struct sg_name_part *
sg_cert_parts(const struct sg_cert *cert, size_t *count)
{
	struct made *made = cert->made;
	struct parts *parts = atomic_load(&made->parts), *none = NULL;

	if (parts == NULL) {
		parts = parts_of(cert);
		if (!atomic_compare_exchange_strong(
			&made->parts, &none, parts)) {
			parts_free(parts);
			parts = none;
		}
	}
	if (parts == NULL)
		return NULL;
	*count = parts->count;
	return parts->list;
}

struct sg_view
sg_cert_der(const struct sg_cert *cert)
{
	return sg_buf_view(&cert->der);
}

const struct sg_cert_ids *
sg_cert_ids(const struct sg_cert *cert)
{
	return cert->ids.serial.len != 0 ? &cert->ids : NULL;
}

const X509_NAME *
sg_cert_subject(const struct sg_cert *cert)
{
	return cert->shape->tbs->subject;
}

const X509_NAME *
sg_cert_issuer(const struct sg_cert *cert)
{
	return cert->shape->tbs->issuer;
}

struct sg_view
sg_cert_public(const struct sg_cert *cert)
{
	const ASN1_BIT_STRING *bits = cert->shape->tbs->key->bits;

	return sg_view_of(
	    ASN1_STRING_get0_data(bits), (size_t)ASN1_STRING_length(bits));
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

	*out = cert_usual_key(cert);
	if (*out == NULL)
		*out = X509_get0_pubkey(sg_cert_x509(cert));
	ERR_clear_error();
	if (*out != NULL)
		return 0;
	if (cert->gost) {
		ret = sg_gost_need(env);
		if (ret < 0)
			return ret;
	}
	return sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("certificate: its public key is of an unknown kind or broken "
	       "(RFC 5280, 4.1.2.7)"));
}

int
sg_cert_key_info(struct sg_env *env, const struct sg_cert *cert,
    const struct sg_key_info **out)
{
	_Atomic(struct sg_key_info *) *kept = &cert->made->info;
	struct sg_key_info *info = atomic_load(kept), *none = NULL;
	EVP_PKEY *key;
	int ret;

	*out = info;
	if (info != NULL)
		return 0;
	ret = sg_cert_key(env, cert, &key);
	if (ret < 0)
		return ret;
	info = malloc(sizeof(*info));
	if (info == NULL)
		return sg_err_nomem(env);
	ret = sg_key_info(env, key, info);
	if (ret == 0 && atomic_compare_exchange_strong(kept, &none, info)) {
		*out = info;
		return 0;
	}
	free(info);
	*out = none;
	return ret;
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
	return X509_check_ca(sg_cert_x509(cert)) != 0;
}

/* RFC 5280, 3.2. */
int
sg_cert_self_issued(const struct sg_cert *cert)
{
	return X509_NAME_cmp(sg_cert_issuer(cert), sg_cert_subject(cert)) == 0;
}

static void *
cert_extension(const struct sg_cert *cert, int nid, int *critical)
{
	return X509V3_get_d2i(
	    cert->shape->tbs->extensions, nid, critical, NULL);
}

int
sg_cert_may_sign(const struct sg_cert *cert)
{
	int critical;
	ASN1_BIT_STRING *usage = cert_extension(cert, NID_key_usage, &critical);
	int may = usage == NULL
	    ? critical == -1 /* there is none */
	    : ASN1_BIT_STRING_get_bit(usage, USAGE_DIGITAL_SIGNATURE) ||
		ASN1_BIT_STRING_get_bit(usage, USAGE_NON_REPUDIATION);

	ASN1_BIT_STRING_free(usage);
	ERR_clear_error();
	return may;
}

void
sg_cert_key_period(const struct sg_cert *cert, int64_t *from, int64_t *until)
{
	PKEY_USAGE_PERIOD *period =
	    cert_extension(cert, NID_private_key_usage_period, NULL);

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
	const ASN1_INTEGER *serial = cert->shape->tbs->serial;
	int len = ASN1_STRING_length(serial);
	const char *hex;

	if (len <= 0)
		return sg_pool_str(pool, "00");
	hex = sg_x509_hex(pool, ASN1_STRING_get0_data(serial), (size_t)len);
	if (hex == NULL || ASN1_STRING_type(serial) != V_ASN1_NEG_INTEGER)
		return hex;
	return sg_pool_printf(pool, "-%s", hex);
}
