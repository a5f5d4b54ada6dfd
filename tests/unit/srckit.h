/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_SRCKIT_H
#define TESTS_UNIT_SRCKIT_H

/* A path below the top of the sources; four may be in use at once. */
const char *src_path(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif
