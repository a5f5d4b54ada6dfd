/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/unit/chain_world.h"

#include "tests/unit/pki.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define CA "critical,CA:TRUE"
#define CA_USE "critical,keyCertSign,cRLSign"
#define SIGN "critical,digitalSignature,nonRepudiation"

/* Names by which one constraint or another goes wrong are those of the rows
 * that use them. */
static const struct pki_cert cert_rows[] = {
	{ "root", "Root", "root", .ca = CA, .usage = CA_USE },
	{ "ca", "CA", "ca1", "Root", "root", .ca = CA, .usage = CA_USE },
	{ "ca-twin", "CA", "ca2", "Root", "root", .ca = CA, .usage = CA_USE },
	{ "user", "User", "user", "CA", "ca1", .usage = SIGN },
	{ "user-twin", "Twin", "user", "CA", "ca2", .usage = SIGN },

	/* no identifiers: only the signature tells the two CAs apart */
	{ "plain-root", "P Root", "root", .ca = CA, .usage = CA_USE,
	    .no_ids = 1 },
	{ "plain-ca1", "P CA", "ca1", "P Root", "root", .ca = CA,
	    .usage = CA_USE, .no_ids = 1 },
	{ "plain-ca2", "P CA", "ca2", "P Root", "root", .ca = CA,
	    .usage = CA_USE, .no_ids = 1 },
	{ "plain-user", "P User", "user", "P CA", "ca2", .usage = SIGN,
	    .no_ids = 1 },

	/* an identifier that fits nobody */
	{ "lost-id", "Lost", "user", "CA", "ca1", .usage = SIGN, .no_ids = 1,
	    .ext = { { "2.5.29.35", "DER:3006800401020304" } } },

	/* cross certificates: Root by Other, Other by Root */
	{ "other", "Other", "other", .ca = CA, .usage = CA_USE },
	{ "root-by-other", "Root", "root", "Other", "other", .ca = CA,
	    .usage = CA_USE },
	{ "other-by-root", "Other", "other", "Root", "root", .ca = CA,
	    .usage = CA_USE },
	{ "root-renewed", "Root", "root", .from = -10, .until = 2000, .ca = CA,
	    .usage = CA_USE },

	/* time */
	{ "expired", "Expired", "user", "CA", "ca1", .from = -90, .until = -10,
	    .usage = SIGN },
	{ "future", "Future", "user", "CA", "ca1", .from = 10, .until = 90,
	    .usage = SIGN },
	{ "expired-ca", "Old CA", "ca3", "Root", "root", .from = -90,
	    .until = -10, .ca = CA, .usage = CA_USE },
	{ "user-of-expired", "User of old", "user", "Old CA", "ca3",
	    .usage = SIGN },
	{ "expired-root", "Old Root", "root2", .from = -90, .until = -10,
	    .ca = CA, .usage = CA_USE },
	{ "user-of-old-root", "User of old root", "user", "Old Root", "root2",
	    .usage = SIGN },

	/* usage, path length, names, policies */
	{ "no-usage", "No usage", "user", "CA", "ca1" },
	{ "encipher", "Encipher", "user", "CA", "ca1",
	    .usage = "critical,keyEncipherment" },
	{ "agree", "Agree", "user", "CA", "ca1",
	    .usage = "critical,keyAgreement,dataEncipherment" },
	{ "not-ca", "Not CA", "ca4", "Root", "root", .usage = SIGN },
	{ "user-of-not-ca", "User of not CA", "user", "Not CA", "ca4",
	    .usage = SIGN },
	{ "not-certsign", "No certsign", "ca5", "Root", "root", .ca = CA,
	    .usage = "critical,cRLSign" },
	{ "user-of-not-certsign", "User of no certsign", "user", "No certsign",
	    "ca5", .usage = SIGN },
	{ "short", "Short", "ca6", "Root", "root",
	    .ca = "critical,CA:TRUE,pathlen:0", .usage = CA_USE },
	{ "below-short", "Below short", "ca7", "Short", "ca6", .ca = CA,
	    .usage = CA_USE },
	{ "user-of-short", "User of short", "user", "Below short", "ca7",
	    .usage = SIGN },
	{ "user-at-short", "User at short", "user", "Short", "ca6",
	    .usage = SIGN },
	{ "names", "Names", "ca8", "Root", "root", .ca = CA, .usage = CA_USE,
	    .ext = { { "2.5.29.30",
		"critical,permitted;email:good.example" } } },
	{ "name-good", "Good name", "user", "Names", "ca8", .usage = SIGN,
	    .ext = { { "2.5.29.17", "email:a@good.example" } } },
	{ "name-bad", "Bad name", "user", "Names", "ca8", .usage = SIGN,
	    .ext = { { "2.5.29.17", "email:a@bad.example" } } },
	{ "excludes", "Excludes", "ca9", "Root", "root", .ca = CA,
	    .usage = CA_USE,
	    .ext = { { "2.5.29.30", "critical,excluded;email:bad.example" } } },
	{ "name-excluded", "Excluded name", "user", "Excludes", "ca9",
	    .usage = SIGN, .ext = { { "2.5.29.17", "email:a@bad.example" } } },
	{ "dns-only", "DNS only", "ca10", "Root", "root", .ca = CA,
	    .usage = CA_USE,
	    .ext = { { "2.5.29.30", "critical,permitted;DNS:good.example" } } },
	{ "cn-like-dns", "bad.example", "user", "DNS only", "ca10",
	    .usage = SIGN },
	{ "policy", "Policy", "ca11", "Root", "root", .ca = CA, .usage = CA_USE,
	    .ext = { { "2.5.29.32", "1.2.3.4" },
		{ "2.5.29.36", "critical,requireExplicitPolicy:0" } } },
	{ "policy-good", "With policy", "user", "Policy", "ca11", .usage = SIGN,
	    .ext = { { "2.5.29.32", "1.2.3.4" } } },
	{ "policy-none", "Without policy", "user", "Policy", "ca11",
	    .usage = SIGN },
	{ "critical", "Critical", "user", "CA", "ca1", .usage = SIGN,
	    .ext = { { "1.2.3.4.5", "critical,DER:0500" } } },
	{ "critical-known", "Critical known", "user", "CA", "ca1",
	    .usage = SIGN,
	    .ext = { { "1.2.643.100.111", "critical,DER:0c0161" } } },

	/* broken */
	{ "broken", "Broken", "user", "CA", "ca1", .usage = SIGN, .broken = 1 },
	{ "broken-ca", "Broken CA", "ca12", "Root", "root", .ca = CA,
	    .usage = CA_USE, .broken = 1 },
	{ "user-of-broken", "User of broken", "user", "Broken CA", "ca12",
	    .usage = SIGN },
	{ "orphan", "Orphan", "user", "Nobody", "nobody", .usage = SIGN },
	{ "self", "Self", "self", .usage = SIGN },

	/* revocation */
	{ "held", "Held", "user", "CA", "ca1", .usage = SIGN },
	{ "later", "Later", "user", "CA", "ca1", .usage = SIGN },
	{ "revoked", "Revoked", "user", "CA", "ca1", .usage = SIGN },
	{ "revoked-by-delta", "By delta", "user", "CA", "ca1", .usage = SIGN,
	    .ext = { { "2.5.29.46", "URI:http://x.example/d" } } },
	{ "released", "Released", "user", "CA", "ca1", .usage = SIGN,
	    .ext = { { "2.5.29.46", "URI:http://x.example/d" } } },
	{ "revoked-ca", "Revoked CA", "ca13", "Root", "root", .ca = CA,
	    .usage = CA_USE },
	{ "user-of-revoked", "User of revoked", "user", "Revoked CA", "ca13",
	    .usage = SIGN },
	{ "no-rev", "No rev", "user", "CA", "ca1", .usage = SIGN,
	    .ext = { { "2.5.29.56", "DER:0500" } } },
	{ "short-term", "Short term", "user", "CA", "ca1", .usage = SIGN,
	    .ext = { { "0.4.0.194121.2.1", "DER:0500" } } },
	{ "no-check", "No check", "user", "CA", "ca1", .usage = SIGN,
	    .ext = { { "1.3.6.1.5.5.7.48.1.5", "DER:0500" } } },
	{ "responder", "Responder", "user", "CA", "ca1", .usage = SIGN,
	    .ext = { { "1.3.6.1.5.5.7.48.1.5", "DER:0500" },
		{ "2.5.29.37", "OCSPSigning" } } },
	{ "no-rev-ca", "No rev CA", "ca14", "Root", "root", .ca = CA,
	    .usage = CA_USE, .ext = { { "2.5.29.56", "DER:0500" } } },
	{ "user-of-no-rev", "User of no rev", "user", "No rev CA", "ca14",
	    .usage = SIGN },
	{ "crl-signer", "CRL signer", "crlsigner", "Root", "root",
	    .usage = "critical,cRLSign" },
	{ "crl-signer-brief", "CRL signer", "crlsigner", "Root", "root",
	    .from = -90, .until = 2, .usage = "critical,cRLSign" },
	{ "crl-signer-expired", "CRL signer", "crlsigner", "Root", "root",
	    .from = -90, .until = -5, .usage = "critical,cRLSign" },
	{ "indirect", "Indirect", "user", "CA", "ca1", .usage = SIGN,
	    .ext = { { "2.5.29.31", "cdp_indirect" } } },
	{ "indirect-revoked", "Indirect revoked", "user", "CA", "ca1",
	    .usage = SIGN, .ext = { { "2.5.29.31", "cdp_indirect" } } },
	{ "point", "Point", "user", "CA", "ca1", .usage = SIGN,
	    .ext = { { "2.5.29.31", "URI:http://x.example/crl" } } },
	{ "point-revoked", "Point revoked", "user", "CA", "ca1", .usage = SIGN,
	    .ext = { { "2.5.29.31", "URI:http://x.example/crl" } } },
	{ "no-crlsign-ca", "No CRL sign", "ca15", "Root", "root", .ca = CA,
	    .usage = "critical,keyCertSign" },
	{ "user-of-no-crlsign", "User of no CRL sign", "user", "No CRL sign",
	    "ca15", .usage = SIGN },

	/* kinds of keys */
	{ "ed-root", "Ed Root", "ed:root", .ca = CA, .usage = CA_USE },
	{ "ed-user", "Ed User", "ed:user", "Ed Root", "ed:root",
	    .usage = SIGN },
	{ "rsa-root", "RSA Root", "rsa:root", .ca = CA, .usage = CA_USE },
	{ "rsa-user", "RSA User", "rsa:root", "RSA Root", "rsa:root",
	    .usage = SIGN },
	{ "gost-root", "GOST Root", "gost512:root", .ca = CA, .usage = CA_USE },
	{ "gost-ca", "GOST CA", "gost256:ca", "GOST Root", "gost512:root",
	    .ca = CA, .usage = CA_USE },
	{ "gost-user", "GOST User", "gost256:user", "GOST CA", "gost256:ca",
	    .usage = SIGN },
	{ "gost-broken", "GOST Broken", "gost256:user", "GOST CA", "gost256:ca",
	    .usage = SIGN, .broken = 1 },
};

