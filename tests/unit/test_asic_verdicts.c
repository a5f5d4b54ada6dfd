/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "boxes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* What comes of a container when one thing in it is changed. */

/* ---- one thing changed in them */

static void
comment_says_s(void)
{
	asickit_drop(&boxes, "mimetype");
	boxes.comment = "mimetype=" ASICKIT_S;
}

static void
odd_mimetype(void)
{
	asickit_drop(&boxes, "mimetype");
	asickit_text(&boxes, "mimetype", ASICKIT_E "\r\n");
	boxes.files[boxes.count - 1].stored = 0;
}

static void
second_xades(void)
{
	asickit_xades(
	    &boxes, "META-INF/signatures002.xml", "act.txt", NULL, NULL);
}

static void
second_cades(void)
{
	static const struct asickit_row rows[] = { { "act.txt", 0 },
		{ NULL, 0 } };

	asickit_manifest(&boxes, "META-INF/ASiCManifest002.xml",
	    "META-INF/signature002.p7s", rows);
	asickit_cades(&boxes, "META-INF/signature002.p7s",
	    "META-INF/ASiCManifest002.xml", NULL, 0);
}

static void
change_manifest(void)
{
	static const struct asickit_row rows[] = { { "lease.txt", 0 },
		{ NULL, 0 } };

	asickit_manifest(&boxes, "META-INF/ASiCManifest001.xml",
	    "META-INF/signature001.p7s", rows);
}

static void
second_manifest(void)
{
	asickit_put(&boxes, "META-INF/ASiCManifest002.xml",
	    asickit_get(&boxes, "META-INF/ASiCManifest001.xml"));
}

static void
orphan_manifest(void)
{
	asickit_manifest(&boxes, "META-INF/ASiCManifest002.xml",
	    "META-INF/signature002.p7s", both);
}

/* The manifest in the signature too. */
static void
attach_manifest(void)
{
	asickit_cades(&boxes, "META-INF/signature001.p7s",
	    "META-INF/ASiCManifest001.xml", NULL, 1);
}

static void
attach_other(void)
{
	attach_manifest();
	change_manifest();
}

static void
sign_text(const char *manifest)
{
	asickit_text(&boxes, "META-INF/ASiCManifest001.xml", manifest);
	asickit_cades(&boxes, "META-INF/signature001.p7s",
	    "META-INF/ASiCManifest001.xml", NULL, 0);
}

static void
name_outside(void)
{
	sign_text(MANIFEST("../../etc/hostname", SHA256, NOTHING));
}

static void
name_absolute(void)
{
	sign_text(MANIFEST("file:///dev/null", SHA256, NOTHING));
}

static void
unknown_digest(void)
{
	sign_text(MANIFEST("act.txt", "urn:none", NOTHING));
}

static void
escaped_name(void)
{
	asickit_text(&boxes, "Договор № 1.txt", "");
	sign_text(MANIFEST("%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80%20"
			   "%E2%84%96%201.txt",
	    SHA256, NOTHING));
}

static void
plain_name(void)
{
	asickit_text(&boxes, "100% sure #1.txt", "");
	sign_text(MANIFEST("100% sure #1.txt", SHA256, NOTHING));
}

static void
refused_name(void)
{
	asickit_text(&boxes, "../evil.txt", "");
	sign_text(MANIFEST("../evil.txt", SHA256, NOTHING));
}

static void
grow_signature(void)
{
	asickit_cades(&boxes, "META-INF/signature001.p7s",
	    "META-INF/ASiCManifest001.xml", "b-lt", 0);
}

