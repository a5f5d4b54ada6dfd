/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cadeskit.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/put.h"
#include "formats/cades.h"
#include "formats/format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

/*
 * Time-stamps in CAdES: what they are over, where the octets are put together
 * here by hand, and what they prove.
 */

static struct cadeskit kit;

static int
setup(void **state)
{
	(void)state;
	return cadeskit_open(&kit, "p256") ? 0 : -1;
}

static int
teardown(void **state)
{
	(void)state;
	cadeskit_close(&kit);
	return 0;
}

static void
raise_file(struct sg_buf *file, const char *steps)
{
	if (cadeskit_raise(&kit, file, 0, steps, NULL) < 0)
		fail_msg("%s", kit.env.message);
}

/* ---- what a file consists of */

struct parts {
	struct sg_pool *pool;
	struct sg_in *in;
	struct sg_cms *cms;
	struct sg_cms_signer signer;
};

static void
parts_open(struct parts *parts, const struct sg_buf *file)
{
	parts->pool = sg_pool_new();
	assert_int_equal(
	    sg_in_memory(&kit.env, "file", sg_buf_view(file), &parts->in), 0);
	assert_int_equal(
	    sg_cms_open(&kit.env, parts->pool, parts->in, NULL, &parts->cms),
	    0);
	assert_int_equal(sg_cms_signer_read(&kit.env, parts->pool,
			     parts->cms->signers[0], &parts->signer),
	    0);
}

static void
parts_close(struct parts *parts)
{
	sg_in_free(parts->in);
	sg_pool_free(parts->pool);
}

static void
add(struct sg_buf *to, struct sg_view octets)
{
	assert_int_equal(sg_buf_append_view(&kit.env, to, octets), 0);
}

static void
add_signer(struct sg_buf *to, const struct sg_cms_signer *signer)
{
	add(to, signer->version_tlv);
	add(to, signer->sid);
	add(to, signer->digest_alg);
	add(to, signer->signed_attrs);
	add(to, signer->signature_alg);
	add(to, signer->signature);
}

static void
add_hash(struct sg_buf *to, struct sg_view octets)
{
	unsigned char hash[SG_MAX_DIGEST];

	assert_int_equal(sg_hash_once(&kit.env, kit.digest, octets, hash), 0);
	add(to, sg_view_of(hash, kit.digest->size));
}

/* ---- what is covered, in words */

static const char *
name_of(const struct sg_facts *facts, struct sg_view octets)
{
	static const char *const ids[] = { "signer", "ca", "root", "tsa",
		"ocsp-signer", NULL };
	static char text[32];
	const struct sg_sig_fact *sig = &facts->sigs[0];
	size_t i;

	for (i = 0; ids[i] != NULL; i++)
		if (sg_view_equal(octets,
			authority_cert(kit.lab,
			    strcmp(ids[i], "ocsp-signer") == 0 ? "ocsp"
							       : ids[i])))
			return ids[i];
	for (i = 0; i < sig->stamp_count; i++)
		if (sg_view_equal(octets, sig->stamps[i].token)) {
			snprintf(text, sizeof(text), "T%zu", i + 1);
			return text;
		}
	for (i = 0; i < facts->crl_count; i++)
		if (sg_view_equal(octets, facts->crls[i])) {
			snprintf(text, sizeof(text), "crl%zu", i + 1);
			return text;
		}
	for (i = 0; i < facts->ocsp_count; i++)
		if (sg_view_equal(octets, facts->ocsps[i])) {
			snprintf(text, sizeof(text), "ocsp%zu", i + 1);
			return text;
		}
	return "?";
}

static int
compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

#define NAME_MAX_LEN 64
#define NAMES_MAX 64

