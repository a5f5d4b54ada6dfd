/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/crypt.h"

#include "base/env.h"
#include "base/err.h"
#include "base/gost.h"
#include "base/kept.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* ---- digests */

struct sg_hash {
	const struct sg_digest *row;
	const EVP_MD *md;
	EVP_MD *fetched; /* what is to be freed of it */
	EVP_MD_CTX *ctx;
	int done; /* to be started again before the next octet */
};

static int
hash_fetch(struct sg_env *env, const struct sg_digest *digest,
    const EVP_MD **md, EVP_MD **fetched)
{
	if (digest->gost) {
		*md = sg_gost_md(env, digest->evp);
		if (*md == NULL && sg_gost_need(env) < 0)
			return SIGN_E_MODULE;
	} else {
		*fetched = sg_kept_md(env, digest);
		*md = *fetched;
	}
	if (*md == NULL)
		return sg_err_ssl(env, SIGN_E_UNSUPPORTED,
		    N_("OpenSSL does not have the digest %s"), digest->name);
	return 0;
}

static int
hash_start(struct sg_env *env, struct sg_hash *hash)
{
	if (EVP_DigestInit_ex2(hash->ctx, hash->md, NULL) != 1)
		return sg_err_ssl(env, SIGN_E_CRYPTO,
		    N_("cannot start the digest %s"), hash->row->name);
	hash->done = 0;
	return 0;
}

int
sg_hash_new(
    struct sg_env *env, const struct sg_digest *digest, struct sg_hash **out)
{
	struct sg_hash *hash = calloc(1, sizeof(*hash));
	int result;

	if (hash == NULL)
		return sg_err_nomem(env);
	hash->row = digest;
	hash->ctx = EVP_MD_CTX_new();
	if (hash->ctx == NULL) {
		result = sg_err_nomem(env);
		goto out;
	}
	result = hash_fetch(env, digest, &hash->md, &hash->fetched);
	if (result == 0)
		result = hash_start(env, hash);
	if (result < 0)
		goto out;
	*out = hash;
	hash = NULL;
out:
	sg_hash_free(hash);
	return result;
}

int
sg_hash_update(
    struct sg_env *env, struct sg_hash *hash, const void *ptr, size_t len)
{
	int result = hash->done ? hash_start(env, hash) : 0;

	if (result < 0)
		return result;
	if (EVP_DigestUpdate(hash->ctx, ptr, len) != 1)
		return sg_err_ssl(env, SIGN_E_CRYPTO,
		    N_("cannot compute the digest %s"), hash->row->name);
	return 0;
}

int
sg_hash_final(struct sg_env *env, struct sg_hash *hash, unsigned char *out)
{
	int result = hash->done ? hash_start(env, hash) : 0;
	int good;

	if (result < 0)
		return result;
	if ((EVP_MD_get_flags(hash->md) & EVP_MD_FLAG_XOF) != 0)
		good = EVP_DigestFinalXOF(hash->ctx, out, hash->row->size);
	else
		good = EVP_DigestFinal_ex(hash->ctx, out, NULL);
	if (good != 1)
		return sg_err_ssl(env, SIGN_E_CRYPTO,
		    N_("cannot finish the digest %s"), hash->row->name);
	hash->done = 1;
	return 0;
}

const struct sg_digest *
sg_hash_digest(const struct sg_hash *hash)
{
	return hash->row;
}

int
sg_hash_copy(
    struct sg_env *env, const struct sg_hash *from, struct sg_hash **out)
{
	struct sg_hash *hash = NULL;
	int result = sg_hash_new(env, from->row, &hash);

	if (result == 0 && !from->done &&
	    EVP_MD_CTX_copy_ex(hash->ctx, from->ctx) != 1)
		result = sg_err_ssl(env, SIGN_E_CRYPTO,
		    N_("cannot copy the digest %s"), from->row->name);
	if (result == 0) {
		*out = hash;
		hash = NULL;
	}
	sg_hash_free(hash);
	return result;
}

void
sg_hash_free(struct sg_hash *hash)
{
	if (hash == NULL)
		return;
	EVP_MD_CTX_free(hash->ctx);
	EVP_MD_free(hash->fetched);
	free(hash);
}

