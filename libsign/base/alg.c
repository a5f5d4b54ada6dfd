/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/alg.h"

#include "base/env.h"
#include "base/err.h"
#include "base/gost.h"
#include "base/time.h"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/x509.h>

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define ALG_OID_TEXT 80
#define ALG_MGF1 "1.2.840.113549.1.1.8"
#define ALG_SHAKE256_LEN "2.16.840.1.101.3.4.2.18"
#define ALG_MIN_RSA 2048 /* bits of a key that signs */
#define ALG_MIN_EC 256

/* ---- digests */

static int
alg_same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

const struct sg_digest *
sg_digest_by_option(const char *option)
{
	const struct sg_digest *rows;
	size_t count, i;

	rows = sg_digest_rows(&count);
	for (i = 0; i < count; i++)
		if (alg_same(rows[i].option, option))
			return &rows[i];
	return NULL;
}

const struct sg_digest *
sg_digest_by_uri(const char *uri)
{
	const struct sg_digest *rows;
	size_t count, i;

	rows = sg_digest_rows(&count);
	for (i = 0; i < count; i++)
		if (alg_same(rows[i].xml_uri[0], uri) ||
		    alg_same(rows[i].xml_uri[1], uri))
			return &rows[i];
	return NULL;
}

static int
scheme_has_oid(const struct sg_scheme *scheme, const char *oid)
{
	return alg_same(scheme->oid, oid) ||
	    alg_same(scheme->read_oid[0], oid) ||
	    alg_same(scheme->read_oid[1], oid) ||
	    alg_same(scheme->read_oid[2], oid);
}

/* The digest of all schemes with this OID, NULL when they differ in it. */
static const struct sg_digest *
scheme_digest_by_oid(const char *oid)
{
	const struct sg_digest *found = NULL, *digest;
	const struct sg_scheme *rows;
	size_t count, i;

	rows = sg_scheme_rows(&count);
	for (i = 0; i < count; i++) {
		if (!scheme_has_oid(&rows[i], oid))
			continue;
		digest = sg_scheme_digest(&rows[i]);
		if (found != NULL && found != digest)
			return NULL;
		found = digest;
	}
	return found;
}

const struct sg_digest *
sg_digest_by_oid(const char *oid)
{
	const struct sg_digest *rows;
	size_t count, i;

	rows = sg_digest_rows(&count);
	for (i = 0; i < count; i++)
		if (alg_same(rows[i].oid, oid) ||
		    alg_same(rows[i].read_oid, oid))
			return &rows[i];
	return scheme_digest_by_oid(oid);
}

/* Parameters absent or NULL (RFC 5754, 2); SHAKE256 with a length wants our
 * length (RFC 8702, 3.1); those of GOST R 34.11-94 name the only set that is
 * in use (RFC 4490, 2.1) and are not looked at. */
int
sg_digest_resolve(struct sg_env *env, const struct sg_algid *algid,
    const struct sg_digest **out)
{
	static const unsigned char null[] = { 0x05, 0x00 };
	static const unsigned char bits512[] = { 0x02, 0x02, 0x02, 0x00 };
	const struct sg_digest *digest = sg_digest_by_oid(algid->oid);
	struct sg_view params = algid->params;

	if (digest == NULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("unknown digest algorithm %s"), algid->oid);
	if (alg_same(algid->oid, ALG_SHAKE256_LEN) &&
	    !sg_view_equal(params, sg_view_of(bits512, sizeof(bits512))))
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("digest SHAKE256: want a length of 512 bits "
		       "(RFC 8419, 2.3)"));
	if (digest->params == NULL && digest->use == SG_USE_FULL &&
	    alg_same(digest->oid, algid->oid) && params.len != 0 &&
	    !sg_view_equal(params, sg_view_of(null, sizeof(null))))
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("digest %s with unknown parameters (RFC 5754, 2)"),
		    digest->name);
	*out = digest;
	return 0;
}

/* An AlgorithmIdentifier whose parameters stand in the table as hex. */
static int
alg_put_algid(
    struct sg_env *env, struct sg_buf *out, const char *oid, const char *params)
{
	unsigned char octets[16];
	size_t len = 0;

	if (params != NULL &&
	    OPENSSL_hexstr2buf_ex(octets, sizeof(octets), &len, params, '\0') !=
		1)
		return sg_err_ssl(env, SIGN_E_INTERNAL,
		    N_("broken parameters in the table of algorithms"));
	return sg_der_put_algid(env, out, oid, sg_view_of(octets, len));
}

