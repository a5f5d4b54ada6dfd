/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/alg.h"
#include "base/crypt.h"
#include "base/err.h"
#include "base/oid.h"
#include "certs/cert.h"
#include "certs/crl.h"
#include "certs/x509.h"
#include "formats/facts.h"
#include "libsign/show.h"

#include <openssl/x509.h>

#include <limits.h>

#define HEX_SHOWN 4096 /* octets of one attribute value */

/* A Name as stored, in words; NULL: it cannot be read. */
static const char *
name_words(struct sg_tree *tree, struct sg_view tlv)
{
	const unsigned char *at = tlv.ptr;
	const char *text = NULL;
	X509_NAME *name;

	if (tlv.len == 0 || tlv.len > LONG_MAX)
		return NULL;
	name = d2i_X509_NAME(NULL, &at, (long)tlv.len);
	if (name != NULL)
		text = sg_x509_name_text(tree->pool, name);
	X509_NAME_free(name);
	sg_err_clear(tree->env);
	return text;
}

/* XML: the certificate that the signer names by its digest, else the first
 * of KeyInfo. */
static const char *
key_info_subject(struct sg_tree *tree, const struct sg_sig_fact *sig)
{
	const struct sg_cert_ref *ref =
	    sig->cert_ref_count != 0 ? sig->cert_refs : NULL;
	unsigned char hash[SG_MAX_DIGEST];
	const char *subject = NULL;
	struct sg_cert_ids ids;
	size_t i;

	for (i = 0; i < sig->key_cert_count && subject == NULL; i++) {
		if (ref != NULL &&
		    (ref->digest == NULL ||
			sg_hash_once(tree->env, ref->digest, sig->key_certs[i],
			    hash) < 0 ||
			!sg_view_equal(
			    ref->hash, sg_view_of(hash, ref->digest->size))))
			continue;
		if (sg_der_cert_ids(tree->env, sig->key_certs[i], &ids) == 0)
			subject = name_words(tree, ids.subject);
	}
	sg_err_clear(tree->env);
	return subject;
}

/* The subject of the certificate in the file that the signer names. */
static const char *
signer_subject(struct sg_tree *tree, const struct sg_facts *facts,
    const struct sg_sig_fact *sig)
{
	struct sg_cert_ids ids;
	struct sg_view subject;
	size_t i;

	if (sig->by_key_info)
		return key_info_subject(tree, sig);
	for (i = 0; i < facts->cert_count; i++) {
		if (sg_der_cert_ids(tree->env, facts->certs[i], &ids) < 0)
			continue;
		subject = ids.subject;
		if (sig->ski.len != 0 && sg_view_equal(ids.ski, sig->ski))
			return name_words(tree, subject);
		if (sig->issuer.len != 0 &&
		    sg_view_equal(ids.issuer, sig->issuer) &&
		    sg_view_equal(ids.serial, sig->serial))
			return name_words(tree, subject);
	}
	sg_err_clear(tree->env);
	return NULL;
}

static void
show_signer(struct sg_tree *tree, struct sg_node *node,
    const struct sg_facts *facts, const struct sg_sig_fact *sig)
{
	struct sg_view serial = sig->serial;

	if (serial.len > 2) { /* tag and length of an INTEGER this short */
		serial.ptr += 2;
		serial.len -= 2;
	}
	sg_node_text(tree, node, "subject", N_("Signed by"),
	    signer_subject(tree, facts, sig));
	sg_node_text(
	    tree, node, "issuer", N_("Issuer"), name_words(tree, sig->issuer));
	sg_node_hex(tree, node, "serial", N_("Serial"), serial);
	sg_node_hex(
	    tree, node, "key_identifier", N_("Key identifier"), sig->ski);
}

static const char *
algorithm_words(struct sg_tree *tree, const struct sg_sig_fact *sig)
{
	const struct sg_scheme *scheme;
	struct sg_pss pss;

	if (sig->by_key_info) {
		scheme = sg_scheme_by_uri(sig->signature_alg.oid);
		return scheme != NULL ? scheme->name : sig->signature_alg.oid;
	}
	if (sg_scheme_resolve(tree->env, &sig->signature_alg, &sig->digest_alg,
		&scheme, &pss) == 0)
		return scheme->name;
	sg_err_clear(tree->env);
	return sig->signature_alg.oid;
}

static const char *
digest_words(const struct sg_sig_fact *sig)
{
	const struct sg_digest *digest;

	if (sig->digest_alg.oid == NULL) /* XML: each reference has its own */
		return NULL;
	digest = sg_digest_by_oid(sig->digest_alg.oid);
	return digest != NULL ? digest->name : sig->digest_alg.oid;
}

