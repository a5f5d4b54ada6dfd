/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_EXIT_H
#define SIGN_CLI_EXIT_H

#include "sign/error.h"

/*
 * Exit codes: the contract of podpis(1). A row: constant, number, what it
 * means.
 */
#define EXIT_CODES(X) \
	X(OK, 0, N_("done; all signatures are valid")) \
	X(OTHER, 1, N_("internal or unclassified failure")) \
	X(USAGE, 2, N_("usage")) \
	X(FILE, 3, \
	    N_("a file is missing, unreadable, unwritable, or exists already")) \
	X(FORMAT, 4, N_("the input is no signature, or malformed")) \
	X(FAILED, 5, N_("a signature is not valid")) \
	X(INDETERMINATE, 6, N_("a signature could not be confirmed")) \
	X(POLICY, 7, N_("valid, but below what was asked")) \
	X(INCOMPLETE, 8, N_("contract incomplete")) \
	X(NETWORK, 9, N_("the network did not give what was needed")) \
	X(MODULE, 10, N_("a token or module is absent")) \
	X(KEY, 11, N_("key or certificate not found, or ambiguous")) \
	X(PIN, 12, N_("the PIN is wrong")) \
	X(LOCKED, 13, N_("the PIN is locked or the key unusable")) \
	X(CANCEL, 14, N_("cancelled by the person")) \
	X(STATE, 15, N_("the job's state does not fit"))

enum exit_code {
#define EXIT_ENUM(name, number, text) EXIT_##name = number,
	EXIT_CODES(EXIT_ENUM)
#undef EXIT_ENUM
};

/* The library's codes and what podpis makes of them. */
#define EXIT_OF_ERROR(X) \
	X(OK, OK) \
	X(ARG, USAGE) \
	X(NOMEM, OTHER) \
	X(IO, FILE) \
	X(FORMAT, FORMAT) \
	X(LIMIT, FORMAT) \
	X(UNSUPPORTED, OTHER) \
	X(CRYPTO, OTHER) \
	X(MODULE, MODULE) \
	X(KEY, KEY) \
	X(PIN, PIN) \
	X(LOCKED, LOCKED) \
	X(CANCEL, CANCEL) \
	X(NET, NETWORK) \
	X(STATE, STATE) \
	X(VALUE, FAILED) \
	X(INTERNAL, OTHER)

/* The exit code that belongs to an error of the library. */
int exit_of(int error);
/* The worse of two: 5, 6, 7, 8, then any operational one (the first that
 * came), then 0. */
int exit_worst(int have, int next);
/* What an exit code means, in English; NULL past the last. */
const char *exit_text(int code);

#endif
