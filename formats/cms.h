/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_CMS_H
#define SIGN_FORMATS_CMS_H

#include <stddef.h>
#include <stdint.h>

#include "base/crypt.h"
#include "base/io.h"
#include "base/limits.h"
#include "formats/facts.h"
#include "formats/format.h"

struct sg_env;

/*
 * A SignedData (RFC 5652, 5.1) taken apart while it is read, each part as the
 * octets that are stored. The content goes by in a stream: into digests, and
 * to a callback, never into memory. Everything else is bounded by
 * SG_MAX_CMS_META and lives in the pool.
 */
#define SG_CMS_HEAD 64
struct sg_cms {
	struct sg_pool *pool;
	uint64_t version;
	int ber;         /* some length was indefinite or not minimal */
	int trailing;    /* zeros or white space followed (a warning) */
	int junk;        /* something else followed (to be refused) */
	int content_any; /* content is no OCTET STRING (PKCS #7) */
	struct sg_view *digest_algs; /* AlgorithmIdentifier TLVs */
	size_t digest_alg_count;
	const char *content_type;
	struct sg_view content_type_tlv;
	int attached;
	/* where in the decoded stream: encapContentInfo TLV, and how long the
	 * content's octets are */
	uint64_t encap_offset, encap_length, content_length;
	struct sg_view encap_head;   /* its octets when detached */
	struct sg_view content_head; /* first octets of the content */
	unsigned char content_head_room[SG_CMS_HEAD];
	struct sg_view *certs; /* CertificateChoices TLVs */
	size_t cert_count;
	struct sg_view *crls; /* RevocationInfoChoice TLVs */
	size_t crl_count;
	struct sg_view *signers; /* SignerInfo TLVs */
	size_t signer_count;
	struct sg_view certs_all, crls_all; /* [0], [1] TLVs; empty: absent */
};

/* Gets the content's octets, piece by piece. 0 or SIGN_E_*. */
typedef int sg_cms_content_fn(
    struct sg_env *env, const void *ptr, size_t len, void *payload);

/*
 * Take a SignedData apart. hashes: running digests that get the content too
 * (may be NULL); announced: called once digestAlgorithms are read, before any
 * content, so that hashes for them can be made (may be NULL).
 */
struct sg_cms_sink {
	int (*announced)(
	    struct sg_env *env, const struct sg_cms *cms, void *payload);
	sg_cms_content_fn *content; /* may be NULL */
	void *payload;
};
int sg_cms_open(struct sg_env *env, struct sg_pool *pool, struct sg_in *in,
    const struct sg_cms_sink *sink, struct sg_cms **out);

/* One SignerInfo in parts (RFC 5652, 5.3), as stored. */
struct sg_cms_signer {
	uint64_t version;
	struct sg_view version_tlv, sid, digest_alg, signed_attrs,
	    signature_alg, signature, unsigned_attrs; /* TLVs; empty: absent */
	struct sg_view value;                         /* signature octets */
	struct sg_algid digest, scheme;
	struct sg_view issuer, serial, ski;
	struct sg_attr_fact *attrs, *unsigned_list;
	size_t attr_count, unsigned_count;
};
int sg_cms_signer_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view tlv, struct sg_cms_signer *out);
/*
 * What a value may stand over (RFC 5652, 5.4), most likely first: the signed
 * attributes as received under tag 0x31, the same sorted, the same in DER
 * throughout. Only forms that differ. *count 0: there are none.
 */
#define SG_CMS_TBS 3
int sg_cms_tbs(struct sg_env *env, struct sg_pool *pool,
    const struct sg_cms_signer *signer, struct sg_tbs_fact tbs[SG_CMS_TBS],
    size_t *count);

/* ---- writing */

/*
 * DER SET OF of the signed attributes, ready to be digested or signed (tag
 * 0x31): content-type, message-digest, signing-time, signing-certificate-v2
 * and what props ask for (EN 319 122-1, 5.1 and 5.2). plain: no
 * signing-certificate, as portals and phone signing services make it.
 * counter: of a counter-signature (no content-type, RFC 5652, 11.4).
 */
