/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/* Large XML documents: signed and verified without a tree where that is
 * possible, and with the same result where it is not. */
#include "config.h"

#include "signxml.h"

#include "base/limits.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* A document with so much in it that it counts as large. */
static char *
large(const char *start, const char *row, const char *end)
{
	size_t rows = SG_MIN_XML_STREAM / strlen(row) + 1, i;
	char *text =
	    malloc(strlen(start) + rows * strlen(row) + strlen(end) + 1);
	char *put = text;

	assert_non_null(text);
	put = stpcpy(put, start);
	for (i = 0; i < rows; i++)
		put = stpcpy(put, row);
	stpcpy(put, end);
	return text;
}

static void
put_large(const char *start, const char *row, const char *end)
{
	char *text = large(start, row, end);

	put_text(doc, text);
	free(text);
}

#define ROW "<row n='1'>a &amp; b</row>\n"

static const struct {
	const char *name, *start, *row, *end;
	const char *tag; /* the root's end tag, before which the signature goes
			    and nothing else changes; NULL: a tree is needed */
} cases[] = {
	{ "plain", "<d>", ROW, "</d>", "</d>" },
	{ "all around",
	    "<?xml version=\"1.0\" encoding=\"utf-8\" standalone='yes'?>\r\n"
	    "<?p q?><!-- c --><d xmlns='urn:1' xmlns:ds='urn:2' Id=\"i\">",
	    "<ds:row xml:lang='ru'>1<!--x--><?p?></ds:row>\r\n",
	    "</d >\r\n<!-- end --><?end?>\n", "</d >" },
	{ "byte order mark", "\xef\xbb\xbf<d>", ROW, "</d\n>\n", "</d\n>" },
	{ "many prefixes", "<x:d xmlns:x='urn:x'>", "<x:e y='&#13;'/>",
	    "<![CDATA[</x:d>]]></x:d>", "</x:d>" },
	{ "Latin letters", "<?xml version='1.0' encoding='ISO-8859-1'?><d>",
	    "<row>\xe4</row>", "</d>", NULL },
	{ "an empty root", "<d a='", "0123456789", "'/>", NULL },
};

/* What stands before and behind the signature is the document, octet for
 * octet. */
static void
assert_spliced(const char *tag)
{
	struct sg_buf before = get_file(doc), after = get_file(at("e.xml"));
	const unsigned char *end =
	    memmem(before.ptr, before.len, tag, strlen(tag));
	const unsigned char *next = end;
	size_t head, tail;

	for (; next != NULL; next = memmem(next + 1,
				 before.len - (size_t)(next + 1 - before.ptr),
				 tag, strlen(tag)))
		end = next;
	assert_non_null(end);
	head = (size_t)(end - before.ptr);
	tail = before.len - head;
	assert_true(after.len > before.len);
	assert_memory_equal(after.ptr, before.ptr, head);
	assert_memory_equal(after.ptr + after.len - tail, end, tail);
	assert_memory_equal(after.ptr + head, "<ds:Signature", 13);
	sg_buf_free(&before);
	sg_buf_free(&after);
}

static void
test_shapes(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]) * 2; i++) {
		size_t which = i / 2;

		o.parallel = i % 2 == 1;
		fresh_xml(state);
		print_message("# %s%s\n", cases[which].name,
		    o.parallel ? ", parallel" : "");
		put_large(
		    cases[which].start, cases[which].row, cases[which].end);
		assert_rc(
		    sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
		assert_sound(at("e.xml"), 1, "enveloped");
		if (cases[which].tag != NULL)
			assert_spliced(cases[which].tag);
		if (!o.parallel)
			continue;
		assert_rc(sign_it(&p256, &o, PARALLEL, at("e.xml"), NULL,
			      at("e.xml")),
		    0);
		assert_sound(at("e.xml"), 2, "enveloped");
	}
}

/* A changed octet is found, wherever it stands. */
static void
test_flipped(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sg_buf file;
	unsigned char *row;

	(void)state;
	put_large("<d>", ROW, "<last>x</last></d>");
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	file = get_file(at("e.xml"));
	row = memmem(file.ptr + file.len / 2, file.len / 2, "n='1'", 5);
	assert_non_null(row);
	row[3] = '2';
	put_file(at("f.xml"), file.ptr, file.len);
	assert_int_equal(digest_ok(at("f.xml")), SG_FALSE);
	row[3] = '1';
	row = memmem(file.ptr, file.len, "<last>x", 7);
	assert_non_null(row);
	row[6] = 'y';
	put_file(at("f.xml"), file.ptr, file.len);
	assert_int_equal(digest_ok(at("f.xml")), SG_FALSE);
	sg_buf_free(&file);
}

/* The Ids of the signature are others than those of the document, far from
 * where it stands. */
static void
test_taken_ids(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sg_buf file;
	const char *id;
	char start[128];

	(void)state;
	o.signing_time = signing_time();
	put_large("<d>", ROW, "</d>");
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	file = get_file(at("e.xml"));
	id = memmem(file.ptr, file.len, "Id=\"props-", 10);
	assert_non_null(id);
	snprintf(start, sizeof(start), "<d><a %.*s\"/>",
	    (int)strcspn(id + 4, "\"") + 4, id);
	sg_buf_free(&file);
	put_large(start, ROW, "</d>");
	unlink(at("e.xml"));
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	assert_sound(at("e.xml"), 1, "enveloped");
}

static void
test_refused(void **state)
{
	static const struct {
		const char *row, *end, *said;
	} bad[] = {
		{ "<row>1<!-- -->000</row>", "</d>", "a comment" },
		{ "<row xmlns='relative'/>", "</d>", "canonicalised" },
		{ ROW, "</e>", "not well-formed" },
	};
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_large("<d>", bad[i].row, bad[i].end);
		assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")),
		    SIGN_E_FORMAT);
		assert_said(bad[i].said);
		assert_int_equal(access(at("e.xml"), F_OK), -1);
	}
}

/* It is read again when it is written: somebody has changed it. */
static void
test_document_changed(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sign_key *key = signer_key(ctx, &rsa);
	struct sign_job *job = NULL;

	(void)state;
	put_large("<d>", ROW, "</d>");
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sign_job_prepare(job, doc), 0);
	assert_rc(sign_job_sign(job, key), 0);
	put_large("<d>", "<row n='2'>a &amp; b</row>\n", "</d>");
	assert_rc(sign_job_write(job, at("e.xml")), SIGN_E_IO);
	assert_said("changed");
	assert_int_equal(access(at("e.xml"), F_OK), -1);
	put_large("<d>", ROW, "</d>");
	assert_rc(sign_job_write(job, at("e.xml")), 0);
	assert_sound(at("e.xml"), 1, "enveloped");
	sign_job_free(job);
	sign_key_free(key);
}

int
main(void)
{
#define XML_TEST(name) cmocka_unit_test_setup(name, fresh_xml)
	const struct CMUnitTest tests[] = {
		XML_TEST(test_shapes),
		XML_TEST(test_flipped),
		XML_TEST(test_taken_ids),
		XML_TEST(test_refused),
		XML_TEST(test_document_changed),
	};

	return cmocka_run_group_tests(tests, jobkit_setup, jobkit_teardown);
}
