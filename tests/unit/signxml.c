/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "signxml.h"

#include "base/io.h"
#include "formats/format.h"
#include "libsign/ctx.h"
#include "sign/verify.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <time.h>

int
fresh_xml(void **state)
{
	fresh_dir(state);
	put_text(doc, XML);
	return 0;
}

void
put_text(const char *path, const char *text)
{
	put_file(path, text, strlen(text));
}

void
put_cert(const char *path, const struct signer *who)
{
	put_file(path, who->cert, (size_t)who->cert_len);
}

struct sign_job_options
xades(enum sign_packaging packaging)
{
	struct sign_job_options o = options(packaging);

	o.format = "xades";
	return o;
}

int64_t
signing_time(void)
{
	return (int64_t)time(NULL);
}

struct sg_facts *
read_xml(const char *path)
{
	static const struct sg_sources none;
	struct sg_facts *facts = NULL;
	struct sg_in *in = NULL;

	assert_rc(sg_in_open(&ctx->env, path, &in), 0);
	assert_rc(sg_format_xades.read(&ctx->env, in, &none, &facts), 0);
	sg_in_free(in);
	return facts;
}

static struct sign_report *
judge(const char *path)
{
	struct sign_verify_options o = SIGN_VERIFY_OPTIONS_INIT;
	struct sign_report *report = NULL;

	o.find_content = 1;
	assert_rc(sign_verify(ctx, path, NULL, &o, &report), 0);
	return report;
}

void
assert_sound(const char *path, size_t count, const char *packaging)
{
	struct sign_report *report = judge(path);
	const struct sg_report_sig *sig;
	size_t i;

	if (report->error_message != NULL)
		print_message("# %s\n", report->error_message);
	assert_int_equal(report->sig_count, count);
	for (i = 0; i < count; i++) {
		sig = &report->sigs[i];
		if (strcmp(sig->indication, "TOTAL-FAILED") == 0)
			print_message("# %s %s: %s\n", sig->id,
			    sig->sub_indication, sig->reason.id);
		assert_int_equal(sig->digest_ok, SG_TRUE);
		assert_int_equal(sig->signature_ok, SG_TRUE);
		assert_int_equal(sig->signing_certificate_ok, SG_TRUE);
		assert_string_not_equal(sig->indication, "TOTAL-FAILED");
		assert_string_equal(sig->format, "xades");
	}
	assert_string_equal(report->sigs[0].packaging, packaging);
	sign_report_free(report);
}

enum sg_tri
digest_ok(const char *path)
{
	struct sign_report *report = judge(path);
	enum sg_tri ok = report->sigs[0].digest_ok;

	sign_report_free(report);
	return ok;
}

void
assert_said(const char *part)
{
	if (strstr(sign_ctx_message(ctx), part) == NULL)
		print_message("# %s\n", sign_ctx_message(ctx));
	assert_non_null(strstr(sign_ctx_message(ctx), part));
}
