/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/der.h"
#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "libsign/contract_seen.h"

#include <string.h>

/* ---- whose signature it is */

static int
has_indication(const struct sg_report_sig *sig, const char *word)
{
	return sig->indication != NULL && strcmp(sig->indication, word) == 0;
}

static int
claims(const struct sg_report_sig *sig, const char *role)
{
	size_t i;

	for (i = 0; i < sig->signer.role_count; i++)
		if (sig->signer.roles[i] != NULL &&
		    strcmp(sig->signer.roles[i], role) == 0)
			return 1;
	return 0;
}

static int
is_taken(const struct sg_seen_all *all, size_t party)
{
	size_t i;

	for (i = 0; i < all->count; i++)
		if (all->list[i].party == (long)party)
			return 1;
	return 0;
}

/* Whose is the key already? A copy of a signature is as good as the first one,
 * so that one person stands for two parties only where the signatures say so
 * themselves. */
static long
party_of_key(const struct sg_seen_all *all, const struct sg_seen_sig *seen)
{
	const struct sg_seen_sig *other;
	size_t i;

	for (i = 0; seen->key.len != 0 && i < all->count; i++) {
		other = &all->list[i];
		if (other->party >= 0 && sg_view_equal(other->key, seen->key) &&
		    !has_indication(other->sig, "TOTAL-FAILED"))
			return other->party;
	}
	return -1;
}

/* Of several parties that the certificate fits: the one whose role is claimed,
 * else the one that it stands for already, else one that nobody has signed
 * for. */
static long
party_by_cert(const struct sg_seen_all *all, const struct sg_contract *c,
    const struct sg_seen_sig *seen)
{
	const struct sg_report_sig *sig = seen->sig;
	long first = -1, open = -1, again = -1;
	size_t i;

	for (i = 0; i < c->party_count; i++) {
		if (!sg_party_fits(&c->parties[i], &sig->signer))
			continue;
		if (claims(sig, c->parties[i].role))
			return (long)i;
		if (seen->again == (long)i)
			again = (long)i;
		if (first < 0)
			first = (long)i;
		if (open < 0 && !is_taken(all, i))
			open = (long)i;
	}
	if (again >= 0)
		return again;
	return open >= 0 ? open : first;
}

static const char *
base_name(const char *path)
{
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;

	return slash != NULL ? slash + 1 : path;
}

/* Portal: whose file it stands in, and for which document. */
static long
party_by_file(
    const struct sg_contract *c, const struct sg_report_sig *sig, size_t *unit)
{
	const char *file = base_name(sig->file), *have;
	size_t i, d;

	for (i = 0; file != NULL && i < c->party_count; i++)
		for (d = 0; d < c->doc_count; d++) {
			have = c->parties[i].files[d];
			if (have == NULL || strcmp(base_name(have), file) != 0)
				continue;
			*unit = d;
			return (long)i;
		}
	return -1;
}

/* Another party's role is claimed, and none that the certificate fits. */
static const char *
wrong_role(
    const struct sg_contract *c, const struct sg_report_sig *sig, size_t party)
{
	const char *wrong = NULL;
	size_t i;

	for (i = 0; i < c->party_count; i++) {
		if (!claims(sig, c->parties[i].role))
			continue;
		if (i == party)
			return NULL;
		wrong = c->parties[i].role;
	}
	return wrong;
}

/* ---- what it is over */

enum cover {
	COVER_WHOLE,
	COVER_NONE,
	COVER_OTHER, /* the digest is of other octets */
};

/* In a container names are whole; documents beside a signature are paths. */
static int
is_named(const struct sg_report_sig *sig, const char *have, const char *want)
{
	if (have == NULL)
		return 0;
	if (sig->file != NULL)
		have = base_name(have);
	return strcmp(have, want) == 0;
}

