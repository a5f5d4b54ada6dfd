/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "boxes.h"

#include "base/err.h"
#include "libsign/ctx.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* ---- names */

static void
test_roles(void **state)
{
	static const struct {
		const char *name;
		enum sg_asic_role role;
	} rows[] = {
		{ "mimetype", SG_ASIC_MIMETYPE },
		{ "MIMETYPE", SG_ASIC_DATA },
		{ "a/mimetype", SG_ASIC_DATA },
		{ "lease.pdf", SG_ASIC_DATA },
		{ "signatures.xml", SG_ASIC_DATA },
		{ "folder/", SG_ASIC_DIRECTORY },
		{ "META-INF/", SG_ASIC_DIRECTORY },
		{ "META-INF2/signatures.xml", SG_ASIC_DATA },
		{ "META-INF/signatures.xml", SG_ASIC_XADES },
		{ "meta-inf/Signatures0.XML", SG_ASIC_XADES },
		{ "META-INF/signatures/signatures0.xml", SG_ASIC_XADES },
		{ "META-INF/documentsignatures.xml", SG_ASIC_XADES },
		{ "META-INF/edoc-signatures-S1.xml", SG_ASIC_XADES },
		{ "META-INF/signature.xml", SG_ASIC_OTHER },
		{ "META-INF/signature.p7s", SG_ASIC_CADES },
		{ "META-INF/signature001.p7m", SG_ASIC_CADES },
		{ "META-INF/signatures001.p7s", SG_ASIC_CADES },
		{ "META-INF/seal.p7s", SG_ASIC_OTHER },
		{ "META-INF/timestamp.tst", SG_ASIC_STAMP },
		{ "META-INF/my-timestamp-3.tst", SG_ASIC_STAMP },
		{ "META-INF/timestamp.tsr", SG_ASIC_OTHER },
		{ "META-INF/ASiCManifest.xml", SG_ASIC_MANIFEST },
		{ "META-INF/ASiCManifest-signatures.xml", SG_ASIC_MANIFEST },
		{ "META-INF/ASiCArchiveManifest001.xml", SG_ASIC_ARCHIVE },
		{ "META-INF/ASiCEvidenceRecordManifest.xml",
		    SG_ASIC_EVIDENCE_MANIFEST },
		{ "META-INF/evidencerecord.ers", SG_ASIC_EVIDENCE },
		{ "META-INF/evidencerecord001.xml", SG_ASIC_EVIDENCE },
		{ "META-INF/manifest.xml", SG_ASIC_ODF_MANIFEST },
		{ "META-INF/container.xml", SG_ASIC_OTHER },
		{ "", SG_ASIC_DATA },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		if (sg_asic_role_of(rows[i].name) != rows[i].role)
			print_message("# %s\n", rows[i].name);
		assert_int_equal(sg_asic_role_of(rows[i].name), rows[i].role);
		assert_non_null(sg_asic_role_word(rows[i].role));
	}
}

static void
test_name_faults(void **state)
{
	static const char *const good[] = { "a", "a/b.txt", "Договор.pdf",
		"a b", "..a", "a..", ".hidden", "1:a", "METAINF/a" };
	static const char *const bad[] = { "", "/a", "a/", "a//b", ".", "..",
		"a/../b", "./a", "a\\b", "C:a", "c:/a", "a\nb", "a\x7f",
		"META-INF/a", "meta-inf/a", "META-INF", "mimetype",
		"Mimetype" };
	char longer[1100];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(good); i++)
		assert_null(sg_asic_name_fault(good[i]));
	for (i = 0; i < COUNT(bad); i++)
		assert_non_null(sg_asic_name_fault(bad[i]));
	memset(longer, 'a', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	assert_non_null(sg_asic_name_fault(longer));
	assert_string_equal(sg_asic_mime_type("Lease.PDF"), "application/pdf");
	assert_string_equal(
	    sg_asic_mime_type("pdf"), "application/octet-stream");
}

