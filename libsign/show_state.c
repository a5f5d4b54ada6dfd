/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/show.h"

#include "certs/cert.h"
#include "libsign/state.h"

/* The state of a job, as it says: nothing of it is checked. */

static void
show_docs(
    struct sg_tree *tree, struct sg_node *top, const struct sg_state *state)
{
	const struct sg_doc_fact *doc;
	struct sg_node *list, *node;
	size_t i, j;

	list =
	    sg_node_add(tree, top, SG_NODE_LIST, "documents", N_("Documents"));
	for (i = 0; list != NULL && i < state->docs.count; i++) {
		doc = state->docs.list[i].known;
		node = sg_node_add(
		    tree, list, SG_NODE_OBJECT, NULL, N_("Document"));
		if (node == NULL)
			return;
		sg_node_text(tree, node, "name", N_("Name"), doc->name);
		if (doc->size <= INT64_MAX)
			sg_node_number(
			    tree, node, "size", N_("Size"), (int64_t)doc->size);
		for (j = 0; j < doc->digest_count; j++)
			sg_node_hex(tree, node, doc->digests[j].digest->option,
			    doc->digests[j].digest->name,
			    doc->digests[j].value);
	}
}

static int
show_cert(
    struct sg_tree *tree, struct sg_node *top, const struct sg_state *state)
{
	struct sg_node *node;
	struct sg_cert *cert = NULL;
	int rc;

	if (state->cert.len == 0)
		return 0;
	rc = sg_cert_parse(tree->env, state->cert, &cert);
	if (rc < 0)
		return rc;
	node = sg_node_add(tree, top, SG_NODE_OBJECT, "certificate",
	    N_("Certificate of the signer"));
	if (node != NULL)
		sg_show_cert_node(tree, node, cert);
	sg_cert_free(cert);
	return 0;
}

static void
show_settings(
    struct sg_tree *tree, struct sg_node *top, const struct sg_state *state)
{
	struct sg_node *node;

	sg_node_text(tree, top, "made_by", N_("Made by"), state->made_by);
	sg_node_text(tree, top, "job", NULL, state->kind);
	sg_node_text(tree, top, "format", N_("Format"), state->format);
	sg_node_text(tree, top, "packaging", N_("Packaging"), state->packaging);
	sg_node_text(tree, top, "level", N_("Level"), state->level);
	sg_node_text(tree, top, "digest", NULL, state->digest);
	sg_node_time(tree, top, "signing_time", N_("Time of signing"),
	    state->signing_time);
	sg_node_time(tree, top, "deadline", N_("To be completed until"),
	    state->deadline);
	sg_node_text(
	    tree, top, "control_code", N_("Control code"), state->code);
	node = sg_node_add(tree, top, SG_NODE_BOOL, "sealed", NULL);
	if (node != NULL)
		node->number = state->sealed;
	sg_node_word(tree, top, NULL, N_("Seal"),
	    state->sealed ? N_("with a key (not checked here)")
			  : N_("none, a checksum only"));
}

int
sg_show_state(struct sg_tree *tree, struct sg_node *top, struct sg_view text)
{
	static const struct sg_state_seal look = { .check = 0 };
	struct sg_state state;
	int rc = sg_state_read(tree->env, text, &look, &state);

	if (rc == 0) {
		show_settings(tree, top, &state);
		show_docs(tree, top, &state);
		rc = show_cert(tree, top, &state);
	}
	sg_state_clear(&state);
	return rc;
}
