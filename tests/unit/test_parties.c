/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/time.h"
#include "libsign/contract.h"
#include "libsign/ctx.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct kit {
	struct sign_ctx *ctx;
	struct sg_env *env;
	struct sg_pool *pool;
};

static int
setup(void **state)
{
	struct kit *kit = calloc(1, sizeof(*kit));

	assert_non_null(kit);
	assert_int_equal(sign_ctx_new(&kit->ctx), 0);
	kit->env = &kit->ctx->env;
	kit->pool = sg_pool_new();
	assert_non_null(kit->pool);
	*state = kit;
	return 0;
}

static int
teardown(void **state)
{
	struct kit *kit = *state;

	sg_pool_free(kit->pool);
	sign_ctx_free(kit->ctx);
	free(kit);
	return 0;
}

/* ---- the contract */

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define DOC(name) \
	"{\"name\":\"" name "\",\"size\":5,\"digest_algorithm\":\"sha256\"," \
	"\"digest\":\"" HEX64 "\"}"

static const char description[] =
    "{\"schema\":\"podpis-contract/1\",\"kind\":\"lease\",\"title\":\"Flat "
    "17\",\"parties\":[{\"role\":\"lessor\"},{\"role\":\"lessee\"}],"
    "\"documents\":[" DOC("lease.pdf") "," DOC("act.pdf") "]}\n";

static const struct sg_report_signer anna = {
	.common_name = "Иванова Анна Петровна",
	.inn = "770123456703",
	.snils = "12345678964",
}, petr = {
	.common_name = "Петров Сергей Олегович",
	.inn = "770987654347",
	.snils = "11223344595",
}, firm = {
	.common_name = "ООО «Ромашка»",
	.organisation = "ООО «Ромашка»",
	.inn_le = "7700000016",
	.ogrn = "1027700000019",
	.inn = "770123456703",
	.snils = "12345678964",
}, trader = {
	.common_name = "Кузнецов Игорь Львович",
	.inn = "772345678901",
	.ogrnip = "304770000123453",
};

/* ---- who has signed: the report by hand, what comes out of it */

#define LEASE 1u
#define ACT 2u
#define ABOUT 4u
#define ALL (LEASE | ACT | ABOUT)
#define LEASE_CHANGED 8u /* the digest is of other octets */
#define LEASE_PART 16u   /* only a part of it is covered */
#define ACT_UNKNOWN 32u  /* its digest could not be compared */

#define WHO(signer, claim, stamp, before, is, covers) \
	.who = signer, .claims = claim, .stamped = stamp, .content = before, \
	.verdict = is, .over = covers

/* Days of November 2026; 0: none. */
struct act {
	const struct sg_report_signer *who;
	int claims, stamped, content;
	/* P, F, I; V: the value, D: the properties, C: the certificate does not
	 * verify; U: it leads to nobody who is trusted; 0: the end */
	char verdict;
	unsigned over;
	const char *role, *parent, *file;
	/* how the lessee's order and deadline are known: c, p; 0: no matter */
	char order, deadline;
};

#define ORDERED 1u
#define DEADLINE 2u /* the 25th */
#define PORTAL 4u
#define CHANGED 8u /* lease.pdf is not as described */
#define ABSENT 16u /* act.pdf is not there */
#define TWINS 32u  /* both parties may be anybody */