/* Sorted, each once; "*" is behind a digest. */
static struct sg_buf
describe(const struct sg_facts *facts, const struct sg_stamp_fact *stamp)
{
	char names[NAMES_MAX][NAME_MAX_LEN];
	struct sg_buf out = { NULL, 0, 0 };
	const struct sg_cover_fact *cover;
	size_t i;

	assert_true(stamp->cover_count <= NAMES_MAX);
	for (i = 0; i < stamp->cover_count; i++) {
		cover = &stamp->covers[i];
		snprintf(names[i], NAME_MAX_LEN, "%s%s",
		    cover->is_signature ? facts->sigs[cover->sig].id
					: name_of(facts, cover->octets),
		    cover->via != NULL ? "*" : "");
	}
	qsort(names, stamp->cover_count, NAME_MAX_LEN, compare);
	for (i = 0; i < stamp->cover_count; i++)
		if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
			assert_int_equal(sg_buf_printf(&kit.env, &out, "%s%s",
					     i != 0 ? " " : "", names[i]),
			    0);
	add(&out, sg_view_of("", 1));
	return out;
}

static void
assert_covers(const struct sg_facts *facts, size_t stamp, const char *want)
{
	struct sg_buf text = describe(facts, &facts->sigs[0].stamps[stamp]);

	assert_string_equal((const char *)text.ptr, want);
	sg_buf_free(&text);
}

#define ROOT_DATA "ca* crl1* crl2* ocsp-signer* ocsp1* root*"

static const struct {
	const char *steps;
	size_t stamp;
	const char *covers;
} covers[] = {
	{ "T", 0, "S-1 signer*" },
	{ "TR", 0, "S-1 signer*" },
	{ "TR1V", 1,
	    "S-1 T1 ca* crl1* crl2* ocsp-signer* ocsp1* root* signer* tsa "
	    "tsa*" },
	{ "TR2V", 1, "ca* crl1* crl2* ocsp-signer* ocsp1* root* tsa*" },
	{ "TLA", 1, "S-1 T1* " ROOT_DATA " signer* tsa*" },
	{ "TLALA", 2, "S-1 T1* T2* " ROOT_DATA " signer* tsa*" },
	/* what came after the archive time-stamp */
	{ "TAL", 1, "S-1 T1* signer* tsa*" },
	{ "TR1VA", 2, "S-1 T1* T2* " ROOT_DATA " signer* tsa*" },
};

static void
test_covers(void **state)
{
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_facts *facts;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(covers) / sizeof(covers[0]); i++) {
		print_message("# %s\n", covers[i].steps);
		cadeskit_sign(&kit, &file);
		raise_file(&file, covers[i].steps);
		facts = cadeskit_read(&kit, sg_buf_view(&file));
		assert_covers(facts, covers[i].stamp, covers[i].covers);
		sg_facts_free(facts);
		sg_buf_free(&file);
	}
}

/* ---- content time-stamps: unsigned here, for their imprint is what counts */

static void
test_content(void **state)
{
	struct sg_buf file = { NULL, 0, 0 }, token = { NULL, 0, 0 };
	struct sg_attr_fact attr = { SG_OID_CONTENT_TIME_STAMP, { NULL, 0 },
		NULL, 1 };
	struct sg_cades cades = { .env = &kit.env };
	struct sg_stamp_fact *stamp;
	struct sg_facts *facts;
	struct sg_view value;

	(void)state;
	cadeskit_sign(&kit, &file);
	facts = cadeskit_read(&kit, sg_buf_view(&file));
	cadeskit_token(&kit, sg_view_str(cadeskit_text), &token);
	value = sg_buf_view(&token);
	attr.values = &value;
	cades.facts = facts;
	assert_int_equal(sg_cades_stamps(&cades, 0, &attr, 1), 0);
	assert_int_equal(sg_cades_stamps(&cades, 0, &attr, 0), 0);
	assert_int_equal(facts->sigs[0].stamp_count, 1);
	cades.signers = calloc(1, sizeof(*cades.signers));
	assert_int_equal(sg_cades_prove(&cades, 0), 0);
	stamp = &facts->sigs[0].stamps[0];
	assert_string_equal(stamp->kind, "content");
	assert_int_equal(cadeskit_reading(stamp), 0);
	assert_int_equal(stamp->cover_count, 0);
	free(cades.signers);
	sg_facts_free(facts);
	sg_buf_free(&file);
	sg_buf_free(&token);
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
	struct sg_put put = SG_PUT_INIT(&kit.env);
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
	cadeskit_token(&kit, sg_buf_view(&over), &token);
	cadeskit_add_attr(
	    &kit, file, SG_OID_ARCHIVE_TIME_STAMP_V2, sg_buf_view(&token));
	parts_close(&parts);
	sg_put_free(&put);
	sg_buf_free(&over);
	sg_buf_free(&token);
}

