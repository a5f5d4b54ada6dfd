/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades.h"

#include "base/env.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/time.h"
#include "formats/xml.h"
#include "formats/xmldsig.h"

#include <openssl/asn1.h>
#include <openssl/x509v3.h>

#include <string.h>

/* Every version's names are read alike; what differs is said where it does. */
static const char *const namespaces[] = {
	SG_NS_XADES132,
	SG_NS_XADES141,
	SG_NS_XADES122,
	SG_NS_XADES111,
};

static int
in_xades(const xmlNode *node)
{
	size_t i;

	if (node == NULL || node->type != XML_ELEMENT_NODE ||
	    node->ns == NULL || node->ns->href == NULL)
		return 0;
	for (i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++)
		if (strcmp((const char *)node->ns->href, namespaces[i]) == 0)
			return 1;
	return 0;
}

int
sg_xades_is(const xmlNode *node, const char *name)
{
	return in_xades(node) && strcmp((const char *)node->name, name) == 0;
}

xmlNode *
sg_xades_child(const xmlNode *node, const char *name)
{
	xmlNode *at = sg_xml_first(node);

	while (at != NULL && !sg_xades_is(at, name) &&
	    !sg_xml_is(at, SG_NS_DS, name))
		at = sg_xml_sibling(at);
	return at;
}

xmlNode *
sg_xades_again(const xmlNode *node)
{
	const char *name = (const char *)node->name;
	xmlNode *at = sg_xml_sibling(node);

	while (at != NULL && !sg_xades_is(at, name))
		at = sg_xml_sibling(at);
	return at;
}

xmlNode *
sg_xades_qualifying(const xmlNode *signature, int *count)
{
	const xmlNode *object = sg_xml_child(signature, SG_NS_DS, "Object");
	xmlNode *found = NULL, *at;

	*count = 0;
	for (; object != NULL; object = sg_xml_next(object, SG_NS_DS, "Object"))
		for (at = sg_xml_first(object); at != NULL;
		     at = sg_xml_sibling(at)) {
			if (!sg_xades_is(at, "QualifyingProperties"))
				continue;
			(*count)++;
			if (found == NULL)
				found = at;
		}
	return found;
}

xmlNode *
sg_xades_unsigned(const xmlNode *signature)
{
	int count;
	xmlNode *at = sg_xades_qualifying(signature, &count);

	at = sg_xades_child(at, "UnsignedProperties");
	return sg_xades_child(at, "UnsignedSignatureProperties");
}

static int
broken(struct sg_xades_props *p, const char *id)
{
	return sg_facts_fault(p->r->facts, p->fact, id, NULL, NULL);
}

static const char *
text_of(struct sg_xades_props *p, const xmlNode *node)
{
	return node != NULL ? sg_xml_text(p->pool, node) : NULL;
}

/* ---- signed properties */

/* xsd:dateTime; without a zone it is taken for UTC (EN 319 132-1, 5.2.1 wants
 * one). */
static int
read_signing_time(struct sg_xades_props *p, const xmlNode *node)
{
	const char *text = text_of(p, node);
	const char *utc;

	if (text == NULL)
		return broken(p, N_("SigningTime cannot be read"));
	if (sg_time_parse(p->env, text, &p->fact->signing_time) == 0)
		return 0;
	sg_err_clear(p->env);
	utc = sg_pool_printf(p->pool, "%sZ", text);
	if (utc != NULL &&
	    sg_time_parse(p->env, utc, &p->fact->signing_time) == 0)
		return sg_facts_warn(p->r->facts, p->fact,
		    N_("SigningTime has no time zone: taken for UTC"), NULL,
		    NULL);
	sg_err_clear(p->env);
	return broken(p, N_("SigningTime cannot be read"));
}

