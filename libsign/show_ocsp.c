/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/show.h"

#include "base/alg.h"
#include "certs/cert.h"
#include "certs/ocsp.h"
#include "certs/x509.h"

#define OCSP_ANSWERS 1000 /* of one response */

/* RFC 6960, 4.2.2.3. */
static void
show_responder(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_ocsp *ocsp)
{
	const ASN1_OCTET_STRING *key = NULL;
	const X509_NAME *name = NULL;

	if (OCSP_resp_get0_id(sg_ocsp_basic(ocsp), &key, &name) != 1)
		return;
	if (name != NULL)
		sg_node_text(tree, parent, "responder", N_("Responder"),
		    sg_x509_name_text(tree->pool, name));
	else
		sg_node_hex(tree, parent, "responder_key",
		    N_("Responder's key"), sg_ocsp_responder_key(ocsp));
}

static const char *
status_word(enum sg_ocsp_status status)
{
	switch (status) {
	case SG_OCSP_GOOD:
		return N_("good");
	case SG_OCSP_REVOKED:
		return N_("revoked");
	default:
		return N_("unknown");
	}
}

/* Which certificate an answer is about: RFC 6960, 4.1.1. */
static void
show_id(
    struct sg_tree *tree, struct sg_node *node, const OCSP_SINGLERESP *single)
{
	ASN1_OCTET_STRING *name, *key;
	ASN1_INTEGER *serial;
	ASN1_OBJECT *digest;
	OCSP_CERTID *id =
	    (OCSP_CERTID *)(uintptr_t)OCSP_SINGLERESP_get0_id(single);
	const struct sg_digest *known;
	const char *oid;
	int len;

	if (OCSP_id_get0_info(&name, &digest, &key, &serial, id) != 1)
		return;
	len = ASN1_STRING_length(serial);
	node->text = sg_x509_hex(tree->pool, ASN1_STRING_get0_data(serial),
	    len > 0 ? (size_t)len : 0);
	sg_node_text(tree, node, "serial", NULL, node->text);
	oid = sg_x509_oid(tree->pool, digest);
	known = oid != NULL ? sg_digest_by_oid(oid) : NULL;
	sg_node_text(tree, node, "id_digest", N_("Named by"),
	    known != NULL ? known->name : oid);
}

static void
show_answer(struct sg_tree *tree, struct sg_node *parent,
    const struct sg_ocsp *ocsp, size_t index)
{
	struct sg_ocsp_single single;
	struct sg_node *node = sg_node_add(
	    tree, parent, SG_NODE_OBJECT, NULL, N_("Certificate %1$s"));

	if (node == NULL)
		return;
	show_id(tree, node, OCSP_resp_get0(sg_ocsp_basic(ocsp), (int)index));
	sg_ocsp_at(ocsp, index, &single);
	sg_node_word(
	    tree, node, "status", N_("Status"), status_word(single.status));
	sg_node_time(tree, node, "revoked_at", N_("Since"), single.revoked_at);
	sg_node_word(
	    tree, node, "reason", N_("Reason"), sg_show_reason(single.reason));
	sg_node_time(tree, node, "this_update", N_("Made"), single.this_update);
	sg_node_time(
	    tree, node, "next_update", N_("Next one by"), single.next_update);
	sg_node_time(tree, node, "archive_cutoff",
	    N_("Knows certificates that expired since"), single.cutoff);
}

static void
show_carried(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_ocsp *ocsp)
{
	const struct sg_certs *certs = sg_ocsp_carried(ocsp);
	struct sg_node *list, *node;
	size_t i;

	if (certs->count == 0)
		return;
	list = sg_node_add(
	    tree, parent, SG_NODE_LIST, "certificates", N_("Certificates"));
	for (i = 0; list != NULL && i < certs->count; i++) {
		node = sg_node_add(
		    tree, list, SG_NODE_OBJECT, NULL, N_("Certificate"));
		sg_show_cert_node(tree, node, certs->list[i]);
	}
}

void
sg_show_ocsp_node(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_ocsp *ocsp)
{
	size_t i, count = sg_ocsp_count(ocsp);
	struct sg_node *list;

	if (parent == NULL)
		return;
	show_responder(tree, parent, ocsp);
	sg_node_time(tree, parent, "produced_at", N_("Signed at"),
	    sg_ocsp_produced_at(ocsp));
	list =
	    sg_node_add(tree, parent, SG_NODE_LIST, "answers", N_("Answers"));
	for (i = 0; list != NULL && i < count && i < OCSP_ANSWERS; i++)
		show_answer(tree, list, ocsp, i);
	show_carried(tree, parent, ocsp);
}
