/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_FORMAT_H
#define SIGN_FORMATS_FORMAT_H

#include "base/alg.h"
#include "base/io.h"
#include "formats/facts.h"

struct sg_env;

/* The sources are files of a container: references name them by their whole
 * path in it, and are never taken for another file of the same bare name. */
struct sg_box {
	/* which source; SG_BOX_NONE, or SG_BOX_REFUSED with the error set */
	long (*find)(struct sg_env *env, const struct sg_box *box,
	    const char *uri, const char *decoded);
	void *self;
};
#define SG_BOX_NONE (-1)
#define SG_BOX_REFUSED (-2)

/* What was computed of a document, so that it is read but once for each
 * digest, however many signature files speak of it. */
struct sg_memo {
	struct sg_pool *pool;
	struct sg_doc_fact doc; /* head.ptr NULL: not all of it is known */
};

/* A document that may be the content of a detached signature. */
struct sg_source {
	const char *name;
	struct sg_in *in; /* borrowed; rewound before use where it can be */
	/* in NULL: the document is not at hand, but this is known of it, and
	 * its other digests stay undetermined */
	const struct sg_doc_fact *known;
	int beside; /* nobody gave it, it was found beside the signature */
	const struct sg_box *box; /* NULL: not in a container */
	struct sg_memo *memo;     /* NULL: nothing is remembered */
	const char *entry; /* its name in a container; NULL: of the file */
};

/* Its digest, read or remembered or known; empty: it is not to be had. In the
 * pool. */
int sg_source_digest(struct sg_env *env, const struct sg_source *source,
    const struct sg_digest *digest, struct sg_pool *pool, struct sg_view *out);
/* Keep what was computed. */
int sg_memo_keep(
    struct sg_env *env, struct sg_memo *memo, const struct sg_doc_fact *doc);

struct sg_sources {
	struct sg_source *list;
	size_t count;
};

/*
 * What is signed besides the document: neutral for all formats. Strings are
 * UTF-8 and borrowed.
 */
struct sg_signed_props {
	int64_t signing_time; /* SG_NO_TIME: none is written */
	const char *mime_type;
	const char *content_hint; /* description for content-hints */
	const char *const *roles;
	size_t role_count;
	const char *commitment; /* row of commitments by word or OID */
	const char *country, *region, *city, *postal_code;
	const char *policy_oid;
	struct sg_view policy_hash; /* digest of the policy file */
	const struct sg_digest *policy_digest;
	const char *policy_uri;
};

/* The signer's side of a preparation; the format never sees a key. */
struct sg_signer {
	struct sg_view cert; /* DER */
	const struct sg_scheme *scheme;
	struct sg_pss pss;
	const struct sg_digest *digest; /* of the document, and attributes */
	const struct sg_view *chain;    /* more certificates to put in */
	size_t chain_count;
};

/*
 * How a time-stamp over the content is had while a signature is prepared: the
 * format says of what, somebody else asks. Appends the token. ask NULL: there
 * is to be none.
 */
struct sg_stamper {
	int (*ask)(struct sg_env *env, const struct sg_digest *digest,
	    struct sg_view imprint, struct sg_buf *token, void *payload);
	void *payload;
};

/* A row of the table of formats. */
struct sg_format {
	const char *name; /* "cades" */
	/* Looks at the first octets: 0 no, 1 maybe, 2 yes. */
	int (*probe)(struct sg_view head);
	/* Bytes to facts; the documents are read once, streamed. FORMAT only
	 * when no signature can be enumerated. */
	int (*read)(struct sg_env *env, struct sg_in *in,
	    const struct sg_sources *docs, struct sg_facts **out);
};

extern const struct sg_format sg_format_tst, sg_format_cades, sg_format_xades,
    sg_format_asic;
/* As many first octets are enough to tell them apart. */
#define SG_FORMAT_HEAD 512
/* Does it begin as XML does? An answer as of probe(). */
int sg_format_is_xml(struct sg_view head);
/* Signatures seen in XML until the first one's SignedInfo ends, and whether that
 * one names files outside. Broken XML has what was seen of it. */
int sg_xades_probe(
    struct sg_env *env, struct sg_in *in, int *signatures, int *detached);
/* By first octets of the decoded input; NULL: no format knows it. */
const struct sg_format *sg_format_probe(struct sg_view head);

#endif
