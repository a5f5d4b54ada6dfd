/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_CADESKIT_H
#define TESTS_UNIT_CADESKIT_H

#include "base/buf.h"
#include "base/env.h"
#include "formats/augment.h"
#include "formats/cms.h"
#include "formats/facts.h"
#include "tests/lib/authority.h"

/* CAdES signatures with time-stamps, made of a world of certificates: what the
 * tests of reading and of raising them share. */

/* Validation data of signer and TSA: certificates, CRLs, an OCSP response. */
struct cadeskit_values {
	struct sg_view certs[8], crls[2], ocsps[2];
	struct sg_buf room[4];
	struct sg_values values;
};

struct cadeskit {
	struct sg_env env;
	struct authority *lab;
	const char *md; /* of the lab's keys, as OpenSSL calls it */
	const struct sg_digest *digest;
	int64_t time; /* of the next time-stamp, which moves it on */
	int detached;
	struct cadeskit_values held;
};

/* A world with keys of this kind; 0: the GOST module is not there. */
int cadeskit_open(struct cadeskit *kit, const char *kind);
void cadeskit_close(struct cadeskit *kit);

extern const char cadeskit_text[]; /* the document */

/* A signature of level B-B by "signer". */
void cadeskit_sign(struct cadeskit *kit, struct sg_buf *out);
/* One SignerInfo more inside the first: a counter-signature. */
void cadeskit_counter(struct cadeskit *kit, struct sg_buf *file);
/* Facts of a file; detached ones get the document. */
struct sg_facts *cadeskit_read(struct cadeskit *kit, struct sg_view file);
/* A token over these octets, or over this imprint; the usual TSA. */
void cadeskit_token(
    struct cadeskit *kit, struct sg_view octets, struct sg_buf *out);
void cadeskit_stamp(
    struct cadeskit *kit, struct sg_view imprint, struct sg_buf *out);

/* Validation data as of now, into kit->held. */
void cadeskit_refresh(struct cadeskit *kit);

/*
 * The file with these steps taken on signature sig, which are letters:
 *   T signature time-stamp      R complete references (C)
 *   1 X type 1   2 X type 2     V values in attributes (XL)
 *   L values in SignedData      A archive time-stamp    N new values before it
 *   F fresh validation data for what follows
 * Returns what the step said that failed, with *failed set; else 0.
 */
int cadeskit_raise(struct cadeskit *kit, struct sg_buf *file, size_t sig,
    const char *steps, char *failed);
/* The file with one unsigned attribute more in its first signer; a token too. */
void cadeskit_add_attr(struct cadeskit *kit, struct sg_buf *file,
    const char *oid, struct sg_view value);

/* Does the imprint of this time-stamp match? Which reading: from 0; -1: none;
 * -2: it could not be computed. */
int cadeskit_reading(const struct sg_stamp_fact *stamp);

#endif
