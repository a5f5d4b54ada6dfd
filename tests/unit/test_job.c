/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "signer.h"

#include "base/crypt.h"
#include "base/io.h"
#include "base/oid.h"
#include "formats/cms.h"
#include "libsign/ctx.h"
#include "libsign/signed.h"
#include "sign/job.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/pem.h>
/* before: else it does not declare its PEM functions */
#include <openssl/cms.h>
#include <openssl/err.h>

#include <dirent.h>
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

static struct sign_ctx *ctx;
static char dir[] = "/tmp/test_job.XXXXXX";
static char doc[64];
static const char text[] = "lease of a flat\n";

/* who signs in most tests */
static struct signer rsa, p256;

/* A path in the test's directory; four may be in use at once. */
static const char *
at(const char *name)
{
	static char paths[4][128];
	static int next;

	next = (next + 1) % 4;
	snprintf(paths[next], sizeof(paths[next]), "%s/%s", dir, name);
	return paths[next];
}

static void
put_file(const char *path, const void *ptr, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(ptr, 1, len, f), len);
	fclose(f);
}

static struct sg_buf
get_file(const char *path)
{
	struct sg_buf buf = { NULL, 0, 0 };

	assert_int_equal(sg_read_file(&ctx->env, path, 1 << 24, &buf), 0);
	return buf;
}

static void
assert_same_file(const char *a, const char *b)
{
	struct sg_buf left = get_file(a), right = get_file(b);

	assert_int_equal(left.len, right.len);
	assert_memory_equal(left.ptr, right.ptr, left.len);
	sg_buf_free(&left);
	sg_buf_free(&right);
}

static int
entries(void)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int count = 0;

	while ((e = readdir(d)) != NULL)
		count += e->d_name[0] != '.' ||
		    strncmp(e->d_name, ".podpis", 7) == 0;
	closedir(d);
	return count;
}

static int
fresh_dir(void **state)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	(void)state;
	while ((e = readdir(d)) != NULL)
		unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	put_file(doc, text, sizeof(text) - 1);
	return 0;
}

static void
assert_rc(int rc, int want)
{
	if (rc != want)
		print_message("# %d: %s\n", rc, sign_ctx_message(ctx));
	assert_int_equal(rc, want);
}

enum what { DOCUMENT, PARALLEL, COUNTER };

static int
job_prepare(
    struct sign_job *job, enum what what, const char *path, const char *second)
{
	if (what == PARALLEL)
		return sign_job_prepare_parallel(job, path, second);
	if (what == COUNTER)
		return sign_job_prepare_counter(job, path, second);
	return sign_job_prepare(job, path);
}

/* All three steps. */
static int
sign_it(struct signer *who, const struct sign_job_options *options,
    enum what what, const char *path, const char *second, const char *output)
{
	struct sign_key *key = signer_key(ctx, who);
	struct sign_job *job = NULL;
	int rc = sign_job_new(ctx, options, key, &job);

	if (rc == 0)
		rc = job_prepare(job, what, path, second);
	if (rc == 0)
		rc = sign_job_sign(job, key);
	if (rc == 0)
		rc = sign_job_write(job, output);
	sign_job_free(job);
	sign_key_free(key);
	return rc;
}

static struct sign_job_options
options(enum sign_packaging packaging)
{
	struct sign_job_options o = SIGN_JOB_OPTIONS_INIT;

	o.packaging = packaging;
	return o;
}

/* openssl judges every signature in the file. */
static void
openssl_verifies(const char *path, int attached, int signers)
{
	struct sg_buf file = get_file(path);
	BIO *in = BIO_new_mem_buf(file.ptr, (int)file.len);
	BIO *content = BIO_new_mem_buf(text, sizeof(text) - 1);
	BIO *out = BIO_new(BIO_s_mem());
	CMS_ContentInfo *cms;
	char *data;

	if (file.ptr[0] == '-')
		cms = PEM_read_bio_CMS(in, NULL, NULL, NULL);
	else
		cms = d2i_CMS_bio(in, NULL);
	assert_non_null(cms);
	assert_int_equal(
	    sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)), signers);
	if (CMS_verify(cms, NULL, NULL, attached ? NULL : content, out,
		CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1) {
		ERR_print_errors_fp(stderr);
		fail();
	}
	assert_int_equal(BIO_get_mem_data(out, &data), sizeof(text) - 1);
	assert_memory_equal(data, text, sizeof(text) - 1);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	BIO_free(content);
	BIO_free(out);
	sg_buf_free(&file);
}

