/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

/* The engine interface is deprecated; that it stays in this file is the
 * point of the file. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/gost.h"

#include "base/env.h"
#include "base/err.h"
#include "base/oid.h"

#include <openssl/configuration.h>
#ifndef OPENSSL_NO_ENGINE
#include <openssl/engine.h>
#endif
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define GOST_PROVIDER "gostprov"
#define GOST_KEY_OID "1.2.643.7.1.1.1.1"

static pthread_mutex_t load_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t key_lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int engine_ready;

/* ---- loading */

#ifndef OPENSSL_NO_ENGINE
/* Finding the engine gives digests only; keys need it as the default for all
 * that it has. The reference is kept for the life of the process. */
static int
gost_engine_start(void)
{
	ENGINE *engine = ENGINE_by_id("gost");

	if (engine == NULL)
		return 0;
	if (ENGINE_init(engine) == 0) {
		ENGINE_free(engine);
		return 0;
	}
	ENGINE_free(engine);
	return ENGINE_set_default(engine, ENGINE_METHOD_ALL) != 0;
}
#else
static int
gost_engine_start(void)
{
	return 0;
}
#endif

static int
gost_engine(void)
{
	if (atomic_load(&engine_ready))
		return 1;
	pthread_mutex_lock(&load_lock);
	if (!atomic_load(&engine_ready) && gost_engine_start())
		atomic_store(&engine_ready, 1);
	pthread_mutex_unlock(&load_lock);
	return atomic_load(&engine_ready);
}

/* Some versions of the provider have digests and ciphers only. */
static int
gost_provider_signs(struct sg_env *env)
{
	EVP_SIGNATURE *signature =
	    EVP_SIGNATURE_fetch(env->lib, GOST_KEY_OID, NULL);

	EVP_SIGNATURE_free(signature);
	return signature != NULL;
}

/* A provider belongs to one library context and goes with it. */
static int
gost_provider(struct sg_env *env)
{
	OSSL_PROVIDER *provider;

	if (OSSL_PROVIDER_available(env->lib, GOST_PROVIDER))
		return gost_provider_signs(env);
	provider = OSSL_PROVIDER_try_load(env->lib, GOST_PROVIDER, 1);
	if (provider == NULL)
		return 0;
	if (gost_provider_signs(env))
		return 1;
	OSSL_PROVIDER_unload(provider);
	return 0;
}

static int
gost_ready(struct sg_env *env)
{
	int ready;

	ERR_set_mark();
	ready = gost_engine() || gost_provider(env);
	ERR_pop_to_mark();
	return ready;
}

int
sg_gost_need(struct sg_env *env)
{
	if (gost_ready(env))
		return 0;
	sg_err_set(env, SIGN_E_MODULE,
	    N_("the module with the GOST algorithms is not there"));
	sg_err_hint(
	    env, N_("install the package %s"), "libengine-gost-openssl");
	return SIGN_E_MODULE;
}

const char *
sg_gost_version(struct sg_env *env)
{
	if (!gost_ready(env))
		return NULL;
	return atomic_load(&engine_ready) ? "engine gost"
					  : "provider " GOST_PROVIDER;
}

/* A provider's method stays in the library context's store, so the reference
 * of the caller can be given back at once. */
const EVP_MD *
sg_gost_md(struct sg_env *env, const char *name)
{
	EVP_MD *md;

	if (!gost_ready(env))
		return NULL;
	if (atomic_load(&engine_ready))
		return EVP_get_digestbyname(name);
	md = EVP_MD_fetch(env->lib, name, NULL);
	EVP_MD_free(md);
	return md;
}

void
sg_gost_lock(void)
{
	pthread_mutex_lock(&key_lock);
}

void
sg_gost_unlock(void)
{
	pthread_mutex_unlock(&key_lock);
}

/* ---- keys */

