/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "signlab.h"

#include "base/io.h"
#include "libsign/ctx.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DAY AUTHORITY_DAY
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const char *const kinds[] = { "p256", "rsa", "gost256", "gost512" };
static struct signlab *nets[COUNT(kinds)];

static const struct form {
	const char *name, *format, *doc;
	enum sign_packaging packaging;
} forms[] = {
	{ "cades-detached", "cades", "doc.txt", SIGN_DETACHED },
	{ "cades-attached", "cades", "doc.txt", SIGN_ATTACHED },
	{ "xades-enveloped", "xades", "doc.xml", SIGN_ENVELOPED },
	{ "xades-detached", "xades", "doc.txt", SIGN_DETACHED },
};

/* The signature's name: a detached one is found by its document's. */
static const char *
form_out(const struct form *form)
{
	return strcmp(form->name, "cades-detached") == 0 ? "doc.txt.sig"
							 : "out.sig";
}

static void
wrong(const char *kind, const struct form *form, const char *level,
    const char *what)
{
	fail_msg("%s, %s, %s: %s", kind, form->name, level, what);
}

static void
sign_bb(struct signlab *net, const struct form *form)
{
	const struct signlab_sign how = { .doc = form->doc,
		.out = form_out(form),
		.format = form->format,
		.packaging = form->packaging };

	unlink(signlab_path(net, form_out(form)));
	if (signlab_sign(net, &how) != 0)
		fail_msg("%s", sign_ctx_message(net->ctx));
}

static void
check_level(struct signlab *net, const char *kind, const struct form *form,
    const char *level)
{
	const char *have = signlab_verdict(net, form_out(form), net->net.time);

	if (strcmp(have, signlab_raised(level)) != 0)
		wrong(kind, form, level, have);
}

/* Each level, of each key, in each form: made, extended, read back. */
static void
test_matrix(void **state)
{
	size_t k, f, l;

	(void)state;
	for (k = 0; k < COUNT(kinds); k += mk_step(2)) {
		if (nets[k] == NULL)
			continue;
		for (f = 0; f < COUNT(forms); f++) {
			for (l = f % mk_step(4); l < SIGNLAB_LEVELS;
			     l += mk_step(4)) {
				sign_bb(nets[k], &forms[f]);
				if (signlab_extend(nets[k], form_out(&forms[f]),
					signlab_levels[l]) != 0)
					wrong(kinds[k], &forms[f],
					    signlab_levels[l],
					    sign_ctx_message(nets[k]->ctx));
				check_level(nets[k], kinds[k], &forms[f],
				    signlab_levels[l]);
			}
		}
	}
}

/* Straight from signing; and such a job is not written at a lower level. */
static void
test_sign_level(void **state)
{
	const struct {
		const char *level, *want;
	} rows[] = {
		{ "b-t", "INDETERMINATE/TRY_LATER B-T" },
		{ "B-LT", "TOTAL-PASSED B-LT" },
		{ "xlt1", "TOTAL-PASSED XLT1" },
		{ "a", "TOTAL-PASSED A" },
	};
	struct signlab *net = nets[0];
	size_t f, i;

	(void)state;
	for (f = 0; f < COUNT(forms); f++) {
		for (i = f % mk_step(3); i < COUNT(rows); i += mk_step(3)) {
			const struct signlab_sign how = { .doc = forms[f].doc,
				.out = form_out(&forms[f]),
				.format = forms[f].format,
				.packaging = forms[f].packaging,
				.level = rows[i].level };
			const char *have;

			unlink(signlab_path(net, how.out));
			if (signlab_sign(net, &how) != 0)
				wrong("p256", &forms[f], rows[i].level,
				    sign_ctx_message(net->ctx));
			have = signlab_verdict(net, how.out, net->net.time);
			if (strcmp(have, rows[i].want) != 0)
				wrong("p256", &forms[f], rows[i].level, have);
		}
	}
}

/* What would break what is there: refused, with the next step, and the file
 * stays as it is. */
static void
test_refused(void **state)
{
	static const struct {
		const char *have, *want, *hint;
	} rows[] = {
		{ "b-lt", "xlt1", "--level b-lta" },
		{ "b-lta", "c", "--level b-lta" },
		{ "c", "b-lt", "--level xlt1" },
		{ "x1", "x2", "--level xlt1" },
		{ "x2", "xlt1", "--level xlt2" },
		{ "xlt1", "b-lta", "--level a" },
		{ "a", "b-lta", "--level a" },
		{ "a", "xlt2", "--level xlt1" },
	};
	struct signlab *net = nets[0];
	size_t f, i;
	int rc;

	(void)state;
	for (f = 0; f < COUNT(forms); f += 2) {
		for (i = f % mk_step(3); i < COUNT(rows); i += mk_step(3)) {
			const char *file = form_out(&forms[f]);

			sign_bb(net, &forms[f]);
			assert_int_equal(
			    signlab_extend(net, file, rows[i].have), 0);
			rc = signlab_extend(net, file, rows[i].want);
			if (rc != SIGN_E_UNSUPPORTED)
				wrong(rows[i].have, &forms[f], rows[i].want,
				    "was not refused");
			if (strstr(sign_ctx_hint(net->ctx), rows[i].hint) ==
			    NULL)
				wrong(rows[i].have, &forms[f], rows[i].want,
				    sign_ctx_hint(net->ctx));
		}
	}
}

