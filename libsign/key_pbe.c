/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/env.h"
#include "base/gost.h"
#include "libsign/key_file.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include <limits.h>
#include <string.h>

#define PBE_KEY 32     /* octets of a Magma or Kuznyechik key */
#define PBE_SEED 8     /* last octets of the ukm (RFC 9337, 4.2) */
#define PBE_MAX_UKM 16 /* Kuznyechik's; Magma has 12 */
#define PBE_MAX_MAC 16

/* CryptoPro's own encryption of key bags in a PFX; not published. */
static const char pbe_cryptopro[] = "1.2.840.113549.1.12.1.80";

/* What a PBES2 AlgorithmIdentifier says (RFC 8018, A.4). */
struct pbe_params {
	PBE2PARAM *pbes2;
	PBKDF2PARAM *kdf; /* NULL: another derivation (scrypt) */
	int cipher;       /* NID */
};

static void
pbe_params_clear(struct pbe_params *params)
{
	PBE2PARAM_free(params->pbes2);
	PBKDF2PARAM_free(params->kdf);
	memset(params, 0, sizeof(*params));
}

static int
pbe_params_read(
    struct sg_env *env, const X509_ALGOR *alg, struct pbe_params *params)
{
	const X509_ALGOR *kdf;

	memset(params, 0, sizeof(*params));
	params->pbes2 = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(PBE2PARAM), alg->parameter);
	if (params->pbes2 == NULL)
		return sg_err_ssl(env, SIGN_E_FORMAT,
		    N_("PBES2 parameters are malformed (RFC 8018, A.4)"));
	params->cipher = OBJ_obj2nid(params->pbes2->encryption->algorithm);
	kdf = params->pbes2->keyfunc;
	if (OBJ_obj2nid(kdf->algorithm) != NID_id_pbkdf2)
		return 0;
	params->kdf = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(PBKDF2PARAM), kdf->parameter);
	if (params->kdf != NULL)
		return 0;
	pbe_params_clear(params);
	return sg_err_ssl(env, SIGN_E_FORMAT,
	    N_("PBKDF2 parameters are malformed (RFC 8018, A.2)"));
}

int
sg_key_pbe_is_gost(const ASN1_OBJECT *oid)
{
	char text[64];

	return OBJ_obj2txt(text, sizeof(text), oid, 1) > 0 &&
	    strncmp(text, "1.2.643.", 8) == 0;
}

static int
pbe_check_rounds(struct sg_env *env, const ASN1_INTEGER *iter)
{
	long rounds = iter != NULL ? ASN1_INTEGER_get(iter) : 1;

	if (rounds >= 1 && rounds <= SG_MAX_KDF_ROUNDS)
		return 0;
	return sg_err_set(env, SIGN_E_LIMIT,
	    N_("key derivation with %ld rounds, want 1 to %d"), rounds,
	    SG_MAX_KDF_ROUNDS);
}

static int
pbe_check_pbes2(struct sg_env *env, const X509_ALGOR *alg)
{
	struct pbe_params params;
	int gost;
	int ret;

	ret = pbe_params_read(env, alg, &params);
	if (ret < 0)
		return ret;
	gost = sg_key_pbe_is_gost(params.pbes2->encryption->algorithm);
	if (params.kdf != NULL) {
		ret = pbe_check_rounds(env, params.kdf->iter);
		if (params.kdf->prf != NULL &&
		    sg_key_pbe_is_gost(params.kdf->prf->algorithm))
			gost = 1;
	}
	pbe_params_clear(&params);
	if (ret == 0 && gost)
		ret = sg_gost_need(env);
	return ret;
}

int
sg_key_pbe_check(struct sg_env *env, const X509_ALGOR *alg)
{
	PBEPARAM *pbe;
	char oid[80];
	int ret;

	if (OBJ_obj2nid(alg->algorithm) == NID_pbes2)
		return pbe_check_pbes2(env, alg);
	OBJ_obj2txt(oid, sizeof(oid), alg->algorithm, 1);
	if (strcmp(oid, pbe_cryptopro) == 0) {
		sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("the key is encrypted in CryptoPro CSP's own way "
		       "(%s), which only that program can undo"),
		    oid);
		sg_err_hint(env,
		    N_("use a PKCS#11 key on a token, or export the key in "
		       "the form of RFC 9548"));
		return SIGN_E_UNSUPPORTED;
	}
	pbe =
	    ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(PBEPARAM), alg->parameter);
	ERR_clear_error();
	ret = pbe != NULL ? pbe_check_rounds(env, pbe->iter) : 0;
	PBEPARAM_free(pbe);
	return ret;
}

