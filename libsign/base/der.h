/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_DER_H
#define SIGN_BASE_DER_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/asn1.h>

#include "base/buf.h"

struct sg_env;
struct sg_pool;

/*
 * One door to ASN.1's tags and lengths (over OpenSSL's ASN1_get_object and
 * ASN1_put_object): a cursor that cannot run past its end, keeps the octets as
 * stored, and reads BER (indefinite lengths) as well as DER. Structures whose
 * re-encoding does not matter are read with OpenSSL's d2i functions instead.
 */
struct sg_tlv {
	int tag_class; /* V_ASN1_UNIVERSAL, V_ASN1_CONTEXT_SPECIFIC, ... */
	int tag;       /* number */
	int constructed;
	int indefinite;
	struct sg_view all;  /* tag, length, value and end-of-contents */
	struct sg_view body; /* value octets, without end-of-contents */
};

struct sg_der {
	struct sg_view rest;
	int depth;
};

struct sg_der sg_der_of(struct sg_view view);
int sg_der_end(const struct sg_der *der);
/* The next element; FORMAT with "what" in the message when broken. */
int sg_der_next(struct sg_env *env, struct sg_der *der, const char *what,
    struct sg_tlv *out);
/* The next element, which must be universal "tag" (V_ASN1_...). */
int sg_der_want(struct sg_env *env, struct sg_der *der, int tag,
    const char *what, struct sg_tlv *out);
/* Is the next element context-specific [number]? Looks, does not take. */
int sg_der_is_context(const struct sg_der *der, int number);
int sg_der_is(const struct sg_der *der, int tag_class, int tag);
/* A cursor over an element's value. LIMIT past SG_MAX_DER_DEPTH. */
int sg_der_enter(struct sg_env *env, const struct sg_der *parent,
    const struct sg_tlv *tlv, struct sg_der *out);
/* The next element, which must be a SEQUENCE, and a cursor over its value. */
int sg_der_want_sequence(struct sg_env *env, struct sg_der *der,
    const char *what, struct sg_der *inside);
/* FORMAT when octets are left. */
int sg_der_finish(
    struct sg_env *env, const struct sg_der *der, const char *what);

/* Header of an element at the start of data that may go on past view:
 * 0, or FORMAT. *header is its length; length SG_SIZE_UNKNOWN: indefinite.
 * need_more is set when view is too short to tell. */
struct sg_tlv_head {
	int tag_class, tag, constructed, indefinite;
	size_t header;
	uint64_t length;
	int need_more;
};
int sg_der_head(
    struct sg_env *env, struct sg_view view, struct sg_tlv_head *out);

/* An OCTET STRING's octets; a constructed one is put together in the pool. */
int sg_der_octets(struct sg_env *env, struct sg_pool *pool,
    const struct sg_tlv *tlv, struct sg_view *out);
/* The dotted OID of an OBJECT IDENTIFIER, in the pool. */
int sg_der_oid(struct sg_env *env, struct sg_pool *pool,
    const struct sg_tlv *tlv, const char **out);
/* A non-negative INTEGER that fits. */
int sg_der_uint(struct sg_env *env, const struct sg_tlv *tlv, uint64_t *out);

/* AlgorithmIdentifier: dotted OID and parameters as stored. */
struct sg_algid {
	const char *oid;
	struct sg_view params; /* whole TLV, empty when absent */
	struct sg_view all;
};
int sg_der_algid(struct sg_env *env, struct sg_pool *pool,
    const struct sg_tlv *tlv, struct sg_algid *out);

/* ---- writing: DER only. Each appends to the buffer. */
int sg_der_put(struct sg_env *env, struct sg_buf *out, int tag_class, int tag,
    int constructed, struct sg_view body);
int sg_der_put_head(struct sg_env *env, struct sg_buf *out, int tag_class,
    int tag, int constructed, uint64_t length);
size_t sg_der_head_size(int tag, uint64_t length);
int sg_der_put_oid(struct sg_env *env, struct sg_buf *out, const char *dotted);
int sg_der_put_uint(struct sg_env *env, struct sg_buf *out, uint64_t value);
/* AlgorithmIdentifier; params: a whole TLV, empty: absent. */
int sg_der_put_algid(struct sg_env *env, struct sg_buf *out, const char *dotted,
    struct sg_view params);
/* SET OF in DER order (X.690, 11.6) under any tag: sorts the items. */
int sg_der_put_set_of(struct sg_env *env, struct sg_buf *out, int tag_class,
    int tag, struct sg_view *items, size_t count);
/* UTCTime until 2049, else GeneralizedTime (RFC 5652, 11.3). */
int sg_der_put_time(struct sg_env *env, struct sg_buf *out, int64_t time);
/* Seconds since 1970 of a UTCTime or GeneralizedTime. */
int sg_der_time(struct sg_env *env, const struct sg_tlv *tlv, int64_t *out);

/* What identifies a certificate, out of its octets, without decoding its key
 * (RFC 5280, 4.1): issuer Name TLV, serialNumber TLV, SPKI TLV, subject TLV,
 * the SubjectKeyIdentifier's octets where there are any. */
struct sg_cert_ids {
	struct sg_view serial, issuer, subject, spki, ski;
};
int sg_der_cert_ids(
    struct sg_env *env, struct sg_view cert, struct sg_cert_ids *out);

#endif
