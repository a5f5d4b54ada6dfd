/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "stampkit.h"

#include "base/err.h"
#include "base/oid.h"
#include "formats/cades.h"

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

/* ---- what is covered, in words */

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
		cadeskit_sign(&stampkit, &file);
		raise_file(&file, covers[i].steps);
		facts = cadeskit_read(&stampkit, sg_buf_view(&file));
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
	struct sg_cades cades = { .env = &stampkit.env };
	struct sg_stamp_fact *stamp;
	struct sg_facts *facts;
	struct sg_view value;

	(void)state;
	cadeskit_sign(&stampkit, &file);
	facts = cadeskit_read(&stampkit, sg_buf_view(&file));
	cadeskit_token(&stampkit, sg_view_str(cadeskit_text), &token);
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
	cadeskit_token(&stampkit, sg_buf_view(&over), &token);
	cadeskit_add_attr(&stampkit, file, oid, sg_buf_view(&token));
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
		cadeskit_sign(&stampkit, &file);
		raise_file(&file, refs[i].before);
		add_refs_stamp(&file, refs[i].oid, refs[i].with_signature);
		raise_file(&file, refs[i].after);
		facts = cadeskit_read(&stampkit, sg_buf_view(&file));
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
	cadeskit_sign(&stampkit, &file);
	raise_file(&file, "TR1");
	facts = cadeskit_read(&stampkit, sg_buf_view(&file));
	cadeskit_token(&stampkit, facts->sigs[0].value, &token);
	sg_facts_free(facts);
	cadeskit_add_attr(
	    &stampkit, &file, SG_OID_SIGNATURE_TIME_STAMP, sg_buf_view(&token));
	facts = cadeskit_read(&stampkit, sg_buf_view(&file));
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
	cadeskit_sign(&stampkit, &file);
	raise_file(&file, "TR1");
	stampkit.held.values.crl_count--;
	raise_file(&file, "V");
	stampkit.held.values.crl_count++;
	facts = cadeskit_read(&stampkit, sg_buf_view(&file));
	assert_string_equal(facts->sigs[0].level, "X1");
	assert_int_equal(facts->sigs[0].warning_count, 1);
	assert_non_null(
	    strstr(facts->sigs[0].warnings[0].id, "not among the values"));
	sg_facts_free(facts);
	raise_file(&file, "V");
	facts = cadeskit_read(&stampkit, sg_buf_view(&file));
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
	struct sg_values whole = stampkit.held.values;
	struct sg_facts *facts;

	(void)state;
	cadeskit_sign(&stampkit, &file);
	stampkit.held.values.crls++;
	stampkit.held.values.crl_count = 1; /* that of the root alone */
	stampkit.held.values.ocsp_count = 0;
	raise_file(&file, "TL");
	stampkit.held.values = whole;
	facts = cadeskit_read(&stampkit, sg_buf_view(&file));
	assert_string_equal(facts->sigs[0].level, "B-T");
	sg_facts_free(facts);
	raise_file(&file, "L");
	facts = cadeskit_read(&stampkit, sg_buf_view(&file));
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
		cadeskit_sign(&stampkit, &file);
		cadeskit_add_attr(
		    &stampkit, &file, oids[i], sg_view_of("\x30\x00", 2));
		facts = cadeskit_read(&stampkit, sg_buf_view(&file));
		assert_int_equal(facts->sigs[0].warning_count, 1);
		assert_non_null(
		    strstr(facts->sigs[0].warnings[0].id, "is not evaluated"));
		sg_facts_free(facts);
		assert_int_equal(
		    cadeskit_raise(&stampkit, &file, 0, "T", &failed),
		    SIGN_E_UNSUPPORTED);
		assert_int_equal(
		    cadeskit_raise(&stampkit, &file, 0, "L", &failed),
		    SIGN_E_UNSUPPORTED);
		/* another archive time-stamp leaves all but the record alone */
		assert_int_equal(
		    cadeskit_raise(&stampkit, &file, 0, "A", &failed),
		    i == 0 ? 0 : SIGN_E_UNSUPPORTED);
		sg_buf_free(&file);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_covers),
		cmocka_unit_test(test_content),
		cmocka_unit_test(test_refs),
		cmocka_unit_test(test_later_signature_stamp),
		cmocka_unit_test(test_missing_value),
		cmocka_unit_test(test_lacking_chain),
		cmocka_unit_test(test_unevaluated),
	};

	return cmocka_run_group_tests(tests, stampkit_setup, stampkit_teardown);
}
