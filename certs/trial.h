/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_TRIAL_H
#define SIGN_CERTS_TRIAL_H

#include <stddef.h>
#include <stdint.h>

#include "certs/chain.h"
#include "certs/path.h"

struct sg_env;
struct sg_pool;

/* What all trials of one signer share. */
struct sg_trial_input {
	struct sg_env *env;
	struct sg_pool *pool;
	const struct sg_evidence *evidence;
	unsigned char *crl_bad; /* per CRL: of no use for the chain on trial */
	struct sg_cert **extra; /* certificates that signed CRLs, perhaps */
	size_t extra_count;
	int runs, max_runs; /* of OpenSSL's verifier, all trials together */
	int status_runs;    /* of it for OCSP responders */
	int ocsp_checks;    /* responses whose signature was looked at */
	/* Past validation: data count whatever their age, those for the first
	 * certificate are asked for, and an anchor's own validity is not
	 * looked at. */
	int past;
	/* There too: since when each piece of data is proven to exist; what is
	 * not proven at the time that is known is not used. NULL: all is. */
	int64_t *crl_poe, *ocsp_poe;
};

/* One candidate chain before OpenSSL's verifier at a time. */
struct sg_trial_link {
	enum sg_revocation revocation;
	int flaw;   /* the worst of the certificate, 0: none */
	int unsure; /* why the revocation status is not known, 0 */
	int named;  /* the data name the certificate */
	struct sg_crl *crl;
	struct sg_ocsp *ocsp;
	struct sg_cert *status_signer; /* NULL: the next link */
	int64_t this_update, next_update;
	int64_t revoked_at;
	const char *reason;
};

struct sg_trial {
	struct sg_trial_link links[SG_MAX_CHAIN_DEPTH + 1];
	size_t count;
	const char *detail; /* of an error that the table does not know */
};

int sg_trial_prepare(struct sg_trial_input *input, struct sg_env *env,
    struct sg_pool *pool, const struct sg_evidence *evidence);
/* 0, or < 0 for what could not be done (NOMEM). Of the question the
 * certificate is not looked at: that is the path's first. */
int sg_trial_run(struct sg_trial_input *input, const struct sg_path *path,
    const struct sg_question *question, struct sg_trial *out);
/* The same with CRLs alone. */
int sg_trial_crls(struct sg_trial_input *input, const struct sg_path *path,
    const struct sg_question *question, struct sg_trial *out);
/* Was it issued, and is it proven, at this time? */
int sg_trial_may_use_crl(
    const struct sg_trial_input *input, size_t index, int64_t known);

#endif
