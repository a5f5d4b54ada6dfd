/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "stampkit.h"

#include "base/crypt.h"
#include "base/oid.h"
#include "base/put.h"
#include "formats/format.h"
#include "tests/lib/mkkey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* Archive time-stamps in CAdES, of all three versions, as others write them. */

static void
add_hash(struct sg_buf *to, struct sg_view octets)
{
	unsigned char hash[SG_MAX_DIGEST];

	assert_int_equal(
	    sg_hash_once(&stampkit.env, stampkit.digest, octets, hash), 0);
	add(to, sg_view_of(hash, stampkit.digest->size));
}

/* ---- archive-time-stamp-v2 */

/* encapContentInfo as it is in the file, and the document behind it. */
static void
add_encap(
    struct sg_buf *to, const struct sg_buf *file, const struct sg_cms *cms)
{
	add(to,
	    sg_view_of(
		file->ptr + cms->encap_offset, (size_t)cms->encap_length));
	if (!cms->attached)
		add(to, sg_view_str(cadeskit_text));
}

static void
add_archive2(struct sg_buf *file, int with_header)
{
	struct sg_buf over = { NULL, 0, 0 }, token = { NULL, 0, 0 };
	struct sg_put put = SG_PUT_INIT(&stampkit.env);
	struct parts parts;
	size_t i;

	parts_open(&parts, file);
	add_encap(&over, file, parts.cms);
	add(&over, parts.cms->certs_all);
	add(&over, parts.cms->crls_all);
	add_signer(&over, &parts.signer);
	for (i = 0; i < parts.signer.unsigned_count; i++)
		sg_put_raw(&put, parts.signer.unsigned_list[i].all);
	if (with_header && parts.signer.unsigned_count != 0)
		sg_put_context(&put, 0, 1);
	assert_int_equal(put.rc, 0);
	add(&over, sg_buf_view(&put.buf));
	cadeskit_token(&stampkit, sg_buf_view(&over), &token);
	cadeskit_add_attr(
	    &stampkit, file, SG_OID_ARCHIVE_TIME_STAMP_V2, sg_buf_view(&token));
	parts_close(&parts);
	sg_put_free(&put);
	sg_buf_free(&over);
	sg_buf_free(&token);
}

/* The same file with an indefinite length wherever there may be one. */
static void
put_open(struct sg_buf *to, const char *head)
{
	assert_int_equal(sg_buf_append(&stampkit.env, to, head, 1), 0);
	assert_int_equal(sg_buf_append(&stampkit.env, to, "\x80", 1), 0);
}

static void
put_ends(struct sg_buf *to, int count)
{
	while (count-- > 0)
		assert_int_equal(
		    sg_buf_append(&stampkit.env, to, "\0\0", 2), 0);
}

static void
to_ber(struct sg_buf *file)
{
	static const char signed_data[] =
	    "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
	struct sg_buf ber = { NULL, 0, 0 };
	struct parts parts;
	size_t i;

	parts_open(&parts, file);
	put_open(&ber, "\x30");
	add(&ber, sg_view_of(signed_data, sizeof(signed_data) - 1));
	put_open(&ber, "\xa0");
	put_open(&ber, "\x30");
	add(&ber, sg_view_of("\x02\x01\x01", 3));
	put_open(&ber, "\x31");
	add(&ber, parts.cms->digest_algs[0]);
	put_ends(&ber, 1);
	put_open(&ber, "\x30");
	add(&ber, parts.cms->content_type_tlv);
	if (parts.cms->attached) {
		put_open(&ber, "\xa0");
		put_open(&ber, "\x24");
		add(&ber, sg_view_of("\x04\x06lease ", 8));
		add(&ber, sg_view_of("\x04\x0aof a flat\n", 12));
		put_ends(&ber, 2);
	}
	put_ends(&ber, 1);
	put_open(&ber, "\xa0");
	for (i = 0; i < parts.cms->cert_count; i++)
		add(&ber, parts.cms->certs[i]);
	put_ends(&ber, 1);
	put_open(&ber, "\x31");
	add(&ber, parts.cms->signers[0]);
	put_ends(&ber, 4);
	parts_close(&parts);
	sg_buf_free(file);
	*file = ber;
}

/* attached or detached; DER or BER; one reading or the other */
static const struct {
	const char *name;
	int detached, ber, header;
} archive2[] = {
	{ "attached", 0, 0, 1 },
	{ "attached, without header", 0, 0, 0 },
	{ "detached", 1, 0, 1 },
	{ "detached, without header", 1, 0, 0 },
	{ "BER", 0, 1, 1 },
	{ "BER, detached, without header", 1, 1, 0 },
};

static void
assert_readings(const struct sg_facts *facts, size_t from, int want)
{
	const struct sg_sig_fact *sig = &facts->sigs[0];
	size_t i;

	for (i = 0; i < sig->stamp_count; i++)
		assert_int_equal(cadeskit_reading(&sig->stamps[i]),
		    i >= from &&
			    strcmp(sig->stamps[i].form,
				"archive-time-stamp-v2") == 0
			? want
			: 0);
}

