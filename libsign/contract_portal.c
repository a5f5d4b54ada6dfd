/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "formats/markup.h"
#include "libsign/ctx.h"
#include "libsign/extend.h"
#include "libsign/job.h"
#include "libsign/portal.h"
#include "libsign/saved.h"
#include "libsign/verify.h"

#include <stdlib.h>
#include <string.h>

/*
 * The second form of a contract: documents, a detached signature for each
 * document and party, and the state portal's list of them. The list is not
 * signed by anybody. What it does not hold, a title, an order, a deadline, is
 * not known.
 */

/* ---- reading */

struct reading {
	struct sg_env *env;
	struct sg_pool *pool;
	struct sg_portal *portal;
	struct sg_contract *to;
};

static int
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Parties are the same where all that is known of them is. */
static int
same_party(const struct sg_party *a, const struct sg_party *b)
{
	return same_text(a->role, b->role) && same_text(a->name, b->name) &&
	    same_text(a->pattern, b->pattern) && same_text(a->inn, b->inn) &&
	    same_text(a->snils, b->snils) && same_text(a->ogrn, b->ogrn) &&
	    same_text(a->ogrnip, b->ogrnip);
}

/* A second file for the same document is another party's, whatever it is
 * called. */
static struct sg_party *
party_find(struct reading *r, const struct sg_party *party, size_t doc)
{
	size_t i;

	for (i = 0; i < r->to->party_count; i++)
		if (r->to->parties[i].files[doc] == NULL &&
		    same_party(&r->to->parties[i], party))
			return &r->to->parties[i];
	return NULL;
}

static int
party_new(struct reading *r, const struct sg_party *from, struct sg_party **out)
{
	struct sg_party *row;

	if (r->to->party_count >= SG_MAX_PARTIES)
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("sign_config.xml: more than %d parties"),
		    SG_MAX_PARTIES);
	row = sg_pool_push(
	    r->pool, &r->to->parties, &r->to->party_count, sizeof(*row));
	if (row == NULL)
		return sg_err_nomem(r->env);
	*row = *from;
	row->files = sg_pool_array(
	    r->pool, r->portal->config.doc_count, sizeof(*row->files));
	row->there = sg_pool_array(
	    r->pool, r->portal->config.doc_count, sizeof(*row->there));
	*out = row;
	return row->files != NULL && row->there != NULL ? 0
							: sg_err_nomem(r->env);
}

static int
read_sig(struct reading *r, size_t doc, const struct sg_sign_config_sig *sig)
{
	struct sg_party party, *row;
	int rc = sg_portal_about_read(
	    r->env, r->pool, &r->portal->config.docs[doc], sig, &party);

	if (rc < 0)
		return rc;
	row = party_find(r, &party, doc);
	if (row == NULL)
		rc = party_new(r, &party, &row);
	if (rc < 0)
		return rc;
	row->files[doc] = sg_pool_str(r->pool, sig->name);
	row->there[doc] = (unsigned char)sg_portal_has(r->portal, sig->name);
	return row->files[doc] != NULL ? 0 : sg_err_nomem(r->env);
}

static int
read_doc(struct reading *r, size_t index)
{
	const struct sg_sign_config_doc *from = &r->portal->config.docs[index];
	struct sg_contract_doc *to = &r->to->docs[index];
	size_t i;
	int rc = 0;

	to->name = sg_pool_str(r->pool, from->name);
	to->about = sg_pool_str(r->pool, from->about);
	to->state = SG_DOC_MISSING;
	if (to->name == NULL)
		return sg_err_nomem(r->env);
	if (sg_portal_has(r->portal, from->name)) {
		to->state = SG_DOC_FITS;
		rc = sg_portal_size(r->portal, from->name, &to->size);
	}
	for (i = 0; rc == 0 && i < from->sig_count; i++)
		rc = read_sig(r, index, &from->sigs[i]);
	return rc;
}

static int
is_listed(const struct sg_sign_config *config, const char *name)
{
	size_t i, n;

	for (i = 0; i < config->doc_count; i++) {
		if (strcmp(config->docs[i].name, name) == 0)
			return 1;
		for (n = 0; n < config->docs[i].sig_count; n++)
			if (strcmp(config->docs[i].sigs[n].name, name) == 0)
				return 1;
	}
	return strcmp(name, SG_SIGN_CONFIG_NAME) == 0;
}

