/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/trust.h"

#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "libsign/ctx.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

int
sign_trust_new(struct sign_ctx *ctx, struct sign_trust **out)
{
	struct sign_trust *trust = calloc(1, sizeof(*trust));

	if (trust == NULL)
		return sg_err_nomem(&ctx->env);
	trust->ctx = ctx;
	*out = trust;
	return 0;
}

void
sign_trust_free(struct sign_trust *trust)
{
	if (trust == NULL)
		return;
	sg_certs_clear(&trust->anchors);
	sg_certs_clear(&trust->certs);
	sg_crls_clear(&trust->crls);
	sg_ocsps_clear(&trust->ocsps);
	free(trust);
}

static int
trust_read_certs(struct sg_env *env, const char *path, struct sg_certs *certs)
{
	struct sg_buf file = { 0 };
	int ret = sg_read_file(env, path, SG_MAX_CERT_FILE, &file);

	if (ret == 0)
		ret = sg_certs_read(env, sg_buf_view(&file), certs);
	if (ret == SIGN_E_FORMAT)
		ret =
		    sg_err_set(env, ret, N_("%s: no certificate in it"), path);
	sg_buf_free(&file);
	return ret;
}

/* Only names that say certificate: a directory may hold a README too. */
static int
trust_wants(const struct dirent *entry)
{
	static const char *const endings[] = { ".pem", ".crt", ".cer", ".der",
		".p7b", ".p7c" };
	const char *dot = strrchr(entry->d_name, '.');
	size_t i;

	if (entry->d_name[0] == '.' || dot == NULL)
		return 0;
	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (strcasecmp(dot, endings[i]) == 0)
			return 1;
	return 0;
}

static int
trust_read_dir(struct sg_env *env, const char *path, struct sg_certs *certs)
{
	struct dirent **names = NULL;
	int count = scandir(path, &names, trust_wants, alphasort);
	struct sg_buf file = { 0 };
	int ret = 0;
	int i;

	if (count < 0)
		return sg_err_sys(env, SIGN_E_IO, N_("%s: cannot list"), path);
	for (i = 0; i < count && ret == 0; i++) {
		file.len = 0;
		ret =
		    sg_buf_printf(env, &file, "%s/%s", path, names[i]->d_name);
		if (ret == 0)
			ret = trust_read_certs(
			    env, (const char *)file.ptr, certs);
	}
	for (i = 0; i < count; i++)
		free(names[i]);
	free(names);
	sg_buf_free(&file);
	return ret;
}

int
sign_trust_add_anchors(struct sign_trust *trust, const char *path)
{
	struct sg_env *env = &trust->ctx->env;
	struct stat st;

	if (stat(path, &st) != 0)
		return sg_err_sys(env, SIGN_E_IO, N_("%s: cannot read"), path);
	if (S_ISDIR(st.st_mode))
		return trust_read_dir(env, path, &trust->anchors);
	return trust_read_certs(env, path, &trust->anchors);
}

int
sign_trust_add_certs(struct sign_trust *trust, const char *path)
{
	return trust_read_certs(&trust->ctx->env, path, &trust->certs);
}

int
sign_trust_add_crl(struct sign_trust *trust, const char *path)
{
	struct sg_env *env = &trust->ctx->env;
	struct sg_buf file = { 0 };
	int ret = sg_read_file(env, path, SG_MAX_CRL_SIZE, &file);

	if (ret == 0)
		ret = sg_crls_read(env, sg_buf_view(&file), &trust->crls);
	if (ret == SIGN_E_FORMAT)
		ret = sg_err_set(env, ret,
		    N_("%s: no certificate revocation list in it"), path);
	sg_buf_free(&file);
	return ret;
}

int
sign_trust_add_ocsp(struct sign_trust *trust, const char *path)
{
	struct sg_env *env = &trust->ctx->env;
	struct sg_buf file = { 0 };
	int ret = sg_read_file(env, path, SG_MAX_OCSP_SIZE, &file);

	if (ret == 0)
		ret = sg_ocsps_read(env, sg_buf_view(&file), &trust->ocsps);
	if (ret == SIGN_E_FORMAT)
		ret = sg_err_set(
		    env, ret, N_("%s: no OCSP response in it"), path);
	sg_buf_free(&file);
	return ret;
}

size_t
sign_trust_anchor_count(const struct sign_trust *trust)
{
	return trust->anchors.count;
}
