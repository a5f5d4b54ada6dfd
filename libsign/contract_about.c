/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/buf.h"
#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "libsign/json.h"
#include "libsign/json_read.h"
#include "libsign/signed.h"

#include <stdlib.h>
#include <string.h>

/* The description of a contract: podpis-contract(5). */
#define SCHEMA "podpis-contract/1"

/* ---- what holds for one that is read and one that is made */

static int
check_roles(struct sg_env *env, int code, const struct sg_contract *c)
{
	size_t i, k;

	for (i = 0; i < c->party_count; i++)
		for (k = 0; k < i; k++)
			if (strcmp(c->parties[i].role, c->parties[k].role) == 0)
				return sg_err_set(env, code,
				    N_("two parties with the role \"%s\""),
				    c->parties[i].role);
	return 0;
}

static int
check_docs(struct sg_env *env, int code, const struct sg_contract *c)
{
	const char *name;
	size_t i, k;
	int rc = 0;

	for (i = 0; rc == 0 && i < c->doc_count; i++) {
		name = c->docs[i].name;
		rc = sg_contract_text_check(env, code, "documents", name);
		if (rc == 0 && strcmp(name, SG_CONTRACT_NAME) == 0)
			rc = sg_err_set(env, code,
			    N_("a document cannot be named %s: that is the "
			       "description of the contract"),
			    name);
		for (k = 0; rc == 0 && k < i; k++)
			if (strcmp(name, c->docs[k].name) == 0)
				rc = sg_err_set(env, code,
				    N_("two documents with the name \"%s\""),
				    name);
	}
	return rc;
}

int
sg_contract_check(struct sg_env *env, int code, const struct sg_contract *c)
{
	size_t i;
	int rc;

	if (c->kind == NULL || sg_contract_kind_find(c->kind) == NULL)
		return sg_err_set(env, code,
		    N_("kind of contract \"%s\": want lease, car-sale, "
		       "telecom or other"),
		    c->kind != NULL ? c->kind : "");
	if (c->title == NULL)
		return sg_err_set(env, code, N_("a contract without a title"));
	if (c->party_count == 0 || c->doc_count == 0)
		return sg_err_set(env, code,
		    N_("a contract wants a party and a document, have %zu "
		       "and %zu"),
		    c->party_count, c->doc_count);
	rc = sg_contract_text_check(env, code, "title", c->title);
	for (i = 0; rc == 0 && i < c->party_count; i++)
		rc = sg_party_check(env, code, &c->parties[i]);
	if (rc == 0)
		rc = check_roles(env, code, c);
	return rc == 0 ? check_docs(env, code, c) : rc;
}

/* ---- reading */

struct reading {
	struct sg_env *env;
	struct sg_pool *pool;
	struct sg_contract *to;
};

/* No text can be empty, and null stands for no text. */
static int
read_party(const struct sg_json_in *item, void *payload)
{
	static const char *const keys[] = { "role", "name", "pattern", "inn",
		"snils", "ogrn", "ogrnip", NULL };
	struct reading *r = payload;
	struct sg_party *party;
	int rc = sg_json_only(item, keys);

	if (rc < 0)
		return rc;
	party = sg_pool_push(
	    r->pool, &r->to->parties, &r->to->party_count, sizeof(*party));
	if (party == NULL)
		return sg_err_nomem(r->env);
	if ((rc = sg_json_read_text(item, "role", &party->role)) < 0 ||
	    (rc = sg_json_read_text(item, "name", &party->name)) < 0 ||
	    (rc = sg_json_read_text(item, "pattern", &party->pattern)) < 0 ||
	    (rc = sg_json_read_text(item, "inn", &party->inn)) < 0 ||
	    (rc = sg_json_read_text(item, "snils", &party->snils)) < 0 ||
	    (rc = sg_json_read_text(item, "ogrn", &party->ogrn)) < 0)
		return rc;
	return sg_json_read_text(item, "ogrnip", &party->ogrnip);
}

