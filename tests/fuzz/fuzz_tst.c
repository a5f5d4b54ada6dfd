/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/env.h"
#include "base/err.h"
#include "formats/format.h"

/* A time-stamp token, or the answer of an authority, in a file of its own. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sg_env env;
	static int ready;
	struct sg_source source = { .name = "document" };
	struct sg_sources docs = { &source, 1 };
	struct sg_facts *facts = NULL;
	struct sg_in *in = NULL;

	if (!ready && sg_env_init(&env) < 0)
		return 0;
	ready = 1;
	sg_format_tst.probe(sg_view_of(data, size));
	if (sg_in_memory(&env, "token", sg_view_of(data, size), &in) == 0 &&
	    sg_in_memory(&env, "document", sg_view_str("abc"), &source.in) ==
		0 &&
	    sg_format_tst.read(&env, in, &docs, &facts) == 0)
		sg_facts_free(facts);
	sg_in_free(source.in);
	sg_in_free(in);
	sg_err_clear(&env);
	return 0;
}