static const struct {
	const char *name;
	unsigned flags;
	struct act acts[5];
	int exit, concluded; /* 1, 0, -1 */
	const char *states;  /* of lessor and lessee */
	const char *says;    /* a detail */
} situations[] = {
	{ "nobody has signed", 0, { { .verdict = 0 } }, 8, 0, "missing missing",
	    "not signed yet" },
	{ "one is missing", 0, { { WHO(&anna, 20, 0, 0, 'P', ALL) } }, 8, 0,
	    "signed missing", "not signed yet" },
	{ "concluded, as they claim", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) } },
	    0, 1, "signed signed", "as the signer says" },
	{ "concluded, proven", 0,
	    { { WHO(&anna, 20, 20, 0, 'P', ALL) },
		{ WHO(&petr, 21, 22, 0, 'P', ALL) } },
	    0, 1, "signed signed", "as a time-stamp proves" },
	{ "one could not be confirmed", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'I', ALL) } },
	    6, -1, "signed unconfirmed", "could not be confirmed" },
	{ "one is not valid", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'F', ALL) } },
	    5, 0, "signed failed", "not valid" },
	{ "one missing, one unconfirmed", 0,
	    { { WHO(&anna, 20, 0, 0, 'I', ALL) } }, 6, 0, "unconfirmed missing",
	    NULL },
	{ "another version", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'F', ALL | LEASE_CHANGED) } },
	    5, 0, "signed other-version", "another version of lease.pdf" },
	{ "the description is not signed", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', LEASE | ACT) } },
	    8, 0, "signed incomplete", "does not cover contract.json" },
	{ "one document is not signed", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', LEASE | ABOUT) } },
	    8, 0, "signed incomplete", "does not cover act.pdf" },
	{ "only a part is signed", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL | LEASE_PART) } },
	    8, 0, "signed incomplete", "does not cover lease.pdf" },
	{ "a digest that could not be compared", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'I', ALL | ACT_UNKNOWN) } },
	    6, 0, "signed incomplete", "does not cover act.pdf" },
	{ "a document changed beside its description", CHANGED,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) } },
	    8, 0, "other-version other-version",
	    "another version of lease.pdf" },
	{ "a document is missing", ABSENT,
	    { { WHO(&anna, 20, 0, 0, 'P', LEASE | ABOUT) },
		{ WHO(&petr, 21, 0, 0, 'P', LEASE | ABOUT) } },
	    8, 0, "incomplete incomplete", "does not cover act.pdf" },
	{ "a stranger besides", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) },
		{ WHO(&trader, 22, 0, 0, 'P', ALL) } },
	    0, 1, "signed signed", "without being asked" },
	{ "a stranger alone", 0, { { WHO(&trader, 20, 0, 0, 'P', ALL) } }, 8, 0,
	    "missing missing", "without being asked" },
	{ "the company for the person", 0,
	    { { WHO(&firm, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) } },
	    8, 0, "missing signed", "without being asked" },
	{ "a stranger in a party's role", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&trader, 21, 0, 0, 'P', ALL), .role = "lessee" } },
	    8, 0, "signed missing", "without being asked" },
	{ "a stranger's is not valid", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) },
		{ WHO(&trader, 22, 0, 0, 'F', ALL) } },
	    5, 1, "signed signed", "without being asked" },
	{ "a stranger's does not verify", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) },
		{ WHO(&trader, 22, 0, 0, 'V', ALL) } },
	    5, 1, "signed signed", "in the name of Кузнецов" },
	{ "a forged value", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'V', ALL) } },
	    5, 0, "signed missing", "in the name of Петров" },
	{ "a forged value over another version", 0,
	    { { WHO(&anna, 20, 0, 0, 'V', ALL | LEASE_CHANGED) } }, 5, 0,
	    "missing missing", "forged or broken" },
	{ "changed properties", 0, { { WHO(&anna, 20, 0, 0, 'D', ALL) } }, 5, 0,
	    "missing missing", "forged or broken" },
	{ "another certificate than was signed", 0,
	    { { WHO(&anna, 20, 0, 0, 'C', ALL) } }, 6, 0, "missing missing",
	    "forged or broken" },
	{ "a forged one before the good one", 0,
	    { { WHO(&anna, 19, 0, 0, 'V', ALL) },
		{ WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) } },
	    5, 1, "signed signed", "in the name of Иванова" },
	{ "forged ones do not take the place of twins", TWINS,
	    { { WHO(&petr, 20, 0, 0, 'V', ALL) },
		{ WHO(&petr, 20, 0, 0, 'P', ALL) },
		{ WHO(&anna, 21, 0, 0, 'P', ALL) } },
	    5, 1, "signed signed", "forged or broken" },
	{ "a forged counter-signature", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&trader, 21, 0, 0, 'V', 0), .parent = "S-1" },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) } },
	    5, 1, "signed signed", "in the name of Кузнецов" },
	{ "a certificate that nobody vouches for", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'U', ALL) } },
	    6, -1, "signed unconfirmed", "leads to nobody" },
	{ "one that nobody vouches for, and a good one", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 19, 0, 0, 'U', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) } },
	    6, 1, "signed signed", "does not count: its" },
	{ "one that nobody vouches for does not hide another version", 0,
	    { { WHO(&petr, 19, 0, 0, 'U', ALL) },
		{ WHO(&petr, 21, 0, 0, 'F', ALL | LEASE_CHANGED) } },
	    5, 0, "missing other-version", "does not count: its" },
	{ "portal: a forged one", PORTAL,
	    { { WHO(&anna, 20, 0, 0, 'V', LEASE), .file = "lease.a.sig" },
		{ WHO(&anna, 20, 0, 0, 'P', ACT), .file = "act.a.sig" } },
	    5, 0, "incomplete missing", "forged or broken" },
	{ "twice", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&anna, 21, 0, 0, 'P', ALL) } },
	    8, 0, "signed missing", "more than once" },
	{ "twice, the first is not valid", 0,
	    { { WHO(&anna, 20, 0, 0, 'F', ALL) },
		{ WHO(&anna, 21, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) } },
	    5, 1, "signed signed", "more than once" },
	{ "the role of the other", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL), .role = "lessee" },
		{ WHO(&petr, 21, 0, 0, 'P', ALL), .role = "lessee" } },
	    8, 0, "wrong-role signed", "claims to sign as lessee" },
	{ "its own role", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL), .role = "lessor" },
		{ WHO(&petr, 21, 0, 0, 'P', ALL), .role = "lessee" } },
	    0, 1, "signed signed", NULL },
	{ "a role of no party", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL), .role = "owner" },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) } },
	    0, 1, "signed signed", NULL },
	{ "out of turn, alone", ORDERED, { { WHO(&petr, 20, 0, 0, 'P', ALL) } },
	    8, 0, "missing out-of-turn", "lessor comes first" },
	{ "out of turn, as they claim", ORDERED,
	    { { WHO(&petr, 20, 0, 0, 'P', ALL) },
		{ WHO(&anna, 21, 0, 0, 'P', ALL) } },
	    8, 0, "signed out-of-turn", "lessor comes first" },
	{ "in order, as they claim", ORDERED,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL), .order = 'c' } },
	    0, 1, "signed signed", NULL },
	{ "in order, proven against what is claimed", ORDERED,
	    { { WHO(&anna, 23, 20, 0, 'P', ALL) },
		{ WHO(&petr, 19, 22, 21, 'P', ALL), .order = 'p' } },
	    0, 1, "signed signed", NULL },
	{ "out of turn: it existed before", ORDERED,
	    { { WHO(&anna, 22, 23, 0, 'P', ALL) },
		{ WHO(&petr, 22, 21, 0, 'P', ALL), .order = 'c' } },
	    8, 0, "signed out-of-turn", "turn: lessor comes first" },
	{ "stamped one after the other: that proves no order", ORDERED,
	    { { WHO(&anna, 20, 21, 0, 'P', ALL) },
		{ WHO(&petr, 22, 23, 0, 'P', ALL), .order = 'c' } },
	    0, 1, "signed signed", NULL },
	{ "stamped one before the other: nor does that", ORDERED,
	    { { WHO(&anna, 20, 23, 0, 'P', ALL) },
		{ WHO(&petr, 21, 22, 0, 'P', ALL), .order = 'c' } },
	    0, 1, "signed signed", NULL },
	{ "in order by a stamp on the content", ORDERED,
	    { { WHO(&anna, 20, 20, 0, 'P', ALL) },
		{ WHO(&petr, 19, 0, 21, 'P', ALL), .order = 'p' } },
	    0, 1, "signed signed", "signed after 2026-11-21" },
	{ "in order, the same moment", ORDERED,
	    { { WHO(&anna, 20, 21, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 21, 'P', ALL), .order = 'p' } },
	    0, 1, "signed signed", NULL },
	{ "in order, between two time-stamps", ORDERED,
	    { { WHO(&anna, 20, 20, 19, 'P', ALL) },
		{ WHO(&petr, 22, 23, 21, 'P', ALL), .order = 'p' } },
	    0, 1, "signed signed", "signed between 2026-11-21" },
	{ "the content was there before: no order", ORDERED,
	    { { WHO(&anna, 20, 22, 0, 'P', ALL) },
		{ WHO(&petr, 23, 0, 21, 'P', ALL), .order = 'c' } },
	    0, 1, "signed signed", NULL },
	{ "only the second's content: no order", ORDERED,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 23, 0, 21, 'P', ALL), .order = 'c' } },
	    0, 1, "signed signed", NULL },
	{ "out of turn, proven against what is claimed", ORDERED,
	    { { WHO(&anna, 19, 0, 22, 'P', ALL) },
		{ WHO(&petr, 23, 21, 0, 'P', ALL), .order = 'p' } },
	    8, 0, "signed out-of-turn", "as time-stamps prove" },
	{ "out of turn, both as proven as can be", ORDERED,
	    { { WHO(&anna, 22, 23, 21, 'P', ALL) },
		{ WHO(&petr, 20, 20, 19, 'P', ALL), .order = 'p' } },
	    8, 0, "signed out-of-turn", "as time-stamps prove" },
	{ "in order by stamps, and no times claimed", ORDERED,
	    { { WHO(&anna, 0, 20, 0, 'P', ALL) },
		{ WHO(&petr, 0, 0, 21, 'P', ALL), .order = 'p' } },
	    0, 1, "signed signed", NULL },
	{ "stamped in the wrong order, and no times claimed", ORDERED,
	    { { WHO(&anna, 0, 23, 0, 'P', ALL) },
		{ WHO(&petr, 0, 21, 0, 'P', ALL) } },
	    8, -1, "signed signed", NULL },
	{ "order, and one says no time", ORDERED,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 0, 0, 0, 'P', ALL) } },
	    8, -1, "signed signed", "when is not known" },
	{ "late, as it says itself", DEADLINE,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 26, 0, 0, 'P', ALL) } },
	    8, 0, "signed late", "after the deadline" },
	{ "late, by a stamp on the content", DEADLINE,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 26, 'P', ALL), .deadline = 'p' } },
	    8, 0, "signed late", "signed after 2026-11-26" },
	{ "late, by a stamp on the content, no time claimed", DEADLINE,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 0, 27, 26, 'P', ALL), .deadline = 'p' } },
	    8, 0, "signed late", "as a time-stamp proves, and that" },
	{ "in time, the content was there before", DEADLINE,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 20, 'P', ALL), .deadline = 'c' } },
	    0, 1, "signed signed", NULL },
	{ "in time, stamped later", DEADLINE,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 27, 0, 'P', ALL), .deadline = 'c' } },
	    0, 1, "signed signed", NULL },
	{ "stamped later, and no time claimed", DEADLINE,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 0, 27, 0, 'P', ALL) } },
	    8, -1, "signed signed", NULL },
	{ "in time by a stamp", DEADLINE,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 25, 0, 'P', ALL), .deadline = 'p' } },
	    0, 1, "signed signed", NULL },
	{ "in time by a stamp, whatever it claims", DEADLINE,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 27, 24, 0, 'P', ALL), .deadline = 'p' } },
	    0, 1, "signed signed", NULL },
	{ "deadline, and one says no time", DEADLINE,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 0, 0, 0, 'P', ALL) } },
	    8, -1, "signed signed", "when is not known" },
	{ "the deadline is over", DEADLINE,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) } }, 8, 0, "signed missing",
	    "the deadline is over" },
	{ "a notary's counter-signatures", 0,
	    { { WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&trader, 21, 0, 0, 'P', 0), .parent = "S-1" },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) } },
	    0, 1, "signed signed", "counter-signed the signature of lessor" },
	{ "a notary alone", 0,
	    { { WHO(&trader, 20, 0, 0, 'P', ALL) },
		{ WHO(&anna, 21, 0, 0, 'P', 0), .parent = "S-1" } },
	    8, 0, "missing missing", "counter-signed" },
	{ "anybody, roles tell", TWINS,
	    { { WHO(&petr, 20, 0, 0, 'P', ALL), .role = "lessee" } }, 8, 0,
	    "missing signed", NULL },
	{ "anybody, one after the other", TWINS,
	    { { WHO(&petr, 20, 0, 0, 'P', ALL) },
		{ WHO(&anna, 21, 0, 0, 'P', ALL) } },
	    0, 1, "signed signed", NULL },
	{ "anybody, but the same one", TWINS,
	    { { WHO(&petr, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 20, 0, 0, 'P', ALL) } },
	    8, 0, "signed missing", "more than once" },
	{ "anybody, the same one by its own word", TWINS,
	    { { WHO(&petr, 20, 0, 0, 'P', ALL), .role = "lessor" },
		{ WHO(&petr, 21, 0, 0, 'P', ALL), .role = "lessee" } },
	    0, 1, "signed signed", NULL },
	{ "anybody, the same one, the second time by its word", TWINS,
	    { { WHO(&petr, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL), .role = "lessee" } },
	    8, 0, "missing signed", "more than once" },
	{ "anybody, the same one, once in vain", TWINS,
	    { { WHO(&petr, 20, 0, 0, 'F', ALL) },
		{ WHO(&anna, 20, 0, 0, 'P', ALL) },
		{ WHO(&petr, 21, 0, 0, 'P', ALL) } },
	    5, 1, "signed signed", NULL },
	{ "portal: anybody, but the same one", PORTAL | TWINS,
	    { { WHO(&petr, 20, 0, 0, 'P', LEASE), .file = "lease.a.sig" },
		{ WHO(&petr, 20, 0, 0, 'P', ACT), .file = "act.a.sig" },
		{ WHO(&petr, 20, 0, 0, 'P', LEASE), .file = "lease.p.sig" },
		{ WHO(&petr, 20, 0, 0, 'P', ACT), .file = "act.p.sig" } },
	    8, 0, "signed missing", "more than once" },
	{ "portal: anybody", PORTAL | TWINS,
	    { { WHO(&anna, 20, 0, 0, 'P', LEASE), .file = "lease.a.sig" },
		{ WHO(&anna, 20, 0, 0, 'P', ACT), .file = "act.a.sig" },
		{ WHO(&petr, 20, 0, 0, 'P', LEASE), .file = "lease.p.sig" },
		{ WHO(&petr, 20, 0, 0, 'P', ACT), .file = "act.p.sig" } },
	    0, 1, "signed signed", NULL },
	{ "portal: all files", PORTAL,
	    { { WHO(&anna, 20, 0, 0, 'P', LEASE), .file = "dir/lease.a.sig" },
		{ WHO(&anna, 20, 0, 0, 'P', ACT), .file = "dir/act.a.sig" },
		{ WHO(&petr, 21, 0, 0, 'P', LEASE), .file = "lease.p.sig" },
		{ WHO(&petr, 21, 0, 0, 'P', ACT), .file = "act.p.sig" } },
	    0, 1, "signed signed", NULL },
	{ "portal: one file is missing", PORTAL,
	    { { WHO(&anna, 20, 0, 0, 'P', LEASE), .file = "lease.a.sig" },
		{ WHO(&anna, 20, 0, 0, 'P', ACT), .file = "act.a.sig" },
		{ WHO(&petr, 21, 0, 0, 'P', LEASE), .file = "lease.p.sig" } },
	    8, 0, "signed incomplete", "has not signed act.pdf" },
	{ "portal: another's signature in the file", PORTAL,
	    { { WHO(&trader, 20, 0, 0, 'P', LEASE), .file = "lease.a.sig" } },
	    8, 0, "missing missing", "without being asked" },
	{ "portal: over the other document", PORTAL,
	    { { WHO(&anna, 20, 0, 0, 'P', ACT), .file = "lease.a.sig" },
		{ WHO(&anna, 20, 0, 0, 'P', ACT), .file = "act.a.sig" } },
	    8, 0, "incomplete missing", "does not cover lease.pdf" },
	{ "portal: a file that nobody asked for", PORTAL,
	    { { WHO(&anna, 20, 0, 0, 'P', LEASE), .file = "more.sig" } }, 8, 0,
	    "missing missing", "without being asked" },
};

