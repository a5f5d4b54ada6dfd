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
#include "libsign/identify.h"

#include <openssl/x509.h>

#include <string.h>

#define SIGNER_WANTED \
	N_("the policy wants the signing certificate among the " \
	   "signed attributes, and there is none: this plain " \
	   "signature names its certificate only by issuer and " \
	   "number, so the certificate itself is not signed")

#define GOST_WANTED \
	N_("GOST algorithms are not available here: install the " \
	   "package libengine-gost-openssl and verify again")

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

/* One signature on its way through the blocks. */
struct one {
	struct sg_env *env;
	struct sg_pool *pool;
	const struct sg_evidence *evidence;
	const struct sg_policy *policy;
	int64_t time;
	struct sign_report *report;
	const struct sg_facts *facts;
	const struct sg_sig_fact *sig;
	struct sg_report_sig *to;

	struct sg_identity who;
	const struct sg_scheme *scheme; /* NULL: unknown algorithm */
	struct sg_pss pss;
	struct sg_chain chain;
	int nomem;
};

/* Record one check; a check that did not run is never "passed". */
static void
check(struct one *one, const char *id, enum sg_status status,
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
	row->detail = detail;
}

static struct sg_msg
say(struct one *one, const char *id, const char *a, const char *b)
{
	return sg_msg_make(one->pool, id, a, b, NULL);
}

/*
 * The verdict so far is the first that is worse than passed; a failure
 * overrides what is only undetermined (EN 319 102-1, 5.3.4).
 */
static void
conclude(struct one *one, int failed, const char *sub, struct sg_msg reason)
{
	const char *now = one->to->indication;

	if (now != NULL && (!failed || strcmp(now, "TOTAL-FAILED") == 0))
		return;
	one->to->indication = failed ? "TOTAL-FAILED" : "INDETERMINATE";
	one->to->sub_indication = sub;
	one->to->reason = reason;
}

/* EN 319 102-1, 5.2.2: format checking. */
static void
block_format(struct one *one)
{
	static const char clause[] = "EN 319 102-1, 5.2.2";
	const struct sg_sig_fact *sig = one->sig;
	size_t i;

	for (i = 0; i < sig->fault_count; i++) {
		check(one, "format", SG_FAILED, clause, sig->faults[i]);
		conclude(one, 1, "FORMAT_FAILURE", sig->faults[i]);
	}
	if (sig->content_looks_signed) {
		struct sg_msg why = say(one,
		    N_("a signature without signed attributes over content "
		       "that is itself a set of attributes: it could have "
		       "been taken from another signature"),
		    NULL, NULL);

		check(one, "format", SG_FAILED, "RFC 5652, 5.4", why);
		conclude(one, 1, "FORMAT_FAILURE", why);
	}
	if (sig->fault_count == 0 && !sig->content_looks_signed)
		check(one, "format", SG_PASSED, clause,
		    say(one, N_("the structure is sound"), NULL, NULL));
	for (i = 0; i < sig->warning_count; i++)
		check(one, "format", SG_WARNING, clause, sig->warnings[i]);
}

