/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_FILTER_H
#define SIGN_FORMATS_FILTER_H

#include "formats/sink.h"

struct sg_env;

/*
 * Transforms from octets to octets, in a stream: put octets into ->in, then
 * end it; the result goes to the sink that was given.
 */
struct sg_filter {
	struct sg_sink in;
	int (*end)(struct sg_env *env, struct sg_filter *filter);
	void (*free)(struct sg_filter *filter);
	const struct sg_sink *to;
};

/* XMLDSig 1.1, 6.6.2: base64 decoding. */
int sg_filter_base64(
    struct sg_env *env, const struct sg_sink *to, struct sg_filter **out);
/* urn://smev-gov-ru/xmldsig/transform. */
int sg_filter_smev(
    struct sg_env *env, const struct sg_sink *to, struct sg_filter **out);

#endif
