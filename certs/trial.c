/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/trial.h"

#include "base/env.h"
#include "base/err.h"
#include "base/gost.h"
#include "base/oid.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/flaw.h"
#include "certs/x509.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <stdlib.h>
#include <string.h>

/* One run of OpenSSL's verifier. */
struct run {
	struct sg_trial_input *input;
	const struct sg_path *path;
	int64_t time;
	struct sg_trial *out;
	X509_STORE_CTX_cert_crl_fn cert_crl; /* OpenSSL's own */
	STACK_OF(X509) *untrusted;
	STACK_OF(X509_CRL) *crls;
	int pending, depth; /* what is wrong with the CRL at hand */
	int listed;         /* the certificate is on it */
	int again;          /* a CRL was found to be worthless */
	int *left_out;      /* per link: why one was, in any run */
	int nomem;
};

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
trial_understands(X509_EXTENSION *extension)
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
trial_understands_all(const struct sg_cert *cert)
{
	X509 *x509 = sg_cert_x509(cert);
	int i, count = X509_get_ext_count(x509);

	for (i = 0; i < count; i++)
		if (!trial_understands(X509_get_ext(x509, i)))
			return 0;
	return 1;
}

static int
trial_has_extension(const struct sg_cert *cert, const char *oid)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	int at = X509_get_ext_by_OBJ(sg_cert_x509(cert), object, -1);

	ASN1_OBJECT_free(object);
	return at >= 0;
}

/*
 * End certificates for which nobody gives revocation data: noRevAvail (RFC
 * 9608, 2), validity-assured short-term (EN 319 412-1, 5.2), and responders
 * with id-pkix-ocsp-nocheck (RFC 6960, 4.2.2.2.1; it says nothing in others).
 */
static int
trial_no_revocation(const struct sg_cert *cert)
{
	X509 *x509 = sg_cert_x509(cert);

	if ((X509_get_extension_flags(x509) & EXFLAG_CA) != 0)
		return 0;
	if ((X509_get_extension_flags(x509) & EXFLAG_XKUSAGE) != 0 &&
	    (X509_get_extended_key_usage(x509) & XKU_OCSP_SIGN) != 0 &&
	    trial_has_extension(cert, SG_OID_OCSP_NOCHECK))
		return 1;
	return trial_has_extension(cert, SG_OID_NO_REV_AVAIL) ||
	    trial_has_extension(cert, SG_OID_VALIDITY_ASSURED);
}

/* The GOST module does not look at the length of a signature nor at the range
 * of its halves (GOST R 34.10-2012, 6.2). */
static int
trial_value_fits(struct sg_env *env, X509 *issuer, const ASN1_BIT_STRING *value)
{
	static const unsigned char digest[64];
	EVP_PKEY *key = X509_get0_pubkey(issuer);
	int length = ASN1_STRING_length(value);
	int size = key != NULL ? EVP_PKEY_get_size(key) / 2 : 0;
	int ok;

	if (length <= 0 || (size != 32 && size != 64))
		return 0;
	ok = sg_gost_check_value(env, key, sg_view_of(digest, (size_t)size),
	    sg_view_of(ASN1_STRING_get0_data(value), (size_t)length));
	sg_err_clear(env);
	return ok == 1;
}

static void
trial_flaw(struct sg_trial *out, int depth, int number)
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
trial_before(const struct run *run)
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
			trial_flaw(run->out, (int)i,
			    ret == SIGN_E_MODULE ? SG_FLAW_NO_MODULE
						 : SG_FLAW_NO_KEY);
			ok = 0;
		}
		if (ret < 0 || i == 0 || !sg_cert_has_gost_key(path->certs[i]))
			continue;
		X509_get0_signature(
		    &value, NULL, sg_cert_x509(path->certs[i - 1]));
		if (!trial_value_fits(env, sg_cert_x509(path->certs[i]), value))
			trial_flaw(run->out, (int)i - 1,
			    X509_V_ERR_CERT_SIGNATURE_FAILURE);
	}
	return ok;
}

