/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_PAGE_H
#define SIGN_LIBSIGN_PAGE_H

#include "base/env.h"
#include "base/msg.h"
#include "base/pool.h"
#include "sign/verify.h"

/*
 * Text for people on its way out: lines of "label  value", paragraphs,
 * colours. All that comes from files goes through sg_escape() here. The first
 * failure of the writer is kept, what follows is not written.
 */
struct sg_page {
	struct sg_env *env;
	struct sg_pool *pool;
	unsigned flags; /* SIGN_TEXT_* */
	size_t column;  /* where values begin, behind the indent */
	sign_write_fn *fn;
	void *payload;
	int failed;
};

enum sg_color {
	SG_PLAIN,
	SG_BOLD,
	SG_GREEN,
	SG_RED,
	SG_YELLOW,
	SG_DIM,
};

/* As it is. */
void sg_page_text(struct sg_page *page, const char *text);
/* A sentence in the person's language, the arguments escaped. */
const char *sg_page_words(struct sg_page *page, const struct sg_msg *msg);
/* The same for a text with up to three arguments. */
const char *sg_page_say(struct sg_page *page, const char *id, const char *a,
    const char *b, const char *c);
void sg_page_color(struct sg_page *page, enum sg_color color, const char *text);
/* indent, label (translated, its first letter made a capital), value (escaped,
 * wrapped at 79 columns); nothing for a value that is NULL or empty. */
void sg_page_row(
    struct sg_page *page, int indent, const char *label, const char *value);
/* A paragraph: mark ("- "), text that is put into words already. */
void sg_page_item(
    struct sg_page *page, int indent, const char *mark, const char *text);
void sg_page_line(struct sg_page *page);
int sg_page_end(struct sg_page *page);

#endif
