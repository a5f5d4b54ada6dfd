/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include <stddef.h>

#include "libsign/key_pkcs11.h"

#include "base/der.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "libsign/ctx.h"
#include "libsign/key.h"

#include <stdint.h>
#include <string.h>

#define ATTR_NONE ((CK_ATTRIBUTE_TYPE)-1)
#define ATTR_MAX 8 /* in one call */
/* octets for one that is read without its length being asked for before */
#define ROOM 512
#define ROOM_VALUE 4096

/* ---- attributes */

/* A module may name lengths that it does not keep to: what counts is what
 * was allocated. */
static int
attr_is_there(const CK_ATTRIBUTE *attr)
{
	return attr->ulValueLen != (CK_ULONG)-1 && attr->ulValueLen != 0 &&
	    attr->ulValueLen <= SG_MAX_TOKEN_VALUE;
}

/* These leave the other attributes of the call readable. */
static int
attr_is_read(CK_RV rv)
{
	return rv == CKR_OK || rv == CKR_ATTRIBUTE_TYPE_INVALID ||
	    rv == CKR_ATTRIBUTE_SENSITIVE;
}

/* Memory for those that are there, moved to the front; how many, or < 0. */
static int
attrs_reserve(struct p11 *p11, CK_ATTRIBUTE *attrs, size_t count)
{
	size_t i;
	int there = 0;

	for (i = 0; i < count; i++) {
		if (!attr_is_there(&attrs[i]))
			continue;
		attrs[there] = attrs[i];
		attrs[there].pValue =
		    sg_pool_alloc(p11->pool, attrs[i].ulValueLen);
		if (attrs[there].pValue == NULL)
			return sg_err_nomem(&p11->ctx->env);
		there++;
	}
	return there;
}

/* Into rooms that are nearly always large enough. 1: done, what is not there is
 * ATTR_NONE; 0: the lengths must be asked for; or < 0. After anything but CKR_OK
 * nobody knows which of the rooms were written to. */
static int
attrs_at_once(struct p11 *p11, struct p11_token *token, CK_OBJECT_HANDLE handle,
    CK_ATTRIBUTE *attrs, size_t count)
{
	CK_ULONG room;
	size_t i;
	CK_RV rv;

	for (i = 0; i < count; i++) {
		room = attrs[i].type == CKA_VALUE ? ROOM_VALUE : ROOM;
		attrs[i].pValue = sg_pool_alloc(p11->pool, room);
		attrs[i].ulValueLen = room;
		if (attrs[i].pValue == NULL)
			return sg_err_nomem(&p11->ctx->env);
	}
	rv = token->module->C_GetAttributeValue(
	    token->session, handle, attrs, count);
	for (i = 0; i < count && rv == CKR_OK; i++) {
		room = attrs[i].type == CKA_VALUE ? ROOM_VALUE : ROOM;
		if (!attr_is_there(&attrs[i]) || attrs[i].ulValueLen > room)
			attrs[i].type = ATTR_NONE;
	}
	for (i = 0; i < count && rv != CKR_OK; i++) {
		attrs[i].pValue = NULL;
		attrs[i].ulValueLen = 0;
	}
	return rv == CKR_OK;
}

/* All at once, for a call to a token is slow; else lengths first. What is not
 * there becomes ATTR_NONE. */
static int
attrs_get(struct p11 *p11, struct p11_token *token, CK_OBJECT_HANDLE handle,
    CK_ATTRIBUTE *attrs, size_t count)
{
	CK_ULONG rooms[ATTR_MAX];
	size_t i, there = 0;
	CK_RV rv;
	int ret = attrs_at_once(p11, token, handle, attrs, count);

	if (ret != 0)
		return ret < 0 ? ret : 0;
	rv = token->module->C_GetAttributeValue(
	    token->session, handle, attrs, count);
	if (attr_is_read(rv)) {
		ret = attrs_reserve(p11, attrs, count);
		if (ret < 0)
			return ret;
		there = (size_t)ret;
	}
	for (i = 0; i < count; i++) {
		rooms[i] = attrs[i].ulValueLen;
		if (i >= there)
			attrs[i].type = ATTR_NONE;
	}
	if (there == 0)
		return 0;
	rv = token->module->C_GetAttributeValue(
	    token->session, handle, attrs, there);
	for (i = 0; i < there; i++)
		if (!attr_is_read(rv) || !attr_is_there(&attrs[i]) ||
		    attrs[i].ulValueLen > rooms[i])
			attrs[i].type = ATTR_NONE;
	return 0;
}

