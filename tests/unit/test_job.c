/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "jobkit.h"

#include "base/crypt.h"
#include "libsign/ctx.h"
#include "libsign/job.h"
#include "libsign/signed.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- one signature */

static void
check_card(const struct sign_card *card, int attached)
{
	assert_non_null(card);
	assert_string_equal(card->document, doc);
	assert_int_equal(card->document_size, TEXT_LEN);
	assert_string_equal(card->document_type, "text");
	assert_string_equal(card->format, "cades");
	assert_string_equal(card->level, "B-B");
	assert_string_equal(
	    card->packaging, attached ? "attached" : "detached");
	assert_string_equal(card->serial, "1267");
	assert_int_equal(strlen(card->control_code), 9);
	assert_int_equal(card->control_code[4], '-');
	assert_int_equal(strncmp(card->output, doc, strlen(doc)), 0);
	assert_string_equal(
	    card->output + strlen(doc), attached ? ".p7m" : ".sig");
}

static void
one_signature(struct signer *who, int attached, int pem, int openssl)
{
	struct sign_job_options o =
	    options(attached ? SIGN_ATTACHED : SIGN_DETACHED);
	struct sign_key *key = signer_key(ctx, who);
	struct sign_job *job = NULL;
	size_t len;

	o.pem = pem;
	o.pss = who->pss;
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_null(sign_job_card(job));
	assert_int_equal(sign_job_sign(job, key), SIGN_E_STATE);
	assert_rc(sign_job_prepare(job, doc), 0);
	check_card(sign_job_card(job), attached);
	assert_non_null(sign_job_data(job, &len));
	assert_int_equal(sign_job_write(job, at("s")), SIGN_E_STATE);
	assert_rc(sign_job_sign(job, key), 0);
	assert_rc(sign_job_write(job, NULL), 0);
	if (openssl)
		openssl_verifies(sign_job_card(job)->output, attached, 1);
	assert_int_equal(
	    sign_job_write(job, sign_job_card(job)->output), SIGN_E_IO);
	sign_job_free(job);
	sign_key_free(key);
}

static void
test_every_algorithm(void **state)
{
	static const struct {
		const char *alg;
		int pss, raw, openssl;
	} rows[] = {
		{ "rsa", 0, 0, 1 },
		{ "rsa", 1, 0, 1 },
		{ "p256", 0, 0, 1 },
		{ "p384", 0, 1, 1 },
		{ "p521", 0, 1, 1 },
		{ "gost256", 0, 0, 1 },
		{ "gost512", 0, 0, 1 },
		{ "ed25519", 0, 0, 0 },
		{ "ed448", 0, 0, 0 },
	};
	struct signer who;
	size_t i;
	int way;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s\n", rows[i].alg);
		if (signer_make(&ctx->env, rows[i].alg, SIGNER_FINE, &who) !=
		    0) {
			print_message("# no GOST module: left out\n");
			continue;
		}
		who.pss = rows[i].pss;
		who.raw = rows[i].raw;
		for (way = 0; way < 4; way++) {
			fresh_dir(state);
			one_signature(&who, way & 1, way >> 1, rows[i].openssl);
		}
		signer_clear(&who);
	}
}