int
sg_xades_read_digest(struct sg_xades_props *p, const xmlNode *node,
    const struct sg_digest **digest, const char **uri, struct sg_view *hash)
{
	const xmlNode *method = sg_xades_child(node, "DigestMethod");
	const xmlNode *value = sg_xades_child(node, "DigestValue");

	*uri =
	    method != NULL ? sg_xml_attr(p->pool, method, "Algorithm") : NULL;
	if (*uri == NULL || value == NULL)
		return sg_err_set(p->env, SIGN_E_FORMAT,
		    N_("XAdES: want DigestMethod and DigestValue"));
	*digest = sg_digest_by_uri(*uri);
	if (sg_xml_base64(p->env, p->pool, value, hash) == 0)
		return 0;
	if (p->env->code == SIGN_E_NOMEM)
		return SIGN_E_NOMEM;
	/* no digest at all: it matches nothing */
	sg_err_clear(p->env);
	return sg_facts_warn(p->r->facts, p->fact,
	    N_("a DigestValue is not base64"), NULL, NULL);
}

/* IssuerSerialV2: base64 of DER IssuerSerial (EN 319 132-1, 5.2.2). */
static int
read_serial_v2(
    struct sg_xades_props *p, const xmlNode *node, struct sg_cert_ref *ref)
{
	struct sg_view der;
	struct sg_der cursor, inner, name;
	struct sg_tlv all, names, one, serial, issuer;

	if (sg_xml_base64(p->env, p->pool, node, &der) < 0)
		goto bad;
	cursor = sg_der_of(der);
	if (sg_der_want(
		p->env, &cursor, V_ASN1_SEQUENCE, "IssuerSerial", &all) < 0 ||
	    sg_der_enter(p->env, &cursor, &all, &inner) < 0 ||
	    sg_der_want(
		p->env, &inner, V_ASN1_SEQUENCE, "GeneralNames", &names) < 0 ||
	    sg_der_want(
		p->env, &inner, V_ASN1_INTEGER, "serial number", &serial) < 0 ||
	    sg_der_enter(p->env, &inner, &names, &name) < 0 ||
	    sg_der_next(p->env, &name, "GeneralName", &one) < 0)
		goto bad;
	ref->serial = serial.all;
	if (one.tag_class != V_ASN1_CONTEXT_SPECIFIC || one.tag != GEN_DIRNAME)
		return 0;
	if (sg_der_enter(p->env, &name, &one, &cursor) < 0 ||
	    sg_der_next(p->env, &cursor, "Name", &issuer) < 0)
		goto bad;
	ref->issuer = issuer.all;
	return 0;
bad:
	if (p->env->code == SIGN_E_NOMEM)
		return SIGN_E_NOMEM;
	sg_err_clear(p->env);
	return sg_facts_warn(p->r->facts, p->fact,
	    N_("IssuerSerialV2 is not base64 of an IssuerSerial"), NULL, NULL);
}

static int
read_cert_ref(struct sg_xades_props *p, const xmlNode *cert)
{
	const xmlNode *digest = sg_xades_child(cert, "CertDigest");
	const xmlNode *serial = sg_xades_child(cert, "IssuerSerial");
	const xmlNode *serial2 = sg_xades_child(cert, "IssuerSerialV2");
	struct sg_cert_ref *ref;
	int ret;

	if (p->fact->cert_ref_count >= SG_MAX_CERTS)
		return sg_err_set(p->env, SIGN_E_LIMIT,
		    N_("want at most %d certificates"), SG_MAX_CERTS);
	ref = sg_pool_push(p->pool, &p->fact->cert_refs,
	    &p->fact->cert_ref_count, sizeof(*ref));
	if (ref == NULL)
		return sg_err_nomem(p->env);
	if (digest == NULL)
		return sg_err_set(p->env, SIGN_E_FORMAT,
		    N_("XAdES: want CertDigest in SigningCertificate"));
	ret = sg_xades_read_digest(
	    p, digest, &ref->digest, &ref->digest_oid, &ref->hash);
	if (ret == 0 && serial != NULL)
		ret = sg_xml_read_serial(p->r,
		    sg_xades_child(serial, "X509SerialNumber"), &ref->serial);
	if (ret == 0 && serial2 != NULL)
		ret = read_serial_v2(p, serial2, ref);
	return ret;
}

