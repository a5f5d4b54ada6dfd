/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/key_file.h"

#include "base/crypt.h"
#include "base/der.h"
#include "base/err.h"
#include "base/gost.h"
#include "base/io.h"
#include "base/keydata.h"
#include "base/pool.h"
#include "libsign/ctx.h"
#include "libsign/key.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct sg_env *
file_env(const struct key_file *file)
{
	return &file->ctx->env;
}

int
sg_key_file_pass(struct key_file *file)
{
	if (file->later) {
		file->wanted = 1;
		return sg_err_set(
		    file_env(file), SIGN_E_PIN, N_("a passphrase is needed"));
	}
	if (file->asked)
		return 0;
	file->asked = 1;
	return sg_key_ask_pin(
	    file->ctx, SIGN_PIN_PASSPHRASE, file->path, 0, &file->pass);
}

int
sg_key_file_add_cert(struct key_file *file, struct sg_view der)
{
	struct sg_cert *cert = NULL;
	int ret;

	ret = sg_cert_parse(file_env(file), der, &cert);
	if (ret == 0)
		ret = sg_certs_add(file_env(file), &file->certs, cert);
	sg_cert_free(cert);
	return ret;
}

/* Takes the key. */
static int
file_add_key(struct key_file *file, EVP_PKEY *pkey)
{
	if (file->count == SG_MAX_FILE_KEYS) {
		EVP_PKEY_free(pkey);
		return sg_err_set(file_env(file), SIGN_E_LIMIT,
		    N_("\"%s\" holds more than %d private keys"), file->path,
		    SG_MAX_FILE_KEYS);
	}
	file->keys[file->count++] = pkey;
	return 0;
}

/* ---- PKCS#8 */

/*
 * GOST private keys come in four encodings. The engine reads little-endian
 * octets bare or in an OCTET STRING, masked ones (RFC 9548, 5.1) and an
 * INTEGER; what it does not read is an OCTET STRING in an OCTET STRING.
 */
static struct sg_view
file_gost_unwrap(struct sg_view octets)
{
	const unsigned char *ptr = octets.ptr;

	if ((octets.len == 36 || octets.len == 68) && ptr[0] == 0x04 &&
	    ptr[1] == octets.len - 2 && ptr[2] == 0x04 &&
	    ptr[3] == octets.len - 4)
		return sg_view_of(ptr + 2, octets.len - 2);
	return octets;
}

/*
 * PrivateKeyInfo as OpenSSL reads it: version 0, no attributes and none of
 * the public key that OneAsymmetricKey may carry (RFC 5958, 2; the examples
 * of RFC 9548 have one, with a first octet that no BIT STRING may have).
 */
static int
file_pkcs8_plain(struct sg_env *env, struct sg_view der, struct sg_buf *out)
{
	const char *what = N_("PrivateKeyInfo (RFC 5208, 5)");
	struct sg_der cursor = sg_der_of(der), inner;
	struct sg_tlv all, version, alg, octets;
	struct sg_buf body = { 0 };
	struct sg_view key;
	int ret;

	if (sg_der_want(env, &cursor, V_ASN1_SEQUENCE, what, &all) < 0 ||
	    sg_der_finish(env, &cursor, what) < 0 ||
	    sg_der_enter(env, &cursor, &all, &inner) < 0 ||
	    sg_der_want(env, &inner, V_ASN1_INTEGER, what, &version) < 0 ||
	    sg_der_want(env, &inner, V_ASN1_SEQUENCE, what, &alg) < 0 ||
	    sg_der_want(env, &inner, V_ASN1_OCTET_STRING, what, &octets) < 0)
		return env->code;
	key = octets.body;
	if (sg_gost_is_key(alg.all))
		key = file_gost_unwrap(key);
	ret = sg_der_put_uint(env, &body, 0);
	if (ret == 0)
		ret = sg_buf_append_view(env, &body, alg.all);
	if (ret == 0)
		ret = sg_der_put(
		    env, &body, V_ASN1_UNIVERSAL, V_ASN1_OCTET_STRING, 0, key);
	if (ret == 0)
		ret = sg_der_put(env, out, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, 1,
		    sg_buf_view(&body));
	sg_buf_wipe(&body);
	return ret;
}

