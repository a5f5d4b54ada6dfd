/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "libsign/ctx.h"
#include "libsign/job.h"
#include "libsign/report.h"

#include <string.h>
#include <unistd.h>

/* ---- what there is to be countersigned */

int
sign_signature_count(struct sign_ctx *ctx, const char *path, size_t *count)
{
	struct sign_report *report = NULL;
	size_t i;
	int rc = sign_verify(ctx, path, NULL, NULL, &report);

	*count = 0;
	for (i = 0; rc == 0 && i < report->sig_count; i++)
		*count += strchr(report->sigs[i].id, '.') == NULL;
	if (rc == 0 && report->sig_count == 0)
		rc = sg_err_set(&ctx->env, SIGN_E_FORMAT,
		    N_("there is no signature in %s"), path);
	sign_report_free(report);
	return rc;
}

/* ---- several counter-signatures at once */

/* The file as it has become so far. */
struct step {
	struct sg_env *env;
	struct sg_out *scratch; /* NULL: nobody has written yet */
	struct sg_file_id id;   /* of the file that changes */
};

/* The same counter-signature in the file as the jobs before have left it. */
static int
move_job(struct step *step, struct sign_job *job)
{
	struct sg_buf value = { NULL, 0, 0 };
	struct sg_in *in = NULL;
	const char *path = sg_pool_str(job->pool, job->now.path);
	int rc = path != NULL ? 0 : sg_err_nomem(step->env);

	job->kept.id = sg_pool_str(job->pool, job->now.id);
	job->kept.container = sg_view_of(NULL, 0); /* it was compared */
	if (rc == 0)
		rc = sg_job_keep(step->env, job);
	if (rc == 0)
		rc = sg_buf_append_view(
		    step->env, &value, sg_buf_view(&job->now.value));
	if (rc == 0)
		rc = sg_out_reread(step->env, step->scratch, &in);
	if (rc == 0)
		rc = job->ops->counter(job, in, path, job->kept.id);
	if (rc < 0) {
		sg_buf_free(&value);
		return rc;
	}
	job->now.value = value;
	return 0;
}

static int
write_step(struct step *step, struct sign_job *job, const char *output)
{
	struct sg_out *out = NULL;
	int lock = -1;
	int rc = step->scratch != NULL ? move_job(step, job) : 0;

	job->now.file.id = step->id;
	if (rc == 0 && output == NULL)
		rc = sg_out_scratch(step->env, &out);
	else if (rc == 0)
		rc = sg_job_open_output(step->env, job, output, &out, &lock);
	if (rc == 0)
		rc = job->ops->write(job, out);
	if (rc == 0 && output != NULL)
		rc = sg_out_commit(step->env, out);
	sg_job_reset(job); /* it may read from the file before */
	sg_out_free(step->scratch);
	step->scratch = NULL;
	if (rc == 0 && output == NULL)
		step->scratch = out;
	else
		sg_out_free(out);
	if (lock >= 0)
		close(lock);
	return rc;
}

/* All over signatures of one file, and each completed. */
static int
check_jobs(struct sg_env *env, struct sign_job *const *jobs, size_t count)
{
	const struct sg_prepared *now;
	size_t i;

	for (i = 0; i < count; i++) {
		now = &jobs[i]->now;
		if (!now->ready || now->value.len == 0)
			return sg_err_set(env, SIGN_E_STATE,
			    "the job has no signature value yet");
		if (now->kind != SG_JOB_COUNTER || now->id == NULL ||
		    jobs[i]->level != NULL ||
		    strcmp(now->path, jobs[0]->now.path) != 0)
			return sg_err_set(env, SIGN_E_ARG,
			    N_("want counter-signatures of one file, each "
			       "over another signature, without "
			       "time-stamps"));
	}
	return 0;
}

int
sign_job_write_all(
    struct sign_job *const *jobs, size_t count, const char *output)
{
	struct step step = { .env = &jobs[0]->ctx->env };
	size_t i, last = count;
	int rc = check_jobs(step.env, jobs, count);

	/* whose counter-signature stands there already adds nothing */
	for (i = 0; i < count; i++)
		if (jobs[i]->now.done == NULL)
			last = i;
	if (rc == 0 && last == count)
		return sign_job_write(jobs[0], output);
	step.id = jobs[0]->now.file.id;
	for (i = 0; rc == 0 && i <= last; i++)
		if (jobs[i]->now.done == NULL)
			rc = write_step(
			    &step, jobs[i], i == last ? output : NULL);
	sg_out_free(step.scratch);
	return rc;
}
