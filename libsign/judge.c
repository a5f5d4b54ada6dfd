/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/time.h"
#include "libsign/control.h"
#include "libsign/judge_one.h"

#include <openssl/x509.h>

#include <string.h>

#define SIGNER_WANTED \
	N_("the policy wants the signing certificate among the " \
	   "signed attributes, and there is none: this plain " \
	   "signature names its certificate only by issuer and " \
	   "number, so the certificate itself is not signed")

static const struct sg_policy policies[] = {
	{ "ades", 1, NULL },
	{ "cms", 0, NULL },
	{ "63fz", 0, "undetermined" },
	{ "eidas", 1, "undetermined" },
};

const struct sg_policy *
sg_policy_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(policies) / sizeof(policies[0]); i++)
		if (strcmp(policies[i].name, name) == 0)
			return &policies[i];
	return NULL;
}

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
static void
block_format(struct sg_one *one)
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
static int
block_identify(struct sg_one *one)
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

/* EN 319 102-1, 5.2.6: X.509 certificate validation. */
static int
block_chain(struct sg_one *one)
{
	struct sg_chain *chain = &one->chain;
	int ret;

	if (one->who.cert == NULL)
		return 0;
	if (!sg_cert_may_sign(one->who.cert)) {
		struct sg_msg why = sg_one_say(one,
		    N_("the certificate's key usage does not allow signing "
		       "documents"),
		    NULL, NULL);

		sg_one_check(one, "key-usage", SG_INDETERMINATE,
		    "RFC 5280, 4.2.1.3", why);
		sg_one_conclude(one, 0, "CHAIN_CONSTRAINTS_FAILURE", why);
	} else {
		sg_one_check(one, "key-usage", SG_PASSED, "RFC 5280, 4.2.1.3",
		    sg_one_say(
			one, N_("the key may sign documents"), NULL, NULL));
	}
	ret = sg_chain_judge(one->env, one->pool,
	    SG_ASK(one->who.cert, one->time), one->evidence, chain);
	if (ret < 0)
		return ret;
	if (strcmp(chain->indication, "PASSED") == 0) {
		sg_one_check(one, "chain", SG_PASSED, chain->clause,
		    sg_one_say(one,
			N_("the certificate is valid, not revoked, and leads "
			   "to a trusted one"),
			NULL, NULL));
		return 0;
	}
	sg_one_check(
	    one, "chain", SG_INDETERMINATE, chain->clause, chain->reason);
	sg_one_conclude(one, 0, chain->sub_indication, chain->reason);
	return 0;
}

