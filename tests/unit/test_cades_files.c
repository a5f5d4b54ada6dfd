/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "cmskit.h"
#include "envkit.h"

#include "base/crypt.h"
#include "base/err.h"
#include "formats/cms.h"
#include "formats/encoding.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

/* ---- files that other programs signed: their values verify */

/* Does the value of signature number i verify? 1, 0 or < 0. */
static int
value_ok(const struct sg_facts *facts, size_t i)
{
	const struct sg_sig_fact *sig = &facts->sigs[i];
	const struct sg_scheme *scheme;
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_cert_ids ids;
	EVP_PKEY *key = NULL;
	struct sg_pss pss;
	struct sg_view data = sig->refs[0].computed;
	size_t c;
	int rc = sg_scheme_resolve(
	    &env, &sig->signature_alg, &sig->digest_alg, &scheme, &pss);

	for (c = 0; rc == 0 && c < facts->cert_count && key == NULL; c++) {
		rc = sg_der_cert_ids(&env, facts->certs[c], &ids);
		if (rc == 0 &&
		    (sg_view_equal(ids.issuer, sig->issuer) ||
			(sig->ski.len != 0 &&
			    sg_view_equal(ids.ski, sig->ski))))
			rc = sg_key_from_spki(&env, ids.spki, &key);
	}
	if (rc == 0 && sig->tbs_count != 0) {
		rc = sg_hash_once(
		    &env, sg_scheme_digest(scheme), sig->tbs[0].octets, hash);
		data = sg_view_of(hash, sg_scheme_digest(scheme)->size);
	}
	if (rc == 0)
		rc = sg_verify_value(
		    &env, scheme, &pss, key, data, sig->value, sig->value_form);
	EVP_PKEY_free(key);
	return rc;
}

static const struct file_case {
	const char *name, *doc, *level;
	size_t sigs, warnings;
	int gost;
} file_cases[] = {
	{ "attached.der", NULL, "B-B", 1, 0, 0 },
	{ "detached.der", "one two three\n", "B-B", 1, 0, 0 },
	{ "bare.der", NULL, "CMS", 1, 0, 0 },
	{ "keyid.der", NULL, "CMS", 1, 0, 0 },
	{ "stream.ber", NULL, "CMS", 1, 0, 0 },
	{ "sha1.der", NULL, "B-B", 1, 0, 0 },
	{ "two.der", NULL, "B-B", 2, 0, 0 },
	{ "gost-512.pem", NULL, "CMS", 1, 0, 1 },
	{ "gost-256-bare.pem", NULL, "CMS", 1, 0, 1 },
	{ "gost-ber.pem", NULL, "B-B", 1, 0, 1 },
};

static void
test_values(void **state)
{
	const struct file_case *c;
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_facts *facts;
	const char *docs[2] = { NULL, NULL };
	size_t i, j;
	int rc;

	(void)state;
	for (i = 0; i < sizeof(file_cases) / sizeof(file_cases[0]); i++) {
		c = &file_cases[i];
		print_message("# %s\n", c->name);
		cms_data(c->name, &file);
		docs[0] = c->doc;
		assert_int_equal(
		    cms_facts(sg_buf_view(&file), docs, &facts), 0);
		assert_int_equal(facts->sig_count, c->sigs);
		assert_int_equal(facts->warning_count, c->warnings);
		for (j = 0; j < c->sigs; j++) {
			assert_string_equal(facts->sigs[j].level, c->level);
			assert_int_equal(facts->sigs[j].fault_count, 0);
			rc = value_ok(facts, j);
			if (!c->gost || rc != SIGN_E_MODULE)
				assert_int_equal(rc, 1);
			if (facts->sigs[j].refs[0].found.len != 0 &&
			    rc != SIGN_E_MODULE)
				assert_true(
				    sg_view_equal(facts->sigs[j].refs[0].found,
					facts->sigs[j].refs[0].computed));
		}
		sg_facts_free(facts);
	}
	sg_buf_free(&file);
}

/* Whatever octet of these changes, the reader survives; cut anywhere they
 * are malformed. */
static void
test_damage(void **state)
{
	static const char *const names[] = { "attached.der", "stream.ber",
		"two.der" };
	struct sg_buf file = { NULL, 0, 0 };
	struct sg_facts *facts;
	size_t i, at;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		cms_data(names[i], &file);
		for (at = 0; at < file.len; at++) {
			assert_int_equal(
			    cms_facts(sg_view_of(file.ptr, at), NULL, &facts),
			    SIGN_E_FORMAT);
			file.ptr[at] ^= 0x55;
			if (cms_facts(sg_buf_view(&file), NULL, &facts) == 0)
				sg_facts_free(facts);
			file.ptr[at] ^= 0x55;
		}
	}
	sg_buf_free(&file);
}

static void
test_probe(void **state)
{
	static const struct {
		const char *octets;
		size_t len;
		int sure;
	} cases[] = {
		{ "\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
		  "\x02",
		    15, 2 },
		{ "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", 13,
		    2 },
		{ "\x30\x82\x01\x00\x30\x82", 6, 1 },
		{ "\x30\x82", 2, 0 },
		{ "", 0, 0 },
		{ "PK\3\4", 4, 0 },
		{ "<?xml", 5, 0 },
	};
	struct sg_view view;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		view = sg_view_of(cases[i].octets, cases[i].len);
		assert_int_equal(sg_format_cades.probe(view), cases[i].sure);
		if (cases[i].sure == 2)
			assert_ptr_equal(
			    sg_format_probe(view), &sg_format_cades);
		if (cases[i].sure == 0)
			assert_ptr_not_equal(
			    sg_format_probe(view), &sg_format_cades);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_probe),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
