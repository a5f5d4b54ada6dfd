/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "signlab.h"

#include "base/crypt.h"
#include "base/io.h"
#include "base/pool.h"
#include "formats/facts.h"
#include "libsign/ctx.h"
#include "libsign/job.h"
#include "libsign/opened.h"
#include "signer.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define TEXT "lease of a flat\n"
#define MORE "and of its cellar\n"
#define XML "<lease xmlns=\"urn:x\"><rent>1</rent></lease>"

static const char *const kinds[] = { "p256", "rsa", "ed25519", "gost256",
	"gost512" };
static struct signlab *nets[COUNT(kinds)];

/* How it is signed, and the octets that the time-stamp is over; XML that is
 * enveloped has an Object around it. */
static const struct form {
	const char *name, *format, *doc, *also, *out;
	enum sign_packaging packaging;
	const char *over;
} forms[] = {
	{ "cades detached", "cades", "doc.txt", NULL, "doc.txt.sig",
	    SIGN_DETACHED, TEXT },
	{ "cades attached", "cades", "doc.txt", NULL, "out.p7m", SIGN_ATTACHED,
	    TEXT },
	{ "cades, nothing", "cades", "empty", NULL, "empty.sig", SIGN_DETACHED,
	    "" },
	{ "xades enveloped", "xades", "doc.xml", NULL, "out.xml",
	    SIGN_ENVELOPED, XML },
	{ "xades enveloping XML", "xades", "doc.xml", NULL, "out.xml",
	    SIGN_ENVELOPING, XML },
	{ "xades enveloping", "xades", "doc.txt", NULL, "out.xml",
	    SIGN_ENVELOPING, TEXT },
	{ "xades detached", "xades", "doc.txt", NULL, "out.xml", SIGN_DETACHED,
	    TEXT },
	{ "xades, two", "xades", "doc.txt", "more.txt", "out.xml",
	    SIGN_DETACHED, TEXT MORE },
	{ "xades, nothing", "xades", "empty", NULL, "out.xml", SIGN_DETACHED,
	    "" },
};

static struct signlab_sign
sign_as(const struct form *form)
{
	const struct signlab_sign how = { .doc = form->doc,
		.also = form->also,
		.out = form->out,
		.format = form->format,
		.packaging = form->packaging,
		.content_stamp = 1 };

	return how;
}

static void
sign(struct signlab *net, const struct form *form, const char *level)
{
	struct signlab_sign how = sign_as(form);

	how.level = level;
	unlink(signlab_path(net, form->out));
	if (signlab_sign(net, &how) != 0)
		fail_msg("%s, %s: %s", form->name, level != NULL ? level : "",
		    sign_ctx_message(net->ctx));
}

/* ---- what the token is over */

/* The Id of the first Object, out of the file's text. */
static void
object_id(struct signlab *net, const char *file, char *id, size_t room)
{
	struct sg_buf text = { 0 };
	const char *begin;

	assert_int_equal(sg_read_file(&net->ctx->env, signlab_path(net, file),
			     1 << 20, &text),
	    0);
	assert_int_equal(sg_buf_append(NULL, &text, "", 1), 0);
	begin = strstr((const char *)text.ptr, "Object Id=\"");
	assert_non_null(begin);
	begin += strlen("Object Id=\"");
	snprintf(id, room, "%.*s", (int)strcspn(begin, "\""), begin);
	sg_buf_free(&text);
}

static void
check_imprint(struct signlab *net, const struct form *form,
    const struct sg_stamp_fact *stamp)
{
	unsigned char hash[SG_MAX_DIGEST];
	char text[512], id[64] = "";

	snprintf(text, sizeof(text), "%s", form->over);
	if (form->packaging == SIGN_ENVELOPING &&
	    strcmp(form->over, XML) == 0) {
		object_id(net, form->out, id, sizeof(id));
		snprintf(text, sizeof(text),
		    "<ds:Object xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" "
		    "Id=\"%s\">%s</ds:Object>",
		    id, form->over);
	}
	assert_non_null(stamp->info.digest);
	assert_int_equal(sg_hash_once(&net->ctx->env, stamp->info.digest,
			     sg_view_str(text), hash),
	    0);
	assert_int_equal(stamp->info.imprint.len, stamp->info.digest->size);
	if (memcmp(hash, stamp->info.imprint.ptr, stamp->info.imprint.len) != 0)
		fail_msg("%s: the imprint is another", form->name);
}

