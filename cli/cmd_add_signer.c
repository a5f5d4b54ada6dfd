/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "cli/job.h"
#include "cli/opt.h"
#include "cli/raise.h"
#include "cli/signer.h"
#include "sign/ctx.h"
#include "sign/job.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

static const char **content;

static struct poptOption options[] = {
	OPT_INCLUDE(opt_key, NULL),
	OPT_VALUE("content", '\0', &content,
	    N_("the document, where the signature is detached and it does not "
	       "stand beside it"),
	    N_("DOC")),
	OPT_INCLUDE(opt_output, NULL),
	OPT_INCLUDE(opt_later, NULL),
	OPT_INCLUDE(opt_props, N_("What the signature says:")),
	OPT_INCLUDE(opt_content_stamp, N_("Time-stamps and the network:")),
	OPT_INCLUDE(opt_tsa, NULL),
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_raise, NULL),
	OPT_INCLUDE(opt_net, NULL),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
add_signer(
    const char *file, const struct sign_job_options *set, struct signer *signer)
{
	struct sign_job *job = NULL;
	int rc = signer_job(signer, set, &job);

	if (rc == 0)
		rc = sign_job_prepare_parallel(job, file, opt_value(content));
	rc = app_result(rc);
	if (rc == 0)
		rc = signer_finish(signer, job);
	sign_job_free(job);
	return rc;
}

static int
add_signer_run(const struct cmd *cmd, const char **files, size_t count)
{
	struct sign_job_options set;
	struct signer signer;
	int rc = signer_begin(cmd, &signer);

	(void)count;
	if (rc == 0)
		rc = job_options(cmd, &set);
	if (rc == 0)
		rc = signer_output(cmd, files[0], &set, &signer);
	if (rc == 0)
		rc = signer_load(cmd, &signer);
	if (rc == 0)
		rc = add_signer(files[0], &set, &signer);
	signer_clear(&signer);
	return rc;
}

const struct cmd cmd_add_signer = {
	.name = "add-signer",
	.args = N_("[option]... SIG\n"
		   "--cert FILE --state STATE [option]... SIG"),
	.summary = N_("Sign what others have signed already: one more "
		      "signature in the same file."),
	.text = N_("The file is changed in place, in one step that either "
		   "happens or does not; --output writes elsewhere. The "
		   "signatures that are there stay as they are. With --state "
		   "the key is elsewhere, on a phone: the value that it makes "
		   "is put in by 'podpis complete'."),
	.options = options,
	.run = add_signer_run,
	.min = 1,
	.max = 1,
};
