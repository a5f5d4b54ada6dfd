/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_CANON_H
#define SIGN_FORMATS_CANON_H

#include <stddef.h>

#include "formats/c14n.h"
#include "formats/sink.h"

struct sg_env;

/*
 * The canonicaliser: events of a document in, canonical octets out (Canonical
 * XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0). Whoever walks a tree
 * and whoever listens to a parser use the same one. It knows a node-set by
 * what is "left_out"; a namespace node always goes with its element.
 */
struct sg_canon;

struct sg_canon_ns {
	const char *prefix; /* NULL: the default namespace */
	const char *uri;    /* "": undeclared */
};

struct sg_canon_attr {
	const char *prefix, *name, *uri; /* prefix and uri NULL: none */
	const char *value;               /* as characters, nothing escaped */
	size_t len;
	int left_out;
};

/* Names and URIs stay where they are until the element ends. */
struct sg_canon_element {
	const char *prefix, *name, *uri; /* prefix and uri NULL: none */
	const struct sg_canon_ns *spaces;
	size_t space_count;
	const struct sg_canon_attr *attrs;
	size_t attr_count;
	int left_out;
};

/* prefixes: of InclusiveNamespaces, ends with NULL; may be NULL. comments: the
 * node-set has comments. */
int sg_canon_new(struct sg_env *env, const struct sg_c14n *c14n,
    const char *const *prefixes, int comments, const struct sg_sink *sink,
    struct sg_canon **out);
void sg_canon_free(struct sg_canon *canon);

/* An ancestor of the node-set's apex, which is not in it. */
int sg_canon_above(
    struct sg_canon *canon, const struct sg_canon_element *element);
int sg_canon_start(
    struct sg_canon *canon, const struct sg_canon_element *element);
/* The end of either. */
int sg_canon_end(struct sg_canon *canon, const char *prefix, const char *name);
/* Only what is in the node-set. */
int sg_canon_text(struct sg_canon *canon, const char *text, size_t len);
int sg_canon_pi(struct sg_canon *canon, const char *target, const char *data);
int sg_canon_comment(struct sg_canon *canon, const char *text);
/* Hand out what is still held back. */
int sg_canon_finish(struct sg_canon *canon);

#endif
