/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/sign.h"

#include "cli/app.h"
#include "cli/batch.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/job.h"
#include "cli/prompt.h"
#include "cli/term.h"
#include "sign/ctx.h"

#include <stdlib.h>

/* One thread's key and settings. */
struct signing {
	struct sign_job_options set;
	struct sign_key *key;
};

static int
signing_start(const struct cmd *cmd, void **worker)
{
	struct signing *signing = calloc(1, sizeof(*signing));
	int rc;

	if (signing == NULL) {
		say_error(_("out of memory"));
		return EXIT_OTHER;
	}
	*worker = signing;
	rc = sign_settings(cmd, &signing->set);
	if (rc == 0)
		rc = job_key(cmd, &signing->key);
	if (rc == 0)
		sign_ctx_set_progress(app_ctx(), NULL, NULL);
	return rc;
}

static void
signing_end(void *worker)
{
	struct signing *signing = worker;

	if (signing != NULL)
		sign_key_free(signing->key);
	free(signing);
	job_raise_clear();
}

/* After these the next document would fare no better. */
static int
is_final(int code)
{
	return code == EXIT_OTHER || code == EXIT_USAGE ||
	    (code >= EXIT_MODULE && code <= EXIT_CANCEL);
}

/* A line: DOC, or DOC and where its signature goes. */
static int
signing_line(
    void *worker, const char *const *fields, size_t count, FILE *out, int *stop)
{
	struct signing *signing = worker;
	struct sign_job *job = NULL;
	char *output;
	int rc, code;

	*stop = 1;
	if (count > 2) {
		say_error(_("a line of the list is a document and, if not "
			    "beside it, where its signature goes"));
		return EXIT_USAGE;
	}
	output = count > 1 ? file_output(NULL, fields[1])
			   : sign_output(&signing->set, fields[0]);
	if (output == NULL)
		return EXIT_OTHER;
	rc = job_new(&signing->set, signing->key, &job);
	if (rc != 0) {
		code = app_result(rc);
		sign_job_free(job);
		free(output);
		return code;
	}
	rc = sign_job_prepare(job, fields[0]);
	if (rc == 0 && !job_output.dry_run)
		rc = job_put(job, signing->key, output);
	code = exit_of(rc);
	*stop = is_final(code);
	sign_job_json(job, fields[0], job_output.dry_run ? NULL : output, rc,
	    batch_write, out);
	sign_job_free(job);
	free(output);
	return code;
}

int
sign_batch(const struct cmd *cmd, size_t args)
{
	static const struct batch_ops ops = { signing_start, signing_line,
		signing_end, 1 };

	prompt_keep();
	if (!app.quiet)
		say_note("%s", _("To be signed: each document of the list"));
	return batch_run(cmd, &ops, args);
}
