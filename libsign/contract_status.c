/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "libsign/contract_seen.h"

#include <string.h>

/* From the signatures that were seen to what each party has done. */
struct deciding {
	struct sg_env *env;
	struct sg_pool *pool;
	const struct sign_report *report;
	struct sg_contract_done *done;
	struct sg_seen_all seen;
	const struct sg_seen_sig **used; /* of each party: its last; NULL */
	int nomem;
};

static struct sg_msg
say(struct deciding *d, const char *id, const char *a, const char *b)
{
	struct sg_msg msg = sg_msg_make(d->pool, id, a, b, NULL);

	if ((a != NULL && msg.arg[0] == NULL) ||
	    (b != NULL && msg.arg[1] == NULL))
		d->nomem = 1;
	return msg;
}

/* Which is better news? The order of the enumeration is not that. */
static int
rank(enum sg_party_state state)
{
	static const int ranks[] = {
		[SG_PARTY_SIGNED] = 0,
		[SG_PARTY_UNCONFIRMED] = 1,
		[SG_PARTY_LATE] = 2,
		[SG_PARTY_OUT_OF_TURN] = 3,
		[SG_PARTY_WRONG_ROLE] = 4,
		[SG_PARTY_INCOMPLETE] = 5,
		[SG_PARTY_OTHER_VERSION] = 6,
		[SG_PARTY_FAILED] = 7,
		[SG_PARTY_MISSING] = 8,
	};

	return ranks[state];
}

/* What leads to nobody who is trusted never stands before what does. */
static int
rank_of(const struct sg_seen_sig *seen)
{
	int untrusted = seen->sig->rooted == SG_FALSE;

	return rank(seen->state) + (untrusted ? rank(SG_PARTY_MISSING) : 0);
}

/* ---- each party */

static const struct sg_seen_sig *
best_of(const struct deciding *d, size_t party, size_t unit)
{
	const struct sg_seen_sig *best = NULL, *seen;
	size_t i;

	for (i = 0; i < d->seen.count; i++) {
		seen = &d->seen.list[i];
		if (seen->party == (long)party && seen->unit == unit &&
		    (best == NULL || rank_of(seen) < rank_of(best)))
			best = seen;
	}
	return best;
}

static enum sg_proof
weaker(enum sg_proof a, enum sg_proof b)
{
	return a < b ? a : b;
}

/* One more signature of the party counts. */
static void
take_signature(struct deciding *d, size_t party, const struct sg_seen_sig *seen)
{
	struct sg_party_done *to = &d->done->parties[party];
	enum sg_proof when = SG_PROOF_NONE;
	int first = to->sig == NULL;

	if (seen->time != SG_NO_TIME)
		when = seen->before != SG_NO_TIME ? SG_PROOF_STAMP
						  : SG_PROOF_CLAIMED;
	to->when = first ? when : weaker(to->when, when);
	to->deadline =
	    first ? seen->deadline : weaker(to->deadline, seen->deadline);
	if (first || rank(seen->state) > rank(to->state))
		to->state = seen->state;
	if (first || seen->time > to->time ||
	    rank(seen->state) >= rank(to->state)) {
		d->used[party] = seen;
		to->sig = seen->sig;
		to->time = seen->time;
		if (when == SG_PROOF_STAMP)
			to->time = seen->sig->best_signature_time;
		to->not_before = seen->after;
	}
}

/* Portal: one for each document that it has a file for. */
static void
decide_party(struct deciding *d, size_t index)
{
	const struct sg_contract *c = &d->done->contract;
	const struct sg_party *party = &c->parties[index];
	struct sg_party_done *to = &d->done->parties[index];
	size_t unit, units = party->files != NULL ? c->doc_count : 1;
	const char *lacking = NULL;
	const struct sg_seen_sig *best;

	to->party = party;
	to->state = SG_PARTY_MISSING;
	to->time = to->not_before = SG_NO_TIME;
	for (unit = 0; unit < units; unit++) {
		if (party->files != NULL && party->files[unit] == NULL)
			continue;
		best = best_of(d, index, unit);
		if (best != NULL)
			take_signature(d, index, best);
		else if (party->files != NULL && lacking == NULL)
			lacking = c->docs[unit].name;
	}
	if (to->sig == NULL || lacking == NULL)
		return;
	if (rank(to->state) < rank(SG_PARTY_INCOMPLETE))
		to->state = SG_PARTY_INCOMPLETE;
	to->detail = say(d, N_("has not signed %1$s yet"), lacking, NULL);
}

