/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/alg.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "certs/cert.h"
#include "certs/ocsp.h"
#include "certs/x509.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <string.h>

#define NONCE_SIZE 32 /* RFC 9654, 2.1 */

/* ---- who answered */

static struct sg_view
id_view(const ASN1_STRING *string)
{
	return sg_view_of(
	    ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string));
}

struct sg_view
sg_ocsp_responder_name(const struct sg_ocsp *ocsp)
{
	const ASN1_OCTET_STRING *key = NULL;
	const X509_NAME *name = NULL;
	const unsigned char *der;
	size_t len;

	if (OCSP_resp_get0_id(sg_ocsp_basic(ocsp), &key, &name) != 1 ||
	    name == NULL || X509_NAME_get0_der(name, &der, &len) != 1)
		return sg_view_of(NULL, 0);
	return sg_view_of(der, len);
}

struct sg_view
sg_ocsp_responder_key(const struct sg_ocsp *ocsp)
{
	const ASN1_OCTET_STRING *key = NULL;
	const X509_NAME *name = NULL;

	if (OCSP_resp_get0_id(sg_ocsp_basic(ocsp), &key, &name) != 1 ||
	    key == NULL)
		return sg_view_of(NULL, 0);
	return id_view(key);
}

/* RFC 6960, 4.2.2.3: the SHA-1 of the key's BIT STRING, or the name. */
int
sg_ocsp_is_by(const struct sg_ocsp *ocsp, const struct sg_cert *cert)
{
	const ASN1_OCTET_STRING *key = NULL;
	const X509_NAME *name = NULL;
	unsigned char digest[EVP_MAX_MD_SIZE];
	X509 *x509 = sg_cert_x509(cert);
	unsigned int len;

	if (OCSP_resp_get0_id(sg_ocsp_basic(ocsp), &key, &name) != 1)
		return 0;
	if (name != NULL)
		return X509_NAME_cmp(name, X509_get_subject_name(x509)) == 0;
	return key != NULL &&
	    X509_pubkey_digest(x509, EVP_sha1(), digest, &len) == 1 &&
	    sg_view_equal(id_view(key), sg_view_of(digest, len));
}

/* ---- its signature */

/*
 * RFC 6960, 4.2.1: over the DER of tbsResponseData, which is taken as it
 * stands: not every responder writes what OpenSSL would write again.
 */
int
sg_ocsp_verifies(
    struct sg_env *env, const struct sg_ocsp *ocsp, const struct sg_cert *cert)
{
	const ASN1_OCTET_STRING *value =
	    OCSP_resp_get0_signature(sg_ocsp_basic(ocsp));
	struct sg_view tbs = sg_ocsp_tbs(ocsp);
	const unsigned char *at = tbs.ptr;
	ASN1_TYPE *any;
	EVP_PKEY *key;
	int good = 0;

	if (sg_cert_key(env, cert, &key) < 0 ||
	    (sg_cert_has_gost_key(cert) &&
		!sg_x509_value_fits(env, sg_cert_x509(cert), value))) {
		sg_err_clear(env);
		return 0;
	}
	any = d2i_ASN1_TYPE(NULL, &at, (long)tbs.len);
	if (any != NULL)
		good = ASN1_item_verify_ex(ASN1_ITEM_rptr(ASN1_ANY),
			   OCSP_resp_get0_tbs_sigalg(sg_ocsp_basic(ocsp)),
			   value, any, NULL, key, env->lib, NULL) == 1;
	ASN1_TYPE_free(any);
	ERR_clear_error();
	return good;
}

/* ---- whom it is about */

struct id_parts {
	ASN1_OCTET_STRING *name, *key;
	ASN1_OBJECT *digest;
	ASN1_INTEGER *serial;
};

static int
id_parts(const OCSP_SINGLERESP *single, struct id_parts *out)
{
	OCSP_CERTID *id =
	    (OCSP_CERTID *)(uintptr_t)OCSP_SINGLERESP_get0_id(single);

	return OCSP_id_get0_info(
		   &out->name, &out->digest, &out->key, &out->serial, id) == 1;
}

/* RFC 6960, 4.1.1: is this the digest of the data? */
static int
id_hash_is(
    const struct id_parts *id, struct sg_view data, const ASN1_STRING *want)
{
	unsigned char out[SG_MAX_DIGEST];
	const struct sg_digest *digest;
	struct sg_env scratch;
	char oid[128];

	memset(&scratch, 0, sizeof(scratch));
	OBJ_obj2txt(oid, sizeof(oid), id->digest, 1);
	digest = sg_digest_by_oid(oid);
	if (digest == NULL || sg_hash_once(&scratch, digest, data, out) < 0) {
		ERR_clear_error();
		return 0;
	}
	return sg_view_equal(id_view(want), sg_view_of(out, digest->size));
}

static int
id_is_about(
    const struct id_parts *id, const struct sg_cert *cert, const X509 *issuer)
{
	const X509_NAME *name = X509_get_issuer_name(sg_cert_x509(cert));
	const ASN1_BIT_STRING *key = X509_get0_pubkey_bitstr(issuer);
	const unsigned char *der;
	size_t len;

	if (ASN1_INTEGER_cmp(
		id->serial, X509_get0_serialNumber(sg_cert_x509(cert))) != 0)
		return 0;
	return X509_NAME_get0_der(name, &der, &len) == 1 &&
	    id_hash_is(id, sg_view_of(der, len), id->name) &&
	    id_hash_is(id, id_view(key), id->key);
}