/* The time-stamp is signed, of the digest that signs, and not younger than the
 * time of signing. */
static void
check_facts(struct signlab *net, const struct form *form)
{
	const struct sg_where where = { .find = 1 };
	const struct sg_sig_fact *sig;
	struct sg_opened opened;

	assert_int_equal(
	    sg_opened_read(&net->ctx->env, signlab_path(net, form->out), NULL,
		&where, &opened),
	    0);
	assert_int_equal(opened.facts->sig_count, 1);
	sig = &opened.facts->sigs[0];
	assert_int_equal(sig->stamp_count, 1);
	assert_string_equal(sig->stamps[0].kind,
	    strcmp(form->format, "xades") == 0 ? "all-data" : "content");
	check_imprint(net, form, &sig->stamps[0]);
	assert_true(sig->signing_time >= sig->stamps[0].info.time);
	sg_opened_close(&opened);
}

/* ---- what the report says of it */

static void
check_report(
    struct signlab *net, const struct form *form, size_t count, int proven)
{
	char *json = signlab_verify(net, form->out, net->net.time);
	json_t *report = json_loads(json, 0, NULL), *stamps, *stamp;
	json_t *sig = json_array_get(json_object_get(report, "signatures"), 0);
	const char *have;
	size_t i;

	assert_true(json_is_true(json_object_get(sig, "signature_ok")));
	assert_true(json_is_true(json_object_get(sig, "digest_ok")));
	stamps = json_object_get(sig, "timestamps");
	assert_int_equal(json_array_size(stamps), count);
	json_array_foreach(stamps, i, stamp)
	{
		have = json_string_value(json_object_get(stamp, "indication"));
		if (!json_is_true(json_object_get(stamp, "imprint_ok")) ||
		    !json_is_true(json_object_get(stamp, "signature_ok")) ||
		    (proven && strcmp(have, "PASSED") != 0))
			fail_msg("%s: time-stamp %zu: %s", form->name, i, have);
	}
	have = json_string_value(json_object_get(sig, "indication"));
	if (proven && strcmp(have, "TOTAL-PASSED") != 0)
		fail_msg("%s: %s\n%s", form->name, have, json);
	json_decref(report);
	free(json);
}

/* Each form, of each key. */
static void
test_forms(void **state)
{
	size_t k, f;

	(void)state;
	for (k = 0; k < COUNT(kinds); k++) {
		for (f = 0; nets[k] != NULL && f < COUNT(forms); f++) {
			sign(nets[k], &forms[f], NULL);
			check_facts(nets[k], &forms[f]);
			check_report(nets[k], &forms[f], 1, 0);
		}
	}
}

/* Signature and archive time-stamps on top, at once and later. */
static void
test_levels(void **state)
{
	static const struct {
		const char *level;
		size_t stamps;
	} rows[] = { { "b-t", 2 }, { "b-lt", 2 }, { "b-lta", 3 }, { "t", 2 },
		{ "c", 2 }, { "x1", 3 }, { "x2", 3 }, { "xlt1", 3 },
		{ "xlt2", 3 }, { "a", 4 } };
	size_t f, i, n = 0;
	int whole;

	(void)state;
	for (f = 0; f < COUNT(forms); f++) {
		if (strstr(forms[f].name, "nothing") != NULL ||
		    forms[f].also != NULL)
			continue;
		for (i = 0; i < COUNT(rows); i++, n++) {
			if (n % mk_step(5) != 0)
				continue;
			whole = strchr(rows[i].level, 'l') != NULL ||
			    strcmp(rows[i].level, "a") == 0;
			sign(nets[0], &forms[f], rows[i].level);
			check_report(nets[0], &forms[f], rows[i].stamps, whole);
			sign(nets[0], &forms[f], NULL);
			assert_int_equal(signlab_extend(nets[0], forms[f].out,
					     rows[i].level),
			    0);
			check_report(nets[0], &forms[f], rows[i].stamps, whole);
		}
	}
}

