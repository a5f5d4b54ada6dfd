/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "signxml.h"

#include "base/crypt.h"
#include "libsign/ctx.h"
#include "libsign/job.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#define BASE64 \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- every algorithm, every packaging */

static void
enveloped(struct signer *who, int parallel)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);

	o.pss = who->pss;
	o.parallel = parallel;
	assert_rc(sign_it(who, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	assert_sound(at("e.xml"), 1, "enveloped");
	assert_rc(sign_it(who, &o, COUNTER, at("e.xml"), "1", at("c.xml")), 0);
	assert_sound(at("c.xml"), 2, "enveloped");
	if (!parallel)
		return;
	o.pss = 0;
	assert_rc(
	    sign_it(&rsa, &o, PARALLEL, at("e.xml"), NULL, at("e.xml")), 0);
	assert_sound(at("e.xml"), 2, "enveloped");
}

static void
enveloping(struct signer *who, const char *document)
{
	struct sign_job_options o = xades(SIGN_ENVELOPING);

	o.pss = who->pss;
	assert_rc(sign_it(who, &o, DOCUMENT, document, NULL, at("g.xml")), 0);
	assert_sound(at("g.xml"), 1, "enveloping");
	unlink(at("g.xml"));
}

static void
detached(struct signer *who)
{
	struct sign_job_options o = xades(SIGN_DETACHED);

	o.pss = who->pss;
	assert_rc(sign_it(who, &o, DOCUMENT, doc, NULL, at("d.xml")), 0);
	assert_sound(at("d.xml"), 1, "detached");
}

static void
test_every_algorithm(void **state)
{
	static const struct {
		const char *alg;
		int pss, raw;
	} rows[] = {
		{ "rsa", 0, 0 },
		{ "rsa", 1, 0 },
		{ "p256", 0, 0 },
		{ "p384", 0, 1 },
		{ "p521", 0, 1 },
		{ "gost256", 0, 0 },
		{ "gost512", 0, 0 },
		{ "ed25519", 0, 0 },
		{ "ed448", 0, 0 },
	};
	struct signer who;
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s\n", rows[i].alg);
		if (signer_make(&ctx->env, rows[i].alg, SIGNER_FINE, &who) !=
		    0) {
			print_message("# no GOST module: left out\n");
			continue;
		}
		who.pss = rows[i].pss;
		who.raw = rows[i].raw;
		fresh_xml(state);
		enveloped(&who, 0);
		fresh_xml(state);
		enveloped(&who, 1);
		put_file(at("b.bin"), "\0\1\2", 3);
		enveloping(&who, doc);
		enveloping(&who, at("b.bin"));
		detached(&who);
		signer_clear(&who);
	}
}

/* What XMLDSig has no name for is not signed with. */
static void
test_algorithms_without_name(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sign_key *key = signer_key(ctx, &rsa);
	struct sign_job *job = NULL;

	(void)state;
	o.digest = "sha3-256";
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sign_job_prepare(job, doc), SIGN_E_UNSUPPORTED);
	assert_said("RSA with SHA3-256");
	sign_job_free(job);
	o.pss = 1;
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sign_job_prepare(job, doc), 0);
	sign_job_free(job);
	sign_key_free(key);
}

/* The same signature as signers write it who leave leading zeros out: of this
 * curve's r and s one time in four. */
