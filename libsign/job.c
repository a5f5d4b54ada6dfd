/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/job.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/extend.h"
#include "libsign/key.h"

#include <openssl/asn1.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- settings */

/* Which packagings a format has, as bits. */
#define HAS(packaging) (1u << (packaging))

static const struct {
	const char *name;
	const struct sg_job_ops *ops;
	int plain;
	unsigned packagings;
	enum sg_asic_kind container;
} rows[] = {
	{ "cades", &sg_job_cades, 0, HAS(SIGN_DETACHED) | HAS(SIGN_ATTACHED),
	    SG_ASIC_E },
	{ "cms", &sg_job_cades, 1, HAS(SIGN_DETACHED) | HAS(SIGN_ATTACHED),
	    SG_ASIC_E },
	{ "xades", &sg_job_xades, 0,
	    HAS(SIGN_DETACHED) | HAS(SIGN_ENVELOPED) | HAS(SIGN_ENVELOPING),
	    SG_ASIC_E },
	{ "asic-e", &sg_job_asic, 0, HAS(SIGN_DETACHED), SG_ASIC_E },
	{ "asic-s", &sg_job_asic, 0, HAS(SIGN_DETACHED), SG_ASIC_S },
};

int
sg_job_take_packaging(
    struct sg_env *env, struct sign_job *job, enum sign_packaging packaging)
{
	size_t i;

	job->packaging = packaging;
	job->attached = packaging == SIGN_ATTACHED;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].ops == job->ops && rows[i].plain == job->plain &&
		    (unsigned)packaging <= SIGN_ENVELOPING &&
		    (rows[i].packagings & HAS(packaging)) != 0)
			return 0;
	return sg_err_set(env, SIGN_E_ARG,
	    N_("this format has no such packaging: cades and cms are detached "
	       "or attached, xades is enveloped, enveloping or detached, "
	       "signatures in a container are detached"));
}

int
sg_job_take_format(struct sg_env *env, struct sign_job *job, const char *format)
{
	size_t i;

	job->ops = &sg_job_cades;
	if (format == NULL)
		return 0;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcasecmp(format, rows[i].name) != 0)
			continue;
		job->ops = rows[i].ops;
		job->plain = rows[i].plain;
		job->container = rows[i].container;
		return 0;
	}
	return sg_err_set(env, SIGN_E_UNSUPPORTED,
	    N_("format '%s': want cades, cms, xades, asic-e or asic-s"),
	    format);
}

/* Which signatures a container gets; NULL: XAdES, or those that it has. */
int
sg_job_take_asic_with(
    struct sg_env *env, struct sign_job *job, const char *with)
{
	job->wanted = with != NULL;
	job->inner = &sg_job_xades;
	if (with != NULL && strcasecmp(with, "cades") == 0)
		job->inner = &sg_job_cades;
	else if (with != NULL && strcasecmp(with, "xades") != 0)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("signatures '%s' in a container: want xades or cades"),
		    with);
	if (job->ops == &sg_job_asic && job->pem)
		return sg_err_set(env, SIGN_E_ARG, N_("a container is no PEM"));
	return 0;
}

/* The report's names of levels, any case. Those above B-B and EPES are for
 * sign_job_write_level(). */
static int
take_level(struct sg_env *env, struct sign_job *job, const char *level,
    const char *policy)
{
	const struct sg_plan *plan = sg_plan_find(level);

	if (level == NULL || strcasecmp(level, "b-b") == 0)
		return 0;
	if (job->plain && (plan == NULL || plan->baseline))
		return sg_err_set(
		    env, SIGN_E_ARG, "a plain CMS signature has no level");
	if (plan != NULL) {
		job->level = plan->level;
		return 0;
	}
	if (strcasecmp(level, "bes") == 0) {
		if (policy == NULL)
			return 0;
		return sg_err_set(env, SIGN_E_ARG,
		    "a signature policy makes level epes, want bes");
	}
	if (strcasecmp(level, "epes") == 0) {
		if (policy != NULL)
			return 0;
		return sg_err_set(
		    env, SIGN_E_ARG, "level epes wants a signature policy");
	}
	return sg_err_set(env, SIGN_E_ARG, N_("there is no level '%s'"), level);
}

int
sg_job_is_utf8(const char *text)
{
	size_t len = strlen(text), at = 0;
	unsigned long code;
	int step;

	for (; at < len; at += (size_t)step) {
		step = UTF8_getc(
		    (const unsigned char *)text + at, (int)(len - at), &code);
		if (step <= 0)
			return 0;
	}
	return 1;
}

