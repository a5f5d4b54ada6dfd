/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/lib/mkkey.h"

#include "base/alg.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/gost.h"
#include "libsign/ctx.h"
#include "libsign/key.h"
#include "tests/lib/mkcert.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAY (24 * 60 * 60)

static void
must(int good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "mkkey: %s failed\n", what);
	abort();
}

int
mk_has_gost(void)
{
	struct sg_env env;
	int found;

	must(sg_env_init(&env) == 0, "sg_env_init");
	found = sg_gost_need(&env) == 0;
	sg_env_clear(&env);
	return found;
}

struct key_kind {
	const char *name, *algorithm, *group;
};

static const struct key_kind key_kinds[] = {
	{ "rsa", "RSA", NULL },
	{ "p256", "EC", "P-256" },
	{ "p384", "EC", "P-384" },
	{ "p521", "EC", "P-521" },
	{ "ed25519", "ED25519", NULL },
	{ "ed448", "ED448", NULL },
};

static EVP_PKEY *
key_make_gost(const char *kind)
{
	int nid = kind[4] == '2' ? NID_id_GostR3410_2012_256
				 : NID_id_GostR3410_2012_512;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(nid, NULL);
	EVP_PKEY *key = NULL;

	must(ctx != NULL && EVP_PKEY_keygen_init(ctx) == 1 &&
		EVP_PKEY_CTX_ctrl_str(ctx, "paramset", strchr(kind, ':') + 1) >
		    0 &&
		EVP_PKEY_keygen(ctx, &key) == 1,
	    kind);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

/* Making one takes a quarter of a minute under valgrind: there each call gives
 * the next of those at hand, as long as there are any. */
static EVP_PKEY *
key_make_rsa(void)
{
	static long offset;
	const char *srcdir = getenv("srcdir");
	EVP_PKEY *key = NULL;
	char path[1024];
	FILE *file;

	snprintf(path, sizeof(path), "%s/tests/data/keys/rsa-more.pem",
	    srcdir != NULL ? srcdir : ".");
	if (mk_step(2) > 1 && (file = fopen(path, "r")) != NULL) {
		if (fseek(file, offset, SEEK_SET) == 0)
			key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
		offset = ftell(file);
		fclose(file);
	}
	ERR_clear_error();
	return key != NULL ? key
			   : EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
}

EVP_PKEY *
mk_key(const char *kind)
{
	const struct key_kind *row = key_kinds;
	EVP_PKEY *key;

	if (strncmp(kind, "gost", 4) == 0)
		return key_make_gost(kind);
	while (strcmp(row->name, kind) != 0)
		row++;
	if (strcmp(row->algorithm, "RSA") == 0)
		key = key_make_rsa();
	else if (row->group != NULL)
		key = EVP_PKEY_Q_keygen(NULL, NULL, row->algorithm, row->group);
	else
		key = EVP_PKEY_Q_keygen(NULL, NULL, row->algorithm);
	must(key != NULL, kind);
	return key;
}

X509 *
mk_cert(EVP_PKEY *key, const char *name, int from, int to)
{
	static long serial;
	X509_NAME *subject = mk_name(name);
	X509 *cert = mk_x509(&(struct mk_cert_spec){
	    .id = name,
	    .subject = subject,
	    .key = key,
	    .signer = key,
	    .from = MK_NOW + (int64_t)from * DAY,
	    .until = MK_NOW + (int64_t)to * DAY,
	    .serial = ++serial,
	});

	X509_NAME_free(subject);
	return cert;
}

/* ---- files */

char *
mk_dir(void)
{
	char *dir = strdup("/tmp/podpis-test-XXXXXX");

	must(dir != NULL && mkdtemp(dir) != NULL, "mkdtemp");
	return dir;
}

void
mk_remove(char *dir)
{
	char command[256];

	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	must(system(command) == 0, command);
	free(dir);
}

char *
mk_path(const char *dir, const char *format, ...)
{
	static char paths[16][512];
	static unsigned next;
	char *path = paths[next++ % 16];
	va_list args;
	int len;

	len = snprintf(path, sizeof(paths[0]), "%s/", dir);
	va_start(args, format);
	vsnprintf(path + len, sizeof(paths[0]) - (size_t)len, format, args);
	va_end(args);
	return path;
}

void
mk_file(const char *path, const void *ptr, size_t len)
{
	FILE *file = fopen(path, "wb");

	must(file != NULL && fwrite(ptr, 1, len, file) == len &&
		fclose(file) == 0,
	    path);
}

static FILE *
file_append(const char *path)
{
	FILE *file = fopen(path, "ab");

	must(file != NULL, path);
	return file;
}

void
mk_pem_key(const char *path, EVP_PKEY *key)
{
	FILE *file = file_append(path);

	must(PEM_write_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) ==
		1,
	    path);
	fclose(file);
}

