/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/*
 * Sign a document: sign KEY CERT DOCUMENT OUTPUT. KEY is a file or a pkcs11:
 * URI; CERT may be "" where it stands beside the key. A PIN or passphrase is
 * read from standard input.
 */
#include <sign/ctx.h>
#include <sign/job.h>
#include <sign/key.h>

#include <stdio.h>
#include <string.h>

static int
ask(const struct sign_pin_request *request, char *pin, size_t room,
    void *payload)
{
	(void)payload;
	if (request->kind == SIGN_PIN_PAD)
		return 0; /* entered at the device */
	fprintf(stderr, "PIN for %s: ", request->name);
	if (room > 4096)
		room = 4096;
	if (fgets(pin, (int)room, stdin) == NULL)
		return SIGN_E_CANCEL;
	return (int)strcspn(pin, "\r\n");
}

static int
sign(struct sign_ctx *ctx, struct sign_key *key, const char *document,
    const char *output)
{
	struct sign_job_options options = SIGN_JOB_OPTIONS_INIT;
	const struct sign_card *card;
	struct sign_job *job = NULL;
	int rc = sign_job_new(ctx, &options, key, &job);

	if (rc == 0)
		rc = sign_job_prepare(job, document);
	if (rc == 0) {
		card = sign_job_card(job);
		printf("signing %s as %s\n", card->document, card->signer);
		rc = sign_job_sign(job, key);
	}
	if (rc == 0)
		rc = sign_job_write(job, output);
	sign_job_free(job);
	return rc;
}

int
main(int argc, char **argv)
{
	struct sign_key_options options = SIGN_KEY_OPTIONS_INIT;
	struct sign_ctx *ctx = NULL;
	struct sign_key *key = NULL;
	int rc;

	if (argc != 5) {
		fprintf(stderr, "usage: sign KEY CERT DOCUMENT OUTPUT\n");
		return 2;
	}
	if (sign_ctx_new(&ctx) != 0)
		return 1;
	sign_ctx_set_pin(ctx, ask, NULL);
	options.name = argv[1];
	options.cert = argv[2][0] != '\0' ? argv[2] : NULL;
	rc = sign_key_open(ctx, &options, &key);
	if (rc == 0)
		rc = sign(ctx, key, argv[3], argv[4]);
	if (rc != 0)
		fprintf(stderr, "sign: %s\n", sign_ctx_message(ctx));
	sign_key_free(key);
	sign_ctx_free(ctx);
	return rc == 0 ? 0 : 1;
}
