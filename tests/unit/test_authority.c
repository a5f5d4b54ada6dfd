/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "tests/lib/authority.h"
#include "tests/lib/mkkey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

/* rows of tables leave out what they do not need */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

/*
 * The lab's answers, judged by OpenSSL's own verifiers: sound ones pass, each
 * fault that they look at is refused for its reason.
 */

#define NOW (MK_NOW)
#define DAY AUTHORITY_DAY

static const struct {
	const char *kind, *digest;
} kinds[] = {
	{ "p256", "SHA256" },
	{ "rsa", "SHA512" },
	{ "ed25519", "SHA256" },
	{ "gost256", "md_gost12_256" },
	{ "gost512", "md_gost12_512" },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const char text[] = "lease of a flat\n";

static struct authority *
world(const char *kind)
{
	struct authority_options options = { .kind = kind,
		.url = "http://lab.example" };

	return authority_new(&options);
}

/* The roots that are known, and a time. */
static X509_STORE *
store_of(struct authority *lab, int64_t at)
{
	X509_STORE *store = X509_STORE_new();

	assert_non_null(store);
	assert_int_equal(
	    X509_STORE_add_cert(store, authority_x509(lab, "root")), 1);
	assert_int_equal(
	    X509_STORE_add_cert(store, authority_x509(lab, "root2")), 1);
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)at);
	return store;
}

static STACK_OF(X509) *
cas_of(struct authority *lab)
{
	STACK_OF(X509) *cas = sk_X509_new_null();

	assert_non_null(cas);
	assert_true(sk_X509_push(cas, authority_x509(lab, "ca")) > 0);
	assert_true(sk_X509_push(cas, authority_x509(lab, "ca2")) > 0);
	return cas;
}

/* OpenSSL's own word for the last error. */
static const char *
reason(void)
{
	unsigned long code = ERR_peek_last_error();
	const char *said = ERR_reason_error_string(code);

	return said != NULL ? said : "no reason";
}

/* ---- time-stamps */

/* "ok", or the reason for which OpenSSL refuses the answer. */
static const char *
tsa_verdict(
    struct authority *lab, const char *digest, const struct authority_tsa *how)
{
	struct sg_buf request = { 0 }, reply = { 0 };
	unsigned char imprint[EVP_MAX_MD_SIZE];
	const unsigned char *at;
	const char *said = "ok";
	unsigned len;
	TS_REQ *req;
	TS_RESP *resp;
	TS_VERIFY_CTX *ctx;
	STACK_OF(X509) *cas;

	ERR_clear_error();
	EVP_Digest(text, sizeof(text) - 1, imprint, &len,
	    EVP_get_digestbyname(digest), NULL);
	authority_tsa_request(
	    digest, sg_view_of(imprint, len), UINT64_C(0xfedc123456), &request);
	authority_tsa_reply(lab, how, sg_buf_view(&request), &reply);
	at = request.ptr;
	req = d2i_TS_REQ(NULL, &at, (long)request.len);
	assert_non_null(req);
	at = reply.ptr;
	resp = d2i_TS_RESP(NULL, &at, (long)reply.len);
	if (resp == NULL || at != reply.ptr + reply.len) {
		said = "unreadable";
	} else {
		/* the certificates are the world's */
		cas = cas_of(lab);
		ctx = TS_REQ_to_TS_VERIFY_CTX(req, NULL);
		TS_VERIFY_CTX_add_flags(ctx, TS_VFY_SIGNATURE);
		TS_VERIFY_CTX_set_store(ctx, store_of(lab, how->time));
		TS_VERIFY_CTX_set_certs(ctx, cas);
		if (TS_RESP_verify_response(ctx, resp) != 1)
			said = reason();
		TS_VERIFY_CTX_set_certs(ctx, NULL);
		sk_X509_free(cas);
		TS_VERIFY_CTX_free(ctx);
	}
	TS_RESP_free(resp);
	TS_REQ_free(req);
	sg_buf_free(&request);
	sg_buf_free(&reply);
	return said;
}

