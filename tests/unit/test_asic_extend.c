/* SPDX-License-Identifier: Apache-2.0 */
/* Copyright the podpis authors */
#include "config.h"

#include "signlab.h"

#include "base/crypt.h"
#include "base/env.h"
#include "base/io.h"
#include "formats/asic.h"
#include "libsign/ctx.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Signatures in containers raised, again and again; what is in the containers
 * besides stays as it is. */

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define ARCHIVE "META-INF/ASiCArchiveManifest.xml"

static const char *const kinds[] = { "p256", "rsa", "gost256" };
static struct signlab *nets[COUNT(kinds)];

static const struct form {
	const char *name, *format, *with, *more;
} forms[] = {
	{ "ASiC-S, XAdES", "asic-s", "xades", NULL },
	{ "ASiC-S, CAdES", "asic-s", "cades", NULL },
	{ "ASiC-E, XAdES", "asic-e", "xades", "act.txt" },
	{ "ASiC-E, CAdES", "asic-e", "cades", "act.txt" },
};
#define E_CADES (&forms[3])

static void
wrong(const char *kind, const struct form *form, const char *level,
    const char *what)
{
	fail_msg("%s, %s, %s: %s", kind, form->name, level, what);
}

static void
sign_as(struct signlab *net, const struct form *form, const char *level)
{
	const struct signlab_sign how = { .doc = "doc.txt",
		.also = form->more,
		.out = "out.asic",
		.format = form->format,
		.with = form->with,
		.level = level };

	unlink(signlab_path(net, how.out));
	if (signlab_sign(net, &how) != 0)
		wrong("sign", form, level != NULL ? level : "b-b",
		    sign_ctx_message(net->ctx));
}

/* One more signer, into a file of its own where the container has many. */
static void
sign_second(struct signlab *net, const char *level)
{
	const struct signlab_sign how = { .doc = "out.asic",
		.out = "out.asic",
		.second = 1,
		.level = level };

	if (signlab_sign(net, &how) != 0)
		fail_msg("%s", sign_ctx_message(net->ctx));
}

static void
raise(struct signlab *net, const char *level)
{
	if (signlab_extend(net, "out.asic", level) != 0)
		fail_msg("%s: %s", level, sign_ctx_message(net->ctx));
}

static int
raise_more(
    struct signlab *net, const char *level, const char *signer, int renew)
{
	struct sign_extend_options options = signlab_options(level);

	options.signer = signer;
	options.renew = renew;
	return sign_extend(net->ctx, signlab_path(net, "out.asic"), net->trust,
	    &options, NULL, NULL);
}

/* ---- looking into the container */

struct box {
	struct sg_env *env;
	struct sg_in *in;
	struct sg_zip *zip;
};

static void
box_open(struct signlab *net, struct box *box)
{
	box->env = &net->ctx->env;
	assert_int_equal(
	    sg_in_open(box->env, signlab_path(net, "out.asic"), &box->in), 0);
	assert_int_equal(sg_zip_open(box->env, box->in, &box->zip), 0);
}

static void
box_close(struct box *box)
{
	sg_zip_free(box->zip);
	sg_in_free(box->in);
}

static int
box_has(struct signlab *net, const char *name)
{
	struct box box;
	int has;

	box_open(net, &box);
	has = sg_zip_find(box.zip, name) != NULL;
	box_close(&box);
	return has;
}

static void
box_take(struct signlab *net, const char *name, struct sg_buf *out)
{
	const struct sg_zip_entry *entry;
	struct box box;

	box_open(net, &box);
	entry = sg_zip_find(box.zip, name);
	if (entry == NULL)
		fail_msg("there is no %s", name);
	assert_int_equal(sg_zip_read(box.env, box.zip, entry, 1 << 24, out), 0);
	box_close(&box);
}

