/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cmskit.h"
#include "envkit.h"
#include "notation.h"

#include "base/err.h"
#include "base/limits.h"
#include "formats/cms.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int
on_content(struct sg_env *e, const void *ptr, size_t len, void *payload)
{
	return sg_buf_append(e, payload, ptr, len);
}

/* Takes the octets apart; what there is of content goes to *content. */
static int
open_view(struct sg_pool *pool, struct sg_view view, struct sg_buf *content,
    struct sg_cms **cms)
{
	struct sg_cms_sink sink = { NULL, on_content, content };
	struct sg_in *in;
	int rc;

	content->len = 0;
	assert_int_equal(sg_in_memory(&env, "test", view, &in), 0);
	rc = sg_cms_open(&env, pool, in, &sink, cms);
	sg_in_free(in);
	return rc;
}

/* ---- files that other programs made */

static const struct file_case {
	const char *name;
	int rc, ber, attached;
	size_t signers, certs;
	const char *content;
} file_cases[] = {
	{ "attached.der", 0, 0, 1, 1, 1, "one two three\n" },
	{ "detached.der", 0, 0, 0, 1, 1, "" },
	{ "bare.der", 0, 0, 1, 1, 1, "one two three\n" },
	{ "keyid.der", 0, 0, 1, 1, 1, "one two three\n" },
	{ "stream.ber", 0, 1, 1, 1, 1, "one two three\n" },
	{ "sha1.der", 0, 0, 1, 1, 1, "one two three\n" },
	{ "two.der", 0, 0, 1, 2, 2, "one two three\n" },
	{ "enveloped.der", SIGN_E_FORMAT, 0, 0, 0, 0, "" },
};

static void
test_files(void **state)
{
	const struct file_case *c;
	struct sg_buf file = { NULL, 0, 0 }, content = { NULL, 0, 0 };
	struct sg_cms_signer signer;
	struct sg_pool *pool;
	struct sg_cms *cms;
	size_t i, j;

	(void)state;
	for (i = 0; i < sizeof(file_cases) / sizeof(file_cases[0]); i++) {
		c = &file_cases[i];
		pool = sg_pool_new();
		file.len = 0;
		cms_data(c->name, &file);
		print_message("# %s\n", c->name);
		assert_int_equal(
		    open_view(pool, sg_buf_view(&file), &content, &cms), c->rc);
		if (c->rc == 0) {
			assert_int_equal(cms->ber, c->ber);
			assert_int_equal(cms->attached, c->attached);
			assert_int_equal(cms->signer_count, c->signers);
			assert_int_equal(cms->cert_count, c->certs);
			assert_int_equal(content.len, strlen(c->content));
			assert_true(cms->content_length == content.len);
			assert_memory_equal(
			    content.ptr, c->content, content.len);
			assert_true(sg_view_equal(
			    cms->content_head, sg_buf_view(&content)));
			assert_false(cms->trailing);
		}
		for (j = 0; c->rc == 0 && j < cms->signer_count; j++)
			assert_int_equal(sg_cms_signer_read(&env, pool,
					     cms->signers[j], &signer),
			    0);
		sg_pool_free(pool);
	}
	assert_non_null(strstr(env.message, "enveloped data"));
	sg_buf_free(&file);
	sg_buf_free(&content);
}

static void
open_changed(struct sg_pool *pool, struct sg_view view, struct sg_buf *content)
{
	struct sg_cms *cms;
	int rc;

	sg_err_clear(&env);
	rc = open_view(pool, view, content, &cms);
	assert_int_equal(rc < 0, env.message[0] != '\0');
}

/* Cut anywhere a file is malformed; with anything changed it is read or it is
 * said why not, but nothing worse happens. */
