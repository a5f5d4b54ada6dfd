/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_TRUST_H
#define SIGN_LIBSIGN_TRUST_H

#include "certs/cert.h"
#include "certs/crl.h"
#include "certs/ocsp.h"
#include "sign/verify.h"

/* What the caller trusts, and what he gives besides. */
struct sign_trust {
	struct sign_ctx *ctx;
	struct sg_certs anchors;
	struct sg_certs certs;
	struct sg_crls crls;
	struct sg_ocsps ocsps;
};

#endif