static int
box_tokens(struct signlab *net)
{
	struct box box;
	size_t i;
	int count = 0;

	box_open(net, &box);
	for (i = 0; i < box.zip->entry_count; i++)
		count +=
		    sg_asic_role_of(box.zip->entries[i].name) == SG_ASIC_STAMP;
	box_close(&box);
	return count;
}

/* Everything but the signatures stands in the new container as it stood in the
 * old one: same order, same octets, not packed again. */
static void
assert_kept(const struct form *form, struct box *old, struct box *now)
{
	const struct sg_zip_entry *a, *b;
	size_t i;

	for (i = 0; i < old->zip->entry_count; i++) {
		a = &old->zip->entries[i];
		b = &now->zip->entries[i];
		if (strcmp(a->name, b->name) != 0)
			wrong(a->name, form, b->name, "another order");
		if (strncmp(a->name, "META-INF/s", 10) == 0)
			continue;
		if (a->crc != b->crc || a->packed != b->packed ||
		    a->method != b->method)
			wrong(a->name, form, "", "was changed");
	}
}

/* ---- verdicts */

static const char *
verdicts(struct signlab *net)
{
	return signlab_verdict(net, "out.asic", net->net.time);
}

static void
check_level(struct signlab *net, const char *kind, const struct form *form,
    const char *level)
{
	if (strcmp(verdicts(net), signlab_raised(level)) != 0)
		wrong(kind, form, level, verdicts(net));
}

/* ---- tests */

static void
test_matrix(void **state)
{
	struct box old, now;
	size_t k, f, l;

	(void)state;
	for (k = 0; k < COUNT(kinds); k += mk_step(2)) {
		if (nets[k] == NULL)
			continue;
		for (f = 0; f < COUNT(forms); f++) {
			for (l = f % mk_step(4); l < SIGNLAB_LEVELS;
			     l += mk_step(4)) {
				sign_as(nets[k], &forms[f], NULL);
				box_open(nets[k], &old);
				raise(nets[k], signlab_levels[l]);
				box_open(nets[k], &now);
				assert_kept(&forms[f], &old, &now);
				box_close(&old);
				box_close(&now);
				check_level(nets[k], kinds[k], &forms[f],
				    signlab_levels[l]);
			}
		}
	}
}

static void
test_sign_level(void **state)
{
	static const char *const rows[] = { "B-LT", "B-LTA", "XLT1", "A" };
	char want[64];
	size_t f, i;

	(void)state;
	for (f = 0; f < COUNT(forms); f++) {
		for (i = f % mk_step(4); i < COUNT(rows); i += mk_step(4)) {
			sign_as(nets[0], &forms[f], rows[i]);
			snprintf(
			    want, sizeof(want), "TOTAL-PASSED %s", rows[i]);
			if (strcmp(verdicts(nets[0]), want) != 0)
				wrong("sign", &forms[f], rows[i],
				    verdicts(nets[0]));
		}
	}
}

/* Archive time-stamps one over the other: in CAdES each beside the signatures,
 * over a list with the one before as its root. */
static void
test_renew(void **state)
{
	struct signlab *net = nets[0];
	struct sg_buf before = { 0 }, after = { 0 };
	size_t f;
	int i;

	(void)state;
	for (f = 0; f < COUNT(forms); f++) {
		sign_as(net, &forms[f], "b-lta");
		assert_int_equal(box_has(net, ARCHIVE), &forms[f] == E_CADES);
		for (i = 0; i < 2; i++) {
			net->net.time += 60;
			if (raise_more(net, "b-lta", NULL, 1) != 0)
				wrong("renew", &forms[f], "",
				    sign_ctx_message(net->ctx));
			assert_string_equal(
			    verdicts(net), "TOTAL-PASSED B-LTA");
		}
		assert_int_equal(box_tokens(net), &forms[f] == E_CADES ? 3 : 0);
	}
	sign_as(net, E_CADES, "b-lta");
	box_take(net, ARCHIVE, &before);
	assert_int_equal(raise_more(net, "b-lta", NULL, 1), 0);
	box_take(net, "META-INF/ASiCArchiveManifest001.xml", &after);
	assert_true(sg_view_equal(sg_buf_view(&before), sg_buf_view(&after)));
	sg_buf_free(&after);
	box_take(net, ARCHIVE, &after);
	assert_int_equal(sg_buf_append(NULL, &after, "", 1), 0);
	assert_non_null(strstr(
	    (char *)after.ptr, "URI=\"META-INF/ASiCArchiveManifest001.xml\""));
	assert_non_null(strstr((char *)after.ptr, "Rootfile=\"true\""));
	sg_buf_free(&before);
	sg_buf_free(&after);
}

