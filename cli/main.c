/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/exit.h"
#include "cli/term.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

const struct cmd *const commands[] = {
	&cmd_sign,
	&cmd_add_signer,
	&cmd_countersign,
	&cmd_prepare,
	&cmd_complete,
	&cmd_verify,
	&cmd_judge,
	&cmd_extend,
	&cmd_show,
	&cmd_extract,
	&cmd_convert,
	&cmd_timestamp,
	&cmd_contract_new,
	&cmd_contract_sign,
	&cmd_contract_status,
	&cmd_contract_request,
	&cmd_contract_accept,
	&cmd_contract_import,
	&cmd_contract_export,
	&cmd_esia_secret,
	&cmd_token_list,
	&cmd_cert_list,
	&cmd_cert_show,
	&cmd_trust_list,
	&cmd_trust_add,
	&cmd_trust_remove,
	&cmd_version,
	&cmd_help,
	NULL,
};

/* Does the command's name begin with this word, and is there a second? */
static const char *
name_rest(const struct cmd *cmd, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(cmd->name, word, len) != 0 || len == 0)
		return NULL;
	if (cmd->name[len] == '\0')
		return "";
	return cmd->name[len] == ' ' ? cmd->name + len + 1 : NULL;
}

/* "trust" alone: which of them there are. */
static const struct cmd *
which_of(const char *word, const char *second)
{
	const char *names[8] = { 0 };
	size_t i, count = 0;
	char *list;

	for (i = 0; commands[i] != NULL && count < 7; i++)
		if (name_rest(commands[i], word) != NULL)
			names[count++] = commands[i]->name;
	list = opt_words(names);
	if (count == 0)
		say_error(_("unknown command '%s'"), word);
	else if (second == NULL)
		say_error(_("'%s' what? want one of: %s"), word, list);
	else
		say_error(_("unknown command '%s %s', want one of: %s"), word,
		    second, list);
	say_hint(_("'podpis help' lists the commands"));
	free(list);
	return NULL;
}

const struct cmd *
cmd_find(int argc, const char **argv, int *taken)
{
	const char *second = argc > 1 ? argv[1] : NULL;
	const char *rest;
	size_t i;

	for (i = 0; commands[i] != NULL; i++) {
		rest = name_rest(commands[i], argv[0]);
		if (rest == NULL)
			continue;
		*taken = rest[0] != '\0' ? 2 : 1;
		if (rest[0] == '\0' ||
		    (second != NULL && strcmp(rest, second) == 0))
			return commands[i];
	}
	return which_of(argv[0], second);
}

/* podpis alone: what a person most likely wants to do next. */
static int
what_next(void)
{
	out_text("%s\n\n", _("podpis signs documents and checks signatures."));
	out_text("  podpis verify %s\n      %s\n", _("FILE"),
	    _("check a document that somebody signed, or a signature file"));
	out_text("  podpis sign %s\n      %s\n", _("FILE"),
	    _("sign a document with the key on your token"));
	out_text("  podpis token list\n      %s\n",
	    _("see whether your token is found"));
	out_text("  podpis trust add %s\n      %s\n", _("FILE"),
	    _("trust a certification authority from now on"));
	out_text("  podpis help\n      %s\n", _("all commands"));
	return EXIT_OK;
}

static int
asks_help(const char *word)
{
	return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int
run(int argc, const char **argv)
{
	const struct cmd *cmd;
	int rest, taken, rc;

	rc = opt_global(argc, argv, &rest);
	if (rc != 0)
		return rc;
	if (app.version)
		return cmd_version.run(&cmd_version, NULL, 0);
	if (rest == argc && app.help) {
		help_overview();
		return EXIT_OK;
	}
	if (rest == argc)
		return what_next();
	if (rest + 2 == argc && asks_help(argv[rest + 1]) &&
	    help_group(argv[rest]) > 0)
		return EXIT_OK;
	cmd = cmd_find(argc - rest, argv + rest, &taken);
	if (cmd == NULL)
		return EXIT_USAGE;
	rest += taken - 1;
	return opt_run(cmd, argc - rest, argv + rest);
}

int
main(int argc, char **argv)
{
	const char **args;
	int i, rc;

	signal(SIGPIPE, SIG_IGN);
	args = calloc((size_t)argc + 1, sizeof(*args));
	if (args == NULL)
		return EXIT_OTHER;
	for (i = 0; i < argc; i++)
		args[i] = argv[i];
	app_start(opt_peek(argc, args, "--lang"));
	rc = out_finish(run(argc, args));
	app_end();
	free(args);
	return rc;
}
