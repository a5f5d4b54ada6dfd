/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/* Key files, for tests: made, and opened. */
#ifndef TESTS_UNIT_KEYKIT_H
#define TESTS_UNIT_KEYKIT_H

#include "base/buf.h"
#include "tests/lib/mkkey.h"

#define PASS_RU "Пароль для PFX"

/* cert NULL: it is in the same file. What sign_key_open() says. */
int key_try(struct sign_ctx *ctx, const char *path, const char *cert,
    struct sign_key **key);
/* The same in a context of its own, and the key is given back. */
int key_code(const char *path, const char *cert, struct mk_asked *asked);
/* The octets as a file; gives them back. */
void key_put(const char *path, struct sg_buf *buf);

#endif
