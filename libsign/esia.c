/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "sign/esia.h"

#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "libsign/job.h"
#include "libsign/json.h"
#include "libsign/key.h"
#include "libsign/plain.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <stdio.h>
#include <string.h>

#define STAMP_LEN 25 /* "2026.11.21 10:00:00 +0000" */
#define UUID_LEN 36

/* One secret in the making. */
struct esia {
	struct sign_ctx *ctx;
	struct sg_env *env;
	struct sign_key *key;
	struct sign_esia_options set;
	char stamp[SG_TIME_TEXT], uuid[UUID_LEN + 1];
	char hash[2 * SG_MAX_DIGEST + 1];
	struct sg_buf data; /* what is signed; may hold an authorisation code */
	struct sg_buf value, text, json;
};

/* ---- what is signed */

/* A control character among the fields is somebody's mistake, most often the
 * end of a line, and the service would find the signature wrong. */
static int
check_text(struct sg_env *env, const char *name, const char *text)
{
	size_t len = text != NULL ? strlen(text) : 1;
	size_t i;

	if (len == 0 || len > SG_MAX_ESIA_DATA)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("%s: want 1 to %d octets, have %zu"), name,
		    SG_MAX_ESIA_DATA, len);
	for (i = 0; text != NULL && i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return sg_err_set(env, SIGN_E_ARG,
			    N_("%s: there is a control character in it, such "
			       "as the end of a line"),
			    name);
	return 0;
}

/* "2026.11.21 10:00:00 +0000" is RFC 3339 in other clothes. */
static int
check_stamp(struct sg_env *env, const char *text)
{
	static const char want[] = "dddd.dd.dd dd:dd:dd sdddd";
	char other[STAMP_LEN + 2];
	int64_t time;
	size_t i;
	int fits = strlen(text) == STAMP_LEN;

	for (i = 0; fits && i < STAMP_LEN; i++)
		if (want[i] == 'd')
			fits = text[i] >= '0' && text[i] <= '9';
		else if (want[i] == 's')
			fits = text[i] == '+' || text[i] == '-';
		else
			fits = text[i] == want[i];
	if (fits) {
		snprintf(other, sizeof(other), "%.4s-%.2s-%.2sT%.8s%.3s:%.2s",
		    text, text + 5, text + 8, text + 11, text + 20, text + 23);
		fits = sg_time_parse(env, other, &time) == 0;
	}
	if (fits)
		return 0;
	return sg_err_set(env, SIGN_E_ARG,
	    N_("timestamp: want one like \"2026.11.21 10:00:00 +0000\", have "
	       "\"%s\""),
	    text);
}

static int
make_stamp(struct esia *esia)
{
	char now[SG_TIME_TEXT];

	sg_time_format(sg_env_now(esia->env), now);
	if (strlen(now) != 20)
		return sg_err_set(
		    esia->env, SIGN_E_ARG, N_("the clock tells no time"));
	snprintf(esia->stamp, sizeof(esia->stamp), "%.4s.%.2s.%.2s %.8s +0000",
	    now, now + 5, now + 8, now + 11);
	esia->set.timestamp = esia->stamp;
	return 0;
}

/* A random UUID (RFC 9562, 5.4). */
static int
make_state(struct esia *esia)
{
	unsigned char octets[16];
	size_t i, at = 0;

	if (RAND_bytes_ex(esia->env->lib, octets, sizeof(octets), 0) != 1)
		return sg_err_ssl(
		    esia->env, SIGN_E_CRYPTO, N_("no random numbers"));
	octets[6] = (unsigned char)((octets[6] & 0x0f) | 0x40);
	octets[8] = (unsigned char)((octets[8] & 0x3f) | 0x80);
	for (i = 0; i < sizeof(octets); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			esia->uuid[at++] = '-';
		at += (size_t)snprintf(esia->uuid + at, sizeof(esia->uuid) - at,
		    "%02x", octets[i]);
	}
	esia->set.state = esia->uuid;
	return 0;
}