static void
test_tsa(void **state)
{
	static const struct authority_tsa rows[] = {
		{ .time = NOW },
		{ .time = NOW, .micros = 250000, .accuracy = 1500 },
		{ .time = NOW, .id = "tsa2", .policy = "1.2.3.9" },
		{ .time = NOW,
		    .flags = AUTHORITY_TSA_ORDERING | AUTHORITY_TSA_NAME |
			AUTHORITY_TSA_CHAIN | AUTHORITY_TSA_MODS },
		{ .time = NOW, .flags = AUTHORITY_TSA_ESS_V1 },
		{ .time = NOW + 2000 * DAY },
	};
	struct authority *lab;
	const char *said;
	size_t i, k;

	(void)state;
	for (k = 0; k < KINDS; k++) {
		lab = world(kinds[k].kind);
		if (lab == NULL)
			continue;
		for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			said = tsa_verdict(lab, kinds[k].digest, &rows[i]);
			if (strcmp(said, "ok") != 0)
				fail_msg(
				    "%s, row %zu: %s", kinds[k].kind, i, said);
		}
		authority_free(lab);
	}
}

/* What OpenSSL does not look at here stays "ok": revocation, genTime, and
 * whether the extended key usage is critical and alone (it does look). */
static const struct {
	const char *fault, *said;
} tsa_rows[] = {
	{ "wrong-nonce", "nonce mismatch" },
	{ "no-nonce", "nonce not returned" },
	{ "wrong-imprint", "message imprint mismatch" },
	{ "wrong-imprint-alg", "message imprint mismatch" },
	{ "wrong-policy", "ok" }, /* none was asked for */
	{ "rejection", "no time stamp token" },
	{ "waiting", "no time stamp token" },
	{ "garbage", "unreadable" },
	{ "truncated", "unreadable" },
	{ "trailing", "unreadable" },
	{ "eku-none", "certificate verify error" },
	{ "eku-plain", "certificate verify error" },
	{ "eku-more", "certificate verify error" },
	{ "expired", "certificate verify error" },
	{ "not-yet", "certificate verify error" },
	{ "revoked", "ok" },
	{ "bad-signature", "signature failure" },
	{ "no-cert", "signer certificate not found" },
	{ "late", "ok" },
	{ "future", "ok" },
	{ "other-ess", "ess cert id wrong order" },
	{ "no-ess", "missing signing certificate attribute" },
	{ "no-token", "unreadable" },
	{ "wrong-content", "unreadable" },
	{ "two-signers", "there must be one signer" },
	{ "stranger", "certificate verify error" },
};

static void
test_tsa_faults(void **state)
{
	struct authority_tsa how = { .time = NOW };
	struct authority *lab;
	const char *said;
	size_t i, k;

	(void)state;
	for (k = 0; k < KINDS; k++) {
		lab = world(kinds[k].kind);
		for (i = 0;
		     lab != NULL && i < sizeof(tsa_rows) / sizeof(tsa_rows[0]);
		     i++) {
			how.faults = authority_fault(
			    authority_tsa_faults, tsa_rows[i].fault);
			assert_true(how.faults != 0);
			said = tsa_verdict(lab, kinds[k].digest, &how);
			if (strcmp(said, tsa_rows[i].said) != 0)
				fail_msg("%s, %s: want %s, have %s",
				    kinds[k].kind, tsa_rows[i].fault,
				    tsa_rows[i].said, said);
		}
		authority_free(lab);
	}
}

/* ---- OCSP */

struct asked {
	const char *id;
	OCSP_REQUEST *req;
	OCSP_RESPONSE *resp;
	OCSP_BASICRESP *basic;
};

static void
ask(struct authority *lab, const struct authority_ocsp *how, struct asked *out)
{
	struct sg_buf request = { 0 }, reply = { 0 };
	const unsigned char *at;

	authority_ocsp_request(lab, out->id, NULL, 77, &request);
	authority_ocsp_reply(lab, how, sg_buf_view(&request), &reply);
	at = request.ptr;
	out->req = d2i_OCSP_REQUEST(NULL, &at, (long)request.len);
	assert_non_null(out->req);
	at = reply.ptr;
	out->resp = d2i_OCSP_RESPONSE(NULL, &at, (long)reply.len);
	out->basic = NULL;
	if (out->resp != NULL &&
	    OCSP_response_status(out->resp) == OCSP_RESPONSE_STATUS_SUCCESSFUL)
		out->basic = OCSP_response_get1_basic(out->resp);
	sg_buf_free(&request);
	sg_buf_free(&reply);
}

static void
asked_free(struct asked *asked)
{
	OCSP_REQUEST_free(asked->req);
	OCSP_RESPONSE_free(asked->resp);
	OCSP_BASICRESP_free(asked->basic);
}

