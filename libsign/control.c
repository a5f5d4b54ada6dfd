/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/control.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/err.h"

#include <stdint.h>

#define CODE_BITS 40
#define GROUP 4 /* characters between hyphens */

/*
 * The code is the first 40 bits of
 *	SHA-256("podpis control code v1" || 0x00 || octets to be signed)
 * in Crockford's base32 (no I, L, O, U), in two groups of four. For formats
 * with signed attributes the octets are those attributes in DER, so the code
 * stands for document, certificate, time and role together.
 *
 * What it is good for: a person compares it on two screens (what the messenger
 * shows, and what the phone or terminal is about to sign) and sees when they
 * are not the same. Who wants another document signed under a given code needs
 * 2^40 attempts for it. What it is not: proof against one who may choose both
 * documents beforehand (2^20 attempts find a pair), and no replacement for
 * reading the document.
 */
int
sg_control_code(
    struct sg_env *env, struct sg_view octets, char code[SG_CONTROL_CODE])
{
	static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
	static const char label[] = "podpis control code v1"; /* and its NUL */
	const struct sg_digest *sha256 = sg_digest_by_option("sha256");
	unsigned char hash[SG_MAX_DIGEST];
	struct sg_hash *run = NULL;
	uint64_t bits = 0;
	int rc, i, at = 0;

	if ((rc = sg_hash_new(env, sha256, &run)) < 0 ||
	    (rc = sg_hash_update(env, run, label, sizeof(label))) < 0 ||
	    (rc = sg_hash_update(env, run, octets.ptr, octets.len)) < 0 ||
	    (rc = sg_hash_final(env, run, hash)) < 0)
		goto out;
	for (i = 0; i < CODE_BITS / 8; i++)
		bits = bits << 8 | hash[i];
	for (i = 0; i < CODE_BITS / 5; i++) {
		if (i == GROUP)
			code[at++] = '-';
		code[at++] = alphabet[bits >> (CODE_BITS - 5 - 5 * i) & 31];
	}
	code[at] = '\0';
out:
	sg_hash_free(run);
	return rc;
}
