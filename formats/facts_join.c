/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/facts.h"

#include "sign/error.h"

#include <stdlib.h>
#include <string.h>

/* Facts of one file become a part of those of the file around it: what is in
 * their pool stays there, only indexes and ids are counted on. */
struct join {
	struct sg_facts *to, *from;
	const char *entry;
	const long *part_of;
	size_t docs, sigs, top; /* what was there before */
};

static void
shift_covers(
    const struct join *join, struct sg_stamp_fact *stamps, size_t count)
{
	size_t i, j;

	for (i = 0; i < count; i++)
		for (j = 0; j < stamps[i].cover_count; j++)
			if (stamps[i].covers[j].is_signature)
				stamps[i].covers[j].sig += join->sigs;
}

/* What a reference covers of a file inside is no part of the one around it;
 * the document that it is over may be. */
static int
join_ref(const struct join *join, struct sg_ref_fact *ref)
{
	long part = -1;
	size_t *slot;

	if (ref->doc >= 0 && join->part_of != NULL)
		part = join->part_of[ref->doc];
	if (ref->doc >= 0)
		ref->doc += (int)join->docs;
	ref->parts = NULL;
	ref->part_count = 0;
	if (part < 0 || strcmp(ref->coverage, "whole") != 0)
		return 0;
	slot = sg_pool_push(
	    join->to->pool, &ref->parts, &ref->part_count, sizeof(*slot));
	if (slot == NULL)
		return SIGN_E_NOMEM;
	*slot = (size_t)part;
	return 0;
}

/* "S-1.2" behind three others becomes "S-4.2". */
static const char *
join_id(const struct join *join, const char *id)
{
	char *rest;
	unsigned long number = strtoul(id + strlen("S-"), &rest, 10);

	return sg_pool_printf(
	    join->to->pool, "S-%zu%s", join->top + (size_t)number, rest);
}

static int
join_sig(const struct join *join, const struct sg_sig_fact *from)
{
	struct sg_sig_fact *sig = sg_facts_add_sig(join->to);
	size_t i;

	if (sig == NULL)
		return SIGN_E_NOMEM;
	*sig = *from;
	if (sig->parent >= 0)
		sig->parent += (int)join->sigs;
	sig->id = join_id(join, from->id);
	sig->entry = sg_pool_str(join->to->pool, join->entry);
	if (sig->id == NULL || (join->entry != NULL && sig->entry == NULL))
		return SIGN_E_NOMEM;
	shift_covers(join, sig->stamps, sig->stamp_count);
	for (i = 0; i < sig->ref_count; i++)
		if (join_ref(join, &sig->refs[i]) < 0)
			return SIGN_E_NOMEM;
	return 0;
}

static int
join_lists(const struct join *join)
{
	struct sg_facts *to = join->to, *from = join->from;
	size_t i;
	int ret = 0;

	for (i = 0; i < from->cert_count && ret == 0; i++)
		ret = sg_facts_add_cert(to, from->certs[i]);
	for (i = 0; i < from->crl_count && ret == 0; i++)
		ret = sg_facts_add_crl(to, from->crls[i]);
	for (i = 0; i < from->ocsp_count && ret == 0; i++)
		ret = sg_facts_add_ocsp(to, from->ocsps[i]);
	return ret;
}

/* Documents, time-stamps of the file, warnings. */
static int
join_rest(const struct join *join)
{
	struct sg_facts *to = join->to, *from = join->from;
	struct sg_stamp_fact *stamp;
	struct sg_doc_fact *doc;
	struct sg_msg *msg;
	size_t i;

	shift_covers(join, from->stamps, from->stamp_count);
	for (i = 0; i < from->doc_count; i++) {
		doc = sg_pool_push(
		    to->pool, &to->docs, &to->doc_count, sizeof(*doc));
		if (doc == NULL)
			return SIGN_E_NOMEM;
		*doc = from->docs[i];
	}
	for (i = 0; i < from->stamp_count; i++) {
		stamp = sg_pool_push(
		    to->pool, &to->stamps, &to->stamp_count, sizeof(*stamp));
		if (stamp == NULL)
			return SIGN_E_NOMEM;
		*stamp = from->stamps[i];
	}
	for (i = 0; i < from->warning_count; i++) {
		msg = sg_pool_push(
		    to->pool, &to->warnings, &to->warning_count, sizeof(*msg));
		if (msg == NULL)
			return SIGN_E_NOMEM;
		*msg = from->warnings[i];
	}
	return 0;
}

int
sg_facts_join(struct sg_facts *facts, struct sg_facts *from, const char *entry,
    const long *part_of)
{
	struct join join = { facts, from, entry, part_of, facts->doc_count,
		facts->sig_count, 0 };
	size_t i;
	int ret = 0;

	for (i = 0; i < facts->sig_count; i++)
		join.top += facts->sigs[i].parent < 0;
	if (sg_facts_own(facts, from) < 0) {
		sg_facts_free(from);
		return SIGN_E_NOMEM;
	}
	for (i = 0; i < from->sig_count && ret == 0; i++)
		ret = join_sig(&join, &from->sigs[i]);
	if (ret == 0)
		ret = join_lists(&join);
	return ret == 0 ? join_rest(&join) : ret;
}