static int64_t
day(int number)
{
	int64_t time = 0;

	if (number == 0)
		return SG_NO_TIME;
	sg_time_parse(NULL, "2026-11-01T12:00:00Z", &time);
	return time + (number - 1) * 86400;
}

static void
add_doc(struct sg_report_sig *sig, const char *name, enum sg_tri ok, int whole)
{
	struct sg_report_doc *doc = &sig->docs[sig->doc_count++];

	doc->name = name;
	doc->digest_ok = ok;
	doc->coverage = whole ? "whole" : "part";
}

static void
fill_docs(struct sign_report *report, struct sg_report_sig *sig, unsigned over)
{
	sig->docs = sg_pool_array(report->pool, 3, sizeof(*sig->docs));
	assert_non_null(sig->docs);
	if ((over & LEASE) != 0)
		add_doc(sig, "lease.pdf",
		    (over & LEASE_CHANGED) != 0 ? SG_FALSE : SG_TRUE,
		    (over & LEASE_PART) == 0);
	if ((over & ACT) != 0)
		add_doc(sig, "act.pdf",
		    (over & ACT_UNKNOWN) != 0 ? SG_NULL : SG_TRUE, 1);
	if ((over & ABOUT) != 0)
		add_doc(sig, "contract.json", SG_TRUE, 1);
}

