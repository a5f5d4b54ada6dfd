/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "libsign/address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

/* The leading bits of addresses that are not for the whole world. */
struct range {
	unsigned char prefix[16];
	unsigned bits;
};

/* IANA's registry of special addresses (RFC 6890). */
static const struct range ranges4[] = {
	{ { 0 }, 8 },             /* this network */
	{ { 10 }, 8 },            /* private (RFC 1918) */
	{ { 100, 64 }, 10 },      /* behind a provider's NAT (RFC 6598) */
	{ { 127 }, 8 },           /* loopback */
	{ { 169, 254 }, 16 },     /* link-local */
	{ { 172, 16 }, 12 },      /* private */
	{ { 192, 0, 0 }, 24 },    /* protocol assignments */
	{ { 192, 0, 2 }, 24 },    /* documentation */
	{ { 192, 168 }, 16 },     /* private */
	{ { 198, 18 }, 15 },      /* benchmarks */
	{ { 198, 51, 100 }, 24 }, /* documentation */
	{ { 203, 0, 113 }, 24 },  /* documentation */
	{ { 224 }, 4 },           /* multicast */
	{ { 240 }, 4 },           /* reserved, broadcast */
};

/* Only what is given out to the world at all (RFC 4291, 2.4), without these. */
static const struct range world6 = { { 0x20 }, 3 };
static const struct range ranges6[] = {
	{ { 0x20, 0x01, 0x00, 0x00 }, 23 }, /* protocols, Teredo */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ { 0x3f, 0xff }, 20 },             /* documentation */
};

/* Notations of an IPv4 address, and where it begins in them. */
static const struct {
	struct range range;
	size_t at;
} embedded[] = {
	{ { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, 96 }, 12 },
	{ { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12 }, /* NAT64 (RFC 6052) */
	{ { { 0x20, 0x02 }, 16 }, 2 },              /* 6to4 (RFC 3056) */
};

static int
in_range(const unsigned char *address, const struct range *range)
{
	unsigned whole = range->bits / 8, rest = range->bits % 8;

	if (memcmp(address, range->prefix, whole) != 0)
		return 0;
	return rest == 0 ||
	    ((address[whole] ^ range->prefix[whole]) >> (8 - rest)) == 0;
}

static int
in_ranges(const unsigned char *address, const struct range *ranges, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (in_range(address, &ranges[i]))
			return 1;
	return 0;
}

static int
is_public4(const unsigned char *address)
{
	return !in_ranges(
	    address, ranges4, sizeof(ranges4) / sizeof(ranges4[0]));
}

static int
is_public6(const unsigned char *address)
{
	size_t i;

	for (i = 0; i < sizeof(embedded) / sizeof(embedded[0]); i++)
		if (in_range(address, &embedded[i].range))
			return is_public4(address + embedded[i].at);
	return in_range(address, &world6) &&
	    !in_ranges(address, ranges6, sizeof(ranges6) / sizeof(ranges6[0]));
}

int
sg_address_is_public(const struct sockaddr *address, size_t len)
{
	struct sockaddr_in in4;
	struct sockaddr_in6 in6;
	unsigned char octets[16];

	if (len >= sizeof(in4) && address->sa_family == AF_INET) {
		memcpy(&in4, address, sizeof(in4));
		memcpy(octets, &in4.sin_addr, 4);
		return is_public4(octets);
	}
	if (len >= sizeof(in6) && address->sa_family == AF_INET6) {
		memcpy(&in6, address, sizeof(in6));
		memcpy(octets, &in6.sin6_addr, sizeof(octets));
		return is_public6(octets);
	}
	return 0;
}

/* Does the name end in this one, a dot behind it or not? */
static int
is_within(const char *host, const char *domain)
{
	size_t len = strlen(host), tail = strlen(domain);

	if (len > 0 && host[len - 1] == '.')
		len--;
	if (len < tail || strncasecmp(host + len - tail, domain, tail) != 0)
		return 0;
	return len == tail || host[len - tail - 1] == '.';
}

int
sg_address_may_name(const char *host)
{
	static const char *const names[] = { "localhost", "local", "internal",
		"home.arpa" };
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST };
	struct addrinfo *found = NULL;
	int may = 1;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (is_within(host, names[i]))
			return 0;
	if (getaddrinfo(host, NULL, &hints, &found) == 0 && found != NULL)
		may = sg_address_is_public(found->ai_addr, found->ai_addrlen);
	if (found != NULL)
		freeaddrinfo(found);
	return may;
}
