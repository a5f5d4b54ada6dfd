/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/known.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/chain.h"

#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

#define KNOWN_NO_CRL SIZE_MAX

/* Where a link's certificate stands in the evidence. */
enum place {
	PLACE_SIGNER,
	PLACE_ANCHORS,
	PLACE_CERTS,
};

struct known_link {
	enum place place;
	size_t index, crl;
	int anchor;
	enum sg_revocation revocation;
};

struct known_chain {
	struct sg_cert *signer; /* NULL: an empty place */
	struct sg_certs anchors, certs;
	struct sg_crls crls;
	int64_t from, until;
	struct known_link links[SG_MAX_CHAIN_DEPTH + 1];
	size_t count;
	int tries;
};

struct sg_known {
	struct sg_cert *certs[SG_MAX_KNOWN_CERTS];
	struct known_chain chains[SG_MAX_KNOWN_CHAINS];
};

int
sg_known_new(struct sg_env *env, struct sg_known **out)
{
	*out = calloc(1, sizeof(**out));
	return *out != NULL ? 0 : sg_err_nomem(env);
}

static void
known_clear(struct known_chain *chain)
{
	sg_cert_free(chain->signer);
	sg_certs_clear(&chain->anchors);
	sg_certs_clear(&chain->certs);
	sg_crls_clear(&chain->crls);
	memset(chain, 0, sizeof(*chain));
}

void
sg_known_free(struct sg_known *known)
{
	size_t i;

	if (known == NULL)
		return;
	for (i = 0; i < SG_MAX_KNOWN_CERTS; i++)
		sg_cert_free(known->certs[i]);
	for (i = 0; i < SG_MAX_KNOWN_CHAINS; i++)
		known_clear(&known->chains[i]);
	free(known);
}

/* ---- certificates */

/* The last octets are those of the signature: as good as random, and if
 * somebody makes two alike, one replaces the other, no more. */
static size_t
known_place(struct sg_view der)
{
	size_t i, hash = 0;

	for (i = der.len < 8 ? 0 : der.len - 8; i < der.len; i++)
		hash = hash * 31 + der.ptr[i];
	return hash % SG_MAX_KNOWN_CERTS;
}

int
sg_known_cert(struct sg_env *env, struct sg_known *known, struct sg_view der,
    struct sg_cert **out)
{
	struct sg_cert **place;
	int ret;

	if (known == NULL)
		return sg_cert_parse(env, der, out);
	place = &known->certs[known_place(der)];
	if (*place != NULL && sg_view_equal(sg_cert_der(*place), der)) {
		*out = sg_cert_ref(*place);
		return 0;
	}
	ret = sg_cert_parse(env, der, out);
	if (ret < 0)
		return ret;
	sg_cert_free(*place);
	*place = sg_cert_ref(*out);
	return 0;
}

/* ---- the same evidence? */

static int
same_certs(const struct sg_certs *a, const struct sg_certs *b)
{
	size_t i, count = b != NULL ? b->count : 0;

	if (a->count != count)
		return 0;
	for (i = 0; i < count; i++)
		if (!sg_cert_equal(a->list[i], b->list[i]))
			return 0;
	return 1;
}

static int
same_crls(const struct sg_crls *a, const struct sg_crls *b)
{
	size_t i, count = b != NULL ? b->count : 0;

	if (a->count != count)
		return 0;
	for (i = 0; i < count; i++)
		if (a->list[i] != b->list[i] &&
		    !sg_view_equal(
			sg_crl_der(a->list[i]), sg_crl_der(b->list[i])))
			return 0;
	return 1;
}

static struct known_chain *
known_slot(const struct sg_evidence *evidence, const struct sg_cert *signer)
{
	return &evidence->known
		    ->chains[sg_cert_sha256(signer)[0] % SG_MAX_KNOWN_CHAINS];
}

/* ---- asking */

static struct sg_cert *
known_cert_at(const struct known_link *link, struct sg_cert *signer,
    const struct sg_evidence *evidence)
{
	switch (link->place) {
	case PLACE_ANCHORS:
		return evidence->anchors->list[link->index];
	case PLACE_CERTS:
		return evidence->certs->list[link->index];
	default:
		return signer;
	}
}

int
sg_known_chain(struct sg_env *env, struct sg_pool *pool, struct sg_cert *signer,
    const struct sg_evidence *evidence, int64_t time, struct sg_chain *out)
{
	const struct known_chain *slot;
	struct sg_chain_link *to;
	size_t i;

	if (evidence->known == NULL)
		return 0;
	slot = known_slot(evidence, signer);
	if (slot->signer == NULL || !sg_cert_equal(slot->signer, signer) ||
	    time < slot->from || time > slot->until ||
	    !same_certs(&slot->certs, evidence->certs) ||
	    !same_certs(&slot->anchors, evidence->anchors) ||
	    !same_crls(&slot->crls, evidence->crls))
		return 0;
	out->links = sg_pool_array(pool, slot->count, sizeof(*out->links));
	if (out->links == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < slot->count; i++) {
		to = &out->links[i];
		to->cert = known_cert_at(&slot->links[i], signer, evidence);
		to->anchor = slot->links[i].anchor;
		to->revocation = slot->links[i].revocation;
		if (slot->links[i].crl != KNOWN_NO_CRL)
			to->crl = evidence->crls->list[slot->links[i].crl];
	}
	out->count = slot->count;
	out->indication = "PASSED";
	out->clause = "EN 319 102-1, 5.2.6";
	out->tries = slot->tries;
	return 1;
}