static EVP_PKEY *
file_pkcs8_decode(struct sg_env *env, struct sg_view der)
{
	EVP_PKEY *pkey = sg_keydata_private(env, der);
	const unsigned char *ptr = der.ptr;
	PKCS8_PRIV_KEY_INFO *info;

	if (pkey != NULL)
		return pkey;
	info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &ptr, (long)der.len);
	if (info != NULL)
		pkey = EVP_PKCS82PKEY_ex(info, env->lib, NULL);
	PKCS8_PRIV_KEY_INFO_free(info);
	return pkey;
}

int
sg_key_file_add_pkcs8(struct key_file *file, struct sg_view der)
{
	struct sg_env *env = file_env(file);
	struct sg_buf plain = { 0 };
	EVP_PKEY *pkey;
	int gost;
	int ret;

	ret = file_pkcs8_plain(env, der, &plain);
	if (ret < 0)
		goto out;
	gost = sg_gost_is_key(sg_buf_view(&plain));
	if (gost) {
		ret = sg_gost_need(env);
		if (ret < 0)
			goto out;
		sg_gost_lock();
	}
	pkey = file_pkcs8_decode(env, sg_buf_view(&plain));
	if (gost)
		sg_gost_unlock();
	if (pkey != NULL)
		ret = file_add_key(file, pkey);
	else
		ret = sg_err_ssl(env, SIGN_E_FORMAT,
		    N_("\"%s\": the private key cannot be read (RFC 5208)"),
		    file->path);
out:
	sg_buf_wipe(&plain);
	return ret;
}

static int
file_wrong_pass(struct key_file *file)
{
	return sg_err_set(file_env(file), SIGN_E_PIN,
	    N_("the passphrase of \"%s\" is wrong"), file->path);
}

/* EncryptedPrivateKeyInfo (RFC 5208, 6). */
static int
file_add_encrypted(struct key_file *file, struct sg_view der)
{
	const unsigned char *ptr = der.ptr;
	X509_SIG *sig = d2i_X509_SIG(NULL, &ptr, (long)der.len);
	const ASN1_OCTET_STRING *data;
	struct sg_buf clear = { 0 };
	const X509_ALGOR *alg;
	int ret;

	if (sig == NULL || ptr != der.ptr + der.len) {
		ret = sg_err_ssl(file_env(file), SIGN_E_FORMAT,
		    N_("\"%s\": EncryptedPrivateKeyInfo is malformed "
		       "(RFC 5208, 6)"),
		    file->path);
		goto out;
	}
	X509_SIG_get0(sig, &alg, &data);
	ret = sg_key_pbe_check(file_env(file), alg);
	if (ret == 0)
		ret = sg_key_file_pass(file);
	if (ret == 0)
		ret = sg_key_pbe_decrypt(file_env(file), alg, data,
		    sg_buf_view(&file->pass), &clear);
	if (ret < 0)
		goto out;
	ret = sg_key_file_add_pkcs8(file, sg_buf_view(&clear));
	if (ret == SIGN_E_FORMAT) /* padding that fits by chance */
		ret = file_wrong_pass(file);
out:
	sg_buf_wipe(&clear);
	X509_SIG_free(sig);
	return ret;
}

/* RSAPrivateKey, ECPrivateKey (RFC 8017, A.1.2; RFC 5915, 3). */
static int
file_add_traditional(struct key_file *file, int type, struct sg_view der)
{
	const unsigned char *ptr = der.ptr;
	EVP_PKEY *pkey;

	pkey = d2i_PrivateKey_ex(
	    type, NULL, &ptr, (long)der.len, file_env(file)->lib, NULL);
	if (pkey != NULL && ptr == der.ptr + der.len)
		return file_add_key(file, pkey);
	EVP_PKEY_free(pkey);
	return sg_err_ssl(file_env(file), SIGN_E_FORMAT,
	    N_("\"%s\": the private key cannot be read"), file->path);
}

/* ---- PEM */

static int
file_pem_pass(char *to, int room, int writing, void *payload)
{
	struct key_file *file = payload;

	(void)writing;
	if (file->pass.len == 0 || room < 0 || file->pass.len > (size_t)room)
		return -1;
	memcpy(to, file->pass.ptr, file->pass.len);
	return (int)file->pass.len;
}

/* RFC 1421 encryption of traditional keys ("Proc-Type: 4,ENCRYPTED"); whether
 * there was any. */
static int
file_pem_decrypt(struct key_file *file, char *header, unsigned char *data,
    long *len, int *encrypted)
{
	EVP_CIPHER_INFO cipher;
	int ret;

	if (PEM_get_EVP_CIPHER_INFO(header, &cipher) != 1)
		return sg_err_ssl(file_env(file), SIGN_E_UNSUPPORTED,
		    N_("\"%s\": the key's encryption is unknown"), file->path);
	*encrypted = cipher.cipher != NULL;
	if (!*encrypted)
		return 0;
	ret = sg_key_file_pass(file);
	if (ret < 0)
		return ret;
	if (PEM_do_header(&cipher, data, len, file_pem_pass, file) == 1)
		return 0;
	ERR_clear_error();
	return file_wrong_pass(file);
}

static int
file_pem_block(struct key_file *file, const char *label, struct sg_view der)
{
	if (strcmp(label, PEM_STRING_X509) == 0 ||
	    strcmp(label, PEM_STRING_X509_OLD) == 0)
		return sg_key_file_add_cert(file, der);
	if (strcmp(label, PEM_STRING_PKCS8INF) == 0)
		return sg_key_file_add_pkcs8(file, der);
	if (strcmp(label, PEM_STRING_PKCS8) == 0)
		return file_add_encrypted(file, der);
	if (strcmp(label, PEM_STRING_RSA) == 0)
		return file_add_traditional(file, EVP_PKEY_RSA, der);
	if (strcmp(label, PEM_STRING_ECPRIVATEKEY) == 0)
		return file_add_traditional(file, EVP_PKEY_EC, der);
	if (strcmp(label, "PKCS12") == 0)
		return sg_key_file_add_pkcs12(file, der);
	if (strstr(label, "PRIVATE KEY") != NULL) {
		sg_err_set(file_env(file), SIGN_E_UNSUPPORTED,
		    N_("\"%s\" holds a key in the form \"%s\", want PKCS#8 or "
		       "PKCS#12"),
		    file->path, label);
		return SIGN_E_UNSUPPORTED;
	}
	return 0; /* parameters, public keys, CRLs: not ours */
}

static int
file_pem_next(struct key_file *file, BIO *bio, int *more)
{
	char *label = NULL, *header = NULL;
	unsigned char *data = NULL;
	long size = 0, len;
	int encrypted = 0;
	int ret;

	if (PEM_read_bio(bio, &label, &header, &data, &size) != 1) {
		*more = 0;
		if (ERR_GET_REASON(ERR_peek_last_error()) ==
		    PEM_R_NO_START_LINE) {
			ERR_clear_error();
			return 0;
		}
		return sg_err_ssl(file_env(file), SIGN_E_FORMAT,
		    N_("\"%s\": PEM is malformed (RFC 7468)"), file->path);
	}
	len = size;
	ret = file_pem_decrypt(file, header, data, &len, &encrypted);
	if (ret == 0)
		ret =
		    file_pem_block(file, label, sg_view_of(data, (size_t)len));
	if (encrypted && ret == SIGN_E_FORMAT) /* padding that fits by chance */
		ret = file_wrong_pass(file);
	OPENSSL_free(label);
	OPENSSL_free(header);
	OPENSSL_clear_free(data, (size_t)size);
	return ret;
}

static int
file_read_pem(struct key_file *file, struct sg_view text)
{
	BIO *bio = BIO_new_mem_buf(text.ptr, (int)text.len);
	int more = 1;
	int ret = 0;

	if (bio == NULL)
		return sg_err_nomem(file_env(file));
	while (more && ret == 0)
		ret = file_pem_next(file, bio, &more);
	BIO_free(bio);
	return ret;
}

/* ---- DER: told apart by the first elements */

static int
file_unknown(struct key_file *file)
{
	return sg_err_set(file_env(file), SIGN_E_FORMAT,
	    N_("\"%s\" is no key file: want PKCS#12, or PKCS#8 in PEM or DER"),
	    file->path);
}

/* SEQUENCE { INTEGER version, ... } */
static int
file_read_versioned(
    struct key_file *file, struct sg_view der, struct sg_der *inner)
{
	struct sg_env *env = file_env(file);
	struct sg_tlv number;
	uint64_t version;

	if (sg_der_next(env, inner, "version", &number) < 0 ||
	    sg_der_uint(env, &number, &version) < 0)
		return file_unknown(file);
	if (sg_der_is(inner, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE))
		return version == 3 ? sg_key_file_add_pkcs12(file, der)
				    : sg_key_file_add_pkcs8(file, der);
	if (sg_der_is(inner, V_ASN1_UNIVERSAL, V_ASN1_INTEGER))
		return file_add_traditional(file, EVP_PKEY_RSA, der);
	if (sg_der_is(inner, V_ASN1_UNIVERSAL, V_ASN1_OCTET_STRING))
		return file_add_traditional(file, EVP_PKEY_EC, der);
	return file_unknown(file);
}

static int
file_read_der(struct key_file *file, struct sg_view der)
{
	struct sg_env *env = file_env(file);
	struct sg_der cursor = sg_der_of(der), inner;
	struct sg_tlv all, first;

	if (sg_der_want(env, &cursor, V_ASN1_SEQUENCE, "key", &all) < 0 ||
	    sg_der_enter(env, &cursor, &all, &inner) < 0)
		return file_unknown(file);
	if (!sg_der_end(&cursor))
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("\"%s\": %zu octets follow the key"), file->path,
		    cursor.rest.len);
	if (sg_der_is(&inner, V_ASN1_UNIVERSAL, V_ASN1_INTEGER))
		return file_read_versioned(file, der, &inner);
	if (sg_der_next(env, &inner, "key", &first) < 0)
		return file_unknown(file);
	if (sg_der_is(&inner, V_ASN1_UNIVERSAL, V_ASN1_OCTET_STRING) &&
	    first.tag == V_ASN1_SEQUENCE)
		return file_add_encrypted(file, der);
	/* a certificate alone gets its own line, below */
	if (sg_key_file_add_cert(file, der) == 0)
		return 0;
	return file_unknown(file);
}

/* ---- which key, which certificate */

static struct sg_view
file_pubkey_octets(X509_PUBKEY *spki)
{
	const unsigned char *ptr = NULL;
	int len = 0;

	if (X509_PUBKEY_get0_param(NULL, &ptr, &len, NULL, spki) != 1)
		return sg_view_of(NULL, 0);
	return sg_key_public_bare(sg_view_of(ptr, (size_t)len));
}

/*
 * Do they belong together? Where OpenSSL tells the keys apart, the octets of
 * the public key decide: parameter sets of one curve have several OIDs (RFC
 * 9215, 4.2).
 */
static int
file_is_pair(struct key_file *file, EVP_PKEY *pkey, const struct sg_cert *cert)
{
	X509_PUBKEY *spki = NULL;
	EVP_PKEY *public_key;
	int same;

	same = sg_cert_key(file_env(file), cert, &public_key) == 0 &&
	    EVP_PKEY_eq(public_key, pkey) == 1;
	if (!same && X509_PUBKEY_set(&spki, pkey) == 1)
		same = sg_view_equal(
		    file_pubkey_octets(spki), sg_key_public(cert));
	X509_PUBKEY_free(spki);
	sg_err_clear(file_env(file));
	return same;
}

/* Of several certificates to one key: one that is usable now, the newest. */
static int
file_is_better(struct sign_ctx *ctx, const struct sg_cert *cert,
    const struct sg_cert *than)
{
	int usable = sg_key_cert_usable(ctx, cert);

	if (than == NULL)
		return 1;
	if (usable != sg_key_cert_usable(ctx, than))
		return usable;
	return sg_cert_not_before(cert) > sg_cert_not_before(than);
}

static struct sg_cert *
file_cert_of(struct key_file *file, EVP_PKEY *pkey)
{
	struct sg_cert *best = NULL, *cert;
	size_t i;

	for (i = 0; i < file->certs.count; i++) {
		cert = file->certs.list[i];
		if (file_is_pair(file, pkey, cert) &&
		    file_is_better(file->ctx, cert, best))
			best = cert;
	}
	return best;
}

