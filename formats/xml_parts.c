/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "formats/nodeset.h"
#include "formats/reference.h"
#include "formats/xml.h"
#include "formats/xml_stream.h"
#include "formats/xmldsig.h"

#include <string.h>
#include <strings.h>

/*
 * What of an XML file wants to be signed, and what of that a reference covers:
 * so that nobody takes a signature over a part for one over the whole.
 */

const char *
sg_xml_path(struct sg_pool *pool, const xmlNode *node)
{
	const char *path = "";
	int depth;

	for (depth = 0; node != NULL && node->type == XML_ELEMENT_NODE &&
	     path != NULL && depth < 16;
	     depth++, node = node->parent)
		path = sg_pool_printf(
		    pool, "/%s%s", (const char *)node->name, path);
	return path;
}

static int
add_part(struct sg_xml_reading *r, const xmlNode *node, const char *name,
    int is_document)
{
	struct sg_facts *facts = r->facts;
	size_t count = facts->part_count;
	struct sg_part_fact *part;
	const xmlNode **slot;

	slot = sg_pool_push(facts->pool, &r->parts, &count, sizeof(*slot));
	part = sg_pool_push(
	    facts->pool, &facts->parts, &facts->part_count, sizeof(*part));
	if (slot == NULL || part == NULL || name == NULL)
		return sg_err_nomem(r->env);
	*slot = node;
	part->name = name;
	part->is_document = is_document;
	return 0;
}

static int
has_attributes(const xmlNode *node)
{
	const xmlAttr *attr;

	for (attr = node->properties; attr != NULL; attr = attr->next)
		if (strcasecmp((const char *)attr->name, "id") != 0)
			return 1;
	return 0;
}

/* Elements that only hold signatures are no document of their own. */
static int
is_content(const xmlNode *node)
{
	if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE)
		return !sg_xml_blank(node);
	if (node->type != XML_ELEMENT_NODE)
		return 0;
	return sg_xml_first(node) == NULL || has_attributes(node);
}

/* The next node outside of signatures; NULL: none. */
static const xmlNode *
next_outside(const xmlNode *node, const xmlNode *root)
{
	return sg_xml_is(node, SG_NS_DS, "Signature")
	    ? sg_xml_step_over(node, root)
	    : sg_xml_step(node, root);
}

int
sg_xml_find_document(struct sg_xml_reading *r)
{
	const xmlNode *root = sg_xml_root(r->xml);
	const xmlNode *node = root;
	const char *name = r->name != NULL ? r->name : "/";

	if (sg_xml_is_stream(r->xml)) {
		if (!sg_xml_stream_content(r->xml))
			return 0;
		return add_part(r, root, sg_pool_str(r->facts->pool, name), 1);
	}
	for (; node != NULL; node = next_outside(node, root))
		if (!sg_xml_is(node, SG_NS_DS, "Signature") && is_content(node))
			return add_part(
			    r, root, sg_pool_str(r->facts->pool, name), 1);
	return 0;
}

/* Properties are no document: what they say is in the report. */
static int
is_properties(const xmlNode *node)
{
	return sg_xades_is(node, "QualifyingProperties") ||
	    sg_xades_is(node, "QualifyingPropertiesReference");
}

static int
holds_content(const xmlNode *object)
{
	const xmlNode *node = object->children;

	for (; node != NULL; node = node->next) {
		if (node->type == XML_ELEMENT_NODE && !is_properties(node))
			return 1;
		if (node->type != XML_ELEMENT_NODE && is_content(node))
			return 1;
	}
	return 0;
}

int
sg_xml_find_objects(struct sg_xml_reading *r, const xmlNode *signature)
{
	struct sg_pool *pool = r->facts->pool;
	const xmlNode *object = sg_xml_child(signature, SG_NS_DS, "Object");
	const char *id;
	int ret = 0;

	for (; object != NULL && ret == 0;
	     object = sg_xml_next(object, SG_NS_DS, "Object")) {
		if (!holds_content(object))
			continue;
		id = sg_xml_attr(pool, object, "Id");
		ret = add_part(r, object,
		    id != NULL ? sg_pool_printf(pool, "#%s %s", id,
				     sg_xml_path(pool, object))
			       : sg_xml_path(pool, object),
		    0);
	}
	return ret;
}

/* Is it all that stands in its parent? */
static int
is_alone(const xmlNode *node)
{
	const xmlNode *other = node->parent->children;

	for (; other != NULL; other = other->next)
		if (other != node &&
		    (other->type == XML_ELEMENT_NODE || is_content(other)))
			return 0;
	return 1;
}

static int
covers(const struct sg_reference *found, const xmlNode *part, int is_document)
{
	const xmlNode *node = found->node;
	int whole = found->source < 0 && strcmp(found->coverage, "whole") == 0;

	if (is_document)
		return whole && (node == NULL || node == part);
	if (whole && node == part)
		return 1;
	if (whole && node != NULL && node->parent == part && is_alone(node))
		return 1;
	return found->exact && sg_nodes_hold(&found->nodes, part);
}

int
sg_xml_find_covered(struct sg_xml_reading *r, const struct sg_reference *found,
    struct sg_ref_fact *ref)
{
	struct sg_facts *facts = r->facts;
	size_t i, *slot;

	for (i = 0; i < facts->part_count; i++) {
		if (!covers(found, r->parts[i], facts->parts[i].is_document))
			continue;
		slot = sg_pool_push(
		    facts->pool, &ref->parts, &ref->part_count, sizeof(*slot));
		if (slot == NULL)
			return sg_err_nomem(r->env);
		*slot = i;
	}
	return 0;
}
