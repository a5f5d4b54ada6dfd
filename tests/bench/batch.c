/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/*
 * What one process can do: batch WORLD PERSON FILE SIGNATURE [SECONDS]
 * prints operations in a second, for one thread and for two:
 *   sign, verify: the bare key, on a digest, through OpenSSL
 *   jobs:         sign_job prepare, sign and complete over FILE
 *   verify files: sign_verify over SIGNATURE, chain and CRLs included
 * How much of the bare key's rate that is, is said by the time the processor
 * worked, which others on the machine do not change.
 */
#include "config.h"

#include "sign/ctx.h"
#include "sign/job.h"
#include "sign/key.h"
#include "sign/verify.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define THREADS 2

static struct {
	char key[512], cert[512], roots[512], chain[512], crls[512];
	const char *file, *signature;
	double seconds;
} set;

struct worker {
	pthread_t thread;
	struct sign_ctx *ctx;
	struct sign_key *key;
	struct sign_trust *trust;
	EVP_PKEY *pkey;
	unsigned char value[1024], digest[64];
	size_t value_len, digest_len;
	int (*step)(struct worker *worker);
	unsigned long count;
	double cpu; /* seconds that the processor worked */
	int failed;
};

static double
clock_seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
now(void)
{
	return clock_seconds(CLOCK_MONOTONIC);
}

/* EdDSA signs the bytes themselves, all others a digest. */
static int
bare_bytes(const struct worker *w)
{
	return EVP_PKEY_is_a(w->pkey, "ED25519") ||
	    EVP_PKEY_is_a(w->pkey, "ED448");
}

static int
bare_sign_bytes(struct worker *w)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	size_t len = sizeof(w->value);
	int ok = md != NULL &&
	    EVP_DigestSignInit(md, NULL, NULL, NULL, w->pkey) == 1 &&
	    EVP_DigestSign(md, w->value, &len, w->digest, w->digest_len) == 1;

	EVP_MD_CTX_free(md);
	w->value_len = len;
	return ok ? 0 : -1;
}

static int
bare_verify_bytes(struct worker *w)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	int ok = md != NULL &&
	    EVP_DigestVerifyInit(md, NULL, NULL, NULL, w->pkey) == 1 &&
	    EVP_DigestVerify(
		md, w->value, w->value_len, w->digest, w->digest_len) == 1;

	EVP_MD_CTX_free(md);
	return ok ? 0 : -1;
}

static int
bare_sign(struct worker *w)
{
	EVP_PKEY_CTX *p;
	size_t len = sizeof(w->value);
	int ok;

	if (bare_bytes(w))
		return bare_sign_bytes(w);
	p = EVP_PKEY_CTX_new(w->pkey, NULL);
	ok = p != NULL && EVP_PKEY_sign_init(p) == 1 &&
	    EVP_PKEY_sign(p, w->value, &len, w->digest, w->digest_len) == 1;
	EVP_PKEY_CTX_free(p);
	w->value_len = len;
	return ok ? 0 : -1;
}

static int
bare_verify(struct worker *w)
{
	EVP_PKEY_CTX *p;
	int ok;

	if (bare_bytes(w))
		return bare_verify_bytes(w);
	p = EVP_PKEY_CTX_new(w->pkey, NULL);
	ok = p != NULL && EVP_PKEY_verify_init(p) == 1 &&
	    EVP_PKEY_verify(
		p, w->value, w->value_len, w->digest, w->digest_len) == 1;
	EVP_PKEY_CTX_free(p);
	return ok ? 0 : -1;
}

static int
job_step(struct worker *w)
{
	struct sign_job_options options = SIGN_JOB_OPTIONS_INIT;
	struct sign_job *job = NULL;
	int rc;

	rc = sign_job_new(w->ctx, &options, w->key, &job);
	if (rc == 0)
		rc = sign_job_prepare(job, set.file);
	if (rc == 0)
		rc = sign_job_sign(job, w->key);
	sign_job_free(job);
	return rc;
}

static int
verify_step(struct worker *w)
{
	struct sign_verify_options options = SIGN_VERIFY_OPTIONS_INIT;
	struct sign_report *report = NULL;
	int rc;

	options.contents = &set.file;
	options.content_count = 1;
	rc = sign_verify(w->ctx, set.signature, w->trust, &options, &report);
	if (rc == 0)
		rc = sign_report_exit(report);
	sign_report_free(report);
	return rc;
}

static void *
worker_main(void *payload)
{
	struct worker *w = payload;
	double end = now() + set.seconds;
	double start = clock_seconds(CLOCK_THREAD_CPUTIME_ID);

	while (now() < end) {
		if (w->step(w) != 0) {
			w->failed = 1;
			break;
		}
		w->count++;
	}
	w->cpu = clock_seconds(CLOCK_THREAD_CPUTIME_ID) - start;
	return NULL;
}

