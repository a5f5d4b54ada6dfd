/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/oid.h"

#include "base/env.h"

#include <stdlib.h>
#include <string.h>

#define OID_DEFINE(name, dotted, text, clause) \
	const char SG_OID_##name[] = dotted;
SG_OIDS(OID_DEFINE)
#undef OID_DEFINE

#define OID_ROW(name, dotted, text, clause) { SG_OID_##name, text, clause },
static const struct sg_oid rows[] = { SG_OIDS(OID_ROW) };
#undef OID_ROW

static int
oid_compare(const void *key, const void *row)
{
	return strcmp(key, ((const struct sg_oid *)row)->dotted);
}

const struct sg_oid *
sg_oid_find(const char *dotted)
{
	return bsearch(dotted, rows, sizeof(rows) / sizeof(rows[0]),
	    sizeof(rows[0]), oid_compare);
}

const char *
sg_oid_name(const char *dotted)
{
	const struct sg_oid *row = sg_oid_find(dotted);

	return row != NULL ? row->name : dotted;
}

const struct sg_oid *
sg_oid_rows(int *count)
{
	*count = (int)(sizeof(rows) / sizeof(rows[0]));
	return rows;
}
