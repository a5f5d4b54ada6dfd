/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/policy.h"

#include "base/time.h"

#include <string.h>

#define ROW(name_, wants_, qualification_) \
	{ \
		.name = (name_), .wants_signing_certificate = (wants_), \
		.qualification = (qualification_), .grace_period = SG_NO_TIME, \
		.stamp_delay = SG_NO_TIME \
	}
static const struct sg_policy policies[] = {
	ROW("ades", 1, NULL),
	ROW("cms", 0, NULL),
	ROW("63fz", 0, "undetermined"),
	ROW("eidas", 1, "undetermined"),
};

const struct sg_policy *
sg_policy_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		if (strcmp(policies[i].name, name) == 0)
			return &policies[i];
	return NULL;
}
