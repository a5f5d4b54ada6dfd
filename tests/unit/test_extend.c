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

static const char *const levels[] = { "B-T", "B-LT", "B-LTA", "T", "C", "X1",
	"X2", "XLT1", "XLT2", "A" };

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

/* What is wanted of the level's name: a baseline signature with a time-stamp
 * is B-T, whoever asked for T. */
static const char *
seen_as(const char *level)
{
	return strcmp(level, "T") == 0 ? "B-T" : level;
}

static void
check_level(struct signlab *net, const char *kind, const struct form *form,
    const char *level)
{
	char want[64];
	const char *have;

	snprintf(want, sizeof(want), "TOTAL-PASSED %s", seen_as(level));
	have = signlab_verdict(net, form_out(form), net->net.time);
	if (strcmp(have, want) != 0 &&
	    /* without any revocation data in it */
	    strncmp(have, "INDETERMINATE/TRY_LATER B-T", 27) != 0 &&
	    !(strlen(level) <= 2 && strchr("CX", level[0]) != NULL &&
		strncmp(have, "INDETERMINATE/TRY_LATER ", 24) == 0 &&
		strcmp(have + 24, level) == 0))
		wrong(kind, form, level, have);
}

/* Each level, of each key, in each form: made, extended, read back. */
static void
test_matrix(void **state)
{
	size_t k, f, l;

	(void)state;
	for (k = 0; k < COUNT(kinds); k++) {
		if (nets[k] == NULL)
			continue;
		for (f = 0; f < COUNT(forms); f++) {
			for (l = 0; l < COUNT(levels); l++) {
				sign_bb(nets[k], &forms[f]);
				if (signlab_extend(nets[k], form_out(&forms[f]),
					levels[l]) != 0)
					wrong(kinds[k], &forms[f], levels[l],
					    sign_ctx_message(nets[k]->ctx));
				check_level(
				    nets[k], kinds[k], &forms[f], levels[l]);
			}
		}
	}
}

static int
setup(void **state)
{
	static const char text[] = "lease of a flat\n";
	static const char xml[] =
	    "<lease xmlns=\"urn:x\"><rent>1</rent></lease>";
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++) {
		nets[i] = signlab_new(kinds[i]);
		if (nets[i] == NULL)
			continue;
		signlab_put(nets[i], "doc.txt", text, sizeof(text) - 1);
		signlab_put(nets[i], "doc.xml", xml, sizeof(xml) - 1);
	}
	return 0;
}

static int
teardown(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(kinds); i++)
		signlab_free(nets[i]);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_matrix),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
