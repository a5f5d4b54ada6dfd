/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "srckit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *
src_path(const char *format, ...)
{
	static char paths[4][4096];
	static int next;
	const char *top = getenv("srcdir");
	char *path = paths[next++ % 4];
	va_list args;
	int len;

	len = snprintf(path, 2048, "%s/", top != NULL ? top : ".");
	va_start(args, format);
	vsnprintf(path + len, (size_t)(4096 - len), format, args);
	va_end(args);
	return path;
}
