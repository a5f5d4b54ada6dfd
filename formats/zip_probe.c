/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/zip.h"

#include "formats/format.h"

#include <string.h>

/* A local header, or the end of an archive without entries; before the first
 * header there may be a marker of archives in pieces (APPNOTE.TXT, 8.5.4). */
int
sg_zip_probe(struct sg_view head)
{
	static const char *const marks[] = { "PK\003\004", "PK\005\006",
		"PK\007\010PK\003\004", "PK00PK\003\004" };
	size_t i, len;

	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		len = strlen(marks[i]);
		if (head.len >= len && memcmp(head.ptr, marks[i], len) == 0)
			return 1;
	}
	return 0;
}
