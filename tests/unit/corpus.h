/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_CORPUS_H
#define TESTS_UNIT_CORPUS_H

#include "base/buf.h"

/* Certificates and CRLs of real issuers that stand beside the sources and are
 * no part of them. A line of their list: */
struct corpus_row {
	const char *file, *alg, *expected;
	const char *issuer; /* "OK by": begin of the issuer's SHA-256, NULL */
	struct sg_view octets;
};
typedef int corpus_fn(const struct corpus_row *row, void *payload);

/* Calls fn for each line of the kind; -1: there is no corpus. */
int corpus_each(const char *kind, corpus_fn *fn, void *payload);

#endif
