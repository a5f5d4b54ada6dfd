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
#include "sign/ctx.h"
#include "sign/net.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static struct {
	const char **digest, **output, **format;
	int force;
} opts;

static struct poptOption options[] = {
	OPT_INCLUDE(opt_tsa, NULL),
	OPT_VALUE("digest", '\0', &opts.digest,
	    N_("digest algorithm (default: sha256)"), N_("NAME")),
	OPT_VALUE("format", 'F', &opts.format,
	    N_("tst (default): the token alone; asic-s, asic-e: a container "
	       "with the files and the token"),
	    N_("FORMAT")),
	OPT_VALUE("output", 'o', &opts.output,
	    N_("where to write, '-' is standard output"), N_("FILE")),
	OPT_FLAG("force", 'f', &opts.force, N_("replace a file that exists")),
	OPT_INCLUDE(opt_evidence, NULL),
	OPT_INCLUDE(opt_chain, NULL),
	OPT_INCLUDE(opt_net, N_("Network:")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

/* The formats, and how their files end; containers take several files. */
static const struct format {
	const char *name, *ending;
	int several;
} formats[] = {
	{ "tst", "tst", 0 },
	{ "asic-s", "asics", 0 },
	{ "asic-e", "asice", 1 },
};

/* NULL: said why not. */
static const struct format *
find_format(const struct cmd *cmd, size_t count)
{
	const char *name = opt_value(opts.format);
	const struct format *found = name == NULL ? &formats[0] : NULL;
	size_t i;

	for (i = 0; name != NULL && i < sizeof(formats) / sizeof(formats[0]);
	     i++)
		if (strcasecmp(name, formats[i].name) == 0)
			found = &formats[i];
	if (found == NULL) {
		say_usage(cmd->name,
		    _("--format: want tst, asic-s or asic-e, have '%s'"), name);
	} else if (count > 1 && !found->several) {
		say_usage(cmd->name, _("several files want --format asic-e"));
		found = NULL;
	}
	return found;
}

/* "lease.pdf.tst"; of a folder "act/": "act.asice". */
static char *
output_name(const char *file, const struct format *format)
{
	size_t len = strlen(file);
	char *name, *path;

	if (strcmp(file, "-") == 0)
		return file_output(opt_value(opts.output), "-");
	while (len > 1 && file[len - 1] == '/')
		len--;
	name = formatted("%.*s.%s", (int)len, file, format->ending);
	path = file_output(opt_value(opts.output), name);
	free(name);
	return path;
}

static int
stamp(
    const struct cmd *cmd, const char **files, size_t count, const char *output)
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
		set.format = opt_value(opts.format);
		rc = sign_timestamp_many(
		    app_ctx(), files, count, trust, &set, output);
		rc = app_written(rc, output);
	}
	net_tsas_clear(&tsas);
	sign_trust_free(trust);
	return rc;
}

static int
timestamp_run(const struct cmd *cmd, const char **files, size_t count)
{
	const struct format *format = find_format(cmd, count);
	char *output;
	int rc;

	if (format == NULL)
		return EXIT_USAGE;
	output = output_name(files[0], format);
	if (output == NULL || app_ctx() == NULL) {
		free(output);
		return EXIT_OTHER;
	}
	rc = file_check_output(cmd->name, output, files[0], opts.force, 0);
	if (rc == 0)
		rc = stamp(cmd, files, count, output);
	free(output);
	return rc;
}

const struct cmd cmd_timestamp = {
	.name = "timestamp",
	.args = N_("[option]... FILE..."),
	.summary =
	    N_("Have a time-stamp authority confirm that a file exists."),
	.text =
	    N_("Only the file's digest is sent. The token goes to FILE.tst; "
	       "'podpis verify FILE.tst' checks it. It proves that the file "
	       "existed at that time, not who made it. --format asic-e puts "
	       "files or folders and one token over all of them into a "
	       "container."),
	.options = options,
	.run = timestamp_run,
	.min = 1,
	.max = OPT_ANY,
};
