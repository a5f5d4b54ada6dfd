/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/vectors.h"

#include "srckit.h"

#include "base/env.h"
#include "base/gost.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

int
vec_exists(const char *relative)
{
	return access(src_path("%s", relative), R_OK) == 0;
}

char *
vec_text(const char *relative)
{
	FILE *file = fopen(src_path("%s", relative), "rb");
	char *text;
	size_t len;

	if (file == NULL)
		fail_msg("no %s", src_path("%s", relative));
	text = calloc(1, 1 << 20);
	assert_non_null(text);
	len = fread(text, 1, (1 << 20) - 1, file);
	assert_true(len > 0 && len < (1 << 20) - 1);
	fclose(file);
	return text;
}

void
vec_hex(struct sg_buf *out, const char *hex)
{
	unsigned char *octets;
	long len = 0;

	if (hex[0] == '\0' || strcmp(hex, "-") == 0)
		return;
	octets = OPENSSL_hexstr2buf(hex, &len);
	assert_non_null(octets);
	assert_int_equal(sg_buf_append(NULL, out, octets, (size_t)len), 0);
	OPENSSL_free(octets);
}

int
vec_field(const char *text, const char *key, char *out, size_t size)
{
	const char *at = text;
	size_t len = strlen(key);

	for (; (at = strstr(at, key)) != NULL; at += len)
		if ((at == text || at[-1] == ' ' || at[-1] == '\n') &&
		    at[len] == '=')
			break;
	if (at == NULL)
		return 0;
	at += len + 1;
	len = strcspn(at, " \r\n");
	assert_true(len < size);
	memcpy(out, at, len);
	out[len] = '\0';
	return 1;
}

EVP_PKEY *
vec_gost_key(struct sg_env *env, int nid, const char *set)
{
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *key = NULL;

	if (sg_gost_need(env) < 0)
		return NULL;
	ctx = EVP_PKEY_CTX_new_id(nid, NULL);
	assert_non_null(ctx);
	sg_gost_lock();
	if (EVP_PKEY_keygen_init(ctx) <= 0 ||
	    EVP_PKEY_CTX_ctrl_str(ctx, "paramset", set) <= 0 ||
	    EVP_PKEY_keygen(ctx, &key) <= 0)
		key = NULL;
	sg_gost_unlock();
	EVP_PKEY_CTX_free(ctx);
	return key;
}

EVP_PKEY *
vec_key(struct sg_env *env, const char *type, const char *what)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(env->lib, type, NULL);
	EVP_PKEY *key = NULL;

	assert_non_null(ctx);
	assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
	if (what != NULL)
		assert_int_equal(EVP_PKEY_CTX_set_group_name(ctx, what), 1);
	assert_int_equal(EVP_PKEY_keygen(ctx, &key), 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

EVP_PKEY *
vec_key_file(struct sg_env *env, const char *name)
{
	char relative[128];
	EVP_PKEY *key;
	FILE *file;

	snprintf(relative, sizeof(relative), "tests/data/keys/%s.pem", name);
	file = fopen(src_path("%s", relative), "r");
	assert_non_null(file);
	key = PEM_read_PrivateKey_ex(file, NULL, NULL, NULL, env->lib, NULL);
	assert_non_null(key);
	fclose(file);
	return key;
}

void
vec_spki(struct sg_buf *out, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	assert_true(len > 0);
	assert_int_equal(sg_buf_append(NULL, out, der, (size_t)len), 0);
	OPENSSL_free(der);
}
