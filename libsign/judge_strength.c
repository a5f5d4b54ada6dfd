/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge_one.h"

#include "base/env.h"
#include "base/err.h"
#include "base/oid.h"
#include "base/strength.h"
#include "base/time.h"

#include <openssl/x509.h>

static const char clause[] = "EN 319 102-1, 5.2.8";

/* Since when these octets are known to exist. */
static int64_t
known_since(const struct sg_one *one, struct sg_view octets)
{
	int64_t time = sg_poes_get(one->poes, octets);

	return time == SG_NO_TIME || time > one->time ? one->time : time;
}

/* An algorithm that was trusted until then, of something that is known to
 * exist since then. */
static void
check_until(struct sg_one *one, const char *name, int64_t until, int64_t known)
{
	char text[SG_TIME_TEXT];
	struct sg_msg why;

	if (until == SG_NO_TIME || known <= until)
		return;
	sg_time_format(until, text);
	if (one->after != SG_NO_TIME && one->after > until) {
		why = sg_one_say(one,
		    N_("%1$s is no longer trusted since %2$s, and the "
		       "signature was made after that"),
		    name, text);
		sg_one_check(one, "algorithm", SG_INDETERMINATE, clause, why);
		sg_one_conclude(one, 0, "CRYPTO_CONSTRAINTS_FAILURE", why);
		return;
	}
	why = sg_one_say(one,
	    N_("%1$s is no longer trusted since %2$s, and nothing proves that "
	       "the signature is older"),
	    name, text);
	sg_one_check(one, "algorithm", SG_INDETERMINATE, clause, why);
	sg_one_conclude(one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
}

static void
check_digest(struct sg_one *one, const struct sg_digest *digest, int64_t known)
{
	check_until(one, digest->name,
	    sg_strength_digest(&one->policy->strength, digest), known);
}

static int
check_key(struct sg_one *one, const struct sg_cert *cert, int64_t known)
{
	const struct sg_key_info *info;

	if (sg_cert_key_info(one->env, cert, &info) < 0) {
		if (one->env->code == SIGN_E_NOMEM)
			return SIGN_E_NOMEM;
		sg_err_clear(one->env);
		return 0; /* said where the key was needed */
	}
	check_until(one, info->text,
	    sg_strength_key(&one->policy->strength, info), known);
	return 0;
}

const struct sg_digest *
sg_cert_digest(const struct sg_cert *cert)
{
	char oid[SG_OID_TEXT];
	int md = NID_undef;
	ASN1_OBJECT *object;

	if (X509_get_signature_info(
		sg_cert_x509(cert), &md, NULL, NULL, NULL) == 1 &&
	    md != NID_undef)
		object = OBJ_nid2obj(md);
	else
		object =
		    OBJ_nid2obj(X509_get_signature_nid(sg_cert_x509(cert)));
	if (object == NULL || sg_oid_of(object, oid) < 0)
		return NULL;
	return sg_digest_by_oid(oid);
}

/* The signature itself and what it refers to: known since best. */
static void
strength_signature(struct sg_one *one)
{
	const struct sg_digest *digest;
	size_t i;

	for (i = 0; i < one->sig->ref_count; i++)
		if (one->sig->refs[i].digest != NULL)
			check_digest(one, one->sig->refs[i].digest, one->best);
	if (one->scheme == NULL)
		return;
	check_until(one, one->scheme->name,
	    sg_strength_scheme(&one->policy->strength, one->scheme), one->best);
	digest = sg_scheme_digest(one->scheme);
	if (one->sig->ref_count == 0 || digest != one->sig->refs[0].digest)
		check_digest(one, digest, one->best);
}

/* Every certificate below the anchor; the signer's key counts as the
 * signature that it made. */
static int
strength_chain(struct sg_one *one)
{
	const struct sg_chain *chain = &one->chain;
	const struct sg_digest *digest;
	int64_t known;
	size_t i;

	for (i = 0; i < chain->count; i++) {
		if (chain->links[i].anchor && i != 0)
			break;
		known = known_since(one, sg_cert_der(chain->links[i].cert));
		if (check_key(one, chain->links[i].cert,
			i == 0 ? one->best : known) < 0)
			return SIGN_E_NOMEM;
		digest = sg_cert_digest(chain->links[i].cert);
		if (digest != NULL && !chain->links[i].anchor)
			check_digest(one, digest, known);
	}
	return 0;
}

/* EN 319 102-1, 5.2.8: cryptographic constraints of the signature, its
 * digests and every certificate below the anchor. */
int
sg_one_strength(struct sg_one *one)
{
	size_t before = one->to->check_count;

	strength_signature(one);
	if (strength_chain(one) < 0)
		return SIGN_E_NOMEM;
	if (one->scheme != NULL && one->scheme->use == SG_USE_READING)
		sg_one_check(one, "algorithm", SG_WARNING, clause,
		    sg_one_say(one,
			N_("%1$s is weak: fit for reading old signatures "
			   "only"),
			one->scheme->name, NULL));
	if (one->to->check_count == before && one->scheme != NULL)
		sg_one_check(one, "algorithm", SG_PASSED, clause,
		    one->best < one->time
			? sg_one_say(one,
			      N_("the algorithms were trusted when the "
				 "signature is proven to have existed"),
			      NULL, NULL)
			: sg_one_say(one,
			      N_("the algorithms are trusted at this time"),
			      NULL, NULL));
	return 0;
}