static const struct pki_crl crl_rows[] = {
	{ "root-crl", "Root", "root", -5, 5, .number = 1, .ids = 1,
	    .revoked = { { "revoked-ca", -20, 2 } } },
	{ "ca-crl", "CA", "ca1", -5, 5, .number = 10, .ids = 1,
	    .revoked = { { "revoked", -20, 1 }, { "held", -20, 6 },
		{ "later", 2, -1 } } },
	{ "ca-crl-plain", "CA", "ca1", -5, 5 },
	{ "twin-crl", "CA", "ca2", -4, 5, .ids = 1,
	    .revoked = { { "user", -20, 1 } } },
	{ "twin-broken-crl", "CA", "ca2", -4, 5, .ids = 1, .broken = 1,
	    .revoked = { { "user", -20, 1 } } },
	{ "twin-crl-no-id", "CA", "ca2", -4, 5,
	    .revoked = { { "user", -20, 1 } } },
	{ "old-crl", "CA", "ca1", -50, -40, .ids = 1 },
	{ "old-crl-revokes", "CA", "ca1", -50, -40, .ids = 1,
	    .revoked = { { "user", -60, -1 } } },
	{ "at-expiry-crl", "CA", "ca1", -15, -5, .ids = 1 },
	{ "at-expiry-revokes", "CA", "ca1", -15, -5, .ids = 1,
	    .revoked = { { "expired", -20, -1 } } },
	{ "keeps-expired-crl", "CA", "ca1", -5, 5, .ids = 1,
	    .ext = { { "2.5.29.60",
		"DER:180f32303230303130313030303030305a" } } },
	{ "no-next-crl", "CA", "ca1", -5, 0, .ids = 1 },
	{ "young-crl", "CA", "ca1", 1, 9, .ids = 1,
	    .revoked = { { "user", -20, 1 } } },
	{ "foreign-crl", "Nobody", "nobody", -5, 5, .ids = 1 },
	{ "broken-crl", "CA", "ca1", -3, 5, .ids = 1, .broken = 1,
	    .revoked = { { "user", -20, 1 } } },
	{ "critical-crl", "CA", "ca1", -3, 5, .ids = 1,
	    .ext = { { "1.2.3.4.5", "critical,DER:0500" } } },
	{ "ca-only-crl", "CA", "ca1", -3, 5, .ids = 1,
	    .ext = { { "2.5.29.28", "critical,@idp_ca" } } },
	{ "user-only-crl", "CA", "ca1", -3, 5, .ids = 1,
	    .ext = { { "2.5.29.28", "critical,@idp_user" } } },
	{ "some-reasons-crl", "CA", "ca1", -3, 5, .ids = 1,
	    .ext = { { "2.5.29.28", "critical,@idp_reasons" } } },
	{ "attr-only-crl", "CA", "ca1", -3, 5, .ids = 1,
	    .ext = { { "2.5.29.28", "critical,@idp_attr" } } },
	{ "same-point-crl", "CA", "ca1", -3, 5, .ids = 1,
	    .ext = { { "2.5.29.28", "critical,@idp_same" } },
	    .revoked = { { "point-revoked", -20, 1 } } },
	{ "other-point-crl", "CA", "ca1", -3, 5, .ids = 1,
	    .ext = { { "2.5.29.28", "critical,@idp_other" } },
	    .revoked = { { "point", -20, 1 } } },
	{ "delta-stale", "CA", "ca1", -3, -1, .number = 11, .base = 10,
	    .ids = 1 },
	{ "delta-other-base", "CA", "ca1", -2, 2, .number = 12, .base = 11,
	    .ids = 1, .revoked = { { "revoked-by-delta", -3, 1 } } },
	{ "delta-base", "CA", "ca1", -5, 5, .number = 10, .ids = 1,
	    .revoked = { { "released", -20, 6 } } },
	{ "delta", "CA", "ca1", -2, 2, .number = 12, .base = 10, .ids = 1,
	    .revoked = { { "revoked-by-delta", -3, 1 },
		{ "released", -3, 8 } } },
	{ "delta-older", "CA", "ca1", -3, 2, .number = 11, .base = 10,
	    .ids = 1 },
	{ "delta-broken", "CA", "ca1", -1, 2, .number = 13, .base = 10,
	    .ids = 1, .broken = 1 },
	{ "indirect-crl", "CRL signer", "crlsigner", -3, 5, .ids = 1,
	    .ext = { { "2.5.29.28", "critical,@idp_indirect" } },
	    .revoked = { { "indirect-revoked", -9, 4, "CA" } } },
	{ "no-crlsign-crl", "No CRL sign", "ca15", -3, 5, .ids = 1 },
	{ "plain-ca-crl", "P CA", "ca2", -5, 5 },
	{ "plain-ca1-crl", "P CA", "ca1", -4, 5,
	    .revoked = { { "plain-user", -9, 1 } } },
	{ "plain-root-crl", "P Root", "root", -5, 5 },
	{ "other-crl", "Other", "other", -5, 5, .ids = 1 },
	{ "ed-crl", "Ed Root", "ed:root", -5, 5, .ids = 1 },
	{ "rsa-crl", "RSA Root", "rsa:root", -5, 5, .ids = 1 },
	{ "gost-root-crl", "GOST Root", "gost512:root", -5, 5, .ids = 1 },
	{ "gost-ca-crl", "GOST CA", "gost256:ca", -5, 5, .ids = 1 },
	{ "gost-broken-crl", "GOST CA", "gost256:ca", -5, 5, .ids = 1,
	    .broken = 1 },
	{ "names-crl", "Names", "ca8", -5, 5, .ids = 1 },
	{ "excludes-crl", "Excludes", "ca9", -5, 5, .ids = 1 },
	{ "dns-only-crl", "DNS only", "ca10", -5, 5, .ids = 1 },
	{ "policy-crl", "Policy", "ca11", -5, 5, .ids = 1 },
	{ "short-crl", "Short", "ca6", -5, 5, .ids = 1 },
	{ "below-short-crl", "Below short", "ca7", -5, 5, .ids = 1 },
	{ "expired-ca-crl", "Old CA", "ca3", -5, 5, .ids = 1 },
	{ "expired-root-crl", "Old Root", "root2", -5, 5, .ids = 1 },
	{ "not-ca-crl", "Not CA", "ca4", -5, 5, .ids = 1 },
	{ "not-certsign-crl", "No certsign", "ca5", -5, 5, .ids = 1 },
	{ "broken-ca-crl", "Broken CA", "ca12", -5, 5, .ids = 1 },
	{ "revoked-ca-crl", "Revoked CA", "ca13", -5, 5, .ids = 1 },
	{ "no-rev-ca-crl", "No rev CA", "ca14", -5, 5, .ids = 1 },
};

