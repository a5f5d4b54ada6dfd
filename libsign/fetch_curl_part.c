/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/fetch_curl_part.h"

extern const struct sg_net_part sg_part_entry;

const struct sg_net_part sg_part_entry = {
	.head = { PACKAGE_VERSION },
	.make = sg_net_new,
	.free = sg_net_free,
	.fetch = sg_net_fetch,
	.version = sg_net_version,
};
