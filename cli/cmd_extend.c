/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/opt.h"
#include "cli/raise.h"
#include "sign/ctx.h"
#include "sign/extend.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

static struct {
	const char **level, **signer, **content, **output, **policy, **digest;
	int renew, force;
} opts;

static struct poptOption options[] = {
	OPT_VALUE("level", 'l', &opts.level,
	    N_("raise to this level: b-t, b-lt, b-lta; t, c, x1, x2, xlt1, "
	       "xlt2, a"),
	    N_("LEVEL")),
	OPT_FLAG("renew", '\0', &opts.renew,
	    N_("the level is there: one more archive time-stamp")),
	OPT_VALUE("signer", '\0', &opts.signer,
	    N_("only this signature, numbered as in the report"), "N"),
	OPT_LIST("content", '\0', &opts.content,
	    N_("document that was signed, for a detached signature"),
	    N_("DOC")),
	OPT_VALUE("policy", '\0', &opts.policy,
	    N_("rules of the verdict: ades (default), cms, 63fz or eidas"),
	    N_("NAME")),
	OPT_VALUE("digest", '\0', &opts.digest,
	    N_("digest of the time-stamps, if not the signature's own"),
	    N_("ALG")),
	OPT_VALUE("output", 'o', &opts.output,
	    N_("where to write, '-' is standard output"), N_("FILE")),
	OPT_FLAG("force", 'f', &opts.force, N_("replace a file that exists")),
	OPT_INCLUDE(opt_raise, NULL),
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_chain, NULL),
	OPT_INCLUDE(opt_tsa, N_("Time-stamps and the network:")),
	OPT_INCLUDE(opt_net, NULL),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
extend_level(const struct cmd *cmd, const char *level)
{
	if (level == NULL)
		return say_usage(cmd->name,
		    _("which level? Give --level, for example b-lt or xlt1"));
	return raise_check_level(cmd, level);
}

static void
extend_options(struct sign_extend_options *set)
{
	set->renew = opts.renew;
	set->signer = opt_value(opts.signer);
	set->digest = opt_value(opts.digest);
	if (opt_value(opts.policy) != NULL)
		set->policy = opt_value(opts.policy);
	set->contents = opts.content;
	set->content_count = opt_count(opts.content);
	set->force = opts.force;
}

/* In place, or where --output says. */
static int
extend_output(const struct cmd *cmd, const char *file, char **out)
{
	const char *output = opt_value(opts.output);
	int rc = file_in_place(cmd->name, file, output, out);

	if (rc == 0 && output != NULL && !file_is_same(*out, file))
		rc = file_check_output(cmd->name, *out, NULL, opts.force, 0);
	return rc;
}

static int
extend_file(const char *file, const struct raise *raise, const char *output)
{
	int changed = 0;
	int rc = app_result(sign_extend(
	    app_ctx(), file, raise->trust, &raise->set, output, &changed));

	if (rc != 0)
		return rc;
	if (!changed)
		say_note(
		    _("%s: the level is there, nothing was to be done"), file);
	else if (strcmp(output, "-") != 0)
		say_note(_("Extended: %s"), output);
	return 0;
}

static int
extend_run(const struct cmd *cmd, const char **files, size_t count)
{
	struct raise raise = { .trust = NULL };
	char *output = NULL;
	int rc;

	(void)count;
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	rc = extend_level(cmd, opt_value(opts.level));
	if (rc == 0)
		rc = extend_output(cmd, files[0], &output);
	if (rc == 0)
		rc = raise_load(cmd->name, opt_value(opts.level), &raise);
	extend_options(&raise.set);
	if (rc == 0)
		rc = extend_file(files[0], &raise, output);
	raise_clear(&raise);
	free(output);
	return rc;
}

const struct cmd cmd_extend = {
	.name = "extend",
	.args = N_("--level LEVEL [option]... FILE"),
	.summary = N_("Let signatures stand for longer: time-stamps and "
		      "validation data."),
	.text = N_("Raises anybody's signatures to a higher level, without "
		   "their keys. The file is changed in place, in one step "
		   "that either happens or does not, after the result was "
		   "read back and judged; --output writes elsewhere."),
	.options = options,
	.run = extend_run,
	.min = 1,
	.max = 1,
};
