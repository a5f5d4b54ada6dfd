/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/lib/authority_int.h"

#include "tests/lib/mkkey.h"

#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define DAY AUTHORITY_DAY
#define Y2015 INT64_C(1420070400)
#define Y2016 INT64_C(1451606400)
#define Y2020 INT64_C(1577836800)
#define Y2023 INT64_C(1672531200)
#define Y2024 INT64_C(1704067200)
#define Y2025 INT64_C(1735689600)
#define Y2026 INT64_C(1767225600)
#define Y2027 INT64_C(1798761600)
#define Y2033 INT64_C(1988150400)
#define Y2045 INT64_C(2366841600)
#define Y2049 INT64_C(2493072000)
#define Y2050 INT64_C(2524608000)

static const struct authority_row usual_rows[] = {
	{ "root", NULL, AUTHORITY_CA, .cn = "Root", .from = Y2015,
	    .until = Y2050 },
	{ "root-ocsp", "root", AUTHORITY_OCSP, .cn = "Root OCSP", .from = Y2020,
	    .until = Y2045 },
	{ "crl-issuer", "root", AUTHORITY_CRL_ISSUER, .cn = "CRL issuer",
	    .from = Y2020, .until = Y2045 },
	{ "ca", "root", AUTHORITY_CA, .cn = "CA", .from = Y2016,
	    .until = Y2049 },
	{ "signer", "ca", AUTHORITY_SIGNER, .cn = "Signer", .from = Y2025,
	    .until = Y2026 },
	{ "signer2", "ca", AUTHORITY_SIGNER, .cn = "Signer 2", .from = Y2025,
	    .until = Y2026 },
	{ "tsa", "ca", AUTHORITY_TSA, .cn = "TSA", .from = Y2023,
	    .until = Y2033 },
	{ "ocsp", "ca", AUTHORITY_OCSP, .cn = "OCSP", .from = Y2024,
	    .until = Y2027 },
	{ "root2", NULL, AUTHORITY_CA, .cn = "Root 2", .from = Y2015,
	    .until = Y2050 },
	{ "ca2", "root2", AUTHORITY_CA, .cn = "CA 2", .from = Y2016,
	    .until = Y2049 },
	{ "tsa2", "ca2", AUTHORITY_TSA, .cn = "TSA 2", .from = Y2023,
	    .until = Y2033 },
	{ "ocsp2", "ca2", AUTHORITY_OCSP, .cn = "OCSP 2", .from = Y2024,
	    .until = Y2027 },
	/* the root that nobody knows, and its TSA */
	{ "root-none", NULL, AUTHORITY_CA, .cn = "Nobody", .from = Y2015,
	    .until = Y2050 },
	{ "tsa-none", "root-none", AUTHORITY_TSA, .cn = "TSA of nobody",
	    .from = Y2023, .until = Y2033 },
};
#define USUAL_ROWS (sizeof(usual_rows) / sizeof(usual_rows[0]))

const struct authority_row *
lab_usual(const char *id)
{
	size_t i;

	for (i = 0; i < USUAL_ROWS; i++)
		if (strcmp(usual_rows[i].id, id) == 0)
			return &usual_rows[i];
	return NULL;
}

/* ---- the world */

const char *
lab_text(struct authority *lab, const char *format, ...)
{
	char text[1024];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	mk_must(len >= 0 && (size_t)len < sizeof(text), "text too long");
	lab->texts =
	    realloc(lab->texts, (lab->text_count + 1) * sizeof(lab->texts[0]));
	mk_must(lab->texts != NULL, "memory");
	lab->texts[lab->text_count] = strdup(text);
	mk_must(lab->texts[lab->text_count] != NULL, "memory");
	return lab->texts[lab->text_count++];
}

struct lab_cert *
lab_find(struct authority *lab, const char *id)
{
	size_t i;

	for (i = 0; i < lab->cert_count; i++)
		if (strcmp(lab->certs[i]->row.id, id) == 0)
			return lab->certs[i];
	return NULL;
}

static void
cert_clear(struct lab_cert *cert)
{
	X509_free(cert->x509);
	EVP_PKEY_free(cert->key);
	OPENSSL_free(cert->der);
	cert->x509 = NULL;
	cert->key = NULL;
	cert->der = NULL;
}

