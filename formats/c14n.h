/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_C14N_H
#define SIGN_FORMATS_C14N_H

#include <stdint.h>

#include <libxml/tree.h>

#include "formats/sink.h"

struct sg_env;
struct sg_pool;
struct sg_xml;

/* A canonicalisation: a row of the table (XMLDSig 1.1, 6.5). */
struct sg_c14n {
	const char *uri;
	int mode; /* xmlC14NMode */
	int comments;
};

/* The row, or NULL. */
const struct sg_c14n *sg_c14n_find(const char *uri);
/* Canonical XML 1.0 without comments: what applies where nothing is said. */
const struct sg_c14n *sg_c14n_default(void);

/*
 * A node-set: one subtree or the whole document, without what carries the
 * mark, with or without comments.
 */
struct sg_nodes {
	struct sg_xml *xml;
	xmlNode *apex;  /* NULL: the whole document */
	uintptr_t mark; /* nodes that carry it are left out; 0: none are */
	int comments;   /* comments belong to it */
};

/*
 * Canonicalise into the sink, in one pass, without a copy. element: the
 * CanonicalizationMethod or Transform, for InclusiveNamespaces; may be NULL.
 */
int sg_c14n_write(struct sg_env *env, const struct sg_c14n *c14n,
    const xmlNode *element, const struct sg_nodes *nodes,
    const struct sg_sink *sink);

/* The PrefixList of such an element, NULL behind it; *out NULL: there is
 * none. */
int sg_c14n_prefixes(struct sg_env *env, struct sg_pool *pool,
    const xmlNode *element, const char *const **out);

#endif
