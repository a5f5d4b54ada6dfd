/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/gost.h"
#include "tests/unit/envkit.h"
#include "tests/unit/vectors.h"

#include <openssl/evp.h>
#include <openssl/objects.h>

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define ROUNDS 60

/* One thread's own environment and keys, GOST and RSA. */
struct worker {
	struct sg_env env;
	EVP_PKEY *key[2];
	struct sg_buf spki[2];
	const char *problem;
};

static const char *
worker_value(struct sg_env *own, EVP_PKEY *key, struct sg_view spki)
{
	const struct sg_scheme *scheme;
	const struct sg_digest *digest;
	unsigned char octets[SG_MAX_DIGEST];
	struct sg_buf value = { 0 }, again = { 0 };
	const char *problem = NULL;
	EVP_PKEY *pub = NULL;

	if (sg_scheme_for_key(own, key, NULL, 0, &scheme) < 0)
		return "no scheme";
	digest = sg_scheme_digest(scheme);
	if (sg_key_from_spki(own, spki, &pub) < 0)
		return "key not read";
	vec_spki(&again, pub);
	if (!sg_view_equal(spki, sg_buf_view(&again)))
		problem = "another key came out";
	else if (sg_hash_once(own, digest, spki, octets) < 0)
		problem = "no digest";
	else if (sg_sign_value(own, scheme, NULL, key,
		     sg_view_of(octets, digest->size), &value) < 0)
		problem = "not signed";
	else if (sg_verify_value(own, scheme, NULL, pub,
		     sg_view_of(octets, digest->size), sg_buf_view(&value),
		     SG_VALUE_CMS) != 1)
		problem = "does not verify";
	EVP_PKEY_free(pub);
	sg_buf_free(&value);
	sg_buf_free(&again);
	return problem;
}

static void *
worker_run(void *arg)
{
	struct worker *worker = arg;
	size_t i, kind;

	for (i = 0; i < ROUNDS && worker->problem == NULL; i++) {
		kind = i % 4 == 0;
		worker->problem = worker_value(&worker->env, worker->key[kind],
		    sg_buf_view(&worker->spki[kind]));
	}
	return NULL;
}

static void
worker_begin(struct worker *worker, const char *set)
{
	memset(worker, 0, sizeof(*worker));
	assert_int_equal(sg_env_init(&worker->env), 0);
	worker->key[0] =
	    vec_gost_key(&worker->env, NID_id_GostR3410_2012_256, set);
	worker->key[1] = vec_key_file(&worker->env, "rsa-2048");
	vec_spki(&worker->spki[0], worker->key[0]);
	vec_spki(&worker->spki[1], worker->key[1]);
}

static void
worker_end(struct worker *worker)
{
	size_t i;

	for (i = 0; i < 2; i++) {
		EVP_PKEY_free(worker->key[i]);
		sg_buf_free(&worker->spki[i]);
	}
	sg_env_clear(&worker->env);
}

/* CryptoPro-A and TC26-256-B are one curve under two names: the engine mixes
 * them up unless keys are decoded one at a time. */
static void
test_two_threads(void **state)
{
	static const char *const names[] = { "A", "TCB" };
	struct worker workers[2];
	pthread_t threads[2];
	size_t i;

	(void)state;
	if (sg_gost_need(&env) < 0)
		skip();
	for (i = 0; i < 2; i++)
		worker_begin(&workers[i], names[i]);
	for (i = 0; i < 2; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, worker_run, &workers[i]),
		    0);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < 2; i++) {
		if (workers[i].problem != NULL)
			fail_msg("%s: %s", names[i], workers[i].problem);
		worker_end(&workers[i]);
	}
}

/* Many threads that need the module at the same moment, each for the first
 * time in its own environment. */
static void *
need_run(void *arg)
{
	struct sg_env own;

	if (sg_env_init(&own) == 0)
		*(int *)arg = sg_gost_need(&own);
	sg_env_clear(&own);
	return NULL;
}

static void
test_all_need_it_at_once(void **state)
{
	int results[8];
	pthread_t threads[8];
	size_t i;

	(void)state;
	for (i = 0; i < 8; i++) {
		results[i] = 1;
		assert_int_equal(
		    pthread_create(&threads[i], NULL, need_run, &results[i]),
		    0);
	}
	for (i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < 8; i++)
		assert_int_equal(results[i], results[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_need_it_at_once),
		cmocka_unit_test(test_two_threads),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
