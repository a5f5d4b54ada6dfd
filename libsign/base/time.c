/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/time.h"

#include "base/env.h"
#include "base/err.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Exactly "count" digits at *text, which is moved behind them; -1: not so. */
static int
time_digits(const char **text, int count)
{
	int value = 0;

	for (; count > 0; count--, (*text)++) {
		if (**text < '0' || **text > '9')
			return -1;
		value = value * 10 + (**text - '0');
	}
	return value;
}

static int
time_take(const char **text, const char *set)
{
	if (**text == '\0' || strchr(set, **text) == NULL)
		return -1;
	(*text)++;
	return 0;
}

/* full-date of RFC 3339, 5.6. */
static int
time_date(const char **text, struct tm *tm)
{
	int year, month, day;

	if ((year = time_digits(text, 4)) < 0 || time_take(text, "-") != 0 ||
	    (month = time_digits(text, 2)) < 1 || month > 12 ||
	    time_take(text, "-") != 0 || (day = time_digits(text, 2)) < 1)
		return -1;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return 0;
}

/* partial-time of RFC 3339, 5.6; a fraction is read and dropped. */
static int
time_clock(const char **text, struct tm *tm)
{
	if ((tm->tm_hour = time_digits(text, 2)) < 0 || tm->tm_hour > 23 ||
	    time_take(text, ":") != 0 ||
	    (tm->tm_min = time_digits(text, 2)) < 0 || tm->tm_min > 59 ||
	    time_take(text, ":") != 0 ||
	    (tm->tm_sec = time_digits(text, 2)) < 0 || tm->tm_sec > 60)
		return -1;
	if (**text != '.')
		return 0;
	(*text)++;
	if (time_digits(text, 1) < 0)
		return -1;
	while (time_digits(text, 1) >= 0)
		;
	return 0;
}

/* time-offset of RFC 3339, 5.6, in seconds east of Greenwich. */
static int
time_offset(const char **text, int64_t *out)
{
	int sign, hours, minutes;

	*out = 0;
	if (time_take(text, "Zz") == 0)
		return 0;
	sign = **text == '-' ? -1 : 1;
	if (time_take(text, "+-") != 0 || (hours = time_digits(text, 2)) < 0 ||
	    hours > 23 || time_take(text, ":") != 0 ||
	    (minutes = time_digits(text, 2)) < 0 || minutes > 59)
		return -1;
	*out = (int64_t)sign * (hours * 60 + minutes) * 60;
	return 0;
}

/* Does the month have such a day? timegm() would quietly go on counting. */
static int
time_day_exists(const struct tm *tm)
{
	struct tm day = { 0 };

	day.tm_year = tm->tm_year;
	day.tm_mon = tm->tm_mon;
	day.tm_mday = tm->tm_mday;
	(void)timegm(&day);
	return day.tm_mon == tm->tm_mon;
}

const char *
sg_time_format(int64_t time, char *text)
{
	time_t seconds = (time_t)time;
	char rest[20];
	struct tm tm;

	if (time == SG_NO_TIME || gmtime_r(&seconds, &tm) == NULL ||
	    tm.tm_year < -1900 || tm.tm_year > 9999 - 1900 ||
	    strftime(rest, sizeof(rest), "-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(text, SG_TIME_TEXT, "-");
	else /* strftime's %Y leaves out leading zeros */
		snprintf(text, SG_TIME_TEXT, "%04d%s", tm.tm_year + 1900, rest);
	return text;
}

int
sg_time_parse(struct sg_env *env, const char *text, int64_t *out)
{
	struct tm tm = { 0 };
	const char *at = text;
	int64_t offset = 0;
	int bad;

	if (strcmp(text, "now") == 0) {
		*out = sg_env_now(env);
		return 0;
	}
	bad = time_date(&at, &tm) != 0 || !time_day_exists(&tm);
	if (!bad && *at != '\0')
		bad = time_take(&at, "Tt ") != 0 || time_clock(&at, &tm) != 0 ||
		    time_offset(&at, &offset) != 0 || *at != '\0';
	if (bad)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("time: want RFC 3339 (2026-11-21T10:00:00Z) or now, "
		       "have \"%s\""),
		    text);
	*out = (int64_t)timegm(&tm) - offset;
	return 0;
}
