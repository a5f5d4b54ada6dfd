/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades.h"

#include "base/err.h"
#include "base/oid.h"

#include <string.h>

/* What a signature has; levels are sets of these. */
#define HAS_ESS (1u << 0)      /* BES: signing-certificate */
#define HAS_POLICY (1u << 1)   /* EPES */
#define HAS_BASELINE (1u << 2) /* EN 319 122-1, 6.3, level B */
#define HAS_SIGNATURE_TS (1u << 3)
#define HAS_REFS (1u << 4)        /* both complete references */
#define HAS_SIG_REFS_TS (1u << 5) /* type 1 */
#define HAS_REFS_TS (1u << 6)     /* type 2 */
#define HAS_VALUES (1u << 7)      /* certificate- and revocation-values */
#define HAS_ARCHIVE_TS (1u << 8)
#define HAS_ARCHIVE_V3 (1u << 9)
#define HAS_ROOT_DATA (1u << 10) /* SignedData has it, for all chains */
#define HAS_NO_EXTRAS (1u << 11) /* none of what level LT forbids */

/* The extended forms are what stands around a signature: in Russia they are put
 * around a plain CMS, too; that it names no certificate is another matter. */
#define BASELINE_T (HAS_ESS | HAS_BASELINE | HAS_SIGNATURE_TS)
#define BASELINE_LT (BASELINE_T | HAS_ROOT_DATA | HAS_NO_EXTRAS)
#define EXTENDED_C (HAS_SIGNATURE_TS | HAS_REFS)

/* The first that holds counts; the order is the report's contract. */
static const struct {
	const char *level;
	unsigned needs;
} levels[] = {
	{ "B-LTA", BASELINE_LT | HAS_ARCHIVE_V3 },
	{ "B-LT", BASELINE_LT },
	{ "A", HAS_SIGNATURE_TS | HAS_VALUES | HAS_ARCHIVE_TS },
	{ "A", HAS_SIGNATURE_TS | HAS_ROOT_DATA | HAS_ARCHIVE_TS },
	{ "XLT1", EXTENDED_C | HAS_SIG_REFS_TS | HAS_VALUES },
	{ "XLT2", EXTENDED_C | HAS_REFS_TS | HAS_VALUES },
	{ "X1", EXTENDED_C | HAS_SIG_REFS_TS },
	{ "X2", EXTENDED_C | HAS_REFS_TS },
	{ "C", EXTENDED_C },
	{ "LT", HAS_SIGNATURE_TS | HAS_VALUES },
	{ "B-T", BASELINE_T },
	{ "T", HAS_SIGNATURE_TS },
	{ "B-B", HAS_ESS | HAS_BASELINE },
	{ "EPES", HAS_ESS | HAS_POLICY },
	{ "BES", HAS_ESS },
	{ "CMS", 0 },
};

static size_t
count_signed(const struct sg_sig_fact *sig, const char *oid)
{
	size_t count = 0, i;

	for (i = 0; i < sig->signed_attr_count; i++)
		count += strcmp(sig->signed_attrs[i].oid, oid) == 0;
	return count;
}

static int
has_unsigned(const struct sg_sig_fact *sig, const char *oid)
{
	return sg_cades_find(
		   sig->unsigned_attrs, sig->unsigned_attr_count, oid) != NULL;
}

/* Is there a time-stamp token in one of these attributes, at least by its
 * first octets? */
static int
has_stamp(const struct sg_sig_fact *sig, const char *oid)
{
	const struct sg_attr_fact *attr;
	size_t i, j;

	for (i = 0; i < sig->unsigned_attr_count; i++) {
		attr = &sig->unsigned_attrs[i];
		if (strcmp(attr->oid, oid) != 0)
			continue;
		for (j = 0; j < attr->value_count; j++)
			if (sg_format_cades.probe(attr->values[j]) == 2)
				return 1;
	}
	return 0;
}

/* Does this certificate have the identifier of SignerInfo? */
static int
is_signers(const struct sg_sig_fact *sig, const struct sg_cert_ids *ids)
{
	if (sig->serial.len != 0)
		return sg_view_equal(sig->serial, ids->serial) &&
		    sg_view_equal(sig->issuer, ids->issuer);
	return sig->ski.len != 0 && sg_view_equal(sig->ski, ids->ski);
}

static int
matches_ref(
    struct sg_env *env, const struct sg_cert_ref *ref, struct sg_view der)
{
	unsigned char hash[SG_MAX_DIGEST];

	if (sg_hash_known(env, ref->digest, der, hash) < 0) {
		sg_err_clear(env);
		return 1; /* not determined here */
	}
	return sg_view_equal(ref->hash, sg_view_of(hash, ref->digest->size));
}

/* The signer's certificate: how many there are in SignedData, and whether the
 * signed reference is one to it. */
static void
find_certificate(const struct sg_cades *cades, const struct sg_sig_fact *sig,
    int *present, int *referred)
{
	const struct sg_cades_cert *cert;
	size_t i;

	*present = *referred = 0;
	for (i = 0; i < cades->cert_count && !*referred; i++) {
		cert = &cades->certs[i];
		if (!is_signers(sig, &cert->ids))
			continue;
		*present = 1;
		if (sig->cert_ref_count != 0)
			*referred = sig->cert_refs[0].digest == NULL ||
			    matches_ref(
				cades->env, &sig->cert_refs[0], cert->der);
	}
}

