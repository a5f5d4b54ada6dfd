/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_BASE_TEXT_H
#define SIGN_BASE_TEXT_H

/* Marks a string for translation without translating it. */
#define N_(text) text

#endif
