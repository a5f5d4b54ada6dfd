/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_OCSP_H
#define SIGN_CERTS_OCSP_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/ocsp.h>

#include "base/buf.h"

struct sg_cert;
struct sg_certs;
struct sg_env;
struct sg_pool;

struct sg_ocsp; /* reference-counted, immutable */

/* OCSPResponse with a BasicOCSPResponse in it, or that alone (both stand in
 * signatures); FORMAT when broken, followed by something, or an answer without
 * a status ("try later"). */
int sg_ocsp_parse(struct sg_env *env, struct sg_view der, struct sg_ocsp **out);
struct sg_ocsp *sg_ocsp_ref(struct sg_ocsp *ocsp);
void sg_ocsp_free(struct sg_ocsp *ocsp);
/* As it was read. */
struct sg_view sg_ocsp_der(const struct sg_ocsp *ocsp);
/* BasicOCSPResponse TLV (revocation-values); OCSPResponse TLV (RFC 5940,
 * XAdES), put around it where only that was there. Borrowed. */
struct sg_view sg_ocsp_basic_der(const struct sg_ocsp *ocsp);
struct sg_view sg_ocsp_full_der(const struct sg_ocsp *ocsp);
OCSP_BASICRESP *sg_ocsp_basic(const struct sg_ocsp *ocsp);
int64_t sg_ocsp_produced_at(const struct sg_ocsp *ocsp);
/* ResponderID: Name TLV or key hash; the other is empty. */
struct sg_view sg_ocsp_responder_name(const struct sg_ocsp *ocsp);
struct sg_view sg_ocsp_responder_key(const struct sg_ocsp *ocsp);
/* Appends the certificates that it carries. */
int sg_ocsp_certs(
    struct sg_env *env, const struct sg_ocsp *ocsp, struct sg_certs *certs);
/* The same, borrowed; those that cannot be read are left out. */
const struct sg_certs *sg_ocsp_carried(const struct sg_ocsp *ocsp);
/* Does the ResponderID name this certificate's subject or key? */
int sg_ocsp_is_by(const struct sg_ocsp *ocsp, const struct sg_cert *cert);
/* Does the signature verify with the certificate's key? 1: yes, 0: no. Who may
 * sign is not looked at. */
int sg_ocsp_verifies(
    struct sg_env *env, const struct sg_ocsp *ocsp, const struct sg_cert *cert);
/* What is signed, as it stands there: a TLV. */
struct sg_view sg_ocsp_tbs(const struct sg_ocsp *ocsp);
/* Is one of its answers about this certificate of that issuer? */
int sg_ocsp_is_about(const struct sg_ocsp *ocsp, const struct sg_cert *cert,
    const struct sg_cert *issuer);

/* One answer (RFC 6960, 4.2.1). */
enum sg_ocsp_status {
	SG_OCSP_GOOD,
	SG_OCSP_REVOKED,
	SG_OCSP_UNKNOWN,
};
struct sg_ocsp_single {
	enum sg_ocsp_status status;
	int64_t this_update, next_update; /* SG_NO_TIME: none */
	int64_t revoked_at;
	const char *reason; /* RFC 5280 name, NULL: none is given */
	int64_t cutoff;     /* archiveCutoff (4.4.4), SG_NO_TIME */
	int understood;     /* no unknown critical extension */
};
size_t sg_ocsp_count(const struct sg_ocsp *ocsp);
void sg_ocsp_at(
    const struct sg_ocsp *ocsp, size_t index, struct sg_ocsp_single *out);
/* The answer about this certificate: CertID is computed anew with the digest
 * that the answer uses (4.1.1). Of several the one issued latest, of equals
 * the worst. 0: none. */
int sg_ocsp_find(const struct sg_ocsp *ocsp, const struct sg_cert *cert,
    const struct sg_cert *issuer, struct sg_ocsp_single *out);

struct sg_ocsps {
	struct sg_ocsp **list;
	size_t count;
};
/* DER or base64 of one response in a file. */
int sg_ocsps_read(
    struct sg_env *env, struct sg_view file, struct sg_ocsps *ocsps);
/* Takes a reference of its own. */
int sg_ocsps_add(
    struct sg_env *env, struct sg_ocsps *ocsps, struct sg_ocsp *ocsp);
void sg_ocsps_clear(struct sg_ocsps *ocsps);

/* ---- asking */

/* An OCSPRequest for one certificate (RFC 6960, 4.1): CertID with SHA-1, a
 * nonce of 32 octets (RFC 9654) unless nonce is NULL; the nonce that was used
 * is appended there. */
int sg_ocsp_request(struct sg_env *env, const struct sg_cert *cert,
    const struct sg_cert *issuer, struct sg_buf *nonce, struct sg_buf *out);
/* What was asked for? VALUE: another certificate, or another nonce than the
 * one that was sent (none at all is accepted, many responders ignore it). */
int sg_ocsp_answers(struct sg_env *env, const struct sg_ocsp *ocsp,
    const struct sg_cert *cert, const struct sg_cert *issuer,
    struct sg_view nonce);

#endif
