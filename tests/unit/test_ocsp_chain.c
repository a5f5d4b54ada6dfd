/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "chainkit.h"
#include "envkit.h"
#include "stage.h"

#include "base/pool.h"
#include "base/time.h"
#include "certs/chain.h"
#include "certs/known.h"
#include "certs/ocsp.h"
#include "tests/lib/authority.h"
#include "tests/lib/mkkey.h"

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/* OCSP responses, CRLs beside them, and what comes of a chain by them. */

#define DAY AUTHORITY_DAY

static const char *const kinds[] = { "p256", "rsa", "gost256", "gost512" };
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

#define ROOT "crl root -1 next=9;"
#define EXPIRED "crl root 299 next=310;"

struct ocsp_case {
	const char *name, *who, *script;
	const char *sub; /* NULL: PASSED */
	const char *says;
	int at, later; /* later: "known" is so many days after */
	enum sg_purpose purpose;
};

static const struct ocsp_case cases[] = {
	/* who may answer */
	{ "delegated, by key", "signer", ROOT "ocsp signer 0" },
	{ "delegated, by name", "signer", ROOT "ocsp signer 0 byname" },
	{ "the CA itself", "signer", ROOT "ocsp signer 0 byca" },
	{ "the CA itself, by name", "signer",
	    ROOT "ocsp signer 0 byca byname" },
	{ "for the CA too", "signer", "ocsp ca 0; ocsp signer 0" },
	{ "none for the CA", "signer", "ocsp signer 0", "TRY_LATER", "\"CA\"" },
	{ "its certificate is elsewhere", "signer",
	    ROOT "ocsp signer 0 no-cert; hint ocsp" },
	{ "its certificate is nowhere", "signer", ROOT "ocsp signer 0 no-cert",
	    "TRY_LATER", "not at hand" },
	{ "another CA's responder", "signer", ROOT "ocsp signer 0 stranger",
	    "TRY_LATER", "no authority" },
	{ "a responder of the root", "signer",
	    ROOT "ocsp signer 0 by=root-ocsp", "TRY_LATER", "no authority" },
	{ "a person of the CA", "signer", ROOT "ocsp signer 0 by=signer2",
	    "TRY_LATER", "no authority" },
	{ "a person for himself", "signer", ROOT "ocsp signer 0 by=signer",
	    "TRY_LATER", "no authority" },
	{ "without OCSPSigning", "signer", ROOT "ocsp signer 0 unauthorised",
	    "TRY_LATER", "no authority" },
	{ "without digitalSignature", "signer",
	    ROOT "ocsp signer 0 by=encipher-ocsp", "TRY_LATER",
	    "no authority" },
	{ "expired responder", "signer", ROOT "ocsp signer 0 expired",
	    "TRY_LATER", "not valid at that time" },
	{ "responder that expires later", "signer",
	    ROOT "ocsp signer 29 by=brief next=40; crl root 39 next=49",
	    .at = 39 },
	{ "responder expired when it was produced", "signer",
	    ROOT "ocsp signer 29 by=brief next=40 produced=31;"
		 "crl root 39 next=49",
	    "TRY_LATER", "not valid at that time", .at = 39 },
	{ "bad signature", "signer", ROOT "ocsp signer 0 bad-signature",
	    "TRY_LATER", "does not verify" },
	{ "bad signature of the CA", "signer",
	    ROOT "ocsp signer 0 byca bad-signature", "TRY_LATER",
	    "does not verify" },

	/* the responder's own status */
	{ "checked responder, nothing about it", "signer",
	    ROOT "ocsp signer 0 by=checked", "TRY_LATER", "nothing says" },
	{ "checked responder, the CA about it", "signer",
	    ROOT "ocsp signer 0 by=checked; ocsp checked 0 byca" },
	{ "checked responder, the other about it", "signer",
	    ROOT "ocsp signer 0 by=checked; ocsp checked 0" },
	{ "checked responder about itself", "signer",
	    ROOT "ocsp signer 0 by=checked; ocsp checked 0 by=checked",
	    "TRY_LATER", "nothing says" },
	{ "checked responder, revoked", "signer",
	    ROOT "revoke checked -3 1; ocsp signer 0 by=checked;"
		 "ocsp checked 0",
	    "TRY_LATER", "was revoked" },
	{ "checked responder, revoked later, key lost", "signer",
	    ROOT "revoke checked 2 1; ocsp signer 0 by=checked;"
		 "ocsp checked 3",
	    "TRY_LATER", "was revoked", .later = 5 },
	{ "checked responder, replaced later", "signer",
	    ROOT "revoke checked 2 4; ocsp signer 0 by=checked;"
		 "ocsp checked 3",
	    .later = 5 },
	{ "checked responder, suspended", "signer",
	    ROOT "revoke checked -3 6; ocsp signer 0 by=checked;"
		 "ocsp checked 0",
	    "TRY_LATER", "nothing says" },
	{ "checked responder, good by a CRL", "signer",
	    ROOT "crl ca -1; ocsp signer 0 by=checked revoked",
	    "REVOKED_NO_POE" },
	{ "checked responder, revoked by a CRL", "signer",
	    ROOT "revoke checked -3 1; crl ca -1;"
		 "ocsp signer 0 by=checked revoked" },
	{ "checked responder, good by an old CRL", "signer",
	    ROOT "crl ca -20; ocsp signer 0 by=checked revoked", "TRY_LATER",
	    "out of date" },

	/* about whom */
	{ "another certificate", "signer", ROOT "ocsp signer 0 wrong-id",
	    "TRY_LATER", "no revocation data" },
	{ "somebody else", "signer", ROOT "ocsp signer2 0", "TRY_LATER",
	    "no revocation data" },
	{ "CertID with SHA-256", "signer", ROOT "ocsp signer 0 id=SHA256" },
	{ "CertID with SHA-512", "signer", ROOT "ocsp signer 0 id=SHA512" },

	/* what it says */
	{ "unknown", "signer", ROOT "ocsp signer 0 unknown", "TRY_LATER",
	    "does not know" },
	{ "revoked", "signer", ROOT "revoke signer -3 1; ocsp signer 0",
	    "REVOKED_NO_POE", "2025-05-29" },
	{ "suspended", "signer", ROOT "revoke signer -3 6; ocsp signer 0",
	    "TRY_LATER", "suspended" },
	{ "released", "signer",
	    ROOT "revoke signer -3 6; ocsp signer -2; revoke signer -1 8;"
		 "ocsp signer 0" },
	{ "CA revoked", "signer",
	    "revoke ca -3 2; ocsp ca 0; ocsp signer 0 byca",
	    "REVOKED_CA_NO_POE", "\"CA\"" },
	{ "older than the certificate", "young", ROOT "ocsp young -5 next=9",
	    "TRY_LATER", "older than" },

	/* freshness */
	{ "in force", "signer", ROOT "ocsp signer -3 next=1" },
	{ "in force to the second", "signer", ROOT "ocsp signer -3 next=0" },
	{ "out of date", "signer", ROOT "ocsp signer -3 next=-1", "TRY_LATER",
	    "2025-05-31" },
	{ "out of date and revoked", "signer",
	    ROOT "revoke signer -9 1; ocsp signer -3 next=-1",
	    "REVOKED_NO_POE" },
	{ "without an end", "signer", ROOT "ocsp signer -1 next=none",
	    "TRY_LATER", "until when" },
	{ "without an end, of the moment", "signer",
	    ROOT "ocsp signer 0s-300 next=none" },
	{ "without an end, of the moment by policy", "signer",
	    "crl root 0; max 1; ocsp signer 0s-300 next=none" },
	{ "without an end, of a while ago", "signer",
	    ROOT "ocsp signer 0s-700 next=none", "TRY_LATER", "until when" },
	{ "without an end, young enough", "signer",
	    "crl root -1; max 3; ocsp signer -1 next=none" },
	{ "in force, too old", "signer",
	    "crl root -1; max 2; ocsp signer -3 next=1", "TRY_LATER",
	    "out of date" },
	{ "of tomorrow", "signer", ROOT "ocsp signer 1", "TRY_LATER",
	    "younger" },

	/* of two that which was issued later; a revocation is final */
	{ "good and then revoked", "signer",
	    ROOT "ocsp signer -5 next=9; revoke signer -3 1; ocsp signer 0",
	    "REVOKED_NO_POE" },
	{ "the same in disorder", "signer",
	    ROOT "revoke signer -3 1; ocsp signer 0; ocsp signer -5 next=9",
	    "REVOKED_NO_POE" },
	{ "revoked does not yield to older good", "signer",
	    ROOT "revoke signer -3 1; ocsp signer -1 next=-1;"
		 "ocsp signer -5 next=9",
	    "REVOKED_NO_POE" },
	{ "CRL good, response revoked", "signer",
	    ROOT "crl ca -5; revoke signer -3 1; ocsp signer 0",
	    "REVOKED_NO_POE" },
	{ "response good, CRL revoked", "signer",
	    ROOT "ocsp signer -5 next=9; revoke signer -3 1; crl ca 0",
	    "REVOKED_NO_POE" },
	{ "CRL revoked, response later good", "signer",
	    ROOT "revoke signer -9 1; crl ca -5; ocsp signer 0 good",
	    "REVOKED_NO_POE" },
	{ "response revoked, CRL later good", "signer",
	    ROOT "revoke signer -9 1; ocsp signer -5 next=9; crl ca 0 empty",
	    "REVOKED_NO_POE" },
	{ "response revoked, response later good", "signer",
	    ROOT "revoke signer -9 1; ocsp signer -5 next=9; ocsp signer 0 "
		 "good",
	    "REVOKED_NO_POE" },
	{ "both of one time", "signer",
	    ROOT "revoke signer -9 1; crl ca 0; ocsp signer 0 good",
	    "REVOKED_NO_POE" },
	{ "both of one time, the other way", "signer",
	    ROOT "revoke signer -9 1; crl ca 0 empty; ocsp signer 0",
	    "REVOKED_NO_POE" },
	{ "later one is of no use", "signer",
	    ROOT "revoke signer -9 1; crl ca -1; ocsp signer 0 good "
		 "bad-signature",
	    "REVOKED_NO_POE" },
	{ "later one does not know", "signer",
	    ROOT "ocsp signer -1 next=1; ocsp signer 0 unknown" },
	{ "one is broken", "signer",
	    ROOT "ocsp signer 0 bad-signature; ocsp signer 0" },
	{ "stale CRL, fresh response", "signer",
	    ROOT "crl ca -50; ocsp signer 0" },
	{ "fresh CRL, stale response", "signer",
	    ROOT "crl ca -1; ocsp signer -50" },

	/* after the end of the certificate */
	{ "expired, response from after that", "signer",
	    EXPIRED "ocsp signer 300", "OUT_OF_BOUNDS_NO_POE", .at = 300 },
	{ "the same, kept in the archive", "signer",
	    EXPIRED "ocsp signer 300 cutoff=-200", "OUT_OF_BOUNDS_NOT_REVOKED",
	    .at = 300 },
	{ "the same, not so far back", "signer",
	    EXPIRED "ocsp signer 300 cutoff=250", "OUT_OF_BOUNDS_NO_POE",
	    .at = 300 },
	{ "expired, response from before that", "signer",
	    EXPIRED "ocsp signer 213 next=216", "OUT_OF_BOUNDS_NOT_REVOKED",
	    .at = 300 },
	{ "expired, response too old for that", "signer",
	    EXPIRED "ocsp signer 100", "OUT_OF_BOUNDS_NO_POE", .at = 300 },
	{ "expired, revoked before", "signer",
	    EXPIRED "revoke signer 10 1; ocsp signer 20", "REVOKED_NO_POE",
	    .at = 300 },

	/* what is known later */
	{ "response of later", "signer", "ocsp ca 3; ocsp signer 3",
	    .later = 5 },
	{ "response of later, no end", "signer",
	    "ocsp ca 3; ocsp signer 3 next=none", .later = 5 },
	{ "response of too late", "signer", "ocsp ca 3; ocsp signer 6",
	    "TRY_LATER", "younger", .later = 5 },
	{ "CRL of later, long out of date", "signer", "crl root 3; crl ca 3",
	    .later = 150 },
	{ "CRL that was in force then", "signer", "crl root -3; crl ca -3",
	    .later = 150 },
	{ "CRL that was not in force then", "signer", "crl root 3; crl ca -30",
	    "TRY_LATER", "out of date", .later = 150 },
	{ "response that was not in force then", "signer",
	    "crl root 3; ocsp signer -30", "TRY_LATER", "out of date",
	    .later = 150 },
	{ "revoked later", "signer",
	    "revoke signer 2 1; ocsp ca 3; ocsp signer 3", .later = 5 },
	{ "revoked later, in a CRL", "signer",
	    "revoke signer 2 1; crl root 3; crl ca 3", .later = 5 },
	{ "revoked before, found out later", "signer",
	    "crl root 3; crl ca -2; revoke signer -1 1; crl ca 3",
	    "REVOKED_NO_POE", .later = 5 },
	{ "the same by a response", "signer",
	    "crl root 3; crl ca -2; revoke signer -1 1; ocsp signer 3",
	    "REVOKED_NO_POE", .later = 5 },
	{ "CA revoked later", "signer", "revoke ca 2 4; crl root 3; crl ca 1",
	    .later = 5 },
	{ "suspended later", "signer",
	    "revoke signer 2 6; crl root 3; crl ca 3", .later = 5 },
	{ "expired since", "signer", "crl root 3; crl ca 3", .later = 400 },
	{ "expired since, only a CRL from after that", "signer",
	    "crl root 3; crl ca 300", "TRY_LATER", "after it expired",
	    .later = 400 },
	{ "the same, of a list that keeps them", "signer",
	    "crl root 3; crl ca 300 kept=-100", .later = 400 },
	{ "the same, and one from before", "signer",
	    "crl root 3; crl ca 300; crl ca 100", .later = 400 },
	{ "CA expired since, CRL from after that", "old-signer",
	    "hint old-ca; crl root 150; crl old-ca 1", "TRY_LATER",
	    "after it expired", .later = 200 },
	{ "CA expired since, CRL from before", "old-signer",
	    "hint old-ca; crl root 150; crl root 50; crl old-ca 1",
	    .later = 200 },
	{ "CRL of a CA that had expired", "outliving",
	    "hint old-ca; crl root 90; crl old-ca 120", "TRY_LATER",
	    "issuer had expired", .later = 200 },
	{ "the same, and one from before", "outliving",
	    "hint old-ca; crl root 90; crl old-ca 120; crl old-ca 1",
	    .later = 200 },
	{ "CRL that keeps expired ones, of a CA that had", "old-signer",
	    "hint old-ca; crl root 90; crl old-ca 120 kept=-100", "TRY_LATER",
	    "issuer had expired", .later = 200 },
	{ "the same, one kept, one from before", "old-signer",
	    "hint old-ca; crl root 90; crl old-ca 120 kept=-100;"
	    "crl old-ca 70 kept=-100",
	    .later = 200 },
	{ "the same, from before not kept", "old-signer",
	    "hint old-ca; crl root 90; crl old-ca 120 kept=-100;"
	    "crl old-ca 70; crl old-ca 40",
	    .later = 200 },
	{ "response of a CA that had expired", "outliving",
	    "hint old-ca; crl root 90; ocsp outliving 120 byca", "TRY_LATER",
	    "issuer had expired", .later = 200 },
	{ "it was revoked all the same", "outliving",
	    "revoke outliving -1 1; hint old-ca; crl root 90;"
	    "ocsp outliving 120 byca",
	    "REVOKED_NO_POE", .later = 200 },
	{ "names it, revoked after it was asked about", "signer",
	    "revoke signer 20 4; crl root 3; crl ca 300 kept=-100",
	    .later = 400 },
	{ "not yet valid", "young", "crl root -3; crl ca -3",
	    "OUT_OF_BOUNDS_NO_POE", .at = -3, .later = 9 },
	{ "expired then", "signer", "crl root 300; crl ca 213 next=220",
	    "OUT_OF_BOUNDS_NOT_REVOKED", .at = 290, .later = 50 },
	{ "maximum age then", "signer",
	    "max 4; crl root -1; crl ca -3; ocsp signer -2", .later = 50 },
	{ "too old then", "signer", "max 2; crl root -1; crl ca -3",
	    "TRY_LATER", "out of date", .later = 50 },

	/* time-stamps */
	{ "TSA", "tsa", ROOT "ocsp tsa 0", .purpose = SG_FOR_TIMESTAMPS },
	{ "TSA, not critical", "tsa-plain", ROOT "ocsp tsa-plain 0",
	    "CHAIN_CONSTRAINTS_FAILURE", "timeStamping",
	    .purpose = SG_FOR_TIMESTAMPS },
	{ "TSA, two purposes", "tsa-more", ROOT "ocsp tsa-more 0",
	    "CHAIN_CONSTRAINTS_FAILURE", "timeStamping",
	    .purpose = SG_FOR_TIMESTAMPS },
	{ "TSA, no purpose", "tsa-bare", ROOT "ocsp tsa-bare 0",
	    "CHAIN_CONSTRAINTS_FAILURE", "timeStamping",
	    .purpose = SG_FOR_TIMESTAMPS },
	{ "TSA, key for enciphering", "tsa-encipher",
	    ROOT "ocsp tsa-encipher 0", "CHAIN_CONSTRAINTS_FAILURE",
	    "does not allow signing", .purpose = SG_FOR_TIMESTAMPS },
	{ "person as TSA", "signer", ROOT "ocsp signer 0",
	    "CHAIN_CONSTRAINTS_FAILURE", "timeStamping",
	    .purpose = SG_FOR_TIMESTAMPS },
	{ "TSA revoked before", "tsa", ROOT "revoke tsa -1 4; ocsp tsa 0",
	    "REVOKED_NO_POE", .purpose = SG_FOR_TIMESTAMPS },
	{ "TSA replaced later", "tsa", ROOT "revoke tsa 2 4; ocsp tsa 3",
	    .later = 5, .purpose = SG_FOR_TIMESTAMPS },
	{ "TSA closed later", "tsa", ROOT "revoke tsa 2 5; crl ca 3",
	    .later = 5, .purpose = SG_FOR_TIMESTAMPS },
	{ "TSA revoked later, unspecified", "tsa",
	    ROOT "revoke tsa 2 0; crl ca 3", .later = 5,
	    .purpose = SG_FOR_TIMESTAMPS },
	{ "TSA's key lost later", "tsa", ROOT "revoke tsa 2 1; ocsp tsa 3",
	    "REVOKED_NO_POE", .later = 5, .purpose = SG_FOR_TIMESTAMPS },
	{ "TSA's CA lost its key later", "tsa", ROOT "revoke tsa 2 2; crl ca 3",
	    "REVOKED_NO_POE", .later = 5, .purpose = SG_FOR_TIMESTAMPS },
	{ "TSA revoked later, nobody says why", "tsa",
	    ROOT "revoke tsa 2 -1; crl ca 3", "REVOKED_NO_POE", .later = 5,
	    .purpose = SG_FOR_TIMESTAMPS },
	{ "the same by a response", "tsa", ROOT "revoke tsa 2 -1; ocsp tsa 3",
	    "REVOKED_NO_POE", .later = 5, .purpose = SG_FOR_TIMESTAMPS },
	{ "a person's key lost later", "signer",
	    ROOT "revoke signer 2 1; ocsp signer 3", .later = 5 },
	{ "TSA signs documents", "tsa", ROOT "ocsp tsa 0" },

	/* responders themselves */
	{ "responder", "ocsp", ROOT "", .purpose = SG_FOR_OCSP },
	{ "person as responder", "signer", ROOT "ocsp signer 0",
	    "CHAIN_CONSTRAINTS_FAILURE", "OCSPSigning",
	    .purpose = SG_FOR_OCSP },
	{ "responder, key for enciphering", "encipher-ocsp", ROOT "",
	    "CHAIN_CONSTRAINTS_FAILURE", "does not allow signing",
	    .purpose = SG_FOR_OCSP },
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

static int failures;

static struct sg_question
question_of(struct stage *stage, const struct ocsp_case *c)
{
	struct sg_question question = { stage_cert(stage, c->who), c->purpose,
		stage_day(c->at), stage_day(c->at + c->later) };

	return question;
}

static void
wrong(const struct ocsp_case *c, const char *kind, const struct sg_chain *chain,
    const char *reason)
{
	print_error("%s (%s): %s %s (%s)\n", c->name, kind, chain->indication,
	    chain->sub_indication, reason);
	failures++;
}

/* Whoever says that it is good shows by what. */
static int
links_are_told(const struct sg_chain *chain)
{
	const struct sg_chain_link *link;
	size_t i;

	for (i = 0; i + 1 < chain->count; i++) {
		link = &chain->links[i];
		if (link->revocation == SG_REV_GOOD &&
		    ((link->crl == NULL) == (link->ocsp == NULL) ||
			link->this_update == SG_NO_TIME))
			return 0;
	}
	return 1;
}

static void
check_case(const struct ocsp_case *c, const char *kind)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_question question;
	struct sg_chain chain;
	struct stage stage;
	const char *reason;

	if (!stage_new(&stage, &env, kind, c->at + c->later)) {
		sg_pool_free(pool);
		return;
	}
	stage_play(&stage, c->script);
	question = question_of(&stage, c);
	assert_int_equal(
	    sg_chain_judge(&env, pool, &question, &stage.evidence, &chain), 0);
	reason = sg_msg_text(&env, pool, &chain.reason, 0);
	if ((c->sub == NULL) != (chain.sub_indication == NULL) ||
	    (c->sub != NULL && strcmp(c->sub, chain.sub_indication) != 0) ||
	    (c->says != NULL && strstr(reason, c->says) == NULL) ||
	    strchr(reason, '?') != NULL || !links_are_told(&chain))
		wrong(c, kind, &chain, reason);
	stage_free(&stage);
	sg_pool_free(pool);
}