static void
rename_archive(void)
{
	static const struct asickit_row rows[] = { { "lease.txt", 0 },
		{ "act.txt", 0 }, { "META-INF/ASiCManifest001.xml", 0 },
		{ "META-INF/signature001.p7s", 0 },
		{ "META-INF/ASiCArchiveManifest001.xml", 1 },
		{ "META-INF/timestamp001.tst", 0 }, { NULL, 0 } };

	asickit_put(&boxes, "META-INF/ASiCArchiveManifest001.xml",
	    asickit_get(&boxes, "META-INF/ASiCArchiveManifest.xml"));
	asickit_drop(&boxes, "META-INF/ASiCArchiveManifest.xml");
	asickit_manifest(&boxes, "META-INF/ASiCArchiveManifest.xml",
	    "META-INF/timestamp002.tst", rows);
	asickit_stamp(&boxes, "META-INF/timestamp002.tst",
	    "META-INF/ASiCArchiveManifest.xml", NOW + 2 * AUTHORITY_DAY);
}

/* Some tools call it ASiCManifest all the same. */
static void
plain_archive_name(void)
{
	asickit_put(&boxes, "META-INF/ASiCManifest1.xml",
	    asickit_get(&boxes, "META-INF/ASiCArchiveManifest.xml"));
	asickit_drop(&boxes, "META-INF/ASiCArchiveManifest.xml");
}

static void
stamp_wrong(void)
{
	asickit_stamp(&boxes, "META-INF/timestamp001.tst", "lease.txt", NOW);
}

/* What is done to one: a file taken out, a file put in, or more than that. */
#define AS_IT_IS NULL, NULL, NULL, NULL
#define PUT(name, text) NULL, name, text, NULL
#define GONE(name) name, NULL, NULL, NULL
#define MOVED(from, name, text) from, name, text, NULL
#define BY(function) NULL, NULL, NULL, function

