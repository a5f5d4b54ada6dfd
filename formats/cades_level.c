/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/cades.h"

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
#define HAS_ROOT_DATA (1u << 10) /* revocation data in SignedData */
#define HAS_NO_EXTRAS (1u << 11) /* none of what level LT forbids */

#define BASELINE_T (HAS_ESS | HAS_BASELINE | HAS_SIGNATURE_TS)
#define BASELINE_LT (BASELINE_T | HAS_ROOT_DATA | HAS_NO_EXTRAS)
#define EXTENDED_C (HAS_ESS | HAS_SIGNATURE_TS | HAS_REFS)

/* The first that holds counts; the order is the report's contract. */
static const struct {
	const char *level;
	unsigned needs;
} levels[] = {
	{ "B-LTA", BASELINE_LT | HAS_ARCHIVE_V3 },
	{ "B-LT", BASELINE_LT },
	{ "A", HAS_ESS | HAS_ARCHIVE_TS },
	{ "XLT1", EXTENDED_C | HAS_SIG_REFS_TS | HAS_VALUES },
	{ "XLT2", EXTENDED_C | HAS_REFS_TS | HAS_VALUES },
	{ "X1", EXTENDED_C | HAS_SIG_REFS_TS },
	{ "X2", EXTENDED_C | HAS_REFS_TS },
	{ "C", EXTENDED_C },
	{ "LT", HAS_ESS | HAS_SIGNATURE_TS | HAS_VALUES },
	{ "B-T", BASELINE_T },
	{ "T", HAS_ESS | HAS_SIGNATURE_TS },
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
has_certificate(const struct sg_cades *cades, const struct sg_sig_fact *sig)
{
	size_t i;

	for (i = 0; i < cades->cert_id_count; i++)
		if (is_signers(sig, &cades->cert_ids[i]))
			return 1;
	return 0;
}

/* EN 319 122-1, 6.3, requirements of level B. */
static int
is_baseline(const struct sg_cades *cades, const struct sg_sig_fact *sig)
{
	static const char *const once[] = { SG_OID_SIGNATURE_POLICY,
		SG_OID_SIGNER_LOCATION, SG_OID_COMMITMENT_TYPE,
		SG_OID_SIGNER_ATTRIBUTES, SG_OID_SIGNER_ATTRIBUTES_V2 };
	const struct sg_digest *sha1 = sg_digest_by_option("sha1");
	int counter = sig->parent >= 0;
	size_t i;

	if (count_signed(sig, SG_OID_CONTENT_TYPE) != (counter ? 0 : 1) ||
	    count_signed(sig, SG_OID_MESSAGE_DIGEST) != 1 ||
	    count_signed(sig, SG_OID_SIGNING_TIME) != 1 ||
	    sig->cert_ref_attrs != 1 || sig->cert_ref_count == 0)
		return 0;
	if (!counter &&
	    (sig->content_type == NULL ||
		strcmp(sig->content_type, SG_OID_DATA) != 0))
		return 0;
	if (sig->cert_ref_v2 == (sig->cert_refs[0].digest == sha1))
		return 0;
	for (i = 0; i < sizeof(once) / sizeof(once[0]); i++)
		if (count_signed(sig, once[i]) > 1)
			return 0;
	if (has_unsigned(sig, SG_OID_SIGNATURE_POLICY_STORE) &&
	    sig->policy.hash.len == 0)
		return 0;
	return has_certificate(cades, sig);
}

static unsigned
what_unsigned(const struct sg_sig_fact *sig)
{
	static const char *const extras[] = { SG_OID_CERTIFICATE_VALUES,
		SG_OID_REVOCATION_VALUES, SG_OID_CERTIFICATE_REFS,
		SG_OID_REVOCATION_REFS, SG_OID_ATTRIBUTE_CERTIFICATE_REFS,
		SG_OID_ATTRIBUTE_REVOCATION_REFS, SG_OID_CADES_C_TIME_STAMP,
		SG_OID_REFS_TIME_STAMP };
	unsigned has = HAS_NO_EXTRAS;
	size_t i;

	for (i = 0; i < sizeof(extras) / sizeof(extras[0]); i++)
		if (has_unsigned(sig, extras[i]))
			has &= ~HAS_NO_EXTRAS;
	if (has_unsigned(sig, SG_OID_SIGNATURE_TIME_STAMP))
		has |= HAS_SIGNATURE_TS;
	if (has_unsigned(sig, SG_OID_CERTIFICATE_REFS) &&
	    has_unsigned(sig, SG_OID_REVOCATION_REFS))
		has |= HAS_REFS;
	if (has_unsigned(sig, SG_OID_CADES_C_TIME_STAMP))
		has |= HAS_SIG_REFS_TS;
	if (has_unsigned(sig, SG_OID_REFS_TIME_STAMP))
		has |= HAS_REFS_TS;
	if (has_unsigned(sig, SG_OID_CERTIFICATE_VALUES) &&
	    has_unsigned(sig, SG_OID_REVOCATION_VALUES))
		has |= HAS_VALUES;
	if (has_unsigned(sig, SG_OID_ARCHIVE_TIME_STAMP_V3))
		has |= HAS_ARCHIVE_TS | HAS_ARCHIVE_V3;
	if (has_unsigned(sig, SG_OID_ARCHIVE_TIME_STAMP) ||
	    has_unsigned(sig, SG_OID_ARCHIVE_TIME_STAMP_V2))
		has |= HAS_ARCHIVE_TS;
	return has;
}

const char *
sg_cades_level(const struct sg_cades *cades, size_t index)
{
	const struct sg_sig_fact *sig = &cades->facts->sigs[index];
	unsigned has = what_unsigned(sig);
	size_t i = 0;

	if (sig->cert_ref_attrs != 0)
		has |= HAS_ESS;
	if (sig->policy.present)
		has |= HAS_POLICY;
	if (is_baseline(cades, sig))
		has |= HAS_BASELINE;
	if (cades->cms->crl_count != 0)
		has |= HAS_ROOT_DATA;
	while ((levels[i].needs & ~has) != 0)
		i++;
	return levels[i].level;
}
