/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/exit.h"
#include "cli/opt.h"
#include "cli/term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPTION_COLUMN 28
#define COMMAND_COLUMN 18

static void
help_option(const struct poptOption *row)
{
	char head[128] = "      ";
	size_t len = 6;

	if (row->shortName != '\0')
		snprintf(head, sizeof(head), "  -%c%s", row->shortName,
		    row->longName != NULL ? ", " : "  ");
	snprintf(head + len, sizeof(head) - len, "--%s%s%s", row->longName,
	    row->argDescrip != NULL ? "=" : "",
	    row->argDescrip != NULL ? _(row->argDescrip) : "");
	out_text("%s", head);
	if (text_width(head) + 1 >= OPTION_COLUMN)
		out_text("\n%*s", OPTION_COLUMN, "");
	else
		out_text("%*s", text_pad(head, OPTION_COLUMN), "");
	out_wrapped(_(row->descrip), OPTION_COLUMN, OPTION_COLUMN);
}

static void
help_options(const struct poptOption *row)
{
	for (; row->longName != NULL || row->arg != NULL; row++) {
		if (row->argInfo != POPT_ARG_INCLUDE_TABLE) {
			if (row->descrip != NULL)
				help_option(row);
			continue;
		}
		if (row->descrip != NULL)
			out_text("\n%s\n", _(row->descrip));
		help_options(row->arg);
	}
}

/* "Usage:" before the first form of the command, blanks before the others. */
static void
help_usage(const struct cmd *cmd)
{
	const char *usage = _("Usage:");
	const char *line = _(cmd->args);
	size_t len, pad = text_width(usage);

	for (;;) {
		len = strcspn(line, "\n");
		out_text(
		    "%s podpis %s %.*s\n", usage, cmd->name, (int)len, line);
		if (line[len] == '\0')
			break;
		line += len + 1;
		usage = &"                "[pad < 16 ? 16 - pad : 0];
	}
}

void
help_command(const struct cmd *cmd)
{
	help_usage(cmd);
	out_text("\n");
	out_wrapped(_(cmd->summary), 0, 0);
	if (cmd->text != NULL) {
		out_text("\n");
		out_wrapped(_(cmd->text), 0, 0);
	}
	out_text("\n%s\n", _("Options:"));
	help_options(cmd->options);
}

static void
help_exits(void)
{
	const char *text;
	int code;

	out_text("\n%s\n", _("Exit status:"));
	for (code = 0; (text = exit_text(code)) != NULL; code++)
		out_text("  %2d  %s\n", code, _(text));
}

static void
help_line(const struct cmd *cmd)
{
	out_text("  %s%*s", cmd->name, text_pad(cmd->name, COMMAND_COLUMN), "");
	out_wrapped(_(cmd->summary), COMMAND_COLUMN + 2, COMMAND_COLUMN + 2);
}

int
help_group(const char *word)
{
	size_t len = strlen(word), i;
	int found = 0;

	for (i = 0; commands[i] != NULL; i++) {
		if (strncmp(commands[i]->name, word, len) != 0 ||
		    commands[i]->name[len] != ' ')
			continue;
		if (found++ == 0)
			out_text("%s\n", _("Commands:"));
		help_line(commands[i]);
	}
	if (found > 0)
		out_text("\n%s\n", _("'podpis help COMMAND' tells more."));
	return found;
}

void
help_overview(void)
{
	size_t i;

	out_text("%s podpis %s\n\n", _("Usage:"),
	    _("[common option]... COMMAND [option]... [FILE]..."));
	out_text("%s\n", _("Commands:"));
	for (i = 0; commands[i] != NULL; i++)
		help_line(commands[i]);
	out_text("\n%s\n", _("Common options:"));
	help_options(opt_common);
	help_exits();
	out_text("\n%s\n",
	    _("'podpis help COMMAND' tells more, and so does man podpis."));
}
