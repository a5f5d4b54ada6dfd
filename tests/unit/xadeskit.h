/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_TESTS_UNIT_XADESKIT_H
#define SIGN_TESTS_UNIT_XADESKIT_H

#include "base/env.h"
#include "formats/augment.h"
#include "formats/facts.h"
#include "formats/format.h"
#include "formats/xades_write.h"
#include "tests/lib/authority.h"

/*
 * XAdES signatures that are made and raised in memory, with time-stamps and
 * validation data of a world of authorities.
 */
struct xadeskit {
	struct sg_env env;
	struct authority *lab;
	const struct sg_digest *digest;
	struct sg_sources docs;
	int64_t now;             /* of the next time-stamp; moves on */
	unsigned faults;         /* of the TSA */
	size_t cut;              /* octets that are missing at a token's end */
	int whole;               /* enveloped: leave no room for others */
	struct sg_buf crl, ocsp; /* of now; made again by step R */
};

/* NULL: there is no module with GOST. */
struct xadeskit *xadeskit_open(const char *kind);
void xadeskit_close(struct xadeskit *kit);
/* The document (NULL for detached ones: kit->docs) with a signature. */
void xadeskit_sign(struct xadeskit *kit, const char *text,
    enum sg_packaging packaging, size_t counter_index, struct sg_buf *out);
struct sg_facts *xadeskit_read(struct xadeskit *kit, const struct sg_buf *xml);
/*
 * One letter for each step: T signature time-stamp, C references, 1 and 2
 * time-stamps over them, L values as B-LT wants them, V as X-L does, A archive
 * time-stamp, R values for the last one, W write and read again.
 */
void xadeskit_raise(
    struct xadeskit *kit, struct sg_buf *xml, size_t sig, const char *steps);
/* The code of the first step that fails, or of the writing; xml stays. */
int xadeskit_try(struct xadeskit *kit, const struct sg_buf *xml, size_t sig,
    const char *steps);
/* References, values and imprints of all signatures are right. */
void xadeskit_sound(struct xadeskit *kit, const struct sg_facts *facts);
/* How many imprints are right, wrong, and not known, as "3 0 1". */
const char *xadeskit_imprints(const struct sg_facts *facts);
/* The first "from" becomes "to"; fails the test where there is none. */
void xadeskit_replace(
    struct xadeskit *kit, struct sg_buf *xml, const char *from, const char *to);

#endif
