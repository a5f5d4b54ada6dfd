/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/limits.h"
#include "base/time.h"
#include "libsign/ctx.h"
#include "libsign/gather.h"
#include "libsign/trust.h"
#include "tests/lib/mkkey.h"
#include "tests/unit/labnet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define NOW (MK_NOW)
#define DAY AUTHORITY_DAY

static struct labnet net;
static struct sign_ctx *ctx;
static struct sign_trust *trust;
static struct sg_gathered gathered;
static struct sg_pool *pool;
static struct sg_chain chain;

static struct sg_cert *
cert_of(const char *id)
{
	struct sg_cert *cert = NULL;

	assert_int_equal(
	    sg_cert_parse(&ctx->env, authority_cert(net.lab, id), &cert), 0);
	return cert;
}

static void
trust_in(const char *id)
{
	struct sg_cert *cert = cert_of(id);

	assert_int_equal(sg_certs_add(&ctx->env, &trust->anchors, cert), 0);
	sg_cert_free(cert);
}

static int
world(const char *kind, const struct authority_row *rows, size_t count)
{
	const struct authority_options options = { .kind = kind,
		.url = LABNET_URL,
		.rows = rows,
		.row_count = count };

	memset(&net, 0, sizeof(net));
	net.lab = authority_new(&options);
	if (net.lab == NULL)
		return -1;
	net.time = NOW;
	assert_int_equal(sign_ctx_new(&ctx), 0);
	sign_ctx_set_clock(ctx, labnet_clock, &net);
	sign_ctx_set_fetch(ctx, labnet_fetch, &net);
	assert_int_equal(sign_trust_new(ctx, &trust), 0);
	trust_in("root");
	return 0;
}

static void
forget(void)
{
	sg_gathered_clear(&gathered);
	sg_pool_free(pool);
	pool = NULL;
}

static void
world_end(void)
{
	forget();
	sign_trust_free(trust);
	sign_ctx_free(ctx);
	authority_free(net.lab);
}

/* Gather for this certificate and judge. */
static void
look(const char *id, enum sg_purpose purpose, int64_t after)
{
	struct sg_cert *cert = cert_of(id);
	struct sg_question question = { cert, purpose, net.time, net.time };

	forget();
	pool = sg_pool_new();
	assert_non_null(pool);
	net.asked = 0;
	assert_int_equal(sg_gather(ctx, NULL, trust, &gathered), 0);
	assert_int_equal(
	    sg_gathered_add_cert(ctx, &gathered, sg_cert_der(cert)), 1);
	assert_int_equal(sg_gather_chain(ctx, &gathered, &question, after), 0);
	question.known = sg_gathered_now(&ctx->env, &gathered);
	question.cert = gathered.certs.list[0];
	assert_int_equal(sg_chain_judge(&ctx->env, pool, &question,
			     &gathered.evidence, &chain),
	    0);
	sg_cert_free(cert);
}

/* "crl", "ocsp" or "-": by what the first certificate's status is known */
static const char *
known_by(void)
{
	if (chain.links[0].crl != NULL)
		return "crl";
	return chain.links[0].ocsp != NULL ? "ocsp" : "-";
}

/* ---- what is found */

static const struct authority_row responder_checked[] = {
	{ .id = "ocsp", .flags = AUTHORITY_CHECKED },
};
static const struct authority_row no_ocsp[] = {
	{ .id = "signer", .ocsp = "" },
	{ .id = "ca", .ocsp = "" },
};
static const struct authority_row no_urls[] = {
	{ .id = "signer", .flags = AUTHORITY_NO_URLS },
};
static const struct authority_row own_issuer[] = {
	{ .id = "signer", .ca_issuers = LABNET_URL "/aia/signer.crt" },
};
static const struct authority_row foreign[] = {
	{ .id = "signer",
	    .ocsp = "ldap://lab.example/x",
	    .cdp = "file:///etc/passwd" },
};
#define ROWS(rows) rows, sizeof(rows) / sizeof(rows[0])

