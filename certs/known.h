/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_KNOWN_H
#define SIGN_CERTS_KNOWN_H

#include <stdint.h>

#include "base/buf.h"

struct sg_cert;
struct sg_chain;
struct sg_env;
struct sg_evidence;
struct sg_pool;
struct sg_question;

/*
 * What a context has read and judged before: many files of a batch carry the
 * same certificates, and need the same chains judged. Belongs to one context,
 * so to one thread at a time. A bounded number is kept, newer ones replace
 * older ones. NULL is allowed everywhere: then nothing is remembered.
 */
struct sg_known;

int sg_known_new(struct sg_env *env, struct sg_known **out);
void sg_known_free(struct sg_known *known); /* before the environment goes */

/* As sg_cert_parse(); octets that were parsed before give the same object. */
int sg_known_cert(struct sg_env *env, struct sg_known *known,
    struct sg_view der, struct sg_cert **out);

/*
 * Only chains that PASSED are kept, with the times for which the same evidence
 * must give the same answer: no certificate, CRL or response begins or ends to
 * be valid in them. 1: out is filled in (links point into this evidence), 0:
 * not known, < 0: NOMEM.
 */
int sg_known_chain(struct sg_env *env, struct sg_pool *pool,
    const struct sg_question *question, const struct sg_evidence *evidence,
    struct sg_chain *out);
/* Out of memory here is no failure: it is then not kept. */
void sg_known_keep(const struct sg_question *question,
    const struct sg_evidence *evidence, const struct sg_chain *chain);

#endif