/* The same file with an indefinite length wherever there may be one. */
static void
put_open(struct sg_buf *to, const char *head)
{
	assert_int_equal(sg_buf_append(&kit.env, to, head, 1), 0);
	assert_int_equal(sg_buf_append(&kit.env, to, "\x80", 1), 0);
}

static void
put_ends(struct sg_buf *to, int count)
{
	while (count-- > 0)
		assert_int_equal(sg_buf_append(&kit.env, to, "\0\0", 2), 0);
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
		kit.detached = archive2[i].detached;
		cadeskit_sign(&kit, &file);
		if (archive2[i].ber)
			to_ber(&file);
		raise_file(&file, "TV");
		add_archive2(&file, archive2[i].header);
		add_archive2(&file, archive2[i].header);
		facts = cadeskit_read(&kit, sg_buf_view(&file));
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
		facts = cadeskit_read(&kit, sg_buf_view(&file));
		assert_int_equal(facts->sigs[0].stamp_count, 4);
		assert_readings(facts, 0, archive2[i].header ? 0 : 1);
		assert_int_equal(facts->crl_count, 4);
		sg_facts_free(facts);
		sg_buf_free(&file);
	}
	kit.detached = 0;
}

/* Version 1 has no imprint that could be compared. */
static void
test_archive1(void **state)
{
	struct sg_buf file = { NULL, 0, 0 }, token = { NULL, 0, 0 };
	struct sg_facts *facts;

	(void)state;
	cadeskit_sign(&kit, &file);
	cadeskit_token(&kit, sg_view_str("some"), &token);
	cadeskit_add_attr(
	    &kit, &file, SG_OID_ARCHIVE_TIME_STAMP, sg_buf_view(&token));
	facts = cadeskit_read(&kit, sg_buf_view(&file));
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
	struct sg_put type = SG_PUT_INIT(&kit.env);

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
		sg_put_oid(put, kit.digest->oid);
	else if (form != INDEX_V1_DEFAULT)
		sg_put_digest_alg(put, kit.digest);
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
	struct sg_put index = SG_PUT_INIT(&kit.env);
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
	cadeskit_token(&kit, sg_buf_view(&over), &token);
	add(&value, sg_buf_view(&index.buf));
	if (form == INDEX_TWICE)
		add(&value, sg_buf_view(&index.buf));
	if (form != INDEX_ABSENT)
		cadeskit_add_attr(&kit, &token, oid, sg_buf_view(&value));
	cadeskit_add_attr(
	    &kit, file, SG_OID_ARCHIVE_TIME_STAMP_V3, sg_buf_view(&token));
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
		cadeskit_sign(&kit, &file);
		raise_file(&file, "T");
		add_archive3(&file, archive3[i].form);
		facts = cadeskit_read(&kit, sg_buf_view(&file));
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

/* ---- over references */

/* The attributes as a time-stamp of type 1 or 2 has them, stored order. */
static void
add_refs_stamp(struct sg_buf *file, const char *oid, int with_signature)
{
	struct sg_buf over = { NULL, 0, 0 }, token = { NULL, 0, 0 };
	const struct sg_attr_fact *attr;
	struct parts parts;
	size_t i, skip;

	parts_open(&parts, file);
	if (with_signature)
		add(&over, parts.signer.value);
	for (i = 0; i < parts.signer.unsigned_count; i++) {
		attr = &parts.signer.unsigned_list[i];
		if (!with_signature &&
		    strcmp(attr->oid, SG_OID_SIGNATURE_TIME_STAMP) == 0)
			continue;
		skip = attr->all.ptr[1] == 0x82 ? 4
		    : attr->all.ptr[1] == 0x81  ? 3
						: 2;
		add(&over,
		    sg_view_of(attr->all.ptr + skip, attr->all.len - skip));
	}
	cadeskit_token(&kit, sg_buf_view(&over), &token);
	cadeskit_add_attr(&kit, file, oid, sg_buf_view(&token));
	parts_close(&parts);
	sg_buf_free(&over);
	sg_buf_free(&token);
}

static const struct {
	const char *name, *oid;
	int with_signature;
	const char *before, *after;
	int reading;
	const char *warning;
} refs[] = {
	{ "type 1", SG_OID_CADES_C_TIME_STAMP, 1, "TR", "", 0, NULL },
	{ "type 2", SG_OID_REFS_TIME_STAMP, 0, "TR", "", 0, NULL },
	{ "type 1, in the stored order", SG_OID_CADES_C_TIME_STAMP, 1, "RT", "",
	    -1, "in the order that they are stored" },
	{ "type 2, the signature time-stamp last", SG_OID_REFS_TIME_STAMP, 0,
	    "RT", "", 0, NULL },
	{ "type 2, a later signature time-stamp", SG_OID_REFS_TIME_STAMP, 0,
	    "TR", "T", 0, NULL },
};

static void
test_refs(void **state)
{
	struct sg_buf file = { NULL, 0, 0 };
	const struct sg_stamp_fact *stamp;
	struct sg_sig_fact *sig;
	struct sg_facts *facts;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(refs) / sizeof(refs[0]); i++) {
		print_message("# %s\n", refs[i].name);
		cadeskit_sign(&kit, &file);
		raise_file(&file, refs[i].before);
		add_refs_stamp(&file, refs[i].oid, refs[i].with_signature);
		raise_file(&file, refs[i].after);
		facts = cadeskit_read(&kit, sg_buf_view(&file));
		sig = &facts->sigs[0];
		for (k = 0; k < sig->stamp_count; k++) {
			stamp = &sig->stamps[k];
			assert_int_equal(cadeskit_reading(stamp),
			    strcmp(stamp->kind, "signature") == 0
				? 0
				: refs[i].reading);
		}
		assert_int_equal(sig->warning_count, refs[i].warning != NULL);
		if (refs[i].warning != NULL)
			assert_non_null(
			    strstr(sig->warnings[0].id, refs[i].warning));
		sg_facts_free(facts);
		sg_buf_free(&file);
	}
}

