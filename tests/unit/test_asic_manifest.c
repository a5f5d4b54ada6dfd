/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "envkit.h"

#include "base/err.h"
#include "formats/asic.h"
#include "formats/uri.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static int
read_manifest(
    struct sg_pool *pool, struct sg_view octets, struct sg_asic_manifest *out)
{
	int ret = sg_asic_manifest_read(&env, pool, octets, out);

	return ret;
}

static struct sg_asic_ref
row(const char *name, const char *mime_type, int rootfile)
{
	static const unsigned char value[32] = { 1, 2, 3 };
	struct sg_asic_ref ref = { .name = name,
		.mime_type = mime_type,
		.rootfile = rootfile,
		.digest = sg_digest_by_option("sha256"),
		.value = sg_view_of(value, sizeof(value)) };

	return ref;
}

static void
make(struct sg_buf *out)
{
	struct sg_asic_ref refs[3] = { row("Договор № 1.txt", "text/plain", 1),
		row("a/b&c.txt", NULL, 0), row("<\">.txt", "a/\"<>&b", 0) };
	const struct sg_asic_manifest manifest = {
		.sig_name = "META-INF/signature001.p7s",
		.sig_mime_type = "application/pkcs7-signature",
		.refs = refs,
		.ref_count = 3
	};

	assert_int_equal(sg_asic_manifest_write(&env, &manifest, out), 0);
}

/* What is written is read, and always the same octets. */
static void
test_both_ways(void **state)
{
	struct sg_buf once = { 0 }, twice = { 0 }, again = { 0 };
	struct sg_pool *pool = sg_pool_new();
	struct sg_asic_manifest manifest;

	(void)state;
	make(&once);
	make(&twice);
	assert_true(sg_view_equal(sg_buf_view(&once), sg_buf_view(&twice)));
	assert_int_equal(read_manifest(pool, sg_buf_view(&once), &manifest), 0);
	assert_string_equal(manifest.sig_name, "META-INF/signature001.p7s");
	assert_string_equal(
	    manifest.sig_mime_type, "application/pkcs7-signature");
	assert_int_equal(manifest.ref_count, 3);
	assert_string_equal(manifest.refs[0].name, "Договор № 1.txt");
	assert_string_equal(manifest.refs[0].mime_type, "text/plain");
	assert_int_equal(manifest.refs[0].rootfile, 1);
	assert_string_equal(manifest.refs[1].uri, "a/b%26c.txt");
	assert_string_equal(manifest.refs[1].name, "a/b&c.txt");
	assert_null(manifest.refs[1].mime_type);
	assert_int_equal(manifest.refs[1].rootfile, 0);
	assert_string_equal(manifest.refs[2].name, "<\">.txt");
	assert_string_equal(manifest.refs[2].mime_type, "a/\"<>&b");
	assert_ptr_equal(
	    manifest.refs[2].digest, sg_digest_by_option("sha256"));
	assert_int_equal(manifest.refs[2].value.len, 32);
	/* as it was written: names are not escaped twice */
	assert_int_equal(sg_asic_manifest_write(&env, &manifest, &again), 0);
	assert_true(sg_view_equal(sg_buf_view(&once), sg_buf_view(&again)));
	sg_pool_free(pool);
	sg_buf_free(&once);
	sg_buf_free(&twice);
	sg_buf_free(&again);
}

static void
test_truncated(void **state)
{
	struct sg_buf octets = { 0 };
	struct sg_asic_manifest manifest;
	struct sg_pool *pool;
	size_t len;

	(void)state;
	make(&octets);
	/* the line feed at the end alone may go */
	for (len = 0; len + 1 < octets.len; len++) {
		pool = sg_pool_new();
		assert_int_equal(
		    read_manifest(pool, sg_view_of(octets.ptr, len), &manifest),
		    SIGN_E_FORMAT);
		sg_pool_free(pool);
	}
	sg_buf_free(&octets);
}

#define HEAD \
	"<ASiCManifest xmlns=\"http://uri.etsi.org/02918/v1.2.1#\" " \
	"xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"
