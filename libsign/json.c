/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/json.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "libsign/escape.h"

#include <jansson.h>
#include <openssl/evp.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct sg_json
sg_json_object(void)
{
	struct sg_json json = { json_object(), NULL, 0 };

	json.failed = json.object == NULL;
	return json;
}

void
sg_json_free(struct sg_json *json)
{
	json_decref(json->object);
	json->object = NULL;
}

json_t *
sg_json_done(struct sg_json *json)
{
	if (!json->failed)
		return json->object;
	sg_json_free(json);
	return NULL;
}

void
sg_json_put(struct sg_json *json, const char *key, json_t *value)
{
	if (value == NULL || json_object_set_new(json->object, key, value) != 0)
		json->failed = 1;
}

/* Each octet that is no UTF-8 becomes U+FFFD (three octets). */
static json_t *
text_repaired(const char *text)
{
	char *fixed = malloc(strlen(text) * 3 + 1);
	size_t octets, at = 0;
	json_t *value;

	if (fixed == NULL)
		return NULL;
	for (; *text != '\0'; text += octets) {
		if (sg_utf8_next(text, &octets) != 0) {
			memcpy(fixed + at, text, octets);
			at += octets;
			continue;
		}
		memcpy(fixed + at, "\xEF\xBF\xBD", 3);
		at += 3;
	}
	value = json_stringn_nocheck(fixed, at);
	free(fixed);
	return value;
}

static json_t *
text_value(const char *text)
{
	json_t *value;

	if (text == NULL)
		return json_null();
	value = json_string(text);
	return value != NULL ? value : text_repaired(text);
}

void
sg_json_text(struct sg_json *json, const char *key, const char *text)
{
	sg_json_put(json, key, text_value(text));
}

void
sg_json_time(struct sg_json *json, const char *key, int64_t time)
{
	char text[SG_TIME_TEXT];

	sg_json_text(
	    json, key, time != SG_NO_TIME ? sg_time_format(time, text) : NULL);
}

void
sg_json_tri(struct sg_json *json, const char *key, enum sg_tri value)
{
	sg_json_put(json, key,
	    value == SG_NULL ? json_null() : json_boolean(value == SG_TRUE));
}

void
sg_json_bool(struct sg_json *json, const char *key, int value)
{
	sg_json_put(json, key, json_boolean(value));
}

static json_t *
octets_value(struct sg_view octets)
{
	unsigned char *text;
	json_t *value = NULL;
	int len;

	if (octets.len > INT_MAX / 2)
		return NULL;
	text = malloc(octets.len / 3 * 4 + 5);
	if (text == NULL)
		return NULL;
	len = EVP_EncodeBlock(text, octets.ptr, (int)octets.len);
	if (len >= 0)
		value = json_stringn_nocheck((char *)text, (size_t)len);
	free(text);
	return value;
}

void
sg_json_octets(struct sg_json *json, const char *key, struct sg_view octets)
{
	sg_json_put(json, key, octets_value(octets));
}

void
sg_json_push_octets(struct sg_json *json, struct sg_view octets)
{
	sg_json_push(json, octets_value(octets));
}

void
sg_json_int(struct sg_json *json, const char *key, int64_t value)
{
	sg_json_put(json, key, json_integer((json_int_t)value));
}

void
sg_json_list(struct sg_json *json, const char *key)
{
	json->list = json_array();
	sg_json_put(json, key, json->list);
}

void
sg_json_push(struct sg_json *json, json_t *value)
{
	if (value == NULL || json_array_append_new(json->list, value) != 0)
		json->failed = 1;
}

void
sg_json_push_text(struct sg_json *json, const char *text)
{
	sg_json_push(json, text_value(text));
}

void
sg_json_texts(struct sg_json *json, const char *key, const char *const *texts,
    size_t count)
{
	size_t i;

	sg_json_list(json, key);
	for (i = 0; i < count; i++)
		sg_json_push_text(json, texts[i]);
}

int
sg_json_write(
    struct sg_env *env, struct sg_json *json, sign_write_fn *fn, void *payload)
{
	json_t *object = sg_json_done(json);
	char *text;
	int ret;

	if (object == NULL)
		return env != NULL ? sg_err_nomem(env) : SIGN_E_NOMEM;
	/* in one piece: a callback would get each comma */
	text = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	json->object = NULL;
	if (text == NULL)
		return env != NULL ? sg_err_nomem(env) : SIGN_E_NOMEM;
	ret = fn(text, strlen(text), payload);
	if (ret == 0)
		ret = fn("\n", 1, payload);
	free(text);
	if (ret == 0)
		return 0;
	if (env == NULL)
		return SIGN_E_IO;
	return sg_err_set(env, SIGN_E_IO, N_("the report cannot be written"));
}

int
sg_json_canonical(struct sg_env *env, const json_t *json, struct sg_buf *out)
{
	char *text =
	    json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
	int ret;

	if (text == NULL)
		return sg_err_nomem(env);
	ret = sg_buf_append(env, out, text, strlen(text));
	free(text);
	return ret;
}
