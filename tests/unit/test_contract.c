/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/time.h"
#include "libsign/contract.h"
#include "libsign/ctx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct kit {
	struct sign_ctx *ctx;
	struct sg_env *env;
	struct sg_pool *pool;
};

static int
setup(void **state)
{
	struct kit *kit = calloc(1, sizeof(*kit));

	assert_non_null(kit);
	assert_int_equal(sign_ctx_new(&kit->ctx), 0);
	kit->env = &kit->ctx->env;
	kit->pool = sg_pool_new();
	assert_non_null(kit->pool);
	*state = kit;
	return 0;
}

static int
teardown(void **state)
{
	struct kit *kit = *state;

	sg_pool_free(kit->pool);
	sign_ctx_free(kit->ctx);
	free(kit);
	return 0;
}

/* ---- the description */

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DOC(name) \
	"{\"name\":\"" name "\",\"size\":5,\"digest_algorithm\":\"sha256\"," \
	"\"digest\":\"" HEX64 "\"}"

static const char good[] =
    "{\"schema\":\"podpis-contract/1\",\"kind\":\"lease\",\"title\":\"Flat "
    "17\",\"created\":\"2026-11-20T09:00:00Z\","
    "\"deadline\":\"2026-12-01T00:00:00Z\",\"ordered\":true,\"parties\":["
    "{\"role\":\"lessor\",\"name\":\"Anna\",\"inn\":\"770123456703\","
    "\"snils\":\"12345678964\"},{\"role\":\"lessee\",\"inn\":\"7700000016\","
    "\"ogrn\":\"1027700000019\"}],\"documents\":[" DOC("lease.pdf") "," DOC(
	"act.pdf") "]}\n";

/* text with the first "from" replaced; in the pool. */
static const char *
edited(struct kit *kit, const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	assert_non_null(at);
	return sg_pool_printf(kit->pool, "%.*s%s%s", (int)(at - text), text, to,
	    at + strlen(from));
}

static int
parse(struct kit *kit, const char *text, struct sg_contract *out)
{
	memset(out, 0, sizeof(*out));
	return sg_contract_parse(kit->env, kit->pool, sg_view_str(text), out);
}

static void
test_description(void **state)
{
	struct kit *kit = *state;
	struct sg_contract c;
	struct sg_buf text = { NULL, 0, 0 };

	assert_int_equal(parse(kit, good, &c), 0);
	assert_string_equal(c.kind, "lease");
	assert_string_equal(c.title, "Flat 17");
	assert_int_equal(c.ordered, 1);
	assert_int_equal(c.party_count, 2);
	assert_string_equal(c.parties[0].snils, "12345678964");
	assert_null(c.parties[1].name);
	assert_int_equal(c.doc_count, 2);
	assert_int_equal(c.docs[0].size, 5);
	assert_int_equal(c.docs[0].value.ptr[1], 0x23);
	assert_int_equal(c.deadline - c.created, 10 * 86400 + 15 * 3600);
	assert_int_equal(sg_contract_write(kit->env, &c, &text), 0);
	assert_int_equal(text.len, strlen(good));
	assert_memory_equal(text.ptr, good, text.len);
	sg_buf_free(&text);
}

