/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_REPORT_ADVICE_H
#define SIGN_LIBSIGN_REPORT_ADVICE_H

struct sg_page;
struct sign_report;

/* What a person can do about a verdict: each advice once. */
void sg_report_advice(struct sg_page *page, const struct sign_report *report);

#endif
