/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_FLAW_H
#define SIGN_CERTS_FLAW_H

/* What is wrong with a chain, the worst last: of several flaws the worst one
 * is told, of several chains the one with the least bad flaw. */
enum sg_badness {
	SG_BAD_NOT,
	SG_BAD_REVOCATION_DATA, /* none that says "not revoked" */
	SG_BAD_CONSTRAINTS,     /* names, policies, path length, usage */
	SG_BAD_BOUNDS,          /* outside its validity */
	SG_BAD_REVOKED,
	SG_BAD_BROKEN, /* a signature or structure */
	SG_BAD_NO_CHAIN,
};

/* Flaws are numbered as OpenSSL's verifier does (X509_V_ERR_...); these are
 * ours beside them. */
enum sg_own_flaw {
	SG_FLAW_NO_MODULE = -1,
	SG_FLAW_NO_KEY = -2,
	SG_FLAW_SIGNER_USAGE = -3,
	SG_FLAW_EXPIRED_NOT_REVOKED = -4,
	SG_FLAW_CA_REVOKED = -5,
	SG_FLAW_HELD = -6,
	SG_FLAW_CRL_YOUNGER = -7,
	SG_FLAW_CRL_NO_NEXT = -8,
	SG_FLAW_CRL_AFTER_EXPIRY = -9,
	SG_FLAW_NO_ANCHORS = -10,
	SG_FLAW_NO_ISSUER = -11,
	SG_FLAW_UNTRUSTED_ROOT = -12,
	SG_FLAW_TSA_USAGE = -13,
	SG_FLAW_OCSP_USAGE = -14,
	SG_FLAW_AUTHORITY_KEY_USAGE = -15,
	SG_FLAW_OCSP_NO_SIGNER = -16,
	SG_FLAW_OCSP_SIGNER = -17,
	SG_FLAW_OCSP_SIGNER_BOUNDS = -18,
	SG_FLAW_OCSP_SIGNER_REVOKED = -19,
	SG_FLAW_OCSP_SIGNER_UNSURE = -20,
	SG_FLAW_OCSP_SIGNATURE = -21,
	SG_FLAW_OCSP_CRITICAL = -22,
	SG_FLAW_OCSP_UNKNOWN = -23,
	SG_FLAW_OCSP_BEFORE_ISSUE = -24,
	SG_FLAW_OCSP_AFTER_EXPIRY = -25,
	SG_FLAW_OCSP_EXPIRED = -26,
	SG_FLAW_OCSP_NO_NEXT = -27,
	SG_FLAW_PAST_NO_TIME = -28,
	SG_FLAW_PAST_CERT = -29,
	SG_FLAW_PAST_DATA = -30,
	SG_FLAW_PAST_SIGNER = -31,
	SG_FLAW_CRL_LONE_DELTA = -32,
	SG_FLAW_CRL_AFTER_ISSUER = -33,
};

struct sg_flaw {
	int number;
	enum sg_badness badness;
	const char *sub_indication;
	const char *text; /* N_(); %1$s: certificate, %2$s: time or detail */
	const char *clause;
};

/* The row; for a number that is not in the table a row which says that the
 * verifier refuses it, with what the verifier says as %2$s. */
const struct sg_flaw *sg_flaw_find(int number);
/* Is it about revocation data, not about the certificate itself? */
int sg_flaw_of_crl(int number);

#endif
