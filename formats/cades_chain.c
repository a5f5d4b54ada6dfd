/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades_stamp.h"

#include "base/err.h"
#include "base/limits.h"
#include "formats/revdata.h"

#include <string.h>

/*
 * Is there in the file what the chains of a signature and its time-stamps need
 * (EN 319 122-1, 6.3, level LT)? By names and numbers alone: whom a certificate
 * may come from, which CRL or response may be about it. Whether any of that is
 * sound is for others to judge.
 */

enum state {
	CHAIN_UNKNOWN,
	CHAIN_OPEN, /* being looked at: a ring */
	CHAIN_COMPLETE,
	CHAIN_LACKING,
};

struct sg_cades_chains {
	struct link {
		struct sg_cert_ids ids;
		int readable;
		enum state state;
	} * links; /* as facts->certs */
	struct crl {
		struct sg_crl_ids ids;
		int foreign; /* of nobody who issued a certificate here */
	} * crls;
	struct sg_ocsp_ids *ocsps;
	size_t crl_count, ocsp_count;
};

/* ---- what is there */

static int
load_links(struct sg_cades *cades, struct sg_cades_chains *chains)
{
	const struct sg_facts *facts = cades->facts;
	size_t i;

	chains->links = sg_pool_array(
	    facts->pool, facts->cert_count + 1, sizeof(*chains->links));
	if (chains->links == NULL)
		return sg_err_nomem(cades->env);
	for (i = 0; i < facts->cert_count; i++)
		chains->links[i].readable =
		    sg_der_cert_ids(cades->env, facts->certs[i],
			&chains->links[i].ids) == 0;
	sg_err_clear(cades->env);
	return 0;
}

/* A CRL of somebody who issued none of the certificates may be an indirect
 * one: benefit of the doubt. */
static void
load_crl(const struct sg_facts *facts, struct sg_cades_chains *chains)
{
	struct crl *crl = &chains->crls[chains->crl_count++];
	size_t i;

	crl->foreign = 1;
	for (i = 0; crl->foreign && i < facts->cert_count; i++)
		if (chains->links[i].readable)
			crl->foreign = !sg_view_equal(
			    crl->ids.issuer, chains->links[i].ids.issuer);
}

static int
load_data(struct sg_cades *cades, struct sg_cades_chains *chains)
{
	const struct sg_facts *facts = cades->facts;
	struct sg_view basic;
	size_t i;

	chains->crls = sg_pool_array(
	    facts->pool, facts->crl_count + 1, sizeof(*chains->crls));
	chains->ocsps = sg_pool_array(
	    facts->pool, facts->ocsp_count + 1, sizeof(*chains->ocsps));
	if (chains->crls == NULL || chains->ocsps == NULL)
		return sg_err_nomem(cades->env);
	for (i = 0; i < facts->crl_count; i++)
		if (sg_revdata_crl(cades->env, facts->crls[i],
			&chains->crls[chains->crl_count].ids) == 0)
			load_crl(facts, chains);
	for (i = 0; i < facts->ocsp_count; i++)
		if (sg_revdata_basic(cades->env, facts->pool, facts->ocsps[i],
			&basic) == 0 &&
		    sg_revdata_ocsp(cades->env, basic,
			&chains->ocsps[chains->ocsp_count]) == 0)
			chains->ocsp_count++;
	sg_err_clear(cades->env);
	return 0;
}

static int
load(struct sg_cades *cades)
{
	struct sg_cades_chains *chains =
	    sg_pool_alloc(cades->facts->pool, sizeof(*chains));
	int rc;

	if (chains == NULL)
		return sg_err_nomem(cades->env);
	rc = load_links(cades, chains);
	if (rc == 0)
		rc = load_data(cades, chains);
	if (rc == 0)
		cades->chains = chains;
	return rc;
}

/* ---- links */

static int
has_data(struct sg_cades *cades, const struct sg_cert_ids *cert)
{
	const struct sg_cades_chains *chains = cades->chains;
	size_t i;

	for (i = 0; i < chains->crl_count; i++)
		if (chains->crls[i].foreign ||
		    sg_view_equal(chains->crls[i].ids.issuer, cert->issuer))
			return 1;
	for (i = 0; i < chains->ocsp_count; i++) {
		if (!sg_cades_charge(cades, chains->ocsps[i].responses.len))
			return 0;
		if (sg_revdata_is_about(cades->env, cades->facts->pool,
			&chains->ocsps[i], cert))
			return 1;
	}
	return 0;
}