/* A new entry has the next serial number; one in place of another too, as a
 * renewed certificate is another one. */
static struct lab_cert *
cert_slot(struct authority *lab, const char *id)
{
	struct lab_cert *cert = lab_find(lab, id);
	static const struct lab_cert none;
	long serial = 0x1000;
	size_t i;

	for (i = 0; i < lab->cert_count; i++)
		if (lab->certs[i]->serial >= serial)
			serial = lab->certs[i]->serial + 1;
	if (cert == NULL) {
		lab->certs = realloc(
		    lab->certs, (lab->cert_count + 1) * sizeof(lab->certs[0]));
		cert = malloc(sizeof(*cert));
		mk_must(lab->certs != NULL && cert != NULL, "memory");
		lab->certs[lab->cert_count++] = cert;
		*cert = none;
	}
	cert_clear(cert);
	*cert = none;
	cert->serial = serial;
	return cert;
}

/* What the row leaves open, as the usual one of this id has it. */
static struct authority_row
row_merge(const struct authority_row *row)
{
	const struct authority_row *usual = lab_usual(row->id);
	struct authority_row out = *row;

	if (usual != NULL) {
		if (out.issuer == NULL)
			out.issuer = usual->issuer;
		if (out.role == 0)
			out.role = usual->role;
		if (out.cn == NULL)
			out.cn = usual->cn;
		if (out.from == 0)
			out.from = usual->from;
		if (out.until == 0)
			out.until = usual->until;
	}
	if (out.from == 0)
		out.from = Y2020;
	if (out.until == 0)
		out.until = Y2045;
	return out;
}

void
authority_add(struct authority *lab, const struct authority_row *row)
{
	cert_slot(lab, row->id)->row = row_merge(row);
}

static int64_t
seconds_of(const ASN1_TIME *when)
{
	struct tm tm;

	mk_must(ASN1_TIME_to_tm(when, &tm) == 1, "time");
	return timegm(&tm);
}

static enum authority_role
role_of(X509 *x509)
{
	uint32_t usage = X509_get_extended_key_usage(x509);

	if (X509_check_ca(x509) == 1)
		return AUTHORITY_CA;
	if (usage != UINT32_MAX && (usage & XKU_TIMESTAMP) != 0)
		return AUTHORITY_TSA;
	if (usage != UINT32_MAX && (usage & XKU_OCSP_SIGN) != 0)
		return AUTHORITY_OCSP;
	if (X509_get_key_usage(x509) == KU_CRL_SIGN)
		return AUTHORITY_CRL_ISSUER;
	return AUTHORITY_SIGNER;
}

void
authority_add_made(struct authority *lab, const char *id, const char *issuer,
    X509 *x509, EVP_PKEY *key)
{
	struct lab_cert *cert = cert_slot(lab, id);
	struct authority_row *row = &cert->row;

	mk_must(X509_up_ref(x509) == 1 &&
		(key == NULL || EVP_PKEY_up_ref(key) == 1),
	    id);
	cert->x509 = x509;
	cert->key = key;
	cert->serial = ASN1_INTEGER_get(X509_get0_serialNumber(x509));
	row->id = lab_text(lab, "%s", id);
	row->issuer = issuer != NULL ? lab_text(lab, "%s", issuer) : NULL;
	row->role = role_of(x509);
	row->from = seconds_of(X509_get0_notBefore(x509));
	row->until = seconds_of(X509_get0_notAfter(x509));
}

struct authority *
authority_new(const struct authority_options *options)
{
	struct authority *lab;
	size_t i;

	if (options->kind != NULL && strncmp(options->kind, "gost", 4) == 0 &&
	    !mk_has_gost())
		return NULL;
	lab = calloc(1, sizeof(*lab));
	mk_must(lab != NULL, "memory");
	lab->kind = options->kind != NULL ? options->kind : "p256";
	lab->url = options->url;
	for (i = 0; i < USUAL_ROWS; i++)
		authority_add(lab, &usual_rows[i]);
	for (i = 0; i < options->row_count; i++)
		authority_add(lab, &options->rows[i]);
	return lab;
}