static void
test_settings_refused(void **state)
{
	static const char *const many[17] = { "a", "a", "a", "a", "a", "a", "a",
		"a", "a", "a", "a", "a", "a", "a", "a", "a", "a" };
	static const char *const bad_text[] = { "\xff\xfe" };
	const struct {
		const char *name;
		struct sign_job_options o;
		int rc;
	} rows[] = {
		{ "no size", { .size = 0 }, SIGN_E_ARG },
		{ "format", { .format = "pades" }, SIGN_E_UNSUPPORTED },
		{ "level", { .level = "b-x" }, SIGN_E_ARG },
		{ "higher level of cms", { .format = "cms", .level = "B-LTA" },
		    SIGN_E_ARG },
		{ "level of cms", { .format = "cms", .level = "bes" },
		    SIGN_E_ARG },
		{ "epes without policy", { .level = "EPES" }, SIGN_E_ARG },
		{ "policy without file", { .policy_oid = "1.2.3" },
		    SIGN_E_ARG },
		{ "policy file missing",
		    { .policy_oid = "1.2.3", .policy_file = "/no/such" },
		    SIGN_E_IO },
		{ "bes with policy",
		    { .level = "bes",
			.policy_oid = "1.2.3",
			.policy_file = "/dev/null" },
		    SIGN_E_ARG },
		{ "digest", { .digest = "crc32" }, SIGN_E_ARG },
		{ "weak digest", { .digest = "sha1" }, SIGN_E_ARG },
		{ "too many roles", { .roles = many, .role_count = 17 },
		    SIGN_E_ARG },
		{ "role not UTF-8", { .roles = bad_text, .role_count = 1 },
		    SIGN_E_ARG },
		{ "empty text", { .city = "" }, SIGN_E_ARG },
		{ "roles in cms",
		    { .format = "cms", .roles = many, .role_count = 1 },
		    SIGN_E_ARG },
		{ "time before the certificate", { .signing_time = 1000 },
		    SIGN_E_KEY },
	};
	struct sign_key *key = signer_key(ctx, &rsa);
	struct sign_job_options o;
	struct sign_job *job = NULL;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		print_message("# %s\n", rows[i].name);
		o = rows[i].o;
		if (i != 0)
			o.size = sizeof(o);
		if (o.signing_time == 0)
			o.signing_time = INT64_MIN;
		assert_rc(sign_job_new(ctx, &o, key, &job), rows[i].rc);
		assert_null(job);
	}
	sign_key_free(key);
}

static void
test_unfit_certificates(void **state)
{
	static const struct {
		enum signer_fault fault;
		const char *part;
	} rows[] = {
		{ SIGNER_EXPIRED, "expired on" },
		{ SIGNER_FUTURE, "not valid before" },
		{ SIGNER_NO_USAGE, "key usage" },
	};
	struct signer who;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		signer_make(&ctx->env, "p256", rows[i].fault, &who);
		assert_rc(sign_it(&who, NULL, DOCUMENT, doc, NULL, at("s")),
		    SIGN_E_KEY);
		assert_non_null(strstr(sign_ctx_message(ctx), rows[i].part));
		assert_int_equal(who.calls, 0);
		signer_clear(&who);
	}
	assert_int_equal(entries(), 1);
}

/* Nothing is written of a value that does not verify. */
static void
test_wrong_value(void **state)
{
	struct sign_key *key = signer_key(ctx, &p256);
	struct sign_key *other = signer_key(ctx, &rsa);
	unsigned char junk[72] = { 0x30, 0x46, 1 };
	struct sign_job *job = NULL;
	size_t len;

	(void)state;
	assert_rc(sign_job_new(ctx, NULL, key, &job), 0);
	assert_rc(sign_job_prepare(job, doc), 0);
	for (len = 0; len <= sizeof(junk); len++)
		assert_rc(sign_job_complete(job, junk, len), SIGN_E_VALUE);
	p256.spoil = 1;
	assert_true(sign_job_sign(job, key) < 0);
	p256.spoil = 0;
	assert_rc(sign_job_sign(job, other), SIGN_E_KEY);
	assert_rc(sign_job_write(job, at("s")), SIGN_E_STATE);
	assert_int_equal(entries(), 1);
	sign_job_free(job);
	sign_key_free(key);
	sign_key_free(other);
}

