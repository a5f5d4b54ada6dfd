/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include <stddef.h>

#include "libsign/key_pkcs11.h"

#include "base/alg.h"
#include "base/err.h"
#include "base/pool.h"
#include "libsign/ctx.h"
#include "libsign/key.h"

#include <openssl/err.h>

#include <string.h>

/* What is gathered while tokens are walked. */
struct list_walk {
	struct sign_items *items;
	struct p11 *p11;
	int login;
};

static struct sign_item *
list_add(struct list_walk *walk, enum sign_item_kind kind)
{
	struct sign_item *item;

	item = sg_pool_push(walk->items->pool, &walk->items->list,
	    &walk->items->count, sizeof(*item));
	if (item == NULL)
		sg_err_nomem(&walk->p11->ctx->env);
	else
		item->kind = kind;
	return item;
}

static const char *
list_text(struct list_walk *walk, struct sg_view text)
{
	return sg_pool_strn(
	    walk->items->pool, (const char *)text.ptr, text.len);
}

static const char *
list_padded(struct list_walk *walk, const unsigned char *text, size_t size)
{
	return list_text(
	    walk, sg_view_of(text, p11_kit_space_strlen(text, size)));
}

/* ---- what kind of key */

static int
list_is_2001(struct p11 *p11, struct p11_token *token, struct p11_object *key)
{
	/* id-GostR3411-94-CryptoProParamSet, as a DER OID */
	static const unsigned char digest94[] = { 0x06, 0x07, 0x2a, 0x85, 0x03,
		0x02, 0x02, 0x1e, 0x01 };
	struct sg_view params;

	if (sg_p11_attr(
		p11, token, key->handle, CKA_GOSTR3411_PARAMS, &params) < 0)
		return 0;
	return sg_view_equal(params, sg_view_of(digest94, sizeof(digest94)));
}

static const char *
list_key_type(struct p11 *p11, struct p11_token *token, struct p11_object *key)
{
	switch (key->type) {
	case CKK_RSA:
		return "RSA";
	case CKK_EC:
		return "ECDSA";
	case CKK_EC_EDWARDS:
		return "EdDSA";
	case CKK_GOSTR3410: /* of 2001 too: the digest tells */
		return list_is_2001(p11, token, key)
		    ? "GOST R 34.10-2001"
		    : "GOST R 34.10-2012 256 bit";
	case P11_CKK_GOSTR3410_512:
		return "GOST R 34.10-2012 512 bit";
	default:
		return NULL;
	}
}

/* A certificate says more of the key than the token does. */
static const char *
list_cert_algorithm(struct list_walk *walk, const struct sg_cert *cert)
{
	struct sg_env *env = &walk->p11->ctx->env;
	struct sg_key_info info;
	const char *text = NULL;
	EVP_PKEY *key;

	if (sg_cert_key(env, cert, &key) == 0 &&
	    sg_key_info(env, key, &info) == 0)
		text = sg_pool_str(walk->items->pool, info.text);
	sg_err_clear(env);
	return text;
}

/* ---- items */

static int
list_put_cert(
    struct list_walk *walk, struct sign_item *item, const struct sg_cert *cert)
{
	struct sg_view der;

	der = sg_pool_dup(walk->items->pool, sg_cert_der(cert));
	if (der.ptr == NULL)
		return sg_err_nomem(&walk->p11->ctx->env);
	item->cert = der.ptr;
	item->cert_len = der.len;
	item->algorithm = list_cert_algorithm(walk, cert);
	return 0;
}

static int
list_add_key(struct list_walk *walk, struct p11_entry *entry)
{
	struct p11_object *key = entry->private_key;
	struct sign_item *item;

	if (key == NULL)
		key = entry->public_key;
	if (key == NULL)
		return 0;
	item = list_add(walk, SIGN_ITEM_KEY);
	if (item == NULL)
		return SIGN_E_NOMEM;
	item->uri = sg_p11_uri_make(walk->items->pool, &entry->token->info,
	    CKO_PRIVATE_KEY, key->id, sg_p11_entry_label(entry));
	item->label = list_text(walk, sg_p11_entry_label(entry));
	if (item->uri == NULL || item->label == NULL)
		return sg_err_nomem(&walk->p11->ctx->env);
	item->algorithm = list_key_type(walk->p11, entry->token, key);
	if (entry->cert == NULL)
		return 0;
	item->usable =
	    (entry->private_key == NULL || entry->private_key->signs) &&
	    sg_key_cert_usable(walk->p11->ctx, entry->cert->cert);
	return list_put_cert(walk, item, entry->cert->cert);
}