int
sg_digest_put_algid(
    struct sg_env *env, struct sg_buf *out, const struct sg_digest *digest)
{
	return alg_put_algid(env, out, digest->oid, digest->params);
}

/* ---- schemes */

const struct sg_scheme *
sg_scheme_by_uri(const char *uri)
{
	const struct sg_scheme *rows;
	size_t count, i;

	rows = sg_scheme_rows(&count);
	for (i = 0; i < count; i++)
		if (alg_same(rows[i].xml_uri[0], uri) ||
		    alg_same(rows[i].xml_uri[1], uri))
			return &rows[i];
	return NULL;
}

const struct sg_digest *
sg_scheme_digest(const struct sg_scheme *scheme)
{
	return sg_digest_by_option(scheme->digest);
}

static const struct sg_digest *
pss_digest(const X509_ALGOR *algor)
{
	const ASN1_OBJECT *object;
	char oid[ALG_OID_TEXT];

	if (algor == NULL) /* DEFAULT (RFC 8017, A.2.3) */
		return sg_digest_by_option("sha1");
	X509_ALGOR_get0(&object, NULL, NULL, algor);
	if (OBJ_obj2txt(oid, sizeof(oid), object, 1) <= 0)
		return NULL;
	return sg_digest_by_oid(oid);
}

/* The digest inside MGF1, the only mask generation function there is. */
static const struct sg_digest *
pss_mgf(const X509_ALGOR *algor)
{
	const struct sg_digest *digest = NULL;
	const ASN1_OBJECT *object;
	const void *params;
	X509_ALGOR *inner = NULL;
	char oid[ALG_OID_TEXT];
	int type;

	if (algor == NULL)
		return sg_digest_by_option("sha1");
	X509_ALGOR_get0(&object, &type, &params, algor);
	if (OBJ_obj2txt(oid, sizeof(oid), object, 1) <= 0 ||
	    strcmp(oid, ALG_MGF1) != 0 || type != V_ASN1_SEQUENCE)
		return NULL;
	inner = ASN1_item_unpack(params, ASN1_ITEM_rptr(X509_ALGOR));
	if (inner != NULL)
		digest = pss_digest(inner);
	X509_ALGOR_free(inner);
	return digest;
}

static int
pss_number(const ASN1_INTEGER *number, int missing)
{
	int64_t value;

	if (number == NULL)
		return missing;
	if (ASN1_INTEGER_get_int64(&value, number) != 1 || value < 0 ||
	    value > INT_MAX)
		return -1;
	return (int)value;
}

/* RSASSA-PSS-params; absent parameters are all defaults (RFC 8017, A.2.3). */
static int
pss_read(struct sg_env *env, struct sg_view params, struct sg_pss *out)
{
	const unsigned char *at = params.ptr;
	RSA_PSS_PARAMS *pss = NULL;
	int result = SIGN_E_FORMAT;

	if (params.len == 0 || params.len > LONG_MAX)
		pss = RSA_PSS_PARAMS_new();
	else
		pss = d2i_RSA_PSS_PARAMS(NULL, &at, (long)params.len);
	if (pss == NULL || (params.len != 0 && at != params.ptr + params.len)) {
		sg_err_ssl(env, result,
		    N_("broken RSA-PSS parameters (RFC 8017, A.2.3)"));
		goto out;
	}
	out->hash = pss_digest(pss->hashAlgorithm);
	out->mgf = pss_mgf(pss->maskGenAlgorithm);
	out->salt = pss_number(pss->saltLength, 20);
	if (out->hash == NULL || out->mgf == NULL || out->salt < 0 ||
	    pss_number(pss->trailerField, 1) != 1) {
		result = sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("unknown RSA-PSS parameters (RFC 8017, A.2.3)"));
		goto out;
	}
	result = 0;
out:
	RSA_PSS_PARAMS_free(pss);
	ERR_clear_error();
	return result;
}

/* An OID that names a kind of key and so any digest. */
static int
scheme_oid_is_open(const char *oid)
{
	return scheme_digest_by_oid(oid) == NULL;
}