#define SIG "<SigReference URI=\"s\"/>"
#define METHOD "<ds:DigestMethod Algorithm=\"urn:x\"/>"
#define VALUE "<ds:DigestValue>AAAA</ds:DigestValue>"
#define REF \
	"<DataObjectReference URI=\"a\">" METHOD VALUE "</DataObjectReference>"
#define TAIL "</ASiCManifest>"

/* Each rule broken once. */
static void
test_rules(void **state)
{
	static const struct {
		const char *text;
		int want;
	} cases[] = {
		{ HEAD SIG REF TAIL, 0 },
		{ HEAD SIG REF "<ASiCManifestExtensions/>" TAIL, 0 },
		{ "<x:ASiCManifest xmlns:x=\"http://uri.etsi.org/02918/v1.1.1#"
		  "\"><x:SigReference URI=\"s\"/><x:DataObjectReference "
		  "URI=\"a\"><DigestMethod "
		  "xmlns=\"http://www.w3.org/2000/09/xmldsig#\" "
		  "Algorithm=\"urn:x\"/><DigestValue "
		  "xmlns=\"http://www.w3.org/2000/09/xmldsig#\">AAAA"
		  "</DigestValue></x:DataObjectReference></x:ASiCManifest>",
		    0 },
		{ "", SIGN_E_FORMAT },
		{ "ASiCManifest", SIGN_E_FORMAT },
		{ HEAD SIG TAIL, SIGN_E_FORMAT },
		{ HEAD REF TAIL, SIGN_E_FORMAT },
		{ HEAD SIG SIG REF TAIL, SIGN_E_FORMAT },
		{ HEAD "<SigReference/>" REF TAIL, SIGN_E_FORMAT },
		{ HEAD SIG "<DataObjectReference>" METHOD VALUE
			   "</DataObjectReference>" TAIL,
		    SIGN_E_FORMAT },
		{ HEAD SIG "<DataObjectReference URI=\"a\">" METHOD
			   "</DataObjectReference>" TAIL,
		    SIGN_E_FORMAT },
		{ HEAD SIG "<DataObjectReference URI=\"a\">" VALUE
			   "</DataObjectReference>" TAIL,
		    SIGN_E_FORMAT },
		{ HEAD SIG
		    "<DataObjectReference URI=\"a\"><ds:DigestMethod/>" VALUE
		    "</DataObjectReference>" TAIL,
		    SIGN_E_FORMAT },
		{ HEAD SIG "<DataObjectReference URI=\"a\">" METHOD
			   "<ds:DigestValue>?</ds:DigestValue>"
			   "</DataObjectReference>" TAIL,
		    SIGN_E_FORMAT },
		{ "<ASiCManifest>" SIG REF TAIL, SIGN_E_FORMAT },
		{ "<!DOCTYPE ASiCManifest>" HEAD SIG REF TAIL, SIGN_E_FORMAT },
		{ HEAD SIG REF TAIL "<a/>", SIGN_E_FORMAT },
		{ "<Other xmlns=\"http://uri.etsi.org/02918/v1.2.1#\"/>",
		    SIGN_E_FORMAT },
	};
	struct sg_asic_manifest manifest;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct sg_pool *pool = sg_pool_new();
		int ret =
		    read_manifest(pool, sg_view_str(cases[i].text), &manifest);

		if (ret != cases[i].want)
			print_message("# %s\n", cases[i].text);
		assert_int_equal(ret, cases[i].want);
		sg_pool_free(pool);
	}
	sg_err_clear(&env);
}

