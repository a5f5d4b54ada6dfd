/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_MSG_H
#define SIGN_BASE_MSG_H

#include "base/pool.h"
#include "base/text.h"

struct sg_env;

/*
 * A sentence for people that is put into words when it is shown: so that one
 * report gives English and Russian text. The arguments stand for %1$s, %2$s
 * and %3$s in the text, and are already text (names, numbers, times).
 */
struct sg_msg {
	const char *id; /* English, marked with N_(); NULL: nothing to say */
	const char *arg[3];
};

/* The words: translated when tr is set, else English. In the pool. */
const char *sg_msg_text(
    struct sg_env *env, struct sg_pool *pool, const struct sg_msg *msg, int tr);
/* msg with copies of the arguments in the pool. */
struct sg_msg sg_msg_make(struct sg_pool *pool, const char *id, const char *a,
    const char *b, const char *c);

#endif