/* A second signer has it, the first one does not. */
static void
test_second(void **state)
{
	static const struct form seconds[] = {
		{ "cades", "cades", "out.p7m", NULL, "out.p7m", SIGN_ATTACHED,
		    TEXT },
		{ "xades", "xades", "out.xml", NULL, "out.xml", SIGN_ENVELOPED,
		    XML },
	};
	const struct form *firsts[] = { &forms[1], &forms[3] };
	struct signlab *net = nets[0];
	struct signlab_sign how;
	size_t f;

	(void)state;
	for (f = 0; f < COUNT(seconds); f++) {
		struct sg_opened opened;
		const struct sg_where where = { .find = 1 };

		how = sign_as(firsts[f]);
		how.content_stamp = 0;
		how.parallel = 1;
		unlink(signlab_path(net, how.out));
		assert_int_equal(signlab_sign(net, &how), 0);
		how = sign_as(&seconds[f]);
		how.second = 1;
		how.id = "signer2";
		if (signlab_sign(net, &how) != 0)
			fail_msg("%s: %s", seconds[f].name,
			    sign_ctx_message(net->ctx));
		assert_int_equal(
		    sg_opened_read(&net->ctx->env, signlab_path(net, how.out),
			NULL, &where, &opened),
		    0);
		assert_int_equal(opened.facts->sig_count, 2);
		assert_int_equal(opened.facts->sigs[0].stamp_count, 0);
		assert_int_equal(opened.facts->sigs[1].stamp_count, 1);
		check_imprint(
		    net, &seconds[f], &opened.facts->sigs[1].stamps[0]);
		sg_opened_close(&opened);
	}
}

/* ---- what the authority may do wrong */

/* Nothing is signed over, and nothing is written. */
static void
test_faults(void **state)
{
	struct signlab *net = nets[0];
	const struct authority_fault *fault = authority_tsa_faults;
	struct signlab_sign how;
	size_t f, n = 0;
	int rc;

	(void)state;
	for (; fault->name != NULL; fault++) {
		if (fault->bit == AUTHORITY_TSA_WRONG_POLICY)
			continue; /* none was asked for */
		for (f = n++ % mk_step(3); f < COUNT(forms); f += mk_step(3)) {
			how = sign_as(&forms[f]);
			unlink(signlab_path(net, how.out));
			net->net.tsa.faults = fault->bit;
			rc = signlab_sign(net, &how);
			net->net.tsa.faults = 0;
			if (rc != SIGN_E_NET ||
			    access(signlab_path(net, how.out), F_OK) == 0)
				fail_msg("%s, %s: %d %s", forms[f].name,
				    fault->name, rc,
				    sign_ctx_message(net->ctx));
		}
	}
	net->net.down[0] = "/tsa";
	how = sign_as(&forms[0]);
	assert_int_equal(signlab_sign(net, &how), SIGN_E_NET);
	assert_int_not_equal(access(signlab_path(net, how.out), F_OK), 0);
	net->net.down[0] = NULL;
}

/* ---- what cannot have one */

static struct sign_job *
new_job(struct signlab *net, const char *format)
{
	struct sg_view cert = authority_cert(net->net.lab, "signer");
	struct sign_job_options options = SIGN_JOB_OPTIONS_INIT;
	struct signer signer = { .env = &net->ctx->env };
	struct sign_job *job = NULL;
	struct sign_key *key;

	signer.key = authority_key(net->net.lab, "signer");
	signer.x509 = authority_x509(net->net.lab, "signer");
	signer.cert = (unsigned char *)(uintptr_t)cert.ptr;
	signer.cert_len = (int)cert.len;
	key = signer_key(net->ctx, &signer);
	options.format = format;
	assert_int_equal(sign_job_new(net->ctx, &options, key, &job), 0);
	sign_key_free(key);
	return job;
}

