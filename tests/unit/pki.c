/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/pki.h"

#include "base/env.h"
#include "base/err.h"
#include "base/gost.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PKI_MAX_KEYS 64

static struct {
	const char *name;
	EVP_PKEY *key;
} keys[PKI_MAX_KEYS];
static size_t key_count;
static long last_serial;

static void
must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "test world: %s\n", what);
	ERR_print_errors_fp(stderr);
	abort();
}

/* ---- keys */

static EVP_PKEY *
key_gost(struct sg_env *env, int nid, const char *set)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *ctx;

	if (sg_gost_need(env) < 0) {
		sg_err_clear(env);
		return NULL;
	}
	ctx = EVP_PKEY_CTX_new_id(nid, NULL);
	must(ctx != NULL && EVP_PKEY_keygen_init(ctx) == 1 &&
		EVP_PKEY_CTX_ctrl_str(ctx, "paramset", set) == 1 &&
		EVP_PKEY_keygen(ctx, &key) == 1,
	    "GOST key");
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *
key_make(struct sg_env *env, const char *name)
{
	if (strncmp(name, "gost256:", 8) == 0)
		return key_gost(env, NID_id_GostR3410_2012_256, "A");
	if (strncmp(name, "gost512:", 8) == 0)
		return key_gost(env, NID_id_GostR3410_2012_512, "A");
	if (strncmp(name, "ed:", 3) == 0)
		return EVP_PKEY_Q_keygen(env->lib, NULL, "ED25519");
	if (strncmp(name, "rsa:", 4) == 0)
		return EVP_PKEY_Q_keygen(env->lib, NULL, "RSA", (size_t)2048);
	return EVP_PKEY_Q_keygen(env->lib, NULL, "EC", "P-256");
}

EVP_PKEY *
pki_key(struct sg_env *env, const char *name)
{
	size_t i;

	for (i = 0; i < key_count; i++)
		if (strcmp(keys[i].name, name) == 0)
			return keys[i].key;
	must(key_count < PKI_MAX_KEYS, "too many keys");
	keys[key_count].name = name;
	keys[key_count].key = key_make(env, name);
	return keys[key_count++].key;
}

void
pki_forget_keys(void)
{
	while (key_count > 0)
		EVP_PKEY_free(keys[--key_count].key);
}

static const EVP_MD *
key_digest(const char *name)
{
	if (strncmp(name, "ed:", 3) == 0)
		return NULL;
	if (strncmp(name, "gost256:", 8) == 0)
		return EVP_get_digestbyname("md_gost12_256");
	if (strncmp(name, "gost512:", 8) == 0)
		return EVP_get_digestbyname("md_gost12_512");
	return EVP_sha256();
}

/* ---- pieces */

static X509_NAME *
name_make(const char *cn)
{
	X509_NAME *name = X509_NAME_new();

	must(name != NULL &&
		X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
		    (const unsigned char *)"Lab", -1, -1, 0) == 1 &&
		X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
		    (const unsigned char *)cn, -1, -1, 0) == 1,
	    "name");
	return name;
}

static ASN1_TIME *
time_make(int day)
{
	return ASN1_TIME_set(NULL, (time_t)(PKI_TIME + day * PKI_DAY));
}

/* Sections that extensions' values may name. */
static const char sections[] =
    "[cdp_indirect]\nfullname=URI:http://x.example/crl\n"
    "CRLissuer=dirName:crl_signer\n"
    "[crl_signer]\nO=Lab\nCN=CRL signer\n"
    "[idp_indirect]\nfullname=URI:http://x.example/crl\n"
    "indirectCRL=TRUE\n"
    "[idp_ca]\nonlyCA=TRUE\n"
    "[idp_user]\nonlyuser=TRUE\n"
    "[idp_reasons]\nonlysomereasons=keyCompromise\n";

static CONF *
sections_read(void)
{
	BIO *bio = BIO_new_mem_buf(sections, -1);
	CONF *conf = NCONF_new(NULL);

	must(
	    bio != NULL && conf != NULL && NCONF_load_bio(conf, bio, NULL) == 1,
	    "sections");
	BIO_free(bio);
	return conf;
}

static X509_EXTENSION *
ext_make(X509V3_CTX *ctx, const char *oid, const char *value)
{
	CONF *conf = sections_read();
	char name[128];
	X509_EXTENSION *ext;

	if (strstr(value, "DER:") != NULL || strstr(value, "ASN1:") != NULL)
		snprintf(name, sizeof(name), "%s", oid);
	else
		snprintf(
		    name, sizeof(name), "%s", OBJ_nid2sn(OBJ_txt2nid(oid)));
	X509V3_set_nconf(ctx, conf);
	ext = X509V3_EXT_nconf(conf, ctx, name, value);
	must(ext != NULL, oid);
	NCONF_free(conf);
	return ext;
}