/* ECDSA as DER and as r || s, twice each: always the same file. */
static void
test_same_value_same_octets(void **state)
{
	struct sign_key *key = signer_key(ctx, &p256);
	const struct sg_scheme *scheme;
	struct sg_buf der = { 0 }, raw = { 0 };
	struct sign_job *job = NULL;
	const unsigned char *data;
	size_t len;
	int i;

	(void)state;
	assert_rc(sign_job_new(ctx, NULL, key, &job), 0);
	assert_rc(sign_job_prepare(job, doc), 0);
	data = sign_job_data(job, &len);
	assert_int_equal(len, 32);
	sg_scheme_for_key(&ctx->env, p256.key, NULL, 0, &scheme);
	assert_rc(sg_sign_value(&ctx->env, scheme, NULL, p256.key,
		      sg_view_of(data, len), &der),
	    0);
	assert_rc(
	    sg_value_to_raw(&ctx->env, scheme, sg_buf_view(&der), 32, &raw), 0);
	for (i = 0; i < 4; i++) {
		struct sg_buf *value = i % 2 == 0 ? &der : &raw;
		char name[8];

		assert_rc(sign_job_complete(job, value->ptr, value->len), 0);
		snprintf(name, sizeof(name), "s%d", i);
		assert_rc(sign_job_write(job, at(name)), 0);
		assert_same_file(at("s0"), at(name));
	}
	openssl_verifies(at("s1"), 0, 1);
	sg_buf_free(&der);
	sg_buf_free(&raw);
	sign_job_free(job);
	sign_key_free(key);
}

/* ---- files */

static void
test_document_changed(void **state)
{
	struct sign_job_options o = options(SIGN_ATTACHED);
	static const char *const changes[] = { "lease of a fLat\n",
		"lease of a flat", "lease of a flat\n\n", "" };
	struct sign_key *key = signer_key(ctx, &rsa);
	struct sign_job *job = NULL;
	size_t i;

	(void)state;
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sign_job_prepare(job, doc), 0);
	assert_rc(sign_job_sign(job, key), 0);
	for (i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		put_file(doc, changes[i], strlen(changes[i]));
		assert_rc(sign_job_write(job, at("s")), SIGN_E_STATE);
		assert_int_equal(entries(), 1);
	}
	put_file(doc, TEXT, TEXT_LEN);
	assert_rc(sign_job_write(job, at("s")), 0);
	openssl_verifies(at("s"), 1, 1);
	unlink(doc);
	assert_rc(sign_job_write(job, at("t")), SIGN_E_IO);
	sign_job_free(job);
	sign_key_free(key);
}

static void
test_bad_files(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);

	(void)state;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, dir, NULL, at("s")), SIGN_E_IO);
	assert_rc(
	    sign_it(&rsa, &o, DOCUMENT, at("no"), NULL, at("s")), SIGN_E_IO);
	assert_rc(
	    sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("no/s")), SIGN_E_IO);
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, dir), SIGN_E_IO);
	assert_rc(
	    sign_it(&rsa, &o, DOCUMENT, doc, NULL, "/dev/full"), SIGN_E_IO);
	o.force = 1;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, doc), SIGN_E_ARG);
	put_file(at("s"), "old", 3);
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("s")), 0);
	openssl_verifies(at("s"), 0, 1);
	o.force = 0;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("s")), SIGN_E_IO);
	assert_int_equal(entries(), 2);
}

static void
test_document_from_pipe(void **state)
{
	struct sign_job_options o = options(SIGN_ATTACHED);
	const char *fifo = at("fifo");
	pid_t pid;

	(void)state;
	assert_int_equal(mkfifo(fifo, 0600), 0);
	pid = fork();
	if (pid == 0) {
		int fd = open(fifo, O_WRONLY);

		_exit(write(fd, TEXT, TEXT_LEN) > 0 ? 0 : 1);
	}
	assert_rc(sign_it(&rsa, &o, DOCUMENT, fifo, NULL, at("s")), 0);
	waitpid(pid, NULL, 0);
	openssl_verifies(at("s"), 1, 1);
}

/* The document is elsewhere: who has its digest can have it signed, with the
 * same octets to be signed. */