static void
test_refused(void **state)
{
	const struct sign_extend_options tsa = signlab_options(NULL);
	struct sign_extend_options none = SIGN_EXTEND_OPTIONS_INIT;
	struct signlab *net = nets[0];
	struct sign_job *job = new_job(net, "cms");
	size_t f;

	(void)state;
	assert_int_equal(
	    sign_job_content_timestamp(job, net->trust, &tsa), SIGN_E_ARG);
	assert_non_null(strstr(sign_ctx_message(net->ctx), "cades"));
	sign_job_free(job);

	job = new_job(net, "cades");
	assert_int_equal(
	    sign_job_content_timestamp(job, net->trust, &none), SIGN_E_ARG);
	assert_int_equal(
	    sign_job_content_timestamp(job, net->trust, NULL), SIGN_E_ARG);
	assert_int_equal(sign_job_content_timestamp(job, net->trust, &tsa), 0);
	for (f = 1; f < 4; f += 2) {
		sign(net, &forms[f], NULL);
		assert_int_equal(sign_job_prepare_counter(job,
				     signlab_path(net, forms[f].out), NULL),
		    SIGN_E_UNSUPPORTED);
		assert_non_null(
		    strstr(sign_ctx_message(net->ctx), "counter-signature"));
	}
	sign_job_free(job);
}

/* Prepared again, it asks again: a token is of the document it was made for. */
static void
test_again(void **state)
{
	const struct sign_extend_options tsa = signlab_options(NULL);
	struct signlab *net = nets[0];
	struct sign_job *job = new_job(net, "cades");
	int asked;

	(void)state;
	assert_int_equal(sign_job_content_timestamp(job, NULL, &tsa), 0);
	asked = net->net.asked;
	assert_int_equal(
	    sign_job_prepare(job, signlab_path(net, "doc.txt")), 0);
	assert_int_equal(
	    sign_job_prepare(job, signlab_path(net, "more.txt")), 0);
	assert_true(net->net.asked >= asked + 2);
	sign_job_free(job);
}

/* Where only the document's digest is known it is the imprint in CAdES; in
 * XAdES the imprint is over octets that are not there. */
static void
test_known(void **state)
{
	const struct sign_extend_options tsa = signlab_options(NULL);
	const struct sg_digest *sha256 = sg_digest_by_option("sha256");
	struct signlab *net = nets[0];
	struct sign_job *job = new_job(net, "cades");
	unsigned char value[SG_MAX_DIGEST];
	struct sg_digest_fact digest = { sha256, { value, sha256->size } };
	struct sg_doc_fact known = { .name = "doc.txt",
		.size = sizeof(TEXT) - 1,
		.digests = &digest,
		.digest_count = 1 };
	struct sg_source source = { .name = "doc.txt", .known = &known };
	struct sg_sources docs = { &source, 1 };
	int asked = net->net.asked;
	const void *at;
	size_t left;

	(void)state;
	assert_int_equal(sg_hash_once(&net->ctx->env, sha256,
			     sg_view_of(TEXT, sizeof(TEXT) - 1), value),
	    0);
	assert_int_equal(sign_job_content_timestamp(job, NULL, &tsa), 0);
	assert_int_equal(sg_job_prepare(job, &docs), 0);
	assert_true(net->net.asked > asked);
	/* as message-digest, and in the token */
	at = memmem(job->now.attrs.ptr, job->now.attrs.len, value, 32);
	assert_non_null(at);
	left = job->now.attrs.len -
	    (size_t)((const unsigned char *)at - job->now.attrs.ptr) - 32;
	assert_non_null(
	    memmem((const unsigned char *)at + 32, left, value, 32));
	sign_job_free(job);

	asked = net->net.asked;
	job = new_job(net, "xades");
	assert_int_equal(sign_job_content_timestamp(job, NULL, &tsa), 0);
	assert_int_equal(sg_job_prepare(job, &docs), SIGN_E_UNSUPPORTED);
	assert_int_equal(net->net.asked, asked);
	sign_job_free(job);
}

static int
setup(void **state)
{
	static const struct signlab_file files[] = {
		{ "doc.txt", TEXT },
		{ "more.txt", MORE },
		{ "doc.xml", XML },
		{ "empty", "" },
		{ NULL, NULL },
	};

	(void)state;
	signlab_all(nets, kinds, COUNT(kinds), files);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	signlab_free_all(nets, COUNT(kinds));
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_second),
		cmocka_unit_test(test_faults),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_known),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
