/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/pool.h"
#include "formats/reference.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

#include <string.h>

/*
 * What a time-stamp in a XAdES signature is over. Octets go into a digest as
 * they are made: a large document is never held a second time.
 */
struct imprint {
	struct sg_env *env;
	struct sg_pool *pool; /* for this run alone */
	struct sg_xades_imprint *what;
	const struct sg_sink *sink;
};

/* The element, canonical, where it stands (EN 319 132-1, 4.5). */
static int
put_element(struct imprint *im, xmlNode *node)
{
	const struct sg_xades_imprint *what = im->what;
	struct sg_nodes nodes = {
		.xml = what->xml, .apex = node, .comments = 1
	};

	return sg_c14n_write(
	    im->env, what->c14n, what->method, &nodes, im->sink);
}

/* A child of the signature that may be absent. */
static int
put_child(struct imprint *im, const char *name)
{
	xmlNode *node = sg_xml_child(im->what->signature, SG_NS_DS, name);

	return node != NULL ? put_element(im, node) : 0;
}

/* ---- references */

static xmlNode *
first_reference(const struct imprint *im)
{
	xmlNode *info =
	    sg_xml_child(im->what->signature, SG_NS_DS, "SignedInfo");

	return sg_xml_child(info, SG_NS_DS, "Reference");
}

/* A reference's data after its transforms: what XMLDSig digests. */
static int
put_reference(struct imprint *im, const xmlNode *reference)
{
	struct sg_reference_input input = { im->what->xml, im->what->signature,
		im->what->docs };
	struct sg_reference found;
	int ret = sg_reference_write(
	    im->env, im->pool, &input, reference, im->sink, &found);

	im->what->references++;
	if (ret == 0 && (found.missing || found.known != NULL))
		im->what->missing = found.uri != NULL ? found.uri : "";
	return ret;
}

/* The reference to the signed properties, by its type or what it names. */
static int
is_properties(struct imprint *im, const xmlNode *reference)
{
	const char *type = sg_xml_attr(im->pool, reference, "Type");
	const char *uri = sg_xml_attr(im->pool, reference, "URI");
	const char *id = NULL;
	const xmlNode *props;
	int count;

	if (type != NULL && strstr(type, "#SignedProperties") != NULL)
		return 1;
	props = sg_xades_qualifying(im->what->signature, &count);
	props = sg_xades_child(props, "SignedProperties");
	if (props != NULL)
		id = sg_xml_attr(im->pool, props, "Id");
	return id != NULL && uri != NULL && uri[0] == '#' &&
	    strcmp(uri + 1, id) == 0;
}

/* all: the reference to the signed properties too. */
static int
put_references(struct imprint *im, int all)
{
	xmlNode *at = first_reference(im);
	int ret = 0;

	for (; at != NULL && ret == 0 && im->what->missing == NULL;
	     at = sg_xml_next(at, SG_NS_DS, "Reference"))
		if (all || !is_properties(im, at))
			ret = put_reference(im, at);
	return ret;
}

/* EN 319 132-1, 5.2.8.2: the references that Include elements name, in their
 * order. Without referencedData the standard takes the ds:Reference itself;
 * nobody makes such a time-stamp. */
static int
put_included(struct imprint *im)
{
	const xmlNode *at = sg_xades_child(im->what->element, "Include");
	const char *uri;
	xmlNode *node;
	int ret = 0;

	if (at == NULL)
		return sg_err_set(im->env, SIGN_E_FORMAT,
		    N_("EN 319 132-1, 5.2.8.2: want Include in an "
		       "IndividualDataObjectsTimeStamp"));
	for (; at != NULL && ret == 0 && im->what->missing == NULL;
	     at = sg_xades_again(at)) {
		uri = sg_xml_attr(im->pool, at, "URI");
		if (uri == NULL || uri[0] != '#')
			return sg_err_set(im->env, SIGN_E_FORMAT,
			    N_("EN 319 132-1, 5.2.8.2: want the Id of a "
			       "reference in Include"));
		ret = sg_xml_by_id(im->env, im->what->xml, uri + 1, &node);
		if (ret == 0 &&
		    (!sg_xml_is(node, SG_NS_DS, "Reference") ||
			!sg_xml_inside(node, im->what->signature)))
			ret = sg_err_set(im->env, SIGN_E_FORMAT,
			    N_("EN 319 132-1, 5.2.8.2: want the Id of a "
			       "reference in Include"));
		if (ret == 0)
			ret = put_reference(im, node);
	}
	return ret;
}

/* ---- unsigned properties before the time-stamp */

int
sg_xades_is_second(const xmlNode *element)
{
	const char *name = (const char *)element->name;
	size_t len = strlen(name);

	return len >= 2 && strcmp(name + len - 2, "V2") == 0;
}

/* References to certificates are of two versions, and each version of the
 * time-stamp is over its own (EN 319 132-1, A.1.5). */
static int
is_cert_refs(int second, const xmlNode *property)
{
	if (second)
		return sg_xades_is(property, "CompleteCertificateRefsV2") ||
		    sg_xades_is(property, "AttributeCertificateRefsV2");
	return sg_xades_is(property, "CompleteCertificateRefs") ||
	    sg_xades_is(property, "AttributeCertificateRefs");
}