/* The row with this OID and digest; *known: the OID is in the table. */
static const struct sg_scheme *
scheme_find(const char *oid, const struct sg_digest *digest, int *known)
{
	const struct sg_scheme *rows;
	size_t count, i;

	*known = 0;
	rows = sg_scheme_rows(&count);
	for (i = 0; i < count; i++) {
		if (!scheme_has_oid(&rows[i], oid))
			continue;
		*known = 1;
		if (alg_same(rows[i].digest, digest->option))
			return &rows[i];
	}
	return NULL;
}

/* Where NULL is to stand, nothing but NULL may, or nothing (RFC 4055, 5). */
static int
scheme_params_fit(const struct sg_scheme *scheme, struct sg_view params)
{
	static const unsigned char null[] = { 0x05, 0x00 };

	return scheme->pss || scheme->params == NULL || params.len == 0 ||
	    sg_view_equal(params, sg_view_of(null, sizeof(null)));
}

/* RFC 5652, 5.4 and RFC 8933: one digest for content and attributes. */
int
sg_scheme_resolve(struct sg_env *env, const struct sg_algid *signature,
    const struct sg_algid *digest, const struct sg_scheme **out,
    struct sg_pss *pss)
{
	const struct sg_digest *hash = NULL;
	const struct sg_scheme *scheme;
	int known, result;

	result = sg_digest_resolve(env, digest, &hash);
	if (result < 0)
		return result;
	scheme = scheme_find(signature->oid, hash, &known);
	if (scheme == NULL && known && !scheme_oid_is_open(signature->oid))
		return sg_err_set(env, SIGN_E_VALUE,
		    N_("signature algorithm %s is not made with digest %s "
		       "(RFC 8933, 3)"),
		    signature->oid, hash->name);
	if (scheme == NULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("unknown signature algorithm %s with digest %s"),
		    signature->oid, hash->name);
	if (!scheme_params_fit(scheme, signature->params))
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("signature algorithm %s: want NULL as parameters "
		       "(RFC 4055, 5)"),
		    signature->oid);
	memset(pss, 0, sizeof(*pss));
	if (scheme->pss) {
		result = pss_read(env, signature->params, pss);
		if (result < 0)
			return result;
		if (pss->hash != hash)
			return sg_err_set(env, SIGN_E_VALUE,
			    N_("RSA-PSS with %s is not made with digest %s "
			       "(RFC 8933, 3)"),
			    pss->hash->name, hash->name);
		if (pss->mgf != hash)
			return sg_err_set(env, SIGN_E_UNSUPPORTED,
			    N_("RSA-PSS: want MGF1 with %s, have %s"),
			    hash->name, pss->mgf->name);
	}
	*out = scheme;
	return 0;
}

/* ---- keys */

static const struct {
	const char *group, *text, *oid;
} curves[] = {
	{ "prime256v1", "P-256", "1.2.840.10045.3.1.7" },
	{ "secp384r1", "P-384", "1.3.132.0.34" },
	{ "secp521r1", "P-521", "1.3.132.0.35" },
	{ "secp224r1", "P-224", "1.3.132.0.33" },
	{ "prime192v1", "P-192", "1.2.840.10045.3.1.1" },
	{ "secp256k1", "secp256k1", "1.3.132.0.10" },
	{ "brainpoolP256r1", "brainpoolP256r1", "1.3.36.3.3.2.8.1.1.7" },
	{ "brainpoolP256t1", "brainpoolP256t1", "1.3.36.3.3.2.8.1.1.8" },
	{ "brainpoolP320r1", "brainpoolP320r1", "1.3.36.3.3.2.8.1.1.9" },
	{ "brainpoolP320t1", "brainpoolP320t1", "1.3.36.3.3.2.8.1.1.10" },
	{ "brainpoolP384r1", "brainpoolP384r1", "1.3.36.3.3.2.8.1.1.11" },
	{ "brainpoolP384t1", "brainpoolP384t1", "1.3.36.3.3.2.8.1.1.12" },
	{ "brainpoolP512r1", "brainpoolP512r1", "1.3.36.3.3.2.8.1.1.13" },
	{ "brainpoolP512t1", "brainpoolP512t1", "1.3.36.3.3.2.8.1.1.14" },
};

