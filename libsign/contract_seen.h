/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_CONTRACT_SEEN_H
#define SIGN_LIBSIGN_CONTRACT_SEEN_H

#include "libsign/contract.h"

/* A signature of the report, looked at as one of a party. */
struct sg_seen_sig {
	const struct sg_report_sig *sig;
	long party;         /* index; -1: a stranger's, or a broken one */
	long named;         /* whom its certificate fits; -1 */
	int broken;         /* value, certificate or digest do not verify */
	long again;         /* whose the same key is already; -1: nobody's */
	struct sg_view key; /* of the certificate; empty: not known */
	size_t unit;        /* portal: for which document */
	enum sg_party_state state;
	const char *what; /* the document or role that is the reason */
	/* as the signer says; existed then, and was made after that, as
	 * time-stamps prove; and what is to be believed of it */
	int64_t claimed, before, after, time;
	enum sg_proof deadline; /* kept; or, where it is late, missed */
};

struct sg_seen_all {
	struct sg_seen_sig *list;
	size_t count;
};

/* In contract_judge.c; counter-signatures apart. */
int sg_contract_see(struct sg_env *env, const struct sign_report *report,
    const struct sg_contract *contract, struct sg_seen_all *out);
/* Anybody can make one like that in anybody's name. */
int sg_seen_is_broken(const struct sg_report_sig *sig);
/* Does it keep its party from signing (again)? Only what verifies, and is not
 * by a certificate that nobody who is trusted vouches for. */
int sg_seen_counts(const struct sg_seen_sig *seen);

#endif
