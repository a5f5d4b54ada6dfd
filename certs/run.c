/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/run.h"

#include "base/env.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/flaw.h"
#include "certs/status.h"
#include "certs/trial.h"
#include "certs/x509.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <stdlib.h>
#include <string.h>

/* ---- the certificates */

/* Extensions that OpenSSL does not know and that put no bound on what we do:
 * an issuer may mark them critical. */
static const char *const understood[] = { SG_OID_QC_STATEMENTS,
	SG_OID_SUBJECT_SIGN_TOOL, SG_OID_ISSUER_SIGN_TOOL,
	SG_OID_IDENTIFICATION_KIND, SG_OID_ISSUER_ALT_NAME,
	SG_OID_SUBJECT_KEY_ID, SG_OID_AUTHORITY_KEY_ID,
	SG_OID_SUBJECT_DIRECTORY_ATTRIBUTES, SG_OID_NO_REV_AVAIL,
	SG_OID_OCSP_NOCHECK, SG_OID_VALIDITY_ASSURED };

static int
run_understands(X509_EXTENSION *extension)
{
	char oid[128];
	size_t i;

	if (!X509_EXTENSION_get_critical(extension) ||
	    X509_supported_extension(extension))
		return 1;
	OBJ_obj2txt(oid, sizeof(oid), X509_EXTENSION_get_object(extension), 1);
	for (i = 0; i < sizeof(understood) / sizeof(understood[0]); i++)
		if (strcmp(oid, understood[i]) == 0)
			return 1;
	return 0;
}

/* RFC 5280, 4.2: a critical extension that is not understood. */
static int
run_understands_all(const struct sg_cert *cert)
{
	X509 *x509 = sg_cert_x509(cert);
	int i, count = X509_get_ext_count(x509);

	for (i = 0; i < count; i++)
		if (!run_understands(X509_get_ext(x509, i)))
			return 0;
	return 1;
}

static void
run_flaw(struct sg_trial *out, int depth, int number)
{
	struct sg_trial_link *link;

	if (depth < 0 || (size_t)depth >= out->count)
		depth = 0;
	link = &out->links[depth];
	if (link->flaw != 0 &&
	    sg_flaw_find(link->flaw)->badness >= sg_flaw_find(number)->badness)
		return;
	link->flaw = number;
	out->detail = X509_verify_cert_error_string(number);
}

/* What OpenSSL's verifier must not be asked: keys that cannot be decoded,
 * GOST values out of range. */
static int
run_before(const struct sg_run *run)
{
	const struct sg_path *path = run->path;
	struct sg_env *env = run->input->env;
	const ASN1_BIT_STRING *value;
	EVP_PKEY *key;
	size_t i;
	int ret = 0, ok = 1;

	for (i = 0; i < path->count; i++) {
		ret = sg_cert_key(env, path->certs[i], &key);
		sg_err_clear(env);
		if (ret < 0) {
			run_flaw(run->out, (int)i,
			    ret == SIGN_E_MODULE ? SG_FLAW_NO_MODULE
						 : SG_FLAW_NO_KEY);
			ok = 0;
		}
		if (ret < 0 || i == 0 || !sg_cert_has_gost_key(path->certs[i]))
			continue;
		X509_get0_signature(
		    &value, NULL, sg_cert_x509(path->certs[i - 1]));
		if (!sg_x509_value_fits(
			env, sg_cert_x509(path->certs[i]), value))
			run_flaw(run->out, (int)i - 1,
			    X509_V_ERR_CERT_SIGNATURE_FAILURE);
	}
	return ok;
}

/* ---- the CRLs */

/* RFC 5280, 5.3.1. */
static const char *
crl_reason(const X509_REVOKED *entry)
{
	ASN1_ENUMERATED *value =
	    X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
	long number = value != NULL ? ASN1_ENUMERATED_get(value) : -1;

	ASN1_ENUMERATED_free(value);
	ERR_clear_error();
	return sg_x509_reason(number);
}