static int
take_fields(struct esia *esia)
{
	const struct sign_esia_options *set = &esia->set;
	struct sg_env *env = esia->env;
	int rc = 0;

	if (set->client_id == NULL || set->redirect_uri == NULL ||
	    (set->scope == NULL && set->scope_org == NULL))
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a client_secret wants client_id, redirect_uri, and "
		       "scope or scope_org"));
	if (set->timestamp == NULL)
		rc = make_stamp(esia);
	else
		rc = check_stamp(env, set->timestamp);
	if (rc == 0 && set->state == NULL)
		rc = make_state(esia);
	return rc;
}

static int
append(struct esia *esia, const char *name, const char *text)
{
	int rc = check_text(esia->env, name, text);

	if (rc == 0 && text != NULL)
		rc = sg_buf_append(esia->env, &esia->data, text, strlen(text));
	return rc;
}

/* The order is that of v2/ac and v3/te. */
static int
make_data(struct esia *esia)
{
	struct sign_esia_options *set = &esia->set;
	int rc;

	if ((set->api_key != NULL) + (set->data != NULL) +
		(set->client_id != NULL) >
	    1)
		return sg_err_set(esia->env, SIGN_E_ARG,
		    N_("an API key, a ready string, or fields: it can only be "
		       "one"));
	if (set->api_key != NULL) {
		set->form = SIGN_ESIA_PKCS7;
		return append(esia, "api_key", set->api_key);
	}
	if (set->data != NULL)
		return append(esia, "data", set->data);
	if ((rc = take_fields(esia)) < 0 ||
	    (rc = append(esia, "client_id", set->client_id)) < 0 ||
	    (rc = append(esia, "scope", set->scope)) < 0 ||
	    (rc = append(esia, "scope_org", set->scope_org)) < 0 ||
	    (rc = append(esia, "timestamp", set->timestamp)) < 0 ||
	    (rc = append(esia, "state", set->state)) < 0 ||
	    (rc = append(esia, "redirect_uri", set->redirect_uri)) < 0)
		return rc;
	return append(esia, "code", set->code);
}

/* ---- the signature */

/* The service looks a system up by its GOST certificate. */
static int
check_key(struct esia *esia)
{
	const struct sg_key_info *info;
	int rc = sg_cert_key_info(esia->env, esia->key->cert, &info);

	if (rc < 0 || info->type == SG_KEY_GOST256 ||
	    info->type == SG_KEY_GOST512)
		return rc;
	return sg_err_set(esia->env, SIGN_E_KEY,
	    N_("the identity service wants a GOST R 34.10-2012 key, have %s"),
	    info->text);
}

static int
sign_raw(struct esia *esia)
{
	struct sg_env *env = esia->env;
	unsigned char digest[SG_MAX_DIGEST];
	struct sign_job *job = NULL;
	struct sg_signer *signer;
	struct sg_view hash;
	int rc = sg_plain_new(esia->ctx, esia->key, &job);

	if (rc < 0)
		return rc;
	signer = &job->signer;
	hash = sg_view_of(digest, signer->digest->size);
	rc =
	    sg_hash_once(env, signer->digest, sg_buf_view(&esia->data), digest);
	if (rc == 0)
		rc = sg_key_sign(esia->key, signer->scheme, &signer->pss, hash,
		    &esia->value);
	if (rc == 0)
		rc = sg_verify_value(env, signer->scheme, &signer->pss,
		    job->key, hash, sg_buf_view(&esia->value), SG_VALUE_CMS);
	sign_job_free(job);
	if (rc == 0)
		return sg_err_set(env, SIGN_E_VALUE,
		    N_("the signature value does not verify with the "
		       "certificate's key"));
	return rc < 0 ? rc : 0;
}

static int
sign_pkcs7(struct esia *esia)
{
	struct sg_in *in = NULL;
	int rc = sg_in_memory(
	    esia->env, "client_secret", sg_buf_view(&esia->data), &in);

	if (rc == 0)
		rc = sg_plain_sign(esia->ctx, esia->key, in, &esia->value);
	return rc;
}

/* ---- what is handed out */