/* What a URI names in the container. */
static void
test_names(void **state)
{
	static const struct {
		const char *uri, *name; /* NULL: nothing */
	} cases[] = {
		{ "lease.txt", "lease.txt" },
		{ "./lease.txt", "lease.txt" },
		{ "a%20b", "a b" },
		{ "%D0%B0", "а" },
		{ "a/b", "a/b" },
		{ "/a", NULL },
		{ "", NULL },
		{ "#a", NULL },
		{ "a#b", NULL },
		{ "a%2", NULL },
		{ "a%00b", NULL },
		{ "a%23b", "a#b" },
	};
	char text[512];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct sg_pool *pool = sg_pool_new();
		struct sg_asic_manifest manifest;

		snprintf(text, sizeof(text),
		    HEAD SIG "<DataObjectReference URI=\"%s\">" METHOD VALUE
			     "</DataObjectReference>" TAIL,
		    cases[i].uri);
		assert_int_equal(
		    read_manifest(pool, sg_view_str(text), &manifest), 0);
		assert_string_equal(manifest.refs[0].uri, cases[i].uri);
		if (cases[i].name == NULL)
			assert_null(manifest.refs[0].name);
		else
			assert_string_equal(
			    manifest.refs[0].name, cases[i].name);
		assert_null(manifest.refs[0].digest);
		assert_string_equal(manifest.refs[0].digest_uri, "urn:x");
		sg_pool_free(pool);
	}
}

/* A name with a character that XML has no way to write. */
static void
test_unwritable(void **state)
{
	struct sg_asic_ref refs[1] = { row("a", "b\x01", 0) };
	struct sg_asic_manifest manifest = {
		.sig_name = "s", .refs = refs, .ref_count = 1
	};
	struct sg_buf out = { 0 };

	(void)state;
	assert_int_equal(
	    sg_asic_manifest_write(&env, &manifest, &out), SIGN_E_ARG);
	refs[0].mime_type = NULL;
	refs[0].digest = NULL;
	assert_int_equal(
	    sg_asic_manifest_write(&env, &manifest, &out), SIGN_E_UNSUPPORTED);
	sg_err_clear(&env);
	sg_buf_free(&out);
}

/* ---- META-INF/manifest.xml */

static void
test_files(void **state)
{
	struct sg_asic_file list[2] = { { "Договор № 1.txt", "text/plain" },
		{ "a&b", NULL } };
	const struct sg_asic_files files = { list, 2, "a/b" };
	struct sg_asic_files have;
	struct sg_buf octets = { 0 };
	struct sg_pool *pool = sg_pool_new();
	size_t len;

	(void)state;
	assert_int_equal(sg_asic_files_write(&env, &files, &octets), 0);
	assert_int_equal(
	    sg_asic_files_read(&env, pool, sg_buf_view(&octets), &have), 0);
	assert_string_equal(have.mime_type, "a/b");
	assert_int_equal(have.count, 2);
	assert_string_equal(have.list[0].name, "Договор № 1.txt");
	assert_string_equal(have.list[0].mime_type, "text/plain");
	assert_string_equal(have.list[1].name, "a&b");
	assert_string_equal(have.list[1].mime_type, "");
	for (len = 0; len + 1 < octets.len; len++)
		assert_int_equal(sg_asic_files_read(&env, pool,
				     sg_view_of(octets.ptr, len), &have),
		    SIGN_E_FORMAT);
	sg_pool_free(pool);
	sg_buf_free(&octets);
}

#define ODF "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"

static void
test_files_rules(void **state)
{
	static const struct {
		const char *text;
		int want;
		size_t count;
	} cases[] = {
		{ "<manifest xmlns=\"" ODF "\"/>", 0, 0 },
		{ "<manifest xmlns=\"" ODF
		  "\"><file-entry full-path=\"a\"/></manifest>",
		    0, 1 },
		{ "<m:manifest xmlns:m=\"" ODF
		  "\"><m:file-entry m:full-path=\"a\"/><other/>"
		  "<m:file-entry m:full-path=\"/\"/></m:manifest>",
		    0, 1 },
		{ "<manifest xmlns=\"" ODF "\"><file-entry/></manifest>",
		    SIGN_E_FORMAT, 0 },
		{ "<manifest/>", SIGN_E_FORMAT, 0 },
		{ "", SIGN_E_FORMAT, 0 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct sg_pool *pool = sg_pool_new();
		struct sg_asic_files files;

		assert_int_equal(sg_asic_files_read(&env, pool,
				     sg_view_str(cases[i].text), &files),
		    cases[i].want);
		if (cases[i].want == 0)
			assert_int_equal(files.count, cases[i].count);
		sg_pool_free(pool);
	}
	sg_err_clear(&env);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_unwritable),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_files_rules),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
