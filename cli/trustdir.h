/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_TRUSTDIR_H
#define SIGN_CLI_TRUSTDIR_H

#include <stddef.h>

struct sign_trust;
struct sign_cert_line;

/* The anchors of the configured directories and the configuration file, or
 * those of "paths" instead where there are any. 0 or an exit code. */
int trust_load(struct sign_trust *trust, const char *const *paths);

/* A certificate in a trust directory: the file and what is in it. Non-zero
 * stops. */
typedef int trust_fn(
    const char *file, const struct sign_cert_line *line, void *payload);
/* Every certificate in this directory, in the order of names. A directory
 * that does not exist is empty; what cannot be read gets a message. */
int trust_each(const char *dir, trust_fn *fn, void *payload);

/* Make a directory and those above it; 0, or EXIT_FILE after a message. */
int trust_make_dir(const char *dir);
/* "Name-0123456789abcdef.pem"; to be freed. */
char *trust_file_name(const struct sign_cert_line *line);

#endif
