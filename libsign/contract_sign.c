/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/contract.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/contract_seen.h"
#include "libsign/ctx.h"
#include "libsign/job.h"
#include "libsign/key.h"
#include "sign/job.h"

#include <string.h>

/* Signing as a party: whoever may not is told why before any key is used. */
struct choosing {
	struct sg_env *env;
	const struct sign_report *report;
	const struct sg_contract_done *done;
	const char *role; /* that was asked for; NULL */
	struct sg_report_signer who;
	struct sg_view cert; /* his */
	size_t index;        /* of the party */
	struct sg_seen_all seen;
};

static const struct sg_party *
party_at(const struct choosing *c, size_t index)
{
	return &c->done->contract.parties[index];
}

/* What his own key has signed is his, whoever is trusted. */
static int
is_own(const struct choosing *c, const struct sg_report_sig *sig)
{
	const struct sign_report *report = c->report;
	size_t i;

	for (i = 0; sig->certificate != NULL && i < report->cert_count; i++)
		if (strcmp(report->certs[i].id, sig->certificate) == 0)
			return sg_view_equal(report->certs[i].der, c->cert);
	return 0;
}

static int
counts(const struct choosing *c, const struct sg_seen_sig *seen)
{
	struct sg_report_sig sig = *seen->sig;
	struct sg_seen_sig own = *seen;

	if (!is_own(c, seen->sig))
		return sg_seen_counts(seen);
	sig.rooted = SG_NULL;
	own.sig = &sig;
	return sg_seen_counts(&own);
}

/* The signature of a party for a document (containers: for all), which keeps
 * it from signing again: his own before others. NULL: there is none. */
static const struct sg_seen_sig *
signed_by(const struct choosing *c, size_t party, size_t unit)
{
	const struct sg_seen_sig *seen, *found = NULL;
	size_t i;

	for (i = 0; i < c->seen.count; i++) {
		seen = &c->seen.list[i];
		if (seen->party == (long)party && seen->unit == unit &&
		    counts(c, seen) && (found == NULL || is_own(c, seen->sig)))
			found = seen;
	}
	return found;
}

static int
has_signed(const struct choosing *c, size_t party)
{
	size_t unit;

	for (unit = 0; unit < c->done->contract.doc_count; unit++)
		if (signed_by(c, party, unit) != NULL)
			return 1;
	return 0;
}

/* Nobody is trusted: a certificate that somebody made for himself looks like
 * any other. */
static void
hint_trust(const struct choosing *c, const struct sg_report_sig *sig)
{
	if (sig->rooted == SG_NULL && !is_own(c, sig))
		sg_err_hint(c->env,
		    N_("if that signature is a false one, sign with --trust "
		       "FILE, the root certificate of the authority: what "
		       "leads to no trusted authority does not count"));
}

/* ---- which party it is */

static const char *
name_of(const struct sg_report_signer *who)
{
	return who->common_name != NULL ? who->common_name : who->subject;
}

static int
by_role(struct choosing *c)
{
	const struct sg_contract *contract = &c->done->contract;
	size_t i;

	for (i = 0; i < contract->party_count; i++)
		if (strcmp(contract->parties[i].role, c->role) == 0)
			break;
	if (i == contract->party_count)
		return sg_err_set(c->env, SIGN_E_ARG,
		    N_("the contract has no party with the role \"%s\""),
		    c->role);
	c->index = i;
	if (sg_party_fits(&contract->parties[i], &c->who))
		return 0;
	return sg_err_set(c->env, SIGN_E_KEY,
	    N_("the certificate of %s does not fit the party \"%s\""),
	    name_of(&c->who), c->role);
}

/* The party that his own key has signed as; count: none. Who wants to sign for
 * a second one has to say so. */
static size_t
signed_before(const struct choosing *c)
{
	const struct sg_seen_sig *seen;
	size_t i;

	for (i = 0; i < c->seen.count; i++) {
		seen = &c->seen.list[i];
		if (is_own(c, seen->sig) && counts(c, seen))
			return (size_t)seen->party;
	}
	return c->done->contract.party_count;
}

static int
names_somebody(const struct sg_party *party)
{
	return party->name != NULL || party->pattern != NULL ||
	    party->inn != NULL || party->snils != NULL || party->ogrn != NULL ||
	    party->ogrnip != NULL;
}

/* Whom a party names is nobody else: parties that may be anybody are for those
 * whom none names. Of these the one that has not signed; when all have, the
 * first. */
static int
pick(struct choosing *c, int named)
{
	size_t i, count = c->done->contract.party_count;
	size_t first = count, open = count;

	for (i = 0; i < count; i++) {
		if (names_somebody(party_at(c, i)) != named ||
		    !sg_party_fits(party_at(c, i), &c->who))
			continue;
		if (first == count)
			first = i;
		if (has_signed(c, i))
			continue;
		if (open != count) {
			sg_err_set(c->env, SIGN_E_KEY,
			    N_("the certificate of %s fits \"%s\" and \"%s\": "
			       "as whom?"),
			    name_of(&c->who), party_at(c, open)->role,
			    party_at(c, i)->role);
			sg_err_hint(c->env, N_("--as ROLE says it"));
			return SIGN_E_KEY;
		}
		open = i;
	}
	c->index = open != count ? open : first;
	return 0;
}

