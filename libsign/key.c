/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/key.h"

#include "base/crypt.h"
#include "base/der.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"
#include "libsign/ctx.h"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char key_scheme[] = "pkcs11:";

/* RFC 3986, 3.1: schemes are compared without regard to case. */
int
sg_key_is_uri(const char *name)
{
	return strncasecmp(name, key_scheme, sizeof(key_scheme) - 1) == 0;
}

int
sg_key_new(struct sign_ctx *ctx, const struct sg_key_ops *ops,
    struct sg_cert *cert, void *self, struct sign_key **out)
{
	struct sign_key *key = calloc(1, sizeof(*key));

	if (key == NULL)
		return sg_err_nomem(&ctx->env);
	key->ops = ops;
	key->ctx = ctx;
	key->cert = cert;
	key->self = self;
	*out = key;
	return 0;
}

void
sign_key_free(struct sign_key *key)
{
	if (key == NULL)
		return;
	if (key->ops->free != NULL)
		key->ops->free(key);
	sg_cert_free(key->cert);
	sg_certs_clear(&key->chain);
	free(key);
}

const unsigned char *
sign_key_cert(const struct sign_key *key, size_t *len)
{
	struct sg_view der = sg_cert_der(key->cert);

	*len = der.len;
	return der.ptr;
}

#ifndef HAVE_PKCS11
int
sg_key_pkcs11_open(struct sign_ctx *ctx, const struct sign_key_options *options,
    struct sign_key **out)
{
	(void)out;
	sg_err_set(&ctx->env, SIGN_E_UNSUPPORTED,
	    N_("this build knows no keys on tokens (PKCS#11)"));
	if (options->name == NULL)
		sg_err_hint(&ctx->env, N_("name a key file with --key"));
	else
		sg_err_hint(&ctx->env,
		    N_("build it with p11-kit and without "
		       "--without-pkcs11"));
	return SIGN_E_UNSUPPORTED;
}

int
sg_key_pkcs11_list(struct sign_ctx *ctx, const char *module, int login,
    struct sign_items *items)
{
	(void)ctx;
	(void)module;
	(void)login;
	(void)items;
	return 0;
}
#endif

int
sign_key_open(struct sign_ctx *ctx, const struct sign_key_options *options,
    struct sign_key **out)
{
	struct sign_key_options want = SIGN_KEY_OPTIONS_INIT;
	int rc;

	sg_err_clear(&ctx->env);
	rc = sg_options_take(&ctx->env, options, &want, sizeof(want));
	if (rc < 0)
		return rc;
	if (want.name != NULL && want.name[0] == '\0')
		return sg_err_set(
		    &ctx->env, SIGN_E_ARG, N_("the name of the key is empty"));
	if (want.name == NULL || sg_key_is_uri(want.name))
		return sg_key_pkcs11_open(ctx, &want, out);
	return sg_key_file_open(ctx, &want, out);
}

/* ---- a PIN or passphrase, through the caller */

static int
key_pin_refused(struct sign_ctx *ctx, int code, const char *name)
{
	struct sg_env *env = &ctx->env;

	if (code == SIGN_E_CANCEL)
		return sg_err_set(
		    env, code, N_("cancelled: no PIN for \"%s\""), name);
	return sg_err_set(env, code, N_("no PIN for \"%s\": %s"), name,
	    sg_tr(env, sign_error_text(code)));
}

int
sg_key_ask_pin(struct sign_ctx *ctx, enum sign_pin_kind kind, const char *name,
    unsigned flags, struct sg_buf *pin)
{
	struct sign_pin_request request = { sizeof(request), kind, name,
		flags };
	size_t room = kind == SIGN_PIN_PAD ? 0 : SG_MAX_PIN;
	char none[1];
	char *to = none;
	int got;

	if (ctx->pin == NULL && kind == SIGN_PIN_PAD)
		return 0;
	if (ctx->pin == NULL)
		return sg_err_set(&ctx->env, SIGN_E_PIN,
		    N_("\"%s\" wants a PIN, and there is no way to ask"), name);
	if (room != 0)
		to = (char *)sg_buf_reserve(&ctx->env, pin, room);
	if (to == NULL)
		return SIGN_E_NOMEM;
	got = ctx->pin(&request, to, room, ctx->pin_payload);
	if (got < 0)
		return key_pin_refused(ctx, got, name);
	if ((size_t)got > room && room != 0)
		return sg_err_set(&ctx->env, SIGN_E_ARG,
		    N_("the PIN is too long, at most %d octets"), SG_MAX_PIN);
	if (got == 0 && (kind == SIGN_PIN_TOKEN || kind == SIGN_PIN_KEY))
		return sg_err_set(&ctx->env, SIGN_E_CANCEL,
		    N_("no PIN was given for \"%s\""), name);
	if (room != 0)
		pin->len += (size_t)got;
	return 0;
}

