/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_TESTS_UNIT_FACTKIT_H
#define SIGN_TESTS_UNIT_FACTKIT_H

#include "base/buf.h"

struct sg_env;
struct sg_facts;

/* All that facts say, as lines of text. */
void factkit_print(
    struct sg_env *env, const struct sg_facts *facts, struct sg_buf *out);
/* An XML file read as a tree and in passes gives the same facts, or the same
 * error: fails the test where it does not. 1: without a tree in the end. */
int factkit_same(struct sg_env *env, const char *name, struct sg_view octets);

#endif
