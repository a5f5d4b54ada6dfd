/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/job.h"
#include "cli/net.h"
#include "cli/octets.h"
#include "cli/opt.h"
#include "cli/raise.h"
#include "cli/state.h"
#include "sign/ctx.h"
#include "sign/extend.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

#define MAX_VALUE (64 * 1024)
#define MAX_CMS (4 * 1024 * 1024)

static struct {
	const char **signature, **cms, **content, **level, **output;
	int force;
} opts;

static struct poptOption options[] = {
	OPT_VALUE("signature", 's', &opts.signature,
	    N_("the signature value: its octets, or hexadecimal or base64 "
	       "text"),
	    N_("FILE")),
	OPT_VALUE("cms", '\0', &opts.cms,
	    N_("instead: a whole CMS that a phone or service made"),
	    N_("FILE")),
	OPT_LIST("content", '\0', &opts.content,
	    N_("the document where the signature holds it, or the contract"),
	    N_("FILE")),
	OPT_INCLUDE(opt_state_key, NULL),
	OPT_VALUE("output", 'o', &opts.output,
	    N_("where to write, '-' is standard output"), N_("FILE")),
	OPT_FLAG("force", 'f', &opts.force, N_("replace a file that exists")),
	OPT_VALUE("level", 'l', &opts.level,
	    N_("level with time-stamps, if not the one that was prepared: "
	       "b-t, b-lt, b-lta, t, c, x1, x2, xlt1, xlt2, a"),
	    N_("LEVEL")),
	OPT_INCLUDE(opt_tsa, N_("Where the level has time-stamps:")),
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_raise, NULL),
	OPT_INCLUDE(opt_net, NULL),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
check_usage(const struct cmd *cmd)
{
	if ((opt_value(opts.signature) == NULL) ==
	    (opt_value(opts.cms) == NULL))
		return say_usage(cmd->name,
		    _("what completes it? Give --signature FILE or --cms "
		      "FILE"));
	return raise_check_level(cmd, opt_value(opts.level));
}

/* ---- the value */

/* Octets, else the text that they may be: what verifies tells them apart. */
static int
complete_value(struct sign_job *job, const struct octets *value)
{
	struct octets other;
	int rc = sign_job_complete(job, value->ptr, value->len);

	if (rc == SIGN_E_VALUE && octets_from_hex(value, &other)) {
		rc = sign_job_complete(job, other.ptr, other.len);
		octets_wipe(&other);
	}
	if (rc == SIGN_E_VALUE && octets_from_base64(value, &other)) {
		rc = sign_job_complete(job, other.ptr, other.len);
		octets_wipe(&other);
	}
	return rc;
}

static int
complete_job(struct sign_job *job)
{
	const char *cms = opt_value(opts.cms);
	struct octets file;
	int rc = octets_load(cms != NULL ? cms : opt_value(opts.signature),
	    cms != NULL ? MAX_CMS : MAX_VALUE, &file);

	if (rc == 0)
		rc = app_result(cms != NULL
			? sign_job_complete_cms(job, file.ptr, file.len)
			: complete_value(job, &file));
	octets_wipe(&file);
	return rc;
}

/* ---- the document, and where the signature goes */

static int
give_content(struct sign_job *job)
{
	size_t count = opt_count(opts.content);
	struct sign_trust *trust = NULL;
	int rc;

	if (count == 0)
		return 0;
	rc = evidence_load(&trust);
	if (rc == 0) {
		sign_job_set_trust(job, trust);
		rc =
		    app_result(sign_job_prepare_many(job, opts.content, count));
	}
	sign_job_set_trust(job, NULL);
	sign_trust_free(trust);
	return rc;
}

static int
write_job(const struct cmd *cmd, struct sign_job *job, const char *output)
{
	const char *level = opt_value(opts.level);
	struct raise raise = { .trust = NULL };
	int rc;

	if (level == NULL)
		level = sign_job_card(job)->level;
	if (!raise_is_level(level))
		return app_result(sign_job_write(job, output));
	rc = raise_load_tsas(cmd->name, level, &raise);
	raise.set.contents = opts.content;
	raise.set.content_count = opt_count(opts.content);
	if (rc == 0)
		rc = app_result(
		    sign_job_write_level(job, raise.trust, &raise.set, output));
	raise_clear(&raise);
	return rc;
}

/* The card has what was signed in the end. */
static int
put_signature(const struct cmd *cmd, struct sign_job *job)
{
	const struct sign_card *card = sign_job_card(job);
	const char *wanted = card->output;
	char *output = file_output(opt_value(opts.output), wanted);
	int rc = 0;

	if (output == NULL)
		return EXIT_OTHER;
	/* a contract is changed in place */
	if (opt_count(opts.content) == 0 ||
	    !file_is_same(output, opts.content[0]))
		rc = file_check_output(cmd->name, output, NULL, opts.force, 1);
	if (rc == 0)
		rc = write_job(cmd, job, output);
	if (rc == 0) {
		job_show_as(_("Signed:"), job, output);
		if (opt_value(opts.cms) != NULL &&
		    strcmp(card->format, "cms") == 0)
			say_note(_("The CMS names no signing certificate among "
				   "what is signed: a plain CMS, which the "
				   "policies cms and 63fz accept"));
	}
	free(output);
	return rc;
}

static int
complete_run(const struct cmd *cmd, const char **files, size_t count)
{
	struct sign_state_options seal;
	struct sign_job *job = NULL;
	struct octets key = { NULL, 0 };
	int rc;

	(void)count;
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	rc = check_usage(cmd);
	if (rc == 0)
		rc = state_key(cmd, &key, &seal);
	if (rc == 0) {
		seal.force = opts.force;
		rc = state_load(files[0], &seal, &job);
	}
	if (rc == 0)
		rc = give_content(job);
	if (rc == 0)
		rc = complete_job(job);
	if (rc == 0)
		rc = put_signature(cmd, job);
	sign_job_free(job);
	octets_wipe(&key);
	return rc;
}

const struct cmd cmd_complete = {
	.name = "complete",
	.args = N_("STATE --signature FILE [option]...\n"
		   "STATE --cms FILE [option]..."),
	.summary = N_("Complete a signature that was prepared."),
	.text = N_("The second half of signing: takes the signature value, "
		   "checks it against the certificate, and writes the "
		   "signature. The same state and value always give the same "
		   "file. Where the signature holds its document, --content "
		   "gives it again. A contract that 'podpis contract sign "
		   "--state' prepared a signature for is given so, too, and "
		   "gets it in place: others may have signed it "
		   "meanwhile."),
	.options = options,
	.run = complete_run,
	.min = 1,
	.max = 1,
};
