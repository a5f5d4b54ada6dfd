/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/time.h"
#include "libsign/page.h"
#include "libsign/show.h"

#include <stdio.h>
#include <string.h>

#define LABEL_COLUMN 26

struct sg_node *
sg_node_add(struct sg_tree *tree, struct sg_node *parent,
    enum sg_node_kind kind, const char *key, const char *label)
{
	struct sg_node *node = sg_pool_alloc(tree->pool, sizeof(*node));
	struct sg_node **slot = NULL;

	if (node != NULL && parent != NULL)
		slot = sg_pool_push(tree->pool, &parent->kids,
		    &parent->kid_count, sizeof(*slot));
	if (node == NULL || (parent != NULL && slot == NULL)) {
		tree->failed = 1;
		return NULL;
	}
	if (slot != NULL)
		*slot = node;
	node->kind = kind;
	node->key = key;
	node->label = label;
	return node;
}

void
sg_node_text(struct sg_tree *tree, struct sg_node *parent, const char *key,
    const char *label, const char *text)
{
	struct sg_node *node =
	    sg_node_add(tree, parent, SG_NODE_TEXT, key, label);

	if (node != NULL && text != NULL)
		node->text = sg_pool_str(tree->pool, text);
}

void
sg_node_word(struct sg_tree *tree, struct sg_node *parent, const char *key,
    const char *label, const char *word)
{
	struct sg_node *node =
	    sg_node_add(tree, parent, SG_NODE_WORD, key, label);

	if (node != NULL)
		node->text = word;
}

void
sg_node_time(struct sg_tree *tree, struct sg_node *parent, const char *key,
    const char *label, int64_t time)
{
	struct sg_node *node =
	    sg_node_add(tree, parent, SG_NODE_TIME, key, label);

	if (node != NULL)
		node->number = time;
}

void
sg_node_number(struct sg_tree *tree, struct sg_node *parent, const char *key,
    const char *label, int64_t number)
{
	struct sg_node *node =
	    sg_node_add(tree, parent, SG_NODE_NUMBER, key, label);

	if (node != NULL)
		node->number = number;
}

void
sg_node_hex(struct sg_tree *tree, struct sg_node *parent, const char *key,
    const char *label, struct sg_view octets)
{
	static const char digits[] = "0123456789ABCDEF";
	struct sg_node *node =
	    sg_node_add(tree, parent, SG_NODE_TEXT, key, label);
	char *text;
	size_t i;

	if (node == NULL || octets.len == 0)
		return;
	text = sg_pool_array(tree->pool, octets.len * 2 + 1, 1);
	if (text == NULL) {
		tree->failed = 1;
		return;
	}
	for (i = 0; i < octets.len; i++) {
		text[2 * i] = digits[octets.ptr[i] >> 4];
		text[2 * i + 1] = digits[octets.ptr[i] & 15];
	}
	node->text = text;
}

/* ---- text for people */

static const char *
node_words(struct sg_page *page, const struct sg_node *node)
{
	char shown[SIGN_TIME_TEXT];

	switch (node->kind) {
	case SG_NODE_TEXT:
		return node->text;
	case SG_NODE_WORD:
		return node->text != NULL ? sg_tr(page->env, node->text) : NULL;
	case SG_NODE_TIME:
		if (node->number == SG_NO_TIME)
			return NULL;
		return sg_pool_str(
		    page->pool, sign_time_text(node->number, shown));
	case SG_NODE_NUMBER:
		return sg_pool_printf(
		    page->pool, "%lld", (long long)node->number);
	case SG_NODE_BOOL:
		return sg_tr(page->env, node->number ? N_("yes") : N_("no"));
	default:
		return NULL;
	}
}

static void page_node(
    struct sg_page *page, const struct sg_node *node, int indent);

static void
page_kids(struct sg_page *page, const struct sg_node *node, int indent)
{
	size_t i;

	for (i = 0; i < node->kid_count; i++)
		page_node(page, node->kids[i], indent);
}

/* A title and what belongs to it; the tree is three deep and its own. */
static void
page_node(struct sg_page *page, const struct sg_node *node, int indent)
{
	if ((node->verbose && !(page->flags & SIGN_TEXT_VERBOSE)) ||
	    node->label == NULL)
		return;
	if (node->kind != SG_NODE_OBJECT && node->kind != SG_NODE_LIST) {
		sg_page_row(page, indent, node->label, node_words(page, node));
		return;
	}
	if (node->kid_count == 0)
		return;
	if (node->kind == SG_NODE_LIST) {
		page_kids(page, node, indent);
		return;
	}
	if (indent == 0)
		sg_page_line(page);
	sg_page_item(page, indent, "",
	    sg_page_say(page, node->label, node->text, NULL, NULL));
	page_kids(page, node, indent + 2);
}

int
sg_tree_text(const struct sg_tree *tree, const struct sg_node *top,
    unsigned flags, sign_write_fn *fn, void *payload)
{
	struct sg_page page = { tree->env, tree->pool, flags, LABEL_COLUMN, fn,
		payload, 0 };

	page_kids(&page, top, 0);
	return sg_page_end(&page);
}
