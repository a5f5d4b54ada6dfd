/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/exit.h"
#include "cli/term.h"

int
exit_of(int error)
{
	switch (error) {
#define EXIT_ROW(error, code) \
	case SIGN_E_##error: \
		return EXIT_##code;
		EXIT_OF_ERROR(EXIT_ROW)
#undef EXIT_ROW
	default:
		return EXIT_OTHER;
	}
}

static int
exit_rank(int code)
{
	if (code == EXIT_OK)
		return 0;
	if (code < EXIT_FAILED || code > EXIT_INCOMPLETE)
		return 1;
	return 2 + EXIT_INCOMPLETE - code;
}

int
exit_worst(int have, int next)
{
	return exit_rank(next) > exit_rank(have) ? next : have;
}

const char *
exit_text(int code)
{
	switch (code) {
#define EXIT_TEXT(name, number, text) \
	case number: \
		return text;
		EXIT_CODES(EXIT_TEXT)
#undef EXIT_TEXT
	default:
		return NULL;
	}
}