/* Is the answer's signature one of somebody who may answer? */
static const char *
ocsp_signed(struct authority *lab, OCSP_BASICRESP *basic, int64_t at)
{
	X509_STORE *store = store_of(lab, at);
	STACK_OF(X509) *cas = cas_of(lab);
	int good = OCSP_basic_verify(basic, cas, store, 0) == 1;

	X509_STORE_free(store);
	sk_X509_free(cas);
	return good ? NULL : reason();
}

static const char *
ocsp_status(struct authority *lab, const struct asked *asked, int64_t at)
{
	const char *issuer = authority_issuer(lab, asked->id);
	ASN1_GENERALIZEDTIME *revoked, *since, *next;
	time_t now = (time_t)at;
	int status, why;
	OCSP_CERTID *id = OCSP_cert_to_id(
	    NULL, authority_x509(lab, asked->id), authority_x509(lab, issuer));
	int found = OCSP_resp_find_status(
	    asked->basic, id, &status, &why, &revoked, &since, &next);

	OCSP_CERTID_free(id);
	if (found != 1)
		return "another certificate";
	if (ASN1_TIME_cmp_time_t(since, now) > 0)
		return "not yet";
	if (next != NULL && ASN1_TIME_cmp_time_t(next, now) < 0)
		return "stale";
	return OCSP_cert_status_str(status);
}

/* "good", "revoked", "unknown", or why OpenSSL refuses the answer. */
static const char *
ocsp_verdict(
    struct authority *lab, const struct authority_ocsp *how, const char *id)
{
	struct asked asked = { .id = id };
	const char *said;

	ERR_clear_error();
	ask(lab, how, &asked);
	if (asked.resp == NULL)
		said = "unreadable";
	else if (asked.basic == NULL)
		said =
		    OCSP_response_status_str(OCSP_response_status(asked.resp));
	else if (OCSP_check_nonce(asked.req, asked.basic) <= 0)
		said = "nonce";
	else
		said = ocsp_signed(lab, asked.basic, how->time);
	if (said == NULL)
		said = ocsp_status(lab, &asked, how->time);
	asked_free(&asked);
	return said;
}

static const struct {
	const char *id, *fault, *said;
	unsigned flags;
	int day;
} ocsp_rows[] = {
	{ "signer", NULL, "good" },
	{ "signer", NULL, "good", AUTHORITY_OCSP_BY_NAME },
	{ "signer", NULL, "good", AUTHORITY_OCSP_BY_CA },
	{ "ca", NULL, "good" }, { "tsa2", NULL, "good" },
	{ "signer2", NULL, "good", .day = 9 },
	{ "signer2", NULL, "revoked", .day = 10 },
	{ "signer2", NULL, "good", .day = 20 },
	/* stolen on day 20, known on day 30 */
	{ "tsa2", NULL, "good", .day = 25 },
	{ "tsa2", NULL, "revoked", .day = 30 },
	{ "signer", "expired", "certificate verify error" },
	{ "signer", "unauthorised", "root ca not trusted" },
	{ "signer", "stranger", "root ca not trusted" },
	{ "signer", "wrong-id", "another certificate" },
	{ "signer", "stale", "stale" }, { "signer", "future", "not yet" },
	{ "signer", "bad-signature", "signature failure" },
	{ "signer", "try-later", "trylater" },
	{ "signer", "unknown", "unknown" },
	{ "signer", "wrong-nonce", "nonce" }, { "signer", "no-nonce", "nonce" },
	{ "signer", "garbage", "unreadable" },
	{ "signer", "truncated", "unreadable" },
	{ "signer", "no-cert", "signer certificate not found" },
	{ "signer", "revoked", "revoked" },
	{ "signer2", "good", "good", .day = 12 },
	{ "signer", "malformed", "malformedrequest" },
	{ "signer", "internal", "internalerror" },
	{ "signer", "refused", "unauthorized" },
	{ "signer", "revoked-responder", "good" }, /* CRLs would say */
};

