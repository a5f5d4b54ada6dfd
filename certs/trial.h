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
	int runs; /* of OpenSSL's verifier, all trials together */
};

/* One candidate chain before OpenSSL's verifier at a time. */
struct sg_trial_link {
	enum sg_revocation revocation;
	int flaw;   /* the worst of the certificate, 0: none */
	int unsure; /* why the revocation status is not known, 0 */
	struct sg_crl *crl;
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
/* 0, or < 0 for what could not be done (NOMEM). */
int sg_trial_run(struct sg_trial_input *input, const struct sg_path *path,
    int64_t time, struct sg_trial *out);

#endif
