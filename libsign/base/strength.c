/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/strength.h"

#include "base/time.h"

#include <stdlib.h>
#include <string.h>

static const struct sg_strength_row *
strength_find(const struct sg_strength *strength, const char *name)
{
	size_t i;

	for (i = 0; strength != NULL && i < strength->count; i++)
		if (strcmp(strength->rows[i].name, name) == 0)
			return &strength->rows[i];
	return NULL;
}

int64_t
sg_strength_digest(
    const struct sg_strength *strength, const struct sg_digest *digest)
{
	const struct sg_strength_row *row =
	    strength_find(strength, digest->option);

	return row != NULL ? row->until : digest->until;
}

int64_t
sg_strength_scheme(
    const struct sg_strength *strength, const struct sg_scheme *scheme)
{
	const struct sg_strength_row *row =
	    strength_find(strength, scheme->name);

	return row != NULL ? row->until : scheme->until;
}

static const struct {
	enum sg_key_type type;
	const char *word;
} words[] = {
	{ SG_KEY_RSA, "rsa" },
	{ SG_KEY_EC, "ecdsa" },
	{ SG_KEY_ED25519, "ed25519" },
	{ SG_KEY_ED448, "ed448" },
	{ SG_KEY_GOST256, "gost2012-256" },
	{ SG_KEY_GOST512, "gost2012-512" },
	{ SG_KEY_GOST2001, "gost2001" },
	{ SG_KEY_DSA, "dsa" },
};

/* Does "rsa:2048" speak of this key? */
static int
row_is_about(const char *name, const struct sg_key_info *info)
{
	size_t i, len;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		len = strlen(words[i].word);
		if (words[i].type == info->type &&
		    strncmp(name, words[i].word, len) == 0 && name[len] == ':')
			return info->bits < strtol(name + len + 1, NULL, 10);
	}
	return 0;
}

int
sg_strength_is_key(const char *name)
{
	const char *colon = strchr(name, ':');
	size_t i, digits;

	if (colon == NULL)
		return 0;
	digits = strspn(colon + 1, "0123456789");
	if (digits == 0 || digits > 6 || colon[1 + digits] != '\0')
		return 0;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].word) == (size_t)(colon - name) &&
		    strncmp(name, words[i].word, (size_t)(colon - name)) == 0)
			return 1;
	return 0;
}

int64_t
sg_strength_key(
    const struct sg_strength *strength, const struct sg_key_info *info)
{
	int64_t until = sg_key_until(info);
	size_t i;

	for (i = 0; strength != NULL && i < strength->count; i++)
		if (row_is_about(strength->rows[i].name, info) &&
		    strength->rows[i].until != SG_NO_TIME &&
		    (until == SG_NO_TIME || strength->rows[i].until < until))
			until = strength->rows[i].until;
	return until;
}