/* ---- broken at each octet */

static int
read_box(struct sg_view archive, struct sg_facts **facts)
{
	struct sg_in *in = NULL;
	int ret = sg_in_memory(&boxes.lab->ctx->env, "box", archive, &in);

	*facts = NULL;
	if (ret == 0)
		ret =
		    sg_format_asic.read(&boxes.lab->ctx->env, in, NULL, facts);
	sg_in_free(in);
	return ret;
}

static void
test_truncated(void **state)
{
	struct sg_facts *facts;
	struct sg_buf archive = { 0 };
	size_t len;

	(void)state;
	cades_lta();
	asickit_write(&boxes, "box", &archive);
	assert_int_equal(read_box(sg_buf_view(&archive), &facts), 0);
	assert_int_equal(facts->sig_count, 1);
	assert_int_equal(facts->stamp_count, 1);
	assert_int_equal(facts->part_count, 2);
	assert_int_equal(facts->entry_count, boxes.count);
	assert_string_equal(facts->sigs[0].entry, "META-INF/signature001.p7s");
	sg_facts_free(facts);
	for (len = 0; len < archive.len; len++) {
		assert_true(read_box(sg_view_of(archive.ptr, len), &facts) < 0);
		assert_null(facts);
	}
	sg_err_clear(&boxes.lab->ctx->env);
	sg_buf_free(&archive);
	asickit_clear(&boxes);
}

/* ---- warnings */

static int
has_warning(const struct sg_facts *facts, const char *part)
{
	struct sg_pool *pool = sg_pool_new();
	size_t i;
	int found = 0;

	for (i = 0; i < facts->warning_count && !found; i++)
		found = strstr(sg_msg_text(&boxes.lab->ctx->env, pool,
				   &facts->warnings[i], 0),
			    part) != NULL;
	sg_pool_free(pool);
	return found;
}

#define FILES(list) \
	"<manifest xmlns=\"urn:oasis:names:tc:opendocument:xmlns:manifest:" \
	"1.0\">" list "</manifest>"
#define FILE_ROW(name) "<file-entry full-path=\"" name "\" media-type=\"a/b\"/>"

static void
test_warnings(void **state)
{
	static const struct {
		const char *name, *text, *want; /* want NULL: none */
	} cases[] = {
		{ "META-INF/manifest.xml",
		    FILES(FILE_ROW("lease.txt") FILE_ROW("act.txt")), NULL },
		{ "META-INF/manifest.xml", FILES(FILE_ROW("lease.txt")),
		    "act.txt is not in META-INF/manifest.xml" },
		{ "META-INF/manifest.xml",
		    FILES(FILE_ROW("lease.txt") FILE_ROW("act.txt")
			    FILE_ROW("gone.txt")),
		    "names gone.txt, which is not there" },
		{ "META-INF/manifest.xml",
		    FILES(FILE_ROW("lease.txt") FILE_ROW("act.txt")
			    FILE_ROW("/")),
		    "says a/b, mimetype says " ASICKIT_E },
		{ "META-INF/manifest.xml", "<no",
		    "META-INF/manifest.xml cannot be read" },
		{ "META-INF/evidencerecord.ers", "any",
		    "evidence record META-INF/evidencerecord.ers is not" },
		{ "inner.asice", "any", "inner.asice is a container itself" },
		{ "META-INF/ASiCManifest9.xml", "<no",
		    "META-INF/ASiCManifest9.xml cannot be read" },
		{ "META-INF/ASiCManifest9.xml",
		    MANIFEST("act.txt", SHA256, NOTHING),
		    "the manifest META-INF/ASiCManifest9.xml names" },
		{ "META-INF/signatures9.xml", "<a/>",
		    "no signature in META-INF/signatures9.xml" },
		{ "../evil.txt", "any", "../evil.txt is refused" },
	};
	struct sg_facts *facts;
	struct sg_buf archive = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		xades_e();
		asickit_text(&boxes, cases[i].name, cases[i].text);
		asickit_write(&boxes, "box", &archive);
		assert_int_equal(read_box(sg_buf_view(&archive), &facts), 0);
		if (cases[i].want == NULL ? facts->warning_count != 0
					  : !has_warning(facts, cases[i].want))
			fail_msg("%s %s", cases[i].name, cases[i].text);
		sg_facts_free(facts);
		sg_buf_free(&archive);
	}
	asickit_clear(&boxes);
}

