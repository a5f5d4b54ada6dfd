/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_REVDATA_H
#define SIGN_FORMATS_REVDATA_H

#include "base/buf.h"
#include "base/der.h"

struct sg_env;
struct sg_pool;

/* What identifies a CRL or an OCSP response, out of its octets, without
 * decoding or judging the rest of it. */
struct sg_crl_ids {
	struct sg_view issuer;      /* Name TLV */
	struct sg_view this_update; /* Time TLV */
	struct sg_view number;      /* cRLNumber, INTEGER TLV; empty */
};
/* RFC 5280, 5.1. */
int sg_revdata_crl(
    struct sg_env *env, struct sg_view crl, struct sg_crl_ids *out);

/* The BasicOCSPResponse inside an OCSPResponse (RFC 6960, 4.2.1), or the
 * octets themselves where they are one. */
int sg_revdata_basic(struct sg_env *env, struct sg_pool *pool,
    struct sg_view ocsp, struct sg_view *out);

struct sg_ocsp_ids {
	struct sg_view responder;   /* ResponderID TLV */
	struct sg_view produced_at; /* GeneralizedTime TLV */
	struct sg_view responses;   /* SEQUENCE OF SingleResponse TLV */
};
int sg_revdata_ocsp(
    struct sg_env *env, struct sg_view basic, struct sg_ocsp_ids *out);
/* Is one of the responses about this certificate? By its serial number and its
 * issuer's name; 1 or 0. */
int sg_revdata_is_about(struct sg_env *env, struct sg_pool *pool,
    const struct sg_ocsp_ids *ids, const struct sg_cert_ids *cert);

#endif
