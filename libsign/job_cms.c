/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "formats/format.h"
#include "libsign/identify.h"
#include "libsign/job.h"

#include <string.h>

/*
 * A whole CMS that a phone or a service made over the job's document. Nothing
 * in it is believed: who signed, what the signed digest is over and whether the
 * value verifies is looked at here, before it is taken.
 */
struct phone {
	struct sg_env *env;
	struct sign_job *job;
	struct sg_signed file;
	struct sg_facts *facts;
	const struct sg_sig_fact *sig;
	struct sg_certs certs; /* the job's, and those in the CMS */
	struct sg_cert *cert;  /* who signed; borrowed from certs */
	const struct sg_digest *digest;
	struct sg_view octets; /* that were signed */
};

static int
phone_refuse(struct phone *phone, const char *what)
{
	return sg_err_set(phone->env, SIGN_E_UNSUPPORTED,
	    N_("the CMS cannot be taken: %s"), sg_tr(phone->env, what));
}

static int
phone_open(struct phone *phone, struct sg_view octets)
{
	static const struct sg_sources none;
	struct sg_env *env = phone->env;
	struct sg_in *in = NULL;
	int rc = sg_in_memory(env, "CMS", octets, &in);

	if (rc == 0)
		rc = sg_signed_take(env, "CMS", in, &phone->file);
	if (rc == 0)
		rc = sg_in_rewind(env, phone->file.decoded);
	if (rc == 0)
		rc = sg_format_cades.read(
		    env, phone->file.decoded, &none, &phone->facts);
	if (rc < 0)
		return rc;
	phone->sig = &phone->facts->sigs[0];
	if (phone->file.cms->signer_count != 1)
		return phone_refuse(phone, N_("it has several signers"));
	if (phone->file.cms->junk)
		return phone_refuse(phone, N_("something follows its end"));
	if (phone->sig->fault_count != 0 || phone->sig->tbs_count == 0 ||
	    phone->sig->ref_count != 1)
		return phone_refuse(phone,
		    N_("its structure is not sound, or nothing but the "
		       "document is signed"));
	return 0;
}

/* ---- who signed */

static int
phone_certs(struct phone *phone)
{
	struct sg_cert *cert = NULL;
	size_t i;
	int rc = 0;

	if (phone->job->cert != NULL)
		rc = sg_certs_add(phone->env, &phone->certs, phone->job->cert);
	for (i = 0; rc == 0 && i < phone->facts->cert_count; i++) {
		rc = sg_cert_parse(phone->env, phone->facts->certs[i], &cert);
		if (rc == 0)
			rc = sg_certs_add(phone->env, &phone->certs, cert);
		else if (rc == SIGN_E_FORMAT)
			rc = 0; /* then it is nobody's */
		sg_cert_free(cert);
		cert = NULL;
	}
	return rc;
}

static int
phone_signer(struct phone *phone)
{
	static const struct sg_certs none;
	struct sg_evidence evidence = { .anchors = &none,
		.certs = &phone->certs };
	struct sg_env *env = phone->env;
	struct sg_identity who = { .cert = NULL };
	int rc = phone_certs(phone);

	if (rc == 0)
		rc = sg_identify(env, phone->sig, &evidence, &who);
	if (rc < 0)
		return rc;
	sg_err_clear(env);
	if (phone->job->cert != NULL &&
	    (who.cert == NULL || !sg_cert_equal(who.cert, phone->job->cert)))
		return sg_err_set(env, SIGN_E_KEY,
		    N_("the CMS was made with another certificate than the "
		       "job's"));
	if (who.cert == NULL)
		return sg_err_set(env, SIGN_E_KEY,
		    N_("the CMS does not hold its signer's certificate"));
	if (who.attribute_ok == SG_FALSE)
		return sg_err_set(env, SIGN_E_KEY,
		    N_("the CMS names another certificate as the signer's (RFC "
		       "5035, 5)"));
	phone->cert = who.cert;
	return 0;
}

/* ---- what was signed, and that it was */

/* The job's digest of its document by this algorithm; empty: it has none. */
static struct sg_view
job_digest(const struct sign_job *job, const struct sg_digest *digest)
{
	const struct sg_sources *docs = &job->kept.docs;

	if (docs->count != 0)
		return sg_doc_digest(docs->list[0].known, digest);
	if (digest == job->signer.digest)
		return sg_view_of(job->now.digest, digest->size);
	return sg_view_of(NULL, 0);
}

