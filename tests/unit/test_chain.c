/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "chain_world.h"
#include "chainkit.h"
#include "corpus.h"
#include "envkit.h"
#include "pki.h"

#include "base/err.h"
#include "base/gost.h"
#include "base/limits.h"
#include "base/pool.h"
#include "base/time.h"
#include "certs/chain.h"
#include "certs/known.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

static int
world_new(void **state)
{
	if (env_setup(state) < 0)
		return -1;
	chain_world_new(&env);
	return 0;
}

static int
world_free(void **state)
{
	chain_world_free();
	return env_teardown(state);
}

/* ---- judging by name */

struct given {
	struct sg_certs anchors, certs;
	struct sg_crls crls;
	struct sg_evidence evidence;
};

/* The next word of a list, NULL at its end. */
static const char *
next_word(const char **list, char *word, size_t size)
{
	size_t len;

	if (*list == NULL)
		return NULL;
	*list += strspn(*list, " ");
	len = strcspn(*list, " ");
	if (len == 0)
		return NULL;
	assert_true(len < size);
	memcpy(word, *list, len);
	word[len] = '\0';
	*list += len;
	return word;
}

static void
given_certs(struct sg_certs *to, const char *list)
{
	char word[64];

	while (next_word(&list, word, sizeof(word)) != NULL)
		assert_int_equal(sg_certs_add(&env, to, find_cert(word)), 0);
}

static void
given_new(struct given *given, const char *anchors, const char *certs,
    const char *crls)
{
	char word[64];

	memset(given, 0, sizeof(*given));
	given_certs(&given->anchors, anchors);
	given_certs(&given->certs, certs);
	while (next_word(&crls, word, sizeof(word)) != NULL)
		assert_int_equal(
		    sg_crls_add(&env, &given->crls, find_crl(word)), 0);
	given->evidence.anchors = &given->anchors;
	given->evidence.certs = &given->certs;
	given->evidence.crls = &given->crls;
}

static void
given_free(struct given *given)
{
	sg_certs_clear(&given->anchors);
	sg_certs_clear(&given->certs);
	sg_crls_clear(&given->crls);
}

/* ---- cases */

struct chain_case {
	const char *name;
	const char *signer, *anchors, *certs, *crls;
	const char *sub;  /* NULL: PASSED */
	const char *path; /* the chain that is shown; NULL: not looked at */
	const char *says; /* a piece of the reason */
	int day, later;   /* data are known so many days later */
};

