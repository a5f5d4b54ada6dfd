/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/judge_one.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"

#include <openssl/evp.h>

#include <string.h>

#define GOST_WANTED \
	N_("GOST algorithms are not available here: install the " \
	   "package libengine-gost-openssl and verify again")

/* XMLDSig names the scheme by URI, CMS by a pair of identifiers. */
static int
find_scheme(struct sg_one *one)
{
	const struct sg_sig_fact *sig = one->sig;

	if (sig->digest_alg.oid != NULL)
		return sg_scheme_resolve(one->env, &sig->signature_alg,
		    &sig->digest_alg, &one->scheme, &one->pss);
	one->pss = sig->pss;
	one->scheme = sg_scheme_by_uri(sig->signature_alg.oid);
	return one->scheme != NULL ? 0 : SIGN_E_UNSUPPORTED;
}

/* Which algorithms the signature means (RFC 5652, 5.3). */
void
sg_one_algorithms(struct sg_one *one)
{
	static const char clause[] = "EN 319 102-1, 5.2.7";
	const struct sg_sig_fact *sig = one->sig;
	struct sg_msg why;
	int ret = find_scheme(one);

	if (ret == 0) {
		one->to->algorithm = one->scheme->name;
		return;
	}
	one->scheme = NULL;
	one->to->algorithm = sg_pool_str(one->pool, sig->signature_alg.oid);
	sg_err_clear(one->env);
	if (ret == SIGN_E_VALUE) {
		why = sg_one_say(one,
		    N_("the signature algorithm %1$s and the digest algorithm "
		       "%2$s contradict each other"),
		    sig->signature_alg.oid, sig->digest_alg.oid);
		one->to->signature_ok = SG_FALSE;
		sg_one_check(one, "algorithm", SG_FAILED, clause, why);
		sg_one_conclude(one, 1, "SIG_CRYPTO_FAILURE", why);
		return;
	}
	why = sg_one_say(one, N_("unknown signature algorithm %1$s"),
	    sig->signature_alg.oid, NULL);
	sg_one_check(one, "algorithm", SG_INDETERMINATE, clause, why);
	sg_one_conclude(one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
}

enum sg_tri
sg_ref_ok(const struct sg_ref_fact *ref)
{
	if (ref->computed.len == 0 || ref->found.len == 0)
		return SG_NULL;
	return sg_view_equal(ref->computed, ref->found) ? SG_TRUE : SG_FALSE;
}

/* One reference to signed data: 5.2.7.4, step 1 and 2. */
static void
check_reference(struct sg_one *one, const struct sg_ref_fact *ref)
{
	static const char clause[] = "EN 319 102-1, 5.2.7";
	const struct sg_doc_fact *doc =
	    ref->doc >= 0 ? &one->facts->docs[ref->doc] : NULL;
	const char *name = doc != NULL && doc->name != NULL ? doc->name : "";
	struct sg_msg why;

	switch (sg_ref_ok(ref)) {
	case SG_TRUE:
		sg_one_check(one, "digest", SG_PASSED, clause,
		    sg_one_say(
			one, N_("the signed data is unchanged"), NULL, NULL));
		return;
	case SG_FALSE:
		if (one->sig->packaging == SG_PACK_COUNTER)
			why = sg_one_say(one,
			    N_("not over the signature that it stands on"),
			    NULL, NULL);
		else if (name[0] != '\0')
			why = sg_one_say(one,
			    N_("the document %1$s is not the one that was "
			       "signed: it was changed, or belongs to another "
			       "signature"),
			    name, NULL);
		else
			why = sg_one_say(
			    one, N_("the signed data was changed"), NULL, NULL);
		sg_one_check(one, "digest", SG_FAILED, clause, why);
		sg_one_conclude(one, 1, "HASH_FAILURE", why);
		return;
	case SG_NULL:
		break;
	}
	if (ref->digest == NULL) {
		why = sg_one_say(one, N_("unknown digest algorithm %1$s"),
		    ref->digest_oid, NULL);
		sg_one_check(one, "digest", SG_INDETERMINATE, clause, why);
		sg_one_conclude(
		    one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
		return;
	}
	if (doc == NULL || doc->missing) {
		why = sg_facts_is_container(one->facts)
		    ? sg_one_say(one,
			  N_("a signed document is not in the container: %1$s"),
			  doc != NULL && doc->uri != NULL ? doc->uri : "?",
			  NULL)
		    : sg_one_say(one, N_("the signed document was not given"),
			  NULL, NULL);
		sg_one_check(one, "document", SG_INDETERMINATE, clause, why);
		sg_one_conclude(one, 0, "SIGNED_DATA_NOT_FOUND", why);
		return;
	}
	if (ref->found.len == 0)
		return; /* no signed attributes: the value tells */
	if (ref->digest->gost) {
		why = sg_one_say(one, GOST_WANTED, NULL, NULL);
		sg_one_check(one, "digest", SG_INDETERMINATE, clause, why);
		sg_one_conclude(
		    one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
		return;
	}
	why = sg_one_say(one,
	    N_("the signature did not announce the digest %1$s, and what can "
	       "be read only once was read already: give it as a file"),
	    ref->digest->name, NULL);
	sg_one_check(one, "digest", SG_INDETERMINATE, clause, why);
	sg_one_conclude(one, 0, "SIGNED_DATA_NOT_FOUND", why);
}

/* All references: digest_ok is false if one is, null if one is. */
void
sg_one_references(struct sg_one *one)
{
	const struct sg_sig_fact *sig = one->sig;
	enum sg_tri all = SG_TRUE;
	enum sg_tri ok;
	size_t i;

	for (i = 0; i < sig->ref_count; i++) {
		check_reference(one, &sig->refs[i]);
		if (!sig->refs[i].counts)
			continue;
		ok = sg_ref_ok(&sig->refs[i]);
		if (ok == SG_FALSE || (ok == SG_NULL && all == SG_TRUE))
			all = ok;
	}
	one->to->digest_ok = sig->ref_count != 0 ? all : SG_NULL;
}

/* XMLDSig 1.1, 6.4.3: both halves as long as the group's order. Some signers
 * make them as long as the longer one; there is one value that can be meant. */
static int
value_padded(struct sg_one *one, EVP_PKEY *key, struct sg_view octets)
{
	struct sg_buf value = { 0 };
	int ret =
	    sg_value_pad(one->env, one->scheme, key, one->sig->value, &value);

	if (ret > 0)
		ret = sg_verify_octets(one->env, one->scheme, &one->pss, key,
		    octets, sg_buf_view(&value), SG_VALUE_RAW);
	sg_buf_free(&value);
	if (ret > 0)
		sg_one_check(one, "format", SG_WARNING, "XMLDSig 1.1, 6.4.3",
		    sg_one_say(one,
			N_("r and s of the signature value lack leading "
			   "zeros"),
			NULL, NULL));
	return ret;
}

static int
value_over(struct sg_one *one, EVP_PKEY *key, struct sg_view octets)
{
	int ret = sg_verify_octets(one->env, one->scheme, &one->pss, key,
	    octets, one->sig->value, one->sig->value_form);

	if (ret != 0 || one->sig->value_form != SG_VALUE_RAW)
		return ret;
	return value_padded(one, key, octets);
}

#define NO_CONTENT (-1000) /* below all error codes */

/* RFC 5652, 5.4: without signed attributes the value stands over the content.
 * 1, 0, NO_CONTENT, or an error. */

static int
value_over_content(struct sg_one *one, EVP_PKEY *key)
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
value_verify(struct sg_one *one, EVP_PKEY *key)
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
			sg_one_check(one, "format", SG_WARNING, "RFC 5652, 5.4",
			    sig->tbs[i].warning);
		if (ret > 0)
			return ret;
	}
	return 0;
}

/* No certificate, but the signature brings a bare key: whether the value is
 * sound can be said, whose it is cannot. */
static int
block_bare_key(struct sg_one *one)
{
	EVP_PKEY *key = NULL;
	int ret;

	if (one->sig->key_spki.len == 0)
		return 0;
	ret = sg_key_from_spki(one->env, one->sig->key_spki, &key);
	if (ret == 0)
		ret = value_verify(one, key);
	EVP_PKEY_free(key);
	if (ret == SIGN_E_NOMEM)
		return ret;
	sg_err_clear(one->env);
	if (ret < 0)
		return 0;
	one->to->signature_ok = ret > 0 ? SG_TRUE : SG_FALSE;
	sg_one_check(one, "signature-value", ret > 0 ? SG_WARNING : SG_FAILED,
	    "XMLDSig, 4.5.2",
	    ret > 0 ? sg_one_say(one,
			  N_("the value verifies with a key that the signature "
			     "itself brings; nobody says whose key that is"),
			  NULL, NULL)
		    : sg_one_say(one,
			  N_("the value does not verify with the key that the "
			     "signature brings"),
			  NULL, NULL));
	return 0;
}

static int
value_by_key(struct sg_one *one, const struct sg_cert *cert)
{
	EVP_PKEY *key;
	int ret = sg_cert_key(one->env, cert, &key);

	return ret == 0 ? value_verify(one, key) : ret;
}

/* Of several certificates of one issuer and number: the one whose key it is. */
static int
value_of_namesakes(struct sg_one *one)
{
	struct sg_identity *who = &one->who;
	size_t i;
	int ret = 0;

	for (i = 0; i < who->other_count && ret == 0; i++) {
		ret = value_by_key(one, who->others[i]);
		if (ret > 0)
			who->cert = who->others[i];
		if (ret < 0 && ret != SIGN_E_NOMEM) {
			sg_err_clear(one->env);
			ret = 0;
		}
	}
	return ret;
}

/* The key is of a certificate that the signature does not name: nothing follows
 * for the one that it does name (EN 319 102-1, 5.2.3.4). */
static void
value_by_another(struct sg_one *one, const char *clause)
{
	sg_one_check(one, "signature-value", SG_INDETERMINATE, clause,
	    sg_one_say(one,
		N_("the value does not verify with the key of this "
		   "certificate, which is not the one that the signature "
		   "names"),
		NULL, NULL));
}

/* EN 319 102-1, 5.2.7: cryptographic verification of the value. */
int
sg_one_value(struct sg_one *one)
{
	static const char clause[] = "EN 319 102-1, 5.2.7";
	struct sg_msg why;
	int ret;

	if (one->scheme == NULL)
		return 0;
	if (one->who.cert == NULL)
		return block_bare_key(one);
	ret = value_by_key(one, one->who.cert);
	if (ret == 0)
		ret = value_of_namesakes(one);
	if (ret == SIGN_E_NOMEM)
		return ret;
	if (ret > 0) {
		one->to->signature_ok = SG_TRUE;
		sg_one_check(one, "signature-value", SG_PASSED, clause,
		    sg_one_say(one,
			N_("the value verifies with the signer's key"), NULL,
			NULL));
	} else if (ret == 0 && one->who.attribute_ok == SG_FALSE) {
		value_by_another(one, clause);
	} else if (ret == 0) {
		one->to->signature_ok = SG_FALSE;
		why = sg_one_say(one,
		    N_("the value does not verify with the signer's key"), NULL,
		    NULL);
		sg_one_check(one, "signature-value", SG_FAILED, clause, why);
		sg_one_conclude(one, 1, "SIG_CRYPTO_FAILURE", why);
	} else if (ret != NO_CONTENT) {
		why = sg_one_say(one,
		    ret == SIGN_E_MODULE
			? GOST_WANTED
			: N_("the signer's key cannot be used: it is of an "
			     "unknown kind or broken"),
		    NULL, NULL);
		sg_err_clear(one->env);
		sg_one_check(
		    one, "signature-value", SG_INDETERMINATE, clause, why);
		sg_one_conclude(
		    one, 0, "CRYPTO_CONSTRAINTS_FAILURE_NO_POE", why);
	} else {
		why = sg_one_say(one,
		    N_("the content that the value stands over is not at hand"),
		    NULL, NULL);
		sg_one_check(
		    one, "signature-value", SG_INDETERMINATE, clause, why);
		sg_one_conclude(one, 0, "SIGNED_DATA_NOT_FOUND", why);
	}
	if (one->sig->tbs_count == 0 && one->to->digest_ok != SG_FALSE)
		one->to->digest_ok =
		    one->to->signature_ok == SG_TRUE ? SG_TRUE : SG_NULL;
	return 0;
}

void
sg_one_whole(struct sg_one *one)
{
	if (one->to->indication == NULL &&
	    (one->to->digest_ok != SG_TRUE || one->to->signature_ok != SG_TRUE))
		sg_one_conclude(one, 0, "SIGNED_DATA_NOT_FOUND",
		    sg_one_say(one, N_("not everything could be checked"), NULL,
			NULL));
}
