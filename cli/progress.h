/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_PROGRESS_H
#define SIGN_CLI_PROGRESS_H

#include <stdint.h>

/* A bar on standard error: only on a terminal, only for long documents. The
 * library's sign_progress_fn. */
int progress_show(uint64_t done, uint64_t total, void *payload);
/* Take the bar away, before anything else is printed. */
void progress_end(void);

#endif