static int
file_no_cert(struct key_file *file)
{
	struct sg_env *env = file_env(file);

	if (file->certs.count != 0) {
		sg_err_set(env, SIGN_E_KEY,
		    N_("the private key in \"%s\" belongs to none of the "
		       "certificates"),
		    file->path);
		return SIGN_E_KEY;
	}
	sg_err_set(env, SIGN_E_KEY,
	    N_("\"%s\" holds no certificate to its private key"), file->path);
	sg_err_hint(env, N_("name the certificate's file with --cert"));
	return SIGN_E_KEY;
}

static int
file_choose(struct key_file *file, EVP_PKEY **key, struct sg_cert **cert)
{
	struct sg_cert *found;
	size_t i, pairs = 0;

	if (file->count == 0 && file->certs.count != 0)
		return sg_err_set(file_env(file), SIGN_E_FORMAT,
		    N_("\"%s\" holds a certificate and no private key"),
		    file->path);
	if (file->count == 0)
		return file_unknown(file);
	for (i = 0; i < file->count; i++) {
		found = file_cert_of(file, file->keys[i]);
		if (found == NULL)
			continue;
		pairs++;
		*key = file->keys[i];
		*cert = found;
	}
	if (pairs == 0)
		return file_no_cert(file);
	if (pairs == 1)
		return 0;
	sg_err_set(file_env(file), SIGN_E_KEY,
	    N_("\"%s\" holds %zu private keys with certificates"), file->path,
	    pairs);
	sg_err_hint(file_env(file), N_("name the one certificate with --cert"));
	return SIGN_E_KEY;
}

/* ---- the key source */

static int
file_sign(struct sign_key *key, const struct sg_scheme *scheme,
    const struct sg_pss *pss, struct sg_view data, struct sg_buf *value)
{
	return sg_sign_value(
	    &key->ctx->env, scheme, pss, key->self, data, value);
}

static void
file_free(struct sign_key *key)
{
	EVP_PKEY_free(key->self);
}

static const struct sg_key_ops file_ops = { "file", file_sign, file_free };

/* The person's --cert counts in place of what the file holds. */
static int
file_named_cert(struct key_file *file, const char *path)
{
	if (path == NULL)
		return 0;
	if (sg_key_is_uri(path))
		return sg_err_set(file_env(file), SIGN_E_UNSUPPORTED,
		    N_("a key in a file wants a certificate in a file"));
	sg_certs_clear(&file->certs);
	return sg_key_read_certs(file->ctx, path, &file->certs);
}

static int
file_make_key(struct key_file *file, const struct sign_key_options *options,
    struct sign_key **out)
{
	struct sg_cert *cert = NULL;
	EVP_PKEY *pkey = NULL;
	int ret;

	ret = file->count != 0 ? file_named_cert(file, options->cert) : 0;
	if (ret == 0)
		ret = file_choose(file, &pkey, &cert);
	if (ret < 0)
		return ret;
	sg_cert_ref(cert);
	EVP_PKEY_up_ref(pkey);
	ret = sg_key_new(file->ctx, &file_ops, cert, pkey, out);
	if (ret < 0) {
		sg_cert_free(cert);
		EVP_PKEY_free(pkey);
		return ret;
	}
	(*out)->chain = file->certs;
	memset(&file->certs, 0, sizeof(file->certs));
	return 0;
}

static const char *const file_container_parts[] = { "header.key", "masks.key",
	"masks2.key", "name.key", "primary.key", "primary2.key" };

/* CryptoPro CSP keeps a key in a folder of six files, in its own format. */
static int
file_is_container(const char *path)
{
	const char *base = strrchr(path, '/');
	char header[4096];
	size_t i;

	base = base != NULL ? base + 1 : path;
	for (i = 0; i < sizeof(file_container_parts) / sizeof(char *); i++)
		if (strcmp(base, file_container_parts[i]) == 0)
			return 1;
	if (snprintf(header, sizeof(header), "%s/header.key", path) >=
	    (int)sizeof(header))
		return 0;
	return access(header, F_OK) == 0;
}

