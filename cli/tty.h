/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_TTY_H
#define SIGN_CLI_TTY_H

#include <stddef.h>

/* Outcomes of tty_ask() other than a length. */
#define TTY_CANCEL (-1) /* Ctrl-C, Ctrl-D */
#define TTY_NONE (-2)   /* no terminal */
#define TTY_LONG (-3)   /* the answer does not fit */

/* Is there a terminal to ask at? */
int tty_present(void);
/*
 * Ask on /dev/tty, never on standard input. At most room octets go to answer,
 * no NUL; echo off where echo is 0. The terminal is put back as it was also on
 * SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGTSTP.
 */
int tty_ask(const char *question, char *answer, size_t room, int echo);

#endif
