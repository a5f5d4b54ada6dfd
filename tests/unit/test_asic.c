/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "asickit.h"

#include "base/err.h"
#include "libsign/ctx.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define NOW MK_NOW
#define CHECKED (MK_NOW + 3 * AUTHORITY_DAY)
#define LATER (MK_NOW + 700 * AUTHORITY_DAY) /* the signer's has expired */

static struct asickit kit;

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

/* ---- containers: what is in them, and what comes of it */

static void
put_files(const char *mime_type)
{
	asickit_clear(&kit);
	asickit_text(&kit, "mimetype", mime_type);
	asickit_text(&kit, "lease.txt", "100 a month");
	asickit_text(&kit, "act.txt", "the keys were handed over");
}

static const struct asickit_row both[] = { { "lease.txt", 1 }, { "act.txt", 0 },
	{ NULL, 0 } };

static void
xades_e(void)
{
	put_files(ASICKIT_E);
	asickit_xades(
	    &kit, "META-INF/signatures001.xml", "lease.txt", "act.txt", NULL);
}

static void
cades_e(void)
{
	put_files(ASICKIT_E);
	asickit_manifest(&kit, "META-INF/ASiCManifest001.xml",
	    "META-INF/signature001.p7s", both);
	asickit_cades(&kit, "META-INF/signature001.p7s",
	    "META-INF/ASiCManifest001.xml", NULL, 0);
}

static void
cades_s(void)
{
	put_files(ASICKIT_S);
	asickit_drop(&kit, "act.txt");
	asickit_cades(&kit, "META-INF/signature.p7s", "lease.txt", NULL, 0);
}

static void
xades_s(void)
{
	put_files(ASICKIT_S);
	asickit_drop(&kit, "act.txt");
	asickit_xades(&kit, "META-INF/signatures.xml", "lease.txt", NULL, NULL);
}

static void
stamp_s(void)
{
	put_files(ASICKIT_S);
	asickit_drop(&kit, "act.txt");
	asickit_stamp(&kit, "META-INF/timestamp.tst", "lease.txt", NOW);
}

static void
stamp_e(void)
{
	put_files(ASICKIT_E);
	asickit_manifest(&kit, "META-INF/ASiCManifest.xml",
	    "META-INF/timestamp001.tst", both);
	asickit_stamp(&kit, "META-INF/timestamp001.tst",
	    "META-INF/ASiCManifest.xml", NOW);
}

/* A B-LT signature, and an archive time-stamp over it. */
static const struct asickit_row archived[] = { { "lease.txt", 0 },
	{ "act.txt", 0 }, { "META-INF/ASiCManifest001.xml", 0 },
	{ "META-INF/signature001.p7s", 0 }, { NULL, 0 } };

static void
cades_lt(void)
{
	put_files(ASICKIT_E);
	asickit_manifest(&kit, "META-INF/ASiCManifest001.xml",
	    "META-INF/signature001.p7s", both);
	asickit_cades(&kit, "META-INF/signature001.p7s",
	    "META-INF/ASiCManifest001.xml", "b-lt", 0);
}

static void
cades_lta(void)
{
	cades_lt();
	asickit_manifest(&kit, "META-INF/ASiCArchiveManifest.xml",
	    "META-INF/timestamp001.tst", archived);
	asickit_stamp(&kit, "META-INF/timestamp001.tst",
	    "META-INF/ASiCArchiveManifest.xml", NOW + AUTHORITY_DAY);
}

/* ---- one thing changed in them */

static void
change_file(void)
{
	asickit_text(&kit, "lease.txt", "900 a month");
}

static void
drop_file(void)
{
	asickit_drop(&kit, "lease.txt");
}

static void
add_file(void)
{
	asickit_text(&kit, "extra.txt", "nobody has seen this");
}

static void
add_meta(void)
{
	asickit_text(&kit, "META-INF/extra.bin", "nobody has seen this");
}

static void
add_folder(void)
{
	asickit_text(&kit, "other/lease.txt", "900 a month");
}

static void
move_file(void)
{
	asickit_text(&kit, "sub/lease.txt", "100 a month");
	asickit_drop(&kit, "lease.txt");
}

static void
no_mimetype(void)
{
	asickit_drop(&kit, "mimetype");
}

static void
comment_says_s(void)
{
	asickit_drop(&kit, "mimetype");
	kit.comment = "mimetype=" ASICKIT_S;
}

static void
odd_mimetype(void)
{
	asickit_drop(&kit, "mimetype");
	asickit_text(&kit, "mimetype", ASICKIT_E "\r\n");
	kit.files[kit.count - 1].stored = 0;
}

