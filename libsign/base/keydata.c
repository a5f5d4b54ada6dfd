/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/keydata.h"

#include "base/der.h"
#include "base/env.h"
#include "base/err.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <limits.h>

#define NUMBERS_MAX 8 /* of an RSA private key */

/* What a key is made of. Numbers lie in memory that OpenSSL wipes. */
struct making {
	struct sg_env *env;
	OSSL_PARAM_BLD *build;
	BIGNUM *numbers[NUMBERS_MAX];
	size_t count;
};

static int
making_start(struct making *making, struct sg_env *env)
{
	making->env = env;
	making->build = OSSL_PARAM_BLD_new();
	return making->build != NULL;
}

static void
making_clear(struct making *making)
{
	while (making->count != 0)
		BN_clear_free(making->numbers[--making->count]);
	OSSL_PARAM_BLD_free(making->build);
	ERR_clear_error();
	sg_err_clear(making->env);
}

/* The builder borrows the number until the parameters are made. */
static int
making_push(struct making *making, const char *name, struct sg_view octets)
{
	BIGNUM *number = BN_secure_new();

	if (number == NULL || octets.len > INT_MAX ||
	    making->count == NUMBERS_MAX ||
	    BN_bin2bn(octets.ptr, (int)octets.len, number) == NULL) {
		BN_clear_free(number);
		return 0;
	}
	making->numbers[making->count++] = number;
	return OSSL_PARAM_BLD_push_BN(making->build, name, number) == 1;
}

static EVP_PKEY *
making_end(struct making *making, const char *type, int selection)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(making->build);
	EVP_PKEY_CTX *ctx =
	    EVP_PKEY_CTX_new_from_name(making->env->lib, type, NULL);
	EVP_PKEY *key = NULL;

	if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, selection, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	OSSL_PARAM_free(params);
	return key;
}

static int
is_type(const X509_ALGOR *algorithm, int nid)
{
	const ASN1_OBJECT *object;

	X509_ALGOR_get0(&object, NULL, NULL, algorithm);
	return OBJ_obj2nid(object) == nid;
}

/* The elements of a SEQUENCE that is nothing else. */
static int
open_sequence(struct sg_env *env, struct sg_view der, struct sg_der *inner)
{
	struct sg_der cursor = sg_der_of(der);
	struct sg_tlv all;

	return sg_der_want(env, &cursor, V_ASN1_SEQUENCE, "key", &all) == 0 &&
	    sg_der_end(&cursor) && !all.indefinite &&
	    sg_der_enter(env, &cursor, &all, inner) == 0;
}

static int
next_is(struct sg_env *env, struct sg_der *der, uint64_t number)
{
	struct sg_tlv tlv;
	uint64_t have;

	return sg_der_want(env, der, V_ASN1_INTEGER, "version", &tlv) == 0 &&
	    sg_der_uint(env, &tlv, &have) == 0 && have == number;
}

/* ---- RSA (RFC 8017, A.1) */

static int
rsa_push(struct making *making, struct sg_der *der, const char *name)
{
	struct sg_tlv tlv;

	return sg_der_want(making->env, der, V_ASN1_INTEGER, "number", &tlv) ==
	    0 &&
	    tlv.body.len != 0 && (tlv.body.ptr[0] & 0x80) == 0 &&
	    making_push(making, name, tlv.body);
}

static EVP_PKEY *
rsa_make(struct sg_env *env, struct sg_der *der, int secret)
{
	static const char *const names[] = { OSSL_PKEY_PARAM_RSA_N,
		OSSL_PKEY_PARAM_RSA_E, OSSL_PKEY_PARAM_RSA_D,
		OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
		OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
		OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };
	size_t i, count = secret ? NUMBERS_MAX : 2;
	struct making making = { 0 };
	EVP_PKEY *key = NULL;

	if (!making_start(&making, env))
		return NULL;
	for (i = 0; i < count; i++)
		if (!rsa_push(&making, der, names[i]))
			goto out;
	if (sg_der_end(der))
		key = making_end(&making, "RSA",
		    secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY);
out:
	making_clear(&making);
	return key;
}

/* ---- EC (RFC 5480, 2; RFC 5915, 3) */

/* The named curve; explicit parameters are left to the decoders. */
static const char *
ec_curve(const X509_ALGOR *algorithm)
{
	const void *value = NULL;
	int type;

	X509_ALGOR_get0(NULL, &type, &value, algorithm);
	if (type != V_ASN1_OBJECT)
		return NULL;
	return OBJ_nid2sn(OBJ_obj2nid(value));
}

static EVP_PKEY *
ec_make(struct sg_env *env, const X509_ALGOR *algorithm, struct sg_view point,
    struct sg_view secret)
{
	const char *curve = ec_curve(algorithm);
	struct making making = { 0 };
	EVP_PKEY *key = NULL;

