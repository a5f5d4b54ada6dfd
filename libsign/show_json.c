/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "libsign/json.h"
#include "libsign/show.h"

static struct json_t *json_kids(const struct sg_node *node);

/* A child under its key; one without a key is for people alone. */
static void
json_node(struct sg_json *to, const struct sg_node *node)
{
	size_t i;

	if (node->key == NULL)
		return;
	switch (node->kind) {
	case SG_NODE_TEXT:
	case SG_NODE_WORD:
		sg_json_text(to, node->key, node->text);
		return;
	case SG_NODE_TIME:
		sg_json_time(to, node->key, node->number);
		return;
	case SG_NODE_NUMBER:
		sg_json_int(to, node->key, node->number);
		return;
	case SG_NODE_BOOL:
		sg_json_tri(to, node->key, node->number ? SG_TRUE : SG_FALSE);
		return;
	case SG_NODE_OBJECT:
		sg_json_put(to, node->key, json_kids(node));
		return;
	case SG_NODE_LIST:
		sg_json_list(to, node->key);
		for (i = 0; i < node->kid_count; i++)
			if (node->kids[i]->kind == SG_NODE_OBJECT)
				sg_json_push(to, json_kids(node->kids[i]));
			else
				sg_json_push_text(to, node->kids[i]->text);
		return;
	}
}

/* The tree is three deep and its own. */
static struct json_t *
json_kids(const struct sg_node *node)
{
	struct sg_json object = sg_json_object();
	size_t i;

	for (i = 0; i < node->kid_count; i++)
		json_node(&object, node->kids[i]);
	return sg_json_done(&object);
}

int
sg_tree_json(const struct sg_tree *tree, const struct sg_node *top,
    sign_write_fn *fn, void *payload)
{
	struct sg_json json = sg_json_object();
	size_t i;

	sg_json_text(&json, "schema", "podpis-show/1");
	for (i = 0; i < top->kid_count; i++)
		json_node(&json, top->kids[i]);
	return sg_json_write(tree->env, &json, fn, payload);
}
