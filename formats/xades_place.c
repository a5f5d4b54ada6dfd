/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "formats/xades_augment.h"
#include "formats/xades_new.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

#include <libxml/xpath.h>

/* ---- where the signature goes */

static void
place_quiet(void *data, xmlError *error)
{
	(void)data;
	(void)error;
}

/* --place-xpath: the first element that the expression names. */
static int
find_place_xpath(struct sg_xades_new *made, xmlNode **out)
{
	const char *text = made->want->place_xpath;
	xmlDoc *doc = sg_xml_doc(made->build.xml);
	xmlXPathContext *context = xmlXPathNewContext(doc);
	xmlNs **spaces = xmlGetNsList(doc, xmlDocGetRootElement(doc));
	xmlXPathObject *found = NULL;

	*out = NULL;
	if (context != NULL) {
		context->opLimit = SG_MAX_XPATH_STEPS;
		context->namespaces = spaces;
		while (spaces != NULL && spaces[context->nsNr] != NULL)
			context->nsNr++;
		context->error = place_quiet;
		found = xmlXPathEval((const xmlChar *)text, context);
	}
	if (found != NULL && found->type == XPATH_NODESET &&
	    found->nodesetval != NULL && found->nodesetval->nodeNr > 0)
		*out = found->nodesetval->nodeTab[0];
	xmlXPathFreeObject(found);
	xmlXPathFreeContext(context);
	xmlFree(spaces);
	if (*out != NULL && (*out)->type == XML_ELEMENT_NODE)
		return 0;
	return sg_err_set(made->build.env, SIGN_E_ARG,
	    N_("the XPath expression %s names no element of the document"),
	    text);
}

static int
find_place(struct sg_xades_new *made, xmlNode **out)
{
	const struct sg_xades_want *want = made->want;
	struct sg_build *build = &made->build;

	*out = sg_xml_root(build->xml);
	if (want->place_xpath != NULL)
		return find_place_xpath(made, out);
	if (want->place_id == NULL)
		return 0;
	if (sg_xml_by_id(build->env, build->xml, want->place_id, out) == 0)
		return 0;
	return sg_err_set(build->env, SIGN_E_ARG,
	    N_("want one element with the Id %s to place the signature in"),
	    want->place_id);
}

static int
in_signature(const xmlNode *node)
{
	while (node != NULL && !sg_xml_is(node, SG_NS_DS, "Signature"))
		node = node->parent;
	return node != NULL;
}

/* ds:Signature, last in parent, with the namespace of its own. */
static void
add_signature(struct sg_xades_new *made, xmlNode *parent)
{
	struct sg_build *build = &made->build;

	made->signature = sg_build_add(build, parent, NULL, "Signature", NULL);
	if (build->rc < 0)
		return;
	build->ds = xmlNewNs(
	    made->signature, (const xmlChar *)SG_NS_DS, (const xmlChar *)"ds");
	if (build->ds == NULL)
		build->rc = sg_err_nomem(build->env);
	xmlSetNs(made->signature, build->ds);
}

static void
place_enveloped(struct sg_xades_new *made)
{
	struct sg_build *build = &made->build;
	xmlNode *parent = NULL;

	build->rc = find_place(made, &parent);
	if (build->rc == 0 && in_signature(parent))
		build->rc = sg_err_set(build->env, SIGN_E_UNSUPPORTED,
		    N_("a signature stands where the new one would go, and "
		       "has no room for another inside (XMLDSig, 4.2)"));
	if (build->rc < 0)
		return;
	add_signature(made, parent);
}

/* The document's root is the signature. */
static void
place_root(struct sg_xades_new *made)
{
	made->signature = sg_xml_root(made->build.xml);
	made->build.ds = made->signature->ns;
}

