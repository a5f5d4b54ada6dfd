/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/exit.h"
#include "cli/file.h"
#include "cli/term.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const file_endings[] = { ".sig", ".p7s", ".sgn", ".sign", NULL };

int
file_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

int
file_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int
file_is_readable(const char *path)
{
	return access(path, R_OK) == 0;
}

int
file_is_same(const char *a, const char *b)
{
	struct stat first, second;

	return stat(a, &first) == 0 && stat(b, &second) == 0 &&
	    first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

const char *
file_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

char *
file_output(const char *output, const char *otherwise)
{
	char *path;

	if (otherwise == NULL)
		path = NULL;
	else if (output == NULL)
		path = strdup(otherwise);
	else if (strcmp(output, "-") != 0 && file_is_dir(output))
		path = formatted("%s/%s", output, file_base(otherwise));
	else
		path = strdup(output);
	if (path == NULL)
		say_error(_("out of memory"));
	return path;
}

int
file_in_place(
    const char *command, const char *file, const char *output, char **out)
{
	if (strcmp(file, "-") == 0 && output == NULL)
		return say_usage(
		    command, _("standard input: say where with --output FILE"));
	*out = file_output(output, file);
	return *out != NULL ? 0 : EXIT_OTHER;
}

int
file_check_output(const char *command, const char *output, const char *input,
    int force, int pem)
{
	if (strcmp(output, "-") == 0) {
		if (pem || !isatty(STDOUT_FILENO))
			return 0;
		return say_usage(
		    command, _("a signature is no text for a terminal"));
	}
	if (input != NULL && file_is_same(output, input))
		return say_usage(command, _("%s is the input itself"), output);
	if (!force && file_exists(output)) {
		say_error(_("%s exists already"), output);
		say_hint(_("--force replaces it, --output writes elsewhere"));
		return EXIT_FILE;
	}
	return 0;
}

char *
file_stem(const char *path, const char *also)
{
	size_t len = strlen(path), end, i;
	const char *ending;

	for (i = 0;; i++) {
		ending = file_endings[i] != NULL ? file_endings[i] : also;
		end = strlen(ending);
		if (len > end && strcmp(path + len - end, ending) == 0 &&
		    path[len - end - 1] != '/')
			return strndup(path, len - end);
		if (file_endings[i] == NULL)
			return NULL;
	}
}
