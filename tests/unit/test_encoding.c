/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "formats/encoding.h"

#include <openssl/evp.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sg_env env;

/* 30 81 85 and 133 octets 00 01 02 ...: a whole SEQUENCE. */
static unsigned char sample[136];

static void
make_sample(void)
{
	size_t i;

	memcpy(sample, "\x30\x81\x85", 3);
	for (i = 3; i < sizeof(sample); i++)
		sample[i] = (unsigned char)(i - 3);
}

/* The sample in base64, a line break after every "width" characters. */
static char *
base64(size_t width, const char *eol)
{
	static char text[1024];
	unsigned char flat[256];
	size_t len = (size_t)EVP_EncodeBlock(flat, sample, sizeof(sample));
	size_t i, at = 0;

	for (i = 0; i < len; i++) {
		text[at++] = (char)flat[i];
		if ((i + 1) % width == 0 || i + 1 == len) {
			memcpy(text + at, eol, strlen(eol));
			at += strlen(eol);
		}
	}
	text[at] = '\0';
	return text;
}

/* Reads pieces of this size through the filter; the decoded octets to out. */
static int
decode(struct sg_view text, size_t piece, struct sg_buf *out,
    enum sg_encoding *encoding, char label[64])
{
	struct sg_in *in = NULL, *decoded = NULL;
	unsigned char some[512];
	size_t got = 1;
	int rc;

	out->len = 0;
	assert_int_equal(sg_in_memory(&env, "text", text, &in), 0);
	rc = sg_encoding_open(&env, in, &decoded, encoding, label);
	assert_int_equal(rc, 0);
	while (rc == 0 && got != 0) {
		rc = sg_in_read(&env, decoded, some, piece, &got);
		if (rc == 0)
			sg_buf_append(&env, out, some, got);
	}
	sg_in_free(decoded);
	sg_in_free(in);
	return rc;
}

struct text_case {
	const char *name, *before, *eol, *after;
	size_t width;
	enum sg_encoding encoding;
	const char *label;
	int rc;
};

static const struct text_case text_cases[] = {
	{ "one line", "", "", "", 1000, SG_ENC_BASE64, "", 0 },
	{ "wrapped", "", "\n", "", 64, SG_ENC_BASE64, "", 0 },
	{ "wrapped oddly, CRLF", "", "\r\n", "", 7, SG_ENC_BASE64, "", 0 },
	{ "CR alone", "", "\r", "", 76, SG_ENC_BASE64, "", 0 },
	{ "BOM", "\xef\xbb\xbf", "\n", "", 64, SG_ENC_BASE64, "", 0 },
	{ "blanks around", " \r\n\t", "\n", " \n\n", 64, SG_ENC_BASE64, "", 0 },
	{ "something after base64", "", "", "\n.", 1000, SG_ENC_BASE64, "",
	    SIGN_E_FORMAT },
	{ "base64 after base64", "", "", "MIAA", 1000, SG_ENC_BASE64, "",
	    SIGN_E_FORMAT },
	{ "PEM", "-----BEGIN CMS-----\n", "\n", "-----END CMS-----\n", 64,
	    SG_ENC_PEM, "CMS", 0 },
	{ "PEM, CRLF, BOM", "\xef\xbb\xbf-----BEGIN PKCS7-----\r\n", "\r\n",
	    "-----END PKCS7-----\r\n", 64, SG_ENC_PEM, "PKCS7", 0 },
	{ "PEM without a last line break", "-----BEGIN CMS-----\n", "\n",
	    "-----END CMS-----", 64, SG_ENC_PEM, "CMS", 0 },
	{ "PEM behind text", "Signature of a lease:\n\n-----BEGIN CMS-----\n",
	    "\n", "-----END CMS-----\n\n", 64, SG_ENC_PEM, "CMS", 0 },
	{ "PEM with headers", "-----BEGIN CMS-----\nA: b\nC: d\n\n", "\n",
	    "-----END CMS-----\n", 64, SG_ENC_PEM, "CMS", 0 },
	{ "PEM in one line", "-----BEGIN CMS-----\n", "\n",
	    "-----END CMS-----\n", 1000, SG_ENC_PEM, "CMS", 0 },
	{ "PEM of another label at the end", "-----BEGIN CMS-----\n", "\n",
	    "-----END PKCS7-----\n", 64, SG_ENC_PEM, "CMS", SIGN_E_FORMAT },
	{ "PEM without its end", "-----BEGIN CMS-----\n", "\n", "", 64,
	    SG_ENC_PEM, "CMS", SIGN_E_FORMAT },
	{ "PEM ends inside a line", "-----BEGIN CMS-----\n", "",
	    "-----END CMS-----\n", 64, SG_ENC_PEM, "CMS", SIGN_E_FORMAT },
	{ "PEM and something", "-----BEGIN CMS-----\n", "\n",
	    "-----END CMS-----\nmore\n", 64, SG_ENC_PEM, "CMS", SIGN_E_FORMAT },
	{ "two PEM blocks", "-----BEGIN CMS-----\n", "\n",
	    "-----END CMS-----\n-----BEGIN CMS-----\n", 64, SG_ENC_PEM, "CMS",
	    SIGN_E_FORMAT },
	{ "a character that is none", "-----BEGIN CMS-----\n*", "\n",
	    "-----END CMS-----\n", 64, SG_ENC_PEM, "CMS", SIGN_E_FORMAT },
};