static xmlNode *
need_child(struct sg_build *build, xmlNode *parent, const char *name)
{
	xmlNode *child;

	for (child = parent != NULL ? sg_xml_first(parent) : NULL;
	     child != NULL; child = sg_xml_sibling(child))
		if (sg_xades_is(child, name))
			return child;
	return sg_build_add(build, parent, build->xades, name, NULL);
}

/* xades:QualifyingProperties of the parent, made where there are none. */
static xmlNode *
need_qualifying(struct sg_build *build, xmlNode *parent)
{
	xmlNode *object = sg_xml_child(parent, SG_NS_DS, "Object");
	xmlNode *node;

	for (; object != NULL; object = sg_xml_next(object, SG_NS_DS, "Object"))
		for (node = sg_xml_first(object); node != NULL;
		     node = sg_xml_sibling(node))
			if (sg_xades_is(node, "QualifyingProperties")) {
				build->xades = node->ns;
				return node;
			}
	build->rc = sg_err_set(build->env, SIGN_E_UNSUPPORTED,
	    N_("a counter-signature stands in the unsigned properties of a "
	       "XAdES signature, and this is a plain XML signature (EN "
	       "319 132-1, 5.2.7)"));
	return NULL;
}

int
sg_xades_check_frozen(struct sg_env *env, const xmlNode *node)
{
	const xmlNode *next;

	for (; node != NULL; node = node->parent) {
		if (!sg_xades_is(node, "CounterSignature"))
			continue;
		for (next = sg_xml_sibling(node); next != NULL;
		     next = sg_xml_sibling(next))
			if (sg_xades_is(next, "ArchiveTimeStamp") ||
			    sg_xades_is(next, "ArchiveTimeStampV2"))
				return sg_err_set(env, SIGN_E_UNSUPPORTED,
				    N_("an archive time-stamp covers the "
				       "counter-signature: a change would "
				       "break it (EN 319 132-1, 5.5.2)"));
	}
	return 0;
}

/* A counter-signature goes into the unsigned properties of its parent and is
 * over the parent's value, which it names by Id (EN 319 132-1, 5.2.7.2). */
static void
place_counter(struct sg_xades_new *made)
{
	struct sg_build *build = &made->build;
	xmlNode *parent =
	    sg_xml_nth_signature(build->xml, made->want->counter_index);
	xmlNode *node = NULL;
	const char *id = NULL;

	if (parent != NULL)
		made->target = sg_xml_child(parent, SG_NS_DS, "SignatureValue");
	if (made->target == NULL) {
		build->rc = sg_err_set(build->env, SIGN_E_ARG,
		    N_("there is no such signature in the file"));
		return;
	}
	id = sg_xml_attr(build->pool, made->target, "Id");
	if (id == NULL) {
		build->rc = sg_err_set(build->env, SIGN_E_UNSUPPORTED,
		    N_("the signature's value has no Id that a "
		       "counter-signature could name, and giving it one would "
		       "change what others have stamped"));
		return;
	}
	build->rc = sg_xades_check_frozen(build->env, parent);
	if (build->rc < 0)
		return;
	node = need_qualifying(build, parent);
	node = build->rc == 0 ? need_child(build, node, "UnsignedProperties")
			      : NULL;
	node = build->rc == 0
	    ? need_child(build, node, "UnsignedSignatureProperties")
	    : NULL;
	node = build->rc == 0
	    ? sg_build_add(build, node, build->xades, "CounterSignature", NULL)
	    : NULL;
	add_signature(made, node);
}

int
sg_xades_place(struct sg_xades_new *made)
{
	switch (made->want->packaging) {
	case SG_PACK_ENVELOPED:
		place_enveloped(made);
		break;
	case SG_PACK_COUNTER:
		place_counter(made);
		break;
	case SG_PACK_DETACHED:
	case SG_PACK_ATTACHED:
	case SG_PACK_ENVELOPING:
		if (made->want->entry != NULL)
			place_enveloped(made);
		else
			place_root(made);
		break;
	}
	return made->build.rc;
}
