/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "signlab.h"

#include "base/io.h"
#include "libsign/ctx.h"
#include "signer.h"

#include <jansson.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
must(int ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "signlab: %s\n", what);
	abort();
}

/* ---- the world */

const char *
signlab_path(struct signlab *net, const char *name)
{
	static char paths[4][160];
	static int next;

	next = (next + 1) % 4;
	snprintf(paths[next], sizeof(paths[next]), "%s/%s", net->dir, name);
	return paths[next];
}

void
signlab_put(struct signlab *net, const char *name, const void *ptr, size_t len)
{
	FILE *f = fopen(signlab_path(net, name), "w");

	must(f != NULL && fwrite(ptr, 1, len, f) == len && fclose(f) == 0,
	    "cannot write a file");
}

void
signlab_trust(struct signlab *net, const char *id)
{
	struct sg_view cert = authority_cert(net->net.lab, id);

	signlab_put(net, "anchor.der", cert.ptr, cert.len);
	must(sign_trust_add_anchors(
		 net->trust, signlab_path(net, "anchor.der")) == 0,
	    "cannot trust");
	unlink(signlab_path(net, "anchor.der"));
}

struct signlab *
signlab_new(const char *kind)
{
	const struct authority_options options = { .kind = kind,
		.url = LABNET_URL };
	struct signlab *net = calloc(1, sizeof(*net));
	struct sg_view cert;

	must(net != NULL, "memory");
	net->net.time = MK_NOW;
	net->net.lab = authority_new(&options);
	if (net->net.lab == NULL) {
		free(net);
		return NULL;
	}
	snprintf(net->dir, sizeof(net->dir), "/tmp/signlab.XXXXXX");
	must(mkdtemp(net->dir) != NULL, "no directory");
	must(sign_ctx_new(&net->ctx) == 0, "no context");
	sign_ctx_set_clock(net->ctx, labnet_clock, &net->net);
	sign_ctx_set_fetch(net->ctx, labnet_fetch, &net->net);
	must(sign_trust_new(net->ctx, &net->trust) == 0, "no trust");
	signlab_trust(net, "root");
	cert = authority_cert(net->net.lab, "ca");
	signlab_put(net, "ca.der", cert.ptr, cert.len);
	return net;
}

void
signlab_all(struct signlab **nets, const char *const *kinds, size_t count,
    const struct signlab_file *files)
{
	const struct signlab_file *file;
	size_t i;

	for (i = 0; i < count; i++) {
		nets[i] = signlab_new(kinds[i]);
		for (file = files; nets[i] != NULL && file->name != NULL;
		     file++)
			signlab_put(nets[i], file->name, file->text,
			    strlen(file->text));
	}
}

void
signlab_free_all(struct signlab **nets, size_t count)
{
	while (count > 0)
		signlab_free(nets[--count]);
}

void
signlab_free(struct signlab *net)
{
	char command[96];

	if (net == NULL)
		return;
	sign_trust_free(net->trust);
	sign_ctx_free(net->ctx);
	authority_free(net->net.lab);
	snprintf(command, sizeof(command), "rm -rf %s", net->dir);
	must(system(command) == 0, "cannot tidy up");
	free(net);
}

/* ---- signing */

struct sign_extend_options
signlab_options(const char *level)
{
	static const struct sign_tsa tsas[] = {
		{ .size = sizeof(tsas[0]), .url = LABNET_URL "/tsa" },
	};
	struct sign_extend_options options = SIGN_EXTEND_OPTIONS_INIT;

	options.level = level;
	options.tsas = tsas;
	options.tsa_count = 1;
	return options;
}

static int
sign_with(struct signlab *net, const struct signlab_sign *how,
    struct sign_job *job, struct sign_key *key)
{
	const struct sign_extend_options raise = signlab_options(how->level);
	const char *docs[2] = { signlab_path(net, how->doc) };
	int rc = 0;

	if (how->also != NULL)
		docs[1] = signlab_path(net, how->also);
	if (how->content_stamp)
		rc = sign_job_content_timestamp(job, net->trust, &raise);
	if (rc == 0 && how->second)
		rc = sign_job_prepare_parallel(job, docs[0], NULL);
	else if (rc == 0)
		rc =
		    sign_job_prepare_many(job, docs, how->also != NULL ? 2 : 1);
	if (rc == 0)
		rc = sign_job_sign(job, key);
	if (rc == 0 && how->level == NULL)
		rc = sign_job_write(job, signlab_path(net, how->out));
	else if (rc == 0)
		rc = sign_job_write_level(
		    job, net->trust, &raise, signlab_path(net, how->out));
	return rc;
}

