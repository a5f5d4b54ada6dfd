/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "libsign/extend.h"
#include "libsign/job_asic.h"
#include "libsign/opened.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/*
 * Completing twice adds nothing: a job that is given the file that it goes into
 * looks whether its signature stands there, by the octets that were signed. They
 * name the time, the certificate and the document, in XML an Id of their own,
 * so that no other job has the same. What was found is written as it is.
 */
struct sg_job_done {
	struct sg_opened file;
	size_t sig;
};

void
sg_job_done_free(struct sg_job_done *done)
{
	if (done == NULL)
		return;
	sg_opened_close(&done->file);
	free(done);
}

static const struct sg_sig_fact *
done_sig(const struct sg_job_done *done)
{
	return &done->file.facts->sigs[done->sig];
}

/* ---- looking for it */

/* "1.1", with or without the report's "S-". */
static int
has_id(const struct sg_sig_fact *sig, const char *id)
{
	if (strncasecmp(id, "S-", 2) == 0)
		id += 2;
	return strcmp(sig->id + 2, id) == 0;
}

/* Whoever has seen what is to be signed can put it there with a value that is
 * none. */
static int
verifies(const struct sign_job *job, const struct sg_sig_fact *sig)
{
	return sg_verify_octets(&job->ctx->env, job->signer.scheme,
	    &job->signer.pss, job->key, job->kept.octets, sig->value,
	    sig->value_form);
}

static int
is_same(const struct sign_job *job, const struct sg_facts *facts, size_t which,
    const char *id)
{
	const struct sg_sig_fact *sig = &facts->sigs[which];
	size_t i;

	if ((sig->parent >= 0) != (job->kept.kind == SG_JOB_COUNTER))
		return 0;
	if (sig->parent >= 0 && id != NULL &&
	    !has_id(&facts->sigs[sig->parent], id))
		return 0;
	for (i = 0; i < sig->tbs_count; i++)
		if (sg_view_equal(sig->tbs[i].octets, job->kept.octets))
			return verifies(job, sig);
	return 0;
}

static int
find(const struct sign_job *job, struct sg_job_done *done, const char *id)
{
	const struct sg_facts *facts = done->file.facts;
	int rc;

	for (done->sig = 0; done->sig < facts->sig_count; done->sig++) {
		rc = is_same(job, facts, done->sig, id);
		if (rc != 0)
			return rc;
	}
	return 0;
}

/* Is everything that was signed still what it was? 1, 0: who prepares it says
 * what is missing, STATE. */
static int
check_documents(struct sg_env *env, const struct sg_sig_fact *sig)
{
	size_t i;

	for (i = 0; i < sig->ref_count; i++)
		if (sig->refs[i].computed.len == 0)
			return 0;
	for (i = 0; i < sig->ref_count; i++)
		if (!sg_view_equal(sig->refs[i].computed, sig->refs[i].found))
			break;
	if (i == sig->ref_count && sig->fault_count == 0)
		return 1;
	return sg_err_set(env, SIGN_E_STATE,
	    N_("the document is not the one that the job was prepared for"));
}

/* What cannot be read has no signature; who prepares it says why. */
static int
read_file(struct sg_env *env, struct sg_job_done *done, const char *path,
    struct sg_in *in, const char *content)
{
	struct sg_where where = { &content, content != NULL, 1 };
	int rc = sg_opened_read(env, path, in, &where, &done->file);

	if (rc == 0)
		return 1;
	if (rc != SIGN_E_FORMAT && rc != SIGN_E_ARG && rc != SIGN_E_LIMIT &&
	    rc != SIGN_E_UNSUPPORTED)
		return rc;
	sg_err_clear(env);
	return 0;
}

/* ---- the job as if it were prepared */

static int
card_documents(struct sg_env *env, struct sign_job *job)
{
	struct sg_job_asic box = { .docs = job->kept.docs };

	if (job->ops != &sg_job_asic)
		return 0;
	box.digest = sg_job_asic_digest_of(job, job->container);
	box.types = sg_pool_array(
	    job->now.pool, box.docs.count + 1, sizeof(*box.types));
	return box.types != NULL ? sg_job_asic_card(env, job, &box)
				 : sg_err_nomem(env);
}