/* A signature time-stamp after one of type 1: the standard's reading fails,
 * that of what was there matches. */
static void
test_later_signature_stamp(void **state)
{
	struct sg_buf file = { NULL, 0, 0 }, token = { NULL, 0, 0 };
	struct sg_sig_fact *sig;
	struct sg_facts *facts;

	(void)state;
	cadeskit_sign(&kit, &file);
	raise_file(&file, "TR1");
	facts = cadeskit_read(&kit, sg_buf_view(&file));
	cadeskit_token(&kit, facts->sigs[0].value, &token);
	sg_facts_free(facts);
	cadeskit_add_attr(
	    &kit, &file, SG_OID_SIGNATURE_TIME_STAMP, sg_buf_view(&token));
	facts = cadeskit_read(&kit, sg_buf_view(&file));
	sig = &facts->sigs[0];
	assert_int_equal(sig->stamp_count, 3);
	assert_int_equal(cadeskit_reading(&sig->stamps[1]), 1);
	assert_non_null(sig->stamps[1].imprints[1].warning.id);
	sg_facts_free(facts);
	sg_buf_free(&file);
	sg_buf_free(&token);
}

/* ---- references and values */

static void
test_missing_value(void **state)
{
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_facts *facts;

	(void)state;
	cadeskit_sign(&kit, &file);
	raise_file(&file, "TR1");
	kit.held.values.crl_count--;
	raise_file(&file, "V");
	kit.held.values.crl_count++;
	facts = cadeskit_read(&kit, sg_buf_view(&file));
	assert_string_equal(facts->sigs[0].level, "X1");
	assert_int_equal(facts->sigs[0].warning_count, 1);
	assert_non_null(
	    strstr(facts->sigs[0].warnings[0].id, "not among the values"));
	sg_facts_free(facts);
	raise_file(&file, "V");
	facts = cadeskit_read(&kit, sg_buf_view(&file));
	assert_string_equal(facts->sigs[0].level, "XLT1");
	assert_int_equal(facts->sigs[0].warning_count, 0);
	sg_facts_free(facts);
	sg_buf_free(&file);
}