static const struct {
	const char *name;
	const struct authority_row *rows;
	size_t row_count;
	unsigned ocsp, crl;  /* faults */
	const char *down[4]; /* parts of addresses */
	int revoked;
	const char *id; /* NULL: signer */
	const char *sub;
	const char *by;
	int asked; /* requests; 0: not looked at */
} cases[] = {
	{ "issuer, then OCSP", .by = "ocsp", .asked = 3 },
	{ "a TSA", .id = "tsa", .by = "ocsp", .asked = 3 },
	{ "OCSP is down: the CRL", .down = { "/ocsp/ca" }, .by = "crl" },
	{ "all OCSP is down", .down = { "/ocsp" }, .by = "crl", .asked = 5 },
	{ "no OCSP in the certificates", ROWS(no_ocsp), .by = "crl",
	    .asked = 3 },
	{ "OCSP: try later", .ocsp = AUTHORITY_OCSP_TRY_LATER, .by = "crl" },
	{ "OCSP: garbage", .ocsp = AUTHORITY_OCSP_GARBAGE, .by = "crl" },
	{ "OCSP: cut short", .ocsp = AUTHORITY_OCSP_TRUNCATED, .by = "crl" },
	{ "OCSP: another certificate", .ocsp = AUTHORITY_OCSP_WRONG_ID,
	    .by = "crl" },
	{ "OCSP: another nonce", .ocsp = AUTHORITY_OCSP_WRONG_NONCE,
	    .by = "crl" },
	{ "OCSP: no nonce", .ocsp = AUTHORITY_OCSP_NO_NONCE, .by = "ocsp" },
	{ "OCSP: responder expired", .ocsp = AUTHORITY_OCSP_EXPIRED,
	    .by = "crl" },
	{ "OCSP: not authorised", .ocsp = AUTHORITY_OCSP_UNAUTHORISED,
	    .by = "crl" },
	{ "OCSP: a stranger's", .ocsp = AUTHORITY_OCSP_STRANGER, .by = "crl" },
	{ "OCSP: stale", .ocsp = AUTHORITY_OCSP_STALE, .by = "crl" },
	{ "OCSP: bad signature", .ocsp = AUTHORITY_OCSP_BAD_SIGNATURE,
	    .by = "crl" },
	{ "OCSP: malformed request, with a nonce and without",
	    .ocsp = AUTHORITY_OCSP_MALFORMED, .by = "crl" },
	{ "a responder with a status of its own", ROWS(responder_checked) },
	{ "the same, and its CRL is down", ROWS(responder_checked),
	    .down = { "/crl/" }, .sub = "TRY_LATER" },
	{ "revoked, by OCSP", .revoked = 1, .sub = "REVOKED_NO_POE",
	    .by = "ocsp" },
	{ "revoked, by CRL", .revoked = 1, .down = { "/ocsp" },
	    .sub = "REVOKED_NO_POE", .by = "crl" },
	{ "the issuer is not to be had", .down = { "/aia/" },
	    .sub = "NO_CERTIFICATE_CHAIN_FOUND", .asked = 1 },
	{ "no revocation data are to be had", .down = { "/ocsp", "/crl/" },
	    .sub = "TRY_LATER", .by = "-", .asked = 5 },
	{ "CRL: stale", .down = { "/ocsp" }, .crl = AUTHORITY_CRL_STALE,
	    .sub = "TRY_LATER" },
	{ "CRL: bad signature", .down = { "/ocsp" },
	    .crl = AUTHORITY_CRL_BAD_SIGNATURE, .sub = "TRY_LATER" },
	{ "CRL: critical extension", .down = { "/ocsp" },
	    .crl = AUTHORITY_CRL_CRITICAL, .sub = "TRY_LATER" },
	{ "CRL: garbage", .down = { "/ocsp" }, .crl = AUTHORITY_CRL_GARBAGE,
	    .sub = "TRY_LATER" },
	{ "CRL: cut short", .down = { "/ocsp" }, .crl = AUTHORITY_CRL_TRUNCATED,
	    .sub = "TRY_LATER" },
	{ "CRL in PEM", .down = { "/ocsp" }, .by = "crl" },
	{ "no addresses at all", ROWS(no_urls),
	    .sub = "NO_CERTIFICATE_CHAIN_FOUND" },
	{ "its own issuer", ROWS(own_issuer),
	    .sub = "NO_CERTIFICATE_CHAIN_FOUND", .asked = 1 },
	{ "addresses of other kinds", ROWS(foreign), .sub = "TRY_LATER" },
};

