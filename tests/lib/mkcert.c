/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/lib/mkcert.h"

#include "tests/lib/mkkey.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_KEYS 256

static struct {
	char *name;
	EVP_PKEY *key;
} keys[MAX_KEYS];
static size_t key_count;

void
mk_must(int good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "test world: %s\n", what);
	ERR_print_errors_fp(stderr);
	abort();
}

/* ---- keys */

EVP_PKEY *
mk_key_named(const char *kind, const char *name)
{
	size_t i;

	for (i = 0; i < key_count; i++)
		if (strcmp(keys[i].name, name) == 0)
			return keys[i].key;
	if (strncmp(kind, "gost", 4) == 0 && !mk_has_gost())
		return NULL;
	mk_must(key_count < MAX_KEYS, "too many keys");
	keys[key_count].name = strdup(name);
	keys[key_count].key = mk_key(kind);
	mk_must(keys[key_count].name != NULL, "memory");
	return keys[key_count++].key;
}

void
mk_forget_keys(void)
{
	while (key_count > 0) {
		EVP_PKEY_free(keys[--key_count].key);
		free(keys[key_count].name);
	}
}

const EVP_MD *
mk_digest(EVP_PKEY *key)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case NID_id_GostR3410_2012_256:
		return EVP_get_digestbynid(NID_id_GostR3411_2012_256);
	case NID_id_GostR3410_2012_512:
		return EVP_get_digestbynid(NID_id_GostR3411_2012_512);
	case EVP_PKEY_ED25519:
	case EVP_PKEY_ED448:
		return NULL;
	default:
		return EVP_sha256();
	}
}

/* ---- pieces */

X509_NAME *
mk_name(const char *cn)
{
	X509_NAME *name = X509_NAME_new();

	mk_must(name != NULL &&
		X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
		    (const unsigned char *)"Lab", -1, -1, 0) == 1 &&
		X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
		    (const unsigned char *)cn, -1, -1, 0) == 1,
	    "name");
	return name;
}

ASN1_TIME *
mk_time(int64_t seconds)
{
	ASN1_TIME *when = ASN1_TIME_set(NULL, (time_t)seconds);

	mk_must(when != NULL, "time");
	return when;
}

static CONF *
sections_read(const char *sections)
{
	BIO *bio = BIO_new_mem_buf(sections != NULL ? sections : "", -1);
	CONF *conf = NCONF_new(NULL);

	mk_must(
	    bio != NULL && conf != NULL && NCONF_load_bio(conf, bio, NULL) == 1,
	    "sections");
	BIO_free(bio);
	return conf;
}

static X509_EXTENSION *
ext_make(X509V3_CTX *ctx, const char *sections, const struct pki_ext *row)
{
	CONF *conf = sections_read(sections);
	const char *name = row->oid;
	X509_EXTENSION *ext;

	if (strstr(row->value, "DER:") == NULL &&
	    strstr(row->value, "ASN1:") == NULL)
		name = OBJ_nid2sn(OBJ_txt2nid(row->oid));
	X509V3_set_nconf(ctx, conf);
	ext = X509V3_EXT_nconf(conf, ctx, name, row->value);
	mk_must(ext != NULL, row->oid);
	NCONF_free(conf);
	return ext;
}

/* ---- certificates */

static void
cert_ext(
    X509 *x509, X509 *issuer, const char *sections, const struct pki_ext *row)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;

	if (row->value == NULL)
		return;
	X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
	ext = ext_make(&ctx, sections, row);
	mk_must(X509_add_ext(x509, ext, -1) == 1, row->oid);
	X509_EXTENSION_free(ext);
}

X509 *
mk_x509(const struct mk_cert_spec *spec)
{
	X509 *x509 = X509_new();
	X509 *issuer = spec->issuer != NULL ? spec->issuer : x509;
	ASN1_TIME *from = mk_time(spec->from), *until = mk_time(spec->until);
	size_t i;

	mk_must(x509 != NULL && X509_set_version(x509, 2) == 1 &&
		ASN1_INTEGER_set(X509_get_serialNumber(x509), spec->serial) ==
		    1 &&
		X509_set_subject_name(x509, spec->subject) == 1 &&
		X509_set_issuer_name(x509, X509_get_subject_name(issuer)) ==
		    1 &&
		X509_set1_notBefore(x509, from) == 1 &&
		X509_set1_notAfter(x509, until) == 1 &&
		X509_set_pubkey(x509, spec->key) == 1,
	    spec->id);
	for (i = 0; i < spec->ext_count; i++)
		cert_ext(x509, issuer, spec->sections, &spec->ext[i]);
	mk_must(X509_sign(x509, spec->signer, mk_digest(spec->signer)) > 0,
	    spec->id);
	ASN1_TIME_free(from);
	ASN1_TIME_free(until);
	return x509;
}

