/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_TERM_H
#define SIGN_CLI_TERM_H

#include <stdarg.h>
#include <stddef.h>

#ifndef N_
#define N_(text) text
#endif
/* The text in the person's language. */
const char *tr(const char *msgid) __attribute__((format_arg(1)));
#define _(text) tr(text)

/* Catalogue and locale; lang NULL: what the environment says. */
void term_set_lang(const char *lang);
/* "auto", "always", "never"; NULL: auto. 0, or -1 for another word. */
int term_set_color(const char *when);
/* May the text on standard output be coloured? */
int term_color(void);

/* One line "podpis: ..." on standard error, escaped. */
void say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* One line "hint: ..." */
void say_hint(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* One line as it is, unless --quiet. */
void say_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A usage error: what is wrong and where to read on. Returns EXIT_USAGE. */
int say_usage(const char *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* An escaped copy, to be freed; never NULL ("" when memory is out). */
char *escaped(const char *text);
/* Formatted text, to be freed; NULL: out of memory. */
char *formatted(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *vformatted(const char *format, va_list args)
    __attribute__((format(printf, 1, 0)));

/* Results on standard output. */
void out_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same for sign_write_fn. */
int out_write(const char *text, size_t len, void *payload);
/* Flush; EXIT_FILE and a line on standard error when something was lost (a
 * closed pipe, a full disk), else code. */
int out_finish(int code);

/* Columns that a UTF-8 text takes, and of the terminal. */
size_t text_width(const char *text);
/* Spaces to fill a text up to a column. */
int text_pad(const char *text, size_t column);
/* A paragraph, wrapped at 79 columns, on standard output. */
void out_wrapped(const char *text, size_t indent, size_t start);

#endif