/* The level that is there, or a lower one, is success without a change and
 * without a question to anybody; --renew adds one more. */
static void
test_again(void **state)
{
	static const struct {
		const char *have, *want;
		int renew, changed;
	} rows[] = {
		{ "b-t", "b-t", 0, 0 },
		{ "b-lta", "b-lta", 0, 0 },
		{ "b-lta", "b-t", 0, 0 },
		{ "b-lta", "b-lta", 1, 1 },
		{ "xlt1", "t", 0, 0 },
		{ "a", "a", 0, 0 },
		{ "a", "a", 1, 1 },
	};
	struct signlab *net = nets[0];
	struct sign_extend_options options;
	int changed, asked;
	size_t f, i;

	(void)state;
	for (f = 0; f < COUNT(forms); f += 2) {
		for (i = f % mk_step(3); i < COUNT(rows); i += mk_step(3)) {
			const char *file = form_out(&forms[f]);

			sign_bb(net, &forms[f]);
			assert_int_equal(
			    signlab_extend(net, file, rows[i].have), 0);
			options = signlab_options(rows[i].want);
			options.renew = rows[i].renew;
			asked = net->net.asked;
			changed = -1;
			if (sign_extend(net->ctx, signlab_path(net, file),
				net->trust, &options, NULL, &changed) != 0)
				wrong(rows[i].have, &forms[f], rows[i].want,
				    sign_ctx_message(net->ctx));
			assert_int_equal(changed, rows[i].changed);
			assert_int_equal(
			    net->net.asked != asked, rows[i].changed);
			if (strncmp(signlab_verdict(net, file, net->net.time),
				"TOTAL-PASSED", 12) != 0 &&
			    strcmp(rows[i].have, "b-t") != 0)
				wrong(rows[i].have, &forms[f], rows[i].want,
				    "does not pass any more");
		}
	}
}

/* Revocation data that is older than the policy allows is no evidence: newer
 * data is asked for, and the result is good by that policy. */
static void
test_policy_age(void **state)
{
	static const char policy[] =
	    "{\"name\":\"young\",\"revocation_max_age\":\"1d\"}";
	struct sign_verify_options verify = SIGN_VERIFY_OPTIONS_INIT;
	struct sign_extend_options options = signlab_options("b-lt");
	struct authority_crl how = { .time = MK_NOW, .next = MK_NOW + 9 * DAY };
	struct signlab *net = nets[0];
	struct sign_report *report = NULL;
	struct sg_buf crl = { 0 };
	char path[160];
	size_t f;

	(void)state;
	authority_crl(net->net.lab, &how, &crl);
	signlab_put(net, "old.crl", crl.ptr, crl.len);
	sg_buf_free(&crl);
	signlab_put(net, "young", policy, sizeof(policy) - 1);
	assert_int_equal(
	    sign_trust_add_crl(net->trust, signlab_path(net, "old.crl")), 0);
	net->net.time = MK_NOW + 3 * DAY;
	snprintf(path, sizeof(path), "%s", signlab_path(net, "young"));
	options.policy = verify.policy = path;
	verify.find_content = 1;
	for (f = 0; f < COUNT(forms); f += 2) {
		const char *file = form_out(&forms[f]);

		sign_bb(net, &forms[f]);
		if (sign_extend(net->ctx, signlab_path(net, file), net->trust,
			&options, NULL, NULL) != 0)
			wrong("p256", &forms[f], "b-lt",
			    sign_ctx_message(net->ctx));
		sign_ctx_set_fetch(net->ctx, NULL, NULL);
		assert_int_equal(sign_verify(net->ctx, signlab_path(net, file),
				     net->trust, &verify, &report),
		    0);
		sign_ctx_set_fetch(net->ctx, labnet_fetch, &net->net);
		assert_string_equal(
		    sign_report_indication(report), "TOTAL-PASSED");
		sign_report_free(report);
	}
	net->net.time = MK_NOW;
}

static int
setup(void **state)
{
	static const struct signlab_file files[] = {
		{ "doc.txt", "lease of a flat\n" },
		{ "doc.xml", "<lease xmlns=\"urn:x\"><rent>1</rent></lease>" },
		{ NULL, NULL },
	};

	(void)state;
	signlab_all(nets, kinds, COUNT(kinds), files);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	signlab_free_all(nets, COUNT(kinds));
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_sign_level),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_policy_age),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