static void
test_cases(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < CASES; i += mk_step(5))
		check_case(&cases[i], kinds[0]);
	/* the keys make no difference: some cases of each kind */
	for (k = 1; k < KINDS; k++)
		for (i = k; i < CASES; i += 3 * mk_step(7))
			check_case(&cases[i], kinds[k]);
	assert_int_equal(failures, 0);
}

/* CertIDs with GOST digests, and a GOST signature over the wrong range. */
static void
test_gost_ids(void **state)
{
	static const struct ocsp_case gost[] = {
		{ "Streebog-256", "signer",
		    ROOT "ocsp signer 0 id=md_gost12_256" },
		{ "Streebog-512", "signer",
		    ROOT "ocsp signer 0 id=md_gost12_512" },
	};
	size_t i;

	(void)state;
	failures = 0;
	for (i = 0; i < sizeof(gost) / sizeof(gost[0]); i++)
		check_case(&gost[i], "gost256");
	assert_int_equal(failures, 0);
}

/* ---- chains judged before */

/* What is remembered says at any two times what judging anew says. */
static void
check_known(const struct ocsp_case *c, struct sg_known *known)
{
	static const int moves[] = { 0, 0, 1, -1, 2, 3, -3, 9, 10, -10, 150,
		0 };
	struct sg_chain again;
	struct sg_question question, moved;
	struct sg_pool *pool;
	struct stage stage;
	size_t i, k, n = sizeof(moves) / sizeof(moves[0]);

	assert_true(stage_new(&stage, &env, NULL, c->at + c->later));
	stage_play(&stage, c->script);
	question = question_of(&stage, c);
	for (i = 0; i < n * n; i++) {
		pool = sg_pool_new();
		k = (i * 7) % (n * n);
		moved = question;
		moved.at += moves[k % n] * DAY + (k % 3 == 0 ? 200 : 0);
		moved.known += moves[k / n] * DAY + (k % 4 == 0 ? 400 : 0);
		if (moved.known < moved.at)
			moved.known = moved.at;
		if (!chainkit_known(
			&env, pool, &moved, &stage.evidence, known, &again))
			wrong(c, "known", &again, "not what it was anew");
		sg_pool_free(pool);
	}
	stage_free(&stage);
}

