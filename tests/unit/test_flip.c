/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
/*
 * Flip bits of every octet of a signed file. A changed file may pass only
 * when nothing signed changed, and openssl, which reads it independently, is
 * the one to say so: the same content, the same signed attributes, the same
 * signature value, the same certificate.
 */
#include "config.h"

#include "sign/ctx.h"
#include "sign/job.h"
#include "sign/key.h"
#include "sign/verify.h"

#include <openssl/cms.h>
#include <openssl/x509.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FILE_ROOM 16384

struct flip_case {
	const char *person;
	enum sign_packaging packaging;
	const char *format;
};

static const struct flip_case cases[] = {
	{ "p256", SIGN_ATTACHED, "cades" },
	{ "p256", SIGN_DETACHED, "cms" },
	{ "ed25519", SIGN_ATTACHED, "cades" },
	{ "ed25519", SIGN_DETACHED, "cades" },
	{ "ivanova", SIGN_ATTACHED, "cades" },
	{ "ivanova", SIGN_DETACHED, "cades" },
};

static struct {
	char dir[64], doc[128], sig[128];
	char world[512];
	struct sign_ctx *ctx;
	struct sign_trust *trust;
} set;

struct file {
	unsigned char octets[FILE_ROOM];
	size_t len;
};

static const char *
in_world(char *path, size_t room, const char *name, const char *end)
{
	snprintf(path, room, "%s/%s%s", set.world, name, end);
	return path;
}

static void
file_write(const char *path, const struct file *file)
{
	FILE *f;

	/* a new file each time: some file systems write out at once what is
	 * cut to nothing and written again */
	unlink(path);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(file->octets, 1, file->len, f), file->len);
	assert_int_equal(fclose(f), 0);
}

static void
file_read(const char *path, struct file *file)
{
	FILE *f = fopen(path, "rb");

	assert_non_null(f);
	file->len = fread(file->octets, 1, sizeof(file->octets), f);
	assert_true(file->len > 0 && file->len < sizeof(file->octets));
	fclose(f);
}

static int
setup(void **state)
{
	const char *build = getenv("builddir");
	struct file doc = { "I let you the flat.\n", 20 };
	char path[600];

	(void)state;
	snprintf(set.world, sizeof(set.world), "%s/lab/world",
	    build != NULL ? build : ".");
	snprintf(set.dir, sizeof(set.dir), "/tmp/podpis-flip.XXXXXX");
	if (mkdtemp(set.dir) == NULL || sign_ctx_new(&set.ctx) != 0 ||
	    sign_trust_new(set.ctx, &set.trust) != 0)
		return -1;
	snprintf(set.doc, sizeof(set.doc), "%s/doc", set.dir);
	snprintf(set.sig, sizeof(set.sig), "%s/doc.sig", set.dir);
	file_write(set.doc, &doc);
	if (access(in_world(path, sizeof(path), "roots", ".pem"), R_OK) != 0)
		return 0;
	if (sign_trust_add_anchors(set.trust, path) != 0)
		return -1;
	in_world(path, sizeof(path), "chain", ".pem");
	if (sign_trust_add_certs(set.trust, path) != 0)
		return -1;
	in_world(path, sizeof(path), "crls", ".pem");
	return sign_trust_add_crl(set.trust, path);
}

static int
teardown(void **state)
{
	(void)state;
	unlink(set.doc);
	unlink(set.sig);
	rmdir(set.dir);
	sign_trust_free(set.trust);
	sign_ctx_free(set.ctx);
	return 0;
}

/* Sign doc into sig; 0, or not 0 where the world has no such person. */
static int
make_signature(const struct flip_case *c)
{
	struct sign_job_options options = SIGN_JOB_OPTIONS_INIT;
	struct sign_key_options where = SIGN_KEY_OPTIONS_INIT;
	struct sign_key *key = NULL;
	struct sign_job *job = NULL;
	char path[600], cert[600];

	where.name = in_world(path, sizeof(path), c->person, ".key");
	where.cert = in_world(cert, sizeof(cert), c->person, ".pem");
	if (access(where.name, R_OK) != 0)
		return -1;
	options.format = c->format;
	options.packaging = c->packaging;
	options.force = 1;
	if (sign_key_open(set.ctx, &where, &key) != 0 ||
	    sign_job_new(set.ctx, &options, key, &job) != 0 ||
	    sign_job_prepare(job, set.doc) != 0 ||
	    sign_job_sign(job, key) != 0 || sign_job_write(job, set.sig) != 0)
		fail_msg("%s: %s", c->person, sign_ctx_message(set.ctx));
	sign_job_free(job);
	sign_key_free(key);
	return 0;
}

/* The verdict on set.sig: exit code of the contract. */
static int
verdict(const struct flip_case *c)
{
	struct sign_verify_options options = SIGN_VERIFY_OPTIONS_INIT;
	const char *content = set.doc;
	struct sign_report *report = NULL;
	int code;

	options.policy = strcmp(c->format, "cms") == 0 ? "cms" : "ades";
	if (c->packaging == SIGN_DETACHED) {
		options.contents = &content;
		options.content_count = 1;
	}
	assert_int_equal(
	    sign_verify(set.ctx, set.sig, set.trust, &options, &report), 0);
	code = sign_report_exit(report);
	if ((code == 0) !=
	    (sign_report_indication(report) != NULL &&
		strcmp(sign_report_indication(report), "TOTAL-PASSED") == 0))
		fail_msg(
		    "exit %d and %s", code, sign_report_indication(report));
	sign_report_free(report);
	return code;
}

