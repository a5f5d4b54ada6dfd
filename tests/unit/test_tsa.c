/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "base/crypt.h"
#include "base/err.h"
#include "base/io.h"
#include "base/limits.h"
#include "base/time.h"
#include "formats/tst.h"
#include "libsign/ctx.h"
#include "libsign/gather.h"
#include "libsign/trust.h"
#include "libsign/tsa.h"
#include "tests/lib/mkkey.h"
#include "tests/unit/labnet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define NOW (MK_NOW)

static struct labnet net;
static struct sign_ctx *ctx;
static struct sign_trust *trust;
static struct sg_gathered gathered;

static void
trust_in(const char *id)
{
	struct sg_cert *cert = NULL;

	assert_int_equal(
	    sg_cert_parse(&ctx->env, authority_cert(net.lab, id), &cert), 0);
	assert_int_equal(sg_certs_add(&ctx->env, &trust->anchors, cert), 0);
	sg_cert_free(cert);
}

static int
world(const char *kind)
{
	const struct authority_options options = { .kind = kind,
		.url = LABNET_URL };

	memset(&net, 0, sizeof(net));
	net.lab = authority_new(&options);
	if (net.lab == NULL)
		return -1;
	net.time = NOW;
	assert_int_equal(sign_ctx_new(&ctx), 0);
	sign_ctx_set_clock(ctx, labnet_clock, &net);
	sign_ctx_set_fetch(ctx, labnet_fetch, &net);
	assert_int_equal(sign_trust_new(ctx, &trust), 0);
	return 0;
}

static void
world_end(void)
{
	sg_gathered_clear(&gathered);
	sign_trust_free(trust);
	sign_ctx_free(ctx);
	authority_free(net.lab);
	net.lab = NULL;
}

/* One token over the digest of "text" by these authorities. */
static int
stamp(const char *digest, const struct sign_tsa *tsas, size_t count,
    struct sg_buf *token)
{
	unsigned char imprint[SG_MAX_DIGEST];
	struct sg_tsa_job job = { .tsas = tsas,
		.tsa_count = count,
		.digest = sg_digest_by_option(digest),
		.gathered = &gathered };

	sg_gathered_clear(&gathered);
	assert_int_equal(sg_gather(ctx, NULL, trust, &gathered), 0);
	assert_int_equal(
	    sg_hash_once(&ctx->env, job.digest, sg_view_str("text"), imprint),
	    0);
	job.imprint = sg_view_of(imprint, job.digest->size);
	return sg_tsa_stamp(ctx, &job, token);
}

static const struct sign_tsa first = { .size = sizeof(first),
	.url = LABNET_URL "/tsa" };

/* ---- every fault, with the authority's root trusted, and with nobody */

static const struct {
	const char *name;
	unsigned fault;
	const char *says; /* the message has it; NULL: it is good */
	int only_trusted; /* bad only where somebody is trusted */
	const char *policy;
} faults[] = {
	{ "good" },
	{ "good, of the policy that is asked for", .policy = "1.2.3.4.5" },
	{ "wrong nonce", AUTHORITY_TSA_WRONG_NONCE, "nonce" },
	{ "no nonce", AUTHORITY_TSA_NO_NONCE, "nonce" },
	{ "wrong imprint", AUTHORITY_TSA_WRONG_IMPRINT, "something else" },
	{ "wrong imprint algorithm", AUTHORITY_TSA_WRONG_IMPRINT_ALG,
	    "want an imprint with" },
	{ "wrong policy", AUTHORITY_TSA_WRONG_POLICY, "want policy",
	    .policy = "1.2.3.4.5" },
	{ "rejection", AUTHORITY_TSA_REJECTION, "rejection, systemFailure" },
	{ "waiting", AUTHORITY_TSA_WAITING, "waiting" },
	{ "garbage", AUTHORITY_TSA_GARBAGE, "TimeStampResp" },
	{ "truncated", AUTHORITY_TSA_TRUNCATED, "TimeStampResp" },
	{ "trailing", AUTHORITY_TSA_TRAILING, "TimeStampResp" },
	{ "no extended key usage", AUTHORITY_TSA_EKU_NONE, "key usage" },
	{ "usage not critical", AUTHORITY_TSA_EKU_PLAIN, "key usage" },
	{ "more usages", AUTHORITY_TSA_EKU_MORE, "key usage" },
	{ "expired", AUTHORITY_TSA_EXPIRED, "expired" },
	{ "not yet valid", AUTHORITY_TSA_NOT_YET, "valid only from" },
	{ "revoked", AUTHORITY_TSA_REVOKED, "revoked", .only_trusted = 1 },
	{ "bad signature", AUTHORITY_TSA_BAD_SIGNATURE, "does not verify" },
	{ "no certificate", AUTHORITY_TSA_NO_CERT, "certificate" },
	{ "a day late", AUTHORITY_TSA_LATE, "clock" },
	{ "from tomorrow", AUTHORITY_TSA_FUTURE, "clock" },
	{ "another's certificate named", AUTHORITY_TSA_OTHER_ESS,
	    "certificate" },
	{ "no certificate named", AUTHORITY_TSA_NO_ESS, "certificate" },
	{ "no token", AUTHORITY_TSA_NO_TOKEN, "no token" },
	{ "wrong content", AUTHORITY_TSA_WRONG_CONTENT,
	    "want a time-stamp token" },
	{ "two signers", AUTHORITY_TSA_TWO_SIGNERS, "signer" },
	{ "a stranger", AUTHORITY_TSA_STRANGER, "trusted", .only_trusted = 1 },
};