/* The level that is there: nothing is changed, nobody is asked. */
static void
test_again(void **state)
{
	struct signlab *net = nets[0];
	struct sign_extend_options options;
	int changed, asked;
	size_t f, i;

	(void)state;
	for (f = 0; f < COUNT(forms); f += mk_step(3)) {
		sign_as(net, &forms[f], "b-lta");
		for (i = 0; i < 3; i++) {
			options = signlab_options(signlab_levels[i]);
			asked = net->net.asked;
			changed = -1;
			assert_int_equal(
			    sign_extend(net->ctx, signlab_path(net, "out.asic"),
				net->trust, &options, NULL, &changed),
			    0);
			assert_int_equal(changed, 0);
			assert_int_equal(net->net.asked, asked);
		}
	}
}

static int tokens_asked;

static int
count_tsa(const struct sign_fetch_request *request, sign_append_fn *append,
    void *sink, void *payload)
{
	tokens_asked += strstr(request->url, "/tsa") != NULL;
	return labnet_fetch(request, append, sink, payload);
}

/* Two signers: each is raised by itself and keeps his number, and one archive
 * time-stamp serves both. */
static void
test_two_signers(void **state)
{
	struct signlab *net = nets[0];
	size_t f;

	(void)state;
	for (f = 0; f < COUNT(forms); f += mk_step(3)) {
		sign_as(net, &forms[f], NULL);
		sign_second(net, NULL);
		assert_int_equal(raise_more(net, "b-t", "1", 0), 0);
		assert_int_equal(raise_more(net, "b-lt", "1", 0), 0);
		if (strncmp(verdicts(net), "TOTAL-PASSED B-LT, ", 19) != 0 ||
		    strstr(verdicts(net), " B-B") == NULL)
			wrong("two", &forms[f], "b-lt", verdicts(net));
		sign_ctx_set_fetch(net->ctx, count_tsa, &net->net);
		tokens_asked = 0;
		assert_int_equal(raise_more(net, "b-lta", NULL, 0), 0);
		sign_ctx_set_fetch(net->ctx, labnet_fetch, &net->net);
		/* one over the signature of the second */
		assert_int_equal(tokens_asked, &forms[f] == E_CADES ? 2 : 3);
		assert_string_equal(
		    verdicts(net), "TOTAL-PASSED B-LTA, TOTAL-PASSED B-LTA");
	}
}

/* A signature that comes after an archive time-stamp is raised by itself, and
 * the next archive time-stamp is over both. */
static void
test_signer_after_archive(void **state)
{
	struct signlab *net = nets[0];

	(void)state;
	sign_as(net, E_CADES, "b-lta");
	sign_second(net, NULL);
	assert_int_equal(raise_more(net, "b-lt", "2", 0), 0);
	assert_string_equal(
	    verdicts(net), "TOTAL-PASSED B-LTA, TOTAL-PASSED B-LT");
	net->net.time += 60;
	assert_int_equal(raise_more(net, "b-lta", NULL, 0), 0);
	assert_string_equal(
	    verdicts(net), "TOTAL-PASSED B-LTA, TOTAL-PASSED B-LTA");
	assert_int_equal(box_tokens(net), 2);
	sign_second(net, "b-lta");
	assert_string_equal(verdicts(net),
	    "TOTAL-PASSED B-LTA, TOTAL-PASSED B-LTA, TOTAL-PASSED B-LTA");
}