/* ---- RFC 9337, 4.2: CTR-ACPKM with OMAC, which the engine's PBES2 lacks */

struct pbe_omac_row {
	int with_mac, cipher, mac; /* NIDs */
	size_t ukm, mac_size;
};

static const struct pbe_omac_row pbe_omac_rows[] = {
	{ NID_kuznyechik_ctr_acpkm_omac, NID_kuznyechik_ctr_acpkm,
	    NID_kuznyechik_mac, 16, 16 },
	{ NID_magma_ctr_acpkm_omac, NID_magma_ctr_acpkm, NID_magma_mac, 12, 8 },
};

static const struct pbe_omac_row *
pbe_omac_find(int cipher)
{
	size_t i;

	for (i = 0; i < sizeof(pbe_omac_rows) / sizeof(pbe_omac_rows[0]); i++)
		if (pbe_omac_rows[i].with_mac == cipher)
			return &pbe_omac_rows[i];
	return NULL;
}

/* KDF_TREE_GOSTR3411_2012_256, R = 1, L = 512 (RFC 7836, 4.5). */
static int
pbe_kdf_tree(struct sg_env *env, const unsigned char *key,
    const unsigned char *seed, unsigned char out[2 * PBE_KEY])
{
	static const char label[] = "kdf tree"; /* its NUL is the separator */
	const EVP_MD *md = sg_gost_md(env, "md_gost12_256");
	unsigned char text[1 + sizeof(label) + PBE_SEED + 2];
	unsigned int len = 0;
	unsigned char i;

	memcpy(text + 1, label, sizeof(label));
	memcpy(text + 1 + sizeof(label), seed, PBE_SEED);
	text[sizeof(text) - 2] = 0x02; /* 512, big-endian */
	text[sizeof(text) - 1] = 0x00;
	for (i = 0; i < 2; i++) {
		text[0] = (unsigned char)(i + 1);
		if (md == NULL ||
		    HMAC(md, key, PBE_KEY, text, sizeof(text),
			out + i * PBE_KEY, &len) == NULL)
			return sg_err_ssl(env, SIGN_E_CRYPTO,
			    N_("key derivation failed (RFC 7836, 4.5)"));
	}
	return 0;
}

/* PBKDF2 with HMAC-Streebog-512 (RFC 9337, 2). */
static int
pbe_derive(struct sg_env *env, const struct pbe_params *params,
    struct sg_view pass, unsigned char out[PBE_KEY])
{
	const EVP_MD *md = sg_gost_md(env, "md_gost12_512");
	const PBKDF2PARAM *kdf = params->kdf;
	const ASN1_OCTET_STRING *salt;

	if (kdf == NULL || kdf->prf == NULL ||
	    OBJ_obj2nid(kdf->prf->algorithm) !=
		NID_id_tc26_hmac_gost_3411_2012_512 ||
	    kdf->salt->type != V_ASN1_OCTET_STRING)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("key derivation of the file, want PBKDF2 with "
		       "HMAC-Streebog-512 (RFC 9337, 7.1)"));
	salt = kdf->salt->value.octet_string;
	if (md == NULL ||
	    PKCS5_PBKDF2_HMAC((const char *)pass.ptr, (int)pass.len, salt->data,
		salt->length, (int)ASN1_INTEGER_get(kdf->iter), md, PBE_KEY,
		out) != 1)
		return sg_err_ssl(env, SIGN_E_CRYPTO, N_("PBKDF2 failed"));
	return 0;
}

/* The ukm of Gost3412-15-Encryption-Parameters (RFC 9337, 7.3). */
static int
pbe_ukm(struct sg_env *env, const struct pbe_params *params, size_t size,
    unsigned char out[PBE_MAX_UKM])
{
	const ASN1_TYPE *type = params->pbes2->encryption->parameter;
	const unsigned char *ptr;
	const ASN1_STRING *seq;

	if (type != NULL && type->type == V_ASN1_SEQUENCE) {
		seq = type->value.sequence;
		ptr = ASN1_STRING_get0_data(seq);
		if ((size_t)ASN1_STRING_length(seq) == size + 4 &&
		    ptr[2] == V_ASN1_OCTET_STRING && ptr[3] == size) {
			memcpy(out, ptr + 4, size);
			return 0;
		}
	}
	return sg_err_set(env, SIGN_E_FORMAT,
	    N_("encryption parameters, want a ukm of %zu octets "
	       "(RFC 9337, 7.3)"),
	    size);
}