/* *to: a copy of text that is sound UTF-8 and not empty. */
static int
take_text(
    struct sg_env *env, struct sign_job *job, const char *text, const char **to)
{
	size_t len;

	if (text == NULL)
		return 0;
	len = strlen(text);
	if (len == 0 || len > SG_MAX_PROPERTY)
		return sg_err_set(env, SIGN_E_ARG,
		    "a signed property of %zu octets, want 1 to %d", len,
		    SG_MAX_PROPERTY);
	if (!sg_job_is_utf8(text))
		return sg_err_set(
		    env, SIGN_E_ARG, "a signed property is not UTF-8");
	*to = sg_pool_str(job->pool, text);
	return *to != NULL ? 0 : sg_err_nomem(env);
}

static int
take_roles(struct sg_env *env, struct sign_job *job,
    const struct sign_job_options *options)
{
	const char **roles;
	size_t i;
	int rc = 0;

	if (options->role_count == 0)
		return 0;
	if (options->role_count > SG_MAX_ROLES)
		return sg_err_set(
		    env, SIGN_E_ARG, "more than %d roles", SG_MAX_ROLES);
	roles = sg_pool_array(job->pool, options->role_count, sizeof(*roles));
	if (roles == NULL)
		return sg_err_nomem(env);
	for (i = 0; rc == 0 && i < options->role_count; i++)
		rc = take_text(env, job, options->roles[i], &roles[i]);
	job->props.roles = roles;
	job->props.role_count = options->role_count;
	return rc;
}

/* The policy document's digest, over its octets (RFC 5126, 5.8.1). */
static int
take_policy(struct sg_env *env, struct sign_job *job,
    const struct sign_job_options *options)
{
	struct sg_signed_props *props = &job->props;
	const struct sg_digest *digest = job->signer.digest;
	struct sg_digests digests = { .count = 0 };
	struct sg_in *in = NULL;
	struct sg_seen seen;
	const char *at = options->policy_uri;
	int rc;

	if (digest == NULL)
		digest = job->digest;
	if (digest == NULL)
		digest = sg_digest_by_option("sha256");
	/* RFC 9231 has no name for what belongs to Ed448 */
	if (digest->xml_uri[0] == NULL)
		digest = sg_digest_by_option("sha512");
	if (options->policy_oid == NULL && options->policy_file == NULL &&
	    options->policy_uri == NULL)
		return 0;
	if (options->policy_oid == NULL || options->policy_file == NULL)
		return sg_err_set(env, SIGN_E_ARG,
		    "a signature policy wants its identifier and its document");
	for (; at != NULL && *at != '\0'; at++)
		if (*at <= 0x20 || *at >= 0x7f)
			return sg_err_set(env, SIGN_E_ARG,
			    "the policy's address is not ASCII");
	if ((rc = take_text(
		 env, job, options->policy_oid, &props->policy_oid)) < 0 ||
	    (rc = take_text(
		 env, job, options->policy_uri, &props->policy_uri)) < 0 ||
	    (rc = sg_digests_add(env, &digests, digest)) < 0 ||
	    (rc = sg_in_open(env, options->policy_file, &in)) < 0 ||
	    (rc = sg_digest_document(env, in, &digests, &seen)) < 0)
		goto out;
	props->policy_digest = digest;
	props->policy_hash =
	    sg_pool_dup(job->pool, sg_digests_get(&digests, digest));
	if (props->policy_hash.ptr == NULL)
		rc = sg_err_nomem(env);
out:
	sg_in_free(in);
	sg_digests_clear(&digests);
	return rc;
}

static int
take_props(
    struct sg_env *env, struct sign_job *job, const struct sign_job_options *o)
{
	struct sg_signed_props *p = &job->props;
	int rc;

