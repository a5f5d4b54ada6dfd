/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "jobkit.h"

#include "formats/sign_config.h"
#include "libsign/contract.h"
#include "libsign/ctx.h"
#include "libsign/portal.h"
#include "sign/contract.h"
#include "sign/verify.h"

#include <openssl/pem.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A contract in the portal's layout, from new to concluded, in a folder and in
 * an archive. The signers of the kit certify themselves and are trusted. */

static const struct sign_party sale[] = {
	{ sizeof(struct sign_party), "seller", NULL, NULL, NULL, NULL, NULL,
	    NULL },
	{ sizeof(struct sign_party), "buyer", NULL, NULL, NULL, NULL, NULL,
	    NULL },
};

static const char *
second_doc(void)
{
	put_file(at("act.txt"), "act\n", 4);
	return at("act.txt");
}

static struct sign_contract_options
sale_options(const char *const *documents, size_t count)
{
	struct sign_contract_options set = SIGN_CONTRACT_OPTIONS_INIT;

	set.layout = "portal";
	set.kind = "car-sale";
	set.title = "Договор <№1> & акт";
	set.parties = sale;
	set.party_count = 2;
	set.documents = documents;
	set.document_count = count;
	return set;
}

static struct sign_report *
verified(const char *path)
{
	struct sign_verify_options set = SIGN_VERIFY_OPTIONS_INIT;
	struct sign_report *report = NULL;
	struct sign_trust *trust = NULL;
	char name[] = "a.pem";
	FILE *file;

	assert_rc(sign_trust_new(ctx, &trust), 0);
	file = fopen(at(name), "wb");
	assert_non_null(file);
	PEM_write_X509(file, rsa.x509);
	PEM_write_X509(file, p256.x509);
	fclose(file);
	assert_rc(sign_trust_add_anchors(trust, at(name)), 0);
	unlink(at(name));
	set.policy = "63fz";
	assert_rc(sign_verify(ctx, path, trust, &set, &report), 0);
	sign_trust_free(trust);
	return report;
}

/* "seller signed, buyer missing" */
static const char *
states(const struct sign_report *report)
{
	static char text[256];
	const struct sign_contract_status *status =
	    sign_report_contract(report);
	size_t i, len = 0;

	text[0] = '\0';
	assert_non_null(status);
	for (i = 0; i < status->party_count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "%s%s %s", i > 0 ? ", " : "", status->parties[i]->role,
		    status->parties[i]->state);
	return text;
}

/* All steps are prepared, then signed, then written, as the command does. */
static int
sign_as(
    const char *path, const char *role, struct signer *who, const char *format)
{
	struct sign_party_options set = SIGN_PARTY_OPTIONS_INIT;
	struct sign_job_options options = SIGN_JOB_OPTIONS_INIT;
	struct sign_report *report = verified(path);
	struct sign_key *key = signer_key(ctx, who);
	struct sign_job *jobs[4] = { NULL };
	size_t i, count = 0;
	int rc;

	options.format = format;
	set.role = role;
	set.job = &options;
	for (;; count++) {
		set.step = count;
		rc = sign_contract_prepare(report, &set, key, &jobs[count]);
		if (rc != 0 || jobs[count] == NULL)
			break;
	}
	for (i = 0; rc == 0 && i < count; i++) {
		rc = sign_job_sign(jobs[i], key);
		if (rc == 0)
			rc = sign_job_write(jobs[i], NULL);
	}
	for (i = 0; i < count; i++)
		sign_job_free(jobs[i]);
	sign_key_free(key);
	sign_report_free(report);
	return rc;
}

static void
assert_states(const char *path, const char *want, int concluded)
{
	struct sign_report *report = verified(path);

	assert_string_equal(states(report), want);
	assert_int_equal(sign_report_contract(report)->concluded, concluded);
	sign_report_free(report);
}

static const char *const layouts[] = { "deal", "deal.zip" };