static int
read_unlisted(struct reading *r)
{
	const char **slot;
	size_t i;

	for (i = 0; i < r->portal->name_count; i++) {
		if (is_listed(&r->portal->config, r->portal->names[i]))
			continue;
		slot = sg_pool_push(r->pool, &r->to->unlisted,
		    &r->to->unlisted_count, sizeof(*slot));
		if (slot != NULL)
			*slot = sg_pool_str(r->pool, r->portal->names[i]);
		if (slot == NULL || *slot == NULL)
			return sg_err_nomem(r->env);
	}
	return 0;
}

static int
has_role(const struct sg_contract *c, const char *role)
{
	size_t i;

	for (i = 0; i < c->party_count; i++)
		if (strcmp(c->parties[i].role, role) == 0)
			return 1;
	return 0;
}

/* Seller and buyer conclude a sale: roles tell the kind. */
static const char *
kind_of(const struct sg_contract *c)
{
	static const char *const names[] = { "lease", "car-sale", "telecom" };
	const struct sg_contract_kind *kind;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		kind = sg_contract_kind_find(names[i]);
		if (kind != NULL && kind->roles[0] != NULL &&
		    has_role(c, kind->roles[0]) && has_role(c, kind->roles[1]))
			return kind->name;
	}
	return "other";
}

static int
add_remark(struct reading *r, const char *text)
{
	struct sg_msg *row = sg_pool_push(
	    r->pool, &r->to->remarks, &r->to->remark_count, sizeof(*row));

	if (row == NULL)
		return sg_err_nomem(r->env);
	*row = sg_msg_make(r->pool, text, NULL, NULL, NULL);
	return 0;
}

static int
read_all(struct reading *r)
{
	size_t i, count = r->portal->config.doc_count;
	int rc = 0;

	r->to->docs = sg_pool_array(r->pool, count, sizeof(*r->to->docs));
	if (r->to->docs == NULL)
		return sg_err_nomem(r->env);
	r->to->doc_count = count;
	for (i = 0; rc == 0 && i < count; i++)
		rc = read_doc(r, i);
	if (rc == 0 && r->to->party_count == 0)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("sign_config.xml: no signature is asked for"));
	if (rc == 0)
		rc = read_unlisted(r);
	if (rc < 0)
		return rc;
	r->to->kind = kind_of(r->to);
	r->to->title = r->to->docs[0].about;
	return add_remark(r,
	    N_("whether there is an order of signing, or a deadline, is "
	       "not known in this layout"));
}

static int
open_from(struct sg_env *env, const struct sg_contract_from *from,
    struct sg_portal **out)
{
	return sg_portal_open_saved(env, from->path,
	    from->saved != NULL ? from->saved->package : NULL, out);
}

static int
portal_probe(struct sg_env *env, const struct sg_contract_from *from)
{
	if (from->saved != NULL)
		return from->saved->package != NULL;
	return sg_portal_probe(env, from->path);
}

static int
portal_read(struct sign_ctx *ctx, struct sg_pool *pool,
    const struct sg_contract_from *from, struct sg_contract *out)
{
	struct reading r = { &ctx->env, pool, NULL, out };
	int rc = open_from(r.env, from, &r.portal);

	memset(out, 0, sizeof(*out));
	out->layout = &sg_layout_portal;
	out->created = out->deadline = SG_NO_TIME;
	if (rc == 0)
		rc = read_all(&r);
	sg_portal_close(r.portal);
	return rc;
}

/* ---- verifying */

struct checking {
	struct sign_ctx *ctx;
	struct sg_portal *portal;
	const struct sg_verify_want *want;
	struct sg_saving *saving; /* nothing is judged; NULL */
	struct sign_report **parts;
	size_t count;
	size_t taken; /* of the saved ones */
};

/* Only over its own document: whatever else it is good for is no matter. */
static int
verify_sig(struct checking *c, const char *document, const char *name)
{
	struct sg_verify_source source = {
		.name = sg_portal_path(c->portal, name), .saving = c->saving
	};
	int rc = source.name != NULL ? 0 : sg_err_nomem(c->portal->env);

	source.docs.list = calloc(1, sizeof(*source.docs.list));
	if (rc == 0 && source.docs.list == NULL)
		rc = sg_err_nomem(c->portal->env);
	if (rc == 0)
		rc = sg_portal_in(c->portal, name, &source.in);
	if (rc == 0 && sg_portal_has(c->portal, document)) {
		source.docs.list[0].name = document;
		source.docs.count = 1;
		rc = sg_portal_in(c->portal, document, &source.docs.list[0].in);
	}
	if (rc < 0) {
		sg_in_free(source.in);
		free(source.docs.list);
		return rc;
	}
	return sg_verify_source(c->ctx, &source, c->want->trust,
	    c->want->options, &c->parts[c->count]);
}