static struct sg_view
attrs_find(const CK_ATTRIBUTE *attrs, size_t count, CK_ATTRIBUTE_TYPE type)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (attrs[i].type == type)
			return sg_view_of(attrs[i].pValue, attrs[i].ulValueLen);
	return sg_view_of(NULL, 0);
}

int
sg_p11_attr(struct p11 *p11, struct p11_token *token, CK_OBJECT_HANDLE handle,
    CK_ATTRIBUTE_TYPE type, struct sg_view *out)
{
	CK_ATTRIBUTE attr = { type, NULL, 0 };
	int ret = attrs_get(p11, token, handle, &attr, 1);

	*out = sg_view_of(NULL, 0);
	if (ret == 0)
		*out = attrs_find(&attr, 1, type);
	return ret;
}

/* A CK_BBOOL; absent: what the standard says it is then. */
static int
attr_bool(struct sg_view value, int absent)
{
	return value.len == sizeof(CK_BBOOL) ? value.ptr[0] != CK_FALSE
					     : absent;
}

static CK_ULONG
attr_ulong(struct sg_view value)
{
	CK_ULONG number = CK_UNAVAILABLE_INFORMATION;

	if (value.len == sizeof(number))
		memcpy(&number, value.ptr, sizeof(number));
	return number;
}

/* ---- objects */

/* What is no certificate is passed over. */
static int
object_parse_cert(struct p11 *p11, struct p11_object *object)
{
	struct sg_env *env = &p11->ctx->env;
	int ret;

	if (object->value.len == 0)
		return 0;
	ret = sg_cert_parse(env, object->value, &object->cert);
	if (ret == SIGN_E_NOMEM)
		return ret;
	sg_err_clear(env);
	return 0;
}

/* Fills in what the object says of itself. */
static int
object_read(struct p11 *p11, struct p11_token *token, struct p11_object *object)
{
	CK_ATTRIBUTE attrs[] = {
		{ CKA_ID, NULL, 0 },
		{ CKA_LABEL, NULL, 0 },
		{ CKA_KEY_TYPE, NULL, 0 },
		{ CKA_SIGN, NULL, 0 },
		{ CKA_ALWAYS_AUTHENTICATE, NULL, 0 },
	};
	size_t count = sizeof(attrs) / sizeof(attrs[0]);
	int ret;

	if (object->cls == CKO_PUBLIC_KEY)
		count = 3;
	if (object->cls == CKO_CERTIFICATE) {
		count = 3;
		attrs[2].type = CKA_VALUE;
	}
	ret = attrs_get(p11, token, object->handle, attrs, count);
	if (ret < 0)
		return ret;
	object->id = attrs_find(attrs, count, CKA_ID);
	object->label = attrs_find(attrs, count, CKA_LABEL);
	if (object->cls == CKO_CERTIFICATE) {
		object->value = attrs_find(attrs, count, CKA_VALUE);
		return object_parse_cert(p11, object);
	}
	object->type = attr_ulong(attrs_find(attrs, count, CKA_KEY_TYPE));
	object->signs = attr_bool(attrs_find(attrs, count, CKA_SIGN), 1);
	object->always =
	    attr_bool(attrs_find(attrs, count, CKA_ALWAYS_AUTHENTICATE), 0);
	return 0;
}

static int
object_add(struct p11 *p11, struct p11_token *token, CK_OBJECT_CLASS cls,
    CK_OBJECT_HANDLE handle)
{
	struct p11_object *object;

	if (token->count == SG_MAX_TOKEN_OBJECTS)
		return sg_err_set(&p11->ctx->env, SIGN_E_LIMIT,
		    N_("token \"%s\" holds more than %d objects"), token->label,
		    SG_MAX_TOKEN_OBJECTS);
	object = sg_pool_push(
	    p11->pool, &token->objects, &token->count, sizeof(*object));
	if (object == NULL)
		return sg_err_nomem(&p11->ctx->env);
	object->handle = handle;
	object->cls = cls;
	return object_read(p11, token, object);
}

