/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/alg.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/time.h"
#include "certs/cert.h"
#include "certs/crl.h"
#include "certs/x509.h"
#include "libsign/show.h"

#include <openssl/asn1.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <string.h>

#define CRL_ENTRIES 20 /* so many are shown */
#define SHA256_SIZE 32

static void
show_name(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_cert *cert)
{
	struct sg_name_part *parts = NULL;
	struct sg_node *list, *node;
	size_t count = 0, i;

	if (sg_cert_name(tree->env, tree->pool, cert, 0, &parts, &count) < 0) {
		tree->failed = 1;
		return;
	}
	list = sg_node_add(
	    tree, parent, SG_NODE_LIST, "subject_parts", N_("Subject"));
	for (i = 0; list != NULL && i < count; i++) {
		node = sg_node_add(tree, list, SG_NODE_OBJECT, NULL, NULL);
		sg_node_text(tree, node, "key", NULL, parts[i].key);
		sg_node_text(tree, node, "text", NULL, parts[i].text);
		sg_node_text(tree, parent, NULL,
		    parts[i].label != NULL ? parts[i].label : parts[i].key,
		    parts[i].text);
	}
}

/* The key in words; a GOST key without its module is said, not refused. */
static void
show_key(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_cert *cert)
{
	struct sg_key_info info;
	EVP_PKEY *key;

	if (sg_cert_key(tree->env, cert, &key) == 0 &&
	    sg_key_info(tree->env, key, &info) == 0)
		sg_node_text(tree, parent, "key", N_("Key"), info.text);
	else
		sg_node_text(
		    tree, parent, "key", N_("Key"), tree->env->message);
	sg_err_clear(tree->env);
}

static void
show_facts(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_cert *cert)
{
	struct sg_cert_fact *facts = NULL;
	struct sg_node *list, *node;
	size_t count = 0, i;

	if (sg_cert_facts(tree->env, tree->pool, cert, &facts, &count) < 0) {
		sg_err_clear(tree->env);
		return;
	}
	list = sg_node_add(
	    tree, parent, SG_NODE_LIST, "extensions", N_("Extensions"));
	for (i = 0; list != NULL && i < count; i++) {
		node = sg_node_add(tree, list, SG_NODE_OBJECT, NULL, NULL);
		sg_node_text(tree, node, "name", NULL, facts[i].label);
		sg_node_text(tree, node, "text", NULL, facts[i].text);
		if (node != NULL)
			node = sg_node_add(
			    tree, node, SG_NODE_BOOL, "critical", NULL);
		if (node != NULL)
			node->number = facts[i].critical;
		sg_node_text(tree, parent, NULL, facts[i].label, facts[i].text);
	}
}

void
sg_show_cert_node(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_cert *cert)
{
	if (parent == NULL)
		return;
	sg_node_text(tree, parent, "subject", NULL,
	    sg_cert_name_text(tree->pool, cert, 0));
	show_name(tree, parent, cert);
	sg_node_text(tree, parent, "issuer", N_("Issuer"),
	    sg_cert_name_text(tree->pool, cert, 1));
	sg_node_text(tree, parent, "serial", N_("Serial"),
	    sg_cert_serial_text(tree->pool, cert));
	sg_node_time(tree, parent, "not_before", N_("Valid from"),
	    sg_cert_not_before(cert));
	sg_node_time(tree, parent, "not_after", N_("Valid until"),
	    sg_cert_not_after(cert));
	show_key(tree, parent, cert);
	sg_node_hex(tree, parent, "sha256", N_("SHA-256"),
	    sg_view_of(sg_cert_sha256(cert), SHA256_SIZE));
	show_facts(tree, parent, cert);
}

/* ---- lists of revoked certificates */

const char *
sg_show_reason(const char *name)
{
	static const struct {
		const char *name, *word;
	} words[] = {
		{ "unspecified", N_("unspecified") },
		{ "keyCompromise", N_("key compromise") },
		{ "cACompromise", N_("authority's key compromise") },
		{ "affiliationChanged", N_("affiliation changed") },
		{ "superseded", N_("superseded") },
		{ "cessationOfOperation", N_("cessation of operation") },
		{ "certificateHold", N_("on hold") },
		{ "removeFromCRL", N_("removed from the list") },
		{ "privilegeWithdrawn", N_("privilege withdrawn") },
		{ "aACompromise", N_("attribute authority's key compromise") },
	};
	size_t i;

	for (i = 0; name != NULL && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].name, name) == 0)
			return words[i].word;
	return NULL;
}

static const char *
crl_reason(X509_REVOKED *entry)
{
	ASN1_ENUMERATED *reason =
	    X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
	long number = reason != NULL ? ASN1_ENUMERATED_get(reason) : -1;

	ASN1_ENUMERATED_free(reason);
	return sg_show_reason(sg_x509_reason(number));
}

static void
show_revoked(struct sg_tree *tree, struct sg_node *parent, X509_REVOKED *entry)
{
	const ASN1_INTEGER *serial = X509_REVOKED_get0_serialNumber(entry);
	struct sg_node *node = sg_node_add(
	    tree, parent, SG_NODE_OBJECT, NULL, N_("Revoked: %1$s"));
	int len = ASN1_STRING_length(serial);

	if (node == NULL)
		return;
	node->text = sg_x509_hex(tree->pool, ASN1_STRING_get0_data(serial),
	    len > 0 ? (size_t)len : 0);
	sg_node_text(tree, node, "serial", NULL, node->text);
	sg_node_time(tree, node, "time", N_("Since"),
	    sg_x509_time(X509_REVOKED_get0_revocationDate(entry)));
	sg_node_word(tree, node, "reason", N_("Reason"), crl_reason(entry));
}

void
sg_show_crl_node(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_crl *crl)
{
	STACK_OF(X509_REVOKED) *entries =
	    X509_CRL_get_REVOKED(sg_crl_x509(crl));
	int count = entries != NULL ? sk_X509_REVOKED_num(entries) : 0;
	struct sg_node *list;
	int i;

	if (parent == NULL)
		return;
	sg_node_text(tree, parent, "issuer", N_("Issuer"),
	    sg_crl_issuer_text(tree->pool, crl));
	sg_node_time(
	    tree, parent, "this_update", N_("Made"), sg_crl_this_update(crl));
	sg_node_time(tree, parent, "next_update", N_("Next one by"),
	    sg_crl_next_update(crl));
	sg_node_number(tree, parent, "count", N_("Entries"), count);
	list =
	    sg_node_add(tree, parent, SG_NODE_LIST, "entries", N_("Entries"));
	for (i = 0; list != NULL && i < count && i < CRL_ENTRIES; i++)
		show_revoked(tree, list, sk_X509_REVOKED_value(entries, i));
	if (count > CRL_ENTRIES)
		sg_node_word(tree, parent, NULL, N_("Note"),
		    N_("only the first entries are shown"));
}