static void
fill_times(struct sign_report *report, struct sg_report_sig *sig,
    const struct act *act)
{
	sig->signing_time = day(act->claims);
	sig->best_signature_time = report->time;
	sig->proven_before = day(act->stamped);
	sig->proven_after = day(act->content);
	if (act->stamped == 0)
		return;
	sig->best_signature_time = day(act->stamped);
	sig->proven_by = "T-1";
}

/* As much of a certificate as tells one key from another. */
static const char *
fill_cert(struct sign_report *report, const struct sg_report_signer *who)
{
	static const unsigned char head[] = { 0x30, 0x18, 0x30, 0x16, 2, 1, 1,
		0x30, 0, 0x30, 0, 0x30, 0, 0x30, 0, 0x30, 9, 4, 7 };
	unsigned char der[26];
	struct sg_report_cert *row = sg_pool_push(
	    report->pool, &report->certs, &report->cert_count, sizeof(*row));

	assert_non_null(row);
	memcpy(der, head, sizeof(head));
	snprintf((char *)der + sizeof(head), sizeof(der) - sizeof(head), "%6s",
	    who->inn != NULL ? who->inn + 4 : "");
	row->der = sg_pool_dup(report->pool, sg_view_of(der, sizeof(der)));
	row->id = sg_pool_printf(report->pool, "C-%zu", report->cert_count);
	return row->id;
}