static int
objects_find(struct p11 *p11, struct p11_token *token, CK_OBJECT_CLASS cls)
{
	CK_ATTRIBUTE want = { CKA_CLASS, &cls, sizeof(cls) };
	CK_OBJECT_HANDLE found[SG_MAX_TOKEN_OBJECTS + 1];
	CK_ULONG count = 0, got, i;
	CK_RV rv;
	int ret = 0;

	rv = token->module->C_FindObjectsInit(token->session, &want, 1);
	while (rv == CKR_OK && count < SG_MAX_TOKEN_OBJECTS + 1) {
		got = 0;
		rv = token->module->C_FindObjects(token->session, found + count,
		    SG_MAX_TOKEN_OBJECTS + 1 - count, &got);
		if (got == 0 || got > SG_MAX_TOKEN_OBJECTS + 1 - count)
			break;
		count += got;
	}
	token->module->C_FindObjectsFinal(token->session);
	if (rv != CKR_OK)
		return sg_p11_error(&p11->ctx->env, token->label, rv);
	for (i = 0; i < count && ret == 0; i++)
		ret = object_add(p11, token, cls, found[i]);
	return ret;
}

void
sg_p11_unload(struct p11_token *token)
{
	size_t i;

	for (i = 0; i < token->count; i++)
		sg_cert_free(token->objects[i].cert);
	token->objects = NULL;
	token->count = 0;
}

int
sg_p11_load(struct p11 *p11, struct p11_token *token)
{
	static const CK_OBJECT_CLASS classes[] = { CKO_PRIVATE_KEY,
		CKO_PUBLIC_KEY, CKO_CERTIFICATE };
	size_t i;
	int ret;

	sg_p11_unload(token);
	ret = sg_p11_session(p11, token);
	for (i = 0; i < sizeof(classes) / sizeof(classes[0]) && ret == 0; i++)
		ret = objects_find(p11, token, classes[i]);
	return ret;
}

/* Moves an object to the end of what the token has now. */
static int
object_keep(
    struct p11 *p11, struct p11_token *token, const struct p11_object *old)
{
	struct p11_object *object = token->count < SG_MAX_TOKEN_OBJECTS
	    ? sg_pool_push(
		  p11->pool, &token->objects, &token->count, sizeof(*object))
	    : NULL;

	if (object == NULL) {
		sg_cert_free(old->cert);
		return sg_err_nomem(&p11->ctx->env);
	}
	*object = *old;
	return 0;
}

int
sg_p11_load_private(struct p11 *p11, struct p11_token *token)
{
	const struct p11_object *old = token->objects;
	size_t i, count = token->count;
	int ret, kept;

	token->objects = NULL;
	token->count = 0;
	ret = objects_find(p11, token, CKO_PRIVATE_KEY);
	for (i = 0; i < count; i++) {
		if (old[i].cls == CKO_PRIVATE_KEY)
			continue;
		kept = object_keep(p11, token, &old[i]);
		ret = ret == 0 ? kept : ret;
	}
	return ret;
}

/* ---- does a key belong to a certificate? */

/* An OCTET STRING around the octets, as CKA_EC_POINT should be and the GOST
 * CKA_VALUE of some tokens is: 04 20, 04 40, 04 81 80. */
static struct sg_view
public_unwrap(struct sg_view given)
{
	const unsigned char *ptr = given.ptr;

	if (given.len > 2 && ptr[0] == 0x04 && ptr[1] < 0x80 &&
	    ptr[1] == given.len - 2)
		return sg_view_of(ptr + 2, given.len - 2);
	if (given.len > 3 && ptr[0] == 0x04 && ptr[1] == 0x81 &&
	    ptr[2] == given.len - 3)
		return sg_view_of(ptr + 3, given.len - 3);
	return given;
}

static int
public_is_reversed(const unsigned char *a, const unsigned char *b, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (a[i] != b[len - 1 - i])
			return 0;
	return 1;
}

/* x || y little-endian; some software stores y || x or x || y big-endian. */
static int
public_gost_equal(struct sg_view given, struct sg_view want)
{
	size_t half = want.len / 2;

	if (given.len != want.len || (want.len != 64 && want.len != 128))
		return 0;
	return memcmp(given.ptr, want.ptr, want.len) == 0 ||
	    public_is_reversed(given.ptr, want.ptr, want.len) ||
	    (public_is_reversed(given.ptr, want.ptr, half) &&
		public_is_reversed(given.ptr + half, want.ptr + half, half));
}

