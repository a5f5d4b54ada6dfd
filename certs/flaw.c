/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "certs/flaw.h"

#include "base/env.h"

#include <openssl/x509_vfy.h>

#include <stddef.h>

#define GENERAL "CERTIFICATE_CHAIN_GENERAL_FAILURE"
#define CONSTRAINTS "CHAIN_CONSTRAINTS_FAILURE"
#define NO_CHAIN "NO_CERTIFICATE_CHAIN_FOUND"
#define NO_POE "OUT_OF_BOUNDS_NO_POE"
#define LATER "TRY_LATER"
#define XCV "EN 319 102-1, 5.2.6"
#define PAST "EN 319 102-1, 5.6.2.1"
#define SLIDING "EN 319 102-1, 5.6.2.2"
#define FRESH "EN 319 102-1, 5.2.5"

static const struct sg_flaw unknown_flaw = { X509_V_ERR_UNSPECIFIED,
	SG_BAD_BROKEN, GENERAL, N_("certificate \"%1$s\" is refused: %2$s"),
	"RFC 5280, 6.1" };

/* EN 319 102-1, 5.2.6.4: which failure of path validation gives which
 * sub-indication. */
static const struct sg_flaw flaws[] = {
	/* ---- no chain */
	{ SG_FLAW_NO_ANCHORS, SG_BAD_NO_CHAIN, NO_CHAIN,
	    N_("no trusted certificate is configured, so \"%1$s\" leads to "
	       "none"),
	    XCV },
	{ SG_FLAW_NO_ISSUER, SG_BAD_NO_CHAIN, NO_CHAIN,
	    N_("the issuer of \"%1$s\" is not at hand: \"%2$s\""), XCV },
	{ SG_FLAW_UNTRUSTED_ROOT, SG_BAD_NO_CHAIN, NO_CHAIN,
	    N_("the chain ends at \"%1$s\", which is not trusted"), XCV },

	/* ---- broken */
	{ SG_FLAW_NO_MODULE, SG_BAD_BROKEN, GENERAL,
	    N_("certificate \"%1$s\" has a GOST key, and the module for GOST "
	       "is not installed (package libengine-gost-openssl)"),
	    "RFC 5280, 6.1.3" },
	{ SG_FLAW_NO_KEY, SG_BAD_BROKEN, GENERAL,
	    N_("the key of certificate \"%1$s\" is of an unknown kind or "
	       "broken"),
	    "RFC 5280, 6.1.3" },
	{ X509_V_ERR_CERT_SIGNATURE_FAILURE, SG_BAD_BROKEN, GENERAL,
	    N_("the signature on certificate \"%1$s\" does not verify with its "
	       "issuer's key"),
	    "RFC 5280, 6.1.3" },
	{ X509_V_ERR_EC_KEY_EXPLICIT_PARAMS, SG_BAD_BROKEN, GENERAL,
	    N_("the key of certificate \"%1$s\" has explicit curve parameters"),
	    "RFC 5480, 2.1.1" },
	{ X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, SG_BAD_BROKEN, GENERAL,
	    N_("the validity of certificate \"%1$s\" is broken"),
	    "RFC 5280, 4.1.2.5" },
	{ X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, SG_BAD_BROKEN, GENERAL,
	    N_("the validity of certificate \"%1$s\" is broken"),
	    "RFC 5280, 4.1.2.5" },
	{ X509_V_ERR_INVALID_EXTENSION, SG_BAD_BROKEN, GENERAL,
	    N_("an extension of certificate \"%1$s\" is broken"),
	    "RFC 5280, 4.2" },

	/* ---- revoked */
	{ X509_V_ERR_CERT_REVOKED, SG_BAD_REVOKED, "REVOKED_NO_POE",
	    N_("certificate \"%1$s\" was revoked on %2$s"), XCV },
	{ SG_FLAW_CA_REVOKED, SG_BAD_REVOKED, "REVOKED_CA_NO_POE",
	    N_("the issuer's certificate \"%1$s\" was revoked on %2$s"), XCV },

	/* ---- outside its validity */
	{ X509_V_ERR_CERT_NOT_YET_VALID, SG_BAD_BOUNDS, NO_POE,
	    N_("certificate \"%1$s\" is valid only from %2$s"),
	    "RFC 5280, 6.1.3" },
	{ X509_V_ERR_CERT_HAS_EXPIRED, SG_BAD_BOUNDS, NO_POE,
	    N_("certificate \"%1$s\" expired on %2$s"), "RFC 5280, 6.1.3" },
	{ SG_FLAW_EXPIRED_NOT_REVOKED, SG_BAD_BOUNDS,
	    "OUT_OF_BOUNDS_NOT_REVOKED",
	    N_("certificate \"%1$s\" expired on %2$s; it had not been revoked "
	       "until then"),
	    XCV },

	/* ---- constraints */
	{ SG_FLAW_SIGNER_USAGE, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("the key usage of certificate \"%1$s\" does not allow signing "
	       "documents"),
	    "RFC 5280, 4.2.1.3" },
	{ SG_FLAW_TSA_USAGE, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("certificate \"%1$s\" is not one for time-stamps alone: want "
	       "the extended key usage timeStamping, critical and without "
	       "another one"),
	    "RFC 3161, 2.3" },
	{ SG_FLAW_OCSP_USAGE, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("certificate \"%1$s\" is not one for answering OCSP requests: "
	       "want the extended key usage OCSPSigning"),
	    "RFC 6960, 4.2.2.2" },
	{ SG_FLAW_AUTHORITY_KEY_USAGE, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("the key usage of certificate \"%1$s\" does not allow signing"),
	    "RFC 5280, 4.2.1.3" },
	{ X509_V_ERR_INVALID_CA, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("certificate \"%1$s\" is not that of a certification "
	       "authority"),
	    "RFC 5280, 6.1.4 (k)" },
	{ X509_V_ERR_KEYUSAGE_NO_CERTSIGN, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("the key usage of certificate \"%1$s\" does not allow issuing "
	       "certificates"),
	    "RFC 5280, 6.1.4 (n)" },
	{ X509_V_ERR_PATH_LENGTH_EXCEEDED, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("certificate \"%1$s\" does not allow so many issuers below it"),
	    "RFC 5280, 6.1.4 (l)" },
	{ X509_V_ERR_CERT_CHAIN_TOO_LONG, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("the chain of \"%1$s\" is too long"), "RFC 5280, 6.1" },
	{ X509_V_ERR_PERMITTED_VIOLATION, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("a name in certificate \"%1$s\" is not among those that its "
	       "issuers may certify"),
	    "RFC 5280, 6.1.3 (b)" },
	{ X509_V_ERR_EXCLUDED_VIOLATION, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("a name in certificate \"%1$s\" is one that its issuers may not "
	       "certify"),
	    "RFC 5280, 6.1.3 (c)" },
	{ X509_V_ERR_SUBTREE_MINMAX, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("name constraints over \"%1$s\" cannot be applied: %2$s"),
	    "RFC 5280, 4.2.1.10" },
	{ X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, SG_BAD_CONSTRAINTS,
	    CONSTRAINTS,
	    N_("name constraints over \"%1$s\" cannot be applied: %2$s"),
	    "RFC 5280, 4.2.1.10" },
	{ X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, SG_BAD_CONSTRAINTS,
	    CONSTRAINTS,
	    N_("name constraints over \"%1$s\" cannot be applied: %2$s"),
	    "RFC 5280, 4.2.1.10" },
	{ X509_V_ERR_UNSUPPORTED_NAME_SYNTAX, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("name constraints over \"%1$s\" cannot be applied: %2$s"),
	    "RFC 5280, 4.2.1.10" },
	{ X509_V_ERR_NO_EXPLICIT_POLICY, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("the chain of \"%1$s\" must have a certificate policy in common "
	       "and has none"),
	    "RFC 5280, 6.1.5 (g)" },
	{ X509_V_ERR_INVALID_POLICY_EXTENSION, SG_BAD_CONSTRAINTS, CONSTRAINTS,
	    N_("the policies of certificate \"%1$s\" are broken"),
	    "RFC 5280, 4.2.1.4" },
	{ X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, SG_BAD_CONSTRAINTS,
	    CONSTRAINTS,
	    N_("certificate \"%1$s\" has an unknown critical extension"),
	    "RFC 5280, 6.1.5 (f)" },
	{ X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED, SG_BAD_CONSTRAINTS,
	    CONSTRAINTS, N_("certificate \"%1$s\" is a proxy certificate"),
	    "RFC 3820, 3.8" },

	/* ---- revocation data */
	{ X509_V_ERR_UNABLE_TO_GET_CRL, SG_BAD_REVOCATION_DATA, LATER,
	    N_("no revocation data for certificate \"%1$s\" are at hand"),
	    XCV },
	{ X509_V_ERR_CRL_HAS_EXPIRED, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the CRL for certificate \"%1$s\" is out of date: a new one was "
	       "due on %2$s"),
	    FRESH },
	{ SG_FLAW_CRL_NO_NEXT, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the CRL for certificate \"%1$s\" does not say until when it "
	       "holds"),
	    FRESH },
	{ SG_FLAW_CRL_YOUNGER, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the revocation data for certificate \"%1$s\" are younger than "
	       "the time of validation and were left out"),
	    FRESH },
	{ SG_FLAW_CRL_AFTER_EXPIRY, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the CRL for certificate \"%1$s\" was issued after it expired "
	       "and need not name it any more"),
	    "RFC 5280, 5" },
	{ SG_FLAW_CRL_AFTER_ISSUER, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the revocation data for certificate \"%1$s\" were issued after "
	       "the certificate of its issuer had expired"),
	    FRESH },
	{ SG_FLAW_CRL_LONE_DELTA, SG_BAD_REVOCATION_DATA, LATER,
	    N_("a delta CRL names certificate \"%1$s\" as revoked, and the "
	       "complete CRL that it belongs to is not at hand"),
	    "RFC 5280, 5.2.4" },
	{ SG_FLAW_HELD, SG_BAD_REVOCATION_DATA, LATER,
	    N_("certificate \"%1$s\" is suspended since %2$s"), XCV },
	{ X509_V_ERR_CRL_SIGNATURE_FAILURE, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the signature on the CRL for certificate \"%1$s\" does not "
	       "verify"),
	    "RFC 5280, 6.3.3 (g)" },
	{ X509_V_ERR_CRL_PATH_VALIDATION_ERROR, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the CRL for certificate \"%1$s\" is signed by somebody whose "
	       "own chain is not valid"),
	    "RFC 5280, 6.3.3 (f)" },
	{ X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the certificate that signed the CRL for \"%1$s\" is not at "
	       "hand"),
	    "RFC 5280, 6.3.3 (f)" },
	{ X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the issuer of \"%1$s\" may not sign CRLs by its key usage"),
	    "RFC 5280, 6.3.3 (f)" },
	{ X509_V_ERR_DIFFERENT_CRL_SCOPE, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the CRL at hand does not cover certificate \"%1$s\""),
	    "RFC 5280, 6.3.3 (b)" },
	{ X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION, SG_BAD_REVOCATION_DATA,
	    LATER,
	    N_("the CRL for certificate \"%1$s\" has an unknown critical "
	       "extension"),
	    "RFC 5280, 5.2" },
	{ X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD, SG_BAD_REVOCATION_DATA,
	    LATER, N_("the times in the CRL for \"%1$s\" are broken"),
	    "RFC 5280, 5.1.2.4" },
	{ X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, SG_BAD_REVOCATION_DATA,
	    LATER, N_("the times in the CRL for \"%1$s\" are broken"),
	    "RFC 5280, 5.1.2.5" },
	{ SG_FLAW_OCSP_NO_SIGNER, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the certificate that signed the OCSP response about \"%1$s\" "
	       "is not at hand"),
	    "RFC 6960, 3.2" },
	{ SG_FLAW_OCSP_SIGNER, SG_BAD_REVOCATION_DATA, LATER,
	    N_("who signed the OCSP response about \"%1$s\" has no authority "
	       "from its issuer to do so"),
	    "RFC 6960, 4.2.2.2" },
	{ SG_FLAW_OCSP_SIGNER_BOUNDS, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the certificate that signed the OCSP response about \"%1$s\" "
	       "was not valid at that time"),
	    "RFC 6960, 4.2.2.2" },
	{ SG_FLAW_OCSP_SIGNER_REVOKED, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the certificate that signed the OCSP response about \"%1$s\" "
	       "was revoked"),
	    "RFC 6960, 4.2.2.2.1" },
	{ SG_FLAW_OCSP_SIGNER_UNSURE, SG_BAD_REVOCATION_DATA, LATER,
	    N_("nothing says whether the certificate that signed the OCSP "
	       "response about \"%1$s\" was revoked"),
	    "RFC 6960, 4.2.2.2.1" },
	{ SG_FLAW_OCSP_SIGNATURE, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the signature on the OCSP response about \"%1$s\" does not "
	       "verify"),
	    "RFC 6960, 3.2" },
	{ SG_FLAW_OCSP_CRITICAL, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the OCSP response about \"%1$s\" has an unknown critical "
	       "extension"),
	    "RFC 6960, 4.4" },
	{ SG_FLAW_OCSP_UNKNOWN, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the OCSP responder does not know certificate \"%1$s\""),
	    "RFC 6960, 2.2" },
	{ SG_FLAW_OCSP_BEFORE_ISSUE, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the OCSP response about \"%1$s\" is older than that "
	       "certificate"),
	    FRESH },
	{ SG_FLAW_OCSP_AFTER_EXPIRY, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the OCSP response about \"%1$s\" was issued after that "
	       "certificate expired, and does not say that the responder still "
	       "knows of it"),
	    "RFC 6960, 4.4.4" },
	{ SG_FLAW_OCSP_EXPIRED, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the OCSP response about \"%1$s\" is out of date: a new one "
	       "was due on %2$s"),
	    FRESH },
	{ SG_FLAW_OCSP_NO_NEXT, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the OCSP response about \"%1$s\" does not say until when it "
	       "holds"),
	    FRESH },
	{ X509_V_ERR_CRL_NOT_YET_VALID, SG_BAD_REVOCATION_DATA, LATER,
	    N_("the revocation data for certificate \"%1$s\" are younger than "
	       "the time of validation and were left out"),
	    FRESH },

	/* ---- past validation */
	{ SG_FLAW_PAST_NO_TIME, SG_BAD_BROKEN, GENERAL,
	    N_("at no time were all certificates of the chain of \"%1$s\" "
	       "valid together"),
	    PAST },
	{ SG_FLAW_PAST_CERT, SG_BAD_REVOCATION_DATA, "NO_POE",
	    N_("nothing proves that certificate \"%1$s\" existed on %2$s"),
	    SLIDING },
	{ SG_FLAW_PAST_DATA, SG_BAD_REVOCATION_DATA, "NO_POE",
	    N_("no revocation data for certificate \"%1$s\" are proven to "
	       "have existed on %2$s"),
	    SLIDING },
	{ SG_FLAW_PAST_SIGNER, SG_BAD_BOUNDS, "REVOCATION_OUT_OF_BOUNDS_NO_POE",
	    N_("the revocation data for certificate \"%1$s\" are signed by "
	       "\"%2$s\", and nothing proves that its certificate existed "
	       "before it expired"),
	    "EN 319 102-1, 5.6.2.4" },
};

const struct sg_flaw *
sg_flaw_find(int number)
{
	size_t i;

	for (i = 0; i < sizeof(flaws) / sizeof(flaws[0]); i++)
		if (flaws[i].number == number)
			return &flaws[i];
	return &unknown_flaw;
}

int
sg_flaw_of_crl(int number)
{
	return sg_flaw_find(number)->badness == SG_BAD_REVOCATION_DATA ||
	    number == X509_V_ERR_CERT_REVOKED;
}
