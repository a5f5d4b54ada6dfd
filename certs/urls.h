/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_URLS_H
#define SIGN_CERTS_URLS_H

#include <stddef.h>
#include <stdint.h>

struct sg_cert;
struct sg_crl;
struct sg_env;
struct sg_ocsp;
struct sg_pool;

/* Where a certificate says that more is to be found. */
enum sg_url_kind {
	SG_URL_ISSUERS, /* AIA, caIssuers (RFC 5280, 4.2.2.1) */
	SG_URL_OCSP,    /* AIA, ocsp */
	SG_URL_CRL,     /* cRLDistributionPoints (4.2.1.13) */
	SG_URL_DELTA,   /* freshestCRL (4.2.1.15) */
};

#define SG_MAX_URLS 8 /* of one kind in one certificate; more are left out */
struct sg_urls {
	const char *list[SG_MAX_URLS]; /* in the pool */
	size_t count;
};

/* HTTP and HTTPS alone, in their order, without doubles. 0 or NOMEM. */
int sg_cert_urls(struct sg_env *env, struct sg_pool *pool,
    const struct sg_cert *cert, enum sg_url_kind kind, struct sg_urls *out);
/* The same out of a CRL (5.2.6, 5.2.7): issuers or deltas. */
int sg_crl_urls(struct sg_env *env, struct sg_pool *pool,
    const struct sg_crl *crl, enum sg_url_kind kind, struct sg_urls *out);

/* Until when all of its answers hold; SG_NO_TIME: one does not say. */
int64_t sg_ocsp_until(const struct sg_ocsp *ocsp);

#endif
