/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge_one.h"

#include "base/env.h"
#include "base/err.h"
#include "base/time.h"

#include <string.h>

#define SIGNER_WANTED \
	N_("the policy wants the signing certificate among the " \
	   "signed attributes, and there is none: this plain " \
	   "signature names its certificate only by issuer and " \
	   "number, so the certificate itself is not signed")

/* A message that lives as long as the report: those of the facts do not. */
static struct sg_msg
one_keep(const struct sg_one *one, struct sg_msg msg)
{
	return sg_msg_make(
	    one->pool, msg.id, msg.arg[0], msg.arg[1], msg.arg[2]);
}

void
sg_one_check(struct sg_one *one, const char *id, enum sg_status status,
    const char *clause, struct sg_msg detail)
{
	struct sg_check *row = sg_pool_push(
	    one->pool, &one->to->checks, &one->to->check_count, sizeof(*row));

	if (row == NULL) {
		one->nomem = 1;
		return;
	}
	row->id = id;
	row->status = status;
	row->clause = clause;
	row->detail = one_keep(one, detail);
}

struct sg_msg
sg_one_say(struct sg_one *one, const char *id, const char *a, const char *b)
{
	return sg_msg_make(one->pool, id, a, b, NULL);
}

void
sg_one_conclude(
    struct sg_one *one, int failed, const char *sub, struct sg_msg reason)
{
	const char *now = one->to->indication;

	if (now != NULL && (!failed || strcmp(now, "TOTAL-FAILED") == 0))
		return;
	one->to->indication = failed ? "TOTAL-FAILED" : "INDETERMINATE";
	one->to->sub_indication = sub;
	one->to->reason = one_keep(one, reason);
}

/* EN 319 102-1, 5.2.2: format checking. */
void
sg_one_format(struct sg_one *one)
{
	static const char clause[] = "EN 319 102-1, 5.2.2";
	const struct sg_sig_fact *sig = one->sig;
	size_t i;

	for (i = 0; i < sig->fault_count; i++) {
		sg_one_check(one, "format", SG_FAILED, clause, sig->faults[i]);
		sg_one_conclude(one, 1, "FORMAT_FAILURE", sig->faults[i]);
	}
	if (sig->content_looks_signed) {
		struct sg_msg why = sg_one_say(one,
		    N_("a signature without signed attributes over content "
		       "that is itself a set of attributes: it could have "
		       "been taken from another signature"),
		    NULL, NULL);

		sg_one_check(one, "format", SG_FAILED, "RFC 5652, 5.4", why);
		sg_one_conclude(one, 1, "FORMAT_FAILURE", why);
	}
	if (sig->fault_count == 0 && !sig->content_looks_signed)
		sg_one_check(one, "format", SG_PASSED, clause,
		    sg_one_say(one, N_("the structure is sound"), NULL, NULL));
	for (i = 0; i < sig->warning_count; i++)
		sg_one_check(
		    one, "format", SG_WARNING, clause, sig->warnings[i]);
}

/* EN 319 102-1, 5.2.3: identification of the signing certificate. */
int
sg_one_identify(struct sg_one *one)
{
	static const char clause[] = "EN 319 102-1, 5.2.3";
	struct sg_identity *who = &one->who;
	struct sg_msg why;
	int ret = sg_identify(one->env, one->sig, one->evidence, who);

	if (ret < 0)
		return ret;
	one->to->signing_certificate_ok = who->attribute_ok;
	if (who->cert == NULL) {
		why = sg_one_say(one,
		    N_("the signer's certificate is neither in the signature "
		       "nor among the given ones"),
		    NULL, NULL);
		sg_one_check(
		    one, "signing-certificate", SG_INDETERMINATE, clause, why);
		sg_one_conclude(one, 0, "NO_SIGNING_CERTIFICATE_FOUND", why);
		return 0;
	}
	if (who->attribute_ok == SG_FALSE) {
		why = sg_one_say(one,
		    N_("the signed reference to the signer's certificate does "
		       "not match the certificate"),
		    NULL, NULL);
		sg_one_check(
		    one, "signing-certificate", SG_FAILED, clause, why);
		sg_one_conclude(one, 0, "NO_SIGNING_CERTIFICATE_FOUND", why);
		return 0;
	}
	if (who->unknown_digest) {
		why = sg_one_say(one,
		    N_("the signed reference to the signer's certificate uses "
		       "a digest algorithm that is not available: %1$s"),
		    one->sig->cert_refs[0].digest_oid, NULL);
		sg_one_check(
		    one, "signing-certificate", SG_INDETERMINATE, clause, why);
		sg_one_conclude(
		    one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
		return 0;
	}
	if (who->attribute_ok == SG_TRUE) {
		sg_one_check(one, "signing-certificate", SG_PASSED, clause,
		    sg_one_say(one,
			N_("the signer's certificate is named by its digest "
			   "among the signed attributes"),
			NULL, NULL));
	} else if (one->policy->wants_signing_certificate) {
		why = sg_one_say(one, SIGNER_WANTED, NULL, NULL);
		sg_one_check(
		    one, "signing-certificate", SG_INDETERMINATE, clause, why);
		sg_one_conclude(one, 0, "SIG_CONSTRAINTS_FAILURE", why);
	} else {
		sg_one_check(one, "signing-certificate", SG_WARNING, clause,
		    sg_one_say(one,
			N_("plain signature: it names its certificate only by "
			   "issuer and number; the policy %1$s accepts that"),
			one->policy->name, NULL));
	}
	if (who->names_differ)
		sg_one_check(one, "signing-certificate", SG_WARNING, clause,
		    sg_one_say(one,
			N_("the signed reference names another issuer or "
			   "number than the certificate; its digest matches"),
			NULL, NULL));
	return 0;
}

/* EN 319 102-1, 5.2.8: what the signer claims must be possible. */
void
sg_one_claims(struct sg_one *one)
{
	static const char clause[] = "EN 319 102-1, 5.2.8";
	const struct sg_sig_fact *sig = one->sig;
	char text[SG_TIME_TEXT];
	struct sg_msg why;

	if (sig->policy.present)
		sg_one_check(one, "signature-policy", SG_SKIPPED,
		    "EN 319 102-1, 5.2.4",
		    sg_one_say(one,
			N_("the signature names the policy %1$s; its rules "
			   "are not evaluated"),
			sig->policy.oid != NULL ? sig->policy.oid : "", NULL));
	if (sig->signing_time == SG_NO_TIME || one->who.cert == NULL)
		return;
	sg_time_format(sig->signing_time, text);
	if (sig->signing_time >= sg_cert_not_before(one->who.cert) &&
	    sig->signing_time <= sg_cert_not_after(one->who.cert)) {
		sg_one_check(one, "signing-time", SG_PASSED, clause,
		    sg_one_say(one,
			N_("the claimed time %1$s lies within the "
			   "certificate's validity"),
			text, NULL));
		return;
	}
	why = sg_one_say(one,
	    N_("the claimed signing time %1$s lies outside the certificate's "
	       "validity"),
	    text, NULL);
	sg_one_check(one, "signing-time", SG_INDETERMINATE, clause, why);
	sg_one_conclude(one, 0, "SIG_CONSTRAINTS_FAILURE", why);
}