static void
key_describe_ec(EVP_PKEY *key, struct sg_key_info *out)
{
	const char *text = N_("unnamed curve");
	char group[64] = "";
	size_t i;

	if (EVP_PKEY_get_group_name(key, group, sizeof(group), NULL) == 1)
		text = group;
	for (i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		if (strcmp(group, curves[i].group) != 0)
			continue;
		text = curves[i].text;
		out->curve = curves[i].oid;
	}
	if (out->curve == NULL && group[0] != '\0')
		out->curve = OBJ_nid2sn(OBJ_txt2nid(group));
	snprintf(out->text, sizeof(out->text), "ECDSA %s", text);
}

static void
key_describe_gost(EVP_PKEY *key, struct sg_key_info *out)
{
	const struct sg_gost_set *set = sg_gost_set_of(key);
	const char *year = out->type == SG_KEY_GOST2001 ? "2001" : "2012";

	if (set != NULL)
		out->curve = set->oid;
	snprintf(out->text, sizeof(out->text), "GOST R 34.10-%s %d bit, %s",
	    year, out->bits, set != NULL ? set->name : "?");
}

static const struct {
	int id;
	enum sg_key_type type;
	const char *text;
} key_types[] = {
	{ EVP_PKEY_RSA, SG_KEY_RSA, "RSA" },
	{ EVP_PKEY_RSA_PSS, SG_KEY_RSA, "RSA-PSS" },
	{ EVP_PKEY_EC, SG_KEY_EC, "ECDSA" },
	{ EVP_PKEY_ED25519, SG_KEY_ED25519, "Ed25519" },
	{ EVP_PKEY_ED448, SG_KEY_ED448, "Ed448" },
	{ EVP_PKEY_DSA, SG_KEY_DSA, "DSA" },
	{ NID_id_GostR3410_2012_256, SG_KEY_GOST256, "GOST" },
	{ NID_id_GostR3410_2012_512, SG_KEY_GOST512, "GOST" },
	{ NID_id_GostR3410_2001, SG_KEY_GOST2001, "GOST" },
};

/* A provider's own kind of key has no number: then its name or OID tells. */
static int
key_type_matches(EVP_PKEY *key, int id, int row)
{
	char oid[ALG_OID_TEXT];

	if (id > 0)
		return id == key_types[row].id;
	if (OBJ_obj2txt(oid, sizeof(oid), OBJ_nid2obj(key_types[row].id), 1) <=
	    0)
		return 0;
	return EVP_PKEY_is_a(key, oid) ||
	    EVP_PKEY_is_a(key, OBJ_nid2sn(key_types[row].id));
}

static int
key_type_row(EVP_PKEY *key)
{
	int id = EVP_PKEY_get_base_id(key);
	int count = (int)(sizeof(key_types) / sizeof(key_types[0]));
	int i;

	for (i = 0; i < count; i++)
		if (key_type_matches(key, id, i))
			return i;
	return -1;
}

int
sg_key_kind(EVP_PKEY *key, enum sg_key_type *type, int *pss_only)
{
	int row = key_type_row(key);

	if (row < 0)
		return 0;
	*type = key_types[row].type;
	*pss_only = key_types[row].id == EVP_PKEY_RSA_PSS;
	return 1;
}

int
sg_key_info(struct sg_env *env, EVP_PKEY *key, struct sg_key_info *out)
{
	int row = key_type_row(key);
	const char *name;

	if (row < 0) {
		name = EVP_PKEY_get0_type_name(key);
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("a key of type %s cannot sign"),
		    name != NULL ? name : "?");
	}
	memset(out, 0, sizeof(*out));
	out->type = key_types[row].type;
	out->bits = EVP_PKEY_get_bits(key);
	out->pss_only = key_types[row].id == EVP_PKEY_RSA_PSS;
	ERR_set_mark();
	switch (out->type) {
	case SG_KEY_RSA:
	case SG_KEY_DSA:
		snprintf(out->text, sizeof(out->text), "%s %d bit",
		    key_types[row].text, out->bits);
		break;
	case SG_KEY_EC:
		key_describe_ec(key, out);
		break;
	case SG_KEY_ED25519:
	case SG_KEY_ED448:
		snprintf(
		    out->text, sizeof(out->text), "%s", key_types[row].text);
		break;
	case SG_KEY_GOST256:
	case SG_KEY_GOST512:
	case SG_KEY_GOST2001:
		key_describe_gost(key, out);
		break;
	}
	ERR_pop_to_mark();
	return 0;
}

/* A key of so many bits uses the row with the largest size that is not more;
 * below the first it was never trusted. Each list ends with its largest. */
struct key_end {
	enum sg_key_type type;
	int bits;
	int64_t until;
};

