/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_INPUTS_H
#define SIGN_CLI_INPUTS_H

#include <stddef.h>

/* Gets a signature file and its documents (none: look beside it or inside).
 * Non-zero stops. */
typedef int inputs_fn(const char *signature, const char *const *contents,
    size_t count, void *payload);

/*
 * What verify is to look at (the contract's "Inputs of verify"): exactly two
 * files of which the second is a detached signature are a pair; otherwise
 * each is an input of its own: a signature, or a document with every
 * signature that stands beside it by name.
 */
void inputs_each(const char *const *files, size_t count,
    const char *const *contents, size_t content_count, inputs_fn *fn,
    void *payload);

#endif
