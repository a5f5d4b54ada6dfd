/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/format.h"

#include "formats/cms.h"
#include "formats/xmldsig.h"

#include <stddef.h>

const struct sg_format *const sg_formats[] = {
	&sg_format_cades,
	&sg_format_xades,
	NULL,
};

const struct sg_format *
sg_format_probe(struct sg_view head)
{
	const struct sg_format *best = NULL;
	int sure, best_sure = 0;
	size_t i;

	for (i = 0; sg_formats[i] != NULL; i++) {
		sure = sg_formats[i]->probe(head);
		if (sure > best_sure) {
			best_sure = sure;
			best = sg_formats[i];
		}
	}
	return best;
}