static void
show_claims(
    struct sg_tree *tree, struct sg_node *node, const struct sg_sig_fact *sig)
{
	const struct sg_policy_fact *policy = &sig->policy;
	struct sg_node *roles, *role;
	size_t i;

	sg_node_time(tree, node, "signing_time", N_("Time (claimed)"),
	    sig->signing_time);
	sg_node_text(tree, node, "mime_type", N_("MIME type"), sig->mime_type);
	sg_node_text(
	    tree, node, "content_hint", N_("Description"), sig->content_hint);
	if (sig->commitment != NULL)
		sg_node_text(tree, node, "commitment", NULL, sig->commitment);
	if (sig->commitment != NULL)
		sg_node_word(tree, node, NULL, N_("Commitment"),
		    sg_oid_name(sig->commitment));
	sg_node_text(
	    tree, node, "location", N_("Place (claimed)"), sig->location);
	roles = sg_node_add(tree, node, SG_NODE_LIST, "roles", N_("Roles"));
	for (i = 0; roles != NULL && i < sig->role_count; i++) {
		role = sg_node_add(
		    tree, roles, SG_NODE_TEXT, NULL, N_("Role (claimed)"));
		if (role != NULL)
			role->text = sig->roles[i];
	}
	if (!policy->present)
		return;
	sg_node_text(tree, node, "policy", N_("Policy"),
	    policy->oid != NULL ? policy->oid : "");
	sg_node_hex(
	    tree, node, "policy_hash", N_("Policy digest"), policy->hash);
	sg_node_text(
	    tree, node, "policy_uri", N_("Policy address"), policy->uri);
}

static void
show_attributes(struct sg_tree *tree, struct sg_node *sig, const char *key,
    const char *label, const struct sg_attr_fact *attrs, size_t count)
{
	struct sg_node *list, *node, *values, *value;
	struct sg_view octets;
	size_t i, j;

	list = sg_node_add(tree, sig, SG_NODE_LIST, key, NULL);
	for (i = 0; list != NULL && i < count; i++) {
		node = sg_node_add(tree, list, SG_NODE_OBJECT, NULL, NULL);
		sg_node_text(tree, node, "oid", NULL, attrs[i].oid);
		sg_node_text(
		    tree, node, "name", NULL, sg_oid_name(attrs[i].oid));
		sg_node_word(tree, sig, NULL, label, sg_oid_name(attrs[i].oid));
		if (node == NULL)
			return;
		values = sg_node_add(tree, node, SG_NODE_LIST, "values", NULL);
		for (j = 0; values != NULL && j < attrs[i].value_count; j++) {
			octets = attrs[i].values[j];
			if (octets.len > HEX_SHOWN)
				octets.len = HEX_SHOWN;
			sg_node_hex(tree, values, NULL, NULL, octets);
			value = sg_node_add(
			    tree, sig, SG_NODE_TEXT, NULL, N_("  value"));
			if (value == NULL)
				return;
			value->text = values->kids[j]->text;
			value->verbose = 1;
		}
	}
}

/* XML: what the signature is over, reference by reference. */
static void
show_reference(struct sg_tree *tree, struct sg_node *list,
    const struct sg_facts *facts, const struct sg_ref_fact *ref)
{
	const struct sg_doc_fact *doc =
	    ref->doc >= 0 ? &facts->docs[ref->doc] : NULL;
	struct sg_node *node =
	    sg_node_add(tree, list, SG_NODE_OBJECT, NULL, N_("Reference %1$s"));
	struct sg_node *steps, *step;
	size_t i;

	if (node == NULL)
		return;
	node->text = ref->element != NULL ? ref->element
	    : doc == NULL                 ? ""
	    : doc->uri != NULL            ? doc->uri
					  : doc->name;
	sg_node_text(
	    tree, node, "document", NULL, doc != NULL ? doc->name : NULL);
	sg_node_text(tree, node, "uri", NULL, doc != NULL ? doc->uri : NULL);
	sg_node_text(tree, node, "element", NULL, ref->element);
	sg_node_text(tree, node, "coverage", N_("Covers"),
	    doc != NULL && doc->missing ? NULL : ref->coverage);
	steps = sg_node_add(
	    tree, node, SG_NODE_LIST, "transforms", N_("Transforms"));
	for (i = 0; steps != NULL && i < ref->transform_count; i++) {
		step = sg_node_add(
		    tree, steps, SG_NODE_TEXT, NULL, N_("Transform"));
		if (step != NULL)
			step->text = ref->transforms[i];
	}
	sg_node_text(tree, node, "digest_algorithm", N_("Digest"),
	    ref->digest != NULL ? ref->digest->name : ref->digest_oid);
	sg_node_hex(tree, node, "digest", N_("Digest value"), ref->found);
}