/* EN 319 102-1, 5.2.3: identification of the signing certificate. */
static int
block_identify(struct one *one)
{
	static const char clause[] = "EN 319 102-1, 5.2.3";
	struct sg_identity *who = &one->who;
	struct sg_msg why;
	int ret = sg_identify(one->env, one->sig, one->evidence, who);

	if (ret < 0)
		return ret;
	one->to->signing_certificate_ok = who->attribute_ok;
	if (who->cert == NULL) {
		why = say(one,
		    N_("the signer's certificate is neither in the signature "
		       "nor among the given ones"),
		    NULL, NULL);
		check(
		    one, "signing-certificate", SG_INDETERMINATE, clause, why);
		conclude(one, 0, "NO_SIGNING_CERTIFICATE_FOUND", why);
		return 0;
	}
	if (who->attribute_ok == SG_FALSE) {
		why = say(one,
		    N_("the signed reference to the signer's certificate does "
		       "not match the certificate"),
		    NULL, NULL);
		check(one, "signing-certificate", SG_FAILED, clause, why);
		conclude(one, 0, "NO_SIGNING_CERTIFICATE_FOUND", why);
		return 0;
	}
	if (who->unknown_digest) {
		why = say(one,
		    N_("the signed reference to the signer's certificate uses "
		       "a digest algorithm that is not available: %1$s"),
		    one->sig->cert_refs[0].digest_oid, NULL);
		check(
		    one, "signing-certificate", SG_INDETERMINATE, clause, why);
		conclude(one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
		return 0;
	}
	if (who->attribute_ok == SG_TRUE) {
		check(one, "signing-certificate", SG_PASSED, clause,
		    say(one,
			N_("the signer's certificate is named by its digest "
			   "among the signed attributes"),
			NULL, NULL));
	} else if (one->policy->wants_signing_certificate) {
		why = say(one, SIGNER_WANTED, NULL, NULL);
		check(
		    one, "signing-certificate", SG_INDETERMINATE, clause, why);
		conclude(one, 0, "SIG_CONSTRAINTS_FAILURE", why);
	} else {
		check(one, "signing-certificate", SG_WARNING, clause,
		    say(one,
			N_("plain signature: it names its certificate only by "
			   "issuer and number; the policy %1$s accepts that"),
			one->policy->name, NULL));
	}
	if (who->names_differ)
		check(one, "signing-certificate", SG_WARNING, clause,
		    say(one,
			N_("the signed reference names another issuer or "
			   "number than the certificate; its digest matches"),
			NULL, NULL));
	return 0;
}

/* Which algorithms the signature means (RFC 5652, 5.3). */
static void
block_algorithms(struct one *one)
{
	static const char clause[] = "EN 319 102-1, 5.2.7";
	const struct sg_sig_fact *sig = one->sig;
	struct sg_msg why;
	int ret = sg_scheme_resolve(one->env, &sig->signature_alg,
	    &sig->digest_alg, &one->scheme, &one->pss);

	if (ret == 0) {
		one->to->algorithm = one->scheme->name;
		return;
	}
	one->scheme = NULL;
	one->to->algorithm = sig->signature_alg.oid;
	sg_err_clear(one->env);
	if (ret == SIGN_E_VALUE) {
		why = say(one,
		    N_("the signature algorithm %1$s and the digest algorithm "
		       "%2$s contradict each other"),
		    sig->signature_alg.oid, sig->digest_alg.oid);
		one->to->signature_ok = SG_FALSE;
		check(one, "algorithm", SG_FAILED, clause, why);
		conclude(one, 1, "SIG_CRYPTO_FAILURE", why);
		return;
	}
	why = say(one, N_("unknown signature algorithm %1$s"),
	    sig->signature_alg.oid, NULL);
	check(one, "algorithm", SG_INDETERMINATE, clause, why);
	conclude(one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
}

static enum sg_tri
ref_ok(const struct sg_ref_fact *ref)
{
	if (ref->computed.len == 0 || ref->found.len == 0)
		return SG_NULL;
	return sg_view_equal(ref->computed, ref->found) ? SG_TRUE : SG_FALSE;
}

/* One reference to signed data: 5.2.7.4, step 1 and 2. */
static void
check_reference(struct one *one, const struct sg_ref_fact *ref)
{
	static const char clause[] = "EN 319 102-1, 5.2.7";
	const struct sg_doc_fact *doc =
	    ref->doc >= 0 ? &one->facts->docs[ref->doc] : NULL;
	const char *name = doc != NULL && doc->name != NULL ? doc->name : "";
	struct sg_msg why;

	switch (ref_ok(ref)) {
	case SG_TRUE:
		check(one, "digest", SG_PASSED, clause,
		    say(one, N_("the signed data is unchanged"), NULL, NULL));
		return;
	case SG_FALSE:
		if (one->sig->packaging == SG_PACK_COUNTER)
			why = say(one,
			    N_("not over the signature that it stands on"),
			    NULL, NULL);
		else if (name[0] != '\0')
			why = say(one,
			    N_("the document %1$s is not the one that was "
			       "signed: it was changed, or belongs to another "
			       "signature"),
			    name, NULL);
		else
			why = say(
			    one, N_("the signed data was changed"), NULL, NULL);
		check(one, "digest", SG_FAILED, clause, why);
		conclude(one, 1, "HASH_FAILURE", why);
		return;
	case SG_NULL:
		break;
	}
	if (ref->digest == NULL) {
		why = say(one, N_("unknown digest algorithm %1$s"),
		    ref->digest_oid, NULL);
		check(one, "digest", SG_INDETERMINATE, clause, why);
		conclude(one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
		return;
	}
	if (doc == NULL || doc->missing) {
		why = say(
		    one, N_("the signed document was not given"), NULL, NULL);
		check(one, "document", SG_INDETERMINATE, clause, why);
		conclude(one, 0, "SIGNED_DATA_NOT_FOUND", why);
		return;
	}
	if (ref->found.len == 0)
		return; /* no signed attributes: the value tells */
	why = say(one, GOST_WANTED, NULL, NULL);
	check(one, "digest", SG_INDETERMINATE, clause, why);
	conclude(one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
}

/* All references: digest_ok is false if one is, null if one is. */
static void
block_references(struct one *one)
{
	const struct sg_sig_fact *sig = one->sig;
	enum sg_tri all = SG_TRUE;
	enum sg_tri ok;
	size_t i;

	for (i = 0; i < sig->ref_count; i++) {
		check_reference(one, &sig->refs[i]);
		if (!sig->refs[i].counts)
			continue;
		ok = ref_ok(&sig->refs[i]);
		if (ok == SG_FALSE || (ok == SG_NULL && all == SG_TRUE))
			all = ok;
	}
	one->to->digest_ok = sig->ref_count != 0 ? all : SG_NULL;
}

/* The digest of these octets under the scheme, or the octets themselves. */
static int
value_over(struct one *one, EVP_PKEY *key, struct sg_view octets)
{
	const struct sg_digest *digest = sg_scheme_digest(one->scheme);
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_view data = octets;
	int ret;

	if (!one->scheme->signs_bytes) {
		ret = sg_hash_once(one->env, digest, octets, hash);
		if (ret < 0)
			return ret;
		data = sg_view_of(hash, digest->size);
	}
	return sg_verify_value(one->env, one->scheme, &one->pss, key, data,
	    one->sig->value, one->sig->value_form);
}

#define NO_CONTENT (-1000) /* below all error codes */

/* RFC 5652, 5.4: without signed attributes the value stands over the content.
 * 1, 0, NO_CONTENT, or an error. */

static int
value_over_content(struct one *one, EVP_PKEY *key)
{
	const struct sg_digest *digest = sg_scheme_digest(one->scheme);
	const struct sg_ref_fact *ref = one->sig->refs;
	const struct sg_doc_fact *doc;
	size_t i;

	if (one->sig->ref_count == 0 || ref->doc < 0)
		return NO_CONTENT;
	doc = &one->facts->docs[ref->doc];
	if (doc->missing)
		return NO_CONTENT;
	if (one->scheme->signs_bytes)
		return doc->octets.ptr == NULL
		    ? NO_CONTENT
		    : value_over(one, key, doc->octets);
	for (i = 0; i < doc->digest_count; i++)
		if (doc->digests[i].digest == digest)
			return sg_verify_value(one->env, one->scheme, &one->pss,
			    key, doc->digests[i].value, one->sig->value,
			    one->sig->value_form);
	return NO_CONTENT;
}

/* Tries what the value may stand over, in order; the first that verifies
 * counts, and its deviation is a warning. */
static int
value_verify(struct one *one, EVP_PKEY *key)
{
	const struct sg_sig_fact *sig = one->sig;
	int ret = 0;
	size_t i;

	if (sig->tbs_count == 0)
		return value_over_content(one, key);
	for (i = 0; i < sig->tbs_count; i++) {
		ret = value_over(one, key, sig->tbs[i].octets);
		if (ret < 0)
			return ret;
		if (ret > 0 && sig->tbs[i].warning.id != NULL)
			check(one, "format", SG_WARNING, "RFC 5652, 5.4",
			    sig->tbs[i].warning);
		if (ret > 0)
			return ret;
	}
	return 0;
}

/* EN 319 102-1, 5.2.7: cryptographic verification of the value. */
static int
block_value(struct one *one)
{
	static const char clause[] = "EN 319 102-1, 5.2.7";
	struct sg_msg why;
	EVP_PKEY *key;
	int ret;

	if (one->scheme == NULL || one->who.cert == NULL)
		return 0;
	ret = sg_cert_key(one->env, one->who.cert, &key);
	if (ret == 0)
		ret = value_verify(one, key);
	if (ret == SIGN_E_NOMEM)
		return ret;
	if (ret > 0) {
		one->to->signature_ok = SG_TRUE;
		check(one, "signature-value", SG_PASSED, clause,
		    say(one, N_("the value verifies with the signer's key"),
			NULL, NULL));
	} else if (ret == 0) {
		one->to->signature_ok = SG_FALSE;
		why = say(one,
		    N_("the value does not verify with the signer's key"), NULL,
		    NULL);
		check(one, "signature-value", SG_FAILED, clause, why);
		conclude(one, 1, "SIG_CRYPTO_FAILURE", why);
	} else if (ret != NO_CONTENT) {
		why = say(one,
		    ret == SIGN_E_MODULE
			? GOST_WANTED
			: N_("the signer's key cannot be used: it is of an "
			     "unknown kind or broken"),
		    NULL, NULL);
		sg_err_clear(one->env);
		check(one, "signature-value", SG_INDETERMINATE, clause, why);
		conclude(one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
	} else {
		why = say(one,
		    N_("the content that the value stands over is not at hand"),
		    NULL, NULL);
		check(one, "signature-value", SG_INDETERMINATE, clause, why);
		conclude(one, 0, "SIGNED_DATA_NOT_FOUND", why);
	}
	if (one->sig->tbs_count == 0 && one->to->digest_ok != SG_FALSE)
		one->to->digest_ok =
		    one->to->signature_ok == SG_TRUE ? SG_TRUE : SG_NULL;
	return 0;
}

/* EN 319 102-1, 5.2.6: X.509 certificate validation. */
static int
block_chain(struct one *one)
{
	struct sg_chain *chain = &one->chain;
	int ret;

	if (one->who.cert == NULL)
		return 0;
	if (!sg_cert_may_sign(one->who.cert)) {
		struct sg_msg why = say(one,
		    N_("the certificate's key usage does not allow signing "
		       "documents"),
		    NULL, NULL);

		check(one, "key-usage", SG_INDETERMINATE, "RFC 5280, 4.2.1.3",
		    why);
		conclude(one, 0, "CHAIN_CONSTRAINTS_FAILURE", why);
	} else {
		check(one, "key-usage", SG_PASSED, "RFC 5280, 4.2.1.3",
		    say(one, N_("the key may sign documents"), NULL, NULL));
	}
	ret = sg_chain_judge(one->env, one->pool, one->who.cert, one->evidence,
	    one->time, chain);
	if (ret < 0)
		return ret;
	if (strcmp(chain->indication, "PASSED") == 0) {
		check(one, "chain", SG_PASSED, chain->clause,
		    say(one,
			N_("the certificate is valid, not revoked, and leads "
			   "to a trusted one"),
			NULL, NULL));
		return 0;
	}
	check(one, "chain", SG_INDETERMINATE, chain->clause, chain->reason);
	conclude(one, 0, chain->sub_indication, chain->reason);
	return 0;
}

/* One algorithm against the table's dates. */
static void
check_until(struct one *one, const char *name, int64_t until)
{
	static const char clause[] = "EN 319 102-1, 5.2.8";
	char text[SG_TIME_TEXT];
	struct sg_msg why;

	if (until == SG_NO_TIME || one->time <= until)
		return;
	why = say(one,
	    N_("%1$s is no longer trusted since %2$s, and nothing proves that "
	       "the signature is older"),
	    name, sg_time_format(until, text));
	check(one, "algorithm", SG_INDETERMINATE, clause, why);
	conclude(one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
}

static int
check_key_until(struct one *one, const struct sg_cert *cert)
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
block_constraints(struct one *one)
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
		check(one, "algorithm", SG_WARNING, "EN 319 102-1, 5.2.8",
		    say(one,
			N_("%1$s is weak: fit for reading old signatures "
			   "only"),
			one->scheme->name, NULL));
	if (one->to->check_count == before && one->scheme != NULL)
		check(one, "algorithm", SG_PASSED, "EN 319 102-1, 5.2.8",
		    say(one, N_("the algorithms are trusted at this time"),
			NULL, NULL));
	return 0;
}

/* EN 319 102-1, 5.2.8: what the signer claims must be possible. */
static void
block_claims(struct one *one)
{
	static const char clause[] = "EN 319 102-1, 5.2.8";
	const struct sg_sig_fact *sig = one->sig;
	char text[SG_TIME_TEXT];
	struct sg_msg why;

	if (sig->policy.present)
		check(one, "signature-policy", SG_SKIPPED,
		    "EN 319 102-1, 5.2.4",
		    say(one,
			N_("the signature names the policy %1$s; its rules "
			   "are not evaluated"),
			sig->policy.oid != NULL ? sig->policy.oid : "", NULL));
	if (sig->signing_time == SG_NO_TIME || one->who.cert == NULL)
		return;
	sg_time_format(sig->signing_time, text);
	if (sig->signing_time >= sg_cert_not_before(one->who.cert) &&
	    sig->signing_time <= sg_cert_not_after(one->who.cert)) {
		check(one, "signing-time", SG_PASSED, clause,
		    say(one,
			N_("the claimed time %1$s lies within the "
			   "certificate's validity"),
			text, NULL));
		return;
	}
	why = say(one,
	    N_("the claimed signing time %1$s lies outside the certificate's "
	       "validity"),
	    text, NULL);
	check(one, "signing-time", SG_INDETERMINATE, clause, why);
	conclude(one, 0, "SIG_CONSTRAINTS_FAILURE", why);
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
describe(struct one *one)
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
judge_one(struct one *one)
{
	int ret = describe(one);

	if (ret < 0)
		return ret;
	block_format(one);
	ret = block_identify(one);
	if (ret < 0)
		return ret;
	block_algorithms(one);
	block_references(one);
	ret = block_value(one);
	if (ret == 0)
		ret = block_chain(one);
	if (ret == 0)
		ret = block_constraints(one);
	if (ret < 0)
		return ret;
	block_claims(one);
	if (one->to->indication == NULL &&
	    (one->to->digest_ok != SG_TRUE || one->to->signature_ok != SG_TRUE))
		conclude(one, 0, "SIGNED_DATA_NOT_FOUND",
		    say(one, N_("not everything could be checked"), NULL,
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
		struct one one = { .env = env,
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
	return 0;
}