static void
one_fault(size_t i, int trusted)
{
	struct sign_tsa tsa = first;
	struct sg_buf token = { 0 };
	int ret;

	print_message(
	    "# %s%s\n", faults[i].name, trusted ? "" : ", nobody trusted");
	assert_int_equal(world("p256"), 0);
	if (trusted)
		trust_in("root");
	net.tsa.faults = faults[i].fault;
	tsa.policy = faults[i].policy;
	ret = stamp("sha256", &tsa, 1, &token);
	if (faults[i].says == NULL || (!trusted && faults[i].only_trusted)) {
		if (ret != 0)
			print_message("# %s\n", ctx->env.message);
		assert_int_equal(ret, 0);
		assert_int_not_equal(token.len, 0);
	} else {
		assert_int_equal(ret, SIGN_E_NET);
		assert_int_equal(token.len, 0);
		if (strstr(ctx->env.message, faults[i].says) == NULL)
			fail_msg("%s: %s", faults[i].says, ctx->env.message);
		assert_non_null(strstr(ctx->env.message, first.url));
	}
	sg_buf_free(&token);
	world_end();
}

static void
test_faults(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		one_fault(i, 1);
		one_fault(i, 0);
	}
}

static void
test_kinds(void **state)
{
	static const struct {
		const char *kind, *digest;
	} kinds[] = {
		{ "rsa", "sha512" },
		{ "p256", "sha384" },
		{ "gost256", "streebog256" },
		{ "gost512", "streebog512" },
		{ "gost256", "sha256" },
		{ "rsa", "streebog256" },
	};
	struct sg_buf token = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (world(kinds[i].kind) != 0)
			continue; /* the module is absent */
		print_message("# %s over %s\n", kinds[i].kind, kinds[i].digest);
		trust_in("root");
		assert_int_equal(stamp(kinds[i].digest, &first, 1, &token), 0);
		/* its status was looked up on the way */
		assert_int_not_equal(gathered.ocsps.count, 0);
		token.len = 0;
		world_end();
	}
	sg_buf_free(&token);
}

/* The order of fallback, names and passwords. */
static void
test_several(void **state)
{
	const struct sign_tsa tsas[] = {
		{ .size = sizeof(tsas[0]), .url = "http://dead.example/tsa" },
		{ .size = sizeof(tsas[0]), .url = LABNET_URL "/nothing" },
		{ .size = sizeof(tsas[0]),
		    .url = LABNET_URL "/tsa/tsa2",
		    .user = "me",
		    .password = "secret" },
		first,
	};
	struct sg_buf token = { 0 };

	(void)state;
	assert_int_equal(world("p256"), 0);
	trust_in("root2");
	net.down[0] = "/aia/";
	net.down[1] = "/ocsp/";
	net.down[2] = "/crl/";
	assert_int_equal(stamp("sha256", tsas, 2, &token), SIGN_E_NET);
	assert_non_null(strstr(ctx->env.message, tsas[0].url));
	assert_non_null(strstr(ctx->env.message, tsas[1].url));
	assert_int_equal(token.len, 0);
	/* the CA is not to be had, so the third leads nowhere */
	assert_int_equal(stamp("sha256", tsas, 4, &token), SIGN_E_NET);
	net.down[0] = "/ocsp/";
	net.down[1] = "/crl/";
	net.down[2] = NULL;
	net.asked = 0;
	assert_int_equal(stamp("sha256", tsas, 3, &token), 0);
	assert_int_equal(ctx->env.code, 0);
	assert_int_not_equal(token.len, 0);
	token.len = 0;
	net.down[0] = "/aia/";
	net.down[1] = "/ocsp/";
	net.down[2] = "/crl/";
	sign_trust_free(trust);
	assert_int_equal(sign_trust_new(ctx, &trust), 0);
	assert_int_equal(stamp("sha256", tsas, 3, &token), 0);
	sg_buf_free(&token);
	world_end();
}

