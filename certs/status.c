/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/status.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "certs/flaw.h"
#include "certs/ocsp.h"
#include "certs/path.h"
#include "certs/trial.h"
#include "certs/x509.h"

#include <openssl/x509v3.h>

#include <stdlib.h>
#include <string.h>

/* ---- what both kinds of data have in common */

int
sg_status_is_fresh(const struct sg_evidence *evidence, int64_t at,
    int64_t this_update, int64_t next_update)
{
	if (this_update >= at)
		return 1;
	if (evidence->max_age > 0)
		return this_update > at - evidence->max_age;
	return next_update != SG_NO_TIME && next_update >= at;
}

/* Revoked for one of these, what was signed before stays good (RFC 3161, 4);
 * for another one or for none that is given, nobody knows since when somebody
 * else had the key. A hold is no revocation. */
static int
reason_is_harmless(const char *reason)
{
	static const char *const names[] = { "unspecified",
		"affiliationChanged", "superseded", "cessationOfOperation",
		"certificateHold" };
	size_t i;

	for (i = 0; reason != NULL && i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(reason, names[i]) == 0)
			return 1;
	return 0;
}

enum sg_revocation
sg_status_of_entry(const struct sg_question *question, int first, int64_t when,
    const char *reason)
{
	int authority = first && question->purpose != SG_FOR_DOCUMENTS;

	if (when != SG_NO_TIME && when > question->at &&
	    (!authority || reason_is_harmless(reason)))
		return SG_REV_GOOD;
	if (reason != NULL && strcmp(reason, "certificateHold") == 0)
		return SG_REV_HELD;
	return SG_REV_REVOKED;
}

/* ---- one response */

/* A chain, the question about it, and how deep: a responder's own status may
 * be asked of OCSP once more, and no further. */
struct asking {
	struct sg_trial_input *input;
	const struct sg_path *path;
	const struct sg_question *question;
	int depth;
};

static int status_link(
    const struct asking *asking, size_t at, struct sg_trial_link *link);

