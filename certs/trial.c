/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/trial.h"

#include "base/env.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/flaw.h"
#include "certs/run.h"
#include "certs/status.h"
#include "certs/x509.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <string.h>

/* ---- revocation */

static int
trial_has_extension(const struct sg_cert *cert, const char *oid)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	int at = X509_get_ext_by_OBJ(sg_cert_x509(cert), object, -1);

	ASN1_OBJECT_free(object);
	return at >= 0;
}

/*
 * End certificates for which nobody gives revocation data: noRevAvail (RFC
 * 9608, 2), validity-assured short-term (EN 319 412-1, 5.2), and responders
 * with id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1; it says nothing in others).
 */
static int
trial_no_revocation(const struct sg_cert *cert)
{
	X509 *x509 = sg_cert_x509(cert);

	if ((X509_get_extension_flags(x509) & EXFLAG_CA) != 0)
		return 0;
	if ((X509_get_extension_flags(x509) & EXFLAG_XKUSAGE) != 0 &&
	    (X509_get_extended_key_usage(x509) & XKU_OCSP_SIGN) != 0 &&
	    trial_has_extension(cert, SG_OID_OCSP_NOCHECK))
		return 1;
	return trial_has_extension(cert, SG_OID_NO_REV_AVAIL) ||
	    trial_has_extension(cert, SG_OID_VALIDITY_ASSURED);
}

/* ---- the trial */

int
sg_trial_may_use_crl(
    const struct sg_trial_input *input, size_t index, int64_t known)
{
	const int64_t *poe = input->crl_poe;

	return sg_crl_this_update(input->evidence->crls->list[index]) <=
	    known &&
	    (poe == NULL || (poe[index] != SG_NO_TIME && poe[index] <= known));
}

/* Was there revocation data for it that the time leaves out? */
static int
trial_has_younger(const struct sg_trial_input *input,
    const struct sg_cert *cert, int64_t known)
{
	const struct sg_crls *crls = input->evidence->crls;
	size_t i;

	for (i = 0; crls != NULL && i < crls->count; i++)
		if (!sg_trial_may_use_crl(input, i, known) &&
		    X509_NAME_cmp(
			X509_CRL_get_issuer(sg_crl_x509(crls->list[i])),
			sg_cert_issuer(cert)) == 0)
			return 1;
	return 0;
}

/* What is left open of revocation once the verifier has run. */
static void
trial_settle(const struct sg_trial_input *input, const struct sg_path *path,
    const struct sg_question *question, struct sg_trial *out)
{
	struct sg_trial_link *link;
	size_t i;

	for (i = 0; i < out->count; i++) {
		link = &out->links[i];
		if (link->revocation == SG_REV_REVOKED ||
		    link->revocation == SG_REV_HELD ||
		    (link->revocation == SG_REV_GOOD && link->unsure == 0))
			continue;
		if (i + 1 == out->count ||
		    trial_no_revocation(path->certs[i])) {
			link->revocation = SG_REV_NOT_NEEDED;
			link->unsure = 0;
			link->crl = NULL;
			link->status_signer = NULL;
			continue;
		}
		if (link->revocation == SG_REV_UNKNOWN && link->unsure == 0)
			link->unsure = X509_V_ERR_UNABLE_TO_GET_CRL;
		if (link->unsure != 0)
			link->revocation = SG_REV_UNKNOWN;
		if (link->unsure == X509_V_ERR_UNABLE_TO_GET_CRL &&
		    trial_has_younger(input, path->certs[i], question->known))
			link->unsure = SG_FLAW_CRL_YOUNGER;
	}
}

/* The verifier, as often as a CRL turns out to be of no use. */
static int
trial_repeat(struct sg_trial_input *input, const struct sg_path *path,
    const struct sg_question *question, struct sg_trial *out)
{
	int left_out[SG_MAX_CHAIN_DEPTH + 1] = { 0 };
	struct sg_run run;
	size_t i;
	int ret;

	do {
		memset(out, 0, sizeof(*out));
		out->count = path->count;
		memset(&run, 0, sizeof(run));
		run.input = input;
		run.path = path;
		run.question = question;
		run.out = out;
		run.depth = -1;
		run.left_out = left_out;
		input->runs++;
		ret = sg_run_verify(&run);
		if (ret < 0)
			return ret;
	} while (run.again && input->runs < input->max_runs);
	trial_settle(input, path, question, out);
	for (i = 0; i < out->count; i++)
		if (out->links[i].unsure == X509_V_ERR_UNABLE_TO_GET_CRL &&
		    left_out[i] != 0)
			out->links[i].unsure = left_out[i];
	return 0;
}

/* Is there a full CRL that is newer than the one that was asked and names the
 * certificate? */