static int
list_add_cert(struct list_walk *walk, const struct p11_token *token,
    const struct p11_object *object)
{
	struct sign_item *item;

	if (object->cert == NULL)
		return 0;
	item = list_add(walk, SIGN_ITEM_CERT);
	if (item == NULL)
		return SIGN_E_NOMEM;
	item->uri = sg_p11_uri_make(walk->items->pool, &token->info,
	    CKO_CERTIFICATE, object->id, object->label);
	item->label = list_text(walk, object->label);
	if (item->uri == NULL || item->label == NULL)
		return sg_err_nomem(&walk->p11->ctx->env);
	item->usable = sg_key_cert_usable(walk->p11->ctx, object->cert);
	return list_put_cert(walk, item, object->cert);
}

static int
list_add_token(struct list_walk *walk, const struct p11_token *token)
{
	const CK_TOKEN_INFO *info = &token->info;
	struct sign_item *item = list_add(walk, SIGN_ITEM_TOKEN);

	if (item == NULL)
		return SIGN_E_NOMEM;
	item->uri = sg_p11_uri_make(walk->items->pool, info, 0,
	    sg_view_of(NULL, 0), sg_view_of(NULL, 0));
	item->label = sg_pool_str(walk->items->pool, token->label);
	item->manufacturer = list_padded(
	    walk, info->manufacturerID, sizeof(info->manufacturerID));
	item->model = list_padded(walk, info->model, sizeof(info->model));
	item->serial =
	    list_padded(walk, info->serialNumber, sizeof(info->serialNumber));
	item->module = sg_pool_str(walk->items->pool, token->origin);
	if (item->uri == NULL || item->label == NULL ||
	    item->manufacturer == NULL || item->model == NULL ||
	    item->serial == NULL || item->module == NULL)
		return sg_err_nomem(&walk->p11->ctx->env);
	item->note = sg_p11_pin_note(info);
	if (item->note == NULL && token->count == 0)
		item->note = N_("shows no PKCS#11 keys or certificates: empty, "
				"or holds only vendor key containers "
				"(CryptoPro CSP, ViPNet)");
	return 0;
}

/* Who does not know one token's PIN still sees the others. */
static int
list_login(struct list_walk *walk, struct p11_token *token)
{
	int ret;

	if (!walk->login || !sg_p11_needs_login(token) ||
	    (token->info.flags & CKF_USER_PIN_LOCKED) != 0)
		return 0;
	ret = sg_p11_login(walk->p11, token);
	if (ret != SIGN_E_CANCEL)
		return ret;
	sg_err_clear(&walk->p11->ctx->env);
	return 0;
}

static int
list_token(struct list_walk *walk, struct p11_token *token)
{
	struct p11_entries entries = { 0 };
	size_t i;
	int ret;

	ret = list_login(walk, token);
	if (ret < 0)
		return ret;
	/* a token that fails is listed, with nothing on it */
	ret = sg_p11_load(walk->p11, token);
	if (ret == 0)
		ret = sg_p11_pair(walk->p11, token, NULL, &entries);
	if (ret == SIGN_E_NOMEM)
		return ret;
	sg_err_clear(&walk->p11->ctx->env);
	ret = list_add_token(walk, token);
	for (i = 0; i < entries.count && ret == 0; i++)
		ret = list_add_key(walk, &entries.list[i]);
	for (i = 0; i < token->count && ret == 0; i++)
		ret = list_add_cert(walk, token, &token->objects[i]);
	return ret;
}

int
sg_key_pkcs11_list(struct sign_ctx *ctx, const char *module, int login,
    struct sign_items *items)
{
	struct list_walk walk = { items, NULL, login };
	size_t i;
	int ret;

	ret = sg_p11_open(ctx, module, NULL, &walk.p11);
	for (i = 0; ret == 0 && i < walk.p11->count; i++)
		ret = list_token(&walk, &walk.p11->tokens[i]);
	sg_p11_close(walk.p11);
	ERR_clear_error();
	return ret;
}
