/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/json_read.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"

#include <jansson.h>
#include <openssl/evp.h>

#include <limits.h>
#include <string.h>

int
sg_json_parse(
    struct sg_env *env, struct sg_view text, const char *what, json_t **out)
{
	json_error_t error;
	json_t *json = json_loadb((const char *)text.ptr, text.len,
	    JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

	if (json == NULL && json_error_code(&error) == json_error_out_of_memory)
		return sg_err_nomem(env);
	if (json == NULL)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("%s: not JSON: %s in line %d"), what, error.text,
		    error.line);
	*out = json;
	return 0;
}

void
sg_json_drop(json_t *json)
{
	json_decref(json);
}

int
sg_json_is_object(const json_t *json)
{
	return json_is_object(json);
}

static int
bad_type(const struct sg_json_in *in, const char *key, const char *want)
{
	return sg_err_set(in->env, SIGN_E_FORMAT, N_("%s, \"%s\": want %s"),
	    in->what, key, want);
}

/* null counts as absent. */
static json_t *
member(const struct sg_json_in *in, const char *key)
{
	json_t *value = json_object_get(in->at, key);

	return json_is_null(value) ? NULL : value;
}

json_t *
sg_json_member(const struct sg_json_in *in, const char *key)
{
	return member(in, key);
}

void
sg_json_leave_out(const struct sg_json_in *in, const char *key)
{
	json_object_del(in->at, key);
}

int
sg_json_only(const struct sg_json_in *in, const char *const *keys)
{
	const char *const *known;
	const char *key;
	json_t *value;

	if (!json_is_object(in->at))
		return sg_err_set(
		    in->env, SIGN_E_FORMAT, N_("%s: want an object"), in->what);
	json_object_foreach(in->at, key, value)
	{
		for (known = keys; *known != NULL; known++)
			if (strcmp(*known, key) == 0)
				break;
		if (*known == NULL)
			return sg_err_set(in->env, SIGN_E_FORMAT,
			    N_("%s: unknown key \"%s\""), in->what, key);
	}
	return 0;
}

static int
text_of(const struct sg_json_in *in, const char *key, const json_t *value,
    const char **out)
{
	const char *text = json_string_value(value);

	if (text == NULL)
		return bad_type(in, key, "text");
	*out = sg_pool_str(in->pool, text);
	return *out != NULL ? 0 : sg_err_nomem(in->env);
}

int
sg_json_read_text(
    const struct sg_json_in *in, const char *key, const char **out)
{
	const json_t *value = member(in, key);

	return value != NULL ? text_of(in, key, value, out) : 0;
}

int
sg_json_read_int(const struct sg_json_in *in, const char *key, int64_t *out)
{
	const json_t *value = member(in, key);

	if (value == NULL)
		return 0;
	if (!json_is_integer(value))
		return bad_type(in, key, "a whole number");
	*out = json_integer_value(value);
	return 0;
}

int
sg_json_read_bool(const struct sg_json_in *in, const char *key, int *out)
{
	const json_t *value = member(in, key);

	if (value == NULL)
		return 0;
	if (!json_is_boolean(value))
		return bad_type(in, key, "true or false");
	*out = json_is_true(value);
	return 0;
}

int
sg_json_read_time(const struct sg_json_in *in, const char *key, int64_t *out)
{
	const char *text = NULL;
	int ret = sg_json_read_text(in, key, &text);

	if (ret < 0 || text == NULL)
		return ret;
	if (strcmp(text, "now") == 0 || sg_time_parse(in->env, text, out) < 0)
		return bad_type(in, key, "a time such as 2026-11-21T10:00:00Z");
	return 0;
}

/* RFC 4648, 3.5: the last bits, which mean nothing, are zero, so that octets
 * have one text. */
static int
has_stray_bits(const char *text, size_t len, size_t pad)
{
	static const char last[] = "AQgw";
	static const char last_two[] = "AEIMQUYcgkosw048";

	if (pad == 0)
		return 0;
	return strchr(pad == 2 ? last : last_two, text[len - 1 - pad]) == NULL;
}

/* base64 (RFC 4648, 4) of full length, with its padding. */
static int
octets_of(const struct sg_json_in *in, const char *key, const json_t *value,
    struct sg_view *out)
{
	const char *text = json_string_value(value);
	size_t len = json_string_length(value);
	size_t room = len / 4 * 3, pad;
	unsigned char *octets;

	if (text == NULL || len % 4 != 0 || len > INT_MAX ||
	    strpbrk(text, " \t\r\n") != NULL)
		return bad_type(in, key, "base64");
	octets = sg_pool_alloc(in->pool, room + 1);
	if (octets == NULL)
		return sg_err_nomem(in->env);
	if (len != 0 &&
	    EVP_DecodeBlock(octets, (const unsigned char *)text, (int)len) !=
		(int)room)
		return bad_type(in, key, "base64");
	pad = len != 0 && text[len - 1] == '=';
	pad += len != 0 && text[len - 2] == '=';
	if (has_stray_bits(text, len, pad))
		return bad_type(in, key, "base64");
	*out = sg_view_of(octets, room - pad);
	return 0;
}

int
sg_json_read_octets(
    const struct sg_json_in *in, const char *key, struct sg_view *out)
{
	const json_t *value = member(in, key);

	return value != NULL ? octets_of(in, key, value, out) : 0;
}

int
sg_json_item_octets(const struct sg_json_in *item, struct sg_view *out)
{
	return octets_of(item, "[]", item->at, out);
}

int
sg_json_item_text(const struct sg_json_in *item, const char **out)
{
	return text_of(item, "[]", item->at, out);
}

int
sg_json_read_object(
    const struct sg_json_in *in, const char *key, struct sg_json_in *out)
{
	*out = *in;
	out->what = key;
	out->at = member(in, key);
	if (out->at != NULL && !json_is_object(out->at))
		return bad_type(in, key, "an object");
	return 0;
}

int
sg_json_read_list(const struct sg_json_in *in, const char *key, size_t max,
    sg_json_item_fn *fn, void *payload)
{
	struct sg_json_in item = *in;
	json_t *list = member(in, key);
	size_t i;
	int ret = 0;

	if (list == NULL)
		return 0;
	if (!json_is_array(list))
		return bad_type(in, key, "a list");
	if (json_array_size(list) > max)
		return sg_err_set(in->env, SIGN_E_LIMIT,
		    N_("%s, \"%s\": more than %zu"), in->what, key, max);
	item.what = key;
	for (i = 0; i < json_array_size(list) && ret == 0; i++) {
		item.at = json_array_get(list, i);
		ret = fn(&item, payload);
	}
	return ret;
}

int
sg_json_read_pairs(const struct sg_json_in *in, const char *key,
    sg_json_pair_fn *fn, void *payload)
{
	struct sg_json_in below;
	const char *name, *text;
	json_t *value;
	int ret = sg_json_read_object(in, key, &below);

	if (ret < 0 || below.at == NULL)
		return ret;
	json_object_foreach(below.at, name, value)
	{
		text = json_string_value(value);
		if (text == NULL && !json_is_null(value))
			return bad_type(&below, name, "text or null");
		ret = fn(name, text, payload);
		if (ret != 0)
			return ret;
	}
	return 0;
}
