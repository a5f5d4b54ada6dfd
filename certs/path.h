/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_PATH_H
#define SIGN_CERTS_PATH_H

#include <stddef.h>

#include "base/limits.h"

struct sg_cert;
struct sg_evidence;

/* A candidate chain: signer first. Borrowed. */
struct sg_path {
	struct sg_cert *certs[SG_MAX_CHAIN_DEPTH + 1];
	size_t count;
};

/* Called for each path that ends at an anchor. 1: enough, 0: go on, < 0: an
 * error that ends the search. */
typedef int sg_path_fn(const struct sg_path *path, void *payload);

/*
 * Candidate chains from the signer to anchors, by name: issuers that the
 * authority key identifier names come first (RFC 4158, 3.5.12), anchors before
 * hints. An identifier that does not fit puts an issuer last but does not
 * exclude it: RFC 5280, 6.1 does not ask for it. Nothing is verified here.
 * longest: the longest way that was gone, for the report. Returns what fn
 * returned last, 0 when it was never called.
 */
int sg_path_each(struct sg_cert *signer, const struct sg_evidence *evidence,
    sg_path_fn *fn, void *payload, struct sg_path *longest);

#endif
