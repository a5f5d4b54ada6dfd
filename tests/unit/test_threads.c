/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "sign/ctx.h"
#include "sign/job.h"
#include "sign/key.h"
#include "sign/verify.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/*
 * Two threads sign and verify with contexts of their own, GOST and RSA, in
 * the test world. Meant for ThreadSanitizer: ./setup check runs it there.
 */
#define ROUNDS 20

struct worker {
	pthread_t thread;
	int number, signatures;
	const char *const *people;
	char world[2048];
	char dir[2048];
	char fault[8192];
};

/* GOST keys of different parameter sets on one curve: the engine's race */
static const char *const people_one[] = { "ivanova", "rsa", "trader", NULL };
static const char *const people_two[] = { "trader", "p256", "ivanova", NULL };
static const char *const people_no_gost[] = { "rsa", "p256", NULL };

static int
worker_fail(struct worker *worker, const struct sign_ctx *ctx, const char *what)
{
	snprintf(worker->fault, sizeof(worker->fault), "thread %d: %s: %s",
	    worker->number, what, sign_ctx_message(ctx));
	return -1;
}

/* The same job, out of its state. */
static int
worker_state(struct sign_ctx *ctx, struct sign_job **job)
{
	static const unsigned char key[] = "a secret of the servers";
	const struct sign_state_options seal = { sizeof(seal), key, sizeof(key),
		1 };
	struct sign_job *again = NULL;
	const char *text = NULL;
	size_t len = 0;
	int rc = sign_job_export(*job, &seal, &text, &len);

	if (rc == 0)
		rc = sign_job_import(ctx, &seal, text, len, &again);
	if (rc == 0) {
		sign_job_free(*job);
		*job = again;
	}
	return rc;
}

static int
worker_sign(struct worker *worker, struct sign_ctx *ctx, const char *person,
    const char *output)
{
	struct sign_key_options key_options = SIGN_KEY_OPTIONS_INIT;
	struct sign_job_options options = SIGN_JOB_OPTIONS_INIT;
	struct sign_key *key = NULL;
	struct sign_job *job = NULL;
	char name[4096], cert[4096], document[4096];
	int rc;

	snprintf(name, sizeof(name), "%s/%s.key", worker->world, person);
	snprintf(cert, sizeof(cert), "%s/%s.pem", worker->world, person);
	snprintf(document, sizeof(document), "%s/document", worker->dir);
	key_options.name = name;
	key_options.cert = cert;
	options.force = 1;
	rc = sign_key_open(ctx, &key_options, &key);
	if (rc == 0)
		rc = sign_job_new(ctx, &options, key, &job);
	if (rc == 0)
		rc = sign_job_prepare(job, document);
	/* every other one goes over a state, as from process to process */
	if (rc == 0 && worker->signatures++ % 2 == 0)
		rc = worker_state(ctx, &job);
	if (rc == 0)
		rc = sign_job_sign(job, key);
	if (rc == 0)
		rc = sign_job_write(job, output);
	if (rc != 0)
		rc = worker_fail(worker, ctx, person);
	sign_job_free(job);
	sign_key_free(key);
	return rc;
}

static int
worker_verify(struct worker *worker, struct sign_ctx *ctx,
    const struct sign_trust *trust, const char *signature)
{
	struct sign_verify_options options = SIGN_VERIFY_OPTIONS_INIT;
	struct sign_report *report = NULL;
	const char *contents[1];
	char document[4096];
	int rc;

	snprintf(document, sizeof(document), "%s/document", worker->dir);
	contents[0] = document;
	options.contents = contents;
	options.content_count = 1;
	rc = sign_verify(ctx, signature, trust, &options, &report);
	if (rc != 0)
		rc = worker_fail(worker, ctx, "verify");
	else if (sign_report_exit(report) != 0)
		rc = worker_fail(worker, ctx, "not TOTAL-PASSED");
	sign_report_free(report);
	return rc;
}

static int
worker_rounds(
    struct worker *worker, struct sign_ctx *ctx, struct sign_trust *trust)
{
	char path[4096];
	int i, rc = 0;

	snprintf(path, sizeof(path), "%s/roots.pem", worker->world);
	if (sign_trust_add_anchors(trust, path) != 0)
		return worker_fail(worker, ctx, path);
	snprintf(path, sizeof(path), "%s/chain.pem", worker->world);
	if (sign_trust_add_certs(trust, path) != 0)
		return worker_fail(worker, ctx, path);
	snprintf(path, sizeof(path), "%s/crls.pem", worker->world);
	if (sign_trust_add_crl(trust, path) != 0)
		return worker_fail(worker, ctx, path);
	snprintf(path, sizeof(path), "%s/%d.sig", worker->dir, worker->number);
	for (i = 0; i < ROUNDS * 3 && rc == 0; i++) {
		const char *person = worker->people[i % 3];

		if (person == NULL)
			continue;
		rc = worker_sign(worker, ctx, person, path);
		if (rc == 0)
			rc = worker_verify(worker, ctx, trust, path);
	}
	return rc;
}

static void *
worker_main(void *payload)
{
	struct worker *worker = payload;
	struct sign_ctx *ctx = NULL;
	struct sign_trust *trust = NULL;

	if (sign_ctx_new(&ctx) != 0 || sign_trust_new(ctx, &trust) != 0)
		snprintf(worker->fault, sizeof(worker->fault), "no context");
	else
		worker_rounds(worker, ctx, trust);
	sign_trust_free(trust);
	sign_ctx_free(ctx);
	return NULL;
}

static void
test_two_threads(void **state)
{
	struct worker workers[2];
	const char *build = getenv("builddir");
	char dir[] = "/tmp/podpis-threads.XXXXXX";
	char path[4096];
	FILE *file;
	int i, gost;

	(void)state;
	memset(workers, 0, sizeof(workers));
	snprintf(path, sizeof(path), "%s/lab/stamp", build ? build : ".");
	if (access(path, R_OK) != 0)
		skip();
	snprintf(path, sizeof(path), "%s/lab/world/gost", build ? build : ".");
	gost = access(path, R_OK) == 0;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/document", dir);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("the lease\n", file);
	fclose(file);

	for (i = 0; i < 2; i++) {
		workers[i].number = i + 1;
		workers[i].people = !gost ? people_no_gost
		    : i == 0              ? people_one
					  : people_two;
		snprintf(workers[i].world, sizeof(workers[i].world),
		    "%s/lab/world", build ? build : ".");
		snprintf(workers[i].dir, sizeof(workers[i].dir), "%s", dir);
		assert_int_equal(pthread_create(&workers[i].thread, NULL,
				     worker_main, &workers[i]),
		    0);
	}
	for (i = 0; i < 2; i++)
		pthread_join(workers[i].thread, NULL);
	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/%d.sig", dir, i + 1);
		unlink(path);
	}
	snprintf(path, sizeof(path), "%s/document", dir);
	unlink(path);
	rmdir(dir);
	assert_string_equal(workers[0].fault, "");
	assert_string_equal(workers[1].fault, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