int
sg_hash_once(struct sg_env *env, const struct sg_digest *digest,
    struct sg_view data, unsigned char *out)
{
	struct sg_hash *hash = NULL;
	int result;

	result = sg_hash_new(env, digest, &hash);
	if (result == 0)
		result = sg_hash_update(env, hash, data.ptr, data.len);
	if (result == 0)
		result = sg_hash_final(env, hash, out);
	sg_hash_free(hash);
	return result;
}

int
sg_hash_known(struct sg_env *env, const struct sg_digest *digest,
    struct sg_view data, unsigned char *out)
{
	int result;

	if (sg_kept_hash(env, digest, data, out))
		return 0;
	result = sg_hash_once(env, digest, data, out);
	if (result == 0)
		sg_kept_put_hash(env, digest, data, out);
	return result;
}

/* ---- values: r and s */

/* ECDSA-Sig-Value and Dss-Sig-Value look the same (RFC 3279, 2.2.2, 2.2.3);
 * the other schemes have one form only. */
static int
value_is_pair(const struct sg_scheme *scheme)
{
	return (scheme->key == SG_KEY_EC || scheme->key == SG_KEY_DSA) &&
	    !scheme->plain;
}

static int
value_put_pair(struct sg_env *env, struct sg_view raw, struct sg_buf *out)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	int half = (int)(raw.len / 2);
	BIGNUM *r = BN_bin2bn(raw.ptr, half, NULL);
	BIGNUM *s = BN_bin2bn(raw.ptr + half, half, NULL);
	unsigned char *der = NULL;
	int len, result = SIGN_E_NOMEM;

	if (pair == NULL || r == NULL || s == NULL ||
	    ECDSA_SIG_set0(pair, r, s) != 1)
		goto out;
	r = s = NULL;
	len = i2d_ECDSA_SIG(pair, &der);
	if (len > 0)
		result = sg_buf_append(env, out, der, (size_t)len);
out:
	if (result == SIGN_E_NOMEM)
		sg_err_nomem(env);
	BN_free(r);
	BN_free(s);
	OPENSSL_free(der);
	ECDSA_SIG_free(pair);
	return result;
}

int
sg_value_to_cms(struct sg_env *env, const struct sg_scheme *scheme,
    struct sg_view raw, struct sg_buf *out)
{
	if (!value_is_pair(scheme))
		return sg_buf_append_view(env, out, raw);
	if (raw.len == 0 || raw.len % 2 != 0 || raw.len > 1024)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("signature value: want r and s of equal length, have "
		       "%zu octets"),
		    raw.len);
	return value_put_pair(env, raw, out);
}

/* The integers of a DER pair, octet for octet what DER makes of them. */
static ECDSA_SIG *
value_pair(struct sg_view cms)
{
	const unsigned char *at = cms.ptr;
	unsigned char *der = NULL;
	ECDSA_SIG *pair;
	int len;

	if (cms.len == 0 || cms.len > 1024)
		return NULL;
	pair = d2i_ECDSA_SIG(NULL, &at, (long)cms.len);
	if (pair == NULL)
		return NULL;
	len = i2d_ECDSA_SIG(pair, &der);
	if (len > 0 && sg_view_equal(cms, sg_view_of(der, (size_t)len))) {
		OPENSSL_free(der);
		return pair;
	}
	OPENSSL_free(der);
	ECDSA_SIG_free(pair);
	return NULL;
}

static size_t
value_half(const ECDSA_SIG *pair)
{
	int r = BN_num_bytes(ECDSA_SIG_get0_r(pair));
	int s = BN_num_bytes(ECDSA_SIG_get0_s(pair));

	return (size_t)(r > s ? r : s);
}

int
sg_value_to_raw(struct sg_env *env, const struct sg_scheme *scheme,
    struct sg_view cms, size_t half, struct sg_buf *out)
{
	unsigned char octets[1024];
	ECDSA_SIG *pair = NULL;
	int result = SIGN_E_FORMAT;