void
authority_free(struct authority *lab)
{
	size_t i;

	if (lab == NULL)
		return;
	for (i = 0; i < lab->cert_count; i++) {
		cert_clear(lab->certs[i]);
		free(lab->certs[i]);
	}
	for (i = 0; i < lab->text_count; i++)
		free(lab->texts[i]);
	free(lab->certs);
	free(lab->texts);
	free(lab->revoked);
	free(lab);
}

/* ---- making certificates */

/* RSA keys of the usual certificates come out of a file, as making them takes
 * seconds. Where that is not at hand they are made. */
static EVP_PKEY *
rsa_ready(const char *id)
{
	static EVP_PKEY *ready[USUAL_ROWS];
	static int read;
	const char *srcdir = getenv("srcdir");
	char path[1024];
	FILE *file;
	size_t i;

	snprintf(path, sizeof(path), "%s/tests/data/keys/lab-rsa.pem",
	    srcdir != NULL ? srcdir : ".");
	if (!read && (file = fopen(path, "r")) != NULL) {
		for (i = 0; i < USUAL_ROWS; i++)
			ready[i] = PEM_read_PrivateKey(file, NULL, NULL, NULL);
		fclose(file);
	}
	read = 1;
	for (i = 0; i < USUAL_ROWS; i++)
		if (strcmp(usual_rows[i].id, id) == 0)
			return ready[i];
	return NULL;
}

static EVP_PKEY *
key_make(struct authority *lab, const struct authority_row *row)
{
	const char *kind = row->kind != NULL ? row->kind : lab->kind;
	char name[256];
	EVP_PKEY *key;

	if (row->key != NULL)
		return lab_get(lab, row->key)->key;
	/* OpenSSL's CMS knows no EdDSA */
	if (strcmp(kind, "ed25519") == 0 && row->role == AUTHORITY_TSA)
		kind = "p256";
	if (strcmp(kind, "gost256") == 0)
		kind = "gost256:TCA";
	if (strcmp(kind, "gost512") == 0)
		kind = "gost512:A";
	snprintf(name, sizeof(name), "lab:%s:%s", kind, row->id);
	key = strcmp(kind, "rsa") == 0 ? rsa_ready(row->id) : NULL;
	if (key == NULL)
		key = mk_key_named(kind, name);
	mk_must(key != NULL, row->id);
	return key;
}

static const char *
usage_of(const struct authority_row *row)
{
	int less = (row->flags & AUTHORITY_USAGE_LESS) != 0;

	switch (row->role) {
	case AUTHORITY_CA:
		return less ? "critical,keyCertSign"
			    : "critical,digitalSignature,keyCertSign,cRLSign";
	case AUTHORITY_SIGNER:
		return less ? "critical,keyEncipherment"
			    : "critical,digitalSignature,nonRepudiation";
	case AUTHORITY_TSA:
	case AUTHORITY_OCSP:
		return less ? "critical,keyEncipherment"
			    : "critical,digitalSignature";
	case AUTHORITY_CRL_ISSUER:
		return less ? "critical,digitalSignature" : "critical,cRLSign";
	case AUTHORITY_BARE:
		break;
	}
	return NULL;
}

/* A TSA has timeStamping alone, and critical (RFC 3161, 2.3). */
static const char *
purpose_of(const struct authority_row *row)
{
	if (row->flags & AUTHORITY_EKU_NONE)
		return NULL;
	if (row->flags & AUTHORITY_EKU_PLAIN)
		return "timeStamping";
	if (row->flags & AUTHORITY_EKU_MORE)
		return "critical,timeStamping,emailProtection";
	if (row->role == AUTHORITY_TSA)
		return "critical,timeStamping";
	return row->role == AUTHORITY_OCSP ? "OCSPSigning" : NULL;
}

static int
has_nocheck(const struct authority_row *row)
{
	if (row->role == AUTHORITY_OCSP)
		return (row->flags & AUTHORITY_CHECKED) == 0;
	return (row->flags & AUTHORITY_NOCHECK) != 0;
}