static const struct chain_case cases[] = {
	{ "good", "user", "root", "ca", "root-crl ca-crl",
	    .path = "user ca root" },
	{ "good, hints in disorder", "user", "other root",
	    "user ca-twin other-by-root ca root", "ca-crl root-crl",
	    .path = "user ca root" },
	{ "intermediate as anchor", "user", "ca", "", "ca-crl",
	    .path = "user ca" },
	{ "signer as anchor", "user", "user", "", "", .path = "user" },
	{ "self-signed signer as anchor", "self", "self", "", "" },
	{ "anchor among hints too", "user", "root", "root ca ca", NULL,
	    "TRY_LATER", "user ca root" },

	/* several issuers of one name */
	{ "twin of the same name", "user-twin", "root", "ca ca-twin",
	    "root-crl twin-crl", .path = "user-twin ca-twin root" },
	{ "wrong twin alone", "user-twin", "root", "ca", "root-crl ca-crl",
	    "CERTIFICATE_CHAIN_GENERAL_FAILURE", .says = "does not verify" },
	{ "without identifiers, right one second", "plain-user", "plain-root",
	    "plain-ca1 plain-ca2", "plain-root-crl plain-ca-crl",
	    .path = "plain-user plain-ca2 plain-root" },
	{ "without identifiers, CRL of the other key", "plain-user",
	    "plain-root", "plain-ca1 plain-ca2", "plain-root-crl plain-ca1-crl",
	    "TRY_LATER", .path = "plain-user plain-ca2 plain-root",
	    .says = "CRL" },
	{ "without identifiers, CRLs of both keys", "plain-user", "plain-root",
	    "plain-ca1 plain-ca2", "plain-root-crl plain-ca1-crl plain-ca-crl",
	    .path = "plain-user plain-ca2 plain-root" },
	{ "identifier that fits nobody", "lost-id", "root", "ca-twin ca",
	    "root-crl ca-crl", .path = "lost-id ca root" },
	{ "through a cross certificate", "user", "other", "ca root-by-other",
	    "root-crl ca-crl other-crl",
	    .path = "user ca root-by-other other" },
	{ "cross certificates in a ring", "user", "self",
	    "ca root-by-other other-by-root", "ca-crl",
	    "NO_CERTIFICATE_CHAIN_FOUND" },
	{ "renewed root", "user", "root-renewed", "ca root", "root-crl ca-crl",
	    .path = "user ca root-renewed" },

	/* no chain */
	{ "no anchor at all", "user", "", "ca root", "ca-crl",
	    "NO_CERTIFICATE_CHAIN_FOUND", "user ca root", "no trusted" },
	{ "another anchor", "user", "other", "ca root", "ca-crl",
	    "NO_CERTIFICATE_CHAIN_FOUND", "user ca root", "not trusted" },
	{ "issuer missing", "user", "other", "", "ca-crl",
	    "NO_CERTIFICATE_CHAIN_FOUND", "user", "CN=CA" },
	{ "orphan", "orphan", "root", "ca", "ca-crl",
	    "NO_CERTIFICATE_CHAIN_FOUND", "orphan", "CN=Nobody" },
	{ "self-signed, not trusted", "self", "root", "ca", "",
	    "NO_CERTIFICATE_CHAIN_FOUND", "self", "not trusted" },

	/* time */
	{ "expired signer", "expired", "root", "ca", "root-crl ca-crl",
	    "OUT_OF_BOUNDS_NO_POE", .says = "2025-12-22" },
	{ "expired signer, CRL of the time", "expired", "root", "ca",
	    "root-crl ca-crl at-expiry-crl", "OUT_OF_BOUNDS_NOT_REVOKED" },
	{ "expired signer, too old a CRL", "expired", "root", "ca",
	    "root-crl ca-crl old-crl", "OUT_OF_BOUNDS_NO_POE" },
	{ "expired signer, CRL that keeps", "expired", "root", "ca",
	    "root-crl keeps-expired-crl", "OUT_OF_BOUNDS_NOT_REVOKED" },
	{ "expired signer, revoked while valid", "expired", "root", "ca",
	    "root-crl ca-crl at-expiry-revokes", "REVOKED_NO_POE" },
	{ "expired signer, no CRL", "expired", "root", "ca", "",
	    "OUT_OF_BOUNDS_NO_POE" },
	{ "signer of the future", "future", "root", "ca", "root-crl ca-crl",
	    "OUT_OF_BOUNDS_NO_POE", .says = "2026-01-11" },
	{ "expired CA", "user-of-expired", "root", "expired-ca",
	    "root-crl expired-ca-crl", "OUT_OF_BOUNDS_NO_POE",
	    .says = "Old CA" },
	{ "expired CA, at its time", "user-of-expired", "root", "expired-ca",
	    "", "TRY_LATER", .day = -20 },
	{ "expired anchor", "user-of-old-root", "expired-root", "",
	    "expired-root-crl", "OUT_OF_BOUNDS_NO_POE" },

	/* constraints */
	{ "no key usage", "no-usage", "root", "ca", "root-crl ca-crl" },
	{ "key for enciphering", "encipher", "root", "ca", "root-crl ca-crl",
	    "CHAIN_CONSTRAINTS_FAILURE", .says = "key usage" },
	{ "key for agreement", "agree", "root", "ca", "root-crl ca-crl",
	    "CHAIN_CONSTRAINTS_FAILURE" },
	{ "issuer is no CA", "user-of-not-ca", "root", "not-ca",
	    "root-crl not-ca-crl", "CHAIN_CONSTRAINTS_FAILURE",
	    .says = "authority" },
	{ "issuer may not sign certificates", "user-of-not-certsign", "root",
	    "not-certsign", "root-crl not-certsign-crl",
	    "CHAIN_CONSTRAINTS_FAILURE" },
	{ "path length kept", "user-at-short", "root", "short",
	    "root-crl short-crl" },
	{ "path length exceeded", "user-of-short", "root", "short below-short",
	    "root-crl short-crl below-short-crl", "CHAIN_CONSTRAINTS_FAILURE",
	    .says = "Short" },
	{ "permitted name", "name-good", "root", "names",
	    "root-crl names-crl" },
	{ "name not permitted", "name-bad", "root", "names",
	    "root-crl names-crl", "CHAIN_CONSTRAINTS_FAILURE",
	    .says = "Bad name" },
	{ "excluded name", "name-excluded", "root", "excludes",
	    "root-crl excludes-crl", "CHAIN_CONSTRAINTS_FAILURE" },
	{ "a person's name like a host's", "cn-like-dns", "root", "dns-only",
	    "root-crl dns-only-crl" },
	{ "required policy", "policy-good", "root", "policy",
	    "root-crl policy-crl" },
	{ "required policy missing", "policy-none", "root", "policy",
	    "root-crl policy-crl", "CHAIN_CONSTRAINTS_FAILURE",
	    .says = "polic" },
	{ "unknown critical extension", "critical", "root", "ca",
	    "root-crl ca-crl", "CHAIN_CONSTRAINTS_FAILURE",
	    .says = "critical" },
	{ "known critical extension", "critical-known", "root", "ca",
	    "root-crl ca-crl" },

	/* broken */
	{ "broken signature", "broken", "root", "ca", "root-crl ca-crl",
	    "CERTIFICATE_CHAIN_GENERAL_FAILURE", .says = "Broken" },
	{ "broken signature of the CA", "user-of-broken", "root", "broken-ca",
	    "root-crl broken-ca-crl", "CERTIFICATE_CHAIN_GENERAL_FAILURE",
	    .says = "Broken CA" },

	/* revocation */
	{ "no CRL", "user", "root", "ca", "", "TRY_LATER", .says = "\"User\"" },
	{ "no CRL for the signer", "user", "root", "ca", "root-crl",
	    "TRY_LATER", .says = "\"User\"" },
	{ "no CRL for the CA", "user", "root", "ca", "ca-crl", "TRY_LATER",
	    .says = "\"CA\"" },
	{ "CRL without identifiers", "user", "root", "ca",
	    "root-crl ca-crl-plain" },
	{ "revoked", "revoked", "root", "ca", "root-crl ca-crl",
	    "REVOKED_NO_POE", .says = "2025-12-12" },
	{ "revoked, before that", "revoked", "root", "ca", "root-crl ca-crl",
	    "TRY_LATER", .says = "younger", .day = -21 },
	{ "revoked later", "later", "root", "ca", "root-crl ca-crl" },
	{ "held", "held", "root", "ca", "root-crl ca-crl", "TRY_LATER",
	    .says = "suspended" },
	{ "CA revoked", "user-of-revoked", "root", "revoked-ca",
	    "root-crl revoked-ca-crl", "REVOKED_CA_NO_POE",
	    .says = "Revoked CA" },
	{ "outdated CRL", "user", "root", "ca", "root-crl old-crl", "TRY_LATER",
	    .says = "2025-11-22" },
	{ "outdated CRL that revokes", "user", "root", "ca",
	    "root-crl old-crl-revokes", "REVOKED_NO_POE" },
	{ "outdated CRL beside a fresh one", "user", "root", "ca",
	    "root-crl old-crl ca-crl" },
	{ "CRL without an end", "user", "root", "ca", "root-crl no-next-crl",
	    "TRY_LATER", .says = "until when" },
	{ "CRL younger than the time", "user", "root", "ca",
	    "root-crl young-crl", "TRY_LATER", .says = "younger" },
	{ "younger CRL does not count", "user", "root", "ca",
	    "root-crl ca-crl young-crl" },
	{ "CRL of somebody else", "user", "root", "ca", "root-crl foreign-crl",
	    "TRY_LATER", .says = "no revocation data" },
	{ "CRL of the twin", "user", "root", "ca", "root-crl twin-crl",
	    "TRY_LATER" },
	{ "CRL of the twin without identifiers", "user", "root", "ca",
	    "root-crl twin-crl-no-id", "TRY_LATER" },
	{ "CRL of the twin beside the right one", "user", "root", "ca",
	    "root-crl twin-crl-no-id ca-crl" },
	{ "twin signs CRLs for both", "user", "root", "ca ca-twin",
	    "root-crl twin-crl", "REVOKED_NO_POE" },
	{ "twin's newer CRL beside the right one", "user", "root", "ca ca-twin",
	    "root-crl twin-crl ca-crl", "REVOKED_NO_POE" },
	{ "twin's newer CRL, but broken", "user", "root", "ca ca-twin",
	    "root-crl twin-broken-crl ca-crl" },
	{ "twin's newer CRL names a CA's name only", "user", "root", "ca",
	    "root-crl twin-crl ca-crl" },
	{ "broken CRL", "user", "root", "ca", "root-crl broken-crl",
	    "TRY_LATER", .says = "CRL" },
	{ "broken CRL beside a good one", "user", "root", "ca",
	    "root-crl broken-crl ca-crl" },
	{ "CRL with an unknown critical extension", "user", "root", "ca",
	    "root-crl critical-crl", "TRY_LATER" },
	{ "CRL with one, beside a good one", "user", "root", "ca",
	    "root-crl critical-crl ca-crl" },
	{ "CRL for CAs only", "user", "root", "ca", "root-crl ca-only-crl",
	    "TRY_LATER" },
	{ "CRL for users only", "user", "root", "ca",
	    "root-crl user-only-crl" },
	{ "CRL for some reasons", "user", "root", "ca",
	    "root-crl some-reasons-crl", "TRY_LATER" },
	{ "some reasons and all", "user", "root", "ca",
	    "root-crl some-reasons-crl ca-crl" },
	{ "CRL for attribute certificates", "user", "root", "ca",
	    "root-crl attr-only-crl", "TRY_LATER", .says = "does not cover" },
	{ "CRL of the distribution point", "point", "root", "ca",
	    "root-crl same-point-crl" },
	{ "CRL of the distribution point that revokes", "point-revoked", "root",
	    "ca", "root-crl same-point-crl", "REVOKED_NO_POE" },
	{ "CRL of another distribution point", "point", "root", "ca",
	    "root-crl other-point-crl", "TRY_LATER", .says = "does not cover" },
	{ "CRL of a point, no point in the certificate", "user", "root", "ca",
	    "root-crl same-point-crl", "TRY_LATER", .says = "does not cover" },
	{ "CRL of another point beside a good one", "point", "root", "ca",
	    "root-crl other-point-crl same-point-crl" },
	{ "stale delta", "revoked-by-delta", "root", "ca",
	    "root-crl delta-base delta-stale", "TRY_LATER",
	    .says = "2025-12-31" },
	{ "delta of another base", "revoked-by-delta", "root", "ca",
	    "root-crl delta-base delta-other-base", "TRY_LATER",
	    .says = "delta CRL names" },
	{ "delta of another base that names somebody else", "released", "root",
	    "ca", "root-crl ca-crl delta-other-base" },
	{ "delta without its base", "revoked-by-delta", "root", "ca",
	    "root-crl delta", "TRY_LATER" },
	{ "base without a delta", "revoked-by-delta", "root", "ca",
	    "root-crl delta-base" },
	{ "revoked by a delta", "revoked-by-delta", "root", "ca",
	    "root-crl delta-base delta", "REVOKED_NO_POE" },
	{ "the newer of two deltas", "revoked-by-delta", "root", "ca",
	    "root-crl delta-older delta-base delta", "REVOKED_NO_POE" },
	{ "broken delta", "revoked-by-delta", "root", "ca",
	    "root-crl delta-broken delta-base delta", "REVOKED_NO_POE" },
	{ "released by a delta", "released", "root", "ca",
	    "root-crl delta-base delta" },
	{ "not yet released", "released", "root", "ca", "root-crl delta-base",
	    "TRY_LATER", .says = "suspended" },
	{ "indirect CRL", "indirect", "root", "ca crl-signer",
	    "root-crl indirect-crl" },
	{ "indirect CRL that revokes", "indirect-revoked", "root",
	    "ca crl-signer", "root-crl indirect-crl", "REVOKED_NO_POE" },
	{ "indirect CRL, its signer unknown", "indirect", "root", "ca",
	    "root-crl indirect-crl", "TRY_LATER" },
	{ "indirect CRL, its signer's status unknown", "indirect", "root",
	    "ca crl-signer", "indirect-crl", "TRY_LATER" },
	{ "indirect CRL, its signer expired since", "indirect", "root",
	    "ca crl-signer-brief", "root-crl indirect-crl", .later = 4 },
	{ "the same, revoked", "indirect-revoked", "root",
	    "ca crl-signer-brief", "root-crl indirect-crl", "REVOKED_NO_POE",
	    .later = 4 },
	{ "indirect CRL, its signer expired before", "indirect", "root",
	    "ca crl-signer-expired", "root-crl indirect-crl", "TRY_LATER" },
	{ "CRL of later", "user", "root", "ca", "root-crl young-crl",
	    "REVOKED_NO_POE", .later = 4 },
	{ "a base and its delta, later", "revoked-by-delta", "root", "ca",
	    "root-crl delta-base delta", "REVOKED_NO_POE", .later = 60 },
	{ "released by a delta, later", "released", "root", "ca",
	    "root-crl delta-base delta", .later = 60 },
	{ "CA may not sign CRLs", "user-of-no-crlsign", "root", "no-crlsign-ca",
	    "root-crl no-crlsign-crl", "TRY_LATER" },
	{ "noRevAvail", "no-rev", "root", "ca", "root-crl" },
	{ "short-term", "short-term", "root", "ca", "root-crl" },
	{ "ocsp-nocheck in a signer", "no-check", "root", "ca", "root-crl",
	    "TRY_LATER" },
	{ "ocsp-nocheck in a responder", "responder", "root", "ca",
	    "root-crl" },
	{ "noRevAvail in a CA", "user-of-no-rev", "root", "no-rev-ca",
	    "no-rev-ca-crl", "TRY_LATER", .says = "No rev CA" },

	/* the worst is told */
	{ "expired and revoked", "expired", "root", "ca",
	    "root-crl at-expiry-revokes", "REVOKED_NO_POE" },
	{ "unusable and without CRL", "encipher", "root", "ca", "",
	    "CHAIN_CONSTRAINTS_FAILURE" },
	{ "broken and without CRL", "broken", "root", "ca", "",
	    "CERTIFICATE_CHAIN_GENERAL_FAILURE" },
	{ "the better of two chains", "user", "root other", "ca root-by-other",
	    "ca-crl root-crl", .path = "user ca root" },
	{ "the better is not the first", "user", "expired-root other root",
	    "ca root-by-other", "ca-crl other-crl", "TRY_LATER" },

	/* kinds of keys */
	{ "Ed25519", "ed-user", "ed-root", "", "ed-crl" },
	{ "RSA", "rsa-user", "rsa-root", "", "rsa-crl" },
	{ "GOST", "gost-user", "gost-root", "gost-ca",
	    "gost-root-crl gost-ca-crl" },
	{ "GOST, no CRL", "gost-user", "gost-root", "gost-ca", "",
	    "TRY_LATER" },
	{ "GOST, broken", "gost-broken", "gost-root", "gost-ca",
	    "gost-root-crl gost-ca-crl", "CERTIFICATE_CHAIN_GENERAL_FAILURE" },
	{ "GOST, broken CRL", "gost-user", "gost-root", "gost-ca",
	    "gost-root-crl gost-broken-crl", "TRY_LATER" },
};