	if (!value_is_pair(scheme))
		return sg_buf_append_view(env, out, cms);
	pair = value_pair(cms);
	if (pair != NULL && half == 0)
		half = value_half(pair);
	if (pair == NULL || half > sizeof(octets) / 2 ||
	    BN_bn2binpad(ECDSA_SIG_get0_r(pair), octets, (int)half) < 0 ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(pair), octets + half, (int)half) <
		0) {
		sg_err_ssl(env, SIGN_E_FORMAT,
		    N_("signature value: want a SEQUENCE of r and s "
		       "(RFC 3279, 2.2.3)"));
		goto out;
	}
	result = sg_buf_append(env, out, octets, 2 * half);
out:
	ECDSA_SIG_free(pair);
	return result;
}

/* ---- verifying */

/* What a verification is about, to hand it down in one piece. */
struct check {
	const struct sg_scheme *scheme;
	const struct sg_pss *pss;
	EVP_PKEY *key;
	struct sg_view data, value;
};

static int
crypt_failed(struct sg_env *env, const struct sg_scheme *scheme)
{
	return sg_err_ssl(env, SIGN_E_CRYPTO, N_("OpenSSL cannot work with %s"),
	    scheme->name);
}

static int
crypt_is_gost(const struct sg_scheme *scheme)
{
	return scheme->key == SG_KEY_GOST256 || scheme->key == SG_KEY_GOST512 ||
	    scheme->key == SG_KEY_GOST2001;
}

/* PKCS#1 v1.5 or PSS with its parameters (RFC 8017, 8). */
static int
crypt_set_rsa(struct sg_env *env, EVP_PKEY_CTX *ctx,
    const struct sg_scheme *scheme, const struct sg_pss *pss)
{
	const struct sg_digest *digest = sg_scheme_digest(scheme);
	const char *mgf = digest->evp;
	int salt = (int)digest->size;

	if (pss != NULL && pss->hash != NULL) {
		mgf = pss->mgf->evp;
		salt = pss->salt;
	}
	if (EVP_PKEY_CTX_set_rsa_padding(ctx,
		scheme->pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) <= 0)
		return crypt_failed(env, scheme);
	if (scheme->pss &&
	    (EVP_PKEY_CTX_set_rsa_mgf1_md_name(ctx, mgf, NULL) <= 0 ||
		EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt) <= 0))
		return crypt_failed(env, scheme);
	return 0;
}

/* RSA needs its digest's name inside the value; the others take octets. */
static int
crypt_set(struct sg_env *env, EVP_PKEY_CTX *ctx, const struct sg_scheme *scheme,
    const struct sg_pss *pss)
{
	const EVP_MD *md = NULL;
	EVP_MD *fetched = NULL;
	int result;

	if (scheme->key != SG_KEY_RSA)
		return 0;
	result = hash_fetch(env, sg_scheme_digest(scheme), &md, &fetched);
	if (result < 0)
		return result;
	if (EVP_PKEY_CTX_set_signature_md(ctx, md) <= 0)
		result = crypt_failed(env, scheme);
	else
		result = crypt_set_rsa(env, ctx, scheme, pss);
	EVP_MD_free(fetched);
	return result;
}

static int
verify_ready(struct sg_env *env, const struct check *check, EVP_PKEY_CTX **out)
{
	EVP_PKEY_CTX *ctx =
	    EVP_PKEY_CTX_new_from_pkey(env->lib, check->key, NULL);

	*out = ctx;
	if (ctx == NULL || EVP_PKEY_verify_init(ctx) <= 0)
		return crypt_failed(env, check->scheme);
	return crypt_set(env, ctx, check->scheme, check->pss);
}

/* A context is kept where nothing but the key was set in it. */
static int
verify_digest(struct sg_env *env, const struct check *check)
{
	int keep = check->scheme->key != SG_KEY_RSA;
	EVP_PKEY_CTX *ctx = keep ? sg_kept_take(env, check->key) : NULL;
	int result = ctx != NULL ? 0 : verify_ready(env, check, &ctx);

	if (result == 0)
		result =
		    EVP_PKEY_verify(ctx, check->value.ptr, check->value.len,
			check->data.ptr, check->data.len) == 1;
	if (keep && result > 0)
		sg_kept_give(env, ctx);
	else
		EVP_PKEY_CTX_free(ctx);
	return result;
}

