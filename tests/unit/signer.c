/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "signer.h"

#include "base/crypt.h"
#include "base/gost.h"
#include "libsign/ctx.h"
#include "tests/lib/mkcert.h"
#include "tests/lib/mkkey.h"

#include <openssl/objects.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The names of tests are shorter than those of mkkey.h. */
static const char *
key_kind(const char *alg)
{
	if (strcmp(alg, "gost256") == 0)
		return "gost256:A";
	return strcmp(alg, "gost512") == 0 ? "gost512:A" : alg;
}

/* One RSA key is enough, making them is slow. */
static EVP_PKEY *
make_key(const char *alg)
{
	EVP_PKEY *key;

	if (strcmp(alg, "rsa") != 0)
		return mk_key(key_kind(alg));
	key = mk_key_named("rsa", "signer");
	if (EVP_PKEY_up_ref(key) != 1)
		abort();
	return key;
}

static X509 *
make_cert(EVP_PKEY *key, const char *alg, enum signer_fault fault)
{
	const struct pki_ext usage = { "2.5.29.15",
		fault == SIGNER_NO_USAGE ? "keyEncipherment"
					 : "digitalSignature" };
	int64_t day = 24 * 3600, now = time(NULL);
	X509_NAME *name = mk_name(alg);
	X509 *x509 = mk_x509(&(struct mk_cert_spec){
	    .id = alg,
	    .subject = name,
	    .key = key,
	    .signer = key,
	    .from = now + (fault == SIGNER_FUTURE ? day : -2 * day),
	    .until = now + (fault == SIGNER_EXPIRED ? -day : 2 * day),
	    .serial = 4711,
	    .ext = &usage,
	    .ext_count = 1,
	});

	X509_NAME_free(name);
	return x509;
}

int
signer_make(struct sg_env *env, const char *alg, enum signer_fault fault,
    struct signer *out)
{
	memset(out, 0, sizeof(*out));
	out->env = env;
	if (strncmp(alg, "gost", 4) == 0 && sg_gost_need(env) < 0)
		return 1;
	out->key = make_key(alg);
	out->x509 = make_cert(out->key, alg, fault);
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