static void
append_der(struct file *out, const void *value, const ASN1_ITEM *item)
{
	unsigned char *der = NULL;
	int len = ASN1_item_i2d(value, &der, item);

	assert_true(len > 0 && out->len + (size_t)len <= FILE_ROOM);
	memcpy(out->octets + out->len, der, (size_t)len);
	out->len += (size_t)len;
	OPENSSL_free(der);
}

static void
append_string(struct file *out, const ASN1_STRING *s)
{
	size_t len = (size_t)ASN1_STRING_length(s);

	assert_true(out->len + len <= FILE_ROOM);
	memcpy(out->octets + out->len, ASN1_STRING_get0_data(s), len);
	out->len += len;
}

static void
append_signer(struct file *out, CMS_SignerInfo *si)
{
	int i;

	for (i = 0; i < CMS_signed_get_attr_count(si); i++)
		append_der(out, CMS_signed_get_attr(si, i),
		    ASN1_ITEM_rptr(X509_ATTRIBUTE));
	append_string(out, CMS_SignerInfo_get0_signature(si));
}

/* What is signed in a file, as openssl reads it; -1: it cannot. */
static int
signed_parts(const struct file *file, struct file *out)
{
	const unsigned char *p = file->octets;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)file->len);
	STACK_OF(CMS_SignerInfo) *signers;
	STACK_OF(X509) *certs;
	ASN1_OCTET_STRING **content;
	int i;

	out->len = 0;
	if (cms == NULL)
		return -1;
	content = CMS_get0_content(cms);
	if (content != NULL && *content != NULL)
		append_string(out, *content);
	signers = CMS_get0_SignerInfos(cms);
	for (i = 0; i < sk_CMS_SignerInfo_num(signers); i++)
		append_signer(out, sk_CMS_SignerInfo_value(signers, i));
	certs = CMS_get1_certs(cms);
	for (i = 0; i < sk_X509_num(certs); i++)
		append_der(out, sk_X509_value(certs, i), ASN1_ITEM_rptr(X509));
	sk_X509_pop_free(certs, X509_free);
	CMS_ContentInfo_free(cms);
	return 0;
}

static int
parts_equal(const struct file *a, const struct file *b)
{
	static struct file pa, pb;

	return signed_parts(a, &pa) == 0 && signed_parts(b, &pb) == 0 &&
	    pa.len == pb.len && memcmp(pa.octets, pb.octets, pa.len) == 0;
}

/* Every octet, or under valgrind, which is slow, some of them. */
static size_t
stride(void)
{
	const char *preload = getenv("LD_PRELOAD");

	return preload != NULL && strstr(preload, "vgpreload") != NULL ? 29 : 1;
}

/* One bit of each octet of the signature file, another one each time. */
static void
flip_file(const struct flip_case *c, const struct file *good)
{
	static struct file bad;
	size_t i, passed = 0;
	unsigned mask;

	for (i = 0; i < good->len; i += stride()) {
		mask = 1u << (i * 5 % 8);
		bad = *good;
		bad.octets[i] = (unsigned char)(bad.octets[i] ^ mask);
		file_write(set.sig, &bad);
		if (verdict(c) != 0)
			continue;
		passed++;
		if (!parts_equal(good, &bad))
			fail_msg("%s: octet %zu ^ 0x%02x passed", c->person, i,
			    mask);
	}
	/* versions, digestAlgorithms, upper and lower case of names */
	print_message("# %s: %zu of %zu flips passed, none of them signed\n",
	    c->person, passed, i / stride());
	assert_true(passed < 40);
}

/* Each octet of the detached document: nothing may pass. */
static void
flip_document(const struct flip_case *c)
{
	static struct file good, bad;
	size_t i;

	file_read(set.doc, &good);
	for (i = 0; i < good.len; i++) {
		bad = good;
		bad.octets[i] ^= 0x04;
		file_write(set.doc, &bad);
		if (verdict(c) != 5)
			fail_msg("%s: document's octet %zu", c->person, i);
	}
	file_write(set.doc, &good);
}

static void
test_flip(void **state)
{
	const struct flip_case *c = *state;
	static struct file good;

	if (make_signature(c) != 0)
		skip();
	file_read(set.sig, &good);
	assert_int_equal(verdict(c), 0);
	flip_file(c, &good);
	file_write(set.sig, &good);
	if (c->packaging == SIGN_DETACHED)
		flip_document(c);
	assert_int_equal(verdict(c), 0);
}

int
main(void)
{
	struct CMUnitTest tests[sizeof(cases) / sizeof(cases[0])];
	char names[sizeof(cases) / sizeof(cases[0])][64];
	size_t i, n = sizeof(cases) / sizeof(cases[0]);

	memset(tests, 0, sizeof(tests));
	for (i = 0; i < n; i++) {
		snprintf(names[i], sizeof(names[i]), "%s %s %s",
		    cases[i].person, cases[i].format,
		    cases[i].packaging == SIGN_ATTACHED ? "attached"
							: "detached");
		tests[i].name = names[i];
		tests[i].test_func = test_flip;
		tests[i].initial_state = (void *)(uintptr_t)&cases[i];
	}
	return cmocka_run_group_tests(tests, setup, teardown);
}