static enum cover
covers(const struct sg_report_sig *sig, const char *name)
{
	const struct sg_report_doc *doc;
	enum cover best = COVER_NONE;
	size_t i;

	for (i = 0; i < sig->doc_count; i++) {
		doc = &sig->docs[i];
		if (!is_named(sig, doc->name, name))
			continue;
		if (doc->digest_ok == SG_FALSE)
			return COVER_OTHER;
		if (doc->digest_ok == SG_TRUE && doc->coverage != NULL &&
		    strcmp(doc->coverage, "whole") == 0)
			best = COVER_WHOLE;
	}
	return best;
}

/* One document, or the description (doc NULL). 1: nothing is wrong with it. */
static int
check_cover(struct sg_seen_sig *seen, const struct sg_contract_doc *doc,
    const char *name)
{
	enum cover cover = covers(seen->sig, name);

	if (cover == COVER_OTHER ||
	    (doc != NULL && doc->state == SG_DOC_CHANGED)) {
		seen->state = SG_PARTY_OTHER_VERSION;
		seen->what = name;
		return 0;
	}
	if (cover == COVER_NONE && seen->state != SG_PARTY_INCOMPLETE) {
		seen->state = SG_PARTY_INCOMPLETE;
		seen->what = name;
	}
	return 1;
}

static void
check_covers(struct sg_seen_sig *seen, const struct sg_contract *c)
{
	int by_file = c->parties[seen->party].files != NULL;
	size_t i;

	for (i = 0; i < c->doc_count; i++)
		if ((!by_file || i == seen->unit) &&
		    !check_cover(seen, &c->docs[i], c->docs[i].name))
			return;
	if (c->about_name != NULL)
		check_cover(seen, NULL, c->about_name);
}

/* ---- when it was made */

static void
take_times(struct sg_seen_sig *seen)
{
	const struct sg_report_sig *sig = seen->sig;

	seen->claimed = sig->signing_time;
	seen->before = sig->proven_before;
	seen->after = sig->proven_after;
	/* nobody can have signed after it is proven to have been there, nor
	 * before what is signed was */
	seen->time = seen->claimed;
	if (seen->before != SG_NO_TIME &&
	    (seen->time == SG_NO_TIME || seen->time > seen->before))
		seen->time = seen->before;
	if (seen->after != SG_NO_TIME &&
	    (seen->time == SG_NO_TIME || seen->time < seen->after))
		seen->time = seen->after;
}

/* What is proven decides, else what the signer says; that a signature was
 * there after the deadline does not mean that it was made then. */
static void
check_deadline(struct sg_seen_sig *seen, int64_t deadline)
{
	int late;

	if (deadline == SG_NO_TIME)
		return;
	if (seen->before != SG_NO_TIME && seen->before <= deadline) {
		seen->deadline = SG_PROOF_STAMP;
		return;
	}
	late = seen->after != SG_NO_TIME && seen->after > deadline;
	if (late)
		seen->deadline = SG_PROOF_STAMP;
	else if (seen->claimed != SG_NO_TIME)
		seen->deadline = SG_PROOF_CLAIMED;
	if (late || (seen->claimed != SG_NO_TIME && seen->time > deadline))
		seen->state = SG_PARTY_LATE;
}

/* ---- one signature */

/* The first that is wrong, the worst first; what is good at the end. */
static void
judge_signature(struct sg_seen_sig *seen, const struct sg_contract *c)
{
	seen->state = SG_PARTY_SIGNED;
	take_times(seen);
	check_covers(seen, c);
	if (seen->state == SG_PARTY_OTHER_VERSION)
		return;
	if (has_indication(seen->sig, "TOTAL-FAILED")) {
		seen->state = SG_PARTY_FAILED;
		return;
	}
	if (seen->state != SG_PARTY_SIGNED)
		return;
	seen->what = wrong_role(c, seen->sig, (size_t)seen->party);
	if (seen->what != NULL) {
		seen->state = SG_PARTY_WRONG_ROLE;
		return;
	}
	check_deadline(seen, c->deadline);
	if (seen->state == SG_PARTY_SIGNED &&
	    !has_indication(seen->sig, "TOTAL-PASSED"))
		seen->state = SG_PARTY_UNCONFIRMED;
}

