/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades_build.h"

#include "base/crypt.h"
#include "base/der.h"
#include "base/err.h"
#include "base/put.h"
#include "base/time.h"
#include "formats/xml.h"

#include <libxml/parserInternals.h>
#include <openssl/evp.h>

#include <string.h>

/* ---- elements */

static void
build_nomem(struct sg_build *build)
{
	if (build->rc == 0)
		build->rc = sg_err_nomem(build->env);
}

/* XML 1.0, 2.2: some characters cannot even be written as references. */
static int
check_text(struct sg_build *build, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	int left = (int)strlen(text), code, step;

	for (; left > 0; at += step, left -= step) {
		step = left;
		code = xmlGetUTF8Char(at, &step);
		if (code < 0 || !IS_CHAR(code))
			return sg_err_set(build->env, SIGN_E_ARG,
			    N_("a signed property has a character that cannot "
			       "stand in XML (XML 1.0, 2.2)"));
	}
	return 0;
}

xmlNode *
sg_build_add(struct sg_build *build, xmlNode *parent, xmlNs *ns,
    const char *name, const char *text)
{
	xmlNode *node;

	if (build->rc == 0 && text != NULL)
		build->rc = check_text(build, text);
	if (build->rc < 0)
		return NULL;
	node = xmlNewDocRawNode(
	    parent->doc, ns, (const xmlChar *)name, (const xmlChar *)text);
	if (node == NULL || xmlAddChild(parent, node) == NULL) {
		xmlFreeNode(node);
		build_nomem(build);
		return NULL;
	}
	return node;
}

void
sg_build_attr(
    struct sg_build *build, xmlNode *node, const char *name, const char *value)
{
	if (build->rc == 0 &&
	    xmlNewProp(node, (const xmlChar *)name, (const xmlChar *)value) ==
		NULL)
		build_nomem(build);
}

void
sg_build_id(struct sg_build *build, xmlNode *node, const char *id)
{
	sg_build_attr(build, node, "Id", id);
	if (build->rc == 0)
		build->rc = sg_xml_add_id(build->env, build->xml, node, id);
}

void
sg_build_base64(struct sg_build *build, xmlNode *node, struct sg_view octets)
{
	unsigned char *text;
	xmlNode *child;

	if (build->rc < 0)
		return;
	if (octets.len > INT_MAX / 2) {
		build->rc = sg_err_set(build->env, SIGN_E_LIMIT,
		    N_("too large to stand in XML as base64"));
		return;
	}
	text = sg_pool_alloc(build->pool, octets.len / 3 * 4 + 8);
	if (text == NULL) {
		build_nomem(build);
		return;
	}
	EVP_EncodeBlock(text, octets.ptr, (int)octets.len);
	child = xmlNewDocText(node->doc, text);
	if (child == NULL || xmlAddChild(node, child) == NULL)
		build_nomem(build);
}

xmlNode *
sg_build_algorithm(
    struct sg_build *build, xmlNode *parent, const char *name, const char *uri)
{
	xmlNode *node = sg_build_add(build, parent, build->ds, name, NULL);

	sg_build_attr(build, node, "Algorithm", uri);
	return node;
}

/* ---- properties (EN 319 132-1, 5.2) */

static xmlNode *
xades_add(
    struct sg_build *build, xmlNode *parent, const char *name, const char *text)
{
	return sg_build_add(build, parent, build->xades, name, text);
}

void
sg_build_digest(struct sg_build *build, xmlNode *parent,
    const struct sg_digest *digest, struct sg_view value)
{
	xmlNode *node;

	sg_build_algorithm(build, parent, "DigestMethod", digest->xml_uri[0]);
	node = sg_build_add(build, parent, build->ds, "DigestValue", NULL);
	sg_build_base64(build, node, value);
}

/* base64 of DER IssuerSerial (RFC 5035, 4; EN 319 132-1, 5.2.2). */
void
sg_build_issuer_serial(
    struct sg_build *build, xmlNode *parent, struct sg_view cert)
{
	struct sg_put put = SG_PUT_INIT(build->env);
	struct sg_cert_ids ids;
	size_t all, names, name;
	xmlNode *node;

	if (build->rc == 0)
		build->rc = sg_der_cert_ids(build->env, cert, &ids);
	if (build->rc < 0)
		return;
	all = sg_put_mark(&put);
	names = sg_put_mark(&put);
	name = sg_put_mark(&put);
	sg_put_raw(&put, ids.issuer);
	sg_put_context(&put, name, 4); /* directoryName */
	sg_put_seq(&put, names);
	sg_put_raw(&put, ids.serial);
	sg_put_seq(&put, all);
	build->rc = put.rc;
	node = xades_add(build, parent, "IssuerSerialV2", NULL);
	sg_build_base64(build, node, sg_buf_view(&put.buf));
	sg_put_free(&put);
}

static void
add_signing_certificate(
    struct sg_build *build, xmlNode *parent, const struct sg_signer *signer)
{
	xmlNode *node = xades_add(build, parent, "SigningCertificateV2", NULL);
	xmlNode *cert = xades_add(build, node, "Cert", NULL);
	unsigned char hash[SG_MAX_DIGEST];

	node = xades_add(build, cert, "CertDigest", NULL);
	if (build->rc == 0)
		build->rc = sg_hash_once(
		    build->env, signer->digest, signer->cert, hash);
	if (build->rc == 0)
		sg_build_digest(build, node, signer->digest,
		    sg_view_of(hash, signer->digest->size));
	sg_build_issuer_serial(build, cert, signer->cert);
}