static const char *const key_oids[] = {
	"\x06\x08\x2a\x85\x03\x07\x01\x01\x01\x01", /* 2012, 256 bit */
	"\x06\x08\x2a\x85\x03\x07\x01\x01\x01\x02", /* 2012, 512 bit */
	"\x06\x06\x2a\x85\x03\x02\x02\x13",         /* 2001 */
	"\x06\x06\x2a\x85\x03\x02\x02\x14",         /* 94 */
};

int
sg_gost_is_key(struct sg_view der)
{
	size_t i;

	if (der.len == 0)
		return 0;
	for (i = 0; i < sizeof(key_oids) / sizeof(key_oids[0]); i++)
		if (memmem(der.ptr, der.len, key_oids[i],
			strlen(key_oids[i])) != NULL)
			return 1;
	return 0;
}

#define Q_CRYPTOPRO_A \
	"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF" \
	"6C611070995AD10045841B09B761B893"
#define Q_CRYPTOPRO_B \
	"80000000000000000000000000000001" \
	"5F700CFFF1A624E5E497161BCC8A198F"
#define Q_CRYPTOPRO_C \
	"9B9F605F5A858107AB1EC85E6B41C8AA" \
	"582CA3511EDDFB74F02F3A6598980BB9"

/* RFC 4357, 11.4; RFC 7836, A; RFC 9215, E. */
static const struct sg_gost_set sets[] = {
	{ "1.2.643.2.2.35.0", "CryptoPro-Test", 32,
	    "80000000000000000000000000000001"
	    "50FE8A1892976154C59CFC193ACCF5B3" },
	{ "1.2.643.2.2.35.1", "CryptoPro-A", 32, Q_CRYPTOPRO_A },
	{ "1.2.643.2.2.35.2", "CryptoPro-B", 32, Q_CRYPTOPRO_B },
	{ "1.2.643.2.2.35.3", "CryptoPro-C", 32, Q_CRYPTOPRO_C },
	{ "1.2.643.2.2.36.0", "CryptoPro-XchA", 32, Q_CRYPTOPRO_A },
	{ "1.2.643.2.2.36.1", "CryptoPro-XchB", 32, Q_CRYPTOPRO_C },
	{ "1.2.643.7.1.2.1.1.1", "TC26-256-A", 32,
	    "40000000000000000000000000000000"
	    "0FD8CDDFC87B6635C115AF556C360C67" },
	{ "1.2.643.7.1.2.1.1.2", "TC26-256-B", 32, Q_CRYPTOPRO_A },
	{ "1.2.643.7.1.2.1.1.3", "TC26-256-C", 32, Q_CRYPTOPRO_B },
	{ "1.2.643.7.1.2.1.1.4", "TC26-256-D", 32, Q_CRYPTOPRO_C },
	{ "1.2.643.7.1.2.1.2.0", "TC26-512-Test", 64,
	    "4531ACD1FE0023C7550D267B6B2FEE80"
	    "922B14B2FFB90F04D4EB7C09B5D2D15D"
	    "A82F2D7ECB1DBAC719905C5EECC423F1"
	    "D86E25EDBE23C595D644AAF187E6E6DF" },
	{ "1.2.643.7.1.2.1.2.1", "TC26-512-A", 64,
	    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
	    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
	    "27E69532F48D89116FF22B8D4E056060"
	    "9B4B38ABFAD2B85DCACDB1411F10B275" },
	{ "1.2.643.7.1.2.1.2.2", "TC26-512-B", 64,
	    "80000000000000000000000000000000"
	    "00000000000000000000000000000001"
	    "49A1EC142565A545ACFDB77BD9D40CFA"
	    "8B996712101BEA0EC6346C54374F25BD" },
	{ "1.2.643.7.1.2.1.2.3", "TC26-512-C", 64,
	    "3FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
	    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
	    "C98CDBA46506AB004C33A9FF5147502C"
	    "C8EDA9E7A769A12694623CEF47F023ED" },
};

