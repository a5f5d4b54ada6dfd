/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_STRENGTH_H
#define SIGN_BASE_STRENGTH_H

#include <stddef.h>
#include <stdint.h>

#include "base/alg.h"

/*
 * Until when algorithms are trusted: the dates of the table of algorithms,
 * and over them those that a policy sets. NULL: the table alone.
 */
struct sg_strength_row {
	/* a digest's option ("sha256"), a scheme's name, or a kind of key with
	 * its size: "rsa:2048" stands for RSA keys below 2048 bits */
	const char *name;
	int64_t until; /* SG_NO_TIME: no end; INT64_MIN + 1: never trusted */
};
struct sg_strength {
	const struct sg_strength_row *rows;
	size_t count;
};

/* SG_NO_TIME: no end. */
int64_t sg_strength_digest(
    const struct sg_strength *strength, const struct sg_digest *digest);
int64_t sg_strength_scheme(
    const struct sg_strength *strength, const struct sg_scheme *scheme);
int64_t sg_strength_key(
    const struct sg_strength *strength, const struct sg_key_info *info);
/* Is it a kind of key with a size? */
int sg_strength_is_key(const char *name);

#endif