static void
test_known_chains(void **state)
{
	struct sg_known *known;
	size_t i;

	(void)state;
	failures = 0;
	assert_int_equal(sg_known_new(&env, &known), 0);
	for (i = 0; i < CASES; i += mk_step(17))
		if (cases[i].sub == NULL)
			check_known(&cases[i], known);
	sg_known_free(known);
	assert_int_equal(failures, 0);
}

/* Purpose and age are part of what is asked. */
static void
test_known_question(void **state)
{
	struct sg_pool *pool = sg_pool_new();
	struct sg_question question;
	struct sg_known *known;
	struct sg_chain chain;
	struct stage stage;

	(void)state;
	assert_int_equal(sg_known_new(&env, &known), 0);
	assert_true(stage_new(&stage, &env, NULL, 0));
	stage_play(&stage, "crl root -3; ocsp signer -3 next=4");
	question = *SG_ASK(stage_cert(&stage, "signer"), stage_day(0));
	stage.evidence.known = known;
	assert_int_equal(
	    sg_chain_judge(&env, pool, &question, &stage.evidence, &chain), 0);
	assert_null(chain.sub_indication);
	stage.evidence.max_age = DAY;
	assert_int_equal(
	    sg_chain_judge(&env, pool, &question, &stage.evidence, &chain), 0);
	assert_string_equal(chain.sub_indication, "TRY_LATER");
	stage.evidence.max_age = 0;
	question.purpose = SG_FOR_TIMESTAMPS;
	assert_int_equal(
	    sg_chain_judge(&env, pool, &question, &stage.evidence, &chain), 0);
	assert_string_equal(chain.sub_indication, "CHAIN_CONSTRAINTS_FAILURE");
	stage_free(&stage);
	sg_known_free(known);
	sg_pool_free(pool);
}