/* ---- CRLs */

X509_CRL *
mk_crl(X509 *issuer, int64_t from, int64_t until)
{
	ASN1_TIME *last = mk_time(from), *next = mk_time(until);
	X509_CRL *crl = X509_CRL_new();

	mk_must(crl != NULL && X509_CRL_set_version(crl, 1) == 1 &&
		X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer)) ==
		    1 &&
		X509_CRL_set1_lastUpdate(crl, last) == 1,
	    "CRL");
	if (until != 0)
		mk_must(X509_CRL_set1_nextUpdate(crl, next) == 1, "CRL");
	ASN1_TIME_free(last);
	ASN1_TIME_free(next);
	return crl;
}

void
mk_crl_ext(X509_CRL *crl, X509 *issuer, const char *sections,
    const struct pki_ext *row)
{
	X509_EXTENSION *ext;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, NULL, NULL, crl, 0);
	ext = ext_make(&ctx, sections, row);
	mk_must(X509_CRL_add_ext(crl, ext, -1) == 1, row->oid);
	X509_EXTENSION_free(ext);
}

/* A delta's base is critical (RFC 5280, 5.2.4). */
void
mk_crl_number(X509_CRL *crl, int nid, int64_t number)
{
	ASN1_INTEGER *value = ASN1_INTEGER_new();

	mk_must(value != NULL && ASN1_INTEGER_set_int64(value, number) == 1 &&
		X509_CRL_add1_ext_i2d(
		    crl, nid, value, nid == NID_delta_crl, 0) == 1,
	    "CRL number");
	ASN1_INTEGER_free(value);
}

/* certificateIssuer (RFC 5280, 5.3.3). */
static void
crl_entry_issuer(X509_REVOKED *entry, const X509_NAME *issuer)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *name = GENERAL_NAME_new();
	X509_NAME *copy = X509_NAME_dup(issuer);

	mk_must(names != NULL && name != NULL && copy != NULL, "entry");
	GENERAL_NAME_set0_value(name, GEN_DIRNAME, copy);
	mk_must(sk_GENERAL_NAME_push(names, name) > 0 &&
		X509_REVOKED_add1_ext_i2d(
		    entry, NID_certificate_issuer, names, 1, 0) == 1,
	    "entry");
	GENERAL_NAMES_free(names);
}

static void
crl_entry_reason(X509_REVOKED *entry, int reason)
{
	ASN1_ENUMERATED *value = ASN1_ENUMERATED_new();

	mk_must(value != NULL && ASN1_ENUMERATED_set(value, reason) == 1 &&
		X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, value, 0, 0) ==
		    1,
	    "reason");
	ASN1_ENUMERATED_free(value);
}

void
mk_crl_add(X509_CRL *crl, const struct mk_crl_entry *row)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *when = mk_time(row->when);
	ASN1_INTEGER *serial = ASN1_INTEGER_dup(row->serial);

	mk_must(entry != NULL &&
		X509_REVOKED_set_serialNumber(entry, serial) == 1 &&
		X509_REVOKED_set_revocationDate(entry, when) == 1,
	    "entry");
	if (row->reason >= 0)
		crl_entry_reason(entry, row->reason);
	if (row->issuer != NULL)
		crl_entry_issuer(entry, row->issuer);
	mk_must(X509_CRL_add0_revoked(crl, entry) == 1, "entry");
	ASN1_INTEGER_free(serial);
	ASN1_TIME_free(when);
}

void
mk_crl_sign(X509_CRL *crl, EVP_PKEY *key, const EVP_MD *digest)
{
	mk_must(X509_CRL_sort(crl) == 1 && X509_CRL_sign(crl, key, digest) > 0,
	    "CRL's signature");
}
