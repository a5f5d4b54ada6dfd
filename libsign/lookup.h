/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_LOOKUP_H
#define SIGN_LIBSIGN_LOOKUP_H

#include "certs/urls.h"

struct sg_cert;
struct sg_gathered;
struct sign_ctx;

/* One address to look at, for one certificate. */
struct sg_lookup {
	enum sg_url_kind kind;
	const char *url;
	struct sg_cert *cert;   /* whose matter it is */
	struct sg_cert *issuer; /* OCSP */
};

/*
 * Take what is there into the evidence: out of the cache, or from the network
 * and into the cache. Each address is tried once in each of them. 1: there is
 * something new, 0: there is not (noted where it could not be fetched), NOMEM,
 * CANCEL.
 */
int sg_lookup_cache(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_lookup *lookup);
int sg_lookup_network(struct sign_ctx *ctx, struct sg_gathered *gathered,
    const struct sg_lookup *lookup);

#endif
