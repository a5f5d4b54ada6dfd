/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "cli/prompt.h"
#include "cli/secret.h"
#include "cli/term.h"
#include "cli/tty.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct secret kept; /* of a source other than the terminal */
static int refused;
static int keep;

int
prompt_set_source(const char *command, const char *source)
{
	/* a descriptor, a variable gives it once */
	if (kept.set)
		return 0;
	return secret_read(command, "--pin-source", source, &kept);
}

void
prompt_keep(void)
{
	keep = 1;
}

void
prompt_forget(void)
{
	secret_forget(&kept);
}

int
prompt_refused(void)
{
	return refused;
}

static int
pin_refuse(const char *why)
{
	refused = 1;
	say_error("%s", why);
	say_hint(
	    _("give the PIN with --pin-source env:VAR, file:PATH or fd:N"));
	return SIGN_E_CANCEL;
}

/* How many tries are left is told before the question. */
static void
pin_warn(unsigned flags)
{
	if (flags & SIGN_PIN_FINAL_TRY)
		say_error(_(
		    "this is the last try: one more wrong PIN locks the token"));
	else if (flags & SIGN_PIN_COUNT_LOW)
		say_error(
		    _("a wrong PIN was entered before, few tries are left"));
}

static char *
pin_question(const struct sign_pin_request *request)
{
	char *name = escaped(request->name != NULL ? request->name : "");
	char *text;

	if (request->kind == SIGN_PIN_PASSPHRASE)
		text = formatted(_("Passphrase of %s: "), name);
	else if (request->kind == SIGN_PIN_KEY)
		text = formatted(_("PIN of the key %s: "), name);
	else
		text = formatted(_("PIN of the token %s: "), name);
	free(name);
	return text;
}

static int
pin_ask(const struct sign_pin_request *request, char *pin, size_t room)
{
	char *question = pin_question(request);
	int len;

	if (question == NULL)
		return SIGN_E_NOMEM;
	len = tty_ask(
	    question, pin, room < SECRET_ROOM ? room : SECRET_ROOM - 1, 0);
	free(question);
	if (len == TTY_NONE)
		return pin_refuse(
		    _("a PIN is needed and there is no terminal"));
	if (len == TTY_LONG) {
		refused = 1;
		say_error(
		    _("the PIN is longer than %d octets"), SECRET_ROOM - 1);
		return SIGN_E_CANCEL;
	}
	/* nothing entered: that would only cost a try */
	if (len < 0 || (len == 0 && request->kind != SIGN_PIN_PASSPHRASE)) {
		refused = 1;
		say_error(_("cancelled"));
		return SIGN_E_CANCEL;
	}
	return len;
}

/* Nothing is asked here, but somebody has to be there. */
static int
pin_pad(void)
{
	if (app.no_input) {
		refused = 1;
		say_error(_("the PIN is entered at the token itself, and "
			    "--no-input forbids to ask for it"));
		return SIGN_E_CANCEL;
	}
	fprintf(stderr, "%s\n", _("Enter the PIN at the token's own keypad."));
	return 0;
}

int
prompt_pin(const struct sign_pin_request *request, char *pin, size_t room,
    void *payload)
{
	int len;

	(void)payload;
	progress_end();
	pin_warn(request->flags);
	if (request->kind == SIGN_PIN_PAD)
		return pin_pad();
	if (kept.set && kept.len <= room) {
		memcpy(pin, kept.octets, kept.len);
		return (int)kept.len;
	}
	if (app.no_input)
		return pin_refuse(_("a PIN is needed and --no-input forbids to "
				    "ask for it"));
	len = pin_ask(request, pin, room);
	if (keep && len > 0 && len < SECRET_ROOM) {
		memcpy(kept.octets, pin, (size_t)len);
		kept.len = (size_t)len;
		kept.set = 1;
	}
	return len;
}

int
prompt_possible(void)
{
	return !app.no_input && tty_present();
}

int
prompt_number(const char *question, int max)
{
	char answer[16];
	char *end;
	long number;
	int len;

	len = tty_ask(question, answer, sizeof(answer) - 1, 1);
	if (len <= 0)
		return 0;
	answer[len] = '\0';
	number = strtol(answer, &end, 10);
	return *end == '\0' && number >= 1 && number <= max ? (int)number : 0;
}

int
prompt_yes(const char *question)
{
	static const char *const yes[] = { "y", "yes", "д", "да", "Д", "Да",
		"ДА", NULL };
	char answer[16];
	int len;

	len = tty_ask(question, answer, sizeof(answer) - 1, 1);
	if (len <= 0)
		return 0;
	answer[len] = '\0';
	return opt_word(answer, yes) >= 0;
}