/* ---- keeping */

static void
known_until(struct known_chain *slot, int64_t time)
{
	if (time < slot->until)
		slot->until = time;
}

static void
known_from(struct known_chain *slot, int64_t time)
{
	if (time > slot->from)
		slot->from = time;
}

/* Between which times nothing of the evidence comes into force or leaves it,
 * as far as it can change the answer. */
static void
known_bounds(struct known_chain *slot, const struct sg_crls *crls, int64_t time,
    const struct sg_chain *chain)
{
	int64_t this_update, next_update;
	size_t i;

	slot->from = INT64_MIN;
	slot->until = INT64_MAX;
	for (i = 0; i < chain->count; i++) {
		known_from(slot, sg_cert_not_before(chain->links[i].cert));
		known_until(slot, sg_cert_not_after(chain->links[i].cert));
	}
	for (i = 0; crls != NULL && i < crls->count; i++) {
		this_update = sg_crl_this_update(crls->list[i]);
		next_update = sg_crl_next_update(crls->list[i]);
		if (this_update > time)
			known_until(slot, this_update - 1);
		else
			known_from(slot, this_update);
		if (next_update == SG_NO_TIME)
			continue;
		if (next_update >= time)
			known_until(slot, next_update);
		else
			known_from(slot, next_update + 1);
	}
}

/* An entry may lie in the future: then the answer changes with it. */
static int
known_is_listed(const struct sg_crls *crls, const struct sg_chain *chain)
{
	X509_REVOKED *entry = NULL;
	size_t i, k;

	for (i = 0; crls != NULL && i < crls->count; i++)
		for (k = 0; k < chain->count; k++)
			if (X509_CRL_get0_by_cert(sg_crl_x509(crls->list[i]),
				&entry,
				sg_cert_x509(chain->links[k].cert)) != 0)
				return 1;
	return 0;
}

static size_t
known_index(const struct sg_certs *certs, const struct sg_cert *cert)
{
	size_t i;

	for (i = 0; certs != NULL && i < certs->count; i++)
		if (certs->list[i] == cert)
			return i;
	return SIZE_MAX;
}

static int
known_link(struct known_link *to, const struct sg_chain_link *link,
    const struct sg_cert *signer, const struct sg_evidence *evidence)
{
	size_t i;

	to->anchor = link->anchor;
	to->revocation = link->revocation;
	to->crl = KNOWN_NO_CRL;
	for (i = 0; link->crl != NULL && i < evidence->crls->count; i++)
		if (evidence->crls->list[i] == link->crl)
			to->crl = i;
	to->place = PLACE_SIGNER;
	if (link->cert == signer)
		return 1;
	to->place = PLACE_ANCHORS;
	to->index = known_index(evidence->anchors, link->cert);
	if (to->index != SIZE_MAX)
		return 1;
	to->place = PLACE_CERTS;
	to->index = known_index(evidence->certs, link->cert);
	return to->index != SIZE_MAX;
}

static int
known_copy(struct sg_env *env, struct known_chain *slot,
    const struct sg_evidence *evidence)
{
	size_t i;

	for (i = 0; evidence->anchors != NULL && i < evidence->anchors->count;
	     i++)
		if (sg_certs_add(
			env, &slot->anchors, evidence->anchors->list[i]) < 0)
			return -1;
	for (i = 0; evidence->certs != NULL && i < evidence->certs->count; i++)
		if (sg_certs_add(env, &slot->certs, evidence->certs->list[i]) <
		    0)
			return -1;
	for (i = 0; evidence->crls != NULL && i < evidence->crls->count; i++)
		if (sg_crls_add(env, &slot->crls, evidence->crls->list[i]) < 0)
			return -1;
	return 0;
}

void
sg_known_keep(struct sg_cert *signer, const struct sg_evidence *evidence,
    int64_t time, const struct sg_chain *chain)
{
	struct known_chain *slot;
	struct sg_env scratch;
	size_t i;

	if (evidence->known == NULL || chain->sub_indication != NULL ||
	    known_is_listed(evidence->crls, chain))
		return;
	slot = known_slot(evidence, signer);
	known_clear(slot);
	memset(&scratch, 0, sizeof(scratch));
	for (i = 0; i < chain->count; i++)
		if (!known_link(
			&slot->links[i], &chain->links[i], signer, evidence))
			return;
	if (known_copy(&scratch, slot, evidence) < 0) {
		known_clear(slot);
		return;
	}
	known_bounds(slot, evidence->crls, time, chain);
	slot->count = chain->count;
	slot->tries = chain->tries;
	slot->signer = sg_cert_ref(signer);
}