static void
test_text(void **state)
{
	static const size_t pieces[] = { 1, 2, 3, 5, 64, 512 };
	const struct text_case *c;
	struct sg_buf text = { NULL, 0, 0 }, out = { NULL, 0, 0 };
	enum sg_encoding encoding;
	char label[64];
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(text_cases) / sizeof(text_cases[0]); i++) {
		c = &text_cases[i];
		text.len = 0;
		sg_buf_printf(&env, &text, "%s%s%s", c->before,
		    base64(c->width, c->eol), c->after);
		print_message("# %s\n", c->name);
		for (j = 0; j < sizeof(pieces) / sizeof(pieces[0]); j++) {
			assert_int_equal(decode(sg_buf_view(&text), pieces[j],
					     &out, &encoding, label),
			    c->rc);
			assert_int_equal(encoding, c->encoding);
			assert_string_equal(label, c->label);
			if (c->rc != 0)
				continue;
			assert_int_equal(out.len, sizeof(sample));
			assert_memory_equal(out.ptr, sample, sizeof(sample));
		}
	}
	sg_buf_free(&text);
	sg_buf_free(&out);
}

/* What is no text stays as it is, and its size is known. */
static void
test_binary(void **state)
{
	static const struct {
		const char *octets;
		size_t len;
	} cases[] = {
		{ "\x30\x80MIIMII-----BEGIN CMS-----\n", 28 },
		{ "", 0 },
		{ "M", 1 },
		{ "%PDF-1.7 MI", 11 },
		{ "MI and so on, a text", 20 },
		{ "<a>\n-----BEGIN CMS-----\n</a>\n", 29 },
		{ "\0\n-----BEGIN CMS-----\n", 22 },
		{ "-----BEGIN CMS----\n", 19 },
		{ "PK\3\4", 4 },
	};
	struct sg_buf out = { NULL, 0, 0 };
	struct sg_in *in, *decoded;
	enum sg_encoding encoding;
	struct sg_view view;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		view = sg_view_of(cases[i].octets, cases[i].len);
		assert_int_equal(decode(view, 7, &out, &encoding, NULL), 0);
		assert_int_equal(encoding, SG_ENC_BINARY);
		assert_true(sg_view_equal(sg_buf_view(&out), view));
		assert_int_equal(sg_in_memory(&env, "x", view, &in), 0);
		assert_int_equal(
		    sg_encoding_open(&env, in, &decoded, &encoding, NULL), 0);
		assert_true(sg_in_size(decoded) == view.len);
		sg_in_free(decoded);
		sg_in_free(in);
	}
	sg_buf_free(&out);
}

/* Every truncation of a PEM file and of a base64 one is an error, or gives the
 * octets up to there at a group's end. */
static void
test_truncation(void **state)
{
	struct sg_buf text = { NULL, 0, 0 }, out = { NULL, 0, 0 };
	struct sg_view view;
	enum sg_encoding encoding;
	size_t len, first;
	int rc;

	(void)state;
	sg_buf_printf(&env, &text, "-----BEGIN CMS-----\n");
	first = text.len;
	sg_buf_printf(&env, &text, "%s-----END CMS-----", base64(64, "\n"));
	for (len = first; len < text.len; len++) {
		view = sg_view_of(text.ptr, len);
		rc = decode(view, 64, &out, &encoding, NULL);
		assert_int_equal(encoding, SG_ENC_PEM);
		assert_int_equal(rc, SIGN_E_FORMAT);
	}
	text.len = 0;
	sg_buf_printf(&env, &text, "%s", base64(1000, ""));
	for (len = 8; len < text.len; len++) {
		view = sg_view_of(text.ptr, len);
		rc = decode(view, 64, &out, &encoding, NULL);
		assert_int_equal(encoding, SG_ENC_BASE64);
		assert_int_equal(rc, len % 4 == 0 ? 0 : SIGN_E_FORMAT);
		if (rc == 0)
			assert_memory_equal(out.ptr, sample, out.len);
	}
	sg_buf_free(&text);
	sg_buf_free(&out);
}

