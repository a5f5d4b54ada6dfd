/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades.h"

#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

#include <string.h>

/* The level that the properties make (EN 319 132-1, 6; TS 101 903, 4.4): the
 * first that holds, in the order of the report's contract. */

/* What a baseline signature with values must not have. */
#define OLD (SG_XADES_CREFS | SG_XADES_RREFS | SG_XADES_X1 | SG_XADES_X2)

/* ---- formats of what is signed (EN 319 132-1, 5.2.4 and 6.3) */

/* Its own properties and key, and what a counter-signature is over, need no
 * format. */
static int
is_data(const struct sg_xml_target *target)
{
	static const char *const other_types[] = {
		"http://uri.etsi.org/01903#SignedProperties",
		"http://uri.etsi.org/01903#CountersignedSignature",
		SG_NS_DS "Manifest",
		SG_NS_DS "SignatureProperties",
	};
	size_t i;

	if (sg_xml_is(target->node, SG_NS_DS, "KeyInfo"))
		return 0;
	for (i = 0; i < sizeof(other_types) / sizeof(other_types[0]); i++)
		if (target->type != NULL &&
		    strcmp(target->type, other_types[i]) == 0)
			return 0;
	return 1;
}

/* Signatures beside one another may number their references alike: what is
 * meant is the one's own. */
static size_t
find_own_target(struct sg_xades_props *p, const char *id)
{
	size_t i, count = p->sig->target_count;
	xmlChar *own;
	int same = 0;

	for (i = 0; count <= SG_MAX_REFERENCES && i < count; i++) {
		own = xmlGetNoNsProp(
		    p->sig->targets[i].reference, (const xmlChar *)"Id");
		same = own != NULL && strcmp((const char *)own, id) == 0;
		xmlFree(own);
		if (same)
			return i;
	}
	return count;
}

/* The reference that a DataObjectFormat speaks of, as an index into targets;
 * target_count: none of this signature. */
static size_t
find_target(struct sg_xades_props *p, const xmlNode *format)
{
	const char *name = sg_xml_attr(p->pool, format, "ObjectReference");
	size_t i, count = p->sig->target_count;
	xmlNode *node;

	if (name == NULL || name[0] != '#')
		return count;
	if (sg_xml_target(p->env, p->r->xml, name + 1, &node) < 0) {
		sg_err_clear(p->env);
		return find_own_target(p, name + 1);
	}
	for (i = 0; i < count && p->sig->targets[i].reference != node; i++)
		;
	return i;
}

/* Which references are given a format; *wrong where one is of nothing that is
 * signed. NULL: out of memory. */
static const char *
find_formats(struct sg_xades_props *p, const xmlNode *data, int *wrong)
{
	const xmlNode *at = sg_xades_child(data, "DataObjectFormat");
	size_t i, found = 0, count = p->sig->target_count;
	char *given = sg_pool_alloc(p->pool, count + 1);

	*wrong = 0;
	for (; given != NULL && at != NULL && found <= SG_MAX_REFERENCES;
	     found++) {
		i = find_target(p, at);
		if (i == count)
			*wrong = 1;
		else if (sg_xades_child(at, "MimeType") != NULL)
			given[i] = 1;
		at = sg_xades_again(at);
	}
	return given;
}

/* A reference without an Id cannot be given a format: one such is known by
 * itself, several are not. */
static int
has_formats(struct sg_xades_props *p, const char *given)
{
	const struct sg_xml_target *target;
	size_t i, nameless = 0;

	for (i = 0; given != NULL && i < p->sig->target_count; i++) {
		target = &p->sig->targets[i];
		if (!p->fact->refs[i].counts || given[i] || !is_data(target))
			continue;
		if (sg_xml_attr(p->pool, target->reference, "Id") != NULL)
			return 0;
		nameless += target->type == NULL ||
		    strstr(target->type, "#SignedProperties") == NULL;
	}
	return given != NULL && nameless <= 1;
}

/* ---- levels */

/* A baseline signature has one token in each time-stamp over its value. */
static int
single_tokens(const struct sg_xades_props *p)
{
	const xmlNode *at = sg_xml_first(sg_xades_unsigned(p->sig->node));
	const xmlNode *token;

	for (; at != NULL; at = sg_xml_sibling(at)) {
		if (!sg_xades_is(at, "SignatureTimeStamp"))
			continue;
		token = sg_xades_child(at, "EncapsulatedTimeStamp");
		if (token != NULL && sg_xades_again(token) != NULL)
			return 0;
	}
	return 1;
}

/* EN 319 132-1, 6.3: SigningTime, the signing certificate by reference and in
 * full. */
static int
is_baseline(struct sg_xades_props *p, const char *given)
{
	return p->fact->signing_time != SG_NO_TIME &&
	    p->fact->cert_ref_attrs == 1 && p->fact->key_cert_count != 0 &&
	    has_formats(p, given) && single_tokens(p);
}

/* What is there, as the levels below want it. */
#define T SG_XADES_T
#define C (SG_XADES_T | SG_XADES_CREFS | SG_XADES_RREFS)
#define VALUES SG_XADES_RVALUES
#define BASELINE (1u << 16)
#define NO_REFS (1u << 17)
#define POLICY (1u << 18)
#define ARCHIVE (1u << 19)

/* The first that holds counts; the order is the report's contract. */
static const struct {
	const char *level;
	unsigned needs;
} levels[] = {
	{ "B-LTA", BASELINE | NO_REFS | T | VALUES | ARCHIVE },
	{ "B-LT", BASELINE | NO_REFS | T | VALUES },
	{ "A", ARCHIVE },
	{ "XLT1", C | VALUES | SG_XADES_X1 },
	{ "XLT2", C | VALUES | SG_XADES_X2 },
	{ "X1", C | SG_XADES_X1 },
	{ "X2", C | SG_XADES_X2 },
	{ "C", C },
	{ "LT", T | VALUES },
	{ "B-T", BASELINE | T },
	{ "T", T },
	{ "B-B", BASELINE },
	{ "EPES", POLICY },
	{ "BES", 0 },
};

const char *
sg_xades_level(struct sg_xades_props *p, const xmlNode *data, unsigned has)
{
	int wrong;
	const char *given = find_formats(p, data, &wrong);
	size_t i = 0;

	if (wrong)
		return "XMLDSIG";
	if (is_baseline(p, given))
		has |= BASELINE;
	if ((has & OLD) == 0)
		has |= NO_REFS;
	if (p->fact->policy.present)
		has |= POLICY;
	if ((has & (SG_XADES_A | SG_XADES_A132)) != 0)
		has |= ARCHIVE;
	while ((levels[i].needs & ~has) != 0)
		i++;
	return levels[i].level;
}
