/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/signer.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/job.h"
#include "cli/opt.h"
#include "cli/prepared.h"
#include "cli/state.h"
#include "cli/term.h"
#include "sign/ctx.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CERT (1024 * 1024)

static const char **later;

struct poptOption opt_later[] = {
	OPT_VALUE("state", '\0', &later,
	    N_("the key is elsewhere: write what 'podpis complete' needs, and "
	       "do not touch the file"),
	    N_("STATE")),
	OPT_INCLUDE(opt_prepared, N_("With --state:")),
	OPT_END,
};

/* The first of two steps writes a state, and nothing else. */
int
signer_begin(const struct cmd *cmd, struct signer *out)
{
	memset(out, 0, sizeof(*out));
	out->state = opt_value(later);
	job_output.later = out->state != NULL;
	if (out->state == NULL && prepared_any())
		return say_usage(cmd->name,
		    _("--deadline, --state-key, --data-out and --octets-out "
		      "go with --state"));
	if (out->state == NULL)
		return 0;
	if (opt_value(job_output.output) != NULL)
		return say_usage(cmd->name,
		    _("--state changes no file: 'podpis complete' has "
		      "--output"));
	if (job_key_name() != NULL)
		return say_usage(cmd->name,
		    _("--state: the key is elsewhere, want --cert alone"));
	if (job_cert_name() == NULL)
		return say_usage(cmd->name,
		    _("--state: whose key is elsewhere? --cert FILE names the "
		      "certificate"));
	return 0;
}

int
signer_output(const struct cmd *cmd, const char *file,
    struct sign_job_options *set, struct signer *signer)
{
	int rc;

	if (signer->state == NULL)
		return job_change_output(cmd, file, &signer->output);
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	rc = prepared_check(cmd, signer->state, file);
	if (rc == 0)
		rc = prepared_deadline(cmd, &set->deadline);
	return rc == 0 ? state_key(cmd, &signer->seal_key, &signer->seal) : rc;
}

int
signer_load(const struct cmd *cmd, struct signer *signer)
{
	if (signer->state != NULL)
		return octets_load(job_cert_name(), MAX_CERT, &signer->cert);
	return job_key(cmd, &signer->key);
}

int
signer_job(const struct signer *signer, const struct sign_job_options *set,
    struct sign_job **out)
{
	int rc = job_new(set, signer->key, out);

	if (rc == 0 && signer->state != NULL)
		rc =
		    sign_job_set_cert(*out, signer->cert.ptr, signer->cert.len);
	return rc;
}

int
signer_put(struct signer *signer, struct sign_job *job, const char *output)
{
	if (signer->state == NULL)
		return job_finish(job, signer->key, output);
	return job_output.dry_run
	    ? 0
	    : prepared_save(job, &signer->seal, signer->state);
}

int
signer_finish(struct signer *signer, struct sign_job *job)
{
	job_show(job, signer->state != NULL ? signer->state : signer->output);
	return signer_put(signer, job, signer->output);
}

void
signer_clear(struct signer *signer)
{
	sign_key_free(signer->key);
	octets_wipe(&signer->cert);
	octets_wipe(&signer->seal_key);
	free(signer->output);
	job_raise_clear();
}