static struct sg_crl *
crl_find(const struct sg_run *run, const X509_CRL *x509, size_t *index)
{
	const struct sg_crls *crls = run->input->evidence->crls;
	size_t i;

	for (i = 0; i < crls->count; i++) {
		if (sg_crl_x509(crls->list[i]) == x509) {
			*index = i;
			return crls->list[i];
		}
	}
	return NULL;
}

/* Worthless whatever it is used for, so that another one may be tried. */
static int
crl_is_worthless(int number)
{
	switch (number) {
	case X509_V_ERR_CRL_SIGNATURE_FAILURE:
	case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
	case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
	case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
	case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
	case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
		return 1;
	default:
		return 0;
	}
}

/* The CRL lists the certificate: what that means at the time. 0: nothing, it
 * was revoked later. */
static int
crl_take_entry(const struct sg_run *run, X509_CRL *x509, X509 *cert,
    struct sg_trial_link *link)
{
	enum sg_revocation meaning;
	X509_REVOKED *entry = NULL;
	const char *reason;
	int64_t when;

	if (X509_CRL_get0_by_cert(x509, &entry, cert) == 0 || entry == NULL)
		return 0;
	when = sg_x509_time(X509_REVOKED_get0_revocationDate(entry));
	reason = crl_reason(entry);
	link->named = 1;
	meaning =
	    sg_status_of_entry(run->question, run->depth == 0, when, reason);
	if (meaning == SG_REV_GOOD)
		return 0;
	link->revocation = meaning;
	link->reason = reason;
	link->revoked_at = when;
	return 1;
}

/* Whose key signed the CRL: the next link, or somebody outside the chain. */
static struct sg_cert *
crl_signer(const struct sg_run *run, X509_STORE_CTX *ctx)
{
	X509 *issuer = X509_STORE_CTX_get0_current_issuer(ctx);
	struct sg_cert *above = run->path->certs[run->depth + 1];
	size_t i;

	if (issuer == NULL || issuer == sg_cert_x509(above))
		return above;
	for (i = 0; i < run->input->extra_count; i++)
		if (sg_cert_x509(run->input->extra[i]) == issuer)
			return run->input->extra[i];
	for (i = 0; i < run->path->count; i++)
		if (sg_cert_x509(run->path->certs[i]) == issuer)
			return run->path->certs[i];
	return above;
}

/* A list that is out of date is no proof that the certificate is good (EN 319
 * 102-1, 5.2.5). OpenSSL's own word on that is not taken: it looks at the time
 * until which data are known, this at the one that is asked about. */
static int
crl_age(const struct sg_run *run, const struct sg_crl *crl)
{
	int64_t next = sg_crl_next_update(crl);

	if (run->input->past ||
	    sg_status_is_fresh(run->input->evidence, run->question->at,
		sg_crl_this_update(crl), next))
		return 0;
	return next == SG_NO_TIME ? SG_FLAW_CRL_NO_NEXT
				  : X509_V_ERR_CRL_HAS_EXPIRED;
}

static void
crl_take(struct sg_run *run, struct sg_crl *crl, struct sg_trial_link *link)
{
	struct sg_cert *above = run->path->certs[run->depth + 1];

	link->crl = crl;
	link->this_update = sg_crl_this_update(crl);
	link->next_update = sg_crl_next_update(crl);
	link->status_signer = run->signer != above ? run->signer : NULL;
}

/* What a CRL that was just looked at says of the certificate. A list that is
 * out of date is no proof that it is good, but if it names it, it counts. */
