/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_CONTROL_H
#define SIGN_LIBSIGN_CONTROL_H

#include "base/buf.h"

struct sg_env;

#define SG_CONTROL_CODE 16 /* room for a code */

/* The control code of the octets to be signed, "K7Q2-9MXD": a person compares
 * it on two screens. The formula stands in control.c. */
int sg_control_code(
    struct sg_env *env, struct sg_view octets, char code[SG_CONTROL_CODE]);

#endif