struct sg_cms_attrs {
	const struct sg_signer *signer;
	const struct sg_signed_props *props;
	struct sg_view message_digest;
	const char *content_type; /* NULL: id-data */
	/* the token of a content-time-stamp; empty: none */
	struct sg_view content_stamp;
	int plain, counter;
};
int sg_cms_make_attrs(
    struct sg_env *env, const struct sg_cms_attrs *want, struct sg_buf *out);

/* A whole SignerInfo TLV out of those attributes and the value. */
int sg_cms_make_signer(struct sg_env *env, const struct sg_signer *signer,
    struct sg_view attrs, struct sg_view value, struct sg_buf *out);

/* SignerInfo with one more unsigned attribute value (a counter-signature);
 * every other octet as it was. */
int sg_cms_add_unsigned(struct sg_env *env, struct sg_view signer_tlv,
    const char *oid, struct sg_view value, struct sg_buf *out);

/*
 * Counter-signatures of a signer, numbered from 1 in the order they stand in
 * (RFC 5652, 11.4); a path leads to one below another. ARG: there is none.
 */
struct sg_cms_path {
	unsigned number[SG_MAX_COUNTER_DEPTH];
	size_t count; /* 0: the signer itself */
};
int sg_cms_counter_find(struct sg_env *env, struct sg_view signer_tlv,
    const struct sg_cms_path *path, struct sg_view *out);
/* The SignerInfo with one more counter-signature over the one at path. */
int sg_cms_counter_add(struct sg_env *env, struct sg_view signer_tlv,
    const struct sg_cms_path *path, struct sg_view counter, struct sg_buf *out);

/* The SignerInfo with another SignerInfo at that path. */
int sg_cms_counter_put(struct sg_env *env, struct sg_view signer_tlv,
    const struct sg_cms_path *path, struct sg_view instead, struct sg_buf *out);
/* The SignerInfo with these unsigned attributes, in their order; every other
 * octet as it was. */
int sg_cms_set_unsigned(struct sg_env *env, struct sg_view signer_tlv,
    struct sg_view *attrs, size_t count, struct sg_buf *out);

/* What a SignedData is to consist of; parts are TLVs, borrowed. */
enum sg_cms_content {
	SG_CONTENT_NONE,     /* detached */
	SG_CONTENT_DOCUMENT, /* attached: the octets of "document" */
	SG_CONTENT_COPY,     /* encapContentInfo copied from "source" */
	SG_CONTENT_UNWRAP,   /* the same content, from "source", re-wrapped
				in definite lengths */
};
struct sg_cms_parts {
	struct sg_view *digest_algs; /* TLVs; written in DER order */
	size_t digest_alg_count;
	const char *content_type; /* NULL: id-data */
	enum sg_cms_content content;
	struct sg_in *document; /* size known, else spooled */
	struct sg_in *source;   /* decoded, rewindable */
	const struct sg_cms *copied;
	struct sg_view *certs;
	size_t cert_count;
	struct sg_view *crls;
	size_t crl_count;
	/* instead of those: [0], [1] as they are stored; empty: made anew */
	struct sg_view certs_all, crls_all;
	struct sg_view *signers;
	size_t signer_count;
	int keep_order; /* as given: sets as received, new ones last */
};
/* Definite lengths, constant memory, version by RFC 5652, 5.1. When pem is
 * set the bytes come out as PEM. STATE: the document became longer or shorter
 * while it was read. Sorts the sets of parts unless keep_order is set. */
int sg_cms_write(struct sg_env *env, const struct sg_cms_parts *parts,
    struct sg_out *out, int pem);

/* Is there an archive-time-stamp (v1, v2), long-term-validation or evidence
 * record that freezes certificates, CRLs and attributes of this signer? */
int sg_cms_is_frozen(const struct sg_cms_signer *signer);

#endif
