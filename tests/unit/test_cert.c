/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "corpus.h"
#include "envkit.h"
#include "pki.h"

#include "base/err.h"
#include "base/gost.h"
#include "base/limits.h"
#include "base/oid.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/cert.h"
#include "tests/lib/mkkey.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

static struct sg_pool *pool;

static int
setup(void **state)
{
	if (env_setup(state) < 0)
		return -1;
	pool = sg_pool_new();
	return 0;
}

static int
teardown(void **state)
{
	sg_pool_free(pool);
	return env_teardown(state);
}

static const struct pki_cert plain = { "plain", "Anna Plain", "user",
	.ca = "critical,CA:FALSE",
	.usage = "critical,digitalSignature,nonRepudiation" };

/* ---- names */

struct attribute {
	const char *oid;
	int type; /* V_ASN1_... */
	const char *octets;
	int len; /* -1: up to the NUL */
	int set; /* 0: an RDN of its own, -1: in the one before */
};

#define MAX_ATTRIBUTES 4
struct name_case {
	const char *name;
	struct attribute attributes[MAX_ATTRIBUTES];
	const char *text; /* as a whole */
	const char *key, *value;
};

/* "Иван" */
#define IVAN_UTF8 "\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd"
#define IVAN_BMP "\x04\x18\x04\x32\x04\x30\x04\x3d"
#define IVAN_UCS4 \
	"\0\0\x04\x18" \
	"\0\0\x04\x32" \
	"\0\0\x04\x30" \
	"\0\0\x04\x3d"

static const struct name_case name_cases[] = {
	{ "UTF8String", { { SG_OID_CN, V_ASN1_UTF8STRING, IVAN_UTF8, -1 } },
	    "CN=" IVAN_UTF8, "CN", IVAN_UTF8 },
	{ "BMPString", { { SG_OID_CN, V_ASN1_BMPSTRING, IVAN_BMP, 8 } },
	    "CN=" IVAN_UTF8, "cn", IVAN_UTF8 },
	{ "UniversalString",
	    { { SG_OID_CN, V_ASN1_UNIVERSALSTRING, IVAN_UCS4, 16 } },
	    "CN=" IVAN_UTF8, "CN", IVAN_UTF8 },
	{ "T61String", { { SG_OID_CN, V_ASN1_T61STRING, "J\xfcrgen", -1 } },
	    "CN=J\xc3\xbcrgen", "CN", "J\xc3\xbcrgen" },
	{ "PrintableString and IA5String",
	    { { SG_OID_COUNTRY, V_ASN1_PRINTABLESTRING, "RU", -1 },
		{ SG_OID_EMAIL, V_ASN1_IA5STRING, "a@b.example", -1 } },
	    "C=RU, emailAddress=a@b.example", "C", "RU" },
	{ "no string at all",
	    { { SG_OID_CN, V_ASN1_SEQUENCE, "\x30\x03\x0c\x01\x61", 5 } },
	    "CN=#30030C0161", "CN", "#30030C0161" },
	{ "NUL inside", { { SG_OID_CN, V_ASN1_UTF8STRING, "good\0evil", 9 } },
	    "CN=good\xef\xbf\xbd"
	    "evil",
	    "CN",
	    "good\xef\xbf\xbd"
	    "evil" },
	{ "what would pass for syntax",
	    { { SG_OID_CN, V_ASN1_UTF8STRING, "A, O=B+C;D\\ \"E\"", -1 } },
	    "CN=A\\, O=B\\+C\\;D\\\\ \"E\"", "CN", "A, O=B+C;D\\ \"E\"" },
	{ "several values in one RDN",
	    { { SG_OID_CN, V_ASN1_UTF8STRING, "A", -1 },
		{ SG_OID_SURNAME, V_ASN1_UTF8STRING, "B", -1, -1 },
		{ SG_OID_ORGANIZATION, V_ASN1_UTF8STRING, "C", -1 } },
	    "CN=A+SN=B, O=C", "SN", "B" },
	{ "several common names",
	    { { SG_OID_CN, V_ASN1_UTF8STRING, "first", -1 },
		{ SG_OID_CN, V_ASN1_UTF8STRING, "second", -1 } },
	    "CN=first, CN=second", "CN", "first" },
	{ "unknown attribute", { { "1.2.3.4", V_ASN1_UTF8STRING, "x", -1 } },
	    "1.2.3.4=x", "1.2.3.4", "x" },
	{ "missing", { { SG_OID_CN, V_ASN1_UTF8STRING, "x", -1 } }, "CN=x", "O",
	    NULL },
	{ "person's numbers",
	    { { SG_OID_INN, V_ASN1_NUMERICSTRING, "500100732259", -1 },
		{ SG_OID_SNILS, V_ASN1_NUMERICSTRING, "11223344595", -1 },
		{ SG_OID_OGRNIP, V_ASN1_NUMERICSTRING, "304500116000157",
		    -1 } },
	    "INN=500100732259, SNILS=11223344595, OGRNIP=304500116000157",
	    "inn", "500100732259" },
	{ "a person has no INN of an entity",
	    { { SG_OID_INN, V_ASN1_NUMERICSTRING, "500100732259", -1 } },
	    "INN=500100732259", "INNLE", NULL },
	{ "entity's INN in its own place",
	    { { SG_OID_INNLE, V_ASN1_NUMERICSTRING, "7707083893", -1 },
		{ SG_OID_OGRN, V_ASN1_NUMERICSTRING, "1027700132195", -1 } },
	    "INNLE=7707083893, OGRN=1027700132195", "INNLE", "7707083893" },
	{ "entity's INN as it was written before",
	    { { SG_OID_INN, V_ASN1_NUMERICSTRING, "007707083893", -1 } },
	    "INN=007707083893", "INNLE", "7707083893" },
	{ "which is no person's",
	    { { SG_OID_INN, V_ASN1_NUMERICSTRING, "007707083893", -1 } },
	    "INN=007707083893", "INN", NULL },
	{ "no number, no entity's",
	    { { SG_OID_INN, V_ASN1_UTF8STRING, "00770708389x", -1 } },
	    "INN=00770708389x", "INN", "00770708389x" },
};