/* The modulus out of RSAPublicKey (RFC 8017, A.1.1), without leading zeros. */
static struct sg_view
public_modulus(struct sg_view want)
{
	struct sg_der cursor = sg_der_of(want), inner;
	struct sg_tlv all, number;
	struct sg_env env;

	memset(&env, 0, sizeof(env));
	if (sg_der_want(&env, &cursor, V_ASN1_SEQUENCE, "key", &all) < 0 ||
	    sg_der_enter(&env, &cursor, &all, &inner) < 0 ||
	    sg_der_want(&env, &inner, V_ASN1_INTEGER, "key", &number) < 0)
		return sg_view_of(NULL, 0);
	return number.body;
}

static struct sg_view
public_number(struct sg_view octets)
{
	while (octets.len != 0 && octets.ptr[0] == 0)
		octets = sg_view_of(octets.ptr + 1, octets.len - 1);
	return octets;
}

int
sg_p11_public_equal(CK_KEY_TYPE type, struct sg_view given, struct sg_view want)
{
	struct sg_view bare = public_unwrap(given);

	if (given.len == 0 || want.len == 0)
		return 0;
	if (type == CKK_RSA)
		return sg_view_equal(
		    public_number(given), public_number(public_modulus(want)));
	if (type == CKK_GOSTR3410 || type == P11_CKK_GOSTR3410_512)
		return public_gost_equal(given, want) ||
		    public_gost_equal(bare, want);
	return sg_view_equal(given, want) || sg_view_equal(bare, want);
}

/* What the token tells of the public key; for RSA the private key has it. */
static int
object_public(
    struct p11 *p11, struct p11_token *token, struct p11_object *object)
{
	CK_ATTRIBUTE_TYPE type = CKA_EC_POINT;
	int ret;

	if (object->tried)
		return 0;
	if (object->type == CKK_RSA)
		type = CKA_MODULUS;
	else if (object->type == CKK_GOSTR3410 ||
	    object->type == P11_CKK_GOSTR3410_512)
		type = CKA_VALUE;
	/* CKA_VALUE of a private key is the secret: not even asked for */
	if (type == CKA_VALUE && object->cls == CKO_PRIVATE_KEY)
		return 0;
	ret = sg_p11_attr(p11, token, object->handle, type, &object->value);
	object->tried = ret == 0;
	return ret;
}

static int
is_pair(struct p11 *p11, struct p11_token *token, struct p11_object *key,
    const struct sg_cert *cert)
{
	if (key == NULL || object_public(p11, token, key) < 0 ||
	    key->value.len == 0)
		return -1;
	return sg_p11_public_equal(key->type, key->value, sg_key_public(cert));
}

int
sg_p11_entry_is_pair(
    struct p11 *p11, struct p11_entry *entry, const struct sg_cert *cert)
{
	int same;

	same = is_pair(p11, entry->token, entry->public_key, cert);
	if (same < 0)
		same = is_pair(p11, entry->token, entry->private_key, cert);
	return same;
}

/* ---- what belongs together */

struct sg_view
sg_p11_entry_id(const struct p11_entry *entry)
{
	if (entry->private_key != NULL)
		return entry->private_key->id;
	if (entry->public_key != NULL)
		return entry->public_key->id;
	return entry->cert->id;
}

struct sg_view
sg_p11_entry_label(const struct p11_entry *entry)
{
	if (entry->private_key != NULL && entry->private_key->label.len != 0)
		return entry->private_key->label;
	if (entry->public_key != NULL && entry->public_key->label.len != 0)
		return entry->public_key->label;
	if (entry->cert != NULL)
		return entry->cert->label;
	return sg_view_of(NULL, 0);
}

static struct p11_entry *
pair_new(struct p11 *p11, struct p11_token *token, struct p11_entries *entries)
{
	struct p11_entry *entry;

	entry = sg_pool_push(
	    p11->pool, &entries->list, &entries->count, sizeof(*entry));
	if (entry == NULL)
		sg_err_nomem(&p11->ctx->env);
	else
		entry->token = token;
	return entry;
}

