/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/zip_int.h"

#include "base/env.h"
#include "base/err.h"

#include <unicase.h>
#include <uniconv.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A slash in a key: less than all else, so that what is in a folder follows
 * the folder when keys are sorted. */
#define KEY_SLASH '\001'

/* ---- from octets to text */

static int
is_ascii(struct sg_view octets)
{
	size_t i;

	for (i = 0; i < octets.len; i++)
		if (octets.ptr[i] >= 0x80)
			return 0;
	return 1;
}

/* The caller's, with a NUL behind it; NULL: not of this code page, or there is
 * no such page on this system. */
static char *
decode(const char *page, struct sg_view raw, size_t *len)
{
	uint8_t *text = u8_conv_from_encoding(page, iconveh_error,
	    (const char *)raw.ptr, raw.len, NULL, NULL, len);
	uint8_t *ended = text != NULL ? realloc(text, *len + 1) : NULL;

	if (ended == NULL)
		free(text);
	else
		ended[*len] = '\0';
	return (char *)ended;
}

/* How odd a text looks: signs that are no letters, and alphabets that change
 * within a word. */
static unsigned
oddity(const char *text, size_t len)
{
	const uint8_t *at = (const uint8_t *)text;
	const uc_script_t *script, *before = NULL;
	unsigned odd = 0;
	ucs4_t uc;
	int step;

	for (; len > 0; at += step, len -= (size_t)step) {
		step = u8_mbtouc(&uc, at, len);
		script = uc_is_property_alphabetic(uc) ? uc_script(uc) : NULL;
		if (script == NULL && uc >= 0x80)
			odd += 2;
		if (script != NULL && before != NULL && script != before)
			odd++;
		before = script;
	}
	return odd;
}

/* The name in the code page that gives it letters. */
static int
name_guess(
    struct sg_env *env, struct sg_zip_table *table, struct sg_zip_row *row)
{
	static const char *const pages[] = { "CP866", "CP437", "CP852" };
	struct sg_view raw = row->entry.raw_name;
	const char *best = NULL;
	unsigned odd, least = 0;
	size_t i, len;
	char *text;

	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		text = decode(pages[i], raw, &len);
		if (text == NULL)
			continue;
		odd = oddity(text, len);
		if (best == NULL || odd < least) {
			best = pages[i];
			least = odd;
			row->entry.name = sg_pool_strn(table->pool, text, len);
		}
		free(text);
	}
	if (best == NULL) {
		row->entry.fault = N_("its name is in no known encoding");
		row->entry.name = sg_pool_printf(
		    table->pool, "%08llx", (unsigned long long)row->central);
	}
	if (row->entry.name == NULL)
		return sg_err_nomem(env);
	if (best == NULL)
		return 0;
	return sg_zip_warn(env, table,
	    N_("names are not in UTF-8, and read as of an old code page: "
	       "%1$s, for one"),
	    row->entry.name);
}

/* Is the path of the extra field the name of the header in some encoding? */
static int
path_is_name(struct sg_view raw, struct sg_view path)
{
	static const char *const pages[] = { "UTF-8", "CP866", "CP437", "CP850",
		"CP852", "CP1251", "CP1252", "KOI8-R" };
	int same = 0;
	size_t i, len;
	char *text;

	for (i = 0; !same && i < sizeof(pages) / sizeof(pages[0]); i++) {
		text = decode(pages[i], raw, &len);
		same =
		    text != NULL && sg_view_equal(sg_view_of(text, len), path);
		free(text);
	}
	return same;
}

static int
name_from_path(
    struct sg_env *env, struct sg_zip_table *table, struct sg_zip_row *row)
{
	struct sg_view path = row->path;

	row->entry.name =
	    sg_pool_strn(table->pool, (const char *)path.ptr, path.len);
	if (row->entry.name == NULL)
		return sg_err_nomem(env);
	if (memchr(path.ptr, '\0', path.len) != NULL ||
	    u8_check(path.ptr, path.len) != NULL ||
	    !path_is_name(row->entry.raw_name, path))
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("an entry of the archive has two names (APPNOTE, "
		       "4.6.9): one of them is %s"),
		    row->entry.name);
	return 0;
}

/* ---- what is wrong with a name */

static int
is_turning(ucs4_t uc)
{
	return (uc >= 0x202a && uc <= 0x202e) || (uc >= 0x2066 && uc <= 0x2069);
}

static const char *
fault_of_signs(const char *name)
{
	const uint8_t *at = (const uint8_t *)name;
	size_t len = strlen(name);
	ucs4_t uc;
	int step;

	for (; len > 0; at += step, len -= (size_t)step) {
		step = u8_mbtouc(&uc, at, len);
		if (uc < 0x20 || (uc >= 0x7f && uc < 0xa0) || uc == 0x2028 ||
		    uc == 0x2029)
			return N_("a control character in its name");
		if (is_turning(uc))
			return N_("its name turns the direction of writing");
		if (uc == '\\')
			return N_("a backslash in its name");
	}
	return NULL;
}