static const struct key_end key_ends[] = {
	{ SG_KEY_RSA, 786, INT64_C(1280620800) },    /* 2010-08-01 */
	{ SG_KEY_RSA, 1024, INT64_C(1569888000) },   /* 2019-10-01 */
	{ SG_KEY_RSA, 1900, INT64_C(1861920000) },   /* 2029-01-01 */
	{ SG_KEY_RSA, 3000, SG_NO_TIME },            /* PKCS#1 v1.5: scheme */
	{ SG_KEY_EC, 160, INT64_C(1343779200) },     /* 2012-08-01 */
	{ SG_KEY_EC, 224, INT64_C(1633046400) },     /* 2021-10-01 */
	{ SG_KEY_EC, 256, SG_NO_TIME },              /* */
	{ SG_KEY_DSA, 1024, INT64_C(1448928000) },   /* 2015-12-01 */
	{ SG_KEY_DSA, 1900, INT64_C(1861920000) },   /* 2029-01-01 */
	{ SG_KEY_DSA, 3000, SG_NO_TIME },            /* */
	{ SG_KEY_GOST2001, 0, INT64_C(1577836799) }, /* end of 2019 */
	{ SG_KEY_GOST256, 0, SG_NO_TIME },
	{ SG_KEY_GOST512, 0, SG_NO_TIME },
	{ SG_KEY_ED25519, 0, SG_NO_TIME },
	{ SG_KEY_ED448, 0, SG_NO_TIME },
};

int64_t
sg_key_until(const struct sg_key_info *key)
{
	int64_t until = 0;
	size_t i;

	for (i = 0; i < sizeof(key_ends) / sizeof(key_ends[0]); i++)
		if (key_ends[i].type == key->type &&
		    key_ends[i].bits <= key->bits)
			until = key_ends[i].until;
	return until;
}

/* ---- signing */

/* The digest that belongs to the key. */
static const char *
key_digest(const struct sg_key_info *info)
{
	switch (info->type) {
	case SG_KEY_RSA:
		return info->bits < 3072 ? "sha256"
		    : info->bits < 4096  ? "sha384"
					 : "sha512";
	case SG_KEY_EC:
		return info->bits <= 256 ? "sha256"
		    : info->bits <= 384  ? "sha384"
					 : "sha512";
	case SG_KEY_ED25519:
		return "sha512";
	case SG_KEY_ED448:
		return "shake256";
	case SG_KEY_GOST256:
		return "streebog256";
	case SG_KEY_GOST512:
		return "streebog512";
	case SG_KEY_GOST2001:
	case SG_KEY_DSA:
		break;
	}
	return NULL;
}

/* Old and short keys are for reading only. */
static int
key_may_sign(struct sg_env *env, const struct sg_key_info *info)
{
	int least = info->type == SG_KEY_RSA ? ALG_MIN_RSA
	    : info->type == SG_KEY_EC        ? ALG_MIN_EC
					     : 0;

	if (key_digest(info) == NULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("no new signatures with a key of this kind: %s"),
		    info->text);
	if (info->bits < least)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("the key is too short to sign: want %d bits, have %d"),
		    least, info->bits);
	if (info->type == SG_KEY_EC && info->curve == NULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("the key's curve has no name (RFC 5480, 2.1.1)"));
	return 0;
}

/* A key made for PSS may prescribe its digest. */
static const struct sg_digest *
key_pss_digest(EVP_PKEY *key)
{
	const struct sg_digest *rows;
	char name[64];
	size_t count, i;
	int mandatory, nid;

	ERR_set_mark();
	mandatory = EVP_PKEY_get_default_digest_name(key, name, sizeof(name));
	ERR_pop_to_mark();
	if (mandatory != 2)
		return NULL;
	nid = OBJ_txt2nid(name);
	rows = sg_digest_rows(&count);
	for (i = 0; i < count; i++)
		if (alg_same(rows[i].evp, name) ||
		    (nid != NID_undef && OBJ_txt2nid(rows[i].oid) == nid))
			return &rows[i];
	return NULL;
}

static const struct sg_scheme *
scheme_for_type(enum sg_key_type type, const struct sg_digest *digest, int pss)
{
	const struct sg_scheme *rows;
	size_t count, i;

	rows = sg_scheme_rows(&count);
	for (i = 0; i < count; i++)
		if (rows[i].key == type && rows[i].pss == pss &&
		    !rows[i].plain && alg_same(rows[i].digest, digest->option))
			return &rows[i];
	return NULL;
}