static void
test_short_value(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	unsigned char value[133];
	char text[181], *at_value;
	struct signer who;
	struct sg_buf file = { 0 };
	int tries;

	assert_int_equal(signer_make(&ctx->env, "p521", SIGNER_FINE, &who), 0);
	who.raw = 1;
	for (tries = 0; tries < 200; tries++) {
		fresh_xml(state);
		assert_rc(
		    sign_it(&who, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
		sg_buf_free(&file);
		file = get_file(at("e.xml"));
		at_value = memmem(file.ptr, file.len, "<ds:SignatureValue", 18);
		assert_non_null(at_value);
		at_value = memchr(at_value, '>', 64);
		assert_int_equal(strspn(at_value + 1, BASE64), 176);
		assert_int_equal(
		    EVP_DecodeBlock(value, (unsigned char *)at_value + 1, 176),
		    132);
		if (value[0] == 0 && value[66] == 0)
			break;
	}
	memmove(value, value + 1, 65);
	memmove(value + 65, value + 67, 65);
	/* 130 octets and two of padding: as long as before, but for "==" */
	assert_int_equal(
	    EVP_EncodeBlock((unsigned char *)text, value, 130), 176);
	memcpy(at_value + 1, text, 176);
	put_file(at("s.xml"), file.ptr, file.len);
	assert_sound(at("s.xml"), 1, "enveloped");
	sg_buf_free(&file);
	signer_clear(&who);
}

/* ---- signed properties */

static void
test_properties(void **state)
{
	static const char *const roles[] = { "арендодатель", "<owner> & sons" };
	const char *chain[] = { at("other.pem") };
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	const struct sg_sig_fact *sig;
	struct sg_facts *facts;

	(void)state;
	put_cert(chain[0], &p256);
	put_file(at("policy"), "Sign what you have read.\n", 25);
	o.roles = roles;
	o.role_count = 2;
	o.country = "RU";
	o.region = "Москва";
	o.city = "Москва";
	o.postal_code = "101000";
	o.commitment = "approval";
	o.policy_oid = "1.2.643.2.25";
	o.policy_file = at("policy");
	o.policy_uri = "http://example.org/policy?a=1&b=2";
	o.mime_type = "application/xml";
	o.content_hint = "Договор \"аренды\"";
	o.chain = chain;
	o.chain_count = 1;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	assert_sound(at("e.xml"), 1, "enveloped");
	facts = read_xml(at("e.xml"));
	sig = &facts->sigs[0];
	assert_int_equal(sig->role_count, 2);
	assert_string_equal(sig->roles[0], roles[0]);
	assert_string_equal(sig->roles[1], roles[1]);
	assert_non_null(strstr(sig->location, "101000"));
	assert_non_null(strstr(sig->location, "Москва"));
	assert_non_null(strstr(sig->commitment, "ProofOfApproval"));
	assert_true(sig->policy.present);
	assert_non_null(strstr(sig->policy.oid, o.policy_oid));
	assert_int_equal(sig->policy.hash.len, 32);
	assert_string_equal(sig->policy.uri, o.policy_uri);
	assert_string_equal(sig->mime_type, o.mime_type);
	assert_string_equal(sig->content_hint, o.content_hint);
	assert_int_equal(facts->cert_count, 2);
	sg_facts_free(facts);
}

/* Ed448's own digest has no name in XML: neither has its policy's. */
static void
test_ed448_policy(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sg_facts *facts;
	struct signer who;

	(void)state;
	signer_make(&ctx->env, "ed448", SIGNER_FINE, &who);
	put_file(at("policy"), "Sign what you have read.\n", 25);
	o.policy_oid = "1.2.3";
	o.policy_file = at("policy");
	assert_rc(sign_it(&who, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	assert_sound(at("e.xml"), 1, "enveloped");
	facts = read_xml(at("e.xml"));
	assert_non_null(facts->sigs[0].policy.digest);
	assert_int_equal(facts->sigs[0].policy.hash.len, 64);
	sg_facts_free(facts);
	signer_clear(&who);
}

static void
test_bad_properties(void **state)
{
	const struct {
		const char *name;
		struct sign_job_options o;
		int rc;
	} rows[] = {
		{ "commitment", { .commitment = "promise" }, SIGN_E_ARG },
		{ "control character", { .city = "a\001b" }, SIGN_E_ARG },
		{ "not a character of XML", { .city = "a\xef\xbf\xbf" },
		    SIGN_E_ARG },
		{ "attached", { .packaging = SIGN_ATTACHED }, SIGN_E_ARG },
	};
	struct sign_job_options o;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s\n", rows[i].name);
		o = rows[i].o;
		o.size = sizeof(o);
		o.signing_time = INT64_MIN;
		o.format = "xades";
		if (o.packaging == SIGN_DETACHED)
			o.packaging = SIGN_ENVELOPED;
		assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")),
		    rows[i].rc);
	}
	assert_int_equal(entries(), 1);
}

/* ---- the value */

static void
test_same_value_same_octets(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sign_key *key = signer_key(ctx, &rsa);
	struct sign_job *job = NULL;
	char name[8];
	int i;

	(void)state;
	o.signing_time = signing_time();
	for (i = 0; i < 3; i++) {
		assert_rc(sign_job_new(ctx, &o, key, &job), 0);
		assert_rc(sign_job_prepare(job, doc), 0);
		assert_rc(sign_job_sign(job, key), 0);
		snprintf(name, sizeof(name), "s%d", i);
		assert_rc(sign_job_write(job, at(name)), 0);
		/* twice from one job: the value stands there once */
		unlink(at("again"));
		assert_rc(sign_job_write(job, at("again")), 0);
		assert_same_file(at("s0"), at(name));
		assert_same_file(at("s0"), at("again"));
		sign_job_free(job);
	}
	sign_key_free(key);
}

static void
test_wrong_value(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sign_key *key = signer_key(ctx, &p256);
	unsigned char junk[72] = { 0x30, 0x46, 1 };
	struct sign_job *job = NULL;
	size_t len;

	(void)state;
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sign_job_prepare(job, doc), 0);
	for (len = 0; len <= sizeof(junk); len++)
		assert_rc(sign_job_complete(job, junk, len), SIGN_E_VALUE);
	p256.spoil = 1;
	assert_true(sign_job_sign(job, key) < 0);
	p256.spoil = 0;
	assert_rc(sign_job_write(job, at("s")), SIGN_E_STATE);
	assert_int_equal(entries(), 1);
	sign_job_free(job);
	sign_key_free(key);
}

/* ---- files that change */

/* What was shown is what is signed, whatever becomes of the file. */
static void
test_document_changed(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sign_key *key = signer_key(ctx, &rsa);
	struct sign_job *job = NULL;
	struct sg_buf out;

	(void)state;
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sign_job_prepare(job, doc), 0);
	assert_rc(sign_job_sign(job, key), 0);
	put_text(doc, "<other/>");
	assert_rc(sign_job_write(job, at("e.xml")), 0);
	assert_sound(at("e.xml"), 1, "enveloped");
	out = get_file(at("e.xml"));
	assert_non_null(memmem(out.ptr, out.len, "<rent>", 6));
	sg_buf_free(&out);
	o.force = 1;
	assert_rc(sign_job_write(job, doc), SIGN_E_ARG);
	sign_job_free(job);
	sign_key_free(key);
}

