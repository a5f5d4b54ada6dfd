/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_XML_STREAM_H
#define SIGN_FORMATS_XML_STREAM_H

#include <libxml/tree.h>

#include "base/alg.h"
#include "base/crypt.h"
#include "formats/c14n.h"

struct sg_env;
struct sg_in;
struct sg_sink;
struct sg_xml;

/*
 * A large document in memory that does not grow with it. A first pass keeps
 * its signatures, and what stands above them, as a tree. They are read, and
 * each reference asks here for its digest; a second pass gives all answers;
 * then they are read again. Whoever asks for what is not kept, or is odd in
 * any way, makes the document starve: nothing that was read of it counts, and
 * it is to be read as a whole tree. So on what is odd there is one opinion.
 */

/* The first pass: FORMAT and LIMIT as sg_xml_parse(). "in" is at its start and
 * can be rewound. The tree may turn out to be whole. */
int sg_xml_stream_open(
    struct sg_env *env, struct sg_in *in, struct sg_xml **out);
/* The second pass answers what was asked. IO: the file has changed. */
int sg_xml_stream_answer(
    struct sg_env *env, struct sg_xml *xml, struct sg_in *in);

/* Is there more to the document than the tree has? */
int sg_xml_is_stream(const struct sg_xml *xml);
/* Is it still before the second pass? */
int sg_xml_stream_asks(const struct sg_xml *xml);
void sg_xml_starve(const struct sg_xml *xml);
int sg_xml_starves(const struct sg_xml *xml);
size_t sg_xml_stream_signatures(const struct sg_xml *xml);

/* Does something outside of signatures want to be signed? */
int sg_xml_stream_content(const struct sg_xml *xml);
/* Is it of a signature, of which everything is kept? */
int sg_xml_is_kept(const xmlNode *node);
/* Does it take a pass over the document to know what is in there? */
int sg_xml_stream_needs(const struct sg_nodes *nodes);
/* The element that alone has this Id: kept, or one without children that gets
 * its name from the second pass. found: what the tree has; NULL: nothing.
 * NULL: out of memory. */
xmlNode *sg_xml_stream_want(
    const struct sg_xml *xml, const char *id, xmlNode *found);

/* The element of that Id is none of the file's, where it must not stand. */
int sg_xml_stream_forbid(struct sg_xml *xml, const char *id);
/* Can something be put in before the root's end tag, and nothing else be
 * changed? */
int sg_xml_stream_has_end(const struct sg_xml *xml);
/* The file with this node there. IO: somebody changed it. */
int sg_xml_stream_splice(struct sg_env *env, const struct sg_xml *xml,
    struct sg_in *in, const xmlNode *node, const struct sg_sink *sink);

/* A node-set may lack whole signatures and nothing else. */
struct sg_xml_question {
	const xmlNode *reference;
	struct sg_nodes nodes;
	const struct sg_c14n *c14n;
	const xmlNode *c14n_element;    /* for InclusiveNamespaces; NULL */
	const struct sg_digest *digest; /* NULL: unknown */
};

struct sg_xml_answer {
	int ready;       /* 0: it was only asked for */
	int kept;        /* something is in the node-set */
	xmlNode *single; /* the element whose whole subtree it is; NULL */
	int known;       /* there is a digest */
	unsigned char value[SG_MAX_DIGEST];
};

/* Ask, or look up what was answered; borrowed until the next question. */
int sg_xml_stream_ask(struct sg_env *env,
    const struct sg_xml_question *question, const struct sg_xml_answer **out);

#endif
