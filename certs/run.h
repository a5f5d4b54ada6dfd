/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CERTS_RUN_H
#define SIGN_CERTS_RUN_H

#include <stdint.h>

#include <openssl/x509_vfy.h>

struct sg_cert;
struct sg_path;
struct sg_question;
struct sg_trial;
struct sg_trial_input;

/* One run of OpenSSL's verifier. */
struct sg_run {
	struct sg_trial_input *input;
	const struct sg_path *path;
	const struct sg_question *question;
	struct sg_trial *out;
	X509_STORE_CTX_check_crl_fn check_crl; /* OpenSSL's own */
	X509_STORE_CTX_cert_crl_fn cert_crl;
	STACK_OF(X509) *untrusted;
	STACK_OF(X509_CRL) *crls;
	int pending, depth;     /* what is wrong with the CRL at hand */
	int stale;              /* it, or the delta before it, is out of date */
	int64_t stale_since;    /* when the next one was due */
	struct sg_cert *signer; /* who signed it */
	int listed;             /* the certificate is on it */
	int again;              /* a CRL was found to be worthless */
	int *left_out;          /* per link: why one was, in any run */
	int nomem;
};

/* Fills in flaws and revocation of run->out. 0 or NOMEM. */
int sg_run_verify(struct sg_run *run);

#endif