static const struct row {
	const char *name;
	void (*make)(void);
	const char *drop, *put, *text;
	void (*more)(void);
	int later;
	const char *want;
} rows[] = {
#define PASSED "TOTAL-PASSED 0 "
#define FAILED "TOTAL-FAILED 5 "
#define OPEN "INDETERMINATE 6 "
#define XADES "asic-e | TOTAL-PASSED xades B-B"
#define CADES "asic-e | TOTAL-PASSED cades B-B"
	{ "xades", xades_e, AS_IT_IS, 0, PASSED XADES },
	{ "xades changed", xades_e, PUT("lease.txt", "900 a month"), 0,
	    FAILED "asic-e | TOTAL-FAILED/HASH_FAILURE xades B-B | not: "
		   "lease.txt, act.txt" },
	{ "xades without a file", xades_e, GONE("lease.txt"), 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND xades B-B" },
	{ "xades and a file", xades_e, PUT("extra.txt", "nobody has seen this"),
	    0, PASSED XADES " | not: extra.txt" },
	{ "xades and one in META-INF", xades_e,
	    PUT("META-INF/extra.bin", "nobody has seen this"), 0,
	    PASSED XADES " | not: META-INF/extra.bin" },
	{ "xades and a namesake", xades_e,
	    PUT("other/lease.txt", "900 a month"), 0,
	    PASSED XADES " | not: other/lease.txt" },
	{ "xades and a file moved", xades_e,
	    MOVED("lease.txt", "sub/lease.txt", "100 a month"), 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND xades B-B | "
		 "not: sub/lease.txt" },
	{ "no mimetype", xades_e, GONE("mimetype"), 0, PASSED XADES },
	{ "odd mimetype", xades_e, BY(odd_mimetype), 0, PASSED XADES },
	{ "other mimetype", xades_e, PUT("mimetype", "text/plain"), 0,
	    PASSED XADES },
	{ "asic-s of two", xades_e, PUT("mimetype", ASICKIT_S), 0,
	    PASSED "asic-s | TOTAL-PASSED xades B-B" },
	{ "OpenDocument", xades_e,
	    PUT("mimetype", "application/vnd.oasis.opendocument.text"), 0,
	    PASSED XADES },
	{ "two xades", xades_e, BY(second_xades), 0,
	    PASSED XADES " | TOTAL-PASSED xades B-B" },
	{ "broken xades", xades_e,
	    PUT("META-INF/signatures002.xml",
		"<a xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"
		"<ds:Signature>"),
	    0, FAILED XADES " | TOTAL-FAILED/FORMAT_FAILURE xmldsig XMLDSIG" },
	{ "no xades", xades_e, PUT("META-INF/signatures002.xml", "<nothing/>"),
	    0, PASSED XADES },
	{ "broken cades", xades_e,
	    PUT("META-INF/signature002.p7s", "no signature"), 0,
	    FAILED XADES " | TOTAL-FAILED/FORMAT_FAILURE cms CMS" },
	{ "broken token", xades_e, PUT("META-INF/timestamp001.tst", "no token"),
	    0, PASSED XADES " | FAILED/FORMAT_FAILURE container" },
	{ "xades and cades", xades_e, BY(second_cades), 0,
	    PASSED XADES " | TOTAL-PASSED cades B-B" },
	{ "xades in asic-s", xades_s, AS_IT_IS, 0,
	    PASSED "asic-s | TOTAL-PASSED xades B-B" },
	{ "cades in asic-s", cades_s, AS_IT_IS, 0,
	    PASSED "asic-s | TOTAL-PASSED cades B-B" },
	{ "the same by its comment", cades_s, BY(comment_says_s), 0,
	    PASSED "asic-s | TOTAL-PASSED cades B-B" },
	{ "the same by what is in it", cades_s, GONE("mimetype"), 0,
	    PASSED "asic-s | TOTAL-PASSED cades B-B" },
	{ "asic-s changed", cades_s, PUT("lease.txt", "900 a month"), 0,
	    FAILED "asic-s | TOTAL-FAILED/HASH_FAILURE cades B-B | not: "
		   "lease.txt" },
	{ "asic-s without its file", cades_s, GONE("lease.txt"), 0,
	    OPEN "asic-s | INDETERMINATE/SIGNED_DATA_NOT_FOUND cades B-B" },
	{ "asic-s and a file", cades_s,
	    PUT("extra.txt", "nobody has seen this"), 0,
	    PASSED "asic-s | TOTAL-PASSED cades B-B | not: extra.txt" },
	{ "cades", cades_e, AS_IT_IS, 0, PASSED CADES },
	{ "cades changed", cades_e, PUT("lease.txt", "900 a month"), 0,
	    FAILED "asic-e | TOTAL-FAILED/HASH_FAILURE cades B-B | not: "
		   "lease.txt, act.txt" },
	{ "cades without a file", cades_e, GONE("lease.txt"), 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND cades B-B" },
	{ "cades and a file", cades_e, PUT("extra.txt", "nobody has seen this"),
	    0, PASSED CADES " | not: extra.txt" },
	{ "two cades", cades_e, BY(second_cades), 0,
	    PASSED CADES " | TOTAL-PASSED cades B-B" },
	{ "manifest changed", cades_e, BY(change_manifest), 0,
	    FAILED "asic-e | TOTAL-FAILED/HASH_FAILURE cades B-B | not: "
		   "lease.txt, act.txt" },
	{ "no manifest", cades_e, GONE("META-INF/ASiCManifest001.xml"), 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND cades B-B | "
		 "not: lease.txt, act.txt" },
	{ "broken manifest", cades_e,
	    PUT("META-INF/ASiCManifest001.xml", "<broken"), 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND cades B-B | "
		 "not: lease.txt, act.txt" },
	{ "two manifests", cades_e, BY(second_manifest), 0,
	    FAILED "asic-e | TOTAL-FAILED/FORMAT_FAILURE cades B-B | not: "
		   "lease.txt, act.txt" },
	{ "a manifest of nothing", cades_e, BY(orphan_manifest), 0,
	    PASSED CADES },
	{ "manifest attached", cades_e, BY(attach_manifest), 0, PASSED CADES },
	{ "another attached", cades_e, BY(attach_other), 0,
	    FAILED "asic-e | TOTAL-FAILED/HASH_FAILURE cades B-B | not: "
		   "lease.txt, act.txt" },
	{ "a file outside", cades_e, BY(name_outside), 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND cades B-B | "
		 "not: lease.txt, act.txt" },
	{ "an absolute file", cades_e, BY(name_absolute), 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND cades B-B | "
		 "not: lease.txt, act.txt" },
	{ "unknown digest", cades_e, BY(unknown_digest), 0,
	    OPEN "asic-e | INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE "
		 "cades B-B | not: lease.txt, act.txt" },
	{ "escaped name", cades_e, BY(escaped_name), 0,
	    PASSED CADES " | not: lease.txt, act.txt" },
	{ "plain name", cades_e, BY(plain_name), 0,
	    PASSED CADES " | not: lease.txt, act.txt" },
	{ "refused name", cades_e, BY(refused_name), 0,
	    FAILED "asic-e | TOTAL-FAILED/FORMAT_FAILURE cades B-B | not: "
		   "lease.txt, act.txt, ../evil.txt" },
	{ "time-stamp", stamp_s, AS_IT_IS, 0,
	    PASSED "asic-s | PASSED container | not: lease.txt" },
	{ "time-stamp, file changed", stamp_s, PUT("lease.txt", "900 a month"),
	    0,
	    FAILED "asic-s | FAILED/HASH_FAILURE container | not: lease.txt" },
	{ "time-stamp, no file", stamp_s, GONE("lease.txt"), 0,
	    OPEN "asic-s | INDETERMINATE/SIGNED_DATA_NOT_FOUND container" },
	{ "time-stamp of a manifest", stamp_e, AS_IT_IS, 0,
	    PASSED "asic-e | PASSED container | not: lease.txt, act.txt" },
	{ "the same, file changed", stamp_e, PUT("lease.txt", "900 a month"), 0,
	    FAILED "asic-e | FAILED/HASH_FAILURE container | not: lease.txt, "
		   "act.txt" },
	{ "the same, file gone", stamp_e, GONE("lease.txt"), 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND container | "
		 "not: act.txt" },
	{ "the same, over something else", stamp_e, BY(stamp_wrong), 0,
	    FAILED "asic-e | FAILED/HASH_FAILURE container | not: lease.txt, "
		   "act.txt" },
	{ "lt", cades_lt, AS_IT_IS, 0,
	    PASSED "asic-e | TOTAL-PASSED cades B-LT" },
	{ "archived", cades_lta, AS_IT_IS, 0,
	    PASSED "asic-e | TOTAL-PASSED cades B-LTA | PASSED archive" },
	{ "archived, later", cades_lta, AS_IT_IS, 1,
	    PASSED "asic-e | TOTAL-PASSED cades B-LTA | PASSED archive" },
	{ "archived twice", cades_lta, BY(rename_archive), 1,
	    PASSED "asic-e | TOTAL-PASSED cades B-LTA | PASSED archive | "
		   "PASSED archive" },
	{ "archived by another name", cades_lta, BY(plain_archive_name), 1,
	    PASSED "asic-e | TOTAL-PASSED cades B-LTA | PASSED archive" },
	{ "changed since archived", cades_lta, BY(grow_signature), 0,
	    PASSED "asic-e | TOTAL-PASSED cades B-LT | PASSED archive" },
};

static void
change(const struct row *row)
{
	if (row->drop != NULL)
		asickit_drop(&boxes, row->drop);
	if (row->put != NULL)
		asickit_text(&boxes, row->put, row->text);
	if (row->more != NULL)
		row->more();
}

static void
test_verdicts(void **state)
{
	const char *have;
	size_t i, failed = 0;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		rows[i].make();
		change(&rows[i]);
		have = asickit_verdict(&boxes, rows[i].later ? LATER : CHECKED);
		if (strcmp(have, rows[i].want) == 0)
			continue;
		print_message("# %s:\n#  want %s\n#  have %s\n", rows[i].name,
		    rows[i].want, have);
		failed++;
	}
	asickit_clear(&boxes);
	assert_int_equal(failed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts),
	};

	return cmocka_run_group_tests(tests, boxes_setup, boxes_teardown);
}
