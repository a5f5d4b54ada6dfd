/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/pki.h"

#include "base/env.h"
#include "base/err.h"
#include "tests/lib/mkcert.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <string.h>

static long last_serial;

EVP_PKEY *
pki_key(struct sg_env *env, const char *name)
{
	static const struct {
		const char *prefix, *kind;
	} rows[] = {
		{ "gost256:", "gost256:A" },
		{ "gost512:", "gost512:A" },
		{ "ed:", "ed25519" },
		{ "rsa:", "rsa" },
		{ "", "p256" },
	};
	size_t i = 0;

	(void)env;
	while (strncmp(rows[i].prefix, name, strlen(rows[i].prefix)) != 0)
		i++;
	return mk_key_named(rows[i].kind, name);
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
    "[idp_reasons]\nonlysomereasons=keyCompromise\n"
    "[idp_attr]\nonlyAA=TRUE\n"
    "[idp_same]\nfullname=URI:http://x.example/crl\n"
    "[idp_other]\nfullname=URI:http://y.example/crl\n";

static struct sg_view
der_take(unsigned char *der, int len, int broken)
{
	mk_must(len > 0, "encoding");
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
	const struct pki_ext id = { "2.5.29.14", "hash" };
	X509_NAME *name = mk_name(cn);
	X509 *issuer = mk_x509(&(struct mk_cert_spec){
	    .id = cn,
	    .subject = name,
	    .key = pki_key(env, key),
	    .signer = pki_key(env, key),
	    .serial = 1,
	    .ext = &id,
	    .ext_count = 1,
	});

	X509_NAME_free(name);
	return issuer;
}

/* The row's extensions, the usual ones first; returns how many. */
static size_t
cert_exts(const struct pki_cert *row, struct pki_ext *ext)
{
	size_t i, count = 0;

	ext[count++] = (struct pki_ext){ "2.5.29.19", row->ca };
	ext[count++] = (struct pki_ext){ "2.5.29.15", row->usage };
	if (!row->no_ids) {
		ext[count++] = (struct pki_ext){ "2.5.29.14", "hash" };
		ext[count++] = (struct pki_ext){ "2.5.29.35", "keyid" };
	}
	for (i = 0; i < PKI_MAX_EXT && row->ext[i].oid != NULL; i++)
		ext[count++] = row->ext[i];
	return count;
}

static int64_t
day_time(int day)
{
	return PKI_TIME + day * PKI_DAY;
}

static X509 *
cert_make(struct sg_env *env, const struct pki_cert *row, const char *signer)
{
	int usual = row->from == 0 && row->until == 0;
	struct pki_ext ext[4 + PKI_MAX_EXT];
	X509_NAME *name = mk_name(row->cn);
	X509 *issuer = issuer_make(env, row);
	X509 *x509 = mk_x509(&(struct mk_cert_spec){
	    .id = row->id,
	    .subject = name,
	    .issuer = issuer,
	    .key = pki_key(env, row->key),
	    .signer = pki_key(env, signer),
	    .from = day_time(usual ? -100 : row->from),
	    .until = day_time(usual ? 1000 : row->until),
	    .serial = ++last_serial,
	    .ext = ext,
	    .ext_count = cert_exts(row, ext),
	    .sections = sections,
	});

	X509_NAME_free(name);
	X509_free(issuer);
	return x509;
}

struct sg_cert *
pki_cert(struct sg_env *env, const struct pki_cert *row)
{
	const char *signer =
	    row->issuer_key != NULL ? row->issuer_key : row->key;
	struct sg_cert *cert = NULL;
	unsigned char *der = NULL;
	struct sg_view view;
	X509 *x509;
	int len;

	if (pki_key(env, row->key) == NULL || pki_key(env, signer) == NULL)
		return NULL;
	x509 = cert_make(env, row, signer);
	len = i2d_X509(x509, &der);
	view = der_take(der, len, row->broken);
	mk_must(sg_cert_parse(env, view, &cert) == 0, env->message);
	OPENSSL_free(der);
	X509_free(x509);
	return cert;
}

/* ---- CRLs */

static void
crl_entry(
    X509_CRL *x509, const struct pki_revoked *row, const struct sg_cert *cert)
{
	X509_NAME *issuer =
	    row->issuer_cn != NULL ? mk_name(row->issuer_cn) : NULL;
	struct mk_crl_entry entry = {
		.serial = X509_get0_serialNumber(sg_cert_x509(cert)),
		.when = day_time(row->day),
		.reason = row->reason,
		.issuer = issuer,
	};

	mk_crl_add(x509, &entry);
	X509_NAME_free(issuer);
}

static X509_CRL *
crl_make(struct sg_env *env, const struct pki_crl *row)
{
	static const struct pki_ext keyid = { "2.5.29.35", "keyid" };
	struct pki_cert as = { .cn = row->issuer_cn, .key = row->key };
	X509 *issuer = issuer_make(env, &as);
	X509_CRL *x509 = mk_crl(issuer, day_time(row->from),
	    row->until != 0 ? day_time(row->until) : 0);
	size_t i;

	if (row->ids)
		mk_crl_ext(x509, issuer, sections, &keyid);
	if (row->number != 0)
		mk_crl_number(x509, NID_crl_number, row->number);
	if (row->base != 0)
		mk_crl_number(x509, NID_delta_crl, row->base);
	for (i = 0; i < 2 && row->ext[i].oid != NULL; i++)
		mk_crl_ext(x509, issuer, sections, &row->ext[i]);
	X509_free(issuer);
	return x509;
}

struct sg_crl *
pki_crl(struct sg_env *env, const struct pki_crl *row,
    struct sg_cert *(*find)(const char *id))
{
	EVP_PKEY *key = pki_key(env, row->key);
	struct sg_crl *crl = NULL;
	unsigned char *der = NULL;
	struct sg_view view;
	X509_CRL *x509;
	size_t i;
	int len;

	if (key == NULL)
		return NULL;
	x509 = crl_make(env, row);
	for (i = 0; i < PKI_MAX_REVOKED && row->revoked[i].id != NULL; i++)
		crl_entry(x509, &row->revoked[i], find(row->revoked[i].id));
	mk_crl_sign(x509, key, mk_digest(key));
	len = i2d_X509_CRL(x509, &der);
	view = der_take(der, len, row->broken);
	mk_must(sg_crl_parse(env, view, &crl) == 0, env->message);
	OPENSSL_free(der);
	X509_CRL_free(x509);
	return crl;
}
