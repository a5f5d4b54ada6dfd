/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/time.h"
#include "libsign/ctx.h"
#include "libsign/report.h"
#include "sign/ctx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* What a writer got; it says no after so many pieces. */
struct sink {
	char text[65536];
	size_t len;
	int pieces, limit;
};

static int
sink_write(const char *text, size_t len, void *payload)
{
	struct sink *sink = payload;

	if (sink->limit != 0 && ++sink->pieces >= sink->limit)
		return -1;
	assert_true(sink->len + len < sizeof(sink->text));
	memcpy(sink->text + sink->len, text, len);
	sink->len += len;
	sink->text[sink->len] = '\0';
	return 0;
}

static struct sign_report *
make(struct sign_ctx *ctx)
{
	struct sign_report *report = sg_report_new(ctx);
	struct sg_report_sig *sig;

	assert_non_null(report);
	report->file = "dir/a\xff\033[1m\xe2\x80\xae"
		       "b.pdf";
	report->signature_file = "b.sig";
	report->format = "cades";
	report->policy = "ades";
	report->time = 1795255200;
	report->indication = "INDETERMINATE";
	report->exit = 6;
	sig = sg_pool_push(
	    report->pool, &report->sigs, &report->sig_count, sizeof(*sig));
	assert_non_null(sig);
	sig->id = "S-1";
	sig->format = "cades";
	sig->level = "B-B";
	sig->packaging = "detached";
	sig->indication = "INDETERMINATE";
	sig->sub_indication = "TRY_LATER";
	sig->digest_ok = SG_TRUE;
	sig->signature_ok = SG_TRUE;
	sig->signing_time = SG_NO_TIME;
	sig->valid_until = SG_NO_TIME;
	sig->best_signature_time = 1795255200;
	sig->signer.common_name = "Eve\nVALID";
	sig->reason = sg_msg_make(
	    report->pool, "no data for \"%1$s\"", "Eve\033c", NULL, NULL);
	return report;
}

static void
test_json(void **state)
{
	static const char want[] =
	    "{\"schema\":\"podpis-report/1\",\"file\":\"dir/a\xef\xbf\xbd"
	    "\\u001B[1m\xe2\x80\xae"
	    "b.pdf\",\"signature_file\":\"b.sig\",\"format\":\"cades\","
	    "\"time\":\"2026-11-21T10:00:00Z\",\"policy\":\"ades\","
	    "\"qualification\":null,\"indication\":\"INDETERMINATE\","
	    "\"exit\":6,\"error\":null,\"signatures\":[{\"id\":\"S-1\","
	    "\"parent\":null,\"format\":\"cades\",\"level\":\"B-B\","
	    "\"packaging\":\"detached\",\"algorithm\":null,\"indication\":"
	    "\"INDETERMINATE\",\"sub_indication\":\"TRY_LATER\","
	    "\"digest_ok\":true,\"signature_ok\":true,"
	    "\"signing_certificate_ok\":null,\"control_code\":null,"
	    "\"signing_time\":null,\"best_signature_time\":"
	    "\"2026-11-21T10:00:00Z\",\"proven_by\":null,\"valid_until\":null,"
	    "\"next_level\":null,\"certificate\":null,"
	    "\"signature_file\":null,\"signer\":{"
	    "\"subject\":null,\"common_name\":\"Eve\\nVALID\",\"inn\":null,"
	    "\"inn_le\":null,\"snils\":null,\"ogrn\":null,\"ogrnip\":null,"
	    "\"roles\":[]},\"documents\":[],\"timestamps\":[],\"checks\":[]}],"
	    "\"timestamps\":[],\"uncovered\":[],\"certificates\":[],"
	    "\"revocation\":[],\"notes\":[],\"warnings\":[],"
	    "\"contract\":null,"
	    "\"digests_from\":\"documents\"}\n";
	struct sign_report *report = make(*state);
	static struct sink sink;

	memset(&sink, 0, sizeof(sink));
	assert_int_equal(sign_report_json(report, sink_write, &sink), 0);
	assert_string_equal(sink.text, want);
	sign_report_free(report);
}

/* The document is sound and not confirmed: both are said; what stands in
 * names cannot play a part of the report. */
static void
test_text(void **state)
{
	struct sign_report *report = make(*state);
	static struct sink sink;
	const char *at;

	memset(&sink, 0, sizeof(sink));
	assert_int_equal(
	    sign_report_text(report, SIGN_TEXT_VERBOSE, sink_write, &sink), 0);
	assert_non_null(strstr(sink.text, "is unchanged since it was signed"));
	assert_non_null(strstr(sink.text, "could not be confirmed"));
	assert_non_null(strstr(sink.text, "Eve\\u{a}VALID"));
	assert_non_null(strstr(sink.text, "--crl FILE"));
	for (at = sink.text; *at != '\0'; at++)
		assert_true(*at == '\n' || (unsigned char)*at >= ' ');
	assert_null(strstr(sink.text, "\xe2\x80\xae"));
	sign_report_free(report);
}

static void
test_error(void **state)
{
	struct sign_report *report = make(*state);
	static struct sink sink;

	assert_null(sign_report_error(report));
	report->error_code = "file";
	report->error_message = "cannot open it";
	report->error_local = "не открыть";
	report->indication = NULL;
	report->sig_count = 0;
	assert_string_equal(sign_report_error(report), "не открыть");
	memset(&sink, 0, sizeof(sink));
	assert_int_equal(sign_report_json(report, sink_write, &sink), 0);
	assert_non_null(strstr(sink.text,
	    "\"indication\":null,\"exit\":6,\"error\":{\"code\":\"file\","
	    "\"message\":\"cannot open it\"},\"signatures\":[]"));
	sign_report_free(report);
}

/* A writer that fails anywhere stops the report. */
static void
test_stop(void **state)
{
	struct sign_report *report = make(*state);
	static struct sink sink;
	int limit, ret;

	for (limit = 1;; limit++) {
		memset(&sink, 0, sizeof(sink));
		sink.limit = limit;
		ret = sign_report_text(report, 0, sink_write, &sink);
		if (ret == 0)
			break;
		assert_int_equal(ret, SIGN_E_IO);
		assert_int_equal(sink.pieces, limit);
	}
	assert_true(limit > 20);
	for (limit = 1;; limit++) {
		memset(&sink, 0, sizeof(sink));
		sink.limit = limit;
		if (sign_report_json(report, sink_write, &sink) == 0)
			break;
		assert_int_equal(sink.pieces, limit);
	}
	sign_report_free(report);
}

static int
set_up(void **state)
{
	struct sign_ctx *ctx = NULL;
	int ret = sign_ctx_new(&ctx);

	*state = ctx;
	return ret;
}

static int
tear_down(void **state)
{
	sign_ctx_free(*state);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