static void
damage(struct sg_view whole)
{
	unsigned char *copy = malloc(whole.len);
	struct sg_buf content = { NULL, 0, 0 };
	struct sg_pool *pool;
	struct sg_cms *cms;
	size_t i;
	int rc;

	assert_non_null(copy);
	for (i = 0; i < whole.len; i++) {
		pool = sg_pool_new();
		rc = open_view(pool, sg_view_of(whole.ptr, i), &content, &cms);
		assert_int_equal(rc, SIGN_E_FORMAT);
		memcpy(copy, whole.ptr, whole.len);
		copy[i] ^= (unsigned char)(1 << i % 8);
		open_changed(pool, sg_view_of(copy, whole.len), &content);
		copy[i] = 0xff;
		open_changed(pool, sg_view_of(copy, whole.len), &content);
		sg_pool_free(pool);
	}
	sg_buf_free(&content);
	free(copy);
}

static void
test_damage(void **state)
{
	static const char *const names[] = { "attached.der", "stream.ber",
		"two.der" };
	struct sg_buf file = { NULL, 0, 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		file.len = 0;
		cms_data(names[i], &file);
		damage(sg_buf_view(&file));
	}
	sg_buf_free(&file);
}

/* ---- structures, each broken once */

static const struct open_case {
	const char *name, *text;
	int rc, ber;
	const char *content; /* NULL: detached */
} open_cases[] = {
	{ "plain",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data $abc-content}"
	    "31{$signer}}}}",
	    0, 0, "abc" },
	{ "detached",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data} 31{$signer}}}}",
	    0, 0, NULL },
	{ "detached, indefinite everywhere",
	    "30($signed-data a0(30(020101 31($sha256) 30($data) 31($signer))))",
	    0, 1, NULL },
	{ "indefinite everywhere",
	    "30($signed-data a0(30(020101 31($sha256) 30($data a0(24(0401'a'"
	    "0402'bc'))) a0(3000) a1(3000) 31($signer))))",
	    0, 1, "abc" },
	{ "nested segments",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data a0{24(24{04{'a'}"
	    "24()} 04{'bc'} 0400)}} 31{$signer}}}}",
	    0, 1, "abc" },
	{ "empty content",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data a0{0400}}"
	    "31{$signer}}}}",
	    0, 0, "" },
	{ "no digest announced",
	    "30{$signed-data a0{30{020101 3100 30{$data $abc-content}"
	    "31{$signer}}}}",
	    0, 0, "abc" },
	{ "PKCS #7 content",
	    "30{$signed-data a0{30{020103 31{$sha256} 30{06032a0304"
	    "a0{30{'abc'}}} 31{$signer}}}}",
	    0, 0, "abc" },
	{ "data that is no OCTET STRING",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data a0{30{'abc'}}}"
	    "31{$signer}}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "long length form",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data a0{048103'abc'}}"
	    "31{$signer}}}}",
	    0, 1, "abc" },
	{ "nothing", "", SIGN_E_FORMAT, 0, NULL },
	{ "no sequence", "31{$signed-data}", SIGN_E_FORMAT, 0, NULL },
	{ "no content of ContentInfo", "30{$signed-data}", SIGN_E_FORMAT, 0,
	    NULL },
	{ "data, not signed data", "30{$data a0{0400}}", SIGN_E_FORMAT, 0,
	    NULL },
	{ "no signer",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data $abc-content}"
	    "3100}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "signerInfos absent",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data $abc-content}"
	    "}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "signerInfos is no SET",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data $abc-content}"
	    "30{$signer}}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "version absent",
	    "30{$signed-data a0{30{31{$sha256} 30{$data $abc-content}"
	    "31{$signer}}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "negative version",
	    "30{$signed-data a0{30{0201ff 31{$sha256} 30{$data $abc-content}"
	    "31{$signer}}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "content type absent",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$abc-content}"
	    "31{$signer}}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "content of the wrong tag",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data a1{0400}}"
	    "31{$signer}}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "content without anything in it",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data a000}"
	    "31{$signer}}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "two contents",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data a0{04000400}}"
	    "31{$signer}}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "something behind the content",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data $abc-content "
	    "0500} 31{$signer}}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "segment that is no OCTET STRING",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data a0{24{0c00}}}"
	    "31{$signer}}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "certificates behind crls",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data} a100 a000"
	    "31{$signer}}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "something behind signerInfos",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data} 31{$signer}"
	    "0500}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "something behind SignedData",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data} 31{$signer}}"
	    "0500}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "a signer that reaches past its set",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data}"
	    "31{300500}}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "part that reaches past the whole",
	    "30{$signed-data a0{30{020101 31{$sha256} 30{$data}"
	    "3181ff3000}}}",
	    SIGN_E_FORMAT, 0, NULL },
	{ "huge length", "308900ffffffffffffffff", SIGN_E_FORMAT, 0, NULL },
};

