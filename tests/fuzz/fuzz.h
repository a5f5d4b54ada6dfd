/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_TESTS_FUZZ_FUZZ_H
#define SIGN_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* What a harness gives: libFuzzer calls it, or tests/fuzz/main.c does. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
