/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/gather.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"
#include "certs/known.h"
#include "libsign/ctx.h"
#include "libsign/trust.h"

#include <string.h>

/* ---- one more of each kind, unless it is there. 1: added, 0: there was. */

int
sg_gathered_take_cert(
    struct sg_env *env, struct sg_gathered *gathered, struct sg_cert *cert)
{
	const struct sg_certs *certs = &gathered->certs;
	size_t i;
	int ret;

	for (i = 0; i < certs->count; i++)
		if (sg_cert_equal(certs->list[i], cert))
			return 0;
	ret = sg_certs_add(env, &gathered->certs, cert);
	return ret < 0 ? ret : 1;
}

int
sg_gathered_take_crl(
    struct sg_env *env, struct sg_gathered *gathered, struct sg_crl *crl)
{
	const struct sg_crls *crls = &gathered->crls;
	size_t i;
	int ret;

	for (i = 0; i < crls->count; i++)
		if (sg_view_equal(sg_crl_der(crls->list[i]), sg_crl_der(crl)))
			return 0;
	ret = sg_crls_add(env, &gathered->crls, crl);
	return ret < 0 ? ret : 1;
}

int
sg_gathered_take_ocsp(
    struct sg_env *env, struct sg_gathered *gathered, struct sg_ocsp *ocsp)
{
	const struct sg_ocsps *ocsps = &gathered->ocsps;
	size_t i;
	int ret;

	for (i = 0; i < ocsps->count; i++)
		if (sg_view_equal(sg_ocsp_basic_der(ocsps->list[i]),
			sg_ocsp_basic_der(ocsp)))
			return 0;
	ret = sg_ocsps_add(env, &gathered->ocsps, ocsp);
	return ret < 0 ? ret : 1;
}

int
sg_gathered_add_cert(
    struct sign_ctx *ctx, struct sg_gathered *gathered, struct sg_view der)
{
	struct sg_cert *cert = NULL;
	int ret = sg_known_cert(&ctx->env, ctx->known, der, &cert);

	if (ret == 0)
		ret = sg_gathered_take_cert(&ctx->env, gathered, cert);
	sg_cert_free(cert);
	return ret;
}

int
sg_gathered_add_crl(
    struct sign_ctx *ctx, struct sg_gathered *gathered, struct sg_view der)
{
	struct sg_crl *crl = NULL;
	int ret = sg_crl_parse(&ctx->env, der, &crl);

	if (ret == 0)
		ret = sg_gathered_take_crl(&ctx->env, gathered, crl);
	sg_crl_free(crl);
	return ret;
}

int
sg_gathered_add_ocsp(
    struct sign_ctx *ctx, struct sg_gathered *gathered, struct sg_view der)
{
	struct sg_ocsp *ocsp = NULL;
	int ret = sg_ocsp_parse(&ctx->env, der, &ocsp);

	if (ret == 0)
		ret = sg_gathered_take_ocsp(&ctx->env, gathered, ocsp);
	sg_ocsp_free(ocsp);
	return ret;
}

int
sg_gathered_note(struct sg_env *env, struct sg_gathered *gathered,
    const char *id, const char *a, const char *b)
{
	struct sg_msg *row;

	row = sg_pool_push(gathered->pool, &gathered->notes,
	    &gathered->note_count, sizeof(*row));
	if (row == NULL)
		return sg_err_nomem(env);
	*row = sg_msg_make(gathered->pool, id, a, b, NULL);
	return 0;
}

/* ---- out of the file: what cannot be read is no reason to refuse it; it is
 * left out, and said so. */

typedef int add_fn(
    struct sign_ctx *ctx, struct sg_gathered *gathered, struct sg_view der);

static int
from_file(struct sign_ctx *ctx, struct sg_gathered *out, struct sg_facts *facts,
    const struct sg_view *list, size_t count, add_fn *add, const char *warning)
{
	size_t i;
	int ret;

	for (i = 0; i < count; i++) {
		ret = add(ctx, out, list[i]);
		if (ret >= 0)
			continue;
		if (ret != SIGN_E_NOMEM) {
			sg_err_clear(&ctx->env);
			ret = sg_facts_warn(facts, NULL, warning, NULL, NULL);
		}
		if (ret < 0)
			return ret;
	}
	return 0;
}

static int
gather_facts(
    struct sign_ctx *ctx, struct sg_facts *facts, struct sg_gathered *out)
{
	int ret;

	ret = from_file(ctx, out, facts, facts->certs, facts->cert_count,
	    sg_gathered_add_cert,
	    N_("a certificate in the file cannot be read and is left out"));
	if (ret == 0)
		ret = from_file(ctx, out, facts, facts->crls, facts->crl_count,
		    sg_gathered_add_crl,
		    N_("a revocation list in the file cannot be read and is "
		       "left out"));
	if (ret == 0)
		ret = from_file(ctx, out, facts, facts->ocsps,
		    facts->ocsp_count, sg_gathered_add_ocsp,
		    N_("an OCSP response in the file cannot be read and is "
		       "left out"));
	return ret;
}

/* ---- out of the caller's hands */

static int
gather_trust(
    struct sg_env *env, const struct sign_trust *trust, struct sg_gathered *out)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < trust->anchors.count && ret >= 0; i++)
		ret = sg_certs_add(env, &out->anchors, trust->anchors.list[i]);
	for (i = 0; i < trust->certs.count && ret >= 0; i++)
		ret = sg_gathered_take_cert(env, out, trust->certs.list[i]);
	for (i = 0; i < trust->crls.count && ret >= 0; i++)
		ret = sg_gathered_take_crl(env, out, trust->crls.list[i]);
	for (i = 0; i < trust->ocsps.count && ret >= 0; i++)
		ret = sg_gathered_take_ocsp(env, out, trust->ocsps.list[i]);
	return ret < 0 ? ret : 0;
}

int
sg_gather(struct sign_ctx *ctx, struct sg_facts *facts,
    const struct sign_trust *trust, struct sg_gathered *out)
{
	int ret = 0;

	memset(out, 0, sizeof(*out));
	out->newest = SG_NO_TIME;
	out->pool = sg_pool_new();
	if (out->pool == NULL)
		return sg_err_nomem(&ctx->env);
	out->evidence.anchors = &out->anchors;
	out->evidence.certs = &out->certs;
	out->evidence.crls = &out->crls;
	out->evidence.ocsps = &out->ocsps;
	out->evidence.known = ctx->known;
	if (facts != NULL)
		ret = gather_facts(ctx, facts, out);
	if (ret == 0 && trust != NULL)
		ret = gather_trust(&ctx->env, trust, out);
	if (ret < 0)
		sg_gathered_clear(out);
	return ret;
}

void
sg_gathered_clear(struct sg_gathered *gathered)
{
	sg_certs_clear(&gathered->anchors);
	sg_certs_clear(&gathered->certs);
	sg_crls_clear(&gathered->crls);
	sg_ocsps_clear(&gathered->ocsps);
	sg_pool_free(gathered->pool);
	memset(gathered, 0, sizeof(*gathered));
}
