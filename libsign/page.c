/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/page.h"

#include "base/err.h"
#include "libsign/escape.h"

#include <string.h>

#define PAGE_WIDTH 79

static void
page_put(struct sg_page *page, const char *text, size_t len)
{
	if (!page->failed && len != 0 &&
	    page->fn(text, len, page->payload) != 0)
		page->failed = 1;
}

void
sg_page_text(struct sg_page *page, const char *text)
{
	page_put(page, text, strlen(text));
}

const char *
sg_page_words(struct sg_page *page, const struct sg_msg *msg)
{
	return sg_escape(
	    page->pool, sg_msg_text(page->env, page->pool, msg, 1));
}

const char *
sg_page_say(struct sg_page *page, const char *id, const char *a, const char *b,
    const char *c)
{
	struct sg_msg msg = { id, { a, b, c } };

	return sg_page_words(page, &msg);
}

void
sg_page_color(struct sg_page *page, enum sg_color color, const char *text)
{
	static const char *const codes[] = { "", "\033[1m", "\033[1;32m",
		"\033[1;31m", "\033[1;33m", "\033[2m" };
	int on = color != SG_PLAIN && (page->flags & SIGN_TEXT_COLOR) != 0;

	if (on)
		sg_page_text(page, codes[color]);
	sg_page_text(page, text);
	if (on)
		sg_page_text(page, "\033[0m");
}

static size_t
page_width(const char *text, size_t len)
{
	size_t width = 0, i;

	for (i = 0; i < len; i++)
		if (((unsigned char)text[i] & 0xC0) != 0x80)
			width++;
	return width;
}

static void
page_blanks(struct sg_page *page, size_t count)
{
	for (; count > 0; count--)
		sg_page_text(page, " ");
}

/* Words until the line is full; a word that is longer than a line stays
 * whole. column: where the text begins, and where new lines do. */
static void
page_wrap(struct sg_page *page, const char *text, size_t column)
{
	size_t at = column, len, width;

	while (*text != '\0' && !page->failed) {
		len = strcspn(text, " ");
		width = page_width(text, len);
		if (at > column && at + 1 + width > PAGE_WIDTH) {
			sg_page_text(page, "\n");
			page_blanks(page, column);
			at = column;
		} else if (at > column) {
			sg_page_text(page, " ");
			at++;
		}
		page_put(page, text, len);
		at += width;
		text += len;
		if (*text == ' ')
			text++;
	}
	sg_page_text(page, "\n");
}

/* Names of attributes are written small in the tables; a line begins with a
 * capital, Latin or Cyrillic. */
static void
page_label(struct sg_page *page, const char *text)
{
	unsigned char first = (unsigned char)text[0];
	unsigned char second = first != 0 ? (unsigned char)text[1] : 0;
	char capital[3] = { 0 };

	if (first >= 'a' && first <= 'z') {
		capital[0] = (char)(first - 'a' + 'A');
		sg_page_text(page, capital);
		sg_page_text(page, text + 1);
		return;
	}
	capital[0] = (char)0xD0;
	if (first == 0xD0 && second >= 0xB0 && second <= 0xBF)
		capital[1] = (char)(second - 0x20);
	else if (first == 0xD1 && second >= 0x80 && second <= 0x8F)
		capital[1] = (char)(second + 0x20);
	if (capital[1] == 0) {
		sg_page_text(page, text);
		return;
	}
	sg_page_text(page, capital);
	sg_page_text(page, text + 2);
}

void
sg_page_row(
    struct sg_page *page, int indent, const char *label, const char *value)
{
	size_t used, start = (size_t)indent + page->column;
	const char *text;

	if (value == NULL || value[0] == '\0')
		return;
	text = sg_tr(page->env, label);
	used = (size_t)indent + page_width(text, strlen(text));
	page_blanks(page, (size_t)indent);
	page_label(page, text);
	if (used >= start) {
		sg_page_text(page, "\n");
		used = 0;
	}
	page_blanks(page, start - used);
	page_wrap(page, sg_escape(page->pool, value), start);
}

void
sg_page_item(
    struct sg_page *page, int indent, const char *mark, const char *text)
{
	page_blanks(page, (size_t)indent);
	sg_page_text(page, mark);
	page_wrap(page, text, (size_t)indent + page_width(mark, strlen(mark)));
}

void
sg_page_line(struct sg_page *page)
{
	sg_page_text(page, "\n");
}

int
sg_page_end(struct sg_page *page)
{
	if (!page->failed)
		return 0;
	return sg_err_set(
	    page->env, SIGN_E_IO, N_("the report cannot be written"));
}
