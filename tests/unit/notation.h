/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef TESTS_UNIT_NOTATION_H
#define TESTS_UNIT_NOTATION_H

#include "base/buf.h"

/*
 * Octets out of a short notation, so that a test can write down a structure
 * and break it in one place:
 *   30{ ... }   an element of this tag, of definite length
 *   30( ... )   the same, of indefinite length
 *   0500        octets
 *   'text'      characters
 *   $NAME       what the table of macros says
 */
struct notation_macro {
	const char *name, *text;
};

/* Macros of the caller, then those that stand in notation.c; may be NULL. */
void notation_put(
    struct sg_buf *out, const char *text, const struct notation_macro *macros);

#endif