static void
test_found(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("# %s\n", cases[i].name);
		assert_int_equal(
		    world("p256", cases[i].rows, cases[i].row_count), 0);
		net.ocsp.faults = cases[i].ocsp;
		net.crl.faults = cases[i].crl;
		if (strstr(cases[i].name, "PEM") != NULL)
			net.crl.flags = AUTHORITY_CRL_PEM;
		memcpy(net.down, cases[i].down, sizeof(net.down));
		if (cases[i].revoked)
			authority_revoke(net.lab, "signer", NOW - DAY, 1);
		look(cases[i].id != NULL ? cases[i].id : "signer",
		    cases[i].id != NULL ? SG_FOR_TIMESTAMPS : SG_FOR_DOCUMENTS,
		    SG_NO_TIME);
		if (cases[i].sub != NULL)
			assert_string_equal(chain.sub_indication != NULL
				? chain.sub_indication
				: "-",
			    cases[i].sub);
		else
			assert_string_equal(chain.indication, "PASSED");
		if (cases[i].by != NULL)
			assert_string_equal(known_by(), cases[i].by);
		if (cases[i].asked != 0)
			assert_int_equal(net.asked, cases[i].asked);
		assert_true(net.asked <= 12);
		assert_true(net.asked == 0 || net.untrusted);
		world_end();
	}
}

static void
test_kinds(void **state)
{
	static const char *const kinds[] = { "rsa", "p256", "ed25519",
		"gost256", "gost512" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (world(kinds[i], NULL, 0) != 0)
			continue; /* the module is absent */
		print_message("# %s\n", kinds[i]);
		look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
		assert_string_equal(chain.indication, "PASSED");
		assert_string_equal(known_by(), "ocsp");
		world_end();
	}
}

/* Nothing is asked where there is no transport. */
static void
test_offline(void **state)
{
	(void)state;
	assert_int_equal(world("p256", NULL, 0), 0);
	sign_ctx_set_fetch(ctx, NULL, NULL);
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	assert_string_equal(chain.sub_indication, "NO_CERTIFICATE_CHAIN_FOUND");
	assert_int_equal(net.asked, 0);
	world_end();
}

/* What could not be had is told. */
static void
test_notes(void **state)
{
	size_t i;
	int failed = 0;

	(void)state;
	assert_int_equal(world("p256", NULL, 0), 0);
	net.down[0] = "/ocsp/ca";
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	for (i = 0; i < gathered.note_count; i++)
		failed += gathered.notes[i].arg[1] != NULL &&
		    strstr(gathered.notes[i].arg[0], "/ocsp/ca") != NULL;
	assert_int_equal(failed, 1);
	assert_int_equal(ctx->env.code, 0);
	world_end();
}

/* ---- the cache */