static int
is_gost(const struct chain_case *c)
{
	return strncmp(c->signer, "gost", 4) == 0;
}

static int failures;

/* Say what is wrong and go on: one run shows all of it. */
static void
wrong(const struct chain_case *c, const char *what,
    const struct sg_chain *chain, const char *reason)
{
	print_error("%s: %s: %s %s (%s)\n", c->name, what, chain->indication,
	    chain->sub_indication, reason);
	failures++;
}

static void
check_path(const struct chain_case *c, const struct sg_chain *chain)
{
	const char *list = c->path;
	char word[64];
	size_t i;

	if (list == NULL)
		return;
	for (i = 0; next_word(&list, word, sizeof(word)) != NULL; i++) {
		if (i >= chain->count ||
		    !sg_cert_equal(chain->links[i].cert, find_cert(word)))
			break;
	}
	if (i != chain->count || word[0] == '\0' || *list != '\0')
		wrong(c, "path", chain, "");
}

static void
check_case(const struct chain_case *c)
{
	struct sg_pool *pool = sg_pool_new();
	const char *reason,
	    *indication = c->sub != NULL ? "INDETERMINATE" : "PASSED";
	struct sg_question question = { find_cert(c->signer), SG_FOR_DOCUMENTS,
		PKI_TIME + c->day * PKI_DAY,
		PKI_TIME + (c->day + c->later) * PKI_DAY };
	struct sg_chain chain;
	struct given given;

	given_new(&given, c->anchors, c->certs, c->crls);
	assert_int_equal(
	    sg_chain_judge(&env, pool, &question, &given.evidence, &chain), 0);
	reason = sg_msg_text(&env, pool, &chain.reason, 0);
	if (strcmp(chain.indication, indication) != 0 ||
	    strcmp(chain.sub_indication != NULL ? chain.sub_indication : "-",
		c->sub != NULL ? c->sub : "-") != 0)
		wrong(c, "indication", &chain, reason);
	if (c->says != NULL && strstr(reason, c->says) == NULL)
		wrong(c, "reason", &chain, reason);
	if (strchr(reason, '?') != NULL || chain.clause == NULL)
		wrong(c, "reason", &chain, reason);
	check_path(c, &chain);
	given_free(&given);
	sg_pool_free(pool);
}

