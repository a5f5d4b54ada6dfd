/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "certs/chain.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#define FUZZ_TIME INT64_C(1767225600)

/* Everything that is told of a certificate. */
static void
fuzz_tell(struct sg_env *env, struct sg_pool *pool, struct sg_cert *cert)
{
	struct sg_cert_fact *facts;
	struct sg_name_part *parts;
	EVP_PKEY *key;
	int64_t from, until;
	size_t count;

	if (sg_cert_facts(env, pool, cert, &facts, &count) < 0 ||
	    sg_cert_name(env, pool, cert, 1, &parts, &count) < 0 ||
	    sg_cert_name_text(pool, cert, 0) == NULL)
		abort();
	sg_cert_name_get(pool, cert, "INNLE");
	sg_cert_serial_text(pool, cert);
	sg_cert_key_period(cert, &from, &until);
	sg_cert_key(env, cert, &key);
	sg_err_clear(env);
}

/* A file of certificates and one of CRLs: the last certificate is the anchor,
 * the first one the signer. */
static void
fuzz_judge(struct sg_env *env, struct sg_pool *pool,
    const struct sg_certs *certs, const struct sg_crls *crls)
{
	struct sg_certs anchors = { certs->list + certs->count - 1, 1 };
	struct sg_evidence evidence = {
		.anchors = &anchors, .certs = certs, .crls = crls
	};
	struct sg_chain chain;

	if (sg_chain_judge(env, pool, SG_ASK(certs->list[0], FUZZ_TIME),
		&evidence, &chain) < 0 ||
	    chain.indication == NULL || chain.count == 0)
		abort();
	sg_msg_text(env, pool, &chain.reason, 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sg_view file = sg_view_of(data, size);
	struct sg_certs certs = { 0 };
	struct sg_crls crls = { 0 };
	struct sg_pool *pool = sg_pool_new();
	static struct sg_env env; /* made once: it takes longest */
	size_t i;

	if (pool == NULL || (env.lib == NULL && sg_env_init(&env) < 0))
		abort();
	sg_certs_read(&env, file, &certs);
	sg_crls_read(&env, file, &crls);
	for (i = 0; i < certs.count; i++)
		fuzz_tell(&env, pool, certs.list[i]);
	for (i = 0; i < crls.count; i++)
		sg_crl_issuer_text(pool, crls.list[i]);
	if (certs.count != 0)
		fuzz_judge(&env, pool, &certs, &crls);
	sg_certs_clear(&certs);
	sg_crls_clear(&crls);
	sg_pool_free(pool);
	sg_err_clear(&env);
	return 0;
}