static void
cert_ext(X509 *x509, X509V3_CTX *ctx, const char *oid, const char *value)
{
	X509_EXTENSION *ext;

	if (value == NULL)
		return;
	ext = ext_make(ctx, oid, value);
	must(X509_add_ext(x509, ext, -1) == 1, oid);
	X509_EXTENSION_free(ext);
}

static struct sg_view
der_take(unsigned char *der, int len, int broken)
{
	must(len > 0, "encoding");
	if (broken)
		der[len - 3] ^= 0x10;
	return sg_view_of(der, (size_t)len);
}

/* ---- certificates */

/* The issuer as far as extensions look at it. */
static X509 *
issuer_make(struct sg_env *env, const struct pki_cert *row)
{
	const char *key = row->issuer_key != NULL ? row->issuer_key : row->key;
	const char *cn = row->issuer_cn != NULL ? row->issuer_cn : row->cn;
	X509 *issuer = X509_new_ex(env->lib, NULL);
	X509_NAME *name = name_make(cn);
	X509V3_CTX ctx;

	must(issuer != NULL && X509_set_subject_name(issuer, name) == 1 &&
		X509_set_pubkey(issuer, pki_key(env, key)) == 1,
	    "issuer");
	X509V3_set_ctx(&ctx, issuer, issuer, NULL, NULL, 0);
	cert_ext(issuer, &ctx, "2.5.29.14", "hash");
	X509_NAME_free(name);
	return issuer;
}

static void
cert_fill(
    X509 *x509, X509 *issuer, struct sg_env *env, const struct pki_cert *row)
{
	X509_NAME *name = name_make(row->cn);
	int usual = row->from == 0 && row->until == 0;
	ASN1_TIME *from = time_make(usual ? -100 : row->from);
	ASN1_TIME *until = time_make(usual ? 1000 : row->until);
	X509V3_CTX ctx;
	size_t i;

	must(X509_set_version(x509, 2) == 1 &&
		ASN1_INTEGER_set(X509_get_serialNumber(x509), ++last_serial) &&
		X509_set_subject_name(x509, name) == 1 &&
		X509_set_issuer_name(x509, X509_get_subject_name(issuer)) ==
		    1 &&
		X509_set1_notBefore(x509, from) == 1 &&
		X509_set1_notAfter(x509, until) == 1 &&
		X509_set_pubkey(x509, pki_key(env, row->key)) == 1,
	    row->id);
	X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
	cert_ext(x509, &ctx, "2.5.29.19", row->ca);
	cert_ext(x509, &ctx, "2.5.29.15", row->usage);
	if (!row->no_ids) {
		cert_ext(x509, &ctx, "2.5.29.14", "hash");
		cert_ext(x509, &ctx, "2.5.29.35", "keyid");
	}
	for (i = 0; i < PKI_MAX_EXT && row->ext[i].oid != NULL; i++)
		cert_ext(x509, &ctx, row->ext[i].oid, row->ext[i].value);
	X509_NAME_free(name);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
}

struct sg_cert *
pki_cert(struct sg_env *env, const struct pki_cert *row)
{
	const char *signer =
	    row->issuer_key != NULL ? row->issuer_key : row->key;
	struct sg_cert *cert = NULL;
	unsigned char *der = NULL;
	struct sg_view view;
	X509 *x509, *issuer;
	int len;

	if (pki_key(env, row->key) == NULL || pki_key(env, signer) == NULL)
		return NULL;
	x509 = X509_new_ex(env->lib, NULL);
	issuer = issuer_make(env, row);
	must(x509 != NULL, row->id);
	cert_fill(x509, issuer, env, row);
	must(X509_sign(x509, pki_key(env, signer), key_digest(signer)) > 0,
	    row->id);
	len = i2d_X509(x509, &der);
	view = der_take(der, len, row->broken);
	must(sg_cert_parse(env, view, &cert) == 0, env->message);
	OPENSSL_free(der);
	X509_free(issuer);
	X509_free(x509);
	return cert;
}

/* ---- CRLs */

static void
crl_ext(X509_CRL *x509, X509V3_CTX *ctx, const char *oid, const char *value)
{
	X509_EXTENSION *ext = ext_make(ctx, oid, value);

	must(X509_CRL_add_ext(x509, ext, -1) == 1, oid);
	X509_EXTENSION_free(ext);
}