static void
test_cases(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (!is_gost(&cases[i]))
			check_case(&cases[i]);
	assert_int_equal(failures, 0);
}

static void
test_gost_cases(void **state)
{
	size_t i;

	(void)state;
	if (find_cert("gost-root") == NULL)
		skip();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (is_gost(&cases[i]))
			check_case(&cases[i]);
	assert_int_equal(failures, 0);
}

/* ---- chains judged before */

/* What is remembered says at any time what judging anew says. */
static void
check_known(const struct chain_case *c, struct sg_known *known)
{
	static const int days[] = { 0, 1, 2, 3, -1, -2, -4, -6, 4, 6, 0, -16,
		-45, 12, -95, 999, 1001, 0, 0 };
	struct sg_chain again;
	struct sg_pool *pool;
	struct given given;
	int64_t time;
	size_t i;

	given_new(&given, c->anchors, c->certs, c->crls);
	for (i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		pool = sg_pool_new();
		time = PKI_TIME + (c->day + days[i]) * PKI_DAY;
		if (!chainkit_known(&env, pool,
			SG_ASK(find_cert(c->signer), time), &given.evidence,
			known, &again))
			wrong(c, "known", &again, "not what it was anew");
		sg_pool_free(pool);
	}
	given_free(&given);
}

static void
test_known_chains(void **state)
{
	struct sg_known *known;
	size_t i;

	(void)state;
	failures = 0;
	assert_int_equal(sg_known_new(&env, &known), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (cases[i].sub == NULL && cases[i].later == 0 &&
		    !is_gost(&cases[i]))
			check_known(&cases[i], known);
	sg_known_free(known);
	assert_int_equal(failures, 0);
}

/* Less evidence or more: judged anew. */
static void
test_known_evidence_changes(void **state)
{
	static const struct {
		const char *anchors, *certs, *crls;
		const char *indication;
	} steps[] = {
		{ "root", "ca", "root-crl ca-crl", "PASSED" },
		{ "root", "ca", "root-crl ca-crl", "PASSED" },
		{ "root", "", "root-crl ca-crl", "INDETERMINATE" },
		{ "root", "ca", "root-crl ca-crl", "PASSED" },
		{ "root", "ca", "root-crl", "INDETERMINATE" },
		{ "root", "ca", "root-crl ca-crl", "PASSED" },
		{ "other", "ca", "root-crl ca-crl", "INDETERMINATE" },
		{ "root", "ca ca-twin", "root-crl twin-crl ca-crl",
		    "INDETERMINATE" },
		{ "root", "ca", "root-crl ca-crl", "PASSED" },
	};
	struct sg_pool *pool = sg_pool_new();
	struct sg_known *known;
	struct sg_chain chain;
	struct given given;
	size_t i;

	(void)state;
	assert_int_equal(sg_known_new(&env, &known), 0);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		given_new(
		    &given, steps[i].anchors, steps[i].certs, steps[i].crls);
		given.evidence.known = known;
		assert_int_equal(sg_chain_judge(&env, pool,
				     SG_ASK(find_cert("user"), PKI_TIME),
				     &given.evidence, &chain),
		    0);
		if (strcmp(chain.indication, steps[i].indication) != 0)
			fail_msg("step %zu: %s", i, chain.indication);
		given_free(&given);
	}
	sg_known_free(known);
	sg_pool_free(pool);
}

