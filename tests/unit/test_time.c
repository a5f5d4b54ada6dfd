/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *text;
	int64_t time;
	const char *back; /* NULL: the same text */
} good[] = {
	{ "1970-01-01T00:00:00Z", 0, NULL },
	{ "2026-11-21T10:00:00Z", 1795255200, NULL },
	{ "2000-02-29T23:59:59Z", 951868799, NULL },
	{ "1969-12-31T23:59:59Z", -1, NULL },
	{ "0099-01-01T00:00:00Z", -59042995200, NULL },
	{ "9999-12-31T23:59:59Z", 253402300799, NULL },
	{ "2026-11-21", 1795219200, "2026-11-21T00:00:00Z" },
	{ "2026-11-21t10:00:00z", 1795255200, "2026-11-21T10:00:00Z" },
	{ "2026-11-21 13:00:00+03:00", 1795255200, "2026-11-21T10:00:00Z" },
	{ "2026-11-21T05:30:00-04:30", 1795255200, "2026-11-21T10:00:00Z" },
	{ "2026-11-21T10:00:00.999Z", 1795255200, "2026-11-21T10:00:00Z" },
	{ "2016-12-31T23:59:60Z", 1483228800, "2017-01-01T00:00:00Z" },
	{ "2024-02-29", 1709164800, "2024-02-29T00:00:00Z" },
};

static const char *const bad[] = { "", "never", "2026", "2026-11",
	"2026-11-21T", "2026-11-21T10:00Z", "2026-11-21T10:00:00",
	"2026-11-21T10:00:00Z ", " 2026-11-21", "2026-11-21x",
	"2026-13-01T00:00:00Z", "2026-00-01", "2026-11-00", "2026-11-31",
	"2025-02-29", "1900-02-29", "2026-11-21T24:00:00Z",
	"2026-11-21T10:60:00Z", "2026-11-21T10:00:61Z", "2026-11-21T10:00:00.Z",
	"2026-11-21T10:00:00+3:00", "2026-11-21T10:00:00+24:00",
	"2026-11-21T10:00:00+03:60", "2026-11-21T10:00:00+0300", "-026-11-21",
	"+026-11-21", "2026-1-21", "02026-11-21", "NOW", "now " };

static void
test_parse(void **state)
{
	struct sg_env env = { 0 };
	char text[SG_TIME_TEXT];
	int64_t time;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (sg_time_parse(&env, good[i].text, &time) != 0 ||
		    time != good[i].time)
			fail_msg("%s", good[i].text);
		assert_string_equal(sg_time_format(time, text),
		    good[i].back != NULL ? good[i].back : good[i].text);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (sg_time_parse(&env, bad[i], &time) != SIGN_E_ARG)
			fail_msg("\"%s\" was taken", bad[i]);
}

static int64_t
clock_stands(void *payload)
{
	(void)payload;
	return 1234567890;
}

static void
test_now(void **state)
{
	struct sg_env env = { 0 };
	int64_t time = 0;

	(void)state;
	env.now = clock_stands;
	assert_int_equal(sg_time_parse(&env, "now", &time), 0);
	assert_int_equal(time, 1234567890);
}

static void
test_what_has_no_text(void **state)
{
	char text[SG_TIME_TEXT];

	(void)state;
	assert_string_equal(sg_time_format(SG_NO_TIME, text), "-");
	assert_string_equal(sg_time_format(INT64_MAX, text), "-");
	assert_string_equal(sg_time_format(253402300800, text), "-");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_now),
		cmocka_unit_test(test_what_has_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