/* ---- the CRLs */

/* RFC 5280, 5.3.1. */
static const char *
crl_reason(const X509_REVOKED *entry)
{
	static const char *const names[] = { "unspecified", "keyCompromise",
		"cACompromise", "affiliationChanged", "superseded",
		"cessationOfOperation", "certificateHold", NULL,
		"removeFromCRL", "privilegeWithdrawn", "aACompromise" };
	ASN1_ENUMERATED *value =
	    X509_REVOKED_get_ext_d2i(entry, NID_crl_reason, NULL, NULL);
	long number = value != NULL ? ASN1_ENUMERATED_get(value) : -1;

	ASN1_ENUMERATED_free(value);
	ERR_clear_error();
	if (number < 0 || number >= (long)(sizeof(names) / sizeof(names[0])))
		return NULL;
	return names[number];
}

static struct sg_crl *
crl_find(const struct run *run, const X509_CRL *x509, size_t *index)
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
crl_take_entry(const struct run *run, X509_CRL *x509, X509 *cert,
    struct sg_trial_link *link)
{
	X509_REVOKED *entry = NULL;
	int64_t when;

	if (X509_CRL_get0_by_cert(x509, &entry, cert) == 0 || entry == NULL)
		return 0;
	when = sg_x509_time(X509_REVOKED_get0_revocationDate(entry));
	if (when != SG_NO_TIME && when > run->time)
		return 0;
	link->reason = crl_reason(entry);
	link->revoked_at = when;
	link->revocation =
	    link->reason != NULL && strcmp(link->reason, "certificateHold") == 0
	    ? SG_REV_HELD
	    : SG_REV_REVOKED;
	return 1;
}

/* What a CRL that was just looked at says of the certificate. A list that is
 * out of date is no proof that it is good, but if it names it, it counts. */
static void
crl_conclude(struct run *run, X509_CRL *x509, X509 *cert, int delta_only)
{
	struct sg_trial_link *link = &run->out->links[run->depth];
	size_t index = 0;
	struct sg_crl *crl = crl_find(run, x509, &index);

	if (crl == NULL || link->revocation == SG_REV_REVOKED ||
	    link->revocation == SG_REV_HELD)
		return;
	if (run->pending != 0 && run->pending != X509_V_ERR_CRL_HAS_EXPIRED) {
		link->unsure = run->pending;
		link->crl = crl;
		if (crl_is_worthless(run->pending)) {
			run->input->crl_bad[index] = 1;
			run->left_out[run->depth] = run->pending;
			run->again = 1;
		}
		return;
	}
	if (run->listed && crl_take_entry(run, x509, cert, link)) {
		link->crl = crl;
		return;
	}
	if (delta_only)
		return; /* the base is asked next */
	link->crl = crl;
	if (run->pending != 0)
		link->unsure = run->pending;
	else if (sg_crl_next_update(crl) == SG_NO_TIME)
		link->unsure = SG_FLAW_CRL_NO_NEXT;
	else
		link->revocation = SG_REV_GOOD;
}

static struct run *
run_of(X509_STORE_CTX *ctx)
{
	X509_STORE_CTX *parent = X509_STORE_CTX_get0_parent_ctx(ctx);

	return X509_STORE_CTX_get_app_data(parent != NULL ? parent : ctx);
}

static void
crl_check_value(struct run *run, X509_STORE_CTX *ctx, const X509_CRL *x509)
{
	X509 *issuer = X509_STORE_CTX_get0_current_issuer(ctx);
	const ASN1_BIT_STRING *value;
	struct sg_cert *above;

	if ((size_t)run->depth + 1 >= run->path->count)
		return;
	above = run->path->certs[run->depth + 1];
	if (issuer == NULL)
		issuer = sg_cert_x509(above);
	if (issuer != sg_cert_x509(above) || !sg_cert_has_gost_key(above))
		return;
	X509_CRL_get0_signature(x509, &value, NULL);
	if (!trial_value_fits(run->input->env, issuer, value))
		run->pending = X509_V_ERR_CRL_SIGNATURE_FAILURE;
}

