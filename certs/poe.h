/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_POE_H
#define SIGN_CERTS_POE_H

#include <stdint.h>

#include "base/buf.h"

struct sg_env;

/*
 * Proofs of existence (EN 319 102-1, 4.2.9): since when some octets are known
 * to exist. Kept by their SHA-256; the earliest time counts.
 */
struct sg_poes;

int sg_poes_new(struct sg_env *env, struct sg_poes **out);
void sg_poes_free(struct sg_poes *poes);
int sg_poes_add(struct sg_env *env, struct sg_poes *poes, struct sg_view octets,
    int64_t time);
/* The earliest; SG_NO_TIME: none. poes NULL: none. */
int64_t sg_poes_get(const struct sg_poes *poes, struct sg_view octets);

#endif
