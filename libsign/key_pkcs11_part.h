/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_KEY_PKCS11_PART_H
#define SIGN_LIBSIGN_KEY_PKCS11_PART_H

#include "base/part.h"
#include "libsign/key.h"

/* The part that needs p11-kit: the functions of key.h that have to do with
 * tokens. */
struct sg_pkcs11_part {
	struct sg_part_head head;
	int (*open)(struct sign_ctx *ctx,
	    const struct sign_key_options *options, struct sign_key **out);
	int (*list)(struct sign_ctx *ctx, const char *module, int login,
	    struct sign_items *items);
};

#endif
