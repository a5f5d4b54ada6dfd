/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_FETCH_CURL_H
#define SIGN_LIBSIGN_FETCH_CURL_H

#include "base/fetch.h"
#include "sign/net.h"

struct sg_env;

/* The built-in transport: a part (base/part.h), which is opened when the first
 * of these is made. One file knows libcurl. */
struct sg_net;

/* MODULE where libcurl is absent. */
int sg_net_new(struct sg_env *env, const struct sign_net_options *options,
    struct sg_net **out);
void sg_net_free(struct sg_net *net);
/* As sg_fetch(). */
int sg_net_fetch(struct sg_env *env, struct sg_net *net,
    const struct sg_fetch *want, struct sg_buf *out);

/* libcurl's version; NULL: absent. */
const char *sg_net_version(struct sg_env *env);

#endif