static int
phone_document(struct phone *phone)
{
	const struct sg_ref_fact *ref = &phone->sig->refs[0];
	struct sg_env *env = phone->env;
	struct sg_view have = { NULL, 0 };

	phone->digest = ref->digest;
	if (ref->digest != NULL && ref->digest->use == SG_USE_FULL)
		have = job_digest(phone->job, ref->digest);
	if (have.len == 0)
		return sg_err_set(env, SIGN_E_STATE,
		    N_("the CMS is over a %s digest, and the job holds none "
		       "such"),
		    ref->digest != NULL ? ref->digest->name : ref->digest_oid);
	if (sg_view_equal(have, ref->found))
		return 0;
	return sg_err_set(env, SIGN_E_STATE,
	    N_("the CMS is over another document than the job's"));
}

/* 1: this is what was signed; 0, < 0. */
static int
phone_verify(struct phone *phone, const struct sg_scheme *scheme,
    const struct sg_pss *pss, EVP_PKEY *key, struct sg_view octets)
{
	return sg_verify_octets(phone->env, scheme, pss, key, octets,
	    phone->sig->value, phone->sig->value_form);
}

static int
phone_value(struct phone *phone)
{
	const struct sg_sig_fact *sig = phone->sig;
	const struct sg_scheme *scheme = NULL;
	struct sg_env *env = phone->env;
	EVP_PKEY *key = NULL;
	struct sg_pss pss;
	size_t i;
	int rc;

	rc = sg_scheme_resolve(
	    env, &sig->signature_alg, &sig->digest_alg, &scheme, &pss);
	if (rc == 0)
		rc = sg_cert_key(env, phone->cert, &key);
	if (rc == 0 && scheme->use != SG_USE_FULL)
		rc = phone_refuse(phone, N_("its algorithm is too weak"));
	for (i = 0; rc == 0 && i < sig->tbs_count; i++) {
		phone->octets = sig->tbs[i].octets;
		rc = phone_verify(phone, scheme, &pss, key, phone->octets);
	}
	if (rc == 0)
		rc = sg_err_set(env, SIGN_E_VALUE,
		    N_("the signature in the CMS does not verify with the "
		       "certificate's key"));
	return rc < 0 ? rc : 0;
}

/* ---- the job is completed by it */

static int
phone_take(struct phone *phone)
{
	struct sign_job *job = phone->job;
	struct sg_prepared *now = &job->now;
	int plain = phone->sig->cert_ref_count == 0;
	int rc;

	now->attrs.len = 0;
	rc = sg_buf_append_view(phone->env, &now->attrs, phone->octets);
	if (rc == 0)
		rc = sg_control_code(
		    phone->env, sg_buf_view(&now->attrs), now->code);
	if (rc < 0)
		return rc;
	sg_buf_free(&now->value);
	sg_signed_close(&now->other);
	now->other = phone->file;
	memset(&phone->file, 0, sizeof(phone->file));
	now->other_digest = phone->digest;
	now->card.format = plain ? "cms" : "cades";
	if (job->level == NULL)
		now->card.level = phone->sig->level;
	return 0;
}

/* A job without a certificate gets the one that signed. */
static int
phone_prepare(struct phone *phone)
{
	struct sg_view der = sg_cert_der(phone->cert);

	if (phone->job->cert != NULL)
		return 0;
	return sign_job_set_cert(phone->job, der.ptr, der.len);
}

static int
may_take(struct sg_env *env, const struct sign_job *job)
{
	if (job->ops != &sg_job_cades)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a whole CMS completes jobs of the formats cades and "
		       "cms"));
	if (job->now.ready && job->now.kind != SG_JOB_DOCUMENT)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a whole CMS completes the first signature over a "
		       "document"));
	if (job->cert == NULL && job->kept.docs.count != 0)
		return sg_job_in_time(env, job);
	return sg_job_may_complete(env, job);
}

int
sign_job_complete_cms(
    struct sign_job *job, const unsigned char *cms, size_t len)
{
	struct phone phone = { .env = &job->ctx->env, .job = job };
	struct sg_view octets = { NULL, 0 };
	int rc;

	sg_err_clear(phone.env);
	rc = may_take(phone.env, job);
	if (rc == 0 && len > SG_MAX_TOKEN_SIZE)
		rc = sg_err_set(phone.env, SIGN_E_LIMIT,
		    N_("a CMS of %zu octets, want at most %d"), len,
		    SG_MAX_TOKEN_SIZE);
	/* what is written later reads it again */
	if (rc == 0)
		rc = sg_pool_copy(
		    phone.env, job->pool, sg_view_of(cms, len), &octets);
	if (rc == 0)
		rc = phone_open(&phone, octets);
	if (rc == 0)
		rc = phone_signer(&phone);
	if (rc == 0)
		rc = phone_document(&phone);
	if (rc == 0)
		rc = phone_value(&phone);
	if (rc == 0)
		rc = phone_prepare(&phone);
	if (rc == 0)
		rc = phone_take(&phone);
	sg_facts_free(phone.facts);
	sg_certs_clear(&phone.certs);
	sg_signed_close(&phone.file);
	return rc;
}