/* The given URL, that below the world's, or NULL for none. */
static const char *
url_of(struct authority *lab, const struct authority_row *row,
    const char *given, const char *folder, const char *suffix)
{
	if (given != NULL)
		return given[0] != '\0' ? given : NULL;
	if (lab->url == NULL || row->issuer == NULL ||
	    (row->flags & AUTHORITY_NO_URLS) != 0)
		return NULL;
	return lab_text(
	    lab, "%s/%s/%s%s", lab->url, folder, row->issuer, suffix);
}

static const char *
aia_of(struct authority *lab, const struct authority_row *row)
{
	const char *ca = url_of(lab, row, row->ca_issuers, "aia", ".crt");
	const char *ocsp = NULL;

	if (row->ocsp != NULL || !has_nocheck(row))
		ocsp = url_of(lab, row, row->ocsp, "ocsp", "");
	if (ca != NULL && ocsp != NULL)
		return lab_text(lab, "caIssuers;URI:%s,OCSP;URI:%s", ca, ocsp);
	if (ca != NULL)
		return lab_text(lab, "caIssuers;URI:%s", ca);
	return ocsp != NULL ? lab_text(lab, "OCSP;URI:%s", ocsp) : NULL;
}

/* The section that an indirect distribution point names. */
static const char *
cdp_sections(struct authority *lab, const struct authority_row *row)
{
	const char *url = row->cdp;

	if ((row->flags & AUTHORITY_INDIRECT) == 0)
		return NULL;
	if (url == NULL)
		url = lab_text(lab, "%s/crl/crl-issuer.crl",
		    lab->url != NULL ? lab->url : "http://lab.example");
	return lab_text(lab,
	    "[cdp]\nfullname=URI:%s\nCRLissuer=dirName:crl_issuer\n"
	    "[crl_issuer]\nO=Lab\nCN=%s\n",
	    url, lab_get(lab, "crl-issuer")->row.cn);
}

static const char *
cdp_of(struct authority *lab, const struct authority_row *row)
{
	const char *url;

	if (row->flags & AUTHORITY_INDIRECT)
		return "cdp";
	if (row->cdp == NULL && has_nocheck(row))
		return NULL;
	url = url_of(lab, row, row->cdp, "crl", ".crl");
	return url != NULL ? lab_text(lab, "URI:%s", url) : NULL;
}

#define MOST_EXT (8 + PKI_MAX_EXT)

static size_t
exts_of(
    struct authority *lab, const struct authority_row *row, struct pki_ext *ext)
{
	int ca = row->role == AUTHORITY_CA;
	size_t i, count = 0;

	ext[count++] = (struct pki_ext){ "2.5.29.19",
		ca ? "critical,CA:TRUE" : "CA:FALSE" };
	ext[count++] = (struct pki_ext){ "2.5.29.15", usage_of(row) };
	ext[count++] = (struct pki_ext){ "2.5.29.37", purpose_of(row) };
	ext[count++] = (struct pki_ext){ "2.5.29.14", "hash" };
	ext[count++] = (struct pki_ext){ "2.5.29.35", "keyid" };
	ext[count++] =
	    (struct pki_ext){ "1.3.6.1.5.5.7.1.1", aia_of(lab, row) };
	ext[count++] = (struct pki_ext){ "2.5.29.31", cdp_of(lab, row) };
	ext[count++] = (struct pki_ext){ "1.3.6.1.5.5.7.48.1.5",
		has_nocheck(row) ? "ignored" : NULL };
	for (i = 0; i < PKI_MAX_EXT && row->ext[i].oid != NULL; i++)
		ext[count++] = row->ext[i];
	return count;
}

static X509_NAME *
subject_of(struct authority *lab, const struct lab_cert *cert)
{
	char cn[256];

	if (cert->base != NULL)
		return X509_NAME_dup(
		    X509_get_subject_name(lab_get(lab, cert->base)->x509));
	if (cert->row.cn != NULL)
		return mk_name(cert->row.cn);
	snprintf(cn, sizeof(cn), "Lab %s", cert->row.id);
	return mk_name(cn);
}

