/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_CRL_H
#define SIGN_CERTS_CRL_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/types.h>

#include "base/buf.h"

struct sg_env;
struct sg_pool;

struct sg_crl; /* reference-counted, immutable */

int sg_crl_parse(struct sg_env *env, struct sg_view der, struct sg_crl **out);
struct sg_crl *sg_crl_ref(struct sg_crl *crl);
void sg_crl_free(struct sg_crl *crl);
X509_CRL *sg_crl_x509(const struct sg_crl *crl);
struct sg_view sg_crl_der(const struct sg_crl *crl);
int64_t sg_crl_this_update(const struct sg_crl *crl);
int64_t sg_crl_next_update(const struct sg_crl *crl); /* or SG_NO_TIME */
/* Does it still name certificates that expired at not_after (X.509's
 * expiredCertsOnCRL)? */
int sg_crl_keeps_expired(const struct sg_crl *crl, int64_t not_after);
const char *sg_crl_issuer_text(struct sg_pool *pool, const struct sg_crl *crl);

struct sg_crls {
	struct sg_crl **list;
	size_t count;
};
/* DER, PEM (several), the CRLs of a PKCS#7, base64. As sg_certs_read(). */
int sg_crls_read(struct sg_env *env, struct sg_view file, struct sg_crls *crls);
/* Takes a reference of its own. */
int sg_crls_add(struct sg_env *env, struct sg_crls *crls, struct sg_crl *crl);
void sg_crls_clear(struct sg_crls *crls);

#endif