static const struct {
	const char *name, *from, *to, *says;
} broken[] = {
	{ "schema of another version", "contract/1", "contract/2", "schema" },
	{ "no schema", "\"schema\":\"podpis-contract/1\",", "", "schema" },
	{ "schema a number", "\"podpis-contract/1\"", "1", "want text" },
	{ "unknown key", "\"ordered\"", "\"odd\"", "unknown key \"odd\"" },
	{ "key twice", "\"ordered\":true", "\"ordered\":true,\"ordered\":false",
	    "duplicate" },
	{ "unknown kind", "\"lease\"", "\"gift\"", "want lease" },
	{ "no kind", "\"kind\":\"lease\",", "", "kind of contract" },
	{ "no title", "\"title\":\"Flat 17\",", "", "without a title" },
	{ "empty title", "Flat 17", "", "title: 0 octets" },
	{ "line break in the title", "Flat 17", "Flat\\n17", "be seen" },
	{ "text turned around", "Flat 17", "Flat \\u202e71", "be seen" },
	{ "NUL in the title", "Flat 17", "Flat\\u000017", "not JSON" },
	{ "no UTF-8", "Flat 17",
	    "Flat \xff"
	    "17",
	    "not JSON" },
	{ "title ends with a space", "Flat 17", "Flat ", "space" },
	{ "title no text", "\"Flat 17\"", "[]", "want text" },
	{ "no time", "2026-12-01T00:00:00Z", "soon", "a time" },
	{ "deadline now", "2026-12-01T00:00:00Z", "now", "a time" },
	{ "ordered is text", "true", "\"yes\"", "true or false" },
	{ "parties no list", "\"parties\":[", "\"parties\":{},\"x\":[",
	    "unknown key" },
	{ "party no object", "{\"role\":\"lessor\"", "7,{\"role\":\"lessor\"",
	    "want an object" },
	{ "party without a role", "\"role\":\"lessor\",", "", "role" },
	{ "empty role", "lessor", "", "role" },
	{ "role twice", "lessee", "lessor", "two parties" },
	{ "party with an unknown key", "\"name\"", "\"phone\"",
	    "unknown key \"phone\"" },
	{ "INN mistyped", "770123456703", "770123456713", "mistyped" },
	{ "INN of eleven digits", "770123456703", "77012345670", "digits" },
	{ "INN with a letter", "770123456703", "77O123456703", "digits" },
	{ "INN a number", "\"770123456703\"", "770123456703", "want text" },
	{ "INN of zeros", "7700000016", "0000000000", "mistyped" },
	{ "SNILS mistyped", "12345678964", "12345678965", "mistyped" },
	{ "SNILS with hyphens", "12345678964", "123-456-789 64", "digits" },
	{ "OGRN mistyped", "1027700000019", "1027700000018", "mistyped" },
	{ "OGRN of fifteen digits", "1027700000019", "304770000123453",
	    "13 digits" },
	{ "document without a name", "\"name\":\"lease.pdf\",", "",
	    "without name" },
	{ "document without a size", "\"size\":5,", "", "without name or" },
	{ "negative size", "\"size\":5", "\"size\":-5", "size" },
	{ "size a fraction", "\"size\":5", "\"size\":5.0", "whole number" },
	{ "weak digest", "sha256", "sha1", "too weak" },
	{ "unknown digest", "sha256", "crc32", "unknown" },
	{ "digest too short", HEX64, "0123", "64 small" },
	{ "digest in capitals", "abcdef0123456789", "ABCDEF0123456789",
	    "64 small" },
	{ "document twice", "act.pdf", "lease.pdf", "two documents" },
	{ "document of the description's name", "act.pdf", "contract.json",
	    "cannot be named" },
	{ "name with a control character", "act.pdf", "act\\u0007.pdf",
	    "be seen" },
	{ "document with an unknown key", "\"size\":5", "\"sise\":5",
	    "unknown key" },
	{ "something behind it", "]}\n", "]}\n{}", "not JSON" },
	{ "a list", "{\"schema\"", "[{\"schema\"", "not JSON" },
};

static void
test_broken(void **state)
{
	struct kit *kit = *state;
	struct sg_contract c;
	const char *text;
	size_t i;
	int rc;

	for (i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		text = edited(kit, good, broken[i].from, broken[i].to);
		rc = parse(kit, text, &c);
		if (rc != SIGN_E_FORMAT ||
		    strstr(kit->env->english, broken[i].says) == NULL)
			fail_msg("%s: %d, %s", broken[i].name, rc,
			    kit->env->english);
	}
	text = edited(kit, good, "\"parties\":[", "\"parties\":[],\"x\":[");
	assert_int_equal(parse(kit, text, &c), SIGN_E_FORMAT);
}

static void
test_truncated(void **state)
{
	struct kit *kit = *state;
	struct sg_contract c;
	size_t len;

	/* the line feed at the end may be missing */
	for (len = 0; len < strlen(good) - 1; len++)
		if (sg_contract_parse(kit->env, kit->pool,
			sg_view_of(good, len), &c) != SIGN_E_FORMAT)
			fail_msg("%zu octets are enough", len);
}

static void
test_limits(void **state)
{
	struct kit *kit = *state;
	struct sg_buf text = { NULL, 0, 0 };
	struct sg_contract c;
	size_t i;

	sg_buf_printf(kit->env, &text,
	    "{\"schema\":\"podpis-contract/1\",\"kind\":\"other\",\"title\":"
	    "\"t\",\"ordered\":false,\"documents\":[],\"parties\":[");
	for (i = 0; i <= SG_MAX_PARTIES; i++)
		sg_buf_printf(kit->env, &text, "%s{\"role\":\"r%zu\"}",
		    i != 0 ? "," : "", i);
	sg_buf_printf(kit->env, &text, "]}");
	assert_int_equal(
	    sg_contract_parse(kit->env, kit->pool, sg_buf_view(&text), &c),
	    SIGN_E_LIMIT);
	while (text.len <= SG_MAX_CONTRACT)
		sg_buf_append(kit->env, &text, "                ", 16);
	assert_int_equal(
	    sg_contract_parse(kit->env, kit->pool, sg_buf_view(&text), &c),
	    SIGN_E_LIMIT);
	sg_buf_free(&text);
}

