/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades_augment.h"

#include "base/env.h"
#include "base/err.h"
#include "base/pool.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

/*
 * Validation data in full (EN 319 132-1, 5.4): CertificateValues,
 * RevocationValues, and TimeStampValidationData for one token. What the
 * signature has is not added again.
 */

/* The octets that stand in the signature, decoded. */
struct present {
	struct sg_view *list;
	size_t count;
};

struct adding {
	struct sg_augment *aug;
	struct sg_build *build;
	const struct sg_xades_place *place;
	struct present present;
};

static void
note(struct adding *adding, const xmlNode *node)
{
	struct sg_build *build = adding->build;
	struct sg_view der, *slot;
	int ret = sg_xml_base64(build->env, build->pool, node, &der);

	if (ret == SIGN_E_FORMAT) {
		sg_err_clear(build->env);
		return;
	}
	slot = ret == 0 ? sg_pool_push(build->pool, &adding->present.list,
			      &adding->present.count, sizeof(*slot))
			: NULL;
	if (slot != NULL)
		*slot = der;
	else if (build->rc == 0)
		build->rc = sg_err_nomem(build->env);
}

static int
is_value(const xmlNode *node)
{
	return sg_xades_is(node, "EncapsulatedX509Certificate") ||
	    sg_xades_is(node, "EncapsulatedCRLValue") ||
	    sg_xades_is(node, "EncapsulatedOCSPValue");
}

/* Counter-signatures have their own. */
static void
note_below(struct adding *adding, const xmlNode *parent, int depth)
{
	const xmlNode *at = sg_xml_first(parent);

	for (; at != NULL && depth < 8; at = sg_xml_sibling(at))
		if (is_value(at))
			note(adding, at);
		else if (!sg_xades_is(at, "CounterSignature"))
			note_below(adding, at, depth + 1);
}

static void
note_key_info(struct adding *adding)
{
	const xmlNode *info =
	    sg_xml_child(adding->place->signature, SG_NS_DS, "KeyInfo");
	const xmlNode *data = sg_xml_child(info, SG_NS_DS, "X509Data");
	const xmlNode *at;

	for (; data != NULL; data = sg_xml_next(data, SG_NS_DS, "X509Data"))
		for (at = sg_xml_child(data, SG_NS_DS, "X509Certificate");
		     at != NULL;
		     at = sg_xml_next(at, SG_NS_DS, "X509Certificate"))
			note(adding, at);
}

static int
is_present(const struct adding *adding, struct sg_view der)
{
	size_t i;

	for (i = 0; i < adding->present.count; i++)
		if (sg_view_equal(adding->present.list[i], der))
			return 1;
	return 0;
}

/* Those of the list that are not there, each once; they are then. */
static size_t
only_new(struct adding *adding, const struct sg_view *list, size_t count,
    struct sg_view **out)
{
	struct sg_build *build = adding->build;
	struct sg_view *slot;
	size_t i, kept = 0;

	*out = NULL;
	for (i = 0; i < count && build->rc == 0; i++) {
		if (is_present(adding, list[i]))
			continue;
		slot = sg_pool_push(build->pool, &adding->present.list,
		    &adding->present.count, sizeof(*slot));
		if (slot != NULL) {
			*slot = list[i];
			slot = sg_pool_push(
			    build->pool, out, &kept, sizeof(*slot));
		}
		if (slot != NULL)
			*slot = list[i];
		else
			build->rc = sg_err_nomem(build->env);
	}
	return kept;
}

static struct sg_values
new_values(struct adding *adding, const struct sg_values *values)
{
	struct sg_values out = { .certs = NULL };
	struct sg_view *list;

	out.cert_count =
	    only_new(adding, values->certs, values->cert_count, &list);
	out.certs = list;
	out.crl_count =
	    only_new(adding, values->crls, values->crl_count, &list);
	out.crls = list;
	out.ocsp_count =
	    only_new(adding, values->ocsps, values->ocsp_count, &list);
	out.ocsps = list;
	return out;
}

/* ---- elements */

static void
put_list(struct sg_build *build, xmlNode *parent, const char *name,
    const struct sg_view *list, size_t count)
{
	xmlNode *node;
	size_t i;

	for (i = 0; i < count; i++) {
		node = sg_build_add(build, parent, build->xades, name, NULL);
		sg_build_base64(build, node, list[i]);
	}
}

/* CRLValues come before OCSPValues. */
static xmlNode *
need_list(struct sg_build *build, xmlNode *parent, const char *name, int first)
{
	xmlNode *node = parent != NULL ? sg_xades_child(parent, name) : NULL;
	xmlNode *head = parent != NULL ? sg_xml_first(parent) : NULL;

	if (node != NULL)
		return node;
	node = sg_build_add(build, parent, build->xades, name, NULL);
	if (node != NULL && first && head != NULL)
		xmlAddPrevSibling(head, node);
	return node;
}