static void
test_story(void **state)
{
	const char *documents[2], *path;
	struct sign_contract_options set;
	struct sign_report *report;
	char deal[64];
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		documents[0] = doc;
		documents[1] = second_doc();
		set = sale_options(documents, 2);
		snprintf(deal, sizeof(deal), "%s", at(layouts[i]));
		path = deal;
		assert_rc(sign_contract_new(ctx, &set, path), 0);
		assert_rc(sign_contract_new(ctx, &set, path), SIGN_E_IO);
		report = verified(path);
		assert_string_equal(
		    states(report), "seller missing, buyer missing");
		assert_int_equal(sign_report_exit(report), 8);
		assert_string_equal(
		    sign_report_contract(report)->kind, "car-sale");
		assert_string_equal(
		    sign_report_contract(report)->title, set.title);
		assert_int_equal(
		    sign_report_contract(report)->document_count, 2);
		sign_report_free(report);
		assert_rc(sign_as(path, "seller", &rsa, NULL), 0);
		assert_states(path, "seller signed, buyer missing", 0);
		assert_rc(sign_as(path, "seller", &rsa, NULL), SIGN_E_STATE);
		assert_rc(sign_as(path, "buyer", &p256, "cms"), 0);
		assert_states(path, "seller signed, buyer signed", 1);
	}
}

/* ---- parties in descriptions */

static const struct {
	const char *name, *about, *file;
	const char *role, *party, *inn, *snils;
} abouts[] = {
	{ "the portal's example", "Подпись продавца", "xSellerSign.sig",
	    "seller", NULL, NULL, NULL },
	{ "all of it",
	    "Подпись покупателя; Иванов Иван; ИНН 500100732259; "
	    "СНИЛС 11223344595",
	    "a.sig", "buyer", "Иванов Иван", "500100732259", "11223344595" },
	{ "any role", "Подпись стороны «witness»; Петров", "a.sig", "witness",
	    "Петров", NULL, NULL },
	{ "a wrong number is text", "Подпись продавца; ИНН 1", "a.sig",
	    "Подпись продавца; ИНН 1", NULL, NULL, NULL },
	{ "twice a number is text",
	    "Подпись продавца; ИНН 500100732259; ИНН 500100732259", "a.sig",
	    "Подпись продавца; ИНН 500100732259; ИНН 500100732259", NULL, NULL,
	    NULL },
	{ "two names are text", "Подпись продавца; А; Б", "a.sig",
	    "Подпись продавца; А; Б", NULL, NULL, NULL },
	{ "somebody's words", "signed by me", "a.sig", "signed by me", NULL,
	    NULL, NULL },
	{ "by the file's name", NULL, "xSellerSign.sig", "seller", NULL, NULL,
	    NULL },
	{ "nothing is known", NULL, "y.sig", "y.sig", NULL, NULL, NULL },
	{ "an empty text", "", "x.sig", "x.sig", NULL, NULL, NULL },
};

static void
same(const char *name, const char *want, const char *have)
{
	if ((want == NULL) != (have == NULL) ||
	    (want != NULL && strcmp(want, have) != 0))
		fail_msg("%s: want %s, have %s", name,
		    want != NULL ? want : "nothing",
		    have != NULL ? have : "nothing");
}

static void
test_abouts(void **state)
{
	const struct sg_sign_config_doc document = { .name = "x.xml" };
	struct sg_pool *pool = sg_pool_new();
	struct sg_sign_config_sig sig;
	struct sg_party party;
	struct sg_buf text = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(abouts) / sizeof(abouts[0]); i++) {
		sig.name = abouts[i].file;
		sig.about = abouts[i].about;
		assert_rc(sg_portal_about_read(
			      &ctx->env, pool, &document, &sig, &party),
		    0);
		same(abouts[i].name, abouts[i].role, party.role);
		same(abouts[i].name, abouts[i].party, party.name);
		same(abouts[i].name, abouts[i].inn, party.inn);
		same(abouts[i].name, abouts[i].snils, party.snils);
		if (i > 2)
			continue;
		text.len = 0;
		assert_rc(sg_portal_about_write(&ctx->env, &party, &text), 0);
		assert_rc(sg_buf_append(&ctx->env, &text, "", 1), 0);
		same(abouts[i].name, abouts[i].about, (char *)text.ptr);
	}
	sg_buf_free(&text);
	sg_pool_free(pool);
}