static void
test_known_certs(void **state)
{
	struct sg_cert *first, *second, *other = NULL;
	struct sg_view der = sg_cert_der(find_cert("user"));
	struct sg_known *known;

	(void)state;
	assert_int_equal(sg_known_new(&env, &known), 0);
	assert_int_equal(sg_known_cert(&env, known, der, &first), 0);
	assert_int_equal(sg_known_cert(&env, known, der, &second), 0);
	assert_ptr_equal(first, second);
	assert_int_equal(sg_known_cert(&env, known,
			     sg_view_of(der.ptr, der.len - 1), &other),
	    SIGN_E_FORMAT);
	assert_int_equal(sg_known_cert(&env, NULL, der, &other), 0);
	assert_ptr_not_equal(first, other);
	sg_known_free(known);
	sg_cert_free(first);
	sg_cert_free(second);
	sg_cert_free(other);
	sg_err_clear(&env);
}

/* ---- chains of real issuers */

struct pool_of {
	struct sg_certs certs;
	struct sg_crls crls;
	int checked;
};

static int
pool_cert(const struct corpus_row *row, void *payload)
{
	struct pool_of *all = payload;

	if (sg_certs_read(&env, row->octets, &all->certs) < 0)
		sg_err_clear(&env);
	return 0;
}

