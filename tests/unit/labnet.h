/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_TESTS_UNIT_LABNET_H
#define SIGN_TESTS_UNIT_LABNET_H

#include <stddef.h>
#include <stdint.h>

#include "sign/net.h"
#include "tests/lib/authority.h"

/*
 * A network of one process: the addresses of an authority's world are answered
 * by its functions, with a clock and faults. The addresses are those of
 * serve.py: BASE/tsa[/ID], BASE/ocsp/CA, BASE/crl/CA.crl, BASE/aia/ID.crt.
 */
#define LABNET_URL "http://lab.example"

struct labnet {
	struct authority *lab;
	int64_t time; /* of the authorities */
	struct authority_tsa tsa;
	struct authority_ocsp ocsp;
	struct authority_crl crl;
	/* parts of addresses that are not reached; NULL at the end */
	const char *down[4];
	/* instead of an answer to addresses with this part */
	const char *replaced;
	struct sg_view with;

	int asked;          /* requests in all */
	char last[256];     /* address of the last one */
	const char *accept; /* of it; static */
	int untrusted;      /* was it a stranger's address */
	char user[32], password[32];
};

/* The sign_fetch_fn; payload is the labnet. */
int labnet_fetch(const struct sign_fetch_request *request,
    sign_append_fn *append, void *sink, void *payload);
/* A sign_clock_fn: the authorities' time. */
int64_t labnet_clock(void *payload);

#endif