static X509_NAME *
name_make(const struct attribute *rows)
{
	X509_NAME *name = X509_NAME_new();
	ASN1_OBJECT *oid;
	int i, len;

	for (i = 0; i < MAX_ATTRIBUTES && rows[i].oid != NULL; i++) {
		oid = OBJ_txt2obj(rows[i].oid, 1);
		len =
		    rows[i].len < 0 ? (int)strlen(rows[i].octets) : rows[i].len;
		assert_int_equal(
		    X509_NAME_add_entry_by_OBJ(name, oid, rows[i].type,
			(const unsigned char *)rows[i].octets, len, -1,
			rows[i].set),
		    1);
		ASN1_OBJECT_free(oid);
	}
	return name;
}

/* A certificate with this subject, issued by "Issuer". */
static struct sg_cert *
cert_named(const struct attribute *rows)
{
	X509 *x509 = X509_new();
	X509_NAME *name = name_make(rows);
	struct sg_cert *cert = NULL;
	EVP_PKEY *key = pki_key(&env, "user");
	unsigned char *der = NULL;
	int len;

	assert_int_equal(X509_set_subject_name(x509, name), 1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x509), 0));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x509), 86400));
	assert_int_equal(X509_set_pubkey(x509, key), 1);
	assert_true(X509_sign(x509, key, EVP_sha256()) > 0);
	len = i2d_X509(x509, &der);
	assert_int_equal(
	    sg_cert_parse(&env, sg_view_of(der, (size_t)len), &cert), 0);
	OPENSSL_free(der);
	X509_NAME_free(name);
	X509_free(x509);
	return cert;
}

static void
check_same(const char *what, const char *have, const char *want)
{
	if ((have == NULL) != (want == NULL) ||
	    (have != NULL && strcmp(have, want) != 0))
		fail_msg("%s: have %s, want %s", what, have, want);
}

