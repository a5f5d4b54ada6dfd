/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "chainkit.h"

#include "certs/known.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static int
same_link(const struct sg_chain_link *a, const struct sg_chain_link *b)
{
	return sg_cert_equal(a->cert, b->cert) && a->anchor == b->anchor &&
	    a->revocation == b->revocation && a->crl == b->crl &&
	    a->ocsp == b->ocsp && a->this_update == b->this_update &&
	    a->next_update == b->next_update &&
	    a->status_signer == b->status_signer;
}

static int
same_chain(const struct sg_chain *a, const struct sg_chain *b)
{
	size_t i;

	if (strcmp(a->indication, b->indication) != 0 ||
	    (a->sub_indication == NULL) != (b->sub_indication == NULL) ||
	    a->count != b->count)
		return 0;
	for (i = 0; i < a->count; i++)
		if (!same_link(&a->links[i], &b->links[i]))
			return 0;
	return 1;
}

int
chainkit_known(struct sg_env *env, struct sg_pool *pool,
    const struct sg_question *question, struct sg_evidence *evidence,
    struct sg_known *known, struct sg_chain *again)
{
	struct sg_chain anew;

	evidence->known = NULL;
	assert_int_equal(
	    sg_chain_judge(env, pool, question, evidence, &anew), 0);
	evidence->known = known;
	assert_int_equal(
	    sg_chain_judge(env, pool, question, evidence, again), 0);
	return same_chain(&anew, again);
}