static int
pbe_ctr(struct sg_env *env, int nid, const unsigned char *key,
    const unsigned char *iv, const ASN1_OCTET_STRING *data, struct sg_buf *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	const EVP_CIPHER *cipher = EVP_get_cipherbynid(nid);
	unsigned char *to;
	int ret = SIGN_E_NOMEM;
	int len = 0;

	to = sg_buf_reserve(
	    env, out, (size_t)data->length + EVP_MAX_BLOCK_LENGTH);
	if (to == NULL)
		goto out;
	if (ctx == NULL || cipher == NULL ||
	    EVP_DecryptInit_ex(ctx, cipher, NULL, key, iv) != 1 ||
	    EVP_DecryptUpdate(ctx, to, &len, data->data, data->length) != 1 ||
	    len != data->length) {
		ret = sg_err_ssl(
		    env, SIGN_E_CRYPTO, N_("decryption with CTR-ACPKM failed"));
		goto out;
	}
	out->len += (size_t)len;
	ret = 0;
out:
	EVP_CIPHER_CTX_free(ctx);
	return ret;
}

/* OMAC over the clear text, which stands behind it (RFC 9337, 4.2). */
static int
pbe_omac_check(struct sg_env *env, const struct pbe_omac_row *row,
    const unsigned char *key, struct sg_buf *clear)
{
	EVP_PKEY *mac_key = EVP_PKEY_new_mac_key(row->mac, NULL, key, PBE_KEY);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char mac[PBE_MAX_MAC];
	size_t len = row->mac_size;
	size_t text = clear->len - row->mac_size;
	int ret;

	if (mac_key == NULL || ctx == NULL ||
	    EVP_DigestSignInit(
		ctx, NULL, EVP_get_digestbynid(row->mac), NULL, mac_key) != 1 ||
	    EVP_DigestSignUpdate(ctx, clear->ptr, text) != 1 ||
	    EVP_DigestSignFinal(ctx, mac, &len) != 1 || len != row->mac_size)
		ret = sg_err_ssl(env, SIGN_E_CRYPTO, N_("OMAC failed"));
	else if (CRYPTO_memcmp(mac, clear->ptr + text, len) != 0)
		ret =
		    sg_err_set(env, SIGN_E_PIN, N_("the passphrase is wrong"));
	else
		ret = 0;
	clear->len = text;
	EVP_PKEY_free(mac_key);
	EVP_MD_CTX_free(ctx);
	return ret;
}

static int
pbe_omac_decrypt(struct sg_env *env, const struct pbe_params *params,
    const struct pbe_omac_row *row, const ASN1_OCTET_STRING *data,
    struct sg_view pass, struct sg_buf *out)
{
	unsigned char ukm[PBE_MAX_UKM], iv[EVP_MAX_IV_LENGTH] = { 0 };
	unsigned char key[PBE_KEY], tree[2 * PBE_KEY];
	int ret;

	if ((size_t)data->length < row->mac_size)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("encrypted key is shorter than its OMAC "
		       "(RFC 9337, 4.2)"));
	ret = pbe_ukm(env, params, row->ukm, ukm);
	if (ret < 0)
		return ret;
	memcpy(iv, ukm, row->ukm - PBE_SEED);
	ret = pbe_derive(env, params, pass, key);
	if (ret == 0)
		ret = pbe_kdf_tree(env, key, ukm + row->ukm - PBE_SEED, tree);
	if (ret == 0)
		ret = pbe_ctr(env, row->cipher, tree, iv, data, out);
	if (ret == 0)
		ret = pbe_omac_check(env, row, tree + PBE_KEY, out);
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(tree, sizeof(tree));
	return ret;
}

/* ---- everything else is OpenSSL's */

static int
pbe_is_legacy(const X509_ALGOR *alg)
{
	PBE2PARAM *pbes2;
	int nid = OBJ_obj2nid(alg->algorithm);

	if (nid == NID_pbes2) {
		pbes2 = ASN1_TYPE_unpack_sequence(
		    ASN1_ITEM_rptr(PBE2PARAM), alg->parameter);
		nid = NID_undef;
		if (pbes2 != NULL)
			nid = OBJ_obj2nid(pbes2->encryption->algorithm);
		PBE2PARAM_free(pbes2);
	}
	switch (nid) {
	case NID_pbe_WithSHA1And128BitRC4:
	case NID_pbe_WithSHA1And40BitRC4:
	case NID_pbe_WithSHA1And128BitRC2_CBC:
	case NID_pbe_WithSHA1And40BitRC2_CBC:
	case NID_pbeWithMD5AndDES_CBC:
	case NID_pbeWithMD5AndRC2_CBC:
	case NID_pbeWithSHA1AndDES_CBC:
	case NID_pbeWithSHA1AndRC2_CBC:
	case NID_rc2_cbc:
	case NID_des_cbc:
		return 1;
	default:
		return 0;
	}
}