int
signlab_sign(struct signlab *net, const struct signlab_sign *how)
{
	const char *id = how->id != NULL ? how->id : "signer";
	const char *chain[] = { signlab_path(net, "ca.der") };
	struct sign_job_options options = SIGN_JOB_OPTIONS_INIT;
	struct sg_view cert = authority_cert(net->net.lab, id);
	struct signer signer = { .env = &net->ctx->env };
	struct sign_key *key;
	struct sign_job *job = NULL;
	int rc;

	signer.key = authority_key(net->net.lab, id);
	signer.x509 = authority_x509(net->net.lab, id);
	signer.cert = (unsigned char *)(uintptr_t)cert.ptr;
	signer.cert_len = (int)cert.len;
	key = signer_key(net->ctx, &signer);
	options.chain = chain;
	options.chain_count = 1;
	options.format = how->format;
	options.asic_with = how->with;
	options.packaging = how->packaging;
	options.level = how->level;
	options.parallel = how->parallel;
	if (how->claimed != 0)
		options.signing_time = how->claimed;
	rc = sign_job_new(net->ctx, &options, key, &job);
	if (rc == 0)
		rc = sign_with(net, how, job, key);
	sign_job_free(job);
	sign_key_free(key);
	return rc;
}

int
signlab_extend(struct signlab *net, const char *file, const char *level)
{
	const struct sign_extend_options options = signlab_options(level);

	return sign_extend(net->ctx, signlab_path(net, file), net->trust,
	    &options, NULL, NULL);
}

/* ---- verdicts */

static int
take(const char *text, size_t len, void *payload)
{
	return sg_buf_append(NULL, payload, text, len);
}

char *
signlab_verify(struct signlab *net, const char *file, int64_t at)
{
	struct sign_verify_options options = SIGN_VERIFY_OPTIONS_INIT;
	struct sign_report *report = NULL;
	struct sg_buf out = { 0 };

	options.at = at;
	options.find_content = 1;
	sign_ctx_set_fetch(net->ctx, NULL, NULL);
	must(sign_verify(net->ctx, signlab_path(net, file), net->trust,
		 &options, &report) == 0,
	    "cannot verify");
	sign_ctx_set_fetch(net->ctx, labnet_fetch, &net->net);
	must(sign_report_json(report, take, &out) == 0 &&
		sg_buf_append(NULL, &out, "", 1) == 0,
	    "no report");
	sign_report_free(report);
	return (char *)out.ptr;
}

static size_t
say(char *text, size_t room, const json_t *sig)
{
	const json_t *sub = json_object_get(sig, "sub_indication");

	return (size_t)snprintf(text, room, "%s%s%s %s",
	    json_string_value(json_object_get(sig, "indication")),
	    json_is_string(sub) ? "/" : "",
	    json_is_string(sub) ? json_string_value(sub) : "",
	    json_string_value(json_object_get(sig, "level")));
}

const char *
signlab_verdict(struct signlab *net, const char *file, int64_t at)
{
	static char text[400];
	char *json = signlab_verify(net, file, at);
	json_t *report = json_loads(json, 0, NULL);
	json_t *sigs = json_object_get(report, "signatures"), *sig;
	size_t i, len = 0;

	must(json_array_size(sigs) > 0, "no signature in the report");
	json_array_foreach(sigs, i, sig)
	{
		if (i > 0)
			len += (size_t)snprintf(
			    text + len, sizeof(text) - len, ", ");
		len += say(text + len, sizeof(text) - len, sig);
		must(len < sizeof(text), "too many signatures");
	}
	json_decref(report);
	free(json);
	return text;
}

const char *const signlab_levels[SIGNLAB_LEVELS] = { "B-T", "B-LT", "B-LTA",
	"T", "C", "X1", "X2", "XLT1", "XLT2", "A" };

/* A baseline signature with a time-stamp is B-T, whoever asked for T; and up to
 * X there is no revocation data in it. */
const char *
signlab_raised(const char *level)
{
	static const char *const bare[] = { "B-T", "T", "C", "X1", "X2" };
	static char text[64];
	const char *verdict = "TOTAL-PASSED";
	size_t i;

	for (i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
		if (strcmp(level, bare[i]) == 0)
			verdict = "INDETERMINATE/TRY_LATER";
	snprintf(text, sizeof(text), "%s %s", verdict,
	    strcmp(level, "T") == 0 ? "B-T" : level);
	return text;
}