/* They were saved in the order of the list. */
static int
verify_saved(struct checking *c, const char *name)
{
	const struct sg_saved_package *package = c->portal->saved;
	struct sg_saved_part *part;
	const char *slash;

	if (c->taken == package->part_count)
		return sg_err_set(c->portal->env, SIGN_E_FORMAT,
		    N_("facts file: the signature file %s is missing"), name);
	part = &package->parts[c->taken];
	slash = strrchr(part->name, '/');
	if (strcmp(slash != NULL ? slash + 1 : part->name, name) != 0)
		return sg_err_set(c->portal->env, SIGN_E_FORMAT,
		    N_("facts file: want the signature file %s, have %s"), name,
		    part->name);
	c->taken++;
	return sg_verify_part(c->ctx, c->want->from.saved, part,
	    c->want->options, &c->parts[c->count]);
}

static int
verify_one(struct checking *c, const char *document, const char *name)
{
	int rc = c->portal->saved != NULL ? verify_saved(c, name)
					  : verify_sig(c, document, name);

	if (rc == 0)
		c->count++;
	return rc;
}

static int
verify_all(struct checking *c)
{
	const struct sg_sign_config *config = &c->portal->config;
	const struct sg_sign_config_doc *doc;
	size_t i, n;
	int rc = 0;

	c->parts = calloc(SG_MAX_PORTAL_FILES, sizeof(struct sign_report *));
	if (c->parts == NULL)
		return sg_err_nomem(c->portal->env);
	for (i = 0; rc == 0 && i < config->doc_count; i++) {
		doc = &config->docs[i];
		for (n = 0; rc == 0 && n < doc->sig_count; n++)
			if (sg_portal_has(c->portal, doc->sigs[n].name))
				rc =
				    verify_one(c, doc->name, doc->sigs[n].name);
	}
	if (rc == 0 && c->portal->saved != NULL &&
	    c->taken != c->portal->saved->part_count)
		rc = sg_err_set(c->portal->env, SIGN_E_FORMAT,
		    N_("facts file: a signature file that the contract does "
		       "not list"));
	return rc;
}

static void
checking_clear(struct checking *c)
{
	while (c->count > 0)
		sign_report_free(c->parts[--c->count]);
	free(c->parts);
	sg_portal_close(c->portal);
}

static int
portal_verify(struct sign_ctx *ctx, const struct sg_verify_want *want,
    struct sign_report **out)
{
	struct checking c = { .ctx = ctx, .want = want };
	int rc = open_from(&ctx->env, &want->from, &c.portal);

	if (rc == 0)
		rc = verify_all(&c);
	else if (sg_err_is_file(rc))
		rc = 0; /* portal_read() says it again */
	if (rc == 0 && c.count != 0) {
		rc = sg_report_join(ctx, c.parts, c.count, out);
		c.count = 0;
	}
	checking_clear(&c);
	return rc;
}

static int
portal_save(struct sign_ctx *ctx, const struct sg_verify_want *want,
    struct sg_saving *to)
{
	struct checking c = { .ctx = ctx, .want = want, .saving = to };
	int rc = sg_portal_open(&ctx->env, want->from.path, &c.portal);

	if (sg_err_is_file(rc))
		return 1;
	if (rc == 0)
		rc = sg_portal_save(c.portal, to);
	if (rc == 0)
		rc = verify_all(&c);
	checking_clear(&c);
	return rc;
}

/* ---- signing */

/* The step-th document that this party had not signed. */
static long
doc_of_step(const struct sg_party_want *want)
{
	const struct sg_party *party = want->party;
	size_t i, open = 0;

	for (i = 0; i < want->contract->doc_count; i++)
		if (party->files[i] != NULL && !party->there[i] &&
		    open++ == want->step)
			return (long)i;
	return -1;
}

/* What a signature in a package needs that is not known before it is
 * written. */
static int
check_entry(struct sg_env *env, struct sign_job *job, struct sg_portal *portal)
{
	const struct sg_job_into *into = job->into;
	struct sg_in *in = NULL;
	int rc;

	if (sg_portal_has(portal, into->name))
		return sg_err_set(env, SIGN_E_STATE,
		    N_("%s stands in %s already"), into->name, into->path);
	rc = sg_portal_in(portal, into->document, &in);
	if (rc == 0)
		rc = sg_check_document(env, in, job->signer.digest,
		    sg_view_of(job->now.digest, job->signer.digest->size));
	sg_in_free(in);
	return rc;
}

