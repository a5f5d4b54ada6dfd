/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_ERROR_H
#define SIGN_ERROR_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Error codes. A row: constant, number, short name (the "code" of the JSON
 * report), sentence. A bad signature is no error: it is a result.
 */
#define SIGN_ERRORS(X) \
	X(OK, 0, "ok", "success") \
	X(ARG, -1, "argument", "the call's arguments do not fit") \
	X(NOMEM, -2, "no-memory", "out of memory") \
	X(IO, -3, "file", "a file could not be read or written") \
	X(FORMAT, -4, "malformed", "the input is not what it should be") \
	X(LIMIT, -5, "limit", "the input exceeds a limit") \
	X(UNSUPPORTED, -6, "unsupported", "something unknown was asked for") \
	X(CRYPTO, -7, "crypto", "the cryptographic library failed") \
	X(MODULE, -8, "module", "a cryptographic module or token is absent") \
	X(KEY, -9, "key", "no such key or certificate, or several") \
	X(PIN, -10, "pin", "the PIN or passphrase is wrong") \
	X(LOCKED, -11, "locked", "the PIN is locked or the key unusable") \
	X(CANCEL, -12, "cancelled", "cancelled by the person") \
	X(NET, -13, "network", "the network did not give what was needed") \
	X(STATE, -14, "state", "the job's state does not fit") \
	X(VALUE, -15, "value", "the signature value does not verify") \
	X(INTERNAL, -16, "internal", "internal failure")

enum sign_error {
#define SIGN_ERROR_ENUM(name, number, word, text) SIGN_E_##name = number,
	SIGN_ERRORS(SIGN_ERROR_ENUM)
#undef SIGN_ERROR_ENUM
};

/**
 * The short name of an error code, as it stands in the JSON report.
 *
 * @param code one of SIGN_E_*.
 * @return a static string; "internal" for a number that is no code.
 */
const char *sign_error_name(int code);

/**
 * What an error code means, in one English sentence without a full stop.
 *
 * @param code one of SIGN_E_*.
 * @return a static string.
 */
const char *sign_error_text(int code);

#ifdef __cplusplus
}
#endif

#endif
