/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "certs/chain.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>

#define FUZZ_TIME INT64_C(1748736000)

/*
 * A certificate, its issuer and a response, each with its length in two octets
 * before it (the response is the rest): what is read of the response, and what
 * the chain is worth with it, now and in the past.
 */

static struct sg_view
fuzz_take(struct sg_view *from)
{
	size_t len = 0;
	struct sg_view out;

	if (from->len >= 2) {
		len = (size_t)from->ptr[0] << 8 | from->ptr[1];
		from->ptr += 2;
		from->len -= 2;
	}
	if (len > from->len)
		len = from->len;
	out = sg_view_of(from->ptr, len);
	from->ptr += len;
	from->len -= len;
	return out;
}

static void
fuzz_read(struct sg_env *env, const struct sg_ocsp *ocsp,
    const struct sg_cert *cert, const struct sg_cert *issuer)
{
	struct sg_ocsp_single single;
	struct sg_ocsp *again;
	size_t i;

	for (i = 0; i < sg_ocsp_count(ocsp); i++)
		sg_ocsp_at(ocsp, i, &single);
	sg_ocsp_responder_name(ocsp);
	sg_ocsp_responder_key(ocsp);
	for (i = 0; i < sg_ocsp_carried(ocsp)->count; i++)
		sg_ocsp_is_by(ocsp, sg_ocsp_carried(ocsp)->list[i]);
	if (cert != NULL && issuer != NULL)
		sg_ocsp_answers(
		    env, ocsp, cert, issuer, sg_view_str("0123456789abcdef"));
	/* what it is put into is read again, and is the same inside */
	if (sg_ocsp_parse(env, sg_ocsp_full_der(ocsp), &again) < 0 ||
	    !sg_view_equal(sg_ocsp_basic_der(ocsp), sg_ocsp_basic_der(again)))
		abort();
	sg_ocsp_free(again);
	sg_err_clear(env);
}

static void
fuzz_judge(struct sg_env *env, struct sg_cert *cert, struct sg_cert *issuer,
    struct sg_ocsp *ocsp)
{
	struct sg_certs anchors = { &issuer, 1 };
	struct sg_ocsps ocsps = { &ocsp, 1 };
	struct sg_evidence evidence = { .anchors = &anchors, .ocsps = &ocsps };
	struct sg_pool *pool = sg_pool_new();
	struct sg_poes *poes;
	struct sg_chain chain;

	if (pool == NULL || sg_poes_new(env, &poes) < 0 ||
	    sg_poes_add(env, poes, sg_cert_der(cert), FUZZ_TIME) < 0 ||
	    sg_poes_add(env, poes, sg_ocsp_der(ocsp), FUZZ_TIME) < 0)
		abort();
	if (sg_chain_judge(
		env, pool, SG_ASK(cert, FUZZ_TIME), &evidence, &chain) < 0 ||
	    chain.indication == NULL || chain.count == 0)
		abort();
	if (sg_chain_past(env, pool, SG_ASK(cert, FUZZ_TIME), &evidence, poes,
		&chain) < 0 ||
	    chain.indication == NULL || chain.count == 0)
		abort();
	sg_msg_text(env, pool, &chain.reason, 0);
	sg_poes_free(poes);
	sg_pool_free(pool);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sg_view rest = sg_view_of(data, size);
	struct sg_cert *cert = NULL, *issuer = NULL;
	struct sg_ocsps ocsps = { 0 };
	static struct sg_env env; /* made once: it takes longest */

	if (env.lib == NULL && sg_env_init(&env) < 0)
		abort();
	sg_cert_parse(&env, fuzz_take(&rest), &cert);
	sg_cert_parse(&env, fuzz_take(&rest), &issuer);
	sg_ocsps_read(&env, rest, &ocsps);
	if (ocsps.count != 0)
		fuzz_read(&env, ocsps.list[0], cert, issuer);
	if (ocsps.count != 0 && cert != NULL && issuer != NULL)
		fuzz_judge(&env, cert, issuer, ocsps.list[0]);
	sg_ocsps_clear(&ocsps);
	sg_cert_free(cert);
	sg_cert_free(issuer);
	sg_err_clear(&env);
	return 0;
}