static void
test_padding(void **state)
{
	static const struct {
		const char *text;
		int rc;
		size_t len;
	} cases[] = {
		{ "MIIB", 0, 3 },
		{ "MII=", 0, 2 },
		{ "MI==", SIGN_E_FORMAT, 0 }, /* bits behind the octet */
		{ "MIA=", 0, 2 },
		{ "MIB=", SIGN_E_FORMAT, 0 },
		{ "MIIBMQ==", 0, 4 },
		{ "MIIBMQ=", SIGN_E_FORMAT, 0 },
		{ "MIIBMQ", SIGN_E_FORMAT, 0 },
		{ "MIIBM===", SIGN_E_FORMAT, 0 },
		{ "MIIB=", SIGN_E_FORMAT, 0 },
		{ "MIIBMQ==MIIB", SIGN_E_FORMAT, 0 },
		{ "MIIBM=Q=", SIGN_E_FORMAT, 0 },
	};
	struct sg_buf out = { NULL, 0, 0 };
	enum sg_encoding encoding;
	size_t i;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# %s\n", cases[i].text);
		rc = decode(
		    sg_view_str(cases[i].text), 512, &out, &encoding, NULL);
		assert_int_equal(encoding, SG_ENC_BASE64);
		assert_int_equal(rc, cases[i].rc);
		if (rc == 0)
			assert_int_equal(out.len, cases[i].len);
	}
	sg_buf_free(&out);
}

static void
test_rewind(void **state)
{
	struct sg_buf text = { NULL, 0, 0 };
	struct sg_in *in, *decoded;
	unsigned char some[256];
	enum sg_encoding encoding;
	size_t got;
	int i;

	(void)state;
	sg_buf_printf(&env, &text, "-----BEGIN CMS-----\n%s-----END CMS-----\n",
	    base64(64, "\n"));
	assert_int_equal(sg_in_memory(&env, "x", sg_buf_view(&text), &in), 0);
	assert_int_equal(
	    sg_encoding_open(&env, in, &decoded, &encoding, NULL), 0);
	assert_true(sg_in_can_rewind(decoded));
	assert_true(sg_in_size(decoded) == SG_SIZE_UNKNOWN);
	for (i = 0; i < 3; i++) {
		assert_int_equal(sg_in_read_full(&env, decoded, some,
				     20 + 50 * (size_t)i, &got),
		    0);
		assert_memory_equal(some, sample, got);
		assert_int_equal(sg_in_rewind(&env, decoded), 0);
	}
	sg_in_free(decoded);
	sg_in_free(in);
	sg_buf_free(&text);
}

/* What sg_pem_write() makes in pieces of any size is read back. */
static void
test_pem_out(void **state)
{
	static const size_t pieces[] = { 1, 7, 47, 48, 49, 5000, 100000 };
	static const size_t sizes[] = { 0, 1, 47, 48, 49, 136, 70000 };
	struct sg_buf data = { NULL, 0, 0 }, text = { NULL, 0, 0 },
		      back = { NULL, 0, 0 };
	enum sg_encoding encoding;
	struct sg_pem_out *pem;
	struct sg_out *out;
	char label[64];
	size_t i, j, at, part;

	(void)state;
	while (data.len < 70000)
		sg_buf_append(&env, &data, sample, sizeof(sample));
	for (i = 0; i < 7; i++) {
		for (j = 0; j < 7; j++) {
			text.len = 0;
			sg_out_memory(&env, &text, &out);
			assert_int_equal(
			    sg_pem_begin(&env, out, "CMS", &pem), 0);
			for (at = 0; at < sizes[j]; at += part) {
				part = sizes[j] - at;
				if (part > pieces[i])
					part = pieces[i];
				assert_int_equal(sg_pem_write(&env, pem,
						     data.ptr + at, part),
				    0);
			}
			assert_int_equal(sg_pem_end(&env, pem), 0);
			assert_int_equal(sg_out_commit(&env, out), 0);
			sg_out_free(out);
			assert_int_equal(decode(sg_buf_view(&text), 512, &back,
					     &encoding, label),
			    0);
			assert_int_equal(encoding, SG_ENC_PEM);
			assert_int_equal(back.len, sizes[j]);
			if (back.len != 0)
				assert_memory_equal(
				    back.ptr, data.ptr, back.len);
		}
	}
	assert_int_equal(sizes[6] / 48 * 65 < text.len, 1);
	sg_out_memory(&env, &text, &out);
	assert_int_equal(
	    sg_pem_begin(&env, out,
		"A LABEL THAT IS LONGER THAN ANY LABEL THAT IS IN USE "
		"ANYWHERE IN THE WORLD",
		&pem),
	    SIGN_E_ARG);
	sg_out_free(out);
	sg_buf_free(&data);
	sg_buf_free(&text);
	sg_buf_free(&back);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_binary),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_rewind),
		cmocka_unit_test(test_pem_out),
	};

	make_sample();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
