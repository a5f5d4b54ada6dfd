/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/portal.h"

#include "base/env.h"
#include "base/err.h"
#include "libsign/contract.h"

#include <string.h>

/*
 * The portal's list has no place for parties but the description of each
 * signature's file, a text for people. What must be known of a party stands
 * there as people would write it:
 *
 *   Подпись продавца; Иванов Иван Иванович; ИНН 500100732259
 *
 * and is read again from there. A description that somebody else wrote, such as
 * the "Подпись продавца" of the portal's own example, tells the role alone.
 */
static const struct {
	const char *role, *whose; /* in the genitive, as the example has it */
} roles[] = {
	{ "lessor", "наймодателя" },
	{ "lessor", "арендодателя" },
	{ "lessee", "нанимателя" },
	{ "lessee", "арендатора" },
	{ "seller", "продавца" },
	{ "buyer", "покупателя" },
	{ "operator", "оператора" },
	{ "subscriber", "абонента" },
};
#define ROLES (sizeof(roles) / sizeof(roles[0]))

static const char signature_of[] = "Подпись ";
static const char party_of[] = "Подпись стороны «";
static const char party_end[] = "»";
static const char separator[] = "; ";

static const struct {
	const char *word;
	size_t at;
} numbers[] = {
	{ "ИНН ", offsetof(struct sg_party, inn) },
	{ "СНИЛС ", offsetof(struct sg_party, snils) },
	{ "ОГРН ", offsetof(struct sg_party, ogrn) },
	{ "ОГРНИП ", offsetof(struct sg_party, ogrnip) },
	{ "сертификат на имя ", offsetof(struct sg_party, pattern) },
};
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

static const char **
member(struct sg_party *party, size_t row)
{
	return (const char **)(void *)((char *)party + numbers[row].at);
}

/* ---- writing */

static int
write_role(struct sg_env *env, const char *role, struct sg_buf *out)
{
	size_t i;

	for (i = 0; i < ROLES; i++)
		if (strcmp(roles[i].role, role) == 0)
			return sg_buf_printf(
			    env, out, "%s%s", signature_of, roles[i].whose);
	return sg_buf_printf(env, out, "%s%s%s", party_of, role, party_end);
}

int
sg_portal_about_write(
    struct sg_env *env, const struct sg_party *party, struct sg_buf *out)
{
	struct sg_party copy = *party;
	const char *text;
	size_t i;
	int rc = write_role(env, party->role, out);

	if (rc == 0 && party->name != NULL)
		rc = sg_buf_printf(env, out, "%s%s", separator, party->name);
	for (i = 0; rc == 0 && i < NUMBERS; i++) {
		text = *member(&copy, i);
		if (text != NULL)
			rc = sg_buf_printf(env, out, "%s%s%s", separator,
			    numbers[i].word, text);
	}
	return rc;
}

/* ---- reading */

/* "Подпись продавца" to "seller", NULL: something else. */
static const char *
role_of(struct sg_pool *pool, const char *text)
{
	size_t len = strlen(text), i;
	size_t head = sizeof(party_of) - 1, tail = sizeof(party_end) - 1;

	if (len > head + tail && strncmp(text, party_of, head) == 0 &&
	    strcmp(text + len - tail, party_end) == 0)
		return sg_pool_strn(pool, text + head, len - head - tail);
	if (strncmp(text, signature_of, sizeof(signature_of) - 1) != 0)
		return NULL;
	for (i = 0; i < ROLES; i++)
		if (strcmp(text + sizeof(signature_of) - 1, roles[i].whose) ==
		    0)
			return roles[i].role;
	return NULL;
}

/* One piece behind the role. 0: it is taken. */
static int
take_piece(struct sg_party *party, char *piece)
{
	const char **to;
	size_t i, len;

	for (i = 0; i < NUMBERS; i++) {
		len = strlen(numbers[i].word);
		if (strncmp(piece, numbers[i].word, len) != 0)
			continue;
		to = member(party, i);
		if (*to != NULL)
			return -1;
		*to = piece + len;
		return 0;
	}
	if (party->name != NULL)
		return -1;
	party->name = piece;
	return 0;
}

/* 1: the text was written as above, and fits. */
static int
read_pieces(
    struct sg_env *env, struct sg_pool *pool, char *text, struct sg_party *out)
{
	char *next = strstr(text, separator), *piece;

	memset(out, 0, sizeof(*out));
	if (next != NULL)
		*next = '\0';
	out->role = role_of(pool, text);
	if (out->role == NULL)
		return 0;
	while (next != NULL) {
		piece = next + sizeof(separator) - 1;
		next = strstr(piece, separator);
		if (next != NULL)
			*next = '\0';
		if (take_piece(out, piece) != 0)
			return 0;
	}
	return sg_party_check(env, SIGN_E_FORMAT, out) == 0;
}

/* "edkpXmlSellerSign.sig" of "edkpXml.xml" to "seller"; else the name of the
 * file, which is all that is known. */
static const char *
role_of_file(struct sg_pool *pool, const char *document, const char *file)
{
	const char *dot = strrchr(document, '.'), *end;
	size_t stem = dot != NULL ? (size_t)(dot - document) : strlen(document);
	char *role;

	end = strstr(file, "Sign.sig");
	if (strncmp(file, document, stem) != 0 || end == NULL ||
	    end <= file + stem || end[8] != '\0')
		return file;
	role = sg_pool_strn(pool, file + stem, (size_t)(end - file) - stem);
	if (role != NULL && role[0] >= 'A' && role[0] <= 'Z')
		role[0] = (char)(role[0] + 0x20);
	return role;
}

int
sg_portal_about_read(struct sg_env *env, struct sg_pool *pool,
    const struct sg_sign_config_doc *doc, const struct sg_sign_config_sig *sig,
    struct sg_party *out)
{
	char *copy = sg_pool_str(pool, sig->about);

	if (sig->about != NULL && copy == NULL)
		return sg_err_nomem(env);
	if (copy != NULL && copy[0] != '\0' &&
	    read_pieces(env, pool, copy, out)) {
		sg_err_clear(env);
		return 0;
	}
	sg_err_clear(env);
	memset(out, 0, sizeof(*out));
	if (sig->about != NULL && sig->about[0] != '\0')
		out->role = sig->about;
	else
		out->role = role_of_file(pool, doc->name, sig->name);
	return out->role != NULL ? 0 : sg_err_nomem(env);
}

const char *
sg_portal_sig_name(
    struct sg_pool *pool, const char *document, const char *role, int whole)
{
	const char *dot = strrchr(document, '.');
	size_t stem =
	    dot != NULL && !whole ? (size_t)(dot - document) : strlen(document);
	char *name =
	    sg_pool_printf(pool, "%.*s%sSign.sig", (int)stem, document, role);

	if (name != NULL && name[stem] >= 'a' && name[stem] <= 'z')
		name[stem] = (char)(name[stem] - 0x20);
	return name;
}
