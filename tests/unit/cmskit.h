/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_CMSKIT_H
#define TESTS_UNIT_CMSKIT_H

#include "base/buf.h"

struct sg_facts;

/* CMS files and what reading them gives, in the environment of envkit.h. */

/* The file of that name in tests/data/cms. */
void cms_data(const char *name, struct sg_buf *out);
/* Reads a signature with these documents (texts, NULL behind the last). */
int cms_facts(
    struct sg_view view, const char *const *docs, struct sg_facts **facts);

#endif