/* ---- the order */

static int
is_signed(const struct sg_party_done *party)
{
	return party->state == SG_PARTY_SIGNED ||
	    party->state == SG_PARTY_UNCONFIRMED;
}

/* It was there before the other one can have been made. */
static int
precedes(const struct sg_seen_sig *first, const struct sg_seen_sig *second)
{
	return first->before != SG_NO_TIME && second->after != SG_NO_TIME &&
	    first->before <= second->after;
}

/* Did the one before sign before the one behind? What is proven decides; else
 * what they claim, as far as that can be true. */
static enum sg_proof
in_order(const struct sg_seen_sig *first, const struct sg_seen_sig *second,
    int *wrong)
{
	*wrong = 0;
	if (precedes(first, second))
		return SG_PROOF_STAMP;
	*wrong = precedes(second, first);
	if (*wrong)
		return SG_PROOF_STAMP;
	if (first->claimed == SG_NO_TIME || second->claimed == SG_NO_TIME)
		return SG_PROOF_NONE;
	*wrong = first->time > second->time;
	return SG_PROOF_CLAIMED;
}

static void
out_of_turn(struct deciding *d, struct sg_party_done *party,
    const struct sg_party_done *before, enum sg_proof proof)
{
	party->state = SG_PARTY_OUT_OF_TURN;
	party->detail = say(d,
	    proof == SG_PROOF_STAMP
		? N_("signed before it was the turn, as time-stamps prove: "
		     "%1$s comes first")
		: N_("signed before it was the turn: %1$s comes first"),
	    before->party->role, NULL);
}

static void
decide_turn(struct deciding *d, size_t index)
{
	struct sg_party_done *to = &d->done->parties[index], *before;
	enum sg_proof proof;
	size_t i;
	int wrong;

	to->turn = SG_PROOF_STAMP;
	for (i = 0; i < index && is_signed(to); i++) {
		before = &d->done->parties[i];
		if (before->state == SG_PARTY_MISSING) {
			out_of_turn(d, to, before, SG_PROOF_NONE);
			return;
		}
		proof = in_order(d->used[i], d->used[index], &wrong);
		to->turn = weaker(to->turn, proof);
		if (wrong)
			out_of_turn(d, to, before, proof);
	}
}

/* ---- in words */

/* %1$s: when, or not after that; %2$s: not before that. */
static const char *
signed_text(const struct sg_party_done *party)
{
	int after = party->not_before != SG_NO_TIME;

	if (party->sig->rooted == SG_FALSE)
		return N_("a signature in its name is there, but the "
			  "certificate leads to nobody who is trusted");
	if (party->state == SG_PARTY_UNCONFIRMED)
		return party->when == SG_PROOF_STAMP
		    ? N_("signed before %1$s, as a time-stamp proves, but the "
			 "signature could not be confirmed")
		    : N_("signed on %1$s, as the signer says, but the "
			 "signature could not be confirmed");
	if (party->when == SG_PROOF_STAMP)
		return after
		    ? N_("signed between %2$s and %1$s, as time-stamps "
			 "prove")
		    : N_("signed before %1$s, as a time-stamp proves");
	return after ? N_("signed after %2$s, as a time-stamp proves, and on "
			  "%1$s, as the signer says")
		     : N_("signed on %1$s, as the signer says");
}

static const char *
late_text(const struct sg_party_done *party)
{
	return party->deadline == SG_PROOF_STAMP
	    ? N_("signed after %2$s, as a time-stamp proves, and that is after "
		 "the deadline")
	    : N_("signed on %1$s, after the deadline");
}

