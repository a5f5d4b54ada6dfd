/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/key.h"

#include "base/alg.h"
#include "base/crypt.h"
#include "base/err.h"
#include "base/limits.h"
#include "libsign/ctx.h"
#include "tests/lib/mkkey.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* ---- a key held elsewhere: what it answers is set by the test */

struct elsewhere {
	struct sign_ctx *ctx;
	EVP_PKEY *key;
	const struct sg_scheme *scheme;
	int raw;    /* ECDSA as r || s */
	int code;   /* instead of signing */
	size_t cut; /* octets left out at the end */
	size_t lie; /* a length that cannot be */
	int calls;
};

static int
elsewhere_sign(const unsigned char *data, size_t len, unsigned char *value,
    size_t *value_len, void *payload)
{
	struct elsewhere *self = payload;
	struct sg_buf cms = { 0 }, raw = { 0 };
	struct sg_pss pss = { 0 };
	struct sg_env env;

	self->calls++;
	if (self->code != 0)
		return self->code;
	if (self->lie != 0) {
		*value_len = self->lie;
		return 0;
	}
	assert_int_equal(sg_env_init(&env), 0);
	assert_int_equal(sg_sign_value(&env, self->scheme, &pss, self->key,
			     sg_view_of(data, len), &cms),
	    0);
	if (self->raw)
		assert_int_equal(sg_value_to_raw(&env, self->scheme,
				     sg_buf_view(&cms), 32, &raw),
		    0);
	else
		assert_int_equal(
		    sg_buf_append_view(&env, &raw, sg_buf_view(&cms)), 0);
	assert_true(raw.len <= *value_len);
	*value_len = raw.len - self->cut;
	memcpy(value, raw.ptr, raw.len);
	sg_buf_free(&cms);
	sg_buf_free(&raw);
	sg_env_clear(&env);
	return 0;
}

struct external_case {
	const char *name, *kind;
	int raw, code;
	size_t cut, lie;
	int want;
};

static const struct external_case external_cases[] = {
	{ "RSA", "rsa", 0, 0, 0, 0, 0 },
	{ "RSA, short", "rsa", 0, 0, 1, 0, SIGN_E_VALUE },
	{ "ECDSA, DER", "p256", 0, 0, 0, 0, 0 },
	{ "ECDSA, raw", "p256", 1, 0, 0, 0, 0 },
	{ "ECDSA, DER cut", "p256", 0, 0, 1, 0, SIGN_E_VALUE },
	{ "ECDSA, raw cut", "p256", 1, 0, 1, 0, SIGN_E_VALUE },
	{ "ECDSA, nothing", "p256", 0, 0, 0, 1, SIGN_E_VALUE },
	{ "Ed25519", "ed25519", 0, 0, 0, 0, 0 },
	{ "Ed25519, short", "ed25519", 0, 0, 1, 0, SIGN_E_VALUE },
	{ "Ed448", "ed448", 0, 0, 0, 0, 0 },
	{ "GOST-256", "gost256:A", 0, 0, 0, 0, 0 },
	{ "GOST-256, short", "gost256:A", 0, 0, 1, 0, SIGN_E_VALUE },
	{ "GOST-512", "gost512:A", 0, 0, 0, 0, 0 },
	{ "cancelled", "p256", 0, SIGN_E_CANCEL, 0, 0, SIGN_E_CANCEL },
	{ "network", "p256", 0, SIGN_E_NET, 0, 0, SIGN_E_NET },
	{ "more than there was room", "p256", 0, 0, 0, SIZE_MAX, SIGN_E_ARG },
};

static void
run_external(const struct external_case *row)
{
	struct elsewhere self = { .raw = row->raw,
		.code = row->code,
		.cut = row->cut,
		.lie = row->lie };
	unsigned char digest[SG_MAX_DIGEST] = { 5 };
	struct mk_asked asked = { 0 };
	struct sg_buf value = { 0 };
	struct sg_pss pss = { 0 };
	struct sign_key *key = NULL;
	unsigned char *der = NULL;
	struct sg_view data;
	X509 *cert;
	size_t cert_len;
	int len;

	self.ctx = mk_ctx(&asked);
	self.key = mk_key(row->kind);
	cert = mk_cert(self.key, "elsewhere", -1, 1);
	len = i2d_X509(cert, &der);
	assert_int_equal(
	    sg_scheme_for_key(&self.ctx->env, self.key, NULL, 0, &self.scheme),
	    0);
	assert_int_equal(sign_key_external(self.ctx, der, (size_t)len,
			     elsewhere_sign, &self, &key),
	    0);
	assert_non_null(sign_key_cert(key, &cert_len));
	assert_int_equal(cert_len, len);
	data = sg_view_of(digest, sg_scheme_digest(self.scheme)->size);
	assert_int_equal(
	    sg_key_sign(key, self.scheme, &pss, data, &value), row->want);
	if (row->want == 0)
		assert_int_equal(
		    sg_verify_value(&self.ctx->env, self.scheme, &pss, self.key,
			data, sg_buf_view(&value), SG_VALUE_CMS),
		    1);
	assert_int_equal(self.calls, 1);
	data.len--;
	if (!self.scheme->signs_bytes)
		assert_int_equal(
		    sg_key_sign(key, self.scheme, &pss, data, &value),
		    SIGN_E_ARG);
	assert_int_equal(self.calls, 1);
	sg_buf_free(&value);
	sign_key_free(key);
	OPENSSL_free(der);
	X509_free(cert);
	EVP_PKEY_free(self.key);
	sign_ctx_free(self.ctx);
}

