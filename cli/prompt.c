/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "cli/prompt.h"
#include "cli/term.h"
#include "cli/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIN_ROOM 1024 /* a PIN has at most one less */

static char kept_octets[PIN_ROOM];
static size_t kept_len;
static int kept; /* a source other than the terminal was read */
static int refused;

static int
pin_too_long(const char *command)
{
	return say_usage(command,
	    _("--pin-source: the PIN is longer than %d "
	      "octets"),
	    PIN_ROOM - 1);
}

/* The variable is emptied where it stands: /proc shows that memory. */
static int
pin_from_env(const char *command, const char *name)
{
	char *value = getenv(name);
	size_t len;

	if (value == NULL)
		return say_usage(
		    command, _("--pin-source: there is no variable %s"), name);
	len = strlen(value);
	if (len < PIN_ROOM)
		memcpy(kept_octets, value, len);
	explicit_bzero(value, len);
	unsetenv(name);
	if (len >= PIN_ROOM)
		return pin_too_long(command);
	kept_len = len;
	return 0;
}

/* The first line, octet by octet: what follows stays for other readers. */
static int
pin_from_fd(const char *command, int fd, const char *name)
{
	ssize_t got;
	char c;

	kept_len = 0;
	for (;;) {
		got = read(fd, &c, 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0 || c == '\n')
			break;
		if (kept_len == PIN_ROOM)
			return pin_too_long(command);
		kept_octets[kept_len++] = c;
	}
	if (got < 0) {
		say_error(_("cannot read the PIN from %s: %s"), name,
		    strerror(errno));
		return EXIT_FILE;
	}
	if (kept_len > 0 && kept_octets[kept_len - 1] == '\r')
		kept_len--;
	return kept_len < PIN_ROOM ? 0 : pin_too_long(command);
}

static int
pin_from_file(const char *command, const char *path)
{
	int fd, rc;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		say_error(_("cannot read the PIN from %s: %s"), path,
		    strerror(errno));
		return EXIT_FILE;
	}
	rc = pin_from_fd(command, fd, path);
	close(fd);
	return rc;
}

static int
pin_from_number(const char *command, const char *text)
{
	char *end;
	long fd;

	errno = 0;
	fd = strtol(text, &end, 10);
	if (text[0] == '\0' || *end != '\0' || errno != 0 || fd < 0 ||
	    fd > 65535)
		return say_usage(command,
		    _("--pin-source: '%s' is no file descriptor"), text);
	return pin_from_fd(command, (int)fd, text);
}

int
prompt_set_source(const char *command, const char *source)
{
	int rc;

	if (source == NULL || strcmp(source, "prompt") == 0)
		return 0;
	if (strncmp(source, "env:", 4) == 0)
		rc = pin_from_env(command, source + 4);
	else if (strncmp(source, "file:", 5) == 0)
		rc = pin_from_file(command, source + 5);
	else if (strncmp(source, "fd:", 3) == 0)
		rc = pin_from_number(command, source + 3);
	else
		return say_usage(command,
		    _("--pin-source: want env:VAR, file:PATH, fd:N or prompt"));
	kept = rc == 0;
	return rc;
}

void
prompt_forget(void)
{
	explicit_bzero(kept_octets, sizeof(kept_octets));
	kept_len = 0;
	kept = 0;
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
	len = tty_ask(question, pin, room < PIN_ROOM ? room : PIN_ROOM - 1, 0);
	free(question);
	if (len == TTY_NONE)
		return pin_refuse(
		    _("a PIN is needed and there is no terminal"));
	if (len == TTY_LONG) {
		refused = 1;
		say_error(_("the PIN is longer than %d octets"), PIN_ROOM - 1);
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
	(void)payload;
	progress_end();
	pin_warn(request->flags);
	if (request->kind == SIGN_PIN_PAD)
		return pin_pad();
	if (kept && kept_len <= room) {
		memcpy(pin, kept_octets, kept_len);
		return (int)kept_len;
	}
	if (app.no_input)
		return pin_refuse(_("a PIN is needed and --no-input forbids to "
				    "ask for it"));
	return pin_ask(request, pin, room);
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
