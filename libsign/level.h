/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_LEVEL_H
#define SIGN_LIBSIGN_LEVEL_H

struct sg_report_sig;

/* The contract's names of levels, in any case. */
int sg_level_known(const char *name);
/* Is what is there at least that one? A level with time needs a time-stamp
 * that is valid too. */
int sg_level_reached(const struct sg_report_sig *sig, const char *want);
/* Does that level carry the values to judge it later? */
int sg_level_has_values(const char *name);
/* Of the baseline (B-T), else of the extended forms (T). */
int sg_level_is_baseline(const char *name);

#endif