/* ---- certificates and public keys */

int
sg_key_cert_usable(struct sign_ctx *ctx, const struct sg_cert *cert)
{
	int64_t now = sg_env_now(&ctx->env);

	return sg_cert_not_before(cert) <= now &&
	    now <= sg_cert_not_after(cert) && sg_cert_may_sign(cert);
}

int
sg_key_read_certs(
    struct sign_ctx *ctx, const char *path, struct sg_certs *certs)
{
	struct sg_buf file = { 0 };
	int ret;

	ret = sg_read_file(&ctx->env, path, SG_MAX_CERT_FILE, &file);
	if (ret == 0)
		ret = sg_certs_read(&ctx->env, sg_buf_view(&file), certs);
	sg_buf_free(&file);
	return ret;
}

/* An OCTET STRING header that fits exactly: 04 40, 04 81 80. */
struct sg_view
sg_key_public_bare(struct sg_view octets)
{
	const unsigned char *ptr = octets.ptr;

	if (octets.len == 66 && ptr[0] == 0x04 && ptr[1] == 64)
		return sg_view_of(ptr + 2, 64);
	if (octets.len == 131 && ptr[0] == 0x04 && ptr[1] == 0x81 &&
	    ptr[2] == 128)
		return sg_view_of(ptr + 3, 128);
	return octets;
}

struct sg_view
sg_key_public(const struct sg_cert *cert)
{
	return sg_key_public_bare(sg_cert_public(cert));
}

/* ---- signing, and the form of what comes back */

static int
key_value_length(struct sg_env *env, size_t have, size_t want)
{
	if (have == want)
		return 0;
	return sg_err_set(env, SIGN_E_VALUE,
	    N_("the key gave a signature value of %zu octets, want %zu"), have,
	    want);
}

static int
key_value_is_ecdsa_der(struct sg_view value)
{
	const unsigned char *ptr = value.ptr;
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &ptr, (long)value.len);
	int whole = sig != NULL && ptr == value.ptr + value.len;

	ECDSA_SIG_free(sig);
	return whole;
}

static int
key_value_check_rsa(struct sign_key *key, struct sg_view value)
{
	EVP_PKEY *pkey;
	int ret;

	ret = sg_cert_key(&key->ctx->env, key->cert, &pkey);
	if (ret < 0)
		return ret;
	return key_value_length(
	    &key->ctx->env, value.len, (size_t)EVP_PKEY_get_size(pkey));
}

/* A key source may be anybody's: see that the value can be one at all. */
static int
key_value_check(
    struct sign_key *key, const struct sg_scheme *scheme, struct sg_view value)
{
	struct sg_env *env = &key->ctx->env;

	switch (scheme->key) {
	case SG_KEY_RSA:
		return key_value_check_rsa(key, value);
	case SG_KEY_EC:
		if (value.len <= SG_MAX_VALUE && key_value_is_ecdsa_der(value))
			return 0;
		return sg_err_set(env, SIGN_E_VALUE,
		    N_("the key gave no ECDSA-Sig-Value (RFC 3279, 2.2.3)"));
	case SG_KEY_ED25519:
	case SG_KEY_GOST256:
		return key_value_length(env, value.len, 64);
	case SG_KEY_ED448:
		return key_value_length(env, value.len, 114);
	case SG_KEY_GOST512:
		return key_value_length(env, value.len, 128);
	case SG_KEY_GOST2001:
	case SG_KEY_DSA:
		break;
	}
	return sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("%s is for reading old signatures only"), scheme->name);
}

