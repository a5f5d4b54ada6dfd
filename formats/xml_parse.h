/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_XML_PARSE_H
#define SIGN_FORMATS_XML_PARSE_H

#include <stdint.h>

#include <libxml/hash.h>
#include <libxml/parser.h>

#include "formats/xml.h"

struct sg_env;
struct sg_hash;
struct sg_in;
struct sg_xml_stream;

/*
 * Inside of the door to libxml2, for the files xml*.c alone.
 */
struct sg_xml {
	xmlDoc *doc;
	xmlHashTable *ids; /* name -> element, or a mark: several */
	uintptr_t mark;
	int comments;
	/* of the document only signatures and their ancestors are in the tree;
	 * NULL: all of it is */
	struct sg_xml_stream *stream;
};

/* A ds:Signature? */
int sg_xml_is_signature(const xmlChar *name, const xmlChar *uri);
int sg_xml_blank_text(const char *text, size_t len);
/* NULL is taken too. */
void sg_xml_stream_free(struct sg_xml_stream *stream);

/* Without a document; NULL: out of memory. */
struct sg_xml *sg_xml_new(void);

/* Id, ID, id without namespace; xml:id; wsu:Id of WS-Security. */
int sg_xml_is_id(const xmlChar *name, const xmlChar *uri);
/* Remember an element under its Id; one that comes twice is not to be used.
 * -1: out of memory. */
int sg_xml_remember_id(
    struct sg_xml *xml, xmlNode *node, const xmlChar *value, size_t len);

/*
 * One run of the parser over a document, within our bounds. The events go to
 * libxml2's builder of trees, but for those that the caller takes over in
 * ctxt->sax; ctxt->_private is the pass.
 */
struct sg_xml_pass {
	struct sg_env *env;
	xmlParserCtxt *ctxt;
	void *owner;            /* the caller's */
	struct sg_hash *octets; /* the caller's: digests what is read; NULL */
	uint64_t nodes, size;
	const char *fault; /* what was refused, NULL */
	int code;
};

int sg_xml_pass_open(struct sg_env *env, struct sg_xml_pass *pass);
/* FORMAT with line and reason, LIMIT, or why the pass was stopped. */
int sg_xml_pass_run(struct sg_xml_pass *pass, struct sg_in *in);
void sg_xml_pass_close(struct sg_xml_pass *pass);
/* The element that begins counts; 0: it is one too many, the parser stops. */
int sg_xml_pass_count(struct sg_xml_pass *pass, int ns_count, int attr_count);
/* fault is a reason to refuse the document; NULL: the error is set. */
void sg_xml_pass_stop(struct sg_xml_pass *pass, int code, const char *fault);

#endif