/* Small hexadecimal digits alone, so that there is one way to write it. */
static int
read_digest(struct reading *r, const char *text, struct sg_contract_doc *doc)
{
	static const char digits[] = "0123456789abcdef";
	size_t size = doc->digest->size, i;
	unsigned char *octets = sg_pool_alloc(r->pool, size);
	const char *high, *low;

	if (octets == NULL)
		return sg_err_nomem(r->env);
	if (strlen(text) != 2 * size || strspn(text, digits) != 2 * size)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("digest of \"%s\": want %zu small hexadecimal digits"),
		    doc->name, 2 * size);
	for (i = 0; i < size; i++) {
		high = strchr(digits, text[2 * i]);
		low = strchr(digits, text[2 * i + 1]);
		octets[i] =
		    (unsigned char)((high - digits) << 4 | (low - digits));
	}
	doc->value = sg_view_of(octets, size);
	return 0;
}

static int
read_doc_digest(struct reading *r, const char *algorithm, const char *digest,
    struct sg_contract_doc *doc)
{
	doc->digest = algorithm != NULL ? sg_digest_by_option(algorithm) : NULL;
	if (doc->digest == NULL || doc->digest->use != SG_USE_FULL)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("document \"%s\": digest algorithm \"%s\" is unknown "
		       "or too weak"),
		    doc->name, algorithm != NULL ? algorithm : "");
	return read_digest(r, digest != NULL ? digest : "", doc);
}

static int
read_doc(const struct sg_json_in *item, void *payload)
{
	static const char *const keys[] = { "name", "size", "digest_algorithm",
		"digest", NULL };
	const char *algorithm = NULL, *digest = NULL;
	struct reading *r = payload;
	struct sg_contract_doc *doc;
	int64_t size = -1;
	int rc = sg_json_only(item, keys);

	if (rc < 0)
		return rc;
	doc = sg_pool_push(
	    r->pool, &r->to->docs, &r->to->doc_count, sizeof(*doc));
	if (doc == NULL)
		return sg_err_nomem(r->env);
	if ((rc = sg_json_read_text(item, "name", &doc->name)) < 0 ||
	    (rc = sg_json_read_int(item, "size", &size)) < 0 ||
	    (rc = sg_json_read_text(item, "digest_algorithm", &algorithm)) <
		0 ||
	    (rc = sg_json_read_text(item, "digest", &digest)) < 0)
		return rc;
	if (doc->name == NULL || size < 0)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("a document of the contract without name or size"));
	doc->size = (uint64_t)size;
	return read_doc_digest(r, algorithm, digest, doc);
}

static int
read_schema(const struct sg_json_in *in)
{
	const char *schema = NULL;
	int rc = sg_json_read_text(in, "schema", &schema);

	if (rc < 0)
		return rc;
	if (schema == NULL || strcmp(schema, SCHEMA) != 0)
		return sg_err_set(in->env, SIGN_E_FORMAT,
		    N_("%s: want schema %s, have \"%s\""), in->what, SCHEMA,
		    schema != NULL ? schema : "");
	return 0;
}

static int
read_contract(const struct sg_json_in *in, struct sg_contract *out)
{
	static const char *const keys[] = { "schema", "kind", "title",
		"created", "deadline", "ordered", "parties", "documents",
		NULL };
	struct reading r = { in->env, in->pool, out };
	int rc;

	if ((rc = sg_json_only(in, keys)) < 0 || (rc = read_schema(in)) < 0 ||
	    (rc = sg_json_read_text(in, "kind", &out->kind)) < 0 ||
	    (rc = sg_json_read_text(in, "title", &out->title)) < 0 ||
	    (rc = sg_json_read_time(in, "created", &out->created)) < 0 ||
	    (rc = sg_json_read_time(in, "deadline", &out->deadline)) < 0 ||
	    (rc = sg_json_read_bool(in, "ordered", &out->ordered)) < 0 ||
	    (rc = sg_json_read_list(
		 in, "parties", SG_MAX_PARTIES, read_party, &r)) < 0 ||
	    (rc = sg_json_read_list(
		 in, "documents", SG_MAX_CONTRACT_DOCS, read_doc, &r)) < 0)
		return rc;
	return sg_contract_check(in->env, SIGN_E_FORMAT, out);
}

