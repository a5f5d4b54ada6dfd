/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/state.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/extend.h"
#include "libsign/job_asic.h"

#include <string.h>

static int
word_of(const char *word, const char *const *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return (int)i;
	return -1;
}

static int
unknown_word(struct sg_env *env, const char *key, const char *word)
{
	return sg_err_set(env, SIGN_E_STATE,
	    N_("the state has an unknown %s: %s"), key, word);
}

/* ---- settings */

static int
take_words(
    struct sg_env *env, struct sign_job *job, const struct sg_state *state)
{
	static const char *const packagings[] = { "detached", "attached",
		"enveloped", "enveloping" };
	static const char *const kinds[] = { "document", "parallel",
		"counter" };
	const struct sg_plan *plan = NULL;
	int packaging = word_of(state->packaging, packagings, 4);
	int kind = word_of(state->kind, kinds, 3), rc;

	if (packaging < 0)
		return unknown_word(env, "packaging", state->packaging);
	if (kind < 0)
		return unknown_word(env, "kind", state->kind);
	job->kept.kind = (enum sg_job_kind)kind;
	if (state->level != NULL) {
		plan = sg_plan_find(state->level);
		if (plan == NULL)
			return unknown_word(env, "level", state->level);
		job->level = plan->level;
	}
	if (state->digest != NULL) {
		job->digest = sg_digest_by_option(state->digest);
		if (job->digest == NULL || job->digest->use != SG_USE_FULL)
			return unknown_word(env, "digest", state->digest);
	}
	rc = sg_job_take_format(env, job, state->format);
	if (rc == 0)
		rc = sg_job_take_packaging(
		    env, job, (enum sign_packaging)packaging);
	if (rc == 0)
		rc = sg_job_take_asic_with(env, job, state->asic_with);
	return rc;
}

static int
take_certs(
    struct sg_env *env, struct sign_job *job, const struct sg_state *state)
{
	struct sg_cert *cert = NULL;
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < state->chain_count; i++) {
		rc = sg_cert_parse(env, state->chain[i], &cert);
		if (rc == 0)
			rc = sg_certs_add(env, &job->chain, cert);
		sg_cert_free(cert);
		cert = NULL;
	}
	if (rc < 0 || state->cert.len == 0)
		return rc;
	rc = sg_cert_parse(env, state->cert, &cert);
	if (rc == 0)
		rc = sg_job_take_cert(env, job, cert);
	sg_cert_free(cert);
	return rc;
}

/* The job lives in the state's pool from here on. */
static int
take_settings(struct sg_env *env, struct sign_job *job, struct sg_state *state)
{
	struct sg_job_kept *kept = &job->kept;
	int rc;

	sg_pool_free(job->pool);
	job->pool = state->pool;
	state->pool = NULL;
	job->pem = state->pem;
	job->pss = state->pss;
	job->parallel = state->parallel;
	job->place_id = state->place_id;
	job->place_xpath = state->place_xpath;
	job->signing_time = state->signing_time;
	job->props = state->props;
	job->props.signing_time = state->signing_time;
	kept->docs = state->docs;
	kept->octets = state->octets;
	kept->digest = state->message;
	kept->id = state->id;
	kept->container = state->container;
	job->party = state->party;
	if (state->xml != NULL)
		kept->xml = sg_view_str(state->xml);
	if (state->manifest != NULL)
		kept->manifest = sg_view_str(state->manifest);
	rc = take_words(env, job, state);
	return rc < 0 ? rc : take_certs(env, job, state);
}

/* ---- the job as it was prepared */

int
sg_job_take_kept(struct sg_env *env, struct sign_job *job)
{
	const struct sg_job_kept *kept = &job->kept;
	int rc = sg_buf_append_view(env, &job->now.attrs, kept->octets);

	if (rc < 0)
		return rc;
	memcpy(job->now.digest, kept->digest.ptr, kept->digest.len);
	return sg_job_take_data(env, job);
}

