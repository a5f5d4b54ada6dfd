/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/markup.h"

#include "base/buf.h"
#include "base/err.h"

#include <openssl/asn1.h>

#include <limits.h>
#include <string.h>

/* The next character: its octets; <= 0: it is none. */
static int
next_char(const char *text, size_t len, unsigned long *code)
{
	return UTF8_getc((const unsigned char *)text,
	    len < INT_MAX ? (int)len : INT_MAX, code);
}

/* XML 1.0, 2.2: Char. */
static int
is_char(unsigned long code)
{
	if (code < 0x20)
		return code == '\t' || code == '\n' || code == '\r';
	return code < 0xd800 || (code > 0xdfff && code < 0xfffe) ||
	    (code > 0xffff && code <= 0x10ffff);
}

static const char *
escape_of(unsigned long code)
{
	switch (code) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '\r':
		return "&#13;";
	default:
		return NULL;
	}
}

int
sg_markup_text(struct sg_env *env, struct sg_buf *out, const char *text)
{
	size_t len = strlen(text);
	const char *escape;
	unsigned long code;
	int step, rc = 0;

	for (; rc == 0 && len > 0; len -= (size_t)step, text += step) {
		step = next_char(text, len, &code);
		if (step <= 0 || !is_char(code))
			return sg_err_set(env, SIGN_E_ARG,
			    N_("XML 1.0, 2.2: a text is not UTF-8, or has a "
			       "control character in it"));
		escape = escape_of(code);
		if (escape != NULL)
			rc = sg_buf_append(env, out, escape, strlen(escape));
		else
			rc = sg_buf_append(env, out, text, (size_t)step);
	}
	return rc;
}

int
sg_markup_line(struct sg_env *env, struct sg_buf *out, int depth,
    const char *name, const char *text)
{
	int rc;

	if (text == NULL)
		return 0;
	rc = sg_buf_printf(env, out, "%*s<%s>", depth, "", name);
	if (rc == 0)
		rc = sg_markup_text(env, out, text);
	if (rc == 0)
		rc = sg_buf_printf(env, out, "</%s>\n", name);
	return rc;
}

long
sg_utf8_length(const char *text)
{
	size_t len = strlen(text);
	unsigned long code;
	long count = 0;
	int step;

	for (; len > 0; len -= (size_t)step, text += step, count++) {
		step = next_char(text, len, &code);
		if (step <= 0)
			return -1;
	}
	return count;
}

int
sg_name_is_bare(const char *name)
{
	size_t len = strlen(name), i;

	if (len == 0 || len > 255 || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0 || sg_utf8_length(name) < 0)
		return 0;
	for (i = 0; i < len; i++)
		if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f ||
		    strchr("/\\:", name[i]) != NULL)
			return 0;
	return 1;
}
