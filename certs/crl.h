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
const char *sg_crl_issuer_text(struct sg_pool *pool, const struct sg_crl *crl);

struct sg_crls {
	struct sg_crl **list;
	size_t count;
};
/* DER, PEM (several), base64. */
int sg_crls_read(struct sg_env *env, struct sg_view file, struct sg_crls *crls);
int sg_crls_add(struct sg_env *env, struct sg_crls *crls, struct sg_crl *crl);
void sg_crls_clear(struct sg_crls *crls);

#endif