static void
test_archive2(void **state)
{
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_facts *facts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(archive2) / sizeof(archive2[0]); i++) {
		print_message("# %s\n", archive2[i].name);
		stampkit.detached = archive2[i].detached;
		cadeskit_sign(&stampkit, &file);
		if (archive2[i].ber)
			to_ber(&file);
		raise_file(&file, "TV");
		add_archive2(&file, archive2[i].header);
		add_archive2(&file, archive2[i].header);
		facts = cadeskit_read(&stampkit, sg_buf_view(&file));
		assert_int_equal(facts->sigs[0].stamp_count, 3);
		assert_readings(facts, 0, archive2[i].header ? 0 : 1);
		assert_covers(facts, 1,
		    "S-1 T1 ca crl1 crl2 ocsp-signer ocsp1 root signer "
		    "signer* tsa");
		assert_covers(facts, 2,
		    "S-1 T1 T2 ca crl1 crl2 ocsp-signer ocsp1 root signer "
		    "signer* tsa");
		assert_string_equal(facts->sigs[0].level, "A");
		sg_facts_free(facts);
		/* the next step: data into the newest token, then version 3 */
		raise_file(&file, "NA");
		facts = cadeskit_read(&stampkit, sg_buf_view(&file));
		assert_int_equal(facts->sigs[0].stamp_count, 4);
		assert_readings(facts, 0, archive2[i].header ? 0 : 1);
		assert_int_equal(facts->crl_count, 4);
		sg_facts_free(facts);
		sg_buf_free(&file);
	}
	stampkit.detached = 0;
}

/* Version 1 has no imprint that could be compared. */
static void
test_archive1(void **state)
{
	struct sg_buf file = { NULL, 0, 0 }, token = { NULL, 0, 0 };
	struct sg_facts *facts;

	(void)state;
	cadeskit_sign(&stampkit, &file);
	cadeskit_token(&stampkit, sg_view_str("some"), &token);
	cadeskit_add_attr(
	    &stampkit, &file, SG_OID_ARCHIVE_TIME_STAMP, sg_buf_view(&token));
	facts = cadeskit_read(&stampkit, sg_buf_view(&file));
	assert_int_equal(cadeskit_reading(&facts->sigs[0].stamps[0]), -2);
	assert_non_null(facts->sigs[0].stamps[0].unknown.id);
	assert_int_equal(facts->sigs[0].stamps[0].cover_count, 0);
	sg_facts_free(facts);
	sg_buf_free(&file);
	sg_buf_free(&token);
}

/* ---- archive-time-stamp-v3 and its index */

enum index_form {
	INDEX_V3,
	INDEX_V1,         /* whole attributes */
	INDEX_V1_DEFAULT, /* the same, without its algorithm */
	INDEX_STRANGE,    /* an entry that nothing answers to */
	INDEX_EXCHANGED,  /* a certificate's entry among the CRLs */
	INDEX_PARTIAL,    /* the certificate has none */
	INDEX_BROKEN,
	INDEX_TWICE,
	INDEX_ABSENT,
};

static void
put_entry(struct sg_put *put, struct sg_view a, struct sg_view b)
{
	struct sg_buf both = { NULL, 0, 0 }, hash = { NULL, 0, 0 };

	add(&both, a);
	add(&both, b);
	add_hash(&hash, sg_buf_view(&both));
	sg_put_prim(put, V_ASN1_OCTET_STRING, sg_buf_view(&hash));
	sg_buf_free(&both);
	sg_buf_free(&hash);
}

static void
put_attr_entry(struct sg_put *put, const struct sg_attr_fact *attr, int whole)
{
	static const struct sg_view nothing = { NULL, 0 };
	struct sg_put type = SG_PUT_INIT(&stampkit.env);

	sg_put_oid(&type, attr->oid);
	if (whole)
		put_entry(put, attr->all, nothing);
	else
		put_entry(put, sg_buf_view(&type.buf), attr->values[0]);
	sg_put_free(&type);
}

static void
put_index(struct sg_put *put, const struct parts *parts, enum index_form form)
{
	static const struct sg_view nothing = { NULL, 0 };
	size_t mark = sg_put_mark(put), list, i;
	int whole = form == INDEX_V1 || form == INDEX_V1_DEFAULT;

	if (form == INDEX_BROKEN)
		sg_put_oid(put, stampkit.digest->oid);
	else if (form != INDEX_V1_DEFAULT)
		sg_put_digest_alg(put, stampkit.digest);
	list = sg_put_mark(put);
	if (form != INDEX_EXCHANGED && form != INDEX_PARTIAL)
		put_entry(put, parts->cms->certs[0], nothing);
	if (form == INDEX_STRANGE)
		put_entry(put, parts->cms->certs[0], parts->cms->certs[0]);
	sg_put_seq(put, list);
	list = sg_put_mark(put);
	if (form == INDEX_EXCHANGED)
		put_entry(put, parts->cms->certs[0], nothing);
	sg_put_seq(put, list);
	list = sg_put_mark(put);
	for (i = 0; i < parts->signer.unsigned_count; i++)
		put_attr_entry(put, &parts->signer.unsigned_list[i], whole);
	sg_put_seq(put, list);
	sg_put_seq(put, mark);
}