/* What is no container at all. */
static void
test_refused(void **state)
{
	static const struct {
		const char *mime_type, *name;
		const char *want; /* of opening; NULL: it opens */
	} cases[] = {
		{ ASICKIT_E, "a.txt", NULL },
		{ "text/plain", "a.txt", "without signatures" },
		{ "application/vnd.oasis.opendocument.text", "content.xml",
		    "without signatures" },
		{ "text/plain", "META-INF/signature.p7s", NULL },
	};
	struct sg_env *env = &boxes.lab->ctx->env;
	struct sg_facts *facts;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct sg_buf archive = { 0 };
		struct sg_asic *asic = NULL;
		struct sg_in *in = NULL;
		int ret;

		asickit_clear(&boxes);
		asickit_text(&boxes, "mimetype", cases[i].mime_type);
		asickit_text(&boxes, cases[i].name, "");
		asickit_write(&boxes, "box", &archive);
		assert_int_equal(
		    sg_in_memory(env, "box", sg_buf_view(&archive), &in), 0);
		ret = sg_asic_open(env, in, &asic);
		assert_int_equal(
		    ret, cases[i].want != NULL ? SIGN_E_FORMAT : 0);
		if (ret < 0)
			assert_non_null(strstr(env->english, cases[i].want));
		sg_asic_free(asic);
		sg_in_free(in);
		if (i == 0)
			assert_int_equal(
			    read_box(sg_buf_view(&archive), &facts),
			    SIGN_E_FORMAT);
		sg_buf_free(&archive);
	}
	sg_err_clear(env);
	asickit_clear(&boxes);
}

static void
test_next_name(void **state)
{
	struct sg_env *env = &boxes.lab->ctx->env;
	struct sg_buf archive = { 0 };
	struct sg_asic *asic = NULL;
	struct sg_in *in = NULL;
	struct sg_pool *pool = sg_pool_new();

	(void)state;
	cades_lta();
	asickit_write(&boxes, "box", &archive);
	assert_int_equal(
	    sg_in_memory(env, "box", sg_buf_view(&archive), &in), 0);
	assert_int_equal(sg_asic_open(env, in, &asic), 0);
	assert_string_equal(sg_asic_next_name(env, pool, asic, SG_ASIC_CADES),
	    "META-INF/signature002.p7s");
	assert_string_equal(sg_asic_next_name(env, pool, asic, SG_ASIC_XADES),
	    "META-INF/signatures001.xml");
	assert_string_equal(sg_asic_next_name(env, pool, asic, SG_ASIC_STAMP),
	    "META-INF/timestamp002.tst");
	assert_string_equal(sg_asic_next_name(env, pool, asic, SG_ASIC_ARCHIVE),
	    "META-INF/ASiCArchiveManifest001.xml");
	assert_string_equal(
	    sg_asic_next_name(env, pool, NULL, SG_ASIC_MANIFEST),
	    "META-INF/ASiCManifest001.xml");
	assert_int_equal(asic->entries[5].over, -1);
	sg_asic_free(asic);
	sg_in_free(in);
	sg_buf_free(&archive);
	sg_pool_free(pool);
	asickit_clear(&boxes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_name_faults),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_next_name),
	};

	return cmocka_run_group_tests(tests, boxes_setup, boxes_teardown);
}
