/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "formats/tst.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

#include <string.h>

/* The report's words. */
static const char *const kinds[] = {
	[SG_XADES_OVER_ALL_DATA] = "all-data",
	[SG_XADES_OVER_SOME_DATA] = "individual-data",
	[SG_XADES_OVER_SIGNATURE] = "signature",
	[SG_XADES_OVER_SIG_AND_REFS] = "sig-and-refs",
	[SG_XADES_OVER_REFS] = "refs",
	[SG_XADES_OVER_ARCHIVE] = "archive",
	[SG_XADES_OVER_ARCHIVE_132] = "archive",
};

/* Is that a failure of reading, and not of what was read? */
static int
is_fatal(int code)
{
	return code == SIGN_E_NOMEM || code == SIGN_E_IO ||
	    code == SIGN_E_CANCEL;
}

/* The last error becomes the reason why there is no imprint. */
static int
set_unknown(struct sg_xades_props *p, struct sg_stamp_fact *stamp)
{
	if (is_fatal(p->env->code))
		return p->env->code;
	stamp->unknown =
	    sg_msg_make(p->pool, N_("%1$s"), p->env->english, NULL, NULL);
	sg_err_clear(p->env);
	return 0;
}

/* ---- canonicalisation */

/* XAdES 1.1.1 says how in the transforms of HashDataInfo. */
static const xmlNode *
old_method(const xmlNode *element)
{
	const xmlNode *at = sg_xades_child(element, "HashDataInfo");

	at = sg_xades_child(at, "Transforms");
	return sg_xades_child(at, "Transform");
}

/* The method of the time-stamp's element; where none is named it is Canonical
 * XML 1.0 (EN 319 132-1, 4.5). */
static int
find_method(struct sg_xades_props *p, const xmlNode *element,
    struct sg_xades_imprint *imprint)
{
	const char *uri = NULL;

	imprint->c14n = sg_c14n_default();
	imprint->method = sg_xades_child(element, "CanonicalizationMethod");
	if (imprint->method == NULL)
		imprint->method = old_method(element);
	if (imprint->method != NULL)
		uri = sg_xml_attr(p->pool, imprint->method, "Algorithm");
	if (uri == NULL || uri[0] == '\0')
		return 0;
	imprint->c14n = sg_c14n_find(uri);
	if (imprint->c14n != NULL)
		return 0;
	return sg_err_set(p->env, SIGN_E_UNSUPPORTED,
	    N_("EN 319 132-1, 4.5: want a known CanonicalizationMethod in "
	       "the time-stamp, have %s"),
	    uri);
}

/* ---- imprint */

static int
add_imprint(struct sg_xades_props *p, struct sg_stamp_fact *stamp,
    struct sg_xades_imprint *imprint, enum sg_xades_over over)
{
	struct sg_imprint_fact *slot;
	struct sg_view value;
	uint64_t before = imprint->octets;
	int ret = sg_xades_imprint_digest(
	    p->env, p->pool, imprint, over, stamp->info.digest, &value);

	if (ret < 0)
		return ret;
	if (imprint->missing != NULL) {
		stamp->unknown = sg_msg_make(p->pool,
		    N_("the document %1$s, which it is over, is not given"),
		    imprint->missing, NULL, NULL);
		return 0;
	}
	if (imprint->octets == before && imprint->references == 0)
		return sg_err_set(p->env, SIGN_E_FORMAT,
		    N_("there is nothing that the time-stamp could be over"));
	slot = sg_pool_push(
	    p->pool, &stamp->imprints, &stamp->imprint_count, sizeof(*slot));
	if (slot == NULL)
		return sg_err_nomem(p->env);
	slot->value = value;
	return 0;
}

static int
matches(const struct sg_stamp_fact *stamp)
{
	return stamp->imprint_count != 0 &&
	    sg_view_equal(stamp->imprints[stamp->imprint_count - 1].value,
		stamp->info.imprint);
}

/* Producers read TS 101 903 v1.3.2, 7.7 in two ways: the Objects that are
 * signed already are left out, or they are not. */
static int
add_imprints(struct sg_xades_props *p, struct sg_stamp_fact *stamp,
    struct sg_xades_imprint *imprint, enum sg_xades_over over)
{
	size_t count;
	int ret = add_imprint(p, stamp, imprint, over);