/* Nothing can be written before the document is there, but the value can be
 * made and checked. */
static int
restore_waiting(struct sg_env *env, struct sign_job *job, const char *type)
{
	const struct sg_doc_fact *doc = job->kept.docs.list[0].known;
	struct sg_prepared *now = &job->now;
	struct sg_seen seen = { .size = doc->size };
	int rc = sg_job_begin(env, job, job->kept.kind, doc->name);

	if (rc == 0)
		rc = sg_job_take_kept(env, job);
	if (rc == 0)
		rc = sg_job_make_card(env, job, doc->name, &seen, type);
	now->wanting = 1;
	now->id = job->kept.id;
	return sg_job_end(job, rc);
}

static int
is_xml(const struct sign_job *job)
{
	return job->ops == &sg_job_xades ||
	    (job->ops == &sg_job_asic && job->inner == &sg_job_xades);
}

/* What is signed says nothing of the container around it. */
static int
wants_container(const struct sign_job *job)
{
	return job->ops == &sg_job_asic && job->kept.kind == SG_JOB_COUNTER;
}

static int
wants_manifest(const struct sign_job *job)
{
	return job->ops == &sg_job_asic && sg_job_asic_is_cades(job) &&
	    job->container == SG_ASIC_E && job->kept.kind != SG_JOB_COUNTER;
}

static int
restore(struct sg_env *env, struct sign_job *job, const char *type)
{
	struct sg_job_kept *kept = &job->kept;
	size_t container = wants_container(job) ? SG_JOB_ASIC_HASH : 0;
	int rc;

	if (kept->digest.len != job->signer.digest->size ||
	    kept->container.len != container ||
	    wants_manifest(job) != (kept->manifest.len != 0) ||
	    (job->party != NULL &&
		(job->ops != &sg_job_asic || kept->kind != SG_JOB_PARALLEL)) ||
	    is_xml(job) != (kept->xml.len != 0))
		return sg_err_set(env, SIGN_E_STATE,
		    N_("the state lacks something that belongs to it"));
	if (kept->kind != SG_JOB_DOCUMENT || job->ops == &sg_job_asic ||
	    (job->ops == &sg_job_xades && job->packaging != SIGN_DETACHED))
		return restore_waiting(env, job, type);
	rc = sg_job_prepare(job, &kept->docs);
	if (rc < 0 || type == NULL || type[0] == '\0')
		return rc;
	job->now.type = type;
	job->now.card.document_type = sg_tr(env, type);
	return 0;
}

static int
import(struct sg_env *env, struct sign_job *job, struct sg_state *state)
{
	int rc;

	job->deadline = state->deadline;
	rc = sg_job_in_time(env, job);
	if (rc == 0)
		rc = take_settings(env, job, state);
	if (rc < 0 || job->kept.octets.len == 0)
		return rc;
	rc = restore(env, job, state->type);
	return rc < 0 ? rc : sg_state_check(env, job, state);
}

int
sign_job_import(struct sign_ctx *ctx, const struct sign_state_options *options,
    const char *text, size_t len, struct sign_job **out)
{
	struct sg_env *env = &ctx->env;
	struct sign_state_options set;
	struct sg_state_seal seal = { .check = 1 };
	struct sg_state state;
	struct sign_job *job = NULL;
	int rc = sg_state_key(env, options, &set);

	if (rc < 0)
		return rc;
	seal.key = sg_view_of(set.key, set.key_len);
	rc = sg_state_read(env, sg_view_of(text, len), &seal, &state);
	if (rc == 0)
		rc = sg_job_new(ctx, &job);
	if (rc == 0)
		rc = sg_state_refused(env, import(env, job, &state));
	sg_state_clear(&state);
	if (rc < 0) {
		sign_job_free(job);
		return rc;
	}
	job->force = set.force;
	*out = job;
	return 0;
}
