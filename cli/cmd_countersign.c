/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/job.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "cli/signer.h"
#include "sign/ctx.h"
#include "sign/job.h"
#include "cli/term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SIGNATURES 256

static const char **only;
static int all;

static struct poptOption options[] = {
	OPT_VALUE("signer", '\0', &only,
	    N_("which signature, as 'podpis verify' numbers it: 1, 1.1"), "N"),
	OPT_FLAG("all", '\0', &all,
	    N_("every signature that is no counter-signature, all or none")),
	OPT_INCLUDE(opt_key, NULL),
	OPT_INCLUDE(opt_output, NULL),
	OPT_INCLUDE(opt_later, NULL),
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
countersign(
    const char *file, const struct sign_job_options *set, struct signer *signer)
{
	struct sign_job *job = NULL;
	int rc = signer_job(signer, set, &job);

	if (rc == 0)
		rc = sign_job_prepare_counter(job, file, opt_value(only));
	rc = app_result(rc);
	if (rc == 0)
		rc = signer_finish(signer, job);
	sign_job_free(job);
	return rc;
}

/* ---- --all */

struct many {
	struct sign_job *jobs[MAX_SIGNATURES];
	size_t count;
};

static int
prepare_many(const char *file, const struct sign_job_options *set,
    const struct sign_key *key, struct many *many)
{
	char id[24];
	size_t total = 0;
	int rc = sign_signature_count(app_ctx(), file, &total);

	progress_end();
	if (rc == 0 && total > MAX_SIGNATURES) {
		say_error(_("more than %d signatures"), MAX_SIGNATURES);
		return EXIT_OTHER;
	}
	while (rc == 0 && many->count < total) {
		snprintf(id, sizeof(id), "%zu", many->count + 1);
		rc =
		    sign_job_new(app_ctx(), set, key, &many->jobs[many->count]);
		if (rc == 0)
			rc = sign_job_prepare_counter(
			    many->jobs[many->count++], file, id);
	}
	return app_result(rc);
}

static int
write_many(struct many *many, struct sign_key *key, const char *output)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < many->count; i++)
		rc = sign_job_sign(many->jobs[i], key);
	if (rc == 0)
		rc = sign_job_write_all(many->jobs, many->count, output);
	return job_signed(rc, output);
}

static int
countersign_all(
    const char *file, const struct sign_job_options *set, struct signer *signer)
{
	struct many many = { .count = 0 };
	size_t i;
	int rc = prepare_many(file, set, signer->key, &many);

	for (i = 0; rc == 0 && i < many.count; i++)
		job_show(many.jobs[i], signer->output);
	if (rc == 0 && !job_output.dry_run)
		rc = write_many(&many, signer->key, signer->output);
	while (many.count > 0)
		sign_job_free(many.jobs[--many.count]);
	return rc;
}

/* What does not go together. */
static int
check_all(const struct cmd *cmd, const char *file, const struct signer *signer)
{
	if (!all)
		return 0;
	if (opt_value(only) != NULL)
		return say_usage(cmd->name,
		    _("--all and --signer: every signature, or that one?"));
	if (signer->state != NULL)
		return say_usage(cmd->name,
		    _("--all and --state: a state waits for one value, and "
		      "each counter-signature has its own: one state for each, "
		      "with --signer N"));
	if (strcmp(file, "-") == 0)
		return say_usage(
		    cmd->name, _("--all: want a file, not standard input"));
	return 0;
}

static int
countersign_run(const struct cmd *cmd, const char **files, size_t count)
{
	const char *id = opt_value(only);
	struct sign_job_options set;
	struct signer signer;
	int rc = signer_begin(cmd, &signer);

	(void)count;
	if (rc == 0 && id != NULL && !is_signer_id(id))
		rc = say_usage(cmd->name,
		    _("--signer: want a number such as 1 or 1.1, have '%s'"),
		    id);
	if (rc == 0)
		rc = check_all(cmd, files[0], &signer);
	if (rc == 0)
		rc = job_options(cmd, &set);
	if (rc == 0)
		rc = signer_output(cmd, files[0], &set, &signer);
	if (rc == 0)
		rc = signer_load(cmd, &signer);
	if (rc == 0)
		rc = all ? countersign_all(files[0], &set, &signer)
			 : countersign(files[0], &set, &signer);
	signer_clear(&signer);
	return rc;
}

const struct cmd cmd_countersign = {
	.name = "countersign",
	.args = N_("[option]... SIG\n"
		   "--cert FILE --state STATE [option]... SIG"),
	.summary = N_("Sign somebody's signature: confirm that it was there."),
	.text = N_("Without --signer the only signature of the file is meant; "
		   "--all means each of several, as a notary does. "
		   "The file is changed in place, in one step that either "
		   "happens or does not; --output writes elsewhere. With "
		   "--state the key is elsewhere, on a phone: the value that "
		   "it makes is put in by 'podpis complete'."),
	.options = options,
	.run = countersign_run,
	.min = 1,
	.max = 1,
};