static int
pool_crl(const struct corpus_row *row, void *payload)
{
	struct pool_of *all = payload;

	if (sg_crls_read(&env, row->octets, &all->crls) < 0)
		sg_err_clear(&env);
	return 0;
}

static struct sg_cert *
pool_find(const struct sg_certs *certs, const char *sha256)
{
	char text[13];
	size_t i, k;

	for (i = 0; i < certs->count; i++) {
		for (k = 0; k < 6; k++)
			snprintf(text + 2 * k, 3, "%02x",
			    sg_cert_sha256(certs->list[i])[k]);
		if (strncmp(text, sha256, 12) == 0)
			return certs->list[i];
	}
	return NULL;
}

static void
judge_at(struct sg_cert *cert, struct sg_cert *anchor,
    const struct pool_of *all, int64_t time, struct sg_chain *chain,
    struct sg_pool *pool)
{
	struct sg_certs anchors = { 0 };
	struct sg_evidence evidence = {
		.anchors = &anchors, .certs = &all->certs, .crls = &all->crls
	};

	if (anchor != NULL)
		assert_int_equal(sg_certs_add(&env, &anchors, anchor), 0);
	assert_int_equal(
	    sg_chain_judge(&env, pool, SG_ASK(cert, time), &evidence, chain),
	    0);
	sg_certs_clear(&anchors);
}

