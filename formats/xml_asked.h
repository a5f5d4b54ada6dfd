/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_XML_ASKED_H
#define SIGN_FORMATS_XML_ASKED_H

#include <stdint.h>

#include <libxml/hash.h>

#include "formats/xml_stream.h"

struct sg_canon;
struct sg_pool;

/*
 * What the two passes over a large document share: xml_stream.c asks,
 * xml_answer.c answers.
 */

/* An Id that somebody asked for. */
struct sg_xml_want {
	xmlNode *node; /* in the tree, or without a name so far */
	int in_tree;
	uint64_t count;    /* elements that were seen to have it */
	uint64_t expected; /* and should have */
};

struct sg_xml_asked {
	struct sg_xml_question question;
	struct sg_xml_want *want; /* the apex; NULL: the whole document */
	int marked;               /* something may be left out */
	unsigned char *out;       /* bit for each signature: it is left out */
	struct sg_xml_answer answer;
	const char *const *prefixes;

	/* while the second pass is over it */
	struct sg_canon *canon;
	struct sg_hash *hash;
	struct sg_sink sink;
	int inside, done;
	size_t depth, out_depth; /* within the apex; in what is left out */
	int top, gone, beside;   /* the topmost element is kept; something in it
				  is not; something stands beside it */
	int text, comment, split; /* as sg_nodes_split_text() */
};

struct sg_xml_stream {
	struct sg_pool *pool;
	xmlNode **signatures; /* in document order */
	size_t signature_count;
	struct sg_xml_asked *asked;
	size_t asked_count;
	xmlHashTable *wants; /* id -> sg_xml_want */
	struct sg_xml_want **want_list;
	size_t want_count;
	xmlDoc *nameless; /* whose nodes are wanted and not kept */
	unsigned char octets[SG_MAX_DIGEST]; /* of the file */
	uint64_t end_tag; /* where the root's begins; 0: not known */
	int content, starves, answered;
};

/* Is this what the file's octets were? IO: somebody changed it. */
int sg_xml_stream_same(struct sg_env *env, const struct sg_xml *xml,
    struct sg_in *in, const unsigned char *octets);

#endif