static void
test_external(void **state)
{
	int has_gost = mk_has_gost();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(external_cases) / sizeof(external_cases[0]);
	     i++) {
		if (!has_gost &&
		    strncmp(external_cases[i].kind, "gost", 4) == 0)
			continue;
		print_message("# %s\n", external_cases[i].name);
		run_external(&external_cases[i]);
	}
}

static void
test_external_wants_a_certificate(void **state)
{
	struct mk_asked asked = { 0 };
	struct sign_ctx *ctx = mk_ctx(&asked);
	struct sign_key *key = NULL;

	(void)state;
	assert_true(sign_key_external(ctx, (const unsigned char *)"no", 2,
			elsewhere_sign, NULL, &key) < 0);
	assert_null(key);
	sign_key_free(NULL);
	sign_items_free(NULL);
	sign_ctx_free(ctx);
}

/* ---- asking for a PIN */

struct answer {
	int value;
	size_t room;
};

static int
answer_pin(const struct sign_pin_request *request, char *pin, size_t room,
    void *payload)
{
	struct answer *answer = payload;

	assert_int_equal(request->size, sizeof(*request));
	answer->room = room;
	if (answer->value > 0 && (size_t)answer->value <= room)
		memset(pin, '1', (size_t)answer->value);
	return answer->value;
}

struct pin_case {
	const char *name;
	enum sign_pin_kind kind;
	int answer, want;
};

static const struct pin_case pin_cases[] = {
	{ "four digits", SIGN_PIN_TOKEN, 4, 0 },
	{ "as long as can be", SIGN_PIN_TOKEN, SG_MAX_PIN, 0 },
	{ "longer than the room", SIGN_PIN_TOKEN, SG_MAX_PIN + 1, SIGN_E_ARG },
	{ "nothing", SIGN_PIN_TOKEN, 0, SIGN_E_CANCEL },
	{ "nothing for a key", SIGN_PIN_KEY, 0, SIGN_E_CANCEL },
	{ "an empty passphrase", SIGN_PIN_PASSPHRASE, 0, 0 },
	{ "cancelled", SIGN_PIN_TOKEN, SIGN_E_CANCEL, SIGN_E_CANCEL },
	{ "source unreadable", SIGN_PIN_TOKEN, SIGN_E_IO, SIGN_E_IO },
	{ "PIN pad", SIGN_PIN_PAD, 0, 0 },
	{ "PIN pad, cancelled", SIGN_PIN_PAD, SIGN_E_CANCEL, SIGN_E_CANCEL },
};

static void
test_ask_pin(void **state)
{
	struct sg_buf pin = { 0 };
	struct mk_asked asked = { 0 };
	struct sign_ctx *ctx = mk_ctx(&asked);
	struct answer answer;
	size_t i;

	(void)state;
	sign_ctx_set_pin(ctx, answer_pin, &answer);
	for (i = 0; i < sizeof(pin_cases) / sizeof(pin_cases[0]); i++) {
		print_message("# %s\n", pin_cases[i].name);
		answer.value = pin_cases[i].answer;
		assert_int_equal(
		    sg_key_ask_pin(ctx, pin_cases[i].kind, "t", 0, &pin),
		    pin_cases[i].want);
		if (pin_cases[i].want == 0)
			assert_int_equal(pin.len, pin_cases[i].answer);
		assert_int_equal(answer.room,
		    pin_cases[i].kind == SIGN_PIN_PAD ? 0 : SG_MAX_PIN);
		sg_buf_wipe(&pin);
	}
	sign_ctx_set_pin(ctx, NULL, NULL);
	assert_int_equal(
	    sg_key_ask_pin(ctx, SIGN_PIN_TOKEN, "t", 0, &pin), SIGN_E_PIN);
	assert_int_equal(sg_key_ask_pin(ctx, SIGN_PIN_PAD, "t", 0, NULL), 0);
	sign_ctx_free(ctx);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_external),
		cmocka_unit_test(test_external_wants_a_certificate),
		cmocka_unit_test(test_ask_pin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