static void
fill_values(struct sg_report_sig *sig, const struct act *act)
{
	int changed = act->verdict == 'D' || (act->over & LEASE_CHANGED) != 0;

	sig->signature_ok = act->verdict == 'V' ? SG_FALSE : SG_TRUE;
	sig->digest_ok = changed ? SG_FALSE : SG_TRUE;
	sig->signing_certificate_ok = act->verdict == 'C' ? SG_FALSE : SG_TRUE;
	sig->rooted = act->verdict == 'I' ? SG_NULL
	    : act->verdict == 'U'         ? SG_FALSE
					  : SG_TRUE;
}

static void
fill_report(struct sign_report *report, const struct act *act)
{
	static const char *const words[] = { "TOTAL-PASSED", "TOTAL-FAILED",
		"INDETERMINATE" };
	static const int exits[] = { 0, 5, 6 };
	struct sg_report_sig *sig;
	size_t kind, tops = 0;
	const char **role;

	for (; act->verdict != 0; act++) {
		sig = sg_pool_push(report->pool, &report->sigs,
		    &report->sig_count, sizeof(*sig));
		assert_non_null(sig);
		kind = strchr("FVD", act->verdict) != NULL ? 1
		    : act->verdict == 'P'                  ? 0
							   : 2;
		sig->indication = words[kind];
		if (report->exit == 0 || exits[kind] == 5)
			report->exit = exits[kind];
		sig->parent = act->parent;
		sig->id = act->parent != NULL
		    ? sg_pool_printf(report->pool, "%s.1", act->parent)
		    : sg_pool_printf(report->pool, "S-%zu", ++tops);
		sig->signer = *act->who;
		sig->certificate = fill_cert(report, act->who);
		role = sg_pool_array(report->pool, 1, sizeof(*role));
		role[0] = act->role;
		sig->signer.roles = role;
		sig->signer.role_count = act->role != NULL;
		sig->file = act->file;
		fill_docs(report, sig, act->over);
		fill_values(sig, act);
		fill_times(report, sig, act);
	}
}

