/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/extend.h"

#include "base/err.h"
#include "base/pool.h"
#include "base/time.h"
#include "libsign/ctx.h"
#include "libsign/identify.h"

#include <string.h>

/* A responder's certificate is vouched for by a list, that list's issuer by
 * another: no deeper. */
#define COLLECT_DEPTH 3

static int
collect_push(struct sg_collect *collect, struct sg_view **list, size_t *count,
    struct sg_view der)
{
	struct sg_view *slot, copy;
	size_t i;

	for (i = 0; i < *count; i++)
		if (sg_view_equal((*list)[i], der))
			return 0;
	copy = sg_pool_dup(collect->pool, der);
	slot = sg_pool_push(collect->pool, list, count, sizeof(*slot));
	if (copy.ptr == NULL || slot == NULL)
		return sg_err_nomem(&collect->ctx->env);
	*slot = copy;
	return 0;
}

/* Why the chain does not hold, as an error: what the network did not give, or
 * what is wrong with the certificate. */
static int
collect_refuse(struct sg_collect *collect, const struct sg_chain *chain)
{
	struct sg_env *env = &collect->ctx->env;
	const char *sub = chain->sub_indication;
	int later = sub != NULL &&
	    (strcmp(sub, "TRY_LATER") == 0 ||
		strcmp(sub, "NO_CERTIFICATE_CHAIN_FOUND") == 0);
	struct sg_gathered *gathered = collect->gathered;
	size_t i;

	for (i = 0; i < gathered->note_count && env->log != NULL; i++)
		env->log(1,
		    sg_msg_text(env, collect->pool, &gathered->notes[i], 1),
		    env->payload);
	sg_err_set(env, later ? SIGN_E_NET : SIGN_E_VALUE,
	    N_("there is no validation data that would prove anything: %s"),
	    sg_msg_text(env, collect->pool, &chain->reason, 1));
	if (later)
		sg_err_hint(env,
		    N_("allow the network with --online, give what is missing "
		       "with --trust, --chain, --crl or --ocsp, or try again "
		       "later"));
	return later ? SIGN_E_NET : SIGN_E_VALUE;
}

/* Is the data that says so young enough? EN 319 102-1, 5.5.4: a list from
 * before the signature says nothing of the time between. */
static int
collect_age(
    struct sg_collect *collect, const struct sg_chain_link *link, int64_t after)
{
	struct sg_env *env = &collect->ctx->env;
	char have[SG_TIME_TEXT], want[SG_TIME_TEXT];

	if (after == SG_NO_TIME || link->this_update == SG_NO_TIME ||
	    link->this_update >= after)
		return 0;
	sg_err_set(env, SIGN_E_NET,
	    N_("the revocation data for %s is of %s, want it from after %s"),
	    sg_cert_name_text(collect->pool, link->cert, 0),
	    sg_time_format(link->this_update, have),
	    sg_time_format(after, want));
	sg_err_hint(env, N_("extend again when newer data is published"));
	return SIGN_E_NET;
}

static int collect_chain(struct sg_collect *collect,
    const struct sg_question *question, int64_t after, int depth);

static int
collect_link(
    struct sg_collect *collect, const struct sg_chain_link *link, int depth)
{
	struct sg_question question = { .cert = link->status_signer,
		.purpose = SG_FOR_OCSP,
		.at = collect->known,
		.known = collect->known };
	int rc = collect_push(collect, &collect->certs, &collect->cert_count,
	    sg_cert_der(link->cert));

	if (link->this_update > collect->latest)
		collect->latest = link->this_update;
	if (rc == 0 && link->crl != NULL)
		rc = collect_push(collect, &collect->crls, &collect->crl_count,
		    sg_crl_der(link->crl));
	if (rc == 0 && link->ocsp != NULL)
		rc = collect_push(collect, &collect->ocsps,
		    &collect->ocsp_count, sg_ocsp_full_der(link->ocsp));
	if (rc < 0 || link->status_signer == NULL || depth == 0)
		return rc;
	if (link->ocsp == NULL)
		question.purpose = SG_FOR_DOCUMENTS;
	return collect_chain(collect, &question, SG_NO_TIME, depth - 1);
}

static int
collect_chain(struct sg_collect *collect, const struct sg_question *question,
    int64_t after, int depth)
{
	struct sg_env *env = &collect->ctx->env;
	struct sg_chain chain;
	size_t i;
	int rc =
	    sg_gather_chain(collect->ctx, collect->gathered, question, after);

	if (rc == 0)
		rc = sg_chain_judge(env, collect->pool, question,
		    &collect->gathered->evidence, &chain);
	if (rc < 0)
		return rc;
	if (strcmp(chain.indication, "PASSED") != 0)
		return collect_refuse(collect, &chain);
	for (i = 0; rc == 0 && i < chain.count; i++) {
		rc = collect_age(collect, &chain.links[i], after);
		if (rc == 0)
			rc = collect_link(collect, &chain.links[i], depth);
	}
	return rc;
}

int
sg_collect_chain(struct sg_collect *collect, struct sg_cert *cert,
    enum sg_purpose purpose, int64_t at, int64_t after)
{
	const struct sg_question question = { .cert = cert,
		.purpose = purpose,
		.at = at,
		.known = collect->known };

	return collect_chain(collect, &question, after, COLLECT_DEPTH);
}

int
sg_collect_stamp(struct sg_collect *collect, const struct sg_stamp_fact *stamp)
{
	struct sg_env *env = &collect->ctx->env;
	struct sg_identity who;
	int rc;

	if (stamp->inside == NULL || stamp->inside->sig_count != 1)
		return sg_err_set(env, SIGN_E_VALUE,
		    N_("a time-stamp that is there cannot be read"));
	rc = sg_identify(
	    env, &stamp->inside->sigs[0], &collect->gathered->evidence, &who);
	if (rc < 0)
		return rc;
	if (who.cert == NULL)
		return sg_err_set(env, SIGN_E_VALUE,
		    N_("the certificate of the time-stamp's authority is not "
		       "at hand"));
	return sg_collect_chain(
	    collect, who.cert, SG_FOR_TIMESTAMPS, collect->known, SG_NO_TIME);
}

struct sg_values
sg_collect_values(const struct sg_collect *collect)
{
	const struct sg_values values = { .certs = collect->certs,
		.cert_count = collect->cert_count,
		.crls = collect->crls,
		.crl_count = collect->crl_count,
		.ocsps = collect->ocsps,
		.ocsp_count = collect->ocsp_count };

	return values;
}