/* id-ce-noRevAvail: nothing is ever said about it (RFC 9608, 2). */
static int
needs_none(struct sg_view der, const struct sg_cert_ids *cert)
{
	static const unsigned char oid[] = { 0x06, 0x03, 0x55, 0x1d, 0x38 };
	size_t i;

	if (sg_view_equal(cert->issuer, cert->subject))
		return 1;
	for (i = 0; i + sizeof(oid) <= der.len; i++)
		if (memcmp(der.ptr + i, oid, sizeof(oid)) == 0)
			return 1;
	return 0;
}

static int is_complete(struct sg_cades *cades, size_t at, int depth);

/* One of those with the issuer's name; where there is none, the chain ends: an
 * authority may be trusted as it is, who it is about may not. */
static int
has_issuer(struct sg_cades *cades, size_t at, int depth)
{
	const struct link *links = cades->chains->links;
	int any = 0;
	size_t i;

	for (i = 0; i < cades->facts->cert_count; i++) {
		if (!links[i].readable ||
		    !sg_view_equal(links[i].ids.subject, links[at].ids.issuer))
			continue;
		any = 1;
		if (is_complete(cades, i, depth + 1))
			return 1;
	}
	return !any;
}

static int
is_top(const struct sg_cades *cades, const struct sg_cert_ids *cert)
{
	size_t i;

	for (i = 0; i < cades->facts->cert_count; i++)
		if (cades->chains->links[i].readable &&
		    sg_view_equal(
			cades->chains->links[i].ids.subject, cert->issuer))
			return 0;
	return 1;
}

static int
is_complete(struct sg_cades *cades, size_t at, int depth)
{
	struct link *link = &cades->chains->links[at];
	struct sg_view der = cades->facts->certs[at];
	int good;

	if (link->state == CHAIN_COMPLETE || link->state == CHAIN_LACKING)
		return link->state == CHAIN_COMPLETE;
	if (link->state == CHAIN_OPEN || depth > SG_MAX_CHAIN_DEPTH)
		return 0;
	link->state = CHAIN_OPEN;
	if (needs_none(der, &link->ids))
		good = 1;
	else if (depth > 0 && is_top(cades, &link->ids))
		good = 1;
	else
		good =
		    has_data(cades, &link->ids) && has_issuer(cades, at, depth);
	link->state = good ? CHAIN_COMPLETE : CHAIN_LACKING;
	return good;
}

/* ---- signatures */

/* Whose signature that is: by the identifier of SignerInfo. */
static int
signer_is_complete(struct sg_cades *cades, const struct sg_sig_fact *sig)
{
	const struct sg_cert_ids *ids;
	size_t i;

	for (i = 0; i < cades->facts->cert_count; i++) {
		ids = &cades->chains->links[i].ids;
		if (!cades->chains->links[i].readable ||
		    !(sig->serial.len != 0
			    ? sg_view_equal(sig->serial, ids->serial) &&
				sg_view_equal(sig->issuer, ids->issuer)
			    : sig->ski.len != 0 &&
				sg_view_equal(sig->ski, ids->ski)))
			continue;
		return is_complete(cades, i, 0);
	}
	return 0;
}

/* The newest archive time-stamp: what it needs comes with the next one. */
static const struct sg_stamp_fact *
newest_archive(const struct sg_sig_fact *sig)
{
	const struct sg_stamp_fact *newest = NULL;
	size_t i;

	for (i = 0; i < sig->stamp_count; i++)
		if (strcmp(sig->stamps[i].kind, "archive") == 0 &&
		    sig->stamps[i].inside != NULL &&
		    (newest == NULL ||
			sg_stamp_is_later(&sig->stamps[i], newest)))
			newest = &sig->stamps[i];
	return newest;
}

int
sg_cades_check_chains(struct sg_cades *cades, size_t index)
{
	const struct sg_sig_fact *sig = &cades->facts->sigs[index];
	const struct sg_stamp_fact *newest = newest_archive(sig);
	int complete, rc;
	size_t i;

	if (cades->cms->crl_count == 0)
		return 0;
	if (cades->chains == NULL && (rc = load(cades)) < 0)
		return rc;
	complete = signer_is_complete(cades, sig);
	for (i = 0; complete && i < sig->stamp_count; i++)
		if (&sig->stamps[i] != newest && sig->stamps[i].inside != NULL)
			complete = signer_is_complete(
			    cades, &sig->stamps[i].inside->sigs[0]);
	cades->notes[index].complete = complete;
	return 0;
}