static void
test_open(void **state)
{
	const struct open_case *c;
	struct sg_buf file = { NULL, 0, 0 }, content = { NULL, 0, 0 };
	struct sg_pool *pool;
	struct sg_cms *cms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(open_cases) / sizeof(open_cases[0]); i++) {
		c = &open_cases[i];
		pool = sg_pool_new();
		file.len = 0;
		notation_put(&file, c->text, NULL);
		print_message("# %s\n", c->name);
		assert_int_equal(
		    open_view(pool, sg_buf_view(&file), &content, &cms), c->rc);
		if (c->rc == 0) {
			assert_int_equal(cms->ber, c->ber);
			assert_int_equal(cms->attached, c->content != NULL);
			assert_int_equal(cms->signer_count, 1);
			assert_int_equal(
			    cms->encap_head.len != 0, c->content == NULL);
		}
		if (c->rc == 0 && c->content != NULL) {
			assert_int_equal(content.len, strlen(c->content));
			assert_memory_equal(
			    content.ptr, c->content, content.len);
		}
		if (c->rc == 0 && file.len < 2000)
			damage(sg_buf_view(&file));
		sg_pool_free(pool);
	}
	sg_buf_free(&file);
	sg_buf_free(&content);
}

#define MINIMAL \
	"30{$signed-data a0{30{020101 31{$sha256} 30{$data $abc-content}" \
	"31{$signer}}}}"

static void
test_trailing(void **state)
{
	static const struct {
		const char *text;
		int trailing, junk;
	} cases[] = {
		{ MINIMAL, 0, 0 },
		{ MINIMAL "000000000a0d2009", 1, 0 },
		{ MINIMAL "00000001", 1, 1 },
		{ MINIMAL "3000", 1, 1 },
	};
	struct sg_buf file = { NULL, 0, 0 }, content = { NULL, 0, 0 };
	struct sg_pool *pool;
	struct sg_cms *cms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		pool = sg_pool_new();
		file.len = 0;
		notation_put(&file, cases[i].text, NULL);
		assert_int_equal(
		    open_view(pool, sg_buf_view(&file), &content, &cms), 0);
		assert_int_equal(cms->trailing, cases[i].trailing);
		assert_int_equal(cms->junk, cases[i].junk);
		sg_pool_free(pool);
	}
	sg_buf_free(&file);
	sg_buf_free(&content);
}

/* Where encapContentInfo stands, for who copies it. */
static void
test_offsets(void **state)
{
	struct sg_buf file = { NULL, 0, 0 }, content = { NULL, 0, 0 },
		      encap = { NULL, 0, 0 };
	struct sg_pool *pool = sg_pool_new();
	struct sg_cms *cms;

	(void)state;
	notation_put(&file, MINIMAL, NULL);
	notation_put(&encap, "30{$data $abc-content}", NULL);
	assert_int_equal(
	    open_view(pool, sg_buf_view(&file), &content, &cms), 0);
	assert_true(cms->encap_length == encap.len);
	assert_memory_equal(file.ptr + cms->encap_offset, encap.ptr, encap.len);
	file.len = encap.len = 0;
	notation_put(&file,
	    "30{$signed-data a0{30{020101 31{$sha256} 30($data) 31{$signer}}}}",
	    NULL);
	notation_put(&encap, "30($data)", NULL);
	assert_int_equal(
	    open_view(pool, sg_buf_view(&file), &content, &cms), 0);
	assert_true(sg_view_equal(cms->encap_head, sg_buf_view(&encap)));
	sg_pool_free(pool);
	sg_buf_free(&file);
	sg_buf_free(&content);
	sg_buf_free(&encap);
}