static int
make_card(struct sg_env *env, struct sign_job *job, const char *type,
    const struct sg_sig_fact *sig)
{
	const struct sg_doc_fact *doc = job->kept.docs.list[0].known;
	struct sg_seen seen = { .size = doc->size };
	int rc = sg_job_make_card(env, job, doc->name, &seen, type);

	if (rc == 0)
		rc = card_documents(env, job);
	if (job->ops == &sg_job_cades && job->now.kind == SG_JOB_PARALLEL)
		job->now.card.packaging = sig->packaging == SG_PACK_ATTACHED
		    ? "attached"
		    : "detached";
	return rc;
}

static int
restore(struct sg_env *env, struct sign_job *job, struct sg_job_done *done,
    const char *path)
{
	const char *type = job->now.type;
	struct sg_prepared *now = &job->now;
	struct sg_file_id id;
	int rc;

	sg_file_id(path, &id);
	rc = sg_job_begin(env, job, job->kept.kind, path);
	now->done = done;
	now->file.id = id;
	if (rc == 0)
		rc = sg_job_take_kept(env, job);
	if (rc == 0)
		rc = make_card(env, job, type, done_sig(done));
	return sg_job_end(job, rc);
}

/* The file again for who goes on with it; NULL where it opens it by itself. */
static int
give_back(struct sg_env *env, struct sg_job_done *done, struct sg_in **in)
{
	int taken = *in != NULL, rc = 0;

	*in = NULL;
	if (taken && done->file.raw != NULL) {
		rc = sg_in_rewind(env, done->file.raw);
		*in = done->file.raw;
		done->file.raw = NULL;
	}
	sg_job_done_free(done);
	return rc;
}

int
sg_job_find_done(struct sign_job *job, struct sg_in **in, const char *path,
    const char *second)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_job_done *done = calloc(1, sizeof(*done));
	int counter = job->kept.kind == SG_JOB_COUNTER;
	int rc;

	if (done == NULL) {
		sg_in_free(*in);
		return sg_err_nomem(env);
	}
	rc = read_file(env, done, path, *in, counter ? NULL : second);
	if (rc == 1)
		rc = find(job, done, second);
	if (rc == 1)
		rc = check_documents(env, done_sig(done));
	if (rc == 1) {
		*in = NULL;
		rc = restore(env, job, done, path);
		return rc < 0 ? rc : 1;
	}
	if (rc < 0) {
		*in = NULL;
		sg_job_done_free(done);
		return rc;
	}
	return give_back(env, done, in);
}

/* ---- completing it again */

int
sg_job_done_fits(
    struct sg_env *env, const struct sign_job *job, struct sg_view value)
{
	const struct sg_sig_fact *sig;
	struct sg_buf raw = { NULL, 0, 0 };
	struct sg_key_info info;
	int rc = 0, same;

	if (job->now.done == NULL)
		return 1;
	sig = done_sig(job->now.done);
	if (sig->value_form != SG_VALUE_CMS)
		rc = sg_key_info(env, job->key, &info);
	if (rc == 0 && sig->value_form != SG_VALUE_CMS)
		rc = sg_value_to_raw(env, job->signer.scheme, value,
		    (size_t)(info.bits + 7) / 8, &raw);
	if (rc < 0)
		return rc;
	same = sg_view_equal(sig->value,
	    sig->value_form != SG_VALUE_CMS ? sg_buf_view(&raw) : value);
	sg_buf_free(&raw);
	if (same)
		return 1;
	return sg_err_set(env, SIGN_E_STATE,
	    N_("the job was completed with another value before: its "
	       "signature stands in %s"),
	    job->now.path);
}

int
sg_job_done_write(struct sg_env *env, struct sign_job *job, struct sg_out *out)
{
	struct sg_in *in = job->now.done->file.raw;
	int rc = sg_in_rewind(env, in);

	return rc == 0 ? sg_copy(env, in, out) : rc;
}

int
sg_job_done_level(
    struct sg_env *env, const struct sign_job *job, const char *level)
{
	const struct sg_job_done *done = job->now.done;
	const struct sg_plan *plan = sg_plan_find(level);

	if (plan != NULL &&
	    (plan->parts & ~sg_plan_has(done->file.facts, done->sig)) == 0)
		return 0;
	sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("the job was completed before, below level %s: its signature "
	       "stands in %s"),
	    plan != NULL ? plan->level : "", job->now.path);
	sg_err_hint(env, N_("podpis extend raises it"));
	return SIGN_E_UNSUPPORTED;
}
