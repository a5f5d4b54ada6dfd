/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/key_file.h"

#include "base/err.h"
#include "base/gost.h"
#include "libsign/ctx.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pkcs12.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <limits.h>

#define P12_MAX_SAFES 64
#define P12_MAX_BAGS 1024
#define P12_MAX_DEPTH 4 /* SafeContents inside SafeContents */

typedef STACK_OF(PKCS12_SAFEBAG) p12_bags;

static int p12_add_bags(struct key_file *file, const p12_bags *bags, int depth);

static struct sg_env *
p12_env(const struct key_file *file)
{
	return &file->ctx->env;
}

/* ---- looked at before the passphrase is asked for */

/* Key bags in clear SafeContents tell how they are encrypted. */
static int
p12_check_bags(struct key_file *file, const p12_bags *bags)
{
	const ASN1_OCTET_STRING *data;
	const PKCS12_SAFEBAG *bag;
	const X509_ALGOR *alg;
	int i, ret;

	for (i = 0; i < sk_PKCS12_SAFEBAG_num(bags); i++) {
		bag = sk_PKCS12_SAFEBAG_value(bags, i);
		if (PKCS12_SAFEBAG_get_nid(bag) != NID_pkcs8ShroudedKeyBag)
			continue;
		X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &alg, &data);
		ret = sg_key_pbe_check(p12_env(file), alg);
		if (ret < 0)
			return ret;
	}
	return 0;
}

static int
p12_malformed(struct key_file *file)
{
	return sg_err_ssl(p12_env(file), SIGN_E_FORMAT,
	    N_("\"%s\": SafeContents is malformed (RFC 7292, 4.2)"),
	    file->path);
}

static int
p12_check_safe(struct key_file *file, PKCS7 *safe)
{
	p12_bags *bags;
	int ret;

	if (PKCS7_type_is_encrypted(safe))
		return sg_key_pbe_check(
		    p12_env(file), safe->d.encrypted->enc_data->algorithm);
	if (!PKCS7_type_is_data(safe))
		return sg_err_set(p12_env(file), SIGN_E_UNSUPPORTED,
		    N_("\"%s\": PKCS#12 in public-key privacy mode "
		       "(RFC 7292, 3.1)"),
		    file->path);
	bags = PKCS12_unpack_p7data(safe);
	if (bags == NULL)
		return p12_malformed(file);
	ret = p12_check_bags(file, bags);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	return ret;
}

/* RFC 7292, 4: rounds bounded, the GOST module there when it is needed. */
static int
p12_check_mac(struct key_file *file, const PKCS12 *p12)
{
	const ASN1_INTEGER *iter = NULL;
	const X509_ALGOR *alg = NULL;
	long rounds;

	PKCS12_get0_mac(NULL, &alg, NULL, &iter, p12);
	rounds = iter != NULL ? ASN1_INTEGER_get(iter) : 1;
	if (rounds < 1 || rounds > SG_MAX_KDF_ROUNDS)
		return sg_err_set(p12_env(file), SIGN_E_LIMIT,
		    N_("\"%s\": MAC with %ld rounds, want 1 to %d"), file->path,
		    rounds, SG_MAX_KDF_ROUNDS);
	if (sg_key_pbe_is_gost(alg->algorithm))
		return sg_gost_need(p12_env(file));
	return 0;
}

/* ---- the passphrase */

/* Many files have an empty passphrase, or none (which is another thing in
 * RFC 7292, B.1): nobody is asked for it. */
static int
p12_verify_empty(struct key_file *file, PKCS12 *p12)
{
	int good = PKCS12_verify_mac(p12, "", 0);

	/* a buffer without octets stands for "", none at all for NULL */
	if (good && sg_buf_reserve(p12_env(file), &file->pass, 1) == NULL)
		return SIGN_E_NOMEM;
	if (!good)
		good = PKCS12_verify_mac(p12, NULL, 0);
	ERR_clear_error();
	return good;
}