static void
fill_contract(struct kit *kit, unsigned flags, struct sg_contract *c)
{
	static const char *files[2][2] = { { "lease.a.sig", "act.a.sig" },
		{ "lease.p.sig", "act.p.sig" } };
	size_t i;

	assert_int_equal(
	    sg_contract_parse(kit->env, kit->pool, sg_view_str(description), c),
	    0);
	c->ordered = (flags & ORDERED) != 0;
	c->deadline = (flags & DEADLINE) != 0 ? day(25) : SG_NO_TIME;
	for (i = 0; i < 2; i++) {
		memset(&c->parties[i], 0, sizeof(c->parties[i]));
		c->parties[i].role = i == 0 ? "lessor" : "lessee";
		if ((flags & TWINS) == 0)
			c->parties[i].inn = i == 0 ? anna.inn : petr.inn;
		if ((flags & PORTAL) != 0)
			c->parties[i].files = files[i];
	}
	if ((flags & PORTAL) != 0) {
		c->about_name = NULL;
		memset(&c->about, 0, sizeof(c->about));
	}
	if ((flags & CHANGED) != 0)
		c->docs[0].state = SG_DOC_CHANGED;
	if ((flags & ABSENT) != 0)
		c->docs[1].state = SG_DOC_MISSING;
}

