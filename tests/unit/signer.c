/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "signer.h"

#include "base/crypt.h"
#include "base/gost.h"
#include "libsign/ctx.h"

#include <openssl/ec.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdlib.h>
#include <string.h>

static EVP_PKEY *
gost_key(int nid)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(nid, NULL);
	EVP_PKEY *key = NULL;

	if (ctx == NULL || EVP_PKEY_keygen_init(ctx) <= 0 ||
	    EVP_PKEY_CTX_ctrl_str(ctx, "paramset", "A") <= 0 ||
	    EVP_PKEY_keygen(ctx, &key) <= 0)
		abort();
	EVP_PKEY_CTX_free(ctx);
	return key;
}

/* One is enough, making them is slow. */
static EVP_PKEY *
rsa_key(void)
{
	static EVP_PKEY *key;

	if (key == NULL)
		key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	if (key == NULL || EVP_PKEY_up_ref(key) != 1)
		abort();
	return key;
}

static EVP_PKEY *
make_key(const char *alg)
{
	static const struct {
		const char *alg, *type, *curve;
	} rows[] = {
		{ "p256", "EC", "P-256" },
		{ "p384", "EC", "P-384" },
		{ "p521", "EC", "P-521" },
		{ "ed25519", "ED25519", NULL },
		{ "ed448", "ED448", NULL },
	};
	size_t i;

	if (strcmp(alg, "rsa") == 0)
		return rsa_key();
	if (strcmp(alg, "gost256") == 0)
		return gost_key(NID_id_GostR3410_2012_256);
	if (strcmp(alg, "gost512") == 0)
		return gost_key(NID_id_GostR3410_2012_512);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].alg, alg) == 0)
			return EVP_PKEY_Q_keygen(
			    NULL, NULL, rows[i].type, rows[i].curve);
	abort();
}

static const EVP_MD *
cert_md(const char *alg)
{
	if (strncmp(alg, "ed", 2) == 0)
		return NULL;
	if (strcmp(alg, "gost256") == 0)
		return EVP_get_digestbyname("md_gost12_256");
	if (strcmp(alg, "gost512") == 0)
		return EVP_get_digestbyname("md_gost12_512");
	return EVP_sha256();
}

static void
add_usage(X509 *x509, const char *usage)
{
	X509_EXTENSION *ext =
	    X509V3_EXT_conf_nid(NULL, NULL, NID_key_usage, usage);

	if (ext == NULL || X509_add_ext(x509, ext, -1) != 1)
		abort();
	X509_EXTENSION_free(ext);
}

int
signer_make(struct sg_env *env, const char *alg, enum signer_fault fault,
    struct signer *out)
{
	X509_NAME *name;
	long day = 24 * 3600;

	memset(out, 0, sizeof(*out));
	out->env = env;
	if (strncmp(alg, "gost", 4) == 0 && sg_gost_need(env) < 0)
		return 1;
	out->key = make_key(alg);
	out->x509 = X509_new();
	if (out->key == NULL || out->x509 == NULL)
		abort();
	X509_set_version(out->x509, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(out->x509), 4711);
	X509_gmtime_adj(X509_getm_notBefore(out->x509),
	    fault == SIGNER_FUTURE ? day : -2 * day);
	X509_gmtime_adj(X509_getm_notAfter(out->x509),
	    fault == SIGNER_EXPIRED ? -day : 2 * day);
	name = X509_get_subject_name(out->x509);
	X509_NAME_add_entry_by_txt(
	    name, "CN", MBSTRING_UTF8, (const unsigned char *)alg, -1, -1, 0);
	X509_set_issuer_name(out->x509, name);
	X509_set_pubkey(out->x509, out->key);
	add_usage(out->x509,
	    fault == SIGNER_NO_USAGE ? "keyEncipherment" : "digitalSignature");
	if (X509_sign(out->x509, out->key, cert_md(alg)) <= 0)
		abort();
	out->cert_len = i2d_X509(out->x509, &out->cert);
	return 0;
}

void
signer_clear(struct signer *signer)
{
	EVP_PKEY_free(signer->key);
	X509_free(signer->x509);
	OPENSSL_free(signer->cert);
	memset(signer, 0, sizeof(*signer));
}

/* The digest's length tells the scheme here: SHA-2 for all but GOST. */
static const struct sg_digest *
digest_for(const struct signer *signer, size_t len)
{
	int id = EVP_PKEY_get_id(signer->key);

	if (id == NID_id_GostR3410_2012_256 ||
	    id == NID_id_GostR3410_2012_512 || id == EVP_PKEY_ED25519 ||
	    id == EVP_PKEY_ED448)
		return NULL;
	if (len == 32)
		return sg_digest_by_option("sha256");
	return sg_digest_by_option(len == 48 ? "sha384" : "sha512");
}

static int
sign_value(const unsigned char *data, size_t len, unsigned char *value,
    size_t *value_len, void *payload)
{
	struct signer *signer = payload;
	struct sg_env *env = signer->env;
	struct sg_buf cms = { NULL, 0, 0 }, raw = { NULL, 0, 0 };
	const struct sg_buf *from = &cms;
	const struct sg_scheme *scheme;
	struct sg_pss pss;
	int bits;

	signer->calls++;
	if (sg_scheme_for_key(env, signer->key, digest_for(signer, len),
		signer->pss, &scheme) < 0)
		return SIGN_E_CRYPTO;
	pss.hash = pss.mgf = sg_scheme_digest(scheme);
	pss.salt = (int)pss.hash->size;
	if (sg_sign_value(env, scheme, &pss, signer->key, sg_view_of(data, len),
		&cms) < 0)
		return SIGN_E_CRYPTO;
	if (signer->raw) {
		bits = EVP_PKEY_get_bits(signer->key);
		if (sg_value_to_raw(env, scheme, sg_buf_view(&cms),
			(size_t)(bits + 7) / 8, &raw) < 0)
			return SIGN_E_CRYPTO;
		from = &raw;
	}
	if (from->len > *value_len)
		return SIGN_E_CRYPTO;
	memcpy(value, from->ptr, from->len);
	value[from->len / 2] ^= (unsigned char)signer->spoil;
	*value_len = from->len;
	sg_buf_free(&cms);
	sg_buf_free(&raw);
	return 0;
}

struct sign_key *
signer_key(struct sign_ctx *ctx, struct signer *signer)
{
	struct sign_key *key = NULL;

	signer->env = &ctx->env;
	if (sign_key_external(ctx, signer->cert, (size_t)signer->cert_len,
		sign_value, signer, &key) < 0)
		abort();
	return key;
}