static int
by_certificate(struct choosing *c)
{
	size_t count = c->done->contract.party_count;
	int rc = 0;

	c->index = signed_before(c);
	if (c->index == count)
		rc = pick(c, 1);
	if (rc == 0 && c->index == count)
		rc = pick(c, 0);
	if (rc < 0 || c->index != count)
		return rc;
	return sg_err_set(c->env, SIGN_E_KEY,
	    N_("%s is no party of this contract: the certificate fits none of "
	       "them"),
	    name_of(&c->who));
}

/* ---- whether it may sign now */

static int
check_documents(const struct choosing *c)
{
	const struct sg_contract *contract = &c->done->contract;
	const struct sg_contract_doc *doc;
	size_t i;

	for (i = 0; i < contract->doc_count; i++) {
		doc = &contract->docs[i];
		if (doc->state == SG_DOC_CHANGED)
			return sg_err_set(c->env, SIGN_E_STATE,
			    N_("%s is not the document that the contract "
			       "describes"),
			    doc->name);
		if (doc->state == SG_DOC_MISSING)
			return sg_err_set(c->env, SIGN_E_STATE,
			    N_("%s, a document of the contract, is missing"),
			    doc->name);
	}
	if (contract->unlisted_count == 0 || contract->about.len == 0)
		return 0;
	return sg_err_set(c->env, SIGN_E_STATE,
	    N_("the file holds %s, which the contract does not name"),
	    contract->unlisted[0]);
}

/* Portal: a party signs document after document. What lies in the place of a
 * signature and is none is not written over. */
static int
check_files(const struct choosing *c)
{
	const struct sg_contract *contract = &c->done->contract;
	const struct sg_party *party = party_at(c, c->index);
	size_t i;

	for (i = 0; i < contract->doc_count; i++) {
		if (party->files[i] == NULL || !party->there[i] ||
		    signed_by(c, c->index, i) != NULL)
			continue;
		sg_err_set(c->env, SIGN_E_STATE,
		    N_("%s is no signature of \"%s\" that counts"),
		    party->files[i], party->role);
		sg_err_hint(c->env,
		    N_("take the file out of the contract, and sign then"));
		return SIGN_E_STATE;
	}
	return 0;
}

static int
check_once(const struct choosing *c)
{
	const struct sg_party *party = party_at(c, c->index);
	const struct sg_seen_sig *seen;

	if (party->files != NULL)
		return check_files(c);
	seen = signed_by(c, c->index, 0);
	if (seen == NULL)
		return 0;
	sg_err_set(c->env, SIGN_E_STATE,
	    N_("the party \"%s\" has a signature in this contract already: "
	       "%s"),
	    party->role, seen->sig->id);
	hint_trust(c, seen->sig);
	return SIGN_E_STATE;
}

/* Whoever signs now would sign something else than those before. Who signs
 * later may have to wait for this one. */
static int
check_others(const struct choosing *c)
{
	const struct sg_party_done *party;
	size_t i;

	for (i = 0; i < c->done->party_count; i++) {
		party = &c->done->parties[i];
		if (i == c->index ||
		    (c->done->contract.ordered && i > c->index) ||
		    party->state != SG_PARTY_OTHER_VERSION ||
		    party->sig->rooted == SG_FALSE)
			continue;
		sg_err_set(c->env, SIGN_E_STATE,
		    N_("the signature of \"%s\" is not over this contract: it "
		       "was changed"),
		    party->party->role);
		if (party->sig->rooted == SG_NULL)
			hint_trust(c, party->sig);
		return SIGN_E_STATE;
	}
	return 0;
}

static int
is_before(const struct choosing *c, size_t index)
{
	const struct sg_party_done *before = &c->done->parties[index];

	if (before->state != SG_PARTY_SIGNED &&
	    before->state != SG_PARTY_UNCONFIRMED)
		return 0;
	return before->sig->rooted != SG_FALSE;
}

static int
check_turn(const struct choosing *c)
{
	const struct sg_report_sig *sig;
	size_t i;

	for (i = 0; c->done->contract.ordered && i < c->index; i++) {
		if (is_before(c, i))
			continue;
		sg_err_set(c->env, SIGN_E_STATE,
		    N_("it is not the turn of \"%s\": \"%s\" signs first"),
		    party_at(c, c->index)->role, party_at(c, i)->role);
		sig = c->done->parties[i].sig;
		if (sig != NULL && sig->rooted == SG_FALSE)
			sg_err_hint(c->env,
			    N_("there is a signature in its name, but the "
			       "certificate leads to nobody who is trusted: "
			       "--trust FILE names an authority"));
		return SIGN_E_STATE;
	}
	return 0;
}

static int
check_time(const struct choosing *c)
{
	char time[SIGN_TIME_TEXT];

	if (c->done->contract.deadline == SG_NO_TIME ||
	    sg_env_now(c->env) <= c->done->contract.deadline)
		return 0;
	return sg_err_set(c->env, SIGN_E_STATE,
	    N_("the deadline was %s: the contract cannot be signed any more"),
	    sign_time_text(c->done->contract.deadline, time));
}

