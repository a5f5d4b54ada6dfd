/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "fuzz.h"

#include "base/env.h"
#include "base/err.h"
#include "formats/xmldsig.h"

#include <stdlib.h>
#include <string.h>

static int
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int
same_sig(const struct sg_sig_fact *a, const struct sg_sig_fact *b)
{
	size_t i;

	if (a->ref_count != b->ref_count || a->fault_count != b->fault_count ||
	    a->packaging != b->packaging || !same_text(a->level, b->level))
		return 0;
	for (i = 0; i < a->ref_count; i++)
		if (!sg_view_equal(a->refs[i].computed, b->refs[i].computed) ||
		    !same_text(a->refs[i].element, b->refs[i].element) ||
		    !same_text(a->refs[i].coverage, b->refs[i].coverage) ||
		    a->refs[i].part_count != b->refs[i].part_count)
			return 0;
	return 1;
}

/* In passes it must say the same as the tree; want NULL: an error. */
static void
in_passes(struct sg_env *env, struct sg_in *in, const struct sg_sources *docs,
    const struct sg_facts *want)
{
	struct sg_facts *have = NULL;
	int ret = sg_in_rewind(env, in);
	size_t i;

	if (ret == 0)
		ret = sg_xades_read_stream(env, in, docs, &have);
	if (ret != 0 && (ret > 0) != (want != NULL))
		abort();
	if (ret > 0 &&
	    (have->sig_count != want->sig_count ||
		have->part_count != want->part_count))
		abort();
	for (i = 0; ret > 0 && i < have->sig_count; i++)
		if (!same_sig(&have->sigs[i], &want->sigs[i]))
			abort();
	sg_facts_free(have);
}

/* The reader of XMLDSig and XAdES, with a document that references may name:
 * any octets. */
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
	if (sg_in_memory(&env, "signature", sg_view_of(data, size), &in) == 0 &&
	    sg_in_memory(
		&env, "document", sg_view_str("<a>abc</a>"), &source.in) == 0 &&
	    sg_xades_read_tree(&env, in, &docs, &facts) != SIGN_E_NOMEM)
		in_passes(&env, in, &docs, facts);
	sg_facts_free(facts);
	sg_in_free(source.in);
	sg_in_free(in);
	sg_err_clear(&env);
	return 0;
}