static void
test_ocsp(void **state)
{
	struct authority_ocsp how = { 0 };
	struct authority *lab;
	const char *said;
	size_t i, k;

	(void)state;
	for (k = 0; k < KINDS; k++) {
		lab = world(kinds[k].kind);
		if (lab == NULL)
			continue;
		authority_revoke(lab, "signer2", NOW + 10 * DAY, 6);
		authority_revoke(lab, "signer2", NOW + 15 * DAY, 8);
		authority_revoke_late(
		    lab, "tsa2", NOW + 20 * DAY, NOW + 30 * DAY, 1);
		for (i = 0; i < sizeof(ocsp_rows) / sizeof(ocsp_rows[0]); i++) {
			how.time = NOW + ocsp_rows[i].day * DAY;
			how.flags = ocsp_rows[i].flags;
			how.faults = 0;
			if (ocsp_rows[i].fault != NULL)
				how.faults = authority_fault(
				    authority_ocsp_faults, ocsp_rows[i].fault);
			said = ocsp_verdict(lab, &how, ocsp_rows[i].id);
			if (strcmp(said, ocsp_rows[i].said) != 0)
				fail_msg("%s, row %zu: want %s, have %s",
				    kinds[k].kind, i, ocsp_rows[i].said, said);
		}
		authority_free(lab);
	}
}

/* ---- CRLs */

struct crl_row {
	const char *id; /* looked for */
	const char *said;
	struct authority_crl how;
};

/* RFC 5280, 6.3.3 as far as this test needs it. */
static const char *
crl_verdict(struct authority *lab, const struct crl_row *row)
{
	const char *issuer = row->how.issuer != NULL ? row->how.issuer : "ca";
	X509 *x509 = authority_x509(lab, row->id);
	time_t now = (time_t)row->how.time;
	struct sg_buf out = { 0 };
	X509_REVOKED *entry = NULL;
	const unsigned char *at;
	const char *said = "good";
	X509_CRL *crl;
	int found;

	authority_crl(lab, &row->how, &out);
	at = out.ptr;
	crl = d2i_X509_CRL(NULL, &at, (long)out.len);
	sg_buf_free(&out);
	if (crl == NULL)
		return "unreadable";
	found = X509_CRL_get0_by_cert(crl, &entry, x509);
	if (X509_CRL_verify(crl, authority_key(lab, issuer)) != 1)
		said = "signature";
	else if (X509_cmp_time(X509_CRL_get0_lastUpdate(crl), &now) > 0)
		said = "not yet";
	else if (X509_CRL_get0_nextUpdate(crl) != NULL &&
	    X509_cmp_time(X509_CRL_get0_nextUpdate(crl), &now) < 0)
		said = "stale";
	else if (found == 2)
		said = "taken back";
	else if (found == 1)
		said = "revoked";
	X509_CRL_free(crl);
	return said;
}

static const struct crl_row crl_rows[] = {
	{ "signer", "good", { .time = NOW } },
	{ "signer2", "good", { .time = NOW + 9 * DAY } },
	{ "signer2", "revoked", { .time = NOW + 10 * DAY } },
	{ "signer2", "revoked", { .time = NOW + 10 * DAY, .next = -1 } },
	{ "signer2", "good", { .time = NOW + 15 * DAY } },
	{ "signer2", "revoked",
	    { .time = NOW + 12 * DAY, .base = NOW + 3 * DAY } },
	{ "signer2", "good",
	    { .time = NOW + 14 * DAY, .base = NOW + 13 * DAY } },
	{ "signer2", "taken back",
	    { .time = NOW + 16 * DAY, .base = NOW + 12 * DAY } },
	/* gone from the list after its expiry, unless that keeps it */
	{ "tsa", "revoked", { .time = NOW + 900 * DAY } },
	{ "tsa", "good", { .time = NOW + 4000 * DAY } },
	{ "tsa", "revoked",
	    { .time = NOW + 4000 * DAY, .expired_since = NOW } },
	{ "signer2", "revoked",
	    { .issuer = "crl-issuer",
		.time = NOW + 11 * DAY,
		.flags = AUTHORITY_CRL_INDIRECT } },
	{ "signer2", "revoked",
	    { .time = NOW + 11 * DAY, .idp = "onlyuser:TRUE" } },
	{ "ca", "good",
	    { .issuer = "root", .time = NOW, .idp = "onlyCA:TRUE" } },
	{ "signer", "stale", { .time = NOW, .faults = AUTHORITY_CRL_STALE } },
	{ "signer", "not yet",
	    { .time = NOW, .faults = AUTHORITY_CRL_FUTURE } },
	{ "signer", "signature",
	    { .time = NOW, .faults = AUTHORITY_CRL_BAD_SIGNATURE } },
	{ "signer", "signature",
	    { .time = NOW, .faults = AUTHORITY_CRL_OTHER_ISSUER } },
	{ "signer", "unreadable",
	    { .time = NOW, .faults = AUTHORITY_CRL_GARBAGE } },
	{ "signer", "unreadable",
	    { .time = NOW, .faults = AUTHORITY_CRL_TRUNCATED } },
	{ "signer2", "good",
	    { .time = NOW + 11 * DAY, .faults = AUTHORITY_CRL_EMPTY } },
	{ "signer", "good", { .time = NOW, .faults = AUTHORITY_CRL_CRITICAL } },
};