	if ((rc = take_roles(env, job, o)) < 0 ||
	    (rc = take_text(env, job, o->commitment, &p->commitment)) < 0 ||
	    (rc = take_text(env, job, o->country, &p->country)) < 0 ||
	    (rc = take_text(env, job, o->region, &p->region)) < 0 ||
	    (rc = take_text(env, job, o->city, &p->city)) < 0 ||
	    (rc = take_text(env, job, o->postal_code, &p->postal_code)) < 0 ||
	    (rc = take_text(env, job, o->mime_type, &p->mime_type)) < 0 ||
	    (rc = take_text(env, job, o->content_hint, &p->content_hint)) < 0)
		return rc;
	if (job->plain &&
	    (p->role_count != 0 || p->commitment != NULL ||
		p->country != NULL || p->region != NULL || p->city != NULL ||
		p->postal_code != NULL || p->mime_type != NULL ||
		p->content_hint != NULL || o->policy_oid != NULL))
		return sg_err_set(env, SIGN_E_ARG,
		    "a plain CMS signature carries no roles, places or "
		    "policies: want format cades");
	return take_policy(env, job, o);
}

/* ---- certificates beside the signer's */

static int
take_chain(struct sg_env *env, struct sign_job *job,
    const struct sign_job_options *options)
{
	struct sg_buf file = { NULL, 0, 0 };
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < options->chain_count; i++) {
		file.len = 0;
		rc = sg_read_file(
		    env, options->chain[i], SG_MAX_CERT_FILE, &file);
		if (rc == 0)
			rc =
			    sg_certs_read(env, sg_buf_view(&file), &job->chain);
	}
	sg_buf_free(&file);
	return rc;
}

static int
take_digest(struct sg_env *env, struct sign_job *job, const char *name)
{
	if (name == NULL)
		return 0;
	job->digest = sg_digest_by_option(name);
	if (job->digest == NULL)
		return sg_err_set(env, SIGN_E_ARG, "unknown digest '%s'", name);
	if (job->digest->use != SG_USE_FULL)
		return sg_err_set(env, SIGN_E_ARG,
		    "%s is too weak for a new signature", job->digest->name);
	return 0;
}

static int
take_deadline(struct sg_env *env, struct sign_job *job, int64_t deadline)
{
	if (deadline == 0)
		return 0;
	job->deadline = deadline;
	if (deadline > sg_env_now(env))
		return 0;
	return sg_err_set(env, SIGN_E_ARG, N_("the deadline is over already"));
}

static int
job_take(struct sg_env *env, struct sign_job *job,
    const struct sign_job_options *options, struct sg_cert *cert)
{
	int rc;

	job->force = options->force;
	job->pem = options->pem;
	job->pss = options->pss;
	job->signing_time = options->signing_time;
	job->parallel = options->parallel;
	job->place_id = sg_pool_str(job->pool, options->place_id);
	job->place_xpath = sg_pool_str(job->pool, options->place_xpath);
	if ((rc = sg_job_take_format(env, job, options->format)) < 0 ||
	    (rc = sg_job_take_packaging(env, job, options->packaging)) < 0 ||
	    (rc = sg_job_take_asic_with(env, job, options->asic_with)) < 0 ||
	    (rc = take_level(env, job, options->level, options->policy_oid)) <
		0 ||
	    (rc = take_digest(env, job, options->digest)) < 0 ||
	    (rc = take_deadline(env, job, options->deadline)) < 0 ||
	    (cert != NULL && (rc = sg_job_take_cert(env, job, cert)) < 0) ||
	    (rc = take_props(env, job, options)) < 0)
		return rc;
	return take_chain(env, job, options);
}

int
sg_job_new(struct sign_ctx *ctx, struct sign_job **out)
{
	struct sign_job *job = calloc(1, sizeof(*job));

	if (job != NULL)
		job->pool = sg_pool_new();
	if (job == NULL || job->pool == NULL) {
		free(job);
		return sg_err_nomem(&ctx->env);
	}
	job->ctx = ctx;
	job->signing_time = SG_NO_TIME;
	job->deadline = SG_NO_TIME;
	job->inner = &sg_job_xades;
	*out = job;
	return 0;
}

int
sign_job_new(struct sign_ctx *ctx, const struct sign_job_options *options,
    const struct sign_key *key, struct sign_job **out)
{
	struct sg_env *env = &ctx->env;
	struct sign_job_options settings = SIGN_JOB_OPTIONS_INIT;
	struct sign_job *job = NULL;
	int rc = sg_options_take(env, options, &settings, sizeof(settings));

	if (rc == 0 && key != NULL && key->cert == NULL)
		rc = sg_err_set(env, SIGN_E_KEY, "the key has no certificate");
	if (rc == 0)
		rc = sg_job_new(ctx, &job);
	if (rc == 0)
		rc = job_take(
		    env, job, &settings, key != NULL ? key->cert : NULL);
	if (rc < 0) {
		sign_job_free(job);
		return rc;
	}
	*out = job;
	return 0;
}