static void
test_names(void **state)
{
	const struct name_case *c;
	struct sg_name_part *parts;
	struct sg_cert *cert;
	size_t i, count;

	(void)state;
	for (i = 0; i < sizeof(name_cases) / sizeof(name_cases[0]); i++) {
		c = &name_cases[i];
		cert = cert_named(c->attributes);
		check_same(c->name, sg_cert_name_text(pool, cert, 0), c->text);
		check_same(
		    c->name, sg_cert_name_get(pool, cert, c->key), c->value);
		assert_int_equal(
		    sg_cert_name(&env, pool, cert, 0, &parts, &count), 0);
		check_same(c->name, parts[0].oid, c->attributes[0].oid);
		assert_non_null(parts[0].text);
		sg_cert_free(cert);
	}
}

/* A name that cannot be compared with others is not read at all. */
static void
test_name_is_no_utf8(void **state)
{
	struct sg_cert *cert = pki_cert(&env, &plain), *odd = NULL;
	struct sg_view der = sg_cert_der(cert);
	unsigned char *copy = malloc(der.len), *at = copy;

	(void)state;
	memcpy(copy, der.ptr, der.len);
	while (memcmp(at, "Anna", 4) != 0)
		at++;
	at[0] = 0xff;
	assert_int_equal(sg_cert_parse(&env, sg_view_of(copy, der.len), &odd),
	    SIGN_E_FORMAT);
	free(copy);
	sg_cert_free(cert);
}

static void
test_name_labels(void **state)
{
	static const struct attribute rows[MAX_ATTRIBUTES] = {
		{ SG_OID_SNILS, V_ASN1_NUMERICSTRING, "11223344595", -1 },
		{ "1.2.3.4", V_ASN1_UTF8STRING, "x", -1 }
	};
	struct sg_cert *cert = cert_named(rows);
	struct sg_name_part *parts;
	size_t count;

	(void)state;
	assert_int_equal(sg_cert_name(&env, pool, cert, 0, &parts, &count), 0);
	assert_int_equal(count, 2);
	assert_string_equal(parts[0].key, "SNILS");
	assert_non_null(parts[0].label);
	assert_string_equal(parts[1].key, "1.2.3.4");
	assert_null(parts[1].label);
	assert_int_equal(sg_cert_name(&env, pool, cert, 1, &parts, &count), 0);
	assert_int_equal(count, 0);
	sg_cert_free(cert);
}

/* ---- what it says */

static void
test_getters(void **state)
{
	static const struct pki_cert ca = { "ca", "CA", "ca",
		.ca = "critical,CA:TRUE", .usage = "keyCertSign",
		.ext = { { "2.5.29.16",
		    "DER:3022800f32303236303130313030303030305a"
		    "810f32303237303430313030303030305a" } } };
	struct sg_cert *cert = pki_cert(&env, &plain);
	struct sg_cert *other = pki_cert(&env, &ca);
	int64_t from, until;
	EVP_PKEY *key;

	(void)state;
	assert_int_equal(sg_cert_not_before(cert), PKI_TIME - 100 * PKI_DAY);
	assert_int_equal(sg_cert_not_after(cert), PKI_TIME + 1000 * PKI_DAY);
	assert_int_equal(sg_cert_is_ca(cert), 0);
	assert_int_equal(sg_cert_is_ca(other), 1);
	assert_int_equal(sg_cert_may_sign(cert), 1);
	assert_int_equal(sg_cert_may_sign(other), 0);
	assert_int_equal(sg_cert_self_issued(cert), 1);
	assert_int_equal(sg_cert_has_gost_key(cert), 0);
	assert_int_equal(sg_cert_equal(cert, cert), 1);
	assert_int_equal(sg_cert_equal(cert, other), 0);
	assert_int_equal(sg_cert_key(&env, cert, &key), 0);
	assert_int_equal(EVP_PKEY_eq(key, pki_key(&env, "user")), 1);
	sg_cert_key_period(cert, &from, &until);
	assert_int_equal(from, SG_NO_TIME);
	assert_int_equal(until, SG_NO_TIME);
	sg_cert_key_period(other, &from, &until);
	assert_int_equal(from, PKI_TIME);
	assert_int_equal(until, PKI_TIME + 455 * PKI_DAY);
	assert_ptr_equal(sg_cert_ref(cert), cert);
	sg_cert_free(cert);
	sg_cert_free(cert);
	sg_cert_free(other);
	sg_cert_free(NULL);
}

