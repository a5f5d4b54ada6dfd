/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_EXTEND_H
#define SIGN_LIBSIGN_EXTEND_H

#include "formats/augment.h"
#include "libsign/gather.h"
#include "libsign/opened.h"
#include "libsign/policy.h"
#include "libsign/report.h"
#include "sign/extend.h"

struct sign_ctx;

/* What a level consists of, and what a signature has of it. The lower must be
 * there before the higher is added. */
#define SG_HAS_STAMP 1u        /* signature time-stamp */
#define SG_HAS_REFS 2u         /* references to certificates, revocation */
#define SG_HAS_SIG_AND_REFS 4u /* X type 1 */
#define SG_HAS_REFS_STAMP 8u   /* X type 2 */
#define SG_HAS_VALUES 16u      /* validation data */
#define SG_HAS_ARCHIVE 32u     /* archive time-stamp */

/* A row of the table of levels that one can extend to. */
struct sg_plan {
	const char *level; /* as the report writes it */
	unsigned parts;
	int baseline;
};
/* Any case; NULL: there is no such level. */
const struct sg_plan *sg_plan_find(const char *level);
/* sig: SG_NO_SIG where there are only time-stamps. */
unsigned sg_plan_has(const struct sg_facts *facts, size_t sig);
/* The parts that are to be added; 0: the level is there. UNSUPPORTED, with
 * the lawful next step as the hint. */
int sg_plan_make(struct sg_env *env, const struct sg_plan *plan,
    const struct sg_facts *facts, size_t sig, int renew, unsigned *missing);

/* The same of a container with time-stamps and without signatures. */
int sg_plan_stamps(struct sg_env *env, const struct sg_plan *plan,
    const struct sg_facts *facts, int renew, unsigned *missing);

/* Validation data that is collected: each once; in the pool. */
struct sg_collect {
	struct sign_ctx *ctx;
	struct sg_pool *pool;
	struct sg_gathered *gathered;
	int64_t known;  /* the time of validation */
	int64_t latest; /* the youngest data's; SG_NO_TIME */
	struct sg_view *certs, *crls, *ocsps;
	size_t cert_count, crl_count, ocsp_count;
};
/*
 * The chain of a certificate, signer first, and the revocation data of each
 * link, and what that data needs in turn. after: how young that data must be,
 * SG_NO_TIME. NET: not to be had; VALUE: the chain does not hold.
 */
int sg_collect_chain(struct sg_collect *collect, struct sg_cert *cert,
    enum sg_purpose purpose, int64_t at, int64_t after);
/* The same for who made this time-stamp. */
int sg_collect_stamp(
    struct sg_collect *collect, const struct sg_stamp_fact *stamp);
struct sg_values sg_collect_values(const struct sg_collect *collect);

/* One signature that is being raised. */
struct sg_target {
	size_t sig;       /* in the facts; SG_NO_SIG */
	unsigned missing; /* parts that are to be added */
	struct sg_cert *cert;
	int64_t best; /* when it was signed at the latest */
	/* validation data of time-stamps that are new and do not carry it */
	struct sg_collect stamps;
};

struct sg_extending {
	struct sign_ctx *ctx;
	struct sg_env *env;
	const struct sign_extend_options *options;
	const struct sg_plan *plan;
	struct sg_policy policy;
	struct sg_pool *pool;
	struct sg_opened opened;
	struct sg_gathered gathered;
	struct sign_report *before;
	const struct sg_augment_ops *ops;
	struct sg_augment *aug;
	struct sg_target *targets;
	size_t target_count;
	int64_t now;
	int64_t latest; /* the youngest of what was added */
};

struct sg_collect sg_extend_collect(struct sg_extending *e);
/* Something that was added is of that time. */
void sg_extend_saw(struct sg_extending *e, int64_t time);
/* Add what is missing, the lower before the higher. */
int sg_extend_add(struct sg_extending *e);

/* A signature file that is to be raised, from where it stands to where it
 * goes. */
struct sg_extend_want {
	const struct sign_trust *trust;
	const struct sign_extend_options *options;
	const char *path;      /* of the signature, also where to look beside */
	struct sg_in *in;      /* rewindable, taken over whatever happens */
	struct sg_where where; /* its documents */
	int last;   /* only the last signature that is no counter-signature */
	int always; /* write also where nothing is to be done */
	int pem;
};
/* Commits out unless nothing was to be done. */
int sg_extend_into(struct sign_ctx *ctx, const struct sg_extend_want *want,
    struct sg_out *out, int *changed);

#endif
