/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "cli/net.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "cli/prompt.h"
#include "sign/ctx.h"
#include "cli/term.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

struct app app;
static _Thread_local struct sign_ctx *context;

static const char *
app_translate(const char *msgid, void *payload)
{
	(void)payload;
	return tr(msgid);
}

/* -v tells what is done, -vv how. */
static void
app_log(int level, const char *line, void *payload)
{
	(void)payload;
	if (level <= app.verbose)
		say_note("%s", line);
}

struct sign_ctx *
app_ctx(void)
{
	int rc;

	if (context != NULL)
		return context;
	rc = sign_ctx_new(&context);
	if (rc != 0) {
		say_error("%s", sign_error_text(rc));
		return NULL;
	}
	sign_ctx_set_translate(context, app_translate, NULL);
	sign_ctx_set_log(context, app_log, NULL);
	sign_ctx_set_pin(context, prompt_pin, NULL);
	sign_ctx_set_progress(context, progress_show, NULL);
	return context;
}

int
app_result(int rc)
{
	const char *message, *hint;

	progress_end();
	if (rc == SIGN_E_CANCEL && prompt_refused())
		return EXIT_CANCEL;
	if (rc == 0)
		return 0;
	message = sign_ctx_message(context);
	hint = sign_ctx_hint(context);
	if (message == NULL || message[0] == '\0')
		message = sign_error_text(rc);
	say_error("%s", message);
	if (hint != NULL && hint[0] != '\0')
		say_hint("%s", hint);
	return exit_of(rc);
}

int
app_written(int rc, const char *output)
{
	rc = app_result(rc);
	if (rc == 0 && strcmp(output, "-") != 0)
		say_note(_("Written: %s"), output);
	return rc;
}

void
app_ctx_end(void)
{
	sign_ctx_free(context);
	context = NULL;
}

int
app_config(void)
{
	const char *lang;
	int rc;

	if (app.config.loaded)
		return 0;
	rc = config_load(&app.config);
	if (rc != 0)
		return rc;
	lang = opt_value(app.lang);
	if (lang == NULL && app.config.lang != NULL)
		term_set_lang(app.config.lang);
	if (opt_value(app.color) == NULL && app.config.color != NULL)
		term_set_color(app.config.color);
	return 0;
}

void
app_start(const char *lang)
{
	term_set_lang(lang);
	term_set_color(NULL);
}

/* The process holds no secret any more: debuggers may look again. */
void
app_end(void)
{
	prompt_forget();
	net_forget();
	app_ctx_end();
	config_clear(&app.config);
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

void
app_lock_down(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}