/* ---- extensions that the lab does not write */

/* A response of the CA's with one more extension, in the answer or around. */
static struct sg_ocsp *
extended(struct stage *stage, const char *oid, int critical, int single)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	X509 *signer = authority_x509(stage->lab, "signer");
	X509 *ca = authority_x509(stage->lab, "ca");
	OCSP_CERTID *id = OCSP_cert_to_id(EVP_sha1(), signer, ca);
	ASN1_TIME *now = ASN1_TIME_set(NULL, (time_t)stage_day(0));
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	unsigned char *out = NULL;
	OCSP_SINGLERESP *answer;
	X509_EXTENSION *ext;
	struct sg_ocsp *ocsp;
	int len;

	answer = OCSP_basic_add1_status(
	    basic, id, V_OCSP_CERTSTATUS_GOOD, 0, NULL, now, NULL);
	assert_non_null(answer);
	ASN1_OCTET_STRING_set(value, (const unsigned char *)"\5\0", 2);
	ext = X509_EXTENSION_create_by_OBJ(NULL, object, critical, value);
	if (single)
		OCSP_SINGLERESP_add_ext(answer, ext, -1);
	else
		OCSP_BASICRESP_add_ext(basic, ext, -1);
	assert_int_equal(
	    OCSP_basic_sign(basic, ca, authority_key(stage->lab, "ca"),
		EVP_sha256(), NULL, OCSP_NOCERTS | OCSP_RESPID_KEY),
	    1);
	len = i2d_OCSP_BASICRESP(basic, &out);
	assert_int_equal(
	    sg_ocsp_parse(&env, sg_view_of(out, (size_t)len), &ocsp), 0);
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(object);
	ASN1_TIME_free(now);
	OCSP_CERTID_free(id);
	OCSP_BASICRESP_free(basic);
	OPENSSL_free(out);
	return ocsp;
}

