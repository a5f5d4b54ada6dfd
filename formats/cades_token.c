/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades_augment.h"

#include "base/err.h"
#include "base/oid.h"
#include "base/text.h"

#include <string.h>

/* A time-stamp token with more in it than its authority put there: only what
 * is not signed changes. */

static int
open_token(struct sg_env *env, struct sg_pool *pool, struct sg_in *in,
    struct sg_cms **out)
{
	struct sg_cms *cms = NULL;
	int rc = sg_cms_open(env, pool, in, NULL, &cms);

	if (rc < 0)
		return rc;
	if (cms->signer_count != 1)
		return sg_err_set(env, SIGN_E_FORMAT,
		    N_("a time-stamp token has one signer, this one %zu "
		       "(RFC 3161, 2.4.2)"),
		    cms->signer_count);
	*out = cms;
	return 0;
}

static int
write_token(struct sg_env *env, struct sg_cms *cms, struct sg_in *in,
    struct sg_view *token)
{
	struct sg_cms_parts parts = { .content = SG_CONTENT_COPY,
		.source = in,
		.copied = cms,
		.digest_algs = cms->digest_algs,
		.digest_alg_count = cms->digest_alg_count,
		.certs = cms->certs,
		.cert_count = cms->cert_count,
		.crls = cms->crls,
		.crl_count = cms->crl_count,
		.signers = cms->signers,
		.signer_count = cms->signer_count,
		.keep_order = 1 };
	struct sg_buf octets = { NULL, 0, 0 };
	struct sg_out *out = NULL;
	int rc = sg_out_memory(env, &octets, &out);

	if (rc == 0)
		rc = sg_cms_write(env, &parts, out, 0);
	if (rc == 0)
		rc = sg_out_commit(env, out);
	sg_out_free(out);
	if (rc == 0)
		rc = sg_pool_copy(env, cms->pool, sg_buf_view(&octets), token);
	sg_buf_free(&octets);
	return rc;
}

/* A value, if there is one, as one attribute more of the token's signer. */
static int
add_attr(struct sg_env *env, struct sg_cms *cms, const char *oid,
    struct sg_view value)
{
	struct sg_buf signer = { NULL, 0, 0 };
	int rc;

	if (value.len == 0)
		return 0;
	rc = sg_cms_add_unsigned(env, cms->signers[0], oid, value, &signer);
	if (rc == 0)
		rc = sg_pool_copy(
		    env, cms->pool, sg_buf_view(&signer), &cms->signers[0]);
	sg_buf_free(&signer);
	return rc;
}

static int
add_values(
    struct sg_env *env, struct sg_cms *cms, const struct sg_values *values)
{
	struct sg_put certs = SG_PUT_INIT(env), data = SG_PUT_INIT(env);
	int rc = sg_values_put_certs(&certs, values);

	if (rc == 0)
		rc = sg_values_put_revocation(&data, cms->pool, values);
	if (rc == 0)
		rc = add_attr(env, cms, SG_OID_CERTIFICATE_VALUES,
		    sg_buf_view(&certs.buf));
	if (rc == 0)
		rc = add_attr(
		    env, cms, SG_OID_REVOCATION_VALUES, sg_buf_view(&data.buf));
	sg_put_free(&certs);
	sg_put_free(&data);
	return rc;
}

/* An archive time-stamp carries its index (EN 319 122-1, 5.5.2), others may
 * carry what their own chain needs (RFC 5126, 6.3.3). */
int
sg_token_complete(struct sg_env *env, struct sg_pool *pool,
    struct sg_view token, struct sg_view index, const struct sg_values *values,
    struct sg_view *out)
{
	struct sg_in *in = NULL;
	struct sg_cms *cms = NULL;
	int rc = sg_in_memory(env, "time-stamp token", token, &in);

	if (rc == 0)
		rc = open_token(env, pool, in, &cms);
	if (rc == 0)
		rc = add_attr(env, cms, SG_OID_ATS_HASH_INDEX_V3, index);
	if (rc == 0 && values != NULL)
		rc = add_values(env, cms, values);
	if (rc == 0)
		rc = write_token(env, cms, in, out);
	sg_in_free(in);
	return rc;
}

int
sg_token_add_values(struct sg_env *env, struct sg_pool *pool,
    struct sg_view token, const struct sg_values *values, struct sg_view *out)
{
	struct sg_in *in = NULL;
	struct sg_cms *cms = NULL;
	int rc = sg_in_memory(env, "time-stamp token", token, &in);

	if (rc == 0)
		rc = open_token(env, pool, in, &cms);
	if (rc == 0)
		rc = sg_values_into_cms(env, cms, values);
	if (rc == 0)
		rc = write_token(env, cms, in, out);
	sg_in_free(in);
	return rc;
}