static void
other_mimetype(void)
{
	asickit_text(&kit, "mimetype", "text/plain");
}

static void
says_s(void)
{
	asickit_text(&kit, "mimetype", ASICKIT_S);
}

static void
says_odf(void)
{
	asickit_text(
	    &kit, "mimetype", "application/vnd.oasis.opendocument.text");
}

static void
second_xades(void)
{
	asickit_xades(
	    &kit, "META-INF/signatures002.xml", "act.txt", NULL, NULL);
}

static void
second_cades(void)
{
	static const struct asickit_row rows[] = { { "act.txt", 0 },
		{ NULL, 0 } };

	asickit_manifest(&kit, "META-INF/ASiCManifest002.xml",
	    "META-INF/signature002.p7s", rows);
	asickit_cades(&kit, "META-INF/signature002.p7s",
	    "META-INF/ASiCManifest002.xml", NULL, 0);
}

static void
junk_xades(void)
{
	asickit_text(&kit, "META-INF/signatures002.xml",
	    "<a xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">"
	    "<ds:Signature>");
}

static void
empty_xades(void)
{
	asickit_text(&kit, "META-INF/signatures002.xml", "<nothing/>");
}

static void
junk_cades(void)
{
	asickit_text(&kit, "META-INF/signature002.p7s", "no signature");
}

static void
junk_stamp(void)
{
	asickit_text(&kit, "META-INF/timestamp001.tst", "no token");
}

static void
change_manifest(void)
{
	static const struct asickit_row rows[] = { { "lease.txt", 0 },
		{ NULL, 0 } };

	asickit_manifest(&kit, "META-INF/ASiCManifest001.xml",
	    "META-INF/signature001.p7s", rows);
}

static void
drop_manifest(void)
{
	asickit_drop(&kit, "META-INF/ASiCManifest001.xml");
}

static void
break_manifest(void)
{
	asickit_text(&kit, "META-INF/ASiCManifest001.xml", "<broken");
}

static void
second_manifest(void)
{
	asickit_put(&kit, "META-INF/ASiCManifest002.xml",
	    asickit_get(&kit, "META-INF/ASiCManifest001.xml"));
}

static void
orphan_manifest(void)
{
	asickit_manifest(&kit, "META-INF/ASiCManifest002.xml",
	    "META-INF/signature002.p7s", both);
}

/* The manifest in the signature too. */
static void
attach_manifest(void)
{
	asickit_cades(&kit, "META-INF/signature001.p7s",
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
	asickit_text(&kit, "META-INF/ASiCManifest001.xml", manifest);
	asickit_cades(&kit, "META-INF/signature001.p7s",
	    "META-INF/ASiCManifest001.xml", NULL, 0);
}

#define MANIFEST(uri, digest, value) \
	"<m:ASiCManifest xmlns:m=\"http://uri.etsi.org/02918/v1.2.1#\" " \
	"xmlns=\"http://www.w3.org/2000/09/xmldsig#\">" \
	"<m:SigReference URI=\"META-INF/signature001.p7s\"/>" \
	"<m:DataObjectReference URI=\"" uri "\">" \
	"<DigestMethod Algorithm=\"" digest "\"/><DigestValue>" value \
	"</DigestValue></m:DataObjectReference></m:ASiCManifest>"
#define SHA256 "http://www.w3.org/2001/04/xmlenc#sha256"
/* of the empty file */
#define NOTHING "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

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
	asickit_text(&kit, "Договор № 1.txt", "");
	sign_text(MANIFEST("%D0%94%D0%BE%D0%B3%D0%BE%D0%B2%D0%BE%D1%80%20"
			   "%E2%84%96%201.txt",
	    SHA256, NOTHING));
}

static void
plain_name(void)
{
	asickit_text(&kit, "100% sure #1.txt", "");
	sign_text(MANIFEST("100% sure #1.txt", SHA256, NOTHING));
}

static void
refused_name(void)
{
	asickit_text(&kit, "../evil.txt", "");
	sign_text(MANIFEST("../evil.txt", SHA256, NOTHING));
}