/* ---- what is refused */

static void
test_new_refused(void **state)
{
	static const struct {
		const char *name;
		int ordered;
		int64_t deadline;
		const char *party;
	} cases[] = {
		{ "an order", 1, INT64_MIN, NULL },
		{ "a deadline", 0, INT64_MAX, NULL },
		{ "a name with a semicolon", 0, INT64_MIN, "A; B" },
		{ "a name like a number", 0, INT64_MIN, "ИНН Иванов" },
	};
	const char *documents[1] = { doc };
	struct sign_contract_options set;
	struct sign_party parties[2];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set = sale_options(documents, 1);
		memcpy(parties, sale, sizeof(parties));
		parties[0].name = cases[i].party;
		set.parties = parties;
		set.ordered = cases[i].ordered;
		set.deadline = cases[i].deadline;
		if (sign_contract_new(ctx, &set, at("deal")) != SIGN_E_ARG)
			fail_msg("%s: want an argument error", cases[i].name);
		assert_int_equal(entries(), 1);
	}
}

static void
break_file(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", at("deal"), name);
	unlink(path);
	if (text != NULL)
		put_file(path, text, strlen(text));
}

static void
attached_signature(const char *path)
{
	struct sign_job_options set = options(SIGN_ATTACHED);

	unlink(path);
	assert_rc(sign_it(&p256, &set, DOCUMENT, doc, NULL, path), 0);
}

static void
test_wrong(void **state)
{
	const char *documents[1] = { doc };
	struct sign_contract_options set = sale_options(documents, 1);
	struct sign_report *report;
	char from[128], to[128];

	(void)state;
	assert_rc(sign_contract_new(ctx, &set, at("deal")), 0);
	assert_rc(sign_as(at("deal"), "seller", &rsa, NULL), 0);
	/* a copy of the seller's signature in the buyer's place stands for the
	 * seller alone */
	snprintf(from, sizeof(from), "%s/leaseSellerSign.sig", at("deal"));
	snprintf(to, sizeof(to), "%s/leaseBuyerSign.sig", at("deal"));
	assert_int_equal(link(from, to), 0);
	assert_states(at("deal"), "seller signed, buyer missing", 0);
	unlink(to);
	break_file("lease", "another text\n");
	report = verified(at("deal"));
	assert_string_equal(
	    states(report), "seller other-version, buyer missing");
	assert_int_equal(sign_report_exit(report), 5);
	sign_report_free(report);
	break_file("lease", NULL);
	assert_rc(sign_as(at("deal"), "buyer", &p256, NULL), SIGN_E_STATE);
	break_file("lease", TEXT);
	assert_states(at("deal"), "seller signed, buyer missing", 0);
	break_file("leaseBuyerSign.sig", "junk");
	report = verified(at("deal"));
	assert_int_not_equal(sign_report_exit(report), 0);
	sign_report_free(report);
	/* what brings its own document */
	attached_signature(to);
	report = verified(at("deal"));
	assert_string_equal(states(report), "seller signed, buyer missing");
	assert_int_equal(sign_report_exit(report), 8);
	sign_report_free(report);
	break_file("leaseBuyerSign.sig", NULL);
	assert_int_equal(symlink(from, to), 0);
	assert_states(at("deal"), "seller signed, buyer missing", 0);
	unlink(to);
	break_file(SG_SIGN_CONFIG_NAME, "<signedAttachments/>");
	report = verified(at("deal"));
	assert_null(sign_report_contract(report));
	assert_int_not_equal(sign_report_exit(report), 0);
	sign_report_free(report);
}

static int
clean(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s/*", dir);
	if (system(command) != 0)
		return -1;
	return fresh_dir(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_story, clean),
		cmocka_unit_test_setup(test_abouts, clean),
		cmocka_unit_test_setup(test_new_refused, clean),
		cmocka_unit_test_setup_teardown(test_wrong, clean, clean),
	};

	return cmocka_run_group_tests(tests, jobkit_setup, jobkit_teardown);
}
