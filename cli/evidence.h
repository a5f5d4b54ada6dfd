/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_EVIDENCE_H
#define SIGN_CLI_EVIDENCE_H

#include "cli/opt.h"

struct sign_trust;

/* --trust --crl --ocsp, and for commands where it means nothing else, --chain. */
extern struct poptOption opt_evidence[], opt_chain[];

/* Whom to trust and what to judge by: of the options and the configuration.
 * *out in any case to be freed; 0 or an exit code after a message. */
int evidence_load(struct sign_trust **out);
/* The same of the options alone. */
int evidence_given(struct sign_trust **out);

#endif
