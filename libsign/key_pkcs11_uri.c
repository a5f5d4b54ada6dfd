/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include <stddef.h>

#include "libsign/key_pkcs11.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"

#include <stdlib.h>
#include <string.h>

#define URI_SCHEME "pkcs11:"
#define URI_SCHEME_LEN (sizeof(URI_SCHEME) - 1)

/* RFC 7512, 2.3: pk11-pattr, in the order of the bits below. */
static const char *const uri_path_names[] = { "token", "manufacturer", "serial",
	"model", "library-manufacturer", "library-description",
	"library-version", "slot-manufacturer", "slot-description", "slot-id",
	"object", "type", "id" };

#define URI_PATH_COUNT (sizeof(uri_path_names) / sizeof(uri_path_names[0]))

static int
uri_is(struct sg_view name, const char *text)
{
	return sg_view_equal(name, sg_view_str(text));
}

/* A PIN in a URI stands on the command line, where everybody reads it; a
 * source may be a command. Never says what stood there. */
static int
uri_check_pin(struct sg_env *env, struct sg_view name)
{
	if (uri_is(name, "pin-value")) {
		sg_err_set(env, SIGN_E_ARG,
		    N_("pin-value in the URI is refused: a PIN on the command "
		       "line is seen by every user of the machine"));
		sg_err_hint(env,
		    N_("leave it out and answer the prompt, or use "
		       "--pin-source"));
		return SIGN_E_ARG;
	}
	if (uri_is(name, "pin-source") || uri_is(name, "pinfile")) {
		sg_err_set(env, SIGN_E_ARG,
		    N_("pin-source in the URI is refused: it may run a "
		       "command or read any file"));
		sg_err_hint(env, N_("use --pin-source file:PATH"));
		return SIGN_E_ARG;
	}
	return 0;
}

/* RFC 7512, 2.3: each once; 2.5: an unknown one matches nothing. */
static int
uri_check_path(struct sg_env *env, struct sg_view name, unsigned *seen)
{
	size_t i;

	for (i = 0; i < URI_PATH_COUNT; i++)
		if (uri_is(name, uri_path_names[i]))
			break;
	if (i == URI_PATH_COUNT)
		return sg_err_set(env, SIGN_E_KEY,
		    N_("attribute \"%.*s\" in the URI is unknown and matches "
		       "nothing (RFC 7512, 2.5)"),
		    name.len < 40 ? (int)name.len : 40, (const char *)name.ptr);
	if ((*seen & (1u << i)) != 0)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("attribute \"%s\" stands twice in the URI "
		       "(RFC 7512, 2.3)"),
		    uri_path_names[i]);
	*seen |= 1u << i;
	return 0;
}

/* p11-kit takes a number that is too large for "any slot". */
static int
uri_check_slot(struct sg_env *env, struct sg_view value)
{
	size_t i = 0;

	while (i < value.len && value.ptr[i] >= '0' && value.ptr[i] <= '9')
		i++;
	if (i == value.len && i > 0 && i < 19)
		return 0;
	return sg_err_set(env, SIGN_E_ARG,
	    N_("slot-id in the URI is no number (RFC 7512, 2.3)"));
}

/* One "name=value"; in the query only PINs are of interest here: unknown
 * attributes there are ignored (RFC 7512, 2.4). */
static int
uri_check_part(
    struct sg_env *env, struct sg_view part, int query, unsigned *seen)
{
	const unsigned char *sign = NULL;
	struct sg_view name = part;
	int ret;

	if (part.len != 0)
		sign = memchr(part.ptr, '=', part.len);
	if (sign != NULL)
		name.len = (size_t)(sign - part.ptr);
	ret = uri_check_pin(env, name);
	if (ret < 0 || query || part.len == 0)
		return ret;
	ret = uri_check_path(env, name, seen);
	if (ret == 0 && sign != NULL && uri_is(name, "slot-id"))
		ret = uri_check_slot(
		    env, sg_view_of(sign + 1, part.len - name.len - 1));
	return ret;
}

static int
uri_check(struct sg_env *env, const char *text)
{
	unsigned seen = 0;
	int query = 0;
	size_t len;
	int ret;

	for (;;) {
		len = strcspn(text, query ? "&;" : ";?");
		ret = uri_check_part(env, sg_view_of(text, len), query, &seen);
		if (ret < 0)
			return ret;
		if (text[len] == '\0')
			return 0;
		if (text[len] == '?')
			query = 1;
		text += len + 1;
	}
}