/* ---- one signature */

static void
check_card(const struct sign_card *card, int attached)
{
	assert_non_null(card);
	assert_string_equal(card->document, doc);
	assert_int_equal(card->document_size, sizeof(text) - 1);
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
		{ "higher level", { .level = "B-LTA" }, SIGN_E_UNSUPPORTED },
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
		{ "digest", { .digest = "crc32" }, SIGN_E_UNSUPPORTED },
		{ "weak digest", { .digest = "sha1" }, SIGN_E_UNSUPPORTED },
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
	put_file(doc, text, sizeof(text) - 1);
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

		_exit(write(fd, text, sizeof(text) - 1) > 0 ? 0 : 1);
	}
	assert_rc(sign_it(&rsa, &o, DOCUMENT, fifo, NULL, at("s")), 0);
	waitpid(pid, NULL, 0);
	openssl_verifies(at("s"), 1, 1);
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
	struct sg_buf first = { 0 };
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
	sg_buf_free(&first);
	free(big);
}

/* ---- more signatures in a file */

static int
holds(const struct sg_buf *whole, struct sg_view part)
{
	return memmem(whole->ptr, whole->len, part.ptr, part.len) != NULL;
}

/* Everything that stood in the older file stands in the newer one. */
static void
assert_octets_kept(const char *older, const char *newer)
{
	struct sg_buf whole = get_file(newer);
	struct sg_signed file;
	size_t i;

	assert_rc(sg_signed_open(&ctx->env, older, &file), 0);
	for (i = 0; i < file.cms->signer_count; i++)
		assert_true(holds(&whole, file.cms->signers[i]));
	for (i = 0; i < file.cms->cert_count; i++)
		assert_true(holds(&whole, file.cms->certs[i]));
	sg_signed_close(&file);
	sg_buf_free(&whole);
}

static void
test_parallel(void **state)
{
	static const char *const others[] = { "p384", "gost256", "gost512",
		"p521" };
	struct sign_job_options o;
	struct signer who;
	struct sg_signed file;
	int attached, count;
	size_t i;

	for (attached = 0; attached < 2; attached++) {
		fresh_dir(state);
		o = options(attached ? SIGN_ATTACHED : SIGN_DETACHED);
		assert_rc(
		    sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("d.sig")), 0);
		count = 1;
		for (i = 0; i < 4; i++) {
			if (signer_make(
				&ctx->env, others[i], SIGNER_FINE, &who) != 0)
				continue;
			put_file(at("old"), "", 0);
			unlink(at("old"));
			assert_int_equal(link(at("d.sig"), at("old")), 0);
			assert_rc(sign_it(&who, NULL, PARALLEL, at("d.sig"),
				      attached ? NULL : doc, at("d.sig")),
			    0);
			count++;
			assert_octets_kept(at("old"), at("d.sig"));
			openssl_verifies(at("d.sig"), attached, count);
			signer_clear(&who);
		}
		/* the same person once more: one certificate */
		assert_rc(sign_it(&rsa, NULL, PARALLEL, at("d.sig"),
			      attached ? NULL : doc, at("again")),
		    0);
		assert_rc(sg_signed_open(&ctx->env, at("again"), &file), 0);
		assert_int_equal(file.cms->signer_count, count + 1);
		assert_int_equal(file.cms->cert_count, count);
		sg_signed_close(&file);
	}
}