void
sg_job_reset(struct sign_job *job)
{
	struct sg_prepared *now = &job->now;

	sg_job_close_docs(&now->docs);
	sg_in_free(now->xml);
	sg_xades_new_free(now->made);
	sg_signed_close(&now->file);
	sg_signed_close(&now->other);
	sg_buf_free(&now->attrs);
	sg_buf_free(&now->value);
	sg_job_asic_free(now->box);
	sg_job_done_free(now->done);
	sg_pool_free(now->pool);
	memset(now, 0, sizeof(*now));
}

void
sign_job_free(struct sign_job *job)
{
	if (job == NULL)
		return;
	sg_job_reset(job);
	sg_buf_free(&job->state);
	sg_certs_clear(&job->chain);
	sg_cert_free(job->cert);
	sg_pool_free(job->pool);
	free(job);
}

/* ---- the value */

const struct sign_card *
sign_job_card(const struct sign_job *job)
{
	return job->now.ready ? &job->now.card : NULL;
}

const unsigned char *
sign_job_data(const struct sign_job *job, size_t *len)
{
	*len = job->now.data.len;
	return job->now.data.ptr;
}

const unsigned char *
sign_job_octets(const struct sign_job *job, size_t *len)
{
	*len = job->now.attrs.len;
	return job->now.attrs.ptr;
}

/* 1 and the value in CMS form in *out, 0: it does not verify, or < 0. */
static int
value_fits(struct sg_env *env, struct sign_job *job, struct sg_view value,
    struct sg_buf *out)
{
	int rc = sg_verify_value(env, job->signer.scheme, &job->signer.pss,
	    job->key, job->now.data, value, SG_VALUE_CMS);

	if (rc != 1)
		return rc;
	rc = sg_buf_append_view(env, out, value);
	return rc < 0 ? rc : 1;
}

/*
 * ECDSA values come as DER or as r || s. The forms are told apart by what
 * verifies: DER first, so that one that happens to look like both is taken as
 * CMS wants it.
 */
static int
job_complete(struct sg_env *env, struct sign_job *job, struct sg_view value)
{
	struct sg_buf taken = { NULL, 0, 0 }, cms = { NULL, 0, 0 };
	int rc = value_fits(env, job, value, &taken);

	if (rc == 0 && job->signer.scheme->key == SG_KEY_EC &&
	    value.len % 2 == 0 && value.len != 0) {
		rc = sg_value_to_cms(env, job->signer.scheme, value, &cms);
		if (rc == 0)
			rc = value_fits(env, job, sg_buf_view(&cms), &taken);
		else if (rc != SIGN_E_NOMEM)
			rc = 0;
	}
	if (rc == 0)
		rc = sg_err_set(env, SIGN_E_VALUE,
		    "the signature value does not verify with the "
		    "certificate's key");
	if (rc == 1)
		rc = sg_job_done_fits(env, job, sg_buf_view(&taken));
	if (rc == 1) {
		sg_buf_free(&job->now.value);
		sg_signed_close(&job->now.other);
		job->now.other_digest = NULL;
		job->now.value = taken;
		memset(&taken, 0, sizeof(taken));
		rc = 0;
	}
	sg_buf_free(&taken);
	sg_buf_free(&cms);
	return rc;
}

int
sign_job_complete(struct sign_job *job, const unsigned char *value, size_t len)
{
	struct sg_env *env = &job->ctx->env;
	int rc = sg_job_may_complete(env, job);

	if (rc < 0)
		return rc;
	return job_complete(env, job, sg_view_of(value, len));
}

int
sign_job_sign(struct sign_job *job, struct sign_key *key)
{
	struct sg_env *env = &job->ctx->env;
	struct sg_buf value = { NULL, 0, 0 };
	int rc = sg_job_may_complete(env, job);

	if (rc < 0)
		return rc;
	if (key->cert == NULL ||
	    !sg_view_equal(sg_cert_der(key->cert), sg_cert_der(job->cert)))
		return sg_err_set(env, SIGN_E_KEY,
		    "the key belongs to another certificate than the job");
	rc = sg_key_sign(
	    key, job->signer.scheme, &job->signer.pss, job->now.data, &value);
	if (rc == 0)
		rc = job_complete(env, job, sg_buf_view(&value));
	sg_buf_free(&value);
	return rc;
}
