/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/facts.h"

#include "base/err.h"
#include "base/time.h"
#include "sign/error.h"

#include <string.h>

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

int
sg_stamp_expect(struct sg_env *env, struct sg_pool *pool,
    struct sg_stamp_fact *stamp, struct sg_view digest)
{
	const struct sg_tst_info *info = &stamp->info;
	struct sg_imprint_fact *imprint;

	if (digest.len == 0) {
		stamp->unknown = sg_msg_make(pool,
		    N_("the digest %1$s of the document was not computed"),
		    info->digest != NULL ? info->digest->name
					 : info->digest_oid,
		    NULL, NULL);
		return 0;
	}
	imprint = sg_pool_push(
	    pool, &stamp->imprints, &stamp->imprint_count, sizeof(*imprint));
	if (imprint == NULL)
		return sg_err_nomem(env);
	imprint->value = digest;
	return 0;
}

/* Octets in the order of their first appearance, without doubles. */
struct list {
	struct sg_view **items;
	size_t *count;
	struct sg_facts_order *order;
};

/* Where the octets stand in the order, or would. */
static size_t
list_find(const struct list *list, struct sg_view der, int *found)
{
	size_t low = 0, high = list->order->count, at;
	int way;

	*found = 0;
	while (low < high) {
		at = low + (high - low) / 2;
		way =
		    sg_view_compare(der, (*list->items)[list->order->list[at]]);
		if (way == 0)
			*found = 1;
		if (way == 0)
			return at;
		if (way < 0)
			high = at;
		else
			low = at + 1;
	}
	return low;
}

/* A file may carry thousands of them: found by halves, not one by one. */
static int
list_add(struct sg_pool *pool, const struct list *list, struct sg_view der)
{
	struct sg_facts_order *order = list->order;
	size_t at, *index;
	struct sg_view *slot;
	int found;

	at = list_find(list, der, &found);
	if (found)
		return 0;
	index = sg_pool_push(pool, &order->list, &order->count, sizeof(*index));
	if (index == NULL)
		return SIGN_E_NOMEM;
	slot = sg_pool_push(pool, list->items, list->count, sizeof(*slot));
	if (slot == NULL) {
		order->count--;
		return SIGN_E_NOMEM;
	}
	*slot = der;
	memmove(order->list + at + 1, order->list + at,
	    (order->count - 1 - at) * sizeof(*index));
	order->list[at] = *list->count - 1;
	return 0;
}

int
sg_facts_add_cert(struct sg_facts *facts, struct sg_view der)
{
	struct list list = { &facts->certs, &facts->cert_count,
		&facts->cert_order };

	return list_add(facts->pool, &list, der);
}

int
sg_facts_add_crl(struct sg_facts *facts, struct sg_view der)
{
	struct list list = { &facts->crls, &facts->crl_count,
		&facts->crl_order };

	return list_add(facts->pool, &list, der);
}

int
sg_facts_add_ocsp(struct sg_facts *facts, struct sg_view der)
{
	struct list list = { &facts->ocsps, &facts->ocsp_count,
		&facts->ocsp_order };

	return list_add(facts->pool, &list, der);
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

int
sg_facts_is_container(const struct sg_facts *facts)
{
	return facts->entry_count != 0;
}

struct sg_view
sg_doc_digest(const struct sg_doc_fact *doc, const struct sg_digest *digest)
{
	size_t i;

	for (i = 0; i < doc->digest_count; i++)
		if (doc->digests[i].digest == digest)
			return doc->digests[i].value;
	return sg_view_of(NULL, 0);
}
