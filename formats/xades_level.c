/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "formats/xades.h"

#include "base/time.h"

/* The level that the properties make (EN 319 132-1, 6; TS 101 903, 4.4): the
 * first that holds, in the order of the report's contract. */

#define REFS (SG_XADES_CREFS | SG_XADES_RREFS)
#define OLD (REFS | SG_XADES_X1 | SG_XADES_X2 | SG_XADES_A132)

static int
all_of(unsigned has, unsigned want)
{
	return (has & want) == want;
}

/* Without references, time-stamps over them, and old archive time-stamps;
 * SigningTime, signing certificate and the formats of what is signed. */
static int
is_baseline(const struct sg_sig_fact *fact, unsigned has)
{
	return fact->signing_time != SG_NO_TIME && fact->cert_ref_attrs == 1 &&
	    fact->key_cert_count != 0 &&
	    (fact->mime_type != NULL || fact->parent >= 0) && (has & OLD) == 0;
}

static const char *
baseline_level(unsigned has)
{
	if ((has & SG_XADES_T) == 0)
		return "B-B";
	if ((has & SG_XADES_A) != 0)
		return "B-LTA";
	if ((has & (SG_XADES_CVALUES | SG_XADES_RVALUES)) != 0)
		return "B-LT";
	return "B-T";
}

const char *
sg_xades_level(const struct sg_sig_fact *fact, unsigned has)
{
	int refs = all_of(has, SG_XADES_T | REFS);
	int values = (has & (SG_XADES_CVALUES | SG_XADES_RVALUES)) != 0;

	if (is_baseline(fact, has))
		return baseline_level(has);
	if ((has & (SG_XADES_A | SG_XADES_A132)) != 0)
		return "A";
	if (refs && values && (has & (SG_XADES_X1 | SG_XADES_X2)) != 0)
		return (has & SG_XADES_X1) != 0 ? "XLT1" : "XLT2";
	if (refs && (has & (SG_XADES_X1 | SG_XADES_X2)) != 0)
		return (has & SG_XADES_X1) != 0 ? "X1" : "X2";
	if (refs)
		return "C";
	if ((has & SG_XADES_T) != 0)
		return values ? "LT" : "T";
	return fact->policy.present ? "EPES" : "BES";
}