static EVP_PKEY *
load_key(void)
{
	FILE *f = fopen(set.key, "r");
	EVP_PKEY *key;

	if (f == NULL)
		return NULL;
	key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	fclose(f);
	return key;
}

static int
worker_trust(struct worker *w)
{
	int rc = sign_trust_new(w->ctx, &w->trust);

	if (rc == 0)
		rc = sign_trust_add_anchors(w->trust, set.roots);
	if (rc == 0)
		rc = sign_trust_add_certs(w->trust, set.chain);
	if (rc == 0)
		rc = sign_trust_add_crl(w->trust, set.crls);
	return rc;
}

static int
worker_open(struct worker *w)
{
	struct sign_key_options options = SIGN_KEY_OPTIONS_INIT;
	int rc;

	memset(w, 0, sizeof(*w));
	w->digest_len = strstr(set.key, "romashka") != NULL ? 64 : 32;
	memset(w->digest, 7, sizeof(w->digest));
	options.name = set.key;
	options.cert = set.cert;
	rc = sign_ctx_new(&w->ctx);
	if (rc == 0)
		rc = sign_key_open(w->ctx, &options, &w->key);
	if (rc == 0)
		rc = worker_trust(w);
	if (rc != 0 && w->ctx != NULL)
		fprintf(stderr, "batch: %s\n", sign_ctx_message(w->ctx));
	if (rc == 0)
		w->pkey = load_key();
	return w->pkey != NULL ? 0 : -1;
}

static void
worker_close(struct worker *w)
{
	EVP_PKEY_free(w->pkey);
	sign_trust_free(w->trust);
	sign_key_free(w->key);
	sign_ctx_free(w->ctx);
}

/* operations in a second with so many threads; -1: failed */
static double
rate(struct worker *workers, int threads, int (*step)(struct worker *))
{
	double start, sum = 0;
	int i, failed = 0;

	/* once before the clock runs: caches, and a value to verify */
	for (i = 0; i < threads; i++) {
		if (step(&workers[i]) != 0)
			return -1;
		workers[i].step = step;
		workers[i].count = 0;
	}
	start = now();
	for (i = 0; i < threads; i++)
		pthread_create(
		    &workers[i].thread, NULL, worker_main, &workers[i]);
	for (i = 0; i < threads; i++) {
		pthread_join(workers[i].thread, NULL);
		sum += (double)workers[i].count;
		failed |= workers[i].failed;
	}
	return failed ? -1 : sum / (now() - start);
}

static const struct {
	const char *name;
	int (*step)(struct worker *);
} rows[] = {
	{ "sign (bare key)", bare_sign },
	{ "verify (bare key)", bare_verify },
	{ "jobs", job_step },
	{ "verify files", verify_step },
};

static void
measure(struct worker *workers, const char *person)
{
	double one[4], two[4], each[4], want; /* each: seconds of work */
	size_t i;

	for (i = 0; i < 4; i++) {
		one[i] = rate(workers, 1, rows[i].step);
		each[i] = workers[0].cpu / (double)workers[0].count;
		two[i] = rate(workers, THREADS, rows[i].step);
		printf("%-10s %-18s %10.0f %10.0f %6.2f", person, rows[i].name,
		    one[i], two[i], two[i] / one[i]);
		want = i == 2 ? each[0] + each[1] : each[1];
		if (i >= 2)
			printf("   %.2f of the bare key's", want / each[i]);
		printf("\n");
		fflush(stdout);
	}
}

int
main(int argc, char **argv)
{
	struct worker workers[THREADS];
	int i, rc = 0;

	if (argc < 5) {
		fprintf(stderr,
		    "usage: batch WORLD PERSON FILE SIGNATURE [SECONDS]\n");
		return 2;
	}
	snprintf(set.key, sizeof(set.key), "%s/%s.key", argv[1], argv[2]);
	snprintf(set.cert, sizeof(set.cert), "%s/%s.pem", argv[1], argv[2]);
	snprintf(set.roots, sizeof(set.roots), "%s/roots.pem", argv[1]);
	snprintf(set.chain, sizeof(set.chain), "%s/chain.pem", argv[1]);
	snprintf(set.crls, sizeof(set.crls), "%s/crls.pem", argv[1]);
	set.file = argv[3];
	set.signature = argv[4];
	set.seconds = argc > 5 ? strtod(argv[5], NULL) : 2;
	for (i = 0; i < THREADS; i++)
		rc |= worker_open(&workers[i]);
	if (rc == 0)
		measure(workers, argv[2]);
	for (i = 0; i < THREADS; i++)
		worker_close(&workers[i]);
	return rc == 0 ? 0 : 1;
}