/* What would break a list: refused, with the lawful next step, and the file
 * stays as it is. */
static void
test_refused(void **state)
{
	static const struct {
		const char *have, *want, *hint;
	} rows[] = {
		{ "b-lt", "xlt1", "--level b-lta" },
		{ "b-lta", "c", "--level b-lta" },
		{ "c", "b-lt", "--level xlt1" },
		{ "xlt1", "b-lta", "--level a" },
		{ "a", "b-lta", "--level a" },
	};
	struct signlab *net = nets[0];
	struct sg_buf old = { 0 }, now = { 0 };
	size_t f, i;

	(void)state;
	for (f = 0; f < COUNT(forms); f++) {
		for (i = f % mk_step(5); i < COUNT(rows); i += mk_step(5)) {
			sign_as(net, &forms[f], NULL);
			raise(net, rows[i].have);
			assert_int_equal(
			    sg_read_file(&net->ctx->env,
				signlab_path(net, "out.asic"), 1 << 24, &old),
			    0);
			if (raise_more(net, rows[i].want, NULL, 0) !=
			    SIGN_E_UNSUPPORTED)
				wrong(rows[i].have, &forms[f], rows[i].want,
				    "was not refused");
			if (strstr(sign_ctx_hint(net->ctx), rows[i].hint) ==
			    NULL)
				wrong(rows[i].have, &forms[f], rows[i].want,
				    sign_ctx_hint(net->ctx));
			assert_int_equal(
			    sg_read_file(&net->ctx->env,
				signlab_path(net, "out.asic"), 1 << 24, &now),
			    0);
			assert_true(sg_view_equal(
			    sg_buf_view(&old), sg_buf_view(&now)));
			sg_buf_free(&old);
			sg_buf_free(&now);
		}
	}
}

/* One more manifest in the container, which lists this file of it. */
static void
put_manifest(struct signlab *net, const char *name, const char *listed)
{
	struct sg_env *env = &net->ctx->env;
	const struct sg_digest *digest = sg_digest_by_option("sha256");
	unsigned char value[SG_MAX_DIGEST];
	struct sg_asic_ref ref = { .name = listed, .digest = digest };
	struct sg_asic_manifest manifest = {
		.sig_name = "META-INF/nothing.xml", .refs = &ref, .ref_count = 1
	};
	struct sg_buf file = { 0 }, octets = { 0 };
	struct sg_asic_put put = { .name = name };
	struct sg_asic_want want = {
		.kind = SG_ASIC_E, .cades = 1, .puts = &put, .put_count = 1
	};
	struct sg_asic *asic = NULL;
	struct sg_out *out = NULL;
	struct sg_in *in = NULL;

	box_take(net, listed, &file);
	assert_int_equal(
	    sg_hash_once(env, digest, sg_buf_view(&file), value), 0);
	ref.value = sg_view_of(value, digest->size);
	assert_int_equal(sg_asic_manifest_write(env, &manifest, &octets), 0);
	put.octets = sg_buf_view(&octets);
	assert_int_equal(
	    sg_in_open(env, signlab_path(net, "out.asic"), &in), 0);
	assert_int_equal(sg_asic_open(env, in, &asic), 0);
	want.from = asic;
	assert_int_equal(sg_out_create(env, signlab_path(net, "out.asic"),
			     SG_OUT_REPLACE, &out),
	    0);
	assert_int_equal(sg_asic_write(env, &want, out), 0);
	assert_int_equal(sg_out_commit(env, out), 0);
	sg_out_free(out);
	sg_asic_free(asic);
	sg_in_free(in);
	sg_buf_free(&file);
	sg_buf_free(&octets);
}

