/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_XADES_BUILD_H
#define SIGN_FORMATS_XADES_BUILD_H

#include <libxml/tree.h>

#include "base/buf.h"
#include "formats/format.h"

struct sg_env;
struct sg_pool;
struct sg_xml;

/*
 * Elements one after another, without a check after each step: the first
 * failure stays in rc and everything after it does nothing.
 */
struct sg_build {
	struct sg_env *env;
	struct sg_pool *pool;
	struct sg_xml *xml;
	int rc;
	xmlNs *ds, *xades;
};

/* The last child of parent; NULL after a failure. text NULL: empty. */
xmlNode *sg_build_add(struct sg_build *build, xmlNode *parent, xmlNs *ns,
    const char *name, const char *text);
void sg_build_attr(
    struct sg_build *build, xmlNode *node, const char *name, const char *value);
/* An Id that references can use. */
void sg_build_id(struct sg_build *build, xmlNode *node, const char *id);
void sg_build_base64(
    struct sg_build *build, xmlNode *node, struct sg_view octets);
/* An element with an Algorithm. */
xmlNode *sg_build_algorithm(
    struct sg_build *build, xmlNode *parent, const char *name, const char *uri);

/* ds:DigestMethod and ds:DigestValue. */
void sg_build_digest(struct sg_build *build, xmlNode *parent,
    const struct sg_digest *digest, struct sg_view value);
/* xades:IssuerSerialV2 of a certificate. */
void sg_build_issuer_serial(
    struct sg_build *build, xmlNode *parent, struct sg_view cert);

/* What SignedProperties says of one reference. */
struct sg_build_object {
	const char *reference_id;
	const char *mime_type;
};

/* xades:SignedProperties, filled (EN 319 132-1, 5.2). */
void sg_build_properties(struct sg_build *build, xmlNode *parent,
    const struct sg_signer *signer, const struct sg_signed_props *props,
    const struct sg_build_object *objects, size_t count);

#endif