static void
test_signature_changed(void **state)
{
	struct sign_job_options o = xades(SIGN_ENVELOPED);
	struct sign_key *key = signer_key(ctx, &rsa);
	struct sign_job *job = NULL;

	(void)state;
	o.parallel = 1;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("e.xml")), 0);
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sign_job_prepare_parallel(job, at("e.xml"), NULL), 0);
	assert_rc(sign_job_sign(job, key), 0);
	assert_rc(
	    sign_it(&p256, &o, PARALLEL, at("e.xml"), NULL, at("e.xml")), 0);
	assert_rc(sign_job_write(job, at("e.xml")), SIGN_E_STATE);
	sign_job_free(job);
	sign_key_free(key);
	assert_sound(at("e.xml"), 2, "enveloped");
}

/* ---- detached */

static void
test_detached_many(void **state)
{
	char lease[128], plan[128], once[128], same[128];
	const char *docs[] = { lease, plan, doc };
	const char *twice[] = { once, same };
	struct sign_job_options o = xades(SIGN_DETACHED);
	struct sign_key *key = signer_key(ctx, &rsa);
	struct sign_job *job = NULL;

	(void)state;
	snprintf(lease, sizeof(lease), "%s/Договор аренды.pdf", dir);
	snprintf(plan, sizeof(plan), "%s/план 1%%.png", dir);
	snprintf(once, sizeof(once), "%s/x.pdf", dir);
	snprintf(same, sizeof(same), "%s/../%s/x.pdf", dir, dir + 5);
	put_text(docs[0], "%PDF-1.7 lease");
	put_text(docs[1], "\x89PNG\r\n\x1a\n");
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sign_job_prepare_many(job, docs, 3), 0);
	assert_string_equal(sign_job_card(job)->packaging, "detached");
	assert_int_equal(
	    sign_job_card(job)->document_size, 14 + 8 + strlen(XML));
	assert_rc(sign_job_sign(job, key), 0);
	assert_rc(sign_job_write(job, at("d.xml")), 0);
	assert_sound(at("d.xml"), 1, "detached");
	put_text(docs[1], "\x89PNG\r\n\x1a\x0b");
	assert_int_equal(digest_ok(at("d.xml")), SG_FALSE);
	unlink(docs[1]);
	assert_int_equal(digest_ok(at("d.xml")), SG_NULL);
	/* one name for two documents would be a riddle */
	put_text(once, "x");
	assert_rc(sign_job_prepare_many(job, twice, 2), SIGN_E_ARG);
	assert_said("x.pdf");
	twice[0] = "-";
	assert_rc(sign_job_prepare_many(job, twice, 2), SIGN_E_ARG);
	assert_rc(sign_job_prepare_many(job, twice, 0), SIGN_E_ARG);
	sign_job_free(job);
	sign_key_free(key);
}

