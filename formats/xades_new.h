/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_XADES_NEW_H
#define SIGN_FORMATS_XADES_NEW_H

#include "formats/xades_build.h"
#include "formats/xades_write.h"

/* A signature that is being made: xades_write.c, xades_place.c. */
struct sg_xades_new {
	struct sg_build build; /* holds pool and document */
	const struct sg_xades_want *want;
	const char *tag; /* what makes the Ids of this signature its own */
	xmlNode *signature, *info, *value;
	xmlNode *target; /* ENVELOPING: the Object; COUNTER: SignatureValue */
	struct sg_buf octets;   /* ENVELOPING: the document */
	struct sg_xml *content; /* the same as a tree; NULL: not XML */
	struct sg_buf token; /* of the AllDataObjectsTimeStamp; empty: none */
	struct sg_buf tbs;
	struct sg_view digest;
	struct sg_build_object *objects;
	size_t object_count;
};

/* Make the empty ds:Signature where it is wanted. ARG: the place is not
 * there; UNSUPPORTED: a signature that stands there would break. */
int sg_xades_place(struct sg_xades_new *made);

/* Put the document into the Object of ENVELOPING. */
void sg_xades_fill_object(struct sg_xades_new *made);
/* The kept signature in the place of the empty one. */
int sg_xades_load(struct sg_xades_new *made);

#endif