static void
run_at_depth(struct run *run, int depth)
{
	if (depth < 0 || (size_t)depth >= run->path->count)
		depth = (int)run->path->count - 1;
	if (depth != run->depth)
		run->pending = 0;
	run->depth = depth;
}

/* In the place of OpenSSL's cert_crl: the same, and what it says is kept. */
static int
run_cert_crl(X509_STORE_CTX *ctx, X509_CRL *x509, X509 *cert)
{
	struct run *run = run_of(ctx);
	int delta, ret;

	if (X509_STORE_CTX_get0_parent_ctx(ctx) != NULL)
		return run->cert_crl(ctx, x509, cert);
	run_at_depth(run, X509_STORE_CTX_get_error_depth(ctx));
	run->listed = 0;
	ret = run->cert_crl(ctx, x509, cert);
	if ((size_t)run->depth + 1 == run->path->count)
		return ret;
	crl_check_value(run, ctx, x509);
	delta = X509_CRL_get_ext_by_NID(x509, NID_delta_crl, -1) >= 0;
	crl_conclude(run, x509, cert, delta && ret != 2);
	/* what is wrong beside a worthless delta is the base's */
	if (!delta || crl_is_worthless(run->pending))
		run->pending = 0;
	return ret;
}

/* ---- OpenSSL asks back */

static int
run_is_anchor(const struct run *run, const X509 *x509)
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

/* An error about revocation data of the certificate at run->depth. */
static void
run_crl_error(struct run *run, int number)
{
	struct sg_trial_link *link = &run->out->links[run->depth];

	if ((size_t)run->depth + 1 == run->path->count)
		return; /* an anchor needs none */
	if (number == X509_V_ERR_CERT_REVOKED)
		run->listed = 1;
	else if (number == X509_V_ERR_UNABLE_TO_GET_CRL)
		link->unsure = link->unsure != 0 ? link->unsure : number;
	else if (run->pending == 0 ||
	    run->pending == X509_V_ERR_CRL_HAS_EXPIRED)
		run->pending = number;
}

/* Every error is written down and the verifier goes on, so that all of them
 * are known; but the chain of somebody who signed a CRL must be in order. */
static int
run_verify_cb(int ok, X509_STORE_CTX *ctx)
{
	int number = X509_STORE_CTX_get_error(ctx);
	struct run *run = run_of(ctx);
	int of_crl;

	if (ok)
		return ok;
	of_crl = sg_flaw_of_crl(number) ||
	    X509_STORE_CTX_get0_current_crl(ctx) != NULL;
	if (X509_STORE_CTX_get0_parent_ctx(ctx) != NULL)
		return of_crl &&
		    run_is_anchor(run, X509_STORE_CTX_get_current_cert(ctx));
	run_at_depth(run, X509_STORE_CTX_get_error_depth(ctx));
	if (number == X509_V_ERR_OUT_OF_MEM)
		run->nomem = 1;
	if (of_crl)
		run_crl_error(run, number);
	else if (number != X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION ||
	    !trial_understands_all(run->path->certs[run->depth]))
		trial_flaw(run->out, run->depth, number);
	return 1;
}

/* ---- a run */

/* Of the CRLs those that are not younger than the time (EN 319 102-1, 5.2.5:
 * the status at that time is asked for). Newest first: OpenSSL takes the first
 * delta that fits. */
static int
crl_newer_first(const void *a, const void *b)
{
	int64_t ta = sg_crl_this_update(*(struct sg_crl *const *)a);
	int64_t tb = sg_crl_this_update(*(struct sg_crl *const *)b);

	return (ta < tb) - (ta > tb);
}

