/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_OPT_H
#define SIGN_CLI_OPT_H

#include <popt.h>
#include <stddef.h>

/*
 * Options are popt tables. A value goes to a "const char **" list, so that one
 * that was given twice is noticed; OPT_MANY rows may be.
 */
#define OPT_ONCE 0
#define OPT_MANY 1

/* long, short, list, description, name of the value */
#define OPT_VALUE(word, letter, list, text, value) \
	{ \
		word, letter, POPT_ARG_ARGV, list, OPT_ONCE, text, value \
	}
#define OPT_LIST(word, letter, list, text, value) \
	{ \
		word, letter, POPT_ARG_ARGV, list, OPT_MANY, text, value \
	}
#define OPT_FLAG(word, letter, flag, text) \
	{ \
		word, letter, POPT_ARG_NONE, flag, 0, text, NULL \
	}
#define OPT_INCLUDE(table, title) \
	{ \
		NULL, '\0', POPT_ARG_INCLUDE_TABLE, (void *)(table), 0, title, \
		    NULL \
	}
#define OPT_END \
	{ \
		NULL, '\0', 0, NULL, 0, NULL, NULL \
	}

/* --lang --color -q -v --no-input -h: every command has them. */
extern struct poptOption opt_common[];

struct cmd;
typedef int cmd_fn(const struct cmd *cmd, const char **args, size_t count);

/* A row of the table of commands: one per file cmd_*.c. */
struct cmd {
	const char *name;    /* "verify", "trust add" */
	const char *args;    /* usage behind the name; lines */
	const char *summary; /* N_(), one line */
	const char *text;    /* N_(), what else there is to know */
	struct poptOption *options;
	cmd_fn *run;
	size_t min, max; /* how many arguments */
};
#define OPT_ANY ((size_t)-1)

/* NULL-terminated. */
extern const struct cmd *const commands[];

/* Parse the options of a command and run it; the exit code. */
int opt_run(const struct cmd *cmd, int argc, const char **argv);
/* Options before the command's name; *rest is the name's index. */
int opt_global(int argc, const char **argv, int *rest);
/* What stands behind --lang or --color anywhere, before parsing. */
const char *opt_peek(int argc, const char **argv, const char *name);

/* The value of an OPT_VALUE; NULL: not given. */
const char *opt_value(const char **list);
size_t opt_count(const char *const *list);
/* An ASCII word against a list of words, any case: its index, or -1. */
int opt_word(const char *word, const char *const *words);
/* A value that is none of the words (NULL is) is a usage error that lists them;
 * 0 or an exit code. */
int opt_check_word(const struct cmd *cmd, const char *option, const char *value,
    const char *const *words);
/* The words in one line: "a, b, c"; to be freed. */
char *opt_words(const char *const *words);

/* The help page of a command. */
void help_command(const struct cmd *cmd);
/* "trust": a line for each command that begins so; how many there are. */
int help_group(const char *word);
/* All commands, one line each. */
void help_overview(void);

#endif
