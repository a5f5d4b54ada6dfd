/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "signxml.h"

#include "base/io.h"
#include "libsign/ctx.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- where the signature stands */

static void
assert_place(const char *path, const char *before)
{
	struct sg_buf out = get_file(path);
	const char *found = memmem(out.ptr, out.len, before, strlen(before));

	assert_non_null(found);
	assert_memory_equal(found + strlen(before), "<ds:Signature ", 14);
	sg_buf_free(&out);
}

static void
test_places(void **state)
{
	static const struct {
		const char *id, *xpath, *before;
		int rc;
	} rows[] = {
		{ NULL, NULL, "<signatures/>", 0 },
		{ "l", NULL, "<signatures/>", 0 },
		{ NULL, "//signatures", "<signatures>", 0 },
		{ NULL, "/lease/rent", "<rent>100", 0 },
		/* in the document's order, not the expression's */
		{ NULL, "//signatures | //rent", "<rent>100", 0 },
		{ "m", NULL, NULL, SIGN_E_ARG },
		{ NULL, "//nothing", NULL, SIGN_E_ARG },
		{ NULL, "//rent/text()", NULL, SIGN_E_ARG },
		{ NULL, "/lease/@Id", NULL, SIGN_E_ARG },
		{ NULL, "1 + 1", NULL, SIGN_E_ARG },
		{ NULL, "][", NULL, SIGN_E_ARG },
		{ NULL, "//p:rent", NULL, SIGN_E_ARG },
	};
	struct sign_job_options o;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %zu\n", i);
		fresh_xml(state);
		o = xades(SIGN_ENVELOPED);
		o.place_id = rows[i].id;
		o.place_xpath = rows[i].xpath;
		assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")),
		    rows[i].rc);
		assert_int_equal(entries(), rows[i].rc == 0 ? 2 : 1);
		if (rows[i].rc != 0)
			continue;
		assert_place(at("e.xml"), rows[i].before);
		assert_sound(at("e.xml"), 1, "enveloped");
	}
}

/* ---- more signatures */

static void
test_parallel(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sign_job_options plain = options(SIGN_DETACHED);

	(void)state;
	o.parallel = 1;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	/* what is there decides, not the job's format */
	assert_rc(
	    sign_it(&p256, &plain, PARALLEL, at("e.xml"), NULL, at("e.xml")),
	    0);
	assert_sound(at("e.xml"), 2, "enveloped");
	assert_rc(
	    sign_it(&p256, NULL, COUNTER, at("e.xml"), "S-1", at("e.xml")), 0);
	assert_rc(
	    sign_it(&rsa, NULL, COUNTER, at("e.xml"), "1.1", at("e.xml")), 0);
	assert_rc(
	    sign_it(&rsa, NULL, COUNTER, at("e.xml"), "s-2", at("e.xml")), 0);
	assert_rc(
	    sign_it(&rsa, &plain, PARALLEL, at("e.xml"), NULL, at("e.xml")), 0);
	assert_sound(at("e.xml"), 6, "enveloped");
	assert_rc(sign_it(&rsa, NULL, COUNTER, at("e.xml"), NULL, at("x")),
	    SIGN_E_ARG);
	assert_rc(sign_it(&rsa, NULL, COUNTER, at("e.xml"), "4", at("x")),
	    SIGN_E_ARG);
	assert_rc(sign_it(&rsa, NULL, COUNTER, at("e.xml"), "0", at("x")),
	    SIGN_E_ARG);
	assert_rc(sign_it(&rsa, NULL, PARALLEL, at("e.xml"), doc, at("x")),
	    SIGN_E_ARG);
	plain.format = "cms";
	assert_rc(sign_it(&rsa, &plain, PARALLEL, at("e.xml"), NULL, at("x")),
	    SIGN_E_ARG);
	assert_int_equal(access(at("x"), F_OK), -1);
}

