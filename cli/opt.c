/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "cli/opt.h"
#include "cli/term.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct poptOption opt_common[] = {
	OPT_VALUE("lang", '\0', &app.lang, N_("language of messages: ru or en"),
	    "ru|en"),
	OPT_VALUE("color", '\0', &app.color,
	    N_("colours: auto, always or never"), N_("WHEN")),
	OPT_FLAG(
	    "quiet", 'q', &app.quiet, N_("print no more than is asked for")),
	{ "verbose", 'v', POPT_ARG_NONE, NULL, 'v',
	    N_("tell more; twice: how things are done"), NULL },
	OPT_FLAG("no-input", '\0', &app.no_input, N_("never ask anything")),
	OPT_FLAG("help", 'h', &app.help, N_("show this help")),
	OPT_END,
};

static struct poptOption global_options[] = {
	OPT_FLAG("version", 'V', &app.version, N_("show versions")),
	OPT_INCLUDE(opt_common, N_("Common options:")),
	OPT_END,
};

const char *
opt_value(const char **list)
{
	return list != NULL ? list[0] : NULL;
}

size_t
opt_count(const char *const *list)
{
	size_t count = 0;

	while (list != NULL && list[count] != NULL)
		count++;
	return count;
}

int
opt_word(const char *word, const char *const *words)
{
	int i;

	for (i = 0; words[i] != NULL; i++)
		if (strcasecmp(word, words[i]) == 0)
			return i;
	return -1;
}

char *
opt_words(const char *const *words)
{
	char *text = NULL, *longer;
	size_t i;

	for (i = 0; words[i] != NULL; i++) {
		longer = formatted("%s%s%s", text != NULL ? text : "",
		    text != NULL ? ", " : "", words[i]);
		free(text);
		text = longer;
	}
	return text != NULL ? text : strdup("");
}

int
opt_check_word(const struct cmd *cmd, const char *option, const char *value,
    const char *const *words)
{
	char *list;
	int rc;

	if (value == NULL || opt_word(value, words) >= 0)
		return 0;
	list = opt_words(words);
	rc = say_usage(
	    cmd->name, _("%s: want one of %s, have '%s'"), option, list, value);
	free(list);
	return rc;
}

const char *
opt_peek(int argc, const char **argv, const char *name)
{
	size_t len = strlen(name);
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], name, len) != 0)
			continue;
		if (argv[i][len] == '=')
			return argv[i] + len + 1;
		if (argv[i][len] == '\0' && i + 1 < argc)
			return argv[i + 1];
	}
	return NULL;
}

static int
opt_fault(const char *command, poptContext con, int code)
{
	const char *name = poptBadOption(con, 0);

	switch (code) {
	case POPT_ERROR_NOARG:
		return say_usage(command, _("option '%s' needs a value"), name);
	case POPT_ERROR_BADOPT:
		return say_usage(command, _("unknown option '%s'"), name);
	case POPT_ERROR_UNWANTEDARG:
		return say_usage(
		    command, _("option '%s' takes no value"), name);
	default:
		return say_usage(command, "%s: %s", name, poptStrerror(code));
	}
}

static int
opt_read(const char *command, poptContext con)
{
	int code;

	while ((code = poptGetNextOpt(con)) > 0)
		if (code == 'v')
			app.verbose++;
	return code < -1 ? opt_fault(command, con, code) : 0;
}

/* An option that may stand once stands once. */
static int
opt_check_once(const char *command, const struct poptOption *row)
{
	int rc = 0;

	for (; rc == 0 && (row->longName != NULL || row->arg != NULL); row++) {
		if (row->argInfo == POPT_ARG_INCLUDE_TABLE)
			rc = opt_check_once(command, row->arg);
		else if (row->argInfo == POPT_ARG_ARGV &&
		    row->val == OPT_ONCE &&
		    opt_count(*(const char ***)row->arg) > 1)
			rc = say_usage(command,
			    _("option '--%s' is given twice"), row->longName);
	}
	return rc;
}

static void
opt_clear(const struct poptOption *row)
{
	char ***list;
	size_t i;

	for (; row->longName != NULL || row->arg != NULL; row++) {
		if (row->argInfo == POPT_ARG_INCLUDE_TABLE)
			opt_clear(row->arg);
		if (row->argInfo != POPT_ARG_ARGV)
			continue;
		list = row->arg;
		for (i = 0; *list != NULL && (*list)[i] != NULL; i++)
			free((*list)[i]);
		free(*list);
		*list = NULL;
	}
}

static int
opt_check_common(const char *command)
{
	static const char *const langs[] = { "ru", "en", NULL };
	const char *lang = opt_value(app.lang);
	const char *color = opt_value(app.color);

	if (lang != NULL && opt_word(lang, langs) < 0)
		return say_usage(
		    command, _("--lang: want ru or en, have '%s'"), lang);
	if (color != NULL && term_set_color(color) != 0)
		return say_usage(command,
		    _("--color: want auto, always or never, have '%s'"), color);
	return 0;
}

static int
opt_check_args(const struct cmd *cmd, size_t count)
{
	if (count < cmd->min)
		return say_usage(cmd->name,
		    cmd->min == 1 ? _("%s: which file?")
				  : _("%s: too few arguments"),
		    cmd->name);
	if (count > cmd->max)
		return say_usage(
		    cmd->name, _("%s: too many arguments"), cmd->name);
	return 0;
}

int
opt_run(const struct cmd *cmd, int argc, const char **argv)
{
	const char **args;
	poptContext con;
	int rc;

	con = poptGetContext("podpis", argc, argv, cmd->options, 0);
	if (con == NULL)
		return EXIT_OTHER;
	rc = opt_read(cmd->name, con);
	if (rc == 0)
		rc = opt_check_once(cmd->name, cmd->options);
	if (rc == 0)
		rc = opt_check_common(cmd->name);
	args = poptGetArgs(con);
	if (rc == 0 && app.help)
		help_command(cmd);
	else if (rc == 0 && (rc = opt_check_args(cmd, opt_count(args))) == 0 &&
	    (rc = app_config()) == 0)
		rc = cmd->run(cmd, args, opt_count(args));
	opt_clear(cmd->options);
	poptFreeContext(con);
	return rc;
}

int
opt_global(int argc, const char **argv, int *rest)
{
	poptContext con;
	int rc;

	con = poptGetContext(
	    "podpis", argc, argv, global_options, POPT_CONTEXT_POSIXMEHARDER);
	if (con == NULL)
		return EXIT_OTHER;
	rc = opt_read(NULL, con);
	if (rc == 0)
		rc = opt_check_once(NULL, global_options);
	if (rc == 0)
		rc = opt_check_common(NULL);
	*rest = argc - (int)opt_count(poptGetArgs(con));
	poptFreeContext(con);
	return rc;
}
