/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/alg.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"
#include "certs/cert.h"
#include "certs/x509.h"
#include "formats/encoding.h"
#include "libsign/ctx.h"
#include "sign/verify.h"

#define SHA256_SIZE 32

static const char *
key_words(struct sg_env *env, struct sg_pool *pool, const struct sg_cert *cert)
{
	struct sg_key_info info;
	const char *text = NULL;
	EVP_PKEY *key;

	if (sg_cert_key(env, cert, &key) == 0 &&
	    sg_key_info(env, key, &info) == 0)
		text = sg_pool_str(pool, info.text);
	sg_err_clear(env);
	return text;
}

/* What fn says ends the walk and is handed on. */
static int
each_cert(struct sg_env *env, const struct sg_cert *cert, sign_cert_fn *fn,
    void *payload)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_view der = sg_cert_der(cert);
	struct sign_cert_line line;
	int ret;

	if (pool == NULL)
		return sg_err_nomem(env);
	line.subject = sg_cert_name_text(pool, cert, 0);
	line.common_name = sg_cert_name_get(pool, cert, "CN");
	line.issuer = sg_cert_name_text(pool, cert, 1);
	line.serial = sg_cert_serial_text(pool, cert);
	line.sha256 = sg_x509_hex(pool, sg_cert_sha256(cert), SHA256_SIZE);
	line.algorithm = key_words(env, pool, cert);
	line.not_before = sg_cert_not_before(cert);
	line.not_after = sg_cert_not_after(cert);
	line.der = der.ptr;
	line.der_len = der.len;
	if (line.subject == NULL || line.issuer == NULL ||
	    line.serial == NULL || line.sha256 == NULL)
		ret = sg_err_nomem(env);
	else
		ret = fn(&line, payload);
	sg_pool_free(pool);
	return ret;
}

static int
each_in(
    struct sg_env *env, struct sg_view file, sign_cert_fn *fn, void *payload)
{
	struct sg_certs certs = { 0 };
	size_t i;
	int ret;

	ret = sg_certs_read(env, file, &certs);
	for (i = 0; ret == 0 && i < certs.count; i++)
		ret = each_cert(env, certs.list[i], fn, payload);
	sg_certs_clear(&certs);
	return ret;
}

int
sign_certs_each(
    struct sign_ctx *ctx, const char *path, sign_cert_fn *fn, void *payload)
{
	struct sg_buf file = { 0 };
	int ret;

	sg_err_clear(&ctx->env);
	ret = sg_read_file(&ctx->env, path, SG_MAX_CERT_FILE, &file);
	if (ret == 0)
		ret = each_in(&ctx->env, sg_buf_view(&file), fn, payload);
	if (ret == SIGN_E_FORMAT)
		sg_err_set(&ctx->env, SIGN_E_FORMAT,
		    N_("%s: no certificate is in there"), path);
	sg_buf_free(&file);
	return ret;
}

int
sign_cert_describe(struct sign_ctx *ctx, const unsigned char *der, size_t len,
    sign_cert_fn *fn, void *payload)
{
	struct sg_cert *cert = NULL;
	int ret;

	sg_err_clear(&ctx->env);
	ret = sg_cert_parse(&ctx->env, sg_view_of(der, len), &cert);
	if (ret == 0)
		ret = each_cert(&ctx->env, cert, fn, payload);
	sg_cert_free(cert);
	return ret;
}

int
sign_cert_write(struct sign_ctx *ctx, const unsigned char *der, size_t len,
    const char *output)
{
	struct sg_env *env = &ctx->env;
	struct sg_pem_out *pem = NULL;
	struct sg_out *out = NULL;
	int ret;

	sg_err_clear(env);
	ret = sg_out_create(env, output, SG_OUT_NEW, &out);
	if (ret == 0)
		ret = sg_pem_begin(env, out, "CERTIFICATE", &pem);
	if (ret == 0)
		ret = sg_pem_write(env, pem, der, len);
	if (ret == 0) {
		ret = sg_pem_end(env, pem);
		pem = NULL;
	}
	if (ret == 0)
		ret = sg_out_commit(env, out);
	sg_pem_free(pem);
	sg_out_free(out);
	return ret;
}