static void
put_revocation(
    struct sg_build *build, xmlNode *parent, const struct sg_values *values)
{
	xmlNode *node;

	if (values->crl_count != 0) {
		node = need_list(build, parent, "CRLValues", 1);
		put_list(build, node, "EncapsulatedCRLValue", values->crls,
		    values->crl_count);
	}
	if (values->ocsp_count != 0) {
		node = need_list(build, parent, "OCSPValues", 0);
		put_list(build, node, "EncapsulatedOCSPValue", values->ocsps,
		    values->ocsp_count);
	}
}

/* TimeStampValidationData, AnyValidationData (EN 319 132-1, 5.5.1, 5.5.3). */
static void
put_data(struct adding *adding, const char *name,
    const struct sg_values *values, const char *id)
{
	struct sg_build *build = adding->build;
	xmlNode *node = sg_augment_property(
	    adding->aug, adding->place, SG_NS_XADES141, name);
	xmlNode *part;

	if (id != NULL)
		sg_build_attr(
		    build, node, "URI", sg_pool_printf(build->pool, "#%s", id));
	if (values->cert_count != 0) {
		part = sg_build_add(
		    build, node, build->xades, "CertificateValues", NULL);
		put_list(build, part, "EncapsulatedX509Certificate",
		    values->certs, values->cert_count);
	}
	if (values->crl_count + values->ocsp_count != 0) {
		part = sg_build_add(
		    build, node, build->xades, "RevocationValues", NULL);
		put_revocation(build, part, values);
	}
}

static struct adding
start(struct sg_augment *aug, const struct sg_xades_place *place)
{
	struct adding adding = {
		.aug = aug, .build = &aug->build, .place = place
	};

	note_below(&adding, place->properties, 0);
	return adding;
}

void
sg_augment_stamp_data(struct sg_augment *aug,
    const struct sg_xades_place *place, const struct sg_values *values,
    const char *id)
{
	struct adding adding = start(aug, place);
	struct sg_values wanted;

	note_key_info(&adding);
	wanted = new_values(&adding, values);
	if (wanted.cert_count + wanted.crl_count + wanted.ocsp_count != 0)
		put_data(&adding, "TimeStampValidationData", &wanted, id);
}

/* ---- CertificateValues, RevocationValues */

/* An archive time-stamp that follows covers the property: it must stay as it
 * is. */
static int
is_frozen(const xmlNode *property)
{
	const xmlNode *at;

	for (at = sg_xml_sibling(property); at != NULL; at = sg_xml_sibling(at))
		if (sg_xades_is(at, "ArchiveTimeStamp") ||
		    sg_xades_is(at, "ArchiveTimeStampV2"))
			return 1;
	return 0;
}

/* The property, made where there is none; each stands at most once (EN 319
 * 132-1, 5.4.1 and 5.4.2). */
static xmlNode *
need_values(struct adding *adding, const char *name)
{
	struct sg_build *build = adding->build;
	xmlNode *node = sg_augment_find(adding->place, name);

	if (node == NULL)
		return sg_augment_property(
		    adding->aug, adding->place, SG_NS_XADES132, name);
	build->xades = node->ns;
	adding->aug->last.known = 0;
	return node;
}

static int
is_closed(const struct adding *adding, const char *name)
{
	const xmlNode *node = sg_augment_find(adding->place, name);

	return node != NULL && is_frozen(node);
}

/* always: also without anything in them, because their level wants them. */
static void
put_values(struct adding *adding, const struct sg_values *values, int always)
{
	static const char certs[] = "CertificateValues";
	static const char revocation[] = "RevocationValues";
	struct sg_build *build = adding->build;
	xmlNode *node;

	if (values->cert_count != 0 ||
	    (always && sg_augment_find(adding->place, certs) == NULL)) {
		node = need_values(adding, certs);
		put_list(build, node, "EncapsulatedX509Certificate",
		    values->certs, values->cert_count);
	}
	if (values->crl_count + values->ocsp_count != 0 ||
	    (always && sg_augment_find(adding->place, revocation) == NULL)) {
		node = need_values(adding, revocation);
		put_revocation(build, node, values);
	}
}

void
sg_augment_values(struct sg_augment *aug, const struct sg_xades_place *place,
    const struct sg_values *values, int baseline)
{
	struct adding adding = start(aug, place);
	struct sg_values wanted;

	if (baseline)
		note_key_info(&adding);
	wanted = new_values(&adding, values);
	if (!is_closed(&adding, "CertificateValues") &&
	    !is_closed(&adding, "RevocationValues"))
		put_values(&adding, &wanted, !baseline);
	else if (wanted.cert_count + wanted.crl_count + wanted.ocsp_count != 0)
		put_data(&adding, "AnyValidationData", &wanted, NULL);
}
