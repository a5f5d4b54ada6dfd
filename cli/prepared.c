/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/prepared.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/file.h"
#include "cli/job.h"
#include "cli/octets.h"
#include "cli/opt.h"
#include "cli/raise.h"
#include "cli/state.h"
#include "sign/ctx.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <string.h>
#include <time.h>

static struct {
	const char **deadline, **data_out, **octets_out;
} opts;

struct poptOption opt_prepared[] = {
	OPT_VALUE("deadline", '\0', &opts.deadline,
	    N_("until when it may be completed: a time, or 30m, 24h, 3d"),
	    N_("TIME")),
	OPT_INCLUDE(opt_state_key, NULL),
	OPT_VALUE("data-out", '\0', &opts.data_out,
	    N_("write what the key is to sign: the digest, or for EdDSA the "
	       "octets"),
	    N_("FILE")),
	OPT_VALUE("octets-out", '\0', &opts.octets_out,
	    N_("write the octets that the digest is of"), N_("FILE")),
	OPT_END,
};

int
prepared_wants_cert(void)
{
	return opt_value(opts.data_out) != NULL ||
	    opt_value(opts.octets_out) != NULL;
}

int
prepared_any(void)
{
	return prepared_wants_cert() || opt_value(opts.deadline) != NULL ||
	    state_key_given();
}

/* A time, or how long from now. */
int
prepared_deadline(const struct cmd *cmd, int64_t *out)
{
	const char *text = opt_value(opts.deadline);
	int64_t seconds;

	if (text == NULL)
		return 0;
	seconds = raise_duration(text);
	if (seconds >= 0) {
		*out = (int64_t)time(NULL) + seconds;
		return 0;
	}
	if (sign_time_parse(app_ctx(), text, out) == 0)
		return 0;
	return say_usage(cmd->name,
	    _("--deadline: want a time such as 2026-11-21T10:00:00Z, or 24h, "
	      "have '%s'"),
	    text);
}

int
prepared_check(const struct cmd *cmd, const char *state, const char *document)
{
	const char *const outputs[] = { state, opt_value(opts.data_out),
		opt_value(opts.octets_out) };
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < 3 && !job_output.dry_run; i++)
		if (outputs[i] != NULL)
			rc = file_check_output(cmd->name, outputs[i], document,
			    job_output.force, i == 0);
	return rc;
}

static int
put_parts(const struct sign_job *job)
{
	const unsigned char *ptr;
	size_t len;
	int rc = 0;

	if (opt_value(opts.data_out) != NULL) {
		ptr = sign_job_data(job, &len);
		rc = octets_save(
		    opt_value(opts.data_out), ptr, len, job_output.force);
	}
	if (rc == 0 && opt_value(opts.octets_out) != NULL) {
		ptr = sign_job_octets(job, &len);
		rc = octets_save(
		    opt_value(opts.octets_out), ptr, len, job_output.force);
	}
	return rc;
}

int
prepared_save(struct sign_job *job, const struct sign_state_options *seal,
    const char *state)
{
	const char *text = NULL;
	size_t len = 0;
	int rc = app_result(sign_job_export(job, seal, &text, &len));

	if (rc == 0)
		rc = put_parts(job);
	if (rc == 0)
		rc = octets_save(state, text, len, job_output.force);
	if (rc == 0 && strcmp(state, "-") != 0)
		say_note(_("Prepared: %s"), state);
	return rc;
}