static int
read_signing_certificate(struct sg_xades_props *p, const xmlNode *node)
{
	const xmlNode *cert = sg_xades_child(node, "Cert");
	int ret = 0;

	p->fact->cert_ref_attrs++;
	p->fact->cert_ref_v2 = sg_xades_is(node, "SigningCertificateV2");
	for (; cert != NULL && ret == 0; cert = sg_xades_again(cert))
		ret = read_cert_ref(p, cert);
	return ret;
}

static int
read_policy(struct sg_xades_props *p, const xmlNode *node)
{
	struct sg_policy_fact *policy = &p->fact->policy;
	const xmlNode *id = sg_xades_child(node, "SignaturePolicyId");
	const xmlNode *at, *hash;
	const char *uri;
	int ret;

	policy->present = 1;
	if (id == NULL) {
		policy->implied = 1;
		return 0;
	}
	at = sg_xades_child(id, "SigPolicyId");
	policy->oid = text_of(p, sg_xades_child(at, "Identifier"));
	hash = sg_xades_child(id, "SigPolicyHash");
	if (hash != NULL) {
		ret = sg_xades_read_digest(
		    p, hash, &policy->digest, &uri, &policy->hash);
		if (ret < 0)
			return ret;
	}
	at = sg_xades_child(id, "SigPolicyQualifiers");
	at = sg_xades_child(at, "SigPolicyQualifier");
	policy->uri = text_of(p, sg_xades_child(at, "SPURI"));
	return 0;
}

/* "City, State, Country": what there is, in the order of the element. */
static int
read_place(struct sg_xades_props *p, const xmlNode *node)
{
	const xmlNode *at = sg_xml_first(node);
	const char *place = NULL, *text;

	for (; at != NULL; at = sg_xml_sibling(at)) {
		text = sg_xml_text(p->pool, at);
		if (text == NULL || text[0] == '\0')
			continue;
		place = place == NULL
		    ? text
		    : sg_pool_printf(p->pool, "%s, %s", place, text);
	}
	p->fact->location = place;
	return 0;
}

static int
read_role(struct sg_xades_props *p, const xmlNode *node)
{
	const xmlNode *roles = sg_xades_child(node, "ClaimedRoles");
	const xmlNode *role = sg_xades_child(roles, "ClaimedRole");
	const char **slot;
	const char *text;

	for (; role != NULL; role = sg_xades_again(role)) {
		text = sg_xml_text(p->pool, role);
		if (text == NULL || p->fact->role_count >= SG_MAX_ATTR_VALUES)
			continue;
		slot = sg_pool_push(p->pool, &p->fact->roles,
		    &p->fact->role_count, sizeof(*slot));
		if (slot == NULL)
			return sg_err_nomem(p->env);
		*slot = text;
	}
	return 0;
}

static int
read_commitment(struct sg_xades_props *p, const xmlNode *node)
{
	const xmlNode *id = sg_xades_child(node, "CommitmentTypeId");

	if (p->fact->commitment == NULL)
		p->fact->commitment =
		    text_of(p, sg_xades_child(id, "Identifier"));
	return 0;
}

static int
read_object_format(struct sg_xades_props *p, const xmlNode *node)
{
	if (p->fact->mime_type == NULL)
		p->fact->mime_type =
		    text_of(p, sg_xades_child(node, "MimeType"));
	if (p->fact->content_hint == NULL)
		p->fact->content_hint =
		    text_of(p, sg_xades_child(node, "Description"));
	return 0;
}

struct property {
	const char *name;
	int once; /* a second one is a fault */
	int (*read)(struct sg_xades_props *p, const xmlNode *node);
};

static const struct property signed_rows[] = {
	{ "SigningTime", 1, read_signing_time },
	{ "SigningCertificate", 1, read_signing_certificate },
	{ "SigningCertificateV2", 1, read_signing_certificate },
	{ "SignaturePolicyIdentifier", 1, read_policy },
	{ "SignatureProductionPlace", 1, read_place },
	{ "SignatureProductionPlaceV2", 1, read_place },
	{ "SignerRole", 1, read_role },
	{ "SignerRoleV2", 1, read_role },
	{ "DataObjectFormat", 0, read_object_format },
	{ "CommitmentTypeIndication", 0, read_commitment },
};

/* ---- unsigned properties */