static void
test_only_signature(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);

	(void)state;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	assert_rc(
	    sign_it(&p256, NULL, COUNTER, at("e.xml"), NULL, at("c.xml")), 0);
	assert_sound(at("c.xml"), 2, "enveloped");
	/* two now, but one of them is not a counter-signature */
	assert_rc(
	    sign_it(&p256, NULL, COUNTER, at("c.xml"), NULL, at("d.xml")), 0);
	assert_sound(at("d.xml"), 3, "enveloped");
}

/* A reference that covers the place of the second signature. */
static void
test_no_room(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);

	(void)state;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	assert_rc(sign_it(&p256, &o, PARALLEL, at("e.xml"), NULL, at("x")),
	    SIGN_E_UNSUPPORTED);
	assert_said("covers the place");
	assert_non_null(strstr(sign_ctx_hint(ctx), "--parallel"));
	/* signing the signed document is the same */
	assert_rc(sign_it(&p256, &o, DOCUMENT, at("e.xml"), NULL, at("x")),
	    SIGN_E_UNSUPPORTED);
	/* the signature is the whole document */
	o = xades(SIGN_ENVELOPING);
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("g.xml")), 0);
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("g.xml"), NULL, at("x")),
	    SIGN_E_UNSUPPORTED);
	assert_said("no room");
	/* a counter-signature always finds room */
	assert_rc(
	    sign_it(&p256, NULL, COUNTER, at("g.xml"), "1", at("c.xml")), 0);
	assert_sound(at("c.xml"), 2, "enveloping");
	assert_int_equal(entries(), 4);
}

/* The document inside another signature: as octets, so that what it holds
 * stays what it is. */
static void
test_enveloping_signed(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);

	(void)state;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	o = xades(SIGN_ENVELOPING);
	assert_rc(
	    sign_it(&rsa, &o, DOCUMENT, at("e.xml"), NULL, at("g.xml")), 0);
	assert_sound(at("g.xml"), 1, "enveloping");
	assert_rc(sign_extract(ctx, at("g.xml"), at("out"), 0), 0);
	assert_same_file(at("out"), at("e.xml"));
}

/* Two elements with one Id inside a signature are refused; as octets, of which
 * nobody sees the Ids, they may stand there. */
static void
test_enveloping_doubled(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPING);

	(void)state;
	put_text(doc, "<a><b Id='x'/><c id='x'/></a>");
	assert_rc(
	    sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("g.xml")), SIGN_E_FORMAT);
	assert_said("Id x");
	put_text(doc, "no XML: <a><b Id='x'/><c id='x'/></a>");
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("g.xml")), 0);
	assert_sound(at("g.xml"), 1, "enveloping");
}

/* What an archive time-stamp covers stays as it is. */
static void
test_archived_counter(void **state)
{
	static const char end[] = "</xades:CounterSignature>";
	static const char stamp[] = "<xades:ArchiveTimeStamp/>";
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sg_buf file;
	char *at_end;
	FILE *out;

	(void)state;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	assert_rc(
	    sign_it(&p256, NULL, COUNTER, at("e.xml"), "1", at("e.xml")), 0);
	file = get_file(at("e.xml"));
	at_end = memmem(file.ptr, file.len, end, strlen(end));
	assert_non_null(at_end);
	at_end += strlen(end);
	out = fopen(at("e.xml"), "w");
	assert_non_null(out);
	fwrite(file.ptr, 1, (size_t)(at_end - (char *)file.ptr), out);
	fputs(stamp, out);
	fwrite(at_end, 1, file.len - (size_t)(at_end - (char *)file.ptr), out);
	fclose(out);
	sg_buf_free(&file);
	assert_rc(sign_it(&rsa, NULL, COUNTER, at("e.xml"), "1.1", at("x")),
	    SIGN_E_UNSUPPORTED);
	assert_said("archive time-stamp");
	assert_rc(sign_it(&rsa, NULL, COUNTER, at("e.xml"), "1", at("x")), 0);
}

