/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include <stddef.h>

#include "libsign/key_pkcs11.h"

#include "base/buf.h"
#include "base/err.h"
#include "libsign/ctx.h"
#include "tests/lib/mkkey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* ---- the table of return values */

static void
test_errors(void **state)
{
	struct mk_asked asked = { 0 };
	struct sign_ctx *ctx = mk_ctx(&asked);
	size_t i, j, count;
	const struct p11_error *rows = sg_p11_error_rows(&count);

	(void)state;
	for (i = 0; i < count; i++) {
		for (j = 0; j < i; j++)
			assert_int_not_equal(rows[i].rv, rows[j].rv);
		assert_int_equal(
		    sg_p11_error(&ctx->env, "tok", rows[i].rv), rows[i].code);
		assert_int_equal(sign_ctx_error(ctx), rows[i].code);
		assert_non_null(strstr(sign_ctx_message(ctx), "\"tok\""));
		assert_non_null(strstr(sign_ctx_message(ctx), rows[i].text));
		assert_string_equal(sign_ctx_hint(ctx),
		    rows[i].hint != NULL ? rows[i].hint : "");
	}
	assert_int_equal(
	    sg_p11_error(&ctx->env, "tok", CKR_GENERAL_ERROR), SIGN_E_CRYPTO);
	sign_ctx_free(ctx);
}

/* ---- URIs */

struct uri_case {
	const char *text;
	int code;
	const char *says;
};

static const struct uri_case uri_cases[] = {
	{ "pkcs11:", 0, NULL },
	{ "pkcs11:token=a;object=b;id=%01%02;type=private", 0, NULL },
	{ "pkcs11:manufacturer=a;serial=b;model=c", 0, NULL },
	{ "pkcs11:slot-id=1;slot-description=d;slot-manufacturer=m", 0, NULL },
	{ "pkcs11:library-version=3.0;library-description=x", 0, NULL },
	{ "pkcs11:token=a?module-path=/x.so&module-name=n", 0, NULL },
	{ "pkcs11:token=a?unknown-query=1", 0, NULL },
	{ "pkcs11:object=%D0%90%D0%BD%D0%BD%D0%B0", 0, NULL },
	{ "pkcs11:token=a;token=b", SIGN_E_ARG, "twice" },
	{ "pkcs11:id=%01;id=%01", SIGN_E_ARG, "twice" },
	{ "pkcs11:token=a;colour=red", SIGN_E_KEY, "colour" },
	{ "pkcs11:token=a;x-vendor=1", SIGN_E_KEY, "x-vendor" },
	{ "pkcs11:token=a?pin-value=1234", SIGN_E_ARG, "pin-value" },
	{ "pkcs11:token=a;pin-value=1234", SIGN_E_ARG, "pin-value" },
	{ "pkcs11:token=a?module-name=x&pin-value=1234", SIGN_E_ARG,
	    "pin-value" },
	{ "pkcs11:token=a?pin-source=|cat%20/etc/pin", SIGN_E_ARG,
	    "pin-source" },
	{ "pkcs11:token=a?pin-source=file:/etc/pin", SIGN_E_ARG, "pin-source" },
	{ "pkcs11:token=%", SIGN_E_ARG, "malformed" },
	{ "pkcs11:token=%zz", SIGN_E_ARG, "malformed" },
	{ "pkcs11:token", SIGN_E_ARG, NULL },
	{ "pkcs11:type=banana", SIGN_E_KEY, "type" },
	{ "pkcs11:slot-id=x", SIGN_E_ARG, NULL },
	{ "pkcs11:slot-id=-1", SIGN_E_ARG, NULL },
	{ "pkcs11:slot-id=99999999999999999999999", SIGN_E_ARG, NULL },
};

static void
test_uris(void **state)
{
	struct mk_asked asked = { 0 };
	struct sign_ctx *ctx = mk_ctx(&asked);
	const struct uri_case *row;
	char longer[9000];
	P11KitUri *uri;
	size_t i;
	int ret;

	(void)state;
	for (i = 0; i < sizeof(uri_cases) / sizeof(uri_cases[0]); i++) {
		row = &uri_cases[i];
		uri = NULL;
		ret = sg_p11_uri_parse(&ctx->env, row->text, &uri);
		if (ret != row->code)
			fail_msg("%s: %d", row->text, ret);
		p11_kit_uri_free(uri);
		if (ret == 0)
			continue;
		assert_null(strstr(sign_ctx_message(ctx), "1234"));
		if (row->says != NULL)
			assert_non_null(
			    strstr(sign_ctx_message(ctx), row->says));
	}
	memset(longer, 'a', sizeof(longer));
	memcpy(longer, "pkcs11:token=", 13);
	longer[sizeof(longer) - 1] = '\0';
	assert_int_equal(
	    sg_p11_uri_parse(&ctx->env, longer, &uri), SIGN_E_LIMIT);
	sign_ctx_free(ctx);
}

/* ---- public keys as tokens give them */

struct public_case {
	const char *name;
	CK_KEY_TYPE type;
	unsigned char given[8];
	size_t given_len;
	unsigned char want[16];
	size_t want_len;
	int same;
};

static const struct public_case public_cases[] = {
	{ "EC, bare", CKK_EC, { 4, 1, 2 }, 3, { 4, 1, 2 }, 3, 1 },
	{ "EC, wrapped", CKK_EC, { 4, 3, 4, 1, 2 }, 5, { 4, 1, 2 }, 3, 1 },
	{ "EC, wrong length", CKK_EC, { 4, 2, 4, 1, 2 }, 5, { 4, 1, 2 }, 3, 0 },
	{ "EC, another", CKK_EC, { 4, 1, 3 }, 3, { 4, 1, 2 }, 3, 0 },
	{ "EC, empty", CKK_EC, { 0 }, 0, { 4, 1, 2 }, 3, 0 },
	{ "RSA", CKK_RSA, { 1, 2, 3 }, 3, { 0x30, 8, 2, 3, 1, 2, 3, 2, 1, 3 },
	    10, 1 },
	{ "RSA, leading zero", CKK_RSA, { 0, 0x81, 2 }, 3,
	    { 0x30, 8, 2, 3, 0, 0x81, 2, 2, 1, 3 }, 10, 1 },
	{ "RSA, zero dropped", CKK_RSA, { 0x81, 2 }, 2,
	    { 0x30, 8, 2, 3, 0, 0x81, 2, 2, 1, 3 }, 10, 1 },
	{ "RSA, another", CKK_RSA, { 1, 2, 4 }, 3,
	    { 0x30, 8, 2, 3, 1, 2, 3, 2, 1, 3 }, 10, 0 },
	{ "RSA, broken", CKK_RSA, { 1, 2, 3 }, 3, { 0x30, 9, 2, 3, 1 }, 5, 0 },
	{ "GOST, short", CKK_GOSTR3410, { 1, 2 }, 2, { 1, 2 }, 2, 0 },
};

static void
test_public_keys(void **state)
{
	const struct public_case *row;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(public_cases) / sizeof(public_cases[0]); i++) {
		row = &public_cases[i];
		if (sg_p11_public_equal(row->type,
			sg_view_of(row->given, row->given_len),
			sg_view_of(row->want, row->want_len)) != row->same)
			fail_msg("%s", row->name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_uris),
		cmocka_unit_test(test_public_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