static void
test_parallel_content(void **state)
{
	struct sign_job_options o = options(SIGN_DETACHED);

	(void)state;
	o.pem = 1;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("doc.txt.sig")), 0);
	assert_int_equal(link(doc, at("doc.txt")), 0);
	/* found by name; PEM stays PEM */
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("doc.txt.sig"), NULL,
		      at("doc.txt.sig")),
	    0);
	openssl_verifies(at("doc.txt.sig"), 0, 2);
	/* another document */
	put_file(at("other"), "x", 1);
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("doc.txt.sig"), at("other"),
		      at("out")),
	    SIGN_E_VALUE);
	assert_non_null(strstr(sign_ctx_message(ctx), "not the one"));
	unlink(at("doc.txt"));
	assert_rc(
	    sign_it(&p256, NULL, PARALLEL, at("doc.txt.sig"), NULL, at("out")),
	    SIGN_E_IO);
	/* an attached one has its own */
	o = options(SIGN_ATTACHED);
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("a")), 0);
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("a"), doc, at("out")),
	    SIGN_E_ARG);
	assert_int_equal(access(at("out"), F_OK), -1);
}

/* Somebody else was faster: nobody's signature gets lost. */
static void
test_in_place_race(void **state)
{
	struct sign_key *key = signer_key(ctx, &p256);
	struct sign_job *job = NULL;

	(void)state;
	assert_rc(sign_it(&rsa, NULL, DOCUMENT, doc, NULL, at("s.sig")), 0);
	assert_rc(sign_job_new(ctx, NULL, key, &job), 0);
	assert_rc(sign_job_prepare_parallel(job, at("s.sig"), doc), 0);
	assert_rc(sign_job_sign(job, key), 0);
	assert_rc(
	    sign_it(&rsa, NULL, PARALLEL, at("s.sig"), doc, at("s.sig")), 0);
	assert_rc(sign_job_write(job, at("s.sig")), SIGN_E_STATE);
	openssl_verifies(at("s.sig"), 0, 2);
	assert_rc(sign_job_prepare_parallel(job, at("s.sig"), doc), 0);
	assert_rc(sign_job_sign(job, key), 0);
	assert_rc(sign_job_write(job, NULL), 0);
	openssl_verifies(at("s.sig"), 0, 3);
	sign_job_free(job);
	sign_key_free(key);
}

/* A counter-signature's digest and value, checked by hand (RFC 5652, 11.4). */
static void
check_counter(const char *path, size_t signer, struct sg_cms_path below,
    struct signer *who)
{
	unsigned char digest[SG_MAX_DIGEST];
	struct sg_cms_signer parent, counter;
	struct sg_buf set = { 0 };
	struct sg_cms_path up = below;
	const struct sg_scheme *scheme;
	struct sg_signed file;
	struct sg_env *env = &ctx->env;
	struct sg_pss pss;
	struct sg_view tlv;
	size_t i;
	int digest_ok = 0;

	assert_rc(sg_signed_open(env, path, &file), 0);
	up.count--;
	assert_rc(
	    sg_cms_counter_find(env, file.cms->signers[signer], &up, &tlv), 0);
	assert_rc(sg_cms_signer_read(env, file.pool, tlv, &parent), 0);
	assert_rc(
	    sg_cms_counter_find(env, file.cms->signers[signer], &below, &tlv),
	    0);
	assert_rc(sg_cms_signer_read(env, file.pool, tlv, &counter), 0);
	assert_rc(sg_scheme_resolve(
		      env, &counter.scheme, &counter.digest, &scheme, &pss),
	    0);
	assert_rc(
	    sg_hash_once(env, sg_scheme_digest(scheme), parent.value, digest),
	    0);
	for (i = 0; i < counter.attr_count; i++) {
		assert_string_not_equal(
		    counter.attrs[i].oid, SG_OID_CONTENT_TYPE);
		if (strcmp(counter.attrs[i].oid, SG_OID_MESSAGE_DIGEST) == 0)
			digest_ok =
			    memcmp(counter.attrs[i].values[0].ptr + 2, digest,
				sg_scheme_digest(scheme)->size) == 0;
	}
	assert_true(digest_ok);
	sg_buf_append_view(env, &set, counter.signed_attrs);
	set.ptr[0] = 0x31;
	sg_hash_once(env, sg_scheme_digest(scheme), sg_buf_view(&set), digest);
	assert_int_equal(sg_verify_value(env, scheme, &pss, who->key,
			     sg_view_of(digest, sg_scheme_digest(scheme)->size),
			     counter.value, SG_VALUE_CMS),
	    1);
	sg_buf_free(&set);
	sg_signed_close(&file);
}