/* ---- documents that are refused */

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ "lease of a flat\n", "XML" },
		{ "", "XML" },
		{ "%PDF-1.7\n", "XML" },
		{ "<lease><rent></lease>", "XML" },
		{ "<!DOCTYPE lease [<!ENTITY r \"100\">]><lease>&r;</lease>",
		    "DOCTYPE" },
		{ "<lease Id=\"a\">\xd0</lease>", "XML" },
	};
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %zu\n", i);
		put_text(doc, rows[i].text);
		assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")),
		    SIGN_E_FORMAT);
		assert_said(rows[i].said);
		assert_non_null(strstr(sign_ctx_hint(ctx), "--detached"));
		assert_non_null(strstr(sign_ctx_hint(ctx), "--enveloping"));
		assert_int_equal(entries(), 1);
	}
}

/* ---- what the document says stays */

static void
assert_extracted(const char *want)
{
	struct sg_buf out;

	unlink(at("out"));
	assert_rc(sign_extract(ctx, at("e.xml"), at("out"), 0), 0);
	out = get_file(at("out"));
	assert_int_equal(out.len, strlen(want));
	assert_memory_equal(out.ptr, want, out.len);
	sg_buf_free(&out);
}

static void
test_characters(void **state)
{
	static const struct {
		const char *text, *canonical;
	} rows[] = {
		{ "<a>x\r\ny\rz</a>", "<a>x\ny\nz</a>" },
		{ "<a>&#13;&#xD;&#10;\t&#9;</a>", "<a>&#xD;&#xD;\n\t\t</a>" },
		{ "<a b=\"&#10;&#13;&#9; x&#32;\ty\n\"/>",
		    "<a b=\"&#xA;&#xD;&#x9; x  y \"></a>" },
		{ "<a><![CDATA[<&>]]]]><![CDATA[>]]></a>",
		    "<a>&lt;&amp;&gt;]]&gt;</a>" },
		{ "<a>&lt;&#60;&amp;&quot;&apos;&gt;</a>",
		    "<a>&lt;&lt;&amp;\"'&gt;</a>" },
		{ "<a b='\"&quot;&lt;'/>", "<a b=\"&quot;&quot;&lt;\"></a>" },
		{ "<a>&#x1F600;&#233;\xd0\x94</a>",
		    "<a>\xf0\x9f\x98\x80\xc3\xa9\xd0\x94</a>" },
		{ "<?p q?><!-- c --><a><?r s?><!-- d -->t</a><?e f?>",
		    "<?p q?>\n<a><?r s?>t</a>\n<?e f?>" },
		{ "\xef\xbb\xbf<a xmlns='u:u' xmlns:p='u:p'><p:b/></a>",
		    "<a xmlns=\"u:u\"><p:b xmlns:p=\"u:p\"></p:b></a>" },
		{ "<a xml:space='preserve' xml:lang='ru'>  </a>",
		    "<a xml:lang=\"ru\" xml:space=\"preserve\">  </a>" },
	};
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	size_t i;
	int parallel;

	for (i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		parallel = (int)(i % 2);
		print_message("# %s\n", rows[i / 2].text);
		fresh_xml(state);
		put_text(doc, rows[i / 2].text);
		o.parallel = parallel;
		assert_rc(
		    sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
		assert_sound(at("e.xml"), 1, "enveloped");
		assert_extracted(rows[i / 2].canonical);
		if (!parallel)
			continue;
		assert_rc(sign_it(&p256, &o, PARALLEL, at("e.xml"), NULL,
			      at("e.xml")),
		    0);
		assert_sound(at("e.xml"), 2, "enveloped");
		assert_extracted(rows[i / 2].canonical);
	}
}

static void
assert_begins(const char *path, const char *start, size_t len)
{
	struct sg_buf out = get_file(path);

	assert_true(out.len > len);
	assert_memory_equal(out.ptr, start, len);
	sg_buf_free(&out);
}

static void
test_windows_1251(void **state)
{
	static const char start[] =
	    "<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n"
	    "<a>\xc4\xee\xe3\xee\xe2\xee\xf0"; /* Договор */
	static const char *const roles[] = { "владелец ∞" };
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sg_facts *facts;
	char text[128];

	(void)state;
	memcpy(text, start, sizeof(start));
	strcat(text, "</a>");
	put_text(doc, text);
	o.roles = roles;
	o.role_count = 1;
	o.parallel = 1;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	assert_begins(at("e.xml"), start, sizeof(start) - 1);
	assert_sound(at("e.xml"), 1, "enveloped");
	assert_extracted("<a>Договор</a>");
	facts = read_xml(at("e.xml"));
	assert_string_equal(facts->sigs[0].roles[0], roles[0]);
	sg_facts_free(facts);
	assert_rc(
	    sign_it(&p256, &o, PARALLEL, at("e.xml"), NULL, at("e.xml")), 0);
	assert_begins(at("e.xml"), start, sizeof(start) - 1);
	assert_sound(at("e.xml"), 2, "enveloped");
}

/* Two octets for each of ASCII, with the mark. */
static void
put_utf16(const char *path, const char *text, int big)
{
	char out[256] = { 0 };
	size_t i, len = strlen(text);

	memcpy(out, big ? "\xfe\xff" : "\xff\xfe", 2);
	for (i = 0; i < len; i++)
		out[2 + 2 * i + (big ? 1 : 0)] = text[i];
	put_file(path, out, 2 + 2 * len);
}

static void
test_utf16(void **state)
{
	static const char *const texts[] = { "<a>x</a>",
		"<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>x</a>" };
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	int i;

	o.parallel = 1;
	for (i = 0; i < 4; i++) {
		print_message("# %d\n", i);
		fresh_xml(state);
		put_utf16(doc, texts[i / 2], i % 2);
		assert_rc(
		    sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
		assert_sound(at("e.xml"), 1, "enveloped");
		assert_extracted("<a>x</a>");
		assert_rc(sign_it(&p256, NULL, PARALLEL, at("e.xml"), NULL,
			      at("e.xml")),
		    0);
		assert_rc(sign_it(&p256, NULL, COUNTER, at("e.xml"), "1",
			      at("e.xml")),
		    0);
		assert_sound(at("e.xml"), 3, "enveloped");
	}
}

/* ---- Ids */

/* Everything that a signature of this moment would take is taken. */
static void
test_ids_clash(void **state)
{
	static const char *const kinds[] = { "sig", "props", "value", "object",
		"ref" };
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sg_buf out;
	char text[256], id[64], *found;
	size_t i, len;

	o.signing_time = signing_time();
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		print_message("# %s\n", kinds[i]);
		out = get_file(at("e.xml"));
		found = memmem(out.ptr, out.len, "Id=\"sig-", 8);
		assert_non_null(found);
		len = strcspn(found + 8, "\"");
		snprintf(id, sizeof(id), "%s-%.*s%s", kinds[i], (int)len,
		    found + 8, strcmp(kinds[i], "ref") == 0 ? "-1" : "");
		sg_buf_free(&out);
		snprintf(
		    text, sizeof(text), "<lease><rent Id=\"%s\"/></lease>", id);
		put_text(doc, text);
		assert_rc(
		    sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("f.xml")), 0);
		assert_sound(at("f.xml"), 1, "enveloped");
		unlink(at("f.xml"));
		o.packaging = SIGN_ENVELOPING;
		assert_rc(
		    sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("f.xml")), 0);
		assert_sound(at("f.xml"), 1, "enveloping");
		unlink(at("f.xml"));
		o.packaging = SIGN_ENVELOPED;
	}
	/* the same person in the same second */
	fresh_xml(state);
	o.parallel = 1;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	assert_rc(
	    sign_it(&rsa, &o, PARALLEL, at("e.xml"), NULL, at("e.xml")), 0);
	assert_sound(at("e.xml"), 2, "enveloped");
}

