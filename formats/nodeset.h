/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_NODESET_H
#define SIGN_FORMATS_NODESET_H

#include <libxml/tree.h>

#include "formats/c14n.h"

struct sg_env;

/*
 * Transforms that take nodes out of a node-set: each marks what goes.
 */

/* XMLDSig 1.1, 6.6.4: the Signature element that contains the transform. */
int sg_nodes_enveloped(
    struct sg_env *env, struct sg_nodes *nodes, xmlNode *signature);
/* XMLDSig 1.1, 6.6.3: keep the nodes for which ds:XPath is true. */
int sg_nodes_xpath(
    struct sg_env *env, struct sg_nodes *nodes, const xmlNode *transform);
/* XML-Signature XPath Filter 2.0. */
int sg_nodes_filter2(
    struct sg_env *env, struct sg_nodes *nodes, const xmlNode *transform);
/* Does this transform, of either kind, take out some ds:Signature elements,
 * and nothing else of whatever document? By the text of its expressions. */
int sg_nodes_is_plain(const xmlNode *transform);
/* "whole": nothing but ds:Signature elements was taken out; "part"; "none":
 * nothing is left. */
const char *sg_nodes_coverage(const struct sg_nodes *nodes);

/* The element whose whole subtree is just what is left; NULL: there is no such
 * element. */
xmlNode *sg_nodes_single(const struct sg_nodes *nodes);

/* Is all of this element's subtree in the node-set? */
int sg_nodes_hold(const struct sg_nodes *nodes, const xmlNode *element);
/*
 * A comment between two pieces of text: where comments are not signed, one can
 * be put there by anybody, and programs that read up to it see less than what
 * was signed. NULL: there is none in the node-set.
 */
const xmlNode *sg_nodes_split_text(const struct sg_nodes *nodes);

#endif
