/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_FETCH_H
#define SIGN_BASE_FETCH_H

#include <stddef.h>

#include "base/buf.h"

struct sg_env;

/*
 * The one door to the network. Who does the work is env->fetch: the caller's
 * own transport, or the one over libcurl; NULL: nothing is ever fetched.
 */
struct sg_fetch {
	const char *url;
	const char *content_type; /* of body, then it is a POST; NULL: GET */
	struct sg_view body;
	const char *accept; /* media type that is wanted back; NULL */
	/* the address stands in a certificate, nobody chose it: loopback,
	 * private and link-local addresses are refused unless allowed */
	int untrusted_url;
	size_t max;       /* octets of the answer; more is LIMIT */
	const char *user; /* HTTP authentication; NULL */
	const char *password;
};

/* Appends the answer's body. NET: no transport, not reached, refused, or an
 * answer other than 200, with one line that says which; LIMIT; CANCEL. */
int sg_fetch(
    struct sg_env *env, const struct sg_fetch *want, struct sg_buf *out);

#endif