	count = stamp->imprint_count;
	if (ret < 0 || over != SG_XADES_OVER_ARCHIVE_132 || count == 0 ||
	    matches(stamp))
		return ret;
	ret = add_imprint(p, stamp, imprint, SG_XADES_OVER_ARCHIVE);
	if (ret == 0 && stamp->imprint_count > count)
		stamp->imprints[count].warning = sg_msg_make(p->pool,
		    N_("the archive time-stamp is over Objects that are signed "
		       "already (TS 101 903 v1.3.2, 7.7)"),
		    NULL, NULL, NULL);
	return ret;
}

static int
read_imprint(struct sg_xades_props *p, const xmlNode *element,
    enum sg_xades_over over, struct sg_stamp_fact *stamp)
{
	struct sg_xades_imprint imprint = { .xml = p->r->xml,
		.signature = p->sig->node,
		.docs = p->r->docs,
		.element = element,
		.second = sg_xades_is_second(element),
		.octets = p->r->xades->octets };
	int ret;

	if (stamp->info.digest == NULL) {
		stamp->unknown =
		    sg_msg_make(p->pool, N_("unknown digest algorithm %1$s"),
			stamp->info.digest_oid, NULL, NULL);
		return 0;
	}
	ret = find_method(p, element, &imprint);
	if (ret == 0)
		ret = add_imprints(p, stamp, &imprint, over);
	p->r->xades->octets = imprint.octets;
	return ret < 0 ? set_unknown(p, stamp) : 0;
}

/* ---- tokens */

static struct sg_stamp_fact *
add_stamp(
    struct sg_xades_props *p, const xmlNode *element, enum sg_xades_over over)
{
	struct sg_xades_item *item;
	struct sg_stamp_fact *stamp;

	if (p->fact->stamp_count >= SG_MAX_XML_STAMPS) {
		sg_err_set(p->env, SIGN_E_LIMIT,
		    N_("want at most %d time-stamps in a signature"),
		    SG_MAX_XML_STAMPS);
		return NULL;
	}
	item = sg_xades_add_item(p, SG_XADES_ITEM_STAMP, element);
	if (item == NULL)
		return NULL;
	item->stamp = p->fact->stamp_count;
	item->over = over;
	stamp = sg_pool_push(
	    p->pool, &p->fact->stamps, &p->fact->stamp_count, sizeof(*stamp));
	if (stamp != NULL)
		stamp->form = sg_pool_str(p->pool, (const char *)element->name);
	if (stamp == NULL || stamp->form == NULL) {
		sg_err_nomem(p->env);
		return NULL;
	}
	stamp->kind = kinds[over];
	return stamp;
}

static int
read_token(struct sg_xades_props *p, const xmlNode *element,
    enum sg_xades_over over, const xmlNode *node)
{
	struct sg_stamp_fact *stamp = add_stamp(p, element, over);
	int ret;

	if (stamp == NULL)
		return p->env->code;
	ret = sg_xml_base64(p->env, p->pool, node, &stamp->token);
	if (ret == SIGN_E_FORMAT) {
		stamp->fault = sg_msg_make(
		    p->pool, N_("%1$s"), p->env->english, NULL, NULL);
		sg_err_clear(p->env);
		return 0;
	}
	if (ret == 0)
		ret = sg_tst_read(p->env, p->r->facts, stamp->token, 0, stamp);
	if (ret < 0 || stamp->inside == NULL)
		return ret;
	return read_imprint(p, element, over, stamp);
}

/* A time-stamp in XML has no token (EN 319 132-1, 5.1.4.3: out of scope). */
static int
read_xml_stamp(
    struct sg_xades_props *p, const xmlNode *element, enum sg_xades_over over)
{
	struct sg_stamp_fact *stamp = add_stamp(p, element, over);

	if (stamp == NULL)
		return p->env->code;
	stamp->fault = sg_msg_make(p->pool,
	    N_("time-stamps in XML (XMLTimeStamp) are not supported"), NULL,
	    NULL, NULL);
	stamp->unknown = stamp->fault;
	return 0;
}

int
sg_xades_read_stamps(
    struct sg_xades_props *p, const xmlNode *element, enum sg_xades_over over)
{
	const xmlNode *at = sg_xml_first(element);
	size_t before = p->fact->stamp_count;
	int ret = 0;

	for (; at != NULL && ret == 0; at = sg_xml_sibling(at))
		if (sg_xades_is(at, "EncapsulatedTimeStamp"))
			ret = read_token(p, element, over, at);
		else if (sg_xades_is(at, "XMLTimeStamp"))
			ret = read_xml_stamp(p, element, over);
	if (ret == 0 && p->fact->stamp_count == before)
		ret = sg_facts_warn(p->r->facts, p->fact,
		    N_("%1$s holds no time-stamp token"),
		    (const char *)element->name, NULL);
	return ret;
}
