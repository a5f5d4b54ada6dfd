/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "libsign/escape.h"

#include <string.h>

/* ---- numbers that the state gives, with their check digits */

static int
weighted(const char *text, const int *weights, size_t count)
{
	int sum = 0;
	size_t i;

	for (i = 0; i < count; i++)
		sum += (text[i] - '0') * weights[i];
	return sum;
}

/* The tenth digit of an organisation's, the last two of a person's (order of
 * the tax service on INN). */
static int
inn_fits(const char *text)
{
	static const int weights[] = { 3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8 };
	int last = weighted(text, weights + 2, 9) % 11 % 10;

	if (strlen(text) == 10)
		return last == text[9] - '0';
	return weighted(text, weights + 1, 10) % 11 % 10 == text[10] - '0' &&
	    weighted(text, weights, 11) % 11 % 10 == text[11] - '0';
}

/* Numbers up to 001-001-998 were given before there was a check. */
static int
snils_fits(const char *text)
{
	static const int weights[] = { 9, 8, 7, 6, 5, 4, 3, 2, 1 };
	int sum = weighted(text, weights, 9) % 101 % 100;

	return strncmp(text, "001001998", 9) <= 0 ||
	    sum == (text[9] - '0') * 10 + (text[10] - '0');
}

/* The number without its last digit, modulo 11 or 13. */
static int
rest_fits(const char *text, unsigned divisor)
{
	unsigned rest = 0;

	for (; text[1] != '\0'; text++)
		rest = (rest * 10 + (unsigned)(text[0] - '0')) % divisor;
	return rest % 10 == (unsigned)(text[0] - '0');
}

static int
ogrn_fits(const char *text)
{
	return rest_fits(text, 11);
}

static int
ogrnip_fits(const char *text)
{
	return rest_fits(text, 13);
}

/* ---- fields of a party: what may stand in them */

#define FIELD(member) offsetof(struct sg_party, member)

static const struct {
	const char *key;
	size_t at;
	size_t few, many;              /* digits */
	int (*fits)(const char *text); /* NULL: it is text */
} fields[] = {
	{ "role", FIELD(role), 0, 0, NULL },
	{ "name", FIELD(name), 0, 0, NULL },
	{ "pattern", FIELD(pattern), 0, 0, NULL },
	{ "inn", FIELD(inn), 10, 12, inn_fits },
	{ "snils", FIELD(snils), 11, 11, snils_fits },
	{ "ogrn", FIELD(ogrn), 13, 13, ogrn_fits },
	{ "ogrnip", FIELD(ogrnip), 15, 15, ogrnip_fits },
};

#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static const char *
field_of(const struct sg_party *party, size_t index)
{
	const char *const *at =
	    (const void *)((const char *)party + fields[index].at);

	return *at;
}

int
sg_contract_text_check(
    struct sg_env *env, int code, const char *what, const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > SG_MAX_CONTRACT_TEXT)
		return sg_err_set(env, code,
		    N_("%s: %zu octets of text, want 1 to %d"), what, len,
		    SG_MAX_CONTRACT_TEXT);
	if (text[0] == ' ' || text[len - 1] == ' ')
		return sg_err_set(
		    env, code, N_("%s: begins or ends with a space"), what);
	if (sign_escape(text, NULL, 0) != len)
		return sg_err_set(env, code,
		    N_("%s: holds a character that cannot be seen"), what);
	return 0;
}

static int
check_number(struct sg_env *env, int code, size_t index, const char *text)
{
	const char *key = fields[index].key;
	size_t len = strlen(text), few = fields[index].few;
	size_t many = fields[index].many;

	if (strspn(text, "0123456789") != len || (len != few && len != many)) {
		if (few == many)
			return sg_err_set(env, code,
			    N_("%s: want %zu digits, have \"%s\""), key, few,
			    text);
		return sg_err_set(env, code,
		    N_("%s: want %zu or %zu digits, have \"%s\""), key, few,
		    many, text);
	}
	if (strspn(text, "0") == len || !fields[index].fits(text))
		return sg_err_set(env, code,
		    N_("%s: there is no such number as %s, by its check "
		       "digits: is it mistyped?"),
		    key, text);
	return 0;
}

int
sg_party_check(struct sg_env *env, int code, const struct sg_party *party)
{
	const char *text;
	size_t i;
	int rc = 0;

	if (party->role == NULL)
		return sg_err_set(env, code, N_("a party without a role"));
	for (i = 0; rc == 0 && i < FIELDS; i++) {
		text = field_of(party, i);
		if (text == NULL)
			continue;
		rc = fields[i].fits != NULL
		    ? check_number(env, code, i, text)
		    : sg_contract_text_check(env, code, fields[i].key, text);
	}
	return rc;
}