static void
crl_conclude(struct sg_run *run, X509_CRL *x509, X509 *cert, int delta_only)
{
	struct sg_trial_link *link = &run->out->links[run->depth];
	size_t index = 0;
	struct sg_crl *crl = crl_find(run, x509, &index);

	if (crl == NULL || link->revocation == SG_REV_REVOKED ||
	    link->revocation == SG_REV_HELD)
		return;
	if (run->pending != 0) {
		link->unsure = run->pending;
		crl_take(run, crl, link);
		if (crl_is_worthless(run->pending)) {
			run->input->crl_bad[index] = 1;
			run->left_out[run->depth] = run->pending;
			run->again = 1;
		}
		return;
	}
	if (run->listed && crl_take_entry(run, x509, cert, link)) {
		crl_take(run, crl, link);
		return;
	}
	if (run->stale == 0) {
		run->stale = crl_age(run, crl);
		run->stale_since = sg_crl_next_update(crl);
	}
	if (delta_only)
		return; /* the base is asked next */
	crl_take(run, crl, link);
	if (run->stale == 0) {
		link->revocation = SG_REV_GOOD;
		return;
	}
	link->unsure = run->stale;
	link->next_update = run->stale_since;
}

static struct sg_run *
run_of(X509_STORE_CTX *ctx)
{
	X509_STORE_CTX *parent = X509_STORE_CTX_get0_parent_ctx(ctx);

	return X509_STORE_CTX_get_app_data(parent != NULL ? parent : ctx);
}

static void
crl_check_value(struct sg_run *run, const X509_CRL *x509)
{
	const ASN1_BIT_STRING *value;

	if (!sg_cert_has_gost_key(run->signer))
		return;
	X509_CRL_get0_signature(x509, &value, NULL);
	if (!sg_x509_value_fits(
		run->input->env, sg_cert_x509(run->signer), value))
		run->pending = X509_V_ERR_CRL_SIGNATURE_FAILURE;
}

static void
run_at_depth(struct sg_run *run, int depth)
{
	if (depth < 0 || (size_t)depth >= run->path->count)
		depth = (int)run->path->count - 1;
	if (depth != run->depth)
		run->pending = run->stale = 0;
	run->depth = depth;
}

/* In the place of OpenSSL's cert_crl: the same, and what it says is kept. */
static int
run_cert_crl(X509_STORE_CTX *ctx, X509_CRL *x509, X509 *cert)
{
	struct sg_run *run = run_of(ctx);
	int delta, ret;

	if (X509_STORE_CTX_get0_parent_ctx(ctx) != NULL)
		return run->cert_crl(ctx, x509, cert);
	run_at_depth(run, X509_STORE_CTX_get_error_depth(ctx));
	run->listed = 0;
	ret = run->cert_crl(ctx, x509, cert);
	if ((size_t)run->depth + 1 == run->path->count)
		return ret;
	run->signer = crl_signer(run, ctx);
	crl_check_value(run, x509);
	delta = X509_CRL_get_ext_by_NID(x509, NID_delta_crl, -1) >= 0;
	crl_conclude(run, x509, cert, delta && ret != 2);
	/* what is wrong beside a worthless delta is the base's */
	if (!delta || crl_is_worthless(run->pending))
		run->pending = run->stale = 0;
	return ret;
}

/* ---- OpenSSL asks back */

static int
run_is_anchor(const struct sg_run *run, const X509 *x509)
{
	return sg_cert_x509(run->path->certs[run->path->count - 1]) == x509;
}

/* The chain is as it was put together: nothing else is an issuer. */
static int
run_check_issued(X509_STORE_CTX *ctx, X509 *x509, X509 *issuer)
{
	const struct sg_path *path = run_of(ctx)->path;
	size_t i;

	for (i = 0; i < path->count; i++) {
		if (sg_cert_x509(path->certs[i]) != x509)
			continue;
		if (i + 1 < path->count)
			return sg_cert_x509(path->certs[i + 1]) == issuer;
		return x509 == issuer && sg_cert_self_issued(path->certs[i]);
	}
	return X509_check_issued(issuer, x509) == X509_V_OK;
}

/* In the place of OpenSSL's check_crl: nobody revokes an anchor, so that what
 * would be said of its CRL is of no interest, and the signature on it need not
 * be verified; with large keys that is the dearest step of all. */
static int
run_check_crl(X509_STORE_CTX *ctx, X509_CRL *x509)
{
	const struct sg_run *run = run_of(ctx);

	if (run_is_anchor(run, X509_STORE_CTX_get_current_cert(ctx)))
		return 1;
	return run->check_crl(ctx, x509);
}