static void
test_counter(void **state)
{
	static const struct {
		const char *id;
		struct sg_cms_path path;
	} rows[] = {
		{ "1", { { 1 }, 1 } },
		{ "S-1", { { 2 }, 1 } },
		{ "1.1", { { 1, 1 }, 2 } },
		{ "1.1.1", { { 1, 1, 1 }, 3 } },
		{ "1.1", { { 1, 2 }, 2 } },
		{ "1.2", { { 2, 1 }, 2 } },
	};
	static const char *const bad[] = { "0", "3", "1.3", "", "1.", ".1", "a",
		"1.0", "1 ", "-1", "01", "1.1.1.1.1.1.1.1.1.1.1",
		"99999999999999999999" };
	struct sign_job_options o = options(SIGN_ATTACHED);
	struct signer *who;
	size_t i, k;

	(void)state;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("s")), 0);
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("s"), NULL, at("s")), 0);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		who = i % 2 == 0 ? &p256 : &rsa;
		print_message("# %s\n", rows[i].id);
		assert_rc(
		    sign_it(who, NULL, COUNTER, at("s"), rows[i].id, at("s")),
		    0);
		openssl_verifies(at("s"), 1, 2);
		for (k = 0; k <= i; k++)
			check_counter(at("s"), 0, rows[k].path,
			    k % 2 == 0 ? &p256 : &rsa);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_rc(
		    sign_it(&rsa, NULL, COUNTER, at("s"), bad[i], at("t")),
		    i == 11 ? SIGN_E_ARG : SIGN_E_ARG);
	assert_int_equal(access(at("t"), F_OK), -1);
}

/* Put an unsigned attribute into the only signer of a file. */
static void
add_attribute(const char *from, const char *to, const char *oid)
{
	struct sg_cms_parts parts;
	struct sg_buf signer = { 0 };
	struct sg_view view;
	struct sg_signed file;
	struct sg_out *out;
	struct sg_env *env = &ctx->env;

	assert_rc(sg_signed_open(env, from, &file), 0);
	assert_rc(sg_cms_add_unsigned(env, file.cms->signers[0], oid,
		      sg_view_of("\x05\x00", 2), &signer),
	    0);
	view = sg_buf_view(&signer);
	memset(&parts, 0, sizeof(parts));
	parts.digest_algs = file.cms->digest_algs;
	parts.digest_alg_count = file.cms->digest_alg_count;
	parts.content = SG_CONTENT_COPY;
	parts.copied = file.cms;
	parts.source = file.decoded;
	parts.certs = file.cms->certs;
	parts.cert_count = file.cms->cert_count;
	parts.signers = &view;
	parts.signer_count = 1;
	unlink(to);
	assert_rc(sg_out_create(env, to, SG_OUT_NEW, &out), 0);
	assert_rc(sg_cms_write(env, &parts, out, 0), 0);
	assert_rc(sg_out_commit(env, out), 0);
	sg_out_free(out);
	sg_buf_free(&signer);
	sg_signed_close(&file);
}

