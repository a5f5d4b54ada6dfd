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
#include "certs/status.h"

#include <openssl/x509.h>

#include <stdlib.h>
#include <string.h>

#define KNOWN_NONE SIZE_MAX

/* Where a certificate stands in the evidence. */
enum place {
	PLACE_NONE,
	PLACE_SIGNER,
	PLACE_ANCHORS,
	PLACE_CERTS,
	PLACE_RESPONSE, /* in the response that it signed */
};
struct known_cert {
	enum place place;
	size_t index;
};

struct known_link {
	struct known_cert cert, status_signer;
	size_t crl, ocsp;
	struct sg_chain_link link; /* pointers apart */
};

/* Times that give the same answer. */
struct known_times {
	int64_t from, until;
};

struct known_chain {
	struct sg_cert *signer; /* NULL: an empty place */
	enum sg_purpose purpose;
	int64_t max_age;
	struct sg_certs anchors, certs;
	struct sg_crls crls;
	struct sg_ocsps ocsps;
	struct known_times at, known;
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
	sg_ocsps_clear(&chain->ocsps);
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

static int
same_ocsps(const struct sg_ocsps *a, const struct sg_ocsps *b)
{
	size_t i, count = b != NULL ? b->count : 0;

	if (a->count != count)
		return 0;
	for (i = 0; i < count; i++)
		if (a->list[i] != b->list[i] &&
		    !sg_view_equal(
			sg_ocsp_der(a->list[i]), sg_ocsp_der(b->list[i])))
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

static int
known_within(const struct known_times *times, int64_t time)
{
	return times->from <= time && time <= times->until;
}

static int
known_fits(const struct known_chain *slot, const struct sg_question *question,
    const struct sg_evidence *evidence)
{
	return slot->signer != NULL &&
	    sg_cert_equal(slot->signer, question->cert) &&
	    slot->purpose == question->purpose &&
	    slot->max_age == evidence->max_age &&
	    known_within(&slot->at, question->at) &&
	    known_within(&slot->known, question->known) &&
	    same_certs(&slot->certs, evidence->certs) &&
	    same_certs(&slot->anchors, evidence->anchors) &&
	    same_crls(&slot->crls, evidence->crls) &&
	    same_ocsps(&slot->ocsps, evidence->ocsps);
}

static struct sg_cert *
known_cert_at(const struct known_cert *cert, struct sg_cert *signer,
    const struct sg_evidence *evidence, const struct sg_ocsp *ocsp)
{
	switch (cert->place) {
	case PLACE_SIGNER:
		return signer;
	case PLACE_ANCHORS:
		return evidence->anchors->list[cert->index];
	case PLACE_CERTS:
		return evidence->certs->list[cert->index];
	case PLACE_RESPONSE:
		return sg_ocsp_carried(ocsp)->list[cert->index];
	default:
		return NULL;
	}
}

int
sg_known_chain(struct sg_env *env, struct sg_pool *pool,
    const struct sg_question *question, const struct sg_evidence *evidence,
    struct sg_chain *out)
{
	const struct known_chain *slot;
	const struct known_link *from;
	struct sg_chain_link *to;
	size_t i;

	if (evidence->known == NULL)
		return 0;
	slot = known_slot(evidence, question->cert);
	if (!known_fits(slot, question, evidence))
		return 0;
	out->links = sg_pool_array(pool, slot->count, sizeof(*out->links));
	if (out->links == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < slot->count; i++) {
		from = &slot->links[i];
		to = &out->links[i];
		*to = from->link;
		if (from->crl != KNOWN_NONE)
			to->crl = evidence->crls->list[from->crl];
		if (from->ocsp != KNOWN_NONE)
			to->ocsp = evidence->ocsps->list[from->ocsp];
		to->cert = known_cert_at(
		    &from->cert, question->cert, evidence, to->ocsp);
		to->status_signer = known_cert_at(
		    &from->status_signer, question->cert, evidence, to->ocsp);
	}
	out->count = slot->count;
	out->indication = "PASSED";
	out->clause = "EN 319 102-1, 5.2.6";
	out->tries = slot->tries;
	return 1;
}

/* ---- keeping */

/* What begins at this time, or ends with it, keeps the answer on its side. */
static void
known_begins(struct known_times *times, int64_t asked, int64_t time)
{
	if (time > asked && time - 1 < times->until)
		times->until = time - 1;
	else if (time <= asked && time > times->from)
		times->from = time;
}

static void
known_ends(struct known_times *times, int64_t asked, int64_t time)
{
	if (time != SG_NO_TIME && time < INT64_MAX)
		known_begins(times, asked, time + 1);
}

/* The answer may change where data come into force or leave it. */
static void
known_data(struct known_times *times, int64_t asked,
    const struct sg_evidence *evidence, int64_t this_update,
    int64_t next_update)
{
	known_begins(times, asked, this_update);
	/* "issued at that time or later" is fresh */
	known_ends(times, asked, this_update);
	known_ends(times, asked, next_update);
	/* the verifier's own choice of a CRL changes a second earlier */
	if (next_update != SG_NO_TIME)
		known_begins(times, asked, next_update);
	if (evidence->max_age > 0 &&
	    this_update < INT64_MAX - evidence->max_age)
		known_begins(times, asked, this_update + evidence->max_age);
}

static void
known_times(struct known_times *times, int64_t asked,
    const struct sg_evidence *evidence)
{
	const struct sg_crls *crls = evidence->crls;
	const struct sg_ocsps *ocsps = evidence->ocsps;
	struct sg_ocsp_single single;
	size_t i, k;

	times->from = INT64_MIN;
	times->until = INT64_MAX;
	for (i = 0; crls != NULL && i < crls->count; i++)
		known_data(times, asked, evidence,
		    sg_crl_this_update(crls->list[i]),
		    sg_crl_next_update(crls->list[i]));
	for (i = 0; ocsps != NULL && i < ocsps->count; i++) {
		for (k = 0; k < sg_ocsp_count(ocsps->list[i]); k++) {
			sg_ocsp_at(ocsps->list[i], k, &single);
			known_data(times, asked, evidence, single.this_update,
			    single.next_update);
			known_ends(
			    times, asked, single.this_update + SG_OCSP_MOMENT);
		}
	}
}

/* Between which times nothing of the evidence comes into force or leaves it,
 * as far as it can change the answer. */
static void
known_bounds(struct known_chain *slot, const struct sg_question *question,
    const struct sg_evidence *evidence, const struct sg_chain *chain)
{
	size_t i;

	known_times(&slot->at, question->at, evidence);
	known_times(&slot->known, question->known, evidence);
	for (i = 0; i < chain->count; i++) {
		known_begins(&slot->at, question->at,
		    sg_cert_not_before(chain->links[i].cert));
		known_ends(&slot->at, question->at,
		    sg_cert_not_after(chain->links[i].cert));
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

static int
known_is_answered(const struct sg_ocsps *ocsps, const struct sg_chain *chain)
{
	struct sg_ocsp_single single;
	size_t i, k;

	for (i = 0; ocsps != NULL && i < ocsps->count; i++)
		for (k = 0; k + 1 < chain->count; k++)
			if (sg_ocsp_find(ocsps->list[i], chain->links[k].cert,
				chain->links[k + 1].cert, &single) &&
			    single.status == SG_OCSP_REVOKED)
				return 1;
	return 0;
}

static int
known_index(struct known_cert *out, enum place place,
    const struct sg_certs *certs, const struct sg_cert *cert)
{
	size_t i;

	for (i = 0; certs != NULL && i < certs->count; i++) {
		if (certs->list[i] == cert) {
			out->place = place;
			out->index = i;
			return 1;
		}
	}
	return 0;
}

static int
known_place_of(struct known_cert *out, const struct sg_cert *cert,
    const struct sg_question *question, const struct sg_evidence *evidence,
    const struct sg_ocsp *ocsp)
{
	if (cert == NULL)
		return 1;
	if (cert == question->cert) {
		out->place = PLACE_SIGNER;
		return 1;
	}
	return known_index(out, PLACE_ANCHORS, evidence->anchors, cert) ||
	    known_index(out, PLACE_CERTS, evidence->certs, cert) ||
	    (ocsp != NULL &&
		known_index(out, PLACE_RESPONSE, sg_ocsp_carried(ocsp), cert));
}

static int
known_link(struct known_link *to, const struct sg_chain_link *link,
    const struct sg_question *question, const struct sg_evidence *evidence)
{
	size_t i;

	to->link = *link;
	to->link.cert = to->link.status_signer = NULL;
	to->link.crl = NULL;
	to->link.ocsp = NULL;
	to->crl = to->ocsp = KNOWN_NONE;
	for (i = 0; link->crl != NULL && i < evidence->crls->count; i++)
		if (evidence->crls->list[i] == link->crl)
			to->crl = i;
	for (i = 0; link->ocsp != NULL && i < evidence->ocsps->count; i++)
		if (evidence->ocsps->list[i] == link->ocsp)
			to->ocsp = i;
	return known_place_of(
		   &to->cert, link->cert, question, evidence, NULL) &&
	    known_place_of(&to->status_signer, link->status_signer, question,
		evidence, link->ocsp);
}

static int
known_copy_certs(
    struct sg_env *env, struct sg_certs *to, const struct sg_certs *from)
{
	size_t i;

	for (i = 0; from != NULL && i < from->count; i++)
		if (sg_certs_add(env, to, from->list[i]) < 0)
			return -1;
	return 0;
}

static int
known_copy(struct sg_env *env, struct known_chain *slot,
    const struct sg_evidence *evidence)
{
	const struct sg_crls *crls = evidence->crls;
	const struct sg_ocsps *ocsps = evidence->ocsps;
	size_t i;

	if (known_copy_certs(env, &slot->anchors, evidence->anchors) < 0 ||
	    known_copy_certs(env, &slot->certs, evidence->certs) < 0)
		return -1;
	for (i = 0; crls != NULL && i < crls->count; i++)
		if (sg_crls_add(env, &slot->crls, crls->list[i]) < 0)
			return -1;
	for (i = 0; ocsps != NULL && i < ocsps->count; i++)
		if (sg_ocsps_add(env, &slot->ocsps, ocsps->list[i]) < 0)
			return -1;
	return 0;
}

void
sg_known_keep(const struct sg_question *question,
    const struct sg_evidence *evidence, const struct sg_chain *chain)
{
	struct known_chain *slot;
	struct sg_env scratch;
	size_t i;

	if (evidence->known == NULL || chain->sub_indication != NULL ||
	    known_is_listed(evidence->crls, chain) ||
	    known_is_answered(evidence->ocsps, chain))
		return;
	slot = known_slot(evidence, question->cert);
	known_clear(slot);
	memset(&scratch, 0, sizeof(scratch));
	for (i = 0; i < chain->count; i++)
		if (!known_link(
			&slot->links[i], &chain->links[i], question, evidence))
			return;
	if (known_copy(&scratch, slot, evidence) < 0) {
		known_clear(slot);
		return;
	}
	known_bounds(slot, question, evidence, chain);
	slot->purpose = question->purpose;
	slot->max_age = evidence->max_age;
	slot->count = chain->count;
	slot->tries = chain->tries;
	slot->signer = sg_cert_ref(question->cert);
}