static int
trial_newer_names_it(const struct sg_trial_input *input,
    const struct sg_cert *cert, const struct sg_trial_link *link, int64_t known)
{
	const struct sg_crls *crls = input->evidence->crls;
	X509_REVOKED *entry = NULL;
	const struct sg_crl *crl;
	size_t i;

	for (i = 0; i < crls->count; i++) {
		crl = crls->list[i];
		if (!input->crl_bad[i] &&
		    sg_trial_may_use_crl(input, i, known) &&
		    sg_crl_this_update(crl) > sg_crl_this_update(link->crl) &&
		    X509_CRL_get_ext_by_NID(
			sg_crl_x509(crl), NID_delta_crl, -1) < 0 &&
		    X509_CRL_get0_by_cert(
			sg_crl_x509(crl), &entry, sg_cert_x509(cert)) == 1)
			return 1;
	}
	return 0;
}

/*
 * OpenSSL takes a CRL that the issuer's own key signed before a newer one that
 * another key of the same issuer signed. If the newer one names a certificate
 * that passed for good, it is asked too, and counts if it is valid.
 */
static int
trial_ask_newer(struct sg_trial_input *input, const struct sg_path *path,
    const struct sg_question *question, struct sg_trial *out)
{
	struct sg_trial before = *out;
	struct sg_trial_link *link;
	size_t i, k;
	int ret = 0;

	for (i = 0; i < before.count && ret == 0; i++) {
		link = &before.links[i];
		if (link->revocation != SG_REV_GOOD || link->crl == NULL ||
		    !trial_newer_names_it(
			input, path->certs[i], link, question->known))
			continue;
		for (k = 0; k < input->evidence->crls->count; k++)
			if (input->evidence->crls->list[k] == link->crl)
				input->crl_bad[k] = 1;
		ret = trial_repeat(input, path, question, out);
		if (out->links[i].revocation == SG_REV_REVOKED ||
		    out->links[i].revocation == SG_REV_HELD)
			*link = out->links[i];
	}
	*out = before;
	return ret;
}

/* Does this delta name the certificate as revoked by then? */
static int
trial_delta_names_it(const struct sg_crl *crl, const struct sg_cert *cert,
    const struct sg_cert *issuer, const struct sg_question *question)
{
	X509_CRL *x509 = sg_crl_x509(crl);
	X509_REVOKED *entry = NULL;
	int64_t when;

	/* 2: it takes the certificate back */
	if (X509_CRL_get_ext_by_NID(x509, NID_delta_crl, -1) < 0 ||
	    X509_CRL_get0_by_cert(x509, &entry, sg_cert_x509(cert)) != 1)
		return 0;
	when = sg_x509_time(X509_REVOKED_get0_revocationDate(entry));
	return (when == SG_NO_TIME || when <= question->at) &&
	    X509_CRL_verify(x509, X509_get0_pubkey(sg_cert_x509(issuer))) == 1;
}

/*
 * A delta counts together with a complete CRL that is not older than the one
 * it was made for (RFC 5280, 5.2.4); OpenSSL passes over all others. If such
 * a one names a certificate, that is no proof, but neither is the older list a
 * proof of the opposite.
 */
static void
trial_heed_deltas(const struct sg_trial_input *input,
    const struct sg_path *path, const struct sg_question *question,
    struct sg_trial *out)
{
	const struct sg_crls *crls = input->evidence->crls;
	struct sg_trial_link *link;
	size_t i, k;

	for (i = 0; i + 1 < out->count; i++) {
		link = &out->links[i];
		for (k = 0; crls != NULL && k < crls->count; k++) {
			if (link->revocation != SG_REV_GOOD || link->named ||
			    link->crl == NULL || input->crl_bad[k] ||
			    !sg_trial_may_use_crl(input, k, question->known) ||
			    sg_crl_this_update(crls->list[k]) <
				link->this_update ||
			    !trial_delta_names_it(crls->list[k], path->certs[i],
				path->certs[i + 1], question))
				continue;
			link->revocation = SG_REV_UNKNOWN;
			link->unsure = SG_FLAW_CRL_LONE_DELTA;
		}
	}
	ERR_clear_error();
}

/*
 * Until when data about a certificate may be issued, where what the verifier
 * took is of no use: a CRL from after the end of its validity need not name it
 * any more (RFC 5280, 5), unless it says that it does; and one from after the
 * end of the issuer's is nobody's. SG_NO_TIME: it is of use.
 */
static int64_t
trial_limit(const struct sg_path *path, size_t at,
    const struct sg_question *question, struct sg_trial_link *link)
{
	int64_t end = sg_cert_not_after(path->certs[at]);
	int64_t above = at + 2 < path->count
	    ? sg_cert_not_after(path->certs[at + 1])
	    : INT64_MAX;
	int unsure = 0;

	if (link->revocation == SG_REV_UNKNOWN)
		return at == 0 && question->at > end ? end : SG_NO_TIME;
	if (link->revocation != SG_REV_GOOD || link->crl == NULL)
		return SG_NO_TIME;
	if (link->this_update > above)
		unsure = SG_FLAW_CRL_AFTER_ISSUER;
	else if (link->this_update > end && !link->named &&
	    !sg_crl_keeps_expired(link->crl, end))
		unsure = SG_FLAW_CRL_AFTER_EXPIRY;
	if (unsure == 0)
		return SG_NO_TIME;
	link->revocation = SG_REV_UNKNOWN;
	link->unsure = unsure;
	return unsure == SG_FLAW_CRL_AFTER_ISSUER ? above : end;
}