/* An error about revocation data of the certificate at run->depth. */
static void
run_crl_error(struct sg_run *run, int number)
{
	struct sg_trial_link *link = &run->out->links[run->depth];

	if ((size_t)run->depth + 1 == run->path->count)
		return; /* an anchor needs none */
	if (number == X509_V_ERR_CERT_REVOKED)
		run->listed = 1;
	else if (number == X509_V_ERR_UNABLE_TO_GET_CRL)
		link->unsure = link->unsure != 0 ? link->unsure : number;
	else if (number != X509_V_ERR_CRL_HAS_EXPIRED && run->pending == 0)
		run->pending = number;
}

static int
run_is_of_time(int number)
{
	return number == X509_V_ERR_CERT_NOT_YET_VALID ||
	    number == X509_V_ERR_CERT_HAS_EXPIRED;
}

/* Of the chain of somebody who signed a CRL: it must have been valid when he
 * did so, and that it leads to the anchor of the chain on trial is enough. */
static int
run_accepts_in_crl_chain(
    const struct sg_run *run, X509_STORE_CTX *ctx, int number, int of_crl)
{
	X509_STORE_CTX *parent = X509_STORE_CTX_get0_parent_ctx(ctx);
	const X509_CRL *crl = X509_STORE_CTX_get0_current_crl(parent);
	const X509 *cert = X509_STORE_CTX_get_current_cert(ctx);
	int64_t then;

	if (of_crl)
		return run_is_anchor(run, cert);
	if (!run_is_of_time(number) || crl == NULL || cert == NULL)
		return 0;
	then = sg_x509_time(X509_CRL_get0_lastUpdate(crl));
	return run_is_anchor(run, cert) ||
	    (sg_x509_time(X509_get0_notBefore(cert)) <= then &&
		then <= sg_x509_time(X509_get0_notAfter(cert)));
}

/* Every error is written down and the verifier goes on, so that all of them
 * are known; but the chain of somebody who signed a CRL must be in order.
 * Whether the certificates are valid at the time asked about is looked at
 * apart: OpenSSL knows one time alone, and for it that is the one until which
 * CRLs may be issued. */
static int
run_verify_cb(int ok, X509_STORE_CTX *ctx)
{
	int number = X509_STORE_CTX_get_error(ctx);
	struct sg_run *run = run_of(ctx);
	int of_crl;

	if (ok)
		return ok;
	of_crl = sg_flaw_of_crl(number) ||
	    X509_STORE_CTX_get0_current_crl(ctx) != NULL;
	if (X509_STORE_CTX_get0_parent_ctx(ctx) != NULL)
		return run_accepts_in_crl_chain(run, ctx, number, of_crl);
	run_at_depth(run, X509_STORE_CTX_get_error_depth(ctx));
	if (number == X509_V_ERR_OUT_OF_MEM)
		run->nomem = 1;
	if (of_crl)
		run_crl_error(run, number);
	else if (run_is_of_time(number))
		return 1;
	else if (number != X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION ||
	    !run_understands_all(run->path->certs[run->depth]))
		run_flaw(run->out, run->depth, number);
	return 1;
}

/* ---- a run */

/* Of the CRLs those that were issued until the time that is known (EN 319
 * 102-1, 5.2.5). Newest first: OpenSSL takes the first
 * delta that fits. */
static int
crl_newer_first(const void *a, const void *b)
{
	int64_t ta = sg_crl_this_update(*(struct sg_crl *const *)a);
	int64_t tb = sg_crl_this_update(*(struct sg_crl *const *)b);

	return (ta < tb) - (ta > tb);
}