static const char *
fault_of_steps(const char *name)
{
	size_t len;

	for (;; name += len + 1) {
		len = strcspn(name, "/");
		if (len == 2 && memcmp(name, "..", 2) == 0)
			return N_("its name has \"..\" in it");
		if ((len == 1 && name[0] == '.') ||
		    (len == 0 && name[0] != '\0'))
			return N_("its name has an empty step in it");
		if (name[len] == '\0')
			return NULL;
	}
}

static const char *
fault_of_name(const char *name)
{
	int letter = name[0] | 0x20;

	if (name[0] == '/')
		return N_("its name is absolute");
	if (letter >= 'a' && letter <= 'z' && name[1] == ':')
		return N_("its name begins with a drive letter");
	if (fault_of_signs(name) != NULL)
		return fault_of_signs(name);
	return fault_of_steps(name);
}

int
sg_zip_name(
    struct sg_env *env, struct sg_zip_table *table, struct sg_zip_row *row)
{
	struct sg_zip_entry *entry = &row->entry;
	struct sg_view raw = entry->raw_name;
	int sound = u8_check(raw.ptr, raw.len) == NULL;
	int rc = 0;

	/* the octets of the pool have a NUL behind them */
	entry->name = (const char *)raw.ptr;
	if (!sound && entry->flags & SG_ZIP_UTF8)
		rc = sg_err_set(env, SIGN_E_FORMAT,
		    N_("the archive has a name that is said to be in UTF-8, "
		       "and is not (APPNOTE, D.1)"));
	else if (row->path.ptr != NULL)
		rc = name_from_path(env, table, row);
	else if (!sound)
		rc = name_guess(env, table, row);
	else if (!(entry->flags & SG_ZIP_UTF8) && !is_ascii(raw))
		rc = sg_zip_warn(env, table,
		    N_("names are in UTF-8, and the archive does not say so: "
		       "%1$s, for one"),
		    entry->name);
	if (rc == 0 && entry->fault == NULL)
		entry->fault = fault_of_name(entry->name);
	return rc;
}

/* ---- names that are one name to some system */

/* Some systems drop dots and spaces at the end of each step. */
static void
key_trim(char *key)
{
	char *from, *to = key;

	for (from = key; *from != '\0'; from++) {
		if (*from == '/')
			while (to > key && (to[-1] == '.' || to[-1] == ' '))
				to--;
		*to++ = *from == '/' ? KEY_SLASH : *from;
	}
	while (
	    to > key && (to[-1] == '.' || to[-1] == ' ' || to[-1] == KEY_SLASH))
		to--;
	*to = '\0';
}

/* Unicode 3.13, D145: canonical caseless matching. */
static int
key_make(struct sg_env *env, struct sg_zip_table *table, struct sg_zip_row *row)
{
	const char *name = row->entry.name;
	size_t len = 0;
	uint8_t *folded = u8_casefold(
	    (const uint8_t *)name, strlen(name), NULL, UNINORM_NFD, NULL, &len);
	char *key;

	if (folded == NULL)
		return sg_err_nomem(env);
	key = sg_pool_strn(table->pool, (const char *)folded, len);
	free(folded);
	if (key == NULL)
		return sg_err_nomem(env);
	key_trim(key);
	row->key = key;
	return 0;
}

static int
compare_key(const void *a, const void *b)
{
	const struct sg_zip_row *const *x = a, *const *y = b;

	return strcmp((*x)->key, (*y)->key);
}

static int
names_clash(
    struct sg_env *env, const struct sg_zip_row *a, const struct sg_zip_row *b)
{
	const char *x = a->entry.name, *y = b->entry.name;
	size_t len = strlen(a->key);

	if (strcmp(x, y) == 0)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("the archive has %s twice: nobody can say which one "
		       "counts"),
		    x);
	if (strcmp(a->key, b->key) == 0)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("the archive has %s and %s, which are one name to many "
		       "systems"),
		    x, y);
	if (!a->entry.is_directory && strncmp(a->key, b->key, len) == 0 &&
	    b->key[len] == KEY_SLASH)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("the archive has %s as a file and as a folder"), x);
	return 0;
}

int
sg_zip_names(struct sg_env *env, struct sg_zip_table *table)
{
	size_t i, count = table->row_count;
	struct sg_zip_row **sorted = malloc((count + 1) * sizeof(*sorted));
	int rc = sorted != NULL ? 0 : sg_err_nomem(env);

	for (i = 0; rc == 0 && i < count; i++) {
		sorted[i] = &table->rows[i];
		rc = key_make(env, table, &table->rows[i]);
	}
	if (rc == 0 && count != 0)
		qsort(sorted, count, sizeof(struct sg_zip_row *), compare_key);
	for (i = 1; rc == 0 && i < count; i++)
		rc = names_clash(env, sorted[i - 1], sorted[i]);
	free(sorted);
	return rc;
}
