/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_PARTY_H
#define SIGN_CLI_PARTY_H

#include "sign/contract.h"

/*
 * "role=lessor,name=Anna,inn=..." into a party. text is written to, and the
 * party borrows from it. A comma ends a value only where the name of a field
 * and an equals sign follow. 0, or -1: what is wrong stands at *bad.
 */
int party_parse(char *text, struct sign_party *out, const char **bad);

#endif
