/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_XMLDSIG_H
#define SIGN_FORMATS_XMLDSIG_H

#include <libxml/tree.h>

#include "formats/facts.h"
#include "formats/format.h"

struct sg_env;
struct sg_reference;
struct sg_xades_work;
struct sg_xml;

/* What the readers of one XML file share: xmldsig.c, keyinfo.c, xades.c. */
struct sg_xml_reading {
	struct sg_env *env;
	struct sg_xml *xml;
	const char *name; /* of the file */
	const struct sg_sources *docs;
	struct sg_facts *facts;
	const xmlNode **parts; /* as facts->parts */
	int *doc_rows; /* of facts->docs for each of docs; 0: not made yet */
	struct sg_xades_work *xades; /* xades.h; made when it is needed */
};

/* A reference of a signature, while the signature is read. */
struct sg_xml_target {
	const xmlNode *reference; /* ds:Reference */
	const char *type;         /* NULL */
	xmlNode *node;            /* what a same-document URI names; NULL */
	const char *coverage;
};

/* One signature, while it is read. */
struct sg_xml_sig {
	xmlNode *node;       /* ds:Signature */
	const xmlNode *over; /* the one that it countersigns; NULL */
	size_t index;        /* in facts->sigs */
	struct sg_xml_target *targets;
	size_t target_count;
	size_t worked; /* references for which more than a file was read */
};

/* All signatures of reading->xml into reading->facts. FORMAT where there is
 * none. */
int sg_xmldsig_read_all(struct sg_xml_reading *reading);

/* A decimal X509SerialNumber (NULL: there is none) as an INTEGER TLV in the
 * pool; left as it is where the number cannot be read. */
int sg_xml_read_serial(
    struct sg_xml_reading *reading, const xmlNode *node, struct sg_view *out);
/* ds:KeyInfo: certificates, issuer and serial, key identifier; KeyValue and
 * everything else is no more than a hint and is left out. */
int sg_xml_read_key_info(
    struct sg_xml_reading *reading, const struct sg_xml_sig *sig);
/* xades:QualifyingProperties of this signature: only those that stand in it,
 * name it as their target and are referenced by it. Sets format and level. */
int sg_xades_read(struct sg_xml_reading *reading, struct sg_xml_sig *sig);
/* When all signatures have been read: what each time-stamp covers, and
 * references to validation data that is not there. */
int sg_xades_finish(struct sg_xml_reading *reading);
/* The document, if there is one besides the signatures, and an Object that
 * holds something: they go into facts->parts. */
int sg_xml_find_document(struct sg_xml_reading *reading);
int sg_xml_find_objects(
    struct sg_xml_reading *reading, const xmlNode *signature);
/* Which parts does this reference cover? */
int sg_xml_find_covered(struct sg_xml_reading *reading,
    const struct sg_reference *found, struct sg_ref_fact *ref);
/* "/a/b": where an element stands, for people and programs. */
const char *sg_xml_path(struct sg_pool *pool, const xmlNode *node);
/* Is this any version's xades element of that name? */
int sg_xades_is(const xmlNode *node, const char *name);

/* Append a character to bits for each reference of SignedInfo: '1' it holds,
 * '0' it does not, '?' it cannot be computed. */
int sg_xmldsig_check(
    struct sg_xml_reading *reading, xmlNode *signature, struct sg_buf *bits);

/*
 * Two ways to read a file, with the same facts: as a tree; and, for what is
 * large and can be rewound, in passes. 1: the facts are there; 0: something in
 * it is odd or rare, and wants a tree.
 */
int sg_xades_read_tree(struct sg_env *env, struct sg_in *in,
    const struct sg_sources *docs, struct sg_facts **out);
int sg_xades_read_stream(struct sg_env *env, struct sg_in *in,
    const struct sg_sources *docs, struct sg_facts **out);

#endif
