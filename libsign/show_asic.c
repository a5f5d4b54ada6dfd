/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/env.h"
#include "base/err.h"
#include "formats/asic.h"
#include "libsign/show.h"

/* What is in a container: every entry of the archive, in its order. */

static void
show_manifest(struct sg_tree *tree, struct sg_node *entry,
    const struct sg_asic_manifest *manifest)
{
	struct sg_node *list, *node;
	size_t i;

	sg_node_text(
	    tree, entry, "signature", N_("Belongs to"), manifest->sig_uri);
	list = sg_node_add(tree, entry, SG_NODE_LIST, "lists", N_("Lists"));
	for (i = 0; list != NULL && i < manifest->ref_count; i++) {
		node = sg_node_add(tree, list, SG_NODE_TEXT, NULL, N_("Lists"));
		if (node != NULL)
			node->text =
			    sg_pool_str(tree->pool, manifest->refs[i].uri);
	}
}

static void
show_entry(struct sg_tree *tree, struct sg_node *list,
    const struct sg_asic_entry *entry)
{
	struct sg_node *node =
	    sg_node_add(tree, list, SG_NODE_OBJECT, NULL, N_("File %1$s"));

	if (node == NULL)
		return;
	node->text = sg_pool_str(tree->pool, entry->zip->name);
	sg_node_text(tree, node, "name", NULL, node->text);
	sg_node_text(
	    tree, node, "role", N_("Role"), sg_asic_role_word(entry->role));
	sg_node_number(
	    tree, node, "size", N_("Size"), (int64_t)entry->zip->size);
	sg_node_number(
	    tree, node, "packed", N_("Packed"), (int64_t)entry->zip->packed);
	sg_node_number(tree, node, "method", NULL, entry->zip->method);
	sg_node_text(tree, node, "fault", NULL, entry->zip->fault);
	sg_node_word(tree, node, NULL, N_("Refused"), entry->zip->fault);
	if (entry->manifest != NULL)
		show_manifest(tree, node, entry->manifest);
}

static void
show_entries(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_asic *asic)
{
	struct sg_node *list;
	size_t i;

	sg_node_text(tree, parent, "mime_type", N_("MIME type"),
	    sg_pool_str(tree->pool, asic->mime_type));
	if (asic->zip->comment[0] != '\0')
		sg_node_text(tree, parent, "comment", N_("Comment"),
		    sg_pool_str(tree->pool, asic->zip->comment));
	list = sg_node_add(tree, parent, SG_NODE_LIST, "entries", N_("Files"));
	for (i = 0; list != NULL && i < asic->entry_count; i++)
		show_entry(tree, list, &asic->entries[i]);
}

void
sg_show_stamps_node(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_facts *facts)
{
	const struct sg_stamp_fact *stamp;
	struct sg_node *list, *node;
	size_t i;

	list = sg_node_add(
	    tree, parent, SG_NODE_LIST, "timestamps", N_("Time-stamps"));
	for (i = 0; list != NULL && i < facts->stamp_count; i++) {
		stamp = &facts->stamps[i];
		node = sg_node_add(
		    tree, list, SG_NODE_OBJECT, NULL, N_("Time-stamp"));
		sg_node_text(tree, node, "kind", N_("Kind"), stamp->kind);
		sg_node_text(tree, node, "form", N_("Over"), stamp->form);
		if (stamp->inside != NULL)
			sg_node_time(
			    tree, node, "time", N_("Time"), stamp->info.time);
	}
}

int
sg_show_container(
    struct sg_tree *tree, struct sg_node *parent, struct sg_in *in)
{
	struct sg_asic *asic = NULL;
	int ret = sg_asic_open(tree->env, in, &asic);

	if (ret < 0)
		return ret;
	sg_node_text(tree, parent, "kind", NULL, "container");
	show_entries(tree, parent, asic);
	sg_asic_free(asic);
	return 0;
}
