/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/state.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "libsign/json.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <string.h>

/* ---- the seal */

/*
 * HMAC-SHA-256 (RFC 2104) with the caller's key, else SHA-256 as a checksum
 * against accidents, of "podpis job state v1", a NUL, and the object in its
 * canonical form without "mac" and "checksum". So a database may put keys in
 * another order or white space between them.
 */
int
sg_state_mac(struct sg_env *env, const struct json_t *json, struct sg_view key,
    unsigned char out[SG_MAX_DIGEST])
{
	static const char label[] = "podpis job state v1"; /* and its NUL */
	struct sg_buf text = { NULL, 0, 0 };
	size_t len = 0;
	int rc;

	rc = sg_buf_append(env, &text, label, sizeof(label));
	if (rc == 0)
		rc = sg_json_canonical(env, json, &text);
	if (rc == 0 && key.ptr == NULL)
		rc = sg_hash_once(env, sg_digest_by_option("sha256"),
		    sg_buf_view(&text), out);
	else if (rc == 0 &&
	    EVP_Q_mac(env->lib, "HMAC", NULL, "SHA256", NULL, key.ptr, key.len,
		text.ptr, text.len, out, SG_MAX_DIGEST, &len) == NULL)
		rc = sg_err_ssl(env, SIGN_E_CRYPTO, "HMAC-SHA-256");
	sg_buf_free(&text);
	return rc;
}

static int
not_fit(struct sg_env *env, const char *what)
{
	return sg_err_set(env, SIGN_E_STATE, "%s", sg_tr(env, what));
}

static int
compare_seal(
    const struct sg_json_in *in, struct sg_view key, struct sg_view have)
{
	unsigned char mac[SG_MAX_DIGEST];
	int rc = sg_state_mac(in->env, in->at, key, mac);

	if (rc < 0)
		return rc;
	if (have.len == SG_STATE_MAC &&
	    CRYPTO_memcmp(mac, have.ptr, SG_STATE_MAC) == 0)
		return 0;
	if (key.ptr != NULL)
		return not_fit(in->env,
		    N_("the state was changed, or sealed with another key"));
	return not_fit(
	    in->env, N_("the state was changed: its checksum is another one"));
}

/* Takes the seal out of the object, whatever it is. */
static int
read_seal(const struct sg_json_in *in, const struct sg_state_seal *seal,
    struct sg_state *out)
{
	struct sg_view mac = { NULL, 0 }, checksum = { NULL, 0 };
	int rc;

	if ((rc = sg_json_read_octets(in, "mac", &mac)) < 0 ||
	    (rc = sg_json_read_octets(in, "checksum", &checksum)) < 0)
		return rc;
	sg_json_leave_out(in, "mac");
	sg_json_leave_out(in, "checksum");
	out->sealed = mac.ptr != NULL;
	if (!seal->check)
		return 0;
	if (seal->key.ptr != NULL && mac.ptr == NULL)
		return not_fit(
		    in->env, N_("the state is not sealed with a key"));
	if (seal->key.ptr == NULL && mac.ptr != NULL)
		return not_fit(in->env,
		    N_("the state is sealed with a key: want that key"));
	return compare_seal(
	    in, seal->key, seal->key.ptr != NULL ? mac : checksum);
}

/* ---- documents */

static int
read_digests(const struct sg_json_in *in, struct sg_doc_fact *doc)
{
	const struct sg_digest *rows;
	struct sg_digest_fact *fact;
	struct sg_view value;
	size_t i, count;
	int rc = 0;

	rows = sg_digest_rows(&count);
	for (i = 0; rc == 0 && i < count; i++) {
		value = sg_view_of(NULL, 0);
		if (rows[i].use != SG_USE_FULL)
			continue;
		rc = sg_json_read_octets(in, rows[i].option, &value);
		if (rc < 0 || value.ptr == NULL)
			continue;
		if (value.len != rows[i].size)
			return not_fit(in->env,
			    N_("the state has a digest of a wrong length"));
		fact = sg_pool_push(
		    in->pool, &doc->digests, &doc->digest_count, sizeof(*fact));
		if (fact == NULL)
			return sg_err_nomem(in->env);
		fact->digest = &rows[i];
		fact->value = value;
	}
	return rc;
}