static void
test_frozen(void **state)
{
	static const char *const kinds[] = {
		SG_OID_ARCHIVE_TIME_STAMP,
		SG_OID_ARCHIVE_TIME_STAMP_V2,
		SG_OID_EVIDENCE_RECORD_INTERNAL,
	};
	struct sign_job_options o = options(SIGN_ATTACHED);
	size_t i;

	(void)state;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("s")), 0);
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		add_attribute(at("s"), at("f"), kinds[i]);
		assert_rc(
		    sign_it(&p256, NULL, PARALLEL, at("f"), NULL, at("t")),
		    SIGN_E_UNSUPPORTED);
		assert_rc(sign_it(&p256, NULL, COUNTER, at("f"), "1", at("t")),
		    SIGN_E_UNSUPPORTED);
		assert_rc(sign_convert(
			      ctx, at("f"), SIGN_DETACHED, NULL, at("t"), 0, 0),
		    SIGN_E_UNSUPPORTED);
		assert_non_null(strstr(sign_ctx_message(ctx), "break"));
	}
	/* version 3 leaves room, but not for a changed attribute */
	assert_rc(sign_it(&p256, NULL, COUNTER, at("s"), "1", at("c")), 0);
	add_attribute(at("c"), at("f"), SG_OID_ARCHIVE_TIME_STAMP_V3);
	assert_rc(sign_it(&p256, NULL, COUNTER, at("f"), "1.1", at("t")),
	    SIGN_E_UNSUPPORTED);
	assert_rc(sign_it(&p256, NULL, COUNTER, at("f"), "1", at("t")), 0);
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("f"), NULL, at("u")), 0);
}

/* ---- taking apart */

static void
test_extract_and_convert(void **state)
{
	struct sign_job_options o = options(SIGN_ATTACHED);

	(void)state;
	assert_rc(sign_it(&rsa, &o, DOCUMENT, doc, NULL, at("a")), 0);
	assert_rc(sign_it(&p256, NULL, PARALLEL, at("a"), NULL, at("a")), 0);
	assert_rc(sign_extract(ctx, at("a"), at("x"), 0), 0);
	assert_same_file(doc, at("x"));
	assert_rc(sign_extract(ctx, at("a"), at("x"), 0), SIGN_E_IO);
	assert_rc(sign_extract(ctx, at("a"), at("x"), 1), 0);
	assert_rc(sign_extract(ctx, at("a"), at("a"), 1), SIGN_E_ARG);
	assert_rc(
	    sign_convert(ctx, at("a"), SIGN_DETACHED, NULL, at("x.sig"), 0, 1),
	    0);
	openssl_verifies(at("x.sig"), 0, 2);
	assert_rc(sign_extract(ctx, at("x.sig"), at("y"), 0), SIGN_E_FORMAT);
	/* back, with the document found and with it given */
	assert_rc(
	    sign_convert(ctx, at("x.sig"), SIGN_ATTACHED, NULL, at("b"), 0, 0),
	    0);
	assert_same_file(at("a"), at("b"));
	assert_rc(
	    sign_convert(ctx, at("x.sig"), SIGN_ATTACHED, doc, at("c"), 0, 0),
	    0);
	assert_same_file(at("a"), at("c"));
	/* another encoding alone */
	assert_rc(
	    sign_convert(ctx, at("a"), SIGN_ATTACHED, NULL, at("p"), 0, 1), 0);
	openssl_verifies(at("p"), 1, 2);
	put_file(at("z"), "other", 5);
	assert_rc(sign_convert(
		      ctx, at("x.sig"), SIGN_ATTACHED, at("z"), at("y"), 0, 0),
	    SIGN_E_VALUE);
	assert_rc(sign_convert(ctx, at("x.sig"), SIGN_ATTACHED, doc, doc, 1, 0),
	    SIGN_E_ARG);
	assert_rc(sign_convert(ctx, at("a"), SIGN_DETACHED, doc, at("y"), 0, 0),
	    SIGN_E_ARG);
	assert_rc(sign_convert(ctx, doc, SIGN_DETACHED, NULL, at("y"), 0, 0),
	    SIGN_E_FORMAT);
	assert_int_equal(access(at("y"), F_OK), -1);
}