int
sg_key_sign(struct sign_key *key, const struct sg_scheme *scheme,
    const struct sg_pss *pss, struct sg_view data, struct sg_buf *value)
{
	const struct sg_digest *digest = sg_scheme_digest(scheme);
	size_t start = value->len;
	int ret;

	if (!scheme->signs_bytes && digest != NULL && data.len != digest->size)
		return sg_err_set(&key->ctx->env, SIGN_E_ARG,
		    N_("%s wants a digest of %zu octets, have %zu"),
		    scheme->name, digest->size, data.len);
	ret = key->ops->sign(key, scheme, pss, data, value);
	if (ret < 0)
		return ret;
	return key_value_check(
	    key, scheme, sg_view_of(value->ptr + start, value->len - start));
}

/* ---- a key held elsewhere */

struct key_external {
	sign_value_fn *fn;
	void *payload;
};

/* r || s has exactly twice the octets of the curve's order. */
static int
key_external_ecdsa(struct sign_key *key, const struct sg_scheme *scheme,
    struct sg_view given, struct sg_buf *value)
{
	struct sg_env *env = &key->ctx->env;
	EVP_PKEY *pkey;
	int ret;

	if (key_value_is_ecdsa_der(given))
		return sg_buf_append_view(env, value, given);
	ret = sg_cert_key(env, key->cert, &pkey);
	if (ret < 0)
		return ret;
	ret = key_value_length(
	    env, given.len, 2 * (((size_t)EVP_PKEY_get_bits(pkey) + 7) / 8));
	if (ret < 0)
		return ret;
	return sg_value_to_cms(env, scheme, given, value);
}

static int
key_external_sign(struct sign_key *key, const struct sg_scheme *scheme,
    const struct sg_pss *pss, struct sg_view data, struct sg_buf *value)
{
	struct key_external *self = key->self;
	struct sg_env *env = &key->ctx->env;
	unsigned char given[SG_MAX_VALUE] = { 0 };
	size_t len = sizeof(given);
	int ret;

	(void)pss;
	ret = self->fn(data.ptr, data.len, given, &len, self->payload);
	if (ret < 0)
		return sg_err_set(env, ret, N_("the key did not sign: %s"),
		    sg_tr(env, sign_error_text(ret)));
	if (len > sizeof(given))
		return sg_err_set(env, SIGN_E_ARG,
		    N_("the key says %zu octets, there was room for %zu"), len,
		    sizeof(given));
	if (scheme->key == SG_KEY_EC)
		return key_external_ecdsa(
		    key, scheme, sg_view_of(given, len), value);
	return sg_buf_append(env, value, given, len);
}

static void
key_external_free(struct sign_key *key)
{
	free(key->self);
}

static const struct sg_key_ops key_external_ops = {
	"external",
	key_external_sign,
	key_external_free,
};

int
sign_key_external(struct sign_ctx *ctx, const unsigned char *cert,
    size_t cert_len, sign_value_fn *fn, void *payload, struct sign_key **out)
{
	struct key_external *self = NULL;
	struct sg_cert *parsed = NULL;
	int ret;

	sg_err_clear(&ctx->env);
	ret = sg_cert_parse(&ctx->env, sg_view_of(cert, cert_len), &parsed);
	if (ret < 0)
		goto out;
	self = malloc(sizeof(*self));
	if (self == NULL) {
		ret = sg_err_nomem(&ctx->env);
		goto out;
	}
	self->fn = fn;
	self->payload = payload;
	ret = sg_key_new(ctx, &key_external_ops, parsed, self, out);
	if (ret < 0)
		goto out;
	self = NULL;
	parsed = NULL;
out:
	free(self);
	sg_cert_free(parsed);
	return ret;
}

/* ---- what there is on the tokens */

int
sign_items_list(struct sign_ctx *ctx, const char *module, int login,
    struct sign_items **out)
{
	struct sign_items *items = calloc(1, sizeof(*items));
	int ret;

	sg_err_clear(&ctx->env);
	if (items != NULL)
		items->pool = sg_pool_new();
	if (items == NULL || items->pool == NULL) {
		sign_items_free(items);
		return sg_err_nomem(&ctx->env);
	}
	ret = sg_key_pkcs11_list(ctx, module, login, items);
	if (ret < 0) {
		sign_items_free(items);
		return ret;
	}
	*out = items;
	return 0;
}

size_t
sign_items_count(const struct sign_items *items)
{
	return items->count;
}

const struct sign_item *
sign_items_get(const struct sign_items *items, size_t index)
{
	return index < items->count ? &items->list[index] : NULL;
}

void
sign_items_free(struct sign_items *items)
{
	if (items == NULL)
		return;
	sg_pool_free(items->pool);
	free(items);
}