static void
test_cache(void **state)
{
	char top[] = "gather-test-XXXXXX", command[64];

	(void)state;
	assert_non_null(mkdtemp(top));
	assert_int_equal(world("p256", NULL, 0), 0);
	assert_int_equal(sign_ctx_set_cache(ctx, top, NULL), 0);
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	assert_string_equal(chain.indication, "PASSED");
	assert_int_equal(net.asked, 3);

	/* all of it is there now, transport or not */
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	assert_string_equal(chain.indication, "PASSED");
	assert_int_equal(net.asked, 0);
	sign_ctx_set_fetch(ctx, NULL, NULL);
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	assert_string_equal(chain.indication, "PASSED");

	/* until it is past: the responses hold a day */
	net.time = NOW + 2 * DAY;
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	assert_string_equal(chain.sub_indication, "NO_CERTIFICATE_CHAIN_FOUND");
	sign_ctx_set_fetch(ctx, labnet_fetch, &net);
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	assert_string_equal(chain.indication, "PASSED");
	assert_int_equal(net.asked, 3);

	/* fresh data are fetched where they are asked for */
	net.time += DAY / 2;
	look("signer", SG_FOR_DOCUMENTS, net.time - 60);
	assert_int_equal(net.asked, 1);
	assert_int_equal(chain.links[0].this_update, net.time);
	world_end();
	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	assert_int_equal(system(command), 0);
}

/* What is kept and does no good is fetched anew. */
static void
test_poisoned(void **state)
{
	char top[] = "gather-test-XXXXXX", command[64];
	static const unsigned char nonsense[] = "nonsense";

	(void)state;
	assert_non_null(mkdtemp(top));
	assert_int_equal(world("p256", no_ocsp, 2), 0);
	assert_int_equal(sign_ctx_set_cache(ctx, top, NULL), 0);
	net.crl.faults = AUTHORITY_CRL_BAD_SIGNATURE;
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	assert_string_equal(chain.sub_indication, "TRY_LATER");
	net.crl.faults = 0;
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	assert_string_equal(chain.indication, "PASSED");
	assert_int_equal(net.asked, 2);
	/* nonsense is not even kept */
	net.time += 8 * DAY;
	net.replaced = "/crl/";
	net.with = sg_view_of(nonsense, sizeof(nonsense));
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	assert_string_equal(chain.sub_indication, "TRY_LATER");
	net.replaced = NULL;
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	assert_string_equal(chain.indication, "PASSED");
	world_end();
	snprintf(command, sizeof(command), "rm -rf '%s'", top);
	assert_int_equal(system(command), 0);
}

/* A responder whose clock is ahead of ours by a little, and by too much. */
static void
test_skew(void **state)
{
	(void)state;
	assert_int_equal(world("p256", NULL, 0), 0);
	net.ocsp.time = NOW + 20;
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	assert_string_equal(chain.indication, "PASSED");
	assert_int_equal(sg_gathered_now(&ctx->env, &gathered), NOW + 20);
	net.ocsp.time = NOW + 2 * SG_CLOCK_SKEW;
	net.down[0] = "/crl/";
	look("signer", SG_FOR_DOCUMENTS, SG_NO_TIME);
	assert_string_equal(chain.sub_indication, "TRY_LATER");
	world_end();
}

/* The person has had enough. */
static int
cancel(uint64_t done, uint64_t total, void *payload)
{
	(void)done;
	(void)total;
	(void)payload;
	return 1;
}

static void
test_cancel(void **state)
{
	struct sg_cert *cert;

	(void)state;
	assert_int_equal(world("p256", NULL, 0), 0);
	sign_ctx_set_progress(ctx, cancel, NULL);
	cert = cert_of("signer");
	pool = sg_pool_new();
	assert_int_equal(sg_gather(ctx, NULL, trust, &gathered), 0);
	assert_int_equal(
	    sg_gather_chain(ctx, &gathered, SG_ASK(cert, net.time), SG_NO_TIME),
	    SIGN_E_CANCEL);
	sg_cert_free(cert);
	world_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_offline),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_cache),
		cmocka_unit_test(test_poisoned),
		cmocka_unit_test(test_skew),
		cmocka_unit_test(test_cancel),
	};

	return cmocka_run_group_tests_name("gather", tests, NULL, NULL);
}