/* Once more, with what was issued until then. */
static int
trial_until(struct sg_trial_input *input, const struct sg_path *path,
    const struct sg_question *question, int64_t limit, struct sg_trial *out)
{
	const struct sg_crls *crls = input->evidence->crls;
	struct sg_question then = *question;

	then.at = then.at < limit ? then.at : limit;
	then.known = then.known < limit ? then.known : limit;
	memset(input->crl_bad, 0, crls != NULL ? crls->count : 0);
	return trial_repeat(input, path, &then, out);
}

/*
 * EN 319 102-1, 5.2.6.4: a certificate that expired, and of which it is known
 * that it was not revoked while it was valid: for that a CRL that was in force
 * at the end of its validity is asked for. Twice at most: the issuer's end may
 * lie behind its own.
 */
static int
trial_at_end(struct sg_trial_input *input, const struct sg_path *path,
    const struct sg_question *question, struct sg_trial *out)
{
	struct sg_trial_link *link;
	struct sg_trial trial;
	int64_t limit;
	size_t i;
	int again, flaw, ret;

	for (i = 0; i + 1 < out->count && (i == 0 || !input->past); i++) {
		link = &out->links[i];
		for (again = 0; again < 2; again++) {
			limit = trial_limit(path, i, question, link);
			if (limit == SG_NO_TIME)
				break;
			ret = trial_until(input, path, question, limit, &trial);
			if (ret < 0)
				return ret;
			if (trial.links[i].revocation == SG_REV_UNKNOWN)
				break;
			flaw = link->flaw;
			*link = trial.links[i];
			link->flaw = flaw;
		}
	}
	return 0;
}

int
sg_trial_crls(struct sg_trial_input *input, const struct sg_path *path,
    const struct sg_question *question, struct sg_trial *out)
{
	const struct sg_crls *crls = input->evidence->crls;
	int ret;

	/* worthless for one chain's keys is not so for another's */
	memset(input->crl_bad, 0, crls != NULL ? crls->count : 0);
	ret = trial_repeat(input, path, question, out);
	if (ret == 0)
		ret = trial_ask_newer(input, path, question, out);
	if (ret == 0)
		trial_heed_deltas(input, path, question, out);
	if (ret == 0)
		ret = trial_at_end(input, path, question, out);
	return ret;
}

int
sg_trial_run(struct sg_trial_input *input, const struct sg_path *path,
    const struct sg_question *question, struct sg_trial *out)
{
	int ret = sg_trial_crls(input, path, question, out);

	return ret == 0 ? sg_status_ask(input, path, question, out) : ret;
}

/* ---- what the trials of one signer share */

/* Names of CRL issuers, each once. */
struct issuers {
	const X509_NAME *names[SG_MAX_CRL_ISSUERS];
	size_t count;
};

static int
issuers_have(const struct issuers *issuers, const X509_NAME *name)
{
	size_t i;

	for (i = 0; i < issuers->count; i++)
		if (X509_NAME_cmp(issuers->names[i], name) == 0)
			return 1;
	return 0;
}

static int
prepare_extra(struct sg_trial_input *input, const struct issuers *issuers,
    const struct sg_certs *certs)
{
	struct sg_cert **extra;
	size_t i;

	for (i = 0; certs != NULL && i < certs->count &&
	     input->extra_count < SG_MAX_CRL_ISSUERS;
	     i++) {
		if (!issuers_have(issuers, sg_cert_subject(certs->list[i])))
			continue;
		extra = sg_pool_push(input->pool, &input->extra,
		    &input->extra_count, sizeof(struct sg_cert *));
		if (extra == NULL)
			return sg_err_nomem(input->env);
		*extra = certs->list[i];
	}
	return 0;
}

int
sg_trial_prepare(struct sg_trial_input *input, struct sg_env *env,
    struct sg_pool *pool, const struct sg_evidence *evidence)
{
	size_t i, count = evidence->crls != NULL ? evidence->crls->count : 0;
	struct issuers issuers = { .count = 0 };
	const X509_NAME *name;
	int ret;

	memset(input, 0, sizeof(*input));
	input->env = env;
	input->pool = pool;
	input->evidence = evidence;
	input->max_runs = SG_MAX_CHAIN_TRIES;
	input->crl_bad = sg_pool_alloc(pool, count + 1);
	if (input->crl_bad == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < count && issuers.count < SG_MAX_CRL_ISSUERS; i++) {
		name =
		    X509_CRL_get_issuer(sg_crl_x509(evidence->crls->list[i]));
		if (!issuers_have(&issuers, name))
			issuers.names[issuers.count++] = name;
	}
	if (issuers.count == 0)
		return 0;
	ret = prepare_extra(input, &issuers, evidence->certs);
	if (ret == 0)
		ret = prepare_extra(input, &issuers, evidence->anchors);
	return ret;
}
