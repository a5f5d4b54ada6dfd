/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "libsign/signed.h"

#include <string.h>

/* A contract out of what a caller says. */
struct making {
	struct sg_env *env;
	struct sg_pool *pool;
	const struct sign_contract_options *from;
	const struct sg_contract_kind *kind;
	struct sg_contract *to;
};

/* The caller's array may be of an older, shorter struct. */
static int
party_at(struct making *m, size_t index, struct sign_party *out)
{
	const char *list = (const void *)m->from->parties;
	size_t size = m->from->parties[0].size;

	memset(out, 0, sizeof(*out));
	if (size < sizeof(size))
		return sg_err_set(
		    m->env, SIGN_E_ARG, "the party's size is not set");
	memcpy(out, list + index * size,
	    size < sizeof(*out) ? size : sizeof(*out));
	return 0;
}

/* "112-233-445 95" as it stands in certificates: digits alone. */
static const char *
snils_digits(struct sg_pool *pool, const char *text)
{
	char *out = sg_pool_str(pool, text), *to = out;

	for (; out != NULL && *text != '\0'; text++)
		if (*text != '-' && *text != ' ')
			*to++ = *text;
	if (out != NULL)
		*to = '\0';
	return out;
}

/* A party without a role gets the usual one of its place. */
static const char *
role_of(const struct making *m, size_t index, const char *role)
{
	if (role != NULL || index > 1)
		return role;
	return m->kind->roles[index];
}

static int
make_party(struct making *m, size_t index)
{
	struct sg_party *to = &m->to->parties[index];
	struct sign_party from;
	int rc = party_at(m, index, &from);

	if (rc < 0)
		return rc;
	to->role = sg_pool_str(m->pool, role_of(m, index, from.role));
	to->name = sg_pool_str(m->pool, from.name);
	to->pattern = sg_pool_str(m->pool, from.pattern);
	to->inn = sg_pool_str(m->pool, from.inn);
	to->snils =
	    from.snils != NULL ? snils_digits(m->pool, from.snils) : NULL;
	to->ogrn = sg_pool_str(m->pool, from.ogrn);
	to->ogrnip = sg_pool_str(m->pool, from.ogrnip);
	return sg_party_check(m->env, SIGN_E_ARG, to);
}

static int
make_parties(struct making *m)
{
	size_t i, count = m->from->party_count;
	int rc = 0;

	if (count > SG_MAX_PARTIES)
		return sg_err_set(m->env, SIGN_E_ARG,
		    N_("more than %d parties"), SG_MAX_PARTIES);
	m->to->parties = sg_pool_array(m->pool, count, sizeof(*m->to->parties));
	if (m->to->parties == NULL)
		return sg_err_nomem(m->env);
	m->to->party_count = count;
	for (i = 0; rc == 0 && i < count; i++)
		rc = make_party(m, i);
	return rc;
}

/* A lease without a lessee was not meant. */
static int
check_usual(struct making *m)
{
	const char *const *role = m->kind->roles;
	size_t i;

	for (; *role != NULL; role++) {
		for (i = 0; i < m->to->party_count; i++)
			if (strcmp(m->to->parties[i].role, *role) == 0)
				break;
		if (i == m->to->party_count)
			return sg_err_set(m->env, SIGN_E_ARG,
			    N_("a contract of the kind %s wants a party with "
			       "the role %s"),
			    m->kind->name, *role);
	}
	return 0;
}

static int
digest_file(struct making *m, const char *path, const struct sg_digest *digest,
    struct sg_contract_doc *doc)
{
	struct sg_digests digests = { .count = 0 };
	struct sg_in *in = NULL;
	struct sg_seen seen;
	int rc = sg_digests_add(m->env, &digests, digest);

	if (rc == 0)
		rc = sg_in_open(m->env, path, &in);
	if (rc == 0)
		rc = sg_digest_document(m->env, in, &digests, &seen);
	if (rc == 0) {
		doc->size = seen.size;
		doc->digest = digest;
		rc = sg_pool_copy(m->env, m->pool,
		    sg_digests_get(&digests, digest), &doc->value);
	}
	sg_digests_clear(&digests);
	sg_in_free(in);
	return rc;
}

static int
make_docs(struct making *m)
{
	const char *option =
	    m->from->digest != NULL ? m->from->digest : "sha256";
	const struct sg_digest *digest = sg_digest_by_option(option);
	size_t i, count = m->from->document_count;
	const char *path, *slash;
	int rc = 0;

	if (digest == NULL || digest->use != SG_USE_FULL)
		return sg_err_set(
		    m->env, SIGN_E_ARG, N_("unknown digest '%s'"), option);
	if (count > SG_MAX_CONTRACT_DOCS)
		return sg_err_set(m->env, SIGN_E_ARG,
		    N_("more than %d documents"), SG_MAX_CONTRACT_DOCS);
	m->to->docs = sg_pool_array(m->pool, count, sizeof(*m->to->docs));
	if (m->to->docs == NULL)
		return sg_err_nomem(m->env);
	m->to->doc_count = count;
	for (i = 0; rc == 0 && i < count; i++) {
		path = m->from->documents[i];
		slash = strrchr(path, '/');
		m->to->docs[i].name =
		    sg_pool_str(m->pool, slash != NULL ? slash + 1 : path);
		rc = m->to->docs[i].name != NULL
		    ? digest_file(m, path, digest, &m->to->docs[i])
		    : sg_err_nomem(m->env);
	}
	return rc;
}

int
sg_contract_make(struct sg_env *env, struct sg_pool *pool,
    const struct sign_contract_options *options, struct sg_contract *out)
{
	struct making m = { env, pool, options, NULL, out };
	const char *kind = options->kind != NULL ? options->kind : "other";
	int rc;

	memset(out, 0, sizeof(*out));
	m.kind = sg_contract_kind_find(kind);
	out->kind = m.kind != NULL ? m.kind->name : kind;
	out->title = sg_pool_str(pool, options->title);
	out->ordered = options->ordered != 0;
	out->created = sg_env_now(env);
	out->deadline = options->deadline;
	if (m.kind == NULL)
		return sg_contract_check(env, SIGN_E_ARG, out);
	if ((rc = make_parties(&m)) < 0 || (rc = make_docs(&m)) < 0 ||
	    (rc = sg_contract_check(env, SIGN_E_ARG, out)) < 0)
		return rc;
	if (out->deadline != SG_NO_TIME && out->deadline <= out->created)
		return sg_err_set(
		    env, SIGN_E_ARG, N_("the deadline is over already"));
	return check_usual(&m);
}
