/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cli/party.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *key;
	size_t at;
} fields[] = {
	{ "role", offsetof(struct sign_party, role) },
	{ "name", offsetof(struct sign_party, name) },
	{ "pattern", offsetof(struct sign_party, pattern) },
	{ "inn", offsetof(struct sign_party, inn) },
	{ "snils", offsetof(struct sign_party, snils) },
	{ "ogrn", offsetof(struct sign_party, ogrn) },
	{ "ogrnip", offsetof(struct sign_party, ogrnip) },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

/* Which field does this begin? FIELDS: none. */
static size_t
field_at(const char *text)
{
	size_t i, len;

	for (i = 0; i < FIELDS; i++) {
		len = strlen(fields[i].key);
		if (strncmp(text, fields[i].key, len) == 0 && text[len] == '=')
			break;
	}
	return i;
}

/* Where the next field begins, its comma overwritten; NULL: there is none. */
static char *
cut(char *text)
{
	for (; (text = strchr(text, ',')) != NULL; text++) {
		if (field_at(text + 1) == FIELDS)
			continue;
		*text = '\0';
		return text + 1;
	}
	return NULL;
}

int
party_parse(char *text, struct sign_party *out, const char **bad)
{
	const struct sign_party initial = SIGN_PARTY_INIT;
	const char **to;
	char *next;
	size_t i;

	*out = initial;
	for (; text != NULL; text = next) {
		i = field_at(text);
		*bad = text;
		if (i == FIELDS)
			return -1;
		next = cut(text);
		to = (const char **)((char *)out + fields[i].at);
		if (*to != NULL)
			return -1;
		*to = text + strlen(fields[i].key) + 1;
	}
	return 0;
}