static void
test_known_digest(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);
	struct sign_key *key = signer_key(ctx, &p256);
	const struct sg_digest *sha256 = sg_digest_by_option("sha256");
	unsigned char value[SG_MAX_DIGEST];
	struct sg_digest_fact digest = { sha256, { value, sha256->size } };
	struct sg_doc_fact known = {
		.name = doc, .size = TEXT_LEN, .digests = &digest
	};
	struct sg_source source = { .name = doc, .known = &known };
	struct sg_sources docs = { &source, 1 };
	struct sign_job *job = NULL, *file = NULL;
	size_t len, want;

	(void)state;
	o.signing_time = time(NULL);
	assert_rc(
	    sg_hash_once(&ctx->env, sha256, sg_view_of(TEXT, TEXT_LEN), value),
	    0);
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sg_job_prepare(job, &docs), SIGN_E_ARG);
	known.digest_count = 1;
	assert_rc(sg_job_prepare(job, &docs), 0);
	assert_int_equal(sign_job_card(job)->document_size, TEXT_LEN);
	assert_null(sign_job_card(job)->document_type);
	assert_rc(sign_job_new(ctx, &o, key, &file), 0);
	assert_rc(sign_job_prepare(file, doc), 0);
	assert_string_equal(sign_job_card(job)->control_code,
	    sign_job_card(file)->control_code);
	assert_memory_equal(
	    sign_job_data(job, &len), sign_job_data(file, &want), sha256->size);
	assert_rc(sign_job_sign(job, key), 0);
	assert_rc(sign_job_write(job, at("s")), 0);
	openssl_verifies(at("s"), 0, 1);
	sign_job_free(file);
	sign_job_free(job);
	o.packaging = SIGN_ATTACHED;
	assert_rc(sign_job_new(ctx, &o, key, &job), 0);
	assert_rc(sg_job_prepare(job, &docs), SIGN_E_UNSUPPORTED);
	sign_job_free(job);
	sign_key_free(key);
}

/* Stands for a full disk: the file cannot grow to its whole size. */
static void
test_no_room(void **state)
{
	struct sign_job_options o = options(SIGN_ATTACHED);
	unsigned char *big = calloc(1, 1000000);
	struct rlimit old, now;
	int rc;

	(void)state;
	put_file(doc, big, 1000000);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	now = old;
	now.rlim_cur = 500000;
	setrlimit(RLIMIT_FSIZE, &now);
	rc = sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("s"));
	setrlimit(RLIMIT_FSIZE, &old);
	assert_rc(rc, SIGN_E_IO);
	assert_int_equal(entries(), 1);
	free(big);
}

/* Killed at a random moment: no output or the whole. */
static void
test_kill(void **state)
{
	struct sign_job_options o = options(SIGN_ATTACHED);
	unsigned char *big = calloc(1, 1000000);
	const char *out = at("s");
	time_t end = time(NULL) + 3;
	struct sg_signed file;
	int round, made = 0;
	pid_t pid;

	(void)state;
	put_file(doc, big, 1000000);
	for (round = 0; round < 200 && time(NULL) < end; round++) {
		unlink(out);
		pid = fork();
		if (pid == 0)
			_exit(sign_it(&p256, &o, DOCUMENT, doc, NULL, out) < 0);
		usleep((useconds_t)(rand() % 8000));
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		if (access(out, F_OK) < 0)
			continue;
		made++;
		assert_rc(sg_signed_open(&ctx->env, out, &file), 0);
		assert_int_equal(file.cms->content_length, 1000000);
		sg_signed_close(&file);
	}
	print_message("# %d rounds, %d files\n", round, made);
	free(big);
}

int
main(void)
{
#define JOB_TEST(name) cmocka_unit_test_setup(name, fresh_dir)
	const struct CMUnitTest tests[] = {
		JOB_TEST(test_every_algorithm),
		JOB_TEST(test_settings_refused),
		JOB_TEST(test_unfit_certificates),
		JOB_TEST(test_wrong_value),
		JOB_TEST(test_same_value_same_octets),
		JOB_TEST(test_document_changed),
		JOB_TEST(test_bad_files),
		JOB_TEST(test_document_from_pipe),
		JOB_TEST(test_known_digest),
		JOB_TEST(test_no_room),
		JOB_TEST(test_kill),
	};

	return cmocka_run_group_tests(tests, jobkit_setup, jobkit_teardown);
}
