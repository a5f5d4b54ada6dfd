/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_CHAINKIT_H
#define TESTS_UNIT_CHAINKIT_H

#include "certs/chain.h"

struct sg_env;
struct sg_known;
struct sg_pool;

/* Judges anew and with what is remembered, which goes to again; 0: there is a
 * difference. */
int chainkit_known(struct sg_env *env, struct sg_pool *pool,
    const struct sg_question *question, struct sg_evidence *evidence,
    struct sg_known *known, struct sg_chain *again);

#endif
