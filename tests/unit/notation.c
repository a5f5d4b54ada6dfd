/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "notation.h"

#include "base/der.h"
#include "base/env.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct sg_env env;

static const struct notation_macro common[] = {
	{ "data", "06{2a864886f70d010701}" },
	{ "signed-data", "06{2a864886f70d010702}" },
	{ "sha256", "30{06{608648016503040201}}" },
	{ "rsa", "30{06{2a864886f70d010101}0500}" },
	{ "ecdsa", "30{06{2a8648ce3d040302}}" },
	{ "name", "30{31{30{0603550403 0c{'A'}}}}" },
	{ "sid", "30{$name 020105}" },
	/* attributes, and the digest of "abc" */
	{ "content-type", "30{06{2a864886f70d010903}31{$data}}" },
	{ "abc",
	    "04{ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad}" },
	{ "message-digest", "30{06{2a864886f70d010904}31{$abc}}" },
	{ "signing-time", "30{06{2a864886f70d010905}31{17{'261121100000Z'}}}" },
	{ "attrs", "$content-type $signing-time $message-digest" },
	{ "value", "04{0102030405060708}" },
	{ "signer", "30{020101 $sid $sha256 a0{$attrs} $ecdsa $value}" },
	{ "abc-content", "a0{04{'abc'}}" },
	{ NULL, NULL },
};

static const char *
macro_find(const struct notation_macro *macros, const char *name, size_t len)
{
	for (; macros != NULL && macros->name != NULL; macros++)
		if (strlen(macros->name) == len &&
		    strncmp(macros->name, name, len) == 0)
			return macros->text;
	return NULL;
}

struct parser {
	const char *at;
	const struct notation_macro *macros;
};

static int
hex_pair(const char *at)
{
	char text[3] = { at[0], at[1], '\0' };
	char *end;
	long value = strtol(text, &end, 16);

	assert_ptr_equal(end, text + 2);
	return (int)value;
}

static void put_all(struct parser *p, struct sg_buf *out);

static void
put_element(struct parser *p, int tag, struct sg_buf *out)
{
	struct sg_buf body = { NULL, 0, 0 };
	unsigned char first = (unsigned char)tag;
	int indefinite = *p->at++ == '(';

	put_all(p, &body);
	assert_int_equal(*p->at, indefinite ? ')' : '}');
	p->at++;
	if (indefinite) {
		sg_buf_append(&env, out, &first, 1);
		sg_buf_append(&env, out, "\x80", 1);
		sg_buf_append_view(&env, out, sg_buf_view(&body));
		sg_buf_append(&env, out, "\0\0", 2);
	} else {
		sg_der_put(&env, out, tag & 0xc0, tag & 0x1f, tag & 0x20,
		    sg_buf_view(&body));
	}
	sg_buf_free(&body);
}

static void
put_macro(struct parser *p, struct sg_buf *out)
{
	size_t len = strspn(p->at, "abcdefghijklmnopqrstuvwxyz0123456789-");
	const char *text = macro_find(p->macros, p->at, len);

	if (text == NULL)
		text = macro_find(common, p->at, len);
	if (text == NULL)
		fail_msg("no macro %.*s", (int)len, p->at);
	p->at += len;
	notation_put(out, text, p->macros);
}

static void
put_text(struct parser *p, struct sg_buf *out)
{
	const char *end = strchr(p->at, '\'');

	assert_non_null(end);
	sg_buf_append(&env, out, p->at, (size_t)(end - p->at));
	p->at = end + 1;
}

static void
put_all(struct parser *p, struct sg_buf *out)
{
	unsigned char octet;

	while (*p->at != '\0' && *p->at != '}' && *p->at != ')') {
		if (*p->at == ' ') {
			p->at++;
		} else if (*p->at == '$') {
			p->at++;
			put_macro(p, out);
		} else if (*p->at == '\'') {
			p->at++;
			put_text(p, out);
		} else {
			octet = (unsigned char)hex_pair(p->at);
			p->at += 2;
			if (*p->at == '{' || *p->at == '(')
				put_element(p, octet, out);
			else
				sg_buf_append(&env, out, &octet, 1);
		}
	}
}

void
notation_put(
    struct sg_buf *out, const char *text, const struct notation_macro *macros)
{
	struct parser p = { text, macros };

	put_all(&p, out);
	assert_int_equal(*p.at, '\0');
}