static int
run_gather_crls(struct sg_run *run)
{
	const struct sg_crls *crls = run->input->evidence->crls;
	size_t i, used = 0, count = crls != NULL ? crls->count : 0;
	struct sg_crl **list =
	    sg_pool_array(run->input->pool, count + 1, sizeof(*list));

	run->crls = sk_X509_CRL_new_null();
	if (list == NULL || run->crls == NULL)
		return SIGN_E_NOMEM;
	for (i = 0; i < count; i++)
		if (!run->input->crl_bad[i] &&
		    sg_trial_may_use_crl(run->input, i, run->question->known))
			list[used++] = crls->list[i];
	qsort(list, used, sizeof(*list), crl_newer_first);
	for (i = 0; i < used; i++)
		if (!sk_X509_CRL_push(run->crls, sg_crl_x509(list[i])))
			return SIGN_E_NOMEM;
	return 0;
}

/* A list that says who may be on it, or whose issuer is somebody else's (RFC
 * 5280, 5.2.5): anybody could have signed it. */
static int
run_has_indirect(const struct sg_run *run)
{
	int i, count = sk_X509_CRL_num(run->crls);

	for (i = 0; i < count; i++)
		if (X509_CRL_get_ext_by_NID(sk_X509_CRL_value(run->crls, i),
			NID_issuing_distribution_point, -1) >= 0)
			return 1;
	return 0;
}

/* Does its name stand as issuer in one of the chain, or of those that were
 * taken already? */
static int
run_is_issuer(const struct sg_run *run, const struct sg_cert *cert)
{
	const X509_NAME *name = sg_cert_subject(cert);
	size_t i;
	int k;

	for (i = 0; i < run->path->count; i++)
		if (X509_NAME_cmp(sg_cert_issuer(run->path->certs[i]), name) ==
		    0)
			return 1;
	for (k = 0; k < sk_X509_num(run->untrusted); k++)
		if (X509_NAME_cmp(
			X509_get_issuer_name(sk_X509_value(run->untrusted, k)),
			name) == 0)
			return 1;
	return 0;
}

/* Of those who perhaps signed CRLs the ones that can matter here: OpenSSL
 * looks at a list only if its issuer has the name of the certificate's, or it
 * is an indirect one; then at who issued the signer, and so on. The others
 * stay undecoded. */
static int
run_gather_extra(struct sg_run *run)
{
	const struct sg_trial_input *input = run->input;
	int all = run_has_indirect(run), more = 1;
	unsigned char *taken =
	    sg_pool_alloc(input->pool, input->extra_count + 1);
	X509 *x509;
	size_t i;

	if (taken == NULL)
		return SIGN_E_NOMEM;
	while (more) {
		more = 0;
		for (i = 0; i < input->extra_count; i++) {
			if (taken[i] ||
			    (!all && !run_is_issuer(run, input->extra[i])))
				continue;
			taken[i] = 1;
			x509 = sg_cert_x509(input->extra[i]);
			if (X509_get0_pubkey(x509) == NULL)
				continue;
			if (!sk_X509_push(run->untrusted, x509))
				return SIGN_E_NOMEM;
			more = !all;
		}
	}
	return 0;
}

/* What stands between signer and anchor, and who may have signed CRLs. */
static int
run_gather_certs(struct sg_run *run)
{
	const struct sg_path *path = run->path;
	size_t i;

	run->untrusted = sk_X509_new_null();
	if (run->untrusted == NULL)
		return SIGN_E_NOMEM;
	for (i = 1; i + 1 < path->count; i++)
		if (!sk_X509_push(run->untrusted, sg_cert_x509(path->certs[i])))
			return SIGN_E_NOMEM;
	return sk_X509_CRL_num(run->crls) != 0 ? run_gather_extra(run) : 0;
}

/* The rules are RFC 5280's, 6.1. OpenSSL's "strict" mode asks for more than
 * certificates in use have. How strong an algorithm must be at which time is
 * for the caller to judge. */
static void
run_set_param(const struct sg_run *run, X509_STORE_CTX *ctx)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	unsigned long flags =
	    X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_POLICY_CHECK;

	if (sk_X509_CRL_num(run->crls) != 0)
		flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL |
		    X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS;
	X509_VERIFY_PARAM_set_flags(param, flags);
	X509_VERIFY_PARAM_set_time(param, (time_t)run->question->known);
	/* any policy will do (RFC 5280, 6.1.1 (c)); OpenSSL takes no list for
	 * none at all */
	X509_VERIFY_PARAM_add0_policy(param, OBJ_nid2obj(NID_any_policy));
	X509_VERIFY_PARAM_set_depth(param, SG_MAX_CHAIN_DEPTH + 1);
	X509_VERIFY_PARAM_set_auth_level(param, 0);
	X509_VERIFY_PARAM_set_hostflags(
	    param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
}