/* RFC 8032: PureEdDSA over the bytes themselves. */
static int
verify_bytes(struct sg_env *env, const struct check *check)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int result;

	if (ctx == NULL)
		return sg_err_nomem(env);
	if (EVP_DigestVerifyInit_ex(
		ctx, NULL, NULL, env->lib, NULL, check->key, NULL) != 1)
		result = crypt_failed(env, check->scheme);
	else
		result =
		    EVP_DigestVerify(ctx, check->value.ptr, check->value.len,
			check->data.ptr, check->data.len) == 1;
	EVP_MD_CTX_free(ctx);
	return result;
}

static int
verify_in_cms_form(struct sg_env *env, const struct check *check)
{
	int result;

	if (check->scheme->signs_bytes)
		return verify_bytes(env, check);
	if (crypt_is_gost(check->scheme)) {
		result = sg_gost_check_value(
		    env, check->key, check->data, check->value);
		if (result <= 0)
			return result;
	}
	return verify_digest(env, check);
}

/* Octets of the order of the key's group. */
static size_t
verify_half(EVP_PKEY *key, const struct sg_scheme *scheme)
{
	BIGNUM *q = NULL;
	int bits = EVP_PKEY_get_bits(key);

	if (scheme->key == SG_KEY_DSA)
		bits =
		    EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_Q, &q) == 1
		    ? BN_num_bits(q)
		    : 0;
	BN_free(q);
	return ((size_t)bits + 7) / 8;
}

/* r || s must be as long as the order of the group says, each half. */
static int
verify_pair(struct sg_env *env, const struct check *check)
{
	struct check der = *check;
	struct sg_buf pair = { 0 };
	size_t half = verify_half(check->key, check->scheme);
	int result;

	if (half == 0 || check->value.len != 2 * half)
		return 0;
	result = value_put_pair(env, check->value, &pair);
	der.value = sg_buf_view(&pair);
	if (result == 0)
		result = verify_digest(env, &der);
	sg_buf_free(&pair);
	return result;
}

static int
key_fits(const struct sg_scheme *scheme, EVP_PKEY *key)
{
	enum sg_key_type type;
	int pss_only;

	return sg_key_kind(key, &type, &pss_only) && type == scheme->key &&
	    (!pss_only || scheme->pss);
}

int
sg_value_pad(struct sg_env *env, const struct sg_scheme *scheme, EVP_PKEY *key,
    struct sg_view value, struct sg_buf *out)
{
	static const unsigned char zeros[128];
	size_t whole, half = value.len / 2;
	int i, ret = 0;

	if (!value_is_pair(scheme) || !key_fits(scheme, key))
		return 0;
	whole = verify_half(key, scheme);
	/* one of them cannot be shorter, or more would have been left out */
	if (value.len == 0 || value.len % 2 != 0 || half >= whole ||
	    whole > sizeof(zeros) ||
	    (value.ptr[0] == 0 && value.ptr[half] == 0))
		return 0;
	for (i = 0; i < 2 && ret == 0; i++) {
		ret = sg_buf_append(env, out, zeros, whole - half);
		if (ret == 0)
			ret = sg_buf_append(
			    env, out, value.ptr + (size_t)i * half, half);
	}
	return ret == 0 ? 1 : ret;
}

int
sg_verify_value(struct sg_env *env, const struct sg_scheme *scheme,
    const struct sg_pss *pss, EVP_PKEY *key, struct sg_view data,
    struct sg_view value, enum sg_value_form form)
{
	struct check check = { scheme, pss, key, data, value };
	int result;

	if (!key_fits(scheme, key) || value.len == 0 ||
	    (!scheme->signs_bytes &&
		data.len != sg_scheme_digest(scheme)->size))
		return 0;
	ERR_set_mark();
	if (scheme->plain || (form == SG_VALUE_RAW && value_is_pair(scheme)))
		result = verify_pair(env, &check);
	else
		result = verify_in_cms_form(env, &check);
	ERR_pop_to_mark();
	return result;
}