/* Those of which others say that their issuer's key verifies them: nothing but
 * revocation data and a CA's key usage may be missing. */
static int
check_corpus(const struct corpus_row *row, void *payload)
{
	struct sg_pool *pool = sg_pool_new();
	struct pool_of *all = payload;
	struct sg_certs one = { 0 };
	struct sg_cert *anchor;
	struct sg_chain chain;
	int bad = strstr(row->expected, "INVALID") != NULL;

	anchor =
	    row->issuer != NULL ? pool_find(&all->certs, row->issuer) : NULL;
	if (bad)
		anchor = pool_find(&all->certs, "150f14dd8966");
	if (anchor != NULL && sg_certs_read(&env, row->octets, &one) == 0) {
		judge_at(one.list[0], anchor, all,
		    sg_cert_not_before(one.list[0]) + PKI_DAY, &chain, pool);
		if (bad !=
			(strcmp(chain.sub_indication != NULL
				 ? chain.sub_indication
				 : "",
			     "CERTIFICATE_CHAIN_GENERAL_FAILURE") == 0) ||
		    (chain.sub_indication != NULL &&
			strncmp(chain.sub_indication, "NO_CERT", 7) == 0))
			fail_msg("%s: %s %s", row->file, chain.sub_indication,
			    sg_msg_text(&env, pool, &chain.reason, 0));
		all->checked++;
	}
	sg_certs_clear(&one);
	sg_pool_free(pool);
	return 0;
}