static void
show_signature(struct sg_tree *tree, struct sg_node *list,
    const struct sg_facts *facts, const struct sg_sig_fact *sig)
{
	struct sg_node *node =
	    sg_node_add(tree, list, SG_NODE_OBJECT, NULL, N_("Signature %1$s"));
	const char *parent =
	    sig->parent >= 0 ? facts->sigs[sig->parent].id : NULL;
	struct sg_node *refs;
	size_t i;

	if (node == NULL)
		return;
	node->text = sig->id;
	sg_node_text(tree, node, "id", NULL, sig->id);
	sg_node_text(tree, node, "parent", N_("Counter-signs"), parent);
	sg_node_text(tree, node, "entry", N_("Stands in"), sig->entry);
	sg_node_text(tree, node, "format", N_("Format"), sig->format);
	sg_node_text(tree, node, "level", N_("Level"), sig->level);
	show_signer(tree, node, facts, sig);
	sg_node_text(tree, node, "algorithm", N_("Algorithm"),
	    algorithm_words(tree, sig));
	sg_node_text(
	    tree, node, "signature_algorithm", NULL, sig->signature_alg.oid);
	sg_node_text(
	    tree, node, "digest_algorithm", N_("Digest"), digest_words(sig));
	show_claims(tree, node, sig);
	refs = sig->by_key_info || sig->entry != NULL
	    ? sg_node_add(
		  tree, node, SG_NODE_LIST, "references", N_("References"))
	    : NULL;
	for (i = 0; refs != NULL && i < sig->ref_count; i++)
		show_reference(tree, refs, facts, &sig->refs[i]);
	sg_node_text(tree, node, "content_type", NULL, sig->content_type);
	show_attributes(tree, node, "signed_attributes", N_("Signed attribute"),
	    sig->signed_attrs, sig->signed_attr_count);
	show_attributes(tree, node, "unsigned_attributes",
	    N_("Unsigned attribute"), sig->unsigned_attrs,
	    sig->unsigned_attr_count);
	sg_node_hex(tree, node, "value", NULL, sig->value);
}

/* Certificates and CRLs of the file; one that is broken is left out. */
static void
show_evidence(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_facts *facts)
{
	struct sg_node *list, *node;
	struct sg_cert *cert;
	struct sg_crl *crl;
	size_t i;

	list = sg_node_add(
	    tree, parent, SG_NODE_LIST, "certificates", N_("Certificates"));
	for (i = 0; list != NULL && i < facts->cert_count; i++) {
		cert = NULL;
		if (sg_cert_parse(tree->env, facts->certs[i], &cert) < 0)
			continue;
		node = sg_node_add(
		    tree, list, SG_NODE_OBJECT, NULL, N_("Certificate"));
		sg_show_cert_node(tree, node, cert);
		sg_cert_free(cert);
	}
	list = sg_node_add(tree, parent, SG_NODE_LIST, "crls", N_("CRLs"));
	for (i = 0; list != NULL && i < facts->crl_count; i++) {
		crl = NULL;
		if (sg_crl_parse(tree->env, facts->crls[i], &crl) < 0)
			continue;
		node = sg_node_add(tree, list, SG_NODE_OBJECT, NULL,
		    N_("List of revoked certificates"));
		sg_show_crl_node(tree, node, crl);
		sg_crl_free(crl);
	}
	sg_err_clear(tree->env);
}

void
sg_show_facts_node(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_facts *facts)
{
	struct sg_node *list, *node;
	size_t i;

	if (parent == NULL)
		return;
	sg_node_text(tree, parent, "format", N_("Format"), facts->format);
	sg_node_text(tree, parent, "encoding", N_("Encoding"), facts->encoding);
	list = sg_node_add(
	    tree, parent, SG_NODE_LIST, "signatures", N_("Signatures"));
	for (i = 0; list != NULL && i < facts->sig_count; i++)
		show_signature(tree, list, facts, &facts->sigs[i]);
	show_evidence(tree, parent, facts);
	list = sg_node_add(tree, parent, SG_NODE_LIST, "warnings", N_("Notes"));
	for (i = 0; list != NULL && i < facts->warning_count; i++) {
		node = sg_node_add(tree, list, SG_NODE_TEXT, NULL, N_("Note"));
		if (node != NULL)
			node->text = sg_msg_text(
			    tree->env, tree->pool, &facts->warnings[i], 0);
	}
}
