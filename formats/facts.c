/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/facts.h"

#include "base/time.h"
#include "sign/error.h"

struct sg_facts *
sg_facts_new(void)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_facts *facts = NULL;

	if (pool != NULL)
		facts = sg_pool_alloc(pool, sizeof(*facts));
	if (facts == NULL) {
		sg_pool_free(pool);
		return NULL;
	}
	facts->pool = pool;
	return facts;
}

void
sg_facts_free(struct sg_facts *facts)
{
	size_t i;

	if (facts == NULL)
		return;
	for (i = 0; i < facts->other_count; i++)
		sg_facts_free(facts->others[i]);
	sg_pool_free(facts->pool);
}

int
sg_facts_own(struct sg_facts *facts, struct sg_facts *other)
{
	struct sg_facts **slot = sg_pool_push(
	    facts->pool, &facts->others, &facts->other_count, sizeof(*slot));

	if (slot == NULL)
		return SIGN_E_NOMEM;
	*slot = other;
	return 0;
}

struct sg_sig_fact *
sg_facts_add_sig(struct sg_facts *facts)
{
	struct sg_sig_fact *sig = sg_pool_push(
	    facts->pool, &facts->sigs, &facts->sig_count, sizeof(*sig));

	if (sig == NULL)
		return NULL;
	sig->parent = -1;
	sig->signing_time = SG_NO_TIME;
	return sig;
}

/* Appends unless the same octets are there. */
static int
facts_add(struct sg_facts *facts, struct sg_view **list, size_t *count,
    struct sg_view der)
{
	struct sg_view *slot;
	size_t i;

	for (i = 0; i < *count; i++)
		if (sg_view_equal((*list)[i], der))
			return 0;
	slot = sg_pool_push(facts->pool, list, count, sizeof(*slot));
	if (slot == NULL)
		return SIGN_E_NOMEM;
	*slot = der;
	return 0;
}

int
sg_facts_add_cert(struct sg_facts *facts, struct sg_view der)
{
	return facts_add(facts, &facts->certs, &facts->cert_count, der);
}

int
sg_facts_add_crl(struct sg_facts *facts, struct sg_view der)
{
	return facts_add(facts, &facts->crls, &facts->crl_count, der);
}

int
sg_facts_add_ocsp(struct sg_facts *facts, struct sg_view der)
{
	return facts_add(facts, &facts->ocsps, &facts->ocsp_count, der);
}

int
sg_facts_fault(struct sg_facts *facts, struct sg_sig_fact *sig, const char *id,
    const char *a, const char *b)
{
	struct sg_msg *msg = sg_pool_push(
	    facts->pool, &sig->faults, &sig->fault_count, sizeof(*msg));

	if (msg == NULL)
		return SIGN_E_NOMEM;
	*msg = sg_msg_make(facts->pool, id, a, b, NULL);
	return 0;
}

int
sg_facts_warn(struct sg_facts *facts, struct sg_sig_fact *sig_or_null,
    const char *id, const char *a, const char *b)
{
	struct sg_sig_fact *sig = sig_or_null;
	struct sg_msg *msg;

	if (sig != NULL)
		msg = sg_pool_push(facts->pool, &sig->warnings,
		    &sig->warning_count, sizeof(*msg));
	else
		msg = sg_pool_push(facts->pool, &facts->warnings,
		    &facts->warning_count, sizeof(*msg));
	if (msg == NULL)
		return SIGN_E_NOMEM;
	*msg = sg_msg_make(facts->pool, id, a, b, NULL);
	return 0;
}