static const struct {
	enum sg_party_state state;
	const char *text; /* %1$s: the document or role */
} reasons[] = {
	{ SG_PARTY_FAILED, N_("the signature is not valid") },
	{ SG_PARTY_OTHER_VERSION, N_("signed another version of %1$s") },
	{ SG_PARTY_INCOMPLETE, N_("the signature does not cover %1$s") },
	{ SG_PARTY_WRONG_ROLE,
	    N_("claims to sign as %1$s, whom the certificate does not fit") },
};

static void
put_detail(struct deciding *d, size_t index)
{
	struct sg_party_done *to = &d->done->parties[index];
	char time[SIGN_TIME_TEXT], after[SIGN_TIME_TEXT];
	size_t i;

	if (to->detail.id != NULL)
		return;
	sign_time_text(to->time, time);
	sign_time_text(to->not_before, after);
	if (to->state == SG_PARTY_MISSING)
		to->detail = say(d,
		    d->done->overdue
			? N_("has not signed, and the deadline is over")
			: N_("has not signed yet"),
		    NULL, NULL);
	else if (to->state == SG_PARTY_LATE)
		to->detail = say(d, late_text(to), time, after);
	else if (is_signed(to) && to->when == SG_PROOF_NONE &&
	    to->sig->rooted != SG_FALSE)
		to->detail =
		    say(d, N_("signed; when is not known"), NULL, NULL);
	else if (is_signed(to))
		to->detail = say(d, signed_text(to), time, after);
	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].state == to->state)
			to->detail =
			    say(d, reasons[i].text, d->used[index]->what, NULL);
}

/* ---- whoever else signed */

static const char *
signer_name(const struct sg_report_sig *sig)
{
	if (sig->signer.common_name != NULL)
		return sig->signer.common_name;
	return sig->signer.subject != NULL ? sig->signer.subject : sig->id;
}

static void
add_other(struct deciding *d, const struct sg_report_sig *sig,
    enum sg_other_state state, const struct sg_party *party)
{
	static const char *const texts[] = {
		[SG_OTHER_STRANGER] = N_("%1$s has signed without being asked"),
		[SG_OTHER_TWICE] = N_("%1$s has signed more than once"),
		[SG_OTHER_COUNTER] = N_("%1$s has counter-signed"),
		[SG_OTHER_BROKEN] =
		    N_("a forged or broken signature in the name of %1$s does "
		       "not count"),
		[SG_OTHER_UNTRUSTED] =
		    N_("a signature in the name of %1$s does not count: its "
		       "certificate leads to nobody who is trusted"),
	};
	struct sg_contract_done *done = d->done;
	struct sg_other_done *row = sg_pool_push(
	    d->pool, &done->others, &done->other_count, sizeof(*row));

	if (row == NULL) {
		d->nomem = 1;
		return;
	}
	row->sig = sig;
	row->state = state;
	row->party = party;
	if (state == SG_OTHER_COUNTER && party != NULL)
		row->detail =
		    say(d, N_("%1$s has counter-signed the signature of %2$s"),
			signer_name(sig), party->role);
	else
		row->detail = say(d, texts[state], signer_name(sig), NULL);
}

/* The signature that a counter-signature is over, at any depth. */
static const struct sg_seen_sig *
seen_below(const struct deciding *d, const struct sg_report_sig *sig)
{
	const struct sg_seen_sig *seen;
	size_t i, len;

	for (i = 0; i < d->seen.count; i++) {
		seen = &d->seen.list[i];
		len = strlen(seen->sig->id);
		if (strncmp(sig->id, seen->sig->id, len) == 0 &&
		    sig->id[len] == '.')
			return seen;
	}
	return NULL;
}