static int
says(struct kit *kit, const struct sg_contract_done *done, const char *text)
{
	const char *said;
	size_t i;

	for (i = 0; i < done->party_count; i++) {
		said =
		    sg_msg_text(NULL, kit->pool, &done->parties[i].detail, 0);
		if (said != NULL && strstr(said, text) != NULL)
			return 1;
	}
	for (i = 0; i < done->other_count; i++) {
		said = sg_msg_text(NULL, kit->pool, &done->others[i].detail, 0);
		if (said != NULL && strstr(said, text) != NULL)
			return 1;
	}
	return 0;
}

static const int tri_numbers[] = {
	[SG_NULL] = -1, [SG_FALSE] = 0, [SG_TRUE] = 1
};

static void
check_proof(const char *name, const char *what, char want, enum sg_proof have)
{
	static const char letters[] = { [SG_PROOF_NONE] = '-',
		[SG_PROOF_CLAIMED] = 'c',
		[SG_PROOF_STAMP] = 'p' };

	if (want != 0 && want != letters[have])
		fail_msg("%s: %s is %c", name, what, letters[have]);
}

static void
check_proofs(
    const char *name, const struct act *act, const struct sg_party_done *lessee)
{
	for (; act->verdict != 0; act++) {
		check_proof(name, "order", act->order, lessee->turn);
		check_proof(name, "deadline", act->deadline, lessee->deadline);
	}
}

static void
check_situation(struct kit *kit, size_t row)
{
	struct sign_report *report = sg_report_new(kit->ctx);
	struct sg_contract_done done;
	const char *states;
	int code;

	assert_non_null(report);
	memset(&done, 0, sizeof(done));
	report->time = day(28);
	fill_report(report, situations[row].acts);
	fill_contract(kit, situations[row].flags, &done.contract);
	assert_int_equal(sg_contract_judge(kit->env, report, &done), 0);
	code = sg_contract_exit(report->exit, &done);
	states = sg_pool_printf(kit->pool, "%s %s",
	    sg_party_word(done.parties[0].state),
	    sg_party_word(done.parties[1].state));
	if (code != situations[row].exit ||
	    tri_numbers[done.concluded] != situations[row].concluded ||
	    strcmp(states, situations[row].states) != 0)
		fail_msg("%s: exit %d, concluded %d, %s", situations[row].name,
		    code, tri_numbers[done.concluded], states);
	check_proofs(
	    situations[row].name, situations[row].acts, &done.parties[1]);
	if (situations[row].says != NULL &&
	    !says(kit, &done, situations[row].says))
		fail_msg("%s: does not say \"%s\"", situations[row].name,
		    situations[row].says);
	sign_report_free(report);
}

static void
test_situations(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(situations) / sizeof(situations[0]); i++)
		check_situation(*state, i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    test_situations, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