static int
read_counter(struct sg_xades_props *p, const xmlNode *property)
{
	return sg_xades_add_item(p, SG_XADES_ITEM_COUNTER, property) != NULL
	    ? 0
	    : p->env->code;
}

static int
read_signature_stamps(struct sg_xades_props *p, const xmlNode *property)
{
	return sg_xades_read_stamps(p, property, SG_XADES_OVER_SIGNATURE);
}

static int
read_sig_and_refs_stamps(struct sg_xades_props *p, const xmlNode *property)
{
	return sg_xades_read_stamps(p, property, SG_XADES_OVER_SIG_AND_REFS);
}

static int
read_refs_stamps(struct sg_xades_props *p, const xmlNode *property)
{
	return sg_xades_read_stamps(p, property, SG_XADES_OVER_REFS);
}

/* Before version 1.4.1, what it was over was another thing. */
static int
is_new_archive(const xmlNode *property)
{
	return strcmp((const char *)property->ns->href, SG_NS_XADES141) == 0;
}

static int
read_archive_stamps(struct sg_xades_props *p, const xmlNode *property)
{
	return sg_xades_read_stamps(p, property,
	    is_new_archive(property) ? SG_XADES_OVER_ARCHIVE
				     : SG_XADES_OVER_ARCHIVE_132);
}

static const struct {
	const char *name;
	int (*read)(struct sg_xades_props *p, const xmlNode *property);
	unsigned has;
} unsigned_rows[] = {
	{ "CounterSignature", read_counter, 0 },
	{ "SignatureTimeStamp", read_signature_stamps, SG_XADES_T },
	{ "CompleteCertificateRefs", sg_xades_read_refs, SG_XADES_CREFS },
	{ "CompleteCertificateRefsV2", sg_xades_read_refs, SG_XADES_CREFS },
	{ "CompleteRevocationRefs", sg_xades_read_refs, SG_XADES_RREFS },
	{ "AttributeCertificateRefs", sg_xades_read_refs, 0 },
	{ "AttributeCertificateRefsV2", sg_xades_read_refs, 0 },
	{ "AttributeRevocationRefs", sg_xades_read_refs, 0 },
	{ "SigAndRefsTimeStamp", read_sig_and_refs_stamps, SG_XADES_X1 },
	{ "SigAndRefsTimeStampV2", read_sig_and_refs_stamps, SG_XADES_X1 },
	{ "RefsOnlyTimeStamp", read_refs_stamps, SG_XADES_X2 },
	{ "RefsOnlyTimeStampV2", read_refs_stamps, SG_XADES_X2 },
	{ "CertificateValues", sg_xades_read_values, SG_XADES_CVALUES },
	{ "RevocationValues", sg_xades_read_values, SG_XADES_RVALUES },
	{ "AttrAuthoritiesCertValues", sg_xades_read_values, 0 },
	{ "AttributeRevocationValues", sg_xades_read_values, 0 },
	{ "TimeStampValidationData", sg_xades_read_values, 0 },
	{ "AnyValidationData", sg_xades_read_values,
	    SG_XADES_CVALUES | SG_XADES_RVALUES },
	{ "ArchiveTimeStamp", read_archive_stamps, SG_XADES_A },
	{ "ArchiveTimeStampV2", read_archive_stamps, SG_XADES_A132 },
};

/* Each property by its name, for who only wants to know what is there. */
static int
list_properties(struct sg_xades_props *p, const xmlNode *parent,
    struct sg_attr_fact **list, size_t *count)
{
	struct sg_attr_fact *slot;
	const xmlNode *at;

	for (at = sg_xml_first(parent); at != NULL; at = sg_xml_sibling(at)) {
		if (*count >= SG_MAX_ATTR_VALUES)
			return 0;
		slot = sg_pool_push(p->pool, list, count, sizeof(*slot));
		if (slot != NULL)
			slot->oid =
			    sg_pool_str(p->pool, (const char *)at->name);
		if (slot == NULL || slot->oid == NULL)
			return sg_err_nomem(p->env);
	}
	return 0;
}