static void
test_gost_key(void **state)
{
	static const struct pki_cert row = { "gost", "GOST", "gost256:user" };
	struct sg_cert *cert = pki_cert(&env, &row);
	EVP_PKEY *key;

	(void)state;
	if (cert == NULL)
		skip();
	assert_int_equal(sg_cert_has_gost_key(cert), 1);
	assert_int_equal(sg_cert_key(&env, cert, &key), 0);
	assert_int_equal(EVP_PKEY_eq(key, pki_key(&env, "gost256:user")), 1);
	sg_cert_free(cert);
}

/* A key that nobody knows: read and shown all the same. */
static void
test_unknown_key(void **state)
{
	static const unsigned char ec_key[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d,
		0x02, 0x01 };
	struct sg_cert *cert = pki_cert(&env, &plain), *odd = NULL;
	struct sg_view der = sg_cert_der(cert);
	unsigned char *copy = malloc(der.len), *at;
	struct sg_cert_fact *facts;
	EVP_PKEY *key;
	size_t count;

	(void)state;
	memcpy(copy, der.ptr, der.len);
	for (at = copy; memcmp(at, ec_key, sizeof(ec_key)) != 0;)
		at++;
	at[6] = 0x7f;
	assert_int_equal(
	    sg_cert_parse(&env, sg_view_of(copy, der.len), &odd), 0);
	assert_int_equal(sg_cert_key(&env, odd, &key), SIGN_E_UNSUPPORTED);
	sg_err_clear(&env);
	assert_string_equal(sg_cert_name_get(pool, odd, "CN"), "Anna Plain");
	assert_int_equal(sg_cert_facts(&env, pool, odd, &facts, &count), 0);
	free(copy);
	sg_cert_free(odd);
	sg_cert_free(cert);
}

/* ---- facts */

struct fact_case {
	const char *oid, *value;
	const char *label, *text;
	int critical;
};

