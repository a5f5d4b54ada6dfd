/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_OID_H
#define SIGN_BASE_OID_H

#include <openssl/types.h>

#include "base/buf.h"

/*
 * One row per object identifier that the tree names, algorithms and curves
 * apart (those are rows of alg.c and gost.c): constant, dotted form, name for
 * people, clause that defines it. Sorted by dotted form as text. Code names
 * them by constant: SG_OID_CONTENT_TYPE is its dotted form.
 */
#define SG_OIDS(X) \
	X(QCP_PUBLIC_SSCD, "0.4.0.1456.1.1", \
	    N_("qualified certificate to the public, secure device"), \
	    "TS 101 456, 5.2") \
	X(QCP_PUBLIC, "0.4.0.1456.1.2", \
	    N_("qualified certificate to the public"), "TS 101 456, 5.2") \
	X(MIME_TYPE, "0.4.0.1733.2.1", N_("MIME type"), "EN 319 122-1, 5.2.5") \
	X(LONG_TERM_VALIDATION, "0.4.0.1733.2.2", N_("long-term validation"), \
	    "TS 101 733, 6.5") \
	X(ARCHIVE_TIME_STAMP_V3, "0.4.0.1733.2.4", \
	    N_("archive time-stamp, version 3"), "EN 319 122-1, 5.5.3") \
	X(ATS_HASH_INDEX, "0.4.0.1733.2.5", \
	    N_("index of the archive time-stamp"), "TS 101 733, 6.4.2") \
	X(QC_COMPLIANCE, "0.4.0.1862.1.1", N_("EU qualified certificate"), \
	    "EN 319 412-5, 4.2.1") \
	X(QC_LIMIT_VALUE, "0.4.0.1862.1.2", N_("limit of transaction value"), \
	    "EN 319 412-5, 4.3.2") \
	X(QC_RETENTION_PERIOD, "0.4.0.1862.1.3", N_("retention period"), \
	    "EN 319 412-5, 4.3.3") \
	X(QC_SSCD, "0.4.0.1862.1.4", N_("key in a qualified device"), \
	    "EN 319 412-5, 4.2.2") \
	X(QC_PDS, "0.4.0.1862.1.5", N_("disclosure statements"), \
	    "EN 319 412-5, 4.3.4") \
	X(QC_TYPE, "0.4.0.1862.1.6", N_("type of qualified certificate"), \
	    "EN 319 412-5, 4.2.3") \
	X(QC_TYPE_ESIGN, "0.4.0.1862.1.6.1", N_("for electronic signatures"), \
	    "EN 319 412-5, 4.2.3") \
	X(QC_TYPE_ESEAL, "0.4.0.1862.1.6.2", N_("for electronic seals"), \
	    "EN 319 412-5, 4.2.3") \
	X(QC_TYPE_WEB, "0.4.0.1862.1.6.3", N_("for web site authentication"), \
	    "EN 319 412-5, 4.2.3") \
	X(QC_CC_LEGISLATION, "0.4.0.1862.1.7", \
	    N_("legislation of another country"), "EN 319 412-5, 4.2.4") \
	X(QC_IDENT_METHOD, "0.4.0.1862.1.8", N_("method of identification"), \
	    "EN 319 412-5") \
	X(QC_QSCD_LEGISLATION, "0.4.0.1862.1.9", \
	    N_("legislation of the qualified device"), "EN 319 412-5") \
	X(SIGNER_ATTRIBUTES_V2, "0.4.0.19122.1.1", \
	    N_("signer's attributes, version 2"), "EN 319 122-1, 5.2.6") \
	X(CLAIMED_SAML_ASSERTION, "0.4.0.19122.1.2", \
	    N_("claimed SAML assertion"), "EN 319 122-1, 5.2.6") \
	X(SIGNATURE_POLICY_STORE, "0.4.0.19122.1.3", \
	    N_("signature policy store"), "EN 319 122-1, 5.2.10") \
	X(ATS_HASH_INDEX_V2, "0.4.0.19122.1.4", \
	    N_("index of the archive time-stamp, version 2"), \
	    "EN 319 122-1, 5.5.2") \
	X(ATS_HASH_INDEX_V3, "0.4.0.19122.1.5", \
	    N_("index of the archive time-stamp, version 3"), \
	    "EN 319 122-1, 5.5.2") \
	X(SP_DOC_SPECIFICATION, "0.4.0.19122.2.1", \
	    N_("specification of the signature policy document"), \
	    "EN 319 122-1, 5.2.9") \
	X(QCP_N, "0.4.0.194112.1.0", N_("EU qualified, natural person"), \
	    "EN 319 411-2, 5.3") \
	X(QCP_L, "0.4.0.194112.1.1", N_("EU qualified, legal person"), \
	    "EN 319 411-2, 5.3") \
	X(QCP_N_QSCD, "0.4.0.194112.1.2", \
	    N_("EU qualified, natural person, qualified device"), \
	    "EN 319 411-2, 5.3") \
	X(QCP_L_QSCD, "0.4.0.194112.1.3", \
	    N_("EU qualified, legal person, qualified device"), \
	    "EN 319 411-2, 5.3") \
	X(QCP_W, "0.4.0.194112.1.4", N_("EU qualified, web site"), \
	    "EN 319 411-2, 5.3") \
	X(SEMANTICS_NATURAL, "0.4.0.194121.1.1", \
	    N_("identifier of a natural person"), "EN 319 412-1, 5.1.3") \
	X(SEMANTICS_LEGAL, "0.4.0.194121.1.2", \
	    N_("identifier of a legal person"), "EN 319 412-1, 5.1.4") \
	X(SEMANTICS_EIDAS_NATURAL, "0.4.0.194121.1.3", \
	    N_("eIDAS identifier of a natural person"), "EN 319 412-1, 5.1.5") \
	X(SEMANTICS_EIDAS_LEGAL, "0.4.0.194121.1.4", \
	    N_("eIDAS identifier of a legal person"), "EN 319 412-1, 5.1.6") \
	X(VALIDITY_ASSURED, "0.4.0.194121.2.1", \
	    N_("short-term certificate without revocation"), \
	    "EN 319 412-1, 5.2") \
	X(QC_PSD2, "0.4.0.19495.2", N_("payment services (PSD2)"), \
	    "TS 119 495, 5.1") \
	X(USER_ID, "0.9.2342.19200300.100.1.1", N_("user identifier"), \
	    "RFC 4519, 2.39") \
	X(DOMAIN_COMPONENT, "0.9.2342.19200300.100.1.25", \
	    N_("domain component"), "RFC 4519, 2.4") \
	X(OGRN, "1.2.643.100.1", N_("OGRN"), "RFC 9215, B") \
	X(SUBJECT_SIGN_TOOL, "1.2.643.100.111", \
	    N_("signing tool of the holder"), "RFC 9215, 5") \
	X(ISSUER_SIGN_TOOL, "1.2.643.100.112", \
	    N_("signing tools of the issuer"), "RFC 9215, 5") \
	X(POLICY_KC1, "1.2.643.100.113.1", N_("class of signing tool KC1"), \
	    "FSB order 795") \
	X(POLICY_KC2, "1.2.643.100.113.2", N_("class of signing tool KC2"), \
	    "FSB order 795") \
	X(POLICY_KC3, "1.2.643.100.113.3", N_("class of signing tool KC3"), \
	    "FSB order 795") \
	X(POLICY_KB1, "1.2.643.100.113.4", N_("class of signing tool KB1"), \
	    "FSB order 795") \
	X(POLICY_KB2, "1.2.643.100.113.5", N_("class of signing tool KB2"), \
	    "FSB order 795") \
	X(POLICY_KA1, "1.2.643.100.113.6", N_("class of signing tool KA1"), \
	    "FSB order 795") \
	X(IDENTIFICATION_KIND, "1.2.643.100.114", \
	    N_("how the holder was identified"), "FSB order 795") \
	X(SNILS, "1.2.643.100.3", N_("SNILS"), "RFC 9215, B") \
	X(INNLE, "1.2.643.100.4", N_("INN of a legal entity"), "RFC 9215, B") \
	X(OGRNIP, "1.2.643.100.5", N_("OGRNIP"), "RFC 9215, B") \
	X(EKU_CRYPTOPRO_USER, "1.2.643.2.2.34.6", \
	    N_("user of the registration centre"), "CryptoPro") \
	X(INN, "1.2.643.3.131.1.1", N_("INN"), "RFC 9215, B") \
	X(DATA, "1.2.840.113549.1.7.1", N_("data"), "RFC 5652, 4") \
	X(SIGNED_DATA, "1.2.840.113549.1.7.2", N_("signed data"), \
	    "RFC 5652, 5.1") \
	X(ENVELOPED_DATA, "1.2.840.113549.1.7.3", N_("enveloped data"), \
	    "RFC 5652, 6.1") \
	X(DIGESTED_DATA, "1.2.840.113549.1.7.5", N_("digested data"), \
	    "RFC 5652, 7") \
	X(ENCRYPTED_DATA, "1.2.840.113549.1.7.6", N_("encrypted data"), \
	    "RFC 5652, 8") \
	X(EMAIL, "1.2.840.113549.1.9.1", N_("email"), "RFC 5280, A.1") \
	X(SMIME_CAPABILITIES, "1.2.840.113549.1.9.15", \
	    N_("S/MIME capabilities"), "RFC 8551, 2.5.2") \
	X(TST_INFO, "1.2.840.113549.1.9.16.1.4", N_("time-stamp information"), \
	    "RFC 3161, 2.4.2") \
	X(CONTENT_REFERENCE, "1.2.840.113549.1.9.16.2.10", \
	    N_("content reference"), "RFC 2634, 2.11") \
	X(SIGNING_CERTIFICATE, "1.2.840.113549.1.9.16.2.12", \
	    N_("signing certificate"), "RFC 5035, 5") \
	X(SIGNATURE_TIME_STAMP, "1.2.840.113549.1.9.16.2.14", \
	    N_("signature time-stamp"), "RFC 5126, 6.1.1") \
	X(SIGNATURE_POLICY, "1.2.840.113549.1.9.16.2.15", \
	    N_("signature policy"), "RFC 5126, 5.8.1") \
	X(COMMITMENT_TYPE, "1.2.840.113549.1.9.16.2.16", \
	    N_("commitment type"), "RFC 5126, 5.11.1") \
	X(SIGNER_LOCATION, "1.2.840.113549.1.9.16.2.17", \
	    N_("signer's location"), "RFC 5126, 5.11.2") \
	X(SIGNER_ATTRIBUTES, "1.2.840.113549.1.9.16.2.18", \
	    N_("signer's attributes"), "RFC 5126, 5.11.3") \
	X(OTHER_SIGNING_CERTIFICATE, "1.2.840.113549.1.9.16.2.19", \
	    N_("other signing certificate"), "RFC 5126, 5.7.3.3") \
	X(CONTENT_TIME_STAMP, "1.2.840.113549.1.9.16.2.20", \
	    N_("content time-stamp"), "RFC 5126, 5.11.4") \
	X(CERTIFICATE_REFS, "1.2.840.113549.1.9.16.2.21", \
	    N_("complete certificate references"), "RFC 5126, 6.2.1") \
	X(REVOCATION_REFS, "1.2.840.113549.1.9.16.2.22", \
	    N_("complete revocation references"), "RFC 5126, 6.2.2") \
	X(CERTIFICATE_VALUES, "1.2.840.113549.1.9.16.2.23", \
	    N_("certificate values"), "RFC 5126, 6.3.3") \
	X(REVOCATION_VALUES, "1.2.840.113549.1.9.16.2.24", \
	    N_("revocation values"), "RFC 5126, 6.3.4") \
	X(CADES_C_TIME_STAMP, "1.2.840.113549.1.9.16.2.25", \
	    N_("CAdES-C time-stamp"), "RFC 5126, 6.3.5") \
	X(REFS_TIME_STAMP, "1.2.840.113549.1.9.16.2.26", \
	    N_("time-stamp over references"), "RFC 5126, 6.3.6") \
	X(ARCHIVE_TIME_STAMP, "1.2.840.113549.1.9.16.2.27", \
	    N_("archive time-stamp"), "RFC 3126, 4.4.1") \
	X(CONTENT_HINTS, "1.2.840.113549.1.9.16.2.4", N_("content hints"), \
	    "RFC 2634, 2.9") \
	X(ATTRIBUTE_CERTIFICATE_REFS, "1.2.840.113549.1.9.16.2.44", \
	    N_("attribute certificate references"), "RFC 5126, 6.2.3") \
	X(ATTRIBUTE_REVOCATION_REFS, "1.2.840.113549.1.9.16.2.45", \
	    N_("attribute revocation references"), "RFC 5126, 6.2.4") \
	X(SIGNING_CERTIFICATE_V2, "1.2.840.113549.1.9.16.2.47", \
	    N_("signing certificate, version 2"), "RFC 5035, 3") \
	X(ARCHIVE_TIME_STAMP_V2, "1.2.840.113549.1.9.16.2.48", \
	    N_("archive time-stamp, version 2"), "RFC 5126, 6.4.1") \
	X(EVIDENCE_RECORD_INTERNAL, "1.2.840.113549.1.9.16.2.49", \
	    N_("internal evidence record"), "RFC 4998, A.1") \
	X(EVIDENCE_RECORD_EXTERNAL, "1.2.840.113549.1.9.16.2.50", \
	    N_("external evidence record"), "RFC 4998, A.2") \
	X(CONTENT_IDENTIFIER, "1.2.840.113549.1.9.16.2.7", \
	    N_("content identifier"), "RFC 2634, 2.7") \
	X(SP_URI, "1.2.840.113549.1.9.16.5.1", \
	    N_("address of the signature policy"), "RFC 5126, 5.8.1") \
	X(SP_USER_NOTICE, "1.2.840.113549.1.9.16.5.2", \
	    N_("user notice of the signature policy"), "RFC 5126, 5.8.1") \
	X(CTI_ORIGIN, "1.2.840.113549.1.9.16.6.1", N_("proof of origin"), \
	    "RFC 5126, 5.11.1") \
	X(CTI_RECEIPT, "1.2.840.113549.1.9.16.6.2", N_("proof of receipt"), \
	    "RFC 5126, 5.11.1") \
	X(CTI_DELIVERY, "1.2.840.113549.1.9.16.6.3", N_("proof of delivery"), \
	    "RFC 5126, 5.11.1") \
	X(CTI_SENDER, "1.2.840.113549.1.9.16.6.4", N_("proof of sender"), \
	    "RFC 5126, 5.11.1") \
	X(CTI_APPROVAL, "1.2.840.113549.1.9.16.6.5", N_("proof of approval"), \
	    "RFC 5126, 5.11.1") \
	X(CTI_CREATION, "1.2.840.113549.1.9.16.6.6", N_("proof of creation"), \
	    "RFC 5126, 5.11.1") \
	X(UNSTRUCTURED_NAME, "1.2.840.113549.1.9.2", N_("unstructured name"), \
	    "RFC 2985, 5.4.1") \
	X(CONTENT_TYPE, "1.2.840.113549.1.9.3", N_("content type"), \
	    "RFC 5652, 11.1") \
	X(MESSAGE_DIGEST, "1.2.840.113549.1.9.4", N_("message digest"), \
	    "RFC 5652, 11.2") \
	X(SIGNING_TIME, "1.2.840.113549.1.9.5", N_("signing time"), \
	    "RFC 5652, 11.3") \
	X(ALGORITHM_PROTECTION, "1.2.840.113549.1.9.52", \
	    N_("algorithm protection"), "RFC 6211, 2") \
	X(COUNTERSIGNATURE, "1.2.840.113549.1.9.6", N_("counter-signature"), \
	    "RFC 5652, 11.4") \
	X(UNSTRUCTURED_ADDRESS, "1.2.840.113549.1.9.8", \
	    N_("unstructured address"), "RFC 2985, 5.4.4") \
	X(EKU_ADOBE_DOCUMENTS, "1.2.840.113583.1.1.5", \
	    N_("authentic documents (Adobe)"), "RFC 9336, 1") \
	X(ADOBE_REVOCATION, "1.2.840.113583.1.1.8", \
	    N_("revocation data of a PDF signature"), "ISO 32000-1, 12.8.3.3") \
	X(OCSP_CERT_HASH, "1.3.36.8.3.13", N_("hash of the certificate"), \
	    "Common PKI, part 4") \
	X(SCT_LIST, "1.3.6.1.4.1.11129.2.4.2", N_("certificate transparency"), \
	    "RFC 6962, 3.3") \
	X(EKU_MS_DOCUMENT_SIGNING, "1.3.6.1.4.1.311.10.3.12", \
	    N_("document signing (Microsoft)"), "RFC 9336, 1") \
	X(MS_CERTIFICATE_TYPE, "1.3.6.1.4.1.311.20.2", \
	    N_("certificate template name"), "MS-WCCE, 2.2.2.7.7") \
	X(EKU_MS_SMARTCARD_LOGON, "1.3.6.1.4.1.311.20.2.2", \
	    N_("smart card logon"), "MS-PKCA, 3.1.5") \
	X(MS_CA_VERSION, "1.3.6.1.4.1.311.21.1", \
	    N_("version of the issuer's key"), "MS-WCCE, 2.2.2.7") \
	X(MS_APPLICATION_POLICIES, "1.3.6.1.4.1.311.21.10", \
	    N_("application policies"), "MS-WCCE, 2.2.2.7.7") \
	X(MS_PREVIOUS_CA_HASH, "1.3.6.1.4.1.311.21.2", \
	    N_("hash of the issuer's previous certificate"), \
	    "MS-WCCE, 2.2.2.7") \
	X(MS_CERTIFICATE_TEMPLATE, "1.3.6.1.4.1.311.21.7", \
	    N_("certificate template"), "MS-WCCE, 2.2.2.7.7") \
	X(AUTHORITY_INFO_ACCESS, "1.3.6.1.5.5.7.1.1", \
	    N_("authority information access"), "RFC 5280, 4.2.2.1") \
	X(SUBJECT_INFO_ACCESS, "1.3.6.1.5.5.7.1.11", \
	    N_("subject information access"), "RFC 5280, 4.2.2.2") \
	X(QC_STATEMENTS, "1.3.6.1.5.5.7.1.3", \
	    N_("statements of a qualified certificate"), "RFC 3739, 3.2.6") \
	X(QCS_PKIX_V1, "1.3.6.1.5.5.7.11.1", \
	    N_("qualified certificate syntax, version 1"), \
	    "RFC 3039, 3.2.5.1") \
	X(QCS_PKIX_V2, "1.3.6.1.5.5.7.11.2", \
	    N_("qualified certificate syntax, version 2"), \
	    "RFC 3739, 3.2.6.1") \
	X(RI_OCSP_RESPONSE, "1.3.6.1.5.5.7.16.2", N_("OCSP response"), \
	    "RFC 5940, 2.1") \
	X(RI_SCVP, "1.3.6.1.5.5.7.16.4", N_("SCVP response"), "RFC 5940, 2.2") \
	X(POLICY_CPS, "1.3.6.1.5.5.7.2.1", \
	    N_("certification practice statement"), "RFC 5280, 4.2.1.4") \
	X(POLICY_USER_NOTICE, "1.3.6.1.5.5.7.2.2", N_("user notice"), \
	    "RFC 5280, 4.2.1.4") \
	X(EKU_SERVER_AUTH, "1.3.6.1.5.5.7.3.1", N_("server authentication"), \
	    "RFC 5280, 4.2.1.12") \
	X(EKU_CLIENT_AUTH, "1.3.6.1.5.5.7.3.2", N_("client authentication"), \
	    "RFC 5280, 4.2.1.12") \
	X(EKU_CODE_SIGNING, "1.3.6.1.5.5.7.3.3", N_("code signing"), \
	    "RFC 5280, 4.2.1.12") \
	X(EKU_DOCUMENT_SIGNING, "1.3.6.1.5.5.7.3.36", N_("document signing"), \
	    "RFC 9336, 3.1") \
	X(EKU_EMAIL_PROTECTION, "1.3.6.1.5.5.7.3.4", N_("email protection"), \
	    "RFC 5280, 4.2.1.12") \
	X(EKU_TIME_STAMPING, "1.3.6.1.5.5.7.3.8", N_("time-stamping"), \
	    "RFC 5280, 4.2.1.12") \
	X(EKU_OCSP_SIGNING, "1.3.6.1.5.5.7.3.9", N_("OCSP signing"), \
	    "RFC 5280, 4.2.1.12") \
	X(AD_OCSP, "1.3.6.1.5.5.7.48.1", N_("OCSP responder"), \
	    "RFC 5280, 4.2.2.1") \
	X(OCSP_BASIC, "1.3.6.1.5.5.7.48.1.1", N_("basic OCSP response"), \
	    "RFC 6960, 4.2.1") \
	X(OCSP_NONCE, "1.3.6.1.5.5.7.48.1.2", N_("OCSP nonce"), \
	    "RFC 6960, 4.4.1") \
	X(OCSP_NOCHECK, "1.3.6.1.5.5.7.48.1.5", \
	    N_("no revocation check of the responder"), "RFC 6960, 4.2.2.2.1") \
	X(OCSP_ARCHIVE_CUTOFF, "1.3.6.1.5.5.7.48.1.6", N_("archive cutoff"), \
	    "RFC 6960, 4.4.4") \
	X(AD_CA_ISSUERS, "1.3.6.1.5.5.7.48.2", \
	    N_("certificate of the issuer"), "RFC 5280, 4.2.2.1") \
	X(AD_TIME_STAMPING, "1.3.6.1.5.5.7.48.3", N_("time-stamping service"), \
	    "RFC 3161, 4") \
	X(SUBJECT_KEY_ID, "2.5.29.14", N_("subject key identifier"), \
	    "RFC 5280, 4.2.1.2") \
	X(KEY_USAGE, "2.5.29.15", N_("key usage"), "RFC 5280, 4.2.1.3") \
	X(PRIVATE_KEY_USAGE_PERIOD, "2.5.29.16", \
	    N_("private key usage period"), "RFC 3280, 4.2.1.4") \
	X(SUBJECT_ALT_NAME, "2.5.29.17", N_("subject alternative name"), \
	    "RFC 5280, 4.2.1.6") \
	X(ISSUER_ALT_NAME, "2.5.29.18", N_("issuer alternative name"), \
	    "RFC 5280, 4.2.1.7") \
	X(BASIC_CONSTRAINTS, "2.5.29.19", N_("basic constraints"), \
	    "RFC 5280, 4.2.1.9") \
	X(CRL_NUMBER, "2.5.29.20", N_("CRL number"), "RFC 5280, 5.2.3") \
	X(CRL_REASON, "2.5.29.21", N_("reason of revocation"), \
	    "RFC 5280, 5.3.1") \
	X(INVALIDITY_DATE, "2.5.29.24", N_("invalidity date"), \
	    "RFC 5280, 5.3.2") \
	X(DELTA_CRL, "2.5.29.27", N_("delta CRL indicator"), \
	    "RFC 5280, 5.2.4") \
	X(ISSUING_DISTRIBUTION_POINT, "2.5.29.28", \
	    N_("issuing distribution point"), "RFC 5280, 5.2.5") \
	X(CERTIFICATE_ISSUER, "2.5.29.29", N_("certificate issuer"), \
	    "RFC 5280, 5.3.3") \
	X(NAME_CONSTRAINTS, "2.5.29.30", N_("name constraints"), \
	    "RFC 5280, 4.2.1.10") \
	X(CRL_DISTRIBUTION_POINTS, "2.5.29.31", N_("CRL distribution points"), \
	    "RFC 5280, 4.2.1.13") \
	X(CERTIFICATE_POLICIES, "2.5.29.32", N_("certificate policies"), \
	    "RFC 5280, 4.2.1.4") \
	X(ANY_POLICY, "2.5.29.32.0", N_("any policy"), "RFC 5280, 4.2.1.4") \
	X(POLICY_MAPPINGS, "2.5.29.33", N_("policy mappings"), \
	    "RFC 5280, 4.2.1.5") \
	X(AUTHORITY_KEY_ID, "2.5.29.35", N_("authority key identifier"), \
	    "RFC 5280, 4.2.1.1") \
	X(POLICY_CONSTRAINTS, "2.5.29.36", N_("policy constraints"), \
	    "RFC 5280, 4.2.1.11") \
	X(EXT_KEY_USAGE, "2.5.29.37", N_("extended key usage"), \
	    "RFC 5280, 4.2.1.12") \
	X(EKU_ANY, "2.5.29.37.0", N_("any purpose"), "RFC 5280, 4.2.1.12") \
	X(FRESHEST_CRL, "2.5.29.46", N_("freshest CRL"), "RFC 5280, 4.2.1.15") \
	X(INHIBIT_ANY_POLICY, "2.5.29.54", N_("inhibit any policy"), \
	    "RFC 5280, 4.2.1.14") \
	X(NO_REV_AVAIL, "2.5.29.56", N_("no revocation information"), \
	    "RFC 9608, 2") \
	X(EXPIRED_CERTS_ON_CRL, "2.5.29.60", \
	    N_("expired certificates stay on the CRL"), "X.509, 9.5.2.8") \
	X(SUBJECT_DIRECTORY_ATTRIBUTES, "2.5.29.9", \
	    N_("subject directory attributes"), "RFC 5280, 4.2.1.8") \
	X(ORGANIZATION, "2.5.4.10", N_("organisation"), "RFC 5280, A.1") \
	X(ORGANIZATIONAL_UNIT, "2.5.4.11", N_("department"), "RFC 5280, A.1") \
	X(TITLE, "2.5.4.12", N_("title"), "RFC 5280, A.1") \
	X(DESCRIPTION, "2.5.4.13", N_("description"), "RFC 4519, 2.5") \
	X(BUSINESS_CATEGORY, "2.5.4.15", N_("business category"), \
	    "RFC 4519, 2.1") \
	X(POSTAL_CODE, "2.5.4.17", N_("postal code"), "RFC 4519, 2.23") \
	X(TELEPHONE, "2.5.4.20", N_("telephone number"), "RFC 4519, 2.35") \
	X(CN, "2.5.4.3", N_("common name"), "RFC 5280, A.1") \
	X(SURNAME, "2.5.4.4", N_("surname"), "RFC 5280, A.1") \
	X(NAME, "2.5.4.41", N_("name"), "RFC 5280, A.1") \
	X(GIVEN_NAME, "2.5.4.42", N_("given name"), "RFC 5280, A.1") \
	X(INITIALS, "2.5.4.43", N_("initials"), "RFC 5280, A.1") \
	X(GENERATION, "2.5.4.44", N_("generation"), "RFC 5280, A.1") \
	X(DN_QUALIFIER, "2.5.4.46", N_("name qualifier"), "RFC 5280, A.1") \
	X(SERIAL_NUMBER, "2.5.4.5", N_("serial number"), "RFC 5280, A.1") \
	X(COUNTRY, "2.5.4.6", N_("country"), "RFC 5280, A.1") \
	X(PSEUDONYM, "2.5.4.65", N_("pseudonym"), "RFC 5280, A.1") \
	X(LOCALITY, "2.5.4.7", N_("locality"), "RFC 5280, A.1") \
	X(ROLE, "2.5.4.72", N_("role"), "RFC 5755, 4.4.5") \
	X(STATE, "2.5.4.8", N_("state or region"), "RFC 5280, A.1") \
	X(STREET, "2.5.4.9", N_("street"), "RFC 4519, 2.34") \
	X(ORGANIZATION_IDENTIFIER, "2.5.4.97", N_("organisation identifier"), \
	    "EN 319 412-1, 5.1.4")

#define SG_OID_DECLARE(name, dotted, text, clause) \
	extern const char SG_OID_##name[];
SG_OIDS(SG_OID_DECLARE)
#undef SG_OID_DECLARE

struct sg_oid {
	const char *dotted;
	const char *name;   /* N_(), for people */
	const char *clause; /* the standard that defines it */
};

/* The row, or NULL. */
const struct sg_oid *sg_oid_find(const char *dotted);
/* The row's name, else the dotted form itself. */
const char *sg_oid_name(const char *dotted);
/* Room for the dotted form of any that base/limits.h lets in. */
#define SG_OID_TEXT 512
/* The dotted form of an OBJECT IDENTIFIER's value (X.690, 8.19). -1: broken, or
 * an arc above 57 bits, which OpenSSL can write out. It is OpenSSL's
 * OBJ_obj2txt() without its detour over printf: half of the time that the
 * reading of a small signature took. */
int sg_oid_text(struct sg_view body, char text[SG_OID_TEXT]);
/* The same of OpenSSL's object, whatever its arcs. */
int sg_oid_of(const ASN1_OBJECT *object, char text[SG_OID_TEXT]);
/* All rows, sorted by dotted form, for tests. */
const struct sg_oid *sg_oid_rows(int *count);

#endif