static int
p12_verify(struct key_file *file, PKCS12 *p12)
{
	int ret = p12_verify_empty(file, p12);
	int good;

	if (ret != 0) {
		file->asked = 1;
		return ret < 0 ? ret : 0;
	}
	ret = sg_key_file_pass(file);
	if (ret < 0)
		return ret;
	good = PKCS12_verify_mac(
	    p12, (const char *)file->pass.ptr, (int)file->pass.len);
	ERR_clear_error();
	if (!good)
		return sg_err_set(p12_env(file), SIGN_E_PIN,
		    N_("the passphrase of \"%s\" is wrong"), file->path);
	return 0;
}

static int
p12_decrypt(struct key_file *file, const X509_ALGOR *alg,
    const ASN1_OCTET_STRING *data, struct sg_buf *out)
{
	int ret = sg_key_file_pass(file);

	if (ret < 0)
		return ret;
	return sg_key_pbe_decrypt(
	    p12_env(file), alg, data, sg_buf_view(&file->pass), out);
}

/* ---- bags (RFC 7292, 4.2) */

static int
p12_add_cert(struct key_file *file, const PKCS12_SAFEBAG *bag)
{
	unsigned char *der = NULL;
	X509 *cert;
	int len;
	int ret;

	if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate)
		return 0;
	cert = PKCS12_SAFEBAG_get1_cert(bag);
	len = cert != NULL ? i2d_X509(cert, &der) : -1;
	X509_free(cert);
	if (len <= 0)
		return sg_err_ssl(p12_env(file), SIGN_E_FORMAT,
		    N_("\"%s\": a certificate is malformed"), file->path);
	ret = sg_key_file_add_cert(file, sg_view_of(der, (size_t)len));
	OPENSSL_free(der);
	return ret;
}

static int
p12_add_clear_key(struct key_file *file, const PKCS12_SAFEBAG *bag)
{
	const PKCS8_PRIV_KEY_INFO *info = PKCS12_SAFEBAG_get0_p8inf(bag);
	unsigned char *der = NULL;
	int len, ret;

	len = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	if (len <= 0)
		return sg_err_ssl(p12_env(file), SIGN_E_FORMAT,
		    N_("\"%s\": a private key is malformed"), file->path);
	ret = sg_key_file_add_pkcs8(file, sg_view_of(der, (size_t)len));
	OPENSSL_clear_free(der, (size_t)len);
	return ret;
}

static int
p12_add_key(struct key_file *file, const PKCS12_SAFEBAG *bag)
{
	const ASN1_OCTET_STRING *data;
	struct sg_buf clear = { 0 };
	const X509_ALGOR *alg;
	int ret;

	X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &alg, &data);
	ret = p12_decrypt(file, alg, data, &clear);
	if (ret == 0)
		ret = sg_key_file_add_pkcs8(file, sg_buf_view(&clear));
	sg_buf_wipe(&clear);
	return ret;
}

static int
p12_add_bag(struct key_file *file, const PKCS12_SAFEBAG *bag, int depth)
{
	switch (PKCS12_SAFEBAG_get_nid(bag)) {
	case NID_certBag:
		return p12_add_cert(file, bag);
	case NID_keyBag:
		return p12_add_clear_key(file, bag);
	case NID_pkcs8ShroudedKeyBag:
		return p12_add_key(file, bag);
	case NID_safeContentsBag:
		return p12_add_bags(
		    file, PKCS12_SAFEBAG_get0_safes(bag), depth + 1);
	default:
		return 0; /* CRLs and secrets: not ours */
	}
}

static int
p12_add_bags(struct key_file *file, const p12_bags *bags, int depth)
{
	int count = sk_PKCS12_SAFEBAG_num(bags);
	int i, ret;

	if (depth > P12_MAX_DEPTH || count > P12_MAX_BAGS)
		return sg_err_set(p12_env(file), SIGN_E_LIMIT,
		    N_("\"%s\": too many bags"), file->path);
	for (i = 0; i < count; i++) {
		ret =
		    p12_add_bag(file, sk_PKCS12_SAFEBAG_value(bags, i), depth);
		if (ret < 0)
			return ret;
	}
	return 0;
}

