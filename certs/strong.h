/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_STRONG_H
#define SIGN_CERTS_STRONG_H

#include <stdint.h>

struct sg_env;
struct sg_pool;
struct sg_strength;
struct sg_trial_link;
struct sg_cert;

/* Until when the algorithms of a certificate's signature, of its key and of the
 * data about it can be relied upon (EN 319 102-1, 5.6.2.2); SG_NO_TIME: no
 * end. What the table does not know was never reliable. */
int64_t sg_strong_until(struct sg_env *env, struct sg_pool *pool,
    const struct sg_strength *strength, const struct sg_cert *cert,
    const struct sg_trial_link *link);

#endif
