/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/path.h"

#include "certs/cert.h"
#include "certs/chain.h"

#include <openssl/asn1.h>
#include <openssl/x509v3.h>

enum rank {
	RANK_KEY_ID,  /* subject key identifier as asked for */
	RANK_SERIAL,  /* issuer and serial number as asked for */
	RANK_NAME,    /* the name alone */
	RANK_FOREIGN, /* another name */
};

struct walk {
	const struct sg_evidence *evidence;
	sg_path_fn *fn;
	void *payload;
	struct sg_path path;
	struct sg_path *longest;
	int steps;
};

/* Issuers that were tried at one point of the way. */
struct tried {
	struct sg_cert *certs[SG_MAX_CHAIN_TRIES];
	size_t count;
};

static int
path_has(struct sg_cert *const *certs, size_t count, const struct sg_cert *cert)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (sg_cert_equal(certs[i], cert))
			return 1;
	return 0;
}

static int
path_is_anchor(const struct sg_evidence *evidence, const struct sg_cert *cert)
{
	return evidence->anchors != NULL &&
	    path_has(evidence->anchors->list, evidence->anchors->count, cert);
}

/* authorityCertIssuer and authorityCertSerialNumber (RFC 5280, 4.2.1.1). */
static int
path_serial_fits(X509 *x509, X509 *issuer)
{
	const ASN1_INTEGER *serial = X509_get0_authority_serial(x509);
	const GENERAL_NAMES *names = X509_get0_authority_issuer(x509);
	const GENERAL_NAME *name;
	int i;

	if (serial == NULL ||
	    ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(issuer)) != 0)
		return 0;
	for (i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		name = sk_GENERAL_NAME_value(names, i);
		if (name->type == GEN_DIRNAME &&
		    X509_NAME_cmp(name->d.directoryName,
			X509_get_issuer_name(issuer)) == 0)
			return 1;
	}
	return 0;
}

static enum rank
path_rank(const struct sg_cert *cert, const struct sg_cert *issuer)
{
	const ASN1_OCTET_STRING *wanted, *have;
	X509 *x509, *above;

	if (X509_NAME_cmp(sg_cert_issuer(cert), sg_cert_subject(issuer)) != 0)
		return RANK_FOREIGN;
	x509 = sg_cert_x509(cert);
	above = sg_cert_x509(issuer);
	wanted = X509_get0_authority_key_id(x509);
	have = X509_get0_subject_key_id(above);
	if (wanted != NULL && have != NULL)
		return ASN1_OCTET_STRING_cmp(wanted, have) == 0 ? RANK_KEY_ID
								: RANK_NAME;
	return path_serial_fits(x509, above) ? RANK_SERIAL : RANK_NAME;
}

static int path_walk(struct walk *walk);

/* Go on through each issuer of this rank in the list. */
static int
path_try(struct walk *walk, enum rank rank, const struct sg_certs *list,
    struct tried *tried)
{
	struct sg_path *path = &walk->path;
	struct sg_cert *top = path->certs[path->count - 1];
	size_t i;
	int ret = 0;

	for (i = 0; list != NULL && i < list->count && ret == 0; i++) {
		if (path_rank(top, list->list[i]) != rank ||
		    path_has(path->certs, path->count, list->list[i]) ||
		    path_has(tried->certs, tried->count, list->list[i]))
			continue;
		if (tried->count == SG_MAX_CHAIN_TRIES)
			break;
		tried->certs[tried->count++] = list->list[i];
		path->certs[path->count++] = list->list[i];
		ret = path_walk(walk);
		path->count--;
	}
	return ret;
}

static int
path_walk(struct walk *walk)
{
	struct sg_path *path = &walk->path;
	struct sg_cert *top = path->certs[path->count - 1];
	struct tried tried = { .count = 0 };
	int rank, ret = 0;

	if (path->count > walk->longest->count)
		*walk->longest = *path;
	if (path_is_anchor(walk->evidence, top))
		return walk->fn(path, walk->payload);
	if (path->count > SG_MAX_CHAIN_DEPTH ||
	    ++walk->steps > SG_MAX_CHAIN_STEPS ||
	    (X509_get_extension_flags(sg_cert_x509(top)) & EXFLAG_SS) != 0)
		return 0;
	for (rank = RANK_KEY_ID; rank < RANK_FOREIGN && ret == 0; rank++) {
		ret = path_try(
		    walk, (enum rank)rank, walk->evidence->anchors, &tried);
		if (ret == 0)
			ret = path_try(walk, (enum rank)rank,
			    walk->evidence->certs, &tried);
	}
	return ret;
}

int
sg_path_each(struct sg_cert *signer, const struct sg_evidence *evidence,
    sg_path_fn *fn, void *payload, struct sg_path *longest)
{
	struct walk walk = { .evidence = evidence,
		.fn = fn,
		.payload = payload,
		.path = { .certs = { signer }, .count = 1 },
		.longest = longest };

	longest->count = 0;
	return path_walk(&walk);
}
