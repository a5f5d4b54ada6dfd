/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_TIME_H
#define SIGN_BASE_TIME_H

#include <stdint.h>

struct sg_env;

/* Time in this tree is int64_t, seconds since 1970-01-01T00:00:00Z. "No time"
 * is SG_NO_TIME. */
#define SG_NO_TIME INT64_MIN

#define SG_TIME_TEXT 32
/* RFC 3339 in UTC, "2026-11-21T10:00:00Z"; text holds SG_TIME_TEXT. */
const char *sg_time_format(int64_t time, char *text);
/* RFC 3339 with any offset, "now", or a bare date (its first second). ARG. */
int sg_time_parse(struct sg_env *env, const char *text, int64_t *out);

#endif