static void
decide_other(struct deciding *d, const struct sg_seen_sig *seen)
{
	const struct sg_contract *c = &d->done->contract;
	const struct sg_party *named =
	    seen->named >= 0 ? &c->parties[seen->named] : NULL;

	if (seen->broken)
		add_other(d, seen->sig, SG_OTHER_BROKEN, named);
	else if (seen->party < 0 && seen->again >= 0)
		add_other(
		    d, seen->sig, SG_OTHER_TWICE, &c->parties[seen->again]);
	else if (seen->party < 0)
		add_other(d, seen->sig, SG_OTHER_STRANGER, NULL);
	else if (best_of(d, (size_t)seen->party, seen->unit) != seen)
		add_other(d, seen->sig,
		    seen->sig->rooted == SG_FALSE ? SG_OTHER_UNTRUSTED
						  : SG_OTHER_TWICE,
		    named);
}

static void
decide_others(struct deciding *d)
{
	const struct sg_contract *c = &d->done->contract;
	const struct sg_seen_sig *seen;
	const struct sg_report_sig *sig;
	size_t i;

	for (i = 0; i < d->seen.count; i++)
		decide_other(d, &d->seen.list[i]);
	for (i = 0; i < d->report->sig_count; i++) {
		sig = &d->report->sigs[i];
		if (sig->parent == NULL)
			continue;
		seen = seen_below(d, sig);
		add_other(d, sig,
		    sg_seen_is_broken(sig) ? SG_OTHER_BROKEN : SG_OTHER_COUNTER,
		    seen != NULL && seen->party >= 0 ? &c->parties[seen->party]
						     : NULL);
	}
}

/* ---- all together */

/* Is something that was asked for not known of this party? */
static int
is_open(const struct sg_contract *c, const struct sg_party_done *party)
{
	return party->state == SG_PARTY_UNCONFIRMED ||
	    (c->ordered && party->turn == SG_PROOF_NONE) ||
	    (c->deadline != SG_NO_TIME && party->deadline == SG_PROOF_NONE);
}

static enum sg_tri
concluded(const struct sg_contract_done *done)
{
	const struct sg_contract *c = &done->contract;
	enum sg_tri all = SG_TRUE;
	size_t i;

	for (i = 0; i < c->doc_count; i++)
		if (c->docs[i].state != SG_DOC_FITS)
			return SG_FALSE;
	for (i = 0; i < done->party_count; i++) {
		if (!is_signed(&done->parties[i]))
			return SG_FALSE;
		if (is_open(c, &done->parties[i]))
			all = SG_NULL;
	}
	return all;
}

static int
deciding_start(struct deciding *d)
{
	struct sg_contract_done *done = d->done;
	const struct sg_contract *c = &done->contract;

	done->party_count = c->party_count;
	done->parties =
	    sg_pool_array(d->pool, c->party_count, sizeof(*done->parties));
	d->used = sg_pool_array(d->pool, c->party_count, sizeof(*d->used));
	if (done->parties == NULL || d->used == NULL)
		return sg_err_nomem(d->env);
	done->overdue =
	    c->deadline != SG_NO_TIME && d->report->time > c->deadline;
	return sg_contract_see(d->env, d->report, c, &d->seen);
}

int
sg_contract_judge(struct sg_env *env, const struct sign_report *report,
    struct sg_contract_done *done)
{
	struct deciding d = {
		.env = env, .pool = report->pool, .report = report, .done = done
	};
	size_t i;
	int rc = deciding_start(&d);

	if (rc < 0)
		return rc;
	for (i = 0; i < done->party_count; i++)
		decide_party(&d, i);
	for (i = 0; done->contract.ordered && i < done->party_count; i++)
		decide_turn(&d, i);
	for (i = 0; i < done->party_count; i++)
		put_detail(&d, i);
	decide_others(&d);
	done->concluded = concluded(done);
	return d.nomem ? sg_err_nomem(env) : 0;
}

/* The worst in the order 5, 6, 7, 8, operational, 0. */
int
sg_contract_exit(int exit, const struct sg_contract_done *done)
{
	if (done->concluded == SG_TRUE || (exit >= 5 && exit <= 7))
		return exit;
	return 8;
}
