/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/env.h"
#include "base/err.h"
#include "formats/asic.h"

#include <stdlib.h>

/* What was read is written, and what was written is read as the same. */
static void
both_ways(struct sg_env *env, struct sg_pool *pool,
    const struct sg_asic_manifest *manifest)
{
	struct sg_buf once = { 0 }, twice = { 0 };
	struct sg_asic_manifest again;

	if (sg_asic_manifest_write(env, manifest, &once) == 0) {
		if (sg_asic_manifest_read(
			env, pool, sg_buf_view(&once), &again) < 0 ||
		    again.ref_count != manifest->ref_count ||
		    sg_asic_manifest_write(env, &again, &twice) < 0 ||
		    !sg_view_equal(sg_buf_view(&once), sg_buf_view(&twice)))
			abort();
	}
	sg_buf_free(&once);
	sg_buf_free(&twice);
}

/* The manifests of containers: ASiCManifest, and OpenDocument's list. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sg_env env;
	static int ready;
	struct sg_asic_manifest manifest;
	struct sg_asic_files files;
	struct sg_pool *pool;

	if (!ready && sg_env_init(&env) < 0)
		return 0;
	ready = 1;
	pool = sg_pool_new();
	if (pool == NULL)
		return 0;
	if (sg_asic_manifest_read(
		&env, pool, sg_view_of(data, size), &manifest) == 0)
		both_ways(&env, pool, &manifest);
	(void)sg_asic_files_read(&env, pool, sg_view_of(data, size), &files);
	sg_pool_free(pool);
	sg_err_clear(&env);
	return 0;
}