/* Doubled Ids: nothing could tell which one was meant. */
static void
test_ids_doubled(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);

	(void)state;
	put_text(doc, "<a><b Id=\"x\"/><c Id=\"x\"/></a>");
	o.place_id = "x";
	assert_rc(
	    sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), SIGN_E_ARG);
	assert_int_equal(entries(), 1);
}

/* ---- pipes */

static void
feed(const char *fifo, const char *from)
{
	struct sg_buf file = get_file(from);
	int fd;

	assert_int_equal(mkfifo(fifo, 0600), 0);
	if (fork() == 0) {
		fd = open(fifo, O_WRONLY);
		_exit(
		    write(fd, file.ptr, file.len) == (ssize_t)file.len ? 0 : 1);
	}
	sg_buf_free(&file);
}

/* Read once, whatever is found out about it on the way. */
static void
test_from_pipe(void **state)
{
	static const struct {
		const char *format;
		enum sign_packaging packaging;
	} rows[] = { { "xades", SIGN_ENVELOPED }, { "cades", SIGN_ATTACHED } };
	struct sign_job_options o;
	size_t i;

	for (i = 0; i < 4; i++) {
		print_message("# %zu\n", i);
		fresh_xml(state);
		o = options(rows[i / 2].packaging);
		o.format = rows[i / 2].format;
		o.parallel = 1;
		assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("s")), 0);
		feed(at("fifo"), at("s"));
		alarm(20); /* a second reading would wait for ever */
		assert_rc(sign_it(&p256, NULL, i % 2 == 0 ? PARALLEL : COUNTER,
			      at("fifo"), i % 2 == 0 ? NULL : "1", at("t")),
		    0);
		alarm(0);
		wait(NULL);
		if (i < 2)
			assert_sound(at("t"), 2, "enveloped");
	}
}

