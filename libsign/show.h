/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_SHOW_H
#define SIGN_LIBSIGN_SHOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/env.h"
#include "base/pool.h"
#include "sign/verify.h"

struct sg_cert;
struct sg_crl;
struct sg_facts;
struct sg_in;
struct sg_ocsp;

/*
 * What "show" says of a file, as a tree that knows nothing of text or JSON. A
 * node has a key for programs and a label for people; one without a label is
 * for programs alone, one without a key for people.
 */
enum sg_node_kind {
	SG_NODE_TEXT, /* from the file: never translated */
	SG_NODE_WORD, /* ours, N_(): translated for people */
	SG_NODE_TIME,
	SG_NODE_NUMBER,
	SG_NODE_BOOL,
	SG_NODE_OBJECT,
	SG_NODE_LIST, /* children without keys of their own */
};

struct sg_node {
	enum sg_node_kind kind;
	const char *key, *label;
	const char *text;
	int64_t number;
	int verbose; /* for people: only when they ask for more */
	struct sg_node **kids;
	size_t kid_count;
};

struct sg_tree {
	struct sg_env *env;
	struct sg_pool *pool;
	int failed; /* out of memory somewhere: the tree is not whole */
};

/* Each appends to parent and gives the new node, NULL: out of memory. A NULL
 * parent gives a node that stands alone. */
struct sg_node *sg_node_add(struct sg_tree *tree, struct sg_node *parent,
    enum sg_node_kind kind, const char *key, const char *label);
void sg_node_text(struct sg_tree *tree, struct sg_node *parent, const char *key,
    const char *label, const char *text);
void sg_node_word(struct sg_tree *tree, struct sg_node *parent, const char *key,
    const char *label, const char *word);
void sg_node_time(struct sg_tree *tree, struct sg_node *parent, const char *key,
    const char *label, int64_t time);
void sg_node_number(struct sg_tree *tree, struct sg_node *parent,
    const char *key, const char *label, int64_t number);
void sg_node_hex(struct sg_tree *tree, struct sg_node *parent, const char *key,
    const char *label, struct sg_view octets);

/* The two writers. */
int sg_tree_text(const struct sg_tree *tree, const struct sg_node *top,
    unsigned flags, sign_write_fn *fn, void *payload);
int sg_tree_json(const struct sg_tree *tree, const struct sg_node *top,
    sign_write_fn *fn, void *payload);

/* What is in them, under parent. */
void sg_show_cert_node(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_cert *cert);
void sg_show_crl_node(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_crl *crl);
void sg_show_ocsp_node(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_ocsp *ocsp);
/* A reason of revocation (RFC 5280, 5.3.1) in words; NULL: none. */
const char *sg_show_reason(const char *name);
/* A job's state; STATE: it is none. */
int sg_show_state(
    struct sg_tree *tree, struct sg_node *top, struct sg_view text);
void sg_show_facts_node(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_facts *facts);
/* A container's own time-stamps. */
void sg_show_stamps_node(
    struct sg_tree *tree, struct sg_node *parent, const struct sg_facts *facts);
/* The files of a container, whether anything signs them or not. */
int sg_show_container(
    struct sg_tree *tree, struct sg_node *parent, struct sg_in *in);

#endif
