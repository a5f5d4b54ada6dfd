/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_ENVKIT_H
#define TESTS_UNIT_ENVKIT_H

#include "base/env.h"

/* The environment of a test program that needs no more than one. */
extern struct sg_env env;

/* Group setup and teardown; the latter forgets the keys of mkkey.h too. */
int env_setup(void **state);
int env_teardown(void **state);

#endif
