/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_CHAIN_WORLD_H
#define TESTS_UNIT_CHAIN_WORLD_H

#include "certs/cert.h"
#include "certs/crl.h"

struct sg_env;

/* The certificates and CRLs that the cases of test_chain.c are made of. */
void chain_world_new(struct sg_env *env);
void chain_world_free(void);

/* By the id of its row. A GOST one is NULL where the module is absent; an id
 * that is in no row ends the program. */
struct sg_cert *find_cert(const char *id);
struct sg_crl *find_crl(const char *id);

#endif
