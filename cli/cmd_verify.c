/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/batch.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/inputs.h"
#include "cli/net.h"
#include "cli/opt.h"
#include "sign/ctx.h"
#include "sign/verify.h"
#include "cli/term.h"
#include "cli/verdict.h"

#include <stdlib.h>
#include <string.h>

static struct {
	const char **content, **save_facts;
	int force;
} opts;

static struct poptOption options[] = {
	OPT_LIST("content", '\0', &opts.content,
	    N_("document that was signed, for a detached signature"),
	    N_("DOC")),
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_chain, NULL),
	OPT_INCLUDE(opt_verdict, NULL),
	OPT_VALUE("save-facts", '\0', &opts.save_facts,
	    N_("save what the verdict rests on there, for podpis judge"),
	    N_("FILE")),
	OPT_FLAG(
	    "force", 'f', &opts.force, N_("replace an existing file of facts")),
	OPT_INCLUDE(opt_batch, N_("Many files:")),
	OPT_INCLUDE(opt_net, N_("Network:")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

struct verify {
	struct sign_trust *trust;
	struct sign_verify_options set;
	size_t files;
	int exit;
	FILE *out; /* of a batch: JSON goes there */
};

static void
verify_print(const struct verify *run, const struct sign_report *report,
    const char *signature)
{
	if (run->out != NULL)
		sign_report_json(report, batch_write, run->out);
	else
		verdict_print(report, signature);
}

/* One signature file with its documents: one report. The library's
 * inputs_fn. */
static int
verify_one(const char *signature, const char *const *contents, size_t count,
    void *payload)
{
	struct sign_report *report = NULL;
	struct verify *run = payload;
	int rc, code;

	if (run->set.save_facts != NULL && run->files++ > 0) {
		run->exit = say_usage(cmd_verify.name,
		    _("--save-facts: want one signature file at a time"));
		return -1;
	}
	run->set.contents = contents;
	run->set.content_count = count;
	run->set.find_content = count == 0;
	rc = sign_verify(app_ctx(), signature, run->trust, &run->set, &report);
	code = app_result(rc);
	if (code != 0) {
		run->exit = exit_worst(run->exit, code);
		return rc == SIGN_E_CANCEL || rc == SIGN_E_ARG ? -1 : 0;
	}
	verify_print(run, report, signature);
	run->exit = exit_worst(run->exit, sign_report_exit(report));
	sign_report_free(report);
	return 0;
}

/* What the options say, for this thread's context. */
static int
verify_load(const struct cmd *cmd, struct verify *run)
{
	struct sign_verify_options set = SIGN_VERIFY_OPTIONS_INIT;
	int rc;

	if (app_ctx() == NULL)
		return EXIT_OTHER;
	run->set = set;
	run->set.policy = app.config.policy;
	run->set.save_facts = opt_value(opts.save_facts);
	run->set.force = opts.force;
	rc = verdict_options(cmd, &run->set);
	if (rc == 0)
		rc = evidence_load(&run->trust);
	if (rc == 0)
		rc = net_setup(cmd->name, NET_IF_ASKED);
	return rc;
}

/* ---- many files */

static int
verify_start(const struct cmd *cmd, void **worker)
{
	struct verify *run = calloc(1, sizeof(*run));

	if (run == NULL) {
		say_error(_("out of memory"));
		return EXIT_OTHER;
	}
	*worker = run;
	return verify_load(cmd, run);
}

/* A line is what one would type: SIG, DOC, or DOC and SIG. */
static int
verify_line(
    void *worker, const char *const *fields, size_t count, FILE *out, int *stop)
{
	struct verify *run = worker;
	int code;

	run->out = out;
	run->exit = 0;
	sign_ctx_set_progress(app_ctx(), NULL, NULL);
	inputs_each(fields, count, NULL, 0, verify_one, run);
	code = run->exit;
	*stop = code == EXIT_OTHER || code == EXIT_USAGE;
	return code;
}

static void
verify_end(void *worker)
{
	struct verify *run = worker;

	if (run != NULL)
		sign_trust_free(run->trust);
	free(run);
}

static int
verify_batch(const struct cmd *cmd, size_t count)
{
	static const struct batch_ops ops = { verify_start, verify_line,
		verify_end, 0 };

	if (opt_count(opts.content) != 0 || opt_value(opts.save_facts) != NULL)
		return say_usage(cmd->name,
		    _("--content and --save-facts do not go with --batch"));
	return batch_run(cmd, &ops, count);
}

static int
verify_run(const struct cmd *cmd, const char **files, size_t count)
{
	struct verify run = { .exit = 0 };
	int rc;

	if (batch_given())
		return verify_batch(cmd, count);
	if (count == 0)
		return say_usage(cmd->name, _("%s: which file?"), cmd->name);
	rc = verify_load(cmd, &run);
	if (rc == 0) {
		inputs_each(files, count, opts.content, opt_count(opts.content),
		    verify_one, &run);
		rc = run.exit;
	}
	sign_trust_free(run.trust);
	return rc;
}

const struct cmd cmd_verify = {
	.name = "verify",
	.args = N_("[option]... FILE...\n[option]... DOC SIG\n"
		   "[option]... --content DOC... SIG\n"
		   "[option]... --batch LIST"),
	.summary = N_("Check signatures and say what they are worth."),
	.text = N_("FILE is a signature, or a document with its signature "
		   "beside it (FILE.sig, .p7s, .sgn or .sign). What a file is "
		   "is told by what is in it, never by its name. Exit status: "
		   "0 all signatures are valid, 5 one is not, 6 one could not "
		   "be confirmed, 7 valid but below --level, 4 no signature, "
		   "3 a file is missing."),
	.options = options,
	.run = verify_run,
	.min = 0,
	.max = OPT_ANY,
};