static const struct fact_case fact_cases[] = {
	{ "2.5.29.15", "critical,digitalSignature,cRLSign", "key usage",
	    "digital signature; signing CRLs", 1 },
	{ "2.5.29.37", "clientAuth,1.2.3.4", "extended key usage",
	    "client authentication; 1.2.3.4" },
	{ "2.5.29.19", "CA:FALSE", "basic constraints", "end user" },
	{ "2.5.29.19", "critical,CA:TRUE", "basic constraints",
	    "certification authority", 1 },
	{ "2.5.29.19", "CA:TRUE,pathlen:3", "basic constraints",
	    "certification authority, at most 3 below it" },
	{ "2.5.29.14", "0102ff", "subject key identifier", "0102FF" },
	{ "2.5.29.17",
	    "email:a@b.example,DNS:c.example,URI:http://d,IP:192.0.2.1,"
	    "RID:1.2.3,otherName:1.2.3.4;UTF8:x",
	    "subject alternative name",
	    "a@b.example; c.example; http://d; IP 192.0.2.1; 1.2.3; "
	    "(1.2.3.4)" },
	{ "2.5.29.32", "1.2.643.100.113.1,0.4.0.194112.1.2,1.2.3.4",
	    "certificate policies",
	    "class of signing tool KC1; EU qualified, natural person, "
	    "qualified device; 1.2.3.4" },
	{ "2.5.29.31", "URI:http://a.example/1,URI:http://a.example/2",
	    "CRL distribution points",
	    "http://a.example/1; http://a.example/2" },
	{ "1.3.6.1.5.5.7.1.1",
	    "OCSP;URI:http://o.example,caIssuers;URI:http://c.example",
	    "authority information access",
	    "OCSP responder: http://o.example; certificate of the issuer: "
	    "http://c.example" },
	{ "2.5.29.16",
	    "DER:3022800f32303236303130313030303030305a"
	    "810f32303237303430313030303030305a",
	    "private key usage period",
	    "2026-01-01T00:00:00Z .. 2027-04-01T00:00:00Z" },
	{ "1.3.6.1.5.5.7.48.1.5", "DER:0500",
	    "no revocation check of the responder", "yes" },
	{ "1.2.643.100.111", "ASN1:UTF8String:CSP 5.0",
	    "signing tool of the holder", "CSP 5.0" },
	{ "1.2.643.100.112", "DER:300c0c01610c01620c01630c0164",
	    "tool of the certification authority", "b" },
	{ "1.2.643.100.114", "DER:020100", "how the holder was identified",
	    "in person" },
	{ "1.2.643.100.114", "DER:020103", "how the holder was identified",
	    "without presence, by the state's biometric system" },
	{ "1.2.643.100.114", "DER:020109", "how the holder was identified",
	    "9" },
	{ "1.3.6.1.5.5.7.1.3",
	    "DER:30593008060604008e4601013013060604008e4601063009060704008e46"
	    "0106013015060604008e460102300b1303525542020164020101301a0606"
	    "04008e4601053010300e1608687474703a2f2f7013027275300506032a03"
	    "04",
	    "statements of a qualified certificate",
	    "EU qualified certificate; type of qualified certificate: for "
	    "electronic signatures; limit of transaction value: RUB 100 1; "
	    "disclosure statements: http://p ru; 1.2.3.4" },
	{ "1.2.3.4.5", "critical,DER:0102ff", "unknown extension",
	    "1.2.3.4.5: 0102FF", 1 },
	{ "1.3.6.1.4.1.311.21.1", "DER:020100", "version of the issuer's key",
	    "020100" },
	/* broken ones are shown as they stand */
	{ "2.5.29.15", "DER:0403", "key usage", "0403" },
	{ "1.2.643.100.112", "DER:30030c0161", "signing tools of the issuer",
	    "30030C0161" },
	{ "1.2.643.100.111", "DER:0c016100", "signing tool of the holder",
	    "0C016100" },
	{ "1.3.6.1.5.5.7.1.3", "DER:30020101",
	    "statements of a qualified certificate", "30020101" },
};

static void
check_fact(const struct fact_case *c, const struct sg_cert *cert)
{
	struct sg_cert_fact *facts = NULL;
	size_t i, count = 0;

	assert_int_equal(sg_cert_facts(&env, pool, cert, &facts, &count), 0);
	for (i = 0; i < count; i++) {
		if (strcmp(facts[i].label, c->label) != 0)
			continue;
		check_same(c->label, facts[i].text, c->text);
		assert_int_equal(facts[i].critical, c->critical);
		return;
	}
	fail_msg("%s: not told", c->label);
}

static void
test_facts(void **state)
{
	struct pki_cert row;
	struct sg_cert *cert;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(fact_cases) / sizeof(fact_cases[0]); i++) {
		memset(&row, 0, sizeof(row));
		row.id = row.cn = "Facts";
		row.key = "user";
		row.no_ids = 1;
		row.ext[0].oid = fact_cases[i].oid;
		row.ext[0].value = fact_cases[i].value;
		cert = pki_cert(&env, &row);
		check_fact(&fact_cases[i], cert);
		sg_cert_free(cert);
	}
}

/* ---- reading */

static struct sg_certs list;

static void
check_read(const char *name, const void *ptr, size_t len, int ret, size_t count)
{
	int have = sg_certs_read(&env, sg_view_of(ptr, len), &list);

	if (have != ret || list.count != count)
		fail_msg("%s: %d, %zu certificates (%s)", name, have,
		    list.count, env.message);
	sg_certs_clear(&list);
	sg_err_clear(&env);
}