static void
add_archive3(struct sg_buf *file, enum index_form form)
{
	struct sg_buf over = { NULL, 0, 0 }, token = { NULL, 0, 0 };
	struct sg_put index = SG_PUT_INIT(&stampkit.env);
	struct sg_buf value = { NULL, 0, 0 };
	const char *oid = form == INDEX_V1 || form == INDEX_V1_DEFAULT
	    ? SG_OID_ATS_HASH_INDEX
	    : SG_OID_ATS_HASH_INDEX_V3;
	struct parts parts;

	parts_open(&parts, file);
	put_index(&index, &parts, form);
	assert_int_equal(index.rc, 0);
	add(&over, parts.cms->content_type_tlv);
	add_hash(&over, sg_view_str(cadeskit_text));
	add_signer(&over, &parts.signer);
	add(&over, sg_buf_view(&index.buf));
	cadeskit_token(&stampkit, sg_buf_view(&over), &token);
	add(&value, sg_buf_view(&index.buf));
	if (form == INDEX_TWICE)
		add(&value, sg_buf_view(&index.buf));
	if (form != INDEX_ABSENT)
		cadeskit_add_attr(&stampkit, &token, oid, sg_buf_view(&value));
	cadeskit_add_attr(
	    &stampkit, file, SG_OID_ARCHIVE_TIME_STAMP_V3, sg_buf_view(&token));
	parts_close(&parts);
	sg_put_free(&index);
	sg_buf_free(&value);
	sg_buf_free(&over);
	sg_buf_free(&token);
}

static const struct {
	const char *name;
	enum index_form form;
	int reading;
	const char *covers, *warning;
} archive3[] = {
	{ "version 3", INDEX_V3, 0, "S-1 T1* signer* tsa*", NULL },
	{ "version 1", INDEX_V1, 0, "S-1 T1* signer* tsa*", NULL },
	{ "version 1 by default", INDEX_V1_DEFAULT, 0, "S-1 T1* signer* tsa*",
	    NULL },
	{ "entry of nothing", INDEX_STRANGE, 0, "", "names what is not there" },
	{ "entry among others", INDEX_EXCHANGED, 0, "",
	    "names what is not there" },
	{ "no entry for the certificate", INDEX_PARTIAL, 0,
	    "S-1 T1* signer* tsa*", NULL },
	{ "broken", INDEX_BROKEN, -2, "", NULL },
	{ "with two values", INDEX_TWICE, -2, "", NULL },
	{ "absent", INDEX_ABSENT, -2, "", NULL },
};

static void
test_archive3(void **state)
{
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_sig_fact *sig;
	struct sg_facts *facts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(archive3) / sizeof(archive3[0]); i++) {
		print_message("# %s\n", archive3[i].name);
		cadeskit_sign(&stampkit, &file);
		raise_file(&file, "T");
		add_archive3(&file, archive3[i].form);
		facts = cadeskit_read(&stampkit, sg_buf_view(&file));
		sig = &facts->sigs[0];
		assert_int_equal(
		    cadeskit_reading(&sig->stamps[1]), archive3[i].reading);
		assert_covers(facts, 1, archive3[i].covers);
		assert_int_equal(
		    sig->warning_count, archive3[i].warning != NULL);
		if (archive3[i].warning != NULL)
			assert_non_null(
			    strstr(sig->warnings[0].id, archive3[i].warning));
		assert_int_equal(sig->stamps[1].unknown.id != NULL,
		    archive3[i].reading == -2);
		sg_facts_free(facts);
		sg_buf_free(&file);
	}
}

/* ---- hostile files */

/* Cut anywhere, or with a bit changed anywhere: read or refused, no more. */
static void
test_damaged(void **state)
{
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_facts *facts;
	struct sg_in *in;
	size_t i, step;

	(void)state;
	cadeskit_sign(&stampkit, &file);
	raise_file(&file, "TR1VLA");
	add_archive2(&file, 1);
	step = (1 + file.len / 4000) * mk_step(3);
	for (i = 0; i < file.len; i += step) {
		assert_int_equal(sg_in_memory(&stampkit.env, "cut",
				     sg_view_of(file.ptr, i), &in),
		    0);
		assert_true(
		    sg_format_cades.read(&stampkit.env, in, NULL, &facts) < 0);
		sg_in_free(in);
	}
	for (i = 0; i < file.len; i += step) {
		file.ptr[i] ^= (unsigned char)(1u << (i % 8));
		assert_int_equal(sg_in_memory(&stampkit.env, "damaged",
				     sg_buf_view(&file), &in),
		    0);
		if (sg_format_cades.read(&stampkit.env, in, NULL, &facts) == 0)
			sg_facts_free(facts);
		sg_in_free(in);
		file.ptr[i] ^= (unsigned char)(1u << (i % 8));
	}
	sg_buf_free(&file);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_archive1),
		cmocka_unit_test(test_archive2),
		cmocka_unit_test(test_archive3),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, stampkit_setup, stampkit_teardown);
}
