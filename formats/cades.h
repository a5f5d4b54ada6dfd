/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_CADES_H
#define SIGN_FORMATS_CADES_H

#include "base/limits.h"
#include "formats/cms.h"
#include "formats/facts.h"

struct sg_env;
struct sg_cades_chains;
struct sg_hashed;

/* What the files of the CAdES reader share. */
struct sg_cades {
	struct sg_env *env;
	struct sg_facts *facts;
	struct sg_cms *cms;
	/* one per facts->sigs, by the same index */
	struct sg_cms_signer *signers;
	size_t signer_count;
	struct sg_cades_note {
		size_t cert_values, revocation_values; /* in attributes */
		size_t unmatched_refs; /* references to what is not here */
		int complete; /* revocation data for all chains is there */
	} * notes;
	size_t note_count;
	size_t added; /* certificates and revocation data so far */
	int depth;    /* tokens around this one */
	size_t stamp_count;
	uint64_t imprint_work; /* octets hashed for imprints */
	size_t covers;
	/* digests over the content as archive-time-stamp-v2 has it, that go
	 * on: of which document, -1 the attached one */
	struct sg_cades_prefix {
		int doc;
		struct sg_hash *hash;
	} * prefixes;
	size_t prefix_count;
	struct sg_hashed *known, *roots; /* one for each digest that is used */
	size_t known_count, root_count;
	struct sg_cades_chains *chains; /* NULL: not yet looked at */
	/* the certificates in SignedData that could be read */
	struct sg_cades_cert {
		struct sg_view der;
		struct sg_cert_ids ids;
	} * certs;
	size_t cert_count;
};

/* A document going by: the digests that are wanted of it, its first octets,
 * and where a signature needs them all of its octets. */
struct sg_pass {
	struct sg_hash *hashes[SG_MAX_DIGESTS];
	size_t count;
	struct sg_hash *prefixes[SG_MAX_DIGESTS]; /* see struct sg_cades */
	size_t prefix_count;
	int keep; /* the octets too, up to SG_MAX_BARE_CONTENT */
	struct sg_buf octets;
	unsigned char head[SG_CMS_HEAD];
	size_t head_len;
	uint64_t size;
};
/* One digest more, once; NULL and those that are not available: none. */
int sg_pass_add(
    struct sg_env *env, struct sg_pass *pass, const struct sg_digest *digest);
int sg_pass_octets(/* sg_cms_content_fn */
    struct sg_env *env, const void *ptr, size_t len, void *payload);
/* A detached document, whole; or attached content once more. */
int sg_pass_source(struct sg_env *env, struct sg_pass *pass, struct sg_in *in);
int sg_pass_again(struct sg_env *env, struct sg_pass *pass, struct sg_in *in);
int sg_pass_store(struct sg_env *env, struct sg_pass *pass,
    struct sg_pool *pool, struct sg_doc_fact *doc);
/* The same of a document that is not at hand, out of what is known of it. */
int sg_pass_known(struct sg_env *env, struct sg_pool *pool,
    const struct sg_doc_fact *known, struct sg_doc_fact *doc);
void sg_pass_clear(struct sg_pass *pass);

/* A time-stamp token as a signature file of its own; facts are the caller's. */
struct sg_cades_token {
	struct sg_facts *facts;
	const char *content_type;
	struct sg_view content; /* eContent; empty: there is none */
	int junk;               /* something follows its end */
};
int sg_cades_read_token(struct sg_env *env, struct sg_view octets, int depth,
    struct sg_cades_token *out);

/* Attributes of signature number "index" into its facts; the reference's
 * digest to *message_digest (empty: there is none). */
int sg_cades_attrs(
    struct sg_cades *cades, size_t index, struct sg_view *message_digest);

/* Certificates, CRLs and OCSP responses of SignedData itself. */
int sg_cades_values(struct sg_cades *cades);
/* The same out of a certificate-values or revocation-values attribute. */
int sg_cades_unsigned_value(struct sg_cades *cades, size_t index,
    const char *oid, struct sg_view value);

/* Time-stamp tokens in this attribute into the signature's facts (EN 319 122-1,
 * 5); the content time-stamp alone is a signed attribute. */
int sg_cades_stamps(struct sg_cades *cades, size_t index,
    const struct sg_attr_fact *attr, int is_signed);

/* What time-stamps want of the content, unless doc has it. */
int sg_cades_stamp_wants(struct sg_cades *cades, size_t index,
    const struct sg_doc_fact *doc, struct sg_pass *pass);
/* archive-time-stamp-v2 of detached content: digests of encapContentInfo, to
 * go on with the document number "doc"; once it went by they are kept. */
int sg_cades_prefix_begin(
    struct sg_cades *cades, int doc, struct sg_pass *pass);
int sg_cades_prefix_keep(struct sg_cades *cades, int doc, struct sg_pass *pass);
/* The same of attached content, out of the file itself. */
int sg_cades_prefix_file(struct sg_cades *cades, struct sg_in *in);
const struct sg_hash *sg_cades_prefix(
    const struct sg_cades *cades, int doc, const struct sg_digest *digest);
/* Imprints of a signature's time-stamps and what they cover, once documents
 * are read. */
int sg_cades_prove(struct sg_cades *cades, size_t index);
/* A warning where references mean nothing that is in the file. */
int sg_cades_check_refs(struct sg_cades *cades, size_t index);
/* Notes whether chains have their revocation data. */
int sg_cades_check_chains(struct sg_cades *cades, size_t index);
void sg_cades_clear(struct sg_cades *cades);

/* The contract's level of what is there (EN 319 122-1, 6; -2, 5). */
const char *sg_cades_level(const struct sg_cades *cades, size_t index);

/* The attribute with this OID, or NULL. */
const struct sg_attr_fact *sg_cades_find(
    const struct sg_attr_fact *list, size_t count, const char *oid);

#endif
