/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_APP_H
#define SIGN_CLI_APP_H

#include <stddef.h>

#include "cli/config_file.h"

struct sign_ctx;

/* What holds for the whole run. */
struct app {
	int quiet, verbose, no_input, help, version;
	const char **lang, **color; /* option values */
	struct config config;
};
extern struct app app;

/* This thread's context with its callbacks set, made on first need; NULL after
 * a message. */
struct sign_ctx *app_ctx(void);
/* What a call of the library came to: 0, or the exit code that belongs to its
 * error, which is said with its hint ("podpis: ...", "hint: ..."). A PIN that
 * could not be asked for was said already. */
int app_result(int rc);
/* The same for what wrote a file, which is named. */
int app_written(int rc, const char *output);
/* Give it back; keys, jobs and reports made with it have gone. */
void app_ctx_end(void);
/* Read the configuration file; 0 or an exit code. */
int app_config(void);
/* Language, colours; and everything given back. */
void app_start(const char *lang);
void app_end(void);
/* No core dumps, nobody attaches: before a PIN or key is touched. */
void app_lock_down(void);

#endif
