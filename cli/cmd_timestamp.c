/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/evidence.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/net.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "sign/ctx.h"
#include "sign/net.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>

static struct {
	const char **digest, **output;
	int force;
} opts;

static struct poptOption options[] = {
	OPT_INCLUDE(opt_tsa, NULL),
	OPT_VALUE("digest", '\0', &opts.digest,
	    N_("digest algorithm (default: sha256)"), N_("NAME")),
	OPT_VALUE("output", 'o', &opts.output,
	    N_("where to write, '-' is standard output"), N_("FILE")),
	OPT_FLAG("force", 'f', &opts.force, N_("replace a file that exists")),
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_chain, NULL),
	OPT_INCLUDE(opt_net, N_("Network:")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

static char *
output_name(const char *file)
{
	char *name, *path;

	if (strcmp(file, "-") == 0)
		return file_output(opt_value(opts.output), "-");
	name = formatted("%s.tst", file);
	if (name == NULL)
		return NULL;
	path = file_output(opt_value(opts.output), name);
	free(name);
	return path;
}

static int
stamp(const struct cmd *cmd, const char *file, const char *output)
{
	struct sign_timestamp_options set = SIGN_TIMESTAMP_OPTIONS_INIT;
	struct net_tsas tsas = { NULL, 0 };
	struct sign_trust *trust = NULL;
	int rc;

	rc = evidence_load(&trust);
	if (rc == 0)
		rc = net_setup(cmd->name, NET_NEEDED);
	if (rc == 0)
		rc = net_tsas(cmd->name, &tsas);
	if (rc == 0 && tsas.count == 0)
		rc = say_usage(cmd->name,
		    _("which time-stamp authority? --tsa URL names one"));
	if (rc == 0) {
		set.tsas = tsas.list;
		set.tsa_count = tsas.count;
		set.digest = opt_value(opts.digest);
		set.force = opts.force;
		rc = sign_timestamp(app_ctx(), file, trust, &set, output);
		progress_end();
		if (rc != 0)
			rc = say_failed(app_ctx(), rc);
		else if (strcmp(output, "-") != 0)
			say_note(_("Written: %s"), output);
	}
	net_tsas_clear(&tsas);
	sign_trust_free(trust);
	return rc;
}

static int
timestamp_run(const struct cmd *cmd, const char **files, size_t count)
{
	char *output = output_name(files[0]);
	int rc;

	(void)count;
	if (output == NULL || app_ctx() == NULL) {
		free(output);
		return EXIT_OTHER;
	}
	rc = file_check_output(cmd->name, output, files[0], opts.force, 0);
	if (rc == 0)
		rc = stamp(cmd, files[0], output);
	free(output);
	return rc;
}

const struct cmd cmd_timestamp = {
	.name = "timestamp",
	.args = N_("[option]... FILE"),
	.summary =
	    N_("Have a time-stamp authority confirm that a file exists."),
	.text =
	    N_("Only the file's digest is sent. The token goes to FILE.tst; "
	       "'podpis verify FILE.tst' checks it. It proves that the file "
	       "existed at that time, not who made it."),
	.options = options,
	.run = timestamp_run,
	.min = 1,
	.max = 1,
};