int
sg_p11_uri_parse(struct sg_env *env, const char *text, P11KitUri **out)
{
	struct sg_buf copy = { 0 };
	P11KitUri *uri = NULL;
	int code, ret;

	if (strlen(text) > SG_MAX_URI)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("the URI is longer than %d octets"), SG_MAX_URI);
	text += URI_SCHEME_LEN;
	ret = uri_check(env, text);
	if (ret < 0)
		return ret;
	/* p11-kit wants the scheme in lower case */
	ret = sg_buf_printf(env, &copy, URI_SCHEME "%s", text);
	if (ret < 0)
		goto out;
	uri = p11_kit_uri_new();
	if (uri == NULL) {
		ret = sg_err_nomem(env);
		goto out;
	}
	code =
	    p11_kit_uri_parse((const char *)copy.ptr, P11_KIT_URI_FOR_ANY, uri);
	if (code != P11_KIT_URI_OK) {
		ret = sg_err_set(env, SIGN_E_ARG,
		    N_("the URI is malformed (RFC 7512, 2.3): %s"),
		    p11_kit_uri_message(code));
		goto out;
	}
	if (p11_kit_uri_any_unrecognized(uri)) {
		ret = sg_err_set(env, SIGN_E_KEY,
		    N_("the URI's type is unknown and matches nothing "
		       "(RFC 7512, 2.3)"));
		goto out;
	}
	*out = uri;
	uri = NULL;
	ret = 0;
out:
	p11_kit_uri_free(uri);
	sg_buf_free(&copy);
	return ret;
}

static int
uri_wants(P11KitUri *uri, CK_ATTRIBUTE_TYPE type, struct sg_view have)
{
	CK_ATTRIBUTE *attr = p11_kit_uri_get_attribute(uri, type);

	return attr == NULL ||
	    sg_view_equal(have, sg_view_of(attr->pValue, attr->ulValueLen));
}

int
sg_p11_uri_wants(P11KitUri *uri, struct sg_view id, struct sg_view label)
{
	return uri_wants(uri, CKA_ID, id) && uri_wants(uri, CKA_LABEL, label);
}

CK_OBJECT_CLASS
sg_p11_uri_class(P11KitUri *uri)
{
	CK_ATTRIBUTE *attr = p11_kit_uri_get_attribute(uri, CKA_CLASS);
	CK_OBJECT_CLASS cls = P11_CLASS_ANY;

	if (attr != NULL && attr->ulValueLen == sizeof(cls))
		memcpy(&cls, attr->pValue, sizeof(cls));
	return cls;
}

/* p11-kit copies the value. */
static int
uri_set(P11KitUri *uri, CK_ATTRIBUTE_TYPE type, void *ptr, size_t len)
{
	CK_ATTRIBUTE attr = { type, ptr, len };

	return p11_kit_uri_set_attribute(uri, &attr) == 0;
}

static int
uri_set_view(P11KitUri *uri, struct sg_pool *pool, CK_ATTRIBUTE_TYPE type,
    struct sg_view view)
{
	char *copy;

	if (view.len == 0)
		return 1;
	copy = sg_pool_strn(pool, (const char *)view.ptr, view.len);
	return copy != NULL && uri_set(uri, type, copy, view.len);
}

const char *
sg_p11_uri_make(struct sg_pool *pool, const CK_TOKEN_INFO *token,
    CK_OBJECT_CLASS cls, struct sg_view id, struct sg_view label)
{
	P11KitUriType type = P11_KIT_URI_FOR_TOKEN;
	P11KitUri *uri = p11_kit_uri_new();
	char *text = NULL;
	char *copy = NULL;

	if (uri == NULL)
		return NULL;
	*p11_kit_uri_get_token_info(uri) = *token;
	if (cls != 0) {
		type = P11_KIT_URI_FOR_OBJECT_ON_TOKEN;
		if (!uri_set(uri, CKA_CLASS, &cls, sizeof(cls)) ||
		    !uri_set_view(uri, pool, CKA_ID, id) ||
		    !uri_set_view(uri, pool, CKA_LABEL, label))
			goto out;
	}
	if (p11_kit_uri_format(uri, type, &text) == P11_KIT_URI_OK)
		copy = sg_pool_str(pool, text);
out:
	free(text);
	p11_kit_uri_free(uri);
	return copy;
}
