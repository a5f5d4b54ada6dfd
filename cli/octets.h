/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_CLI_OCTETS_H
#define SIGN_CLI_OCTETS_H

#include <stddef.h>

/* The octets of a small file. */
struct octets {
	unsigned char *ptr;
	size_t len;
};
/* "-" is standard input; one that has more than max is refused. To be wiped in
 * any case; 0 or an exit code after a message. */
int octets_load(const char *path, size_t max, struct octets *out);
void octets_wipe(struct octets *octets);
/* A file that appears whole or not at all; "-" is standard output. 0 or an exit
 * code after a message. */
int octets_save(const char *path, const void *ptr, size_t len, int force);

/* Text that is hexadecimal, or base64, white space left out, in octets; 0: it
 * is not. To be freed. */
int octets_from_hex(const struct octets *text, struct octets *out);
int octets_from_base64(const struct octets *text, struct octets *out);

#endif
