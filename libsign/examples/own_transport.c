/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/*
 * A time-stamp over a transport of the caller's: own_transport COMMAND
 * DOCUMENT OUTPUT. What is to be sent is written to the file OUTPUT.req;
 * COMMAND, the backend's own HTTP client in real life, reads it and leaves the
 * body of the answer in OUTPUT.resp. The library checks it whole.
 */
#include <sign/ctx.h>
#include <sign/net.h>

#include <stdio.h>
#include <stdlib.h>

struct transport {
	const char *command, *output;
};

static FILE *
file_open(const struct transport *to, const char *suffix, const char *mode)
{
	char name[4096];

	snprintf(name, sizeof(name), "%s%s", to->output, suffix);
	return fopen(name, mode);
}

/* May be called by several threads at once, each with a context of its own. */
static int
fetch(const struct sign_fetch_request *request, sign_append_fn *append,
    void *sink, void *payload)
{
	const struct transport *to = payload;
	unsigned char chunk[4096];
	size_t len = 0;
	int stop = 0;
	FILE *f;

	fprintf(stderr, "fetching %s\n", request->url);
	if (request->untrusted_url)
		return SIGN_E_NET; /* it comes out of a certificate */
	f = file_open(to, ".req", "wb");
	if (f != NULL)
		len = fwrite(request->body, 1, request->body_len, f);
	if (f == NULL || fclose(f) != 0 || len != request->body_len ||
	    system(to->command) != 0)
		return SIGN_E_NET;
	f = file_open(to, ".resp", "rb");
	while (f != NULL && !stop && (len = fread(chunk, 1, 4096, f)) > 0)
		stop = append(chunk, len, sink);
	if (f != NULL)
		fclose(f);
	return f != NULL && !stop ? 0 : SIGN_E_NET;
}

int
main(int argc, char **argv)
{
	struct sign_timestamp_options options = SIGN_TIMESTAMP_OPTIONS_INIT;
	struct sign_tsa tsa = SIGN_TSA_INIT;
	struct sign_ctx *ctx = NULL;
	struct transport to;
	int rc;

	if (argc != 4 || sign_ctx_new(&ctx) != 0)
		return 2;
	to.command = argv[1];
	to.output = argv[3];
	sign_ctx_set_fetch(ctx, fetch, &to);
	tsa.url = "https://tsa.example/";
	options.tsas = &tsa;
	options.tsa_count = 1;
	rc = sign_timestamp(ctx, argv[2], NULL, &options, argv[3]);
	if (rc != 0)
		fprintf(stderr, "own_transport: %s\n", sign_ctx_message(ctx));
	sign_ctx_free(ctx);
	return rc == 0 ? 0 : 1;
}