/* A buffer's text, put together by fn into a BIO. */
static BIO *
bio_new(void)
{
	BIO *bio = BIO_new(BIO_s_mem());

	assert_non_null(bio);
	return bio;
}

static void
check_bio(const char *name, BIO *bio, int ret, size_t count)
{
	char *text;
	long len = BIO_get_mem_data(bio, &text);

	check_read(name, text, (size_t)len, ret, count);
	BIO_free(bio);
}

static void
put_pem(BIO *bio, const char *label, struct sg_view der)
{
	assert_true(PEM_write_bio(bio, label, "", der.ptr, (long)der.len) > 0);
}

static void
test_read_pem(void **state)
{
	struct sg_cert *cert = pki_cert(&env, &plain);
	struct sg_view der = sg_cert_der(cert);
	BIO *bio = bio_new();

	(void)state;
	put_pem(bio, "CERTIFICATE", der);
	check_bio("one", bio, 0, 1);

	bio = bio_new();
	BIO_puts(bio,
	    "\xef\xbb\xbf"
	    "Bag attributes\r\n  a: b\r\n");
	put_pem(bio, "CERTIFICATE", der);
	PEM_write_bio_PrivateKey(
	    bio, pki_key(&env, "user"), NULL, NULL, 0, NULL, NULL);
	BIO_puts(bio, "text between\n");
	put_pem(bio, "X509 CERTIFICATE", der);
	PEM_write_bio_X509_AUX(bio, sg_cert_x509(cert));
	check_bio("several, a key among them", bio, 0, 3);

	bio = bio_new();
	PEM_write_bio_PrivateKey(
	    bio, pki_key(&env, "user"), NULL, NULL, 0, NULL, NULL);
	check_bio("a key alone", bio, SIGN_E_FORMAT, 0);

	bio = bio_new();
	put_pem(bio, "CERTIFICATE", der);
	BIO_puts(bio, "-----BEGIN CERTIFICATE-----\nAAAA\n");
	check_bio("cut short", bio, SIGN_E_FORMAT, 0);

	bio = bio_new();
	put_pem(bio, "CERTIFICATE", der);
	put_pem(bio, "CERTIFICATE", sg_view_of(der.ptr, der.len - 1));
	check_bio("the second one broken", bio, SIGN_E_FORMAT, 0);
	sg_cert_free(cert);
}

/* OpenSSL's remarks on what is trusted are passed over. */
static void
test_read_trusted(void **state)
{
	struct sg_cert *cert = pki_cert(&env, &plain);
	X509 *x509 = X509_dup(sg_cert_x509(cert));
	ASN1_OBJECT *purpose = OBJ_nid2obj(NID_email_protect);
	BIO *bio = bio_new();

	(void)state;
	assert_int_equal(X509_add1_reject_object(x509, purpose), 1);
	assert_int_equal(PEM_write_bio_X509_AUX(bio, x509), 1);
	check_bio("trusted", bio, 0, 1);
	X509_free(x509);
	sg_cert_free(cert);
}

static unsigned char *
pkcs7_make(struct sg_cert *cert, int count, int *len)
{
	PKCS7 *p7 = PKCS7_new();
	unsigned char *der = NULL;

	assert_int_equal(PKCS7_set_type(p7, NID_pkcs7_signed), 1);
	assert_int_equal(PKCS7_content_new(p7, NID_pkcs7_data), 1);
	PKCS7_set_detached(p7, 1);
	while (count-- > 0)
		assert_int_equal(
		    PKCS7_add_certificate(p7, sg_cert_x509(cert)), 1);
	*len = i2d_PKCS7(p7, &der);
	assert_true(*len > 0);
	PKCS7_free(p7);
	return der;
}

