/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_CADES_AUGMENT_H
#define SIGN_FORMATS_CADES_AUGMENT_H

#include "base/crypt.h"
#include "formats/cades_stamp.h"

/* What the files of the CAdES augmenter share. */
struct sg_augment {
	struct sg_pool *pool;
	struct sg_in *in;
	const struct sg_sources *docs;
	const struct sg_facts *facts; /* of the file as it was */
	/* as it was, but for its lists: these are as things stand now */
	struct sg_cms *cms;
	size_t was_certs, was_crls; /* how long they were */
	/* archive time-stamps that were added, by index of the signature */
	char *archived;
	/* the last imprint, good as long as nothing was added */
	struct {
		int known;
		size_t sig;
		enum sg_stamp_kind kind;
		const struct sg_digest *digest;
		struct sg_view value;
		struct sg_view index; /* of an archive time-stamp */
	} last;
};

/* The signature as things stand now. */
int sg_augment_signer(struct sg_env *env, struct sg_augment *aug, size_t sig,
    struct sg_cms_signer *out);
/* Its unsigned attributes in place of those that it has. */
int sg_augment_set_attrs(struct sg_env *env, struct sg_augment *aug, size_t sig,
    struct sg_view *attrs, size_t count);
/* One attribute more, with one value. */
int sg_augment_add_attr(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const char *oid, struct sg_view value);
/* UNSUPPORTED when an archive time-stamp would break: of new attributes of
 * this signature, of new certificates and revocation data in SignedData. */
int sg_augment_attrs_free(
    struct sg_env *env, struct sg_augment *aug, size_t sig);
int sg_augment_root_free(struct sg_env *env, struct sg_augment *aug);
/* The same of an evidence record, under any change at all. */
int sg_augment_evidence_free(struct sg_env *env, const struct sg_augment *aug);

int sg_cades_add_refs(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values, const struct sg_digest *digest);
int sg_cades_add_values(struct sg_env *env, struct sg_augment *aug, size_t sig,
    const struct sg_values *values, int baseline);
int sg_cades_renew_values(struct sg_env *env, struct sg_augment *aug,
    size_t sig, const struct sg_values *values);

/* Attribute ::= { oid, SET { value } } into the pool. */
int sg_attr_make(struct sg_env *env, struct sg_pool *pool, const char *oid,
    struct sg_view value, struct sg_view *out);
/* certificate-values, revocation-values: their values; empty where there is
 * nothing to be put in. */
int sg_values_put_certs(struct sg_put *put, const struct sg_values *values);
int sg_values_put_revocation(
    struct sg_put *put, struct sg_pool *pool, const struct sg_values *values);
/* New elements of SignedData.certificates and crls among values: what is not
 * in the lists yet goes to their end (RFC 5940, 2). */
int sg_values_into_cms(
    struct sg_env *env, struct sg_cms *cms, const struct sg_values *values);

#endif