static void
test_limits(void **state)
{
	struct sg_buf file = { NULL, 0, 0 }, content = { NULL, 0, 0 },
		      many = { NULL, 0, 0 };
	struct sg_pool *pool = sg_pool_new();
	struct sg_cms *cms;
	char *text;
	size_t i;

	(void)state;
	for (i = 0; i <= SG_MAX_SIGNERS; i++)
		sg_buf_append(&env, &many, "3000 ", 5);
	sg_buf_append(&env, &many, "", 1);
	text = sg_pool_printf(pool,
	    "30{$signed-data a0{30{020101 31{} 30{$data} 31{%s}}}}",
	    (char *)many.ptr);
	notation_put(&file, text, NULL);
	assert_int_equal(
	    open_view(pool, sg_buf_view(&file), &content, &cms), SIGN_E_LIMIT);
	assert_non_null(strstr(env.message, "signerInfos"));

	file.len = many.len = 0;
	for (i = 0; i < SG_MAX_DER_DEPTH + 2; i++)
		sg_buf_append(&env, &many, "24(", 3);
	for (i = 0; i < SG_MAX_DER_DEPTH + 2; i++)
		sg_buf_append(&env, &many, ")", 1);
	sg_buf_append(&env, &many, "", 1);
	text = sg_pool_printf(pool,
	    "30{$signed-data a0{30{020101 31{} 30{$data a0{%s}} 31{$signer}}}}",
	    (char *)many.ptr);
	notation_put(&file, text, NULL);
	assert_int_equal(
	    open_view(pool, sg_buf_view(&file), &content, &cms), SIGN_E_LIMIT);

	file.len = 0;
	text = sg_pool_printf(
	    pool, "30{$signed-data a0{30{020101 %s}}}", (char *)many.ptr);
	notation_put(&file, text, NULL);
	assert_int_equal(
	    open_view(pool, sg_buf_view(&file), &content, &cms), SIGN_E_LIMIT);

	/* a certificate list larger than may be kept: said by its header */
	file.len = 0;
	notation_put(&file,
	    "30800609 2a864886f70d010702 a080 3080 020101 3100 3080 $data 0000"
	    "a08404000001",
	    NULL);
	assert_int_equal(
	    open_view(pool, sg_buf_view(&file), &content, &cms), SIGN_E_LIMIT);
	sg_pool_free(pool);
	sg_buf_free(&file);
	sg_buf_free(&content);
	sg_buf_free(&many);
}

/* ---- SignerInfo */