static int
file_refuse_container(struct key_file *file)
{
	sg_err_set(file_env(file), SIGN_E_UNSUPPORTED,
	    N_("\"%s\" is a key container of CryptoPro CSP, which only that "
	       "program can use"),
	    file->path);
	sg_err_hint(file_env(file),
	    N_("use a PKCS#11 key on a token, or export the key in the form of "
	       "RFC 9548"));
	return SIGN_E_UNSUPPORTED;
}

static int
file_read(struct key_file *file)
{
	struct sg_buf bytes = { 0 };
	int ret;

	if (file_is_container(file->path))
		return file_refuse_container(file);
	ret = sg_read_file(file_env(file), file->path, SG_MAX_KEY_FILE, &bytes);
	if (ret == 0 && bytes.len != 0 && bytes.ptr[0] == 0x30)
		ret = file_read_der(file, sg_buf_view(&bytes));
	else if (ret == 0)
		ret = file_read_pem(file, sg_buf_view(&bytes));
	sg_buf_wipe(&bytes);
	return ret;
}

static int
file_open(struct sign_ctx *ctx, const struct sign_key_options *options,
    struct key_file *file, struct sign_key **out)
{
	size_t i;
	int ret;

	file->ctx = ctx;
	file->path = options->name;
	ret = file_read(file);
	if (ret == 0)
		ret = file_make_key(file, options, out);
	for (i = 0; i < file->count; i++)
		EVP_PKEY_free(file->keys[i]);
	sg_certs_clear(&file->certs);
	sg_buf_wipe(&file->pass);
	return ret;
}

/* ---- a key that is unlocked when it first signs: where the certificate is
 * known from elsewhere, a person can see what is to be signed before the
 * passphrase is asked for. */

struct later {
	struct sign_key_options options; /* its texts are owned */
	struct sign_key *key;            /* NULL: still locked */
};

static int
later_sign(struct sign_key *key, const struct sg_scheme *scheme,
    const struct sg_pss *pss, struct sg_view data, struct sg_buf *value)
{
	struct later *later = key->self;
	struct key_file file = { 0 };
	int ret = 0;

	if (later->key == NULL)
		ret = file_open(key->ctx, &later->options, &file, &later->key);
	if (ret < 0)
		return ret;
	return later->key->ops->sign(later->key, scheme, pss, data, value);
}

static void
later_free(struct sign_key *key)
{
	struct later *later = key->self;

	sign_key_free(later->key);
	free((char *)(uintptr_t)later->options.name);
	free((char *)(uintptr_t)later->options.cert);
	free(later);
}

static const struct sg_key_ops later_ops = { "file", later_sign, later_free };

static int
later_open(struct sign_ctx *ctx, const struct sign_key_options *options,
    struct sg_cert *cert, struct sign_key **out)
{
	struct later *later = calloc(1, sizeof(*later));
	int ret = SIGN_E_NOMEM;

	if (later != NULL) {
		later->options = *options;
		later->options.name = strdup(options->name);
		later->options.cert = strdup(options->cert);
	}
	if (later == NULL || later->options.name == NULL ||
	    later->options.cert == NULL)
		sg_err_nomem(&ctx->env);
	else
		ret = sg_key_new(ctx, &later_ops, cert, later, out);
	if (ret < 0 && later != NULL) {
		free((char *)(uintptr_t)later->options.name);
		free((char *)(uintptr_t)later->options.cert);
	}
	if (ret < 0)
		free(later);
	else
		sg_cert_ref(cert);
	return ret;
}

int
sg_key_file_open(struct sign_ctx *ctx, const struct sign_key_options *options,
    struct sign_key **out)
{
	struct key_file locked = { .later = 1 }, file = { 0 };
	struct sg_certs certs = { NULL, 0 };
	int ret;

	if (options->cert == NULL || sg_key_is_uri(options->cert))
		return file_open(ctx, options, &file, out);
	ret = file_open(ctx, options, &locked, out);
	if (ret == 0 || !locked.wanted)
		return ret;
	sg_err_clear(&ctx->env);
	ret = sg_key_read_certs(ctx, options->cert, &certs);
	if (ret == 0 && certs.count == 1)
		ret = later_open(ctx, options, certs.list[0], out);
	else if (ret == 0)
		ret = file_open(ctx, options, &file, out);
	sg_certs_clear(&certs);
	return ret;
}
