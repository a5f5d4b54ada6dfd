/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/opt.h"
#include "sign/ctx.h"
#include "sign/job.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

static struct {
	const char **output, **content;
	int attached, detached, force, pem;
} opts;

static struct poptOption options[] = {
	OPT_FLAG("detached", '\0', &opts.detached,
	    N_("leave the document out of the signature")),
	OPT_FLAG("attached", '\0', &opts.attached,
	    N_("put the document into the signature")),
	OPT_VALUE("content", '\0', &opts.content,
	    N_("the document, where it does not stand beside SIG"), N_("DOC")),
	OPT_VALUE("output", 'o', &opts.output,
	    N_("where to write, '-' is standard output"), N_("FILE")),
	OPT_FLAG("force", 'f', &opts.force, N_("replace a file that exists")),
	OPT_FLAG("pem", '\0', &opts.pem, N_("PEM instead of DER")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
convert_write(const struct cmd *cmd, const char *file, const char *content,
    const char *output)
{
	int rc;

	rc = file_check_output(cmd->name, output, file, opts.force, opts.pem);
	if (rc != 0)
		return rc;
	rc = sign_convert(app_ctx(), file,
	    opts.attached ? SIGN_ATTACHED : SIGN_DETACHED, content, output,
	    opts.force, opts.pem);
	return app_written(rc, output);
}

static int
convert_check(const struct cmd *cmd)
{
	if (opts.attached == opts.detached)
		return say_usage(
		    cmd->name, _("which way? Give --attached or --detached"));
	if (opts.detached && opt_value(opts.content) != NULL)
		return say_usage(cmd->name,
		    _("--content: only --attached takes a document"));
	return 0;
}

/* lease.pdf.p7m to lease.pdf.sig and back, the document being lease.pdf. */
static int
convert_run(const struct cmd *cmd, const char **files, size_t count)
{
	const char *content = opt_value(opts.content);
	char *stem, *name, *output;
	int rc;

	(void)count;
	rc = convert_check(cmd);
	if (rc != 0)
		return rc;
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	stem = file_stem(files[0], ".p7m");
	name = formatted("%s%s", stem != NULL ? stem : files[0],
	    opts.attached ? ".p7m" : ".sig");
	output = file_output(opt_value(opts.output), name);
	if (opts.attached && content == NULL && stem != NULL &&
	    file_exists(stem))
		content = stem;
	if (output == NULL)
		rc = EXIT_OTHER;
	else if (opts.attached && content == NULL)
		rc = say_usage(
		    cmd->name, _("which document? Give --content DOC"));
	else
		rc = convert_write(cmd, files[0], content, output);
	free(output);
	free(name);
	free(stem);
	return rc;
}

const struct cmd cmd_convert = {
	.name = "convert",
	.args = N_("[option]... --detached SIG\n"
		   "[option]... --attached [--content DOC] SIG"),
	.summary = N_("Put the document into the signature file or take it "
		      "out, without a key."),
	.text = N_("The signatures stay as they are, to the octet."),
	.options = options,
	.run = convert_run,
	.min = 1,
	.max = 1,
};