static void
test_crl(void **state)
{
	struct authority_row row = { .id = "signer2",
		.flags = AUTHORITY_INDIRECT };
	struct authority *lab;
	const char *said;
	size_t i, k;

	(void)state;
	for (k = 0; k < KINDS; k++) {
		lab = world(kinds[k].kind);
		if (lab == NULL)
			continue;
		authority_add(lab, &row);
		authority_revoke(lab, "signer2", NOW + 10 * DAY, 6);
		authority_revoke(lab, "signer2", NOW + 15 * DAY, 8);
		authority_revoke(lab, "tsa", NOW + 800 * DAY, 1);
		for (i = 0; i < sizeof(crl_rows) / sizeof(crl_rows[0]); i++) {
			said = crl_verdict(lab, &crl_rows[i]);
			if (strcmp(said, crl_rows[i].said) != 0)
				fail_msg("%s, row %zu: want %s, have %s",
				    kinds[k].kind, i, crl_rows[i].said, said);
		}
		authority_free(lab);
	}
}

/* ---- the world */

/* The same certificates again, but for random numbers in signatures. */
static void
test_same_again(void **state)
{
	struct authority_tsa how = { .time = NOW };
	struct authority *one = world("rsa"), *two = world("rsa");
	struct sg_view imprint = sg_view_of(text, 16);
	struct sg_buf a = { 0 }, b = { 0 };

	(void)state;
	assert_true(sg_view_equal(
	    authority_cert(one, "signer"), authority_cert(two, "signer")));
	assert_true(sg_view_equal(
	    authority_cert(one, "tsa"), authority_cert(two, "tsa")));
	authority_stamp(one, &how, "MD5", imprint, &a);
	authority_stamp(two, &how, "MD5", imprint, &b);
	assert_true(sg_view_equal(sg_buf_view(&a), sg_buf_view(&b)));
	sg_buf_free(&a);
	sg_buf_free(&b);
	authority_free(one);
	authority_free(two);
}

/* A world that was written and read answers like the first. */
static void
test_files(void **state)
{
	struct authority_ocsp ocsp = { .time = NOW + 20 * DAY };
	struct authority_tsa tsa = { .time = NOW,
		.faults = AUTHORITY_TSA_REVOKED };
	struct authority *lab;
	char *dir;
	size_t k;

	(void)state;
	for (k = 0; k < KINDS; k++) {
		lab = world(kinds[k].kind);
		if (lab == NULL)
			continue;
		dir = mk_dir();
		authority_revoke(lab, "signer", NOW + 10 * DAY, 1);
		authority_save(lab, dir);
		authority_free(lab);
		lab = authority_load(dir);
		assert_non_null(lab);
		assert_string_equal(
		    ocsp_verdict(lab, &ocsp, "signer"), "revoked");
		assert_string_equal(
		    ocsp_verdict(lab, &ocsp, "signer2"), "good");
		/* one more certificate, which the next process knows */
		assert_string_equal(
		    tsa_verdict(lab, kinds[k].digest, &tsa), "ok");
		authority_save(lab, dir);
		authority_free(lab);
		lab = authority_load(dir);
		assert_non_null(lab);
		assert_string_equal(
		    ocsp_verdict(lab, &ocsp, "tsa-revoked-1748649600"),
		    "revoked");
		authority_free(lab);
		mk_remove(dir);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tsa),
		cmocka_unit_test(test_tsa_faults),
		cmocka_unit_test(test_ocsp),
		cmocka_unit_test(test_crl),
		cmocka_unit_test(test_same_again),
		cmocka_unit_test(test_files),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	mk_forget_keys();
	return failed;
}