/* Only the digests of documents are at hand. */
static void
test_detached_known(void **state)
{
	struct sign_job_options o = xades(SIGN_DETACHED);
	struct sign_key *key = signer_key(ctx, &rsa);
	const struct sg_digest *sha256 = sg_digest_by_option("sha256");
	unsigned char value[SG_MAX_DIGEST];
	struct sg_digest_fact digest = { sha256, { value, sha256->size } };
	struct sg_doc_fact known = {
		.name = doc, .size = strlen(XML), .digests = &digest
	};
	struct sg_source source = { .name = doc, .known = &known };
	struct sg_sources docs = { &source, 1 };
	struct sign_job *job = NULL, *file = NULL;

	(void)state;
	o.signing_time = time(NULL);
	assert_rc(sg_hash_once(
		      &ctx->env, sha256, sg_view_of(XML, strlen(XML)), value),
	    0);
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sg_job_prepare(job, &docs), SIGN_E_ARG);
	known.digest_count = 1;
	assert_rc(sg_job_prepare(job, &docs), 0);
	assert_rc(sign_job_new(ctx, &o, key, &file), 0);
	assert_rc(sign_job_prepare(file, doc), 0);
	assert_string_equal(
	    sign_job_card(job)->digest, sign_job_card(file)->digest);
	assert_string_equal(sign_job_card(job)->control_code,
	    sign_job_card(file)->control_code);
	assert_rc(sign_job_sign(job, key), 0);
	assert_rc(sign_job_write(job, at("d.xml")), 0);
	assert_sound(at("d.xml"), 1, "detached");
	sign_job_free(file);
	sign_job_free(job);
	o.packaging = SIGN_ENVELOPING;
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sg_job_prepare(job, &docs), SIGN_E_UNSUPPORTED);
	sign_job_free(job);
	sign_key_free(key);
}

static void
test_card(void **state)
{
	static const struct {
		enum sign_packaging packaging;
		const char *text, *type, *packed, *ending;
	} rows[] = {
		{ SIGN_ENVELOPED, XML, "XML document", "enveloped",
		    "/lease.signed.xml" },
		{ SIGN_ENVELOPING, XML, "XML document", "enveloping",
		    "/lease.signed.xml" },
		{ SIGN_ENVELOPING, "%PDF-1.7", "PDF document", "enveloping",
		    "/lease.signed.xml" },
		{ SIGN_DETACHED, "%PDF-1.7", "PDF document", "detached",
		    "/lease.xades.xml" },
	};
	struct sign_key *key = signer_key(ctx, &rsa);
	const struct sign_card *card;
	struct sign_job_options o;
	struct sign_job *job = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		o = xades(rows[i].packaging);
		put_text(doc, rows[i].text);
		assert_rc(sign_job_new(ctx, &o, key, &job), 0);
		assert_rc(sign_job_prepare(job, doc), 0);
		card = sign_job_card(job);
		assert_string_equal(card->format, "xades");
		assert_string_equal(card->document, doc);
		assert_int_equal(card->document_size, strlen(rows[i].text));
		assert_string_equal(card->document_type, rows[i].type);
		assert_string_equal(card->packaging, rows[i].packed);
		assert_non_null(strstr(card->output, rows[i].ending));
		assert_int_equal(strlen(card->digest), 64);
		sign_job_free(job);
	}
	sign_key_free(key);
}

int
main(void)
{
#define XML_TEST(name) cmocka_unit_test_setup(name, fresh_xml)
	const struct CMUnitTest tests[] = {
		XML_TEST(test_every_algorithm),
		XML_TEST(test_algorithms_without_name),
		XML_TEST(test_short_value),
		XML_TEST(test_properties),
		XML_TEST(test_ed448_policy),
		XML_TEST(test_bad_properties),
		XML_TEST(test_same_value_same_octets),
		XML_TEST(test_wrong_value),
		XML_TEST(test_document_changed),
		XML_TEST(test_signature_changed),
		XML_TEST(test_detached_many),
		XML_TEST(test_detached_known),
		XML_TEST(test_card),
	};

	return cmocka_run_group_tests(tests, jobkit_setup, jobkit_teardown);
}
