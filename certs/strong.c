/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/strong.h"

#include "base/alg.h"
#include "base/der.h"
#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "base/strength.h"
#include "base/time.h"
#include "certs/cert.h"
#include "certs/crl.h"
#include "certs/ocsp.h"
#include "certs/trial.h"

#include <openssl/rsa.h>
#include <openssl/x509.h>

#define NEVER (INT64_MIN + 1)

struct strong {
	struct sg_env *env;
	struct sg_pool *pool;
	const struct sg_strength *strength;
	int64_t until;
};

static void
strong_lower(struct strong *strong, int64_t until)
{
	if (until != SG_NO_TIME &&
	    (strong->until == SG_NO_TIME || until < strong->until))
		strong->until = until;
}

/* The digest that a signature algorithm stands for; RSA-PSS names it in its
 * parameters (RFC 4055, 3.1). */
static const struct sg_digest *
strong_digest(const X509_ALGOR *algor, const char *oid)
{
	const struct sg_digest *digest = NULL;
	RSA_PSS_PARAMS *pss;
	char name[128];

	if (OBJ_obj2nid(algor->algorithm) != NID_rsassaPss)
		return sg_digest_by_oid(oid);
	pss = ASN1_TYPE_unpack_sequence(
	    ASN1_ITEM_rptr(RSA_PSS_PARAMS), algor->parameter);
	if (pss == NULL)
		return NULL;
	if (pss->hashAlgorithm == NULL)
		digest = sg_digest_by_option("sha1");
	else if (OBJ_obj2txt(
		     name, sizeof(name), pss->hashAlgorithm->algorithm, 1) > 0)
		digest = sg_digest_by_oid(name);
	RSA_PSS_PARAMS_free(pss);
	return digest;
}

static const struct sg_scheme *
strong_scheme(const struct strong *strong, const X509_ALGOR *algor,
    const struct sg_digest **digest)
{
	struct sg_algid signature = { 0 }, hash = { 0 };
	const struct sg_scheme *scheme = NULL;
	unsigned char *der = NULL;
	struct sg_pss pss;
	struct sg_tlv tlv;
	struct sg_der at;
	int len = i2d_X509_ALGOR(algor, &der);

	if (len <= 0)
		return NULL;
	at = sg_der_of(sg_view_of(der, (size_t)len));
	if (sg_der_next(strong->env, &at, "AlgorithmIdentifier", &tlv) == 0 &&
	    sg_der_algid(strong->env, strong->pool, &tlv, &signature) == 0)
		*digest = strong_digest(algor, signature.oid);
	if (*digest != NULL) {
		hash.oid = (*digest)->oid;
		if (sg_scheme_resolve(
			strong->env, &signature, &hash, &scheme, &pss) < 0)
			scheme = NULL;
	}
	sg_err_clear(strong->env);
	OPENSSL_free(der);
	return scheme;
}

static void
strong_algor(struct strong *strong, const X509_ALGOR *algor)
{
	const struct sg_digest *digest = NULL;
	const struct sg_scheme *scheme = strong_scheme(strong, algor, &digest);

	if (scheme == NULL) {
		strong_lower(strong, NEVER);
		return;
	}
	strong_lower(strong, sg_strength_digest(strong->strength, digest));
	strong_lower(strong, sg_strength_scheme(strong->strength, scheme));
}

static void
strong_key(struct strong *strong, const struct sg_cert *cert)
{
	const struct sg_key_info *info;

	if (sg_cert_key_info(strong->env, cert, &info) < 0) {
		sg_err_clear(strong->env);
		strong_lower(strong, NEVER);
		return;
	}
	strong_lower(strong, sg_strength_key(strong->strength, info));
}

int64_t
sg_strong_until(struct sg_env *env, struct sg_pool *pool,
    const struct sg_strength *strength, const struct sg_cert *cert,
    const struct sg_trial_link *link)
{
	struct strong strong = { env, pool, strength, SG_NO_TIME };
	const X509_ALGOR *algor;

	X509_get0_signature(NULL, &algor, sg_cert_x509(cert));
	strong_algor(&strong, algor);
	strong_key(&strong, cert);
	if (link->crl != NULL) {
		X509_CRL_get0_signature(sg_crl_x509(link->crl), NULL, &algor);
		strong_algor(&strong, algor);
	}
	if (link->ocsp != NULL)
		strong_algor(&strong,
		    OCSP_resp_get0_tbs_sigalg(sg_ocsp_basic(link->ocsp)));
	if (link->status_signer != NULL) {
		X509_get0_signature(
		    NULL, &algor, sg_cert_x509(link->status_signer));
		strong_algor(&strong, algor);
		strong_key(&strong, link->status_signer);
	}
	return strong.until;
}