static void
cert_make(struct authority *lab, struct lab_cert *cert)
{
	const struct authority_row *row = &cert->row;
	struct lab_cert *issuer =
	    row->issuer != NULL ? lab_get(lab, row->issuer) : NULL;
	X509_NAME *subject = subject_of(lab, cert);
	EVP_PKEY *key = cert->base != NULL ? lab_get(lab, cert->base)->key
					   : key_make(lab, row);
	struct pki_ext ext[MOST_EXT];
	struct mk_cert_spec spec = {
		.id = row->id,
		.subject = subject,
		.issuer = issuer != NULL ? issuer->x509 : NULL,
		.key = key,
		.signer = issuer != NULL ? issuer->key : key,
		.from = row->from,
		.until = row->until,
		.serial = cert->serial,
		.ext = ext,
		.ext_count = exts_of(lab, row, ext),
		.sections = cdp_sections(lab, row),
	};

	mk_must(key != NULL && spec.signer != NULL && EVP_PKEY_up_ref(key) == 1,
	    row->id);
	cert->key = key;
	cert->x509 = mk_x509(&spec);
	X509_NAME_free(subject);
}

struct lab_cert *
lab_get(struct authority *lab, const char *id)
{
	struct lab_cert *cert = lab_find(lab, id);
	int len;

	mk_must(cert != NULL, id);
	if (cert->x509 == NULL)
		cert_make(lab, cert);
	if (cert->der == NULL) {
		len = i2d_X509(cert->x509, &cert->der);
		mk_must(len > 0, id);
		cert->der_len = (size_t)len;
	}
	return cert;
}

/* ---- looking at them */

int
authority_has(struct authority *lab, const char *id)
{
	return lab_find(lab, id) != NULL;
}

X509 *
authority_x509(struct authority *lab, const char *id)
{
	return lab_get(lab, id)->x509;
}

EVP_PKEY *
authority_key(struct authority *lab, const char *id)
{
	return lab_get(lab, id)->key;
}

struct sg_view
authority_cert(struct authority *lab, const char *id)
{
	const struct lab_cert *cert = lab_get(lab, id);

	return sg_view_of(cert->der, cert->der_len);
}

const char *
authority_issuer(struct authority *lab, const char *id)
{
	return lab_get(lab, id)->row.issuer;
}

const char *
authority_find(struct authority *lab, const X509 *x509)
{
	size_t i;

	for (i = 0; i < lab->cert_count; i++)
		if (lab->certs[i]->x509 != NULL &&
		    X509_cmp(lab->certs[i]->x509, x509) == 0)
			return lab->certs[i]->row.id;
	return NULL;
}

const char *
lab_with_role(
    struct authority *lab, enum authority_role role, const char *issuer)
{
	size_t i;

	for (i = 0; i < lab->cert_count; i++)
		if (lab->certs[i]->base == NULL &&
		    lab->certs[i]->row.role == role &&
		    lab->certs[i]->row.issuer != NULL &&
		    strcmp(lab->certs[i]->row.issuer, issuer) == 0)
			return lab->certs[i]->row.id;
	return NULL;
}

/* ---- variants of a certificate */

const char *
lab_variant(struct authority *lab, const struct lab_variant *variant)
{
	struct lab_cert *base = lab_get(lab, variant->base), *cert;
	const char *id = lab_text(lab, "%s-%s", variant->base, variant->suffix);
	struct authority_row row = base->row;

	if (lab_find(lab, id) != NULL)
		return id;
	row.id = id;
	row.flags = (row.flags | variant->flags) & ~AUTHORITY_INDIRECT;
	if (variant->from != 0)
		row.from = variant->from;
	if (variant->until != 0)
		row.until = variant->until;
	if (row.until <= row.from)
		row.from = row.until - 365 * DAY;
	cert = cert_slot(lab, id);
	cert->row = row_merge(&row);
	cert->base = base->row.id;
	return id;
}

/* By midnight, so that a clock that runs does not make one a second. */
static int64_t
midnight(int64_t time)
{
	return time - time % DAY;
}

const char *
lab_expired(struct authority *lab, const char *id, int64_t time)
{
	int64_t until = midnight(time) - DAY;
	struct lab_variant variant = { .base = id, .until = until };

	variant.suffix = lab_text(lab, "until-%lld", (long long)until);
	return lab_variant(lab, &variant);
}

const char *
lab_not_yet(struct authority *lab, const char *id, int64_t time)
{
	int64_t from = midnight(time) + 2 * DAY;
	struct lab_variant variant = { .base = id, .from = from };

	variant.suffix = lab_text(lab, "from-%lld", (long long)from);
	variant.until = from + 3650 * DAY;
	return lab_variant(lab, &variant);
}