int
sg_contract_parse(struct sg_env *env, struct sg_pool *pool, struct sg_view text,
    struct sg_contract *out)
{
	struct sg_contract made = { .created = SG_NO_TIME,
		.deadline = SG_NO_TIME };
	struct sg_json_in in = { env, pool, NULL, SG_CONTRACT_NAME };
	int rc;

	if (text.len > SG_MAX_CONTRACT)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("%s: more than %d octets"), SG_CONTRACT_NAME,
		    SG_MAX_CONTRACT);
	made.about_name = SG_CONTRACT_NAME;
	rc = sg_pool_copy(env, pool, text, &made.about);
	if (rc == 0)
		rc = sg_json_parse(env, text, SG_CONTRACT_NAME, &in.at);
	if (rc == 0)
		rc = read_contract(&in, &made);
	if (rc == 0)
		*out = made;
	sg_json_drop(in.at);
	return rc;
}

/* ---- writing */

/* A key that says nothing is left out. */
static void
put_text(struct sg_json *json, const char *key, const char *text)
{
	if (text != NULL)
		sg_json_text(json, key, text);
}

static struct json_t *
json_party(const struct sg_party *party)
{
	struct sg_json row = sg_json_object();

	sg_json_text(&row, "role", party->role);
	put_text(&row, "name", party->name);
	put_text(&row, "pattern", party->pattern);
	put_text(&row, "inn", party->inn);
	put_text(&row, "snils", party->snils);
	put_text(&row, "ogrn", party->ogrn);
	put_text(&row, "ogrnip", party->ogrnip);
	return sg_json_done(&row);
}

void
sg_contract_hex(struct sg_view octets, char *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < octets.len && i < SG_MAX_DIGEST; i++) {
		*out++ = digits[octets.ptr[i] >> 4];
		*out++ = digits[octets.ptr[i] & 15];
	}
	*out = '\0';
}

static struct json_t *
json_doc(const struct sg_contract_doc *doc)
{
	struct sg_json row = sg_json_object();
	char digest[SG_CONTRACT_HEX];

	sg_json_text(&row, "name", doc->name);
	sg_json_int(&row, "size", (int64_t)doc->size);
	if (doc->digest != NULL) {
		sg_contract_hex(doc->value, digest);
		sg_json_text(&row, "digest_algorithm", doc->digest->option);
		sg_json_text(&row, "digest", digest);
	}
	return sg_json_done(&row);
}

struct filling {
	struct sg_env *env;
	struct sg_buf *to;
};

static int
fill(const char *text, size_t len, void *payload)
{
	struct filling *to = payload;

	return sg_buf_append(to->env, to->to, text, len);
}

int
sg_contract_write(
    struct sg_env *env, const struct sg_contract *c, struct sg_buf *out)
{
	struct sg_json top = sg_json_object();
	struct filling to = { env, out };
	size_t i;

	sg_json_text(&top, "schema", SCHEMA);
	sg_json_text(&top, "kind", c->kind);
	sg_json_text(&top, "title", c->title);
	if (c->created != SG_NO_TIME)
		sg_json_time(&top, "created", c->created);
	if (c->deadline != SG_NO_TIME)
		sg_json_time(&top, "deadline", c->deadline);
	sg_json_bool(&top, "ordered", c->ordered);
	sg_json_list(&top, "parties");
	for (i = 0; i < c->party_count; i++)
		sg_json_push(&top, json_party(&c->parties[i]));
	sg_json_list(&top, "documents");
	for (i = 0; i < c->doc_count; i++)
		sg_json_push(&top, json_doc(&c->docs[i]));
	return sg_json_write(env, &top, fill, &to);
}
