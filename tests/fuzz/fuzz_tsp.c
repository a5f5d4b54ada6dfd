/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "formats/facts.h"
#include "formats/tst.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

/*
 * What a time-stamp authority answers: the response, the token in it, and
 * whether that answers a question. A token alone is read as one.
 */

static void
fuzz_token(struct sg_env *env, struct sg_view token)
{
	static const unsigned char octets[32] = { 1 };
	const struct sg_tsp_request request = {
		.digest = sg_digest_by_option("sha256"),
		.imprint = { octets, sizeof(octets) },
		.nonce = { octets, 8 },
		.policy = "1.2.3.4.1",
	};
	struct sg_facts *facts = sg_facts_new();
	struct sg_stamp_fact stamp;

	memset(&stamp, 0, sizeof(stamp));
	if (facts == NULL || sg_tst_read(env, facts, token, 0, &stamp) < 0)
		abort();
	/* either it was read, or it is said why not */
	if ((stamp.inside == NULL) != (stamp.fault.id != NULL) &&
	    stamp.inside == NULL)
		abort();
	if (stamp.inside != NULL)
		sg_tsp_answers(env, &stamp.info, &request);
	sg_facts_free(facts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sg_view input = sg_view_of(data, size), token = { NULL, 0 };
	struct sg_pool *pool = sg_pool_new();
	static struct sg_env env; /* made once: it takes longest */
	struct sg_tsp_status status;

	if (pool == NULL || (env.lib == NULL && sg_env_init(&env) < 0))
		abort();
	if (sg_tsp_response_read(&env, pool, input, &token) == 0 &&
	    (token.ptr < data || token.ptr + token.len > data + size))
		abort();
	sg_tsp_status_read(&env, pool, input, &status);
	if (token.ptr != NULL)
		fuzz_token(&env, token);
	else if (!sg_tsp_is_response(input))
		fuzz_token(&env, input);
	sg_err_clear(&env);
	sg_pool_free(pool);
	return 0;
}
