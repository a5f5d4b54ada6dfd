/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_TIMEKIT_H
#define TESTS_UNIT_TIMEKIT_H

#include "libsign/policy.h"
#include "libsign/report.h"
#include "tests/lib/authority.h"

struct sign_ctx;

/*
 * A signature on its way through time: signed, stamped, raised and renewed at
 * dates that a script says, in a world whose clock is nobody's.
 */
struct timekit {
	struct sign_ctx *ctx;
	struct authority *lab;
	const char *kind; /* of the keys */
	/* "cades", "xades", "asic-e cades", "asic-e xades", "asic-s cades" */
	const char *format;
	int64_t now;
	struct sg_buf file;
	struct sg_buf content;   /* a content time-stamp; empty: none */
	struct sg_buf room[256]; /* what was issued */
	size_t rooms;
	int has_tsa2;
	int other; /* the first time-stamp is over something else */
};

/* 0: the GOST module is not there. */
int timekit_open(struct timekit *kit, const char *kind, const char *format);
void timekit_close(struct timekit *kit);

/*
 * One line for each step, "DATE VERB [ARGUMENT]...":
 *   cert ID FROM UNTIL   another certificate in the place of a usual one
 *   revoke ID REASON     known from that date on, and since then
 *   sign                 by "signer"
 *   content [TSA]        a content time-stamp, before sign
 *   T [TSA] [FAULT]      a signature time-stamp; FAULT as the lab names it,
 *                        or "other": over something else
 *   values [FAULT]       what a B-LT holds, CRLs as of that date; FAULT: of
 *                        the CRLs
 *   ocsp                 the same with an OCSP response for the signer
 *   A [TSA]              an archive time-stamp
 *   renew                values for the newest of these
 */
void timekit_run(struct timekit *kit, const char *script);

struct timekit_ask {
	const char *date;
	/* what the caller gives: "" nothing, "fresh" CRLs of that date, or the
	 * date of CRLs */
	const char *crls;
	const struct sg_policy *policy;
};
/* To be freed with the file of the report. */
struct sign_report *timekit_judge(
    struct timekit *kit, const struct timekit_ask *ask);
int64_t timekit_date(const char *text);

#endif