static void
test_read_pkcs7(void **state)
{
	struct sg_cert *cert = pki_cert(&env, &plain);
	BIO *bio = bio_new();
	unsigned char *der;
	int len, i;

	(void)state;
	der = pkcs7_make(cert, 2, &len);
	check_read("DER", der, (size_t)len, 0, 2);
	put_pem(bio, "PKCS7", sg_view_of(der, (size_t)len));
	put_pem(bio, "CERTIFICATE", sg_cert_der(cert));
	check_bio("PEM", bio, 0, 3);
	for (i = 0; i < len; i++)
		check_read("cut short", der, (size_t)i, SIGN_E_FORMAT, 0);
	OPENSSL_free(der);
	der = pkcs7_make(cert, 0, &len);
	check_read("empty", der, (size_t)len, SIGN_E_FORMAT, 0);
	OPENSSL_free(der);
	sg_cert_free(cert);
}

static void
test_read_base64(void **state)
{
	struct sg_cert *cert = pki_cert(&env, &plain);
	struct sg_view der = sg_cert_der(cert);
	char *text = calloc(2, der.len * 2 + 16), *wrapped;
	int len = EVP_EncodeBlock((unsigned char *)text, der.ptr, (int)der.len);
	size_t i, to = 0;

	(void)state;
	check_read("one line", text, (size_t)len, 0, 1);
	wrapped = calloc(2, (size_t)len * 2 + 16);
	to = (size_t)sprintf(wrapped, "\xef\xbb\xbf\r\n");
	for (i = 0; i < (size_t)len; i++) {
		wrapped[to++] = text[i];
		if (i % 60 == 59) {
			wrapped[to++] = '\r';
			wrapped[to++] = '\n';
		}
	}
	check_read("wrapped, BOM, CRLF", wrapped, to, 0, 1);
	check_read("cut short", text, (size_t)len / 8 * 4, SIGN_E_FORMAT, 0);
	check_read("odd length", text, (size_t)len - 1, SIGN_E_FORMAT, 0);
	free(wrapped);
	free(text);
	sg_cert_free(cert);
}

static void
test_read_der(void **state)
{
	static const char html[] = "<html><body>404 Not Found</body></html>";
	struct sg_cert *cert = pki_cert(&env, &plain), *out = NULL;
	struct sg_view der = sg_cert_der(cert);
	unsigned char *copy = malloc(der.len + 8);
	size_t i;

	(void)state;
	memcpy(copy, der.ptr, der.len);
	memcpy(copy + der.len, "\r\n\0\0 \t\0x", 8);
	check_read("DER", copy, der.len, 0, 1);
	check_read("zeros and white space behind", copy, der.len + 7, 0, 1);
	check_read("something behind", copy, der.len + 8, SIGN_E_FORMAT, 0);
	check_read("empty", "", 0, SIGN_E_FORMAT, 0);
	check_read("page", html, sizeof(html) - 1, SIGN_E_FORMAT, 0);
	assert_int_equal(
	    sg_cert_parse(&env, sg_view_of(copy, der.len + 1), &out),
	    SIGN_E_FORMAT);
	assert_int_equal(
	    sg_cert_parse(&env, sg_view_of(copy, SG_MAX_CERT_SIZE + 1), &out),
	    SIGN_E_LIMIT);
	for (i = 0; i < der.len; i += mk_step(3)) {
		check_read("cut short", copy, i, SIGN_E_FORMAT, 0);
		assert_int_equal(
		    sg_cert_parse(&env, sg_view_of(der.ptr, i), &out),
		    SIGN_E_FORMAT);
	}
	free(copy);
	sg_cert_free(cert);
}

