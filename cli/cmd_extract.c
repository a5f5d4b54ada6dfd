/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "sign/ctx.h"
#include "sign/job.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

static const char **output_option, **signer;
static int force;

static struct poptOption options[] = {
	OPT_VALUE("signer", '\0', &signer,
	    N_("what this signature is over, as 'podpis verify' numbers it"),
	    "N"),
	OPT_VALUE("output", 'o', &output_option,
	    N_("where to write, '-' is standard output; a directory for the "
	       "files of a container"),
	    N_("FILE")),
	OPT_FLAG("force", 'f', &force, N_("replace a file that exists")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static int
extract_to(const struct cmd *cmd, const char *file, const char *output)
{
	int rc;

	rc = file_check_output(cmd->name, output, file, force, 1);
	if (rc != 0)
		return rc;
	rc = sign_extract_signer(
	    app_ctx(), file, opt_value(signer), output, force);
	rc = app_result(rc);
	if (rc == 0 && strcmp(output, "-") != 0)
		say_note(
		    _("Written: %s (its signatures were not checked)"), output);
	return rc;
}

/* ---- the files of a container */

struct extracted {
	const char *directory;
	size_t written, left;
};

static int
extracted_file(const struct sign_extracted *file, void *payload)
{
	struct extracted *to = payload;
	char *name = escaped(file->name);

	if (file->left == NULL) {
		to->written++;
		say_note(_("Written: %s/%s"), to->directory, name);
	} else {
		to->left++;
		progress_end();
		say_error(_("%s stays in the container: %s"), name, file->left);
	}
	free(name);
	return 0;
}

static int
extract_files(const char *file, const char *directory)
{
	struct sign_extract_options set = SIGN_EXTRACT_OPTIONS_INIT;
	struct extracted to = { directory, 0, 0 };
	int rc;

	set.signer = opt_value(signer);
	set.force = force;
	set.fn = extracted_file;
	set.payload = &to;
	rc = app_result(sign_extract_dir(app_ctx(), file, &set, directory));
	if (rc != 0)
		return rc;
	say_note(_("Files written: %zu, left in the container: %zu (its "
		   "signatures were not checked)"),
	    to.written, to.left);
	return 0;
}

/* Several files go into a directory; standard input is not looked at before. */
static int
is_for_directory(const char *file, const char *where)
{
	enum sign_kind kind = SIGN_KIND_OTHER;

	if (where != NULL && (strcmp(where, "-") == 0 || !file_is_dir(where)))
		return 0;
	if (strcmp(file, "-") == 0)
		return where != NULL;
	return sign_probe(app_ctx(), file, &kind) == 0 &&
	    kind == SIGN_KIND_CONTAINER;
}

static int
extract_run(const struct cmd *cmd, const char **files, size_t count)
{
	const char *where = opt_value(output_option);
	char *stem = NULL, *output = NULL;
	int rc;

	(void)count;
	if (app_ctx() == NULL)
		return EXIT_OTHER;
	if (is_for_directory(files[0], where))
		return extract_files(files[0], where != NULL ? where : ".");
	if (where == NULL || (strcmp(where, "-") != 0 && file_is_dir(where)))
		stem = file_stem(files[0], ".p7m");
	else
		stem = strdup(files[0]);
	if (stem != NULL)
		output = file_output(where, stem);
	if (output == NULL)
		rc = say_usage(cmd->name,
		    _("%s does not end in .p7m: say where with --output"),
		    files[0]);
	else
		rc = extract_to(cmd, files[0], output);
	free(output);
	free(stem);
	return rc;
}

const struct cmd cmd_extract = {
	.name = "extract",
	.args = N_("[option]... SIG"),
	.summary = N_("Take the document out of an attached signature, the "
		      "files out of a container."),
	.text = N_("Without --output the document gets the name of the "
		   "signature without its ending. Out of signed XML come the "
		   "octets that the first signature is over, or the one that "
		   "--signer names, and no others; out of a container the "
		   "files that its signatures cover, into the directory "
		   "--output or this one. Whether the signatures are "
		   "valid is another question: see 'podpis verify'."),
	.options = options,
	.run = extract_run,
	.min = 1,
	.max = 1,
};