static int
choose_party(struct choosing *c)
{
	int rc = c->role != NULL ? by_role(c) : by_certificate(c);

	if (rc < 0 || (rc = check_documents(c)) < 0 ||
	    (rc = check_once(c)) < 0 || (rc = check_others(c)) < 0 ||
	    (rc = check_turn(c)) < 0)
		return rc;
	return check_time(c);
}

/* ---- the job */

static int
take_names(struct choosing *c, const struct sg_cert *cert)
{
	struct sg_pool *pool = c->report->pool;

	sg_report_names(pool, &c->who, cert);
	return sg_pool_copy(c->env, pool, sg_cert_der(cert), &c->cert);
}

/* Who signs: the owner of the key, or of a certificate whose key is elsewhere. */
static int
take_signer(struct choosing *c, const struct sign_key *key,
    const struct sign_party_options *set, struct sg_party_want *want)
{
	struct sg_certs certs = { NULL, 0 };
	int rc;

	want->cert = sg_view_of(set->cert, set->cert_len);
	if (key == NULL && want->cert.len == 0)
		return sg_err_set(c->env, SIGN_E_ARG,
		    N_("whose signature? There is neither key nor "
		       "certificate"));
	if (key != NULL && key->cert == NULL)
		return sg_err_set(
		    c->env, SIGN_E_KEY, "the key has no certificate");
	if (key != NULL)
		return take_names(c, key->cert);
	rc = sg_certs_read(c->env, want->cert, &certs);
	if (rc == 0)
		rc = take_names(c, certs.list[0]);
	sg_certs_clear(&certs);
	return rc;
}

/* The portal's signatures lie in files of their own. */
static int
check_later(struct sg_env *env, const struct sg_contract *contract)
{
	if (contract->layout == &sg_layout_container)
		return 0;
	sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("a contract in the portal's layout is not signed in two steps"));
	sg_err_hint(env,
	    N_("podpis prepare prepares a signature for each document, and "
	       "podpis contract accept puts them in"));
	return SIGN_E_UNSUPPORTED;
}

int
sign_contract_prepare(const struct sign_report *report,
    const struct sign_party_options *options, const struct sign_key *key,
    struct sign_job **out)
{
	struct sign_ctx *ctx = report->ctx;
	struct choosing c = {
		.env = &ctx->env, .report = report, .done = report->contract
	};
	struct sign_party_options set = SIGN_PARTY_OPTIONS_INIT;
	struct sg_party_want want = { .key = key };
	struct sign_job_options job = SIGN_JOB_OPTIONS_INIT;
	int rc = sg_options_take(c.env, options, &set, sizeof(set));

	if (rc == 0)
		rc = sg_options_take(c.env, set.job, &job, sizeof(job));
	if (rc < 0)
		return rc;
	if (c.done == NULL)
		return sg_err_set(c.env, SIGN_E_FORMAT,
		    N_("there is no contract in this file"));
	if (report->from_facts)
		return sg_err_set(c.env, SIGN_E_STATE,
		    N_("the report was made out of saved facts, and a contract "
		       "is signed as it is: verify it first"));
	c.role = set.role;
	rc = key == NULL ? check_later(c.env, &c.done->contract) : 0;
	if (rc == 0)
		rc = take_signer(&c, key, &set, &want);
	if (rc == 0)
		rc = sg_contract_see(c.env, report, &c.done->contract, &c.seen);
	if (rc == 0)
		rc = choose_party(&c);
	if (rc < 0)
		return rc;
	want.contract = &c.done->contract;
	want.party = party_at(&c, c.index);
	want.step = set.step;
	want.stamp = set.content_timestamp;
	want.stamp_trust = set.trust;
	want.set = &job;
	job.roles = &want.party->role;
	job.role_count = 1;
	job.commitment = "approval";
	return want.contract->layout->prepare(ctx, &want, out);
}

/* ---- the contract again, when the value is there */

static int
may_still(struct choosing *c, const struct sign_job *job)
{
	int rc;

	if (c->done == NULL)
		return sg_err_set(c->env, SIGN_E_STATE,
		    N_("%s is not the contract that the job was prepared for"),
		    job->now.path);
	rc = take_names(c, job->cert);
	if (rc == 0)
		rc = sg_contract_see(
		    c->env, c->report, &c->done->contract, &c->seen);
	if (rc == 0)
		rc = choose_party(c);
	if (rc < 0 || sg_contract_is_file(&c->done->contract, job))
		return rc;
	return sg_err_set(c->env, SIGN_E_STATE,
	    N_("%s has changed since it was looked at"), job->now.path);
}

int
sg_contract_again(struct sign_job *job)
{
	struct sign_report *report = NULL;
	struct choosing c = { .env = &job->ctx->env, .role = job->party };
	int rc;

	rc = sign_verify(job->ctx, job->now.path, job->trust, NULL, &report);
	if (rc == 0) {
		c.report = report;
		c.done = report->contract;
		rc = may_still(&c, job);
	}
	sign_report_free(report);
	return rc;
}