static int
read_doc(const struct sg_json_in *item, void *payload)
{
	struct sg_state *out = payload;
	struct sg_doc_fact *doc = sg_pool_alloc(item->pool, sizeof(*doc));
	struct sg_source *source;
	struct sg_json_in digests;
	int64_t size = -1;
	int rc;

	source = sg_pool_push(
	    item->pool, &out->docs.list, &out->docs.count, sizeof(*source));
	if (doc == NULL || source == NULL)
		return sg_err_nomem(item->env);
	if (!sg_json_is_object(item->at))
		return not_fit(
		    item->env, N_("the state has a document that is none"));
	if ((rc = sg_json_read_text(item, "name", &doc->name)) < 0 ||
	    (rc = sg_json_read_int(item, "size", &size)) < 0 ||
	    (rc = sg_json_read_object(item, "digests", &digests)) < 0)
		return rc;
	if (digests.at != NULL)
		rc = read_digests(&digests, doc);
	if (rc == 0 &&
	    (doc->name == NULL || doc->name[0] == '\0' ||
		doc->digest_count == 0))
		rc = not_fit(item->env,
		    N_("the state has a document without name or digest"));
	doc->size = size >= 0 ? (uint64_t)size : SG_SIZE_UNKNOWN;
	source->name = doc->name;
	source->known = doc;
	return rc;
}

/* ---- the rest */

static int
read_cert(const struct sg_json_in *item, void *payload)
{
	struct sg_state *out = payload;
	struct sg_view *slot = sg_pool_push(
	    item->pool, &out->chain, &out->chain_count, sizeof(*slot));

	return slot != NULL ? sg_json_item_octets(item, slot)
			    : sg_err_nomem(item->env);
}

struct roles {
	const char **list;
	size_t count;
};

static int
read_role(const struct sg_json_in *item, void *payload)
{
	struct roles *roles = payload;

	return sg_json_item_text(item, &roles->list[roles->count++]);
}

static int
read_roles(const struct sg_json_in *in, struct sg_signed_props *p)
{
	struct roles roles = { NULL, 0 };
	int rc;

	roles.list = sg_pool_array(in->pool, SG_MAX_ROLES, sizeof(*roles.list));
	if (roles.list == NULL)
		return sg_err_nomem(in->env);
	rc = sg_json_read_list(in, "roles", SG_MAX_ROLES, read_role, &roles);
	p->roles = roles.list;
	p->role_count = roles.count;
	return rc;
}

static int
read_props(const struct sg_json_in *from, struct sg_signed_props *p)
{
	const char *digest = NULL;
	struct sg_json_in in;
	int rc = sg_json_read_object(from, "properties", &in);

	if (rc < 0 || in.at == NULL)
		return rc;
	if ((rc = read_roles(&in, p)) < 0 ||
	    (rc = sg_json_read_text(&in, "commitment", &p->commitment)) < 0 ||
	    (rc = sg_json_read_text(&in, "country", &p->country)) < 0 ||
	    (rc = sg_json_read_text(&in, "region", &p->region)) < 0 ||
	    (rc = sg_json_read_text(&in, "city", &p->city)) < 0 ||
	    (rc = sg_json_read_text(&in, "postal_code", &p->postal_code)) < 0 ||
	    (rc = sg_json_read_text(&in, "mime_type", &p->mime_type)) < 0 ||
	    (rc = sg_json_read_text(&in, "content_hint", &p->content_hint)) <
		0 ||
	    (rc = sg_json_read_text(&in, "policy_oid", &p->policy_oid)) < 0 ||
	    (rc = sg_json_read_text(&in, "policy_uri", &p->policy_uri)) < 0 ||
	    (rc = sg_json_read_text(&in, "policy_digest", &digest)) < 0 ||
	    (rc = sg_json_read_octets(&in, "policy_hash", &p->policy_hash)) < 0)
		return rc;
	if (p->policy_oid == NULL)
		return 0;
	p->policy_digest = digest != NULL ? sg_digest_by_option(digest) : NULL;
	if (p->policy_digest == NULL ||
	    p->policy_hash.len != p->policy_digest->size)
		return not_fit(in.env,
		    N_("the state has a signature policy without its digest"));
	return 0;
}

static int
read_settings(const struct sg_json_in *in, struct sg_state *out)
{
	int rc;

	if ((rc = sg_json_read_int(in, "minor", &out->minor)) < 0 ||
	    (rc = sg_json_read_text(in, "made_by", &out->made_by)) < 0 ||
	    (rc = sg_json_read_text(in, "kind", &out->kind)) < 0 ||
	    (rc = sg_json_read_text(in, "format", &out->format)) < 0 ||
	    (rc = sg_json_read_text(in, "asic_with", &out->asic_with)) < 0 ||
	    (rc = sg_json_read_octets(in, "container", &out->container)) < 0 ||
	    (rc = sg_json_read_text(in, "party", &out->party)) < 0 ||
	    (rc = sg_json_read_text(in, "packaging", &out->packaging)) < 0 ||
	    (rc = sg_json_read_text(in, "level", &out->level)) < 0 ||
	    (rc = sg_json_read_text(in, "digest", &out->digest)) < 0 ||
	    (rc = sg_json_read_bool(in, "pss", &out->pss)) < 0 ||
	    (rc = sg_json_read_bool(in, "pem", &out->pem)) < 0 ||
	    (rc = sg_json_read_bool(in, "parallel", &out->parallel)) < 0 ||
	    (rc = sg_json_read_text(in, "place_id", &out->place_id)) < 0 ||
	    (rc = sg_json_read_text(in, "place_xpath", &out->place_xpath)) <
		0 ||
	    (rc = sg_json_read_time(in, "signing_time", &out->signing_time)) <
		0 ||
	    (rc = sg_json_read_time(in, "deadline", &out->deadline)) < 0 ||
	    (rc = sg_json_read_text(in, "signer", &out->id)) < 0)
		return rc;
	return sg_json_read_text(in, "type", &out->type);
}