static void
crl_number(X509_CRL *x509, int nid, int number, int critical)
{
	ASN1_INTEGER *value = ASN1_INTEGER_new();

	if (number != 0)
		must(value != NULL && ASN1_INTEGER_set(value, number) == 1 &&
			X509_CRL_add1_ext_i2d(x509, nid, value, critical, 0) ==
			    1,
		    "CRL number");
	ASN1_INTEGER_free(value);
}

/* certificateIssuer (RFC 5280, 5.3.3). */
static void
crl_entry_issuer(X509_REVOKED *entry, const char *cn)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *name = GENERAL_NAME_new();

	must(names != NULL && name != NULL, "entry");
	GENERAL_NAME_set0_value(name, GEN_DIRNAME, name_make(cn));
	must(sk_GENERAL_NAME_push(names, name) > 0 &&
		X509_REVOKED_add1_ext_i2d(
		    entry, NID_certificate_issuer, names, 1, 0) == 1,
	    "entry");
	GENERAL_NAMES_free(names);
}

static void
crl_entry(
    X509_CRL *x509, const struct pki_revoked *row, const struct sg_cert *cert)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();
	ASN1_TIME *when = time_make(row->day);
	ASN1_INTEGER *serial =
	    ASN1_INTEGER_dup(X509_get0_serialNumber(sg_cert_x509(cert)));

	must(X509_REVOKED_set_serialNumber(entry, serial) == 1 &&
		X509_REVOKED_set_revocationDate(entry, when) == 1,
	    "entry");
	if (row->reason >= 0)
		must(ASN1_ENUMERATED_set(reason, row->reason) == 1 &&
			X509_REVOKED_add1_ext_i2d(
			    entry, NID_crl_reason, reason, 0, 0) == 1,
		    "reason");
	if (row->issuer_cn != NULL)
		crl_entry_issuer(entry, row->issuer_cn);
	must(X509_CRL_add0_revoked(x509, entry) == 1, "entry");
	ASN1_ENUMERATED_free(reason);
	ASN1_INTEGER_free(serial);
	ASN1_TIME_free(when);
}

static void
crl_fill(X509_CRL *x509, X509 *issuer, const struct pki_crl *row)
{
	ASN1_TIME *from = time_make(row->from), *until = time_make(row->until);
	X509V3_CTX ctx;
	size_t i;

	must(X509_CRL_set_version(x509, 1) == 1 &&
		X509_CRL_set_issuer_name(x509, X509_get_subject_name(issuer)) ==
		    1 &&
		X509_CRL_set1_lastUpdate(x509, from) == 1,
	    row->id);
	if (row->until != 0)
		must(X509_CRL_set1_nextUpdate(x509, until) == 1, row->id);
	X509V3_set_ctx(&ctx, issuer, NULL, NULL, x509, 0);
	if (row->ids)
		crl_ext(x509, &ctx, "2.5.29.35", "keyid");
	crl_number(x509, NID_crl_number, row->number, 0);
	crl_number(x509, NID_delta_crl, row->base, 1);
	for (i = 0; i < 2 && row->ext[i].oid != NULL; i++)
		crl_ext(x509, &ctx, row->ext[i].oid, row->ext[i].value);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
}

struct sg_crl *
pki_crl(struct sg_env *env, const struct pki_crl *row,
    struct sg_cert *(*find)(const char *id))
{
	struct pki_cert as = { .cn = row->issuer_cn, .key = row->key };
	struct sg_crl *crl = NULL;
	unsigned char *der = NULL;
	struct sg_view view;
	X509_CRL *x509;
	X509 *issuer;
	size_t i;
	int len;

	if (pki_key(env, row->key) == NULL)
		return NULL;
	x509 = X509_CRL_new_ex(env->lib, NULL);
	issuer = issuer_make(env, &as);
	crl_fill(x509, issuer, row);
	for (i = 0; i < PKI_MAX_REVOKED && row->revoked[i].id != NULL; i++)
		crl_entry(x509, &row->revoked[i], find(row->revoked[i].id));
	must(X509_CRL_sort(x509) == 1 &&
		X509_CRL_sign(
		    x509, pki_key(env, row->key), key_digest(row->key)) > 0,
	    row->id);
	len = i2d_X509_CRL(x509, &der);
	view = der_take(der, len, row->broken);
	must(sg_crl_parse(env, view, &crl) == 0, env->message);
	OPENSSL_free(der);
	X509_free(issuer);
	X509_CRL_free(x509);
	return crl;
}
