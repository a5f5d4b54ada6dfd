/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_FIND_H
#define SIGN_LIBSIGN_FIND_H

struct sg_env;

/*
 * The document beside a detached signature: "lease.pdf" for "lease.pdf.sig"
 * (.sig .p7s .sgn .sign, any case). *out NULL when there is none; the
 * caller's to free().
 */
int sg_find_document(struct sg_env *env, const char *signature, char **out);

#endif