/* Each signature is over what it says, and nothing else comes out. */
static void
test_extract(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sg_buf out;

	(void)state;
	o.parallel = 1;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	assert_rc(
	    sign_it(&p256, NULL, COUNTER, at("e.xml"), "1", at("e.xml")), 0);
	assert_rc(
	    sign_it(&p256, NULL, PARALLEL, at("e.xml"), NULL, at("e.xml")), 0);
	assert_rc(sign_extract_signer(ctx, at("e.xml"), "1", at("1"), 0), 0);
	assert_rc(sign_extract_signer(ctx, at("e.xml"), "S-2", at("2"), 0), 0);
	assert_rc(
	    sign_extract_signer(ctx, at("e.xml"), "1.1", at("1.1"), 0), 0);
	assert_same_file(at("1"), at("2"));
	out = get_file(at("1.1"));
	assert_memory_equal(out.ptr, "<ds:SignatureValue ", 19);
	sg_buf_free(&out);
	assert_rc(
	    sign_extract_signer(ctx, at("e.xml"), "3", at("3"), 0), SIGN_E_ARG);
	o = xades(SIGN_DETACHED);
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("d.xml")), 0);
	assert_rc(sign_extract(ctx, at("d.xml"), at("3"), 0), SIGN_E_FORMAT);
	assert_rc(
	    sign_convert(ctx, at("e.xml"), SIGN_DETACHED, NULL, at("3"), 0, 0),
	    SIGN_E_UNSUPPORTED);
	assert_said("signed XML");
	o = options(SIGN_ATTACHED);
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("p7m")), 0);
	assert_rc(sign_extract_signer(ctx, at("p7m"), "1", at("c"), 0), 0);
	assert_same_file(at("c"), doc);
	assert_rc(
	    sign_extract_signer(ctx, at("p7m"), "2", at("3"), 0), SIGN_E_ARG);
	assert_int_equal(access(at("3"), F_OK), -1);
}

int
main(void)
{
#define XML_TEST(name) cmocka_unit_test_setup(name, fresh_xml)
	const struct CMUnitTest tests[] = {
		XML_TEST(test_places),
		XML_TEST(test_parallel),
		XML_TEST(test_only_signature),
		XML_TEST(test_no_room),
		XML_TEST(test_enveloping_signed),
		XML_TEST(test_enveloping_doubled),
		XML_TEST(test_archived_counter),
		XML_TEST(test_refused),
		XML_TEST(test_characters),
		XML_TEST(test_windows_1251),
		XML_TEST(test_utf16),
		XML_TEST(test_ids_clash),
		XML_TEST(test_ids_doubled),
		XML_TEST(test_from_pipe),
		XML_TEST(test_extract),
	};

	return cmocka_run_group_tests(tests, jobkit_setup, jobkit_teardown);
}
