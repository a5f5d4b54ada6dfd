/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_FORMATS_SINK_H
#define SIGN_FORMATS_SINK_H

#include <stddef.h>

struct sg_env;

/* Where octets go, piece by piece: a digest, a file, the next transform. */
struct sg_sink {
	/* 0, or SIGN_E_* which stops the writer */
	int (*put)(
	    struct sg_env *env, const void *ptr, size_t len, void *payload);
	void *payload;
};

#endif
