/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_CERTLINE_H
#define SIGN_CLI_CERTLINE_H

struct sign_cert_line;

/* A certificate in a list, on standard output: name, issuer, validity,
 * fingerprint. The library's sign_cert_fn. */
int certline_out(const struct sign_cert_line *line, void *payload);

#endif
