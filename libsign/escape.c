/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/escape.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/ctx.h"
#include "sign/verify.h"

#include <stdio.h>
#include <string.h>

#define ESCAPE_ROOM 16 /* "\u{10ffff}" */

/* How many octets the first one announces; 0: it cannot be a first one. */
static size_t
utf8_length(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first < 0xC2)
		return 0;
	if (first < 0xE0)
		return 2;
	if (first < 0xF0)
		return 3;
	return first < 0xF5 ? 4 : 0;
}

uint32_t
sg_utf8_next(const char *text, size_t *octets)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)text[0];
	size_t len = utf8_length(first), i;
	uint32_t value = first;

	*octets = 1;
	if (len <= 1)
		return len == 1 ? first : 0;
	value &= 0xFFu >> (len + 1);
	for (i = 1; i < len; i++) {
		if (((unsigned char)text[i] & 0xC0) != 0x80)
			return 0;
		value = value << 6 | ((unsigned char)text[i] & 0x3F);
	}
	if (value < least[len] || value > 0x10FFFF ||
	    (value >= 0xD800 && value <= 0xDFFF))
		return 0;
	*octets = len;
	return value;
}

/* What must not reach a terminal or a page as it is: controls, characters
 * that turn the direction of text (Unicode 15, 23.2) or cannot be seen. */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x00, 0x1F },
	{ 0x7F, 0x9F },
	{ 0xAD, 0xAD },
	{ 0x061C, 0x061C },
	{ 0x115F, 0x1160 },
	{ 0x17B4, 0x17B5 },
	{ 0x180B, 0x180F },
	{ 0x200B, 0x200F },
	{ 0x2028, 0x202E },
	{ 0x2060, 0x206F },
	{ 0x3164, 0x3164 },
	{ 0xFE00, 0xFE0F },
	{ 0xFEFF, 0xFEFF },
	{ 0xFFA0, 0xFFA0 },
	{ 0xFFF0, 0xFFFB },
	{ 0xFFFE, 0xFFFF },
	{ 0xE0000, 0xE0FFF },
	{ 0xF0000, 0x10FFFF },
};

static int
is_hidden(uint32_t value)
{
	size_t i;

	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (value >= hidden[i].first && value <= hidden[i].last)
			return 1;
	return 0;
}

/* One character as it is shown; how long that is. */
static size_t
escape_one(const char *text, size_t *octets, char *out)
{
	uint32_t value = sg_utf8_next(text, octets);

	if (value == 0)
		return (size_t)snprintf(
		    out, ESCAPE_ROOM, "\\x{%02x}", (unsigned char)text[0]);
	if (is_hidden(value))
		return (size_t)snprintf(
		    out, ESCAPE_ROOM, "\\u{%x}", (unsigned)value);
	memcpy(out, text, *octets);
	return *octets;
}

size_t
sign_escape(const char *text, char *out, size_t room)
{
	char shown[ESCAPE_ROOM];
	size_t len, octets, total = 0, put = 0;

	for (; *text != '\0'; text += octets) {
		len = escape_one(text, &octets, shown);
		/* whole characters only: a cut one would be broken UTF-8 */
		if (put == total && total + len < room) {
			memcpy(out + put, shown, len);
			put += len;
		}
		total += len;
	}
	if (room > 0)
		out[put] = '\0';
	return total;
}

const char *
sg_escape(struct sg_pool *pool, const char *text)
{
	size_t len;
	char *out;

	if (text == NULL)
		return "";
	len = sign_escape(text, NULL, 0);
	out = sg_pool_alloc(pool, len + 1);
	if (out == NULL)
		return "";
	sign_escape(text, out, len + 1);
	return out;
}

int
sign_time_parse(struct sign_ctx *ctx, const char *text, int64_t *out)
{
	sg_err_clear(&ctx->env);
	return sg_time_parse(&ctx->env, text, out);
}

/* The machine's form with a blank for the T and UTC for the Z. */
const char *
sign_time_text(int64_t time, char *text)
{
	char machine[SG_TIME_TEXT];
	char *end;

	sg_time_format(time, machine);
	end = strchr(machine, 'T');
	if (end == NULL) { /* "-": no time that has a date */
		snprintf(text, SIGN_TIME_TEXT, "-");
		return text;
	}
	*end = ' ';
	machine[strcspn(machine, "Z")] = '\0';
	snprintf(text, SIGN_TIME_TEXT, "%.*s UTC", SIGN_TIME_TEXT - 5, machine);
	return text;
}