/* What openssl makes, in DER and in indefinite lengths. */
static void
openssl_signs(const char *path, int stream)
{
	BIO *in = BIO_new_file(doc, "rb"), *out = BIO_new_file(path, "wb");
	unsigned flags = CMS_BINARY | CMS_CADES | (stream ? CMS_STREAM : 0);
	CMS_ContentInfo *cms = CMS_sign(rsa.x509, rsa.key, NULL, in, flags);

	assert_non_null(cms);
	if (stream)
		assert_int_equal(
		    i2d_CMS_bio_stream(out, cms, in, (int)(flags | CMS_STREAM)),
		    1);
	else
		assert_int_equal(i2d_CMS_bio(out, cms), 1);
	CMS_ContentInfo_free(cms);
	BIO_free(in);
	BIO_free(out);
}

static void
test_foreign_signatures(void **state)
{
	int stream;

	for (stream = 0; stream < 2; stream++) {
		fresh_dir(state);
		openssl_signs(at("a"), stream);
		openssl_verifies(at("a"), 1, 1);
		assert_rc(sign_extract(ctx, at("a"), at("x"), 0), 0);
		assert_same_file(doc, at("x"));
		assert_rc(
		    sign_it(&p256, NULL, PARALLEL, at("a"), NULL, at("b")), 0);
		openssl_verifies(at("b"), 1, 2);
		assert_octets_kept(at("a"), at("b"));
		assert_rc(
		    sign_it(&p256, NULL, COUNTER, at("b"), "1", at("b")), 0);
		openssl_verifies(at("b"), 1, 2);
		assert_rc(sign_convert(ctx, at("b"), SIGN_DETACHED, NULL,
			      at("x.sig"), 0, 0),
		    0);
		openssl_verifies(at("x.sig"), 0, 2);
		assert_rc(sign_convert(ctx, at("x.sig"), SIGN_ATTACHED, NULL,
			      at("c"), 0, 0),
		    0);
		openssl_verifies(at("c"), 1, 2);
	}
}

/* A signature that was cut short is never added to. */
static void
test_truncated_signature(void **state)
{
	struct sign_job_options o = options(SIGN_ATTACHED);
	struct sign_key *key = signer_key(ctx, &p256);
	struct sign_job *job = NULL;
	struct sg_buf file;
	size_t len;

	(void)state;
	assert_rc(sign_it(&p256, &o, DOCUMENT, doc, NULL, at("s")), 0);
	file = get_file(at("s"));
	assert_rc(sign_job_new(ctx, NULL, key, &job), 0);
	for (len = 0; len < file.len; len++) {
		put_file(at("t"), file.ptr, len);
		assert_true(sign_job_prepare_parallel(job, at("t"), NULL) < 0);
		assert_true(sign_job_prepare_counter(job, at("t"), "1") < 0);
		assert_true(sign_extract(ctx, at("t"), at("x"), 0) < 0);
	}
	assert_int_equal(entries(), 3);
	sg_buf_free(&file);
	sign_job_free(job);
	sign_key_free(key);
}

static int
setup(void **state)
{
	(void)state;
	if (mkdtemp(dir) == NULL || sign_ctx_new(&ctx) < 0)
		return 1;
	snprintf(doc, sizeof(doc), "%s/lease", dir);
	return signer_make(&ctx->env, "rsa", SIGNER_FINE, &rsa) ||
	    signer_make(&ctx->env, "p256", SIGNER_FINE, &p256);
}

static int
teardown(void **state)
{
	fresh_dir(state);
	unlink(doc);
	signer_clear(&rsa);
	signer_clear(&p256);
	sign_ctx_free(ctx);
	return rmdir(dir);
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
		JOB_TEST(test_no_room),
		JOB_TEST(test_kill),
		JOB_TEST(test_parallel),
		JOB_TEST(test_parallel_content),
		JOB_TEST(test_in_place_race),
		JOB_TEST(test_counter),
		JOB_TEST(test_frozen),
		JOB_TEST(test_extract_and_convert),
		JOB_TEST(test_foreign_signatures),
		JOB_TEST(test_truncated_signature),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