/* RFC 6960, 4.2.2.2: issued by the same CA for this purpose. */
static int
responder_is_delegated(const struct sg_cert *responder, const X509 *issuer)
{
	X509 *x509 = sg_cert_x509(responder);

	return X509_NAME_cmp(X509_get_issuer_name(x509),
		   X509_get_subject_name(issuer)) == 0 &&
	    (X509_get_extension_flags(x509) & EXFLAG_XKUSAGE) != 0 &&
	    (X509_get_extended_key_usage(x509) & XKU_OCSP_SIGN) != 0 &&
	    (X509_get_key_usage(x509) &
		(KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
}

/* Was its certificate issued by that CA's key, and not revoked? *flaw says
 * what is wrong, 0: nothing. */
static int
responder_check(const struct asking *asking, size_t at,
    struct sg_cert *responder, int64_t produced_at, int *flaw)
{
	const struct sg_question question = { responder, SG_FOR_OCSP,
		produced_at, asking->question->known };
	struct sg_path path = { .certs = { responder }, .count = 1 };
	struct asking deeper = { asking->input, &path, &question,
		asking->depth + 1 };
	struct sg_trial trial;
	int ret;

	*flaw = SG_FLAW_OCSP_SIGNER_UNSURE;
	if (asking->input->status_runs++ >= SG_MAX_STATUS_RUNS)
		return 0;
	while (++at < asking->path->count)
		path.certs[path.count++] = asking->path->certs[at];
	ret = sg_trial_crls(asking->input, &path, &question, &trial);
	if (ret == 0 && asking->depth == 0)
		ret = status_link(&deeper, 0, &trial.links[0]);
	if (ret < 0)
		return ret;
	if (trial.links[0].flaw != 0)
		*flaw = trial.links[0].flaw == X509_V_ERR_CERT_HAS_EXPIRED ||
			trial.links[0].flaw == X509_V_ERR_CERT_NOT_YET_VALID
		    ? SG_FLAW_OCSP_SIGNER_BOUNDS
		    : SG_FLAW_OCSP_SIGNER;
	else if (trial.links[0].revocation == SG_REV_REVOKED)
		*flaw = SG_FLAW_OCSP_SIGNER_REVOKED;
	else if (trial.links[0].revocation == SG_REV_GOOD ||
	    trial.links[0].revocation == SG_REV_NOT_NEEDED)
		*flaw = 0;
	return 0;
}

/* The search for who signed a response. */
struct search {
	const struct asking *asking;
	size_t at; /* the link that it is about */
	const struct sg_ocsp *ocsp;
	struct sg_cert *signer; /* found, NULL: the CA itself */
	int flaw;               /* 0: found */
};

/* Is it this one? The flaw of the one that came nearest is kept. */
static int
search_try(struct search *search, struct sg_cert *candidate)
{
	const struct sg_path *path = search->asking->path;
	int64_t produced_at = sg_ocsp_produced_at(search->ocsp);
	int flaw, ret;

	if (!sg_ocsp_is_by(search->ocsp, candidate) ||
	    (search->signer != NULL &&
		sg_cert_equal(search->signer, candidate)))
		return 0;
	if (search->flaw == SG_FLAW_OCSP_NO_SIGNER)
		search->flaw = SG_FLAW_OCSP_SIGNER;
	if (!responder_is_delegated(
		candidate, sg_cert_x509(path->certs[search->at + 1])) ||
	    /* nobody answers for himself */
	    sg_cert_equal(candidate, path->certs[search->at]))
		return 0;
	if (!sg_ocsp_verifies(
		search->asking->input->env, search->ocsp, candidate)) {
		if (search->flaw == SG_FLAW_OCSP_SIGNER)
			search->flaw = SG_FLAW_OCSP_SIGNATURE;
		return 0;
	}
	ret = responder_check(
	    search->asking, search->at, candidate, produced_at, &flaw);
	if (ret < 0)
		return ret;
	search->flaw = flaw;
	search->signer = candidate;
	return 0;
}

static int
search_list(struct search *search, const struct sg_certs *certs)
{
	size_t i;
	int ret = 0;

	for (i = 0;
	     certs != NULL && i < certs->count && ret == 0 && search->flaw != 0;
	     i++)
		ret = search_try(search, certs->list[i]);
	return ret;
}

/* RFC 6960, 4.2.2.2: who may answer, and did he? */
static int
search_signer(struct search *search)
{
	struct sg_trial_input *input = search->asking->input;
	struct sg_cert *issuer = search->asking->path->certs[search->at + 1];
	int ret;

	search->flaw = SG_FLAW_OCSP_NO_SIGNER;
	if (input->ocsp_checks++ >= SG_MAX_OCSP_CHECKS)
		return 0;
	if (sg_ocsp_is_by(search->ocsp, issuer)) {
		search->flaw = SG_FLAW_OCSP_SIGNATURE;
		if (sg_ocsp_verifies(input->env, search->ocsp, issuer))
			search->flaw = 0;
	}
	ret = search_list(search, sg_ocsp_carried(search->ocsp));
	if (ret == 0)
		ret = search_list(search, input->evidence->certs);
	return ret;
}

/* RFC 6960, 4.2.2.1: without nextUpdate newer ones can be had at any time; so
 * it was made when it was asked for, and holds for that moment. */
static int
answer_is_of_now(const struct sg_evidence *evidence, int64_t at,
    const struct sg_ocsp_single *single)
{
	return single->next_update == SG_NO_TIME && evidence->max_age == 0 &&
	    single->this_update >= at - SG_OCSP_MOMENT;
}

/* Was it signed when its issuer's certificate had expired? An anchor is
 * trusted as it is. */
static int
answer_is_after_issuer(
    const struct asking *asking, size_t at, const struct sg_ocsp_single *single)
{
	return at + 2 < asking->path->count &&
	    single->this_update >
	    sg_cert_not_after(asking->path->certs[at + 1]);
}

/* What the answer says, if the right one gave it. 0: good or revoked. */
static int
answer_read(const struct asking *asking, size_t at,
    const struct sg_ocsp_single *single, struct sg_trial_link *out)
{
	const struct sg_cert *cert = asking->path->certs[at];
	const struct sg_evidence *evidence = asking->input->evidence;
	const struct sg_question *question = asking->question;
	int64_t end = sg_cert_not_after(cert);
	int64_t at_most = question->at < end ? question->at : end;

	if (single->this_update > question->known)
		return SG_FLAW_CRL_YOUNGER;
	if (!single->understood)
		return SG_FLAW_OCSP_CRITICAL;
	if (single->status == SG_OCSP_UNKNOWN)
		return SG_FLAW_OCSP_UNKNOWN;
	out->revocation = SG_REV_GOOD;
	if (single->status == SG_OCSP_REVOKED) {
		out->named = 1;
		out->revocation = sg_status_of_entry(
		    question, at == 0, single->revoked_at, single->reason);
	}
	if (out->revocation != SG_REV_GOOD) {
		out->revoked_at = single->revoked_at;
		out->reason = single->reason;
		return 0;
	}
	if (single->this_update < sg_cert_not_before(cert))
		return SG_FLAW_OCSP_BEFORE_ISSUE;
	if (answer_is_after_issuer(asking, at, single))
		return SG_FLAW_CRL_AFTER_ISSUER;
	if (!out->named && single->this_update > end &&
	    (single->cutoff == SG_NO_TIME || single->cutoff > end))
		return SG_FLAW_OCSP_AFTER_EXPIRY;
	if (asking->input->past ||
	    answer_is_of_now(evidence, at_most, single) ||
	    sg_status_is_fresh(
		evidence, at_most, single->this_update, single->next_update))
		return 0;
	return single->next_update == SG_NO_TIME ? SG_FLAW_OCSP_NO_NEXT
						 : SG_FLAW_OCSP_EXPIRED;
}

/* ---- of all data what decides */

static int
status_rank(enum sg_revocation revocation)
{
	switch (revocation) {
	case SG_REV_REVOKED:
		return 3;
	case SG_REV_HELD:
		return 2;
	case SG_REV_GOOD:
		return 1;
	default:
		return 0;
	}
}

/*
 * What was issued later counts, of equals the worse. But a revocation is final
 * (RFC 5280, 5.3.1): whatever says "good" after it is in doubt, and not it.
 */
static int
status_yields(
    const struct sg_trial_link *link, const struct sg_trial_link *answer)
{
	int have = status_rank(link->revocation);

	if (link->revocation == SG_REV_REVOKED)
		return answer->revocation == SG_REV_REVOKED &&
		    answer->this_update > link->this_update;
	return have == 0 || answer->revocation == SG_REV_REVOKED ||
	    answer->this_update > link->this_update ||
	    (answer->this_update == link->this_update &&
		status_rank(answer->revocation) > have);
}

/* Nothing is known so far, and why is of less weight than a new reason. */
static int
status_is_open(const struct sg_trial_link *link)
{
	return link->revocation == SG_REV_UNKNOWN &&
	    (link->unsure == 0 ||
		link->unsure == X509_V_ERR_UNABLE_TO_GET_CRL ||
		link->unsure == SG_FLAW_CRL_YOUNGER);
}

/* A response that is about the certificate. */
struct heard {
	struct sg_ocsp *ocsp;
	struct sg_ocsp_single single;
};

/* Who signed it is looked at last, and only where it makes a difference. */
static int
heard_judge(const struct asking *asking, size_t at, const struct heard *heard,
    struct sg_trial_link *link)
{
	struct search search = {
		.asking = asking, .at = at, .ocsp = heard->ocsp
	};
	struct sg_trial_link answer = { .ocsp = heard->ocsp,
		.flaw = link->flaw,
		.this_update = heard->single.this_update,
		.next_update = heard->single.next_update };
	int ret;

	answer.unsure = answer_read(asking, at, &heard->single, &answer);
	if (answer.unsure == 0) {
		if (!status_yields(link, &answer))
			return 0;
		ret = search_signer(&search);
		if (ret < 0)
			return ret;
		answer.unsure = search.flaw;
		answer.status_signer = search.flaw == 0 ? search.signer : NULL;
	}
	if (answer.unsure != 0)
		answer.revocation = SG_REV_UNKNOWN;
	if (answer.unsure == 0 || status_is_open(link))
		*link = answer;
	return 0;
}

static int
heard_newer_first(const void *a, const void *b)
{
	int64_t ta = ((const struct heard *)a)->single.this_update;
	int64_t tb = ((const struct heard *)b)->single.this_update;

	return (ta < tb) - (ta > tb);
}

static int
status_may_use(const struct asking *asking, size_t index)
{
	const int64_t *poe = asking->input->ocsp_poe;

	return poe == NULL ||
	    (poe[index] != SG_NO_TIME && poe[index] <= asking->question->known);
}

/* The responses about a certificate, newest first. */
static int
status_hear(
    const struct asking *asking, size_t at, struct heard **out, size_t *count)
{
	const struct sg_ocsps *ocsps = asking->input->evidence->ocsps;
	const struct sg_path *path = asking->path;
	struct heard *list = NULL, *grown;
	struct sg_ocsp_single single;
	size_t i;

	*count = 0;
	for (i = 0; i < ocsps->count; i++) {
		if (!status_may_use(asking, i) ||
		    !sg_ocsp_find(ocsps->list[i], path->certs[at],
			path->certs[at + 1], &single))
			continue;
		grown = sg_list_grow(list, *count, sizeof(*list));
		if (grown == NULL) {
			free(list);
			return sg_err_nomem(asking->input->env);
		}
		list = grown;
		list[*count].ocsp = ocsps->list[i];
		list[(*count)++].single = single;
	}
	if (*count > 1)
		qsort(list, *count, sizeof(*list), heard_newer_first);
	*out = list;
	return 0;
}

static int
status_link(const struct asking *asking, size_t at, struct sg_trial_link *link)
{
	struct heard *heard = NULL;
	size_t i, count;
	int ret;

	ret = status_hear(asking, at, &heard, &count);
	if (ret < 0)
		return ret;
	for (i = 0; i < count && ret == 0; i++)
		ret = heard_judge(asking, at, &heard[i], link);
	free(heard);
	return ret;
}

int
sg_status_ask(struct sg_trial_input *input, const struct sg_path *path,
    const struct sg_question *question, struct sg_trial *out)
{
	const struct asking asking = { input, path, question, 0 };
	size_t i, count = input->past ? 2 : path->count;
	int ret = 0;

	if (input->evidence->ocsps == NULL)
		return 0;
	for (i = 0; i + 1 < count && i + 1 < path->count && ret == 0; i++)
		ret = status_link(&asking, i, &out->links[i]);
	return ret;
}
