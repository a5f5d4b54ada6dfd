/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_XADES_WRITE_H
#define SIGN_FORMATS_XADES_WRITE_H

#include <stddef.h>

#include "base/buf.h"
#include "formats/facts.h"
#include "formats/format.h"
#include "formats/sink.h"

struct sg_env;
struct sg_in;

/*
 * A XAdES signature that is being made (EN 319 132-1, 6; level B-B): first all
 * but its value, which somebody else makes over sg_xades_tbs(), then the whole
 * document. The same wishes and value always give the same octets.
 */
struct sg_xades_want {
	const struct sg_signer *signer;
	const struct sg_signed_props *props;
	enum sg_packaging packaging;
	/* ENVELOPED: the XML document; ENVELOPING: what goes into the Object;
	 * COUNTER: the file with the signature; DETACHED: see entry */
	struct sg_in *in;
	/* DETACHED: what is signed, named in the references */
	const struct sg_sources *docs;
	/* the same in the same order with their octets, which a content
	 * time-stamp is over; NULL: docs themselves */
	const struct sg_sources *octets;
	/* DETACHED, in a container: the name of the signature file, whose root
	 * is asic:XAdESSignatures (EN 319 162-1, A.5); documents are named by
	 * their entries. in: the file with the signatures that are there;
	 * NULL: a new one */
	const char *entry;
	/* ENVELOPED: leave room for other signatures (XPath Filter 2) */
	int parallel;
	/* ENVELOPED: last in which element; both NULL: in the root */
	const char *place_id, *place_xpath;
	size_t counter_index; /* COUNTER: of the signature in file order */
	/* asked before the signed properties are made, so that "props" may
	 * still name a later time then; not for COUNTER */
	struct sg_stamper stamper;
	/* what sg_xades_keep() gave: that signature again and not a new one;
	 * only its digests are taken anew. Empty: a new one */
	struct sg_view kept;
};

struct sg_xades_new;

/*
 * Parse, place, digest. FORMAT: not XML; ARG: the place is not there;
 * UNSUPPORTED: a signature that stands there would break.
 */
int sg_xades_prepare(struct sg_env *env, const struct sg_xades_want *want,
    struct sg_xades_new **out);
void sg_xades_new_free(struct sg_xades_new *made);
/* Canonical SignedInfo: the octets to be signed; borrowed. */
struct sg_view sg_xades_tbs(const struct sg_xades_new *made);
/* The digest of the first reference, for the card; borrowed. */
struct sg_view sg_xades_digest(const struct sg_xades_new *made);
/* The signature as a document of its own, without its value and without what
 * ENVELOPING put into it. */
int sg_xades_keep(
    struct sg_env *env, const struct sg_xades_new *made, struct sg_buf *out);
/* Put the value in, as XMLDSig writes it (RFC 9231: ECDSA is r || s), and
 * hand the document out. */
int sg_xades_write(struct sg_env *env, struct sg_xades_new *made,
    struct sg_view value, const struct sg_sink *sink);

/*
 * The octets that the signature with this number in document order is over,
 * through its transforms, and no others. VALUE, after they went by, when their digest is
 * not the signed one: throw away what was written.
 */
int sg_xades_extract(struct sg_env *env, struct sg_in *in, size_t index,
    const struct sg_sink *sink);

#endif
