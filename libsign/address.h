/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#ifndef SIGN_LIBSIGN_ADDRESS_H
#define SIGN_LIBSIGN_ADDRESS_H

#include <stddef.h>

struct sockaddr;

/*
 * May a stranger send us there? Not to this host, to a private network, to
 * this link, to many at once, nor to what is reserved or stands for one of
 * these in another notation. What is no IP address is refused.
 */
int sg_address_is_public(const struct sockaddr *address, size_t len);
/* The same for a host as it stands in a URL, without brackets: a name gives 1,
 * for its addresses are looked at when it is resolved; the names of this host
 * and of its link (RFC 6761, 6.3; RFC 6762, 3) give 0, and so does whatever
 * the system takes for such an address ("127.1", "0x7f000001"). */
int sg_address_may_name(const char *host);

#endif
