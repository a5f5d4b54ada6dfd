/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/oid.h"

#include "base/env.h"
#include "base/limits.h"

#include <openssl/objects.h>

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

/* The next arc, base 128. Larger than 57 bits is none that is read here. */
static int
oid_arc(struct sg_view *rest, uint64_t *out)
{
	uint64_t arc = 0;
	unsigned char octet = 0x80;

	if (rest->len == 0 || rest->ptr[0] == 0x80)
		return -1;
	while ((octet & 0x80) != 0) {
		if (rest->len == 0 || arc >> 50 != 0)
			return -1;
		octet = *rest->ptr++;
		rest->len--;
		arc = arc << 7 | (octet & 0x7f);
	}
	*out = arc;
	return 0;
}

static size_t
oid_put(char *text, uint64_t arc)
{
	char digits[20];
	size_t i, len = 0;

	do
		digits[len++] = (char)('0' + arc % 10);
	while ((arc /= 10) != 0);
	for (i = 0; i < len; i++)
		text[i] = digits[len - 1 - i];
	return len;
}

int
sg_oid_text(struct sg_view body, char text[SG_OID_TEXT])
{
	uint64_t arc, first;
	size_t len;

	if (body.len == 0 || body.len > SG_MAX_OID_SIZE ||
	    oid_arc(&body, &arc) < 0)
		return -1;
	first = arc < 80 ? arc / 40 : 2;
	len = oid_put(text, first);
	text[len++] = '.';
	len += oid_put(text + len, arc - first * 40);
	while (body.len != 0) {
		if (oid_arc(&body, &arc) < 0)
			return -1;
		text[len++] = '.';
		len += oid_put(text + len, arc);
	}
	text[len] = '\0';
	return 0;
}

int
sg_oid_of(const ASN1_OBJECT *object, char text[SG_OID_TEXT])
{
	int len;

	if (sg_oid_text(sg_view_of(OBJ_get0_data(object), OBJ_length(object)),
		text) == 0)
		return 0;
	len = OBJ_obj2txt(text, SG_OID_TEXT, object, 1);
	return len > 0 && len < SG_OID_TEXT ? 0 : -1;
}
