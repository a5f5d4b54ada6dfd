/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_REFERENCE_H
#define SIGN_FORMATS_REFERENCE_H

#include <stddef.h>

#include <libxml/tree.h>

#include "formats/c14n.h"
#include "formats/format.h"
#include "formats/sink.h"

struct sg_env;
struct sg_digest;
struct sg_pool;
struct sg_xml;

/*
 * Processing of one ds:Reference (XMLDSig 1.1, 4.4.3): from URI over the
 * transforms to the octets that are digested. They go into a sink, so that
 * the same code digests them, hands them out, and time-stamps them.
 */
struct sg_reference_input {
	struct sg_xml *xml;            /* where the reference stands */
	xmlNode *signature;            /* its ds:Signature */
	const struct sg_sources *docs; /* what external URIs may name */
};

/* What was found to be referred to. */
struct sg_reference {
	const char *uri;     /* as written; NULL: absent */
	const char *element; /* "#id", "/" ; NULL: an external file */
	xmlNode *node;       /* the element, NULL: document or external */
	int source;          /* index into docs, -1: inside the document */
	int missing;         /* external and not given */
	/* external, and only its digests are known; NULL */
	const struct sg_doc_fact *known;
	const char **transforms; /* URIs, in order */
	size_t transform_count;
	const char *coverage; /* "whole", "part", "none" of what it names */
	/* the nodes of the document that were digested; exact 0: octets were
	 * made of them on the way, in which some may be missing */
	struct sg_nodes nodes;
	int exact;
	struct sg_view digest; /* sg_reference_digest(): empty: none */
};

/*
 * FORMAT or UNSUPPORTED: refused, with the reason (unknown transform, double
 * Id, foreign scheme). missing or known: 0 is returned and nothing was
 * written.
 */
int sg_reference_write(struct sg_env *env, struct sg_pool *pool,
    const struct sg_reference_input *input, const xmlNode *reference,
    const struct sg_sink *sink, struct sg_reference *out);

/* The same, of which only the digest is wanted. digest NULL, or one that is not
 * to be had: there is none, and everything else is told. */
int sg_reference_digest(struct sg_env *env, struct sg_pool *pool,
    const struct sg_reference_input *input, const xmlNode *reference,
    const struct sg_digest *digest, struct sg_reference *out);

#endif