/* SignedData has revocation data, but not for the chain. */
static void
test_lacking_chain(void **state)
{
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_values whole = kit.held.values;
	struct sg_facts *facts;

	(void)state;
	cadeskit_sign(&kit, &file);
	kit.held.values.crls++;
	kit.held.values.crl_count = 1; /* that of the root alone */
	kit.held.values.ocsp_count = 0;
	raise_file(&file, "TL");
	kit.held.values = whole;
	facts = cadeskit_read(&kit, sg_buf_view(&file));
	assert_string_equal(facts->sigs[0].level, "B-T");
	sg_facts_free(facts);
	raise_file(&file, "L");
	facts = cadeskit_read(&kit, sg_buf_view(&file));
	assert_string_equal(facts->sigs[0].level, "B-LT");
	sg_facts_free(facts);
	sg_buf_free(&file);
}

/* ---- evidence that is only shown */

static void
test_unevaluated(void **state)
{
	static const char *const oids[] = { SG_OID_LONG_TERM_VALIDATION,
		SG_OID_EVIDENCE_RECORD_INTERNAL,
		SG_OID_EVIDENCE_RECORD_EXTERNAL };
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_facts *facts;
	char failed = 0;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(oids) / sizeof(oids[0]); i++) {
		cadeskit_sign(&kit, &file);
		cadeskit_add_attr(
		    &kit, &file, oids[i], sg_view_of("\x30\x00", 2));
		facts = cadeskit_read(&kit, sg_buf_view(&file));
		assert_int_equal(facts->sigs[0].warning_count, 1);
		assert_non_null(
		    strstr(facts->sigs[0].warnings[0].id, "is not evaluated"));
		sg_facts_free(facts);
		assert_int_equal(cadeskit_raise(&kit, &file, 0, "T", &failed),
		    SIGN_E_UNSUPPORTED);
		assert_int_equal(cadeskit_raise(&kit, &file, 0, "L", &failed),
		    SIGN_E_UNSUPPORTED);
		/* another archive time-stamp leaves all but the record alone */
		assert_int_equal(cadeskit_raise(&kit, &file, 0, "A", &failed),
		    i == 0 ? 0 : SIGN_E_UNSUPPORTED);
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
	size_t i, step = 1;

	(void)state;
	cadeskit_sign(&kit, &file);
	raise_file(&file, "TR1VLA");
	add_archive2(&file, 1);
	step += file.len / 4000;
	for (i = 0; i < file.len; i += step) {
		assert_int_equal(
		    sg_in_memory(&kit.env, "cut", sg_view_of(file.ptr, i), &in),
		    0);
		assert_true(
		    sg_format_cades.read(&kit.env, in, NULL, &facts) < 0);
		sg_in_free(in);
	}
	for (i = 0; i < file.len; i += step) {
		file.ptr[i] ^= (unsigned char)(1u << (i % 8));
		assert_int_equal(
		    sg_in_memory(&kit.env, "damaged", sg_buf_view(&file), &in),
		    0);
		if (sg_format_cades.read(&kit.env, in, NULL, &facts) == 0)
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
		cmocka_unit_test(test_covers),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_archive1),
		cmocka_unit_test(test_archive2),
		cmocka_unit_test(test_archive3),
		cmocka_unit_test(test_refs),
		cmocka_unit_test(test_later_signature_stamp),
		cmocka_unit_test(test_missing_value),
		cmocka_unit_test(test_lacking_chain),
		cmocka_unit_test(test_unevaluated),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
