/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/report_advice.h"

#include "libsign/page.h"
#include "libsign/report.h"

#include <string.h>

static const struct {
	const char *sub;
	const char *advice;
} advices[] = {
	{ "HASH_FAILURE",
	    N_("Ask for the document exactly as it was signed: opening it in "
	       "an editor and saving it is enough to change it. If that does "
	       "not help, have it signed again.") },
	{ "SIG_CRYPTO_FAILURE",
	    N_("Ask the signer to sign again and to send the new file.") },
	{ "FORMAT_FAILURE",
	    N_("The signature file is damaged or was tampered with: ask the "
	       "signer for it again.") },
	{ "NO_CERTIFICATE_CHAIN_FOUND",
	    N_("Get the root certificate of the authority that issued the "
	       "signer's certificate, from a source that you trust, and add "
	       "it: podpis trust add FILE. Certificates between the two can "
	       "be given with --chain FILE.") },
	{ "TRY_LATER",
	    N_("Get the current list of revoked certificates from the "
	       "authority that issued the certificate, and give it with --crl "
	       "FILE.") },
	{ "REVOKED_NO_POE",
	    N_("The certificate was revoked and nothing proves that the "
	       "signature is older: do not rely on it, ask for a new one.") },
	{ "REVOKED_CA_NO_POE",
	    N_("The authority's own certificate was revoked: do not rely on "
	       "the signature, ask for a new one.") },
	{ "OUT_OF_BOUNDS_NO_POE",
	    N_("The certificate was not valid at the time of this check, and "
	       "nothing proves that the signature was made while it was. If "
	       "you know when it was made, --at TIME checks as of then.") },
	{ "OUT_OF_BOUNDS_NOT_REVOKED",
	    N_("The certificate was not valid at the time of this check, and "
	       "nothing proves that the signature was made while it was. If "
	       "you know when it was made, --at TIME checks as of then.") },
	{ "SIGNED_DATA_NOT_FOUND",
	    N_("Give the document that was signed: podpis verify DOCUMENT "
	       "SIGNATURE.") },
	{ "NO_SIGNING_CERTIFICATE_FOUND",
	    N_("Get the signer's certificate and give it with --chain FILE.") },
	{ "CHAIN_CONSTRAINTS_FAILURE",
	    N_("The certificate is not meant for this use: ask the signer for "
	       "a signature with a certificate that is.") },
	{ "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
	    N_("See the reason: either an algorithm is not available here, or "
	       "it is too old, and the document should be signed again.") },
};

/* A plain signature is fine where the rules that apply accept it. */
#define ADVICE_PLAIN \
	N_("If the rules that apply to you accept plain signatures, as " \
	   "Russian law does, verify with --policy 63fz or --policy cms.")

static const char *
advice_of(const struct sign_report *report, const struct sg_report_sig *sig)
{
	size_t i;

	if (sig->sub_indication == NULL)
		return NULL;
	if (report->is_container &&
	    strcmp(sig->sub_indication, "SIGNED_DATA_NOT_FOUND") == 0)
		return N_("Ask for the container as it was signed: a file was "
			  "taken out of it.");
	if (strcmp(sig->sub_indication, "SIG_CONSTRAINTS_FAILURE") == 0 &&
	    sig->signing_certificate_ok == SG_NULL)
		return ADVICE_PLAIN;
	for (i = 0; i < sizeof(advices) / sizeof(advices[0]); i++)
		if (strcmp(advices[i].sub, sig->sub_indication) == 0)
			return advices[i].advice;
	return NULL;
}

/* Has an earlier signature given the same advice, or the report itself? */
static int
advice_given(const struct sign_report *report, size_t before)
{
	const char *advice = advice_of(report, &report->sigs[before]);
	const char *sub = report->sigs[before].sub_indication;
	size_t i;

	if (report->hint_count != 0 &&
	    strcmp(sub, "NO_CERTIFICATE_CHAIN_FOUND") == 0)
		return 1;

	for (i = 0; i < before; i++)
		if (advice_of(report, &report->sigs[i]) == advice)
			return 1;
	return 0;
}

static int
has_advice(const struct sign_report *report)
{
	size_t i;

	for (i = 0; i < report->sig_count; i++)
		if (advice_of(report, &report->sigs[i]) != NULL)
			return 1;
	return report->hint_count != 0;
}

void
sg_report_advice(struct sg_page *page, const struct sign_report *report)
{
	const char *advice;
	size_t i;

	if (!has_advice(report))
		return;
	sg_page_line(page);
	sg_page_color(page, SG_BOLD, sg_tr(page->env, N_("What you can do:")));
	sg_page_line(page);
	for (i = 0; i < report->hint_count; i++)
		sg_page_item(
		    page, 2, "- ", sg_page_words(page, &report->hints[i]));
	for (i = 0; i < report->sig_count; i++) {
		advice = advice_of(report, &report->sigs[i]);
		if (advice == NULL || advice_given(report, i))
			continue;
		sg_page_item(page, 2, "- ", sg_tr(page->env, advice));
	}
}