static void
test_login(void **state)
{
	const struct sign_tsa tsa = { .size = sizeof(tsa),
		.url = LABNET_URL "/tsa",
		.user = "me",
		.password = "secret" };
	struct sg_buf token = { 0 };

	(void)state;
	assert_int_equal(world("p256"), 0);
	net.down[0] = "/tsa";
	assert_int_equal(stamp("sha256", &tsa, 1, &token), SIGN_E_NET);
	assert_string_equal(net.user, "me");
	assert_string_equal(net.password, "secret");
	assert_int_equal(net.untrusted, 0);
	assert_null(strstr(ctx->env.message, "secret"));
	world_end();
}

static void
test_clock(void **state)
{
	static const struct {
		int64_t off;
		int good;
	} clocks[] = { { 0, 1 }, { 300, 1 }, { 301, 0 }, { -600, 1 },
		{ -601, 0 } };
	struct sg_buf token = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		assert_int_equal(world("p256"), 0);
		trust_in("root");
		net.tsa.time = NOW + clocks[i].off;
		assert_int_equal(stamp("sha256", &first, 1, &token),
		    clocks[i].good ? 0 : SIGN_E_NET);
		world_end();
	}
	sg_buf_free(&token);
}

/* ---- the whole call */

static void
test_timestamp(void **state)
{
	struct sign_timestamp_options options = SIGN_TIMESTAMP_OPTIONS_INIT;
	char doc[] = "tsa-test-XXXXXX", out[64];
	struct sg_stamp_fact fact = { 0 };
	struct sg_buf token = { 0 };
	unsigned char imprint[SG_MAX_DIGEST];
	struct sg_facts *facts;
	struct stat st;
	int fd = mkstemp(doc);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "text", 4), 4);
	close(fd);
	snprintf(out, sizeof(out), "%s.tst", doc);
	assert_int_equal(world("p256"), 0);
	trust_in("root");
	assert_int_equal(
	    sign_timestamp(ctx, doc, trust, &options, out), SIGN_E_ARG);
	options.tsas = &first;
	options.tsa_count = 1;
	options.digest = "sha1";
	assert_int_equal(
	    sign_timestamp(ctx, doc, trust, &options, out), SIGN_E_ARG);
	options.digest = "sha384";
	net.tsa.faults = AUTHORITY_TSA_WRONG_NONCE;
	assert_int_equal(
	    sign_timestamp(ctx, doc, trust, &options, out), SIGN_E_NET);
	assert_int_not_equal(stat(out, &st), 0);
	net.tsa.faults = 0;
	assert_int_equal(sign_timestamp(ctx, doc, trust, &options, out), 0);
	assert_int_equal(
	    sign_timestamp(ctx, doc, trust, &options, out), SIGN_E_IO);
	options.force = 1;
	assert_int_equal(sign_timestamp(ctx, doc, trust, &options, out), 0);
	assert_int_equal(
	    sign_timestamp(ctx, "/nonexistent", trust, &options, out),
	    SIGN_E_IO);

	assert_int_equal(
	    sg_read_file(&ctx->env, out, SG_MAX_TOKEN_SIZE, &token), 0);
	assert_false(sg_tsp_is_response(sg_buf_view(&token)));
	facts = sg_facts_new();
	assert_int_equal(
	    sg_tst_read(&ctx->env, facts, sg_buf_view(&token), 0, &fact), 0);
	assert_int_equal(sg_hash_once(&ctx->env, sg_digest_by_option("sha384"),
			     sg_view_str("text"), imprint),
	    0);
	assert_true(sg_view_equal(fact.info.imprint, sg_view_of(imprint, 48)));
	sg_facts_free(facts);
	sg_buf_free(&token);
	unlink(doc);
	unlink(out);
	world_end();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_login),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_timestamp),
	};

	return cmocka_run_group_tests_name("tsa", tests, NULL, NULL);
}
