/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_CADES_STAMP_H
#define SIGN_FORMATS_CADES_STAMP_H

#include "base/put.h"
#include "formats/augment.h"
#include "formats/cades.h"

struct sg_env;

/* What a time-stamp in a CAdES signature is over and what stands behind that:
 * shared by who reads such signatures and who makes them. */

/* ---- octets one after another, whose digest is an imprint */

struct sg_over {
	struct sg_pool *pool;
	struct sg_view *list;
	size_t count;
};
int sg_over_add(
    struct sg_env *env, struct sg_over *over, struct sg_view octets);
uint64_t sg_over_size(const struct sg_over *over);
/* prefix: a digest that goes on; NULL: from the start. */
int sg_over_hash(struct sg_env *env, const struct sg_over *over,
    const struct sg_digest *digest, const struct sg_hash *prefix,
    unsigned char *out);

/* An attribute's type and its SET of values, as stored. */
int sg_attr_parts(struct sg_env *env, const struct sg_attr_fact *attr,
    struct sg_view *type, struct sg_view *values);
/* Both, without the header around them (RFC 5126, 6.3.5): of one attribute, of
 * all unsigned ones with this identifier. */
int sg_over_attr(
    struct sg_env *env, struct sg_over *over, const struct sg_attr_fact *attr);
int sg_over_attrs(struct sg_env *env, struct sg_over *over,
    const struct sg_cms_signer *signer, const char *oid);
/* Version to signature (EN 319 122-1, 5.5.3). */
int sg_over_signer(struct sg_env *env, struct sg_over *over,
    const struct sg_cms_signer *signer);
/* archive-time-stamp-v3; content: its digest, under the imprint's algorithm. */
int sg_over_archive(struct sg_env *env, struct sg_over *over,
    const struct sg_cms *cms, const struct sg_cms_signer *signer,
    struct sg_view content, struct sg_view index);

/* ---- ats-hash-index (EN 319 122-1, 5.5.2) */

struct sg_ats_index {
	const char *oid;
	struct sg_view value;              /* as stored; empty: there is none */
	int by_value;                      /* version 3 */
	const struct sg_digest *digest;    /* NULL: unknown */
	struct sg_view certs, crls, attrs; /* SEQUENCE OF OCTET STRING TLVs */
};
/* Out of the unsigned attributes of the token's signer; FORMAT. */
int sg_ats_index_read(struct sg_env *env, struct sg_pool *pool,
    const struct sg_sig_fact *tsa, struct sg_ats_index *out);
int sg_ats_index_put(struct sg_put *put, const struct sg_cms *cms,
    const struct sg_cms_signer *signer, const struct sg_digest *digest);

/* ---- complete references (RFC 5126, 6.2) */

enum sg_cades_ref_kind {
	SG_REF_CERT,
	SG_REF_CRL,
	SG_REF_OCSP,
};
struct sg_cades_ref {
	enum sg_cades_ref_kind kind;
	const struct sg_digest *digest; /* NULL: unknown */
	struct sg_view hash;
};
typedef int sg_cades_ref_fn(
    struct sg_env *env, const struct sg_cades_ref *ref, void *payload);
/* Every reference by hash in a value of such an attribute; others: none. */
int sg_cades_each_ref(struct sg_env *env, struct sg_pool *pool, const char *oid,
    struct sg_view value, sg_cades_ref_fn *found, void *payload);
/* The attributes' values; the first certificate is the signer's own. */
int sg_cades_put_cert_refs(struct sg_put *put, const struct sg_values *values,
    const struct sg_digest *digest);
int sg_cades_put_revocation_refs(struct sg_put *put, struct sg_pool *pool,
    const struct sg_values *values, const struct sg_digest *digest);

/* ---- values */

/* Certificates and revocation data in certificate-values or
 * revocation-values; other attributes: none. */
enum sg_value_kind {
	SG_VALUE_CERT,
	SG_VALUE_CRL,
	SG_VALUE_OCSP,
};
typedef int sg_cades_value_fn(struct sg_env *env, enum sg_value_kind kind,
    struct sg_view der, void *payload);
int sg_cades_each_value(struct sg_env *env, const char *oid,
    struct sg_view value, sg_cades_value_fn *found, void *payload);
/* What a RevocationInfoChoice holds: a CRL or an OCSP response. FORMAT. */
int sg_cms_revocation(struct sg_env *env, struct sg_pool *pool,
    struct sg_view choice, enum sg_value_kind *kind, struct sg_view *der);

/* ---- time-stamps of one signature */

/* The time-stamp with this token, NULL. */
const struct sg_stamp_fact *sg_stamp_find(
    const struct sg_sig_fact *sig, struct sg_view token);
/* Was it made at that time or later? */
int sg_stamp_is_later(
    const struct sg_stamp_fact *stamp, const struct sg_stamp_fact *than);
/* Was this attribute there when the archive time-stamp (v2) was made? */
int sg_cades_was_there(const struct sg_sig_fact *sig,
    const struct sg_stamp_fact *stamp, const struct sg_attr_fact *attr);

/* Work on imprints is bounded in all: 0 when that would be too much. */
int sg_cades_charge(struct sg_cades *cades, uint64_t size);
/* Fills stamp->covers; scratch is not kept. */
int sg_cades_cover(struct sg_cades *cades, size_t sig,
    struct sg_stamp_fact *stamp, struct sg_pool *scratch);

/* ---- a token on its way into a signature */

/* With these unsigned attributes more on its signer; values may be NULL, index
 * empty. */
int sg_token_complete(struct sg_env *env, struct sg_pool *pool,
    struct sg_view token, struct sg_view index, const struct sg_values *values,
    struct sg_view *out);
/* With these certificates and revocation data more in its SignedData. */
int sg_token_add_values(struct sg_env *env, struct sg_pool *pool,
    struct sg_view token, const struct sg_values *values, struct sg_view *out);

#endif
