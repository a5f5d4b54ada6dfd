/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_JUDGE_H
#define SIGN_LIBSIGN_JUDGE_H

#include <stdint.h>

#include "certs/chain.h"
#include "formats/facts.h"
#include "libsign/policy.h"
#include "libsign/report.h"

struct sg_env;

/*
 * EN 319 102-1, 5.3, block by block over the facts: pure. Fills the report's
 * signatures, certificates and overall indication (in the report's pool).
 */
int sg_judge(struct sg_env *env, const struct sg_facts *facts,
    const struct sg_evidence *evidence, const struct sg_policy *policy,
    int64_t time, struct sign_report *report);

#endif
