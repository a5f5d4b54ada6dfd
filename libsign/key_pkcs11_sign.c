/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include <stddef.h>

#include "libsign/key_pkcs11.h"

#include "base/alg.h"
#include "base/err.h"
#include "libsign/ctx.h"

#include <openssl/crypto.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <string.h>

/* ---- which mechanism signs what */

struct mech_row {
	enum sg_key_type key;
	int pss;
	CK_MECHANISM_TYPE type;
	CK_MECHANISM_TYPE hashing; /* the token hashes by itself; 0: none */
};

static const struct mech_row mech_rows[] = {
	{ SG_KEY_RSA, 0, CKM_RSA_PKCS, 0 },
	{ SG_KEY_RSA, 1, CKM_RSA_PKCS_PSS, 0 },
	{ SG_KEY_EC, 0, CKM_ECDSA, 0 },
	{ SG_KEY_ED25519, 0, CKM_EDDSA, 0 },
	{ SG_KEY_ED448, 0, CKM_EDDSA, 0 },
	{ SG_KEY_GOST256, 0, CKM_GOSTR3410, P11_CKM_GOSTR3410_WITH_12_256 },
	{ SG_KEY_GOST512, 0, P11_CKM_GOSTR3410_512,
	    P11_CKM_GOSTR3410_WITH_12_512 },
};

static const struct mech_row *
mech_find(const struct sg_scheme *scheme)
{
	size_t i;

	for (i = 0; i < sizeof(mech_rows) / sizeof(mech_rows[0]); i++)
		if (mech_rows[i].key == scheme->key &&
		    mech_rows[i].pss == (scheme->pss != 0))
			return &mech_rows[i];
	return NULL;
}

/* The digests that PSS parameters can name (PKCS#11 3.0, 6.1.8); p11-kit's
 * header lacks the numbers of SHA-3. */
struct mech_hash {
	const char *option; /* of the table of digests */
	CK_MECHANISM_TYPE hash;
	CK_RSA_PKCS_MGF_TYPE mgf;
};

static const struct mech_hash mech_hashes[] = {
	{ "sha1", CKM_SHA_1, CKG_MGF1_SHA1 },
	{ "sha224", CKM_SHA224, CKG_MGF1_SHA224 },
	{ "sha256", CKM_SHA256, CKG_MGF1_SHA256 },
	{ "sha384", CKM_SHA384, CKG_MGF1_SHA384 },
	{ "sha512", CKM_SHA512, CKG_MGF1_SHA512 },
	{ "sha3-224", 0x2b5UL, 6UL },
	{ "sha3-256", 0x2b0UL, 7UL },
	{ "sha3-384", 0x2c0UL, 8UL },
	{ "sha3-512", 0x2d0UL, 9UL },
};

static const struct mech_hash *
mech_hash_find(const struct sg_digest *digest)
{
	size_t i;

	for (i = 0; i < sizeof(mech_hashes) / sizeof(mech_hashes[0]); i++)
		if (strcmp(mech_hashes[i].option, digest->option) == 0)
			return &mech_hashes[i];
	return NULL;
}

/* CK_RSA_PKCS_PSS_PARAMS out of RSASSA-PSS-params (RFC 8017, A.2.3). */
static int
mech_pss(struct sg_env *env, const struct sg_pss *pss, struct p11_mech *mech)
{
	const struct mech_hash *hash = mech_hash_find(pss->hash);
	const struct mech_hash *mgf = mech_hash_find(pss->mgf);

	if (hash == NULL || mgf == NULL || pss->salt < 0)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("PKCS#11 has no RSASSA-PSS with %s"), pss->hash->name);
	mech->pss.hashAlg = hash->hash;
	mech->pss.mgf = mgf->mgf;
	mech->pss.sLen = (CK_ULONG)pss->salt;
	mech->mechanism.pParameter = &mech->pss;
	mech->mechanism.ulParameterLen = sizeof(mech->pss);
	return 0;
}

/* DigestInfo (RFC 8017, 9.2): CKM_RSA_PKCS pads what it is given and no
 * more. The parameters are NULL there, whatever CMS writes. */
static int
mech_digest_info(struct sg_env *env, const struct sg_digest *digest,
    struct sg_view data, struct sg_buf *out)
{
	X509_SIG *info = X509_SIG_new();
	ASN1_OCTET_STRING *octets = NULL;
	X509_ALGOR *alg = NULL;
	unsigned char *der = NULL;
	int len = -1;
	int ret;

	if (info != NULL) {
		X509_SIG_getm(info, &alg, &octets);
		if (X509_ALGOR_set0(alg, OBJ_txt2obj(digest->oid, 1),
			V_ASN1_NULL, NULL) == 1 &&
		    ASN1_OCTET_STRING_set(octets, data.ptr, (int)data.len) == 1)
			len = i2d_X509_SIG(info, &der);
	}
	if (len > 0)
		ret = sg_buf_append(env, out, der, (size_t)len);
	else
		ret = sg_err_ssl(
		    env, SIGN_E_CRYPTO, N_("cannot write a DigestInfo"));
	OPENSSL_free(der);
	X509_SIG_free(info);
	return ret;
}

int
sg_p11_mech_make(struct sg_env *env, const struct sg_scheme *scheme,
    const struct sg_pss *pss, struct sg_view data, struct p11_mech *mech)
{
	const struct mech_row *row = mech_find(scheme);

	memset(mech, 0, sizeof(*mech));
	if (row == NULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("%s is for reading old signatures only"), scheme->name);
	mech->mechanism.mechanism = row->type;
	if (row->type == CKM_RSA_PKCS)
		return mech_digest_info(
		    env, sg_scheme_digest(scheme), data, &mech->input);
	if (row->pss && mech_pss(env, pss, mech) < 0)
		return SIGN_E_UNSUPPORTED;
	return sg_buf_append_view(env, &mech->input, data);
}

/*
 * Some tokens sign GOST only together with their own hashing. That needs the
 * document in the token, and what is at hand here is a digest.
 */
int
sg_p11_mech_missing(
    struct p11 *p11, struct p11_token *token, const struct sg_scheme *scheme)
{
	const struct mech_row *row = mech_find(scheme);
	CK_MECHANISM_INFO info;

	memset(&info, 0, sizeof(info));
	if (row != NULL && row->hashing != 0 &&
	    token->module->C_GetMechanismInfo(
		token->slot, row->hashing, &info) == CKR_OK)
		return sg_err_set(&p11->ctx->env, SIGN_E_UNSUPPORTED,
		    N_("token \"%s\" signs with GOST only what it has hashed "
		       "by itself (it lacks mechanism 0x%lx)"),
		    token->label, row->type);
	return sg_err_set(&p11->ctx->env, SIGN_E_UNSUPPORTED,
	    N_("token \"%s\" cannot sign with %s"), token->label, scheme->name);
}
