/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/pool.h"
#include "formats/sink.h"
#include "formats/xades_new.h"
#include "formats/xml.h"
#include "formats/xml_stream.h"
#include "formats/xmldsig.h"

/*
 * A signature that was prepared and waits for its value, perhaps elsewhere: its
 * octets are kept, so that who completes it need not make the same ones again.
 */

static void
drop_children(xmlNode *node)
{
	xmlNode *child;

	while (node != NULL && (child = node->children) != NULL) {
		xmlUnlinkNode(child);
		xmlFreeNode(child);
	}
}

static int
put_buffer(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	return sg_buf_append(env, payload, ptr, len);
}

int
sg_xades_keep(
    struct sg_env *env, const struct sg_xades_new *made, struct sg_buf *out)
{
	struct sg_sink sink = { put_buffer, out };
	xmlDoc *doc = xmlNewDoc((const xmlChar *)"1.0");
	xmlNode *copy = NULL;
	struct sg_xml *xml;
	int ret;

	if (doc != NULL)
		copy = xmlDocCopyNode(made->signature, doc, 1);
	if (copy == NULL) {
		xmlFreeDoc(doc);
		return sg_err_nomem(env);
	}
	xmlDocSetRootElement(doc, copy);
	drop_children(sg_xml_child(copy, SG_NS_DS, "SignatureValue"));
	if (made->want->packaging == SG_PACK_ENVELOPING)
		drop_children(sg_xml_child(copy, SG_NS_DS, "Object"));
	xml = sg_xml_adopt(doc);
	if (xml == NULL) {
		xmlFreeDoc(doc);
		return sg_err_nomem(env);
	}
	ret = sg_xml_save(env, xml, &sink);
	sg_xml_free(xml);
	return ret;
}

/* Its Ids in the document: none of them may be there. */
static int
load_ids(struct sg_xades_new *made)
{
	struct sg_build *build = &made->build;
	xmlNode *node = made->signature;
	const char *id;
	int ret = 0;

	for (; node != NULL && ret == 0;
	     node = sg_xml_step(node, made->signature)) {
		id = sg_xml_attr(build->pool, node, "Id");
		if (id == NULL)
			continue;
		if (sg_xml_is_stream(build->xml))
			ret = sg_xml_stream_forbid(build->xml, id);
		if (ret == 0)
			ret = sg_xml_add_id(build->env, build->xml, node, id);
	}
	return ret;
}

/* Digests are taken anew, so that the document shows whether it is the same. */
static int
load_parts(struct sg_xades_new *made)
{
	xmlNode *node = made->signature;

	made->info = sg_xml_child(node, SG_NS_DS, "SignedInfo");
	made->value = sg_xml_child(node, SG_NS_DS, "SignatureValue");
	if (made->want->packaging == SG_PACK_ENVELOPING)
		made->target = sg_xml_child(node, SG_NS_DS, "Object");
	if (made->info == NULL || made->value == NULL ||
	    (made->want->packaging == SG_PACK_ENVELOPING &&
		made->target == NULL))
		return sg_err_set(made->build.env, SIGN_E_FORMAT,
		    N_("XMLDSig, 4.1: the kept signature lacks a part"));
	node = sg_xml_child(made->info, SG_NS_DS, "Reference");
	for (; node != NULL; node = sg_xml_next(node, SG_NS_DS, "Reference")) {
		if (sg_xml_child(node, SG_NS_DS, "DigestValue") == NULL)
			return sg_err_set(made->build.env, SIGN_E_FORMAT,
			    N_("XMLDSig, 4.4.3: a reference without its "
			       "digest"));
		drop_children(sg_xml_child(node, SG_NS_DS, "DigestValue"));
	}
	drop_children(made->value);
	if (made->want->packaging == SG_PACK_ENVELOPING)
		drop_children(made->target);
	return 0;
}

int
sg_xades_load(struct sg_xades_new *made)
{
	struct sg_build *build = &made->build;
	struct sg_xml *kept = NULL;
	xmlNode *copy = NULL;
	int ret = sg_xml_parse_view(
	    build->env, made->want->kept, N_("kept signature"), &kept);

	if (ret < 0)
		return ret;
	if (sg_xml_is(sg_xml_root(kept), SG_NS_DS, "Signature"))
		copy = xmlDocCopyNode(
		    sg_xml_root(kept), sg_xml_doc(build->xml), 1);
	else
		ret = sg_err_set(build->env, SIGN_E_FORMAT,
		    N_("XMLDSig, 4.1: want a Signature"));
	sg_xml_free(kept);
	if (ret < 0)
		return ret;
	if (copy == NULL)
		return sg_err_nomem(build->env);
	xmlReplaceNode(made->signature, copy);
	xmlFreeNode(made->signature);
	made->signature = copy;
	build->ds = copy->ns;
	ret = load_ids(made);
	if (ret == 0)
		ret = load_parts(made);
	if (ret == 0 && made->want->packaging == SG_PACK_ENVELOPING) {
		sg_xades_fill_object(made);
		ret = build->rc;
	}
	return ret;
}