static const struct signer_case {
	const char *name, *text;
	int rc;
	size_t attrs, unsigned_attrs;
} signer_cases[] = {
	{ "plain", "$signer", 0, 3, 0 },
	{ "no attributes", "30{020101 $sid $sha256 $ecdsa $value}", 0, 0, 0 },
	{ "key identifier", "30{020103 8003abcdef $sha256 $ecdsa $value}", 0, 0,
	    0 },
	{ "key identifier in segments",
	    "30{020103 a0(0401ab0402cdef) $sha256 $ecdsa $value}", 0, 0, 0 },
	{ "unsigned attributes",
	    "30{020101 $sid $sha256 a0{$attrs} $ecdsa $value a1{30{06032a0304"
	    "31{05000500}}}}",
	    0, 3, 1 },
	{ "value in segments",
	    "30{020101 $sid $sha256 $ecdsa 24{04010104020203"
	    "0401040404 05060708}}",
	    0, 0, 0 },
	{ "indefinite everywhere",
	    "30(020101 30(30(31(30(0603550403 0c{'A'}))) 020105) 30(06{60864801"
	    "6503040201}) a0(30(06{2a864886f70d010903}31($data))) 30(06{2a86"
	    "48ce3d040302}) 24($value) a1(30(06032a030431(0500))))",
	    0, 1, 1 },
	{ "no sequence", "31{020101 $sid $sha256 $ecdsa $value}", SIGN_E_FORMAT,
	    0, 0 },
	{ "nothing", "3000", SIGN_E_FORMAT, 0, 0 },
	{ "no identifier", "30{020101 $sha256 $ecdsa $value}", SIGN_E_FORMAT, 0,
	    0 },
	{ "no serial number", "30{020101 30{$name} $sha256 $ecdsa $value}",
	    SIGN_E_FORMAT, 0, 0 },
	{ "two serial numbers",
	    "30{020101 30{$name 020105 020105} $sha256 $ecdsa $value}",
	    SIGN_E_FORMAT, 0, 0 },
	{ "no digest algorithm", "30{020101 $sid 0500 $ecdsa $value}",
	    SIGN_E_FORMAT, 0, 0 },
	{ "no signature algorithm", "30{020101 $sid $sha256 a0{$attrs} $value}",
	    SIGN_E_FORMAT, 0, 0 },
	{ "no value", "30{020101 $sid $sha256 a0{$attrs} $ecdsa}",
	    SIGN_E_FORMAT, 0, 0 },
	{ "value of another type", "30{020101 $sid $sha256 $ecdsa 03020001}",
	    SIGN_E_FORMAT, 0, 0 },
	{ "something behind", "30{020101 $sid $sha256 $ecdsa $value a100 0500}",
	    SIGN_E_FORMAT, 0, 0 },
	{ "attribute that is no sequence",
	    "30{020101 $sid $sha256 a0{0500} $ecdsa $value}", SIGN_E_FORMAT, 0,
	    0 },
	{ "attribute without values",
	    "30{020101 $sid $sha256 a0{30{06032a0304}} $ecdsa $value}",
	    SIGN_E_FORMAT, 0, 0 },
	{ "attribute with something behind",
	    "30{020101 $sid $sha256 a0{30{06032a0304 3100 0500}} $ecdsa "
	    "$value}",
	    SIGN_E_FORMAT, 0, 0 },
	{ "empty OID in an attribute",
	    "30{020101 $sid $sha256 a0{30{0600 3100}} $ecdsa $value}",
	    SIGN_E_FORMAT, 0, 0 },
};

static void
test_signer(void **state)
{
	const struct signer_case *c;
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_cms_signer signer;
	struct sg_pool *pool;
	size_t i, len;

	(void)state;
	for (i = 0; i < sizeof(signer_cases) / sizeof(signer_cases[0]); i++) {
		c = &signer_cases[i];
		pool = sg_pool_new();
		file.len = 0;
		notation_put(&file, c->text, NULL);
		print_message("# %s\n", c->name);
		assert_int_equal(
		    sg_cms_signer_read(&env, pool, sg_buf_view(&file), &signer),
		    c->rc);
		if (c->rc == 0) {
			assert_int_equal(signer.attr_count, c->attrs);
			assert_int_equal(
			    signer.unsigned_count, c->unsigned_attrs);
			assert_int_equal(signer.value.len, 8);
			assert_memory_equal(
			    signer.value.ptr, "\1\2\3\4\5\6\7\10", 8);
			assert_int_equal(
			    signer.ski.len != 0, signer.version == 3);
			assert_int_equal(
			    signer.serial.len != 0, signer.version == 1);
		}
		for (len = 0; len < file.len; len++)
			assert_int_equal(
			    sg_cms_signer_read(
				&env, pool, sg_view_of(file.ptr, len), &signer),
			    SIGN_E_FORMAT);
		sg_pool_free(pool);
	}
	sg_buf_free(&file);
}

/* What a value may stand over: "attributes" as they stand in the file, then
 * the forms that come out. */
