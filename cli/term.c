/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/app.h"
#include "cli/exit.h"
#include "sign/verify.h"
#include "cli/term.h"

#include <errno.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE_WIDTH 79

static int color_out;
static int out_errno; /* of the first write that failed */

const char *
tr(const char *msgid)
{
	return msgid[0] != '\0' ? dgettext("podpis", msgid) : msgid;
}

/* The language that the environment asks for, although its locale may not be
 * installed: "ru_RU.UTF-8" asks for "ru". */
static void
lang_from_environment(char *lang, size_t room)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
	const char *value = NULL;
	size_t i;

	for (i = 0; i < 3 && (value == NULL || value[0] == '\0'); i++)
		value = getenv(names[i]);
	snprintf(lang, room, "%s", value != NULL ? value : "");
	lang[strcspn(lang, "_.@")] = '\0';
}

static int
lang_is_none(const char *locale)
{
	return locale == NULL || strcmp(locale, "C") == 0 ||
	    strcmp(locale, "POSIX") == 0;
}

/* gettext shows nothing under the locale C, and a locale that is not
 * installed leaves us there; C.UTF-8 is always at hand. */
void
term_set_lang(const char *lang)
{
	const char *dir = getenv("PODPIS_LOCALEDIR");
	char asked[16] = "";
	int missing;

	missing = setlocale(LC_CTYPE, "") == NULL;
	if (setlocale(LC_MESSAGES, "") == NULL)
		missing = 1;
	if (missing && lang == NULL && getenv("LANGUAGE") == NULL)
		lang_from_environment(asked, sizeof(asked));
	if (lang == NULL && !lang_is_none(asked) && asked[0] != '\0')
		lang = asked;
	if (lang != NULL)
		setenv("LANGUAGE", lang, 1);
	if (lang != NULL || missing) {
		if (missing || lang_is_none(setlocale(LC_MESSAGES, NULL)))
			setlocale(LC_MESSAGES, "C.UTF-8");
		if (missing || lang_is_none(setlocale(LC_CTYPE, NULL)))
			setlocale(LC_CTYPE, "C.UTF-8");
	}
	bindtextdomain("podpis", dir != NULL ? dir : LOCALEDIR);
	bind_textdomain_codeset("podpis", "UTF-8");
}

int
term_set_color(const char *when)
{
	const char *none = getenv("NO_COLOR");
	const char *type = getenv("TERM");

	if (when == NULL || strcmp(when, "auto") == 0) {
		color_out = isatty(STDOUT_FILENO) &&
		    (none == NULL || none[0] == '\0') &&
		    (type == NULL || strcmp(type, "dumb") != 0);
		return 0;
	}
	color_out = strcmp(when, "always") == 0;
	return color_out || strcmp(when, "never") == 0 ? 0 : -1;
}

int
term_color(void)
{
	return color_out;
}

char *
vformatted(const char *format, va_list args)
{
	char *text = NULL;
	int len;

	len = vasprintf(&text, format, args);
	return len < 0 ? NULL : text;
}

char *
formatted(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = vformatted(format, args);
	va_end(args);
	return text;
}

char *
escaped(const char *text)
{
	size_t len = sign_escape(text, NULL, 0);
	char *out = malloc(len + 1);

	if (out == NULL)
		return calloc(1, 1);
	sign_escape(text, out, len + 1);
	return out;
}

static void say_line(const char *prefix, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void
say_line(const char *prefix, const char *format, va_list args)
{
	char *line = vformatted(format, args);
	char *safe = escaped(line != NULL ? line : _("out of memory"));

	fprintf(stderr, "%s%s\n", prefix, safe);
	free(safe);
	free(line);
}

void
say_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_line("podpis: ", format, args);
	va_end(args);
}

void
say_hint(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_line(_("hint: "), format, args);
	va_end(args);
}

void
say_note(const char *format, ...)
{
	va_list args;

	if (app.quiet)
		return;
	va_start(args, format);
	say_line("", format, args);
	va_end(args);
}

int
say_usage(const char *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_line("podpis: ", format, args);
	va_end(args);
	if (command != NULL)
		say_hint(_("see 'podpis help %s'"), command);
	else
		say_hint(_("see 'podpis help'"));
	return EXIT_USAGE;
}

int
out_write(const char *text, size_t len, void *payload)
{
	(void)payload;
	if (len == 0 || fwrite(text, 1, len, stdout) == len)
		return 0;
	if (out_errno == 0)
		out_errno = errno != 0 ? errno : EIO;
	return -1;
}

void
out_text(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = vformatted(format, args);
	va_end(args);
	if (text != NULL)
		out_write(text, strlen(text), NULL);
	free(text);
}

int
out_finish(int code)
{
	if (fflush(stdout) != 0 && out_errno == 0)
		out_errno = errno != 0 ? errno : EIO;
	if (out_errno == 0)
		return code;
	say_error(
	    _("cannot write to standard output: %s"), strerror(out_errno));
	return EXIT_FILE;
}

/* Our own texts and escaped ones: a column per character will do. */
size_t
text_width(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text++)
		if (((unsigned char)*text & 0xC0) != 0x80)
			width++;
	return width;
}

int
text_pad(const char *text, size_t column)
{
	size_t width = text_width(text);

	return width < column ? (int)(column - width) : 1;
}

void
out_wrapped(const char *text, size_t indent, size_t start)
{
	size_t column = start, len, width;
	char word[256];

	while (*text != '\0') {
		len = strcspn(text, " \n");
		snprintf(word, sizeof(word), "%.*s", (int)len, text);
		width = text_width(word);
		if (column > indent && column + 1 + width > PAGE_WIDTH) {
			out_text("\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			out_text(" ");
			column++;
		}
		out_text("%s", word);
		column += width;
		text += len;
		if (*text == '\n') {
			out_text("\n%*s", (int)indent, "");
			column = indent;
		}
		if (*text != '\0')
			text++;
	}
	out_text("\n");
}
