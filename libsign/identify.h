/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_IDENTIFY_H
#define SIGN_LIBSIGN_IDENTIFY_H

#include "certs/chain.h"
#include "formats/facts.h"
#include "libsign/report.h"

struct sg_env;

#define SG_MAX_NAMESAKES 4

/* EN 319 102-1, 5.2.3: who signed, and how sure that is. */
struct sg_identity {
	struct sg_cert *cert; /* borrowed from the evidence; NULL: unknown */
	enum sg_tri attribute_ok; /* signing-certificate attribute matches;
				     NULL: there is none */
	/* without one: more certificates of that issuer and number, of which
	 * the value tells the right one */
	struct sg_cert *others[SG_MAX_NAMESAKES];
	size_t other_count;
	int names_differ; /* the attribute's issuer and serial say otherwise */
	int unknown_digest; /* the attribute's hash algorithm is unknown */
};

/*
 * Find the signing certificate among those of the evidence: by the
 * signer identifier, and by the signing-certificate attribute, which decides
 * where several certificates carry the same identifier (RFC 5035, 5).
 */
int sg_identify(struct sg_env *env, const struct sg_sig_fact *sig,
    const struct sg_evidence *evidence, struct sg_identity *out);

#endif