void
mk_pem_cert(const char *path, X509 *cert)
{
	FILE *file = file_append(path);

	must(PEM_write_X509(file, cert) == 1, path);
	fclose(file);
}

/* ---- the context */

static int64_t
ctx_clock(void *payload)
{
	(void)payload;
	return MK_NOW;
}

static int
ctx_pin(const struct sign_pin_request *request, char *pin, size_t room,
    void *payload)
{
	struct mk_asked *asked = payload;
	size_t len;

	asked->count++;
	asked->kind = request->kind;
	asked->flags = request->flags;
	snprintf(asked->name, sizeof(asked->name), "%s", request->name);
	if (asked->pin == NULL)
		return SIGN_E_CANCEL;
	len = strlen(asked->pin);
	if (len > room)
		return request->kind == SIGN_PIN_PAD ? 0 : SIGN_E_PIN;
	memcpy(pin, asked->pin, len);
	return (int)len;
}

struct sign_ctx *
mk_ctx(struct mk_asked *asked)
{
	struct sign_ctx *ctx;

	must(sign_ctx_new(&ctx) == 0, "sign_ctx_new");
	sign_ctx_set_clock(ctx, ctx_clock, NULL);
	sign_ctx_set_pin(ctx, ctx_pin, asked);
	return ctx;
}

int
mk_open(const struct sign_key_options *options, struct mk_asked *asked)
{
	struct sign_ctx *ctx = mk_ctx(asked);
	struct sign_key *key = NULL;
	int ret = sign_key_open(ctx, options, &key);

	must((ret == 0) == (key != NULL), "sign_key_open: key and code");
	if (ret < 0)
		must(sign_ctx_error(ctx) == ret &&
			sign_ctx_message(ctx)[0] != '\0' &&
			strchr(sign_ctx_message(ctx), '\n') == NULL,
		    "sign_key_open: message");
	sign_key_free(key);
	sign_ctx_free(ctx);
	return ret;
}

int
mk_sign(struct sign_ctx *ctx, struct sign_key *key, int pss)
{
	unsigned char digest[SG_MAX_DIGEST] = { 7, 7, 7 };
	const struct sg_scheme *scheme;
	struct sg_pss params = { 0 };
	struct sg_buf value = { 0 };
	struct sg_view data;
	EVP_PKEY *pkey;
	int ret;

	must(sg_cert_key(&ctx->env, key->cert, &pkey) == 0 &&
		sg_scheme_for_key(&ctx->env, pkey, NULL, pss, &scheme) == 0,
	    "scheme");
	params.hash = params.mgf = sg_scheme_digest(scheme);
	params.salt = (int)params.hash->size;
	data = sg_view_of(digest, params.hash->size);
	ret = sg_key_sign(key, scheme, &params, data, &value);
	if (ret == 0)
		must(sg_verify_value(&ctx->env, scheme, &params, pkey, data,
			 sg_buf_view(&value), SG_VALUE_CMS) == 1,
		    "verification");
	sg_buf_free(&value);
	return ret;
}

size_t
mk_step(size_t slow)
{
	return getenv("PODPIS_SLOW") != NULL ? 3 * slow : 1;
}
