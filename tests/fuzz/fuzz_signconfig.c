/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "formats/sign_config.h"
#include "libsign/contract.h"
#include "libsign/portal.h"

#include <stdlib.h>

/* What descriptions tell of parties is told again in the same words. */
static void
tell_parties(struct sg_env *env, struct sg_pool *pool,
    const struct sg_sign_config_doc *doc)
{
	struct sg_buf text = { 0 };
	struct sg_party party;
	size_t i;

	for (i = 0; i < doc->sig_count; i++) {
		text.len = 0;
		if (sg_portal_about_read(
			env, pool, doc, &doc->sigs[i], &party) == 0)
			sg_portal_about_write(env, &party, &text);
	}
	sg_buf_free(&text);
}

/* The portal's list of signatures: what was read and written is read again,
 * and written the same. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sg_env env;
	static int ready;
	struct sg_pool *pool = sg_pool_new();
	struct sg_buf text = { 0 }, twice = { 0 };
	struct sg_sign_config config, again;
	size_t i;

	if (pool == NULL || (!ready && sg_env_init(&env) < 0))
		return 0;
	ready = 1;
	if (sg_sign_config_read(&env, pool, sg_view_of(data, size), &config) ==
		0 &&
	    sg_sign_config_write(&env, &config, &text) == 0) {
		if (sg_sign_config_read(
			&env, pool, sg_buf_view(&text), &again) == 0 &&
		    (sg_sign_config_write(&env, &again, &twice) < 0 ||
			!sg_view_equal(
			    sg_buf_view(&text), sg_buf_view(&twice))))
			abort();
		for (i = 0; i < config.doc_count; i++)
			tell_parties(&env, pool, &config.docs[i]);
	}
	sg_buf_free(&text);
	sg_buf_free(&twice);
	sg_pool_free(pool);
	sg_err_clear(&env);
	return 0;
}