int
sg_ocsp_find(const struct sg_ocsp *ocsp, const struct sg_cert *cert,
    const struct sg_cert *issuer, struct sg_ocsp_single *out)
{
	size_t i, count = sg_ocsp_count(ocsp);
	struct sg_ocsp_single single;
	struct id_parts id;
	int found = 0;

	for (i = 0; i < count; i++) {
		if (!id_parts(
			OCSP_resp_get0(sg_ocsp_basic(ocsp), (int)i), &id) ||
		    !id_is_about(&id, cert, sg_cert_x509(issuer)))
			continue;
		sg_ocsp_at(ocsp, i, &single);
		if (!found || single.this_update > out->this_update ||
		    (single.this_update == out->this_update &&
			single.status != SG_OCSP_GOOD))
			*out = single;
		found = 1;
	}
	return found;
}

int
sg_ocsp_is_about(const struct sg_ocsp *ocsp, const struct sg_cert *cert,
    const struct sg_cert *issuer)
{
	struct sg_ocsp_single single;

	return sg_ocsp_find(ocsp, cert, issuer, &single);
}

/* ---- asking */

static int
request_add_nonce(
    struct sg_env *env, OCSP_REQUEST *request, struct sg_buf *nonce)
{
	unsigned char octets[NONCE_SIZE];

	if (RAND_bytes_ex(env->lib, octets, sizeof(octets), 0) != 1 ||
	    OCSP_request_add1_nonce(request, octets, sizeof(octets)) != 1)
		return sg_err_ssl(
		    env, SIGN_E_CRYPTO, N_("cannot make a nonce"));
	return sg_buf_append(env, nonce, octets, sizeof(octets));
}

static int
request_write(struct sg_env *env, OCSP_REQUEST *request, struct sg_buf *out)
{
	unsigned char *der = NULL;
	int len = i2d_OCSP_REQUEST(request, &der);
	int ret;

	if (len <= 0)
		return sg_err_ssl(
		    env, SIGN_E_CRYPTO, N_("cannot write an OCSP request"));
	ret = sg_buf_append(env, out, der, (size_t)len);
	OPENSSL_free(der);
	return ret;
}

/* SHA-1 is what every responder understands, and nothing hangs on it: who
 * answers for another certificate does not answer for this one. */
int
sg_ocsp_request(struct sg_env *env, const struct sg_cert *cert,
    const struct sg_cert *issuer, struct sg_buf *nonce, struct sg_buf *out)
{
	OCSP_REQUEST *request = OCSP_REQUEST_new();
	OCSP_CERTID *id = OCSP_cert_to_id(
	    EVP_sha1(), sg_cert_x509(cert), sg_cert_x509(issuer));
	int ret = 0;

	if (request == NULL || id == NULL ||
	    OCSP_request_add0_id(request, id) == NULL) {
		OCSP_CERTID_free(id);
		OCSP_REQUEST_free(request);
		return sg_err_ssl(
		    env, SIGN_E_CRYPTO, N_("cannot write an OCSP request"));
	}
	if (nonce != NULL)
		ret = request_add_nonce(env, request, nonce);
	if (ret == 0)
		ret = request_write(env, request, out);
	OCSP_REQUEST_free(request);
	return ret;
}

/* RFC 9654, 2.1: an OCTET STRING in the extension's value. */
static int
nonce_is(const X509_EXTENSION *extension, struct sg_view nonce)
{
	const ASN1_OCTET_STRING *value =
	    X509_EXTENSION_get_data((X509_EXTENSION *)(uintptr_t)extension);
	const unsigned char *at = ASN1_STRING_get0_data(value);
	ASN1_OCTET_STRING *inner =
	    d2i_ASN1_OCTET_STRING(NULL, &at, ASN1_STRING_length(value));
	int same = inner != NULL && sg_view_equal(id_view(inner), nonce);

	ASN1_OCTET_STRING_free(inner);
	ERR_clear_error();
	/* some responders leave the OCTET STRING out */
	return same || sg_view_equal(id_view(value), nonce);
}

int
sg_ocsp_answers(struct sg_env *env, const struct sg_ocsp *ocsp,
    const struct sg_cert *cert, const struct sg_cert *issuer,
    struct sg_view nonce)
{
	int at;

	if (!sg_ocsp_is_about(ocsp, cert, issuer))
		return sg_err_set(env, SIGN_E_VALUE,
		    N_("OCSP response: it is about another certificate than "
		       "the one asked for (RFC 6960, 3.2)"));
	at = OCSP_BASICRESP_get_ext_by_NID(
	    sg_ocsp_basic(ocsp), NID_id_pkix_OCSP_Nonce, -1);
	if (nonce.len == 0 || at < 0 ||
	    nonce_is(OCSP_BASICRESP_get_ext(sg_ocsp_basic(ocsp), at), nonce))
		return 0;
	return sg_err_set(env, SIGN_E_VALUE,
	    N_("OCSP response: another nonce than the one sent (RFC 9654, "
	       "2.1)"));
}