static int
check_corpus_revoked(const struct corpus_row *row, void *payload)
{
	struct sg_pool *pool = sg_pool_new();
	struct pool_of *all = payload;
	struct sg_certs one = { 0 };
	struct sg_chain chain;

	if (strstr(row->file, "cryptoarm/revoked") != NULL) {
		assert_int_equal(sg_certs_read(&env, row->octets, &one), 0);
		judge_at(one.list[0], pool_find(&all->certs, row->issuer), all,
		    sg_cert_not_before(one.list[0]) + 3600, &chain, pool);
		if (chain.sub_indication == NULL ||
		    strcmp(chain.sub_indication, "REVOKED_NO_POE") != 0)
			fail_msg("%s: %s %s", row->file, chain.sub_indication,
			    sg_msg_text(&env, pool, &chain.reason, 0));
		all->checked++;
	}
	sg_certs_clear(&one);
	sg_pool_free(pool);
	return 0;
}

static void
test_corpus(void **state)
{
	struct pool_of all = { .checked = 0 };

	(void)state;
	if (find_cert("gost-root") == NULL ||
	    corpus_each("cert", pool_cert, &all) < 0)
		skip();
	corpus_each("crl", pool_crl, &all);
	corpus_each("cert", check_corpus, &all);
	assert_true(all.checked > 50);
	all.checked = 0;
	corpus_each("cert", check_corpus_revoked, &all);
	assert_int_equal(all.checked, 2);
	sg_certs_clear(&all.certs);
	sg_crls_clear(&all.crls);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_gost_cases),
		cmocka_unit_test(test_known_chains),
		cmocka_unit_test(test_known_evidence_changes),
		cmocka_unit_test(test_known_certs),
		cmocka_unit_test(test_corpus),
	};

	return cmocka_run_group_tests(tests, world_new, world_free);
}