/* RFC 4648, 5, with padding. */
static int
make_text(struct esia *esia)
{
	size_t len = esia->value.len, i;
	unsigned char *to;

	if (len > SG_MAX_CERT_FILE)
		return sg_err_set(
		    esia->env, SIGN_E_LIMIT, N_("the signature is too large"));
	to = sg_buf_reserve(esia->env, &esia->text, (len + 2) / 3 * 4 + 1);
	if (to == NULL)
		return SIGN_E_NOMEM;
	EVP_EncodeBlock(to, esia->value.ptr, (int)len);
	for (i = 0; to[i] != '\0'; i++)
		if (to[i] == '+')
			to[i] = '-';
		else if (to[i] == '/')
			to[i] = '_';
	return 0;
}

/* Over the DER certificate: of its PEM file the service wants to know
 * nothing. */
static int
make_hash(struct esia *esia)
{
	const struct sg_digest *row = sg_digest_by_option("streebog256");
	unsigned char digest[SG_MAX_DIGEST];
	size_t i;
	int rc;

	rc = sg_hash_once(esia->env, row, sg_cert_der(esia->key->cert), digest);
	for (i = 0; rc == 0 && i < row->size; i++)
		snprintf(esia->hash + 2 * i, 3, "%02X", digest[i]);
	return rc;
}

static int
json_take(const char *text, size_t len, void *payload)
{
	struct esia *esia = payload;

	return sg_buf_append(esia->env, &esia->json, text, len);
}

static int
make_json(struct esia *esia)
{
	const struct sign_esia_options *set = &esia->set;
	int fields = set->client_id != NULL;
	struct sg_json json = sg_json_object();
	int rc;

	sg_json_text(&json, "schema", "podpis-esia/1");
	sg_json_text(
	    &json, "form", set->form == SIGN_ESIA_RAW ? "raw" : "pkcs7");
	sg_json_text(&json,
	    set->api_key != NULL ? "signature" : "client_secret",
	    (const char *)esia->text.ptr);
	sg_json_text(&json, "client_certificate_hash", esia->hash);
	sg_json_text(&json, "client_id", fields ? set->client_id : NULL);
	sg_json_text(&json, "scope", fields ? set->scope : NULL);
	sg_json_text(&json, "scope_org", fields ? set->scope_org : NULL);
	sg_json_text(&json, "timestamp", fields ? set->timestamp : NULL);
	sg_json_text(&json, "state", fields ? set->state : NULL);
	sg_json_text(&json, "redirect_uri", fields ? set->redirect_uri : NULL);
	rc = sg_json_write(esia->env, &json, json_take, esia);
	if (rc == 0)
		rc = sg_buf_append(esia->env, &esia->json, "", 1);
	return rc;
}

static int
make_all(struct esia *esia)
{
	int rc;

	if ((rc = check_key(esia)) < 0 || (rc = make_data(esia)) < 0)
		return rc;
	rc =
	    esia->set.form == SIGN_ESIA_RAW ? sign_raw(esia) : sign_pkcs7(esia);
	if (rc < 0 || (rc = make_text(esia)) < 0 || (rc = make_hash(esia)) < 0)
		return rc;
	return make_json(esia);
}

int
sign_esia_secret(struct sign_ctx *ctx, const struct sign_esia_options *options,
    struct sign_key *key, sign_esia_fn *fn, void *payload)
{
	struct sign_esia_values values = { .size = sizeof(values) };
	struct esia esia = { .ctx = ctx, .env = &ctx->env, .key = key };
	int rc;

	sg_err_clear(&ctx->env);
	rc = sg_options_take(&ctx->env, options, &esia.set, sizeof(esia.set));
	if (rc == 0 && esia.set.form > SIGN_ESIA_PKCS7)
		rc = sg_err_set(&ctx->env, SIGN_E_ARG,
		    N_("the options' size or form is not set"));
	if (rc < 0)
		return rc;
	rc = make_all(&esia);
	if (rc == 0) {
		values.secret = (const char *)esia.text.ptr;
		values.certificate_hash = esia.hash;
		if (esia.set.client_id != NULL) {
			values.timestamp = esia.set.timestamp;
			values.state = esia.set.state;
		}
		values.json = (const char *)esia.json.ptr;
		rc = fn(&values, payload);
	}
	sg_buf_wipe(&esia.data);
	sg_buf_wipe(&esia.value);
	sg_buf_wipe(&esia.text);
	sg_buf_wipe(&esia.json);
	return rc;
}