int
sg_scheme_for_key(struct sg_env *env, EVP_PKEY *key,
    const struct sg_digest *digest, int pss, const struct sg_scheme **out)
{
	const struct sg_scheme *scheme;
	struct sg_key_info info;
	int result;

	result = sg_key_info(env, key, &info);
	if (result == 0)
		result = key_may_sign(env, &info);
	if (result < 0)
		return result;
	pss = info.type == SG_KEY_RSA && (pss || info.pss_only);
	if (digest == NULL && info.pss_only)
		digest = key_pss_digest(key);
	if (digest == NULL)
		digest = sg_digest_by_option(key_digest(&info));
	scheme = scheme_for_type(info.type, digest, pss);
	if (scheme == NULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("this key (%s) signs with digest %s, not with %s"),
		    info.text, sg_digest_by_option(key_digest(&info))->name,
		    digest->name);
	if (scheme->use != SG_USE_FULL || digest->use != SG_USE_FULL)
		return sg_err_set(env, SIGN_E_UNSUPPORTED,
		    N_("no new signatures with %s: it is too weak"),
		    scheme->name);
	*out = scheme;
	return 0;
}

static X509_ALGOR *
pss_algor(const struct sg_digest *digest)
{
	X509_ALGOR *algor = X509_ALGOR_new();

	if (algor != NULL &&
	    X509_ALGOR_set0(
		algor, OBJ_txt2obj(digest->oid, 1), V_ASN1_UNDEF, NULL) == 1)
		return algor;
	X509_ALGOR_free(algor);
	return NULL;
}

static X509_ALGOR *
pss_mgf_algor(const struct sg_digest *digest)
{
	X509_ALGOR *inner = pss_algor(digest);
	X509_ALGOR *outer = X509_ALGOR_new();
	ASN1_STRING *packed = NULL;

	if (inner != NULL && outer != NULL)
		packed =
		    ASN1_item_pack(inner, ASN1_ITEM_rptr(X509_ALGOR), NULL);
	X509_ALGOR_free(inner);
	if (packed != NULL &&
	    X509_ALGOR_set0(
		outer, OBJ_txt2obj(ALG_MGF1, 1), V_ASN1_SEQUENCE, packed) == 1)
		return outer;
	ASN1_STRING_free(packed);
	X509_ALGOR_free(outer);
	return NULL;
}

/* RSASSA-PSS-params, explicit but for the trailer, whose only value is the
 * default (RFC 8017, A.2.3; RFC 4056, 3). */
static int
pss_put_algid(struct sg_env *env, struct sg_buf *out,
    const struct sg_scheme *scheme, const struct sg_pss *pss)
{
	RSA_PSS_PARAMS *params = RSA_PSS_PARAMS_new();
	unsigned char *der = NULL;
	int len, result = SIGN_E_NOMEM;

	if (params == NULL)
		goto out;
	params->hashAlgorithm = pss_algor(pss->hash);
	params->maskGenAlgorithm = pss_mgf_algor(pss->mgf);
	params->saltLength = ASN1_INTEGER_new();
	if (params->hashAlgorithm == NULL || params->maskGenAlgorithm == NULL ||
	    params->saltLength == NULL ||
	    ASN1_INTEGER_set(params->saltLength, pss->salt) != 1)
		goto out;
	len = i2d_RSA_PSS_PARAMS(params, &der);
	if (len <= 0)
		goto out;
	result = sg_der_put_algid(
	    env, out, scheme->oid, sg_view_of(der, (size_t)len));
out:
	if (result == SIGN_E_NOMEM)
		sg_err_nomem(env);
	OPENSSL_free(der);
	RSA_PSS_PARAMS_free(params);
	return result;
}

int
sg_scheme_put_algid(struct sg_env *env, struct sg_buf *out,
    const struct sg_scheme *scheme, const struct sg_pss *pss)
{
	const struct sg_digest *digest = sg_scheme_digest(scheme);
	struct sg_pss usual = { digest, digest, (int)digest->size };

	if (!scheme->pss)
		return alg_put_algid(env, out, scheme->oid, scheme->params);
	if (pss == NULL || pss->hash == NULL)
		pss = &usual;
	return pss_put_algid(env, out, scheme, pss);
}