/* One algorithm against the table's dates. */
static void
check_until(struct sg_one *one, const char *name, int64_t until)
{
	static const char clause[] = "EN 319 102-1, 5.2.8";
	char text[SG_TIME_TEXT];
	struct sg_msg why;

	if (until == SG_NO_TIME || one->time <= until)
		return;
	why = sg_one_say(one,
	    N_("%1$s is no longer trusted since %2$s, and nothing proves that "
	       "the signature is older"),
	    name, sg_time_format(until, text));
	sg_one_check(one, "algorithm", SG_INDETERMINATE, clause, why);
	sg_one_conclude(one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
}

static int
check_key_until(struct sg_one *one, const struct sg_cert *cert)
{
	struct sg_key_info info;
	EVP_PKEY *key;

	if (sg_cert_key(one->env, cert, &key) < 0 ||
	    sg_key_info(one->env, key, &info) < 0) {
		if (one->env->code == SIGN_E_NOMEM)
			return SIGN_E_NOMEM;
		sg_err_clear(one->env);
		return 0; /* said where the key was needed */
	}
	check_until(one, info.text, sg_key_until(&info));
	return 0;
}

/* The digest that a certificate was signed with. */
static const struct sg_digest *
cert_digest(const struct sg_cert *cert)
{
	char oid[80];
	int md = NID_undef;
	ASN1_OBJECT *object;

	if (X509_get_signature_info(
		sg_cert_x509(cert), &md, NULL, NULL, NULL) == 1 &&
	    md != NID_undef)
		object = OBJ_nid2obj(md);
	else
		object =
		    OBJ_nid2obj(X509_get_signature_nid(sg_cert_x509(cert)));
	if (object == NULL || OBJ_obj2txt(oid, sizeof(oid), object, 1) <= 0)
		return NULL;
	return sg_digest_by_oid(oid);
}

/* EN 319 102-1, 5.2.8: cryptographic constraints of the signature, its
 * digests and every certificate below the anchor. */
static int
block_constraints(struct sg_one *one)
{
	size_t before = one->to->check_count;
	const struct sg_digest *digest;
	const struct sg_chain *chain = &one->chain;
	size_t i;

	for (i = 0; i < one->sig->ref_count; i++) {
		digest = one->sig->refs[i].digest;
		if (digest != NULL)
			check_until(one, digest->name, digest->until);
	}
	if (one->scheme != NULL) {
		check_until(one, one->scheme->name, one->scheme->until);
		digest = sg_scheme_digest(one->scheme);
		if (one->sig->ref_count == 0 ||
		    digest != one->sig->refs[0].digest)
			check_until(one, digest->name, digest->until);
	}
	for (i = 0; i < chain->count; i++) {
		if (chain->links[i].anchor && i != 0)
			break;
		if (check_key_until(one, chain->links[i].cert) < 0)
			return SIGN_E_NOMEM;
		digest = cert_digest(chain->links[i].cert);
		if (digest != NULL && !chain->links[i].anchor)
			check_until(one, digest->name, digest->until);
	}
	if (one->scheme != NULL && one->scheme->use == SG_USE_READING)
		sg_one_check(one, "algorithm", SG_WARNING,
		    "EN 319 102-1, 5.2.8",
		    sg_one_say(one,
			N_("%1$s is weak: fit for reading old signatures "
			   "only"),
			one->scheme->name, NULL));
	if (one->to->check_count == before && one->scheme != NULL)
		sg_one_check(one, "algorithm", SG_PASSED, "EN 319 102-1, 5.2.8",
		    sg_one_say(one,
			N_("the algorithms are trusted at this time"), NULL,
			NULL));
	return 0;
}

/* EN 319 102-1, 5.2.8: what the signer claims must be possible. */
static void
block_claims(struct sg_one *one)
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

static const struct {
	enum sg_packaging packaging;
	const char *word;
} packagings[] = {
	{ SG_PACK_DETACHED, "detached" },
	{ SG_PACK_ATTACHED, "attached" },
	{ SG_PACK_ENVELOPED, "enveloped" },
	{ SG_PACK_ENVELOPING, "enveloping" },
	{ SG_PACK_COUNTER, "counter" },
};

static const char *
packaging_word(enum sg_packaging packaging)
{
	size_t i;

	for (i = 0; i < sizeof(packagings) / sizeof(packagings[0]); i++)
		if (packagings[i].packaging == packaging)
			return packagings[i].word;
	return NULL;
}

/* What the report says of a signature before anything is judged. */
static int
describe(struct sg_one *one)
{
	const struct sg_sig_fact *sig = one->sig;
	struct sg_report_sig *to = one->to;

	to->id = sg_pool_str(one->pool, sig->id);
	to->parent = sig->parent < 0
	    ? NULL
	    : sg_pool_str(one->pool, one->facts->sigs[sig->parent].id);
	to->format = sig->format;
	to->level = sig->level;
	to->packaging = packaging_word(sig->packaging);
	to->signing_time = sig->signing_time;
	to->best_signature_time = one->time;
	if (sig->tbs_count == 0)
		return 0;
	to->control_code = sg_pool_alloc(one->pool, SG_CONTROL_CODE);
	if (to->control_code == NULL)
		return sg_err_nomem(one->env);
	return sg_control_code(one->env, sig->tbs[0].octets, to->control_code);
}

/* EN 319 102-1, 5.3: the basic signature process for one signature. */
static int
judge_one(struct sg_one *one)
{
	int ret = describe(one);

	if (ret < 0)
		return ret;
	block_format(one);
	ret = block_identify(one);
	if (ret < 0)
		return ret;
	sg_one_algorithms(one);
	sg_one_references(one);
	ret = sg_one_value(one);
	if (ret == 0)
		ret = block_chain(one);
	if (ret == 0)
		ret = block_constraints(one);
	if (ret < 0)
		return ret;
	block_claims(one);
	sg_one_coverage(one);
	if (one->to->indication == NULL &&
	    (one->to->digest_ok != SG_TRUE || one->to->signature_ok != SG_TRUE))
		sg_one_conclude(one, 0, "SIGNED_DATA_NOT_FOUND",
		    sg_one_say(one, N_("not everything could be checked"), NULL,
			NULL));
	if (one->to->indication == NULL)
		one->to->indication = "TOTAL-PASSED";
	ret = sg_report_describe(
	    one->env, one->report, one->to, one->facts, one->sig);
	if (ret == 0)
		ret = sg_report_chain(
		    one->env, one->report, one->to, one->who.cert, &one->chain);
	return one->nomem ? sg_err_nomem(one->env) : ret;
}

/* The exit code that belongs to an indication; worst first is 5, 6, 0. */
static int
indication_exit(const char *indication)
{
	if (strcmp(indication, "TOTAL-FAILED") == 0)
		return 5;
	return strcmp(indication, "TOTAL-PASSED") == 0 ? 0 : 6;
}

static void
judge_all(struct sign_report *report)
{
	int failed = 0, open = report->sig_count == 0;
	size_t i;

	for (i = 0; i < report->sig_count; i++) {
		int code = indication_exit(report->sigs[i].indication);

		failed |= code == 5;
		open |= code == 6;
	}
	report->indication = failed ? "TOTAL-FAILED"
	    : open                  ? "INDETERMINATE"
				    : "TOTAL-PASSED";
	report->exit = indication_exit(report->indication);
}

int
sg_judge(struct sg_env *env, const struct sg_facts *facts,
    const struct sg_evidence *evidence, const struct sg_policy *policy,
    int64_t time, struct sign_report *report)
{
	size_t i;
	int ret;

	report->format = facts->format;
	report->policy = policy->name;
	report->qualification = policy->qualification;
	report->time = time;
	report->sigs = sg_pool_array(
	    report->pool, facts->sig_count, sizeof(*report->sigs));
	if (report->sigs == NULL)
		return sg_err_nomem(env);
	for (i = 0; i < facts->sig_count; i++) {
		struct sg_one one = { .env = env,
			.pool = report->pool,
			.evidence = evidence,
			.policy = policy,
			.time = time,
			.report = report,
			.facts = facts,
			.sig = &facts->sigs[i],
			.to = &report->sigs[i] };

		ret = judge_one(&one);
		if (ret < 0)
			return ret;
		report->sig_count++;
	}
	judge_all(report);
	return sg_judge_uncovered(env, facts, report);
}
