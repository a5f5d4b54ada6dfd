/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "sign/ctx.h"

#include "base/gost.h"
#include "formats/zip.h"
#include "libsign/ctx.h"
#include "libsign/fetch_curl.h"
#include "libsign/key.h"

#include <openssl/crypto.h>

static const char *
version_self(struct sign_ctx *ctx)
{
	(void)ctx;
	return PACKAGE_VERSION;
}

static const char *
version_openssl(struct sign_ctx *ctx)
{
	(void)ctx;
	return OpenSSL_version(OPENSSL_VERSION_STRING);
}

static const char *
version_gost(struct sign_ctx *ctx)
{
	const char *text = sg_gost_version(&ctx->env);

	if (text != NULL)
		return text;
	return sg_tr(
	    &ctx->env, N_("not installed (package libengine-gost-openssl)"));
}

static const char *
version_p11(struct sign_ctx *ctx)
{
#ifdef HAVE_PKCS11
	(void)ctx;
	return P11_VERSION;
#else
	return sg_tr(&ctx->env, N_("left out of this build"));
#endif
}

static const char *
version_curl(struct sign_ctx *ctx)
{
	const char *text = sg_net_version(&ctx->env);

	if (text != NULL)
		return text;
	return sg_tr(&ctx->env, N_("not installed (package libcurl4)"));
}

static const char *
version_zip(struct sign_ctx *ctx)
{
	const char *text = sg_zip_version(&ctx->env);

	if (text != NULL)
		return text;
	return sg_tr(&ctx->env, N_("not installed (package libzip4)"));
}

static const struct {
	const char *name;
	const char *(*text)(struct sign_ctx *ctx);
} version_rows[] = {
	{ "podpis", version_self },
	{ "OpenSSL", version_openssl },
	{ "GOST", version_gost },
	{ "p11-kit", version_p11 },
	{ "libcurl", version_curl },
	{ "libzip", version_zip },
};

const char *
sign_version_part(struct sign_ctx *ctx, size_t index, const char **text)
{
	if (index >= sizeof(version_rows) / sizeof(version_rows[0]))
		return NULL;
	*text = version_rows[index].text(ctx);
	return version_rows[index].name;
}
