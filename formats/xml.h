/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_XML_H
#define SIGN_FORMATS_XML_H

#include <stddef.h>
#include <stdint.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/buf.h"

struct sg_env;
struct sg_in;
struct sg_pool;
struct sg_sink;

#define SG_NS_DS "http://www.w3.org/2000/09/xmldsig#"
#define SG_NS_DSIG11 "http://www.w3.org/2009/xmldsig11#"
#define SG_NS_XADES111 "http://uri.etsi.org/01903/v1.1.1#"
#define SG_NS_XADES122 "http://uri.etsi.org/01903/v1.2.2#"
#define SG_NS_XADES132 "http://uri.etsi.org/01903/v1.3.2#"
#define SG_NS_XADES141 "http://uri.etsi.org/01903/v1.4.1#"
#define SG_NS_EXC_C14N "http://www.w3.org/2001/10/xml-exc-c14n#"

/*
 * A document as a tree. The only way into libxml2's parser: no network, no
 * entities, no DTD (a DOCTYPE is an error), bounded in size, depth, elements
 * and attributes; namespaces must be sound. Ids are known by attribute name
 * (Id, ID, id, xml:id), doubles are remembered.
 */
struct sg_xml;

/* FORMAT with line and reason, LIMIT. */
int sg_xml_parse(struct sg_env *env, struct sg_in *in, struct sg_xml **out);
int sg_xml_parse_view(struct sg_env *env, struct sg_view octets,
    const char *name, struct sg_xml **out);
/* Takes a tree that was made elsewhere, Ids unknown; NULL: out of memory.
 * For tests, whose vectors have a DTD. */
struct sg_xml *sg_xml_adopt(xmlDoc *doc);
void sg_xml_free(struct sg_xml *xml);
xmlDoc *sg_xml_doc(const struct sg_xml *xml);
xmlNode *sg_xml_root(const struct sg_xml *xml);

/* The one element with this Id. FORMAT where there is none or several. */
int sg_xml_by_id(struct sg_env *env, const struct sg_xml *xml, const char *id,
    xmlNode **out);

/* The same for who looks at its name alone: of a large document it may be all
 * that is there. */
int sg_xml_target(struct sg_env *env, const struct sg_xml *xml, const char *id,
    xmlNode **out);

/* Make an element known under an Id that was given to it; ARG where another
 * has it. */
int sg_xml_add_id(
    struct sg_env *env, struct sg_xml *xml, xmlNode *node, const char *id);
int sg_xml_has_id(const struct sg_xml *xml, const char *id);

/* An Id that several elements have, or NULL. */
const char *sg_xml_doubled_id(const struct sg_xml *xml);

/* Is this an element of that name? */
int sg_xml_is(const xmlNode *node, const char *ns, const char *name);
/* First child element / next sibling element of that name; NULL. */
xmlNode *sg_xml_child(const xmlNode *node, const char *ns, const char *name);
xmlNode *sg_xml_next(const xmlNode *node, const char *ns, const char *name);
/* First child / next sibling element of any name. */
xmlNode *sg_xml_first(const xmlNode *node);
xmlNode *sg_xml_sibling(const xmlNode *node);
/* The first child in document order, NULL where nothing can stand below. */
xmlNode *sg_xml_down(const xmlNode *node);
/* The next node in document order within root; attributes are not met. */
xmlNode *sg_xml_step(const xmlNode *node, const xmlNode *root);
/* The same, but what stands below this one is passed over. */
xmlNode *sg_xml_step_over(const xmlNode *node, const xmlNode *root);
/* The ds:Signature with this number in document order, from 0; NULL. */
xmlNode *sg_xml_nth_signature(const struct sg_xml *xml, size_t index);
/* The first ds:Signature behind that node in document order, or of all. */
xmlNode *sg_xml_next_signature(const struct sg_xml *xml, const xmlNode *after);
int sg_xml_inside(const xmlNode *node, const xmlNode *ancestor);
/* Does a comment stand anywhere in the document? */
int sg_xml_has_comments(const struct sg_xml *xml);
/* Text that is nothing but white space? */
int sg_xml_blank(const xmlNode *text);

/* Attribute without namespace, in the pool; NULL: there is none. */
const char *sg_xml_attr(
    struct sg_pool *pool, const xmlNode *node, const char *name);
/* The element's own text, comments left out as canonicalisation leaves them
 * out; white space at both ends removed. NULL: out of memory, or an element
 * stands in it. */
const char *sg_xml_text(struct sg_pool *pool, const xmlNode *node);
/* base64 of the element's text, white space ignored. FORMAT. */
int sg_xml_base64(struct sg_env *env, struct sg_pool *pool, const xmlNode *node,
    struct sg_view *out);

/* A parser of events for data between transforms: payload is its _private.
 * NULL: out of memory. The handler must refuse a DOCTYPE itself. */
xmlParserCtxt *sg_xml_new_sax(xmlSAXHandler *sax, void *payload);

/* A mark on nodes: those that carry the document's current mark are left out
 * of the node-set that is being processed. A new mark clears all. */
uintptr_t sg_xml_new_mark(struct sg_xml *xml);

/* The document keeps its encoding; nothing is indented, so that what was
 * digested stays as it is. */
int sg_xml_save(
    struct sg_env *env, struct sg_xml *xml, const struct sg_sink *sink);

#endif
