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
	if (facts != NULL)
		sg_pool_free(facts->pool);
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

int
sg_facts_add_cert(struct sg_facts *facts, struct sg_view der)
{
	struct sg_view *cert;
	size_t i;

	for (i = 0; i < facts->cert_count; i++)
		if (sg_view_equal(facts->certs[i], der))
			return 0;
	cert = sg_pool_push(
	    facts->pool, &facts->certs, &facts->cert_count, sizeof(*cert));
	if (cert == NULL)
		return SIGN_E_NOMEM;
	*cert = der;
	return 0;
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