/* ---- names */

/* A name as it is compared: small letters, one space between words, one kind
 * of quotation mark, no difference between the letters YE and YO. */
struct folded {
	uint32_t at[SG_MAX_CONTRACT_TEXT];
	size_t len;
};

static uint32_t
fold(uint32_t value)
{
	if ((value >= 'A' && value <= 'Z') ||
	    (value >= 0x0410 && value <= 0x042F))
		return value + 0x20;
	switch (value) {
	case 0x0401: /* YO, capital and small */
	case 0x0451:
		return 0x0435;
	case 0xAB: /* quotation marks */
	case 0xBB:
	case 0x201C:
	case 0x201D:
	case 0x201E:
		return '"';
	case 0xA0: /* a space that does not break */
	case '\t':
		return ' ';
	default:
		return value;
	}
}

/* 0: it is too long, or no UTF-8, and like nothing. */
static int
name_fold(const char *text, struct folded *out)
{
	uint32_t value;
	size_t octets;

	out->len = 0;
	for (; *text != '\0'; text += octets) {
		value = fold(sg_utf8_next(text, &octets));
		if (value == 0 || out->len == SG_MAX_CONTRACT_TEXT)
			return 0;
		if (value == ' ' &&
		    (out->len == 0 || out->at[out->len - 1] == ' '))
			continue;
		out->at[out->len++] = value;
	}
	if (out->len != 0 && out->at[out->len - 1] == ' ')
		out->len--;
	return 1;
}

/* The last star takes one character more where what follows it does not fit:
 * there is never a reason to go back to one before it. */
static int
is_like(const struct folded *name, const struct folded *pattern)
{
	size_t n = 0, p = 0, star = SIZE_MAX, from = 0;

	while (n < name->len) {
		if (p < pattern->len && pattern->at[p] == '*') {
			star = p++;
			from = n;
		} else if (p < pattern->len &&
		    (pattern->at[p] == '?' || pattern->at[p] == name->at[n])) {
			p++;
			n++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			n = ++from;
		} else {
			return 0;
		}
	}
	while (p < pattern->len && pattern->at[p] == '*')
		p++;
	return p == pattern->len;
}

static int
name_fits(const char *have, const char *want, int exactly)
{
	struct folded name, pattern;

	if (have == NULL || !name_fold(have, &name) ||
	    !name_fold(want, &pattern))
		return 0;
	if (!exactly)
		return is_like(&name, &pattern);
	return name.len == pattern.len &&
	    memcmp(name.at, pattern.at, name.len * sizeof(name.at[0])) == 0;
}

/* ---- who fits */

static int
is_organisation(const struct sg_report_signer *who)
{
	return who->ogrn != NULL || who->inn_le != NULL;
}

/* The name of who is bound by the signature: of an organisation's certificate
 * it is the organisation, whoever else is named in it. */
static const char *
name_of(const struct sg_report_signer *who)
{
	if (is_organisation(who) && who->organisation != NULL)
		return who->organisation;
	return who->common_name;
}

static int
same(const char *want, const char *have)
{
	return want == NULL || (have != NULL && strcmp(want, have) == 0);
}

/* Not asked of it: the name, where there is something stronger. */
static int
names_fit(const struct sg_party *party, const struct sg_report_signer *who)
{
	if (party->pattern != NULL)
		return name_fits(name_of(who), party->pattern, 0);
	if (party->name == NULL || party->inn != NULL || party->snils != NULL ||
	    party->ogrn != NULL || party->ogrnip != NULL)
		return 1;
	return name_fits(name_of(who), party->name, 1);
}

int
sg_party_fits(const struct sg_party *party, const struct sg_report_signer *who)
{
	int of_10 = party->inn != NULL && strlen(party->inn) == 10;
	int wants_person = (party->inn != NULL && !of_10) ||
	    party->ogrnip != NULL ||
	    (party->snils != NULL && party->inn == NULL && party->ogrn == NULL);

	/* a person for himself: what a director signs, the company signs */
	if (wants_person && party->ogrn == NULL && is_organisation(who))
		return 0;
	return same(party->inn, of_10 ? who->inn_le : who->inn) &&
	    same(party->snils, who->snils) && same(party->ogrn, who->ogrn) &&
	    same(party->ogrnip, who->ogrnip) && names_fit(party, who);
}