static int
list_all(struct sg_xades_props *p, const xmlNode *qualifying)
{
	const xmlNode *in = sg_xades_child(qualifying, "SignedProperties");
	const xmlNode *un = sg_xades_child(qualifying, "UnsignedProperties");
	struct sg_sig_fact *fact = p->fact;
	int ret;

	ret =
	    list_properties(p, sg_xades_child(in, "SignedSignatureProperties"),
		&fact->signed_attrs, &fact->signed_attr_count);
	if (ret == 0)
		ret = list_properties(p,
		    sg_xades_child(in, "SignedDataObjectProperties"),
		    &fact->signed_attrs, &fact->signed_attr_count);
	if (ret == 0)
		ret = list_properties(p,
		    sg_xades_child(un, "UnsignedSignatureProperties"),
		    &fact->unsigned_attrs, &fact->unsigned_attr_count);
	if (ret == 0)
		ret = list_properties(p,
		    sg_xades_child(un, "UnsignedDataObjectProperties"),
		    &fact->unsigned_attrs, &fact->unsigned_attr_count);
	return ret;
}

static int
read_unsigned_property(
    struct sg_xades_props *p, const xmlNode *property, unsigned *has)
{
	size_t i, count = sizeof(unsigned_rows) / sizeof(unsigned_rows[0]);

	for (i = 0; i < count; i++)
		if (sg_xades_is(property, unsigned_rows[i].name))
			break;
	if (i == count)
		return 0;
	*has |= unsigned_rows[i].has;
	if (unsigned_rows[i].has == SG_XADES_A && !is_new_archive(property))
		*has |= SG_XADES_A132;
	return unsigned_rows[i].read(p, property);
}

static int
read_unsigned(struct sg_xades_props *p, unsigned *has)
{
	const xmlNode *at = sg_xml_first(sg_xades_unsigned(p->sig->node));
	int ret = 0;

	for (; at != NULL && ret == 0; at = sg_xml_sibling(at))
		ret = read_unsigned_property(p, at, has);
	return ret;
}

/* ---- binding: whose properties are these? */

/* The SignedProperties of this signature, if it references them: pointer, not
 * name, decides (EN 319 132-1, 4.3). */
static int
find_signed_properties(
    struct sg_xades_props *p, const xmlNode *qualifying, const xmlNode **out)
{
	const xmlNode *props = sg_xades_child(qualifying, "SignedProperties");
	struct sg_xml_sig *sig = p->sig;
	size_t i;

	*out = NULL;
	for (i = 0; i < sig->target_count; i++) {
		const char *type = sig->targets[i].type;
		int typed =
		    type != NULL && strstr(type, "#SignedProperties") != NULL;

		if (props != NULL && sig->targets[i].node == props &&
		    p->fact->refs[i].counts) {
			p->fact->refs[i].internal = 1;
			if (sig->targets[i].coverage != NULL &&
			    strcmp(sig->targets[i].coverage, "whole") == 0)
				*out = props;
		} else if (typed) {
			return broken(p,
			    N_("a reference claims to be over the signed "
			       "properties and is over something else"));
		}
	}
	return 0;
}

/* Without properties of its own, a signature must not claim to be over those
 * that stand elsewhere. Old DigiDoc has its own in a namespace of its own. */
static int
check_claims(struct sg_xades_props *p)
{
	const struct sg_xml_sig *sig = p->sig;
	size_t i;

	for (i = 0; i < sig->target_count; i++) {
		const char *type = sig->targets[i].type;

		if (type != NULL && strstr(type, "#SignedProperties") != NULL &&
		    !sg_xml_inside(sig->targets[i].node, sig->node))
			return broken(p,
			    N_("a reference claims to be over the signed "
			       "properties and is over something else"));
	}
	return 0;
}

static int
check_target(struct sg_xades_props *p, const xmlNode *qualifying)
{
	const char *target = sg_xml_attr(p->pool, qualifying, "Target");
	const char *id = sg_xml_attr(p->pool, p->sig->node, "Id");

	if (target == NULL || target[0] == '\0')
		return 0;
	if (id != NULL &&
	    strcmp(target[0] == '#' ? target + 1 : target, id) == 0)
		return 0;
	return broken(p,
	    N_("QualifyingProperties name another signature as their target"));
}