/* Did the verifier look at the very chain that it was given? */
static int
run_chain_is(const struct sg_run *run, X509_STORE_CTX *ctx)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	size_t i;

	if (chain == NULL || (size_t)sk_X509_num(chain) != run->path->count)
		return 0;
	for (i = 0; i < run->path->count; i++)
		if (sk_X509_value(chain, (int)i) !=
		    sg_cert_x509(run->path->certs[i]))
			return 0;
	return 1;
}

static int
run_verify(struct sg_run *run, X509_STORE *store, X509_STORE_CTX *ctx)
{
	const struct sg_path *path = run->path;
	X509 *signer = sg_cert_x509(path->certs[0]);
	int ok;

	if (!X509_STORE_add_cert(
		store, sg_cert_x509(path->certs[path->count - 1])) ||
	    !X509_STORE_CTX_init(ctx, store, signer, run->untrusted))
		return SIGN_E_NOMEM;
	/* once more, now that OpenSSL's own functions are known */
	run->check_crl = X509_STORE_CTX_get_check_crl(ctx);
	run->cert_crl = X509_STORE_CTX_get_cert_crl(ctx);
	X509_STORE_CTX_cleanup(ctx);
	X509_STORE_set_check_crl(store, run_check_crl);
	X509_STORE_set_cert_crl(store, run_cert_crl);
	X509_STORE_set_check_issued(store, run_check_issued);
	X509_STORE_set_verify_cb(store, run_verify_cb);
	if (!X509_STORE_CTX_init(ctx, store, signer, run->untrusted) ||
	    !X509_STORE_CTX_set_app_data(ctx, run))
		return SIGN_E_NOMEM;
	X509_STORE_CTX_set0_crls(ctx, run->crls);
	run_set_param(run, ctx);
	ok = X509_verify_cert(ctx);
	if (run->nomem ||
	    (ok <= 0 && X509_STORE_CTX_get_error(ctx) == X509_V_ERR_OUT_OF_MEM))
		return SIGN_E_NOMEM;
	if (ok <= 0 || !run_chain_is(run, ctx))
		run_flaw(run->out, 0, X509_V_ERR_UNSPECIFIED);
	return 0;
}

static int
run_once(struct sg_run *run)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new_ex(run->input->env->lib, NULL);
	int ret = SIGN_E_NOMEM;

	if (store != NULL && ctx != NULL && run_gather_crls(run) == 0 &&
	    run_gather_certs(run) == 0)
		ret = run_verify(run, store, ctx);
	ERR_clear_error();
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	sk_X509_free(run->untrusted);
	sk_X509_CRL_free(run->crls);
	if (ret < 0)
		return sg_err_nomem(run->input->env);
	return 0;
}

/* RFC 5280, 6.1.3 (a) (2), both ends included (4.1.2.5). Of the past it is
 * asked of all but the anchor: that is trusted as it is. */
static void
run_check_validity(const struct sg_run *run)
{
	const struct sg_path *path = run->path;
	size_t i, count = path->count - (run->input->past ? 1 : 0);
	int64_t at = run->question->at;

	for (i = 0; i < count; i++) {
		if (at < sg_cert_not_before(path->certs[i]))
			run_flaw(
			    run->out, (int)i, X509_V_ERR_CERT_NOT_YET_VALID);
		else if (at > sg_cert_not_after(path->certs[i]))
			run_flaw(run->out, (int)i, X509_V_ERR_CERT_HAS_EXPIRED);
	}
}

int
sg_run_verify(struct sg_run *run)
{
	int ret;

	if (!run_before(run))
		return 0;
	ret = run_once(run);
	run_check_validity(run);
	return ret;
}