const struct sg_gost_set *
sg_gost_set_rows(size_t *count)
{
	*count = sizeof(sets) / sizeof(sets[0]);
	return sets;
}

static const struct sg_gost_set *
gost_set_find(const ASN1_OBJECT *object)
{
	char oid[SG_OID_TEXT];
	size_t i;

	if (sg_oid_of(object, oid) < 0)
		return NULL;
	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		if (strcmp(sets[i].oid, oid) == 0)
			return &sets[i];
	return NULL;
}

/* GostR3410-2012-PublicKeyParameters begins with publicKeyParamSet
 * (RFC 9215, 4.2). */
static const struct sg_gost_set *
gost_set_read(const ASN1_STRING *params)
{
	const unsigned char *at = ASN1_STRING_get0_data(params);
	const unsigned char *end = at + ASN1_STRING_length(params);
	const struct sg_gost_set *set = NULL;
	ASN1_OBJECT *object = NULL;
	long len;
	int tag, tag_class;

	if ((ASN1_get_object(&at, &len, &tag, &tag_class, end - at) & 0x80) !=
		0 ||
	    tag != V_ASN1_SEQUENCE)
		return NULL;
	object = d2i_ASN1_OBJECT(NULL, &at, len);
	if (object != NULL)
		set = gost_set_find(object);
	ASN1_OBJECT_free(object);
	return set;
}

/* The engine keeps a key as a point of a curve that bears the set's number. */
static const struct sg_gost_set *
gost_set_of_engine(const EVP_PKEY *key)
{
	const EC_KEY *ec = NULL;

	switch (EVP_PKEY_get_base_id(key)) {
	case NID_id_GostR3410_2001:
	case NID_id_GostR3410_2012_256:
	case NID_id_GostR3410_2012_512:
		ec = EVP_PKEY_get0(key);
		break;
	default:
		break;
	}
	if (ec == NULL || EC_KEY_get0_group(ec) == NULL)
		return NULL;
	return gost_set_find(
	    OBJ_nid2obj(EC_GROUP_get_curve_name(EC_KEY_get0_group(ec))));
}

const struct sg_gost_set *
sg_gost_set_of(EVP_PKEY *key)
{
	const struct sg_gost_set *set = NULL;
	X509_PUBKEY *pub = NULL;
	X509_ALGOR *algor;
	const void *params;
	int type;

	ERR_set_mark();
	set = gost_set_of_engine(key);
	if (set == NULL && X509_PUBKEY_set(&pub, key) == 1 &&
	    X509_PUBKEY_get0_param(NULL, NULL, NULL, &algor, pub) == 1) {
		X509_ALGOR_get0(NULL, &type, &params, algor);
		if (type == V_ASN1_SEQUENCE)
			set = gost_set_read(params);
	}
	X509_PUBKEY_free(pub);
	ERR_pop_to_mark();
	return set;
}

/* ---- values */

/* 0 < half < q */
static int
gost_in_range(const unsigned char *half, size_t size, const BIGNUM *q)
{
	BIGNUM *value = BN_bin2bn(half, (int)size, NULL);
	int good = value != NULL && !BN_is_zero(value) && BN_cmp(value, q) < 0;

	BN_free(value);
	return good;
}

int
sg_gost_check_value(struct sg_env *env, EVP_PKEY *key, struct sg_view digest,
    struct sg_view value)
{
	const struct sg_gost_set *set = sg_gost_set_of(key);
	BIGNUM *q = NULL;
	int good;

	if (set == NULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("unknown parameter set of a GOST key (RFC 9215, 4.2)"));
	if (digest.len != set->size || value.len != 2 * set->size)
		return 0;
	if (BN_hex2bn(&q, set->q) == 0)
		return sg_err_nomem(env);
	good = gost_in_range(value.ptr, set->size, q) &&
	    gost_in_range(value.ptr + set->size, set->size, q);
	BN_free(q);
	return good;
}