static int
read_rows(struct sg_xades_props *p, const xmlNode *parent)
{
	const xmlNode *at;
	unsigned seen = 0;
	size_t i;
	int ret;

	for (at = sg_xml_first(parent); at != NULL; at = sg_xml_sibling(at))
		for (i = 0; i < sizeof(signed_rows) / sizeof(signed_rows[0]);
		     i++) {
			if (!sg_xades_is(at, signed_rows[i].name))
				continue;
			if (signed_rows[i].once && (seen >> i & 1) != 0)
				ret = broken(
				    p, N_("a signed property stands twice"));
			else
				ret = signed_rows[i].read(p, at);
			seen |= 1u << i;
			if (ret == SIGN_E_FORMAT) {
				ret = sg_facts_fault(p->r->facts, p->fact,
				    N_("%1$s"), p->env->english, NULL);
				sg_err_clear(p->env);
			}
			if (ret < 0)
				return ret;
		}
	return 0;
}

static int
read_content_stamps(struct sg_xades_props *p, const xmlNode *objects)
{
	const xmlNode *at;
	int ret = 0;

	for (at = sg_xml_first(objects); at != NULL && ret == 0;
	     at = sg_xml_sibling(at)) {
		if (sg_xades_is(at, "AllDataObjectsTimeStamp"))
			ret =
			    sg_xades_read_stamps(p, at, SG_XADES_OVER_ALL_DATA);
		else if (sg_xades_is(at, "IndividualDataObjectsTimeStamp"))
			ret = sg_xades_read_stamps(
			    p, at, SG_XADES_OVER_SOME_DATA);
	}
	return ret;
}

static int
has_property_reference(const struct sg_xml_sig *sig)
{
	const xmlNode *object = sg_xml_child(sig->node, SG_NS_DS, "Object");
	const xmlNode *at;

	for (; object != NULL; object = sg_xml_next(object, SG_NS_DS, "Object"))
		for (at = sg_xml_first(object); at != NULL;
		     at = sg_xml_sibling(at))
			if (sg_xades_is(at, "QualifyingPropertiesReference"))
				return 1;
	return 0;
}

int
sg_xades_read(struct sg_xml_reading *reading, struct sg_xml_sig *sig)
{
	struct sg_xades_props p = { .r = reading,
		.sig = sig,
		.env = reading->env,
		.pool = reading->facts->pool,
		.fact = &reading->facts->sigs[sig->index] };
	const xmlNode *qualifying, *props = NULL, *part;
	unsigned has = 0;
	int count, ret;

	if (sg_xades_add_item(&p, SG_XADES_ITEM_SIGNATURE, sig->node) == NULL)
		return reading->env->code;
	qualifying = sg_xades_qualifying(sig->node, &count);
	if (has_property_reference(sig))
		return broken(&p,
		    N_("QualifyingPropertiesReference is refused: properties "
		       "that stand elsewhere are not looked for"));
	if (qualifying == NULL)
		return check_claims(&p);
	if (count > 1)
		return broken(
		    &p, N_("want one QualifyingProperties, have several"));
	ret = check_target(&p, qualifying);
	if (ret == 0)
		ret = find_signed_properties(&p, qualifying, &props);
	if (ret < 0)
		return ret;
	if (props == NULL)
		return sg_xades_child(qualifying, "SignedProperties") == NULL
		    ? 0
		    : sg_facts_warn(reading->facts, p.fact,
			  N_("the signed properties are not signed and are "
			     "left out"),
			  NULL, NULL);
	p.fact->format = "xades";
	part = sg_xades_child(props, "SignedSignatureProperties");
	ret = read_rows(&p, part);
	part = sg_xades_child(props, "SignedDataObjectProperties");
	if (ret == 0)
		ret = read_rows(&p, part);
	if (ret == 0)
		ret = read_content_stamps(&p, part);
	if (ret == 0)
		ret = list_all(&p, qualifying);
	if (ret == 0)
		ret = read_unsigned(&p, &has);
	p.fact->level = sg_xades_level(&p, part, has);
	return ret;
}