static const struct tbs_case {
	const char *name, *attributes;
	size_t count;
	const char *forms[3];
} tbs_cases[] = {
	{ "DER", "a0{$content-type $signing-time $message-digest}", 1,
	    { "31{$content-type $signing-time $message-digest}" } },
	{ "not in order", "a0{$message-digest $content-type}", 2,
	    { "31{$message-digest $content-type}",
		"31{$content-type $message-digest}" } },
	{ "indefinite at the top", "a0($content-type $message-digest)", 1,
	    { "31{$content-type $message-digest}" } },
	{ "indefinite attribute",
	    "a0{30(06{2a864886f70d010903}31($data)) $message-digest}", 2,
	    { "31{30(06{2a864886f70d010903}31($data)) $message-digest}",
		"31{$content-type $message-digest}" } },
	{ "indefinite in a value",
	    "a0{30{06{2a0304}31{30(24(0401ab 0401cd))}} $content-type}", 2,
	    { "31{30{06{2a0304}31{30(24(0401ab 0401cd))}} $content-type}",
		"31{30{06{2a0304}31{30{0402abcd}}} $content-type}" } },
	{ "both", "a0{$content-type 30{06{2a0304}31{30(0500)}}}", 3,
	    { "31{$content-type 30{06{2a0304}31{30(0500)}}}",
		"31{30{06{2a0304}31{30(0500)}} $content-type}",
		"31{30{06{2a0304}31{30{0500}}} $content-type}" } },
	{ "a SET deep in a value, in any order",
	    "a0{30{06{2a0304}31{31{0402bbbb 0401aa}}} $content-type}", 1,
	    { "31{30{06{2a0304}31{31{0402bbbb 0401aa}}} $content-type}" } },
	{ "values not in order",
	    "a0{30{06{2a0304}31{0402bbbb 0401aa}} $content-type}", 2,
	    { "31{30{06{2a0304}31{0402bbbb 0401aa}} $content-type}",
		"31{30{06{2a0304}31{0401aa 0402bbbb}} $content-type}" } },
	{ "length too long in a value",
	    "a0{30{06{2a0304}31{3081020500}} $content-type}", 2,
	    { "31{30{06{2a0304}31{3081020500}} $content-type}",
		"31{30{06{2a0304}31{30020500}} $content-type}" } },
	{ "length too long of a primitive",
	    "a0{30{06{2a0304}31{048101aa}} $content-type}", 2,
	    { "31{30{06{2a0304}31{048101aa}} $content-type}",
		"31{30{06{2a0304}31{0401aa}} $content-type}" } },
	{ "octets in pieces",
	    "a0{30{06{2a0304}31{24{0401ab 0401cd}}} $content-type}", 2,
	    { "31{30{06{2a0304}31{24{0401ab 0401cd}}} $content-type}",
		"31{30{06{2a0304}31{0402abcd}} $content-type}" } },
	{ NULL, NULL, 0, { NULL } },
};

static void
test_tbs(void **state)
{
	const struct tbs_case *c;
	struct sg_buf file = { NULL, 0, 0 }, form = { NULL, 0, 0 };
	struct sg_tbs_fact tbs[SG_CMS_TBS];
	struct sg_cms_signer signer;
	struct sg_pool *pool;
	size_t i, j, count;
	char *text;

	(void)state;
	for (i = 0; tbs_cases[i].count != 0; i++) {
		c = &tbs_cases[i];
		pool = sg_pool_new();
		file.len = 0;
		print_message("# %s\n", c->name);
		text = sg_pool_printf(pool,
		    "30{020101 $sid $sha256 %s $ecdsa $value}", c->attributes);
		notation_put(&file, text, NULL);
		assert_int_equal(
		    sg_cms_signer_read(&env, pool, sg_buf_view(&file), &signer),
		    0);
		assert_int_equal(
		    sg_cms_tbs(&env, pool, &signer, tbs, &count), 0);
		assert_int_equal(count, c->count);
		for (j = 0; j < count; j++) {
			form.len = 0;
			notation_put(&form, c->forms[j], NULL);
			assert_true(
			    sg_view_equal(tbs[j].octets, sg_buf_view(&form)));
			if (count > 1)
				assert_non_null(tbs[j].warning.id);
			else
				assert_null(tbs[j].warning.id);
		}
		sg_pool_free(pool);
	}
	sg_buf_free(&file);
	sg_buf_free(&form);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_trailing),
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_signer),
		cmocka_unit_test(test_tbs),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