int
sg_verify_octets(struct sg_env *env, const struct sg_scheme *scheme,
    const struct sg_pss *pss, EVP_PKEY *key, struct sg_view octets,
    struct sg_view value, enum sg_value_form form)
{
	const struct sg_digest *digest = sg_scheme_digest(scheme);
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_view data = octets;
	int ret;

	if (!scheme->signs_bytes) {
		ret = sg_hash_once(env, digest, octets, hash);
		if (ret < 0)
			return ret;
		data = sg_view_of(hash, digest->size);
	}
	return sg_verify_value(env, scheme, pss, key, data, value, form);
}

/* ---- signing */

static int
sign_digest(struct sg_env *env, const struct check *check, unsigned char *out,
    size_t *len)
{
	EVP_PKEY_CTX *ctx = NULL;
	int result;

	ctx = EVP_PKEY_CTX_new_from_pkey(env->lib, check->key, NULL);
	if (ctx == NULL || EVP_PKEY_sign_init(ctx) <= 0)
		result = crypt_failed(env, check->scheme);
	else
		result = crypt_set(env, ctx, check->scheme, check->pss);
	if (result == 0 &&
	    EVP_PKEY_sign(ctx, out, len, check->data.ptr, check->data.len) != 1)
		result = crypt_failed(env, check->scheme);
	EVP_PKEY_CTX_free(ctx);
	return result;
}

static int
sign_bytes(struct sg_env *env, const struct check *check, unsigned char *out,
    size_t *len)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int result = 0;

	if (ctx == NULL)
		return sg_err_nomem(env);
	if (EVP_DigestSignInit_ex(
		ctx, NULL, NULL, env->lib, NULL, check->key, NULL) != 1 ||
	    EVP_DigestSign(ctx, out, len, check->data.ptr, check->data.len) !=
		1)
		result = crypt_failed(env, check->scheme);
	EVP_MD_CTX_free(ctx);
	return result;
}

int
sg_sign_value(struct sg_env *env, const struct sg_scheme *scheme,
    const struct sg_pss *pss, EVP_PKEY *key, struct sg_view data,
    struct sg_buf *value)
{
	struct check check = { scheme, pss, key, data, { NULL, 0 } };
	unsigned char *out;
	size_t len;
	int result;

	if (!key_fits(scheme, key) || scheme->use != SG_USE_FULL)
		return sg_err_set(env, SIGN_E_KEY,
		    N_("this key does not sign with %s"), scheme->name);
	if (!scheme->signs_bytes && data.len != sg_scheme_digest(scheme)->size)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("%s: want a digest of %zu octets, have %zu"),
		    scheme->name, sg_scheme_digest(scheme)->size, data.len);
	len = (size_t)EVP_PKEY_get_size(key);
	out = sg_buf_reserve(env, value, len);
	if (out == NULL)
		return SIGN_E_NOMEM;
	if (scheme->signs_bytes)
		result = sign_bytes(env, &check, out, &len);
	else
		result = sign_digest(env, &check, out, &len);
	if (result == 0)
		value->len += len;
	return result;
}

/* ---- keys */

static EVP_PKEY *
key_decode(struct sg_env *env, struct sg_view spki)
{
	const unsigned char *at = spki.ptr;
	EVP_PKEY *key;

	key = d2i_PUBKEY_ex(NULL, &at, (long)spki.len, env->lib, NULL);
	if (key != NULL && at != spki.ptr + spki.len) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	return key;
}

int
sg_key_from_spki(struct sg_env *env, struct sg_view spki, EVP_PKEY **out)
{
	int gost = sg_gost_is_key(spki);
	EVP_PKEY *key = NULL;
	int result = 0;

	if (gost)
		result = sg_gost_need(env);
	if (result < 0)
		return result;
	if (gost)
		sg_gost_lock();
	if (spki.len != 0 && spki.len <= LONG_MAX)
		key = key_decode(env, spki);
	if (gost)
		sg_gost_unlock();
	if (key == NULL)
		return sg_err_ssl(env, SIGN_E_FORMAT,
		    N_("broken or unknown public key (RFC 5280, 4.1.2.7)"));
	ERR_clear_error();
	*out = key;
	return 0;
}
