/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/identify.h"

#include "base/crypt.h"
#include "base/err.h"

#include <openssl/x509.h>

#include <string.h>

/* Equal as octets, or as RFC 5280, 7.1 compares names. */
static int
same_name(struct sg_view a, struct sg_view b)
{
	X509_NAME *left, *right;
	int same;

	if (sg_view_equal(a, b))
		return 1;
	left = d2i_X509_NAME(NULL, &a.ptr, (long)a.len);
	right = d2i_X509_NAME(NULL, &b.ptr, (long)b.len);
	same = left != NULL && right != NULL && X509_NAME_cmp(left, right) == 0;
	X509_NAME_free(left);
	X509_NAME_free(right);
	return same;
}

/* RFC 5652, 5.3: issuerAndSerialNumber or subjectKeyIdentifier. */
static int
has_identifier(const struct sg_sig_fact *sig, const struct sg_cert *cert)
{
	const struct sg_cert_ids *ids = sg_cert_ids(cert);

	if (ids == NULL)
		return 0;
	if (sig->serial.len != 0)
		return sg_view_equal(sig->serial, ids->serial) &&
		    same_name(sig->issuer, ids->issuer);
	return sig->ski.len != 0 && sg_view_equal(sig->ski, ids->ski);
}

/* RFC 5035, 5: the hash over the whole DER certificate. 1, 0 or < 0. */
static int
has_hash(struct sg_env *env, const struct sg_cert_ref *ref,
    const struct sg_cert *cert)
{
	unsigned char hash[SG_MAX_DIGEST];
	int ret;

	if (ref->hash.len != ref->digest->size)
		return 0;
	ret = sg_hash_known(env, ref->digest, sg_cert_der(cert), hash);
	if (ret < 0)
		return ret;
	return memcmp(hash, ref->hash.ptr, ref->hash.len) == 0;
}

struct search {
	struct sg_env *env;
	const struct sg_sig_fact *sig;
	const struct sg_cert_ref *ref; /* NULL: nothing to compare with */
	struct sg_cert *by_id, *by_both;
	struct sg_identity *out;
};

/* A number is given once by each issuer; but the certificates of a file are
 * not signed, so that anybody can add one. */
static void
keep_namesake(struct search *search, struct sg_cert *cert)
{
	struct sg_identity *out = search->out;

	if (out->other_count < SG_MAX_NAMESAKES &&
	    !sg_cert_equal(search->by_id, cert))
		out->others[out->other_count++] = cert;
}

static int
search_list(struct search *search, const struct sg_certs *certs)
{
	size_t i;
	int ret;

	for (i = 0; i < certs->count && search->by_both == NULL; i++) {
		if (!has_identifier(search->sig, certs->list[i]))
			continue;
		if (search->by_id == NULL)
			search->by_id = certs->list[i];
		if (search->ref == NULL) {
			keep_namesake(search, certs->list[i]);
			continue;
		}
		ret = has_hash(search->env, search->ref, certs->list[i]);
		if (ret < 0)
			return ret;
		if (ret > 0)
			search->by_both = certs->list[i];
	}
	return 0;
}

/* The attribute's issuerSerial is a second opinion: a warning, the hash
 * decides (EN 319 102-1, 5.2.3.4). */
static int
names_differ(const struct sg_cert_ref *ref, const struct sg_cert *cert)
{
	const struct sg_cert_ids *ids = sg_cert_ids(cert);

	if (ref->serial.len == 0 || ids == NULL)
		return 0;
	return !sg_view_equal(ref->serial, ids->serial) ||
	    (ref->issuer.len != 0 && !same_name(ref->issuer, ids->issuer));
}

/* ---- XMLDSig: KeyInfo holds candidates, the signed reference decides */

static const struct sg_cert *
issued_by(const struct sg_certs *certs, const struct sg_cert *issuer)
{
	const X509_NAME *name = sg_cert_subject(issuer);
	size_t i;

	for (i = 0; i < certs->count; i++)
		if (certs->list[i] != issuer &&
		    X509_NAME_cmp(sg_cert_issuer(certs->list[i]), name) == 0)
			return certs->list[i];
	return NULL;
}

static int
in_key_info(const struct sg_sig_fact *sig, const struct sg_cert *cert)
{
	size_t i;

	for (i = 0; i < sig->key_cert_count; i++)
		if (sg_view_equal(sig->key_certs[i], sg_cert_der(cert)))
			return 1;
	return 0;
}

/* How well a certificate fits KeyInfo; 0: not at all. A certificate in it
 * that issued another one there is the least likely. */
static int
key_info_fit(
    struct search *search, const struct sg_certs *certs, struct sg_cert *cert)
{
	const struct sg_sig_fact *sig = search->sig;
	const struct sg_cert_ids *ids = sg_cert_ids(cert);

	if (ids == NULL)
		return 0;
	if (sig->ski.len != 0 && sg_view_equal(sig->ski, ids->ski))
		return 4;
	if (sig->key_serial.len != 0 &&
	    sg_view_equal(sig->key_serial, ids->serial))
		return 3;
	if (!in_key_info(sig, cert))
		return 0;
	return issued_by(certs, cert) != NULL ? 1 : 2;
}

static int
search_key_info(struct search *search, const struct sg_certs *certs, int *best)
{
	struct sg_cert *cert;
	size_t i;
	int fit, ret = 0;

	for (i = 0; i < certs->count && search->by_both == NULL; i++) {
		cert = certs->list[i];
		fit = key_info_fit(search, certs, cert);
		if (fit > *best) {
			*best = fit;
			search->by_id = cert;
		}
		if (search->ref != NULL)
			ret = has_hash(search->env, search->ref, cert);
		if (ret < 0)
			return ret;
		if (ret > 0)
			search->by_both = cert;
	}
	return 0;
}

static int
search_all(struct search *search, const struct sg_evidence *evidence)
{
	const struct sg_certs *lists[] = { evidence->certs, evidence->anchors };
	int best = 0, ret = 0;
	size_t i;

	for (i = 0; i < 2 && ret == 0 && search->by_both == NULL; i++)
		ret = search->sig->by_key_info
		    ? search_key_info(search, lists[i], &best)
		    : search_list(search, lists[i]);
	return ret;
}

int
sg_identify(struct sg_env *env, const struct sg_sig_fact *sig,
    const struct sg_evidence *evidence, struct sg_identity *out)
{
	struct search search = { .env = env, .sig = sig, .out = out };
	int ret;

	memset(out, 0, sizeof(*out));
	if (sig->cert_ref_count != 0 && sig->cert_refs[0].digest != NULL)
		search.ref = &sig->cert_refs[0];
	else if (sig->cert_ref_count != 0)
		out->unknown_digest = 1;
	ret = search_all(&search, evidence);
	if (ret == SIGN_E_MODULE || ret == SIGN_E_UNSUPPORTED) {
		/* its digest cannot be computed here: undetermined */
		sg_err_clear(env);
		out->unknown_digest = 1;
		search.ref = NULL;
	} else if (ret < 0) {
		return ret;
	}
	out->cert = search.by_both != NULL ? search.by_both : search.by_id;
	if (search.ref == NULL || out->cert == NULL)
		return 0;
	out->attribute_ok = search.by_both != NULL ? SG_TRUE : SG_FALSE;
	if (search.by_both != NULL)
		out->names_differ = names_differ(search.ref, out->cert);
	return 0;
}
