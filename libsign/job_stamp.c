/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/err.h"
#include "base/time.h"
#include "libsign/gather.h"
#include "libsign/job.h"
#include "libsign/tsa.h"
#include "sign/extend.h"

/* The signature is made later than its content time-stamp, and says so unless
 * the caller has a time of his own. */
static int
ask(struct sg_env *env, const struct sg_digest *digest, struct sg_view imprint,
    struct sg_buf *token, void *payload)
{
	struct sign_job *job = payload;
	struct sg_gathered gathered;
	const struct sg_tsa_job want = { .tsas = job->tsas,
		.tsa_count = job->tsa_count,
		.digest = digest,
		.imprint = imprint,
		.gathered = &gathered };
	size_t i;
	int rc = sg_gather(job->ctx, NULL, job->tsa_trust, &gathered);

	if (rc < 0)
		return rc;
	/* as it will be judged: beside the certificates of the signature */
	for (i = 0; rc >= 0 && i < job->chain.count; i++)
		rc = sg_gathered_add_cert(
		    job->ctx, &gathered, sg_cert_der(job->chain.list[i]));
	if (rc >= 0)
		rc = sg_tsa_stamp(job->ctx, &want, token);
	sg_gathered_clear(&gathered);
	if (rc == 0 && job->signing_time == SG_NO_TIME)
		job->props.signing_time = sg_env_now(env);
	return rc;
}

/* EN 319 122-1, 5.2.8: over the same octets as message-digest. */
int
sg_job_stamp(struct sg_env *env, const struct sign_job *job,
    struct sg_view digest, struct sg_buf *token)
{
	if (job->stamper.ask == NULL)
		return 0;
	return job->stamper.ask(
	    env, job->signer.digest, digest, token, job->stamper.payload);
}

int
sign_job_content_timestamp(struct sign_job *job, const struct sign_trust *trust,
    const struct sign_extend_options *options)
{
	struct sign_extend_options set = SIGN_EXTEND_OPTIONS_INIT;
	struct sg_env *env = &job->ctx->env;
	int rc = sg_options_take(env, options, &set, sizeof(set));

	if (rc < 0)
		return rc;
	if (job->plain)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a plain CMS signature carries no content time-stamp: "
		       "want format cades"));
	if (set.tsa_count == 0)
		return sg_err_set(env, SIGN_E_ARG,
		    N_("a time-stamp is needed, and no authority is named"));
	job->stamper.ask = ask;
	job->stamper.payload = job;
	job->tsas = set.tsas;
	job->tsa_count = set.tsa_count;
	job->tsa_trust = trust;
	return 0;
}