/* An object identifier as a URN, or a URI as it is. */
static void
add_identifier(struct sg_build *build, xmlNode *parent, const char *name)
{
	xmlNode *node;

	if (strspn(name, "0123456789.") != strlen(name)) {
		xades_add(build, parent, "Identifier", name);
		return;
	}
	node = xades_add(build, parent, "Identifier",
	    sg_pool_printf(build->pool, "urn:oid:%s", name));
	sg_build_attr(build, node, "Qualifier", "OIDAsURN");
}

static void
add_policy(struct sg_build *build, xmlNode *parent,
    const struct sg_signed_props *props)
{
	xmlNode *node, *id;

	if (props->policy_oid == NULL || build->rc < 0)
		return;
	node = xades_add(build, parent, "SignaturePolicyIdentifier", NULL);
	id = xades_add(build, node, "SignaturePolicyId", NULL);
	node = xades_add(build, id, "SigPolicyId", NULL);
	add_identifier(build, node, props->policy_oid);
	node = xades_add(build, id, "SigPolicyHash", NULL);
	sg_build_digest(build, node, props->policy_digest, props->policy_hash);
	if (props->policy_uri == NULL)
		return;
	node = xades_add(build, id, "SigPolicyQualifiers", NULL);
	node = xades_add(build, node, "SigPolicyQualifier", NULL);
	xades_add(build, node, "SPURI", props->policy_uri);
}

static void
add_place(struct sg_build *build, xmlNode *parent,
    const struct sg_signed_props *props)
{
	const struct {
		const char *name, *text;
	} rows[] = {
		{ "City", props->city },
		{ "StateOrProvince", props->region },
		{ "PostalCode", props->postal_code },
		{ "CountryName", props->country },
	};
	xmlNode *node = NULL;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].text == NULL)
			continue;
		if (node == NULL)
			node = xades_add(
			    build, parent, "SignatureProductionPlaceV2", NULL);
		xades_add(build, node, rows[i].name, rows[i].text);
	}
}

static void
add_roles(struct sg_build *build, xmlNode *parent,
    const struct sg_signed_props *props)
{
	xmlNode *node;
	size_t i;

	if (props->role_count == 0)
		return;
	node = xades_add(build, parent, "SignerRoleV2", NULL);
	node = xades_add(build, node, "ClaimedRoles", NULL);
	for (i = 0; i < props->role_count; i++)
		xades_add(build, node, "ClaimedRole", props->roles[i]);
}

/* TS 101 903, 7.2.6: the words' URIs; an OID otherwise. */
static void
add_commitment(struct sg_build *build, xmlNode *parent, const char *word)
{
	static const char *const words[][2] = {
		{ "origin", SG_NS_XADES122 "ProofOfOrigin" },
		{ "receipt", SG_NS_XADES122 "ProofOfReceipt" },
		{ "delivery", SG_NS_XADES122 "ProofOfDelivery" },
		{ "sender", SG_NS_XADES122 "ProofOfSender" },
		{ "approval", SG_NS_XADES122 "ProofOfApproval" },
		{ "creation", SG_NS_XADES122 "ProofOfCreation" },
	};
	xmlNode *node, *id;
	size_t i;

	if (word == NULL || build->rc < 0)
		return;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i][0], word) == 0)
			word = words[i][1];
	if (strchr(word, '.') == NULL) {
		build->rc = sg_err_set(build->env, SIGN_E_ARG,
		    N_("commitment '%s': want origin, receipt, delivery, "
		       "sender, approval, creation or an object identifier"),
		    word);
		return;
	}
	node = xades_add(build, parent, "CommitmentTypeIndication", NULL);
	id = xades_add(build, node, "CommitmentTypeId", NULL);
	add_identifier(build, id, word);
	xades_add(build, node, "AllSignedDataObjects", NULL);
}

static void
add_objects(struct sg_build *build, xmlNode *parent,
    const struct sg_signed_props *props, const struct sg_build_object *objects,
    size_t count)
{
	xmlNode *data =
	    xades_add(build, parent, "SignedDataObjectProperties", NULL);
	xmlNode *node;
	size_t i;

	for (i = 0; i < count; i++) {
		node = xades_add(build, data, "DataObjectFormat", NULL);
		sg_build_attr(build, node, "ObjectReference",
		    sg_pool_printf(
			build->pool, "#%s", objects[i].reference_id));
		if (props->content_hint != NULL)
			xades_add(
			    build, node, "Description", props->content_hint);
		xades_add(build, node, "MimeType", objects[i].mime_type);
	}
	add_commitment(build, data, props->commitment);
}

void
sg_build_properties(struct sg_build *build, xmlNode *parent,
    const struct sg_signer *signer, const struct sg_signed_props *props,
    const struct sg_build_object *objects, size_t count)
{
	char time[SG_TIME_TEXT];
	xmlNode *node =
	    xades_add(build, parent, "SignedSignatureProperties", NULL);

	if (props->signing_time != SG_NO_TIME)
		xades_add(build, node, "SigningTime",
		    sg_time_format(props->signing_time, time));
	add_signing_certificate(build, node, signer);
	add_policy(build, node, props);
	add_place(build, node, props);
	add_roles(build, node, props);
	if (count != 0 || props->commitment != NULL)
		add_objects(build, parent, props, objects, count);
}