static void
test_extensions(void **state)
{
	static const struct {
		const char *oid;
		int critical, single;
		const char *sub;
	} rows[] = {
		{ "1.2.3.4.5", 0, 0, NULL },
		{ "1.2.3.4.5", 0, 1, NULL },
		{ "1.2.3.4.5", 1, 0, "TRY_LATER" },
		{ "1.2.3.4.5", 1, 1, "TRY_LATER" },
		{ "1.3.6.1.5.5.7.48.1.2", 1, 0, NULL },
	};
	struct sg_pool *pool = sg_pool_new();
	struct sg_chain chain;
	struct stage stage;
	struct sg_ocsp *ocsp;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(stage_new(&stage, &env, NULL, 0));
		stage_play(&stage, ROOT);
		ocsp = extended(
		    &stage, rows[i].oid, rows[i].critical, rows[i].single);
		assert_int_equal(sg_ocsps_add(&env, &stage.ocsps, ocsp), 0);
		sg_ocsp_free(ocsp);
		assert_int_equal(
		    sg_chain_judge(&env, pool,
			SG_ASK(stage_cert(&stage, "signer"), stage_day(0)),
			&stage.evidence, &chain),
		    0);
		if ((rows[i].sub == NULL) != (chain.sub_indication == NULL))
			fail_msg("row %zu: %s", i, chain.sub_indication);
		stage_free(&stage);
	}
	sg_pool_free(pool);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_gost_ids),
		cmocka_unit_test(test_known_chains),
		cmocka_unit_test(test_known_question),
		cmocka_unit_test(test_extensions),
	};

	return cmocka_run_group_tests(tests, env_setup, env_teardown);
}
