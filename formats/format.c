/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/format.h"

#include <stddef.h>
#include <string.h>

int
sg_format_is_xml(struct sg_view head)
{
	size_t i = 0;

	if (head.len >= 3 && memcmp(head.ptr, "\xef\xbb\xbf", 3) == 0)
		i = 3;
	if (head.len >= 2 &&
	    (memcmp(head.ptr, "\xff\xfe", 2) == 0 ||
		memcmp(head.ptr, "\xfe\xff", 2) == 0))
		return 1;
	while (i < head.len && strchr(" \t\r\n", head.ptr[i]) != NULL)
		i++;
	return i < head.len && head.ptr[i] == '<' ? 2 : 0;
}

/* Of those that are as sure the first counts. */
static const struct sg_format *const formats[] = {
	&sg_format_tst,
	&sg_format_cades,
	&sg_format_xades,
	&sg_format_asic,
	NULL,
};

const struct sg_format *
sg_format_probe(struct sg_view head)
{
	const struct sg_format *best = NULL;
	int sure, best_sure = 0;
	size_t i;

	for (i = 0; formats[i] != NULL; i++) {
		sure = formats[i]->probe(head);
		if (sure > best_sure) {
			best_sure = sure;
			best = formats[i];
		}
	}
	return best;
}