static int
write_entry(struct sign_job *job, struct sg_out *out)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_portal_new made = { .name = job->into->name };
	struct sg_portal *portal = NULL;
	struct sg_out *memory = NULL;
	struct sg_buf octets = { 0 };
	int rc = sg_portal_open(env, job->into->path, &portal);

	if (rc == 0)
		rc = check_entry(env, job, portal);
	if (rc == 0)
		rc = sg_out_memory(env, &octets, &memory);
	if (rc == 0)
		rc = sg_job_cades_write(job, memory);
	if (rc == 0)
		rc = sg_out_commit(env, memory);
	made.octets = sg_buf_view(&octets);
	if (rc == 0)
		rc = sg_portal_copy(portal, &made, 1, out);
	sg_out_free(memory);
	sg_buf_free(&octets);
	sg_portal_close(portal);
	return rc;
}

/* Where the signature goes: a file in the folder, or the archive. */
static int
job_output(struct sign_job *job, struct sg_portal *portal, const char *document,
    const char *name)
{
	struct sg_pool *pool = job->pool;
	struct sg_job_into *into;

	job->now.card.output =
	    sg_pool_str(job->now.pool, sg_portal_path(portal, name));
	if (portal->zip != NULL) {
		into = sg_pool_alloc(pool, sizeof(*into));
		if (into == NULL)
			return sg_err_nomem(portal->env);
		into->path = sg_pool_str(pool, portal->path);
		into->document = sg_pool_str(pool, document);
		into->name = sg_pool_str(pool, name);
		into->write = write_entry;
		if (into->document == NULL || into->name == NULL)
			return sg_err_nomem(portal->env);
		job->now.card.output = into->path;
		job->into = into;
	}
	return job->now.card.output != NULL ? 0 : sg_err_nomem(portal->env);
}

static int
prepare_doc(struct sign_job *job, struct sg_portal *portal,
    const char *document, const char *name)
{
	struct sg_source source = { .name = sg_portal_path(portal, document) };
	const struct sg_sources docs = { &source, 1 };
	int rc = sg_portal_in(portal, document, &source.in);

	if (rc == 0)
		rc = sg_job_prepare(job, &docs);
	return rc == 0 ? job_output(job, portal, document, name) : rc;
}

static int
check_settings(struct sg_env *env, const struct sg_party_want *want,
    const struct sg_portal *portal, struct sign_job_options *set)
{
	*set = *want->set;
	set->packaging = SIGN_DETACHED;
	if (set->format == NULL)
		set->format = "cades";
	if (strcmp(set->format, "cms") == 0) {
		set->role_count = 0;
		set->commitment = NULL;
	} else if (strcmp(set->format, "cades") != 0) {
		return sg_err_set(env, SIGN_E_ARG,
		    N_("signatures in the portal's layout are cades or cms"));
	}
	if (portal->zip == NULL || sg_plan_find(set->level) == NULL)
		return 0;
	return sg_err_set(env, SIGN_E_ARG,
	    N_("level %s: in an archive of the portal signatures are made "
	       "without time-stamps; in a folder they can be extended"),
	    set->level);
}

static int
portal_prepare(struct sign_ctx *ctx, const struct sg_party_want *want,
    struct sign_job **out)
{
	const struct sg_contract *contract = want->contract;
	struct sg_env *env = &ctx->env;
	struct sg_portal *portal = NULL;
	struct sign_job_options set;
	struct sign_job *job = NULL;
	long doc = doc_of_step(want);
	int rc;

	*out = NULL;
	if (doc < 0 && want->step == 0)
		return sg_err_set(env, SIGN_E_STATE,
		    N_("the party \"%s\" has signed all its documents"),
		    want->party->role);
	if (doc < 0)
		return 0;
	rc = sg_portal_open(env, contract->path, &portal);
	if (rc == 0)
		rc = check_settings(env, want, portal, &set);
	if (rc == 0)
		rc = sg_party_job(ctx, want, &set, &job);
	if (rc == 0)
		rc = prepare_doc(job, portal, contract->docs[doc].name,
		    want->party->files[doc]);
	sg_portal_close(portal);
	if (rc < 0)
		sign_job_free(job);
	else
		*out = job;
	return rc;
}

const struct sg_layout_ops sg_layout_portal = {
	.name = "portal",
	.probe = portal_probe,
	.create = sg_portal_contract_new,
	.read = portal_read,
	.verify = portal_verify,
	.save = portal_save,
	.prepare = portal_prepare,
};