/* Files of old Windows encrypt with RC2, which OpenSSL keeps apart: a library
 * context of its own for it, so that nothing else gets to see RC2. */
static OSSL_LIB_CTX *
pbe_legacy_open(struct sg_env *env, OSSL_PROVIDER *providers[2])
{
	OSSL_LIB_CTX *lib = OSSL_LIB_CTX_new();

	if (lib != NULL) {
		providers[0] = OSSL_PROVIDER_load(lib, "default");
		providers[1] = OSSL_PROVIDER_load(lib, "legacy");
		if (providers[0] != NULL && providers[1] != NULL)
			return lib;
		if (providers[0] != NULL)
			OSSL_PROVIDER_unload(providers[0]);
	}
	OSSL_LIB_CTX_free(lib);
	sg_err_ssl(env, SIGN_E_UNSUPPORTED,
	    N_("the key file is encrypted with an old algorithm (RC2, DES), "
	       "and OpenSSL's module \"legacy\" is absent"));
	return NULL;
}

static void
pbe_legacy_close(OSSL_LIB_CTX *lib, OSSL_PROVIDER *providers[2])
{
	OSSL_PROVIDER_unload(providers[1]);
	OSSL_PROVIDER_unload(providers[0]);
	OSSL_LIB_CTX_free(lib);
}

/* A wrong passphrase shows as padding that does not fit. */
static int
pbe_failed(struct sg_env *env)
{
	int reason = ERR_GET_REASON(ERR_peek_error());
	int lib = ERR_GET_LIB(ERR_peek_error());

	if (lib == ERR_LIB_EVP &&
	    (reason == EVP_R_UNKNOWN_PBE_ALGORITHM ||
		reason == EVP_R_UNKNOWN_CIPHER ||
		reason == EVP_R_UNSUPPORTED_CIPHER ||
		reason == EVP_R_UNSUPPORTED_ALGORITHM ||
		reason == EVP_R_UNSUPPORTED_PRF))
		return sg_err_ssl(env, SIGN_E_UNSUPPORTED,
		    N_("the key file's encryption is unknown"));
	ERR_clear_error();
	return sg_err_set(env, SIGN_E_PIN, N_("the passphrase is wrong"));
}

static int
pbe_openssl(struct sg_env *env, OSSL_LIB_CTX *lib, const X509_ALGOR *alg,
    const ASN1_OCTET_STRING *data, struct sg_view pass, struct sg_buf *out)
{
	unsigned char *clear = NULL;
	int len = 0;
	int ret;

	ERR_clear_error();
	if (PKCS12_pbe_crypt_ex(alg, (const char *)pass.ptr, (int)pass.len,
		data->data, data->length, &clear, &len, 0, lib, NULL) == NULL)
		return pbe_failed(env);
	ret = sg_buf_append(env, out, clear, (size_t)len);
	OPENSSL_clear_free(clear, (size_t)len);
	return ret;
}

static int
pbe_legacy_decrypt(struct sg_env *env, const X509_ALGOR *alg,
    const ASN1_OCTET_STRING *data, struct sg_view pass, struct sg_buf *out)
{
	OSSL_PROVIDER *providers[2] = { NULL, NULL };
	OSSL_LIB_CTX *lib = pbe_legacy_open(env, providers);
	int ret;

	if (lib == NULL)
		return SIGN_E_UNSUPPORTED;
	ret = pbe_openssl(env, lib, alg, data, pass, out);
	pbe_legacy_close(lib, providers);
	return ret;
}

int
sg_key_pbe_decrypt(struct sg_env *env, const X509_ALGOR *alg,
    const ASN1_OCTET_STRING *data, struct sg_view pass, struct sg_buf *out)
{
	const struct pbe_omac_row *row;
	struct pbe_params params;
	int ret;

	ret = sg_key_pbe_check(env, alg);
	if (ret < 0)
		return ret;
	if (pass.len > INT_MAX || data->length < 0)
		return sg_err_set(env, SIGN_E_LIMIT, N_("too much data"));
	if (pbe_is_legacy(alg))
		return pbe_legacy_decrypt(env, alg, data, pass, out);
	if (OBJ_obj2nid(alg->algorithm) != NID_pbes2)
		return pbe_openssl(env, env->lib, alg, data, pass, out);
	ret = pbe_params_read(env, alg, &params);
	if (ret < 0)
		return ret;
	row = pbe_omac_find(params.cipher);
	if (row != NULL)
		ret = pbe_omac_decrypt(env, &params, row, data, pass, out);
	else
		ret = pbe_openssl(env, env->lib, alg, data, pass, out);
	pbe_params_clear(&params);
	return ret;
}