const char *
lab_revoke_one(struct authority *lab, const char *id, int64_t time)
{
	int64_t when = midnight(time) - DAY;
	struct lab_variant variant = { .base = id, .flags = AUTHORITY_CHECKED };

	variant.suffix = lab_text(lab, "revoked-%lld", (long long)when);
	id = lab_variant(lab, &variant);
	if (lab_status(lab, id, when) == NULL)
		authority_revoke(lab, id, when, 1);
	return id;
}

/* ---- revocation */

void
authority_revoke_late(struct authority *lab, const char *id, int64_t when,
    int64_t known, int reason)
{
	struct lab_revoked *row;

	lab->revoked = realloc(
	    lab->revoked, (lab->revoked_count + 1) * sizeof(*lab->revoked));
	mk_must(lab->revoked != NULL && lab_find(lab, id) != NULL, id);
	row = &lab->revoked[lab->revoked_count++];
	row->id = lab_text(lab, "%s", id);
	row->when = when;
	row->known = known;
	row->reason = reason;
}

void
authority_revoke(
    struct authority *lab, const char *id, int64_t when, int reason)
{
	authority_revoke_late(lab, id, when, when, reason);
}

const struct lab_revoked *
lab_status(const struct authority *lab, const char *id, int64_t time)
{
	const struct lab_revoked *row, *found = NULL;
	size_t i;

	for (i = 0; i < lab->revoked_count; i++) {
		row = &lab->revoked[i];
		if (strcmp(row->id, id) != 0 || row->known > time)
			continue;
		if (found == NULL || row->known >= found->known)
			found = row;
	}
	return found != NULL && found->reason == 8 ? NULL : found;
}

/* ---- small things */

unsigned
authority_fault(const struct authority_fault *rows, const char *name)
{
	for (; rows->name != NULL; rows++)
		if (strcmp(rows->name, name) == 0)
			return rows->bit;
	return 0;
}

const EVP_MD *
lab_digest(const char *name, EVP_PKEY *key)
{
	const EVP_MD *md;

	if (name == NULL)
		return mk_digest(key);
	md = EVP_get_digestbyname(name);
	mk_must(md != NULL, name);
	return md;
}

void
lab_put(struct sg_buf *out, const void *ptr, size_t len)
{
	mk_must(sg_buf_append(NULL, out, ptr, len) == 0, "memory");
}

void
lab_garbage(struct sg_buf *out)
{
	static const char text[] = "<html><body>It works!</body></html>\n";

	lab_put(out, text, sizeof(text) - 1);
}

void
lab_truncate(struct sg_buf *out, size_t since)
{
	out->len = since + (out->len - since) / 2;
}

/* The value belongs to a structure that has no call for changing it. */
void
lab_spoil(const ASN1_STRING *value)
{
	unsigned char *at =
	    (unsigned char *)(uintptr_t)ASN1_STRING_get0_data(value);

	mk_must(ASN1_STRING_length(value) > 0, "signature");
	at[ASN1_STRING_length(value) - 1] ^= 1;
}

ASN1_GENERALIZEDTIME *
lab_gentime(int64_t time)
{
	ASN1_GENERALIZEDTIME *when =
	    ASN1_GENERALIZEDTIME_set(NULL, (time_t)time);

	mk_must(when != NULL, "time");
	return when;
}

void
lab_generate(struct sg_buf *out, const char *value, const char *sections)
{
	BIO *bio = BIO_new_mem_buf(sections, -1);
	CONF *conf = NCONF_new(NULL);
	unsigned char *der = NULL;
	ASN1_TYPE *type;
	int len;

	mk_must(
	    bio != NULL && conf != NULL && NCONF_load_bio(conf, bio, NULL) == 1,
	    "sections");
	type = ASN1_generate_nconf(value, conf);
	mk_must(type != NULL, value);
	len = i2d_ASN1_TYPE(type, &der);
	mk_must(len > 0, value);
	lab_put(out, der, (size_t)len);
	OPENSSL_free(der);
	ASN1_TYPE_free(type);
	NCONF_free(conf);
	BIO_free(bio);
}
