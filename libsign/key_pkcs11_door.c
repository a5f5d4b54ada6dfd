/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/ctx.h"
#include "libsign/key_pkcs11_part.h"

static int
door(struct sign_ctx *ctx, const struct sg_pkcs11_part **pkcs11)
{
	static struct sg_part part = { "pkcs11", "libp11-kit0", NULL };
	const void *entry;
	int ret = sg_part_open(&ctx->env, &part, &entry);

	*pkcs11 = entry;
	return ret;
}

int
sg_key_pkcs11_open(struct sign_ctx *ctx, const struct sign_key_options *options,
    struct sign_key **out)
{
	const struct sg_pkcs11_part *pkcs11;
	int ret = door(ctx, &pkcs11);

	return ret < 0 ? ret : pkcs11->open(ctx, options, out);
}

int
sg_key_pkcs11_list(struct sign_ctx *ctx, const char *module, int login,
    struct sign_items *items)
{
	const struct sg_pkcs11_part *pkcs11;
	int ret = door(ctx, &pkcs11);

	return ret < 0 ? ret : pkcs11->list(ctx, module, login, items);
}
