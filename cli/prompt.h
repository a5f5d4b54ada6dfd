/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_PROMPT_H
#define SIGN_CLI_PROMPT_H

#include <stddef.h>

#include "sign/ctx.h"

/* What --pin-source says: "env:VAR", "file:PATH", "fd:N", "prompt"; NULL: the
 * terminal. Reads the value at once. 0 or an exit code after a message. */
int prompt_set_source(const char *command, const char *source);
/* The library's sign_pin_fn. */
int prompt_pin(const struct sign_pin_request *request, char *pin, size_t room,
    void *payload);
/* Was a PIN wanted that could not be asked for? Then that was said. */
int prompt_refused(void);
/* What is entered from now on serves until the end: one entry for many
 * signatures. */
void prompt_keep(void);
/* Wipe what is kept. */
void prompt_forget(void);

/* Is there a terminal and a person who may be asked? */
int prompt_possible(void);
/* A number from 1 to max, 0: none chosen (Enter, Ctrl-D, Ctrl-C). */
int prompt_number(const char *question, int max);
/* Yes or no; no is the answer to anything unclear. */
int prompt_yes(const char *question);

#endif