int
sg_xades_is_over(enum sg_xades_over over, int second, const xmlNode *property)
{
	if (over == SG_XADES_OVER_ARCHIVE || over == SG_XADES_OVER_ARCHIVE_132)
		return 1;
	if (over == SG_XADES_OVER_SIG_AND_REFS &&
	    sg_xades_is(property, "SignatureTimeStamp"))
		return 1;
	if (over != SG_XADES_OVER_SIG_AND_REFS && over != SG_XADES_OVER_REFS)
		return 0;
	return is_cert_refs(second, property) ||
	    sg_xades_is(property, "CompleteRevocationRefs") ||
	    sg_xades_is(property, "AttributeRevocationRefs");
}

static int
put_before(struct imprint *im, enum sg_xades_over over)
{
	xmlNode *at = sg_xml_first(sg_xades_unsigned(im->what->signature));
	const xmlNode *element = im->what->element;
	int ret = 0;

	for (; at != NULL && at != element && ret == 0; at = sg_xml_sibling(at))
		if (sg_xades_is_over(over, im->what->second, at))
			ret = put_element(im, at);
	return ret;
}

/* ---- archive (EN 319 132-1, 5.5.2) */

static int
is_referenced(struct imprint *im, const xmlNode *object)
{
	const char *id = sg_xml_attr(im->pool, object, "Id");
	const xmlNode *at = first_reference(im);
	const char *uri;

	for (; id != NULL && at != NULL;
	     at = sg_xml_next(at, SG_NS_DS, "Reference")) {
		uri = sg_xml_attr(im->pool, at, "URI");
		if (uri != NULL && uri[0] == '#' && strcmp(uri + 1, id) == 0)
			return 1;
	}
	return 0;
}

/* TS 101 903 v1.3.2, 7.7.1 leaves out the Objects that are signed already. */
static int
put_objects(struct imprint *im, int unreferenced)
{
	xmlNode *at = sg_xml_child(im->what->signature, SG_NS_DS, "Object");
	const xmlNode *props;
	int count, ret = 0;

	props = sg_xades_qualifying(im->what->signature, &count);
	for (; at != NULL && ret == 0; at = sg_xml_next(at, SG_NS_DS, "Object"))
		if ((props == NULL || props->parent != at) &&
		    !(unreferenced && is_referenced(im, at)))
			ret = put_element(im, at);
	return ret;
}

static int
put_archive(struct imprint *im, int unreferenced)
{
	int ret = put_references(im, 1);

	if (ret == 0)
		ret = put_child(im, "SignedInfo");
	if (ret == 0)
		ret = put_child(im, "SignatureValue");
	if (ret == 0)
		ret = put_child(im, "KeyInfo");
	if (ret == 0)
		ret = put_before(im, SG_XADES_OVER_ARCHIVE);
	return ret == 0 ? put_objects(im, unreferenced) : ret;
}

static int
put_all(struct imprint *im, enum sg_xades_over over)
{
	int ret;

	switch (over) {
	case SG_XADES_OVER_ALL_DATA:
		return put_references(im, 0);
	case SG_XADES_OVER_SOME_DATA:
		return put_included(im);
	case SG_XADES_OVER_SIGNATURE:
		return put_child(im, "SignatureValue");
	case SG_XADES_OVER_SIG_AND_REFS:
		ret = put_child(im, "SignatureValue");
		return ret == 0 ? put_before(im, over) : ret;
	case SG_XADES_OVER_REFS:
		return put_before(im, over);
	case SG_XADES_OVER_ARCHIVE:
		return put_archive(im, 0);
	case SG_XADES_OVER_ARCHIVE_132:
		return put_archive(im, 1);
	}
	return 0;
}

static int
write_octets(struct sg_env *env, struct sg_pool *pool,
    struct sg_xades_imprint *imprint, enum sg_xades_over over,
    const struct sg_sink *sink)
{
	struct imprint im = { env, sg_pool_new(), imprint, sink };
	int ret;

	imprint->missing = NULL;
	imprint->references = 0;
	if (im.pool == NULL)
		return sg_err_nomem(env);
	ret = put_all(&im, over);
	if (ret == 0 && imprint->missing != NULL) {
		imprint->missing = sg_pool_str(pool, imprint->missing);
		if (imprint->missing == NULL)
			ret = sg_err_nomem(env);
	}
	sg_pool_free(im.pool);
	return ret;
}

struct counted {
	struct sg_hash *hash;
	struct sg_xades_imprint *imprint;
};

static int
put_counted(struct sg_env *env, const void *ptr, size_t len, void *payload)
{
	struct counted *counted = payload;

	counted->imprint->octets += len;
	if (counted->imprint->octets > SG_MAX_IMPRINT_WORK)
		return sg_err_set(env, SIGN_E_LIMIT,
		    N_("the time-stamps of this file are over more than can "
		       "be digested"));
	return sg_hash_update(env, counted->hash, ptr, len);
}

int
sg_xades_imprint_digest(struct sg_env *env, struct sg_pool *pool,
    struct sg_xades_imprint *imprint, enum sg_xades_over over,
    const struct sg_digest *digest, struct sg_view *out)
{
	struct counted counted = { NULL, imprint };
	struct sg_sink sink = { put_counted, &counted };
	unsigned char value[SG_MAX_DIGEST];
	int ret = sg_hash_new(env, digest, &counted.hash);

	if (ret == 0)
		ret = write_octets(env, pool, imprint, over, &sink);
	if (ret == 0)
		ret = sg_hash_final(env, counted.hash, value);
	sg_hash_free(counted.hash);
	if (ret < 0)
		return ret;
	*out = sg_pool_dup(pool, sg_view_of(value, digest->size));
	return out->ptr != NULL ? 0 : sg_err_nomem(env);
}
