/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_FETCH_CURL_PART_H
#define SIGN_LIBSIGN_FETCH_CURL_PART_H

#include "base/part.h"
#include "libsign/fetch_curl.h"

/* The part that needs libcurl: the functions of fetch_curl.h. */
struct sg_net_part {
	struct sg_part_head head;
	int (*make)(struct sg_env *env, const struct sign_net_options *options,
	    struct sg_net **out);
	void (*free)(struct sg_net *net);
	int (*fetch)(struct sg_env *env, struct sg_net *net,
	    const struct sg_fetch *want, struct sg_buf *out);
	const char *(*version)(struct sg_env *env);
};

#endif