/* ---- who fits */

static const struct sg_report_signer anna = {
	.common_name = "Иванова Анна Петровна",
	.inn = "770123456703",
	.snils = "12345678964",
}, petr = {
	.common_name = "Петров Сергей Олегович",
	.inn = "770987654347",
	.snils = "11223344595",
}, firm = {
	.common_name = "ООО «Ромашка»",
	.organisation = "ООО «Ромашка»",
	.inn_le = "7700000016",
	.ogrn = "1027700000019",
	.inn = "770123456703",
	.snils = "12345678964",
}, trader = {
	.common_name = "Кузнецов Игорь Львович",
	.inn = "772345678901",
	.ogrnip = "304770000123453",
}, alice = { .common_name = "Alice Ёлкина" }, nobody = { 0 };

static const struct {
	const char *name;
	struct sg_party party;
	const struct sg_report_signer *who;
	int fits;
} matches[] = {
	{ "anybody", { .role = "r" }, &nobody, 1 },
	{ "person by INN", { .inn = "770123456703" }, &anna, 1 },
	{ "another person", { .inn = "770123456703" }, &petr, 0 },
	{ "person, by the company's certificate", { .inn = "770123456703" },
	    &firm, 0 },
	{ "person by SNILS, by the company's certificate",
	    { .snils = "12345678964" }, &firm, 0 },
	{ "INN and SNILS", { .inn = "770123456703", .snils = "12345678964" },
	    &anna, 1 },
	{ "INN and another's SNILS",
	    { .inn = "770123456703", .snils = "11223344595" }, &anna, 0 },
	{ "company by INN", { .inn = "7700000016" }, &firm, 1 },
	{ "company by OGRN", { .ogrn = "1027700000019" }, &firm, 1 },
	{ "company and its director",
	    { .inn = "7700000016", .snils = "12345678964" }, &firm, 1 },
	{ "company and another director",
	    { .inn = "7700000016", .snils = "11223344595" }, &firm, 0 },
	{ "company, by a person", { .inn = "7700000016" }, &anna, 0 },
	{ "company by OGRN, by a person", { .ogrn = "1027700000019" }, &anna,
	    0 },
	{ "trader", { .ogrnip = "304770000123453" }, &trader, 1 },
	{ "trader, by another", { .ogrnip = "304770000123453" }, &petr, 0 },
	{ "name alone", { .name = "Иванова Анна Петровна" }, &anna, 1 },
	{ "name, other letters", { .name = "ИВАНОВА  анна петровна" }, &anna,
	    1 },
	{ "name, YO and YE", { .name = "alice елкина" }, &alice, 1 },
	{ "another name", { .name = "Иванова Анна" }, &anna, 0 },
	{ "a star in a name is a star", { .name = "Иванова*" }, &anna, 0 },
	{ "name does not bind beside an INN",
	    { .name = "А. П. Иванова", .inn = "770123456703" }, &anna, 1 },
	{ "company's name, other quotation marks",
	    { .name = "ООО \"ромашка\"" }, &firm, 1 },
	{ "pattern", { .pattern = "Иванова*" }, &anna, 1 },
	{ "pattern in the middle", { .pattern = "*Анна*" }, &anna, 1 },
	{ "pattern with a question mark", { .pattern = "?ванова * Петровн?" },
	    &anna, 1 },
	{ "pattern that goes back", { .pattern = "*анна*анна*" }, &anna, 0 },
	{ "pattern of all", { .pattern = "*" }, &anna, 1 },
	{ "pattern of all, no name", { .pattern = "*" }, &nobody, 0 },
	{ "pattern binds beside an INN",
	    { .pattern = "Петров*", .inn = "770123456703" }, &anna, 0 },
	{ "name, and a certificate without one", { .name = "Иванова" }, &nobody,
	    0 },
};

static void
test_matching(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(matches) / sizeof(matches[0]); i++)
		if (sg_party_fits(&matches[i].party, matches[i].who) !=
		    matches[i].fits)
			fail_msg(
			    "%s: want %d", matches[i].name, matches[i].fits);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_description, setup, teardown),
		cmocka_unit_test_setup_teardown(test_broken, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_truncated, setup, teardown),
		cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
		cmocka_unit_test_setup_teardown(test_matching, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
