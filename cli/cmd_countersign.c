/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/job.h"
#include "cli/opt.h"
#include "sign/ctx.h"
#include "sign/job.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

static const char **signer;

static struct poptOption options[] = {
	OPT_VALUE("signer", '\0', &signer,
	    N_("which signature, as 'podpis verify' numbers it: 1, 1.1"), "N"),
	OPT_INCLUDE(opt_key, NULL),
	OPT_INCLUDE(opt_output, NULL),
	OPT_INCLUDE(opt_props, N_("What the signature says:")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

/* Numbers with dots between them, as the report has them: S-1.1. */
static int
is_signer_id(const char *id)
{
	size_t digits;

	if (strncmp(id, "S-", 2) == 0)
		id += 2;
	for (;;) {
		digits = strspn(id, "0123456789");
		if (digits == 0 || digits > 6)
			return 0;
		id += digits;
		if (*id == '\0')
			return 1;
		if (*id++ != '.')
			return 0;
	}
}

static int
countersign(const char *file, const char *output,
    const struct sign_job_options *set, struct sign_key *key)
{
	const char *id = opt_value(signer);
	struct sign_job *job = NULL;
	int rc;

	rc = sign_job_new(app_ctx(), set, key, &job);
	if (rc == 0)
		rc = sign_job_prepare_counter(job, file, id);
	if (rc != 0) {
		rc = say_failed(app_ctx(), rc);
	} else {
		job_show(job, output);
		rc = job_finish(job, key, output);
	}
	sign_job_free(job);
	return rc;
}

static int
countersign_run(const struct cmd *cmd, const char **files, size_t count)
{
	const char *id = opt_value(signer);
	struct sign_job_options set;
	struct sign_key *key = NULL;
	char *output = NULL;
	int rc;

	(void)count;
	if (id != NULL && !is_signer_id(id))
		return say_usage(cmd->name,
		    _("--signer: want a number such as 1 or 1.1, have '%s'"),
		    id);
	rc = job_options(cmd, &set);
	if (rc == 0)
		rc = job_change_output(cmd, files[0], &output);
	if (rc == 0)
		rc = job_key(cmd, &key);
	if (rc == 0)
		rc = countersign(files[0], output, &set, key);
	sign_key_free(key);
	free(output);
	return rc;
}

const struct cmd cmd_countersign = {
	.name = "countersign",
	.args = N_("[option]... SIG"),
	.summary = N_("Sign somebody's signature: confirm that it was there."),
	.text = N_("Without --signer the only signature of the file is meant. "
		   "The file is changed in place, in one step that either "
		   "happens or does not; --output writes elsewhere."),
	.options = options,
	.run = countersign_run,
	.min = 1,
	.max = 1,
};