/* Whatever stands in it: read or refused, and all of it can be told. */
/* Read or refused; and what is read does not verify. */
static void
test_every_octet_changed(void **state)
{
	struct sg_cert *cert = pki_cert(&env, &plain), *odd;
	struct sg_view der = sg_cert_der(cert);
	unsigned char *copy = malloc(der.len);
	EVP_PKEY *key = pki_key(&env, plain.key);
	struct sg_cert_fact *facts;
	struct sg_pool *small;
	size_t i, count;

	(void)state;
	assert_int_equal(X509_verify(sg_cert_x509(cert), key), 1);
	memcpy(copy, der.ptr, der.len);
	for (i = 0; i < der.len * 8; i += mk_step(7)) {
		copy[i / 8] ^= (unsigned char)(1 << i % 8);
		if (sg_cert_parse(&env, sg_view_of(copy, der.len), &odd) == 0) {
			small = sg_pool_new();
			assert_int_equal(
			    sg_cert_facts(&env, small, odd, &facts, &count), 0);
			assert_non_null(sg_cert_name_text(small, odd, 0));
			assert_non_null(sg_cert_serial_text(small, odd));
			if (X509_verify(sg_cert_x509(odd), key) == 1)
				fail_msg("bit %zu is not signed", i);
			sg_pool_free(small);
			sg_cert_free(odd);
		}
		sg_err_clear(&env);
		copy[i / 8] ^= (unsigned char)(1 << i % 8);
	}
	free(copy);
	sg_cert_free(cert);
}

static void
test_list_grows(void **state)
{
	struct sg_cert *cert = pki_cert(&env, &plain);
	size_t i;

	(void)state;
	for (i = 0; i < 100; i++)
		assert_int_equal(sg_certs_add(&env, &list, cert), 0);
	assert_int_equal(sg_certs_read(&env, sg_cert_der(cert), &list), 0);
	assert_int_equal(list.count, 101);
	assert_int_equal(
	    sg_certs_read(&env, sg_view_str("nothing"), &list), SIGN_E_FORMAT);
	assert_int_equal(list.count, 101);
	for (i = 0; i < 101; i++)
		assert_int_equal(sg_cert_equal(list.list[i], cert), 1);
	sg_certs_clear(&list);
	sg_cert_free(cert);
}

/* ---- certificates of real issuers */

static int
check_corpus(const struct corpus_row *row, void *payload)
{
	size_t *seen = payload;
	struct sg_cert_fact *facts;
	struct sg_pool *small;
	EVP_PKEY *key;
	size_t i, count;
	int known = strncmp(row->alg, "gost94", 6) != 0;

	if (strncmp(row->alg, "1.2.", 4) == 0)
		return 0; /* made by a fuzzer */
	if (sg_certs_read(&env, row->octets, &list) < 0)
		fail_msg("%s: %s", row->file, env.message);
	small = sg_pool_new();
	for (i = 0; i < list.count; i++) {
		if ((sg_cert_key(&env, list.list[i], &key) == 0) != known)
			fail_msg("%s: key: %s", row->file, env.message);
		sg_err_clear(&env);
		assert_int_equal(
		    sg_cert_facts(&env, small, list.list[i], &facts, &count),
		    0);
		assert_true(
		    sg_cert_name_text(small, list.list[i], 0)[0] != '\0');
		if (strstr(row->file, "accredited_ca/") != NULL &&
		    (sg_cert_name_get(small, list.list[i], "OGRN") == NULL ||
			sg_cert_name_get(small, list.list[i], "INNLE") == NULL))
			fail_msg("%s: no OGRN or INN", row->file);
		(*seen)++;
	}
	sg_certs_clear(&list);
	sg_pool_free(small);
	return 0;
}

static void
test_corpus(void **state)
{
	size_t seen = 0;

	(void)state;
	if (sg_gost_need(&env) < 0 ||
	    corpus_each("cert", check_corpus, &seen) < 0) {
		sg_err_clear(&env);
		skip();
	}
	assert_true(seen > 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_name_is_no_utf8),
		cmocka_unit_test(test_name_labels),
		cmocka_unit_test(test_getters),
		cmocka_unit_test(test_gost_key),
		cmocka_unit_test(test_unknown_key),
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_read_pem),
		cmocka_unit_test(test_read_trusted),
		cmocka_unit_test(test_read_pkcs7),
		cmocka_unit_test(test_read_base64),
		cmocka_unit_test(test_read_der),
		cmocka_unit_test(test_every_octet_changed),
		cmocka_unit_test(test_list_grows),
		cmocka_unit_test(test_corpus),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