#define CERT_ROWS (sizeof(cert_rows) / sizeof(cert_rows[0]))
#define CRL_ROWS (sizeof(crl_rows) / sizeof(crl_rows[0]))

static struct sg_cert *world_certs[CERT_ROWS];
static struct sg_crl *world_crls[CRL_ROWS];

static void
world_lacks(const char *id)
{
	fprintf(stderr, "test world: no row %s\n", id);
	abort();
}

struct sg_cert *
find_cert(const char *id)
{
	size_t i;

	for (i = 0; i < CERT_ROWS; i++)
		if (strcmp(cert_rows[i].id, id) == 0)
			return world_certs[i];
	world_lacks(id);
	return NULL;
}

struct sg_crl *
find_crl(const char *id)
{
	size_t i;

	for (i = 0; i < CRL_ROWS; i++)
		if (strcmp(crl_rows[i].id, id) == 0)
			return world_crls[i];
	world_lacks(id);
	return NULL;
}

void
chain_world_new(struct sg_env *env)
{
	size_t i;

	for (i = 0; i < CERT_ROWS; i++)
		world_certs[i] = pki_cert(env, &cert_rows[i]);
	for (i = 0; i < CRL_ROWS; i++)
		world_crls[i] = pki_crl(env, &crl_rows[i], find_cert);
}

void
chain_world_free(void)
{
	size_t i;

	for (i = 0; i < CERT_ROWS; i++)
		sg_cert_free(world_certs[i]);
	for (i = 0; i < CRL_ROWS; i++)
		sg_crl_free(world_crls[i]);
}