/* ---- safes (RFC 7292, 4.1) */

static int
p12_open_encrypted(struct key_file *file, PKCS7 *safe, p12_bags **out)
{
	const PKCS7_ENC_CONTENT *enc = safe->d.encrypted->enc_data;
	struct sg_buf clear = { 0 };
	const unsigned char *ptr;
	int ret;

	if (enc->enc_data == NULL)
		return p12_malformed(file);
	ret = p12_decrypt(file, enc->algorithm, enc->enc_data, &clear);
	if (ret == 0) {
		ptr = clear.ptr;
		*out = (p12_bags *)ASN1_item_d2i(NULL, &ptr, (long)clear.len,
		    ASN1_ITEM_rptr(PKCS12_SAFEBAGS));
		if (*out == NULL)
			ret = p12_malformed(file);
	}
	sg_buf_wipe(&clear);
	return ret;
}

static int
p12_open_clear(struct key_file *file, PKCS7 *safe, p12_bags **out)
{
	*out = PKCS12_unpack_p7data(safe);
	return *out != NULL ? 0 : p12_malformed(file);
}

static int
p12_add_safe(struct key_file *file, PKCS7 *safe)
{
	p12_bags *bags = NULL;
	int ret;

	if (PKCS7_type_is_data(safe))
		ret = p12_open_clear(file, safe, &bags);
	else
		ret = p12_open_encrypted(file, safe, &bags);
	if (ret == 0)
		ret = p12_add_bags(file, bags, 0);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	return ret;
}

static int
p12_check(struct key_file *file, PKCS12 *p12, STACK_OF(PKCS7) *safes)
{
	int i, ret = 0;

	if (sk_PKCS7_num(safes) > P12_MAX_SAFES)
		return sg_err_set(p12_env(file), SIGN_E_LIMIT,
		    N_("\"%s\": too many SafeContents"), file->path);
	for (i = 0; i < sk_PKCS7_num(safes) && ret == 0; i++)
		ret = p12_check_safe(file, sk_PKCS7_value(safes, i));
	if (ret < 0 || !PKCS12_mac_present(p12))
		return ret;
	ret = p12_check_mac(file, p12);
	if (ret < 0)
		return ret;
	return p12_verify(file, p12);
}

int
sg_key_file_add_pkcs12(struct key_file *file, struct sg_view der)
{
	PKCS12 *p12 = PKCS12_init_ex(NID_pkcs7_data, p12_env(file)->lib, NULL);
	const unsigned char *ptr = der.ptr;
	STACK_OF(PKCS7) *safes = NULL;
	int i, ret;

	if (p12 == NULL || d2i_PKCS12(&p12, &ptr, (long)der.len) == NULL ||
	    ptr != der.ptr + der.len) {
		ret = sg_err_ssl(p12_env(file), SIGN_E_FORMAT,
		    N_("\"%s\" is no whole PKCS#12 (RFC 7292, 4)"), file->path);
		goto out;
	}
	safes = PKCS12_unpack_authsafes(p12);
	if (safes == NULL) {
		ret = sg_err_ssl(p12_env(file), SIGN_E_FORMAT,
		    N_("\"%s\": AuthenticatedSafe is malformed "
		       "(RFC 7292, 4.1)"),
		    file->path);
		goto out;
	}
	ret = p12_check(file, p12, safes);
	for (i = 0; ret == 0 && i < sk_PKCS7_num(safes); i++)
		ret = p12_add_safe(file, sk_PKCS7_value(safes, i));
out:
	sk_PKCS7_pop_free(safes, PKCS7_free);
	PKCS12_free(p12);
	return ret;
}