	if (curve == NULL || point.len == 0 || !making_start(&making, env))
		return NULL;
	if (OSSL_PARAM_BLD_push_utf8_string(
		making.build, OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(making.build,
		OSSL_PKEY_PARAM_PUB_KEY, point.ptr, point.len) == 1 &&
	    (secret.len == 0 ||
		making_push(&making, OSSL_PKEY_PARAM_PRIV_KEY, secret)))
		key = making_end(&making, "EC",
		    secret.len == 0 ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR);
	making_clear(&making);
	return key;
}

/* The public key in [1]; where it is left out, the decoders compute it. */
static int
ec_point(struct sg_env *env, struct sg_der *der, struct sg_view *out)
{
	struct sg_tlv tlv;
	struct sg_der inner;

	while (sg_der_is_context(der, 0) || sg_der_is_context(der, 1)) {
		if (sg_der_next(env, der, "key", &tlv) < 0)
			return 0;
		if (tlv.tag != 1)
			continue;
		if (sg_der_enter(env, der, &tlv, &inner) < 0 ||
		    sg_der_want(env, &inner, V_ASN1_BIT_STRING, "key", &tlv) <
			0 ||
		    !sg_der_end(&inner) || tlv.constructed ||
		    tlv.body.len < 2 || tlv.body.ptr[0] != 0)
			return 0;
		*out = sg_view_of(tlv.body.ptr + 1, tlv.body.len - 1);
	}
	return sg_der_end(der) && out->len != 0;
}

static EVP_PKEY *
ec_private(struct sg_env *env, const X509_ALGOR *algorithm, struct sg_der *der)
{
	struct sg_view point = { NULL, 0 };
	struct sg_tlv secret;

	if (!next_is(env, der, 1) ||
	    sg_der_want(env, der, V_ASN1_OCTET_STRING, "key", &secret) < 0 ||
	    secret.constructed || secret.body.len == 0 ||
	    !ec_point(env, der, &point))
		return NULL;
	return ec_make(env, algorithm, point, secret.body);
}

/* ---- EdDSA (RFC 8410, 3): no parameters */

static const char *
ed_name(const X509_ALGOR *algorithm)
{
	int type;

	X509_ALGOR_get0(NULL, &type, NULL, algorithm);
	if (type != V_ASN1_UNDEF)
		return NULL;
	if (is_type(algorithm, NID_ED25519))
		return SN_ED25519;
	return is_type(algorithm, NID_ED448) ? SN_ED448 : NULL;
}

static EVP_PKEY *
ed_private(struct sg_env *env, const char *name, struct sg_view octets)
{
	struct sg_der cursor = sg_der_of(octets);
	struct sg_tlv tlv;

	if (sg_der_want(env, &cursor, V_ASN1_OCTET_STRING, "key", &tlv) < 0 ||
	    !sg_der_end(&cursor) || tlv.constructed)
		return NULL;
	return EVP_PKEY_new_raw_private_key_ex(
	    env->lib, name, NULL, tlv.body.ptr, tlv.body.len);
}

/* ---- */

EVP_PKEY *
sg_keydata_public(
    struct sg_env *env, const X509_ALGOR *algorithm, struct sg_view bits)
{
	const char *name = ed_name(algorithm);
	EVP_PKEY *key = NULL;
	struct sg_der inner;

	if (is_type(algorithm, NID_X9_62_id_ecPublicKey))
		key = ec_make(env, algorithm, bits, sg_view_of(NULL, 0));
	else if (name != NULL)
		key = EVP_PKEY_new_raw_public_key_ex(
		    env->lib, name, NULL, bits.ptr, bits.len);
	else if (is_type(algorithm, NID_rsaEncryption) &&
	    open_sequence(env, bits, &inner))
		key = rsa_make(env, &inner, 0);
	ERR_clear_error();
	sg_err_clear(env);
	return key;
}

static EVP_PKEY *
private_of(
    struct sg_env *env, const X509_ALGOR *algorithm, struct sg_view octets)
{
	const char *name = ed_name(algorithm);
	struct sg_der inner;

	if (name != NULL)
		return ed_private(env, name, octets);
	if (!open_sequence(env, octets, &inner))
		return NULL;
	if (is_type(algorithm, NID_X9_62_id_ecPublicKey))
		return ec_private(env, algorithm, &inner);
	if (is_type(algorithm, NID_rsaEncryption) && next_is(env, &inner, 0))
		return rsa_make(env, &inner, 1);
	return NULL;
}

EVP_PKEY *
sg_keydata_private(struct sg_env *env, struct sg_view der)
{
	X509_ALGOR *algorithm = NULL;
	const unsigned char *at;
	EVP_PKEY *key = NULL;
	struct sg_tlv tlv, octets;
	struct sg_der inner;

	if (open_sequence(env, der, &inner) && next_is(env, &inner, 0) &&
	    sg_der_want(env, &inner, V_ASN1_SEQUENCE, "key", &tlv) == 0 &&
	    sg_der_want(env, &inner, V_ASN1_OCTET_STRING, "key", &octets) ==
		0 &&
	    !octets.constructed && sg_der_end(&inner)) {
		at = tlv.all.ptr;
		algorithm = d2i_X509_ALGOR(NULL, &at, (long)tlv.all.len);
	}
	if (algorithm != NULL)
		key = private_of(env, algorithm, octets.body);
	X509_ALGOR_free(algorithm);
	ERR_clear_error();
	sg_err_clear(env);
	return key;
}