/* EN 319 122-1, 6.3, requirements of level B; that the certificate is there is
 * seen elsewhere. */
static int
is_baseline(const struct sg_sig_fact *sig)
{
	static const char *const once[] = { SG_OID_SIGNATURE_POLICY,
		SG_OID_SIGNER_LOCATION, SG_OID_COMMITMENT_TYPE,
		SG_OID_SIGNER_ATTRIBUTES, SG_OID_SIGNER_ATTRIBUTES_V2 };
	int counter = sig->parent >= 0;
	size_t i;

	if (count_signed(sig, SG_OID_CONTENT_TYPE) != (counter ? 0 : 1) ||
	    count_signed(sig, SG_OID_MESSAGE_DIGEST) != 1 ||
	    count_signed(sig, SG_OID_SIGNING_TIME) != 1 ||
	    sig->cert_ref_attrs != 1)
		return 0;
	if (!counter &&
	    (sig->content_type == NULL ||
		strcmp(sig->content_type, SG_OID_DATA) != 0))
		return 0;
	for (i = 0; i < sizeof(once) / sizeof(once[0]); i++)
		if (count_signed(sig, once[i]) > 1)
			return 0;
	if (has_unsigned(sig, SG_OID_SIGNATURE_POLICY_STORE) &&
	    sig->policy.hash.len == 0)
		return 0;
	return 1;
}

static unsigned
what_unsigned(const struct sg_sig_fact *sig, const struct sg_cades_note *note)
{
	static const char *const extras[] = { SG_OID_CERTIFICATE_VALUES,
		SG_OID_REVOCATION_VALUES, SG_OID_CERTIFICATE_REFS,
		SG_OID_REVOCATION_REFS, SG_OID_ATTRIBUTE_CERTIFICATE_REFS,
		SG_OID_ATTRIBUTE_REVOCATION_REFS, SG_OID_CADES_C_TIME_STAMP,
		SG_OID_REFS_TIME_STAMP };
	unsigned has = HAS_NO_EXTRAS;
	int type1, type2;
	size_t i;

	for (i = 0; i < sizeof(extras) / sizeof(extras[0]); i++)
		if (has_unsigned(sig, extras[i]))
			has &= ~HAS_NO_EXTRAS;
	if (has_stamp(sig, SG_OID_SIGNATURE_TIME_STAMP))
		has |= HAS_SIGNATURE_TS;
	if (has_unsigned(sig, SG_OID_CERTIFICATE_REFS) &&
	    has_unsigned(sig, SG_OID_REVOCATION_REFS))
		has |= HAS_REFS;
	/* level X has exactly one of the two kinds */
	type1 = has_stamp(sig, SG_OID_CADES_C_TIME_STAMP);
	type2 = has_stamp(sig, SG_OID_REFS_TIME_STAMP);
	if (type1 && !type2)
		has |= HAS_SIG_REFS_TS;
	if (type2 && !type1)
		has |= HAS_REFS_TS;
	/* with a value for each reference, if there are any */
	if (note->cert_values != 0 && note->revocation_values != 0 &&
	    note->unmatched_refs == 0)
		has |= HAS_VALUES;
	if (has_stamp(sig, SG_OID_ARCHIVE_TIME_STAMP_V3))
		has |= HAS_ARCHIVE_TS | HAS_ARCHIVE_V3;
	if (has_stamp(sig, SG_OID_ARCHIVE_TIME_STAMP) ||
	    has_stamp(sig, SG_OID_ARCHIVE_TIME_STAMP_V2))
		has |= HAS_ARCHIVE_TS;
	return has;
}

/* A signing-certificate attribute: version 1 for SHA-1 and only for that, and
 * not one that refers to another certificate (EN 319 122-1, 5.2.2). */
static int
has_ess(const struct sg_sig_fact *sig, int present, int referred)
{
	const struct sg_digest *sha1 = sg_digest_by_option("sha1");

	return sig->cert_ref_count != 0 &&
	    sig->cert_ref_v2 != (sig->cert_refs[0].digest == sha1) &&
	    (referred || !present);
}

const char *
sg_cades_level(const struct sg_cades *cades, size_t index)
{
	const struct sg_sig_fact *sig = &cades->facts->sigs[index];
	unsigned has = what_unsigned(sig, &cades->notes[index]);
	int present, referred;
	size_t i = 0;

	find_certificate(cades, sig, &present, &referred);
	if (has_ess(sig, present, referred))
		has |= HAS_ESS;
	if (sig->policy.present)
		has |= HAS_POLICY;
	if (present && is_baseline(sig))
		has |= HAS_BASELINE;
	if (cades->cms->crl_count != 0 && cades->notes[index].complete)
		has |= HAS_ROOT_DATA;
	while ((levels[i].needs & ~has) != 0)
		i++;
	return levels[i].level;
}
