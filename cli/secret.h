/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_SECRET_H
#define SIGN_CLI_SECRET_H

#include <stddef.h>

#define SECRET_ROOM 1024 /* a PIN or password has at most one less */

struct secret {
	char octets[SECRET_ROOM]; /* a NUL behind it */
	size_t len;
	int set; /* it was read */
};

/*
 * What an option says where a secret comes from: "env:VAR", "file:PATH",
 * "fd:N"; "prompt" and NULL: nothing is read. 0 or an exit code after a
 * message.
 */
int secret_read(const char *command, const char *option, const char *source,
    struct secret *out);
/* Wipe it. */
void secret_forget(struct secret *secret);

#endif
