/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/escape.h"
#include "sign/verify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *name, *text, *shown;
} cases[] = {
	{ "plain", "lease.pdf", "lease.pdf" },
	{ "empty", "", "" },
	{ "Russian", "Договор №1", "Договор №1" },
	{ "four octets", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
	{ "new line", "a\nb", "a\\u{a}b" },
	{ "escape sequence", "\033[31mred", "\\u{1b}[31mred" },
	{ "delete", "a\177", "a\\u{7f}" },
	{ "C1 control",
	    "\xc2\x9b"
	    "31m",
	    "\\u{9b}31m" },
	{ "right to left",
	    "a\xe2\x80\xae"
	    "fdp.exe",
	    "a\\u{202e}fdp.exe" },
	{ "isolate", "\xe2\x81\xa6", "\\u{2066}" },
	{ "zero width",
	    "a\xe2\x80\x8b"
	    "b",
	    "a\\u{200b}b" },
	{ "byte order mark",
	    "\xef\xbb\xbf"
	    "a",
	    "\\u{feff}a" },
	{ "tag character", "\xf3\xa0\x80\xa1", "\\u{e0021}" },
	{ "no UTF-8",
	    "a\xff"
	    "b",
	    "a\\x{ff}b" },
	{ "overlong slash", "\xc0\xaf", "\\x{c0}\\x{af}" },
	{ "overlong, three octets", "\xe0\x80\xaf", "\\x{e0}\\x{80}\\x{af}" },
	{ "surrogate", "\xed\xa0\x80", "\\x{ed}\\x{a0}\\x{80}" },
	{ "past the last", "\xf4\x90\x80\x80", "\\x{f4}\\x{90}\\x{80}\\x{80}" },
	{ "cut off", "a\xd0", "a\\x{d0}" },
	{ "cut off in the middle",
	    "\xe2\x80"
	    "a",
	    "\\x{e2}\\x{80}a" },
	{ "lone continuation", "\x80", "\\x{80}" },
	{ "backslash stays", "a\\b", "a\\b" },
};

static void
test_escape(void **state)
{
	char out[256];
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(out, 'x', sizeof(out));
		len = sign_escape(cases[i].text, out, sizeof(out));
		if (strcmp(out, cases[i].shown) != 0 ||
		    len != strlen(cases[i].shown))
			fail_msg("%s: %s", cases[i].name, out);
		assert_int_equal(sign_escape(cases[i].text, NULL, 0), (int)len);
	}
}

/* Whatever the room, the text is ended and no character is cut in two. */
static void
test_room(void **state)
{
	static const char text[] = "a\xe2\x80\xaeЯ\xff.";
	char whole[64], out[64];
	size_t room, len, want = sign_escape(text, whole, sizeof(whole));

	(void)state;
	for (room = 1; room <= want + 1; room++) {
		memset(out, 'x', sizeof(out));
		assert_int_equal(sign_escape(text, out, room), (int)want);
		len = strlen(out);
		assert_true(len < room);
		assert_memory_equal(out, whole, len);
		if (((unsigned char)whole[len] & 0xC0) == 0x80)
			fail_msg("cut in two with room %zu", room);
	}
	assert_string_equal(out, whole);
}

/* All characters there and back: one to four octets. */
static void
test_utf8(void **state)
{
	char text[5] = { 0 };
	uint32_t value;
	size_t octets;

	(void)state;
	for (value = 0x80; value < 0x110000; value += 7) {
		if (value >= 0xD800 && value <= 0xDFFF)
			continue;
		memset(text, 0, sizeof(text));
		if (value < 0x800) {
			text[0] = (char)(0xC0 | value >> 6);
			text[1] = (char)(0x80 | (value & 0x3F));
		} else if (value < 0x10000) {
			text[0] = (char)(0xE0 | value >> 12);
			text[1] = (char)(0x80 | (value >> 6 & 0x3F));
			text[2] = (char)(0x80 | (value & 0x3F));
		} else {
			text[0] = (char)(0xF0 | value >> 18);
			text[1] = (char)(0x80 | (value >> 12 & 0x3F));
			text[2] = (char)(0x80 | (value >> 6 & 0x3F));
			text[3] = (char)(0x80 | (value & 0x3F));
		}
		assert_int_equal(sg_utf8_next(text, &octets), value);
		assert_int_equal(octets, strlen(text));
	}
}

static void
test_time_text(void **state)
{
	char text[SIGN_TIME_TEXT];

	(void)state;
	assert_string_equal(
	    sign_time_text(1795255200, text), "2026-11-21 10:00:00 UTC");
	assert_string_equal(sign_time_text(INT64_MIN, text), "-");
	assert_true(strlen(sign_time_text(INT64_MAX, text)) < SIGN_TIME_TEXT);
	assert_true(
	    strlen(sign_time_text(INT64_MIN + 1, text)) < SIGN_TIME_TEXT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_utf8),
		cmocka_unit_test(test_time_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
