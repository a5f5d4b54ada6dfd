/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/sign_config.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "formats/xml.h"

#include <string.h>

#define NS_XSI "http://www.w3.org/2001/XMLSchema-instance"

/* sign_config.xml is small and simple, and what does not stand in its schema
 * is refused: it decides which signature belongs to which document. */
struct reading {
	struct sg_env *env;
	struct sg_pool *pool;
	size_t files;
};

static int
is_named(const xmlNode *node, const char *name)
{
	return node != NULL && node->ns == NULL &&
	    strcmp((const char *)node->name, name) == 0;
}

static int
unexpected(struct reading *r, const xmlNode *node, const char *parent)
{
	return sg_err_set(r->env, SIGN_E_FORMAT,
	    N_("sign_config.xml: %s cannot stand here in %s"),
	    (const char *)node->name, parent);
}

/* Attributes but those of the schema's own namespace, and text between
 * elements. */
static int
check_element(struct reading *r, const xmlNode *node)
{
	const char *name = (const char *)node->name;
	const xmlNode *at;
	const xmlAttr *attr;

	for (attr = node->properties; attr != NULL; attr = attr->next)
		if (attr->ns == NULL ||
		    strcmp((const char *)attr->ns->href, NS_XSI) != 0)
			return sg_err_set(r->env, SIGN_E_FORMAT,
			    N_("sign_config.xml: %s has an attribute %s"), name,
			    (const char *)attr->name);
	for (at = node->children; at != NULL; at = at->next)
		if ((at->type == XML_TEXT_NODE && !sg_xml_blank(at)) ||
		    at->type == XML_CDATA_SECTION_NODE)
			return sg_err_set(r->env, SIGN_E_FORMAT,
			    N_("sign_config.xml: there is text in %s"), name);
	return 0;
}

static int
take_text(struct reading *r, const xmlNode *node, const char **out)
{
	const char *text;

	if (node->properties != NULL || sg_xml_first(node) != NULL)
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("sign_config.xml: want text alone in %s"),
		    (const char *)node->name);
	text = sg_xml_text(r->pool, node);
	if (text == NULL)
		return sg_err_nomem(r->env);
	if (strlen(text) > SG_MAX_PROPERTY)
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("sign_config.xml: want at most %d octets in %s"),
		    SG_MAX_PROPERTY, (const char *)node->name);
	*out = text;
	return 0;
}

/* <name>, and <about> that may be missing; *next: what follows. */
static int
take_pair(struct reading *r, const xmlNode *parent, const char *const names[2],
    const char *out[2], const xmlNode **next)
{
	const xmlNode *at = sg_xml_first(parent);
	int rc;

	out[0] = out[1] = NULL;
	if (++r->files > SG_MAX_PORTAL_FILES)
		return sg_err_set(r->env, SIGN_E_LIMIT,
		    N_("sign_config.xml: want at most %d files"),
		    SG_MAX_PORTAL_FILES);
	rc = check_element(r, parent);
	if (rc == 0 && !is_named(at, names[0]))
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("sign_config.xml: want %s first in %s"), names[0],
		    (const char *)parent->name);
	if (rc == 0)
		rc = take_text(r, at, &out[0]);
	if (rc == 0)
		at = sg_xml_sibling(at);
	if (rc == 0 && is_named(at, names[1])) {
		rc = take_text(r, at, &out[1]);
		at = rc == 0 ? sg_xml_sibling(at) : NULL;
	}
	*next = at;
	return rc;
}

static int
read_sig(struct reading *r, const xmlNode *node, struct sg_sign_config_doc *doc)
{
	static const char *const names[] = { "signFileName",
		"signFileDescription" };
	struct sg_sign_config_sig *sig;
	const char *texts[2];
	const xmlNode *rest;
	int rc;

	if (!is_named(node, "signData"))
		return unexpected(r, node, "signedDocument");
	rc = take_pair(r, node, names, texts, &rest);
	if (rc == 0 && rest != NULL)
		return unexpected(r, rest, "signData");
	if (rc < 0)
		return rc;
	sig = sg_pool_push(r->pool, &doc->sigs, &doc->sig_count, sizeof(*sig));
	if (sig == NULL)
		return sg_err_nomem(r->env);
	sig->name = texts[0];
	sig->about = texts[1];
	return 0;
}

static int
read_doc(struct reading *r, const xmlNode *node, struct sg_sign_config *out)
{
	static const char *const names[] = { "documentFileName",
		"documentDescription" };
	struct sg_sign_config_doc *doc;
	const char *texts[2];
	const xmlNode *at;
	int rc;

	if (!is_named(node, "signedDocument"))
		return unexpected(r, node, "signedAttachments");
	rc = take_pair(r, node, names, texts, &at);
	if (rc < 0)
		return rc;
	doc = sg_pool_push(r->pool, &out->docs, &out->doc_count, sizeof(*doc));
	if (doc == NULL)
		return sg_err_nomem(r->env);
	doc->name = texts[0];
	doc->about = texts[1];
	for (; rc == 0 && at != NULL; at = sg_xml_sibling(at))
		rc = read_sig(r, at, doc);
	return rc;
}

static int
read_root(struct reading *r, const xmlNode *root, struct sg_sign_config *out)
{
	const xmlNode *at;
	int rc;

	if (!is_named(root, "signedAttachments"))
		return sg_err_set(r->env, SIGN_E_FORMAT,
		    N_("sign_config.xml: want signedAttachments without a "
		       "namespace, have %s"),
		    (const char *)root->name);
	rc = check_element(r, root);
	for (at = sg_xml_first(root); rc == 0 && at != NULL;
	     at = sg_xml_sibling(at))
		rc = read_doc(r, at, out);
	return rc;
}

int
sg_sign_config_read(struct sg_env *env, struct sg_pool *pool,
    struct sg_view octets, struct sg_sign_config *out)
{
	struct reading reading = { env, pool, 0 };
	struct sg_xml *xml = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	if (octets.len > SG_MAX_SIGN_CONFIG)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("sign_config.xml: want at most %d octets"),
		    SG_MAX_SIGN_CONFIG);
	rc = sg_xml_parse_view(env, octets, SG_SIGN_CONFIG_NAME, &xml);
	if (rc == 0)
		rc = read_root(&reading, sg_xml_root(xml), out);
	sg_xml_free(xml);
	return rc == 0 ? sg_sign_config_check(env, out) : rc;
}
