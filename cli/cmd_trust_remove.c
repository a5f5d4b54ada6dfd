/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/certline.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/file.h"
#include "cli/opt.h"
#include "cli/prompt.h"
#include "sign/verify.h"
#include "cli/term.h"
#include "cli/trustdir.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define MIN_PREFIX 4

static int yes, system_wide;

static struct poptOption options[] = {
	OPT_FLAG("yes", 'y', &yes, N_("do not ask whether that is meant")),
	OPT_FLAG("system", '\0', &system_wide,
	    N_("from what everybody on this computer trusts")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

struct trust_search {
	char *prefix; /* of the fingerprint, blanks and colons left out */
	const char *name;
	char *file; /* the first match */
	size_t count;
};

static char *
search_prefix(const char *name)
{
	char *prefix = calloc(1, strlen(name) + 1);
	size_t at = 0;

	for (; prefix != NULL && *name != '\0'; name++)
		if (*name != ' ' && *name != ':')
			prefix[at++] = *name;
	return prefix;
}

static int
search_matches(
    const struct trust_search *search, const struct sign_cert_line *line)
{
	size_t len = strlen(search->prefix);

	if (len >= MIN_PREFIX &&
	    strncasecmp(line->sha256, search->prefix, len) == 0)
		return 1;
	return line->common_name != NULL &&
	    strcmp(line->common_name, search->name) == 0;
}

static int
search_look(const char *file, const struct sign_cert_line *line, void *payload)
{
	struct trust_search *search = payload;

	if (strcmp(file_base(file), search->name) != 0 &&
	    !search_matches(search, line))
		return 0;
	if (search->file != NULL && strcmp(search->file, file) == 0)
		return 0;
	search->count++;
	certline_out(line, NULL);
	if (search->file == NULL)
		search->file = strdup(file);
	return 0;
}

static int
trust_unlink(const char *file)
{
	if (!yes && prompt_possible()) {
		out_finish(0);
		if (!prompt_yes(_("Trust it no longer? [y/N] "))) {
			say_error(_("cancelled: not removed"));
			return EXIT_CANCEL;
		}
	}
	if (unlink(file) != 0) {
		say_error(_("cannot remove %s: %s"), file, strerror(errno));
		return EXIT_FILE;
	}
	say_note(_("Removed: %s"), file);
	return 0;
}

static int
trust_remove_one(const char *dir, const char *name)
{
	struct trust_search search = { search_prefix(name), name, NULL, 0 };
	int rc;

	if (search.prefix == NULL)
		return EXIT_OTHER;
	rc = trust_each(dir, search_look, &search);
	if (rc == 0 && search.count == 0) {
		say_error(_("no trusted certificate matches '%s'"), name);
		say_hint(_("'podpis trust list' shows them; give the "
			   "fingerprint's first digits or the name"));
		rc = EXIT_KEY;
	} else if (rc == 0 && search.count > 1) {
		say_error(_("%zu trusted certificates match '%s'"),
		    search.count, name);
		say_hint(_("give more digits of the fingerprint"));
		rc = EXIT_KEY;
	} else if (rc == 0) {
		rc = search.file != NULL ? trust_unlink(search.file)
					 : EXIT_OTHER;
	}
	free(search.file);
	free(search.prefix);
	return rc;
}

static int
trust_remove_run(const struct cmd *cmd, const char **names, size_t count)
{
	char *dir = config_trust_dir(system_wide);
	int rc, worst = 0;
	size_t i;

	(void)cmd;
	if (dir == NULL || app_ctx() == NULL) {
		free(dir);
		say_error(_("there is no home directory to look in"));
		return EXIT_FILE;
	}
	for (i = 0; i < count; i++) {
		rc = trust_remove_one(dir, names[i]);
		worst = exit_worst(worst, rc);
	}
	free(dir);
	return worst;
}

const struct cmd cmd_trust_remove = {
	.name = "trust remove",
	.args = N_("[option]... FINGERPRINT|NAME..."),
	.summary = N_("Trust a certification authority no longer."),
	.text = N_("The fingerprint's first digits are enough where only one "
		   "certificate begins with them."),
	.options = options,
	.run = trust_remove_run,
	.min = 1,
	.max = OPT_ANY,
};
