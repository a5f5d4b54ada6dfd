/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_VECTORS_H
#define TESTS_UNIT_VECTORS_H

#include <openssl/types.h>

#include "base/buf.h"

struct sg_env;

/* Files of known answers: "name = value" lines in [sections], and hex. */

/* Is this file below the sources there? */
int vec_exists(const char *relative);
/* The whole file as text; ends the test when it is not there. */
char *vec_text(const char *relative);
/* Octets of hex; "-" and "" are none. Ends the test when it is not hex. */
void vec_hex(struct sg_buf *out, const char *hex);
/* The value behind "key=" inside text, up to white space; in out. */
int vec_field(const char *text, const char *key, char *out, size_t size);

/* A key of the GOST module: "2012_256" or "2012_512" and a parameter set as
 * the engine names it. NULL: it does not know that. */
EVP_PKEY *vec_gost_key(struct sg_env *env, int nid, const char *set);
/* A key of OpenSSL's; ends the test when it cannot be made. */
EVP_PKEY *vec_key(struct sg_env *env, const char *type, const char *what);
/* A private key of tests/data/keys; ends the test when it is not there. */
EVP_PKEY *vec_key_file(struct sg_env *env, const char *name);
/* SubjectPublicKeyInfo of a key. */
void vec_spki(struct sg_buf *out, EVP_PKEY *key);

#endif