static int
run_gather_crls(struct run *run)
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
		    sg_crl_this_update(crls->list[i]) <= run->time)
			list[used++] = crls->list[i];
	qsort(list, used, sizeof(*list), crl_newer_first);
	for (i = 0; i < used; i++)
		if (!sk_X509_CRL_push(run->crls, sg_crl_x509(list[i])))
			return SIGN_E_NOMEM;
	return 0;
}

/* What stands between signer and anchor, and who may have signed CRLs. */
static int
run_gather_certs(struct run *run)
{
	const struct sg_path *path = run->path;
	size_t i;

	run->untrusted = sk_X509_new_null();
	if (run->untrusted == NULL)
		return SIGN_E_NOMEM;
	for (i = 1; i + 1 < path->count; i++)
		if (!sk_X509_push(run->untrusted, sg_cert_x509(path->certs[i])))
			return SIGN_E_NOMEM;
	if (sk_X509_CRL_num(run->crls) == 0)
		return 0;
	for (i = 0; i < run->input->extra_count; i++)
		if (!sk_X509_push(
			run->untrusted, sg_cert_x509(run->input->extra[i])))
			return SIGN_E_NOMEM;
	return 0;
}

/* The rules are RFC 5280's, 6.1. OpenSSL's "strict" mode asks for more than
 * certificates in use have. How strong an algorithm must be at which time is
 * for the caller to judge. */
static void
run_set_param(const struct run *run, X509_STORE_CTX *ctx)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	unsigned long flags =
	    X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_POLICY_CHECK;

	if (sk_X509_CRL_num(run->crls) != 0)
		flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL |
		    X509_V_FLAG_EXTENDED_CRL_SUPPORT | X509_V_FLAG_USE_DELTAS;
	X509_VERIFY_PARAM_set_flags(param, flags);
	X509_VERIFY_PARAM_set_time(param, (time_t)run->time);
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
run_chain_is(const struct run *run, X509_STORE_CTX *ctx)
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
run_verify(struct run *run, X509_STORE *store, X509_STORE_CTX *ctx)
{
	const struct sg_path *path = run->path;
	X509 *signer = sg_cert_x509(path->certs[0]);
	int ok;

	if (!X509_STORE_add_cert(
		store, sg_cert_x509(path->certs[path->count - 1])) ||
	    !X509_STORE_CTX_init(ctx, store, signer, run->untrusted))
		return SIGN_E_NOMEM;
	/* once more, now that OpenSSL's own function is known */
	run->cert_crl = X509_STORE_CTX_get_cert_crl(ctx);
	X509_STORE_CTX_cleanup(ctx);
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
		trial_flaw(run->out, 0, X509_V_ERR_UNSPECIFIED);
	return 0;
}

static int
run_once(struct run *run)
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

/* ---- the trial */

/* Was there revocation data for it that the time leaves out? */
static int
trial_has_younger(const struct sg_trial_input *input,
    const struct sg_cert *cert, int64_t time)
{
	const struct sg_crls *crls = input->evidence->crls;
	size_t i;

	for (i = 0; crls != NULL && i < crls->count; i++)
		if (sg_crl_this_update(crls->list[i]) > time &&
		    X509_NAME_cmp(
			X509_CRL_get_issuer(sg_crl_x509(crls->list[i])),
			X509_get_issuer_name(sg_cert_x509(cert))) == 0)
			return 1;
	return 0;
}

/* What is left open of revocation once the verifier has run. */
static void
trial_settle(const struct sg_trial_input *input, const struct sg_path *path,
    int64_t time, struct sg_trial *out)
{
	struct sg_trial_link *link;
	size_t i;

	for (i = 0; i < out->count; i++) {
		link = &out->links[i];
		if (link->revocation == SG_REV_REVOKED ||
		    link->revocation == SG_REV_HELD)
			continue;
		if (i + 1 == out->count ||
		    trial_no_revocation(path->certs[i])) {
			link->revocation = SG_REV_NOT_NEEDED;
			link->unsure = 0;
			continue;
		}
		if (link->revocation == SG_REV_UNKNOWN && link->unsure == 0)
			link->unsure = X509_V_ERR_UNABLE_TO_GET_CRL;
		if (link->unsure != 0)
			link->revocation = SG_REV_UNKNOWN;
		if (link->unsure == X509_V_ERR_UNABLE_TO_GET_CRL &&
		    trial_has_younger(input, path->certs[i], time))
			link->unsure = SG_FLAW_CRL_YOUNGER;
	}
}