static void
grow_signature(void)
{
	asickit_cades(&kit, "META-INF/signature001.p7s",
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

	asickit_put(&kit, "META-INF/ASiCArchiveManifest001.xml",
	    asickit_get(&kit, "META-INF/ASiCArchiveManifest.xml"));
	asickit_drop(&kit, "META-INF/ASiCArchiveManifest.xml");
	asickit_manifest(&kit, "META-INF/ASiCArchiveManifest.xml",
	    "META-INF/timestamp002.tst", rows);
	asickit_stamp(&kit, "META-INF/timestamp002.tst",
	    "META-INF/ASiCArchiveManifest.xml", NOW + 2 * AUTHORITY_DAY);
}

/* Some tools call it ASiCManifest all the same. */
static void
plain_archive_name(void)
{
	asickit_put(&kit, "META-INF/ASiCManifest1.xml",
	    asickit_get(&kit, "META-INF/ASiCArchiveManifest.xml"));
	asickit_drop(&kit, "META-INF/ASiCArchiveManifest.xml");
}

static void
stamp_wrong(void)
{
	asickit_stamp(&kit, "META-INF/timestamp001.tst", "lease.txt", NOW);
}

static void
nothing(void)
{
}

static const struct row {
	const char *name;
	void (*make)(void), (*change)(void);
	int later;
	const char *want;
} rows[] = {
#define PASSED "TOTAL-PASSED 0 "
#define FAILED "TOTAL-FAILED 5 "
#define OPEN "INDETERMINATE 6 "
#define XADES "asic-e | TOTAL-PASSED xades B-B"
#define CADES "asic-e | TOTAL-PASSED cades B-B"
	{ "xades", xades_e, nothing, 0, PASSED XADES },
	{ "xades changed", xades_e, change_file, 0,
	    FAILED "asic-e | TOTAL-FAILED/HASH_FAILURE xades B-B | not: "
		   "lease.txt, act.txt" },
	{ "xades without a file", xades_e, drop_file, 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND xades B-B" },
	{ "xades and a file", xades_e, add_file, 0,
	    PASSED XADES " | not: extra.txt" },
	{ "xades and one in META-INF", xades_e, add_meta, 0,
	    PASSED XADES " | not: META-INF/extra.bin" },
	{ "xades and a namesake", xades_e, add_folder, 0,
	    PASSED XADES " | not: other/lease.txt" },
	{ "xades and a file moved", xades_e, move_file, 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND xades B-B | "
		 "not: sub/lease.txt" },
	{ "no mimetype", xades_e, no_mimetype, 0, PASSED XADES },
	{ "odd mimetype", xades_e, odd_mimetype, 0, PASSED XADES },
	{ "other mimetype", xades_e, other_mimetype, 0, PASSED XADES },
	{ "asic-s of two", xades_e, says_s, 0,
	    PASSED "asic-s | TOTAL-PASSED xades B-B" },
	{ "OpenDocument", xades_e, says_odf, 0, PASSED XADES },
	{ "two xades", xades_e, second_xades, 0,
	    PASSED XADES " | TOTAL-PASSED xades B-B" },
	{ "broken xades", xades_e, junk_xades, 0,
	    FAILED XADES " | TOTAL-FAILED/FORMAT_FAILURE xmldsig XMLDSIG" },
	{ "no xades", xades_e, empty_xades, 0, PASSED XADES },
	{ "broken cades", xades_e, junk_cades, 0,
	    FAILED XADES " | TOTAL-FAILED/FORMAT_FAILURE cms CMS" },
	{ "broken token", xades_e, junk_stamp, 0,
	    PASSED XADES " | FAILED/FORMAT_FAILURE container" },
	{ "xades and cades", xades_e, second_cades, 0,
	    PASSED XADES " | TOTAL-PASSED cades B-B" },
	{ "xades in asic-s", xades_s, nothing, 0,
	    PASSED "asic-s | TOTAL-PASSED xades B-B" },
	{ "cades in asic-s", cades_s, nothing, 0,
	    PASSED "asic-s | TOTAL-PASSED cades B-B" },
	{ "the same by its comment", cades_s, comment_says_s, 0,
	    PASSED "asic-s | TOTAL-PASSED cades B-B" },
	{ "the same by what is in it", cades_s, no_mimetype, 0,
	    PASSED "asic-s | TOTAL-PASSED cades B-B" },
	{ "asic-s changed", cades_s, change_file, 0,
	    FAILED "asic-s | TOTAL-FAILED/HASH_FAILURE cades B-B | not: "
		   "lease.txt" },
	{ "asic-s without its file", cades_s, drop_file, 0,
	    OPEN "asic-s | INDETERMINATE/SIGNED_DATA_NOT_FOUND cades B-B" },
	{ "asic-s and a file", cades_s, add_file, 0,
	    PASSED "asic-s | TOTAL-PASSED cades B-B | not: extra.txt" },
	{ "cades", cades_e, nothing, 0, PASSED CADES },
	{ "cades changed", cades_e, change_file, 0,
	    FAILED "asic-e | TOTAL-FAILED/HASH_FAILURE cades B-B | not: "
		   "lease.txt, act.txt" },
	{ "cades without a file", cades_e, drop_file, 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND cades B-B" },
	{ "cades and a file", cades_e, add_file, 0,
	    PASSED CADES " | not: extra.txt" },
	{ "two cades", cades_e, second_cades, 0,
	    PASSED CADES " | TOTAL-PASSED cades B-B" },
	{ "manifest changed", cades_e, change_manifest, 0,
	    FAILED "asic-e | TOTAL-FAILED/HASH_FAILURE cades B-B | not: "
		   "lease.txt, act.txt" },
	{ "no manifest", cades_e, drop_manifest, 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND cades B-B | "
		 "not: lease.txt, act.txt" },
	{ "broken manifest", cades_e, break_manifest, 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND cades B-B | "
		 "not: lease.txt, act.txt" },
	{ "two manifests", cades_e, second_manifest, 0,
	    FAILED "asic-e | TOTAL-FAILED/FORMAT_FAILURE cades B-B | not: "
		   "lease.txt, act.txt" },
	{ "a manifest of nothing", cades_e, orphan_manifest, 0, PASSED CADES },
	{ "manifest attached", cades_e, attach_manifest, 0, PASSED CADES },
	{ "another attached", cades_e, attach_other, 0,
	    FAILED "asic-e | TOTAL-FAILED/HASH_FAILURE cades B-B | not: "
		   "lease.txt, act.txt" },
	{ "a file outside", cades_e, name_outside, 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND cades B-B | "
		 "not: lease.txt, act.txt" },
	{ "an absolute file", cades_e, name_absolute, 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND cades B-B | "
		 "not: lease.txt, act.txt" },
	{ "unknown digest", cades_e, unknown_digest, 0,
	    OPEN "asic-e | INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE "
		 "cades B-B | not: lease.txt, act.txt" },
	{ "escaped name", cades_e, escaped_name, 0,
	    PASSED CADES " | not: lease.txt, act.txt" },
	{ "plain name", cades_e, plain_name, 0,
	    PASSED CADES " | not: lease.txt, act.txt" },
	{ "refused name", cades_e, refused_name, 0,
	    FAILED "asic-e | TOTAL-FAILED/FORMAT_FAILURE cades B-B | not: "
		   "lease.txt, act.txt, ../evil.txt" },
	{ "time-stamp", stamp_s, nothing, 0,
	    PASSED "asic-s | PASSED container | not: lease.txt" },
	{ "time-stamp, file changed", stamp_s, change_file, 0,
	    FAILED "asic-s | FAILED/HASH_FAILURE container | not: lease.txt" },
	{ "time-stamp, no file", stamp_s, drop_file, 0,
	    OPEN "asic-s | INDETERMINATE/SIGNED_DATA_NOT_FOUND container" },
	{ "time-stamp of a manifest", stamp_e, nothing, 0,
	    PASSED "asic-e | PASSED container | not: lease.txt, act.txt" },
	{ "the same, file changed", stamp_e, change_file, 0,
	    FAILED "asic-e | FAILED/HASH_FAILURE container | not: lease.txt, "
		   "act.txt" },
	{ "the same, file gone", stamp_e, drop_file, 0,
	    OPEN "asic-e | INDETERMINATE/SIGNED_DATA_NOT_FOUND container | "
		 "not: act.txt" },
	{ "the same, over something else", stamp_e, stamp_wrong, 0,
	    FAILED "asic-e | FAILED/HASH_FAILURE container | not: lease.txt, "
		   "act.txt" },
	{ "lt", cades_lt, nothing, 0,
	    PASSED "asic-e | TOTAL-PASSED cades B-LT" },
	{ "archived", cades_lta, nothing, 0,
	    PASSED "asic-e | TOTAL-PASSED cades B-LTA | PASSED archive" },
	{ "archived, later", cades_lta, nothing, 1,
	    PASSED "asic-e | TOTAL-PASSED cades B-LTA | PASSED archive" },
	{ "archived twice", cades_lta, rename_archive, 1,
	    PASSED "asic-e | TOTAL-PASSED cades B-LTA | PASSED archive | "
		   "PASSED archive" },
	{ "archived by another name", cades_lta, plain_archive_name, 1,
	    PASSED "asic-e | TOTAL-PASSED cades B-LTA | PASSED archive" },
	{ "changed since archived", cades_lta, grow_signature, 0,
	    PASSED "asic-e | TOTAL-PASSED cades B-LT | PASSED archive" },
};

static void
test_verdicts(void **state)
{
	const char *have;
	size_t i, failed = 0;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		rows[i].make();
		rows[i].change();
		have = asickit_verdict(&kit, rows[i].later ? LATER : CHECKED);
		if (strcmp(have, rows[i].want) == 0)
			continue;
		print_message("# %s:\n#  want %s\n#  have %s\n", rows[i].name,
		    rows[i].want, have);
		failed++;
	}
	asickit_clear(&kit);
	assert_int_equal(failed, 0);
}

/* ---- broken at each octet */

static int
read_box(struct sg_view archive, struct sg_facts **facts)
{
	struct sg_in *in = NULL;
	int ret = sg_in_memory(&kit.lab->ctx->env, "box", archive, &in);

	*facts = NULL;
	if (ret == 0)
		ret = sg_format_asic.read(&kit.lab->ctx->env, in, NULL, facts);
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
	asickit_write(&kit, "box", &archive);
	assert_int_equal(read_box(sg_buf_view(&archive), &facts), 0);
	assert_int_equal(facts->sig_count, 1);
	assert_int_equal(facts->stamp_count, 1);
	assert_int_equal(facts->part_count, 2);
	assert_int_equal(facts->entry_count, kit.count);
	assert_string_equal(facts->sigs[0].entry, "META-INF/signature001.p7s");
	sg_facts_free(facts);
	for (len = 0; len < archive.len; len++) {
		assert_true(read_box(sg_view_of(archive.ptr, len), &facts) < 0);
		assert_null(facts);
	}
	sg_err_clear(&kit.lab->ctx->env);
	sg_buf_free(&archive);
	asickit_clear(&kit);
}

/* ---- warnings */

static int
has_warning(const struct sg_facts *facts, const char *part)
{
	struct sg_pool *pool = sg_pool_new();
	size_t i;
	int found = 0;

	for (i = 0; i < facts->warning_count && !found; i++)
		found = strstr(sg_msg_text(&kit.lab->ctx->env, pool,
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
		asickit_text(&kit, cases[i].name, cases[i].text);
		asickit_write(&kit, "box", &archive);
		assert_int_equal(read_box(sg_buf_view(&archive), &facts), 0);
		if (cases[i].want == NULL ? facts->warning_count != 0
					  : !has_warning(facts, cases[i].want))
			fail_msg("%s %s", cases[i].name, cases[i].text);
		sg_facts_free(facts);
		sg_buf_free(&archive);
	}
	asickit_clear(&kit);
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
	struct sg_env *env = &kit.lab->ctx->env;
	struct sg_facts *facts;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct sg_buf archive = { 0 };
		struct sg_asic *asic = NULL;
		struct sg_in *in = NULL;
		int ret;

		asickit_clear(&kit);
		asickit_text(&kit, "mimetype", cases[i].mime_type);
		asickit_text(&kit, cases[i].name, "");
		asickit_write(&kit, "box", &archive);
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
	asickit_clear(&kit);
}

static void
test_next_name(void **state)
{
	struct sg_env *env = &kit.lab->ctx->env;
	struct sg_buf archive = { 0 };
	struct sg_asic *asic = NULL;
	struct sg_in *in = NULL;
	struct sg_pool *pool = sg_pool_new();

	(void)state;
	cades_lta();
	asickit_write(&kit, "box", &archive);
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
	asickit_clear(&kit);
}

/* Somebody has brought a list of revoked certificates of that time. */
static void
bring_list(const char *issuer, int64_t time)
{
	const struct authority_crl how = { .issuer = issuer, .time = time };
	struct sg_buf crl = { 0 };

	authority_crl(kit.lab->net.lab, &how, &crl);
	signlab_put(kit.lab, "list.crl", crl.ptr, crl.len);
	if (sign_trust_add_crl(
		kit.lab->trust, signlab_path(kit.lab, "list.crl")) < 0)
		abort();
	sg_buf_free(&crl);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roles),
		cmocka_unit_test(test_name_faults),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_warnings),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_next_name),
	};
	int rc;

	kit.lab = signlab_new("p256");
	if (sign_trust_add_certs(
		kit.lab->trust, signlab_path(kit.lab, "ca.der")) < 0)
		return 1;
	bring_list("ca", CHECKED);
	bring_list("root", CHECKED);
	bring_list("ca", LATER);
	bring_list("root", LATER);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	signlab_free(kit.lab);
	return rc;
}