/* A signature file that somebody else's manifest lists stays as it is. */
static void
test_listed(void **state)
{
	static const struct {
		const struct form *form;
		const char *manifest, *listed, *hint;
	} rows[] = {
		{ &forms[2], "META-INF/ASiCEvidenceRecordManifest.xml",
		    "META-INF/signatures001.xml", "evidence record" },
		{ &forms[3], "META-INF/ASiCEvidenceRecordManifest.xml",
		    "META-INF/signature001.p7s", "evidence record" },
		{ &forms[3], "META-INF/ASiCManifest009.xml",
		    "META-INF/signature001.p7s", "add-signer" },
	};
	struct signlab *net = nets[0];
	size_t i, l;

	(void)state;
	for (i = 0; i < COUNT(rows); i++) {
		sign_as(net, rows[i].form, NULL);
		put_manifest(net, rows[i].manifest, rows[i].listed);
		for (l = 0; l < SIGNLAB_LEVELS; l += mk_step(6)) {
			if (raise_more(net, signlab_levels[l], NULL, 0) !=
			    SIGN_E_UNSUPPORTED)
				wrong("listed", rows[i].form, signlab_levels[l],
				    "was not refused");
			if (strstr(sign_ctx_hint(net->ctx), rows[i].hint) ==
			    NULL)
				wrong("listed", rows[i].form, signlab_levels[l],
				    sign_ctx_hint(net->ctx));
		}
	}
}

/* ---- time-stamps without a signature */

static void
test_stamps(void **state)
{
	static const struct {
		const char *format;
		size_t count;
	} rows[] = { { "asic-s", 1 }, { "asic-e", 1 }, { "asic-e", 2 } };
	struct sign_timestamp_options set = SIGN_TIMESTAMP_OPTIONS_INIT;
	struct sign_extend_options options = signlab_options("b-lta");
	struct signlab *net = nets[0];
	const char *docs[2];
	char *json;
	size_t i;
	int k;

	(void)state;
	set.tsas = options.tsas;
	set.tsa_count = 1;
	set.force = 1;
	for (i = 0; i < COUNT(rows); i += mk_step(2)) {
		docs[0] = signlab_path(net, "doc.txt");
		docs[1] = signlab_path(net, "act.txt");
		set.format = rows[i].format;
		if (sign_timestamp_many(net->ctx, docs, rows[i].count,
			net->trust, &set, signlab_path(net, "out.asic")) != 0)
			fail_msg("%s", sign_ctx_message(net->ctx));
		for (k = 0; k < 3; k++) {
			json = signlab_verify(net, "out.asic", net->net.time);
			/* without a network: once it has values */
			if (strstr(json, "\"imprint_ok\":true") == NULL ||
			    strstr(json, "FAILED") != NULL ||
			    (k > 0 &&
				strstr(json, "\"indication\":\"PASSED\"") ==
				    NULL))
				fail_msg("%s", json);
			free(json);
			assert_int_equal(box_tokens(net), k + 1);
			net->net.time += 60;
			if (raise_more(net, "b-lta", NULL, k > 0) != 0)
				fail_msg("%s", sign_ctx_message(net->ctx));
		}
		assert_int_equal(
		    raise_more(net, "b-t", NULL, 0), SIGN_E_UNSUPPORTED);
		assert_non_null(
		    strstr(sign_ctx_hint(net->ctx), "--level b-lta"));
	}
	set.format = "asic-s";
	assert_int_equal(sign_timestamp_many(net->ctx, docs, 2, net->trust,
			     &set, signlab_path(net, "out.asic")),
	    SIGN_E_ARG);
}

static int
setup(void **state)
{
	static const struct signlab_file files[] = {
		{ "doc.txt", "lease of a flat\n" },
		{ "act.txt", "act\n" },
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
		cmocka_unit_test(test_matrix),
		cmocka_unit_test(test_sign_level),
		cmocka_unit_test(test_renew),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_two_signers),
		cmocka_unit_test(test_signer_after_archive),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_listed),
		cmocka_unit_test(test_stamps),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