static int
pair_private(struct p11 *p11, struct p11_token *token,
    struct p11_object *object, struct p11_entries *entries)
{
	struct p11_entry *entry = pair_new(p11, token, entries);

	if (entry == NULL)
		return SIGN_E_NOMEM;
	entry->private_key = object;
	return 0;
}

/* To the private key with its id and type that has none yet. */
static int
pair_public(struct p11 *p11, struct p11_token *token, struct p11_object *object,
    struct p11_entries *entries)
{
	struct p11_entry *entry;
	size_t i;

	for (i = 0; i < entries->count; i++) {
		entry = &entries->list[i];
		if (entry->token != token || entry->private_key == NULL ||
		    entry->public_key != NULL || object->id.len == 0 ||
		    entry->private_key->type != object->type ||
		    !sg_view_equal(entry->private_key->id, object->id))
			continue;
		entry->public_key = object;
		return 0;
	}
	entry = pair_new(p11, token, entries);
	if (entry == NULL)
		return SIGN_E_NOMEM;
	entry->public_key = object;
	return 0;
}

/* Of several certificates to one key: one usable now, the newest. */
static int
pair_is_better(struct p11 *p11, const struct p11_object *object,
    const struct p11_object *than)
{
	int usable = sg_key_cert_usable(p11->ctx, object->cert);

	if (than == NULL)
		return 1;
	if (usable != sg_key_cert_usable(p11->ctx, than->cert))
		return usable;
	return sg_cert_not_before(object->cert) >
	    sg_cert_not_before(than->cert);
}

/* 1: the entry takes the certificate, or has a better one. */
static int
pair_try_cert(struct p11 *p11, struct p11_entry *entry,
    struct p11_object *object, int by_id)
{
	struct sg_view id = sg_p11_entry_id(entry);
	int same;

	if (entry->private_key == NULL && entry->public_key == NULL)
		return 0;
	if (by_id && (id.len == 0 || !sg_view_equal(id, object->id)))
		return 0;
	same = sg_p11_entry_is_pair(p11, entry, object->cert);
	if (same == 0 && by_id)
		entry->mismatched++;
	/* where the token does not tell, the id is believed here, and the
	 * value is verified before it is used */
	if (same == 0 || (same < 0 && !by_id))
		return 0;
	if (pair_is_better(p11, object, entry->cert))
		entry->cert = object;
	return 1;
}

/* By CKA_ID, else by public key, else on its own. */
static int
pair_cert(struct p11 *p11, struct p11_token *token, struct p11_object *object,
    struct p11_entries *entries)
{
	struct p11_entry *entry;
	size_t i, before, foreign = 0;
	int by_id;

	for (by_id = 1; by_id >= 0; by_id--) {
		for (i = 0; i < entries->count; i++) {
			entry = &entries->list[i];
			if (entry->token != token)
				continue;
			before = entry->mismatched;
			if (pair_try_cert(p11, entry, object, by_id))
				return 0;
			foreign += entry->mismatched - before;
		}
	}
	entry = pair_new(p11, token, entries);
	if (entry == NULL)
		return SIGN_E_NOMEM;
	entry->cert = object;
	entry->mismatched = foreign;
	return 0;
}

static int
pair_object(struct p11 *p11, struct p11_token *token, P11KitUri *uri,
    struct p11_object *object, struct p11_entries *entries)
{
	switch (object->cls) {
	case CKO_PRIVATE_KEY:
		return pair_private(p11, token, object, entries);
	case CKO_PUBLIC_KEY:
		return pair_public(p11, token, object, entries);
	default:
		if (object->cert == NULL ||
		    (uri != NULL && sg_p11_uri_class(uri) == CKO_CERTIFICATE &&
			!sg_p11_uri_wants(uri, object->id, object->label)))
			return 0;
		return pair_cert(p11, token, object, entries);
	}
}

int
sg_p11_pair(struct p11 *p11, struct p11_token *token, P11KitUri *uri,
    struct p11_entries *entries)
{
	size_t i;
	int ret = 0;

	/* sg_p11_load() has put private keys first, certificates last */
	for (i = 0; i < token->count && ret == 0; i++)
		ret = pair_object(p11, token, uri, &token->objects[i], entries);
	return ret;
}
