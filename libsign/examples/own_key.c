/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/*
 * Sign with a key that libsign never sees: own_key COMMAND CERT DOCUMENT
 * OUTPUT. CERT is a file in DER. What is to be signed is written to the file
 * OUTPUT.data; COMMAND, a phone or a remote service in real life, reads it and
 * leaves the signature value in OUTPUT.value.
 */
#include <sign/ctx.h>
#include <sign/job.h>
#include <sign/key.h>

#include <stdio.h>
#include <stdlib.h>

struct remote {
	const char *command, *output;
};

static FILE *
file_open(const char *path, const char *suffix, const char *mode)
{
	char name[4096];

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	return fopen(name, mode);
}

/* The octets of a small file; 0 on failure. */
static size_t
file_read(const char *path, const char *suffix, unsigned char *out, size_t room)
{
	FILE *f = file_open(path, suffix, "rb");
	size_t len;

	if (f == NULL)
		return 0;
	len = fread(out, 1, room, f);
	fclose(f);
	return len;
}

static int
remote_sign(const unsigned char *data, size_t len, unsigned char *value,
    size_t *value_len, void *payload)
{
	struct remote *remote = payload;
	FILE *f = file_open(remote->output, ".data", "wb");
	size_t done;

	if (f == NULL)
		return SIGN_E_IO;
	done = fwrite(data, 1, len, f);
	if (fclose(f) != 0 || done != len)
		return SIGN_E_IO;
	if (system(remote->command) != 0)
		return SIGN_E_CANCEL;
	*value_len = file_read(remote->output, ".value", value, *value_len);
	return *value_len > 0 ? 0 : SIGN_E_CANCEL;
}

static int
sign(struct sign_ctx *ctx, struct sign_key *key, const char *document,
    const char *output)
{
	struct sign_job_options options = SIGN_JOB_OPTIONS_INIT;
	struct sign_job *job = NULL;
	int rc = sign_job_new(ctx, &options, key, &job);

	if (rc == 0)
		rc = sign_job_prepare(job, document);
	if (rc == 0)
		rc = sign_job_sign(job, key);
	if (rc == 0)
		rc = sign_job_write(job, output);
	sign_job_free(job);
	return rc;
}

int
main(int argc, char **argv)
{
	static unsigned char cert[65536];
	struct remote remote;
	struct sign_ctx *ctx = NULL;
	struct sign_key *key = NULL;
	int rc;

	if (argc != 5 || sign_ctx_new(&ctx) != 0)
		return 2;
	remote.command = argv[1];
	remote.output = argv[4];
	rc = sign_key_external(ctx, cert,
	    file_read(argv[2], "", cert, sizeof(cert)), remote_sign, &remote,
	    &key);
	if (rc == 0)
		rc = sign(ctx, key, argv[3], argv[4]);
	if (rc != 0)
		fprintf(stderr, "own_key: %s\n", sign_ctx_message(ctx));
	sign_key_free(key);
	sign_ctx_free(ctx);
	return rc == 0 ? 0 : 1;
}