int
sg_seen_is_broken(const struct sg_report_sig *sig)
{
	return sig->signature_ok == SG_FALSE ||
	    sig->signing_certificate_ok == SG_FALSE ||
	    sig->digest_ok == SG_FALSE;
}

/* A party's key has signed other octets than these: that says something of the
 * party. All else that does not verify says nothing of anybody. */
static int
is_broken(const struct sg_seen_sig *seen)
{
	const struct sg_report_sig *sig = seen->sig;

	if (!sg_seen_is_broken(sig))
		return 0;
	return seen->party < 0 || seen->state != SG_PARTY_OTHER_VERSION ||
	    sig->signature_ok != SG_TRUE ||
	    sig->signing_certificate_ok == SG_FALSE;
}

int
sg_seen_counts(const struct sg_seen_sig *seen)
{
	const struct sg_report_sig *sig = seen->sig;

	if (seen->state != SG_PARTY_SIGNED &&
	    seen->state != SG_PARTY_UNCONFIRMED &&
	    seen->state != SG_PARTY_LATE && seen->state != SG_PARTY_WRONG_ROLE)
		return 0;
	/* who has lost his key signs with a new one */
	if (sig->sub_indication != NULL &&
	    strncmp(sig->sub_indication, "REVOKED", 7) == 0)
		return 0;
	return seen->party >= 0 && sig->signature_ok == SG_TRUE &&
	    sig->digest_ok == SG_TRUE && sig->rooted != SG_FALSE;
}

/* Portal: its file says whose it should be, its certificate whether it is. */
static long
party_by_both(const struct sg_contract *c, struct sg_seen_sig *seen)
{
	long party = party_by_file(c, seen->sig, &seen->unit);

	if (party < 0 || !sg_party_fits(&c->parties[party], &seen->sig->signer))
		return -1;
	return seen->again < 0 || seen->again == party ||
		claims(seen->sig, c->parties[party].role)
	    ? party
	    : -1;
}

static void
see_party(struct sg_seen_all *all, const struct sg_contract *c,
    struct sg_seen_sig *seen)
{
	seen->again = party_of_key(all, seen);
	seen->party = c->parties[0].files != NULL ? party_by_both(c, seen)
						  : party_by_cert(all, c, seen);
	seen->named = seen->party;
	if (seen->party >= 0)
		judge_signature(seen, c);
	seen->broken = is_broken(seen);
	if (seen->broken)
		seen->party = -1;
}

static int
claims_any(const struct sg_contract *c, const struct sg_report_sig *sig)
{
	size_t i;

	for (i = 0; i < c->party_count; i++)
		if (claims(sig, c->parties[i].role))
			return 1;
	return 0;
}

static struct sg_view
key_of(struct sg_env *env, const struct sign_report *report, const char *id)
{
	struct sg_cert_ids ids = { 0 };
	size_t i;

	for (i = 0; id != NULL && i < report->cert_count; i++)
		if (strcmp(report->certs[i].id, id) == 0 &&
		    sg_der_cert_ids(env, report->certs[i].der, &ids) < 0)
			sg_err_clear(env);
	return ids.spki;
}

int
sg_contract_see(struct sg_env *env, const struct sign_report *report,
    const struct sg_contract *contract, struct sg_seen_all *out)
{
	const struct sg_report_sig *sig;
	struct sg_seen_sig *seen;
	size_t i;
	int said;

	out->count = 0;
	out->list =
	    sg_pool_array(report->pool, report->sig_count, sizeof(*out->list));
	if (out->list == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < report->sig_count; i++) {
		sig = &report->sigs[i];
		if (sig->parent != NULL)
			continue;
		seen = &out->list[out->count++];
		seen->sig = sig;
		seen->party = seen->named = -1;
		seen->key = key_of(env, report, sig->certificate);
	}
	/* who says for whom, before who leaves it to us */
	for (said = 1; said >= 0; said--)
		for (i = 0; i < out->count; i++)
			if (claims_any(contract, out->list[i].sig) == said)
				see_party(out, contract, &out->list[i]);
	return 0;
}
