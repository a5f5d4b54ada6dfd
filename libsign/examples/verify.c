/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/*
 * Verify a signature: verify SIGNATURE ANCHORS [CRLS [DOCUMENT]]. Prints the
 * report and ends with its exit code: 0 when everything passed.
 */
#include <sign/ctx.h>
#include <sign/verify.h>

#include <stdio.h>

static int
put(const char *text, size_t len, void *payload)
{
	return fwrite(text, 1, len, payload) == len ? 0 : -1;
}

static int
verify(struct sign_ctx *ctx, const char *signature,
    const struct sign_trust *trust, const char *document)
{
	struct sign_verify_options options = SIGN_VERIFY_OPTIONS_INIT;
	struct sign_report *report = NULL;
	int status = -1;

	options.contents = &document;
	options.content_count = document != NULL;
	options.find_content = document == NULL;
	if (sign_verify(ctx, signature, trust, &options, &report) == 0 &&
	    sign_report_text(report, 0, put, stdout) == 0)
		status = sign_report_exit(report);
	sign_report_free(report);
	return status;
}

int
main(int argc, char **argv)
{
	struct sign_ctx *ctx = NULL;
	struct sign_trust *trust = NULL;
	int status = -1;

	if (argc < 3 || argc > 5) {
		fprintf(stderr,
		    "usage: verify SIGNATURE ANCHORS [CRLS [DOCUMENT]]\n");
		return 2;
	}
	if (sign_ctx_new(&ctx) != 0)
		return 1;
	if (sign_trust_new(ctx, &trust) == 0 &&
	    sign_trust_add_anchors(trust, argv[2]) == 0 &&
	    (argc < 4 || sign_trust_add_crl(trust, argv[3]) == 0))
		status =
		    verify(ctx, argv[1], trust, argc == 5 ? argv[4] : NULL);
	if (status < 0)
		fprintf(stderr, "verify: %s\n", sign_ctx_message(ctx));
	sign_trust_free(trust);
	sign_ctx_free(ctx);
	return status < 0 ? 1 : status;
}