static int
read_made(const struct sg_json_in *in, struct sg_state *out)
{
	int rc;

	if ((rc = sg_json_read_list(
		 in, "documents", SG_MAX_STATE_DOCS, read_doc, out)) < 0 ||
	    (rc = sg_json_read_list(
		 in, "chain", SG_MAX_CERTS, read_cert, out)) < 0 ||
	    (rc = sg_json_read_octets(in, "certificate", &out->cert)) < 0 ||
	    (rc = sg_json_read_text(in, "control_code", &out->code)) < 0 ||
	    (rc = sg_json_read_octets(in, "octets", &out->octets)) < 0 ||
	    (rc = sg_json_read_octets(in, "message_digest", &out->message)) <
		0 ||
	    (rc = sg_json_read_text(in, "signature", &out->xml)) < 0 ||
	    (rc = sg_json_read_text(in, "manifest", &out->manifest)) < 0)
		return rc;
	return read_props(in, &out->props);
}

/* What no state is without. */
static int
is_whole(struct sg_env *env, const struct sg_state *state)
{
	int made = state->octets.len != 0;

	if (state->kind != NULL && state->format != NULL &&
	    state->packaging != NULL && state->docs.count != 0 &&
	    made == (state->cert.len != 0) &&
	    made == (state->message.len != 0) &&
	    made == (state->code != NULL) &&
	    (!made ||
		(state->digest != NULL && state->signing_time != SG_NO_TIME)))
		return 0;
	return not_fit(env, N_("the state lacks something that belongs to it"));
}

static int
read_object(const struct sg_json_in *in, const struct sg_state_seal *seal,
    struct sg_state *out)
{
	const char *schema = NULL;
	int rc = 0;

	if (sg_json_is_object(in->at))
		rc = sg_json_read_text(in, "schema", &schema);
	if (rc < 0)
		return rc;
	if (schema == NULL || strncmp(schema, "podpis-state/", 13) != 0)
		return not_fit(in->env, N_("this is no state of a job"));
	if (strcmp(schema, SG_STATE_SCHEMA) != 0)
		return sg_err_set(in->env, SIGN_E_STATE,
		    N_("the state is of another version: want %s, have %s"),
		    SG_STATE_SCHEMA, schema);
	if ((rc = read_seal(in, seal, out)) < 0 ||
	    (rc = read_settings(in, out)) < 0 || (rc = read_made(in, out)) < 0)
		return rc;
	return is_whole(in->env, out);
}

int
sg_state_read(struct sg_env *env, struct sg_view text,
    const struct sg_state_seal *seal, struct sg_state *out)
{
	struct sg_json_in in = { .env = env, .what = "state" };
	int rc;

	memset(out, 0, sizeof(*out));
	out->signing_time = SG_NO_TIME;
	out->deadline = SG_NO_TIME;
	if (text.len > SG_MAX_STATE)
		return sg_err_set(env, SIGN_E_STATE,
		    N_("a state of %zu octets, want at most %u"), text.len,
		    SG_MAX_STATE);
	out->pool = sg_pool_new();
	if (out->pool == NULL)
		return sg_err_nomem(env);
	in.pool = out->pool;
	rc = sg_json_parse(env, text, "state", &in.at);
	if (rc == 0)
		rc = read_object(&in, seal, out);
	sg_json_drop(in.at);
	return sg_state_refused(env, rc);
}

void
sg_state_clear(struct sg_state *state)
{
	sg_pool_free(state->pool);
	state->pool = NULL;
}

int
sg_state_refused(struct sg_env *env, int rc)
{
	if (rc >= 0 || rc == SIGN_E_NOMEM || rc == SIGN_E_MODULE ||
	    rc == SIGN_E_CRYPTO || rc == SIGN_E_INTERNAL)
		return rc;
	env->code = SIGN_E_STATE;
	return SIGN_E_STATE;
}

/* JSON that begins as we write it, or a database. */
int
sg_state_probe(struct sg_view head)
{
	static const char word[] = "\"podpis-state/";
	size_t i, len = sizeof(word) - 1;

	if (head.len == 0 || head.ptr[0] != '{')
		return 0;
	for (i = 0; i + len <= head.len; i++)
		if (memcmp(head.ptr + i, word, len) == 0)
			return 1;
	return 0;
}
