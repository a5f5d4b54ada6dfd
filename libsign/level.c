/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/level.h"

#include "libsign/report.h"

#include <string.h>
#include <strings.h>

#define RANK_TIME 3
#define RANK_VALUES 6

static const struct level {
	const char *name;
	int rank;
	int baseline;
} levels[] = {
	{ "CMS", 0, 0 },
	{ "XMLDSIG", 0, 0 },
	{ "BES", 1, 0 },
	{ "EPES", 2, 0 },
	{ "B-B", 2, 1 },
	{ "T", RANK_TIME, 0 },
	{ "B-T", RANK_TIME, 1 },
	{ "C", 4, 0 },
	{ "X1", 5, 0 },
	{ "X2", 5, 0 },
	{ "LT", RANK_VALUES, 0 },
	{ "XLT1", RANK_VALUES, 0 },
	{ "XLT2", RANK_VALUES, 0 },
	{ "B-LT", RANK_VALUES, 1 },
	{ "A", 7, 0 },
	{ "B-LTA", 7, 1 },
};

static const struct level *
level_find(const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcasecmp(levels[i].name, name) == 0)
			return &levels[i];
	return NULL;
}

int
sg_level_known(const char *name)
{
	return level_find(name) != NULL;
}

int
sg_level_has_values(const char *name)
{
	const struct level *level = level_find(name);

	return level != NULL && level->rank >= RANK_VALUES;
}

int
sg_level_is_baseline(const char *name)
{
	const struct level *level = level_find(name);

	return level != NULL && level->baseline;
}

int
sg_level_reached(const struct sg_report_sig *sig, const char *want_name)
{
	const struct level *want = level_find(want_name);
	const struct level *have = level_find(sig->level);

	if (want == NULL)
		return 1;
	if (have == NULL || have->rank < want->rank ||
	    (want->baseline && !have->baseline))
		return 0;
	return want->rank < RANK_TIME || sig->proven_by != NULL;
}