int
sg_trial_run(struct sg_trial_input *input, const struct sg_path *path,
    int64_t time, struct sg_trial *out)
{
	const struct sg_crls *crls = input->evidence->crls;
	int left_out[SG_MAX_CHAIN_DEPTH + 1] = { 0 };
	struct run run;
	size_t i;
	int ret;

	/* worthless for one chain's keys is not so for another's */
	memset(input->crl_bad, 0, crls != NULL ? crls->count : 0);
	do {
		memset(out, 0, sizeof(*out));
		out->count = path->count;
		memset(&run, 0, sizeof(run));
		run.input = input;
		run.path = path;
		run.time = time;
		run.out = out;
		run.depth = -1;
		run.left_out = left_out;
		input->runs++;
		if (!trial_before(&run))
			break;
		ret = run_once(&run);
		if (ret < 0)
			return ret;
	} while (run.again && input->runs < SG_MAX_CHAIN_TRIES);
	trial_settle(input, path, time, out);
	for (i = 0; i < out->count; i++)
		if (out->links[i].unsure == X509_V_ERR_UNABLE_TO_GET_CRL &&
		    left_out[i] != 0)
			out->links[i].unsure = left_out[i];
	return 0;
}

/* ---- what the trials of one signer share */

/* Names of CRL issuers, each once. */
struct issuers {
	const X509_NAME *names[SG_MAX_CRL_ISSUERS];
	size_t count;
};

static int
issuers_have(const struct issuers *issuers, const X509_NAME *name)
{
	size_t i;

	for (i = 0; i < issuers->count; i++)
		if (X509_NAME_cmp(issuers->names[i], name) == 0)
			return 1;
	return 0;
}

static int
prepare_extra(struct sg_trial_input *input, const struct issuers *issuers,
    const struct sg_certs *certs)
{
	struct sg_cert **extra;
	EVP_PKEY *key;
	size_t i;

	for (i = 0; certs != NULL && i < certs->count &&
	     input->extra_count < SG_MAX_CRL_ISSUERS;
	     i++) {
		if (!issuers_have(issuers,
			X509_get_subject_name(sg_cert_x509(certs->list[i]))))
			continue;
		if (sg_cert_key(input->env, certs->list[i], &key) < 0) {
			sg_err_clear(input->env);
			continue;
		}
		extra = sg_pool_push(input->pool, &input->extra,
		    &input->extra_count, sizeof(struct sg_cert *));
		if (extra == NULL)
			return sg_err_nomem(input->env);
		*extra = certs->list[i];
	}
	return 0;
}

int
sg_trial_prepare(struct sg_trial_input *input, struct sg_env *env,
    struct sg_pool *pool, const struct sg_evidence *evidence)
{
	size_t i, count = evidence->crls != NULL ? evidence->crls->count : 0;
	struct issuers issuers = { .count = 0 };
	const X509_NAME *name;
	int ret;

	memset(input, 0, sizeof(*input));
	input->env = env;
	input->pool = pool;
	input->evidence = evidence;
	input->crl_bad = sg_pool_alloc(pool, count + 1);
	if (input->crl_bad == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < count && issuers.count < SG_MAX_CRL_ISSUERS; i++) {
		name =
		    X509_CRL_get_issuer(sg_crl_x509(evidence->crls->list[i]));
		if (!issuers_have(&issuers, name))
			issuers.names[issuers.count++] = name;
	}
	if (issuers.count == 0)
		return 0;
	ret = prepare_extra(input, &issuers, evidence->certs);
	if (ret == 0)
		ret = prepare_extra(input, &issuers, evidence->anchors);
	return ret;
}
